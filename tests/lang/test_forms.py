"""grad, value_and_grad, jacobian, hessian: on expressions, functions and recorded tensors."""

from __future__ import annotations

import math

import pytest

from tcalc.engine import Tensor, float32, float64
from tcalc.lang import values as v
from tcalc.lang.diagnostic import LangError
from tcalc.lang.forms import FORMS, Gradients
from tcalc.lang.run import Session


@pytest.fixture
def session():
    return Session(forms=FORMS, sink=lambda text: None)


def last(session, text):
    return session.run(text)[-1].value


def failure(session, text):
    with pytest.raises(LangError) as caught:
        session.run(text)
    return caught.value.diagnostic


def close(a, b):
    return math.isclose(a, b, rel_tol=1e-12)


def test_derivative_of_an_expression(session):
    g = last(session, "grad(sin(x**2), x=pi)")
    assert type(g) is float and close(g, 2 * math.pi * math.cos(math.pi**2))
    assert last(session, "g = grad(x**2, x=3.); g + 1") == 7.0
    assert last(session, "grad(x**2, x=3)") == 6.0


def test_one_gradient_a_name(session):
    text = "(w*x1 + v*x2 + b - 10)**2"
    g = last(session, f"grad({text}, w=3., v=-2., b=1., x1=4., x2=5.)")
    assert isinstance(g, Gradients) and g.values == {"w": -56.0, "v": -70.0, "b": -14.0, "x1": -42.0, "x2": 28.0}
    assert repr(g) == "Gradients(w=-56.0, v=-70.0, b=-14.0, x1=-42.0, x2=28.0)"
    assert last(session, f"grad({text}, w=3., v=-2., b=1., x1=4., x2=5., wrt=w)") == -56.0
    assert list(last(session, f"grad({text}, w=3., v=-2., b=1., x1=4., x2=5., wrt=(w, b))").values) == ["w", "b"]
    assert last(session, "g = grad(u*v, u=2., v=3.); g.u, g['v'], g[0], len(g)") == (3.0, 2.0, 3.0, 2)
    assert last(session, "gu, gv = grad(u*v, u=2., v=3.); gu - gv") == 1.0
    assert "g.u" in failure(session, "grad(u*v, u=2., v=3.) + 1").hints[0]


def test_report(session):
    result = session.run("value_and_grad(x**2 * c, x=3., c=2., wrt=x)")[-1]
    r = result.report
    assert (r.form, r.text, r.value, r.gradients, r.bindings, r.order, r.wrt, r.single) == (
        "value_and_grad",
        "x**2 * c",
        18.0,
        {"x": 12.0},
        {"x": 3.0, "c": 2.0},
        1,
        ("x",),
        True,
    )
    assert result.value == (18.0, 12.0)


def test_bindings(session):
    g = last(session, "grad((x**2).sum(), x=[1., 2.])")
    assert isinstance(g, Tensor) and g.dtype is float32 and g.tolist() == [2.0, 4.0] and not g.requires_grad
    g = last(session, "grad((x**2).sum(), x=[[1], [2]])")
    assert g.tolist() == [[2.0], [4.0]]
    g = last(session, "t = tensor([1., 2.], dtype=float64); grad((x**2).sum(), x=t)")
    assert g.dtype is float64 and not last(session, "t.requires_grad")
    assert last(session, "grad((x*n).sum(), x=[1., 1.], n=tensor([2, 3]))").tolist() == [2.0, 3.0]
    assert last(session, "grad(order*x, x=1., bind={'order': 2.}).order") == 1.0
    assert last(session, "w = tensor(2.); grad(w**3, wrt=w)").item() == 12.0
    assert last(session, "w = 2.; b = 3.; grad(w**b, wrt=(w, b)).w") == 12.0
    assert last(session, "grad((m @ x).sum(), m=[[1., 2.]], x=[3., 4.], wrt=m)").tolist() == [[3.0, 4.0]]
    assert last(session, "grad(x**3, x=2., wrt='x')") == 12.0


def test_a_tracked_tensor_is_left_alone(session):
    assert last(session, "x = tensor(2., requires_grad=True); y = x*3; grad(z**2, z=y).item()") == 12.0
    assert last(session, "x.grad") is None and last(session, "y.backward(); x.grad.item()") == 3.0


def test_higher_orders(session):
    assert last(session, "grad(x**3, x=2., order=2)") == 12.0
    assert last(session, "grad(x**3, x=2., order=3)") == 6.0
    assert last(session, "grad(x**3, x=2., order=4)") == 0.0
    assert close(last(session, "grad(sin(x), x=1., order=5)"), math.cos(1))
    assert close(last(session, "grad(grad(sin(x)*y, x=y*1.), y=2.)"), math.cos(2) - 2 * math.sin(2))
    assert failure(session, "grad(x, x=1., order=0)").kind == "order"
    assert failure(session, "grad(x, x=1., order=1.5)").kind == "order"


def test_functions(session):
    session.run("def f(x): return x**3\ndef h(a, b=2.): return a*b")
    assert last(session, "grad(f)(2.0)") == 12.0 and last(session, "grad(grad(f))(2.0)") == 12.0
    assert last(session, "grad(grad(grad(f)))(2.0)") == 6.0
    assert last(session, "grad(f, x=2.)") == 12.0 and last(session, "grad(f, x=2., order=2)") == 12.0
    assert last(session, "grad(lambda x: x*x, x=4.)") == 8.0 and last(session, "grad(lambda x: x*x)(4.)") == 8.0
    assert last(session, "grad(sin, x=0.)") == 1.0 and last(session, "grad(sin)(0.)") == 1.0
    assert last(session, "grad(h, a=1., b=3.).b") == 1.0 and last(session, "grad(h, a=1.)") == 2.0
    assert last(session, "grad(h)(1., 5.)") == 5.0 and last(session, "grad(h)(a=1., b=5.)") == 5.0
    assert last(session, "value_and_grad(f)(2.)") == (8.0, 12.0)
    assert last(session, "list(map(grad(f), [1., 2.]))") == [3.0, 12.0]
    assert last(session, "g = grad; g(f)(2.)") == 12.0
    assert "no parameter y" in failure(session, "grad(f, y=2.)").sentence
    assert last(session, "x = tensor(2., requires_grad=True); y = grad(f)(x); y.backward(); x.grad.item()") == 12.0
    session.run("k(x) = x**2 * 3")
    assert last(session, "grad(k)(2.)") == 12.0


def test_a_loop_in_a_function(session):
    session.run("def p(x):\n    y = 1.\n    for _ in range(5):\n        y = y * x\n    return y")
    assert last(session, "grad(p, x=2.)") == 80.0


def test_recorded_tensors(session):
    session.run("x = tensor(3., requires_grad=True); w = tensor(2., requires_grad=True); y = x*x*w")
    g = last(session, "grad(y, [x, w], create_graph=True)")
    assert [t.item() for t in g] == [12.0, 9.0] and all(t.requires_grad for t in g)
    assert last(session, "grad(y, x)[0].item()") == 12.0
    assert last(session, "torch.autograd.grad(x**3, x, create_graph=True)[0].item()") == 27.0
    d = failure(session, "grad(y, x, z=1)")
    assert "unexpected keyword argument 'z'" in d.sentence


def test_a_name_of_the_program_wins(session):
    assert last(session, "grad = 5; grad + 1") == 6
    assert last(session, "del grad\ngrad(x*x, x=1.)") == 2.0


def test_jacobian(session):
    assert last(session, "jacobian(x**2, x=[1., 2., 3.])").tolist() == [[2, 0, 0], [0, 4, 0], [0, 0, 6]]
    assert last(session, "jacobian(A @ x, A=[[1., 2.], [3., 4.]], x=[1., 1.], wrt=x)").tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert last(session, "jacobian(x**2, x=3.)") == 6.0
    both = last(session, "jacobian(a*b, a=[1., 2.], b=3.)")
    assert both.values["a"].tolist() == [[3, 0], [0, 3]] and both.values["b"].tolist() == [1.0, 2.0]
    assert last(session, "jacobian(lambda x: x*x, tensor([1., 2.]))").tolist() == [[2, 0], [0, 4]]
    assert last(session, "from torch.autograd.functional import jacobian as J\nJ(lambda a, b: a*b, (tensor(2.), tensor(3.)))")[0].item() == 3.0


def test_hessian(session):
    assert last(session, "hessian(x**3, x=2.)") == 12.0
    assert last(session, "hessian((x**3).sum(), x=[1., 2.])").tolist() == [[6, 0], [0, 12]]
    h = last(session, "hessian(x*x*y, x=2., y=3.)")
    assert h.values["x"].values == {"x": 6.0, "y": 4.0} and h.values["y"].values == {"x": 4.0, "y": 0.0}
    assert last(session, "torch.func.hessian(lambda x: (x**3).sum())(tensor([1., 2.]))").tolist() == [[6, 0], [0, 12]]
    assert last(session, "torch.autograd.functional.hessian(lambda x: (x**2).sum(), tensor([1., 2.]))").tolist() == [[2, 0], [0, 2]]


def test_vjp_and_jvp(session):
    session.run("from torch.autograd.functional import vjp, jvp")
    y, g = last(session, "vjp(lambda x: x**2, tensor([1., 2.]), tensor([1., 10.]))")
    assert y.tolist() == [1.0, 4.0] and g.tolist() == [2.0, 40.0]
    y, g = last(session, "jvp(lambda x: x**2, tensor([1., 2.]), tensor([1., 10.]))")
    assert y.tolist() == [1.0, 4.0] and g.tolist() == [2.0, 40.0]


def test_gradients_flow_under_no_grad_too(session):
    assert last(session, "with no_grad():\n    g = grad(x*x, x=2.)\ng") == 4.0
    assert v.state.depth == 0


@pytest.mark.parametrize(
    ("text", "exception", "sentence", "says"),
    [
        ("grad(x**2, y=3.)", "TypeError", "y does not occur in x**2", "did you mean x?"),
        ("grad(alpha*2, alhpa=3.)", "TypeError", "alhpa does not occur", "did you mean alpha?"),
        ("grad(x**2, x=[1., 2.])", "RuntimeError", "grad can be implicitly created only for scalar outputs", "which one?"),
        ("grad(x*1., x=tensor(2))", "RuntimeError", "only Tensors of floating point dtype", "x=x.float()"),
        ("grad(x*n, x=1., n=tensor(2), wrt=n)", "RuntimeError", "only Tensors of floating point dtype", "n=n.float()"),
        ("grad(x**2)", "NameError", "x", ""),
        ("x = 2.; grad(x**2)", "TypeError", "by what?", "x=2."),
        ("grad()", "TypeError", "takes an expression", "grad(sin"),
        ("grad(x.detach()*2, x=2.)", "RuntimeError", "does not require grad", "does not depend on x"),
        ("grad(int(x), x=2.)", "RuntimeError", "does not require grad", "plain number"),
        ("grad(str(x), x=2.)", "TypeError", "differentiates a number or a tensor", ""),
        ("grad(x*2, x='a')", "TypeError", "cannot differentiate by x", ""),
        ("grad(x*w, x=2., wrt=w)", "NameError", "w", ""),
        ("grad(x*2, x=2., wrt=x+1)", "TypeError", "wrt= takes a name", "wrt=(w, b)"),
        ("grad(x*2, bind=3)", "TypeError", "bind= takes a dict", ""),
        ("hessian(x**2, x=[1., 2.])", "RuntimeError", "only for scalar outputs", "which one?"),
        ("grad((x**2).sum(), x=[1., 2.], order=2)", "RuntimeError", "only for scalar outputs", "hessian"),
    ],
)
def test_errors_explain(session, text, exception, sentence, says):
    d = failure(session, text)
    assert d.exception == exception and sentence in d.sentence
    assert says in "\n".join([*d.explain, *d.hints])
