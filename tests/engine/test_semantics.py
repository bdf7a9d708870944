"""The rows of the semantics table: what toy engines get wrong, one test a row or more.

Every expectation is PyTorch's. `TCALC_ORACLE=torch pytest tests/engine/test_semantics.py` runs the same file against PyTorch itself; tests
marked `ours` are rules of tcalc alone and are skipped there.
"""

from __future__ import annotations

import gc
import importlib
import math
import os
import re
import sys
import threading
import warnings
import weakref

import pytest

ORACLE = os.environ.get("TCALC_ORACLE", "tcalc")
torch = importlib.import_module(ORACLE)
ours = pytest.mark.skipif(ORACLE == "torch", reason="a rule of tcalc, not of PyTorch")

INPLACE_ON_LEAF = "a leaf Variable that requires grad is being used in an in-place operation."
INPLACE_ON_LEAF_VIEW = "a view of a leaf Variable that requires grad is being used in an in-place operation."
SECOND_TIME = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate "
    "values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the "
    "graph a second time or if you need to access saved tensors after calling backward."
)
OVERLAP = (
    "unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before "
    "performing the operation."
)
NO_GRAD = "element 0 of tensors does not require grad and does not have a grad_fn"


def leaf(*values, **kw):
    return torch.tensor(values[0] if len(values) == 1 else list(values), requires_grad=True, **kw)


def grad(y, x, **kw):
    return torch.autograd.grad(y, x, **kw)[0]


def raises(cls, sentence):
    """The class exactly, and the sentence the message starts with."""
    return pytest.raises(cls, match="^" + re.escape(sentence))


def modified(kind, version, expected=0, of=None):
    """The version error's sentence."""
    made = f", which is output 0 of {of}," if of else ""
    return (
        f"one of the variables needed for gradient computation has been modified by an inplace operation: [torch.{kind}]{made} is at version "
        f"{version}; expected version {expected} instead."
    )


def small_stack(f, frames=120):
    """Run f in a thread of a small C stack and few Python frames, so that any recursion over a graph fails."""
    failed = []

    def work():
        try:
            f()
        except BaseException as e:
            failed.append(e)

    before, size = sys.getrecursionlimit(), threading.stack_size(512 * 1024)
    t = threading.Thread(target=work)
    t.start()
    threading.stack_size(size)
    depth = len(__import__("inspect").stack())
    try:
        sys.setrecursionlimit(depth + frames)
        t.join()
    finally:
        sys.setrecursionlimit(before)
    if failed:
        raise failed[0]


@pytest.fixture(autouse=True)
def _grad_mode():
    """A test that fails under no_grad must not fail the ones after it."""
    yield
    torch.set_grad_enabled(True)


# -- 1 deep graphs -------------------------------------------------------------------------------------------------------------------

DEPTH = 1_000_000 if ORACLE != "torch" else 200_000


def test_row_01_deep_scalar_chain():
    def body():
        x = leaf(1.0)
        y = x
        for _ in range(DEPTH):
            y = y + x
        assert repr(y) == f"tensor({DEPTH + 1}., grad_fn=<AddBackward0>)"
        y.backward()
        assert x.grad.item() == DEPTH + 1
        del y

    small_stack(body)


def test_row_01_deep_array_chain():
    n = DEPTH // 10

    def body():
        x = torch.ones(3, requires_grad=True)
        y = x
        for _ in range(n):
            y = -y
        repr(y)
        g = grad(y.sum(), x)
        assert g.tolist() == [1.0, 1.0, 1.0]
        y = y * 2  # freed here without having run backward
        del y

    small_stack(body)


def test_row_01_deep_chain_in_place_and_views():
    n = DEPTH // 50

    def body():
        x = torch.ones(2, requires_grad=True)
        y = x * 1
        for _ in range(n):
            y.add_(1)
        for _ in range(n):
            y = y.view(2)
        y.sum().backward()
        assert x.grad.tolist() == [1.0, 1.0]

    small_stack(body)


# -- 2, 3, 4 accumulation -----------------------------------------------------------------------------------------------------------


def test_row_02_fan_out_sums():
    x = leaf(3.0)
    assert grad(x * x, x).item() == 6
    assert grad(x * x * x + x * x, x).item() == 33
    calls = []
    y = x * 1
    y.register_hook(lambda g: calls.append(g.item()))
    (y * 2 + y * 3 + y).backward()
    assert calls == [6.0]  # one summed gradient, not three
    assert x.grad.item() == 6
    a = leaf([1.0, 2.0])
    b = a + a
    assert grad((b * b + b).sum(), a).tolist() == [10.0, 18.0]


def test_row_03_gradients_do_not_share_memory():
    x, z = leaf([1.0, 1.0]), leaf([2.0, 2.0])
    g = torch.ones(2)
    (x + z).backward(g)
    x.grad.add_(5)
    assert z.grad.tolist() == [1.0, 1.0]
    assert g.tolist() == [1.0, 1.0]
    assert x.grad.tolist() == [6.0, 6.0]


def test_row_03_views_of_one_gradient():
    a, b = leaf([[1.0, 2.0]]), leaf([1.0])
    (a.expand(2, 2).sum() + b.expand(3).sum()).backward()
    a.grad.mul_(10)
    assert a.grad.tolist() == [[20.0, 20.0]]
    assert b.grad.tolist() == [3.0]
    x, y = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    (x - y).sum().backward()
    x.grad.zero_()
    assert y.grad.tolist() == [-1.0, -1.0]


def test_row_04_accumulates_into_the_same_object():
    x = leaf([1.0, 2.0])
    (x * 3).sum().backward()
    first = x.grad
    kept = first.clone()
    (x * 3).sum().backward()
    assert x.grad is first
    assert first.tolist() == [6.0, 6.0]
    assert kept.tolist() == [3.0, 3.0]
    x.grad.zero_()
    (x * 2).sum().backward()
    assert x.grad is first
    assert first.tolist() == [2.0, 2.0]


def test_row_04_scalar_accumulates_in_place():
    w = leaf(6.0)
    seen = []
    for _ in range(3):
        (3 * w**2).backward()
        seen.append(w.grad.item())
    assert seen == [36.0, 72.0, 108.0]
    alias = w.grad
    w.grad.zero_()
    assert alias.item() == 0


# -- 5 non-scalar backward ------------------------------------------------------------------------------------------------------------


def test_row_05_needs_a_gradient():
    x = leaf([1.0, 2.0])
    with raises(RuntimeError, "grad can be implicitly created only for scalar outputs"):
        (x * 2).backward()
    with raises(RuntimeError, "grad can be implicitly created only for scalar outputs"):
        torch.autograd.grad(x * 2, x)
    assert x.grad is None


def test_row_05_wrong_shape_names_both():
    x = leaf([1.0, 2.0])
    with raises(RuntimeError, "Mismatch in shape: grad_output[0] has a shape of torch.Size([3]) and output[0] has a shape of torch.Size([2])."):
        (x * 2).backward(torch.ones(3))
    with raises(RuntimeError, "Mismatch in shape: grad_output[0] has a shape of torch.Size([]) and output[0] has a shape of torch.Size([2])."):
        (x * 2).backward(torch.tensor(1.0))


def test_row_05_one_element_counts_as_scalar():
    x = leaf([[3.0]])
    (x * x).backward()
    assert x.grad.tolist() == [[6.0]]


def test_row_05_vector_gradient():
    x = leaf([1.0, 2.0, 3.0])
    (x * x).backward(torch.tensor([1.0, 10.0, 100.0]))
    assert x.grad.tolist() == [2.0, 40.0, 600.0]


# -- 6 twice ---------------------------------------------------------------------------------------------------------------------------


def test_row_06_error_only_where_something_was_saved():
    x = leaf([1.0, 2.0])
    y = (x * x).sum()
    y.backward()
    with raises(RuntimeError, SECOND_TIME):
        y.backward()
    x.grad = None
    z = (x + x).sum()
    z.backward()
    z.backward()
    assert x.grad.tolist() == [4.0, 4.0]


def test_row_06_what_counts_as_saved():
    x, c = leaf([1.0, 2.0]), torch.tensor([3.0, 4.0])
    for f in (lambda: x * c, lambda: x * 2, lambda: x / 2, lambda: x**2, lambda: x.exp(), lambda: x.sin(), lambda: x.max()):
        y = f().sum()
        y.backward()
        with raises(RuntimeError, SECOND_TIME):
            y.backward()
    for f in (
        lambda: x + c,
        lambda: x - 1,
        lambda: -x,
        lambda: x.view(2, 1),
        lambda: x[0:1],
        lambda: x.mean(),
        lambda: x.clone(),
        lambda: x.double(),
        lambda: torch.cat([x, x]),
    ):
        y = f().sum()
        y.backward()
        y.backward()


def test_row_06_retain_graph():
    x = leaf(2.0)
    y = x**3
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.item() == 24
    with raises(RuntimeError, SECOND_TIME):
        y.backward()


def test_row_06_shared_part_freed():
    x = leaf(2.0)
    h = x * x
    (h * 3).backward()
    with raises(RuntimeError, SECOND_TIME):
        (h * 5).backward()


# -- 7 unused input --------------------------------------------------------------------------------------------------------------------


def test_row_07_unused_input():
    x, z = leaf([1.0]), leaf([1.0, 2.0])
    with raises(
        RuntimeError, "The differentiated Tensor at index 0 appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior."
    ):
        torch.autograd.grad(x.sum(), z)
    with raises(RuntimeError, "The differentiated Tensor at index 1 appears to not have been used in the graph."):
        torch.autograd.grad(x.sum(), [x, z])
    gx, gz = torch.autograd.grad(x.sum(), (x, z), allow_unused=True)
    assert gx.tolist() == [1.0]
    assert gz is None
    (x * 2).sum().backward()
    assert z.grad is None


def test_row_07_input_without_requires_grad():
    with raises(RuntimeError, "One of the differentiated Tensors does not require grad"):
        torch.autograd.grad(leaf(1.0) * 2, torch.ones(1))


def test_row_07_materialize_grads():
    x, z = leaf([1.0]), leaf([1.0, 2.0])
    _, gz = torch.autograd.grad(x.sum(), (x, z), materialize_grads=True)
    assert gz.tolist() == [0.0, 0.0]


def test_row_07_grad_leaves_grad_alone():
    x = leaf(2.0)
    assert grad(x * x, x).item() == 4
    assert x.grad is None


# -- 8 memory --------------------------------------------------------------------------------------------------------------------------


class NoGc:
    def __enter__(self):
        gc.collect()
        gc.disable()

    def __exit__(self, *exc):
        gc.enable()


@ours
def test_row_08_graph_is_freed_by_reference_count():
    with NoGc():
        x = leaf([1.0, 2.0])
        y = x.exp()
        node, tensor = weakref.ref(y), y.sum()
        del y
        assert node() is None  # a saved `out` is not the tensor itself
        tensor.backward()
        kept = weakref.ref(tensor)
        del tensor
        assert kept() is None
        dead = weakref.ref(x)
        del x
        assert dead() is None


@ours
def test_row_08_every_saved_output_is_free_of_cycles():
    with NoGc():
        for f in (
            "exp",
            "tanh",
            "sigmoid",
            "sqrt",
            "reciprocal",
            "relu",
            "sin",
            "softmax",
            "cumsum",
            "amax",
            "max",
            "prod",
            "norm",
            "std",
            "logsumexp",
            "view",
            "clone",
            "sort",
        ):
            x = leaf([[1.0, 2.0], [3.0, 4.0]])
            b = x * 2
            made = getattr(b, f)(*{"softmax": (1,), "cumsum": (0,), "logsumexp": (1,), "view": (4,), "sort": (), "amax": (1,)}.get(f, ()))
            made = made if isinstance(made, torch.Tensor) else made[0]
            dead = weakref.ref(made), weakref.ref(b), weakref.ref(x)
            del made, b, x
            assert [r() for r in dead] == [None] * 3, f


@ours
def test_row_08_in_place_and_views_are_free_of_cycles():
    with NoGc():
        x = leaf([1.0, 2.0, 3.0])
        b = x * 2
        v = b[1:]
        v.mul_(3)
        w = b[0]
        b.add_(1)
        refs = [weakref.ref(t) for t in (b, v, w)]
        v.grad_fn, w.grad_fn, b.grad_fn  # noqa: B018 - refreshes the views' nodes
        del b, v, w
        assert [r() for r in refs] == [None] * 3


@ours
def test_row_08_create_graph_warns_of_the_cycle():
    x = leaf(2.0)
    with pytest.warns(UserWarning, match="reference cycle"):
        (x * x).backward(create_graph=True)
    assert x.grad.requires_grad
    x.grad = None


def test_row_08_hooks_and_retained_gradients_free():
    with NoGc():
        x = leaf([1.0, 2.0])
        b = x * 2
        b.retain_grad()
        b.register_hook(lambda g: g * 2)
        b.sum().backward()
        assert b.grad.tolist() == [2.0, 2.0]
        dead = weakref.ref(b)
        del b
        assert dead() is None


# -- 9 non-leaf .grad ------------------------------------------------------------------------------------------------------------------


def test_row_09_non_leaf_grad_is_none_and_warns():
    x = leaf(2.0)
    y = x * 3
    y.backward()
    with pytest.warns(UserWarning, match="The .grad attribute of a Tensor that is not a leaf Tensor is being accessed"):
        assert y.grad is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert x.grad.item() == 3
        assert torch.ones(1).grad is None


def test_row_09_retain_grad_fills_it():
    x = leaf(2.0)
    y = x * 3
    y.retain_grad()
    assert y.retains_grad
    (y * y).backward()
    assert y.grad.item() == 12
    assert x.grad.item() == 36
    x.retain_grad()  # nothing to do on a leaf
    assert not x.retains_grad
    with raises(RuntimeError, "can't retain_grad on Tensor that has requires_grad=False"):
        torch.ones(1).retain_grad()


# -- 10 hooks --------------------------------------------------------------------------------------------------------------------------


def test_row_10_hook_replaces_before_accumulation():
    x = leaf([1.0, 1.0])
    x.register_hook(lambda g: g * 10)
    (x * 2).sum().backward()
    assert x.grad.tolist() == [20.0, 20.0]
    (x * 2).sum().backward()
    assert x.grad.tolist() == [40.0, 40.0]  # the new gradient only, not the sum, went through the hook
    assert grad((x * 3).sum(), x).tolist() == [30.0, 30.0]


def test_row_10_hook_on_intermediate_reaches_the_leaf():
    x = leaf(2.0)
    y = x * 3
    seen = []
    y.register_hook(lambda g: seen.append(g.item()))
    y.register_hook(lambda g: g + 1)
    (y * 2).backward()
    assert seen == [2.0]
    assert x.grad.item() == 9


def test_row_10_hook_order_and_removal():
    x = leaf(1.0)
    h1 = x.register_hook(lambda g: g + 1)
    x.register_hook(lambda g: g * 10)
    (x * 1).backward()
    assert x.grad.item() == 20
    h1.remove()
    x.grad = None
    (x * 1).backward()
    assert x.grad.item() == 10


def test_row_10_hook_needs_grad():
    with raises(RuntimeError, "cannot register a hook on a tensor that doesn't require gradient"):
        torch.ones(1).register_hook(lambda g: g)


def test_row_10_post_accumulate_hook():
    x = leaf([1.0, 2.0])
    seen = []
    x.register_post_accumulate_grad_hook(lambda p: seen.append(p.grad.tolist()))
    (x * x).sum().backward()
    assert seen == [[2.0, 4.0]]


# -- 11 threads ------------------------------------------------------------------------------------------------------------------------


def test_row_11_grad_mode_is_per_thread():
    seen = []
    with torch.no_grad():
        t = threading.Thread(target=lambda: seen.append((torch.is_grad_enabled(), (leaf(1.0) * 2).requires_grad)))
        t.start()
        t.join()
        assert not torch.is_grad_enabled()
    assert seen == [(True, True)]


def test_row_11_mode_is_restored_after_exceptions():
    with pytest.raises(ZeroDivisionError), torch.no_grad():
        1 / 0  # noqa: B018
    assert torch.is_grad_enabled()
    with torch.no_grad():
        with pytest.raises(ZeroDivisionError), torch.enable_grad():
            1 / 0  # noqa: B018
        assert not torch.is_grad_enabled()

    @torch.no_grad()
    def f():
        assert not torch.is_grad_enabled()
        raise KeyError("x")

    with pytest.raises(KeyError):
        f()
    assert torch.is_grad_enabled()


def test_row_11_nested_modes():
    x = leaf(1.0)
    with torch.no_grad():
        with torch.no_grad():
            assert not (x * 2).requires_grad
        assert not torch.is_grad_enabled()
        with torch.enable_grad():
            assert (x * 2).requires_grad
    assert torch.is_grad_enabled()


@ours
def test_row_11_leaf_accumulation_is_locked():
    x = leaf([0.0] * 8)
    per, count = 300, 8
    start = threading.Barrier(count)
    interval = sys.getswitchinterval()

    def work():
        start.wait()
        for _ in range(per):
            (x * 1).sum().backward()

    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(count)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    finally:
        sys.setswitchinterval(interval)
    assert x.grad.tolist() == [float(per * count)] * 8


# -- 12 in-place on leaves -------------------------------------------------------------------------------------------------------------


def test_row_12_leaf():
    w = leaf([1.0, 2.0])
    with raises(RuntimeError, INPLACE_ON_LEAF):
        w.add_(1)
    with raises(RuntimeError, INPLACE_ON_LEAF):
        w.zero_()
    with raises(RuntimeError, INPLACE_ON_LEAF):
        w += 1
    assert w.tolist() == [1.0, 2.0]
    assert w._version == 0


def test_row_12_view_of_a_leaf_has_its_own_text():
    w = leaf([1.0, 2.0])
    with raises(RuntimeError, INPLACE_ON_LEAF_VIEW):
        w[0:1].add_(1)
    with raises(RuntimeError, INPLACE_ON_LEAF_VIEW):
        w.view(2, 1).mul_(2)
    with raises(RuntimeError, INPLACE_ON_LEAF_VIEW):
        w[0] = 5.0
    assert w.tolist() == [1.0, 2.0]


def test_row_12_allowed_without_grad_and_still_counted():
    w = leaf([1.0, 2.0])
    with torch.no_grad():
        w.add_(1)
        w -= 0.5
        w[0] = 7.0
    assert w.tolist() == [7.0, 2.5]
    assert w._version == 3
    assert w.requires_grad
    assert w.is_leaf
    y = (w * w).sum()
    with torch.no_grad():
        w.add_(1)
    with raises(RuntimeError, modified("FloatTensor [2]", 4, 3)):
        y.backward()


def test_row_12_leaf_gets_history_where_it_is_written_with_a_tracked_value():
    w = torch.zeros(2)
    v = leaf([1.0, 2.0])
    w.add_(v * 3)
    assert w.requires_grad
    assert not w.is_leaf
    w.sum().backward()
    assert v.grad.tolist() == [3.0, 3.0]


# -- 13, 14 in-place on views ----------------------------------------------------------------------------------------------------------


def test_row_13_base_and_siblings_rebase():
    x = leaf([1.0, 2.0, 3.0])
    b = x * 2
    v, w = b[0:2], b[1:3]
    v.mul_(10)
    assert b.tolist() == [20.0, 40.0, 6.0]
    assert w.tolist() == [40.0, 6.0]
    assert b._version == v._version == w._version == 1
    assert b.grad_fn.name() == "torch::autograd::CopySlices"
    assert v.grad_fn.name() == "AsStridedBackward0"
    assert w.grad_fn.name() == "AsStridedBackward0"
    assert grad(b.sum(), x, retain_graph=True).tolist() == [20.0, 20.0, 2.0]
    assert grad(w.sum(), x, retain_graph=True).tolist() == [0.0, 20.0, 2.0]
    assert grad(v.sum(), x).tolist() == [20.0, 20.0, 0.0]


def test_row_13_view_of_a_written_base():
    x = leaf([1.0, 2.0, 3.0])
    b = x * 2
    v = b[1]
    b.mul_(5)
    assert v.item() == 20
    assert grad(v, x).tolist() == [0.0, 10.0, 0.0]


def test_row_13_shared_version_counter():
    b = torch.zeros(4)
    v, w = b[1:], b.view(2, 2)
    v.add_(1)
    w[0, 0] = 3
    assert b._version == v._version == w._version == w.T._version == 2
    assert b.clone()._version == 0


def test_row_13_chain_of_views():
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    b = x + 0
    b.T[0].mul_(torch.tensor([2.0, 3.0]))
    assert b.tolist() == [[2.0, 2.0], [9.0, 4.0]]
    assert grad(b.sum(), x).tolist() == [[2.0, 1.0], [3.0, 1.0]]


def test_row_13_copy_into_a_view():
    x, v = leaf([1.0, 2.0, 3.0]), leaf([10.0])
    b = x * 2
    b[1:2].copy_(v * 5)
    gx, gv = torch.autograd.grad((b * torch.tensor([1.0, 10.0, 100.0])).sum(), (x, v))
    assert gx.tolist() == [2.0, 0.0, 200.0]
    assert gv.tolist() == [50.0]


def test_row_13_untracked_base_becomes_tracked():
    base = torch.zeros(3)
    v = base[0:2]
    w = leaf([1.0, 2.0])
    v.add_(w)
    assert base.requires_grad
    assert grad((base * 2).sum(), w).tolist() == [2.0, 2.0]


def test_row_14_numbers():
    x = torch.arange(4.0, requires_grad=True)
    b = x * x
    v = b[1:3]
    v.mul_(x[1:3])
    g = grad((b**2).sum(), x, create_graph=True)
    assert g.tolist() == [0.0, 6.0, 192.0, 108.0]
    assert grad(g.sum(), x).tolist() == [0.0, 30.0, 480.0, 108.0]


# -- 15, 16, 17 versions ---------------------------------------------------------------------------------------------------------------


def test_row_15_rule_that_needs_the_old_value():
    x = leaf([2.0, 3.0])
    for f, expected in (
        (lambda t: t.pow_(2), [4.0, 6.0]),
        (lambda t: t.sin_(), [math.cos(2), math.cos(3)]),
        (lambda t: t.log_(), [0.5, 1 / 3]),
        (lambda t: t.abs_(), [1.0, 1.0]),
        (lambda t: t.mul_(t.detach().clone()), [2.0, 3.0]),
        (lambda t: t.square_(), [4.0, 6.0]),
        (lambda t: t.clamp_(max=2.5), [1.0, 0.0]),
    ):
        y = x * 1
        f(y)
        assert grad(y.sum(), x).tolist() == pytest.approx(expected)


def test_row_15_only_self_is_copied():
    x = leaf([2.0, 3.0])
    for f, name in ((lambda t: t.mul_(t), "Mul"), (lambda t: t.div_(t), "Div")):
        y = x * 1
        f(y)
        with raises(RuntimeError, modified("FloatTensor [2]", 1, 0, name)):
            y.sum().backward()


def test_row_15_old_value_through_a_view():
    x = leaf([2.0, 3.0])
    b = x * 1
    b[0:1].pow_(3)
    assert grad(b.sum(), x).tolist() == [12.0, 1.0]


def test_row_16_saved_output_changed():
    x = leaf([1.0, 2.0, 3.0])
    y = torch.exp(x)
    y.add_(1)
    with raises(RuntimeError, modified("FloatTensor [3]", 1, 0, "Exp") + " Hint: enable anomaly detection to find the operation that failed"):
        y.sum().backward()
    y = x + 1
    y.add_(1)
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0, 1.0]


def test_row_16_saved_input_changed():
    x = leaf([1.0, 2.0])
    a = x * 1
    y = a * a
    a.add_(1)
    with raises(RuntimeError, modified("FloatTensor [2]", 1, 0, "Add")):
        y.sum().backward()
    w = torch.ones(2, 2)
    y = w @ x
    w.fill_(2)
    with raises(RuntimeError, modified("FloatTensor [2, 2]", 1)):
        y.sum().backward()
    d = torch.ones(2, dtype=torch.float64, requires_grad=True)
    y = d.sigmoid()
    y.mul_(2).mul_(2)
    with raises(RuntimeError, modified("DoubleTensor [2]", 2, 0, "Sigmoid")):
        y.sum().backward()


def test_row_16_write_through_a_view_is_seen():
    x = leaf([1.0, 2.0, 3.0])
    a = torch.ones(4)
    y = x * a[:3]
    a[3] = 5  # not even the same elements
    with raises(RuntimeError, modified("FloatTensor [3]", 1)):
        y.sum().backward()


def test_row_16_a_value_that_is_not_needed_may_change():
    x, c = leaf([1.0, 2.0]), torch.tensor([5.0, 6.0])
    y = x + c
    c.zero_()
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]
    z = torch.ones(2)
    y = (x * z).sum()  # saves z for x, not x for z
    with torch.no_grad():
        x.add_(1)
    y.backward()
    assert x.grad.tolist() == [2.0, 2.0]


def test_row_17_detach_shares_the_counter():
    x = leaf([1.0, 2.0])
    a = x * 1
    y = a * a
    d = a.detach()
    assert d._version == a._version == 0
    d.zero_()
    assert d._version == a._version == 1
    assert a.tolist() == [0.0, 0.0]
    with raises(RuntimeError, modified("FloatTensor [2]", 1, 0, "Mul")):
        y.sum().backward()


def test_row_17_data_does_not():
    x = leaf([1.0, 2.0])
    a = x * 1
    y = a * a
    a.data.zero_()
    assert a.tolist() == [0.0, 0.0]
    assert a._version == 0
    y.sum().backward()
    assert x.grad.tolist() == [0.0, 0.0]  # silently wrong, as documented


def test_row_17_scalar_cells_share_too():
    x = torch.tensor(1.0)
    d = x.detach()
    d.add_(1)
    assert x.item() == 2
    v = torch.zeros(3)
    v[1].add_(5)
    assert v.tolist() == [0.0, 5.0, 0.0]
    s = torch.tensor(3.0)
    w = s.view(1)
    w.mul_(2)
    assert s.item() == 6
    assert s._version == w._version == 1


# -- 18, 19 writes that are refused ----------------------------------------------------------------------------------------------------


def multiview(n, name):
    return (
        f"Output {n} of {name} is a view and is being modified inplace. This view is the output of a function that returns multiple views. Such "
        "functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one."
    )


def test_row_18_split_and_unbind_outputs():
    x = leaf([1.0, 2.0, 3.0])
    for make, n, name in (
        (lambda t: t.split([1, 2])[1], 1, "SplitWithSizes"),
        (lambda t: t.split(2)[0], 0, "Split"),
        (lambda t: t.chunk(2)[1], 1, "Split"),
        (lambda t: t.unbind()[2], 2, "Unbind"),
        (lambda t: list(t)[1], 1, "Unbind"),
    ):
        with raises(RuntimeError, multiview(n, name)):
            make(x * 1).add_(1)
        with torch.no_grad():
            make(x * 1).add_(1)
    plain = torch.zeros(3)
    a, _ = plain.split([1, 2])
    a.add_(1)
    for row in plain:
        row.mul_(2)
    assert plain.tolist() == [2.0, 0.0, 0.0]


def test_row_18_view_made_without_grad():
    y = leaf([1.0, 2.0, 3.0]) * 1
    with torch.no_grad():
        v = y[0:2]
    with raises(
        RuntimeError,
        "A view was created in no_grad mode and is being modified inplace with grad mode enabled. Given that this use case is ambiguous and error-prone, "
        "it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the no_grad block (if you don't want the "
        "inplace to be tracked) or both outside (if you want the inplace to be tracked).",
    ):
        v.mul_(2)
    with torch.no_grad():
        v.mul_(2)
    assert y.tolist() == [2.0, 4.0, 3.0]


def test_row_19_write_to_expanded():
    with raises(RuntimeError, OVERLAP):
        torch.zeros(1).expand(3).add_(1)
    with raises(RuntimeError, OVERLAP):
        torch.zeros(2, 1).expand(2, 3).mul_(2)
    with raises(RuntimeError, OVERLAP):
        (leaf([1.0]) * 1).expand(3).mul_(2)
    e = torch.zeros(1).expand(1, 1)
    e.add_(1)  # nothing overlaps
    assert e.tolist() == [[1.0]]


# -- 20, 21 views, strides -------------------------------------------------------------------------------------------------------------

VIEW = (
    "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead."
)


def test_row_20_view_refuses_reshape_copies():
    x = torch.arange(6).reshape(2, 3)
    with raises(RuntimeError, VIEW):
        x.T.view(6)
    r = x.T.reshape(6)
    assert r.tolist() == [0, 3, 1, 4, 2, 5]
    r[0] = 100
    assert x[0, 0].item() == 0
    x.reshape(6)[0] = 100
    assert x[0, 0].item() == 100
    assert x.T.contiguous().view(6).tolist() == [100, 3, 1, 4, 2, 5]
    with raises(RuntimeError, "shape '[4, -1]' is invalid for input of size 6"):
        x.view(4, -1)


def test_row_20_view_splits_a_strided_dimension():
    x = torch.arange(24).reshape(2, 3, 4).transpose(0, 1)
    assert x.view(3, 2, 2, 2).stride() == (4, 12, 2, 1)
    assert x[:, :, ::2].view(3, 2, 2, 1).stride() == (4, 12, 2, 2)
    with raises(RuntimeError, VIEW):
        x.view(6, 4)


def test_row_20_strides_in_elements():
    x = torch.zeros(3, 4, 5, dtype=torch.float64)
    assert x.stride() == (20, 5, 1)
    assert type(x.stride()) is tuple
    assert x.permute(2, 0, 1).stride() == (1, 20, 5)
    assert x.numpy().strides == (160, 40, 8)
    assert x[:, ::2].stride() == (20, 10, 1)
    assert x[0, :1].expand(7, 5).stride() == (0, 1)
    assert torch.zeros(2, 0, 3).stride() == (3, 3, 1)
    assert torch.tensor(1.0).stride() == ()


def test_row_20_results_keep_the_layout():
    t = torch.zeros(2, 3).T
    assert (t + 1).stride() == (1, 3)
    assert t.exp().stride() == (1, 3)
    assert (t + torch.zeros(3, 2)).stride() == (1, 3)
    assert (torch.zeros(3, 2) + t).stride() == (2, 1)
    assert torch.zeros_like(t).stride() == (1, 3)
    assert t.clone().stride() == (1, 3)
    assert t.contiguous().stride() == (2, 1)
    assert (torch.zeros(2, 1).expand(2, 3) + 1).stride() == (3, 1)
    assert torch.zeros(2, 3, 4).permute(2, 0, 1).exp().stride() == (1, 12, 4)
    assert torch.zeros(4, 6)[:, ::2].exp().stride() == (3, 1)


def test_row_21_negative_steps():
    with raises(ValueError, "step must be greater than zero"):
        torch.arange(3)[::-1]
    with raises(ValueError, "slice step cannot be zero"):
        torch.arange(3)[::0]
    assert torch.arange(3).flip(0).tolist() == [2, 1, 0]


@ours
def test_row_21_foreign_negative_strides_are_copied():
    np = pytest.importorskip("numpy")
    a = np.arange(3)
    t = torch.from_numpy(a[::-1])
    assert t.tolist() == [2, 1, 0]
    assert t.stride() == (1,)
    assert torch.tensor(a[::-1]).tolist() == [2, 1, 0]


def test_row_21_tensor_of_reversed_array():
    np = pytest.importorskip("numpy")
    assert torch.tensor(np.arange(3)[::-1].copy()).tolist() == [2, 1, 0]


# -- 22 indexed writes -----------------------------------------------------------------------------------------------------------------


def test_row_22_repeated_index():
    x, v = leaf([1.0, 2.0, 3.0]), leaf(5.0)
    y = x * 1
    y[[0, 0]] = v
    assert y.tolist() == [5.0, 2.0, 3.0]
    y.sum().backward()
    assert v.grad.item() == 2
    assert x.grad.tolist() == [0.0, 1.0, 1.0]


def test_row_22_masks_and_slices():
    x, v = leaf([1.0, -2.0, 3.0]), leaf([7.0, 8.0])
    y = x * 1
    y[y > 0] = v
    assert y.tolist() == [7.0, -2.0, 8.0]
    gx, gv = torch.autograd.grad((y * torch.tensor([1.0, 10.0, 100.0])).sum(), (x, v))
    assert gx.tolist() == [0.0, 10.0, 0.0]
    assert gv.tolist() == [1.0, 100.0]
    y = x * 1
    y[1:] = v
    y[0] = v[0]
    gx, gv = torch.autograd.grad(y.sum(), (x, v))
    assert gx.tolist() == [0.0, 0.0, 0.0]
    assert gv.tolist() == [2.0, 1.0]


# -- 23 to 28 dtypes -------------------------------------------------------------------------------------------------------------------


def t(values, name):
    return torch.tensor(values, dtype=getattr(torch, name))


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: t([1, 1], "float16") + t(1, "float64"), "float16"),
        (lambda: t([1, 1], "int64") + t(1, "float64"), "float64"),
        (lambda: t([1, 1], "int64") + 1.5, "float32"),
        (lambda: t([1, 1], "int32") + t([1, 1], "float32"), "float32"),
        (lambda: t([1], "uint8") + t([1], "int8"), "int16"),
        (lambda: t([1], "float16") + t([1], "bfloat16"), "float32"),
        (lambda: t([1], "int64") + t([1], "float16"), "float16"),
        (lambda: t([1], "int8") + t(300, "int64"), "int8"),
        (lambda: t(1, "int8") + t(1, "int64"), "int64"),
        (lambda: t([1], "bool") + 1, "int64"),
        (lambda: t([1], "bool") + t(1, "uint8"), "uint8"),
        (lambda: t([1], "bool") * 1.5, "float32"),
        (lambda: t([1], "uint8") * True, "uint8"),
        (lambda: t(1, "float64") + t([1], "float32"), "float32"),
        (lambda: t(1, "float64") + t(1, "float32"), "float64"),
        (lambda: t(1, "float64") + 1, "float64"),
        (lambda: t([1], "int64") * t(1, "bool"), "int64"),
        (lambda: t([1], "float32") + t([1], "float64"), "float64"),
        (lambda: 2 ** t([1], "int32"), "int32"),
        (lambda: 2.0 ** t([1], "int32"), "float32"),
        (lambda: torch.where(t([1], "bool"), t([1], "int32"), t([1], "float16")), "float16"),
        (lambda: torch.cat([t([1], "int32"), t([1], "float16")]), "float16"),
        (lambda: torch.maximum(t([1], "uint8"), t([1], "int64")), "int64"),
    ],
)
def test_row_23_promotion(make, expected):
    assert make().dtype is getattr(torch, expected)


NAMES = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64")
TABLE = {
    "bool": "bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64",
    "uint8": "uint8 uint8 int16 int16 int32 int64 float16 bfloat16 float32 float64",
    "int8": "int8 int16 int8 int16 int32 int64 float16 bfloat16 float32 float64",
    "int16": "int16 int16 int16 int16 int32 int64 float16 bfloat16 float32 float64",
    "int32": "int32 int32 int32 int32 int32 int64 float16 bfloat16 float32 float64",
    "int64": "int64 int64 int64 int64 int64 int64 float16 bfloat16 float32 float64",
    "float16": "float16 float16 float16 float16 float16 float16 float16 float32 float32 float64",
    "bfloat16": "bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 float32 bfloat16 float32 float64",
    "float32": "float32 float32 float32 float32 float32 float32 float32 float32 float32 float64",
    "float64": "float64 float64 float64 float64 float64 float64 float64 float64 float64 float64",
}


@pytest.mark.parametrize("a", NAMES)
def test_row_23_whole_table(a):
    for b, expected in zip(NAMES, TABLE[a].split(), strict=True):
        da, db, want = getattr(torch, a), getattr(torch, b), getattr(torch, expected)
        assert torch.promote_types(da, db) is want
        if not (a == b == "bool"):
            assert (torch.ones(2, dtype=da) * torch.ones(2, dtype=db)).dtype is want
        assert torch.result_type(torch.ones(2, dtype=da), torch.ones(2, dtype=db)) is want


def test_row_24_integers_divide_to_float():
    assert (t([1, 2], "int64") / t([4, 5], "int64")).dtype is torch.float32
    assert (t([1, 2], "int64") / t([4, 5], "int64")).tolist() == pytest.approx([0.25, 0.4])
    for name in ("int8", "uint8", "int32", "bool"):
        assert torch.sin(torch.ones(2, dtype=getattr(torch, name))).dtype is torch.float32
        assert torch.sqrt(torch.ones(2, dtype=getattr(torch, name))).dtype is torch.float32
    assert torch.exp(torch.tensor(1)).dtype is torch.float32
    assert (torch.tensor(1) / 2).dtype is torch.float32


def test_row_25_division_family():
    a, b = torch.tensor([7, -7, 7, -7]), torch.tensor([3, 3, -3, -3])
    assert (a // b).tolist() == [2, -3, -3, 2]
    assert (a % b).tolist() == [1, 2, -2, -1]
    assert torch.fmod(a, b).tolist() == [1, -1, 1, -1]
    for d in (torch.int64, torch.float32, torch.float64, torch.float16):
        assert (a.to(d) // b.to(d)).tolist() == [2, -3, -3, 2]
        assert (a.to(d) % b.to(d)).tolist() == [1, 2, -2, -1]
        assert torch.fmod(a.to(d), b.to(d)).tolist() == [1, -1, 1, -1]
    assert torch.div(a, b, rounding_mode="trunc").tolist() == [2, -2, -2, 2]
    assert torch.div(a, b, rounding_mode="floor").tolist() == [2, -3, -3, 2]
    for f in (lambda: a // 0, lambda: a % 0, lambda: torch.fmod(a, 0), lambda: a // torch.zeros(4, dtype=torch.int64), lambda: torch.tensor(5) // 0):
        with raises(RuntimeError, "ZeroDivisionError"):
            f()
    assert (torch.tensor([5.0, -5.0]) // 0).tolist() == [math.inf, -math.inf]
    assert math.isnan((torch.tensor([5.0]) % 0).item())
    assert (torch.tensor([5]) / 0).item() == math.inf


def test_row_26_integer_powers_and_wrapping():
    with raises(RuntimeError, "Integers to negative integer powers are not allowed."):
        torch.tensor([2]) ** -1
    assert (torch.tensor([2]) ** torch.tensor(-1)).tolist() == [0]
    assert (torch.tensor([1, -1, 2]) ** torch.tensor([-1, -3, -2])).tolist() == [1, -1, 0]
    assert (torch.tensor([1], dtype=torch.uint8) + 300).tolist() == [45]
    assert (torch.tensor([200], dtype=torch.uint8) * 2).tolist() == [144]
    assert (-torch.tensor([1], dtype=torch.uint8)).tolist() == [255]
    assert (torch.tensor([127], dtype=torch.int8) + 1).tolist() == [-128]
    assert (torch.tensor([2**62]) * 4).tolist() == [0]
    assert (torch.tensor(2**62) * 4).item() == 0


def test_row_27_booleans():
    a, b = torch.tensor([True, False, True]), torch.tensor([True, True, False])
    assert (a + b).tolist() == [True, True, True]
    assert (a + b).dtype is torch.bool
    assert (a * b).tolist() == [True, False, False]
    two = "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead."
    one = "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()`"
    with raises(RuntimeError, two):
        a - b
    with raises(RuntimeError, one):
        1 - a
    with raises(RuntimeError, one):
        a - 1
    with raises(RuntimeError, "Negation, the `-` operator, on a bool tensor is not supported."):
        torch.neg(a)
    assert (~a).tolist() == [False, True, False]
    assert (a ^ b).tolist() == [False, True, True]
    assert a.sum().dtype is torch.int64
    assert a.sum().item() == 2
    assert a.cumsum(0).dtype is torch.int64
    assert a.prod().dtype is torch.int64
    assert torch.tensor([1, 2], dtype=torch.int8).sum().dtype is torch.int64
    with raises(RuntimeError, "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: Long"):
        torch.tensor([1, 2]).mean()
    with raises(RuntimeError, "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: Bool"):
        a.mean()
    assert torch.tensor([1, 2]).mean(dtype=torch.float32).item() == 1.5


def test_row_28_in_place_keeps_its_dtype():
    i = torch.tensor([1, 2])
    with raises(RuntimeError, "result type Float can't be cast to the desired output type Long"):
        i.add_(1.5)
    with raises(RuntimeError, "result type Float can't be cast to the desired output type Long"):
        i.div_(2)
    with raises(RuntimeError, "result type Float can't be cast to the desired output type Long"):
        i /= 2
    with raises(RuntimeError, "result type Long can't be cast to the desired output type Bool"):
        torch.tensor([True]).add_(1)
    assert i.tolist() == [1, 2]
    assert i._version == 0
    h = torch.ones(2, dtype=torch.float16)
    assert h.add_(torch.ones(2, dtype=torch.float64)).dtype is torch.float16
    assert h.tolist() == [2.0, 2.0]
    i += torch.tensor(True)
    assert i.tolist() == [2, 3]
    i[0] = 7.9
    assert i.tolist() == [7, 3]
    assert torch.tensor([1, 2]).copy_(torch.tensor([1.9, -1.9])).tolist() == [1, -1]


# -- 29, 30 gradients' types ------------------------------------------------------------------------------------------------------------


def test_row_29_gradient_has_its_inputs_dtype_and_shape():
    h = torch.ones(2, dtype=torch.float16, requires_grad=True)
    f = torch.ones(3, 1, requires_grad=True)
    s = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    (h * f * s).sum().backward()
    assert (h.grad.dtype, tuple(h.grad.shape)) == (torch.float16, (2,))
    assert (f.grad.dtype, tuple(f.grad.shape)) == (torch.float32, (3, 1))
    assert (s.grad.dtype, tuple(s.grad.shape)) == (torch.float64, ())
    assert h.grad.tolist() == [6.0, 6.0]
    assert f.grad.tolist() == [[4.0], [4.0], [4.0]]
    assert s.grad.item() == 6


@pytest.mark.parametrize("name", ["float16", "bfloat16", "float32", "float64"])
def test_row_29_through_casts_and_broadcasts(name):
    d = getattr(torch, name)
    x = torch.ones(1, 3, dtype=d, requires_grad=True)
    z = torch.tensor(1.0, dtype=d, requires_grad=True)
    y = (x.double() + z).expand(2, 3).sum() + x.float().exp().sum() + x.to(torch.float16).sum() * z
    gx, gz = torch.autograd.grad(y, (x, z))
    assert gx.dtype is d
    assert tuple(gx.shape) == (1, 3)
    assert gz.dtype is d
    assert tuple(gz.shape) == ()
    assert gx.tolist()[0] == pytest.approx([3 + math.e] * 3, rel=1e-2)


def test_row_29_zero_dim_against_vector():
    s = leaf(2.0)
    (s + torch.zeros(2, 3)).sum().backward()
    assert s.grad.item() == 6
    assert s.grad.shape == ()
    w = leaf([2.0])
    (w * torch.ones(100, 1)).mean().backward()
    assert w.grad.tolist() == [1.0]
    e = torch.ones(0, 3, requires_grad=True)
    b = torch.ones(1, 3, requires_grad=True)
    (e * b).sum().backward()
    assert b.grad.tolist() == [[0.0, 0.0, 0.0]]
    assert tuple(e.grad.shape) == (0, 3)


def test_row_30_integers_never_require_grad():
    for f in (
        lambda: torch.tensor([1], requires_grad=True),
        lambda: torch.ones(2, dtype=torch.int64, requires_grad=True),
        lambda: torch.zeros(2, dtype=torch.bool, requires_grad=True),
    ):
        with raises(RuntimeError, "Only Tensors of floating point and complex dtype can require gradients"):
            f()
    with raises(RuntimeError, "only Tensors of floating point dtype can require gradients"):
        torch.tensor([1]).requires_grad_()
    x = leaf([1.0, 2.0])
    for y in (
        x > 1,
        x == x,
        x.argmax(),
        x.argsort(),
        x.max(0).indices,
        x.sort().indices,
        x.long(),
        x.isnan(),
        x.sign() > 0,
        x.nonzero(),
        torch.ones_like(x),
        x.detach(),
    ):
        assert not y.requires_grad
        assert y.grad_fn is None
    for y in (x.floor(), x.sign(), x.max(0).values):
        assert y.requires_grad
    with raises(RuntimeError, NO_GRAD):
        x.argmax().backward()
    with raises(RuntimeError, NO_GRAD):
        (x > 1).sum().backward()


def test_row_30_requires_grad_rules():
    x = leaf([1.0, 2.0])
    with raises(
        RuntimeError,
        "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require "
        "differentiation use var_no_grad = var.detach().",
    ):
        (x * 2).requires_grad = False
    (x * 2).requires_grad_()  # already so
    with raises(RuntimeError, NO_GRAD):
        torch.ones(1).sum().backward()
    with torch.no_grad():
        y = x * 2
        z = torch.zeros(2, requires_grad=True)
    assert not y.requires_grad
    assert z.requires_grad


# -- 31 to 47 values: accumulation, kinks, ties, zeros, empties, stability ---------------------------------------------------------------


def at(f, *values, **kw):
    """Gradient of the sum of f at values, as a list."""
    x = leaf(list(values) if len(values) > 1 else values[0], **kw)
    return grad(f(x).sum(), x).tolist()


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_row_31_sixteen_bit_sums_accumulate_in_float32(name):
    d = getattr(torch, name)
    ones = torch.ones(4096, dtype=d)
    assert ones.sum().item() == 4096
    assert ones.mean().item() == 1
    assert torch.ones(4096, 2, dtype=d).sum(0).tolist() == [4096.0, 4096.0]
    assert (ones @ ones).item() == 4096
    assert torch.ones(3000, dtype=d).cumsum(0)[-1].item() == pytest.approx(3000, abs=8)
    b = torch.zeros(1, dtype=d, requires_grad=True)
    (ones * b).sum().backward()  # un-broadcasting adds 4096 ones
    assert b.grad.tolist() == [4096.0]
    x = torch.zeros(4096, dtype=d, requires_grad=True)
    x.amax().backward()  # a tie of 4096
    assert x.grad[0].item() == 1 / 4096


def test_row_32_kinks():
    assert at(torch.abs, -1.0, 0.0, 2.0) == [-1.0, 0.0, 1.0]
    assert at(torch.relu, -1.0, 0.0, 2.0) == [0.0, 0.0, 1.0]
    assert at(torch.sqrt, 0.0, 4.0) == [math.inf, 0.25]
    g = at(lambda x: (x * 0).sqrt(), 0.0, 4.0)
    assert math.isnan(g[0])
    assert math.isnan(g[1])


def test_row_33_powers():
    assert at(lambda x: x**0, 0.0, 2.0) == [0.0, 0.0]
    assert at(lambda x: x**2, 0.0, 2.0) == [0.0, 4.0]
    assert at(lambda x: x ** torch.tensor(0.0), 0.0, 2.0) == [0.0, 0.0]
    g = at(lambda b: torch.tensor(0.0) ** b, 2.0, 0.0, -1.0)
    assert g[:2] == [0.0, 0.0]
    assert g[2] == -math.inf
    assert math.isnan(at(lambda b: torch.tensor(-2.0) ** b, 2.0))
    assert at(lambda x: x**1, 0.0, 3.0) == [1.0, 1.0]
    assert at(lambda x: x**0.5, 0.0, 4.0) == [math.inf, 0.25]


def test_row_34_ties():
    assert at(lambda x: x.max(), 3.0, 1.0, 3.0) == [0.5, 0.0, 0.5]
    assert at(lambda x: x.amax(), 3.0, 1.0, 3.0) == [0.5, 0.0, 0.5]
    assert at(lambda x: x.min(), 1.0, 1.0, 3.0) == [0.5, 0.5, 0.0]
    assert sum(at(lambda x: x.max(0).values, 3.0, 1.0, 3.0)) == 1.0
    assert sorted(at(lambda x: x.max(0).values, 3.0, 1.0, 3.0)) == [0.0, 0.0, 1.0]
    a, b = leaf([1.0, 2.0]), leaf([1.0, 3.0])
    torch.maximum(a, b).sum().backward()
    assert a.grad.tolist() == [0.5, 0.0]
    assert b.grad.tolist() == [0.5, 1.0]
    assert at(lambda x: x.clamp(0, 1), -1.0, 0.0, 0.5, 1.0, 2.0) == [0.0, 1.0, 1.0, 1.0, 0.0]


def test_row_35_products():
    assert at(lambda x: x.prod(), 0.0, 2.0, 3.0) == [6.0, 0.0, 0.0]
    assert at(lambda x: x.prod(), 0.0, 0.0, 3.0) == [0.0, 0.0, 0.0]
    assert at(lambda x: x.prod(0), 0.0, 2.0, 3.0) == [6.0, 0.0, 0.0]
    assert at(lambda x: x.cumprod(0), 2.0, 0.0, 3.0) == [1.0, 8.0, 0.0]


def test_row_36_norm_and_std_where_they_are_flat():
    assert at(lambda x: x.norm(), 0.0, 0.0) == [0.0, 0.0]
    assert at(lambda x: x.std(), 2.0, 2.0) == [0.0, 0.0]
    assert math.isnan(torch.tensor([5.0]).std().item())


def test_row_37_where_and_the_branch_not_taken():
    g = at(lambda w: torch.where(w > 0, torch.log(w), torch.zeros(2)), -1.0, 2.0)
    assert g == [0.0, 0.5]
    g = at(lambda w: torch.where(w > 0, torch.sqrt(w * 0 + w.clamp(min=0)), torch.zeros(2)), 0.0, 4.0)
    assert math.isnan(g[0])
    assert g[1] == 0.25


def test_row_38_logsumexp_of_nothing():
    x = leaf([-math.inf, -math.inf])
    y = torch.logsumexp(x, 0)
    assert y.item() == -math.inf
    assert all(math.isnan(v) for v in grad(y, x).tolist())
    assert torch.logsumexp(torch.tensor([1000.0, 1000.0]), 0).item() == pytest.approx(1000 + math.log(2))


def test_row_39_steps():
    for f in (torch.floor, torch.ceil, torch.sign, torch.round, torch.trunc):
        assert at(f, -1.5, 0.5) == [0.0, 0.0]
    x, y = leaf([7.0, -7.0]), leaf([2.0, 2.0])
    torch.remainder(x, y).sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]
    assert y.grad.tolist() == [-3.0, 4.0]


def test_row_40_indexing():
    assert at(lambda x: x[[0, 0, 1]], 5.0, 6.0) == [2.0, 1.0]
    z = torch.tensor(5.0)
    with raises(IndexError, "invalid index of a 0-dim tensor. Use `tensor.item()` in Python"):
        z[0]
    assert tuple(z[None].shape) == (1,)
    assert z[...].item() == 5


def test_row_41_einsum():
    m, v, w = leaf([[1.0, 2.0], [3.0, 4.0]]), leaf([1.0, 2.0]), leaf([3.0, 4.0, 5.0])
    assert grad(torch.einsum("ii", m), m).tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert grad(torch.einsum("ii->i", m).sum(), m).tolist() == [[1.0, 0.0], [0.0, 1.0]]
    gv, gw = torch.autograd.grad(torch.einsum("i,j->", v, w), (v, w))
    assert gv.tolist() == [12.0, 12.0]
    assert gw.tolist() == [3.0, 3.0, 3.0]
    assert grad(torch.einsum("...i,i->...", m, v).sum(), m).tolist() == [[1.0, 2.0], [1.0, 2.0]]
    with raises(RuntimeError, "einsum(): subscript j has size 4 for operand 1 which does not broadcast with previously seen size 3"):
        torch.einsum("ij,jk->ik", torch.ones(2, 3), torch.ones(4, 5))


def test_row_42_order():
    nan = math.nan
    values, indices = torch.sort(torch.tensor([2.0, nan, 1.0]))
    assert values.tolist()[:2] == [1.0, 2.0]
    assert indices.tolist() == [2, 0, 1]
    assert torch.tensor([1.0, nan, 3.0]).argmax().item() == 1
    assert math.isnan(torch.tensor([1.0, nan, 3.0]).max().item())
    assert math.isnan(torch.maximum(torch.tensor(nan), torch.tensor(1.0)).item())
    assert at(lambda x: x.sort().values * torch.tensor([1.0, 10.0, 100.0]), 3.0, 1.0, 2.0) == [100.0, 1.0, 10.0]
    assert at(lambda x: x.topk(2).values * torch.tensor([1.0, 10.0]), 3.0, 1.0, 2.0) == [1.0, 0.0, 10.0]


def test_row_43_empty():
    e = torch.zeros(0)
    assert e.sum().item() == 0
    assert e.prod().item() == 1
    assert math.isnan(e.mean().item())
    assert torch.logsumexp(e, 0).item() == -math.inf
    with raises(RuntimeError, "max(): Expected reduction dim to be specified for input.numel() == 0."):
        e.max()
    assert tuple((torch.zeros(0, 3) @ torch.zeros(3, 2)).shape) == (0, 2)
    assert torch.zeros(2, 0).sum(1).tolist() == [0.0, 0.0]
    assert (torch.zeros(2, 0) @ torch.zeros(0, 3)).tolist() == [[0.0] * 3] * 2
    x = torch.zeros(0, requires_grad=True)
    assert grad((x * 2).sum(), x).shape == (0,)


def test_row_44_results_stay_tensors():
    x = torch.tensor(2.0)
    v = torch.tensor([1.0, 2.0])
    for y in (
        x + 1,
        x.exp(),
        v.sum(),
        v[0],
        v @ v,
        v.max(),
        x.floor(),
        x > 1,
        ~(x > 1),
        v.mean() ** 2,
        v.argmax(),
        x.reshape(()),
        v.sum() // 2,
        torch.where(x > 1, x, x),
    ):
        assert isinstance(y, torch.Tensor)
        assert y.shape == ()


def test_row_45_variance_and_scans():
    assert torch.tensor([1.0, 2.0, 4.0]).var().item() == pytest.approx(7 / 3)
    assert torch.tensor([1.0, 2.0, 4.0]).var(correction=0).item() == pytest.approx(14 / 9)
    assert math.isnan(torch.tensor([1.0]).var().item())
    assert torch.tensor([1.0]).var(unbiased=False).item() == 0
    assert at(lambda x: x.cumsum(0) * torch.tensor([1.0, 10.0, 100.0]), 1.0, 2.0, 3.0) == [111.0, 110.0, 100.0]


def test_row_46_stability():
    F = torch.nn.functional
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert F.softplus(torch.tensor(100.0)).item() == 100
        assert at(F.softplus, -100.0) == pytest.approx(3.7e-44, rel=0.1)
        assert at(torch.sigmoid, 1000.0, -1000.0) == [0.0, 0.0]
        assert torch.sigmoid(torch.tensor([1000.0, -1000.0])).tolist() == [1.0, 0.0]
        assert at(torch.tanh, 800.0) == 0
        assert torch.log1p(torch.tensor(1e-10, dtype=torch.float64)).item() == pytest.approx(1e-10, rel=1e-12)
        assert torch.logaddexp(torch.tensor(1000.0), torch.tensor(1000.0)).item() == pytest.approx(1000.6931)
        x = leaf([[1e4, -1e4], [0.0, 0.0]])
        loss = F.cross_entropy(x, torch.tensor([1, 0]))
        assert loss.item() == pytest.approx((2e4 + math.log(2)) / 2)
        assert grad(loss, x).tolist() == [[0.5, -0.5], [-0.25, 0.25]]
        assert F.softmax(torch.tensor([1000.0, 0.0, -math.inf]), 0).tolist() == [1.0, 0.0, 0.0]
        assert torch.exp(torch.tensor([1000.0, -1000.0])).tolist() == [math.inf, 0.0]
        assert torch.exp(torch.tensor(1000.0)).item() == math.inf
        assert torch.log(torch.tensor([0.0])).item() == -math.inf
        assert (torch.tensor(1.0) / 0).item() == math.inf
        assert math.isnan((torch.tensor(0.0) / 0).item())
        assert math.isnan(torch.log(torch.tensor(-1.0)).item())
        assert math.isnan(torch.sqrt(torch.tensor(-1.0)).item())
        assert (torch.tensor(1e30) * 1e30).item() == math.inf


@pytest.mark.filterwarnings("ignore:Using backward")
def test_row_47_double_backward():
    x = leaf(3.0)
    g = grad(x**3, x, create_graph=True)
    assert g.item() == 27
    h = grad(g, x, create_graph=True)
    assert h.item() == 18
    assert grad(h, x).item() == 6
    for f, second in (
        (torch.sin, -math.sin(3)),
        (torch.exp, math.exp(3)),
        (torch.log, -1 / 9),
        (torch.tanh, -2 * math.tanh(3) * (1 - math.tanh(3) ** 2)),
        (lambda t: 1 / t, 2 / 27),
        (lambda t: t * t * t, 18.0),
        (torch.sqrt, -0.25 * 3**-1.5),
        (lambda t: (t * torch.ones(3)).norm(), 0.0),
        (lambda t: torch.stack([t, t * 2]).prod(), 4.0),
    ):
        x = leaf(3.0, dtype=torch.float64) if f in (torch.sin, torch.exp, torch.log, torch.tanh, torch.sqrt) else leaf(3.0)
        g = grad(f(x), x, create_graph=True)
        if g.requires_grad:
            assert grad(g, x).item() == pytest.approx(second, rel=1e-5, abs=1e-6)
    m = leaf([[1.0, 2.0], [3.0, 4.0]])
    g = grad((m @ m).sum(), m, create_graph=True)
    assert grad((g * g).sum(), m).tolist() == [[68.0, 76.0], [84.0, 92.0]]
    y = leaf(2.0)
    g = grad(y**3, y, create_graph=True)
    g.backward()
    assert y.grad.item() == 12
    with raises(RuntimeError, SECOND_TIME):
        g.backward()


def test_a_number_that_has_an_overload_of_its_own_is_no_edge() -> None:
    """next_functions as PyTorch's: x * 2 wraps the 2 in a tensor, x ** 2, 1 - x, 2 ** x and x % 2 do not."""
    import tcalc as torch

    for x in (torch.tensor(2.0, requires_grad=True), torch.ones(3, requires_grad=True)):
        assert [len(y.grad_fn.next_functions) for y in (x**2, 1 - x, 2**x, x % 2, torch.fmod(x, 2))] == [1] * 5
        assert [len(y.grad_fn.next_functions) for y in (x * 2, x + 1, x / 2, x ** x.detach())] == [2] * 4


def test_a_warning_in_plain_python_names_the_script() -> None:
    """The line of the caller, not one of ours."""
    import warnings

    import tcalc as torch

    y = torch.ones(2, requires_grad=True) * 2
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert y.grad is None
        torch.tensor(torch.ones(2))
    assert [w.filename for w in seen] == [__file__, __file__]


def test_small_names_of_torch() -> None:
    """torch.typename and the switches of torch.backends."""
    import tcalc as torch

    assert torch.typename(torch.ones(2)) == "torch.FloatTensor" and torch.typename(3) == "int"
    assert torch.backends.cuda.is_built() is False and torch.backends.mps.is_available() is False
    assert torch.backends.cudnn.benchmark is False


def test_row_20_as_strided_of_a_part():
    """The offset counts from the storage's beginning, also in the gradient of a view that does not begin there."""
    x = leaf([1.0, 2.0, 3.0, 4.0])
    y = (x + 0)[1:]
    g = grad((y.as_strided((2,), (1,), 1) * torch.tensor([1.0, 10.0])).sum(), x)
    assert g.tolist() == [0.0, 1.0, 10.0, 0.0]
    y = (x + 0)[1:]
    g = grad((y.as_strided((2,), (2,)) * torch.tensor([1.0, 10.0])).sum(), x)
    assert g.tolist() == [0.0, 1.0, 0.0, 10.0]


@ours
def test_row_08_a_failed_overload_keeps_nothing():
    """An error on the way to the right overload must not hold its callers' tensors until the garbage collector comes."""
    with NoGc():

        def work():
            x = torch.ones(3)
            dead = weakref.ref(x)
            torch.max(x, 0)
            x.sum(0)
            torch.linspace(torch.tensor(0.0), torch.tensor(1.0), 2)
            return dead

        assert work()() is None
