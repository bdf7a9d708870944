"""The wheel: what is in it, what it asks for, and that the version has one source."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tcalc import _version
from tests.support import ROOT, environment

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, env=environment(), check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(next(n for n in names if n.endswith("METADATA"))).decode()
        entry = archive.read(next(n for n in names if n.endswith("entry_points.txt"))).decode()
    top = {n.split("/")[0] for n in names}
    assert top == {"tcalc", f"tensorcalc-{_version.__version__}.dist-info"}
    sources = {str(p.relative_to(ROOT)).replace("\\", "/") for p in (ROOT / "tcalc").rglob("*.py")}
    assert {n for n in names if n.endswith(".py")} == sources
    assert not [n for n in names if "__pycache__" in n]
    assert "tcalc = tcalc.cli.main:main" in entry
    assert f"Version: {_version.__version__}\n" in metadata
    for extra in ("cuda12", "cuda13", "test", "dev"):
        assert f"Provides-Extra: {extra}\n" in metadata


def test_the_changelog_knows_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{_version.__version__}]" in text or "## [Unreleased]" in text


def test_dependencies_are_ranges() -> None:
    everything = [*PROJECT["dependencies"], *(d for extra in PROJECT["optional-dependencies"].values() for d in extra)]
    for requirement in everything:
        head = requirement.partition(";")[0]
        assert "==" not in head, requirement
        assert re.search(r">=\d", head) or head.startswith("tensorcalc["), requirement


def test_nothing_optional_is_imported_by_the_package_itself() -> None:
    absent = ("typer", "rich", "prompt_toolkit", "graphviz", "cupy", "PIL", "torch")
    code = f"import sys; sys.modules.update(dict.fromkeys({absent})); import tcalc.cli.main, tcalc.lang.run, tcalc.cli.console"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_ci_runs_make_test() -> None:
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith("exec make test")
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
