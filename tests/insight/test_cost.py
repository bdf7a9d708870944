"""cost: FLOPs against torch.utils.flop_counter, bytes and memory against hand derivations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tcalc.render.explain import flops_text
from tests.insight.reports import report, shown

GOLDEN = json.loads((Path(__file__).parent.parent / "oracle" / "reports.json").read_text(encoding="utf-8"))["flops"]


@pytest.mark.parametrize("make", ["randn", "meta"])
@pytest.mark.parametrize("text", GOLDEN)
def test_flops_of_products_are_pytorchs(text: str, make: str) -> None:
    given = {n: f"{make}({', '.join(map(str, s))})" for n, s in GOLDEN[text]["shapes"].items()}
    r = report("cost", text, **given)
    assert [r.forward.flops, r.forward.flops + r.backward.flops] == GOLDEN[text]["counts"]
    assert r.device == ("cpu" if make == "randn" else "meta")


def test_a_product_by_hand() -> None:
    """[2,3] @ [3,4] in float32: 2*2*3*4 operations, 6 + 12 elements read, 8 written; backward the same twice."""
    r = report("cost", "x @ W", x="randn(2, 3)", W="randn(3, 4)")
    (row,) = r.rows
    assert (row.id, row.op, row.out, row.flops, row.read, row.written) == ("n1", "matmul", "f32[2,4]", 48, 72, 32)
    assert (row.backward.flops, row.backward.read, row.backward.written) == (96, 32 + 48 + 32 + 24, 24 + 48)
    assert row.saved == r.saved == 72 and r.inputs == 72
    assert r.peak_forward == 72 + 32
    assert r.peak_backward == 72 + 32 + 32 + 72  # inputs, the result, its gradient, the leaves' gradients
    assert r.forward.intensity == 48 / 104


def test_memory_is_freed_after_the_last_use() -> None:
    """x.exp() + 1 on constants: 4 kB in, 4 kB a step; the first step's result goes when the second is there."""
    r = report("cost", "(x.exp() + 1).neg()", "x = torch.arange(1000)")
    assert r.backward is None and r.saved == 0
    assert r.inputs == 8000 and r.peak_forward == 8000 + 4000 + 4000
    assert r.forward.flops == 8 * 1000 + 1000 + 1000


def test_saved_memory_is_counted_once() -> None:
    r = report("cost", "x * x + x.exp()", x="randn(1000)")
    assert r.saved == 8000  # x for x*x, the result of exp
    assert [row.saved for row in r.rows] == [4000, 4000, 0]


def test_an_expanded_operand_costs_the_cells_it_has() -> None:
    r = report("cost", "x.expand(100, 10) + 1", "x = torch.arange(10)")
    assert [(row.view, row.read, row.written) for row in r.rows] == [(True, 0, 0), (False, 80, 8000)]


def test_sizes_that_do_not_fit() -> None:
    r = report("cost", "(q @ k.mT).softmax(-1)", q="meta(32, 16, 4096, 128)", k="meta(32, 16, 4096, 128)")
    scores = 32 * 16 * 4096 * 4096
    assert r.forward.flops == 2 * scores * 128 + 12 * scores
    assert r.peak_forward == 2 * 2**30 + 2 * 4 * scores and r.saved == 2 * 2**30 + 4 * scores
    assert "nothing was computed" in shown(r)
    assert report("cost", "x + 1", x="meta(3)", options={"measure": True}).seconds is None


def test_measured_time_stands_beside() -> None:
    r = report("cost", "(x @ x).sum()", x="randn(50, 50)", options={"measure": True})
    assert r.runs == 5 and all(s > 0 for s in r.seconds)
    assert all(row.seconds > 0 for row in r.rows) and sum(row.seconds for row in r.rows) < 50 * r.seconds[0]
    assert shown(r).split("\n")[0].split() == ["op", "result", "time", "FLOP", "moved", "saved", "back", "FLOP", "moved"]
    cloned = report("cost", "x.clone() * 2", x="randn(5)", options={"measure": True})
    assert [row.seconds is None for row in cloned.rows] == [True, False]
    assert "\nmeasured  forward " in shown(r)


def test_many_ops_are_shown_by_kind_and_all_are_counted() -> None:
    r = report("cost", "f(x).sum()", "x = ones(4, requires_grad=True)\ndef f(h):\n    for i in range(50):\n        h = (h * 2 + x).tanh()\n    return h")
    assert len(r.rows) == 151 and r.forward.flops == 50 * (4 + 4 + 32) + 4
    text = shown(r)
    assert text.count("\n") < 12 and "50 x  tanh" in text and "151 ops, those of one kind and shape together" in text
    assert max(map(len, text.split("\n"))) <= 80


def test_in_place_writes_make_no_memory() -> None:
    r = report("cost", "x.mul_(2)", "x = ones(1000)")
    assert (r.inputs, r.peak_forward, r.forward.written) == (4000, 4000, 4000) and "in-place" in r.notes[0]
    assert report("cost", "x.exp().mul_(2)", "x = torch.arange(1000)").peak_forward == 8000 + 4000


def test_what_runs_no_visible_op_is_counted() -> None:
    r = report("cost", "x.clone().double()", x="randn(1000)")
    assert [(row.read, row.written) for row in r.rows] == [(4000, 4000), (4000, 8000)]


def test_the_whole_text() -> None:
    r = report("cost", "((x @ W + b).tanh() - t).pow(2).mean()", "x = ones(2, 3); t = ones(2, 2)", W="ones(3, 2)", b="ones(2)")
    assert shown(r) == (
        "    op      result    FLOP  moved  saved  back FLOP  moved\n"
        "n1  matmul  f32[2,2]    24   64 B   24 B         24   64 B\n"
        "n2  add     f32[2,2]     4   40 B                 4   24 B\n"
        "n3  tanh    f32[2,2]    32   32 B   16 B         12  112 B\n"
        "n4  sub     f32[2,2]     4   48 B                 0    0 B\n"
        "n5  pow 2   f32[2,2]    32   32 B   16 B          8   68 B\n"
        "n6  mean    f32[]        4   20 B                 1    8 B\n"
        "\n"
        "forward   100 FLOP, read 152 B, written 84 B, intensity 0.424 FLOP/B\n"
        "backward  49 FLOP, read 160 B, written 116 B, intensity 0.178 FLOP/B\n"
        "memory    inputs 72 B, peak 124 B in forward, 140 B in backward; saved between\n"
        "          them 56 B"
    )


@pytest.mark.parametrize(
    "text", ["F.cross_entropy(x, y)", "x[:, y % 4].sort().values.sum()", "torch.cat([x, x.flip(0)]).std()", "x > 0", "x.unfold(1, 2, 1) * 2"]
)
def test_eighty_columns_ascii_and_two_runs(text: str) -> None:
    setup = "x = ones(8, 10); y = torch.arange(8)"
    r = report("cost", text, setup)
    assert max(map(len, shown(r).split("\n"))) <= 80 and shown(r, ascii=True).isascii()
    assert shown(r) == shown(report("cost", text, setup))


def test_grads_are_left_alone() -> None:
    from tcalc.insight import cost
    from tcalc.insight.subject import Subject
    from tcalc.lang.run import Session

    s = Session()
    s.run("x = ones(3, requires_grad=True); y = (x * x).sum()")
    r = cost.make(Subject("cost", s.expression("(x * x).sum()"), s))
    assert r.backward.flops and s.variables["x"].grad is None
    s.run("y.backward()")
    assert s.variables["x"].grad.tolist() == [2.0, 2.0, 2.0]


def test_json() -> None:
    data = json.loads(json.dumps(report("cost", "x * 2", x="ones(3)").to_json()))
    assert data["schema"] == "tcalc.cost/1" and data["rows"][0]["label"] == "mul 2" and data["forward"]["flops"] == 3


def test_flops_in_words() -> None:
    assert [flops_text(n) for n in (0, 64, 9999, 15552, 1_500_000, 999_600, 2 * 10**12)] == [
        "0 FLOP", "64 FLOP", "9999 FLOP", "15.6 kFLOP", "1.5 MFLOP", "1 MFLOP", "2 TFLOP",
    ]  # fmt: skip
