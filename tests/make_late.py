"""Writes tcalc/engine/late.py: which module of engine/ops declares which name. Run it after adding an op: python tests/make_late.py"""

from __future__ import annotations

import importlib.abc
import sys
import textwrap
from importlib.machinery import PathFinder
from pathlib import Path

import tcalc.engine  # noqa: F401 - registers what start-up does
from tcalc.engine import registry

OPS = Path(__file__).resolve().parent.parent / "tcalc" / "engine" / "ops"
TARGET = OPS.parent / "late.py"
PREFIX = "tcalc.engine.ops."


def declared() -> set[str]:
    """Every name in the tables now, and how many overloads it has: asking for the name must bring those of every module."""
    tables = (registry.OPS, registry.FAMILIES, registry.METHODS, *registry.NAMESPACES.values())
    names = {f"{name} {k}" for k, t in enumerate(tables) for name in dict.keys(t)}  # one name in two tables is two: torch.relu and F.relu
    count = {f"{o.public} {len(family.overloads)}" for family in dict.values(registry.FAMILIES) for o in family.overloads}
    return names | count


class Watch(importlib.abc.MetaPathFinder):
    """Notes for each module of engine/ops what its own import adds to the tables, less what the modules that it imports add."""

    def __init__(self) -> None:
        self.found: dict[str, set[str]] = {}

    def find_spec(self, name, path=None, target=None):
        if not name.startswith(PREFIX):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def exec_module(module):
                before, others = declared(), set(self.found)
                run(module)
                inner = set().union(*(self.found[m] for m in self.found.keys() - others))
                self.found[name.removeprefix(PREFIX)] = declared() - before - inner

            spec.loader.exec_module = exec_module
        return spec


def wrapped(names: list[str], indent: str) -> str:
    """Names in lines."""
    return textwrap.fill(" ".join(names), 145, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def quoted(names: list[str]) -> str:
    """Names as adjacent string literals that make one string, with a space before and after each name."""
    lines = wrapped(names, "").split("\n")
    return "\n".join(f'        " {line}{" " if line is lines[-1] else ""}"' for line in lines)


def text() -> str:
    """The module's source, from what each module registers."""
    registry.pending.clear()  # nothing may load another module but an import
    early = set(dict.keys(registry.METHODS))
    before = {n.partition(" ")[0] for n in declared()}
    modules = sorted(p.stem for p in OPS.glob("*.py") if PREFIX + p.stem not in sys.modules and p.stem != "__init__")
    watch = Watch()
    sys.meta_path.insert(0, watch)
    for name in modules:
        __import__(PREFIX + name)
    sys.meta_path.remove(watch)
    where: dict[str, list[str]] = {}
    for module in modules:
        for name in {n.partition(" ")[0] for n in watch.found[module]}:
            where.setdefault(name, []).append(module)
    methods = sorted(set(dict.keys(registry.METHODS)) - early)
    names: dict[str, list[str]] = {m: [] for m in modules}
    for name, homes in where.items():
        for module in homes:
            names[module].append(name)
    early_too = {n for n, homes in where.items() if n in before}
    shared = sorted(n for n, homes in where.items() if len(homes) > 1 or n in early_too)
    out = "".join(f'    "{m}": (\n{quoted(sorted(names[m]))}\n    ),\n' for m in modules if names[m])
    return (
        '"""Which module of engine/ops declares a name, for those that start-up leaves out. Written by tests/make_late.py; a test keeps it fresh."""\n\n'
        "from __future__ import annotations\n\n"
        "# Names with overloads in more than one module.\n"
        f'SHARED = frozenset("{" ".join(shared)}".split())\n\n'
        "# Methods of Tensor.\n"
        f'METHODS = """\n{wrapped(methods, "    ")}\n""".split()\n\n'
        f"NAMES = {{\n{out}}}\n"
    )


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
