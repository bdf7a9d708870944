"""examples/gallery: the texts are what the commands print now, every picture is there, and SVGs are self-contained."""

from __future__ import annotations

import importlib.util
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest

from tests.support import ROOT, out

GALLERY = ROOT / "examples" / "gallery"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gallery_make", GALLERY / "make.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ENTRIES = load().ENTRIES
TEXTS = [n for n, (command, _) in ENTRIES.items() if command in ("explain", "layout", "cost", "why")]


@pytest.mark.parametrize("name", TEXTS)
def test_the_text_is_what_the_command_prints(name: str) -> None:
    command, arguments = ENTRIES[name]
    assert (GALLERY / f"{name}.txt").read_text(encoding="utf-8").endswith("\n\n" + out(command, *arguments))


@pytest.mark.parametrize("name", ENTRIES)
def test_every_entry_has_its_pictures(name: str) -> None:
    assert (GALLERY / f"{name}.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    text = (GALLERY / f"{name}.svg").read_text(encoding="utf-8")
    root = ET.fromstring(text)
    assert root.tag.endswith("svg") and "prefers-color-scheme" in text
    assert "<script" not in text and "http" not in text.replace("http://www.w3.org/", "")
    assert f"![{name}]({name}.svg)" in Path(GALLERY / "README.md").read_text(encoding="utf-8")
