"""What names mean: the bare names, the namespaces (torch, F, math, ...), what can be imported, and help and completion for all of them.

A name resolves here or nowhere. Namespaces are tables of their own, so a program that assigns `sum` or `eye` changes nothing in
`torch.eye`. Entries are made at their first use; importing this module builds only the small tables.
"""

from __future__ import annotations

import math
import sys

from .._version import __version__
from ..engine import Tensor, dtype, graph
from ..engine.dtypes import ALIASES
from ..engine.errors import Facts, fail
from ..engine.registry import METHODS, NAMESPACES
from ..engine.tensors import make
from .values import (
    INFO,
    MAX_BITS,
    Builtin,
    Callable_,
    ContextManager,
    Decorated,
    Lazy,
    Namespace,
    TypeValue,
    Value,
    attribute_names,
    did_you_mean,
    info_of,
    is_array,
    lift,
    suggest,
    tensor,
    tick,
    to_list,
    type_name,
    type_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, NoReturn

MISSING: Any = Lazy(lambda: None)  # what lookup() gives for an unknown name
VERSION = "2.13.0+tcalc" + __version__
_NUMBERS = frozenset({int, float, bool, complex})
_FLOAT64 = ALIASES["float64"]

# Python names that are not here, and why.
REFUSED = {
    "eval": "text is never run as code here",
    "exec": "text is never run as code here",
    "compile": "torch.compile(f) returns f as it is",
    "input": "a program here does not ask at the keyboard; give values with -v name=value",
    "getattr": "attributes are written out: x.name",
    "setattr": "attributes are written out: x.name = value",
    "delattr": "attributes are written out: del x.name",
    "globals": "variables are plain names here",
    "locals": "variables are plain names here",
    "vars": "variables are plain names here",
    "__import__": "write import torch",
    "breakpoint": "there is no debugger; print() and the inspection commands show values",
    "memoryview": "raw memory is out of reach",
    "bytes": "raw bytes are out of reach",
    "bytearray": "raw bytes are out of reach",
    "hash": "use the value itself as a key",
}


# -- engine functions -------------------------------------------------------------------------------------------------------------

_functions: dict[tuple[str, str], Builtin] = {}


class EngineFunction(Builtin):
    """A function of the engine. Lists, tuples and numbers in a tensor's place are lifted to tensors where the engine refuses them."""

    __slots__ = ()

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            return call_engine(self, args, kwargs)
        except AttributeError as exc:
            _wrong_type(self, args, exc)


def engine_function(name: str, space: str = "torch") -> Any:
    """The engine's function as a value of the language; AttributeError when there is none."""
    found = _functions.get((space, name))
    if found is None:
        host = NAMESPACES.get(space, {}).get(name)
        if host is None:
            fail(AttributeError, f"module '{_MODULE.get(space, space)}' has no attribute '{name}'", kind="attribute")
        found = _functions[space, name] = EngineFunction(name, host, None, _MODULE.get(space, "torch." + space))
    return found


_MODULE = {"torch": "torch", "nn.functional": "torch.nn.functional"}


def call_engine(fn: Builtin, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call an engine function: as it is; where it refuses a list or number in a tensor's place, with those lifted.

    Of numbers alone it computes in float64 and gives a number: sin(2) is sin(2.0).
    """
    host = fn.host
    if kwargs:
        kwargs = _host_types(kwargs)
    first = type(args[0]) if args else None
    if first is Tensor and len(args) == 1:
        return host(*args, **kwargs)
    family = getattr(host, "__wrapped__", None)
    if family is None:
        return _call_plain(host, args, kwargs)
    if (first in _NUMBERS or first is list) and family.overloads[0].schema.params[0].type == "Tensor":
        if first is float and len(args) == 1 and not kwargs:
            return _number_of(host(make(args[0], _FLOAT64)))
        lifted = lift_for(family, args, kwargs, False)
        if lifted is not None:
            return _run_lifted(host, lifted)
    try:
        return host(*args, **kwargs)
    except TypeError as exc:
        facts = getattr(exc, "facts", None)
        if facts is None or facts.kind != "signature":
            raise
        lifted = lift_for(family, args, kwargs, False)
        if lifted is None:
            _name_types(exc, args, kwargs)
            raise
    return _run_lifted(host, lifted)


def _call_plain(host: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A function of the engine that is no op: it looks at its arguments itself."""
    try:
        return host(*args, **kwargs)
    except AttributeError:
        lifted = tuple([lift(v) if type(v) is list or is_array(v) else v for v in args])
        if all(a is b for a, b in zip(lifted, args)):
            raise
    return host(*lifted, **kwargs)


def _wrong_type(fn: Builtin, args: tuple[Any, ...], exc: AttributeError) -> NoReturn:
    """An engine function took a value for what it is not: TypeError in its place (unless the engine has said it itself)."""
    if hasattr(exc, "facts"):
        raise exc
    wrong = [v for v in args if not isinstance(v, Tensor)] or args
    fail(TypeError, f"{fn.name}(): cannot take {', '.join(type_name(v) for v in wrong)} here", kind="signature", op=fn.name, explain=signatures(fn))


def _run_lifted(host: Callable[..., Any], lifted: tuple[tuple[Any, ...], dict[str, Any], bool]) -> Any:
    args, kwargs, numbers = lifted
    if not numbers:
        return host(*args, **kwargs)
    out = host(*args, **kwargs)
    if isinstance(out, Tensor) and out.dtype.is_floating_point and out.dtype is not _FLOAT64:
        double = [make(float(v.item()), _FLOAT64) if isinstance(v, Tensor) and v.dim() == 0 else v for v in args]
        out = host(*double, **kwargs)
    return _number_of(out)


def _number_of(v: Any) -> Any:
    if isinstance(v, Tensor):
        return v.item() if v.dim() == 0 and v.device.type == "cpu" and not v.requires_grad else v
    if type(v) is tuple or type(v) is list:
        return type(v)([_number_of(x) for x in v])
    return v


def lift_for(family: Any, args: tuple[Any, ...], kwargs: dict[str, Any], method: bool) -> tuple[tuple[Any, ...], dict[str, Any], bool] | None:
    """Arguments in which lists and numbers stand as tensors where some overload wants tensors; None where that does not help.

    The third value says that all tensors were plain numbers.
    """
    from ..engine.registry import _SPELLINGS, BindError, bind

    like = next((v for v in (*args, *kwargs.values()) if isinstance(v, Tensor)), None)
    for o in family.overloads:
        schema = o.schema
        out = list(args)
        named = dict(kwargs)
        changed = False
        only_numbers = like is None
        places: list[tuple[Any, Any]] = [(i, p) for i, p in enumerate(schema.params[: len(args)])]
        for key in kwargs:
            i = schema.by_name.get(key, schema.by_name.get(_SPELLINGS.get(key, key), -1))
            if i >= 0:
                places.append((key, schema.params[i]))
        try:
            for place, p in places:
                v = out[place] if type(place) is int else named[place]
                new = v
                if p.type == "Tensor" and not isinstance(v, Tensor):
                    if type(v) in _NUMBERS:
                        new = _number_tensor(v, like)
                    elif type(v) in (list, tuple, range) or is_array(v):
                        new = lift(v)
                        only_numbers = False
                elif p.type == "Tensor|Scalar" and (type(v) in (list, tuple, range) or is_array(v)):
                    new = lift(v)
                    only_numbers = False
                elif p.type == "Tensor[]" and type(v) in (list, tuple):
                    new = [x if isinstance(x, Tensor) else _number_tensor(x, like) if type(x) in _NUMBERS else lift(x) for x in v]
                    only_numbers = False
                    if all(a is b for a, b in zip(new, v)):
                        new = v
                if new is not v:
                    changed = True
                    if type(place) is int:
                        out[place] = new
                    else:
                        named[place] = new
            if not changed:
                continue
            bind(schema, tuple(out), named, method)
        except (BindError, TypeError, ValueError):
            continue
        return tuple(out), named, only_numbers
    return None


def _number_tensor(v: Any, like: Any) -> Any:
    """A 0-d tensor of a number: of the other tensor's dtype where that holds it, else float64 / int64."""
    kind = 0 if type(v) is bool else 1 if type(v) is int else 2 if type(v) is float else 3
    if like is not None and like.dtype.category >= kind:
        return tensor(v, dtype=like.dtype, device=like.device)
    if like is None and kind == 2:
        return tensor(v, dtype=_FLOAT64)
    return tensor(v)


def _host_types(kwargs: dict[str, Any]) -> dict[str, Any]:
    """dtype=float and its like: the host type that the engine reads."""
    v = kwargs.get("dtype")
    return {**kwargs, "dtype": _engine_type(v)} if type(v) is TypeValue else kwargs


def _engine_type(v: Any) -> Any:
    if type(v) is TypeValue:
        if v.name in _LEGACY:
            return ALIASES[_LEGACY[v.name]]
        if v.hosts and v.hosts[0] in (int, float, bool):
            return v.hosts[0]
    return v


def engine_types(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """Arguments with int, float, torch.FloatTensor ... as the engine reads them; None when there are none of those."""
    out = tuple([_engine_type(v) for v in args])
    named = {k: _engine_type(v) for k, v in kwargs.items()}
    if all(a is b for a, b in zip(out, args)) and all(named[k] is kwargs[k] for k in kwargs):
        return None
    return out, named


def _name_types(exc: TypeError, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """What would work where a value of the language's own types stands in a tensor's place."""
    facts = exc.facts  # type: ignore[attr-defined]
    for v in (*args, *kwargs.values()):
        if isinstance(v, Callable_) and not isinstance(v, TypeValue) and type(facts) is Facts:
            facts.hints.append(f"{getattr(v, 'name', 'it')} is a function: call it with its argument")


# -- torch ------------------------------------------------------------------------------------------------------------------------


def _engine_names(space: str) -> Callable[[], Iterable[str]]:
    return lambda: NAMESPACES.get(space, ())


def _engine_find(space: str) -> Callable[[str], Any]:
    return lambda name: engine_function(name, space) if name in NAMESPACES.get(space, ()) else None


def _manager(name: str, cls: Any) -> Builtin:
    def make(*args: Any) -> Any:
        if len(args) == 1 and isinstance(args[0], Callable_):
            return Decorated(ContextManager(name, cls), args[0])
        if args:
            return ContextManager(name, lambda: cls(*args))
        return ContextManager(name, cls)

    return Builtin(name.rpartition(".")[2], make, cls.__doc__, "torch")


class GradSwitch(ContextManager):
    """torch.set_grad_enabled(mode): works at once, until the end of its `with` block, or for a decorated function."""

    __slots__ = ("switch",)

    def __init__(self, mode: Any) -> None:
        self.switch = graph.set_grad_enabled(bool(mode))
        ContextManager.__init__(self, "torch.set_grad_enabled", lambda: self.switch)

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        made = ContextManager.invoke(self, args, kwargs)
        self.switch(lambda: None)  # takes back what the call switched: a decorator works in its function only
        return made


def _anomaly(name: str) -> Builtin:
    """set_detect_anomaly, which works at once, and detect_anomaly."""

    def make(*args: Any, **kwargs: Any) -> ContextManager:
        from ..engine import savedhooks

        block = getattr(savedhooks, name)(*args, **kwargs)  # a name written below
        return ContextManager("torch.autograd.anomaly_mode." + name, lambda: block)

    return Builtin(name, make, "Keep where each node was made, so that a failing backward can say it; a nan in a gradient is an error.", "torch.autograd")


_LEGACY = {
    "FloatTensor": "float32", "DoubleTensor": "float64", "HalfTensor": "float16", "BFloat16Tensor": "bfloat16", "LongTensor": "int64",
    "IntTensor": "int32", "ShortTensor": "int16", "CharTensor": "int8", "ByteTensor": "uint8", "BoolTensor": "bool",
}  # fmt: skip


def _legacy_type(name: str) -> TypeValue:
    wanted = ALIASES[_LEGACY[name]]

    def build(*args: Any) -> Any:
        if len(args) == 1 and (type(args[0]) in (list, tuple) or isinstance(args[0], Tensor) or is_array(args[0])):
            return _public("tensor").host(args[0], dtype=wanted)
        return engine_function("empty").host(*args or (0,), dtype=wanted)

    doc = f"A tensor of dtype {wanted} from values or sizes."
    return TypeValue(name, (Tensor,), build, "torch." + name, lambda t: t.dtype is wanted and t.device.type == "cpu", doc)


# Functions of the engine that are no ops: taken from its public names.
_PUBLIC = frozenset(
    "broadcast_shapes get_default_device set_default_device use_deterministic_algorithms "
    "as_tensor asarray can_cast finfo from_numpy get_default_dtype get_num_threads get_printoptions get_rng_state iinfo "
    "initial_seed is_complex is_floating_point is_grad_enabled is_inference_mode_enabled is_nonzero is_tensor manual_seed numel "
    "promote_types result_type seed set_default_dtype set_flush_denormal set_num_threads set_printoptions set_rng_state tensor "
    "GradScaler are_deterministic_algorithms_enabled clear_autocast_cache cond get_autocast_cpu_dtype get_autocast_gpu_dtype get_deterministic_debug_mode "
    "get_float32_matmul_precision get_num_interop_threads is_anomaly_check_nan_enabled is_anomaly_enabled is_autocast_cache_enabled "
    "is_autocast_cpu_enabled is_deterministic_algorithms_warn_only_enabled is_distributed is_inference is_storage is_vulkan_available "
    "is_warn_always_enabled set_anomaly_enabled set_autocast_cache_enabled set_autocast_cpu_dtype set_autocast_cpu_enabled set_autocast_dtype "
    "set_autocast_enabled set_autocast_gpu_dtype set_deterministic_debug_mode set_float32_matmul_precision set_num_interop_threads set_warn_always "
    "sym_float sym_int sym_ite sym_max sym_min sym_not sym_sqrt sym_sum".split()
)


def _public(name: str) -> Builtin:
    """A public function of the engine by name."""
    found = _functions.get(("engine", name))
    if found is None:
        from .. import engine

        host = getattr(engine, name, None)  # a name of our own list
        if host is None:
            from ..engine.torchlike import EXPORTS

            host = EXPORTS[name]
        found = _functions["engine", name] = EngineFunction(name, host, host.__doc__, "torch")
    return found


def _torch_find(name: str) -> Any:
    if name in NAMESPACES["torch"]:
        return engine_function(name)
    d = ALIASES.get(name)
    if d is not None:
        return d
    if name in _LEGACY:
        return _legacy_type(name)
    if name in _PUBLIC:
        from .. import engine

        if hasattr(engine, name):
            return _public(name)
    return import_module("torch.testing") if name == "testing" else None


def _torch_names() -> Iterable[str]:
    from .. import engine

    return {*NAMESPACES["torch"], *ALIASES, *_LEGACY, *[name for name in _PUBLIC if hasattr(engine, name)]}


def _type(name: str) -> Lazy:
    def make() -> Any:
        from . import builtins

        return {"TENSOR": builtins.TENSOR, "SIZE": builtins.SIZE, "DTYPE": builtins.DTYPE, "DEVICE": builtins.DEVICE}[name]

    return Lazy(make)


def _from_engine(name: str) -> Lazy:
    def make() -> Any:
        from .. import engine

        return getattr(engine, name, None)

    return Lazy(make)


def _as_is(function: Any = None, *args: Any, **options: Any) -> Any:
    """Returns the function as it is: what it would compile runs here anyway."""
    return Builtin("compile", lambda f: f) if function is None else function


def _generator_type() -> Any:
    from .. import engine

    host = engine.Generator
    return TypeValue("Generator", (host,), host, "torch.Generator", doc=host.__doc__)


def _set_default_tensor_type(kind: Any) -> None:
    """Set the dtype of floating tensors by a type such as torch.DoubleTensor."""
    name = kind.name if isinstance(kind, TypeValue) else str(kind).rpartition(".")[2]
    if name not in _LEGACY:
        fail(TypeError, f"invalid type object: {kind}", kind="type")
    _public("set_default_dtype").host(ALIASES[_LEGACY[name]])


def _typename(v: Any) -> str:
    """The name of a value's type, as torch.typename gives it."""
    if isinstance(v, Tensor):
        return METHODS["type"](v)  # type: ignore[no-any-return]
    if isinstance(v, TypeValue):
        return v.qualified
    if isinstance(v, Callable_):
        owner = getattr(v, "owner", None)
        if isinstance(owner, Tensor):
            return f"Tensor.{getattr(v, 'name', '')}"
        name, module = getattr(v, "name", ""), getattr(v, "module", "__main__")
        return name if module in ("", "torch", "builtins") else f"{module}.{name}"
    return type_of(v).qualified


def _of_modules(name: str) -> Any:
    """A function of modules.py, which is imported when it is first called."""

    def run(*args: Any, **kwargs: Any) -> Any:
        from . import modules

        return getattr(modules, name)(*args, **kwargs)  # a name written below

    return run


torch: Namespace = Namespace(
    "torch",
    {
        "__version__": VERSION,
        "Tensor": _type("TENSOR"),
        "Size": _type("SIZE"),
        "dtype": _type("DTYPE"),
        "device": _type("DEVICE"),
        "Generator": Lazy(_generator_type),
        "pi": math.pi,
        "e": math.e,
        "inf": math.inf,
        "nan": math.nan,
        "newaxis": None,
        **dict.fromkeys(("has_lapack", "has_spectral"), True),
        **dict.fromkeys(("has_mkl", "has_openmp"), False),
        "no_grad": Lazy(lambda: _manager("torch.no_grad", graph.no_grad)),
        "enable_grad": Lazy(lambda: _manager("torch.enable_grad", graph.enable_grad)),
        "inference_mode": Lazy(lambda: _manager("torch.inference_mode", graph.inference_mode)),
        "set_grad_enabled": Lazy(lambda: Builtin("set_grad_enabled", GradSwitch, GradSwitch.__doc__, "torch")),
        "compile": Builtin("compile", _as_is),
        "set_default_tensor_type": Builtin("set_default_tensor_type", _set_default_tensor_type),
        "typename": Builtin("typename", _typename),
        "from_dlpack": Lazy(lambda: _public("from_dlpack")),
        "to_dlpack": Lazy(lambda: _public("to_dlpack")),
        "default_generator": _from_engine("default_generator"),
        "strided": _from_engine("strided"),
        "channels_last": _from_engine("channels_last"),
        "channels_last_3d": _from_engine("channels_last_3d"),
        "contiguous_format": _from_engine("contiguous_format"),
        "legacy_contiguous_format": _from_engine("contiguous_format"),
        "preserve_format": _from_engine("preserve_format"),
        "amp": Lazy(lambda: import_module("torch.amp")),
        "autocast": Lazy(lambda: import_module("torch.amp").get("autocast")),
        "is_autocast_enabled": Lazy(lambda: import_module("torch.amp").get("is_autocast_enabled")),
        "get_autocast_dtype": Lazy(lambda: import_module("torch.amp").get("get_autocast_dtype")),
        "autograd": Lazy(lambda: autograd),
        "backends": Lazy(lambda: import_module("torch.backends")),
        "cuda": Lazy(lambda: import_module("torch.cuda")),
        "fft": Lazy(lambda: import_module("torch.fft")),
        "func": Lazy(lambda: import_module("torch.func")),
        "vmap": Lazy(lambda: import_module("torch.func").get("vmap")),
        "linalg": Lazy(lambda: import_module("torch.linalg")),
        "nn": Lazy(lambda: nn),
        "save": Builtin("save", _of_modules("save"), "torch.save(obj, path): write tensors and dicts of them to a file that PyTorch reads, too.", "torch"),
        "load": Builtin("load", _of_modules("load"), "torch.load(path): what torch.save wrote, here or in PyTorch; nothing in it is run.", "torch"),
        "optim": Lazy(lambda: import_module("torch.optim")),
        "random": Lazy(lambda: import_module("torch.random")),
        "signal": Lazy(lambda: import_module("torch.signal")),
        "special": Lazy(lambda: import_module("torch.special")),
        "utils": Lazy(lambda: import_module("torch.utils")),
        "version": Lazy(lambda: import_module("torch.version")),
        "jit": Lazy(lambda: import_module("torch.jit")),
        "mps": Lazy(lambda: import_module("torch.mps")),
    },
    _torch_find,
    _torch_names,
)
F = Namespace("torch.nn.functional", find=_engine_find("nn.functional"), listing=_engine_names("nn.functional"))


nn: Namespace = Namespace(
    "torch.nn",
    {
        "functional": F,
        "init": Lazy(lambda: import_module("torch.nn.init")),
        "utils": Lazy(lambda: import_module("torch.nn.utils")),
        "modules": Lazy(lambda: import_module("torch.nn.modules")),
        "parameter": Lazy(lambda: import_module("torch.nn.parameter")),
    },
    _of_modules("find_nn"),
    _of_modules("nn_names"),
)


def _variable(data: Any, requires_grad: Any = False, volatile: Any = False) -> Any:
    """torch.autograd.Variable: the tensor itself."""
    return data.requires_grad_() if requires_grad else data


def _taking_functions(module: str, where: str) -> Lazy:
    """A function of the engine that takes functions (vmap, vjp, gradcheck): programs' functions go in as callables, callables come out as functions."""

    def make() -> Any:
        from ..engine.torchlike import lazily
        from . import graphs

        host = lazily(where)
        return graphs.taking(where.partition(":")[2], host, module)

    return Lazy(make)


autograd: Namespace = Namespace(
    "torch.autograd",
    {
        "gradcheck": _taking_functions("torch.autograd", "gradcheck:gradcheck"),
        "gradgradcheck": _taking_functions("torch.autograd", "gradcheck:gradgradcheck"),
        "grad": Lazy(lambda: Builtin("grad", graph.grad, graph.grad.__doc__, "torch.autograd")),
        "backward": Lazy(lambda: Builtin("backward", graph.backward, graph.backward.__doc__, "torch.autograd")),
        "functional": Lazy(lambda: import_module("torch.autograd.functional")),
        "graph": Lazy(lambda: import_module("torch.autograd.graph")),
        "forward_ad": Lazy(lambda: import_module("torch.autograd.forward_ad")),
        "no_grad": Lazy(lambda: torch.get("no_grad")),
        "enable_grad": Lazy(lambda: torch.get("enable_grad")),
        "inference_mode": Lazy(lambda: torch.get("inference_mode")),
        "set_grad_enabled": Lazy(lambda: torch.get("set_grad_enabled")),
        "set_detect_anomaly": Lazy(lambda: _anomaly("set_detect_anomaly")),
        "detect_anomaly": Lazy(lambda: _anomaly("detect_anomaly")),
        "Variable": Builtin("Variable", _variable, module="torch.autograd"),
        "Function": Lazy(lambda: import_module("torch.autograd.function").get("Function")),
        "function": Lazy(lambda: import_module("torch.autograd.function")),
    },
)


def _abc_module() -> Namespace:
    from .classes import abc_space

    return abc_space()


def _function_space() -> Namespace:
    from . import custom

    return custom.space()


# -- cuda and other machinery -------------------------------------------------------------------------------------------------------

# What torch.cuda has here: the names of the engine's cuda module.
_CUDA = (
    "is_available device_count current_device set_device get_device_name get_device_properties synchronize empty_cache memory_allocated "
    "memory_reserved max_memory_allocated max_memory_reserved reset_peak_memory_stats manual_seed manual_seed_all is_initialized"
)


def _cuda_find(name: str) -> Any:
    if name not in _CUDA.split():
        return None
    from .. import engine

    host = getattr(engine.cuda, "manual_seed" if name == "manual_seed_all" else name, None) or _NO_CUDA.get(name)
    return None if host is None else Builtin(name, host, host.__doc__, "torch.cuda")


_NO_CUDA: dict[str, Callable[..., Any]] = {
    "is_initialized": lambda: False,
    "max_memory_reserved": lambda device=None: 0,
    "reset_peak_memory_stats": lambda device=None: None,
}


def _backends() -> Namespace:
    def flags(name: str, **values: Any) -> Namespace:
        return Namespace("torch.backends." + name, dict(values), settable=True)

    no = Builtin("is_available", lambda: False)
    return Namespace(
        "torch.backends",
        {
            "cudnn": flags(
                "cudnn",
                deterministic=False,
                benchmark=False,
                enabled=True,
                allow_tf32=True,
                is_available=no,
                version=Builtin("version", lambda: None),
            ),
            "mps": flags("mps", is_available=no, is_built=no),
            "cuda": flags("cuda", matmul=flags("cuda.matmul", allow_tf32=False), is_built=no),
            "mkl": flags("mkl", is_available=no),
            "openmp": flags("openmp", is_available=no),
        },
    )


def _version_module() -> Namespace:
    from .. import engine

    cuda = getattr(engine.cuda, "runtime_version", lambda: None)()
    return Namespace("torch.version", {"cuda": cuda, "hip": None, "debug": False, "git_version": "Unknown", "__version__": VERSION})


def _random_module() -> Namespace:
    names = ("manual_seed", "seed", "initial_seed", "get_rng_state", "set_rng_state")
    return Namespace("torch.random", {name: torch.get(name) for name in names if torch.get(name) is not None})


def _functional_module() -> Namespace:
    names = ("jacobian", "hessian", "vjp", "jvp", "vhp", "hvp")
    return Namespace("torch.autograd.functional", {name: _taking_functions("torch.autograd.functional", f"functional:{name}") for name in names})


def _of_graphs(name: str) -> Callable[[], Namespace]:
    """A namespace of graphs.py, which is imported with it."""

    def make() -> Namespace:
        from . import graphs

        return getattr(graphs, name)()  # type: ignore[no-any-return]  # a name written below

    return make


def _dlpack_module() -> Namespace:
    return Namespace("torch.utils.dlpack", {name: _public(name) for name in ("from_dlpack", "to_dlpack")})


def _windows_module() -> Namespace:
    from ..engine import signal_windows

    names = {name: getattr(signal_windows, name) for name in signal_windows.__all__}
    return Namespace("torch.signal.windows", {name: Builtin(name, f, f.__doc__, "torch.signal.windows") for name, f in names.items()})


# -- math, time, sys -----------------------------------------------------------------------------------------------------------------


def _math_find(name: str) -> Any:
    if name.startswith("_"):
        return None
    found = _MATH.get(name)
    if found is None:
        found = getattr(math, name, None)  # every public name of this module is a pure function of numbers
    if found is None or isinstance(found, float):
        return found
    return Builtin(name, found, found.__doc__, "math")


def _small(name: str, bits: Callable[..., float]) -> Callable[..., Any]:
    host = getattr(math, name)

    def run(*args: Any) -> Any:
        whole = [v for v in args if isinstance(v, int)]
        if len(whole) == len(args) and all(v >= 0 for v in whole):
            size = bits(*whole)
            if size > 4 * MAX_BITS:
                fail(
                    OverflowError,
                    f"the integer would have about {int(size)} bits; the limit is {MAX_BITS}",
                    kind="limit",
                    hints=["lgamma(n + 1) is the logarithm of n!"],
                )
        out = host(*args)
        if isinstance(out, int) and out.bit_length() > MAX_BITS:
            fail(OverflowError, f"the integer has {out.bit_length()} bits; the limit is {MAX_BITS}", kind="limit")
        return out

    run.__doc__ = host.__doc__
    return run


def _over_list(name: str) -> Callable[..., Any]:
    host = getattr(math, name)

    def run(*args: Any, **kwargs: Any) -> Any:
        return host(*[to_list(v) for v in args], **kwargs)

    run.__doc__ = host.__doc__
    return run


def _math_prod(iterable: Any, *, start: Any = 1) -> Any:
    """The product of all values of an iterable."""
    from .values import mul

    for v in to_list(iterable):
        start = mul(start, v)
    return start


def _bits_of_factorial(n: int, *rest: int) -> float:
    return math.lgamma(n + 1) / math.log(2) if n < 1 << 60 else math.inf


def _bits_of_choice(n: int, k: int | None = None) -> float:
    k = n if k is None else min(k, n)
    return float(k) * n.bit_length() if k < 1 << 60 else math.inf


_MATH: dict[str, Callable[..., Any]] = {
    "factorial": _small("factorial", _bits_of_factorial),
    "comb": _small("comb", lambda n, k: _bits_of_choice(n, min(k, max(n - k, 0)))),
    "perm": _small("perm", _bits_of_choice),
    "lcm": _small("lcm", lambda *v: float(sum(x.bit_length() for x in v))),
    "prod": _math_prod,
    "fsum": _over_list("fsum"),
    "dist": _over_list("dist"),
}
if hasattr(math, "sumprod"):
    _MATH["sumprod"] = _over_list("sumprod")

math_module = Namespace("math", find=_math_find, listing=lambda: [n for n in dir(math) if not n.startswith("_")])


def _sleep(seconds: Any) -> None:
    """Wait; at most a minute in one call, and never past the program's time limit."""
    import time

    seconds = float(seconds)
    if not 0 <= seconds <= 60:
        fail(ValueError, "sleep() takes 0 to 60 seconds", kind="value")
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 0.05))
        tick(1)


def _strftime(format: Any = "%H:%M:%S") -> str:
    """The local time by a format such as '%H:%M'."""
    import time

    return time.strftime(str(format)[:100])


def _time_module() -> Namespace:
    import time

    table: dict[str, Any] = {"sleep": Builtin("sleep", _sleep), "strftime": Builtin("strftime", _strftime)}
    for name in ("time", "perf_counter", "monotonic", "process_time", "time_ns", "perf_counter_ns", "monotonic_ns"):
        host = getattr(time, name)
        table[name] = Builtin(name, host, host.__doc__, "time")
    table["ctime"] = Builtin("ctime", lambda: time.ctime())
    return Namespace("time", table)


def _sys_module() -> Namespace:
    from .builtins import Stream

    return Namespace(
        "sys",
        {"stdout": Stream(False), "stderr": Stream(True), "maxsize": sys.maxsize, "version": sys.version, "platform": sys.platform},
    )


def _numpy_module() -> Namespace:
    # NumPy itself is imported when a program first takes a name out of it.
    def find(name: str) -> Any:
        from . import stdlib_numpy

        return stdlib_numpy.find(name)

    def listing() -> list[str]:
        from . import stdlib_numpy

        return stdlib_numpy.names()

    constants = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "newaxis": None}
    return Namespace("numpy", constants, find, listing)


def _imported(dotted: str) -> Lazy:
    return Lazy(lambda: import_module(dotted))


def _nothing(name: str, **table: Any) -> Callable[[], Namespace]:
    return lambda: Namespace(name, dict(table))


# What `import` may bind. Each is made at its first import.
IMPORTS: dict[str, Callable[[], Namespace]] = {
    "torch": lambda: torch,
    "torch.nn": lambda: nn,
    "torch.nn.functional": lambda: F,
    "torch.nn.init": _of_modules("init_space"),
    "torch.nn.modules": _of_modules("parts_space"),
    "torch.nn.parameter": _of_modules("parts_space"),
    "torch.nn.utils": _of_modules("utils_space"),
    "torch.autograd": lambda: autograd,
    "torch.autograd.function": _function_space,
    "torch.autograd.functional": _functional_module,
    "torch.autograd.graph": _of_graphs("graph_space"),
    "torch.autograd.forward_ad": _of_graphs("forward_space"),
    "torch.backends": _backends,
    "torch.amp": _of_modules("amp_space"),
    "torch.cuda.amp": _of_modules("cuda_amp_space"),
    "torch.cuda": lambda: Namespace("torch.cuda", {"amp": _imported("torch.cuda.amp")}, _cuda_find, listing=_CUDA.split),
    "torch.fft": lambda: Namespace("torch.fft", find=_engine_find("fft"), listing=_engine_names("fft")),
    "torch.func": _of_graphs("func_space"),
    "torch.jit": _nothing("torch.jit", script=Builtin("script", _as_is), trace=Builtin("trace", _as_is)),
    "torch.linalg": lambda: Namespace("torch.linalg", find=_engine_find("linalg"), listing=_engine_names("linalg")),
    "torch.mps": _nothing("torch.mps", is_available=Builtin("is_available", lambda: False)),
    "torch.optim": _of_modules("optim_space"),
    "torch.optim.lr_scheduler": _of_modules("schedules_space"),
    "torch.random": _random_module,
    "torch.signal": lambda: Namespace("torch.signal", {"windows": _imported("torch.signal.windows")}),
    "torch.signal.windows": _windows_module,
    "torch.special": lambda: Namespace("torch.special", find=_engine_find("special"), listing=_engine_names("special")),
    "torch.utils": lambda: Namespace("torch.utils", {n: _imported("torch.utils." + n) for n in ("data", "checkpoint", "dlpack")}),
    "torch.utils.checkpoint": _of_modules("checkpoint_space"),
    "torch.utils.data": _of_modules("data_space"),
    "torch.utils.dlpack": _dlpack_module,
    "torch.version": _version_module,
    "abc": _abc_module,
    "math": lambda: math_module,
    "numpy": _numpy_module,
    "numpy.linalg": lambda: import_module("numpy").get("linalg"),
    "numpy.random": lambda: import_module("numpy").get("random"),
    "sys": _sys_module,
    "time": _time_module,
    "__future__": _nothing("__future__", annotations=None, print_function=None, division=None, absolute_import=None, unicode_literals=None),
}
_modules: dict[str, Namespace] = {}


def _library(name: str) -> Callable[[], Namespace]:
    def make() -> Namespace:
        from .stdlib import MODULES

        return MODULES[name]()

    return make


def _of_numpy(name: str) -> Callable[[], Namespace]:
    return lambda: import_module("numpy").get(name)


# Parts of Python's library (stdlib.py), of NumPy, and torch.testing.
IMPORTS.update({name: _library(name) for name in (
    "bisect collections copy dataclasses functools heapq itertools operator pprint random statistics string timeit torch.testing tqdm tqdm.auto typing warnings"
).split()})  # fmt: skip
IMPORTS.update({f"numpy.{name}": _of_numpy(name) for name in ("fft", "testing")})

# Names of PyTorch's modules that are not here, and what does their work.
_NOT_YET: dict[str, dict[str, str]] = {
    "torch.nn": {
        "LazyLinear": "nn.Linear with its input size", "LazyConv1d": "nn.Conv1d with its input channels", "LazyConv2d": "nn.Conv2d with its input channels",
        "LazyConv3d": "nn.Conv3d with its input channels", "LazyBatchNorm1d": "nn.BatchNorm1d with its size", "LazyBatchNorm2d": "nn.BatchNorm2d with its size",
        "DataParallel": "the model itself: there is one device", "SyncBatchNorm": "nn.BatchNorm1d, nn.BatchNorm2d", "EmbeddingBag": "nn.Embedding and a mean",
        "AdaptiveLogSoftmaxWithLoss": "nn.CrossEntropyLoss", "FractionalMaxPool2d": "nn.MaxPool2d", "FractionalMaxPool3d": "nn.MaxPool3d",
        "CrossMapLRN2d": "nn.LocalResponseNorm", "MultiLabelMarginLoss": "nn.MultiLabelSoftMarginLoss", "NLLLoss2d": "nn.NLLLoss",
        "TripletMarginWithDistanceLoss": "nn.TripletMarginLoss",
    },
    "torch.optim": {"LBFGS": "optim.Adam, or minimize(EXPR)", "SparseAdam": "optim.Adam", "Adafactor": "optim.AdamW", "Muon": "optim.SGD with momentum"},
    "torch.utils.data": {"DistributedSampler": "DataLoader(shuffle=True): there is one process"},
}  # fmt: skip


def importable() -> list[str]:
    """The modules that `import` knows, top names first."""
    return sorted((name for name in IMPORTS if not name.startswith("_")), key=lambda n: (n.count("."), n))


def import_module(dotted: str) -> Namespace:
    """The namespace of `import dotted`; ModuleNotFoundError with what can be imported."""
    found = _modules.get(dotted)
    if found is None:
        make = IMPORTS.get(dotted)
        if make is None:
            top = ", ".join(name for name in importable() if "." not in name)
            near = suggest(dotted, [n for n in IMPORTS if not n.startswith("_")], 2)
            exc = ModuleNotFoundError(f"No module named '{dotted}'")
            exc.facts = Facts(  # type: ignore[attr-defined]
                "import",
                op=dotted,
                explain=["A program here imports from a closed list; it never loads code from disk."],
                hints=[*did_you_mean(near), f"what can be imported: {top}; and the parts of torch ({_parts()})"],
            )
            raise exc
        found = _modules[dotted] = make()
    return found


def _parts() -> str:
    return ", ".join(n[6:] for n in importable() if n.startswith("torch.") and n.count(".") == 1)


def import_from(dotted: str, name: str) -> Any:
    """The value of `from dotted import name`; ImportError with near names."""
    module = import_module(dotted)
    v = module.get(name, MISSING)
    if v is not MISSING:
        return v
    if f"{dotted}.{name}" in IMPORTS:
        return import_module(f"{dotted}.{name}")
    exc = ImportError(f"cannot import name '{name}' from '{dotted}'")
    exc.facts = Facts("import", op=name, explain=_why_missing(module, name), hints=did_you_mean(suggest(name, module.attr_names())))  # type: ignore[attr-defined]
    raise exc


def import_all(dotted: str) -> dict[str, Any]:
    """What `from dotted import *` binds: the public names, except those that would hide Python's own."""
    module = import_module(dotted)
    keep = {name for name in module.attr_names() if not name.startswith("_") and name not in _PYTHON}
    return {name: module.get(name) for name in keep}


def _why_missing(module: Namespace, name: str) -> list[str]:
    if module.name == "numpy":
        from .stdlib_numpy import WHY

        return [f"np.{name}: {WHY[name]}"] if name in WHY else []
    instead = _NOT_YET.get(module.name, {}).get(name)
    return [] if instead is None else [f"PyTorch's {module.name}.{name} is not here yet. What does its work: {instead}."]


def missing_name(module: Namespace, name: str) -> NoReturn:
    """AttributeError of a namespace, with near names or where the name lives."""
    exc = AttributeError(f"module '{module.name}' has no attribute '{name}'")
    hints = did_you_mean([f"{module.name}.{n}" for n in suggest(name, module.attr_names())])
    if not hints:
        for other in (torch, F, import_module("torch.linalg"), import_module("torch.special"), math_module):
            if other is not module and other.get(name) is not None:
                hints = [f"it is {other.name}.{name}"]
                break
        else:
            if name in METHODS:
                hints = [f"it is a method: x.{name}(...)"]
    exc.facts = Facts("attribute", op=name, explain=_why_missing(module, name), hints=hints)  # type: ignore[attr-defined]
    raise exc


# -- bare names -------------------------------------------------------------------------------------------------------------------

_CONSTANTS: dict[str, Any] = {"NotImplemented": NotImplemented, "Ellipsis": ..., "pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf, "nan": math.nan}
_MODULES = {
    "torch": "torch", "nn": "torch.nn", "F": "torch.nn.functional", "optim": "torch.optim", "autograd": "torch.autograd",
    "linalg": "torch.linalg", "special": "torch.special", "fft": "torch.fft", "cuda": "torch.cuda", "math": "math", "time": "time",
    "np": "numpy", "numpy": "numpy",
}  # fmt: skip
# The functions and types of builtins.py, which is imported when one of them is used.
_PYTHON = frozenset(
    "abs all any ascii bin callable chr dir divmod enumerate filter format help hex id isinstance iter len map max min next oct ord pow print "
    "repr reversed round sorted sum zip int float bool complex str list tuple dict set frozenset range slice type "
    "classmethod hasattr issubclass object property staticmethod super".split()
)
_EXCEPTIONS = ("Error", "Exception", "Iteration", "Interrupt", "Warning")  # how the names of exceptions end
_bare: dict[str, Any] = {}


def _python(name: str) -> Any:
    from . import builtins

    function = builtins.FUNCTIONS.get(name)
    return builtins.CLASSES[name] if function is None else Builtin(name, function, function.__doc__, "builtins")


def lookup(name: str) -> Any:
    """The value of a bare name, or MISSING."""
    v = _bare.get(name, MISSING)
    if v is not MISSING:
        return v
    if name in _PYTHON:
        v = _python(name)
    elif name == "open":
        from .textfile import OPEN as v
    elif name in _CONSTANTS:
        v = _CONSTANTS[name]
    elif name in _MODULES:
        v = import_module(_MODULES[name])
    elif name.endswith(_EXCEPTIONS) and (found := _exception(name)) is not None:
        v = found
    elif name.startswith("_") or name in ("backends", "version", "utils", "random", "jit", "func", "mps", "newaxis", "load", "save"):
        return MISSING
    else:
        v = torch.get(name, MISSING)
        for space in (F, "torch.special", "torch.linalg", *(("torch.testing",) if name.startswith("assert_") else ())):
            if v is not MISSING:
                break
            v = (import_module(space) if type(space) is str else space).get(name, MISSING)
        if v is MISSING:
            return MISSING
    _bare[name] = v
    return v


def _exception(name: str) -> Any:
    from .exceptions import lookup

    return lookup(name)


def names() -> list[str]:
    """All bare names."""
    from .exceptions import NAMES

    out = {*_PYTHON, *NAMES, *_CONSTANTS, *_MODULES, *_torch_names(), *NAMESPACES["torch"], *torch.table}
    for space in ("nn.functional", "special", "linalg"):
        out.update(NAMESPACES.get(space, ()))
    hidden = ("backends", "version", "utils", "random", "jit", "func", "mps", "newaxis", "load", "save")
    return sorted(n for n in out if not n.startswith("_") and n not in hidden)


def refusal(name: str) -> str | None:
    """Why a Python name is not here, or None."""
    return REFUSED.get(name)


# -- help and completion ------------------------------------------------------------------------------------------------------------


def resolve(dotted: str) -> Any:
    """The value of a dotted path of table names ('torch.sin', 'F.relu', 'Tensor.add_'), or MISSING. No program's variables."""
    first, *rest = dotted.split(".")
    v = lookup(first)
    if v is MISSING and first == "":
        return MISSING
    if v is MISSING and not rest:
        from . import forms

        if first in forms.FORMS:
            return Builtin(first, forms.FORMS[first], forms.FORMS[first].__doc__)
    if v is MISSING and first in METHODS and not rest:
        return Builtin(first, METHODS[first], METHODS[first].__doc__, "torch.Tensor")
    for name in rest:
        if v is MISSING or not isinstance(v, (Namespace, TypeValue)):
            return MISSING
        if isinstance(v, Namespace):
            v = v.get(name, MISSING)
        elif v.hosts == (Tensor,) and v.test is None and name in INFO[Tensor].attributes and name not in METHODS:
            return Builtin(name, INFO[Tensor].attributes[name], INFO[Tensor].attributes[name].__doc__, "torch.Tensor")
        else:
            try:
                v = v.attr(name)
            except AttributeError:
                return MISSING
    return v


def signatures(v: Any) -> list[str]:
    """How a function is called, one line an overload."""
    host = v.host if isinstance(v, Builtin) else None
    family = getattr(host, "__wrapped__", None)
    prefix = f"{v.module}." if isinstance(v, Builtin) and v.module not in ("", "builtins") else ""
    name = getattr(v, "name", "")
    if family is not None and hasattr(family, "overloads"):
        return [f"{prefix}{name}{o.schema.signature()}" for o in family.overloads]
    code = getattr(host if host is not None else getattr(v, "build", None), "__code__", None)
    if code is None:
        return []
    n = code.co_argcount + code.co_kwonlyargcount
    parts = list(code.co_varnames[:n])
    if code.co_flags & 4:
        parts.append("*" + code.co_varnames[n])
    return [f"{prefix}{name}({', '.join(p for p in parts if p not in ('self',))})"]


def doc_of(v: Any) -> str:
    """The description of a value of the tables, or ''."""
    doc = getattr(v, "doc", None)
    if not doc and isinstance(v, Builtin):
        doc = v.host.__doc__
    if not doc:
        return ""
    lines = doc.expandtabs().strip("\n").split("\n")
    indent = min((len(x) - len(x.lstrip()) for x in lines[1:] if x.strip()), default=0)
    return "\n".join([lines[0].strip(), *[x[indent:].rstrip() for x in lines[1:]]]).strip()


def one_line(v: Any) -> str:
    """The first sentence of a value's description."""
    return doc_of(v).partition("\n")[0]


def kind_of(v: Any) -> str:
    """function, type, module, constant, dtype: for the completion's second column."""
    if isinstance(v, Namespace):
        return "module"
    if isinstance(v, TypeValue):
        return "type"
    if isinstance(v, Callable_):
        return "function"
    if isinstance(v, dtype):
        return "dtype"
    return "constant"


def help_for(name: str) -> str | None:
    """Signatures and description of a name or dotted path; None when there is no such name."""
    v = resolve(name)
    if v is MISSING:
        return None
    if isinstance(v, Namespace):
        listed = [n for n in v.attr_names() if not n.startswith("_")]
        return f"module {v.name}\n\n{', '.join(listed)}"
    lines = signatures(v)
    doc = doc_of(v)
    if not lines and not doc:
        return f"{name}: {kind_of(v)} {v!r}"
    return "\n".join([*lines, "", doc]).strip() if lines and doc else "\n".join(lines) or doc


def completions(path: str = "", value: Any = MISSING) -> list[tuple[str, str, str]]:
    """(name, kind, first sentence of the description): the bare names, those of a dotted path of the tables, or the attributes of a value."""
    if value is not MISSING:
        return _value_completions(value)
    if not path:
        return [(n, "module", "") if n in _MODULES else (n, kind_of(lookup(n)), one_line(lookup(n))) for n in names()]
    v = resolve(path)
    if isinstance(v, Namespace):
        return [(n, kind_of(v.get(n)), one_line(v.get(n))) for n in v.attr_names() if not n.startswith("_")]
    return [] if v is MISSING else _value_completions(v)


def _value_completions(v: Any) -> list[tuple[str, str, str]]:
    if isinstance(v, Namespace):
        return [(n, kind_of(v.get(n)), one_line(v.get(n))) for n in v.attr_names() if not n.startswith("_")]
    info = None if isinstance(v, Value) else info_of(type(v))
    out = []
    for name in attribute_names(v):
        if name.startswith("_"):
            continue
        host = None if info is None else info.methods.get(name)
        kind = "attribute" if host is None else "method"
        if host is None and info is not None:
            host = info.attributes.get(name)
        doc = (getattr(host, "__doc__", None) or "").strip().partition("\n")[0]
        out.append((name, kind, doc))
    return out
