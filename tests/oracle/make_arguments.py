"""Writes arguments.json, what PyTorch says of calls with wrong arguments: run it with an interpreter that has PyTorch.

    python tests/oracle/make_arguments.py

For each public function that the package has, a few calls with a fixed seed: wrong types, counts and keywords. Only calls that the argument parser
refuses are made (tcalc/engine/arguments.py tells which, and PyTorch is asked for the words), since others may compute anything or end the process.
"""

from __future__ import annotations

import json
import pathlib
import random
import sys
import warnings

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
sys.path.insert(1, str(HERE.parent.parent))

import arguments  # noqa: E402
import torch  # noqa: E402

import tcalc  # noqa: E402
from tcalc.engine import registry  # noqa: E402
from tcalc.engine.arguments import refusal, row  # noqa: E402

TARGET = HERE / "arguments.json"
CALLS = 2
# In PyTorch these look at values before the argument parser looks at types; a method here that takes what only the function takes there.
LEFT_OUT = frozenset("affine_grid alpha_dropout instance_norm repeat_interleave".split())


def functions() -> list[tuple[str, str]]:
    """Namespace and name of what is compared: the functions whose arguments the registry binds, not the plain ones, which refuse as Python does."""
    registry.load_all()
    spaces = {**registry.NAMESPACES, "Tensor": registry.METHODS}
    bound = ((s, n) for s, names in spaces.items() for n, f in names.items() if isinstance(getattr(f, "__wrapped__", None), registry.Family))
    return sorted((s, n) for s, n in bound if s != "internal" and n not in LEFT_OUT and row(f"{s}.{n}"))


def calls(space: str, name: str) -> dict[str, tuple[str, str]]:
    """Calls that PyTorch refuses, with its words."""
    r = random.Random(f"{space}.{name}")
    where = space if space == "torch" else f"torch.{space}"
    made = {k: eval(v, {"torch": tcalc}) for k, v in arguments.LETTERS.items()} | {"torch": tcalc}
    out: dict[str, tuple[str, str]] = {}
    for _ in range(200):
        args = [r.choice(arguments.VALUES) for _ in range(r.choice((0, 1, 1, 2, 2, 3, 4)))]
        if args and r.random() < 0.8:
            args[0] = "T"
        named = {r.choice(arguments.KEYWORDS): r.choice(arguments.VALUES) for _ in range(r.choice((0, 0, 1, 2)))}
        values = eval(f"({''.join(a + ',' for a in args)})", made), {k: eval(v, made) for k, v in named.items()}
        if refusal(space, name, *values) is None or space == "Tensor" and not args:
            continue
        text = f"{where}.{name}({', '.join(args + [f'{k}={v}' for k, v in named.items()])})"
        said = arguments.call(torch, text)
        if said is not None and said[0] in ("TypeError", "ValueError") and "supported between" not in said[1] and "unsupported operand" not in said[1]:
            out[text] = said
            if len(out) == CALLS:
                break
    return out


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    rows = {text: said for space, name in functions() for text, said in calls(space, name).items()}
    body = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in rows.items())
    TARGET.write_text(f"{{\n{body}\n}}\n", encoding="utf-8")
    print(len(rows), "calls,", TARGET.stat().st_size, "bytes")
