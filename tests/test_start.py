"""The short way to the package's modules gives what Python's own way gives, and steps aside where compiled files are stale, broken or missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tcalc

WHERE = "import tcalc.cli.main, tcalc.engine.errors as m; print(type(m.__loader__).__module__, m.__file__, m.__cached__, getattr(m, 'MARK', None))"


@pytest.fixture
def copy(tmp_path):
    """A compiled copy of the package; returns what a fresh process says of tcalc.engine.errors in it."""
    shutil.copytree(Path(tcalc.__file__).parent, tmp_path / "tcalc", ignore=shutil.ignore_patterns("__pycache__"))
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")} | {"PYTHONPATH": str(tmp_path)}

    def ask(*flags, code=WHERE):
        got = subprocess.run([sys.executable, *flags, "-c", code], capture_output=True, text=True, check=True, env=env, cwd=tmp_path)
        return got.stdout.split()

    ask.errors = tmp_path / "tcalc" / "engine" / "errors.py"
    ask()  # compiles
    return ask


def test_compiled_code_is_taken_with_the_attributes_of_any_module(copy):
    loader, file, cached, mark = copy()
    assert (loader, file, mark) == ("tcalc._start", str(copy.errors), "None")
    assert cached == str(next(copy.errors.parent.glob("__pycache__/errors.*.pyc")))


def test_a_changed_source_is_seen(copy):
    copy.errors.write_text(copy.errors.read_text(encoding="utf-8") + "\nMARK = 'changed'\n", encoding="utf-8")
    assert copy()[3] == "changed"
    assert copy()[0] == "tcalc._start"  # compiled again by then


def test_a_broken_compiled_file_is_no_failure(copy):
    cached = next(copy.errors.parent.glob("__pycache__/errors.*.pyc"))
    data = cached.read_bytes()
    for broken in (b"", data[:10], data[:16], data[: len(data) // 2], b"\0" * 16 + data[16:]):
        cached.write_bytes(broken)
        try:
            assert copy()[1] == str(copy.errors)
        except subprocess.CalledProcessError as exc:  # Python's own loader fails, too, where the head is right and the rest is cut
            assert broken[:16] == data[:16] and "EOFError" in exc.stderr


def test_without_compiled_files_python_does_it(copy):
    shutil.rmtree(copy.errors.parent / "__pycache__")
    assert copy("-B")[0] != "tcalc._start"


def test_optimised_python_uses_its_own_files(copy):
    assert copy("-O")[0] != "tcalc._start"
