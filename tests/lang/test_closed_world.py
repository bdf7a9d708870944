"""Nothing gets out: known ways out of Python sandboxes, and a fuzzer. Each gives a value of the language or a diagnostic."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tcalc.lang.diagnostic import LangError
from tcalc.lang.limits import Limits
from tcalc.lang.run import Session

ESCAPES = [
    # classes and their attributes
    "().__class__.__bases__[0].__subclasses__()",
    "().__class__.__mro__",
    "().__class__.__base__",
    "type(1).mro()",
    "type(1).__subclasses__()",
    "type('X', (), {})",
    "type(type(1))('X', (), {})",
    "object.__subclasses__()",
    "''.__class__.__init__.__globals__",
    "(1).__reduce__()",
    "[].__reduce_ex__(2)",
    "().__class__.__getattribute__",
    "super().__init__",
    "int.__dict__",
    # functions, frames, code
    "(lambda: 0).__globals__",
    "(lambda: 0).__code__",
    "(lambda: 0).__closure__",
    "(lambda: 0).__builtins__",
    "def f(): pass\nf.__globals__['__builtins__']",
    "def f(): pass\nf.__code__ = 1",
    "def f(): pass\nf.run",
    "def f(): pass\nf.template",
    "def f(): pass\nf.signature.text",
    "def f(): pass\nf.meter.left",
    "def f(): pass\nf.invoke",
    "def f(): pass\nf.bind",
    "def f(): pass\nf.name = 3",
    "(x for x in [1]).gi_frame.f_back.f_globals",
    "(x for x in [1]).gi_code",
    "(x for x in [1]).send(None)",
    "(x for x in [1]).throw(1)",
    "print.host",
    "print.__self__",
    "print.__call__.__self__",
    "print.invoke((1,), {})",
    "len.__module__",
    "[].append.__self__",
    "[].append.owner",
    "[].append.host",
    "map(print, []).__reduce__()",
    # builtins that are not there
    "eval('1')",
    "exec('x = 1')",
    "compile('1', '', 'eval')()",
    "__import__('os').system('true')",
    "getattr(1, 'real')",
    "setattr(print, 'x', 1)",
    "globals()",
    "locals()",
    "vars()",
    "open('/etc/passwd')",
    "input()",
    "breakpoint()",
    "memoryview(b'')",
    "classmethod(print).function",
    "__builtins__",
    "__loader__",
    "__spec__",
    "__file__",
    "__build_class__",
    "__debug__",
    "quit()",
    # imports
    "import os",
    "import sys, os",
    "from os import system",
    "import torch.os",
    "from torch import os",
    "from torch import __builtins__",
    "from torch.nn.functional import sys",
    "import builtins as b",
    "import subprocess",
    "import importlib",
    "import ctypes",
    "import numpy.ctypeslib",
    "from numpy import ctypeslib",
    "from . import x",
    # module attribute chains
    "torch.os",
    "torch.sys",
    "torch.__builtins__",
    "torch.__loader__",
    "torch.nn.functional.np",
    "torch._C",
    "torch.table",
    "torch.attr",
    "torch._find",
    "torch.utils.os",
    "math.__loader__",
    "math.sys",
    "time.sys",
    "np.os",
    "np.ctypeslib",
    "np.sys",
    "np.__builtins__",
    "np.core",
    "np.load('/etc/passwd')",
    "np.fromfile('/etc/passwd')",
    "np.memmap('/etc/passwd')",
    "np.array([1]).ctypes",
    "np.array([1]).tofile('/tmp/tcalc-escape')",
    "np.array([1]).dump('/tmp/tcalc-escape')",
    "np.array([1]).data",
    "np.array([1]).__array_interface__",
    "np.save('/tmp/tcalc-escape', 1)",
    "sys.modules",
    "sys._getframe()",
    "import sys\nsys.modules",
    "import sys\nsys.settrace",
    # tensors
    "ones(2)._data",
    "ones(2)._node.op",
    "ones(2)._ext",
    "ones(2).__class__.__init__.__globals__",
    "ones(2).__dict__",
    "ones(2).__array__().tofile('/tmp/tcalc-escape')",
    "ones(2).numpy().tofile('/tmp/tcalc-escape')",
    "ones(2).storage().buffer",
    "torch.Tensor.__init__.__globals__",
    # format strings
    "'{0.__class__}'.format(1)",
    "'{0.real}'.format(1)",
    "'{0[0]}'.format([1])",
    "'{x.__class__}'.format(x=1)",
    "'{}'.format.__self__",
    "'%(a.b)s' % {'a': 1}",
    "f'{().__class__.__base__}'",
    "f'{1:{().__class__.__base__}}'",
    "f\"{__import__('os')}\"",
    "f'{1!x}'",
    "format(1, '{0.__class__}')",
    "'{0.__class__}'.format_map({'0': 1})",
    "f'{1:1000000000}'",
    "'{:1000000000}'.format(1)",
    "'%1000000000d' % 1",
    # defaults, decorators, comprehensions, annotations, keywords
    "def f(x=eval('1')): pass",
    "def f(x: __import__('os')): pass",
    "x: __import__('os').system = 1",
    "@eval\ndef f(): pass",
    "@(lambda f: f.__globals__)\ndef f(): pass",
    "[__import__('os') for x in [1]]",
    "[x.__class__.__base__ for x in [()]]",
    "(lambda x=().__class__.__base__: x)()",
    "sorted([1], key=eval)",
    "list(map(getattr, [1], ['real']))",
    "def f(**k): return k\nf(**{'__class__': 1})",
    "dict(__class__=1)",
    "print(__class__=1)",
    "print('x', file=1)",
    "global __builtins__",
    "lambda __x: 1",
    "import torch as __builtins__",
    # writing to what is shared
    "torch.sin = print",
    "torch.nn = 1",
    "math.pi = 3",
    "print.name = 'x'",
    "int.x = 1",
    "ones(2)._data = 1",
    "for print.x in [1]: pass",
    "with torch.no_grad() as print.x: pass",
    "del torch.sin",
    "del print.name",
    # statements that are not there
    "class A(metaclass=type): pass",
    "class A(type): pass",
    "try:\n    1/0\nexcept Exception as e:\n    e.__traceback__.tb_frame",
    "try:\n    1/0\nexcept* Exception as e:\n    e",
    "raise SystemExit",
    "def f():\n    yield 1\nf().gi_frame",
    "async def f(): pass",
    "[x async for x in y]",
    "match 1:\n    case object(__class__=c): c",
    "(yield)",
    "await x",
    "exit()",
    # resources
    "9**9**9**9",
    "'a' * 10**12",
    "[0] * 10**12",
    "list(range(10**12))",
    "tuple(range(10**12))",
    "set(range(10**12))",
    "dict.fromkeys(range(10**12))",
    "zeros(10**12)",
    "ones(10**6, 10**6)",
    "math.factorial(10**7)",
    "pow(9, 10**9)",
    "1 << 10**12",
    "int('9' * 10**7)",
    "str(10**70000)",
    "'a'.ljust(10**12)",
    "'a'.center(10**12)",
    "'a'.zfill(10**12)",
    "'a'.replace('a', 'b' * 10**7).replace('b', 'c' * 10**7)",
    "','.join(['a' * 10**6] * 10**6)",
    "'\\t'.expandtabs(10**12)",
    "while True: pass",
    "def f(): f()\nf()",
    "(lambda f: f(f))(lambda f: f(f))",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_escapes_are_diagnostics(text: str) -> None:
    with pytest.raises(LangError) as caught:
        Session(sink=lambda s: None, limits=Limits(timeout=3)).run(text)
    d = caught.value.diagnostic
    assert d.kind != "internal", d
    assert d.sentence or d.exception == "AssertionError"


HARMLESS = [
    "().__class__",
    "type(1)",
    "f'{().__class__}'",
    "x = 1; x.real",
    "torch.__version__",
    "torch.__name__",
    "(lambda: 0).__name__",
    "len([1])",
    "x = []\nx.append(x)\nx == [x]",
    "torch.compile(lambda x: x)(3)",
    "'__class__'",
    "{'__builtins__': 1}['__builtins__']",
    "'{} {a}'.format(1, a=2)",
    "_ = 1; _x = 2; _ + _x",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless(text: str) -> None:
    Session(sink=lambda s: None).run(text)


def test_no_host_callable_is_a_value() -> None:
    """Every bare name is a value of the language or plain data, never a function or a class of the host."""
    from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

    from tcalc.lang import tables

    for name in tables.names():
        v = tables.lookup(name)
        assert not isinstance(v, (FunctionType, BuiltinFunctionType, MethodType, ModuleType, type)), name


def test_state_is_not_leaked() -> None:
    s = Session(sink=lambda text: None)
    for text in ("s = print; s('x')", "f = len\ng = [f]\ng[0]([1])"):
        s.run(text)
    for text in ("session", "self", "state", "values", "tables", "frame", "f_globals", "Session"):
        with pytest.raises(LangError):
            s.run(text)


# -- fuzzing --------------------------------------------------------------------------------------------------------------------------


def survives(text: str) -> None:
    """A value or a diagnostic that is not our fault, within the budget."""
    session = Session(sink=lambda s: None, limits=Limits(steps=3_000, timeout=5))
    try:
        session.run(text)
    except LangError as error:
        d = error.diagnostic
        assert d.kind != "internal", (text, d, error.__cause__)
        assert d.span is None or d.source is None or isinstance(d.source.segment(d.span), str)


WORDS = st.sampled_from(
    "x y f g _ 0 1 2.5 -1 'a' '' [] () {} [1,2] (1,) {'a':1} None True print len range sum max list lambda if else for in while def return break "
    "continue pass del assert with as global nonlocal import from not and or is == != < > + - * / // % ** @ & | ^ ~ << >> = += := ( ) [ ] { } , : ; . ... "
    "\n \n\x20\x20\x20\x20 \t f'{x}' f'{x:>5}' # \\ x.y x[0] f(x) f(x)= torch.no_grad() math.pi é π × __class__ x=1\n def\x20f(x):\x20return\x20x\n "
    "for\x20x\x20in\x20range(3):\n\x20\x20\x20\x20 [x\x20for\x20x\x20in\x20 lambda\x20x:\x20".split(" ")
)


@given(st.lists(WORDS, max_size=14), st.sampled_from(["", " "]))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_fuzz_words(words: list[str], between: str) -> None:
    survives(between.join(words))


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_fuzz_text(text: str) -> None:
    survives(text)


@given(st.binary(max_size=40))
@settings(max_examples=200, deadline=None)
def test_fuzz_bytes(raw: bytes) -> None:
    survives(raw.decode("utf-8", "surrogateescape"))


NAMES = st.sampled_from(["x", "y", "z", "n"])
LITERALS = st.one_of(st.integers(-9, 9).map(str), st.floats(-9, 9).map(repr), st.sampled_from(["'s'", "True", "None", "[1, 2]", "(3, 4)", "{'k': 5}", "[]"]))
_EXPRESSIONS = st.recursive(
    NAMES | LITERALS,
    lambda e: st.one_of(
        st.tuples(e, st.sampled_from("+ - * / // % < <= == != in and or is".split()), e).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(st.sampled_from(["-", "not ", "~"]), e).map(lambda t: f"({t[0]}{t[1]})"),
        st.tuples(e, e).map(lambda t: f"{t[0]}[{t[1]}]"),
        st.tuples(e, e, e).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})"),
        st.tuples(e, NAMES, e).map(lambda t: f"[{t[0]} for {t[1]} in [{t[2]}, 1]]"),
        st.tuples(NAMES, e, e).map(lambda t: f"(lambda {t[0]}: {t[1]})({t[2]})"),
        st.tuples(e, e).map(lambda t: f"sum(({t[0]}, {t[1]}))"),
        e.map(lambda t: f'f"{{{t}!r:>8}}"' if '"' not in t and "\\" not in t and "'" not in t else t),
    ),
    max_leaves=8,
)


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """(A function, because the repr of the strategy itself grows without bound where it is used in another one.)"""
    return draw(_EXPRESSIONS)


EXPRESSIONS = expressions()
_STATEMENTS = st.recursive(
    st.one_of(
        st.tuples(NAMES, EXPRESSIONS).map(lambda t: f"{t[0]} = {t[1]}\n"),
        st.tuples(NAMES, st.sampled_from("+ - * //".split()), EXPRESSIONS).map(lambda t: f"{t[0]} {t[1]}= {t[2]}\n"),
        EXPRESSIONS.map(lambda e: f"print({e})\n"),
        st.tuples(NAMES, NAMES, EXPRESSIONS).map(lambda t: f"{t[0]}, {t[1]} = {t[2]}\n"),
        EXPRESSIONS.map(lambda e: f"return {e}\n"),
        st.sampled_from(["pass\n", "break\n", "continue\n"]),
    ),
    lambda s: st.one_of(
        st.tuples(EXPRESSIONS, st.lists(s, min_size=1, max_size=3)).map(lambda t: f"if {t[0]}:\n{indented(t[1])}"),
        st.tuples(EXPRESSIONS, st.lists(s, min_size=1, max_size=2), s).map(lambda t: f"if {t[0]}:\n{indented(t[1])}else:\n{indented([t[2]])}"),
        st.tuples(NAMES, st.lists(s, min_size=1, max_size=3)).map(lambda t: f"for {t[0]} in range(3):\n{indented(t[1])}"),
        st.tuples(st.sampled_from("fg"), NAMES, st.lists(s, min_size=1, max_size=4)).map(
            lambda t: f"def {t[0]}({t[1]}):\n{indented(t[2])}print({t[0]}(2))\n",
        ),
    ),
    max_leaves=8,
)


@st.composite
def statements(draw: st.DrawFn) -> str:
    """One statement."""
    return draw(_STATEMENTS)


def indented(statements: list[str]) -> str:
    return "".join(f"    {line}\n" for s in statements for line in s.rstrip("\n").split("\n"))


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@given(st.lists(statements(), max_size=5))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_fuzz_programs_against_python(program: list[str]) -> None:
    """A program of Python's own values prints what it prints under Python, up to where one of the two stops."""
    text = "x = 1; y = 2.0; z = [3]; n = 4\n" + "".join(program)
    survives(text)
    out: list[str] = []
    try:
        Session(sink=out.append, limits=Limits(steps=3_000)).run(text)
        failed: str | None = None
        kind = ""
    except LangError as error:
        failed, kind = error.diagnostic.exception, error.diagnostic.kind
    printed: list[str] = []
    try:
        code = compile(text, "<fuzz>", "exec")
    except SyntaxError:
        assert failed is not None
        return
    try:
        exec(code, {"print": lambda *a: printed.append(" ".join(map(str, a)) + "\n")})
    except Exception as error:
        if failed is not None:
            return
        assert isinstance(error, TypeError), text  # the tensor's meaning stands in where Python has none
        return
    assert failed is None or kind in ("limit", "memory"), (text, failed)
    if failed is None and "0x" not in "".join(printed) and "tensor" not in "".join(out):
        assert "".join(out) == "".join(printed), text
