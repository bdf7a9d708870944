"""Writes golden/reductions.json: what PyTorch says to each expression of reductions.txt. Run it under PyTorch: python tests/oracle/make_reductions.py

The expressions are corners of reductions, scans, sorting, histograms, distances and random numbers: refusals, empty tensors, nan, equal elements, dtypes.
"""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXPRESSIONS = HERE / "reductions.txt"
TARGET = HERE / "golden" / "reductions.json"
WORDS = 60  # characters of an error that must agree


def expressions() -> list[str]:
    """The lines of reductions.txt."""
    return [line for line in EXPRESSIONS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def said(torch: object, text: str) -> str:
    """The result as it prints, or the class and first words of the error; random numbers start from the same seed each time."""
    torch.manual_seed(0)
    names = {"torch": torch, "F": torch.nn.functional, "inf": float("inf"), "nan": float("nan")}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            out = repr(eval(text, names))
    except Exception as e:
        return f"{type(e).__name__}: {' '.join(str(e).split())}"[: WORDS + len(type(e).__name__)]
    return re.sub(r"0x[0-9a-f]+", "0x...", " ".join(out.split()))


if __name__ == "__main__":
    import torch

    found = [said(torch, text) for text in expressions()]
    TARGET.write_text(json.dumps(found, separators=(",\n", ":")) + "\n", encoding="utf-8")
