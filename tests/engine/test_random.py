"""Random streams against PyTorch's own (tests/oracle/random.json), bit for bit."""

from __future__ import annotations

import hashlib
import json
import math
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tcalc.engine import random as rnd

GOLDEN = json.loads((Path(__file__).parents[1] / "oracle" / "random.json").read_text())
# log, cos and their like come from the C library, and PyTorch's figures from glibc's.
EXACT = platform.libc_ver()[0] == "glibc"


def arguments(args):
    out = dict(args)
    for key, value in args.items():
        if isinstance(value, dict):
            flat = np.array(value["array"], np.float64).astype(value["dtype"])
            out[key] = flat.reshape(value["shape"])
    return out


def agree(got, want):
    if isinstance(want, dict):
        assert hashlib.sha256(got.tobytes()).hexdigest() == want["sha256"]
        return
    if not isinstance(want, list):
        got, want = [got], [want]
    else:
        got = got.ravel().astype(np.float64).tolist() if got.dtype.kind in "fV" else got.ravel().tolist()
    assert len(got) == len(want)
    for g, w in zip(got, want):
        if isinstance(w, str):
            assert isinstance(g, float)
            assert g.hex() == w or (not EXACT and math.isclose(g, float.fromhex(w), rel_tol=1e-6))
        else:
            assert g == w and type(g) is type(w)


@pytest.mark.parametrize("program", GOLDEN["programs"], ids=lambda p: f"{p['calls'][0]['call']}-{p['seed']}")
def test_streams(program):
    generator = rnd.Generator().manual_seed(program["seed"])
    for call in program["calls"]:
        agree(getattr(generator, call["call"])(**arguments(call["args"])), call["result"])
    if EXACT:
        assert hashlib.sha256(generator.get_state()).hexdigest() == program["state"]


@pytest.mark.parametrize("case", GOLDEN["seeds"], ids=lambda c: str(c["seed"]))
def test_seeds(case):
    if "error" in case:
        with pytest.raises(ValueError) as caught:
            rnd.Generator().manual_seed(case["seed"])
        assert (caught.type.__name__, str(caught.value)) == (case["error"], case["message"])
    else:
        generator = rnd.Generator()
        assert generator.manual_seed(case["seed"]) is generator
        assert generator.initial_seed() == case["initial_seed"]


@pytest.mark.parametrize("case", GOLDEN["errors"], ids=lambda c: c["message"][:40])
def test_errors(case):
    with pytest.raises(Exception) as caught:
        getattr(rnd.Generator(), case["call"])(**arguments(case["args"]))
    assert (caught.type.__name__, str(caught.value)) == (case["error"], case["message"])


def test_seed_types():
    with pytest.raises(RuntimeError, match="manual_seed expected a long, but got float"):
        rnd.Generator().manual_seed(1.5)  # type: ignore[arg-type]
    assert rnd.manual_seed(1.5) is rnd.default_generator  # the function, unlike the method, converts
    assert rnd.initial_seed() == 1


def test_unseeded():
    assert rnd.Generator().initial_seed() == 67280421310721
    assert rnd.seed() != rnd.seed()
    assert 0 <= rnd.seed() < 1 << 64


def test_state_goes_round():
    a = rnd.Generator().manual_seed(3)
    fresh = a.get_state()
    assert len(fresh) == 5056
    first = [a.normal_one() for _ in range(3)]  # one normal is left over
    b = a.clone_state()
    assert [a.normal_one(), a.uniform_one()] == [b.normal_one(), b.uniform_one()]
    a.set_state(fresh)
    assert [a.normal_one() for _ in range(3)] == first
    with pytest.raises(RuntimeError, match="Expected a CPUGeneratorImplState of size 5056"):
        a.set_state(b"abc")
    with pytest.raises(RuntimeError, match="Invalid mt19937 state"):
        a.set_state(bytes(5056))


def test_one_by_one_and_many_mix():
    a, b = rnd.Generator().manual_seed(5), rnd.Generator().manual_seed(5)
    ones = [a.uniform_one() for _ in range(1300)]
    assert b.uniform(1000).tolist() + [b.uniform_one()] + b.uniform(299).tolist() == ones
    assert a.get_state() == b.get_state()


def test_bulk_draws_are_the_same_stream(monkeypatch):
    a, b = rnd.Generator().manual_seed(5), rnd.Generator().manual_seed(5)
    a.uniform_one()
    b.uniform_one()
    want = a._words(1000)
    monkeypatch.setattr(rnd, "_BULK", 1)
    assert (b._words(1000) == want).all()
    assert a.get_state() == b.get_state()


@pytest.mark.parametrize("name", ["uniform", "normal", "exponential"])
def test_nothing_drawn_for_nothing(name):
    generator = rnd.Generator().manual_seed(1)
    before = generator.get_state()[24:]
    assert getattr(generator, name)(0, "float32").shape == (0,)
    assert generator.get_state()[24:] == before


def test_complex():
    a, b = rnd.Generator().manual_seed(5), rnd.Generator().manual_seed(5)
    assert (a.uniform(3, "complex64").view("float32") == b.uniform(6)).all()
    assert a.normal(3, "complex128").dtype == np.complex128


def test_default_generator_of_a_new_process_differs_and_needs_no_numpy():
    code = "import sys; from tcalc.engine import random as r; print(r.default_generator.normal_one(), r.initial_seed());assert 'numpy' not in sys.modules"
    out = {subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(2)}
    assert len(out) == 2
