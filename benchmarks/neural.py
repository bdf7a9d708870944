"""Layers, losses and attention, forward and with their gradients, against PyTorch on one thread: processor time, so that a busy machine disturbs little.

    python benchmarks/neural.py [PART OF A NAME ...]

Each engine runs in a process of its own, asked in turn; printed are microseconds of the best of five rounds, and the ratio.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import subprocess
import sys
import time


def cases(torch):
    """Name -> (function, leaves)."""
    F = torch.nn.functional
    torch.manual_seed(0)

    def leaf(*shape):
        return torch.randn(*shape, requires_grad=True)

    out = {}
    for n, i, o in ((1, 4, 8), (32, 64, 64), (128, 256, 256)):
        x, w, b = leaf(n, i), leaf(o, i), leaf(o)
        out[f"linear {n}x{i}x{o}"] = (lambda x=x, w=w, b=b: F.linear(x, w, b), (x, w, b))
    mlp = torch.nn.Sequential(torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
    rows = torch.randn(64, 64)
    out["mlp 64x64-128-10"] = (lambda: mlp(rows), tuple(mlp.parameters()))
    for n, m in ((8, 16), (32, 128), (256, 512)):
        x, w, b, t = leaf(n, m), leaf(m), leaf(m), torch.arange(n) % m
        out[f"layer_norm {n}x{m}"] = (lambda x=x, w=w, b=b, m=m: F.layer_norm(x, (m,), w, b), (x, w, b))
        out[f"softmax {n}x{m}"] = (lambda x=x: F.softmax(x, -1), (x,))
        out[f"cross_entropy {n}x{m}"] = (lambda x=x, t=t: F.cross_entropy(x, t), (x,))
        out[f"gelu {n}x{m}"] = (lambda x=x: F.gelu(x), (x,))
    for rows_, size, n in ((100, 16, 32), (5000, 64, 512)):
        w, at = leaf(rows_, size), torch.arange(n) * 7 % rows_
        out[f"embedding {rows_}x{size}, {n}"] = (lambda w=w, at=at: F.embedding(at, w), (w,))
    for shape in ((1, 2, 8, 8), (4, 4, 64, 32), (8, 8, 128, 64)):
        q, k, v = leaf(*shape), leaf(*shape), leaf(*shape)
        name = "x".join(map(str, shape))
        out[f"attention {name}"] = (lambda q=q, k=k, v=v: F.scaled_dot_product_attention(q, k, v), (q, k, v))
        out[f"causal attention {name}"] = (lambda q=q, k=k, v=v: F.scaled_dot_product_attention(q, k, v, is_causal=True), (q, k, v))
    for steps, n, labels, size in ((20, 4, 10, 5), (50, 16, 20, 10), (100, 16, 30, 30)):
        x, t = leaf(steps, n, labels), torch.arange(n * size).reshape(n, size) % (labels - 1) + 1
        ins, outs = (steps,) * n, (size,) * n
        out[f"ctc_loss {steps}x{n}x{labels}, {size}"] = (lambda x=x, t=t, a=ins, b=outs: F.ctc_loss(F.log_softmax(x, 2), t, a, b), (x,))
    x, w, b = leaf(16, 32, 8, 8), leaf(32), leaf(32)
    out["batch_norm 16x32x8x8"] = (lambda: F.batch_norm(x, None, None, w, b, True), (x, w, b))
    out["group_norm 16x32x8x8"] = (lambda: F.group_norm(x, 4, w, b), (x, w, b))
    return out


def seconds(run):
    """The best of five rounds."""
    run()
    start = time.process_time()
    run()
    times = max(1, min(1000, int(0.02 / max(time.process_time() - start, 1e-7))))
    best = 1e9
    for _ in range(5):
        start = time.process_time()
        for _ in range(times):
            run()
        best = min(best, (time.process_time() - start) / times)
    return best


def serve(name):
    """Time the cases whose names come in, a line each."""
    torch = importlib.import_module(name)
    if name == "torch":
        torch.set_num_threads(1)
    table = cases(torch)
    print(json.dumps(list(table)), flush=True)

    def forward(fn):
        with torch.no_grad():
            fn()

    def both(fn, leaves):
        for x in leaves:
            x.grad = None
        fn().sum().backward()

    for line in sys.stdin:
        fn, leaves = table[line.strip()]
        print(json.dumps([seconds(lambda f=fn: forward(f)), seconds(lambda f=fn, a=leaves: both(f, a))]), flush=True)


def main():
    """Ask the engines in turn and print."""
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    engines = [m for m in ("tcalc", "torch") if importlib.util.find_spec(m)]
    servers = {
        m: subprocess.Popen([sys.executable, __file__, "--serve", m], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) for m in engines
    }
    names = {m: json.loads(p.stdout.readline()) for m, p in servers.items()}["tcalc"]
    for name in names:
        if sys.argv[1:] and not any(part in name for part in sys.argv[1:]):
            continue
        got = {}
        for m, p in servers.items():
            p.stdin.write(name + "\n")
            p.stdin.flush()
            got[m] = json.loads(p.stdout.readline())
        for k, what in enumerate(("forward", "both")):
            ratio = f"{got['tcalc'][k] / got['torch'][k]:8.2f}" if "torch" in got else ""
            print(f"{name:32} {what:8}" + "".join(f"{m:>7} {t[k] * 1e6:9.1f}" for m, t in got.items()) + ratio, flush=True)
    for p in servers.values():
        p.stdin.close()
        p.wait()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2])
    else:
        main()
