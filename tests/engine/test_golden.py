"""Every recorded call of PyTorch gives the same here: values, dtype, shape, stride, node, gradients, printed text, errors."""

from __future__ import annotations

import json
import math
import pathlib
import re
import sys
import warnings

import pytest

import tcalc as torch

ORACLE = pathlib.Path(__file__).parent.parent / "oracle"
sys.path.insert(0, str(ORACLE))  # cases.py is make.py's, too
import cases  # noqa: E402
import samples  # noqa: E402

GOLDEN = json.loads((ORACLE / "golden" / "ops.json").read_text(encoding="utf-8"))["rows"]
SAMPLES = ORACLE / "golden" / "samples.json"
BY_OP: dict[str, list[cases.Case]] = {}
for _case in cases.cases():
    BY_OP.setdefault(_case.op, []).append(_case)

# A few units in the last place; sums and products of a dozen numbers stay inside.
TOLERANCE = {"complex128": 1e-13, "complex64": 2e-6, "float64": 1e-13, "float32": 1e-6, "float16": 1e-3, "bfloat16": 8e-3}
# Which names a missing kernel goes by, and how PyTorch's own C++ spells a type, is nobody's contract.
KERNEL = re.compile(r'^"\w+" (not implemented for .*)$')


# PyTorch has one node where an op here is made of several: the gradients agree, the name at the end does not.
OTHER_NODES = frozenset("torch::autograd::NotImplemented NanToNumBackward0".split())
# What we do on purpose, or leave: case -> why.
KNOWN = {
    "torch.nn.functional.gelu(x) | x=make([-8., -1., 0., 1., 8.]) | float32": "oneDNN's gelu drops the sign of a zero; PyTorch's own keeps it",
    "torch.atan2(x, y) | x=make(2, dtype='float16'), y=make(dtype='float64') | float32": "PyTorch rounds this rule to 16 bits at each step, ours once",
    "torch.digamma(x) | x=make(2, 3, pos=True) | float64": "PyTorch's trigamma is good to 1e-10, SciPy's to the last place",
    "torch.digamma(x) | x=make([0., -0., 1.": "the same, and PyTorch's has no poles",
    "digamma#0.0 float64": "the same",
    "polygamma#0.0 float64": "the same",
    "affine_grid_generator#0.0 int64": "PyTorch rounds the coordinates themselves to integers",
    "affine_grid_generator#0.0 uint8": "the same",
    "affine_grid_generator#0.1 uint8": "the same",
    "convolution#0.4 bool": "PyTorch lets a dtype without kernel pass where there is nothing to compute",
    "mm#0.1 bool": "the same",
    "pdist#0.3": "the same",
    "embedding_bag#0.0 float64": "which of its inner results are empty depends on PyTorch's dtype",
    "grid_sampler#0.1 float16": "PyTorch rounds some steps to 16 bits, ours once",
    "nn.functional.grid_sample#0.2 float16": "the same",
    "nn.functional.grid_sample#0.2 bfloat16": "the same",
    "lobpcg#": "PyTorch's results are views of larger tensors",
    "native_group_norm#": "mean and rstd carry no graph here",
    "nn.functional.scaled_dot_product_attention#0.2 float16": "the sign of a zero",
    "pca_lowrank#0.0 float32": "last places of a decomposition",
    "svd_lowrank#0.0 float32": "the same",
    "polygamma#0.1 float64": "PyTorch's derivative is good to 1e-9",
    "stft#0.2 float64": "last places of a transform",
    "conv_transpose3d#0.0 bfloat16": "PyTorch adds up columns in 16 bits, ours in 32",
    "nn.functional.multi_head_attention_forward#0.1 float32": "last places of products",
    "special.i1#0.0 float16": "PyTorch has the function, and not its derivative, in 16 bits",
    "special.i1#0.0 bfloat16": "the same",
    "special.i1e#0.0 float16": "the same",
    "special.i1e#0.0 bfloat16": "the same",
    "special.i1e#0.0 float32": "a difference of near numbers: its last places are noise",
    "torch.hypot(x, y) | x=make(2, dtype='float16'), y=make(dtype='float64')": "PyTorch rounds this rule to 16 bits at each step, ours once",
    "torch.nn.functional.linear(x, w, b) | x=make(2, 2, 3)": "PyTorch views an addmm; we add",
    "torch.nn.functional.linear(x, w, b) | x=make(3)": "the same",
    "torch.addmm(b, x, y, beta=2, alpha=0.5) | b=make(2), x=make(2, 3), y=make(3, 2) | int64": "PyTorch truncates alpha to 0",
    "x.masked_fill(x > 0, -0.5) | x=make(2, 3), y=make(3) | uint8": "PyTorch refuses, where assignment takes it",
    "special.bessel_y0#0.0 float64": "PyTorch's is good to 1e-13, SciPy's to the last place",
    "complex#0.0 float16": "complex32 is not here",
    "complex#0.1 float16": "the same",
    "view_as_complex#0.0 float16": "the same",
    "linalg.eigvals#0.1 float32": "two eigenvalue solvers, apart in the last places",
    "stft#0.2 float32": "last places of a transform",
    "torch.where(x == 0, x, y) | x=make(2, 3), y=make(2, 3, dtype='complex64')": "PyTorch fails to take the real part of this gradient",
    "torch.where(x == 0, x, y) | x=make(2, 3, dtype='float64'), y=make(2, 3, dtype='complex64')": "the same",
    "torch.linalg.inv(torch.eye(2), out=": "PyTorch lays an empty output out column by column",
    "as_strided_scatter#": "PyTorch gives input the gradient at the places that src overwrote",
    "istft#0.0 bool": "a window of bools",
    "histogramdd#": "its edges have no history here",
}


def known(key: str) -> bool:
    """Whether a case is among the differences on purpose."""
    return any(key.startswith(k) for k in KNOWN)


def close(a: object, b: object, rel: float, scale: float) -> bool:
    """Whether two recorded numbers agree; scale is the largest of their tensor."""
    if isinstance(a, bool) or isinstance(b, bool) or rel == 0:
        return a == b and type(a) is type(b)
    x, y = float(a), float(b)  # type: ignore[arg-type]
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    if math.isinf(x) or math.isinf(y):
        return x == y
    return abs(x - y) <= rel * (max(abs(x), abs(y)) + scale / 4)


def wrong_zero(a: object, b: object, gradient: bool) -> bool:
    """Whether one zero prints a minus and the other does not; a gradient of 0 where PyTorch's is -0 will do."""
    return a != b and float(a) == float(b) == 0 and (str(b) == "-0" or not gradient)  # type: ignore[arg-type]


def differ(want: object, got: object, where: str) -> list[str]:
    """How two descriptions differ, one line each."""
    if isinstance(want, dict) and isinstance(got, dict) and "values" in want and "values" in got:
        fields = ("dtype", "shape", "stride") if want.get("node") in OTHER_NODES else ("dtype", "shape", "stride", "node", "view")
        out = [f"{where}.{k}: {got.get(k)!r}, PyTorch {want[k]!r}" for k in fields if k in want and want[k] != got.get(k)]
        if want["shape"] == got["shape"] and len(want["values"]) == len(got["values"]):
            rel = TOLERANCE.get(want["dtype"], 0)
            if where.startswith("grad") and want["dtype"].endswith("float16"):
                rel *= 5  # rules run in 16 bits, step by step
            finite = [abs(float(v)) for v in want["values"] if not isinstance(v, bool) and math.isfinite(float(v))]
            scale = min(max(finite, default=0.0), 16.0) if len(want["values"]) > 1 else 0.0
            if not all(close(a, b, rel, scale) for a, b in zip(want["values"], got["values"], strict=True)):
                out.append(f"{where}.values: {got['values']}, PyTorch {want['values']}")
            elif (
                rel
                and not want["dtype"].startswith("complex")
                and any(wrong_zero(a, b, where.startswith("grad")) for a, b in zip(want["values"], got["values"], strict=True))
            ):
                out.append(f"{where}: sign of zero: {got['values']}, PyTorch {want['values']}")
        return out
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        return [line for i, (a, b) in enumerate(zip(want, got, strict=True)) for line in differ(a, b, f"{where}[{i}]")]
    if isinstance(want, float) and isinstance(got, (int, float)):
        return [] if close(want, got, 1e-6, 0) else [f"{where}: {got}, PyTorch {want}"]
    return [] if want == got and type(want) is type(got) else [f"{where}: {got!r}, PyTorch {want!r}"]


# Names in the table that the engine does not have yet: their cases wait.
LATER: frozenset[str] = frozenset()


def missing(want: dict, got: dict) -> bool:
    """Whether a case fails only because one of LATER is not there."""
    found = re.search(r"has no attribute '(\w+)'", got.get("message", "")) if got.get("error") == "AttributeError" else None
    return found is not None and found[1] in LATER and want.get("error") != "AttributeError"


def shape_of_text(text: str) -> str:
    """The text without its digits: where values differ in the last place, so may what is printed of them."""
    text = re.sub(r"grad_fn=<\w+>", "grad_fn=<...>", text)
    return re.sub(r"\s+", " ", re.sub(r"-?\d+\.?\d*(e[+-]\d+)?", "#", text))


# PyTorch gives these no derivative, and their results no history.
DIFFERENTIABLE_HERE = ("special.bessel_", "special.modified_bessel_", "special.scaled_modified_", "special.spherical_", "special.airy_ai", "special.chebyshev_",
                       "special.shifted_", "special.hermite_", "special.laguerre_", "special.legendre_")  # fmt: skip


def verdict(want: dict, got: dict) -> list[str]:
    """What is wrong with one case."""
    if "setup" in got:
        return [f"inputs: {got['setup']}"]
    if "error" in want:
        if "error" not in got:
            return [f"gives {got['text']}, PyTorch raises {want['error']}: {want['message']}"]
        a, b = KERNEL.match(want["message"]), KERNEL.match(got["message"])
        same = a is not None and b is not None and a[1] == b[1]
        if got["error"] != want["error"] or not (same or got["message"] == want["message"]):
            return [f"raises {got['error']}: {got['message']}, PyTorch {want['error']}: {want['message']}"]
        return []
    if "error" in got:
        return [f"raises {got['error']}: {got['message']}, PyTorch gives {want['text']}"]
    out = differ(want["out"], got["out"], "out")
    grads, mine = want.get("grads"), got.get("grads")
    if (grads is None) != (mine is None):
        out.append(f"gradients {'missing' if mine is None else 'where PyTorch has none'}")
    elif grads and mine:
        if "error" in grads or "error" in mine:
            if grads != mine:
                out.append(f"backward: {mine}, PyTorch {grads}")
        else:
            for n in grads:
                out += differ(grads[n], mine[n], f"grad {n}")
    exact = want["out"] == got["out"]
    if not out and (want["text"] != got["text"] if exact else shape_of_text(want["text"]) != shape_of_text(got["text"])):
        out.append(f"prints\n{got['text']}\nPyTorch\n{want['text']}")
    return out


def without_history(found: dict) -> dict:
    """The values alone."""
    if "out" not in found:
        return found
    out = {k: v for k, v in found["out"].items() if k != "node"}
    return {"out": out, "text": re.sub(r",\s*grad_fn=<\w+>", "", found["text"])}


def test_golden_is_complete() -> None:
    """make.py ran after the table last changed."""
    assert [c.key for c in cases.cases()] == list(GOLDEN)


@pytest.mark.parametrize("op", sorted(BY_OP))
def test_op(op: str) -> None:
    """All cases of one op."""
    failed = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case in BY_OP[op]:
            want, got = GOLDEN[case.key], cases.observe(torch, case)
            if known(case.key) or missing(want, got):
                continue
            failed += [f"{case.key}\n    {line}" for line in verdict(want, got)]
    if failed:
        pytest.fail(f"{len(failed)} differences in {len(BY_OP[op])} cases\n" + "\n".join(failed[:40]), pytrace=False)


def without_signs(found: dict) -> dict:
    """The outcome with its imaginary zeros printed without their sign."""
    return {**found, "text": re.sub(r"[+-](0\.0*j)", r"+\1", found["text"])} if "text" in found else found


def test_later_names_are_still_missing() -> None:
    """LATER names only what is not here: whoever adds one takes it out."""
    spaces = (torch, torch.Tensor, torch.nn.functional)
    assert [n for n in sorted(LATER) if any(hasattr(s, n) for s in spaces)] == []


def test_samples() -> None:
    """The registry's own samples: whatever make.py recorded of them."""
    if not SAMPLES.exists():
        pytest.skip("no samples recorded yet")
    recorded = json.loads(SAMPLES.read_text(encoding="utf-8"))["rows"]
    failed, seen = [], 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for op in samples.ops():
            for key, got in samples.runs(torch, op):
                if key in recorded:
                    seen += 1
                    if known(key):
                        continue
                    want = recorded[key]
                    if key.startswith(DIFFERENTIABLE_HERE):
                        want, got = without_history(want), without_history(got)
                    if key.startswith("fft."):  # the sign of an imaginary part that is 0 is a matter of the order of additions
                        want, got = without_signs(want), without_signs(got)
                    failed += [f"{key}\n    {line}" for line in verdict(want, got)]
    assert seen == len(recorded), f"{len(recorded) - seen} recorded samples are gone: run tests/oracle/make.py"
    if failed:
        pytest.fail(f"{len(failed)} differences in {seen} samples\n" + "\n".join(failed[:60]), pytrace=False)
