"""Exit codes, all of them, and how the process leaves."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

OK = 0  # done
FAILED = 1  # the program failed: a shape, a name, a file, an assert
USAGE = 2  # the command line is wrong
CHECK = 3  # a check did not hold (gradcheck, a transcript)
TIMEOUT = 124  # --timeout ran out
INTERRUPTED = 130  # Ctrl-C


class Exit(BaseException):
    """Leave with ``code``; whatever there is to say has been said. No program can catch it."""

    def __init__(self, code: int) -> None:
        self.code = code


class UsageError(Exception):
    """The command line is wrong: one sentence, and perhaps what would be right."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        self.sentence = sentence
        self.hint = hint


class DataError(Exception):
    """A file or a binding cannot be used: one sentence, and perhaps what would work."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        self.sentence = sentence
        self.hint = hint


def complain(sentence: str, hint: str = "") -> None:
    """``tcalc: sentence`` and the hint on stderr."""
    tell(f"tcalc: {sentence}" + (f"\n       {hint}" if hint else ""))


def tell(text: str) -> None:
    """A line on stderr, where there is one."""
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass


def leave(code: int) -> NoReturn:
    """Flush and end the process at once, without the interpreter's tear-down (a tenth of a one-shot run)."""
    code = flush(code)
    try:
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass
    os._exit(code)


def flush(code: int) -> int:
    """Flush stdout. A closed pipe ends quietly; any other failure to write is a failure of the run."""
    out = sys.stdout
    if out is None:
        return code
    try:
        out.flush()
    except (OSError, ValueError) as exc:
        code = stdout_failed(exc, code)
    return code


def stdout_failed(exc: BaseException, code: int = OK) -> int:
    """The exit code after a write to stdout failed with ``exc``; says so on stderr unless the reader just left."""
    silence_stdout()
    if closed_pipe(exc):
        return code
    complain(f"cannot write to standard output: {getattr(exc, 'strerror', None) or exc}")
    return code or FAILED


def closed_pipe(exc: BaseException) -> bool:
    """True where the reader of stdout has gone: BrokenPipeError, or on Windows EINVAL."""
    return isinstance(exc, BrokenPipeError) or (os.name == "nt" and getattr(exc, "errno", None) == 22)


def silence_stdout() -> None:
    """Point file descriptor 1 at nothing, so that later flushes (also the interpreter's own) cannot fail again."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.close(null)
    except OSError:
        pass
