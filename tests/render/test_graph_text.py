"""Graphs as a tree, DOT, Mermaid and JSON: from reports written by hand."""

from __future__ import annotations

import json

import pytest

from tcalc.insight.graph import GraphReport
from tcalc.render.dot import count_ranks, dot, quote
from tcalc.render.jsontext import dumps
from tcalc.render.mermaid import mermaid
from tcalc.render.plain import cells, lines, plain
from tcalc.render.style import Screen
from tests.render.handmade import edge, leaf, mockup, number, op, square, troubled

MOCKUP = """\
L mean [] 1.0168                        g 1
└ n5 pow 2 [2,2]                        |g| 0.500   saved e 16 B
  └ n4 sub (e) [2,2]                    |g| 1.008
    ├ n3 tanh (h) [2,2]                 |g| 1.008   saved result 16 B
    │ └ n2 add (z) [2,2]                |g| 0.569
    │   ├ n1 matmul (m) [2,2]           |g| 0.569   saved x 24 B, W 24 B
    │   │ ├ x  data  [2,3]              |g| 0.577
    │   │ └ W  PARAM [3,2]              |g| 0.718
    │   └ b  PARAM [2] stretch dim 0    |g| 0.641
    └ t  const [2,2]                    no grad
6 ops, 4 leaves · saved for backward 80 B"""


def text(report: GraphReport, **screen: object) -> str:
    s = Screen(**screen)  # type: ignore[arg-type]
    return plain(lines(report, s))


def test_the_mockup() -> None:
    assert text(mockup()) == MOCKUP


def test_ascii() -> None:
    shown = text(mockup(), ascii=True)
    assert shown.isascii()
    assert shown.split("\n")[5] == "      |     |- n1 matmul (m) [2,2]           |g| 0.569   saved x 24 B, W 24 B"


@pytest.mark.parametrize("width", [40, 50, 60, 80, 200])
@pytest.mark.parametrize("report", [mockup(), square(), troubled()], ids=["mockup", "square", "troubled"])
def test_nothing_is_lost_in_a_narrow_terminal(report: GraphReport, width: int) -> None:
    narrow, wide = text(report, width=width), text(report, width=400)
    words = lambda s: sorted(w for w in s.replace("│", " ").split() if w != "·")
    assert words(narrow) == words(wide)
    if width >= 60:
        assert max(map(cells, narrow.split("\n"))) <= width


def test_a_reused_node_prints_once() -> None:
    assert text(square()) == "n1 mul [] 9        g 1   saved x 4 B\n├ x  data  [] 3    g 6\n└ ^ x              + g 3\n1 op, 1 leaf · saved for backward 4 B"


def test_troubles_are_named() -> None:
    shown = text(troubled())
    assert "NaN" in shown.split("\n")[0] and "[order 2]" in shown.split("\n")[0]
    assert "g NaN 2 of 6" in shown and "8 hidden in 1 group" in shown and "3 x (mul, add)  n2..n8" in shown
    assert "\x1b" not in shown


def chain(n: int) -> GraphReport:
    """n times h = h + x."""
    x = leaf("x", "data", (), number(1.0), number(1.0))
    nodes = [x, *(op(i, "add", None, (), number(1.0), number(1.0), output=i == n) for i in range(1, n + 1))]
    edges = [edge("x" if i == 1 else f"n{i - 1}", f"n{i}", "self", "g", number(1.0)) for i in range(1, n + 1)]
    edges += [edge("x", f"n{i}", "other", "g", number(1.0)) for i in range(1, n + 1)]
    return GraphReport(
        expression=None, outputs=(f"n{n}",), nodes=tuple(nodes), edges=tuple(edges), groups=(), ops=n, leaves=1, hidden=0, saved_bytes=0, nonfinite=(), notes=()
    )


def test_a_deep_graph_runs_down_a_spine() -> None:
    rows = text(chain(40)).split("\n")
    assert max(map(cells, rows)) <= 80
    assert [r.split()[0] for r in rows[:5]] == ["n40", "├", "n39", "├", "n38"]
    assert "an unmarked line feeds the line above it" in rows[-1]


def test_a_very_deep_graph_does_not_recurse() -> None:
    assert text(chain(5000)).count("\n") > 9000
    assert dot(chain(3000)).count("->") == 12000


def test_dot_is_the_same_twice() -> None:
    assert dot(mockup()) == dot(mockup())


def test_dot_reads_by_hand() -> None:
    rows = dot(mockup()).split("\n")
    assert rows[0] == "digraph tcalc {" and rows[1] == "  // ((x@W + b).tanh() - t).pow(2).mean()"
    assert '    x [label="x\\n[2,3]  -2 .. 1\\n|g| 0.577"]' in rows
    assert '    n6 [label="L  n6  mean\\n1.0168\\ng 1"]' in rows
    assert "  x -> n1 [label=self class=forward]" in rows
    assert '  b -> n2 [label="stretch dim 0" class=forward]' in rows
    assert '    W -> n1 [label="x.T @ g |0.718|\\n "]' in rows
    assert sum("style=dashed dir=back weight=0" in r for r in rows) == 1 and max(map(len, rows)) < 180


def test_parallel_edges_stay_two() -> None:
    rows = dot(square()).split("\n")
    assert sum(r.startswith("  x -> n1 ") for r in rows) == 2
    assert sum(r.startswith("    x -> n1 ") for r in rows) == 2
    assert rows.count("  x -> n1 [label=self class=forward]") == 1  # two uses of one value: which is which matters


def test_long_graphs_run_down() -> None:
    assert count_ranks(mockup()) == 7 and "rankdir=LR" in dot(mockup())
    assert "rankdir=TB" in dot(chain(9))


def test_names_that_need_quotes() -> None:
    shown = dot(troubled())
    assert '"x \\"a\\"<b>\\\\x1b" -> n1 [label=view style=dotted class=view]' in shown
    assert "\x1b" not in shown
    assert quote('a"\\\n') == '"a\\"\\\\\\n"'


def test_mermaid() -> None:
    rows = mermaid(mockup()).split("\n")
    assert rows[0] == "flowchart LR"
    assert '  v1["W  PARAM<br/>[3,2]  -0.5 .. 1<br/>|g| 0.718"]:::param' in rows
    assert '  v4 -.->|"x.T @ g |0.718|"| v1' in rows
    links = [r for r in rows if "-->" in r or "-.->" in r]
    styled = next(r for r in rows if r.startswith("  linkStyle")).split()[1].split(",")
    assert [i for i, r in enumerate(links) if "-.->" in r] == [int(k) for k in styled]
    assert "#quot;a#quot;#lt;b#gt;" in mermaid(troubled())


def test_json_round_trip() -> None:
    found = json.loads(dumps(mockup().to_json()))
    assert found["schema"] == "tcalc.graph/1"
    assert [n["id"] for n in found["nodes"]] == ["x", "W", "b", "t", "n1", "n2", "n3", "n4", "n5", "n6"]
    assert found["nodes"][9]["value"]["value"] == 1.0168
    assert found["edges"][3]["stretched"] == [0]
    assert json.loads(dumps(troubled().to_json()))["nodes"][2]["value"]["value"] == "nan"
