"""torch.cuda: what can be asked of the GPU, and answers that hold where there is none. CuPy is imported only when a device is asked for."""

from __future__ import annotations

from .backends import by_name
from .errors import fail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_known: list[bool] = []


def is_available() -> bool:
    """Whether CuPy is installed and sees a CUDA device."""
    if not _known:
        try:
            import importlib.util

            if importlib.util.find_spec("cupy") is None:
                _known.append(False)
            else:
                import cupy

                _known.append(cupy.cuda.runtime.getDeviceCount() > 0)
        except Exception:  # noqa: BLE001 - a broken driver or CuPy means: not available; `x.to('cuda')` says why
            _known.append(False)
    return _known[0]


def device_count() -> int:
    """How many CUDA devices there are."""
    if not is_available():
        return 0
    import cupy

    return int(cupy.cuda.runtime.getDeviceCount())


def _need(what: str) -> Any:
    if not is_available():
        by_name("cuda")
        fail(RuntimeError, f"No CUDA GPUs are available ({what})", kind="device")
    import cupy

    return cupy


def current_device() -> int:
    """Number of the current device."""
    return int(_need("current_device").cuda.runtime.getDevice())


def set_device(device: Any) -> None:
    """Make a device the current one."""
    cupy = _need("set_device")
    index = getattr(device, "index", device)
    cupy.cuda.runtime.setDevice(int(str(index).rpartition(":")[2]))


def get_device_name(device: Any = None) -> str:
    """Name of a device, such as ``Tesla T4``."""
    cupy = _need("get_device_name")
    name = cupy.cuda.runtime.getDeviceProperties(_index(device))["name"]
    return name.decode() if isinstance(name, bytes) else str(name)


def _index(device: Any) -> int:
    if device is None:
        return current_device()
    if isinstance(device, int):
        return device
    index = getattr(device, "index", None)
    return int(index) if index is not None else int(str(device).partition(":")[2] or 0)


class DeviceProperties:
    """What torch.cuda.get_device_properties returns: name, major, minor, total_memory (bytes), multi_processor_count."""

    __slots__ = ("major", "minor", "multi_processor_count", "name", "total_memory")

    def __init__(self, facts: dict[str, Any]) -> None:
        name = facts["name"]
        self.name = name.decode() if isinstance(name, bytes) else str(name)
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
    cupy = _need("get_device_properties")
    return DeviceProperties(cupy.cuda.runtime.getDeviceProperties(_index(device)))


def synchronize(device: Any = None) -> None:
    """Wait until the device has done its work; without a device, nothing to wait for is an error as in PyTorch."""
    _need("synchronize").cuda.runtime.deviceSynchronize()


def memory_allocated(device: Any = None) -> int:
    """Bytes in use by arrays; 0 without a device."""
    if not is_available():
        return 0
    import cupy

    return int(cupy.get_default_memory_pool().used_bytes())


def memory_reserved(device: Any = None) -> int:
    """Bytes that the memory pool holds; 0 without a device."""
    if not is_available():
        return 0
    import cupy

    return int(cupy.get_default_memory_pool().total_bytes())


def empty_cache() -> None:
    """Give unused memory of the pool back; without a device, nothing."""
    if is_available():
        import cupy

        cupy.get_default_memory_pool().free_all_blocks()


def max_memory_allocated(device: Any = None) -> int:
    """Most bytes in use so far as the pool knows (its size)."""
    return memory_reserved(device)


def manual_seed(seed: int) -> None:
    """Seed the devices' generators; numbers are drawn on the CPU and moved, so torch.manual_seed governs them."""


manual_seed_all = manual_seed

NAMES = ("is_available", "device_count", "current_device", "set_device", "get_device_name", "get_device_properties", "synchronize",
         "memory_allocated", "memory_reserved", "max_memory_allocated", "empty_cache", "manual_seed", "manual_seed_all")  # fmt: skip
