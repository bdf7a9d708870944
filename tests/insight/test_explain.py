"""explain: shapes, strides and sharing as PyTorch has them; the broadcast table; the dims that met; promotion; copies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tcalc.insight.explain import undone
from tcalc.insight.meetings import groups, reshape_lines
from tcalc.lang.diagnostic import LangError
from tests.insight.reports import report, shown

GOLDEN = json.loads((Path(__file__).parent.parent / "oracle" / "reports.json").read_text(encoding="utf-8"))
SETUP = "x = arange(24.).reshape(2, 3, 4); i = tensor([0, 2]); m = x > 5; n = arange(4)"


@pytest.mark.parametrize("text", GOLDEN["parts"])
def test_header_and_memory_are_pytorchs(text: str) -> None:
    wanted = GOLDEN["parts"][text]
    r = report("explain", text, SETUP)
    g = r.root.geometry
    assert (list(g.shape), g.dtype, list(g.stride), g.offset, g.contiguous) == tuple(wanted[k] for k in ("shape", "dtype", "stride", "offset", "contiguous"))
    assert (r.root.memory in ("view", "same", "variable")) == wanted["shares"], r.root.memory


@pytest.mark.parametrize("text", GOLDEN["parts"])
def test_eighty_columns_and_ascii_suffice(text: str) -> None:
    r = report("explain", text, SETUP)
    assert max(map(len, shown(r).split("\n"))) <= 80
    assert shown(r, ascii=True).isascii()
    assert shown(r) == shown(report("explain", text, SETUP))


def test_the_whole_text() -> None:
    r = report("explain", "(x @ W + b).relu()", "x = ones(2, 3); W = ones(3, 4); b = ones(4)")
    assert shown(r) == (
        "e3 (x @ W + b).relu()  f32[2,4]  stride [4,1]  new 32 B\n"
        "└ e2 x @ W + b         f32[2,4]  stride [4,1]  new 32 B\n"
        "  ├ e1 x @ W           f32[2,4]  stride [4,1]  new 32 B\n"
        "  │ ├ x                f32[2,3]  stride [3,1]  variable\n"
        "  │ └ W                f32[3,4]  stride [4,1]  variable\n"
        "  └ b                  f32[4]    stride [1]    variable\n"
        "\n"
        "e1  x @ W\n"
        "    matmul     x dim 1 (3) meets W dim 0 (3): multiplied and summed, 3 products\n"
        "               an element\n"
        "               x dim 0 (2) → dim 0, W dim 1 (4) → dim 1\n"
        "\n"
        "e2  x @ W + b\n"
        "                 dim 0  dim 1\n"
        "    x @ W [2,4]      2      4\n"
        "    b       [4]      ·      4   dim 0 added; each element read ×2\n"
        "          [2,4]      2      4   no copy: strides x @ W [4,1], b [0,1]\n"
        "    backward   grad x @ W = g    grad b = sum(g, dim 0)\n"
        "\n"
        "64 FLOP, 96 B new · device cpu"
    )


def test_the_broadcast_of_the_mockup() -> None:
    b = report("explain", "a + b", "a = ones(8, 1, 6); b = ones(7, 1)").root.broadcasts[0]
    first, second = b.operands
    assert (first.added, first.stretched, first.reads, first.stride) == ((), (1,), 7, (6, 0, 1))
    assert (second.added, second.stretched, second.reads, second.stride) == ((0,), (2,), 48, (0, 1, 0))
    assert first.backward == "sum(g, dim 1, keepdim)" and second.backward == "sum(g, dims 0 and 2) -> [7,1]"
    assert b.shape == (8, 7, 6) and b.outgrows and b.warning is None


def test_the_gradient_formula_is_the_one_that_runs() -> None:
    """What the table says of backward, written out, is the gradient."""
    from tcalc.lang.run import evaluate

    text = "a = rand(8, 1, 6, requires_grad=True); b = rand(7, 1, requires_grad=True); g = rand(8, 7, 6); (a * b).backward(g); "
    assert evaluate(text + "torch.allclose(a.grad, (g * b).sum(1, keepdim=True)) and torch.allclose(b.grad, (g * a).sum((0, 2)).reshape(7, 1))")
    b = report("explain", "a * b", "a = rand(8, 1, 6); b = rand(7, 1)").root.broadcasts[0]
    assert [o.backward for o in b.operands] == ["sum(g * b, dim 1, keepdim)", "sum(g * a, dims 0 and 2) -> [7,1]"]


def test_the_silent_outer_product_is_warned_of_and_refused_on_request() -> None:
    setup = "x = ones(3); y = ones(3, 1)"
    r = report("explain", "(x - y).mean()", setup)
    assert "an outer product" in r.warnings[0] and "warning:" in shown(r)
    with pytest.raises(LangError) as caught:
        report("explain", "(x - y).mean()", setup, options={"strict_broadcast": True})
    d = caught.value.diagnostic
    assert "outgrows every operand" in d.sentence and d.source.segment(d.span) == "x - y" and any("each element read" in row for row in d.explain)
    assert report("explain", "(x - y.T).mean()", "x = ones(3); y = ones(3, 1)", options={"strict_broadcast": True}).warnings == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x @ x.mT", "batch [2]: one product for each of 2 pairs"),
        ("x[0, 0] @ x[0].T", "x[0, 0] is a vector: it has no dim left"),
        ("torch.einsum('bij,bkj->bik', x, x)", "x dim 2, x' dim 2: multiplied and summed"),
        ("torch.cat([x, x[:, :1]], 1)", "joined along dim 1: 3 + 1 = 4"),
        ("torch.stack([x, x], 1)", "a new dim 1 (2)"),
        ("x.reshape(6, 4)", "dims 0 and 1 (2*3) merge into dim 0 (6)"),
        ("x.reshape(2, 12).reshape(2, 3, 2, 2)", "dim 1 (12) splits into dims 1, 2 and 3 (3*2*2)"),
        ("x.unsqueeze(1)", "dim 1 (1) is new"),
        ("x[:, i, 1:3]", "i [2] picks along dim 1 (3)"),
        ("x[m]", "the mask m [2,3,4] runs over dims 0 to 2"),
        ("x[0, :, None]", "None adds a dim of size 1 as dim 1"),
        ("F.linear(x, x[0])", "x dim 2 (4) meets x[0] dim 1 (4)"),
        ("x.expand(5, 2, 3, 4)", "each cell is read 5 times"),
    ],
)
def test_the_dims_that_met(text: str, says: str) -> None:
    lines = [row for p in report("explain", text, SETUP).parts() for m in p.meetings for row in m.lines]
    assert any(says in row for row in lines), lines


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x + n", "n i64 meets x f32: a floating dtype wins over an integer one, the result is f32"),
        ("x.double() + x", "the wider one wins, the result is f64"),
        ("x.half() + x.bfloat16()", "neither holds the other's numbers, the result is f32"),
        ("n / 2", "div of integer values is floating: i64 becomes f32"),
        ("n + 1.5", "floating Python number"),
        ("x + torch.tensor(2., dtype=torch.float64)", "0-d f64: of the same kind, it counts as a number"),
        ("n + (n > 1)", "an integer dtype wins over a bool one"),
        ("x > n", "compared in their common dtype; the answer is bool"),
    ],
)
def test_promotion_in_words(text: str, says: str) -> None:
    found = [row for p in report("explain", text, SETUP).parts() for row in p.promotion]
    assert any(says in row for row in found), found


def test_equal_dtypes_need_no_words() -> None:
    for text in ("x + x", "x * 2", "n + 1", "n > 1", "x.sum()", "-n"):
        assert all(not p.promotion for p in report("explain", text, SETUP).parts()), text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x.transpose(1, 2).reshape(24)", "merging dims 0 and 1 needs stride[0] = 4*1 = 4, but it is 12"),
        ("x.mT.contiguous()", "has strides [12,1,4], row-major [2,4,3] needs [12,3,1]"),
        ("x[:, i]", "no regular step"),
        ("x.double()", "f32 to f64 (4 to 8 bytes an element)"),
        ("x.clone()", "clone() copies"),
        ("torch.cat([x, x])", "copies every input once"),
    ],
)
def test_why_memory_was_copied(text: str, says: str) -> None:
    r = report("explain", text, SETUP)
    assert any(says in row for row in r.root.copies), r.root.copies
    assert r.root.memory == "new" and r.copied_bytes == r.root.geometry.nbytes


def test_views_copy_nothing() -> None:
    for text in ("x.mT", "x.reshape(6, 4)", "x[:, 1]", "x.contiguous()", "x.float()", "x.expand(5, 2, 3, 4)"):
        r = report("explain", text, SETUP)
        assert r.copied_bytes == 0 and not r.root.copies, text


def test_on_meta_nothing_is_computed_and_the_cost_is_said() -> None:
    r = report("explain", "(q @ k.mT).softmax(-1)", q="meta(32, 16, 4096, 128)", k="meta(32, 16, 4096, 128)")
    assert r.meta and r.root.geometry.shape == (32, 16, 4096, 4096)
    assert r.flops == 2 * 512 * 4096 * 4096 * 128 + 12 * 512 * 4096 * 4096
    assert "nothing was computed. It would take" in shown(r)


def test_the_picture_is_a_tree_with_the_facts_below() -> None:
    import xml.etree.ElementTree as ET

    from tcalc.render.explain import picture

    svg = "{http://www.w3.org/2000/svg}"
    r = report("explain", "(a + b).reshape(8, 42)", "a = ones(8, 1, 6); b = ones(7, 1)")
    canvas = picture(r)
    root = ET.fromstring(canvas.svg())
    boxes = [e.get("class") for e in root.iter(svg + "rect")]
    assert [boxes.count(k) for k in ("b-data", "b-saved", "b-param")] == [2, 1, 1]  # variables, new memory, a view
    assert sum(1 for p in root.iter(svg + "path") if p.get("marker-end")) == 3
    words = ["".join(t.itertext()) for t in root.iter(svg + "text")]
    assert "read x7" in words and "read x48" in words and any("sum(g, dim 1, keepdim)" in w for w in words)
    assert canvas.png()[:4] == b"\x89PNG"
    picture(report("explain", "3 + 4"))


def test_names_of_functions_loops_and_in_place_writes() -> None:
    r = report("explain", "f(x * 2)", "def f(h):\n    return h.tanh() + 1\nx = ones(3)")
    assert r.root.ops == ("tanh", "add") and [p.text for p in r.root.parts] == ["x * 2"]
    assert report("explain", "sum([x * k for k in range(3)])", "x = ones(3)").root.parts[0].runs == 3
    assert report("explain", "x.add_(1)", "x = ones(3)").root.memory == "written"


@pytest.mark.parametrize(
    ("text", "value"),
    [("{'a': x}['a']", None), ("x.max(dim=1)", "(f32[2], i64[2])"), ("x.shape", "torch.Size([2, 3])"), ("len(x)", "2"), ("x.sum() > 1 and 3", "3"),
     ("[x * k for k in range(3)][0]", None), ("(lambda a: a + 1)(x)", None), ("grad(v**2, v=3.) * x", None), ("(y := x * 2) + y", None)],
)  # fmt: skip
def test_whatever_an_expression_is_it_is_explained(text: str, value: str | None) -> None:
    r = report("explain", text, "x = ones(2, 3)")
    assert r.root.value == value and (r.root.geometry is None) == (value is not None)
    assert max(map(len, shown(r).split("\n"))) <= 80


def test_json() -> None:
    data = json.loads(json.dumps(report("explain", "a + b", "a = ones(2, 1); b = ones(3)").to_json()))
    assert data["schema"] == "tcalc.explain/1"
    assert data["root"]["broadcasts"][0]["operands"][0] == {
        "name": "a", "shape": [2, 1], "aligned": [2, 1], "added": [], "stretched": [1], "reads": 3, "stride": [1, 0], "backward": "sum(g, dim 1, keepdim)",
    }  # fmt: skip
    assert [p["text"] for p in data["root"]["parts"]] == ["a", "b"]


def test_pieces() -> None:
    assert undone("g", (3,), (3,)) == "g" and undone("g", (3,), (2, 3)) == "sum(g, dim 0)"
    assert groups((2, 3, 4), (6, 4)) == [((0, 1), (0,)), ((2,), (1,))]
    assert groups((1, 6, 1), (6,)) and groups((), (1, 1))
    assert reshape_lines((0, 3), (3, 0), (3, 1)) == ([], None)


def test_values_are_refused() -> None:
    with pytest.raises(TypeError, match="as it is written"):
        from tcalc.insight import explain
        from tcalc.insight.subject import Subject
        from tcalc.lang.functions import Expr
        from tcalc.lang.run import Session

        explain.make(Subject("explain", Expr(None, None, True, 3), Session()))
