"""`open(path)` for reading text: the one way in which a program reads a file that is no data file.

Which files it may open is the session's rule (`Session.files`); writing has its own ways, save() and torch.save. The whole text is read at once, bounded,
so that no handle stays open and nothing is left to close.
"""

from __future__ import annotations

import os
import stat

from ..engine import limits
from ..engine.errors import fail
from .formatting import MAX_TEXT
from .values import Builtin, Value, no_attribute, state, tick, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

_MODES = ("r", "rt", "tr")
_ENCODINGS = {name: name for name in ("utf-8", "utf-8-sig", "utf-16", "ascii", "latin-1", "cp1252")} | {"utf8": "utf-8", "latin1": "latin-1"}


class TextFile(Value):
    """What open(path) gives: the file's text, and how far it was read."""

    __slots__ = ("at", "closed", "name", "text")
    type_name = "TextIOWrapper"

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.at = 0
        self.closed = False

    def __repr__(self) -> str:
        return f"<TextIOWrapper name={self.name!r} mode='r' encoding='UTF-8'>"

    def attr(self, name: str) -> Any:
        if name in ("name", "closed"):
            return getattr(self, name)
        if name == "mode":
            return "r"
        if name not in _METHODS:
            no_attribute(self, name, self.attr_names())
        function = getattr(self, f"_{name}")  # a name of our own list
        return Builtin(name, function, function.__doc__, "file")

    def attr_names(self) -> Iterable[str]:
        return ("name", "closed", "mode", *_METHODS)

    def iterate(self) -> Iterator[Any]:
        while line := self._readline():
            tick(1)
            yield line

    def enter(self) -> Any:
        self._open()
        return self

    def exit(self, error: BaseException | None) -> bool:
        self.closed = True
        return False

    def leave(self, failed: bool) -> None:
        self.closed = True

    def _open(self) -> None:
        if self.closed:
            fail(ValueError, "I/O operation on closed file.", kind="file")

    def _read(self, size: Any = -1) -> str:
        """read(size=-1): the rest of the text, or so many characters of it."""
        self._open()
        end = len(self.text) if size is None or size < 0 else self.at + size
        part = self.text[self.at : end]
        self.at += len(part)
        return part

    def _readline(self) -> str:
        """readline(): the next line with its end; an empty text at the end of the file."""
        self._open()
        end = self.text.find("\n", self.at)
        line = self.text[self.at : len(self.text) if end < 0 else end + 1]
        self.at += len(line)
        return line

    def _readlines(self) -> list[str]:
        """readlines(): the lines that are left."""
        lines = self._read().splitlines(keepends=True)
        tick(len(lines))
        limits.grown(len(lines) * 64)
        return lines

    def _seek(self, offset: Any) -> int:
        """seek(0): read from the start again."""
        self._open()
        if type(offset) is not int or offset != 0:
            fail(ValueError, "seek() goes back to the start of the text here: seek(0)", kind="file")
        self.at = 0
        return 0

    def _close(self) -> None:
        """close()"""
        self.closed = True

    def _write(self, *values: Any) -> None:
        """Refused: files are open for reading."""
        fail(PermissionError, "files are open for reading only", kind="file", hints=["save(x, 'name.npy') writes data; print(...) > file is the shell's"])

    _writelines = _write


_METHODS = ("read", "readline", "readlines", "seek", "close", "write", "writelines")


def _open(file: Any, mode: Any = "r", buffering: Any = -1, encoding: Any = None, errors: Any = None, newline: Any = None) -> TextFile:
    """open(path): a text file for reading, below the working folder, beside the program, or below a folder that --allow-read names."""
    if type(file) is not str:
        fail(TypeError, f"open(): a path is expected, not {type_name(file)}", kind="type", op="open")
    if mode not in _MODES:
        hint = "load(path) reads data files, save(x, path) writes them"
        fail(PermissionError, f"open(): files are opened for reading text (mode 'r'), not {mode!r}", kind="file", op="open", hints=[hint])
    codec = _ENCODINGS.get(str(encoding or "utf-8").lower())
    if codec is None:
        fail(ValueError, f"open(): unknown encoding {encoding!r}", kind="file", op="open", hints=[f"known: {', '.join(_ENCODINGS)}"])
    files = None if state.session is None else state.session.files
    if files is None:
        fail(PermissionError, "open(): programs touch no files here", kind="file", op="open")
    path = files.to_open(file)
    try:
        about = os.stat(path)
        if not stat.S_ISREG(about.st_mode):  # before it is opened: that of a pipe would wait
            fail(PermissionError, f"open(): {file} is no plain file", kind="file", op="open")
        with open(path, "rb") as stream:
            if about.st_size > MAX_TEXT:
                fail(ValueError, f"open(): {file} has {about.st_size:,} bytes; a text has at most {MAX_TEXT:,} characters", kind="limit", op="open")
            limits.grown(about.st_size)
            raw = stream.read(MAX_TEXT + 1)
    except OSError as exc:
        if exc.errno is None:
            raise
        fail(type(exc), f"[Errno {exc.errno}] {exc.strerror}: {file!r}", kind="file", op="open")
    try:
        text = raw[: MAX_TEXT + 1].decode(codec, "strict" if errors not in ("ignore", "replace") else errors)
    except UnicodeDecodeError as exc:
        fail(ValueError, f"open(): {file} is not {codec} text: byte {exc.start}", kind="file", op="open")
    return TextFile(file, text.replace("\r\n", "\n").replace("\r", "\n"))


OPEN = Builtin("open", _open, _open.__doc__, "builtins")
