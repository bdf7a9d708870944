"""Kernels use no name of the array namespace that CuPy lacks: their source is read, and compared with a list of CuPy's names.

The list, cupy_names.txt, holds CuPy's public functions with their parameters and its ufuncs with their loops. To write it anew, with CuPy
installed (a GPU is not needed): ``python tests/engine/test_cuda_names.py --write``
"""

from __future__ import annotations

import ast
import inspect
import pathlib
import re
import sys
from typing import Any

import pytest

ROOT = pathlib.Path(__file__).parent.parent.parent
LIST = pathlib.Path(__file__).parent / "cupy_names.txt"
OPS = ROOT / "tcalc" / "engine" / "ops"
# Parts of ufuncs that run on the CPU alone: behind a question for the backend's name.
CPU_ONLY = {("summing.py", "add.reduce")}


def names() -> dict[str, str]:
    """Public name -> its parameters ``(a, axis=None)``, the loops of a ufunc ``ufunc ff->f ...``, or what else it is."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return dict(line.partition(" ")[::2] for line in lines if line and not line.startswith("#"))


# -- reading the kernels ------------------------------------------------------------------------------------------------------------


def _is_namespace(node: ast.expr) -> bool:
    """Whether an expression is an array namespace: ``xp`` or ``b.xp``."""
    return (isinstance(node, ast.Name) and node.id == "xp") or (isinstance(node, ast.Attribute) and node.attr == "xp")


def _on_host(function: ast.AST) -> bool:
    """Whether a function takes its arrays to NumPy (``xp, a = on_host(a)``)."""
    calls = [n for n in ast.walk(function) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    return any(c.func.id == "on_host" for c in calls if isinstance(c.func, ast.Name))


class Uses(ast.NodeVisitor):
    """Names looked up in the namespace: (name, line), and (name.part, line) for parts of ufuncs such as add.at."""

    def __init__(self) -> None:
        self.found: list[tuple[str, int]] = []
        self.parts: list[tuple[str, int]] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """A function, unless NumPy runs it."""
        if not _on_host(node) or any(isinstance(n, ast.FunctionDef) for n in ast.walk(node) if n is not node):
            self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """A look-up."""
        if _is_namespace(node.value):
            self.found.append((node.attr, node.lineno))
        elif isinstance(node.value, ast.Attribute) and _is_namespace(node.value.value) and node.attr in ("at", "accumulate", "reduce", "reduceat", "outer"):
            self.parts.append((f"{node.value.attr}.{node.attr}", node.lineno))
        self.generic_visit(node)


def uses(path: pathlib.Path) -> Uses:
    """What a file looks up."""
    found = Uses()
    found.visit(ast.parse(path.read_text(encoding="utf-8")))
    return found


def supplied() -> set[str]:
    """What the backend's own namespace adds."""
    from tcalc.engine.backends import cuda

    return {n for n in vars(cuda._Namespace) if not n.startswith("_")} | set(cuda.SPECIAL)


FILES = sorted(OPS.glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=[p.stem for p in FILES])
def test_names_exist(path: pathlib.Path) -> None:
    """Every xp.<name> of a kernel is CuPy's or the namespace's."""
    have = set(names()) | supplied()
    missing = [f"line {line}: xp.{name}" for name, line in uses(path).found if name not in have]
    assert not missing, f"{path.name}: CuPy has no such name, and the namespace of backends/cuda.py supplies none: {missing}"


@pytest.mark.parametrize("path", FILES, ids=[p.stem for p in FILES])
def test_parts_of_ufuncs(path: pathlib.Path) -> None:
    """CuPy's ufuncs have few of NumPy's methods: kernels use those that the namespace supplies, or NumPy's, on the host."""
    from tcalc.engine.backends import cuda

    odd = [(part, line) for part, line in uses(path).parts if (path.name, part) not in CPU_ONLY]
    odd = [(part, line) for part, line in odd if part not in {f"{name}.at" for name in cuda.WITH_AT}]
    assert not odd, f"{path.name}: {odd}"


def test_special_names() -> None:
    """The special functions are cupyx.scipy.special's."""
    from tcalc.engine.backends import cuda

    have = names()
    for name in (*cuda.SPECIAL.values(), "gammaln", "polygamma"):
        assert f"cupyx.scipy.special.{name}" in have
    assert "cupyx.scatter_add" in have


def test_own_calls() -> None:
    """What backends/cuda.py and cuda.py call of CuPy itself exists there."""
    have = names()
    for file in ("backends/cuda.py", "cuda.py"):
        code = ast.unparse(ast.parse((ROOT / "tcalc" / "engine" / file).read_text(encoding="utf-8")))
        for name in set(re.findall(r"(?:\bself\._?cupy|_cupy\(\)|(?<![._])\bcupy|\bcp)\.((?:\w+\.)*\w+)", code)):
            known = name.removesuffix(".types") in have or name.startswith("__version__")
            assert known or name.startswith("get_default_memory_pool"), f"{file}: cupy.{name}"


# -- the list itself ----------------------------------------------------------------------------------------------------------------


def _parameters(f: Any) -> str:
    try:
        given = inspect.signature(f)
    except (TypeError, ValueError):
        return "(*args, **kwargs)"
    shown = []
    for p in given.parameters.values():
        p = p.replace(annotation=inspect.Parameter.empty)
        shown.append(p.replace(default=None) if p.default is not p.empty and not isinstance(p.default, (int, str, float, type(None))) else p)
    return str(given.replace(parameters=shown, return_annotation=inspect.Signature.empty))


def listing() -> list[str]:
    """The lines of cupy_names.txt, of the CuPy that is installed."""
    import cupy
    import cupyx
    from cupy._sorting.search import _where_ufunc
    from cupyx.scipy import special

    out = [f"# Names of CuPy {cupy.__version__}: functions with parameters, ufuncs with their loops."]

    def line(name: str, v: Any) -> None:
        if isinstance(getattr(v, "types", None), (list, tuple)):
            out.append(f"{name} ufunc {' '.join(v.types)}")
        elif name == "where":
            out.append(f"where ufunc {' '.join(_where_ufunc.types)}")
        elif inspect.ismodule(v) or isinstance(v, type):
            out.append(f"{name} {'module' if inspect.ismodule(v) else 'type'}")
        elif callable(v):
            out.append(f"{name} {_parameters(v)}")
        else:
            out.append(f"{name} value")

    for space, prefix in ((cupy, ""), (cupy.ndarray, "ndarray."), (cupy.cuda, "cuda."), (cupy.cuda.MemoryPointer, "cuda.MemoryPointer.")):
        for name in sorted(n for n in dir(space) if not n.startswith("_")):
            line(prefix + name, getattr(space, name))
    for name in ("getDeviceCount", "getDevice", "setDevice", "deviceSynchronize", "getDeviceProperties", "memGetInfo", "runtimeGetVersion"):
        line("cuda.runtime." + name, getattr(cupy.cuda.runtime, name))
    line("cuda.memory.OutOfMemoryError", cupy.cuda.memory.OutOfMemoryError)
    for name in ("used_bytes", "total_bytes", "free_all_blocks", "set_limit"):
        line("cuda.MemoryPool." + name, getattr(cupy.cuda.MemoryPool, name))
    line("cupyx.scatter_add", cupyx.scatter_add)
    for name in sorted(n for n in dir(special) if not n.startswith("_")):
        line("cupyx.scipy.special." + name, getattr(special, name))
    return out


def test_list_is_of_the_installed_cupy() -> None:
    """With CuPy installed: what the list says of the names in use is so."""
    real = sys.modules.get("cupy") or pytest.importorskip("cupy")
    if getattr(real, "__fake__", False):
        pytest.skip("the CuPy in place is the tests' own")
    here = dict(text.partition(" ")[::2] for text in listing()[1:])
    used = {name for path in FILES for name, _ in uses(path).found} - supplied()
    assert {n for n in used if n not in here} == set()


if __name__ == "__main__" and "--write" in sys.argv:
    LIST.write_text("\n".join(listing()) + "\n", encoding="utf-8")
