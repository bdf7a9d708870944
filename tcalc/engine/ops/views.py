"""View primitives: their kernels map geometry (shape, strides, offset, in elements) and touch no data, so one kernel serves every backend.

A kernel returns one (shape, strides, offset), a list of them for several outputs, or None where only a copy will do (reshape).
"""

from __future__ import annotations

from .. import dtypes, limits
from ..apply import TENSORS as T
from ..apply import turned
from ..backends import backend_of
from ..errors import describe, fail
from ..registry import FAMILIES, METHODS, NAMESPACES, alias, composite, op
from ..tensors import Extras, Tensor, contiguous, contiguous_format, make, own, row_major, wrap_dim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _numel(shape: Any) -> int:
    n = 1
    for s in shape:
        n *= s
    return n


def resolve_size(shape: tuple[int, ...], size: tuple[int, ...]) -> tuple[int, ...]:
    """A requested size with its -1 filled in; RuntimeError in PyTorch's words where it cannot hold the elements."""
    n = _numel(shape)
    known, hole = 1, -1
    for k, s in enumerate(size):
        if s == -1:
            if hole >= 0:
                raise RuntimeError("only one dimension can be inferred")
            hole = k
        elif s < 0:
            raise RuntimeError(f"invalid shape dimension {s} at index {k} of shape [{', '.join(map(str, size))}]")
        else:
            known *= s
    if hole >= 0:
        if known == 0:
            if n == 0:
                raise RuntimeError(
                    f"cannot reshape tensor of 0 elements into shape [{', '.join(map(str, size))}] because the unspecified dimension size -1 "
                    "can be any value and is ambiguous"
                )
        elif n % known == 0:
            return (*size[:hole], n // known, *size[hole + 1 :])
    elif known == n:
        return tuple(size)
    fail(
        RuntimeError,
        f"shape '[{', '.join(map(str, size))}]' is invalid for input of size {n}",
        kind="reshape",
        op="view",
        operands=[("input", f"[{','.join(map(str, shape))}], {n} elements")],
        explain=[f"A view keeps every element: {n} of them; the size asked for has {known if hole < 0 else f'a multiple of {known}'}."],
        hints=_reshape_hints(n, size),
    )


def _reshape_hints(n: int, size: tuple[int, ...]) -> list[str]:
    out = []
    for k in range(len(size)):
        rest = _numel([s for i, s in enumerate(size) if i != k and s > 0])
        if rest and n % rest == 0:
            fixed = [*size[:k], n // rest, *size[k + 1 :]]
            out.append(f"({', '.join(map(str, fixed))}) holds {n}.")
    return out[:3]


def view_strides(shape: tuple[int, ...], stride: tuple[int, ...], size: tuple[int, ...]) -> tuple[int, ...] | None:
    """Strides that show the same memory under another size, or None (the algorithm of ATen's computeStride)."""
    if _numel(shape) == 0:
        return row_major(size) if shape != size else stride
    if not shape:
        return (1,) * len(size)
    out = [0] * len(size)
    at = len(size) - 1
    chunk_base = stride[-1]
    have = want = 1
    for k in range(len(shape) - 1, -1, -1):
        have *= shape[k]
        if k == 0 or (shape[k - 1] != 1 and stride[k - 1] != have * chunk_base):
            while at >= 0 and (want < have or size[at] == 1):
                out[at] = want * chunk_base
                want *= size[at]
                at -= 1
            if want != have:
                return None
            if k > 0:
                chunk_base = stride[k - 1]
                have = want = 1
    return tuple(out) if at == -1 else None


def _explain_merge(shape: tuple[int, ...], stride: tuple[int, ...], size: tuple[int, ...], itemsize: str) -> list[str]:
    out = []
    for k in range(len(shape) - 1):
        need = stride[k + 1] * shape[k + 1]
        if shape[k] != 1 and shape[k + 1] != 1 and stride[k] != need:
            out.append(f"merging dims {k},{k + 1} needs stride[{k}] = {stride[k + 1]}*{shape[k + 1]} = {need}, but it is {stride[k]}.")
    return out


@op("view(Tensor(a) input, int[] size) -> Tensor(a)", kind="view")
def view(shape: Any, stride: Any, offset: int, size: Any) -> Any:
    """The same memory under another size (-1: inferred); RuntimeError where the strides do not allow it.

    >>> arange(6).view(2, -1)
    tensor([[0, 1, 2],
            [3, 4, 5]])
    """
    size = resolve_size(tuple(shape), size)
    steps = view_strides(tuple(shape), stride, size)
    if steps is None:
        fail(
            RuntimeError,
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous "
            "subspaces). Use .reshape(...) instead.",
            kind="view",
            op="view",
            operands=[("input", f"[{','.join(map(str, shape))}] stride ({', '.join(map(str, stride))})")],
            explain=_explain_merge(tuple(shape), stride, size, ""),
            hints=[f".reshape({', '.join(map(str, size))}) copies; .contiguous().view(...) copies too."],
        )
    return size, steps, offset


@view.vjp("input", rule="g.reshape(input.shape)")
def _(g: Any, input_spec: Any) -> Any:
    return g.reshape(input_spec.shape)


@view.samples
def _(make: Any) -> Any:
    yield make(2, 6), (3, 4)
    yield make(2, 3, 2), (-1,)
    yield make(0, 3), (3, 0)


@composite("view.dtype(Tensor input, ScalarType dtype) -> Tensor")
def view_dtype(input: Any, dtype: Any) -> Any:
    """The same bytes read as another dtype, sharing memory: no value is converted, and no gradient passes.

    >>> tensor(1.).view(int32)
    tensor(1065353216, dtype=torch.int32)
    """
    if input._ext is not None and input._ext.bits:
        bit, name = ("conjugate", "resolve_conj") if input._ext.bits & 1 else ("negative", "resolve_neg")
        fail(
            RuntimeError,
            f"torch.Tensor.view is not supported for {bit} view tensors when converting to a different dtype.",
            kind="view",
            op="view",
            operands=[("input", describe(input))],
            hints=[f"x.{name}() has memory of its own."],
        )
    old, new = input._dtype.itemsize, dtype.itemsize
    shape, stride, offset = _reinterpreted(input, dtype) if old != new else (tuple(input.shape), input.stride(), input.storage_offset())
    own(input)
    e = input._ext
    out = make(backend_of(input._data).strided(e.storage.buffer, dtype, shape, stride, offset), dtype)
    x = out._ext = Extras()
    x.storage, x.offset = e.storage, offset
    return out


def _reinterpreted(t: Tensor, d: Any) -> tuple[Any, Any, int]:
    """Shape, strides and offset of t's bytes read as a dtype of another size."""
    from ..apply import _cap

    old, new = t._dtype.itemsize, d.itemsize
    what = f"to view {_cap(t._dtype)} as {_cap(d)} (different element sizes)"
    shape, stride, offset = list(t.shape), list(t.stride()), t.storage_offset()
    facts: Any = {"kind": "view", "op": "view", "hints": [f"x.to(torch.{d.name}) converts the values; x.contiguous().view(...) lays them out first."]}
    if not shape:
        fail(RuntimeError, f"self.dim() cannot be 0 {what}", **facts)
    if stride[-1] != 1:
        fail(RuntimeError, f"self.stride(-1) must be 1 {what}, but got {stride[-1]}", **facts)
    if old > new:
        k = old // new
        return (*shape[:-1], shape[-1] * k), (*[s * k for s in stride[:-1]], 1), offset * k
    k = new // old
    if shape[-1] % k:
        fail(RuntimeError, f"self.size(-1) must be divisible by {k} {what}, but got {shape[-1]}", **facts)
    if offset % k:
        fail(RuntimeError, f"self.storage_offset() must be divisible by {k} {what}, but got {offset}", **facts)
    for i, s in enumerate(stride[:-1]):
        if s % k:
            fail(RuntimeError, f"self.stride({i}) must be divisible by {k} {what}, but got {s}", **facts)
    return (*shape[:-1], shape[-1] // k), (*[s // k for s in stride[:-1]], 1), offset // k


@composite("reshape(Tensor input, int[] shape) -> Tensor")
def reshape(input: Any, shape: Any) -> Any:
    """Another shape with the same elements: a view where the strides allow, else a copy.

    >>> arange(4).reshape(2, 2)
    tensor([[0, 1],
            [2, 3]])
    """
    size = resolve_size(tuple(input.shape), shape)
    shape, stride = tuple(input.shape), input.stride()
    if contiguous(shape, stride):
        return view(input, size)
    steps = view_strides(shape, stride, size)
    if steps is None:
        return _unsafe_view(METHODS["clone"](input, memory_format=contiguous_format), size)
    return _reshape_alias(input, size, steps)


@op(
    "_reshape_alias(Tensor(a) input, int[] size, int[] stride) -> Tensor(a)",
    kind="view", namespaces=("internal",), method=False, node="ReshapeAliasBackward0", label="reshape",
)  # fmt: skip
def _reshape_alias(shape: Any, stride: Any, offset: int, size: Any, steps: Any) -> Any:
    """The view that reshape() takes of a tensor that is not row-major: size and strides are known to fit."""
    if view_strides(tuple(shape), stride, tuple(size)) != tuple(steps):  # in a chain of views the tensor may lie in memory in another way
        return view.kernel(shape, stride, offset, size)
    return tuple(size), tuple(steps), offset


@_reshape_alias.vjp("input", rule="g.reshape(input.shape)")
def _(g: Any, input_spec: Any) -> Any:
    return g.reshape(input_spec.shape)


@reshape.samples
def _(make: Any) -> Any:
    yield make(2, 6), (3, 4)
    yield make(3, 2).t(), (3, 2)
    yield make(2, 3, 4).transpose(0, 1).narrow(2, 0, 2), (3, 4)
    yield make(2, 3).t(), (3, 2, 1)


@op("_unsafe_view(Tensor(a) input, int[] size) -> Tensor(a)", kind="view", namespaces=("internal",), method=False, node="UnsafeViewBackward0", fresh=True)
def _unsafe_view(shape: Any, stride: Any, offset: int, size: Any) -> Any:
    """A view of a fresh copy."""
    return size, row_major(size), offset


@_unsafe_view.vjp("input", rule="g.reshape(input.shape)")
def _(g: Any, input_spec: Any) -> Any:
    return g.reshape(input_spec.shape)


@_unsafe_view.samples
def _(make: Any) -> Any:
    yield make(2, 3), (3, 2)


@composite("view_as(Tensor input, Tensor other) -> Tensor")
def view_as(input: Any, other: Any) -> Any:
    """view(other.shape).

    >>> arange(4).view_as(zeros(2, 2))
    tensor([[0, 1],
            [2, 3]])
    """
    return input.view(other.shape)


@composite("reshape_as(Tensor input, Tensor other) -> Tensor")
def reshape_as(input: Any, other: Any) -> Any:
    """reshape(other.shape).

    >>> arange(4).reshape_as(zeros(2, 2)).shape
    torch.Size([2, 2])
    """
    return input.reshape(other.shape)


@op("permute(Tensor(a) input, int[] dims) -> Tensor(a)", kind="view")
def permute(shape: Any, stride: Any, offset: int, dims: Any) -> Any:
    """Dimensions in another order, a view.

    >>> zeros(2, 3, 5).permute(2, 0, 1).shape
    torch.Size([5, 2, 3])
    """
    n = len(shape)
    if len(dims) != n:
        fail(
            RuntimeError,
            f"permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions "
            f"i.e. input.dim() = {n} is not equal to len(dims) = {len(dims)}",
            kind="dim",
            op="permute",
        )
    order = [wrap_dim(d, n) for d in dims]
    if len(set(order)) != n:
        raise RuntimeError("permute(): duplicate dims are not allowed.")
    return tuple([shape[d] for d in order]), tuple([stride[d] for d in order]), offset


@permute.vjp("input", rule="g.permute(inverse of dims)")
def _(g: Any, dims: Any) -> Any:
    n = len(dims)
    inverse = [0] * n
    for k, d in enumerate(dims):
        inverse[d % n if n else 0] = k
    return g.permute(inverse)


@permute.samples
def _(make: Any) -> Any:
    yield make(2, 3, 4), (2, 0, 1)


@op("transpose(Tensor(a) input, int dim0, int dim1) -> Tensor(a)", kind="view")
def transpose(shape: Any, stride: Any, offset: int, dim0: int, dim1: int) -> Any:
    """Two dimensions exchanged, a view.

    >>> zeros(2, 3).transpose(0, 1).shape
    torch.Size([3, 2])
    """
    n = len(shape)
    a, b = wrap_dim(dim0, n), wrap_dim(dim1, n)
    if not n:
        return shape, stride, offset
    size, steps = list(shape), list(stride)
    size[a], size[b] = size[b], size[a]
    steps[a], steps[b] = steps[b], steps[a]
    return tuple(size), tuple(steps), offset


@transpose.vjp("input", rule="g.transpose(dim0, dim1)")
def _(g: Any, dim0: int, dim1: int) -> Any:
    return g.transpose(dim0, dim1)


@transpose.samples
def _(make: Any) -> Any:
    yield make(2, 3, 4), 0, -1


@op("t(Tensor(a) input) -> Tensor(a)", kind="view")
def t(shape: Any, stride: Any, offset: int) -> Any:
    """A matrix transposed, a view (fewer dimensions: itself).

    >>> tensor([[1, 2], [3, 4]]).t()
    tensor([[1, 3],
            [2, 4]])
    """
    if len(shape) > 2:
        fail(RuntimeError, f"t() expects a tensor with <= 2 dimensions, but self is {len(shape)}D", kind="dim", op="t", hints=["x.transpose(a, b), x.mT"])
    return tuple(shape[::-1]), tuple(stride[::-1]), offset


@t.vjp("input", rule="g.t()")
def _(g: Any) -> Any:
    return turned(g)


@t.samples
def _(make: Any) -> Any:
    yield (make(2, 3),)
    yield (make(3),)


@composite("movedim(Tensor input, int source, int destination) -> Tensor")
def movedim(input: Any, source: int, destination: int) -> Any:
    """Dimensions moved to other places, the rest in order; a view.

    >>> zeros(2, 3, 5).movedim(0, -1).shape
    torch.Size([3, 5, 2])
    """
    return movedim_ints.kernel(input, (source,), (destination,))


@composite("movedim.ints(Tensor input, int[] source, int[] destination) -> Tensor")
def movedim_ints(input: Any, source: Any, destination: Any) -> Any:
    """Several dimensions moved to other places; a view."""
    n = input.ndim
    if len(source) != len(destination):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({list(source)} dims) should contain the same number of dims as destination "
            f"({list(destination)} dims)"
        )
    src = [wrap_dim(d, n) for d in source]
    dst = [wrap_dim(d, n) for d in destination]
    if not n:
        return alias_(input)
    for dims, name, given in ((src, "source", source), (dst, "destination", destination)):
        if len(set(dims)) != len(dims):
            raise RuntimeError(f"movedim: repeated dim in `{name}` ({list(given)})")
    rest = iter([d for d in range(n) if d not in src])
    place = dict(zip(dst, src, strict=True))
    return input.permute([place[k] if k in place else next(rest) for k in range(n)])


alias("moveaxis", "movedim")


@op("squeeze(Tensor(a) input) -> Tensor(a)", kind="view")
def squeeze(shape: Any, stride: Any, offset: int) -> Any:
    """Without its dimensions of size 1, a view.

    >>> zeros(1, 3, 1, 4).squeeze().shape
    torch.Size([3, 4])
    """
    keep = [k for k, s in enumerate(shape) if s != 1]
    return tuple([shape[k] for k in keep]), tuple([stride[k] for k in keep]), offset


@squeeze.vjp("input", rule="g.view(input.shape)")
def _(g: Any, input_spec: Any) -> Any:
    return g.reshape(input_spec.shape)


@squeeze.samples
def _(make: Any) -> Any:
    yield (make(1, 3, 1),)


@op("squeeze.dim(Tensor(a) input, int dim) -> Tensor(a)", kind="view", node="SqueezeBackward1")
def squeeze_dim(shape: Any, stride: Any, offset: int, dim: Any) -> Any:
    """Without the given dimension where its size is 1, a view."""
    return _squeezed(shape, stride, offset, (dim,))


@op("squeeze.dims(Tensor(a) input, int[] dim) -> Tensor(a)", kind="view", node="SqueezeBackward2")
def squeeze_dims(shape: Any, stride: Any, offset: int, dim: Any) -> Any:
    """Without the given dimensions where their size is 1, a view."""
    return _squeezed(shape, stride, offset, dim)


def _squeezed(shape: Any, stride: Any, offset: int, dims: Any) -> Any:
    n = len(shape)
    drop = set(unique_dims(dims, n))
    keep = [k for k in range(n) if not (k in drop and shape[k] == 1)]
    return tuple([shape[k] for k in keep]), tuple([stride[k] for k in keep]), offset


def unique_dims(dims: Any, n: int) -> list[int]:
    """Dimensions counted from the front; RuntimeError where one is named twice."""
    out: list[int] = []
    for d in dims:
        k = wrap_dim(d, n)
        if k in out:
            fail(RuntimeError, f"dim {k} appears multiple times in the list of dims", kind="dim")
        out.append(k)
    return out


for _squeeze in (squeeze_dim, squeeze_dims):

    @_squeeze.vjp("input", rule="g.view(input.shape)")
    def _(g: Any, input_spec: Any) -> Any:
        return g.reshape(input_spec.shape)


@squeeze_dim.samples
def _(make: Any) -> Any:
    yield make(1, 3, 1), 0
    yield make(1, 3, 1), 1


@squeeze_dims.samples
def _(make: Any) -> Any:
    yield make(1, 3, 1), (0, 2)


@op("unsqueeze(Tensor(a) input, int dim) -> Tensor(a)", kind="view")
def unsqueeze(shape: Any, stride: Any, offset: int, dim: int) -> Any:
    """A new dimension of size 1, a view.

    >>> tensor([1, 2, 3]).unsqueeze(1).shape
    torch.Size([3, 1])
    """
    n = len(shape)
    if not -n - 1 <= dim <= n:
        wrap_dim(dim, n + 1)
    k = dim + n + 1 if dim < 0 else dim
    step = shape[k] * stride[k] if k < n else 1
    return (*shape[:k], 1, *shape[k:]), (*stride[:k], step, *stride[k:]), offset


@unsqueeze.vjp("input", rule="g.squeeze(dim)")
def _(g: Any, dim: int) -> Any:
    return g.squeeze(dim)


@unsqueeze.samples
def _(make: Any) -> Any:
    yield make(2, 3), 1
    yield make(2, 3), -1


@op("expand(Tensor(a) input, int[] size, *, bool implicit=False) -> Tensor(a)", kind="view")
def expand(shape: Any, stride: Any, offset: int, size: Any, implicit: bool) -> Any:
    """Dimensions of size 1 repeated without copying (stride 0); -1 keeps a size.

    >>> tensor([[1], [2]]).expand(2, 3)
    tensor([[1, 1, 1],
            [2, 2, 2]])
    """
    n, m = len(shape), len(size)
    text = f"[{', '.join(map(str, size))}]"
    out_size, out_step = list(size), [0] * m
    for k in range(m - 1, -1, -1):
        want, old = size[k], k - (m - n)
        if old < 0:
            if want < 0:
                raise RuntimeError(f"The expanded size of the tensor ({want}) isn't allowed in a leading, non-existing dimension {k}")
            if want == 1 and n:  # PyTorch gives a new dimension of size 1 the step over the rest
                out_step[k] = out_size[k + 1] * out_step[k + 1]
            continue
        if want == -1 or want == shape[old]:
            out_size[k], out_step[k] = shape[old], stride[old]
        elif shape[old] == 1 and want >= 0:
            continue
        else:
            fail(
                RuntimeError,
                f"The expanded size of the tensor ({want}) must match the existing size ({shape[old]}) at non-singleton dimension {k}.  Target "
                f"sizes: {text}.  Tensor sizes: [{', '.join(map(str, shape))}]",
                kind="expand",
                op="expand",
                explain=["Only dimensions of size 1 can be expanded."],
            )
    if _numel(out_size) > (1 << 60):
        fail(RuntimeError, "numel: integer multiplication overflow", kind="memory", op="expand", explain=[f"{text} has {_numel(out_size)} elements."])
    return tuple(out_size), tuple(out_step), offset


def _check_expand(input: Tensor, size: Any, implicit: bool) -> None:
    """Refuse fewer sizes than dimensions, in the words that name the tensor's type."""
    n, m = input.ndim, len(size)
    if m < n:
        fail(
            RuntimeError,
            f"expand({METHODS['type'](input)}{{[{', '.join(map(str, input.shape))}]}}, size=[{', '.join(map(str, size))}]): the number of sizes "
            f"provided ({m}) must be greater or equal to the number of dimensions in the tensor ({n})",
            kind="expand",
            op="expand",
            operands=[("input", describe(input))],
            hints=["-1 keeps a dimension's size: " + f"x.expand({', '.join(['-1'] * n)})."],
        )


expand.options["check"] = _check_expand


@expand.vjp("input", rule="sum(g, expanded dims)")
def _(g: Any, input_spec: Any) -> Any:
    return g.sum_to_size(input_spec.shape)


@expand.samples
def _(make: Any) -> Any:
    yield make(3, 1), (2, 3, 4)
    yield make(1), (-1,)


@composite("expand_as(Tensor input, Tensor other) -> Tensor")
def expand_as(input: Any, other: Any) -> Any:
    """expand(other.shape).

    >>> tensor([1]).expand_as(zeros(3))
    tensor([1, 1, 1])
    """
    return input.expand(other.shape)


@composite("broadcast_to(Tensor input, int[] size) -> Tensor")
def broadcast_to(input: Any, size: Any) -> Any:
    """Expanded to the shape, a view.

    >>> broadcast_to(tensor([1, 2]), (2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
    return input.expand(size)


@composite("sum_to_size(Tensor input, int[] size) -> Tensor")
def sum_to_size(input: Any, size: Any) -> Any:
    """Summed down to a shape that broadcasts to its own.

    >>> ones(2, 3).sum_to_size(1, 3)
    tensor([[2., 2., 2.]])
    """
    shape = tuple(input.shape)
    size = tuple(size)
    if not size:
        return input.sum()  # of a single element, too: PyTorch's bool becomes an int64
    if shape == size:
        return input
    extra = len(shape) - len(size)
    if extra < 0 or any(s != 1 and s != shape[k + extra] for k, s in enumerate(size)):
        raise RuntimeError(f"size {{{list(size)}}} is not expandable to size {{{list(shape)}}}.")
    dims = [k for k in range(len(shape)) if k < extra or (size[k - extra] == 1 and shape[k] != 1)]
    out = input.sum(dims, keepdim=True) if dims else input
    return out.view(size) if extra else out


@op("select(Tensor(a) input, int dim, int index) -> Tensor(a)", kind="view")
def select(shape: Any, stride: Any, offset: int, dim: int, index: int) -> Any:
    """One index of one dimension, a view without that dimension.

    >>> tensor([[1, 2], [3, 4]]).select(0, 1)
    tensor([3, 4])
    """
    n = len(shape)
    if n == 0:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    k = wrap_dim(dim, n)
    size = shape[k]
    if not -size <= index < size:
        fail(
            IndexError,
            f"select(): index {index} out of range for tensor of size [{', '.join(map(str, shape))}] at dimension {k}",
            kind="index",
            op="select",
            explain=[f"Dimension {k} has {size} elements: indices {-size} to {size - 1}." if size else f"Dimension {k} is empty."],
        )
    at = index + size if index < 0 else index
    return (*shape[:k], *shape[k + 1 :]), (*stride[:k], *stride[k + 1 :]), offset + at * stride[k]


@select.vjp("input", rule="g placed at index of zeros")
def _(g: Any, input_spec: Any, dim: int, index: int) -> Any:
    return T.select_backward(g, list(input_spec.shape), dim, index)


@select.samples
def _(make: Any) -> Any:
    yield make(3, 4), 0, 1
    yield make(3, 4), 1, -1


@op("slice(Tensor(a) input, int dim=0, int? start=None, int? end=None, int step=1) -> Tensor(a)", kind="view", namespaces=("internal",), method=False)
def slice_(shape: Any, stride: Any, offset: int, dim: int, start: Any, end: Any, step: int) -> Any:
    """A range of one dimension, a view."""
    if not shape:
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    k = wrap_dim(dim, len(shape))
    if step <= 0:
        fail(ValueError, "step must be greater than zero", kind="index", op="slice", hints=["x.flip(0) reverses (a copy)."])
    begin, stop, _ = slice(start, end, step).indices(shape[k])
    n = max(0, (stop - begin + step - 1) // step)
    begin = min(begin, shape[k])
    return (*shape[:k], n, *shape[k + 1 :]), (*stride[:k], stride[k] * step, *stride[k + 1 :]), offset + begin * stride[k]


@slice_.vjp("input", rule="g placed in the range of zeros")
def _(g: Any, input_spec: Any, dim: int, start: Any, end: Any, step: int) -> Any:
    return T.slice_backward(g, list(input_spec.shape), dim, start, end, step)


@slice_.samples
def _(make: Any) -> Any:
    yield make(5, 2), 0, 1, 4, 2


@composite("narrow(Tensor input, int dim, int start, int length) -> Tensor")
def narrow(input: Any, dim: int, start: int, length: int) -> Any:
    """``length`` indices of a dimension from ``start`` on, a view.

    >>> arange(5).narrow(0, 1, 3)
    tensor([1, 2, 3])
    """
    if input.ndim == 0:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    k = wrap_dim(dim, input.ndim)
    size = input.shape[k]
    if length < 0:
        raise RuntimeError("narrow(): length must be non-negative.")
    if not -size <= start <= size:
        raise IndexError(f"start out of range (expected to be in range of [{-size}, {size}], but got {start})")
    begin = start + size if start < 0 else start
    if begin + length > size:
        raise RuntimeError(f"start ({begin}) + length ({length}) exceeds dimension size ({size}).")
    return slice_(input, k, begin, begin + length, 1)


@composite("narrow.Tensor(Tensor input, int dim, Tensor start, int length) -> Tensor")
def narrow_tensor(input: Any, dim: int, start: Any, length: int) -> Any:
    """narrow() from an index that a 0-d integer tensor holds."""
    if start.ndim or start._dtype.category != dtypes.INT:
        fail(RuntimeError, "start must be an 0-dim integral Tensor.", kind="index", op="narrow", operands=[("start", describe(start))])
    return narrow.kernel(input, dim, int(start.item()), length)


@op("diagonal(Tensor(a) input, int offset=0, int dim1=0, int dim2=1) -> Tensor(a)", kind="view")
def diagonal(shape: Any, stride: Any, start: int, offset: int, dim1: int, dim2: int) -> Any:
    """A diagonal of two dimensions, a view; it comes last.

    >>> tensor([[1, 2], [3, 4]]).diagonal()
    tensor([1, 4])
    """
    n = len(shape)
    a, b = wrap_dim(dim1, n), wrap_dim(dim2, n)
    if a == b:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    if offset >= 0:
        length = max(min(shape[a], shape[b] - offset), 0)
        begin = start + offset * stride[b] if length else start
    else:
        length = max(min(shape[a] + offset, shape[b]), 0)
        begin = start - offset * stride[a] if length else start
    rest = [k for k in range(n) if k not in (a, b)]
    return (*[shape[k] for k in rest], length), (*[stride[k] for k in rest], stride[a] + stride[b]), begin


@diagonal.vjp("input", rule="g placed on the diagonal of zeros")
def _(g: Any, input_spec: Any, offset: int, dim1: int, dim2: int) -> Any:
    return T.diagonal_scatter(g.new_zeros(input_spec.shape), g, offset, dim1, dim2)


@diagonal.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield make(3, 4), 1
    yield make(3, 4), -1


def _one_of_unbind(g: Any, step: Any) -> Any:
    """Gradient of a single output of unbind, placed in zeros of its input."""
    shape = step.spec.shape
    return T.select_backward(g, list(shape), wrap_dim(step.values[1], len(shape)), step.index)


def _one_of_split(g: Any, step: Any) -> Any:
    """Gradient of a single output of split, placed in zeros of its input."""
    shape = step.spec.shape
    k = wrap_dim(step.values[2], len(shape))
    sizes = step.values[1]
    begin = sum(sizes[: step.index]) if isinstance(sizes, tuple) else sizes * step.index
    return T.slice_backward(g, list(shape), k, begin, begin + g.shape[k], 1)


@op("unbind(Tensor(a) input, int dim=0) -> Tensor(a)[]", kind="view", many=True, one_rule=_one_of_unbind)
def unbind(shape: Any, stride: Any, offset: int, dim: int) -> Any:
    """The slices along a dimension, views without it.

    >>> unbind(tensor([[1, 2], [3, 4]]))
    (tensor([1, 2]), tensor([3, 4]))
    """
    k = wrap_dim(dim, len(shape), False)
    limits.check_count(shape[k], "unbind")
    size, steps = (*shape[:k], *shape[k + 1 :]), (*stride[:k], *stride[k + 1 :])
    return [(size, steps, offset + i * stride[k]) for i in range(shape[k])]


@unbind.vjp("input", rule="stack(gs, dim)")
def _(g: Any, dim: int) -> Any:
    return T.stack(g, dim)


@unbind.samples
def _(make: Any) -> Any:
    yield (make(3, 2),)


def _cut(shape: Any, stride: Any, offset: int, k: int, sizes: Any) -> list[Any]:
    out = []
    for n in sizes:
        out.append(((*shape[:k], n, *shape[k + 1 :]), tuple(stride), offset))
        offset += n * stride[k]
    return out


@op("split(Tensor(a) input, int split_size_or_sections, int dim=0) -> Tensor(a)[]", kind="view", many=True, one_rule=_one_of_split)
def split(shape: Any, stride: Any, offset: int, split_size_or_sections: int, dim: int) -> Any:
    """Pieces of a given size along a dimension (the last may be smaller), views.

    >>> split(arange(5), 2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    if not shape:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    k = wrap_dim(dim, len(shape))
    n, step = shape[k], split_size_or_sections
    if step < 0:
        raise RuntimeError(f"split expects split_size be non-negative, but got split_size={step}")
    if step == 0 and n:
        raise RuntimeError(f"split_size can only be 0 if dimension size is 0, but got dimension size of {n}")
    if n:
        limits.check_count(-(-n // step), "split")
    sizes = [min(step, n - i) for i in range(0, n, step)] if n else [0]
    return _cut(shape, stride, offset, k, sizes)


@split.vjp("input", rule="cat(gs, dim)")
def _(g: Any, dim: int) -> Any:
    return T.cat(g, dim)


@split.samples
def _(make: Any) -> Any:
    yield make(5, 2), 2


@op(
    "split.sizes(Tensor(a) input, int[] split_size_or_sections, int dim=0) -> Tensor(a)[]",
    kind="view",
    many=True,
    one_rule=_one_of_split,
    node="SplitWithSizesBackward0",
)
def split_sizes(shape: Any, stride: Any, offset: int, split_size_or_sections: Any, dim: int) -> Any:
    """Pieces of the given sizes along a dimension, views."""
    if not shape:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    k = wrap_dim(dim, len(shape))
    sizes = split_size_or_sections
    if any(s < 0 for s in sizes):
        raise RuntimeError(f"split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=[{', '.join(map(str, sizes))}]")
    if sum(sizes) != shape[k]:
        raise RuntimeError(
            f"split_with_sizes expects split_sizes to sum exactly to {shape[k]} (input tensor's size at dimension {k}), but got "
            f"split_sizes=[{', '.join(map(str, sizes))}]"
        )
    return _cut(shape, stride, offset, k, sizes)


@split_sizes.vjp("input", rule="cat(gs, dim)")
def _(g: Any, dim: int) -> Any:
    return T.cat(g, dim)


@split_sizes.samples
def _(make: Any) -> Any:
    yield make(5, 2), (2, 3)


@composite("split_with_sizes(Tensor input, int[] split_sizes, int dim=0) -> Tensor[]")
def split_with_sizes(input: Any, split_sizes: Any, dim: int) -> Any:
    """split() with a list of sizes, views.

    >>> split_with_sizes(tensor([1, 2, 3]), [1, 2])
    (tensor([1]), tensor([2, 3]))
    """
    return input.split(split_sizes, dim)


@composite("chunk(Tensor input, int chunks, int dim=0) -> Tensor[]")
def chunk(input: Any, chunks: int, dim: int) -> Any:
    """At most ``chunks`` pieces of equal size along a dimension (the last may be smaller), views.

    >>> chunk(arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    if input.ndim == 0:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    n = input.shape[wrap_dim(dim, input.ndim)]
    size = (n + chunks - 1) // chunks
    if n == 0:
        limits.check_count(chunks, "chunk")
        return input.split([0] * chunks, dim)
    return input.split(size, dim)


split_sizes_ = split_sizes


@composite("tensor_split(Tensor input, int[] indices, int dim=0) -> Tensor[]")
def tensor_split(input: Any, indices: Any, dim: int) -> Any:
    """Pieces cut at indices, or into sections of nearly equal size, views.

    >>> tensor_split(arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
    edges = [0, *indices, _size_to_cut(input, dim)]
    return tuple([slice_(input, dim, a, b, 1) for a, b in zip(edges[:-1], edges[1:], strict=True)])


@composite("tensor_split.tensor(Tensor input, Tensor tensor_indices_or_sections, int dim=0) -> Tensor[]")
def tensor_split_tensor(input: Any, tensor_indices_or_sections: Any, dim: int) -> Any:
    """tensor_split() at the indices, or into the number of sections, that an int64 tensor holds."""
    t = tensor_indices_or_sections
    if not input.ndim:
        _size_to_cut(input, dim)
    if t.ndim > 1:
        raise RuntimeError(
            f"tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor, but got a tensor with {t.ndim} dims"
        )
    if t._dtype is not dtypes.int64:
        raise RuntimeError(f"tensor_split expected tensor_indices_or_sections to have dtype of long, but got {_type_word(t)}")
    return tensor_split.kernel(input, t.tolist(), dim) if t.ndim else tensor_split_sections.kernel(input, int(t.item()), dim)


@composite("tensor_split.sections(Tensor input, int sections, int dim=0) -> Tensor[]")
def tensor_split_sections(input: Any, sections: int, dim: int) -> Any:
    """Sections whose sizes differ by at most 1, the larger ones first, views."""
    n = _size_to_cut(input, dim)
    if sections <= 0:
        raise RuntimeError(f"number of sections must be larger than 0, got {sections}")
    limits.check_count(sections, "tensor_split")
    return tensor_split.kernel(input, [i * (n // sections) + min(i, n % sections) for i in range(1, sections)], dim)


def _size_to_cut(input: Any, dim: int) -> int:
    if not input.ndim:
        raise RuntimeError("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims")
    return int(input.shape[wrap_dim(dim, input.ndim)])


def _type_word(t: Tensor) -> str:
    from ..apply import _cap

    return _cap(t._dtype)


def _splitter(name: str, least: int, example: str) -> None:
    axis = {"hsplit": 1, "vsplit": 0, "dsplit": 2}[name]

    doc = f"Pieces along dim {axis}{' (of a vector: dim 0)' if axis == 1 else ''}, at indices or into equal sections, views.\n\n{example}"

    def dim_of(input: Any) -> int:
        if input.ndim < least:
            raise RuntimeError(f"torch.{name} requires a tensor with at least {least} dimension, but got a tensor with {input.ndim} dimensions!")
        return 0 if input.ndim == 1 else axis

    @composite(f"{name}(Tensor input, int sections) -> Tensor[]", doc=doc)
    def into(input: Any, sections: int) -> Any:
        dim = dim_of(input)
        n = input.shape[dim]
        if sections <= 0 or n % sections:
            raise RuntimeError(
                f"torch.{name} attempted to split along dimension {dim}, but the size of the dimension {n} is not divisible by the split_size {sections}!"
            )
        return tensor_split_sections.kernel(input, sections, dim)

    @composite(f"{name}.array(Tensor input, int[] indices) -> Tensor[]", doc=doc)
    def at(input: Any, indices: Any) -> Any:
        return tensor_split.kernel(input, indices, dim_of(input))


_splitter("hsplit", 1, ">>> hsplit(tensor([[1, 2]]), 2)\n(tensor([[1]]), tensor([[2]]))\n")
_splitter("vsplit", 2, ">>> vsplit(tensor([[1], [2]]), 2)\n(tensor([[1]]), tensor([[2]]))\n")
_splitter("dsplit", 3, ">>> dsplit(tensor([[[1, 2]]]), 2)\n(tensor([[[1]]]), tensor([[[2]]]))\n")


@op("unsafe_split(Tensor(a) input, int split_size, int dim=0) -> Tensor(a)[]", kind="view", many=True, fresh=True)
def unsafe_split(shape: Any, stride: Any, offset: int, split_size: int, dim: int) -> Any:
    """split() whose pieces share the memory and are no views to autograd: writing into one leaves the history of the others alone.

    >>> unsafe_split(tensor([1, 2, 3]), 2)
    (tensor([1, 2]), tensor([3]))
    """
    return split.kernel(shape, stride, offset, split_size, dim)


@op("unsafe_split_with_sizes(Tensor(a) input, int[] split_sizes, int dim=0) -> Tensor(a)[]", kind="view", many=True, fresh=True)
def unsafe_split_with_sizes(shape: Any, stride: Any, offset: int, split_sizes: Any, dim: int) -> Any:
    """split_with_sizes() whose pieces share the memory and are no views to autograd.

    >>> unsafe_split_with_sizes(tensor([1, 2, 3]), [1, 2])
    (tensor([1]), tensor([2, 3]))
    """
    return split_sizes_.kernel(shape, stride, offset, split_sizes, dim)


for _unsafe in (unsafe_split, unsafe_split_with_sizes):

    @_unsafe.vjp("input", rule="cat(gs, dim)")
    def _(g: Any, dim: int) -> Any:
        return T.cat(g, dim)


@unsafe_split.samples
def _(make: Any) -> Any:
    yield make(5, 2), 2
    yield make(3, 2), 3


@unsafe_split_with_sizes.samples
def _(make: Any) -> Any:
    yield make(5, 2), (2, 3)


@composite("unsafe_chunk(Tensor input, int chunks, int dim=0) -> Tensor[]")
def unsafe_chunk(input: Any, chunks: int, dim: int) -> Any:
    """chunk() whose pieces share the memory and are no views to autograd.

    >>> unsafe_chunk(tensor([1, 2, 3]), 2)
    (tensor([1, 2]), tensor([3]))
    """
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    if input.ndim == 0:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    n = input.shape[wrap_dim(dim, input.ndim)]
    if not n:
        limits.check_count(chunks, "unsafe_chunk")
        return input.unsafe_split_with_sizes([0] * chunks, dim)
    return input.unsafe_split((n + chunks - 1) // chunks, dim)


@op("unfold(Tensor(a) input, int dimension, int size, int step) -> Tensor(a)", kind="view")
def unfold(shape: Any, stride: Any, offset: int, dimension: int, size: int, step: int) -> Any:
    """Windows of a dimension as a new last dimension, a view.

    >>> arange(5).unfold(0, 3, 1)
    tensor([[0, 1, 2],
            [1, 2, 3],
            [2, 3, 4]])
    """
    k = wrap_dim(dimension, len(shape))
    full = shape[k] if shape else 1
    if size < 0:
        raise RuntimeError(f"size is {size} but must be >= 0")
    if size > full:
        raise RuntimeError(f"maximum size for tensor at dimension {k} is {full} but size is {size}")
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    if not shape:
        return (size,), (1,), offset
    n = (full - size) // step + 1
    return (*shape[:k], n, *shape[k + 1 :], size), (*stride[:k], stride[k] * step, *stride[k + 1 :], stride[k]), offset


@unfold.vjp("input", rule="windows of g summed back")
def _(g: Any, input_spec: Any, dimension: int, size: int, step: int) -> Any:
    n = len(input_spec.shape)
    if not n or not size:
        return g.sum() if not n else g.new_zeros(input_spec.shape)
    k = dimension % n
    out = None
    for i in range(size):
        part = g.select(-1, i)
        count = part.shape[k]
        piece = T.slice_backward(part, list(input_spec.shape), k, i, i + (count - 1) * step + 1, step)
        out = piece if out is None else out + piece
    return out


@unfold.samples
def _(make: Any) -> Any:
    yield make(5), 0, 3, 1
    yield make(6, 2), 0, 2, 2
    yield make(), 0, 1, 1


def _overlaps(shape: Any, stride: Any) -> bool:
    """Whether two elements may share a cell: the dims by their steps, and one that does not step over all that the smaller ones reach."""
    reach = 0
    for step, n in sorted((s, n) for n, s in zip(shape, stride, strict=True) if n > 1):
        if step <= reach:
            return True
        reach += (n - 1) * step
    return False


def _reach(shape: Any, stride: Any) -> int:
    return sum((n - 1) * s for n, s in zip(shape, stride, strict=True))


def _as_strided_rule(g: Any, input_spec: Any, size: Any, stride: Any, offset: int) -> Any:
    """Add every element of g to the storage cell it came from (``offset`` cells behind the input's first), then read the input's own layout.

    A cell that several elements of the input share divides its gradient among them (PyTorch's as_strided_backward).
    """
    shape, steps = tuple(input_spec.shape), input_spec.stride
    if not _numel(shape) or not _numel(size):
        return g.new_zeros(shape)
    start = max(-offset, 0)  # of the input, where the view begins before it
    cells = 1 + max(start + _reach(shape, steps), start + offset + _reach(size, stride))
    shared = _overlaps(shape, steps)
    if shared or _overlaps(size, stride):
        cell = T.arange(cells, device=input_spec.device)
        flat = g.new_zeros(cells).index_add(0, cell.as_strided(size, stride, start + offset).reshape(-1), g.reshape(-1))
        if shared:
            own_cells = cell.as_strided(shape, steps, start).reshape(-1)
            flat = flat / T.zeros(cells, device=input_spec.device).index_add(0, own_cells, T.ones(own_cells.shape[0], device=input_spec.device)).clamp(1)
    else:
        flat = T.as_strided_scatter(g.new_zeros(cells), g, size, stride, start + offset)
    return flat.as_strided(shape, steps, start)


@op("as_strided(Tensor(a) input, int[] size, int[] stride, int? storage_offset=None) -> Tensor(a)", kind="view")
def as_strided(shape: Any, stride: Any, offset: int, size: Any, steps: Any, storage_offset: Any) -> Any:
    """A view of the storage with any size, stride and offset (in elements).

    >>> arange(4).as_strided((2, 2), (1, 1))
    tensor([[0, 1],
            [1, 2]])
    """
    if len(size) != len(steps):
        raise RuntimeError("mismatch in length of strides and shape")
    if any(s < 0 for s in size):
        raise RuntimeError(f"Storage size calculation overflowed with sizes=[{', '.join(map(str, size))}] and strides=[{', '.join(map(str, steps))}]")
    if any(s < 0 for s in steps):
        raise RuntimeError(f"as_strided: Negative strides are not supported at the moment, got strides: [{', '.join(map(str, steps))}]")
    start = offset if storage_offset is None else storage_offset
    if start < 0:
        raise RuntimeError(f"Tensor: invalid storage offset {start}")
    return tuple(size), tuple(steps), start


def _check_storage(input: Tensor, size: Any, stride: Any, storage_offset: Any) -> None:
    """Refuse a view beyond the end of the storage."""
    start = input.storage_offset() if storage_offset is None else storage_offset
    if input.is_meta or len(size) != len(stride) or any(s < 0 for s in (*size, *stride)) or not _numel(size):
        return
    need = (start + 1 + sum((n - 1) * s for n, s in zip(size, stride, strict=True))) * input._dtype.itemsize
    have = own(input)._ext.storage.nbytes  # type: ignore[union-attr]
    if need > have:
        fail(
            RuntimeError,
            f"setStorage: sizes [{', '.join(map(str, size))}], strides [{', '.join(map(str, stride))}], storage offset {start}, and itemsize "
            f"{input._dtype.itemsize} requiring a storage size of {need} are out of bounds for storage of size {have}",
            kind="view",
            op="as_strided",
            operands=[("input", describe(input))],
            explain=[f"The last element asked for lies {need} bytes in; the memory has {have}."],
        )


as_strided.options["check"] = _check_storage


@as_strided.vjp("input", rule="g added to the storage cells it came from")
def _(g: Any, input_spec: Any, size: Any, stride: Any, storage_offset: Any) -> Any:
    return _as_strided_rule(g, input_spec, size, stride, 0 if storage_offset is None else storage_offset - input_spec.offset)


@as_strided.samples
def _(make: Any) -> Any:
    yield make(6), (2, 3), (3, 1), 0
    yield make(6), (3, 3), (1, 1), 1


@op("alias(Tensor(a) input) -> Tensor(a)", kind="view", namespaces=("internal",), method=False)
def alias_(shape: Any, stride: Any, offset: int) -> Any:
    """The same geometry: what x[...] is."""
    return tuple(shape), tuple(stride), offset


@alias_.vjp("input", rule="g")
def _(g: Any) -> Any:
    return g


@composite("flatten(Tensor input, int start_dim=0, int end_dim=-1) -> Tensor")
def flatten(input: Any, start_dim: int, end_dim: int) -> Any:
    """Dimensions start_dim to end_dim merged into one: a view where the strides allow.

    >>> zeros(2, 3, 5).flatten(1).shape
    torch.Size([2, 15])
    """
    n = input.ndim
    a, b = wrap_dim(start_dim, n), wrap_dim(end_dim, n)
    if a > b:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if n == 0:
        return input.reshape(1)
    if a == b:
        return input
    shape = input.shape
    return input.reshape(*shape[:a], _numel(shape[a : b + 1]), *shape[b + 1 :])


@composite("ravel(Tensor input) -> Tensor")
def ravel(input: Any) -> Any:
    """One dimension, row-major: a view where contiguous.

    >>> tensor([[1, 2], [3, 4]]).ravel()
    tensor([1, 2, 3, 4])
    """
    return input.contiguous().view(-1)


@composite("unflatten(Tensor input, int dim, int[] sizes) -> Tensor")
def unflatten(input: Any, dim: int, sizes: Any) -> Any:
    """One dimension spread over several; -1 is inferred.

    >>> arange(6).unflatten(0, (2, 3)).shape
    torch.Size([2, 3])
    """
    k = wrap_dim(dim, input.ndim)
    shape = input.shape
    if not sizes:
        raise RuntimeError("unflatten: sizes must be non-empty")
    if sum(s == -1 for s in sizes) > 1:
        raise RuntimeError("unflatten got an unexpected error:\nonly one dimension can be inferred")
    known = _numel([s for s in sizes if s != -1])
    if known != shape[k] if -1 not in sizes else not known or shape[k] % known:
        raise RuntimeError(f"unflatten: Provided sizes {list(sizes)} don't multiply up to the size of dim {k} ({shape[k]}) in the input tensor")
    return input.view(*shape[:k], *resolve_size((shape[k],), tuple(sizes)), *shape[k + 1 :])


@composite("swapaxes(Tensor input, int axis0, int axis1) -> Tensor")
def swapaxes(input: Any, axis0: int, axis1: int) -> Any:
    """transpose(), under NumPy's name.

    >>> zeros(2, 3).swapaxes(0, 1).shape
    torch.Size([3, 2])
    """
    return input.transpose(axis0, axis1)


@composite("adjoint(Tensor input) -> Tensor")
def adjoint(input: Any) -> Any:
    """The last two dimensions exchanged (and conjugated), a view.

    >>> adjoint(zeros(2, 3)).shape
    torch.Size([3, 2])
    """
    if input.ndim == 1:
        fail(RuntimeError, "tensor.adjoint() is only supported on matrices or batches of matrices. Got 1-D tensor.", kind="dim", op="adjoint")
    return (input.transpose(-2, -1) if input.ndim else input).conj()


# -- functions of any number of tensors -----------------------------------------------------------------------------------------------


def spread_function(name: str, fn: Any) -> None:
    """Make ``fn(*tensors, ...)`` the public function of a composite that takes them as one list."""
    NAMESPACES["torch"][name] = fn
    fn.__wrapped__ = FAMILIES[f"torch.{name}"]


def given_tensors(tensors: tuple[Any, ...]) -> tuple[Any, ...]:
    """The tensors of f(a, b) and of f([a, b]); TypeError in PyTorch's words for anything else among them."""
    parts = tuple(tensors[0]) if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else tensors
    for k, t in enumerate(parts):
        if not isinstance(t, Tensor):
            fail(TypeError, f"expected Tensor as element {k} in argument 0, but got {type(t).__name__}", kind="type")
    return parts


def _at_least(n: int, example: str) -> None:
    name = f"atleast_{n}d"

    def lift(t: Any) -> Any:
        if not t.ndim:
            return t.reshape([1] * n)
        if n >= 2 and t.ndim == 1:
            t = t.unsqueeze(0)
        return t.unsqueeze(-1) if n == 3 and t.ndim == 2 else t

    def at_least(*tensors: Any) -> Any:
        one = len(tensors) == 1 and isinstance(tensors[0], Tensor)
        if len(tensors) == 1 and not one and not isinstance(tensors[0], (list, tuple)):
            fail(
                TypeError,
                f"{name}() received an invalid combination of arguments - got ({type(tensors[0]).__name__}), but expected one of:\n * (Tensor input)\n"
                " * (tuple of Tensors tensors)\n",
                kind="signature",
                op=name,
            )
        found = tuple([lift(t) for t in given_tensors(tensors)])
        return found[0] if one else found

    at_least.__name__ = at_least.__qualname__ = name
    at_least.__doc__ = f"The tensor (or each tensor) with at least {n} dimension{'s' * (n > 1)}, views.\n\n{example}"
    composite(f"{name}(Any tensors) -> Tensor", method=False, doc=at_least.__doc__)(lambda tensors: at_least(tensors))
    spread_function(name, at_least)


_at_least(1, ">>> atleast_1d(tensor(2))\ntensor([2])\n")
_at_least(2, ">>> atleast_2d(tensor([1, 2]))\ntensor([[1, 2]])\n")
_at_least(3, ">>> atleast_3d(tensor([1, 2])).shape\ntorch.Size([1, 2, 1])\n")


alias("swapdims", "swapaxes")
__all__ = ["contiguous", "describe", "given_tensors", "resolve_size", "spread_function", "unique_dims", "view_strides"]
