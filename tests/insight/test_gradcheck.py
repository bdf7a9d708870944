"""gradcheck: verdicts, causes, kinks, claims. The right derivatives follow by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

import tcalc.engine as tc
from tcalc.insight.gradcheck import fraction, make
from tcalc.render.jsontext import dumps
from tests.insight.programs import fits, subject, text


def check(expression: str, given: dict[str, Any], wrt: tuple[str, ...] | None = None, before: str = "", **options: Any) -> Any:
    return make(subject("gradcheck", expression, given, wrt, before, **options))


X3 = {"x": "tensor([1., 2., 3.])"}
FUNCTIONS = [
    ("sin(x) * exp(x)", X3),
    ("(x @ W + b).tanh().pow(2).mean()", {"x": "randn(3,4)", "W": "randn(4,2)", "b": "randn(2)"}),
    ("softmax(x, dim=0)", X3),
    ("x.cumsum(0)[1:]", X3),
    ("F.dropout(x, 0.5)", {"x": "randn(6)"}),
    ("x ** 3", {"x": 2.0}),
]


@pytest.mark.parametrize(("expression", "given"), FUNCTIONS)
@pytest.mark.parametrize("order", [1, 2])
def test_right_gradients_pass(expression: str, given: dict[str, Any], order: int) -> None:
    r = check(expression, given, before="manual_seed(1)", order=order)
    assert r.status == "PASS" and r.holds and r.failed == r.kinks == 0 and r.entries > 0
    assert all(c.worst < 1e-5 for c in r.inputs)


def test_everything_is_float64() -> None:
    r = check("x ** 2 * c", {"x": "tensor([1.1])"}, before="c = tensor([3.])")
    assert r.status == "PASS" and r.inputs[0].worst < 1e-7 and not r.notes
    r = check("(x ** 2).float()", {"x": "tensor([1.1])"})
    assert any("casts down" in n for n in r.notes)
    assert check("x.half() * 3", {"x": "tensor([1.1])"}).hints == ("x: a step of 1e-06 is lost in float16: a check needs float64 all the way.",)


CLAIMS = [
    ("x**3", "2*x**2", X3, "x: ratio constant (2/3): a wrong constant factor."),
    ("x**3", "-3*x**2", X3, "x: ratio -1: the sign is wrong."),
    ("x**3", "3*x", X3, "x: every entry lacks the factor x."),
    ("x**3", "3*x**2 + 1", X3, "x: the claim is off by the constant 1: a term too many, or one missing."),
    ("x**3", "0*x", X3, "x: the claim is 0 everywhere: detach(), no_grad, rounding or an integer on the way?"),
    ("(2*x).mean()", "2*ones_like(x)", X3, "x: ratio constant (3): a wrong constant factor; 3 is a dim's size: a sum too many, or sum for mean?"),
    ("(x*x).sum()", "2*x/3", X3, "x: ratio constant (1/3): a wrong constant factor; 1/3 is a dim's size: a missing sum, or mean for sum?"),
]


@pytest.mark.parametrize(("expression", "claim", "given", "hint"), CLAIMS)
def test_how_a_claim_is_wrong(expression: str, claim: str, given: dict[str, Any], hint: str) -> None:
    r = check(expression, given, claim=claim)
    assert r.status == "FAIL" and not r.holds and r.engine == "PASS"
    assert r.hints == (hint,)
    assert list(r.listed) == sorted(r.listed, key=lambda e: -e.abs_error)


def test_a_transposed_claim() -> None:
    given = {"x": "tensor([[1., 2.], [3., 5.]])", "W": "tensor([[1., -1.], [4., 2.]])"}
    assert check("(x @ W).sum()", given, ("x",), claim="ones(2,2) @ W.T").status == "PASS"
    r = check("(x @ W).sum()", given, ("x",), claim="W @ ones(2,2)")
    assert r.status == "FAIL" and r.hints[0].startswith("x: transposed:")


def test_a_claim_without_the_sum_over_a_broadcast_dim() -> None:
    with pytest.raises(RuntimeError, match=r"the claim for b has shape \[4, 2\]") as caught:
        check("(x + b).sum()", {"x": "randn(4,2)", "b": "randn(2)"}, ("b",), claim="ones(4,2)")
    assert "A missing sum: the input is broadcast, so its gradient is summed over dim 0 - then it is right." in caught.value.facts.explain  # type: ignore[attr-defined]


def test_claims_for_several_inputs() -> None:
    given = {"w": 3.0, "x": 2.0}
    assert check("w*x + w", given, claim="(x + 1, w)").status == "PASS"
    assert check("w*x + w", given, claim="{'x': w}").status == "PASS"
    r = check("w*x + w", given, claim="(x, w)")
    assert r.status == "FAIL" and [c.status for c in r.inputs] == ["FAIL", "PASS"]
    with pytest.raises(TypeError, match="which one is the claim for"):
        check("w*x + w", given, claim="x + 1")


def test_all_derivatives_can_be_claimed() -> None:
    assert check("x**2", X3, claim="diag(2*x)").status == "PASS"


def test_a_gradient_that_is_cut_off() -> None:
    r = check("(x.detach() * x).sum()", {"x": "tensor([1., 3.])"})
    assert r.status == "FAIL" and "ratio constant (1/2)" in r.hints[0]
    r = check("(x.detach() ** 2).sum() + 0*x.sum()", {"x": "tensor([1., 3.])"})
    assert r.status == "FAIL" and "is 0 everywhere" in r.hints[0]


KINKS = [
    ("relu(x)", "tensor([-1., 0., 2.])", (1,), "a kink: left slope 0, right slope 1; the rule says 0"),
    ("abs(x)", "tensor([0., 1.])", (0,), "a kink: left slope -1, right slope 1; the rule says 0"),
    ("sqrt(x)", "tensor([0.])", (0,), "edge of where the function is defined: left of it there is no value"),
    ("floor(x)", "tensor([2., 2.5])", (0,), "a jump: the function is not continuous here"),
]


@pytest.mark.parametrize(("expression", "x", "at", "reason"), KINKS)
def test_a_kink_is_its_own_status(expression: str, x: str, at: tuple[int, ...], reason: str) -> None:
    r = check(f"{expression}.sum()", {"x": x})
    assert r.status == "KINK" and not r.holds and r.failed == 0 and r.kinks == 1
    assert r.listed[0].at == at and r.listed[0].reason == reason


def test_a_bend_is_no_kink() -> None:
    assert check("x ** 20", {"x": 3.0}).status == "PASS"
    assert check("exp(50 * x)", {"x": 0.1}).status == "PASS"


def test_order_two_sees_a_wrong_second_derivative() -> None:
    # The first derivative is right, its own derivative is cut off.
    program = "def f(x):\n    return x * x.detach() * 0 + x ** 2 - (x * x.detach() - x.detach() * x)\n"
    assert check("f(x)", {"x": 1.5}, before=program).status == "PASS"
    r = check("(x ** 3 - x ** 3).sum() + (x.detach() ** 2 * x).sum()", {"x": "tensor([1., 2.])"}, order=2)
    assert r.status == "FAIL"


def test_large_inputs_are_sampled_and_it_is_said() -> None:
    r = check("(x * x).sum()", {"x": "rand(3000)"})
    assert r.status == "PASS" and r.entries == 1000 and r.notes == ("checked 1000 of 3000 elements of x, evenly spaced",)


def test_what_cannot_be_checked() -> None:
    with pytest.raises(TypeError, match="no floating input"):
        check("x + 1", {"x": "tensor([1, 2])"})
    with pytest.raises(TypeError, match="differentiates a tensor"):
        check("x.item()", {"x": 2.0})
    with pytest.raises(RuntimeError, match="only floating values have a derivative"):
        check("x > 1", {"x": 2.0})


def test_json() -> None:
    data = json.loads(dumps(check("x**3", X3, claim="2*x**2").to_json()))
    assert data["schema"] == "tcalc.gradcheck/1" and data["status"] == "FAIL" and data["target"] == "claim" and data["claim"] == "2*x**2"
    worst = data["listed"][0]
    assert worst["at"] == [2] and worst["claimed"] == 18.0 and worst["analytic"] == 27.0
    assert worst["numeric"] == pytest.approx(27, abs=1e-6) and worst["ratio"] == pytest.approx(2 / 3, abs=1e-6)


def test_the_screen() -> None:
    r = check("x**3", X3, claim="2*x**2")
    assert text(r) == (
        "gradcheck x**3\n"
        "claim   2*x**2\n"
        "f64  central  eps 1e-06  atol 1e-05  rtol 0.001   FAIL 3 of 3\n"
        "out  in     claim  analytic  numeric   abs err  ratio  fails because\n"
        "sum  [2]  18.0000   27.0000  27.0000  9.00e+00  0.667  > atol + rtol*|numeric|\n"
        'sum  [1]   8.0000   12.0000  12.0000  4.00e+00  0.667  "\n'
        'sum  [0]   2.0000    3.0000   3.0000  1.00e+00  0.667  "\n'
        "the engine's own gradient agrees with the differences\n"
        "Hint: x: ratio constant (2/3): a wrong constant factor.\n"
        "the claim has one number an element: it is compared with the gradient of the sum\n"
        "of the outputs"
    )
    assert fits(r, 80, 60) and text(r, ascii=True).isascii()


def test_fractions() -> None:
    assert [fraction(r) for r in (2 / 3, -2.0, 1 / 12, 0.3183)] == ["2/3", "-2", "1/12", "0.3183"]


NET = "import torch.nn as nn\nmanual_seed(0)\nnet = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Tanh(), nn.Linear(3, 1))"


def test_a_model_is_checked_with_its_parameters() -> None:
    s = subject("gradcheck", "net(x).pow(2).sum()", {"x": "randn(4, 2)"}, before=NET)
    before = {n: t.tolist() for n, t in s.session.variables["net"].state_dict().items()}
    r = make(s)
    assert r.status == "PASS"
    assert {c.name: c.entries for c in r.inputs} == {
        "x": 8, "net.0.weight": 6, "net.0.bias": 3, "net.1.weight": 3, "net.1.bias": 3, "net.3.weight": 3, "net.3.bias": 1,
    }  # fmt: skip
    after = s.session.variables["net"].state_dict()
    assert {n: t.tolist() for n, t in after.items()} == before and after["0.weight"].dtype == tc.float32  # batch norm's buffers too


def test_a_wrong_rule_for_a_parameter_is_found() -> None:
    program = NET + "\ndef loss(x):\n    return (net[0](x) * net[0].bias.detach()).sum()"
    r = make(subject("gradcheck", "loss(x) + 0*net[0].bias.sum()", {"x": "randn(4, 2)"}, before=program))
    assert [c.name for c in r.inputs if c.status == "FAIL"] == ["net.0.bias"]


def test_order_two_of_a_model() -> None:
    assert make(subject("gradcheck", "net(x).pow(2).sum()", {"x": "randn(3, 2)"}, before=NET, order=2)).status == "PASS"
