"""why: each reason for a missing or zero gradient, found and named with its line."""

from __future__ import annotations

import json

import pytest

from tests.insight.reports import report, shown

X = "x = ones(3, requires_grad=True)\n"
CASES = [
    # expression, program before it, reason, words of the answer, line that is named
    ("y.requires_grad", X + "y = x.detach() * 2", "detached", ".detach() cuts it off, in line 2", 2),
    ("y.requires_grad", X + "y = x.detach()", "detached", "detach() cut it off in line 2", 2),
    ("y.requires_grad", X + "y = x.data", "data", ".data cut it off in line 2", 2),
    ("y.requires_grad", X + "with torch.no_grad():\n    y = x * 2", "no_grad", "computed under torch.no_grad() in line 3", 3),
    ("z.requires_grad", X + "with torch.no_grad():\n    y = x * 2\nz = y + 1", "no_grad", "nothing that it was made from (y) requires grad", 3),
    ("y.requires_grad", X + "y = (x > 0).float().sum()", "detached", "truth values", 2),
    ("y.requires_grad", X + "y = x.argmax()", "integer", "it is int64", 2),
    ("i.grad", "i = tensor([1, 2])", "integer", "only floating", 1),
    ("w.grad", "w = zeros(3)", "constant", "made without requires_grad=True", 1),
    ("y.requires_grad", "a = ones(2)\nb = a * 2\ny = b + a", "constant", "(b and a) requires grad", 3),
    ("x.requires_grad", X, "leaf", "is True", 1),
    ("y.requires_grad", X + "y = x * 2", "computed", "made by mul, computed from x, which requires grad", 2),
    ("y.grad", X + "y = x * 2\ny.sum().backward()", "not_leaf", "not a leaf but the result of mul", 2),
    ("x.grad", X + "y = x.sum()", "not_run", "no backward() has run", None),
    ("x.grad", X, "unused", "nothing that is still there was computed from x", None),
    ("x.grad", X + "w = ones(3, requires_grad=True)\nh = x.detach() * 2\nloss = (h * w).sum()\nloss.backward()", "unused", "loss is cut off", 3),
    ("x.grad", X + "w = ones(3, requires_grad=True)\nloss = w.sum()\nloss.backward()", "unused", "loss does not depend on it", 4),
    ("x.grad", X + "y = x.sum()\ny.backward()\nx.grad = None", "cleared", "cleared after the last backward()", 4),
    ("x.grad", X + "g = torch.autograd.grad(x.sum(), x)", "taken", "taken with grad()", 2),
    ("x.grad", X + "y = x.sum()\ny.backward()", "present", "f32[3], norm 1.732", None),
    ("x.grad", X + "y = x.round().sum()\ny.backward()", "zero", "round is flat", 2),
    ("x.grad", X + "y = (x * 0).sum()\ny.backward()", "zero", "other factor is 0", 2),
    ("x.grad", X + "y = (-x).relu().sum()\ny.backward()", "zero", "relu passes nothing", 2),
    ("x.grad", X + "y = x.clamp(min=5).sum()\ny.backward()", "zero", "clamp passes nothing", 2),
    ("x.grad", X + "y = (x * 1000).tanh().sum()\ny.backward()", "zero", "tanh is saturated", 2),
    ("x.grad", X + "y = where(x > 5, x, 0.).sum()\ny.backward()", "zero", "picks the other branch", 2),
    ("x.grad", X + "y = x.sum()\ny.backward()\nx.grad.zero_()", "cleared", "cleared after the last", 4),
    ("x.grad", X + "h = x.register_hook(lambda g: g * 0)\ny = x.sum()\ny.backward()", "hook", "a hook is registered", None),
    ("x.grad", X + "y = x.sum() - x.sum()\ny.backward()", "zero", "zero or cancel", None),
]


@pytest.mark.parametrize(("text", "program", "reason", "says", "line"), CASES)
def test_the_reason(text: str, program: str, reason: str, says: str, line: int | None) -> None:
    from tcalc.insight.graph import recording

    with recording():  # as the subcommand has it
        r = report("why", text, program)
    assert (r.reason, says in r.answer) == (reason, True), r
    assert r.question == text.rpartition(".")[2]
    if line is not None:
        assert line in [x.line for x in r.links], r.links
    out = shown(r)
    assert max(map(len, out.split("\n"))) <= 80 and shown(r, ascii=True).isascii()


def test_where_inner_values_were_not_kept_the_likely_reason_is_given() -> None:
    program = X + "y = (x * -1).relu().sum()\ny.backward()"
    r = report("why", "x.grad", program)
    assert r.reason == "zero" and "most likely since relu passes nothing" in r.answer and r.links[0].line == 2
    from tcalc.insight.graph import recording

    with recording():
        sure = report("why", "x.grad", program)
    assert "likely" not in sure.answer and "dead relu" in sure.links[0].says


def test_the_whole_text() -> None:
    r = report("why", "x.grad", CASES[15][1])
    assert shown(r) == (
        "x.grad is None: loss.backward() did not reach x: loss is cut off on the way\n"
        "  line 3    h = x.detach() * 2\n"
        "            .detach() cuts it off\n"
        "  line 5    loss.backward()\n"
        "            backward() went from loss to w, not to x\n"
        "  hint: leave that out, and h has a history"
    )


def test_the_answer_is_what_the_program_would_see() -> None:
    from tcalc.lang.run import evaluate

    for text, program, _, _, _ in CASES:
        r = report("why", text, program)
        value = evaluate(program + "\n" + text)
        assert (r.value == str(value)) if value is None or isinstance(value, bool) else r.value == "f32[3]"


def test_what_is_no_tensor_is_refused() -> None:
    from tcalc.lang.diagnostic import LangError

    with pytest.raises(LangError, match=r"why\(\) takes x.grad"):
        report("why", "3 + 4")


def test_json() -> None:
    data = json.loads(json.dumps(report("why", "y.requires_grad", CASES[0][1]).to_json()))
    assert data["schema"] == "tcalc.why/1" and data["reason"] == "detached" and data["links"][0]["line"] == 2
