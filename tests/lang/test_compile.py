"""The meaning of compiled programs: what they print is what Python prints. Plus scopes, calls, operand shapes, forms."""

from __future__ import annotations

import contextlib
import io
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcalc.lang.diagnostic import Diagnostic, LangError
from tcalc.lang.functions import Expr, FormCall
from tcalc.lang.run import Session
from tests.lang.make_arith import TARGET, TARGET_TO
from tests.lang.make_arith import text as arith_text
from tests.lang.make_arith import text_to as arith_to_text


def run(text: str, **forms: object) -> tuple[str, Session]:
    out: list[str] = []
    session = Session(forms=forms, sink=out.append)
    session.run(text)
    return "".join(out), session


def value(text: str, **forms: object) -> object:
    return Session(forms=forms).run(text)[-1].value


def refused(text: str, **forms: object) -> Diagnostic:
    with pytest.raises(LangError) as caught:
        Session(forms=forms, sink=lambda s: None).run(text)
    return caught.value.diagnostic


def as_python(text: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(text, "<test>", "exec"), {"__name__": "__main__"})
    return out.getvalue()


def test_arith_is_generated() -> None:
    assert TARGET.read_text(encoding="utf-8") == arith_text()
    assert TARGET_TO.read_text(encoding="utf-8") == arith_to_text()


PROGRAMS = {
    "operators": """
a, b = 7, 2.5
print(a+b, a-b, a*b, a/b, a//b, a%b, a**2, b**3, b**0.5, -a, +b, ~a, not a, a**-1, 2**a, (-2)**3)
print(7 // 2, -7 // 2, 7 % -3, -7.5 % 2, 1 << 4, 5 & 3, 5 | 3, 5 ^ 3, 255 >> 2, 10 ** 20, 3 * 10**30)
print(1 < 2 < 3, 1 < 3 < 2, 1 == 1.0 != 2, None is None, a is not None, 'a' < 'b', [1] == [1], (1, 2) < (1, 3), 1 in [1], 2 not in {2: 1})
print(0 or 'x', 1 and 'y', '' or [] or 0, not [], 3 and 0 and 5, 1 if 0 else 2, 'x' if [0] else 'y')
print(2 - 1.5, 2 / 4, 1 / 3, 0.1 + 0.2, 1e300 * 1e10, -1e300 * 1e10, 3 * a, 2 - a, 1 / b, True + 1, True * 2.5, 5 % True, -True)
x = 5
print(x < 3, x <= 5, x > 3.5, x >= 6, x == 5.0, x != 5, x == 'a', 3 < x, b < a, a > b, x + x, x - b, x * b, x / b, x + 1, 1.5 * x, x % 3, x // 2)
""",
    "names": """
a = b = c = [1]
a.append(2)
print(a, b is c)
first, *mid, last = range(6)
(p, q), r = (1, 2), 3
[u, v] = 'ab'
print(first, mid, last, p, q, r, u, v)
*s, t = 'x'
print(s, t)
a, b = 1, 2
a, b = b, a + b
print(a, b)
x: int = 3
x += 2; x -= 1; x *= 3; x /= 2; x //= 1; x **= 2; x %= 7
print(x)
n = 5; n <<= 2; n |= 1; n &= 23; n ^= 3; n >>= 1
print(n)
l = [1, 2, 3]; l += [4]; l *= 2; l[0] += 10; l[1:3] = [7]; del l[-1]
print(l)
d = {'a': 1}; d['a'] += 1; d['b'] = 5; del d['a']
print(d)
if (m := len('abc')) > 2: print(m)
print((y := 5) + y, y)
del x, y
...
'a string alone'
""",
    "loops": """
for i in range(5):
    if i == 1: continue
    if i == 4: break
    print(i)
else:
    print('no break')
for i in range(2): pass
else: print('else', i)
k = 10
while k > 0:
    k -= 3
    if k == 4: continue
    if k < -100: break
else: print('while else', k)
while True:
    k += 1
    if k > 3: break
else: print('never')
for i, (a, b) in enumerate(zip([1, 2], [3, 4])): print(i, a, b)
for c in 'abc': print(c, end=' ')
for x in {'k': 1}: print(x)
s = 0
for i in range(3):
    for j in range(4):
        if j == 2: break
        if i == 1: continue
        s += 10*i + j
print(s, i, j)
for x[0] in [[5], [6]] if False else []: pass
for i in []: pass
else: print('empty')
n = 0
while n < 3: n += 1
print(n)
for i in range(3):
    if i: print('t'); continue
    print('f')
for q in (1, 2):
    if q == 2: pass
    elif q == 1: 'expression'; [1]; 3
""",
    "functions": """
def fib(n):
    if n < 2: return n
    return fib(n-1) + fib(n-2)
print(fib(15))
def f(a, b=2, *args, c, d=4, **kw):
    return (a, b, args, c, d, kw)
print(f(1, c=3)); print(f(1, 2, 3, 4, c=5, e=6)); print(f(*[1, 2, 3], **{'c': 7, 'z': 1}), f(c=1, a=9))
def pos(a, /, b, *, c=1): return a, b, c
print(pos(1, b=2), pos(1, 2, c=3))
def pos2(a, /, **kw): return a, kw
print(pos2(1, a=2))
def default(a, b=[]):
    b.append(a)
    return b
print(default(1), default(2))
def noret(): pass
def bare(x):
    if x: return
    return 1
print(noret(), bare(1), bare(0))
def h(x):
    while True:
        x += 1
        if x > 5:
            return x
def g(x):
    for i in range(10):
        if i == x:
            return i
    return 'none'
print(h(0), g(3), g(20))
def branches(x):
    if x == 0:
        return 'zero'
    elif x == 1:
        y = 'one'
    else:
        for i in range(x):
            if i == 2: return 'two'
        y = 'few'
    return y + '!'
print(branches(0), branches(1), branches(2), branches(5))
def nested(x):
    if x > 0:
        if x > 10: return 'big'
        x += 1
        return x
    else:
        if x == 0: return 'nil'
    return 'neg'
print(nested(11), nested(5), nested(0), nested(-1))
def kw(x, lr=0.1, n=2): return x - lr * n
print(kw(1.0), kw(1.0, lr=0.5), kw(n=1, x=2.0), kw(1.0, 0.2, n=0))
def four(a, b, c, d): return a + b + c + d
print(four(1, 2, 3, 4), four(1, 2, d=3, c=4), (lambda *a, k=1, **q: (a, k, q))(1, 2, k=3, z=4), (lambda: 7)())
def early(x):
    with_value = 3
    if x: return with_value
    'text'
    [x]
print(early(1), early(0))
def last_if(x):
    if x: [1]
    else: return 2
print(last_if(1), last_if(0))
""",
    "closures": """
def outer():
    n = 0
    def inc():
        nonlocal n
        n += 1
        return n
    inc(); inc()
    return n, inc
n, inc = outer()
print(n, inc(), inc())
fs = [lambda i=i: i*i for i in range(4)]
gs = [lambda: j for j in range(4)]
print([f() for f in fs], [g() for g in gs])
def mk(n):
    def add(x): return x + n
    n += 1
    return add
print(mk(3)(4))
def rec(n):
    def inner(m): return 0 if m == 0 else m + inner(m - 1)
    return inner(n)
print(rec(10))
def three(a):
    def two(b):
        def one(c):
            nonlocal a
            a += b + c
            return a
        return one
    return two
one = three(1)(2)
print(one(3), one(3))
x = 1
def setg():
    global x, fresh
    x += 1; fresh = 9
setg(); print(x, fresh)
def later():
    def use(): return y
    y = 5
    return use()
print(later())
def params(a, b):
    g = lambda: (a, b)
    a = 10
    return g(), [a for _ in range(2)]
print(params(1, 2))
def deco(fn):
    def w(*a, **k):
        return 'w' + str(fn(*a, **k))
    return w
@deco
@deco
def dd(x, y=1): return x + y
print(dd(1), dd(1, y=5))
def counter():
    state = {'n': 0}
    def step(k=1):
        state['n'] += k
        return state['n']
    return step
c = counter(); c(); print(c(5))
def shadow(sum, max=3): return sum + max
print(shadow(2), sum([1, 2]), max(1, 2))
def loopvar():
    fns = []
    for i in range(3):
        def f(): return i
        fns.append(f)
    return [f() for f in fns]
print(loopvar())
""",
    "comprehensions": """
print([x*y for x in range(3) for y in range(3) if x != y if y], [[c for c in range(r)] for r in range(4)])
print({x: x*x for x in range(3)}, sorted({x % 2 for x in range(5)}), list(x for x in range(3) if x), sum(x*x for x in range(10)))
print([z := 5, z + 1], z, [y for x in [1, 2] for y in [x, x*10]])
print(any(x > 3 for x in range(5)), all(x < 5 for x in range(5)))
x = 'outer'
print([x for x in range(2)], x)
def comp(n):
    k = 10
    return [x * n + k for x in range(n)], {i: n for i in range(2)}, sum(i * k for i in range(n)), [last := i for i in range(n)], last
print(comp(3))
g = (v * v for v in range(3))
print(list(g), list(g))
print(list((a, b) for a in range(2) for b in range(a + 1)), [a for a, (b, c) in [(1, (2, 3))]])
k = 3
lazy = (k * i for i in range(2))
k = 4
print(list(lazy))
print([i for i in range(5) if i % 2 == 0 or i == 3], [i for i in (j for j in range(3))], ['%d' % i for i in range(2)])
print([[i, j] for i in range(2) for j in range(i)], {(i, j): i * j for i in range(2) for j in range(2)})
print([fn(2) for fn in [lambda q, m=m: q * m for m in range(3)]])
""",
    "strings": """
name = 'x'; v = 3.14159
print(f"{name}={v:.2f} {v!r:>10} {name:>5}|{name:<5}|{'nested':^10} {v:{8}.{3}f} {{}}")
print(f"{1+1=}", f"{name!s}", f"{'Size':>6} | {'N/A':>10}", f"{v:7.1f}|{5:>8}|{True}|{None}|{[1, 'a']}", f"{'ü'}{{{1}}}")
print("%d %s %.3f" % (1, 'a', 2.0), "a" * 3, 'a' + 'b', "-" * 10, 'abc'[1], 'abc'[::-1], 'b' in 'abc', "x" "y")
print(f'''multi
{name
}''')
""",
    "displays": """
print([*range(3), *[7]], (*'ab', 1), {*[1, 1]}, {**{'a': 1}, 'b': 2}, (), (1,), [], {}, [1, *(), 2])
t = (1, 2, 3)
l = [10, 20, 30, 40]
print(t[0], t[-1], l[1:3], l[::2], l[::-1], l[5:], l[-2:], t[True], {'a': [1]}['a'][0])
m = [[0] * 2 for _ in range(2)]
m[0][1] = 5; m[1][0] += 2
print(m, len(m), sorted([3, 1, 2], key=lambda x: -x), list(map(lambda x: x + 1, [1, 2])), max([1, 5, 2]), min(3, 1))
i = 1
l[i], l[i + 1] = l[i + 1], l[i]
i, l[i] = 3, 'x'
print(l)
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_same_as_python(name: str) -> None:
    assert run(PROGRAMS[name])[0] == as_python(PROGRAMS[name])


@pytest.mark.parametrize("name", PROGRAMS)
def test_same_inside_a_function(name: str) -> None:
    """Every variable is local then: slots and cells instead of the dictionary."""
    if name == "closures":
        body = PROGRAMS[name].replace("x = 1\ndef setg():\n    global x, fresh\n    x += 1; fresh = 9\nsetg(); print(x, fresh)\n", "")
    else:
        body = PROGRAMS[name]
    text = "def main():\n" + "".join(f"    {line}\n" for line in body.split("\n") if "'''" not in line and line != "}''')" and line != "{name") + "main()\n"
    assert run(text)[0] == as_python(text)


NUMBERS = st.one_of(
    st.integers(-5, 5),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    st.booleans(),
    st.sampled_from([0, 1, -1, 0.0, -0.0, 1.5, 2.0, 2**62, 2**63, -(2**63), 10**400]),
)
OPERATORS = ["+", "-", "*", "/", "//", "%", "<", "<=", ">", ">=", "==", "!=", "**"]


@given(a=NUMBERS, b=NUMBERS, op=st.sampled_from(OPERATORS))
@settings(max_examples=300, deadline=None)
def test_arithmetic_in_every_shape(a: float, b: float, op: str) -> None:
    """Variables, constants, expressions: near, far, in cells; the same result or the same exception as Python."""
    if op == "**" and (abs(b) > 8 or (isinstance(a, int) and abs(a) > 2**40) or (a < 0 and not isinstance(b, int))):
        op = "*"
    try:
        expected = eval(f"a {op} b", {"a": a, "b": b})
        failed = None
    except (ArithmeticError, ValueError) as error:
        expected, failed = None, type(error).__name__
    if not all(isinstance(v, int) or math.isfinite(v) for v in (a, b)) or (isinstance(expected, int) and expected.bit_length() > 60_000):
        return
    ra, rb = f"({a!r})", f"({b!r})"
    session = Session()
    session.bind("a", a)
    session.bind("b", b)
    for left in ("a", ra, "(a, a)[0]"):
        for right in ("b", rb, "[b][0]"):
            for text in (
                f"{left} {op} {right}",
                f"(lambda a, b: {left} {op} {right})(a, b)",
                f"[{left} {op} {right} for q in [1]][0]",
                f"(lambda a: (lambda: {left} {op} {right})())(a)",
            ):
                try:
                    got = session.run(text)[-1].value
                except LangError as error:
                    assert error.diagnostic.exception == failed, text
                else:
                    assert failed is None, text
                    assert type(got) is type(expected) and (got == expected or repr(got) == repr(expected)), text


def test_augmented_globals_and_cells() -> None:
    assert value("x = 1\ndef f():\n    global x\n    x += 2.5\n    return x\nf() + x") == 7.0
    assert value("def f():\n    n = [1]\n    def g():\n        nonlocal n\n        n += [2]\n        return n\n    return g()\nf()") == [1, 2]


def test_big_integers_are_bounded() -> None:
    for text in ("9**9**9", "2**70000", "1 << 70000", "x = 2**40000\nx * x", "x = 2**40000\nx *= x", "def f(x): return x * x\nf(2**40000)", "(-3)**50000"):
        d = refused(text)
        assert (d.kind, d.exception) == ("limit", "OverflowError"), text
    assert value("1**10**10 + 0**10**9 + (-1)**10**9") == 2
    for text in ("'ab' * 10**9", "[0] * 10**9", "x = [1]\nfor i in range(60): x = x + x", "s = 'a'\nfor i in range(60): s += s"):
        assert refused(text).kind == "memory", text
    assert refused("print(*range(10**12))").kind == "memory"
    assert refused("[*range(10**12)]").kind == "memory"


def test_scope_errors() -> None:
    assert refused("return 3").sentence == "'return' outside function"
    assert refused("[1 for x in [1]]; break").sentence == "'break' outside loop"
    assert refused("for i in [1]:\n    def f(): continue").sentence == "'continue' not properly in loop"
    assert refused("nonlocal x").sentence == "nonlocal declaration not allowed at module level"
    assert refused("def f():\n    nonlocal q\n    q = 1").sentence == "no binding for nonlocal 'q' found"
    assert refused("def f(x):\n    global x").sentence == "name 'x' is parameter and global"
    assert refused("def f():\n    x = 1\n    global x").sentence == "name 'x' is used prior to global declaration"
    assert refused("[x := 1 for x in [1]]").sentence == "assignment expression cannot rebind comprehension iteration variable 'x'"
    assert refused("*a = [1]").sentence == "starred assignment target must be in a list or tuple"
    assert refused("*a, *b = [1]").sentence == "multiple starred expressions in assignment"
    assert refused("*x").sentence == "can't use starred expression here"
    assert refused("def f():\n    from torch import *").sentence == "import * only allowed at module level"
    d = refused("x = 1\nprint('hi')\nif x:\n    return 2")
    assert d.location == "<expr>:4:5"


def test_unpacking_errors() -> None:
    for text in ("a, b = 1", "a, b = 1, 2, 3", "a, b = [1]", "a, *b, c = [1]", "a, b, c = 'ab'", "for a, b in [(1, 2, 3)]: pass", "a, b = range(10)"):
        try:
            exec(text, {})
        except (TypeError, ValueError) as error:
            d = refused(text)
            assert (d.exception, d.sentence.split(", got")[0]) == (type(error).__name__, str(error).split(", got")[0]), text


CALL_ERRORS = [
    ("def f(a, b=2): pass", ["f()", "f(1, 2, 3)", "f(1, c=3)", "f(1, a=3)", "f(b=1)"]),
    ("def f(): pass", ["f(1)", "f(1, 2)", "f(x=1)"]),
    ("def f(a): pass", ["f()", "f(1, 2)", "f(b=1)"]),
    ("def f(a, b, c): pass", ["f()", "f(1)", "f(1, 2)", "f(a=1)", "f(*[1, 2, 3, 4])"]),
    ("def f(a, *, k): pass", ["f(1)", "f(1, 2)", "f(1, 2, k=3)", "f()"]),
    ("def f(*, j, k): pass", ["f()", "f(j=1)"]),
    ("def f(a, /, b): pass", ["f(a=1, b=2)", "f(1)", "f(1, b=2, c=3)"]),
    ("f = lambda x: x", ["f()", "f(1, 2)"]),
]


@pytest.mark.parametrize(("definition", "calls"), CALL_ERRORS)
def test_argument_errors_are_pythons(definition: str, calls: list[str]) -> None:
    for text in calls:
        try:
            exec(f"{definition}\n{text}", {})
        except TypeError as error:
            d = refused(f"{definition}\n{text}")
            mine, pythons = d.sentence, str(error)
            if "keyword-only argument" in pythons and "given" in pythons:
                pythons = pythons.split(" positional argument")[0]
                mine = mine.split(" positional argument")[0]
            assert mine == pythons
            assert d.exception == "TypeError" and d.explain[0].startswith("It is defined as ")
        else:
            raise AssertionError(text)


def test_keyword_spreading() -> None:
    assert value("def f(**k): return k\nf(a=1, **{'b': 2}, **{'c': 3})") == {"a": 1, "b": 2, "c": 3}
    assert "multiple values for keyword argument 'a'" in refused("def f(**k): pass\nf(a=1, **{'a': 2})").sentence
    assert "must be a mapping" in refused("def f(**k): pass\nf(**[1])").sentence
    assert "keywords must be strings" in refused("def f(**k): pass\nf(**{1: 2})").sentence
    assert refused("def f(**k): pass\nf(**{'__class__': 2})").kind == "closed"


def test_function_values() -> None:
    assert value("def f(x):\n    'doc'\n    return x\nf.__name__, f.__doc__, (lambda: 0).__name__") == ("f", "doc", "<lambda>")
    assert value("f(x, y=2) = x*y\nf.__name__, f(3), f(3, y=4)") == ("f", 6, 12)
    assert value("def f(x=1): return x\ng = f\nf = None\ng()") == 1


def test_order_of_evaluation() -> None:
    program = """
log = []
def t(x, v=None):
    log.append(x)
    return x if v is None else v
{t('k'): t('v')}
t('a', 1) + t('b', 2) * t('c', 3)
t('f', max)(t('x', 1), t('y', 2), key=t('z', lambda q: q))
[0, 1, 2][t('i', 0)]
l = [0, 0]
l[t('j', 1)] = t('val', 5)
t('o', l)[t('p', 0)] += t('q', 2)
t('l', 1) < t('m', 0) < t('never', 2)
(t('s', 0) or t('t', 1)) and t('u', 3)
print(log, l)
"""
    assert run(program)[0] == as_python(program)


# -- forms ------------------------------------------------------------------------------------------------------------------------


def at(session: Session, call: FormCall) -> object:
    """Evaluates its arguments with its keywords bound."""
    bindings = {name: e.evaluate() for name, e in call.kwargs.items()}
    values = [e.evaluate(bindings) for e in call.args]
    return values[0] if len(values) == 1 else values


def shown(session: Session, call: FormCall) -> object:
    return [(e.text, e.names, e.kind) for e in call.args]


def spans(session: Session, call: FormCall) -> object:
    return [e.span.to_tuple() if e.span is not None else None for e in call.args], None if call.span is None else call.span.to_tuple(), call.text


def test_forms_take_expressions() -> None:
    assert value("shown(sin(x**2), [i*x for i in y if (lambda z: z + q)(i)], f'{w}')", shown=shown) == [
        ("sin(x**2)", ["sin", "x"], "Call"),
        ("[i*x for i in y if (lambda z: z + q)(i)]", ["x", "y", "q"], "ListComp"),
        ("f'{w}'", ["w"], "JoinedStr"),
    ]
    assert value("1; spans(é + 1,\n y)", spans=spans) == ([(1, 9, 1, 14), (2, 1, 2, 2)], (1, 3, 2, 3), "spans(é + 1,\n y)")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at(x**2 + 1, x=3)", 10),
        ("x = 1\nat(x, x=5), x", (5, 1)),
        ("at([x*i for i in range(3)], x=2)", [0, 2, 4]),
        ("at((lambda a: a*x)(4), x=2)", 8),
        ("at(x + sum(x*i for i in range(x)), x=3)", 12),
        ("x = 1\ndef f(y):\n    z = 10\n    return at(x*y + z, x=5, y=7), x*y + z\nf(2)", (45, 12)),
        ("def g(k):\n    return [at((lambda a: a*x*k)(4), x=2) for k in range(3)]\ng(1)", [0, 8, 16]),
        ("x = 3\ndef h(): return x\nat(h() + x, x=100)", 103),
        ("def outer(n):\n    def inner(m): return at(n*m*x, x=2)\n    n = n + 1\n    return inner(3)\nouter(1)", 12),
        ("def outer(n):\n    def inner(m): return at(n*m*x, n=2, x=1)\n    return inner(3)\nouter(1)", 6),
        ("def outer(q):\n    return at([q*x*i for i in range(2)], x=3)\nouter(5)", [0, 15]),
        ("def f():\n    at((y := x*2), x=4)\n    return y\nf()", 8),
        ("at((y := x*2), x=4); y", 8),
        ("at(at(x*y, y=3), x=2)", 6),
        ("at(" * 14 + "x" + ")" * 13 + ", x=1)", 1),
        ("not " * 40 + "at(x, x=1)", True),
        ("args = [1, 2]; at(*args)", [1, 2]),
        ("g = at; g(3)", 3),
        ("list(map(at, [1, 2]))", [1, 2]),
        ("torch.at(x + 1, x=1)", 2),
        ("import torch\ntorch.at(x + 1, x=1)", 2),
        # a name that the program binds wins
        ("at = lambda v, **k: (v, k)\nx = 2\nat(x, x=5)", (2, {"x": 5})),
        ("def at(v): return v + 1\nat(1)", 2),
        ("def f(at): return at(3)\nf(lambda x: x + 1)", 4),
        ("def f():\n    def at(x): return x * 2\n    return at(4)\nf()", 8),
        ("x = 5\nif x > 3:\n    at = 'mine'\nat", "mine"),
        ("at = 1; del at; at(x, x=2)", 2),
    ],
)
def test_bindings_shadow(text: str, expected: object) -> None:
    assert value(text, at=at) == expected


def test_bindings_fail_in_place() -> None:
    d = refused("def f(q):\n    return at(q/x, x=0)\nf(1)", at=at)
    assert (d.exception, d.location, [c.name for c in d.calls]) == ("ZeroDivisionError", "<expr>:2:15", ["f"])
    d = refused("at(x + yy, x=1); yyy = 2", at=at)
    assert (d.exception, d.location) == ("NameError", "<expr>:1:8")


def test_a_form_keeps_its_closures() -> None:
    made: list[int] = []

    def often(session: Session, call: FormCall) -> object:
        expr: Expr = call.args[0]
        total = sum(expr.evaluate({"x": i}) for i in range(5))
        made.append(len(expr._code.cache))  # type: ignore[union-attr]
        return total, expr.evaluate({"x": 1, "y": 2})

    assert value("y = 10\noften(x*y)", often=often) == (100, 2)
    assert made == [1]


def test_a_form_may_run_programs() -> None:
    def nested(session: Session, call: FormCall) -> object:
        return session.run("inner = 1\ninner + 1", "<nested>")[-1].value + call.args[0].evaluate()

    assert value("y = nested(inner); y * 2", nested=nested) == 6
