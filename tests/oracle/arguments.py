"""The values that stand in calls with wrong arguments, by the letters that the texts of calls use: for make_arguments.py and for the test that reads
what it writes."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LETTERS = {
    "T": "torch.ones(2, 3)",
    "V": "torch.ones(3)",
    "S": "torch.tensor(2.0)",
    "N": "torch.tensor(1)",
    "B": "torch.tensor([True, False])",
    "G": "torch.Generator()",
}
VALUES = (
    "T V S N B 1 0 -1 1.5 True None 'a' 'mean' [] () {} [1,2] (0,1) [1,'a'] ['a'] (1.5,) [V] [V,3] [None] torch.float32 2j torch.Size([2]) "
    "torch.device('cpu') torch.strided object() G"
).split()
KEYWORDS = (
    "dim axis keepdim keepdims dtype input other x x2 foo device alpha self p weight size n layout generator reduction inplace training out bias mode"
).split()


def call(torch: Any, text: str) -> tuple[str, str] | None:
    """Class and first line of the error that a call raises; None where it raises none."""
    values = {k: eval(v, {"torch": torch}) for k, v in LETTERS.items()}
    try:
        eval(text, {"torch": torch, **values})
    except Exception as e:
        return type(e).__name__, str(e).partition("\n")[0]
    return None
