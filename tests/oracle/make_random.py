"""Writes random.json: what PyTorch's CPU generator gives, draw by draw, for tests/engine/test_random.py. Needs torch.

Run: python tests/oracle/make_random.py
"""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import torch

GENERATOR = torch.default_generator
FLOATS = ("float32", "float64", "float16", "bfloat16")
INTS = ("uint8", "int8", "int16", "int32", "int64")


def dt(name):
    return getattr(torch, name)


def array(spec):
    return torch.tensor(spec["array"], dtype=torch.float64).to(dt(spec["dtype"])).reshape(spec["shape"])


def empty(n, name):
    return torch.empty(n, dtype=dt(name))


def random_(n, dtype_name, low=None, high=None):
    return empty(n, dtype_name).random_() if low is None else empty(n, dtype_name).random_(low, high)


CALLS = {
    "uniform": lambda n, dtype_name, low=0.0, high=1.0: empty(n, dtype_name).uniform_(low, high),
    "normal": lambda n, dtype_name, mean=0.0, std=1.0: empty(n, dtype_name).normal_(mean, std),
    "log_normal": lambda n, dtype_name, mean, std: empty(n, dtype_name).log_normal_(mean, std),
    "cauchy": lambda n, dtype_name, median, sigma: empty(n, dtype_name).cauchy_(median, sigma),
    "exponential": lambda n, dtype_name, lambd: empty(n, dtype_name).exponential_(lambd),
    "geometric": lambda n, dtype_name, p: empty(n, dtype_name).geometric_(p),
    "randint": lambda n, low, high, dtype_name="int64": torch.randint(low, high, (n,), dtype=dt(dtype_name)),
    "random_": random_,
    "randperm": lambda n: torch.randperm(n),
    "bernoulli": lambda p, n, dtype_name: empty(n, dtype_name).bernoulli_(array(p) if isinstance(p, dict) else p),
    "dropout_mask": lambda n, p, dtype_name: torch.nn.functional.dropout(torch.ones(n, dtype=dt(dtype_name)), p),
    "poisson": lambda rates, dtype_name: torch.poisson(array(rates)),
    "multinomial": lambda weights, num_samples, replacement: torch.multinomial(array(weights), num_samples, replacement),
    "uniform_one": lambda dtype_name, low=0.0, high=1.0: empty((), dtype_name).uniform_(low, high),
    "normal_one": lambda dtype_name, mean=0.0, std=1.0: empty((), dtype_name).normal_(mean, std),
    "log_normal_one": lambda dtype_name, mean, std: empty((), dtype_name).log_normal_(mean, std),
    "cauchy_one": lambda dtype_name, median, sigma: empty((), dtype_name).cauchy_(median, sigma),
    "exponential_one": lambda dtype_name, lambd: empty((), dtype_name).exponential_(lambd),
    "geometric_one": lambda dtype_name, p: empty((), dtype_name).geometric_(p),
    "randint_one": lambda low, high: torch.randint(low, high, ()),
    "random_one": lambda dtype_name, low=None, high=None: random_((), dtype_name, low, high),
    "bernoulli_one": lambda p, dtype_name, p_dtype_name=None: (
        empty((), dtype_name).bernoulli_(p) if p_dtype_name is None else empty((), dtype_name).bernoulli_(torch.tensor(p, dtype=dt(p_dtype_name)))
    ),
    "dropout_mask_one": lambda p, dtype_name: torch.nn.functional.dropout(torch.ones((), dtype=dt(dtype_name)), p),
    "poisson_one": lambda rate, dtype_name: torch.poisson(torch.tensor(rate, dtype=dt(dtype_name))),
}


def coded(result):
    """A result as JSON: floats in hexadecimal, long results as a digest."""
    if result.numel() > 40:
        raw = result.view(torch.int16) if result.element_size() == 2 and result.is_floating_point() else result
        return {"sha256": hashlib.sha256(raw.numpy().tobytes()).hexdigest()}
    values = result.double() if result.is_floating_point() else result
    flat = [v.hex() if isinstance(v, float) else v for v in values.reshape(-1).tolist()]
    return flat if result.dim() else flat[0]


def state():
    return hashlib.sha256(GENERATOR.get_state().numpy().tobytes()).hexdigest()


def program(seed, calls):
    torch.manual_seed(seed)
    out = []
    for name, args in calls:
        out.append({"call": name, "args": args, "result": coded(CALLS[name](**args))})
    return {"seed": seed, "calls": out, "state": state()}


def some(r):
    """A random call that draws."""
    name = r.choice(FLOATS)
    n = r.choice((1, 2, 3, 5, 15, 16, 17, 20, 32, 33))
    a, b = r.uniform(-5, 5), r.uniform(0.1, 9)
    p = round(r.uniform(0.02, 0.98), 3)
    low = r.randint(-100, 100)
    weights = [round(r.uniform(0.01, 1), 6) for _ in range(12)]
    wide = r.choice(("float32", "float64"))
    return r.choice(
        (
            ("uniform", {"n": n, "dtype_name": name}),
            ("uniform", {"n": n, "dtype_name": name, "low": a, "high": a + b}),
            ("normal", {"n": n, "dtype_name": name}),
            ("normal", {"n": n, "dtype_name": name, "mean": a, "std": b}),
            ("log_normal", {"n": n, "dtype_name": name, "mean": a / 5, "std": b / 5}),
            ("cauchy", {"n": n, "dtype_name": name, "median": a, "sigma": b}),
            ("exponential", {"n": n, "dtype_name": name, "lambd": b}),
            ("geometric", {"n": n, "dtype_name": r.choice((*FLOATS, "int64")), "p": p}),
            ("randint", {"n": n, "low": low, "high": low + r.choice((1, 10, 2**27, 2**28, 2**40))}),
            ("random_", {"n": n, "dtype_name": r.choice((*FLOATS, *INTS, "bool"))}),
            ("random_", {"n": n, "dtype_name": r.choice(INTS), "low": 3, "high": 101}),
            ("random_", {"n": n, "dtype_name": r.choice(INTS), "low": 5, "high": None}),
            ("random_", {"n": n, "dtype_name": "float16", "low": -7, "high": 2000}),
            ("randperm", {"n": n}),
            ("bernoulli", {"p": p, "n": n, "dtype_name": r.choice((*FLOATS, "bool", "int64"))}),
            (
                "bernoulli",
                {"p": {"array": weights, "dtype": wide, "shape": [12]}, "n": 12, "dtype_name": wide},
            ),
            ("dropout_mask", {"n": n, "p": r.choice((0.0, 0.1, 0.5, p, 1.0)), "dtype_name": name}),
            (
                "poisson",
                {"rates": {"array": [w * 40 for w in weights], "dtype": wide, "shape": [12]}, "dtype_name": wide},
            ),
            (
                "multinomial",
                {
                    "weights": {"array": weights, "dtype": wide, "shape": r.choice(([12], [3, 4]))},
                    "num_samples": r.randint(1, 4),
                    "replacement": r.random() < 0.5,
                },
            ),
            ("uniform_one", {"dtype_name": name, "low": a, "high": a + b}),
            ("normal_one", {"dtype_name": name, "mean": a, "std": b}),
            ("normal_one", {"dtype_name": name}),
            ("log_normal_one", {"dtype_name": name, "mean": a / 5, "std": b / 5}),
            ("cauchy_one", {"dtype_name": name, "median": a, "sigma": b}),
            ("exponential_one", {"dtype_name": name, "lambd": b}),
            ("geometric_one", {"dtype_name": r.choice((*FLOATS, "int64")), "p": p}),
            ("randint_one", {"low": low, "high": low + r.choice((1, 10, 2**28))}),
            ("random_one", {"dtype_name": r.choice((*FLOATS, *INTS, "bool"))}),
            ("bernoulli_one", {"p": p, "dtype_name": name}),
            ("bernoulli_one", {"p": p, "dtype_name": name, "p_dtype_name": wide}),
            ("dropout_mask_one", {"p": r.choice((0.0, 0.5, p, 1.0)), "dtype_name": name}),
            ("poisson_one", {"rate": round(b * 4, 3), "dtype_name": wide}),
        )
    )


def main():
    programs = []
    for seed in (42, 0, -1, 2**63, 2**64 - 1, 2**32 + 42):
        for name in FLOATS:
            sizes = (4, 15, 16, 100)
            programs.append(program(seed, [("normal", {"n": n, "dtype_name": name}) for n in sizes]))
            programs.append(program(seed, [("uniform", {"n": n, "dtype_name": name}) for n in sizes]))
    # Long draws: many blocks, many refills of the 624 words.
    for name in FLOATS:
        programs.append(program(1, [("uniform", {"n": 30001, "dtype_name": name})]))
    for name in ("float32", "float16", "bfloat16"):
        programs.append(program(1, [("normal", {"n": 30001, "dtype_name": name})]))
        programs.append(program(2, [("normal", {"n": 30001, "dtype_name": name, "mean": 0.7, "std": 1.9})]))
    programs.append(program(1, [("randperm", {"n": 2000}), ("randint", {"n": 5000, "low": -3, "high": 2**33})]))
    programs.append(program(1, [("bernoulli", {"p": 0.3, "n": 5000, "dtype_name": "bool"})]))
    # The second normal of a pair survives other calls and dtypes, and is forgotten by a new seed.
    pair = [("normal_one", {"dtype_name": "float32"}), ("uniform_one", {"dtype_name": "float32"})]
    block = ("normal", {"n": 16, "dtype_name": "float32"})
    programs.append(program(7, [*pair, block, ("normal_one", {"dtype_name": "float64"})]))
    programs.append(program(7, pair))
    r = random.Random(13)
    for i in range(80):
        programs.append(program(r.getrandbits(64) if i % 2 else i, [some(r) for _ in range(5)]))

    seeds = []
    for seed in (0, 42, -1, -(2**63), 2**63, 2**64 - 1, 2**64, -(2**63) - 1, 2**100):
        try:
            torch.manual_seed(seed)
            seeds.append({"seed": seed, "initial_seed": torch.initial_seed()})
        except Exception as exc:
            seeds.append({"seed": seed, "error": type(exc).__name__, "message": str(exc)})

    errors = []
    for name, args in (
        ("uniform", {"n": 2, "dtype_name": "float32", "low": 2.0, "high": 1.0}),
        ("uniform", {"n": 2, "dtype_name": "float32", "low": 0.0, "high": 1e39}),
        ("uniform", {"n": 2, "dtype_name": "float16", "low": -60000.0, "high": 60000.0}),
        ("uniform", {"n": 2, "dtype_name": "int64"}),
        ("normal", {"n": 2, "dtype_name": "float32", "mean": 0.0, "std": -1.5}),
        ("normal", {"n": 2, "dtype_name": "int64"}),
        ("exponential", {"n": 2, "dtype_name": "float32", "lambd": 0.0}),
        ("exponential", {"n": 2, "dtype_name": "int64", "lambd": 1.0}),
        ("geometric", {"n": 2, "dtype_name": "float32", "p": 1.0}),
        ("cauchy", {"n": 2, "dtype_name": "float32", "median": 0.0, "sigma": 0.0}),
        ("log_normal", {"n": 2, "dtype_name": "float32", "mean": 0.0, "std": 0.0}),
        ("randint", {"n": 2, "low": 3, "high": 3}),
        ("random_", {"n": 2, "dtype_name": "int8", "low": 0, "high": 1000}),
        ("random_", {"n": 2, "dtype_name": "float16", "low": 0, "high": 100000}),
        ("randperm", {"n": -1}),
        ("bernoulli", {"p": 1.5, "n": 2, "dtype_name": "float32"}),
        ("bernoulli", {"p": {"array": [2.0], "dtype": "float32", "shape": [1]}, "n": 1, "dtype_name": "float32"}),
        ("dropout_mask", {"n": 2, "p": 1.5, "dtype_name": "float32"}),
        ("poisson_one", {"rate": -1.0, "dtype_name": "float32"}),
        *(
            (
                "multinomial",
                {"weights": {"array": w, "dtype": "float32", "shape": s}, "num_samples": k, "replacement": rep},
            )
            for w, s, k, rep in (
                ([0.0, 0.0], [2], 1, False),
                ([0.0, 0.0], [2], 2, True),
                ([1.0, -1.0], [2], 1, False),
                ([1.0, -1.0], [2], 3, True),
                ([1.0, float("inf")], [2], 3, True),
                ([1.0, float("nan")], [2], 1, False),
                ([1.0, 2.0], [2], 3, False),
                ([1.0, 2.0], [2], 0, False),
                ([1.0, 2.0], [1, 1, 2], 1, False),
            )
        ),
    ):
        try:
            CALLS[name](**args)
        except Exception as exc:
            errors.append({"call": name, "args": args, "error": type(exc).__name__, "message": str(exc)})
        else:
            raise AssertionError(name)

    data = {"torch": torch.__version__, "programs": programs, "seeds": seeds, "errors": errors}
    target = Path(__file__).with_name("random.json")
    target.write_text(json.dumps(data, separators=(",", ":")).replace('},{"seed"', '},\n{"seed"') + "\n")
    print(target, target.stat().st_size)


if __name__ == "__main__":
    main()
