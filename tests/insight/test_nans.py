"""nans: births, arithmetic, chains, fixes. Which elements are bad is PyTorch's word (tests/oracle/make_insight.py)."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from tcalc.insight.nans import make, nans_report
from tcalc.render.jsontext import dumps
from tests.insight.programs import fits, run, subject, text
from tests.oracle.make_insight import PROGRAMS

GOLDEN = json.loads((Path(__file__).parent.parent / "oracle" / "insight.json").read_text())["programs"]


def flat(value: Any) -> list[float]:
    return [x for v in value for x in flat(v)] if isinstance(value, list) else [float(value)]


def look(expression: str, **given: Any) -> Any:
    return make(subject("nans", expression, given))


@pytest.mark.parametrize("name", list(PROGRAMS))
def test_what_is_bad_is_what_pytorch_has(name: str) -> None:
    inputs, program, inner = PROGRAMS[name]
    L, names = run(program, inputs)
    r = nans_report(L, names)
    found = {x.what: x for x in r.reached}
    expected = {f"{k}.grad": flat(GOLDEN[name]["grads"][k]) for k in inputs} | {inner[-1]: flat(GOLDEN[name]["values"][inner[-1]])}
    for what, values in expected.items():
        assert found[what].nans == sum(math.isnan(v) for v in values), what
        assert found[what].infs == sum(math.isinf(v) for v in values), what
    assert r.clean == all(math.isfinite(v) for values in expected.values() for v in values)


def test_the_mockup_element_by_element() -> None:
    inputs, program, _ = PROGRAMS["hidden"]
    L, names = run(program, inputs)
    r = nans_report(L, names)
    (b,) = r.births
    assert (b.node, b.name, b.phase, b.where["line"], b.hidden_by) == ("n1", "y", "forward", 1, ("n2 where",))
    assert [(w.at, w.forward, w.backward, w.born) for w in b.rows] == [
        ((0,), "sqrt(-1) = NaN", "0 / (2 * NaN) = NaN", "forward"),
        ((1,), "sqrt(0) = 0", "0 / (2 * 0) = NaN", "backward"),
        ((2,), "sqrt(4) = 2", "1 / (2 * 2) = 0.25", "ok"),
    ]
    assert b.rows[1].why == "0 times Inf"
    assert r.fixes[0].write == "y = sqrt(where(x > 0, x, 1)); where(x > 0, y, 0)"
    assert text(r) == (
        "x.grad has NaN at [0], [1] (2 of 3)\n"
        "L = 2 is finite: n2 where hid it in forward\n"
        "\n"
        "n1 sqrt (y), line 1: 1 NaN born FORWARD\n"
        "element  forward         backward: g / (2 * y)  verdict\n"
        "[0]      sqrt(-1) = NaN  0 / (2 * NaN) = NaN    born FORWARD: sqrt of a negative\n"
        "                                                number\n"
        "[1]      sqrt(0) = 0     0 / (2 * 0) = NaN      born BACKWARD: 0 times Inf\n"
        "[2]      sqrt(4) = 2     1 / (2 * 2) = 0.25     ok\n"
        "hidden by n2 where\n"
        "Fix: y = sqrt(where(x > 0, x, 1)); where(x > 0, y, 0)\n"
        "     where() around sqrt: where() hides y in forward only: backward still\n"
        "     multiplies its 0 by sqrt's slope; keep bad inputs out of sqrt itself."
    )


def test_the_fix_helps() -> None:
    r = look("where(x > 0, sqrt(where(x > 0, x, 1.)), 0.).sum()", x="tensor([-1., 0., 4.])")
    assert r.clean and r.births == () and r.fixes == ()
    assert text(r).endswith("No NaN and no Inf, forward or backward.")


# expression, x, node of the first birth, phase, arithmetic or reason, what to write instead
PATTERNS = [
    ("log(softmax(x, dim=0)).sum()", "tensor([0., 200., 1.])", "n2", "forward", "log(0) = -Inf", "log_softmax(x, dim=0)"),
    ("log(exp(x).sum(dim=0))", "tensor([1000., 1.])", "n1", "forward", "exp(1000) = Inf", "logsumexp(x, dim=0)"),
    ("log(1 + exp(x)).sum()", "tensor([200., 1.])", "n1", "forward", "exp(200) = Inf", "F.softplus(x)"),
    ("log(x).sum()", "tensor([0., 1.])", "n1", "forward", "log(0) = -Inf", "log(x.clamp(min=1e-12))"),
    ("(x * log(x)).sum()", "tensor([0., 1.])", "n1", "forward", "log(0) = -Inf", "xlogy(x, x)"),
    ("(x / x.norm()).sum()", "tensor([0., 0.])", "n2", "forward", "0 / 0 = NaN", "F.normalize(x, dim=..)   or   x / (n1 + 1e-12)"),
    ("softmax(x, dim=1).sum()", "tensor([[-inf, -inf], [1., 1.]])", "x", "given", "-Inf", "mask with a large finite number: x.masked_fill(mask, -1e9)"),
    ("sqrt((x ** 2).sum())", "tensor([0., 0.])", "n3", "backward", "sqrt(0) = 0", "linalg.vector_norm(x)"),
    ("x.std()", "tensor([1.])", "n1", "forward", "std(1) = NaN", "std(.., correction=0)"),
    ("(x ** 0.5).sum()", "tensor([-1., 1.])", "n1", "forward", "(-1) ** 0.5 = NaN", "x.clamp(min=1e-12) ** p   or   sign(x) * abs(x) ** p"),
    ("-(log(sigmoid(x)) + 2*log(1 - sigmoid(x))).mean()", "tensor([200.])", "n5", "forward", "log(0) = -Inf", "F.binary_cross_entropy_with_logits(x, y)"),
    ("(x * x).sum()", "tensor([1e30])", "n1", "forward", "1e+30 * 1e+30 = Inf", "scale x down, or add logarithms instead of multiplying"),
    ("acos(x).sum()", "tensor([1., 0.5])", "n1", "backward", "acos(1) = 0", "acos(x.clamp(-1 + 1e-7, 1 - 1e-7))"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "x", "node", "phase", "arithmetic", "write"), PATTERNS)
def test_known_patterns(expression: str, x: str, node: str, phase: str, arithmetic: str, write: str) -> None:
    r = look(expression, x=x)
    first = r.births[0]
    assert (first.node, first.phase) == (node, phase)
    assert any(w.forward == arithmetic for w in first.rows if w.born != "ok")
    assert write in [f.write for f in r.fixes]


def test_overflow_in_float16_says_what_it_would_have_been() -> None:
    r = look("(x * x).sum()", x="tensor([300., 2.]).half()")
    (b,) = r.births
    assert b.rows[0].forward == "300 * 300 = Inf" and b.rows[0].why == "90000 is more than float16's largest, 65504"
    assert "float32 and bfloat16 end near 3.4e38" in r.fixes[0].why
    r = look("exp(x)", x="tensor([12.]).half()")
    assert "exp(x.clamp(max=11.08))" in r.fixes[0].write
    r = look("exp(x)", x="tensor([11.]).half()")  # 59874: fits, with little room
    assert r.clean and r.headroom[0].node == "n1" and r.headroom[0].times == pytest.approx(65504 / 59872, rel=1e-3)


def test_the_chain_that_carried_it() -> None:
    r = look("(log(x) * 2 + 1).exp().sum()", x="tensor([-1., 1.])")
    assert r.births[0].node == "n1" and r.births[0].chain == ("n2", "n3", "n4", "n5")
    r = look("sqrt(2 * x).sum()", x="tensor([0.])")
    assert r.births[0].phase == "backward" and r.births[0].chain == ("n1", "x")


def test_nan_in_the_data_is_no_birth_of_an_op() -> None:
    r = look("(x @ W).sum()", x="ones(2,2)", W="tensor([[1., nan], [0., 1.]])")
    (b,) = r.births
    assert (b.node, b.phase, b.rows[0].at) == ("W", "given", (0, 1))


def test_inf_minus_inf_across_uses() -> None:
    r = look("(1 / x - 1 / x).sum()", x="tensor([0., 1.])")
    assert [b.node for b in r.births] == ["n1", "n3", "n5"] and r.births[2].rows[0].forward == "Inf - Inf = NaN"


def test_json_and_screens() -> None:
    r = look("log(softmax(x, dim=0)).sum()", x="tensor([0., 200., 1.])")
    data = json.loads(dumps(r.to_json()))
    assert data["schema"] == "tcalc.nans/1" and data["clean"] is False
    assert data["births"][0]["rows"][0]["kind"] == "-inf" and data["fixes"][0]["write"] == "log_softmax(x, dim=0)"
    assert fits(r, 80, 50) and text(r, ascii=True).isascii() and text(r) == text(r)


def test_overflow_is_silent_on_the_way() -> None:
    """Inf in a narrow dtype is a value: nothing is written to stderr about it."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for expression in ("exp(x)", "(x * x).sum()", "x.cumsum(0)", "softmax(x * x, dim=0)"):
            look(expression, x="tensor([300., 2.]).half()")


def test_a_long_program() -> None:
    program = "y = x\nfor i in range(1500):\n    y = (y * 0.5).sin() + x\n"
    y, names = run(program + "y.sum()", {"x": [0.5, 0.25]})
    r = nans_report(y, names)
    assert r.clean and r.notes == ("4501 ops: backward was looked at where it arrives, and is finite there",)
    y, names = run(program + "(sqrt(y - y) * y).sum()", {"x": [0.5, 0.25]})
    r = nans_report(y, names)
    assert not r.clean and r.births[0].label == "sqrt" and r.births[0].phase == "backward"
