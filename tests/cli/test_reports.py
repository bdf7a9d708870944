"""The wiring that all reports share: from one declaration a form, a subcommand and a prompt command, with the same words in help."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tcalc.cli import options
from tcalc.cli.report import one_option, with_looks, without_options
from tcalc.cli.reports import KINDS
from tcalc.render.style import Screen
from tests.support import fails, out, tcalc

# A subject for each of the reports of this file: expression, further arguments, schema, a word of its text.
SUBJECTS = {
    "explain": ("(x + y) * 2", ("-v", "x=ones(2,3)", "-v", "y=ones(3)"), "tcalc.explain/1", "dim 0 added"),
    "layout": ("x.t()", ("-v", "x=ones(2,3)"), "tcalc.layout/1", "address(i,j) = 0 + 1*i + 3*j"),
    "cost": ("x @ x.t()", ("-v", "x=ones(2,3)"), "tcalc.cost/1", "forward   24 FLOP"),
    "why": ("x = ones(2); x.requires_grad", (), "tcalc.why/1", "made without requires_grad=True"),
    "graph": ("x * 2", ("-v", "x=ones(2)"), "tcalc.graph/1", "mul 2"),
}


def test_every_report_is_declared_once_for_all() -> None:
    assert set(KINDS) == set(options.REPORTS) and set(options.REPORTS) <= set(options.COMMANDS)
    for kind in KINDS.values():
        assert kind.line == options.REPORTS[kind.name] and kind.line in kind.help
        assert kind.example.startswith(f"tcalc {kind.name} ") and kind.example in kind.help
        assert len({flag for o in kind.command_options() for flag in o.flags}) == sum(len(o.flags) for o in kind.command_options())


@pytest.mark.parametrize("name", SUBJECTS)
def test_subcommand_form_and_json(name: str) -> None:
    text, more, schema, word = SUBJECTS[name]
    shown = out(name, text, *more)
    assert word in shown
    assert json.loads(out(name, "--json", text, *more))["schema"] == schema
    setup, _, last = text.rpartition("; ")
    bound = "; ".join([*(more[k + 1] for k in range(0, len(more), 2)), *([setup] if setup else [])])
    assert word in out(f"{bound}; {name}({last})")
    assert json.loads(out("--json", f"{bound}; {name}({last})"))["results"][0]["schema"] == schema
    assert out(name, text, *more) == shown


@pytest.mark.parametrize("name", SUBJECTS)
def test_files_of_every_format(name: str, tmp_path: Path) -> None:
    text, more, schema, _ = SUBJECTS[name]
    for suffix in ("svg", "png", "txt", "json"):
        assert out(name, text, *more, "-o", f"a.{suffix}", cwd=tmp_path) == ""
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"
    assert ET.parse(tmp_path / "a.svg").getroot().tag.endswith("svg")
    assert json.loads((tmp_path / "a.json").read_text())["schema"] == schema
    assert (tmp_path / "a.txt").read_text().strip()
    if name != "graph":
        assert f"no format for a {name}" in fails(name, text, *more, "-o", "a.dot", code=2, cwd=tmp_path)


@pytest.mark.parametrize("name", SUBJECTS)
def test_ascii_and_help(name: str) -> None:
    text, more, _, _ = SUBJECTS[name]
    assert out(name, "--ascii", text, *more).isascii()
    help_text = " ".join(out(name, "--help").split())
    assert options.REPORTS[name].split(":")[0] in help_text and "--json" in help_text and "-o, --output" in help_text
    assert options.REPORTS[name] in out("--help")
    assert "ends without an expression" in fails(name, stdin="")


def test_a_program_runs_before_the_expression() -> None:
    assert "shared by  a i64[2,3]" in out("layout", "-e", "a = arange(6).view(2, 3)", "b = a.t(); b")
    assert "detach" in out("why", stdin="x = ones(2, requires_grad=True)\ny = x.detach()\ny.requires_grad\n")
    assert "without an expression" in fails("layout", "x = 2")


def test_a_report_is_a_value() -> None:
    text = "x = ones(2, 3); r = layout(x.t()); print(type(r), r.used, r.dims[0]['stride'], bool(r)); r.schema"
    assert out(text) == "<class 'Layout'> 6 1 True\ntcalc.layout/1\n"
    assert "has no attribute" in fails("layout(ones(2)).__class__")
    assert "has no attribute" in fails("layout(ones(2)).report")


def test_reports_save_themselves(tmp_path: Path) -> None:
    out("x = ones(2, 3); explain(x + 1).save('e.svg'); save(cost(x @ x.t()), 'c.json')", cwd=tmp_path)
    assert (tmp_path / "e.svg").read_text().startswith("<?xml") and "tcalc.cost/1" in (tmp_path / "c.json").read_text()
    assert "no format" in fails("layout(ones(2)).save('a.mmd')", cwd=tmp_path)


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("explain()", "takes one expression, not 0"),
        ("layout(3)", "shows the memory of a tensor, and 3 is of type int"),
        ("explain(x + 1, order=2, x=ones(2))", "takes no order="),
        ("cost(x * 2, x=ones(2), measure=3)", "takes True or False"),
        ("cost('a')", "tensor expression"),
        ("why(3)", "takes x.grad"),
        ("explain(x + y, x=ones(2), y=ones(3))", "must match the size"),
    ],
)
def test_what_is_refused(program: str, says: str) -> None:
    assert says in fails(program)


def test_options_in_the_language() -> None:
    assert "outgrows every operand" in fails("explain(x - y, x=ones(3), y=ones(3, 1), strict_broadcast=True)")
    assert "outgrows every operand" in fails("explain", "x - y", "-v", "x=ones(3)", "-v", "y=ones(3,1)", "--strict-broadcast")
    assert "measured" in out("cost(x @ x, x=ones(20, 20), measure=True)")


def test_meta_on_the_command_line() -> None:
    assert "would take" in out("explain", "x @ x", "-v", "x=ones(3,3)", "--device", "meta")
    text = out("cost", "q @ k.transpose(-1,-2)", "-v", "q=meta(32,16,4096,128)", "-v", "k=meta(32,16,4096,128)")
    assert "2.2 TFLOP" in text and "nothing was computed" in text
    assert out("meta(2, 3, dtype=float16)") == "tensor(..., device='meta', size=(2, 3), dtype=torch.float16)\n"


def test_locals_of_functions_are_seen() -> None:
    program = "def f(a):\n    b = a * 2\n    return explain(b + a)\nf(ones(2))"
    assert "b" in out(program) and "e1 b + a" in out(program)
    assert "view of    a[2,3] via .t()[1]" in out("def g():\n    a = ones(2, 3)\n    b = a.t()\n    return layout(b[a.dim() - 1])\ng()")


def test_strict_broadcast_exits_with_one() -> None:
    assert tcalc("explain", "x - y", "-v", "x=ones(3)", "-v", "y=ones(3,1)", "--strict-broadcast").returncode == 1


def test_options_at_the_prompt() -> None:
    table = {flag: o for o in (*KINDS["cost"].command_options(), *options.COMMON) for flag in o.flags}
    given: dict[str, object] = {o.name: [] if o.many else False if o.parse is None else None for o in table.values()}
    assert without_options("x -y * 2 --measure -o a.svg", table, given) == "x -y * 2"
    assert given["measure"] is True and given["out"] == "a.svg"
    assert without_options("--json --wrt w,b w*b -o 'my file.png'", table, given) == "w*b"
    assert given["json"] is True and given["out"] == "my file.png" and given["wrt"] == ["w,b"]
    assert without_options("x - o", table, given) == "x - o" and without_options("-x", table, given) == "-x"
    assert one_option("x", table, given) is None
    screen = with_looks(Screen(width=90), {"json": False, "ascii": True, "digits": None})
    assert (screen.width, screen.ascii, screen.json) == (90, True, False)
