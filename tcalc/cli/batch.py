"""`tcalc run FILE...`: batch files, each in a session of its own. Expression statements are silent; a failure names file, line and column."""

from __future__ import annotations

import _thread
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from . import exits
from .console import Console, program_text
from .exits import DataError
from .files import Folders

if TYPE_CHECKING:
    from .options import Settings

SCHEMA = "tcalc.run/1"
PATIENCE = 1.0  # seconds before a progress bar appears
POLL = 0.25  # seconds between two looks at watched files


def run_files(settings: Settings, paths: list[str], echo: bool = False, keep_going: bool = False, watch: bool = False) -> int:
    """Run the files in order; the exit code is that of the first failure. With ``watch``, again whenever one of them changes, until Ctrl-C."""
    return watch_files(settings, paths, echo, keep_going) if watch else run_once(settings, paths, echo, keep_going)


def run_once(settings: Settings, paths: list[str], echo: bool, keep_going: bool) -> int:
    """Run the files once. A summary follows where several ran and one failed."""
    worst = exits.OK
    failed: list[tuple[str, Any]] = []
    records: list[dict[str, Any]] = []
    bar = Progress(len(paths)) if len(paths) > 1 and not settings.json and is_terminal(sys.stderr) else None
    try:
        for i, path in enumerate(paths):
            if bar is not None:
                bar.next(i, path)
            if i:
                fresh_state()
            console = BatchConsole(settings, "" if path == "-" else os.path.dirname(os.path.abspath(path)), bar)
            code = run_one(console, path, echo, keep_going)
            if settings.json and len(paths) > 1:
                records.append({"file": path, "exit": code, **{k: v for k, v in console.whole().items() if k != "schema"}})
            else:
                console.finish(code)
            if code != exits.OK:
                worst = worst or code
                failed.append((path, console.failure))
                if not keep_going:
                    left = len(paths) - i - 1
                    if left:
                        console.say(f"tcalc: {path} failed; {left} file{'' if left == 1 else 's'} not run (--keep-going runs them)")
                    break
    finally:
        if bar is not None:
            bar.stop()
    if settings.json and len(paths) > 1:
        from ..render.jsontext import dumps

        print(dumps({"schema": SCHEMA, "files": records, "failed": [path for path, _ in failed], "not_run": paths[len(records) :]}))
    elif failed and len(paths) > 1 and keep_going:
        sys.stdout.flush()
        exits.complain(f"{len(failed)} of {len(paths)} files failed: {', '.join(path for path, _ in failed)}")
        for path, failure in failed:
            exits.tell(f"       {headline(path, failure)}")
    return worst


def run_one(console: BatchConsole, path: str, echo: bool, keep_going: bool) -> int:
    """One file in a session of its own. A time limit ends it alone where later files are to run."""
    try:
        with console:
            session = console.open()
            return exits.FAILED if session is None else run_file(console, session, path, echo)
    except exits.Exit as exc:
        if exc.code != exits.TIMEOUT or not keep_going:
            raise
        return exc.code


def headline(path: str, failure: Any) -> str:
    """`b.py:3:5  ZeroDivisionError: division by zero` in one line."""
    if failure is None:
        return path
    first = failure.headline.split("\n")[0]
    return f"{failure.location or path}  {first[:120]}"


def fresh_state() -> None:
    """What a program may have set for the whole process, as it was: default dtype and device, print options, grad mode."""
    from .. import engine
    from ..engine import graph

    engine.set_default_dtype(engine.float32)
    engine.set_default_device("cpu")
    engine.set_printoptions(profile="default")
    graph.state.grad = True
    graph.state.anomaly = False
    graph.state.check_nan = True
    graph.state.hooks = None
    forward_ad = sys.modules.get("tcalc.engine.forward_ad")
    if forward_ad is not None:
        forward_ad.close_all()
    np = sys.modules.get("numpy")
    if np is not None:
        np.set_printoptions(precision=8, suppress=False, threshold=1000, edgeitems=3, linewidth=75, formatter=None, sign="-", floatmode="maxprec")


class BatchConsole(Console):
    """A console that hides the progress bar before it writes."""

    __slots__ = ("bar",)

    def __init__(self, settings: Settings, base: str, bar: Progress | None) -> None:
        Console.__init__(self, settings, base)
        self.bar = bar

    def write(self, text: str) -> None:
        bar = self.bar
        if bar is not None:
            bar.hide(text.endswith("\n"))
        Console.write(self, text)

    def say(self, text: str) -> None:
        if self.bar is not None:
            self.bar.hide(True)
        Console.say(self, text)


# ---- the progress bar ---------------------------------------------------------------------------------------------


def is_terminal(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):
        return False


class Progress:
    """A bar on stderr, drawn by a thread of its own once the run takes longer than a second, and never into a line that has begun."""

    __slots__ = ("at_start", "done", "drawn", "lock", "name", "start", "stopped", "total")

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.name = ""
        self.drawn = False
        self.at_start = True  # of a line of the terminal
        self.start = time.monotonic()
        self.lock = _thread.allocate_lock()
        self.stopped = _thread.allocate_lock()
        self.stopped.acquire()
        _thread.start_new_thread(self.run, ())

    def next(self, done: int, name: str) -> None:
        """So many files are done, and this one begins."""
        self.done, self.name = done, name

    def run(self) -> None:
        if self.stopped.acquire(True, PATIENCE):
            return
        while True:
            with self.lock:
                self.draw()
            if self.stopped.acquire(True, 0.2):
                return

    def draw(self) -> None:
        if not self.at_start:
            return
        full = 24 * self.done // self.total
        name = os.path.basename(self.name)
        text = f"[{'#' * full}{'.' * (24 - full)}] {self.done}/{self.total}  {name[:40]}  {time.monotonic() - self.start:.0f} s"
        put(f"\r\x1b[K{text}")
        self.drawn = True

    def hide(self, at_start: bool) -> None:
        """Something is going to be written that ends a line (or does not)."""
        with self.lock:
            if self.drawn:
                put("\r\x1b[K")
                self.drawn = False
            self.at_start = at_start

    def stop(self) -> None:
        self.hide(True)
        if self.stopped.locked():
            self.stopped.release()


def put(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        pass


# ---- watching -----------------------------------------------------------------------------------------------------


def watch_files(settings: Settings, paths: list[str], echo: bool, keep_going: bool) -> int:
    """Run the files, and again after each change of one of them, until Ctrl-C; the exit code of the last run, 130 where it had not ended."""
    if "-" in paths:
        raise exits.UsageError("--watch looks at files, and - is standard input")
    code = exits.OK
    runs = 0
    try:
        while True:
            before = stamps(paths)
            if runs:
                fresh_state()
            runs += 1
            code = exits.INTERRUPTED  # if Ctrl-C comes before the run is over
            try:
                code = run_once(settings, paths, echo, keep_going)
            except exits.Exit as exc:
                code = exc.code
            sys.stdout.flush()
            exits.tell(f"tcalc: run {runs} {'done' if code == exits.OK else f'ended with exit code {code}'}; watching {', '.join(paths)} (Ctrl-C ends)")
            wait_for_change(paths, before)
    except KeyboardInterrupt:
        put("\n")
        return code


def wait_for_change(paths: list[str], before: list[Any]) -> None:
    """Until a file has changed and is at rest: an editor may write in pieces, or replace a file, which is then missing for a moment."""
    while True:
        time.sleep(POLL)
        now = stamps(paths)
        if now != before and None not in now:
            time.sleep(POLL / 2)
            if stamps(paths) == now:
                return


def stamps(paths: list[str]) -> list[Any]:
    """What changes when a file does; None for one that is not there."""
    out: list[Any] = []
    for path in paths:
        try:
            s = os.stat(path)
            out.append((s.st_mtime_ns, s.st_size, s.st_ino))
        except OSError:
            out.append(None)
    return out


# ---- one file -----------------------------------------------------------------------------------------------------


def run_here(console: Console, session: Any, path: str) -> int:
    """Run a file in the session of the prompt: within a file's bounds, not a person's."""
    before = console.folders
    console.folders = Folders(os.path.dirname(os.path.abspath(path)), allowed=before.allowed)
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
