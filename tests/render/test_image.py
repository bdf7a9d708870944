"""Pictures: the SVG's structure, files written whole or not at all, and what happens without Graphviz."""

from __future__ import annotations

import os
import re
import stat
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tcalc.render import image
from tcalc.render.image import RenderError, find_program, format_of, graph_bytes, save_graph, write_file
from tests.render.handmade import mockup, square, troubled

SVG = "{http://www.w3.org/2000/svg}"


def drawn(report: object) -> ET.Element:
    return ET.fromstring(graph_bytes(report, "svg"))


def groups(root: ET.Element, kind: str) -> list[ET.Element]:
    return [g for g in root.iter(SVG + "g") if kind in (g.get("class") or "").split()]


def words(g: ET.Element) -> list[str]:
    return ["".join(t.itertext()).replace("\xa0", " ") for t in g.iter(SVG + "text")]


def test_every_node_and_edge_is_there() -> None:
    root = drawn(mockup())
    assert {k: len(groups(root, k)) for k in ("data", "param", "const", "op", "output", "saved", "forward", "backward")} == {
        "data": 1, "param": 2, "const": 1, "op": 5, "output": 1, "saved": 3, "forward": 9, "backward": 8,
    }  # fmt: skip
    assert words(groups(root, "output")[0]) == ["L  n6  mean", "1.0168", "g 1"]


def test_parallel_edges_are_two() -> None:
    root = drawn(square())
    assert len(groups(root, "forward")) == 2 and len(groups(root, "backward")) == 2


def test_tooltips_say_everything() -> None:
    root = drawn(mockup())
    tips = [g.findtext(SVG + "title") for kind in ("node", "forward", "backward") for g in groups(root, kind)]
    assert all(tips)
    n3 = next(t for t in tips if t and t.startswith("n3 = h"))
    assert n3.split("\n")[:4] == ["n3 = h: tanh", "float32 [2,2] cpu", "value -0.57 to 0.98, norm 1.4", "gradient -0.29 to 0.8, norm 1.0084"]
    assert n3.split("\n")[4:] == ["saved result f32[2,2] 16 B (as input, version 0)", "TanhBackward0"]
    assert "n1 sends back to W (for other)\nx.T @ g\n-0.5 to 0.3, norm 0.7181" in tips
    assert root.findtext(SVG + "title") == "graph of ((x@W + b).tanh() - t).pow(2).mean()"


def test_one_style_sheet_for_light_and_dark() -> None:
    text = graph_bytes(mockup(), "svg").decode()
    assert text.count("<style>") == 1 and "prefers-color-scheme:dark" in text
    assert "#56B4E9" in text and "#0072b2" in text.lower()
    assert "var(" not in text  # viewers without variables draw it, too
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", text)  # nothing is fetched


def test_gradients_have_their_own_colour() -> None:
    lines = [t for t in drawn(mockup()).iter(SVG + "text") if t.get("class") == "grad"]
    assert len(lines) == 9 and all("".join(t.itertext()).startswith(("|g|", "g")) for t in lines)


def test_hostile_names() -> None:
    root = drawn(troubled())
    assert 'x "a"<b>\\x1b' in [w for g in groups(root, "node") for w in words(g)]
    assert len(groups(root, "nan")) == 2 and len(groups(root, "group")) == 1 and len(groups(root, "view")) == 1


def test_svg_is_the_same_twice() -> None:
    assert graph_bytes(mockup(), "svg") == graph_bytes(mockup(), "svg")


def test_text_stays_inside_its_box() -> None:
    """Courier is 0.6 em wide: no line is wider than the node around it."""
    for g in groups(drawn(mockup()), "node"):
        shape = g.find(SVG + "polygon")
        numbers = shape.get("points") if shape is not None else g.find(SVG + "path").get("d")  # type: ignore[union-attr]
        xs = [float(x) for x in re.findall(r"(-?[\d.]+),-?[\d.]+", numbers or "")]
        for t in g.iter(SVG + "text"):
            size = float(t.get("font-size") or 0)
            assert len("".join(t.itertext())) * 0.6 * size <= max(xs) - min(xs) + 0.5


def test_labels_do_not_overlap() -> None:
    """No two texts of a picture share ground."""
    for report in (mockup(), square(), troubled()):
        boxes = []
        for t in drawn(report).iter(SVG + "text"):
            size, text = float(t.get("font-size") or 0), "".join(t.itertext())
            x, y, w = float(t.get("x") or 0), float(t.get("y") or 0), 0.6 * size * len(text.strip())
            if text.strip():
                left = x - w / 2 if t.get("text-anchor") == "middle" else x
                boxes.append((left, y - 0.7 * size, left + w, y, text))
        for i, a in enumerate(boxes):
            for b in boxes[i + 1 :]:
                assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a[4], b[4])


def test_png(tmp_path: Path) -> None:
    save_graph(mockup(), str(tmp_path / "a.png"))
    data = (tmp_path / "a.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(data[16:20], "big") > 1000


@pytest.mark.parametrize(("name", "begins"), [("a.dot", b"digraph"), ("a.mmd", b"flowchart"), ("a.json", b"{"), ("a.txt", b"L mean"), ("A.SVG", b"<?xml")])
def test_formats(tmp_path: Path, name: str, begins: bytes) -> None:
    save_graph(mockup(), str(tmp_path / name))
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.svg.gz", ".svg"])
def test_unknown_suffixes_name_the_known_ones(name: str) -> None:
    with pytest.raises(RenderError) as caught:
        format_of(name)
    assert ".svg, .png, .dot, .mmd, .json or .txt" in caught.value.facts.hints[0]


def test_a_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.txt"
    target.write_text("before")
    monkeypatch.setattr(os, "replace", lambda a, b: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        write_file(str(target), b"after")
    assert target.read_text() == "before" and os.listdir(tmp_path) == ["a.txt"]


def test_modes_and_links_stay(tmp_path: Path) -> None:
    target, link = tmp_path / "a.txt", tmp_path / "b.txt"
    target.write_text("before")
    target.chmod(0o640)
    link.symlink_to(target)
    write_file(str(link), b"after")
    assert link.is_symlink() and target.read_bytes() == b"after"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_missing_folder_names_the_file_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        write_file(str(tmp_path / "no" / "a.svg"), b"")
    assert str(caught.value.filename).endswith(os.path.join("no", "a.svg"))
    with pytest.raises(IsADirectoryError):
        write_file(str(tmp_path), b"")


def test_the_program_comes_with_the_install() -> None:
    assert os.path.basename(find_program()).startswith("graphviz-pure")
    with pytest.raises(RenderError, match="is no engine"):
        find_program("neato")


def test_without_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *a, **k: None)
    monkeypatch.setattr(image, "_from_metadata", lambda: None)
    with pytest.raises(RenderError, match="no Graphviz program") as caught:
        graph_bytes(mockup(), "svg")
    assert "pip install graphviz-pure" in caught.value.facts.hints[0]
    assert graph_bytes(mockup(), "dot").startswith(b"digraph")  # text needs none
    with pytest.raises(RenderError, match="not installed"):
        find_program("graphviz-pure")


def test_a_failing_program_is_reported(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho 'syntax error' >&2\nexit 3\n")
    broken.chmod(0o755)
    with pytest.raises(RenderError, match="broken failed: syntax error"):
        image.layout("digraph {}", "svg", str(broken))
    with pytest.raises(RenderError, match="no program at"):
        find_program(str(tmp_path / "none"))
