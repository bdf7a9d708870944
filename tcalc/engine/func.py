"""torch.func: grad, vjp, jvp, jacobians and Hessians as functions of functions, and calls of modules with other parameters.

A transform gives the function fresh tensors in place of its inputs (leaves, or views where an outer transform or the caller tracks them), so nested
transforms are nothing but one graph differentiated again. What a transform returns keeps a graph only where it leads to something outside of it.
Inside vmap the fresh tensors are batched at every level that runs, which makes gradients per sample. Forward mode is two reverse passes: the
vector-Jacobian product is linear in its vector, and its derivative with respect to that vector is the Jacobian-vector product.
"""

from __future__ import annotations

from . import graph, show
from .batching import (
    Batched,
    Tree,
    bottom,
    check_randomness,
    dressed,
    flatten,
    grads_batched,
    levels,
    moved,
    next_level,
    passes,
    spread,
    unflatten,
    vmap,
    wrapped_text,
)
from .graph import LEAF, Node, node_of, state
from .registry import METHODS, NAMESPACES
from .tensors import CELLS, Tensor, make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


# -- fresh inputs, and results on their way out -------------------------------------------------------------------------------------


_entered = [0]


class _Pass:
    """One run of a transform: the leaves it made, whether the caller records, and the number of its level; a block of it runs the function."""

    def __init__(self, above: int = 0, hidden: bool = False) -> None:
        self.outer = state.grad
        self.hidden = hidden  # a pass of autograd.functional: the function does not run inside a transform
        self.own: dict[int, Tensor] = {}  # keeps the leaves alive while their ids are compared
        self.made: dict[Any, Tensor] = {}  # what a fresh tensor stands for, by id or by node
        self.number = next_level() + above
        self.began = 0

    def __enter__(self) -> None:
        self.before = state.grad
        state.grad = True
        if self.hidden:
            return
        passes().append(self)
        self.began = graph.next_number()
        with graph._counting:
            _entered[0] += 1
            show.around = wrapped_text
            graph.transforming = passes

    def __exit__(self, *failure: Any) -> None:
        state.grad = self.before
        if self.hidden:
            return
        passes().pop()
        with graph._counting:
            _entered[0] -= 1
            if not _entered[0]:
                show.around = graph.transforming = None

    def wraps(self, t: Tensor) -> bool:
        """Whether a tensor is one of this pass's fresh ones, or was computed while it ran from what is tracked."""
        n = node_of(t)
        if n is None:
            return False
        if n is LEAF:
            if id(t) in self.own:
                return True
            other = next((run for run in passes() if id(t) in run.own), None)
            return other is not None and other is not self and self.wraps(bottom(other.made[id(t)]))
        if n in self.made:
            return True
        other = next((run for run in passes() if n in run.made), None)
        return bool(self.wraps(bottom(other.made[n])) if other is not None else n.seq > self.began)

    def given(self, t: Tensor) -> Tensor:
        """What stands inside all passes: a fresh tensor's original; a result with its history only where that leads outside."""
        n = node_of(t)
        if n is None:
            return t
        key = id(t) if n is LEAF else n
        for run in passes():
            if key in run.made:
                return self.given(bottom(run.made[key]))
        return t if n is LEAF or _leads_out(t, {k for run in passes() for k in run.own}) else t.detach()

    def fresh(self, t: Any) -> Tensor:
        """A tensor in t's place that this pass can differentiate by."""
        if not isinstance(t, Tensor):
            raise ValueError(f"Thing passed to transform API must be Tensor, got {type(t)}")
        inside, at = spread(t) if levels() else (t, [])
        if self.outer and node_of(inside) is not None:
            with graph.enable_grad():
                leaf = METHODS["view_as"](inside, inside)
            self.made[node_of(leaf)] = inside
        else:
            d = inside._data
            leaf = make(d, inside._dtype) if type(d) in CELLS else inside.detach()
            if not (leaf._dtype.is_floating_point or leaf._dtype.is_complex):
                raise RuntimeError("only Tensors of floating point dtype can require gradients")
            graph.set_requires_grad(leaf, True)
            self.own[id(leaf)] = leaf
            self.made[id(leaf)] = inside
        return dressed(leaf, at)

    def leads_out(self, t: Tensor) -> bool:
        """Whether a graph reaches a leaf that is none of this pass's own."""
        return _leads_out(bottom(t), self.own)

    def tracks(self, tensors: Any) -> bool:
        """Whether gradients of these are to be recorded."""
        return self.outer and any(self.leads_out(t) for t in tensors if isinstance(t, Tensor))

    def settle(self, t: Any) -> Any:
        """A result for the caller: without the graph, unless that leads out of this pass."""
        if not isinstance(t, Tensor) or node_of(bottom(t)) is None:
            return t
        return t if self.outer and self.leads_out(t) else t.detach()

    def settled(self, value: Any) -> Any:
        """settle() on every tensor of a structure."""
        leaves, tree = flatten(value)
        return unflatten([self.settle(t) for t in leaves], tree)

    def extra(self, value: Any) -> Any:
        """settled() of what a function gives besides its result: tensors, nothing else."""
        leaves, tree = flatten(value)
        for t in leaves:
            if not isinstance(t, Tensor):
                raise RuntimeError(f"Expected tensors, got unsupported type {type(t)}")
        return unflatten([self.settle(t) for t in leaves], tree)


def _leads_out(t: Tensor, own: Any) -> bool:
    """Whether a graph reaches a leaf whose id is none of these."""
    n = node_of(t)
    if n is None:
        return False
    if n is LEAF:
        return id(t) not in own
    seen = {n}
    todo = [n]
    for node in todo:
        for p in node.parents:
            if type(p) is Node:
                if p not in seen:
                    seen.add(p)
                    todo.append(p)
            elif p is not None and id(p) not in own:
                return True
    return False


def _zeros_like(t: Tensor) -> Tensor:
    return NAMESPACES["torch"]["zeros_like"](t)  # type: ignore[no-any-return]


def _grad(outs: list[Any], ins: list[Any], seeds: list[Any], create_graph: bool) -> list[Any]:
    """autograd.grad with None for what is not reached; outputs that need no gradient are left out."""
    kept = [k for k, t in enumerate(outs) if node_of(bottom(t)) is not None]
    if not kept or not ins:
        return [None] * len(ins)
    given = [None if seeds[k] is None else seeds[k] for k in kept]
    return list(graph.grad([outs[k] for k in kept], ins, given, True, create_graph, True, True))


def _chosen(argnums: Any, args: tuple[Any, ...]) -> list[int]:
    """argnums as positions; RuntimeError in PyTorch's words for what is none."""
    if not isinstance(argnums, int) and not isinstance(argnums, tuple):
        raise RuntimeError(f"argnums must be int or Tuple[int, ...], got: {type(argnums)}")
    if isinstance(argnums, tuple) and not argnums:
        raise RuntimeError("argnums must be non-empty")
    places = []
    for k in (argnums,) if isinstance(argnums, int) else argnums:
        if not isinstance(k, int):
            raise RuntimeError(f"argnum must be int, got: {type(k)}")
        if not -len(args) <= k < len(args):
            raise RuntimeError(f"Got argnum={k}, but only {len(args)} positional inputs")
        places.append(k % len(args))
    if len(set(places)) != len(places):
        raise RuntimeError(f"argnums elements must be unique, got {argnums}")
    return places


class _Inputs:
    """The chosen arguments as one flat list, and the way back."""

    def __init__(self, run: _Pass, args: tuple[Any, ...], argnums: Any) -> None:
        places = _chosen(argnums, args)
        self.run = run
        parts = [flatten(args[k]) for k in places]
        self.given = [t for leaves, _ in parts for t in leaves]
        self.flat = [run.fresh(t) for t in self.given]
        self.trees = [t for _, t in parts]
        self.counts = [len(leaves) for leaves, _ in parts]
        self.many = isinstance(argnums, tuple)
        self.args = list(args)
        at = 0
        for k, tree, n in zip(places, self.trees, self.counts, strict=True):
            self.args[k] = unflatten(self.flat[at : at + n], tree)
            at += n

    def nested(self, values: list[Any]) -> Any:
        """One value an input, in the structure of the chosen arguments."""
        out = []
        at = 0
        for tree, n in zip(self.trees, self.counts, strict=True):
            out.append(unflatten(values[at : at + n], tree))
            at += n
        return tuple(out) if self.many else out[0]


def _forward_inputs(values: list[Any]) -> None:
    """Refuse integers where tangents are to be carried."""
    for t in values:
        if isinstance(t, Tensor) and not (t.dtype.is_floating_point or t.dtype.is_complex):
            raise ValueError(f"Expected primal to be floating point or complex, but got: {t.dtype}")


def _with_aux(out: Any, has_aux: bool, text: str) -> tuple[Any, Any]:
    if not has_aux:
        return out, None
    if not (isinstance(out, tuple) and len(out) == 2):
        raise RuntimeError(text)
    return out[0], out[1]


def _named(f: Any, wrapper: Any) -> Any:
    wrapper.__name__ = getattr(f, "__name__", "wrapper")
    wrapper.__doc__ = getattr(f, "__doc__", None)
    wrapper.__wrapped__ = f
    return wrapper


# -- reverse mode -------------------------------------------------------------------------------------------------------------------


def grad(func: Any, argnums: Any = 0, has_aux: bool = False) -> Any:
    """The function that computes the gradient of ``func``, a function with one number as result, with respect to the arguments ``argnums``.

    has_aux: ``func`` returns (result, anything) and so does the gradient. Raises RuntimeError where the result is not one number.

    >>> grad(sin)(tensor(0.))
    tensor(1.)
    """

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        got, (_, aux) = _grad_and_value(func, argnums, has_aux, args, kwargs)
        return (got, aux) if has_aux else got

    return _named(func, wrapper)


def grad_and_value(func: Any, argnums: Any = 0, has_aux: bool = False) -> Any:
    """Like grad(), with the function's result beside the gradient: (gradient, value), or (gradient, (value, aux)).

    >>> grad_and_value(sin)(tensor(0.))
    (tensor(1.), tensor(0.))
    """

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        got, (value, aux) = _grad_and_value(func, argnums, has_aux, args, kwargs)
        return (got, (value, aux)) if has_aux else (got, value)

    return _named(func, wrapper)


def _grad_and_value(func: Any, argnums: Any, has_aux: bool, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, tuple[Any, Any]]:
    run = _Pass()
    ins = _Inputs(run, args, argnums)
    with run:
        out = func(*ins.args, **kwargs)
    out, aux = _with_aux(out, has_aux, "grad_and_value(f)(*args): output of function f should be a tuple: (output, aux) if has_aux is True")
    if not isinstance(out, Tensor):
        raise RuntimeError(f"grad_and_value(f)(*args): Expected f(*args) to return a Tensor, got {type(out)}")
    if out.ndim:
        raise RuntimeError(
            f"grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor with {out.ndim} dims. Maybe you wanted to use the vjp "
            "or jacrev APIs instead?"
        )
    found = _grad([out], ins.flat, [None], run.tracks([out]))
    grads = [_zeros_like(t) if g is None else run.settle(g) for g, t in zip(found, ins.given, strict=True)]
    return ins.nested(grads), (run.settle(out), run.extra(aux) if has_aux else None)


def vjp(func: Any, *primals: Any, has_aux: bool = False) -> Any:
    """(func(*primals), the function from a cotangent of the output to the cotangents of the primals); with has_aux, aux third.

    >>> y, pull = vjp(sin, tensor(0.))
    >>> pull(tensor(2.))
    (tensor(2.),)
    """
    run = _Pass()
    places = tuple(range(len(primals)))
    ins = _Inputs(run, primals, places if places else 0)
    out, flat, tree, aux = _outputs(func, ins, has_aux, "vjp(f, *primals)")
    tracked = run.tracks(flat)

    def pull(cotangents: Any, retain_graph: bool = True, create_graph: bool | None = None) -> Any:
        seeds, spec = flatten(cotangents)
        if spec != tree:
            raise RuntimeError(
                f"Expected pytree structure of cotangents to be the same as pytree structure of outputs to the function. cotangents: {spec.short()}, "
                f"primal output: {tree.short()}"
            )
        record = state.grad and (tracked or any(isinstance(s, Tensor) and s.requires_grad for s in seeds))
        found = _grad(flat, ins.flat, seeds, record)
        grads = [_zeros_like(t) if g is None else run.settle(g) for g, t in zip(found, ins.given, strict=True)]
        return ins.nested(grads)

    shown = run.settled(out)
    return (shown, pull, run.extra(aux)) if has_aux else (shown, pull)


def _outputs(func: Any, ins: _Inputs, has_aux: bool, where: str, kwargs: Any = None) -> tuple[Any, list[Any], Tree, Any]:
    """The function's tensors on the fresh inputs, flat and as a structure."""
    with ins.run:
        out = func(*ins.args, **(kwargs or {}))
    out, aux = _with_aux(out, has_aux, f"{where}: output of function f should be a tuple: (output, aux) if has_aux is True")
    flat, tree = flatten(out)
    if where.startswith("vjp") and (not flat or flat == [None]):
        raise RuntimeError(f"{where}: Expected f to be a function that has non-empty output (got output = {flat})")
    for t in flat:
        if not isinstance(t, Tensor):
            raise RuntimeError(f"{where}: expected f(*primals) to return only tensors, got unsupported type {type(t)}")
    return out, flat, tree, aux


# -- Jacobians ----------------------------------------------------------------------------------------------------------------------


def _basis(tensors: list[Any]) -> tuple[list[Tensor], list[int]]:
    """For tensors of n elements together, n vectors: one 1 in each, spread over the tensors' shapes with the vectors first."""
    counts = [t.numel() for t in tensors]
    n = sum(counts)
    torch = NAMESPACES["torch"]
    out = []
    at = 0
    for t, count in zip(tensors, counts, strict=True):
        rows = torch["zeros"]((n, count), dtype=t._dtype, device=t.device)
        if count:
            METHODS["fill_"](METHODS["diagonal"](rows[at : at + count]), 1)
        out.append(METHODS["view"](rows, (n, *t.shape)))
        at += count
    return out, counts


def _in_chunks(run: Any, basis: list[Tensor], chunk: int | None) -> list[Any]:
    """A function of the basis, for so many vectors at once; results joined along the first dimension."""
    n = int(basis[0].shape[0])
    if chunk is None or chunk >= n:
        return run(basis)  # type: ignore[no-any-return]
    parts = [run([b[low : low + chunk] for b in basis]) for low in range(0, n, chunk)]
    return [None if rows[0] is None else NAMESPACES["torch"]["cat"](list(rows), 0) for rows in zip(*parts, strict=True)]


def jacrev(func: Any, argnums: Any = 0, *, has_aux: bool = False, chunk_size: int | None = None, _preallocate_and_copy: bool = False) -> Any:
    """The function that computes the Jacobian of ``func`` by rows: one batched backward pass over all outputs.

    Each result has the output's shape followed by the input's. chunk_size: how many rows at once.

    >>> jacrev(lambda x: x * x)(tensor([1., 2.]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    if not (chunk_size is None or chunk_size > 0):
        raise ValueError("jacrev: `chunk_size` should be greater than 0.")

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        run = _Pass()
        ins = _Inputs(run, args, argnums)
        out, flat, tree, aux = _outputs(func, ins, has_aux, "vjp(f, *primals)", kwargs)
        record = run.tracks(flat)
        basis, counts = _basis(flat)

        def rows(seeds: list[Tensor]) -> list[Any]:
            kept = [k for k, t in enumerate(flat) if node_of(bottom(t)) is not None]
            if not kept:
                return [None] * len(ins.flat)
            return list(grads_batched([flat[k] for k in kept], ins.flat, [seeds[k] for k in kept], True, record, True, False))

        found = _in_chunks(rows, basis, chunk_size)
        results = []
        at = 0
        for t, count in zip(flat, counts, strict=True):
            row = []
            for x, g in zip(ins.given, found, strict=True):
                if g is None:
                    row.append(_zeros((*t.shape, *x.shape), x))
                else:
                    row.append(run.settle(METHODS["reshape"](g[at : at + count], (*t.shape, *x.shape))))
            results.append(ins.nested(row))
            at += count
        made = unflatten(results, tree)
        return (made, run.extra(aux)) if has_aux else made

    return _named(func, wrapper)


def _zeros(shape: tuple[int, ...], like: Tensor) -> Tensor:
    return NAMESPACES["torch"]["zeros"](shape, dtype=like._dtype, device=like.device)  # type: ignore[no-any-return]


class _Forward:
    """Forward mode by two reverse passes: the graph of u -> u·J, linear in u, whose gradient with respect to u along v is J·v."""

    def __init__(self, run: _Pass, ins: _Inputs, flat: list[Tensor]) -> None:
        self.run = run
        self.flat = flat
        self.places = [k for k, t in enumerate(flat) if node_of(bottom(t)) is not None]
        self.seeds = [run.fresh(_zeros_like(flat[k])) for k in self.places]
        with graph.enable_grad():
            self.back = _grad([flat[k] for k in self.places], ins.flat, self.seeds, True)
        self.used = [k for k, g in enumerate(self.back) if g is not None and node_of(bottom(g)) is not None]

    def along(self, tangents: list[Any], record: bool) -> list[Any]:
        """J·v for one vector: a tensor an output."""
        found: list[Any] = [None] * len(self.flat)
        if self.used:
            got = _grad([self.back[k] for k in self.used], self.seeds, [tangents[k] for k in self.used], record)
            for k, g in zip(self.places, got, strict=True):
                found[k] = g
        return [_zeros_like(t) if g is None else self.run.settle(g) for g, t in zip(found, self.flat, strict=True)]

    def batch(self, tangents: list[Any], record: bool) -> list[Any]:
        """J·v for a batch of vectors at once."""
        found: list[Any] = [None] * len(self.flat)
        if self.used:
            got = grads_batched([self.back[k] for k in self.used], self.seeds, [tangents[k] for k in self.used], True, record, True, False)
            for k, g in zip(self.places, got, strict=True):
                found[k] = g
        n = int(tangents[0].shape[0])
        return [_zeros((n, *t.shape), t) if g is None else self.run.settle(g) for g, t in zip(found, self.flat, strict=True)]


def jacfwd(func: Any, argnums: Any = 0, has_aux: bool = False, *, chunk_size: int | None = None, randomness: str = "error") -> Any:
    """The function that computes the Jacobian of ``func`` by columns; the result is jacrev()'s.

    >>> jacfwd(lambda x: x * x)(tensor([1., 2.]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    if not (chunk_size is None or chunk_size > 0):
        raise ValueError("jacfwd: `chunk_size` should be greater than 0.")
    return by_columns(func, argnums, has_aux, chunk_size, randomness)


def by_columns(func: Any, argnums: Any, has_aux: bool = False, chunk_size: int | None = None, randomness: str = "error", hidden: bool = False) -> Any:
    """jacfwd(), also for autograd.functional (``hidden``)."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        check_randomness(randomness)
        _forward_inputs([t for k in _chosen(argnums, args) for t in flatten(args[k])[0]])
        run = _Pass(above=1, hidden=hidden)  # PyTorch maps over the columns around it
        ins = _Inputs(run, args, argnums)
        out, flat, tree, aux = _outputs(func, ins, has_aux, "jvp(f, primals, tangents)", kwargs)
        record = run.tracks(flat)
        forward = _Forward(run, ins, flat)
        basis, counts = _basis(ins.given)
        columns = _in_chunks(lambda seeds: forward.batch(seeds, record), basis, chunk_size)
        results = []
        for t, c in zip(flat, columns, strict=True):
            row = []
            at = 0
            for x, count in zip(ins.given, counts, strict=True):
                part = moved(c[at : at + count], 0, t.ndim)
                row.append(run.settle(METHODS["reshape"](part, (*t.shape, *x.shape))))
                at += count
            results.append(ins.nested(row))
        made = unflatten(results, tree)
        return (made, run.extra(aux)) if has_aux else made

    return _named(func, wrapper)


def hessian(func: Any, argnums: Any = 0) -> Any:
    """The function that computes the second derivatives of ``func``.

    >>> hessian(lambda x: (x ** 3).sum())(tensor([1., 2.]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    return jacfwd(jacrev(func, argnums), argnums)


# -- forward mode -------------------------------------------------------------------------------------------------------------------


def jvp(func: Any, primals: Any, tangents: Any, *, strict: bool = False, has_aux: bool = False) -> Any:
    """(func(*primals), the Jacobian-vector product with the tangents); with has_aux, aux third.

    >>> jvp(sin, (tensor(0.),), (tensor(2.),))
    (tensor(0.), tensor(2.))
    """
    if not isinstance(primals, tuple):
        raise RuntimeError("jvp(f, primals, tangents): Expected primals to be a tuple. E.g. it should be valid to call f(*primals).")
    flat_in, tree_in = flatten(primals)
    flat_t, tree_t = flatten(tangents)
    if tree_in != tree_t:
        raise RuntimeError(
            "jvp(f, primals, tangents): Expected primals and tangents to have the same python structure. For example, if primals is a tuple of 3 "
            f"tensors, tangents also must be. Got primals with structure {tree_in} and tangents with structure {tree_t}"
        )
    if not flat_in:
        raise RuntimeError("jvp(f, primals, tangents): Expected primals to contain at least one Tensor.")
    for name, group in (("primals", flat_in), ("tangents", flat_t)):
        for t in group:
            if not isinstance(t, Tensor):
                raise RuntimeError(f"jvp(f, primals, tangents): Expected {name} to only contain Tensors, got {type(t)}")
    _forward_inputs(flat_in)
    for p, t in zip(flat_in, flat_t, strict=True):
        if tuple(p.shape) != tuple(t.shape):
            raise RuntimeError(
                "Trying to set a forward gradient that has a different size than that of the original Tensor, this is not supported. Tensor is of size "
                f"[{', '.join(map(str, p.shape))}] while the given forward gradient is of size [{', '.join(map(str, t.shape))}]."
            )
    run = _Pass()
    ins = _Inputs(run, primals, tuple(range(len(primals))))
    with run:
        out = func(*ins.args)
    out, aux = _with_aux(out, has_aux, "jvp(f, primals, tangents): output of function f should be a tuple: (output, aux) if has_aux is True")
    flat, tree = flatten(out)
    for t in flat:
        if not isinstance(t, Tensor):
            raise RuntimeError(f"jvp(f, primals, tangents): expected f(*primals) to return only tensors, got unsupported type {type(t)}")
    record = run.outer and (run.tracks(flat) or any(t.requires_grad for t in flat_t))
    found = _Forward(run, ins, flat).along(flat_t, record)
    made = unflatten(found, tree)
    shown = run.settled(out)
    return (shown, made, run.extra(aux)) if has_aux else (shown, made)


def linearize(func: Any, *primals: Any) -> Any:
    """(func(*primals), the function from tangents to the Jacobian-vector product): one pass forward for many tangents.

    >>> y, push = linearize(sin, tensor(0.))
    >>> push(tensor(2.))
    tensor(2.)
    """
    _forward_inputs(flatten(tuple(primals))[0])
    run = _Pass()
    ins = _Inputs(run, primals, tuple(range(len(primals))))
    out, flat, tree, _ = _outputs(func, ins, False, "linearize(f, *primals)")
    forward = _Forward(run, ins, flat)
    expected = flatten(tuple(primals))[1]
    tracked = run.tracks(flat)

    def push(*tangents: Any) -> Any:
        given, spec = flatten(tangents)
        if spec != expected:
            raise RuntimeError(
                f"Expected the tangents {spec} to have the same argspec as the primals {expected}",
            )
        for k, (p, t) in enumerate(zip(ins.given, given, strict=True)):
            if tuple(p.shape) != tuple(t.shape):
                raise RuntimeError(f"tangent:{k} with shape {t.shape} in flattened pytree doesn't match the shape {p.shape} of the corresponding primal.")
        record = state.grad and (tracked or any(t.requires_grad for t in given))
        return unflatten(forward.along(given, record), tree)

    return run.settled(out), push


# -- modules ------------------------------------------------------------------------------------------------------------------------


def functional_call(
    module: Any, parameter_and_buffer_dicts: Any, args: Any = None, kwargs: Any = None, *, tie_weights: bool = True, strict: bool = False
) -> Any:
    """Call a module with other tensors in place of the parameters and buffers named in a dict (or in several); the module keeps its own.

    tie_weights: a replaced tensor also stands in for the names tied to it. strict: every parameter and buffer must be given, and nothing else.
    """
    if isinstance(parameter_and_buffer_dicts, dict):
        given = dict(parameter_and_buffer_dicts)
    elif isinstance(parameter_and_buffer_dicts, (tuple, list)):
        if not all(isinstance(d, dict) for d in parameter_and_buffer_dicts):
            raise ValueError("Expected all elements of parameter_and_buffer_dicts to be dictionaries")
        given = {}
        for d in parameter_and_buffer_dicts:
            twice = [name for name in given if name in d]
            if twice:
                raise ValueError(f"{twice} appeared in multiple dictionaries; behavior of functional call is ambiguous")
            given.update(d)
    else:
        raise ValueError(f"Expected parameter_and_buffer_dicts to be a dict, or a list/tuple of dicts, but got {type(parameter_and_buffer_dicts)}")
    if not hasattr(module, "named_parameters"):
        raise TypeError(f"functional_call expects an nn.Module, not {type(module).__name__}")
    if args is None:
        call: tuple[Any, ...] = ()
    else:
        call = args if isinstance(args, tuple) else (args,)
    own = _slots(module)
    if strict:
        missing = sorted(set(own) - set(given))
        extra = sorted(set(given) - set(own))
        if missing or extra:
            rows = [f"Unexpected key(s): {', '.join(map(repr, extra))}."] if extra else []
            rows += [f"Missing key(s): {', '.join(map(repr, missing))}."] if missing else []
            raise RuntimeError("Error(s) in reparametrizing for {}:\n\t{}".format(type(module).__name__, "\n\t".join(rows)))
    given = {name: value for name, value in given.items() if name in own}
    swaps = {}
    for name, value in given.items():
        places = [name]
        if tie_weights:
            tensor = own[name][0][own[name][1]]
            places += [k for k, (table, key) in own.items() if k != name and k not in given and tensor is not None and table[key] is tensor]
        for k in places:
            swaps[k] = value
    before = {}
    try:
        for k, value in swaps.items():
            table, key = own[k]
            before[k] = table[key]
            table[key] = value
        return module(*call, **(kwargs or {}))
    finally:
        for k, value in before.items():
            table, key = own[k]
            if k in given and table[key] is not given[k] and isinstance(table[key], Tensor):
                given_dict = parameter_and_buffer_dicts if isinstance(parameter_and_buffer_dicts, dict) else None
                if given_dict is not None:  # a buffer that the call replaced is what the caller's dict holds from here on
                    given_dict[k] = table[key]
            table[key] = value


def _slots(module: Any) -> dict[str, tuple[dict[str, Any], str]]:
    """Every parameter and buffer of a module and its parts: full name -> (the table it stands in, its key)."""
    found: dict[str, tuple[dict[str, Any], str]] = {}
    for prefix, part in module.named_modules(remove_duplicate=False):
        for table in (part._parameters, part._buffers):
            for key in table:
                found[f"{prefix}.{key}" if prefix else key] = (table, key)
    return found


def stack_module_state(models: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """(parameters, buffers) of several modules of one class, each stacked along a new first dimension: what vmap runs an ensemble on."""
    if not models:
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")
    if not (all(m.training for m in models) or all(not m.training for m in models)):
        raise RuntimeError("stack_module_state: Expected all models to have the same training/eval mode.")
    if any(type(m) is not type(models[0]) for m in models):
        raise RuntimeError("stack_module_state: Expected all models to be of the same class.")
    stack = NAMESPACES["torch"]["stack"]
    names = [dict(m.named_parameters()) for m in models]
    params = {}
    for k, first in names[0].items():
        joined = stack([n[k].detach() for n in names])
        params[k] = joined.requires_grad_(first.requires_grad) if first.is_leaf else stack([n[k] for n in names])
    held = [dict(m.named_buffers()) for m in models]
    return params, {k: stack([h[k] for h in held]) for k in held[0]}


def replace_all_batch_norm_modules_(root: Any) -> Any:
    """Let no batch normalization in a module keep running statistics, which vmap could not write: changed in place, and returned."""
    from .nn.layers import _BatchNorm

    for part in root.modules():
        if isinstance(part, _BatchNorm):
            part.running_mean = part.running_var = part.num_batches_tracked = None
            part.track_running_stats = False
    return root


def functionalize(func: Any, *, remove: str = "mutations") -> Any:
    """The function itself: in-place writes need no rewriting here."""
    return func


def debug_unwrap(tensor: Any, *, recurse: bool = True) -> Any:
    """The tensor inside vmap's wrappers: all of them, or one."""
    while type(tensor) is Batched:
        tensor = tensor._value
        if not recurse:
            break
    return tensor


__all__ = [
    "debug_unwrap",
    "functional_call",
    "functionalize",
    "grad",
    "grad_and_value",
    "hessian",
    "jacfwd",
    "jacrev",
    "jvp",
    "linearize",
    "replace_all_batch_norm_modules_",
    "stack_module_state",
    "vjp",
    "vmap",
]
