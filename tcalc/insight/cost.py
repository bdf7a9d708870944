"""What an expression costs: FLOPs, bytes read and written, memory, forward and backward, op by op and in total. Works without data (meta).

The counting rules, in one place (``op_cost``): a product of matrices [n,k] @ [k,m] is 2*n*m*k (a multiplication and an addition each), a
convolution 2 * outputs * weights of one filter, a pointwise op its number of operations an element (``flops`` beside the op: 1 for +,
8 for exp), a reduction one operation an element read, moving data none. Bytes count each memory cell that an op touches once: an expanded
operand costs the cells it has, a view nothing.

``peak`` is what lives at once when each op's result is freed after its last use, as reference counts do it: inputs, results, what is
saved for backward, gradients under way. Scratch memory inside a kernel is not counted.
"""

from __future__ import annotations

from .report import Record, Report
from .tensor import cells_used, count
from .walk import is_node, is_tensor, label_of, node_of, op_name, outputs_of, saved_sizes, where_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class CostRow(Record):
    """One op. ``flops``, ``read``, ``written`` (bytes) of its forward; ``backward`` the same of its gradient rules (None where none ran).

    id: n1.. in the order in which the ops ran. name: the user's name of its result. out: its result as ``f32[2,3]``. saved: bytes that it
    keeps for backward, shared memory counted at the first op that keeps it. view: it shares its input's memory. seconds: measured time of
    forward and backward, where it was asked for.
    """

    __slots__ = ("id", "op", "label", "name", "out", "flops", "read", "written", "saved", "view", "backward", "seconds", "where")


class Work(Record):
    """FLOPs and bytes of one direction; ``intensity``: FLOPs a byte moved, None where nothing moves."""

    __slots__ = ("flops", "read", "written", "intensity")


class CostReport(Report):
    """The cost of an expression: a row an op, totals of ``forward`` and ``backward`` (None where nothing was recorded).

    inputs: bytes of the leaves and constants. saved: bytes kept between forward and backward. peak_forward, peak_backward: bytes that live at
    once. seconds: measured [forward, backward], the best of ``runs``, or None. notes: lines of text.
    """

    __slots__ = (
        "expression", "device", "out", "rows", "forward", "backward", "inputs", "saved", "peak_forward", "peak_backward", "seconds", "runs", "notes",
    )  # fmt: skip
    schema = "tcalc.cost/1"


# -- the cost of one op -----------------------------------------------------------------------------------------------------------


def _shape(v: Any) -> tuple[int, ...]:
    return tuple(v.shape)


def _mm(ins: list[Any], out: Any) -> int:
    return 2 * count(_shape(out)) * _shape(ins[0])[-1]


def _addmm(ins: list[Any], out: Any) -> int:
    return 2 * count(_shape(out)) * _shape(ins[1])[-1] + 2 * count(_shape(out))


def _addbmm(ins: list[Any], out: Any) -> int:
    b, n, k = _shape(ins[1])
    return 2 * b * n * k * _shape(ins[2])[-1] + 2 * count(_shape(out))


def _convolution(ins: list[Any], out: Any) -> int:
    weight = _shape(ins[1])
    if len(_shape(ins[0])) == len(weight) and _shape(ins[0])[1] == weight[0] != _shape(out)[1]:  # transposed: every input meets a filter
        return 2 * count(_shape(ins[0])) * count(weight[1:])
    return 2 * count(_shape(out)) * count(weight[1:])


def _conv_grad(ins: list[Any], out: Any) -> int:
    sizes = sorted(ins, key=lambda t: count(_shape(t)))
    return 2 * count(_shape(sizes[-1])) * max(1, count(_shape(out)) // max(1, _shape(out)[0] * 1))


def _cube(factor: float) -> Callable[[list[Any], Any], int]:
    def flops(ins: list[Any], out: Any) -> int:
        shape = _shape(ins[0])
        n = shape[-1] if shape else 1
        return int(factor * count(shape[:-2]) * (shape[-2] if len(shape) > 1 else 1) * n * n)

    return flops


def _sort(ins: list[Any], out: Any) -> int:
    n = count(_shape(ins[0]))
    length = _shape(ins[0])[-1] if _shape(ins[0]) else 1
    return n * max(1, (length - 1).bit_length())


# Ops whose work is no multiple of their elements. Factorisations are the textbook's leading terms.
FORMULAS: dict[str, Callable[[list[Any], Any], int]] = {
    "mm": _mm, "mv": _mm, "bmm": _mm, "dot": lambda ins, out: 2 * count(_shape(ins[0])), "vdot": lambda ins, out: 2 * count(_shape(ins[0])),
    "addmm": _addmm, "addmv": _addmm, "baddbmm": _addmm, "addbmm": _addbmm, "addr": lambda ins, out: 3 * count(_shape(out)),
    "convolution": _convolution, "conv_tbc": lambda ins, out: 2 * count(_shape(out)) * count(_shape(ins[1])[:2]),
    "cdist": lambda ins, out: 3 * count(_shape(out)) * _shape(ins[0])[-1],
    "linalg.det": _cube(2 / 3), "internal._slogdet": _cube(2 / 3), "linalg.inv": _cube(2), "internal._solve": _cube(1),
    "linalg.cholesky": _cube(1 / 3), "internal._qr": _cube(4 / 3), "internal._eigh": _cube(9), "internal._svd": _cube(22), "linalg.matrix_exp": _cube(30),
    "sort": _sort, "topk": _sort, "kthvalue": _sort, "median": _sort, "median.dim": _sort, "internal._unique": _sort,
}  # fmt: skip
_ADDS = frozenset(("index_add", "scatter_add", "scatter_reduce", "index_put", "internal._embedding_backward"))  # an addition an element put in
# These read only what they give out (and the indices).
_PICKS = frozenset(("gather", "index_select", "internal.index", "take", "masked_select", "internal._embedding", "internal.slice", "select"))


def op_cost(op: Any, values: Any, outs: list[Any]) -> tuple[int, int, int]:
    """(FLOPs, bytes read, bytes written) of one call of an op on its values (schema order), with its results; by the rules above."""
    ins = [t for v in values for t in (v if isinstance(v, (tuple, list)) else (v,)) if is_tensor(t)]
    if op.kind == "view":
        return 0, 0, 0
    out = outs[0]
    written = sum(count(_shape(t)) * t._dtype.itemsize for t in outs)
    seen: set[int] = set()
    read = 0
    for t in ins:
        if id(t) not in seen:
            seen.add(id(t))
            read += touched(t)
    if op.name in _PICKS and ins:
        read = written + sum(touched(t) for t in ins[1:])
    name = op.name
    formula = FORMULAS.get(name)
    factor = op.flops if isinstance(op.flops, (int, float)) else 1
    if formula is not None and ins:
        flops = formula(ins, out)
    elif name.startswith("internal._conv_") and len(ins) > 1:
        flops = _conv_grad(ins, out)
    elif op.kind == "map":
        flops = factor * count(_shape(out))
    elif op.kind in ("reduce", "ordered"):
        flops = factor * max((count(_shape(t)) for t in ins), default=count(_shape(out)))
    elif name in _ADDS:
        flops = max((count(_shape(t)) for t in ins[1:]), default=0)
    elif isinstance(op.flops, (int, float)) and op.flops != 1:
        flops = factor * max((count(_shape(t)) for t in ins), default=0)
    else:
        flops = 0  # moves data
    return int(flops), read, written


def touched(t: Any) -> int:
    """Bytes of the memory cells that a tensor reaches."""
    shape = _shape(t)
    return (cells_used(shape, tuple(t.stride())) if shape else 1) * int(t._dtype.itemsize)
