"""What an op on the tape costs: forward and backward of 1,000-op chains, as ratios to PyTorch eager where it is installed.

    python benchmarks/tape.py            # medians; each engine in a process of its own, asked in turn

Prints each ratio beside its target. Without PyTorch it prints microseconds an op alone.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import subprocess
import sys
import time

OPS = 1000
ROUNDS = 7
CASES = ("scalar arithmetic", "scalar functions", "10 elements arithmetic", "10 elements functions", "gradient descent step", "1e6 elements")
TARGETS = {
    "scalar arithmetic": 0.25,
    "scalar functions": 0.25,
    "10 elements arithmetic": 0.5,
    "10 elements functions": 0.5,
    "gradient descent step": 1.0,
    "1e6 elements": 0.95,
}


def chain(torch, case):
    """A function that runs the case once, and how many ops that is."""
    small = case.startswith("10 ")
    x = torch.ones(10, requires_grad=True) if small else torch.tensor(1.0, requires_grad=True)

    def arithmetic():
        y = x
        for _ in range(OPS // 2):
            y = y * 1.0001
            y = y + x
        (y.sum() if small else y).backward()

    def functions():
        y = x
        for _ in range(OPS // 4):
            y = y.sin()
            y = y * x
            y = y.exp()
            y = y.tanh()
        (y.sum() if small else y).backward()

    if case.endswith("arithmetic"):
        return arithmetic, OPS
    if case.endswith("functions"):
        return functions, OPS
    if case.startswith("gradient"):
        w = torch.tensor(0.0, requires_grad=True)

        def descend():
            for _ in range(50):
                loss = (w - 5) ** 2
                loss.backward()
                with torch.no_grad():
                    w.sub_(0.1 * w.grad)
                w.grad.zero_()

        return descend, 50 * 5
    big = torch.rand(1_000_000, requires_grad=True)

    def large():
        big.grad = None
        y = (big * big).sin() * (-big).exp()
        y.sum().backward()

    return large, 6


def measure(module):
    """Seconds an op for each case, medians."""
    torch = importlib.import_module(module)
    out = {}
    for case in CASES:
        run, ops = chain(torch, case)
        run()
        times = []
        for _ in range(15):
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
        out[case] = sorted(times)[len(times) // 2] / ops
    return out


def ask(module):
    """measure() in a fresh process."""
    got = subprocess.run([sys.executable, __file__, "--measure", module], capture_output=True, text=True, check=True)
    return json.loads(got.stdout)


def main():
    """Print the table."""
    peers = ["tcalc"] + (["torch"] if importlib.util.find_spec("torch") else [])
    rounds = {p: [] for p in peers}
    for _ in range(ROUNDS if len(peers) > 1 else 3):
        for p in peers:
            rounds[p].append(ask(p))
    median = {p: {c: sorted(r[c] for r in rounds[p])[len(rounds[p]) // 2] for c in CASES} for p in peers}
    print(f"{'us an op, forward and backward':34}" + "".join(f"{p:>10}" for p in peers) + ("     ratio   target" if len(peers) > 1 else ""))
    for c in CASES:
        row = f"{c:34}" + "".join(f"{median[p][c] * 1e6:10.2f}" for p in peers)
        if len(peers) > 1:
            ratio = median["tcalc"][c] / median["torch"][c]
            row += f"{ratio:10.2f}{'<= ' + str(TARGETS[c]):>10}{'' if ratio <= TARGETS[c] else '   MISSED'}"
        print(row)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(sys.argv[2])))
    else:
        main()
