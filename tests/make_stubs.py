"""Writes tcalc/engine/_methods.pyi: the methods that ops give Tensor, for editors and type checkers. Run it after adding an op: python tests/make_stubs.py"""

from __future__ import annotations

import keyword
from pathlib import Path

from tcalc.engine import Tensor, registry

TARGET = Path(__file__).resolve().parent.parent / "tcalc" / "engine" / "_methods.pyi"
HEAD = '''"""The methods that ops give Tensor, for editors and type checkers. Written by tests/make_stubs.py; a test keeps it fresh."""

# ruff: noqa
from builtins import bool as _bool, float as _float, int as _int  # methods bear their names
from collections.abc import Sequence
from typing import Any, overload

from .dtypes import dtype
from .tensors import Tensor, device

_Number = _bool | _int | _float | complex

class Methods:
'''
# parameter types of schemas -> Python's
TYPES = {
    "Tensor": "Tensor", "Tensor|Scalar": "Tensor | _Number", "Scalar": "_Number", "int": "_int", "float": "_float", "bool": "_bool", "str": "str",
    "int[]": "Sequence[_int]", "int[1]": "_int | Sequence[_int]", "float[]": "Sequence[_float]", "ScalarType": "dtype", "Device": "device | str | _int",
    "Tensor[]": "Sequence[Tensor]", "Tensor?[]": "Sequence[Tensor | None]", "Generator": "Any", "Any": "Any",
}  # fmt: skip
RETURNS = {"Tensor": "Tensor", "Tensor(a)": "Tensor", "Tensor(a!)": "Tensor", "Tensor[]": "tuple[Tensor, ...]", "Tensor(a)[]": "tuple[Tensor, ...]",
           "bool": "_bool", "int": "_int", "Scalar": "_Number"}  # fmt: skip


def returned(text: str) -> str:
    """Python's type for what stands behind a schema's arrow."""
    text = text.rpartition(") -> ")[2].strip() if ") -> (" not in text else text[text.index(") -> (") + 5 :].strip()
    if text.startswith("("):
        parts = [p.strip().split(" ")[0] for p in text[1:-1].split(",")]
        return f"tuple[{', '.join(RETURNS.get(p, 'Any') for p in parts)}]"
    return RETURNS.get(text, "Any")


def declared(p: registry.Param) -> str:
    """One parameter: ``dim: int | None = None``."""
    called = p.name + "_" * keyword.iskeyword(p.name)  # uniform_(from, to): by position only
    kind = TYPES[p.type] + (" | None" if p.optional and p.type != "Any" else "")
    if p.default is registry._MISSING:
        return f"{called}: {kind}"
    default = p.default if isinstance(p.default, (bool, int, float, str, type(None))) else ...
    return f"{called}: {kind} = {'...' if default is ... or default != default or default in (float('inf'), -float('inf')) else repr(default)}"


def signatures(name: str, o: registry.Op) -> list[str]:
    """The lines of one overload: two where sizes may come one by one."""
    rest = o.schema.params[1:]
    result = "Tensor" if name.endswith("_") else returned(o.text)
    out = []
    spread = bool(rest) and rest[0].type in ("int[]", "int[1]") and not any(not p.kwonly and p.default is registry._MISSING for p in rest[1:])
    if spread:
        names = [f"*{rest[0].name}: _int", *[declared(p) for p in rest[1:]]]
        out.append(f"def {name}({', '.join(['self', *names])}) -> {result}: ...")
    names, starred = ["self"], False
    for p in rest:
        if p.kwonly and not starred:
            names.append("*")
            starred = True
        names.append(declared(p))
    out.append(f"def {name}({', '.join(names)}) -> {result}: ...")
    return out


def text() -> str:
    """The stub's source, from the registry."""
    registry.load_all()
    own = {n for n, v in Tensor.__dict__.items() if getattr(v, "__module__", "") == "tcalc.engine.tensors" or isinstance(v, property)}
    blocks = []
    for name in sorted(registry.METHODS):
        method = registry.METHODS[name]
        family = getattr(method, "family", None) or getattr(method, "__wrapped__", None)
        if name in own or keyword.iskeyword(name):
            continue
        if not isinstance(family, registry.Family):
            blocks.append([f"def {name}(self, *args: Any, **kwargs: Any) -> {'Any' if name == 'type' else 'Tensor'}: ..."])
            continue
        lines: list[str] = []
        for o in family.overloads:
            if o.name.endswith(".number"):  # the number comes first: no method
                continue
            lines += [s for s in signatures(name, o) if s not in lines]
        blocks.append(lines)
    body = ""
    for lines in blocks:
        for line in lines:
            body += ("    @overload\n" if len(lines) > 1 else "") + f"    {line}\n"
    return HEAD + body


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
