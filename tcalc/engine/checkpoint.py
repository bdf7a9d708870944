"""torch.utils.checkpoint: keep no intermediate values of a part of a model, and compute them again in the backward pass."""

from __future__ import annotations

from . import graph, random
from .nn.module import Module
from .savedhooks import saved_tensors_hooks
from .tensors import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Again(Exception):
    """Ends the second forward pass once everything that was dropped is there again."""


class _Kept:
    """What the nodes of one checkpointed call would have saved: dropped, and computed again at the first use."""

    def __init__(self, run: Any, state: bytes | None) -> None:
        self.run = run
        self.state = state
        self.count = 0
        self.values: list[Tensor] | None = None
        self.used = 0

    def pack(self, t: Tensor) -> int:
        """The number of a saved tensor, in the place of the tensor."""
        self.count += 1
        return self.count - 1

    def unpack(self, number: int) -> Tensor:
        """The saved tensor of this number, of a second forward pass."""
        if self.values is None:
            self.again()
        assert self.values is not None
        if number >= len(self.values):
            raise RuntimeError(
                "torch.utils.checkpoint: A different number of tensors was saved during the original forward and recomputation.\n"
                f"Number of tensors saved during forward: {self.count}\nNumber of tensors saved during recomputation: {len(self.values)}."
            )
        found = self.values[number]
        self.used += 1
        if self.used >= self.count:  # the whole backward pass has been here: nothing is kept, a further one computes once more
            self.values, self.used = None, 0
        return found

    def again(self) -> None:
        """Run the function once more, from the random state of the first time."""
        values: list[Tensor] = []

        def keep(t: Tensor) -> Tensor:
            values.append(t.detach())
            if len(values) == self.count:
                raise _Again
            return values[-1]

        before = random.default_generator.get_state()
        if self.state is not None:
            random.default_generator.set_state(self.state)
        try:
            with graph.enable_grad(), saved_tensors_hooks(keep, lambda t: t):
                self.run()
        except _Again:
            pass
        finally:
            if self.state is not None:
                random.default_generator.set_state(before)
        self.values = values


def checkpoint(
    function: Any,
    *args: Any,
    use_reentrant: bool | None = None,
    preserve_rng_state: bool = True,
    context_fn: Any = None,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    **kwargs: Any,
) -> Any:
    """function(*args, **kwargs), whose intermediate values are not kept but computed again in the backward pass.

    preserve_rng_state: give the second pass the random numbers of the first (dropout). use_reentrant: PyTorch's two ways; here both are the same.

    >>> x = tensor(2., requires_grad=True)
    >>> utils.checkpoint.checkpoint(lambda v: v.exp().sin(), x, use_reentrant=False).backward()
    """
    if use_reentrant is None:
        graph.warn(
            "torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly. Starting in PyTorch 2.9, calling checkpoint without "
            "use_reentrant will raise an exception. use_reentrant=False is recommended, but if you need to preserve the current default behavior, you "
            "can pass use_reentrant=True. Refer to docs for more details on the differences between the two variants.",
        )
    if not graph.state.grad:
        return function(*args, **kwargs)
    kept = _Kept(lambda: function(*args, **kwargs), random.default_generator.get_state() if preserve_rng_state else None)
    with saved_tensors_hooks(kept.pack, kept.unpack):
        return function(*args, **kwargs)


def checkpoint_sequential(functions: Any, segments: int, input: Any, use_reentrant: bool | None = None, preserve_rng_state: bool = True) -> Any:
    """A Sequential in segments, each but the last checkpointed."""
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
        input = checkpoint(part(start, start + size), input, use_reentrant=use_reentrant, preserve_rng_state=preserve_rng_state)
        start += size
    return part(start, len(layers))(input)


__all__ = ["checkpoint", "checkpoint_sequential"]
