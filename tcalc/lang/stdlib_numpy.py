"""The namespace `np`: a list of NumPy's functions, each with a bound on what it may allocate. Arrays as values stand in arrays.py.

A name is here because programs use it and because it cannot reach files, raw memory, objects or code. A function of users' functions
(np.vectorize, np.apply_along_axis, np.fromfunction) is written anew; the others are NumPy's own behind arrays.wrap.
"""

from __future__ import annotations

import math

import numpy as np

from ..engine import Tensor, limits
from ..engine.errors import fail
from . import exceptions
from .arrays import (
    LinAlgError,
    Vectorized,
    _key,
    apply_along_axis,
    broadcast_guard,
    check_dtype,
    check_size,
    dot_guard,
    first_paragraphs,
    operator_index,
    repeat_guard,
    run_host,
    same_guard,
    shape_of,
    size_of,
    sum_guard,
    to_host,
    to_tensor,
    type_value,
    wrap,
)
from .values import Builtin, Callable_, ContextManager, Namespace, Value, call, iterate, to_list, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# -- what there is ------------------------------------------------------------------------------------------------------------------

# Element by element, broadcast against each other; of a tensor they give a tensor, as under PyTorch.
_UFUNCS = (
    "sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh arccosh arctanh asin acos atan atan2 asinh acosh atanh exp exp2 expm1 log "
    "log2 log10 log1p sqrt cbrt square abs absolute fabs sign floor ceil trunc rint power pow float_power maximum minimum fmax fmin add subtract "
    "multiply divide true_divide floor_divide mod remainder fmod divmod negative positive reciprocal isnan isinf isfinite logical_and logical_or "
    "logical_not logical_xor greater greater_equal less less_equal equal not_equal hypot deg2rad rad2deg degrees radians logaddexp logaddexp2 "
    "heaviside bitwise_and bitwise_or bitwise_xor bitwise_not bitwise_invert invert left_shift right_shift bitwise_count bitwise_left_shift "
    "bitwise_right_shift copysign signbit nextafter spacing ldexp frexp modf gcd lcm conj conjugate"
)
# Broadcast, too, and not a ufunc of NumPy's.
_BROADCAST = "where clip isclose allclose sinc i0 nan_to_num array_equal array_equiv fix isposinf isneginf interp real imag angle iscomplex isreal"
# The result is no larger than the first argument.
_SAME = (
    "all amax amin any argmax argmin argsort argpartition around asarray asanyarray ascontiguousarray asfortranarray atleast_1d atleast_2d "
    "atleast_3d copy count_nonzero cumprod cumsum cumulative_sum cumulative_prod diagonal ediff1d expand_dims extract "
    "fill_diagonal flatnonzero flip fliplr flipud gradient iscomplexobj isrealobj real_if_close isfortran isscalar iterable max mean median min "
    "moveaxis nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmedian nanmin nanprod nanstd nansum nanvar ndim "
    "partition permute_dims prod ptp ravel reshape roll rollaxis rot90 round searchsorted shape size sort "
    "sort_complex squeeze std sum swapaxes matrix_transpose trace transpose tril triu unique unique_counts unique_values "
    "unique_inverse unwrap var broadcast_shapes shares_memory may_share_memory result_type can_cast "
    "promote_types min_scalar_type issubdtype isdtype array_repr array_str binary_repr base_repr put copyto place putmask take_along_axis "
    "put_along_axis delete compress polyder polyint isin digitize intersect1d setdiff1d trim_zeros bincount lexsort array "
    "tril_indices_from triu_indices_from diag_indices_from unravel_index ravel_multi_index"
)
_JOINED = "concatenate concat stack hstack vstack dstack column_stack row_stack append insert block union1d setxor1d polyadd polysub"
_SCALARS = (
    "float64 float32 float16 int64 int32 int16 int8 uint8 uint16 uint32 uint64 bool_ bool complex64 complex128 int_ uint intp double single half "
    "byte ubyte short ushort intc uintc long ulong longlong ulonglong str_ "
    "ndarray generic number integer signedinteger unsignedinteger inexact floating complexfloating dtype"
)
_LINALG = (
    "norm inv det slogdet solve eig eigh eigvals eigvalsh svd svdvals qr matrix_rank pinv lstsq cholesky cond matrix_power multi_dot outer "
    "vector_norm matrix_norm trace diagonal matmul cross"
)
_FFT = "fft ifft rfft irfft fft2 ifft2 rfft2 irfft2 fftn ifftn fftshift ifftshift fftfreq rfftfreq"

# Names of NumPy that are not here, and what to write instead.
WHY = {
    **dict.fromkeys(("load", "loadtxt", "genfromtxt", "fromfile", "memmap"), "files are read through load('data.csv') and -v NAME=@FILE"),
    **dict.fromkeys(("save", "savez", "savetxt", "savez_compressed"), "files are written through save(value, 'x.npy')"),
    **dict.fromkeys(("float", "int", "object", "str", "float_", "complex_"), "NumPy 2 has no such name: write float, int, np.float64"),
    **dict.fromkeys(("frombuffer", "fromstring", "ctypeslib", "lib", "core", "rec", "recarray", "char"), "raw memory, bytes and records are out of reach"),
    "NaN": "it is np.nan", "Inf": "it is np.inf", "trapz": "it is np.trapezoid", "product": "it is np.prod", "cumproduct": "it is np.cumprod",
    "in1d": "it is np.isin", "asfarray": "np.asarray(a, dtype=float)", "matrix": "arrays of two dimensions multiply with @", "alltrue": "it is np.all",
    "sometrue": "it is np.any", "asscalar": "a.item()",
}  # fmt: skip


# -- guards -------------------------------------------------------------------------------------------------------------------------


def _number(v: Any, default: int = 0) -> int:
    return int(v) if isinstance(v, (int, np.integer)) else default


def _shape_guard(op: str) -> Callable[..., None]:
    def guard(shape: Any = (), *args: Any, **kwargs: Any) -> None:
        shape = kwargs.get("shape", shape)
        check_size(shape if isinstance(shape, (int, np.integer)) else tuple([operator_index(n) for n in np.atleast_1d(shape).tolist()]), op)

    return guard


def _arange_guard(*args: Any, **kwargs: Any) -> None:
    values = [float(v) if isinstance(v, (int, float, np.generic)) else math.nan for v in args[:3]]
    start = kwargs.get("start", 0.0 if len(values) < 2 else values[0])
    stop = kwargs.get("stop", values[0] if len(values) == 1 else values[1] if len(values) > 1 else 0.0)
    step = kwargs.get("step", values[2] if len(values) > 2 else 1.0)
    try:
        count = (float(stop) - float(start)) / float(step)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return  # NumPy says it
    if math.isfinite(count):
        check_size((max(0, int(count) + 1),), "arange")


def _linspace_guard(start: Any = 0, stop: Any = 0, num: Any = 50, *args: Any, **kwargs: Any) -> None:
    check_size((_number(kwargs.get("num", num), 50), max(size_of(start), size_of(stop))), "linspace")


def _eye_guard(n: Any = 1, m: Any = None, *args: Any, **kwargs: Any) -> None:
    n = _number(kwargs.get("N", n), 1)
    m = kwargs.get("M", m)
    check_size((n, n if m is None else _number(m, 1)), "eye")


def _outer_guard(a: Any, b: Any, *args: Any, **kwargs: Any) -> None:
    check_size((size_of(a), size_of(b)), "outer")


def _tile_guard(a: Any, reps: Any) -> None:
    check_size((size_of(a), math.prod([operator_index(n) for n in np.atleast_1d(reps).tolist()])), "tile")


def _meshgrid_guard(*arrays: Any, **kwargs: Any) -> None:
    check_size((len(arrays), *[size_of(a) for a in arrays]), "meshgrid")


def _square_guard(a: Any, *args: Any, **kwargs: Any) -> None:
    n = shape_of(a)[0] if np.ndim(a) else 1
    k = abs(_number(args[0] if args else kwargs.get("k", 0)))
    check_size((n + k, n + k), "diag")


def _bins_guard(*args: Any, **kwargs: Any) -> None:
    for v in (*args, *kwargs.values()):
        if isinstance(v, (int, np.integer)):
            check_size((int(v), int(v)), "bins")


def _counts_guard(a: Any, weights: Any = None, minlength: Any = 0, *args: Any, **kwargs: Any) -> None:
    most = int(np.max(a)) if size_of(a) else 0
    check_size((max(most + 1, _number(minlength)),), "bincount")


def _pad_guard(a: Any, width: Any, *args: Any, **kwargs: Any) -> None:
    shape = shape_of(a)
    most = int(np.max(np.abs(np.asarray(width)))) if size_of(width) else 0
    check_size(tuple([n + 2 * most for n in shape]), "pad")


def _indices_guard(dims: Any, *args: Any, **kwargs: Any) -> None:
    sizes = [operator_index(n) for n in np.atleast_1d(dims).tolist()]
    check_size((len(sizes), *sizes), "indices")


def _resize_guard(a: Any, shape: Any, *args: Any, **kwargs: Any) -> None:
    _shape_guard("resize")(shape)


def _broadcast_to_guard(a: Any, shape: Any, *args: Any, **kwargs: Any) -> None:
    _shape_guard("broadcast_to")(shape)  # a view; whatever is done with it next has the full size


def _broadcast_arrays_guard(*arrays: Any, **kwargs: Any) -> None:
    broadcast_guard("broadcast_arrays")(*arrays)


def _vander_guard(x: Any, n: Any = None, *args: Any, **kwargs: Any) -> None:
    check_size((size_of(x), size_of(x) if n is None else _number(n, 1)), "vander")


def _take_guard(a: Any, indices: Any, axis: Any = None, *args: Any, **kwargs: Any) -> None:
    axis = kwargs.get("axis", axis)
    shape = shape_of(a)
    rest = 1 if axis is None else math.prod(shape) // max(1, shape[axis] if -len(shape) <= axis < len(shape) else 1)
    check_size((size_of(indices), rest), "take")


def _tensordot_guard(a: Any, b: Any, axes: Any = 2) -> None:
    sa, sb = list(shape_of(a)), list(shape_of(b))
    if isinstance(axes, (int, np.integer)):
        left, right = sa[: max(0, len(sa) - int(axes))], sb[int(axes) :]
    else:
        first, second = ([v] if isinstance(v, (int, np.integer)) else list(v) for v in axes)
        left = [n for i, n in enumerate(sa) if i not in first and i - len(sa) not in first]
        right = [n for i, n in enumerate(sb) if i not in second and i - len(sb) not in second]
    check_size((*left, *right), "tensordot")


def _einsum_guard(*args: Any, **kwargs: Any) -> None:
    if not args or not isinstance(args[0], str) or kwargs.get("optimize"):
        fail(ValueError, "einsum() takes its subscripts as a text here, and no optimize=", kind="signature", hints=["np.einsum('ij,jk->ik', A, B)"])
    inputs, arrow, output = args[0].replace(" ", "").partition("->")
    terms = inputs.split(",")
    sizes: dict[str, int] = {}
    dots = 1
    for term, v in zip(terms, args[1:]):
        shape = list(shape_of(v))
        before, found, after = term.partition("...")
        named = [*zip(before, shape), *zip(reversed(after), reversed(shape))] if found else list(zip(term, shape))
        if found:
            dots = max(dots, math.prod(shape[len(before) : len(shape) - len(after)]))
        for name, n in named:
            sizes[name] = max(sizes.get(name, 1), n)
    if not arrow:
        output = "".join(c for c in sizes if inputs.count(c) == 1)
    check_size((dots, *[sizes.get(c, 1) for c in output.replace(".", "")]), "einsum")
    work = dots * math.prod(sizes.values())
    if work > limits.MAX_WORK:
        limits.too_much_work(work, "einsum")


def _fft_guard(a: Any = 1, n: Any = None, *args: Any, **kwargs: Any) -> None:
    n = kwargs.get("n", kwargs.get("s", n))
    sizes = [_number(v) for v in (n if isinstance(n, (tuple, list)) else [n])]
    check_size((math.prod([s for s in sizes if s > 0]) * max(1, size_of(a)) if sizes != [0] else size_of(a) * 2,), "fft")


def _freq_guard(n: Any, *args: Any, **kwargs: Any) -> None:
    check_size((_number(n),), "fftfreq")


def _count_guard(op: str) -> Callable[..., None]:
    def guard(n: Any = 1, *args: Any, **kwargs: Any) -> None:
        more = [_number(v, 1) for v in args if isinstance(v, (int, np.integer))]
        check_size((_number(n, 1), *[v for v in more if v > 1][:1]), op)

    return guard


def _square_count_guard(n: Any = 1, *args: Any, **kwargs: Any) -> None:
    check_size((_number(n, 1), _number(n, 1)), "tri")


def _ix_guard(*args: Any) -> None:
    sum_guard("ix_")(*args)


def _select_guard(conditions: Any, choices: Any, default: Any = 0) -> None:
    broadcast_guard("select")(*conditions, *choices)


def _average_guard(a: Any, axis: Any = None, weights: Any = None, *args: Any, **kwargs: Any) -> None:
    broadcast_guard("average")(*([a] if weights is None else [a, weights]))


def _split_guard(a: Any, sections: Any, *args: Any, **kwargs: Any) -> None:
    limits.check_count(_number(sections, size_of(sections)), "split")


def _unstack_guard(a: Any, *args: Any, axis: Any = 0) -> None:
    shape = shape_of(a)
    limits.check_count(shape[axis] if isinstance(axis, int) and -len(shape) <= axis < len(shape) else 1, "unstack")


def _diff_guard(a: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None) -> None:
    if _number(n, 1) > max(1, size_of(a)):
        fail(ValueError, f"diff() of order {n} of {size_of(a)} elements leaves nothing", kind="value")
    sum_guard("diff")(a, prepend, append)


def _quantile_guard(a: Any, q: Any, axis: Any = None, *args: Any, **kwargs: Any) -> None:
    axis = kwargs.get("axis", axis)
    shape = shape_of(a)
    rest = 1 if axis is None else size_of(a) // max(1, shape[axis] if isinstance(axis, int) and -len(shape) <= axis < len(shape) else 1)
    check_size((size_of(q), rest), "quantile")


def _like_guard(a: Any, *args: Any, **kwargs: Any) -> None:
    shape = kwargs.get("shape")
    check_size((size_of(a),), "like")
    if shape is not None:
        _shape_guard("like")(shape)


def _indices_of_guard(a: Any, *args: Any, **kwargs: Any) -> None:
    check_size((size_of(a), max(1, len(shape_of(a)))), "nonzero")


def _chain_guard(arrays: Any, **kwargs: Any) -> None:
    largest = max([max(shape_of(a) or (1,)) for a in arrays], default=1)
    check_size((largest, largest), "multi_dot")


def _pairs_guard(op: str) -> Callable[..., None]:
    def guard(a: Any, b: Any, *args: Any, **kwargs: Any) -> None:
        work = size_of(a) * size_of(b)
        check_size((size_of(a) + size_of(b),), op)
        if work > limits.MAX_WORK:
            limits.too_much_work(work, op)

    return guard


_GUARDED: dict[str, Callable[..., None]] = {
    **{name: _pairs_guard(name) for name in ("convolve", "correlate", "polymul", "polydiv", "polyval")},
    **dict.fromkeys(("split", "array_split", "hsplit", "vsplit", "dsplit"), _split_guard),
    **dict.fromkeys(("quantile", "percentile", "nanquantile", "nanpercentile"), _quantile_guard),
    **dict.fromkeys(("full_like", "zeros_like", "ones_like", "empty_like"), _like_guard),
    **dict.fromkeys(("nonzero", "argwhere"), _indices_of_guard),
    "cross": broadcast_guard("cross"),
    "diff": _diff_guard,
    "unstack": _unstack_guard,
    **{name: _shape_guard(name) for name in ("zeros", "ones", "empty", "full")},
    **dict.fromkeys(("linspace", "logspace", "geomspace"), _linspace_guard),
    **dict.fromkeys(("eye", "identity", "tri"), _eye_guard),
    **dict.fromkeys(("dot", "matmul", "inner", "vdot", "vecdot", "matvec", "vecmat"), dot_guard),
    **dict.fromkeys(("diag", "diagflat"), _square_guard),
    **dict.fromkeys(("cov", "corrcoef"), _square_guard),
    **dict.fromkeys(("histogram", "histogram2d", "histogram_bin_edges"), _bins_guard),
    **dict.fromkeys(("hanning", "hamming", "blackman", "bartlett", "kaiser"), _count_guard("window")),
    **dict.fromkeys(("tril_indices", "triu_indices", "diag_indices"), _square_count_guard),
    "arange": _arange_guard, "bincount": _counts_guard, "outer": _outer_guard, "kron": _outer_guard, "tile": _tile_guard, "repeat": repeat_guard,
    "meshgrid": _meshgrid_guard, "pad": _pad_guard, "indices": _indices_guard, "resize": _resize_guard, "broadcast_to": _broadcast_to_guard,
    "broadcast_arrays": _broadcast_arrays_guard, "vander": _vander_guard, "take": _take_guard, "choose": _take_guard, "tensordot": _tensordot_guard,
    "select": _select_guard, "trapezoid": broadcast_guard("trapezoid"), "average": _average_guard, "einsum": _einsum_guard, "ix_": _ix_guard,
    **{name: same_guard(name) for name in ("polyfit", "roots", "poly")},
}  # fmt: skip


# -- random -------------------------------------------------------------------------------------------------------------------------

# Where `size` stands among the positional arguments; -1: each argument is a size.
_SIZE_AT = {
    "rand": -1, "randn": -1, "random": 0, "random_sample": 0, "ranf": 0, "sample": 0, "standard_normal": 0, "standard_exponential": 0, "standard_cauchy": 0,
    "exponential": 1, "poisson": 1, "geometric": 1, "chisquare": 1, "rayleigh": 1, "standard_t": 1, "standard_gamma": 1, "pareto": 1, "power": 1,
    "weibull": 1, "zipf": 1, "logseries": 1, "dirichlet": 1, "choice": 1, "randint": 2, "integers": 2, "normal": 2, "uniform": 2, "binomial": 2,
    "beta": 2, "gamma": 2, "laplace": 2, "logistic": 2, "lognormal": 2, "gumbel": 2, "f": 2, "vonmises": 2, "wald": 2, "negative_binomial": 2,
    "multinomial": 2, "multivariate_normal": 2, "triangular": 3, "hypergeometric": 3, "permutation": 99, "permuted": 99, "shuffle": 99,
}  # fmt: skip


def _draw_guard(name: str) -> Callable[..., None]:
    at = _SIZE_AT[name]
    broadcast = broadcast_guard(name)

    def guard(*args: Any, **kwargs: Any) -> None:
        if at == -1:
            check_size(tuple([operator_index(v) for v in args]), name)
            return
        size = kwargs.get("size", args[at] if at < len(args) else None)
        if size is not None:
            each = (
                size_of(args[0])
                if name in ("dirichlet", "multivariate_normal") and args
                else size_of(args[1])
                if name == "multinomial" and len(args) > 1
                else 1
            )
            wanted = (size,) if isinstance(size, (int, np.integer)) else tuple([operator_index(n) for n in np.atleast_1d(size).tolist()])
            check_size((*wanted, each), name)
        if name in ("choice", "permutation") and args and isinstance(args[0], (int, np.integer)):
            check_size((int(args[0]),), name)  # an array of all of them is made
        broadcast(*args[: max(0, min(at, len(args)))])

    return guard


def _shuffle(host: Callable[..., Any]) -> Callable[..., Any]:
    """shuffle() writes to its argument: a list is shuffled as a list of values."""

    def run(x: Any, *args: Any, **kwargs: Any) -> None:
        if type(x) is list:
            order = np.arange(len(x))
            host(order)
            x[:] = [x[i] for i in order.tolist()]
            return
        if isinstance(x, Tensor):
            x = x.numpy()
        run_host("shuffle", host, (to_host(x), *[to_host(v) for v in args]), {k: to_host(v) for k, v in kwargs.items()})

    return run


def random_methods(kind: type) -> dict[str, Callable[..., Any]]:
    """The methods of a generator: Generator's, or those of the older RandomState."""
    out = {name: _random_method(name, getattr(kind, name)) for name in _SIZE_AT if hasattr(kind, name)}
    if kind is np.random.RandomState:
        out["seed"] = lambda self, seed=None: run_host("seed", self.seed, (to_host(seed),), {})
    if kind is np.random.Generator:
        out["spawn"] = lambda self, n: [self.spawn(1)[0] for _ in range(min(operator_index(n), 4096))]
    return out


def _random_method(name: str, host: Callable[..., Any]) -> Callable[..., Any]:
    guard = _draw_guard(name)

    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        if name == "shuffle":
            return _shuffle(lambda x, *more, **options: host(self, x, *more, **options))(*args, **kwargs)
        args, kwargs = _choices(name, args, kwargs)
        args = tuple([to_host(v) for v in args])
        kwargs = {k: check_dtype(to_host(v)) if k == "dtype" else to_host(v) for k, v in kwargs.items()}
        guard(*args, **kwargs)
        return run_host(name, host, (self, *args), kwargs)

    run.__name__ = name
    run.__doc__ = first_paragraphs(host)
    return run


def _choices(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """permutation(range(n)), choice(range(n)): NumPy takes any sequence there."""
    if name in ("permutation", "choice") and args and type(args[0]) is range:
        return (list(args[0]), *args[1:]) if len(args[0]) <= 1 << 20 else args, kwargs
    return args, kwargs


def _random_namespace() -> Namespace:
    state = np.random.RandomState()  # of its own: a program neither sees nor sets the host's
    table: dict[str, Any] = {}
    for name in _SIZE_AT:
        host = getattr(state, name, None) or (state.random_sample if name in ("ranf", "sample") else None)
        if host is not None:
            method = _random_method(name, lambda self, *args, _host=host, **kwargs: _host(*args, **kwargs))
            method.__doc__ = first_paragraphs(host)
            table[name] = Builtin(name, lambda *args, _run=method, **kwargs: _run(None, *args, **kwargs), method.__doc__, "numpy.random")
    table["seed"] = Builtin(
        "seed", lambda seed=None: run_host("seed", state.seed, (to_host(seed),), {}), "seed(n): start the stream of np.random.", "numpy.random"
    )
    table["default_rng"] = wrap("default_rng", np.random.default_rng, module="numpy.random")
    table["RandomState"] = type_value(np.random.RandomState)
    table["RandomState"].build = lambda seed=None: run_host("RandomState", np.random.RandomState, (to_host(seed),), {})
    table["Generator"] = type_value(np.random.Generator)
    return Namespace("numpy.random", table)


# -- linalg, fft, testing --------------------------------------------------------------------------------------------------------------


def _linalg_namespace() -> Namespace:
    guards = {"outer": _outer_guard, "matmul": dot_guard, "multi_dot": _chain_guard, "cross": broadcast_guard("cross")}
    names = [name for name in _LINALG.split() if hasattr(np.linalg, name)]
    table: dict[str, Any] = {name: wrap(name, getattr(np.linalg, name), guards.get(name, same_guard(name)), "numpy.linalg") for name in names}
    table["LinAlgError"] = exceptions.named(LinAlgError, "numpy.linalg.LinAlgError")
    table["matrix_power"] = wrap("matrix_power", _matrix_power, None, "numpy.linalg")
    return Namespace("numpy.linalg", table)


def _matrix_power(a: Any, n: Any) -> Any:
    """A square matrix multiplied with itself n times."""
    if isinstance(n, int) and n.bit_length() > 64:
        fail(OverflowError, "the exponent of matrix_power() has at most 64 bits", kind="limit")
    return np.linalg.matrix_power(a, n)


def _fft_namespace() -> Namespace:
    names = [name for name in _FFT.split() if hasattr(np.fft, name)]
    return Namespace("numpy.fft", {n: wrap(n, getattr(np.fft, n), _freq_guard if n.endswith("freq") else _fft_guard, "numpy.fft") for n in names})


_TESTING = (
    "assert_allclose assert_array_equal assert_array_almost_equal assert_almost_equal assert_equal assert_array_less assert_approx_equal "
    "assert_array_almost_equal_nulp"
)


def _testing_namespace() -> Namespace:
    def assertion(name: str) -> Builtin:
        def run(*args: Any, **kwargs: Any) -> None:
            import numpy.testing as testing

            args = tuple([to_host(v) for v in args])
            broadcast_guard(name)(*args[:2])
            run_host(name, getattr(testing, name), args, {k: to_host(v) for k, v in kwargs.items()})

        return Builtin(name, run, f"{name}(actual, desired, ...): AssertionError with the differing elements unless they agree.", "numpy.testing")

    return Namespace("numpy.testing", {name: assertion(name) for name in _TESTING.split()})


# -- functions of our own -----------------------------------------------------------------------------------------------------------------


def _array(object: Any = None, dtype: Any = None, **kwargs: Any) -> Any:
    """np.array(values, dtype=None, copy=True, ndmin=0): an array of nested lists, numbers, arrays or tensors."""
    if isinstance(object, Tensor):
        object = object.detach().cpu().numpy() if not object.requires_grad else object.numpy()
    elif not isinstance(object, (list, tuple, str, int, float, complex, np.ndarray, np.generic, range)) and _iterable(object):
        fail(
            TypeError,
            f"arrays of objects are not supported: a '{type_name(object)}' would become one",
            kind="dtype",
            hints=["np.array(list(...)) makes an array of its values"],
        )
    host = to_host(object)
    if isinstance(host, np.ndarray):
        check_size((host.size,), "array")
    if unknown := set(kwargs) - {"copy", "order", "ndmin"}:
        fail(TypeError, f"array() got an unexpected keyword argument '{min(unknown)}'", kind="signature")
    options = {k: to_host(v) for k, v in kwargs.items()}
    if dtype is not None:
        options["dtype"] = check_dtype(to_host(dtype))
    return run_host("array", np.array, (host,), options)


def _iterable(v: Any) -> bool:
    return isinstance(v, (dict, set, frozenset)) or hasattr(type(v), "__next__") or v is None


def _fromfunction(function: Any, shape: Any, dtype: Any = "float64", **kwargs: Any) -> Any:
    """np.fromfunction(f, shape): f of the arrays of indices."""
    sizes = tuple([operator_index(n) for n in np.atleast_1d(to_host(shape)).tolist()])
    _indices_guard(sizes)
    grids = np.indices(sizes, dtype=check_dtype(to_host(dtype)))
    return call(function, tuple(grids), kwargs)


def _ndenumerate(array: Any) -> Any:
    """np.ndenumerate(a): pairs of index and element."""
    a = np.asarray(to_host(array))
    return ((index, a[index]) for index in np.ndindex(*a.shape))


def _ndindex(*shape: Any) -> Any:
    """np.ndindex(2, 3): all indices of a shape, in order."""
    sizes = [operator_index(n) for n in (shape[0] if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape)]
    check_size((sum(sizes), 5), "ndindex")  # NumPy holds the numbers of every dimension
    return (index for index in np.ndindex(*sizes))


def _fromiter(iterable: Any, dtype: Any, count: Any = -1) -> Any:
    """np.fromiter(iterable, dtype): an array of the values of an iterable."""
    return np.array(to_host(to_list(iterate(iterable))), dtype=check_dtype(to_host(dtype)))


def _vectorize(pyfunc: Any = None, otypes: Any = None, doc: Any = None, **kwargs: Any) -> Any:
    """np.vectorize(f): a function that calls f for each element."""
    if kwargs.get("excluded") or kwargs.get("signature"):
        fail(TypeError, "vectorize(): excluded= and signature= are not supported here", kind="signature")
    if pyfunc is None:
        return Builtin("vectorize", lambda f: Vectorized(f, otypes))
    return Vectorized(pyfunc, otypes)


class Joiner(Value):
    """`np.r_[...]` and `np.c_[...]`: pieces joined along rows or columns."""

    __slots__ = ("host", "name")
    type_name = "numpy.lib.index_tricks"

    def __init__(self, name: str, host: Any) -> None:
        self.name = name
        self.host = host

    def __repr__(self) -> str:
        return f"<numpy.{self.name}>"

    def item(self, key: Any) -> Any:
        key = _key(key)
        sizes = [_slice_count(k) if isinstance(k, slice) else size_of(k) for k in (key if type(key) is tuple else (key,))]
        total = sum(sizes) if self.name in ("r_", "c_") else math.prod(sizes) * len(sizes)
        check_size((total,), self.name)
        return run_host(self.name, lambda: self.host[key], (), {})


def _slice_count(s: slice) -> int:
    step = s.step if s.step is not None else 1
    start, stop = s.start or 0, s.stop or 0
    if isinstance(step, complex):
        return int(abs(step))
    return max(0, int((stop - start) / step) + 1) if step else 0


_PRINT_OPTIONS = frozenset({"precision", "threshold", "edgeitems", "linewidth", "suppress", "floatmode", "sign", "nanstr", "infstr", "formatter"})


def _print_options(options: dict[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for name, v in options.items():
        if name not in _PRINT_OPTIONS:
            fail(TypeError, f"set_printoptions() got an unexpected keyword argument '{name}'", kind="signature")
        if name == "formatter" and isinstance(v, dict):
            known[name] = {str(k): _formatter(f) for k, f in v.items() if isinstance(f, Callable_)}
        elif isinstance(v, (int, float, str, type(None))):
            known[name] = v
    if known.get("threshold") is not None:
        known["threshold"] = int(min(float(known["threshold"]), 1e6))
    if known.get("precision") is not None:
        known["precision"] = min(operator_index(known["precision"]), 100)
    if known.get("linewidth") is not None:
        known["linewidth"] = int(min(float(known["linewidth"]), 1e4))
    return known


def _formatter(function: Any) -> Callable[[Any], str]:
    from .formatting import str_value

    return lambda v: str_value(call(function, (v,), {}))


def _set_printoptions(**options: Any) -> None:
    """How arrays print: precision, suppress, threshold, linewidth, edgeitems, formatter."""
    known = _print_options(options)
    run_host("set_printoptions", lambda: np.set_printoptions(**known), (), {})


def _get_printoptions() -> dict[str, Any]:
    """The options of set_printoptions, as they are."""
    return {k: v for k, v in np.get_printoptions().items() if k in _PRINT_OPTIONS and k != "formatter"}


def _printoptions(**options: Any) -> ContextManager:
    """with np.printoptions(precision=2): how arrays print inside the block."""
    return ContextManager("numpy.printoptions", lambda: np.printoptions(**_print_options(options)))


def _errstate(**options: Any) -> ContextManager:
    """with np.errstate(divide='ignore'): which floating point warnings are given inside the block."""
    known: dict[str, Any] = {k: str(v) for k, v in options.items() if k in ("all", "divide", "over", "under", "invalid") and v in ("ignore", "warn", "raise")}
    return ContextManager("numpy.errstate", lambda: np.errstate(**known))


def _seterr(**options: Any) -> dict[str, str]:
    """np.seterr(divide='ignore'): which floating point warnings are given."""
    known: dict[str, Any] = {k: str(v) for k, v in options.items() if k in ("all", "divide", "over", "under", "invalid") and v in ("ignore", "warn", "raise")}
    before: Any = np.seterr(**known)
    return dict(before)


def _array2string(a: Any, **options: Any) -> str:
    """An array as text, by options such as precision=2, separator=', '."""
    separator = str(options.pop("separator", " "))[:100]
    prefix = str(options.pop("prefix", ""))[:100]
    options.pop("max_line_width", None)
    return str(np.array2string(np.asarray(to_host(a)), separator=separator, prefix=prefix, **_print_options(options)))


def _astype(x: Any, dtype: Any, **kwargs: Any) -> Any:
    """np.astype(x, dtype): a copy in another dtype."""
    return np.asarray(to_host(x)).astype(check_dtype(to_host(dtype)))


def _finfo(dtype: Any) -> Any:
    """np.finfo(dtype): the limits of a floating dtype."""
    return run_host("finfo", np.finfo, (to_host(dtype),), {})


def _iinfo(dtype: Any) -> Any:
    """np.iinfo(dtype): the limits of an integer dtype."""
    return run_host("iinfo", np.iinfo, (to_host(dtype),), {})


_OWN: dict[str, Callable[..., Any]] = {
    "array": _array, "fromfunction": _fromfunction, "ndenumerate": _ndenumerate, "ndindex": _ndindex, "fromiter": _fromiter, "vectorize": _vectorize,
    "apply_along_axis": apply_along_axis, "set_printoptions": _set_printoptions, "get_printoptions": _get_printoptions, "printoptions": _printoptions,
    "errstate": _errstate, "seterr": _seterr, "array2string": _array2string, "astype": _astype, "finfo": _finfo, "iinfo": _iinfo,
}  # fmt: skip
_SPACES: dict[str, Any] = {
    "random": _random_namespace,
    "linalg": _linalg_namespace,
    "fft": _fft_namespace,
    "testing": _testing_namespace,
    "version": lambda: Namespace("numpy.version", {"version": np.__version__, "full_version": np.__version__}),
    "r_": lambda: Joiner("r_", np.r_),
    "c_": lambda: Joiner("c_", np.c_),
    "mgrid": lambda: Joiner("mgrid", np.mgrid),
    "ogrid": lambda: Joiner("ogrid", np.ogrid),
    "s_": lambda: Slices(),
}


class Slices(Value):
    """`np.s_[1:3]`: the index itself."""

    __slots__ = ()
    type_name = "numpy.lib.index_tricks.IndexExpression"

    def item(self, key: Any) -> Any:
        return key


_CONSTANTS: dict[str, Any] = {
    "__version__": np.__version__,
    "little_endian": np.little_endian,
    "euler_gamma": np.euler_gamma,
    "True_": np.True_,
    "False_": np.False_,
}


def _ufunc(name: str) -> Builtin:
    plain = wrap(name, getattr(np, name), broadcast_guard(name))
    host = plain.host

    def run(*args: Any, **kwargs: Any) -> Any:
        out = host(*args, **kwargs)
        if any(isinstance(v, Tensor) for v in args) and not isinstance(out, tuple):
            return to_tensor(out)
        return out

    return Builtin(name, run, plain.doc, "numpy")


_KIND = {
    **dict.fromkeys(_SAME.split(), "same"),
    **dict.fromkeys(_BROADCAST.split(), "broadcast"),
    **dict.fromkeys(_JOINED.split(), "joined"),
    **dict.fromkeys(_UFUNCS.split(), "ufunc"),
    **dict.fromkeys(_SCALARS.split(), "type"),
}


def find(name: str) -> Any:
    """`np.name`, or None."""
    if name in _SPACES:
        return _SPACES[name]()
    if name in _OWN:
        return Builtin(name, _OWN[name], _OWN[name].__doc__, "numpy")
    host = getattr(np, name, None) if name in _GUARDED or name in _KIND else None
    if host is None:
        return {"__version__": np.__version__, "little_endian": np.little_endian, "euler_gamma": np.euler_gamma, "True_": np.True_, "False_": np.False_}.get(
            name
        )
    if name in _GUARDED:
        return wrap(name, host, _GUARDED[name])
    kind = _KIND[name]
    if kind == "type":
        return type_value(host)
    if kind == "ufunc":
        return _ufunc(name)
    make = same_guard if kind == "same" else broadcast_guard if kind == "broadcast" else sum_guard
    return wrap(name, host, make(name))


def names() -> list[str]:
    """The names of `np`."""
    return [n for n in {**_SPACES, **_OWN, **_GUARDED, **_KIND} if n in _SPACES or n in _OWN or hasattr(np, n)] + ["__version__"]
