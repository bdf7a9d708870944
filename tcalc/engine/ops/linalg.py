"""Products of vectors and matrices, and einsum."""

from __future__ import annotations

from .. import dtypes, graph
from ..apply import SAME, WIDEN, apply, broadcast_shapes, turned
from ..apply import TENSORS as T
from ..errors import describe, fail, operands
from ..registry import alias, composite, in_place_function, op
from ..tensors import Tensor, wrap_dim
from .summing import total
from .views import _unsafe_view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_QUICK = 1 << 18  # elements of a product that needs no look at the memory left


def _upright(spec: Any) -> bool:
    """Whether a matrix lies column by column; its gradient then does, too."""
    return bool(spec.stride[0] == 1 and spec.stride[1] == spec.shape[0])


# PyTorch's names of the C types, as its sentences about products use them.
C_NAMES = {"float32": "float", "float64": "double", "float16": "c10::Half", "bfloat16": "c10::BFloat16", "int64": "long int", "int32": "int",
           "int16": "short int", "int8": "signed char", "uint8": "unsigned char", "bool": "bool", "complex64": "c10::complex<float>",
           "complex128": "c10::complex<double>"}  # fmt: skip
_NO_BOOL = {"mv": "addmv_impl_cpu", "addmv": "addmv_impl_cpu", "bmm": "bmm", "baddbmm": "baddbmm", "dot": "dot", "vdot": "dot"}


def _matched(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    """Products refuse mixed dtypes; 16-bit floats are computed in float32 and rounded once."""
    tensors = [v for v in values if isinstance(v, Tensor)]
    d = tensors[0]._dtype
    if d is dtypes.bool_ and (o.base == "bmm" or o.base == "baddbmm" and tensors[1]._dtype is d or all(t._dtype is d for t in tensors)):
        raise NotImplementedError(f"\"{_NO_BOOL.get(o.base, 'addmm_impl_cpu_')}\" not implemented for 'Bool'")
    for t in tensors[1:]:
        if t._dtype is not d:
            fail(
                RuntimeError,
                _mismatch(o.base, [t._dtype for t in tensors], tensors),
                kind="dtype",
                op=o.public,
                operands=operands(["input", "other"] if len(tensors) == 2 else [p.name for p in o.schema.params], tensors),
                explain=["A matrix product does not promote: both sides have one dtype."],
                hints=[f"b.to({d}) or a.to({t._dtype})."],
            )
    for v in values[3:]:  # beta and alpha
        if type(v) is complex and not d.is_complex:
            raise RuntimeError(f"value cannot be converted to type {C_NAMES[d.name] if d.is_floating_point else d.name + '_t'} without overflow")
    return (dtypes.float32, d) if d.itemsize == 2 and d.is_floating_point else (d, d)


def _mismatch(name: str, found: list[Any], tensors: list[Any]) -> str:
    """PyTorch's sentence for operands of different dtypes."""
    caps, c = [_cap(d) for d in found], [C_NAMES.get(d.name, d.name) for d in found]
    if name in ("dot", "vdot"):
        return f"dot : expected both vectors to have same dtype, but found {caps[0]} and {caps[1]}"
    if name == "bmm":
        a, b = tensors
        if a.ndim == 3 == b.ndim and a.shape[1] * a.shape[2] * b.shape[2] >= 400:  # PyTorch has another kernel for larger ones, and that another sentence
            large = found[1].category >= dtypes.FLOAT and found[1].itemsize > 2
            return f"expected scalar type {caps[1]} but found {caps[0]}" if large else f"expected m1 and m2 to have the same dtype, but got: {c[0]} != {c[1]}"
        return f"expected scalar type {caps[0]} but found {caps[1]}"
    if name == "mv":
        caps = [caps[1], caps[0], caps[1]]
    if name in ("mv", "addmv"):
        return f"addmv input tensors must have the same dtype, but got {caps[0]}, {caps[1]}, and {caps[2]}"
    if name in ("addmm", "addbmm"):
        first = 0 if found[0] is not found[2] else 1
        return f"{('self', 'mat1')[first]} and mat2 must have the same dtype, but got {caps[first]} and {caps[2]}"
    if name == "baddbmm":
        if found[0] is not found[1]:
            return f"Input dtypes must be the same, got: input {c[0]}, batch1: {c[1]}, batch2: {c[2]}"
        return f"expected scalar type {caps[0]} but found {caps[2]}"
    return f"expected m1 and m2 to have the same dtype, but got: {c[0]} != {c[1]}"


def _cap(d: Any) -> str:
    from ..apply import _cap as cap

    return cap(d)


def _product(xp: Any, a: Any, b: Any) -> Any:
    if a.dtype.kind in "fc" and a.size and b.size and a.ndim >= 2 and a.shape[-1] * (a.size // a.shape[-1]) * b.shape[-1] > 1 << 18:
        from ..backends import backend_of

        backend_of(a).before_product()
    return xp.matmul(a, b)


def _mm_shape(input: Any, mat2: Any, added: bool = False) -> Any:
    a, b = input.shape, mat2.shape
    for name, t in (("mat1" if added else "self", a), ("mat2", b)):
        if len(t) != 2:
            raise RuntimeError(f"{name} must be a matrix" + (f", got {len(t)}-D tensor" if added else ""))
    if a[1] != b[0]:
        fail_inner(a, b, "mm")
    return (a[0], b[1])


def fail_inner(a: Any, b: Any, name: str, sentence: str = "") -> None:
    """PyTorch's sentence for inner sizes that differ (unless another is given), with the dims that met."""
    x, y = [str(s) for s in a], [str(s) for s in b]
    x[-1] = f"({x[-1]})"
    y[-2 if len(b) > 1 else 0] = f"({y[-2 if len(b) > 1 else 0]})"
    hints = []
    if len(a) == 2 and len(b) == 2:
        if a[1] == b[1]:
            hints.append(f"a @ b.T is [{a[0]},{b[0]}].")
        if a[0] == b[0]:
            hints.append(f"a.T @ b is [{a[1]},{b[1]}].")
        if b[1] == a[0]:
            hints.append(f"b @ a is [{b[0]},{a[1]}].")
    rows = a[0] if len(a) == 2 else (_numel(a[:-1]))
    fail(
        RuntimeError,
        sentence or f"mat1 and mat2 shapes cannot be multiplied ({rows}x{a[-1]} and {b[-2] if len(b) > 1 else b[0]}x{b[-1] if len(b) > 1 else 1})",
        kind="matmul_shape",
        op=name,
        operands=[("a", f"[{','.join(map(str, a))}]"), ("b", f"[{','.join(map(str, b))}]")],
        explain=[
            f"Inner sizes differ: a [{','.join(x)}] @ b [{','.join(y)}]; a dim {len(a) - 1} = {a[-1]}, b dim {max(len(b) - 2, 0)} = "
            f"{b[-2] if len(b) > 1 else b[0]}."
        ],
        hints=hints or ["No transpose fits."],
    )


def _numel(shape: Any) -> int:
    n = 1
    for s in shape:
        n *= s
    return n


def _mm_fits(input: Any, mat2: Any) -> bool:
    return bool(input.ndim == 2 == mat2.ndim and input.shape[1] == mat2.shape[0] and input.shape[0] * mat2.shape[1] <= _QUICK)


@op("mm(Tensor input, Tensor mat2) -> Tensor", dtype=_matched, spec=_mm_shape, flops="2*n*m*k", label="mm", quick=_mm_fits)
def mm(xp: Any, input: Any, mat2: Any) -> Any:
    """Product of two matrices.

    >>> mm(tensor([[1., 2.], [3., 4.]]), tensor([[5., 6.], [7., 8.]]))
    tensor([[19., 22.],
            [43., 50.]])
    """
    return _product(xp, input, mat2)


@mm.vjp("input", rule="g @ mat2.T")
def _(g: Any, mat2: Any) -> Any:
    return apply(mm, [g, turned(mat2)])


@mm.vjp("mat2", rule="input.T @ g")
def _(g: Any, input: Any, mat2_spec: Any) -> Any:
    if _upright(mat2_spec):
        return turned(apply(mm, [turned(g), input]))
    return apply(mm, [turned(input), g])


@mm.samples
def _(make: Any) -> Any:
    yield make(2, 3), make(3, 4)
    yield make(0, 3), make(3, 2)


def _mv_shape(input: Any, vec: Any, added: Any = None) -> Any:
    ndim = 1 if added is None else len(added.shape)
    if added is None and not input.shape:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    if len(input.shape) != 2 or len(vec.shape) != 1 or ndim > 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got {ndim}, {len(input.shape)}, {len(vec.shape)}")
    size = input.shape[0] if added is None or _numel(added.shape) == 1 else added.shape[0]
    if input.shape[1] != vec.shape[0] or size != input.shape[0]:
        fail(
            RuntimeError,
            f"size mismatch, got input ({size}), mat ({input.shape[0]}x{input.shape[1]}), vec ({vec.shape[0]})",
            kind="matmul_shape",
            op="mv",
            operands=[("input", f"[{input.shape[0]},{input.shape[1]}]"), ("vec", f"[{vec.shape[0]}]")],
            explain=[
                f"The matrix has {input.shape[1]} columns, the vector {vec.shape[0]} elements."
                if input.shape[1] != vec.shape[0]
                else f"The product has {input.shape[0]} elements, and {size} cannot be added to them."
            ],
        )
    return (input.shape[0],)


@op("mv(Tensor input, Tensor vec) -> Tensor", dtype=_matched, spec=_mv_shape)
def mv(xp: Any, input: Any, vec: Any) -> Any:
    """Product of a matrix and a vector.

    >>> mv(tensor([[1., 2.], [3., 4.]]), tensor([1., 2.]))
    tensor([ 5., 11.])
    """
    return _product(xp, input, vec)


@mv.vjp("input", rule="outer(g, vec)")
def _(g: Any, vec: Any) -> Any:
    return g.unsqueeze(1) * vec.unsqueeze(0)


@mv.vjp("vec", rule="input.T @ g")
def _(g: Any, input: Any) -> Any:
    return mv(input.t(), g)


@mv.samples
def _(make: Any) -> Any:
    yield make(2, 3), make(3)


def _dot_shape(input: Any, tensor: Any) -> Any:
    if len(input.shape) != 1 or len(tensor.shape) != 1:
        raise RuntimeError(f"1D tensors expected, but got {len(input.shape)}D and {len(tensor.shape)}D tensors")
    if input.shape != tensor.shape:
        fail(
            RuntimeError,
            f"inconsistent tensor size, expected tensor [{input.shape[0]}] and src [{tensor.shape[0]}] to have the same number of elements, "
            f"but got {input.shape[0]} and {tensor.shape[0]} elements respectively",
            kind="matmul_shape",
            op="dot",
        )
    return ()


@op("dot(Tensor input, Tensor tensor) -> Tensor", dtype=_matched, spec=_dot_shape)
def dot(xp: Any, input: Any, tensor: Any) -> Any:
    """Inner product of two vectors.

    >>> dot(tensor([1, 2, 3]), tensor([4, 5, 6]))
    tensor(32)
    """
    return xp.dot(input, tensor)


@dot.vjp("input", rule="g * tensor")
def _(g: Any, tensor: Any) -> Any:
    return g * tensor


@dot.vjp("tensor", rule="g * input")
def _(g: Any, input: Any) -> Any:
    return g * input


@dot.samples
def _(make: Any) -> Any:
    yield make(3), make(3)


def _bmm_shape(input: Any, mat2: Any) -> Any:
    a, b = input.shape, mat2.shape
    if len(a) != 3:
        raise RuntimeError("batch1 must be a 3D tensor")
    if len(b) != 3:
        raise RuntimeError("batch2 must be a 3D tensor")
    if a[0] != b[0] or a[2] != b[1]:
        fail(
            RuntimeError,
            f"Expected size for first two dimensions of batch2 tensor to be: [{a[0]}, {a[2]}] but got: [{b[0]}, {b[1]}].",
            kind="matmul_shape",
            op="bmm",
            operands=[("input", f"[{','.join(map(str, a))}]"), ("mat2", f"[{','.join(map(str, b))}]")],
            explain=["bmm multiplies [b,n,m] and [b,m,p]: batch sizes and inner sizes agree, and nothing broadcasts."],
            hints=["matmul broadcasts the batch."],
        )
    return (a[0], a[1], b[2])


@op("bmm(Tensor input, Tensor mat2) -> Tensor", dtype=_matched, spec=_bmm_shape)
def bmm(xp: Any, input: Any, mat2: Any) -> Any:
    """Products of two batches of matrices.

    >>> bmm(ones(2, 1, 3), ones(2, 3, 1)).shape
    torch.Size([2, 1, 1])
    """
    return _product(xp, input, mat2)


@bmm.vjp("input", rule="bmm(g, mat2.mT)")
def _(g: Any, mat2: Any) -> Any:
    return bmm(g, mat2.transpose(1, 2))


@bmm.vjp("mat2", rule="bmm(input.mT, g)")
def _(g: Any, input: Any) -> Any:
    return bmm(input.transpose(1, 2), g)


@bmm.samples
def _(make: Any) -> Any:
    yield make(2, 2, 3), make(2, 3, 2)


@composite("matmul(Tensor input, Tensor other) -> Tensor", namespaces=("torch", "linalg"))
def matmul(input: Any, other: Any) -> Any:
    """Matrix product: vectors, matrices and batches of them, batches broadcast.

    >>> matmul(tensor([[1, 2], [3, 4]]), tensor([1, 1]))
    tensor([3, 7])
    """
    n, m = input.ndim, other.ndim
    if n == 0 or m == 0:
        fail(
            RuntimeError,
            f"both arguments to matmul need to be at least 1D, but they are {n}D and {m}D",
            kind="matmul_shape",
            op="matmul",
            operands=operands(["input", "other"], [input, other]),
            hints=["* multiplies by a number."],
        )
    if n == 1 and m == 1:
        return dot(input, other)
    if n == 2 and m == 1:
        return mv(input, other)
    if n == 1 and m == 2:
        if input.shape[0] != other.shape[0]:
            fail_inner((1, *input.shape), tuple(other.shape), "matmul")
        return _squeezed(mm(input.unsqueeze(0), other), 0)
    if n == 2 and m == 2:
        return mm(input, other)
    if _folds(input, other):
        larger = n >= m
        t1, t2 = (input, other) if larger else (other.mT, input.t() if n == 2 else input)
        shape = tuple(t1.shape[:-1])
        if t1.shape[-1] != t2.shape[0]:
            k, tall = t1.shape[-1], _numel(shape)  # the sizes of the one product that it becomes
            fail_inner(
                tuple(input.shape) if n > 1 else (1, *input.shape),
                tuple(other.shape),
                "matmul",
                f"size mismatch, got input ({tall}), mat ({tall}x{k}), vec ({t2.shape[0]})"
                if t2.ndim == 1
                else f"mat1 and mat2 shapes cannot be multiplied ({tall}x{k} and {t2.shape[0]}x{t2.shape[1]})",
            )
        flat = t1.reshape(_numel(shape), t1.shape[-1])
        if t2.ndim == 1:
            return _unsafe_view(mv(flat, t2), shape)
        out = _unsafe_view(mm(flat, t2), (*shape, t2.shape[1]))
        return out if larger else out.mT.contiguous()
    if n == 3 and m == 3 and input.shape[0] != other.shape[0]:
        if input.shape[0] == 1 and input.requires_grad:
            return matmul.kernel(input.squeeze(0), other)
        if other.shape[0] == 1 and other.requires_grad:
            return matmul.kernel(input, other.squeeze(0))
    rows = tuple(input.shape[-2:]) if n > 1 else (1, input.shape[0])
    columns = tuple(other.shape[-2:]) if m > 1 else (other.shape[0], 1)
    if rows[1] != columns[0]:
        _fail_batch(input.unsqueeze(0) if n == 1 else input, other.unsqueeze(1) if m == 1 else other, input, other)
    batch = _batch_shape(input, other)
    count = _numel(batch)
    left = input.expand(*batch, *rows).reshape(count, *rows)
    shape = (*batch, *(rows[:1] if n > 1 else ()), *(columns[1:] if m > 1 else ()))
    if m == 1:
        right = other.expand(*batch, columns[0]).reshape(count, columns[0]).unsqueeze(2)
        return _unsafe_view(bmm(left, right).squeeze(-1), shape)
    return _unsafe_view(bmm(left, other.expand(*batch, *columns).reshape(count, *columns)), shape)


def _batch_shape(input: Any, other: Any) -> tuple[int, ...]:
    """The common batch of two operands; RuntimeError in PyTorch's words."""
    a, b = tuple(input.shape[:-2]), tuple(other.shape[:-2])
    return broadcast_shapes([a, b])


def _folds(input: Any, other: Any) -> bool:
    """Whether a batch times one matrix (or vector) goes as one product of a taller matrix: ATen's should_fold."""
    n, m = input.ndim, other.ndim
    larger = n >= m
    t1, rest = (input, other) if larger else (other.mT, input)
    if t1.ndim < 3 or rest.ndim > 2:
        return False
    if rest.requires_grad:
        return True
    if n == 2:
        return False
    if t1.numel() == 0:
        return True
    shape, stride = t1.shape, t1.stride()
    return all(stride[k] == stride[k + 1] * shape[k + 1] for k in range(t1.ndim - 2))


@op(
    "_squeezed(Tensor(a) input, int dim) -> Tensor(a)",
    kind="view",
    namespaces=("internal",),
    method=False,
    node="SqueezeBackward4",
    label="squeeze",
    fresh=True,
)
def _squeezed(shape: Any, stride: Any, offset: int, dim: int) -> Any:
    """A fresh result without a dimension of size 1."""
    k = dim % len(shape) if shape else 0
    if not shape or shape[k] != 1:
        return tuple(shape), tuple(stride), offset
    return (*shape[:k], *shape[k + 1 :]), (*stride[:k], *stride[k + 1 :]), offset


@_squeezed.vjp("input", rule="g.view(input.shape)")
def _(g: Any, input_spec: Any) -> Any:
    return g.reshape(input_spec.shape)


@_squeezed.samples
def _(make: Any) -> Any:
    yield make(2, 1), 1


def _fail_batch(a: Any, b: Any, input: Any, other: Any) -> None:
    batch = _numel(broadcast_shapes([tuple(a.shape[:-2]), tuple(b.shape[:-2])]))
    _bmm_shape(_S((batch, *a.shape[-2:])), _S((batch, *b.shape[-2:])))


class _S:
    __slots__ = ("shape",)

    def __init__(self, shape: Any) -> None:
        self.shape = shape


@composite("outer(Tensor input, Tensor vec2) -> Tensor")
def outer(input: Any, vec2: Any) -> Any:
    """All products of two vectors' elements: input[i] * vec2[j].

    >>> outer(tensor([1, 2]), tensor([3, 4]))
    tensor([[3, 4],
            [6, 8]])
    """
    for k, t in enumerate((input, vec2)):
        if t.ndim != 1:
            raise RuntimeError(f"outer: Expected 1-D argument {'self' if k == 0 else 'vec2'}, but got {t.ndim}-D")
    return input.unsqueeze(1) * vec2


def _add_scaled(input: Any, product: Any, beta: Any, alpha: Any) -> Any:
    if product.dtype.kind in "iu":
        beta, alpha = int(beta), int(alpha)
    if alpha != 1:
        product = product * alpha
    return product if beta == 0 else (input if beta == 1 else input * beta) + product


def _scaled(g: Any, factor: Any) -> Any:
    return g if factor == 1 else g * factor


def _fits_into(shape: Any, input: Any) -> Any:
    """The shape of a product that input is added to: input must expand to it."""
    given, n = tuple(input.shape), len(shape)
    for k in range(len(given), 0, -1) if len(given) > n else range(1, len(given) + 1):
        if k > n or given[-k] not in (1, shape[-k]):
            fail(
                RuntimeError,
                f"The expanded size of the tensor ({shape[-k]}) must match the existing size ({given[-k]}) at non-singleton dimension {n - k}.  "
                f"Target sizes: {list(shape)}.  Tensor sizes: {list(given)}"
                if k <= n
                else f"expand(torch.FloatTensor{{{list(given)}}}, size={list(shape)}): the number of sizes provided ({n}) must be greater or equal to the "
                f"number of dimensions in the tensor ({len(given)})",
                kind="broadcast",
                op="addmm",
                operands=[("input", f"[{','.join(map(str, given))}]"), ("product", f"[{','.join(map(str, shape))}]")],
                explain=["input is added to the product, so it expands to the product's shape."],
            )
    return shape


def _addmm_shape(input: Any, mat1: Any, mat2: Any, beta: Any, alpha: Any) -> Any:
    return _fits_into(_mm_shape(mat1, mat2, True), input)


def _addmm_fits(input: Any, mat1: Any, mat2: Any, beta: Any, alpha: Any) -> bool:
    return bool(
        beta == 1 == alpha
        and mat1.ndim == 2 == mat2.ndim
        and mat1.shape[1] == mat2.shape[0]
        and input.shape == mat2.shape[1:]
        and mat1.shape[0] * mat2.shape[1] <= _QUICK
    )


@op(
    "addmm(Tensor input, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor",
    inplace=True, dtype=_matched, spec=_addmm_shape, quick=_addmm_fits,
)  # fmt: skip
def addmm(xp: Any, input: Any, mat1: Any, mat2: Any, beta: Any, alpha: Any) -> Any:
    """beta * input + alpha * (mat1 @ mat2).

    >>> addmm(tensor([1., 1.]), tensor([[1., 2.]]), tensor([[1., 0.], [0., 1.]]))
    tensor([[2., 3.]])
    """
    return _add_scaled(input, _product(xp, mat1, mat2), beta, alpha)


@addmm.vjp("input", rule="g * beta")
def _(g: Any, input_spec: Any, beta: Any) -> Any:
    g = _scaled(g, beta)
    return g if not graph.state.grad and g.numel() <= 1 << 16 else g.sum_to_size(input_spec.shape)  # the door adds up small ones itself


@addmm.vjp("mat1", rule="g @ mat2.T * alpha")
def _(g: Any, mat2: Any, alpha: Any) -> Any:
    return _scaled(apply(mm, [g, turned(mat2)]), alpha)


@addmm.vjp("mat2", rule="mat1.T @ g * alpha")
def _(g: Any, mat1: Any, mat2_spec: Any, alpha: Any) -> Any:
    if _upright(mat2_spec):
        return _scaled(turned(apply(mm, [turned(g), mat1])), alpha)
    return _scaled(apply(mm, [turned(mat1), g]), alpha)


@addmm.samples
def _(make: Any) -> Any:
    yield make(4), make(2, 3), make(3, 4)
    yield make(2, 4), make(2, 3), make(3, 4), {"beta": 0.5, "alpha": 2.0}


@op(
    "addmv(Tensor input, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor",
    inplace=True,
    dtype=_matched,
    spec=lambda input, mat, vec, beta, alpha: _mv_shape(mat, vec, input),
)
def addmv(xp: Any, input: Any, mat: Any, vec: Any, beta: Any, alpha: Any) -> Any:
    """beta * input + alpha * (mat @ vec).

    >>> addmv(tensor([1., 1.]), tensor([[1., 2.], [3., 4.]]), tensor([1., 0.]))
    tensor([2., 4.])
    """
    return _add_scaled(input, _product(xp, mat, vec), beta, alpha)


@addmv.vjp("input", rule="g * beta")
def _(g: Any, input_spec: Any, beta: Any) -> Any:
    return _scaled(g, beta).sum_to_size(input_spec.shape)


@addmv.vjp("mat", rule="outer(g, vec) * alpha")
def _(g: Any, vec: Any, alpha: Any) -> Any:
    return _scaled(g.unsqueeze(1) * vec.unsqueeze(0), alpha)


@addmv.vjp("vec", rule="mat.T @ g * alpha")
def _(g: Any, mat: Any, alpha: Any) -> Any:
    return _scaled(mv(mat.t(), g), alpha)


@addmv.samples
def _(make: Any) -> Any:
    yield make(2), make(2, 3), make(3)
    yield make(1), make(2, 3), make(3), {"beta": 0.5, "alpha": 2.0}


def _addr_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = SAME(o, dims, zeros, numbers, values)
    for name, factor in (("beta", values[3]), ("alpha", values[4])):
        if type(factor) is bool and result is not dtypes.bool_:
            raise RuntimeError(f"Boolean {name} only supported for Boolean results.")
        if type(factor) is complex and result.is_floating_point:
            raise RuntimeError(f"value cannot be converted to type {C_NAMES[result.name]} without overflow")
    if result.category < dtypes.FLOAT:
        for name, factor in (("beta", values[3]), ("alpha", values[4])):
            if type(factor) in (float, complex):
                raise RuntimeError(f"For integral input tensors, argument {name} must not be a floating point number.")
    return compute, result


def _addr_shape(input: Any, vec1: Any, vec2: Any, beta: Any, alpha: Any) -> Any:
    if len(vec1.shape) != 1 or len(vec2.shape) != 1:
        raise RuntimeError(
            f"addr: Expected 1-D argument {'vec1' if len(vec1.shape) != 1 else 'vec2'}, but got {len((vec1 if len(vec1.shape) != 1 else vec2).shape)}-D"
        )
    return _fits_into((vec1.shape[0], vec2.shape[0]), input)


@op("addr(Tensor input, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor", inplace=True, dtype=_addr_dtype, spec=_addr_shape)
def addr(xp: Any, input: Any, vec1: Any, vec2: Any, beta: Any, alpha: Any) -> Any:
    """beta * input + alpha * outer(vec1, vec2).

    >>> addr(zeros(2, 2), tensor([1., 2.]), tensor([3., 4.]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    return _add_scaled(input, vec1[:, None] * vec2[None], beta, alpha)


@addr.vjp("input", rule="g * beta")
def _(g: Any, input_spec: Any, beta: Any) -> Any:
    return _scaled(g, beta).sum_to_size(input_spec.shape)


@addr.vjp("vec1", rule="g @ vec2 * alpha")
def _(g: Any, vec2: Any, alpha: Any) -> Any:
    return _scaled(mv(g, vec2), alpha)


@addr.vjp("vec2", rule="g.T @ vec1 * alpha")
def _(g: Any, vec1: Any, alpha: Any) -> Any:
    return _scaled(mv(g.t(), vec1), alpha)


@addr.samples
def _(make: Any) -> Any:
    yield make(2, 3), make(2), make(3), {"beta": 0.5, "alpha": 2.0}


def _addbmm_shape(input: Any, batch1: Any, batch2: Any, beta: Any, alpha: Any) -> Any:
    _fits_into((_size_of(batch1, 1), _size_of(batch2, 2)), input)
    a, b = batch1.shape, batch2.shape
    if len(a) == len(b) == 3 and a[0] != b[0]:
        raise RuntimeError(f"batch1 and batch2 must have same number of batches, got {a[0]} and {b[0]}")
    if len(a) == len(b) == 3 and a[2] != b[1]:
        raise RuntimeError(f"Incompatible matrix sizes for bmm ({a[1]}x{a[2]} and {b[1]}x{b[2]})")
    return _bmm_shape(batch1, batch2)[1:]


def _baddbmm_shape(input: Any, batch1: Any, batch2: Any, beta: Any, alpha: Any) -> Any:
    _fits_into((_size_of(batch1, 0), _size_of(batch1, 1), _size_of(batch2, 2)), input)
    return _bmm_shape(batch1, batch2)


def _size_of(t: Any, dim: int) -> int:
    """The size along a dimension; IndexError where there is none (the product's shape is asked for first)."""
    return t.shape[wrap_dim(dim, len(t.shape), False)]  # type: ignore[no-any-return]


@op("addbmm(Tensor input, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor", inplace=True, dtype=_matched, spec=_addbmm_shape)
def addbmm(xp: Any, input: Any, batch1: Any, batch2: Any, beta: Any, alpha: Any) -> Any:
    """beta * input + alpha * sum of the batch's products.

    >>> addbmm(zeros(1, 1), ones(2, 1, 3), ones(2, 3, 1))
    tensor([[6.]])
    """
    return _add_scaled(input, xp.sum(_product(xp, batch1, batch2), axis=0), beta, alpha)


@addbmm.vjp("input", rule="g * beta")
def _(g: Any, input_spec: Any, beta: Any) -> Any:
    return _scaled(g, beta).sum_to_size(input_spec.shape)


@addbmm.vjp("batch1", rule="g @ batch2.mT * alpha")
def _(g: Any, batch2: Any, alpha: Any) -> Any:
    return _scaled(bmm(g.unsqueeze(0).expand(batch2.shape[0], *g.shape), batch2.transpose(1, 2)), alpha)


@addbmm.vjp("batch2", rule="batch1.mT @ g * alpha")
def _(g: Any, batch1: Any, alpha: Any) -> Any:
    return _scaled(bmm(batch1.transpose(1, 2), g.unsqueeze(0).expand(batch1.shape[0], *g.shape)), alpha)


@op(
    "baddbmm(Tensor input, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor",
    inplace=True,
    dtype=_matched,
    spec=_baddbmm_shape,
)
def baddbmm(xp: Any, input: Any, batch1: Any, batch2: Any, beta: Any, alpha: Any) -> Any:
    """beta * input + alpha * bmm(batch1, batch2).

    >>> baddbmm(ones(1, 1, 1), ones(1, 1, 3), ones(1, 3, 1))
    tensor([[[4.]]])
    """
    return _add_scaled(input, _product(xp, batch1, batch2), beta, alpha)


@baddbmm.vjp("input", rule="g * beta")
def _(g: Any, input_spec: Any, beta: Any) -> Any:
    return _scaled(g, beta).sum_to_size(input_spec.shape)


@baddbmm.vjp("batch1", rule="g @ batch2.mT * alpha")
def _(g: Any, batch2: Any, alpha: Any) -> Any:
    return _scaled(bmm(g, batch2.transpose(1, 2)), alpha)


@baddbmm.vjp("batch2", rule="batch1.mT @ g * alpha")
def _(g: Any, batch1: Any, alpha: Any) -> Any:
    return _scaled(bmm(batch1.transpose(1, 2), g), alpha)


@addbmm.samples
def _(make: Any) -> Any:
    yield make(2, 2), make(2, 2, 3), make(2, 3, 2), {"beta": 0.5, "alpha": 2.0}


@baddbmm.samples
def _(make: Any) -> Any:
    yield make(2, 2), make(2, 2, 3), make(2, 3, 2), {"beta": 0.5, "alpha": 2.0}


@op("vdot(Tensor input, Tensor other) -> Tensor", dtype=_matched, spec=lambda input, other: _dot_shape(input, other), wirtinger=True)
def vdot(xp: Any, input: Any, other: Any) -> Any:
    """Inner product of two vectors (the conjugate of the first, for complex ones).

    >>> vdot(tensor([1, 2]), tensor([3, 4]))
    tensor(11)
    """
    return xp.vdot(input, other)


@vdot.vjp("input", rule="conj(g) * other")
def _(g: Any, other: Any) -> Any:
    return g.conj() * other


@vdot.vjp("other", rule="g * input")
def _(g: Any, input: Any) -> Any:
    return g * input


@vdot.samples
def _(make: Any) -> Any:
    yield make(3), make(3)


def _trace_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[0]._dtype is dtypes.bool_:
        raise NotImplementedError("\"trace\" not implemented for 'Bool'")
    return WIDEN(o, dims, zeros, numbers, values)


def _cross_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = SAME(o, dims, zeros, numbers, values)
    if result is dtypes.bool_:
        raise NotImplementedError("\"cross\" not implemented for 'Bool'")
    a, b = values[0]._dtype, values[1]._dtype
    if a is not b:
        fail(RuntimeError, f"expected scalar type {_cap(a)} but found {_cap(b)}", kind="dtype", op="cross", operands=operands(["input", "other"], values[:2]),
             hints=[f"other.to({a})"])  # fmt: skip
    return compute, result


def _trace_shape(input: Any) -> Any:
    if len(input.shape) != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {len(input.shape)}")
    return ()


@op("trace(Tensor input) -> Tensor", kind="reduce", dtype=_trace_dtype, spec=_trace_shape)
def trace(xp: Any, input: Any) -> Any:
    """Sum of the diagonal of a matrix.

    >>> trace(tensor([[1, 2], [3, 4]]))
    tensor(5)
    """
    return total(xp, xp.diagonal(input))


@trace.vjp("input", rule="g on the diagonal")
def _(g: Any, input_spec: Any) -> Any:
    return g * T.eye(*input_spec.shape, dtype=g._dtype, device=input_spec.device)


@trace.samples
def _(make: Any) -> Any:
    yield (make(3, 3),)
    yield (make(2, 3),)


@composite("inner(Tensor input, Tensor other) -> Tensor")
def inner(input: Any, other: Any) -> Any:
    """Sums of products over the last dimension of both.

    >>> inner(tensor([1, 2, 3]), tensor([4, 5, 6]))
    tensor(32)
    """
    if input.ndim == 0 or other.ndim == 0:
        return input * other
    if input.shape[-1] != other.shape[-1]:
        fail(
            RuntimeError,
            f"inner() the last dimension must match on both input tensors but got shapes {list(input.shape)} and {list(other.shape)}",
            kind="matmul_shape",
            op="inner",
            operands=operands(["input", "other"], [input, other]),
        )
    return tensordot.kernel(input, other, ([-1], [-1]))


@inner.samples
def _(make: Any) -> Any:
    yield make(3), make(3)
    yield make(2, 3), make(4, 3)


@composite("kron(Tensor input, Tensor other) -> Tensor")
def kron(input: Any, other: Any) -> Any:
    """Kronecker product: blocks input[i, j] * other.

    >>> kron(tensor([1, 10]), tensor([1, 2]))
    tensor([ 1,  2, 10, 20])
    """
    n = max(input.ndim, other.ndim)
    a = (1,) * (n - input.ndim) + tuple(input.shape)
    b = (1,) * (n - other.ndim) + tuple(other.shape)
    left = _unsafe_view(input.contiguous(), [s for pair in zip(a, (1,) * n, strict=True) for s in pair])
    right = _unsafe_view(other.contiguous(), [s for pair in zip((1,) * n, b, strict=True) for s in pair])
    return _unsafe_view((left * right).contiguous(), [x * y for x, y in zip(a, b, strict=True)])


@kron.samples
def _(make: Any) -> Any:
    yield make(2, 2), make(1, 2)


def _cross_shape(input: Any, other: Any, dim: int) -> Any:
    n = len(input.shape)
    if n != len(other.shape):
        raise RuntimeError(f"linalg.cross: inputs must have the same number of dimensions.")  # noqa: F541
    k = wrap_dim(dim, n)
    if input.shape[k] != 3 or other.shape[k] != 3:
        fail(
            RuntimeError,
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {input.shape[k]} and {other.shape[k]}",
            kind="shape",
            op="cross",
            explain=["The cross product is one of vectors of three components."],
        )
    return broadcast_shapes([tuple(input.shape), tuple(other.shape)])


@op(
    "cross(Tensor input, Tensor other, *, int dim=-1) -> Tensor",
    namespaces=("linalg",),
    method=False,
    dtype=_cross_dtype,
    spec=_cross_shape,
    node="LinalgCrossBackward0",
)
def linalg_cross(xp: Any, input: Any, other: Any, dim: int) -> Any:
    """Cross products of vectors of three components, along a dimension.

    >>> linalg.cross(tensor([1., 0., 0.]), tensor([0., 1., 0.]))
    tensor([0., 0., 1.])
    """
    a, b = xp.broadcast_arrays(input, other)
    a, b = xp.moveaxis(a, dim, 0), xp.moveaxis(b, dim, 0)
    out = xp.stack([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])
    return xp.moveaxis(out, 0, dim)


@linalg_cross.vjp("input", rule="cross(other, g)")
def _(g: Any, other: Any, dim: int) -> Any:
    return linalg_cross(other.expand_as(g), g, dim=dim)


@linalg_cross.vjp("other", rule="cross(g, input)")
def _(g: Any, input: Any, dim: int) -> Any:
    return linalg_cross(g, input.expand_as(g), dim=dim)


@linalg_cross.samples
def _(make: Any) -> Any:
    yield make(2, 3), make(2, 3)
    yield make(3, 2), make(3, 1), {"dim": 0}


@composite("cross(Tensor input, Tensor other, int? dim=None) -> Tensor")
def cross(input: Any, other: Any, dim: Any) -> Any:
    """Cross products of vectors of three components, along a dimension (the first of size 3).

    >>> cross(tensor([1., 0., 0.]), tensor([0., 1., 0.]), dim=0)
    tensor([0., 0., 1.])
    """
    if dim is None:
        dim = next((k for k, s in enumerate(input.shape) if s == 3), None)
        if dim is None:
            raise RuntimeError("no dimension of size 3 in input")
    return linalg_cross(input, other, dim=dim)


@composite("tensordot(Tensor a, Tensor b, Any dims=2) -> Tensor", method=False)
def tensordot(a: Any, b: Any, dims: Any) -> Any:
    """Contraction of dimensions: the last ``dims`` of a with the first of b, or two lists of dimensions.

    >>> tensordot(ones(2, 3), ones(3, 4), 1).shape
    torch.Size([2, 4])
    """
    if isinstance(dims, Tensor):
        dims = dims.tolist()
    if isinstance(dims, int):
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(a.ndim, b.ndim):
            raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        left, right = list(range(-dims, 0)), list(range(dims))
    else:
        if not isinstance(dims, (list, tuple)):
            raise RuntimeError(f"tensordot expects dims to be int or tuple[list[int], list[int]] or list[list[int]] containing two lists, but got dims={dims}")
        if len(dims) != 2:
            raise ValueError(f"tensordot expects two lists of dims, but got {len(dims)}")
        left, right = [list(x) if isinstance(x, (list, tuple)) else [x] for x in dims]
        if len(left) != len(right):
            raise RuntimeError("both dimension lists should have same length")
        for d in (*left, *right):
            if type(d) is not int:
                raise TypeError(f"tensordot(): argument 'dims_self' (position 3) must be tuple of ints, but found element of type {type(d).__name__}")
    given = left, right
    left = [wrap_dim(d, a.ndim) for d in left]
    right = [wrap_dim(d, b.ndim) for d in right]
    for side in (left, right):
        for d in side:
            if side.count(d) > 1:
                raise RuntimeError(f"dim {d} appears multiple times in the list of dims")
    if a._dtype is not b._dtype:
        fail(RuntimeError, "both inputs should have same dtype", kind="dtype", op="tensordot", operands=operands(["a", "b"], [a, b]),
             hints=[f"b.to({a._dtype}) or a.to({b._dtype})."])  # fmt: skip
    for k, (x, y) in enumerate(zip(left, right, strict=True)):
        if a.shape[x] == b.shape[y]:
            continue
        if a.shape[x] == 1:  # the one element stands for all: the other side is summed first
            b = b.sum([y], True, dtype=b._dtype)
        elif b.shape[y] == 1:
            a = a.sum([x], True, dtype=a._dtype)
        else:
            raise RuntimeError(
                f"contracted dimensions need to match, but first has size {a.shape[x]} in dim {given[0][k]} and second has size {b.shape[y]} "
                + f"in dim {given[1][k]}"
            )
    rest_a = [k for k in range(a.ndim) if k not in left]
    rest_b = [k for k in range(b.ndim) if k not in right]
    inner = _numel([a.shape[k] for k in left])
    rows, columns = _numel([a.shape[k] for k in rest_a]), _numel([b.shape[k] for k in rest_b])
    out = mm(a.permute(rest_a + left).reshape(rows, inner), b.permute(right + rest_b).reshape(inner, columns))
    return out.reshape([a.shape[k] for k in rest_a] + [b.shape[k] for k in rest_b])


# -- einsum -------------------------------------------------------------------------------------------------------------------------


@composite("einsum(str equation, Any operands) -> Tensor", method=False)
def _einsum(equation: str, operands: Any) -> Any:
    """Sums of products named by letters."""
    return einsum(equation, *operands)


def einsum(equation: str = "", *tensors: Any) -> Any:
    """Sums of products named by letters: 'ij,jk->ik' is a matrix product; letters may repeat (diagonals), '...' stands for the rest.

    >>> einsum('ij,j->i', tensor([[1, 2], [3, 4]]), tensor([1, 1]))
    tensor([3, 7])
    """
    if not tensors:
        fail(
            ValueError,
            "einsum(): must specify the equation string and at least one operand, or at least one operand and its subscripts list",
            kind="signature",
            op="einsum",
        )
    if isinstance(equation, Tensor):  # einsum(x, [0, 1], y, [1, 2], [0, 2])
        equation, tensors = _from_sublists((equation, *tensors))
    if not isinstance(equation, str):
        raise TypeError(f"einsum(): argument 'equation' (position 1) must be str, not {type(equation).__name__}")
    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tuple(tensors[0])
    for k, t in enumerate(tensors):
        if not isinstance(t, Tensor):
            raise TypeError(f"expected Tensor as element {k} in argument 1, but got {type(t).__name__}")
    text = equation.replace(" ", "")
    left, arrow, right = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(tensors):
        more = "fewer" if len(terms) > len(tensors) else "more"
        raise RuntimeError(f"einsum(): {more} operands were provided than specified in the equation")
    labels = [_letters(term, k) for k, term in enumerate(terms)]
    dots = 0
    for k, (names, t) in enumerate(zip(labels, tensors, strict=True)):
        named = len(names) - ("..." in names)
        if "..." in names and named > t.ndim:
            raise RuntimeError(f"einsum(): the number of subscripts in the equation ({named}) is more than the number of dimensions ({t.ndim}) for operand {k}")
        if "..." not in names and named != t.ndim:
            raise RuntimeError(
                f"einsum(): the number of subscripts in the equation ({named}) "
                + f"does not match the number of dimensions ({t.ndim}) for operand {k} and no ellipsis was given"
            )
        if "..." in names:
            dots = max(dots, t.ndim - named)
    used = [c for names in labels for c in names if c != "..."]
    if arrow:
        wanted = _letters(right, -1)
        for c in wanted:
            if c != "..." and wanted.count(c) > 1:
                raise RuntimeError(f"einsum(): output subscript {c} appears more than once in the output")
            if c != "..." and c not in used:
                raise RuntimeError(f"einsum(): output subscript {c} does not appear in the equation for any input operand")
    else:
        wanted = ["...", *sorted(c for c in dict.fromkeys(used) if used.count(c) == 1)]
    return _contracted(labels, tensors, wanted, dots, terms, text)


def _from_sublists(given: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """The equation that lists of numbers stand for (0-25 are A-Z, 26-51 a-z, ... an ellipsis), and the operands."""
    last = given[-1] if len(given) % 2 else None

    def term(numbers: Any) -> str:
        out = ""
        for v in numbers:
            if v is Ellipsis:
                out += "..."
            elif type(v) is int and 0 <= v < 52:
                out += chr(ord("A") + v) if v < 26 else chr(ord("a") + v - 26)
            else:
                raise ValueError(f"einsum(): subscript in subscript list is not within the valid range [0, 52), {v!r} is not")
        return out

    pairs = given[:-1] if last is not None else given
    equation = ",".join(term(s) for s in pairs[1::2])
    return (equation if last is None else f"{equation}->{term(last)}"), tuple(pairs[::2])


def operands_of(terms: list[str], tensors: Any) -> list[Any]:
    """Each operand with its letters."""
    return [(t, describe(x)) for t, x in zip(terms, tensors, strict=True)]


def _letters(term: str, k: int) -> list[str]:
    out, i = [], 0
    while i < len(term):
        if term[i] == ".":
            whose = f"operand {k}" if k >= 0 else "output"
            dots = "" if k >= 0 else " (...)"
            if "..." in out:
                raise RuntimeError(f"einsum(): found '.' for {whose} {'for which' if k >= 0 else 'but'} an ellipsis{dots} was already found")
            if term[i : i + 3] != "...":
                raise RuntimeError(f"einsum(): found '.' for {whose} that is not part of any ellipsis{dots}")
            out.append("...")
            i += 3
        elif term[i].isalpha():
            out.append(term[i])
            i += 1
        else:
            raise RuntimeError(f"einsum(): invalid subscript given at index {i} in the equation string, subscripts must be in [a-zA-Z]")
    return out


def _contracted(labels: list[list[str]], tensors: Any, wanted: list[str], dots: int, terms: list[str], equation: str) -> Any:
    """The contraction, by the steps that PyTorch takes (so its nodes and strides come out): every operand as a view with one dimension a letter,
    those of the output first and size 1 where it lacks one; then pair after pair, summing a letter as soon as nobody else has it."""
    ellipsis = [f"...{i}" for i in range(dots)]
    columns: list[str] = []
    for c in wanted:
        columns += ellipsis if c == "..." else [c]
    kept = len(columns)
    if "..." not in wanted:
        columns += ellipsis
    columns += sorted({c for names in labels for c in names if c != "..."} - set(columns))
    place = {c: k for k, c in enumerate(columns)}
    views = [_spread(names, t, k, place, dots) for k, (names, t) in enumerate(zip(labels, tensors, strict=True))]
    size = [1] * len(columns)
    where = [0] * len(columns)
    having = [0] * len(columns)
    for k, t in enumerate(views):
        for i, n in enumerate(t.shape):
            if n == 1:
                continue
            having[i] += 1
            if size[i] == 1:
                size[i], where[i] = n, k
            elif n != size[i]:
                c = columns[i]
                fail(
                    RuntimeError,
                    f"einsum(): subscript {c} has size {n} for operand {k} which does not broadcast with previously seen size {size[i]}"
                    if c[0] != "."
                    else f"einsum(): dimension {c[3:]} covered by ellipsis in operand {k} has size {n} which does not broadcast "
                    + f"with previously seen ellipsis with size {size[i]} for the respective dimension",
                    kind="einsum",
                    op="einsum",
                    operands=operands_of(terms, tensors),
                    explain=[f"letter {c}: {size[i]} in operand {where[i]} ('{terms[where[i]]}'), {n} in operand {k} ('{terms[k]}')."],
                )
    for pair in _path(equation, tensors):
        i, j = sorted(pair)
        b, a = views.pop(j), views.pop(i)
        both, alone = [], ([], [])  # type: ignore[var-annotated]
        for d in range(kept, len(columns)):
            if a.shape[d] != 1 and b.shape[d] != 1:
                having[d] -= 1
                if having[d] == 1:
                    both.append(d)
                    having[d] = 0
            elif having[d] == 1 and (a.shape[d] != 1 or b.shape[d] != 1):
                alone[a.shape[d] == 1].append(d)
                having[d] = 0
        out = _pair(a.sum(alone[0], True) if alone[0] else a, b.sum(alone[1], True) if alone[1] else b, both)
        views.insert(len(views) if len(tensors) > 2 else 0, out)
    out = views[0]
    if kept == len(columns):
        return out
    return out.view(list(out.shape[:kept])) if len(tensors) > 1 else out.sum(list(range(kept, len(columns))))


def _spread(names: list[str], t: Any, k: int, place: dict[str, int], dots: int) -> Any:
    """An operand with one dimension for every letter of the equation: diagonals for repeated letters, size 1 where it has none."""
    at: dict[str, int] = {}
    source = [-1] * len(place)
    covered = t.ndim - len(names) + 1
    d = 0
    for c in names:
        if c == "...":
            for _ in range(dots - covered):
                t = t.unsqueeze(d)
            for i in range(dots):
                source[place[f"...{i}"]] = d
                d += 1
        elif c in at:
            if t.shape[d] != t.shape[at[c]]:
                raise RuntimeError(f"einsum(): subscript {c} is repeated for operand {k} but the sizes don't match, {t.shape[d]} != {t.shape[at[c]]}")
            t = t.diagonal(0, at[c], d).movedim(-1, at[c])
        else:
            at[c] = source[place[c]] = d
            d += 1
    for i, found in enumerate(source):
        if found < 0:
            t = t.unsqueeze(-1)
            source[i] = d
            d += 1
    return t.permute(source)


def _path(equation: str, tensors: Any) -> list[tuple[int, int]]:
    """Which two operands to contract at each step; of three or more in the order that opt_einsum finds, as in PyTorch."""
    if len(tensors) < 3:
        return [(0, 1)] * (len(tensors) - 1)
    from opt_einsum import contract_path  # type: ignore[import-untyped]

    return [(p[0], p[1]) for p in contract_path(equation, *[tuple(t.shape) for t in tensors], shapes=True)[0]]


def _pair(a: Any, b: Any, summed: list[int]) -> Any:
    """The product of two operands of as many dimensions, summed over some of them (size 1 is left there), as one batched matrix product."""
    if not summed:
        return a * b
    batch: list[int] = []
    left: list[int] = []
    right: list[int] = []
    inner = 1
    for d, (m, n) in enumerate(zip(a.shape, b.shape, strict=True)):
        if d in summed:
            inner *= m
        elif m != 1 and n != 1:
            batch.append(d)
        else:
            (left if m != 1 else right).append(d)
    if left and right and left[-1] > right[-1]:  # the last dimension of the output from the right operand: the product comes out contiguous
        a, b, left, right = b, a, right, left
    nbatch, nleft, nright = _numel([a.shape[d] for d in batch]), _numel([a.shape[d] for d in left]), _numel([b.shape[d] for d in right])
    x = a.permute(batch + left + summed + right).reshape(nbatch, nleft, inner)
    y = b.permute(batch + summed + right + left).reshape(nbatch, inner, nright)
    order = batch + left + summed + right
    sizes = [1 if d in summed else b.shape[d] if d in right else a.shape[d] for d in order]
    return bmm(x, y).view(sizes).permute([order.index(d) for d in range(len(order))])


def _install() -> None:
    from ..registry import FAMILIES, NAMESPACES

    NAMESPACES["torch"]["einsum"] = einsum
    einsum.__wrapped__ = FAMILIES["torch.einsum"]  # type: ignore[attr-defined]


_install()

alias("ger", "outer")
in_place_function("addmv_")
