"""torch.linalg: inverse, determinant, solving, the decompositions, and what follows from them. LAPACK does the work, through NumPy."""

from __future__ import annotations

import math

from .. import apply as door
from .. import dtypes
from ..apply import TENSORS as T
from ..errors import describe, fail
from ..registry import NAMESPACES, Composite, attach, composite, op
from ..tensors import Tensor, contiguous_format, wrap_dim
from .linalg import C_NAMES, mm, vdot
from .reduce import norm_input, vector_norm
from .scan import on_host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_L = ("linalg",)


class _LinAlgError(RuntimeError):
    """A matrix that the operation cannot take: singular, or not positive definite."""


NAMESPACES["linalg"]["LinAlgError"] = _LinAlgError


def _overload(text: str, **options: Any) -> Callable[[Composite], Composite]:
    """Declare one more overload of the function of a composite."""

    def declare(o: Composite) -> Composite:
        composite(text, **options)(o.kernel)
        return o

    return declare


# -- what all of them check ---------------------------------------------------------------------------------------------------------


# The kernel of PyTorch's that lacks 16-bit floats, and the one that lacks integers (none: a check before it refuses them); by the name in the sentences.
_KERNELS = {"linalg.det": ("lu_cpu", ""), "linalg.solve": ("lu_cpu", ""), "linalg.lu": ("lu_cpu", "lu_cpu"), "linalg.lu_factor": ("lu_cpu", "lu_cpu"),
            "linalg.cholesky": ("cholesky_cpu", ""), "cholesky": ("cholesky_cpu", "cholesky_cpu"), "linalg.svd": ("linalg_svd_cpu", ""),
            "linalg.eigh": ("linalg_eigh_cpu", "linalg_eigh_cpu"), "linalg.qr": ("geqrf_cpu", ""), "geqrf": ("geqrf_cpu", "geqrf_cpu"),
            "linalg.eig": ("linalg_eig_out_cpu", ""), "torch.linalg.ldl_factor_ex": ("ldl_factor_kernel_cpu", ""),
            "linalg.solve_triangular": ("triangular_solve_cpu", "triangular_solve_cpu"), "triangular_solve": ("triangular_solve_cpu", "triangular_solve_cpu"),
            "cholesky_solve": ("cholesky_solve_cpu", "cholesky_solve_cpu"), "cholesky_inverse": ("cholesky_inverse_out_cpu", "cholesky_inverse_out_cpu"),
            "torch.linalg.lu_solve": ("linalg.lu_solve_cpu", ""), "torch.linalg.ldl_solve": ("ldl_solve_kernel_cpu", ""),
            "linalg.householder_product": ("orgqr_cpu", "orgqr_cpu"), "ormqr": ("ormqr_cpu", "ormqr_cpu")}  # fmt: skip


def _floats(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    t = values[0]
    d = t._dtype
    if d.category < dtypes.FLOAT or (d.itemsize == 2 and not o.options.get("half")):
        _refuse(o, values, t, d)
    elif d.itemsize == 2:
        return dtypes.float32, d
    if len(o.schema.returns) == 1:
        return d, d
    real = o.options.get("real", ())  # results that are real where the matrix is complex
    return d, tuple([d.to_real() if name in real and d.is_complex else d for name in o.schema.returns])


def _refuse(o: Any, values: Any, t: Any, d: Any) -> None:
    """Say that LAPACK has no such dtype, in PyTorch's words; of a wrong shape it complains first. Nothing where there is nothing to compute."""
    title, name = o.options.get("title", f"linalg.{o.public}"), door._cap(d)
    integers = d.category < dtypes.FLOAT
    kernel = _KERNELS.get(title, ("", ""))[integers]
    if title == "linalg.eig" and integers:
        sentence = f"Unknown Complex ScalarType for {name}"
    elif title == "linalg.pinv":
        sentence = _not_for_pinv(t)
    else:
        if o.spec is not None:
            o.spec(*values)
        if kernel and not t.numel() and title in ("cholesky", "linalg.lu", "linalg.lu_factor", "linalg.eigh"):
            return
        if kernel:
            sentence = f"\"{kernel}\" not implemented for '{name}'"
        elif integers:
            sentence = f"{title}: Expected a floating point or complex tensor as input. Got {name}"
        else:
            sentence = f"{title}: Low precision dtypes not supported. Got {name}"
    fail(NotImplementedError if kernel else RuntimeError, sentence, kind="dtype", op=o.public, operands=[("A", describe(t))], hints=["A.float() first."])


def same_dtypes(title: str, sentence: str, names: tuple[str, str]) -> Any:
    """The policy of ops of two operands: they have one dtype, and LAPACK takes it. The sentence gets both names."""

    def policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
        if title in ("linalg.solve", "linalg.lu_solve") and values[0]._dtype.category < dtypes.FLOAT:
            _floats(o, dims, zeros, numbers, values)
        found = [values[o.schema.by_name[n]] for n in names]
        if found[0]._dtype is not found[1]._dtype:
            fail(
                RuntimeError,
                sentence.format(*[door._cap(t._dtype) for t in found]),
                kind="dtype",
                op=title,
                operands=[(n, describe(t)) for n, t in zip(names, found, strict=True)],
                hints=[f"{names[1]}.to({found[0]._dtype})"],
            )
        return _floats(o, dims, zeros, numbers, values)

    return policy


def _matrix(name: str, A: Any, square: bool = False) -> tuple[tuple[int, ...], int, int]:
    """Batch shape, rows and columns; RuntimeError where A is no matrix."""
    shape = tuple(A.shape)
    if len(shape) < 2:
        raise RuntimeError(f"{name}: The input tensor A must have at least 2 dimensions.")
    if square and shape[-1] != shape[-2]:
        fail(
            RuntimeError,
            f"{name}: A must be batches of square matrices, but they are {shape[-2]} by {shape[-1]} matrices",
            kind="shape",
            op=name,
            explain=[f"The last two sizes differ: {shape[-2]} and {shape[-1]}."],
        )
    return shape[:-2], shape[-2], shape[-1]


def _columns(shape: tuple[int, ...], o: Any, values: list[Any]) -> Any:
    """LAPACK's layout: matrices column by column."""
    if len(shape) < 2:
        return None
    m, n = shape[-2:]
    out, step = [1, max(m, 1)], max(m, 1) * max(n, 1)
    for size in reversed(shape[:-2]):
        out.insert(0, step)
        step *= max(size, 1)
    return tuple(out)


def as_lapack(shape: tuple[int, ...], o: Any, values: list[Any]) -> Any:
    """LAPACK's layout for the results that are matrices, as the operand is; the others (values, ranks) lie plainly."""
    return _columns(shape, o, values) if len(shape) == values[0].ndim else None


def _zero_pivot(xp: Any, A: Any) -> tuple[int, ...]:
    """Batch index and number (from 1) of the first zero on the diagonal of U in A = PLU."""
    for at in xp.ndindex(A.shape[:-2]):
        a = A[at].astype("complex128" if A.dtype.kind == "c" else "float64")
        for k in range(a.shape[0]):
            p = k + int(xp.argmax(xp.abs(a[k:, k])))
            if a[p, k] == 0:
                return (*at, k + 1)
            a[[k, p]] = a[[p, k]]
            a[k + 1 :, k:] -= xp.outer(a[k + 1 :, k] / a[k, k], a[k, k:])
    return (*[0] * (A.ndim - 2), A.shape[-1])


def _singular(xp: Any, name: str, A: Any) -> None:
    *at, k = _zero_pivot(xp, A)
    batch = f"(Batch element {at[0]}): " if at else ""
    sentence = f"linalg.inv: {batch}The diagonal element {k} is zero, the inversion could not be completed because the input matrix is singular."
    fail(
        _LinAlgError,
        sentence if name == "inv" else f"torch.linalg.solve: {batch}The solver failed because the input matrix is singular.",
        kind="singular",
        op=f"linalg.{name}",
        explain=[f"Elimination meets a zero in column {k}: the columns are linearly dependent."],
        hints=["linalg.pinv(A) exists for every matrix.", "linalg.matrix_rank(A) tells its rank."],
    )


def _by_numpy(name: str, f: Any, *arrays: Any) -> Any:
    xp, first = on_host(arrays[0])
    if first.dtype.itemsize == 2:  # of nothing: LAPACK has no 16-bit numbers, and PyTorch asks it only where there is something to do
        return f(xp.linalg, *[on_host(a)[1].astype("f4") for a in arrays])
    try:
        return f(xp.linalg, *[on_host(a)[1] for a in arrays])
    except xp.linalg.LinAlgError:
        if name in ("svd", "eigh"):
            finite = all(bool(xp.isfinite(on_host(a)[1]).all()) for a in arrays)
            fail(
                _LinAlgError,
                f"linalg.{name}: The algorithm failed to converge because the input matrix "
                + ("is ill-conditioned or has too many repeated eigenvalues." if finite else "contained non-finite values."),
                kind="singular",
                op=f"linalg.{name}",
            )
        _singular(xp, name, on_host(arrays[0])[1])


# -- inverse, determinant, solve ----------------------------------------------------------------------------------------------------


def _square_spec(name: str) -> Any:
    def spec(A: Any, *rest: Any) -> Any:
        _matrix(name, A, True)
        return tuple(A.shape)

    return spec


@op(
    "inv(Tensor A) -> Tensor",
    namespaces=_L,
    method=False,
    kind="ordered",
    layout=_columns,
    dtype=_floats,
    spec=_square_spec("linalg.inv"),
    node="LinalgInvExBackward0",
    flops="2*n**3",
)
def inv(xp: Any, A: Any) -> Any:
    """The inverse of a square matrix (or of each of a batch).

    >>> linalg.inv(tensor([[2., 0.], [0., 4.]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    return _by_numpy("inv", lambda la, a: la.inv(a), A)


@inv.vjp("A", rule="-out.mT @ g @ out.mT")
def _(g: Any, out: Any) -> Any:
    return -(out.mT @ g @ out.mT)


@op("det(Tensor A) -> Tensor", namespaces=_L, method=False, dtype=_floats, spec=lambda A: _matrix("linalg.det", A, True)[0], node="LinalgDetBackward0",
    flops="2*n**3")  # fmt: skip
def det(xp: Any, A: Any) -> Any:
    """The determinant of a square matrix (or of each of a batch).

    >>> linalg.det(tensor([[1., 2.], [3., 4.]]))
    tensor(-2.)
    """
    return _by_numpy("det", lambda la, a: la.det(a), A)


@det.vjp("A", rule="g * out * inv(A).mT (the cofactors, where A is singular)")
def _(g: Any, A: Any, out: Any) -> Any:
    if A.numel() == 0:
        return A * 0
    if A.shape[-1] == 1:
        return g.unsqueeze(-1).unsqueeze(-1)
    spread = (g * out).unsqueeze(-1).unsqueeze(-1)
    if bool((out != 0).all()):
        return spread * inv(A).mT
    u, s, vh = svd(A, True)
    ones = T.ones_like(s[..., :1])
    left = T.cumprod(T.cat([ones, s[..., :-1]], -1), -1)
    right = T.cumprod(T.cat([ones, s.flip([-1])[..., :-1]], -1), -1).flip([-1])
    sign = det(u.detach() @ vh.detach())
    return (g * sign).unsqueeze(-1).unsqueeze(-1) * ((u * (left * right).unsqueeze(-2)) @ vh)


@op(
    "_slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet)",
    namespaces=("internal",),
    method=False,
    public="linalg_slogdet",
    title="linalg.slogdet",
    dtype=_floats,
    spec=lambda A: [_matrix("linalg.slogdet", A, True)[0]] * 2,
    node="LinalgSlogdetBackward0",
    real=("logabsdet",),
    wirtinger=True,
)
def _slogdet(xp: Any, A: Any) -> Any:
    """Sign and logarithm of the absolute value of the determinant."""
    return tuple(_by_numpy("slogdet", lambda la, a: la.slogdet(a), A))


@_slogdet.vjp("A", rule="g * inv(A).mH")
def _(g_sign: Any, g_logabsdet: Any, A: Any, sign: Any) -> Any:
    g = g_logabsdet
    if A._dtype.is_complex:  # the sign turns with the imaginary part of log det
        g = T.complex(g, (g_sign * sign.conj()).imag)
    return g.unsqueeze(-1).unsqueeze(-1) * inv(A).mH


def _is_vector(A: Any, B: Any) -> bool:
    return len(B.shape) == 1 or (len(B.shape) == len(A.shape) - 1 and tuple(B.shape) == tuple(A.shape[:-1]))


def _solve_spec(A: Any, B: Any, left: bool = True) -> Any:
    batch, n, _ = _matrix("linalg.solve", A, True)
    vector = len(B.shape) > 0 and _is_vector(A, B)
    shape = (*B.shape, 1) if vector else tuple(B.shape)
    _fits("linalg.solve", n, shape, left)
    out = (*door.broadcast_shapes([shape[:-2], batch]), *shape[-2:])
    return out[:-1] if vector else out


def _fits(title: str, n: int, shape: tuple[int, ...], left: bool) -> None:
    """RuntimeError where a right-hand side has no columns, or not as many rows as the n by n matrix (left=False: columns)."""
    if len(shape) < 2:
        raise RuntimeError(f"{title}: The input tensor B must have at least 2 dimensions.")
    if shape[-2 if left else -1] != n:
        fail(
            RuntimeError,
            f"{title}: Incompatible shapes of A and B for the equation {'AX' if left else 'XA'} = B ({n}x{n} and {shape[-2]}x{shape[-1]})",
            kind="shape",
            op=title,
        )


def _solved_layout(shape: tuple[int, ...], o: Any, values: list[Any]) -> Any:
    """Column by column (PyTorch lays a batch of vectors out as one matrix); of X @ A = B row by row, since LAPACK solves for the transpose."""
    return _columns(shape, o, values) if values[2] else None


_SAME_AB = "linalg.solve: Expected A and B to have the same dtype, but found A of type {} and B of type {} instead"


@op(
    "_solve(Tensor A, Tensor B, bool left=True) -> Tensor",
    namespaces=("internal",),
    method=False,
    kind="ordered",
    layout=_solved_layout,
    title="linalg.solve",
    label="solve",
    dtype=same_dtypes("linalg.solve", _SAME_AB, ("A", "B")),
    spec=_solve_spec,
    node="LinalgSolveExBackward0",
    flops="n**3",
)
def _solve(xp: Any, A: Any, B: Any, left: bool) -> Any:
    """X with A @ X = B (left=False: X @ A = B)."""
    vector = _is_vector(A, B)
    if vector:
        B = B[..., None]
    if left:
        out = _by_numpy("solve", _solve_it, A, B)
    else:
        out = _by_numpy("solve", _solve_it, xp.swapaxes(A, -1, -2), xp.swapaxes(B, -1, -2)).swapaxes(-1, -2)
    return out[..., 0] if vector else out


def _solve_it(la: Any, a: Any, b: Any) -> Any:
    return la.solve(a, b)


@_solve.vjp("A", "B", rule="B: gB = solve(A.mT, g); A: -gB @ out.mT (left=False: -out.mT @ gB)")
def _(g: Any, A: Any, B: Any, out: Any, left: bool, needs: Any) -> Any:
    return _solve_rule(g, A, B, out, left, needs)


def _solve_rule(g: Any, A: Any, B: Any, out: Any, left: bool, needs: Any) -> Any:
    """Giles, Collected matrix derivative results, 2.2.3: from A @ X = B, dB = A^-T @ g and dA = -dB @ X^T."""
    g_b = _solve(A.mT, g, left)
    if not needs[0]:
        return None, g_b
    if _is_vector(A, B):
        column, x = g_b.unsqueeze(-1), out.unsqueeze(-1)
        return -(column * x.mT if left else x * column.mT), g_b
    return -(g_b @ out.mT if left else out.mT @ g_b), g_b


@_solve.samples
def _(make: Any) -> Any:
    yield make([[2.0, 1.0], [0.5, 3.0]]), make(2)
    yield make([[2.0, 1.0], [0.5, 3.0]]), make(2, 3)
    yield make([[2.0, 1.0], [0.5, 3.0]]), make(3, 2), False


@composite("solve(Tensor A, Tensor B, *, bool left=True) -> Tensor", namespaces=_L, method=False)
def solve(A: Any, B: Any, left: bool) -> Any:
    """X with A @ X = B (left=False: X @ A = B); B a vector, a matrix or a batch.

    >>> linalg.solve(tensor([[2., 0.], [0., 4.]]), tensor([2., 2.]))
    tensor([1.0000, 0.5000])
    """
    return _solve(A, B, left)


def _matrices(make: Any) -> Any:
    yield (make([[2.0, 1.0], [0.5, 3.0]]),)
    yield (make([[[2.0, 1.0, 0.25], [0.5, 3.0, 1.0], [0.75, 1.0, -1.0]], [[1.0, -0.5, 0.25], [0.5, 2.0, 1.5], [0.75, 1.0, 4.0]]]),)


for _o in (inv, det, _slogdet):
    _o.samples(_matrices)


def _triangular_spec(A: Any, B: Any, upper: bool, left: bool, unitriangular: bool) -> Any:
    batch, n, _ = _matrix("linalg.solve_triangular", A, True)
    shape = tuple(B.shape)
    _fits("linalg.solve_triangular", n, shape, left)
    return (*door.broadcast_shapes([shape[:-2], batch]), *shape[-2:])


def substituted(xp: Any, a: Any, b: Any, upper: bool, unit: bool) -> Any:
    """X with T @ X = b, T a triangle of a: forward or backward substitution, in blocks (Golub and Van Loan, Matrix Computations, 3.1). A zero on the
    diagonal gives inf or nan, as LAPACK does; one-element batches broadcast."""
    n = a.shape[-1]
    if n <= 16:
        out = xp.empty((*xp.broadcast_shapes(a.shape[:-2], b.shape[:-2]), *b.shape[-2:]), xp.result_type(a, b))
        for k in reversed(range(n)) if upper else range(n):
            known = slice(k + 1, n) if upper else slice(0, k)
            row = b[..., k : k + 1, :] - a[..., k : k + 1, known] @ out[..., known, :]
            out[..., k : k + 1, :] = row if unit else row / a[..., k : k + 1, k : k + 1]
        return out
    h = n // 2
    first, rest = (slice(h, n), slice(0, h)) if upper else (slice(0, h), slice(h, n))
    x = substituted(xp, a[..., first, first], b[..., first, :], upper, unit)
    y = substituted(xp, a[..., rest, rest], b[..., rest, :] - a[..., rest, first] @ x, upper, unit)
    return xp.concatenate([y, x] if upper else [x, y], -2)


_SAME_BA = "Expected b and A to have the same dtype, but found b of type {} and A of type {} instead."


@op(
    "solve_triangular(Tensor input, Tensor B, *, bool upper, bool left=True, bool unitriangular=False) -> Tensor",
    namespaces=_L,
    method=False,
    kind="ordered",
    layout=_columns,
    title="linalg.solve_triangular",
    dtype=_floats,  # the right-hand side is taken in A's dtype
    spec=_triangular_spec,
    node="LinalgSolveTriangularBackward0",
    flops="n**2",
)
def solve_triangular(xp: Any, A: Any, B: Any, upper: bool, left: bool, unitriangular: bool) -> Any:
    """X with A @ X = B (left=False: X @ A = B), A's upper (or lower) triangle alone read.

    >>> linalg.solve_triangular(tensor([[2., 9.], [0., 4.]]), tensor([[2.], [4.]]), upper=True)
    tensor([[-3.5000],
            [ 1.0000]])
    """
    xp, a = on_host(A)
    b = on_host(B)[1]
    if left:
        return substituted(xp, a, b, upper, unitriangular)
    return xp.swapaxes(substituted(xp, xp.swapaxes(a, -1, -2), xp.swapaxes(b, -1, -2), not upper, unitriangular), -1, -2)


@solve_triangular.vjp("input", "B", rule="B: gB = solve_triangular(input.mT, g); input: the triangle of -gB @ out.mT (left=False: -out.mT @ gB)")
def _(g: Any, input: Any, out: Any, upper: bool, left: bool, unitriangular: bool, needs: Any) -> Any:
    g_b = solve_triangular(input.mT, g, upper=not upper, left=left, unitriangular=unitriangular)
    if not needs[0]:
        return None, g_b
    return triangle(-(g_b @ out.mT if left else out.mT @ g_b), upper, unitriangular), g_b


def triangle(x: Any, upper: bool, unit: bool = False) -> Any:
    """The upper or lower triangle of x; without the diagonal where that is known to be 1."""
    return x.triu(int(unit)) if upper else x.tril(-int(unit))


@solve_triangular.samples
def _(make: Any) -> Any:
    yield make([[2.0, 1.0], [0.5, 3.0]]), make(2, 3), {"upper": True}
    yield make([[2.0, 1.0], [0.5, 3.0]]), make(3, 2), {"upper": False, "left": False}
    yield make([[2.0, 1.0], [0.5, 3.0]]), make(2, 2, 1), {"upper": False, "unitriangular": True}


# -- decompositions -----------------------------------------------------------------------------------------------------------------


@op(
    "cholesky(Tensor input, *, bool upper=False) -> Tensor",
    namespaces=_L,
    method=False,
    kind="ordered",
    layout=_columns,
    dtype=_floats,
    spec=_square_spec("linalg.cholesky"),
    node="LinalgCholeskyExBackward0",
    wirtinger=True,
)
def cholesky(xp: Any, A: Any, upper: bool) -> Any:
    """L, lower triangular, with L @ L.mT = A (symmetric, positive definite); upper=True: L.mT.

    >>> linalg.cholesky(tensor([[4., 2.], [2., 5.]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    xp, a = on_host(A)
    if upper:
        a = xp.conjugate(xp.swapaxes(a, -1, -2))
    try:
        out = xp.linalg.cholesky(a)
    except xp.linalg.LinAlgError:
        _not_definite(xp, a, "linalg.cholesky")
    return xp.conjugate(xp.swapaxes(out, -1, -2)) if upper else out


def _not_definite(xp: Any, a: Any, title: str) -> None:
    for at in xp.ndindex(a.shape[:-2]):
        for k in range(1, a.shape[-1] + 1):
            try:
                xp.linalg.cholesky(a[at][:k, :k])
            except xp.linalg.LinAlgError:
                batch = f"(Batch element {at[0]}): " if at else ""
                fail(
                    _LinAlgError,
                    f"{title}: {batch}The factorization could not be completed because the input is not positive-definite "
                    f"(the leading minor of order {k} is not positive-definite).",
                    kind="singular",
                    op=title,
                    explain=[f"The upper left {k} by {k} part has a determinant that is not positive."],
                    hints=["linalg.eigvalsh(A) shows the eigenvalues; all must be above 0."],
                )


@cholesky.vjp("input", rule="L^-H @ P @ L^-1, P the symmetrised lower half of L.mH @ g")
def _(g: Any, out: Any, upper: bool) -> Any:
    return cholesky_rule(g, out, upper)


def cholesky_rule(g: Any, out: Any, upper: bool) -> Any:
    """The gradient of A from that of its Cholesky factor: Murray, Differentiation of the Cholesky decomposition, equation 10."""
    low, g = (out.mH, g.mH) if upper else (out, g)
    p = (low.mH @ g).tril()
    p = 0.5 * (p + p.tril(-1).mH)
    x = solve_triangular(low.mH, p, upper=True)
    return solve_triangular(low, x, upper=False, left=False)


@cholesky.samples
def _(make: Any) -> Any:
    yield (make([[4.0, 1.0], [1.0, 3.0]]),)
    yield make([[4.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 2.0]]), {"upper": True}


def _eigh_spec(A: Any, UPLO: str) -> Any:
    batch, n, _ = _matrix("linalg.eigh", A, True)
    if UPLO.upper() not in ("L", "U"):
        fail(RuntimeError, f"Expected UPLO argument to be 'L' or 'U', but got {UPLO}", kind="value", op="linalg.eigh")
    return [(*batch, n), tuple(A.shape)]


@op(
    "_eigh(Tensor A, str UPLO='L') -> (Tensor eigenvalues, Tensor eigenvectors)",
    namespaces=("internal",),
    method=False,
    public="linalg_eigh",
    title="linalg.eigh",
    label="eigh",
    kind="ordered",
    layout=as_lapack,
    dtype=_floats,
    spec=_eigh_spec,
    node="LinalgEighBackward0",
    undefined_ok=True,
    real=("eigenvalues",),
    wirtinger=True,
)
def _eigh(xp: Any, A: Any, UPLO: str) -> Any:
    """Eigenvalues and eigenvectors of a symmetric matrix."""
    return tuple(_by_numpy("eigh", lambda la, a: la.eigh(a, UPLO.upper()), A))


def _free_phase(name: str, what: str, turn: Any) -> None:
    """Complex vectors are given up to a factor e^(i phi): refuse a loss that depends on it."""
    if turn._dtype.is_complex and not turn.is_meta:
        off = turn.detach().diagonal(0, -2, -1).imag.abs()
        if off.numel() and float(off.max()) > 1e-2 * max(1.0, float(turn.detach().abs().max())):
            fail(
                RuntimeError,
                f"{name}_backward: The {what} in the complex case are specified up to multiplication by e^{{i phi}}. The specified loss function "
                + ("depends on this phase term, making it ill-defined." if name == "svd" else "depends on this quantity, so it is ill-defined."),
                kind="gradient",
                op=f"linalg.{name.removeprefix('linalg_')}",
                hints=["Use what the phase leaves alone: v.abs(), or v @ v.mH."],
            )


@_eigh.vjp("A", rule="V @ (diag(g_w) + skew(V.mH @ g_V) / E) @ V.mH, E[i, j] = w[j] - w[i]")
def _(g_eigenvalues: Any, g_eigenvectors: Any, eigenvalues: Any, eigenvectors: Any) -> Any:
    v = eigenvectors
    if g_eigenvectors is None:
        return (v * g_eigenvalues.unsqueeze(-2)) @ v.mH
    apart = eigenvalues.unsqueeze(-2) - eigenvalues.unsqueeze(-1)
    same = T.eye(v.shape[-1], dtype=dtypes.bool_, device=v.device)
    turn = v.mH @ g_eigenvectors
    _free_phase("linalg_eigh", "eigenvectors", turn)
    inner = T.where(same, 0.0, (turn - turn.mH) * 0.5 / T.where(same, 1.0, apart))
    if g_eigenvalues is not None:
        inner = inner + T.diag_embed(g_eigenvalues)
    return v @ inner @ v.mH


@composite("eigh(Tensor input, str UPLO='L') -> (Tensor, Tensor)", namespaces=_L, method=False)
def eigh(A: Any, UPLO: str) -> Any:
    """Eigenvalues, ascending, and eigenvectors (columns) of a symmetric matrix: (eigenvalues, eigenvectors); reads its lower triangle.

    >>> linalg.eigh(tensor([[2., 0.], [0., 1.]])).eigenvalues
    tensor([1., 2.])
    """
    return _eigh(A, UPLO)


@composite("eigvalsh(Tensor input, str UPLO='L') -> Tensor", namespaces=_L, method=False)
def eigvalsh(A: Any, UPLO: str) -> Any:
    """Eigenvalues of a symmetric matrix, ascending.

    >>> linalg.eigvalsh(tensor([[2., 0.], [0., 1.]]))
    tensor([1., 2.])
    """
    return _eigh(A, UPLO)[0]


def _svd_spec(A: Any, full_matrices: bool) -> Any:
    batch, m, n = _matrix("linalg.svd", A)
    k = min(m, n)
    return [(*batch, m, m if full_matrices else k), (*batch, k), (*batch, n if full_matrices else k, n)]


@op(
    "_svd(Tensor A, bool full_matrices=True) -> (Tensor U, Tensor S, Tensor Vh)",
    namespaces=("internal",),
    method=False,
    public="linalg_svd",
    title="linalg.svd",
    label="svd",
    kind="ordered",
    layout=as_lapack,
    dtype=_floats,
    spec=_svd_spec,
    node="LinalgSvdBackward0",
    undefined_ok=True,
    real=("S",),
    wirtinger=True,
)
def _svd(xp: Any, A: Any, full_matrices: bool) -> Any:
    """Singular values and vectors."""
    return tuple(_by_numpy("svd", lambda la, a: la.svd(a, full_matrices), A))


@_svd.vjp("A", rule="U @ (((skew(U.mH gU) S + S skew(V.mH gV)) / E) + diag(gS)) @ Vh, E[i, j] = S[j]**2 - S[i]**2")
def _(g_U: Any, g_S: Any, g_Vh: Any, A: Any, U: Any, S: Any, Vh: Any, full_matrices: bool) -> Any:
    k = S.shape[-1]  # the vectors beyond are any basis of what the others leave: as in PyTorch, their gradient is not looked at
    u, vh = U[..., :, :k], Vh[..., :k, :]
    if g_U is None and g_Vh is None:
        return (u * g_S.unsqueeze(-2)) @ vh
    eye = T.eye(k, dtype=dtypes.bool_, device=A.device)
    square = S * S
    apart = T.where(eye, 1.0, square.unsqueeze(-2) - square.unsqueeze(-1))

    def skew(x: Any) -> Any:
        return x - x.mH

    inner = T.diag_embed(g_S) if g_S is not None else T.zeros(*A.shape[:-2], k, k, dtype=A._dtype, device=A.device)
    if g_U is not None:
        g_u = g_U[..., :, :k]
        turn = skew(u.mH @ g_u)
        inner = inner + T.where(eye, 0.0, turn / apart) * S.unsqueeze(-2)
        if A._dtype.is_complex:
            both = turn if g_Vh is None else turn + skew(vh @ g_Vh[..., :k, :].mH)
            _free_phase("svd", "singular vectors", both)
            inner = inner + T.diag_embed(turn.diagonal(0, -2, -1) / (2 * S))
    if g_Vh is not None:
        g_v = g_Vh[..., :k, :].mH
        inner = inner + S.unsqueeze(-1) * T.where(eye, 0.0, skew(vh @ g_v) / apart)
    out = u @ inner @ vh
    if g_U is not None and A.shape[-2] > k:
        rest = g_u / S.unsqueeze(-2)
        out = out + (rest - u @ (u.mH @ rest)) @ vh
    if g_Vh is not None and A.shape[-1] > k:
        rest = g_v / S.unsqueeze(-2)
        out = out + u @ (rest - vh.mH @ (vh @ rest)).mH
    return out


def _cpu_driver(driver: Any) -> None:
    if driver is not None:
        raise RuntimeError("torch.linalg.svd: keyword argument `driver=` is only supported on CUDA inputs with cuSOLVER backend.")


@composite("svd(Tensor A, bool full_matrices=True, *, str? driver=None) -> (Tensor, Tensor, Tensor)", namespaces=_L, method=False, public="svd")
def svd(A: Any, full_matrices: bool, driver: Any = None) -> Any:
    """U, the singular values S (descending) and Vh with A = U @ diag(S) @ Vh: (U, S, Vh).

    >>> linalg.svd(tensor([[3., 0.], [0., 4.]])).S
    tensor([4., 3.])
    """
    _cpu_driver(driver)
    return _svd(A, full_matrices)


@composite("svdvals(Tensor A, *, str? driver=None) -> Tensor", namespaces=_L, method=False)
def svdvals(A: Any, driver: Any = None) -> Any:
    """Singular values, descending.

    >>> linalg.svdvals(tensor([[3., 0.], [0., 4.]]))
    tensor([4., 3.])
    """
    _cpu_driver(driver)
    return _svd(A, False)[1]


def _qr_spec(A: Any, mode: str) -> Any:
    batch, m, n = _matrix("linalg.qr", A)
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(f"qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), 'r', or 'complete'")
    k = m if mode == "complete" else min(m, n)
    return [(0,) if mode == "r" else (*batch, m, k), (*batch, k, n)]


@op(
    "_qr(Tensor A, str mode='reduced') -> (Tensor Q, Tensor R)",
    namespaces=("internal",),
    method=False,
    public="linalg_qr",
    title="linalg.qr",
    label="qr",
    kind="ordered",
    layout=_columns,
    dtype=_floats,
    spec=_qr_spec,
    node="LinalgQrBackward0",
    wirtinger=True,
)
def _qr(xp: Any, A: Any, mode: str) -> Any:
    """Orthonormal columns and an upper triangle."""
    found = _by_numpy("qr", lambda la, a: la.qr(a, mode), A)
    return (xp.empty((0,), A.dtype), found) if mode == "r" else tuple(found)


def _qr_tall(g_q: Any, g_r: Any, q: Any, r: Any) -> Any:
    m = r @ g_r.mH - g_q.mH @ q
    m = m.tril() + m.tril(-1).mH
    if m._dtype.is_complex:  # the diagonal of R is real
        m = m - T.diag_embed(T.complex(T.zeros_like(m.diagonal(0, -2, -1).real), m.diagonal(0, -2, -1).imag))
    return _solve(r, (g_q + q @ m).mH).mH


@_qr.vjp("A", rule="(g_Q + Q @ M) @ R^-H, M the symmetrised lower half of R @ g_R.mH - g_Q.mH @ Q")
def _(g_Q: Any, g_R: Any, A: Any, Q: Any, R: Any, mode: str) -> Any:
    m, n = A.shape[-2:]
    if mode == "r" or (mode == "complete" and m > n):
        fail(
            RuntimeError,
            "linalg_qr_backward: mode='r' does not calculate Q, so it cannot be differentiated." if mode == "r"
            else "The QR decomposition is not differentiable when mode='complete' and nrows > ncols",
            kind="gradient",
            op="linalg.qr",
            hints=["linalg.qr(A), mode='reduced'."],
        )  # fmt: skip
    if m >= n:
        return _qr_tall(g_Q, g_R, Q, R)
    g_rest = g_R[..., :, m:]
    g_x = _qr_tall(g_Q + A[..., :, m:] @ g_rest.mH, g_R[..., :, :m], Q, R[..., :, :m])
    return T.cat([g_x, Q @ g_rest], -1)


@composite("qr(Tensor A, str mode='reduced') -> (Tensor, Tensor)", namespaces=_L, method=False, public="qr")
def qr(A: Any, mode: str) -> Any:
    """Q with orthonormal columns and R, upper triangular, with A = Q @ R: (Q, R).

    >>> linalg.qr(tensor([[0., 1.], [2., 0.]])).R.abs()
    tensor([[2., 0.],
            [0., 1.]])
    """
    return _qr(A, mode)


@_eigh.samples
def _(make: Any) -> Any:
    yield (make([[2.0, 0.5], [0.5, 1.0]]),)


@_svd.samples
def _(make: Any) -> Any:
    yield make([[2.0, 0.5], [0.25, 1.0]]), False
    yield make([[2.0, 0.5], [0.25, 1.0], [0.0, 1.0]]), False


@_qr.samples
def _(make: Any) -> Any:
    yield (make([[2.0, 0.5], [0.25, 1.0]]),)
    yield (make([[2.0, 0.5], [0.25, 1.0], [0.0, 1.0]]),)
    yield (make([[2.0, 0.5, 1.0], [0.25, 1.0, 0.0]]),)


# -- from them ----------------------------------------------------------------------------------------------------------------------


def _pinv_spec(A: Any, rtol: Any, atol: Any = None, hermitian: bool = False) -> Any:
    if len(A.shape) < 2:
        raise RuntimeError(_not_for_pinv(A))
    return (*A.shape[:-2], A.shape[-1], A.shape[-2])


def _not_for_pinv(A: Any) -> str:
    shown = f"{door._cap(A.dtype)}{{[{', '.join(map(str, A.shape))}]}}"
    return f"linalg.pinv({shown}): expected a tensor with 2 or more dimensions of float, double, cfloat or cdouble types"


@op(
    "_pinv(Tensor A, Any rtol=None, Any atol=None, bool hermitian=False) -> Tensor",
    namespaces=("internal",),
    method=False,
    title="linalg.pinv",
    label="pinv",
    dtype=_floats,
    spec=_pinv_spec,
    node="LinalgPinvBackward0",
    wirtinger=True,
)
def _pinv(xp: Any, A: Any, rtol: Any, atol: Any, hermitian: bool) -> Any:
    """The pseudo-inverse."""
    xp, a = on_host(A)
    if not a.size:
        return xp.zeros((*a.shape[:-2], a.shape[-1], a.shape[-2]), a.dtype)
    if hermitian:
        _matrix("linalg.eigh", a, True)
        w, v = _by_numpy("eigh", lambda la, x: la.eigh(x), a)
        s, u, vh = xp.abs(w), v * xp.sign(w)[..., None, :], xp.conjugate(xp.swapaxes(v, -1, -2))
    else:
        u, s, vh = _by_numpy("svd", lambda la, x: la.svd(x, False), a)
    keep = s > _limit(xp, a, s, rtol, atol)[..., None]
    s = xp.where(keep, 1.0 / xp.where(keep, s, 1), 0).astype(s.dtype)
    return xp.conjugate(xp.swapaxes(vh, -1, -2)) @ (s[..., None] * xp.conjugate(xp.swapaxes(u, -1, -2)))


def _limit(xp: Any, a: Any, s: Any, rtol: Any, atol: Any) -> Any:
    """The size up to which singular values count as 0: the larger of atol and rtol times the largest; each a number or a tensor."""
    given_a, given_r = (on_host(t)[1] if hasattr(t, "strides") else t for t in (getattr(t, "_data", t) for t in (atol, rtol)))
    if given_r is None:
        positive = given_a is not None and bool((xp.asarray(given_a) > 0).all())
        given_r = 0.0 if positive else max(a.shape[-2:]) * float(xp.finfo(s.dtype).eps)
    try:
        return xp.maximum(0.0 if given_a is None else given_a, given_r * s.max(-1))
    except ValueError:
        fail(RuntimeError, "The size of rtol and atol must broadcast with the batch dimensions of A", kind="broadcast", op="linalg.pinv")


@_pinv.vjp("A", rule="-P.mH @ g @ P.mH + (I - A P) @ g.mH @ P @ P.mH + P.mH @ P @ g.mH @ (I - P A), P = out")
def _(g: Any, A: Any, out: Any) -> Any:
    return _pinv_rule(g, A, out)


def _pinv_rule(g: Any, A: Any, p: Any) -> Any:
    """The gradient of A from that of its pseudo-inverse p."""
    gt = g.mH
    first = gt @ p @ p.mH
    second = p.mH @ p @ gt
    return -(p.mH @ g @ p.mH) + (first - A @ (p @ first)) + (second - (second @ p) @ A)


@_pinv.samples
def _(make: Any) -> Any:
    yield (make([[2.0, 0.5], [0.25, 1.0], [0.0, 1.0]]),)


_ATOL = "*, {0}? atol=None, {0}? rtol=None, bool hermitian=False"


@_overload("pinv.rcond_tensor(Tensor input, Tensor rcond, bool hermitian=False) -> Tensor", namespaces=_L, method=False, public="pinv")
@composite("pinv(Tensor input, float rcond, bool hermitian=False) -> Tensor", namespaces=_L, method=False, public="pinv")
def _old_pinv(A: Any, rcond: Any, hermitian: bool) -> Any:
    """The pseudo-inverse: singular values up to rcond times the largest count as 0; hermitian=True reads the lower triangle alone.

    >>> linalg.pinv(tensor([[2., 0.]]), 0.1)
    tensor([[0.5000],
            [0.0000]])
    """
    return _pinv(A, rcond, None, hermitian)


@_overload(f"pinv.atol_rtol_tensor(Tensor input, {_ATOL.format('Tensor')}) -> Tensor", namespaces=_L, method=False, public="pinv")
@composite(f"pinv.atol_rtol_float(Tensor input, {_ATOL.format('float')}) -> Tensor", namespaces=_L, method=False, public="pinv")
def pinv(A: Any, atol: Any, rtol: Any, hermitian: bool) -> Any:
    """The pseudo-inverse: singular values up to atol, or to rtol times the largest, count as 0; hermitian=True reads the lower triangle alone.

    >>> linalg.pinv(tensor([[2., 0.]]))
    tensor([[0.5000],
            [0.0000]])
    """
    return _pinv(A, rtol, atol, hermitian)


@_overload("matrix_rank.tol_tensor(Tensor input, Tensor tol, bool hermitian=False) -> Tensor", namespaces=_L, method=False)
@composite("matrix_rank(Tensor input, float tol, bool hermitian=False) -> Tensor", namespaces=_L, method=False)
def _old_matrix_rank(A: Any, tol: Any, hermitian: bool) -> Any:
    """How many singular values are above tol; hermitian=True takes the absolute values of the eigenvalues.

    >>> linalg.matrix_rank(tensor([[1., 2.], [2., 4.]]), 0.5)
    tensor(1)
    """
    return matrix_rank.kernel(A, tol, None, hermitian)


@_overload(f"matrix_rank.atol_rtol_tensor(Tensor input, {_ATOL.format('Tensor')}) -> Tensor", namespaces=_L, method=False)
@composite(f"matrix_rank.atol_rtol_float(Tensor input, {_ATOL.format('float')}) -> Tensor", namespaces=_L, method=False)
def matrix_rank(A: Any, atol: Any, rtol: Any, hermitian: bool) -> Any:
    """How many singular values are above atol and above rtol times the largest.

    >>> linalg.matrix_rank(tensor([[1., 2.], [2., 4.]]))
    tensor(1)
    """
    if A.ndim < 2:
        raise RuntimeError("torch.linalg.matrix_rank: The input tensor input must have at least 2 dimensions.")
    if rtol is None and (A._dtype.category < dtypes.FLOAT or A._dtype.itemsize == 2):
        fail(RuntimeError, "This function doesn't handle types other than float and double", kind="dtype", op="linalg.matrix_rank",
             operands=[("A", describe(A))], hints=["A.float() first."])  # fmt: skip
    s = _eigh(A.detach(), "L")[0].abs() if hermitian else svdvals(A.detach())
    if s.shape[-1] == 0:
        return s.new_zeros(s.shape[:-1], dtype=dtypes.int64)
    if rtol is None:
        positive = atol is not None and bool(T.as_tensor(atol > 0).all())
        rtol = 0.0 if positive else max(A.shape[-2:]) * dtypes.finfo(A._dtype).eps
    low = T.as_tensor(0.0 if atol is None else atol, dtype=s._dtype, device=s.device)
    return (s > T.maximum(s.amax(-1) * rtol, low).unsqueeze(-1)).sum(-1)


@composite("matrix_power(Tensor input, int n) -> Tensor", namespaces=_L, method=False)
def matrix_power(A: Any, n: int) -> Any:
    """A @ A @ ... n times; of the inverse for a negative n.

    >>> linalg.matrix_power(tensor([[1., 1.], [0., 1.]]), 3)
    tensor([[1., 3.],
            [0., 1.]])
    """
    _matrix("linalg.matrix_power", A, True)
    if n == 0:
        return A.clone(memory_format=contiguous_format).copy_(T.eye(A.shape[-1], dtype=A._dtype, device=A.device))
    if n == -1:
        return inv(A)
    if n < 0:
        A, n = inv(A), -n
    if n == 1:
        return A.clone(memory_format=contiguous_format)
    out = None
    power = A
    while True:
        if n & 1:
            out = power if out is None else out @ power
        n >>= 1
        if not n:
            return out
        power = power @ power


def _expm(la: Any, a: Any) -> Any:
    """exp of matrices: a Padé approximant of order 13, scaled and squared."""
    xp, _ = on_host(a)
    kind = a.dtype
    a = a.astype("complex128" if kind.kind == "c" else "float64")
    size = xp.abs(a).sum(-2).max() if a.size else 0.0
    s = max(0, math.ceil(math.log2(size / 5.371920351148152))) if size > 5.371920351148152 and math.isfinite(size) else 0
    a = a / 2.0**s
    b = [64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0, 129060195264000.0, 10559470521600.0, 670442572800.0,
         33522128640.0, 1323241920.0, 40840800.0, 960960.0, 16380.0, 182.0, 1.0]  # fmt: skip
    one = xp.broadcast_to(xp.eye(a.shape[-1]), a.shape)
    a2 = a @ a
    a4 = a2 @ a2
    a6 = a4 @ a2
    u = a @ (a6 @ (b[13] * a6 + b[11] * a4 + b[9] * a2) + b[7] * a6 + b[5] * a4 + b[3] * a2 + b[1] * one)
    v = a6 @ (b[12] * a6 + b[10] * a4 + b[8] * a2) + b[6] * a6 + b[4] * a4 + b[2] * a2 + b[0] * one
    out = la.solve(v - u, v + u)
    for _ in range(s):
        out = out @ out
    return out.astype(kind)


@op(
    "matrix_exp(Tensor input) -> Tensor",
    namespaces=("linalg", "torch"),
    method=False,
    half=True,
    dtype=_floats,
    spec=_square_spec("linalg.matrix_exp"),
    node="LinalgMatrixExpBackward0",
)
def matrix_exp(xp: Any, A: Any) -> Any:
    """The matrix exponential: 1 + A + A @ A / 2 + ...

    >>> linalg.matrix_exp(zeros(2, 2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    return _by_numpy("matrix_exp", _expm, A)


@matrix_exp.vjp("input", rule="upper right block of exp([[input.mT, g], [0, input.mT]])")
def _(g: Any, input: Any) -> Any:
    n = input.shape[-1]
    top = T.cat([input.mT, g], -1)
    low = T.cat([T.zeros_like(input), input.mT], -1)
    return matrix_exp(T.cat([top, low], -2))[..., :n, n:]


@matrix_exp.samples
def _(make: Any) -> Any:
    yield (make([[0.5, 1.0], [-1.0, 0.25]], dtype="float32"),)


@composite("slogdet(Tensor A) -> (Tensor, Tensor)", namespaces=_L, method=False, public="slogdet")
def slogdet(A: Any) -> Any:
    """Sign of the determinant and the logarithm of its size: (sign, logabsdet).

    >>> linalg.slogdet(tensor([[2., 0.], [0., 3.]])).logabsdet
    tensor(1.7918)
    """
    return _slogdet(A)


@composite("logdet(Tensor input) -> Tensor")
def logdet(input: Any) -> Any:
    """Logarithm of the determinant; nan where that is negative.

    >>> logdet(tensor([[2., 0.], [0., 3.]]))
    tensor(1.7918)
    """
    _matrix("logdet", input, True)
    if input._dtype.category < dtypes.FLOAT or input._dtype.itemsize == 2:
        what = "Expected a floating point or complex tensor as input" if input._dtype.category < dtypes.FLOAT else "Low precision dtypes not supported"
        fail(RuntimeError, f"logdet: {what}. Got {door._cap(input._dtype)}", kind="dtype", op="logdet", hints=["x.float() first."])
    sign, log = _slogdet(input)
    return T.log(sign) + log if sign._dtype.is_complex else T.where(sign == -1, math.nan, log)


@composite("det(Tensor input) -> Tensor", public="det")
def _det(input: Any) -> Any:
    """The determinant of a square matrix: linalg.det().

    >>> det(tensor([[1., 2.], [3., 4.]]))
    tensor(-2.)
    """
    return det(input)


@composite("inverse(Tensor input) -> Tensor")
def inverse(input: Any) -> Any:
    """The inverse of a square matrix: linalg.inv().

    >>> inverse(tensor([[2.]]))
    tensor([[0.5000]])
    """
    return inv(input)


@composite("pinverse(Tensor input, float rcond=1e-15) -> Tensor")
def pinverse(input: Any, rcond: float) -> Any:
    """The pseudo-inverse: linalg.pinv().

    >>> pinverse(tensor([[2.]]))
    tensor([[0.5000]])
    """
    return _pinv(input, rcond)


def _old_cholesky_spec(input: Any, upper: bool) -> Any:
    shape = tuple(input.shape)
    return shape if 0 in shape else _square_spec("cholesky")(input)


@op("cholesky(Tensor input, bool upper=False) -> Tensor", kind="ordered", title="cholesky",
    layout=lambda shape, o, values: _columns(shape, o, values) if 0 not in shape else None, dtype=_floats, spec=_old_cholesky_spec, wirtinger=True)  # fmt: skip
def _cholesky(xp: Any, input: Any, upper: bool) -> Any:
    """The Cholesky factor; linalg.cholesky() is its successor.

    >>> cholesky(tensor([[4.]]))
    tensor([[2.]])
    """
    xp, a = on_host(input)
    if not a.size:
        return a
    if upper:
        a = xp.conjugate(xp.swapaxes(a, -1, -2))
    try:
        out = xp.linalg.cholesky(a)
    except xp.linalg.LinAlgError:
        _not_definite(xp, a, "cholesky")
    return xp.conjugate(xp.swapaxes(out, -1, -2)) if upper else out


@_cholesky.vjp("input", rule="L^-H @ P @ L^-1, P the symmetrised lower half of L.mH @ g")
def _(g: Any, out: Any, upper: bool) -> Any:
    return cholesky_rule(g, out, upper)


@_cholesky.samples
def _(make: Any) -> Any:
    yield (make([[4.0, 1.0], [1.0, 3.0]]),)
    yield make([[4.0, 1.0], [1.0, 3.0]]), True


@composite("slogdet(Tensor input) -> (Tensor, Tensor)", public="slogdet")
def _torch_slogdet(input: Any) -> Any:
    """Sign and logarithm of the determinant: linalg.slogdet().

    >>> slogdet(tensor([[1.]])).logabsdet
    tensor(0.)
    """
    return door.named_result("slogdet", ("sign", "logabsdet"))(_slogdet(input))


@composite("matrix_power(Tensor input, int n) -> Tensor", public="matrix_power")
def _matrix_power(input: Any, n: int) -> Any:
    """input @ input @ ... n times: linalg.matrix_power().

    >>> matrix_power(tensor([[2.]]), 3)
    tensor([[8.]])
    """
    return matrix_power.kernel(input, n)


@composite("qr(Tensor input, bool some=True) -> (Tensor, Tensor)", public="qr")
def _torch_qr(input: Any, some: bool) -> Any:
    """(Q, R) with input = Q @ R: linalg.qr().

    >>> qr(tensor([[0., 1.], [2., 0.]])).R.abs()
    tensor([[2., 0.],
            [0., 1.]])
    """
    return door.named_result("qr", ("Q", "R"))(_qr(input, "reduced" if some else "complete"))


@composite("svd(Tensor input, bool some=True, bool compute_uv=True) -> (Tensor, Tensor, Tensor)", public="svd")
def _torch_svd(input: Any, some: bool, compute_uv: bool) -> Any:
    """(U, S, V) with input = U @ diag(S) @ V.mH; linalg.svd() gives V.mH.

    >>> svd(tensor([[3., 0.], [0., 4.]])).S
    tensor([4., 3.])
    """
    if input.ndim < 2:
        raise RuntimeError(f"linalg.svd: input should have at least 2 dimensions, but has {input.ndim} dimensions instead")
    if not compute_uv:
        m, n = input.shape[-2:]
        u, v = (T.zeros(*input.shape[:-2], k, k, dtype=input._dtype, device=input.device) for k in (m, n))
        return door.named_result("svd", ("U", "S", "V"))([u, svdvals(input), v.mH])
    u, s, vh = _svd(input, not some)
    return door.named_result("svd", ("U", "S", "V"))([u, s, vh.mH])


@composite("multi_dot(Tensor[] tensors) -> Tensor", namespaces=_L, method=False)
def multi_dot(tensors: Any) -> Any:
    """Product of several matrices in the cheapest order (the first and the last may be vectors).

    >>> linalg.multi_dot([ones(2, 3), ones(3, 1), ones(1, 2)])
    tensor([[3., 3.],
            [3., 3.]])
    """
    if len(tensors) < 2:
        raise RuntimeError(f"multi_dot(): expected at least 2 tensors but got {len(tensors)}")
    parts = list(tensors)
    for k, t in enumerate(parts):
        at_ends = k in (0, len(parts) - 1)
        if t.ndim != 2 and not (at_ends and t.ndim == 1):
            which = "the first tensor" if not k else "the last tensor" if k == len(parts) - 1 else f"tensor {k}"
            raise RuntimeError(f"multi_dot(): {which} must be {'1D or ' if at_ends else ''}2D but got {t.ndim}D")
    for k, t in enumerate(parts[1:], 1):
        if t._dtype is not parts[0]._dtype:
            names = [C_NAMES.get(p._dtype.name, p._dtype.name) for p in (parts[0], t)]
            raise RuntimeError(f"multi_dot(): all tensors must have be the same dtype but tensor 0 is {names[0]} and tensor {k} {names[1]}")
    first, last = parts[0].ndim == 1, parts[-1].ndim == 1
    if first:
        parts[0] = parts[0].unsqueeze(0)
    if last:
        parts[-1] = parts[-1].unsqueeze(1)
    for k in range(len(parts) - 1):
        if parts[k].shape[-1] != parts[k + 1].shape[0]:
            a, b = list(tensors[k].shape), list(tensors[k + 1].shape)
            fail(RuntimeError, f"multi_dot(): tensors {k} and {k + 1} with shapes {a} and {b} cannot be multiplied", kind="matmul_shape", op="linalg.multi_dot",
                 operands=[(f"tensor {k}", describe(tensors[k])), (f"tensor {k + 1}", describe(tensors[k + 1]))])  # fmt: skip
    shape = ([] if first else [parts[0].shape[0]]) + ([] if last else [parts[-1].shape[1]])
    cut = _cheapest([p.shape[0] for p in parts] + [parts[-1].shape[1]])

    def product(i: int, j: int) -> Any:
        return parts[i] if i == j else mm(product(i, cut[i][j]), product(cut[i][j] + 1, j))

    return product(0, len(parts) - 1).view(shape)


def _cheapest(sizes: list[int]) -> list[list[int]]:
    """Where to cut the chain from matrix i to j: the dynamic program of Cormen, Leiserson, Rivest and Stein, chapter 14.2."""
    n = len(sizes) - 1
    cost = [[0] * n for _ in range(n)]
    cut = [[0] * n for _ in range(n)]
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            cost[i][j], cut[i][j] = min((cost[i][k] + cost[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1], k) for k in range(i, j))
    return cut


@composite("chain_matmul(Any matrices) -> Tensor", method=False)
def _chain(matrices: Any) -> Any:
    """Product of matrices in the cheapest order: linalg.multi_dot().

    >>> chain_matmul(ones(2, 3), ones(3, 1)).shape
    torch.Size([2, 1])
    """
    return multi_dot.kernel(matrices)


def chain_matmul(*matrices: Any) -> Any:
    """Product of matrices in the cheapest order: linalg.multi_dot().

    >>> chain_matmul(ones(2, 3), ones(3, 1)).shape
    torch.Size([2, 1])
    """
    for k, t in enumerate(matrices):
        if not isinstance(t, Tensor):
            raise TypeError(f"expected Tensor as element {k} in argument 0, but got {type(t).__name__}")
    if not matrices:
        raise RuntimeError("chain_matmul(): Expected one or more matrices")
    for t in matrices:
        if t.ndim != 2:
            raise RuntimeError(f"Tensor dimension is {t.ndim}, expected 2 instead.")
    if len(matrices) == 1:
        return matrices[0]
    return multi_dot.kernel(matrices)


chain_matmul.__wrapped__ = NAMESPACES["torch"]["chain_matmul"].__wrapped__  # type: ignore[attr-defined]
NAMESPACES["torch"]["chain_matmul"] = chain_matmul


@composite("vecdot(Tensor x, Tensor y, *, int dim=-1) -> Tensor", namespaces=_L, method=False)
def vecdot(x: Any, y: Any, dim: int) -> Any:
    """Inner products along a dimension.

    >>> linalg.vecdot(tensor([[1., 2.]]), tensor([[3., 4.]]))
    tensor([11.])
    """
    if x._dtype.category < dtypes.FLOAT:
        fail(
            RuntimeError,
            f"linalg.vecdot: Expected a floating point or complex tensor as input. Got {door._cap(x._dtype)}",
            kind="dtype",
            op="linalg.vecdot",
            hints=["x.float() first."],
        )
    if x._dtype is not y._dtype:
        fail(RuntimeError, "linalg.vecdot: Expected x and y to have the same dtype, but found x of type "
             f"{door._cap(x._dtype)} and y of type {door._cap(y._dtype)} instead", kind="dtype", op="linalg.vecdot")  # fmt: skip
    if x.ndim == y.ndim == 1:
        return vdot(x, y)
    return (x.conj() * y).sum(dim)


@composite("diagonal(Tensor A, *, int offset=0, int dim1=-2, int dim2=-1) -> Tensor", namespaces=_L, method=False, public="diagonal")
def _diagonal(A: Any, offset: int, dim1: int, dim2: int) -> Any:
    """The diagonals of matrices, a view.

    >>> linalg.diagonal(tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    return A.diagonal(offset, dim1, dim2)


# -- norms of matrices --------------------------------------------------------------------------------------------------------------


@_overload("matrix_norm(Tensor input, Scalar ord, int[1] dim=(-2, -1), bool keepdim=False, *, ScalarType? dtype=None) -> Tensor", namespaces=_L, method=False)
@composite("matrix_norm.str_ord(Tensor input, str ord='fro', int[1] dim=(-2, -1), bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
           namespaces=_L, method=False)  # fmt: skip
def matrix_norm(A: Any, ord: Any, dim: Any, keepdim: bool, dtype: Any) -> Any:
    """Norm of matrices: 'fro', 'nuc' (sum of singular values), inf and 1 (largest row and column sum), 2 (largest singular value), negatives for smallest.

    >>> linalg.matrix_norm(tensor([[3., 0.], [0., 4.]]))
    tensor(5.)
    """
    _matrix("linalg.matrix_norm", A)
    A = norm_input(A, dtype, "linalg.matrix_norm")
    if type(ord) is str and ord not in ("fro", "nuc"):
        raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")
    if len(dim) != 2:
        raise RuntimeError(f"linalg.matrix_norm: dim must be a 2-tuple. Got {' '.join(map(str, dim))}")
    rows, columns = (wrap_dim(d, A.ndim) for d in dim)
    if rows == columns:
        raise RuntimeError(f"linalg.matrix_norm: dims must be different. Got ({rows}, {columns})")
    if ord == "fro":
        return vector_norm.kernel(A, 2, (rows, columns), keepdim, None)
    if ord == "nuc" or ord in (2, -2):
        rest = [k for k in range(A.ndim) if k not in (rows, columns)]
        if A._dtype.itemsize == 2:
            fail(RuntimeError, f"linalg.matrix_norm: Low precision dtypes not supported. Got {door._cap(A._dtype)}", kind="dtype", op="linalg.matrix_norm",
                 hints=["A.float() first."])  # fmt: skip
        order = [*rest, rows, columns]
        s = svdvals(A.permute(order))
        if ord == "nuc" or ord == 2 and not s.shape[-1]:  # the largest of none is 0
            out = s.sum(-1, keepdim)
        else:
            out = s.amax(-1, keepdim) if ord == 2 else s.amin(-1, keepdim)
        return out.unsqueeze(-1).permute([order.index(k) for k in range(A.ndim)]) if keepdim else out
    if abs(ord) not in (1, math.inf):
        raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")
    added, left = (rows, columns) if abs(ord) == 1 else (columns, rows)
    sums = vector_norm.kernel(A, 1, (added,), keepdim, None)
    if A.shape[left] == 0 and ord > 0:  # the largest of nothing is 0
        return sums.sum(left if keepdim or added > left else left - 1, keepdim)
    if not keepdim and added < left:
        left -= 1
    return sums.amax(left, keepdim) if ord > 0 else sums.amin(left, keepdim)


@_overload("norm(Tensor input, Scalar? ord=None, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor", namespaces=_L, method=False,
           public="norm")  # fmt: skip
@composite("norm.ord_str(Tensor input, str ord, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor", namespaces=_L, method=False,
           public="norm")  # fmt: skip
def _norm(A: Any, ord: Any, dim: Any, keepdim: bool, dtype: Any) -> Any:
    """Norm of all elements; of a matrix (ord 'fro', 'nuc', 1, 2, inf) or a vector, over dim where given.

    >>> linalg.norm(tensor([[3., 0.], [0., 4.]]), 'nuc')
    tensor(7.)
    """
    if dim is not None and len(dim) not in (1, 2) and ord is not None:
        raise RuntimeError(f"linalg.norm: If dim is specified, it must be of length 1 or 2. Got {list(dim)}")
    if isinstance(ord, str):
        if dim is None and A.ndim != 2 and A.ndim != 1:
            raise RuntimeError(f"linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got {A.ndim}D.")
    elif ord is None or (dim is None and A.ndim == 1) or (dim is not None and len(dim) == 1):
        return vector_norm.kernel(norm_input(A, dtype, "linalg.vector_norm"), 2 if ord is None else ord, dim, keepdim, None)
    elif dim is None and A.ndim != 2:
        raise RuntimeError(f"linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got {A.ndim}D.")
    return matrix_norm.kernel(A, ord, (0, 1) if dim is None else dim, keepdim, dtype)


@_overload("cond.p_str(Tensor input, str p) -> Tensor", namespaces=_L, method=False)
@composite("cond(Tensor input, Scalar? p=None) -> Tensor", namespaces=_L, method=False)
def cond(A: Any, p: Any) -> Any:
    """Condition number: the norm of A times that of its inverse (p=None: of order 2).

    >>> linalg.cond(tensor([[1., 0.], [0., 4.]]))
    tensor(4.)
    """
    if A.ndim < 2:
        raise RuntimeError("linalg.cond: The input tensor must have at least 2 dimensions.")
    if isinstance(p, str):
        _matrix(f"linalg.cond(ord={p})", A, True)
    if type(p) is complex or p not in (None, 2, -2, 1, -1, math.inf, -math.inf, "fro", "nuc"):
        raise RuntimeError(f"linalg.cond got an invalid norm type: {p}")
    if A.numel() == 0:
        return T.zeros(A.shape[:-2], dtype=A._dtype.to_real() if A._dtype.is_complex else A._dtype, device=A.device)
    if p is None or p in (2, -2):
        s = svdvals(A)
        largest, smallest = s.narrow(-1, 0, 1), s.narrow(-1, -1, 1)
        return (smallest / largest if p == -2 else largest / smallest).squeeze(-1)
    if p == "nuc":
        s = svdvals(A)
        return s.sum(-1) * s.reciprocal().sum(-1)
    if not isinstance(p, str):
        _matrix(f"linalg.cond(ord={p:f})" if type(p) is float else f"linalg.cond(ord={p})", A, True)
    inverse, info = NAMESPACES["linalg"]["inv_ex"](A)
    inverse = inverse.masked_fill((info > 0).unsqueeze(-1).unsqueeze(-1), math.inf)  # the condition of a singular matrix is infinite
    out = matrix_norm.kernel(A, p, (-2, -1), False, None) * matrix_norm.kernel(inverse, p, (-2, -1), False, None)
    return out if p == "fro" else T.nan_to_num(out, math.inf, math.inf, -math.inf)


def _matrix_exp_method(self: Any) -> Any:
    """The matrix exponential: linalg.matrix_exp()."""
    return matrix_exp(self)


attach("matrix_exp", _matrix_exp_method)

__all__ = ["det", "inv", "solve"]
