"""`tcalc bench`: the table of the machine, and the time of an expression."""

from __future__ import annotations

import json

from tests.support import fails, out


def test_the_table() -> None:
    rows = out("bench", "--sizes", "16,32").splitlines()
    assert "CPU ms" in rows[0] and rows[1].startswith("matmul 16x16") and rows[2].startswith("matmul 32x32")
    assert all(float(row[48:].split()[0]) > 0 for row in rows[1:-1]) and rows[-1].startswith("median of")


def test_the_table_as_json() -> None:
    report = json.loads(out("bench", "--sizes", "16", "--json"))
    assert report["schema"] == "tcalc.bench/1" and report["devices"][0] == "cpu"
    assert len(report["rows"]) == 5 and report["rows"][0]["rate"]["cpu"] > 0 and report["rows"][1]["rate"] is None


def test_an_expression() -> None:
    assert "a loop (best" in out("bench", "x @ x", "-v", "x=ones(3, 3)")
    report = json.loads(out("bench", "--json", "x = 2.0; x + 1"))
    assert report["expression"] == "x = 2.0; x + 1" and 0 < report["best"] <= report["mean"] and report["runs"] == 5


def test_mistakes() -> None:
    assert "NameError" in fails("bench", "nothing_of_this_name + 1")
    assert "no expression to measure" in fails("bench", "x = 1", code=2)
    assert "takes sizes such as" in fails("bench", "--sizes", "a", code=2)
