"""Names of the torch namespace that are no ops: dtypes under their short names, sub-namespaces, legacy constructors, small questions."""

from __future__ import annotations

import sys

from . import cuda, dtypes, graph, printing, random
from .dtypes import dtype
from .errors import fail
from .registry import NAMESPACES
from .tensors import CPU, Layout, MemoryFormat, Size, Tensor, contiguous_format, device
from .tensors import device as _device

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


class FileSpace(Space):
    """A sub-namespace over a module of the engine, which is imported when one of its names is first asked for."""

    def __init__(self, name: str, module: str, names: dict[str, Any] | None = None) -> None:
        super().__init__(name, names or {})
        self._module = f"{__package__}.{module}"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        __import__(self._module)
        try:
            found = getattr(sys.modules[self._module], name)
        except AttributeError:
            raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'") from None
        self.__dict__[name] = found
        return found

    def __dir__(self) -> list[str]:
        __import__(self._module)
        module = sys.modules[self._module]
        return sorted({*(getattr(module, "__all__", None) or dir(module)), *[n for n in self.__dict__ if not n.startswith("_")]})


class LazySpace(Space):
    """A sub-namespace whose further names come from modules that are imported when one of them is asked for."""

    def __init__(self, name: str, names: dict[str, Any], modules: dict[str, str]) -> None:
        super().__init__(name, names)
        self.__dict__["_modules"] = modules

    def __getattr__(self, name: str) -> Any:
        modules: dict[str, str] = self.__dict__.get("_modules", {})
        if name not in modules:
            raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'")
        found = lazily(modules[name])
        setattr(self, name, found)
        return found

    def __dir__(self) -> list[str]:
        return sorted({*self._modules, *(k for k in self.__dict__ if not k.startswith("_"))})


def lazily(where: str) -> Any:
    """What "module:name" of the engine stands for."""
    module, _, name = where.partition(":")
    full = f"{__package__}.{module}"
    __import__(full)
    found = sys.modules[full]
    return getattr(found, name)


def broadcast_shapes(*shapes: Any) -> Any:
    """The common shape of several shapes.

    >>> broadcast_shapes((2, 1), (3,))
    torch.Size([2, 3])
    """
    for s in shapes:
        if not isinstance(s, (int, tuple, list)) or isinstance(s, (tuple, list)) and not all(hasattr(x, "__index__") and not isinstance(x, type) for x in s):
            raise RuntimeError(f"Input shapes should be of type ints, a tuple of ints, or a list of ints, got {s}")
    rows = [(s,) if isinstance(s, int) else tuple([x.__index__() for x in s]) for s in shapes]
    common = [1] * max((len(s) for s in rows), default=0)
    for k, shape in enumerate(rows):
        for i in range(-1, -1 - len(shape), -1):
            if common[i] == 1:
                if shape[i] < 0:
                    raise ValueError("Attempting to broadcast a dimension with negative length!")
                common[i] = shape[i]
            if shape[i] not in (1, common[i]):
                fail(
                    RuntimeError,
                    f"Attempting to broadcast a dimension of length {shape[i]} at {i}! Mismatching argument at index {k} had {shape}; but expected "
                    f"shape should be broadcastable to {common}",
                    kind="broadcast",
                    op="broadcast_shapes",
                    explain=["Shapes align from the right; two sizes go together when they are equal or one is 1."],
                )
    return Size(common)


def _legacy(name: str, d: dtype) -> Any:
    def constructor(data: Any = None, *args: Any) -> Tensor:
        from .ops.factory import legacy_tensor

        return legacy_tensor(data, args, {}, d)

    constructor.__name__ = constructor.__qualname__ = name
    constructor.__doc__ = f"A {d.name} tensor of data, or of the given sizes."
    return constructor


_LEGACY = {
    name: _legacy(name, d)
    for name, d in (
        ("FloatTensor", dtypes.float32), ("DoubleTensor", dtypes.float64), ("HalfTensor", dtypes.float16), ("BFloat16Tensor", dtypes.bfloat16),
        ("LongTensor", dtypes.int64), ("IntTensor", dtypes.int32), ("ShortTensor", dtypes.int16), ("CharTensor", dtypes.int8),
        ("ByteTensor", dtypes.uint8), ("BoolTensor", dtypes.bool_),
    )
}  # fmt: skip


def set_default_tensor_type(t: Any) -> None:
    """The default dtype under its old name: torch.DoubleTensor, or its name as a string."""
    name = t if isinstance(t, str) else f"torch.{getattr(t, '__name__', '')}"
    kinds = {
        f"torch.{k}": d
        for k, d in (("FloatTensor", dtypes.float32), ("DoubleTensor", dtypes.float64), ("HalfTensor", dtypes.float16), ("BFloat16Tensor", dtypes.bfloat16))
    }
    where, _, kind = name.rpartition("cuda.")
    if where + kind not in kinds:
        raise TypeError(
            "only floating-point types are supported as the default type" if name in {f"torch.{k}" for k in _LEGACY} else f"invalid type object: {name}"
        )
    dtypes.set_default_dtype(kinds[where + kind])
    if "cuda" in name:
        set_default_device("cuda")


class Generator(random.Generator):
    """A stream of random numbers of its own, the same as PyTorch's with the same seed.

    >>> rand(2, generator=Generator().manual_seed(0))
    tensor([0.4963, 0.7682])
    """

    __slots__ = ()
    __module__ = "torch._C"  # what it prints

    def __init__(self, device: Any = "cpu") -> None:
        super().__init__(_device(device))  # type: ignore[arg-type]

    def get_state(self) -> Tensor:  # type: ignore[override]
        """The whole state as a uint8 tensor."""
        import numpy as np

        from .ops.factory import from_array

        return from_array(np.frombuffer(super().get_state(), np.uint8), dtypes.uint8, CPU)

    def set_state(self, new_state: Any) -> Generator:
        """Go on from a state that get_state() gave."""
        if not isinstance(new_state, (bytes, Tensor)) or isinstance(new_state, Tensor) and new_state._dtype is not dtypes.uint8:
            raise TypeError(f"expected a torch.ByteTensor, but got {type(new_state).__name__}")
        super().set_state(new_state if isinstance(new_state, bytes) else bytes(new_state.tolist()))
        return self

    def clone_state(self) -> Generator:
        """A second generator that goes on from where this one is."""
        return Generator(self.device).set_state(random.Generator.get_state(self))


random.default_generator.__class__ = Generator  # the same stream: a program may have seeded it before this module was asked for


def get_rng_state() -> Tensor:
    """The default generator's state as a uint8 tensor."""
    return random.default_generator.get_state()  # type: ignore[return-value]


def set_rng_state(new_state: Tensor) -> None:
    """Put the default generator into a state that get_rng_state() gave."""
    random.default_generator.set_state(new_state)  # type: ignore[arg-type]


class _ForkRng:
    """torch.random.fork_rng: the default generator goes on, at the end of the block, from where it was at its start."""

    def __init__(self, devices: Any = None, enabled: bool = True) -> None:
        self._enabled = enabled

    def __enter__(self) -> None:
        if self._enabled:
            self._state = get_rng_state()

    def __exit__(self, *failure: Any) -> None:
        if self._enabled:
            set_rng_state(self._state)


def typename(obj: Any) -> str:
    """The name of a value's type: of a tensor by its dtype, such as torch.FloatTensor.

    >>> typename(ones(2))
    'torch.FloatTensor'
    """
    if isinstance(obj, Tensor):
        found = obj.type()
        return str(found)
    module = getattr(obj, "__module__", "") or ""
    name = getattr(obj, "__qualname__", None) or type(obj).__qualname__
    return name if module in ("", "builtins") else f"{module}.{name}"


def _no() -> bool:
    return False


def is_storage(obj: Any) -> bool:
    """Whether obj is a storage."""
    from .tensors import StorageView

    return isinstance(obj, StorageView)


def dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """nn.functional.dropout() under its older name."""
    for k, (name, v, kinds, word) in enumerate((("input", input, Tensor, "Tensor"), ("p", p, (int, float), "float"), ("train", train, bool, "bool"))):
        if not isinstance(v, kinds):  # type: ignore[arg-type]
            raise TypeError(f"dropout(): argument '{name}' (position {k + 1}) must be {word}, not {type(v).__name__}")
    if not 0 <= p <= 1:
        raise RuntimeError(f"dropout probability has to be between 0 and 1, but got {p:g}")
    return NAMESPACES["nn.functional"]["dropout"](input, p, train)  # type: ignore[no-any-return]


def from_dlpack(ext_tensor: Any, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """A tensor over the memory of anything that speaks DLPack: an array of NumPy or CuPy, a PyTorch tensor, a capsule."""
    from .exchange import from_dlpack as made

    return made(ext_tensor, device=device, copy=copy)


def to_dlpack(tensor: Tensor) -> Any:
    """The tensor's memory as a DLPack capsule."""
    from .exchange import to_dlpack as made

    return made(tensor)


def frombuffer(buffer: Any, *, dtype: Any = None, count: int = -1, offset: int = 0, requires_grad: bool = False) -> Tensor:
    """A one-dimensional tensor over the bytes of a buffer: ``count`` elements of a dtype from byte ``offset`` on.

    >>> frombuffer(b"abcd", dtype=uint8, count=2)
    tensor([97, 98], dtype=torch.uint8)
    """
    from .exchange import frombuffer as made

    if dtype is None:
        raise TypeError('frombuffer() missing 1 required positional arguments: "dtype"')
    return made(buffer, dtype=dtype, count=count, offset=offset, requires_grad=requires_grad)


def Variable(data: Tensor, requires_grad: bool = False) -> Tensor:
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


def _from(module: str, names: str) -> dict[str, str]:
    return {name: f"{module}:{name}" for name in names.split()}


_GRAPH = LazySpace(
    "autograd.graph",
    {"Node": graph.Node},
    _from(
        "savedhooks",
        "GradientEdge allow_mutation_on_saved_tensors disable_saved_tensors_hooks get_gradient_edge increment_version register_multi_grad_hook save_on_cpu "
        "saved_tensors_hooks",
    ),
)
_FUNCTIONAL = LazySpace("autograd.functional", {}, _from("functional", "hessian hvp jacobian jvp vhp vjp"))
_FORWARD_AD = LazySpace("autograd.forward_ad", {}, _from("forward_ad", "UnpackedDualTensor dual_level enter_dual_level exit_dual_level make_dual unpack_dual"))
_FUNCTION = LazySpace("autograd.function", {}, _from("function", "Function FunctionCtx once_differentiable"))
_ANOMALY = LazySpace("autograd.anomaly_mode", {}, _from("savedhooks", "detect_anomaly set_detect_anomaly"))
FUNC = LazySpace(
    "func",
    {},
    {
        **_from(
            "func",
            "debug_unwrap functional_call functionalize grad grad_and_value hessian jacfwd jacrev jvp linearize "
            "replace_all_batch_norm_modules_ stack_module_state vjp",
        ),
        "vmap": "batching:vmap",
    },
)


def vmap(func: Any, in_dims: Any = 0, out_dims: Any = 0, randomness: str = "error", *, chunk_size: int | None = None) -> Any:
    """The function over a batch dimension of its arguments: see torch.func.vmap.

    >>> vmap(dot)(ones(3, 2), ones(3, 2))
    tensor([2., 2., 2.])
    """
    from .batching import vmap as made

    return made(func, in_dims, out_dims, randomness, chunk_size=chunk_size)


def is_anomaly_enabled() -> bool:
    """Whether anomaly mode is on."""
    return graph.state.anomaly


def is_anomaly_check_nan_enabled() -> bool:
    """Whether anomaly mode looks for nan."""
    return graph.state.check_nan


AUTOGRAD = LazySpace(
    "autograd",
    {
        "grad": graph.grad,
        "backward": graph.backward,
        "Variable": Variable,
        "no_grad": graph.no_grad,
        "enable_grad": graph.enable_grad,
        "set_grad_enabled": graph.set_grad_enabled,
        "inference_mode": graph.inference_mode,
        "graph": _GRAPH,
        "functional": _FUNCTIONAL,
        "forward_ad": _FORWARD_AD,
        "function": _FUNCTION,
        "anomaly_mode": _ANOMALY,
    },
    {
        **_from("savedhooks", "set_detect_anomaly detect_anomaly"),
        **_from("function", "Function"),
        **_from("gradcheck", "gradcheck gradgradcheck"),
    },
)
F = LiveSpace("nn.functional", NAMESPACES["nn.functional"])
NN = FileSpace(
    "nn",
    "nn",
    {"functional": F, "init": FileSpace("nn.init", "nn.init"), "utils": FileSpace("nn.utils", "nn.utils")},
)
RANDOM = Space(
    "random",
    {
        "manual_seed": random.manual_seed,
        "seed": random.seed,
        "initial_seed": random.initial_seed,
        "get_rng_state": get_rng_state,
        "set_rng_state": set_rng_state,
        "fork_rng": _ForkRng,
    },
)

# Switches that scripts set at their head: kept, and without effect here.
BACKENDS = Space(
    "backends",
    {
        "cudnn": Space("backends.cudnn", {"deterministic": False, "benchmark": False, "enabled": True, "allow_tf32": True, "is_available": _no}),
        "mps": Space("backends.mps", {"is_available": _no, "is_built": _no}),
        "cuda": Space("backends.cuda", {"matmul": Space("backends.cuda.matmul", {"allow_tf32": False}), "is_built": _no}),
        "mkl": Space("backends.mkl", {"is_available": _no}),
        "openmp": Space("backends.openmp", {"is_available": _no}),
    },
)


def _in_file(name: str, module: str) -> Any:
    """A function of a module of the engine that is imported at its first call."""

    def call(*args: Any, **kwargs: Any) -> Any:
        __import__(f"{__package__}.{module}")
        return getattr(sys.modules[f"{__package__}.{module}"], name)(*args, **kwargs)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"torch.{name}: see tcalc.engine.{module}."
    return call


_SETTINGS = (
    "are_deterministic_algorithms_enabled can_cast compiled_with_cxx11_abi get_deterministic_debug_mode get_float32_matmul_precision "
    "get_num_interop_threads get_num_threads is_conj is_deterministic_algorithms_warn_only_enabled is_distributed is_inference is_neg is_same_size "
    "is_tensor is_vulkan_available is_warn_always_enabled promote_types result_type set_deterministic_debug_mode set_float32_matmul_precision "
    "set_flush_denormal set_num_interop_threads set_num_threads set_warn_always use_deterministic_algorithms"
)


_AUTOCAST = (
    "GradScaler clear_autocast_cache get_autocast_cpu_dtype get_autocast_gpu_dtype is_autocast_cache_enabled is_autocast_cpu_enabled "
    "set_autocast_cache_enabled set_autocast_cpu_dtype set_autocast_cpu_enabled set_autocast_dtype set_autocast_enabled set_autocast_gpu_dtype"
)


def _as_it_is(function: Any = None, *args: Any, **options: Any) -> Any:
    """torch.compile and torch.jit.script: the function or module itself; with options alone, a decorator that gives it back."""
    return function if function is not None else lambda f: f


EXPORTS: dict[str, Any] = {
    "compile": _as_it_is,
    "jit": Space("jit", {"script": _as_it_is, "trace": _as_it_is}),
    **{name: _in_file(name, "settings") for name in _SETTINGS.split()},
    "save": _in_file("save", "serialization"),
    "load": _in_file("load", "serialization"),
    "float": dtypes.float32,
    "int": dtypes.int32,
    "bool": dtypes.bool_,
    "autograd": AUTOGRAD,
    "func": FUNC,
    "vmap": vmap,
    "is_anomaly_enabled": is_anomaly_enabled,
    "set_anomaly_enabled": _in_file("set_anomaly_enabled", "savedhooks"),
    "is_anomaly_check_nan_enabled": is_anomaly_check_nan_enabled,
    "layout": Layout,
    "memory_format": MemoryFormat,
    "legacy_contiguous_format": contiguous_format,
    "nn": NN,
    "optim": FileSpace("optim", "optim"),
    "amp": FileSpace("amp", "amp"),
    "autocast": _in_file("autocast", "amp"),
    "is_autocast_enabled": _in_file("is_autocast_enabled", "amp"),
    "get_autocast_dtype": _in_file("get_autocast_dtype", "amp"),
    **{name: _in_file(name, "amp") for name in _AUTOCAST.split()},
    **{name: _in_file(name, "control") for name in "cond sym_float sym_int sym_ite sym_max sym_min sym_not sym_sqrt sym_sum".split()},
    "utils": Space(
        "utils",
        {
            "data": FileSpace("utils.data", "data"),
            "checkpoint": FileSpace("utils.checkpoint", "checkpoint"),
            "dlpack": Space("utils.dlpack", {"from_dlpack": from_dlpack, "to_dlpack": to_dlpack}),
        },
    ),
    "to_dlpack": to_dlpack,
    "linalg": LiveSpace("linalg", NAMESPACES["linalg"]),
    "special": LiveSpace("special", NAMESPACES["special"]),
    "fft": LiveSpace("fft", NAMESPACES["fft"]),
    "signal": Space("signal", {"windows": FileSpace("signal.windows", "signal_windows")}),
    "random": RANDOM,
    "cuda": cuda,
    "version": Space("version", {"cuda": None, "hip": None, "__version__": VERSION}),
    "broadcast_shapes": broadcast_shapes,
    "set_default_device": set_default_device,
    "get_default_device": get_default_device,
    "get_rng_state": get_rng_state,
    "set_rng_state": set_rng_state,
    "default_generator": random.default_generator,
    **_LEGACY,
    "set_default_tensor_type": set_default_tensor_type,
    "Generator": Generator,
    "is_storage": is_storage,
    "typename": typename,
    **dict.fromkeys(("has_lapack", "has_spectral"), True),
    **dict.fromkeys(("has_mkl", "has_openmp"), False),
    "backends": BACKENDS,
    "dropout": dropout,
    "from_dlpack": from_dlpack,
    "frombuffer": frombuffer,
    "get_printoptions": printing.get_printoptions,
    "newaxis": None,
}
