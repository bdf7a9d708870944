"""Writes tcalc/engine/late.py: every name that the modules left out at start-up declare. Run it after adding an op to one of them."""

from __future__ import annotations

from pathlib import Path

import tcalc.engine  # noqa: F401 - registers the ops
from tcalc.engine import registry

TARGET = Path(__file__).resolve().parent.parent / "tcalc" / "engine" / "late.py"


def text() -> str:
    """The module's source, from what is registered now against what start-up registered."""
    tables = (registry.OPS, registry.FAMILIES, registry.METHODS, *registry.NAMESPACES.values())
    before = [set(dict.keys(t)) for t in tables]
    registry.load_late()
    late = sorted(set().union(*(set(dict.keys(t)) - b for t, b in zip(tables, before, strict=True))))
    lines, line = [], "   "
    for name in late:
        if len(line) + len(name) > 150:
            lines.append(line)
            line = "   "
        line += " " + name
    lines.append(line)
    return (
        '"""Names of the ops that start-up leaves out (see ops/__init__.py). Written by tests/make_late.py; a test keeps it fresh."""\n\n'
        "from __future__ import annotations\n\n"
        'LATE = frozenset(\n    """\n' + "\n".join(lines) + '\n    """.split()\n)\n'
    )


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
