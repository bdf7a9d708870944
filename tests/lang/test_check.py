"""The closed list of syntax and names: what is refused, where, and with which words."""

from __future__ import annotations

import pytest

from tcalc.lang import tables
from tcalc.lang.check import check
from tcalc.lang.diagnostic import Diagnostic, LangError
from tcalc.lang.source import Source


def refused(text: str) -> Diagnostic:
    source = Source("<expr>", text)
    tree = source.parse()
    with pytest.raises(LangError) as caught:
        check(tree, source, tables)
    return caught.value.diagnostic


def marked(d: Diagnostic) -> str:
    assert d.source is not None and d.span is not None
    return d.source.segment(d.span)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("class A(metaclass=M): pass", "metaclasses are not in the language"),
        ("try:\n  x\nexcept* ValueError:\n  y", "`except*` is not in the language"),
        ("class A(x=1): pass", "keywords of a class statement are not in the language"),
        ("def f():\n  yield 1", "`yield` is not in the language"),
        ("def f():\n  yield from x", "`yield` is not in the language"),
        ("lambda: (yield)", "`yield` is not in the language"),
        ("async def f(): pass", "`async` is not in the language"),
        ("async def f():\n  await x", "`async` is not in the language"),
        ("await x", "`await` is not in the language"),
        ("[x async for x in y]", "`async` is not in the language"),
        ("match x:\n  case 1: pass", "`match` is not in the language"),
        ("b'x'", "bytes are not in the language"),
        ("from . import x", "relative imports are not in the language: a program is one file"),
        ("def f(a, a): pass", "duplicate argument 'a' in function definition"),
        ("lambda a, *a: 1", "duplicate argument 'a' in function definition"),
        ("f(a=1, a=2)", "keyword argument repeated: a"),
        ("0x" + "f" * 20_000, "the number is too long: integers have at most 65,536 bits"),
        ("2(x + 1)", "'int' object is not callable"),
    ],
)
def test_refused(text: str, sentence: str) -> None:
    d = refused(text)
    assert d.sentence == sentence
    assert d.span is not None and d.kind != "internal"


def test_spans() -> None:
    assert marked(refused("x = 1\ny = (yield) + 2")) == "yield"
    assert marked(refused("é = 'é'; z = é.__dict__")) == "é.__dict__"
    assert marked(refused("f(1, __x=2)")) == "__x=2"
    assert marked(refused("def f(a, __b): pass")) == "__b"
    assert marked(refused("import torch, os")) == "os"
    assert marked(refused("from torch import nn, nothing_like_it")) == "nothing_like_it"


def test_product_hint() -> None:
    assert refused("2(x + 1)").hints == ["there is no implied product: write 2*(x + 1)"]


@pytest.mark.parametrize(
    "text",
    [
        "__import__",
        "__builtins__",
        "__x = 1",
        "x.__dict__",
        "x.__class__.__bases__",
        "x.__globals__",
        "def __f(): pass",
        "def f(__x): pass",
        "lambda *__x: 1",
        "lambda **__x: 1",
        "f(__class__=1)",
        "global __x",
        "import torch as __t",
        "from torch import __builtins__",
        "import torch.__dict__",
        "for __i in x: pass",
        "[1 for __x in y]",
        "(__x := 1)",
        "with x as __y: pass",
        "del __x",
        "x: __import__('os') = 1",
        "def f(x: y.__dict__): pass",
        "x.__dict__ = 1",
        "f'{x.__dict__}'",
        "f'{1:{x.__dict__}}'",
        "_\uff3fimport__",  # full-width low lines become plain ones
        "x._\ufe4ddict__",
    ],
)
def test_two_underscores(text: str) -> None:
    d = refused(text)
    assert d.kind in ("closed", "import")
    assert "two underscores" in d.sentence or d.kind == "import"


@pytest.mark.parametrize(
    "text", ["_", "_x = 1; x_ = _x; x__y = 2", "__name__", "x.__len__", "torch.__version__", "f.__name__", "if __name__ == '__main__': pass"]
)
def test_allowed_underscores(text: str) -> None:
    source = Source("<expr>", text)
    check(source.parse(), source, tables)


@pytest.mark.parametrize("text", ["import os", "import sys, os", "from os import path", "import os.path as p", "import numpy.ctypeslib", "import importlib"])
def test_imports(text: str) -> None:
    d = refused(text)
    assert d.kind == "import" and d.exception == "ModuleNotFoundError"
    assert any("torch" in h and "math" in h for h in d.hints)


@pytest.mark.parametrize(
    "text",
    [
        "import torch",
        "import torch.nn as nn",
        "import torch.nn.functional as F",
        "from torch.nn import functional as F",
        "import numpy as np",
        "import math, time",
        "from __future__ import annotations",
        "from math import sqrt as root, pi",
    ],
)
def test_known_imports(text: str) -> None:
    source = Source("<expr>", text)
    check(source.parse(), source, tables)


def test_every_listed_statement_passes() -> None:
    text = """
import math
@deco
def f(a, /, b: int = 2, *args, c, d=4, **kw) -> int:
    '''doc'''
    global g
    def h():
        nonlocal a
        a += 1
    x: int = 3
    y: float
    for i, (j, *k) in z:
        if i: continue
        elif j: break
        else: pass
    else: ...
    while x < 3 <= y != z and not w or v: x -= 1
    else: del x, y[0], z.a
    with a as b, c: assert x, 'no'
    return (lambda *q, r=1: q)(*a, **b), [*x, 1], {1, 2}, {**a, 'b': c}, x[1:2, ..., None, ::3], f'{x!r:>{w}}', (u := 1)
[a for b in c if d for e in f], {a for b in c}, {a: b for c in d}, sum(a for b in c), x if y else z, -a + ~b ** +c @ d // e % f << g >> h & i | j ^ k
a = b = c; a.b = c[d] = 1; a, *b = c; a.b += 1; a[b] @= c
x is None, x is not y, x in y, x not in z
"""
    source = Source("<expr>", text)
    check(source.parse(), source, tables)


def test_depth() -> None:
    source = Source("<expr>", "x" + "+x" * 1_400)
    check(source.parse(), source)
    source = Source("<expr>", "x" + "+x" * 2_500)
    try:
        tree = source.parse()
    except LangError as error:
        assert error.diagnostic.kind == "limit"
        return
    with pytest.raises(LangError) as caught:
        check(tree, source)
    assert caught.value.diagnostic.kind == "limit"
