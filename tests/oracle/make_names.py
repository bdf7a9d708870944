"""Writes tcalc/cli/names.txt, the public names of PyTorch's tensor library that `tcalc ops --missing` compares with: run it with an interpreter
that has PyTorch.

    python tests/oracle/make_names.py

A line a namespace: its name, a colon, its names. Of ``torch`` only what is exported on purpose (__all__, the native functions, the dtypes), of the
others what can be called; modules, typing's names and the decorators' machinery are left out.
"""

from __future__ import annotations

import inspect
import pathlib

import torch

TARGET = pathlib.Path(__file__).resolve().parent.parent.parent / "tcalc" / "cli" / "names.txt"
SPACES = {
    "torch": torch,
    "Tensor": torch.Tensor,
    "nn.functional": torch.nn.functional,
    "linalg": torch.linalg,
    "special": torch.special,
    "fft": torch.fft,
}
# Imported for the module's own use.
NOT_THEIRS = frozenset(
    "Tensor Callable Optional Union DType BroadcastingList1 BroadcastingList2 BroadcastingList3 TYPE_CHECKING handle_torch_function has_torch_function "
    "has_torch_function_unary has_torch_function_variadic boolean_dispatch assert_int_or_pair".split()
)


def names(space: str, at: object) -> list[str]:
    """The public names of one namespace."""
    found = [n for n in dir(at) if not n.startswith("_") and n not in NOT_THEIRS and not inspect.ismodule(getattr(at, n))]
    if space == "torch":
        meant = {*torch.__all__, *dir(torch._C._VariableFunctions)}
        return [n for n in found if n in meant or isinstance(getattr(torch, n), torch.dtype)]
    return found if space == "Tensor" else [n for n in found if callable(getattr(at, n))]


def text() -> str:
    """The file."""
    head = f"# PyTorch {torch.__version__.partition('+')[0]}; written by tests/oracle/make_names.py\n"
    return head + "".join(f"{space}: {' '.join(sorted(names(space, at)))}\n" for space, at in SPACES.items())


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
