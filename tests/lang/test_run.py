"""Sessions: results, variables, limits, diagnostics with their places and call stacks, Ctrl-C."""

from __future__ import annotations

import sys
import threading
import time

import pytest

from tcalc.engine import graph
from tcalc.lang import values
from tcalc.lang.diagnostic import Diagnostic, LangError, diagnose
from tcalc.lang.functions import FormCall, FormValue
from tcalc.lang.run import Limits, Result, Session, evaluate


def failure(text: str, session: Session | None = None, **options: object) -> Diagnostic:
    session = session or Session(sink=lambda s: None, **options)  # type: ignore[arg-type]
    with pytest.raises(LangError) as caught:
        session.run(text)
    return caught.value.diagnostic


def marked(d: Diagnostic) -> str:
    assert d.source is not None and d.span is not None
    return d.source.segment(d.span)


# -- results ------------------------------------------------------------------------------------------------------------------------


def test_results() -> None:
    s = Session()
    results = s.run("1 + 1; x = 5\nx * 2\nprint\ny = x")
    assert [(r.text, r.value, r.is_expression, r.name) for r in results if r.text != "print"] == [
        ("1 + 1", 2, True, None),
        ("x * 2", 10, True, None),
        ("y = x", 5, False, "y"),
    ]
    assert s.run("if x: y = 2") == [] and s.run("") == [] and s.run("# nothing") == []
    assert [(r.name, r.value) for r in s.run("x += 1")] == [("x", 6)]
    assert s.run("def f(x): return x")[0].name == "f"
    assert s.run("f(x) = x**2")[0].name == "f"
    assert s.run("a = b = 3")[0].name == "b"
    assert s.run("a, b = 1, 2") == []
    assert s.run("import math") == []


def test_none_is_flagged() -> None:
    (result,) = Session(sink=lambda s: None).run("print('x')")
    assert result.is_none and result.is_expression
    (result,) = Session().run("0")
    assert not result.is_none


def test_results_one_by_one() -> None:
    seen: list[object] = []
    s = Session(sink=seen.append)
    left = s.run("1\nprint('a')\n2\nx = 3", on_result=lambda r: seen.append(r.value), on_statement=lambda st, source: seen.append(st.span.start_line))
    assert seen == [1, 1, 2, "a\n", None, 3, 2, 4, 3]
    assert [r.name for r in left] == ["x"]


def test_last_result() -> None:
    s = Session()
    assert [r.value for r in s.run("1 + 1; _ * 3; ans + _; None; ans")] == [2, 6, 12, None, 12]
    assert s.run("ans = 5; 7; ans")[-1].value == 5  # the program's own
    s.forget("ans")
    assert s.run("ans")[-1].value == 5
    assert s.run("for _ in range(3): pass\n_")[-1].value == 2
    d = failure("_")
    assert d.exception == "NameError" and "last result" in d.hints[0]


def test_variables_stay() -> None:
    s = Session()
    s.run("x = 1\nf(y) = x + y")
    assert s.run("x = 10; f(1)")[0].value == 11
    s.bind("x", 20)
    assert s.run("f(1)")[0].value == 21
    s.forget("x")
    s.forget("x")
    assert failure("f(1)", s).exception == "NameError"
    assert set(s.variables) == {"f"}


@pytest.mark.parametrize("name", ["", "1x", "a b", "lambda", "__class__", "a.b", "x;y"])
def test_bind_refuses(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be a name"):
        Session().bind(name, 1)


def test_a_failure_keeps_what_was_assigned() -> None:
    s = Session()
    failure("a = 1\nb = 2\nc = a / 0\nd = 4", s)
    assert s.variables == {"a": 1, "b": 2}
    failure("e = 1\nf = (", s)
    failure("e = 1\nclass A(metaclass=M): pass", s)
    failure("e = 1\nreturn", s)
    assert "e" not in s.variables  # nothing runs before the whole text is checked


def test_compile_once_run_often() -> None:
    s = Session()
    s.run("n = 0")
    program = s.compile("n += 1\nn * 10", "p.py")
    assert [s.execute(program)[0].value for _ in range(3)] == [10, 20, 30]
    assert program.source.name == "p.py" and [st.name for st in program.statements] == ["n", None]


def test_evaluate() -> None:
    assert evaluate("x = 2; x * y; z = 1", y=21) == 42
    assert evaluate("x = 2") is None


def test_names_of_the_language_may_be_bound() -> None:
    s = Session()
    assert s.run("sum = 3; sum + 1")[0].value == 4
    assert s.run("del sum; sum([1, 2])")[0].value == 3
    assert s.run("input = 5; e = 2; pi = 3; input * e * pi")[0].value == 30
    assert s.run("def f():\n    return len\nlen = 7; f()")[0].value == 7
    assert s.run("import math; math.pi > pi")[0].value is True


def test_main_guard() -> None:
    assert Session().run("r = 0\nif __name__ == '__main__':\n    r = 1\nr")[0].value == 1


def test_hints_and_state_are_per_statement() -> None:
    s = Session()
    first, second = s.run("[1, 2] + [3]; 1 + 1")
    assert first.hints and not second.hints
    assert values.state.session is None and values.state.tick is None


# -- diagnostics ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "headline", "mark"),
    [
        ("y = 3\nz = (y + 1) / (y - 3)", "ZeroDivisionError: division by zero", "(y + 1) / (y - 3)"),
        ("y = 3\nz = y / 0", "ZeroDivisionError: division by zero", "y / 0"),
        ("s = 'é'; 1 // 0", "ZeroDivisionError: integer division or modulo by zero", "1 // 0"),
        ("len(1)", "TypeError: object of type 'int' has no len()", "len(1)"),
        ("'a' + 1", 'TypeError: can only concatenate str (not "int") to str', "'a' + 1"),
        ("x = [1, 2]\nx[5]", "IndexError: list index out of range", "x[5]"),
        ("x = [1, 2]\nx[5] = 3", "IndexError: list assignment index out of range", "x[5]"),
        ("{'a': 1}['k']", "KeyError: 'k'", "{'a': 1}['k']"),
        ("for i in 5: pass", "TypeError: 'int' object is not iterable", "5"),
        ("[i for i in 5]", "TypeError: 'int' object is not iterable", "5"),
        ("sum(x for x in 3)", "TypeError: 'int' object is not iterable", "3"),
        ("with 3: pass", "TypeError: 'int' object does not support the context manager protocol", "3"),
        ("x = [1]\nx.foo", "AttributeError: 'list' object has no attribute 'foo'", "x.foo"),
        ("x = [1]\nx.foo(3)", "AttributeError: 'list' object has no attribute 'foo'", "x.foo(3)"),
        ("x = 3\nx.y = 4", "AttributeError: 'int' object has no attribute 'y'", "x.y"),
        ("-'a'", "TypeError: bad operand type for unary -: 'str'", "-'a'"),
        ("x = 3\nx()", "TypeError: 'int' object is not callable", "x()"),
        ("None()", "TypeError: 'NoneType' object is not callable", "None()"),
        ("1 < 'a'", "TypeError: '<' not supported between instances of 'int' and 'str'", "1 < 'a'"),
        ("{[1]: 2}", "TypeError: unhashable type: 'list'", "{[1]: 2}"),
        ("f'{1/0}'", "ZeroDivisionError: division by zero", "1/0"),
        ("f'é{1:{1/0}}'", "ZeroDivisionError: division by zero", "1/0"),
        ("1e308 * 10 ** 400", "OverflowError: int too large to convert to float", "1e308 * 10 ** 400"),
        ("a, b = 1, 2, 3", "ValueError: too many values to unpack (expected 2)", "a, b"),
        ("x = 0\nx += 1 / x", "ZeroDivisionError: division by zero", "1 / x"),
        ("del nothing", "NameError: name 'nothing' is not defined", "nothing"),
        ("nothing.at.all", "NameError: name 'nothing' is not defined", "nothing"),
        ("y = 1 + nothing * 2", "NameError: name 'nothing' is not defined", "nothing"),
        ("@nothing\ndef f(): pass", "NameError: name 'nothing' is not defined", "nothing"),
        ("nothing += 1", "NameError: name 'nothing' is not defined", "nothing"),
        ("def f(): return f2()\nf()", "NameError: name 'f2' is not defined", "f2"),
    ],
)
def test_places(text: str, headline: str, mark: str) -> None:
    d = failure(text)
    assert (d.headline, marked(d)) == (headline, mark)


def test_tensor_errors_have_places() -> None:
    d = failure("x = ones(3, 4)\nW = ones(5, 6)\ny = 2 * (x @ W) + 1")
    assert d.headline == "RuntimeError: mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)"
    assert (marked(d), d.location) == ("x @ W", "<expr>:3:10")
    d = failure("x = ones(2)\nif x > 0: 1")
    assert (d.exception, marked(d)) == ("RuntimeError", "x > 0")


def test_nodes_know_where_they_were_made() -> None:
    s = Session()
    s.run("x = tensor(2., requires_grad=True)\ndef f(t):\n    return t * t\ny = f(x) + 1", "p.py")
    y = s.variables["y"]
    add = graph.node_of(y)
    mul = add.parents[0]
    assert (add.where.text, add.where.scope) == ("f(x) + 1", "")
    assert (mul.where.text, mul.where.scope, mul.where.source_name, mul.where.line) == ("t * t", "f", "p.py", 3)
    assert graph.state.where is None


def test_did_you_mean() -> None:
    assert failure("prnt(1)").hints == ["did you mean print?"]
    assert failure("learning_rate = 1\nlearnin_rate").hints == ["did you mean learning_rate?"]
    assert failure("def f(weights): return weigts\nf(1)").hints == ["did you mean weights?"]
    assert failure("π").hints == ["did you mean pi?"]
    d = failure("eval('1')")
    assert d.exception == "NameError" and d.hints and "Python" in d.explain[0]


def test_unbound_locals() -> None:
    d = failure("x = 1\ndef f():\n    y = x + 1\n    x = 2\nf()")
    assert d.headline == "UnboundLocalError: cannot access local variable 'x' where it is not associated with a value"
    assert d.location == "<expr>:3:9" and any("global x" in h for h in d.hints)
    d = failure("def f():\n    def g(): return z\n    g()\n    z = 1\nf()")
    assert d.exception == "NameError" and "free variable 'z'" in d.sentence
    assert failure("def f():\n    x = 1\n    del x\n    return x\nf()").exception == "UnboundLocalError"
    assert failure("def f(x):\n    del x\n    return x\nf(1)").exception == "UnboundLocalError"
    assert failure("def f():\n    del x\n    x = 1\nf()").exception == "UnboundLocalError"


def test_call_stack() -> None:
    d = failure("def f(x): return x + q\ndef g(x):\n    return f(x) * 2\ndef h():\n    return [g(i) for i in range(3)]\nh()")
    assert [(c.name, c.where.line, c.where.text, c.where.scope) for c in d.calls if c.where is not None] == [
        ("f", 3, "f(x)", "g"),
        ("g", 5, "g(i)", "h"),
        ("h", 6, "h()", ""),
    ]
    assert d.location == "<expr>:1:22"
    d = failure("f = lambda x: x / 0\nsorted([1, 2], key=f)")
    assert [(c.name, c.where.line if c.where else 0) for c in d.calls] == [("<lambda>", 2)]
    d = failure("def f(a, k=1): return a / 0\nf(1, k=2); 1")
    assert [c.name for c in d.calls] == ["f"]


def test_functions_of_earlier_programs_keep_their_source() -> None:
    s = Session()
    s.run("def f(x):\n    return 1 / x", "one.py")
    with pytest.raises(LangError) as caught:
        s.run("f(0)", "two.py")
    d = caught.value.diagnostic
    assert d.location == "one.py:2:12" and marked(d) == "1 / x"
    assert [(c.where.source_name, c.where.text) for c in d.calls if c.where] == [("two.py", "f(0)")]


def test_assertions() -> None:
    d = failure("x = 3\nassert x == 4")
    assert (d.kind, d.headline, d.explain) == ("assert", "AssertionError", ["The condition x == 4 does not hold.", "x is 3"])
    d = failure("assert 1 > 2, f'{1 + 1} things'")
    assert d.headline == "AssertionError: 2 things" and marked(d) == "assert 1 > 2, f'{1 + 1} things'"
    Session().run("assert 2 > 1, 1 / 0")


def test_with_statements() -> None:
    out: list[str] = []
    s = Session(sink=out.append)
    s.run("with torch.no_grad() as g, torch.enable_grad():\n    print(torch.is_grad_enabled())\nprint(torch.is_grad_enabled())")
    s.run("def f():\n    with torch.no_grad():\n        for i in range(3):\n            if i == 1: return torch.is_grad_enabled()")
    s.run("print(f(), torch.is_grad_enabled())")
    s.run("for i in range(3):\n    with torch.no_grad():\n        if i == 1: break\n        continue\nprint(i, torch.is_grad_enabled())")
    s.run("@torch.no_grad()\ndef g(): return torch.is_grad_enabled()\nprint(g(), torch.is_grad_enabled())")
    assert "".join(out) == "True\nTrue\nFalse True\n1 True\nFalse True\n"
    d = failure("with torch.no_grad():\n    x = 1\n    x / 0", s)
    assert marked(d) == "x / 0" and s.run("torch.is_grad_enabled()")[0].value is True


def test_internal_faults_are_no_tracebacks() -> None:
    def broken(session: Session, call: FormCall) -> object:
        raise SystemError("boom")

    def slip(session: Session, call: FormCall) -> object:
        return None.nothing  # type: ignore[attr-defined]

    s = Session(forms={"broken": broken, "slip": slip})
    for text in ("1 + broken(2)", "slip(1)"):
        d = failure(text, s)
        assert (d.kind, d.exception) == ("internal", "InternalError") and "report it" in d.hints[0]
    assert marked(failure("1 + broken(2)", s)) == "broken(2)"


def test_to_json() -> None:
    d = failure("def f(x): return x / 0\nf(1)")
    j = d.to_json()
    assert (j["kind"], j["exception"], j["span"], j["line"]) == ("zero_division", "ZeroDivisionError", [1, 17, 1, 22], "def f(x): return x / 0")
    assert j["calls"] == [{"name": "f", "line": 2, "column": 0, "source": "<expr>"}]


def test_diagnose_foreign_exceptions() -> None:
    class LinAlgError(RuntimeError):
        pass

    assert diagnose(LinAlgError("singular"), None).kind == "linalg"
    assert diagnose(FileNotFoundError(2, "No such file or directory", "x.npy"), None).sentence == "No such file or directory: x.npy"
    assert diagnose(NameError("host"), None).kind == "internal"
    assert diagnose(StopIteration(), None).sentence
    assert diagnose(ArithmeticError("x"), None).kind == "overflow"


# -- limits --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "while True: pass",
        "for i in range(10**18): pass",
        "def f():\n    while True:\n        if False: return\nf()",
        "for i in range(10**9):\n    for j in range(10): pass",
        "def f(n):\n    if n > 0: return f(n - 1) + f(n - 1)\n    return 0\nf(200)",
        "[0 for i in range(10**12) if i < 0]",
        "sum(0 for i in range(10**12))",
        "any(False for i in range(10**12))",
        "{i % 3 for i in range(10**12)}",
        "f = lambda: 0\nwhile True: f()",
        "max(i % 3 for i in range(10**12) for j in [1])",
    ],
)
def test_time_and_steps(text: str) -> None:
    start = time.perf_counter()
    d = failure(text, limits=Limits(timeout=0.2))
    assert (d.kind, d.exception) == ("timeout", "TimeoutError") and time.perf_counter() - start < 5
    assert failure(text, limits=Limits(steps=20_000)).kind == "limit"


def test_steps_are_counted() -> None:
    s = Session(limits=Limits(steps=10_000))
    s.run("for i in range(9000): pass")
    assert 9000 <= s.meter.steps <= 9100
    s.run("for i in range(9000): pass")  # each run has its own
    assert failure("for i in range(12000): pass", s).kind == "limit"


def test_recursion_is_bounded() -> None:
    s = Session()
    before = sys.getrecursionlimit()
    assert s.run("def f(n): return 0 if n == 0 else 1 + f(n - 1)\nf(900)")[0].value == 900
    d = failure("def g(n): return g(n + 1)\ng(0)", s)
    assert (d.kind, d.headline, marked(d)) == ("recursion", "RecursionError: maximum recursion depth exceeded", "g(n + 1)")
    assert d.calls and len(d.calls) <= 40 and d.omitted > 500
    assert sys.getrecursionlimit() == before
    assert s.run("f(10)")[0].value == 10


@pytest.mark.parametrize(
    "text",
    [
        "f = lambda n: sorted([1], key=lambda _: f(n + 1))\nf(1)",
        "f = lambda n: sum(f(n + 1) for _ in [1])\nf(1)",
        "f = lambda n: list(map(f, [n]))\nf(1)",
        "f = lambda n: [f(n) for _ in [1]]\nf(1)",
        "f = lambda n: {f(n): 1}\nf(1)",
        "f = lambda *a, **k: f(*a, **k)\nf(1)",
        "f = lambda a, k=1: f(a, k=k)\nf(1)",
        "def f():\n    with torch.no_grad():\n        for i in [1]:\n            f()\nf()",
        "@torch.no_grad()\ndef f(): return f()\nf()",
        "f = lambda n: f'{f(n)}'\nf(1)",
        "f = lambda n: max([1, 2], key=f)\nf(1)",
        "a = []\nfor i in range(100000): a = [a]\nprint(a)",
        "a = b = []\nfor i in range(100000): a = [a]\nfor i in range(100000): b = [b]\na == b",
    ],
)
def test_recursion_through_the_host(text: str) -> None:
    d = failure(text)
    assert d.kind in ("recursion", "nesting", "limit") or d.exception in ("RecursionError", "TypeError"), d


def test_recursion_in_a_thread() -> None:
    found: list[str] = []

    def work() -> None:
        found.append(failure("f = lambda n: f(n + 1)\nf(1)").kind)
        found.append(failure("f = lambda n: sorted([1], key=lambda _: f(n + 1))\nf(1)").kind)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == ["recursion", "recursion"]


def test_interrupts_leave_variables() -> None:
    def stop(session: Session, call: FormCall) -> object:
        raise KeyboardInterrupt

    s = Session(forms={"stop": stop})
    limit = sys.getrecursionlimit()
    with pytest.raises(KeyboardInterrupt):
        s.run("x = 1\nfor i in range(10):\n    x += 1\n    with torch.no_grad():\n        if i == 3: stop()\nx = 0")
    assert s.variables["x"] == 5 and s.variables["i"] == 3
    assert sys.getrecursionlimit() == limit and values.state.session is None and graph.state.grad is True
    assert s.run("x")[0].value == 5


def test_runs_inside_runs() -> None:
    def nested(session: Session, call: FormCall) -> object:
        return session.run("for i in range(100): pass\ni")[-1].value

    s = Session(forms={"nested": nested}, limits=Limits(steps=1000))
    assert s.run("a = nested(); b = nested(); a + b")[0].value == 198
    assert failure("for k in range(50): nested()", s).kind != "internal"


def test_forms_as_values() -> None:
    def form(session: Session, call: FormCall) -> object:
        """A form."""
        return [(e.given, e.evaluate(), e.text, e.names) for e in call.args]

    s = Session(forms={"form": form})
    assert isinstance(s.run("form")[0].value, FormValue)
    assert s.run("g = form; g(1 + 1)")[0].value == [(True, 2, "", [])]
    assert s.run("form(1 + 1)")[0].value == [(False, 2, "1 + 1", [])]
    assert s.run("form.__name__, form.__doc__")[0].value == ("form", "A form.")


def test_result_repr() -> None:
    (r,) = Session().run("1 + 1")
    assert isinstance(r, Result) and repr(r) == "Result('1 + 1', int)"


def test_what_a_run_prints_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound cannot be caught, and the next run starts anew."""
    from tcalc.lang import limits

    monkeypatch.setattr(limits, "MAX_OUTPUT", 1000)
    written: list[str] = []
    s = Session(sink=written.append)
    with pytest.raises(LangError, match="printed more than 1,000 characters"):
        s.run("try:\n    while True: print('x' * 99)\nexcept Exception:\n    print('caught')")
    assert written == ["x" * 99 + "\n"] * 10
    s.run("print('again')")
    assert written[-1] == "again\n"
