"""torch.autograd.functional: Jacobians, Hessians and their products with vectors, of functions of one tensor or a tuple of them.

The older interface beside torch.func: inputs and results are tensors or tuples, ``create_graph`` and ``strict`` are arguments. Forward products go
through two reverse passes.
"""

from __future__ import annotations

from . import graph
from .graph import state
from .registry import METHODS, NAMESPACES
from .tensors import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_OUTPUTS = "outputs of the user-provided function"


def _tuple_of(value: Any, what: str, function: str) -> tuple[bool, tuple[Any, ...]]:
    many = isinstance(value, tuple)
    values = value if many else (value,)
    for k, t in enumerate(values):
        if not isinstance(t, Tensor):
            found = f"value at index {k} has type {type(t)}." if many else f"given {what} has type {type(t)}."
            raise TypeError(f"The {what} given to {function} must be either a Tensor or a tuple of Tensors but the {found}")
    return many, values


def _inputs(values: tuple[Any, ...], create_graph: bool, need_graph: bool) -> tuple[Tensor, ...]:
    """New tensors in place of the inputs, so that the same tensors captured by the function are told apart from them."""
    return tuple([METHODS["view_as"](t, t) if create_graph and t.requires_grad else t.detach().requires_grad_(need_graph) for t in values])


def _results(values: Any, create_graph: bool) -> Any:
    if create_graph:
        return values
    return tuple([_results(v, False) if isinstance(v, tuple) else v.detach() for v in values])


def _check_vector(v: tuple[Any, ...], other: tuple[Any, ...], many: bool) -> None:
    if len(other) != len(v):
        raise RuntimeError(
            f"v is a tuple of invalid length: should be {len(other)} but got {len(v)}." if many else "The given v should contain a single Tensor."
        )
    for k, (a, b) in enumerate(zip(v, other, strict=True)):
        if tuple(a.shape) != tuple(b.shape):
            entry = f"Entry {k} in " if many else ""
            raise RuntimeError(f"{entry}v has invalid size: should be {b.shape} but got {a.shape}.")


_INDEPENDENT = {
    "outputs": "Output {} of the user-provided function does not require gradients. The outputs must be computed in a differentiable manner from the "
    "input when running in strict mode.",
    "grad_inputs": "The gradient with respect to input {} is independent of the inputs of the user-provided function. This is not allowed in strict mode.",
    "jacobian": "While computing the hessian, found that the jacobian of the user-provided function with respect to input {} is independent of the "
    "input. This is not allowed in strict mode. You should ensure that your function is twice differentiable and that the jacobian depends on the "
    "inputs (this would be violated by a linear function for example).",
    "hessian": "The hessian of the user-provided function with respect to input {} is independent of the input. This is not allowed in strict mode. "
    "You should ensure that your function is thrice differentiable and that the hessian depends on the inputs.",
}


def _must_require_grad(values: Any, what: str, strict: bool) -> None:
    if strict:
        for k, t in enumerate(values):
            if t is None:
                raise RuntimeError(f"The output of the user-provided function is independent of input {k}. This is not allowed in strict mode.")
            if not t.requires_grad:
                raise RuntimeError(_INDEPENDENT[what].format(k))


def _grad(outputs: Any, inputs: Any, seeds: Any = None, create_graph: bool = False, retain_graph: bool | None = None, batched: bool = False) -> Any:
    given = seeds if seeds is not None else (None,) * len(outputs)
    pairs = [(t, s) for t, s in zip(outputs, given, strict=True) if t is not None and t.requires_grad]
    if not pairs:
        return (None,) * len(inputs)
    return graph.grad([t for t, _ in pairs], list(inputs), [s for _, s in pairs], retain_graph, create_graph, True, True, batched)


_STAGES = {
    "back": "The output of the user-provided function is independent of input {}. This is not allowed in strict mode.",
    "back_trick": "The gradient with respect to the input is independent of entry {} in the grad_outputs when using the double backward trick to "
    "compute forward mode gradients. This is not allowed in strict mode.",
    "double_back": "The jacobian of the user-provided function is independent of input {}. This is not allowed in strict mode.",
    "double_back_trick": "The hessian of the user-provided function is independent of entry {} in the grad_jacobian. This is not allowed in strict "
    "mode as it prevents from using the double backward trick to replace forward mode AD.",
}


def _filled(grads: Any, like: Any, strict: bool, create_graph: bool, stage: str) -> tuple[Tensor, ...]:
    """Zeros for gradients that are None; in strict mode an error."""
    out = []
    for k, g in enumerate(grads):
        if g is None:
            if strict:
                raise RuntimeError(_STAGES[stage].format(k))
            g = NAMESPACES["torch"]["zeros_like"](like[k])
        elif strict and create_graph and not g.requires_grad:
            kind = "hessian" if "double" in stage else "jacobian"
            raise RuntimeError(
                f"The {kind} of the user-provided function is independent of input {k}. This is not allowed in strict mode when create_graph=True."
            )
        out.append(g)
    return tuple(out)


def _plain(values: Any, many: bool) -> Any:
    return values if many else values[0]


def vjp(func: Any, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """(outputs, the vector-Jacobian product of v with the Jacobian of func at the inputs).

    >>> autograd.functional.vjp(sin, tensor(0.), tensor(2.))
    (tensor(0.), tensor(2.))
    """
    with graph.enable_grad():
        many_in, given = _tuple_of(inputs, "inputs", "vjp")
        ins = _inputs(given, create_graph, True)
        many_out, outs = _tuple_of(func(*ins), _OUTPUTS, "vjp")
        _must_require_grad(outs, "outputs", strict)
        if v is not None:
            v = _inputs(_tuple_of(v, "v", "vjp")[1], create_graph, False)
            _check_vector(v, outs, many_out)
        elif len(outs) != 1 or outs[0].numel() != 1:
            raise RuntimeError("The vector v can only be None if the user-provided function returns a single Tensor with a single element.")
    with graph.set_grad_enabled(create_graph or state.grad):
        got = _filled(_grad(outs, ins, v, create_graph), ins, strict, create_graph, "back")
    return _plain(_results(outs, create_graph), many_out), _plain(_results(got, create_graph), many_in)


def jvp(func: Any, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """(outputs, the product of the Jacobian of func at the inputs with v).

    >>> autograd.functional.jvp(sin, tensor(0.), tensor(2.))
    (tensor(0.), tensor(2.))
    """
    with graph.enable_grad():
        _, given = _tuple_of(inputs, "inputs", "jvp")
        ins = _inputs(given, create_graph, True)
        many_in = isinstance(inputs, tuple)
        if v is not None:
            v = _inputs(_tuple_of(v, "v", "jvp")[1], create_graph, False)
            _check_vector(v, ins, many_in)
        elif len(ins) != 1 or ins[0].numel() != 1:
            raise RuntimeError("The vector v can only be None if the input to the user-provided function is a single Tensor with a single element.")
        many_out, outs = _tuple_of(func(*ins), _OUTPUTS, "jvp")
        _must_require_grad(outs, "outputs", strict)
        seeds = tuple([NAMESPACES["torch"]["zeros_like"](t, requires_grad=True) for t in outs])
        back = _grad(outs, ins, seeds, create_graph=True)
        _must_require_grad(back, "grad_inputs", strict)
    with graph.set_grad_enabled(create_graph or state.grad):
        got = _filled(_grad(back, seeds, v, create_graph), outs, strict, create_graph, "back_trick")
    return _plain(_results(outs, create_graph), many_out), _plain(_results(got, create_graph), many_out)


def jacobian(func: Any, inputs: Any, create_graph: bool = False, strict: bool = False, vectorize: bool = False, strategy: str = "reverse-mode") -> Any:
    """The Jacobian of func at the inputs: for each output and input a tensor of the output's shape followed by the input's.

    vectorize: one batched backward pass for all rows instead of one a row. strategy: "forward-mode" computes by columns (with vectorize).

    >>> autograd.functional.jacobian(lambda x: x * x, tensor([1., 2.]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError(
            'Expected strategy to be either "forward-mode" or "reverse-mode". Hint: If your function has more outputs than inputs, "forward-mode" '
            'tends to be more performant. Otherwise, prefer to use "reverse-mode".'
        )
    if strategy == "forward-mode":
        if create_graph:
            raise NotImplementedError(
                'torch.autograd.functional.jacobian: `create_graph=True` and `strategy="forward-mode"` are not supported together (yet). Please either '
                'set `create_graph=False` or `strategy="reverse-mode"`.'
            )
        if strict:
            raise RuntimeError(
                'torch.autograd.functional.jacobian: `strict=True` and `strategy="forward-mode"` are not supported together (yet). Please either set '
                '`strict=False` or `strategy="reverse-mode"`.'
            )
        if not vectorize:
            raise NotImplementedError("Computing Jacobian using forward-AD or forward-over-reverse Hessian isonly implemented for `vectorize=True`.")
        return _by_columns(func, inputs)
    with graph.enable_grad():
        many_in, given = _tuple_of(inputs, "inputs", "jacobian")
        ins = _inputs(given, create_graph, True)
        many_out, outs = _tuple_of(func(*ins), _OUTPUTS, "jacobian")
        _must_require_grad(outs, "outputs", strict)
        if vectorize:
            if strict:
                raise RuntimeError(
                    "torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported together. Please either set "
                    "`strict=False` or `vectorize=False`."
                )
            rows = _all_rows(outs, ins, create_graph)
        else:
            rows = tuple([_rows_of(k, t, ins, create_graph, strict) for k, t in enumerate(outs)])
        rows = _results(rows, create_graph)
    found = tuple([_plain(r, many_in) for r in rows])
    return _plain(found, many_out)


def _rows_of(k: int, out: Tensor, ins: tuple[Tensor, ...], create_graph: bool, strict: bool) -> tuple[Tensor, ...]:
    columns: list[list[Tensor]] = [[] for _ in ins]
    flat = METHODS["reshape"](out, (-1,))
    for j in range(out.numel()):
        for i, (g, x) in enumerate(zip(_grad((flat[j],), ins, None, create_graph, True), ins, strict=True)):
            if g is None:
                if strict:
                    raise RuntimeError(f"Output {k} of the user-provided function is independent of input {i}. This is not allowed in strict mode.")
                g = NAMESPACES["torch"]["zeros_like"](x)
            elif strict and create_graph and not g.requires_grad:
                raise RuntimeError(
                    f"The jacobian of the user-provided function is independent of input {k}. This is not allowed in strict mode when create_graph=True."
                )
            columns[i].append(g)
    torch = NAMESPACES["torch"]
    return tuple(
        [
            METHODS["view"](torch["stack"](c), (*out.shape, *x.shape)) if c else torch["zeros"]((*out.shape, *x.shape), dtype=x._dtype)
            for c, x in zip(columns, ins, strict=True)
        ]
    )


def _all_rows(outs: tuple[Tensor, ...], ins: tuple[Tensor, ...], create_graph: bool) -> tuple[tuple[Tensor, ...], ...]:
    from .func import _basis

    torch = NAMESPACES["torch"]
    seeds, counts = _basis(list(outs))
    found = _grad(outs, ins, seeds, create_graph, True, batched=True)
    out = []
    at = 0
    for t, n in zip(outs, counts, strict=True):
        row = []
        for g, x in zip(found, ins, strict=True):
            shape = (*t.shape, *x.shape)
            row.append(torch["zeros"](shape, dtype=x._dtype, device=x.device) if g is None else METHODS["reshape"](g[at : at + n], shape))
        out.append(tuple(row))
        at += n
    return tuple(out)


def _by_columns(func: Any, inputs: Any) -> Any:
    from .func import by_columns

    many_in, given = _tuple_of(inputs, "inputs", "jacobian")
    shape: list[bool] = []

    def called(*args: Any) -> Any:
        many, outs = _tuple_of(func(*args), _OUTPUTS, "jacobian")
        shape.append(many)
        return outs

    rows = by_columns(called, tuple(range(len(given))), hidden=True)(*given)
    found = tuple([_plain(tuple([t.detach() for t in r]), many_in) for r in rows])
    return _plain(found, shape[0])


def hessian(
    func: Any, inputs: Any, create_graph: bool = False, strict: bool = False, vectorize: bool = False, outer_jacobian_strategy: str = "reverse-mode"
) -> Any:
    """The Hessian of func, which gives one number, at the inputs.

    >>> autograd.functional.hessian(lambda x: (x ** 3).sum(), tensor([1., 2.]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    many_in, given = _tuple_of(inputs, "inputs", "hessian")
    if outer_jacobian_strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode".')

    def number(*ins: Any) -> Any:
        out = func(*ins)
        many, outs = _tuple_of(out, _OUTPUTS, "hessian")
        _must_require_grad(outs, "outputs", strict)
        if many:
            raise RuntimeError("The function given to hessian should return a single Tensor")
        if outs[0].numel() != 1:
            raise RuntimeError("The Tensor returned by the function given to hessian should contain a single element")
        return METHODS["squeeze"](outs[0])

    def first(*ins: Any) -> Any:
        if outer_jacobian_strategy == "forward-mode":
            ins = tuple([t.requires_grad_(True) if t.is_leaf else t for t in ins])
        found = jacobian(number, ins, create_graph=True)
        _must_require_grad(found, "jacobian", strict)
        return found

    found = jacobian(first, given, create_graph=create_graph, strict=strict, vectorize=vectorize, strategy=outer_jacobian_strategy)
    return found if many_in else found[0][0]


def _one_number(func: Any, inputs: Any, v: Any, create_graph: bool, strict: bool, name: str) -> Any:
    """What vhp and hvp share: inputs, vector, output, its gradient."""
    many_in, given = _tuple_of(inputs, "inputs", name)
    ins = _inputs(given, create_graph, True)
    if v is not None:
        v = _inputs(_tuple_of(v, "v", name)[1], create_graph, False)
        _check_vector(v, ins, many_in)
    elif len(ins) != 1 or ins[0].numel() != 1:
        raise RuntimeError("The vector v can only be None if the input to the user-provided function is a single Tensor with a single element.")
    many_out, outs = _tuple_of(func(*ins), _OUTPUTS, name)
    _must_require_grad(outs, "outputs", strict)
    if many_out or not isinstance(outs[0], Tensor):
        raise RuntimeError(f"The function given to {name} should return a single Tensor")
    if outs[0].numel() != 1:
        raise RuntimeError(f"The Tensor returned by the function given to {name} should contain a single element")
    jac = _grad(outs, ins, None, create_graph=True)
    _must_require_grad(jac, "jacobian", strict)
    return many_in, ins, v, outs, jac


def vhp(func: Any, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """(output, the product of v with the Hessian of func at the inputs).

    >>> autograd.functional.vhp(lambda x: (x ** 3).sum(), tensor([1., 2.]), ones(2))
    (tensor(9.), tensor([ 6., 12.]))
    """
    with graph.enable_grad():
        many_in, ins, v, outs, jac = _one_number(func, inputs, v, create_graph, strict, "vhp")
    with graph.set_grad_enabled(create_graph or state.grad):
        got = _filled(_grad(jac, ins, v, create_graph), ins, strict, create_graph, "double_back")
    return _results(outs, create_graph)[0], _plain(_results(got, create_graph), many_in)


def hvp(func: Any, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """(output, the product of the Hessian of func at the inputs with v).

    >>> autograd.functional.hvp(lambda x: (x ** 3).sum(), tensor([1., 2.]), ones(2))
    (tensor(9.), tensor([ 6., 12.]))
    """
    with graph.enable_grad():
        many_in, ins, v, outs, jac = _one_number(func, inputs, v, create_graph, strict, "hvp")
        seeds = tuple([NAMESPACES["torch"]["zeros_like"](t, requires_grad=True) for t in ins])
        back = _grad(jac, ins, seeds, create_graph=True)
        _must_require_grad(back, "hessian", strict)
    with graph.set_grad_enabled(create_graph or state.grad):
        got = _filled(_grad(back, seeds, v, create_graph), ins, strict, create_graph, "double_back_trick")
    return _results(outs, create_graph)[0], _plain(_results(got, create_graph), many_in)


__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]
