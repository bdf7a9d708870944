# ruff: noqa: E501
"""Classes, exceptions, decorators and closures: each program prints in the language what it prints under Python itself."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout

import pytest

from tcalc.lang.diagnostic import LangError
from tcalc.lang.limits import Limits
from tcalc.lang.run import Session

ADDRESS = re.compile(r"0x[0-9a-f]+")


def python(text: str) -> str:
    """What Python prints."""
    out = io.StringIO()
    with redirect_stdout(out):
        exec(compile(text, "program", "exec"), {"__name__": "__main__"})
    return ADDRESS.sub("0x", out.getvalue())


def language(text: str) -> str:
    """What the language prints."""
    out: list[str] = []
    Session(sink=out.append).run(text)
    return ADDRESS.sub("0x", "".join(out))


def failure(text: str, **limits: float) -> LangError:
    with pytest.raises(LangError) as caught:
        Session(sink=lambda s: None, limits=Limits(**limits)).run(text)  # type: ignore[arg-type]
    return caught.value


PROGRAMS = {
    "attributes": """
class A:
    "what it is"
    n = 3
    m = n + 1
    names = [str(i) for i in range(n)]
    pair = a, b = 1, 2
    def __init__(self, x, y=2):
        self.x = x
        self.y = y
    def total(self):
        return self.x + self.y
a = A(1)
print(a.total(), A.total(a), A.n, A.m, A.names, a.n, A.__doc__, a.__doc__, A.pair)
a.n = 10
A.k = 5
print(a.n, A.n, a.k, A(1, y=3).total(), type(a), A, A.__name__, type(a).__name__, a.__class__.__name__)
del a.n
print(a.n, a, [a], {"a": a})
A.n += 1
a.x += 5
a.y, a.z = a.x, a.y
print(A.n, a.x, a.y, a.z)
print(A.total, a.total)
f = a.total
print(f(), f == a.total, f is f, callable(f), callable(a), callable(A))
A.shout = lambda self: "shout"
print(a.shout())
""",
    "inheritance": """
class A:
    def __init__(self, x):
        self.x = x
        self.log = ["A"]
    def who(self): return "A"
    def call(self): return self.who() + str(self.x)
class B(A):
    def __init__(self, x):
        super().__init__(x + 1)
        self.log.append("B")
    def who(self): return "B" + super().who()
class C(B):
    def who(self):
        return "C" + super(C, self).who() + "".join([super(C, self).who() for _ in range(2)])
for c in (A(1), B(1), C(1)):
    print(c.call(), c.log, isinstance(c, A), isinstance(c, B), isinstance(c, (int, C)), type(c) is A)
print(issubclass(C, A), issubclass(A, C), issubclass(bool, int), issubclass(A, object), isinstance(C, type))
class X:
    def go(self): return ["X"]
class Y(X):
    def go(self): return ["Y"] + super().go()
class Z(X):
    def go(self): return ["Z"] + super().go()
class W(Y, Z):
    def go(self): return ["W"] + super().go()
print(W().go())
""",
    "descriptors": """
class T:
    scale = 2
    def __init__(self, c): self._c = c
    @property
    def f(self):
        "fahrenheit"
        return self._c * 9 / 5 + 32
    @f.setter
    def f(self, v): self._c = (v - 32) * 5 / 9
    @f.deleter
    def f(self): self._c = None
    @staticmethod
    def twice(x): return 2 * x
    @classmethod
    def of(cls, x): return cls(x * cls.scale)
    @property
    def fixed(self): return 1
class U(T):
    scale = 3
t = T(100)
print(t.f)
t.f = 32
print(t._c, T.twice(4), t.twice(5), T.of(4)._c, U.of(4)._c, type(U.of(1)), t.of(7)._c)
del t.f
print(t._c)
try:
    t.fixed = 2
except AttributeError as e:
    print(e)
g = property(lambda self: self._c)
T.g = g
print(U(8).g)
""",
    "operators": """
class V:
    def __init__(self, *c): self.c = list(c)
    def __repr__(self): return f"V{tuple(self.c)}"
    def __str__(self): return "<" + " ".join(str(x) for x in self.c) + ">"
    def __add__(self, o): return V(*[a + b for a, b in zip(self.c, o.c)])
    def __mul__(self, k): return V(*[a * k for a in self.c]) if isinstance(k, (int, float)) else NotImplemented
    __rmul__ = __mul__
    def __sub__(self, o): return self + -o
    def __rsub__(self, k): return ("rsub", k)
    def __neg__(self): return self * -1
    def __pos__(self): return "pos"
    def __invert__(self): return "inv"
    def __abs__(self): return sum(a * a for a in self.c) ** 0.5
    def __truediv__(self, k): return "div"
    def __floordiv__(self, k): return "floordiv"
    def __mod__(self, k): return "mod"
    def __pow__(self, k): return "pow"
    def __matmul__(self, o): return "matmul"
    def __and__(self, o): return "and"
    def __or__(self, o): return "or"
    def __xor__(self, o): return "xor"
    def __eq__(self, o): return isinstance(o, V) and self.c == o.c
    def __lt__(self, o): return self.c < o.c
    def __ge__(self, o): return self.c >= o.c
    def __len__(self): return len(self.c)
    def __getitem__(self, i): return self.c[i]
    def __setitem__(self, i, x): self.c[i] = x
    def __delitem__(self, i): del self.c[i]
    def __contains__(self, x): return x in self.c
    def __call__(self, a, *r, k=0, **m): return (a, r, k, m)
    def __bool__(self): return bool(self.c)
    def __float__(self): return 1.5
    def __int__(self): return 7
    def __iadd__(self, o):
        self.c += o.c
        return self
a, b = V(1, 2), V(3, 4)
print(a + b, [a - b], a * 2, 3 * a, -a, +a, ~a, 5 - a, abs(V(3, 4)))
print(a / 1, a // 1, a % 1, a ** 1, a @ b, a & b, a | b, a ^ b)
print(a == V(1, 2), a != V(1, 2), a != b, a == 3, a < b, a > b, a >= b, b >= a)
print(len(a), a[0], a[-1], a[0:1], 2 in a, 9 in a, 9 not in a, list(a), [x for x in b], sum(a), max(b), sorted(b, reverse=True))
a[0] = 10
del b[0]
a += V(7)
print(a, b, a(1), a(1, 2, 3, k=4, z=5), bool(V()), "yes" if V() else "no", float(a), int(a))
print(sorted([V(3), V(1), V(2)]), min(V(3), V(1)), str(a), repr(a), f"{a} {a!r}", "%s %r" % (a, a), "{} {!r}".format(a, a))
for op in (lambda: a + 1, lambda: a * None, lambda: a < 1, lambda: 1 + a):
    try:
        print(op())
    except (TypeError, AttributeError) as e:
        print(type(e).__name__, e)
x, y = V(1, 2)
print(x, y, [*V(5, 6)], dict(zip("ab", V(1, 2))))
""",
    "hashing": """
class K:
    def __init__(self, k): self.k = k
    def __eq__(self, o): return self.k == o.k
    def __hash__(self): return hash_of(self.k)
def hash_of(k): return k % 5
print({K(1): "a"}[K(1)], K(1) in {K(1), K(2)}, K(3) in [K(3)], [K(1), K(2)].index(K(2)), len({K(1), K(1), K(6)}))
class N:
    def __eq__(self, o): return True
try:
    {N()}
except TypeError as e:
    print(e)
class P: pass
p = P()
print({p: 1}[p], p in {p}, p == p, p == P(), p != P(), [p] == [p])
""",
    "iteration": """
class Count:
    def __init__(self, n): self.n, self.i = n, 0
    def __iter__(self): return self
    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i
print(list(Count(4)), sum(Count(3)), [v for v in Count(2)], max(Count(5)), dict(enumerate(Count(2))), list(zip(Count(3), "ab")))
it = iter(Count(2))
print(next(it), next(it), next(it, "done"))
try:
    next(it)
except StopIteration:
    print("stop")
for i in Count(3):
    if i == 2:
        break
else:
    print("never")
class Rows:
    def __init__(self): self.rows = [3, 1, 2]
    def __iter__(self): return iter(self.rows)
    def __len__(self): return len(self.rows)
print(sorted(Rows()), len(Rows()), list(map(str, Rows())), 3 in Rows(), (lambda *a: a)(*Rows()))
class Old:
    def __getitem__(self, i):
        if i >= 3: raise IndexError("end")
        return i * i
print(list(Old()), 4 in Old(), [a + b for a, b in zip(Old(), Old())], list(reversed([*Old()])))
class Bad:
    def __iter__(self): return [1]
try:
    for x in Bad(): pass
except TypeError as e:
    print(e)
""",
    "managers": """
class M:
    def __init__(self, name, quiet=False): self.name, self.quiet = name, quiet
    def __enter__(self):
        print("in", self.name)
        return self.name
    def __exit__(self, kind, value, trace):
        print("out", self.name, kind, value)
        return self.quiet
with M("a") as a, M("b") as b:
    print(a, b)
with M("c", True):
    raise ValueError("gone")
def f():
    with M("d"):
        return 5
print(f())
try:
    with M("e"), M("f", True), M("g"):
        {}["k"]
    print("after")
    with M("h"):
        1 / 0
except ZeroDivisionError as e:
    print("caught", e)
for i in range(3):
    with M(i):
        if i == 1:
            break
""",
    "try": """
class MyErr(RuntimeError):
    def __init__(self, msg, code):
        super().__init__(msg)
        self.code = code
class Other(MyErr):
    def __str__(self): return "other " + str(self.code)
class Bare(Exception): pass
def f(x):
    try:
        if x == 0: raise ValueError("zero", 1)
        if x == 1: return "one"
        if x == 2: 1 / 0
        if x == 3: [][1]
        if x == 4: {}["k"]
        if x == 5: undefined_name
        if x == 6: (1).foo
        if x == 7: assert False, "msg"
        if x == 8: int("x")
        if x == 9: raise MyErr("mine", code=3)
        if x == 10: raise Other("m", 4)
        if x == 11: raise Bare
        if x == 12: raise Bare("a")
        if x == 13: raise NotImplementedError
        if x == 14: raise KeyError("key")
        if x == 15: assert x == 1
        if x == 16: raise 5
        if x == 17: len(3)
        if x == 18: next(iter([]))
    except ZeroDivisionError as e:
        return "zero division " + str(e)
    except (IndexError, KeyError) as e:
        return f"lookup {e} {type(e).__name__} {e!r} {e.args}"
    except MyErr as e:
        return f"my {e} {e.code} {e.args} {e!r} {isinstance(e, RuntimeError)}"
    except Exception as e:
        return f"{type(e).__name__}: {e} {e.args} {type(e)}"
    else:
        return "else"
    finally:
        print("finally", x, end="; ")
for i in range(20):
    print(f(i))
""",
    "flow": """
def a():
    for i in range(5):
        try:
            if i == 1: continue
            if i == 3: break
            print(i)
        finally:
            print("f", i)
    else:
        print("no")
    return "end"
print(a())
def b():
    try:
        return 1
    finally:
        return 2
def c():
    while True:
        try:
            return 1
        finally:
            break
def d():
    try:
        try:
            raise ValueError("x")
        finally:
            print("inner")
    except ValueError:
        print("outer")
        try:
            raise
        except ValueError as e:
            return str(e)
def e():
    try:
        1 / 0
    except ZeroDivisionError:
        try:
            {}[1]
        except KeyError as k:
            return "key " + repr(k)
def g(n):
    try:
        if n: raise TypeError("t")
    except ValueError:
        return "no"
    else:
        return "else"
    finally:
        print("g")
print(b(), c(), d(), e(), g(0))
try:
    g(1)
except TypeError as err:
    print("through", err)
try:
    err
except NameError as e2:
    print(e2)
try:
    try:
        raise KeyError("x")
    except KeyError:
        raise
except LookupError as e:
    print("again", e)
try:
    try:
        raise ValueError("a")
    except ValueError as e:
        raise RuntimeError("b") from e
except RuntimeError as e:
    print(repr(e))
try:
    raise
except RuntimeError as e:
    print(e)
for kind in (ValueError, KeyError, IndexError, ArithmeticError, OverflowError):
    try:
        raise kind("m")
    except LookupError as e:
        print("lookup", e)
    except (ArithmeticError, ValueError) as e:
        print("other", e)
try: pass
except: print("no")
else: print("else")
kept = None
try:
    raise ValueError("kept")
except ValueError as e:
    kept = e
print(kept, repr(kept), [kept], isinstance(kept, ValueError), kept == kept)
try:
    raise kept
except ValueError as e:
    print(e is kept)
""",
    "decorators": """
def log(fn):
    def wrapper(*args, **kwargs):
        print("call", fn.__name__, args[-1:], kwargs)
        return fn(*args, **kwargs)
    return wrapper
def times(n):
    def decorate(fn):
        return lambda *a: [fn(*a) for _ in range(n)]
    return decorate
class Counter:
    def __init__(self, fn): self.fn, self.n = fn, 0
    def __call__(self, *a):
        self.n += 1
        return self.fn(*a)
@log
def f(x, k=1): return x + k
@times(3)
@log
def g(x): return x * 2
@Counter
def h(x): return x
class D:
    @log
    def go(self, x): return x
    @staticmethod
    @log
    def st(x): return x + 1
def named(cls):
    cls.title = cls.__name__ + "!"
    return cls
@named
class E: pass
print(f(1), f(2, k=3), g(4), h(1), h(2), h.n, D().go(3), D.st(4), E.title)
""",
    "closures": """
def counter():
    n = 0
    def up(by=1):
        nonlocal n
        n += by
        return n
    return up
c, d = counter(), counter()
print(c(), c(), d(), c(10))
total = 0
def add(x):
    global total
    total += x
    return total
print([add(i) for i in range(4)], total)
fs = [lambda: i for i in range(3)]
gs = [lambda i=i: i for i in range(3)]
print([f() for f in fs], [g() for g in gs])
def outer():
    x = 1
    class Inner:
        x = x + 1 if False else 2
        y = [x for _ in range(2)]
        def get(self): return x
    return Inner
x = "global"
I = outer()
print(I.x, I.y, I().get(), I.__qualname__, outer.__qualname__, counter().__qualname__)
class S:
    x = x + "!"
    def g(self): return x
    h = lambda self: [self.g() for _ in range(2)]
print(S.x, S().g(), S().h())
def fact(n): return 1 if n < 2 else n * fact(n - 1)
print(fact(20), (lambda f: f(5))(fact))
if (n := 10) > 5 and (m := n * 2):
    print(n, m)
print([y := 1, y ** 2], [(q := i) for i in range(3)], q)
def star(a, *args, b=2, **kw): return a, args, b, kw
print(star(1), star(1, 2, 3, b=4, c=5), star(*[1, 2], **{"b": 3, "z": 4}), star(*range(3), *"ab"))
def only(a, /, b, *, c): return a, b, c
print(only(1, 2, c=3), only(1, b=2, c=3))
for bad in (lambda: only(a=1, b=2, c=3), lambda: only(1, 2, 3), lambda: only(1, 2), lambda: star(), lambda: star(1, a=2), lambda: fact(), lambda: fact(1, 2)):
    try:
        bad()
    except TypeError as e:
        print(e)
class A:
    def m(self, x): pass
for bad in (lambda: A().m(), lambda: A().m(1, 2), lambda: A.m(), lambda: A(1), lambda: A().zz, lambda: A.zz):
    try:
        bad()
    except (TypeError, AttributeError) as e:
        print(e)
""",
    "comprehensions": """
print({k: v for k, v in zip("abc", range(3)) if v}, {x % 3 for x in range(9)}, [x * y for x in range(3) for y in range(x)], list(x for x in "ab"))
print(sum(x for x in range(10) if x % 2), any(x > 3 for x in range(5)), all(x for x in []), [[j for j in range(i)] for i in range(3)])
m = [[1, 2], [3, 4]]
print([row[0] for row in m], [list(col) for col in zip(*m)], {i: [j for j in r] for i, r in enumerate(m)}, 1 < 2 < 3 > 2 != 5, 0 <= 5 < 3)
g = (x * x for x in range(4))
print(next(g), list(g), list(g))
a, *b = 1, 2, 3
(c, d), e = (4, 5), 6
*f, h = "xyz"
print(a, b, c, d, e, f, h)
del a, b
try:
    a
except NameError as err:
    print(err)
x = y = [1]
y.append(2)
z = {"a": [1]}
z["a"] += [2]
z["b"] = z.get("b", 0) + 1
print(x, z, x is y, not x, x and "yes", None or "no", 5 if x else 6)
if __name__ == "__main__":
    print("main")
i = 0
while i < 3:
    i += 1
    if i == 2: continue
    print(i, end=" ")
else:
    print("done")
print(*[1, 2, 3], sep="-", end="!\\n")
print("a", "b", sep="")
print()
print(None, True, 1.0, 1e20, 1e-7, (1,), [], {}, set(), ..., 3 // 2, -7 % 3, 2 ** -1, 7 / 2, round(2.5), round(2.675, 2), divmod(7, 3))
""",
    "text": """
s = "Hello, World"
print(s.upper(), s.lower(), s.split(", "), s.replace("l", "L", 1), s.find("o"), s.count("l"), s[::-1], s[1:4], s.startswith("He"), s.title(), s.swapcase())
print(" x ".strip(), "a,b,,c".split(","), "-".join("abc"), "abc".center(9, "*"), "7".zfill(3), "x".ljust(3) + "|", "x".rjust(3), "a b".split(), "ab" in "cab", "A".isalpha())
print(f"{3.14159:.2f} {42:05d} {1e6:,.1f} {255:x} {255:#b} {0.5:.0%} {'a':>5} {'b':<5}| {'c':^5} {-3:+d} {3:+d} {1234567:,} {3.0} {1e10} {2**70}")
w, p = 10, 3
print(f"{3.14159:{w}.{p}f}|{'x':{w}}|{s!r:>20}|{w=}|{w + 1 = }|{{}}|{'nested ' + f'{p}'}")
print("{} {1}".replace("1", "").format(1, 2), "{0} {1} {0}".format("a", "b"), "{x:.1f} {y}".format(x=1.25, y=[1]), "{:>8} {:<8}|".format("r", "l"), "{:{}}".format(5, 4))
print("%d %5.2f %s %r %x %e %g %% %-5s| %05d %c %+d" % (3, 3.14159, "s", "r", 255, 12345.678, 0.0001, "l", 42, "c", 5), "%s" % [1, 2], "%(a)s %(b)03d" % {"a": 1, "b": 2})
print(repr("it's"), repr('"'), repr("a\\n\\t\\\\"), str([1, "a", None]), "a" * 3, "\\u00e9", "tab\\tx", r"raw\\n", 'a' 'b', chr(97), ord("a"), "abc" < "abd")
print("abc".encode if False else "no", "x=1;y=2".partition(";"), "a.b.c".rsplit(".", 1), "line1\\nline2".splitlines(), "%.3s|" % "abcdef", "é".isalpha(), "12".isdigit(), int("12") + float("1.5"))
print("{:>10.3e}".format(12345.678), "{:08.3f}".format(3.14159), format(3.14159, ".3f"), "{!r:>6}".format("a"), f"{True} {None} {[1.0, 2]} {(1,)} {dict(a=1)}", f"{1:>3}{2:>3}")
""",
    "collections": """
a = [3, 1, 2]
a.append(5); a.extend([7, 8]); a.insert(0, 9); a.remove(1)
print(a, a.pop(), a.pop(0), a.index(2), a.count(5), sorted(a), sorted(a, reverse=True), sorted(["bb", "a"], key=len), a[::-1], a[-2:], a * 2)
a.sort(key=lambda v: -v); b = a.copy(); b.reverse(); b.clear()
print(a, b, [1, 2] + [3], [1, 2] == [1, 2], [1, 2] < [1, 3], list("abc"), list(range(5, 0, -2)), len(a), min(a), max(a, key=lambda v: v % 5))
a[1:2] = [10, 11]; del a[0]
print(a, a[0], any(a), tuple(a), (1, 2) + (3,), (1, 2, 2).count(2), (1, 2).index(2))
d = {"x": 1, "y": 2}
d["z"] = 3; d.update({"w": 4}, v=5); del d["x"]
print(d, list(d), list(d.keys()), list(d.values()), list(d.items()), d.get("q"), d.get("q", 0), d.pop("w"), d.setdefault("n", []), "y" in d, len(d))
for k, v in d.items(): print(k, v, end=" ")
print({**d, "m": 1}, dict([("a", 1)], b=2), {"a": 1} | {"b": 2}, d.keys(), d.items(), dict.fromkeys("ab", 0), sorted(d.items(), key=lambda kv: str(kv[1])))
s = {1, 2, 3}
s.add(4); s.discard(9); s.remove(1)
print(s, s | {7}, s & {2, 3}, s - {2}, s ^ {2, 9}, {2} <= s, s.union([8]), frozenset([1]), len(s), 2 in s, set("aab") == {"a", "b"})
print(list(enumerate("ab", 1)), list(zip([1, 2], "ab")), list(map(lambda x, y: x + y, [1, 2], [3, 4])), list(filter(None, [0, 1, ""])), list(reversed([1, 2])))
print(sum([1, 2], 10), sum([[1], [2]], []), abs(-3), round(3.14159, 2), pow(2, 5), min(3, 1, 2), max([1, 5]), max("a", "b"), min([], default=0), bool([]), int(3.9), float("2"), str(1.0))
print(type(1), type("a"), type([]), type(None), type(1.0) == float, isinstance(1, int), isinstance(True, int), isinstance([], (tuple, list)), id(a) == id(a), hex(255), bin(5), oct(8))
it = iter([1, 2]); print(next(it), next(it), next(it, None), [*range(3)], {*"a"}, (*[1], 2), hasattr(a, "append"), hasattr(a, "nope"))
""",
    "recursion": """
class Node:
    def __init__(self, v): self.v, self.left, self.right = v, None, None
    def insert(self, v):
        if v < self.v:
            if self.left is None: self.left = Node(v)
            else: self.left.insert(v)
        elif self.right is None: self.right = Node(v)
        else: self.right.insert(v)
    def depth(self):
        return 1 + max(self.left.depth() if self.left else 0, self.right.depth() if self.right else 0)
    def walk(self):
        return (self.left.walk() if self.left else []) + [self.v] + (self.right.walk() if self.right else [])
t = Node(0)
for v in range(1, 400): t.insert(v)
print(t.depth(), t.walk()[:5], len(t.walk()))
""",
    "micrograd": '''
class Value:
    """A scalar and its gradient."""
    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0.0
        self._backward = lambda: None
        self._prev = tuple(_children)
        self._op = _op
    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad})"
    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")
        def _backward():
            self.grad += out.grad
            other.grad += out.grad
        out._backward = _backward
        return out
    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")
        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out._backward = _backward
        return out
    def __pow__(self, k):
        assert isinstance(k, (int, float)), "only int and float powers"
        out = Value(self.data ** k, (self,), f"**{k}")
        def _backward():
            self.grad += k * self.data ** (k - 1) * out.grad
        out._backward = _backward
        return out
    def relu(self):
        out = Value(0 if self.data < 0 else self.data, (self,), "ReLU")
        def _backward():
            self.grad += (out.data > 0) * out.grad
        out._backward = _backward
        return out
    def backward(self):
        topo, visited = [], set()
        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build(child)
                topo.append(v)
        build(self)
        self.grad = 1.0
        for v in reversed(topo):
            v._backward()
    def __neg__(self): return self * -1
    def __radd__(self, other): return self + other
    def __sub__(self, other): return self + (-other)
    def __rsub__(self, other): return other + (-self)
    def __rmul__(self, other): return self * other
    def __truediv__(self, other): return self * other**-1
a, b = Value(-4.0), Value(2.0)
c = a + b
d = a * b + b**3
c += c + 1
c += 1 + c + (-a)
d += d * 2 + (b + a).relu()
d += 3 * d + (b - a).relu()
e = c - d
f = e**2
g = f / 2.0
g += 10.0 / f if False else 10.0 * f**-1
g.backward()
print(f"{g.data:.4f}", f"{a.grad:.4f}", f"{b.grad:.4f}", a, sum([Value(1), Value(2)]))
''',
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_prints_what_python_prints(name: str) -> None:
    assert language(PROGRAMS[name]) == python(PROGRAMS[name])


# -- what Python cannot show -----------------------------------------------------------------------------------------------------


def test_a_failure_names_the_method_and_its_line() -> None:
    d = failure("class A:\n    def f(self):\n        return self.g()\n    def g(self):\n        raise ValueError('no')\nA().f()").diagnostic
    assert d.headline == "ValueError: no"
    assert d.location == "<expr>:5:9"
    assert [c.name for c in d.calls] == ["A.g", "A.f"]


def test_a_cause_is_told() -> None:
    d = failure("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('x') from e").diagnostic
    assert d.explain == ["It was raised because of ZeroDivisionError: division by zero"]


def test_a_class_of_its_own_fails_under_its_name() -> None:
    d = failure("class MyError(Exception):\n    def __str__(self):\n        return f'code {self.args[0]}'\nraise MyError(3)").diagnostic
    assert (d.kind, d.headline) == ("exception", "MyError: code 3")
    d = failure("class Low(ValueError): pass\nraise Low").diagnostic
    assert (d.kind, d.headline) == ("value", "Low")


def test_engine_errors_are_caught_under_pytorchs_class() -> None:
    text = """
import torch
def attempt(f):
    try:
        f()
    except IndexError as e:
        return "index " + str(e)
    except RuntimeError as e:
        return f"{type(e).__name__} {e}"
    except TypeError as e:
        return "type"
print(attempt(lambda: torch.ones(2, 3) @ torch.ones(2, 3)))
print(attempt(lambda: torch.ones(2)[5]))
print(attempt(lambda: torch.linalg.inv(torch.zeros(2, 2))))
print(attempt(lambda: torch.ones(2, "x")))
x = torch.ones(2, requires_grad=True)
y = (x * 2).sum()
y.backward()
print(attempt(y.backward)[:45])
print(x.grad, torch.is_grad_enabled())
"""
    lines = language(text).split("\n")
    assert lines[0] == "RuntimeError mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"
    assert lines[1] == "index index 5 is out of bounds for dimension 0 with size 2"
    assert lines[2].startswith("_LinAlgError linalg.inv: The diagonal element 1 is zero")
    assert lines[3] == "type"
    assert lines[4] == "RuntimeError Trying to backward through the graph a se"[:45]
    assert lines[5] == "tensor([2., 2.]) True"


def test_an_allocation_that_does_not_fit_can_be_caught() -> None:
    assert language("try:\n    torch.ones(10**7, 10**7)\nexcept RuntimeError as e:\n    print('refused', 'allocate' in str(e))") == "refused True\n"


def test_a_failed_import_can_be_caught() -> None:
    assert (
        language("try:\n    import matplotlib\nexcept ImportError as e:\n    print(e)\n    matplotlib = None\nprint(matplotlib)")
        == "No module named 'matplotlib'\nNone\n"
    )


def test_classes_of_graph_nodes_are_told_apart() -> None:
    text = "x = torch.ones(1, requires_grad=True)\ny = x * 2\nz = y + 1\nprint(type(y.grad_fn), type(z.grad_fn).__name__, isinstance(y.grad_fn, type(y.grad_fn)), isinstance(z.grad_fn, type(y.grad_fn)), type(y.grad_fn.next_functions[0][0]))"
    assert language(text) == "<class 'MulBackward0'> AddBackward0 True False <class 'AccumulateGrad'>\n"


def test_what_is_decorated_with_nothing_to_do_runs_as_it_is() -> None:
    text = """
@torch.jit.script
def f(x): return x + 1
@torch.compile
def g(x): return x * 2
@torch.compile(mode="reduce-overhead")
def h(x): return x - 1
print(f(1), g(2), h(3), torch.compile(torch.nn.ReLU())(torch.tensor(-1.)))
"""
    assert language(text) == "2 4 2 tensor(0.)\n"


def test_shadowed_names_do_not_break_torch() -> None:
    names = "input sum eye zeros ones arange tensor randn len print_ list dict str type max min abs range id F e pi relu Linear grad super object property Exception"
    shadow = "\n".join(f"{name} = 'mine'" for name in names.split())
    text = f"import torch\n{shadow}\nprint(torch.eye(1), torch.zeros(1), torch.tensor([1.]).sum(), torch.arange(2), torch.max(torch.ones(2)), torch.nn.Linear(1, 1), [1], {{}}, eye)\nclass A(torch.nn.Module):\n    def __init__(self):\n        torch.nn.Module.__init__(self)\nprint(A())"
    assert (
        language(text) == "tensor([[1.]]) tensor([0.]) tensor(1.) tensor([0, 1]) tensor(1.) Linear(in_features=1, out_features=1, bias=True) [1] {} mine\nA()\n"
    )


def test_names_of_a_class_are_not_in_the_type_of_the_host() -> None:
    s = Session()
    s.run("class A:\n    x = 1\na = A()\nb = A()\nb.x = 5")
    a, b = s.variables["a"], s.variables["b"]
    assert type(a) is type(b) and not isinstance(type(a).__dict__.get("x"), int)  # the class's own names are in its table, not in the host's type
    assert a.fields == {} and b.fields == {"x": 5}
