"""What Tensor answers about layouts, devices and processes that are not here; Python functions applied element by element; set_(); hash_tensor().

Sparse, quantized and nested tensors do not exist here: a tensor says so in PyTorch's words.
"""

from __future__ import annotations

from .. import limits
from ..apply import check_writable
from ..backends import backend_of
from ..errors import describe, fail
from ..graph import node_of, state, warn
from ..registry import attach, composite, op
from ..tensors import StorageView, Tensor, extras, make, own, row_major, storage_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# -- other layouts --------------------------------------------------------------------------------------------------------------------

_COO = "sparse coordinate tensor layout"
_NO_LAYOUT = {
    "coalesce": _COO,
    "is_coalesced": _COO,
    "indices": _COO,
    "values": "sparse tensor layout",
    "crow_indices": "sparse row compressed tensor layout",
    "col_indices": "sparse row compressed tensor layout",
    "ccol_indices": "sparse column compressed tensor layout",
    "row_indices": "sparse column compressed tensor layout",
}


def _refusing(name: str, layout: str) -> None:
    def method(self: Tensor) -> Any:
        fail(
            RuntimeError,
            f"{name} expected {layout} but got Strided",
            kind="layout",
            op=name,
            operands=[("input", describe(self))],
            explain=["Sparse tensors are not here: every tensor has an element for every index."],
        )

    method.__doc__ = f"Of sparse tensors only: refuses, since every tensor here is strided ({layout} expected)."
    attach(name, method)


for _name, _layout in _NO_LAYOUT.items():
    _refusing(_name, _layout)


@composite("to_dense(Tensor input, ScalarType? dtype=None, *, bool? masked_grad=None) -> Tensor")
def to_dense(input: Any, dtype: Any, masked_grad: Any) -> Any:
    """The tensor itself (in a dtype where given): it is dense already.

    >>> tensor([1, 2]).to_dense()
    tensor([1, 2])
    """
    return input if dtype is None else input.to(dtype)


@composite("sparse_dim(Tensor input) -> int")
def sparse_dim(input: Any) -> int:
    """How many of its dimensions are sparse: none.

    >>> zeros(2, 3).sparse_dim()
    0
    """
    return 0


@composite("dense_dim(Tensor input) -> int")
def dense_dim(input: Any) -> int:
    """How many of its dimensions are dense: all.

    >>> zeros(2, 3).dense_dim()
    2
    """
    return int(input.ndim)


def _is_shared(self: Tensor) -> bool:
    """Whether its memory is shared with other processes: never on the CPU here, always on CUDA.

    >>> zeros(2).is_shared()
    False
    """
    return self.is_cuda


def _is_pinned(self: Tensor, device: Any = None) -> bool:
    """Whether its memory is pinned for transfers to a GPU: never here.

    >>> zeros(2).is_pinned()
    False
    """
    return False


attach("is_shared", _is_shared)
attach("is_pinned", _is_pinned)
attach("is_distributed", lambda self: False)


# -- Python functions, element by element -----------------------------------------------------------------------------------------------


def _callback(name: str, self: Tensor, others: tuple[Any, ...], function: Any) -> Tensor:
    """self[i] = function(self[i], *[o[i] for o in others]) in the order of the indices, all results first, then one write."""
    if node_of(self) is not None or any(isinstance(o, Tensor) and node_of(o) is not None for o in others):
        whose = "var" if node_of(self) is not None else "other"
        fail(
            RuntimeError,
            f"Can't call {name}() on Variable that requires grad. Use {whose}.detach().{name}() instead.",
            kind="inplace",
            op=name,
            explain=["A Python function has no gradient."],
        )
    if self.device.type != "cpu":
        raise TypeError(f"{name} is only implemented on CPU tensors")
    for o in others:
        if not isinstance(o, Tensor):
            raise TypeError(f"{name}(): argument 'tensor' must be Tensor, not {type(o).__name__}")
        if o._dtype is not self._dtype:
            a, b = _legacy(self), _legacy(o)
            raise TypeError(f"{name}: expected {a} for 'other' (got {b})")
    if not callable(function):
        raise TypeError(f"'{type(function).__name__}' object is not callable")
    check_writable(self, _SET, False)
    limits.check((self.numel(), 4), self._dtype, name)
    shape = tuple(self.shape)
    columns = [t.expand(shape).reshape(-1).tolist() for t in (self, *others)]
    convert = self._dtype.python_type
    out = []
    for args in zip(*columns, strict=True):
        value = function(*args)
        if isinstance(value, Tensor):
            value = value.item()
        if not isinstance(value, (bool, int, float, complex)) or (isinstance(value, complex) and not self._dtype.is_complex):
            if convert is int:
                raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as an integer")
            raise TypeError(f"must be real number, not {type(value).__name__}")
        out.append(value)
    from .factory import from_python

    with_values = from_python(out, self._dtype, self.device).reshape(shape)
    self.copy_(with_values)
    return self


def _legacy(t: Tensor) -> str:
    from ..torchlike import typename

    return str(typename(t))


def _apply_(self: Tensor, callable: Any) -> Tensor:
    """Replace every element by what a Python function gives for it (CPU only, and slow: for small tensors).

    >>> tensor([1., 2.]).apply_(lambda v: 3 * v)
    tensor([3., 6.])
    """
    return _callback("apply_", self, (), callable)


def _map_(self: Tensor, tensor: Tensor, callable: Any) -> Tensor:
    """Replace every element by what a Python function gives for it and the other tensor's element (CPU only).

    >>> tensor([1., 2.]).map_(tensor([10., 20.]), lambda a, b: a + b)
    tensor([11., 22.])
    """
    return _callback("map_", self, (tensor,), callable)


def _map2_(self: Tensor, x: Tensor, y: Tensor, callable: Any) -> Tensor:
    """Replace every element by what a Python function gives for it and the elements of two other tensors (CPU only).

    >>> tensor([1., 2.]).map2_(tensor([10., 20.]), tensor([5., 6.]), lambda a, b, c: a + b * c)
    tensor([ 51., 122.])
    """
    return _callback("map2_", self, (x, y), callable)


attach("apply_", _apply_)
attach("map_", _map_)
attach("map2_", _map2_)


# -- other memory -----------------------------------------------------------------------------------------------------------------------


@op("set_(Tensor(a!) input) -> Tensor(a!)", kind="write", namespaces=("internal",), method=False, label="set")
def _SET(input: Any) -> Any:
    """Stands for set_() and the callbacks where they ask whether a tensor may be written to."""
    return 0


def _set_(self: Tensor, source: Any = None, storage_offset: int = 0, size: Any = None, stride: Any = None) -> Tensor:
    """Make the tensor look at another one's memory (or at a storage, from an offset with sizes and strides); at nothing when none is given.

    >>> x = zeros(2)
    >>> x.set_(arange(6.)).shape
    torch.Size([6])
    """
    if node_of(self) is not None and state.grad:
        check_writable(self, _SET, True)
    given = [v for v in (source, storage_offset or None, size, stride) if v is not None]
    sizes = all(v is None or isinstance(v, (tuple, list)) and all(type(n) is int for n in v) for v in (size, stride))
    if not isinstance(source, (Tensor, StorageView, type(None))) or type(storage_offset) is not int or not sizes:
        from ..arguments import of_method

        raise TypeError(of_method("set_", tuple(given), {}) or f"set_(): argument 'source' (position 1) must be Tensor, not {type(source).__name__}")
    if source is None:
        from ..apply import filled

        source = filled((0,), 0, self._dtype, self.device)
    t = source._tensor if isinstance(source, StorageView) else source
    if t._dtype is not self._dtype:
        from ..apply import _cap

        fail(RuntimeError, f"Could not set tensor of type {_cap(t._dtype).lower()} to a tensor of type {_cap(self._dtype).lower()}", kind="dtype", op="set_")
    own(t)
    s = storage_of(t)
    cells = s.nbytes // t._dtype.itemsize
    shape: tuple[int, ...]
    steps: tuple[int, ...]
    if isinstance(source, StorageView) and size is None:
        shape, steps, offset = (cells - storage_offset,), (1,), storage_offset
    elif size is None:
        shape, steps, offset = tuple(t.shape), t.stride(), t.storage_offset()
    else:
        shape = tuple(size)
        steps, offset = row_major(shape) if stride is None else tuple(stride), storage_offset
    last = offset + sum((n - 1) * k for n, k in zip(shape, steps, strict=True)) if 0 not in shape else offset - 1
    if offset < 0 or any(k < 0 for k in steps) or last >= cells:
        need = (last + 1) * t._dtype.itemsize
        raise RuntimeError(
            f"setStorage: sizes {list(shape)}, strides {list(steps)}, storage offset {offset}, and itemsize {t._dtype.itemsize} requiring a storage size of "
            f"{need} are out of bounds for storage of size {s.nbytes}"
        )
    self._data = backend_of(t._data).strided(s.buffer, t._dtype, shape, steps, offset)
    x = extras(self)
    version = 0 if x.storage is None else x.storage.version
    x.storage, x.view = None, None
    mine = storage_of(self)
    mine.buffer, mine.nbytes, mine.version = s.buffer, s.nbytes, version + 1
    x.offset, x.bits = offset, 0 if t._ext is None else t._ext.bits
    return self


attach("set_", _set_)


# -- what PyTorch has left behind ---------------------------------------------------------------------------------------------------------

_GONE = "This function was deprecated since version 1.9 and is now removed. "
_REMOVED = {
    "eig": _GONE + "`torch.linalg.eig` returns complex tensors of dtype `cfloat` or `cdouble` rather than real tensors mimicking complex tensors.",
    "symeig": _GONE
    + "The default behavior has changed from using the upper triangular portion of the matrix by default to using the lower triangular portion.",
    "lstsq": _GONE + "`torch.lstsq` is deprecated in favor of `torch.linalg.lstsq`.",
    "solve": _GONE + "`torch.solve` is deprecated in favor of `torch.linalg.solve`. `torch.linalg.solve` has its arguments reversed and does not return "
    "the LU factorization.",
    "reinforce": "reinforce() was removed.",
}
_INSTEAD = {"eig": "torch.linalg.eig(x)", "symeig": "torch.linalg.eigh(x)", "lstsq": "torch.linalg.lstsq(A, x)", "solve": "torch.linalg.solve(A, x)",
            "reinforce": "torch.distributions' log_prob() times the reward is the same estimate, as a loss."}  # fmt: skip


def _removed(name: str, sentence: str) -> None:
    def method(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        fail(RuntimeError, sentence, kind="removed", op=name, hints=[_INSTEAD[name]])

    method.__doc__ = f"Removed from PyTorch, and raises there, too: {_INSTEAD[name]}"
    attach(name, method)


for _name, _sentence in _REMOVED.items():
    _removed(_name, _sentence)


@op("_resize(Tensor(a) input, int[] size) -> Tensor(a)", kind="view", namespaces=("internal",), method=False, node="ResizeBackward", label="resize")
def _resized(shape: Any, stride: Any, offset: int, size: Any) -> Any:
    """A row-major tensor in another shape of as many elements."""
    return tuple(size), row_major(size), offset


@_resized.vjp("input", rule="g.reshape(input.shape)")
def _(g: Any, input_spec: Any) -> Any:
    return g.reshape(input_spec.shape)


def _resize(self: Tensor, *sizes: int) -> Tensor:
    """The tensor in another shape of as many elements, a view where it is row-major (deprecated in PyTorch: reshape() is the same).

    >>> tensor([1, 2, 3, 4]).resize(2, 2)
    tensor([[1, 2],
            [3, 4]])
    """
    warn("non-inplace resize is deprecated")
    return _to_size(self, sizes)


def _to_size(t: Tensor, sizes: Any) -> Tensor:
    count: Any = 1
    for s in sizes:
        count = count * s if isinstance(s, int) else s
    if count != t.numel() or any(s < 0 for s in sizes):
        fail(
            RuntimeError,
            f"requested resize to {'x'.join(map(str, sizes))} ({count} elements in total), but the given tensor has a size of "
            f"{'x'.join(map(str, t.shape))} ({t.numel()} elements). autograd's resize can only change the shape of a given tensor, while preserving the "
            "number of elements. ",
            kind="reshape",
            op="resize",
            hints=["x.resize_(...) changes how many elements there are."],
        )
    return _resized(t.contiguous(), tuple(sizes))  # type: ignore[no-any-return]


def _resize_as(self: Tensor, tensor: Tensor) -> Tensor:
    """resize() to another tensor's size.

    >>> tensor([1, 2]).resize_as(zeros(2, 1)).shape
    torch.Size([2, 1])
    """
    if not isinstance(tensor, Tensor):
        fail(TypeError, f"resize_as(): argument 'tensor' (position 1) must be Tensor, not {type(tensor).__name__}", kind="type", op="resize_as")
    warn("non-inplace resize_as is deprecated")
    return _to_size(self, tuple(tensor.shape))


attach("resize", _resize)
attach("resize_as", _resize_as)
attach("const_data_ptr", lambda self: self.data_ptr())

# -- a fingerprint ----------------------------------------------------------------------------------------------------------------------


@composite("hash_tensor(Tensor input, int[1]? dim=None, *, bool keepdim=False, int mode=0) -> Tensor")
def hash_tensor(input: Any, dim: Any, keepdim: bool, mode: int) -> Any:
    """A fingerprint of the elements: their bits as 64-bit numbers (of floating ones as float64), combined by exclusive or; uint64.

    >>> hash_tensor(tensor([3, 5]))
    tensor(6, dtype=torch.uint64)
    """
    from .. import dtypes
    from ..tensors import wrap_dim

    if mode != 0:
        raise RuntimeError("Unknown hash_tensor mode: " + str(mode))
    if input._dtype.is_complex:
        raise NotImplementedError(f"\"xor_sum_cpu\" not implemented for '{'ComplexFloat' if input._dtype is dtypes.complex64 else 'ComplexDouble'}'")
    if input.is_meta:
        raise NotImplementedError("aten::hash_tensor: attempted to run this operator with Meta tensors, but its result depends on data")
    if input.is_cuda:
        return hash_tensor.kernel(input.cpu(), dim, keepdim, mode).to(input.device)
    n = input.ndim
    dims = sorted({wrap_dim(d, n) for d in dim}) if dim is not None and len(dim) else list(range(n))
    if (dim is None or not len(dim)) and not input.numel():
        raise RuntimeError("hash_tensor: Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.")
    for d in dims:
        if n and not input.shape[d]:
            raise IndexError(f"hash_tensor: Expected reduction dim {d} to have non-zero size.")
    wide = input.detach().to(dtypes.float64 if input._dtype.is_floating_point else dtypes.int64)
    bits = wide.contiguous().reshape(tuple(input.shape) or (1,)).numpy().view("u8")
    import numpy as np

    combine: Any = np.bitwise_xor.reduce
    out = combine(bits, axis=tuple(dims) or 0, keepdims=keepdim and bool(n))
    if not getattr(out, "shape", ()):
        return make(int(out), dtypes.uint64)
    return make(np.ascontiguousarray(out), dtypes.uint64)


@hash_tensor.samples
def _(make: Any) -> Any:
    yield (make(2, 3),)
    yield make(2, 3), (1,)
