"""`tcalc test FILE...`: transcripts as tests. A transcript is what a session showed: prompts with what was typed, and what came back.

Prompts are `>>>` (continued by `...`) and the prompt's own `tcalc>`; in a Markdown file they are looked for in its code blocks. The examples of a file
share one session. What is shown is compared line by line: numbers within a tolerance, blanks loosely, `...` matches anything, an address
matches any other; a failing example shows a unified diff.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from . import exits
from .console import Console, program_text
from .exits import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .options import Settings

PROMPTS = (">>>", "tcalc>")
SCHEMA = "tcalc.test/1"
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_NUMBER = re.compile(r"0x[0-9a-fA-F]+|[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)(?![\w])|[-+]?\b(?:inf|nan)\b")
_ABOUT = re.compile(r"^(?:\w+ · shape |d/d\w+ .* · |gradient of .* · |hint: )")  # the dim line that a terminal shows under a value
_SKIP = re.compile(r"#\s*doctest:.*\+SKIP")


class Example:
    """One prompt with what was typed (``source``) and the lines that should come back (``expected``)."""

    __slots__ = ("after", "expected", "indent", "line", "source")

    def __init__(self, line: int, indent: str, source: str, expected: list[str], after: int) -> None:
        self.line = line  # of the prompt, from 1
        self.indent = indent
        self.source = source
        self.expected = expected
        self.after = after  # index of the line behind the expected ones


class Failure:
    """An example that showed something else."""

    __slots__ = ("example", "got")

    def __init__(self, example: Example, got: list[str]) -> None:
        self.example = example
        self.got = got


def test_files(settings: Settings, paths: list[str], rtol: float, atol: float, exact: bool, update: bool) -> int:
    """Check the transcripts; the exit code is 3 where one does not hold, 1 where a file cannot be read."""
    worst = exits.OK
    reports: list[dict[str, Any]] = []
    total = failed = 0
    bad_files: list[str] = []
    compare = Comparison(rtol, atol, exact)
    for path in paths:
        console = Recorder(settings, "" if path == "-" else os.path.dirname(os.path.abspath(path)))
        try:
            _, text = program_text("-f", path)
        except DataError as exc:
            worst = console.fail_plainly(exc.sentence, exc.hint)
            reports.append({"file": path, "examples": 0, "failures": [], "error": exc.sentence})
            bad_files.append(path)
            continue
        found = examples(text, path.lower().endswith((".md", ".markdown")))
        with console:
            failures = check(console, found, compare) if found else None
        if failures is None:
            sentence = f"{path} has no examples: lines that begin with >>> or tcalc>" if not found else f"{path}: the options could not be applied"
            if not settings.json:
                console.say(f"tcalc: {sentence}")
            reports.append({"file": path, "examples": 0, "failures": [], "error": sentence})
            bad_files.append(path)
            worst = worst or exits.CHECK
            continue
        total += len(found)
        failed += len(failures)
        if update and failures:
            rewrite(path, text, failures)
            if not settings.json:
                console.say(f"{path}: {count(len(failures), 'example')} rewritten")
            failures = []
        elif failures:
            bad_files.append(path)
            worst = worst or exits.CHECK
        reports.append({"file": path, "examples": len(found), "failures": [as_json(f) for f in failures], "error": None})
        if not settings.json:
            for f in failures:
                for line, style in shown(path, f):
                    print(console.screen.paint(line, style) if style else line)
    if settings.json:
        from ..render.jsontext import dumps

        print(dumps({"schema": SCHEMA, "files": reports, "examples": total, "failed": 0 if update else failed}))
    else:
        print(summary(total, 0 if update else failed, len(paths), bad_files))
    return worst


def summary(total: int, failed: int, files: int, bad: list[str]) -> str:
    """The last line: how many examples passed, and which files failed."""
    if not bad:
        return f"{count(total, 'example')} in {count(files, 'file')}: all passed"
    what = f"{failed} failed" if failed else f"{count(len(bad), 'file')} could not be tested"
    return f"{count(total, 'example')} in {count(files, 'file')}: {what} ({', '.join(bad)})"


def count(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


# ---- reading ------------------------------------------------------------------------------------------------------


def examples(text: str, markdown: bool = False) -> list[Example]:
    """The examples of a file, in order."""
    lines = text.splitlines()
    inside = set(fenced(lines)) if markdown else None
    out: list[Example] = []
    i = 0
    while i < len(lines):
        found = prompt(lines[i]) if inside is None or i in inside else None
        if found is None:
            i += 1
            continue
        mark, indent = found
        start = i
        source = [typed(lines[i], indent, mark)]
        i += 1
        while i < len(lines) and (inside is None or i in inside) and (more := continued(lines[i], indent, mark)) is not None:
            source.append(more)
            i += 1
        expected = []
        while i < len(lines) and lines[i].strip() and (inside is None or i in inside) and prompt(lines[i]) is None:
            row = lines[i]
            expected.append(row[len(indent) :] if row.startswith(indent) else row.lstrip())
            i += 1
        while expected and _ABOUT.match(expected[-1]):
            expected.pop()
        out.append(Example(start + 1, indent, "\n".join(source), expected, i))
    return out


def fenced(lines: list[str]) -> Iterator[int]:
    """The numbers of the lines inside the code blocks of a Markdown file."""
    fence = ""
    for i, line in enumerate(lines):
        m = _FENCE.match(line)
        if m is not None and not fence:
            fence = m.group(1)
        elif m is not None and line.strip().startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
        elif fence:
            yield i


def prompt(line: str) -> tuple[str, str] | None:
    """(prompt, indent) of a line that begins with one."""
    body = line.lstrip()
    for mark in PROMPTS:
        if body == mark or body.startswith(mark + " "):
            return mark, line[: len(line) - len(body)]
    return None


def typed(line: str, indent: str, mark: str) -> str:
    return line[len(indent) + len(mark) + 1 :]


def continued(line: str, indent: str, mark: str) -> str | None:
    """What was typed behind a `...`; None where the line is no continuation."""
    body = line[len(indent) :] if line.startswith(indent) and mark == ">>>" else line.lstrip()
    if body.rstrip() == "...":
        return ""
    return body[4:] if body.startswith("... ") else None


# ---- running ------------------------------------------------------------------------------------------------------


class Recorder(Console):
    """A console that keeps what is written."""

    __slots__ = ("written",)

    def __init__(self, settings: Settings, base: str) -> None:
        Console.__init__(self, settings, base)
        self.written: list[str] = []

    def write(self, text: str) -> None:
        self.written.append(text)


def check(console: Recorder, found: list[Example], compare: Comparison) -> list[Failure] | None:
    """Run the examples of a file in one session; what failed, or None where the session could not be opened."""
    session = console.open()
    if session is None:
        return None
    failures = []
    for example in found:
        if _SKIP.search(example.source):
            continue
        console.written.clear()
        candidates = run(console, session, example)
        if not any(compare(example.expected, rows) for rows in candidates):
            failures.append(Failure(example, candidates[0]))
    return failures


def run(console: Recorder, session: Any, example: Example) -> list[list[str]]:
    """What the example shows: as Python's prompt would, and where it differs as ours would."""
    from ..lang.values import repr_value
    from ..render.result import result_text
    from .console import shown_value

    written = console.written
    plain: list[str] = []
    other: list[str] = []

    def show(result: Any) -> None:
        printed = "".join(written)
        written.clear()
        plain.append(printed)
        other.append(printed)
        if result.is_expression and result.value is not None:
            value = shown_value(result)
            plain.append(repr_value(result.value) + "\n")
            other.append(result_text(value, console.screen) + "\n")

    source = example.source if example.source.strip() else "pass"
    try:
        session.run(source + "\n", f"line {example.line}", on_result=show)
        tail = "".join(written)
        texts = ["".join(plain) + tail, "".join(other) + tail]
    except Exception as exc:
        return failed(exc, "".join(plain) + "".join(written))
    return [rows(text) for text in dict.fromkeys(texts)]


def failed(exc: Exception, before: str) -> list[list[str]]:
    """What a failing example shows: our diagnostic, its first line, or what Python would print."""
    from ..lang.diagnostic import LangError, diagnose
    from ..render.errors import error_text
    from ..render.style import Screen, detect

    d = exc.diagnostic if isinstance(exc, LangError) else diagnose(exc, None)
    screen: Screen = detect(color=False)
    whole = error_text(d, screen)
    python = f"Traceback (most recent call last):\n  ...\n{d.headline}"
    return [rows(before + d.headline), rows(before + whole), rows(before + python), rows(before + f"Traceback (most recent call last):\n{d.headline}")]


def rows(text: str) -> list[str]:
    """The lines of a text; an empty one stands as <BLANKLINE>, since an empty line ends an example."""
    return ["<BLANKLINE>" if not row.strip() else row.rstrip() for row in text.rstrip("\n").split("\n")] if text.strip("\n") else []


# ---- comparing ----------------------------------------------------------------------------------------------------


class Comparison:
    """How two texts are compared: ``exact``, or with numbers within rtol and atol, blanks loosely and `...` for anything."""

    __slots__ = ("atol", "exact", "rtol")

    def __init__(self, rtol: float, atol: float, exact: bool = False) -> None:
        self.rtol = rtol
        self.atol = atol
        self.exact = exact

    def __call__(self, expected: list[str], got: list[str]) -> bool:
        expected = [row.rstrip() for row in expected]
        if expected == got:
            return True
        if expected and expected[0] == "Traceback (most recent call last):":
            expected = [expected[0], "  ...", *[row for row in expected[1:] if not row.startswith(" ")][-1:]]
        if self.exact:
            return expected == got
        return self.match(expected, got)

    def match(self, expected: list[str], got: list[str]) -> bool:
        """Line by line; a line of `...` alone stands for any number of lines."""
        table = {(0, 0)}  # pairs of (expected, got) lines that are matched so far
        for i, want in enumerate(expected):
            wild = want.strip() == "..."
            nxt: set[tuple[int, int]] = set()
            for _, j in table:
                if wild:
                    nxt.update((i + 1, k) for k in range(j, len(got) + 1))
                elif j < len(got) and self.line(want, got[j]):
                    nxt.add((i + 1, j + 1))
            table = nxt
        return any(j == len(got) for _, j in table)

    def line(self, want: str, got: str) -> bool:
        """Whether a line that came is the one that should."""
        if want.rstrip() == got or self.parts(want, got):
            return True
        if "..." not in want:
            return False
        pieces = want.split("...")
        pattern = ".*".join(re.escape(p) for p in pieces)
        return re.fullmatch(pattern, got, re.DOTALL) is not None

    def parts(self, want: str, got: str) -> bool:
        """Texts between numbers equal but for blanks, numbers near each other."""
        texts, numbers = split(want)
        other_texts, other_numbers = split(got)
        return texts == other_texts and len(numbers) == len(other_numbers) and all(map(self.near, numbers, other_numbers))

    def near(self, want: str, got: str) -> bool:
        if want == got or (want[:2] == got[:2] == "0x"):
            return True
        if not any(c in want + got for c in ".eEn"):
            return False  # whole numbers: shapes, counts, indices
        if want[:2] == "0x" or got[:2] == "0x" or is_whole(want) != is_whole(got):
            return False
        a, b = float(want), float(got)
        return a == b or (a != a and b != b) or abs(a - b) <= self.atol + self.rtol * abs(a)


def is_whole(text: str) -> bool:
    return not any(c in text for c in ".eEn")


def split(text: str) -> tuple[list[str], list[str]]:
    """(the texts around the numbers, without blanks; the numbers)"""
    texts = ["".join(t.split()) for t in _NUMBER.split(text)]
    return texts, _NUMBER.findall(text)


# ---- showing ------------------------------------------------------------------------------------------------------


def shown(path: str, failure: Failure) -> Iterator[tuple[str, str | None]]:
    """The lines that report a failing example: its place, what was typed, a unified diff."""
    from difflib import unified_diff

    from ..render.plain import safe

    e = failure.example
    yield f"{path}:{e.line}: this example shows something else", "bold"
    for i, row in enumerate(e.source.split("\n")):
        yield f"    {'...' if i else '>>>'} {safe(row)}", None
    styles = {"+": "hint", "-": "error", "@": "dim"}
    for row in unified_diff(e.expected, failure.got, "expected", "got", lineterm="", n=3):
        if not row.startswith(("---", "+++")) or len(row.split()) != 2:
            yield "  " + safe(row), styles.get(row[:1])
        else:
            yield "  " + row, "dim"


def as_json(failure: Failure) -> dict[str, Any]:
    e = failure.example
    return {"line": e.line, "source": e.source, "expected": "\n".join(e.expected), "got": "\n".join(failure.got)}


def rewrite(path: str, text: str, failures: list[Failure]) -> None:
    """Put what the examples show now into the file (--update)."""
    from .files import write

    lines = text.splitlines()
    for f in reversed(failures):
        e = f.example
        lines[e.after - len_of_expected(lines, e) : e.after] = [e.indent + row for row in f.got]
    write(path, ("\n".join(lines) + "\n").encode())


def len_of_expected(lines: list[str], e: Example) -> int:
    """How many lines behind the example's prompt are what it showed."""
    return e.after - (e.line - 1) - len(e.source.split("\n"))
