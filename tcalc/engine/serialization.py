"""torch.save and torch.load: PyTorch's own zip files of tensors in dicts and lists, written and read without Python's pickle module.

The file is a zip archive: data.pkl says what is there, data/0, data/1, ... are the storages. data.pkl is pickle's byte code; here a writer of the few
opcodes that plain data needs, and a reader that knows those opcodes and a closed list of names (a tensor, an OrderedDict, a dtype ...). It calls nothing
else, so a file can hold data and nothing that runs. What stands in a file is checked against its size before memory is taken.
"""

from __future__ import annotations

import io
import os
import struct
import sys
import zipfile
from collections import Counter, OrderedDict, defaultdict

from . import dtypes, limits
from .backends import by_name
from .errors import fail
from .ops.factory import from_numpy
from .pending import CONJ, NEG, switch_on
from .tensors import CELLS, Size, Tensor, device, extras, make, own, storage_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

_STORAGES = {
    "FloatStorage": "float32", "DoubleStorage": "float64", "HalfStorage": "float16", "BFloat16Storage": "bfloat16", "LongStorage": "int64",
    "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8", "ByteStorage": "uint8", "BoolStorage": "bool",
    "ComplexFloatStorage": "complex64", "ComplexDoubleStorage": "complex128",
}  # fmt: skip
_NAMES = {d: name for name, d in _STORAGES.items()}
_MAX_DEPTH = 200


class UnpicklingError(RuntimeError):
    """A file that is not a plain archive of tensors."""


# -- writing ------------------------------------------------------------------------------------------------------------------------


class _Global:
    """A name of a module: what the byte code calls by name."""

    __slots__ = ("module", "name")

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class _Writer:
    """Pickle's byte code (protocol 2) for plain data; storages go beside it."""

    def __init__(self) -> None:
        self.out = bytearray(b"\x80\x02")
        self.storages: list[bytes] = []
        self.known: dict[int, int] = {}  # id of a storage -> its number
        self.keep: list[Any] = []  # what those ids belong to
        self.memo: dict[int, int] = {}
        self.depth = 0

    def finish(self) -> bytes:
        return bytes(self.out + b".")

    def name(self, module: str, name: str) -> None:
        self.out += f"c{module}\n{name}\n".encode()

    def text(self, value: str) -> None:
        raw = value.encode("utf-8", "surrogatepass")
        self.out += b"X" + struct.pack("<I", len(raw)) + raw

    def number(self, value: int) -> None:
        if -(1 << 31) <= value < 1 << 31:
            self.out += b"K" + bytes([value]) if 0 <= value < 256 else b"J" + struct.pack("<i", value)
        else:
            raw = value.to_bytes((value.bit_length() >> 3) + 1, "little", signed=True)
            if len(raw) > 255:
                raise ValueError("torch.save: an integer of more than 2000 bits")
            self.out += b"\x8a" + bytes([len(raw)]) + raw

    def tuple(self, values: Any) -> None:
        self.out += b"("
        for v in values:
            self.write(v)
        self.out += b"t"

    def call(self, module: str, name: str, *args: Any) -> None:
        self.name(module, name)
        self.tuple(args)
        self.out += b"R"

    def write(self, v: Any) -> None:
        """One value; TypeError for what is no plain data."""
        kind = type(v)
        if v is None:
            self.out += b"N"
        elif kind is bool:
            self.out += b"\x88" if v else b"\x89"
        elif kind is int:
            self.number(v)
        elif kind is float:
            self.out += b"G" + struct.pack(">d", v)
        elif kind is str:
            self.text(v)
        elif kind is complex:
            self.call("__builtin__", "complex", v.real, v.imag)
        elif isinstance(v, Tensor):
            self.tensor(v)
        elif isinstance(v, dtypes.dtype):
            self.name("torch", v.name)
        elif isinstance(v, device):
            self.call("torch", "device", *([v.type] if v.index is None else [v.type, v.index]))
        elif isinstance(v, _Global):
            self.name(v.module, v.name)
        elif kind is Size:
            self.call("torch", "Size", tuple(v))
        else:
            self.container(v, kind)

    def container(self, v: Any, kind: type) -> None:
        if id(v) in self.memo:  # the same list twice stays the same list
            self.out += b"j" + struct.pack("<I", self.memo[id(v)])
            return
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise RecursionError(f"torch.save: containers nested more than {_MAX_DEPTH} deep")
        if kind is tuple:
            self.tuple(v)
            self.remember(v)
        elif kind in (list, dict, OrderedDict, defaultdict, Counter):
            if kind is list or kind is dict:
                self.out += b"]" if kind is list else b"}"
            elif kind is defaultdict:
                self.call("collections", "defaultdict", _Global("__builtin__", "dict"))
            else:
                self.call("collections", kind.__name__)
            self.remember(v)
            if len(v):
                self.out += b"("
                for part in v if kind is list else [x for pair in v.items() for x in pair]:
                    self.write(part)
                self.out += b"e" if kind is list else b"u"
        elif kind is set or kind is frozenset:
            self.call("__builtin__", kind.__name__, list(v))
            self.remember(v)
        elif kind.__module__ == "numpy" and hasattr(v, "item") and getattr(v, "shape", None) == ():
            self.write(v.item())
        else:
            _refuse(v)
        self.depth -= 1

    def remember(self, v: Any) -> None:
        self.memo[id(v)] = len(self.memo)
        self.keep.append(v)
        self.out += b"r" + struct.pack("<I", self.memo[id(v)])

    def tensor(self, t: Tensor) -> None:
        from .nn.module import Parameter

        if isinstance(t, Parameter):
            self.name("torch._utils", "_rebuild_parameter")
            self.out += b"("
            self.plain_tensor(t.detach())
            self.write(t.requires_grad)
            self.call("collections", "OrderedDict")
            self.out += b"tR"
            return
        self.plain_tensor(t)

    def plain_tensor(self, t: Tensor) -> None:
        where = str(t.device)
        if t.device.type == "meta":
            raise RuntimeError("torch.save: a meta tensor has no data to save")
        host = t.detach().cpu()
        own(host)
        storage = storage_of(host)
        width = host._dtype.itemsize
        # Tensors that share a storage share it in the file, too, so that views stay views.
        number = self.known.get(id(storage.buffer))
        raw = by_name("cpu").to_host(storage.buffer).tobytes() if number is None else self.storages[number]
        if number is None:
            number = self.known[id(storage.buffer)] = len(self.storages)
            self.keep.append(storage.buffer)
            self.storages.append(raw)
        self.name("torch._utils", "_rebuild_tensor_v2")
        self.out += b"("
        self.tuple(["storage", _Global("torch", _NAMES[host._dtype.name]), str(number), where, len(raw) // width])
        self.out += b"Q"
        self.write(host.storage_offset())
        self.tuple(host.shape)
        self.tuple(host.stride())
        self.write(t.requires_grad and t.is_leaf)
        self.call("collections", "OrderedDict")
        bits = extras(host).bits
        if bits:
            self.write({name: True for bit, name in ((CONJ, "conj"), (NEG, "neg")) if bits & bit})
        self.out += b"tR"


def _refuse(v: Any) -> NoReturn:
    kind = type(v).__name__
    from .nn.module import Module

    hints = [f"torch.save({'model' if isinstance(v, Module) else 'x'}.state_dict(), path)"] if hasattr(v, "state_dict") else []
    fail(
        TypeError,
        f"cannot pickle '{kind}' object",
        kind="file",
        op="save",
        explain=["torch.save writes tensors, numbers, text and the dicts, lists and tuples that hold them: nothing that would have to run when it is read."],
        hints=hints,
    )


def to_bytes(obj: Any) -> bytes:
    """The file's bytes."""
    w = _Writer()
    w.write(obj)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:

        def put(name: str, data: bytes) -> None:
            info = zipfile.ZipInfo(f"archive/{name}", (1980, 1, 1, 0, 0, 0))
            start = out.tell() + 30 + len(info.filename)
            gap = -(start + 4) % 64  # PyTorch maps storages into memory: they begin at multiples of 64 bytes
            info.extra = b"FB" + struct.pack("<H", gap) + b"Z" * gap
            archive.writestr(info, data)

        put("data.pkl", w.finish())
        put("byteorder", sys.byteorder.encode())
        for k, raw in enumerate(w.storages):
            put(f"data/{k}", raw)
        put("version", b"3\n")
    return out.getvalue()


def save(obj: Any, f: Any, pickle_module: Any = None, pickle_protocol: int = 2, _use_new_zipfile_serialization: bool = True) -> None:
    """Write tensors, and dicts, lists and tuples of them, to a file that PyTorch's torch.load reads, too.

    f: a path (the file is written whole or not at all) or something with write(). Raises TypeError for what is no plain data, such as a whole model:
    save its state_dict().
    """
    data = to_bytes(obj)
    if hasattr(f, "write"):
        f.write(data)
        return
    path = os.fspath(f)
    part = f"{path}.{os.getpid()}.part"
    folder = os.path.dirname(path)
    if folder and not os.path.isdir(folder):
        raise RuntimeError(f"Parent directory {folder} does not exist.")
    try:
        with open(part, "wb") as stream:
            stream.write(data)
        os.replace(part, path)
    except BaseException:
        if os.path.exists(part):
            os.remove(part)
        raise


# -- reading ------------------------------------------------------------------------------------------------------------------------


class _Storage:
    """A storage of the file: its name, dtype and number of elements."""

    __slots__ = ("count", "dtype", "key", "where")

    def __init__(self, key: str, dtype: Any, count: int, where: str) -> None:
        self.key, self.dtype, self.count, self.where = key, dtype, count, where


_MARK = object()


class _Reader:
    """Runs the byte code: a stack of plain values, a closed list of names, no call of anything else."""

    def __init__(self, code: bytes, load_tensor: Any) -> None:
        self.code = code
        self.at = 0
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.load_tensor = load_tensor

    def bad(self, what: str) -> NoReturn:
        fail(UnpicklingError, f"Weights only load failed. {what}", kind="file", op="load", explain=["Only plain data is read: nothing in a file is ever run."])

    def take(self, n: int) -> bytes:
        found = self.code[self.at : self.at + n]
        if len(found) != n:
            self.bad("The file ends in the middle of a value.")
        self.at += n
        return found

    def line(self) -> str:
        end = self.code.find(b"\n", self.at)
        if end < 0:
            self.bad("The file ends in the middle of a name.")
        found = self.code[self.at : end].decode("utf-8", "replace")
        self.at = end + 1
        return found

    def unpack(self, form: str) -> Any:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def pop(self) -> Any:
        if not self.stack:
            self.bad("Its byte code takes a value where there is none.")
        found = self.stack.pop()
        if found is _MARK:
            self.bad("Its byte code is out of order.")
        return found

    def to_mark(self) -> list[Any]:
        for k in range(len(self.stack) - 1, -1, -1):
            if self.stack[k] is _MARK:
                found = self.stack[k + 1 :]
                del self.stack[k:]
                return found
        self.bad("Its byte code is out of order.")

    def top(self, *kinds: type) -> Any:
        if not self.stack or type(self.stack[-1]) not in kinds:
            self.bad("Its byte code is out of order.")
        return self.stack[-1]

    def run(self) -> Any:
        """The value that the byte code describes."""
        simple = _SIMPLE
        while True:
            op = self.take(1)
            if op == b".":
                return self.pop()
            step = simple.get(op)
            if step is None:
                self.bad(f"Unsupported operand {op[0]}.")
            step(self)

    def find(self, module: str, name: str) -> Any:
        """The meaning of a name in the closed list."""
        if module == "torch" and name in _STORAGES:
            return _Global("storage", _STORAGES[name])
        if module == "torch" and name in _DTYPES:
            return dtypes.ALIASES[name]
        if (module.replace("builtins", "__builtin__"), name) in _CALLS or (module, name) == ("__builtin__", "dict"):
            return _Global(module.replace("builtins", "__builtin__"), name)
        self.bad(f"Unsupported global: GLOBAL {module}.{name} was not an allowed global by default.")

    def reduce(self) -> None:
        args = self.pop()
        what = self.pop()
        if not isinstance(what, _Global) or type(args) is not tuple:
            self.bad("It calls what is no name.")
        call = _CALLS.get((what.module, what.name))
        if call is None:
            self.bad(f"It calls {what.name}.")
        try:
            self.stack.append(call(self, *args))
        except UnpicklingError:
            raise
        except (TypeError, ValueError, IndexError, OverflowError, RuntimeError) as error:
            if getattr(getattr(error, "facts", None), "op", "") == "load":
                raise
            self.bad(f"{what.name} does not fit: {error}")

    def build(self) -> None:
        """Attributes for the object below: of an OrderedDict they are PyTorch's notes on versions, which nobody reads here."""
        self.pop()
        self.top(OrderedDict)

    def storage(self) -> None:
        """A reference to a storage."""
        args = self.pop()
        if type(args) is not tuple or len(args) != 5 or args[0] != "storage" or not isinstance(args[1], _Global) or args[1].module != "storage":
            self.bad("It refers to what is no storage.")
        _, kind, key, where, count = args
        if type(key) is not str or type(where) is not str or type(count) is not int or count < 0:
            self.bad("It refers to a storage that cannot be.")
        self.stack.append(_Storage(key, dtypes.ALIASES[kind.name], count, where))

    def put(self, key: Any, value: Any, into: Any) -> None:
        if type(key) not in _KEYS:  # tuples inside each other could be nested deeper than the host's hash() bears
            self.bad(f"A key of a dict is a {type(key).__name__}.")
        into[key] = value

    def set_items(self) -> None:
        pairs = self.to_mark()
        into = self.top(dict, OrderedDict, defaultdict, Counter)
        if len(pairs) % 2:
            self.bad("Its byte code is out of order.")
        for k in range(0, len(pairs), 2):
            self.put(pairs[k], pairs[k + 1], into)

    def set_item(self) -> None:
        value, key = self.pop(), self.pop()
        self.put(key, value, self.top(dict, OrderedDict, defaultdict, Counter))

    def append(self) -> None:
        value = self.pop()
        self.top(list).append(value)

    def appends(self) -> None:
        values = self.to_mark()
        self.top(list).extend(values)

    def add_items(self) -> None:
        values = self.to_mark()
        if any(type(v) not in _KEYS for v in values):
            self.bad("A value of a set is no text or number.")
        self.top(set).update(values)

    def tuple_of(self, n: int) -> None:
        values = [self.pop() for _ in range(n)]
        self.stack.append(tuple(reversed(values)))

    def remember(self, key: int) -> None:
        if not self.stack:
            self.bad("Its byte code is out of order.")
        self.memo[key] = self.stack[-1]

    def recall(self, key: int) -> None:
        if key not in self.memo:
            self.bad("Its byte code is out of order.")
        self.stack.append(self.memo[key])

    def stack_global(self) -> None:
        name, module = self.pop(), self.pop()
        self.stack.append(self.find(str(module), str(name)))

    def long(self) -> None:
        n = self.take(1)[0]
        self.stack.append(int.from_bytes(self.take(n), "little", signed=True))


def _pushes(value: Any) -> Any:
    return lambda r: r.stack.append(value)


def _reads(form: str) -> Any:
    return lambda r: r.stack.append(r.unpack(form))


def _text(form: str) -> Any:
    def step(r: _Reader) -> None:
        try:
            r.stack.append(r.take(r.unpack(form)).decode("utf-8", "surrogatepass"))
        except UnicodeDecodeError:
            r.bad("A text is no UTF-8.")

    return step


_SIMPLE: dict[bytes, Any] = {
    b"\x80": lambda r: r.take(1), b"\x95": lambda r: r.take(8), b"(": _pushes(_MARK), b"N": _pushes(None), b"\x88": _pushes(True), b"\x89": _pushes(False),
    b"J": _reads("<i"), b"K": _reads("<B"), b"M": _reads("<H"), b"\x8a": _Reader.long, b"G": _reads(">d"), b"X": _text("<I"), b"\x8c": _text("<B"),
    b"]": lambda r: r.stack.append([]), b"a": _Reader.append, b"e": _Reader.appends, b")": _pushes(()), b"t": lambda r: r.stack.append(tuple(r.to_mark())),
    b"\x85": lambda r: r.tuple_of(1), b"\x86": lambda r: r.tuple_of(2), b"\x87": lambda r: r.tuple_of(3), b"}": lambda r: r.stack.append({}),
    b"s": _Reader.set_item, b"u": _Reader.set_items, b"\x8f": lambda r: r.stack.append(set()), b"\x90": _Reader.add_items,
    b"c": lambda r: r.stack.append(r.find(r.line(), r.line())), b"\x93": _Reader.stack_global, b"R": _Reader.reduce, b"b": _Reader.build,
    b"q": lambda r: r.remember(r.take(1)[0]), b"r": lambda r: r.remember(r.unpack("<I")), b"\x94": lambda r: r.remember(len(r.memo)),
    b"h": lambda r: r.recall(r.take(1)[0]), b"j": lambda r: r.recall(r.unpack("<I")), b"Q": _Reader.storage, b"0": _Reader.pop,
}  # fmt: skip
_KEYS = frozenset({str, int, float, bool, type(None)})
_DTYPES = frozenset(_STORAGES.values())


def _tensor(r: _Reader, storage: Any, offset: Any, size: Any, stride: Any, requires_grad: Any, hooks: Any = None, metadata: Any = None) -> Any:
    if not isinstance(storage, _Storage):
        r.bad("A tensor has no storage.")
    t = r.load_tensor(r, storage, offset, size, stride, bool(requires_grad))
    if type(metadata) is dict:
        bits = sum(bit for bit, name in ((CONJ, "conj"), (NEG, "neg")) if metadata.get(name) is True)
        if bits and isinstance(t, Tensor) and (t._dtype.is_complex or bits == NEG):
            own(t)
            extras(t).bits = bits
            switch_on()
    return t


def _parameter(r: _Reader, data: Any, requires_grad: Any, hooks: Any = None) -> Any:
    from .nn.module import Parameter

    if not isinstance(data, Tensor):
        r.bad("A parameter has no tensor.")
    return Parameter(data, requires_grad=bool(requires_grad))


def _collection(kind: Any) -> Any:
    def make_one(r: _Reader, *args: Any) -> Any:
        values = args[0] if args else ()
        if len(args) > 1 or type(values) not in (list, tuple):
            r.bad("A collection is made of what is no list.")
        if kind is OrderedDict and values:  # protocol 0 and old files: (key, value) pairs
            pairs: OrderedDict[Any, Any] = OrderedDict()
            for pair in values:
                if type(pair) not in (list, tuple) or len(pair) != 2:
                    r.bad("A collection is made of what is no pair.")
                r.put(pair[0], pair[1], pairs)
            return pairs
        if any(type(v) not in _KEYS for v in values):
            r.bad("A value of a set is no text or number.")
        return kind(values)

    return make_one


def _default_dict(r: _Reader, factory: Any = None, *rest: Any) -> Any:
    return defaultdict(dict)


_CALLS: dict[tuple[str, str], Any] = {
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("collections", "OrderedDict"): _collection(OrderedDict),
    ("collections", "Counter"): lambda r, values=None: Counter({k: n for k, n in values.items() if type(n) is int} if type(values) is dict else {}),
    ("collections", "defaultdict"): _default_dict,
    ("__builtin__", "set"): _collection(set),
    ("__builtin__", "frozenset"): _collection(frozenset),
    ("__builtin__", "complex"): lambda r, real, imag: complex(float(real), float(imag)),
    ("torch", "Size"): _collection(Size),
    ("torch", "device"): lambda r, kind, index=None: device(str(kind), index if type(index) is int else None),
}


class _Archive:
    """The zip file: its records, and its storages as they are asked for."""

    def __init__(self, stream: Any, size: int, map_location: Any) -> None:
        self.map_location = map_location
        self.arrays: dict[str, tuple[Any, Any]] = {}
        try:
            self.zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, ValueError) as error:
            fail(
                UnpicklingError,
                f"not a file of torch.save: {error}",
                kind="file",
                op="load",
                explain=["It is no zip archive. Files of PyTorch before 1.6 and of pickle.dump are not read."],
                hints=["torch.save(x, path) with a newer PyTorch writes one that is."],
            )
        records = {info.filename: info for info in self.zip.infolist()}
        heads = [name for name in records if name.endswith("/data.pkl")]
        if len(heads) != 1:
            fail(UnpicklingError, "not a file of torch.save: it has no data.pkl", kind="file", op="load")
        self.folder = heads[0][: -len("data.pkl")]
        self.records = records
        total = sum(info.file_size for info in records.values())
        if total > size:  # PyTorch stores without compression: what is packed is not from there
            fail(
                UnpicklingError,
                f"the archive would unpack to {limits.human(total)}, the file has {limits.human(size)}",
                kind="file",
                op="load",
                explain=["torch.save does not compress; an archive that grows when it is read is refused."],
            )
        if total >= limits.CHECKED_FROM and total > limits.available():
            fail(MemoryError, f"the file holds {limits.human(total)}; available: {limits.human(limits.available())}", kind="memory", op="load")
        if self.text("byteorder", "little") != sys.byteorder:
            fail(UnpicklingError, "the file was written on a machine of the other byte order", kind="file", op="load")

    def text(self, name: str, default: str) -> str:
        return self.read(name).decode("ascii", "replace").strip() if self.folder + name in self.records else default

    def read(self, name: str) -> bytes:
        if self.folder + name not in self.records:
            fail(UnpicklingError, f"the file has no record {name}", kind="file", op="load")
        try:
            return self.zip.read(self.records[self.folder + name])
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as error:
            fail(UnpicklingError, f"the record {name} cannot be read: {error}", kind="file", op="load")

    def array(self, r: _Reader, storage: _Storage) -> Any:
        """A storage as a flat array, the same one each time."""
        found = self.arrays.get(storage.key)
        if found is None:
            from .backends import cpu

            if not storage.key.isdigit():
                r.bad("It refers to a storage that cannot be.")
            raw = bytearray(self.read("data/" + storage.key))
            found = self.arrays[storage.key] = cpu.np.frombuffer(raw, cpu.np.uint8), raw
        flat = found[0]
        width = storage.dtype.itemsize
        if storage.count * width > flat.size:
            r.bad(f"A storage of {storage.count} elements has {flat.size} bytes.")
        return flat

    def tensor(self, r: _Reader, storage: _Storage, offset: Any, size: Any, stride: Any, requires_grad: bool) -> Tensor:
        """A tensor over a storage, after checking that it lies inside."""
        flat = self.array(r, storage)
        d = storage.dtype
        if type(size) not in (tuple, Size) or type(stride) is not tuple or len(size) != len(stride) or len(size) > 64:
            r.bad("A tensor has no shape.")
        if any(type(n) is not int or n < 0 for n in (*size, *stride, offset)):
            r.bad("A tensor has a shape that cannot be.")
        last = offset + sum((n - 1) * s for n, s in zip(size, stride, strict=True))
        if 0 not in size and last >= storage.count:
            r.bad("A tensor reaches beyond its storage.")
        from .backends import cpu

        typed = flat[: flat.size // d.itemsize * d.itemsize].view(cpu.np_dtype(d))
        base = from_numpy(typed) if d.name != "bfloat16" else make(typed, d)
        out: Tensor = base.as_strided(size, stride, offset).detach() if typed.size else base.reshape(size)
        if not size:
            out = make(out.item(), d) if type(out.item()) in CELLS else out
        where = self.place(storage)
        if where is not None and where.type != "cpu":
            out = out.to(where)
        return out.requires_grad_() if requires_grad else out

    def place(self, storage: _Storage) -> Any:
        """Where a tensor goes: as map_location says, else where it was."""
        m = self.map_location
        if isinstance(m, dict):
            m = m.get(storage.where, storage.where)
        elif m is not None and not isinstance(m, (str, device)) and callable(m):
            m = storage.where  # a function of storages: the places that it can name are those of the file
        wanted = device(storage.where if m is None else m)
        if wanted.type == "cuda":
            from . import cuda

            if not cuda.is_available():
                fail(
                    RuntimeError,
                    "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are running on a CPU-only machine, "
                    "please use torch.load with map_location=torch.device('cpu') to map your storages to the CPU.",
                    kind="device",
                    op="load",
                )
        return wanted


def load(f: Any, map_location: Any = None, pickle_module: Any = None, *, weights_only: Any = None, mmap: Any = None, **options: Any) -> Any:
    """What torch.save wrote, here or in PyTorch: tensors, and dicts, lists and tuples of them.

    f: a path or something with read(). map_location: where tensors go, 'cpu' for what was saved on a GPU. Nothing in the file is run, whatever
    weights_only says: what would have to run (a whole model) is an UnpicklingError.
    """
    if hasattr(f, "read"):
        data = f.read()
        return _from(io.BytesIO(data), len(data), map_location)
    with open(f, "rb") as stream:
        return _from(stream, os.fstat(stream.fileno()).st_size, map_location)


def _from(stream: Any, size: int, map_location: Any) -> Any:
    archive = _Archive(stream, size, map_location)
    return _Reader(archive.read("data.pkl"), archive.tensor).run()


__all__ = ["load", "save"]
