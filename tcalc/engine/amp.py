"""torch.amp: autocast and GradScaler.

Inside an autocast block the calls of named functions cast their floating tensors first: matrix products and convolutions to the low precision, what needs
range to float32, what mixes dtypes to the widest of them. The lists are those of https://docs.pytorch.org/docs/stable/amp.html#autocast-op-reference.
While a block is open anywhere, calls go through a door of this module; otherwise nothing of it is there.
"""

from __future__ import annotations

from _thread import _local, allocate_lock

from . import cuda, dtypes, graph
from .apply import TENSORS as T
from .errors import fail
from .registry import Family
from .tensors import Tensor, device

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PRODUCTS = (
    "addbmm addmm addmv addr baddbmm bmm chain_matmul multi_dot conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d linear matmul mm mv "
    "scaled_dot_product_attention"
)
_LOW = {
    "cuda": frozenset((_PRODUCTS + " prelu").split()),
    "cpu": frozenset("addbmm addmm baddbmm bmm conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d linear matmul mm mv "
                     "scaled_dot_product_attention".split()),
}  # fmt: skip
_SINGLE = {
    "cuda": frozenset(
        "acos asin binary_cross_entropy_with_logits cosh cosine_embedding_loss cdist cosine_similarity cross_entropy cumprod cumsum dist erfinv exp expm1 "
        "group_norm hinge_embedding_loss kl_div l1_loss layer_norm log log10 log_softmax log1p log2 margin_ranking_loss mse_loss multi_margin_loss nll_loss "
        "norm normalize poisson_nll_loss pow prod reciprocal rsqrt sinh smooth_l1_loss soft_margin_loss softmax softmin softplus sum tan "
        "triplet_margin_loss".split()
    ),
    "cpu": frozenset(
        "avg_pool3d binary_cross_entropy binary_cross_entropy_with_logits cdist cosine_embedding_loss ctc_loss grid_sample kl_div hinge_embedding_loss "
        "margin_ranking_loss mse_loss multi_margin_loss nanquantile nll_loss poisson_nll_loss prod quantile smooth_l1_loss soft_margin_loss trace "
        "triplet_margin_loss inverse pinverse cholesky matrix_rank qr svd slogdet det".split()
    ),
}
_WIDEST = {
    "cuda": frozenset("addcdiv addcmul atan2 bilinear cross dot grid_sample index_put scatter_add tensordot cat stack".split()),
    "cpu": frozenset("stack cat index_copy".split()),
}
_DEVICES = ("cuda", "cpu")


class _State(_local):
    """Per thread: device type -> the low dtype, for the blocks that are open."""

    modes: dict[str, Any] = {}


state = _State()
_open = [0]
_lock = allocate_lock()
_plain_call = Family.call
_plain_backward = graph.run_backward


def _kind_of(name: str, where: str) -> str:
    if name in _LOW[where]:
        return "low"
    if name in _SINGLE[where]:
        return "single"
    return "widest" if name in _WIDEST[where] else ""


def _tensors(values: Any) -> list[Tensor]:
    found = []
    for v in values:
        if isinstance(v, Tensor):
            found.append(v)
        elif type(v) in (list, tuple):
            found += [t for t in v if isinstance(t, Tensor)]
    return found


def _call(self: Family, args: tuple[Any, ...], kwargs: dict[str, Any], method: bool = False) -> Any:
    """Family.call while a block is open: cast first where the lists say so."""
    modes = state.modes
    if modes:
        tensors = [t for t in _tensors((*args, *kwargs.values())) if t._dtype.is_floating_point and t._dtype is not dtypes.float64]
        where = tensors[0].device.type if tensors else ""
        low = modes.get(where)
        kind = _kind_of(self.name, where) if low is not None else ""
        if where == "cuda" and low is not None and self.name == "binary_cross_entropy":
            raise RuntimeError(
                "torch.nn.functional.binary_cross_entropy and torch.nn.BCELoss are unsafe to autocast.\nMany models use a sigmoid layer right before the "
                "binary cross entropy layer.\nIn this case, combine the two layers using torch.nn.functional.binary_cross_entropy_with_logits\n"
                "or torch.nn.BCEWithLogitsLoss.  binary_cross_entropy_with_logits and BCEWithLogits are\nsafe to autocast."
            )
        if kind:
            d = low if kind == "low" else dtypes.float32
            if kind == "widest":
                d = dtypes.float32 if any(t._dtype is dtypes.float32 for t in tensors) else None
            if d is not None:
                before = state.modes
                state.modes = {}
                try:
                    args = tuple(_cast(v, d, where) for v in args)
                    kwargs = {name: _cast(v, d, where) for name, v in kwargs.items()}
                finally:
                    state.modes = before
    return _plain_call(self, args, kwargs, method)


def _cast(v: Any, d: Any, where: str) -> Any:
    if isinstance(v, Tensor):
        fits = v._dtype.is_floating_point and v._dtype is not dtypes.float64 and v._dtype is not d and v.device.type == where
        return v.to(d) if fits else v
    if type(v) in (list, tuple) and any(isinstance(x, Tensor) for x in v):
        return type(v)(_cast(x, d, where) for x in v)
    return v


def _backward(*args: Any, **kwargs: Any) -> Any:
    """graph.run_backward while a block is open: gradients are computed in the dtypes of the forward pass."""
    before, state.modes = state.modes, {}
    try:
        return _plain_backward(*args, **kwargs)
    finally:
        state.modes = before


def _count(step: int) -> None:
    """Put the doors in at the first open block, and take them out after the last."""
    with _lock:
        _open[0] += step
        Family.call = _call if _open[0] else _plain_call  # type: ignore[method-assign]
        graph.run_backward = _backward if _open[0] else _plain_backward


class autocast:
    """Inside, functions choose their dtype by themselves: products in the low precision, sums and losses in float32.

    device_type: 'cuda' or 'cpu'; dtype: float16 on a GPU and bfloat16 on the CPU unless given. A block for a GPU does nothing, with a warning,
    where there is none.

    >>> with amp.autocast('cpu'):
    ...     (ones(2, 2) @ ones(2, 2)).dtype
    torch.bfloat16
    """

    def __init__(self, device_type: str, dtype: Any = None, enabled: bool = True, cache_enabled: Any = None) -> None:
        if not isinstance(device_type, str):
            raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
        if device(device_type).type not in _DEVICES:
            raise RuntimeError(f"User specified an unsupported autocast device_type '{device_type}'")
        self.device = device_type
        self.fast_dtype = get_autocast_dtype(device_type) if dtype is None else dtype
        if enabled and device_type == "cuda" and not cuda.is_available():
            graph.warn("CUDA is not available or torch_xla is imported. Disabling autocast.")
            enabled = False
        elif enabled and self.fast_dtype not in (dtypes.bfloat16, dtypes.float16):
            name = device_type.upper()
            graph.warn(
                f"In {name} autocast, but the target dtype is not supported. Disabling autocast.\n{name} Autocast only supports dtypes of torch.bfloat16, "
                "torch.float16 currently."
            )
            enabled = False
        self._enabled = bool(enabled)
        self._before: list[dict[str, Any]] = []

    def __enter__(self) -> autocast:
        self._before.append(state.modes)
        modes = {name: d for name, d in state.modes.items() if name != self.device}
        if self._enabled:
            modes[self.device] = self.fast_dtype
        state.modes = modes
        _count(1)
        return self

    def __exit__(self, *failure: Any) -> None:
        state.modes = self._before.pop()
        _count(-1)

    def __call__(self, f: Any) -> Any:
        def cast(*args: Any, **kwargs: Any) -> Any:
            with self:
                return f(*args, **kwargs)

        cast.__name__ = getattr(f, "__name__", "cast")
        cast.__doc__ = getattr(f, "__doc__", None)
        return cast


def is_autocast_available(device_type: str) -> bool:
    """Whether autocast knows a device type."""
    return device_type in _DEVICES


def is_autocast_enabled(device_type: str = "cuda") -> bool:
    """Whether a block for this device type is open in this thread."""
    if not isinstance(device_type, str):
        raise TypeError(f"is_autocast_enabled(): argument 'device_type' (position 1) must be str, not {type(device_type).__name__}")
    return device_type in state.modes


def get_autocast_dtype(device_type: str) -> Any:
    """The low precision of a device type: of the open block, else its usual one."""
    if not isinstance(device_type, str):
        raise TypeError(f"get_autocast_dtype(): argument 'device_type' (position 1) must be str, not {type(device_type).__name__}")
    return state.modes.get(device_type) or _usual.get(device_type) or (dtypes.float16 if device_type == "cuda" else dtypes.bfloat16)


_usual: dict[str, Any] = {}  # what set_autocast_dtype() said
_cache = [True]


def set_autocast_dtype(device_type: str, dtype: Any) -> None:
    """Choose the low precision that autocast blocks of a device type use when they name none."""
    if not isinstance(device_type, str):
        raise TypeError(f"set_autocast_dtype(): argument 'device_type' (position 1) must be str, not {type(device_type).__name__}")
    if not isinstance(dtype, dtypes.dtype):
        raise TypeError(f"set_autocast_dtype(): argument 'dtype' (position 2) must be torch.dtype, not {type(dtype).__name__}")
    _usual[device_type] = dtype
    if device_type in state.modes:
        state.modes = {**state.modes, device_type: dtype}


def set_autocast_enabled(device_type: Any, enabled: Any = None) -> None:
    """Switch autocast on or off for a device type in this thread (for CUDA when only a bool is given)."""
    if enabled is None:
        device_type, enabled = "cuda", device_type
    if not isinstance(device_type, str) or not isinstance(enabled, bool):
        raise TypeError(
            f"set_autocast_enabled() received an invalid combination of arguments - got ({type(device_type).__name__}, {type(enabled).__name__}), "
            "but expected one of:\n * (str device_type, bool enabled)\n * (bool enabled)\n"
        )
    on = device_type in state.modes
    if enabled and not on:
        state.modes = {**state.modes, device_type: get_autocast_dtype(device_type)}
    elif on and not enabled:
        state.modes = {name: d for name, d in state.modes.items() if name != device_type}
    _count(int(enabled) - int(on))


def is_autocast_cache_enabled() -> bool:
    """What set_autocast_cache_enabled() said (nothing is cached here: a cast is cheap)."""
    return _cache[0]


def set_autocast_cache_enabled(enabled: bool) -> None:
    """Kept for is_autocast_cache_enabled(); nothing is cached here."""
    if not isinstance(enabled, bool):
        raise TypeError(f"enabled must be a bool (got {type(enabled).__name__})")
    _cache[0] = enabled


def clear_autocast_cache() -> None:
    """Nothing to do: nothing is cached here."""


def _of_device(name: str, kind: str) -> Any:
    """An older name that has the device type in it."""
    function: Any = {"is": is_autocast_enabled, "get": get_autocast_dtype, "set": set_autocast_dtype, "switch": set_autocast_enabled}[kind]

    def older(*args: Any) -> Any:
        return function(name, *args)

    older.__name__ = older.__qualname__ = f"{function.__name__.partition('_autocast')[0]}_autocast_{name if name != 'cuda' else 'gpu'}" + {
        "is": "_enabled", "get": "_dtype", "set": "_dtype", "switch": "_enabled"
    }[kind]  # fmt: skip
    older.__doc__ = f"{function.__name__}('{name}'), under its older name."
    return older


is_autocast_cpu_enabled = _of_device("cpu", "is")
get_autocast_cpu_dtype, get_autocast_gpu_dtype = _of_device("cpu", "get"), _of_device("cuda", "get")
set_autocast_cpu_dtype, set_autocast_gpu_dtype = _of_device("cpu", "set"), _of_device("cuda", "set")
set_autocast_cpu_enabled = _of_device("cpu", "switch")


def _deprecated(old: str, new: str) -> None:
    graph.warn(f"`torch.{old}(args...)` is deprecated. Please use `torch.amp.{new}, args...)` instead.", "FutureWarning")


def cuda_autocast(enabled: bool = True, dtype: Any = None, cache_enabled: bool = True) -> autocast:
    """torch.cuda.amp.autocast: torch.amp.autocast('cuda') under its older name."""
    _deprecated("cuda.amp.autocast", "autocast('cuda'")
    return autocast("cuda", dtype or dtypes.float16, enabled, cache_enabled)


def cpu_autocast(enabled: bool = True, dtype: Any = None, cache_enabled: bool = True) -> autocast:
    """torch.cpu.amp.autocast: torch.amp.autocast('cpu') under its older name."""
    _deprecated("cpu.amp.autocast", "autocast('cpu'")
    return autocast("cpu", dtype or dtypes.bfloat16, enabled, cache_enabled)


class GradScaler:
    """Scales a loss up so that gradients in float16 do not vanish, and the gradients down again before a step; a step with inf or nan is left out.

    Without a GPU a scaler for one is disabled, with a warning: scale() gives the loss back and step() calls the optimizer's.
    """

    def __init__(
        self,
        device: str = "cuda",
        init_scale: float = 2.0**16,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        self._device, self._enabled = device, enabled
        if device == "cuda" and enabled and not cuda.is_available():
            graph.warn("torch.cuda.amp.GradScaler is enabled, but CUDA is not available.  Disabling.")
            self._enabled = False
        if self._enabled:
            if growth_factor <= 1.0:
                fail(AssertionError, "The growth factor must be > 1.0.", kind="value")
            if backoff_factor >= 1.0:
                fail(AssertionError, "The backoff factor must be < 1.0.", kind="value")
            self._factor, self._growth, self._backoff, self._interval = float(init_scale), growth_factor, backoff_factor, growth_interval
            self._good = 0  # steps without inf or nan since the factor last changed
            self._found: dict[int, bool] = {}  # optimizer -> whether its gradients had inf or nan
            self._done: dict[int, str] = {}  # optimizer -> "unscaled" or "stepped"

    def scale(self, outputs: Any) -> Any:
        """The loss (or a list of them) times the factor."""
        if not self._enabled:
            return outputs
        if isinstance(outputs, Tensor):
            return outputs * T.tensor(self._factor, device=outputs.device)
        if isinstance(outputs, (list, tuple)):
            return type(outputs)(self.scale(v) for v in outputs)
        raise ValueError("outputs must be a Tensor or an iterable of Tensors")

    def unscale_(self, optimizer: Any) -> None:
        """Divide an optimizer's gradients by the factor, once before its step: for clipping."""
        if not self._enabled:
            return
        done = self._done.get(id(optimizer))
        if done == "unscaled":
            raise RuntimeError("unscale_() has already been called on this optimizer since the last update().")
        if done == "stepped":
            raise RuntimeError("unscale_() is being called after step().")
        found = False
        seen = False
        with graph.no_grad():
            for group in optimizer.param_groups:
                for p in group["params"]:
                    if p.grad is None:
                        continue
                    if p.grad.dtype is dtypes.float16:
                        raise ValueError("Attempting to unscale FP16 gradients.")
                    seen = True
                    found = found or not bool(T.isfinite(p.grad).all())
                    p.grad.mul_(1.0 / self._factor)
        if seen:
            self._found[id(optimizer)] = found
        self._done[id(optimizer)] = "unscaled"

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        """The optimizer's step, unless its gradients have inf or nan."""
        if not self._enabled:
            return optimizer.step(*args, **kwargs)
        if "closure" in kwargs:
            raise RuntimeError("Closure use is not currently supported if GradScaler is enabled.")
        if self._done.get(id(optimizer)) == "stepped":
            raise RuntimeError("step() has already been called since the last update().")
        if self._done.get(id(optimizer)) != "unscaled":
            self.unscale_(optimizer)
        if id(optimizer) not in self._found:
            fail(AssertionError, "No inf checks were recorded for this optimizer.", kind="value")
        out = None if self._found[id(optimizer)] else optimizer.step(*args, **kwargs)
        self._done[id(optimizer)] = "stepped"
        return out

    def update(self, new_scale: Any = None) -> None:
        """Lower the factor after inf or nan; raise it after growth_interval steps without."""
        if not self._enabled:
            return
        if new_scale is not None:
            self._factor = float(new_scale)
        else:
            if not self._found:
                fail(AssertionError, "No inf checks were recorded prior to update.", kind="value")
            if any(self._found.values()):
                self._factor *= self._backoff
                self._good = 0
            else:
                self._good += 1
                if self._good == self._interval:
                    self._factor *= self._growth
                    self._good = 0
        self._found, self._done = {}, {}

    def get_scale(self) -> float:
        """The factor; 1.0 when disabled."""
        return self._factor if self._enabled else 1.0

    def get_growth_factor(self) -> float:
        """What the factor grows by."""
        return self._growth

    def get_backoff_factor(self) -> float:
        """What the factor shrinks by."""
        return self._backoff

    def get_growth_interval(self) -> int:
        """Steps without inf or nan before it grows."""
        return self._interval

    def is_enabled(self) -> bool:
        """Whether it scales."""
        return self._enabled

    def state_dict(self) -> dict[str, Any]:
        """What is needed to go on; empty when disabled."""
        if not self._enabled:
            return {}
        return {
            "scale": self._factor,
            "growth_factor": self._growth,
            "backoff_factor": self._backoff,
            "growth_interval": self._interval,
            "_growth_tracker": self._good,
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what state_dict() gave."""
        if not self._enabled:
            return
        if not state_dict:
            raise RuntimeError("The source state dict is empty, possibly because it was saved from a disabled instance of GradScaler.")
        self._factor, self._growth, self._backoff = state_dict["scale"], state_dict["growth_factor"], state_dict["backoff_factor"]
        self._interval, self._good = state_dict["growth_interval"], state_dict["_growth_tracker"]


def cuda_scaler(
    init_scale: float = 2.0**16, growth_factor: float = 2.0, backoff_factor: float = 0.5, growth_interval: int = 2000, enabled: bool = True
) -> GradScaler:
    """torch.cuda.amp.GradScaler: torch.amp.GradScaler('cuda') under its older name."""
    _deprecated("cuda.amp.GradScaler", "GradScaler('cuda'")
    return GradScaler("cuda", init_scale, growth_factor, backoff_factor, growth_interval, enabled)


__all__ = [
    "GradScaler", "autocast", "clear_autocast_cache", "get_autocast_dtype", "is_autocast_available", "is_autocast_cache_enabled", "is_autocast_enabled",
    "set_autocast_cache_enabled", "set_autocast_dtype", "set_autocast_enabled",
]  # fmt: skip
