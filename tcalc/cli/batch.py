"""`tcalc run FILE...`: batch files, each in a session of its own. Expression statements are silent; a failure names file, line and column."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from . import exits
from .console import Console, program_text
from .exits import DataError
from .files import Folders

if TYPE_CHECKING:
    from .options import Settings


def run_files(settings: Settings, paths: list[str], echo: bool = False, keep_going: bool = False) -> int:
    """Run the files in order; the exit code is that of the first failure. A summary follows where several ran and one failed."""
    worst = exits.OK
    failed: list[str] = []
    for i, path in enumerate(paths):
        base = "" if path == "-" else os.path.dirname(os.path.abspath(path))
        console = Console(settings, base)
        with console:
            session = console.open()
            code = exits.FAILED if session is None else run_file(console, session, path, echo)
        code = console.finish(code)
        if code != exits.OK:
            worst = worst or code
            failed.append(path)
            if not keep_going:
                left = len(paths) - i - 1
                if left:
                    console.say(f"tcalc: {path} failed; {left} file{'' if left == 1 else 's'} not run (--keep-going runs them)")
                return code
    if failed and len(paths) > 1:
        sys.stdout.flush()
        exits.complain(f"{len(failed)} of {len(paths)} files failed: {', '.join(failed)}")
    return worst


def run_here(console: Console, session: Any, path: str) -> int:
    """Run a file in the session of the prompt: within a file's bounds, not a person's."""
    before = console.folders
    console.folders = Folders(os.path.dirname(os.path.abspath(path)))
    try:
        return run_file(console, session, path)
    finally:
        console.folders = before


def run_file(console: Console, session: Any, path: str, echo: bool = False) -> int:
    """Run one file in a session; the exit code."""
    try:
        name, text = program_text("-f", path)
    except DataError as exc:
        return console.fail_plainly(exc.sentence, exc.hint)
    return console.run(session, text, name, echo=echo)
