"""graph-diff: what two graphs have in common and where they differ."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tcalc.insight.graphdiff import make
from tcalc.render.jsontext import dumps
from tests.insight.programs import fits, subject, text


def diff(left: str, right: str, **given: Any) -> Any:
    s = subject("graph_diff", left, given)
    s.options["other"] = s.session.expression(right)
    return make(s)


def test_equal_graphs() -> None:
    r = diff("(x * 2).sum()", "(x * 2).sum()", x="tensor([1., 2.])")
    assert r.equal and (r.same, r.changed, r.only_a, r.only_b) == (3, 0, 0, 0)
    assert text(r).endswith("The graphs are equal: ops, shapes, values, gradients.")


def test_the_same_value_by_another_op() -> None:
    r = diff("x**2 + x", "x*x + x", x=3.0)
    assert [(row.kind, row.a, row.b, row.changed) for row in r.rows] == [
        ("same", "x", "x", ()),
        ("changed", "n1", "n1", ("op", "inputs")),
        ("same", "n2", "n2", ()),
    ]
    assert text(r) == (
        "A  x**2 + x\n"
        "   2 ops, 1 leaf, saved for backward 8 B\n"
        "B  x*x + x\n"
        "   2 ops, 1 leaf, saved for backward 8 B\n"
        "2 same, 1 changed, 0 only in A, 0 only in B\n"
        "   A         B       shape  value  gradient\n"
        "=  x data    x data  f64[]  3      g 7\n"
        "~  n1 pow 2  n1 mul  f64[]  9      g 1\n"
        "=  n2 add    n2 add  f64[]  12     g 1"
    )


def test_an_op_too_many() -> None:
    r = diff("tanh(x).sum()", "tanh(x * 2).sum()", x="tensor([0., 1.])")
    assert [(row.kind, row.label_a, row.label_b) for row in r.rows][1] == ("only_b", None, "mul 2")
    x = r.rows[0]
    assert x.changed == ("gradient",) and x.value_a.max == 1.0
    assert x.grad_a.norm == pytest.approx((1 + (1 - 0.7615941559557649**2) ** 2) ** 0.5)
    assert "|g| 1.085 → |g| 2.005" in text(r)


def test_another_input_of_the_same_op() -> None:
    r = diff("(a - b) * a", "(b - a) * a", a=2.0, b=2.0)
    (row,) = [row for row in r.rows if row.a == "n1"]
    assert row.kind == "changed" and row.changed == ("inputs",)


def test_json_and_screens() -> None:
    r = diff("tanh(x).sum()", "tanh(x * 2).sum()", x="tensor([0., 1.])")
    data = json.loads(dumps(r.to_json()))
    assert data["schema"] == "tcalc.graphdiff/1" and data["only_b"] == 1 and data["rows"][1]["a"] is None
    assert fits(r, 80, 50) and text(r, ascii=True).isascii()


def test_it_takes_two() -> None:
    with pytest.raises(TypeError, match="takes two expressions"):
        make(subject("graph_diff", "x", {"x": 1.0}))
