"""Backends: array namespaces and the few functions in which they differ.

``backend_of(data)`` finds the one that owns a piece of data by its type. scalar (Python numbers) and meta (no data) import nothing; cpu imports
NumPy when its first array is made, cuda imports CuPy when asked for. A new backend is one new file with a ``Backend`` subclass and a line in ``_LATE``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

undocumented = [False]  # True in a process where nobody will read the documentation of NumPy's compiled functions (see cpu.py)
BY_TYPE: dict[type, Any] = {}  # type of the data -> backend; each backend registers its own types
_LATE = {"numpy": "cpu", "ml_dtypes": "cpu", "cupy": "cuda"}  # top package of a data type -> module that knows it


def backend_of(data: Any) -> Any:
    """The backend that owns this data (a Python number, an array, a MetaArray)."""
    found = BY_TYPE.get(type(data))
    if found is None:
        found = _load(type(data))
    return found


def _load(kind: type) -> Any:
    if kind in (float, int, bool, complex):
        from . import scalar

        return scalar.BACKEND
    package = kind.__module__.partition(".")[0]
    if package not in _LATE and package != "tcalc":
        raise TypeError(f"no backend for data of type {kind.__name__}")
    backend = by_name(_LATE.get(package, "meta"))
    BY_TYPE[kind] = backend
    return backend


def by_name(name: str) -> Any:
    """The backend called ``cpu``, ``cuda`` or ``meta``; RuntimeError with what is missing where CUDA cannot be had."""
    if name == "cpu":
        from . import cpu

        return cpu.BACKEND
    if name == "cuda":
        from . import cuda

        return cuda.load()
    from . import meta

    return meta.BACKEND
