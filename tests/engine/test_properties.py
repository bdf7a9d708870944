"""Properties over drawn shapes, indices and views: the engine against NumPy, views against copies, gradients against sums."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tcalc.engine as tc

SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
settings.register_profile("engine", max_examples=150, deadline=None, derandomize=True)
settings.load_profile("engine")


def values(shape):
    """Distinct numbers in a shape, as an array and as a leaf that requires grad."""
    a = np.arange(int(np.prod(shape)), dtype=np.float64).reshape(shape) + 1
    return a, tc.tensor(a, requires_grad=True)


def agree(t, a):
    assert tuple(t.shape) == a.shape
    assert np.array_equal(np.asarray(t.tolist(), dtype=np.float64).reshape(a.shape), a)


@given(hnp.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_side=4, max_dims=4))
def test_broadcasting_and_its_gradient(drawn):
    (sa, sb), result = drawn.input_shapes, drawn.result_shape
    a, ta = values(sa)
    b, tb = values(sb)
    out = ta * tb
    agree(out, a * b)
    assert tuple(out.shape) == result
    out.sum().backward()
    # d/da sum(a*b) is b summed over the places that a's element was read at
    ones_a, ones_b = np.broadcast_to(a, result), np.broadcast_to(b, result)
    for t, other, shape in ((ta, ones_b, sa), (tb, ones_a, sb)):
        lead = len(result) - len(shape)
        axes = tuple(k for k in range(len(result)) if k < lead or (shape[k - lead] == 1 and result[k] != 1))
        agree(t.grad, other.sum(axis=axes, keepdims=True).reshape(shape))


@st.composite
def shape_and_index(draw):
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=4))
    index = draw(hnp.basic_indices(shape, allow_newaxis=True))
    keys = index if isinstance(index, tuple) else (index,)
    keys = tuple(slice(k.start, k.stop, abs(k.step)) if isinstance(k, slice) and k.step else k for k in keys)
    return shape, keys


@given(shape_and_index())
def test_basic_indexing_reads_writes_and_differentiates(drawn):
    shape, keys = drawn
    a, t = values(shape)
    got = t[keys]
    agree(got, a[keys])
    weights = np.arange(a[keys].size, dtype=np.float64).reshape(a[keys].shape) + 1
    (got * tc.tensor(weights)).sum().backward()
    want = np.zeros(shape)
    want[keys] = weights
    agree(t.grad, want)
    copy = t.detach().clone()
    copy[keys] = -1.0
    a[keys] = -1.0
    agree(copy, a)


@given(st.data(), hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4))
def test_index_arrays(data, shape):
    many = data.draw(st.integers(1, len(shape)))
    index = tuple(data.draw(hnp.arrays(np.int64, data.draw(st.sampled_from([(3,), (2, 1)])), elements=st.integers(-n, n - 1))) for n in shape[:many])
    a, t = values(shape)
    got = t[tuple(tc.tensor(i) for i in index)]
    agree(got, a[index])
    got.sum().backward()
    want = np.zeros(shape)
    np.add.at(want, index, 1.0)
    agree(t.grad, want)


@given(st.data(), hnp.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=4))
def test_chains_of_views_share_memory_and_write_through(data, shape):
    base = tc.zeros(shape)
    a = np.zeros(shape)
    v, w = base, a
    for _ in range(data.draw(st.integers(1, 4))):
        n = v.ndim
        choice = data.draw(st.sampled_from(["transpose", "unsqueeze", "select", "narrow", "flip_dims"]))
        if choice == "transpose" and n >= 2:
            i, j = data.draw(st.integers(0, n - 1)), data.draw(st.integers(0, n - 1))
            v, w = v.transpose(i, j), np.swapaxes(w, i, j)
        elif choice == "unsqueeze" and n < 5:
            i = data.draw(st.integers(0, n))
            v, w = v.unsqueeze(i), np.expand_dims(w, i)
        elif choice == "select" and n >= 2:
            i = data.draw(st.integers(0, n - 1))
            k = data.draw(st.integers(0, v.shape[i] - 1))
            v, w = v.select(i, k), w[(slice(None),) * i + (k,)]
        elif choice == "narrow" and n >= 1:
            i = data.draw(st.integers(0, n - 1))
            start = data.draw(st.integers(0, v.shape[i] - 1))
            v, w = v.narrow(i, start, v.shape[i] - start), w[(slice(None),) * i + (slice(start, None),)]
        else:
            order = data.draw(st.permutations(range(n)))
            v, w = v.permute(list(order)), np.transpose(w, order)
    v.add_(1)
    w += 1
    agree(base, a)
    assert v._version == base._version == 1
    assert v.is_contiguous() == tc.empty(v.shape).is_contiguous() if v.stride() == tc.empty(v.shape).stride() else True
    agree(v.contiguous(), w)


@given(st.data(), hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4))
def test_a_write_through_a_view_equals_the_same_without_views(data, shape):
    """Gradients of y with y[k] scaled in place equal those of where()."""
    k = data.draw(st.integers(0, shape[0] - 1))
    x1 = tc.tensor(np.arange(int(np.prod(shape)), dtype=np.float64).reshape(shape), requires_grad=True)
    y = x1 * 2
    y[k].mul_(3)
    (y * y).sum().backward()
    x2 = x1.detach().clone().requires_grad_()
    mask = tc.zeros(shape, dtype=tc.bool)
    mask[k] = True
    z = tc.where(mask, x2 * 6, x2 * 2)
    (z * z).sum().backward()
    assert tc.allclose(x1.grad, x2.grad)


@given(hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=5), st.data())
def test_reductions_equal_numpys(shape, data):
    a, t = values(shape)
    dim = data.draw(st.integers(-len(shape), len(shape) - 1))
    keep = data.draw(st.booleans())
    for name, theirs in (("sum", a.sum), ("mean", a.mean), ("amax", a.max), ("amin", a.min), ("prod", a.prod)):
        got = getattr(t, name)(dim, keepdim=keep)
        assert np.allclose(np.asarray(got.tolist()), theirs(axis=dim, keepdims=keep)), name
    assert t.argmax(dim).tolist() == a.argmax(axis=dim).tolist()
