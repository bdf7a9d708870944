"""Factories: tensors from data, of one value, ranges. Random ones live in ops/random.py."""

from __future__ import annotations

from .. import dtypes, limits
from ..apply import _cap, default_device, filled, move
from ..backends import backend_of, by_name
from ..dtypes import dtype
from ..errors import describe, fail
from ..graph import LEAF, set_requires_grad, state, warn
from ..registry import _number, attach, composite
from ..tensors import CELLS, CPU, Spec, Tensor, device, elements, extras, make, own, preserve_format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FACTORY = "*, ScalarType? dtype=None, Any layout=None, Device? device=None, bool requires_grad=False, bool pin_memory=False, Any memory_format=None"
_OPTIONS = _FACTORY.rpartition(", ")[0]  # memory_format is empty()'s and that of the functions named _like


_device = device


def finish(t: Tensor, requires_grad: bool) -> Tensor:
    """A fresh tensor with its flag and origin."""
    if state.inference:
        extras(t).why = "inference"
    if requires_grad:
        if not (t._dtype.is_floating_point or t._dtype.is_complex):
            fail(
                RuntimeError,
                "Only Tensors of floating point and complex dtype can require gradients",
                kind="dtype",
                operands=[(None, describe(t))],
                explain=[f"The values are {t._dtype.name}; a gradient needs neighbours to differ by."],
                hints=["Write 2. instead of 2, or dtype=torch.float32."],
            )
        t._node = LEAF
    if state.where is not None and t._ext is None:
        x = extras(t)
        x.where, x.why = state.where, "created"
    return t


def _check_sizes(size: tuple[int, ...], name: str = "") -> None:
    for s in size:
        if s < 0:
            fail(
                RuntimeError,
                "zeros: Dimension size must be non-negative."
                if name == "zeros"
                else f"Trying to create tensor with negative dimension {s}: [{', '.join(map(str, size))}]",
                kind="shape",
                op=name,
            )


_C_NAMES = {"float32": "float", "float64": "double", "float16": "c10::Half", "bfloat16": "c10::BFloat16", "int32": "int", "complex64": "c10::complex<float>",
            "complex128": "c10::complex<double>"}  # fmt: skip
_LARGEST = {"float32": 3.4028234663852886e38, "float16": 65504.0, "bfloat16": 3.3895313892515355e38, "float64": float("inf")}


def overflows(value: Any, d: dtype) -> bool:
    """Whether a dtype cannot hold a number, by C++'s rule (c10::overflows): negative integers may wrap into uint8, infinities fit floats."""
    if type(value) is bool or d is dtypes.bool_ or d.is_complex:
        return False
    if type(value) is complex:
        return value.imag != 0 or overflows(value.real, d)
    if d.category == dtypes.INT:
        low = -(1 << (d.itemsize * 8 - 1)) if d.is_signed else 0
        high = (1 << (d.itemsize * 8 - d.is_signed)) - 1
        if type(value) is float:
            return not low <= value <= high
        return bool(value > high or (-value > high if not d.is_signed and value < 0 else value < low))
    if type(value) is int:
        return bool(abs(value) > _LARGEST[d.name])
    return bool(value - value == 0 and abs(value) > _LARGEST[d.name])


def check_scalar(value: Any, d: dtype) -> Any:
    """A number an op writes into a tensor of dtype d, rounded to it; RuntimeError where d cannot hold it."""
    if overflows(value, d):
        name = _C_NAMES.get(d.name, d.name if d in dtypes._BARE else d.name + "_t")
        fail(RuntimeError, f"value cannot be converted to type {name} without overflow", kind="overflow", explain=_range_of(d, value))
    return d.round(value)


def check_int(n: Any, d: dtype) -> None:
    """PyTorch's error for a number that the integer dtype asked for cannot hold."""
    if overflows(n, d):
        if d is dtypes.int64 and type(n) is int:
            fail(ValueError, "Overflow when unpacking long long", kind="overflow", op="tensor", explain=_range_of(d, n), hints=["Write it as a float: 1e30."])
        fail(RuntimeError, f"value cannot be converted to type {d.name} without overflow", kind="overflow", op="tensor", explain=_range_of(d, n))


def _range_of(d: dtype, value: Any) -> list[str]:
    if d.category == dtypes.INT:
        low = -(1 << (d.itemsize * 8 - 1)) if d.is_signed else 0
        return [f"{d.name} holds {low} to {(1 << (d.itemsize * 8 - d.is_signed)) - 1}, not {value}."]
    return [f"The largest {d.name} is {_LARGEST.get(d.name)}; {value} is beyond it."]


# -- from data ----------------------------------------------------------------------------------------------------------------------


def _is_sequence(v: Any) -> bool:
    """Whether PyTorch reads v as a row: a list, a tuple, a range, an array with dimensions (a tensor inside counts as a number)."""
    return isinstance(v, (list, tuple, range)) or (not isinstance(v, Tensor) and hasattr(v, "__array_interface__") and getattr(v, "shape", ()) != ())


def _scan(data: Any) -> tuple[tuple[int, ...], list[Any]]:
    """(shape, flat values) of nested sequences; errors in PyTorch's words for ragged ones."""
    shape: list[int] = []
    level: Any = data
    while _is_sequence(level):
        shape.append(len(level))
        if len(shape) > 128:
            raise ValueError(f"too many dimensions '{type(level).__name__}'")
        if not len(level):
            break
        level = level[0]
    if 0 in shape:
        return tuple(shape), []
    flat: list[Any] = [data]
    for depth, size in enumerate(shape):
        following: list[Any] = []
        for item in flat:
            if not _is_sequence(item):
                fail(
                    TypeError,
                    "not a sequence",
                    kind="ragged",
                    op="tensor",
                    explain=[f"The first value at depth {depth} is a row of {size}, another is {item!r}: rows must nest alike."],
                )
            if len(item) != size:
                fail(
                    ValueError,
                    f"expected sequence of length {size} at dim {depth} (got {len(item)})",
                    kind="ragged",
                    op="tensor",
                    explain=[f"Rows of one dimension have one length: the first at dim {depth} has {size}, another {len(item)}."],
                )
            following.extend(item)
        flat = following
    return tuple(shape), flat


def _kind(flat: list[Any]) -> dtype:
    """The dtype of nested values: the widest of theirs."""
    kinds = set(map(type, flat))
    if kinds <= {float}:
        return dtypes.get_default_dtype()
    best: dtype | None = None
    for v in flat if not kinds <= {int, float, bool} else [k() for k in kinds]:
        if isinstance(v, Tensor):
            d = v._dtype
        elif _is_sequence(v):
            continue
        else:
            n = _number(v)
            if n is None:
                _refuse(v, nested=len(kinds) == 1)
            if type(v).__module__ == "numpy":
                from ..backends import cpu

                d = cpu.from_np_dtype(v.dtype)
            else:
                d = dtypes.of_number(n)
        best = d if best is None else dtypes.promote_types(best, d)
    return best or dtypes.get_default_dtype()


def _refuse(v: Any, nested: bool = False) -> None:
    if isinstance(v, str):
        if nested:
            fail(ValueError, "too many dimensions 'str'", kind="data", op="tensor", explain=["A tensor holds numbers; text has none."])
        fail(TypeError, "new(): invalid data type 'str'", kind="data", op="tensor", explain=["A tensor holds numbers; text has none."])
    fail(
        RuntimeError, f"Could not infer dtype of {type(v).__name__}", kind="data", op="tensor", explain=["A tensor is made of numbers, lists of them, arrays."]
    )


def from_python(data: Any, d: dtype | None, where: device) -> Tensor:
    """A tensor that copies numbers, nested sequences, arrays or another tensor."""
    if where.type == "cuda":
        where = by_name("cuda").resolve(where)
    if isinstance(data, Tensor):
        kind = d or data._dtype
        x = elements(data)
        if type(x) not in CELLS:
            b = backend_of(x)
            limits.check(data.shape, kind, "tensor")
            token = b.guard()
            try:
                x = b.copy(x) if kind is data._dtype else b.astype(x, kind)
            finally:
                b.unguard(token)
            if b.name == "cpu":
                x = kind.python_type(x[()]) if not x.shape else b.laid_out(x, kind, None)
        else:
            x = kind.round(x)
        return make(x if data.device == where else move(x, kind, where), kind)
    n = _number(data)
    if n is not None:
        if d is None:
            d = dtypes.of_number(n)
            if type(data).__module__ == "numpy":
                from ..backends import cpu

                d = cpu.from_np_dtype(data.dtype)
        if d.category == dtypes.INT:
            check_int(n, d)
        elif type(n) is complex and not d.is_complex:
            raise TypeError("must be real number, not complex")
        x = d.round(n)
        return make(x if where.type == "cpu" else move(x, d, where), d)
    if hasattr(data, "__array_interface__") or type(data).__module__.partition(".")[0] in ("numpy", "cupy"):
        return from_array(data, d, where)
    if hasattr(data, "__dlpack__"):
        from ..backends import cpu

        return from_array(cpu.np.from_dlpack(data), d, where)
    if not isinstance(data, (list, tuple, range)):
        _refuse(data)
    if type(data) is range and len(data) > 1 << 20:
        limits.check((len(data),), d or dtypes.int64, "tensor")
    if len(data) and hasattr(data[0], "__array_interface__") and len({(type(v), getattr(v, "shape", 0), getattr(v, "dtype", 0)) for v in data}) == 1:
        if not isinstance(data[0], Tensor) and data[0].shape:
            from ..backends import cpu

            return from_array(cpu.np.array(data), d, where)
    shape, flat = _scan(data)
    if flat and isinstance(flat[0], str) and flat[0]:  # which PyTorch takes for a row of characters, and those for rows
        _refuse(flat[0], nested=True)
    kind = d or (_kind(flat) if flat else dtypes.get_default_dtype())
    flat = _numbers(flat, kind)
    limits.check(shape, kind, "tensor")
    if where.type == "meta":
        return make(by_name("meta").empty(shape, kind), kind)
    from ..backends import cpu

    array = cpu.np.array(flat, _wide(cpu, kind, flat)).reshape(shape)
    token = cpu.silence(cpu.QUIET)
    array = _halfway(cpu, array, kind).astype(cpu.np_dtype(kind), copy=False)
    cpu.loud(token)
    if not array.size:
        array = cpu.canonical(array)
    return make(array if where.type == "cpu" else by_name(where.type).from_host(array, where.index), kind)


def _halfway(cpu: Any, array: Any, kind: dtype) -> Any:
    """Numbers of 64 bits on their way to 16: PyTorch rounds them to float32 first."""
    return array.astype(cpu.np.float32) if kind.itemsize == 2 and kind.is_floating_point and array.dtype.itemsize == 8 else array


def _wide(cpu: Any, kind: dtype, flat: list[Any]) -> Any:
    """The NumPy dtype to read Python numbers in before the cast: exact for integers, double for the rest."""
    if kind.category <= dtypes.INT and all(type(v) in (int, bool) for v in flat):
        return cpu.np.uint64 if kind is dtypes.uint64 and min(flat, default=0) >= 0 else cpu.np.int64
    return cpu.np.complex128 if kind.is_complex else cpu.np.float64


def _numbers(flat: list[Any], kind: dtype) -> list[Any]:
    """Flat values as Python numbers that kind holds; errors in PyTorch's words for what is none."""
    kinds = set(map(type, flat))
    if kinds <= {float, bool, int} and (kind.category != dtypes.INT or kinds <= {int, bool}):
        if kind.category == dtypes.INT and flat and kinds != {bool}:
            check_int(max(flat), kind)
            check_int(min(flat), kind)
        return flat
    out = []
    for v in flat:
        n = v.item() if isinstance(v, Tensor) and v.numel() == 1 or getattr(v, "shape", 1) == () else _number(v)
        if n is None:
            if isinstance(v, Tensor):
                if kind.category <= dtypes.INT and v._dtype.category <= dtypes.INT:
                    raise TypeError("only integer tensors of a single element can be converted to an index")
                raise ValueError("only one element tensors can be converted to Python scalars")
            if kind.category == dtypes.INT:
                raise TypeError(f"'{type(v).__name__}' object cannot be interpreted as an integer")
            raise TypeError(f"must be real number, not {type(v).__name__}")
        if type(n) is complex and not kind.is_complex:
            raise TypeError("must be real number, not complex")
        if kind.category == dtypes.INT:
            check_int(n, kind)
            n = int(n)
        elif kind is dtypes.bool_:
            n = bool(n)
        out.append(n)
    return out


def from_array(array: Any, d: dtype | None, where: device) -> Tensor:
    """A tensor that copies a NumPy array."""
    from ..backends import cpu

    if type(array).__module__.partition(".")[0] == "cupy":
        array = array.get()
    array = cpu.np.asarray(array)
    own_dtype = cpu.from_np_dtype(array.dtype)
    kind = d or own_dtype
    limits.check(array.shape, kind, "tensor")
    if not array.shape:
        x: Any = kind.round(array.item() if own_dtype is not dtypes.bfloat16 else float(array))
        return make(x if where.type == "cpu" else move(x, kind, where), kind)
    token = cpu.silence(cpu.QUIET)
    copy = cpu.np.array(_halfway(cpu, array, kind), cpu.np_dtype(kind), order="C")
    cpu.loud(token)
    if not array.flags.c_contiguous and not any(s < 0 or s % array.itemsize for s in array.strides):
        from .copying import kept_strides

        copy = cpu.BACKEND.laid_out(copy, kind, kept_strides(Spec(array.shape, own_dtype, CPU, array.strides)))
    elif 1 in copy.shape:
        copy = cpu.canonical(copy)
    return make(copy if where.type == "cpu" else by_name(where.type).from_host(copy, where.index), kind)


@composite("tensor(Any data, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False, bool pin_memory=False) -> Tensor", method=False)
def tensor(data: Any, dtype: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """A tensor that copies data: a number, nested lists, a NumPy array or a tensor.

    Integers become int64, floats the default dtype. Raises ValueError for ragged rows, RuntimeError where gradients of integers are asked.

    >>> tensor([[1, 2], [3, 4]])
    tensor([[1, 2],
            [3, 4]])
    """
    if isinstance(data, Tensor):
        warn(
            "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
            "sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor)."
        )
        where = device or data.device
    else:
        where = device or default_device()
    return finish(from_python(data, dtype, where), requires_grad)


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """A tensor of data, sharing memory where dtype and device allow.

    >>> as_tensor([1, 2])
    tensor([1, 2])
    """
    if isinstance(data, Tensor):
        out: Any = data
        if dtype is not None or device is not None:
            out = data.to(device=device, dtype=dtype)
        return out  # type: ignore[no-any-return]
    if type(data).__module__.partition(".")[0] == "numpy" and hasattr(data, "strides") and data.shape:
        t = from_numpy(data)
        return t if dtype is None and device is None else t.to(device=device, dtype=dtype)
    return finish(from_python(data, dtype, device or default_device()), False)


@composite("as_tensor(Any data, ScalarType? dtype=None, Device? device=None) -> Tensor", method=False)
def _as_tensor(data: Any, dtype: Any, device: Any) -> Tensor:
    """A tensor of data, sharing memory where dtype and device allow.

    >>> as_tensor([1, 2])
    tensor([1, 2])
    """
    return as_tensor(data, dtype, device)


@composite("asarray(Any obj, *, ScalarType? dtype=None, Device? device=None, bool? copy=None, bool? requires_grad=None) -> Tensor", method=False)
def asarray(obj: Any, dtype: Any, device: Any, copy: Any, requires_grad: bool | None) -> Tensor:
    """A tensor of data, sharing memory unless copy=True.

    >>> asarray([1, 2])
    tensor([1, 2])
    """
    if not isinstance(obj, (Tensor, list, tuple, int, float, complex)) and not hasattr(obj, "__array_interface__"):
        if hasattr(obj, "__dlpack__"):
            from ..exchange import from_dlpack

            obj = from_dlpack(obj)
        elif isinstance(obj, (bytes, bytearray, memoryview)) or type(obj).__module__ == "array":
            from ..exchange import frombuffer

            obj = frombuffer(obj, dtype=dtype or dtypes.get_default_dtype())
    t = as_tensor(obj, dtype, device)
    if copy is False and dtype is not None and (isinstance(obj, Tensor) or getattr(obj, "shape", None)):
        given = obj._dtype if isinstance(obj, Tensor) else from_numpy(obj)._dtype
        if given is not dtype:
            raise ValueError(f"can't alias tensor with dtype '{_cap(given)}' into dtype '{_cap(dtype)}'.")
    if copy and (isinstance(obj, Tensor) or hasattr(obj, "__array_interface__")):
        t = t.clone()
    if requires_grad is False and t.requires_grad:
        return t.detach()
    if requires_grad and not t.requires_grad:
        set_requires_grad(t, True)
    return t


@composite("from_numpy(Any ndarray) -> Tensor", method=False)
def _from_numpy(ndarray: Any) -> Tensor:
    """A tensor that shares an array's memory and keeps its dtype.

    >>> import numpy
    >>> from_numpy(numpy.array([1., 2.]))
    tensor([1., 2.], dtype=torch.float64)
    """
    return from_numpy(ndarray)


def from_numpy(ndarray: Any) -> Tensor:
    """A tensor over a NumPy array's memory."""
    from ..backends import cpu

    if not isinstance(ndarray, cpu.np.ndarray):
        kind = type(ndarray)
        raise TypeError(f"expected np.ndarray (got {'numpy.' if kind.__module__ == 'numpy' else ''}{kind.__name__})")
    d = cpu.from_np_dtype(ndarray.dtype)
    if any(s < 0 for s in ndarray.strides):
        ndarray = ndarray.copy()  # a rule of ours: PyTorch refuses what has no strides of its own
    if any(s % ndarray.itemsize for s in ndarray.strides):
        fail(
            ValueError,
            "given numpy array strides not a multiple of the element byte size. Copy the numpy array to reallocate the memory.",
            kind="stride",
            op="from_numpy",
            hints=["from_numpy(a.copy())"],
        )
    if not ndarray.flags.writeable:
        warn(
            "The given NumPy array is not writable, and PyTorch does not support non-writable tensors. This means writing to this tensor will "
            "result in undefined behavior. You may want to copy the array to protect its data or make it writable before converting it to a tensor. "
            "This type of warning will be suppressed for the rest of this program. (Here the tensor gets a copy.)",
            once="from_numpy",
        )
        ndarray = ndarray.copy()
    return own(make(ndarray.view(), d))


def legacy_tensor(data: Any, args: tuple[Any, ...], kwargs: dict[str, Any], d: dtype | None = None) -> Tensor:
    """torch.Tensor(...): sizes give uninitialised memory of the default dtype (zeros here), a sequence its values in it."""
    d = d or dtypes.get_default_dtype()
    if data is None and not args:
        return make(by_name("cpu").empty((0,), d), d)
    if isinstance(data, Tensor) and not args:
        if data._dtype is not d:
            fail(
                TypeError,
                f"expected {d} (got {data._dtype})",
                kind="dtype",
                op="Tensor",
                hints=["x.to(...) converts; torch.tensor(x) copies."],
            )
        return data.detach()
    if type(data) is int or (args and isinstance(data, Tensor)):
        size = tuple([int(v) for v in (data, *args)])
        _check_sizes(size)
        return filled(size, 0, d, CPU)
    if type(data).__name__ == "Size":
        return filled(tuple(data), 0, d, CPU)
    if isinstance(data, float):
        fail(
            TypeError, f"new(): data must be a sequence (got {type(data).__name__})", kind="data", op="Tensor", hints=["torch.tensor(1.5) makes a 0-d tensor."]
        )
    return from_python(data, d, CPU)


def rebuild(array: Any, name: str, requires_grad: bool) -> Tensor:
    """Unpickle."""
    t = from_array(array, dtypes.BY_NAME[name], CPU)
    return t.requires_grad_(requires_grad) if requires_grad else t


# -- of one value -------------------------------------------------------------------------------------------------------------------


def _value_factory(name: str, value: Any, doc: str) -> None:
    first = doc.splitlines()[0].rstrip(".")

    @composite(f"{name}(int[] size, {_FACTORY if name == 'empty' else _OPTIONS}) -> Tensor", method=False, doc=doc)
    def make_it(size: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool, memory_format: Any = None) -> Tensor:
        _check_sizes(size, name)
        t = filled(size, value, dtype or dtypes.get_default_dtype(), device or default_device())
        return finish(t if memory_format is None else _laid_out(t, memory_format), requires_grad)

    @composite(
        f"{name}_like(Tensor input, *, ScalarType? dtype=None, Any layout=None, Device? device=None, bool requires_grad=False, bool pin_memory=False, "
        "Any memory_format=None) -> Tensor",
        method=False,
        doc=f"{first}, with the shape, dtype and device of input.\n\n>>> {name}_like(tensor([1., 2.])).shape\ntorch.Size([2])\n",
    )
    def make_like(input: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool, memory_format: Any) -> Tensor:
        return finish(filled_like(input, value, dtype, device, memory_format), requires_grad)

    @composite(
        f"new_{name}(Tensor input, int[] size, {_OPTIONS}) -> Tensor",
        namespaces=("Tensor",),
        method=True,
        doc=f"{first}, with the dtype and device of the tensor.\n\n>>> tensor([1., 2.]).new_{name}(3).shape\ntorch.Size([3])\n",
    )
    def make_new(input: Any, size: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
        _check_sizes(size)
        return finish(filled(size, value, dtype or input._dtype, device or input.device), requires_grad)


def filled_like(t: Tensor, value: Any, d: Any, where: Any, memory_format: Any = None) -> Tensor:
    """A tensor of one value with t's shape and order of dimensions in memory (or a memory format's)."""
    from .copying import kept_strides

    d = d or t._dtype
    where = where or t.device
    out = filled(tuple(t.shape), value, d, where)
    if memory_format is not None and memory_format is not preserve_format:
        return _laid_out(out, memory_format)
    if type(t._data) not in CELLS and t._data.shape:
        want = kept_strides(t)
        if want != out.stride():
            b = backend_of(out._data)
            out._data = b.strided(b.flat(out._data), d, tuple(t.shape), want, 0)
    return out


def _laid_out(t: Tensor, memory_format: Any) -> Tensor:
    """A fresh tensor of one value in a memory format."""
    from ..formats import check, fresh_strides

    check(memory_format, "empty")
    want = fresh_strides(memory_format, t.shape)
    if want != t.stride():
        b = backend_of(t._data)
        t._data = b.strided(b.flat(t._data), t._dtype, tuple(t.shape), want, 0)
    return t


_value_factory("zeros", 0, "A tensor of zeros of the given size.\n\n>>> zeros(2, 3)\ntensor([[0., 0., 0.],\n        [0., 0., 0.]])\n")
_value_factory("ones", 1, "A tensor of ones of the given size.\n\n>>> ones(3)\ntensor([1., 1., 1.])\n")
_value_factory("empty", 0, "A tensor of the given size without promised values (zeros here).\n\n>>> empty(2).shape\ntorch.Size([2])\n")


@composite(f"empty_strided(int[] size, int[] stride, {_OPTIONS}) -> Tensor", method=False)
def empty_strided(size: Any, stride: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """A tensor of the given size and strides without promised values (zeros here).

    >>> empty_strided((2, 3), (1, 2)).stride()
    (1, 2)
    """
    _check_sizes(size)
    if len(size) != len(stride):
        raise RuntimeError(f"dimensionality of sizes ({len(size)}) must match dimensionality of strides ({len(stride)})")
    if any(s < 0 and k > 1 for k, s in zip(size, stride, strict=True)):
        raise RuntimeError(f"Storage size calculation overflowed with sizes={list(size)} and strides={list(stride)}")
    if any(s < 0 for s in stride):
        raise RuntimeError(f"Trying to create tensor with negative stride {min(stride)}: [{', '.join(map(str, stride))}]")
    d = dtype or dtypes.get_default_dtype()
    n = 0 if 0 in size else 1 + sum((k - 1) * s for k, s in zip(size, stride, strict=True))
    flat = filled((n,), 0, d, device or default_device())
    b = backend_of(flat._data)
    return finish(make(b.strided(b.flat(flat._data), d, tuple(size), tuple(stride), 0), d), requires_grad)


@composite(f"empty_permuted(int[] size, int[] physical_layout, {_OPTIONS}) -> Tensor", method=False)
def empty_permuted(size: Any, physical_layout: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """A dense tensor whose dims lie in memory in the given order (zeros here).

    >>> empty_permuted((2, 3), (1, 0)).stride()
    (1, 2)
    """
    n, m = len(size), len(physical_layout)
    if n != m:
        raise RuntimeError(
            f"Number of dimensions in size does not match the length of the physical_layout; i.e. len(size) = {n} is not equal to len(physical_layout) = {m}"
        )
    for i, k in enumerate(physical_layout):
        if not 0 <= k < n:
            raise RuntimeError(
                f"Dimension out of range (expected to be between 0 and {n - 1}, but got {k} at index {i}).  NB: negative dims not currently supported; "
                "file an issue if you want it."
            )
        if k in physical_layout[:i]:
            raise RuntimeError("Duplicate dim not allowed")
    steps, step = [0] * len(size), 1
    for k in reversed(physical_layout):
        steps[k] = step
        step *= max(size[k], 1)
    return empty_strided.kernel(size, tuple(steps), dtype, layout, device, requires_grad, pin_memory)  # type: ignore[no-any-return]


@composite(f"new_empty_strided(Tensor input, int[] size, int[] stride, {_OPTIONS}) -> Tensor", namespaces=("Tensor",))
def new_empty_strided(input: Any, size: Any, stride: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """A tensor of the given size and strides, in the dtype and on the device of another, without promised values (zeros here)."""
    return empty_strided.kernel(size, stride, dtype or input._dtype, layout, device or input.device, requires_grad, pin_memory)  # type: ignore[no-any-return]


@composite(f"full(int[] size, Scalar fill_value, {_OPTIONS}) -> Tensor", method=False)
def full(size: Any, fill_value: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """A tensor of one value; its dtype follows the value.

    >>> full((2, 3), 7.0)
    tensor([[7., 7., 7.],
            [7., 7., 7.]])
    """
    _check_sizes(size)
    d = dtype or dtypes.of_number(fill_value)
    return finish(filled(size, check_scalar(fill_value, d), d, device or default_device()), requires_grad)


@composite(
    "full_like(Tensor input, Scalar fill_value, *, ScalarType? dtype=None, Any layout=None, Device? device=None, bool requires_grad=False, "
    "bool pin_memory=False, Any memory_format=None) -> Tensor",
    method=False,
)
def full_like(input: Any, fill_value: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool, memory_format: Any) -> Tensor:
    """A tensor of one value, with the shape, dtype and device of input.

    >>> full_like(tensor([1., 2.]), 5)
    tensor([5., 5.])
    """
    return finish(filled_like(input, check_scalar(fill_value, dtype or input._dtype), dtype, device, memory_format), requires_grad)


@composite(f"new_full(Tensor input, int[] size, Scalar fill_value, {_OPTIONS}) -> Tensor", namespaces=("Tensor",), method=True)
def new_full(input: Any, size: Any, fill_value: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """A tensor of one value, with the dtype and device of the tensor.

    >>> tensor([1., 2.]).new_full((2,), 5)
    tensor([5., 5.])
    """
    _check_sizes(size)
    d = dtype or input._dtype
    return finish(filled(size, check_scalar(fill_value, d), d, device or input.device), requires_grad)


@composite(f"new_tensor(Tensor input, Any data, {_OPTIONS}) -> Tensor", namespaces=("Tensor",), method=True)
def new_tensor(input: Any, data: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """A tensor that copies data, with the dtype and device of the tensor.

    >>> tensor([1., 2.]).new_tensor([3, 4])
    tensor([3., 4.])
    """
    return finish(from_python(data, dtype or input._dtype, device or input.device), requires_grad)


def _new(self: Tensor, *args: Any, device: Any = None) -> Tensor:
    """A tensor of the same dtype: of the given sizes (zeros), or of data."""
    where = self.device if device is None else _device(device)
    if not args or type(args[0]) is int or type(args[0]).__name__ == "Size":
        size = tuple(args[0]) if args and type(args[0]) is not int else args or (0,)
        for k, s in enumerate(size):
            if type(s) is not int:
                raise TypeError(f"new(): argument 'size' must be tuple of ints, but found element of type {type(s).__name__} at pos {k}")
        _check_sizes(size)
        return filled(size, 0, self._dtype, where)
    if isinstance(args[0], (complex, type(None))) or isinstance(args[0], (list, tuple)) and any(v is None or isinstance(v, complex) for v in args[0]):
        raise TypeError(f"new(): data must be a sequence of numbers (got {type(args[0]).__name__})")
    return from_python(args[0], self._dtype, where)


attach("new", _new)


@composite("scalar_tensor(Scalar s, *, ScalarType? dtype=None, Any layout=None, Device? device=None, bool requires_grad=False) -> Tensor", method=False)
def scalar_tensor(s: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool) -> Tensor:
    """A 0-d tensor of the default dtype.

    >>> scalar_tensor(3)
    tensor(3.)
    """
    d = dtype or dtypes.get_default_dtype()
    return finish(filled((), check_scalar(s, d), d, device or default_device()), requires_grad)


@composite(f"eye(int n, int? m=None, {_OPTIONS}) -> Tensor", method=False)
def eye(n: int, m: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """The identity matrix.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    if n < 0:
        raise RuntimeError(f"n must be greater or equal to 0, got {n}")
    m = n if m is None else m
    if m < 0:
        raise RuntimeError(f"m must be greater or equal to 0, got {m}")
    t = filled((n, m), 0, dtype or dtypes.get_default_dtype(), device or default_device())
    if t.device.type != "meta":
        k = min(n, m)
        index = backend_of(t._data).xp.arange(k)
        t._data[index, index] = 1
    return finish(t, requires_grad)


def _tril_size(row: int, col: int, offset: int) -> int:
    """How many places a lower triangle has."""
    first, last = max(0, -offset), min(row, max(0, col - offset))  # rows below ``first`` are empty, from ``last`` on full
    ramp = max(0, last - first)
    return ramp * (2 * offset + first + last + 1) // 2 + (row - max(last, first)) * col if row > first else 0


def _triangle(name: str, lower: bool, example: str) -> None:
    @composite(
        f"{name}(int row, int col, int offset=0, *, ScalarType? dtype=None, Device? device=None, Any layout=None, bool pin_memory=False) -> Tensor",
        method=False,
        doc=f"Row and column indices of the {'lower' if lower else 'upper'} triangle of a matrix, in two rows.\n\n{example}",
    )
    def indices(row: int, col: int, offset: int, dtype: Any, device: Any, layout: Any, pin_memory: bool) -> Tensor:
        for v, what in ((row, "row"), (col, "col")):
            if v < 0:
                raise RuntimeError(f"{what} must be non-negative, got{v}")
        d = dtype or dtypes.int64
        if d is not dtypes.int64 and d is not dtypes.int32:
            fail(NotImplementedError, f"\"{name}\" not implemented for '{_cap(d)}'", kind="dtype", op=name)
        count = _tril_size(row, col, offset) if lower else row * col - _tril_size(row, col, offset - 1)
        limits.check((row, col), dtypes.bool_, name)
        limits.check((2, count), d, name)
        where = device or default_device()
        if where.type == "meta":
            return make(by_name("meta").empty((2, count), d), d)
        b = by_name(where.type)
        xp = b.xp
        at = xp.tril_indices(row, offset, col) if lower else xp.triu_indices(row, offset, col)
        return make(b.finish_general(xp.stack(at), d, []), d)


_triangle("tril_indices", True, ">>> tril_indices(2, 2)\ntensor([[0, 1, 1],\n        [0, 0, 1]])\n")
_triangle("triu_indices", False, ">>> triu_indices(2, 2)\ntensor([[0, 0, 1],\n        [0, 1, 1]])\n")


_C_TYPES = {"int64": "long int", "int32": "int", "int16": "short int", "int8": "signed char", "uint8": "unsigned char", "bool": "bool"}


def _window(name: str, doc: str, shape_of: Any, params: str = "") -> None:
    @composite(
        f"{name}(int window_length, bool periodic=True, {params}*, ScalarType? dtype=None, Any layout=None, Device? device=None, bool requires_grad=False, "
        "bool pin_memory=False) -> Tensor",
        method=False,
        doc=doc,
    )
    def window(n: int, periodic: bool, *rest: Any) -> Tensor:
        *given, dtype, layout, device, requires_grad, pin_memory = rest
        d = dtype or dtypes.get_default_dtype()
        where = device or default_device()
        if d.category < dtypes.FLOAT:
            options = f"dtype={_C_TYPES.get(d.name, d.name)}, device={where}, layout=Strided (default), requires_grad=false (default)"
            fail(
                RuntimeError,
                f"{name} expects floating point dtypes, got: TensorOptions({options}, pinned_memory=false, memory_format=(nullopt))",
                kind="dtype",
                op=name,
            )
        if n < 0:
            raise RuntimeError(f"{name} requires non-negative window_length, got window_length={n}")
        limits.check((n,), d, name)
        if n < 2:
            return finish(filled((n,), 1, d, where), requires_grad)
        whole = n + 1 if periodic else n  # a period is the window of one point more, less that point
        out = shape_of(_arange(0, whole, 1, d, where, False), whole - 1, *given)
        return finish(out.narrow(0, 0, n).clone() if periodic else out, requires_grad)


_PI = 3.141592653589793


def _raised(w: Tensor, last: int, alpha: float = 0.5, beta: float = 0.5) -> Tensor:
    return w.mul_(2.0 * _PI / last).cos_().mul_(-beta).add_(alpha)


def _blackman(w: Tensor, last: int) -> Tensor:
    w = w.mul_(_PI / last)
    return w.mul(4).cos_().mul_(0.08) - w.mul(2).cos_().mul_(0.5) + 0.42


def _triangular(w: Tensor, last: int) -> Tensor:
    w = w.mul_(2.0 / last)
    rising = (last >> 1) + 1
    w.narrow(0, rising, last + 1 - rising).mul_(-1).add_(2)
    return w


def _kaiser(w: Tensor, last: int, beta: float = 12.0) -> Tensor:
    d = w._dtype
    if d is dtypes.float16 or d.is_complex:
        fail(NotImplementedError, f"\"kaiser_window_cpu\" not implemented for '{_cap(d)}'", kind="dtype", op="kaiser_window", hints=["dtype=torch.float32"])
    x = w.to(dtypes.float64).mul_(2.0 / last).sub_(1)
    out = (1 - x * x).clamp_(min=0).sqrt_().mul_(beta).i0_()
    return (out / out.new_full((), beta).i0_()).to(d)


_window(
    "hann_window",
    "The Hann window of signal processing.\n\n>>> hann_window(4)\ntensor([0.0000, 0.5000, 1.0000, 0.5000])\n",
    _raised,
)
_window(
    "hamming_window",
    "The Hamming window of signal processing.\n\n>>> hamming_window(4)\ntensor([0.0800, 0.5400, 1.0000, 0.5400])\n",
    _raised,
    "float alpha=0.54, float beta=0.46, ",
)
_window("blackman_window", "The Blackman window of signal processing.\n\n>>> blackman_window(2).shape\ntorch.Size([2])\n", _blackman)
_window("bartlett_window", "The triangular window.\n\n>>> bartlett_window(4)\ntensor([0.0000, 0.5000, 1.0000, 0.5000])\n", _triangular)
_window("kaiser_window", "The Kaiser window of signal processing.\n\n>>> kaiser_window(3).shape\ntorch.Size([3])\n", _kaiser, "float beta=12.0, ")


# -- ranges -------------------------------------------------------------------------------------------------------------------------


@composite(f"arange(Scalar end, {_OPTIONS}) -> Tensor", method=False)
def arange(end: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """Numbers from start (0) up to but without end, by step (1): int64 for integers, else the default dtype.

    >>> arange(0, 10, 2)
    tensor([0, 2, 4, 6, 8])
    """
    return _arange(0, end, 1, dtype, device, requires_grad)


@composite(f"arange.start(Scalar start, Scalar end, Scalar step=1, {_OPTIONS}) -> Tensor", method=False)
def arange_start(start: Any, end: Any, step: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """Numbers from start up to but without end, by step."""
    return _arange(start, end, step, dtype, device, requires_grad)


def _arange(start: Any, end: Any, step: Any, d: Any, where: Any, requires_grad: bool, closed: bool = False) -> Tensor:
    import math

    if complex in (type(start), type(end), type(step)):
        raise RuntimeError("value cannot be converted to type double without overflow")
    whole = all(type(v) in (int, bool) for v in (start, end, step))
    if d is None:
        d = dtypes.int64 if whole else dtypes.get_default_dtype()
    if d is dtypes.bool_ or d.is_complex:
        hints = ["dtype=torch.int64, then .bool()." if d is dtypes.bool_ else "A real dtype, then .to(torch.complex64)."]
        fail(NotImplementedError, f"\"arange_cpu\" not implemented for '{_cap(d)}'", kind="dtype", op="arange", hints=hints)
    if not (step > 0 or step < 0):
        raise RuntimeError("step must be nonzero")
    if not all(math.isfinite(v) for v in (start, end)):
        raise RuntimeError(f"unsupported range: {start:g} -> {end:g}")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    if d is dtypes.int64:
        for v in (start, end, step):
            check_scalar(v, d)
        start, end, step = int(start), int(end), int(step)
        if step == 0:
            raise ValueError("step must be nonzero")
        whole = True
    n = (
        (end - start) // step + 1
        if closed and whole
        else math.floor((end - start) / step + 1)
        if closed
        else -((start - end) // step)
        if whole
        else math.ceil((end - start) / step)
    )
    n = max(0, int(n))
    if n > (1 << 63) - 1:
        raise RuntimeError("invalid size, possible overflow?")
    limits.check((n,), d, "arange")
    where = where or default_device()
    if where.type == "meta":
        return finish(make(by_name("meta").empty((n,), d), d), requires_grad)
    b = by_name(where.type)
    if d.category == dtypes.INT:
        start, step = int(start), int(step)
        data = b.xp.arange(n, dtype="int64")
        if step != 1:
            data *= step
        if start:
            data += start
        return finish(make(data if d is dtypes.int64 else data.astype(b.np_dtype(d)), d), requires_grad)
    data = b.empty((n,), d)
    block = 1 << 18
    body = n // (2 * _LANES[d.name]) * (2 * _LANES[d.name])
    for low in range(0, n, block):
        high = min(n, low + block)
        data[low:high] = _steps(b, d, float(start), float(step), low, high, body)
    return finish(make(data, d), requires_grad)


_LANES = {"float32": 8, "float64": 4, "float16": 16, "bfloat16": 16}


def _steps(b: Any, d: dtype, start: float, step: float, low: int, high: int, body: int) -> Any:
    """start + step*i for i from low on, rounded as PyTorch's vector code does: each run of lanes starts from its own rounded base up to ``body``."""
    xp = b.xp
    kind = b.np_dtype(d)
    i = xp.arange(low, high).astype(xp.float64)
    lane = i % _LANES[d.name]
    if d.name == "float64":
        base = fma(xp, step, i - lane, start)
        return xp.where(i < body, fma(xp, step, lane, base), fma(xp, step, i, start))
    if d.itemsize == 2:  # computed in float32
        start, step = dtypes.float32.round(start), dtypes.float32.round(step)
        base = (start + step * (i - lane)).astype(xp.float32).astype(kind).astype(xp.float64)
        return xp.where(i < body, base + step * lane, start + step * i).astype(xp.float32).astype(kind)
    base = (start + step * (i - lane)).astype(xp.float32).astype(xp.float64)
    return xp.where(i < body, base + step * lane, start + step * i).astype(kind)


def fma(xp: Any, a: Any, b: Any, c: Any) -> Any:
    """a*b + c of doubles with one rounding, as the processor's fused instruction has it (Dekker's exact product, Knuth's exact sum)."""
    a, b, c = xp.asarray(a, dtype="float64"), xp.asarray(b, dtype="float64"), xp.asarray(c, dtype="float64")
    p = a * b
    t = 134217729.0 * a
    ah = t - (t - a)
    t = 134217729.0 * b
    bh = t - (t - b)
    al, bl = a - ah, b - bh
    low = ((ah * bh - p) + ah * bl + al * bh) + al * bl
    s = p + c
    back = s - p
    exact = s + (((p - (s - back)) + (c - back)) + low)
    return xp.where(xp.isfinite(exact), exact, s)


@composite(f"range(Scalar start, Scalar end, Scalar step=1, {_OPTIONS}) -> Tensor", method=False)
def range_(start: Any, end: Any, step: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """Numbers from start to end with end included, by step, in the default dtype (deprecated in PyTorch: arange leaves the end out).

    >>> range(1, 3)
    tensor([1., 2., 3.])
    """
    warn(
        "torch.range is deprecated and will be removed in a future release because its behavior is inconsistent with Python's range builtin. "
        "Instead, use torch.arange, which produces values in [start, end).",
        once="range",
    )
    return _arange(start, end, step, dtype or dtypes.get_default_dtype(), device, requires_grad, closed=True)


@composite(f"linspace(Scalar start, Scalar end, int steps, {_OPTIONS}) -> Tensor", method=False)
def linspace(start: Any, end: Any, steps: int, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """``steps`` evenly spaced numbers from start to end, both included.

    >>> linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    return finish(_linspace(start, end, steps, dtype, device), requires_grad)


def _end_points(name: str, start: Any, end: Any) -> tuple[Any, Any]:
    """The numbers in 0-d tensors (or the numbers themselves) that a range is to start and end with."""
    given = [f"{what} with {v.ndim} dimension(s)" for what, v in (("start", start), ("end", end)) if isinstance(v, Tensor)]
    if any(isinstance(v, Tensor) and v.ndim for v in (start, end)):
        raise RuntimeError(f"{name} only supports 0-dimensional start and end tensors, but got {' and '.join(given)}.")
    return tuple([v.item() if isinstance(v, Tensor) else v for v in (start, end)])


@composite(f"linspace.tensors(Tensor|Scalar start, Tensor|Scalar end, int steps, {_OPTIONS}) -> Tensor", method=False)
def linspace_tensors(start: Any, end: Any, steps: int, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """linspace() between 0-d tensors."""
    return finish(_linspace(*_end_points("linspace", start, end), steps, dtype, device), requires_grad)


def _linspace(start: Any, end: Any, steps: int, d: Any, where: Any, name: str = "linspace") -> Tensor:
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    if complex in (type(start), type(end)) and not (d and d.is_complex):
        found = dtypes.get_default_dtype().to_complex()
        if d is not None:
            kind = _C_NAMES[found.name]
            fail(RuntimeError, f"torch.{name}(): inferred dtype {kind} can't be safely cast to passed dtype {_cap(d)}", kind="dtype", op=name)
        d = found
    d = d or dtypes.get_default_dtype()
    if d is dtypes.bool_:
        fail(NotImplementedError, f"\"{name}_cpu\" not implemented for 'Bool'", kind="dtype", op=name)
    where = where or default_device()
    limits.check((steps,), d, name)
    if where.type == "meta":
        return make(by_name("meta").empty((steps,), d), d)
    b = by_name(where.type)
    if steps == 1:
        return make(b.full((1,), check_scalar(start, d), d), d)
    out = b.empty((steps,), d)
    start, end = check_scalar(start, d), check_scalar(end, d)
    block = 1 << 18
    for low in range(0, steps, block):
        high = min(steps, low + block)
        out[low:high] = _spread_out(b, d, start, end, low, high, steps)
    return make(out, d)


def _spread_out(b: Any, d: dtype, start: Any, end: Any, low: int, high: int, steps: int) -> Any:
    """PyTorch fills from both ends, in the dtype itself: start + step*i for the first half, end - step*(steps-1-i) for the second, each fused."""
    xp = b.xp
    kind = b.np_dtype(d)
    i = xp.arange(low, high).astype(xp.float64)
    back = (steps - 1) - i
    first = i < steps // 2
    if d.is_complex:
        step = (end - start) / (steps - 1)
        return xp.where(first, start + step * i, end - step * back).astype(kind)
    if d.name == "float64" or d.category <= dtypes.INT:
        step = (float(end) - float(start)) / (steps - 1)
        return xp.where(first, fma(xp, step, i, float(start)), fma(xp, -step, back, float(end))).astype(kind)
    if d.name == "float32":
        step = float(dtypes.float32.round(dtypes.float32.round(end - start) / (steps - 1)))
        return xp.where(first, step * i + start, end - step * back).astype(kind)

    def narrow(v: Any) -> Any:  # every operation rounds to 16 bits
        return xp.asarray(v).astype(xp.float32).astype(kind).astype(xp.float32)

    step = d.round(d.round(end - start) / d.round(float(steps - 1)))
    return xp.where(first, narrow(start + narrow(step * narrow(i))), narrow(end - narrow(step * narrow(back)))).astype(kind)


@composite(f"logspace(Scalar start, Scalar end, int steps, float base=10.0, {_OPTIONS}) -> Tensor", method=False)
def logspace(start: Any, end: Any, steps: int, base: float, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """base ** linspace(start, end, steps).

    >>> logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    return finish(_logspace(start, end, steps, base, dtype, device), requires_grad)


@composite(f"logspace.tensors(Tensor|Scalar start, Tensor|Scalar end, int steps, float base=10.0, {_OPTIONS}) -> Tensor", method=False)
def logspace_tensors(start: Any, end: Any, steps: int, base: float, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """logspace() between 0-d tensors."""
    return finish(_logspace(*_end_points("logspace", start, end), steps, base, dtype, device), requires_grad)


def _logspace(start: Any, end: Any, steps: int, base: float, dtype: Any, where: Any) -> Tensor:
    d = dtype or dtypes.get_default_dtype()
    if dtype is None and complex in (type(start), type(end)):
        d = d.to_complex()
    if d is dtypes.bool_:
        fail(NotImplementedError, "\"logspace_cpu\" not implemented for 'Bool'", kind="dtype", op="logspace")
    if d.category == dtypes.INT and steps != 1:  # the exponents' ends are integers of the dtype, what is between them is not
        start, end = check_scalar(start, d), check_scalar(end, d)
    t = _linspace(start, end, steps, d if d.category >= dtypes.FLOAT else dtypes.float64, where, "logspace")
    if t.device.type == "meta":
        return make(by_name("meta").empty((steps,), d), d)
    b = backend_of(t._data)
    token = b.guard()
    try:
        data = (float(base) ** t._data.astype(b.xp.complex128 if d.is_complex else b.xp.float64)).astype(b.np_dtype(d))
    finally:
        b.unguard(token)
    return make(data, d)


@composite("vander(Tensor x, int? N=None, bool increasing=False) -> Tensor", method=False)
def vander(x: Any, N: Any, increasing: bool) -> Tensor:
    """The Vandermonde matrix: powers of x, the highest first (or last).

    >>> vander(tensor([1, 2, 3]))
    tensor([[1, 1, 1],
            [4, 2, 1],
            [9, 3, 1]])
    """
    if x.ndim != 1:
        raise RuntimeError("x must be a one-dimensional tensor.")
    n = x.shape[0] if N is None else N
    if n < 0:
        raise RuntimeError("N must be non-negative.")
    d = x._dtype if x._dtype.category >= dtypes.FLOAT else dtypes.int64
    out = filled((x.shape[0], n), 1, d, x.device)
    if n > 1:  # written in place, as PyTorch does it: the node is CopySlices
        powers = out.narrow(1, 1, n - 1)
        powers.copy_(x.unsqueeze(1).expand(x.shape[0], n - 1).to(d).cumprod(1))
    return out if increasing else out.flip([1])
