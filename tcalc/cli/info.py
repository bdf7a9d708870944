"""`tcalc info FILE...`: what is in a data file. Headers only where the format has one; nothing is computed but a table's column ranges."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from . import data, exits
from .exits import DataError

if TYPE_CHECKING:
    from .options import Settings

CHECKPOINTS = (".pt", ".pth", ".ckpt")
SHORT = {"bool": "bool", "bfloat16": "bf16"}


def describe_files(settings: Settings, paths: list[str]) -> int:
    code = exits.OK
    reports = []
    for path in paths:
        try:
            report = describe(path)
        except DataError as exc:
            exits.complain(exc.sentence, exc.hint)
            code = exits.FAILED
            continue
        reports.append(report)
        if not settings.json:
            print("\n".join(text(report)))
    if settings.json:
        from ..render.jsontext import dumps

        print(dumps({"schema": "tcalc.info/1", "files": reports}))
    return code


def describe(path: str) -> dict[str, Any]:
    """{file, format, bytes, entries: [{name, dtype, shape, ...}]}"""
    path, _ = data.split_selection(path)
    kind = os.path.splitext(path)[1].lower()
    if kind not in CHECKPOINTS:
        kind = data.kind_of(path)
    with data.open_file(path) as stream:
        size = os.fstat(stream.fileno()).st_size
        entries = {
            ".npy": npy,
            ".npz": npz,
            ".safetensors": safetensors,
            ".json": json_file,
            ".png": image,
            **dict.fromkeys(CHECKPOINTS, checkpoint),
        }.get(kind, table)(stream, path, size)
    return {"file": path, "format": kind[1:], "bytes": size, "entries": entries}


def npy(stream: Any, path: str, size: int) -> list[dict[str, Any]]:
    shape, fortran, dtype = data.npy_header(stream, path, size)
    return [entry("", dtype.name, shape, order="F" if fortran else "C")]


def npz(stream: Any, path: str, size: int) -> list[dict[str, Any]]:
    import zipfile

    entries = []
    try:
        with zipfile.ZipFile(stream) as archive:
            for member in archive.infolist():
                with archive.open(member) as inner:
                    shape, _, dtype = data.npy_header(data.Positioned(inner), f"{path}:{member.filename}", member.file_size)
                entries.append(entry(member.filename.removesuffix(".npy"), dtype.name, shape))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as exc:
        raise DataError(f"{path} is not a .npz archive: {exc}") from None
    return entries


def safetensors(stream: Any, path: str, size: int) -> list[dict[str, Any]]:
    header, _ = data.safetensors_header(stream, path, size)
    return [entry(name, data.SAFETENSORS[e["dtype"]], tuple(e["shape"])) for name, e in header.items()]


def checkpoint(stream: Any, path: str, size: int) -> list[dict[str, Any]]:
    """What torch.save wrote: names, dtypes and shapes. Nothing in the file is run, and no tensor's data is read."""
    from ..engine import serialization
    from ..engine.registry import NAMESPACES

    def described(r: Any, storage: Any, offset: Any, sizes: Any, stride: Any, requires_grad: bool) -> Any:
        if not isinstance(sizes, tuple) or not all(type(n) is int and 0 <= n < 1 << 62 for n in sizes):
            r.bad("A tensor has a shape that cannot be.")
        t = NAMESPACES["torch"]["empty"](sizes, dtype=storage.dtype, device="meta")
        return t.requires_grad_() if requires_grad else t

    try:
        archive = serialization._Archive(stream, size, "cpu")
        value = serialization._Reader(archive.read("data.pkl"), described).run()
    except (RuntimeError, ValueError, TypeError) as exc:
        raise DataError(f"{path}: {exc}", "tcalc reads state dicts: torch.save(model.state_dict(), 'model.pt')") from None
    entries: list[dict[str, Any]] = []
    flatten("", value, entries, 0)
    return entries


def flatten(name: str, value: Any, out: list[dict[str, Any]], depth: int) -> None:
    """One entry a tensor or plain value; names of nested dicts and lists joined by dots."""
    from ..render.result import is_tensor

    if is_tensor(value):
        out.append(entry(name, str(value.dtype).removeprefix("torch."), tuple(value.shape)))
    elif isinstance(value, (dict, list, tuple)) and value and depth < 50:
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            flatten(f"{name}.{key}" if name else str(key), item, out, depth + 1)
    else:
        out.append(entry(name, type(value).__name__, ()))


def table(stream: Any, path: str, size: int) -> list[dict[str, Any]]:
    t = data.read_table(stream.read(), path, data.kind_of(path))
    entries = []
    for i, name in enumerate(t.names):
        cells = t.numeric[i]
        if cells is None:
            classes = t.classes(i)
            entries.append(entry(name, "text", (t.rows,), classes=classes[:10], n_classes=len(classes)))
            continue
        real = [c for c in cells if c == c]
        entries.append(entry(name, "number", (t.rows,), min=min(real), max=max(real), mean=sum(real) / len(real), missing=len(cells) - len(real)))
    return entries


def json_file(stream: Any, path: str, size: int) -> list[dict[str, Any]]:
    value = data.read_json(stream.read(), path)
    items = value.items() if isinstance(value, dict) else [("", value)]
    return [entry(name, kind_of_json(v), json_shape(v)) for name, v in items]


def kind_of_json(value: Any) -> str:
    while isinstance(value, list) and value:
        value = value[0]
    return {bool: "bool", int: "number", float: "number", str: "text", dict: "object", list: "list"}.get(type(value), "null")


def json_shape(value: Any) -> tuple[int, ...]:
    shape = []
    while isinstance(value, list):
        shape.append(len(value))
        value = value[0] if value else None
    return tuple(shape)


def image(stream: Any, path: str, size: int) -> list[dict[str, Any]]:
    head = stream.read(26)
    if head[:8] != b"\x89PNG\r\n\x1a\n" or head[12:16] != b"IHDR" or len(head) < 26:
        raise DataError(f"{path} is not a PNG image")
    width, height = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    channels = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}.get(head[25], 0)
    return [entry("", "uint8" if head[24] <= 8 else "uint16", (channels, height, width))]


def entry(name: str, dtype: str, shape: tuple[int, ...], **more: Any) -> dict[str, Any]:
    return {"name": name, "dtype": dtype, "shape": list(shape), **more}


def text(report: dict[str, Any]) -> list[str]:
    from ..engine.limits import human

    entries = report["entries"]
    lines = [f"{report['file']}  {report['format']}  {human(report['bytes'])}"]
    width = max((len(e["name"]) for e in entries), default=0)
    for i, e in enumerate(entries):
        line = f"  {i:>2} {e['name']:<{width}}  " if len(entries) > 1 or e["name"] else "  "
        line += f"{e['dtype']} [{', '.join(map(str, e['shape']))}]"
        if "min" in e:
            line += f"  min {e['min']:g}  max {e['max']:g}  mean {e['mean']:.4g}" + (f"  missing {e['missing']}" if e["missing"] else "")
        if "classes" in e:
            more = e["n_classes"] - len(e["classes"])
            line += f"  {e['n_classes']} classes: {', '.join(e['classes'])}" + (f" and {more} more" if more else "")
        lines.append(line)
    return lines
