"""Questions about values and switches of torch's namespace that are no ops: is_tensor and its kin, result_type, threads, determinism, warnings.

Switches without an effect here say so in their help and are kept, so that asking for them gives what was set. Arguments are checked in PyTorch's words.
"""

from __future__ import annotations

from . import dtypes
from .dtypes import dtype
from .graph import state
from .registry import _number
from .tensors import CELLS, Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def type_name(v: Any) -> str:
    """The name of a value's type as PyTorch's errors print it."""
    from .arguments import type_name as name

    return name(v)


def must_be(function: str, name: str, v: Any, position: int, kind: Any, word: str) -> None:
    """TypeError in PyTorch's words unless v is of a type."""
    if not isinstance(v, kind) or (kind is int and isinstance(v, bool)):
        raise TypeError(f"{function}(): argument '{name}' (position {position}) must be {word}, not {type_name(v)}")


def _dtype_of(function: str, name: str, v: Any, position: int) -> dtype:
    found = _PYTHON.get(v) if isinstance(v, type) else v
    if not isinstance(found, dtype):
        raise TypeError(f"{function}(): argument '{name}' (position {position}) must be torch.dtype, not {type_name(v)}")
    return found


_PYTHON: dict[Any, dtype] = {float: dtypes.float64, int: dtypes.int64, bool: dtypes.bool_, complex: dtypes.complex128}


def is_tensor(obj: Any) -> bool:
    """Whether obj is a tensor.

    >>> is_tensor(ones(2)), is_tensor([1])
    (True, False)
    """
    return isinstance(obj, Tensor)


def _question(name: str, doc: str, answer: Any) -> Any:
    def ask(input: Any) -> Any:
        must_be(name, "input", input, 1, Tensor, "Tensor")
        return answer(input)

    ask.__name__ = ask.__qualname__ = name
    ask.__doc__ = doc
    return ask


is_floating_point = _question("is_floating_point", "Whether a tensor's dtype is a floating one.", lambda t: t._dtype.is_floating_point)
is_complex = _question("is_complex", "Whether a tensor's dtype is complex.", lambda t: t._dtype.is_complex)
is_signed = _question("is_signed", "Whether a tensor's dtype has negative numbers.", lambda t: t._dtype.is_signed)
is_inference = _question("is_inference", "Whether a tensor was made in inference mode.", lambda t: t.is_inference())
is_distributed = _question("is_distributed", "Whether a tensor is spread over machines: never, here.", lambda t: False)
is_conj = _question("is_conj", "Whether a tensor's memory holds the conjugates of its elements.", lambda t: t.is_conj())
is_neg = _question("is_neg", "Whether a tensor's memory holds the negatives of its elements.", lambda t: t.is_neg())
numel = _question("numel", "How many elements a tensor has.", lambda t: t.numel())
detach = _question("detach", "The same memory outside the graph.", lambda t: t.detach())


def is_same_size(input: Any, other: Any) -> bool:
    """Whether two tensors have the same shape."""
    must_be("is_same_size", "input", input, 1, Tensor, "Tensor")
    must_be("is_same_size", "other", other, 2, Tensor, "Tensor")
    return tuple(input.shape) == tuple(other.shape)


def is_vulkan_available() -> bool:
    """No."""
    return False


_RESULT_TYPE = " * (Tensor tensor, Tensor other)\n * (Number scalar, Tensor tensor)\n * (Tensor tensor, Number other)\n * (Number scalar1, Number scalar2)\n"
_RESULT_NAMES = (("tensor", "other"), ("scalar", "tensor"), ("scalar1", "scalar2"))


def result_type(*args: Any, **kwargs: Any) -> dtype:
    """The dtype that an operation on two tensors or numbers has.

    >>> result_type(ones(2), 3)
    torch.float32
    """
    values = list(args)
    for names in _RESULT_NAMES:
        if kwargs and set(kwargs) <= set(names[len(args) :]):
            values += [kwargs[n] for n in names[len(args) :] if n in kwargs]
            kwargs = {}
    if len(values) != 2 or kwargs or any(not isinstance(v, Tensor) and _number(v) is None for v in values):
        shown = [type_name(v) for v in args] + [f"{k}={type_name(v)}" for k, v in kwargs.items()]
        raise TypeError(f"result_type() received an invalid combination of arguments - got ({', '.join(shown)}), but expected one of:\n{_RESULT_TYPE}")
    dims: list[dtype] = []
    zeros: list[dtype] = []
    numbers: list[Any] = []
    for v in values:
        if isinstance(v, Tensor):
            (zeros if type(v._data) in CELLS or not v.ndim else dims).append(v._dtype)
        else:
            numbers.append(_number(v))
    return dtypes.result_dtype(dims, zeros, numbers)


def can_cast(from_: Any, to: Any) -> bool:
    """Whether promotion allows the cast: no category (bool, integer, floating, complex) is lost.

    >>> can_cast(double, float16), can_cast(float32, int32)
    (True, False)
    """
    a, b = _dtype_of("can_cast", "from_", from_, 1), _dtype_of("can_cast", "to", to, 2)
    return a.category <= b.category


def promote_types(*args: Any, **kwargs: Any) -> dtype:
    """The smallest dtype that both promote to.

    >>> promote_types(int32, float16)
    torch.float16
    """
    values = list(args)
    for name in ("type1", "type2")[len(args) :]:
        if name in kwargs:
            values.append(kwargs.pop(name))
    missing = ("type1", "type2")[len(values) :]
    if missing:
        raise TypeError(f"promote_types() missing {len(missing)} required positional arguments: {', '.join(f'{chr(34)}{m}{chr(34)}' for m in missing)}")
    if len(values) > 2 or kwargs:
        raise TypeError(f"promote_types() takes 2 positional arguments but {len(values)} were given")
    return dtypes.promote_types(_dtype_of("promote_types", "type1", values[0], 1), _dtype_of("promote_types", "type2", values[1], 2))


# -- switches -----------------------------------------------------------------------------------------------------------------------

_kept: dict[str, Any] = {"threads": 0, "interop": 0, "deterministic": False, "warn_only": False, "fill": True, "matmul": "highest", "warn_always": False}


def get_num_threads() -> int:
    """How many threads products may use: what was set, else the machine's processors."""
    import os

    return _kept["threads"] or os.cpu_count() or 1


def set_num_threads(n: int) -> None:
    """Kept, and without effect: the BLAS library of NumPy decides."""
    _threads("set_num_threads", "threads", n)


def get_num_interop_threads() -> int:
    """How many operations may run side by side in PyTorch: what was set, else the machine's processors. Here they run one after the other."""
    import os

    return _kept["interop"] or os.cpu_count() or 1


def set_num_interop_threads(n: int) -> None:
    """Kept, and without effect."""
    _threads("set_num_interop_threads", "interop", n)


def _threads(function: str, key: str, n: Any) -> None:
    if type(n) is not int:
        raise RuntimeError(f"{function} expects an int, but got {type_name(n)}")
    if n <= 0:
        raise RuntimeError(f"{function} expects a positive integer")
    _kept[key] = n


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Kept: every algorithm here is deterministic on the CPU."""
    if not isinstance(mode, bool):
        raise TypeError(f"_set_deterministic_algorithms(): argument 'mode' (position 1) must be bool, not {type_name(mode)}")
    _kept["deterministic"], _kept["warn_only"] = mode, bool(warn_only)


def are_deterministic_algorithms_enabled() -> bool:
    """What use_deterministic_algorithms() was told."""
    return _kept["deterministic"]  # type: ignore[no-any-return]


def is_deterministic_algorithms_warn_only_enabled() -> bool:
    """Whether use_deterministic_algorithms() was to warn only."""
    return _kept["warn_only"]  # type: ignore[no-any-return]


_DEBUG_MODES = ("default", "warn", "error")


def get_deterministic_debug_mode() -> int:
    """0, 1 (warn) or 2 (error)."""
    return (1 if _kept["warn_only"] else 2) if _kept["deterministic"] else 0


def set_deterministic_debug_mode(debug_mode: Any) -> None:
    """use_deterministic_algorithms() by a number or by "default", "warn", "error"."""
    if not isinstance(debug_mode, (int, str)):
        raise TypeError(f"debug_mode must be str or int, but got {type(debug_mode)}")
    if isinstance(debug_mode, str):
        if debug_mode not in _DEBUG_MODES:
            raise RuntimeError(f'invalid value of debug_mode, expected one of `default`, `warn`, or `error`, but got "{debug_mode}"')
        debug_mode = _DEBUG_MODES.index(debug_mode)
    if debug_mode not in (0, 1, 2):
        raise RuntimeError(f"invalid value of debug_mode, expected 0, 1, or 2, but got {debug_mode}")
    use_deterministic_algorithms(debug_mode > 0, warn_only=debug_mode == 1)


def set_flush_denormal(mode: bool) -> bool:
    """Whether denormal numbers can be flushed to zero: they cannot here, so True is refused with False."""
    must_be("set_flush_denormal", "mode", mode, 1, bool, "bool")
    return not mode


def get_float32_matmul_precision() -> str:
    """What set_float32_matmul_precision() was told."""
    return _kept["matmul"]  # type: ignore[no-any-return]


def set_float32_matmul_precision(precision: str) -> None:
    """Kept, and without effect: products of float32 are computed in float32."""
    if not isinstance(precision, str):
        raise TypeError(f"set_float32_matmul_precision expects a str, but got {type_name(precision)}")
    if precision in ("highest", "high", "medium"):
        _kept["matmul"] = precision


def set_warn_always(b: bool) -> None:
    """Whether warnings that are said once are said every time."""
    from . import graph

    if not isinstance(b, bool):
        raise RuntimeError(f"setWarnOnlyOnce expects a bool, but got {type_name(b)}")
    _kept["warn_always"] = b
    if b:
        graph._warned.clear()


def is_warn_always_enabled() -> bool:
    """What set_warn_always() was told."""
    return _kept["warn_always"]  # type: ignore[no-any-return]


def compiled_with_cxx11_abi() -> bool:
    """As PyTorch's own builds answer."""
    return True


def is_grad_enabled() -> bool:
    """Whether ops are recorded in this thread."""
    return state.grad


__all__ = [
    "are_deterministic_algorithms_enabled", "can_cast", "compiled_with_cxx11_abi", "detach", "get_deterministic_debug_mode", "get_float32_matmul_precision",
    "get_num_interop_threads", "get_num_threads", "is_complex", "is_conj", "is_deterministic_algorithms_warn_only_enabled", "is_distributed",
    "is_floating_point", "is_inference", "is_neg", "is_same_size", "is_signed", "is_tensor", "is_vulkan_available", "is_warn_always_enabled", "numel",
    "promote_types", "result_type", "set_deterministic_debug_mode", "set_float32_matmul_precision", "set_flush_denormal", "set_num_interop_threads",
    "set_num_threads", "set_warn_always", "use_deterministic_algorithms",
]  # fmt: skip
