"""Writes the golden files: run it with an interpreter that has PyTorch, from anywhere.

    python tests/oracle/make.py              # everything
    python tests/oracle/make.py programs     # only the programs' output
    python tests/oracle/make.py programs conj_view nn_basics    # only these; the others' stay
    python tests/oracle/make.py ops          # only the op tables

golden/programs.json   program name -> what it prints
golden/ops-*.json      case key -> dtype, shape, stride, values, node, gradients, printed text, or the error
golden/functional.json the calls of torch.nn.functional in functional.py
golden/complex.json    those in complex numbers, refusals included
golden/samples.json    the same for the registry's own samples (when tcalc imports)

The tests compare tcalc with these files and never need PyTorch.
"""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys
import warnings

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE / "golden"
sys.path.insert(0, str(HERE))
sys.path.insert(1, str(HERE.parent.parent))


def write(name: str, head: dict, rows: dict) -> None:
    """One row a line, so that a change of one case is a change of one line."""
    body = ",\n".join(f" {json.dumps(k, ensure_ascii=False)}: {json.dumps(v, ensure_ascii=False, separators=(',', ':'))}" for k, v in rows.items())
    text = json.dumps(head)[:-1] + ', "rows": {\n' + body + "\n}}\n"
    path = GOLDEN / name
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
    print(f"{path.name}: {len(rows)} rows, {len(text) / 1e3:.0f} kB")


def programs(head: dict) -> None:
    """Run every program (or those named on the command line) under PyTorch and keep what it prints."""
    only = sys.argv[2:]
    old = json.loads((GOLDEN / "programs.json").read_text(encoding="utf-8"))["rows"] if only else {}
    rows = {}
    for path in sorted((HERE / "programs").glob("*.py")):
        if path.stem in old and path.stem not in only:
            rows[path.stem] = old[path.stem]
            continue
        done = subprocess.run([sys.executable, "-W", "ignore", str(path)], capture_output=True, text=True, encoding="utf-8", check=False)
        if done.returncode:
            sys.exit(f"{path.name} fails under PyTorch:\n{done.stderr}")
        rows[path.stem] = re.sub(r"0x[0-9a-fA-F]+", "0x...", done.stdout)
    write("programs.json", head, rows)


def ops(head: dict) -> None:
    """Run the table of cases, and the registry's samples."""
    import cases
    import torch

    torch.set_num_threads(1)
    if not torch.backends.opt_einsum.is_available():
        sys.exit("the order of einsum's contractions comes from opt_einsum: install it beside PyTorch")
    rows: dict[str, dict] = {}
    for c in cases.cases():
        found = cases.observe(torch, c)
        if "setup" in found:
            print("setup:", c.key, found["setup"])
        rows[c.key] = found
    write("ops.json", head, rows)
    import functional

    write("functional.json", head, {c.key: cases.observe(torch, c) for c in functional.table()})
    import samples

    try:
        found = samples.golden(torch)
    except ImportError as e:
        print("no registry samples:", e)
        return
    if found:
        write("samples.json", head, found)
        write("complex.json", head, samples.complex_golden(torch))


def main() -> None:
    """Make what the command line names, or everything."""
    import torch

    warnings.simplefilter("ignore")
    head = {"torch": torch.__version__}
    what = sys.argv[1:2] or ["programs", "ops"]
    GOLDEN.mkdir(exist_ok=True)
    for name in what:
        {"programs": programs, "ops": ops}[name](head)


if __name__ == "__main__":
    main()
