"""Complex numbers: their parts as views, making them of parts, conjugates and angles. What other ops do with them stands with those ops.

Gradients follow PyTorch's convention: of a real loss L, the gradient of z = x + iy is dL/dx + i dL/dy (twice the conjugate Wirtinger derivative).
A conjugate is a view with a bit set, and so is the imaginary part of one: what reads or writes such a view carries the bit out (tcalc.engine.pending).
"""

from __future__ import annotations

import math

from .. import dtypes
from ..apply import TENSORS as T
from ..apply import _cap, apply
from ..errors import describe, fail
from ..pending import CONJ, NEG, bits_of, switch_on
from ..registry import METHODS, NAMESPACES, Composite, Op, attach, composite, in_place_function, op
from ..tensors import Tensor
from .shared import twin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _to_parts(d: Any) -> Any:
    return d.to_real()


# -- views of the parts ---------------------------------------------------------------------------------------------------------------


def _check_complex(name: str) -> Any:
    def check(input: Any) -> None:
        if bits_of(input):
            fail(
                RuntimeError,
                f"{name} doesn't work on unresolved conjugated tensors.  To resolve the conjugate tensor so you can view it as real, use "
                "self.resolve_conj(); however, be warned that the resulting tensor will NOT alias the original.",
                kind="conj",
                op=name,
                operands=[("input", describe(input))],
                hints=["x.resolve_conj() computes the conjugate, in memory of its own."],
            )
        if not input._dtype.is_complex:
            fail(
                RuntimeError,
                f"{name} is only supported for complex tensors",
                kind="dtype",
                op=name,
                operands=[("input", describe(input))],
                hints=["x.to(torch.complex64) makes it complex."],
            )

    return check


@op("view_as_real(Tensor(a) input) -> Tensor(a)", kind="view", reads_as=_to_parts, check=_check_complex("view_as_real"))
def view_as_real(shape: Any, stride: Any, offset: int) -> Any:
    """Complex numbers as pairs of real ones in a last dimension of size 2, sharing memory.

    >>> view_as_real(tensor([1 + 2j, 3 - 1j]))
    tensor([[ 1.,  2.],
            [ 3., -1.]])
    """
    return (*shape, 2), (*[2 * s for s in stride], 1), 2 * offset


@view_as_real.vjp("input", rule="view_as_complex(g)")
def _(g: Any) -> Any:
    return NAMESPACES["torch"]["view_as_complex"](g.contiguous())


@view_as_real.samples
def _(make: Any) -> Any:
    yield (make.complex(2, 3),)


def _pairs(input: Any) -> None:
    d = input._dtype
    if not d.is_floating_point or d is dtypes.bfloat16:
        fail(
            RuntimeError,
            f"view_as_complex is only supported for half, float and double tensors, but got a tensor of scalar type: {_cap(d)}",
            kind="dtype",
            op="view_as_complex",
            operands=[("input", describe(input))],
        )
    if d is dtypes.float16:
        fail(NotImplementedError, "view_as_complex: complex32 is not here", kind="dtype", op="view_as_complex", hints=["x.float() first."])
    if not input.ndim:
        raise RuntimeError("Input tensor must have one or more dimensions")
    if input.shape[-1] != 2:
        raise RuntimeError("Tensor must have a last dimension of size 2")
    stride = input.stride()
    if stride[-1] != 1:
        raise RuntimeError("Tensor must have a last dimension with stride 1")
    if any(s % 2 for s in stride[:-1]):
        raise RuntimeError("Tensor must have a stride divisible by 2 for all but last dimension")
    if input.storage_offset() % 2:
        raise RuntimeError("Tensor must have a storage_offset divisible by 2")


@op("view_as_complex(Tensor(a) input) -> Tensor(a)", kind="view", reads_as=lambda d: d.to_complex(), check=_pairs)
def view_as_complex(shape: Any, stride: Any, offset: int) -> Any:
    """Pairs of real numbers in a last dimension of size 2 as complex ones, sharing memory.

    >>> view_as_complex(tensor([[1., 2.], [3., -1.]]))
    tensor([1.+2.j, 3.-1.j])
    """
    return tuple(shape[:-1]), tuple([s // 2 for s in stride[:-1]]), offset // 2


@view_as_complex.vjp("input", rule="view_as_real(g)")
def _(g: Any) -> Any:
    return NAMESPACES["torch"]["view_as_real"](g)


@view_as_complex.samples
def _(make: Any) -> Any:
    yield (make(3, 2),)


def _one_part(name: str, place: int, sign: int = 1) -> Op:
    """The view of the real or the imaginary part; with sign -1 as the negative of what the memory holds."""

    @op(f"_{name}(Tensor(a) input) -> Tensor(a)", kind="view", namespaces=("internal",), method=False, public=name.removeprefix("neg_"), reads_as=_to_parts,
        node="SelectBackward0", label=name.removeprefix("neg_"), **({"flips": NEG} if sign < 0 else {}))  # fmt: skip
    def part(shape: Any, stride: Any, offset: int) -> Any:
        """One part of complex numbers."""
        return tuple(shape), tuple([2 * s for s in stride]), 2 * offset + place

    @part.vjp("input", rule="g" if place == 0 else "1j * g" if sign > 0 else "-1j * g")
    def _(g: Any) -> Any:
        return g.to(g._dtype.to_complex()) if place == 0 else NAMESPACES["torch"]["complex"](T.zeros_like(g), g if sign > 0 else -g)

    return part


def _part(name: str, place: int, doc: str) -> Composite:
    part = _one_part(name, place)
    negative = _one_part("neg_" + name, place, -1) if place else part

    def function(input: Any) -> Any:
        if input._dtype.is_complex:
            if bits_of(input):  # the part of what the memory holds; the imaginary one is the negative of that
                return apply(negative, [apply(_conj, [input])])
            return apply(part, [input])
        if place:
            fail(
                RuntimeError,
                "imag is not implemented for tensors with non-complex dtypes.",
                kind="dtype",
                op="imag",
                operands=[("input", describe(input))],
                explain=["A real number's imaginary part is 0: there is no memory to view."],
                hints=["torch.zeros_like(x)"],
            )
        return input

    function.__doc__ = doc
    return composite(f"{name}(Tensor input) -> Tensor", method=False)(function)


real = _part(
    "real",
    0,
    """The real parts, as a view; of real numbers, themselves.

    >>> real(tensor([1 + 2j, 3 - 1j]))
    tensor([1., 3.])
    """,
)
imag = _part(
    "imag",
    1,
    """The imaginary parts, as a view.

    >>> imag(tensor([1 + 2j, 3 - 1j]))
    tensor([ 2., -1.])
    """,
)

for _o in (real, imag):

    @_o.samples
    def _(make: Any) -> Any:
        yield (make.complex(3),)


# -- made of parts --------------------------------------------------------------------------------------------------------------------


def _two_reals(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    a, b = values[0]._dtype, values[1]._dtype
    name = o.public
    for d in (a, b):
        if d not in (dtypes.float16, dtypes.float32, dtypes.float64):
            fail(
                RuntimeError,
                f"Expected both inputs to be Half, Float or Double tensors but got {_cap(a)} and {_cap(b)}",
                kind="dtype",
                op=name,
                operands=[(p.name, describe(v)) for p, v in zip(o.schema.params, values, strict=True)],
                hints=["x.float() first."],
            )
    if a is not b:
        fail(
            RuntimeError,
            f"Expected object of scalar type {_cap(a)} but got scalar type {_cap(b)} for second argument",
            kind="dtype",
            op=name,
            hints=["Both parts have one dtype: x.to(y.dtype)."],
        )
    if a is dtypes.float16:
        kind = "Half" if name == "polar" else "ComplexHalf"
        fail(NotImplementedError, f"\"{name}_cpu\" not implemented for '{kind}'", kind="dtype", op=name, hints=["x.float() first."])
    return a, a.to_complex()


@op("complex(Tensor real, Tensor imag) -> Tensor", kind="map", dtype=_two_reals, cells=False, method=False, wirtinger=True)
def complex_(xp: Any, real: Any, imag: Any) -> Any:
    """real + 1j * imag.

    >>> complex(tensor([1., 3.]), tensor([2., -1.]))
    tensor([1.+2.j, 3.-1.j])
    """
    return _assemble(xp, real, imag)


def _assemble(xp: Any, real: Any, imag: Any) -> Any:
    a, b = xp.broadcast_arrays(real, imag)
    out = xp.empty(a.shape, "complex64" if _kind(a, b) == "float32" else "complex128")
    out.real, out.imag = a, b
    return out


def _kind(a: Any, b: Any) -> str:
    return str(a.dtype if getattr(a, "ndim", 0) else b.dtype)


@complex_.vjp("real", rule="g.real")
def _(g: Any) -> Any:
    return T.real(g)


@complex_.vjp("imag", rule="g.imag")
def _(g: Any) -> Any:
    return T.imag(g)


@complex_.samples
def _(make: Any) -> Any:
    yield make(3), make(3)
    yield make(2, 1), make(3)


@op("polar(Tensor abs, Tensor angle) -> Tensor", kind="map", dtype=_two_reals, cells=False, method=False, wirtinger=True, flops=20)
def polar(xp: Any, abs: Any, angle: Any) -> Any:
    """abs * (cos(angle) + 1j * sin(angle)).

    >>> polar(tensor([1., 2.]), tensor([0., 0.5]))
    tensor([1.0000+0.0000j, 1.7552+0.9589j])
    """
    return complex_.kernel(xp, abs * xp.cos(angle), abs * xp.sin(angle))


@polar.vjp("abs", rule="(conj(g) * out / |out|).real, 0 where out is 0")
def _(g: Any, out: Any) -> Any:
    return T.real(METHODS["conj"](g) * T.sgn(out))


@polar.vjp("angle", rule="(conj(g) * 1j * out).real")
def _(g: Any, out: Any) -> Any:
    return T.real(METHODS["conj"](g) * (out * 1j))


@polar.samples
def _(make: Any) -> Any:
    yield make(3, low=0.5, high=2.0), make(3)


# -- conjugate and angle --------------------------------------------------------------------------------------------------------------


def _as_it_is(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    return d, d


@op("_conj(Tensor(a) input) -> Tensor(a)", kind="view", namespaces=("internal",), method=False, public="conj", label="conj", node="ConjBackward0", flips=CONJ)
def _conj(shape: Any, stride: Any, offset: int) -> Any:
    """The conjugate of complex numbers: the same memory, under a bit."""
    return tuple(shape), tuple(stride), offset


@_conj.vjp("input", rule="conj(g)")
def _(g: Any) -> Any:
    return METHODS["conj"](g)


@_conj.samples
def _(make: Any) -> Any:
    yield (make.complex(3),)


@composite("conj(Tensor input) -> Tensor")
def conj(input: Any) -> Any:
    """The complex conjugate, as a view of the same memory; of real numbers, themselves.

    >>> conj(tensor([1 + 2j, 3 - 1j]))
    tensor([1.-2.j, 3.+1.j])
    """
    if not input._dtype.is_complex:
        return input
    switch_on()
    return apply(_conj, [input])


@conj.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("_conj_physical(Tensor input) -> Tensor", kind="map", namespaces=("internal",), method=False, public="conj_physical", dtype=_as_it_is, wirtinger=True,
    label="conj_physical", node="ConjPhysicalBackward0")  # fmt: skip
def _conj_physical(xp: Any, input: Any) -> Any:
    """The conjugate of complex numbers, in memory of its own."""
    return xp.conjugate(input)


@_conj_physical.vjp("input", rule="conj(g)")
def _(needs: Any, g: Any) -> Any:  # `needs` keeps it off the raw lanes: in place it is recorded of real numbers, too
    return apply(_conj_physical, [g]) if g._dtype.is_complex else g


_conj_physical_twin = twin(_conj_physical, "ConjPhysicalBackward1")
_conj_physical_twin.vjps.update(_conj_physical.vjps)


@composite("conj_physical(Tensor input) -> Tensor")
def conj_physical(input: Any) -> Any:
    """The complex conjugate in memory of its own; of real numbers, themselves.

    >>> conj_physical(tensor([1 + 2j]))
    tensor([1.-2.j])
    """
    from ..apply import apply

    return apply(_conj_physical, [input]) if input._dtype.is_complex else input


for _op in (_conj_physical, conj_physical):

    @_op.samples
    def _(make: Any) -> Any:
        yield (make.complex(3),)


def _resolved(name: str, bit: int, doc: str) -> None:
    def function(input: Any) -> Any:
        return METHODS["clone"](input) if bits_of(input) & bit else input

    function.__doc__ = doc
    composite(f"{name}(Tensor input) -> Tensor")(function)


_resolved(
    "resolve_conj",
    CONJ,
    """A copy with the conjugate computed where that is pending (see conj()); else the tensor itself.

    >>> x = tensor([1 + 2j]).conj()
    >>> x.is_conj(), resolve_conj(x), resolve_conj(x).is_conj()
    (True, tensor([1.-2.j]), False)
    """,
)
_resolved(
    "resolve_neg",
    NEG,
    """A copy with the negative computed where that is pending (the imaginary part of a conjugate view); else the tensor itself.

    >>> x = tensor([1 + 2j]).conj().imag
    >>> x.is_neg(), resolve_neg(x), resolve_neg(x).is_neg()
    (True, tensor([-2.]), False)
    """,
)


def _has_bit(name: str, bit: int, doc: str) -> None:
    def function(input: Any) -> bool:
        return bool(bits_of(input) & bit)

    function.__doc__ = doc
    composite(f"{name}(Tensor input) -> bool")(function)


_has_bit(
    "is_conj",
    CONJ,
    """Whether its memory holds the conjugates of its elements: so it is after conj().

    >>> is_conj(tensor([1j])), is_conj(tensor([1j]).conj())
    (False, True)
    """,
)
_has_bit(
    "is_neg",
    NEG,
    """Whether its memory holds the negatives of its elements: so it is for the imaginary part of a conjugate view.

    >>> is_neg(tensor([1j]).conj().imag)
    True
    """,
)


def _angle_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    if d.is_complex:
        return d, d.to_real()
    from ..apply import FLOAT

    return FLOAT(o, dims, zeros, numbers, values)


@op("angle(Tensor input) -> Tensor", kind="map", dtype=_angle_policy, flops=10)
def angle(xp: Any, input: Any) -> Any:
    """The angle of a complex number: of real ones, pi below 0, else 0.

    >>> angle(tensor([-2., 3.]))
    tensor([3.1416, 0.0000])
    """
    if getattr(getattr(input, "dtype", None), "kind", "") == "c":
        return xp.arctan2(input.imag, input.real)
    return xp.where(input < 0, math.pi, xp.where(input == input, 0.0, input))


@angle.vjp("input", rule="g * 1j * z / |z|**2 of complex z; 0 of real numbers")
def _(needs: Any, g: Any, input: Any) -> Any:  # `needs` keeps it off the raw lanes: complex rules run on tensors
    if not input._dtype.is_complex:
        return T.zeros_like(g)
    x, y = T.real(input), T.imag(input)
    square = x * x + y * y
    scale = T.where(square == 0, T.zeros_like(g), g / T.where(square == 0, T.ones_like(square), square))
    return NAMESPACES["torch"]["complex"](-y * scale, x * scale)


@angle.samples
def _(make: Any) -> Any:
    yield (make(3),)
    yield (make.complex(3),)


# -- casts ----------------------------------------------------------------------------------------------------------------------------


for _name, _d in (("cfloat", dtypes.complex64), ("cdouble", dtypes.complex128)):

    def _cast(self: Tensor, *, memory_format: Any = None, _d: Any = _d) -> Tensor:
        """The tensor in a complex dtype."""
        return METHODS["to"](self, _d, memory_format=memory_format)  # type: ignore[no-any-return]

    _cast.__name__ = _name
    attach(_name, _cast)

in_place_function("conj_physical_")
