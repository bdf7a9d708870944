"""The engine: tensors, ops, autograd, backends. A library of its own: ``import tcalc.engine as tc``.

Names are PyTorch's. Nothing here knows the language, reports or screens. NumPy is imported at the first array, CuPy at the first CUDA tensor.
"""

from __future__ import annotations

import gc
import sys

from .._version import __version__ as _own_version
from . import dtypes, graph, ops, registry
from .dtypes import (
    bfloat16,
    complex64,
    complex128,
    finfo,
    float16,
    float32,
    float64,
    get_default_dtype,
    iinfo,
    int8,
    int16,
    int32,
    int64,
    set_default_dtype,
    uint8,
    uint16,
    uint32,
    uint64,
)
from .dtypes import dtype as dtype
from .errors import OutOfMemoryError
from .graph import enable_grad, inference_mode, is_grad_enabled, is_inference_mode_enabled, no_grad, set_grad_enabled
from .registry import ATTRIBUTES, METHODS, NAMESPACES, OPS, SETTERS
from .tensors import Size, Tensor, channels_last, channels_last_3d, contiguous_format, device, preserve_format, strided

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from . import cuda, limits, printing, random
    from .printing import set_printoptions
    from .random import initial_seed, manual_seed, seed
    from .torchlike import Generator

# A graph has no cycles, so the garbage collector finds nothing in it, and at its default threshold it would look every 700 objects.
if gc.get_threshold()[0] in (700, 2000):
    gc.set_threshold(50_000, *gc.get_threshold()[1:])

half, double, long, short = float16, float64, int64, int16
cfloat, cdouble = complex64, complex128
inf, nan, pi, e = float("inf"), float("nan"), 3.141592653589793, 2.718281828459045
__version__ = f"2.13.0+tcalc{_own_version}"

# Left to the first use, since start-up is what a one-shot expression pays: modules, and names with the module that has them.
_MODULES = frozenset({"cuda", "limits", "printing", "random", "testing", "torchlike"})
_NAMES = {"EXPORTS": "torchlike", "Generator": "torchlike", "initial_seed": "random", "manual_seed": "random", "seed": "random", "set_printoptions": "printing"}


def __getattr__(name: str) -> Any:
    """Every function of PyTorch's namespace that is here; also float, int and bool, the dtypes, which Python's own names would hide inside."""
    module = f"tcalc.engine.{name if name in _MODULES else _NAMES.get(name)}"
    if name in _MODULES or name in _NAMES:
        __import__(module)
        home = sys.modules[module]
        return home if name in _MODULES else getattr(home, name)
    found = NAMESPACES["torch"].get(name)
    if found is not None:
        return found
    exports = __getattr__("EXPORTS")
    if name in exports:
        return exports[name]
    raise AttributeError(f"module 'torch' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES, *_NAMES, *NAMESPACES["torch"], *__getattr__("EXPORTS")})


__all__ = [
    "ATTRIBUTES", "METHODS", "NAMESPACES", "OPS", "SETTERS", "Generator", "OutOfMemoryError", "Size", "Tensor", "bfloat16", "cdouble",
    "cfloat", "channels_last", "channels_last_3d", "complex128", "complex64", "contiguous_format", "cuda", "device", "double",
    "dtype", "dtypes", "e", "enable_grad", "finfo", "float16",
    "float32", "float64", "get_default_dtype", "graph", "half", "iinfo", "inf", "inference_mode", "initial_seed", "int16", "int32", "int64", "int8",
    "is_grad_enabled", "is_inference_mode_enabled", "limits", "long", "manual_seed", "nan", "no_grad", "ops", "pi", "preserve_format", "printing",
    "random", "registry", "seed", "set_default_dtype", "set_grad_enabled", "set_printoptions", "short", "strided", "uint8", "uint16", "uint32", "uint64",
]  # fmt: skip
