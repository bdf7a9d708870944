"""JSON text from plain values (dict, list, tuple, str, number, bool, None) without importing json, which costs milliseconds.

NaN and the infinities become the strings "nan", "inf", "-inf", integers beyond 2^53 strings of digits, as docs/json.md says.
"""

from __future__ import annotations

from ..insight.report import jsonable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def quote(text: str) -> str:
    """A JSON string: ASCII only, control characters and lone surrogates as \\u escapes."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    out = []
    for ch in text:
        code = ord(ch)
        if ch in _ESCAPES:
            out.append(_ESCAPES[ch])
        elif 32 <= code < 127:
            out.append(ch)
        elif code < 0x10000:
            out.append(f"\\u{code:04x}")
        else:
            code -= 0x10000
            out.append(f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}")
    return '"' + "".join(out) + '"'


def dumps(value: Any, indent: int | None = None) -> str:
    """``value`` as JSON. With ``indent``, objects and lists that do not fit in a line of 100 are broken over lines."""
    out: list[str] = []
    _write(jsonable(value), out, indent or 0, "")
    return "".join(out)


def _write(value: Any, out: list[str], indent: int, pad: str) -> None:
    if isinstance(value, dict):
        pairs: Any = list(value.items())
        left, right = "{", "}"
    elif isinstance(value, list):
        pairs = value
        left, right = "[", "]"
    else:
        out.append(_atom(value))
        return
    if not indent or len(pad) + len(flat := _flat(value)) <= 100:
        out.append(_flat(value) if not indent else flat)
        return
    inner = pad + " " * indent
    out.append(left)
    for i, item in enumerate(pairs):
        out.append(("," if i else "") + "\n" + inner)
        if left == "{":
            out.append(quote(item[0]) + ": ")
            item = item[1]
        _write(item, out, indent, inner)
    out.append("\n" + pad + right)


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quote(k)}: {_flat(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join([_flat(v) for v in value]) + "]"
    return _atom(value)


def _atom(value: Any) -> str:
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return quote(value)
    return repr(value)
