"""precision: errors in ulp against PyTorch's own values in each dtype, causes, stable forms."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from tcalc.engine import dtypes
from tcalc.insight.precision import limit, make
from tcalc.render.jsontext import dumps
from tests.insight.programs import fits, subject, text
from tests.oracle.make_insight import PRECISE

GOLDEN = json.loads((Path(__file__).parent.parent / "oracle" / "insight.json").read_text())["precise"]
BITS = {"float32": (23, -126), "float16": (10, -14), "bfloat16": (7, -126)}


def look(expression: str, **given: Any) -> Any:
    return make(subject("precision", expression, given))


def ulps(got: list[float], exact: list[float], dtype: str) -> float:
    mantissa, low = BITS[dtype]
    worst = 0.0
    for g, e in zip(got, exact, strict=True):
        if not math.isfinite(g):
            return math.inf
        step = 2.0 ** (max(math.frexp(e)[1] - 1, low) - mantissa)
        worst = max(worst, abs(g - e) / step)
    return worst


@pytest.mark.parametrize("name", list(PRECISE))
@pytest.mark.parametrize("dtype", list(BITS))
def test_errors_are_those_of_pytorchs_values(name: str, dtype: str) -> None:
    inputs, program, names = PRECISE[name]
    first, last = (line.partition(" = ")[2] for line in program.split("\n"))
    r = look(last.replace("y", f"({first})"), **{k: f"torch.tensor({v}, dtype=torch.float64)" for k, v in inputs.items()})
    nodes = [row for row in r.rows if row.kind == "op"]
    golden = GOLDEN[name]
    for row, value in zip(nodes, names, strict=True):
        (e,) = [e for e in row.errors if e.dtype == dtype]
        expected = ulps([float(v) for v in golden[dtype][value]], [float(v) for v in golden["float64"][value]], dtype)
        if math.isinf(expected):
            assert e.ulp is None and e.nonfinite and e.bad
        else:  # the last bit of exp and log is the library's own
            assert e.ulp == pytest.approx(expected, abs=1.0 if value == "y" or dtype != "float32" else 1100, rel=0.05), value
            assert e.bad == (expected > limit(getattr(dtypes, dtype)))


def test_cancellation_is_found_and_named() -> None:
    r = look("exp(x) - 1", x=1e-5)
    assert [f.dtype for f in r.first_bad] == ["float32", "float16", "bfloat16"] and {f.node for f in r.first_bad} == {"n2"}
    assert r.first_bad[1].text == "1 - 1 = 0, exact 1e-05" and r.first_bad[0].why.startswith("cancellation: the operands are 100001 times")
    assert [(a.write, a.found) for a in r.alternatives] == [("expm1(x)", "exp(x) - 1")]
    assert look("expm1(x)", x=1e-5).first_bad == ()


def test_underflow_is_blamed_on_the_operand() -> None:
    r = look("log(softmax(x, dim=0))", x="tensor([0., 100., 1.])")
    (f16,) = [f for f in r.first_bad if f.dtype == "float16"]
    assert f16.node == "n2" and f16.text == "log(0) = -Inf, exact -100" and "underflowed below float16's smallest" in f16.why
    assert r.alternatives[0].write == "log_softmax(x, dim=0)"
    assert look("log_softmax(x, dim=0)", x="tensor([0., 100., 1.])").first_bad == ()


def test_overflow_is_named() -> None:
    r = look("x * x", x=300.0)
    assert [(f.dtype, f.why) for f in r.first_bad] == [("float16", "overflow: 90000 is more than float16's largest, 65504")]


STABLE = [
    ("log(exp(x).sum(dim=0))", "logsumexp(x, dim=0)"),
    ("log(1 + x).sum()", "log1p(x)"),
    ("log(1 + exp(x))", "F.softplus(x)"),
    ("log(sigmoid(x))", "F.logsigmoid(x)"),
    ("1 - sigmoid(x)", "sigmoid(-x)"),
    ("1 - cos(x)", "2*sin(x/2)**2"),
    ("exp(x) / exp(x).sum()", None),
    ("log(1 - sigmoid(x))", "F.logsigmoid(-x)"),
]


@pytest.mark.parametrize(("expression", "write"), STABLE)
def test_stable_forms(expression: str, write: str | None) -> None:
    found = [a.write for a in look(expression, x="tensor([0.5, 0.25])").alternatives]
    assert write in found if write else found == []


@pytest.mark.parametrize(("expression", "write"), [s for s in STABLE if s[1]])
def test_a_stable_form_computes_the_same(expression: str, write: str) -> None:
    from tests.insight.programs import run

    a, _ = run(expression, {"x": [0.5, 0.25]})
    b, _ = run(write.replace("log1p(x)", "log1p(x).sum()"), {"x": [0.5, 0.25]})
    assert a.tolist() == pytest.approx(b.tolist(), rel=1e-5)


def test_inputs_are_rounded_once() -> None:
    r = look("x * 1", x=0.1)
    (row,) = [row for row in r.rows if row.kind == "input"]
    assert all(0 < e.ulp <= 0.5 for e in row.errors)


def test_a_program_that_a_dtype_takes_another_way() -> None:
    r = look("x * x if x + 0.0001 > 1 else x + 1", x=1.0)
    assert r.notes == (
        "float16: 1 of 1 steps have no counterpart (the program took another way)",
        "bfloat16: 1 of 1 steps have no counterpart (the program took another way)",
    )


def test_what_cannot_be_compared() -> None:
    with pytest.raises(TypeError, match="no floating input"):
        look("x + 1", x="tensor([1, 2])")


def test_the_screen_and_json() -> None:
    r = look("exp(x) - 1", x=1e-5)
    data = json.loads(dumps(r.to_json()))
    assert data["schema"] == "tcalc.precision/1" and data["limits"] == {"float32": 4096.0, "float16": pytest.approx(45.25, abs=0.01), "bfloat16": 16.0}
    assert text(r) == (
        "precision exp(x) - 1\n"
        "largest error of each value in ulp of its dtype, against float64; ! half of the\n"
        "digits are gone (float32 4096, float16 45.3, bfloat16 16 ulp)\n"
        "node      shape  float32  float16  bfloat16\n"
        "x         []     0.28     0.23     0.23\n"
        "n1 exp    []     0.11     0.01     0.00\n"
        "n2 sub 1  []     14877 !  168 !    168 !\n"
        "x.grad    []     0.11     0.01     0.00\n"
        "float32 goes bad at n2 sub 1: 1.00001 - 1 = 1.0014e-05, exact 1e-05\n"
        "  cancellation: the operands are 100001 times as large as their difference, and\n"
        "  so is their rounding error in it\n"
        "float16 and bfloat16 go bad at n2 sub 1: 1 - 1 = 0, exact 1e-05\n"
        "  cancellation: the operands are 100001 times as large as their difference, and\n"
        "  so is their rounding error in it\n"
        "Instead: expm1(x) for exp(x) - 1: exp of a small number is nearly 1: the\n"
        "         difference keeps few of its digits"
    )
    assert fits(r, 80, 50) and text(r, ascii=True).isascii()
