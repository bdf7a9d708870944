"""A CuPy over NumPy, so that the CUDA backend's own logic runs without a GPU.

It is strict where CuPy is: only the names, parameters and loops (dtypes) of cupy_names.txt exist; a NumPy array is refused as an operand; nothing
turns into a NumPy array unless ``get()`` is called; scatter_add takes the dtypes that CUDA adds atomically; a result of a reduction is a 0-d array;
arrays of a device other than the current one are refused; the pool has a limit. The values are NumPy's, so rounding and speed prove nothing here.

    with fake_cupy.installed(devices=2): torch.ones(2, device="cuda")
"""

from __future__ import annotations

import contextlib
import inspect
import sys
import types
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.engine.test_cuda_names import names

DEVICES = [1]
_current = [0]
_roots: weakref.WeakValueDictionary[int, Memory] = weakref.WeakValueDictionary()


# -- memory -------------------------------------------------------------------------------------------------------------------------


class OutOfMemoryError(MemoryError):
    """cupy.cuda.memory.OutOfMemoryError."""

    def __init__(self, size: int, total: int, limit: int = 0) -> None:
        super().__init__(f"Out of memory allocating {size:,} bytes (allocated so far: {total:,} bytes, limit set to: {limit:,} bytes).")


class Memory:
    """A block of the pool, with the NumPy array that holds its bytes."""

    def __init__(self, pool: Pool, size: int) -> None:
        self.size = -(-size // 512) * 512
        self.device_id = _current[0]
        self.pool = pool
        self.root: Any = None
        pool.used[self.device_id] += self.size

    def __del__(self) -> None:
        self.pool.used[self.device_id] -= self.size


class Pool:
    """cupy.cuda.MemoryPool: gives blocks, counts them, keeps what was freed."""

    def __init__(self) -> None:
        self.used = [0] * 8
        self.held = [0] * 8
        self.limit = 0

    def malloc(self, size: int) -> MemoryPointer:
        """A block, where the limit allows it."""
        at = _current[0]
        if self.limit and self.used[at] + size > self.limit:
            raise OutOfMemoryError(size, self.used[at], self.limit)
        mem = Memory(self, size)
        self.held[at] = max(self.held[at], self.used[at])
        return MemoryPointer(mem, 0)

    def used_bytes(self) -> int:
        """Bytes in use."""
        return self.used[_current[0]]

    def total_bytes(self) -> int:
        """Bytes held."""
        return self.held[_current[0]]

    def free_all_blocks(self) -> None:
        """Give back what is not in use."""
        self.held[_current[0]] = self.used[_current[0]]

    def set_limit(self, size: int = 0) -> None:
        """Bound the pool."""
        self.limit = size


class MemoryPointer:
    """cupy.cuda.MemoryPointer: a place in a block."""

    def __init__(self, mem: Memory, offset: int) -> None:
        self.mem = mem
        self.offset = offset
        self.device_id = mem.device_id

    @property
    def ptr(self) -> int:
        """The address."""
        return int(self.mem.root.__array_interface__["data"][0]) + self.offset

    def __add__(self, offset: int) -> MemoryPointer:
        return MemoryPointer(self.mem, self.offset + offset)


POOL = Pool()
_allocator: list[Any] = [POOL.malloc]


def _owner(a: np.ndarray[Any, Any]) -> Any:
    base: Any = a
    while getattr(base, "base", None) is not None:
        base = base.base
    return base


def _memory_of(a: np.ndarray[Any, Any]) -> Memory:
    root = _owner(a)
    mem = _roots.get(id(root))
    if mem is None:
        mem = _allocator[0](root.nbytes).mem
        mem.root = root
        _roots[id(root)] = mem
    return mem


# -- arrays -------------------------------------------------------------------------------------------------------------------------


class Flags:
    """What CuPy tells of an array's layout: there is no ``writeable``."""

    def __init__(self, a: np.ndarray[Any, Any]) -> None:
        self.c_contiguous = a.flags.c_contiguous
        self.f_contiguous = a.flags.f_contiguous
        self.owndata = a.flags.owndata


def _host(v: Any) -> Any:
    """The NumPy value behind an operand; TypeError for what CuPy does not take."""
    if isinstance(v, ndarray):
        if v._mem.device_id != _current[0]:
            raise ValueError(f"Array device must be same as the current device: array device = {v._mem.device_id} while current = {_current[0]}")
        return v._a
    if isinstance(v, np.ndarray):
        raise TypeError("Unsupported type <class 'numpy.ndarray'>")
    if isinstance(v, (list, tuple)):
        return type(v)(_host(x) for x in v)
    return v


def _array(v: Any) -> Any:
    """Results of NumPy as arrays of the device."""
    if isinstance(v, (list, tuple)):
        return type(v)(map(_array, v)) if type(v) in (list, tuple) else tuple(map(_array, v))
    return ndarray._over(np.asarray(v)) if isinstance(v, (np.ndarray, np.generic)) else v


class ndarray:
    """cupy.ndarray."""

    __slots__ = ("_a", "_mem")
    __module__ = "cupy"
    __hash__ = None  # type: ignore[assignment]
    __array_ufunc__ = None  # NumPy's operators leave an array of the device to it, which refuses
    _a: Any
    _mem: Any

    def __new__(cls, shape: Any, dtype: Any = float, memptr: Any = None, strides: Any = None, order: str = "C") -> ndarray:
        if memptr is None:
            return cls._over(np.empty(shape, _dtype(dtype), order=order))
        root = memptr.mem.root
        line = np.lib.stride_tricks.as_strided(root, (root.size,), (root.itemsize,))  # without a copy, also where its dims are permuted
        flat = line.view(np.uint8) if root.nbytes else np.empty(0, np.uint8)
        a = np.ndarray(shape, _dtype(dtype), flat, memptr.offset if root.nbytes else 0, strides)
        out = object.__new__(cls)
        out._a, out._mem = a, memptr.mem
        return out

    @classmethod
    def _over(cls, a: np.ndarray[Any, Any]) -> ndarray:
        out = object.__new__(cls)
        out._a, out._mem = a, _memory_of(a)
        return out

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("Implicit conversion to a NumPy array is not allowed. Please use `.get()` to construct a NumPy array explicitly.")

    def __dlpack__(self, *, stream: Any = None, max_version: Any = None, dl_device: Any = None, copy: Any = None) -> Any:
        return Capsule(self)

    def __dlpack_device__(self) -> tuple[int, int]:
        return 2, _current[0]

    # facts
    shape = property(lambda self: self._a.shape)
    strides = property(lambda self: self._a.strides)
    dtype = property(lambda self: self._a.dtype)
    ndim = property(lambda self: self._a.ndim)
    size = property(lambda self: self._a.size)
    itemsize = property(lambda self: self._a.itemsize)
    nbytes = property(lambda self: self._a.nbytes)
    flags = property(lambda self: Flags(self._a))
    base = property(lambda self: None if self._a.base is None else self)
    T = property(lambda self: _array(self._a.T))
    mT = property(lambda self: _array(np.swapaxes(self._a, -1, -2)))
    real = property(lambda self: _array(self._a.real), lambda self, v: self._a.real.__setitem__(..., _host(v)))
    imag = property(lambda self: _array(self._a.imag), lambda self, v: self._a.imag.__setitem__(..., _host(v)))

    @property
    def data(self) -> MemoryPointer:
        """Where it starts."""
        start = self._a.__array_interface__["data"][0] - self._mem.root.__array_interface__["data"][0] if self._a.size else 0
        return MemoryPointer(self._mem, start)

    @property
    def device(self) -> Device:
        """Its device."""
        return Device(self._mem.device_id)

    # values out
    def get(self, stream: Any = None, order: str = "C", out: Any = None, blocking: bool = True) -> Any:
        """A copy in host memory."""
        return np.array(self._a, order=order)

    def item(self, *args: Any) -> Any:
        """The one element."""
        return self._a.item(*args)

    def tolist(self) -> Any:
        """Nested lists."""
        return self._a.tolist()

    def __len__(self) -> int:
        return len(self._a)

    def __iter__(self) -> Iterator[Any]:
        return (self[k] for k in range(len(self._a)))

    def __bool__(self) -> bool:
        return bool(self._a)

    def __int__(self) -> int:
        return int(self._a)

    def __float__(self) -> float:
        return float(self._a)

    def __index__(self) -> int:
        return self._a.__index__()  # type: ignore[no-any-return]

    # elements
    def __getitem__(self, index: Any) -> Any:
        return _array(np.asarray(_host(self)[_host(index)]))

    def __setitem__(self, index: Any, value: Any) -> None:
        with np.errstate(all="ignore"):
            _host(self)[_host(index)] = _host(value)

    def scatter_add(self, index: Any, value: Any) -> None:
        """What CUDA adds atomically, added."""
        if self.dtype not in ("int32", "uint32", "uint64", "float16", "float32", "float64"):
            raise TypeError("cupy.add.at only supports int32, float16, float32, float64, uint32, uint64, as data type")
        value = _host(value)
        np.add.at(_host(self), _host(index), value.astype(self.dtype) if hasattr(value, "astype") else value)

    # copies and views
    def astype(self, dtype: Any, order: str = "K", casting: Any = None, subok: Any = None, copy: bool = True) -> ndarray:
        """In another dtype; itself with copy=False where nothing changes."""
        if not copy and self.dtype == _dtype(dtype):
            return self
        with np.errstate(all="ignore"):
            return _array(np.array(_host(self).astype(_dtype(dtype), order=order)))  # type: ignore[no-any-return]

    def copy(self, order: str = "C") -> ndarray:
        """A copy."""
        return _array(_host(self).copy(order))  # type: ignore[no-any-return]

    def view(self, dtype: Any = None, type: Any = None) -> ndarray:
        """The same bytes as another dtype."""
        return _array(self._a.view() if dtype is None else self._a.view(_dtype(dtype)))  # type: ignore[no-any-return]

    def fill(self, value: Any) -> None:
        """One value everywhere."""
        self._a.fill(_host(value))


class Capsule:
    """What stands for a DLPack capsule with device memory."""

    def __init__(self, a: ndarray) -> None:
        self.a = a


def _from_dlpack(array: Any) -> ndarray:
    """cupy.from_dlpack: device memory only."""
    kind, _ = array.__dlpack_device__()
    if int(kind) != 2:
        raise TypeError(f"CuPy does not take memory of device type {kind}")
    return ndarray._over(array.__dlpack__().a._a)


def _dtype(d: Any) -> Any:
    out = np.dtype(d)
    if out.char == "E" and not BFLOAT16[0]:
        raise TypeError(f"dtype {out} is not supported")
    return out


BFLOAT16 = [True]


def _method(name: str) -> Any:
    def call(self: ndarray, *args: Any, **kwargs: Any) -> Any:
        if name not in ("reshape", "transpose", "squeeze", "swapaxes", "ravel", "flatten", "diagonal", "take", "repeat", "nonzero", "searchsorted"):
            _needs_loop(name, self)
        with np.errstate(all="ignore"):
            return _array(getattr(_host(self), name)(*_host(args), **{k: _host(v) for k, v in kwargs.items()}))

    call.__name__ = name
    return call


for _name in ("all", "any", "argmax", "argmin", "clip", "cumprod", "cumsum", "diagonal", "dot", "flatten", "max", "mean", "min", "nonzero", "prod",
              "ravel", "repeat", "reshape", "searchsorted", "squeeze", "std", "sum", "swapaxes", "take", "transpose", "var"):  # fmt: skip
    setattr(ndarray, _name, _method(_name))


def _needs_loop(name: str, a: Any) -> None:
    """CuPy's reductions that have nothing for bfloat16."""
    if (
        isinstance(a, ndarray)
        and a.dtype.kind == "V"
        and name in ("argmax", "argmin", "any", "all", "count_nonzero", "unique", "argsort", "prod", "cumsum", "cumprod")
    ):
        raise TypeError(f"cupy.{name} does not support bfloat16")


# -- ufuncs -------------------------------------------------------------------------------------------------------------------------


def _integral_power(a: Any, b: Any) -> Any:
    positive = np.power(a, np.where(b < 0, 0, b).astype(a.dtype))
    unit = np.where(a == 1, 1, np.where(a == -1, np.where(b % 2 == 0, 1, -1), 0))
    return np.where(b < 0, unit, positive)


def _defined_shift(f: Any) -> Any:
    def shift(a: Any, b: Any) -> Any:
        bits = a.dtype.itemsize * 8
        assert ((b >= 0) & (b < bits)).all(), "a shift by more bits than there are: undefined on CUDA"
        return f(a, b)

    return shift


# Where CuPy's kernel is not NumPy's.
_OWN: dict[str, Any] = {
    "floor_divide": lambda a, b: np.floor(a / b) if a.dtype.kind == "f" else np.floor_divide(a, b),
    "power": lambda a, b: _integral_power(a, b) if a.dtype.kind in "iu" else np.power(a, b),
    "left_shift": _defined_shift(np.left_shift),
    "right_shift": _defined_shift(np.right_shift),
    "where": lambda c, a, b: np.where(c, a, b),
}


def _special(name: str) -> Any:
    """SciPy's function of that name, imported on use."""

    def call(*args: Any) -> Any:
        import scipy.special

        return getattr(scipy.special, name)(*args)

    return call


class Ufunc:
    """A ufunc: the first loop that takes the operands; Python numbers are weak."""

    def __init__(self, name: str, loops: str, space: str = "") -> None:
        self.name = name
        self.types = loops.split()
        self._f = _special(name) if space else _OWN.get(name) or getattr(np, name)

    def _loop(self, args: list[Any]) -> tuple[str, str]:
        kinds = {a.dtype.kind for a in args if hasattr(a, "dtype")} - {"b"} or {"b"}
        for types_ in self.types:
            ins, _, outs = types_.partition("->")
            if "E" in types_ and not BFLOAT16[0]:
                continue
            if len(ins) == len(args) and all(self._takes(c, a, kinds) for c, a in zip(ins, args, strict=True)):
                return ins, outs
        raise TypeError(f"Wrong type ({[getattr(a, 'dtype', type(a)) for a in args]}) of arguments for cupy_{self.name}")

    @staticmethod
    def _takes(char: str, a: Any, kinds: set[str]) -> bool:
        if hasattr(a, "dtype"):
            return bool(np.can_cast(a.dtype, _dtype_of(char), "safe"))
        if type(a) is bool:
            return True
        if type(a) is int:
            return char in "lqdD" if kinds == {"b"} else char != "?"
        return char in "dD" if not kinds & {"f", "c", "V"} else char in "eEfdFD"

    def __call__(self, *args: Any, out: Any = None, **kwargs: Any) -> Any:
        assert not kwargs, f"cupy.{self.name}({kwargs})"
        given = [_host(a) for a in args]
        for a in given:
            if not isinstance(a, (np.ndarray, np.generic, bool, int, float, complex)):
                raise TypeError(f"Unsupported type {type(a)}")
        ins, outs = self._loop(given)
        with np.errstate(all="ignore"):
            cast = [np.asarray(a).astype(_dtype_of(c), copy=False) for a, c in zip(given, ins, strict=True)]
            if len(outs) > 1:
                return tuple(_array(np.array(x).astype(_dtype_of(c))) for x, c in zip(self._f(*cast), outs, strict=True))
            found = np.asarray(self._f(*cast)).astype(_dtype_of(outs[0]), copy=False)
        if any(np.may_share_memory(found, a) for a in cast):
            found = found.copy()
        if out is not None:
            out[...] = _array(found)
            return out
        return _array(found)

    def at(self, target: ndarray, index: Any, values: Any) -> None:
        """What CUDA can do atomically."""
        if self.name == "add":
            target.scatter_add(index, values)
        elif self.name in ("maximum", "minimum"):
            if target.dtype not in ("int32", "uint32", "uint64", "float32", "float64"):
                raise TypeError(f"cupy.{self.name}.at only supports int32, float32, float64, uint32, uint64 as data type")
            (np.fmax if self.name == "maximum" else np.fmin).at(_host(target), _host(index), _host(values))
        else:
            raise NotImplementedError(f"`{self.name}.at` is not supported yet")


def _dtype_of(char: str) -> Any:
    if char != "E":
        return np.dtype(char)
    import ml_dtypes

    return np.dtype(ml_dtypes.bfloat16)


# -- functions ----------------------------------------------------------------------------------------------------------------------


def _function(name: str, parameters: str) -> Any:
    given = eval(f"lambda {parameters[1:-1].replace('/, ', '').replace(', /', '')}: None", {})  # the list is ours
    signature = inspect.signature(given)
    f = getattr(np, name, None)

    def call(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)  # CuPy's parameters, not NumPy's
        for a in bound.arguments.values():
            _needs_loop(name, a)
        given_ = dict(bound.arguments)
        if name == "argsort":
            given_["kind"] = "stable"
        rest = ()
        for k, p in signature.parameters.items():
            if p.kind is p.VAR_POSITIONAL:
                rest = given_.pop(k, ())
            elif p.kind is p.VAR_KEYWORD or k == "blocking":
                given_.pop(k, None)
        if f is None:
            raise NotImplementedError(f"the tests' CuPy has no {name}")
        with np.errstate(all="ignore"):
            values = {k: _host(v) for k, v in given_.items()}
            first = [
                values.pop(k)
                for k in list(values)
                if signature.parameters[k].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD and k in _leading(signature, given_)
            ]
            return _array(f(*first, *_host(rest), **values))

    call.__name__ = name
    return call


def _leading(signature: inspect.Signature, given: dict[str, Any]) -> set[str]:
    """Parameters that go by position: those without a default (their names differ from NumPy's)."""
    return {
        k for k, p in signature.parameters.items() if k in given and (p.default is p.empty or k in ("repeats", "shift", "indices", "a_min", "a_max", "x", "y"))
    }


def array(obj: Any, dtype: Any = None, copy: bool = True, order: str = "K", subok: bool = False, ndmin: int = 0, *, blocking: bool = False) -> ndarray:
    """An array of the device from one of the host or of numbers."""
    source = _host(obj) if isinstance(obj, ndarray) else obj
    a = np.array(source, None if dtype is None else _dtype(dtype), order=order)  # type: ignore[call-overload]
    _dtype(a.dtype)
    return ndarray._over(a)


def asarray(a: Any, dtype: Any = None, order: Any = None, *, copy: Any = None, blocking: bool = False) -> ndarray:
    """The same, without a copy of an array that is one already."""
    if isinstance(a, ndarray) and (dtype is None or a.dtype == _dtype(dtype)):
        return a
    return array(a, dtype)


def _fresh(name: str) -> Any:
    def call(*args: Any, **kwargs: Any) -> Any:
        if "dtype" in kwargs and kwargs["dtype"] is not None:
            _dtype(kwargs["dtype"])
        return _array(getattr(np, name)(*_host(args), **{k: _host(v) for k, v in kwargs.items()}))

    return call


def _operator(name: str, swapped: bool = False) -> Any:
    def operate(self: ndarray, other: Any) -> Any:
        return getattr(sys.modules["cupy"], name)(*((other, self) if swapped else (self, other)))

    return operate


def _in_place(name: str) -> Any:
    def operate(self: ndarray, other: Any) -> Any:
        found = getattr(sys.modules["cupy"], name)(self, other)
        if not np.can_cast(found.dtype, self.dtype, "same_kind"):
            raise TypeError(f"output (typecode '{found.dtype.char}') could not be coerced to provided output parameter (typecode '{self.dtype.char}')")
        self[...] = found.astype(self.dtype)
        return self

    return operate


_BINARY = "add:add sub:subtract mul:multiply truediv:true_divide floordiv:floor_divide mod:remainder pow:power and:bitwise_and or:bitwise_or xor:bitwise_xor " \
          "lshift:left_shift rshift:right_shift matmul:matmul"  # fmt: skip
for _symbol, _name in (pair.split(":") for pair in _BINARY.split()):
    setattr(ndarray, f"__{_symbol}__", _operator(_name))
    setattr(ndarray, f"__r{_symbol}__", _operator(_name, True))
    setattr(ndarray, f"__i{_symbol}__", _in_place(_name))
for _symbol, _name in {"eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"}.items():
    setattr(ndarray, f"__{_symbol}__", _operator(_name))
ndarray.__neg__ = lambda self: sys.modules["cupy"].negative(self)  # type: ignore[attr-defined]
ndarray.__invert__ = lambda self: sys.modules["cupy"].invert(self)  # type: ignore[attr-defined]
ndarray.__abs__ = lambda self: sys.modules["cupy"].absolute(self)  # type: ignore[attr-defined]


# -- devices ------------------------------------------------------------------------------------------------------------------------


class CUDARuntimeError(RuntimeError):
    """cupy.cuda.runtime.CUDARuntimeError."""


class Device:
    """cupy.cuda.Device."""

    def __init__(self, device: Any = None) -> None:
        self.id = _current[0] if device is None else int(device)
        self._before: list[int] = []

    def __enter__(self) -> Device:
        self._before.append(_current[0])
        _set(self.id)
        return self

    def __exit__(self, *failure: Any) -> None:
        _set(self._before.pop())


def _set(index: int) -> None:
    if not 0 <= index < DEVICES[0]:
        raise CUDARuntimeError("cudaErrorInvalidDevice: invalid device ordinal")
    _current[0] = index


def _count() -> int:
    if DEVICES[0] < 0:
        raise CUDARuntimeError("cudaErrorInsufficientDriver: CUDA driver version is insufficient for CUDA runtime version")
    return DEVICES[0]


class Event:
    """cupy.cuda.Event."""

    done = True

    def __init__(self, block: bool = False, disable_timing: bool = False, interprocess: bool = False) -> None:
        self.at = 0.0

    def record(self, stream: Any = None) -> None:
        """A mark."""
        if stream is not None and not isinstance(stream, Stream):
            raise TypeError("stream: cupy.cuda.Stream")

    def synchronize(self) -> None:
        """Nothing to wait for."""


class Stream:
    """cupy.cuda.Stream: work is done at once, so all that it does is to be current."""

    null: Any = None
    done = True

    def __init__(self, null: bool = False, non_blocking: bool = False, ptds: bool = False) -> None:
        self.ptr = 0 if null else 1 + len(_streams)
        self._before: list[Any] = []
        _streams.append(self)

    def use(self) -> Stream:
        """Make it the current one."""
        _stream[0] = self
        return self

    def __enter__(self) -> Stream:
        self._before.append(_stream[0])
        return self.use()

    def __exit__(self, *failure: Any) -> None:
        _stream[0] = self._before.pop()

    def synchronize(self) -> None:
        """Nothing to wait for."""

    def wait_event(self, event: Any) -> None:
        """CuPy takes its own events only."""
        if not isinstance(event, Event):
            raise TypeError("event: cupy.cuda.Event")


_streams: list[Any] = []
Stream.null = Stream(null=True)
_stream = [Stream.null]
TOTAL = 16 << 30
_FACTS = {"name": b"Fake GPU", "major": 9, "minor": 0, "totalGlobalMem": TOTAL, "multiProcessorCount": 132}


def _matmul(a: Any, b: Any, out: Any = None) -> Any:
    if out is None:
        return _array(np.matmul(_host(a), _host(b)))
    np.matmul(_host(a), _host(b), out=_host(out))
    return out


def _transform(name: str) -> Any:
    def transform(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
        return _array(getattr(np.fft, name)(_host(a), s, axes, norm))

    return transform


_built: dict[str, dict[str, types.ModuleType]] = {}


def build(version: str = "14.2.0") -> dict[str, types.ModuleType]:
    """The modules: cupy, cupyx and what is in them."""
    BFLOAT16[0] = int(version.partition(".")[0]) >= 14
    if version not in _built:
        _built[version] = _build(version)
    return _built[version]


def _build(version: str) -> dict[str, types.ModuleType]:
    listed = names()
    cupy = types.ModuleType("cupy")
    cupyx, scipy, special = types.ModuleType("cupyx"), types.ModuleType("cupyx.scipy"), types.ModuleType("cupyx.scipy.special")
    for name, kind in listed.items():
        if name.startswith("cupyx.scipy.special.") and kind.startswith("ufunc"):
            short = name.rpartition(".")[2]
            setattr(special, short, Ufunc(short, kind[6:], "special"))
        elif "." in name:
            continue
        elif kind.startswith("ufunc") and name != "matmul" and (name in _OWN or isinstance(getattr(np, name, None), np.ufunc)):
            loops = [t for t in kind[6:].split() if BFLOAT16[0] or "E" not in t]
            setattr(cupy, name, Ufunc(name, " ".join(loops)))
        elif kind.startswith("ufunc") and name not in ("matmul",):
            if name in ("i0", "clip", "isreal", "iscomplex", "sinc"):
                setattr(cupy, name, _fresh(name))
        elif kind.startswith("(") and hasattr(np, name):
            setattr(cupy, name, _function(name, kind))
        elif kind in ("type", "value") and hasattr(np, name):
            setattr(cupy, name, getattr(np, name))
    for name in ("empty", "zeros", "ones", "full", "arange", "linspace", "eye", "indices", "zeros_like", "ones_like", "full_like", "tri"):
        setattr(cupy, name, _fresh(name))
    put: dict[str, Any] = {"ndarray": ndarray, "array": array, "asarray": asarray, "matmul": _matmul, "from_dlpack": _from_dlpack,
                           "__version__": version, "__fake__": True,
                           "get_default_memory_pool": lambda: POOL}  # fmt: skip
    for name, v in put.items():
        setattr(cupy, name, v)
    runtime = types.SimpleNamespace(
        getDeviceCount=_count,
        getDevice=lambda: _current[0],
        setDevice=_set,
        deviceSynchronize=lambda: None,
        getDeviceProperties=lambda index: _FACTS,
        memGetInfo=lambda: ((POOL.limit or TOTAL) - POOL.held[_current[0]], POOL.limit or TOTAL),
        runtimeGetVersion=lambda: 13000,
        CUDARuntimeError=CUDARuntimeError,
    )
    cuda = types.SimpleNamespace(
        runtime=runtime,
        Device=Device,
        Event=Event,
        Stream=Stream,
        get_current_stream=lambda device_id=-1: _stream[0],
        MemoryPointer=MemoryPointer,
        MemoryPool=Pool,
        memory=types.SimpleNamespace(OutOfMemoryError=OutOfMemoryError),
        get_allocator=lambda: _allocator[0],
        set_allocator=lambda f: _allocator.__setitem__(0, f),
        get_elapsed_time=lambda a, b: 1.5,
    )
    cupy.cuda = cuda  # type: ignore[attr-defined]
    cupy.fft = types.SimpleNamespace(**{name: _transform(name) for name in ("fftn", "ifftn", "rfftn", "irfftn")})  # type: ignore[attr-defined]
    cupyx.scatter_add = lambda a, index, value: a.scatter_add(index, value)  # type: ignore[attr-defined]
    special.polygamma = _polygamma  # type: ignore[attr-defined]
    scipy.special = special  # type: ignore[attr-defined]
    cupyx.scipy = scipy  # type: ignore[attr-defined]
    return {"cupy": cupy, "cupyx": cupyx, "cupyx.scipy": scipy, "cupyx.scipy.special": special}


def _polygamma(n: Any, x: Any) -> Any:
    if not (isinstance(n, ndarray) and isinstance(x, ndarray)):
        raise TypeError("polygamma(n, x): arrays")
    return _array(np.asarray(_special("polygamma")(_host(n), _host(x))).astype(x.dtype))


@contextlib.contextmanager
def installed(devices: int = 1, version: str = "14.2.0") -> Iterator[Any]:
    """The modules in place of CuPy's, with so many devices (-1: no driver); the engine forgets them afterwards."""
    import tcalc.engine.cuda as engine_cuda
    from tcalc.engine.backends import BY_TYPE
    from tcalc.engine.backends import cuda as backend

    modules = build(version)
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    kept = (list(backend._loaded), list(engine_cuda._known), dict(BY_TYPE))
    backend._loaded.clear()
    engine_cuda._known.clear()
    DEVICES[0], _current[0] = devices, 0
    POOL.limit = 0
    POOL.held[:] = POOL.used
    _allocator[0] = POOL.malloc
    try:
        yield modules["cupy"]
    finally:
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module
        backend._loaded[:], engine_cuda._known[:] = kept[0], kept[1]
        BY_TYPE.clear()
        BY_TYPE.update(kept[2])
        _allocator[0] = POOL.malloc
