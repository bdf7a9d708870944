"""docs/ops.md is what the registry says, and names no op in its list of differences that is not there."""

from __future__ import annotations

from tests import make_ops


def test_fresh() -> None:
    """python tests/make_ops.py was run after the last op was added."""
    assert make_ops.TARGET.read_text(encoding="utf-8") == make_ops.text(), "run python tests/make_ops.py"


def test_differences_name_ops() -> None:
    """Every difference belongs to a function."""
    from tcalc.engine.registry import FAMILIES

    assert [key for key in make_ops.DIFFERS if key not in FAMILIES] == []
