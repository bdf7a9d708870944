"""Closures for `x = a op b` and `x op= b` where x is a variable next to the code: arith.py's, with the store in the same closure.

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


def add_nn(key: Any, a_key: Any, load_a: Code, b_key: Any, load_b: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        try:
            a = f[a_key]
            b = f[b_key]
        except KeyError:
            a = load_a(f)
            b = load_b(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    f[key] = a + b
                    return
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    f[key] = a + b
                    return
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        if b is UNSET:
            b = load_b(f)
        state.where = where
        f[key] = slow(a, b)

    return run


def add_nc(key: Any, a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        try:
            if type(a) is float:
                f[key] = a + b
                return
            elif type(a) is int:
                f[key] = a + b
                return
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        f[key] = slow(a, b)

    return run


def add_ne(key: Any, a_key: Any, load_a: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    f[key] = a + b
                    return
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    f[key] = a + b
                    return
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        f[key] = slow(a, b)

    return run


def add_ec(key: Any, left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        a = left(f)
        try:
            if type(a) is float:
                f[key] = a + b
                return
            elif type(a) is int:
                f[key] = a + b
                return
        except ArithmeticError:
            pass
        state.where = where
        f[key] = slow(a, b)

    return run


def add_ce(key: Any, a: float, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        b = right(f)
        try:
            if type(b) is float:
                f[key] = a + b
                return
            elif type(b) is int:
                f[key] = a + b
                return
        except ArithmeticError:
            pass
        state.where = where
        f[key] = slow(a, b)

    return run


def add_ee(key: Any, left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        a = left(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    f[key] = a + b
                    return
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    f[key] = a + b
                    return
        except ArithmeticError:
            pass
        state.where = where
        f[key] = slow(a, b)

    return run


def sub_nn(key: Any, a_key: Any, load_a: Code, b_key: Any, load_b: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        try:
            a = f[a_key]
            b = f[b_key]
        except KeyError:
            a = load_a(f)
            b = load_b(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    f[key] = a - b
                    return
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    f[key] = a - b
                    return
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        if b is UNSET:
            b = load_b(f)
        state.where = where
        f[key] = slow(a, b)

    return run


def sub_nc(key: Any, a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        try:
            if type(a) is float:
                f[key] = a - b
                return
            elif type(a) is int:
                f[key] = a - b
                return
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        f[key] = slow(a, b)

    return run


def sub_ne(key: Any, a_key: Any, load_a: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    f[key] = a - b
                    return
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    f[key] = a - b
                    return
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        f[key] = slow(a, b)

    return run


def sub_ec(key: Any, left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        a = left(f)
        try:
            if type(a) is float:
                f[key] = a - b
                return
            elif type(a) is int:
                f[key] = a - b
                return
        except ArithmeticError:
            pass
        state.where = where
        f[key] = slow(a, b)

    return run


def sub_ce(key: Any, a: float, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        b = right(f)
        try:
            if type(b) is float:
                f[key] = a - b
                return
            elif type(b) is int:
                f[key] = a - b
                return
        except ArithmeticError:
            pass
        state.where = where
        f[key] = slow(a, b)

    return run


def sub_ee(key: Any, left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        a = left(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    f[key] = a - b
                    return
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    f[key] = a - b
                    return
        except ArithmeticError:
            pass
        state.where = where
        f[key] = slow(a, b)

    return run


def mul_nn(key: Any, a_key: Any, load_a: Code, b_key: Any, load_b: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        try:
            a = f[a_key]
            b = f[b_key]
        except KeyError:
            a = load_a(f)
            b = load_b(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    f[key] = a * b
                    return
            elif type(a) is int:
                if type(b) is int:
                    c = a * b
                    if -BIG < c < BIG:
                        f[key] = c
                        return
                elif type(b) is float:
                    f[key] = a * b
                    return
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        if b is UNSET:
            b = load_b(f)
        state.where = where
        f[key] = slow(a, b)

    return run


def mul_nc(key: Any, a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        try:
            if type(a) is float:
                f[key] = a * b
                return
            elif type(a) is int:
                c = a * b
                if type(c) is float or -BIG < c < BIG:
                    f[key] = c
                    return
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        f[key] = slow(a, b)

    return run


def mul_ne(key: Any, a_key: Any, load_a: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    f[key] = a * b
                    return
            elif type(a) is int:
                if type(b) is int:
                    c = a * b
                    if -BIG < c < BIG:
                        f[key] = c
                        return
                elif type(b) is float:
                    f[key] = a * b
                    return
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        f[key] = slow(a, b)

    return run


def mul_ec(key: Any, left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        a = left(f)
        try:
            if type(a) is float:
                f[key] = a * b
                return
            elif type(a) is int:
                c = a * b
                if type(c) is float or -BIG < c < BIG:
                    f[key] = c
                    return
        except ArithmeticError:
            pass
        state.where = where
        f[key] = slow(a, b)

    return run


def mul_ce(key: Any, a: float, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        b = right(f)
        try:
            if type(b) is float:
                f[key] = a * b
                return
            elif type(b) is int:
                c = a * b
                if type(c) is float or -BIG < c < BIG:
                    f[key] = c
                    return
        except ArithmeticError:
            pass
        state.where = where
        f[key] = slow(a, b)

    return run


def mul_ee(key: Any, left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        a = left(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    f[key] = a * b
                    return
            elif type(a) is int:
                if type(b) is int:
                    c = a * b
                    if -BIG < c < BIG:
                        f[key] = c
                        return
                elif type(b) is float:
                    f[key] = a * b
                    return
        except ArithmeticError:
            pass
        state.where = where
        f[key] = slow(a, b)

    return run


def div_nn(key: Any, a_key: Any, load_a: Code, b_key: Any, load_b: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        try:
            a = f[a_key]
            b = f[b_key]
        except KeyError:
            a = load_a(f)
            b = load_b(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    f[key] = a / b
                    return
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    f[key] = a / b
                    return
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        if b is UNSET:
            b = load_b(f)
        state.where = where
        f[key] = slow(a, b)

    return run


def div_nc(key: Any, a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        try:
            if type(a) is float:
                f[key] = a / b
                return
            elif type(a) is int:
                f[key] = a / b
                return
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        f[key] = slow(a, b)

    return run


def div_ne(key: Any, a_key: Any, load_a: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    f[key] = a / b
                    return
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    f[key] = a / b
                    return
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        f[key] = slow(a, b)

    return run


def div_ec(key: Any, left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        a = left(f)
        try:
            if type(a) is float:
                f[key] = a / b
                return
            elif type(a) is int:
                f[key] = a / b
                return
        except ArithmeticError:
            pass
        state.where = where
        f[key] = slow(a, b)

    return run


def div_ce(key: Any, a: float, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        b = right(f)
        try:
            if type(b) is float:
                f[key] = a / b
                return
            elif type(b) is int:
                f[key] = a / b
                return
        except ArithmeticError:
            pass
        state.where = where
        f[key] = slow(a, b)

    return run


def div_ee(key: Any, left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        a = left(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    f[key] = a / b
                    return
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    f[key] = a / b
                    return
        except ArithmeticError:
            pass
        state.where = where
        f[key] = slow(a, b)

    return run


def mod_nc(key: Any, a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        try:
            if type(a) is float:
                f[key] = a % b
                return
            elif type(a) is int:
                f[key] = a % b
                return
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        f[key] = slow(a, b)

    return run


def mod_ec(key: Any, left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        a = left(f)
        try:
            if type(a) is float:
                f[key] = a % b
                return
            elif type(a) is int:
                f[key] = a % b
                return
        except ArithmeticError:
            pass
        state.where = where
        f[key] = slow(a, b)

    return run


def mod_ee(key: Any, left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        a = left(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    f[key] = a % b
                    return
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    f[key] = a % b
                    return
        except ArithmeticError:
            pass
        state.where = where
        f[key] = slow(a, b)

    return run


def floordiv_nc(key: Any, a_key: Any, load_a: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        try:
            a = f[a_key]
        except KeyError:
            a = load_a(f)
        try:
            if type(a) is float:
                f[key] = a // b
                return
            elif type(a) is int:
                f[key] = a // b
                return
        except ArithmeticError:
            pass
        if a is UNSET:
            a = load_a(f)
        state.where = where
        f[key] = slow(a, b)

    return run


def floordiv_ec(key: Any, left: Code, b: float, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        a = left(f)
        try:
            if type(a) is float:
                f[key] = a // b
                return
            elif type(a) is int:
                f[key] = a // b
                return
        except ArithmeticError:
            pass
        state.where = where
        f[key] = slow(a, b)

    return run


def floordiv_ee(key: Any, left: Code, right: Code, slow: Callable[[Any, Any], Any], where: Any) -> Code:
    def run(f: Any) -> None:
        a = left(f)
        b = right(f)
        try:
            if type(a) is float:
                if type(b) is float or type(b) is int:
                    f[key] = a // b
                    return
            elif type(a) is int:
                if type(b) is int or type(b) is float:
                    f[key] = a // b
                    return
        except ArithmeticError:
            pass
        state.where = where
        f[key] = slow(a, b)

    return run


FACTORIES: dict[str, Callable[..., Code]] = {
    "add_nn": add_nn, "add_nc": add_nc, "add_ne": add_ne, "add_ec": add_ec, "add_ce": add_ce, "add_ee": add_ee,
    "sub_nn": sub_nn, "sub_nc": sub_nc, "sub_ne": sub_ne, "sub_ec": sub_ec, "sub_ce": sub_ce, "sub_ee": sub_ee,
    "mul_nn": mul_nn, "mul_nc": mul_nc, "mul_ne": mul_ne, "mul_ec": mul_ec, "mul_ce": mul_ce, "mul_ee": mul_ee,
    "div_nn": div_nn, "div_nc": div_nc, "div_ne": div_ne, "div_ec": div_ec, "div_ce": div_ce, "div_ee": div_ee,
    "mod_nc": mod_nc, "mod_ec": mod_ec, "mod_ee": mod_ee,
    "floordiv_nc": floordiv_nc, "floordiv_ec": floordiv_ec, "floordiv_ee": floordiv_ee,
}  # fmt: skip
