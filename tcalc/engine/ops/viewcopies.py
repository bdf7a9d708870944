"""The views that copy (``expand_copy()`` and its like): a table of view ops, each followed by a copy with memory of its own.

The geometry, the checks and the gradient's rule are the view's; only the backward node has a name of its own. Where nothing is recorded, and inside vmap,
such a call is the view and a clone.
"""

from __future__ import annotations

from .. import apply as door
from ..errors import fail
from ..graph import node_of, state
from ..registry import METHODS, OPS, Op, Vjp, composite
from ..tensors import Tensor, contiguous_format, make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _narrow_rule(g: Any, input_spec: Any, dim: int, start: int, length: int) -> Any:
    n = input_spec.shape[dim]
    begin = start + n if start < 0 else start
    return door.TENSORS.slice_backward(g, list(input_spec.shape), dim, begin, begin + length, 1)


def _detach_rule(g: Any) -> Any:
    fail(
        RuntimeError,
        "derivative for aten::detach_copy is not implemented",
        kind="derivative",
        op="detach_copy",
        hints=["x.detach().clone() asks for no gradient."],
    )


# Schema; the op it views by; the node, where it is not the view's with "_copy"; what it does; an example.
TABLE = (
    ("alias_copy(Tensor input) -> Tensor", "internal.alias", "", "the same size",
     ">>> alias_copy(tensor([1, 2]))\ntensor([1, 2])"),
    ("as_strided_copy(Tensor input, int[] size, int[] stride, int? storage_offset=None) -> Tensor", "as_strided", "", "as_strided()",
     ">>> as_strided_copy(arange(4), (2, 2), (1, 1))\ntensor([[0, 1],\n        [1, 2]])"),
    ("detach_copy(Tensor input) -> Tensor", "internal.alias", "NotImplemented", "the same size (and no derivative, as in PyTorch)",
     ">>> detach_copy(tensor([1, 2]))\ntensor([1, 2])"),
    ("diagonal_copy(Tensor input, int offset=0, int dim1=0, int dim2=1) -> Tensor", "diagonal", "", "diagonal()",
     ">>> diagonal_copy(tensor([[1, 2], [3, 4]]))\ntensor([1, 4])"),
    ("expand_copy(Tensor input, int[] size, *, bool implicit=False) -> Tensor", "expand", "", "expand()",
     ">>> expand_copy(tensor([1, 2]), (2, 2))\ntensor([[1, 2],\n        [1, 2]])"),
    ("narrow_copy(Tensor input, int dim, int start, int length) -> Tensor", "narrow", "NarrowCopyBackward0", "narrow()",
     ">>> narrow_copy(tensor([1, 2, 3]), 0, 1, 2)\ntensor([2, 3])"),
    ("permute_copy(Tensor input, int[] dims) -> Tensor", "permute", "", "permute()",
     ">>> permute_copy(tensor([[1, 2]]), (1, 0))\ntensor([[1],\n        [2]])"),
    ("select_copy(Tensor input, int dim, int index) -> Tensor", "select", "", "select()",
     ">>> select_copy(tensor([[1, 2], [3, 4]]), 0, 1)\ntensor([3, 4])"),
    ("slice_copy(Tensor input, int dim=0, int? start=None, int? end=None, int step=1) -> Tensor", "internal.slice", "", "x[start:end:step] along dim",
     ">>> slice_copy(tensor([1, 2, 3]), 0, 1)\ntensor([2, 3])"),
    ("split_copy(Tensor input, int split_size, int dim=0) -> Tensor[]", "split", "", "split()",
     ">>> split_copy(tensor([1, 2, 3]), 2)\n(tensor([1, 2]), tensor([3]))"),
    ("split_with_sizes_copy(Tensor input, int[] split_sizes, int dim=0) -> Tensor[]", "split.sizes", "", "split_with_sizes()",
     ">>> split_with_sizes_copy(tensor([1, 2, 3]), [1, 2])\n(tensor([1]), tensor([2, 3]))"),
    ("squeeze_copy(Tensor input) -> Tensor", "squeeze", "", "squeeze()",
     ">>> squeeze_copy(tensor([[1, 2]]))\ntensor([1, 2])"),
    ("squeeze_copy.dim(Tensor input, int dim) -> Tensor", "squeeze.dim", "", "squeeze()", ""),
    ("squeeze_copy.dims(Tensor input, int[] dim) -> Tensor", "squeeze.dims", "", "squeeze()", ""),
    ("t_copy(Tensor input) -> Tensor", "t", "", "t()",
     ">>> t_copy(tensor([[1, 2]]))\ntensor([[1],\n        [2]])"),
    ("transpose_copy(Tensor input, int dim0, int dim1) -> Tensor", "transpose", "", "transpose()",
     ">>> transpose_copy(tensor([[1, 2]]), 0, 1)\ntensor([[1],\n        [2]])"),
    ("unbind_copy(Tensor input, int dim=0) -> Tensor[]", "unbind", "", "unbind()",
     ">>> unbind_copy(tensor([1, 2]))\n(tensor(1), tensor(2))"),
    ("unfold_copy(Tensor input, int dimension, int size, int step) -> Tensor", "unfold", "", "unfold()",
     ">>> unfold_copy(arange(3), 0, 2, 1)\ntensor([[0, 1],\n        [1, 2]])"),
    ("unsqueeze_copy(Tensor input, int dim) -> Tensor", "unsqueeze", "", "unsqueeze()",
     ">>> unsqueeze_copy(tensor([1, 2]), 0)\ntensor([[1, 2]])"),
    ("view_copy(Tensor input, int[] size) -> Tensor", "view", "", "view() (of any strides)",
     ">>> view_copy(tensor([[1, 2]]), (2,))\ntensor([1, 2])"),
    ("view_as_complex_copy(Tensor input) -> Tensor", "view_as_complex", "", "view_as_complex()",
     ">>> view_as_complex_copy(tensor([1., 2.]))\ntensor(1.+2.j)"),
    ("view_as_real_copy(Tensor input) -> Tensor", "view_as_real", "", "view_as_real()",
     ">>> view_as_real_copy(tensor(1+2j))\ntensor([1., 2.])"),
)  # fmt: skip

_RULES = {"narrow_copy": Vjp(("input",), _narrow_rule, "g placed in the range of zeros"), "detach_copy": Vjp(("input",), _detach_rule, "none: raises")}


def _declare(text: str, view: str, node: str, what: str, example: str) -> None:
    name = text[: text.index("(")]
    recorded: Any = None

    def viewed(values: tuple[Any, ...]) -> Any:
        """The views themselves."""
        if name == "view_copy":
            return METHODS["reshape"](*values)
        o = OPS[view]
        return o.kernel(*values) if o.kind == "composite" else door.apply(o, list(values))

    def as_op() -> Op:
        """What the graph sees: the copy as one op, with the view's rule."""
        o = OPS[view]
        rule = _RULES.get(name) or o.vjps["input"]
        made = Op(text, viewed, "general", {"node": node or o.node_name(None) + "_copy", "many": o.options.get("many", False)})
        made.vjps["input"] = rule
        return made

    def run(*values: Any) -> Any:
        nonlocal recorded
        t: Tensor = values[0]
        if door.batching is not None or not state.grad or node_of(t) is None:
            got = viewed(values)
            return tuple([_copy(v) for v in got]) if isinstance(got, tuple) else _copy(got)
        if recorded is None:
            recorded = as_op()
        state.grad = False
        try:
            got = viewed(values)
            outs = [_copy(v) for v in (got if isinstance(got, tuple) else (got,))]
        finally:
            state.grad = True
        outs = [make(v._data, v._dtype) for v in outs]  # without the mark of no_grad
        door.record(recorded, list(values), outs)
        return tuple(outs) if isinstance(got, tuple) else outs[0]

    doc = f"{what[0].upper()}{what[1:]}, as a copy.\n\n{example}\n" if example else f"{what[0].upper()}{what[1:]}, as a copy."
    found = composite(text, method=name == "narrow_copy", doc=doc)(run)
    _sample(name, found)


def _copy(t: Any) -> Any:
    return METHODS["clone"](t, memory_format=contiguous_format)


# Arguments behind a tensor of [2, 3]; the complex ones make their own.
_SAMPLES: dict[str, tuple[Any, ...]] = {
    "as_strided_copy": ((2, 2), (1, 2), 1), "expand_copy": ((2, 2, 3),), "narrow_copy": (1, 1, 2), "permute_copy": ((1, 0),), "select_copy": (1, 1),
    "slice_copy": (1, 0, 3, 2), "split_copy": (2, 1), "split_with_sizes_copy": ((1, 2), 1), "squeeze_copy.dim": (0,), "squeeze_copy.dims": ((0,),),
    "transpose_copy": (0, 1), "unfold_copy": (1, 2, 1), "unsqueeze_copy": (1,), "view_copy": ((3, 2),),
}  # fmt: skip


def _sample(name: str, o: Op) -> None:
    if name.startswith(("view_as", "detach")):
        return

    @o.samples
    def _(make: Any) -> Any:
        rest = _SAMPLES.get(name, ())
        yield make(2, 3), *rest
        if name != "as_strided_copy":
            yield make(3, 2).t(), *rest


for _row in TABLE:
    _declare(*_row)


@composite("view_copy.dtype(Tensor input, ScalarType dtype) -> Tensor", method=False)
def view_copy_dtype(input: Any, dtype: Any) -> Any:
    """A copy of the bytes read as another dtype: no value is converted, and no gradient passes."""
    return _copy(METHODS["view"](input.detach(), dtype))


__all__ = ["TABLE"]
