"""docs/batch.md: its transcript holds, its failing file shows what stands there, and every module that it lists can be imported."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.transcripts import blocks
from tests.support import ROOT, fails, out

TEXT = (ROOT / "docs" / "batch.md").read_text(encoding="utf-8")


def test_the_transcript_holds() -> None:
    assert out("test", "docs/batch.md").endswith("all passed\n")


def test_the_failing_file(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("def f(x):\n    return x @ x\n\nf(ones(2, 3))\n")
    assert fails("run", "train.py", cwd=tmp_path) == blocks(TEXT, "")[0]


def test_the_imports() -> None:
    listed = re.search(r"torch and its parts; numpy \(.*?\); (.*?);", TEXT, re.DOTALL)
    assert listed is not None
    names = re.findall(r"\w+", listed.group(1).replace("(without a bar)", ""))
    assert len(names) > 15
    out(";".join(f"import {name}" for name in names))


def test_the_options_are_there() -> None:
    shown = out("run", "--help") + out("test", "--help")
    for option in set(re.findall(r"--[a-z][a-z-]+", TEXT)):
        assert option in shown or option in ("--json", "--timeout", "--max-memory", "--seed"), option
