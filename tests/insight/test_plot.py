"""plot: which points are computed, how they look as text, as ASCII and as a picture."""

from __future__ import annotations

import math

import pytest

from tcalc.insight.plot import make, xy
from tcalc.render.plain import lines, plain
from tcalc.render.plot import nice, picture, tick_text
from tcalc.render.style import Screen
from tests.insight.programs import subject
from tests.support import fails, out


def look(expression: str, **given: object) -> object:
    return make(subject("plot", expression, given))


def text(report: object, **options: object) -> list[str]:
    return plain(lines(report, Screen(width=60, **options))).split("\n")  # type: ignore[arg-type]


def test_a_formula_runs_over_the_name_with_a_range() -> None:
    r = look("sin(x) * a", x=(0, 6.0), a=2.0)
    s = r.series[0]  # type: ignore[attr-defined]
    assert (len(s.xs), s.xs[0], s.xs[-1], r.x_label) == (240, 0.0, 6.0, "x")  # type: ignore[attr-defined]
    assert s.ys == pytest.approx([2 * math.sin(x) for x in s.xs])


def test_a_name_without_a_value_is_the_variable() -> None:
    r = look("u**2")
    assert (r.x_label, r.series[0].xs[0], r.notes) == ("u", -5.0, ["u from -5 to 5; u=(0, 1) is another range"])  # type: ignore[attr-defined]


def test_a_formula_that_takes_only_numbers() -> None:
    r = look("math.floor(x) if x > 0 else -1", x=(-1.0, 3.0))
    assert r.series[0].ys[0] == -1 and r.series[0].ys[-1] == 3  # type: ignore[attr-defined]


def test_values_functions_and_matrices() -> None:
    assert look("[3., 1., 2.]").series[0].xs == [0.0, 1.0, 2.0]  # type: ignore[attr-defined]
    assert [s.name for s in look("ones(4, 2)").series] == ["[:, 0]", "[:, 1]"]  # type: ignore[attr-defined]
    assert look("tanh").series[0].ys[-1] == pytest.approx(math.tanh(5))  # type: ignore[attr-defined]
    r = xy(["t", "a", "b"], [[0, 1], [1, 2], [3, 4]])
    assert [(s.name, s.ys) for s in r.series] == [("a", [1.0, 2.0]), ("b", [3.0, 4.0])] and r.to_json()["x_label"] == "t"


def test_the_text_has_the_ends_of_both_axes() -> None:
    shown = text(xy(["x", "y"], [[0, 10], [0, 4]]))
    assert shown[0] == "y over x" and shown[1].startswith(" 4 │") and shown[-3].startswith(" 0 │") and shown[-2].startswith("   └─")
    assert shown[-1].split() == ["0", "x", "10"] and all(len(row) <= 60 for row in shown)
    assert any(0x2800 < ord(c) < 0x2900 for row in shown for c in row)


def test_ascii_and_several_curves() -> None:
    shown = text(xy(["x", "a", "b"], [[0, 1, 2], [0, 1, 0], [1, 0, 1]]), ascii=True)
    assert all(row.isascii() for row in shown) and "* a   o b" in shown[-1]
    assert any("*" in row for row in shown[1:-2]) and any("o" in row for row in shown[1:-2])


def test_what_is_not_finite_is_said() -> None:
    shown = text(xy(["x", "y"], [[0, 1, 2], [1, float("nan"), float("inf")]]))
    assert shown[-1] == "2 points are NaN or infinite and not drawn"
    assert text(xy(["x", "y"], [[0], [float("nan")]]))[1] == "no finite point to draw"
    assert text(xy(["x", "y"], [[1, 1], [2, 2]]))[0] == "y over x"


def test_the_picture() -> None:
    svg = picture(xy(["x", "y < 1"], [[0, 1, 2], [0, 1, float("nan")]])).svg()
    assert svg.startswith("<?xml") and "y &lt; 1 over x" in svg and "c-hue0" in svg and "nan" not in svg.lower().replace("nan or infinite", "")


def test_numbers_at_the_axes() -> None:
    assert nice(0, 1) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0]) and nice(-3, 3) == pytest.approx([-3, -2, -1, 0, 1, 2, 3])
    assert (tick_text(0.25, 1), tick_text(1e9, 1e9), tick_text(0, 1), tick_text(12, 20)) == ("0.25", "1e+09", "0", "12")


def test_mistakes() -> None:
    assert "has shape [2, 2, 2]" in fails("plot(zeros(2, 2, 2))")
    assert "3 xs and 2 ys" in fails("plot_xy([1, 2, 3], [1, 2])")
    assert "a curve runs over one name" in fails("plot(x + y, x=(0, 1), y=(0, 1))")
    assert "name 'c' is not defined" in fails("plot(b*c)") or "name 'b' is not defined" in fails("plot(b*c)")
    assert "takes 2 to" in fails("plot(sin(x), x=(0, 1), points=1)")


def test_the_subcommand(tmp_path: object) -> None:
    assert out("plot", "sin(x)", "-v", "x=(0, 3)", "--points", "10").startswith("sin(x)\n")
    assert '"schema": "tcalc.plot/1"' in out("plot", "[1, 2]", "--json")
