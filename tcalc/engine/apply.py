"""The one door: promote -> infer -> check devices and memory -> run the kernel -> record.

Promotion, broadcasting, the un-broadcasting and casting of gradients happen here, once, and not in rules. Kernels get raw backend data, rules
get raw data too where they are pointwise and nothing is recorded, else Tensors.
"""

from __future__ import annotations

import sys

from . import dtypes, graph, limits, registry
from .backends import backend_of, by_name, scalar
from .dtypes import bool_, dtype, float32, float64, int64
from .errors import describe, fail, operands
from .graph import LEAF, Node, NodeExtras, next_number, node_of, state
from .registry import COMPLEX, METHODS, NAMESPACES, Composite, Op, Plan, Vjp
from .tensors import CELLS, CPU, Extras, Size, Spec, Tensor, View, contiguous, device, elements, extras, make, own, row_major, storage_of, sums_to

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_new = object.__new__
_XP = scalar.XP
_HALVES = (dtypes.float16, dtypes.bfloat16)
_TUNE_FROM = 1 << 17

# -- promotion policies: (op, dims, zeros, numbers, values) -> (dtype computed in, dtype of the result) ------------------------------


def SAME(op: Op, dims: list[dtype], zeros: list[dtype], numbers: list[Any], values: list[Any]) -> tuple[dtype, dtype]:
    """The promoted dtype of the operands."""
    if not zeros and not numbers and len(dims) == 1:
        d = dims[0]
    else:
        d = dtypes.result_dtype(dims, zeros, numbers)
    return (float32, d) if d in _HALVES else (d, d)


def FLOAT(op: Op, dims: list[dtype], zeros: list[dtype], numbers: list[Any], values: list[Any]) -> tuple[dtype, dtype]:
    """The promoted dtype; integers and bools become the default floating dtype."""
    d = dtypes.result_dtype(dims, zeros, numbers)
    if d.category < dtypes.FLOAT:
        d = dtypes.get_default_dtype()
    return (float32, d) if d in _HALVES else (d, d)


def BOOL(op: Op, dims: list[dtype], zeros: list[dtype], numbers: list[Any], values: list[Any]) -> tuple[dtype, dtype]:
    """Computed in the promoted dtype; the result is bool."""
    d = dtypes.result_dtype(dims, zeros, numbers)
    return d, bool_


def WIDEN(op: Op, dims: list[dtype], zeros: list[dtype], numbers: list[Any], values: list[Any]) -> tuple[dtype, dtype]:
    """sum, prod, cumsum: integers and bools widen to int64; ``dtype=`` decides where given."""
    d = _given_dtype(op, values)
    if d is not None and d.category < dtypes.FLOAT and needs_record(op, values):
        fail(
            RuntimeError,
            f"Autograd not support dtype: {_cap(d)}",
            kind="dtype",
            op=op.public,
            explain=[f"The input requires grad, and a gradient cannot pass through {d.name}."],
            hints=["x.detach() first, or a floating dtype."],
        )
    if d is None:
        d = dtypes.result_dtype(dims, zeros, numbers)
        if d.category < dtypes.FLOAT:
            d = int64
    return (float32, d) if d in _HALVES else (d, d)


def GIVEN(op: Op, dims: list[dtype], zeros: list[dtype], numbers: list[Any], values: list[Any]) -> tuple[dtype, dtype]:
    """``dtype=`` where given, else the operand's own dtype."""
    d = _given_dtype(op, values) or dtypes.result_dtype(dims, zeros, numbers)
    return (float32, d) if d in _HALVES else (d, d)


def INDEX(op: Op, dims: list[dtype], zeros: list[dtype], numbers: list[Any], values: list[Any]) -> tuple[dtype, dtype]:
    """Computed in the operand's dtype; the result is int64."""
    return dtypes.result_dtype(dims, zeros, numbers), int64


def FIRST(op: Op, dims: list[dtype], zeros: list[dtype], numbers: list[Any], values: list[Any]) -> tuple[None, dtype]:
    """No promotion: operands stay as they are, the result has the first tensor's dtype."""
    for v in values:
        if isinstance(v, Tensor):
            return None, v._dtype
        if isinstance(v, tuple) and v and isinstance(v[0], Tensor):
            return None, v[0]._dtype
    return None, dtypes.get_default_dtype()


def _given_dtype(op: Op, values: list[Any]) -> dtype | None:
    i = op.schema.by_name.get("dtype", -1)
    return values[i] if i >= 0 else None


# -- shapes -------------------------------------------------------------------------------------------------------------------------


def broadcast_shapes(shapes: list[tuple[int, ...]], op: Op | None = None, values: list[Any] | None = None) -> tuple[int, ...]:
    """The common shape by PyTorch's rule (align right; equal or 1); RuntimeError with the sizes that clash."""
    result: list[int] = []
    for shape in shapes:
        if len(shape) > len(result):
            result = [1] * (len(shape) - len(result)) + result
        for k in range(1, len(shape) + 1):
            size, have = shape[-k], result[-k]
            if size == have or size == 1:
                continue
            if have != 1:
                _fail_broadcast(shapes, op, values)
            result[-k] = size
    return tuple(result)


def _fail_broadcast(shapes: list[tuple[int, ...]], op: Op | None, values: list[Any] | None) -> None:
    if op is not None and op.options.get("reversed"):
        shapes = shapes[::-1]
    a, b = _clashing(shapes)
    ndim = max(len(a), len(b))
    for k in range(1, ndim + 1):
        x = a[-k] if k <= len(a) else 1
        y = b[-k] if k <= len(b) else 1
        if x != y and x != 1 and y != 1:
            break
    dim = ndim - k
    names = [] if op is None else [op.schema.params[i].name for i in op.schema.tpos]
    tensors = [] if op is None or values is None else [values[i] for i in op.schema.tpos]
    fail(
        RuntimeError,
        f"The size of tensor a ({x}) must match the size of tensor b ({y}) at non-singleton dimension {dim}",
        kind="broadcast",
        op="" if op is None else op.public,
        operands=operands(names, tensors),
        explain=_broadcast_table(a, b, dim),
        hints=_broadcast_hints(a, b),
    )


def _clashing(shapes: list[tuple[int, ...]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    for i, a in enumerate(shapes):
        for b in shapes[i + 1 :]:
            if any(x != y and x != 1 and y != 1 for x, y in zip(reversed(a), reversed(b), strict=False)):
                return a, b
    return shapes[0], shapes[-1]


def _broadcast_table(a: tuple[int, ...], b: tuple[int, ...], bad: int) -> list[str]:
    n = max(len(a), len(b))
    rows = [" " * 12 + "".join(f"{'dim ' + str(k):>8}" for k in range(n))]
    for name, shape in (("a", a), ("b", b)):
        cells = ["·"] * (n - len(shape)) + [str(s) for s in shape]
        rows.append(f"{name} {'[' + ','.join(map(str, shape)) + ']':<10}" + "".join(f"{c:>8}" for c in cells))
    aa, bb = ((1,) * (n - len(a)) + a), ((1,) * (n - len(b)) + b)
    rows.append(" " * 12 + "".join(f"{'✗' if x != y and 1 not in (x, y) else 'ok':>8}" for x, y in zip(aa, bb, strict=True)))
    rows.append(f"dim {bad}: {aa[bad]} vs {bb[bad]}, neither is 1.")
    return rows


def _broadcast_hints(a: tuple[int, ...], b: tuple[int, ...]) -> list[str]:
    """Single unsqueezes and transposes that would make the shapes fit."""
    hints = []
    for name, own_shape, other in (("a", a, b), ("b", b, a)):
        for k in range(len(own_shape) + 1):
            shape = own_shape[:k] + (1,) + own_shape[k:]
            if _fits(shape, other):
                hints.append(f"{name}.unsqueeze({k}) is [{','.join(map(str, shape))}] and broadcasts.")
        if len(own_shape) == 2 and _fits(own_shape[::-1], other):
            hints.append(f"{name}.T is [{','.join(map(str, own_shape[::-1]))}] and broadcasts.")
    return hints[:4] or ["No single unsqueeze or transpose makes these shapes fit."]


def _fits(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return all(x == y or x == 1 or y == 1 for x, y in zip(reversed(a), reversed(b), strict=False))


def layout_of_result(shape: tuple[int, ...], operands_: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> tuple[int, ...] | None:
    """Strides (elements) of a fresh pointwise result, None for row-major: dims keep the order they have in the operands' memory.

    The rule of ATen's TensorIterator: dims are sorted by the strides of the first operand that tells them apart; broadcast dims do not count.
    """
    n = len(shape)
    strides = []
    for size, step in operands_:
        lead = n - len(size)
        strides.append([0] * lead + [0 if a == 1 and b != 1 else s for a, b, s in zip(size, shape[lead:], step, strict=True)])
    full = [tuple(s) for (size, _), s in zip(operands_, strides, strict=True) if tuple(size) == shape]
    if len(full) == len(operands_) and len(set(full)) == 1 and _dense(shape, full[0]):
        return None if contiguous(shape, full[0]) else full[0]
    perm = list(range(n - 1, -1, -1))
    for i in range(1, n):
        at = i
        for k in range(i - 1, -1, -1):
            order = _compare(perm[k], perm[at], shape, strides)
            if order > 0:
                perm[k], perm[at] = perm[at], perm[k]
                at = k
            elif order < 0:
                break
    if perm == list(range(n - 1, -1, -1)):
        return None
    count = 1
    found = [0] * n
    for k in perm:
        found[k] = count
        count *= shape[k]
    return tuple(found)


def _compare(a: int, b: int, shape: tuple[int, ...], strides: list[list[int]]) -> int:
    for s in strides:
        if s[a] == 0 or s[b] == 0:
            continue
        if s[a] != s[b]:
            return -1 if s[a] < s[b] else 1
        if shape[a] > shape[b]:
            return 1
    return 0


def _dense(shape: tuple[int, ...], stride: tuple[int, ...]) -> bool:
    """Whether the elements fill a block of memory, each in a place of its own."""
    expected = 1
    for step, size in sorted(zip(stride, shape, strict=True)):
        if size == 1:
            continue
        if step != expected:
            return False
        expected *= size
    return True


# -- running pointwise ops ----------------------------------------------------------------------------------------------------------


def _mixed_devices(op: Op, values: list[Any]) -> None:
    tensors = _flat_tensors(values)
    devices = [t.device for t in tensors]
    first = devices[0]
    other = next(d for d in devices if d != first)
    cuda = next((d for d in devices if d.type == "cuda"), first)
    rest = other if cuda == first else first
    names = [op.schema.params[i].name for i in op.schema.tpos]
    fail(
        RuntimeError,
        f"Expected all tensors to be on the same device, but found at least two devices, {cuda} and {rest}!",
        kind="device",
        op=op.public,
        operands=operands(names, tensors),
        explain=[f"{n} is on {t.device}" for n, t in zip(names, tensors, strict=False)],
        hints=["Move one of them: x.to(y.device)."],
    )


def _flat_tensors(values: list[Any]) -> list[Tensor]:
    out: list[Tensor] = []
    for v in values:
        if isinstance(v, Tensor):
            out.append(v)
        elif isinstance(v, tuple):
            out.extend(x for x in v if isinstance(x, Tensor))
    return out


def compute_map(op: Op, values: list[Any]) -> tuple[Any, dtype]:
    """Run a pointwise kernel on promoted, broadcast operands: (data, dtype)."""
    if pending is not None:
        values = pending.settled(values)
    schema = op.schema
    args = list(values)
    dims: list[dtype] = []
    zeros: list[dtype] = []
    numbers: list[Any] = []
    shapes: list[tuple[int, ...]] = []
    backend: Any = None
    for i in schema.tpos:
        v = args[i]
        if isinstance(v, Tensor):
            d = v._data
            if type(d) in CELLS:
                zeros.append(v._dtype)
                args[i] = d
                continue
            b = backend_of(d)
            if not d.shape:
                if b.name == "cpu":
                    args[i] = v._dtype.python_type(d[()])
                    zeros.append(v._dtype)
                    continue
                zeros.append(v._dtype)
            else:
                dims.append(v._dtype)
                shapes.append(tuple(d.shape))
            if backend is None:
                backend = b
            elif b is not backend:
                _mixed_devices(op, values)
            args[i] = d
        elif v is not None:
            numbers.append(v)
    try:
        compute, result = op.dtype(op, dims, zeros, numbers, values)
        if compute.is_complex:
            _check_complex(op, compute)
    except NotImplementedError as e:
        if str(e).startswith('"'):  # a kernel is missing: PyTorch looks at the shapes first
            broadcast_shapes(shapes, op, values)
        raise
    # Numbers and 0-d operands take the dtype computed in; beside 16 bits they are rounded to those first, but for the operand that PyTorch keeps whole.
    rounded = compute.round
    narrowed, whole = rounded, None
    if result in _HALVES:
        narrowed, whole = result.round, op.options.get("whole")
        k = op.options.get("rounds")  # the place of a parameter that is no operand
        if k is not None and type(args[k]) is float:
            args[k] = result.round(args[k])
    if backend is None:
        for i in schema.tpos:
            v = values[i]
            if v is None:
                continue
            if not isinstance(v, Tensor) or v._dtype is not compute:
                args[i] = rounded(args[i]) if i == whole else narrowed(args[i])
        if compute.is_complex:  # Python's complex numbers raise where IEEE has inf and nan
            return _map_on_arrays(op, args, compute, result)
        try:
            if op.single is not None and result is float32:
                out = op.single(*args)
            else:
                out = op.kernel(_XP, *args) if op.wants_xp else op.kernel(*args)
            return result.round(out), result
        except scalar.Unsupported:
            return _map_on_arrays(op, args, compute, result)
    if len(shapes) == 1 or (len(shapes) == 2 and shapes[0] == shapes[1]):
        shape = shapes[0]
    else:
        shape = broadcast_shapes(shapes, op, values)
    n = result.itemsize
    for s in shape:
        n *= s
    if backend.name == "meta":
        from .backends.meta import MetaArray

        strides = _map_layout(op, shape, values)
        return MetaArray(shape, result.itemsize, None if strides is None else tuple([s * result.itemsize for s in strides])), result
    if backend.name != "cpu":
        if len({values[i].device for i in schema.tpos if isinstance(values[i], Tensor) and type(values[i]._data) not in CELLS}) > 1:
            _mixed_devices(op, values)  # two GPUs
    elif n >= _TUNE_FROM:
        limits.check(shape, result, op.public)
        backend.tune()
    plain = True  # every operand of full shape is row-major, so NumPy's result is, as PyTorch's
    for i in schema.tpos:
        v = values[i]
        if v is None:
            continue
        a = args[i]
        if isinstance(v, Tensor):
            if type(a) in CELLS:
                args[i] = rounded(a) if i == whole else narrowed(a)
                continue
            if not a.flags.c_contiguous or 1 in shape:
                plain = False
            if v._dtype is not compute:
                args[i] = backend.astype(a, compute)
        else:
            args[i] = rounded(a) if i == whole else narrowed(a)
    token = backend.guard()
    try:
        out = op.kernel(backend.xp, *args) if op.wants_xp else op.kernel(*args)
    finally:
        backend.unguard(token)
    if any(out is a for a in args):  # a kernel may hand an operand back, but never its memory
        out = backend.copy(out)
    out = backend.finish(out, shape, result)
    if plain and out.flags.c_contiguous:
        return out, result
    return backend.laid_out(out, result, _map_layout(op, shape, values)), result


def _map_layout(op: Op, shape: tuple[int, ...], values: list[Any]) -> tuple[int, ...] | None:
    """The strides of a pointwise op's result; None for row-major."""
    if op.options.get("row_major"):
        return None
    given = [values[i] for i in op.schema.tpos if values[i] is not None]  # a number counts as an operand without dims
    if op.options.get("reversed"):
        given.reverse()
    return layout_of_result(shape, [(tuple(v.shape), v.stride()) if isinstance(v, Tensor) else ((), ()) for v in given])


def _map_on_arrays(op: Op, args: list[Any], compute: dtype, result: dtype) -> tuple[Any, dtype]:
    """A 0-d computation whose kernel needs arrays (a function that only NumPy or SciPy has)."""
    backend = by_name("cpu")
    from .backends import cpu

    arrays = list(args)
    for i in op.schema.tpos:
        if arrays[i] is not None:
            arrays[i] = cpu.cell_array(arrays[i], compute)
    token = backend.guard()
    try:
        out = op.kernel(backend.xp, *arrays) if op.wants_xp else op.kernel(*arrays)
    finally:
        backend.unguard(token)
    return result.round(result.python_type(out)), result


def _check_complex(op: Op, d: dtype) -> None:
    """Refuse an op that PyTorch has no complex kernel of."""
    from .complexes import check

    check(op, d)


# -- recording ----------------------------------------------------------------------------------------------------------------------


def _parents(op: Op, values: list[Any]) -> tuple[int, list[Any], list[int], bool]:
    """Which differentiable inputs need gradients: (mask over parameters, parents, their output numbers, any number not 0)."""
    mask = 0
    parents: list[Any] = []
    nrs: list[int] = []
    numbered = False
    places = op.schema.by_name
    for k, name in enumerate(op.diff_params()):
        v = values[places[name]]
        for t in v if isinstance(v, tuple) else (v,):
            n = node_of(t) if isinstance(t, Tensor) else None
            if n is None:
                parents.append(None)
                nrs.append(0)
                continue
            mask |= 1 << k
            if n is LEAF:
                parents.append(t)
                nrs.append(0)
            else:
                parents.append(n)
                nrs.append(t._out)
                if t._out:
                    numbered = True
    return mask, parents, nrs, numbered


def needs_record(op: Op, values: list[Any]) -> bool:
    """Whether a call of op on these values is to be recorded now."""
    if not state.grad or not op.vjps:
        return False
    places = op.schema.by_name
    for name in op.diff_params():
        v = values[places[name]]
        for t in v if isinstance(v, tuple) else (v,):
            if isinstance(t, Tensor) and node_of(t) is not None:
                return True
    return False


def record(op: Op, values: list[Any], outs: list[Tensor], aux: tuple[Any, ...] = ()) -> Node | None:
    """Make the node of a call whose outputs are ``outs`` and link them to it; None where no input requires grad."""
    mask, parents, nrs, numbered = _parents(op, values)
    if not mask:
        return None
    plan = op.plan_for(mask | COMPLEX if outs[0]._dtype.is_complex else mask)
    returns = op.schema.returns
    by_name_ = op.schema.by_name
    n: Node = _new(Node)
    n.rare = None
    n.plan = plan
    n.parents = tuple(parents)
    n.nrs = tuple(nrs) if numbered else None
    n.ext = None
    n.versions = None
    saved: list[Any] = []
    for name in plan.names:
        i = by_name_.get(name, -1)
        if i >= 0:
            saved.append(values[i])
        elif name in returns:
            saved.append(outs[returns.index(name)]._data)
        elif name == "out_spec":
            saved.append(spec_of(outs[0]))
        elif name.endswith("_spec"):
            v = values[by_name_[name[:-5]]]
            if isinstance(v, tuple):
                saved.append(tuple([spec_of(t) for t in v]))
            else:
                saved.append(spec_of(v) if isinstance(v, Tensor) else None)
        elif name in op.aux:
            saved.append(aux[op.aux.index(name)])
        elif name == "where_":
            saved.append(state.where)
        else:
            raise ValueError(f"{op.name}: rule argument {name!r} is no parameter, result, spec or aux")
    n.saved = tuple(saved)
    if plan.saves:
        versions: list[Any] = [_versions_of(t) for t in saved]
        if any(versions):
            n.versions = tuple(versions)
    args = {}
    for p, v in zip(op.schema.params, values, strict=True):
        if not isinstance(v, Tensor) and p.type != "Tensor[]":
            args[p.name] = v
    n.args = args or None
    first = outs[0]
    d = first._data
    n.shape = () if type(d) in CELLS else tuple(d.shape)
    n.dtype = first._dtype
    n.seq = next_number()
    n.where = state.where
    if len(outs) > 1 or len(returns) > 1 or op.options.get("many"):
        graph.node_extras(n).outs = tuple([spec_of(t) for t in outs])
    nondiff = op.nondiff
    for k, t in enumerate(outs):
        if nondiff and returns[k] in nondiff or not (t._dtype.is_floating_point or t._dtype.is_complex):
            continue
        t._node = n
        t._out = k
    if state.record_inputs:
        x = graph.node_extras(n)
        x.all_inputs = tuple([v for v in values if isinstance(v, (Tensor, tuple, int, float))])
        x.order = state.order
        x.scope = state.scope or None
    if state.hooks is not None and plan.saves:
        _saved_hooks().pack_node(n, outs)
    if state.anomaly:
        _saved_hooks().note(n)
    return n


def _saved_hooks() -> Any:
    from . import savedhooks

    return savedhooks


def _versions_of(saved: Any) -> Any:
    """The storage version of a saved tensor, or of each of a list of them; 0 for what is no tensor."""
    if isinstance(saved, tuple) and saved and isinstance(saved[0], Tensor):
        return tuple([_versions_of(t) for t in saved])
    if not isinstance(saved, Tensor):
        return 0
    e = saved._ext
    if e is None:
        return 0
    if e.why == "inference":
        fail(
            RuntimeError,
            "Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in computation tracked by autograd. "
            "To work around this, you can make a clone to get a normal tensor and use it in autograd, or use `torch.no_grad()` instead of "
            "`torch.inference_mode()`.",
            kind="inference",
            operands=[(None, describe(saved))],
            hints=["x.clone() outside of inference_mode() is a normal tensor."],
        )
    return 0 if e.storage is None else e.storage.version


def turned(t: Tensor) -> Any:
    """t.t() as an operand of a rule: where nothing is recorded, without the book-keeping of a view."""
    d = t._data
    if state.grad or batching is not None or pending is not None or type(d) in CELLS or d.ndim != 2 or backend_of(d).name != "cpu":
        return METHODS["t"](t)
    return make(d.T, t._dtype)


def mark_untracked(op: Op, values: list[Any], outs: list[Tensor]) -> None:
    """Outputs computed under no_grad from inputs that require grad remember that; in inference mode all do."""
    if state.inference and op.kind != "view":
        for o in outs:
            extras(o).why = "inference"
        return
    if state.grad or not op.vjps:
        return
    for t in _flat_tensors(values):
        if node_of(t) is not None:
            for o in outs:
                x = extras(o)
                x.why, x.where = "no_grad", state.where
            return


spec_of = Spec.of


# -- the door -----------------------------------------------------------------------------------------------------------------------


batching: Any = None  # while a vmap runs: tcalc.engine.batching's side of the door
mutating: Any = None  # inside allow_mutation_on_saved_tensors: what it does before a write
pending: Any = None  # once a conjugate view was made: tcalc.engine.pending


def apply(op: Op, values: list[Any]) -> Any:
    """Run an op on bound values (schema order) and record it."""
    if batching is not None:
        return batching.apply(op, values)
    return _DOORS[op.kind](op, values)


def _apply_map(op: Op, values: list[Any]) -> Tensor:
    data, d = compute_map(op, values)
    out = make(data, d)
    if state.grad:
        if op.vjps:
            record(op, values, [out])
    else:
        mark_untracked(op, values, [out])
    return out


def _apply_composite(op: Op, values: list[Any]) -> Any:
    return op.kernel(*values)


def _apply_general(op: Op, values: list[Any]) -> Any:
    datas, dts, aux = compute_general(op, values)
    outs = [make(x, d) for x, d in zip(datas, dts, strict=True)]
    if state.grad:
        if op.vjps:
            record(op, values, outs, aux)
    else:
        mark_untracked(op, values, outs)
    return pack(op, outs)


def pack(op: Op, outs: list[Tensor]) -> Any:
    """One output as itself; several as the op's named tuple, or a plain tuple where the results have no names."""
    returns = op.schema.returns
    if len(returns) == 1 and returns[0] == "out":
        return tuple(outs) if op.options.get("many") else outs[0]
    if returns[0].startswith("out"):
        return tuple(outs)
    return named_result(op.public, returns)(outs)


_named: dict[tuple[str, tuple[str, ...]], type] = {}


def named_result(name: str, fields: tuple[str, ...]) -> Any:
    """The class torch.return_types.<name>: a tuple whose fields have names."""
    found = _named.get((name, fields))
    if found is None:
        from . import show

        found = _named[name, fields] = show.make_return_type(name, fields)
    return found


_QUICK_BYTES = 1 << 20  # beyond it the few microseconds do not show


def _compute_quick(op: Op, fits: Any, values: list[Any]) -> tuple[list[Any], list[dtype], tuple[Any, ...]] | None:
    """The commonest case by a short way: row-major arrays on the CPU, of one floating dtype, that the op's option ``quick`` finds fit; None for others."""
    args = list(values)
    kind: dtype | None = None
    backend: Any = None
    keep = op.options.get("keep_dtype", ())
    schema = op.schema
    for i in schema.tpos:
        v = args[i]
        if v is None:
            continue
        d = v._data
        if type(d) in CELLS:
            if v._dtype is not float32 and v._dtype is not float64:
                return None
            args[i] = by_name("cpu").cell_array(d, v._dtype)
        else:
            b = backend_of(d)
            if b.name != "cpu" or d.nbytes > _QUICK_BYTES:
                return None
            args[i], backend = d, b
        if schema.params[i].name in keep:
            continue
        if kind is None:
            kind = v._dtype
            if kind is not float32 and kind is not float64:
                return None
        elif v._dtype is not kind:
            return None
    if backend is None or kind is None or not fits(*args):
        return None
    token = backend.guard()
    try:
        got = op.kernel(backend.xp, *args)
    finally:
        backend.unguard(token)
    aux: tuple[Any, ...] = ()
    if type(got) is tuple:
        n = len(got) - len(op.aux)
        got, aux = got[:n], got[n:]
    else:
        got = (got,)
    return [backend.finish_general(x, kind, args) for x in got], [kind] * len(got), aux


def compute_general(op: Op, values: list[Any]) -> tuple[list[Any], list[dtype], tuple[Any, ...]]:
    """Run a kernel that is not pointwise: (datas, dtypes, auxiliary results)."""
    if pending is not None:
        values = pending.settled(values)
    quick = op.options.get("quick")
    if quick is not None:
        done = _compute_quick(op, quick, values)
        if done is not None:
            return done
    schema = op.schema
    args = list(values)
    dims: list[dtype] = []
    zeros: list[dtype] = []
    backend: Any = None
    tensors: list[Tensor] = []
    for i in schema.carriers:
        v = values[i]
        if isinstance(v, Tensor):
            tensors.append(v)
        elif type(v) is tuple:
            tensors.extend([t for t in v if isinstance(t, Tensor)])
    some_cells = some_complex = False
    for t in tensors:
        d = t._data
        if t._dtype.is_complex:
            some_complex = True
        if type(d) in CELLS:
            zeros.append(t._dtype)
            some_cells = True
            continue
        (dims if d.shape else zeros).append(t._dtype)
        b = backend_of(d)
        if backend is None:
            backend = b
        elif b is not backend:
            _mixed_devices(op, values)
    if some_complex:
        _check_complex(op, next(t._dtype for t in tensors if t._dtype.is_complex))
    cells = op.cells and backend is None and not some_complex
    if backend is None:
        i = schema.by_name.get("device", -1)
        if some_cells:
            backend = by_name("cpu") if not cells else None
        elif i >= 0:
            backend = by_name(values[i].type if values[i] is not None else default_device().type)
    elif some_cells and backend.name != "cpu":
        _mixed_devices(op, values)
    numbers = [values[i] for i in schema.numbers if values[i] is not None and not isinstance(values[i], Tensor)]
    compute, result = (op.dtype or FIRST)(op, dims, zeros, numbers, values)
    # shapes first: errors and the memory bound come before any data is touched
    dts = list(result) if isinstance(result, tuple) else [result]
    shape_list: list[Any] = []
    shapes: Any = None
    if op.spec is not None:
        given = list(values)
        for i in schema.tpos:
            v = values[i]
            if isinstance(v, Tensor):
                given[i] = Spec.of(v)
        for i in schema.lists:
            if values[i] is not None:
                given[i] = tuple([Spec.of(t) for t in values[i]])
        shapes = op.spec(*given)
        if isinstance(shapes, DataDependent):
            shape_list = [shapes.bound]
        else:
            shape_list = list(shapes) if isinstance(shapes, list) else [shapes]
        if len(dts) < len(shape_list):
            dts = dts * len(shape_list)
        if backend is None or backend.name == "cpu":  # a GPU's own allocator knows what fits
            for s, d in zip(shape_list, dts, strict=False):
                if s:
                    limits.check(s, d, op.public)
            if backend is not None:
                for i in schema.tpos:
                    d = values[i]
                    if isinstance(d, Tensor) and type(d._data) not in CELLS and d._data.size > limits.MAX_WORK:
                        limits.too_much_work(d._data.size, op.public)
    if backend is not None and backend.name == "meta":
        if shapes is None or isinstance(shapes, DataDependent):
            fail(
                NotImplementedError,
                f"aten::{_META_NAMES.get(op.base, op.base.lstrip('_'))}: attempted to run this operator with Meta tensors, but there was no fake impl or Meta "
                "kernel registered. The shape of its result depends on data, which a meta tensor has not.",
                kind="meta",
                op=op.public,
            )
        metas = [
            backend.strided(None, d, tuple(s), s.stride, 0) if type(s) is Laid else backend.empty(tuple(s), d) for s, d in zip(shape_list, dts, strict=False)
        ]
        return metas, dts[: len(shape_list)], (None,) * len(op.aux)
    if cells:
        try:
            for i in schema.tpos:
                v = values[i]
                if isinstance(v, Tensor):
                    args[i] = v._data if compute is None or v._dtype is compute else compute.round(v._data)
            out = op.kernel(_XP, *args) if op.wants_xp else op.kernel(*args)
            return [dts[0].round(out)], dts[:1], ()
        except scalar.Unsupported:
            args = list(values)
    if backend is None:
        backend = by_name("cpu")
    if backend.name == "cpu":
        for s, d in zip(shape_list, dts, strict=False):
            if s and _bytes(s, d) >= _TUNE_FROM:
                backend.tune()
    keep = op.options.get("keep_dtype", ())  # index operands and masks keep their own dtype
    for i in schema.carriers:
        v = values[i]
        if v is None:
            continue
        if schema.params[i].name in keep:
            if isinstance(v, Tensor):
                args[i] = own(v)._data
            elif type(v) is tuple:
                args[i] = tuple([own(t)._data if isinstance(t, Tensor) else t for t in v])
        elif isinstance(v, Tensor):
            args[i] = _raw_operand(v, compute, backend)
        elif i in schema.lists:
            args[i] = tuple([_raw_operand(t, compute, backend) for t in v])
    token = backend.guard()
    try:
        got = op.kernel(backend.xp, *args) if op.wants_xp else op.kernel(*args)
    finally:
        backend.unguard(token)
    n_aux = len(op.aux)
    outs = list(got) if isinstance(got, (tuple, list)) else [got]
    aux = tuple(outs[len(outs) - n_aux :]) if n_aux else ()
    if n_aux:
        outs = outs[: len(outs) - n_aux]
    if len(dts) < len(outs):
        dts = dts * len(outs)
    inputs = [a for a in args if type(a) is not int]
    datas = [backend.finish_general(x, d, inputs) for x, d in zip(outs, dts, strict=False)]
    for k, s in enumerate(shape_list):
        if type(s) is Laid:
            datas[k] = backend.laid_out(datas[k], dts[k], s.stride)
    return datas, dts[: len(outs)], aux


_META_NAMES = {"_unique": "_unique2"}


def _raw_operand(t: Tensor, compute: dtype | None, backend: Any) -> Any:
    """A tensor's data as an array in the dtype that is computed in."""
    d = t._data
    if type(d) in CELLS:
        return backend.cell_array(d if compute is None else compute.round(d), compute or t._dtype)
    return d if compute is None or t._dtype is compute else backend.astype(d, compute)


def _bytes(shape: tuple[int, ...], d: dtype) -> int:
    n = d.itemsize
    for s in shape:
        n *= s
    return n


class Laid(tuple):  # type: ignore[type-arg]
    """A result's shape with the strides (elements) it has where they are not row-major."""

    stride: tuple[int, ...]

    def __new__(cls, shape: tuple[int, ...], stride: tuple[int, ...] | None) -> Any:
        """The plain shape where the strides are row-major."""
        if stride is None or tuple(stride) == row_major(shape):
            return tuple(shape)
        out = tuple.__new__(cls, shape)
        out.stride = tuple(stride)
        return out


class DataDependent:
    """A result whose shape only the data tells; ``bound`` is the largest it can be."""

    __slots__ = ("bound",)

    def __init__(self, bound: tuple[int, ...]) -> None:
        self.bound = bound


_default_device: list[Any] = [CPU]


def default_device() -> device:
    """Where factories put tensors when not told."""
    return _default_device[0]  # type: ignore[no-any-return]


# -- views --------------------------------------------------------------------------------------------------------------------------


class Step:
    """One step of a view chain: the op, its bound values (None in the tensor's place), the spec it was applied to, which output."""

    __slots__ = ("index", "op", "spec", "values")

    def __init__(self, op: Op, values: list[Any], spec: Spec, index: int) -> None:
        self.op = op
        self.values = [None, *values[1:]]
        self.spec = spec
        self.index = index


def _apply_view(op: Op, values: list[Any]) -> Any:
    t = values[0]
    check = op.options.get("check")
    if check is not None:
        check(*values)
    got = op.kernel(t.shape, t.stride(), t.storage_offset(), *values[1:])
    many = isinstance(got, list)
    own(t)
    e = t._ext
    assert e is not None and e.storage is not None
    s = e.storage
    b = backend_of(t._data)
    spec = spec_of(t)
    base, chain = (t, ()) if e.view is None else (e.view.base, e.view.chain)
    if e.why in ("detached", "data") and e.view is None:
        base = t
    outs: list[Tensor] = []
    if state.grad:
        creation = "multi" if many else (e.view.creation if e.view is not None and e.view.creation == "multi" else "")
    else:
        creation = "no_grad"
    d = op.options["reads_as"](t._dtype) if "reads_as" in op.options else t._dtype  # real parts have another dtype
    bits = e.bits ^ op.options.get("flips", 0)
    for k, (shape, stride, offset) in enumerate(got if many else [got]):
        out = make(b.strided(s.buffer, d, shape, stride, offset), d)
        x = out._ext = Extras()
        x.storage, x.offset = s, offset
        x.bits = bits
        if e.why == "inference":
            x.why = "inference"
        if not op.options.get("fresh"):  # the memory is nobody else's: no view to anyone who asks
            x.view = View(base, (*chain, Step(op, values, spec, k)), s.version, creation)
        outs.append(out)
    if state.grad:
        record_view(op, values, outs)
    else:
        mark_untracked(op, values, outs)
    return tuple(outs) if many else outs[0]


def record_view(op: Op, values: list[Any], outs: list[Tensor]) -> None:
    """Record a view op (saves no data)."""
    t = values[0]
    n0 = node_of(t)
    if n0 is None or not op.vjps or not outs:
        return
    plan = op.plan_for(1)
    n: Node = _new(Node)
    n.rare = None
    n.plan = plan
    n.parents = (t if n0 is LEAF else n0,)
    n.nrs = (t._out,) if n0 is not LEAF and t._out else None
    names = op.schema.by_name
    spec = spec_of(t)
    n.saved = tuple([spec if name == "input_spec" else spec_of(outs[0]) if name == "out_spec" else values[names[name]] for name in plan.names])
    n.versions = None
    n.args = {p.name: v for p, v in zip(op.schema.params[1:], values[1:], strict=True)} or None
    first = outs[0]
    n.shape = tuple(first._data.shape)
    n.dtype = first._dtype
    n.seq = next_number()
    n.where = state.where
    n.ext = None
    if len(outs) > 1 or op.options.get("many"):
        x = n.ext = NodeExtras()
        x.outs = tuple([spec_of(o) for o in outs])
    if state.record_inputs:
        extra = graph.node_extras(n)
        extra.all_inputs = (t,)
        extra.order = state.order
        extra.scope = state.scope or None
    if state.anomaly:
        _saved_hooks().note(n)
    for k, o in enumerate(outs):
        o._node = n
        o._out = k


def run_chain(t: Tensor, chain: tuple[Step, ...]) -> Tensor:
    """Apply the view steps to another tensor of the base's geometry."""
    for step in chain:
        got = apply(step.op, [t, *step.values[1:]])
        t = got[step.index] if isinstance(got, tuple) else got
    return t


def _on_base_rule(g: Any, chain: Any) -> Any:
    for step in reversed(chain):
        rule = step.op.vjps["input"]
        args = []
        for name in rule.names:
            if name == "input_spec":
                args.append(step.spec)
            elif name == "g":
                args.append(g)
            elif name == "out_spec":
                args.append(spec_of(g))
            else:
                args.append(step.values[step.op.schema.by_name[name]])
        if step.op.options.get("many"):
            g = step.op.options["one_rule"](g, step)
        else:
            g = rule.fn(*args)
    return g


def _no_kernel() -> None:
    """Never run: stands for what the engine does itself."""


def _internal(text: str, node: str, label: str) -> Op:
    return Op(text, _no_kernel, "internal", {"node": node, "label": label})


# The node of a view whose storage was written to since: it goes through the base's new history.
ON_BASE = _internal("as_strided(Tensor input, Any chain) -> Tensor", "AsStridedBackward0", "view")
ON_BASE.vjps["input"] = Vjp(("input",), _on_base_rule, "g placed in the base")


class _OnBasePlan(Plan):
    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(ON_BASE, 1)
        self.names = ()
        self.rules = ()
        self.raw = False
        self.saves = False


ON_BASE._plans[1] = _OnBasePlan()

COPY_SLICES = _internal("copy_slices(Tensor input) -> Tensor", "CopySlices", "copy_slices")
COPY_SLICES.vjps["input"] = Vjp(("input",), lambda g: g, "g with the written part cut out")


class _CopySlicesPlan(Plan):
    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(COPY_SLICES, 1)
        self.names = ()
        self.rules = ()
        self.raw = False
        self.saves = True

    def inputs_of(self, node: Any) -> tuple[str, ...]:
        inner = node.ext.inner
        return ("input", *inner.inputs[1:])


_COPY_SLICES_PLAN = _CopySlicesPlan()

# -- in-place writes ----------------------------------------------------------------------------------------------------------------


def make_twin(o: Op) -> None:
    """The in-place twin of an op: the method ``name_``."""
    name = o.public + "_"
    if dict.__contains__(METHODS, name):
        family = METHODS[name].family
    else:
        from .registry import Family

        family = Family(name, "Tensor")
        METHODS[name] = method = twin_method(family, f"In-place twin of {o.public}(): writes the result into the tensor and returns it.")
        setattr(Tensor, name, method)
    family.overloads.append(o)


def twin_method(family: Any, doc: str | None) -> Any:
    """The method of a family of in-place twins."""

    def method(*args: Any, **kwargs: Any) -> Any:
        chosen, values = family.resolve(args, kwargs, True)
        return apply_inplace(chosen, values)

    method.__name__ = family.called
    method.__qualname__ = "Tensor." + family.called
    method.__doc__ = doc
    method.family = family  # type: ignore[attr-defined]
    method.__wrapped__ = family  # type: ignore[attr-defined]
    return method


def _apply_write(op: Op, values: list[Any]) -> Tensor:
    return apply_inplace(op, values)


def check_writable(t: Tensor, op: Op, recording: bool, memory: bool = True) -> None:
    """Refuse in-place writes that would break gradients or (where they touch ``memory``) several elements at once, in PyTorch's words."""
    if mutating is not None:
        mutating(t)
    e = t._ext
    if e is not None and e.why == "inference" and not state.inference:
        fail(
            RuntimeError,
            "Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal tensor before doing inplace "
            "update.See https://github.com/pytorch/rfcs/pull/17 for more details.",
            kind="inference",
            op=op.public,
        )
    view = e.view if e is not None else None
    n = node_of(t)
    name = op.public if op.public.endswith("_") else op.public + "_"
    if state.grad:
        if view is not None and view.creation and (n is not None or recording or node_of(view.base) is not None):
            if view.creation == "multi":
                first = graph.short_name(n) if type(n) is Node else "Unbind"
                fail(
                    RuntimeError,
                    f"Output {t._out} of {first} is a view and is being modified inplace. This view is the output of a function that "
                    "returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace "
                    "the inplace operation by an out-of-place one.",
                    kind="inplace",
                    op=name,
                    hints=["x[i] is a view of its own and may be written: x[0].add_(1)."],
                )
            if view.creation == "no_grad":
                fail(
                    RuntimeError,
                    "A view was created in no_grad mode and is being modified inplace with grad mode enabled. Given that this use case "
                    "is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace "
                    "either both inside the no_grad block (if you don't want the inplace to be tracked) or both outside (if you want the "
                    "inplace to be tracked).",
                    kind="inplace",
                    op=name,
                )
        if n is LEAF:
            fail(
                RuntimeError,
                "a leaf Variable that requires grad is being used in an in-place operation.",
                kind="inplace",
                op=name,
                operands=operands(["input"], [t]),
                explain=["A leaf that requires grad holds the value its gradient belongs to; overwriting it would lose both."],
                hints=["with torch.no_grad(): x.add_(1), to update a parameter; x = x + 1, to compute with it."],
            )
        if view is not None and n is not None and node_of(view.base) is LEAF:
            fail(
                RuntimeError,
                "a view of a leaf Variable that requires grad is being used in an in-place operation.",
                kind="inplace",
                op=name,
                hints=["with torch.no_grad(): ..., to update a parameter; x.clone() first, to compute with it."],
            )
    d = t._data
    if memory and type(d) not in CELLS and _overlaps(d.shape, t.stride()):
        fail(
            RuntimeError,
            "unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the "
            "tensor before performing the operation.",
            kind="overlap",
            op=name,
            operands=operands(["input"], [t]),
            explain=[f"Its strides {t.stride()} make several indices share one cell (an expanded tensor)."],
            hints=["x.clone() has a cell for each element."],
        )


def _overlaps(shape: tuple[int, ...], stride: tuple[int, ...]) -> bool:
    return any(s == 0 and n > 1 for n, s in zip(shape, stride, strict=True))


def _fail_output(op: Op, values: list[Any], shape: Any, got: Any, name: str) -> Any:
    """Refuse an in-place op whose result is larger than the tensor that it writes to."""
    have = f"[{', '.join(map(str, shape))}]"
    if op.kind in ("map", "write"):
        text = f"output with shape {have} doesn't match the broadcast shape [{', '.join(map(str, broadcast_shapes([tuple(shape), got])))}]"
    else:
        text = f"Bad in-place call: input tensor size {have} and output tensor size [{', '.join(map(str, got))}] should match"
    fail(
        RuntimeError,
        text,
        kind="broadcast",
        op=name,
        operands=operands([op.schema.params[i].name for i in op.schema.tpos], [values[i] for i in op.schema.tpos]),
        explain=["An in-place op writes into the memory it has: the result must have the tensor's own shape."],
        hints=[f"y = {op.public.rstrip('_')}(x, ...), a new tensor of the broadcast shape."],
    )


def apply_inplace(op: Op, values: list[Any]) -> Tensor:
    """Write the result of op into its first operand, and rebase its history (and its base's)."""
    t = values[0]
    if not isinstance(t, Tensor):
        raise TypeError(f"{op.public}_(): the first operand must be a Tensor, not {type(t).__name__}")
    if batching is not None:
        got = batching.apply_inplace(op, values)
        if got is not batching.NOTHING:
            return got  # type: ignore[no-any-return]
    recording = needs_record(op, values)
    check_writable(t, op, recording)
    name = op.public if op.public.endswith("_") else op.public + "_"
    if op.kind == "map":
        try:
            data, d = compute_map(op, values)
        except NotImplementedError as e:
            if str(e).startswith('"'):  # a kernel is missing: PyTorch looks at the output's shape and dtype first
                given = [values[i] for i in op.schema.tpos if values[i] is not None and i != op.options.get("weight")]
                shapes = [tuple(v.shape) for v in given if isinstance(v, Tensor)]
                got = broadcast_shapes(shapes, op, values)
                if got != tuple(t.shape):
                    _fail_output(op, values, t.shape, got, name)
                tensors = [v for v in given if isinstance(v, Tensor)]
                numbers = [v for v in given if not isinstance(v, Tensor)]
                d = dtypes.result_dtype([v._dtype for v in tensors if v.ndim], [v._dtype for v in tensors if not v.ndim], numbers)
                if d.category > t._dtype.category:
                    raise RuntimeError(f"result type {_cap(d)} can't be cast to the desired output type {_cap(t._dtype)}") from None
            raise
        if d.category > t._dtype.category and tuple(t.shape) == (() if type(data) in CELLS else tuple(data.shape)):
            words = op.options.get("cast_words", "result type {R} can't be cast to the desired output type {O}")
            fail(
                RuntimeError,
                words.format(R=_cap(d), O=_cap(t._dtype)),
                kind="dtype",
                op=name,
                operands=operands([op.schema.params[i].name for i in op.schema.tpos], [values[i] for i in op.schema.tpos]),
                explain=[f"{op.public} gives {d.name}; the tensor it writes to is {t._dtype.name} and cannot hold it."],
                hints=[f"y = {op.public}(x, ...), a new tensor of the result's dtype."],
            )
    elif op.kind == "write":
        data = _run_write(op, values)
    else:
        datas, _, _ = compute_general(op, values)
        data = datas[0]
    shape = t.shape
    got = () if type(data) in CELLS else tuple(data.shape)
    if got != shape and (op.kind == "map" or len(got) > len(shape) or broadcast_shapes([tuple(shape), got]) != tuple(shape)):
        _fail_output(op, values, shape, got, name)
    node: Node | None = None
    view = t._ext.view if t._ext is not None else None
    base_node = node_of(view.base) if view is not None else None
    if recording:
        plan = op.plan_for(_parents(op, values)[0])
        if "input" in plan.names:  # the rule wants the old value: keep a copy of it, before writing
            old = make(_copy(elements(t)), t._dtype, node_of(t), t._out)
            values = [old, *values[1:]]
        probe = make(t._data, t._dtype)
        node = record(op, values, [probe])
    if pending is not None:
        data = pending.to_memory(t, data)
    s = storage_of(t)
    d = t._data
    if type(d) in CELLS:
        t._data = d = t._dtype.round(data if type(data) in CELLS else t._dtype.python_type(data[()]))
    else:
        backend_of(d).write(d, t._dtype.round(data) if type(data) in CELLS else data)
    s.wrote(name, state.where)
    if node is not None:
        if plan.outs:
            saved = list(node.saved or ())
            for k, saved_name in enumerate(plan.names):
                if saved_name in plan.outs:
                    saved[k] = elements(t)
            node.saved = tuple(saved)
            graph.node_extras(node).watched = {0: (s, s.version)}
        _rebase(t, node, view, base_node)
    return t


def _copy(data: Any) -> Any:
    return data if type(data) in CELLS else backend_of(data).copy(data)


def _run_write(op: Op, values: list[Any]) -> Any:
    """The value a write op writes: a number, or data that broadcasts to the target."""
    t = values[0]
    args = list(values if pending is None else [t, *pending.settled(values[1:])])
    d = elements(t)
    if type(d) in CELLS:
        backend: Any = None
        xp: Any = _XP
    else:
        backend = backend_of(d)
        xp = backend.xp
    for i in range(1, len(args)):
        v = args[i]
        if isinstance(v, Tensor):
            x = v._data
            if type(x) not in CELLS:
                if not x.shape and backend_of(x).name == "cpu":
                    x = v._dtype.python_type(x[()])
                elif backend is not None and backend_of(x) is not backend:
                    x = move(x, v._dtype, t.device)
                elif backend is None:
                    if x.shape and v.numel() == 1 and v.ndim > 0 and op.base == "copy_":
                        broadcast_shapes([(), tuple(x.shape)])
                    if backend_of(x).name != "cpu":
                        x = v._dtype.python_type(backend_of(x).to_host(x)[()]) if not x.shape else x
            args[i] = x
    args[0] = t if op.options.get("wants_tensor") else d
    if backend is not None and backend.name == "meta":
        return args[1] if len(args) > 1 and hasattr(args[1], "shape") else 0
    return op.kernel(xp, *args) if op.wants_xp else op.kernel(*args)


def _cap(d: dtype) -> str:
    return {"float32": "Float", "float64": "Double", "float16": "Half", "bfloat16": "BFloat16", "int64": "Long", "int32": "Int", "int16": "Short",
            "int8": "Char", "uint8": "Byte", "uint16": "UInt16", "uint32": "UInt32", "uint64": "UInt64", "bool": "Bool",
            "complex64": "ComplexFloat", "complex128": "ComplexDouble"}[d.name]  # fmt: skip


def _rebase(t: Tensor, node: Node, view: View | None, base_node: Any) -> None:
    """t was written by ``node``: it, or for a view its base, gets a new history."""
    if view is None:
        t._node = node
        t._out = 0
        return
    base = view.base
    c: Node = _new(Node)
    c.rare = None
    c.plan = _COPY_SLICES_PLAN
    c.args = {"chain": view.chain}
    c.parents = (base if base_node is LEAF else base_node, *node.parents[1:])
    numbers = (base._out if type(base_node) is Node else 0, *(node.nrs[1:] if node.nrs is not None else (0,) * (len(node.parents) - 1)))
    c.nrs = numbers if any(numbers) else None
    c.saved = ()
    c.versions = None
    d = base._data
    c.shape = () if type(d) in CELLS else tuple(d.shape)
    c.dtype = base._dtype
    c.seq = next_number()
    c.where = state.where
    c.ext = NodeExtras()
    c.ext.inner = node
    if state.anomaly:
        _saved_hooks().note(c)
    base._node = c
    base._out = 0


def _copy_slices_rule(n: Node, g: Tensor, needed: list[bool]) -> list[Any]:
    """Backward of a write through a view: the part's gradient goes through the inner op, the rest passes."""
    inner = n.ext.inner
    chain = n.args["chain"]  # type: ignore[index]
    whole = METHODS["clone"](g)
    part = run_chain(whole, chain)
    results = rules_on_tensors(inner, [METHODS["clone"](part)], [i == 0 or k for i, k in enumerate(needed)])
    own_part = results[0]
    if needed[0]:
        target = run_chain(whole, chain)
        if own_part is None:
            METHODS["zero_"](target)
        else:
            METHODS["copy_"](target, own_part)
    return [whole if needed[0] else None, *results[1:]]


# -- backward's side of the door ----------------------------------------------------------------------------------------------------


def namespace(value: Any) -> Any:
    """The array namespace that serves a raw value."""
    return _XP if type(value) in CELLS else backend_of(value).xp


class _TensorNamespace:
    """The engine's own functions under the names rules use (NumPy's, where PyTorch has the same)."""

    _RENAMED = {"sign": "sgn", "power": "pow", "invert": "bitwise_not", "rint": "round", "left_shift": "bitwise_left_shift",
                "right_shift": "bitwise_right_shift"}  # fmt: skip

    @staticmethod
    def floor_divide(a: Any, b: Any) -> Any:
        """floor(a / b) with zero gradients, as rules want it."""
        return NAMESPACES["torch"]["div"](a, b, rounding_mode="floor")

    def __getattr__(self, name: str) -> Any:
        known = self._RENAMED.get(name, name)
        for space in ("torch", "special", "nn.functional"):
            if known in NAMESPACES[space]:
                break
        else:
            raise AttributeError(f"rules have no function {name!r}")
        found = NAMESPACES[space][known]
        setattr(self, name, found)
        return found


TENSORS = _TensorNamespace()


def cast_grad(g: Tensor, d: dtype, create_graph: bool) -> Tensor:
    """A seed gradient in the output's dtype."""
    return g if g._dtype is d else METHODS["to"](g, d)


def check_saved(n: Node, k: int, v: Any) -> None:
    """Fail when a saved tensor was written to after it was saved."""
    if isinstance(v, tuple):
        versions = n.versions[k] if n.versions is not None else (0,) * len(v)
        for t, expected in zip(v, versions, strict=True):
            if isinstance(t, Tensor):
                _check_version(n, k, t, expected)
        return
    _check_version(n, k, v, n.versions[k] if n.versions is not None else 0)


def _check_version(n: Node, k: int, t: Tensor, expected: int) -> None:
    e = t._ext
    if e is not None and e.storage is not None and e.storage.version != expected:
        made = t._node
        out_of = f", which is output {t._out} of {graph.short_name(made)}," if type(made) is Node else ""
        graph.fail_version(n, f"its argument {n.plan.names[k]}", e.storage, expected, t.shape, t._dtype, out_of)


def check_watched(n: Node) -> None:
    """Fail when the output that n saved was written to since."""
    e = n.ext
    if e is not None and e.watched:
        for nr, (s, expected) in e.watched.items():
            if s.version != expected and not any(type(v).__name__ == "Packed" for v in n.saved or ()):  # what a hook keeps is its own affair
                shape = e.outs[nr].shape if e.outs is not None else n.shape
                graph.fail_version(n, "its result", s, expected, shape, n.dtype, f", which is output {nr} of {graph.short_name(n)},")


def raw_value(n: Node, k: int, v: Any) -> Any:
    """The k-th saved value of a node as raw data, its version checked; a 0-d array as a number."""
    if isinstance(v, Tensor):
        e = v._ext
        if e is not None and e.storage is not None:
            check_saved(n, k, v)
        v = elements(v)
    kind = type(v)
    if kind in CELLS or kind is tuple or not hasattr(v, "strides"):
        return v
    if not v.shape and backend_of(v).name == "cpu":
        return v.item()
    return v


def saved_tensors(n: Node) -> list[Any]:
    """Saved values with tensors as Tensors: an output is wrapped with its node again, so it differentiates."""
    saved = n.saved
    if saved is None:
        graph._fail_freed(n)
    check_watched(n)
    out = list(saved or ())
    plan = n.plan
    for k in plan.tensor_places:
        v = out[k]
        if isinstance(v, Tensor) or isinstance(v, tuple):
            if type(v) is tuple and v and type(v[0]).__name__ == "Packed":
                out[k] = tuple([x.tensor() for x in v])
                continue
            check_saved(n, k, v)
        elif type(v).__name__ == "Packed":  # of saved_tensors_hooks
            out[k] = _saved_hooks().unpacked(n, k, v)
        elif plan.names[k] in plan.outs:
            i = n.op.schema.returns.index(plan.names[k])
            outs = n.ext.outs if n.ext is not None else None
            d = outs[i].dtype if outs is not None else n.dtype
            tracked = (d.is_floating_point or d.is_complex) and plan.names[k] not in n.op.nondiff
            out[k] = make(v, d, n if tracked else None, i if tracked else 0)
        elif type(v) not in CELLS and v is not None and plan.names[k] not in n.op.aux:
            out[k] = v.item()  # a number that the fast path keeps as a 0-d array
        elif plan.names[k] in n.op.aux:
            out[k] = v if isinstance(v, Tensor) or v is None else make(v, _aux_dtype(v, n.dtype))
    return out


def _aux_dtype(v: Any, fallback: dtype) -> dtype:
    kind = getattr(v, "dtype", None)
    return fallback if kind is None else dtypes.BY_NAME.get(kind.name, fallback)


def widened(v: Any) -> Any:
    """A raw 16-bit floating array as float32; anything else as it is."""
    kind = getattr(v, "dtype", None)
    if kind is None or kind.itemsize != 2 or kind.kind in "iub":
        return v
    return backend_of(v).astype(v, float32)


def fit_raw(r: Any, shape: tuple[int, ...], d: dtype) -> Any:
    """A raw gradient in its input's shape (broadcast dims summed) and dtype; of a real input, its real part."""
    if type(r) in CELLS:
        if type(r) is complex and not d.is_complex:
            r = r.real
        if not shape:
            return d.round(r)
        b = by_name("cpu")
        out = b.empty(shape, d)
        b.write(out, r)
        return out
    b = backend_of(r)
    if r.itemsize > 4 and not d.is_complex and getattr(r.dtype, "kind", "") == "c":
        r = r.real
    return b.fit(r, shape, d)


def shape_of(t: Tensor) -> tuple[int, ...]:
    """A tensor's shape as a plain tuple."""
    d = t._data
    return () if type(d) in CELLS else d.shape


def add_raw(a: Any, b: Any, d: dtype) -> Any:
    """Sum of two raw gradients, a new value."""
    if type(a) is float and type(b) is float:
        return a + b if d is float64 else d.round(a + b)
    if type(a) is type(b) and type(a) not in CELLS:
        return a + b
    if type(a) in CELLS:
        if type(b) in CELLS:
            return d.round(a + b)
        return fit_raw(a + b, tuple(b.shape), d)
    return a + b


def add_into(t: Tensor, value: Any) -> None:
    """t += value for a gradient that backward owns; bumps the version."""
    d = t._data
    if type(d) in CELLS and (type(value) in CELLS or not value.shape):
        t._data = t._dtype.round(d + (value if type(value) in CELLS else value.item()))
    else:
        own(t)
        d = t._data
        backend_of(d).write(d, d + value)
    storage_of(t).wrote("backward", state.where)


def wrap_raw(value: Any, d: dtype | None) -> Any:
    """A raw gradient as a Tensor (Tensors pass)."""
    if value is None or isinstance(value, Tensor):
        return value
    return make(value, d or float32)


def _needed(n: Node, in_order: Any) -> list[bool]:
    return [p is not None and (in_order is None or type(p) is not Node or p in in_order) for p in n.parents]


def run_rules(n: Node, g: Any, saved: Any, raw: bool, in_order: Any) -> list[Any]:
    """A node's rules on Tensors: one result a parent, fitted to its shape and dtype; raw data when ``raw``."""
    if state.anomaly:
        return _saved_hooks().watched(n, lambda: _run_rules(n, g, saved, raw, in_order))  # type: ignore[no-any-return]
    return _run_rules(n, g, saved, raw, in_order)


def _run_rules(n: Node, g: Any, saved: Any, raw: bool, in_order: Any) -> list[Any]:
    many = isinstance(g, list)
    given = g if many else [g]
    outs = n.ext.outs if n.ext is not None else None
    dts = [s.dtype for s in outs] if outs is not None else [n.dtype]
    tensors = [wrap_raw(v, d) for v, d in zip(given, dts, strict=True)] if raw else list(given)
    needed = _needed(n, in_order)
    if n.op is COPY_SLICES:
        results = _copy_slices_rule(n, tensors[0], needed)
    elif n.op is ON_BASE:
        results = [_on_base_rule(tensors[0], n.args["chain"])]  # type: ignore[index]
    else:
        results = rules_on_tensors(n, tensors, needed)
    out: list[Any] = []
    numbers = n.nrs or (0,) * len(n.parents)
    for p, r, number in zip(n.parents, results, numbers, strict=True):
        if p is None or r is None:
            out.append(None)
        elif raw:
            out.append(fit_raw(elements(r) if isinstance(r, Tensor) else r, *graph._place(p, number)))
        else:
            out.append(fit(r, *graph._place(p, number)))
    return out


def fit(r: Tensor, shape: tuple[int, ...], d: dtype) -> Tensor:
    """A gradient Tensor in its input's shape and dtype; of a real input, its real part."""
    if not isinstance(r, Tensor):
        return filled(shape, r, d, CPU)
    if r._dtype.is_complex and not d.is_complex:
        r = NAMESPACES["torch"]["real"](r)
    if tuple(r.shape) != shape:
        r = METHODS["sum_to_size"](r, shape) if sums_to(r.shape, shape) else METHODS["expand"](r, shape)
    return r if r._dtype is d else METHODS["to"](r, d)


_SAVED, _GRAD, _GRADS, _NEEDS, _XP_ARG = range(5)


def _recipe(plan: Plan) -> list[tuple[Any, tuple[int, ...], list[tuple[int, int]]]]:
    """The rules of an op without lists of tensors: (function, places of the parameters that it serves, where its arguments come from)."""
    op = plan.op
    diff, names, returns = list(op.diff_params()), plan.names, op.schema.returns
    out: list[tuple[Any, tuple[int, ...], list[tuple[int, int]]]] = []
    seen: list[Vjp] = []
    for k, name in enumerate(diff):
        v = op.vjps[name]
        if v in seen or not plan.mask >> k & 1 and len(v.params) == 1:
            continue
        if len(v.params) > 1 and not any(plan.mask >> diff.index(p) & 1 for p in v.params):
            continue
        seen.append(v)
        codes: list[tuple[int, int]] = []
        for a in v.names:
            if a == "xp":
                codes.append((_XP_ARG, 0))
            elif a == "needs":
                codes.append((_NEEDS, 0))
            elif a == "g":
                codes.append((_GRADS if op.options.get("many") else _GRAD, 0))
            elif op.is_grad_name(a):
                codes.append((_GRAD, returns.index(a[2:])))
            else:
                codes.append((_SAVED, names.index(a)))
        out.append((v.fn, tuple([diff.index(p) for p in v.params]), codes))
    return out


def _by_recipe(plan: Plan, values: list[Any], grads: list[Any], needed: list[bool]) -> list[Any]:
    """Evaluate the rules that are needed; one result for each differentiable parameter."""
    recipes = plan.op.options.setdefault("_recipes", {})
    recipe = recipes.get(plan.mask)
    if recipe is None:
        recipe = recipes[plan.mask] = _recipe(plan)
    results: list[Any] = [None] * len(needed)
    for fn, places, codes in recipe:
        if not (needed[places[0]] if len(places) == 1 else any(needed[k] for k in places)):
            continue
        args: list[Any] = []
        for code, k in codes:
            if code == _SAVED:
                args.append(values[k])
            elif code == _GRAD:
                args.append(grads[k])
            elif code == _NEEDS:
                args.append(tuple(needed[i] for i in places))
            else:
                args.append(TENSORS if code == _XP_ARG else tuple(grads))
        got = fn(*args)
        if len(places) > 1:
            for i, r in zip(places, got, strict=True):
                results[i] = r
        else:
            results[places[0]] = got
    return results


def rules_on_tensors(n: Node, grads: list[Any], needed: list[bool]) -> list[Any]:
    """Evaluate the rules of one node with Tensor arguments."""
    plan = n.plan
    op: Op = n.op
    if n.saved is None:
        graph._fail_freed(n)
    if n.ext is not None and n.ext.call is not None:  # an autograd.Function
        return plan.run(n, grads, needed)  # type: ignore[no-any-return]
    values = saved_tensors(n)
    names = plan.names
    returns = op.schema.returns
    if len(grads) > 1 or op.options.get("many"):
        outs = n.ext.outs
        if not op.options.get("undefined_ok"):
            grads = [filled(s.shape, 0, s.dtype, s.device) if v is None else v for v, s in zip(grads, outs, strict=True)]
    if plan.conj:
        grads = [_conj(v) for v in grads]
    if not op.schema.lists:
        results = _by_recipe(plan, values, grads, needed)
        return [_conj(r) for r in results] if plan.conj else results
    diff = op.diff_params()
    lists = {p.name for p in op.schema.params if p.type == "Tensor[]"}
    # parents of each differentiable parameter: a run of places (several for a list)
    spans: dict[str, tuple[int, int]] = {}
    at = 0
    for name in diff:
        width = len(n.parents) - (len(diff) - 1) if name in lists else 1
        spans[name] = (at, at + width)
        at += width
    results = [None] * len(n.parents)
    done: set[int] = set()
    for name in diff:
        v = op.vjps[name]
        lo, hi = spans[name]
        if not any(needed[lo:hi]) or id(v) in done:
            continue
        done.add(id(v))
        args: list[Any] = []
        for a in v.names:
            if a == "xp":
                args.append(TENSORS)
            elif a == "needs":
                args.append(tuple([any(needed[spans[p][0] : spans[p][1]]) for p in v.params]))
            elif a == "g":
                args.append(tuple(grads) if op.options.get("many") else grads[0])
            elif op.is_grad_name(a):
                args.append(grads[returns.index(a[2:])])
            else:
                args.append(values[names.index(a)])
        got = v.fn(*args)
        if len(v.params) > 1:
            for p, r in zip(v.params, got, strict=True):
                results[spans[p][0]] = r
        elif name in lists:
            results[lo:hi] = list(got)
        else:
            results[lo] = got
    return [_conj(r) for r in results] if plan.conj else results


def _conj(v: Any) -> Any:
    """The complex conjugate of a gradient; what is real or no tensor, as it is."""
    return METHODS["conj"](v) if isinstance(v, Tensor) and v._dtype.is_complex else v


# -- making tensors -----------------------------------------------------------------------------------------------------------------


def filled(shape: tuple[int, ...], value: Any, d: dtype, where: device) -> Tensor:
    """A tensor of one value."""
    if not shape and where.type == "cpu":
        return make(d.round(value), d)
    if where.type == "cpu":
        limits.check(shape, d, "full")
    b = by_name(where.type)
    return make(b.full(shape, value, d, where.index), d)


def move(data: Any, d: dtype, where: device) -> Any:
    """Data on another device (a Python number, where a 0-d value goes to the CPU)."""
    if type(data) in CELLS:
        if where.type == "cpu":
            return data
        if where.type == "meta":
            return by_name("meta").empty((), d)
        from .backends import cpu

        return by_name("cuda").from_host(cpu.cell_array(data, d), where.index)
    b = backend_of(data)
    if where.type == "meta":
        return by_name("meta").astype(data, d) if b.name == "meta" else by_name("meta").empty(tuple(data.shape), d)
    if b.name == "meta":
        fail(NotImplementedError, "Cannot copy out of meta tensor; no data!", kind="meta", op="to")
    host = b.to_host(data)
    return by_name(where.type).from_host(host, where.index)


_DOORS: dict[str, Any] = {
    "map": _apply_map,
    "general": _apply_general,
    "reduce": _apply_general,
    "view": _apply_view,
    "write": _apply_write,
    "composite": _apply_composite,
}

__all__ = ["BOOL", "FIRST", "FLOAT", "GIVEN", "INDEX", "SAME", "WIDEN", "Composite", "DataDependent", "Size", "apply", "describe", "filled", "row_major"]

graph.door = registry.door = sys.modules[__name__]
