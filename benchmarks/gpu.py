"""What a GPU gives: tcalc on CUDA as a ratio to PyTorch on CUDA where both are installed.

    python benchmarks/gpu.py             # medians; each engine in a process of its own, asked in turn
    python benchmarks/gpu.py --json      # the same as one JSON object

Above 1 is slower than PyTorch. Without PyTorch it prints microseconds alone; without a GPU, one sentence.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import statistics
import subprocess
import sys
import time

ROUNDS = 7
SECONDS = 0.2  # of work in one measurement
CASES = (
    "matmul 256", "matmul 1024", "matmul 4096",
    "elementwise 1e6", "elementwise 1e7", "elementwise gradient 1e6", "elementwise gradient 1e7",
    "sum 1e7", "sum of rows 4096x4096", "sum of columns 4096x4096", "max of rows 4096x4096",
    "softmax 4096x1000", "softmax gradient 4096x1000",
    "one small op", "MLP step",
)  # fmt: skip


def case_of(torch, case):
    """A function that runs the case once on the device."""
    cuda = {"device": "cuda"}
    kind, _, size = case.rpartition(" ")
    if kind == "matmul":
        n = int(size)
        a, b = torch.randn(n, n, **cuda), torch.randn(n, n, **cuda)
        return lambda: a @ b
    if kind.startswith("elementwise"):
        x = torch.randn(int(float(size)), **cuda)
        if "gradient" not in kind:
            return lambda: (x * 2 + 1).tanh() * x
        x.requires_grad_()

        def value_and_gradient():
            x.grad = None
            ((x * 2 + 1).tanh() * x).sum().backward()

        return value_and_gradient
    if case == "sum 1e7":
        x = torch.randn(10_000_000, **cuda)
        return lambda: x.sum()
    if "4096x4096" in case:
        x = torch.randn(4096, 4096, **cuda)
        return {"sum of rows": lambda: x.sum(1), "sum of columns": lambda: x.sum(0), "max of rows": lambda: x.amax(1)}[kind]
    if kind == "softmax":
        x = torch.randn(4096, 1000, **cuda)
        return lambda: x.softmax(1)
    if kind == "softmax gradient":
        x = torch.randn(4096, 1000, **cuda).requires_grad_()
        w = torch.randn(4096, 1000, **cuda)

        def softmax_gradient():
            x.grad = None
            (x.softmax(1) * w).sum().backward()

        return softmax_gradient
    if case == "one small op":  # what a launch costs
        x = torch.ones(10, **cuda)
        return lambda: x * 2
    x, t = torch.randn(256, 784, **cuda), torch.randint(0, 10, (256,), **cuda)
    weights = [(torch.randn(784, 512, **cuda) * 0.05).requires_grad_(), torch.zeros(512, **cuda).requires_grad_(),
               (torch.randn(512, 10, **cuda) * 0.05).requires_grad_(), torch.zeros(10, **cuda).requires_grad_()]  # fmt: skip

    def step():
        w1, b1, w2, b2 = weights
        loss = torch.nn.functional.cross_entropy(torch.relu(x @ w1 + b1) @ w2 + b2, t)
        loss.backward()
        with torch.no_grad():
            for w in weights:
                w -= 0.01 * w.grad
                w.grad = None

    return step


def measure(engine, case):
    """Microseconds a run: enough runs for SECONDS, the device waited for before and after."""
    torch = importlib.import_module(engine)
    torch.manual_seed(0)
    run = case_of(torch, case)
    for _ in range(3):
        run()
    torch.cuda.synchronize()
    n = 1
    while True:
        start = time.perf_counter()
        for _ in range(n):
            run()
        torch.cuda.synchronize()
        took = time.perf_counter() - start
        if took >= SECONDS / 4:
            break
        n *= 4
    n = max(1, int(n * SECONDS / took))
    start = time.perf_counter()
    for _ in range(n):
        run()
    torch.cuda.synchronize()
    return (time.perf_counter() - start) / n * 1e6


def serve(engine):
    """Answer each case that comes on stdin with its microseconds, or with why not."""
    for line in sys.stdin:
        try:
            print(json.dumps(measure(engine, line.strip())), flush=True)
        except Exception as e:
            print(json.dumps(f"{type(e).__name__}: {str(e).splitlines()[0] if str(e) else ''}"), flush=True)


class Engine:
    """An engine in a process of its own."""

    def __init__(self, name):
        self.process = subprocess.Popen([sys.executable, __file__, "--serve", name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, case):
        """Microseconds, or a sentence."""
        self.process.stdin.write(case + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline() or '"ended"')

    def close(self):
        """End the process."""
        self.process.stdin.close()
        self.process.wait()


def main():
    """The table."""
    import tcalc

    if not tcalc.cuda.is_available():
        try:
            tcalc.ones(1).to("cuda")
            why = ""
        except Exception as e:
            why = " ".join([*getattr(getattr(e, "facts", None), "explain", []), str(e)][:1])
        print(f"No GPU to measure on: {why or 'tcalc finds no CUDA device.'} Nothing was measured.")
        return
    peer = False
    if importlib.util.find_spec("torch") is not None:
        peer = subprocess.run([sys.executable, "-c", "import torch, sys; sys.exit(not torch.cuda.is_available())"], check=False).returncode == 0
    engines = {name: Engine(name) for name in (["tcalc", "torch"] if peer else ["tcalc"])}
    rows = {}
    try:
        for case in CASES:
            times = {name: [] for name in engines}
            failed = {}
            for _ in range(ROUNDS):
                for name, engine in engines.items():
                    if name not in failed:
                        got = engine.ask(case)
                        if isinstance(got, str):
                            failed[name] = got
                        else:
                            times[name].append(got)
            rows[case] = {name: failed.get(name) or statistics.median(times[name]) for name in engines}
    finally:
        for engine in engines.values():
            engine.close()
    if "--json" in sys.argv:
        print(json.dumps({"device": tcalc.cuda.get_device_name(), "cuda": tcalc.cuda.runtime_version(), "microseconds": rows}))
        return
    print(f"{tcalc.cuda.get_device_name()}, CUDA {tcalc.cuda.runtime_version()}" + ("" if peer else "; no PyTorch with CUDA to compare with"))
    for case, found in rows.items():
        mine = found["tcalc"]
        line = f"{case:28}" + (f"{mine:12.1f} us" if not isinstance(mine, str) else f"  {mine}")
        theirs = found.get("torch")
        if isinstance(theirs, float) and not isinstance(mine, str):
            line += f"   PyTorch {theirs:10.1f} us   ratio {mine / theirs:5.2f}"
        print(line)


if __name__ == "__main__":
    if "--serve" in sys.argv:
        serve(sys.argv[-1])
    else:
        main()
