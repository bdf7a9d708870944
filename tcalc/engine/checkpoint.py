"""torch.utils.checkpoint: keep no intermediate values of a part of a model, and compute them again in the backward pass."""

from __future__ import annotations

from . import graph, random
from .function import Function
from .nn.module import Module
from .savedhooks import saved_tensors_hooks
from .tensors import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class CheckpointError(RuntimeError):
    """The second forward pass did not save what the first one did."""


class _Again(Exception):
    """Ends the second forward pass once everything that was dropped is there again."""


_TIP = (
    "\nTip: To see a more detailed error message, either pass `debug=True` to `torch.utils.checkpoint.checkpoint(...)` or wrap the code block with "
    "`with torch.utils.checkpoint.set_checkpoint_debug_enabled(True):` to enable checkpoint-debug mode globally."
)


def _facts(t: Tensor) -> dict[str, Any]:
    """What must agree between the two passes."""
    return {"shape": t.shape, "dtype": t.dtype, "device": t.device}


class _Kept:
    """What the nodes of one checkpointed call would have saved: dropped, and computed again at the first use."""

    def __init__(self, run: Any, state: bytes | None, check: bool, early_stop: bool) -> None:
        self.run = run
        self.state = state
        self.check = check
        self.early_stop = early_stop
        self.facts: list[dict[str, Any]] = []
        self.values: list[Tensor] | None = None
        self.used = 0

    def pack(self, t: Tensor) -> int:
        """The number of a saved tensor, in the place of the tensor."""
        self.facts.append(_facts(t))
        return len(self.facts) - 1

    def unpack(self, number: int) -> Tensor:
        """The saved tensor of this number, of a second forward pass."""
        if self.values is None:
            self.again()
        assert self.values is not None
        found = self.values[number]
        self.used += 1
        if self.used >= len(self.facts):  # the whole backward pass has been here: nothing is kept, a further one computes once more
            self.values, self.used = None, 0
        return found

    def again(self) -> None:
        """Run the function once more, from the random state of the first time."""
        values: list[Tensor] = []
        count = len(self.facts)

        def keep(t: Tensor) -> Tensor:
            if len(values) == count:
                raise CheckpointError(
                    f"torch.utils.checkpoint: trying to save more tensors during recomputation than during the original forward pass.\n{_TIP}"
                )
            values.append(t.detach())
            if self.early_stop and len(values) == count:
                raise _Again
            return values[-1]

        try:
            with _RandomState(self.state), graph.enable_grad(), saved_tensors_hooks(keep, lambda t: t):
                self.run()
        except _Again:
            pass
        if len(values) != count:
            raise CheckpointError(
                "torch.utils.checkpoint: A different number of tensors was saved during the original forward and recomputation.\n"
                f"Number of tensors saved during forward: {count}\nNumber of tensors saved during recomputation: {len(values)}.\n{_TIP}"
            )
        if self.check:
            rows = [(k, a, _facts(t)) for k, (a, t) in enumerate(zip(self.facts, values, strict=True)) if a != _facts(t)]
            if rows:
                text = "".join([f"tensor at position {k}:\nsaved metadata: {a}\nrecomputed metadata: {b}\n" for k, a, b in rows])
                raise CheckpointError(
                    "torch.utils.checkpoint: Recomputed values for the following tensors have different metadata than during the forward "
                    f"pass.\n{text}.\n{_TIP}"
                )
        self.values = values


class _RandomState:
    """A block that draws the numbers of the first forward pass again; None: it draws further ones."""

    def __init__(self, state: bytes | None) -> None:
        self._state = state

    def __enter__(self) -> None:
        if self._state is not None:
            self._before = random.default_generator.get_state()
            random.default_generator.set_state(self._state)

    def __exit__(self, *failure: Any) -> None:
        if self._state is not None:
            random.default_generator.set_state(self._before)


class CheckpointFunction(Function):
    """The older way, use_reentrant=True: one node, whose backward() runs the function again and a backward pass within the backward pass."""

    @staticmethod
    def forward(ctx: Any, function: Any, preserve_rng_state: bool, *args: Any) -> Any:
        """The function's result, without a graph."""
        if not any(isinstance(a, Tensor) and a.requires_grad for a in args):
            graph.warn("None of the inputs have requires_grad=True. Gradients will be None")
        ctx.function = function
        ctx.state = random.default_generator.get_state() if preserve_rng_state else None
        ctx.inputs = [None if isinstance(a, Tensor) else a for a in args]
        ctx.places = [k for k, a in enumerate(args) if isinstance(a, Tensor)]
        ctx.save_for_backward(*[args[k] for k in ctx.places])
        return function(*args)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        """The gradients of a second run."""
        if graph.state.running[2] is not None:
            raise RuntimeError(
                "When use_reentrant=True, torch.utils.checkpoint is incompatible with .grad() or passing an `inputs` parameter to .backward(). To resolve "
                "this error, you can either set use_reentrant=False, or call .backward() without passing the `inputs` argument."
            )
        inputs = list(ctx.inputs)
        for k, t in zip(ctx.places, ctx.saved_tensors, strict=True):
            inputs[k] = t.detach().requires_grad_(t.requires_grad) if t.requires_grad else t.detach()
        with _RandomState(ctx.state), graph.enable_grad():
            out = ctx.function(*inputs)
        outs = out if isinstance(out, (tuple, list)) else (out,)
        pairs = [(t, g) for t, g in zip(outs, grads, strict=False) if isinstance(t, Tensor) and t.requires_grad]
        if not pairs:
            raise RuntimeError("none of output has requires_grad=True, this checkpoint() is not necessary")
        graph.backward([t for t, _ in pairs], [g for _, g in pairs])
        return (None, None, *[x.grad if isinstance(x, Tensor) else None for x in inputs])


_early_stop: list[bool | None] = [None]


class set_checkpoint_early_stop:
    """Inside, checkpointed calls stop their second forward pass once everything is there again (the default), or never."""

    def __init__(self, enable: bool) -> None:
        self._enable = enable

    def __enter__(self) -> None:
        self._before = _early_stop[0]
        _early_stop[0] = self._enable

    def __exit__(self, *failure: Any) -> None:
        _early_stop[0] = self._before


def checkpoint(
    function: Any,
    *args: Any,
    use_reentrant: bool | None = None,
    context_fn: Any = None,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    **kwargs: Any,
) -> Any:
    """function(*args, **kwargs), whose intermediate values are not kept but computed again in the backward pass.

    preserve_rng_state (a keyword, True): give the second pass the random numbers of the first (dropout). use_reentrant: PyTorch's two ways, one node for the
    whole call (True) or the graph as it is with nothing saved (False). context_fn: gives two context managers, around the first and the second pass.

    >>> x = tensor(2., requires_grad=True)
    >>> utils.checkpoint.checkpoint(lambda v: v.exp().sin(), x, use_reentrant=False).backward()
    """
    if use_reentrant is None:
        graph.warn(
            "torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly. Starting in PyTorch 2.9, calling checkpoint without "
            "use_reentrant will raise an exception. use_reentrant=False is recommended, but if you need to preserve the current default behavior, you "
            "can pass use_reentrant=True. Refer to docs for more details on the differences between the two variants.",
        )
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if use_reentrant:
        if kwargs:
            raise ValueError(f"Unexpected keyword arguments: {','.join(kwargs)}")
        if context_fn is not None or debug is not False:
            raise ValueError("Passing `context_fn` or `debug` is only supported when use_reentrant=False.")
        return CheckpointFunction.apply(function, preserve, *args)
    if determinism_check not in ("default", "none"):
        raise ValueError(f"determinism_check should be one of ['default', 'none'] but got {determinism_check}")
    first, second = (_Plain(), _Plain()) if context_fn is None else context_fn()
    if not graph.state.grad:
        return function(*args, **kwargs)

    def again() -> None:
        with second:
            function(*args, **kwargs)

    stop = early_stop if _early_stop[0] is None else _early_stop[0]
    kept = _Kept(again, random.default_generator.get_state() if preserve else None, determinism_check == "default", stop)
    with saved_tensors_hooks(kept.pack, kept.unpack), first:
        return function(*args, **kwargs)


class _Plain:
    """A block that does nothing."""

    def __enter__(self) -> None:
        """Nothing."""

    def __exit__(self, *failure: Any) -> None:
        """Nothing."""


def checkpoint_sequential(functions: Any, segments: int, input: Any, use_reentrant: bool | None = None, **kwargs: Any) -> Any:
    """A Sequential in segments, each but the last checkpointed."""
    if use_reentrant is None:
        graph.warn(
            "torch.utils.checkpoint.checkpoint_sequential: the use_reentrant parameter should be passed explicitly. In version 2.9 we will raise an "
            "exception if use_reentrant is not passed. use_reentrant=False is recommended, but if you need to preserve the current default behavior, you "
            "can pass use_reentrant=True. Refer to docs for more details on the differences between the two variants."
        )
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if kwargs:
        raise ValueError(f"Unexpected keyword arguments: {','.join(kwargs)}")
    layers = list(functions.children()) if isinstance(functions, Module) else list(functions)
    size = len(layers) // segments

    def part(start: int, end: int) -> Any:
        def run(value: Any) -> Any:
            for layer in layers[start:end]:
                value = layer(value)
            return value

        return run

    start = 0
    for _ in range(segments - 1):
        input = checkpoint(part(start, start + size), input, use_reentrant=use_reentrant, preserve_rng_state=preserve)
        start += size
    return part(start, len(layers))(input)


__all__ = ["CheckpointError", "CheckpointFunction", "checkpoint", "checkpoint_sequential", "set_checkpoint_early_stop"]
