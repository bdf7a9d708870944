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
STEPS = "m = x @ W; z = m + b; h = z.tanh(); e = h - t; L = e.pow(2).mean(); L"
NET = """import torch.nn as nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(3, 4)
        self.fc2 = nn.Linear(4, 1)
    def forward(self, x):
        return self.fc2(self.fc1(x).tanh())
net = Net()
L = net(x).pow(2).mean()
L"""
BLOCKS = """import torch.nn as nn
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.b = nn.Linear(4, 4)
    def forward(self, x):
        return x + self.b(self.a(x).tanh()).sigmoid()
model = nn.Sequential(*[Block() for i in range(12)])
L = model(x).pow(2).mean()
L"""
DEEP = """h = x
for i in range(25000):
    h = (h * W + x).tanh() * 0.9
L = h.sum()
L"""

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
    "graph": ("graph", (STEPS, *MLP)),
    "graph-module": ("graph", (NET, "-v", "x=ones(2,3)", "--seed", "0")),
    "graph-blocks": ("graph", (BLOCKS, "-v", "x=ones(2,4)", "--seed", "0")),
    "graph-second-order": ("graph", ("y = x**3; g = torch.autograd.grad(y, x, create_graph=True)[0]; g * x", "-v", "x=2.")),
    "graph-nan": ("graph", ("y = sqrt(x); L = where(x > 0, y, 0.).sum(); L", "-v", "x=tensor([-1., 0., 4.])")),
    "graph-folded": ("graph", (DEEP, "-v", "x=0.5", "-v", "W=1.01")),
    "graph-failed": ("graph", ("h = (x * 2).tanh(); h @ W", "-v", "x=ones(2,3)", "-v", "W=ones(5,2)")),
    "graph-diff": ("graph-diff", ("(x@W).tanh().sum()", "(x@W).relu().sum() * 2", "-v", "x=ones(2,3)", "-v", "W=ones(3,2)/4")),
    "backprop": ("backprop", (STEPS, *MLP)),
    "gradcheck": ("gradcheck", ("x**3", "-v", "x=tensor([1., 2., 3.])", "--claim", "2*x**2")),
    "gradcheck-kink": ("gradcheck", ("relu(x)", "-v", "x=tensor([-1., 0., 2.])")),
    "gradcheck-module": ("gradcheck", (NET, "-v", "x=ones(2,3)", "--seed", "0")),
    "nans": ("nans", ("y = sqrt(x); L = where(x > 0, y, 0.).sum(); L", "-v", "x=tensor([-1., 0., 4.])")),
    "nans-float16": ("nans", ("exp(x).sum()", "-v", "x=tensor([1., 12.], dtype=torch.float16)")),
    "precision": ("precision", ("log(softmax(x, dim=0))", "-v", "x=tensor([0., 100., 1.])")),
    "why": ("why", ("x = ones(3, requires_grad=True)\nh = x.detach() * 2\nloss = h.sum() + ones(1, requires_grad=True).sum()\nloss.backward()\nx.grad",)),
    "why-zero": ("why", ("x = tensor([-1., -2.], requires_grad=True)\ny = x.relu().sum()\ny.backward()\nx.grad",)),
}


def make(name: str) -> None:
    command, arguments = ENTRIES[name]
    run = [sys.executable, "-m", "tcalc", command, *arguments]
    text = subprocess.run(run, check=False, capture_output=True, text=True)
    if text.stderr and not name.endswith("-failed"):
        sys.exit(f"{name}: {text.stderr}")
    shown = " ".join(a if a.replace("-", "").isalnum() else f"'{a}'" for a in arguments)
    (HERE / f"{name}.txt").write_text(f"$ tcalc {command} {shown}\n\n{text.stdout}", encoding="utf-8")
    for suffix in ("svg", "png"):
        done = subprocess.run([*run, "-o", str(HERE / f"{name}.{suffix}")], check=False, capture_output=True, text=True)
        if done.stderr and not name.endswith("-failed"):
            sys.exit(f"{name}.{suffix}: {done.stderr}")


def index() -> None:
    """README.md: every entry's command with its picture."""
    rows = ["# Gallery", "", "Every picture comes from the command above it; `make gallery` draws them anew (`.txt`, `.svg` and `.png` each).", ""]
    for name in ENTRIES:
        command = (HERE / f"{name}.txt").read_text(encoding="utf-8").partition("\n\n")[0]
        rows += [f"## {name}", "", "```", command, "```", "", f"![{name}]({name}.svg)", ""]
    (HERE / "README.md").write_text("\n".join(rows), encoding="utf-8")


if __name__ == "__main__":
    for entry in sys.argv[1:] or ENTRIES:
        make(entry)
        print(f"gallery/{entry}.txt .svg .png")
    index()
