"""Indexing: x[...] read and written, gather and scatter, masks, triangles. Basic indices are views; tensors, lists and masks copy."""

from __future__ import annotations

from .. import apply as door
from .. import dtypes, limits
from ..apply import FIRST, DataDependent, Laid, _cap, apply, broadcast_shapes, layout_of_result
from ..apply import TENSORS as T
from ..backends import backend_of, by_name
from ..errors import describe, fail
from ..graph import _TYPE_NAMES
from ..registry import METHODS, _number, composite, in_place_function, op
from ..tensors import CELLS, CPU, Spec, Tensor, make, own, row_major, wrap_dim
from .copying import kept_strides
from .factory import check_int, check_scalar, from_python
from .views import alias_, as_strided, diagonal, select, slice_, unsqueeze

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _shown(shape: Any) -> str:
    return f"[{', '.join(map(str, shape))}]"


def _zeros(g: Any) -> Any:
    return T.zeros_like(g)


def _keep(input: Any, *rest: Any) -> Any:
    """A copy of input with some places written: its shape, row-major."""
    return tuple(input.shape)


def _keep_layout(input: Any, *rest: Any) -> Any:
    """A copy of input with some places written: its shape and its order of dims in memory."""
    return Laid(input.shape, kept_strides(input))


# -- gradients of views: zeros with a part filled in --------------------------------------------------------------------------------


@op(
    "select_backward(Tensor grad, int[] input_sizes, int dim, int index) -> Tensor",
    method=False,
    dtype=FIRST,
    spec=lambda grad, input_sizes, dim, index: tuple(input_sizes),
)
def select_backward(xp: Any, grad: Any, input_sizes: Any, dim: int, index: int) -> Any:
    """Zeros of a size with grad at one index of a dimension.

    >>> select_backward(tensor(5.), (3,), 0, 1)
    tensor([0., 5., 0.])
    """
    out = xp.zeros(input_sizes, dtype=grad.dtype)
    at: list[Any] = [slice(None)] * len(input_sizes)
    at[dim] = index
    out[tuple(at)] = grad
    return out


@select_backward.vjp("grad", rule="g.select(dim, index)")
def _(g: Any, dim: int, index: int) -> Any:
    return g.select(dim, index)


@select_backward.samples
def _(make: Any) -> Any:
    yield make(3), [2, 3], 0, 1


@op(
    "slice_backward(Tensor grad, int[] input_sizes, int dim, int? start, int? end, int step) -> Tensor",
    method=False, dtype=FIRST, spec=lambda grad, input_sizes, dim, start, end, step: tuple(input_sizes),
)  # fmt: skip
def slice_backward(xp: Any, grad: Any, input_sizes: Any, dim: int, start: Any, end: Any, step: int) -> Any:
    """Zeros of a size with grad in a range of a dimension.

    >>> slice_backward(tensor([5.]), (3,), 0, 1, 2, 1)
    tensor([0., 5., 0.])
    """
    out = xp.zeros(input_sizes, dtype=grad.dtype)
    at: list[Any] = [slice(None)] * len(input_sizes)
    at[dim] = slice(start, end, step)
    out[tuple(at)] = grad
    return out


@slice_backward.vjp("grad", rule="g[start:end:step]")
def _(g: Any, dim: int, start: Any, end: Any, step: int) -> Any:
    return slice_(g, dim, start, end, step)


@slice_backward.samples
def _(make: Any) -> Any:
    yield make(2, 3), [5, 3], 0, 1, 5, 2


# -- x[...] -------------------------------------------------------------------------------------------------------------------------

_KINDS = "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices"


def _is_array(k: Any) -> bool:
    return hasattr(k, "__array_interface__") and not isinstance(k, Tensor)


def _is_row(k: Any) -> bool:
    return isinstance(k, (list, tuple, range, str, bytes)) or (_is_array(k) and getattr(k, "shape", ()) != ())


def _keys_of(index: Any) -> list[Any]:
    """The indices, one a dimension: a tuple's, and those of a list that holds rows, tensors, slices, ... or None (NumPy's old rule)."""
    if type(index) is tuple or isinstance(index, tuple):
        return list(index)
    if isinstance(index, (list, range)) and len(index) < 32 and any(isinstance(k, (Tensor, slice)) or k is None or k is Ellipsis or _is_row(k) for k in index):
        return list(index)
    if isinstance(index, str) and index:
        fail(TypeError, "new(): invalid data type 'str'", kind="index", op="[]", explain=["A tensor has positions, no names."])
    return [index]


def _as_index(k: Any, where: Any) -> Tensor:
    """A list, range or array of indices (or truth values) as a tensor."""
    if isinstance(k, str):
        fail(TypeError, "new(): invalid data type 'str'", kind="index", op="[]", explain=["A tensor has positions, no names."])
    data = k if _is_array(k) else list(k)
    t = from_python(data, None, where) if _is_array(k) or data else from_python([], dtypes.int64, where)
    if t._dtype.category >= dtypes.FLOAT and _is_array(k):
        t = from_python(data, dtypes.int64, where)  # PyTorch reads an array of floats so
    return t


def _check_index_dtype(k: Tensor) -> None:
    if k._dtype not in (dtypes.int64, dtypes.int32, dtypes.uint8, dtypes.bool_):
        fail(
            IndexError,
            "tensors used as indices must be long, int, byte or bool tensors",
            kind="index",
            op="[]",
            operands=[("index", describe(k))],
            hints=["idx.long()"],
        )


def _split_index(t: Tensor, index: Any) -> tuple[Tensor, list[Any] | None, bool]:
    """Apply the basic parts as views; (view, advanced indices per dimension or None, whether the view is more than t itself)."""
    keys = _keys_of(index)
    used = 0
    for n, k in enumerate(keys):
        if k is None or k is Ellipsis or type(k) is bool:
            continue
        if _is_row(k):
            k = keys[n] = _as_index(k, t.device)
        elif type(k).__name__ == "ndarray" and _is_array(k):  # a 0-d array
            k = keys[n] = from_python(k, None, t.device)
        if isinstance(k, Tensor):
            mask = k._dtype is dtypes.bool_ or k._dtype is dtypes.uint8
            if k.ndim or mask:
                _check_index_dtype(k)
            elif k._dtype.category == dtypes.INT:
                if type(k).__name__ != "Batched":  # inside vmap each sample has an index of its own
                    keys[n] = int(k.item())
            else:
                _check_index_dtype(k)
            used += k.ndim if mask else 1
            continue
        if not isinstance(k, (slice, int)) and (not hasattr(k, "__index__") or type(k).__name__ in ("bool", "bool_")):
            module = type(k).__module__
            name = type(k).__name__ if module == "builtins" else f"{module}.{type(k).__name__}"
            fail(IndexError, f"{_KINDS} (got {name})", kind="index", op="[]", hints=["x[int(i)]"] if _number(k) is not None else [])
        used += 1
    if used > t.ndim:
        if t.ndim == 0 and isinstance(keys[0], slice):
            fail(IndexError, "slice() cannot be applied to a 0-dim tensor.", kind="index", op="[]", hints=["x[...] and x[None] work."])
        if t.ndim == 0 and len(keys) == 1 and not isinstance(keys[0], Tensor):
            fail(
                IndexError,
                "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor to a number",
                kind="index",
                op="[]",
                hints=["x.item(); x[None] and x[...] work."],
            )
        fail(
            IndexError,
            f"too many indices for tensor of dimension {t.ndim}",
            kind="index",
            op="[]",
            operands=[("tensor", describe(t))],
            explain=[f"{used} indices, {t.ndim} dimension{'s' * (t.ndim != 1)}."],
        )
    advanced: list[Any] = []
    dim = 0
    viewed = False
    out = t
    for n, k in enumerate(keys):
        if k is Ellipsis:
            dim += t.ndim - used
            advanced += [None] * (t.ndim - used)
        elif k is None:
            out = apply(unsqueeze, [out, dim])
            advanced.append(None)
            dim += 1
            viewed = True
        elif type(k) is bool:
            out = apply(unsqueeze, [out, dim])
            advanced.append(make_index([0] if k else [], t.device))
            dim += 1
        elif isinstance(k, slice):
            start, stop, step = (None if v is None else _slice_bound(v) for v in (k.start, k.stop, k.step))
            if step == 0:
                raise ValueError("slice step cannot be zero")
            if step is not None and step < 0:
                fail(ValueError, "step must be greater than zero", kind="index", op="[]", hints=["x.flip(0) reverses (a copy)."])
            size = out.shape[dim]
            if not (start in (None, 0) and (stop is None or stop >= size) and step in (None, 1)):
                out = apply(slice_, [out, dim, start, stop, 1 if step is None else step])
                viewed = True
            advanced.append(None)
            dim += 1
        elif isinstance(k, Tensor):
            if k._dtype is dtypes.bool_ or k._dtype is dtypes.uint8:
                if k.ndim == 0:
                    out = apply(unsqueeze, [out, dim])
                    advanced.append(nonzero_(k.reshape(1)).reshape(-1))
                    dim += 1
                    continue
                _check_mask(t, out, k, dim)
                advanced.extend(_mask_places(k))
                dim += k.ndim
            else:
                advanced.append(k)
                dim += 1
        else:
            if dim >= out.ndim:
                raise IndexError(f"index {int(k)} is out of bounds for dimension {dim} with size 0")
            out = _select_checked(out, dim, int(k), n)
            viewed = True
    if any(a is not None for a in advanced):
        return out, advanced, viewed
    return out, None, viewed


def _mask_places(mask: Tensor) -> list[Tensor]:
    """Where a mask is true: one vector of indices a dimension."""
    if type(mask).__name__ == "Batched":
        raise RuntimeError(door.batching.NO_MASK)
    d = own(mask)._data
    b = backend_of(d)
    if b.name == "cpu":
        return [make(a.copy(), dtypes.int64) for a in b.xp.nonzero(d)]
    return list(nonzero_(mask).unbind(1))


def make_index(values: list[int], where: Any) -> Tensor:
    """A vector of indices."""
    return from_python(values, dtypes.int64, where)


def _check_mask(t: Tensor, out: Tensor, mask: Tensor, dim: int) -> None:
    for j in range(mask.ndim):
        if mask.shape[j] != out.shape[dim + j]:
            fail(
                IndexError,
                f"The shape of the mask {_shown(mask.shape)} at index {j} does not match the shape of the indexed tensor {_shown(out.shape)} "
                f"at index {dim + j}",
                kind="index",
                op="[]",
                operands=[("tensor", describe(t)), ("mask", describe(mask))],
                explain=["A mask has one truth value for each element it chooses among."],
            )


def _slice_bound(v: Any) -> int:
    if not hasattr(v, "__index__"):
        raise TypeError("slice indices must be integers or None or have an __index__ method")
    return int(v.__index__())


def _select_checked(t: Tensor, dim: int, index: int, shown: int = 0) -> Tensor:
    size = t._data.shape[dim]
    if not -size <= index < size:
        fail(
            IndexError,
            f"index {index} is out of bounds for dimension {shown} with size {size}",
            kind="index",
            op="[]",
            operands=[(None, describe(t))],
            explain=[f"This dimension has {size} elements: indices {-size} to {size - 1}."] if size else ["This dimension is empty."],
        )
    return apply(select, [t, dim, index])  # type: ignore[no-any-return]


def getitem(self: Tensor, index: Any) -> Tensor:
    """x[index]: a view for integers, ranges, None and ...; a copy for tensors, lists and masks."""
    if type(index) is int and type(self._data) not in CELLS and self._data.shape:
        return _select_checked(self, 0, index)
    out, advanced, viewed = _split_index(self, index)
    if advanced is None:
        if viewed:
            return out
        keys = _keys_of(index)
        if any(isinstance(k, slice) for k in keys):
            return apply(slice_, [self, 0, 0, self.shape[0], 1])  # type: ignore[no-any-return]
        return apply(alias_, [self])  # type: ignore[no-any-return]
    return apply(index_, [out, tuple(advanced)])  # type: ignore[no-any-return]


def _assigned(self: Tensor, value: Any) -> Tensor:
    """What stands right of x[i] = as a tensor; TypeError in PyTorch's words for what is no number and no tensor."""
    if isinstance(value, Tensor):
        return value
    n = _number(value)
    if n is None:
        k = type(value)
        name = k.__name__ if k.__module__ == "builtins" else f"{k.__module__}.{k.__name__}"
        fail(
            TypeError,
            f"can't assign a {name} to a torch.{_TYPE_NAMES[self._dtype.name]}Tensor",
            kind="index",
            op="[]=",
            hints=[f"x[...] = torch.tensor({'...' if isinstance(value, (list, tuple)) else 'value'})"],
        )
    if type(n) is int and not -(1 << 63) <= n < 1 << 63:
        check_int(n, dtypes.int64)
    x = check_scalar(n, self._dtype)
    if self.device == CPU:
        return make(x, self._dtype)
    return from_python(x, self._dtype, self.device)


def setitem(self: Tensor, index: Any, value: Any) -> None:
    """x[index] = value: writes in place; the gradient reaches value, and x where it was not written."""
    value = _assigned(self, value)
    out, advanced, _ = _split_index(self, index)
    shape = tuple(value.shape)
    if advanced is None:
        if shape == tuple(out.shape):
            METHODS["copy_"](out, value)
        elif not shape:
            METHODS["fill_"](out, value)
        else:
            while len(shape) > out.ndim and shape[0] == 1:
                value, shape = value.squeeze(0), shape[1:]
            _fits(out, value, shape)
            METHODS["copy_"](out, value)
        return
    kept = [a for a in advanced if a is not None]
    lead = max((a.ndim for a in kept), default=0) + sum(a is None for a in advanced) + out.ndim - len(advanced)
    while len(shape) > lead and shape[0] == 1:
        value, shape = value.squeeze(0), shape[1:]
    METHODS["index_put_"](out, tuple(advanced), value)


def _fits(target: Tensor, value: Tensor, shape: tuple[int, ...]) -> None:
    want = tuple(target.shape)
    if len(shape) > len(want) or any(a not in (1, b) for a, b in zip(reversed(shape), reversed(want), strict=False)):
        k = next((i for i, (a, b) in enumerate(zip(reversed(shape), reversed(want), strict=False)) if a not in (1, b)), None)
        if len(shape) > len(want) or k is None:
            sentence = (
                f"expand({METHODS['type'](value)}{{{_shown(shape)}}}, size={_shown(want)}): the number of sizes provided ({len(want)}) must be "
                f"greater or equal to the number of dimensions in the tensor ({len(shape)})"
            )
        else:
            sentence = (
                f"The expanded size of the tensor ({want[-1 - k]}) must match the existing size ({shape[-1 - k]}) at non-singleton dimension "
                f"{len(want) - 1 - k}.  Target sizes: {_shown(want)}.  Tensor sizes: {_shown(shape)}"
            )
        fail(
            RuntimeError,
            sentence,
            kind="broadcast",
            op="[]=",
            operands=[("place", f"[{','.join(map(str, want))}]"), ("value", f"[{','.join(map(str, shape))}]")],
            explain=["The value broadcasts to the place it is written to."],
        )


# -- the ops under x[...] -------------------------------------------------------------------------------------------------------------


def _masks_out(indices: Any) -> list[Any]:
    """Index tensors with masks replaced by the places they choose, one tensor a dimension."""
    out: list[Any] = []
    for a in indices:
        if a is not None and (a._dtype is dtypes.bool_ or a._dtype is dtypes.uint8):
            out.extend(_mask_places(a))
        else:
            out.append(a)
    return out


def _index_spec(input: Any, indices: Any) -> Any:
    """Shape and strides of input[indices]: indexed dims together stay in place, apart from one another they go first (TensorIterator's layout)."""
    given = _masks_out(indices)
    n = len(input.shape)
    if len(given) > n:
        raise IndexError(f"too many indices for tensor of dimension {n} (got {len(given)})")
    given += [None] * (n - len(given))
    places = [k for k, a in enumerate(given) if a is not None]
    shapes = [tuple(given[k].shape) for k in places]
    try:
        common = broadcast_shapes(shapes)
    except RuntimeError:
        fail(
            IndexError,
            "shape mismatch: indexing tensors could not be broadcast together with shapes " + ", ".join(map(_shown, shapes)),
            kind="index",
            op="[]",
        )
    stride = input.stride
    for k in places:
        if input.shape[k] == 0 and 0 not in common:
            fail(IndexError, "index is out of bounds for dimension with size 0", kind="index", op="[]", explain=[f"Dimension {k} is empty."])
    together = places == list(range(places[0], places[-1] + 1)) if places else True
    before = [k for k in range(n) if given[k] is None and (together and k < places[0])] if places else list(range(n))
    after = [k for k in range(n) if given[k] is None and k not in before]
    shape = (*[input.shape[k] for k in before], *common, *[input.shape[k] for k in after])
    steps = (*[stride[k] for k in before], *(0,) * len(common), *[stride[k] for k in after])
    geometry = [(shape, steps)]
    for k in places:
        a = given[k]
        lead = len(common) - a.ndim
        own_shape = (*(1,) * len(before), *(1,) * lead, *a.shape, *(1,) * len(after))
        geometry.append((own_shape, (*(0,) * len(before), *(0,) * lead, *a.stride(), *(0,) * len(after))))
    return Laid(shape, None if 0 in shape else layout_of_result(shape, geometry))


def _arrays(xp: Any, indices: Any, shape: Any) -> tuple[Any, ...]:
    """Indices for NumPy: missing ones are full ranges; bounds are checked in PyTorch's words."""
    out: list[Any] = []
    count = 0
    expanded: list[Any] = []
    for a in indices:
        if a is not None and (a.dtype.kind == "b" or a.dtype == "uint8"):
            expanded.extend(xp.nonzero(a))
        else:
            expanded.append(a)
    for k, a in enumerate(expanded):
        if a is None:
            out.append(slice(None))
            continue
        n = shape[k]
        if a.size:
            low, high = int(a.min()), int(a.max())
            if low < -n or high >= n:
                fail(
                    IndexError,
                    f"index {_first_wrong(a, -n, n)} is out of bounds for dimension {count} with size {n}",
                    kind="index",
                    op="[]",
                    explain=[f"Dimension {k} has {n} elements: indices {-n} to {n - 1}." if n else f"Dimension {k} is empty."],
                )
        count += 1
        out.append(a)
    return tuple(out)


@op(
    "index(Tensor input, Tensor?[] indices) -> Tensor",
    namespaces=("internal",),
    method=False,
    dtype=FIRST,
    keep_dtype=("indices",),
    label="index",
    spec=_index_spec,
)
def index_(xp: Any, input: Any, indices: Any) -> Any:
    """Elements chosen by index tensors, one a dimension (None: all of it)."""
    return input[_arrays(xp, indices, input.shape)]


@index_.vjp("input", rule="g added at the indices of zeros")
def _(g: Any, input_spec: Any, indices: Any) -> Any:
    return g.new_zeros(input_spec.shape).index_put(indices, g, accumulate=True)


@index_.samples
def _(make: Any) -> Any:
    yield make(3, 4), (make.ints([0, 2, 2]),)
    yield make(3, 4), (None, make.ints([1, 1]))


def _put_spec(input: Any, indices: Any, values: Any, accumulate: bool) -> Any:
    if len(indices) > len(input.shape):
        raise IndexError(f"too many indices for tensor of dimension {len(input.shape)} (got {len(indices)})")
    for a in indices:
        if a is not None and a._dtype not in (dtypes.int64, dtypes.int32, dtypes.uint8, dtypes.bool_):
            _check_index_dtype(a)
    if values.dtype is not input.dtype:
        fail(
            RuntimeError,
            f"Index put requires the source and destination dtypes match, got {_cap(input.dtype)} for the destination and {_cap(values.dtype)} for the source.",
            kind="dtype",
            op="index_put",
            hints=[f"values.to({input.dtype})"],
        )
    place = input if isinstance(input, Spec) else None
    if place is not None and values.device.type != "meta":
        shape = tuple(_index_spec(place, indices))
        if any(a != b and a != 1 for a, b in zip(reversed(values.shape), reversed(shape), strict=False)) or len(values.shape) > len(shape):
            fail(
                RuntimeError,
                f"shape mismatch: value tensor of shape {_shown(values.shape)} cannot be broadcast to indexing result of shape {_shown(shape)}",
                kind="broadcast",
                op="index_put",
                explain=["The value broadcasts to the places it is written to."],
            )
    return _keep_layout(input)


@op(
    "index_put(Tensor input, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor",
    dtype=FIRST,
    keep_dtype=("indices", "values"),
    inplace=True,
    spec=_put_spec,
)
def index_put(xp: Any, input: Any, indices: Any, values: Any, accumulate: bool) -> Any:
    """A copy with values written (or added) at the indices.

    >>> zeros(3).index_put((tensor([0, 0]),), tensor([1., 2.]), accumulate=True)
    tensor([3., 0., 0.])
    """
    places = _arrays(xp, indices, input.shape)
    out = input.copy()
    if accumulate:
        backend_of(out).add_at(out, places, values)
    else:
        out[places] = values
    return out


@index_put.vjp("input", rule="g, 0 where written (unless accumulated)")
def _(g: Any, indices: Any, accumulate: bool, values_spec: Any) -> Any:
    return g if accumulate else g.index_put(indices, g.new_zeros([1] * len(values_spec.shape)))


@index_put.vjp("values", rule="g at the indices")
def _(g: Any, indices: Any, values_spec: Any) -> Any:
    return index_(g, indices).sum_to_size(values_spec.shape)


@index_put.samples
def _(make: Any) -> Any:
    yield make(3, 4), (make.ints([0, 2]),), make(4)
    yield make(4), (make.ints([1, 1]),), make(2), True


# -- gather and scatter -------------------------------------------------------------------------------------------------------------


def _first_wrong(index: Any, low: int, end: int) -> int:
    """The first index out of bounds."""
    flat = index.reshape(-1)
    return int(flat[(flat < low) | (flat >= end)][0])


_SOMEWHERE = "index out of range in self"  # PyTorch's words where its kernel does not say which index


def _check_index(name: str, index: Any, dim: int, size: int, cls: type[Exception] = RuntimeError, low_end: int = 0, words: str = "") -> None:
    """Bounds of an index array along a dimension."""
    if index.size:
        low, high = int(index.min()), int(index.max())
        if low < low_end or high >= size:
            wrong = _first_wrong(index, low_end, size)
            sentence = words.format(wrong, size) or f"index {wrong} is out of bounds for dimension {dim} with size {size}"
            fail(
                cls,
                f"{name}: {sentence}" if name.endswith("()") else sentence,
                kind="index",
                op=name,
                explain=[f"Dimension {dim} has {size} elements: indices 0 to {size - 1}." if size else f"Dimension {dim} is empty."],
            )


def _need_ints(name: str, index: Any, words: str = "int32/int64") -> None:
    """An index must be int64 (or int32)."""
    if index.dtype not in (dtypes.int32, dtypes.int64):
        fail(RuntimeError, f"{name}(): Expected dtype {words} for index", kind="dtype", op=name, hints=["index.long()"])


def _lifted(shape: Any) -> tuple[int, ...]:
    """A 0-d tensor counts as one of a single element."""
    return tuple(shape) or (1,)


def _gather_spec(input: Any, dim: int, index: Any, *rest: Any) -> Any:
    shape, index_shape = _lifted(input.shape), _lifted(index.shape)
    d = wrap_dim(dim, len(shape))
    if 0 not in index.shape:
        _need_ints("gather", index)
        if len(index_shape) != len(shape):
            raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
        for k in range(len(shape)):
            if k != d and index_shape[k] > shape[k]:
                fail(
                    RuntimeError,
                    f"Size does not match at dimension {k} expected index {_shown(index.shape)} to be no larger than self {_shown(input.shape)} "
                    f"apart from dimension {d}",
                    kind="shape",
                    op="gather",
                )
    return tuple(index.shape)


@op("gather(Tensor input, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor", dtype=FIRST, keep_dtype=("index",), spec=_gather_spec)
def gather(xp: Any, input: Any, dim: int, index: Any, sparse_grad: bool) -> Any:
    """Elements chosen along a dimension: out[i][j] = input[index[i][j]][j] for dim 0.

    >>> gather(tensor([[1, 2], [3, 4]]), 1, tensor([[0], [1]]))
    tensor([[1],
            [4]])
    """
    shape = index.shape
    if not index.size:
        return xp.zeros(shape, dtype=input.dtype)
    input, index = xp.atleast_1d(input), xp.atleast_1d(index)
    d = dim % input.ndim
    _check_index("gather", index, d, input.shape[d])
    part = tuple([slice(None) if k == d else slice(0, n) for k, n in enumerate(index.shape)])
    return xp.take_along_axis(input[part], index, axis=d).reshape(shape)


@gather.vjp("input", rule="g added at index")
def _(g: Any, input_spec: Any, dim: int, index: Any) -> Any:
    return g.new_zeros(input_spec.shape).scatter_add(dim, index, g)


@gather.samples
def _(make: Any) -> Any:
    yield make(3, 4), 1, make.ints([[0, 1], [2, 3], [1, 1]])


def _scatter_places(xp: Any, index: Any, dim: int) -> tuple[Any, ...]:
    grids = list(xp.indices(index.shape, sparse=True))
    grids[dim] = index
    return tuple(grids)


def _scatter_check(input: Any, dim: int, index: Any, src: Any = None) -> Any:
    d = wrap_dim(dim, len(input.shape))
    if 0 not in index.shape:
        _need_ints("scatter", index)
    if isinstance(src, Spec) and src.dtype is not input.dtype:
        fail(RuntimeError, "scatter(): Expected self.dtype to be equal to src.dtype", kind="dtype", op="scatter", hints=[f"src.to({input.dtype})"])
    if 0 in index.shape:
        return tuple(input.shape)
    shape, index_shape = _lifted(input.shape), _lifted(index.shape)
    if len(index_shape) != len(shape):
        raise RuntimeError("Index tensor must have the same number of dimensions as self tensor")
    too_large = any(k != d and index_shape[k] > shape[k] for k in range(len(shape)))
    if isinstance(src, Spec):
        src_shape = _lifted(src.shape)
        if len(src_shape) != len(index_shape):
            raise RuntimeError("Index tensor must have the same number of dimensions as src tensor")
        if too_large or any(a > b for a, b in zip(index_shape, src_shape, strict=True)):
            fail(
                RuntimeError,
                f"Expected index {_shown(index.shape)} to be no larger than self {_shown(input.shape)} apart from dimension {d} and to be no larger "
                f"size than src {_shown(src.shape)}",
                kind="shape",
                op="scatter",
            )
    elif too_large:
        fail(
            RuntimeError,
            f"Expected index {_shown(index.shape)} to be no larger than self {_shown(input.shape)} apart from dimension {d}",
            kind="shape",
            op="scatter",
        )
    return tuple(input.shape)


def _scattered(xp: Any, name: str, input: Any, dim: int, index: Any, src: Any, write: Any) -> Any:
    """A copy of input after ``write(out, places, values)`` on the places that index names."""
    shape = input.shape
    out = xp.atleast_1d(input).copy()
    if index.size:
        index = xp.atleast_1d(index)
        d = dim % out.ndim
        _check_index(name, index, d, out.shape[d])
        values = xp.atleast_1d(src)[tuple([slice(0, n) for n in index.shape])] if hasattr(src, "shape") else src
        write(out, _scatter_places(xp, index, d), values)
    return out.reshape(shape)


def _write(out: Any, places: Any, values: Any) -> None:
    out[places] = values


def _add(out: Any, places: Any, values: Any) -> None:
    backend_of(out).add_at(out, places, values)


def _padded(part: Any, shape: Any) -> Any:
    """A gradient of the part of src that index covers, zeros for the rest."""
    if tuple(part.shape) == tuple(shape):
        return part
    for k, n in enumerate(part.shape):
        if n != shape[k]:
            part = T.slice_backward(part, [*part.shape[:k], shape[k], *part.shape[k + 1 :]], k, 0, n, 1)
    return part


@op("scatter_add(Tensor input, int dim, Tensor index, Tensor src) -> Tensor", dtype=FIRST, keep_dtype=("index", "src"), inplace=True, spec=_scatter_check)
def scatter_add(xp: Any, input: Any, dim: int, index: Any, src: Any) -> Any:
    """A copy with src's elements added at index along a dimension.

    >>> zeros(3).scatter_add(0, tensor([0, 0]), tensor([1., 2.]))
    tensor([3., 0., 0.])
    """
    return _scattered(xp, "scatter_add", input, dim, index, src, _add)


@scatter_add.vjp("input", rule="g")
def _(g: Any) -> Any:
    return g


@scatter_add.vjp("src", rule="g gathered at index")
def _(g: Any, dim: int, index: Any, src_spec: Any) -> Any:
    return _padded(g.gather(dim, index), src_spec.shape)


@scatter_add.samples
def _(make: Any) -> Any:
    yield make(3, 4), 0, make.ints([[0, 1, 2, 0]]), make(1, 4)


@op("scatter(Tensor input, int dim, Tensor index, Tensor src) -> Tensor", dtype=FIRST, keep_dtype=("index", "src"), inplace=True, spec=_scatter_check)
def scatter(xp: Any, input: Any, dim: int, index: Any, src: Any) -> Any:
    """A copy with src's elements (or one number) written at index along a dimension.

    >>> zeros(3).scatter(0, tensor([1]), 5.)
    tensor([0., 5., 0.])
    """
    return _scattered(xp, "scatter", input, dim, index, src, _write)


@op(
    "scatter.value(Tensor input, int dim, Tensor index, Scalar value) -> Tensor",
    dtype=FIRST,
    keep_dtype=("index",),
    inplace=True,
    node="ScatterBackward1",
    spec=lambda input, dim, index, value: _scatter_check(input, dim, index),
)
def scatter_value(xp: Any, input: Any, dim: int, index: Any, value: Any) -> Any:
    """A copy with one number written at index along a dimension."""
    return _scattered(xp, "scatter", input, dim, index, _cell(value, input), _write)


def _cell(value: Any, like: Any) -> Any:
    """A number as an array's dtype holds it; RuntimeError where it cannot."""
    b = backend_of(like)
    d = b.from_np_dtype(like.dtype) if hasattr(b, "from_np_dtype") else dtypes.BY_NAME[like.dtype.name]
    return check_scalar(value, d)


for _scatter in (scatter, scatter_value):

    @_scatter.vjp("input", rule="g, 0 where written")
    def _(g: Any, dim: int, index: Any) -> Any:
        return g.scatter(dim, index, 0)


@scatter.vjp("src", rule="g gathered at index")
def _(g: Any, dim: int, index: Any, src_spec: Any) -> Any:
    return _padded(g.gather(dim, index), src_spec.shape)


@scatter.samples
def _(make: Any) -> Any:
    yield make(3, 4), 0, make.ints([[0, 1, 2, 0]]), make(1, 4)


@scatter_value.samples
def _(make: Any) -> Any:
    yield make(3, 4), 1, make.ints([[0], [1], [2]]), 2.0


def _scatter_with(reduce: str) -> Any:
    if reduce not in ("add", "multiply"):
        raise RuntimeError("reduce argument must be either add or multiply.")
    return _add if reduce == "add" else _multiply


def _multiply(out: Any, places: Any, values: Any) -> None:
    backend_of(out).xp.multiply.at(out, places, values)


@op(
    "scatter.reduce(Tensor input, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor",
    dtype=FIRST,
    keep_dtype=("index", "src"),
    inplace=True,
    node="NotImplemented",
    spec=lambda input, dim, index, src, reduce: _scatter_check(input, dim, index, src),
)
def scatter_reduced(xp: Any, input: Any, dim: int, index: Any, src: Any, reduce: str) -> Any:
    """A copy with src's elements added or multiplied in at index (reduce='add', 'multiply'); it has no gradient."""
    return _scattered(xp, "scatter", input, dim, index, src, _scatter_with(reduce))


@op(
    "scatter.value_reduce(Tensor input, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor",
    dtype=FIRST,
    keep_dtype=("index",),
    inplace=True,
    node="NotImplemented",
    spec=lambda input, dim, index, value, reduce: _scatter_check(input, dim, index),
)
def scatter_value_reduced(xp: Any, input: Any, dim: int, index: Any, value: Any, reduce: str) -> Any:
    """A copy with one number added or multiplied in at index; it has no gradient."""
    return _scattered(xp, "scatter", input, dim, index, _cell(value, input), _scatter_with(reduce))


def _no_gradient(g: Any) -> Any:
    fail(
        RuntimeError, "derivative for aten::scatter is not implemented", kind="gradient", op="scatter", hints=["scatter_add and scatter_reduce have gradients."]
    )


scatter_reduced.vjp("input", rule="none")(_no_gradient)
scatter_value_reduced.vjp("input", rule="none")(_no_gradient)


# -- scatter_reduce -----------------------------------------------------------------------------------------------------------------

_REDUCTIONS = ("sum", "prod", "mean", "amax", "amin")


def _reduce_check(input: Any, dim: int, index: Any, src: Any, reduce: str, include_self: bool) -> Any:
    if reduce not in _REDUCTIONS:
        raise RuntimeError(f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}")
    shape = _scatter_check(input, dim, index, src)
    d = input.dtype
    _no_kernel(f"scatter_gather_tensor_cpu_reduce_{reduce}", d, d.is_complex and reduce != "sum" and reduce != "prod" or d is dtypes.bool_ and reduce == "mean")
    return shape


@op(
    "scatter_reduce(Tensor input, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor",
    dtype=FIRST,
    keep_dtype=("index", "src"),
    inplace=True,
    spec=_reduce_check,
)
def scatter_reduce(xp: Any, input: Any, dim: int, index: Any, src: Any, reduce: str, include_self: bool) -> Any:
    """A copy with src's elements reduced ('sum', 'prod', 'mean', 'amax', 'amin') into the places that index names.

    >>> zeros(2).scatter_reduce(0, tensor([0, 0]), tensor([1., 2.]), 'sum')
    tensor([3., 0.])
    """

    return _scattered(xp, "scatter_reduce", input, dim, index, src, _reducing(xp, reduce, include_self))


def _reducing(xp: Any, reduce: str, include_self: bool) -> Any:
    """write(out, places, values) that reduces values into the places."""

    def write(out: Any, places: Any, values: Any) -> None:
        half = out.dtype.itemsize == 2 and out.dtype.kind not in "iu"
        wide = out.astype(xp.float32) if half else out
        values = xp.broadcast_to(values.astype(wide.dtype), xp.broadcast_shapes(*[p.shape for p in places]))
        whole = wide.dtype.kind in "biu"
        if not include_self:
            low = xp.iinfo(wide.dtype).min if wide.dtype.kind in "iu" else False if whole else -xp.inf
            high = xp.iinfo(wide.dtype).max if wide.dtype.kind in "iu" else True if whole else xp.inf
            wide[places] = {"sum": 0, "mean": 0, "prod": 1, "amax": low, "amin": high}[reduce]
        if reduce in ("sum", "mean"):
            if reduce == "mean":
                count = xp.full(wide.shape, 1 if include_self else 0, dtype="int64")
                xp.add.at(count, places, 1)
                count[count == 0] = 1
            xp.add.at(wide, places, values)
            if reduce == "mean":
                wide[...] = wide // count if whole else wide / count
        else:
            {"prod": xp.multiply, "amax": xp.maximum, "amin": xp.minimum}[reduce].at(wide, places, values)
        if half:
            out[...] = wide.astype(out.dtype)

    return write


def _reduce_parts(input: Any, dim: int, index: Any, src: Any, reduce: str, include_self: bool, out: Any, g: Any) -> Any:
    """(gradient of input before include_self, gradient of src at the indexed places)."""
    part = src
    for k, n in enumerate(index.shape):
        part = part.narrow(k, 0, n) if part.shape[k] != n else part
    if reduce == "sum":
        return g, g.gather(dim, index)
    if reduce == "mean":
        n = T.ones_like(g) if include_self else T.zeros_like(g)
        n = n.scatter_add(dim, index, T.ones_like(part))
        n = n.masked_fill(n == 0, 1)
        return g / n, (g / n).gather(dim, index)
    if reduce in ("amax", "amin"):
        own = (input == out).to(g._dtype)
        hit = (part == out.gather(dim, index)).to(g._dtype)
        shared = g / own.scatter_add(dim, index, hit)
        return own * shared, hit * shared.gather(dim, index)
    held = input.masked_fill(input == 0, 1)
    own = g * held.scatter_reduce(dim, index, part, "prod", include_self=include_self) / held
    zero = part == 0
    count = T.zeros_like(input).scatter_add(dim, index, zero.to(input._dtype)).gather(dim, index)
    single = zero & (count == 1)
    without = input.scatter_reduce(dim, index, part.masked_fill(single, 1), "prod", include_self=include_self)
    rest = (g * out).gather(dim, index) / part.masked_fill(zero, 1)
    return own, T.where(single, (g * without).gather(dim, index), rest)


@scatter_reduce.vjp("input", "src", rule="g shared out among what was reduced")
def _(g: Any, input: Any, dim: int, index: Any, src: Any, reduce: str, include_self: bool, out: Any) -> Any:
    own, part = _reduce_parts(input, dim, index, src, reduce, include_self, out, g)
    return own if include_self else own.scatter(dim, index, 0), _padded(part, src.shape)


@scatter_reduce.samples
def _(make: Any) -> Any:
    for reduce in _REDUCTIONS:
        yield make(3, 4), 0, make.ints([[0, 1, 2, 0], [0, 1, 1, 2]]), make(2, 4), reduce
    yield make(3, 4), 0, make.ints([[0, 1, 2, 0]]), make(1, 4), "prod", {"include_self": False}


def _slices_check(name: str, input: Any, dim: int, index: Any, source: Any) -> tuple[int, ...]:
    """What index_add and index_reduce ask of their operands, in PyTorch's order; the result's shape."""
    d = wrap_dim(dim, len(input.shape))
    if len(index.shape) > 1:
        raise IndexError(
            f"{name}_(): Index is supposed to be a vector, but got dim: {len(index.shape)} with type: {_cap(index.dtype)} and size: {_shown(index.shape)}"
        )
    if index.dtype not in (dtypes.int32, dtypes.int64):
        fail(RuntimeError, f"{name}_(): Expected dtype int32/int64 for index but got: {_cap(index.dtype)}", kind="dtype", op=name, hints=["index.long()"])
    if input.dtype is not source.dtype:
        raise RuntimeError(f"{name}_(): self ({_cap(input.dtype)}) and source ({_cap(source.dtype)}) must have the same scalar type")
    if d and d >= len(source.shape):
        raise RuntimeError(f"{name}_(): Indexing dim {d} is out of bounds of the source tensor with dim {len(source.shape)}")
    count = index.shape[0] if index.shape else 1
    size = source.shape[d] if source.shape else 1
    if count != size:
        raise RuntimeError(f"{name}_(): Number of indices ({count}) should be equal to source.size(dim): ({size}), for dim: {d}")
    shapes = [tuple(input.shape), tuple(source.shape)]
    if all(shapes):
        shapes = [s[:d] + s[d + 1 :] for s in shapes]
    if shapes[0] != shapes[1]:
        fail(
            RuntimeError,
            "source tensor shape must match self tensor shape, excluding the specified dimension. Got "
            f"self.shape = {_shown(input.shape)} source.shape = {_shown(source.shape)}",
            kind="shape",
            op=name,
            operands=[("input", _shown(input.shape)), ("source", _shown(source.shape))],
        )
    return tuple(input.shape)


def _index_reduce_spec(input: Any, dim: int, index: Any, source: Any, reduce: str, include_self: bool) -> Any:
    if reduce not in ("prod", "mean", "amax", "amin"):
        raise RuntimeError(f"index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got {reduce}.")
    shape = _slices_check("index_reduce", input, dim, index, source)
    d = input.dtype
    if d.is_complex or d is dtypes.bool_:  # which of PyTorch's kernels meets it first
        if not include_self or len(shape) < 2:
            _no_kernel("index_func_" if include_self else "index_reduce_func_exclude_input_init", d, True)
        _no_kernel("div_floor_cpu", d, reduce == "mean" and not d.is_complex)
        _no_kernel("maximum_cpu" if reduce == "amax" else "minimum_cpu", d, reduce.startswith("am") and d.is_complex)
    return shape


def _no_kernel(kernel: str, d: Any, unless: bool) -> None:
    if unless:
        fail(NotImplementedError, f"\"{kernel}\" not implemented for '{_cap(d)}'", kind="dtype", op=kernel)


@op(
    "index_reduce(Tensor input, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor",
    dtype=FIRST,
    keep_dtype=("index", "source"),
    inplace=True,
    spec=_index_reduce_spec,
)
def index_reduce(xp: Any, input: Any, dim: int, index: Any, source: Any, reduce: str, include_self: bool) -> Any:
    """A copy with source's slices reduced ('prod', 'mean', 'amax', 'amin') into the slices that index names.

    >>> ones(2).index_reduce(0, tensor([0, 0]), tensor([2., 3.]), 'prod')
    tensor([6., 1.])
    """
    source, n = xp.atleast_1d(source), max(input.ndim, 1)
    if not include_self:
        _check_index("index_reduce", index, dim % n, input.shape[dim] if input.ndim else 1, IndexError, -n)
    _check_index("index_reduce", index, dim % n, input.shape[dim] if input.ndim else 1, IndexError, 0, _SOMEWHERE)
    places = xp.broadcast_to(index.reshape([-1 if k == dim % n else 1 for k in range(n)]), source.shape)
    return _scattered(xp, "index_reduce", input, dim, places, source, _reducing(xp, reduce, include_self))


@index_reduce.vjp("input", "source", rule="g shared out among what was reduced")
def _(g: Any, input: Any, dim: int, index: Any, source: Any, reduce: str, include_self: bool, out: Any) -> Any:
    shape = source.shape
    if not input.ndim:
        g, input, source, out = (t.reshape(1) for t in (g, input, source, out))
    n = input.ndim
    places = index.long().reshape([-1 if k == dim % n else 1 for k in range(n)]).expand(source.shape)
    own, part = _reduce_parts(input, dim, places, source, reduce, include_self, out, g)
    if not include_self:
        own = own.index_fill(dim, index.long(), 0)
    return own, part.reshape(shape)


@index_reduce.samples
def _(make: Any) -> Any:
    for reduce in ("prod", "mean", "amax", "amin"):
        yield make(3, 4), 0, make.ints([0, 2, 2]), make(3, 4), reduce
        yield make(3, 4), 1, make.ints([0, 2]), make(3, 2), reduce, {"include_self": False}
    yield make(), 0, make.ints([0]), make(), "prod"


# -- slices along a dimension -------------------------------------------------------------------------------------------------------


def _select_spec(input: Any, dim: int, index: Any) -> Any:
    n = len(input.shape)
    d = wrap_dim(dim, n)
    if len(index.shape) > 1:
        raise IndexError("index_select(): Index is supposed to be a vector")
    _need_ints("index_select", index, "int32 or int64")
    count = index.shape[0] if index.shape else 1
    if not n:
        if count != 1:
            raise RuntimeError(f"index_select(): Index to scalar can have only 1 value, got {count} value(s)")
        return ()
    return (*input.shape[:d], count, *input.shape[d + 1 :])


@op("index_select(Tensor input, int dim, Tensor index) -> Tensor", dtype=FIRST, keep_dtype=("index",), spec=_select_spec)
def index_select(xp: Any, input: Any, dim: int, index: Any) -> Any:
    """Slices along a dimension in the order of index (a copy).

    >>> index_select(tensor([[1, 2], [3, 4]]), 1, tensor([1]))
    tensor([[2],
            [4]])
    """
    lifted = xp.atleast_1d(input)
    d, size = dim % lifted.ndim, lifted.shape[dim]
    if lifted.ndim > 1 and (d == 1 or not lifted.size):  # another kernel of PyTorch's, with words of its own
        if index.size and not size:
            fail(RuntimeError, "index_select(): self indexing axis dim should be positive", kind="index", op="index_select", explain=["It is empty."])
        _check_index("index_select", index, d, size, RuntimeError, 0, "INDICES element is out of DATA bounds, id={} axis_dim={}")
    else:
        _check_index("index_select", index, d, size, IndexError, 0, _SOMEWHERE)
    return xp.take(input, xp.atleast_1d(index), axis=dim) if input.ndim else input


@index_select.vjp("input", rule="g added at index")
def _(g: Any, input_spec: Any, dim: int, index: Any) -> Any:
    return g if not input_spec.shape else g.new_zeros(input_spec.shape).index_add(dim, index, g)


@index_select.samples
def _(make: Any) -> Any:
    yield make(3, 4), 1, make.ints([0, 3, 3])


@op(
    "index_add(Tensor input, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor",
    dtype=FIRST,
    keep_dtype=("index", "source"),
    inplace=True,
    spec=lambda input, dim, index, source, alpha: _slices_check("index_add", input, dim, index, source),
)
def index_add(xp: Any, input: Any, dim: int, index: Any, source: Any, alpha: Any) -> Any:
    """A copy with alpha * source's slices added at index along a dimension.

    >>> zeros(3).index_add(0, tensor([0, 0]), tensor([1., 2.]))
    tensor([3., 0., 0.])
    """
    out = xp.atleast_1d(input).copy()
    d = dim % out.ndim
    index = xp.atleast_1d(index)
    if out.ndim > 1 and not out.size:
        return out
    if out.ndim == 2:
        _check_index("index_add", index, d, out.shape[d])
    else:
        _check_index("index_add", index, d, out.shape[d], IndexError, 0, _SOMEWHERE)
    if alpha != 1:
        source = source * (xp.asarray(int(alpha)).astype(input.dtype) if input.dtype.kind in "iub" else alpha)  # -1 of a uint8 is 255
    backend_of(out).add_at(out, (slice(None),) * d + (index,), source.reshape(out.shape) if not input.ndim else source)
    return out.reshape(input.shape)


@index_add.vjp("input", rule="g")
def _(g: Any) -> Any:
    return g


@index_add.vjp("source", rule="g.index_select(dim, index) * alpha")
def _(g: Any, dim: int, index: Any, alpha: Any, source_spec: Any) -> Any:
    out = g.index_select(dim, index) if g.ndim else g.expand(source_spec.shape)
    return out * alpha if alpha != 1 else out


@index_add.samples
def _(make: Any) -> Any:
    yield make(3, 4), 0, make.ints([0, 2, 2]), make(3, 4)
    yield make(3, 4), 1, make.ints([0, 2]), make(3, 2), {"alpha": 2}


def _copy_spec(input: Any, dim: int, index: Any, source: Any) -> Any:
    d = wrap_dim(dim, len(input.shape))
    if len(index.shape) > 1:
        raise IndexError(f"index_copy_(): Index should have dimension 1 or 0 (got {len(index.shape)})")
    if index.dtype is not dtypes.int64:
        raise RuntimeError(f"index_copy_(): Expected a long tensor for index, but got {_cap(index.dtype)}")
    if input.dtype is not source.dtype:
        raise RuntimeError(
            f"index_copy_(): self and source expected to have the same dtype, but got (self) {_cap(input.dtype)} and (source) {_cap(source.dtype)}"
        )
    count = index.shape[0] if index.shape else 1
    size = source.shape[d] if source.shape else 1
    if source.shape and len(source.shape) != len(input.shape) and input.shape:
        raise IndexError(
            f"index_copy_(): When source and destination are not scalars, their dimensionality must match. Source dimensionality ({len(source.shape)}), "
            f"destination dimensionality ({len(input.shape)})"
        )
    if source.shape and any(a != b for k, (a, b) in enumerate(zip(input.shape, source.shape, strict=False)) if k != d):
        raise RuntimeError(
            "index_copy_(): Source/destination tensor must have same slice shapes. Destination slice shape: "
            f"{' '.join(str(s) for k, s in enumerate(input.shape) if k != d)} "
            f"at dimension {d} and source slice shape: {' '.join(str(s) for k, s in enumerate(source.shape) if k != d)} at dimension 0."
        )
    if count != size:
        raise IndexError(f"index_copy_(): Number of indices ({count}) should be equal to source.size(dim) ({size})")
    return tuple(input.shape)


@op("index_copy(Tensor input, int dim, Tensor index, Tensor source) -> Tensor", dtype=FIRST, keep_dtype=("index", "source"), inplace=True, spec=_copy_spec)
def index_copy(xp: Any, input: Any, dim: int, index: Any, source: Any) -> Any:
    """A copy with source's slices written at index along a dimension.

    >>> zeros(3).index_copy(0, tensor([2, 0]), tensor([1., 2.]))
    tensor([2., 0., 1.])
    """
    out = xp.atleast_1d(input).copy()
    d = dim % out.ndim
    index = xp.atleast_1d(index)
    _check_index("index_copy_()", index, d, out.shape[d], IndexError)
    out[(slice(None),) * d + (index,)] = source if source.ndim else source.reshape((1,) * out.ndim)
    return out.reshape(input.shape)


@index_copy.vjp("input", rule="g, 0 at index")
def _(g: Any, dim: int, index: Any) -> Any:
    return g.index_fill(dim, index, 0)


@index_copy.vjp("source", rule="g.index_select(dim, index)")
def _(g: Any, dim: int, index: Any, source_spec: Any) -> Any:
    return g.index_select(dim, index).reshape(source_spec.shape)


@index_copy.samples
def _(make: Any) -> Any:
    yield make(3, 4), 0, make.ints([2, 0]), make(2, 4)


def _fill_spec(input: Any, dim: int, index: Any, value: Any) -> Any:
    wrap_dim(dim, len(input.shape))
    if index.dtype is not dtypes.int64:
        raise IndexError("index_fill_(): Expected dtype int64 for index.")
    if len(index.shape) > 1:
        raise RuntimeError("Index has to be a vector/scalar")
    if isinstance(value, Spec) and value.shape:
        raise RuntimeError(f"index_fill_ only supports a 0-dimensional value tensor, but got tensor with {len(value.shape)} dimension(s).")
    if not input.dtype.is_complex and (value.dtype.is_complex if isinstance(value, Spec) else type(value) is complex):
        fail(RuntimeError, "index_fill_(): Converting complex Scalar to non-complex type is not supported", kind="dtype", op="index_fill")
    return _keep_layout(input)


def _index_filled(xp: Any, input: Any, dim: int, index: Any, value: Any) -> Any:
    out = xp.atleast_1d(input).copy()
    d = dim % out.ndim
    index = xp.atleast_1d(index)
    _check_index("index_fill", index, d, out.shape[d], IndexError, -out.shape[d])
    out[(slice(None),) * d + (index,)] = value
    return out.reshape(input.shape)


@op("index_fill(Tensor input, int dim, Tensor index, Scalar value) -> Tensor", dtype=FIRST, keep_dtype=("index",), inplace=True, spec=_fill_spec)
def index_fill(xp: Any, input: Any, dim: int, index: Any, value: Any) -> Any:
    """A copy with one value in the slices that index names.

    >>> zeros(3).index_fill(0, tensor([0, 2]), 5)
    tensor([5., 0., 5.])
    """
    return _index_filled(xp, input, dim, index, _cell(value, input))


@op(
    "index_fill.Tensor(Tensor input, int dim, Tensor index, Tensor value) -> Tensor",
    dtype=FIRST,
    keep_dtype=("index", "value"),
    inplace=True,
    node="IndexFillBackward1",
    spec=_fill_spec,
)
def index_fill_tensor(xp: Any, input: Any, dim: int, index: Any, value: Any) -> Any:
    """A copy with the value of a 0-d tensor in the slices that index names."""
    return _index_filled(xp, input, dim, index, value.astype(input.dtype))


for _index_fill in (index_fill, index_fill_tensor):

    @_index_fill.vjp("input", rule="g, 0 at index")
    def _(g: Any, dim: int, index: Any) -> Any:
        return g.index_fill(dim, index, 0)


@index_fill_tensor.vjp("value", rule="sum(g.index_select(dim, index))")
def _(g: Any, dim: int, index: Any) -> Any:
    return g.index_select(dim, T.unique(index)).sum()  # a slice that index names twice is written once


@index_fill.samples
def _(make: Any) -> Any:
    yield make(3, 4), 1, make.ints([0, 2]), 2.0


@index_fill_tensor.samples
def _(make: Any) -> Any:
    yield make(3, 4), 1, make.ints([0, 2]), make()
    yield make(3, 4), 1, make.ints([2, 0, 2]), make()


# -- elements of the flattened tensor -----------------------------------------------------------------------------------------------


def _flat_index(xp: Any, index: Any, size: int) -> Any:
    if index.size:
        low, high = int(index.min()), int(index.max())
        if low < -size or high >= size:
            fail(
                IndexError,
                f"out of range: tried to access index {_first_wrong(index, -size, size)} on a tensor of {size} elements.",
                kind="index",
                op="take",
                explain=["take counts through the flattened tensor."],
            )
    return index.reshape(-1)


def _take_spec(input: Any, index: Any) -> Any:
    if index.dtype is not dtypes.int64:
        raise RuntimeError(f"take(): Expected a long tensor for index, but got {_cap(index.dtype)}")
    if 0 in input.shape and 0 not in index.shape:
        raise IndexError("take(): tried to take from an empty tensor")
    return tuple(index.shape)


@op("take(Tensor input, Tensor index) -> Tensor", dtype=FIRST, keep_dtype=("index",), spec=_take_spec)
def take(xp: Any, input: Any, index: Any) -> Any:
    """Elements of the flattened tensor.

    >>> take(tensor([[1, 2], [3, 4]]), tensor([3, 0]))
    tensor([4, 1])
    """
    return input.reshape(-1)[_flat_index(xp, index, input.size)].reshape(index.shape)


@take.vjp("input", rule="g added at index")
def _(g: Any, input_spec: Any, index: Any) -> Any:
    return g.new_zeros(input_spec.shape).put(index, g, True)


@take.samples
def _(make: Any) -> Any:
    yield make(3, 4), make.ints([[0, 5], [11, -1]])


def _put_flat_spec(input: Any, index: Any, source: Any, accumulate: bool) -> Any:
    if index.dtype is not dtypes.int64:
        raise RuntimeError(f"put_(): Expected a long tensor for index, but got {_cap(index.dtype)}")
    if input.dtype is not source.dtype:
        raise RuntimeError(
            f"put_(): self and source expected to have the same dtype, but got self.dtype = {_cap(input.dtype)} and source.dtype = {_cap(source.dtype)}"
        )
    if _count(index.shape) != _count(source.shape):
        raise IndexError(
            "put_(): Expected source and index to have the same number of elements, but got "
            f"source.numel() = {_count(source.shape)}, index.numel() = {_count(index.shape)}"
        )
    return _keep_layout(input)


@op(
    "put(Tensor input, Tensor index, Tensor source, bool accumulate=False) -> Tensor",
    dtype=FIRST,
    keep_dtype=("index", "source"),
    inplace=True,
    spec=_put_flat_spec,
)
def put(xp: Any, input: Any, index: Any, source: Any, accumulate: bool) -> Any:
    """A copy with source's elements written (or added) at places of the flattened tensor.

    >>> tensor([1, 2, 3]).put(tensor([0, 2]), tensor([7, 8]))
    tensor([7, 2, 8])
    """
    out = input.reshape(-1).copy()
    if not out.size and index.size:
        fail(IndexError, "put_(): Tried to put elements into an empty tensor", kind="index", op="put")
    (_add if accumulate else _write)(out, (_flat_index(xp, index, out.size),), source.reshape(-1))
    return out.reshape(input.shape)


@put.vjp("input", rule="g, 0 where written (unless accumulated)")
def _(g: Any, index: Any, accumulate: bool, source_spec: Any) -> Any:
    return g if accumulate else g.put(index, g.new_zeros(source_spec.shape))


@put.vjp("source", rule="g at index")
def _(g: Any, index: Any, source_spec: Any) -> Any:
    return g.take(index).reshape(source_spec.shape)


@put.samples
def _(make: Any) -> Any:
    yield make(3, 4), make.ints([0, 5]), make(2)
    yield make(3, 4), make.ints([0, 0]), make(2), True


@composite("take_along_dim(Tensor input, Tensor indices, int? dim=None) -> Tensor")
def take_along_dim(input: Any, indices: Any, dim: Any) -> Any:
    """gather() with broadcasting; without a dim, of the flattened tensor.

    >>> take_along_dim(tensor([3, 1]), tensor([1, 0]))
    tensor([1, 3])
    """
    if dim is None:
        return input.reshape(-1).gather(0, indices.reshape(-1))
    if indices._dtype is not dtypes.int64:
        raise RuntimeError(f"torch.take_along_dim(): dtype of indices should be Long but got {_cap(indices._dtype)}")
    if input.ndim != indices.ndim:
        raise RuntimeError(
            f"torch.take_along_dim(): input and indices should have the same number of dimensions, but got {input.ndim} dimensions for input, and "
            f"{indices.ndim} dimensions for indices"
        )
    d = wrap_dim(dim, input.ndim)
    shape, places = list(input.shape), list(indices.shape)
    shape[d], places[d] = 1, 1
    common = list(broadcast_shapes([tuple(shape), tuple(places)]))
    wide = [input.shape[d] if k == d else n for k, n in enumerate(common)]
    narrow = [indices.shape[d] if k == d else n for k, n in enumerate(common)]
    n = input.shape[d]
    wrapped = T.where(indices < 0, indices + n, indices) % n if indices.numel() and n and not indices.is_meta else indices
    return input.expand(wide).gather(d, wrapped.expand(narrow))


# -- masks --------------------------------------------------------------------------------------------------------------------------


def _count(shape: Any) -> int:
    n = 1
    for s in shape:
        n *= s
    return n


@op(
    "nonzero(Tensor input) -> Tensor",
    dtype=lambda o, d, z, n, v: (None, dtypes.int64),
    namespaces=("internal",),
    method=False,
    spec=lambda input: DataDependent((_count(input.shape), len(input.shape))),
)
def _nonzero_rows(xp: Any, input: Any) -> Any:
    """Indices of nonzero elements, a row each."""
    return xp.argwhere(input) if input.ndim else xp.zeros((int(bool(input)), 0), dtype="int64")


def nonzero_(input: Tensor) -> Tensor:
    """Indices of nonzero elements, a row each; every column is contiguous in memory, as in PyTorch."""
    out = _nonzero_rows(input)
    b = backend_of(out._data)
    n = int(out.shape[0])
    out._data = b.laid_out(out._data, out._dtype, (1, n))
    return out  # type: ignore[no-any-return]


@composite("nonzero(Tensor input, *, bool as_tuple=False) -> Tensor", public="nonzero")
def nonzero(input: Any, as_tuple: bool) -> Any:
    """Indices of the nonzero elements: a row each, or with as_tuple=True one tensor a dimension.

    >>> nonzero(tensor([0, 5, 7]))
    tensor([[1],
            [2]])
    """
    if as_tuple:
        return nonzero_(input if input.ndim else input.reshape(1)).unbind(1)
    return nonzero_(input)


@composite("argwhere(Tensor input) -> Tensor")
def argwhere(input: Any) -> Any:
    """Indices of the nonzero elements, a row each.

    >>> argwhere(tensor([0, 5, 7]))
    tensor([[1],
            [2]])
    """
    return nonzero_(input)


def _selected_spec(input: Any, mask: Any) -> Any:
    if mask.dtype is not dtypes.bool_:
        fail(RuntimeError, "masked_select: expected BoolTensor for mask", kind="dtype", op="masked_select", hints=["mask.bool()"])
    return DataDependent((_count(broadcast_shapes([tuple(mask.shape), tuple(input.shape)])),))


@op("masked_select(Tensor input, Tensor mask) -> Tensor", dtype=FIRST, keep_dtype=("mask",), spec=_selected_spec)
def masked_select(xp: Any, input: Any, mask: Any) -> Any:
    """The elements where mask is True, in one dimension.

    >>> masked_select(tensor([1, 2, 3]), tensor([True, False, True]))
    tensor([1, 3])
    """
    a, m = xp.broadcast_arrays(input, mask)
    return a.reshape(-1)[m.reshape(-1)]


@masked_select.vjp("input", rule="g placed where mask")
def _(g: Any, input_spec: Any, mask: Any) -> Any:
    shape = broadcast_shapes([tuple(mask.shape), tuple(input_spec.shape)])
    return g.new_zeros(shape).masked_scatter(mask, g).sum_to_size(input_spec.shape)


@masked_select.samples
def _(make: Any) -> Any:
    yield make(3, 4), make.mask(3, 4)
    yield make(4), make.mask(3, 4)


_C_TYPES = {"int64": "long int", "int32": "int", "int16": "short int", "int8": "signed char", "uint8": "unsigned char", "float32": "float", "float64": "double",
            "float16": "c10::Half", "bfloat16": "c10::BFloat16", "complex64": "c10::complex<float>", "complex128": "c10::complex<double>"}  # fmt: skip


def _held(value: Any, d: Any) -> Any:
    """The value of a 0-d tensor that an op writes: a number where its dtype is wider than d, so that d is asked whether it can hold it."""
    return check_scalar(value.item(), d) if value._dtype is not d and not value.is_meta else value


def _fill_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    mask, v, d = values[1], values[2], values[0]._dtype
    if mask._dtype is not dtypes.bool_:
        fail(
            RuntimeError,
            f"masked_fill_ only supports boolean masks, but got mask with dtype {_C_TYPES[mask._dtype.name]}",
            kind="dtype",
            op="masked_fill",
            hints=["mask.bool()"],
        )
    if isinstance(v, Tensor):
        if v.ndim:
            fail(
                RuntimeError,
                f"masked_fill_ only supports a 0-dimensional value tensor, but got tensor with {v.ndim} dimension(s).",
                kind="shape",
                op="masked_fill",
                hints=["torch.where(mask, values, x) takes a tensor of values."],
            )
        if type(v).__name__ != "Batched":
            _held(v.detach(), d)
    else:
        check_scalar(v, d)
    broadcast_shapes([tuple(mask.shape), tuple(values[0].shape)])
    return d, d


@op(
    "masked_fill(Tensor input, Tensor mask, Tensor|Scalar value) -> Tensor",
    kind="map",
    dtype=_fill_policy,
    inplace=True,
    row_major=True,
    node=lambda n: "MaskedFillBackward" + ("0" if "value" in (n.args or {}) else "1"),
)
def masked_fill(xp: Any, input: Any, mask: Any, value: Any) -> Any:
    """A copy with value where mask is True.

    >>> masked_fill(tensor([1., 2.]), tensor([True, False]), -1)
    tensor([-1.,  2.])
    """
    return xp.where(xp.not_equal(mask, 0), value, input)


@masked_fill.vjp("input", rule="g, 0 where mask")
def _(xp: Any, g: Any, mask: Any) -> Any:
    return xp.where(mask, 0.0, g)


@masked_fill.vjp("value", rule="sum of g where mask")
def _(xp: Any, g: Any, mask: Any) -> Any:
    return xp.where(mask, g, 0.0)


@masked_fill.samples
def _(make: Any) -> Any:
    yield make(3, 4), make.mask(3, 4), 2.0


def _masked_scatter_spec(input: Any, mask: Any, source: Any) -> Any:
    if mask.dtype is not dtypes.bool_:
        raise RuntimeError(f"masked_scatter_ only supports boolean masks, but got mask with dtype {_cap(mask.dtype)}")
    if input.dtype is not source.dtype:
        raise RuntimeError(f"masked_scatter: expected self and source to have same dtypes but got{_cap(input.dtype)} and {_cap(source.dtype)}")
    return broadcast_shapes([tuple(mask.shape), tuple(input.shape)])


@op("masked_scatter(Tensor input, Tensor mask, Tensor source) -> Tensor", dtype=FIRST, keep_dtype=("mask", "source"), inplace=True, spec=_masked_scatter_spec)
def masked_scatter(xp: Any, input: Any, mask: Any, source: Any) -> Any:
    """A copy with source's elements, one after the other, where mask is True.

    >>> masked_scatter(tensor([1, 2, 3]), tensor([True, False, True]), tensor([7, 8]))
    tensor([7, 2, 8])
    """
    a, m = xp.broadcast_arrays(input, mask)
    out = a.copy()
    n = int(m.sum())
    if n > source.size:
        fail(
            RuntimeError,
            "Number of elements of source < number of ones in mask",
            kind="shape",
            op="masked_scatter",
            explain=[f"{n} places, {source.size} elements."],
        )
    out[m] = source.reshape(-1)[:n]
    return out


@masked_scatter.vjp("input", rule="g, 0 where mask")
def _(g: Any, mask: Any) -> Any:
    return g.masked_fill(mask, 0)


@masked_scatter.vjp("source", rule="g where mask, then zeros")
def _(g: Any, mask: Any, source_spec: Any) -> Any:
    part = g.masked_select(mask)
    n = _count(source_spec.shape)
    return T.slice_backward(part, [n], 0, 0, part.shape[0], 1).reshape(source_spec.shape)


@masked_scatter.samples
def _(make: Any) -> Any:
    yield make(3, 4), make.mask(3, 4), make(12)


# -- a part of a copy replaced --------------------------------------------------------------------------------------------------------


def _check_part(shape: Any, src: Any) -> None:
    if tuple(shape) != tuple(src.shape):
        raise RuntimeError(f"expected src to have a size equal to the slice of self. src size = {_shown(src.shape)}, slice size = {_shown(shape)}")


def _select_scatter_spec(input: Any, src: Any, dim: int, index: int) -> Any:
    _check_part(select.kernel(tuple(input.shape), row_major(input.shape), 0, dim, index)[0], src)
    return _keep_layout(input)


@op("select_scatter(Tensor input, Tensor src, int dim, int index) -> Tensor", dtype=FIRST, spec=_select_scatter_spec)
def select_scatter(xp: Any, input: Any, src: Any, dim: int, index: int) -> Any:
    """A copy with src in place of one index of a dimension.

    >>> select_scatter(zeros(2, 2), ones(2), 0, 1)
    tensor([[0., 0.],
            [1., 1.]])
    """
    out = input.copy()
    out[(slice(None),) * (dim % input.ndim) + (index,)] = src
    return out


@select_scatter.vjp("input", rule="g, 0 at index")
def _(g: Any, src_spec: Any, dim: int, index: int) -> Any:
    return T.select_scatter(g, g.new_zeros(src_spec.shape), dim, index)


@select_scatter.vjp("src", rule="g.select(dim, index)")
def _(g: Any, dim: int, index: int) -> Any:
    return g.select(dim, index)


@select_scatter.samples
def _(make: Any) -> Any:
    yield make(3, 4), make(4), 0, -1


def _slice_scatter_spec(input: Any, src: Any, dim: int, start: Any, end: Any, step: int) -> Any:
    if not len(input.shape):
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    _check_part(slice_.kernel(tuple(input.shape), row_major(input.shape), 0, dim, start, end, step)[0], src)
    return _keep_layout(input)


@op("slice_scatter(Tensor input, Tensor src, int dim=0, int? start=None, int? end=None, int step=1) -> Tensor", dtype=FIRST, spec=_slice_scatter_spec)
def slice_scatter(xp: Any, input: Any, src: Any, dim: int, start: Any, end: Any, step: int) -> Any:
    """A copy with src in place of a range of a dimension.

    >>> slice_scatter(zeros(3), ones(2), 0, 1)
    tensor([0., 1., 1.])
    """
    out = input.copy()
    out[(slice(None),) * (dim % input.ndim) + (slice(start, end, step),)] = src
    return out


@slice_scatter.vjp("input", rule="g, 0 in the range")
def _(g: Any, src_spec: Any, dim: int, start: Any, end: Any, step: int) -> Any:
    return T.slice_scatter(g, g.new_zeros(src_spec.shape), dim, start, end, step)


@slice_scatter.vjp("src", rule="g[start:end:step]")
def _(g: Any, dim: int, start: Any, end: Any, step: int) -> Any:
    return slice_(g, dim, start, end, step)


@slice_scatter.samples
def _(make: Any) -> Any:
    yield make(5, 2), make(2, 2), 0, 1, 5, 2


def _diagonal_scatter_spec(input: Any, src: Any, offset: int, dim1: int, dim2: int) -> Any:
    _check_part(diagonal.kernel(tuple(input.shape), row_major(input.shape), 0, offset, dim1, dim2)[0], src)
    return _keep_layout(input)


@op("diagonal_scatter(Tensor input, Tensor src, int offset=0, int dim1=0, int dim2=1) -> Tensor", dtype=FIRST, spec=_diagonal_scatter_spec)
def diagonal_scatter(xp: Any, input: Any, src: Any, offset: int, dim1: int, dim2: int) -> Any:
    """A copy with src in place of a diagonal.

    >>> diagonal_scatter(zeros(2, 2), ones(2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    out = input.copy()
    moved = xp.moveaxis(out, (dim1, dim2), (-2, -1))
    k = xp.arange(src.shape[-1])
    moved[..., k + max(-offset, 0), k + max(offset, 0)] = src
    return out


@diagonal_scatter.vjp("input", rule="g, 0 on the diagonal")
def _(g: Any, src_spec: Any, offset: int, dim1: int, dim2: int) -> Any:
    return T.diagonal_scatter(g, g.new_zeros(src_spec.shape), offset, dim1, dim2)


@diagonal_scatter.vjp("src", rule="g.diagonal(offset, dim1, dim2)")
def _(g: Any, offset: int, dim1: int, dim2: int) -> Any:
    return g.diagonal(offset, dim1, dim2)


@diagonal_scatter.samples
def _(make: Any) -> Any:
    yield make(3, 4), make(3), 1
    yield make(3, 2, 4), make(2, 2), -1, 0, 2


# -- triangles and diagonals --------------------------------------------------------------------------------------------------------


def _matrix(name: str) -> Any:
    def spec(input: Any, diagonal: int) -> Any:
        if len(input.shape) < 2:
            raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions")
        return tuple(input.shape)

    return spec


@op("tril(Tensor input, int diagonal=0) -> Tensor", dtype=FIRST, spec=_matrix("tril"), inplace=True)
def tril(xp: Any, input: Any, diagonal: int) -> Any:
    """The lower triangle of matrices, zeros above the diagonal.

    >>> tril(ones(2, 2))
    tensor([[1., 0.],
            [1., 1.]])
    """
    return xp.tril(input, diagonal)


@tril.vjp("input", rule="g.tril(diagonal)")
def _(g: Any, diagonal: int) -> Any:
    return g.tril(diagonal)


@op("triu(Tensor input, int diagonal=0) -> Tensor", dtype=FIRST, spec=_matrix("triu"), inplace=True)
def triu(xp: Any, input: Any, diagonal: int) -> Any:
    """The upper triangle of matrices, zeros below the diagonal.

    >>> triu(ones(2, 2))
    tensor([[1., 1.],
            [0., 1.]])
    """
    return xp.triu(input, diagonal)


@triu.vjp("input", rule="g.triu(diagonal)")
def _(g: Any, diagonal: int) -> Any:
    return g.triu(diagonal)


for _triangle in (tril, triu):

    @_triangle.samples
    def _(make: Any) -> Any:
        yield (make(3, 4),)
        yield make(3, 3), 1


def _embed_spec(input: Any, offset: int, dim1: int, dim2: int) -> Any:
    n = len(input.shape)
    if not n:
        wrap_dim(dim1 if dim1 not in (0, -1) else dim2, 0)
    a, b = wrap_dim(dim1, n + 1), wrap_dim(dim2, n + 1)
    if a == b:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    size = input.shape[-1] + abs(offset)
    rest = iter(input.shape[:-1])
    return tuple([size if k in (a, b) else next(rest) for k in range(n + 1)])


@op("diag_embed(Tensor input, int offset=0, int dim1=-2, int dim2=-1) -> Tensor", dtype=FIRST, spec=_embed_spec)
def diag_embed(xp: Any, input: Any, offset: int, dim1: int, dim2: int) -> Any:
    """Matrices with the last dimension on a diagonal and zeros elsewhere.

    >>> diag_embed(tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    n = input.shape[-1]
    out = xp.zeros((*input.shape[:-1], n + abs(offset), n + abs(offset)), dtype=input.dtype)
    k = xp.arange(n)
    out[..., k + max(-offset, 0), k + max(offset, 0)] = input
    return xp.moveaxis(out, (-2, -1), (dim1, dim2))


@diag_embed.vjp("input", rule="g.diagonal(offset, dim1, dim2)")
def _(g: Any, offset: int, dim1: int, dim2: int) -> Any:
    return g.diagonal(offset, dim1, dim2)


@diag_embed.samples
def _(make: Any) -> Any:
    yield (make(2, 3),)
    yield make(2, 3), 1, 0, 2


@op(
    "_diagonal_copy(Tensor input, int offset=0) -> Tensor",
    namespaces=("internal",),
    method=False,
    node="DiagonalBackward0_copy",
    label="diagonal",
    dtype=FIRST,
    spec=lambda input, offset: tuple(diagonal.kernel(tuple(input.shape), row_major(input.shape), 0, offset, 0, 1)[0]),
)
def _diagonal_copy(xp: Any, input: Any, offset: int) -> Any:
    """A matrix's diagonal, copied."""
    return xp.diagonal(input, offset)


@_diagonal_copy.vjp("input", rule="g placed on the diagonal of zeros")
def _(g: Any, input_spec: Any, offset: int) -> Any:
    return T.diagonal_scatter(g.new_zeros(input_spec.shape), g, offset)


@_diagonal_copy.samples
def _(make: Any) -> Any:
    yield make(3, 4), 1


@composite("diag(Tensor input, int diagonal=0) -> Tensor")
def diag(input: Any, diagonal: int) -> Any:
    """A vector's diagonal matrix, or a matrix's diagonal (a copy).

    >>> diag(tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    if input.ndim == 1:
        return diag_embed(input, diagonal)
    if input.ndim != 2:
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input.ndim}D")
    return _diagonal_copy(input, diagonal)


@composite("diagflat(Tensor input, int offset=0) -> Tensor")
def diagflat(input: Any, offset: int) -> Any:
    """The flattened tensor on a diagonal of zeros.

    >>> diagflat(tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    return diag_embed(input.reshape(-1), offset)


@composite("one_hot(Tensor tensor, int num_classes=-1) -> Tensor", namespaces=("nn.functional",), method=False)
def one_hot(tensor: Any, num_classes: int) -> Any:
    """int64 rows with a single 1 at each class index.

    >>> nn.functional.one_hot(tensor([0, 2]))
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    if tensor._dtype is not dtypes.int64:
        fail(RuntimeError, "one_hot is only applicable to index tensor of type LongTensor.", kind="dtype", op="one_hot", hints=["x.long()"])
    if tensor.is_meta:
        if num_classes < 0:
            raise NotImplementedError("one_hot of a meta tensor needs num_classes: the data would tell it")
        return T.empty(*tensor.shape, num_classes, dtype=dtypes.int64, device=tensor.device)
    if tensor.numel() == 0 and num_classes <= 0:
        raise RuntimeError("Can not infer total number of classes from empty tensor.")
    if tensor.numel() and int(tensor.min()) < 0:
        raise RuntimeError("Class values must be non-negative.")
    n = num_classes if num_classes != -1 else int(tensor.max()) + 1
    if n < 1:
        raise RuntimeError("num_classes should be positive")
    if tensor.numel() and int(tensor.max()) >= n:
        raise RuntimeError("Class values must be smaller than num_classes.")
    return tensor.new_zeros(*tensor.shape, n).scatter(-1, tensor.unsqueeze(-1), 1)


# -- sets and counts ------------------------------------------------------------------------------------------------------------------


def _three(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    input, dim = values
    if input._dtype.is_complex:
        kernel = "unique" if dim is None else "unique_dim"
        fail(NotImplementedError, f"\"{kernel}\" not implemented for '{_cap(input._dtype)}'", kind="dtype", op="unique")
    if dim is not None and 0 in input.shape:
        shape = tuple(input.shape)
        if shape.count(0) > 1 and shape[dim] == 0:
            raise RuntimeError("Number of zero sized dimensions is more than one, so unique cannot be applied ")
        if shape[dim]:
            raise RuntimeError("There are 0 sized dimensions, and they aren't selected, so unique cannot be applied")
    return None, (values[0]._dtype, dtypes.int64, dtypes.int64)


def _rows_first(xp: Any, a: Any, dim: Any) -> Any:
    """Slices along a dimension as rows; without one, the flattened tensor."""
    return a.reshape(-1) if dim is None else xp.moveaxis(a, dim, 0)


@op(
    "_unique(Tensor input, int? dim=None) -> (Tensor output, Tensor inverse, Tensor counts)",
    namespaces=("internal",), method=False, dtype=_three, spec=lambda input, dim: DataDependent(tuple(input.shape)), nondiff="inverse counts",
    node=lambda n: "Unique2Backward0" if n.args["dim"] is None else "UniqueDimBackward0",
)  # fmt: skip
def _unique(xp: Any, input: Any, dim: Any) -> Any:
    """Distinct elements (or slices) in order, where each element's is, how often it occurs."""
    b = backend_of(input)
    a = b.to_host(input)
    hp = by_name("cpu").xp
    rows = _rows_first(hp, a, dim)
    if dim is None:
        values, inverse, counts = hp.unique(rows, return_inverse=True, return_counts=True, equal_nan=False)
        inverse = inverse.reshape(a.shape)
    else:
        values, inverse, counts = hp.unique(rows, return_inverse=True, return_counts=True, axis=0)
        values, inverse = hp.moveaxis(values, 0, dim), inverse.reshape(-1)
    return tuple([v if b.name == "cpu" else b.from_host(v, None) for v in (values, inverse, counts)])


@op(
    "_unique_consecutive(Tensor input, int? dim=None) -> (Tensor output, Tensor inverse, Tensor counts)",
    namespaces=("internal",), method=False, dtype=_three, spec=lambda input, dim: DataDependent(tuple(input.shape)), nondiff="inverse counts",
    node="UniqueConsecutiveBackward0",
)  # fmt: skip
def _unique_consecutive(xp: Any, input: Any, dim: Any) -> Any:
    """Runs of equal elements (or slices): their values, the run of each element, their lengths."""
    rows = _rows_first(xp, input, dim)
    n = rows.shape[0]
    new = xp.ones(n, dtype="bool")
    if n > 1:
        new[1:] = (rows[1:] != rows[:-1]).reshape(n - 1, -1).any(1)
    starts = xp.flatnonzero(new)
    inverse = xp.cumsum(new) - 1
    values = rows[starts] if dim is None else xp.moveaxis(rows[starts], 0, dim)
    return values, inverse.reshape(input.shape) if dim is None else inverse, xp.diff(xp.append(starts, n))


def _underived(name: str) -> None:
    fail(
        NotImplementedError,
        f"the derivative for '{name}' is not implemented.",
        kind="derivative",
        op=name,
        hints=["x[i] has one, with the places i that return_inverse or sort() gives."],
    )


@_unique.vjp("input", rule="none: raises")
def _(g_output: Any, dim: Any) -> Any:
    _underived("_unique2" if dim is None else "unique_dim")


@_unique_consecutive.vjp("input", rule="none: raises")
def _(g_output: Any) -> Any:
    _underived("unique_consecutive")


def _slices(input: Any, dim: Any) -> Any:
    """The dimension whose slices are compared, from the front."""
    if dim is not None and not input.ndim:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    return dim if dim is None else wrap_dim(dim, input.ndim)


def _chosen(found: Any, return_inverse: bool, return_counts: bool, dim: Any) -> Any:
    values, inverse, counts = found
    if dim and not values.is_meta:  # found along dim 0, and moved back
        shape = tuple(values.shape)
        step = row_major((shape[dim], *shape[:dim], *shape[dim + 1 :]))
        values._data = backend_of(values._data).laid_out(values._data, values._dtype, (*step[1 : dim + 1], step[0], *step[dim + 1 :]))
    out = [values] + ([inverse] if return_inverse else []) + ([counts] if return_counts else [])
    return out[0] if len(out) == 1 else tuple(out)


@composite("unique(Tensor input, bool sorted=True, bool return_inverse=False, bool return_counts=False, int? dim=None) -> Any", public="unique")
def unique(input: Any, sorted: bool, return_inverse: bool, return_counts: bool, dim: Any) -> Any:
    """Distinct elements in order (or slices along dim); on request also the inverse indices and the counts.

    >>> unique(tensor([3, 1, 3]))
    tensor([1, 3])
    """
    dim = _slices(input, dim)
    return _chosen(_unique(input, dim), return_inverse, return_counts, dim)


@composite("unique_consecutive(Tensor input, bool return_inverse=False, bool return_counts=False, int? dim=None) -> Any", public="unique_consecutive")
def unique_consecutive(input: Any, return_inverse: bool, return_counts: bool, dim: Any) -> Any:
    """Elements (or slices along dim) without immediate repetitions.

    >>> unique_consecutive(tensor([3, 3, 1, 3]))
    tensor([3, 1, 3])
    """
    dim = None if dim == 0 and input.ndim == 1 else _slices(input, dim)
    return _chosen(_unique_consecutive(input, dim), return_inverse, return_counts, dim)


@composite("isin(Tensor|Scalar elements, Tensor|Scalar test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor", method=False)
def isin(elements: Any, test_elements: Any, assume_unique: bool, invert: bool) -> Any:
    """Whether each element occurs among the test elements.

    >>> isin(tensor([1, 2, 3]), tensor([2, 3]))
    tensor([False,  True,  True])
    """
    if not isinstance(elements, Tensor) and not isinstance(test_elements, Tensor):
        raise TypeError(
            f"isin() received an invalid combination of arguments - got ({type(elements).__name__}, {type(test_elements).__name__}), but expected one of:\n"
            " * (Number element, Tensor test_elements, *, bool assume_unique = False, bool invert = False)\n"
            " * (Tensor elements, Number test_element, *, bool assume_unique = False, bool invert = False)\n"
            " * (Tensor elements, Tensor test_elements, *, bool assume_unique = False, bool invert = False)\n"
        )
    if not isinstance(elements, Tensor):
        elements = T.tensor(elements, device=test_elements.device)
    if not isinstance(test_elements, Tensor):
        test_elements = T.tensor(test_elements, device=elements.device)
    for t in (elements, test_elements):
        if t._dtype is dtypes.bool_ or t._dtype.is_complex:
            fail(RuntimeError, f"Unsupported input type encountered for isin(): {_cap(t._dtype)}", kind="dtype", op="isin")
    return _isin(elements, test_elements, invert)


@op(
    "_isin(Tensor elements, Tensor test_elements, bool invert) -> Tensor",
    namespaces=("internal",),
    method=False,
    dtype=lambda o, d, z, n, v: (None, dtypes.bool_),
    spec=lambda elements, test_elements, invert: tuple(elements.shape),
)
def _isin(xp: Any, elements: Any, test_elements: Any, invert: bool) -> Any:
    """Membership of each element."""
    return xp.isin(elements, test_elements, invert=invert)


def _bincount_check(input: Any, weights: Any, minlength: int) -> None:
    if minlength < 0:
        raise RuntimeError("minlength should be >= 0")
    if input._dtype.category != dtypes.INT:
        raise NotImplementedError(f"\"bincount_cpu\" not implemented for '{_cap(input._dtype)}'")
    if input.ndim != 1 or (input.numel() and int(input.min()) < 0):
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if weights is not None and input.numel() and tuple(weights.shape) != tuple(input.shape):
        raise RuntimeError("weights should be 1-d and have the same length as input")


@composite("bincount(Tensor input, Tensor? weights=None, int minlength=0) -> Tensor")
def bincount(input: Any, weights: Any, minlength: int) -> Any:
    """How often each nonnegative integer occurs (or the sum of its weights).

    >>> bincount(tensor([0, 2, 2]))
    tensor([1, 0, 2])
    """
    _bincount_check(input, weights, minlength)
    if not input.shape[0]:
        return T.zeros(minlength, dtype=dtypes.int64, device=input.device)  # weights or not
    n = max(int(input.max()) + 1 if input.numel() else 0, minlength)
    d = dtypes.int64 if weights is None else dtypes.float32 if weights._dtype is dtypes.float32 else dtypes.float64
    limits.check((n,), d, "bincount")
    values = T.ones(input.shape[0], dtype=d, device=input.device) if weights is None else weights.detach().to(d)
    return T.zeros(n, dtype=d, device=input.device).index_add(0, input.long(), values)


def _sizes_given(shape: Any) -> tuple[int, ...]:
    """unravel_index's shape: a size or a sequence of them, none negative; TypeError and ValueError in PyTorch's words."""
    if isinstance(shape, int):
        shape = (shape,)
    kind = type(shape)
    if not isinstance(shape, (tuple, list, range, str)):
        raise TypeError(f"expected 'shape' to be int or sequence of ints, but got {Tensor if kind is Tensor else kind}")
    for s in shape:
        if isinstance(s, (Tensor, float, str)) or not hasattr(s, "__index__"):
            raise TypeError(f"expected 'shape' sequence to only contain ints, but got {type(s)}")
    out = tuple([int(s) for s in shape])
    if any(s < 0 for s in out):
        raise ValueError(f"'shape' cannot have negative values, but got {out}")
    return out


@composite("unravel_index(Tensor indices, Any shape) -> Tensor[]", method=False)
def unravel_index(indices: Any, shape: Any) -> Any:
    """Places in the flattened tensor as coordinates, one tensor a dimension.

    >>> unravel_index(tensor([3, 4]), (2, 3))
    (tensor([1, 1]), tensor([0, 1]))
    """
    if indices._dtype.category != dtypes.INT:
        fail(TypeError, f"expected 'indices' to be integer dtype, but got {indices._dtype}", kind="dtype", op="unravel_index", hints=["indices.long()"])
    shape = _sizes_given(shape)
    sizes = T.tensor(list(shape), dtype=dtypes.int64, device=indices.device)
    steps = T.tensor([_count(shape[k + 1 :]) for k in range(len(shape))], dtype=dtypes.int64, device=indices.device)
    return ((indices.unsqueeze(-1) // steps) % sizes).unbind(-1)


__all__ = ["getitem", "nonzero_", "setitem"]


@composite("as_strided_scatter(Tensor input, Tensor src, int[] size, int[] stride, int? storage_offset=None) -> Tensor")
def as_strided_scatter(input: Any, src: Any, size: Any, stride: Any, storage_offset: Any) -> Any:
    """A copy of input with src in the place that as_strided() would view.

    >>> as_strided_scatter(zeros(4), ones(2), (2,), (2,))
    tensor([1., 0., 1., 0.])
    """
    as_strided.options["check"](input, size, stride, storage_offset)
    first = input.storage_offset()
    _check_part(as_strided.kernel(input.shape, input.stride(), first, size, stride, storage_offset)[0], src)
    return _as_strided_scatter(input, src, input.stride(), size, stride, 0 if storage_offset is None else storage_offset - first)


def _cells(xp: Any, size: Any, stride: Any, first: int) -> Any:
    """The cell of every element of a geometry."""
    out = xp.full((1,) * len(size), first, dtype="int64")
    for k, (n, step) in enumerate(zip(size, stride, strict=True)):
        out = out + (xp.arange(n) * step).reshape((-1,) + (1,) * (len(size) - 1 - k))
    return out


def _span(size: Any, stride: Any) -> int:
    return sum([(n - 1) * s for n, s in zip(size, stride, strict=True)]) if 0 not in size else -1


@op(
    "_as_strided_scatter(Tensor input, Tensor src, int[] own, int[] size, int[] stride, int start) -> Tensor",
    namespaces=("internal",), method=False, dtype=FIRST, node="AsStridedScatterBackward0", label="as_strided_scatter",
    spec=lambda input, src, own, size, stride, start: _keep_layout(input),
)  # fmt: skip
def _as_strided_scatter(xp: Any, input: Any, src: Any, own: Any, size: Any, stride: Any, start: int) -> Any:
    """input, taken to lie in memory by the strides ``own``, with src in the cells of another geometry, ``start`` cells behind input's first."""
    low = min(start, 0)
    flat = xp.zeros(1 + max(_span(input.shape, own), start + _span(size, stride)) - low, dtype=input.dtype)
    places = _cells(xp, input.shape, own, -low)
    flat[places] = input
    flat[_cells(xp, size, stride, start - low)] = src
    return flat[places]


@_as_strided_scatter.vjp("input", rule="g, 0 in the view's cells")
def _(g: Any, src_spec: Any, own: Any, size: Any, stride: Any, start: int) -> Any:
    return _as_strided_scatter(g, g.new_zeros(src_spec.shape), own, size, stride, start)


@_as_strided_scatter.vjp("src", rule="g in the view's cells")
def _(g: Any, own: Any, size: Any, stride: Any, start: int) -> Any:
    low = min(start, 0)
    cells = T.arange(1 + max(_span(g.shape, own), start + _span(size, stride)) - low, device=g.device)
    flat = g.new_zeros(cells.shape[0]).index_put((cells.as_strided(g.shape, own, -low),), g)
    return index_(flat, (cells.as_strided(size, stride, start - low),))


@as_strided_scatter.samples
def _(make: Any) -> Any:
    yield make(3, 3), make(2, 2), (2, 2), (3, 1)


@_as_strided_scatter.samples
def _(make: Any) -> Any:
    yield make(3, 3), make(2, 2), (3, 1), (2, 2), (3, 1), 0
    yield make(2, 3), make(2, 2), (1, 2), (2, 2), (3, 1), 1
    yield make(2, 3), make(4), (3, 1), (4,), (1,), -2


@composite("nonzero_static(Tensor input, *, int size, int fill_value=-1) -> Tensor")
def nonzero_static(input: Any, size: int, fill_value: int) -> Any:
    """The first ``size`` rows of nonzero(), filled up where there are fewer.

    >>> nonzero_static(tensor([1, 0, 3]), size=3)
    tensor([[ 0],
            [ 2],
            [-1]])
    """
    if size < 0:
        raise RuntimeError("nonzero_static: 'size' must be an non-negative integer")
    found = _nonzero_rows(input.detach())
    have = found.shape[0]
    if have < size:
        return T.cat([found, T.full((size - have, input.ndim), fill_value, dtype=found._dtype, device=found.device)])
    return found.index_select(0, T.arange(size, device=found.device))


in_place_function("index_put_")
