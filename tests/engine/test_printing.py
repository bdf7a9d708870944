"""Tensor text against PyTorch's own (tests/oracle/printing.json), to the character."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tcalc.engine import printing

GOLDEN = json.loads((Path(__file__).parents[1] / "oracle" / "printing.json").read_text())


@pytest.fixture(autouse=True)
def default_options():
    printing.set_printoptions(profile="default")
    yield
    printing.set_printoptions(profile="default")


def build(case):
    name = case["dtype"]
    if name == "bfloat16":
        import ml_dtypes

        dtype = np.dtype(ml_dtypes.bfloat16)
    else:
        dtype = np.dtype(name)
    if "ramp" in case:
        a, b, m, scale = case["ramp"]
        values = ((np.arange(math.prod(case["shape"])) * a + b) % m).astype(np.float64) * scale
    elif name.startswith("complex"):
        values = np.array([complex(x, y) for x, y in case["values"]], np.complex128)
    else:
        values = np.array(case["values"], np.float64 if "float" in name else dtype)
    with np.errstate(over="ignore"):
        if name == "bfloat16":
            values = values.astype(np.float32)
        return values.astype(dtype).reshape(case["shape"])


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda c: f"{c['dtype']}{c['shape']}")
def test_text(case):
    printing.set_printoptions(**case.get("options", {}))
    shape, name, grad = tuple(case["shape"]), case["dtype"], case.get("grad")
    meta = case.get("meta", False)
    suffixes = printing.suffixes_for(
        shape,
        math.prod(shape),
        name,
        case.get("default", "float32"),
        "meta" if meta else "cpu",
        grad is not None,
        None if grad == "leaf" else grad,
        meta,
    )
    data = build(case)
    assert printing.tensor_str(None if meta else data, shape, name, suffixes=suffixes) == case["text"]
    if not shape and not meta:
        number = data.astype(np.float64).item() if name == "bfloat16" else data.item()
        assert printing.tensor_str(number, shape, name, suffixes=suffixes) == case["text"]


@pytest.mark.parametrize("case", GOLDEN["formatted"], ids=lambda c: f"{c['dtype']}-{c['text']}")
def test_number(case):
    value = complex(*case["value"]) if isinstance(case["value"], list) else case["value"]
    assert printing.number_str(value, case["dtype"]) == case["text"]


@pytest.mark.parametrize("case", GOLDEN["returned"], ids=lambda c: c["name"])
def test_return_types(case):
    assert printing.return_type_str(case["name"], case["fields"]) == case["text"]


@pytest.mark.parametrize("case", GOLDEN["sizes"], ids=lambda c: c["text"])
def test_size(case):
    assert printing.size_str(case["shape"]) == case["text"]


def test_options():
    start = {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80, "sci_mode": None}
    assert printing.get_printoptions() == start
    printing.set_printoptions(precision=2, sci_mode=True)
    assert printing.get_printoptions() == {**start, "precision": 2, "sci_mode": True}
    printing.set_printoptions(profile="full")  # sci_mode goes back to None when it is not given
    assert printing.get_printoptions() == {**start, "threshold": math.inf}
    printing.set_printoptions(profile="short", linewidth=100)
    assert printing.get_printoptions() == {**start, "precision": 2, "edgeitems": 2, "linewidth": 100}


def test_options_can_be_handed_in():
    own = printing.PrintOptions(precision=1)
    assert printing.tensor_str(2.25, (), "float32", options=own) == "tensor(2.2)"
    assert printing.tensor_str(2.25, (), "float32") == "tensor(2.2500)"


def test_other_prefix_sets_the_indentation():
    got = printing.tensor_str(np.eye(2), (2, 2), "float64", prefix="Parameter(", suffixes=["requires_grad=True"])
    assert got == "Parameter([[1., 0.],\n           [0., 1.]], requires_grad=True)"


class Edges:
    """An array of 10^9 elements that notes what is read of it."""

    shape = (1000, 1000, 1000)

    def __init__(self):
        self.read = 0

    def __getitem__(self, key):
        part = np.broadcast_to(np.float32(0.5), self.shape)[key]
        self.read += part.size
        return part

    def tolist(self):
        raise AssertionError("a summary must not read everything")


def test_summary_reads_the_edges_only():
    data = Edges()
    text = printing.tensor_str(data, data.shape, "float32")
    assert text.startswith("tensor([[[0.5000, 0.5000, 0.5000,  ..., 0.5000, 0.5000, 0.5000],\n")
    assert data.read == 6**3
    printing.set_printoptions(edgeitems=0)
    assert printing.tensor_str(data, data.shape, "float32") == "tensor([...])"


def test_a_number_needs_no_numpy():
    code = "import sys; from tcalc.engine import printing as p; p.tensor_str(2.5, (), 'float32');assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
