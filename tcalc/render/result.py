"""A value as stdout gets it: PyTorch's text and a dim line about it on a terminal, the value alone in a pipe, one object as JSON.

On the one-shot path, where a bare number or tensor needs no report: what the reports need is imported inside the functions.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .style import Screen

SCHEMA = "tcalc/1"
_DEEPEST = 200  # nesting of lists and dicts in JSON; deeper is cut and said


def result_text(value: Any, screen: Screen, name: str | None = None) -> str:
    """The text of one result, without a final line end; "" for None, which shows nothing."""
    if value is None:
        return ""
    if screen.bare and (type(value) is float or is_tensor(value)):
        return repr(value)
    from ..insight.report import Report
    from .plain import info_line, lines, number, painted, value_text

    if isinstance(value, Report):
        return painted(lines(value, screen), screen)
    if is_tensor(value):
        text = tensor_text(value, screen)
        if not screen.tty:
            return text
        from ..insight.tensor import geometry

        return f"{text}\n{screen.paint(info_line(geometry(value), screen), 'dim')}"
    if isinstance(value, str):
        return _escaped(repr(value)) if screen.tty else value
    if isinstance(value, (bool, int)):
        return repr(value)
    if isinstance(value, float):
        return number(value, screen)
    if isinstance(value, dict) and value and all(isinstance(k, str) and is_tensor(v) for k, v in value.items()) and not screen.tty:
        return "\n".join(f"{k} {value_text(v, screen)}" for k, v in value.items())
    return _escaped(show(value))


def show(value: Any) -> str:
    """A value in the language's own repr."""
    try:
        from ..lang.values import repr_value
    except ImportError:
        return repr(value)
    return str(repr_value(value))


def _escaped(text: str) -> str:
    """Line ends stay, other control characters become escapes."""
    if text.isprintable():
        return text
    from .plain import safe

    return "\n".join(safe(row) for row in text.split("\n"))


def is_tensor(value: Any) -> bool:
    """Whether a value is a Tensor of the engine, without importing the engine."""
    return hasattr(type(value), "_dtype") and hasattr(type(value), "storage_offset")


def tensor_text(t: Any, screen: Screen) -> str:
    """PyTorch's text; ``--digits`` sets the print precision, ``--ascii`` changes nothing (it is ASCII)."""
    if screen.digits is None:
        return repr(t)
    from ..engine.printing import options

    before = options.precision
    options.precision = screen.digits
    try:
        return repr(t)
    finally:
        options.precision = before


def results_json(results: Sequence[tuple[str | None, Any]], error: Any = None) -> str:
    """The one object of ``--json``: ``results`` (name, value) in order, and the diagnostic that ended the run, if any."""
    from .errors import error_json
    from .jsontext import dumps

    return dumps(
        {
            "schema": SCHEMA,
            "results": [value_json(v) if n is None else {**value_json(v), "name": n} for n, v in results],
            "error": None if error is None else error_json(error),
        }
    )


def value_json(value: Any) -> dict[str, Any]:
    """One result as an object with a ``type`` (docs/json.md)."""
    return _object(value, 0, ())


def _object(value: Any, depth: int, inside: tuple[int, ...]) -> dict[str, Any]:
    from ..insight.grad import tensor_data
    from ..insight.report import Report, jsonable

    if value is None:
        return {"type": "none"}
    if isinstance(value, Report):
        return {"type": "report", **value.to_json()}
    if is_tensor(value):
        return tensor_data(value)
    if isinstance(value, bool):
        return {"type": "bool", "value": value}
    if isinstance(value, int):
        return {"type": "int", "value": jsonable(value)}
    if isinstance(value, float):
        return {"type": "float", "value": jsonable(value)}
    if isinstance(value, complex):
        return {"type": "complex", "value": jsonable(value)}
    if isinstance(value, str):
        return {"type": "str", "value": str(value)}
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        if depth >= _DEEPEST or id(value) in inside:
            return {"type": "other", "text": "..."}
        inside = (*inside, id(value))
        if isinstance(value, dict):
            pairs = [[_object(k, depth + 1, inside), _object(v, depth + 1, inside)] for k, v in value.items()]
            if all(isinstance(k, str) for k in value):
                return {"type": "dict", "items": {k: p[1] for k, p in zip(value, pairs, strict=True)}}
            return {"type": "dict", "pairs": pairs}
        kind = "size" if type(value).__name__ == "Size" else type(value).__name__
        if kind == "size":
            return {"type": "size", "value": [int(v) for v in value]}
        if isinstance(value, (set, frozenset)):
            return {"type": "set", "items": [_object(v, depth + 1, inside) for v in value]}
        fields = getattr(value, "_fields", None)
        named = {"names": list(fields)} if isinstance(fields, tuple) else {}
        return {
            "type": "list" if isinstance(value, list) else "tuple",
            **named,
            "items": [_object(v, depth + 1, inside) for v in value],
        }  # fmt: skip
    if type(value).__module__ == "numpy" and hasattr(value, "dtype") and hasattr(value, "tolist") and value.dtype.kind in "biuf":
        return _object(value.item(), depth, inside) if not hasattr(value, "__len__") else {
            "type": "array", "dtype": value.dtype.name, "shape": list(value.shape), "data": jsonable(value.tolist()),
        }  # fmt: skip
    return {"type": "other", "text": show(value)}


def report_text(report: Any, screen: Screen) -> str:
    """A report on this screen: JSON, colours or plain text."""
    if screen.json:
        from .jsontext import dumps

        return dumps(report.to_json(), 2)
    from .plain import lines, painted, plain

    rows = lines(report, screen)
    return painted(rows, screen) if screen.color else plain(rows)
