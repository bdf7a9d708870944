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


def _no_bool(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = WIDEN(o, dims, zeros, numbers, values)
    if result is dtypes.bool_:
        fail(NotImplementedError, f"\"{o.base}_out_cpu\" not implemented for 'Bool'", kind="dtype", op=o.public, hints=["dtype=torch.int64"])
    return compute, result


@op("cumsum(Tensor input, int dim, *, ScalarType? dtype=None) -> Tensor", kind="reduce", dtype=_no_bool, spec=_scan_shape, inplace=True)
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


@op("cumprod(Tensor input, int dim, *, ScalarType? dtype=None) -> Tensor", kind="reduce", dtype=_no_bool, spec=_scan_shape, inplace=True)
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
        return _complex_logcumsumexp(xp, wide, dim)
    return xp.logaddexp.accumulate(wide.astype("float64"), axis=dim)


def _complex_logcumsumexp(np: Any, z: Any, dim: int) -> Any:
    """Term by term: the angle is the larger term's and what the smaller one turns it by, so it leaves the principal branch as PyTorch's does."""
    x = np.moveaxis(z, dim, 0).astype("complex128")
    out = np.empty_like(x)
    so_far = np.full(x.shape[1:], -math.inf, "complex128")
    with np.errstate(all="ignore"):
        for k in range(x.shape[0]):
            less = x[k].real < so_far.real
            small, large = np.where(less, x[k], so_far), np.where(less, so_far, x[k])
            new = np.log1p(np.where(np.isneginf(small.real), 0, np.exp(small - large))) + large
            both = ~np.isfinite(small.real) & (small.real == large.real)
            new = np.where(both, np.where(small.real < 0, small, np.log(np.exp(small) + np.exp(large))), new)
            bad = np.isnan(x[k]) | np.isnan(so_far)
            out[k] = so_far = np.where(bad, complex(math.nan, math.nan), new)
    return np.moveaxis(out, 0, dim)


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
    def shapes(input: Any, dim: int) -> Any:
        shape = tuple(input.shape)
        if not shape and dim not in (0, -1):
            raise IndexError(f"cum{name}(): Expected reduction dim -1 or 0 for scalar but got {dim}")
        if 0 not in shape:  # where there is nothing to run over, PyTorch does not look at dim
            wrap_dim(dim, len(shape))
        return [shape, shape]

    @op(
        f"cum{name}(Tensor input, int dim) -> (Tensor values, Tensor indices)",
        kind="reduce", dtype=two_dtypes, spec=shapes, nondiff="indices",
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
    for more in (prepend, append):
        if more is not None:
            _check_joined(input, more, k)
    if n == 0:
        return T.zeros_like(input).copy_(input)
    if prepend is not None or append is not None:
        input = T.cat([t for t in (prepend, input, append) if t is not None], k)
    for _ in range(min(n, input.shape[k])):
        size = input.shape[k]
        if input._dtype is dtypes.bool_:
            input = T.logical_xor(input.narrow(k, 1, size - 1), input.narrow(k, 0, size - 1))
        else:
            input = input.narrow(k, 1, size - 1) - input.narrow(k, 0, size - 1)
    return input


def _check_joined(input: Any, more: Any, k: int) -> None:
    """That a tensor can be joined to input along k."""
    if more.ndim != input.ndim:
        sentence = "diff expects prepend or append to be the same dimension as input"
        fail(RuntimeError, sentence, kind="shape", op="diff", operands=[("input", describe(input)), ("prepend or append", describe(more))])
    for j, (have, want) in enumerate(zip(more.shape, input.shape, strict=True)):
        if j != k and have != want:
            fail(
                RuntimeError,
                "diff expects the shape of tensor to prepend or append to match that of input except along the differencing dimension; "
                f"input.size({j}) = {want}, but got tensor.size({j}) = {have}",
                kind="shape",
                op="diff",
                operands=[("input", describe(input)), ("prepend or append", describe(more))],
            )


@diff.samples
def _(make: Any) -> Any:
    yield (make(5),)
    yield make(3, 4), 2, 1
    yield make(3, 4), 1, 0, make(1, 4)
    yield make(3, 4), 0, 0, make(1, 4)
    yield make(3, 4), 5, 0, make(1, 4), make(2, 4)


def _check_heights(name: str, y: Any, x: Any, dim: int) -> int:
    """PyTorch's checks of the trapezoid rule; the dimension from the front. x is places, or the width (None: 1)."""
    k = wrap_dim(dim, y.ndim)
    if not y.ndim and name != "trapezoid":
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    if not y.ndim:
        raise IndexError(f"Dimension specified as {0 if hasattr(x, 'ndim') else dim} but tensor has no dimensions")
    if name == "trapezoid" and not y.shape[k]:
        return k
    if y._dtype is dtypes.bool_ or hasattr(x, "ndim") and x._dtype is dtypes.bool_:
        of = "`x` or `y`" if hasattr(x, "ndim") else "`y`"
        fail(RuntimeError, f"{name}: received a bool input for {of}, but bool is not supported", kind="dtype", op=name, hints=["y.float()"])
    if isinstance(x, (bool, complex)):
        fail(RuntimeError, f"{name}: Currently, we only support dx as a real number.", kind="value", op=name)
    return k


def _beside(y: Any, k: int) -> tuple[Any, Any]:
    """All but the last, all but the first."""
    n = max(y.shape[k] - 1, 0)
    return y.narrow(k, 0, n), y.narrow(k, min(1, y.shape[k]), n)


def _widths(name: str, y: Any, x: Any, k: int) -> Any:
    """Distances of the places x, along y's dimension k."""
    if x.ndim == 1:
        if x.shape[0] != y.shape[k]:
            fail(
                RuntimeError,
                f"{name}: There must be one `x` value for each sample point",
                kind="shape",
                op=name,
                operands=[("y", describe(y)), ("x", describe(x))],
            )
        x = x.view([-1 if j == k else 1 for j in range(y.ndim)])
    elif x.ndim < y.ndim:
        x = x.view((1,) * (y.ndim - x.ndim) + tuple(x.shape))
    left, right = _beside(x, k)
    return right - left


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
    if x is not None and dx is not None:
        raise TypeError(f"trapezoid() received an invalid combination of arguments - got (Tensor, Tensor, dx={type(dx).__name__})")
    width = x if x is not None else 1 if dx is None else dx
    k = _check_heights("trapezoid", y, width, dim)
    if not y.shape[k]:
        return y.new_zeros([s for j, s in enumerate(y.shape) if j != k])
    if x is None:
        return _scaled(y.sum(k) - (y.select(k, 0) + y.select(k, -1)) * 0.5, float(width), False)
    left, right = _beside(y, k)
    return _scaled(((left + right) * _widths("trapezoid", y, x, k)).sum(k), 2.0, True)


@trapezoid.samples
def _(make: Any) -> Any:
    yield (make(5),)
    yield make(3, 4), make(4)
    yield make(2, 3, 4), make(3, 4), {"dim": 1}


@composite("cumulative_trapezoid(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor", method=False)
def cumulative_trapezoid(y: Any, dx: Any, dim: int) -> Any:
    """Running integral by the trapezoid rule along a dimension, over points x or with the step dx (1).

    >>> cumulative_trapezoid(tensor([0., 1., 4.]))
    tensor([0.5000, 3.0000])
    """
    k = _check_heights("cumulative_trapezoid", y, dx, dim)
    left, right = _beside(y, k)
    return _scaled(left + right, dx / 2.0, False).cumsum(k)


@composite("cumulative_trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor", method=False)
def cumulative_trapezoid_over(y: Any, x: Any, dim: int) -> Any:
    """Running integral by the trapezoid rule over points x."""
    k = _check_heights("cumulative_trapezoid", y, x, dim)
    left, right = _beside(y, k)
    return _scaled(((left + right) * _widths("cumulative_trapezoid", y, x, k)).cumsum(k), 2.0, True)


@cumulative_trapezoid.samples
def _(make: Any) -> Any:
    yield (make(5),)
    yield make(3, 4), {"dx": 2, "dim": 0}


@cumulative_trapezoid_over.samples
def _(make: Any) -> Any:
    yield make(3, 4), make(4)
    yield make(3, 4), make(3, 4), {"dim": 0}


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
    dims, given = _spacings(input, spacing, dim, edge_order)
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


def _spacings(input: Any, spacing: Any, dim: Any, edge_order: int) -> tuple[list[int], list[Any]]:
    """The dimensions and the distances of samples along each; PyTorch's checks, in its order."""

    def bad(sentence: str) -> None:
        fail(RuntimeError, f"torch.gradient {sentence}", kind="value", op="gradient", operands=[("input", describe(input))])

    if input._dtype is dtypes.uint8:
        bad("does not support uint8 input.")
    for name, v in (("spacing", spacing), ("dim", dim)):
        if isinstance(v, (str, dict, dtypes.dtype)) or name == "dim" and not isinstance(v, (int, list, tuple, type(None))):
            raise TypeError(f"gradient() received an invalid combination of arguments - got (Tensor, {name}={type(v).__name__})")
    if getattr(spacing, "ndim", 0):
        raise TypeError("gradient() received an invalid combination of arguments - got (Tensor, spacing=Tensor): places come in a list, one a dimension")
    named = None if dim is None else [dim] if isinstance(dim, int) else list(dim)
    count = input.ndim if named is None else len(named)
    given: list[Any] = list(spacing) if isinstance(spacing, (list, tuple)) else [1.0 if spacing is None else spacing] * count
    if len(given) != count:
        bad(
            f"expected spacing to be unspecified, a scalar, or a list of length equal to 'self.dim() = {input.ndim}', since dim argument was not given, "
            f"but got a list of length {len(given)}"
            if named is None
            else "expected spacing to be unspecified, a scalar or it's spacing and dim arguments to have the same length, but got a spacing argument of "
            f"length {len(given)} and a dim argument of length {count}."
        )
    if edge_order not in (1, 2):
        bad("only supports edge_order=1 and edge_order=2.")
    dims = [wrap_dim(d, input.ndim) for d in (range(input.ndim) if named is None else named)]
    for d in dims:
        if dims.count(d) > 1:
            raise RuntimeError(f"dim {d} appears multiple times in the list of dims")
    if named and not input.ndim:
        raise IndexError(f"Dimension specified as {named[0]} but tensor has no dimensions")
    if any(input.shape[d] < edge_order + 1 for d in dims):
        bad("expected each dimension size to be at least edge_order+1")
    for h in given:
        if hasattr(h, "ndim") and h.device != input.device:
            bad(f"expected each tensor to be on the same device, but got devices {input.device} and {h.device}!")
        if hasattr(h, "ndim") and h.ndim > 1:
            bad(f"expected each element of spacing to have one dimension, but got an element with {h.ndim} dimensions! ")
    return dims, given


@gradient.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield make(5), {"spacing": 2.0, "edge_order": 2}
    yield make(4, 3), {"dim": 0, "spacing": (make([0.0, 1.0, 3.0, 4.0], grad=False),), "edge_order": 2}
