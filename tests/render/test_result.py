"""What stdout gets: on a terminal, in a pipe, as JSON."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

import tcalc.engine as tc
from tcalc.insight.grad import grad_report
from tcalc.insight.tensor import tensor_report
from tcalc.render.plain import cells, lines, nbytes_text, plain, safe
from tcalc.render.result import report_text, result_text, results_json
from tcalc.render.style import Screen

PIPE = Screen()
TTY = Screen(tty=True)


def test_a_tensor() -> None:
    x = tc.ones(2, 3).t()
    body = "tensor([[1., 1.],\n        [1., 1.],\n        [1., 1.]])"
    assert result_text(x, PIPE) == body
    assert result_text(x, TTY) == body + "\nfloat32 · shape (3, 2) · stride (1, 3) · not contiguous · cpu · 24 B · view"
    assert result_text(tc.zeros(2), Screen(tty=True, ascii=True)).split("\n")[1] == "float32 | shape (2,) | stride (1,) | contiguous | cpu | 8 B"
    assert result_text(tc.tensor(1.0, requires_grad=True), TTY).endswith("shape () · stride () · contiguous · cpu · 4 B · requires grad")


def test_colour_is_only_on_the_line_below() -> None:
    text = result_text(tc.zeros(2), Screen(tty=True, color=16))
    assert text == "tensor([0., 0.])\n\x1b[2mfloat32 · shape (2,) · stride (1,) · contiguous · cpu · 8 B\x1b[0m"


@pytest.mark.parametrize(
    ("value", "pipe", "tty"),
    [
        (3, "3", "3"),
        (0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"),
        (math.nan, "nan", "nan"),
        (True, "True", "True"),
        (1 + 2j, "(1+2j)", "(1+2j)"),
        ("a\tb", "a\tb", "'a\\tb'"),
        (None, "", ""),
        ([1, "a"], "[1, 'a']", "[1, 'a']"),
        ((1,), "(1,)", "(1,)"),
        (10**30, "1" + "0" * 30, "1" + "0" * 30),
    ],
)
def test_plain_values(value: Any, pipe: str, tty: str) -> None:
    assert result_text(value, PIPE) == pipe
    assert result_text(value, TTY) == tty


def test_digits() -> None:
    assert result_text(math.pi, Screen(digits=2)) == "3.14"
    assert result_text(1e-9, Screen(digits=4)) == "1.0000e-09"
    assert result_text(1e20, Screen(digits=1)) == "1.0e+20"
    assert result_text(0.0, Screen(digits=2)) == "0.00"
    assert result_text(3, Screen(digits=2)) == "3"
    assert result_text(tc.tensor([math.pi]), Screen(digits=2)) == "tensor([3.14])"
    assert repr(tc.tensor([math.pi])) == "tensor([3.1416])"


def test_one_gradient() -> None:
    r = grad_report("sin(x**2)", {"x": -5.671739307729045}, -0.4303012170000917, {"x": math.pi})
    assert result_text(r, PIPE) == "-5.671739307729045"
    assert result_text(r, TTY) == "-5.671739307729045\nd/dx sin(x**2) · f = -0.430301 · at x = 3.14159"
    assert result_text(r, Screen(tty=True, ascii=True)).isascii()


def test_several_gradients() -> None:
    r = grad_report("(w*x1 + b)**2", {"w": -56.0, "x1": -42.0, "b": tc.tensor([1.0, 2.0])}, 49.0, {"w": 3.0, "x1": 4.0, "b": tc.tensor([0.0, 1.0])})
    assert result_text(r, PIPE) == "w -56.0\nx1 -42.0\nb tensor([1., 2.])"
    assert result_text(r, TTY) == "w   -56.0\nx1  -42.0\nb   tensor([1., 2.])\ngradient of (w*x1 + b)**2 · f = 49 · at w = 3, x1 = 4, b = [0, 1]"


def test_gradients_in_float32_read_back() -> None:
    r = grad_report("x", {"x": tc.tensor(0.1)}, 1.0, {})
    assert result_text(r, PIPE) == "0.1"
    assert result_text(grad_report("x", {"x": None}, 1.0, {}), PIPE) == "None"


def test_higher_orders() -> None:
    r = grad_report("x**3", {"x": 12.0}, 8.0, {"x": 2.0}, order=2)
    assert result_text(r, TTY).split("\n")[1].startswith("d²/dx² x**3")
    assert result_text(r, Screen(tty=True, ascii=True)).split("\n")[1].startswith("d^2/dx^2 x**3")


def test_many_bindings_wrap() -> None:
    names = {f"name{i}": float(i) for i in range(30)}
    text = result_text(grad_report("f", dict.fromkeys(names, 1.0), 1.0, names), TTY)
    assert max(map(cells, text.split("\n"))) <= 80
    assert all(f"name{i} = {i}" in text for i in range(30))


def test_matrix_gradients_stay_aligned() -> None:
    r = grad_report("x", {"W": tc.ones(2, 2), "b": tc.ones(2)}, None, {})
    assert result_text(r, PIPE) == "W tensor([[1., 1.],\n          [1., 1.]])\nb tensor([1., 1.])"


def test_json() -> None:
    found = json.loads(results_json([(None, tc.ones(2, 3).t()), ("y", 1.5), (None, [1, math.nan, "a", None]), (None, {"a": 2**60})]))
    assert found["schema"] == "tcalc/1" and found["error"] is None
    assert found["results"][0] == {
        "type": "tensor", "dtype": "float32", "shape": [3, 2], "stride": [1, 3], "device": "cpu", "requires_grad": False, "data": [[1.0] * 2] * 3,
    }  # fmt: skip
    assert found["results"][1] == {"type": "float", "value": 1.5, "name": "y"}
    assert found["results"][2]["items"][1] == {"type": "float", "value": "nan"}
    assert found["results"][3] == {"type": "dict", "items": {"a": {"type": "int", "value": str(2**60)}}}


def test_json_of_special_tensors() -> None:
    values = [tc.tensor([math.inf, math.nan]), tc.tensor(2), tc.zeros(0, 2), tc.zeros(2, device="meta"), tc.tensor([True]), tc.ones(1).shape]
    found = json.loads(results_json([(None, v) for v in values]))["results"]
    assert [r.get("data", r.get("value")) for r in found] == [["inf", "nan"], 2, [], None, [True], [1]]


def test_json_of_lists_that_hold_themselves() -> None:
    a: list[Any] = [1]
    a.append(a)
    assert json.loads(results_json([(None, a)]))["results"][0]["items"][1] == {"type": "other", "text": "..."}


def test_json_of_an_error() -> None:
    from tcalc.lang.diagnostic import Diagnostic

    found = json.loads(results_json([], Diagnostic("value", "no", "ValueError")))
    assert found["error"]["exception"] == "ValueError" and found["error"]["sentence"] == "no" and found["results"] == []


CARD = """\
v  f32[2,3] cpu  view of base[3,4] via .t()[1:3]  requires_grad no, version 0
├ values   1  5   9    n 6   min 1 [0,0]   max 10 [1,2]   mean 5.5   std 3.619
│          2  6  10    zero 0   NaN 0   +Inf 0   -Inf 0
├ bytes    24 B logical; storage 48 B = 12 cells, 6 used
└ layout   stride [1,4]  offset 1  contiguous NO: row-major [2,3] needs stride [3,1]"""


def base() -> Any:
    return tc.tensor([[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [8.0, 9.0, 10.0, 11.0]])


def test_the_card() -> None:
    r = tensor_report(base().t()[1:3], "v")
    assert plain(lines(r, Screen(width=100))) == CARD
    assert plain(lines(r, Screen(width=100, ascii=True))).isascii()
    assert json.loads(report_text(r, Screen(json=True)))["schema"] == "tcalc.tensor/1"


@pytest.mark.parametrize("width", [40, 60, 80, 100])
@pytest.mark.parametrize(
    "make", [lambda: base().t()[1:3], lambda: tc.arange(1000.0).reshape(2, 5, 100), lambda: tc.tensor([[1.0, math.nan]]), lambda: tc.zeros(0, 2)]
)
def test_cards_fit(make: Any, width: int) -> None:
    rows = plain(lines(tensor_report(make(), "v"), Screen(width=width))).split("\n")
    if width >= 80:
        assert max(map(cells, rows)) <= width
    assert [r.split()[1] for r in rows if r[0] in "├└"] == ["values", "bytes", "layout"]


def test_a_large_card_says_what_is_cut() -> None:
    text = plain(lines(tensor_report(tc.arange(1000.0).reshape(10, 100)), Screen(width=100)))
    assert "dim 0: 3..6 not shown" in text and "dim 1: 3..96 not shown" in text and "[██████████]" in text


def test_rich_says_the_same() -> None:
    pytest.importorskip("rich")
    import io

    from tcalc.render.screen import show

    out = io.StringIO()
    r = tensor_report(base().t()[1:3], "v")
    show(r, Screen(width=100), out)
    assert out.getvalue().rstrip() == CARD
    out = io.StringIO()
    show(r, Screen(width=100, color=1 << 24), out, title="v")
    assert "\x1b[" in out.getvalue() and out.getvalue().count("╭") == 1


def test_small_texts() -> None:
    assert [nbytes_text(n) for n in (0, 10239, 10240, 5 << 20, 3 << 30, 7 << 40)] == ["0 B", "10239 B", "10.0 KiB", "5.0 MiB", "3.0 GiB", "7.0 TiB"]
    assert safe("a\x1b[2J\u202eb") == "a\\x1b[2J\\u202eb"
    assert cells("日本a") == 5 and cells("e\u0301") == 1
