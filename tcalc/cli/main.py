"""`tcalc`: reads sys.argv. A plain expression goes straight to lang and engine; a subcommand, --help and the like go to app.py.

This module and what it imports for an expression are the start-up time: no Typer, Rich, prompt-toolkit, re, json, typing ... on that path
(tests/test_imports.py holds the list), and NumPy only where the expression makes an array.
"""

from __future__ import annotations

import gc

gc.disable()  # nothing that start-up makes is garbage

import os  # noqa: E402
import sys  # noqa: E402

from .._start import install  # noqa: E402

install()

from . import exits, options  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; leaves the process with the exit code of exits.py."""
    code = exits.FAILED
    try:
        prepare_streams()
        code = dispatch(list(sys.argv[1:] if argv is None else argv))
    except exits.UsageError as exc:
        exits.complain(exc.sentence, exc.hint or "tcalc --help shows the options")
        code = exits.USAGE
    except exits.Exit as exc:
        code = exc.code
    except KeyboardInterrupt:
        exits.complain("interrupted")
        code = exits.INTERRUPTED
    except SystemExit as exc:
        code = exc.code if isinstance(exc.code, int) else exits.OK if exc.code is None else exits.FAILED
    except OSError as exc:
        if not from_stdout(exc):
            code = unexpected(exc)
        else:
            code = exits.stdout_failed(exc)
    except Exception as exc:
        code = unexpected(exc)
    exits.leave(code)


def dispatch(argv: list[str]) -> int:
    if "_TCALC_COMPLETE" in os.environ:
        from . import app

        return app.main([])
    parsed = options.parse(argv)
    if isinstance(parsed, options.Command):
        if parsed.name == "" and "--version" in parsed.args:
            from .._version import __version__

            print(f"tcalc {__version__}")
            return exits.OK
        if parsed.name == "" and "--help" in parsed.args:
            from .help import top_help

            print(top_help(), end="")
            return exits.OK
        from . import app

        collect_garbage()
        return app.main(parsed.args, parsed.name)
    if not parsed.program:
        data_on_stdin = any(text == "-" for _, text in parsed.bindings)
        if sys.stdin is not None and not sys.stdin.isatty():
            if data_on_stdin:
                raise exits.UsageError("standard input is the data of -v NAME=-, so the expression must be an argument")
            parsed.program.append(("-f", "-"))
        elif data_on_stdin:
            raise exits.UsageError("there is no expression to evaluate")
        else:
            from .repl import run_repl

            collect_garbage()
            return run_repl(parsed)
    elif any(text == "-" for _, text in parsed.bindings) and any(kind == "-f" and text == "-" for kind, text in parsed.program):
        raise exits.UsageError("standard input is the data of -v NAME=-, so it cannot be the program as well")
    return one_shot(parsed)


def one_shot(settings: options.Settings) -> int:
    """The fast path: bind, run, show."""
    from .console import Console, program_text

    files = [text for kind, text in settings.program if kind == "-f"]
    console = Console(settings, os.path.dirname(files[0]) if files else "", typed=not files)
    with console:
        session = console.open()
        if session is None:
            return console.finish(exits.FAILED)
        collect_garbage()
        if not files and not any(word in text for _, text in settings.program for word in ("doc", "help")):
            from ..engine.backends import undocumented

            undocumented[0] = True
        for kind, text in settings.program:
            try:
                name, source = program_text(kind, text)
            except exits.DataError as exc:
                return console.finish(console.fail_plainly(exc.sentence, exc.hint))
            code = console.run(session, source, name)
            if code != exits.OK:
                return console.finish(code)
    return console.finish(exits.OK)


def collect_garbage() -> None:
    """What start-up made is never looked at again, and collections are rare: graphs are freed by reference count."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    gc.enable()


def prepare_streams() -> None:
    """UTF-8 on stdout and stderr whatever the locale says; text that no encoding can write is escaped."""
    for stream, errors in ((sys.stdout, "backslashreplace"), (sys.stderr, "backslashreplace")):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            try:
                reconfigure(encoding="utf-8", errors=errors)
            except (OSError, ValueError):
                pass
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")


def from_stdout(exc: OSError) -> bool:
    """Whether a write to stdout raised it (files that are opened by name carry their name)."""
    return exc.filename is None


def unexpected(exc: BaseException) -> int:
    """A fault of ours: one line, and a traceback with --debug."""
    if isinstance(exc, MemoryError):
        exits.complain("out of memory")
        return exits.FAILED
    exits.complain(f"internal error: {type(exc).__name__}: {exc}", "please report it with the command line; --debug shows the traceback")
    if "--debug" in sys.argv:
        import traceback

        traceback.print_exception(exc)
    return exits.FAILED


if __name__ == "__main__":
    main()
