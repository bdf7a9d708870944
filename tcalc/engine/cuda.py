"""torch.cuda: what can be asked of the GPU, and answers that hold where there is none. CuPy is imported only when a device is asked for."""

from __future__ import annotations

import sys

from .backends import by_name
from .errors import OutOfMemoryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_known: list[bool] = []


def _installed() -> bool:
    """Whether there is a CuPy to import; looks at folders only."""
    if "cupy" in sys.modules:
        return True
    for finder in sys.meta_path:
        find = getattr(finder, "find_spec", None)
        if find is not None and find("cupy", None) is not None:
            return True
    return False


def is_available() -> bool:
    """Whether CuPy is installed and sees a CUDA device; decided once."""
    if not _known:
        found = False
        if _installed():
            try:
                by_name("cuda")
                found = True
            except Exception:
                pass
        _known.append(found)
    return _known[0]


def is_initialized() -> bool:
    """Whether a device has been used."""
    backend = sys.modules.get(f"{__package__}.backends.cuda")  # not imported to learn that it was not
    return backend is not None and bool(backend._loaded)


def init() -> None:
    """Import CuPy and find the device now rather than at the first tensor; an error that says what is missing."""
    by_name("cuda")


def device_count() -> int:
    """How many CUDA devices there are."""
    return int(_cupy().cuda.runtime.getDeviceCount()) if is_available() else 0


def _cupy() -> Any:
    """CuPy, or the error that says what is missing."""
    return by_name("cuda").cupy


def _idle() -> bool:
    """No device has been used: memory figures are 0, and nothing is imported to learn so."""
    return not is_initialized()


def _index(device: Any) -> int:
    """Number of a device given as a number, a device, ``cuda:1`` or None (the current one)."""
    from .tensors import device as kind

    if device is None:
        return current_device()
    where = device if isinstance(device, kind) else kind("cuda", device) if isinstance(device, int) else kind(device)
    if where.type != "cuda":
        raise ValueError(f"Expected a cuda device, but got: {where}")
    return int(by_name("cuda").resolve(where).index)


def _at(device: Any) -> Any:
    """The context of a device."""
    return _cupy().cuda.Device(_index(device))


def current_device() -> int:
    """Number of the current device."""
    return int(_cupy().cuda.runtime.getDevice())


def set_device(device: Any) -> None:
    """Make a device the current one."""
    _cupy().cuda.runtime.setDevice(_index(device))


class device:
    """``with torch.cuda.device(1):`` makes a device the current one for a block; None or a negative number changes nothing."""

    __slots__ = ("_before", "idx")

    def __init__(self, device: Any) -> None:
        self.idx = -1 if device is None or (isinstance(device, int) and device < 0) else _index(device)
        self._before = -1

    def __enter__(self) -> None:
        if self.idx >= 0:
            self._before = current_device()
            set_device(self.idx)

    def __exit__(self, *failure: Any) -> None:
        if self._before >= 0:
            set_device(self._before)


def _text(name: Any) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)


def get_device_name(device: Any = None) -> str:
    """Name of a device, such as ``NVIDIA H100 80GB HBM3``."""
    return _text(_cupy().cuda.runtime.getDeviceProperties(_index(device))["name"])


def get_device_capability(device: Any = None) -> tuple[int, int]:
    """Compute capability of a device: (9, 0)."""
    p = get_device_properties(device)
    return p.major, p.minor


class DeviceProperties:
    """What torch.cuda.get_device_properties returns: name, major, minor, total_memory (bytes), multi_processor_count."""

    __slots__ = ("major", "minor", "multi_processor_count", "name", "total_memory")

    def __init__(self, facts: dict[str, Any]) -> None:
        self.name = _text(facts["name"])
        self.major = int(facts["major"])
        self.minor = int(facts["minor"])
        self.total_memory = int(facts["totalGlobalMem"])
        self.multi_processor_count = int(facts["multiProcessorCount"])

    @property
    def total_mem(self) -> int:
        """total_memory, under the name that some tutorials write."""
        return self.total_memory

    def __repr__(self) -> str:
        return (
            f"_CudaDeviceProperties(name='{self.name}', major={self.major}, minor={self.minor}, total_memory={self.total_memory >> 20}MB, "
            f"multi_processor_count={self.multi_processor_count})"
        )


def get_device_properties(device: Any = None) -> DeviceProperties:
    """Facts about a device."""
    return DeviceProperties(_cupy().cuda.runtime.getDeviceProperties(_index(device)))


def is_bf16_supported(including_emulation: bool = True) -> bool:
    """Whether bfloat16 tensors can live on the device (CuPy 14 or newer); they are computed in float32."""
    return is_available() and bool(by_name("cuda").has_bfloat16)


def synchronize(device: Any = None) -> None:
    """Wait until a device has done its work; where there is none, an error as in PyTorch."""
    with _at(device):
        _cupy().cuda.runtime.deviceSynchronize()


class Event:
    """A mark in the device's work: ``start.record(); ...; end.record(); torch.cuda.synchronize(); start.elapsed_time(end)`` in milliseconds."""

    __slots__ = ("_event", "_timing")

    def __init__(self, enable_timing: bool = False, blocking: bool = False, interprocess: bool = False) -> None:
        self._timing = enable_timing
        self._event = _cupy().cuda.Event(block=blocking, disable_timing=not enable_timing)

    def record(self, stream: Any = None) -> None:
        """Put the mark behind the work asked for so far."""
        self._event.record()

    def synchronize(self) -> None:
        """Wait until the device has come to the mark."""
        self._event.synchronize()

    def query(self) -> bool:
        """Whether the device has come to the mark."""
        return bool(self._event.done)

    def elapsed_time(self, end_event: Event) -> float:
        """Milliseconds from this mark to another."""
        if not (self._timing and end_event._timing):
            raise ValueError("Both events must be created with argument 'enable_timing=True'.")
        return float(_cupy().cuda.get_elapsed_time(self._event, end_event._event))


# -- memory: figures of CuPy's pool -------------------------------------------------------------------------------------------------


def _pool(device: Any, figure: str) -> int:
    if _idle():
        return 0
    with _at(device):
        return int(getattr(_cupy().get_default_memory_pool(), figure)())


def memory_allocated(device: Any = None) -> int:
    """Bytes in use by arrays (the pool rounds each up to 512); 0 where no device has been used."""
    return _pool(device, "used_bytes")


def memory_reserved(device: Any = None) -> int:
    """Bytes that the memory pool holds; 0 where no device has been used."""
    return _pool(device, "total_bytes")


def max_memory_allocated(device: Any = None) -> int:
    """Most bytes in use at one time since the start or the last reset_peak_memory_stats()."""
    if _idle():
        return 0
    index = _index(device)
    return max(int(by_name("cuda").peaks[index][0]), memory_allocated(index))


def max_memory_reserved(device: Any = None) -> int:
    """Most bytes that the memory pool held at one time since the start or the last reset_peak_memory_stats()."""
    if _idle():
        return 0
    index = _index(device)
    return max(int(by_name("cuda").peaks[index][1]), memory_reserved(index))


def reset_peak_memory_stats(device: Any = None) -> None:
    """Let the max_ figures start anew from what is in use now."""
    if not _idle():
        by_name("cuda").peaks[_index(device)][:] = [0, 0]


def mem_get_info(device: Any = None) -> tuple[int, int]:
    """(free, total) bytes of a device."""
    with _at(device):
        free, total = _cupy().cuda.runtime.memGetInfo()
    return int(free), int(total)


def empty_cache() -> None:
    """Give unused memory of the pool back; where no device has been used, nothing."""
    if not _idle():
        _cupy().get_default_memory_pool().free_all_blocks()


def manual_seed(seed: int) -> None:
    """Seed the devices' generators: numbers are drawn on the CPU and moved, so torch.manual_seed() governs them, and this changes nothing."""


manual_seed_all = manual_seed


def runtime_version() -> str | None:
    """The CUDA version CuPy runs on, as torch.version.cuda has it (``13.0``); None where there is none."""
    if not is_available():
        return None
    n = int(_cupy().cuda.runtime.runtimeGetVersion())
    return f"{n // 1000}.{n % 1000 // 10}"


NAMES = ("Event", "OutOfMemoryError", "current_device", "device", "device_count", "empty_cache", "get_device_capability", "get_device_name",
         "get_device_properties", "init", "is_available", "is_bf16_supported", "is_initialized", "manual_seed", "manual_seed_all",
         "max_memory_allocated", "max_memory_reserved", "mem_get_info", "memory_allocated", "memory_reserved", "reset_peak_memory_stats",
         "runtime_version", "set_device", "synchronize")  # fmt: skip
__all__ = ["NAMES", "OutOfMemoryError"]


def __getattr__(name: str) -> Any:
    """torch.cuda.amp, loaded when it is asked for."""
    if name == "amp":
        from . import amp
        from .torchlike import Space

        found = globals()["amp"] = Space("cuda.amp", {"autocast": amp.cuda_autocast, "GradScaler": amp.cuda_scaler})
        return found
    raise AttributeError(f"module 'torch.cuda' has no attribute '{name}'")
