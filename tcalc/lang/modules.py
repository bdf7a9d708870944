"""torch.nn, torch.optim, torch.utils.data and torch.utils.checkpoint in the language: which classes of the engine a program may use, and what of them.

Each class is registered (hosts.expose) when its name is first asked for. tables.py puts the namespaces that are made here into torch.
"""

from __future__ import annotations

import sys

from ..engine import Tensor
from ..engine.errors import fail
from ..engine.nn.module import Buffer, Module, Parameter
from .hosts import HOSTS, HostClass, checked, expose
from .values import INFO, Builtin, Callable_, ContextManager, Lazy, Namespace, TypeValue, call, enter, leave, state, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _engine(name: str) -> Any:
    """A module of the engine, imported now if need be."""
    dotted = __name__.rpartition(".lang.")[0] + ".engine." + name
    __import__(dotted)
    return sys.modules[dotted]


engine_nn = _engine("nn")

# -- nn -----------------------------------------------------------------------------------------------------------------------------

_MODULE = {
    "methods": "forward extra_repr parameters named_parameters buffers named_buffers children named_children modules named_modules train eval to cpu cuda "
    "float double half bfloat16 type apply zero_grad requires_grad_ state_dict load_state_dict register_buffer register_parameter add_module "
    "register_module get_submodule get_parameter get_buffer set_submodule register_forward_hook register_forward_pre_hook register_full_backward_hook "
    "register_full_backward_pre_hook register_backward_hook register_state_dict_post_hook register_load_state_dict_pre_hook "
    "register_load_state_dict_post_hook to_empty share_memory",
    "attributes": "_parameters _buffers _modules",  # copies
    "protocol": "call repr",
    "overrides": "_get_name _load_from_state_dict _save_to_state_dict",
    "reserved": "_parameters _buffers _modules _unsaved _forward_hooks _forward_pre_hooks _backward_hooks _backward_pre_hooks _state_hooks _load_hooks "
    "_load_post_hooks",
}
_LIST = "len getitem setitem delitem iter"
# class -> what it has beside a module's names
_MORE: dict[str, dict[str, str]] = {
    "Sequential": {"methods": "append extend insert pop", "protocol": _LIST + " add mul"},
    "ModuleList": {"methods": "append extend insert pop", "protocol": _LIST + " add"},
    "ModuleDict": {"methods": "keys values items update pop clear", "protocol": _LIST + " contains"},
    "ParameterList": {"methods": "append extend", "protocol": "len getitem setitem iter"},
    "ParameterDict": {"methods": "keys values items update pop clear get", "protocol": _LIST + " contains"},
    **dict.fromkeys(("Embedding", "EmbeddingBag"), {"classmethods": "from_pretrained"}),
}
# file of engine/nn -> classes of the objects that its classes make by themselves
_PARTS = {"attention": "ModuleList Linear Dropout LayerNorm NonDynamicallyQuantizableLinear MultiheadAttention " + engine_nn.FILES["attention"]}
_OWN_METHODS = ("reset_parameters", "reset_running_stats", "flatten_parameters")


def find_nn(name: str) -> Any:
    """nn.<name>: a class of modules, or None."""
    if name == "Module":
        return expose(Module, "torch.nn.modules.module.Module", open=True, subclass=True, **_MODULE)
    if name == "Parameter":
        return PARAMETER
    if name == "Buffer":
        return Builtin("Buffer", lambda *args, **kwargs: checked(Buffer, "Buffer", args, kwargs), Buffer.__doc__, "torch.nn")
    if name not in engine_nn.CLASSES:
        return None
    host = getattr(engine_nn, name)  # a name of the engine's own list
    find_nn("Module")
    for base in reversed(host.__mro__[1:]):  # what it derives from comes first: expose() inherits
        if base.__name__ in engine_nn.CLASSES and base.__name__ != "Module":
            find_nn(base.__name__)
    more = dict(_MORE.get(name, {}))
    own = [m for m in _OWN_METHODS if hasattr(host, m)]
    more["methods"] = " ".join([more.get("methods", ""), *own])
    made = expose(host, f"torch.nn.modules.{engine_nn.HOMES[name]}.{name}", subclass=True, **more)  # type: ignore[arg-type]
    for part in _PARTS.get(engine_nn.CLASSES[name], "").split():
        if getattr(engine_nn, part) not in HOSTS:
            find_nn(part)
    if name == "Transformer":  # a static method: the same on the class and on an object
        for table in (made.methods, made.classmethods):
            table["generate_square_subsequent_mask"] = lambda owner, *args, **kwargs: host.generate_square_subsequent_mask(*args, **kwargs)
    return made


def nn_names() -> list[str]:
    """The names of nn."""
    return sorted(engine_nn.CLASSES)


PARAMETER = TypeValue(
    "Parameter",
    (Parameter,),
    lambda *args, **kwargs: checked(Parameter, "Parameter", args, kwargs),
    "torch.nn.parameter.Parameter",
    doc=Parameter.__doc__,
)


def _as_tensors() -> None:
    """Parameters and buffers are tensors: what can be done with those can be done with them."""
    from .builtins import TENSOR, TYPES

    INFO[Parameter] = INFO[Buffer] = INFO[Tensor]
    TYPES[Parameter] = PARAMETER
    TYPES[Buffer] = TENSOR


_as_tensors()


def _functions(module: Any, name: str, names: list[str]) -> Namespace:
    """A namespace over functions of the engine."""

    def function(n: str) -> Builtin:
        host = getattr(module, n)  # a name of the module's own list
        return Builtin(n, lambda *args, **kwargs: checked(host, n, args, kwargs), host.__doc__, name)

    return Namespace(name, find=lambda n: function(n) if n in names else None, listing=lambda: names)


def init_space() -> Namespace:
    """torch.nn.init"""
    init = _engine("nn.init")

    return _functions(init, "torch.nn.init", init.__all__)


def utils_space() -> Namespace:
    """torch.nn.utils"""
    utils = _engine("nn.utils")

    made = _functions(utils, "torch.nn.utils", utils.__all__)

    def skip_init(module_cls: Any, *args: Any, **kwargs: Any) -> Any:
        """A module whose parameters are not initialised: its class, then the constructor's arguments."""
        from .classes import ClassValue

        if not isinstance(module_cls, ClassValue) or not issubclass(module_cls.host, Module):
            return checked(utils.skip_init, "skip_init", (module_cls.host if isinstance(module_cls, HostClass) else module_cls, *args), kwargs)
        classes = [host.__dict__.get("cls_") for host in module_cls.host.__mro__]
        tables = [cls.table for cls in classes if cls is not None]
        start = next((table["__init__"] for table in tables if "__init__" in table), None)
        if start is not None and "device" not in getattr(start, "parameters", ()):
            fail(RuntimeError, "Module must support a 'device' arg to skip initialization", kind="value", op="skip_init")
        where = kwargs.pop("device", "cpu")
        return call(module_cls, args, {**kwargs, "device": "meta"}).to_empty(device=where)

    made.table["skip_init"] = Builtin("skip_init", skip_init, utils.skip_init.__doc__, "torch.nn.utils")
    return made


def parts_space() -> Namespace:
    """torch.nn.modules and torch.nn.parameter: the same names once more."""
    return Namespace("torch.nn.modules", find=find_nn, listing=nn_names)


# -- optim --------------------------------------------------------------------------------------------------------------------------


def find_optim(name: str) -> Any:
    """optim.<name>: an optimizer, or None."""
    optim = _engine("optim")

    if name not in optim.__all__ or name in ("lr_scheduler", "required"):
        return None
    base = expose(
        optim.Optimizer,
        "torch.optim.optimizer.Optimizer",
        methods="step zero_grad state_dict load_state_dict add_param_group register_step_pre_hook register_step_post_hook",
        attributes="param_groups state defaults",
        protocol="repr",
        reserved="_stepped _hooks_before _hooks_after",
        open=True,
        subclass=True,
    )
    if name == "Optimizer":
        return base
    host = getattr(optim, name)  # a name of the engine's own list
    if name == "AdamW":
        find_optim("Adam")
    return expose(host, f"torch.optim.{name.lower()}.{name}", subclass=True)


def optim_space() -> Namespace:
    """torch.optim"""
    optim = _engine("optim")

    names = [n for n in optim.__all__ if n != "required"]
    return Namespace("torch.optim", {"lr_scheduler": Lazy(schedules_space)}, find_optim, lambda: names)


_schedules: list[Namespace] = []


def schedules_space() -> Namespace:
    """torch.optim.lr_scheduler"""
    lr_scheduler = _engine("optim.lr_scheduler")

    if not _schedules:
        _schedules.append(Namespace("torch.optim.lr_scheduler", find=find_schedule, listing=lambda: list(lr_scheduler.__all__)))
    return _schedules[0]


def find_schedule(name: str) -> Any:
    """optim.lr_scheduler.<name>: a schedule, or None."""
    lr_scheduler = _engine("optim.lr_scheduler")

    if name not in lr_scheduler.__all__:
        return None
    base = expose(
        lr_scheduler.LRScheduler,
        "torch.optim.lr_scheduler.LRScheduler",
        methods="step get_lr get_last_lr state_dict load_state_dict",
        open=True,
        subclass=True,
    )
    if name == "LRScheduler":
        return base
    if name == "MultiplicativeLR":
        find_schedule("LambdaLR")
    host = getattr(lr_scheduler, name)  # a name of the engine's own list
    return expose(host, f"torch.optim.lr_scheduler.{name}", subclass=True)


# -- data ---------------------------------------------------------------------------------------------------------------------------

# class -> (file of torch.utils.data, what expose() gets); those it derives from stand before it
_DATA: dict[str, tuple[str, dict[str, Any]]] = {
    "Dataset": ("dataset", {"protocol": "getitem add", "open": True, "reserved": "_length"}),
    "IterableDataset": ("dataset", {"protocol": "iter add"}),
    "TensorDataset": ("dataset", {"protocol": "getitem len add"}),
    "StackDataset": ("dataset", {"protocol": "getitem len add"}),
    "ConcatDataset": ("dataset", {"protocol": "getitem len add"}),
    "ChainDataset": ("dataset", {"protocol": "iter len add"}),
    "Subset": ("dataset", {"protocol": "getitem len add"}),
    "Sampler": ("sampler", {"protocol": "iter", "open": True}),
    "SequentialSampler": ("sampler", {"protocol": "iter len"}),
    "RandomSampler": ("sampler", {"protocol": "iter len", "attributes": "num_samples"}),
    "SubsetRandomSampler": ("sampler", {"protocol": "iter len"}),
    "WeightedRandomSampler": ("sampler", {"protocol": "iter len"}),
    "BatchSampler": ("sampler", {"protocol": "iter len"}),
    "DataLoader": ("dataloader", {"protocol": "iter len", "open": True, "reserved": "_iterable _batched _order"}),
}
_BASES = {"Dataset": (), "Sampler": (), "DataLoader": (), "ChainDataset": ("Dataset", "IterableDataset")}


def find_data(name: str) -> Any:
    """torch.utils.data.<name>, or None."""
    data = _engine("data")

    if name not in data.__all__:
        return None
    host = getattr(data, name)  # a name of the engine's own list
    entry = _DATA.get(name)
    if entry is None:
        if name == "get_worker_info":
            expose(data.WorkerInfo, "torch.utils.data._utils.worker.WorkerInfo", open=True, build=None)
        return Builtin(name, lambda *args, **kwargs: checked(host, name, args, kwargs), host.__doc__, "torch.utils.data")
    home, options = entry
    for base in _BASES.get(name, ("Sampler",) if home == "sampler" else ("Dataset",)):
        find_data(base)
    if name == "random_split":
        find_data("Subset")
    return expose(host, f"torch.utils.data.{home}.{name}", subclass=True, **options)


def data_space() -> Namespace:
    """torch.utils.data"""
    data = _engine("data")

    for name in _DATA:  # a Subset comes out of random_split(), a ConcatDataset out of a sum
        find_data(name)
    parts = {
        part: Lazy(lambda: Namespace("torch.utils.data", find=find_data, listing=lambda: list(data.__all__))) for part in ("dataset", "dataloader", "sampler")
    }
    return Namespace("torch.utils.data", dict(parts), find_data, lambda: list(data.__all__))


def checkpoint_space() -> Namespace:
    """torch.utils.checkpoint"""
    checkpoint = _engine("checkpoint")

    made = _functions(checkpoint, "torch.utils.checkpoint", ["checkpoint", "checkpoint_sequential"])
    plain = made.get("checkpoint")

    def with_blocks(*args: Any, **kwargs: Any) -> Any:
        given = kwargs.get("context_fn")
        if isinstance(given, Callable_):
            kwargs["context_fn"] = lambda: _blocks(call(given, (), {}))
        return plain.invoke(args, kwargs)

    made.table["checkpoint"] = Builtin("checkpoint", with_blocks, plain.doc, "torch.utils.checkpoint")
    return made


class _Block:
    """A context manager of the program, for the engine's own `with`."""

    def __init__(self, v: Any) -> None:
        self.v = v

    def __enter__(self) -> Any:
        return enter(self.v)

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool:
        return leave(self.v, error)


def _blocks(given: Any) -> Any:
    return tuple([_Block(v) for v in given]) if isinstance(given, (tuple, list)) else given


# -- amp ----------------------------------------------------------------------------------------------------------------------------


def _autocast(name: str) -> Any:
    """autocast(...) as a value for `with` and for decorating."""

    def make(*args: Any, **kwargs: Any) -> ContextManager:
        block = checked(getattr(_engine("amp"), name), "autocast", args, kwargs)
        return ContextManager("autocast", lambda: block)

    return Builtin("autocast", make, _engine("amp").autocast.__doc__, "torch.amp")


def _scaler() -> Any:
    return expose(
        _engine("amp").GradScaler,
        "torch.amp.grad_scaler.GradScaler",
        methods="scale unscale_ step update get_scale get_growth_factor get_backoff_factor get_growth_interval is_enabled state_dict load_state_dict",
        subclass=True,
    )


def amp_space() -> Namespace:
    """torch.amp"""
    amp = _engine("amp")
    table = {name: Builtin(name, getattr(amp, name), getattr(amp, name).__doc__, "torch.amp") for name in amp.__all__ if name.islower() and name != "autocast"}
    return Namespace("torch.amp", {**table, "autocast": _autocast("autocast"), "GradScaler": _scaler()})


def cuda_amp_space() -> Namespace:
    """torch.cuda.amp: the older names."""
    amp = _engine("amp")
    _scaler()
    scaler = Builtin("GradScaler", lambda *args, **kwargs: checked(amp.cuda_scaler, "GradScaler", args, kwargs), amp.GradScaler.__doc__, "torch.cuda.amp")
    return Namespace("torch.cuda.amp", {"autocast": _autocast("cuda_autocast"), "GradScaler": scaler})


# -- files --------------------------------------------------------------------------------------------------------------------------


def _path(f: Any, what: str) -> Any:
    """The file that torch.save or torch.load may touch, as the session's rules for files say."""
    if type(f) is not str:
        fail(TypeError, f"torch.{what}: a path is expected, not {type_name(f)}", kind="type", op=what, hints=["torch.save(model.state_dict(), 'model.pt')"])
    files = None if state.session is None else state.session.files
    if files is None:
        fail(PermissionError, f"torch.{what}: programs touch no files here", kind="file", op=what)
    return files.to_read(f) if what == "load" else files.to_write(f)


def save(obj: Any, f: Any, pickle_module: Any = None, pickle_protocol: Any = 2) -> None:
    """torch.save(obj, path): write tensors, and dicts and lists of them, to a file that PyTorch reads, too."""
    _engine("serialization").save(obj, _path(f, "save"))


def load(f: Any, map_location: Any = None, pickle_module: Any = None, *, weights_only: Any = None, mmap: Any = None) -> Any:
    """torch.load(path): what torch.save wrote, here or in PyTorch. Nothing in the file is ever run."""
    return checked(_engine("serialization").load, "load", (_path(f, "load"), map_location), {})
