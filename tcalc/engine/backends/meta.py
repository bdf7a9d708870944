"""The meta backend: shapes, strides, dtypes and costs, no data."""

from __future__ import annotations

from ..errors import fail
from ..tensors import META, device, row_major

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..dtypes import dtype
    from ..tensors import Tensor


class MetaArray:
    """A shape with strides (in bytes, as arrays have them) and an element size; ``shape`` may hold None where only data would tell."""

    __slots__ = ("itemsize", "shape", "strides")

    def __init__(self, shape: tuple[int, ...], itemsize: int, strides: tuple[int, ...] | None = None) -> None:
        self.shape = shape
        self.itemsize = itemsize
        self.strides = tuple([s * itemsize for s in row_major(shape)]) if strides is None else strides


class Backend:
    """What apply and views ask of a backend, for arrays that have no data."""

    name = "meta"
    xp = None

    def device_of(self, data: MetaArray) -> device:
        """The meta device."""
        return META

    def empty(self, shape: tuple[int, ...], d: dtype) -> MetaArray:
        """An array of this shape."""
        return MetaArray(tuple(shape), d.itemsize)

    def strided(self, buffer: MetaArray, d: dtype, shape: tuple[int, ...], stride: tuple[int, ...], offset: int) -> MetaArray:
        """A view: nothing but its geometry."""
        return MetaArray(tuple(shape), d.itemsize, tuple([s * d.itemsize for s in stride]))

    def flat(self, data: MetaArray) -> MetaArray:
        """The storage of an array."""
        return data

    def buffer_bytes(self, buffer: MetaArray) -> int:
        """Bytes the storage would have."""
        n = buffer.itemsize
        for size in buffer.shape:
            n *= size
        return n

    def pointer(self, data: MetaArray) -> int:
        """No address: 0."""
        return 0

    def astype(self, data: MetaArray, d: dtype) -> MetaArray:
        """The same geometry with another element size."""
        k = data.itemsize
        return MetaArray(data.shape, d.itemsize, tuple([s // k * d.itemsize for s in data.strides]))

    def copy(self, data: MetaArray) -> MetaArray:
        """A dense array of the same shape."""
        return MetaArray(data.shape, data.itemsize)

    def full(self, shape: tuple[int, ...], value: Any, d: dtype, index: int | None = None) -> MetaArray:
        """An array of one value: its shape."""
        return self.empty(shape, d)

    def guard(self) -> None:
        """Nothing computes, nothing warns."""

    def unguard(self, token: None) -> None:
        """Nothing to undo."""

    contiguous = copy

    def from_host(self, data: Any, index: int | None) -> MetaArray:
        """A NumPy array's shape."""
        return MetaArray(tuple(data.shape), data.itemsize)

    def write(self, target: MetaArray, value: Any) -> None:
        """Nothing to write."""

    def refuse_data(self, op: str, t: Tensor) -> None:
        """Meta tensors have no values to give."""
        sentence = "Tensor.item() cannot be called on meta tensors" if op == "item" else "Cannot copy out of meta tensor; no data!"
        fail(
            RuntimeError if op == "item" else NotImplementedError,
            sentence,
            kind="meta",
            op=op,
            explain=["A meta tensor has a shape, a dtype and strides, and no values."],
        )


BACKEND = Backend()
