"""Ops that start-up leaves out: the list of their names is fresh, and asking for any of them brings them."""

from __future__ import annotations

import subprocess
import sys

from tests import make_late


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_the_list_is_fresh():
    """`python -m tests.make_late` writes what is there."""
    fresh = run("from tests import make_late; import sys; sys.stdout.write(make_late.text())")
    assert fresh == make_late.TARGET.read_text(encoding="utf-8").strip()


def test_each_way_of_asking_brings_them():
    for ask in (
        "e.erf(e.tensor(0.))",
        "e.tensor([2., 1.]).sort()",
        "e.nn.functional.gelu(e.tensor(0.))",
        "e.linalg.det(e.eye(2))",
        "e.OPS['sort']",
        "len(e.METHODS)",
        "sorted(e.NAMESPACES['special'])",
        "dir(e)",
    ):
        setup = "import sys, tcalc.engine as e; late = 'tcalc.engine.ops.sorting'; before = late in sys.modules"
        assert run(f"{setup}; {ask}; print(before, late in sys.modules)") == "False True", ask


def test_an_unknown_name_brings_nothing():
    asked = "hasattr(e, 'nosuch'), hasattr(e.tensor(1.), 'nosuch'), 'x' in e.METHODS"
    code = f"import sys, tcalc.engine as e; print({asked}, 'tcalc.engine.ops.sorting' in sys.modules)"
    assert run(code) == "False False False False"
