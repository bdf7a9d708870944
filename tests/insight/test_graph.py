"""Graph reports of real graphs. The numbers are PyTorch 2.13's, or follow by hand."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

import tcalc.engine as tc
from tcalc.insight.graph import GraphReport, failed, graph_report, recording
from tcalc.lang.run import Session
from tcalc.render.dot import dot
from tcalc.render.image import graph_bytes
from tcalc.render.jsontext import dumps
from tcalc.render.plain import lines, plain
from tcalc.render.style import Screen
from tests.insight.programs import run


def tree(report: GraphReport) -> str:
    return plain(lines(report, Screen(width=100)))


def mockup() -> tuple[Any, dict[str, Any]]:
    """MOCKUPS (d): L = ((x@W+b).tanh()-t).pow(2).mean()."""
    x = tc.tensor([[1.0, -2.0, 0.5], [0.5, 0.0, -1.0]], requires_grad=True)
    W = tc.tensor([[0.5, 1.0], [0.25, -0.5], [1.0, 0.0]], requires_grad=True)
    b = tc.tensor([0.1, 0.2], requires_grad=True)
    t = tc.tensor([[1.0, 0.0], [0.0, -1.0]])
    with recording():
        m = x @ W
        z = m + b
        h = z.tanh()
        e = h - t
        L = e.pow(2).mean()
    return L, {"x": x, "W": W, "b": b, "t": t, "m": m, "z": z, "h": h, "e": e, "L": L}


def near(a: float, b: float, digits: int = 3) -> bool:
    return abs(a - b) < 0.6 * 10**-digits


def test_the_numbers_of_the_mockup() -> None:
    L, names = mockup()
    r = graph_report(L, names, params=["W", "b"])
    assert near(r.node("n6").value.value, 1.0168, 4) and r.node("n6").value.text == "1.0168"
    expected = {"x": 0.577, "W": 0.718, "b": 0.641, "n1": 0.569, "n2": 0.569, "n3": 1.008, "n4": 1.008, "n5": 0.5}
    for node, norm in expected.items():
        assert near(r.node(node).grad.norm, norm), node
    assert r.node("n6").grad.value == 1.0 and r.node("t").grad is None
    assert r.saved_bytes == 24 + 24 + 16 + 16 and (r.ops, r.leaves, r.hidden) == (6, 4, 0)
    assert [n.kind for n in r.nodes if n.kind != "op"] == ["data", "param", "param", "const"]


def test_the_tree_of_the_mockup() -> None:
    L, names = mockup()
    assert tree(graph_report(L, names, params=["W", "b"])) == (
        "L mean [] 1.0168                        g 1\n"
        "└ n5 pow 2 [2,2]                        |g| 0.500   saved e 16 B\n"
        "  └ n4 sub (e) [2,2]                    |g| 1.008\n"
        "    ├ n3 tanh (h) [2,2]                 |g| 1.008   saved result 16 B\n"
        "    │ └ n2 add (z) [2,2]                |g| 0.569\n"
        "    │   ├ n1 matmul (m) [2,2]           |g| 0.569   saved x 24 B, W 24 B\n"
        "    │   │ ├ x  data  [2,3]              |g| 0.577\n"
        "    │   │ └ W  PARAM [3,2]              |g| 0.718\n"
        "    │   └ b  PARAM [2] stretch dim 0    |g| 0.641\n"
        "    └ t  const [2,2]                    no grad\n"
        "6 ops, 4 leaves · saved for backward 80 B"
    )


def test_edges_carry_their_own_contribution_and_rule() -> None:
    L, names = mockup()
    r = graph_report(L, names)
    found = {(e.source, e.target): e for e in r.edges}
    assert (found["x", "n1"].slot, found["W", "n1"].slot) == ("self", "other")
    assert near(found["W", "n1"].contribution.norm, 0.718) and near(found["x", "n1"].contribution.norm, 0.577)
    assert "x" in found["W", "n1"].rule and "W" in found["x", "n1"].rule
    assert found["b", "n2"].stretched == (0,) and found["n1", "n2"].stretched == ()
    t = found["t", "n4"]
    assert not t.needs_grad and t.contribution is None and t.rule is None


def test_a_value_used_twice_by_one_op_has_two_edges() -> None:
    x = tc.tensor(3.0, requires_grad=True)
    with recording():
        y = x * x
    r = graph_report(y, {"x": x, "y": y})
    assert [(e.source, e.target, e.contribution.value) for e in r.edges] == [("x", "n1", 3.0), ("x", "n1", 3.0)]
    assert r.node("x").grad.value == 6.0 and r.node("n1").value.value == 9.0


def test_fan_in_sums() -> None:
    """y = a*a + a at 3: 3 + 3 + 1 = 7."""
    a = tc.tensor(3.0, requires_grad=True)
    with recording():
        y = a * a + a
    r = graph_report(y, {"a": a})
    assert sorted(e.contribution.value for e in r.edges if e.source == "a") == [1.0, 3.0, 3.0]
    assert r.node("a").grad.value == 7.0


def test_without_recording_values_of_inner_nodes_are_unknown_and_all_else_is_there() -> None:
    x = tc.tensor([1.0, 2.0], requires_grad=True)
    y = (x * 3 + 1).sum()
    r = graph_report(y, {"x": x})
    assert r.node("n1").value is None and r.node("n1").grad.norm == pytest.approx(2**0.5)
    assert r.node("n3").value.value == 11.0 and r.node("x").grad.norm == pytest.approx(18**0.5)


def test_numbers_stand_in_the_label() -> None:
    x = tc.tensor([1.0, 2.0], requires_grad=True)
    with recording():
        y = (x * 3).sum(dim=0)
    r = graph_report(y)
    assert r.node("n1").label == "mul 3" and r.node("n2").label.startswith("sum dim=")


def test_the_graph_and_its_leaves_stay_as_they_were() -> None:
    x = tc.tensor([1.0, 2.0], requires_grad=True)
    h = x.exp()
    h.retain_grad()
    y = h.sum()
    graph_report(y, {"x": x})
    assert x.grad is None and h.grad is None and x._version == 0
    y.backward()
    assert x.grad is not None and h.grad.tolist() == [1.0, 1.0]


def test_a_freed_graph_says_so() -> None:
    x = tc.tensor([1.0, 2.0], requires_grad=True)
    y = x.exp().sum()
    y.backward()
    r = graph_report(y, {"x": x})
    assert "freed" in r.notes[0] and r.node("x").grad is None and len(r.edges) == 2


def test_several_elements_are_summed_and_said() -> None:
    x = tc.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * x
    r = graph_report(y, {"x": x, "y": y})
    assert r.notes == ("y has 3 elements: gradients are those of its sum",)
    assert r.node("x").grad.max == 6.0


def test_several_results() -> None:
    x = tc.tensor(2.0, requires_grad=True)
    a, b = x * 3, x * 4
    r = graph_report([a, b], {"x": x})
    assert r.outputs == ("n1", "n2") and r.node("x").grad.value == 7.0
    assert "^ x" in tree(r)


def test_nothing_requires_grad() -> None:
    x = tc.tensor([1.0, 2.0])
    r = graph_report(x * 2, {"x": x})
    assert r.notes == ("no input requires grad: nothing was recorded",)
    assert [n.kind for n in r.nodes] == ["const"] and r.nodes[0].output


def test_a_leaf_alone() -> None:
    x = tc.tensor(2.0, requires_grad=True)
    r = graph_report(x, {"x": x})
    assert [n.id for n in r.nodes] == ["x"] and r.outputs == ("x",)
    tree(r), dot(r)


def test_views_are_marked() -> None:
    x = tc.arange(6.0).reshape(2, 3).requires_grad_()
    y = x.t().sum()
    r = graph_report(y, {"x": x})
    assert r.node("n1").view and r.edges[0].view and not r.node("n2").view
    assert "style=dotted" in dot(r)


def test_outputs_beyond_the_first() -> None:
    x = tc.tensor([[1.0, 5.0], [7.0, 2.0]], requires_grad=True)
    with recording():
        values, where = x.max(dim=1)
        y = values.sum()
    r = graph_report(y, {"x": x, "values": values})
    assert r.node("n1").name == "values" and r.node("x").grad.n == 4
    assert r.node("n1").value.max == 7.0


def test_lists_of_inputs() -> None:
    a, b = tc.ones(2, requires_grad=True), tc.zeros(3, requires_grad=True)
    with recording():
        y = tc.cat([a, b, a]).sum()
    r = graph_report(y, {"a": a, "b": b})
    assert [(e.source, e.slot) for e in r.edges if e.target == "n1"] == [("a", "tensors[0]"), ("b", "tensors[1]"), ("a", "tensors[2]")]
    assert r.node("a").grad.max == 2.0


def test_a_value_that_was_written_to_since_is_not_shown_as_what_it_was() -> None:
    x = tc.tensor([1.0, 2.0], requires_grad=True)
    with recording():
        y = x + 1
        y.mul_(10.0)
        z = y.sum()
    r = graph_report(z, {"x": x, "y": y})
    assert r.node("n1").value is None and r.node("n2").value.max == 30.0
    assert r.node("n2").name == "y" and r.node("x").grad.max == 10.0


def test_a_write_through_a_view() -> None:
    x = tc.arange(4.0).requires_grad_()
    with recording():
        b = x * x
        v = b[1:3]
        v.mul_(x[1:3])
        y = b.sum()
    r = graph_report(y, {"x": x, "b": b})
    assert r.node("x").grad.norm == pytest.approx((0 + 3**2 + 12**2 + 6**2) ** 0.5)  # [0, 3, 12, 6]
    tree(r), dot(r)


def test_nan_is_marked() -> None:
    x = tc.tensor([-1.0, 4.0], requires_grad=True)
    with recording():
        y = x.sqrt().sum()
    r = graph_report(y, {"x": x})
    assert "n1" in r.nonfinite and r.node("n1").value.nans == 1 and r.node("n1").value.max == 2.0
    assert "class=nan" in dot(r) and "NaN 1" in tree(r)


def test_two_runs_print_the_same() -> None:
    first, second = (graph_report(L, names, params=["W"]) for L, names in (mockup(), mockup()))
    assert tree(first) == tree(second) and dot(first) == dot(second)
    assert graph_bytes(first, "svg") == graph_bytes(second, "svg")


def test_dtypes_other_than_float32_are_named() -> None:
    x = tc.tensor([1.0, 2.0], dtype=tc.float64, requires_grad=True)
    y = x.to(tc.float32).sum()
    assert "f64[2]" in tree(graph_report(y, {"x": x}))


def test_json_is_json() -> None:
    L, names = mockup()
    r = graph_report(L, names, expression="e")
    found = json.loads(dumps(r.to_json()))
    assert found["schema"] == "tcalc.graph/1" and found["expression"] == "e" and len(found["edges"]) == 9
    assert found == r.to_json()


def test_meta_tensors_have_shapes_and_nothing_else() -> None:
    x = tc.ones(2, 3, device="meta").requires_grad_()
    r = graph_report((x * 2).sum(), {"x": x}, gradients=False)
    assert r.node("x").value.shape == (2, 3) and r.node("x").value.norm is None
    tree(r), dot(r)


def test_a_long_chain_folds() -> None:
    x = tc.tensor([1.0, 1.0], requires_grad=True)
    y = x
    for _ in range(20_000):
        y = y * 0.9999 + 0.0001
    y = y.sum()
    start = time.perf_counter()
    r = graph_report(y, {"x": x})
    shown = tree(r)
    svg = graph_bytes(r, "svg")
    assert time.perf_counter() - start < 20
    assert r.ops == 40_001 and len(r.nodes) + len(r.groups) <= 60 and r.hidden == 39_996
    assert "39996 hidden in 1 group" in r.notes and "19998 x (mul 0.9999, add 0.0001)" in shown
    assert b"39996 hidden" in svg
    assert r.node("x").grad.max == pytest.approx(0.9999**20_000, rel=1e-2)


def test_all_nodes_can_be_had() -> None:
    x = tc.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(100):
        y = y * x
    assert graph_report(y, {"x": x}).hidden > 0
    r = graph_report(y, {"x": x}, limit=None)
    assert r.hidden == 0 and len(r.nodes) == 101 and r.node("x").grad.value == 101.0


def test_many_unnamed_leaves_fold_with_their_ops() -> None:
    xs = [tc.tensor(float(i), requires_grad=True) for i in range(200)]
    y = xs[0]
    for x in xs[1:]:
        y = y + x
    r = graph_report(y)
    assert len(r.nodes) + len(r.groups) <= 60 and r.leaves == 200


def test_what_is_no_tensor() -> None:
    with pytest.raises(TypeError, match="expected a Tensor, got float"):
        graph_report([1.0])


def test_a_name_that_looks_like_an_id() -> None:
    n1 = tc.tensor(2.0, requires_grad=True)
    r = graph_report(n1 * n1, {"n1": n1})
    assert len({n.id for n in r.nodes}) == 2 and r.nodes[0].name == "n1"


def test_second_order() -> None:
    x = tc.tensor(3.0, requires_grad=True)
    with recording():
        y = x * x * x
        (g,) = tc.autograd.grad(y, x, create_graph=True)
    r = graph_report(g, {"x": x, "g": g})
    assert r.node("x").grad.value == pytest.approx(18.0)


def test_a_folded_graph_has_the_gradients_of_the_whole_one() -> None:
    """Hidden nodes run untraced; what shows must not notice."""
    x = tc.tensor([0.5, -0.25], requires_grad=True)
    with recording():
        y = x
        for i in range(200):
            y = (y * 1.01 + x).tanh() if i % 3 else (y + 0.1).sin()
        L = (y * y).sum()
    folded, whole = graph_report(L, {"x": x}), graph_report(L, {"x": x}, limit=None)
    assert folded.hidden > 300 and whole.hidden == 0
    for n in folded.nodes:
        assert n.grad == whole.node(n.id).grad, n.id
    sent = {(e.source, e.target, e.slot): e.contribution for e in whole.edges}
    for e in folded.edges:
        if e.contribution is not None and e.slot:
            assert e.contribution == sent[e.source, e.target, e.slot]


def test_functions_are_boxes_in_the_picture() -> None:
    program = "def outer(x):\n    def act(z):\n        return z.tanh()\n    return act(x * 2) + 1\ny = outer(x)\nouter(y).sum()"
    y, names = run(program, {"x": [1.0, 2.0]})
    r = graph_report(y, names)
    assert [n.scope for n in r.nodes if n.kind == "op"] == ["outer", "outer.act", "outer", "outer", "outer.act", "outer", None]
    text = dot(r)
    assert text.count('label="act"') == 2 and text.index('label="outer"') < text.index('label="act"')
    assert b'class="cluster scope"' in graph_bytes(r, "svg") and text == dot(graph_report(y, names))


def test_the_graph_up_to_an_op_that_fails() -> None:
    session = Session()
    session.run("x = ones(2, 3).requires_grad_(); W = ones(5, 2); h = (x * 2).tanh()")
    with recording(), pytest.raises(Exception) as caught:
        session.run("y = x * 3\nz = y.exp() @ W")
    r = failed(caught.value, session.variables)
    assert r is not None and r.outputs == ("n3",)
    node = r.node("n3")
    assert (node.op, node.shape, node.where["line"], node.failed) == ("matmul", None, 2, "mat1 and mat2 shapes cannot be multiplied (2x3 and 5x2)")
    assert [(e.source, e.slot) for e in r.edges if e.target == "n3"] == [("n2", "self"), ("W", "other")]
    assert json.loads(dumps(r.to_json()))["nodes"][-1]["failed"].startswith("mat1")
    assert "FAILED" in dot(r) and b"FAILED" in graph_bytes(r, "svg") and b"FAILED" in graph_bytes(r, "mermaid")
    for program in ("cat([x, W], dim=0)", "x.view(7)", "torch.einsum('ij,jk->ik', x, W)", "x.sum(dim=5)"):
        with recording(), pytest.raises(Exception) as caught:
            session.run(program)
        assert failed(caught.value, session.variables) is not None
    with pytest.raises(Exception) as caught:
        session.run("nothing + 1")
    assert failed(caught.value, session.variables) is None


NET = """
import torch.nn as nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(3, 4)
        self.fc2 = nn.Linear(4, 4)
    def forward(self, x):
        return self.fc2(self.fc2(self.fc1(x).tanh()))
net = Net()
y = net(x).sum()
y
"""


def test_modules_are_scopes_and_their_parameters_have_names() -> None:
    y, names = run(NET, {"x": [[1.0, 2.0, 3.0]]})
    r = graph_report(y, names)
    assert {n.id for n in r.nodes if n.kind == "param"} == {"net.fc1.weight", "net.fc1.bias", "net.fc2.weight", "net.fc2.bias"}
    scopes = list(dict.fromkeys(n.scope for n in r.nodes if n.kind == "op"))
    assert scopes == ["Net.fc1", "Net", "Net.fc2", "Net.fc2 (2)", None]
    text = dot(r)
    assert [text.count(f'label="{s}"') for s in ("Net", "fc1", "fc2", "fc2 (2)")] == [1, 1, 1, 1]
    svg = graph_bytes(r, "svg")
    assert svg.count(b'class="cluster scope"') == 4 and b"<title>ran in Net.fc2 (2)</title>" in svg and b"<title>cluster" not in svg
    assert graph_bytes(r, "mermaid").count(b"subgraph") == 4


DEEP = """
import torch.nn as nn
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.b = nn.Linear(4, 4)
    def forward(self, x):
        return x + self.b(self.a(x).tanh()).sigmoid()
model = nn.Sequential(*[Block() for i in range(12)])
L = model(x).pow(2).mean()
L
"""


def test_a_deep_model_shows_its_blocks() -> None:
    L, names = run(DEEP, {"x": [[1.0, 2.0, 3.0, 4.0]]})
    r = graph_report(L, names)
    assert [g.label for g in r.groups] == [f"Sequential.{k}" for k in range(12)]
    assert r.node("x").grad is not None and r.node(r.outputs[0]).grad.value == 1.0
    L.backward(retain_graph=True)
    for k, g in enumerate(r.groups):
        grads = [p.grad for n, p in names["model"].named_parameters() if n.startswith(f"{k}.")]
        assert g.params == 4 and g.grad_norm == pytest.approx(sum(float(p.norm()) ** 2 for p in grads) ** 0.5, rel=1e-5)
    assert "4 parameters |g| " in " ".join(tree(r).split())
    whole = graph_report(L, names, limit=None)
    for k in range(1, 12):  # what a block sends back to the one before: the gradient of that one's output
        (e,) = [e for e in r.edges if (e.source, e.target) == (f"g{k}", f"g{k + 1}")]
        assert e.count == 2 and e.contribution.norm == pytest.approx(whole.node(r.groups[k - 1].last).grad.norm, rel=1e-6)
