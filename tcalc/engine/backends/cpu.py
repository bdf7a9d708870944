"""The CPU backend: NumPy, and what NumPy has wrong or lacks.

NumPy is imported here and nowhere else at import time of the engine; importing this module is what costs the start-up time of arrays.
"""

from __future__ import annotations

import os
import sys

_threads = os.environ.get("OPENBLAS_NUM_THREADS")
if _threads is None and "numpy" not in sys.modules:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # starting BLAS threads takes a tenth of the import; restore_threads() starts them when they pay

from . import BY_TYPE, scalar, undocumented  # noqa: E402

if undocumented[0]:  # writing documentation into its compiled functions is a twelfth of the import
    for _module in ("numpy._core._add_newdocs", "numpy._core._add_newdocs_scalars"):
        sys.modules.setdefault(_module, sys.modules[__name__])

import numpy as np  # noqa: E402

if _threads is None and os.environ.get("OPENBLAS_NUM_THREADS") == "1":
    os.environ.pop("OPENBLAS_NUM_THREADS")
    _pending = [True]
else:
    _pending = [False]

from .. import dtypes  # noqa: E402
from ..dtypes import dtype  # noqa: E402
from ..errors import fail  # noqa: E402
from ..tensors import CPU, device, row_major, sums_to  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..tensors import Tensor

NP: dict[dtype, Any] = {d: np.dtype(d.name) for d in dtypes.ALL if d is not dtypes.bfloat16}
FROM_NP: dict[Any, dtype] = {v: k for k, v in NP.items()}


def np_dtype(d: dtype) -> Any:
    """NumPy's dtype for ours (bfloat16 through ml_dtypes, imported on use)."""
    found = NP.get(d)
    if found is None:
        import ml_dtypes

        found = NP[d] = np.dtype(ml_dtypes.bfloat16)
        FROM_NP[found] = d
    return found


def from_np_dtype(d: Any) -> dtype:
    """Our dtype for NumPy's; TypeError for those without a counterpart."""
    found = FROM_NP.get(d)
    if found is None:
        if getattr(d, "name", "") == "bfloat16":
            np_dtype(dtypes.bfloat16)
            return dtypes.bfloat16
        native = d.newbyteorder("=")
        if native in FROM_NP:
            raise ValueError(
                "given numpy array has byte order different from the native byte order. Conversion between byte orders is currently not supported."
            )
        raise TypeError(
            f"can't convert np.ndarray of type {d.type.__module__}.{d.type.__name__}. The only supported types are: float64, float32, "
            "float16, complex64, complex128, int64, int32, int16, int8, uint64, uint32, uint16, uint8, and bool."
        )
    return found


# -- NumPy's floating point warnings ------------------------------------------------------------------------------------------------
# PyTorch computes inf and nan in silence. Setting NumPy's state for good would change it for the program that imported us, so apply sets
# it around a kernel; the context variable behind np.errstate costs a sixth of np.errstate itself.

try:
    from numpy._core.umath import _extobj_contextvar as _state
    from numpy._core.umath import _make_extobj

    QUIET = _make_extobj(all="ignore")

    silence = _state.set  # silence(QUIET): no floating point warnings in this context; returns what ``loud`` needs
    loud = _state.reset
except ImportError:  # a NumPy that keeps them elsewhere
    QUIET: Any = "ignore"  # type: ignore[no-redef]

    def silence(how: Any) -> Any:
        """No floating point warnings; returns what ``loud`` needs."""
        return np.seterr(all=how)

    def loud(token: Any) -> None:
        """Undo silence()."""
        np.seterr(**token)


# -- memory: reuse of large temporaries ---------------------------------------------------------------------------------------------

_tuned = [False]


def tune_allocator() -> None:
    """Keep freed large blocks in the heap (glibc), so temporaries of 1e6 elements do not fault their pages in anew at every op.

    Measured: 3 to 10 times faster eager programs at that size. Elsewhere, or with TCALC_MALLOPT=0, nothing happens.
    """
    if _tuned[0]:
        return
    _tuned[0] = True
    if os.environ.get("TCALC_MALLOPT") == "0" or not sys.platform.startswith("linux"):
        return
    try:
        import ctypes

        libc = ctypes.CDLL(None)
        libc.mallopt(-4, 0)  # M_MMAP_MAX: no anonymous mappings of their own, which munmap at every free
        libc.mallopt(-1, 1 << 30)  # M_TRIM_THRESHOLD: give back only beyond 1 GiB
        libc.mallopt(-2, 64 << 20)  # M_TOP_PAD: grow in steps of 64 MiB
    except (ImportError, OSError, AttributeError):
        pass


def restore_threads() -> None:
    """Give BLAS its threads back before the first product large enough to use them."""
    if not _pending[0]:
        return
    _pending[0] = False
    n = os.cpu_count() or 1
    try:
        n = len(os.sched_getaffinity(0))
    except AttributeError:
        pass
    if n < 2:
        return
    try:
        import ctypes
        import glob

        folder = os.path.join(os.path.dirname(os.path.dirname(np.__file__)), "numpy.libs")
        for path in glob.glob(os.path.join(folder, "*openblas*")):
            lib = ctypes.CDLL(path)
            for name in ("scipy_openblas_set_num_threads64_", "openblas_set_num_threads64_", "openblas_set_num_threads"):
                function = getattr(lib, name, None)
                if function is not None:
                    function(n)
                    return
    except OSError:
        pass


# -- the namespace ------------------------------------------------------------------------------------------------------------------


class _Namespace:
    """NumPy, with PyTorch's results where they differ. Attributes are looked up in NumPy once and kept."""

    scalar = False

    def __getattr__(self, name: str) -> Any:
        found = _special(name) if name in _BY_SCIPY else getattr(np, name)
        setattr(self, name, found)
        return found

    @staticmethod
    def power(a: Any, b: Any) -> Any:
        """a ** b; integers to negative powers give what PyTorch gives instead of an error."""
        kind = np.result_type(a, b).kind if isinstance(a, np.ndarray) or isinstance(b, np.ndarray) else "f"
        if kind == "c":
            if np.ndim(b) == 0 and (b == 0.5 or b == -1):
                return np.sqrt(a) if b == 0.5 else np.divide(1, a)
            return np.power(a, b)
        if kind in "iu" and np.any(np.less(b, 0)):
            positive = np.power(a, np.where(np.less(b, 0), 0, b))
            unit = np.where(np.equal(a, 1), 1, np.where(np.equal(a, -1), np.where(np.equal(np.remainder(b, 2), 0), 1, -1), 0))
            return np.where(np.less(b, 0), unit, positive)
        if type(b) is float or type(b) is int:
            if b == 2:
                return np.multiply(a, a)  # as fast as square, and exact like PyTorch's own special case
            if b == 3 and kind == "f" and np.result_type(a).itemsize > 2:
                return a * a * a
            if b == -2 and kind == "f" and np.result_type(a).itemsize > 2:
                return np.divide(1, a * a, dtype=np.result_type(a))
            if b == 0.5 and kind == "f":
                return np.sqrt(a)
        return np.power(a, b)

    @staticmethod
    def reciprocal(a: Any) -> Any:
        """1 / a."""
        return np.divide(1.0, a)

    @staticmethod
    def floor_divide(a: Any, b: Any) -> Any:
        """floor(a / b); a float divided by 0 is an infinity or nan, as in PyTorch (NumPy: nan)."""
        found = np.floor_divide(a, b)
        if found.dtype.kind == "f":
            zero = np.equal(b, 0)
            if zero.any():
                found = np.where(zero, np.divide(a, b), found).astype(found.dtype, copy=False)
        return found

    @staticmethod
    def lgamma(x: Any) -> Any:
        """log|gamma(x)|; inf at both infinities (SciPy: -inf at -inf)."""
        return np.where(np.isneginf(x), np.inf, _special("lgamma")(x))

    @staticmethod
    def sign(x: Any) -> Any:
        """-1, 0 or 1; of nan, 0."""
        if type(x) is float:
            return scalar.sign(x)
        if x.dtype.kind == "c":
            size = np.abs(x)
            return np.divide(x, np.where(size == 0, 1, size)).astype(x.dtype, copy=False)
        if x.dtype.kind != "f":
            return x if x.dtype.kind == "b" else np.sign(x)
        return np.subtract(np.greater(x, 0), np.less(x, 0), dtype=x.dtype)

    @staticmethod
    def sigmoid(x: Any) -> Any:
        """1 / (1 + exp(-x)) without overflow."""
        if getattr(x, "dtype", _F32).kind == "c":
            return np.divide(1.0, 1.0 + np.exp(-x))
        z = np.exp(-np.abs(x))
        return np.divide(np.where(np.greater_equal(x, 0), 1.0, z), 1.0 + z)

    @staticmethod
    def softplus(x: Any) -> Any:
        """log(1 + exp(x)) without overflow."""
        return np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0.0)

    @staticmethod
    def add_at(target: Any, index: Any, values: Any) -> None:
        """target[index] += values, repeated places summed up."""
        np.add.at(target, index, values)


# Names of kernels -> SciPy's. ``math`` has the first ones, for where SciPy is not installed.
_BY_SCIPY = {"erf": "erf", "erfc": "erfc", "lgamma": "gammaln", **{name: name for name in scalar.SCIPY}}


def _special(name: str) -> Any:
    """A special function of arrays (SciPy, imported on use)."""
    try:
        import scipy.special
    except ImportError:
        one = getattr(scalar.XP, name) if name not in scalar.SCIPY else None
        if one is None:
            fail(
                NotImplementedError,
                f"{name}() needs SciPy, which is not installed",
                kind="missing",
                op=name,
                hints=["pip install scipy"],
            )
        each = np.frompyfunc(one, 1, 1)
        return lambda x: each(x).astype(np.asarray(x).dtype)
    return getattr(scipy.special, _BY_SCIPY[name])


XP = _Namespace()


_NOTHING = np.empty(0, np.uint8)


def canonical(a: Any) -> Any:
    """A row-major array with the strides PyTorch gives it: NumPy has zeros in an empty one, and anything in dimensions of size 1."""
    if a.size:
        return a.reshape(-1).reshape(a.shape)
    n = a.itemsize
    return np.ndarray(a.shape, a.dtype, _NOTHING, 0, tuple([s * n for s in row_major(a.shape)]))


def _check_dims(shape: tuple[int, ...]) -> None:
    from ..limits import MAX_DIMS, too_many_dims

    if len(shape) > MAX_DIMS:
        too_many_dims(len(shape), "")


def cell_array(value: Any, d: dtype) -> Any:
    """A Python number as a 0-d array of its dtype."""
    return np.array(value, np_dtype(d))


_F32 = np.dtype("float32")


def real_part(data: Any, d: dtype) -> Any:
    """What of an array goes into a dtype: of complex numbers into a real one, the real part (NumPy warns and does the same)."""
    return data.real if data.dtype.kind == "c" and not d.is_complex and d is not dtypes.bool_ else data


class Backend:
    """What apply, views and factories ask of a backend, for NumPy arrays."""

    name = "cpu"
    xp = XP

    @staticmethod
    def np_dtype(d: dtype) -> Any:
        """The array library's dtype for ours."""
        return np_dtype(d)

    cell_array = staticmethod(cell_array)
    tune = staticmethod(tune_allocator)

    def device_of(self, data: Any) -> device:
        """The CPU."""
        return CPU

    def empty(self, shape: tuple[int, ...], d: dtype) -> Any:
        """Uninitialised memory of this shape."""
        try:
            out = np.empty(shape, np_dtype(d))
        except ValueError:
            _check_dims(shape)
            raise
        return out if out.size else canonical(out)

    def strided(self, buffer: Any, d: dtype, shape: tuple[int, ...], stride: tuple[int, ...], offset: int) -> Any:
        """The view of a flat byte buffer with these sizes, strides and offset in elements."""
        n = d.itemsize
        if 0 in shape:
            buffer, offset = _NOTHING, 0
        try:
            return np.ndarray(shape, np_dtype(d), buffer, offset * n, tuple([s * n for s in stride]))
        except ValueError:
            _check_dims(shape)
            raise

    def view_flat(self, buffer: Any, d: dtype) -> Any:
        """A flat byte buffer as elements."""
        return buffer.view(np_dtype(d))

    def flat(self, data: Any) -> Any:
        """The bytes behind an array, from its first element to its last, as a flat uint8 array sharing its memory."""
        if data.size == 0:
            return np.empty(0, np.uint8)
        if data.flags.c_contiguous:
            return data.reshape(-1).view(np.uint8)
        last = sum((n - 1) * s for n, s in zip(data.shape, data.strides, strict=True)) // data.itemsize
        line = np.lib.stride_tricks.as_strided(data, (last + 1,), (data.itemsize,))
        return line.view(np.uint8)

    def buffer_bytes(self, buffer: Any) -> int:
        """Bytes of a flat buffer."""
        return int(buffer.nbytes)

    def pointer(self, data: Any) -> int:
        """Address of the first element."""
        return int(data.__array_interface__["data"][0])

    def astype(self, data: Any, d: dtype) -> Any:
        """A copy in another dtype; floats become integers as C does it, and 64 bits 16 by way of float32, as PyTorch does it."""
        data = real_part(data, d)
        if d.itemsize == 2 and d.is_floating_point and data.dtype.itemsize == 8:
            data = data.astype(np.float32)
        return data.astype(np_dtype(d))

    def copy(self, data: Any) -> Any:
        """A dense copy that keeps the order of the dimensions in memory."""
        return data.copy(order="K")

    def contiguous(self, data: Any) -> Any:
        """A row-major copy."""
        return data.copy(order="C")

    def add_at(self, target: Any, index: Any, values: Any) -> None:
        """target[index] += values, repeated places summed up; 16-bit floats are summed in float32 and rounded once."""
        if target.dtype.itemsize == 2 and target.dtype.kind not in "iu":
            wide = target.astype(np.float32)
            np.add.at(wide, index, values.astype(np.float32) if hasattr(values, "astype") else values)
            target[...] = wide
        else:
            np.add.at(target, index, values)

    def before_product(self) -> None:
        """Give BLAS its threads back."""
        restore_threads()

    def write(self, target: Any, value: Any) -> None:
        """target[...] = value, broadcast and cast."""
        if getattr(value, "dtype", _F32).kind == "c" and target.dtype.kind not in "cb":
            value = value.real
        np.copyto(target, value, casting="unsafe")

    def to_host(self, data: Any) -> Any:
        """The data as a NumPy array."""
        return data

    def from_host(self, data: Any, index: int | None) -> Any:
        """A NumPy array on this device: itself."""
        return data

    def tolist(self, data: Any, d: dtype) -> Any:
        """Nested lists of Python numbers."""
        return (data.astype(np.float32) if d is dtypes.bfloat16 else data).tolist()

    def refuse_data(self, op: str, t: Tensor) -> None:
        """The CPU has data: nothing to refuse."""

    def full(self, shape: tuple[int, ...], value: Any, d: dtype, index: int | None = None) -> Any:
        """An array of one value (zeros by calloc: pages come when they are touched)."""
        if value == 0 or 0 in shape:
            out = np.zeros(shape, np_dtype(d))
            return out if out.size else canonical(out)
        return np.full(shape, value, np_dtype(d))

    def finish(self, out: Any, shape: tuple[int, ...], d: dtype) -> Any:
        """A pointwise kernel's result as an array of this shape and dtype."""
        kind = np_dtype(d)
        if type(out) is not np.ndarray:
            out = np.asarray(out)
        if out.shape != shape:
            out = np.broadcast_to(out, shape).copy()
        if out.dtype == kind:
            return out
        token = self.guard()  # overflow in a narrower dtype is Inf, and nothing to warn of
        try:
            return out.astype(kind)
        finally:
            self.unguard(token)

    def laid_out(self, out: Any, d: dtype, stride: tuple[int, ...] | None) -> Any:
        """The same values with these strides (elements; None: row-major), copied where they differ."""
        n = out.itemsize
        want = row_major(out.shape) if stride is None else stride
        if out.strides == tuple([s * n for s in want]):
            return out
        span = 1 + sum([(k - 1) * step for k, step in zip(out.shape, want, strict=True)]) if out.size else 0  # LAPACK leaves gaps
        fresh = self.strided(self.flat(self.empty((span,), d)), d, out.shape, want, 0)
        self.write(fresh, out)
        return fresh

    def finish_general(self, out: Any, d: dtype, inputs: list[Any]) -> Any:
        """Another kernel's result: its dtype, row-major, sharing no memory with an input; a Python number where it is 0-d."""
        kind = np_dtype(d)
        if type(out) is not np.ndarray:
            out = np.asarray(out)
        if not out.shape:
            return d.round(out.item() if d is not dtypes.bfloat16 else float(out))
        if out.dtype != kind:
            token = self.guard()
            try:
                out = out.astype(kind, order="C")
            finally:
                self.unguard(token)
        elif not out.flags.c_contiguous or not out.flags.writeable:
            out = np.array(out, order="C")
        elif out.base is not None and any(type(a) is np.ndarray and np.may_share_memory(a, out) for a in inputs):
            out = out.copy()
        elif any(out is a for a in inputs):
            out = out.copy()
        return canonical(out) if 1 in out.shape or 0 in out.shape else out

    def fit(self, r: Any, shape: tuple[int, ...], d: dtype) -> Any:
        """A gradient summed down (or spread) to its input's shape, in its dtype."""
        kind = np_dtype(d)
        if r.shape != shape:
            extra = r.ndim - len(shape)
            if sums_to(r.shape, shape):
                axes = tuple([k for k in range(r.ndim) if k < extra or (shape[k - extra] == 1 and r.shape[k] != 1)])
                wide: Any = np.float32 if kind.itemsize == 2 else None
                if wide is None and kind.itemsize == 4 and r.size <= 1 << 16:
                    wide = np.float64  # NumPy adds rows one by one across an axis; PyTorch's error is that of pairwise sums
                r = r.sum(axis=axes, keepdims=True, dtype=wide).reshape(shape)
            else:
                r = np.broadcast_to(r, shape).copy()
        if not shape:
            return d.round(float(r) if d.is_floating_point else r.item())
        return r if r.dtype == kind else r.astype(kind)

    def guard(self) -> Any:
        """Enter quiet arithmetic; returns a token for unguard."""
        return silence(QUIET)

    def unguard(self, token: Any) -> None:
        """Leave quiet arithmetic."""
        loud(token)


BACKEND = Backend()
BY_TYPE[np.ndarray] = BACKEND

from .. import fast as _fast  # noqa: E402 - tells the operators' fast path what an array is

_fast.know_arrays(np.ndarray, XP, silence, QUIET, loud)

__all__ = ["BACKEND", "Backend", "XP", "canonical", "cell_array", "from_np_dtype", "loud", "np", "np_dtype", "restore_threads", "silence", "tune_allocator"]
