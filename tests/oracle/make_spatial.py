"""Writes golden/spatial.json: what PyTorch says to each line of spatial.txt. Run it under PyTorch: python tests/oracle/make_spatial.py

The lines are corners of convolution, pooling, padding, interpolation and sampling. A line with inputs (after a bar, as functional.py writes them) is recorded
with values, layout, node and gradients; any other as it prints, or by its refusal.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import cases  # noqa: E402
from make_reductions import said  # noqa: E402

LINES = HERE / "spatial.txt"
TARGET = HERE / "golden" / "spatial.json"


def lines() -> list[str]:
    """The lines of spatial.txt."""
    return [line for line in LINES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def observed(torch: object, line: str) -> object:
    """What a library makes of a line."""
    text, bar, given = line.partition(" | ")
    if not bar:
        return said(torch, text)
    inputs = dict(part.strip().split("=", 1) for part in given.split(";"))
    return cases.observe(torch, cases.Case("spatial", text.replace("F.", "torch.nn.functional."), inputs, "float64"))


if __name__ == "__main__":
    import torch

    found = [observed(torch, line) for line in lines()]
    body = ",\n".join(json.dumps(v, ensure_ascii=False, separators=(",", ":")) for v in found)
    TARGET.write_text(f"[\n{body}\n]\n", encoding="utf-8")
