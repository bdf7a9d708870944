"""A shorter way to this package's own modules, for the command: an expression needs some forty of them, and finding them is a third of its start-up.

A module whose compiled file lies where Python puts it and belongs to its source (Python's own checks: magic number, time, size) is taken from
there; everything else is left to Python's import system, and nothing outside ``tcalc`` is touched.
"""

from __future__ import annotations

import _frozen_importlib_external as external  # what importlib.machinery shows, which would cost what is saved here
import sys
from _frozen_importlib import ModuleSpec
from marshal import loads
from os import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType
    from typing import Any

_HEAD = external.MAGIC_NUMBER + bytes(4)  # checked by time and size, as `pip install` and Python itself compile
_SUFFIX = f".{sys.implementation.cache_tag}.pyc"


class Loader(external.SourceFileLoader):
    """Python's own loader of source files, given the code that was found beside the source."""

    code: CodeType | None = None

    def get_code(self, fullname: str) -> Any:
        """The module's code: what was found, once; after that (runpy, reload) Python's own way."""
        code, self.code = self.code, None
        return super().get_code(fullname) if code is None else code


class Finder:
    """What sys.meta_path asks."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        """The spec of a plain module of this package with fresh compiled code; None for everything else."""
        if path is None or not name.startswith("tcalc."):
            return None
        folder = path[0]
        tail = name.rpartition(".")[2]
        source, cached = f"{folder}/{tail}.py", f"{folder}/__pycache__/{tail}{_SUFFIX}"
        try:
            written = stat(source)
            with open(cached, "rb", 0) as file:
                data = file.read()
        except OSError:
            return None
        seal = (int(written.st_mtime) & 0xFFFFFFFF).to_bytes(4, "little") + (written.st_size & 0xFFFFFFFF).to_bytes(4, "little")
        if data[:16] != _HEAD + seal:
            return None
        try:
            code = loads(memoryview(data)[16:])
        except (EOFError, ValueError, TypeError):
            return None
        loader = Loader(name, source)
        loader.code = code
        spec = ModuleSpec(name, loader, origin=source)
        spec._set_fileattr = True  # type: ignore[attr-defined]  # __file__ and __cached__, as for every file
        spec._cached = cached  # type: ignore[attr-defined]
        return spec


def install() -> None:
    """Ask Finder first, where compiled files are the plain ones."""
    if not sys.flags.optimize and not sys.pycache_prefix and not any(f is Finder for f in sys.meta_path):
        sys.meta_path.insert(0, Finder)  # type: ignore[arg-type]
