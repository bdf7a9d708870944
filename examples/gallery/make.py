#!/usr/bin/env python3
"""Draws the gallery: every report as text, SVG and PNG. `make gallery`, or `python examples/gallery/make.py [NAME ...]`.

ENTRIES is the whole of it: a name, a report, an expression, and what stands on the command line beside it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MLP = ("-v", "x=randn(2,3)", "-v", "W=randn(3,2)", "-v", "b=zeros(2)", "-v", "t=ones(2,2)", "--wrt", "W,b", "--seed", "0")
LOSS = "((x@W + b).tanh() - t).pow(2).mean()"

# name -> (command, arguments): files are gallery/NAME.txt .svg .png
ENTRIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "explain": ("explain", ("(a + b).reshape(8, 42) @ W", "-v", "a=ones(8,1,6)", "-v", "b=ones(7,1)", "-v", "W=ones(42,2)")),
    "explain-outer-product": ("explain", ("((y - t)**2).mean()", "-v", "y=ones(4,1)", "-v", "t=ones(4)")),
    "explain-copy": ("explain", ("x.transpose(1, 2).reshape(2, 12)[:, i]", "-v", "x=ones(2,3,4)", "-v", "i=tensor([0, 5])")),
    "layout": ("layout", ("base = arange(12.).view(3, 4); v = base.t()[1:3]; v",)),
    "layout-rank-3": ("layout", ("arange(24.).view(2, 3, 4)[:, :, ::2]",)),
    "layout-expand": ("layout", ("tensor([1., 2., 3.]).expand(4, 3)",)),
    "cost": ("cost", (LOSS, *MLP)),
    "cost-attention": ("cost", ("(q @ k.mT / 128**0.5).softmax(-1) @ v", *(a for n in "qkv" for a in ("-v", f"{n}=meta(32,16,4096,128)")))),
    "why": ("why", ("x = ones(3, requires_grad=True)\nh = x.detach() * 2\nloss = h.sum() + ones(1, requires_grad=True).sum()\nloss.backward()\nx.grad",)),
    "why-zero": ("why", ("x = tensor([-1., -2.], requires_grad=True)\ny = x.relu().sum()\ny.backward()\nx.grad",)),
}


def make(name: str) -> None:
    command, arguments = ENTRIES[name]
    run = [sys.executable, "-m", "tcalc", command, *arguments]
    text = subprocess.run(run, check=False, capture_output=True, text=True)
    if text.stderr:
        sys.exit(f"{name}: {text.stderr}")
    shown = " ".join(a if a.replace("-", "").isalnum() else f"'{a}'" for a in arguments)
    (HERE / f"{name}.txt").write_text(f"$ tcalc {command} {shown}\n\n{text.stdout}", encoding="utf-8")
    for suffix in ("svg", "png"):
        done = subprocess.run([*run, "-o", str(HERE / f"{name}.{suffix}")], check=False, capture_output=True, text=True)
        if done.stderr:
            sys.exit(f"{name}.{suffix}: {done.stderr}")


if __name__ == "__main__":
    for entry in sys.argv[1:] or ENTRIES:
        make(entry)
        print(f"gallery/{entry}.txt .svg .png")
