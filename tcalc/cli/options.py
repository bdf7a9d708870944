"""The options, each declared once: flags, help and parser. The fast path parses them here; app.py makes Typer options of the same table.

Nothing here imports more than `exits`: this module is on the path of every `tcalc EXPR`.
"""

from __future__ import annotations

from .exits import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

# The reports: form, subcommand and prompt command of one name, with the line that help shows. reports.py declares the rest of each.
REPORTS = {
    "explain": "Why each sub-expression has its shape, dtype and memory: broadcasts, dims that met, copies.",
    "layout": "Where the elements of a tensor lie: storage cells, address formula, views, aliases.",
    "graph": "The computation graph of an expression: a tree here, or -o loss.svg (.png .dot .mmd .json).",
    "graph-diff": "Two graphs side by side: what differs in op, shape, value and gradient.",
    "backprop": "The backward pass row by row: the local rule beside the numbers, and the sums where uses meet.",
    "gradcheck": "Is the gradient right? Against central differences in float64, with the likely cause; exit code 3 if not.",
    "nans": "Where the first NaN or Inf was born, forward and backward, with its arithmetic and the fix.",
    "cost": "FLOPs, bytes moved, memory: op by op and in total, forward and backward.",
    "precision": "The error of every step in float32, float16 and bfloat16, in ulp, and the stable way to write it.",
    "why": "Why a gradient is None or zero, or why a tensor does not require grad: x.grad, y.requires_grad.",
    "plot": "A curve in the terminal, or -o curve.svg: of a formula over a range, of values, of ys over xs.",
}

# Subcommands, with the line that --help shows. app.py defines one function each; a test compares.
COMMANDS = {
    "run": "Run batch files: PyTorch-style programs, silent but for what they print.",
    "test": "Transcripts as tests: prompts with what they should show, also in Markdown; exit code 3 if one does not hold.",
    "repl": "The interactive prompt (what `tcalc` alone starts on a terminal).",
    **REPORTS,
    "info": "What is in a data file: names, dtypes, shapes.",
    "bench": "How fast this machine is, CPU and GPU; or the time of one expression.",
    "ops": "The operations, or the help of one.",
    "doctor": "What works on this machine: versions, devices, graph images.",
}

DTYPES = ("float64", "float32", "float16", "bfloat16")
ACTIONS = ("error", "ignore", "always", "once", "default")


class Option:
    """One option. ``parse(text, flag)`` makes its value or raises UsageError; None makes it a switch. ``many`` collects a list."""

    __slots__ = ("default", "flags", "help", "many", "metavar", "name", "parse")

    def __init__(
        self, name: str, flags: str, metavar: str, help: str, parse: Callable[[str, str], Any] | None, many: bool = False, default: Any = None
    ) -> None:
        self.name = name
        self.flags = tuple(flags.split())
        self.metavar = metavar
        self.help = help
        self.parse = parse
        self.many = many
        self.default = default


# ---- parsers ------------------------------------------------------------------------------------------------------


def text(value: str, flag: str) -> str:
    return value


def binding(value: str, flag: str) -> tuple[str, str]:
    """NAME=VALUE -> (name, value text)."""
    from ..lang.source import KEYWORDS

    name, eq, rest = value.partition("=")
    name = name.strip()
    if not eq or rest.startswith("="):
        raise UsageError(f"{flag} takes NAME=VALUE, not {value!r}", f"for example: {flag} x=2   {flag} 'W=randn(3, 2)'   {flag} A=@data.csv")
    if not name.isidentifier() or name in KEYWORDS:
        raise UsageError(f"{name!r} in {flag} {value!r} is not a name", "a name is letters, digits and _, and no word of the language")
    if not rest.strip():
        raise UsageError(f"{flag} {name}= has no value", f"for example: {flag} {name}=2")
    return name, rest.strip()


def integer(value: str, flag: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise UsageError(f"{flag} takes a whole number, not {value!r}") from None


def seed(value: str, flag: str) -> int:
    n = integer(value, flag)
    if not -(2**63) <= n < 2**64:
        raise UsageError(f"{flag} {value} does not fit in 64 bits")
    return n


def digits(value: str, flag: str) -> int:
    n = integer(value, flag)
    if not 0 <= n <= 17:
        raise UsageError(f"{flag} takes a number from 0 to 17, not {n}")
    return n


def seconds(value: str, flag: str) -> float:
    try:
        n = float(value.removesuffix("s"))
    except ValueError:
        n = -1.0
    if not 0 < n < 1e9:
        raise UsageError(f"{flag} takes seconds, a number above 0, not {value!r}")
    return n


def real(value: str, flag: str) -> float:
    try:
        n = float(value)
    except ValueError:
        n = -1.0
    if not 0 <= n < 1e9:
        raise UsageError(f"{flag} takes a number that is not negative, such as 1e-6, not {value!r}")
    return n


def tolerance(value: str, flag: str) -> float:
    try:
        n = float(value)
    except ValueError:
        n = -1.0
    if not 0 <= n < float("inf"):
        raise UsageError(f"{flag} takes a tolerance such as 1e-6, not {value!r}")
    return n


def nbytes(value: str, flag: str) -> int:
    """'2GB', '512MiB', '1.5G', '1000000': powers of ten for kB MB GB TB, of two for K M G T and KiB MiB GiB TiB."""
    body = value.strip().upper()
    scale = 1
    for power, letter in enumerate("KMGT", 1):
        for suffix, base in ((letter + "IB", 1024), (letter + "B", 1000), (letter, 1024)):
            if body.endswith(suffix):
                body, scale = body[: -len(suffix)], base**power
                break
        if scale != 1:
            break
    else:
        body = body.removesuffix("B")
    try:
        n = float(body) * scale
    except ValueError:
        n = -1.0
    if not 0 < n < 2**63:
        raise UsageError(f"{flag} takes an amount of memory such as 2GB or 512MiB, not {value!r}")
    return int(n)


def dtype(value: str, flag: str) -> str:
    name = value.removeprefix("torch.")
    name = {"double": "float64", "float": "float32", "half": "float16", "f64": "float64", "f32": "float32", "f16": "float16", "bf16": "bfloat16"}.get(
        name, name
    )
    if name not in DTYPES:
        raise UsageError(f"{flag} takes one of {', '.join(DTYPES)}, not {value!r}" + did_you_mean(value, DTYPES))
    return name


def warning_action(value: str, flag: str) -> str:
    if value not in ACTIONS:
        raise UsageError(f"{flag} takes one of {', '.join(ACTIONS)}, not {value!r}" + did_you_mean(value, ACTIONS))
    return value


def device(value: str, flag: str) -> str:
    kind, colon, index = value.partition(":")
    if kind not in ("cpu", "cuda", "meta") or (colon and not index.isdecimal()):
        raise UsageError(f"{flag} takes cpu, cuda, cuda:N or meta, not {value!r}" + did_you_mean(kind, ("cpu", "cuda", "meta")))
    return value


# ---- the table ----------------------------------------------------------------------------------------------------

COMMON = (
    Option(
        "bindings",
        "-v --var",
        "NAME=VALUE",
        "Bind a name: VALUE is an expression, @file (.npy .npz .csv .tsv .txt .safetensors .png .json) or - for stdin.",
        binding,
        many=True,
    ),
    Option("device", "--device", "DEVICE", "Where new tensors go: cpu, cuda, cuda:N or meta (shapes only).", device),
    Option("dtype", "--dtype", "DTYPE", "Default floating dtype: " + ", ".join(DTYPES) + ".", dtype),
    Option("seed", "--seed", "N", "Seed of the random numbers, as manual_seed(N).", seed),
    Option("digits", "--digits", "N", "Digits after the point in printed tensors (4).", digits),
    Option("timeout", "--timeout", "SECONDS", "Stop after so many seconds, with exit code 124.", seconds),
    Option("max_memory", "--max-memory", "SIZE", "Refuse an allocation beyond SIZE, such as 2GB.", nbytes),
    Option("allow_read", "--allow-read", "FOLDER", "A program may read files below FOLDER, too (otherwise: the working folder, its own).", text, many=True),
    Option("warnings", "-W --warnings", "ACTION", "What a warning does: " + ", ".join(ACTIONS) + "; error makes it one.", warning_action),
    Option("json", "--json", "", "One JSON object on stdout instead of text.", None),
    Option("no_color", "--no-color", "", "No colours (NO_COLOR does the same).", None),
    Option("ascii", "--ascii", "", "ASCII only in what is drawn.", None),
    Option("debug", "--debug", "", "Add a Python traceback to errors, for bug reports.", None),
)

PROGRAM = (
    Option("expr", "-e --expr", "EXPR", "An expression or statements; may be repeated, run in order.", text, many=True),
    Option("file", "-f --file", "FILE", "Read the expression from FILE, - for stdin: no quoting needed.", text, many=True),
)


class Settings:
    """What the common options say. ``program`` is a list of ("-e" | "-f" | "", text) in the order given."""

    __slots__ = (*(o.name for o in COMMON), "program")

    bindings: list[tuple[str, str]]
    device: str | None
    dtype: str | None
    seed: int | None
    digits: int | None
    timeout: float | None
    max_memory: int | None
    allow_read: list[str]
    warnings: str | None
    json: bool
    no_color: bool
    ascii: bool
    debug: bool
    program: list[tuple[str, str]]

    def __init__(self, **given: Any) -> None:
        for o in COMMON:
            setattr(self, o.name, given.get(o.name, [] if o.many else False if o.parse is None else o.default))
        self.program = given.get("program", [])


class Command:
    """A subcommand was named: its name and the arguments for it (common options written before the name come along)."""

    __slots__ = ("args", "name")

    def __init__(self, name: str, args: list[str]) -> None:
        self.name = name
        self.args = args


def parse(argv: Sequence[str]) -> Settings | Command:
    """Read ``argv`` as `[OPTIONS] EXPR`, or find the subcommand in it.

    A word with one dash that is no option is an expression (`-2**2 + 1`, `-x+1`); an unknown `--word` is a mistake.
    """
    table = {flag: o for o in (*COMMON, *PROGRAM) for flag in o.flags}
    settings = Settings()
    expression: str | None = None
    i = 0
    n = len(argv)
    only_words = False
    while i < n:
        word = argv[i]
        i += 1
        flag, eq, value = word, "", ""
        option = None
        if not only_words and word.startswith("-") and word != "-":
            if word == "--":
                only_words = True
                continue
            if word.startswith("--") and word[2].isalpha():
                flag, eq, value = word.partition("=")
                if flag in ("--help", "--version") or (flag.startswith("--") and "completion" in flag):
                    return Command("", list(argv))
                option = table.get(flag)
                if option is None:
                    raise UsageError(
                        f"no such option: {flag}" + did_you_mean(flag, longs(table)), f"an expression that begins so goes behind --:  tcalc -- '{word}'"
                    )
            elif word == "-h":
                return Command("", ["--help"])
            else:
                option = table.get(word)
                if option is None and word[1] == "v" and word[2:].partition("=")[0].isidentifier() and "=" in word and "==" not in word:
                    flag, eq, value, option = "-v", "=", word[2:], table["-v"]  # -vx=2
        if option is None:
            if expression is None and not settings.program and word in COMMANDS and not only_words:
                return Command(word, [*argv[: i - 1], *argv[i:]])
            if expression is not None:
                raise too_many(expression, word)
            expression = word
            settings.program.append(("", word) if word != "-" else ("-f", "-"))
            continue
        if option.parse is None:
            if eq:
                raise UsageError(f"{flag} takes no value")
            setattr(settings, option.name, True)
            continue
        if not eq:
            if i >= n:
                raise UsageError(f"{flag} needs a value: {flag} {option.metavar}")
            value = argv[i]
            i += 1
        if option in PROGRAM:
            settings.program.append((option.flags[0], value))
        elif option.many:
            getattr(settings, option.name).append(option.parse(value, flag))
        else:
            setattr(settings, option.name, option.parse(value, flag))
    return settings


def too_many(first: str, second: str) -> UsageError:
    """Two expressions: a subcommand misspelt, or quotes forgotten."""
    near = did_you_mean(first, COMMANDS) if first.isidentifier() else ""
    if near:
        return UsageError(f"no such command: {first}{near}")
    return UsageError(f"one expression is expected, and a second came: {second!r}", "put the whole expression in quotes:  tcalc '1 + 1'")


def longs(table: Iterable[str]) -> list[str]:
    """The long flags: what a mistyped --word may have meant."""
    return ["--help", "--version", *(flag for flag in table if flag.startswith("--"))]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """'. Did you mean --json?', or nothing."""
    from difflib import get_close_matches

    bare = {name.lstrip("-"): name for name in known}  # the dashes that all options share say nothing
    near = get_close_matches(word.lstrip("-"), list(bare), n=1, cutoff=0.6)
    return f". Did you mean {bare[near[0]]}?" if near else ""
