"""The version, in one place: pyproject.toml, `tcalc --version` and `torch.__version__` read it here."""

__version__ = "0.1.0"
