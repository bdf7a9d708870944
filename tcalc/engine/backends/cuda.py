"""The CUDA backend: CuPy, and what CuPy has wrong or lacks. CuPy is imported when a CUDA tensor is first asked for."""

from __future__ import annotations

from .. import dtypes, limits
from ..dtypes import dtype
from ..errors import OutOfMemoryError, fail
from ..tensors import device, row_major, sums_to
from . import BY_TYPE, cpu

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..tensors import Tensor

_loaded: list[Any] = []

INSTALL = ["pip install 'tensorcalc[cuda13]' (CUDA 13), or 'tensorcalc[cuda12]' (CUDA 12), on a machine with an NVIDIA GPU and its driver."]


def load() -> Backend:
    """The backend, with CuPy imported and a device found; RuntimeError that says which of the two is missing."""
    if _loaded:
        return _loaded[0]  # type: ignore[no-any-return]
    try:
        import cupy
    except ImportError as e:
        fail(
            RuntimeError,
            "Torch not compiled with CUDA enabled",
            kind="cuda",
            explain=["device='cuda' needs CuPy, which is not installed." if e.name == "cupy" else f"CuPy is installed but does not import: {e}"],
            hints=INSTALL,
        )
    try:
        count = cupy.cuda.runtime.getDeviceCount()
    except Exception as e:  # noqa: BLE001 - CuPy's own error classes need its runtime
        fail(
            RuntimeError,
            "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU and installed a driver from "
            "http://www.nvidia.com/Download/index.aspx",
            kind="cuda",
            explain=[f"CuPy is installed, and the CUDA runtime answers: {e}"],
            hints=["Everything runs on the CPU without device='cuda'."],
        )
    if not count:
        fail(RuntimeError, "No CUDA GPUs are available", kind="cuda", explain=["CuPy and the driver are there, but no device."])
    _loaded.append(Backend(cupy))
    BY_TYPE[cupy.ndarray] = _loaded[0]
    return _loaded[0]  # type: ignore[no-any-return]


class _Namespace:
    """CuPy, with PyTorch's results where they differ."""

    scalar = False

    def __init__(self, cupy: Any) -> None:
        self._cupy = cupy

    def __getattr__(self, name: str) -> Any:
        if name in cpu._BY_SCIPY:
            from cupyx.scipy import special

            found = getattr(special, cpu._BY_SCIPY[name])
        else:
            found = getattr(self._cupy, name)
        setattr(self, name, found)
        return found

    def power(self, a: Any, b: Any) -> Any:
        """a ** b, small whole exponents by products."""
        if type(b) in (int, float):
            if b == 2:
                return a * a
            if b == 0.5 and a.dtype.kind == "f":
                return self._cupy.sqrt(a)
        return self._cupy.power(a, b)

    def reciprocal(self, a: Any) -> Any:
        """1 / a."""
        return self._cupy.divide(1.0, a)

    def floor_divide(self, a: Any, b: Any) -> Any:
        """floor(a / b), with IEEE results at zero."""
        found = self._cupy.floor_divide(a, b)
        if found.dtype.kind == "f":
            found = self._cupy.where(self._cupy.equal(b, 0), self._cupy.divide(a, b), found).astype(found.dtype)
        return found

    def sign(self, x: Any) -> Any:
        """-1, 0 or 1; of nan, 0."""
        if not hasattr(x, "dtype"):
            return cpu.XP.sign(x)
        return x if x.dtype.kind == "b" else self._cupy.greater(x, 0).astype(x.dtype) - self._cupy.less(x, 0).astype(x.dtype)

    def sigmoid(self, x: Any) -> Any:
        """1 / (1 + exp(-x)) without overflow."""
        z = self._cupy.exp(-self._cupy.abs(x))
        return self._cupy.where(x >= 0, 1.0, z) / (1.0 + z)

    def softplus(self, x: Any) -> Any:
        """log(1 + exp(x)) without overflow."""
        return self._cupy.log1p(self._cupy.exp(-self._cupy.abs(x))) + self._cupy.maximum(x, 0.0)

    def add_at(self, target: Any, index: Any, values: Any) -> None:
        """target[index] += values, repeated places summed up."""
        import cupyx

        cupyx.scatter_add(target, index, values)

    def argsort(self, a: Any, axis: int = -1, kind: Any = None) -> Any:
        """Indices in order (CuPy's sort is stable)."""
        return self._cupy.argsort(a, axis=axis)

    def argwhere(self, a: Any) -> Any:
        """Indices of nonzero elements, a row each."""
        return self._cupy.stack(self._cupy.nonzero(a), axis=1)


class Backend:
    """What apply, views and factories ask of a backend, for CuPy arrays."""

    name = "cuda"

    def __init__(self, cupy: Any) -> None:
        self.cupy = cupy
        self.xp = _Namespace(cupy)

    def resolve(self, where: device) -> device:
        """A CUDA device with its number (the current one where none was given)."""
        if where.index is not None:
            if where.index >= self.cupy.cuda.runtime.getDeviceCount():
                fail(
                    RuntimeError,
                    "CUDA error: invalid device ordinal",
                    kind="cuda",
                    explain=[f"There are {self.cupy.cuda.runtime.getDeviceCount()} CUDA devices, numbered from 0."],
                )
            return where
        return device("cuda", int(self.cupy.cuda.runtime.getDevice()))

    @staticmethod
    def np_dtype(d: dtype) -> Any:
        """CuPy's dtype for ours: NumPy's (bfloat16 is kept as ml_dtypes' where CuPy takes it)."""
        return cpu.np_dtype(d)

    def device_of(self, data: Any) -> device:
        """The device an array is on."""
        return device("cuda", int(data.device.id))

    def _allocate(self, make: Any) -> Any:
        try:
            return make()
        except self.cupy.cuda.memory.OutOfMemoryError as e:
            free, total = self.cupy.cuda.runtime.memGetInfo()
            fail(
                OutOfMemoryError,
                f"CUDA out of memory. Tried to allocate {limits.human(getattr(e, '_size', 0))}.",
                kind="memory",
                explain=[f"The device has {limits.human(free)} free of {limits.human(total)}."],
            )

    def empty(self, shape: tuple[int, ...], d: dtype) -> Any:
        """Uninitialised memory of this shape."""
        return self._allocate(lambda: self.cupy.empty(shape, self.np_dtype(d)))

    def full(self, shape: tuple[int, ...], value: Any, d: dtype, index: int | None = None) -> Any:
        """An array of one value."""
        with self.cupy.cuda.Device(index) if index is not None else self.cupy.cuda.Device():
            return self._allocate(lambda: self.cupy.full(shape, value, self.np_dtype(d)))

    def strided(self, buffer: Any, d: dtype, shape: tuple[int, ...], stride: tuple[int, ...], offset: int) -> Any:
        """The view of a flat byte buffer with these sizes, strides and offset in elements."""
        n = d.itemsize
        return self.cupy.ndarray(shape, self.np_dtype(d), buffer.data + offset * n, strides=tuple([s * n for s in stride]))

    def view_flat(self, buffer: Any, d: dtype) -> Any:
        """A flat byte buffer as elements."""
        return buffer.view(self.np_dtype(d))

    def flat(self, data: Any) -> Any:
        """The bytes behind an array, from its first element to its last."""
        if data.size == 0:
            return self.cupy.empty(0, self.cupy.uint8)
        last = sum((n - 1) * s for n, s in zip(data.shape, data.strides, strict=True)) + data.itemsize
        return self.cupy.ndarray((last,), self.cupy.uint8, data.data)

    def buffer_bytes(self, buffer: Any) -> int:
        """Bytes of a flat buffer."""
        return int(buffer.nbytes)

    def pointer(self, data: Any) -> int:
        """Address of the first element on the device."""
        return int(data.data.ptr)

    def astype(self, data: Any, d: dtype) -> Any:
        """A copy in another dtype."""
        return data.astype(self.np_dtype(d))

    def copy(self, data: Any) -> Any:
        """A dense copy that keeps the order of the dimensions in memory."""
        return data.copy(order="K")

    def contiguous(self, data: Any) -> Any:
        """A row-major copy."""
        return data.copy(order="C")

    def write(self, target: Any, value: Any) -> None:
        """target[...] = value, broadcast and cast."""
        target[...] = value if not hasattr(value, "astype") else value.astype(target.dtype)

    def to_host(self, data: Any) -> Any:
        """The data as a NumPy array."""
        return data.get()

    def from_host(self, data: Any, index: int | None) -> Any:
        """A NumPy array on a device."""
        with self.cupy.cuda.Device(index) if index is not None else self.cupy.cuda.Device():
            return self._allocate(lambda: self.cupy.asarray(data))

    def tolist(self, data: Any, d: dtype) -> Any:
        """Nested lists of Python numbers."""
        return cpu.BACKEND.tolist(data.get(), d)

    def refuse_data(self, op: str, t: Tensor) -> None:
        """The device has data: nothing to refuse."""

    def finish(self, out: Any, shape: tuple[int, ...], d: dtype) -> Any:
        """A pointwise kernel's result as an array of this shape and dtype."""
        kind = self.np_dtype(d)
        out = self.cupy.asarray(out)
        if out.shape != shape:
            out = self.cupy.broadcast_to(out, shape).copy()
        return out if out.dtype == kind else out.astype(kind)

    def laid_out(self, out: Any, d: dtype, stride: tuple[int, ...] | None) -> Any:
        """The same values with these strides (elements; None: row-major), copied where they differ."""
        n = out.itemsize
        want = row_major(out.shape) if stride is None else stride
        if out.strides == tuple([s * n for s in want]):
            return out
        fresh = self.strided(self.flat(self.empty(out.shape, d)), d, out.shape, want, 0)
        self.write(fresh, out)
        return fresh

    def finish_general(self, out: Any, d: dtype, inputs: list[Any]) -> Any:
        """Another kernel's result: its dtype, row-major, sharing no memory with an input."""
        kind = self.np_dtype(d)
        out = self.cupy.asarray(out)
        if out.dtype != kind:
            return out.astype(kind, order="C")
        if not out.flags.c_contiguous or out.base is not None or any(out is a for a in inputs):
            return out.copy(order="C")
        return out

    def fit(self, r: Any, shape: tuple[int, ...], d: dtype) -> Any:
        """A gradient summed down (or spread) to its input's shape, in its dtype."""
        kind = self.np_dtype(d)
        if r.shape != shape:
            extra = r.ndim - len(shape)
            if sums_to(r.shape, shape):
                axes = tuple([k for k in range(r.ndim) if k < extra or (shape[k - extra] == 1 and r.shape[k] != 1)])
                r = r.sum(axis=axes, keepdims=True, dtype=self.cupy.float32 if kind.itemsize == 2 else None).reshape(shape)
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


__all__ = ["Backend", "dtypes", "load"]
