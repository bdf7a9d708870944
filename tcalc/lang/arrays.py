"""NumPy arrays as values: a short list of attributes, methods and functions over real ndarrays, and the namespace `np`.

Imported when a program first touches an array; it is the only module of lang that imports NumPy. Nothing here hands out raw memory,
files or object arrays, and sizes are checked before NumPy allocates.
"""

from __future__ import annotations

import math

import numpy as np

from ..engine import Tensor, limits
from ..engine.dtypes import BY_NAME
from ..engine.errors import fail
from .values import Builtin, Info, Namespace, TypeValue, Value, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_FLOAT64 = BY_NAME["float64"]
_LEAF = (int, float, complex, str, type(None), np.ndarray, np.generic, np.dtype, Tensor, slice, type(Ellipsis))


def check_size(shape: Any, op: str) -> None:
    """OutOfMemoryError when an array of this shape does not fit."""
    sizes = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    limits.check(tuple(int(n) for n in sizes), _FLOAT64, op)


def to_host(v: Any) -> Any:
    """A value as NumPy may see it; TypeError for the language's own values, which must not end up inside an array."""
    if isinstance(v, TypeValue):
        if len(v.hosts) == 1 and (v.hosts[0] in (int, float, bool, complex, str) or issubclass(v.hosts[0], np.generic)):
            return v.hosts[0]
    elif isinstance(v, Tensor):
        return v.numpy() if v.dim() else v.item() if v.requires_grad is False else v.numpy()
    elif isinstance(v, _LEAF):
        return v
    elif type(v) in (list, tuple):
        return type(v)([to_host(x) for x in v])
    elif isinstance(v, tuple):
        return tuple([to_host(x) for x in v])
    elif type(v) is range:
        return np.arange(v.start, v.stop, v.step)
    elif isinstance(v, np.random.Generator):
        return v
    fail(TypeError, f"a NumPy function takes numbers and arrays, not '{type_name(v)}'", kind="type")


def from_host(v: Any) -> Any:
    """What NumPy returned, as a value."""
    if isinstance(v, np.ndarray) and v.dtype.hasobject:
        fail(TypeError, "arrays of objects are not supported: an array holds numbers", kind="dtype")
    if type(v) is tuple or type(v) is list:
        return type(v)([from_host(x) for x in v])
    return v


def wrap(name: str, host: Callable[..., Any], guard: Callable[..., None] | None = None, module: str = "numpy") -> Builtin:
    """A NumPy function as a value of the language."""

    def run(*args: Any, **kwargs: Any) -> Any:
        if "out" in kwargs:
            fail(TypeError, f"{name}(): out= is not supported here", kind="signature")
        args = tuple([to_host(v) for v in args])
        kwargs = {k: to_host(v) for k, v in kwargs.items()}
        if "dtype" in kwargs and np.dtype(kwargs["dtype"]).kind not in "biufc":
            fail(TypeError, "arrays of objects are not supported: an array holds numbers", kind="dtype")
        if guard is not None:
            guard(*args, **kwargs)
        return from_host(host(*args, **kwargs))

    return Builtin(name, run, getattr(host, "__doc__", None), module)


def to_tensor(v: Any) -> Any:
    """A tensor of an array (shared memory) or of a NumPy scalar (its dtype)."""
    from .. import engine

    if isinstance(v, np.ndarray):
        return engine.from_numpy(v)
    if isinstance(v, np.generic):
        return engine.from_numpy(np.asarray(v))
    fail(TypeError, f"expected an array, not '{type_name(v)}'", kind="type")


# -- operators --------------------------------------------------------------------------------------------------------------------


def array_binary(op: str, host: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """An operator with an array or NumPy scalar on one side."""
    for v in (a, b):
        if v is None or isinstance(v, (str, Value, dict, set)):
            if op in ("eq", "ne"):
                return op == "ne"
            fail(TypeError, f"unsupported operand type(s) for {op}: '{type_name(a)}' and '{type_name(b)}'", kind="operands")
    a, b = to_host(a), to_host(b)
    sa, sb = np.shape(a), np.shape(b)
    if op == "matmul":
        if len(sa) >= 1 and len(sb) >= 2:
            check_size((*sa[:-1], sb[-1]), "matmul")
    elif sa and sb:
        try:
            check_size(np.broadcast_shapes(sa, sb), op)
        except ValueError:
            pass  # NumPy says it with the shapes
    return from_host(host(a, b))


def array_inplace(op: str, host: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """`a op= b` for an array: written in place."""
    return from_host(host(a, to_host(b)))


def array_item(v: Any, key: Any) -> Any:
    """`v[key]`"""
    return from_host(v[_key(key)])


def array_set_item(v: Any, key: Any, new: Any) -> None:
    """`v[key] = new`"""
    v[_key(key)] = to_host(new)


def _key(key: Any) -> Any:
    if type(key) is tuple:
        return tuple([_key(k) for k in key])
    if isinstance(key, Tensor) and not key.dim():
        return key.item()
    return to_host(key) if not isinstance(key, slice) else key


# -- attributes and methods ---------------------------------------------------------------------------------------------------------

_METHODS = (
    "all any argmax argmin argsort astype clip copy cumprod cumsum diagonal dot fill flatten item max mean min nonzero prod ravel repeat "
    "reshape round searchsorted sort squeeze std sum swapaxes tolist trace transpose var"
)


def _method(name: str, guard: Callable[..., None] | None = None) -> Callable[..., Any]:
    host = getattr(np.ndarray, name)
    of_scalar = getattr(np.generic, name, None)

    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        args = tuple([to_host(v) for v in args])
        kwargs = {k: to_host(v) for k, v in kwargs.items() if k != "out"}
        if guard is not None:
            guard(self, *args, **kwargs)
        return from_host((of_scalar if isinstance(self, np.generic) and of_scalar is not None else host)(self, *args, **kwargs))

    run.__name__ = name
    run.__doc__ = host.__doc__
    return run


def _astype_guard(self: Any, dtype: Any, *args: Any, **kwargs: Any) -> None:
    if np.dtype(dtype).kind not in "biufc":
        fail(TypeError, "arrays of objects are not supported: an array holds numbers", kind="dtype")


def _repeat_guard(self: Any, repeats: Any, *args: Any, **kwargs: Any) -> None:
    check_size((int(np.max(repeats)), np.size(self)), "repeat")


def array_info(kind: type) -> Info | None:
    """The tables of arrays, NumPy scalars, dtypes and generators."""
    if issubclass(kind, (np.ndarray, np.generic)):
        attributes: dict[str, Callable[[Any], Any]] = {
            "shape": lambda v: v.shape,
            "dtype": lambda v: v.dtype,
            "ndim": lambda v: v.ndim,
            "size": lambda v: v.size,
            "itemsize": lambda v: v.itemsize,
            "nbytes": lambda v: v.nbytes,
            "strides": lambda v: v.strides,
            "T": lambda v: v.T,
            "real": lambda v: v.real,
            "imag": lambda v: v.imag,
        }
        methods = {name: _method(name) for name in _METHODS.split()}
        methods["astype"] = _method("astype", _astype_guard)
        methods["repeat"] = _method("repeat", _repeat_guard)
        if issubclass(kind, np.ndarray):
            setters: dict[str, Callable[[Any, Any], Any]] = {"shape": lambda v, new: v.__setattr__("shape", tuple(to_host(new)))}
            return Info("numpy.ndarray", attributes, methods, setters, iterable=True)
        return Info(kind.__name__, attributes, methods)
    if issubclass(kind, np.dtype):
        return Info(
            "dtype",
            {"name": lambda v: v.name, "itemsize": lambda v: v.itemsize, "kind": lambda v: v.kind, "char": lambda v: v.char},
        )
    if issubclass(kind, (np.random.Generator, np.random.RandomState)):
        return Info(kind.__name__, methods=_random_methods(kind))
    return None


# -- the namespace ------------------------------------------------------------------------------------------------------------------

_UFUNCS = (
    "sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh arccosh arctanh exp exp2 expm1 log log2 log10 log1p sqrt cbrt square "
    "abs absolute fabs sign floor ceil trunc rint power maximum minimum fmax fmin add subtract multiply divide true_divide floor_divide "
    "mod remainder negative reciprocal isnan isinf isfinite logical_and logical_or logical_not logical_xor greater greater_equal less "
    "less_equal equal not_equal hypot deg2rad rad2deg degrees radians logaddexp sinc heaviside"
)
_FUNCTIONS = (
    "all allclose amax amin any argmax argmin argsort argwhere around array_equal array_split asarray ascontiguousarray atleast_1d "
    "atleast_2d average "
    "broadcast_to clip convolve copy count_nonzero cross cumprod cumsum diagonal diff "
    "expand_dims "
    "flatnonzero flip fliplr flipud gradient interp isclose isscalar max mean median min moveaxis nan_to_num nanmax "
    "nanmean "
    "nanmin nanstd nansum nonzero ones_like percentile prod ptp quantile ravel reshape roll round searchsorted shape size sort split "
    "squeeze std sum swapaxes take trace transpose trapezoid tril triu unique var where zeros_like full_like empty_like ndim "
    "array"
)
_SCALARS = "float64 float32 float16 int64 int32 int16 int8 uint8 uint16 uint32 uint64 bool_ complex64 complex128"


def _shape_guard(op: str) -> Callable[..., None]:
    def guard(shape: Any = (), *args: Any, **kwargs: Any) -> None:
        check_size(shape, op)

    return guard


def _arange_guard(*args: Any, **kwargs: Any) -> None:
    values = [v for v in args[:3] if isinstance(v, (int, float, np.generic))]
    start, stop, step = (0, values[0], 1) if len(values) == 1 else (*values, 1)[:3] if len(values) >= 2 else (0, 0, 1)
    step = kwargs.get("step", step)
    if step and math.isfinite(float(stop)) and math.isfinite(float(start)):
        check_size((max(0, int((float(stop) - float(start)) / float(step)) + 1),), "arange")


def _linspace_guard(start: Any, stop: Any, num: Any = 50, *args: Any, **kwargs: Any) -> None:
    check_size((int(num),), "linspace")


def _eye_guard(n: Any, m: Any = None, *args: Any, **kwargs: Any) -> None:
    check_size((int(n), int(n if m is None else m)), "eye")


def _outer_guard(a: Any, b: Any, *args: Any, **kwargs: Any) -> None:
    check_size((np.size(a), np.size(b)), "outer")


def _tile_guard(a: Any, reps: Any) -> None:
    check_size((np.size(a), int(np.prod(reps))), "tile")


def _broadcast_guard(a: Any, b: Any = 0.0, *args: Any, **kwargs: Any) -> None:
    try:
        check_size(np.broadcast_shapes(np.shape(a), np.shape(b)), "broadcast")
    except ValueError:
        pass


def _meshgrid_guard(*arrays: Any, **kwargs: Any) -> None:
    check_size((len(arrays), *[np.size(a) for a in arrays]), "meshgrid")


def _join_guard(arrays: Any, *args: Any, **kwargs: Any) -> None:
    check_size((sum(np.size(a) for a in arrays),), "concatenate")


def _product_guard(a: Any, b: Any, *args: Any, **kwargs: Any) -> None:
    sa, sb = np.shape(a), np.shape(b)
    if sa and sb:
        check_size((math.prod(sa[:-1]), math.prod(sb) // (sb[0 if len(sb) == 1 else -2] or 1)), "dot")


def _square_guard(a: Any, *args: Any, **kwargs: Any) -> None:
    n = np.shape(a)[0] if np.ndim(a) else 1
    check_size((n, n), "diag")


def _bins_guard(a: Any, *args: Any, **kwargs: Any) -> None:
    for v in (*args, *kwargs.values()):
        if isinstance(v, (int, np.integer)):
            check_size((int(v),), "bins")


def _counts_guard(a: Any, *args: Any, **kwargs: Any) -> None:
    _bins_guard(a, *args, **kwargs)
    if np.size(a):
        check_size((int(np.max(a)) + 1,), "bincount")


_GUARDED: dict[str, Callable[..., None]] = {
    **dict.fromkeys(("concatenate", "stack", "hstack", "vstack", "dstack", "column_stack"), _join_guard),
    **dict.fromkeys(("dot", "matmul", "inner"), _product_guard),
    **dict.fromkeys(("diag", "cov", "corrcoef"), _square_guard),
    "histogram": _bins_guard,
    "bincount": _counts_guard,
    **{name: _shape_guard(name) for name in ("zeros", "ones", "empty", "full")},
    "arange": _arange_guard,
    "linspace": _linspace_guard,
    "logspace": _linspace_guard,
    "eye": _eye_guard,
    "identity": _eye_guard,
    "outer": _outer_guard,
    "kron": _outer_guard,
    "tile": _tile_guard,
    "repeat": _repeat_guard,
    "meshgrid": _meshgrid_guard,
}
_LINALG = "norm inv det solve eig eigh eigvals eigvalsh svd qr matrix_rank pinv lstsq cholesky cond matrix_power"
_RANDOM = (
    "rand randn randint random random_sample normal uniform choice shuffle permutation standard_normal exponential poisson binomial beta "
    "gamma multivariate_normal"
)
_GENERATOR = "integers random normal uniform standard_normal choice shuffle permutation permuted exponential poisson binomial beta gamma multivariate_normal"


def _draw_guard(name: str) -> Callable[..., None]:
    def guard(*args: Any, **kwargs: Any) -> None:
        if name in ("rand", "randn"):
            check_size(args, name)
            return
        for v in (kwargs.get("size"), args[-1] if args and isinstance(args[-1], (tuple, list)) else None):
            if v is not None:
                check_size(v, name)
        for v in args if name in ("random", "random_sample", "standard_normal", "permutation", "randint", "integers", "uniform", "normal") else ():
            if name in ("random", "random_sample", "standard_normal", "permutation") and isinstance(v, (int, np.integer)):
                check_size(v, name)
        if len(args) >= 3 and isinstance(args[2], (int, np.integer)):
            check_size(args[2], name)

    return guard


def _shuffle(host: Callable[..., Any]) -> Callable[..., Any]:
    """shuffle() writes to its argument: a list is shuffled as a list of values."""

    def run(x: Any, *args: Any, **kwargs: Any) -> None:
        if type(x) is list:
            order = list(range(len(x)))
            host(order)
            x[:] = [x[i] for i in order]
            return
        host(to_host(x))

    return run


def _random_methods(kind: type) -> dict[str, Callable[..., Any]]:
    out: dict[str, Callable[..., Any]] = {}
    for name in (_GENERATOR if kind is np.random.Generator else _RANDOM).split():
        host = getattr(kind, name, None)
        if host is not None:
            out[name] = _random_method(name, host)
    return out


def _random_method(name: str, host: Callable[..., Any]) -> Callable[..., Any]:
    guard = _draw_guard(name)

    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        if name == "shuffle":
            return _shuffle(lambda x: host(self, x))(*args)
        args = tuple([to_host(v) for v in args])
        kwargs = {k: to_host(v) for k, v in kwargs.items()}
        guard(*args, **kwargs)
        return from_host(host(self, *args, **kwargs))

    run.__name__ = name
    run.__doc__ = host.__doc__
    return run


def _random_namespace() -> Namespace:
    state = np.random.RandomState()
    table: dict[str, Any] = {}
    for name in _RANDOM.split():
        host = getattr(state, name)
        table[name] = Builtin(name, _shuffle(host)) if name == "shuffle" else wrap(name, host, _draw_guard(name), "numpy.random")
    table["seed"] = Builtin("seed", lambda seed=None: state.seed(seed), "Start the stream of np.random from a seed.", "numpy.random")
    table["default_rng"] = wrap("default_rng", np.random.default_rng, module="numpy.random")
    table["RandomState"] = wrap("RandomState", np.random.RandomState, module="numpy.random")
    return Namespace("numpy.random", table)


def _linalg_namespace() -> Namespace:
    return Namespace("numpy.linalg", {name: wrap(name, getattr(np.linalg, name), module="numpy.linalg") for name in _LINALG.split()})


def _assert_allclose(actual: Any, desired: Any, rtol: Any = 1e-7, atol: Any = 0, **kwargs: Any) -> None:
    """Raise AssertionError unless the arrays agree within the tolerances."""
    a, b = np.asarray(to_host(actual)), np.asarray(to_host(desired))
    if not np.allclose(a, b, rtol=float(rtol), atol=float(atol), equal_nan=True):
        worst = "" if a.shape != b.shape else f", largest difference {np.max(np.abs(a - b))}"
        fail(AssertionError, f"Not equal to tolerance rtol={rtol:g}, atol={atol:g}{worst}", kind="assert")


def _find(name: str) -> Any:
    if name in _GUARDED:
        return wrap(name, getattr(np, name), _GUARDED[name])
    if name in _UFUNCS.split():
        return wrap(name, getattr(np, name), _broadcast_guard)
    if name in _FUNCTIONS.split():
        host = getattr(np, name, None)
        return None if host is None else wrap(name, host)
    if name in _SCALARS.split():
        host = getattr(np, name)
        return TypeValue(name, (host,), lambda v=0: host(to_host(v)), "numpy." + host.__name__)
    return None


_MORE: dict[str, Any] = {
    "__version__": np.__version__,
    "ndarray": TypeValue("ndarray", (np.ndarray,), None, "numpy.ndarray"),
    "testing": Namespace("numpy.testing", {"assert_allclose": Builtin("assert_allclose", _assert_allclose)}),
}


def find(name: str) -> Any:
    """`np.name`, or None."""
    if name == "random":
        return _random_namespace()
    if name == "linalg":
        return _linalg_namespace()
    if name == "set_printoptions":
        return Builtin(name, _set_printoptions, _set_printoptions.__doc__, "numpy")
    return _MORE.get(name) or _find(name)


def names() -> list[str]:
    """The names of `np`."""
    return [*_MORE, "random", "linalg", "set_printoptions", *_GUARDED, *[n for n in f"{_UFUNCS} {_FUNCTIONS} {_SCALARS}".split() if hasattr(np, n)]]


def _set_printoptions(**options: Any) -> None:
    """How arrays print: precision, suppress, threshold, linewidth, edgeitems."""
    allowed = {"precision", "threshold", "edgeitems", "linewidth", "suppress", "floatmode", "sign"}
    known: dict[str, Any] = {k: v for k, v in options.items() if k in allowed and isinstance(v, (int, float, str, bool, type(None)))}
    if "threshold" in known and known["threshold"] is not None:
        known["threshold"] = min(float(known["threshold"]), 1e6)
    np.set_printoptions(**known)
