"""Data from files and stdin: .npy .npz .csv .tsv .txt .safetensors .json .png become tensors. `-v NAME=@FILE`, `load(...)` and `tcalc info` call it.

Nothing is unpickled, and a header is compared with the file's size before anything is allocated.
What a table becomes:

    data.csv                the numeric columns, in the default floating dtype: [rows, columns]; a file of one column: [rows]
    data.csv:species        one column: [rows]. Text becomes int64 codes, 0, 1, ... in alphabetical order of the classes
    data.csv:0,2  :1:3      several columns by number, name or slice, all numeric: [rows, columns]

The first row is a header when none of its cells is a number. Empty cells, NA and nan are NaN. Lines that start with # are skipped.
"""

from __future__ import annotations

import os
import sys

from .exits import DataError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy as np

TABLES = (".csv", ".tsv", ".txt")
READABLE = (".npy", ".npz", *TABLES, ".safetensors", ".json", ".png")
MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "?"))


class Table:
    """A text table: ``names`` of all columns, ``columns`` as lists of cells, ``numeric`` a parsed list or None each."""

    __slots__ = ("columns", "header", "names", "numeric", "where")

    def __init__(self, where: str, names: list[str], columns: list[list[str]], header: bool) -> None:
        self.where = where
        self.names = names
        self.columns = columns
        self.header = header
        self.numeric = [numbers(cells) for cells in columns]

    @property
    def rows(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    def classes(self, i: int) -> list[str]:
        return sorted(set(self.columns[i]))


def numpy() -> Any:
    """NumPy, by way of the CPU backend, which imports it with one BLAS thread."""
    from ..engine.backends import cpu  # noqa: F401

    return sys.modules["numpy"]


# ---- values -------------------------------------------------------------------------------------------------------


def bind_value(spec: str) -> Any:
    """The value of `@FILE[:SELECTION]` or `-`."""
    if spec == "-":
        return read_stdin()
    path, select = split_selection(spec[1:])
    return load(path, select)


def load(path: str, select: str | None = None) -> Any:
    """A file's content: a tensor, or a dict of tensors where the file names several."""
    kind = kind_of(path)
    with open_file(path) as stream:
        return read(stream, kind, path, os.fstat(stream.fileno()).st_size, select)


def read(stream: Any, kind: str, where: str, size: int, select: str | None) -> Any:
    if kind in TABLES:
        return as_tensor(table_array(read_table(stream.read(), where, kind), select))
    if kind in (".npz", ".safetensors"):
        arrays = read_npz(stream, where, size) if kind == ".npz" else read_safetensors(stream, where, size)
        return pick({name: as_tensor(a) for name, a in arrays.items()}, select, where)
    if kind == ".json":
        return pick_json(read_json(stream.read(), where), select, where)
    if select is not None:
        raise DataError(f"{where} holds one array; there is nothing to select with :{select}")
    if kind == ".npy":
        return as_tensor(read_npy(stream, where, size))
    return as_tensor(read_png(stream, where))


def read_stdin() -> Any:
    """Data piped in: .npy, .npz, .png or safetensors by their first bytes, else JSON, else a table of numbers."""
    import io

    if sys.stdin is None or sys.stdin.isatty():
        raise DataError("-v NAME=- reads data from standard input, and nothing is piped in", "for example:  seq 10 | tcalc -v x=- 'x.sum()'")
    raw = sys.stdin.buffer.read()
    if not raw.strip():
        raise DataError("standard input is empty: there is no data for -v NAME=-")
    return read(io.BytesIO(raw), sniff(raw), "<stdin>", len(raw), None)


def sniff(raw: bytes) -> str:
    if raw.startswith(b"\x93NUMPY"):
        return ".npy"
    if raw.startswith(b"PK\x03\x04"):
        return ".npz"
    if raw.startswith(b"\x89PNG"):
        return ".png"
    if raw[8:9] == b"{" and int.from_bytes(raw[:8], "little") <= len(raw):
        return ".safetensors"
    return ".json" if raw.lstrip()[:1] in (b"[", b"{") else ".txt"


def as_tensor(array: np.ndarray) -> Any:
    """A NumPy array as a tensor of the same dtype, or the nearest that tensors have."""
    from ..engine.registry import NAMESPACES

    np = numpy()

    narrower = {"uint16": np.int32, "uint32": np.int64, "uint64": np.int64}.get(array.dtype.name)
    if narrower is not None:
        if array.size and int(array.max()) > np.iinfo(narrower).max:
            raise DataError(f"{array.dtype.name} values beyond int64 have no tensor dtype")
        array = array.astype(narrower)
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if any(s < 0 for s in array.strides) or not array.flags.writeable:
        array = array.copy()
    return NAMESPACES["torch"]["from_numpy"](array)


def pick(values: dict[str, Any], select: str | None, where: str) -> Any:
    """The one value, the selected one, or all of them by name."""
    if select is not None:
        if select not in values:
            raise DataError(f"{where} has no array {select!r}" + nearest(select, values), f"it holds: {', '.join(values) or 'nothing'}")
        return values[select]
    return next(iter(values.values())) if len(values) == 1 else values


# ---- files --------------------------------------------------------------------------------------------------------


def split_selection(spec: str) -> tuple[str, str | None]:
    """'iris.csv:species' -> ('iris.csv', 'species'); a drive's colon (C:\\...) is none."""
    low = spec.lower()
    best = -1
    for ext in READABLE:
        at = low.find(ext + ":")
        if at >= 0 and (best < 0 or at + len(ext) < best):
            best = at + len(ext)
    if best < 0 or os.path.exists(spec):
        return spec, None
    return spec[:best], spec[best + 1 :].strip()


def kind_of(path: str) -> str:
    ext = os.path.splitext(path)[1].lower()
    if ext in READABLE:
        return ext
    if ext in (".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin"):
        raise DataError(
            f"{path}: {ext} files are pickles, which run code when they are read; tcalc never opens one", "save it as .safetensors or .npz where it was made"
        )
    raise DataError(f"{path}: cannot tell what this file holds" + (f" from {ext!r}" if ext else ""), f"readable: {' '.join(READABLE)}")


def open_file(path: str) -> Any:
    try:
        stream = open(path, "rb")
    except FileNotFoundError:
        raise DataError(f"no such file: {path}" + nearest_file(path)) from None
    except IsADirectoryError:
        raise DataError(f"{path} is a folder") from None
    except (OSError, ValueError) as exc:
        if os.path.isdir(path):
            raise DataError(f"{path} is a folder") from None
        raise DataError(f"cannot read {path}: {getattr(exc, 'strerror', None) or exc}") from None
    return stream


def nearest_file(path: str) -> str:
    folder, name = os.path.split(path)
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return f" (there is no folder {folder})" if folder and not os.path.isdir(folder) else ""
    return nearest(name, names, folder)


def nearest(word: str, known: Any, folder: str = "") -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1, cutoff=0.7)
    return f". Did you mean {os.path.join(folder, near[0])}?" if near else ""


def fits(nbytes: int, where: str) -> None:
    """DataError where so much memory is not to be had."""
    from ..engine import limits

    if nbytes >= limits.CHECKED_FROM and nbytes > limits.available():
        raise DataError(f"{where} needs {limits.human(nbytes)} of memory; available: {limits.human(limits.available())}")


# ---- arrays -------------------------------------------------------------------------------------------------------


def npy_header(stream: Any, where: str, size: int) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape, Fortran order and dtype; DataError where the data would be pickled, or is not all there."""
    from numpy.lib import format as npy

    try:
        version = npy.read_magic(stream)
        if version == (1, 0):
            shape, fortran, dtype = npy.read_array_header_1_0(stream)
        elif version == (2, 0):
            shape, fortran, dtype = npy.read_array_header_2_0(stream)
        else:
            raise ValueError(f"version {version[0]}.{version[1]} of the format is not known")
    except (ValueError, EOFError, SyntaxError, TypeError) as exc:
        raise DataError(f"{where} is not a .npy array: {str(exc).splitlines()[0]}") from None
    if dtype.hasobject:
        raise DataError(f"{where} holds Python objects (a pickle), which tcalc never loads")
    if dtype.names or dtype.kind not in "biufc":
        raise DataError(f"{where} has dtype {dtype}, which is no tensor dtype")
    need = dtype.itemsize
    for n in shape:
        if n < 0:
            raise DataError(f"{where} claims the shape {shape}")
        need *= n
    have = size - stream.tell()
    if need > have:
        from ..engine.limits import human

        raise DataError(f"{where} is cut short: its header claims {human(need)} of data, the file holds {human(have)}")
    fits(need, where)
    return shape, fortran, dtype


def read_npy(stream: Any, where: str, size: int) -> np.ndarray:
    np = numpy()
    shape, fortran, dtype = npy_header(stream, where, size)
    count = 1
    for n in shape:
        count *= n
    flat = np.frombuffer(bytearray(stream.read(count * dtype.itemsize)), dtype=dtype, count=count)
    return flat.reshape(shape, order="F" if fortran else "C")


def read_npz(stream: Any, where: str, size: int) -> dict[str, np.ndarray]:
    import zipfile

    arrays = {}
    total = 0
    try:
        with zipfile.ZipFile(stream) as archive:
            for info in archive.infolist():
                total += info.file_size
                fits(total, where)
                with archive.open(info) as member:
                    name = info.filename.removesuffix(".npy")
                    arrays[name] = read_npy(Positioned(member), f"{where}:{name}", info.file_size)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as exc:
        raise DataError(f"{where} is not a .npz archive: {exc}") from None
    return arrays


class Positioned:
    """A stream that counts: what a header reader needs of a member of an archive."""

    __slots__ = ("at", "stream")

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.at = 0

    def read(self, n: int = -1) -> bytes:
        data: bytes = self.stream.read(n)
        self.at += len(data)
        return data

    def tell(self) -> int:
        return self.at


SAFETENSORS = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8",
    "U8": "uint8", "BOOL": "bool", "C64": "complex64", "C128": "complex128",
}  # fmt: skip


def safetensors_header(stream: Any, where: str, size: int) -> tuple[dict[str, Any], int]:
    """The checked header (https://huggingface.co/docs/safetensors: 8 bytes of length, JSON, data) and where the data starts."""
    import json

    length = int.from_bytes(stream.read(8), "little")
    if size < 8 or length > size - 8 or length > 100_000_000:
        raise DataError(f"{where} is not a safetensors file: its header would be {length} bytes long, the file is {size}")
    try:
        header = json.loads(stream.read(length))
    except (ValueError, RecursionError) as exc:
        raise DataError(f"{where} is not a safetensors file: {exc}") from None
    header = {k: v for k, v in header.items() if k != "__metadata__"} if isinstance(header, dict) else {}
    for name, entry in header.items():
        try:
            begin, end = entry["data_offsets"]
            shape = entry["shape"]
            width = itemsize(SAFETENSORS[entry["dtype"]])
            good = 0 <= begin <= end <= size - 8 - length and all(isinstance(n, int) and n >= 0 for n in shape)
        except KeyError as exc:
            raise DataError(f"{where}:{name} has {exc}, which is no tensor dtype") from None
        except (TypeError, ValueError):
            good = False
        if good:
            need = width
            for n in shape:
                need *= n
            good = need == end - begin
        if not good:
            raise DataError(f"{where}:{name} does not fit its file: {entry}")
    return header, 8 + length


def itemsize(dtype: str) -> int:
    return {"bool": 1, "bfloat16": 2}.get(dtype) or int("".join(c for c in dtype if c.isdecimal())) // 8


def read_safetensors(stream: Any, where: str, size: int) -> dict[str, np.ndarray]:
    np = numpy()
    header, start = safetensors_header(stream, where, size)
    fits(sum(e["data_offsets"][1] - e["data_offsets"][0] for e in header.values()), where)
    arrays = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        stream.seek(start + begin)
        kind = SAFETENSORS[entry["dtype"]]
        if kind == "bfloat16":
            import ml_dtypes

            dtype = np.dtype(ml_dtypes.bfloat16)
        else:
            dtype = np.dtype(kind)
        arrays[name] = np.frombuffer(bytearray(stream.read(end - begin)), dtype=dtype).reshape(entry["shape"])
    return arrays


def read_png(stream: Any, where: str) -> np.ndarray:
    """An image as uint8 [channels, height, width], as torchvision reads it."""
    np = numpy()
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        raise DataError("reading images needs Pillow", "pip install 'tensorcalc[image]'") from None
    try:
        with Image.open(stream, formats=["PNG"]) as opened:
            image: Any = opened
            fits(image.width * image.height * 4, where)
            if image.mode not in ("L", "RGB", "RGBA"):
                image = image.convert("L" if image.mode in ("1", "LA") else "RGBA" if "transparency" in image.info else "RGB")
            array = np.array(image)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as exc:
        raise DataError(f"{where} is not a PNG image: {exc}") from None
    return array[None] if array.ndim == 2 else np.ascontiguousarray(array.transpose(2, 0, 1))


# ---- JSON ---------------------------------------------------------------------------------------------------------


def read_json(raw: bytes, where: str) -> Any:
    import json

    try:
        return json.loads(raw.decode("utf-8-sig"))
    except RecursionError:
        raise DataError(f"{where} is nested too deeply") from None
    except ValueError as exc:
        raise DataError(f"{where} is not JSON: {exc}") from None


def pick_json(value: Any, select: str | None, where: str) -> Any:
    """Numbers and nested lists of them become tensors; an object becomes a dict of values by name."""
    if select is not None:
        if not isinstance(value, dict) or select not in value:
            raise DataError(
                f"{where} has no {select!r}" + (nearest(select, value) if isinstance(value, dict) else ""),
                f"it holds: {', '.join(value)}" if isinstance(value, dict) else "",
            )
        value = value[select]
    return json_value(value, where)


def json_value(value: Any, where: str) -> Any:
    if isinstance(value, dict):
        return {key: json_value(item, where) for key, item in value.items()}
    if isinstance(value, list) and (not value or not has_text(value)):
        return list_tensor(value, where)
    if isinstance(value, list):
        return [json_value(item, where) for item in value]
    return value


def has_text(value: Any) -> bool:
    return any(has_text(v) if isinstance(v, list) else isinstance(v, (str, dict)) or v is None for v in value)


def list_tensor(value: list[Any], where: str) -> Any:
    from ..engine.registry import NAMESPACES

    try:
        return NAMESPACES["torch"]["tensor"](value)
    except (ValueError, TypeError, RuntimeError, OverflowError) as exc:
        raise DataError(f"{where}: a list that is no tensor: {exc}") from None


# ---- text tables --------------------------------------------------------------------------------------------------


def read_table(raw: bytes, where: str, kind: str = ".csv") -> Table:
    """Cells of a CSV, TSV or white-space table."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DataError(f"{where} is UTF-16 text", "save it as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\0" in raw:
            raise DataError(f"{where} is not text") from None
        text = raw.decode("latin-1")
    if "\0" in text:
        raise DataError(f"{where} is not text")
    rows = split_rows(text, kind, where)
    if not rows:
        raise DataError(f"{where} has no rows")
    width = len(rows[0])
    for i, row in enumerate(rows, 1):
        if len(row) != width:
            raise DataError(f"{where}: row {i} has {len(row)} cells, the first row has {width}")
    header = all(number(cell) is None for cell in rows[0]) and any(cell for cell in rows[0])
    names = [cell.strip() for cell in rows[0]] if header else [str(i) for i in range(width)]
    body = rows[1:] if header else rows
    if not body:
        raise DataError(f"{where} has a header and no rows")
    return Table(where, names, [list(cells) for cells in zip(*body)], header)


def split_rows(text: str, kind: str, where: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        return []
    delimiter = "\t" if kind == ".tsv" else max(",;\t", key=lines[0].count)
    if lines[0].count(delimiter) == 0:
        return [line.split() if kind == ".txt" else [line.strip()] for line in lines]
    import _csv  # the csv module's own engine; the module itself imports re

    try:
        return [[cell.strip() for cell in row] for row in _csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)]
    except _csv.Error as exc:
        raise DataError(f"{where} is not a table: {exc}") from None


def number(cell: str) -> float | None:
    """The number in a cell; NaN where it is empty or says so; None where it is text."""
    try:
        return float(cell) if "_" not in cell else None
    except ValueError:
        return None


def numbers(cells: list[str]) -> list[float] | None:
    """A whole column of numbers, or None where one cell is text (or all are missing)."""
    out = []
    seen = False
    for cell in cells:
        try:
            out.append(float(cell))
            seen = True
        except ValueError:
            if cell.strip().lower() not in MISSING:
                return None
            out.append(float("nan"))
    return out if seen else None


def table_array(table: Table, select: str | None) -> np.ndarray:
    """The numeric columns, or the selected ones."""
    np = numpy()
    if select is None:
        chosen = [i for i, cells in enumerate(table.numeric) if cells is not None]
        if not chosen:
            raise DataError(f"{table.where} has no numeric column", f"a text column as class codes:  @{table.where}:{table.names[0]}")
        flat = len(table.columns) == 1
    else:
        chosen, flat = columns_of(table, select)
        if flat and table.numeric[chosen[0]] is None:
            codes = {name: code for code, name in enumerate(table.classes(chosen[0]))}
            return np.array([codes[cell] for cell in table.columns[chosen[0]]], dtype=np.int64)
        for i in chosen:
            if table.numeric[i] is None:
                raise DataError(f"column {table.names[i]!r} of {table.where} is text", f"alone it gives class codes:  @{table.where}:{table.names[i]}")
    dtype = np.dtype(default_float())
    fits(table.rows * len(chosen) * dtype.itemsize, table.where)
    picked: list[Any] = [table.numeric[i] for i in chosen]
    if flat:
        return np.array(picked[0], dtype=dtype)
    return np.ascontiguousarray(np.array(picked, dtype=dtype).T)


def columns_of(table: Table, select: str) -> tuple[list[int], bool]:
    """Column numbers for 'species', '0,2', 'a,b', '1:3'; and whether it is one column alone."""
    width = len(table.names)
    if select in table.names:
        return [table.names.index(select)], True
    chosen = []
    for part in select.split(","):
        part = part.strip()
        if part in table.names:
            chosen.append(table.names.index(part))
        elif integer(part) is not None:
            i = integer(part)
            if not -width <= i < width:
                raise DataError(f"{table.where} has columns 0 to {width - 1}, not {part}")
            chosen.append(i % width)
        elif ":" in part and all(p == "" or integer(p) is not None for p in part.split(":")) and part.count(":") <= 2:
            chosen.extend(range(*slice(*(integer(p) for p in part.split(":"))).indices(width)))
        else:
            raise DataError(f"{table.where} has no column {part!r}" + nearest(part, table.names), f"its columns: {', '.join(table.names)}")
    if not chosen:
        raise DataError(f":{select} selects no column of {table.where}", f"its columns: {', '.join(table.names)}")
    return chosen, len(chosen) == 1 and "," not in select and ":" not in select


def integer(part: str) -> Any:
    try:
        return int(part)
    except ValueError:
        return None


def default_float() -> str:
    """The name of the default floating dtype, as NumPy knows it."""
    from ..engine.dtypes import get_default_dtype

    name = str(get_default_dtype()).removeprefix("torch.")
    return name if name in ("float64", "float32", "float16") else "float32"
