"""Which files a program may touch.

A program from a file or a pipe reads below the working folder, below its own folder, and what the command line names; it writes below the
working folder. What a person types, on the command line or at the prompt, reads and writes where that person may. Both write only the kinds
of files that tcalc makes.
"""

from __future__ import annotations

import os

from .exits import DataError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WRITABLE = (".svg", ".png", ".dot", ".mmd", ".json", ".npy", ".npz", ".csv", ".txt", ".safetensors", ".pt", ".pth")


class Folders:
    """Where a program may read and write: ``base`` is its own folder, ``named`` what the command line names, ``typed`` lifts the bounds."""

    __slots__ = ("allowed", "base", "named", "typed")

    def __init__(self, base: str = "", named: tuple[str, ...] = (), typed: bool = False, allowed: Sequence[str] = ()) -> None:
        self.base = base
        self.typed = typed
        self.allowed = tuple(os.path.realpath(n) for n in allowed)  # what --allow-read names
        self.named = tuple(os.path.realpath(n) for n in named)

    def find(self, path: str) -> str:
        """The file that ``path`` means: from the working folder, else from the program's own."""
        if not os.path.isabs(path) and self.base and not os.path.exists(path):
            beside = os.path.join(self.base, path)
            if os.path.exists(beside):
                return beside
        return path

    def to_read(self, path: str) -> str:
        """``find(path)``, or DataError where the program may not read it."""
        return self.find(path) if self.typed else self.to_open(path)

    def to_open(self, path: str) -> str:
        """The same for open(), which reads any text: its bounds hold for what is typed, too."""
        found = self.find(path)
        real = os.path.realpath(found)
        roots = [os.path.realpath(os.curdir), *self.allowed] + ([os.path.realpath(self.base)] if self.base else [])
        if real in self.named or any(inside(real, root) for root in roots):
            return found
        raise DataError(
            f"a program reads files below the working folder and beside itself, not {path}",
            f"--allow-read {os.path.dirname(real)} allows that folder;  -v data=@{path} hands the file in",
        )

    def to_write(self, path: str) -> str:
        """``path``, or DataError where the program may not write it."""
        ext = os.path.splitext(path)[1].lower()
        if ext not in WRITABLE:
            raise DataError(f"cannot save to {path}: its suffix says the format, one of {' '.join(WRITABLE)}")
        if not self.typed and not inside(os.path.realpath(path), os.path.realpath(os.curdir)):
            raise DataError(f"a program writes files below the working folder, not {path}")
        return path


class Rules:
    """The folders' rules for torch.load and torch.save of a program: a breach is an exception of the language."""

    __slots__ = ("folders",)

    def __init__(self, folders: Folders) -> None:
        self.folders = folders

    def to_read(self, path: str) -> str:
        """Folders.to_read(path), or ValueError."""
        return self._tried(self.folders.to_read, path)

    def to_open(self, path: str) -> str:
        """Folders.to_open(path), or ValueError."""
        return self._tried(self.folders.to_open, path)

    def to_write(self, path: str) -> str:
        """Folders.to_write(path), or ValueError."""
        return self._tried(self.folders.to_write, path)

    def _tried(self, rule: Callable[[str], str], path: str) -> str:
        try:
            return rule(path)
        except DataError as exc:
            from .forms import raised

            return str(raised(exc))


def inside(path: str, root: str) -> bool:
    return path == root or path.startswith(root if root.endswith(os.sep) else root + os.sep)


def write(path: str, data: bytes) -> None:
    """Write ``path`` whole or not at all; DataError says why it cannot be."""
    from ..render.image import write_file

    try:
        write_file(path, data)
    except OSError as exc:
        raise DataError(cannot_write(path, exc)) from None


def cannot_write(path: str, exc: OSError) -> str:
    folder = os.path.dirname(path)
    if os.path.isdir(path):
        return f"{path} is a folder"
    if folder and not os.path.isdir(folder):
        return f"cannot write {path}: there is no folder {folder}"
    return f"cannot write {path}: {exc.strerror or exc}"
