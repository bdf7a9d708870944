"""Source text: lines and spans in characters, parsing under caps, and mathematical definitions.

Python's own parser reads the text (a tree, never code). Its columns count UTF-8 bytes; every column outside this module
counts characters, from 0, and lines count from 1.

``f(x) = x**2 + 1`` is no Python. When the parser refuses a text, statements of that form are rewritten to
``f = lambda x: (x**2 + 1)`` and the text is parsed once more; the positions of the tree are mapped back, so that a span
always points into what the user wrote.
"""

from __future__ import annotations

import sys

from ..engine.errors import Facts
from .diagnostic import Diagnostic, LangError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

MAX_SOURCE = 1_000_000  # characters
MAX_BRACKETS = 150  # brackets inside each other
MAX_PREFIXES = 500  # unary operators in a row

_AST = 0x400  # PyCF_ONLY_AST
_INCOMPLETE = 0x4000 | 0x200 | _AST  # PyCF_ALLOW_INCOMPLETE_INPUT, PyCF_DONT_IMPLY_DEDENT

KEYWORDS = frozenset(
    "False None True and as assert async await break class continue def del elif else except finally for from global if "
    "import in is lambda nonlocal not or pass raise return try while with yield".split()
)

_MEANT = {
    "×": "*", "·": "*", "⋅": "*", "∗": "*", "÷": "/", "∕": "/", "⁄": "/", "−": "-", "–": "-", "—": "-", "≤": "<=", "≥": ">=", "≠": "!=",
    "²": "**2", "³": "**3", "⁴": "**4", "½": "0.5", "√": "sqrt(...)", "∑": "sum(...)", "∂": "grad(...)", "∇": "grad(...)", "∞": "inf",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "´": "'", "→": "->", "⇒": "->", "←": "=", "≈": "allclose(a, b)",
    "∧": "and", "∨": "or", "¬": "not", "∈": "in", "，": ",", "（": "(", "）": ")", "：": ":", "；": ";", "＝": "=", "…": "...",
    "⊤": ".T", "ᵀ": ".T", "‖": "norm(x)",
}  # fmt: skip


class Span:
    """A stretch of a source text: lines from 1, columns in characters from 0; the end is exclusive."""

    __slots__ = ("end_col", "end_line", "start_col", "start_line")

    def __init__(self, start_line: int, start_col: int, end_line: int, end_col: int) -> None:
        self.start_line = start_line
        self.start_col = start_col
        self.end_line = end_line
        self.end_col = end_col

    def __repr__(self) -> str:
        return f"Span({self.start_line}:{self.start_col}-{self.end_line}:{self.end_col})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and self.to_tuple() == other.to_tuple()

    def __hash__(self) -> int:
        return hash(self.to_tuple())

    def to_tuple(self) -> tuple[int, int, int, int]:
        """(start line, start column, end line, end column)"""
        return self.start_line, self.start_col, self.end_line, self.end_col


class Where:
    """The place of one operation in a source: what nodes, tensors and failures carry."""

    __slots__ = ("col", "end_col", "end_line", "line", "scope", "source")

    def __init__(self, source: Source, line: int, col: int, end_line: int, end_col: int, scope: str = "") -> None:
        self.source = source
        self.line = line
        self.col = col
        self.end_line = end_line
        self.end_col = end_col
        self.scope = scope  # names of the user's functions around it, "f.g"; "" at the top

    @property
    def source_name(self) -> str:
        """Name of the source: a file, or <expr>."""
        return self.source.name

    @property
    def span(self) -> Span:
        """The place as a span."""
        return Span(self.line, self.col, self.end_line, self.end_col)

    @property
    def text(self) -> str:
        """What stands there."""
        return self.source.segment(self.span)

    def __repr__(self) -> str:
        return f"Where({self.source.name!r}, {self.line}:{self.col}-{self.end_line}:{self.end_col}, {self.scope!r})"


class Source:
    """A text with a name. `definitions` are the places of its mathematical definitions, known once it is parsed."""

    __slots__ = ("_edits", "_lines", "_parsed_lines", "_plain", "definitions", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if text[:1] == "\ufeff":
            text = text[1:]
        if text[:4096].lstrip()[:1] in _PROMPT_STARTS:
            text = without_prompts(text)
        self.name = name
        self.text = text
        self.definitions: set[tuple[int, int]] = set()
        self._lines: list[str] | None = None
        self._parsed_lines: list[str] | None = None
        self._edits: dict[int, list[tuple[int, int, int, int]]] = {}
        self._plain = text.isascii()

    def __repr__(self) -> str:
        return f"Source({self.name!r}, {len(self.text)} characters)"

    @property
    def lines(self) -> list[str]:
        """The lines, without their ends."""
        if self._lines is None:
            self._lines = self.text.split("\n")
        return self._lines

    def line(self, number: int) -> str:
        """One line, from 1; "" outside."""
        lines = self.lines
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def segment(self, span: Span) -> str:
        """The text of a span."""
        if span.start_line == span.end_line:
            return self.line(span.start_line)[span.start_col : span.end_col]
        inner = [self.line(n) for n in range(span.start_line + 1, span.end_line)]
        return "\n".join([self.line(span.start_line)[span.start_col :], *inner, self.line(span.end_line)[: span.end_col]])

    def end(self) -> Span:
        """The empty span behind the last character."""
        lines = self.lines
        return Span(len(lines), len(lines[-1]), len(lines), len(lines[-1]))

    def position(self, line: int, column: int) -> tuple[int, int]:
        """A place of the parsed tree (column in bytes) as a place of the text (column in characters)."""
        if not self._plain:
            lines = self._parsed_lines or self.lines
            text = lines[line - 1] if 0 < line <= len(lines) else ""
            if not text.isascii():
                column = len(text.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "replace"))
        return line, self._unedited(line, column) if self._edits else column

    def span(self, node: Any) -> Span:
        """The span of a node of the parsed tree."""
        if self._plain and not self._edits:
            return Span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        return Span(*self.position(node.lineno, node.col_offset), *self.position(node.end_lineno, node.end_col_offset))

    def where(self, node: Any, scope: str = "") -> Where:
        """The place of a node of the parsed tree."""
        if self._plain and not self._edits:
            return Where(self, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, scope)
        line, col = self.position(node.lineno, node.col_offset)
        return Where(self, line, col, *self.position(node.end_lineno, node.end_col_offset), scope)

    def _unedited(self, line: int, column: int) -> int:
        shift = 0
        for new_start, new_end, old_start, old_end in self._edits.get(line, ()):
            if column < new_start:
                break
            if column < new_end:
                return old_start
            shift = old_end - new_end
        return column + shift

    # -- parsing ------------------------------------------------------------------------------------------------------------

    def parse(self) -> Any:
        """The tree of the text (an `_ast.Module`), or LangError."""
        self.check_caps()
        try:
            return _parse(self.text, _AST)
        except SyntaxError as error:
            first: SyntaxError = error
        except (MemoryError, RecursionError):
            self._too_deep()
        except (ValueError, OverflowError, UnicodeError) as error:
            first = SyntaxError(str(error))
        text = self._rewritten()
        if text is None:
            self._refuse(first)
        self._parsed_lines = text.split("\n")
        try:
            return _parse(text, _AST)
        except SyntaxError as error:
            self._refuse(error)
        except (MemoryError, RecursionError):
            self._too_deep()
        except (ValueError, OverflowError, UnicodeError) as error:
            self._refuse(SyntaxError(str(error)))

    def check_caps(self) -> None:
        """Length, nesting of brackets and runs of prefixes, before the parser sees the text."""
        text = self.text
        if len(text) > MAX_SOURCE:
            self._fail(Span(1, 0, 1, 0), f"the source is too long: {len(text):,} characters, {MAX_SOURCE:,} are allowed", kind="limit")
        count = text.count
        if count("(") + count("[") + count("{") > MAX_BRACKETS or (count("-") + count("+") + count("~") + count("not") > MAX_PREFIXES):
            deep = _too_deep_at(text)
            if deep is not None:
                what, start = deep
                line = text.count("\n", 0, start) + 1
                col = start - (text.rfind("\n", 0, start) + 1)
                self._fail(Span(line, col, line, col + 1), what, kind="limit")

    def _too_deep(self) -> NoReturn:
        self._fail(Span(1, 0, 1, len(self.line(1))), "the program is nested too deeply", kind="limit", hints=["break a very long expression into steps"])

    def _fail(self, span: Span, sentence: str, kind: str = "syntax", exception: str = "SyntaxError", hints: list[str] | None = None) -> NoReturn:
        raise LangError(Diagnostic(kind, sentence, exception, span, self, Facts(kind, hints=hints or ())))

    def _refuse(self, error: SyntaxError) -> NoReturn:
        """The parser's refusal as a diagnostic: its span, its sentence, and what would work."""
        sentence = error.msg or "invalid syntax"
        if error.lineno is None:
            if "null bytes" in sentence:
                at = self.text.find("\0")
                line = self.text.count("\n", 0, at) + 1
                col = at - (self.text.rfind("\n", 0, at) + 1)
                self._fail(Span(line, col, line, col + 1), "the source holds a null character")
            at = next((i for i, c in enumerate(self.text) if "\ud800" <= c <= "\udfff"), 0)
            line = self.text.count("\n", 0, at) + 1
            col = at - (self.text.rfind("\n", 0, at) + 1)
            self._fail(Span(line, col, line, col + 1), sentence)
        line = min(max(error.lineno, 1), len(self.lines))
        shown = self.line(line)
        col = min(max((error.offset or 1) - 1, 0), max(len(shown), self._longest(line)))
        col = min(self._unedited(line, col), len(shown))
        end_line, end_col = line, col + 1
        if error.end_lineno == error.lineno and (error.end_offset or 0) > (error.offset or 1):
            end_col = self._unedited(line, (error.end_offset or 1) - 1)
        elif error.end_lineno and error.end_lineno > line and (error.end_offset or 0) > 0:
            end_line = min(error.end_lineno, len(self.lines))
            end_col = min(self._unedited(end_line, (error.end_offset or 1) - 1), len(self.line(end_line)))
        if end_line == line:
            end_col = max(min(end_col, max(len(shown), col + 1)), col + 1)
        if sentence.startswith("Exceeds the limit"):
            sentence = "the number is too long: 4300 decimal digits are allowed"
            while end_col < len(shown) and shown[end_col].isalnum():
                end_col += 1
        sentence = sentence.partition("; use sys.")[0]
        hints = _syntax_hints(sentence, shown, col)
        self._fail(Span(line, col, end_line, end_col), sentence, exception=type(error).__name__, hints=hints)

    def _longest(self, line: int) -> int:
        lines = self._parsed_lines
        return len(lines[line - 1]) if lines is not None and line <= len(lines) else 0

    # -- mathematical definitions --------------------------------------------------------------------------------------------

    def _rewritten(self) -> str | None:
        """The text with its mathematical definitions as lambdas, or None when it has none. Fills `definitions` and the edits."""
        text = self.text
        found = _definitions(text)
        if not found:
            return None
        edits: list[tuple[int, int, str]] = []  # start, end, replacement; in order, not overlapping
        for start, name_end, opened, closed, after, stop in found:
            edits.append((name_end, opened + 1, " = lambda "))
            edits.append((closed, after, ": ("))
            if stop >= 0:
                edits.append((stop, stop, ")"))
            line = text.count("\n", 0, start) + 1
            self.definitions.add((line, start - (text.rfind("\n", 0, start) + 1)))
        pieces: list[str] = []
        done = 0
        shifts: dict[int, int] = {}
        for start, end, new in edits:
            pieces.append(text[done:start])
            pieces.append(new)
            done = end
            line = text.count("\n", 0, start) + 1
            first = text.rfind("\n", 0, start) + 1
            shift = shifts.get(line, 0)
            self._edits.setdefault(line, []).append((start - first + shift, start - first + shift + len(new), start - first, end - first))
            shifts[line] = shift + len(new) - (end - start)
        pieces.append(text[done:])
        return "".join(pieces)


_PROMPT_STARTS = (">", "I", "t")  # of >>>, In [1]:, tcalc>


def without_prompts(text: str) -> str:
    """A pasted session as a program: its input without `>>>`, `...`, `In [1]:` and `tcalc>`, its output lines left empty. Other text as it is.

    >>> without_prompts(">>> x = 1\\n>>> x\\n1")
    'x = 1\\nx\\n'
    """
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if _prompt(first.lstrip(), False) < 0:
        return text
    out: list[str] = []
    entered = False  # whether the line before was input
    for line in lines:
        body = line.lstrip()
        end = _prompt(body, entered)
        entered = end >= 0
        out.append(body[end:] if entered else "")
    return "\n".join(out)


def _prompt(line: str, entered: bool) -> int:
    """Where the input behind a prompt begins, or -1 where there is no prompt; behind input a line may go on with `...`."""
    if line.startswith(">>>"):
        end = 3
    elif line.startswith("tcalc>"):
        end = 6
    elif line.startswith("In [") and (close := line.find("]:")) > 4 and line[4:close].isdigit():
        end = close + 2
    elif entered and line.startswith("...:"):
        end = 4
    elif entered and line.startswith("..."):
        end = 3
    else:
        return -1
    if line[end : end + 1] not in ("", " "):
        return -1
    return end + 1


def _parse(text: str, flags: int) -> Any:
    """Python's parser; what it warns of (escapes such as "\\d") is not for the screen."""
    if "\\" not in text and not _number_before_word(text):
        return compile(text, "<tcalc>", "exec", flags, True)
    import _warnings

    filters: list[Any] = getattr(sys.modules.get("warnings") or _warnings, "filters", [])
    quiet = ("ignore", None, Warning, None, 0)
    filters.insert(0, quiet)
    try:
        return compile(text, "<tcalc>", "exec", flags, True)
    finally:
        if quiet in filters:
            filters.remove(quiet)


def _number_before_word(text: str) -> bool:
    """Whether a digit stands right before `and`, `or`, `if`, `in`, `is`, `else`, `not`, `for` (`1if x else 2`): Python warns of it."""
    for word in ("and", "or", "if", "in", "is", "else", "not", "for"):
        at = text.find(word)
        while at > 0:
            if text[at - 1].isalnum():
                return True
            at = text.find(word, at + 1)
    return False


def is_incomplete(text: str) -> bool:
    """Whether a prompt should ask for another line: an open bracket, string or block, or a block that no empty line has ended."""
    if len(text) > MAX_SOURCE or not text.strip():
        return False
    source = Source("<input>", text)
    try:
        source.check_caps()
    except LangError:
        return False
    text = source.text
    state = _completeness(text)
    if state == "refused":
        other = source._rewritten()
        state = "refused" if other is None else _completeness(other)
    if state == "open":
        return True
    if state == "refused":
        return False
    lines = text.split("\n")
    if len(lines) < 2:
        return _opens_block(text) or text.lstrip()[:1] == "@"
    last = lines[-1]
    return bool(last.strip()) and (last[:1] in " \t" and _in_block(text))


def _completeness(text: str) -> str:
    try:
        _parse(text + "\n", _INCOMPLETE)
    except SyntaxError as error:
        return "open" if "incomplete input" in str(error.msg) else "refused"
    except (MemoryError, RecursionError, ValueError, OverflowError):
        return "refused"
    return "whole"


def _opens_block(text: str) -> bool:
    """Whether a one-line statement is a compound one that may go on (`if x: y` waits for an empty line, as in Python)."""
    word = ""
    for c in text:
        if not c.isalpha():
            break
        word += c
    return word in ("if", "for", "while", "with", "def", "class", "try")


def _in_block(text: str) -> bool:
    """Whether the last line belongs to a block (and not to an open bracket that it closes)."""
    try:
        tree = _parse(text + "\n", _AST)
    except (SyntaxError, MemoryError, RecursionError, ValueError):
        return True
    last = tree.body[-1] if tree.body else None
    return last is not None and hasattr(last, "body") and last.end_lineno > last.lineno


def _skip_string(text: str, i: int) -> int:
    """Index behind the string literal that opens at i (behind its line when it is not closed)."""
    quote = text[i]
    n = len(text)
    if text.startswith(quote * 3, i):
        i += 3
        while i < n:
            if text[i] == "\\":
                i += 2
                continue
            if text.startswith(quote * 3, i):
                return i + 3
            i += 1
        return n
    i += 1
    while i < n and text[i] != "\n":
        if text[i] == "\\":
            i += 2
            continue
        if text[i] == quote:
            return i + 1
        i += 1
    return min(i, n)


def _too_deep_at(text: str) -> tuple[str, int] | None:
    """The first place where brackets or prefixes go beyond the caps: (sentence, index)."""
    depth = run = 0
    i, n = 0, len(text)
    while i < n:
        c = text[i]
        if c in "\"'":
            i = _skip_string(text, i)
            run = 0
            continue
        if c == "#":
            i = text.find("\n", i)
            if i < 0:
                return None
            continue
        if c in "([{":
            depth += 1
            if depth > MAX_BRACKETS:
                return f"brackets are nested too deeply: {MAX_BRACKETS} inside each other are allowed", i
        elif c in ")]}":
            depth -= 1
        elif c in "-+~":
            run += 1
        elif c == "n" and text.startswith("not", i) and not text[i + 3 : i + 4].isalnum():
            run += 1
            i += 2
        elif not c.isspace() and c != "\\":
            run = 0
        if run > MAX_PREFIXES:
            return f"too many operators in a row: {MAX_PREFIXES} are allowed", i
        i += 1
    return None


def _definitions(text: str) -> list[tuple[int, int, int, int, int, int]]:
    """Statements of the form NAME(NAME, ...) = EXPR: (start, end of name, open bracket, close bracket, start and end of EXPR).

    The end is -1 when the text ends inside a bracket.
    """
    found: list[tuple[int, int, int, int, int, int]] = []
    i, n, depth = 0, len(text), 0
    at_start = True
    open_head: tuple[int, int, int, int, int] | None = None
    while i <= n:
        c = text[i] if i < n else "\n"
        if c in "\"'":
            i = _skip_string(text, i)
            at_start = False
            continue
        if c == "#" or c == "\n" or (c == ";" and depth == 0):
            if depth == 0 and open_head is not None:
                stop = i
                while text[stop - 1] in " \t":
                    stop -= 1
                found.append((*open_head, stop))
                open_head = None
            if c == "#":
                i = text.find("\n", i)
                if i < 0:
                    i = n
                continue
            at_start = depth == 0
        elif c in "([{":
            depth += 1
            at_start = False
        elif c in ")]}":
            depth = max(0, depth - 1)
            at_start = False
        elif c == "\\" and text[i + 1 : i + 2] == "\n":
            i += 2
            continue
        elif c in " \t\f":
            pass
        elif at_start and c.isidentifier():
            at_start = False
            head = _head(text, i)
            if head is not None:
                open_head = head
                i = head[4]
                continue
            while i < n and (text[i].isidentifier() or text[i].isdigit()):
                i += 1
            continue
        else:
            at_start = False
        i += 1
    if open_head is not None:
        found.append((*open_head, -1))
    return found


def _head(text: str, start: int) -> tuple[int, int, int, int, int] | None:
    """`f(x, y) =` at `start`: (start, end of name, open bracket, close bracket, index behind the = and its blanks), or None."""
    n = len(text)
    i = start
    while i < n and (text[i].isidentifier() or text[i].isdigit()):
        i += 1
    name_end = i
    if text[start:name_end] in KEYWORDS:
        return None
    while i < n and text[i] in " \t":
        i += 1
    if i >= n or text[i] != "(":
        return None
    opened = i
    depth = 0
    fresh = True  # at the start of a parameter
    empty = True
    while i < n and text[i] != "\n":
        c = text[i]
        if c in "\"'":
            if fresh:
                return None
            i = _skip_string(text, i)
            continue
        if c in "([{":
            depth += 1
            if depth > 1 and fresh:
                return None
        elif c in ")]}":
            depth -= 1
            if depth == 0:
                break
        elif c == "," and depth == 1:
            fresh = True
        elif c not in " \t*":
            if fresh and not c.isidentifier():
                return None
            fresh = empty = False
        i += 1
    if i >= n or text[i] != ")" or empty:
        return None
    closed = i
    i += 1
    while i < n and text[i] in " \t":
        i += 1
    if i >= n or text[i] != "=" or text[i + 1 : i + 2] == "=":
        return None
    i += 1
    while i < n and text[i] in " \t":
        i += 1
    return start, name_end, opened, closed, i


def _word_before(line: str, col: int) -> tuple[str, int]:
    """The word that ends before `col`, blanks skipped: (word, its start)."""
    end = min(col, len(line))
    while end > 0 and line[end - 1] in " \t":
        end -= 1
    start = end
    while start > 0 and (line[start - 1].isalnum() or line[start - 1] in "_."):
        start -= 1
    return line[start:end], start


def _word_at(line: str, col: int) -> str:
    end = col
    while end < len(line) and (line[end].isalnum() or line[end] in "_."):
        end += 1
    return line[col:end]


def _syntax_hints(sentence: str, line: str, col: int) -> list[str]:
    """What would work instead, where the mistake is a common one."""
    if sentence.startswith(("invalid character", "invalid non-printable")):
        c = line[col : col + 1]
        if c in _MEANT:
            return [f"write {_MEANT[c]} instead of {c}"]
        if sentence.startswith("invalid non-printable"):
            return ["an invisible character came along with pasted text: delete it"]
        return []
    here = line[col : col + 2]
    before, start = _word_before(line, col)
    word = _word_at(line, col)
    left = line[:col].rstrip()
    if sentence.startswith(("invalid decimal literal", "invalid imaginary")):
        number, name = _number_and_name(line, col)
        return [f"there is no implied product: write {number}*{name}"] if number and name else []
    if here in ("&&", "||") or (left[-1:] in ("&", "|") and line[col : col + 1] == left[-1:]):
        return ["write `and`, `or` between conditions; `&`, `|` between tensors of bool"]
    if line[col : col + 1] == "!":
        return ["write `not x`; for a tensor of bool `~x`"]
    if line[col : col + 1] == "=" and left[-1:] in ("=", "+", "-", "*", "/"):
        return ["`=` assigns, `==` compares"]
    if left.endswith(("++", "--")):
        return [f"write x {left[-1]}= 1"]
    if line[col : col + 1] == "?":
        return ["a condition is written: a if condition else b"]
    if line[col : col + 1] in "`$" and line[col : col + 1]:
        return [f"{line[col]} has no meaning here: delete it"]
    if "forgot a comma" in sentence or sentence == "invalid syntax":
        if before in KEYWORDS and line[col : col + 1] == "=":
            return [f"`{before}` is a word of the language: choose another name, {before}_"]
        if word in KEYWORDS and line[col + len(word) :].lstrip()[:1] == "=" and line[col + len(word) :].lstrip()[1:2] != "=":
            return [f"`{word}` is a word of the language: choose another name, {word}_"]
        # (a number, a name or a bracket, then a name, a number or a bracket)
        pair = _neighbours(line, col)
        if pair is not None:
            first, second = pair
            if first[0].isdigit() or second[0].isdigit() or (len(first) <= 2 and len(second) <= 2):
                return [f"there is no implied product: write {first}*{second}"]
        if word in ("elif", "else", "except", "finally"):
            return [f"`{word}` has no block above it at this indentation"]
    if sentence == "invalid syntax" and not line[col:].strip() and left and left[-1] in "+-*/%@&|^=<>,":
        return [f"something is missing after {left[-1]}"]
    return []


def _neighbours(line: str, col: int) -> tuple[str, str] | None:
    """Two words side by side, with nothing but blanks between them, around `col`."""
    before, start = _word_before(line, col)
    word = _word_at(line, col)
    if before and word and line[start + len(before) : col].isspace() and before not in KEYWORDS and word not in KEYWORDS:
        return before, word
    # the parser may point at the first of the two
    rest = line[col + len(word) :]
    second = _word_at(rest.lstrip(), 0)
    if word and second and rest[:1] in " \t" and word not in KEYWORDS and second not in KEYWORDS:
        return word, second
    return None


def _number_and_name(line: str, col: int) -> tuple[str, str]:
    """`2x` around `col`: ("2", "x")."""
    start = col
    while start > 0 and (line[start - 1].isdigit() or line[start - 1] in "._"):
        start -= 1
    middle = start
    while middle < len(line) and (line[middle].isdigit() or line[middle] in "._"):
        middle += 1
    end = middle
    while end < len(line) and (line[end].isalnum() or line[end] == "_"):
        end += 1
    return line[start:middle], line[middle:end]
