"""torch.linalg, the second part: eigenvalues of any matrix, LU and LDL factors, least squares, Householder's reflections, and solving with factors.

LAPACK does the work, through SciPy (imported on use) where NumPy has no name for it; on the host, also for a GPU's tensors.
"""

from __future__ import annotations

import math

from .. import apply as door
from .. import dtypes
from ..apply import TENSORS as T
from ..errors import fail
from ..graph import warn
from ..registry import NAMESPACES, composite, op
from ..tensors import wrap_dim
from .arithmetic import without_rule
from .decompose import _by_numpy, _floats, _LinAlgError, _matrix, _pinv, _pinv_rule, _solve, as_lapack, cholesky, inv, solve, solve_triangular
from .scan import on_host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_L = ("linalg",)
_HERE: dict[str, Any] = {"namespaces": ("internal",), "method": False, "kind": "ordered", "layout": as_lapack}


def _lapack(name: str, kind: Any) -> Any:
    """LAPACK's routine for a dtype, through SciPy."""
    try:
        from scipy.linalg import lapack
    except ImportError:
        fail(NotImplementedError, f"{name} needs SciPy, which is not installed", kind="missing", op=name, hints=["pip install scipy"])
    return getattr(lapack, {"f": "s", "d": "d", "F": "c", "D": "z"}[kind.char] + name)


def _each(xp: Any, f: Any, *arrays: Any) -> list[Any]:
    """f of every matrix of a batch; its results stacked."""
    batch = arrays[0].shape[:-2]
    if not batch:
        return [xp.asarray(r) for r in f(*arrays)]
    found = [f(*[a[at] for a in arrays]) for at in xp.ndindex(batch)]
    return [xp.stack([xp.asarray(r) for r in rs]).reshape(*batch, *xp.asarray(rs[0]).shape) for rs in zip(*found, strict=True)]


def _dtypes(*kinds: str) -> Any:
    """The policy for several results: c complex, r real, i int32, l int64, else the operand's dtype."""

    def policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
        d = values[0]._dtype
        _floats(o, dims, zeros, numbers, values)
        table = {"c": d.to_complex(), "r": d.to_real(), "i": dtypes.int32, "l": dtypes.int64}
        return d, tuple([table.get(k, d) for k in kinds])

    return policy


# -- eigenvalues ----------------------------------------------------------------------------------------------------------------------


def _eig_spec(A: Any) -> Any:
    batch, n, _ = _matrix("eig", A, True)
    return [(*batch, n), tuple(A.shape)]


@op("_eig(Tensor A) -> (Tensor eigenvalues, Tensor eigenvectors)", public="linalg_eig", title="eig", label="eig", dtype=_dtypes("c", "c"), spec=_eig_spec,
    node="LinalgEigBackward0", undefined_ok=True, wirtinger=True, **_HERE)  # fmt: skip
def _eig(xp: Any, A: Any) -> Any:
    """Eigenvalues and eigenvectors of a square matrix."""
    if not bool(on_host(A)[0].isfinite(on_host(A)[1]).all()):
        fail(RuntimeError, "torch.linalg.eig: input tensor should not contain infs or NaNs.", kind="value", op="linalg.eig")
    return tuple(_by_numpy("eig", lambda la, a: la.eig(a), A))


@_eig.vjp("A", rule="V^-H @ (diag(g_w) + (V.mH @ g_V - V.mH @ V * diag) / conj(E)) @ V.mH, E[i, j] = w[j] - w[i]")
def _(g_eigenvalues: Any, g_eigenvectors: Any, eigenvalues: Any, eigenvectors: Any) -> Any:
    v, w = eigenvectors, eigenvalues
    if g_eigenvectors is None:
        return _solve(v.mH, g_eigenvalues.unsqueeze(-1) * v.mH)
    turn = v.mH @ g_eigenvectors
    size = turn.diagonal(0, -2, -1)
    inner = turn - (v.mH @ v) * size.real.unsqueeze(-2)  # vectors have length 1: what would change it counts for nothing
    same = T.eye(v.shape[-1], dtype=dtypes.bool_, device=v.device)
    apart = (w.unsqueeze(-2) - w.unsqueeze(-1)).conj()
    inner = T.where(same, 0.0, inner / T.where(same, 1.0, apart))
    if g_eigenvalues is not None:
        inner = inner + T.diag_embed(g_eigenvalues)
    return _solve(v.mH, inner @ v.mH)


@_eig.samples
def _(make: Any) -> Any:
    yield (make([[2.0, 0.5], [0.25, 1.0]]),)


@composite("eig(Tensor A) -> (Tensor, Tensor)", namespaces=_L, method=False, public="eig")
def eig(A: Any) -> Any:
    """Eigenvalues and eigenvectors (columns of length 1) of a square matrix, complex in general: (eigenvalues, eigenvectors).

    >>> linalg.eig(tensor([[0., 1.], [-1., 0.]])).eigenvalues
    tensor([0.+1.j, 0.-1.j])
    """
    return _eig(A)


@composite("eigvals(Tensor A) -> Tensor", namespaces=_L, method=False)
def eigvals(A: Any) -> Any:
    """Eigenvalues of a square matrix, complex in general.

    >>> linalg.eigvals(tensor([[0., 1.], [-1., 0.]]))
    tensor([0.+1.j, 0.-1.j])
    """
    return _eig(A)[0]


@eigvals.samples
def _(make: Any) -> Any:
    yield (make([[2.0, 0.5], [0.25, 1.0]]),)
    yield (make([[2.0, 0.5, 1.0], [0.25, 1.0, -2.0], [0.5, 2.0, 0.25]]),)


# -- LU -------------------------------------------------------------------------------------------------------------------------------


def _permutation(xp: Any, pivots: Any, m: int) -> Any:
    """The rows of P @ L @ U in the order of A's: row k of L U is row order[k] of A."""
    order = list(range(m))
    for k, p in enumerate(pivots.tolist()):
        order[k], order[p - 1] = order[p - 1], order[k]
    return xp.asarray(order, dtype="int64")


def _lu_rule(g_l: Any, g_u: Any, p: Any, lower: Any, upper: Any) -> Any:
    """The gradient of A = P @ L @ U from those of the factors (p None: no rows exchanged)."""
    m, n = lower.shape[-2], upper.shape[-1]
    k = min(m, n)
    if m == n:
        inner = (lower.mH @ g_l).tril(-1) + (g_u @ upper.mH).triu()
        out = solve_triangular.kernel(lower.mH, inner, True, True, True)
        out = _right(out, upper.mH, False)
    elif m < n:
        u1, u2, g1, g2 = upper[..., :, :k], upper[..., :, k:], g_u[..., :, :k], g_u[..., :, k:]
        inner = (lower.mH @ g_l - g2 @ u2.mH).tril(-1) + (g1 @ u1.mH).triu()
        inner = _right(inner, u1.mH, False)
        out = solve_triangular.kernel(lower.mH, T.cat([inner, g2], -1), True, True, True)
    else:
        l1, l2, g1, g2 = lower[..., :k, :], lower[..., k:, :], g_l[..., :k, :], g_l[..., k:, :]
        inner = (l1.mH @ g1).tril(-1) + (g_u @ upper.mH - l2.mH @ g2).triu()
        inner = solve_triangular.kernel(l1.mH, inner, True, True, True)
        out = _right(T.cat([inner, g2], -2), upper.mH, False)
    return out if p is None else p @ out


def _right(x: Any, triangle: Any, upper: bool) -> Any:
    """x @ triangle^-1."""
    return solve_triangular.kernel(triangle.mT, x.mT, not upper, True, False).mT


def _lu_name(A: Any, pivot: bool, name: str) -> None:
    if len(A.shape) < 2:
        shown = ", ".join(map(str, A.shape))
        raise RuntimeError(f"torch.{name}: Expected tensor with 2 or more dimensions. Got size: [{shown}] instead")
    if not pivot:
        raise RuntimeError("linalg.lu_factor: LU without pivoting is not implemented on the CPU")


def _lu_factor_spec(A: Any, pivot: bool, check: bool) -> Any:
    _lu_name(A, pivot, "lu_factor")
    k = min(A.shape[-2:])
    return [tuple(A.shape), (*A.shape[:-2], k), tuple(A.shape[:-2])]


@op("_lu_factor(Tensor A, bool pivot=True, bool check=False) -> (Tensor LU, Tensor pivots, Tensor info)", public="linalg_lu_factor_ex", title="solve",
    label="lu_factor", dtype=_dtypes("", "i", "i"), spec=_lu_factor_spec, node="LinalgLuFactorExBackward0", nondiff="pivots info", wirtinger=True,
    flops="2/3*n**3", **_HERE)  # fmt: skip
def _lu_factor(xp: Any, A: Any, pivot: bool, check: bool) -> Any:
    """Both factors of A = P @ L @ U in one matrix, the exchanged rows, and which pivot is 0 (0: none)."""
    xp, a = on_host(A)
    if not a.size:
        return a, xp.zeros((*a.shape[:-2], min(a.shape[-2:])), "int32"), xp.zeros(a.shape[:-2], "int32")
    f = _lapack("getrf", a.dtype)

    def one(x: Any) -> Any:
        lu, piv, info = f(x)
        return lu, piv.astype("int32") + 1, info

    out = _each(xp, one, a)
    if check and out[2].any():
        k = int(out[2][tuple(i[0] for i in xp.nonzero(xp.atleast_1d(out[2])))] if out[2].ndim else out[2])
        fail(
            RuntimeError,
            f"torch.linalg.lu_factor: U[{k},{k}] is zero and using it on lu_solve would result in a division by zero. If you still want to perform "
            "the factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)",
            kind="singular",
            op="linalg.lu_factor",
        )
    return out


@_lu_factor.vjp("A", rule="P @ L^-H @ (tril(L.mH @ g_L, -1) + triu(g_U @ U.mH)) @ U^-H")
def _(g_LU: Any, LU: Any, pivots: Any) -> Any:
    p, lower, upper = _unpacked(LU, pivots)
    m, n = LU.shape[-2:]
    k = min(m, n)
    return _lu_rule(g_LU[..., :, :k].tril(-1), g_LU[..., :k, :].triu(), p, lower, upper)


def _unpacked(LU: Any, pivots: Any) -> tuple[Any, Any, Any]:
    """P, L and U from lu_factor's results."""
    m, n = LU.shape[-2:]
    k = min(m, n)
    lower = LU[..., :, :k].tril(-1) + T.eye(m, k, dtype=LU._dtype, device=LU.device)
    return _permutations(pivots, m, LU._dtype), lower, LU[..., :k, :].triu()


def _permutations_spec(pivots: Any, m: int, dtype: Any) -> Any:
    return (*pivots.shape[:-1], m, m)


@op("_permutation(Tensor pivots, int m, ScalarType dtype) -> Tensor", namespaces=("internal",), method=False, spec=_permutations_spec,
    dtype=lambda o, dims, zeros, numbers, values: (None, values[2]))  # fmt: skip
def _permutations(xp: Any, pivots: Any, m: int, dtype: Any) -> Any:
    """The matrix P of row exchanges."""
    host, p = on_host(pivots)
    out = host.zeros((*p.shape[:-1], m, m), dtype.name if dtype.name != "bfloat16" else "float32")
    for at in host.ndindex(p.shape[:-1]):
        out[(*at, _permutation(host, p[at], m), host.arange(m))] = 1
    return out


def _lu_spec(A: Any, pivot: bool) -> Any:
    _lu_name(A, pivot, "lu")
    batch, (m, n) = tuple(A.shape[:-2]), A.shape[-2:]
    k = min(m, n)
    return [(*batch, m, m), (*batch, m, k), (*batch, k, n)]


@op("_lu(Tensor A, bool pivot=True) -> (Tensor P, Tensor L, Tensor U)", namespaces=("internal",), method=False, public="linalg_lu", title="solve", label="lu",
    dtype=_dtypes("", "", ""), spec=_lu_spec, node="LinalgLuBackward0", nondiff="P", wirtinger=True, flops="2/3*n**3")  # fmt: skip
def _lu(xp: Any, A: Any, pivot: bool) -> Any:
    """Row exchanges, a lower and an upper triangle."""
    lu, piv, _ = _lu_factor.kernel(xp, A, True, False)
    xp, _ = on_host(A)
    m, n = lu.shape[-2:]
    k = min(m, n)
    p = xp.zeros((*lu.shape[:-2], m, m), lu.dtype)
    for at in xp.ndindex(lu.shape[:-2]):
        p[(*at, _permutation(xp, piv[at], m), xp.arange(m))] = 1
    return p, xp.tril(lu[..., :, :k], -1) + xp.eye(m, k, dtype=lu.dtype), xp.triu(lu[..., :k, :])


@_lu.vjp("A", rule="P @ L^-H @ (tril(L.mH @ g_L, -1) + triu(g_U @ U.mH)) @ U^-H")
def _(g_L: Any, g_U: Any, P: Any, L: Any, U: Any) -> Any:
    return _lu_rule(g_L.tril(-1), g_U.triu(), P, L, U)


@_lu.samples
def _(make: Any) -> Any:
    yield (make([[2.0, 0.5], [4.0, 1.5]]),)
    yield (make([[2.0, 0.5], [4.0, 1.5], [1.0, 3.0]]),)
    yield (make([[2.0, 0.5, 1.0], [4.0, 1.5, 3.0]]),)


@_lu_factor.samples
def _(make: Any) -> Any:
    yield (make([[2.0, 0.5, 1.0], [4.0, 1.5, 3.0], [1.0, 0.25, 2.0]]),)
    yield (make([[2.0, 0.5, 1.0], [4.0, 1.5, 3.0]]),)


@composite("lu(Tensor A, *, bool pivot=True) -> (Tensor, Tensor, Tensor)", namespaces=_L, method=False, public="lu")
def lu(A: Any, pivot: bool) -> Any:
    """P (row exchanges), L (lower triangle, ones on the diagonal) and U (upper triangle) with A = P @ L @ U: (P, L, U).

    >>> linalg.lu(tensor([[1., 2.], [4., 4.]])).U
    tensor([[4., 4.],
            [0., 1.]])
    """
    return _lu(A, pivot)


@composite("lu_factor_ex(Tensor A, *, bool pivot=True, bool check_errors=False) -> (Tensor, Tensor, Tensor)", namespaces=_L, method=False)
def lu_factor_ex(A: Any, pivot: bool, check_errors: bool) -> Any:
    """lu_factor() with the number of the first zero pivot instead of an error: (LU, pivots, info).

    >>> linalg.lu_factor_ex(tensor([[1., 2.], [2., 4.]])).info
    tensor(2, dtype=torch.int32)
    """
    return _lu_factor(A, pivot, check_errors)


@composite("lu_factor(Tensor A, *, bool pivot=True) -> (Tensor, Tensor)", namespaces=_L, method=False)
def lu_factor(A: Any, pivot: bool) -> Any:
    """L and U in one matrix, and the row that each row was exchanged with (from 1): (LU, pivots); RuntimeError where a pivot is 0.

    >>> linalg.lu_factor(tensor([[1., 2.], [4., 4.]])).pivots
    tensor([2, 2], dtype=torch.int32)
    """
    return door.named_result("linalg_lu_factor", ("LU", "pivots"))(_lu_factor(A, pivot, True)[:2])


@composite("lu(Tensor input, bool pivot=True, bool get_infos=False) -> (Tensor, Tensor)", namespaces=("Tensor",), public="lu")
def _lu_method(input: Any, pivot: bool, get_infos: bool) -> Any:
    """L and U in one matrix and the pivots: linalg.lu_factor()."""
    LU, pivots, info = _lu_factor(input, pivot, not get_infos)
    return (LU, pivots, info) if get_infos else (LU, pivots)


@composite("lu_unpack(Tensor LU_data, Tensor LU_pivots, bool unpack_data=True, bool unpack_pivots=True) -> (Tensor, Tensor, Tensor)", method=False)
def lu_unpack(LU_data: Any, LU_pivots: Any, unpack_data: bool, unpack_pivots: bool) -> Any:
    """P, L and U from the results of linalg.lu_factor().

    >>> lu_unpack(*linalg.lu_factor(tensor([[1., 2.], [4., 4.]]))).P
    tensor([[0., 1.],
            [1., 0.]])
    """
    _int_pivots("lu_unpack", LU_pivots)
    p, lower, upper = _unpacked(LU_data, LU_pivots)
    none = LU_data.new_empty(0)
    found = [p if unpack_pivots else none, lower if unpack_data else none, upper if unpack_data else none]
    return door.named_result("lu_unpack", ("P", "L", "U"))(found)


@lu_unpack.samples
def _(make: Any) -> Any:
    yield make([[2.0, 0.5], [0.25, 1.5]]), make([2, 2], dtype="int32", grad=False)


def _int_pivots(name: str, pivots: Any) -> None:
    if pivots._dtype is not dtypes.int32:
        fail(RuntimeError, f"{name}: pivots should be a Tensor of scalar type torch.int32", kind="dtype", op=name, hints=["They come from linalg.lu_factor()."])


def _same_as_b(LU: Any, pivots: Any, B: Any, adjoint: bool) -> Any:
    return (*door.broadcast_shapes([tuple(LU.shape[:-2]), tuple(B.shape[:-2])]), *B.shape[-2:])


@op("_lu_solve(Tensor LU, Tensor pivots, Tensor B, bool adjoint) -> Tensor", public="linalg_lu_solve", title="solve", label="lu_solve", spec=_same_as_b,
    dtype=lambda o, dims, zeros, numbers, values: (None, values[2]._dtype), node="LinalgLuSolveBackward0", flops="2*n**2", wirtinger=True,
    **_HERE)  # fmt: skip
def _lu_solve(xp: Any, LU: Any, pivots: Any, B: Any, adjoint: bool) -> Any:
    """X with A @ X = B, or with A.mH @ X = B, from A's factors."""
    xp, a = on_host(LU)
    piv, b = on_host(pivots)[1], on_host(B)[1]
    batch = xp.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = xp.broadcast_to(a, (*batch, *a.shape[-2:])), xp.broadcast_to(b, (*batch, *b.shape[-2:]))
    piv = xp.broadcast_to(piv, (*batch, piv.shape[-1]))
    if not b.size:
        return b.copy()
    f = _lapack("getrs", a.dtype)
    return _each(xp, lambda x, p, y: (f(x, p[0] - 1, y, trans=2 if adjoint else 0)[0],), a, piv[..., None, :], b)[0]


@_lu_solve.vjp("LU", "B", rule="B: solve with A.mH; LU: tril(P.mT @ g_A @ U.mH, -1) + triu(L.mH @ P.mT @ g_A), g_A = -g_B @ out.mH")
def _(g: Any, LU: Any, pivots: Any, B: Any, out: Any, adjoint: bool, needs: Any) -> Any:
    g_b = _lu_solve(LU, pivots, g, not adjoint)
    if not needs[0]:
        return None, g_b
    g_a = -(out @ g_b.mH) if adjoint else -(g_b @ out.mH)
    p, lower, upper = _unpacked(LU, pivots)
    g_a = p.mT @ g_a
    return (g_a @ upper.mH).tril(-1) + (lower.mH @ g_a).triu(), g_b


@_lu_solve.samples
def _(make: Any) -> Any:
    yield make([[2.0, 0.5], [0.25, 1.5]]), make([2, 2], dtype="int32", grad=False), make(2, 3), False
    yield make([[2.0, 0.5], [0.25, 1.5]]), make([2, 2], dtype="int32", grad=False), make(2, 1), True


@composite("lu_solve(Tensor LU, Tensor pivots, Tensor B, *, bool left=True, bool adjoint=False) -> Tensor", namespaces=_L, method=False, public="lu_solve")
def lu_solve(LU: Any, pivots: Any, B: Any, left: bool, adjoint: bool) -> Any:
    """X with A @ X = B from the results of lu_factor(A); left=False: X @ A = B; adjoint=True: A.mH in A's place.

    >>> linalg.lu_solve(*linalg.lu_factor(tensor([[2., 0.], [0., 4.]])), tensor([[2.], [2.]]))
    tensor([[1.0000],
            [0.5000]])
    """
    _int_pivots("linalg.lu_solve", pivots)
    n = LU.shape[-1]
    if B.ndim < 2 or B.shape[-2 if left else -1] != n:
        raise RuntimeError(f"linalg.lu_solve: Incompatible shapes of A and B for the equation {'AX' if left else 'XA'} = B ({n}x{n} and "
                           f"{'x'.join(map(str, B.shape[-2:]))})")  # fmt: skip
    if left:
        return _lu_solve(LU, pivots, B, adjoint)
    return _lu_solve(LU, pivots, B.mH, not adjoint).mH


@composite("lu_solve(Tensor input, Tensor LU_data, Tensor LU_pivots) -> Tensor", public="lu_solve")
def _old_lu_solve(input: Any, LU_data: Any, LU_pivots: Any) -> Any:
    """X with A @ X = input, from A's factors: linalg.lu_solve().

    >>> lu_solve(tensor([[2.], [2.]]), *linalg.lu_factor(tensor([[2., 0.], [0., 4.]])))
    tensor([[1.0000],
            [0.5000]])
    """
    warn("torch.lu_solve is deprecated in favor of torch.linalg.lu_solve and will be removed in a future PyTorch release.", once="lu_solve")
    return lu_solve.kernel(LU_data, LU_pivots, input, True, False)


# -- results with an error code -------------------------------------------------------------------------------------------------------


def _info(A: Any, name: str) -> Any:
    """0 for each matrix that can be taken, else the number LAPACK would give."""
    if name == "cholesky":
        return _cholesky_info(A.detach())
    return _lu_factor(A.detach(), True, False)[2]


@op("_cholesky_info(Tensor A) -> Tensor", namespaces=("internal",), method=False, spec=lambda A: _matrix("cholesky", A, True)[0],
    dtype=lambda o, dims, zeros, numbers, values: (None, dtypes.int32))  # fmt: skip
def _cholesky_info(xp: Any, A: Any) -> Any:
    """The order of the first leading minor that is not positive, 0 where all are."""
    xp, a = on_host(A)
    out = xp.zeros(a.shape[:-2], "int32")
    if a.size:
        f = _lapack("potrf", a.dtype)
        for at in xp.ndindex(a.shape[:-2]):
            out[at] = f(a[at], lower=1)[1]
    return out


def _with_info(A: Any, name: str, title: str, check: bool, fields: tuple[str, str], compute: Any) -> Any:
    info = _info(A, name)
    failing = info != 0
    if not A.is_meta and bool(failing.any()):
        if check:
            compute(A, title)
        safe = T.where(failing.unsqueeze(-1).unsqueeze(-1), T.eye(A.shape[-1], dtype=A._dtype, device=A.device), A)
        out = compute(safe, title)
        lost = failing.reshape(*failing.shape, *[1] * (out.ndim - failing.ndim))
        out = T.where(lost, math.nan, out)
    else:
        out = compute(A, title)
    return door.named_result(f"linalg_{title}", fields)([out, info])


def _renamed(f: Any, name: str, title: str) -> Any:
    try:
        return f()
    except _LinAlgError as e:
        e.args = (str(e).replace(f"linalg.{name}:", f"linalg.{title}:"),)
        raise


@composite("cholesky_ex(Tensor A, *, bool upper=False, bool check_errors=False) -> (Tensor, Tensor)", namespaces=_L, method=False)
def cholesky_ex(A: Any, upper: bool, check_errors: bool) -> Any:
    """cholesky() with an error code instead of an error: (L, info); a matrix that is not positive definite gives nan.

    >>> linalg.cholesky_ex(tensor([[-1., 0.], [0., 1.]])).info
    tensor(1, dtype=torch.int32)
    """
    _matrix("cholesky_ex", A, True)
    return _with_info(A, "cholesky", "cholesky_ex", check_errors, ("L", "info"),
                      lambda a, title: _renamed(lambda: cholesky(a, upper=upper), "cholesky", title))  # fmt: skip


@composite("inv_ex(Tensor A, *, bool check_errors=False) -> (Tensor, Tensor)", namespaces=_L, method=False)
def inv_ex(A: Any, check_errors: bool) -> Any:
    """inv() with an error code instead of an error: (inverse, info); a singular matrix gives nan.

    >>> linalg.inv_ex(tensor([[1., 2.], [2., 4.]])).info
    tensor(2, dtype=torch.int32)
    """
    _matrix("inv_ex", A, True)
    return _with_info(A, "inv", "inv_ex", check_errors, ("inverse", "info"), lambda a, title: _renamed(lambda: inv(a), "inv", title))


@composite("solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False) -> (Tensor, Tensor)", namespaces=_L, method=False)
def solve_ex(A: Any, B: Any, left: bool, check_errors: bool) -> Any:
    """solve() with an error code instead of an error: (result, info); a singular matrix gives nan.

    >>> linalg.solve_ex(tensor([[1., 2.], [2., 4.]]), tensor([1., 1.])).info
    tensor(2, dtype=torch.int32)
    """
    _matrix("solve_ex", A, True)
    return _with_info(A, "solve", "solve_ex", check_errors, ("result", "info"),
                      lambda a, title: _renamed(lambda: solve.kernel(a, B, left), "solve", title))  # fmt: skip


for _o, _more in ((cholesky_ex, ()), (inv_ex, ()), (solve_ex, (2,))):

    def _codes(make: Any, _more: Any = _more) -> Any:
        yield (make([[4.0, 1.0], [1.0, 3.0]]), *[make(k) for k in _more])

    _o.samples(_codes)


# -- least squares --------------------------------------------------------------------------------------------------------------------

_DRIVERS = ("gels", "gelsy", "gelsd", "gelss")


def _lstsq_spec(A: Any, B: Any, rcond: Any, driver: str) -> Any:
    if len(A.shape) < 2:
        raise RuntimeError("torch.linalg.lstsq: input must have at least 2 dimensions.")
    if not B.shape:
        raise RuntimeError("torch.linalg.lstsq: other must have at least 1 dimension.")
    batch, (m, n) = tuple(A.shape[:-2]), A.shape[-2:]
    vector = _one_column(A, B)
    if vector:
        if B.shape[-1] != m:
            raise RuntimeError("torch.linalg.lstsq: input.size(-2) should match other.size(-1)")
        return [(*batch, n), (0,), batch, (*batch, min(m, n))]
    if B.shape[-2] != m:
        raise RuntimeError("torch.linalg.lstsq: input.size(-2) should match other.size(-2)")
    batch = door.broadcast_shapes([batch, tuple(B.shape[:-2])])
    return [(*batch, n, B.shape[-1]), (0,), tuple(A.shape[:-2]), (*A.shape[:-2], min(m, n))]


def _one_column(A: Any, B: Any) -> bool:
    return len(B.shape) == 1 or (len(A.shape) - 1 == len(B.shape) and tuple(B.shape) == tuple(A.shape[:-1]))


@op("_lstsq(Tensor A, Tensor B, float? rcond, str driver) -> (Tensor solution, Tensor residuals, Tensor rank, Tensor singular_values)",
    namespaces=("internal",), method=False, public="linalg_lstsq", title="lstsq", label="lstsq", dtype=_dtypes("", "r", "l", "r"),
    nondiff="rank singular_values", node="LinalgLstsqBackward0",
    wirtinger=True, kind="ordered",
    layout=as_lapack)  # fmt: skip
def _lstsq(xp: Any, A: Any, B: Any, rcond: Any, driver: str) -> Any:
    """What makes |A @ X - B| least; of several, the shortest."""
    xp, a = on_host(A)
    b = on_host(B)[1]
    m, n = a.shape[-2:]
    vector = _one_column(a, b)
    y = b[..., None] if vector else b
    u, s, vh = _by_numpy("svd", lambda la, x: la.svd(x, False), a)
    limit = (max(m, n) * float(xp.finfo(a.dtype).eps) if rcond is None else rcond) * s[..., :1]
    keep = s > limit
    inverse = xp.where(keep, 1.0 / xp.where(keep, s, 1), 0).astype(a.dtype)
    solution = xp.conjugate(xp.swapaxes(vh, -1, -2)) @ (inverse[..., None] * (xp.conjugate(xp.swapaxes(u, -1, -2)) @ y))
    rank = keep.sum(-1)
    residuals = xp.zeros(0, s.dtype)
    if m > n and driver != "gelsy" and bool((rank == n).all()):
        residuals = (xp.abs(a @ solution - y) ** 2).sum(-2)
        residuals = residuals[..., 0] if vector else residuals
    shown = s if driver in ("gelsd", "gelss") else xp.zeros(0, s.dtype)
    return solution[..., 0] if vector else solution, residuals, xp.zeros(0, "int64") if driver == "gels" else rank, shown


@_lstsq.vjp("A", "B", rule="X = pinv(A) @ B: g_B = pinv(A).mH @ g, and the rule of pinv at g @ B.mH")
def _(g_solution: Any, g_residuals: Any, A: Any, B: Any, solution: Any, residuals: Any, needs: Any) -> Any:
    vector = _one_column(A, B)
    g, b, x = (t.unsqueeze(-1) if vector else t for t in (g_solution, B, solution))
    p = _pinv(A)
    g_b = p.mH @ g
    g_a = _pinv_rule(g @ b.mH, A, p) if needs[0] else None
    if residuals.numel():
        miss = (A @ x - b) * (g_residuals.unsqueeze(-1) if vector else g_residuals).unsqueeze(-2) * 2.0
        g_b = g_b - miss
        g_a = g_a + miss @ x.mH if g_a is not None else None
    return g_a, (g_b.squeeze(-1) if vector else g_b)


@_lstsq.samples
def _(make: Any) -> Any:
    yield make([[2.0, 0.5], [0.25, 1.0], [0.0, 1.0]]), make(3, 2), None, "gelsd"
    yield make([[2.0, 0.5], [0.25, 1.0]]), make(2), None, "gelsy"
    yield make([[2.0, 0.5, 1.0], [0.25, 1.0, 0.0]]), make(2, 2), None, "gelsy"


@composite("lstsq(Tensor A, Tensor B, float? rcond=None, *, str? driver=None) -> (Tensor, Tensor, Tensor, Tensor)", namespaces=_L, method=False, public="lstsq")
def lstsq(A: Any, B: Any, rcond: Any, driver: Any) -> Any:
    """The X for which |A @ X - B| is least: (solution, residuals, rank, singular_values); what the driver does not compute is empty.

    >>> linalg.lstsq(tensor([[1., 0.], [1., 1.], [1., 2.]]), tensor([1., 3., 5.])).solution.round()
    tensor([1., 2.])
    """
    _lstsq_spec(A, B, rcond, driver)
    if driver not in (None, *_DRIVERS):
        raise RuntimeError("torch.linalg.lstsq: parameter `driver` should be one of (gels, gelsy, gelsd, gelss)")
    if A._dtype is not B._dtype:
        name, other = door._cap(A._dtype), door._cap(B._dtype)
        raise RuntimeError(f"torch.linalg.lstsq: input and other should have the same dtype, but got {name} and {other}")
    return _lstsq(A, B, rcond, driver or "gelsy")


# -- reflections ----------------------------------------------------------------------------------------------------------------------


def _geqrf_spec(A: Any) -> Any:
    batch, m, n = _matrix("geqrf", A)
    return [tuple(A.shape), (*batch, min(m, n))]


@op("geqrf(Tensor input) -> (Tensor a, Tensor tau)", title="qr", kind="ordered", layout=as_lapack, dtype=_dtypes("", ""), spec=_geqrf_spec,
    node="GeqrfBackward0")  # fmt: skip
def geqrf(xp: Any, input: Any) -> Any:
    """The QR decomposition as LAPACK keeps it: R and below it the reflections' vectors, and their factors: (a, tau).

    >>> geqrf(tensor([[3., 1.], [4., 2.]])).tau
    tensor([1.6000, 0.0000])
    """
    xp, a = on_host(input)
    if not a.size:
        return a, xp.zeros((*a.shape[:-2], min(a.shape[-2:])), a.dtype)
    f = _lapack("geqrf", a.dtype)
    return _each(xp, lambda x: f(x)[:2], a)


@geqrf.vjp("input", rule="none: raises")
def _(g_a: Any) -> Any:
    fail(NotImplementedError, "the derivative for 'geqrf' is not implemented.", kind="derivative", op="geqrf", hints=["linalg.qr(A) has one."])


@geqrf.samples
def _(make: Any) -> Any:
    yield (make([[3.0, 1.0], [4.0, 2.0]], grad=False),)


def _reflections(A: Any, tau: Any) -> list[tuple[Any, Any]]:
    """Vector (a column) and factor of each reflection."""
    m = A.shape[-2]
    place = T.arange(m, device=A.device)
    out = []
    for k in range(tau.shape[-1]):
        unit = (place == k).to(A._dtype)
        v = T.where(place > k, A[..., :, k], unit)
        out.append((v.unsqueeze(-1), tau[..., k].unsqueeze(-1).unsqueeze(-1)))
    return out


@composite("householder_product(Tensor A, Tensor tau) -> Tensor", namespaces=_L, method=False)
def householder_product(A: Any, tau: Any) -> Any:
    """The first columns of a product of reflections 1 - tau * v @ v.mH: Q from the results of geqrf().

    >>> linalg.householder_product(*geqrf(tensor([[3.], [4.]])))
    tensor([[-0.6000],
            [-0.8000]])
    """
    if A.ndim < 2:
        raise RuntimeError("torch.linalg.householder_product: input must have at least 2 dimensions.")
    if not tau.ndim:
        raise IndexError("Dimension specified as -1 but tensor has no dimensions")
    m, n = A.shape[-2:]
    if m < n:
        raise RuntimeError("torch.linalg.householder_product: input.shape[-2] must be greater than or equal to input.shape[-1]")
    if n < tau.shape[-1]:
        raise RuntimeError("torch.linalg.householder_product: input.shape[-1] must be greater than or equal to tau.shape[-1]")
    q = T.eye(m, n, dtype=A._dtype, device=A.device).expand(*A.shape)
    for v, t in reversed(_reflections(A, tau)):
        q = q - t * (v @ (v.mH @ q))
    return q


@householder_product.samples
def _(make: Any) -> Any:
    yield make([[2.0, 0.5], [0.25, 1.0], [0.5, 0.75]]), make(2)


NAMESPACES["torch"]["orgqr"] = NAMESPACES["linalg"]["householder_product"]


@composite("orgqr(Tensor input, Tensor input2) -> Tensor", namespaces=("Tensor",))
def _orgqr(input: Any, input2: Any) -> Any:
    """Q from the results of geqrf(): linalg.householder_product()."""
    return householder_product.kernel(input, input2)


@composite("ormqr(Tensor input, Tensor tau, Tensor other, bool left=True, bool transpose=False) -> Tensor")
def ormqr(input: Any, tau: Any, other: Any, left: bool, transpose: bool) -> Any:
    """Q @ other (left=False: other @ Q; transpose=True: with Q.mH), for the whole square Q of the reflections that geqrf() gives.

    >>> ormqr(*geqrf(tensor([[3.], [4.]])), tensor([[5.], [0.]]))
    tensor([[-3.],
            [-4.]])
    """
    if input.ndim < 2 or other.ndim < 2:
        raise RuntimeError(f"torch.ormqr: {'input' if input.ndim < 2 else 'other'} must have at least 2 dimensions.")
    side = -2 if left else -1
    if other.shape[side] != input.shape[-2]:
        raise RuntimeError(f"torch.ormqr: other.shape[{side}] must be equal to input.shape[-2]")
    out = other
    steps = _reflections(input, tau)
    for v, t in steps if left == transpose else reversed(steps):
        t = t.conj() if transpose else t
        out = out - t * (v @ (v.mH @ out)) if left else out - t * ((out @ v) @ v.mH)
    return out


@ormqr.samples
def _(make: Any) -> Any:
    yield make([[2.0, 0.5], [0.25, 1.0], [0.5, 0.75]]), make(2), make(3, 2)
    yield make([[2.0, 0.5], [0.25, 1.0], [0.5, 0.75]]), make(2), make(2, 3), False, True


# -- LDL ------------------------------------------------------------------------------------------------------------------------------


def _ldl_spec(A: Any, hermitian: bool) -> Any:
    if len(A.shape) < 2 or A.shape[-1] != A.shape[-2]:
        try:
            _matrix("ldl_factor_ex", A, True)
        except RuntimeError as e:
            e.args = ("torch." + str(e),)
            raise
    return [tuple(A.shape), tuple(A.shape[:-1]), tuple(A.shape[:-2])]


@op("_ldl(Tensor A, bool hermitian) -> (Tensor LD, Tensor pivots, Tensor info)", public="linalg_ldl_factor_ex", title="ldl_factor_ex", label="ldl_factor",
    dtype=_dtypes("", "i", "i"), nondiff="pivots info", spec=_ldl_spec, node="NotImplemented", **_HERE)  # fmt: skip
def _ldl(xp: Any, A: Any, hermitian: bool) -> Any:
    """L and D in one matrix, the exchanged rows, an error code."""
    xp, a = on_host(A)
    if not a.size:
        return a, xp.zeros(a.shape[:-1], "int32"), xp.zeros(a.shape[:-2], "int32")
    f = _lapack("hetrf" if hermitian and a.dtype.kind == "c" else "sytrf", a.dtype)

    def one(x: Any) -> Any:
        ld, piv, info = f(x, lower=1)
        return xp.tril(ld), piv.astype("int32"), info

    return _each(xp, one, a)


without_rule(_ldl, "linalg_ldl_factor_ex")


@composite("ldl_factor_ex(Tensor A, *, bool hermitian=False, bool check_errors=False) -> (Tensor, Tensor, Tensor)", namespaces=_L, method=False)
def ldl_factor_ex(A: Any, hermitian: bool, check_errors: bool) -> Any:
    """ldl_factor() with an error code: (LD, pivots, info). Not differentiable.

    >>> linalg.ldl_factor_ex(tensor([[4., 2.], [2., 2.]])).info
    tensor(0, dtype=torch.int32)
    """
    out = _ldl(A, hermitian)
    if check_errors and bool((out[2] != 0).any()):
        k = int(out[2].max())
        fail(_LinAlgError, f"torch.linalg.ldl_factor_ex: The factorization could not be completed because D[{k},{k}] is zero.", kind="singular",
             op="linalg.ldl_factor_ex")  # fmt: skip
    return out


@composite("ldl_factor(Tensor A, *, bool hermitian=False) -> (Tensor, Tensor)", namespaces=_L, method=False)
def ldl_factor(A: Any, hermitian: bool) -> Any:
    """L and the blocks of D of a symmetric A = L @ D @ L.mT, in one matrix, and the exchanged rows: (LD, pivots). Not differentiable.

    >>> linalg.ldl_factor(tensor([[4., 2.], [2., 2.]])).LD
    tensor([[4.0000, 0.0000],
            [0.5000, 1.0000]])
    """
    return door.named_result("linalg_ldl_factor", ("LD", "pivots"))(_ldl(A, hermitian)[:2])


@ldl_factor.samples
def _(make: Any) -> Any:
    yield (make([[4.0, 2.0], [2.0, 2.0]], grad=False),)


@op("_ldl_solve(Tensor LD, Tensor pivots, Tensor B, bool hermitian) -> Tensor", public="linalg_ldl_solve", title="ldl_solve", label="ldl_solve",
    spec=lambda LD, pivots, B, hermitian: _same_as_b(LD, pivots, B, False), node="NotImplemented",
    dtype=lambda o, dims, zeros, numbers, values: (None, values[2]._dtype), **_HERE)  # fmt: skip
def _ldl_solve(xp: Any, LD: Any, pivots: Any, B: Any, hermitian: bool) -> Any:
    """X with A @ X = B from the factors of ldl_factor()."""
    xp, a = on_host(LD)
    piv, b = on_host(pivots)[1], on_host(B)[1]
    batch = xp.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = xp.broadcast_to(a, (*batch, *a.shape[-2:])), xp.broadcast_to(b, (*batch, *b.shape[-2:]))
    piv = xp.broadcast_to(piv, (*batch, piv.shape[-1]))
    if not b.size:
        return b.copy()

    def one(x: Any, p: Any, y: Any) -> Any:
        return (_solve_ldl(xp, x, p[0], y, hermitian),)

    return _each(xp, one, a, piv[..., None, :], b)[0]


def _solve_ldl(xp: Any, ld: Any, piv: Any, b: Any, hermitian: bool) -> Any:
    """LAPACK's sytrs for the lower triangle: D has blocks of 1 and 2, where two pivots that follow each other are negative."""
    n = ld.shape[0]
    x = b.astype(ld.dtype).copy()
    flip = xp.conjugate if hermitian else (lambda v: v)
    k = 0
    while k < n:  # L and D
        if piv[k] > 0:
            r = piv[k] - 1
            x[[k, r]] = x[[r, k]]
            x[k + 1 :] -= xp.outer(ld[k + 1 :, k], x[k])
            x[k] = x[k] / ld[k, k]
            k += 1
        else:
            r = -piv[k + 1] - 1 if piv[k] == piv[k + 1] else -piv[k] - 1
            x[[k + 1, r]] = x[[r, k + 1]]
            x[k + 2 :] -= ld[k + 2 :, k : k + 2] @ x[k : k + 2]
            block = xp.array([[ld[k, k], flip(ld[k + 1, k])], [ld[k + 1, k], ld[k + 1, k + 1]]])
            x[k : k + 2] = xp.linalg.solve(block, x[k : k + 2])
            k += 2
    k = n - 1
    while k >= 0:  # L.mT
        if piv[k] > 0:
            x[k] -= flip(ld[k + 1 :, k]) @ x[k + 1 :]
            r = piv[k] - 1
            x[[k, r]] = x[[r, k]]
            k -= 1
        else:
            x[k - 1 : k + 1] -= flip(ld[k + 1 :, k - 1 : k + 1]).T @ x[k + 1 :]
            r = -piv[k] - 1
            x[[k, r]] = x[[r, k]]
            k -= 2
    return x


without_rule(_ldl_solve, "linalg_ldl_solve")


@composite("ldl_solve(Tensor LD, Tensor pivots, Tensor B, *, bool hermitian=False) -> Tensor", namespaces=_L, method=False)
def ldl_solve(LD: Any, pivots: Any, B: Any, hermitian: bool) -> Any:
    """X with A @ X = B from the results of ldl_factor(A). Not differentiable.

    >>> linalg.ldl_solve(*linalg.ldl_factor(tensor([[4., 2.], [2., 2.]])), tensor([[2.], [0.]]))
    tensor([[ 1.],
            [-1.]])
    """
    return _ldl_solve(LD, pivots, B, hermitian)


# -- solving with a Cholesky factor or a triangle -------------------------------------------------------------------------------------


@op("cholesky_solve(Tensor B, Tensor L, bool upper=False) -> Tensor", method=True, kind="ordered", layout=as_lapack, title="cholesky_solve",
    dtype=_dtypes(""), spec=lambda B, L, upper: _factor_spec(B, L), wirtinger=True, flops="2*n**2")  # fmt: skip
def cholesky_solve(xp: Any, B: Any, L: Any, upper: bool) -> Any:
    """X with A @ X = B from the Cholesky factor of A.

    >>> cholesky_solve(tensor([[8.], [4.]]), tensor([[2., 0.], [0., 1.]]))
    tensor([[2.],
            [4.]])
    """
    return _by_triangles(xp, L, B, upper)


def _factor_spec(B: Any, L: Any) -> Any:
    for name, t in (("b", B), ("u", L)):
        if len(t.shape) < 2:
            raise RuntimeError(f"{name} should have at least 2 dimensions, but has {len(t.shape)} dimensions instead")
    return (*door.broadcast_shapes([tuple(B.shape[:-2]), tuple(L.shape[:-2])]), *B.shape[-2:])


def _by_triangles(xp: Any, L: Any, B: Any, upper: bool) -> Any:
    xp, a = on_host(L)
    b = on_host(B)[1]
    low = xp.conjugate(xp.swapaxes(xp.triu(a), -1, -2)) if upper else xp.tril(a)
    return _by_numpy("solve", lambda la, x, y: la.solve(xp.conjugate(xp.swapaxes(x, -1, -2)), la.solve(x, y)), low, b)


@cholesky_solve.vjp("B", "L", rule="B: the same solve of g; L: -(C + C.mH) @ L, C = g_B @ out.mH")
def _(g: Any, L: Any, out: Any, upper: bool, needs: Any) -> Any:
    g_b = cholesky_solve(g, L, upper)
    if not needs[1]:
        return g_b, None
    c = g_b @ out.mH
    c = c + c.mH
    return g_b, (-(L @ c) if upper else -(c @ L))


@op("cholesky_inverse(Tensor L, bool upper=False) -> Tensor", method=True, kind="ordered", layout=as_lapack, title="cholesky_inverse",
    dtype=_dtypes(""), spec=lambda L, upper: _square(L), wirtinger=True, flops="2*n**3/3")  # fmt: skip
def cholesky_inverse(xp: Any, L: Any, upper: bool) -> Any:
    """The inverse of A from its Cholesky factor.

    >>> cholesky_inverse(tensor([[2., 0.], [0., 1.]]))
    tensor([[0.2500, 0.0000],
            [0.0000, 1.0000]])
    """
    xp, a = on_host(L)
    return _by_triangles(xp, a, xp.broadcast_to(xp.eye(a.shape[-1], dtype=a.dtype), a.shape), upper)


def _square(L: Any) -> Any:
    _matrix("cholesky_inverse", L, True)
    return tuple(L.shape)


@cholesky_inverse.vjp("L", rule="-(C + C.mH) @ L, C = out @ g @ out")
def _(g: Any, L: Any, out: Any, upper: bool) -> Any:
    c = out @ g @ out
    c = c + c.mH
    return -(L @ c) if upper else -(c @ L)


@cholesky_solve.samples
def _(make: Any) -> Any:
    yield make(2, 3), make([[2.0, 0.0], [0.5, 1.5]])
    yield make(2, 1), make([[2.0, 0.5], [0.0, 1.5]]), True


@cholesky_inverse.samples
def _(make: Any) -> Any:
    yield (make([[2.0, 0.0], [0.5, 1.5]]),)


@composite("triangular_solve(Tensor input, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False) -> (Tensor, Tensor)")
def triangular_solve(input: Any, A: Any, upper: bool, transpose: bool, unitriangular: bool) -> Any:
    """X with A @ X = input for a triangle A, and A: (solution, cloned_coefficient); linalg.solve_triangular() is its successor.

    >>> triangular_solve(tensor([[2.], [4.]]), tensor([[2., 9.], [0., 4.]])).solution
    tensor([[-3.5000],
            [ 1.0000]])
    """
    warn("torch.triangular_solve is deprecated in favor of torch.linalg.solve_triangular and will be removed in a future PyTorch release.",
         once="triangular_solve")  # fmt: skip
    a, up = (A.mT, not upper) if transpose else (A, upper)
    return door.named_result("triangular_solve", ("solution", "cloned_coefficient"))([solve_triangular.kernel(a, input, up, True, unitriangular), A.clone()])


@triangular_solve.samples
def _(make: Any) -> Any:
    yield make(2, 3), make([[2.0, 0.5], [0.25, 1.5]])
    yield make(2, 1), make([[2.0, 0.5], [0.25, 1.5]]), False, True


# -- tensors as matrices --------------------------------------------------------------------------------------------------------------


@composite("tensorinv(Tensor A, int ind=2) -> Tensor", namespaces=_L, method=False)
def tensorinv(A: Any, ind: int) -> Any:
    """The inverse of a tensor as a map from its last dimensions to the first ``ind``.

    >>> linalg.tensorinv(eye(4).reshape(2, 2, 4)).shape
    torch.Size([4, 2, 2])
    """
    if ind < 1:
        raise RuntimeError(f"Expected a strictly positive integer for 'ind', but got {ind}")
    first, last = tuple(A.shape[:ind]), tuple(A.shape[ind:])
    n, m = math.prod(first), math.prod(last)
    if n != m:
        raise RuntimeError(f"Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got {m} != {n}")
    return inv(A.reshape(n, n)).reshape(*last, *first)


@composite("tensorsolve(Tensor A, Tensor B, int[]? dims=None) -> Tensor", namespaces=_L, method=False)
def tensorsolve(A: Any, B: Any, dims: Any) -> Any:
    """X with tensordot(A, X, X.ndim) = B; dims of A are moved to the end first.

    >>> linalg.tensorsolve(eye(4).reshape(2, 2, 4) * 2, ones(2, 2))
    tensor([0.5000, 0.5000, 0.5000, 0.5000])
    """
    if dims is not None:
        moved = [wrap_dim(d, A.ndim) for d in dims]
        A = A.permute([k for k in range(A.ndim) if k not in moved] + moved)
    rest = tuple(A.shape[B.ndim :])
    n, m = math.prod(A.shape[: B.ndim]), math.prod(rest)
    if n != m:
        raise RuntimeError(f"Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == prod(self.shape[:other.ndim]), but got {m} != {n}")
    return solve.kernel(A.reshape(n, n), B.flatten(), True).reshape(rest)


@composite("vander(Tensor x, *, int? N=None) -> Tensor", namespaces=_L, method=False, public="vander")
def vander(x: Any, N: Any) -> Any:
    """Rows 1, x, x**2 ...: N columns (as many as there are rows).

    >>> linalg.vander(tensor([1, 2, 3]))
    tensor([[1, 1, 1],
            [1, 2, 4],
            [1, 3, 9]])
    """
    if x._dtype is dtypes.bool_:
        raise RuntimeError("\"linalg_vander\" not implemented for 'Bool'")
    if not x.ndim:
        raise RuntimeError("Expected dim to be > 0.")
    n = x.shape[-1] if N is None else N
    if n < 2 and N is not None:
        raise RuntimeError(f"N must be greater than 1. Got {n}")
    powers = x.unsqueeze(-1).expand(*x.shape, max(n - 1, 0)).cumprod(-1)
    return T.cat([T.ones(*x.shape, 1, dtype=powers._dtype, device=x.device), powers], -1)


@tensorinv.samples
def _(make: Any) -> Any:
    yield (make([[2.0, 0.5, 0.0, 0.0], [0.25, 1.5, 0.0, 0.0], [0.0, 0.0, 1.0, 0.5], [1.0, 0.0, 0.0, 3.0]]).reshape(2, 2, 4),)


@tensorsolve.samples
def _(make: Any) -> Any:
    yield make([[2.0, 0.5, 0.0, 0.0], [0.25, 1.5, 0.0, 0.0], [0.0, 0.0, 1.0, 0.5], [1.0, 0.0, 0.0, 3.0]]).reshape(2, 2, 4), make(2, 2)


@vander.samples
def _(make: Any) -> Any:
    yield (make(3),)
    yield make(2, 3), {"N": 4}
