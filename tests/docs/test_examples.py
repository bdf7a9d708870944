"""Every example runs and prints what stands beside it: batch files character for character what PyTorch printed, sessions as written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.transcripts import commands, folder, run_piped
from tests.support import ROOT, out, tcalc

EXAMPLES = ROOT / "examples"
BATCH = sorted(p for p in EXAMPLES.glob("*.py") if p.with_suffix(".out").exists())
SESSIONS = sorted((EXAMPLES / "sessions").glob("*.txt"))


def test_every_batch_file_has_its_output() -> None:
    assert {p.name for p in EXAMPLES.glob("*.py")} - {p.name for p in BATCH} == {"with_pytorch.py"}


@pytest.mark.parametrize("path", BATCH, ids=lambda p: p.name)
def test_batch_file_prints_what_pytorch_prints(path: Path, tmp_path: Path) -> None:
    assert out("run", str(path), cwd=tmp_path) == path.with_suffix(".out").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", BATCH, ids=lambda p: p.name)
def test_the_output_is_pytorchs(path: Path) -> None:
    """Where PyTorch is installed, make the expected output again."""
    pytest.importorskip("torch")
    done = subprocess.run([sys.executable, str(EXAMPLES / "with_pytorch.py"), str(path)], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == path.with_suffix(".out").read_text(encoding="utf-8")


def test_iris_exports_its_graph(tmp_path: Path) -> None:
    assert "test accuracy     0.9667" in out("run", str(EXAMPLES / "iris_softmax.py"), cwd=tmp_path)
    svg = (tmp_path / "iris_loss.svg").read_text(encoding="utf-8")
    assert svg.lstrip().startswith("<?xml") or svg.lstrip().startswith("<svg")
    for name in ("W", "b", "matmul", "cross_entropy"):
        assert name in svg
    assert os.listdir(tmp_path) == ["iris_loss.svg"]  # nothing half-written is left


@pytest.mark.skipif(os.name == "nt", reason="bash")
@pytest.mark.parametrize("path", SESSIONS, ids=lambda p: p.name)
def test_session(path: Path) -> None:
    cwd = folder() / "examples"
    for command, expected in commands(path.read_text(encoding="utf-8")):
        assert run_piped(command, cwd) == expected, f"$ {command}"


def test_there_are_sessions() -> None:
    assert SESSIONS


def test_the_data_is_fishers() -> None:
    """The sums of the columns as published with the data (R's iris), and the two rows in which the UCI copy differs."""
    assert out("-v", "A=@examples/data/iris.csv", "--dtype", "float64", "[round(v, 1) for v in A.sum(dim=0).tolist()]") == "[876.5, 458.6, 563.7, 179.9]\n"
    rows = (EXAMPLES / "data" / "iris.csv").read_text().splitlines()
    assert (rows[35], rows[38]) == ("4.9,3.1,1.5,0.2,setosa", "4.9,3.6,1.4,0.1,setosa")


def test_nothing_of_ours_is_needed_to_read_them() -> None:
    assert tcalc("run", "examples/nope.py").returncode == 1
