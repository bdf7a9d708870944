"""nn.Module and nn.Parameter: what a model is made of, how it is walked, moved, saved, printed and called. The layers stand in the modules beside.

A module keeps its parameters, buffers and submodules in three dicts, by name, and everything else as plain attributes.
"""

from __future__ import annotations

from collections import OrderedDict

from .. import dtypes, graph
from ..errors import fail
from ..tensors import Tensor, device
from ..torchlike import typename

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, NoReturn


# -- parameters ---------------------------------------------------------------------------------------------------------------------


class Parameter(Tensor):
    """A tensor that a module registers as its own and an optimizer trains: requires grad unless told otherwise.

    data: the values; the parameter shares their memory.

    >>> nn.Parameter(tensor([1., 2.]))
    Parameter containing:
    tensor([1., 2.], requires_grad=True)
    """

    __slots__ = ()

    def __new__(cls, data: Any = None, requires_grad: bool = True) -> Parameter:
        """The parameter over the memory of ``data``."""
        if data is None:
            data = Tensor(0)
        elif not isinstance(data, Tensor):
            raise TypeError(f"Parameter data has to be a tensor, but got {type(data).__name__}")
        twin: Any = data.detach()
        twin.__class__ = cls
        twin.requires_grad_(requires_grad)
        return twin  # type: ignore[no-any-return]

    def __init__(self, data: Any = None, requires_grad: bool = True) -> None:
        """All is done in __new__."""

    def __repr__(self) -> str:
        return "Parameter containing:\n" + Tensor.__repr__(self)

    def __format__(self, spec: str) -> str:
        return object.__format__(self, spec)  # not its number, unlike a plain tensor of one

    def __deepcopy__(self, memo: Any) -> Parameter:
        if id(self) in memo:
            return memo[id(self)]  # type: ignore[no-any-return]
        twin = self.detach().clone()
        twin.__class__ = type(self)
        memo[id(self)] = twin.requires_grad_(self.requires_grad)
        return memo[id(self)]  # type: ignore[no-any-return]


class Buffer(Tensor):
    """A tensor that a module registers as a buffer when it is assigned: moved and saved with the model, not trained.

    >>> nn.Buffer(tensor([1.]))
    tensor([1.])
    """

    __slots__ = ("persistent",)
    persistent: bool

    def __new__(cls, data: Any = None, *, persistent: bool = True) -> Tensor:  # type: ignore[misc]
        """The buffer over the memory of ``data``."""
        twin = (Tensor(0) if data is None else data).detach()
        out = object.__new__(cls)
        out._data, out._dtype, out._ext, out._node = twin._data, twin._dtype, twin._ext, twin._node
        out.persistent = persistent
        return out

    def __init__(self, data: Any = None, *, persistent: bool = True) -> None:
        """All is done in __new__."""


def parameter(t: Tensor, requires_grad: bool = True) -> Parameter:
    """A tensor that nobody else holds, as a parameter: the same object, no alias of it."""
    t.__class__ = Parameter
    return t.requires_grad_(requires_grad)  # type: ignore[return-value]


# -- hooks --------------------------------------------------------------------------------------------------------------------------


class _Hooks(dict):  # type: ignore[type-arg]
    """Registered hooks by their number, in calling order, with the flags each was registered with."""

    __slots__ = ("flags",)

    def __init__(self) -> None:
        super().__init__()
        self.flags: dict[int, frozenset[str]] = {}

    def add(self, hook: Any, first: bool, **flags: bool) -> graph.RemovableHandle:
        """Register a hook; ``first`` puts it before the others."""
        others = dict(self)
        handle = graph.RemovableHandle(self, hook)
        if first:
            self.clear()
            self[handle.id] = hook
            self.update(others)
        self.flags[handle.id] = frozenset(name for name, on in flags.items() if on)
        return handle


class _BackwardPass:
    """Calls a module's full backward hooks once the gradients of its outputs, and then of its inputs, are known."""

    def __init__(self, module: Module, inputs: int) -> None:
        self.module = module
        self.outs: list[Any] = []
        self.ins: list[Any] = [None] * inputs
        self.waiting: set[int] = set()

    def watch_outputs(self, result: Any) -> Any:
        """The result, in which each recorded tensor tells its gradient."""
        many = type(result) in (tuple, list)
        outs = list(result) if many else [result]
        for k, out in enumerate(outs):
            self.outs.append(None)
            if isinstance(out, Tensor) and out.requires_grad:
                outs[k] = out = out.view_as(out)
                out.register_hook(lambda g, k=k: self.output_known(k, g))
        return (type(result)(outs)) if many else outs[0]

    def output_known(self, k: int, g: Tensor) -> Any:
        """The gradient of output k has arrived."""
        self.outs[k] = g
        replaced = None
        for hook in list(self.module._backward_pre_hooks.values()):
            got = hook(self.module, tuple(self.outs))
            if got is not None:
                got = got if isinstance(got, tuple) else (got,)
                self.outs = list(got)
                replaced = got[k]
        if not self.waiting:  # no input needs a gradient: nothing more will come
            self.call_hooks()
        return replaced

    def watch_inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments, in which each recorded tensor tells its gradient."""
        found = list(args)
        for k, x in enumerate(found):
            if isinstance(x, Tensor) and x.requires_grad and graph.state.grad:
                found[k] = x = x.view_as(x)
                self.waiting.add(k)
                x.register_hook(lambda g, k=k: self.input_known(k, g))
        return tuple(found)

    def input_known(self, k: int, g: Tensor) -> Any:
        """The gradient of input k has arrived; after the last one the hooks run."""
        self.ins[k] = g
        self.waiting.discard(k)
        if self.waiting:
            return None
        got = self.call_hooks()
        return None if got is None else got[k]

    def call_hooks(self) -> Any:
        """Run the hooks; what they put in the place of the inputs' gradients, or None."""
        replaced = None
        for hook in list(self.module._backward_hooks.values()):
            got = hook(self.module, tuple(self.ins), tuple(self.outs))
            if got is not None:
                replaced = got if isinstance(got, tuple) else (got,)
                self.ins = list(replaced)
        return replaced


# -- state dicts --------------------------------------------------------------------------------------------------------------------


class IncompatibleKeys(tuple):  # type: ignore[type-arg]
    """What load_state_dict() returns: the keys that were missing and those nobody asked for."""

    __slots__ = ()

    def __new__(cls, missing_keys: list[str], unexpected_keys: list[str]) -> IncompatibleKeys:
        return tuple.__new__(cls, (missing_keys, unexpected_keys))

    @property
    def missing_keys(self) -> list[str]:
        """Keys of the module that the dict did not have."""
        return self[0]  # type: ignore[no-any-return]

    @property
    def unexpected_keys(self) -> list[str]:
        """Keys of the dict that the module does not have."""
        return self[1]  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        if not self[0] and not self[1]:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self[0]!r}, unexpected_keys={self[1]!r})"

    __str__ = __repr__


def _indented(text: str, spaces: int) -> str:
    return text.replace("\n", "\n" + " " * spaces)


_KINDS = ("_parameters", "_buffers", "_modules")


class Module:
    """Base of all layers and models: parameters, buffers and submodules by name, a forward(), a training flag.

    Assigning an nn.Parameter or an nn.Module to an attribute registers it; calling the module calls forward().

    >>> nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): ReLU()
    )
    """

    training: bool
    _parameters: dict[str, Any]
    _buffers: dict[str, Any]
    _modules: dict[str, Any]
    _unsaved: set[str]
    _forward_hooks: _Hooks
    _forward_pre_hooks: _Hooks
    _backward_hooks: _Hooks
    _backward_pre_hooks: _Hooks
    _state_hooks: _Hooks
    _load_hooks: _Hooks
    _load_post_hooks: _Hooks

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs:
            raise TypeError(f"{type(self).__name__}.__init__() got an unexpected keyword argument '{next(iter(kwargs))}'")
        if args:
            raise TypeError(f"{type(self).__name__}.__init__() takes 1 positional argument but {len(args) + 1} were given")
        put = self.__dict__.update
        put(training=True, _parameters={}, _buffers={}, _modules={}, _unsaved=set())
        put(_forward_hooks=_Hooks(), _forward_pre_hooks=_Hooks(), _backward_hooks=_Hooks(), _backward_pre_hooks=_Hooks())
        put(_state_hooks=_Hooks(), _load_hooks=_Hooks(), _load_post_hooks=_Hooks())

    # -- attributes -----------------------------------------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> Any:
        mine = self.__dict__
        for kind in _KINDS:
            if kind in mine and name in mine[kind]:
                return mine[kind][name]
        fail(AttributeError, f"'{self._get_name()}' object has no attribute '{name}'", kind="attribute", op=name)

    def __setattr__(self, name: str, value: Any) -> None:
        mine = self.__dict__
        if isinstance(value, Parameter):
            if "_parameters" not in mine:
                _not_begun("parameters")
            self._forget(name, "_parameters")
            self.register_parameter(name, value)
            return
        if isinstance(value, Module):
            if "_modules" not in mine:
                _not_begun("module")
            if name not in mine.get("_parameters", ()):
                self._forget(name, "_modules")
                mine["_modules"][name] = value
                return
        elif isinstance(value, Buffer) and "_buffers" in mine and name not in mine["_parameters"] and name not in mine["_modules"]:
            self._forget(name, "_buffers")
            self.register_buffer(name, value, value.persistent)
            return
        for kind, what, wanted in (
            ("_parameters", "parameter", "torch.nn.Parameter or None"),
            ("_modules", "child module", "torch.nn.Module or None"),
            ("_buffers", "buffer", "torch.nn.Buffer, torch.Tensor or None"),
        ):
            if kind in mine and name in mine[kind]:
                if value is not None and not (kind == "_buffers" and isinstance(value, Tensor)):
                    raise TypeError(f"cannot assign '{_kind_name(value)}' as {what} '{name}' ({wanted} expected)")
                mine[kind][name] = value
                return
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        for kind in _KINDS:
            if name in self.__dict__[kind]:
                del self.__dict__[kind][name]
                self._unsaved.discard(name)
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        names = {*dir(type(self)), *self.__dict__, *self._parameters, *self._buffers, *self._modules}
        return sorted(n for n in names if not n[0].isdigit())

    def _forget(self, name: str, kept: str) -> None:
        """Take a name out of every other place where it may stand."""
        mine = self.__dict__
        mine.pop(name, None)
        for kind in _KINDS:
            if kind != kept:
                mine[kind].pop(name, None)
        self._unsaved.discard(name)

    def _get_name(self) -> str:
        return type(self).__name__

    # -- registering ----------------------------------------------------------------------------------------------------------------

    def _check_name(self, name: Any, what: str, known: str) -> None:
        if not isinstance(name, str):
            raise TypeError(f"{what} name should be a string. Got {type(name).__name__ if what == 'module' else _kind_name(name)}")
        if "." in name:
            raise KeyError(f'{what} name can\'t contain "."' + (f", got: {name}" if what == "module" else ""))
        if name == "":
            raise KeyError(f'{what} name can\'t be empty string ""')
        if hasattr(self, name) and name not in self.__dict__[known]:
            raise KeyError(f"attribute '{name}' already exists")

    def register_parameter(self, name: str, param: Any) -> None:
        """Add a parameter (or None, for a place that is empty)."""
        if "_parameters" not in self.__dict__:
            _not_begun("parameter")
        self._check_name(name, "parameter", "_parameters")
        if param is not None:
            if not isinstance(param, Parameter):
                raise TypeError(f"cannot assign '{_kind_name(param)}' object to parameter '{name}' (torch.nn.Parameter or None required)")
            if param.grad_fn is not None:
                raise ValueError(
                    f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be created explicitly. To express '{name}' as a "
                    "function of another Tensor, compute the value in the forward() method."
                )
        self._parameters[name] = param

    def register_buffer(self, name: str, tensor: Any, persistent: bool = True) -> None:
        """Add a tensor that moves and is saved with the module (saved only if ``persistent``) and is not trained."""
        if "_buffers" not in self.__dict__:
            _not_begun("buffer")
        self._check_name(name, "buffer", "_buffers")
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(f"cannot assign '{_kind_name(tensor)}' object to buffer '{name}' (torch Tensor or None required)")
        self._buffers[name] = tensor
        (self._unsaved.discard if persistent else self._unsaved.add)(name)

    def add_module(self, name: str, module: Any) -> None:
        """Add a submodule (or None) under a name."""
        if not isinstance(module, Module) and module is not None:
            raise TypeError(f"{_kind_name(module)} is not a Module subclass")
        self._check_name(name, "module", "_modules")
        self._modules[name] = module

    def register_module(self, name: str, module: Any) -> None:
        """add_module() under its other name."""
        self.add_module(name, module)

    # -- walking --------------------------------------------------------------------------------------------------------------------

    def named_modules(self, memo: set[Any] | None = None, prefix: str = "", remove_duplicate: bool = True) -> Iterator[tuple[str, Module]]:
        """(path, module) of this module and all below it, each module once."""
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                yield from module.named_modules(memo, f"{prefix}.{name}" if prefix else name, remove_duplicate)

    def modules(self) -> Iterator[Module]:
        """This module and all below it."""
        for _, module in self.named_modules():
            yield module

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """(name, module) of the direct submodules, each module once."""
        seen = set()
        for name, module in self._modules.items():
            if module is not None and module not in seen:
                seen.add(module)
                yield name, module

    def children(self) -> Iterator[Module]:
        """The direct submodules."""
        for _, module in self.named_children():
            yield module

    def _named_members(self, kind: str, prefix: str, recurse: bool, remove_duplicate: bool) -> Iterator[tuple[str, Any]]:
        seen: set[int] = set()
        for path, module in self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate) if recurse else [(prefix, self)]:
            for name, member in module.__dict__[kind].items():
                if member is None or id(member) in seen:
                    continue
                if remove_duplicate:
                    seen.add(id(member))
                yield f"{path}.{name}" if path else name, member

    def named_parameters(self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True) -> Iterator[tuple[str, Parameter]]:
        """(path, parameter) of this module and, unless not ``recurse``, of all below it."""
        return self._named_members("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """All parameters, in the order they were registered."""
        for _, p in self.named_parameters(recurse=recurse):
            yield p

    def named_buffers(self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True) -> Iterator[tuple[str, Tensor]]:
        """(path, buffer) of this module and, unless not ``recurse``, of all below it."""
        return self._named_members("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """All buffers."""
        for _, b in self.named_buffers(recurse=recurse):
            yield b

    def get_submodule(self, target: str) -> Module:
        """The module at a dotted path."""
        found: Any = self
        for part in target.split(".") if target else ():
            if not hasattr(found, part):
                fail(AttributeError, f"{found._get_name()} has no attribute `{part}`", kind="attribute")
            found = getattr(found, part)
            if not isinstance(found, Module):
                fail(AttributeError, f"`{part}` is not an nn.Module", kind="attribute")
        return found  # type: ignore[no-any-return]

    def set_submodule(self, target: str, module: Module, strict: bool = False) -> None:
        """Put a module at a dotted path; with ``strict`` only where one stands already."""
        if target == "":
            raise ValueError("Cannot set the submodule without a target name!")
        path, _, name = target.rpartition(".")
        owner = self.get_submodule(path)
        if strict and not hasattr(owner, name):
            fail(AttributeError, f"{owner._get_name()} has no attribute `{name}`", kind="attribute")
        setattr(owner, name, module)

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a dotted path."""
        return self._get_member(target, Parameter, "an nn.Parameter")  # type: ignore[no-any-return]

    def get_buffer(self, target: str) -> Tensor:
        """The buffer at a dotted path."""
        path, _, name = target.rpartition(".")
        owner = self.get_submodule(path)
        found = self._get_member(target, Tensor, "a buffer")
        if name not in owner._buffers:
            fail(AttributeError, f"`{name}` is not a buffer", kind="attribute")
        return found  # type: ignore[no-any-return]

    def _get_member(self, target: str, kind: type, what: str) -> Any:
        path, _, name = target.rpartition(".")
        owner = self.get_submodule(path)
        if not hasattr(owner, name):
            fail(AttributeError, f"{owner._get_name()} has no attribute `{name}`", kind="attribute")
        found = getattr(owner, name)
        if not isinstance(found, kind):
            fail(AttributeError, f"`{name}` is not {what}", kind="attribute")
        return found

    # -- modes, devices, dtypes -----------------------------------------------------------------------------------------------------

    def apply(self, fn: Callable[[Module], Any]) -> Module:
        """Call ``fn`` with every module below and then with this one."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def train(self, mode: bool = True) -> Module:
        """Switch this module and all below it to training (dropout drops, batch norm learns) or out of it."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self) -> Module:
        """train(False)"""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Module:
        """Train the parameters, or keep them as they are."""
        for p in self.parameters():
            p.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients of all parameters."""
        clear_grads(self.parameters(), set_to_none)

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Module:
        if recurse:
            for module in self.children():
                module._apply(fn)
        for p in self._parameters.values():
            if p is not None:
                _replace(p, fn)
        for name, b in self._buffers.items():
            if b is not None:
                self._buffers[name] = fn(b)
        return self

    def to(self, *args: Any, **kwargs: Any) -> Module:
        """Move to a device or cast to a floating dtype, in place: ``to(device, dtype)`` or one of them, ``to(tensor)``, ``to(memory_format=...)``."""
        where, d = _destination(args, kwargs)
        if d is not None and not (d.is_floating_point or d.is_complex):
            fail(
                TypeError,
                f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={d}",
                kind="dtype",
                op="to",
                explain=["Parameters are trained, and only floating values have gradients."],
            )
        given = kwargs.get("memory_format")  # for images and volumes: weights of four and five dimensions
        return self._apply(
            lambda t: t.to(where or t.device, d if d is not None and t.is_floating_point() else t.dtype, memory_format=given if t.ndim in (4, 5) else None)
        )

    def _cast(self, d: dtypes.dtype) -> Module:
        return self._apply(lambda t: t.to(d) if t.is_floating_point() else t)

    def float(self) -> Module:
        """Parameters and buffers of floating dtypes as float32."""
        return self._cast(dtypes.float32)

    def double(self) -> Module:
        """Parameters and buffers of floating dtypes as float64."""
        return self._cast(dtypes.float64)

    def half(self) -> Module:
        """Parameters and buffers of floating dtypes as float16."""
        return self._cast(dtypes.float16)

    def bfloat16(self) -> Module:
        """Parameters and buffers of floating dtypes as bfloat16."""
        return self._cast(dtypes.bfloat16)

    def type(self, dst_type: Any) -> Module:
        """All parameters and buffers as a dtype."""
        return self._apply(lambda t: t.type(dst_type))

    def cpu(self) -> Module:
        """Move parameters and buffers to the CPU."""
        return self._apply(lambda t: t.cpu())

    def cuda(self, device: Any = None) -> Module:
        """Move parameters and buffers to a GPU."""
        return self._apply(lambda t: t.cuda(device))

    def to_empty(self, *, device: Any, recurse: bool = True) -> Module:
        """Move to a device without copying values."""
        from ..registry import NAMESPACES

        return self._apply(lambda t: NAMESPACES["torch"]["empty_like"](t, device=device), recurse)

    def share_memory(self) -> Module:
        """Itself: there is one process."""
        return self

    # -- hooks ----------------------------------------------------------------------------------------------------------------------

    def register_forward_pre_hook(self, hook: Any, *, prepend: bool = False, with_kwargs: bool = False) -> graph.RemovableHandle:
        """Call ``hook(module, args)`` before forward(); what it returns takes the place of the arguments."""
        return self._forward_pre_hooks.add(hook, prepend, kwargs=with_kwargs)

    def register_forward_hook(self, hook: Any, *, prepend: bool = False, with_kwargs: bool = False, always_call: bool = False) -> graph.RemovableHandle:
        """Call ``hook(module, args, output)`` after forward(); what it returns takes the place of the output."""
        return self._forward_hooks.add(hook, prepend, kwargs=with_kwargs, always=always_call)

    def register_full_backward_pre_hook(self, hook: Any, prepend: bool = False) -> graph.RemovableHandle:
        """Call ``hook(module, grad_output)`` when the gradient of the output is known."""
        return self._backward_pre_hooks.add(hook, prepend)

    def register_full_backward_hook(self, hook: Any, prepend: bool = False) -> graph.RemovableHandle:
        """Call ``hook(module, grad_input, grad_output)`` when the gradients of the inputs are known; what it returns replaces them."""
        return self._backward_hooks.add(hook, prepend)

    def register_backward_hook(self, hook: Any) -> graph.RemovableHandle:
        """register_full_backward_hook() under its older name."""
        return self.register_full_backward_hook(hook)

    def register_state_dict_post_hook(self, hook: Any) -> graph.RemovableHandle:
        """Call ``hook(module, state_dict, prefix, local_metadata)`` after state_dict() has filled in this module's part."""
        return self._state_hooks.add(hook, False)

    def register_load_state_dict_pre_hook(self, hook: Any) -> graph.RemovableHandle:
        """Call ``hook(module, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)`` before loading."""
        return self._load_hooks.add(hook, False)

    def register_load_state_dict_post_hook(self, hook: Any) -> graph.RemovableHandle:
        """Call ``hook(module, incompatible_keys)`` after loading."""
        return self._load_post_hooks.add(hook, False)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes; each subclass has its own."""
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        mine = self.__dict__
        if "_forward_hooks" not in mine:
            fail(AttributeError, f"'{self._get_name()}' object has no attribute '_backward_hooks'", kind="attribute")  # PyTorch's text: __init__() has not run
        if graph.unusual[0] and graph.state.record_inputs:
            return self._call_in_scope(args, kwargs)
        if not (mine["_forward_hooks"] or mine["_forward_pre_hooks"] or mine["_backward_hooks"] or mine["_backward_pre_hooks"]):
            return self.forward(*args, **kwargs)
        return self._call_with_hooks(args, kwargs)

    def _call_in_scope(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The call while an inspector records: what runs inside carries the module's name, ``Net``, ``Net.fc1``, ``Net.fc1 (2)`` at a second call."""
        state = graph.state
        outer = state.scope
        if state.calls is None:
            state.calls = {}
        above, name = state.calls.get("module"), type(self).__name__
        for key, child in above._modules.items() if above is not None else ():
            if child is self:
                name = key
        path = (*outer, name)
        count = state.calls[path] = state.calls.get(path, 0) + 1
        state.scope = path if count == 1 else (*outer, f"{name} ({count})")
        state.calls["module"] = self
        try:
            return self._call_with_hooks(args, kwargs)
        finally:
            state.scope = outer
            state.calls["module"] = above

    def _call_with_hooks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        for k, hook in list(self._forward_pre_hooks.items()):
            if "kwargs" in self._forward_pre_hooks.flags[k]:
                got = hook(self, args, kwargs)
                if got is not None:
                    if not isinstance(got, tuple) or len(got) != 2:
                        raise RuntimeError(f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {got}.")
                    args, kwargs = got
            else:
                got = hook(self, args)
                if got is not None:
                    args = got if isinstance(got, tuple) else (got,)
        back = None
        if self._backward_hooks or self._backward_pre_hooks:
            back = _BackwardPass(self, len(args))
            args = back.watch_inputs(args)
        try:
            result = self.forward(*args, **kwargs)
        except Exception:
            for k, hook in list(self._forward_hooks.items()):
                if "always" in self._forward_hooks.flags[k]:
                    hook(self, args, kwargs, None) if "kwargs" in self._forward_hooks.flags[k] else hook(self, args, None)
            raise
        for k, hook in list(self._forward_hooks.items()):
            got = hook(self, args, kwargs, result) if "kwargs" in self._forward_hooks.flags[k] else hook(self, args, result)
            if got is not None:
                result = got
        return result if back is None else back.watch_outputs(result)

    # -- state dicts ----------------------------------------------------------------------------------------------------------------

    def state_dict(self, *args: Any, destination: Any = None, prefix: str = "", keep_vars: bool = False) -> Any:
        """Names to tensors of all parameters and persistent buffers; the tensors share memory with the model."""
        if args:
            given: list[Any] = [*args, *[destination, prefix, keep_vars][len(args) :]]
            destination, prefix, keep_vars = given
        if destination is None:
            destination = OrderedDict()
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        for hook in self._state_hooks.values():
            destination = hook(self, destination, prefix, {}) or destination
        return destination

    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        for name, t in self._own_state().items():
            destination[prefix + name] = t if keep_vars else t.detach()

    def _own_state(self) -> dict[str, Tensor]:
        """This module's parameters and persistent buffers."""
        found = {name: p for name, p in self._parameters.items() if p is not None}
        found.update((name, b) for name, b in self._buffers.items() if b is not None and name not in self._unsaved)
        return found

    def load_state_dict(self, state_dict: Any, strict: bool = True, assign: bool = False) -> IncompatibleKeys:
        """Copy a state dict's tensors into the parameters and buffers of the same names.

        strict: raise RuntimeError where keys are missing or unexpected. assign: take the tensors themselves instead of copying.
        Raises RuntimeError naming every key that is missing, unexpected or of another shape.
        """
        from collections.abc import Mapping

        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        missing: list[str] = []
        unexpected: list[str] = []
        errors: list[str] = []
        given = dict(state_dict)
        with graph.no_grad():
            self._load(given, "", True, assign, missing, unexpected, errors)
        if strict:
            if unexpected:
                errors.insert(0, "Unexpected key(s) in state_dict: {}. ".format(", ".join(f'"{k}"' for k in unexpected)))
            if missing:
                errors.insert(0, "Missing key(s) in state_dict: {}. ".format(", ".join(f'"{k}"' for k in missing)))
        if errors:
            text = "Error(s) in loading state_dict for {}:\n\t{}".format(type(self).__name__, "\n\t".join(errors))
            fail(RuntimeError, text, kind="state_dict", op="load_state_dict", hints=["load_state_dict(d, strict=False) loads the keys that both have."])
        return IncompatibleKeys(missing, unexpected)

    def _load(self, given: dict[str, Any], prefix: str, strict: bool, assign: bool, missing: list[str], unexpected: list[str], errors: list[str]) -> None:
        for hook in self._load_hooks.values():
            hook(self, given, prefix, {}, strict, missing, unexpected, errors)
        self._load_from_state_dict(given, prefix, {"assign_to_params_buffers": assign}, strict, missing, unexpected, errors)
        for name, module in self._modules.items():
            if module is not None:
                part = {k: v for k, v in given.items() if k.startswith(f"{prefix}{name}.")}
                module._load(part, f"{prefix}{name}.", strict, assign, missing, unexpected, errors)
        for hook in self._load_post_hooks.values():
            hook(self, IncompatibleKeys(missing, unexpected))

    def _load_from_state_dict(
        self, state_dict: dict[str, Any], prefix: str, local_metadata: Any, strict: bool, missing: list[str], unexpected: list[str], errors: list[str]
    ) -> None:
        mine = self._own_state()
        for name, t in mine.items():
            key = prefix + name
            if key not in state_dict:
                if strict:
                    missing.append(key)
                continue
            value = state_dict[key]
            if not isinstance(value, Tensor):
                errors.append(
                    f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from checkpoint but received {type(value)}'
                )
                continue
            if t.ndim == 0 and value.ndim == 1 and len(value) == 1:
                value = value[0]  # files of PyTorch 0.3 and before have no 0-d tensors
            if tuple(t.shape) != tuple(value.shape):
                errors.append(f"size mismatch for {key}: copying a param with shape {value.shape} from checkpoint, the shape in current model is {t.shape}.")
                continue
            if local_metadata.get("assign_to_params_buffers"):
                if isinstance(t, Parameter):
                    self._parameters[name] = value if isinstance(value, Parameter) else Parameter(value, requires_grad=t.requires_grad)
                else:
                    self._buffers[name] = value
            else:
                t.copy_(value)
        if strict:
            for key in state_dict:
                if key.startswith(prefix):
                    first, _, rest = key[len(prefix) :].partition(".")
                    if not (first in self._modules if rest else first in mine):
                        unexpected.append(key)

    # -- printing -------------------------------------------------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """What stands between the parentheses when it prints."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        children = [f"({name}): {_indented(repr(module), 2)}" for name, module in self._modules.items()]
        name = self._get_name()
        if not children and len(lines) <= 1:
            return f"{name}({extra})"
        return f"{name}(\n  " + "\n  ".join(lines + children) + "\n)"


def _not_begun(what: str) -> NoReturn:
    fail(
        AttributeError,
        f"cannot assign {what} before Module.__init__() call",
        kind="attribute",
        explain=["Module.__init__() makes the place where parameters and submodules are kept."],
        hints=["super().__init__() as the first line of your __init__."],
    )


def _kind_name(value: Any) -> str:
    """The type's name in PyTorch's texts about registering."""
    if isinstance(value, Module):
        from . import HOMES

        kind = type(value)
        return (
            f"torch.nn.modules.{HOMES[kind.__name__]}.{kind.__name__}" if kind.__module__.startswith(__package__) else f"{kind.__module__}.{kind.__qualname__}"
        )
    return typename(value)


def _replace(p: Parameter, fn: Callable[[Tensor], Tensor]) -> None:
    """Put fn(values) in the place of a parameter's values, and of its gradient's."""
    with graph.no_grad():
        p.data = fn(p.data)
        e = p._ext
        if e is not None and e.grad is not None:
            e.grad.data = fn(e.grad.data)


def _destination(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
    """(device, dtype) of to()'s arguments; None for what stays."""
    where, d = kwargs.get("device"), kwargs.get("dtype")
    for value in (*args, kwargs.get("tensor")):
        if isinstance(value, Tensor):
            where, d = value.device, value.dtype
        elif isinstance(value, dtypes.dtype):
            d = value
        elif isinstance(value, (str, device)) or (isinstance(value, int) and not isinstance(value, bool)):
            where = value
        elif value is not None and not isinstance(value, bool):
            raise TypeError(f"to() received an invalid combination of arguments - got ({type(value).__name__})")
    return None if where is None else device(where), d


def clear_grads(parameters: Any, set_to_none: bool = True) -> None:
    """zero_grad() of modules and optimizers."""
    for p in parameters:
        e = p._ext
        if e is None or e.grad is None:
            continue
        if set_to_none:
            e.grad = None
        else:
            if e.grad.grad_fn is not None:
                e.grad.detach_()
            else:
                e.grad.requires_grad_(False)
            e.grad.zero_()
