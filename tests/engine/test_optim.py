"""Optimizers and schedules: single steps against their formulas, state, errors. Whole trainings are golden programs."""

from __future__ import annotations

import math

import pytest

import tcalc as torch

optim = torch.optim
S = optim.lr_scheduler


def weight(value: float = 1.0, grad: float = 3.0) -> torch.Tensor:
    w = torch.tensor([value], dtype=torch.float64, requires_grad=True)
    w.grad = torch.tensor([grad], dtype=torch.float64)
    return w


def after(name: str, steps: int = 1, **options: object) -> float:
    w = weight()
    o = getattr(optim, name)([w], **options)
    for _ in range(steps):
        o.step()
    return w.item()


def test_first_steps_by_their_formulas() -> None:
    assert after("SGD", lr=0.2) == pytest.approx(1 - 0.2 * 3)
    assert after("SGD", lr=0.2, maximize=True) == pytest.approx(1 + 0.2 * 3)
    assert after("SGD", lr=0.2, weight_decay=0.5) == pytest.approx(1 - 0.2 * 3.5)
    assert after("SGD", 2, lr=0.1, momentum=0.9) == pytest.approx(1 - 0.1 * 3 - 0.1 * (0.9 * 3 + 3))
    assert after("SGD", 1, lr=0.1, momentum=0.9, nesterov=True) == pytest.approx(1 - 0.1 * (3 + 0.9 * 3))
    assert after("Adam", lr=0.1) == pytest.approx(1 - 0.1)
    assert after("AdamW", lr=0.1, weight_decay=0.5) == pytest.approx(1 * (1 - 0.05) - 0.1)
    assert after("Adagrad", lr=0.1) == pytest.approx(1 - 0.1)
    assert after("RMSprop", lr=0.1, alpha=0.75) == pytest.approx(1 - 0.1 * 3 / math.sqrt(0.25 * 9))
    assert after("Adamax", lr=0.1) == pytest.approx(1 - 0.1)
    assert after("Rprop", lr=0.1) == pytest.approx(1 - 0.1)


def test_what_has_no_gradient_is_passed_over() -> None:
    a, b = weight(), weight()
    b.grad = None
    o = optim.SGD([a, b], lr=0.1)
    o.step()
    assert b.item() == 1 and a.item() != 1
    o.zero_grad()
    assert a.grad is None
    a.grad = torch.ones(1, dtype=torch.float64)
    o.zero_grad(set_to_none=False)
    assert a.grad.item() == 0


def test_a_step_keeps_the_object_and_its_graph_free() -> None:
    w = weight()
    o = optim.Adam([w])
    o.step()
    assert w.is_leaf and w.requires_grad and w.grad_fn is None
    assert o.state[w]["step"].item() == 1 and not o.state[w]["exp_avg"].requires_grad


def test_minimizing_with_every_rule() -> None:
    for name in "SGD Adam AdamW RMSprop Adagrad Adamax NAdam RAdam Rprop ASGD".split():
        x = torch.zeros(1, requires_grad=True)
        o = getattr(optim, name)([x], lr=0.1)
        first = None
        for _ in range(150):
            o.zero_grad()
            loss = ((x - 5) ** 2).sum()
            loss.backward()
            o.step()
            first = loss.item() if first is None else first
        assert loss.item() < first / 2, name


def test_state_goes_on_where_it_stopped() -> None:
    for name, options in (("SGD", {"lr": 0.1, "momentum": 0.9}), ("Adam", {"lr": 0.1}), ("RMSprop", {"momentum": 0.5})):
        a, b = weight(), weight()
        first, second = getattr(optim, name)([a], **options), getattr(optim, name)([b], **options)
        first.step()
        second.load_state_dict(first.state_dict())
        b.data = a.data.clone()
        first.step()
        second.step()
        assert a.item() == b.item(), name


def test_hooks_and_closures() -> None:
    w = weight()
    o = optim.SGD([w], lr=0.1)
    seen = []
    handle = o.register_step_pre_hook(lambda opt, args, kwargs: seen.append("before"))
    o.register_step_post_hook(lambda opt, args, kwargs: seen.append("after"))

    def closure() -> torch.Tensor:
        seen.append(torch.is_grad_enabled())
        return w.sum()

    with torch.no_grad():
        assert o.step(closure).item() == 1
    handle.remove()
    o.step()
    assert seen == ["before", True, "after", "after"]


def test_a_schedule_before_the_first_step_warns() -> None:
    o = optim.SGD([weight()], lr=1.0)
    s = S.StepLR(o, 1)
    with pytest.warns(UserWarning, match="before `optimizer.step"):
        s.step()


def test_schedules_resume() -> None:
    o = optim.SGD([weight()], lr=1.0)
    s = S.StepLR(o, 2)
    for _ in range(3):
        o.step()
        s.step()
    again = S.StepLR(o, 2)
    again.load_state_dict(s.state_dict())
    assert again.last_epoch == 3 and again.get_last_lr() == s.get_last_lr() == [0.1]
    with pytest.raises(KeyError, match="initial_lr"):
        S.StepLR(optim.SGD([weight()], lr=1.0), 2, last_epoch=4)


def test_an_optimizer_of_ones_own() -> None:
    class Signed(optim.Optimizer):
        def __init__(self, params: object, lr: float = 0.1) -> None:
            super().__init__(params, {"lr": lr})

        def update(self, p: torch.Tensor, grad: torch.Tensor, group: dict) -> None:
            p.add_(grad.sign(), alpha=-group["lr"])

    w = weight()
    Signed([w]).step()
    assert w.item() == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
        ("SGD", {"maximize": True}),
        ("Adam", {"weight_decay": 0.1}),
        ("AdamW", {"betas": (0.4, 0.9)}),
        ("RMSprop", {"momentum": 0.5, "centered": True}),
        ("RMSprop", {"weight_decay": 0.1, "maximize": True}),
    ],
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_quick_way_on_arrays_is_the_way_through_the_engine(name: str, options: dict, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    start, grads = torch.randn(3, 4, dtype=dtype), [torch.randn(3, 4, dtype=dtype) for _ in range(4)]
    ends = []
    for quick in (True, False):
        if not quick:
            monkeypatch.setattr(optim.optimizer.raw, "fits", lambda *args: False)
        w = start.clone().requires_grad_()
        o = getattr(optim, name)([w], lr=0.1, **options)
        for g in grads:
            w.grad = g.clone()
            o.step()
        ends.append((w.detach(), w._version, list(o.state[w].values()) if w in o.state else []))
    (a, version, state), (b, _, other) = ends
    assert torch.allclose(a, b, rtol=1e-6) and version == len(grads) and len(state) == len(other)
    for x, y in zip(state, other, strict=True):
        assert type(x) is torch.Tensor and torch.allclose(x, y, rtol=1e-5)


def test_a_step_is_a_write_that_a_graph_notices() -> None:
    w = torch.ones(3, requires_grad=True)
    y = (w * w).sum()
    w.grad = torch.ones(3)
    optim.SGD([w], lr=0.1).step()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.backward()
