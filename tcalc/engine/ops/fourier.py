"""torch.fft, and the short-time transforms made of it.

Three primitives do the work, as in PyTorch: complex to complex, real to complex, complex to real; each over several dimensions, unscaled but for one
factor. The array library's own transforms compute them. The public functions choose sizes (padding with zeros, cutting), the factor that ``norm`` names,
and conjugates. The transform is linear, so a rule is a transform itself, the other way round.
"""

from __future__ import annotations

import math

from .. import dtypes
from ..apply import TENSORS as T
from ..apply import _cap
from ..errors import describe, fail
from ..registry import METHODS, NAMESPACES, Composite, composite, op
from ..tensors import wrap_dim
from .scan import in_order  # noqa: F401 - opens the door of ordered ops

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_F = ("fft",)
_HERE: dict[str, Any] = {"namespaces": ("internal",), "method": False, "kind": "ordered", "wirtinger": True}


# -- the primitives -------------------------------------------------------------------------------------------------------------------


def _transform_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    return d, d.to_real() if o.base == "_fft_c2r" else d.to_complex()


def _innermost(shape: tuple[int, ...], o: Any, values: list[Any]) -> Any:
    """PyTorch's layout: the transformed dimensions lie together, innermost, behind the others in the order of their strides."""
    stride = values[0].stride()
    chosen = list(values[1])
    kept = sorted((k for k in range(len(shape)) if k not in chosen), key=lambda k: -stride[k])
    last = chosen[-1:] if o.base != "_fft_c2c" else []
    rest = sorted(chosen[: len(chosen) - len(last)], key=lambda k: -stride[k])
    out, step = [0] * len(shape), 1
    for k in reversed(kept + rest + last):
        out[k] = step
        step *= max(shape[k], 1)
    return tuple(out)


def _scaled(a: Any, scale: float) -> Any:
    if scale != 1.0:
        a *= scale
    return a


@op("_fft_c2c(Tensor input, int[] dim, float scale, bool forward) -> Tensor", dtype=_transform_dtype, layout=_innermost, node="FftC2CBackward0",
    spec=lambda input, dim, scale, forward: tuple(input.shape), flops="5*n*log2(n)", label="fft", **_HERE)  # fmt: skip
def _c2c(xp: Any, input: Any, dim: Any, scale: float, forward: bool) -> Any:
    """The discrete Fourier transform of complex numbers over dimensions, forward or backward, times a factor."""
    if not dim or not input.size:
        return input * scale
    out = xp.fft.fftn(input, axes=dim) if forward else xp.fft.ifftn(input, axes=dim, norm="forward")
    return _scaled(out.astype(input.dtype, copy=False), scale)


@_c2c.vjp("input", rule="the transform of g the other way round")
def _(g: Any, dim: Any, scale: float, forward: bool) -> Any:
    return _c2c(g, dim, scale, not forward)


def _half(shape: Any, dim: Any, onesided: bool) -> tuple[int, ...]:
    out = list(shape)
    if onesided:
        out[dim[-1]] = out[dim[-1]] // 2 + 1
    return tuple(out)


@op("_fft_r2c(Tensor input, int[] dim, float scale, bool onesided) -> Tensor", dtype=_transform_dtype, layout=_innermost, node="FftR2CBackward0",
    spec=lambda input, dim, scale, onesided: _half(input.shape, dim, onesided), flops="2.5*n*log2(n)", label="rfft", **_HERE)  # fmt: skip
def _r2c(xp: Any, input: Any, dim: Any, scale: float, onesided: bool) -> Any:
    """The transform of real numbers over dimensions: of the last one half, or all that follows from it."""
    kind = "complex64" if input.dtype.itemsize == 4 else "complex128"
    if not input.size:
        return xp.zeros(_half(input.shape, dim, onesided), kind)
    out = xp.fft.rfftn(input, axes=dim) if onesided else xp.fft.fftn(input, axes=dim)
    return _scaled(out.astype(kind, copy=False), scale)


@_r2c.vjp("input", rule="the real part of the transform of g backward")
def _(g: Any, input_spec: Any, dim: Any, scale: float, onesided: bool) -> Any:
    if onesided:
        g = _resized(g, dim[-1:], (input_spec.shape[dim[-1]],))
    return T.real(_c2c(g, dim, scale, False))


def _whole(shape: Any, dim: Any, last: int) -> tuple[int, ...]:
    out = list(shape)
    out[dim[-1]] = last
    return tuple(out)


@op("_fft_c2r(Tensor input, int[] dim, float scale, int last) -> Tensor", dtype=_transform_dtype, layout=_innermost, node="FftC2RBackward0",
    spec=lambda input, dim, scale, last: _whole(input.shape, dim, last), flops="2.5*n*log2(n)", label="irfft", **_HERE)  # fmt: skip
def _c2r(xp: Any, input: Any, dim: Any, scale: float, last: int) -> Any:
    """The backward transform of half a spectrum over dimensions; of the last one, ``last`` real numbers."""
    kind = "float32" if input.dtype.itemsize == 8 else "float64"
    if not input.size:
        return xp.zeros(_whole(input.shape, dim, last), kind)
    size = [last if k == dim[-1] else input.shape[k] for k in dim]
    return _scaled(xp.fft.irfftn(input, s=size, axes=dim, norm="forward").astype(kind, copy=False), scale)


@_c2r.vjp("input", rule="the transform of g, twice where an element stands for two")
def _(g: Any, input_spec: Any, dim: Any, scale: float, last: int) -> Any:
    out = _r2c(g, dim, scale, True)
    n = out.shape[dim[-1]]
    twice = last - n
    if twice > 0:
        factor = T.ones(n, dtype=g._dtype, device=g.device)
        factor[1 : 1 + twice] = 2
        out = out * factor.reshape([-1 if k == dim[-1] else 1 for k in range(out.ndim)])
    return out


@_c2c.samples
def _(make: Any) -> Any:
    yield make.complex(2, 3), (1,), 1.0, True
    yield make.complex(2, 3), (0, 1), 0.5, False


@_r2c.samples
def _(make: Any) -> Any:
    yield make(2, 4), (1,), 1.0, True
    yield make(2, 3), (0, 1), 1.0, True
    yield make(2, 3), (1,), 1.0, False


@_c2r.samples
def _(make: Any) -> Any:
    yield make.complex(2, 3), (1,), 1.0, 4
    yield make.complex(2, 3), (0, 1), 0.5, 5


# -- what the public functions share --------------------------------------------------------------------------------------------------


def _number(input: Any, name: str, complex_: bool = False, real: bool = False) -> Any:
    """The operand in a dtype that transforms take: the default one of integers; complex where asked."""
    d = input._dtype
    if real and d.is_complex:
        if name in ("ihfft2", "ihfftn"):
            sentence = f"Only supports floating-point dtypes, but found: {_cap(d)}"
        else:
            sentence = (
                f"rfftn expects a real-valued input tensor, but got {_cap(d)}" if name[-1] in "2n" else f"{name} expects a real input tensor, but got {_cap(d)}"
            )
        fail(RuntimeError, sentence, kind="dtype", op=name, operands=[("input", describe(input))],
             hints=["fft takes complex numbers."])  # fmt: skip
    if d.category < dtypes.FLOAT:
        d = dtypes.get_default_dtype()
    if d.itemsize == 2:
        fail(RuntimeError, f"Unsupported dtype {_cap(d)}", kind="dtype", op=name, operands=[("input", describe(input))], hints=["x.float() first."])
    if complex_:
        d = d.to_complex()
    return input if input._dtype is d else METHODS["to"](input, d)


def _checked_size(n: int) -> None:
    if n < 1:
        fail(RuntimeError, f"Invalid number of data points ({n}) specified", kind="value", op="fft", explain=["A transform is of at least one point."])


def _resized(x: Any, dim: Any, size: Any) -> Any:
    """x cut, or padded with zeros, to sizes along dimensions."""
    for k, n in zip(dim, size, strict=True):
        if n < x.shape[k]:
            x = x.narrow(k, 0, n)
        elif n > x.shape[k]:
            x = T.cat([x, T.zeros(*x.shape[:k], n - x.shape[k], *x.shape[k + 1 :], dtype=x._dtype, device=x.device)], k)
    return x


def _factor(norm: Any, n: int, forward: bool) -> float:
    """What a transform of n points is multiplied with."""
    if norm not in (None, "backward", "forward", "ortho"):
        fail(
            RuntimeError,
            f'Invalid normalization mode: "{norm}"',
            kind="value",
            op="fft",
            hints=["'backward' (divide going back), 'forward' (going forth), 'ortho' (by the root, both ways)."],
        )
    if norm == "ortho":
        return 1.0 / math.sqrt(n)
    return 1.0 / n if (norm == "forward") == forward else 1.0


def _many(input: Any, s: Any, dim: Any, name: str) -> tuple[tuple[int, ...], list[int]]:
    """Dimensions and sizes of an n-dimensional transform; a size of -1 is the input's."""
    ndim = input.ndim
    if dim is not None:
        if s is not None and len(s) != len(dim):
            raise RuntimeError("When given, dim and shape arguments must have the same length")
        dims = tuple([wrap_dim(d, ndim, False) for d in dim])
        if len(set(dims)) != len(dims):
            raise RuntimeError("FFT dims must be unique")
    elif s is not None:
        if len(s) > ndim:
            raise RuntimeError(f"Got shape with {len(s)} values but input tensor only has {ndim} dimensions.")
        dims = tuple(range(ndim - len(s), ndim))
    else:
        dims = tuple(range(ndim))
    size = [input.shape[k] if s is None or s[i] == -1 else s[i] for i, k in enumerate(dims)]
    return dims, size


def _one(input: Any, n: Any, dim: int) -> tuple[int, int]:
    """The dimension, and the number of points."""
    k = wrap_dim(dim, input.ndim, False) if input.ndim else wrap_dim(dim, 0, False)
    return k, input.shape[k] if n is None else n


def _names(name: str, doc: str, many: bool = False) -> Callable[[Any], Composite]:
    """Declare a public function of one (n, dim) or several dimensions (s, dim)."""
    head = "int? n=None, int dim=-1"
    if many:
        head = "int[1]? s=None, " + ("int[1] dim=(-2, -1)" if name.endswith("2") else "int[1]? dim=None")

    def declare(fn: Any) -> Composite:
        fn.__doc__ = doc
        return composite(f"{name}(Tensor input, {head}, str? norm=None) -> Tensor", namespaces=_F, method=False, public=name)(fn)

    return declare


# -- along one dimension --------------------------------------------------------------------------------------------------------------


def _fft(input: Any, n: Any, dim: int, norm: Any, forward: bool, name: str) -> Any:
    x = _number(input, name)
    k, size = _one(x, n, dim)
    _checked_size(size)
    scale = _factor(norm, size, forward)
    x = _resized(x, (k,), (size,))
    if x._dtype.is_complex:
        return _c2c(x, (k,), scale, forward)
    out = _r2c(x, (k,), scale, False)
    return out if forward else out.conj()


@_names("fft", """The discrete Fourier transform along a dimension, of n points (cut, or padded with zeros).

    >>> fft.fft(tensor([1., 0., 0., 0.]))
    tensor([1.+0.j, 1.+0.j, 1.+0.j, 1.+0.j])
    """)  # fmt: skip
def fft(input: Any, n: Any, dim: int, norm: Any) -> Any:
    return _fft(input, n, dim, norm, True, "fft")


@_names("ifft", """The inverse of fft.

    >>> fft.ifft(fft.fft(tensor([1., 2., 3.]))).real
    tensor([1., 2., 3.])
    """)  # fmt: skip
def ifft(input: Any, n: Any, dim: int, norm: Any) -> Any:
    return _fft(input, n, dim, norm, False, "ifft")


@_names("rfft", """The transform of real numbers: the first n // 2 + 1 values, from which the rest follows.

    >>> fft.rfft(tensor([1., 2., 3., 4.]))
    tensor([10.+0.j, -2.+2.j, -2.+0.j])
    """)  # fmt: skip
def rfft(input: Any, n: Any, dim: int, norm: Any) -> Any:
    x = _number(input, "rfft", real=True)
    k, size = _one(x, n, dim)
    _checked_size(size)
    return _r2c(_resized(x, (k,), (size,)), (k,), _factor(norm, size, True), True)


@_names("irfft", """The inverse of rfft: n real numbers (twice the length, less 2).

    >>> fft.irfft(fft.rfft(tensor([1., 2., 3., 4.])))
    tensor([1., 2., 3., 4.])
    """)  # fmt: skip
def irfft(input: Any, n: Any, dim: int, norm: Any) -> Any:
    return _to_real(input, n, dim, norm, False, "irfft")


def _to_real(input: Any, n: Any, dim: int, norm: Any, forward: bool, name: str) -> Any:
    x = _number(input, name, complex_=True)
    k, size = _one(x, n, dim)
    size = 2 * (size - 1) if n is None else size
    _checked_size(size)
    x = _resized(x, (k,), (size // 2 + 1,))
    return _c2r(x.conj() if forward else x, (k,), _factor(norm, size, forward), size)


@_names("hfft", """The transform of half a signal that is symmetric about 0 (its conjugate mirrored): real.

    >>> fft.hfft(tensor([1., 2., 3.]))
    tensor([ 8., -2.,  0., -2.])
    """)  # fmt: skip
def hfft(input: Any, n: Any, dim: int, norm: Any) -> Any:
    return _to_real(input, n, dim, norm, True, "hfft")


@_names("ihfft", """The inverse of hfft.

    >>> fft.ihfft(tensor([8., -2., 0., -2.])).real
    tensor([1., 2., 3.])
    """)  # fmt: skip
def ihfft(input: Any, n: Any, dim: int, norm: Any) -> Any:
    x = _number(input, "ihfft", real=True)
    k, size = _one(x, n, dim)
    _checked_size(size)
    return _r2c(_resized(x, (k,), (size,)), (k,), _factor(norm, size, False), True).conj()


# -- along several --------------------------------------------------------------------------------------------------------------------


def _over(input: Any, s: Any, dim: Any, norm: Any, forward: bool, name: str) -> Any:
    x = _number(input, name, complex_=True)
    dims, size = _many(x, s, dim, name)
    for n in size:
        _checked_size(n)
    return _c2c(_resized(x, dims, size), dims, _factor(norm, math.prod(size), forward), forward)


def _real_over(input: Any, s: Any, dim: Any, norm: Any, forward: bool, name: str) -> Any:
    x = _number(input, name, real=True)
    dims, size = _many(x, s, dim, name)
    if not dims:
        raise RuntimeError(f"{name[:-1]}n must transform at least one axis")
    for n in size:
        _checked_size(n)
    x = _resized(x, dims, size)
    if forward:
        return _r2c(x, dims, _factor(norm, math.prod(size), True), True)
    out = _r2c(x, dims[-1:], _factor(norm, size[-1], False), True).conj()
    return _c2c(out, dims[:-1], _factor(norm, math.prod(size[:-1]), False), False) if len(dims) > 1 else out


def _to_real_over(input: Any, s: Any, dim: Any, norm: Any, forward: bool, name: str) -> Any:
    x = _number(input, name, complex_=True)
    dims, size = _many(x, s, dim, name)
    if not dims:
        raise RuntimeError(f"{name[:-1]}n must transform at least one axis")
    for n in size:
        _checked_size(n)
    last = size[-1] if s is not None and s[-1] != -1 else 2 * (size[-1] - 1)
    _checked_size(last)
    x = _resized(x, dims, (*size[:-1], last // 2 + 1))
    if not forward:
        return _c2r(x, dims, _factor(norm, math.prod(size[:-1]) * last, False), last)
    if len(dims) > 1:
        x = _c2c(x, dims[:-1], _factor(norm, math.prod(size[:-1]), True), True)
    return _c2r(x.conj(), dims[-1:], _factor(norm, last, True), last)


_FOUR = "tensor([[4., 0.],\n            [0., 0.]])"
_SEVERAL = {
    "fft": (_over, True, "The discrete Fourier transform over {}.", "{}(ones(2, 2))", "tensor([[4.+0.j, 0.+0.j],\n            [0.+0.j, 0.+0.j]])"),
    "ifft": (_over, False, "The inverse of {{}}: the transform back over {}.", "{}(ones(2, 2)).real", "tensor([[1., 0.],\n            [0., 0.]])"),
    "rfft": (_real_over, True, "The transform of real numbers over {}; half of the last one.", "{}(ones(2, 2)).real", _FOUR),
    "irfft": (_to_real_over, False, "The inverse of {{}} over {}: real numbers.", "{}(ones(2, 2))", "tensor([[1., 0.],\n            [0., 0.]])"),
    "hfft": (_to_real_over, True, "The transform of a signal symmetric in the last of {}: real.", "{}(ones(2, 2))", _FOUR),
    "ihfft": (_real_over, False, "The inverse of {{}} over {}.", "{}(ones(2, 2)).real", "tensor([[1., 0.],\n            [0., 0.]])"),
}


def _several(base: str, suffix: str) -> None:
    work, forward, text, call, result = _SEVERAL[base]
    name = base + suffix
    where = "two dimensions (the last)" if suffix == "2" else "dimensions (all)"
    doc = text.format(where).format(base.lstrip("i") + suffix) if "{{" in text else text.format(where)
    doc = f"{doc}\n\n    >>> fft.{call.format(name)}\n    {result}\n    "

    @_names(name, doc, True)
    def function(input: Any, s: Any, dim: Any, norm: Any) -> Any:
        return work(input, s, dim, norm, forward, name)

    @function.samples
    def _(make: Any) -> Any:
        if base in ("rfft", "ihfft"):
            yield (make(2, 3),)
            yield make(2, 3, 2), (4, 3), (0, 1), "ortho"
        else:
            yield (make(2, 3),)
            yield make(2, 3), (2, 4), (0, 1), "forward"


for _base in _SEVERAL:
    for _suffix in ("2", "n"):
        _several(_base, _suffix)

for _o in (fft, ifft, irfft, hfft, rfft, ihfft):

    @_o.samples
    def _(make: Any) -> Any:
        yield (make(2, 4),)
        yield make(2, 3), 5, 1, "ortho"
        yield make(4, 3), 3, 0, "forward"


for _o in (fft, ifft, irfft, hfft):

    @_o.samples
    def _(make: Any) -> Any:
        yield (make.complex(2, 4),)


# -- order of the frequencies ---------------------------------------------------------------------------------------------------------


def _shifted(input: Any, dim: Any, back: bool) -> Any:
    dims = list(range(input.ndim)) if dim is None else [wrap_dim(d, input.ndim, False) for d in dim]
    return input.roll([(input.shape[k] + back) // 2 for k in dims], dims)


@composite("fftshift(Tensor input, int[1]? dim=None) -> Tensor", namespaces=_F, method=False)
def fftshift(input: Any, dim: Any) -> Any:
    """The frequencies in rising order: 0 in the middle.

    >>> fft.fftshift(tensor([0., 1., 2., -2., -1.]))
    tensor([-2., -1.,  0.,  1.,  2.])
    """
    return _shifted(input, dim, False)


@composite("ifftshift(Tensor input, int[1]? dim=None) -> Tensor", namespaces=_F, method=False)
def ifftshift(input: Any, dim: Any) -> Any:
    """The inverse of fftshift: 0 first.

    >>> fft.ifftshift(tensor([-2., -1., 0., 1., 2.]))
    tensor([ 0.,  1.,  2., -2., -1.])
    """
    return _shifted(input, dim, True)


for _o in (fftshift, ifftshift):

    @_o.samples
    def _(make: Any) -> Any:
        yield (make(2, 5),)
        yield make(2, 3), (1,)


_FACTORY = "*, ScalarType? dtype=None, Device? device=None, bool requires_grad=False"


def _frequencies(n: int, d: float, dtype: Any, device: Any, requires_grad: bool, half: bool) -> Any:
    dtype = dtype or dtypes.get_default_dtype()
    if dtype.category < dtypes.FLOAT:
        raise RuntimeError(f"{'rfftfreq' if half else 'fftfreq'} requires a floating point or complex dtype")
    if dtype.is_complex:
        raise NotImplementedError(f"\"arange_cpu\" not implemented for '{_cap(dtype)}'")
    options = {"dtype": dtype, "device": device}
    if half:
        k = T.arange(int(n / 2) + 1, **options)
    elif n < 0:
        raise RuntimeError(f"Trying to create tensor with negative dimension {n}: [{n}]")
    else:
        k = T.arange(n, **options)
        first = n - n // 2
        if n > 1:
            k = T.cat([k[:first], k[first:] - n])
    out = k * (1.0 / (n * d) if n * d else math.copysign(math.inf, d)) if n else k
    return out.requires_grad_() if requires_grad else out


@composite(f"fftfreq(int n, float d=1.0, {_FACTORY}) -> Tensor", namespaces=_F, method=False)
def fftfreq(n: int, d: float, dtype: Any, device: Any, requires_grad: bool) -> Any:
    """The frequencies of fft's results, for n points a distance d apart.

    >>> fft.fftfreq(4, 0.5)
    tensor([ 0.0000,  0.5000, -1.0000, -0.5000])
    """
    return _frequencies(n, d, dtype, device, requires_grad, False)


@composite(f"rfftfreq(int n, float d=1.0, {_FACTORY}) -> Tensor", namespaces=_F, method=False)
def rfftfreq(n: int, d: float, dtype: Any, device: Any, requires_grad: bool) -> Any:
    """The frequencies of rfft's results, for n points a distance d apart.

    >>> fft.rfftfreq(4, 0.5)
    tensor([0.0000, 0.5000, 1.0000])
    """
    return _frequencies(n, d, dtype, device, requires_grad, True)


for _o in (fftfreq, rfftfreq):

    @_o.samples
    def _(make: Any) -> Any:
        yield (5,)
        yield 4, 0.25

# -- short-time transforms ------------------------------------------------------------------------------------------------------------


def _type_name(t: Any) -> str:
    """What PyTorch calls a tensor's type: torch.FloatTensor, or CPUComplexFloatType."""
    name, where = _cap(t._dtype), t.device.type
    if t._dtype.is_complex or t._dtype is dtypes.bfloat16:
        return f"{where.upper()}{name}Type" if t._dtype.is_complex else f"torch.{'cuda.' * (where == 'cuda')}{name}Tensor"
    return f"torch.{'cuda.' * (where == 'cuda')}{name}Tensor"


def _shape_text(t: Any) -> str:
    return f"[{', '.join(map(str, t.shape))}]"


class _Call:
    """A call of stft or istft, as PyTorch's sentences quote it."""

    __slots__ = ("name", "options", "x")

    def __init__(self, name: str, x: Any, **options: Any) -> None:
        self.name = name
        self.x = x
        self.options = options

    def refuse(self, sentence: str, colon: str = ": ") -> None:
        """RuntimeError: the call, and what is wrong with it."""
        parts = []
        for name, v in self.options.items():
            shown = f"{_type_name(v)}{{{_shape_text(v)}}}" if hasattr(v, "_dtype") else str(int(v)) if isinstance(v, bool) else str(v)
            parts.append(f"{name}={shown}")
        fail(
            RuntimeError,
            f"{self.name}({_type_name(self.x)}{_shape_text(self.x)}, {', '.join(parts)}) {colon}{sentence}",
            kind="value",
            op=self.name,
            operands=[("input", describe(self.x))],
        )


def _window_of(window: Any, size: int, n_fft: int, like: Any) -> Any:
    """The window, of ones unless given, in the middle of n_fft points."""
    if window is None:
        window = T.ones(size, dtype=like._dtype.to_real(), device=like.device)
    if size == n_fft:
        return window
    left = (n_fft - size) // 2
    zeros = T.zeros(n_fft, dtype=window._dtype, device=window.device)
    return T.cat([zeros[:left], window, zeros[: n_fft - size - left]])


_STFT = (
    "stft(Tensor input, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, str pad_mode='reflect', "
    "bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor"
)
_ISTFT = (
    "istft(Tensor input, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, bool normalized=False, "
    "bool? onesided=None, int? length=None, bool return_complex=False) -> Tensor"
)


@composite(_STFT)
def stft(input: Any, n_fft: int, hop_length: Any, win_length: Any, window: Any, center: bool, pad_mode: str, normalized: bool, onesided: Any,
         return_complex: Any, align_to_window: Any) -> Any:  # fmt: skip
    """The transforms of overlapping windows of a signal (or of each of a batch): frequencies by frames.

    >>> stft(ones(8), 4, 2, center=False, return_complex=True).real
    tensor([[4., 4., 4.],
            [0., 0., 0.],
            [0., 0., 0.]])
    """
    hop = n_fft // 4 if hop_length is None else hop_length
    size = n_fft if win_length is None else win_length
    if return_complex is None:
        if not input._dtype.is_complex and (window is None or not window._dtype.is_complex):
            raise RuntimeError(
                "stft requires the return_complex parameter be given for real inputs, and will further require that return_complex=True in a future "
                "PyTorch release."
            )
        return_complex = True
    x = input
    if center:
        if align_to_window is not None:
            raise RuntimeError("stft align_to_window should only be set when center = false")
        side = n_fft // 2
        x = NAMESPACES["nn.functional"]["pad"](x.view([1] * (3 - x.ndim) + list(x.shape)), (side, side), pad_mode)
        x = x.view(x.shape[-input.ndim :])
    call = _Call("stft", x, n_fft=n_fft, hop_length=hop, win_length=size, window=window, normalized=normalized, onesided=onesided,
                 return_complex=return_complex, align_to_window=align_to_window)  # fmt: skip
    if x._dtype.category < dtypes.FLOAT:
        call.refuse("expected a tensor of floating point or complex values")
    if x.ndim not in (1, 2):
        call.refuse("expected a 1D or 2D tensor")
    alone = x.ndim == 1
    x = x.unsqueeze(0) if alone else x
    if not 0 < n_fft <= x.shape[1]:
        call.refuse(f"expected 0 < n_fft < {x.shape[1]}, but got n_fft={size}")
    if hop <= 0:
        call.refuse(f"expected hop_length > 0, but got hop_length={hop}")
    if not 0 < size <= n_fft:
        call.refuse(f"expected 0 < win_length <= n_fft, but got win_length={size}")
    if window is not None and tuple(window.shape) != (size,):
        call.refuse(f"expected a 1D window tensor of size equal to win_length={size}, but got window with size {_shape_text(window)}")
    if align_to_window:  # the window, not the n_fft points around it, starts at 0
        side = (n_fft - size) // 2
        x = NAMESPACES["nn.functional"]["pad"](x, (side, n_fft - size - side))
    if x._dtype.itemsize == 2:
        raise RuntimeError(f"MKL FFT doesn't support tensors of type: {_cap(x._dtype)}")
    frames = x.unfold(1, n_fft, hop)
    if window is not None or size != n_fft:
        frames = frames * _window_of(window, size, n_fft, x)
    scale = _factor("ortho" if normalized else None, n_fft, True)
    if frames._dtype.is_complex:
        if onesided:
            raise RuntimeError("Cannot have onesided output if window or input is complex")
        out = _c2c(frames, (2,), scale, True)
    else:
        out = _r2c(frames, (2,), scale, True if onesided is None else onesided)
    out = METHODS["transpose_"](out, 1, 2)
    if alone:
        out = METHODS["squeeze_"](out, 0)
    return out if return_complex else T.view_as_real(out)


@composite(_ISTFT)
def istft(input: Any, n_fft: int, hop_length: Any, win_length: Any, window: Any, center: bool, normalized: bool, onesided: Any, length: Any,
          return_complex: bool) -> Any:  # fmt: skip
    """The inverse of stft: windows added up where they overlap, over the sum of the squared windows.

    >>> istft(stft(arange(8.), 4, 2, window=hann_window(4), return_complex=True), 4, 2, window=hann_window(4)).round()
    tensor([0., 1., 2., 3., 4., 5., 6., 7.])
    """
    hop = n_fft // 4 if hop_length is None else hop_length
    size = n_fft if win_length is None else win_length
    if not input._dtype.is_complex:
        raise RuntimeError("istft requires a complex-valued input tensor matching the output from stft with return_complex=True.")
    if input.ndim < 2:
        low, high = -input.ndim - 1, input.ndim
        raise IndexError(f"Dimension out of range (expected to be in range of [{low}, {high}], but got {-2 if low > -2 else -3})")
    call = _Call("istft", input, n_fft=n_fft, hop_length=hop, win_length=size, window=window, center=center, normalized=normalized, onesided=onesided,
                 length=length, return_complex=return_complex)  # fmt: skip
    if input.numel() == 0:
        call.refuse("input tensor cannot be empty.")
    if input.ndim not in (2, 3):
        call.refuse(f"expected a tensor with 3 or 4 dimensions, but got {input.ndim + 1}")
    half = input.shape[-2] != n_fft if onesided is None else onesided
    if input.shape[-2] != (n_fft // 2 + 1 if half else n_fft):
        side = "n_fft / 2 + 1" if half else "n_fft"
        call.refuse(f"expected the frequency dimension (3rd to the last) of the input tensor to match {side} when onesided={half}, but got {input.shape[-2]}")
    if not 0 < hop <= size:
        call.refuse("expected 0 < hop_length <= win_length")
    if not 0 < size <= n_fft:
        call.refuse("expected 0 < win_length <= n_fft")
    if window is not None and tuple(window.shape) != (size,):
        call.refuse("Invalid window shape. window has to be 1D and length of `win_length`")
    if return_complex and half:
        raise RuntimeError("Cannot have onesided output if window or input is complex")
    if window is not None and window._dtype.is_complex and not return_complex:
        raise RuntimeError("Complex windows are incompatible with return_complex=False")
    x = (input if input.ndim == 3 else input.unsqueeze(0)).transpose(1, 2)
    shape = _window_of(window, size, n_fft, x)
    scale = _factor("ortho" if normalized else None, n_fft, False)
    frames = _c2c(x, (2,), scale, False) if return_complex else _c2r(x[..., : n_fft // 2 + 1], (2,), scale, n_fft)
    frames = frames * shape
    count = x.shape[1]
    total = n_fft + hop * (count - 1)
    place = (T.arange(count, device=x.device).unsqueeze(1) * hop + T.arange(n_fft, device=x.device)).flatten()
    out = T.zeros(x.shape[0], total, dtype=frames._dtype, device=x.device).index_add(1, place, frames.flatten(1))
    weight = T.zeros(total, dtype=shape._dtype, device=x.device).index_add(0, place, (shape * shape).repeat(count))
    first = n_fft // 2 if center else 0
    last = first + length if length is not None else total - first
    out, weight = out[:, first : min(last, total)], weight[first : min(last, total)]
    if not x.is_meta and float(weight.detach().abs().min()) < 1e-11:
        call.refuse("window overlap add min: 1", "")
    out = out / weight
    out = out if input.ndim == 3 else out.squeeze(0)
    return T.constant_pad_nd(out, [0, last - total]) if last > total else out


@stft.samples
def _(make: Any) -> Any:
    yield make(12), 4, {"hop_length": 2, "return_complex": True}
    yield make(2, 12), 4, {"hop_length": 3, "win_length": 3, "window": make([0.5, 1.0, 0.5]), "center": False, "normalized": True, "return_complex": False}
    yield make(12), 4, {"onesided": False, "return_complex": True}


@istft.samples
def _(make: Any) -> Any:
    yield make.complex(3, 5), 4, {"hop_length": 2, "window": make([0.5, 1.0, 1.0, 0.5])}
    yield make.complex(2, 4, 4), 4, {"hop_length": 1, "length": 5, "normalized": True}
