# ruff: noqa: E501
"""Programs that nobody wrote: drawn from a grammar, cut out of real ones and changed, or raw bytes. Each gives values or a diagnostic.

A minute in the suite. `TCALC_FUZZ_SECONDS=3600 pytest tests/lang/test_fuzz.py` goes on for an hour, with a fresh seed each time (printed with a
failure; TCALC_FUZZ_SEED takes one).
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tcalc import engine
from tcalc.lang import statements
from tcalc.lang.diagnostic import LangError, diagnose
from tcalc.lang.exceptions import caught
from tcalc.lang.limits import Limits
from tcalc.lang.run import Session

SECONDS = float(os.environ.get("TCALC_FUZZ_SECONDS", "0"))  # in all; 0 is the suite's minute, with one seed
SEED = int(os.environ.get("TCALC_FUZZ_SEED", "0")) or (random.randrange(1 << 30) if SECONDS else 7)
SHARE = SECONDS / 4 if SECONDS else 15.0  # seconds for each of the loops here
TIMEOUT = 3.0
LONGEST = 20.0  # a program that runs longer has left its budget (an operation in progress is not cut off; machines are slow)
ROOT = Path(__file__).resolve().parents[2]


FAULTS: list[BaseException] = []  # of ours, that a program caught


def watched(error: BaseException) -> bool:
    """exceptions.caught, which also looks for what no program should have to catch."""
    if isinstance(error, Exception) and diagnose(error, None).kind == "internal":
        FAULTS.append(error)
    return caught(error)


@pytest.fixture(autouse=True)
def untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings that a program may change are as before afterwards."""
    kept = engine.get_default_dtype()
    monkeypatch.setattr(statements, "caught", watched)
    yield
    engine.set_default_dtype(kept)
    engine.set_printoptions(profile="default")
    engine.set_grad_enabled(True)


def survives(text: str) -> None:
    """A value or a diagnostic that is no fault of ours, within the budget."""
    session = Session(sink=lambda s: None, limits=Limits(steps=2_000, timeout=TIMEOUT))
    start = time.monotonic()
    try:
        for result in session.run(text):
            str(result.value)
    except LangError as error:
        d = error.diagnostic
        assert d.kind != "internal", (SEED, text, d, error.__cause__)
        assert d.sentence or d.exception, (SEED, text)
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RuntimeError) as error:
        # the text of a value, made here and not by the program: what its class says may fail as it likes
        assert "own" in error.__dict__ or "facts" in error.__dict__ or isinstance(error, RecursionError), (SEED, text, error)
    assert not FAULTS, (SEED, text, FAULTS.pop())
    spent = time.monotonic() - start
    assert spent < LONGEST, (SEED, text, spent)


def for_a_while(step: Callable[[random.Random], None]) -> None:
    """Repeat a step for the share of the time, at least once."""
    rng = random.Random(SEED)
    until = time.monotonic() + SHARE
    while True:
        step(rng)
        if time.monotonic() > until:
            return


# -- a grammar of whole programs -------------------------------------------------------------------------------------------------

NAMES = "x y z f g A B a b e self n torch nn model".split()
FIELDS = "x y v data shape grad args T name items keys append add_ sum m p __name__ __class__ forward weight invoke fields cls_ host".split()
CALLED = (
    "f g A B print len str repr sorted list tuple set dict sum max min isinstance type range int float abs iter next super hasattr callable zip map".split()
)
CALLED += "torch.ones torch.tensor nn.Linear nn.Module nn.Sequential nn.Parameter ValueError KeyError Exception property staticmethod x.m a.m A.c torch.no_grad".split()
OPERATORS = "+ - * / // % ** @ & | ^ << >> < <= > >= == != in is and or".split()
METHODS = (
    "__init__ __repr__ __str__ __len__ __getitem__ __setitem__ __iter__ __next__ __call__ __eq__ __lt__ __hash__ __add__ __radd__ __enter__ __exit__".split()
)
METHODS += "__bool__ __contains__ __float__ __index__ m p forward extra_repr".split()
BASES = "A B object Exception ValueError nn.Module nn.Linear torch.autograd.Function torch.utils.data.Dataset int print x".split()
ERRORS = "Exception ValueError TypeError KeyError (ValueError,TypeError) A x ZeroDivisionError StopIteration RuntimeError".split()


HEAD = """
import torch
import torch.nn as nn
class A:
    k = 1
    def __init__(self, *v, **k): self.x, self.v = 1, v
    def m(self, *v): return self.x
    @property
    def p(self): return self.v
    @classmethod
    def c(cls, *v): return cls
class B(A):
    def m(self, *v): return super().m()
    def __repr__(self): return "B"
def f(x=1, *y, **z): return x
g = lambda *v: v
x, y, z, n, self, e = [1, 2], torch.ones(2), {"k": 1}, 3, None, None
a, b, model = A(), B(2), nn.Linear(2, 2)
"""


class Grammar:
    """Draws a program."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.left = 60  # nodes

    def pick(self, values: list[str]) -> str:
        return self.rng.choice(values)

    def expr(self, depth: int = 0) -> str:
        self.left -= 1
        if depth > 4 or self.left < 0 or self.rng.random() < 0.3:
            return self.pick(
                [*NAMES, *NAMES, "0", "1", "-1", "2.5", "'s'", "''", "None", "True", "[]", "()", "{}", "...", "[1, 2]", "{'k': 1}", "1e308", "NotImplemented"]
            )
        e = lambda: self.expr(depth + 1)
        kinds: list[Callable[[], str]] = [
            lambda: f"({e()} {self.pick(OPERATORS)} {e()})",
            lambda: f"{self.pick(CALLED)}({', '.join(e() for _ in range(self.rng.randrange(3)))})",
            lambda: f"{self.pick(CALLED)}({e()}, *{e()})",
            lambda: f"{self.pick(CALLED)}({self.pick(NAMES[:8])}={e()})",
            lambda: f"({e()}).{self.pick(FIELDS)}",
            lambda: f"({e()}).{self.pick(FIELDS)}({e()})",
            lambda: f"({e()})[{e()}]",
            lambda: f"({e()})[{e()}:{e()}]",
            lambda: f"[{e()} for {self.pick(NAMES[:5])} in {e()} if {e()}]",
            lambda: f"list({e()} for {self.pick(NAMES[:5])} in {e()})",
            lambda: f"{{{e()}: {e()} for {self.pick(NAMES[:5])} in {e()}}}",
            lambda: f"(lambda {self.pick(NAMES[:5])}={e()}: {e()})({e()})",
            lambda: f"({e()} if {e()} else {e()})",
            lambda: f"({self.pick(NAMES[:5])} := {e()})",
            lambda: f'f"{{{self.pick(NAMES)}!r:>9}}{{{self.pick(NAMES)}}}"',
            lambda: f"'{{}} {{!r}}'.format({e()}, {e()})",
            lambda: f"'%s %r' % ({e()}, {e()})",
            lambda: f"[{e()}, *{e()}]",
            lambda: f"(not {e()})",
            lambda: f"(-({e()}))",
        ]
        return self.rng.choice(kinds)()

    def block(self, depth: int, where: str) -> str:
        lines = [self.statement(depth, where) for _ in range(self.rng.randrange(1, 4))]
        pad = "    "
        return "\n".join(pad + line for text in lines for line in text.split("\n"))

    def statement(self, depth: int = 0, where: str = "module") -> str:
        self.left -= 2
        e = self.expr
        if depth > 3 or self.left < 0 or self.rng.random() < 0.4:
            simple = [
                f"{self.pick(NAMES)} = {e()}",
                f"{self.pick(NAMES[:5])}, {self.pick(NAMES[:5])} = {e()}",
                f"{self.pick(NAMES)}.{self.pick(FIELDS)} = {e()}",
                f"{self.pick(NAMES)}[{e()}] = {e()}",
                f"{self.pick(NAMES)} {self.pick(['+', '-', '*', '@'])}= {e()}",
                e(),
                f"raise {self.pick(['', 'ValueError', 'KeyError(1)', 'A()', 'x', 'e', 'a from e'])}",
                f"del {self.pick(NAMES)}",
                f"assert {e()}, {e()}",
                "pass",
            ]
            if where == "function":
                simple += [f"return {e()}", f"return {self.pick(NAMES)}", f"global {self.pick(NAMES[8:])}"]
            return self.pick(simple)
        inner = depth + 1
        kind = self.rng.randrange(8)
        if kind == 0:
            return f"if {e()}:\n{self.block(inner, where)}\nelse:\n{self.block(inner, where)}"
        if kind == 1:
            return f"for {self.pick(NAMES[:5])} in {e()}:\n{self.block(inner, where)}\n    {self.pick(['break', 'continue', 'pass'])}"
        if kind == 2:
            final = f"\nfinally:\n{self.block(inner, where)}" if self.rng.random() < 0.4 else ""
            return f"try:\n{self.block(inner, where)}\nexcept {self.pick(ERRORS)} as e:\n{self.block(inner, where)}\nexcept Exception:\n{self.block(inner, where)}{final}"
        if kind == 3:
            return f"with {e()} as {self.pick(NAMES[:5])}:\n{self.block(inner, where)}"
        if kind == 4:
            return f"{self.decorator()}def {self.pick(['f', 'g', 'm'])}(x=1, *y, **z):\n{self.block(inner, 'function')}"
        if kind < 7:
            return self.class_statement(inner)
        return f"while {e()}:\n{self.block(inner, where)}\n    break"

    def decorator(self) -> str:
        return self.pick(["", "", "", "@staticmethod\n", "@property\n", "@classmethod\n", "@torch.no_grad()\n", "@f\n", "@A\n"])

    def class_statement(self, depth: int) -> str:
        bases = ", ".join(self.pick(BASES) for _ in range(self.rng.choice([0, 0, 1, 1, 2])))
        body = [f"    y = {self.expr()}"]
        for _ in range(self.rng.randrange(1, 4)):
            name = self.pick(METHODS)
            call = "        super().__init__()\n" if name == "__init__" and self.rng.random() < 0.7 else ""
            method = (
                f"{self.decorator()}def {name}(self, x=1, *y):\n{call.replace('        ', '    ')}{self.block(depth + 1, 'function')}\n    return {self.expr()}"
            )
            body.append("\n".join("    " + line for line in method.split("\n")))
        return f"class {self.pick(['A', 'B'])}({bases}):\n" + "\n".join(body) + f"\n{self.pick(['a', 'b', 'x'])} = {self.pick(['A', 'B'])}({self.expr()})"

    def program(self) -> str:
        parts = [HEAD if self.rng.random() < 0.95 else "import torch"]
        for _ in range(self.rng.randrange(2, 8)):
            text = self.statement()
            if self.rng.random() < 0.8:  # so that what follows runs, too
                text = "try:\n" + "\n".join("    " + line for line in text.split("\n")) + "\nexcept Exception as e:\n    print(e, repr(e), type(e))"
            parts.append(text)
        return "\n".join([*parts, self.expr()])


def test_drawn_programs() -> None:
    for_a_while(lambda rng: survives(Grammar(rng).program()))


# -- real programs, changed --------------------------------------------------------------------------------------------------------

PROGRAMS = [p.read_text(encoding="utf-8") for p in sorted([*(ROOT / "tests" / "oracle" / "programs").glob("*.py"), *(ROOT / "examples").glob("*.py")])]
LINES = [line for text in PROGRAMS for line in text.split("\n") if line.strip()]
WORDS = sorted({word for line in LINES for word in line.replace("(", " ( ").replace(")", " ) ").replace(",", " , ").split()})


def change(rng: random.Random, text: str) -> str:
    """One small change of a program."""
    lines = text.split("\n")
    i = rng.randrange(len(lines))
    kind = rng.randrange(9)
    if kind == 0:
        del lines[i]
    elif kind == 1:
        lines.insert(i, rng.choice(LINES))
    elif kind == 2:
        j = rng.randrange(len(lines))
        lines[i], lines[j] = lines[j], lines[i]
    elif kind == 3:
        lines[i] = lines[i].replace(
            rng.choice(["(", ")", "1", "2", "3", ".", ",", "=", "[", "]", "x", "True"]), rng.choice(["", "0", "-1", "None", "x", "(", "]", "'s'"]), 1
        )
    elif kind == 4:
        words = lines[i].split(" ")
        words[rng.randrange(len(words))] = rng.choice(WORDS)
        lines[i] = " ".join(words)
    elif kind == 5:
        lines[i] = " " * rng.choice([1, 2, 4]) + lines[i]
    elif kind == 6 and lines[i]:
        at = rng.randrange(len(lines[i]))
        lines[i] = lines[i][:at] + rng.choice("()[]{}'\"\\:;.,=+-*@#\x00\ud800é\t0aZ_") + lines[i][at + rng.randrange(2) :]
    elif kind == 7:
        indent = lines[i][: len(lines[i]) - len(lines[i].lstrip())]
        lines[i : i + 1] = [
            f"{indent}try:",
            f"{indent}    {lines[i].strip() or 'pass'}",
            f"{indent}except Exception as e:",
            f"{indent}    print(e, repr(e), e.args)",
        ]
    else:
        lines = lines[:i]
    return "\n".join(lines)


def test_changed_programs() -> None:
    def step(rng: random.Random) -> None:
        text = rng.choice(PROGRAMS)
        for _ in range(rng.randrange(1, 4)):
            text = change(rng, text)
        survives(text)

    for_a_while(step)


def test_raw_bytes() -> None:
    def step(rng: random.Random) -> None:
        raw = bytearray(rng.choice(PROGRAMS).encode("utf-8")[: rng.randrange(1, 400)])
        for _ in range(rng.randrange(1, 8)):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        survives(raw.decode(rng.choice(["latin-1", "utf-8"]), "surrogateescape"))
        survives(rng.randbytes(rng.randrange(60)).decode("latin-1"))

    for_a_while(step)


PIECES = st.sampled_from(
    "class A: def f(self): x return try: except Exception as e: finally: raise with yield lambda super() self.x @property @x global nonlocal : \n \n\x20\x20\x20\x20 "
    "\n\x20\x20\x20\x20\x20\x20\x20\x20 __init__ __call__ = == ( ) [ ] { } , . * ** print x A() A f 1 's' f'{x}' import torch from pass break := -> not in is None".split(
        " "
    )
)


@given(st.lists(PIECES, max_size=30))
@settings(
    max_examples=200 if not SECONDS else int(20 * SHARE), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_pieces_of_statements(pieces: list[str]) -> None:
    survives(" ".join(pieces))
