"""backprop: the pass row by row. Gradients of inner values are PyTorch's (tests/oracle/make_insight.py), contributions follow by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from tcalc.insight.backprop import backprop_report, make
from tcalc.render.jsontext import dumps
from tests.insight.programs import fits, run, subject, text
from tests.oracle.make_insight import PROGRAMS

GOLDEN = json.loads((Path(__file__).parent.parent / "oracle" / "insight.json").read_text())["programs"]


def norm(value: Any) -> float:
    flat: list[float] = []
    stack = [value]
    while stack:
        v = stack.pop()
        stack.extend(v) if isinstance(v, list) else flat.append(float(v))
    return math.sqrt(sum(v * v for v in flat))


@pytest.mark.parametrize("name", ["mlp", "fan", "softmax"])
def test_what_reaches_each_node_is_pytorchs_gradient(name: str) -> None:
    inputs, program, inner = PROGRAMS[name]
    L, names = run(program, inputs)
    r = backprop_report(L, names, expression=program)
    found = {s.name: s.incoming.norm for s in r.steps if s.name}
    for value in inner:
        assert found[value] == pytest.approx(norm(GOLDEN[name]["grads"][value]), rel=1e-5), value
    for leaf in inputs:  # the contributions of a leaf with one use are its gradient; those of several add up
        terms = [t for s in r.steps for t in s.terms if t.to == leaf and t.needed]
        assert [t.received for t in terms] == list(range(1, len(terms) + 1))
        assert {t.of for t in terms} == {len(terms)}
        if len(terms) == 1:
            assert terms[0].term.norm == pytest.approx(norm(GOLDEN[name]["grads"][leaf]), rel=1e-5)


def test_fan_in_adds_up() -> None:
    y, names = run("y = a*a + a\ny", {"a": 3.0})
    r = backprop_report(y, names)
    (f,) = r.fan_in
    assert f.to == "a" and [(p.source, p.first) for p in f.parts] == [("n2.other", 1.0), ("n1.self", 3.0), ("n1.other", 3.0)]
    assert f.first == 7.0 and "Fan-in, a used 3 times:  1 (n2.other) + 3 (n1.self) + 3 (n1.other) = 7" in text(r)


def test_the_table_of_the_mockup() -> None:
    inputs, program, _ = PROGRAMS["mlp"]
    L, names = run(program, {k: v for k, v in inputs.items() if k != "t"} | {"t": inputs["t"]})
    names["t"].requires_grad_(False)
    L, names = rerun(names, program)
    assert text(backprop_report(L, names, ["W", "b"])) == (
        "step  line  node         |g| in  local rule      to  |term|   [0,..]  received\n"
        "1        6  L = mean(s)       1  g / 4, spread   s    0.500   0.2500  1 of 1\n"
        "2        5  s = e ** 2    0.500  g * 2 * e       e    1.008  -0.2315  1 of 1\n"
        "3        4  e = h - t     1.008  g               h    1.008  -0.2315  1 of 1\n"
        "                                                 t        -        -  not needed\n"
        "4        3  h = tanh(z)   1.008  g * (1 - h**2)  z    0.569  -0.1647  1 of 1\n"
        "5        2  z = m + b     0.569  g               m    0.569  -0.1647  1 of 1\n"
        "                                 sum(g, 0)       b    0.641  -0.3571  leaf, done\n"
        "                                 broadcast\n"
        "6        1  m = x @ W     0.569  g @ W.T         x    0.577  -0.0590  leaf, done\n"
        "                                 x.T @ g         W    0.718  -0.2609  leaf, done"
    )


def rerun(names: dict[str, Any], program: str) -> tuple[Any, dict[str, Any]]:
    from tcalc.insight.graph import recording
    from tcalc.lang.run import Session

    session = Session()
    for name, value in names.items():
        if value.is_leaf:
            session.bind(name, value.detach().requires_grad_(value.requires_grad))
    with recording():
        return session.run(program.replace("torch.tanh(z)", "z.tanh()") + "\nL")[-1].value, session.variables


def test_json_has_every_step() -> None:
    y, names = run("y = (x * 2).sum()\ny", {"x": [1.0, 2.0]})
    data = json.loads(dumps(backprop_report(y, names, expression="y").to_json()))
    assert data["schema"] == "tcalc.backprop/1" and data["total"] == 2 and data["hidden"] == 0
    assert [s["node"] for s in data["steps"]] == ["n2", "n1"]
    (term,) = data["steps"][1]["terms"]
    assert (term["to"], term["rule"], term["first"], term["received"], term["of"]) == ("x", "g * 2", 2.0, 1, 1)


def test_one_node_in_full() -> None:
    r = make(subject("backprop", "(x @ W).tanh().sum()", {"x": "ones(1,2)", "W": "zeros(2,2)"}, node="n1"))
    (s,) = [s for s in r.steps if s.node == "n1"]
    assert s.gradient.tolist() == [[1.0, 1.0]] and [t.tensor.tolist() for t in s.terms] == [[[0.0, 0.0]], [[1.0, 1.0], [1.0, 1.0]]]
    shown = text(r)
    assert "to W  x.T @ g   leaf, done" in shown and "step 3 of 3  n1  n1 = x @ W" in shown and "grad_fn" not in shown
    with pytest.raises(ValueError, match="no step of this pass is called n9"):
        make(subject("backprop", "x * 2", {"x": 1.0}, node="n9"))


def test_a_long_pass_shows_its_ends_and_says_so() -> None:
    y, names = run("y = x\nfor i in range(500):\n    y = y * 1.01\ny", {"x": 1.0})
    r = backprop_report(y, names)
    assert r.total == 500 and len(r.steps) == 60 and (r.hidden, r.hidden_from, r.hidden_to) == (440, 31, 470)
    assert "\n…  steps 31 to 470 (440) not shown\n" in text(r)


def test_it_fits_and_speaks_ascii() -> None:
    L, names = run(PROGRAMS["mlp"][1], PROGRAMS["mlp"][0])
    r = backprop_report(L, names)
    assert fits(r, 80, 100) and fits(r, 60, titles="step node in")
    assert text(r, ascii=True).isascii()
    assert text(r) == text(r)


def test_a_freed_graph_says_so() -> None:
    y, names = run("y = (x ** 2).sum()\ny.backward()\ny", {"x": [1.0, 2.0]})
    with pytest.raises(RuntimeError, match="Trying to backward through the graph a second time"):
        backprop_report(y, names)
    assert names["x"].grad.tolist() == [2.0, 4.0]


def test_no_grad_changes() -> None:
    y, names = run("y = (x ** 2).sum()\ny", {"x": [1.0, 2.0]})
    backprop_report(y, names)
    assert names["x"].grad is None
    y.backward()
    assert names["x"].grad.tolist() == [2.0, 4.0]


def test_long_names_get_a_line_of_their_own() -> None:
    L, names = run(
        "import torch.nn as nn\nnet = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))\ny = net(x)\nL = y.pow(2).mean()\nL", {"x": [[1.0, 2.0, 3.0]]}
    )
    shown = text(backprop_report(L, names))
    assert "y = addmm(net.2.bias, " in shown and "net.2.weight" in shown and max(map(len, shown.split("\n"))) <= 80


def test_a_joint_rule_gives_each_input_its_part() -> None:
    L, names = run("L = (F.layer_norm(x, (3,), w, b) * x.detach()).sum()\nL", {"x": [[1.0, 2.0, 4.0]], "w": [1.0, 1.0, 1.0], "b": [0.0, 0.0, 0.0]})
    rules = {t.to: t.rule for s in backprop_report(L, names).steps for t in s.terms if s.op == "layer_norm"}
    assert (rules["w"], rules["b"]) == ("sum(g * xhat)", "sum(g)") and rules["x"].startswith("rstd * (gw - mean(gw)")


def test_a_long_pass_counts_what_it_does_not_list() -> None:
    y, names = run("y = x\nfor i in range(500):\n    y = y * x\ny", {"x": 1.001})
    r = backprop_report(y, names)
    assert (r.total, r.hidden, len(r.steps)) == (500, 440, 60)
    (f,) = r.fan_in
    assert f.uses == 501 and len(f.parts) == 8 and f.total.value == pytest.approx(501 * 1.001**500, rel=1e-4)  # d x**501
    assert "Fan-in, x used 501 times:" in text(r) and "+ 493 more +" in " ".join(text(r).split())
    last = [t for s in r.steps for t in s.terms if t.to == "x"][-1]
    assert last.received == last.of == 501
    whole = backprop_report(y, names, limit=None)
    for s in r.steps:
        assert s == whole.steps[s.step - 1]


def test_complex_gradients_are_written_out() -> None:
    y, names = run("y = (torch.complex(x, x) ** 2).abs().sum()\ny", {"x": [1.0, 2.0]})
    assert "j" in text(backprop_report(y, names))


def test_tensors_in_full_stay_inside_the_screen() -> None:
    r = make(subject("backprop", "(x * 2.5).sum()", {"x": "randn(3, 40)"}, node="n1"))
    for width in (60, 80):
        assert max(map(len, text(r, width=width).split("\n"))) <= width


def test_a_variable_called_g_is_not_the_gradient() -> None:
    y, names = run("y = g * x\ny.sum()", {"g": [1.0], "x": [2.0]})
    rules = {t.to: t.rule for s in backprop_report(y, names).steps for t in s.terms}
    assert (rules["x"], rules["g"]) == ("upstream * g", "upstream * x")
