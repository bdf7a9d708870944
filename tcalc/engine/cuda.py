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

    def __init__(self, enable_timing: bool = False, blocking: bool = False, interprocess: bool = False, external: bool = False) -> None:
        self._timing = enable_timing
        self._event = _cupy().cuda.Event(block=blocking, disable_timing=not enable_timing)

    def record(self, stream: Any = None) -> None:
        """Put the mark behind the work asked for so far, of the current stream or of another."""
        self._event.record(None if stream is None else stream._stream)

    def wait(self, stream: Any = None) -> None:
        """Let a stream (the current one) go on only once the device has come to the mark."""
        (current_stream() if stream is None else stream).wait_event(self)

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


class Stream:
    """A queue of work on a device. The engine's operations go to the current stream: ``with torch.cuda.stream(s):`` makes another one current."""

    __slots__ = ("_stream", "device_index", "priority")

    def __init__(self, device: Any = None, priority: int = 0, **kwargs: Any) -> None:
        self.device_index = _index(device)
        self.priority = priority
        self._stream: Any = kwargs.get("_stream")
        if self._stream is None:
            with _at(self.device_index):
                self._stream = _cupy().cuda.Stream(non_blocking=True)

    @property
    def device(self) -> Any:
        """The device whose work it is."""
        from .tensors import device as kind

        return kind("cuda", self.device_index)

    @property
    def cuda_stream(self) -> int:
        """CUDA's handle of it; 0 for the default stream."""
        return int(self._stream.ptr)

    @property
    def stream_id(self) -> int:
        """A number of its own; 0 for the default stream."""
        return self.cuda_stream

    def synchronize(self) -> None:
        """Wait until its work is done."""
        self._stream.synchronize()

    def query(self) -> bool:
        """Whether its work is done."""
        return bool(self._stream.done)

    def wait_event(self, event: Event) -> None:
        """Let what is asked for from now on wait for an event."""
        self._stream.wait_event(event._event)

    def wait_stream(self, stream: Stream) -> None:
        """Let what is asked for from now on wait for the work that another stream has now."""
        self.wait_event(stream.record_event())

    def record_event(self, event: Event | None = None) -> Event:
        """Put a mark behind its work: the event, or a new one."""
        event = Event() if event is None else event
        event.record(self)
        return event

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stream) and (self.cuda_stream, self.device_index) == (other.cuda_stream, other.device_index)

    def __hash__(self) -> int:
        return hash((self.cuda_stream, self.device_index))

    def __repr__(self) -> str:
        return f"<torch.cuda.Stream device={self.device} cuda_stream={self.cuda_stream:#x}>"


class StreamContext:
    """``with torch.cuda.stream(s):`` sends what the block computes to a stream; None changes nothing."""

    def __init__(self, stream: Stream | None) -> None:
        self.stream = stream

    def __enter__(self) -> None:
        if self.stream is not None:
            self._device = device(self.stream.device_index)
            self._device.__enter__()
            self.stream._stream.__enter__()

    def __exit__(self, *failure: Any) -> None:
        if self.stream is not None:
            self.stream._stream.__exit__(*failure)
            self._device.__exit__()


stream = StreamContext


def set_stream(stream: Stream | None) -> None:
    """Make a stream the current one."""
    if stream is not None:
        stream._stream.use()


def current_stream(device: Any = None) -> Stream:
    """The stream that the device's work goes to."""
    with _at(device):
        return Stream(device, _stream=_cupy().cuda.get_current_stream())


def default_stream(device: Any = None) -> Stream:
    """The device's first stream."""
    return Stream(device, _stream=_cupy().cuda.Stream(null=True))


class device_of:
    """A block on the device of a tensor; of a tensor on the CPU: nothing changes."""

    def __init__(self, obj: Any) -> None:
        self.idx = obj.device.index if getattr(obj, "is_cuda", False) else -1
        self._device = device(self.idx)

    def __enter__(self) -> None:
        self._device.__enter__()

    def __exit__(self, *failure: Any) -> None:
        self._device.__exit__(*failure)


def can_device_access_peer(device: Any, peer_device: Any) -> bool:
    """Whether a device reads another's memory directly; the engine copies through the host, so no."""
    a, b = _index(device), _index(peer_device)
    if a == b:
        raise AssertionError("Trying to check peer access with itself")
    return False


def get_arch_list() -> list[str]:
    """Architectures that kernels are built for: CuPy compiles for the device at hand."""
    return [f"sm_{p.major}{p.minor}" for p in (get_device_properties(k) for k in range(device_count()))]


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


reset_max_memory_allocated = reset_max_memory_cached = reset_peak_memory_stats
memory_cached = memory_reserved
max_memory_cached = max_memory_reserved


def memory_stats(device: Any = None) -> dict[str, int]:
    """The figures under PyTorch's names: allocated_bytes.all.current, reserved_bytes.all.peak and so on; empty where no device has been used."""
    if _idle():
        return {}
    rows = (("allocated_bytes", memory_allocated, max_memory_allocated), ("reserved_bytes", memory_reserved, max_memory_reserved))
    return {f"{name}.all.{when}": f(device) for name, now, peak in rows for when, f in (("current", now), ("peak", peak))}


def memory_summary(device: Any = None, abbreviated: bool = False) -> str:
    """The figures as a table; where no device has been used all are 0."""
    index = 0 if _idle() else _index(device)
    rows = (("Allocated memory", memory_allocated, max_memory_allocated), ("GPU reserved memory", memory_reserved, max_memory_reserved))
    line = "|" + "=" * 54 + "|"
    out = [line, f"|{f'tcalc CUDA memory summary, device ID {index}':^54}|", line, f"| {'Metric':<20} | {'Cur Usage':>13} | {'Peak Usage':>13} |", line]
    out += [f"| {name:<20} | {_bytes(now(device)):>13} | {_bytes(peak(device)):>13} |" for name, now, peak in rows]
    return "\n".join([*out, line, ""])


def _bytes(n: int) -> str:
    """A size as PyTorch's table has it: the largest unit that leaves at most four digits."""
    units = ["B  ", "KiB", "MiB", "GiB", "TiB"]
    k = 0
    while n >= 768 * 10 and k < len(units) - 1:
        n //= 1024
        k += 1
    return f"{n} {units[k]}"


def set_per_process_memory_fraction(fraction: float, device: Any = None) -> None:
    """Bound the pool to a part of the device's memory; what goes beyond is an OutOfMemoryError."""
    if not isinstance(fraction, float):
        raise TypeError("Invalid type for fraction argument, must be `float`")
    if not 0 <= fraction <= 1:
        raise ValueError(f"Invalid fraction value: {fraction}. Allowed range: 0~1")
    with _at(device):
        _cupy().get_default_memory_pool().set_limit(size=int(_cupy().cuda.runtime.memGetInfo()[1] * fraction))


def ipc_collect() -> None:
    """Memory is not shared among processes here: nothing to collect."""


def empty_cache() -> None:
    """Give unused memory of the pool back; where no device has been used, nothing."""
    if not _idle():
        _cupy().get_default_memory_pool().free_all_blocks()


def manual_seed(seed: int) -> None:
    """Seed the devices' generators: numbers are drawn on the CPU and moved, so torch.manual_seed() governs them, and this changes nothing."""


manual_seed_all = manual_seed


def _generator() -> Any:
    from . import random

    return random.default_generator


def seed() -> None:
    """Seed the devices' generators with a random number: the CPU's own, since numbers are drawn there."""
    _generator().seed()


seed_all = seed


def initial_seed() -> int:
    """The seed in force: the CPU's."""
    return int(_generator().initial_seed())


def get_rng_state(device: Any = "cuda") -> Any:
    """The state that random numbers on the device come from: the CPU's generator's."""
    from .torchlike import get_rng_state as state

    return state()


def set_rng_state(new_state: Any, device: Any = "cuda") -> None:
    """Put a state back."""
    from .torchlike import set_rng_state as put

    put(new_state)


def get_rng_state_all() -> list[Any]:
    """One state a device."""
    return [get_rng_state(k) for k in range(device_count())]


def set_rng_state_all(new_states: Any) -> None:
    """Put the states back."""
    for state in new_states:
        set_rng_state(state)


def runtime_version() -> str | None:
    """The CUDA version CuPy runs on, as torch.version.cuda has it (``13.0``); None where there is none."""
    if not is_available():
        return None
    n = int(_cupy().cuda.runtime.runtimeGetVersion())
    return f"{n // 1000}.{n % 1000 // 10}"


NAMES = ("Event", "OutOfMemoryError", "Stream", "StreamContext", "can_device_access_peer", "current_device", "current_stream", "default_stream", "device",
         "device_count", "device_of", "empty_cache", "get_arch_list", "get_device_capability", "get_device_name", "get_device_properties", "get_rng_state",
         "get_rng_state_all", "init", "initial_seed", "ipc_collect", "is_available", "is_bf16_supported", "is_initialized", "manual_seed",
         "manual_seed_all", "max_memory_allocated", "max_memory_cached", "max_memory_reserved", "mem_get_info", "memory_allocated", "memory_cached",
         "memory_reserved", "memory_stats", "memory_summary", "reset_max_memory_allocated", "reset_max_memory_cached", "reset_peak_memory_stats",
         "runtime_version", "seed", "seed_all", "set_device", "set_per_process_memory_fraction", "set_rng_state", "set_rng_state_all", "set_stream",
         "stream", "synchronize")  # fmt: skip
__all__ = ["NAMES", "OutOfMemoryError"]


def __getattr__(name: str) -> Any:
    """torch.cuda.amp, loaded when it is asked for."""
    if name == "amp":
        from . import amp
        from .torchlike import Space

        found = globals()["amp"] = Space("cuda.amp", {"autocast": amp.cuda_autocast, "GradScaler": amp.cuda_scaler})
        return found
    raise AttributeError(f"module 'torch.cuda' has no attribute '{name}'")
