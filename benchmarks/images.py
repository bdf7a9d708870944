"""Convolution and pooling, forward and backward, as ratios to PyTorch eager where it is installed.

    python benchmarks/images.py            # each engine in a process of its own, asked in turn, first with one thread and then with all
    python benchmarks/images.py conv2d     # the cases whose name contains this

The best of several runs counts: a batch of images is small work, and whatever else runs on the machine disturbs it.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import subprocess
import sys
import time

ROUNDS = 3
SECONDS = 0.4  # a case, in each round
# name -> function, input, weight (or None), keywords
CASES = {
    "conv2d 8x3x32x32, 16 of 3x3": ("conv2d", (8, 3, 32, 32), (16, 3, 3, 3), {"padding": 1}),
    "conv2d 16x1x28x28, 32 of 3x3": ("conv2d", (16, 1, 28, 28), (32, 1, 3, 3), {}),
    "conv2d 32x1x28x28, 6 of 5x5": ("conv2d", (32, 1, 28, 28), (6, 1, 5, 5), {}),
    "conv2d 16x32x28x28, 64 of 3x3": ("conv2d", (16, 32, 28, 28), (64, 32, 3, 3), {"padding": 1}),
    "conv2d 8x64x28x28, 64 of 3x3": ("conv2d", (8, 64, 28, 28), (64, 64, 3, 3), {"padding": 1}),
    "conv2d 32x16x32x32, 32 of 3x3, stride 2": ("conv2d", (32, 16, 32, 32), (32, 16, 3, 3), {"padding": 1, "stride": 2}),
    "conv2d 16x64x28x28, 64 of 1x1": ("conv2d", (16, 64, 28, 28), (64, 64, 1, 1), {}),
    "conv2d 8x3x64x64, 16 of 3x3": ("conv2d", (8, 3, 64, 64), (16, 3, 3, 3), {"padding": 1}),
    "conv2d 8x32x28x28, a 3x3 each": ("conv2d", (8, 32, 28, 28), (32, 1, 3, 3), {"padding": 1, "groups": 32}),
    "conv_transpose2d 8x32x14x14, 16 of 4x4": ("conv_transpose2d", (8, 32, 14, 14), (32, 16, 4, 4), {"stride": 2, "padding": 1}),
    "conv1d 32x32x256, 64 of 3": ("conv1d", (32, 32, 256), (64, 32, 3), {"padding": 1}),
    "max_pool2d 16x32x28x28, 2": ("max_pool2d", (16, 32, 28, 28), None, {"kernel_size": 2}),
    "max_pool2d 8x16x64x64, 3, stride 2": ("max_pool2d", (8, 16, 64, 64), None, {"kernel_size": 3, "stride": 2, "padding": 1}),
    "avg_pool2d 16x32x28x28, 2": ("avg_pool2d", (16, 32, 28, 28), None, {"kernel_size": 2}),
    "adaptive_avg_pool2d 16x32x28x28, 7": ("adaptive_avg_pool2d", (16, 32, 28, 28), None, {"output_size": 7}),
}


def measure(module, wanted):
    """[seconds forward, seconds backward] of each case, the best of SECONDS."""
    torch = importlib.import_module(module)
    threads = os.environ.get("OPENBLAS_NUM_THREADS")
    if module == "torch" and threads:
        torch.set_num_threads(int(threads))
    out = {}
    for case, (name, shape, kernel, options) in CASES.items():
        if wanted not in case:
            continue
        torch.manual_seed(0)
        leaves = [torch.randn(*shape, requires_grad=True)]
        if kernel:
            made = kernel[1] if "transpose" in name else kernel[0]
            leaves += [torch.randn(*kernel, requires_grad=True), torch.randn(made, requires_grad=True)]
        function = getattr(torch.nn.functional, name)
        seed = torch.ones_like(function(*leaves, **options).detach())
        best, end = [9.0, 9.0], time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            start = time.perf_counter()
            y = function(*leaves, **options)
            middle = time.perf_counter()
            torch.autograd.grad(y, leaves, seed)
            stop = time.perf_counter()
            best = [min(best[0], middle - start), min(best[1], stop - middle)]
        out[case] = best
    return out


def ask(module, wanted, threads):
    """measure() in a fresh process."""
    env = {**os.environ, **({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"} if threads == 1 else {})}
    got = subprocess.run([sys.executable, __file__, "--measure", module, wanted], capture_output=True, text=True, check=True, env=env)
    return json.loads(got.stdout)


def main(wanted):
    """Print the tables."""
    peers = ["tcalc"] + (["torch"] if importlib.util.find_spec("torch") else [])
    for threads in (1, 0):
        best = {}
        for _ in range(ROUNDS):
            for p in peers:
                for case, (forward, backward) in ask(p, wanted, threads).items():
                    have = best.setdefault((p, case), (9.0, 9.0))
                    best[p, case] = (min(have[0], forward), min(have[1], backward))
        head = f"{'ms, one thread' if threads == 1 else 'ms, all threads':42}" + "".join(f"{p + ' forward':>15}{'backward':>10}" for p in peers)
        print(head + "    ratios" * (len(peers) > 1))
        for case in CASES:
            if ("tcalc", case) in best:
                row = f"{case:42}" + "".join(f"{best[p, case][0] * 1e3:15.2f}{best[p, case][1] * 1e3:10.2f}" for p in peers)
                if len(peers) > 1:
                    row += "".join(f"{best['tcalc', case][k] / best['torch', case][k]:8.2f}" for k in (0, 1))
                print(row)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(sys.argv[2], sys.argv[3])))
    else:
        main(sys.argv[1] if len(sys.argv) > 1 else "")
