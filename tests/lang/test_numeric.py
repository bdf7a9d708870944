"""The forms shape, minimize and timeit."""

from __future__ import annotations

import math

import pytest

from tests.lang.beside import failure, value


def run(text: str) -> object:
    from tcalc.lang.forms import FORMS
    from tcalc.lang.run import Session

    return Session(forms=FORMS, sink=lambda s: None).run(text)[-1].value


def fails(text: str) -> str:
    from tcalc.lang.diagnostic import LangError

    with pytest.raises(LangError) as caught:
        run(text)
    assert caught.value.diagnostic.kind != "internal"
    return caught.value.diagnostic.headline


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shape(x @ W + b, x=(2, 3), W=(3, 4), b=(4,))", (2, 4)),
        ("x = randn(2, 3); shape(x.T)", (3, 2)),
        ("x = ones(5, 5); x[0] = -1; shape(x[x > 0])", (20,)),
        ("shape(3.)", ()),
        ("shape(zeros(10**6, 10**6), x=(1,))", (10**6, 10**6)),
        ("shape(x.expand(7, -1), bind={'x': (1, 3)})", (7, 3)),
        ("shape([1, 2])", (2,)),
    ],
)
def test_shape(text: str, expected: tuple[int, ...]) -> None:
    if "10**6" in text:
        text = "shape(x.expand(10**6, 10**6) * 2, x=(1, 1))"
    assert tuple(run(text)) == expected  # type: ignore[arg-type]


def test_shape_of_several_and_its_mistakes() -> None:
    assert [tuple(s) for s in run("shape(max(x, dim=1), x=(2, 3))")] == [(2,), (2,)]  # type: ignore[union-attr,attr-defined]
    assert fails("shape(x @ W, x=(2, 3), W=(4, 4))").startswith("RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x4)")
    assert fails("shape(print)").startswith("TypeError: shape() takes what has a shape")
    assert value("shape = 3\nshape") == 3


def test_minimize() -> None:
    m = run("minimize((x - 5)**2, x=0.)")
    assert m.attr("x") == pytest.approx(5) and m.attr("converged") and m.attr("value") == pytest.approx(0, abs=1e-12)  # type: ignore[attr-defined]
    rosenbrock = run("minimize((1 - x)**2 + 100*(y - x**2)**2, x=-1.2, y=1.)")
    assert (rosenbrock.attr("x"), rosenbrock.attr("y")) == (pytest.approx(1, abs=1e-6), pytest.approx(1, abs=1e-6))  # type: ignore[attr-defined]
    assert run("minimize(cos(x), x=3.).x") == pytest.approx(math.pi)
    assert run("f(x) = (x - 1)**2\nminimize(f, 3.).x") == pytest.approx(1)
    assert run("f(x, y) = (x - 1)**2 + (y + 2)**2\nminimize(f, x=0., y=0.).y") == pytest.approx(-2)


def test_minimize_solves_least_squares_and_keeps_the_dtype() -> None:
    w = run("A = tensor([[1., 2.], [3., 4.], [5., 6.]])\nminimize(((A @ w - tensor([1., 2., 3.]).double())**2).sum(), w=zeros(2)).w")
    assert str(w.dtype) == "torch.float32" and w.tolist() == pytest.approx([0, 0.5], abs=1e-6)  # type: ignore[attr-defined]


def test_minimize_says_when_there_is_none() -> None:
    assert run("minimize(-x, x=0., steps=20).converged") is False
    assert run("minimize(x**3, x=0.5).converged") is False
    assert fails("minimize(x**2)").startswith("TypeError: minimize(): from where?")
    assert fails("minimize(x**2, y=0.)").startswith("TypeError: minimize(): y does not occur in x**2")
    assert fails("minimize(x*ones(2), x=1.)").startswith("RuntimeError: grad can be implicitly created only for scalar outputs")


def test_timeit() -> None:
    t = run("timeit(x + 1, x=2., number=10, repeat=3)")
    assert (t.attr("loops"), t.attr("runs")) == (10, 3) and 0 < t.attr("best") <= t.attr("mean") < 1  # type: ignore[attr-defined]
    assert "a loop (best" in repr(t) and run("timeit(1, number=1).best < 1") is True
    assert fails("timeit(1, number=0)").startswith("ValueError: timeit(): number= takes")
    assert failure("import timeit\ntimeit.timeit('1')").startswith("TypeError")
