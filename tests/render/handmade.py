"""The graph of MOCKUPS (d), written by hand from PyTorch's numbers, so that renderers are tested without the engine."""

from __future__ import annotations

from typing import Any

from tcalc.insight.graph import Figure, GraphEdge, GraphGroup, GraphNode, GraphReport, Saved


def number(value: float) -> Figure:
    return Figure(dtype="f32", shape=(), n=1, value=value, text=repr(value), norm=abs(value), nans=0, infs=0)


def spread(shape: tuple[int, ...], low: float | None, high: float | None, norm: float, nans: int = 0, infs: int = 0) -> Figure:
    n = 1
    for size in shape:
        n *= size
    return Figure(dtype="f32", shape=shape, n=n, min=low, max=high, norm=norm, nans=nans, infs=infs)


def leaf(name: str, kind: str, shape: tuple[int, ...], value: Figure, grad: Figure | None) -> GraphNode:
    return GraphNode(
        id=name,
        kind=kind,
        output=False,
        name=name,
        shape=shape,
        dtype="float32",
        short="f32",
        device="cpu",
        requires_grad=kind != "const",
        value=value,
        grad=grad,
        saved=(),
        view=False,
        order=1,
    )


def op(i: int, label: str, name: str | None, shape: tuple[int, ...], value: Figure, grad: Figure, **more: Any) -> GraphNode:
    facts: dict[str, Any] = {"output": False, "saved": (), "order": 1, "view": False, **more}
    return GraphNode(
        id=f"n{i}",
        kind="op",
        name=name,
        op=label.split()[0],
        label=label,
        params={},
        shape=shape,
        dtype="float32",
        short="f32",
        device="cpu",
        requires_grad=True,
        value=value,
        grad=grad,
        backward=label.split()[0].title() + "Backward0",
        seq=i,
        **facts,
    )


def edge(source: str, target: str, slot: str = "self", rule: str | None = None, sent: Figure | None = None, stretched: tuple[int, ...] = ()) -> GraphEdge:
    return GraphEdge(
        source=source,
        target=target,
        slot=slot,
        nr=0,
        view=False,
        rule=rule,
        contribution=sent,
        needs_grad=sent is not None,
        stretched=stretched,
        count=1,
    )


def saved(name: str, of: str, shape: tuple[int, ...], nbytes: int) -> Saved:
    return Saved(name=name, of=of, param="input", shape=shape, dtype="f32", nbytes=nbytes, version=0)


def mockup() -> GraphReport:
    """((x@W + b).tanh() - t).pow(2).mean() with W and b as parameters and t a constant."""
    s = (2, 2)
    return GraphReport(
        expression="((x@W + b).tanh() - t).pow(2).mean()",
        outputs=("n6",),
        nodes=(
            leaf("x", "data", (2, 3), spread((2, 3), -2.0, 1.0, 2.5), spread((2, 3), -0.303, 0.413, 0.5767)),
            leaf("W", "param", (3, 2), spread((3, 2), -0.5, 1.0, 1.6), spread((3, 2), -0.4975, 0.3294, 0.7181)),
            leaf("b", "param", (2,), spread((2,), 0.1, 0.2, 0.22), spread((2,), -0.3571, 0.5326, 0.6412)),
            leaf("t", "const", s, spread(s, -1.0, 1.0, 1.41), None),
            op(
                1,
                "matmul",
                "m",
                s,
                spread(s, -0.75, 2.0, 2.3),
                spread(s, -0.19, 0.51, 0.5692),
                saved=(saved("x", "x", (2, 3), 24), saved("W", "W", (3, 2), 24)),
            ),
            op(2, "add", "z", s, spread(s, -0.65, 2.2, 2.5), spread(s, -0.19, 0.51, 0.5692)),
            op(3, "tanh", "h", s, spread(s, -0.57, 0.98, 1.4), spread(s, -0.29, 0.80, 1.0084), saved=(saved("result", "n3", s, 16),)),
            op(4, "sub", "e", s, spread(s, -0.57, 1.60, 2.0), spread(s, -0.29, 0.80, 1.0084)),
            op(5, "pow 2", None, s, spread(s, 0.21, 2.57, 2.9), spread(s, 0.25, 0.25, 0.5), saved=(saved("e", "n4", s, 16),)),
            op(6, "mean", "L", (), number(1.0168), number(1.0), output=True),
        ),
        edges=(
            edge("x", "n1", "self", "g @ W.T", spread((2, 3), -0.3, 0.4, 0.5767)),
            edge("W", "n1", "other", "x.T @ g", spread((3, 2), -0.5, 0.3, 0.7181)),
            edge("n1", "n2", "self", "g", spread(s, -0.19, 0.51, 0.5692)),
            edge("b", "n2", "other", "g", spread((2,), -0.35, 0.53, 0.6412), (0,)),
            edge("n2", "n3", "self", "g * (1 - h**2)", spread(s, -0.19, 0.51, 0.5692)),
            edge("n3", "n4", "self", "g", spread(s, -0.29, 0.80, 1.0084)),
            edge("t", "n4", "other"),
            edge("n4", "n5", "self", "g * 2 * e ** (2 - 1)", spread(s, -0.29, 0.80, 1.0084)),
            edge("n5", "n6", "self", "g / 4", spread(s, 0.25, 0.25, 0.5)),
        ),
        groups=(),
        ops=6,
        leaves=4,
        hidden=0,
        saved_bytes=80,
        nonfinite=(),
        notes=(),
    )


def square() -> GraphReport:
    """x * x at 3: two parallel edges."""
    x = leaf("x", "data", (), number(3.0), number(6.0))
    return GraphReport(
        expression="x*x",
        outputs=("n1",),
        nodes=(x, op(1, "mul", None, (), number(9.0), number(1.0), output=True, saved=(saved("x", "x", (), 4),))),
        edges=(edge("x", "n1", "self", "g * x", number(3.0)), edge("x", "n1", "other", "g * x", number(3.0))),
        groups=(),
        ops=1,
        leaves=1,
        hidden=0,
        saved_bytes=4,
        nonfinite=(),
        notes=(),
    )


def troubled() -> GraphReport:
    """A view, a NaN, a group, an order badge and names that need care in every format."""
    s = (3,)
    nan = Figure(dtype="f32", shape=(), n=1, value=float("nan"), text="nan", norm=float("nan"), nans=1, infs=0)
    return GraphReport(
        expression='sqrt(x["a"])',
        outputs=("n9",),
        nodes=(
            leaf('x "a"<b>\x1b', "data", (2, 3), spread((2, 3), -1.0, 4.0, 5.0), spread((2, 3), 0.0, 1.0, float("nan"), nans=2)),
            op(1, "select 0", None, s, spread(s, -1.0, 4.0, 5.0), spread(s, 0.0, 1.0, 1.0), view=True),
            op(9, "sum", None, (), nan, number(1.0), output=True, order=2),
        ),
        edges=(
            GraphEdge(
                source='x "a"<b>\x1b',
                target="n1",
                slot="self",
                nr=0,
                view=True,
                rule="g placed",
                contribution=spread((2, 3), 0.0, 1.0, float("nan"), nans=2),
                needs_grad=True,
                stretched=(),
                count=1,
            ),
            GraphEdge(source="n1", target="g1", slot="", nr=0, view=False, needs_grad=True, stretched=(), count=2),
            GraphEdge(source="g1", target="n9", slot="", nr=0, view=False, needs_grad=True, stretched=(), count=1),
        ),
        groups=(GraphGroup(id="g1", label="3 x (mul, add)", first="n2", last="n8", ops=7, leaves=1, counts={"mul": 4, "add": 3}, saved_bytes=96),),
        ops=9,
        leaves=2,
        hidden=8,
        saved_bytes=96,
        nonfinite=("n9",),
        notes=("8 hidden in 1 group",),
    )
