"""``out=``: a function's result written into a tensor that is there already. The one place for all functions; imported when the keyword is first used.

The result is computed as without it and then copied, so an input may be the output, too. An output of another shape is resized (PyTorch warns unless it was
empty); a dtype that cannot hold the result, and anything that requires grad, is refused.
"""

from __future__ import annotations

from .apply import _cap, check_writable
from .errors import describe, fail
from .graph import node_of, state, warn
from .registry import METHODS, OPS, BindError
from .tensors import Tensor, device

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

# Functions of torch that take it.
TORCH = frozenset(
    """
    abs absolute acos acosh add addbmm addcdiv addcmul addmm addmv addr all amax amin aminmax angle any arange arccos arccosh arcsin arcsinh arctan arctan2
    arctanh argmax argmin argsort asin asinh atan atan2 atanh baddbmm bartlett_window bernoulli bitwise_and bitwise_left_shift bitwise_not bitwise_or
    bitwise_right_shift bitwise_xor blackman_window bmm bucketize cat ceil cholesky cholesky_inverse cholesky_solve clamp clamp_max clamp_min clip
    column_stack complex concat concatenate conj_physical copysign cos cosh cross cummax cummin cumprod cumsum deg2rad diag diff digamma div divide dot
    dstack empty eq erf erfc erfinv exp exp2 expm1 eye fix float_power floor floor_divide fmax fmin fmod frac frexp full gather gcd ge geqrf ger greater
    greater_equal gt hamming_window hann_window hardshrink heaviside histc histogram hstack hypot i0 igamma igammac index_add index_copy index_select inner
    inverse isin isneginf isposinf kaiser_window kron kthvalue lcm ldexp le lerp less less_equal lgamma linspace log log10 log1p log2 log_softmax logaddexp
    logaddexp2 logcumsumexp logical_and logical_not logical_or logical_xor logit logspace logsumexp lt lu_solve lu_unpack masked_select matmul matrix_power
    max maximum mean median min minimum mm mode msort mul multinomial multiply mv mvlgamma nan_to_num nanmean nanmedian nanquantile nansum ne neg negative
    nextafter nonzero norm normal not_equal ones orgqr ormqr outer polar polygamma pow prod qr quantile rad2deg rand randint randn randperm range reciprocal
    remainder renorm round row_stack rsqrt scatter scatter_add scatter_reduce searchsorted sgn sigmoid sign signbit sin sinc sinh slice_scatter slogdet
    softmax sort sqrt square stack std sub subtract sum svd take take_along_dim tan tanh tensordot threshold topk triangular_solve tril triu true_divide trunc
    var vdot vstack where xlogy zeros
    """.split()
)
# Functions of the other namespaces that do not.
WITHOUT = frozenset("diagonal vander fftshift ifftshift softmax log_softmax".split())
_WORDS = {"float32": "float", "float64": "double", "float16": "c10::Half", "bfloat16": "c10::BFloat16", "int64": "long int", "int32": "int", "int16": "short",
          "int8": "signed char", "uint8": "unsigned char", "complex64": "c10::complex<float>", "complex128": "c10::complex<double>"}  # fmt: skip


def takes_out(family: Any) -> bool:
    """Whether PyTorch's function has the keyword."""
    if family.namespace == "torch":
        return family.name in TORCH
    return family.namespace in ("linalg", "special", "fft") and family.name not in WITHOUT


def call(family: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """family(*args, **kwargs) written into kwargs['out']."""
    out = kwargs["out"]
    rest = {k: v for k, v in kwargs.items() if k != "out"}
    name = family.name
    if out is None:
        return family.call(args, rest)
    if not takes_out(family):
        refuse(family, args, kwargs)
    targets = list(out) if isinstance(out, (tuple, list)) else [out]
    for t in targets:
        if not isinstance(t, Tensor):
            raise TypeError(f"{name}(): argument 'out' must be {'tuple of Tensors' if isinstance(out, (tuple, list)) else 'Tensor'}, not {type(t).__name__}")
    if state.grad and any(node_of(t) is not None for t in (*_tensors(args), *_tensors(tuple(rest.values())), *targets)):
        fail(
            RuntimeError,
            f"{name}(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad.",
            kind="inplace",
            op=name,
            hints=[f"y = {name}(...), a new tensor that carries the gradient; or with torch.no_grad():."],
        )
    if len(targets) == 1 and "dtype" not in rest and family.overloads[0].schema.by_name.get("dtype", -1) >= 0 and not _tensors(args):
        rest["dtype"] = targets[0]._dtype  # a factory fills what it is given
    got = family.call(args, rest)
    several = isinstance(got, tuple)
    results = list(got) if several else [got]
    if several != isinstance(out, (tuple, list)) or len(results) != len(targets):
        wanted = f"tuple of {len(results)} Tensors" if several else "Tensor"
        raise TypeError(f"{name}(): argument 'out' must be {wanted}, not {type(out).__name__}")
    for t, r in zip(targets, results, strict=True):
        _fits(family, name, t, r)
    for t, r in zip(targets, results, strict=True):
        _write(t, r)
    if several:
        fields = getattr(type(got), "_fields", None)
        if fields:
            from .apply import named_result

            return named_result(f"{type(got)._name}_out", fields)(targets)
        return tuple(targets)
    return targets[0]


def _tensors(values: tuple[Any, ...]) -> list[Tensor]:
    found: list[Tensor] = []
    for v in values:
        if isinstance(v, Tensor):
            found.append(v)
        elif isinstance(v, (tuple, list)):
            found.extend(x for x in v if isinstance(x, Tensor))
    return found


def _fits(family: Any, name: str, t: Tensor, r: Tensor) -> None:
    """Refuse an output on another device, or of a dtype that cannot hold the result."""
    if t.device != r.device:
        where: tuple[device, device] = (r.device, t.device)
        raise RuntimeError(f"Expected all tensors to be on the same device, but found at least two devices, {where[0]} and {where[1]}!")
    a, b = r._dtype, t._dtype
    if a is b:
        return
    o = family.overloads[0]
    if o.kind != "map" and name in ("mm", "matmul", "mv", "dot", "bmm", "addmm", "addmv", "baddbmm", "inner", "kthvalue", "gather", "index_select"):
        word, other = (_WORDS.get(d.name, d.name).removesuffix(" int") if d.name == "int64" else _WORDS.get(d.name, d.name) for d in (a, b))
        fail(RuntimeError, f"Expected out tensor to have dtype {word}, but got {_WORDS.get(b.name, other)} instead", kind="dtype", op=name,
             operands=[("out", describe(t))])  # fmt: skip
    if a.category > b.category:
        fail(
            RuntimeError,
            f"result type {_cap(a)} can't be cast to the desired output type {_cap(b)}",
            kind="dtype",
            op=name,
            operands=[("out", describe(t))],
            explain=[f"{name} gives {a.name}; out is {b.name} and cannot hold it."],
        )


def _write(t: Tensor, r: Tensor) -> None:
    """Copy a result into an output, resized where it has another shape; counts as one write."""
    if tuple(t.shape) != tuple(r.shape):
        if t.numel():
            before, after = (f"[{', '.join(map(str, s))}]" for s in (t.shape, r.shape))
            warn(
                f"An output with one or more elements was resized since it had shape {before}, which does not match the required output shape {after}. "
                "This behavior is deprecated, and in a future PyTorch release outputs will not be resized unless they have zero elements. You can "
                "explicitly reuse an out tensor t by resizing it, inplace, to zero elements with t.resize_(0)."
            )
        METHODS["resize_"](t, *r.shape)
    check_writable(t, OPS["copy_"], False)
    before_mode = state.grad
    state.grad = False
    try:
        METHODS["copy_"](t, r)
    finally:
        state.grad = before_mode


def refuse(family: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> NoReturn:
    """The error of a function that has no such keyword."""
    try:
        family.resolve(args, {k: v for k, v in kwargs.items() if k != "out"})
    except (BindError, TypeError):
        raise
    fail(
        TypeError,
        f"{family.name}() got an unexpected keyword argument 'out'",
        kind="signature",
        op=family.name,
        hints=[f"y.copy_({family.name}(...)) writes into y."],
    )
