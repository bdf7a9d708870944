"""Tensors on their way to other libraries and back: DLPack, Python's buffers, NumPy's wrapping protocol, copies and pickles.

Imported when a program asks for one of these. from_numpy() and what else shares memory with NumPy by itself is in ops/factory.
"""

from __future__ import annotations

import sys

from . import apply as door
from . import dtypes
from .backends import backend_of, by_name
from .errors import describe, fail
from .graph import LEAF, node_of
from .tensors import CELLS, CPU, Tensor, elements, extras, make, own, storage_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CAPSULE_USED = (
    "from_dlpack received an invalid capsule. Note that DLTensor capsules can be consumed only once, so you might have already constructed a tensor "
    "from it once."
)


# -- DLPack -------------------------------------------------------------------------------------------------------------------------


def _exported(t: Tensor) -> Any:
    """The array that stands behind a tensor, for others to look at; BufferError where that cannot be."""
    if t.requires_grad:
        raise BufferError("Can't export tensors that require gradient, use tensor.detach()")
    if t._ext is not None and t._ext.bits:
        raise BufferError("Can't export tensors with the conjugate bit set" if t._ext.bits & 1 else "Can't export tensors with the negative bit set")
    if t.is_meta:
        raise BufferError("Cannot pack tensors on meta: such a tensor has no data")
    data = own(t)._data
    if t._dtype is dtypes.bfloat16 and t.device.type == "cpu":
        raise BufferError("NumPy has no bfloat16, and CPU memory is exported through it: x.float() first")
    return data


def dlpack(t: Tensor, *, stream: Any = None, max_version: Any = None, dl_device: Any = None, copy: bool | None = None) -> Any:
    """A capsule with the tensor's memory, for ``from_dlpack`` of NumPy, CuPy, PyTorch and others."""
    data = _exported(t)
    options: dict[str, Any] = {}
    if max_version is not None:
        options["max_version"] = max_version
    if dl_device is not None:
        options["dl_device"] = tuple(int(x) for x in dl_device)
    if copy is not None:
        options["copy"] = copy
    if t.device.type == "cuda":
        if stream is not None:
            options["stream"] = stream
    elif stream not in (None, -1):
        raise AssertionError("stream should be None on cpu.")
    return data.__dlpack__(**options)


def dlpack_device(t: Tensor) -> tuple[Any, int]:
    """(kind of device, its number) as DLPack counts them."""
    if t.device.type == "cuda":
        return _kinds()["CUDA"], t.device.index or 0
    if t.device.type == "meta":
        raise ValueError("Unknown device type meta for Dlpack")
    return _kinds()["CPU"], 0


_made: dict[str, Any] = {}


def _kinds() -> dict[str, Any]:
    if not _made:
        import enum

        kind = enum.IntEnum("DLDeviceType", {"kDLCPU": 1, "kDLCUDA": 2, "kDLCUDAHost": 3})  # type: ignore[misc]
        _made.update(CPU=kind(1), CUDA=kind(2))
    return _made


class _Capsule:
    """A bare capsule as an object that NumPy's from_dlpack takes."""

    def __init__(self, capsule: Any) -> None:
        self._capsule = capsule
        self.unversioned = '"dltensor"' in repr(capsule)

    def __dlpack__(self, **options: Any) -> Any:
        return self._capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        return 1, 0


def from_dlpack(ext_tensor: Any, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """A tensor over the memory of anything that speaks DLPack: an array of NumPy or CuPy, a PyTorch tensor, a capsule.

    copy: True for memory of its own, False for an error where sharing is not possible. device: a copy there where it is another one.
    """
    if isinstance(ext_tensor, Tensor):
        out = ext_tensor.detach()
    else:
        capsule = type(ext_tensor).__name__ == "PyCapsule"
        if not capsule and not hasattr(ext_tensor, "__dlpack__"):
            raise RuntimeError(_CAPSULE_USED)
        source = _Capsule(ext_tensor) if capsule else ext_tensor
        kind = int(source.__dlpack_device__()[0])
        if kind == 2:
            by_name("cuda")
            array = sys.modules["cupy"].from_dlpack(source)
            out = own(make(array, dtypes.BY_NAME[array.dtype.name]))
        else:
            out = _from_host(source)
    if device is not None:
        moved = out.to(device)
        if copy is False and moved is not out:
            raise ValueError(f"cannot move (i.e. copy=False) tensor from {out.device} to {device} without copying.")
        out = moved
    return out.clone() if copy else out


def _from_host(source: Any) -> Tensor:
    from .backends import cpu
    from .ops.factory import from_numpy

    try:
        array = cpu.np.from_dlpack(source)
    except BufferError as e:
        raise BufferError(str(e)) from None
    except (RuntimeError, ValueError) as e:
        text = str(e)
        if "capsule" in text:
            raise RuntimeError(_CAPSULE_USED) from None
        raise RuntimeError(text) from None
    if not array.flags.writeable and type(source) is _Capsule and source.unversioned:
        array = _writable(array)  # a capsule of before version 1 says nothing about writing, and its memory may be written to
    return from_numpy(array if array.flags.writeable else array.copy())


def _writable(array: Any) -> Any:
    """The same memory as an array that can be written to."""
    import ctypes

    from .backends import cpu

    if not array.size or not all(s >= 0 for s in array.strides):
        return array
    span = sum((n - 1) * s for n, s in zip(array.shape, array.strides, strict=True)) + array.itemsize
    memory = (ctypes.c_char * span).from_address(array.ctypes.data)
    memory.owner = array  # keeps the memory
    return cpu.np.ndarray(array.shape, array.dtype, memory, 0, array.strides)


def to_dlpack(tensor: Tensor) -> Any:
    """The tensor's memory as a DLPack capsule."""
    if not isinstance(tensor, Tensor):
        raise TypeError(f"to_dlpack(): argument 'input' (position 1) must be Tensor, not {type(tensor).__name__}")
    return dlpack(tensor)


# -- buffers ------------------------------------------------------------------------------------------------------------------------


def frombuffer(buffer: Any, *, dtype: Any, count: int = -1, offset: int = 0, requires_grad: bool = False) -> Tensor:
    """A one-dimensional tensor over the bytes of a buffer (a bytearray, an array.array): ``count`` elements from byte ``offset`` on."""
    if not isinstance(dtype, dtypes.dtype):
        raise TypeError(f"frombuffer(): argument 'dtype' must be torch.dtype, not {type(dtype).__name__}")
    for name, v in (("count", count), ("offset", offset)):
        if type(v) is not int:
            raise TypeError(f"frombuffer(): argument '{name}' must be int, not {type(v).__name__}")
    try:
        view = memoryview(buffer)
    except TypeError:
        raise ValueError("object does not implement Python buffer protocol.") from None
    have, size = view.nbytes, dtype.itemsize
    if requires_grad and not (dtype.is_floating_point or dtype.is_complex):
        raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
    if not have or not count:
        raise ValueError(f"both buffer length ({have}) and count ({count}) must not be 0")
    if not 0 <= offset < have:
        raise ValueError(f"offset ({offset} bytes) must be non-negative and no greater than buffer length ({have} bytes) minus 1")
    if count > 0 and offset + count * size > have:
        raise ValueError(
            f"requested buffer length ({count} * {size} bytes) after offset ({offset} bytes) must not be greater than actual buffer length ({have} bytes)"
        )
    if count < 0:
        if (have - offset) % size:
            raise ValueError(f"buffer length ({have - offset} bytes) after offset ({offset} bytes) must be a multiple of element size ({size})")
        count = (have - offset) // size
    from .backends import cpu
    from .ops.factory import from_numpy

    array = cpu.np.frombuffer(view, cpu.np_dtype(dtype), count, offset)
    if not array.flags.writeable:
        from .graph import warn

        warn(
            "The given buffer is not writable, and PyTorch does not support non-writable tensors. This means you can write to the underlying "
            "(supposedly non-writable) buffer using the tensor. You may want to copy the buffer to protect its data or make it writable before "
            "converting it to a tensor. This type of warning will be suppressed for the rest of this program. (Here the tensor gets a copy.)",
            once="frombuffer",
        )
        array = array.copy()
    out = from_numpy(array)
    return out.requires_grad_() if requires_grad else out


def array_wrap(array: Any) -> Any:
    """What NumPy's functions make of a tensor argument's result: a tensor again, bools as uint8 as in PyTorch."""
    from .backends import cpu
    from .ops.factory import from_numpy

    array = cpu.np.asarray(array)
    return from_numpy(array.astype("uint8") if array.dtype == bool else array)


# -- copies and pickles -------------------------------------------------------------------------------------------------------------


def deepcopy(t: Tensor, memo: dict[int, Any]) -> Tensor:
    """A copy with memory of its own; tensors that share memory still do among their copies, and ``.grad`` is copied along."""
    if node_of(t) is not None and node_of(t) is not LEAF:
        fail(
            RuntimeError,
            "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  If you were attempting to "
            "deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see https://github.com/pytorch/pytorch/pull/103001",
            kind="leaf",
            op="deepcopy",
            operands=[(None, describe(t))],
            hints=["x.detach().clone()"],
        )
    found = memo.get(id(t))
    if found is not None:
        return found  # type: ignore[no-any-return]
    d = t._data
    if type(d) in CELLS or (t._ext is not None and t._ext.bits):
        twin = make(elements(t), t._dtype)
    else:
        own(t)
        s = storage_of(t)
        b = backend_of(d)
        buffer = memo.get(id(s))
        if buffer is None:
            buffer = memo[id(s)] = [b.flat(b.copy(s.buffer)) if b.name != "meta" else s.buffer, None]
            memo.setdefault(id(memo), []).append(s)  # keeps the storage alive, so that its id stays its own
        twin = make(b.strided(buffer[0], t._dtype, tuple(t.shape), t.stride(), t.storage_offset()), t._dtype)
        x = extras(twin)
        if buffer[1] is None:
            made = buffer[1] = storage_of(twin)
            made.buffer, made.nbytes = buffer[0], s.nbytes
        x.storage, x.offset = buffer[1], t.storage_offset()
    if type(t) is not Tensor:
        twin = _as_class(twin, type(t))
    memo[id(t)] = twin
    twin._node = LEAF if node_of(t) is LEAF else None
    e = t._ext
    if e is not None and e.grad is not None:
        extras(twin).grad = deepcopy(e.grad, memo)
    return twin


def _as_class(t: Tensor, cls: Any) -> Tensor:
    """The same tensor as an instance of a subclass."""
    out = object.__new__(cls)
    out._data, out._dtype, out._node, out._ext = t._data, t._dtype, t._node, t._ext
    return out  # type: ignore[no-any-return]


def shallow_copy(t: Tensor) -> Tensor:
    """copy.copy: another tensor over the same memory."""
    if node_of(t) is not None and node_of(t) is not LEAF:
        out = make(own(t)._data, t._dtype)
        out._node = LEAF
    else:
        out = t.detach()
        out._node = LEAF if node_of(t) is LEAF else None
    return out if type(t) is Tensor else _as_class(out, type(t))


def reduce(t: Tensor) -> tuple[Any, ...]:
    """What pickle stores of a tensor: its array, dtype, strides and whether it requires grad."""
    if type(t) is not Tensor:
        return rebuild_as, (type(t), t.detach(), t.requires_grad)
    plain = t.detach()
    if plain._ext is not None and plain._ext.bits:
        plain = plain.clone()
    data = own(plain.cpu() if plain.device.type == "cuda" else plain)._data
    if t.is_meta:
        return rebuild_meta, (tuple(t.shape), t.stride(), t._dtype.name, t.requires_grad)
    return rebuild, (data, t._dtype.name, t.stride(), t.requires_grad, None if t.device == CPU else str(t.device))


def rebuild(array: Any, name: str, stride: tuple[int, ...], requires_grad: bool, where: str | None = None) -> Tensor:
    """Unpickle."""
    from .backends import cpu

    d = dtypes.BY_NAME[name]
    if not array.shape:
        out = make(d.python_type(array[()]), d)
    else:
        if not array.flags.writeable:  # a pickle of buffers out of band
            array = array.copy(order="K")
        out = make(cpu.BACKEND.laid_out(array, d, stride if door._dense(array.shape, stride) else None), d)
    if where is not None:
        out = out.to(where)
    if requires_grad:
        out._node = LEAF
    return out


def rebuild_as(cls: Any, t: Tensor, requires_grad: bool) -> Tensor:
    """Unpickle an instance of a subclass."""
    out = _as_class(t, cls)
    if requires_grad:
        out._node = LEAF
    return out


def rebuild_meta(shape: tuple[int, ...], stride: tuple[int, ...], name: str, requires_grad: bool) -> Tensor:
    """Unpickle a tensor without data."""
    d = dtypes.BY_NAME[name]
    out = make(by_name("meta").strided(None, d, shape, stride, 0), d)
    if requires_grad:
        out._node = LEAF
    return out
