"""Start-up times as ratios to `python -c 'import numpy'`, each beside its target: python benchmarks/startup.py [--rounds 15] [--json]

tcalc is built as a wheel and installed, compiled, into a temporary folder: what a user's machine runs. The commands take turns, so that
a noisy moment hits all of them; medians are compared. Peers that are not installed are left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GRADIENT = "grad(sin(x**2), x=pi)"
ARRAYS = "x = arange(6.).reshape(2,3); (x @ x.T).softmax(dim=-1)"
F2 = (
    "x = linspace(-3, 3, 1000000, requires_grad=True); "
    "y = (0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x**3)))).sum(); y.backward(); y.item() + x.grad.sum().item()"
)
TORCH_GRADIENT = "import torch, math; x = torch.tensor(math.pi, requires_grad=True); torch.sin(x**2).backward(); print(x.grad.item())"
TORCH_F2 = "import torch; from torch import linspace, tanh; " + F2.removesuffix("y.item() + x.grad.sum().item()") + "print(y.item() + x.grad.sum().item())"
JAX_GRADIENT = "import jax, jax.numpy as jnp; print(jax.grad(lambda x: jnp.sin(x**2))(jnp.pi))"

# (command, peer it is compared with, target ratio)
TARGETS = [
    ("tcalc scalar gradient", "numpy", 0.27),
    ("tcalc with arrays", "numpy", 1.0),
    ("tcalc scalar gradient", "qalc", 0.36),
    ("tcalc scalar gradient", "jax gradient", 0.03),
    ("tcalc scalar gradient", "torch gradient", 0.02),
    ("tcalc F2 at 1e6", "torch F2 at 1e6", 0.08),
]


def install(folder: Path) -> None:
    """A compiled install of this checkout in ``folder``."""
    flags = ["--no-build-isolation"] if importlib.util.find_spec("hatchling") else []
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", *flags, "--target", str(folder), str(ROOT)], check=True)


def commands(folder: Path) -> dict[str, list[str]]:
    script = [sys.executable, str(folder / "bin" / "tcalc")]
    if os.name == "nt" or not Path(script[1]).exists():
        script = [sys.executable, "-m", "tcalc"]
    python = [sys.executable, "-c"]
    runs = {
        "numpy": [*python, "import numpy"],
        "bare python": [*python, "pass"],
        "tcalc scalar gradient": [*script, GRADIENT],
        "tcalc with arrays": [*script, ARRAYS],
        "tcalc F2 at 1e6": [*script, F2],
        "tcalc --version": [*script, "--version"],
    }
    if shutil.which("qalc"):
        runs["qalc"] = ["qalc", "-t", "diff(sin(x^2), x, 1, pi)"]
    if importlib.util.find_spec("torch"):
        runs["torch gradient"] = [*python, TORCH_GRADIENT]
        runs["torch F2 at 1e6"] = [*python, TORCH_F2]
    if importlib.util.find_spec("jax"):
        runs["jax gradient"] = [*python, JAX_GRADIENT]
    return runs


def measure(runs: dict[str, list[str]], rounds: int, env: dict[str, str]) -> dict[str, float]:
    """Median seconds of each command over interleaved rounds; slow peers take part in every third."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for i in range(-1, rounds):
        for name, argv in runs.items():
            if i > 0 and i % 3 and name.startswith(("torch", "jax")):
                continue
            start = time.perf_counter()
            done = subprocess.run(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False)
            if done.returncode:
                raise SystemExit(f"{name} failed: {done.stderr.decode()}")
            if i >= 0:  # the first round warms the caches
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(t) for name, t in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    env = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")}
    with tempfile.TemporaryDirectory() as folder:
        install(Path(folder))
        env["PYTHONPATH"] = folder
        median = measure(commands(Path(folder)), options.rounds, env)
    base = median["numpy"]
    rows = [{"what": a, "peer": b, "ratio": median[a] / median[b], "target": t} for a, b, t in TARGETS if a in median and b in median]
    if options.json:
        print(json.dumps({"seconds": median, "ratios": rows}, indent=2))
        return
    print(f"{'command':<26}{'ms':>8}  / import numpy")
    for name, seconds in sorted(median.items(), key=lambda item: item[1]):
        print(f"{name:<26}{seconds * 1000:>8.1f}  {seconds / base:.2f}")
    print()
    for row in rows:
        verdict = "ok" if row["ratio"] <= row["target"] else "MISSED"
        print(f"{row['what']} / {row['peer']:<18} {row['ratio']:.3f}   target <= {row['target']}   {verdict}")


if __name__ == "__main__":
    main()
