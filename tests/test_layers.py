"""Imports run one way only: cli -> render -> insight -> lang -> engine (a layer may skip layers downwards)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support import ROOT

LAYERS = ("engine", "lang", "insight", "render", "cli")  # each may import itself and what stands before it
COMMON = ("_version", "_start")  # beside the layers, and free of them
FILES = sorted((ROOT / "tcalc").rglob("*.py"))


def imported(path: Path) -> set[str]:
    """The tcalc modules that a file imports, anywhere in it, as absolute dotted names."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names if alias.name.split(".")[0] == "tcalc")
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            base += node.module.split(".") if node.module else []
            if base and base[0] == "tcalc":
                found.update(".".join([*base, alias.name]) for alias in node.names)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_layer_imports_only_downwards(path: Path) -> None:
    layer = path.relative_to(ROOT).parts[1]
    if layer not in LAYERS:
        return  # tcalc/__init__.py and __main__.py stand outside
    allowed = {*LAYERS[: LAYERS.index(layer) + 1], *COMMON}
    for module in imported(path):
        parts = module.split(".")
        target = parts[1] if len(parts) > 1 else ""
        assert target in allowed, f"{path.relative_to(ROOT)} ({layer}) imports {module}"


def test_the_scan_sees_imports() -> None:
    assert any(m.startswith("tcalc.lang.run") for m in imported(ROOT / "tcalc" / "cli" / "console.py"))
    assert len(FILES) > 20
