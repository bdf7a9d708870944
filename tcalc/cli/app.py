"""The subcommands, on Typer. Each takes the common options of options.py and its own, declared in the same way beside it.

main.py sends a command line here once it has found a subcommand in it, or a question about shell completion.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import exits, options
from .exits import DataError, UsageError
from .options import Option, Settings
from .reports import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from .reports import Kind

app = typer.Typer(
    name="tcalc",
    help="A tensor calculator and autograd inspector.",
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main(argv: list[str], command: str = "") -> int:
    """Run a subcommand (or install completion and the like, where ``command`` is empty); the exit code."""
    try:
        args = [command, *arrange(argv, OWN[command])] if command else argv
        code = app(args=args, prog_name="tcalc", standalone_mode=False)
    except UsageError as exc:
        exits.complain(exc.sentence, exc.hint or "tcalc --help shows the options")
        return exits.USAGE
    except DataError as exc:
        exits.complain(exc.sentence, exc.hint)
        return exits.FAILED
    except exits.Exit as exc:
        return exc.code
    except Exception as exc:
        if not hasattr(exc, "format_message"):  # Typer's own errors, wherever this version of it keeps their class
            raise
        exits.complain(exc.format_message().rstrip("."), f"tcalc {command} --help shows how it is called" if command else "")
        return exits.USAGE
    return code if isinstance(code, int) else exits.OK


# ---- from the option tables to Typer ------------------------------------------------------------------------------

OWN: dict[str, tuple[Option, ...]] = {}


def command(name: str, *own: Option, word: str = "", many: bool = False, required: bool = True, epilog: str = "") -> Callable[[Any], Any]:
    """Make ``fn(settings, words, **own options)`` a subcommand. ``word`` names its positional argument, if it has one."""
    OWN[name] = own

    def register(fn: Callable[..., int]) -> Callable[..., int]:
        table = (*own, *options.COMMON)

        def call(**given: Any) -> int:
            words = given.pop("words", None)
            words = [] if words is None else words if isinstance(words, list) else [words]
            for o in table:
                raw = given[o.name]
                if o.many:
                    given[o.name] = [o.parse(r, o.flags[0]) for r in raw or ()] if o.parse else []
                elif o.parse is not None and raw is not None:
                    given[o.name] = o.parse(raw, o.flags[-1])
            settings = Settings(**{o.name: given.pop(o.name) for o in options.COMMON})
            return fn(settings, words, **given)

        parameters = []
        if word:
            kind: Any = list[str] if many else str
            info = typer.Argument(metavar=word, show_default=False)
            parameters.append(parameter("words", kind if required else kind | None, info, inspect.Parameter.empty if required else None))
        for o in table:
            kind = bool if o.parse is None else list[str] | None if o.many else str | None
            shown = typer.Option(*o.flags, help=o.help, metavar=o.metavar or None, show_default=False)
            parameters.append(parameter(o.name, kind, shown, False if o.parse is None else None))
        call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        call.__annotations__ = {p.name: p.annotation for p in parameters}
        call.__doc__ = fn.__doc__
        app.command(name, help=options.COMMANDS[name] + "\n\n" + inspect.cleandoc(fn.__doc__ or ""), epilog=epilog or None)(call)
        return fn

    return register


def parameter(name: str, kind: Any, info: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, info])


def arrange(argv: list[str], own: tuple[Option, ...]) -> list[str]:
    """Options first, then --, then the words: so that Typer takes `-x+1` for the expression it is."""
    table = {flag: o for o in (*options.COMMON, *own) for flag in o.flags}
    flags: list[str] = []
    words: list[str] = []
    i = 0
    while i < len(argv):
        word = argv[i]
        i += 1
        flag, eq, _ = word.partition("=")
        if word == "--":
            words += argv[i:]
            break
        if word in ("--help", "-h"):
            flags.append("--help")
        elif word.startswith("--") and word[2:3].isalpha():
            option = table.get(flag)
            if option is None:
                raise UsageError(f"no such option: {flag}" + options.did_you_mean(flag, options.longs(table)))
            flags.append(word)
            if option.parse is not None and not eq:
                i = value_at(argv, i, flag, option, flags)
        elif word in table:
            flags.append(word)
            if table[word].parse is not None:
                i = value_at(argv, i, word, table[word], flags)
        elif word.startswith("-v") and word[2:].partition("=")[0].isidentifier() and "=" in word and "==" not in word:
            flags += ["-v", word[2:]]
        else:
            words.append(word)
    return [*flags, "--", *words]


def value_at(argv: list[str], i: int, flag: str, option: Option, out: list[str]) -> int:
    if i >= len(argv):
        raise UsageError(f"{flag} needs a value: {flag} {option.metavar}")
    if flag.startswith("--"):
        out[-1] = f"{flag}={argv[i]}"  # a value may begin with a dash
    else:
        out.append(argv[i])
    return i + 1


# ---- the subcommands ----------------------------------------------------------------------------------------------


@command(
    "run",
    Option("echo", "--echo", "", "Show the value of every expression statement, as the prompt does.", None),
    Option("keep_going", "-k --keep-going", "", "Run the later files after one failed.", None),
    Option("watch", "-w --watch", "", "Run again whenever a file changes, until Ctrl-C.", None),
    word="FILE...",
    many=True,
)
def run(settings: Settings, words: list[str], echo: bool, keep_going: bool, watch: bool) -> int:
    """A FILE is what `python FILE` would run under PyTorch: `import torch` at its head is welcome and not needed.
    Expression statements are silent; --echo shows them. `-` is standard input.

    A failing file prints file:line:column with the line underlined, and the exit code is 1.
    """
    from .batch import run_files

    return run_files(settings, words, echo, keep_going, watch)


@command(
    "test",
    Option("rtol", "--rtol", "X", "Numbers may differ by so much of their size (1e-6).", options.tolerance),
    Option("atol", "--atol", "X", "And by so much in any case (1e-8).", options.tolerance),
    Option("exact", "--exact", "", "Compare character by character.", None),
    Option("update", "--update", "", "Write what the examples show now into the files.", None),
    word="FILE...",
    many=True,
)
def test(settings: Settings, words: list[str], rtol: float | None, atol: float | None, exact: bool, update: bool) -> int:
    """A FILE holds `>>>` or `tcalc>` prompts, each followed by what it shows; of a Markdown file, its code blocks.
    A line of `...` stands for any lines, `...` inside a line for any text. An error is shown by its first line.

    A failing example shows a unified diff, and the exit code is 3.
    """
    from .transcript import test_files

    return test_files(settings, words, 1e-6 if rtol is None else rtol, 1e-8 if atol is None else atol, exact, update)


@command("repl", Option("no_history", "--no-history", "", "Neither read nor write the history file.", None))
def repl(settings: Settings, words: list[str], no_history: bool) -> int:
    """Names bound with -v are there from the start. ?name shows help, :help the commands, Ctrl-D leaves."""
    from .repl import run_repl

    return run_repl(settings, history=not no_history)


def report_command(kind: Kind) -> None:
    """The subcommand of a report."""

    def run_kind(settings: Settings, words: list[str], out: str | None, engine: str | None, expr: list[str], file: list[str], **own: Any) -> int:
        from .report import run_report

        if kind.pair and len(words) == 2 and not own[kind.pair]:
            own[kind.pair] = words.pop()
        if len(words) > 1:
            raise options.too_many(words[0], words[1])
        settings.program = [("-e", e) for e in expr] + [("-f", f) for f in file] + [("", w) for w in words]
        wrt = own.pop("wrt", [])
        return run_report(kind, settings, out, engine, wrt, own)

    run_kind.__doc__ = f"{kind.doc}\n\n{kind.example}"
    command(kind.name, *kind.command_options(), word="EXPR EXPR" if kind.pair else "EXPR", many=bool(kind.pair), required=False)(run_kind)


for _kind in KINDS.values():
    report_command(_kind)


@command("info", word="FILE...", many=True)
def info(settings: Settings, words: list[str]) -> int:
    """Headers only, where the format has one: nothing large is read. FILE: .npy .npz .safetensors .pt .csv .tsv .txt .json .png"""
    from .info import describe_files

    return describe_files(settings, words)


@command(
    "bench",
    Option("sizes", "--sizes", "N,N", "Sizes of the square matrices (256,1024,2048).", options.text),
    word="EXPR",
    required=False,
)
def bench(settings: Settings, words: list[str], sizes: str | None) -> int:
    """Without EXPR: a table of common operations, with the speedup of the GPU where there is one. With it: what timeit(EXPR) gives.

    tcalc bench 'x @ x' -v 'x=randn(1000, 1000)'
    """
    from . import bench as module

    return module.bench(settings, words[0] if words else "", module.sizes(sizes, "--sizes") if sizes else [])


@command("ops", Option("missing", "--missing", "", "The names of PyTorch that are not here, and why.", None), word="NAME", required=False)
def ops(settings: Settings, words: list[str], missing: bool) -> int:
    """Without NAME: all operations, by kind. With it: schemas, help and the gradient's rule."""
    from .reference import list_ops, show_op

    if missing:
        from .missing import list_missing

        return list_missing(settings)
    return show_op(settings, words[0]) if words else list_ops(settings)


@command("doctor")
def doctor(settings: Settings, words: list[str]) -> int:
    """Exit code 1 where something that the main job needs does not work."""
    from .doctor import examine

    return examine(settings)
