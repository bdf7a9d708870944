"""save(value, path): a value as the bytes of a file format. The suffix decides; files are written whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from .exits import DataError
from .files import write

if TYPE_CHECKING:
    from collections.abc import Callable


def save(value: Any, path: str) -> None:
    from ..insight.report import Report

    ext = os.path.splitext(path)[1].lower()
    if isinstance(value, Report):
        from ..render.image import RenderError, format_of, report_bytes

        try:
            write(path, report_bytes(value, format_of(path, value.schema)))
        except RenderError as exc:
            raise DataError(str(exc), " ".join(exc.facts.hints)) from None
        return
    encode = ENCODERS.get(ext)
    if encode is None:
        raise DataError(f"values cannot be saved as {ext}", f"formats for tensors: {' '.join(ENCODERS)}; {ext} is for graphs: save(graph(loss), {path!r})")
    write(path, encode(value, ext))


def array_of(value: Any, what: str = "value") -> Any:
    """The NumPy array of a tensor, a number or a nested list; strings and the like are refused."""
    from ..engine.registry import NAMESPACES
    from ..render.result import is_tensor

    if not is_tensor(value):
        if not isinstance(value, (int, float, complex, list, tuple)):
            raise DataError(f"a {type(value).__name__} cannot be saved as an array")
        try:
            value = NAMESPACES["torch"]["tensor"](value)
        except (TypeError, ValueError, RuntimeError) as exc:
            raise DataError(f"this {what} is no tensor: {exc}") from None
    return value.detach().cpu().numpy()


def arrays_of(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        if not all(isinstance(k, str) for k in value):
            raise DataError("names of saved tensors are strings")
        return {k: array_of(v, f"value of {k!r}") for k, v in value.items()}
    return {"tensor": array_of(value)}


def npy(value: Any, ext: str) -> bytes:
    import io

    from .data import numpy

    stream = io.BytesIO()
    numpy().save(stream, array_of(value), allow_pickle=False)
    return stream.getvalue()


def npz(value: Any, ext: str) -> bytes:
    import io

    from .data import numpy

    stream = io.BytesIO()
    numpy().savez_compressed(stream, **arrays_of(value))
    return stream.getvalue()


def table(value: Any, ext: str) -> bytes:
    """Rows of numbers that read back to the same values."""
    array = array_of(value)
    if array.ndim > 2:
        raise DataError(f"a tensor of {array.ndim} dimensions is no table", "reshape it to two, or save it as .npy")
    rows = array.tolist() if array.ndim == 2 else [[v] for v in array.reshape(-1).tolist()]
    short = array.dtype.itemsize < 8 and array.dtype.kind == "f"
    between = "," if ext == ".csv" else " "
    return "".join(between.join(str(array.dtype.type(v)) if short else repr(v) for v in row) + "\n" for row in rows).encode()


def json_text(value: Any, ext: str) -> bytes:
    from ..insight.grad import data
    from ..render.jsontext import dumps
    from ..render.result import is_tensor

    def plain(v: Any) -> Any:
        if is_tensor(v):
            return v.detach().tolist()
        if isinstance(v, dict):
            return {str(k): plain(x) for k, x in v.items()}
        return [plain(x) for x in v] if isinstance(v, (list, tuple)) else data(v)

    return (dumps(plain(value)) + "\n").encode()


def safetensors(value: Any, ext: str) -> bytes:
    import json

    from .data import SAFETENSORS

    kinds = {v: k for k, v in SAFETENSORS.items()}
    header: dict[str, Any] = {}
    body = []
    at = 0
    for name, array in arrays_of(value).items():
        raw = array.tobytes()
        if array.dtype.name not in kinds:
            raise DataError(f"{name}: {array.dtype.name} has no place in a safetensors file")
        header[name] = {"dtype": kinds[array.dtype.name], "shape": list(array.shape), "data_offsets": [at, at + len(raw)]}
        body.append(raw)
        at += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + b"".join(body)


ENCODERS: dict[str, Callable[[Any, str], bytes]] = {".npy": npy, ".npz": npz, ".csv": table, ".txt": table, ".json": json_text, ".safetensors": safetensors}
