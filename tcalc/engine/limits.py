"""Bounds on memory, checked before an allocation from the inferred shape."""

from __future__ import annotations

import os
import sys

from .errors import fail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from .dtypes import dtype

CHECKED_FROM = 1 << 14  # allocations below this many bytes are not worth a look
MAX_VIEWS = 1 << 22  # tensors that one call gives (split, unbind, iteration)
MAX_DIMS = 64  # what NumPy's arrays have at most, and PyTorch's reductions
MAX_WORK = 1 << 37  # elements that one operation visits: minutes; only an expanded tensor has more
_LEAST, _MOST = 8 << 20, 1 << 30  # bytes between two looks at the machine
_RESERVE = 64 << 20  # what a program must leave free
_limit: list[int | None] = [None]
_base = [0]  # bytes in use when the bound was set
_credit = [0]  # bytes that may be allocated before the next look
_heap: list[Any] = []  # the C library's account of what is allocated, once it was asked for


def set_max_memory(nbytes: int | None) -> None:
    """Bound what the program's values take together to ``nbytes`` bytes; None goes back to what the machine has available."""
    _limit[0] = nbytes
    _credit[0] = 0
    _base[0] = 0 if nbytes is None else _in_use()


def available() -> int:
    """Bytes that an allocation may take: what is left of the bound that was set, or what the machine has available now."""
    if _limit[0] is not None:
        return max(0, _limit[0] - max(0, _in_use() - _base[0]))
    return max(0, min(_machine(), _group()) - max(0, _allocated() - _resident()))


def _allocated() -> int:
    """Bytes that the C library has handed out (arrays, long lists and texts, touched or not); 0 where it does not say."""
    if not _heap:
        _heap.append(_open_heap())
    ask = _heap[0]
    if ask is None:
        return 0
    info = ask()
    return int(info.uordblks + info.hblkhd)


def _in_use() -> int:
    """Bytes in use by values: the C library's account and Python's own small blocks."""
    return (_allocated() or _resident()) + sys.getallocatedblocks() * 64


def _open_heap() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    try:
        import ctypes

        class Info(ctypes.Structure):
            _fields_ = [
                (name, ctypes.c_size_t) for name in ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")
            ]

        ask = ctypes.CDLL(None).mallinfo2  # glibc 2.33
        ask.restype = Info
    except (ImportError, AttributeError, OSError):
        return None
    return ask


def _resident() -> int:
    try:
        with open("/proc/self/statm", "rb") as f:
            return int(f.read().split()[1]) * 4096
    except (OSError, ValueError, IndexError):
        return 0


def _machine() -> int:
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


def _group() -> int:
    """What the control group (a container) leaves, where it bounds memory."""
    for most, now, stat, name in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory.stat", b"inactive_file"),
        (
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/memory.usage_in_bytes",
            "/sys/fs/cgroup/memory/memory.stat",
            b"total_inactive_file",
        ),
    ):
        try:
            with open(most, "rb") as f:
                bound = int(f.read())  # "max" is no number
            with open(now, "rb") as f:
                used = int(f.read())
            with open(stat, "rb") as f:
                for line in f:
                    if line.split()[0] == name:  # the page cache gives way
                        used -= int(line.split()[1])
        except (OSError, ValueError, IndexError):
            continue
        return max(0, bound - max(0, used))
    return 1 << 62


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
    if len(shape) > MAX_DIMS:
        too_many_dims(len(shape), op)
    n = d.itemsize
    for size in shape:
        n *= size
    if n >= CHECKED_FROM:
        if n <= _credit[0]:
            _credit[0] -= n
            return
        free = available()
        if n > free:
            fail(
                RuntimeError,  # what PyTorch raises on the CPU; OutOfMemoryError is for a device
                f"[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate {n} bytes.",
                kind="memory",
                op=op,
                explain=[f"{op} would make {d.short}[{','.join(map(str, shape))}]: {human(n)}; {_bound(free)}."],
                hints=["Nothing was allocated. A tensor on the meta device has a shape and a cost, and no data: device='meta'."],
            )
        _credit[0] = min(_MOST, max(0, free - n) // 8)


def _bound(free: int) -> str:
    limit = _limit[0]
    if limit is None:
        return f"available: {human(free)}"
    if limit - free < limit // 100:
        return f"the limit is {human(limit)}"
    return f"the limit is {human(limit)}, of which {human(limit - free)} are in use"


def grown(nbytes: int) -> None:
    """Note that values outside the engine (lists, texts) took about ``nbytes`` bytes more: MemoryError when little is left."""
    if nbytes <= _credit[0]:
        _credit[0] -= nbytes
        return
    free = available()
    reserve = _RESERVE if _limit[0] is None else 0
    if free <= reserve:
        fail(
            MemoryError,
            "the program's values take more memory than there is" if _limit[0] is None else f"the program's values take more than {human(_limit[0])} of memory",
            kind="memory",
            explain=[f"{human(free)} are left." if _limit[0] is None else "That is the limit of --max-memory."],
            hints=["a tensor holds numbers in 4 or 8 bytes each; a list takes about 36 for each"],
        )
    _credit[0] = min(_MOST, max(_LEAST, (free - reserve) // 8))


def check_count(count: int, op: str) -> None:
    """RuntimeError when one call would give more tensors than can be handled."""
    if count > MAX_VIEWS:
        fail(
            RuntimeError,
            f"{op} would make {count} tensors; the limit is {MAX_VIEWS}",
            kind="memory",
            op=op,
            hints=["reshape() or an index keeps them in one tensor"],
        )


def too_many_dims(n: int, op: str) -> NoReturn:
    """RuntimeError for a result of more than MAX_DIMS dimensions."""
    fail(
        RuntimeError,
        f"only tensors with up to {MAX_DIMS} dims are supported",
        kind="limit",
        op=op,
        explain=[f"{op} would make one of {n} dimensions." if op else f"This would make one of {n} dimensions."],
        hints=["Dimensions of size 1 can be squeezed away; others joined by flatten()."],
    )


def too_much_work(count: int, op: str) -> NoReturn:
    """RuntimeError for an operation on more than MAX_WORK elements."""
    fail(
        RuntimeError,
        f"{op} would read {count} elements; the limit is {MAX_WORK}",
        kind="limit",
        op=op,
        explain=["The tensor is expanded: its elements are few, and this operation would visit each of their repetitions."],
        hints=["work on the tensor before expand(), and multiply by the count"],
    )
