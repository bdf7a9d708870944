"""``out=``: a function's result written into a tensor that is there already. The one place for all functions; imported when the keyword is first used.

The result is computed as without it and then copied, so an input may be the output, too. An output of another shape is resized (PyTorch warns unless it was
empty); a dtype that cannot hold the result, and anything that requires grad, is refused.
"""

from __future__ import annotations

from .apply import _cap, check_writable
from .arguments import sentence
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
    var vdot vstack where xlogy zeros alias_copy as_strided_copy detach_copy diagonal_copy expand_copy narrow_copy permute_copy select_copy slice_copy
    split_copy split_with_sizes_copy squeeze_copy t_copy transpose_copy unbind_copy unfold_copy unsqueeze_copy view_copy
    index_reduce
    """.split()
)
# Functions of torch.nn.functional that take it.
FUNCTIONAL = frozenset("avg_pool2d avg_pool3d gelu hardshrink linear logsigmoid normalize softplus softshrink".split())
# Functions of the other namespaces that do not.
WITHOUT = frozenset("diagonal vander fftshift ifftshift softmax log_softmax".split())
# Factories fill what they are given; these two keep its shape where the number of elements is right.
_FACTORIES = frozenset("arange empty eye full linspace logspace ones rand randint randn randperm range zeros".split())
_IN_SHAPE = frozenset("arange linspace logspace range".split())
# Functions that resize an output without a warning.
_SILENT = frozenset("addbmm bernoulli empty eye full linspace logspace multinomial ones rand randint randn randperm zeros".split())
_WORDS = {"float32": "float", "float64": "double", "float16": "c10::Half", "bfloat16": "c10::BFloat16", "int64": "long int", "int32": "int", "int16": "short",
          "int8": "signed char", "uint8": "unsigned char", "complex64": "c10::complex<float>", "complex128": "c10::complex<double>"}  # fmt: skip
# Functions whose output must have the result's very dtype, and what they say otherwise: {R}, {O} are the two dtypes' names, {r}, {o} those of C++.
_EXACT = {
    name: text
    for text, names in (
        ("Expected out tensor to have dtype {r}, but got {o} instead",
         "addmm addmv baddbmm bmm cross matmul linalg.matmul lu_unpack lu_solve softmax aminmax topk mm qr slice_scatter triangular_solve gather "
         "index_copy index_add index_reduce sort scatter scatter_add scatter_reduce msort renorm take_along_dim tril triu log_softmax norm slogdet inverse "
         "argmax argmin isin nn.functional.linear nn.functional.avg_pool2d nn.functional.avg_pool3d alias_copy as_strided_copy detach_copy diag "
         "diagonal_copy expand_copy permute_copy select_copy slice_copy split_copy split_with_sizes_copy squeeze_copy t_copy transpose_copy "
         "unbind_copy unfold_copy unsqueeze_copy view_copy linalg.cross linalg.det linalg.cholesky linalg.cholesky_ex linalg.eigh linalg.eigvalsh "
         "linalg.ldl_factor linalg.ldl_factor_ex linalg.ldl_solve linalg.qr linalg.slogdet linalg.vector_norm linalg.lu_factor "
         "linalg.lu_factor_ex linalg.lu linalg.lu_solve linalg.inv linalg.inv_ex linalg.solve linalg.solve_ex linalg.svdvals"),
        ("Found dtype {O} but expected {R}", "abs absolute bitwise_not ceil conj_physical fix floor frac neg negative round sgn sign trunc "
         "nn.functional.gelu nn.functional.hardshrink nn.functional.softplus nn.functional.softshrink"),
        ("dtype {R} does not match dtype of out parameter ({O})", " ".join(sorted(_FACTORIES))),
        ("result dtype {O} does not match input dtype {R}", "dot vdot"),
        ("index_select(): self and result must have the same scalar type", "index_select"),
        ("masked_select(): self and result must have the same scalar type", "masked_select"),
        ("nan_to_num: dtype of out: {O} should be same as input: {R}", "nan_to_num"),
        ("output values must be of same type as input", "kthvalue"),
        ("expected scalar_type {R} but found {O}", "cummax cummin logcumsumexp"),
        ("expected scalar type '{R}' but got '{O}' for values output", "mode"),
        ("Expected out type to be {R} but got {O}", "where"),
        ("Expected the dtype for input and out to match, but got {R} for input's dtype and {O} for out's dtype.", "amax amin"),
        ("addmv input tensors must have the same dtype, but got {O}, {R}, and {R}", "mv"),
        ("self and mat2 must have the same dtype, but got {O} and {R}", "addbmm"),
        ("take(): self and out expected to have the same dtype, but got self.dtype = {R} and out.dtype = {O}", "take"),
        ("tensordot: Expected the output tensor to have dtype {R}, but got an output tensor with dtype {O}", "tensordot inner"),
        ("multi_dot(): expected out tensor to have dtype {r} but got {o}", "linalg.multi_dot chain_matmul"),
        ("heaviside is not yet implemented for tensors with different dtypes.", "heaviside"),
        ("quantile() out tensor must be same dtype as the input tensor", "quantile nanquantile"),
        ("nonzero: Expected out tensor to have scalar type {R} but got scalar type{O}", "nonzero"),
        ("torch.histogram: input tensor and hist tensor should have the same dtype, but got input {r} and hist {o}", "histc histogram"),
        ("torch.frexp() expects mantissa to have dtype {r} but got {o}", "frexp"),
        ("Expected object of scalar type {R} but got scalar type {O} for argument 'out'", "complex polar"),
        ("expected scalar type {R} but found {O}", "linalg.solve_triangular nn.functional.logsigmoid"),
        ("linalg.{n} expected out tensor dtype {R} but got: {O}", "linalg.norm linalg.matrix_norm"),
        ("linalg.vecdot: Expected out of dtype{R} but found {O}", "linalg.vecdot"),
        ("{n} expects Long tensor out, got: {O}", "multinomial"),
        ("{n} does not support non-boolean outputs.", "signbit isposinf isneginf"),
        ("the output given to float_power has dtype {O} but the operation's result requires dtype {R}", "float_power"),
        ("torch.searchsorted(): output tensor's dtype is wrong, it can only be Int(int32) or Long(int64) depending on whether out_int32 flag is True, but "
         "we got output tensor's dtype {O} and out_int32 flag is False", "bucketize searchsorted"),
    )
    for name in names.split()
}  # fmt: skip
# What the others say where the output's dtype cannot hold the result.
_CAST = {
    name: text
    for text, names in (
        ("{n}: Expected result to be safely castable from {R} dtype, but got result with dtype {O}",
         "cholesky cholesky_inverse cholesky_solve matrix_power linalg.matrix_power tensorinv linalg.tensorinv tensorsolve linalg.tensorsolve"),
        ("linalg.{n}: Expected result to be safely castable from {R} dtype, but got result with dtype {O}", "linalg.cond linalg.pinv"),
        ("torch.linalg.{n}: Expected result to be safely castable from {R} dtype, but got result with dtype {O}",
         "linalg.householder_product linalg.matrix_rank"),
        ("torch.linalg.eigvals: Expected eigenvalues to be safely castable from {R} dtype, but got eigenvalues with dtype {O}", "linalg.eigvals"),
        ("torch.linalg.eig: Expected eigenvalues to be safely castable from {R} dtype, but got eigenvalues with dtype {O}", "linalg.eig"),
        ("torch.linalg.lstsq: Expected solution to be safely castable from {R} dtype, but got solution with dtype {O}", "linalg.lstsq"),
        ("torch.geqrf: Expected a to be safely castable from {R} dtype, but got a with dtype {O}", "geqrf"),
        ("logsumexp(): Expected floating point type for result tensor, but got: {O}", "logsumexp"),
        ("ldexp can't be cast to the desired output type {O}", "ldexp"),
        ("{n} expects a complex output tensor, but got {O}", "fft.fft fft.ifft fft.rfft fft.ihfft fft.fftn fft.rfftn fft.ihfftn"),
        ("fftn expects a complex output tensor, but got {O}", "fft.ifftn fft.ifft2"),
        ("{m} expects a complex output tensor, but got {O}", "fft.fft2 fft.rfft2 fft.ihfft2"),
        ("{n} expects a floating point output tensor, but got {O}", "fft.hfft fft.irfft fft.hfftn fft.irfftn"),
        ("{m} expects a floating point output tensor, but got {O}", "fft.hfft2 fft.irfft2"),
    )
    for name in names.split()
}  # fmt: skip


def takes_out(family: Any) -> bool:
    """Whether PyTorch's function has the keyword."""
    if family.namespace == "torch":
        return family.name in TORCH
    if family.namespace == "nn.functional":
        return family.name in FUNCTIONAL
    return family.namespace in ("linalg", "special", "fft") and family.name not in WITHOUT


def call(family: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """family(*args, **kwargs) written into kwargs['out']."""
    out = kwargs["out"]
    rest = {k: v for k, v in kwargs.items() if k != "out"}
    name = family.name
    if out is None:
        if sentence(family.space(False), family.called, args, kwargs) is not None:
            family.refuse(args, kwargs, [], False)
        return family.call(args, rest)
    if not takes_out(family):
        refuse(family, args, kwargs)
    targets = list(out) if isinstance(out, (tuple, list)) else [out]
    if not targets or not all(isinstance(t, Tensor) for t in targets):
        family.refuse(args, kwargs, [BindError(f"{name}(): argument 'out' must be Tensor, not {type(out).__name__}", 0)], False)
    if state.grad and any(node_of(t) is not None for t in (*_tensors(args), *_tensors(tuple(rest.values())), *targets)):
        fail(
            RuntimeError,
            f"{name}(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad.",
            kind="inplace",
            op=name,
            hints=[f"y = {name}(...), a new tensor that carries the gradient; or with torch.no_grad():."],
        )
    places = family.overloads[0].schema.by_name
    if len(targets) == 1 and "dtype" not in rest and "dtype" in places and (not _tensors(args) or name in ("cumsum", "cumprod", "sum", "prod")):
        rest["dtype"] = targets[0]._dtype  # a factory fills what it is given
    if name in _FACTORIES and "device" not in rest and "device" in places:
        rest["device"] = targets[0].device
    try:
        got = family.call(args, rest)
    except TypeError as e:
        if getattr(getattr(e, "facts", None), "kind", "") != "signature":
            raise
        text = str(e)
    else:
        text = ""
    if text:
        family.refuse(args, kwargs, [BindError(text, 0)], False)  # out= is among what was given
    several = isinstance(got, tuple)
    results = list(got) if several else [got]
    if several != isinstance(out, (tuple, list)) or len(results) != len(targets):
        wanted = f"tuple of {len(results)} Tensors" if several else "Tensor"
        raise TypeError(f"{name}(): argument 'out' must be {wanted}, not {type(out).__name__}")
    for t, r in zip(targets, results, strict=True):
        _fits(family, name, t, r)
    for t, r in zip(targets, results, strict=True):
        _write(name, t, r)
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
        if name in _FACTORIES:
            raise RuntimeError(f"device type {r.device.type} does not match device type of out parameter ({t.device.type})")
        if "meta" in (t.device.type, r.device.type):
            raise RuntimeError(f"Attempting to copy from device {r.device} to device {t.device}, but cross-device copies are not allowed!")
        where: tuple[device, device] = (r.device, t.device)
        raise RuntimeError(f"Expected all tensors to be on the same device, but found at least two devices, {where[0]} and {where[1]}!")
    a, b = r._dtype, t._dtype
    if a is b:
        return
    full = name if family.namespace == "torch" else f"{family.namespace}.{name}"
    text = _EXACT.get(full)
    if text is None and name in ("all", "any"):
        if b.name == "uint8":
            return
        text = "{n} only supports bool tensor for result, got: {O}"
    if text is None:
        if a.category <= b.category:
            return
        text = _CAST.get(full, "result type {R} can't be cast to the desired output type {O}")
    fail(
        RuntimeError,
        text.format(R=_cap(a), O=_cap(b), r=_WORDS.get(a.name, a.name), o=_WORDS.get(b.name, b.name), n=name, m=name[:-1] + "n"),
        kind="dtype",
        op=name,
        operands=[("out", describe(t))],
        explain=[f"{name} gives {a.name}; out is {b.name}."],
    )


def _write(name: str, t: Tensor, r: Tensor) -> None:
    """Copy a result into an output, resized where it has another shape; counts as one write."""
    if name in _IN_SHAPE and t.numel() == r.numel():
        r = METHODS["reshape"](r, tuple(t.shape))
    if tuple(t.shape) != tuple(r.shape):
        if name in ("arange", "range") and t.numel():
            warn(
                f"The number of elements in the out tensor of shape [{', '.join(map(str, t.shape))}] is {t.numel()} which does not match the computed number "
                f"of elements {r.numel()}. Note that this may occur as a result of rounding error. The out tensor will be resized to a tensor of shape "
                f"({r.numel()},)."
            )
        elif t.numel() and name not in _SILENT:
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
    text = sentence(family.space(False), family.called, args, kwargs)
    fail(
        TypeError,
        text or f"{family.called}() got an unexpected keyword argument 'out'",
        kind="signature",
        op=family.called,
        hints=[f"y.copy_({family.called}(...)) writes into y."],
    )
