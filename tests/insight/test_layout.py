"""layout: every address against the strides, cells against brute force, the picture's two halves."""

from __future__ import annotations

import itertools
import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from tcalc.render.canvas import Canvas
from tcalc.render.layout import picture
from tests.insight.reports import report, shown

SVG = "{http://www.w3.org/2000/svg}"
VIEWS = [
    "x", "x.T", "x.t()[1:3]", "x[:, ::2]", "x.expand(2, 3, 4)", "x[1]", "x.unfold(1, 2, 1)", "x.reshape(2, 2, 3)", "x.diagonal()", "x[1, 2]", "x[:0]",
    "x.t().reshape(12)", "x.unsqueeze(0).permute(2, 0, 1)",
]  # fmt: skip


@pytest.mark.parametrize("text", VIEWS)
def test_every_element_lies_where_the_formula_says(text: str) -> None:
    r = report("layout", text, "x = arange(12).view(3, 4)")
    g = r.geometry
    found: dict[int, list[tuple[int, ...]]] = {}
    for index in itertools.product(*map(range, g.shape)):
        found.setdefault(g.offset + sum(i * s for i, s in zip(index, g.stride, strict=True)), []).append(index)
    assert {c.cell: (c.refs, list(c.indices)) for c in r.cells if c.refs} == {c: (len(v), v[:4]) for c, v in found.items()}
    assert r.used == len(found) and r.overlap == any(len(v) > 1 for v in found.values())
    assert len(r.cells) == r.storage_cells and r.storage_bytes == 8 * r.storage_cells
    if not r.geometry.contiguous:
        assert r.why_not and r.copy_bytes == g.nbytes
    # x counts 0, 1, 2 ...: a cell's value is its own number
    if "reshape(12)" not in text:
        assert all(c.value == str(c.cell) for c in r.cells if c.refs)


def test_the_whole_text() -> None:
    r = report("layout", "v", "base = arange(12).view(3, 4); v = base.t()[1:3]")
    assert shown(r) == (
        "v  i64[2,3] cpu\n"
        "view of    a tensor [12] via .view(3, 4).t()[1:3]\n"
        "           .view(3, 4): [3,4], stride [4,1]\n"
        "           .t(): [4,3], stride [1,4]\n"
        "           [1:3]: [2,3], stride [1,4], offset 1\n"
        "storage    96 B = 12 cells of 8 B; 6 of 12 cells used, version 0\n"
        "address    address(i,j) = 1 + 1*i + 4*j\n"
        "           dim 0 (2): +1 cell (8 B), row-major would be +3\n"
        "           dim 1 (3): +4 cells (32 B), row-major would be +1\n"
        "contiguous NO: dim 1 steps 4 cells, where 1 is needed; row-major [2,3] has\n"
        "           strides [3,1]; contiguous() would copy 48 B\n"
        "shared by  base i64[3,4], stride [4,1], offset 0, 6 cells in common\n"
        "\n"
        "cell       0   1   2   3   4   5   6   7   8   9  10  11\n"
        "index      . 0,0 1,0   .   . 0,1 1,1   .   . 0,2 1,2   .\n"
        "value          1   2           5   6           9  10"
    )


def test_aliases_are_the_live_variables_over_the_same_memory() -> None:
    r = report("layout", "x[0]", "x = zeros(3, 4); y = x[1:]; z = x.T; w = x.clone(); d = x.detach()")
    assert {(a.name, a.shared) for a in r.aliases} == {("x", 4), ("y", 0), ("z", 4), ("d", 4)}


def test_a_large_storage_shows_runs_and_counts_the_gaps() -> None:
    r = report("layout", "x[:, :10]", "x = zeros(100, 100)")
    assert r.cells == () and len(r.runs) == 8 and r.runs_hidden == 92
    assert [(run.first, run.last, run.gap) for run in r.runs[:2]] == [(0, 9, 0), (100, 109, 90)]
    assert "92 more runs" in shown(r) and "90 unused behind them" in shown(r)


def test_meta_and_huge_tensors_have_layouts_too() -> None:
    r = report("layout", "q.transpose(1, 2)", q="meta(32, 16, 4096, 128)")
    assert r.runs is None and r.used == 32 * 16 * 4096 * 128 and not r.geometry.contiguous
    assert "address(i,j,k,l) = 0 + 8388608*i + 128*j + 524288*k + 1*l" in shown(r)
    small = report("layout", "meta(2, 3).t()")
    assert [c.value for c in small.cells] == [None] * 6 and "value" not in shown(small)


@pytest.mark.parametrize("text", VIEWS)
def test_eighty_columns_ascii_and_two_runs(text: str) -> None:
    r = report("layout", text, "x = arange(12).view(3, 4)")
    assert max(map(len, shown(r).split("\n"))) <= 80 and shown(r, ascii=True).isascii()
    assert shown(r) == shown(report("layout", text, "x = arange(12).view(3, 4)"))


def drawn(r: Any) -> tuple[ET.Element, Canvas]:
    canvas = picture(r)
    return ET.fromstring(canvas.svg()), canvas


def test_the_picture_has_a_cell_and_an_element_for_each_other() -> None:
    root, _ = drawn(report("layout", "v", "base = arange(12).view(3, 4); v = base.t()[1:3]"))
    groups = [g for g in root.iter(SVG + "g") if (g.get("class") or "").startswith("k-")]
    names = [g.get("class") for g in groups]
    assert sorted(set(names)) == ["k-c1", "k-c10", "k-c2", "k-c5", "k-c6", "k-c9"] and all(names.count(n) == 2 for n in names)
    fills = {n: {g.find(SVG + "rect").get("class") for g in groups if g.get("class") == n} for n in names}  # type: ignore[union-attr]
    assert all(len(f) == 1 for f in fills.values())  # the same hue in both
    css = root.findtext(SVG + "style") or ""
    assert "svg:has(.k-c1:hover) .k-c1 rect" in css and "prefers-color-scheme:dark" in css
    words = ["".join(t.itertext()) for t in root.iter(SVG + "text")]
    assert "dim 0: +1" in words and "dim 1: +4" in words
    assert sum(1 for p in root.iter(SVG + "path") if p.get("marker-end")) == 2


def test_the_picture_as_png_and_of_any_rank() -> None:
    for text in ("x", "x[0]", "x.view(2, 2, 3)", "x.view(1, 2, 2, 3)", "x.expand(2, 3, 4)", "x[0, 0]", "x[:0]", "zeros(40, 40)"):
        root, canvas = drawn(report("layout", text, "x = arange(12.).view(3, 4)"))
        assert float(root.get("width") or 0) > 50
    assert canvas.png()[:4] == b"\x89PNG"


def test_json() -> None:
    data = json.loads(json.dumps(report("layout", "x.expand(2, 3)", "x = ones(3)").to_json()))
    assert data["schema"] == "tcalc.layout/1" and data["overlap"] is True and data["base"] == "x[3]"
    assert data["cells"][0] == {"cell": 0, "indices": [[0, 0], [1, 0]], "refs": 2, "value": "1"}
    assert data["dims"][0] == {"dim": 0, "size": 2, "stride": 0, "nbytes": 0, "row_major": 3, "fits": False}
