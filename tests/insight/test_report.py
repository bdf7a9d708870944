"""Records, JSON values and the short texts of numbers."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcalc.engine import dtypes
from tcalc.insight.grad import grad_report
from tcalc.insight.graph import Figure
from tcalc.insight.report import Record, brief, exact, jsonable


def test_records() -> None:
    f = Figure(n=1, value=2.0)
    assert f == Figure(n=1, value=2.0) and hash(f) == hash(Figure(n=1, value=2.0)) and f.norm is None
    assert pickle.loads(pickle.dumps(f)) == f
    with pytest.raises(TypeError, match="no field nope"):
        Figure(nope=1)
    with pytest.raises(AttributeError, match="immutable"):
        f.n = 3
    with pytest.raises(AttributeError, match="immutable"):
        del f.n
    assert isinstance(f, Record) and repr(f).startswith("Figure(dtype=None")


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_float32_texts_read_back(x: float) -> None:
    text = exact(x, dtypes.float32)
    assert dtypes.float32.round(float(text)) == x and len(text) <= len(repr(x)) + 1


def test_exact() -> None:
    assert exact(dtypes.float32.round(0.1), dtypes.float32) == "0.1"
    assert exact(dtypes.float16.round(0.1), dtypes.float16) == "0.1"
    assert exact(dtypes.bfloat16.round(3.14159), dtypes.bfloat16) == "3.14"
    assert exact(0.1 + 0.2, dtypes.float64) == "0.30000000000000004"
    assert exact(16777216.0, dtypes.float32) == "16777216.0"
    assert exact(7, dtypes.int64) == "7" and exact(float("nan"), dtypes.float32) == "nan"


def test_brief() -> None:
    assert [brief(v) for v in (1.0, -0.0, 123456.7, 1e8, 1e-7, True, 12345678)] == ["1", "0", "123457", "1e+08", "1e-07", "True", "12345678"]


def test_jsonable() -> None:
    assert jsonable({1: (2, None, True), "a": 2**60}) == {"1": [2, None, True], "a": str(2**60)}
    assert jsonable(float("-inf")) == "-inf"


def test_grad_reports() -> None:
    r = grad_report("w*x", {"w": 4.0, "x": None}, 12.0, {"w": 3.0, "x": 4.0})
    assert r.to_json() == {
        "schema": "tcalc.grad/1",
        "expression": "w*x",
        "order": 1,
        "value": 12.0,
        "gradients": {"w": 4.0, "x": None},
        "bindings": {"w": 3.0, "x": 4.0},
    }
