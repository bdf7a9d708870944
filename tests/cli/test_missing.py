"""tcalc ops --missing: PyTorch's names against what is here, and the reason where one is out of scope."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from tcalc.cli import missing


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "tcalc", *words], capture_output=True, text=True, encoding="utf-8", check=False)


def test_text() -> None:
    """Namespaces first, then what is out of scope by reason, then the counts."""
    done = run("ops", "--missing")
    assert done.returncode == 0, done.stderr
    assert "out of scope: quantized tensors" in done.stdout
    found = re.search(r"(\d+) of PyTorch's (\d+) names are here; (\d+) are missing, (\d+) out of scope\.", done.stdout)
    assert found is not None
    here, total, gone, out = map(int, found.groups())
    assert here + gone + out == total
    assert total == sum(map(len, missing.listed().values()))


def test_json() -> None:
    """The same as data: a reason, or null where a name may yet come."""
    done = run("ops", "--missing", "--json")
    report = json.loads(done.stdout)
    rows = {(r["namespace"], r["name"]): r["reason"] for r in report["missing"]}
    assert rows["torch", "quantize_per_tensor"] == "quantized tensors"
    assert ("torch", "add") not in rows
    assert ("Tensor", "backward") not in rows
    assert len(rows) == len(report["missing"]) < report["total"]


def test_nothing_of_the_numeric_namespaces_is_missing() -> None:
    """linalg, special and fft are whole."""
    found = missing.missing()
    assert {s: list(found[s]) for s in ("linalg", "special", "fft")} == {"linalg": [], "special": [], "fft": []}


def test_the_list_is_of_the_recorded_version() -> None:
    """The first line says which PyTorch; the namespaces are the six."""
    head = missing.NAMES.read_text(encoding="utf-8").splitlines()[0]
    assert re.match(r"# PyTorch \d+\.\d+", head)
    assert list(missing.listed()) == ["torch", "Tensor", "nn.functional", "linalg", "special", "fft"]


def test_reasons() -> None:
    """The first pattern that fits gives the reason; a plain name has none."""
    assert missing.reason("torch", "sparse_coo_tensor") == "sparse and nested tensors"
    assert missing.reason("torch", "cudnn_convolution") == "kernels of other libraries"
    assert missing.reason("torch", "nosuchfunction") == ""


def test_no_reason_is_idle() -> None:
    """Each reason is that of some name: what has come since takes its reason along."""
    given = {why for names in missing.missing().values() for why in names.values()}
    assert given - {""} == {why for why, _ in missing.REASONS}
