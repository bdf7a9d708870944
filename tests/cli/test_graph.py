"""`tcalc graph` and the form graph(EXPR): trees, pictures, other formats, what is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.support import fails, out, tcalc

EXPRESSION = "((x@W + b).tanh() - t).pow(2).mean()"
NAMES = ("-v", "x=randn(2,3)", "-v", "W=randn(3,2)", "-v", "b=zeros(2)", "-v", "t=ones(2,2)", "--seed", "0")


def test_a_tree_without_a_file() -> None:
    text = out("graph", EXPRESSION, *NAMES)
    for word in ("mean", "pow 2", "tanh", "matmul", "x ", "W ", "b ", "t ", "[2,3]", "[3,2]"):
        assert word in text
    assert "├" in text
    assert "├" not in out("graph", "--ascii", EXPRESSION, *NAMES)


@pytest.mark.parametrize(
    ("name", "head"), [("a.svg", b"<"), ("a.png", b"\x89PNG"), ("a.dot", b"digraph"), ("a.mmd", b"flowchart"), ("a.json", b"{"), ("a.txt", b"")]
)
def test_every_format(tmp_path: Path, name: str, head: bytes) -> None:
    assert out("graph", EXPRESSION, *NAMES, "-o", name, cwd=tmp_path) == ""
    raw = (tmp_path / name).read_bytes()
    assert head in raw[:200]
    assert len(raw) > 200
    assert os.listdir(tmp_path) == [name]


def test_the_json_report() -> None:
    report = json.loads(out("graph", "--json", "(w*x + b)**2", "-v", "w=3.", "-v", "x=2.", "-v", "b=1."))
    assert report["schema"] == "tcalc.graph/1"
    assert {n["id"] for n in report["nodes"]} >= {"w", "x", "b"}


def test_wrt_names_the_parameters() -> None:
    text = out("graph", "(w*x + b)**2", "-v", "w=3.", "-v", "x=2.", "-v", "b=1.", "--wrt", "w,b")
    rows = {line.strip("├└│ ").split()[0]: line for line in text.splitlines()}
    assert "PARAM" in rows["w"] and "PARAM" in rows["b"]
    assert "const" in rows["x"]
    assert "no -v binds" in fails("graph", "w*2", "-v", "w=3.", "--wrt", "v", code=2)


def test_an_expression_with_a_dash_and_statements() -> None:
    assert "neg" in out("graph", "-x", "-v", "x=2.")
    assert "tanh" in out("graph", "h = x*2; h.tanh()", "-v", "x=2.")
    assert "tanh" in out("graph", "-v", "x=2.", stdin="h = x*2\nh.tanh()\n")


def test_bytes_are_the_same_from_run_to_run(tmp_path: Path) -> None:
    for name in ("a.dot", "b.dot"):
        out("graph", EXPRESSION, *NAMES, "-o", name, cwd=tmp_path)
    assert (tmp_path / "a.dot").read_bytes() == (tmp_path / "b.dot").read_bytes()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("1 + 1",), "graph of a tensor"),
        (("ones(2).sum()",), "does not require grad"),
        (("x = 2",), "without an expression"),
        (("x*2", "-v", "x=2.", "-o", "nowhere/a.svg"), "there is no folder nowhere"),
        (("x @ W", "-v", "x=ones(2, 3)", "-v", "W=ones(2, 3)"), "mat1 and mat2 shapes"),
        (("x*2", "-v", "x=ones(2).long()", "--wrt", "x"), "floating"),
        (("x*2", "-v", "x=2.", "-o", "a.svg", "--engine", "neato"), "engine"),
    ],
)
def test_what_is_refused(tmp_path: Path, args: tuple[str, ...], says: str) -> None:
    assert says in fails("graph", *args, cwd=tmp_path)
    assert os.listdir(tmp_path) == []


def test_a_suffix_that_is_no_format_is_a_wrong_option(tmp_path: Path) -> None:
    assert "no format" in fails("graph", "x*2", "-v", "x=2.", "-o", "a.xyz", cwd=tmp_path, code=2)
    assert os.listdir(tmp_path) == []


def test_the_form() -> None:
    assert "tanh" in out("graph(tanh(x*2), x=1.)")
    assert "tanh" in out("x = tensor(1., requires_grad=True); y = x*2; graph(y.tanh())")
    assert "PARAM" in out("graph(w*x, w=3., x=2., wrt=w)")
    assert json.loads(out("--json", "graph(tanh(x*2), x=1.)"))["results"][0]["schema"] == "tcalc.graph/1"
    assert "graph of a tensor" in fails("graph('a')")


def test_the_late_forms_are_those_of_the_language() -> None:
    from tcalc.cli import console, forms
    from tcalc.cli.forms import documented
    from tcalc.lang.forms import FORMS

    assert set(console.LANG_FORMS) == set(FORMS)
    assert set(console.OWN_FORMS) == set(forms.FORMS)
    assert all(form.__doc__ for form in documented().values())


def test_no_system_graphviz_is_needed(tmp_path: Path) -> None:
    done = tcalc("graph", "x*2", "-v", "x=2.", "-o", "a.svg", cwd=tmp_path, env={"PATH": ""})
    assert done.returncode == 0, done.stderr


def test_cross_entropy_says_only_what_matters(tmp_path: Path) -> None:
    dot = tmp_path / "a.dot"
    out("graph", "F.cross_entropy(X, y)", "-v", "X=randn(8,4)", "-v", "y=randint(0,3,(8,))", "-o", str(dot))
    text = dot.read_text()
    assert "nll_loss\\n" in text and "-g at y" in text and "None" not in text
