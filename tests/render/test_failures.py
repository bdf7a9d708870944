"""Errors in the user's own words: names, tables, the write that broke the gradient. Class and sentence stay PyTorch's."""

from __future__ import annotations

import pytest

from tcalc.lang.diagnostic import LangError
from tcalc.lang.run import Session
from tcalc.render.errors import error_text
from tcalc.render.failures import clash_rows, in_their_words
from tcalc.render.style import Screen
from tests.support import ROOT


def said(program: str, name: str = "<expr>") -> tuple[str, list[str], list[str]]:
    """(sentence, explanation, hints) of a program that fails."""
    with pytest.raises(LangError) as caught:
        Session(sink=lambda text: None).run(program, name)
    d = caught.value.diagnostic
    before = d.headline
    in_their_words(d)
    assert d.headline == before
    assert error_text(d, Screen(ascii=True)).isascii()
    return d.sentence, d.explain, d.hints


def test_a_broadcast_that_fails_has_the_table() -> None:
    sentence, explain, hints = said("x = ones(8, 1, 6); y = ones(7, 5); (x*2) + y")
    assert sentence == "The size of tensor a (6) must match the size of tensor b (5) at non-singleton dimension 2"
    assert explain == [
        "             dim 0  dim 1  dim 2",
        "x*2 [8,1,6]      8      1      6",
        "y     [7,5]      ·      7      5",
        "                ok     ok      ✗",
        "dim 2: x*2 has 6, y has 5, neither is 1.",
    ]
    assert hints == ["No single unsqueeze or transpose makes these shapes fit."]
    hints = said("x = ones(4, 3); y = ones(4); x + y")[2]
    assert "x.T is [3,4] and broadcasts." in hints and "y.unsqueeze(1) is [4,1] and broadcasts." in hints


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("x = ones(3, 4); W = ones(5, 6); x @ W", "Inner sizes differ: x [3,(4)] @ W [(5),6]; x dim 1 = 4, W dim 0 = 5."),
        ("x = ones(3, 4); x.mm(x)", "Inner sizes differ: x [3,(4)] @ x' [(3),4]; x dim 1 = 4, x' dim 0 = 3."),
        ("a = ones(2, 3); b = ones(2, 4); cat([a, b], 0)", "b [2,(4)]"),
        ("x = ones(3, 4); x.t().view(12)", "index   0,0 1,0 2,0 3,0 0,1 1,1 2,1 3,1 0,2 1,2 2,2 3,2"),
        ("x = ones(3, requires_grad=True)\ny = x.exp()\ny.add_(1)\ny.sum().backward()", "Written by y.add_(1), line 3."),
        ("x = ones(3, requires_grad=True)\ny = x.exp()\ny += 1\ny.sum().backward()", "Written by y += 1, line 3."),
        ("x = ones(3, requires_grad=True)\ny = x.exp()\ny[0] = 1\ny.sum().backward()", "Written by y[0] = 1, line 3."),
        ("loss = ones(3, requires_grad=True) * 2; loss.backward()", "loss [3] has 3 outputs: the gradient of which one?"),
        ("y = ones(2)\ndef f(h):\n    return h + y\nf(ones(3))", "dim 0: h has 3, y has 2, neither is 1."),
        ("a = ones(3); a += ones(4)", "dim 0: a has 3, ones(4) has 4, neither is 1."),
        ("a = ones(3, 4); where(a > 0, a, ones(3))", "dim 1: a > 0 has 4, ones(3) has 3, neither is 1."),
        ("x = ones(2, 3); (x.relu().exp().sigmoid().tanh() + x).add(ones(2))", "dim 1: a has 3, ones(2) has 2, neither is 1."),
    ],
)
def test_operands_are_called_what_the_program_calls_them(program: str, says: str) -> None:
    assert says in said(program)[1]


def test_the_rule_that_wanted_the_old_value_is_named() -> None:
    _, explain, hints = said("x = ones(3, requires_grad=True)\ny = x.exp()\ny.add_(1)\ny.sum().backward()")
    assert explain[0] == "exp() saved its result at version 0 for its gradient rule g * out; it is at version 1 now."
    assert hints == ["Write the result to a new tensor (y = ... instead of y.add_(1)), or clone() first."]
    # at the prompt every input has lines of its own: no statement is guessed
    session = Session()
    session.run("x = ones(3, requires_grad=True); y = x.exp(); y.add_(1)", "<prompt>")
    with pytest.raises(LangError) as caught:
        session.run("y.add_(2).sum().backward()", "<prompt>")
    in_their_words(caught.value.diagnostic)
    assert any(row.startswith("Written by add_") for row in caught.value.diagnostic.explain)


def test_hints_can_be_followed() -> None:
    _, _, hints = said("x = ones(3, 4); W = ones(3, 4); x @ W")
    assert hints == ["x @ W.T is [3,3].", "x.T @ W is [4,4]."]
    _, _, hints = said("x = ones(4); t = ones(3); x - t*2")
    assert hints[-1].startswith("(t*2).unsqueeze(1)")
    assert said("loss = ones(3, requires_grad=True) * 2; loss.backward()")[2][0].startswith("loss.sum().backward()")


def test_operands_on_two_devices_are_named() -> None:
    _, explain, hints = said("x = ones(2); W = torch.ones(2, device='meta'); x * W")
    assert explain == ["x is f32[2] cpu", "W is f32[2] meta"] and hints == ["Move one of them: x.to(W.device)."]


def test_cat_says_what_the_other_dim_would_give() -> None:
    assert said("a = ones(2, 3); b = ones(2, 4); cat([a, b], 0)")[2] == ["dim=1 works: [2,7]."]


def test_linear_keeps_its_letters() -> None:
    assert "a dim 1 = 4, b dim 0 = 6" in said("x = ones(3, 4); W = ones(5, 6); F.linear(x, W)")[1][0]


def test_no_failure_is_made_worse() -> None:
    """Every statement of the oracle's error programs keeps its sentence."""
    for path in sorted((ROOT / "tests" / "oracle" / "programs").glob("*_errors.py")):
        session = Session(sink=lambda text: None)
        for line in path.read_text(encoding="utf-8").split("\n"):
            try:
                session.run(line.strip())
            except LangError as exc:
                before = exc.diagnostic.headline
                in_their_words(exc.diagnostic)
                assert exc.diagnostic.headline == before


def test_the_rows_by_themselves() -> None:
    assert clash_rows(["a", "b"], [(3,), (2, 4)], (0, 1)) == [
        "         dim 0  dim 1", "a   [3]      ·      3", "b [2,4]      2      4", "            ok      ✗", "dim 1: a has 3, b has 4, neither is 1.",
    ]  # fmt: skip
