"""Tensor reports: facts of the header, the memory and the values."""

from __future__ import annotations

import json
import math

import pytest

import tcalc.engine as tc
from tcalc.insight.tensor import cells_used, edges, geometry, tensor_report
from tcalc.render.jsontext import dumps


def test_geometry_reads_the_header_alone() -> None:
    x = tc.arange(6.0).reshape(2, 3)
    g = geometry(x.t())
    assert (g.dtype, g.short, g.shape, g.stride, g.contiguous, g.device, g.nbytes) == ("float32", "f32", (3, 2), (1, 3), False, "cpu", 24)
    x = tc.tensor(2.0)
    geometry(x)
    assert x._ext is None  # no storage was made for it


def test_the_card_of_the_mockup() -> None:
    base = tc.tensor([[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [8.0, 9.0, 10.0, 11.0]])
    v = base.t()[1:3]
    r = tensor_report(v, "v")
    assert (r.geometry.shape, r.geometry.stride, r.geometry.offset) == ((2, 3), (1, 4), 1)
    assert (r.values.min, r.values.argmin, r.values.max, r.values.argmax) == (1.0, (0, 0), 10.0, (1, 2))
    assert r.values.mean == 5.5 and r.values.std == pytest.approx(3.619, abs=5e-4)
    assert (r.values.zeros, r.values.nans, r.values.posinfs, r.values.neginfs) == (0, 0, 0, 0)
    assert (r.storage.nbytes, r.storage.cells, r.storage.used) == (48, 12, 6)
    assert r.storage.row_major == (3, 1) and not r.geometry.contiguous and r.storage.culprit == 1
    assert r.view == ".t()[1:3]" and r.base is not None and r.base.endswith("[3,4]")
    assert r.values.shown == [[1.0, 5.0, 9.0], [2.0, 6.0, 10.0]]


def test_expanded_memory() -> None:
    r = tensor_report(tc.ones(1, 3).expand(5, 3))
    assert (r.storage.used, r.storage.overlap, r.geometry.stride) == (3, True, (0, 1))


def test_nan_and_inf() -> None:
    r = tensor_report(tc.tensor([[1.0, math.nan], [2.0, math.inf], [0.0, -math.inf]]))
    v = r.values
    assert (v.n, v.finite, v.nans, v.posinfs, v.neginfs, v.zeros) == (6, 3, 1, 1, 1, 1)
    assert v.first_bad == (0, 1) and v.bad_rows == (0, 1, 2) and (v.min, v.max, v.mean) == (0.0, 2.0, 1.0)
    r = tensor_report(tc.tensor([math.nan]))
    assert r.values.finite == 0 and r.values.min is None


def test_one_number() -> None:
    r = tensor_report(tc.tensor(2.5))
    assert (r.values.min, r.values.mean, r.values.std, r.values.n) == (2.5, 2.5, None, 1)
    assert tensor_report(tc.tensor(math.inf)).values.posinfs == 1
    assert tensor_report(tc.tensor(True)).values.max is True


@pytest.mark.parametrize("dtype", ["int64", "uint8", "bool", "float16", "bfloat16", "float64"])
def test_dtypes(dtype: str) -> None:
    r = tensor_report(tc.tensor([0, 1, 1]).to(getattr(tc, dtype)))
    assert r.values.mean == pytest.approx(2 / 3) and r.values.zeros == 1 and r.geometry.dtype == dtype
    json.loads(dumps(r.to_json()))


def test_empty_and_meta() -> None:
    r = tensor_report(tc.zeros(0, 3))
    assert r.values.n == 0 and r.values.min is None and r.storage.used == 0
    assert tensor_report(tc.zeros(2, 3, device="meta")).values is None


def test_large_tensors_show_edges_and_say_what_is_cut() -> None:
    r = tensor_report(tc.arange(1000.0).reshape(10, 100))
    assert r.values.cut == ((0, 3, 6), (1, 3, 96))
    assert len(r.values.shown) == 6 and r.values.shown[0] == [0.0, 1.0, 2.0, 97.0, 98.0, 99.0]
    assert sum(r.values.histogram) == 1000 and len(r.values.histogram) == 10
    assert edges((50,)) == (((0, 1, 2, 47, 48, 49),), ((0, 3, 46),))


def test_versions_and_writers() -> None:
    x = tc.ones(2)
    x.add_(1)
    x.mul_(2)
    r = tensor_report(x)
    assert r.version == 2 and [w[0] for w in r.writers] == [1, 2]


def test_gradients() -> None:
    x = tc.ones(2, requires_grad=True)
    y = (x * 2).sum()
    assert tensor_report(y).grad_fn == "SumBackward0" and not tensor_report(y).is_leaf
    y.backward()
    assert tensor_report(x).grad == "f32[2]"


def test_cells() -> None:
    assert cells_used((3, 2), (1, 1)) == 4  # overlapping windows
    assert cells_used((2, 0), (1, 1)) == 0
    assert cells_used((), ()) == 1
    assert cells_used((1000, 1000), (1000, 1)) == 1_000_000


def test_records_are_immutable() -> None:
    g = geometry(tc.ones(2))
    with pytest.raises(AttributeError):
        g.shape = (3,)
    assert g == geometry(tc.ones(2)) and g != geometry(tc.ones(3))


def test_view_chains_read_as_they_would_be_written() -> None:
    b = tc.zeros(2, 3, 4)
    views = [
        b.transpose(0, 1),
        b[0],
        b[:, 1],
        b[1:, :, 2],
        b[..., ::2],
        b.view(6, 4)[2:],
        b.unbind(0)[1],
        b.permute(2, 0, 1),
        b.unsqueeze(0),
        b.expand(2, 3, 4),
        b.flatten(),
    ]
    assert [tensor_report(v).view for v in views] == [
        ".transpose(0, 1)", "[0]", "[:, 1]", "[1:][:, :, 2]", "[:, :, ::2]", ".view(6, 4)[2:]", ".unbind(0)[1]", ".permute(2, 0, 1)", ".unsqueeze(0)",
        ".expand(2, 3, 4)", ".view(24)",
    ]  # fmt: skip
