"""backprop, gradcheck, nans, precision and graph-diff as subcommands and forms: output, exit codes, files, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tcalc.cli.console import Console
from tcalc.cli.options import Settings
from tcalc.cli.report import at_prompt
from tcalc.cli.reports import KINDS
from tests.support import fails, out, tcalc


def test_gradcheck_exits_with_3_where_it_does_not_hold() -> None:
    assert tcalc("gradcheck", "x**3", "-v", "x=2.").returncode == 0
    wrong = tcalc("gradcheck", "x**3", "-v", "x=2.", "--claim", "2*x**2")
    assert wrong.returncode == 3 and "Hint: x: ratio (2/3): a wrong constant factor." in wrong.stdout
    kink = tcalc("gradcheck", "relu(x)", "-v", "x=0.")
    assert kink.returncode == 3 and "KINK 1 of 1" in kink.stdout


def test_gradcheck_runs_the_whole_program_again() -> None:
    done = tcalc("gradcheck", "h = (x @ W).tanh(); L = h.sum(); L", "-v", "x=ones(2,3)", "-v", "W=ones(3,2)/5")
    assert done.returncode == 0 and "PASS 12 of 12" in done.stdout
    cut = tcalc("gradcheck", "h = x.detach() * x; h.sum()", "-v", "x=tensor([1., 3.])")
    assert cut.returncode == 3 and "1/2" in cut.stdout


def test_gradcheck_leaves_the_making_of_a_model_alone() -> None:
    program = "import torch.nn as nn\nnet = nn.Linear(3, 2)\nfor i in range(2):\n    h = net(x)\nL = h.pow(2).mean()\nprint('once')\nL"
    done = tcalc("gradcheck", program, "-v", "x=ones(2,3)", "--seed", "0")
    assert done.returncode == 0 and done.stdout.count("once") == 1
    assert "net.weight" in done.stdout and "net.bias" in done.stdout and "PASS 14 of 14" in done.stdout


def test_gradcheck_in_the_language() -> None:
    assert out("assert gradcheck(x**3, x=2.)\nassert not gradcheck(x**3, x=2., claim=x**2)\n'fine'") == "fine\n"
    assert out("gradcheck(x**3, x=2., claim='2*x**2').status") == "FAIL\n"
    assert out("gradcheck(lambda x: x**3, (tensor([1., 2.], dtype=torch.float64, requires_grad=True),), eps=1e-6)") == "True\n"  # PyTorch's own
    assert "order= takes 1 or 2" in fails("gradcheck(x**3, x=2., order=3)")


@pytest.mark.parametrize(
    ("command", "schema"),
    [
        (("backprop", "x**2", "-v", "x=3."), "tcalc.backprop/1"),
        (("gradcheck", "x**2", "-v", "x=3."), "tcalc.gradcheck/1"),
        (("nans", "log(x)", "-v", "x=0."), "tcalc.nans/1"),
        (("precision", "x**2", "-v", "x=3."), "tcalc.precision/1"),
        (("graph-diff", "x**2", "x*x", "-v", "x=3."), "tcalc.graphdiff/1"),
    ],
)
def test_json(command: tuple[str, ...], schema: str) -> None:
    assert json.loads(out(*command, "--json"))["schema"] == schema


@pytest.mark.parametrize("command", [("backprop", "x**2"), ("nans", "log(x)"), ("precision", "exp(x)-1"), ("gradcheck", "x**2"), ("graph-diff", "x**2", "x*x")])
@pytest.mark.parametrize(("name", "head"), [("a.svg", b"<"), ("a.txt", b"")])
def test_files(tmp_path: Path, command: tuple[str, ...], name: str, head: bytes) -> None:
    assert out(*command, "-v", "x=0.5", "-o", name, cwd=tmp_path) == ""
    raw = (tmp_path / name).read_bytes()
    assert raw.startswith(head) and len(raw) > 60


def test_step_off_a_terminal_shows_all_steps() -> None:
    text = out("backprop", "y = a*a + a; y", "-v", "a=3.", "--step")
    assert "step 1 of 2" in text and "step 2 of 2" in text
    assert text.rstrip().endswith("Fan-in, a used 3 times:  1 (n2.other) + 3 (n1.self) + 3 (n1.other) = 7")


def test_a_failing_op_shows_the_graph_up_to_it() -> None:
    done = tcalc("graph", "h = x.exp(); h @ W", "-v", "x=ones(2,3)", "-v", "W=ones(5,2)")
    assert done.returncode == 1
    assert done.stdout.startswith("n2 matmul [?] FAILED    mat1 and mat2 shapes cannot be multiplied (2x3 and 5x2)\n├ n1 exp (h) [2,3]")
    assert "Inner sizes differ" in done.stderr
    assert tcalc("graph", "nothing @ W", "-v", "W=ones(5,2)").stdout == ""


def test_what_is_refused() -> None:
    assert "takes two expressions" in tcalc("graph-diff", "x", "-v", "x=1.").stderr
    assert "no step of this pass is called n7" in tcalc("backprop", "x*2", "-v", "x=1.", "--node", "n7").stderr
    assert tcalc("gradcheck", "x*2", "-v", "x=1.", "--eps", "wide").returncode == 2
    assert "no floating input" in tcalc("precision", "n + 1", "-v", "n=3").stderr


def test_the_prompt_has_them(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(Settings(bindings=[("x", "0.")]))
    session = console.open()
    at_prompt(KINDS["nans"], console, session, "log(x)")
    assert "log(0) = -Inf" in capsys.readouterr().out
    at_prompt(KINDS["gradcheck"], console, session, "x**3 + x --claim '3*x**2 + 2'")
    assert "FAIL 1 of 1" in capsys.readouterr().out
    at_prompt(KINDS["graph-diff"], console, session, "x**2 --with x*x")
    assert "~  n1 pow 2  n1 mul" in capsys.readouterr().out
    at_prompt(KINDS["graph"], console, session, "ones(2).exp() + ones(3)")
    shown = capsys.readouterr()
    assert "FAILED" in shown.out and "must match" in shown.err
    at_prompt(KINDS["gradcheck"], console, session, "undefined")
    assert "NameError" in capsys.readouterr().err  # not: no floating input


class Keys:
    """A terminal's stdin, with what will be typed."""

    def __init__(self, *typed: str) -> None:
        self.typed = list(typed)

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        return self.typed.pop(0) if self.typed else ""


@pytest.mark.parametrize(("typed", "steps"), [(("\n", "\n"), 2), (("q\n",), 1), ((), 1)])
def test_step_by_step_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: tuple[str, ...], steps: int) -> None:
    console = Console(Settings(bindings=[("a", "tensor(3., requires_grad=True)")]))
    session = console.open()
    console.screen.tty = True
    monkeypatch.setattr("sys.stdin", Keys(*typed))
    at_prompt(KINDS["backprop"], console, session, "a*a + a --step")
    shown = capsys.readouterr().out
    assert shown.count("step 1 of 2") == 1 and shown.count("step 2 of 2") == steps - 1
    assert "Enter: next step, q: leave" in shown
