"""Writes printing.json: tensors as PyTorch prints them, for tests/engine/test_printing.py. Needs torch.

Run: python tests/oracle/make_printing.py
"""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import torch

NAN, INF = math.nan, math.inf
FLOATS = ("float32", "float64", "float16", "bfloat16")
COMPLEX = ("complex64", "complex128")
INTS = ("int64", "int32", "int16", "int8", "uint8")

# Kinds of numbers, by what they provoke in the layout.
KINDS = (
    lambda r: r.gauss(0, 1),
    lambda r: float(r.randint(-20, 20)),
    lambda r: r.uniform(-1, 1) * 10 ** r.uniform(-8, 12),
    lambda r: r.choice((0.0, -0.0, 1.0, NAN, INF, -INF, r.gauss(0, 100))),
    lambda r: r.choice((0.0, -0.0, NAN, INF, -INF)),
    lambda r: r.uniform(0, 1000),
    lambda r: float(r.randint(-(10**9), 10**9)),
    lambda r: r.uniform(0.9999, 10.00001),
    lambda r: r.choice((1e-4, 9.9999e-5, 1e8, 1.00000001e8, 1000.0, 1.0, 0.5, 99999.5, 0.00005)),
    lambda r: r.choice((1.0, 2.0, 1000.0, 1001.0, NAN, 0.0)),
)


def ramp(spec):
    """A long tensor from four numbers: ((i * a + b) mod m) * scale."""
    a, b, m, scale = spec["ramp"]
    n = math.prod(spec["shape"])
    return ((torch.arange(n) * a + b) % m).double() * scale


def build(spec):
    values = ramp(spec) if "ramp" in spec else None
    name = spec["dtype"]
    if values is None:
        values = spec["values"]
        if name in COMPLEX:
            values = torch.tensor([complex(x, y) for x, y in values], dtype=torch.complex128)
        else:
            values = torch.tensor(values, dtype=torch.float64 if name in FLOATS else None)
    return values.to(getattr(torch, name)).reshape(spec["shape"])


def case(spec, options=None, grad=None, default="float32", meta=False):
    torch.set_printoptions(profile="default")
    torch.set_printoptions(**(options or {}))
    torch.set_default_dtype(getattr(torch, default))
    tensor = build(spec)
    if meta:
        tensor = tensor.to("meta")
    if grad:
        tensor.requires_grad_()
        if grad != "leaf":
            tensor = {"MulBackward0": lambda t: t * 1, "CloneBackward0": torch.clone}[grad](tensor)
    out = {**spec, "text": repr(tensor)}
    for key, value in (("options", options), ("grad", grad), ("meta", meta)):
        if value:
            out[key] = value
    if default != "float32":
        out["default"] = default
    torch.set_printoptions(profile="default")
    torch.set_default_dtype(torch.float32)
    return out


def random_spec(r):
    name = r.choice((*FLOATS, *FLOATS, *COMPLEX, *INTS, "bool"))
    dims = r.choice((0, 1, 1, 1, 2, 2, 3, 4))
    most = (0, 30, 6, 3, 3)[dims]
    shape = [r.choice((0, 1, 2, 3, 4)) if r.random() < 0.1 else r.randint(1, most) for _ in range(dims)]
    if r.random() < 0.15 and dims:
        long = ([r.randint(990, 1100)], [r.randint(2, 60), r.randint(40, 400)], [9, 11, 13], [8, 2, 9, 10])
        shape = long[dims - 1]
        scale = r.choice((1.0, 0.5, 2.0**-9, 2.0**12)) if name in FLOATS else 1
        m = 2 if name == "bool" else r.choice((100, 250, 2000))
        return {"dtype": name, "shape": shape, "ramp": [r.randint(1, 999), r.randint(0, 99), m, scale]}
    n = math.prod(shape)
    kinds = r.choice(KINDS), r.choice(KINDS)
    # Seven digits say enough and keep the file small.
    kind, other = ((lambda r, k=k: float(f"{k(r):.7g}")) for k in kinds)
    if name in COMPLEX:
        values = [[kind(r), other(r)] for _ in range(n)]
    elif name in FLOATS:
        values = [kind(r) for _ in range(n)]
    elif name == "bool":
        values = [r.random() < 0.6 for _ in range(n)]
    else:
        info = torch.iinfo(getattr(torch, name))
        w = r.choice((3, 100, info.max))
        values = [r.randint(max(info.min, -w), min(info.max, w)) for _ in range(n)]
    return {"dtype": name, "shape": shape, "values": values}


def random_options(r):
    out = {}
    for key, choices in (
        ("profile", ("default", "short", "full")),
        ("precision", (0, 1, 2, 3, 6, 10)),
        ("threshold", (0, 1, 5, 10, 100)),
        ("edgeitems", (0, 1, 2, 4)),
        ("linewidth", (1, 20, 40, 60, 120)),
        ("sci_mode", (True, False)),
    ):
        if r.random() < 0.3:
            out[key] = r.choice(choices)
    return out


def f(values, shape=None, dtype="float32"):
    return {"dtype": dtype, "shape": [len(values)] if shape is None else shape, "values": values}


def main():
    cases = [
        case(f([1.0, 2.0, 3.0])),
        case(f([2.5], []), grad="leaf"),
        case(f([11.0]), grad="MulBackward0"),
        case(f([-9.0, -18.0, -27.0, -36.0])),
        case(f([0.1] * 9)),
        case(f([0.1] * 8), grad="MulBackward0"),
        case(f([])),
        case(f([], [0, 3])),
        case(f([], [0, 3], "float64"), grad="leaf"),
        case(f([], [0], "int64")),
        case(f([True, True, False], dtype="bool")),
        case(f([1.0, NAN, INF, -INF])),
        case(f([NAN, INF])),
        case(f([1e-5, 1.0])),
        case(f([1e10, 1.0])),
        case(f([1.0, 1e8])),
        case(f([[1.0, -2.0], [0.5, NAN]], dtype="complex64")),
        case(f([1.0, 2.0], dtype="float64"), default="float64"),
        case(f([1.0, 2.0]), default="float64"),
        case(f([1.0, 2.0]), meta=True),
        case(f([1, 2], dtype="int64"), meta=True),
        case({"dtype": "float32", "shape": [1000], "ramp": [1, 0, 10**6, 1.0]}),
        case({"dtype": "float32", "shape": [1001], "ramp": [1, 0, 10**6, 1.0]}),
        case({"dtype": "float32", "shape": [1000, 1000], "ramp": [1, 0, 10**7, 1.0]}, grad="CloneBackward0"),
        case({"dtype": "int64", "shape": [7, 8, 9, 10], "ramp": [7, 3, 1000, 1]}),
        case({"dtype": "bool", "shape": [2000], "ramp": [3, 0, 2, 1]}),
    ]
    for width in range(20, 100, 4):  # every way in which a suffix wraps
        cases.append(case(f([0.25, -1.5, 3.0], dtype="float64"), {"linewidth": width}, grad="MulBackward0"))
    for i in range(450):
        r = random.Random(i)
        spec = random_spec(r)
        name = spec["dtype"]
        grad = None
        if name in (*FLOATS, *COMPLEX) and r.random() < 0.2:
            grad = r.choice(("leaf", "CloneBackward0"))
        options = random_options(r) if r.random() < 0.5 else None
        default = r.choice(("float32", "float32", "float64"))
        cases.append(case(spec, options, grad, default, r.random() < 0.02 and not grad))

    formatted = []
    for name, value in (
        ("float32", 3.14), ("float64", 3.14), ("float16", 3.14), ("bfloat16", 3.14), ("float32", 1e10),
        ("float32", 2.0),
        ("float64", 1e-7), ("float32", NAN), ("float32", -INF), ("int64", -7), ("uint8", 200), ("bool", True),
    ):  # fmt: skip
        t = torch.tensor(value, dtype=getattr(torch, name))
        formatted.append({"dtype": name, "value": t.item(), "text": f"{t}"})
    t = torch.tensor(1 - 2.5j)
    formatted.append({"dtype": "complex64", "value": [1.0, -2.5], "text": f"{t}"})

    x = torch.tensor([[1.0, 5.0, 2.0], [7.0, 3.0, 4.0]])
    returned = []
    for name, result in (("max", x.max(1)), ("sort", x.sort(0)), ("topk", x.topk(2)), ("mode", x.mode(0))):
        fields = [(field, repr(getattr(result, field))) for field in ("values", "indices")]
        returned.append({"name": name, "fields": fields, "text": repr(result)})
    sizes = [{"shape": s, "text": repr(torch.Size(s))} for s in ([], [3], [2, 3], [0, 1])]

    data = {"torch": torch.__version__, "cases": cases}
    data |= {"formatted": formatted, "returned": returned, "sizes": sizes}
    target = Path(__file__).with_name("printing.json")
    target.write_text(json.dumps(data, separators=(",", ":")).replace('},{"dtype"', '},\n{"dtype"') + "\n")
    print(target, target.stat().st_size, len(cases))


if __name__ == "__main__":
    main()
