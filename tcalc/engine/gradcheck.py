"""torch.autograd.gradcheck and gradgradcheck: gradients against central differences, in PyTorch's words where they disagree.

Differences are taken by writing to the inputs' memory, as PyTorch does it, so a function that keeps an input by a closure is checked too.
"""

from __future__ import annotations

from . import dtypes, graph
from .graph import warn
from .registry import METHODS, NAMESPACES
from .tensors import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class GradcheckError(RuntimeError):
    """A gradient that is not what the differences say."""


def _tuple(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else tuple(value) if isinstance(value, list) else (value,)


def _torch(name: str) -> Any:
    return NAMESPACES["torch"][name]


def _differentiable(out: Any) -> tuple[Tensor, ...]:
    return tuple([t for t in _tuple(out) if isinstance(t, Tensor) and t.requires_grad])


def _check_inputs(inputs: tuple[Any, ...]) -> None:
    found = False
    for k, t in enumerate(inputs):
        if not isinstance(t, Tensor) or not t.requires_grad:
            continue
        if t._dtype not in (dtypes.float64, dtypes.complex128):
            warn(
                f"Input #{k} requires gradient and is not a double precision floating point or complex. This check will likely fail if all the inputs "
                "are not of double precision floating point or complex. "
            )
        if not all(step > 0 or size <= 1 for step, size in zip(t.stride(), t.shape, strict=True)):
            raise RuntimeError(
                f"The {k}th input has a dimension with stride 0. gradcheck only supports inputs that are non-overlapping to be able to compute the "
                "numerical gradients correctly. You should call .contiguous on the input before passing it to gradcheck."
            )
        found = True
    if not found:
        raise ValueError("gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True.")


def _indices(shape: Any) -> Any:
    """All positions of a shape, the last dimension fastest."""
    if 0 in shape:
        return
    at = [0] * len(shape)
    while True:
        yield tuple(at)
        for d in range(len(shape) - 1, -1, -1):
            at[d] += 1
            if at[d] < shape[d]:
                break
            at[d] = 0
        else:
            return


def _outputs(fn: Any, inputs: tuple[Any, ...]) -> list[Tensor]:
    with graph.no_grad():
        return [METHODS["clone"](t.detach()) for t in _tuple(fn(*inputs)) if isinstance(t, Tensor)]


def _difference(fn: Any, inputs: tuple[Any, ...], put: Any, eps: float) -> list[Tensor]:
    """(fn(x + eps) - fn(x - eps)) / (2 eps), where ``put(step)`` moves x."""
    put(-eps)
    low = _outputs(fn, inputs)
    put(eps)
    high = _outputs(fn, inputs)
    put(0)
    for a, b in zip(low, high, strict=True):
        if tuple(a.shape) != tuple(b.shape):
            raise AssertionError(
                f"Expected `func` to return outputs with the same shape when inputs are perturbed by {eps}, but got: shapes {a.shape} and {b.shape}."
            )
        if a._dtype is not b._dtype:
            raise AssertionError(
                f"Expected `func` to return outputs with the same dtype when inputs are perturbed by {eps}, but got: dtypes {a.dtype} and {b.dtype}."
            )
    return [(b - a) / (2 * eps) for a, b in zip(low, high, strict=True)]


def _numerical(fn: Any, inputs: tuple[Any, ...], x: Tensor, outs: int, eps: float) -> list[Tensor]:
    """For each output the matrix of differences: a row an element of x, a column an element of the output."""
    rows: list[list[Tensor]] = [[] for _ in range(outs)]
    data = x.data
    for at in _indices(tuple(x.shape)):
        before = data[at].item()

        def put(step: Any, at: Any = at, before: Any = before) -> None:
            data[at] = before + step

        found = _difference(fn, inputs, put, eps)
        if x._dtype.is_complex:
            turned = _difference(fn, inputs, lambda step, at=at, before=before: put(1j * step, at, before), eps)
            found = [a + 1j * b for a, b in zip(found, turned, strict=True)]
        for k, d in enumerate(found):
            rows[k].append(METHODS["reshape"](d, (-1,)))
    return [_torch("stack")(r) if r else _torch("zeros")((0, 0), dtype=x._dtype) for r in rows]


def _analytical(out: Tensor, inputs: list[Tensor], grad_dtypes: bool, nondet_tol: float) -> list[Tensor]:
    """For each input the matrix of gradients, laid out as the numerical one."""
    once, sizes_ok, types_ok = _gradient_columns(out, inputs)
    again, _, _ = _gradient_columns(out, inputs)
    if grad_dtypes and not types_ok:
        raise GradcheckError("Gradient has dtype mismatch")
    if not sizes_ok:
        raise GradcheckError("Analytical gradient has incorrect size")
    for a, b in zip(once, again, strict=True):
        if a.numel() and float(METHODS["abs"](a - b).max().item()) > nondet_tol:
            raise GradcheckError(
                "Backward is not reentrant, i.e., running backward with same input and grad_output multiple times gives different values, although "
                f"analytical gradient matches numerical gradient.The tolerance for nondeterminism was {nondet_tol}."
            )
    return once


def _gradient_columns(out: Tensor, inputs: list[Tensor]) -> tuple[list[Tensor], bool, bool]:
    columns: list[list[Tensor]] = [[] for _ in inputs]
    sizes_ok = types_ok = True
    seed = _torch("zeros")(tuple(out.shape), dtype=out._dtype, device=out.device)
    for at in _indices(tuple(out.shape)):
        seed[at] = 1
        grads = graph.grad([out], inputs, [METHODS["clone"](seed)], True, False, True, True)
        seed[at] = 0
        for k, (g, x) in enumerate(zip(grads, inputs, strict=True)):
            if g is None:
                g = _torch("zeros_like")(x)
            types_ok = types_ok and g._dtype is x._dtype
            if tuple(g.shape) != tuple(x.shape):
                sizes_ok = False
                g = _torch("zeros_like")(x)
            columns[k].append(METHODS["reshape"](g, (-1,)))
    found = [_torch("stack")(c, 1) if c else _torch("zeros")((x.numel(), 0), dtype=x._dtype) for c, x in zip(columns, inputs, strict=True)]
    return found, sizes_ok, types_ok


def _nonzero(t: Tensor) -> bool:
    """Whether an element is not 0."""
    return bool(METHODS["any"](METHODS["ne"](t, 0)).item())


def _close(a: Tensor, b: Tensor, rtol: float, atol: float) -> bool:
    d = dtypes.promote_types(a._dtype, b._dtype)
    return bool(_torch("allclose")(METHODS["to"](a, d), METHODS["to"](b, d), rtol, atol))


def _mismatch(a: Tensor, n: Tensor, out: int, x: int, part: str, forward: bool = False) -> str:
    prefix = f"While considering the {part} part of complex {'inputs' if forward else 'outputs'} only, " if part else ""
    mode = "computed with forward mode " if forward else ""
    return f"{prefix}Jacobian {mode}mismatch for output {out:d} with respect to input {x:d},\nnumerical:{n}\nanalytical:{a}\n"


_FAST_FAILED = (
    "Fast gradcheck failed but element-wise differences are small. This means that the test might've passed in slow_mode!\n\n"
    "Call gradcheck/gradgradcheck with `fast_mode=False` to compare the whole Jacobians."
)


class _Check:
    """One run of gradcheck."""

    def __init__(self, fn: Any, inputs: tuple[Any, ...], options: dict[str, Any], part: str) -> None:
        self.fn = fn
        self.inputs = inputs
        self.o = options
        self.part = part
        self.diff = [t for t in inputs if isinstance(t, Tensor) and t.requires_grad]

    def run(self, forward: bool) -> None:
        """Compare the gradients of all outputs with respect to all inputs."""
        outs = [t for t in _tuple(self.fn(*self.inputs)) if isinstance(t, Tensor)]
        if self.o["fast_mode"] and not forward:
            self._fast(outs)
            return
        numerical = [_numerical(self.fn, self.inputs, x, len(outs), self.o["eps"]) for x in self.diff]
        if not any(t.requires_grad for t in outs):
            if any(_nonzero(n) for row in numerical for n in row):
                raise GradcheckError("Numerical gradient for function expected to be zero")
            return
        shown = 0
        for k, out in enumerate(outs):
            if not out.requires_grad:
                continue
            found = self._pushed(out, k) if forward else _analytical(out, self.diff, self.o["check_grad_dtypes"], self.o["nondet_tol"])
            for i, (a, row) in enumerate(zip(found, numerical, strict=True)):
                n = row[k]
                if tuple(n.shape) != tuple(a.shape):
                    n = METHODS["reshape"](n, a.shape)
                if not _close(a, n, self.o["rtol"], self.o["atol"]):
                    raise GradcheckError(_mismatch(a, n, shown, i, self.part, forward))
            shown += 1

    def _pushed(self, out: Tensor, k: int) -> list[Tensor]:
        """The matrices by forward mode: a row an element of the input."""
        from .func import jvp

        made = []
        for x in self.diff:
            rows = []
            for at in _indices(tuple(x.shape)):
                tangent = _torch("zeros_like")(x.detach())
                tangent[at] = 1

                def one(value: Any, x: Tensor = x) -> Any:
                    given = tuple([value if t is x else t for t in self.inputs])
                    return _tuple(self.fn(*given))[k]

                rows.append(METHODS["reshape"](jvp(one, (x.detach(),), (tangent,))[1], (-1,)))
            made.append(_torch("stack")(rows) if rows else _torch("zeros")((0, out.numel()), dtype=x._dtype))
        return made

    def _fast(self, outs: list[Tensor]) -> None:
        """One number an output and input: v·J·u for random u and v, instead of J."""
        o = self.o
        import random as chance

        stream = chance.Random(0)

        def vector(t: Tensor) -> Tensor:
            d = dtypes.float64 if t._dtype in (dtypes.float64, dtypes.complex128) else t._dtype
            v = _torch("tensor")([stream.random() for _ in range(t.numel())], dtype=d)
            size = float((v * v).sum().item()) ** 0.5
            v = METHODS["reshape"](v / size if size else v, t.shape)
            return METHODS["to"](v, t._dtype)  # type: ignore[no-any-return]

        shown = 0
        seeds = [vector(t) for t in outs]
        for i, x in enumerate(self.diff):
            u = vector(x)
            data, start = x.data, METHODS["clone"](x.detach())

            def put(step: Any, data: Tensor = data, start: Tensor = start, u: Tensor = u) -> None:
                data.copy_(start + u * step if step else start)

            moved = _difference(self.fn, self.inputs, put, o["eps"])
            if x._dtype.is_complex:
                turned = _difference(self.fn, self.inputs, lambda step, put=put: put(1j * step if step else 0), o["eps"])
                moved = [a + 1j * b for a, b in zip(moved, turned, strict=True)]
            shown = 0
            for k, out in enumerate(outs):
                if not out.requires_grad:
                    continue
                n = (METHODS["to"](seeds[k], moved[k]._dtype) * moved[k]).sum()
                (g,) = graph.grad([out], [x], [seeds[k]], True, False, True, True)
                a = (_torch("zeros_like")(x) if g is None else g).mul(u).sum()
                bound = o["atol"] * float(METHODS["abs"](u).sum().item()) * float(METHODS["abs"](seeds[k]).sum().item())
                if not _close(a, n, o["rtol"], bound):
                    slow_a = _analytical(out, [x], False, float("inf"))[0]
                    slow_n = METHODS["reshape"](_numerical(self.fn, self.inputs, x, len(outs), o["eps"])[k], slow_a.shape)
                    far = METHODS["abs"](slow_a - slow_n).max().item() if slow_a.numel() else 0.0
                    text = (
                        f"\nThe above quantities relating the numerical and analytical jacobians are computed \nin fast mode. See: "
                        "https://github.com/pytorch/pytorch/issues/53876 for more background \nabout fast mode. Below, we recompute numerical and "
                        f"analytical jacobians in slow mode:\n\nNumerical:\n {slow_n}\nAnalytical:\n{slow_a}\n\nThe max per-element difference (slow "
                        f"mode) is: {far}.\n"
                    )
                    if _close(slow_a, slow_n, o["rtol"], o["atol"]):
                        text += _FAST_FAILED
                    raise GradcheckError(_mismatch(a, n, shown, i, self.part) + text)
                shown += 1


def _check_batched(out: Tensor, inputs: list[Tensor], k: int) -> None:
    """One batched backward pass gives what one pass a seed gives."""
    seeds = _torch("stack")([_torch("ones_like")(out.detach()) * s for s in (0.5, -1.5)])
    try:
        got = graph.grad([out], inputs, [seeds], True, False, True, True, True)
    except RuntimeError as e:
        raise GradcheckError(
            f"While computing batched gradients, got: {e}\n\ngradcheck or gradgradcheck failed while testing batched gradient computation."
        ) from e
    for j, g in enumerate(got):
        rows = [graph.grad([out], [inputs[j]], [seeds[i]], True, False, True, True)[0] for i in range(2)]
        if (g is None) != (rows[0] is None):
            raise GradcheckError(f"For output {k} and input {j}: batched gradient is undefined where a single one is not")
        if g is not None and not _close(g, _torch("stack")(rows), 1e-5, 1e-8):
            raise GradcheckError(
                f"For output {k} and input {j}:\n\ngradcheck or gradgradcheck failed while testing batched gradient computation.\nGot:\n{g}\n\n"
                f"Expected:\n{_torch('stack')(rows)}"
            )


def _check_multiplied(outs: tuple[Tensor, ...], inputs: list[Tensor]) -> None:
    grads = graph.grad(list(outs), inputs, [_torch("zeros_like")(t) for t in outs], True, False, True, True)
    for g, x in zip(grads, inputs, strict=True):
        if g is None:
            continue
        if _nonzero(g):
            raise GradcheckError("backward not multiplied by grad_output")
        if g._dtype is not x._dtype:
            raise GradcheckError("grad is incorrect type")
        if g.device != x.device:
            raise GradcheckError("grad is incorrect device")
        if tuple(g.shape) != tuple(x.shape):
            raise GradcheckError("grad is incorrect size")


def _check_undefined(fn: Any, inputs: tuple[Any, ...], diff: list[Tensor]) -> None:
    """Each output alone: its gradient arrives, those of the others are undefined."""
    for k in range(len(_differentiable(fn(*inputs)))):
        outs = _differentiable(fn(*inputs))
        try:
            grads = graph.grad([outs[k]], diff, [_torch("zeros_like")(outs[k])], None, False, True, True)
        except RuntimeError as e:
            raise GradcheckError(
                'Expected backward function to handle undefined output grads. Please look at "Notes about undefined output gradients" in '
                '"tools/autograd/derivatives.yaml"'
            ) from e
        for g in grads:
            if g is not None and _nonzero(g):
                raise GradcheckError(
                    'Expected all input grads to be undefined or zero when all output grads are undefined or zero. Please look at "Notes about '
                    'undefined output gradients" in "tools/autograd/derivatives.yaml"'
                )


def gradcheck(
    func: Any,
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_batched_forward_grad: bool = False,
    check_forward_ad: bool = False,
    check_backward_ad: bool = True,
    fast_mode: bool = False,
    masked: bool | None = None,
) -> bool:
    """Whether the gradients of ``func`` at float64 ``inputs`` that require grad agree with central differences.

    Raises GradcheckError (a RuntimeError) with both Jacobians where they do not, or returns False without ``raise_exception``.

    >>> autograd.gradcheck(sin, (tensor([1.], dtype=float64, requires_grad=True),))
    True
    """
    if not (check_forward_ad or check_backward_ad):
        raise AssertionError("Expected at least one of check_forward_ad or check_backward_ad to be True")
    if check_batched_grad and not check_backward_ad:
        raise AssertionError("Setting check_batched_grad=True requires check_backward_ad to be True")
    if check_batched_forward_grad and not check_forward_ad:
        raise AssertionError("Setting check_batched_forward_grad=True requires check_forward_ad to be True")
    options = {
        "eps": eps, "atol": atol, "rtol": rtol, "nondet_tol": nondet_tol, "check_undefined_grad": check_undefined_grad,
        "check_grad_dtypes": check_grad_dtypes, "check_batched_grad": check_batched_grad, "check_forward_ad": check_forward_ad,
        "check_backward_ad": check_backward_ad, "fast_mode": fast_mode,
    }  # fmt: skip
    try:
        _check(func, _tuple(inputs), options)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def _check(func: Any, inputs: tuple[Any, ...], options: dict[str, Any]) -> None:
    _check_inputs(inputs)
    outs = _differentiable(func(*inputs))
    diff = [t for t in inputs if isinstance(t, Tensor) and t.requires_grad]
    parts: list[tuple[str, Any]] = [("", func)]
    if any(t._dtype.is_complex for t in outs):
        parts = [("imaginary", _part(func, "imag")), ("real", _part(func, "real"))]
    for part, fn in parts:
        if options["check_backward_ad"]:
            _Check(fn, inputs, options, part).run(forward=False)
    if options["check_forward_ad"] and len(parts) == 1:
        _Check(func, inputs, options, "").run(forward=True)
    if not options["check_backward_ad"] or not outs:
        return
    if options["check_batched_grad"]:
        for k, t in enumerate(outs):
            _check_batched(t, diff, k)
    _check_multiplied(outs, diff)
    if options["check_undefined_grad"]:
        _check_undefined(func, inputs, diff)


def _part(func: Any, name: str) -> Any:
    """The function with the real or imaginary part of each complex result."""

    def called(*inputs: Any) -> Any:
        return tuple([getattr(t, name) if isinstance(t, Tensor) and t._dtype.is_complex else t for t in _tuple(func(*inputs))])

    return called


def gradgradcheck(
    func: Any,
    inputs: Any,
    grad_outputs: Any = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    gen_non_contig_grad_outputs: bool = False,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_fwd_over_rev: bool = False,
    check_rev_over_rev: bool = True,
    fast_mode: bool = False,
    masked: bool = False,
) -> bool:
    """Whether the second derivatives of ``func`` agree with central differences: gradcheck of its gradient.

    >>> autograd.gradgradcheck(sin, (tensor([1.], dtype=float64, requires_grad=True),))
    True
    """
    if not (check_fwd_over_rev or check_rev_over_rev):
        raise AssertionError("Expected at least one of check_fwd_over_rev or check_rev_over_rev to be True")
    if check_undefined_grad and not check_rev_over_rev:
        raise AssertionError("Setting check_undefined_grad=True requires check_rev_over_rev to be True")
    if check_batched_grad and not check_rev_over_rev:
        raise AssertionError("Setting check_batched_grad=True requires check_rev_over_rev to be True")
    given = _tuple(inputs)
    if grad_outputs is None:
        seeds = tuple([_random_seed(t, gen_non_contig_grad_outputs) for t in _differentiable(func(*given))])
    else:
        seeds = _tuple(grad_outputs)
    count = len(seeds)
    wanted = [isinstance(t, Tensor) and t.requires_grad for t in given]
    wanted_seeds = [t.requires_grad for t in seeds]

    def derivative(*args: Any) -> Any:
        ins = tuple([_tracked(t) if w else t for t, w in zip(args[: len(given)], wanted, strict=True)])
        outs = _differentiable(func(*ins))
        cotangents = [_tracked(t) if w else t for t, w in zip(args[len(given) :], wanted_seeds, strict=True)]
        goals = [t for t, w in zip(ins, wanted, strict=True) if w]
        return tuple([g for g in graph.grad(list(outs), goals, cotangents[:count], None, True, True, True) if g is not None])

    def recorded(*args: Any) -> Any:
        with graph.enable_grad():  # a derivative is computed also where its value alone is asked for
            return derivative(*args)

    return gradcheck(
        recorded,
        (*given, *seeds),
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
        check_undefined_grad=check_undefined_grad,
        check_grad_dtypes=check_grad_dtypes,
        check_batched_grad=check_batched_grad,
        check_forward_ad=check_fwd_over_rev,
        check_backward_ad=check_rev_over_rev,
        fast_mode=fast_mode,
        masked=masked,
    )


def _tracked(t: Tensor) -> Tensor:
    return t if t.requires_grad else t.requires_grad_()


def _random_seed(t: Tensor, non_contiguous: bool) -> Tensor:
    d = t._dtype if t._dtype.is_floating_point or t._dtype.is_complex else dtypes.float64
    rand = _torch("rand")
    shape = tuple(t.shape)
    if non_contiguous and t.numel() > 1 and shape:
        g = (rand((*shape[:-1], 2 * shape[-1]), dtype=d) * 2 - 1)[..., ::2]
    else:
        g = rand(shape, dtype=d) * 2 - 1
    return g.detach().requires_grad_()  # type: ignore[no-any-return]


__all__ = ["GradcheckError", "gradcheck", "gradgradcheck"]
