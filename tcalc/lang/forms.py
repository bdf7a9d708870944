"""Forms: names that take their argument as an EXPRESSION, unevaluated, and the four that need only the engine.

A form is `form(session, call) -> value`. `call.args` is a list of Expr (`.text`, `.span`, `.evaluate(bindings)`), `call.kwargs` a dict
of name to Expr. insight adds its own forms (graph, explain, ...) through Session(forms=...).

    grad(sin(x**2), x=pi)              the derivative, a number: numbers bind as float64, and what they give is a Python float
    grad(w*x + b, w=3., b=1.)          one gradient a name: a Gradients record, g.w, g['w'], `gw, gb = ...`
    grad(loss, wrt=w) wrt=(w, b)       by those names only; the other bindings are constants as they are given
    grad(x**3, x=2., order=2)          the nth derivative
    grad(e*x, x=1., bind={'order': 2.})   binds any name, reserved ones too
    grad(f, x=2.)  grad(f)  grad(f)(2.)   of a function: parameters by name, or a new function
    grad(y, x)  grad(y, [x, w], create_graph=True)    torch.autograd.grad on recorded tensors

What bindings become: a number a float64 0-d tensor, a list a float32 tensor, a floating tensor a leaf that requires grad (its own graph
is cut, unless another form is being evaluated around it), anything else a constant. A result is a Python float where it is 0-d and was
bound as a number, so it prints with full precision off a terminal; a terminal shows state.report, which keeps f(x) and the bindings.
"""

from __future__ import annotations

from ..engine import Tensor, graph
from ..engine import apply as door
from ..engine.dtypes import BY_NAME
from ..engine.errors import describe, fail
from ..engine.registry import METHODS, NAMESPACES
from ..engine.tensors import CELLS, make
from .formatting import repr_value
from .values import (
    Builtin,
    Callable_,
    Function,
    Value,
    call,
    did_you_mean,
    is_array,
    iterate,
    lift,
    no_attribute,
    state,
    suggest,
    tensor,
    tick,
    type_name,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, NoReturn

RESERVED = ("wrt", "order", "bind")
_PLAIN_OPTIONS = frozenset({"grad_outputs", "retain_graph", "create_graph", "only_inputs", "allow_unused", "is_grads_batched", "materialize_grads"})
_FLOAT64, _FLOAT32 = BY_NAME["float64"], BY_NAME["float32"]


class Gradients(Value):
    """One gradient a name, in the order of the bindings: g.w, g['w'], `gw, gb = g`."""

    __slots__ = ("values",)
    type_name = "Gradients"

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def __repr__(self) -> str:
        return f"Gradients({', '.join(f'{name}={repr_value(v)}' for name, v in self.values.items())})"

    def attr(self, name: str) -> Any:
        if name in self.values:
            return self.values[name]
        methods: dict[str, Callable[[], Any]] = {
            "keys": lambda: list(self.values),
            "values": lambda: list(self.values.values()),
            "items": lambda: list(self.values.items()),
        }
        if name in methods:
            return Builtin(name, methods[name])
        no_attribute(self, name, self.attr_names())

    def attr_names(self) -> Iterable[str]:
        return (*self.values, "keys", "values", "items")

    def item(self, key: Any) -> Any:
        if type(key) is int or type(key) is slice:
            return list(self.values.values())[key]
        if key not in self.values:
            raise KeyError(key)
        return self.values[key]

    def iterate(self) -> Iterator[Any]:
        return iter(self.values.values())

    def length(self) -> int:
        return len(self.values)

    def binary(self, op: str, other: Any, reflected: bool) -> Any:
        names = " ".join(f"g.{n}" for n in list(self.values)[:4])
        fail(TypeError, f"one gradient a name ({', '.join(self.values)}): which of them?", kind="operands", hints=[f"take one: {names}"])


class GradRecord:
    """What a form computed, for reports: the form, the expression's text, its value, a gradient a name, the bindings."""

    __slots__ = ("bindings", "form", "gradients", "order", "text", "value", "wrt")

    def __init__(self, form: str, text: str, value: Any, gradients: dict[str, Any], bindings: dict[str, Any], order: int, wrt: tuple[str, ...]) -> None:
        self.form = form
        self.text = text
        self.value = value
        self.gradients = gradients
        self.bindings = bindings
        self.order = order
        self.wrt = wrt

    @property
    def single(self) -> bool:
        """Whether there is one name: the form's value is its gradient alone."""
        return len(self.gradients) == 1

    def __repr__(self) -> str:
        return f"GradRecord({self.form!r}, {self.text!r}, gradients={list(self.gradients)})"


# -- bindings ---------------------------------------------------------------------------------------------------------------------


def _is_number(v: Any) -> bool:
    return type(v) is float or type(v) is int


class Bound:
    """Names with their values, as given and as the expression sees them."""

    __slots__ = ("given", "leaves", "seen", "wrt")

    def __init__(self, form: str, given: dict[str, Any], wrt: tuple[str, ...] | None, nested: bool) -> None:
        self.given = given
        self.seen: dict[str, Any] = {}
        self.leaves: dict[str, Any] = {}
        for name, v in given.items():
            if wrt is not None and name not in wrt:
                self.seen[name] = _constant(v)
                continue
            leaf = make_leaf(v, nested)
            if leaf is None:
                if wrt is not None:
                    _not_differentiable(form, name, v)
                self.seen[name] = _constant(v)
            else:
                self.seen[name] = self.leaves[name] = leaf
        self.wrt = tuple(self.leaves) if wrt is None else wrt
        if not self.leaves and given:
            name, v = next(iter(given.items()))
            _not_differentiable(form, name, v)

    def scalars(self) -> bool:
        """Whether every name to differentiate by was given as a number."""
        return all(_is_number(self.given[name]) for name in self.leaves)


def _constant(v: Any) -> Any:
    if type(v) is list or type(v) is tuple:
        return _from_list(v)
    return v


def _from_list(v: Any) -> Any:
    try:
        t = lift(v)
    except (TypeError, ValueError):
        return v
    if not isinstance(t, Tensor):
        return v
    if t.requires_grad or not any(isinstance(x, (list, tuple)) or _is_number(x) for x in v):
        return t
    return tensor(v, dtype=_FLOAT32)


def make_leaf(v: Any, nested: bool) -> Any:
    """The tensor that stands for a binding and requires grad; None for what cannot be differentiated by."""
    if _is_number(v):
        return make(float(v), _FLOAT64).requires_grad_()
    if type(v) is list or type(v) is tuple:
        v = _from_list(v)
        if isinstance(v, Tensor) and not v.requires_grad and _differentiable(v):
            return v.requires_grad_()
    elif is_array(v):
        v = lift(v)
    if not isinstance(v, Tensor) or not _differentiable(v):
        return None
    if nested and v.requires_grad:
        return METHODS["view"](v, v.shape)  # stays in the graph of the form around this one
    return cut(v).requires_grad_()


def _differentiable(t: Any) -> bool:
    return bool(t.dtype.is_floating_point or t.dtype.is_complex)


def cut(t: Any) -> Any:
    """The tensor outside its graph: detach(), and for a Python number inside (which NumPy need not hear of) a new one."""
    return make(t._data, t.dtype) if type(t._data) in CELLS else t.detach()


def _not_differentiable(form: str, name: str, v: Any) -> NoReturn:
    if isinstance(v, Tensor) or is_array(v):
        what = describe(lift(v))
        fail(
            RuntimeError,
            "only Tensors of floating point dtype can require gradients",
            kind="dtype",
            op=form,
            operands=[(name, what)],
            explain=[f"{name} is {what}: its values have no neighbours to differ by."],
            hints=[f"{name}={name}.float()"],
        )
    fail(
        TypeError,
        f"{form}() cannot differentiate by {name}: a {type_name(v)} is no number, list or tensor",
        kind="type",
        op=form,
        hints=[f"{form}(expression, x=2.)"],
    )


def _used_names(expr: Any) -> set[str]:
    """Names that occur in the expression."""
    names = getattr(expr, "names", None)
    if names is not None and not callable(names):
        return set(names)
    found, word = set(), ""
    for c in expr.text + " ":
        if c.isalnum() or c == "_":
            word += c
        else:
            if word and not word[0].isdigit():
                found.add(word)
            word = ""
    return found


def _check_used(form: str, expr: Any, names: Iterable[str]) -> None:
    if getattr(expr, "given", False):
        return  # the form was called as a value: there is no expression to look at
    used = _used_names(expr)
    for name in names:
        if name not in used:
            near = suggest(name, used) or ([n for n in sorted(used) if len(n) == 1][:3] if len(name) == 1 else [])
            fail(
                TypeError,
                f"{form}(): {name} does not occur in {expr.text}",
                kind="unused",
                op=form,
                explain=["A keyword binds a name of the expression, and the result is differentiated by it."],
                hints=did_you_mean(near),
            )


def _wrt_names(form: str, expr: Any) -> tuple[str, ...]:
    """The names of wrt=w, wrt=(w, b), wrt='w'."""
    given = expr.evaluate({}) if getattr(expr, "given", False) else None
    text = expr.text.strip() if given is None else given if type(given) is str else ",".join(v for v in iterate(given) if type(v) is str)
    if text[:1] in "([" and text[-1:] in ")]":
        text = text[1:-1]
    names = tuple(part.strip().strip("'\"") for part in text.split(",") if part.strip())
    if not names or not all(n.isidentifier() for n in names):
        fail(TypeError, f"{form}(): wrt= takes a name or a tuple of names", kind="wrt", op=form, hints=["wrt=w", "wrt=(w, b)"])
    return names


def _bindings(form: str, call_: Any) -> tuple[dict[str, Any], tuple[str, ...] | None, int]:
    """(given bindings, the names of wrt or None, order)"""
    given: dict[str, Any] = {}
    wrt: tuple[str, ...] | None = None
    order = 1
    for name, expr in call_.kwargs.items():
        if name == "wrt":
            wrt = _wrt_names(form, expr)
        elif name == "order":
            order = expr.evaluate({})
            if isinstance(order, Tensor) and not order.dim():
                order = order.item()
            if type(order) is not int or not 1 <= order <= 20:
                fail(
                    ValueError,
                    f"{form}(): order= takes an integer from 1 to 20, not {repr_value(order)[:40]}",
                    kind="order",
                    op=form,
                    hints=["a name that is really called order: bind={'order': 2.}"],
                )
        elif name == "bind":
            more = expr.evaluate({})
            if type(more) is not dict or not all(type(k) is str for k in more):
                fail(TypeError, f"{form}(): bind= takes a dict of names, such as bind={{'order': 2.}}", kind="bind", op=form)
            given.update(more)
        else:
            given[name] = expr.evaluate({})
    if wrt is not None:
        missing = [n for n in wrt if n not in given]
        if missing:
            values = call_.kwargs["wrt"].evaluate({}) if len(missing) == len(wrt) else None
            if values is None or isinstance(values, str):
                fail(TypeError, f"{form}(): wrt names {missing[0]}, which has no value here", kind="wrt", op=form, hints=[f"{missing[0]}=2."])
            values = (values,) if len(wrt) == 1 and not isinstance(values, (tuple, list)) else values
            given.update(zip(wrt, values if len(wrt) > 1 or isinstance(values, tuple) else (values,)))
    return given, wrt, order


# -- evaluation -------------------------------------------------------------------------------------------------------------------


class _Inside:
    """While a form's expression is evaluated: gradients on, and forms inside it stay differentiable."""

    __slots__ = ("mode",)

    def __enter__(self) -> None:
        self.mode = graph.enable_grad()
        self.mode.__enter__()
        state.depth += 1

    def __exit__(self, *failure: Any) -> None:
        state.depth -= 1
        self.mode.__exit__(None, None, None)


def _evaluate(form: str, expr: Any, bound: Bound) -> Any:
    """The value of the expression, or of the function that it is, on the bound names."""
    try:
        value = expr.evaluate(bound.seen)
    except Exception:
        _check_used(form, expr, bound.given)  # grad(x**2, y=3.): that y is not there says more than that x is not
        raise
    if not isinstance(value, Callable_):
        _check_used(form, expr, bound.given)
        return value
    parameters = getattr(value, "parameters", ())
    if not parameters:
        return call(value, tuple(bound.seen.values()), {})
    for name in bound.given:
        if name not in parameters:
            listed = ", ".join(parameters)
            fail(
                TypeError,
                f"{form}(): {getattr(value, 'name', 'the function')} has no parameter {name}",
                kind="unused",
                op=form,
                explain=[f"Its parameters: {listed}."],
                hints=did_you_mean(suggest(name, parameters)),
            )
    return call(value, (), dict(bound.seen))


def _tensor_of(form: str, value: Any, text: str, names: Iterable[str]) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        fail(
            RuntimeError,
            "element 0 of tensors does not require grad and does not have a grad_fn",
            kind="unused",
            op=form,
            explain=[f"{text} is the plain number {value!r}: it does not depend on {', '.join(names)} through tensor operations."],
        )
    if not isinstance(value, Tensor):
        fail(TypeError, f"{form}() differentiates a number or a tensor, and {text} is of type {type_name(value)}", kind="type", op=form)
    return value


def _scalar(form: str, y: Any, text: str) -> None:
    if y.numel() == 1:
        return
    what, n = describe(y).partition(" ")[0], y.numel()
    hints = [f"{form}(({text}).sum(), ...) differentiates the sum of all {n} outputs"]
    hints.append("jacobian(...) differentiates every output")
    fail(
        RuntimeError,
        "grad can be implicitly created only for scalar outputs",
        kind="scalar",
        op=form,
        operands=[(None, describe(y))],
        explain=[f"{text} {list(y.shape)} has {n} outputs ({what}): which one?"],
        hints=hints,
    )


def _grads(form: str, y: Any, leaves: dict[str, Any], text: str, again: bool) -> dict[str, Any]:
    """The gradient of a one-element tensor by each leaf; zeros where a name stands in the expression without an effect."""
    if not y.requires_grad:
        fail(
            RuntimeError,
            "element 0 of tensors does not require grad and does not have a grad_fn",
            kind="untracked",
            op=form,
            explain=[f"The value of {text} does not depend on {', '.join(leaves)} through operations that have a gradient."],
        )
    found = graph.grad([y], list(leaves.values()), retain_graph=True if again else None, create_graph=again, allow_unused=True)
    out: dict[str, Any] = {}
    for (name, leaf), g in zip(leaves.items(), found):
        out[name] = _zeros_like(leaf) if g is None else g
    return out


def _zeros_like(t: Any) -> Any:
    if type(t._data) in CELLS:
        return make(t.dtype.python_type(0), t.dtype)
    return NAMESPACES["torch"]["zeros_like"](t.detach())


def _result(v: Any, as_number: bool, nested: bool) -> Any:
    """A gradient or value as the program gets it."""
    if nested or not isinstance(v, Tensor):
        return v
    if as_number and v.dim() == 0 and v.device.type == "cpu":
        return v.item()
    return cut(v) if v.requires_grad else v


def _nth(form: str, y: Any, name: str, leaf: Any, text: str, order: int, nested: bool) -> Any:
    g = y
    for k in range(order):
        if g.numel() != 1:
            fail(
                RuntimeError,
                "grad can be implicitly created only for scalar outputs",
                kind="scalar",
                op=form,
                explain=[f"The derivative of order {k} by {name} has shape {list(g.shape)}; a further one is no vector any more."],
                hints=["hessian(...) gives all second derivatives"],
            )
        if not g.requires_grad:
            return _zeros_like(leaf)
        g = _grads(form, g, {name: leaf}, text, nested or k < order - 1)[name]
    return g


# -- grad and value_and_grad --------------------------------------------------------------------------------------------------------


def _differentiate(form: str, call_: Any) -> Any:
    """(value, gradients by name, bound, nested, order) of a form call, or a function transform."""
    given, wrt, order = _bindings(form, call_)
    expr = call_.args[0]
    if not given:
        value = expr.evaluate({})
        if isinstance(value, Callable_):
            return GradFunction(form, value, order)
        hints = [f"{form}({expr.text}, x=2.)", f"{form}({expr.text}, wrt=w)"]
        if isinstance(value, Tensor) and value.requires_grad:
            hints.append(f"{form}({expr.text}, x) by a recorded tensor x")
        fail(TypeError, f"{form}(): by what? No name is bound", kind="wrt", op=form, hints=hints)
    nested = state.depth > 0
    bound = Bound(form, given, wrt, nested)
    with _Inside():
        y = _tensor_of(form, _evaluate(form, expr, bound), expr.text, bound.leaves)
        _scalar(form, y, expr.text)
        if order == 1:
            found = _grads(form, y, bound.leaves, expr.text, nested)
        else:
            found = {name: _nth(form, y, name, leaf, expr.text, order, nested) for name, leaf in bound.leaves.items()}
    gradients = {name: _result(g, _is_number(given[name]), nested) for name, g in found.items()}
    value = _result(y, bound.scalars(), nested)
    if not nested:
        state.report = GradRecord(form, expr.text, value, gradients, given, order, bound.wrt)
    return value, gradients


def _one_or_all(gradients: dict[str, Any]) -> Any:
    if len(gradients) == 1:
        return next(iter(gradients.values()))
    return Gradients(gradients)


def _plain_grad(form: str, call_: Any) -> Any:
    """grad(y, x, ...): torch.autograd.grad."""
    args = tuple([a.evaluate({}) for a in call_.args])
    kwargs = {}
    for name, expr in call_.kwargs.items():
        if name not in _PLAIN_OPTIONS:
            fail(
                TypeError,
                f"grad() got an unexpected keyword argument '{name}'",
                kind="signature",
                op=form,
                explain=["With two arguments, grad(y, x) is torch.autograd.grad: gradients of a recorded tensor."],
                hints=[f"grad(expression, {name}=...) binds a name: give the expression alone", *did_you_mean(suggest(name, _PLAIN_OPTIONS))],
            )
        kwargs[name] = expr.evaluate({})
    return graph.grad(*args, **kwargs)


def _need_expression(form: str, call_: Any) -> None:
    if not call_.args:
        fail(TypeError, f"{form}() takes an expression", kind="signature", op=form, hints=[f"{form}(sin(x**2), x=pi)"])


def grad(session: Any, call_: Any) -> Any:
    """grad(expression, x=2., ...): its derivative by each name given; see the head of this module for all spellings."""
    _need_expression("grad", call_)
    if len(call_.args) > 1 or "inputs" in call_.kwargs:
        return _plain_grad("grad", call_)
    found = _differentiate("grad", call_)
    return found if isinstance(found, Function) else _one_or_all(found[1])


def value_and_grad(session: Any, call_: Any) -> Any:
    """value_and_grad(expression, x=2., ...): (value, derivative)."""
    _need_expression("value_and_grad", call_)
    found = _differentiate("value_and_grad", call_)
    return found if isinstance(found, Function) else (found[0], _one_or_all(found[1]))


# -- jacobian and hessian -----------------------------------------------------------------------------------------------------------


def _jacobian(y: Any, leaves: list[Any], again: bool) -> list[Any]:
    """d y / d leaf, of shape y.shape + leaf.shape, for each leaf."""
    from .tables import engine_function

    if y.dim() == 0:
        found = graph.grad([y], leaves, retain_graph=True, create_graph=again, allow_unused=True) if y.requires_grad else [None] * len(leaves)
        return [_zeros_like(t) if g is None else g for t, g in zip(leaves, found)]
    stack, reshape = engine_function("stack"), engine_function("reshape")
    n = y.numel()
    rows: list[list[Any]] = [[] for _ in leaves]
    if not y.requires_grad or n == 0:
        zeros = engine_function("zeros")
        return [zeros((*y.shape, *t.shape), dtype=t.dtype, device=t.device) for t in leaves]
    flat = reshape(y, (-1,))
    for i in range(n):
        tick(1)
        found = graph.grad([flat[i]], leaves, retain_graph=True, create_graph=again, allow_unused=True)
        for row, leaf, g in zip(rows, leaves, found):
            row.append(_zeros_like(leaf) if g is None else g)
    return [reshape(stack(row), (*y.shape, *leaf.shape)) for row, leaf in zip(rows, leaves)]


def jacobian(session: Any, call_: Any) -> Any:
    """jacobian(expression, x=[1., 2.]): all derivatives of all outputs, of shape output + input. jacobian(f, inputs) as in PyTorch."""
    _need_expression("jacobian", call_)
    if len(call_.args) > 1:
        return functional_jacobian(*[a.evaluate({}) for a in call_.args], **{k: e.evaluate({}) for k, e in call_.kwargs.items()})
    given, wrt, _ = _bindings("jacobian", call_)
    expr = call_.args[0]
    if not given:
        value = expr.evaluate({})
        if isinstance(value, Callable_):
            return GradFunction("jacobian", value, 1)
        fail(TypeError, "jacobian(): by what? No name is bound", kind="wrt", op="jacobian", hints=[f"jacobian({expr.text}, x=[1., 2.])"])
    nested = state.depth > 0
    bound = Bound("jacobian", given, wrt, nested)
    with _Inside():
        y = _tensor_of("jacobian", _evaluate("jacobian", expr, bound), expr.text, bound.leaves)
        found = _jacobian(y, list(bound.leaves.values()), nested)
    gradients = {name: _result(j, _is_number(given[name]), nested) for name, j in zip(bound.leaves, found)}
    if not nested:
        state.report = GradRecord("jacobian", expr.text, _result(y, bound.scalars(), False), gradients, given, 1, bound.wrt)
    return _one_or_all(gradients)


def hessian(session: Any, call_: Any) -> Any:
    """hessian(expression, x=[1., 2.]): all second derivatives; of several names, a record of records. hessian(f, inputs) as in PyTorch."""
    _need_expression("hessian", call_)
    if len(call_.args) > 1:
        return functional_hessian(*[a.evaluate({}) for a in call_.args], **{k: e.evaluate({}) for k, e in call_.kwargs.items()})
    given, wrt, _ = _bindings("hessian", call_)
    expr = call_.args[0]
    if not given:
        value = expr.evaluate({})
        if isinstance(value, Callable_):
            return GradFunction("hessian", value, 1)
        fail(TypeError, "hessian(): by what? No name is bound", kind="wrt", op="hessian", hints=[f"hessian({expr.text}, x=[1., 2.])"])
    nested = state.depth > 0
    bound = Bound("hessian", given, wrt, nested)
    names = list(bound.leaves)
    with _Inside():
        y = _tensor_of("hessian", _evaluate("hessian", expr, bound), expr.text, names)
        _scalar("hessian", y, expr.text)
        first = _grads("hessian", y, bound.leaves, expr.text, True)
        rows = {name: _jacobian(g, list(bound.leaves.values()), nested) for name, g in first.items()}
    blocks = {a: {b: _result(h, _is_number(given[a]) and _is_number(given[b]), nested) for b, h in zip(names, row)} for a, row in rows.items()}
    gradients = {a: _one_or_all(row) for a, row in blocks.items()}
    if not nested:
        state.report = GradRecord("hessian", expr.text, _result(y, bound.scalars(), False), gradients, given, 2, bound.wrt)
    return _one_or_all(gradients)


def meta(session: Any, call_: Any) -> Any:
    """meta(2, 3, dtype=float16): a tensor of this shape without data, for shapes, layouts and costs of what does not fit."""
    sizes = [e.evaluate({}) for e in call_.args]
    options = {name: e.evaluate({}) for name, e in call_.kwargs.items()}
    if len(sizes) == 1 and isinstance(sizes[0], Tensor):
        return sizes[0].to("meta")
    return NAMESPACES["torch"]["empty"](*sizes, **options, device="meta")


def shape(session: Any, call_: Any) -> Any:
    """shape(expression, x=(2, 3), ...): the shape it would have. A name bound to a tuple of sizes is a tensor of that shape; nothing is computed."""
    from .numeric import shape

    return shape(session, call_)


def minimize(session: Any, call_: Any) -> Any:
    """minimize(expression, x=0., ..., steps=500, tol=1e-8): where it is least, from that start (L-BFGS in float64). Also minimize(f, x=0.), minimize(f, x0)."""
    from .numeric import minimize

    return minimize(session, call_)


def timeit(session: Any, call_: Any) -> Any:
    """timeit(expression, x=..., number=None, repeat=5): the time of one evaluation, measured over enough loops for a fifth of a second."""
    from .numeric import timeit

    return timeit(session, call_)


FORMS: dict[str, Callable[[Any, Any], Any]] = {
    "grad": grad, "value_and_grad": value_and_grad, "jacobian": jacobian, "hessian": hessian, "meta": meta,
    "shape": shape, "minimize": minimize, "timeit": timeit,
}  # fmt: skip


# -- functions of functions ---------------------------------------------------------------------------------------------------------


class GradFunction(Function):
    """What grad(f), value_and_grad(f), jacobian(f) and hessian(f) give: a function of f's arguments, by its first one."""

    __slots__ = ("argnums", "form", "function", "order")

    def __init__(self, form: str, function: Any, order: int = 1, argnums: Any = 0) -> None:
        name = getattr(function, "name", "f")
        Function.__init__(self, f"{form}({name})", getattr(function, "parameters", ()), f"The {form} of {name}.")
        self.form = form
        self.function = function
        self.order = order
        self.argnums = argnums

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        several = isinstance(self.argnums, (tuple, list))
        places = tuple(self.argnums) if several else (self.argnums,)
        form, nested = self.form, state.depth > 0
        if door.batching is not None:
            return self._batched(args, kwargs)
        values: list[Any] = list(args)
        named = dict(kwargs)
        if not values and named and len(named) == len(self.parameters):  # grad(f)(x=2., y=3.)
            values, named = [named[p] for p in self.parameters if p in named], {}
        leaves: dict[str, Any] = {}
        numbers: dict[str, bool] = {}
        keep = nested
        for place in places:
            if not isinstance(place, int) or not -len(values) <= place < len(values):
                fail(TypeError, f"{self.name} takes at least {max(places) + 1} argument(s)", kind="signature", op=form)
            v = values[place]
            keep = keep or (isinstance(v, Tensor) and v.requires_grad and graph.is_grad_enabled())
            name = self.parameters[place] if place < len(self.parameters) else f"argument {place + 1}"
            leaf = make_leaf(v, keep)
            if leaf is None:
                _not_differentiable(form, name, v)
            leaves[name] = values[place] = leaf
            numbers[name] = _is_number(v)
        text = getattr(self.function, "name", "f")
        with _Inside():
            y = call(self.function, tuple(values), named)
            y = _tensor_of(form, y, f"{text}(...)", leaves)
            if form == "jacobian":
                found = dict(zip(leaves, _jacobian(y, list(leaves.values()), keep)))
            else:
                _scalar(form, y, f"{text}(...)")
                if form == "hessian":
                    first = _grads(form, y, leaves, text, True)
                    found = {n: _jacobian(g, [leaves[n]], keep)[0] for n, g in first.items()}
                elif self.order == 1:
                    found = _grads(form, y, leaves, text, keep)
                else:
                    found = {n: _nth(form, y, n, leaf, text, self.order, keep) for n, leaf in leaves.items()}
        out = [_result(g, numbers[n], keep) for n, g in found.items()]
        result = tuple(out) if several else out[0]
        if form == "value_and_grad":
            return _result(y, all(numbers.values()), keep), result
        return result

    def _batched(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Inside vmap: the engine's transforms, which know what a sample is."""
        from ..engine import func

        if self.order > 1:
            fail(TypeError, "a higher order inside vmap is written out: grad(grad(f))", kind="signature", op=self.form)
        made = getattr(func, {"jacobian": "jacrev", "value_and_grad": "grad_and_value"}.get(self.form, self.form))
        got = made(lambda *a, **k: call(self.function, a, k), self.argnums)(*args, **kwargs)
        return got[::-1] if self.form == "value_and_grad" else got


def _inputs(inputs: Any) -> tuple[tuple[Any, ...], bool]:
    several = isinstance(inputs, (tuple, list)) and not isinstance(inputs, Tensor)
    values = tuple(inputs) if several else (inputs,)
    out = []
    for v in values:
        t = lift(v)
        if not isinstance(t, Tensor):
            fail(TypeError, f"The inputs given to the function must be Tensors, not {type_name(v)}", kind="type")
        out.append(make_leaf(t, state.depth > 0) if t.dtype.is_floating_point else t)
    return tuple(out), several


def functional_jacobian(func: Any, inputs: Any, create_graph: Any = False, strict: Any = False, vectorize: Any = False) -> Any:
    """torch.autograd.functional.jacobian(func, inputs): a tensor, or a tuple for several inputs or outputs."""
    leaves, several = _inputs(inputs)
    with _Inside():
        y = call(func, leaves, {})
        outs = y if isinstance(y, tuple) else (y,)
        rows = [tuple(_jacobian(out, list(leaves), bool(create_graph))) for out in outs]
    if not create_graph:
        rows = [tuple(_result(j, False, state.depth > 0) for j in row) for row in rows]
    shaped = tuple(row if several else row[0] for row in rows)
    return shaped if isinstance(y, tuple) else shaped[0]


def functional_hessian(func: Any, inputs: Any, create_graph: Any = False, strict: Any = False, vectorize: Any = False) -> Any:
    """torch.autograd.functional.hessian(func, inputs): second derivatives of a function with one output."""
    leaves, several = _inputs(inputs)
    with _Inside():
        y = call(func, leaves, {})
        if not isinstance(y, Tensor) or y.numel() != 1:
            shape = list(y.shape) if isinstance(y, Tensor) else type_name(y)
            fail(RuntimeError, "The Tensor returned by the function given to hessian should contain a single element", explain=[f"It is {shape}."])
        first = _grads("hessian", y, {str(i): t for i, t in enumerate(leaves)}, "f", True)
        rows = tuple(tuple(_jacobian(g, list(leaves), bool(create_graph))) for g in first.values())
    if not create_graph:
        rows = tuple(tuple(_result(h, False, state.depth > 0) for h in row) for row in rows)
    return rows if several else rows[0][0]
