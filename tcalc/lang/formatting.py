"""How values become text: repr and str, f-strings, format(), str.format and `%`, by our own formatter.

A template is text from a program, so nothing in it may reach into a value: `{0.attr}` and `{0[key]}` are refused, widths and
precisions are bounded, and host formatting sees only exact int, float, complex, bool and str objects. The results are Python's
to the character; a 0-d tensor formats its Python number, as in PyTorch.
"""

from __future__ import annotations

from ..engine import Tensor
from ..engine.errors import fail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_TEXT = 1 << 24  # characters in one string
MAX_WIDTH = 10_000  # a field's width
MAX_PRECISION = 1_000
MAX_DEPTH = 200  # nesting of containers in a repr
MAX_FIELDS = 10_000  # replacement fields in one template

_PLAIN = frozenset({int, float, bool, complex, type(None)})


def text_too_long(n: int) -> None:
    """MemoryError for a text of `n` characters."""
    fail(
        MemoryError,
        f"a text of {n} characters is more than the limit of {MAX_TEXT}",
        kind="memory",
        hints=["print it in parts, or a tensor, which is summarised"],
    )


def type_name(v: Any) -> str:
    """The name of a value's type as Python's messages give it."""
    kind = type(v)
    name = getattr(kind, "type_name", None)
    return name if type(name) is str else f"numpy.{kind.__name__}" if kind.__module__ == "numpy" else kind.__name__


# -- repr and str ---------------------------------------------------------------------------------------------------------------


def int_text(v: int) -> str:
    """The decimal digits of an integer, also beyond the interpreter's own limit of 4300."""
    try:
        return int.__repr__(v)
    except ValueError:
        digits: list[str] = []
        rest, base = abs(v), 10**4000
        while rest >= base:
            rest, low = divmod(rest, base)
            digits.append(f"{low:04000d}")
        digits.append(int.__repr__(rest))
        return "-" * (v < 0) + "".join(reversed(digits))


def repr_value(v: Any) -> str:
    """What Python prints for `repr(v)`, with PyTorch's format for tensors, bounded in size and depth."""
    kind = type(v)
    if kind is int:
        return int_text(v)
    if kind in _PLAIN:
        return repr(v)
    if kind is str:
        return str.__repr__(v)
    if kind in _CONTAINERS or kind in PIECES:
        parts: list[str] = []
        _walk(v, parts, [0], [])
        return "".join(parts)
    if isinstance(v, BaseException) and type(v).__repr__ == BaseException.__repr__:
        from .exceptions import shown

        return shown(v)
    return _host_text(v, repr)


def _host_text(v: Any, make: Any) -> str:
    """The text that an object of the engine gives of itself; it may ask a program's class for parts of it, and get anything."""
    try:
        text: str = make(v)
    except AttributeError as error:
        if "facts" in error.__dict__ or "own" in error.__dict__:
            raise
        fail(TypeError, f"the text of a '{type_name(v)}' object cannot be made: {error}", kind="type")
    return text


def str_value(v: Any) -> str:
    """What `print(v)` and `str(v)` show."""
    kind = type(v)
    if kind is str:
        return v  # type: ignore[no-any-return]
    if kind is Tensor or kind in _PLAIN or kind in _CONTAINERS or kind in PIECES:
        return repr_value(v)
    if isinstance(v, BaseException):
        from .exceptions import text

        return text(v)
    return _host_text(v, str)


def _walk(v: Any, parts: list[str], budget: list[int], path: list[int]) -> None:
    kind: Any = type(v)
    brackets = _CONTAINERS.get(kind)
    if brackets is None and kind in PIECES:
        if id(v) in path:
            parts.append("...")
            return
        path.append(id(v))
        for piece in PIECES[kind](v):
            if type(piece) is Piece:
                parts.append(piece.text)
                budget[0] += len(piece.text)
            else:
                _walk(piece, parts, budget, path)
        path.pop()
        return
    if brackets is None:
        text = repr_value(v)
        budget[0] += len(text) + 2
        if budget[0] > MAX_TEXT:
            text_too_long(budget[0])
        parts.append(text)
        return
    if id(v) in path:
        parts.append("[...]" if kind is list else "{...}")
        return
    if len(path) >= MAX_DEPTH:
        fail(RecursionError, "maximum recursion depth exceeded while getting the repr of an object", kind="recursion")
    if not v:
        parts.append(_EMPTY[kind])
        return
    path.append(id(v))
    opening, closing = brackets
    parts.append(opening)
    first = True
    if kind is dict or kind is _Items:
        pair = ": " if kind is dict else ", "
        for key, item in v.items() if kind is dict else v:
            if not first:
                parts.append(", ")
            first = False
            if kind is _Items:
                parts.append("(")
            _walk(key, parts, budget, path)
            parts.append(pair)
            _walk(item, parts, budget, path)
            if kind is _Items:
                parts.append(")")
    else:
        for item in v:
            if not first:
                parts.append(", ")
            first = False
            _walk(item, parts, budget, path)
        if kind is tuple and len(v) == 1:
            parts.append(",")
    parts.append(closing)
    path.pop()


class Piece:
    """Literal text among the values that PIECES gives."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


# What values of rarer types are written as: texts (Piece) and values in between. The modules that make such values add to it.
PIECES: dict[type, Callable[[Any], list[Any]]] = {}

_none: dict[Any, Any] = {}
_Keys: Any = type(_none.keys())
_Values: Any = type(_none.values())
_Items: Any = type(_none.items())
_CONTAINERS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    dict: ("{", "}"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    _Keys: ("dict_keys([", "])"),
    _Values: ("dict_values([", "])"),
    _Items: ("dict_items([", "])"),
}
_EMPTY = {kind: opening + closing for kind, (opening, closing) in _CONTAINERS.items()}
_EMPTY[set], _EMPTY[frozenset] = "set()", "frozenset()"


# -- format specs ---------------------------------------------------------------------------------------------------------------


def _bounded(spec: str) -> str:
    """The spec itself, once its numbers are seen to be small (a fill character may be a digit: it stands before < > = ^)."""
    if len(spec) < 5:
        return spec  # four digits at most
    if len(spec) > 64:
        fail(ValueError, "Invalid format specifier", kind="format")
    rest = spec[2:] if len(spec) > 1 and spec[1] in "<>=^" else spec
    width, dot, precision = rest.partition(".")
    for text, limit, what in ((width, MAX_WIDTH, "width"), (precision, MAX_PRECISION, "precision")):
        digits = "".join([c for c in text if c.isdecimal()])  # other scripts' digits count, too
        if digits and int(digits) > limit:
            fail(ValueError, f"the {what} {digits} of a format is more than the limit of {limit}", kind="format")
    return spec


def format_spec(v: Any, spec: str) -> str:
    """`format(v, spec)`: Python's mini-language for numbers and text; the number of a 0-d tensor."""
    kind = type(v)
    if kind is float:
        return format(v, _bounded(spec))
    if kind is Tensor:
        if v.dim() == 0 and str(v.device) != "meta":
            return format_spec(v.item(), spec)
        if not spec:
            return repr(v)
        fail(
            TypeError,
            "unsupported format string passed to Tensor.__format__",
            kind="format",
            explain=[f"A format such as {spec!r} is for one number; this tensor has shape {list(v.shape)}."],
            hints=["format one element, t[i], or a 0-d result such as t.sum()"],
        )
    if kind is int:
        if not spec:
            return int_text(v)
        return format(v, _bounded(spec))
    if kind is str:
        return format(v, _bounded(spec)) if spec else v
    if kind is bool or kind is complex:
        return format(v, _bounded(spec))
    if isinstance(v, Tensor) and "__format__" in vars(kind):  # a sample inside vmap
        return format(v, _bounded(spec))
    if not spec:
        return str_value(v)
    if isinstance(v, Tensor) and v.dim() == 0:
        return format_spec(v.item(), spec)
    if isinstance(v, (int, float)) or kind.__module__ == "numpy":  # NumPy's scalars and arrays: their own format
        return format(v, _bounded(spec))
    fail(TypeError, f"unsupported format string passed to {type_name(v)}.__format__", kind="format")


def format_value(v: Any, conversion: str, spec: str) -> str:
    """One replacement field of an f-string: `{v!conversion:spec}`."""
    if conversion:
        v = convert(v, conversion)
    elif type(v) is str and not spec:
        return v
    return format_spec(v, spec)


def convert(v: Any, conversion: str) -> str:
    """`!s`, `!r` and `!a`."""
    if conversion == "s":
        return str_value(v)
    if conversion == "r":
        return repr_value(v)
    if conversion == "a":
        return ascii_text(repr_value(v))
    fail(ValueError, f"Unknown conversion specifier {conversion}", kind="format")


def ascii_text(text: str) -> str:
    """The text with everything outside ASCII escaped, as ascii() writes it."""
    return text.encode("ascii", "backslashreplace").decode("ascii")


# -- str.format -----------------------------------------------------------------------------------------------------------------


def format_template(template: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """`template.format(*args, **kwargs)`; a field names an argument and nothing inside it."""
    counter: list[int | None] = [0]  # the next automatic number; None once fields are numbered by hand
    text = _fields(template, args, kwargs, counter, 2)
    if len(text) > MAX_TEXT:
        text_too_long(len(text))
    return text


def _fields(template: str, args: tuple[Any, ...], kwargs: dict[str, Any], counter: list[int | None], depth: int) -> str:
    from _string import formatter_parser  # type: ignore[import-not-found]  # what string.Formatter itself parses with

    if depth < 0:
        fail(ValueError, "Max string recursion exceeded", kind="format")
    parts: list[str] = []
    size = 0
    for literal, name, spec, conversion in formatter_parser(template):
        parts.append(literal)
        if name is not None:
            v = _argument(name, args, kwargs, counter)
            if conversion:
                v = convert(v, conversion)
            if spec and ("{" in spec or "}" in spec):
                spec = _fields(spec, args, kwargs, counter, depth - 1)
            parts.append(format_spec(v, spec))
        size += len(literal) + len(parts[-1])
        if len(parts) > 2 * MAX_FIELDS or size > MAX_TEXT:
            text_too_long(size)
    return "".join(parts)


def _argument(name: str, args: tuple[Any, ...], kwargs: dict[str, Any], counter: list[int | None]) -> Any:
    if "." in name or "[" in name:
        fail(
            ValueError,
            f"a field of str.format may only name an argument, not reach into it: {{{name}}}",
            kind="format",
            hints=['use an f-string: f"{x.shape}"'],
        )
    if name == "":
        number = counter[0]
        if number is None:
            fail(ValueError, "cannot switch from manual field specification to automatic field numbering", kind="format")
        counter[0] = number + 1
    elif name.isascii() and name.isdigit():
        if counter[0]:
            fail(ValueError, "cannot switch from automatic field numbering to manual field specification", kind="format")
        counter[0] = None
        if len(name) > 9:
            fail(ValueError, "Too many decimal digits in format string", kind="format")
        number = int(name)
    else:
        if name not in kwargs:
            raise KeyError(name)
        return kwargs[name]
    if number >= len(args):
        fail(IndexError, f"Replacement index {number} out of range for positional args tuple", kind="format")
    return args[number]


# -- % formatting ---------------------------------------------------------------------------------------------------------------


def _is_mapping(v: Any) -> bool:
    return not isinstance(v, (tuple, str)) and (isinstance(v, (list, dict, range, Tensor)) or hasattr(type(v), "__getitem__"))


def percent(template: str, v: Any) -> str:
    """`template % v`."""
    args: tuple[Any, ...] = v if isinstance(v, tuple) else (v,)
    used, parts, size, i, n = 0, [], 0, 0, len(template)
    by_name = False
    while i < n:
        j = template.find("%", i)
        if j < 0:
            parts.append(template[i:])
            break
        parts.append(template[i:j])
        i = j + 1
        key = None
        if i < n and template[i] == "(":
            depth, start = 1, i + 1
            i += 1
            while i < n and depth:
                depth += {"(": 1, ")": -1}.get(template[i], 0)
                i += 1
            if not _is_mapping(v) or (not depth and not isinstance(v, dict)):
                fail(TypeError, "format requires a mapping", kind="format")
            if depth:
                fail(ValueError, "incomplete format key", kind="format")
            key, by_name = template[start : i - 1], True
        start = i
        while i < n and template[i] in "#0- +":
            i += 1
        flags = template[start:i]

        def number(limit: int, what: str) -> str:
            nonlocal i, used
            if i < n and template[i] == "*":
                i += 1
                if used >= len(args):
                    fail(TypeError, "not enough arguments for format string", kind="format")
                star = args[used]
                used += 1
                if not isinstance(star, int):
                    fail(TypeError, "* wants int", kind="format")
                text = str(int(star)) if abs(star) <= limit else str(limit + 1)
            else:
                begin = i
                while i < n and "0" <= template[i] <= "9":
                    i += 1
                text = template[begin:i]
            if len(text) > 9 or (text and abs(int(text)) > limit):
                fail(ValueError, f"{what} too big", kind="format", explain=[f"The limit of a {what} is {limit}."])
            return text

        width = number(MAX_WIDTH, "width")
        precision = ""
        if i < n and template[i] == ".":
            i += 1
            precision = "." + (number(MAX_PRECISION, "precision") or "0")
            if precision.startswith(".-"):
                precision = ".0"
        while i < n and template[i] in "hlL":
            i += 1
        if i >= n:
            fail(ValueError, "incomplete format", kind="format")
        code = template[i]
        i += 1
        if code == "%":
            parts.append("%")
            continue
        if key is not None:
            if key not in v:
                raise KeyError(key)
            item = v[key]
        else:
            if used >= len(args) or by_name:
                fail(TypeError, "not enough arguments for format string", kind="format")
            item = args[used]
            used += 1
        if code not in "diouxXeEfFgGcrsa":
            shown = code if 32 < ord(code) < 127 else "?"
            fail(ValueError, f"unsupported format character '{shown}' (0x{ord(code):x}) at index {i - 1}", kind="format")
        if width.startswith("-"):
            flags, width = flags + "-", width[1:]
        text = ("%" + flags + width + precision + code) % (_plain(item, code),)
        size += len(text)
        if size > MAX_TEXT:
            text_too_long(size)
        parts.append(text)
    if used < len(args) and not by_name and (isinstance(v, tuple) or not _is_mapping(v)):
        fail(
            TypeError,
            "not all arguments converted during string formatting",
            kind="format",
            explain=[f"The text has {used} place{'s' * (used != 1)} for a value, and {len(args)} were given."],
        )
    return "".join(parts)


def _plain(v: Any, code: str) -> Any:
    """The exact int, float or str that a conversion of `%` takes."""
    if code in "sra":
        # what %r gives is text already: the host's own %s is applied to it below through an object with that repr
        return v if type(v) is str and code == "s" else _Text(convert(v, code))
    if type(v) is Tensor or (type(v).__module__ == "numpy" and hasattr(v, "item")):
        v = v.item()
    if code == "c":
        if type(v) is str and len(v) == 1:
            return v
        if not isinstance(v, int):
            fail(TypeError, "%c requires int or char", kind="format")
        return int(v)
    if code in "eEfFgG":
        if not isinstance(v, (int, float)):
            fail(TypeError, f"must be real number, not {type_name(v)}", kind="format")
        return float(v)
    if isinstance(v, int):
        return int(v)
    if isinstance(v, float) and code in "diu":
        return int(v)
    wanted = "a real number" if code in "diu" else "an integer"
    fail(TypeError, f"%{code} format: {wanted} is required, not {type_name(v)}", kind="format")


class _Text:
    """Text that shows itself as it is under %s, %r and %a."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__
