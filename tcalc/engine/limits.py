"""Bounds on memory, checked before an allocation from the inferred shape."""

from __future__ import annotations

import os

from .errors import fail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .dtypes import dtype

CHECKED_FROM = 1 << 20  # allocations below this many bytes are not worth a look
_limit: list[int | None] = [None]


def set_max_memory(nbytes: int | None) -> None:
    """Bound one allocation to ``nbytes`` bytes; None goes back to what the machine has available."""
    _limit[0] = nbytes


def available() -> int:
    """Bytes that an allocation may take: the bound that was set, or what the machine has available now."""
    if _limit[0] is not None:
        return _limit[0]
    try:
        with open("/proc/meminfo", "rb") as f:
            for line in f:
                if line.startswith(b"MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return _physical_windows()


def _physical_windows() -> int:
    try:
        import ctypes

        class Status(ctypes.Structure):
            _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong)] + [
                (name, ctypes.c_ulonglong) for name in ("total", "free", "page_total", "page", "virt_total", "virt", "extended")
            ]

        status = Status()
        status.length = ctypes.sizeof(Status)
        ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))  # type: ignore[attr-defined]
        return int(status.free)
    except (ImportError, AttributeError, OSError):
        return 1 << 62


def human(nbytes: float) -> str:
    """Bytes for people: 24 B, 3.7 GiB."""
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if nbytes < 1024 or unit == "TiB":
            return f"{nbytes:.0f} {unit}" if unit == "B" else f"{nbytes:.1f} {unit}"
        nbytes /= 1024
    return ""


def check(shape: tuple[int, ...], d: dtype, op: str) -> None:
    """RuntimeError when a result of this shape and dtype does not fit."""
    n = d.itemsize
    for size in shape:
        n *= size
    if n >= CHECKED_FROM:
        free = available()
        if n > free:
            fail(
                RuntimeError,  # what PyTorch raises on the CPU; OutOfMemoryError is for a device
                f"[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate {n} bytes.",
                kind="memory",
                op=op,
                explain=[
                    f"{op} would make {d.short}[{','.join(map(str, shape))}]: {human(n)}; "
                    f"{'the limit is' if _limit[0] is not None else 'available:'} {human(free)}."
                ],
                hints=["Nothing was allocated. A tensor on the meta device has a shape and a cost, and no data: device='meta'."],
            )
