"""The stub of Tensor's methods is what the ops declare."""

from __future__ import annotations

import ast
import subprocess
import sys

from tests import make_stubs


def test_the_stub_is_fresh():
    """`python tests/make_stubs.py` writes what is there."""
    code = "from tests import make_stubs; import sys; sys.stdout.write(make_stubs.text())"
    fresh = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert fresh == make_stubs.TARGET.read_text(encoding="utf-8")


def test_the_stub_parses_and_names_what_people_use():
    tree = ast.parse(make_stubs.TARGET.read_text(encoding="utf-8"))
    methods = next(n for n in tree.body if isinstance(n, ast.ClassDef))
    found = {n.name: n for n in methods.body if isinstance(n, ast.FunctionDef)}
    assert {"sum", "view", "add_", "masked_fill_", "topk", "softmax", "to"} <= found.keys()
    assert ast.unparse(found["topk"].args) == "self, k: _int, dim: _int=-1, largest: _bool=True, sorted: _bool=True"
    assert ast.unparse(found["topk"].returns) == "tuple[Tensor, Tensor]"
