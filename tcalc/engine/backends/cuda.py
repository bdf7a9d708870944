"""The CUDA backend: CuPy, and what CuPy has wrong or lacks. CuPy is imported when a CUDA tensor is first asked for.

Tensors of the device have CuPy arrays, 0-d ones too: nothing comes back to the host that was not asked for. bfloat16 is computed in float32, as on
the CPU, and kept in two bytes where CuPy knows ml_dtypes' bfloat16 (14 and later); an older CuPy gets a refusal that says so.
"""

from __future__ import annotations

from .. import dtypes
from ..dtypes import bfloat16, dtype
from ..errors import Facts, OutOfMemoryError, fail
from ..tensors import CELLS, CPU, device, row_major, sums_to
from . import BY_TYPE, cpu, scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..tensors import Tensor

_loaded: list[Any] = []

INSTALL = ["pip install 'tensorcalc[cuda13]' (CUDA 13), or 'tensorcalc[cuda12]' (CUDA 12), on a machine with an NVIDIA GPU and its driver."]
NO_CUDA = "Torch not compiled with CUDA enabled"
NO_DRIVER = (
    "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU and installed a driver from http://www.nvidia.com/Download/index.aspx"
)
OLDEST = 13  # the first CuPy for NumPy 2


def load() -> Backend:
    """The backend, with CuPy imported and a device found; an error in PyTorch's words that says which of the two is missing."""
    if _loaded:
        return _loaded[0]  # type: ignore[no-any-return]
    cupy = _import()
    try:
        count = int(cupy.cuda.runtime.getDeviceCount())
    except Exception as e:
        said = str(e)
        fail(
            RuntimeError,
            "No CUDA GPUs are available" if "NoDevice" in said else NO_DRIVER,
            kind="cuda",
            explain=[f"CuPy {cupy.__version__} is installed; the CUDA runtime answers: {said}"],
            hints=["Everything runs on the CPU without device='cuda'."],
        )
    if not count:
        fail(RuntimeError, "No CUDA GPUs are available", kind="cuda", explain=["CuPy and the driver are there, but no device."])
    _loaded.append(Backend(cupy))
    BY_TYPE[cupy.ndarray] = _loaded[0]
    return _loaded[0]  # type: ignore[no-any-return]


def _import() -> Any:
    import warnings

    cupy: Any = None
    problem: ImportError | None = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # CuPy warns where it cannot find the toolkit; a kernel that needs it says so
            import cupy as found

            cupy = found
    except ImportError as e:
        problem = e  # said below, outside the handler, so that no traceback drags it along
    if problem is not None:
        missing = problem.name == "cupy"
        fail(
            AssertionError,  # what PyTorch raises
            NO_CUDA,
            kind="cuda",
            explain=["device='cuda' needs CuPy, which is not installed." if missing else f"CuPy is installed but does not import: {problem}"],
            hints=[*INSTALL, "Everything runs on the CPU without device='cuda'."],
        )
    if int(cupy.__version__.partition(".")[0]) < OLDEST:
        fail(
            AssertionError,
            NO_CUDA,
            kind="cuda",
            explain=[f"CuPy {cupy.__version__} is installed; tcalc needs {OLDEST} or newer."],
            hints=INSTALL,
        )
    return cupy


# -- memory that is not there -------------------------------------------------------------------------------------------------------


def _gib(nbytes: float) -> str:
    """Bytes as PyTorch writes them in this one sentence: 20.00 GiB, 512.00 MiB."""
    for unit, size in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if nbytes >= size:
            return f"{nbytes / size:.2f} {unit}"
    return f"{nbytes:.0f} bytes"


def watch_allocations(cupy: Any, peaks: list[list[int]]) -> None:
    """Let every allocation on the device fail in PyTorch's class and words, inside kernels and operators too, and keep count of the most in use.

    The error stays a cupy.cuda.memory.OutOfMemoryError, which CuPy itself catches where it has another way. ``peaks`` has [bytes in use,
    bytes held] for each device.
    """
    theirs = cupy.cuda.memory.OutOfMemoryError
    inner = cupy.cuda.get_allocator()
    runtime = cupy.cuda.runtime

    def plain(exc: Any, sentence: str) -> None:
        exc.args = (sentence,)

    kind: Any = type("OutOfMemoryError", (OutOfMemoryError, theirs), {"__module__": OutOfMemoryError.__module__, "__init__": plain})

    pool = cupy.get_default_memory_pool()
    in_use = pool.used_bytes if int(cupy.__version__.partition(".")[0]) >= 14 else pool.total_bytes  # CuPy 13 would add up all blocks each time

    def allocate(size: int) -> Any:
        try:
            there = inner(size)
            peak = peaks[runtime.getDevice()]
            used = in_use()
            if used > peak[0]:
                peak[0] = used
                peak[1] = max(peak[1], pool.total_bytes())
            return there
        except theirs as e:
            free, total = runtime.memGetInfo()
            held = pool.total_bytes()
            exc = kind(
                f"CUDA out of memory. Tried to allocate {_gib(size)}. GPU {runtime.getDevice()} has a total capacity of {_gib(total)} of which "
                f"{_gib(free)} is free."
            )
            exc.facts = Facts(
                "memory",
                explain=[f"CuPy's memory pool holds {_gib(held)}: {e}"],
                hints=["del what is no longer needed, or torch.no_grad() where no gradient is; smaller batches need less."],
            )
            raise exc from None

    try:
        cupy.cuda.set_allocator(allocate)
    except ValueError:  # inside cupy.cuda.using_allocator: the program has its own
        pass


# -- the namespace ------------------------------------------------------------------------------------------------------------------

# Names of kernels -> cupyx.scipy.special's.
SPECIAL = {"erf": "erf", "erfc": "erfc", **{name: name for name in scalar.SCIPY if name not in ("i0", "polygamma")}}
WITH_AT = ("add", "maximum", "minimum", "multiply")  # ufuncs whose ``at`` the namespace has for every dtype
# What CuPy has not for bfloat16: computed in float32, which holds every bfloat16 exactly. apply rounds back.
WIDENED = frozenset(("all", "any", "argmax", "argmin", "count_nonzero", "max", "min", "prod", "unique"))


_SIGN = cpu.np.uint64(1 << 63)


def _half(a: Any) -> bool:
    """Whether a is an array of bfloat16 (ml_dtypes' kind is V)."""
    return bool(a.dtype.kind == "V")


def _kind(a: Any) -> str:
    """The kind of a raw operand: of an array its dtype's, of a number f or i."""
    found = getattr(a, "dtype", None)
    return found.kind if found is not None else "f" if type(a) is float else "i"


class _Ufunc:
    """A ufunc of CuPy's with an ``at`` for every dtype."""

    __slots__ = ("_plain", "at")

    def __init__(self, plain: Any, at: Callable[[Any, Any, Any], None]) -> None:
        self._plain = plain
        self.at = at

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._plain(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)


class _Namespace:
    """CuPy, with PyTorch's results where they differ. Attributes are looked up in CuPy once and kept."""

    scalar = False

    def __init__(self, cupy: Any) -> None:
        self._cupy = cupy
        self.add = _Ufunc(cupy.add, self.add_at)
        self.multiply = _Ufunc(cupy.multiply, self._multiply_at)
        self.maximum = _Ufunc(cupy.maximum, lambda target, index, values: self._extreme_at(cupy.maximum, target, index, values))
        self.minimum = _Ufunc(cupy.minimum, lambda target, index, values: self._extreme_at(cupy.minimum, target, index, values))

    def __getattr__(self, name: str) -> Any:
        if name in SPECIAL:
            from cupyx.scipy import special

            found = getattr(special, SPECIAL[name])
        else:
            found = getattr(self._cupy, name)
            if name in WIDENED:
                found = self._widened(found)
        setattr(self, name, found)
        return found

    def _widened(self, f: Callable[..., Any]) -> Callable[..., Any]:
        def wide(a: Any, *args: Any, **kwargs: Any) -> Any:
            return f(a.astype("float32") if _half(a) else a, *args, **kwargs)

        return wide

    # -- arithmetic

    def logical_not(self, a: Any) -> Any:
        """Whether a is 0; CuPy has no loop for complex numbers."""
        return self._cupy.logical_not(self._truth(a))

    def logical_and(self, a: Any, b: Any) -> Any:
        """Whether neither is 0."""
        return self._cupy.logical_and(self._truth(a), self._truth(b))

    def logical_or(self, a: Any, b: Any) -> Any:
        """Whether one is not 0."""
        return self._cupy.logical_or(self._truth(a), self._truth(b))

    def logical_xor(self, a: Any, b: Any) -> Any:
        """Whether exactly one is 0."""
        return self._cupy.logical_xor(self._truth(a), self._truth(b))

    @staticmethod
    def _truth(a: Any) -> Any:
        return a != 0 if _kind(a) == "c" else a

    def where(self, condition: Any, a: Any, b: Any) -> Any:
        """a where the condition holds, else b; the condition may be a Python bool."""
        if not hasattr(condition, "dtype"):
            condition = self._cupy.asarray(condition)
        return self._cupy.where(condition, a, b)

    def power(self, a: Any, b: Any) -> Any:
        """a ** b, small whole exponents by products."""
        if type(b) in (int, float) and hasattr(a, "dtype"):
            if b == 2:
                return a * a
            if a.dtype.kind == "f":
                if b == 3 and a.dtype.itemsize > 2:
                    return a * a * a
                if b == 0.5:
                    return self._cupy.sqrt(a)
        return self._cupy.power(a, b)

    def reciprocal(self, a: Any) -> Any:
        """1 / a."""
        return self._cupy.divide(1.0, a)

    def floor_divide(self, a: Any, b: Any) -> Any:
        """floor(a / b), from the exact remainder (CuPy rounds the quotient first: 1 // 0.1 would be 10); x // 0 is x / 0."""
        cp = self._cupy
        if _kind(a) in "biu" and _kind(b) in "biu":
            return cp.floor_divide(a, b)
        rest = cp.fmod(a, b)
        whole = cp.divide(a - rest, b)
        whole = cp.where((rest != 0) & ((rest < 0) != (b < 0)), whole - 1, whole)
        down = cp.floor(whole)
        down = cp.where(whole - down > 0.5, down + 1, down)
        quotient = cp.divide(a, b)
        down = cp.where(whole == 0, cp.copysign(0.0, quotient), down)
        return self.where(b == 0, quotient, down)

    def sign(self, x: Any) -> Any:
        """-1, 0 or 1; of nan, 0; of a bool itself."""
        if x.dtype.kind == "b":
            return x.copy()
        found = self._cupy.sign(x)
        return self._cupy.where(x == x, found, self._cupy.zeros_like(found)) if x.dtype.kind == "f" else found

    def floor(self, x: Any) -> Any:
        """Largest integer not above x; integers stay (and do not pass through float64)."""
        return x.copy() if x.dtype.kind in "biu" else self._cupy.floor(x)

    def ceil(self, x: Any) -> Any:
        """Smallest integer not below x."""
        return x.copy() if x.dtype.kind in "biu" else self._cupy.ceil(x)

    def trunc(self, x: Any) -> Any:
        """x towards zero."""
        return x.copy() if x.dtype.kind in "biu" else self._cupy.trunc(x)

    def rint(self, x: Any) -> Any:
        """Nearest integer, halves to even."""
        return x.copy() if x.dtype.kind in "biu" else self._cupy.rint(x)

    def left_shift(self, a: Any, b: Any) -> Any:
        """a * 2**b in a's bits; 0 where b is negative or has no bits left (CUDA leaves that open)."""
        bits = _bits(a, b)
        inside = (b >= 0) & (b < bits)
        return self.where(inside, self._cupy.left_shift(a, self.where(inside, b, 0)), 0)

    def right_shift(self, a: Any, b: Any) -> Any:
        """floor(a / 2**b); of a negative or huge b, what is left is the sign."""
        bits = _bits(a, b)
        inside = (b >= 0) & (b < bits)
        if _signed(a, b):
            return self._cupy.right_shift(a, self.where(inside, b, bits - 1))
        return self.where(inside, self._cupy.right_shift(a, self.where(inside, b, 0)), 0)

    def sigmoid(self, x: Any) -> Any:
        """1 / (1 + exp(-x)) without overflow."""
        cp = self._cupy
        z = cp.exp(-cp.abs(x))
        return cp.divide(cp.where(x >= 0, 1.0, z), 1.0 + z).astype(x.dtype, copy=False)

    def softplus(self, x: Any) -> Any:
        """log(1 + exp(x)) without overflow."""
        cp = self._cupy
        return cp.log1p(cp.exp(-cp.abs(x))) + cp.maximum(x, 0.0)

    def lgamma(self, x: Any) -> Any:
        """log|gamma(x)|; inf at both infinities."""
        from cupyx.scipy import special

        return self._cupy.where(self._cupy.isinf(x), cpu.np.inf, special.gammaln(x))

    def polygamma(self, n: int, x: Any) -> Any:
        """n-th derivative of digamma (CuPy wants the order as an array)."""
        from cupyx.scipy import special

        return special.polygamma(self._cupy.asarray(n, dtype=x.dtype), x)

    # -- arrays

    def add_at(self, target: Any, index: Any, values: Any) -> None:
        """target[index] += values, repeated places summed up.

        CUDA adds 32 and 64 bits atomically: 16-bit floats are summed in float32 and rounded once, int64 as its unsigned twin (the bits are the
        same), small integers in int32, bools are or-ed.
        """
        import cupyx

        kind, size = target.dtype.kind, target.dtype.itemsize
        if kind == "i" and size == 8:
            values = values.astype("int64", copy=False).view("uint64") if hasattr(values, "dtype") else self._cupy.asarray(values, "int64").view("uint64")
            cupyx.scatter_add(target.view("uint64"), index, values)
            return
        between = "float32" if kind in "fV" and size == 2 else "int32" if kind in "biu" and size < 4 else ""
        if not between:
            cupyx.scatter_add(target, index, values)
            return
        sums = target.astype(between)
        cupyx.scatter_add(sums, index, values.astype(between) if hasattr(values, "dtype") else values)
        target[...] = sums != 0 if kind == "b" else sums.astype(target.dtype)

    def _multiply_at(self, target: Any, index: Any, values: Any) -> None:
        """target[index] *= values, repeated places multiplied up (in host memory: CUDA has no atomic product)."""
        held = target.get()
        places = tuple([k.get() if hasattr(k, "get") else k for k in (index if isinstance(index, tuple) else (index,))])
        cpu.np.multiply.at(held, places, values.get() if hasattr(values, "get") else values)
        target[...] = self._cupy.asarray(held)

    def _extreme_at(self, f: Any, target: Any, index: Any, values: Any) -> None:
        """target[index] = f(target[index], values), f maximum or minimum, of repeated places the extreme of all; nan wins.

        CUDA's atomics pass nan over, so places that met one are written after; int64 goes as the uint64 in the same order.
        """
        cp = self._cupy
        kind, size = target.dtype.kind, target.dtype.itemsize
        values = values.astype(target.dtype, copy=False) if hasattr(values, "dtype") else cp.asarray(values, target.dtype)
        if kind == "i" and size == 8:
            turned = target.view("uint64") ^ _SIGN
            f.at(turned, index, values.view("uint64") ^ _SIGN)
            target[...] = (turned ^ _SIGN).view("int64")
            return
        between = "float32" if kind in "fV" and size == 2 else "int32" if kind in "biu" and size < 4 else target.dtype
        best = target.astype(between)
        values = values.astype(between, copy=False)
        if kind in "fV":
            bad = cp.isnan(best).astype("int32")
            f.at(best, index, values)
            self.add_at(bad, index, cp.isnan(values).astype("int32"))
            best = cp.where(bad > 0, cpu.np.nan, best)
        else:
            f.at(best, index, values)
        target[...] = best.astype(target.dtype, copy=False)

    def argsort(self, a: Any, axis: int = -1, kind: Any = None) -> Any:
        """Indices in order (CuPy's sort is stable, and puts nan last)."""
        if a.size == 0:
            return self._cupy.zeros(a.shape, "int64")
        return self._cupy.argsort(a.astype("float32") if _half(a) else a, axis=axis)

    def repeat(self, a: Any, repeats: Any, axis: Any = None) -> Any:
        """Elements repeated as often as a list of counts says, one for each."""
        if axis is not None or not isinstance(repeats, (list, tuple)):
            return self._cupy.repeat(a, repeats, axis)
        return a.reshape(-1)[self._cupy.asarray(cpu.np.repeat(cpu.np.arange(len(repeats)), repeats))]

    def vecdot(self, a: Any, b: Any) -> Any:
        """Sums of products along the last dimension."""
        return self._cupy.sum(a * b, axis=-1)


def _bits(a: Any, b: Any) -> int:
    sizes = [v.dtype.itemsize * 8 for v in (a, b) if hasattr(v, "dtype")]
    return max(sizes) if sizes else 64


def _signed(a: Any, b: Any) -> bool:
    return all(_kind(v) == "i" for v in (a, b) if hasattr(v, "dtype"))


# -- the backend --------------------------------------------------------------------------------------------------------------------


class Backend:
    """What apply, views and factories ask of a backend, for CuPy arrays. New arrays go to the current device unless told."""

    name = "cuda"

    def __init__(self, cupy: Any) -> None:
        self.cupy = cupy
        self.xp = _Namespace(cupy)
        self.has_bfloat16 = "EE->E" in cupy.add.types  # CuPy has loops for it where it is new enough and found ml_dtypes
        self._array = cupy.ndarray
        self._places = [device("cuda", k) for k in range(int(cupy.cuda.runtime.getDeviceCount()))]
        self.peaks = [[0, 0] for _ in self._places]
        watch_allocations(cupy, self.peaks)

    def resolve(self, where: device) -> device:
        """A CUDA device with its number (the current one where none was given)."""
        index = int(self.cupy.cuda.runtime.getDevice()) if where.index is None else where.index
        if index >= len(self._places):
            n = len(self._places)
            fail(
                RuntimeError,
                "CUDA error: invalid device ordinal",
                kind="cuda",
                explain=[f"There {'is 1 CUDA device' if n == 1 else f'are {n} CUDA devices'}, numbered from 0."],
            )
        return self._places[index]

    def np_dtype(self, d: dtype) -> Any:
        """CuPy's dtype for ours: NumPy's, and ml_dtypes' bfloat16 where CuPy takes it."""
        if d is bfloat16 and not self.has_bfloat16:
            version = self.cupy.__version__
            fail(
                RuntimeError,
                f"torch.bfloat16 on CUDA needs CuPy 14 or newer with NumPy 2.1.2 or newer; this is CuPy {version} with NumPy {cpu.np.__version__}",
                kind="dtype",
                hints=["pip install --upgrade 'tensorcalc[cuda13]'", "x.half() and x.float() are there in every version; x.bfloat16() is on the CPU."],
            )
        return cpu.np_dtype(d)

    def device_of(self, data: Any) -> device:
        """The device an array is on (of a 0-d CPU value among the operands: the CPU)."""
        return CPU if type(data) in CELLS else self._places[data.data.device_id]

    def _on(self, index: int | None) -> Any:
        """The context in which new arrays go to a device: the current one, unless told."""
        return self.cupy.cuda.Device(index)

    def empty(self, shape: tuple[int, ...], d: dtype) -> Any:
        """Uninitialised memory of this shape."""
        return self._canonical(self.cupy.empty(shape, self.np_dtype(d)))

    def full(self, shape: tuple[int, ...], value: Any, d: dtype, index: int | None = None) -> Any:
        """An array of one value."""
        kind = self.np_dtype(d)
        if index is None:
            return self._canonical(self.cupy.full(shape, value, kind))
        with self._on(index):
            return self._canonical(self.cupy.full(shape, value, kind))

    def strided(self, buffer: Any, d: dtype, shape: tuple[int, ...], stride: tuple[int, ...], offset: int) -> Any:
        """The view of a flat byte buffer with these sizes, strides and offset in elements."""
        n = d.itemsize
        if 0 in shape:
            offset = 0
        return self._array(tuple(shape), self.np_dtype(d), buffer.data + offset * n, tuple([s * n for s in stride]))

    def _canonical(self, a: Any) -> Any:
        """A row-major array with the strides PyTorch gives it, also in dimensions of size 0 and 1."""
        shape = a.shape
        if 1 not in shape and 0 not in shape:
            return a
        n = a.dtype.itemsize
        want = tuple([s * n for s in row_major(shape)])
        return a if a.strides == want else self._array(shape, a.dtype, a.data, want)

    def view_flat(self, buffer: Any, d: dtype) -> Any:
        """A flat byte buffer as elements."""
        return buffer.view(self.np_dtype(d))

    def flat(self, data: Any) -> Any:
        """The bytes behind an array, from its first element to its last, sharing its memory."""
        if data.size == 0:
            return self.cupy.empty(0, "uint8")
        last = sum((n - 1) * s for n, s in zip(data.shape, data.strides, strict=True)) + data.dtype.itemsize
        return self._array((last,), "uint8", data.data)

    def buffer_bytes(self, buffer: Any) -> int:
        """Bytes of a flat buffer."""
        return int(buffer.nbytes)

    def pointer(self, data: Any) -> int:
        """Address of the first element on the device."""
        return int(data.data.ptr)

    def astype(self, data: Any, d: dtype) -> Any:
        """A copy in another dtype; floats become integers as CUDA does it (beyond the range: its nearest end)."""
        return cpu.real_part(data, d).astype(self.np_dtype(d))

    def copy(self, data: Any) -> Any:
        """A dense copy that keeps the order of the dimensions in memory."""
        return data.copy(order="K")

    def contiguous(self, data: Any) -> Any:
        """A row-major copy."""
        return self._canonical(data.copy(order="C"))

    def write(self, target: Any, value: Any) -> None:
        """target[...] = value, broadcast and cast; a value in the target's own memory is copied first."""
        if getattr(getattr(value, "dtype", None), "kind", "") == "c" and target.dtype.kind not in "cb":
            value = value.real
        if type(value) is self._array:
            value = value.astype(target.dtype, copy=value.data.mem is target.data.mem)
        elif type(value) is cpu.np.ndarray:
            value = self.cupy.asarray(value).astype(target.dtype, copy=False)
        target[...] = value

    def to_host(self, data: Any) -> Any:
        """The data as a NumPy array: a copy that keeps the order of the dimensions in memory."""
        shape = data.shape
        if 0 in shape:
            return cpu.np.ndarray(shape, data.dtype, cpu.np.empty(0, "uint8"), 0, data.strides)
        if data.flags.c_contiguous and 1 not in shape:
            return data.get()
        stride = _kept(data)
        base = data.transpose(_order(stride)).get().reshape(-1)
        return cpu.np.lib.stride_tricks.as_strided(base, shape, tuple([s * base.itemsize for s in stride]))

    def from_host(self, data: Any, index: int | None) -> Any:
        """A NumPy array on a device: a copy that keeps the order of the dimensions in memory."""
        if data.dtype.kind == "V":
            self.np_dtype(bfloat16)
        shape = data.shape
        with self._on(index):
            if 0 in shape:
                there = self.cupy.empty(shape, data.dtype)
                return self._array(shape, data.dtype, there.data, data.strides) if any(data.strides) else self._canonical(there)
            if data.flags.c_contiguous and 1 not in shape:
                return self.cupy.array(data, order="C")
            stride = _kept(data)
            there = self.cupy.array(data.transpose(_order(stride)), order="C")
            return self._array(shape, there.dtype, there.data, tuple([s * data.itemsize for s in stride]))

    def tolist(self, data: Any, d: dtype) -> Any:
        """Nested lists of Python numbers."""
        return cpu.BACKEND.tolist(data.get(), d)

    def refuse_data(self, op: str, t: Tensor) -> None:
        """The device has data: nothing to refuse."""

    def finish(self, out: Any, shape: tuple[int, ...], d: dtype) -> Any:
        """A pointwise kernel's result as an array of this shape and dtype."""
        kind = self.np_dtype(d)
        if type(out) is not self._array:
            out = self.cupy.asarray(out)
        if out.shape != shape:
            out = self.cupy.broadcast_to(out, shape).copy()
        return out if out.dtype == kind else out.astype(kind)

    def laid_out(self, out: Any, d: dtype, stride: tuple[int, ...] | None) -> Any:
        """The same values with these strides (elements; None: row-major), copied where they differ."""
        if stride is None and out.flags.c_contiguous:
            return self._canonical(out)
        n = out.dtype.itemsize
        want = row_major(out.shape) if stride is None else stride
        if out.strides == tuple([s * n for s in want]):
            return out
        span = 1 + sum([(k - 1) * step for k, step in zip(out.shape, want, strict=True)]) if out.size else 0  # LAPACK leaves gaps
        fresh = self.strided(self.flat(self.empty((span,), d)), d, out.shape, want, 0)
        if out.size:
            self.write(fresh, out)
        return fresh

    def finish_general(self, out: Any, d: dtype, inputs: list[Any]) -> Any:
        """Another kernel's result: its dtype, row-major, sharing no memory with an input; 0-d ones stay arrays."""
        kind = self.np_dtype(d)
        if type(out) is not self._array:
            out = self.cupy.asarray(out)
        if out.dtype != kind:
            out = out.astype(kind, order="C")
        elif not out.flags.c_contiguous or self._shares(out, inputs):
            out = out.copy(order="C")
        return self._canonical(out)

    def _shares(self, out: Any, inputs: Any) -> bool:
        mem = out.data.mem
        for a in inputs:
            if type(a) is self._array:
                if a.data.mem is mem:
                    return True
            elif type(a) is tuple and self._shares(out, a):
                return True
        return False

    def fit(self, r: Any, shape: tuple[int, ...], d: dtype) -> Any:
        """A gradient summed down (or spread) to its input's shape, in its dtype."""
        kind = self.np_dtype(d)
        if r.shape != shape:
            extra = r.ndim - len(shape)
            if sums_to(r.shape, shape):
                axes = tuple([k for k in range(r.ndim) if k < extra or (shape[k - extra] == 1 and r.shape[k] != 1)])
                if r.dtype.itemsize == 2 and r.dtype.kind in "fV":
                    r = r.astype("float32")
                r = r.sum(axis=axes, keepdims=True).reshape(shape)
            else:
                r = self.cupy.broadcast_to(r, shape).copy()
        return r if r.dtype == kind else r.astype(kind)

    def add_at(self, target: Any, index: Any, values: Any) -> None:
        """target[index] += values, repeated places summed up."""
        self.xp.add_at(target, index, values)

    def before_product(self) -> None:
        """Nothing to prepare."""

    def guard(self) -> None:
        """CuPy warns of nothing."""

    def unguard(self, token: None) -> None:
        """Nothing to undo."""


def _kept(a: Any) -> tuple[int, ...]:
    """The strides (elements) of a copy: an array's own where it is dense, else dense with its dimensions in the same order."""
    n = a.dtype.itemsize
    stride = tuple([s // n for s in a.strides])
    if _dense(a):
        return stride
    from ..apply import layout_of_result

    shape = tuple(a.shape)
    return layout_of_result(shape, [(shape, stride)]) or row_major(shape)


def _order(stride: tuple[int, ...]) -> tuple[int, ...]:
    """The dimensions from the one with the longest steps to the one with the shortest."""
    return tuple(sorted(range(len(stride)), key=lambda k: -stride[k]))


def _dense(a: Any) -> bool:
    """Whether the elements fill a block of memory without gaps."""
    expected = a.dtype.itemsize
    for step, size in sorted(zip(a.strides, a.shape, strict=True)):
        if size != 1:
            if step != expected:
                return False
            expected *= size
    return True


__all__ = ["Backend", "dtypes", "load"]
