"""Factories: tensors from data, of one value, ranges. Random ones live in ops/random.py."""

from __future__ import annotations

from .. import dtypes, limits
from ..apply import default_device, filled, move
from ..backends import backend_of, by_name
from ..dtypes import dtype
from ..errors import describe, fail
from ..graph import LEAF, extras, set_requires_grad, state
from ..registry import _number, composite
from ..tensors import CELLS, CPU, Tensor, device, make, own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FACTORY = "*, ScalarType? dtype=None, Any layout=None, Device? device=None, bool requires_grad=False, bool pin_memory=False"


def finish(t: Tensor, requires_grad: bool) -> Tensor:
    """A fresh tensor with its flag and origin."""
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


def _check_sizes(size: tuple[int, ...]) -> None:
    for s in size:
        if s < 0:
            fail(
                RuntimeError,
                f"Trying to create tensor with negative dimension {s}: [{', '.join(map(str, size))}]",
                kind="shape",
            )


# -- from data ----------------------------------------------------------------------------------------------------------------------


def _scan(data: Any) -> tuple[tuple[int, ...], list[Any], Any]:
    """(shape, flat numbers, widest kind) of nested sequences; ValueError in PyTorch's words for ragged ones."""
    shape: list[int] = []
    level: Any = data
    while isinstance(level, (list, tuple, range)) or (isinstance(level, Tensor) and level.ndim):
        if isinstance(level, Tensor):
            shape.extend(level.shape)
            break
        shape.append(len(level))
        if not len(level):
            break
        level = level[0]
    flat: list[Any] = [data]
    for depth, size in enumerate(shape):
        nxt: list[Any] = []
        for item in flat:
            if isinstance(item, Tensor):
                item = item.tolist()
            if not isinstance(item, (list, tuple, range)):
                raise TypeError(f"not a sequence: {type(item).__name__}")
            if len(item) != size:
                fail(
                    ValueError,
                    f"expected sequence of length {size} at dim {depth} (got {len(item)})",
                    kind="ragged",
                    op="tensor",
                    explain=[f"Rows of one dimension have one length: the first at dim {depth} has {size}, another {len(item)}."],
                )
            nxt.extend(item)
        flat = nxt
    return tuple(shape), flat, None


def _kind(flat: list[Any]) -> dtype:
    kinds = set(map(type, flat))
    if kinds <= {float}:
        return dtypes.get_default_dtype()
    best: dtype | None = None
    for v in flat if not kinds <= {int, float, bool} else [k() for k in kinds]:
        if isinstance(v, Tensor):
            d = v._dtype
        else:
            n = _number(v)
            if n is None:
                _refuse(v)
            if type(v).__module__ == "numpy":
                from ..backends import cpu

                d = cpu.from_np_dtype(v.dtype)
                if d.is_floating_point:
                    d = dtypes.get_default_dtype() if isinstance(v, float) is False else dtypes.float64
            else:
                d = dtypes.of_number(n)
        best = d if best is None else dtypes.promote_types(best, d)
    return best or dtypes.get_default_dtype()


def _refuse(v: Any) -> None:
    if isinstance(v, str):
        raise TypeError("new(): invalid data type 'str'")
    if v is None:
        raise RuntimeError("Could not infer dtype of NoneType")
    raise RuntimeError(f"Could not infer dtype of {type(v).__name__}")


def from_python(data: Any, d: dtype | None, where: device) -> Tensor:
    """A tensor that copies numbers, nested sequences, arrays or another tensor."""
    if isinstance(data, Tensor):
        kind = d or data._dtype
        x = data._data
        if type(x) not in CELLS:
            b = backend_of(x)
            x = b.copy(x) if kind is data._dtype else b.astype(x, kind)
            if b.name == "cpu" and not x.shape:
                x = kind.python_type(x[()])
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
        if type(n) is int and d.category == dtypes.INT:
            check_int(n, d)
        x = d.round(n)
        return make(x if where.type == "cpu" else move(x, d, where), d)
    if hasattr(data, "__array_interface__") or type(data).__module__.partition(".")[0] in ("numpy", "cupy"):
        return from_array(data, d, where)
    if not isinstance(data, (list, tuple, range)):
        _refuse(data)
    shape, flat, _ = _scan(data)
    if flat and hasattr(flat[0], "__array_interface__") and getattr(flat[0], "shape", ()):
        import numpy as np

        return from_array(np.array(data), d, where)
    kind = d or (_kind(flat) if flat else dtypes.get_default_dtype())
    _check_flat(flat, kind, data, shape)
    limits.check(shape, kind, "tensor")
    if where.type == "meta":
        return make(by_name("meta").empty(shape, kind), kind)
    from ..backends import cpu

    array = cpu.np.array([v.item() if isinstance(v, Tensor) else v for v in flat] if not set(map(type, flat)) <= {int, float, bool} else flat,
                         _wide(cpu, kind, flat)).reshape(shape)  # fmt: skip
    token = cpu.quiet()
    array = array.astype(cpu.np_dtype(kind), copy=False)
    cpu.loud(token)
    return make(array if where.type == "cpu" else by_name(where.type).from_host(array, where.index), kind)


def _wide(cpu: Any, kind: dtype, flat: list[Any]) -> Any:
    """The NumPy dtype to read Python numbers in before the cast: exact for integers, double for the rest."""
    if kind.category <= dtypes.INT and all(type(v) in (int, bool) or (isinstance(v, Tensor) and v._dtype.category <= 1) for v in flat):
        return cpu.np.int64
    return cpu.np.complex128 if kind.is_complex else cpu.np.float64


def _check_flat(flat: list[Any], kind: dtype, data: Any, shape: tuple[int, ...]) -> None:
    if set(map(type, flat)) <= {float, bool}:
        return
    for v in flat:
        if isinstance(v, (list, tuple, range)):
            depth = len(shape)
            fail(
                TypeError if not shape else ValueError,
                f"expected sequence of length {shape[-1] if shape else 0} at dim {depth} (got {len(v)})",
                kind="ragged",
                op="tensor",
            )
        if isinstance(v, Tensor):
            if v.numel() != 1:
                fail(ValueError, "only one element tensors can be converted to Python scalars", kind="ragged", op="tensor")
            continue
        if type(v) is int:
            if kind.category == dtypes.INT:
                check_int(v, kind)
            continue
        if _number(v) is None:
            if isinstance(v, str):
                raise TypeError(f"new(): invalid data type '{type(v).__name__}'")
            raise TypeError(f"must be real number, not {type(v).__name__}")


def check_int(n: int, d: dtype) -> None:
    """PyTorch's error for an integer that its dtype cannot hold."""
    low = -(1 << (d.itemsize * 8 - 1)) if d.is_signed else 0
    high = (1 << (d.itemsize * 8 - d.is_signed)) - 1
    if not low <= n <= high:
        if d is dtypes.int64:
            raise RuntimeError("Overflow when unpacking long")
        if d is dtypes.uint8 and -255 <= n < 0:
            return
        raise RuntimeError(f"value cannot be converted to type {d.name}_t without overflow" if d is not dtypes.uint8 or True else "")


def from_array(array: Any, d: dtype | None, where: device) -> Tensor:
    """A tensor that copies a NumPy array."""
    from ..backends import cpu

    if type(array).__module__.partition(".")[0] == "cupy":
        array = array.get()
    array = cpu.np.asarray(array)
    own_dtype = cpu.from_np_dtype(array.dtype)
    kind = d or own_dtype
    if not array.shape:
        x: Any = kind.round(array.item() if own_dtype is not dtypes.bfloat16 else float(array))
        return make(x if where.type == "cpu" else move(x, kind, where), kind)
    copy = cpu.np.array(array, cpu.np_dtype(kind), order="C")
    return make(copy if where.type == "cpu" else by_name(where.type).from_host(copy, where.index), kind)


@composite(
    "tensor(Any data, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False, bool pin_memory=False) -> Tensor", method=False
)
def tensor(data: Any, dtype: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """A tensor that copies data: a number, nested lists, a NumPy array or a tensor.

    Integers become int64, floats the default dtype. Raises ValueError for ragged rows, RuntimeError where gradients of integers are asked.

    >>> tensor([[1, 2], [3, 4]])
    tensor([[1, 2],
            [3, 4]])
    """
    if isinstance(data, Tensor):
        from ..graph import warn

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
            out = data.to(device=device, dtype=dtype)  # type: ignore[attr-defined]
        return out  # type: ignore[no-any-return]
    if type(data).__module__.partition(".")[0] == "numpy" and hasattr(data, "strides") and data.shape:
        t = from_numpy(data)
        return t if dtype is None and device is None else t.to(device=device, dtype=dtype)  # type: ignore[attr-defined, no-any-return]
    return finish(from_python(data, dtype, device or default_device()), False)


@composite("as_tensor(Any data, ScalarType? dtype=None, Device? device=None) -> Tensor", method=False)
def _as_tensor(data: Any, dtype: Any, device: Any) -> Tensor:
    """A tensor of data, sharing memory where dtype and device allow.

    >>> as_tensor([1, 2])
    tensor([1, 2])
    """
    return as_tensor(data, dtype, device)


@composite("asarray(Any obj, *, ScalarType? dtype=None, Device? device=None, bool? copy=None, bool requires_grad=False) -> Tensor", method=False)
def asarray(obj: Any, dtype: Any, device: Any, copy: Any, requires_grad: bool) -> Tensor:
    """A tensor of data, sharing memory unless copy=True.

    >>> asarray([1, 2])
    tensor([1, 2])
    """
    t = as_tensor(obj, dtype, device)
    if copy and (isinstance(obj, Tensor) or hasattr(obj, "__array_interface__")):
        t = t.clone()  # type: ignore[attr-defined]
    if requires_grad:
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
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    d = cpu.from_np_dtype(ndarray.dtype)
    if any(s < 0 for s in ndarray.strides):
        fail(
            ValueError,
            "At least one stride in the given numpy array is negative, and tensors with negative strides are not currently supported. (You "
            "can probably work around this by making a copy of your array  with array.copy().) ",
            kind="stride",
            op="from_numpy",
            hints=["from_numpy(a.copy()), or torch.tensor(a), which copies."],
        )
    if any(s % ndarray.itemsize for s in ndarray.strides):
        raise ValueError("given numpy array strides not a multiple of the element byte size. Copy the numpy array to reallocate the memory.")
    if not ndarray.flags.writeable:
        ndarray = ndarray.copy()
    return own(make(ndarray.view(), d))


def legacy_tensor(data: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor:
    """torch.Tensor(...): sizes give uninitialised float32 memory (zeros here), a sequence its values as float32."""
    d = dtypes.get_default_dtype()
    if data is None and not args:
        return make(by_name("cpu").empty((0,), d), d)
    if isinstance(data, Tensor) and not args:
        return data.detach()
    if type(data) is int:
        size = (data, *args)
        _check_sizes(size)
        return filled(size, 0, d, CPU)
    if type(data).__name__ == "Size":
        return filled(tuple(data), 0, d, CPU)
    if isinstance(data, float):
        raise TypeError("new(): data must be a sequence (got float)")
    return from_python(data, d, CPU)


def rebuild(array: Any, name: str, requires_grad: bool) -> Tensor:
    """Unpickle."""
    t = from_array(array, dtypes.BY_NAME[name], CPU)
    return t.requires_grad_(requires_grad) if requires_grad else t


# -- of one value -------------------------------------------------------------------------------------------------------------------


def _value_factory(name: str, value: Any, doc: str) -> None:
    first = doc.splitlines()[0].rstrip(".")

    @composite(f"{name}(int[] size, {_FACTORY}) -> Tensor", method=False, doc=doc)
    def make_it(size: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
        _check_sizes(size)
        t = filled(size, value, dtype or dtypes.get_default_dtype(), device or default_device())
        return finish(t, requires_grad)

    @composite(
        f"{name}_like(Tensor input, *, ScalarType? dtype=None, Any layout=None, Device? device=None, bool requires_grad=False, Any memory_format=None) -> Tensor",
        method=False,
        doc=f"{first}, with the shape, dtype and device of input.",
    )
    def make_like(input: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, memory_format: Any) -> Tensor:
        return finish(filled_like(input, value, dtype, device), requires_grad)

    @composite(f"new_{name}(Tensor input, int[] size, {_FACTORY}) -> Tensor", namespaces=("Tensor",), method=True, doc=f"{first}, with the dtype and device of the tensor.")
    def make_new(input: Any, size: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
        _check_sizes(size)
        return finish(filled(size, value, dtype or input._dtype, device or input.device), requires_grad)



def filled_like(t: Tensor, value: Any, d: Any, where: Any) -> Tensor:
    """A tensor of one value with t's shape and order of dimensions in memory."""
    d = d or t._dtype
    where = where or t.device
    x = t._data
    out = filled(tuple(t.shape), value, d, where)
    if type(x) not in CELLS and where.type == "cpu" and t.device.type == "cpu" and not t.is_contiguous():
        from ..backends import cpu

        out._data = cpu.np.empty_like(x, dtype=cpu.np_dtype(d), order="K")
        out._data.fill(value)
    return out


_value_factory("zeros", 0, "A tensor of zeros of the given size.\n\n>>> zeros(2, 3)\ntensor([[0., 0., 0.],\n        [0., 0., 0.]])\n")
_value_factory("ones", 1, "A tensor of ones of the given size.\n\n>>> ones(3)\ntensor([1., 1., 1.])\n")
_value_factory("empty", 0, "A tensor of the given size without promised values (zeros here).\n\n>>> empty(2).shape\ntorch.Size([2])\n")


@composite(f"full(int[] size, Scalar fill_value, {_FACTORY}) -> Tensor", method=False)
def full(size: Any, fill_value: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """A tensor of one value; its dtype follows the value.

    >>> full((2, 3), 7.0)
    tensor([[7., 7., 7.],
            [7., 7., 7.]])
    """
    _check_sizes(size)
    return finish(filled(size, fill_value, dtype or dtypes.of_number(fill_value), device or default_device()), requires_grad)


@composite(
    "full_like(Tensor input, Scalar fill_value, *, ScalarType? dtype=None, Any layout=None, Device? device=None, bool requires_grad=False) -> Tensor",
    method=False,
)
def full_like(input: Any, fill_value: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool) -> Tensor:
    """A tensor of one value, with the shape, dtype and device of input.

    >>> full_like(tensor([1., 2.]), 5)
    tensor([5., 5.])
    """
    return finish(filled_like(input, fill_value, dtype, device), requires_grad)


@composite(f"new_full(Tensor input, int[] size, Scalar fill_value, {_FACTORY}) -> Tensor", namespaces=("Tensor",), method=True)
def new_full(input: Any, size: Any, fill_value: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """A tensor of one value, with the dtype and device of the tensor."""
    return finish(filled(size, fill_value, dtype or input._dtype, device or input.device), requires_grad)


@composite(f"new_tensor(Tensor input, Any data, {_FACTORY}) -> Tensor", namespaces=("Tensor",), method=True)
def new_tensor(input: Any, data: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """A tensor that copies data, with the dtype and device of the tensor."""
    return finish(from_python(data, dtype or input._dtype, device or input.device), requires_grad)


@composite(f"eye(int n, int? m=None, {_FACTORY}) -> Tensor", method=False)
def eye(n: int, m: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """The identity matrix.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    if n < 0:
        raise RuntimeError(f"n must be greater or equal to 0, got {n}")
    d = dtype or dtypes.get_default_dtype()
    where = device or default_device()
    t = filled((n, n if m is None else m), 0, d, where)
    if where.type != "meta":
        k = min(n, n if m is None else m)
        b = backend_of(t._data)
        index = b.xp.arange(k)
        t._data[index, index] = 1
    return finish(t, requires_grad)


# -- ranges -------------------------------------------------------------------------------------------------------------------------


@composite(f"arange(Scalar end, {_FACTORY}) -> Tensor", method=False)
def arange(end: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """Numbers from start (0) up to but without end, by step (1): int64 for integers, else the default dtype.

    >>> arange(0, 10, 2)
    tensor([0, 2, 4, 6, 8])
    """
    return _arange(0, end, 1, dtype, device, requires_grad)


@composite(f"arange.start(Scalar start, Scalar end, Scalar step=1, {_FACTORY}) -> Tensor", method=False)
def arange_start(start: Any, end: Any, step: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """Numbers from start up to but without end, by step."""
    return _arange(start, end, step, dtype, device, requires_grad)


def _arange(start: Any, end: Any, step: Any, d: Any, where: Any, requires_grad: bool) -> Tensor:
    import math

    if step == 0:
        raise RuntimeError("step must be nonzero")
    if not all(math.isfinite(v) for v in (start, end)):
        raise RuntimeError(f"unsupported range: {start} -> {end}")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    if d is None:
        d = dtypes.int64 if all(type(v) in (int, bool) for v in (start, end, step)) else dtypes.get_default_dtype()
    if all(type(v) in (int, bool) for v in (start, end, step)):
        n = max(0, -((start - end) // step))
    else:
        n = math.ceil((end - start) / step)
    limits.check((n,), d, "arange")
    where = where or default_device()
    if where.type == "meta":
        return finish(make(by_name("meta").empty((n,), d), d), requires_grad)
    b = by_name(where.type)
    if d.category <= dtypes.INT:
        data = (b.xp.arange(n) * int(step) + int(start)).astype(b.np_dtype(d))
    else:
        wide = b.xp.arange(n).astype(b.xp.float64)
        data = (wide * step + start).astype(b.np_dtype(d))
    return finish(make(data, d), requires_grad)


@composite(f"linspace(Scalar start, Scalar end, int steps, {_FACTORY}) -> Tensor", method=False)
def linspace(start: Any, end: Any, steps: int, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """``steps`` evenly spaced numbers from start to end, both included.

    >>> linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    return finish(_linspace(start, end, steps, dtype, device), requires_grad)


def _linspace(start: Any, end: Any, steps: int, d: Any, where: Any) -> Tensor:
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    d = d or dtypes.get_default_dtype()
    where = where or default_device()
    limits.check((steps,), d, "linspace")
    if where.type == "meta":
        return make(by_name("meta").empty((steps,), d), d)
    b = by_name(where.type)
    xp = b.xp
    if steps == 1:
        return make(xp.full((1,), start).astype(b.np_dtype(d)), d)
    # PyTorch fills from both ends, in the dtype itself: start + step*i for the first half, end - step*(n-1-i) for the second.
    kind = b.np_dtype(d) if d.itemsize > 2 and d.is_floating_point else xp.float32 if d.is_floating_point else xp.float64
    i = xp.arange(steps)
    step = xp.asarray((kind.type if hasattr(kind, "type") else kind)(end) - (kind.type if hasattr(kind, "type") else kind)(start)) / xp.asarray(steps - 1, dtype=kind)
    step = step.astype(kind)
    low = (xp.asarray(start, dtype=kind) + step * i.astype(kind)).astype(kind)
    high = (xp.asarray(end, dtype=kind) - step * (steps - 1 - i).astype(kind)).astype(kind)
    return make(xp.where(i < steps // 2, low, high).astype(b.np_dtype(d)), d)


@composite(f"logspace(Scalar start, Scalar end, int steps, float base=10.0, {_FACTORY}) -> Tensor", method=False)
def logspace(start: Any, end: Any, steps: int, base: float, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """base ** linspace(start, end, steps).

    >>> logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    d = dtype or dtypes.get_default_dtype()
    t = _linspace(start, end, steps, dtypes.float64, device)
    if t.device.type == "meta":
        return finish(make(by_name("meta").empty((steps,), d), d), requires_grad)
    b = backend_of(t._data)
    return finish(make((base**t._data).astype(b.np_dtype(d)), d), requires_grad)
