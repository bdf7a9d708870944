"""Ops that start-up leaves out: the list of their names is fresh, and asking for any of them brings them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import make_late


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_the_list_is_fresh():
    """`python -m tests.make_late` writes what is there."""
    fresh = run("from tests import make_late; import sys; sys.stdout.write(make_late.text())")
    assert fresh == make_late.TARGET.read_text(encoding="utf-8").strip()


ASKED = {
    "e.erf(e.tensor(0.))": "special",
    "e.tensor([2., 1.]).sort()": "sorting",
    "e.nn.functional.gelu(e.tensor(0.))": "activations",
    "e.linalg.det(e.eye(2))": "decompose",
    "e.ones(2) > 0": "logic",
    "e.ones(2) @ e.ones(2)": "linalg",
    "e.ones(2)[0]": "indexing",
    "~e.ones(2).bool()": "logic",
    "e.where(e.tensor(True), 1., 2.)": "selection",
    "e.OPS['sort']": "sorting",
    "len(e.METHODS)": "sorting",
    "sorted(e.NAMESPACES['special'])": "special",
    "dir(e)": "sorting",
}


@pytest.mark.parametrize("ask", ASKED)
def test_each_way_of_asking_brings_them(ask):
    late = f"tcalc.engine.ops.{ASKED[ask]}"
    setup = f"import sys, tcalc.engine as e; before = {late!r} in sys.modules"
    assert run(f"{setup}; {ask}; print(before, {late!r} in sys.modules)") == "False True"


def test_only_what_is_asked_for_comes():
    """sin needs no other family than its own."""
    code = "import sys, tcalc.engine as e; e.OPS['sin']; print(*sorted(m.rpartition('.')[2] for m in sys.modules if '.engine.ops.' in m))"
    assert run(code) == "arithmetic operators pointwise shared"


def test_an_unknown_name_brings_nothing():
    asked = "hasattr(e, 'nosuch'), hasattr(e.tensor(1.), 'nosuch'), 'x' in e.METHODS"
    code = f"import sys, tcalc.engine as e; print({asked}, 'tcalc.engine.ops.sorting' in sys.modules)"
    assert run(code) == "False False False False"


def test_the_order_of_loading_shows_nowhere():
    """An op has the same overloads in the same order whatever was asked for first, and listings the same order of names."""
    listing = "print([(k, [o.name for o in f.overloads]) for k, f in sorted(e.registry.FAMILIES.items())])"
    ask = "; ".join(f"e.OPS[{name!r}]" for name in ("topk", "softmax", "add", "masked_select"))
    assert run(f"import tcalc.engine as e; {listing}") == run(f"import tcalc.engine as e; {ask}; {listing}")
