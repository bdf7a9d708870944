"""Writes tcalc/lang/arith.py and arith_to.py: `python tests/lang/make_arith.py`. test_compile.py holds the files to what this makes."""

from __future__ import annotations

from pathlib import Path

TARGET = Path(__file__).resolve().parents[2] / "tcalc" / "lang" / "arith.py"
TARGET_TO = TARGET.with_name("arith_to.py")

HEAD_TO = '''"""Closures for `x = a op b` and `x op= b` where x is a variable next to the code: arith.py's, with the store in the same closure.

Written by tests/lang/make_arith.py; do not edit. Loaded when a loop or a function assigns what it computes.
"""

from __future__ import annotations

from ..engine.graph import state
from .arith import BIG, UNSET

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Code = Callable[[Any], Any]
'''

HEAD = '''"""Closures for arithmetic and comparisons of numbers, one factory for each operator and shape of its operands.

Written by tests/lang/make_arith.py; do not edit. The repetition is the point: the operator stands inside the closure, so that
a loop over numbers pays for no call into a table, and operands that are variables or constants pay for no closure of their own.

Shapes: n a variable next to the code (a slot of the frame, or a global of the module: `f[key]` either way), c a number, e any
expression. A closure takes the frame. Whatever is not a plain int or float goes through `slow` (values.BINARY, values.COMPARE)
with the place noted first; so does every failure (division by zero, overflow), which then fails there with its sentence.
"""

from __future__ import annotations

from ..engine.graph import state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Code = Callable[[Any], Any]


class Unset:
    """The content of a local variable that has no value yet."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNSET"


UNSET = Unset()
BIG = 1 << 62  # products of integers beyond it are made where they are bounded
'''

ARITHMETIC = {"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%", "floordiv": "//"}
COMPARISONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
SHAPES = dict.fromkeys(("add", "sub", "mul", "div"), ("nn", "nc", "ne", "ec", "ce", "ee"))
SHAPES |= dict.fromkeys(("mod", "floordiv"), ("nc", "ec", "ee"))
SHAPES |= dict.fromkeys(COMPARISONS, ("nn", "nc", "ec", "ee"))


def operand(kind: str, var: str) -> tuple[str, str]:
    """Parameters of the factory and the line that fetches one operand."""
    side = "left" if var == "a" else "right"
    if kind == "n":
        return f"{var}_key: Any, load_{var}: Code", f"{var} = f[{var}_key]"
    if kind == "c":
        return f"{var}: float", ""
    return f"{side}: Code", f"{var} = {side}(f)"


def factory(op: str, shape: str, to: bool = False) -> str:
    """The factory of one operator and shape; with `to`, its closure stores what it makes under `key` and gives nothing."""
    text = _factory(op, shape)
    if not to:
        return text
    lines = []
    for line in text.split("\n"):
        indent, found, value = line.partition("return ")
        if found and indent.strip() == "" and value != "run":
            lines.append(f"{indent}f[key] = {value}")
            if len(indent) > 8:
                lines.append(f"{indent}return")
        else:
            lines.append(line.replace(f"def {op}_{shape}(", f"def {op}_{shape}(key: Any, ").replace("def run(f: Any) -> Any", "def run(f: Any) -> None"))
    return "\n".join(lines)


def _factory(op: str, shape: str) -> str:
    sign = ARITHMETIC.get(op) or COMPARISONS[op]
    (par_a, get_a), (par_b, get_b) = operand(shape[0], "a"), operand(shape[1], "b")
    out = [f"def {op}_{shape}({par_a}, {par_b}, slow: Callable[[Any, Any], Any], where: Any) -> Code:", "    def run(f: Any) -> Any:"]
    line = out.append
    near = [v for v, kind in zip("ab", shape) if kind == "n"]
    if near:
        line("        try:")
        for v in near:
            line(f"            {v} = f[{v}_key]")
        line("        except KeyError:")
        for v in near:
            line(f"            {v} = load_{v}(f)")
    for get in (get_a, get_b):
        if get and "f[" not in get:
            line(f"        {get}")
    number = {v: f"(type({v}) is float or type({v}) is int)" for v in "ab"}
    tests = [number[v] for v, kind in zip("ab", shape) if kind != "c"]
    if op in COMPARISONS:
        line(f"        if {' and '.join(tests)}:".replace("if (", "if (", 1) if len(tests) > 1 else f"        if {tests[0][1:-1]}:")
        line(f"            return a {sign} b")
    else:
        line("        try:")
        first = "a" if shape[0] != "c" else "b"
        other = "b" if first == "a" and shape[1] != "c" else ""
        for kind in ("float", "int"):
            line(f"            {'if' if kind == 'float' else 'elif'} type({first}) is {kind}:")
            indent = " " * 16
            if other:
                order = ("float", "int") if kind == "float" else ("int", "float")
                if op == "mul" and kind == "int":
                    line(f"{indent}if type(b) is int:")
                    line(f"{indent}    c = a * b")
                    line(f"{indent}    if -BIG < c < BIG:")
                    line(f"{indent}        return c")
                    line(f"{indent}elif type(b) is float:")
                    line(f"{indent}    return a * b")
                    continue
                line(f"{indent}if type(b) is {order[0]} or type(b) is {order[1]}:")
                line(f"{indent}    return a {sign} b")
            elif op == "mul" and kind == "int":
                line(f"{indent}c = a * b")
                line(f"{indent}if type(c) is float or -BIG < c < BIG:")
                line(f"{indent}    return c")
            else:
                line(f"{indent}return a {sign} b")
        line("        except ArithmeticError:")
        line("            pass")
    for v in near:
        line(f"        if {v} is UNSET:")
        line(f"            {v} = load_{v}(f)")
    line("        state.where = where")
    line("        return slow(a, b)")
    line("")
    line("    return run")
    return "\n".join(out)


def text() -> str:
    parts = [HEAD]
    for op, shapes in SHAPES.items():
        for shape in shapes:
            parts.append(factory(op, shape) + "\n")
    table = ["FACTORIES: dict[str, Callable[..., Code]] = {"]
    for op, shapes in SHAPES.items():
        row = " ".join(f'"{op}_{shape}": {op}_{shape},' for shape in shapes)
        table.append(f"    {row}")
    table.append("}  # fmt: skip\n")
    parts.append("\n".join(table))
    return "\n\n".join(parts).replace("\n\n\n\n", "\n\n\n")


def text_to() -> str:
    parts = [HEAD_TO]
    for op in ARITHMETIC:
        for shape in SHAPES[op]:
            parts.append(factory(op, shape, True) + "\n")
    table = ["FACTORIES: dict[str, Callable[..., Code]] = {"]
    for op in ARITHMETIC:
        row = " ".join(f'"{op}_{shape}": {op}_{shape},' for shape in SHAPES[op])
        table.append(f"    {row}")
    table.append("}  # fmt: skip\n")
    parts.append("\n".join(table))
    return "\n\n".join(parts).replace("\n\n\n\n", "\n\n\n")


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
    TARGET_TO.write_text(text_to(), encoding="utf-8")
