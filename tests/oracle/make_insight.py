"""What PyTorch computes in the programs that tests/insight checks reports against: run under a PyTorch install, writes insight.json.

python tests/oracle/make_insight.py
"""

from __future__ import annotations

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

# name -> (inputs, program, names of inner values). Every floating input requires grad; the last name is the result.
PROGRAMS = {
    "mlp": (
        {"x": [[1.0, -2.0, 0.5], [0.5, 0.0, -1.0]], "W": [[0.5, 1.0], [0.25, -0.5], [1.0, 0.0]], "b": [0.1, 0.2], "t": [[1.0, 0.0], [0.0, -1.0]]},
        "m = x @ W\nz = m + b\nh = torch.tanh(z)\ne = h - t\ns = e ** 2\nL = s.mean()",
        ["m", "z", "h", "e", "s", "L"],
    ),
    "fan": ({"a": 3.0}, "p = a * a\ny = p + a\nq = torch.exp(y / 4)\nL = q * y", ["p", "y", "q", "L"]),
    "softmax": (
        {"x": [[1.0, 2.0, 0.5], [-1.0, 0.0, 3.0]]},
        "p = torch.softmax(x, dim=1)\nl = torch.log(p)\nL = -(l[0, 1] + l[1, 2])",
        ["p", "l", "L"],
    ),
    "hidden": ({"x": [-1.0, 0.0, 4.0]}, "y = torch.sqrt(x)\nz = torch.where(x > 0, y, torch.zeros_like(x))\nL = z.sum()", ["y", "z", "L"]),
    "under": ({"x": [0.0, 200.0, 1.0]}, "p = torch.softmax(x, dim=0)\nl = torch.log(p)\nL = l.sum()", ["p", "l", "L"]),
    "zero_norm": ({"x": [0.0, 0.0]}, "s = (x * x).sum()\nr = torch.sqrt(s)\nL = r * 2", ["s", "r", "L"]),
    "power": ({"x": [-1.0, 0.0, 1.0]}, "y = x ** 0.5\nL = y.sum()", ["y", "L"]),
}
# name -> (inputs, program, result); run in each dtype.
PRECISE = {
    "minus_one": ({"x": [0.001, 0.5]}, "y = torch.exp(x)\nr = y - 1", ["y", "r"]),
    "log_softmax": ({"x": [0.0, 12.0, 1.0]}, "y = torch.softmax(x, dim=0)\nr = torch.log(y)", ["y", "r"]),
    "square": ({"x": [0.1, 300.0]}, "y = x * x\nr = y + x", ["y", "r"]),
}


def number(v: float) -> object:
    return v if v - v == 0 else str(v)


def listed(t: object) -> object:
    v = t.detach().double().tolist()  # type: ignore[attr-defined]
    walk = lambda x: [walk(i) for i in x] if isinstance(x, list) else number(x)
    return walk(v)


def main() -> None:
    import torch

    out: dict[str, object] = {"torch": torch.__version__, "programs": {}, "precise": {}}
    for name, (inputs, text, inner) in PROGRAMS.items():
        space = {k: torch.tensor(v, requires_grad=True) for k, v in inputs.items()}
        names: dict[str, object] = {"torch": torch, **space}
        for line in text.split("\n"):
            exec(line, names)
            names[line.partition(" = ")[0]].retain_grad()  # type: ignore[attr-defined]
        names[inner[-1]].backward()  # type: ignore[attr-defined]
        out["programs"][name] = {  # type: ignore[index]
            "values": {k: listed(names[k]) for k in inner},
            "grads": {k: listed(names[k].grad) for k in (*inputs, *inner) if names[k].grad is not None},  # type: ignore[attr-defined]
        }
    for name, (inputs, text, inner) in PRECISE.items():
        out["precise"][name] = {}  # type: ignore[index]
        for dtype in ("float64", "float32", "float16", "bfloat16"):
            names = {"torch": torch, **{k: torch.tensor(v).to(getattr(torch, dtype)) for k, v in inputs.items()}}
            exec(text, names)
            out["precise"][name][dtype] = {k: listed(names[k]) for k in inner}  # type: ignore[index]
    with open(os.path.join(HERE, "insight.json"), "w", encoding="ascii") as stream:
        json.dump(out, stream, separators=(",", ":"))
        stream.write("\n")


if __name__ == "__main__":
    sys.exit(main())
