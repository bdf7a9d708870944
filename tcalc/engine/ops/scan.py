"""Running sums, products and extremes along a dimension, differences, and the trapezoid rule."""

from __future__ import annotations

import math

from .. import apply as door
from .. import dtypes, graph
from ..apply import FLOAT, SAME, WIDEN
from ..apply import TENSORS as T
from ..backends import backend_of, by_name
from ..errors import describe, fail
from ..registry import alias, composite, op
from ..tensors import CELLS, make, wrap_dim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def in_order(o: Any, values: list[Any]) -> Any:
    """The door of ops (kind="ordered") whose results are not row-major: as ``layout`` says, or as the operands' dimensions lie in memory."""
    datas, dts, aux = door.compute_general(o, values)
    layout = o.options.get("layout", _as_operands)
    outs = []
    for x, d in zip(datas, dts, strict=True):
        if type(x) not in CELLS and x.shape:
            want = layout(tuple(x.shape), o, values)
            if want is not None:
                x = _laid_out(x, d, want)
        outs.append(make(x, d))
    if graph.state.grad:
        if o.vjps:
            door.record(o, values, outs, aux)
    else:
        door.mark_untracked(o, values, outs)
    return door.pack(o, outs)


def _as_operands(shape: tuple[int, ...], o: Any, values: list[Any]) -> Any:
    given = [(tuple(v.shape), v.stride()) for v in (values[i] for i in o.schema.tpos) if v is not None and v.ndim]
    return door.layout_of_result(shape, given) if any(size == shape for size, _ in given) else None


def _laid_out(x: Any, d: Any, stride: tuple[int, ...]) -> Any:
    b = backend_of(x)
    if b.name == "meta":
        return type(x)(tuple(x.shape), d.itemsize, tuple([s * d.itemsize for s in stride]))
    return b.laid_out(x, d, stride)


door._DOORS["ordered"] = in_order


def on_host(a: Any) -> tuple[Any, Any]:
    """An array where NumPy reads it, and the CPU's namespace: for kernels that need what only NumPy has (apply takes the result back)."""
    return by_name("cpu").xp, backend_of(a).to_host(a)


def two_dtypes(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    """Values in the operand's dtype, indices in int64; 16-bit floats are compared as they are."""
    result = SAME(o, dims, zeros, numbers, values)[1]
    return result, (result, dtypes.int64)


def _scan_shape(input: Any, dim: int, dtype: Any = None) -> Any:
    wrap_dim(dim, len(input.shape))
    return tuple(input.shape)


def _wide(input: Any) -> Any:
    """float32 for a scan in float64, as PyTorch runs it on the CPU."""
    return "float64" if input.dtype.char == "f" else None


@op("cumsum(Tensor input, int dim, *, ScalarType? dtype=None) -> Tensor", kind="reduce", dtype=WIDEN, spec=_scan_shape, inplace=True)
def cumsum(xp: Any, input: Any, dim: int, dtype: Any) -> Any:
    """Running sum along a dimension.

    >>> cumsum(tensor([1, 2, 3]), 0)
    tensor([1, 3, 6])
    """
    return xp.cumsum(input, axis=dim, dtype=_wide(input)) if input.ndim else input


@cumsum.vjp("input", rule="running sum of g from the end")
def _(g: Any, dim: int) -> Any:
    return g if g.ndim == 0 else g.flip([dim]).cumsum(dim).flip([dim])


@cumsum.samples
def _(make: Any) -> Any:
    yield make(3, 4), 1
    yield make(3, 4), 0
    yield make(), 0


@op("cumprod(Tensor input, int dim, *, ScalarType? dtype=None) -> Tensor", kind="reduce", dtype=WIDEN, spec=_scan_shape, inplace=True)
def cumprod(xp: Any, input: Any, dim: int, dtype: Any) -> Any:
    """Running product along a dimension.

    >>> cumprod(tensor([1, 2, 3]), 0)
    tensor([1, 2, 6])
    """
    return xp.cumprod(input, axis=dim, dtype=_wide(input)) if input.ndim else input


@cumprod.vjp("input", rule="sum over later products of g * product of the others")
def _(g: Any, input: Any, out: Any, dim: int) -> Any:
    if g.ndim == 0:
        return g
    if input._dtype is not g._dtype:
        input = input.to(g._dtype)
    if not graph.state.grad and not bool((input == 0).any()):
        return (g * out).flip([dim]).cumsum(dim).flip([dim]) / input
    # With zeros, and where the rule itself is differentiated: d out_j / d x_i is the product of x_0..x_j without x_i, for j >= i.
    k = dim % input.ndim
    x, gg = input.movedim(k, 0), g.movedim(k, 0)
    n = x.shape[0]
    if n == 0:
        return g * input
    rows = []
    before = T.ones_like(x[0])
    for i in range(n):
        after = T.cumprod(T.cat([T.ones_like(x[:1]), x[i + 1 :]]), 0)
        rows.append((gg[i:] * before * after).sum(0))
        before = before * x[i]
    return T.stack(rows).movedim(0, k)


@cumprod.samples
def _(make: Any) -> Any:
    yield make(3, 4), 1
    yield make([2.0, 0.0, 3.0]), 0
    yield make([0.0, 1.0, 0.0, 3.0]), 0


def _float_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = SAME(o, dims, zeros, numbers, values)
    if result.category < dtypes.FLOAT:
        fail(
            NotImplementedError,
            f"\"{o.base}_out_cpu\" not implemented for '{door._cap(result)}'",
            kind="dtype",
            op=o.public,
            operands=[("input", describe(values[0]))],
            hints=["x.float() first."],
        )
    return compute, result


@op("logcumsumexp(Tensor input, int dim) -> Tensor", kind="reduce", dtype=_float_policy, spec=_scan_shape, flops=20)
def logcumsumexp(xp: Any, input: Any, dim: int) -> Any:
    """log of the running sum of exp(input) along a dimension, without overflow.

    >>> logcumsumexp(tensor([1000., 1000.]), 0)
    tensor([1000.0000, 1000.6932])
    """
    if not input.ndim or not input.size:
        return input
    xp, wide = on_host(input)
    if wide.dtype.kind == "c":
        top = xp.max(wide.real, axis=dim, keepdims=True)
        return xp.log(xp.cumsum(xp.exp(wide.astype("complex128") - top), axis=dim)) + top
    return xp.logaddexp.accumulate(wide.astype("float64"), axis=dim)


@logcumsumexp.vjp("input", rule="exp(input) * running sum from the end of g * exp(-out)")
def _(g: Any, input: Any, out: Any, dim: int) -> Any:
    if g.ndim == 0 or g.numel() == 0:
        return g

    def later(x: Any) -> Any:
        return x.flip([dim]).cumsum(dim).flip([dim])

    top = out.detach().real.amax(dim, keepdim=True)
    if out._dtype.is_complex or bool((top - out.detach().amin(dim, keepdim=True) <= 80).all()):
        return T.exp(input - top) * later(g * T.exp(top - out))

    def part(size: Any) -> Any:  # the logarithm keeps sums of very different sizes apart
        there = size > 0
        log = T.where(there, T.log(T.where(there, size, 1.0)), -math.inf) - out
        return T.exp(logcumsumexp(log.flip([dim]), dim).flip([dim]) + input)

    return part(g) - part(-g)


@logcumsumexp.samples
def _(make: Any) -> Any:
    yield make(3, 4), 1
    yield make(3, 4), 0
    yield make([5.0, 0.0, -5.0, 5.0]), 0


def _running(name: str) -> None:
    @op(
        f"cum{name}(Tensor input, int dim) -> (Tensor values, Tensor indices)",
        kind="reduce", dtype=two_dtypes, spec=lambda input, dim: [_scan_shape(input, dim)] * 2, nondiff="indices",
        doc=f"Running {name}imum along a dimension and where it is: (values, indices); of equal ones the last, nan wins.\n\n"
        f">>> cum{name}(tensor([1, 3, 2]), 0).values\ntensor({'[1, 3, 3]' if name == 'max' else '[1, 1, 1]'})\n",
    )  # fmt: skip
    def running(xp: Any, input: Any, dim: int) -> Any:
        if input.ndim == 0 or input.size == 0:
            return input, xp.zeros(input.shape, dtype="int64")
        xp, input = on_host(input)
        x = xp.moveaxis(input, dim, 0)
        if x.dtype.kind == "V" or x.dtype.name == "bfloat16":
            x = x.astype("float32")
        values = (xp.maximum if name == "max" else xp.minimum).accumulate(x, axis=0)
        hit = x == values
        if x.dtype.kind == "f":
            hit |= xp.isnan(x)
        step = xp.arange(x.shape[0]).reshape((-1,) + (1,) * (x.ndim - 1))
        at = xp.maximum.accumulate(xp.where(hit, step, 0), axis=0)
        return xp.moveaxis(values, 0, dim), xp.moveaxis(at, 0, dim)

    @running.vjp("input", rule="g added at indices")
    def _(g_values: Any, indices: Any, input_spec: Any, dim: int) -> Any:
        return place(g_values, indices, input_spec, dim, True)

    @running.samples
    def _(make: Any) -> Any:
        yield make(3, 4), 1


def place(g: Any, indices: Any, spec: Any, dim: int, keepdim: bool) -> Any:
    """Zeros in the shape of spec with g added at indices along dim."""
    if not spec.shape:
        return g
    if not keepdim:
        g, indices = g.unsqueeze(dim), indices.unsqueeze(dim)
    return g.new_zeros(spec.shape).scatter_add(dim, indices, g)


_running("max")
_running("min")


@composite("diff(Tensor input, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor")
def diff(input: Any, n: int, dim: int, prepend: Any, append: Any) -> Any:
    """Differences of neighbours along a dimension, n times over; prepend and append are joined on first.

    >>> diff(tensor([1, 4, 9]))
    tensor([3, 5])
    """
    if input.ndim == 0:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    if n < 0:
        raise RuntimeError(f"order must be non-negative but got {n}")
    k = wrap_dim(dim, input.ndim)
    if prepend is not None or append is not None:
        input = T.cat([t for t in (prepend, input, append) if t is not None], k)
    if n == 0:
        return input.clone()
    for _ in range(min(n, input.shape[k])):
        size = input.shape[k]
        if input._dtype is dtypes.bool_:
            input = T.logical_xor(input.narrow(k, 1, size - 1), input.narrow(k, 0, size - 1))
        else:
            input = input.narrow(k, 1, size - 1) - input.narrow(k, 0, size - 1)
    return input


@diff.samples
def _(make: Any) -> Any:
    yield (make(5),)
    yield make(3, 4), 2, 1
    yield make(3, 4), 1, 0, make(1, 4)


def _no_bool(name: str, y: Any) -> None:
    if y._dtype is dtypes.bool_:
        raise RuntimeError(f"{name}: received a bool input for `y`, but bool is not supported")


def _steps(y: Any, x: Any, dim: int) -> tuple[Any, Any, Any]:
    """Widths and the two neighbours' heights."""
    _no_bool("cumulative_trapezoid", y)
    k = wrap_dim(dim, y.ndim)
    size = y.shape[k]
    left, right = y.narrow(k, 0, max(size - 1, 0)), y.narrow(k, 1 if size else 0, max(size - 1, 0))
    if not hasattr(x, "ndim"):
        return x, left, right
    if x.ndim == 1:
        if x.shape[0] != size:
            raise RuntimeError("trapezoid: There must be one `x` value for each sample point")
        width = x.diff().reshape([-1 if j == k else 1 for j in range(y.ndim)])
    else:
        width = x.diff(dim=k - y.ndim if x.ndim < y.ndim else k)
    return width, left, right


@op(
    "_scaled(Tensor input, Scalar by, bool divided=False) -> Tensor",
    kind="map",
    namespaces=("internal",),
    method=False,
    dtype=lambda o, dims, zeros, numbers, values: FLOAT(o, dims, zeros, [values[1]], values) if values[2] else SAME(o, dims, zeros, [values[1]], values),
    node=lambda n: "DivBackward1" if n.args["divided"] else "MulBackward1",
    label="scale",
)
def _scaled(xp: Any, input: Any, by: Any, divided: bool) -> Any:
    """input * by, or input / by: with the nodes of a scalar that PyTorch multiplies with inside."""
    return xp.divide(input, by) if divided else xp.multiply(input, by)


@_scaled.vjp("input", rule="g * by, or g / by")
def _(xp: Any, g: Any, by: Any, divided: bool) -> Any:
    return xp.divide(g, by) if divided else g * by


@composite("trapezoid(Tensor y, Tensor? x=None, *, Scalar? dx=None, int dim=-1) -> Tensor", method=False)
def trapezoid(y: Any, x: Any, dx: Any, dim: int) -> Any:
    """Integral by the trapezoid rule along a dimension, over points x or with the step dx (1).

    >>> trapezoid(tensor([0., 1., 4.]), dx=0.5)
    tensor(1.5000)
    """
    _no_bool("trapezoid", y)
    if y.ndim == 0 or y.shape[wrap_dim(dim, y.ndim)] == 0:
        return y.sum(dim) * 0.0 if y.ndim else y * 0.0
    if x is None:
        ends = (y.select(dim, 0) + y.select(dim, -1)) * 0.5
        return _scaled(y.sum(dim) - ends, 1 if dx is None else dx, False)
    width, left, right = _steps(y, x, dim)
    return _scaled(((left + right) * width).sum(dim), 2.0, True)


@trapezoid.samples
def _(make: Any) -> Any:
    yield (make(5),)
    yield make(3, 4), make(4)


@composite("cumulative_trapezoid(Tensor y, Tensor? x=None, *, Scalar? dx=None, int dim=-1) -> Tensor", method=False)
def cumulative_trapezoid(y: Any, x: Any, dx: Any, dim: int) -> Any:
    """Running integral by the trapezoid rule along a dimension.

    >>> cumulative_trapezoid(tensor([0., 1., 4.]))
    tensor([0.5000, 3.0000])
    """
    width, left, right = _steps(y, (1 if dx is None else dx) if x is None else x, dim)
    return ((left + right) * (width / 2.0)).cumsum(dim)


@cumulative_trapezoid.samples
def _(make: Any) -> Any:
    yield (make(5),)


__all__ = ["cumsum", "in_order", "on_host", "place", "two_dtypes"]


alias("trapz", "trapezoid")


# -- derivatives by differences -------------------------------------------------------------------------------------------------------


def _along(x: Any, dim: int, start: int, stop: int) -> Any:
    """x[start:stop] along a dimension; a stop below 1 counts from the end."""
    n = x.shape[dim]
    return x.narrow(dim, start, (stop if stop > 0 else n + stop) - start)


def _even(x: Any, dim: int, h: Any, order: int) -> Any:
    inner = (_along(x, dim, 2, 0) - _along(x, dim, 0, -2)) / (2 * h)
    at = [x.narrow(dim, k, 1) for k in range(3)] if order == 2 else [x.narrow(dim, k, 1) for k in range(2)]
    n = x.shape[dim]
    if order == 1:
        first, last = (at[1] - at[0]) / h, (x.narrow(dim, n - 1, 1) - x.narrow(dim, n - 2, 1)) / h
    else:
        end = [x.narrow(dim, n - k, 1) for k in (1, 2, 3)]
        first = (-1.5 * at[0] + 2 * at[1] - 0.5 * at[2]) / h
        last = (1.5 * end[0] - 2 * end[1] + 0.5 * end[2]) / h
    return T.cat([first, inner, last], dim)


def _uneven(x: Any, dim: int, places: Any, order: int) -> Any:
    """Second-order differences over points of any distance (Fornberg's weights for three points)."""
    shape = [-1 if k == dim else 1 for k in range(x.ndim)]
    steps = places.diff()
    n = x.shape[dim]
    d1, d2 = steps[:-1].reshape(shape), steps[1:].reshape(shape)
    inner = -d2 / (d1 * (d1 + d2)) * _along(x, dim, 0, -2) + (d2 - d1) / (d1 * d2) * _along(x, dim, 1, -1) + d1 / (d2 * (d1 + d2)) * _along(x, dim, 2, 0)

    def at(k: int) -> Any:
        return x.narrow(dim, k % n, 1)

    if order == 1:
        first, last = (at(1) - at(0)) / steps[0], (at(-1) - at(-2)) / steps[-1]
    else:
        d1, d2 = steps[0], steps[1]
        first = -(2 * d1 + d2) / (d1 * (d1 + d2)) * at(0) + (d1 + d2) / (d1 * d2) * at(1) - d1 / (d2 * (d1 + d2)) * at(2)
        d1, d2 = steps[-2], steps[-1]
        last = d2 / (d1 * (d1 + d2)) * at(-3) - (d1 + d2) / (d1 * d2) * at(-2) + (d1 + 2 * d2) / (d2 * (d1 + d2)) * at(-1)
    return T.cat([first, inner, last], dim)


@composite("gradient(Tensor input, *, Any spacing=None, Any dim=None, int edge_order=1) -> Tensor[]", method=False)
def gradient(input: Any, spacing: Any, dim: Any, edge_order: int) -> Any:
    """Derivatives of a sampled function by differences, one a dimension.

    They are of second order inside, and of edge_order at the edges. spacing: the distance of the samples, one a dimension, or their places.

    >>> gradient(tensor([1., 2., 4., 7.]))
    (tensor([1.0000, 1.5000, 2.5000, 3.0000]),)
    """
    dims = range(input.ndim) if dim is None else [dim] if isinstance(dim, int) else dim
    dims = [wrap_dim(d, input.ndim) for d in dims]
    if edge_order not in (1, 2):
        raise RuntimeError("torch.gradient only supports edge_order=1 and edge_order=2.")
    if isinstance(spacing, (list, tuple)):
        if len(spacing) != len(dims):
            raise RuntimeError(
                f"torch.gradient expected spacing to be unspecified, a scalar or a list of length equal to 'self.dim() = {len(dims)}', since dim argument "
                f"was not given, but got a list of length {len(spacing)}"
            )
        given = list(spacing)
    else:
        given = [1.0 if spacing is None else spacing] * len(dims)
    if any(input.shape[d] < edge_order + 1 for d in dims):
        raise RuntimeError("torch.gradient expected each dimension size to be at least edge_order+1")
    if input._dtype.category < dtypes.FLOAT:
        input = input.to(dtypes.get_default_dtype())
    out = []
    for d, h in zip(dims, given, strict=True):
        if hasattr(h, "ndim") and h.ndim:
            if h.shape[0] != input.shape[d]:
                raise RuntimeError(
                    f"torch.gradient expected each element of 'coordinates' to have as many elements as the dimension {d}: {h.shape[0]}, {input.shape[d]}"
                )
            out.append(_uneven(input, d, h, edge_order))
        else:
            out.append(_even(input, d, h, edge_order))
    return tuple(out)


@gradient.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield make(5), {"spacing": 2.0, "edge_order": 2}
    yield make(4, 3), {"dim": 0, "spacing": (make([0.0, 1.0, 3.0, 4.0], grad=False),), "edge_order": 2}
