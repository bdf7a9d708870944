"""The prompt: history, multi-line input, highlighting, completion, help. What is typed goes to `console.run`, as one-shot text does.

Ctrl-C stops a running computation and every name keeps its value; Ctrl-D leaves. The toolbar only reads a cached string.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from .. import _version
from . import exits
from .console import Console, program_text
from .options import REPORTS, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prompt_toolkit.completion import CompleteEvent, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.history import History

    from .options import Settings

PROMPT = "tcalc> "
MORE = "   ... "
WORDS = ("exit", "quit", "exit()", "quit()")

COMMANDS = {
    ":help": "this list",
    ":vars": "the names that hold a value, and what they hold",
    ":reset": "forget every name; -v bindings come back",
    ":run FILE": "run a batch file here; its names stay",
    **{f":{name} EXPR": line for name, line in REPORTS.items()},
    ":quit": "leave (so do Ctrl-D, exit, quit)",
}


def run_repl(settings: Settings, history: bool = True) -> int:
    """The prompt loop on a terminal; on a pipe the input is one plain program."""
    console = Console(settings, typed=sys.stdin.isatty())
    if not sys.stdin.isatty():
        session = console.open()
        return exits.FAILED if session is None else console.run(session, program_text("-f", "-")[1], "<stdin>")
    repl = Repl(console, history)
    if repl.session is None:
        return exits.FAILED
    return repl.loop()


class Repl:
    """One run of the prompt."""

    def __init__(self, console: Console, history: bool = True) -> None:
        self.console = console
        self.session: Any = console.open()
        self.status = ""
        self.words: dict[str, str] = {}  # the tables' names, for completion
        self.prompt = self.make_prompt(open_history() if history else None)

    def make_prompt(self, history: History | None) -> Any:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
        from prompt_toolkit.output.color_depth import ColorDepth

        screen = self.console.screen
        return PromptSession(
            history=history,
            lexer=make_lexer(),
            style=make_style(screen.dark),
            color_depth=None if screen.color else ColorDepth.DEPTH_1_BIT,
            completer=SafeCompleter(self),
            complete_in_thread=True,
            complete_while_typing=False,
            auto_suggest=AutoSuggestFromHistory(),
            multiline=True,
            prompt_continuation=lambda width, number, soft: MORE,
            key_bindings=make_keys(),
            bottom_toolbar=lambda: self.status,
            enable_history_search=True,
        )

    def loop(self) -> int:
        sep = self.console.screen.glyphs["dot"]
        print(f"tcalc {_version.__version__}{sep}:help{sep}?name for help on a name{sep}Ctrl-D leaves")
        while True:
            self.refresh()
            try:
                line = self.prompt.prompt(PROMPT)
            except KeyboardInterrupt:
                continue
            except EOFError:
                return exits.OK
            text = line.strip()
            if not text:
                continue
            if text in WORDS or text in (":quit", ":q", ":exit"):
                return exits.OK
            try:
                self.handle(line, text)
            except KeyboardInterrupt:
                self.console.say("\nInterrupted. Every name keeps its value.")
            except OSError as exc:
                if exits.closed_pipe(exc):
                    return exits.OK
                raise

    def handle(self, line: str, text: str) -> None:
        if text.startswith(":"):
            self.command(text)
        elif text.startswith("?"):
            self.help(text.lstrip("? "))
        elif text.endswith("?") and text[:-1].replace(".", "").replace("_", "").isalnum():
            self.help(text.rstrip("? "))
        else:
            self.console.run(self.session, line, "<prompt>")

    # ---- commands ----

    def command(self, text: str) -> None:
        name, _, rest = text.partition(" ")
        if name in (":help", ":h"):
            for left, right in COMMANDS.items():
                print(f"  {left:<16} {right}")
            for left, right in (("?name", "help on a name; name? does the same"), ("_  ans", "the last result"), ("Tab", "completion; Ctrl-R: history")):
                print(f"  {left:<16} {right}")
        elif name in (":vars", ":v"):
            self.vars()
        elif name == ":reset":
            self.session = self.console.open() or self.session
        elif name == ":run":
            if not rest.strip():
                self.console.say(":run needs a file:  :run train.py")
                return
            from .batch import run_here

            run_here(self.console, self.session, rest.strip())
        elif name[1:] in REPORTS:
            from .report import at_prompt
            from .reports import KINDS

            at_prompt(KINDS[name[1:]], self.console, self.session, rest)
        else:
            self.console.say(f"no such command: {name}. :help lists them")

    def vars(self) -> None:
        names = self.console.variables(self.session)
        if not names:
            print("  no names yet: x = 2 makes one")
        width = max((len(n) for n in names), default=0)
        for name, text in names.items():
            print(f"  {name:<{width}}  {text}")

    def help(self, name: str) -> None:
        from .reference import help_lines

        if not name:
            self.command(":help")
            return
        lines = help_lines(name, self.session, self.console.screen)
        if not lines:
            self.console.say(f"no help on {name}" + did_you_mean(name, self.names()))
        for line in lines:
            print(line)

    def refresh(self) -> None:
        """Compute the toolbar's text once, between two inputs."""
        try:
            self.status = " " + self.console.status(self.session)
        except Exception:  # a toolbar is never worth a crash
            self.status = ""

    # ---- completion ----

    def complete(self, before: str) -> Iterator[tuple[str, int, str]]:
        """(completion, start, what it is) for the word that ends at the cursor."""
        if before.startswith(":"):
            for c in COMMANDS:
                name = c.partition(" ")[0]
                if name.startswith(before):
                    yield name, -len(before), COMMANDS[c]
            return
        at = len(before)
        while at and (before[at - 1].isalnum() or before[at - 1] in "_."):
            at -= 1
        word = before[at:]
        if word[:1].isdigit():
            return
        owner, dot, start = word.rpartition(".")
        if dot and not owner and not before[:at].rstrip().endswith((")", "]")):
            return
        found = self.attributes(owner) if dot else self.names()
        for name, kind in sorted(found.items(), key=lambda item: (item[0].startswith("_"), item[0].lower())):
            if name.startswith(start) and (start.startswith("_") or not name.startswith("_")):
                yield name, -len(start), kind

    def names(self) -> dict[str, str]:
        from ..lang import tables
        from ..lang.source import KEYWORDS
        from .forms import documented

        if not self.words:
            self.words = dict.fromkeys(KEYWORDS - {"async", "await", "yield"}, "word")
            self.words.update((name, doc or kind) for name, kind, doc in tables.completions())
            self.words.update((name, (form.__doc__ or "form").partition("\n")[0]) for name, form in documented().items())
        return {**self.words, **dict.fromkeys(self.session.variables, "variable")}

    def attributes(self, owner: str) -> dict[str, str]:
        """What may follow ``owner.``, without running anything: a chain of names is followed through variables and namespaces."""
        from ..lang import tables
        from .reference import MISSING, resolve

        value = resolve(owner, self.session) if owner else MISSING
        found = tables.completions("Tensor") if value is MISSING else tables.completions(value=value)
        return {name: doc or kind for name, kind, doc in found}


# ---- prompt-toolkit pieces ----------------------------------------------------------------------------------------


def SafeCompleter(repl: Repl) -> Any:
    from prompt_toolkit.completion import Completer, Completion

    class Complete(Completer):
        """Completions from the tables; one that fails completes nothing, and the prompt lives on."""

        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
            try:
                found = list(repl.complete(document.current_line_before_cursor.lstrip()))
            except Exception:
                return
            for text, start, kind in found:
                yield Completion(text, start_position=start, display_meta=kind)

    return Complete()


def make_keys() -> Any:
    """Enter ends a complete input and opens a new line, indented, in an incomplete one; Tab indents at the head of a line."""
    from prompt_toolkit.application.current import get_app
    from prompt_toolkit.filters import Condition, has_selection
    from prompt_toolkit.key_binding import KeyBindings

    from ..lang.source import is_incomplete

    keys = KeyBindings()

    @Condition
    def at_head() -> bool:
        line = get_app().current_buffer.document.current_line_before_cursor
        return not line.strip() and get_app().current_buffer.document.line_count > 1

    @keys.add("enter", filter=~has_selection)
    def _(event: Any) -> None:
        buffer = event.current_buffer
        text = buffer.text
        if text.strip().startswith((":", "?")) or text.rstrip().endswith("?"):
            buffer.validate_and_handle()
        elif buffer.document.is_cursor_at_the_end and is_incomplete(text):
            line = buffer.document.current_line.rstrip()
            indent = len(line) - len(line.lstrip())
            buffer.insert_text("\n" + " " * (indent + 4 if line.endswith(":") else indent))
        elif not buffer.document.is_cursor_at_the_end and is_incomplete(text):
            buffer.newline()
        else:
            buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _(event: Any) -> None:
        event.current_buffer.insert_text("\n")

    @keys.add("tab", filter=at_head)
    def _(event: Any) -> None:
        event.current_buffer.insert_text("    ")

    return keys


def make_lexer() -> Any:
    try:
        from prompt_toolkit.lexers import PygmentsLexer
        from pygments.lexers.python import PythonLexer
    except ImportError:
        return None
    return PygmentsLexer(PythonLexer)


def make_style(dark: bool) -> Any:
    """The palette on Pygments' token names."""
    from prompt_toolkit.styles import Style

    from ..render.style import PALETTE

    def hue(name: str) -> str:
        return PALETTE[name][1 if dark else 0].split()[0]

    return Style.from_dict({
        "pygments.keyword": hue("backward"),
        "pygments.keyword.constant": hue("data"),
        "pygments.literal.number": hue("data"),
        "pygments.literal.string": hue("param"),
        "pygments.name.builtin": hue("output"),
        "pygments.name.function": hue("output"),
        "pygments.operator": hue("op"),
        "pygments.comment": f"italic {hue('op')}",
        "bottom-toolbar": "noreverse " + hue("op"),
        "auto-suggestion": hue("op"),
        "prompt": "bold",
    })  # fmt: skip


# ---- history ------------------------------------------------------------------------------------------------------


def history_path() -> str:
    """TCALC_HISTORY, or a file in the platform's folder for state; '' for none."""
    given = os.environ.get("TCALC_HISTORY")
    if given is not None:
        return os.path.expanduser(given)
    home = os.path.expanduser("~")
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Application Support")
    else:
        base = os.environ.get("XDG_STATE_HOME") or os.path.join(home, ".local", "state")
    return os.path.join(base, "tcalc", "history")


def open_history() -> History | None:
    """The append-only history file, readable by its owner alone; None (a history in memory) where it cannot be written."""
    from prompt_toolkit.history import FileHistory

    path = history_path()
    if not path:
        return None
    try:
        folder = os.path.dirname(path)
        if folder:
            os.makedirs(folder, mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    except OSError as exc:
        exits.complain(f"the history is not kept: {path}: {exc.strerror}")
        return None
    return FileHistory(path)
