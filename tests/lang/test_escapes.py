# ruff: noqa: E501
"""Ways out through classes, exceptions, properties and super(), and ways around the budget: each ends in a diagnostic.

The other families (builtins, imports, module chains, format strings, frames, NumPy) are in test_closed_world.py.
"""

from __future__ import annotations

import time

import pytest

from tcalc.lang.check import METHOD_NAMES
from tcalc.lang.diagnostic import LangError
from tcalc.lang.limits import Limits
from tcalc.lang.run import Session

CLASSES = """
class A:
    k = 1
    def __init__(self): self.x = 1
    def m(self): return 1
    @property
    def p(self): return 2
    @classmethod
    def c(cls): return cls
    @staticmethod
    def s(): return 3
class B(A): pass
a = A()
b = B()
"""
ERROR = """
try:
    {}["k"]
except Exception as err:
    e = err
"""
# One program a line, behind CLASSES.
THROUGH_CLASSES = """
A.__subclasses__()
A.__mro__
A.__bases__
A.__base__
A.__dict__
a.__dict__
A.mro()
A.__module__
a.__class__.__bases__
a.__class__ = B
a.__dict__ = {}
A.__class__ = B
A.__name__ = 'x'
A.host
A.hosts
A.table
A.flat
A.native
A.bases
A.cls_
A.build
A.test
A.new(())
A.invoke((), {})
A.collect()
a.cls_
a.flat_
a.fields
a.properties_
a.host
a.attr('x')
a.entered
a.invoke
a.iterate()
a.m.function
a.m.owner
a.m.__func__
a.m.__self__
a.m.__globals__
a.m.__code__
a.m.run
A.m.signature
A.m.template
A.m.__closure__
A.p.fget
A.p.getter.host
A.p.setter.__closure__
A.c.function
A.c.__func__
A.s.__wrapped__
super(B, b).__getattribute__('x')
super(B, b).__class__.__mro__
super(B, b).__thisclass__
super(B, b).cls
super(B, b).owner
super(B, b).x.__init__.__globals__
super(B, b).__init__.__self__
super(B, b).__init__.__func__
super(B, b).__init__.host
super(A, b).__init__.__code__
super(A, b).__reduce__()
super(A, b).__dict__
super(A, b).__subclasshook__
super(A, int).x
super(int, 3)
super(A, 3)
super().x
type(a).__subclasses__()
type(type(a)).__subclasses__()
type('X', (A,), {})
isinstance(a, 3)
issubclass(a, A)
A.__init__.__globals__
A.__new__(A)
A.__init__(3)
object()
object.__init__.__globals__
object.__new__(A)
property(print).host
staticmethod(print).function
a.nothing
A.nothing
del A.nothing
del a.nothing
del a.m
del A.__init__
a()
a[0]
a[0] = 1
del a[0]
len(a)
iter(a)
next(a)
for x in a: pass
a + 1
-a
a < a
abs(a)
int(a)
float(a)
round(a)
with a: pass
torch.tensor(a)
torch.ones(2) + a
torch.ones(2)[a]
torch.ones(a)
sin(a)
np.array(a)
np.array([a, a])
np.ones(2) + a
math.sqrt(a)
'%d' % a
f'{a:d}'
'{0.x}'.format(a)
'{0[x]}'.format(a)
'{0.__class__}'.format(a)
[1, 2][a]
range(a)
sorted([a, b])
sum([a, b])
max(a, b)
print(a, sep=a)
raise a
raise A
raise 3
raise None
class C(a): pass
class C(3): pass
class C(int): pass
class C(type): pass
class C(torch.Tensor): pass
class C(print): pass
class C(A, A): pass
class C(A, B): pass
class C(dict): pass
class C(A, metaclass=A): pass
class C(A, x=1): pass
class C(BaseException): pass
class C(KeyboardInterrupt): pass
class C(RuntimeError, ValueError, A): pass
""".strip().split("\n")
# One program a line, behind ERROR.
THROUGH_ERRORS = """
e.__traceback__
e.__context__
e.__cause__
e.__suppress_context__
e.__reduce__()
e.__dict__
e.__class__.__base__
e.__class__.__mro__
e.with_traceback(None).__traceback__
e.tb_frame
e.obj
e.name
e.object
e.trail
e.trail.where
e.facts
e.own
e.where
e.args = 3
e.x = 1
e.args[0].__class__.__base__
type(e).hosts
type(e).__subclasses__()
type(e)(1).__traceback__
Exception.__subclasses__()
Exception.__init__.__globals__
'{0.args}'.format(e)
raise e
""".strip().split("\n")
UNDERSCORED = (
    "__new__ __getattribute__ __getattr__ __setattr__ __delattr__ __class_getitem__ __init_subclass__ __set_name__ __get__ __set__ __del__ __reduce__ "
    "__reduce_ex__ __getstate__ __setstate__ __prepare__ __instancecheck__ __subclasscheck__ __dir__ __format__ __sizeof__ __mro_entries__ __dict__ "
    "__weakref__ __bytes__ __buffer__ __await__ __aiter__ __fspath__ __array__ __torch_function__ __array_interface__ __class__ __mro__ __subclasses__"
).split()
STATEMENTS = [
    "try:\n    1 / 0\nexcept 3:\n    pass",
    "try:\n    1 / 0\nexcept (int, ValueError):\n    pass",
    "try:\n    1 / 0\nexcept* ValueError:\n    pass",
    "try:\n    1 / 0\nexcept ValueError as __class__:\n    pass",
    "def f():\n    return super().x\nf()",
    "class A:\n    x = super().y",
    "class A:\n    def f(self):\n        return [super().z for _ in [1]]\nA().f()",
    "class A:\n    def __init__(self):\n        return 5\nA()",
    "class A:\n    def __len__(self):\n        return -1\nlen(A())",
    "class A:\n    def __len__(self):\n        return 'x'\nlen(A())",
    "class A:\n    def __bool__(self):\n        return 3\nif A(): pass",
    "class A:\n    def __repr__(self):\n        return 3\nrepr(A())",
    "class A:\n    def __str__(self):\n        return None\nstr(A())",
    "class A:\n    def __hash__(self):\n        return 'x'\n{A(): 1}",
    "class A:\n    def __index__(self):\n        return 1.5\n[1, 2][A()]",
    "class A:\n    def __iter__(self):\n        return 5\nlist(A())",
    "class A:\n    def __float__(self):\n        return 'x'\nfloat(A())",
    "class A:\n    def __exit__(self, *a): pass\nwith A(): pass",
    "class A:\n    @property\n    def __class__(self): return int\n",
    "class A:\n    cls_ = 1\n    host = 2\n    flat_ = 3\n    type_name = 4\n    fields = 5\nA().nothing",
    "@1\nclass A: pass",
    "class A:\n    @1\n    def f(self): pass",
    "class A(*[1, 2]): pass",
    "class A:\n    nonlocal x",
    "class A:\n    return 1",
    "class A:\n    yield 1",
    "raise ValueError('x') from 3",
    "raise",
    "x = property()\nclass A:\n    p = x\nA().p",
    "import torch.nn as nn\nclass N(nn.nothing): pass",
    "[i for i in type(1).__subclasses__()]",
    "class A:\n    def f(self): return __class__.__bases__\nA().f()",
    "class A:\n    __slots__ = ('x',)\n    def f(self): return self.__slots__.host\nA().f()",
]


def refused(text: str) -> None:
    with pytest.raises(LangError) as caught:
        Session(sink=lambda s: None, limits=Limits(timeout=3)).run(text)
    d = caught.value.diagnostic
    assert d.kind != "internal", (text, d, caught.value.__cause__)


@pytest.mark.parametrize("text", THROUGH_CLASSES)
def test_through_classes(text: str) -> None:
    refused(CLASSES + text)


@pytest.mark.parametrize("text", THROUGH_ERRORS)
def test_through_exceptions(text: str) -> None:
    refused(ERROR + text)


@pytest.mark.parametrize("name", UNDERSCORED)
def test_hooks_of_the_host_cannot_be_defined(name: str) -> None:
    assert name not in METHOD_NAMES
    for text in (
        f"class A:\n    def {name}(self, *a): return 1",
        f"class A:\n    {name} = 1",
        f"class A: pass\nA.{name} = 1",
        f"class A: pass\nA().{name} = 1",
    ):
        refused(text)


@pytest.mark.parametrize("text", STATEMENTS)
def test_statements(text: str) -> None:
    refused(text)


def test_an_exception_carries_text_only() -> None:
    s = Session()
    s.run("import torch\nkept = []\n")
    for failing in (
        "torch.ones(2, 3) @ torch.ones(2, 3)",
        "(1).foo",
        "{}[(1, 2)]",
        "np.ones(2) + np.ones(3)",
        "np.linalg.inv(np.zeros((2, 2)))",
        "'%d' % 'x'",
        "int('x')",
        "x_y_z",
    ):
        s.run(f"try:\n    {failing}\nexcept Exception as e:\n    kept.append((e.args, str(e), repr(e)))\n")
    flat = [v for args, text, shown in s.variables["kept"] for v in (*args, text, shown)]
    assert len(s.variables["kept"]) == 8
    assert all(type(v) in (str, int, float, tuple) for v in flat), flat


LOOPS = {
    "except": "try:\n    while True: pass\nexcept:\n    pass",
    "again": "while True:\n    try:\n        while True: pass\n    except Exception:\n        pass",
    "finally": "try:\n    while True: pass\nfinally:\n    while True: pass",
    "finally call": "def f():\n    try:\n        while True: pass\n    finally:\n        f()\nf()",
    "manager": "class M:\n    def __enter__(self): return 1\n    def __exit__(self, *a): return True\nwhile True:\n    with M():\n        while True: pass",
    "iterator": "class I:\n    def __iter__(self): return self\n    def __next__(self): return 1\nlist(I())",
    "sum": "class I:\n    def __getitem__(self, i): return i\nsum(I())",
    "contains": "class I:\n    def __getitem__(self, i): return i\n-1 in I()",
    "unpack": "class I:\n    def __getitem__(self, i): return i\nprint(*I())",
    "classes": "while True:\n    class A: pass",
    "instances": "class A: pass\nx = []\nwhile True: A()",
    "raise": "while True:\n    try:\n        raise ValueError\n    except ValueError:\n        continue",
}


@pytest.mark.parametrize("name", LOOPS)
def test_the_time_limit_cannot_be_caught(name: str) -> None:
    start = time.monotonic()
    with pytest.raises(LangError) as caught:
        Session(sink=lambda s: None, limits=Limits(timeout=0.3)).run(LOOPS[name])
    assert caught.value.diagnostic.kind in ("timeout", "memory")
    assert time.monotonic() - start < 10


def test_the_step_limit_cannot_be_caught() -> None:
    for text in (LOOPS["except"], LOOPS["again"], LOOPS["finally call"], LOOPS["manager"]):
        with pytest.raises(LangError) as caught:
            Session(sink=lambda s: None, limits=Limits(steps=5_000)).run(text)
        assert caught.value.diagnostic.kind == "limit"


DEEP = {
    "except": "def f():\n    try:\n        f()\n    except:\n        f()\nf()",
    "init": "class A:\n    def __init__(self): A()\nA()",
    "repr": "class A:\n    def __repr__(self): return repr(self)\nrepr(A())",
    "repr of a list": "class A:\n    def __repr__(self): return repr([self])\nprint(A())",
    "str": "class A:\n    def __str__(self): return f'{self}'\nprint(A())",
    "eq": "class A:\n    def __eq__(self, o): return [self] == [o]\nA() == A()",
    "property": "class A:\n    @property\n    def p(self): return self.p\nA().p",
    "getitem": "class A:\n    def __getitem__(self, i): return self[i]\nA()[0]",
    "call": "class A:\n    def __call__(self): return self()\nA()()",
    "add": "class A:\n    def __add__(self, o): return self + o\nA() + 1",
    "sort": "def k(v): return sorted([1, 2], key=k)\nk(1)",
    "next": "class A:\n    def __iter__(self): return self\n    def __next__(self): return next(self)\nlist(A())",
    "method": "class A:\n    def m(self): return self.m()\nA().m()",
    "super": "class A:\n    def m(self): return super(B, b).m()\nclass B(A):\n    def m(self): return super().m()\nb = B()\nb.m()",
    "error": "class E(Exception):\n    def __str__(self): return str(self)\ntry:\n    raise E\nexcept E as e:\n    print(e)",
    "enter": "class M:\n    def __enter__(self):\n        with self: pass\n    def __exit__(self, *a): pass\nwith M(): pass",
}


@pytest.mark.parametrize("name", DEEP)
def test_depth_is_bounded(name: str) -> None:
    with pytest.raises(LangError) as caught:
        Session(sink=lambda s: None, limits=Limits(timeout=20)).run(DEEP[name])
    assert caught.value.diagnostic.kind == "recursion"


def test_sizes_cannot_be_caught() -> None:
    for text in ("'a' * 10**9", "[0] * 10**9", "list(range(10**12))"):
        with pytest.raises(LangError) as caught:
            Session(sink=lambda s: None).run(f"try:\n    {text}\nexcept:\n    pass\nfinally:\n    pass")
        assert caught.value.diagnostic.kind == "memory"


def test_many_bases() -> None:
    with pytest.raises(LangError) as caught:
        Session(limits=Limits(timeout=20)).run("class A: pass\nwhile True:\n    class A(A): pass")
    assert caught.value.diagnostic.kind == "limit"


def test_an_interrupt_passes_every_except_and_finally() -> None:
    seen: list[str] = []

    def sink(text: str) -> None:
        seen.append(text)
        if text.startswith("stop"):
            raise KeyboardInterrupt

    text = "x = 1\ntry:\n    print('stop')\nexcept:\n    print('caught')\nfinally:\n    print('finally')\n"
    s = Session(sink=sink)
    with pytest.raises(KeyboardInterrupt):
        s.run(text)
    assert seen == ["stop\n"]
    with pytest.raises(KeyboardInterrupt):
        s.run("try:\n    print('stop')\nexcept KeyboardInterrupt:\n    print('caught')")
    assert s.variables["x"] == 1
    s.run("print('still here')")
    assert seen[-1] == "still here\n"


def test_names_that_the_host_type_uses_are_ordinary_names() -> None:
    """A field or method called as one of the host's own does nothing but what a name does."""
    names = "attr attr_names set_attr invoke item set_item iterate binary unary compare truth length enter leave method fields host cls_ flat_ entered type_name".split()
    for name in names:
        out: list[str] = []
        text = f"class A:\n    def {name}(self): return 'm'\n    def __len__(self): return 2\na = A()\nprint(a.{name}(), len(a), bool(a))\nb = A()\nb.{name} = 5\nprint(b.{name}, len(b))"
        Session(sink=out.append).run(text)
        assert "".join(out) == "m 2 True\n5 2\n", name
