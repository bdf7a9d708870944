"""Closures for arithmetic and comparisons of numbers, one factory for each operator and shape of its operands.

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


def add_nn(a_key: Any, load_a: Code, b_key: Any, load_b: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
            b = f[b_key]
        except KeyError:
            a = load_a(f)
            b = load_b(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    return a + b
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    return a + b
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        if b is UNSET:
            b = load_b(f)
        state.where = where
        return slow(a, b)

    return run


def add_nc(a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        try:
            if type(a) is float:
                return a + b
            elif type(a) is int:
                return a + b
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        return slow(a, b)

    return run


def add_ne(a_key: Any, load_a: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    return a + b
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    return a + b
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        return slow(a, b)

    return run


def add_ec(left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        try:
            if type(a) is float:
                return a + b
            elif type(a) is int:
                return a + b
        except ArithmeticError:
            pass
        state.where = where
        return slow(a, b)

    return run


def add_ce(a: float, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        b = right(f)
        try:
            if type(b) is float:
                return a + b
            elif type(b) is int:
                return a + b
        except ArithmeticError:
            pass
        state.where = where
        return slow(a, b)

    return run


def add_ee(left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    return a + b
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    return a + b
        except ArithmeticError:
            pass
        state.where = where
        return slow(a, b)

    return run


def sub_nn(a_key: Any, load_a: Code, b_key: Any, load_b: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
            b = f[b_key]
        except KeyError:
            a = load_a(f)
            b = load_b(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    return a - b
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    return a - b
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        if b is UNSET:
            b = load_b(f)
        state.where = where
        return slow(a, b)

    return run


def sub_nc(a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        try:
            if type(a) is float:
                return a - b
            elif type(a) is int:
                return a - b
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        return slow(a, b)

    return run


def sub_ne(a_key: Any, load_a: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    return a - b
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    return a - b
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        return slow(a, b)

    return run


def sub_ec(left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        try:
            if type(a) is float:
                return a - b
            elif type(a) is int:
                return a - b
        except ArithmeticError:
            pass
        state.where = where
        return slow(a, b)

    return run


def sub_ce(a: float, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        b = right(f)
        try:
            if type(b) is float:
                return a - b
            elif type(b) is int:
                return a - b
        except ArithmeticError:
            pass
        state.where = where
        return slow(a, b)

    return run


def sub_ee(left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    return a - b
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    return a - b
        except ArithmeticError:
            pass
        state.where = where
        return slow(a, b)

    return run


def mul_nn(a_key: Any, load_a: Code, b_key: Any, load_b: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
            b = f[b_key]
        except KeyError:
            a = load_a(f)
            b = load_b(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    return a * b
            elif type(a) is int:
                if type(b) is int:
                    c = a * b
                    if -BIG < c < BIG:
                        return c
                elif type(b) is float:
                    return a * b
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        if b is UNSET:
            b = load_b(f)
        state.where = where
        return slow(a, b)

    return run


def mul_nc(a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        try:
            if type(a) is float:
                return a * b
            elif type(a) is int:
                c = a * b
                if type(c) is float or -BIG < c < BIG:
                    return c
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        return slow(a, b)

    return run


def mul_ne(a_key: Any, load_a: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    return a * b
            elif type(a) is int:
                if type(b) is int:
                    c = a * b
                    if -BIG < c < BIG:
                        return c
                elif type(b) is float:
                    return a * b
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        return slow(a, b)

    return run


def mul_ec(left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        try:
            if type(a) is float:
                return a * b
            elif type(a) is int:
                c = a * b
                if type(c) is float or -BIG < c < BIG:
                    return c
        except ArithmeticError:
            pass
        state.where = where
        return slow(a, b)

    return run


def mul_ce(a: float, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        b = right(f)
        try:
            if type(b) is float:
                return a * b
            elif type(b) is int:
                c = a * b
                if type(c) is float or -BIG < c < BIG:
                    return c
        except ArithmeticError:
            pass
        state.where = where
        return slow(a, b)

    return run


def mul_ee(left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    return a * b
            elif type(a) is int:
                if type(b) is int:
                    c = a * b
                    if -BIG < c < BIG:
                        return c
                elif type(b) is float:
                    return a * b
        except ArithmeticError:
            pass
        state.where = where
        return slow(a, b)

    return run


def div_nn(a_key: Any, load_a: Code, b_key: Any, load_b: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
            b = f[b_key]
        except KeyError:
            a = load_a(f)
            b = load_b(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    return a / b
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    return a / b
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        if b is UNSET:
            b = load_b(f)
        state.where = where
        return slow(a, b)

    return run


def div_nc(a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        try:
            if type(a) is float:
                return a / b
            elif type(a) is int:
                return a / b
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        return slow(a, b)

    return run


def div_ne(a_key: Any, load_a: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    return a / b
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    return a / b
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        return slow(a, b)

    return run


def div_ec(left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        try:
            if type(a) is float:
                return a / b
            elif type(a) is int:
                return a / b
        except ArithmeticError:
            pass
        state.where = where
        return slow(a, b)

    return run


def div_ce(a: float, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        b = right(f)
        try:
            if type(b) is float:
                return a / b
            elif type(b) is int:
                return a / b
        except ArithmeticError:
            pass
        state.where = where
        return slow(a, b)

    return run


def div_ee(left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    return a / b
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    return a / b
        except ArithmeticError:
            pass
        state.where = where
        return slow(a, b)

    return run


def mod_nc(a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        try:
            if type(a) is float:
                return a % b
            elif type(a) is int:
                return a % b
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        return slow(a, b)

    return run


def mod_ec(left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        try:
            if type(a) is float:
                return a % b
            elif type(a) is int:
                return a % b
        except ArithmeticError:
            pass
        state.where = where
        return slow(a, b)

    return run


def mod_ee(left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    return a % b
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    return a % b
        except ArithmeticError:
            pass
        state.where = where
        return slow(a, b)

    return run


def floordiv_nc(a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        try:
            if type(a) is float:
                return a // b
            elif type(a) is int:
                return a // b
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        return slow(a, b)

    return run


def floordiv_ec(left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        try:
            if type(a) is float:
                return a // b
            elif type(a) is int:
                return a // b
        except ArithmeticError:
            pass
        state.where = where
        return slow(a, b)

    return run


def floordiv_ee(left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    return a // b
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    return a // b
        except ArithmeticError:
            pass
        state.where = where
        return slow(a, b)

    return run


def lt_nn(a_key: Any, load_a: Code, b_key: Any, load_b: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
            b = f[b_key]
        except KeyError:
            a = load_a(f)
            b = load_b(f)
        if (type(a) is float or type(a) is int) and (type(b) is float or type(b) is int):
            return a < b
        if a is UNSET:
            a = load_a(f)
        if b is UNSET:
            b = load_b(f)
        state.where = where
        return slow(a, b)

    return run


def lt_nc(a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        if type(a) is float or type(a) is int:
            return a < b
        if a is UNSET:
            a = load_a(f)
        state.where = where
        return slow(a, b)

    return run


def lt_ec(left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        if type(a) is float or type(a) is int:
            return a < b
        state.where = where
        return slow(a, b)

    return run


def lt_ee(left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        b = right(f)
        if (type(a) is float or type(a) is int) and (type(b) is float or type(b) is int):
            return a < b
        state.where = where
        return slow(a, b)

    return run


def le_nn(a_key: Any, load_a: Code, b_key: Any, load_b: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
            b = f[b_key]
        except KeyError:
            a = load_a(f)
            b = load_b(f)
        if (type(a) is float or type(a) is int) and (type(b) is float or type(b) is int):
            return a <= b
        if a is UNSET:
            a = load_a(f)
        if b is UNSET:
            b = load_b(f)
        state.where = where
        return slow(a, b)

    return run


def le_nc(a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        if type(a) is float or type(a) is int:
            return a <= b
        if a is UNSET:
            a = load_a(f)
        state.where = where
        return slow(a, b)

    return run


def le_ec(left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        if type(a) is float or type(a) is int:
            return a <= b
        state.where = where
        return slow(a, b)

    return run


def le_ee(left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        b = right(f)
        if (type(a) is float or type(a) is int) and (type(b) is float or type(b) is int):
            return a <= b
        state.where = where
        return slow(a, b)

    return run


def gt_nn(a_key: Any, load_a: Code, b_key: Any, load_b: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
            b = f[b_key]
        except KeyError:
            a = load_a(f)
            b = load_b(f)
        if (type(a) is float or type(a) is int) and (type(b) is float or type(b) is int):
            return a > b
        if a is UNSET:
            a = load_a(f)
        if b is UNSET:
            b = load_b(f)
        state.where = where
        return slow(a, b)

    return run


def gt_nc(a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        if type(a) is float or type(a) is int:
            return a > b
        if a is UNSET:
            a = load_a(f)
        state.where = where
        return slow(a, b)

    return run


def gt_ec(left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        if type(a) is float or type(a) is int:
            return a > b
        state.where = where
        return slow(a, b)

    return run


def gt_ee(left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        b = right(f)
        if (type(a) is float or type(a) is int) and (type(b) is float or type(b) is int):
            return a > b
        state.where = where
        return slow(a, b)

    return run


def ge_nn(a_key: Any, load_a: Code, b_key: Any, load_b: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
            b = f[b_key]
        except KeyError:
            a = load_a(f)
            b = load_b(f)
        if (type(a) is float or type(a) is int) and (type(b) is float or type(b) is int):
            return a >= b
        if a is UNSET:
            a = load_a(f)
        if b is UNSET:
            b = load_b(f)
        state.where = where
        return slow(a, b)

    return run


def ge_nc(a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        if type(a) is float or type(a) is int:
            return a >= b
        if a is UNSET:
            a = load_a(f)
        state.where = where
        return slow(a, b)

    return run


def ge_ec(left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        if type(a) is float or type(a) is int:
            return a >= b
        state.where = where
        return slow(a, b)

    return run


def ge_ee(left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        b = right(f)
        if (type(a) is float or type(a) is int) and (type(b) is float or type(b) is int):
            return a >= b
        state.where = where
        return slow(a, b)

    return run


def eq_nn(a_key: Any, load_a: Code, b_key: Any, load_b: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
            b = f[b_key]
        except KeyError:
            a = load_a(f)
            b = load_b(f)
        if (type(a) is float or type(a) is int) and (type(b) is float or type(b) is int):
            return a == b
        if a is UNSET:
            a = load_a(f)
        if b is UNSET:
            b = load_b(f)
        state.where = where
        return slow(a, b)

    return run


def eq_nc(a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        if type(a) is float or type(a) is int:
            return a == b
        if a is UNSET:
            a = load_a(f)
        state.where = where
        return slow(a, b)

    return run


def eq_ec(left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        if type(a) is float or type(a) is int:
            return a == b
        state.where = where
        return slow(a, b)

    return run


def eq_ee(left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        b = right(f)
        if (type(a) is float or type(a) is int) and (type(b) is float or type(b) is int):
            return a == b
        state.where = where
        return slow(a, b)

    return run


def ne_nn(a_key: Any, load_a: Code, b_key: Any, load_b: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
            b = f[b_key]
        except KeyError:
            a = load_a(f)
            b = load_b(f)
        if (type(a) is float or type(a) is int) and (type(b) is float or type(b) is int):
            return a != b
        if a is UNSET:
            a = load_a(f)
        if b is UNSET:
            b = load_b(f)
        state.where = where
        return slow(a, b)

    return run


def ne_nc(a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        if type(a) is float or type(a) is int:
            return a != b
        if a is UNSET:
            a = load_a(f)
        state.where = where
        return slow(a, b)

    return run


def ne_ec(left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        if type(a) is float or type(a) is int:
            return a != b
        state.where = where
        return slow(a, b)

    return run


def ne_ee(left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> Any:
        a = left(f)
        b = right(f)
        if (type(a) is float or type(a) is int) and (type(b) is float or type(b) is int):
            return a != b
        state.where = where
        return slow(a, b)

    return run


FACTORIES: dict[str, Callable[..., Code]] = {
    "add_nn": add_nn, "add_nc": add_nc, "add_ne": add_ne, "add_ec": add_ec, "add_ce": add_ce, "add_ee": add_ee,
    "sub_nn": sub_nn, "sub_nc": sub_nc, "sub_ne": sub_ne, "sub_ec": sub_ec, "sub_ce": sub_ce, "sub_ee": sub_ee,
    "mul_nn": mul_nn, "mul_nc": mul_nc, "mul_ne": mul_ne, "mul_ec": mul_ec, "mul_ce": mul_ce, "mul_ee": mul_ee,
    "div_nn": div_nn, "div_nc": div_nc, "div_ne": div_ne, "div_ec": div_ec, "div_ce": div_ce, "div_ee": div_ee,
    "mod_nc": mod_nc, "mod_ec": mod_ec, "mod_ee": mod_ee,
    "floordiv_nc": floordiv_nc, "floordiv_ec": floordiv_ec, "floordiv_ee": floordiv_ee,
    "lt_nn": lt_nn, "lt_nc": lt_nc, "lt_ec": lt_ec, "lt_ee": lt_ee,
    "le_nn": le_nn, "le_nc": le_nc, "le_ec": le_ec, "le_ee": le_ee,
    "gt_nn": gt_nn, "gt_nc": gt_nc, "gt_ec": gt_ec, "gt_ee": gt_ee,
    "ge_nn": ge_nn, "ge_nc": ge_nc, "ge_ec": ge_ec, "ge_ee": ge_ee,
    "eq_nn": eq_nn, "eq_nc": eq_nc, "eq_ec": eq_ec, "eq_ee": eq_ee,
    "ne_nn": ne_nn, "ne_nc": ne_nc, "ne_ec": ne_ec, "ne_ee": ne_ee,
}  # fmt: skip
