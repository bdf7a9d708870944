"""What every report is: an immutable record with named fields, a versioned schema and a JSON form.

Reports hold facts only. Here are the base classes and the short text forms of single facts (``f32[2,3]``, a number that round-trips)
that both the JSON and the screen use. Nothing here knows a screen.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_EXACT = 2**53  # beyond it a JSON reader that uses doubles loses digits, so such integers travel as strings


class Record:
    """An immutable record: fields are the ``__slots__`` of the class, given by keyword; fields not given are None.

    >>> class Point(Record):
    ...     __slots__ = ("x", "y")
    >>> Point(x=1, y=2)
    Point(x=1, y=2)
    >>> Point(x=1).to_json()
    {'x': 1, 'y': None}
    """

    __slots__: tuple[str, ...] = ()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, **fields: Any) -> None:
        put = object.__setattr__
        for name in self.__slots__:
            put(self, name, fields.pop(name, None))
        if fields:
            raise TypeError(f"{type(self).__name__} has no field {', '.join(sorted(fields))}")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, n) == getattr(other, n) for n in self.__slots__)

    def __hash__(self) -> int:
        return hash((type(self).__name__, repr(self)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{n}={getattr(self, n)!r}' for n in self.__slots__)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), {n: getattr(self, n) for n in self.__slots__})

    def to_json(self) -> dict[str, Any]:
        """The fields as plain JSON values (dicts, lists, strings, numbers, booleans, None)."""
        return {name: jsonable(getattr(self, name)) for name in self.__slots__}


def _rebuild(cls: type, fields: dict[str, Any]) -> Any:
    return cls(**fields)


class Report(Record):
    """A record that stands on its own: its JSON begins with the name and version of its schema."""

    __slots__: tuple[str, ...] = ()
    schema = "tcalc.report/1"

    @property
    def holds(self) -> bool:
        """False for a check that did not hold; the exit code is then 3."""
        return True

    def to_json(self) -> dict[str, Any]:
        """The report as one JSON object, ``schema`` first."""
        return {"schema": self.schema, **Record.to_json(self)}


def jsonable(value: Any) -> Any:
    """``value`` as plain JSON values; NaN, infinities and integers beyond 2^53 become strings, unknown objects their text."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value) if -_EXACT <= value <= _EXACT else str(int(value))
    if isinstance(value, float):
        return float(value) if value - value == 0 else special(value)
    if isinstance(value, complex):
        return {"real": jsonable(value.real), "imag": jsonable(value.imag)}
    if isinstance(value, Record):
        return value.to_json()
    if isinstance(value, dict):
        return {k if isinstance(k, str) else str(k): jsonable(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(v) for v in value]
    return str(value)


def special(value: float) -> str:
    """``"nan"``, ``"inf"`` or ``"-inf"``: how a number that JSON cannot write travels."""
    return "nan" if value != value else "inf" if value > 0 else "-inf"


def spec(short: str, shape: Iterable[int]) -> str:
    """dtype and shape in the short form of the reports: ``f32[2,3]``, ``f64[]``."""
    return f"{short}[{','.join(map(str, shape))}]"


def shape_text(shape: Iterable[int]) -> str:
    """``[2,3]``: a shape as the reports write it."""
    return f"[{','.join(map(str, shape))}]"


def exact(value: Any, dtype: Any = None) -> str:
    """The shortest text that reads back to the same number in ``dtype`` (an engine dtype; None means Python's own).

    >>> exact(0.1), exact(3), exact(float("inf"))
    ('0.1', '3', 'inf')
    """
    if isinstance(value, float) and dtype is not None and dtype.itemsize < 8 and value - value == 0:
        rounded = dtype.round
        for digits in range(1, 18):
            text = f"{value:.{digits}g}"
            if rounded(float(text)) == value:
                return repr(float(text))
    return repr(value)


def brief(value: Any, digits: int = 4) -> str:
    """A number in ``digits`` significant digits, without trailing zeros after the point.

    >>> brief(1.01680), brief(0.5), brief(12), brief(1e-9), brief(float("nan"))
    ('1.017', '0.5', '12', '1e-09', 'NaN')
    """
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    if value != value:
        return "NaN"
    if value - value != 0:
        return "Inf" if value > 0 else "-Inf"
    text = f"{value:.{digits}g}"
    if "e" in text and 1 <= abs(value) < 1e7:
        text = f"{value:.0f}"
    return "0" if text == "-0" else text
