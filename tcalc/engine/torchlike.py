"""Names of the torch namespace that are no ops: dtypes under their short names, sub-namespaces, legacy constructors, small questions."""

from __future__ import annotations

from . import cuda, dtypes, graph, printing, random
from .dtypes import dtype
from .registry import NAMESPACES
from .tensors import CELLS, Tensor, device

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

from .._version import __version__ as TCALC_VERSION  # noqa: E402
VERSION = f"2.13.0+tcalc{TCALC_VERSION}"


class Space:
    """A sub-namespace of torch, such as torch.autograd: its names are attributes."""

    def __init__(self, name: str, names: dict[str, Any]) -> None:
        self.__dict__.update(names)
        self.__name__ = f"torch.{name}"

    def __repr__(self) -> str:
        return f"<module '{self.__name__}'>"


class LiveSpace(Space):
    """A sub-namespace over a registry table."""

    def __init__(self, name: str, table: dict[str, Any]) -> None:
        super().__init__(name, {})
        self._table = table

    def __getattr__(self, name: str) -> Any:
        table = self.__dict__.get("_table")
        if table is not None and name in table:
            return table[name]
        raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'")

    def __dir__(self) -> list[str]:
        return sorted(self._table)


def is_tensor(obj: Any) -> bool:
    """Whether obj is a tensor."""
    return isinstance(obj, Tensor)


def result_type(tensor1: Any, tensor2: Any) -> dtype:
    """The dtype an operation on the two would have."""
    dims: list[dtype] = []
    zeros: list[dtype] = []
    numbers: list[Any] = []
    for v in (tensor1, tensor2):
        if isinstance(v, Tensor):
            (zeros if type(v._data) in CELLS or not v.ndim else dims).append(v._dtype)
        else:
            numbers.append(v)
    return dtypes.result_dtype(dims, zeros, numbers)


def broadcast_shapes(*shapes: Any) -> Any:
    """The common shape of several shapes."""
    from .apply import broadcast_shapes as broadcast
    from .tensors import Size

    return Size(broadcast([(s,) if isinstance(s, int) else tuple(s) for s in shapes]))


def get_num_threads() -> int:
    """How many threads NumPy's products may use, as far as is known: the machine's processors."""
    import os

    return os.cpu_count() or 1


def set_num_threads(n: int) -> None:
    """Accepted and without effect: the BLAS library decides."""


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Accepted: every algorithm here is deterministic."""


def _legacy(name: str, d: dtype) -> Any:
    def constructor(*args: Any) -> Tensor:
        from .apply import filled
        from .ops.factory import _check_sizes, from_python
        from .tensors import CPU

        if len(args) == 1 and type(args[0]) is not int:
            return from_python(args[0], d, CPU)
        _check_sizes(args)
        return filled(tuple(args) if args else (0,), 0, d, CPU)

    constructor.__name__ = name
    constructor.__doc__ = f"A {d.name} tensor of data, or of the given sizes."
    return constructor


class _SetDetectAnomaly:
    """torch.autograd.set_detect_anomaly: accepted as a switch and as a context manager."""

    def __init__(self, mode: bool = True, check_nan: bool = True) -> None:
        self._before = graph.state.anomaly
        graph.state.anomaly = bool(mode)

    def __enter__(self) -> None:
        """Keep the mode."""

    def __exit__(self, *failure: Any) -> None:
        graph.state.anomaly = self._before


def Variable(data: Tensor, requires_grad: bool = False) -> Tensor:  # noqa: N802 - PyTorch's own name
    """The tensor itself, as in today's PyTorch."""
    return data.requires_grad_(requires_grad) if requires_grad else data


def set_default_device(where: Any) -> None:
    """Where factories put tensors when not told."""
    from . import apply

    apply._default_device[0] = device("cpu") if where is None else device(where)


def get_default_device() -> device:
    """Where factories put tensors when not told."""
    from .apply import default_device

    return default_device()


def get_rng_state() -> Tensor:
    """The default generator's state as a uint8 tensor."""
    from .ops.factory import from_python
    from .tensors import CPU

    return from_python(list(random.default_generator.get_state()), dtypes.uint8, CPU)


def set_rng_state(new_state: Tensor) -> None:
    """Put the default generator into a state that get_rng_state() gave."""
    random.default_generator.set_state(bytes(new_state.tolist()))


AUTOGRAD = Space(
    "autograd",
    {
        "grad": graph.grad,
        "backward": graph.backward,
        "Variable": Variable,
        "no_grad": graph.no_grad,
        "enable_grad": graph.enable_grad,
        "set_grad_enabled": graph.set_grad_enabled,
        "inference_mode": graph.inference_mode,
        "set_detect_anomaly": _SetDetectAnomaly,
        "detect_anomaly": _SetDetectAnomaly,
    },
)
F = LiveSpace("nn.functional", NAMESPACES["nn.functional"])
NN = Space("nn", {"functional": F})
RANDOM = Space("random", {"manual_seed": random.manual_seed, "seed": random.seed, "initial_seed": random.initial_seed, "get_rng_state": get_rng_state, "set_rng_state": set_rng_state})

EXPORTS: dict[str, Any] = {
    "float": dtypes.float32,
    "int": dtypes.int32,
    "bool": dtypes.bool_,
    "autograd": AUTOGRAD,
    "nn": NN,
    "linalg": LiveSpace("linalg", NAMESPACES["linalg"]),
    "special": LiveSpace("special", NAMESPACES["special"]),
    "fft": LiveSpace("fft", NAMESPACES["fft"]),
    "random": RANDOM,
    "cuda": cuda,
    "version": Space("version", {"cuda": None, "hip": None, "__version__": VERSION}),
    "is_tensor": is_tensor,
    "result_type": result_type,
    "broadcast_shapes": broadcast_shapes,
    "get_num_threads": get_num_threads,
    "set_num_threads": set_num_threads,
    "use_deterministic_algorithms": use_deterministic_algorithms,
    "set_default_device": set_default_device,
    "get_default_device": get_default_device,
    "get_rng_state": get_rng_state,
    "set_rng_state": set_rng_state,
    "default_generator": random.default_generator,
    "FloatTensor": _legacy("FloatTensor", dtypes.float32),
    "DoubleTensor": _legacy("DoubleTensor", dtypes.float64),
    "HalfTensor": _legacy("HalfTensor", dtypes.float16),
    "LongTensor": _legacy("LongTensor", dtypes.int64),
    "IntTensor": _legacy("IntTensor", dtypes.int32),
    "ShortTensor": _legacy("ShortTensor", dtypes.int16),
    "CharTensor": _legacy("CharTensor", dtypes.int8),
    "ByteTensor": _legacy("ByteTensor", dtypes.uint8),
    "BoolTensor": _legacy("BoolTensor", dtypes.bool_),
    "get_printoptions": printing.get_printoptions,
    "newaxis": None,
}
