"""torch.linalg, the second part: eigenvalues of any matrix, LU and LDL factors, least squares, Householder's reflections, and solving with factors.

LAPACK does the work, through SciPy (imported on use) where NumPy has no name for it; on the host, also for a GPU's tensors.
"""

from __future__ import annotations

import math

from .. import apply as door
from .. import dtypes
from ..apply import TENSORS as T
from ..errors import fail
from ..graph import state, warn
from ..registry import also_in, composite, op
from ..tensors import wrap_dim
from .arithmetic import without_rule
from .decompose import (
    _SAME_BA,
    _by_numpy,
    _columns,
    _fits,
    _floats,
    _free_phase,
    _is_vector,
    _LinAlgError,
    _matrix,
    _pinv,
    _pinv_rule,
    _solve,
    _solve_rule,
    _solve_spec,
    _solved_layout,
    as_lapack,
    cholesky,
    cholesky_rule,
    inv,
    same_dtypes,
    solve,
    solve_triangular,
    substituted,
    triangle,
)
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
    batch, n, _ = _matrix("linalg.eig", A, True)
    return [(*batch, n), tuple(A.shape)]


@op("_eig(Tensor A) -> (Tensor eigenvalues, Tensor eigenvectors)", public="linalg_eig", title="linalg.eig", label="eig",
    dtype=_dtypes("c", "c"), spec=_eig_spec, node="LinalgEigBackward0", undefined_ok=True, wirtinger=True, **_HERE)  # fmt: skip
def _eig(xp: Any, A: Any) -> Any:
    """Eigenvalues and eigenvectors of a square matrix."""
    _finite("linalg.eig", A)
    return tuple(_by_numpy("eig", lambda la, a: la.eig(a), A))


@_eig.vjp("A", rule="V^-H @ (diag(g_w) + (V.mH @ g_V - V.mH @ V * diag) / conj(E)) @ V.mH, E[i, j] = w[j] - w[i]")
def _(g_eigenvalues: Any, g_eigenvectors: Any, eigenvalues: Any, eigenvectors: Any) -> Any:
    v, w = eigenvectors, eigenvalues
    if g_eigenvectors is None:
        return _solve(v.mH, g_eigenvalues.unsqueeze(-1) * v.mH)
    turn = v.mH @ g_eigenvectors
    _free_phase("linalg_eig", "eigenvectors", turn)
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
    yield (make([[2.0, 0.5], [0.25, 1.0]], grad=False),)  # a loss of any weights would depend on the vectors' phase


@composite("eig(Tensor input) -> (Tensor, Tensor)", namespaces=_L, method=False, public="eig")
def eig(A: Any) -> Any:
    """Eigenvalues and eigenvectors (columns of length 1) of a square matrix, complex in general: (eigenvalues, eigenvectors).

    >>> linalg.eig(tensor([[0., 1.], [-1., 0.]])).eigenvalues
    tensor([0.+1.j, 0.-1.j])
    """
    return _eig(A)


def _finite(title: str, A: Any) -> None:
    xp, a = on_host(A)
    if not bool(xp.isfinite(a).all()):
        fail(RuntimeError, f"torch.{title}: input tensor should not contain infs or NaNs.", kind="value", op=title)


@composite("eigvals(Tensor input) -> Tensor", namespaces=_L, method=False)
def eigvals(A: Any) -> Any:
    """Eigenvalues of a square matrix, complex in general.

    >>> linalg.eigvals(tensor([[0., 1.], [-1., 0.]]))
    tensor([0.+1.j, 0.-1.j])
    """
    if not (A.requires_grad and state.grad) and A._dtype.category >= dtypes.FLOAT:
        _matrix("linalg.eigvals", A, True)
        if not A.is_meta:
            _finite("linalg.eigvals", A.detach()._data)
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
        out = solve_triangular(lower.mH, inner, upper=True, unitriangular=True)
        out = _right(out, upper.mH, False)
    elif m < n:
        u1, u2, g1, g2 = upper[..., :, :k], upper[..., :, k:], g_u[..., :, :k], g_u[..., :, k:]
        inner = (lower.mH @ g_l - g2 @ u2.mH).tril(-1) + (g1 @ u1.mH).triu()
        inner = _right(inner, u1.mH, False)
        out = solve_triangular(lower.mH, T.cat([inner, g2], -1), upper=True, unitriangular=True)
    else:
        l1, l2, g1, g2 = lower[..., :k, :], lower[..., k:, :], g_l[..., :k, :], g_l[..., k:, :]
        inner = (l1.mH @ g1).tril(-1) + (g_u @ upper.mH - l2.mH @ g2).triu()
        inner = solve_triangular(l1.mH, inner, upper=True, unitriangular=True)
        out = _right(T.cat([inner, g2], -2), upper.mH, False)
    return out if p is None else p @ out


def _right(x: Any, triangle: Any, upper: bool) -> Any:
    """x @ triangle^-1."""
    return solve_triangular(triangle, x, upper=upper, left=False)


def _lu_name(A: Any, pivot: bool, name: str) -> None:
    if len(A.shape) < 2:
        shown = ", ".join(map(str, A.shape))
        raise RuntimeError(f"{name}: Expected tensor with 2 or more dimensions. Got size: [{shown}] instead")
    if not pivot:
        raise RuntimeError("linalg.lu_factor: LU without pivoting is not implemented on the CPU")


def _lu_factor_spec(A: Any, pivot: bool, check: bool = False, title: str = "") -> Any:
    _lu_name(A, pivot, "torch.lu_factor")
    k = min(A.shape[-2:])
    return [tuple(A.shape), (*A.shape[:-2], k), tuple(A.shape[:-2])]


@op("_lu_factor(Tensor A, bool pivot=True, bool check=False, str title='lu_factor') -> (Tensor LU, Tensor pivots, Tensor info)",
    public="linalg_lu_factor_ex", title="linalg.lu_factor", label="lu_factor", dtype=_dtypes("", "i", "i"), spec=_lu_factor_spec,
    node="LinalgLuFactorExBackward0", nondiff="pivots info", wirtinger=True,
    flops="2/3*n**3", **_HERE)  # fmt: skip
def _lu_factor(xp: Any, A: Any, pivot: bool, check: bool, title: str) -> Any:
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
        first = int(xp.flatnonzero(out[2])[0])
        k = int(out[2].reshape(-1)[first])
        batch = f"(Batch element {first}): " if out[2].ndim else ""
        fail(
            RuntimeError,
            f"torch.linalg.{title}: {batch}U[{k},{k}] is zero and using it on lu_solve would result in a division by zero. If you still want to perform "
            "the factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)",
            kind="singular",
            op=f"linalg.{title}",
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
    return _permuting(host, p, m, dtype.name if dtype.name != "bfloat16" else "float32")


def _permuting(xp: Any, pivots: Any, m: int, kind: Any) -> Any:
    """The matrix of row exchanges, for each row of pivots."""
    out = xp.zeros((*pivots.shape[:-1], m, m), kind)
    for at in xp.ndindex(pivots.shape[:-1]):
        out[(*at, _permutation(xp, pivots[at], m), xp.arange(m))] = 1
    return out


def _lu_spec(A: Any, pivot: bool) -> Any:
    _lu_name(A, pivot, "linalg.lu")
    batch, (m, n) = tuple(A.shape[:-2]), A.shape[-2:]
    k = min(m, n)
    return [(*batch, m, m), (*batch, m, k), (*batch, k, n)]


@op("_lu(Tensor A, bool pivot=True) -> (Tensor P, Tensor L, Tensor U)", namespaces=("internal",), method=False, public="linalg_lu", title="linalg.lu",
    label="lu", dtype=_dtypes("", "", ""), spec=_lu_spec, node="LinalgLuBackward0", nondiff="P", wirtinger=True, flops="2/3*n**3")  # fmt: skip
def _lu(xp: Any, A: Any, pivot: bool) -> Any:
    """Row exchanges, a lower and an upper triangle."""
    lu, piv, _ = _lu_factor.kernel(xp, A, True, False, "")
    xp, _ = on_host(A)
    m, n = lu.shape[-2:]
    k = min(m, n)
    p = _permuting(xp, piv, m, lu.dtype)
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
    return _lu_factor(A, pivot, check_errors, "lu_factor_ex")


@composite("lu_factor(Tensor A, *, bool pivot=True) -> (Tensor, Tensor)", namespaces=_L, method=False)
def lu_factor(A: Any, pivot: bool) -> Any:
    """L and U in one matrix, and the row that each row was exchanged with (from 1): (LU, pivots); RuntimeError where a pivot is 0.

    >>> linalg.lu_factor(tensor([[1., 2.], [4., 4.]])).pivots
    tensor([2, 2], dtype=torch.int32)
    """
    return door.named_result("linalg_lu_factor", ("LU", "pivots"))(_lu_factor(A, pivot, True)[:2])


@composite("lu(Tensor input, bool pivot=True, bool get_infos=False) -> (Tensor, Tensor)", public="lu")
def _lu_method(input: Any, pivot: bool, get_infos: bool) -> Any:
    """L and U in one matrix and the pivots (get_infos=True: and which pivot is 0, instead of an error); linalg.lu_factor() is its successor.

    >>> lu(tensor([[1., 2.], [4., 4.]]))[1]
    tensor([2, 2], dtype=torch.int32)
    """
    warn("torch.lu is deprecated in favor of torch.linalg.lu_factor / torch.linalg.lu_factor_ex and will be removed in a future PyTorch release.", once="lu")
    LU, pivots, info = _lu_factor(input, pivot, not get_infos)
    return (LU, pivots, info) if get_infos else (LU, pivots)


def _lu_unpack_spec(LU_data: Any, LU_pivots: Any, unpack_data: bool, unpack_pivots: bool) -> Any:
    shape = tuple(LU_data.shape)
    if unpack_pivots and LU_pivots.dtype is not dtypes.int32:
        fail(
            RuntimeError,
            "torch.lu_unpack: LU_pivots is expected to be a contiguous tensor of torch.int32 dtype. Note: this function is intended to be used with the "
            "output produced by torch.linalg.lu_factor",
            kind="dtype",
            op="lu_unpack",
        )
    if len(shape) < 2:
        raise RuntimeError(f"torch.lu_unpack: Expected tensor with 2 or more dimensions. Got size: {list(shape)} instead")
    batch, (m, n) = shape[:-2], shape[-2:]
    k = min(m, n)
    return [(*batch, m, m) if unpack_pivots else (0,), (*batch, m, k) if unpack_data else (0,), (*batch, k, n) if unpack_data else (0,)]


@op("lu_unpack(Tensor LU_data, Tensor LU_pivots, bool unpack_data=True, bool unpack_pivots=True) -> (Tensor P, Tensor L, Tensor U)", method=False,
    keep_dtype=("LU_pivots",), dtype=lambda o, dims, zeros, numbers, values: (None, (values[0]._dtype,) * 3), spec=_lu_unpack_spec, nondiff="P",
    node="LuUnpackBackward0")  # fmt: skip
def lu_unpack(xp: Any, LU_data: Any, LU_pivots: Any, unpack_data: bool, unpack_pivots: bool) -> Any:
    """P, L and U from the results of linalg.lu_factor().

    >>> lu_unpack(*linalg.lu_factor(tensor([[1., 2.], [4., 4.]]))).P
    tensor([[0., 1.],
            [1., 0.]])
    """
    xp, lu = on_host(LU_data)
    m, n = lu.shape[-2:]
    k = min(m, n)
    p = lower = upper = xp.zeros(0, lu.dtype)
    if unpack_pivots:
        pivots = on_host(LU_pivots)[1]
        if pivots.size and not (pivots.ndim and pivots.shape[-1] == k and bool(((pivots > 0) & (pivots <= m)).all())):
            fail(
                RuntimeError,
                "pivots passed to lu_unpack must be between 1 and LU.size(-2) inclusive.Did you properly pass the result of lu_factor?",
                kind="value",
                op="lu_unpack",
            )
        p = xp.broadcast_to(_permuting(xp, pivots, m, lu.dtype), (*lu.shape[:-2], m, m)).copy()
    if unpack_data:
        lower = xp.tril(lu[..., :, :k], -1) + xp.eye(m, k, dtype=lu.dtype)
        upper = xp.triu(lu[..., :k, :])
    return p, lower, upper


@lu_unpack.vjp("LU_data", rule="g_L below the diagonal, g_U on and above it")
def _(g_L: Any, g_U: Any, LU_data_spec: Any, unpack_data: bool) -> Any:
    if not unpack_data:
        return None
    m, n = LU_data_spec.shape[-2:]
    low, up = g_L.tril(-1), g_U.triu()
    if m > n:
        up = _padded(up, (*LU_data_spec.shape[:-2], m - n, n), -2)
    elif n > m:
        low = _padded(low, (*LU_data_spec.shape[:-2], m, n - m), -1)
    return low + up


def _padded(x: Any, shape: tuple[int, ...], dim: int) -> Any:
    return T.cat([x, T.zeros(*shape, dtype=x._dtype, device=x.device)], dim)


@lu_unpack.samples
def _(make: Any) -> Any:
    yield make([[2.0, 0.5], [0.25, 1.5]]), make([2, 2], dtype="int32", grad=False)
    yield make(2, 3, 2), make([[3, 2], [1, 2]], dtype="int32", grad=False)
    yield make(2, 3), make([2, 2], dtype="int32", grad=False), {"unpack_pivots": False}


def _int_pivots(name: str, pivots: Any) -> None:
    if pivots.dtype is not dtypes.int32:
        fail(RuntimeError, f"{name}: pivots should be a Tensor of scalar type torch.int32", kind="dtype", op=name, hints=["They come from linalg.lu_factor()."])


def _pivots_of(title: str, what: str, LU: Any, pivots: Any) -> None:
    if tuple(pivots.shape) != tuple(LU.shape[:-1]):
        raise RuntimeError(f"{title}: Expected {what}.shape[:-1] and pivots.shape to be the same, but got pivots with shape {list(pivots.shape)} instead")


def _lu_solve_spec(LU: Any, pivots: Any, B: Any, left: bool, adjoint: bool) -> Any:
    _int_pivots("linalg.lu_solve", pivots)
    batch, n, _ = _matrix("torch.linalg.lu_solve", LU, True)
    shape = tuple(B.shape)
    _fits("linalg.lu_solve", n, shape, left)
    if not pivots.shape or pivots.shape[-1] != n:
        raise RuntimeError("linalg.lu_solve: Number of pivots per batch should be same as the dimension of the matrix")
    _pivots_of("linalg.lu_solve", "LU", LU, pivots)
    return (*door.broadcast_shapes([shape[:-2], batch]), *shape[-2:])


_SAME_LU = "linalg.lu_solve: Expected LU and B to have the same dtype, but found LU of type {} and B of type {} instead"


@op("_lu_solve(Tensor LU, Tensor pivots, Tensor B, bool left, bool adjoint) -> Tensor", namespaces=("internal",), method=False, kind="ordered",
    layout=lambda shape, o, values: _columns(shape, o, values) if values[3] else None, public="linalg_lu_solve", title="torch.linalg.lu_solve",
    label="lu_solve", spec=_lu_solve_spec, keep_dtype=("pivots",), dtype=same_dtypes("linalg.lu_solve", _SAME_LU, ("LU", "B")), node="LinalgLuSolveBackward0",
    flops="2*n**2", wirtinger=True)  # fmt: skip
def _lu_solve(xp: Any, LU: Any, pivots: Any, B: Any, left: bool, adjoint: bool) -> Any:
    """X with A @ X = B, or with A.mH @ X = B, from A's factors; left=False: with X on the other side."""
    xp, a = on_host(LU)
    piv, b = on_host(pivots)[1], on_host(B)[1]
    if piv.size and not bool(((piv > 0) & (piv <= a.shape[-1])).all()):
        fail(RuntimeError, "Pivots given to lu_solve must all be greater or equal to 1. Did you properly pass the result of lu_factor?"
             if not bool((piv > 0).all()) else "Pivots given to lu_solve must all be smaller or equal to LU.size(-2). "
             "Did you properly pass the result of lu_factor?", kind="value", op="linalg.lu_solve")  # fmt: skip
    if not left:
        b = xp.conjugate(xp.swapaxes(b, -1, -2))
    batch = xp.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = xp.broadcast_to(a, (*batch, *a.shape[-2:])), xp.broadcast_to(b, (*batch, *b.shape[-2:]))
    piv = xp.broadcast_to(piv, (*batch, piv.shape[-1]))
    if not b.size:
        return b.copy() if left else xp.swapaxes(b, -1, -2).copy()
    f = _lapack("getrs", a.dtype)
    out = _each(xp, lambda x, p, y: (f(x, p[0] - 1, y, trans=2 if adjoint == left else 0)[0],), a, piv[..., None, :], b)[0]
    return out if left else xp.conjugate(xp.swapaxes(out, -1, -2))


@_lu_solve.vjp("LU", "B", rule="B: solve with A.mH; LU: tril(P.mT @ g_A @ U.mH, -1) + triu(L.mH @ P.mT @ g_A), g_A = -g_B @ out.mH")
def _(g: Any, LU: Any, pivots: Any, B: Any, out: Any, left: bool, adjoint: bool, needs: Any) -> Any:
    g_b = _lu_solve(LU, pivots, g, left, not adjoint)
    if not needs[0]:
        return None, g_b
    if left:
        g_a = -(out @ g_b.mH) if adjoint else -(g_b @ out.mH)
    else:
        g_a = -(g_b.mH @ out) if adjoint else -(out.mH @ g_b)
    p, lower, upper = _unpacked(LU, pivots)
    g_a = p.mT @ g_a
    return (g_a @ upper.mH).tril(-1) + (lower.mH @ g_a).triu(), g_b


@_lu_solve.samples
def _(make: Any) -> Any:
    yield make([[2.0, 0.5], [0.25, 1.5]]), make([2, 2], dtype="int32", grad=False), make(2, 3), True, False
    yield make([[2.0, 0.5], [0.25, 1.5]]), make([2, 2], dtype="int32", grad=False), make(2, 1), True, True
    yield make([[2.0, 0.5], [0.25, 1.5]]), make([2, 2], dtype="int32", grad=False), make(3, 2), False, False
    yield make([[2.0, 0.5], [0.25, 1.5]]), make([2, 2], dtype="int32", grad=False), make(2, 3, 2), False, True


@composite("lu_solve(Tensor LU, Tensor pivots, Tensor B, *, bool left=True, bool adjoint=False) -> Tensor", namespaces=_L, method=False, public="lu_solve")
def lu_solve(LU: Any, pivots: Any, B: Any, left: bool, adjoint: bool) -> Any:
    """X with A @ X = B from the results of lu_factor(A); left=False: X @ A = B; adjoint=True: A.mH in A's place.

    >>> linalg.lu_solve(*linalg.lu_factor(tensor([[2., 0.], [0., 4.]])), tensor([[2.], [2.]]))
    tensor([[1.0000],
            [0.5000]])
    """
    return _lu_solve(LU, pivots, B, left, adjoint)


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


def _codes_spec(title: str) -> Any:
    def spec(A: Any, *rest: Any) -> Any:
        return [tuple(A.shape), _matrix(title, A, True)[0]]

    return spec


@op("_cholesky_ex(Tensor A, bool upper) -> (Tensor L, Tensor info)", public="linalg_cholesky_ex", title="linalg.cholesky", label="cholesky",
    dtype=_dtypes("", "i"), spec=_codes_spec("linalg.cholesky"), node="LinalgCholeskyExBackward0", nondiff="info", wirtinger=True, **_HERE)  # fmt: skip
def _cholesky_ex(xp: Any, A: Any, upper: bool) -> Any:
    """What LAPACK's potrf leaves, and the order of the first leading minor that is not positive (0 where all are)."""
    xp, a = on_host(A)
    if not a.size:
        return a, xp.zeros(a.shape[:-2], "int32")
    f = _lapack("potrf", a.dtype)
    out, info = _each(xp, lambda x: f(x, lower=not upper), a)
    return xp.triu(out) if upper else xp.tril(out), info


@_cholesky_ex.vjp("A", rule="that of linalg.cholesky")
def _(g_L: Any, L: Any, upper: bool) -> Any:
    return cholesky_rule(g_L, L, upper)


def _eliminated(xp: Any, a: Any, b: Any) -> Any:
    """X with A @ X = B, and the number of the first pivot that is 0: such a matrix gives inf or nan, as LAPACK does."""
    if not a.size or not b.size:
        return xp.zeros(b.shape, b.dtype), xp.zeros(a.shape[:-2], "int32")
    factor, back = _lapack("getrf", a.dtype), _lapack("getrs", a.dtype)

    def one(x: Any, y: Any) -> Any:
        lu, piv, info = factor(x)
        return back(lu, piv, y)[0], info

    return _each(xp, one, a, b)


@op("_inv_ex(Tensor A) -> (Tensor inverse, Tensor info)", public="linalg_inv_ex", title="linalg.inv", label="inv", dtype=_dtypes("", "i"),
    spec=_codes_spec("linalg.inv"), node="LinalgInvExBackward0", nondiff="info", **_HERE)  # fmt: skip
def _inv_ex(xp: Any, A: Any) -> Any:
    """The inverse, and the number of the first pivot that is 0."""
    xp, a = on_host(A)
    return _eliminated(xp, a, xp.broadcast_to(xp.eye(a.shape[-1], dtype=a.dtype), a.shape))


@_inv_ex.vjp("A", rule="-inverse.mT @ g @ inverse.mT")
def _(g_inverse: Any, inverse: Any) -> Any:
    return -(inverse.mT @ g_inverse @ inverse.mT)


@op("_solve_ex(Tensor A, Tensor B, bool left) -> (Tensor result, Tensor info)", namespaces=("internal",), method=False, kind="ordered",
    public="linalg_solve_ex", title="linalg.solve", label="solve", spec=lambda A, B, left: [_solve_spec(A, B, left), tuple(A.shape[:-2])],
    dtype=lambda *given: (_solve.dtype(*given)[0], (given[-1][0]._dtype, dtypes.int32)), node="LinalgSolveExBackward0", nondiff="info",
    layout=lambda shape, o, values: _solved_layout(shape, o, values) if len(shape) > values[0].ndim - 2 else None)  # fmt: skip
def _solve_ex(xp: Any, A: Any, B: Any, left: bool) -> Any:
    """The solution, and the number of the first pivot that is 0."""
    xp, a = on_host(A)
    b = on_host(B)[1]
    vector = _is_vector(a, b)
    if vector:
        b = b[..., None]
    if not left:
        a, b = xp.swapaxes(a, -1, -2), xp.swapaxes(b, -1, -2)
    batch = xp.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    out, info = _eliminated(xp, xp.broadcast_to(a, (*batch, *a.shape[-2:])), xp.broadcast_to(b, (*batch, *b.shape[-2:])))
    info = info[(0,) * (len(batch) - a.ndim + 2)]
    out = out if left else xp.swapaxes(out, -1, -2)
    return out[..., 0] if vector else out, info


@_solve_ex.vjp("A", "B", rule="that of linalg.solve")
def _(g_result: Any, A: Any, B: Any, result: Any, left: bool, needs: Any) -> Any:
    return _solve_rule(g_result, A, B, result, left, needs)


def _checked(found: Any, check: bool, again: Any) -> Any:
    """The results with their codes; the error that ``again`` raises where a code is not 0 and errors are asked for."""
    if check and not found[0].is_meta and bool((found[1] != 0).any()):
        again()
    return found


@composite("cholesky_ex(Tensor input, *, bool upper=False, bool check_errors=False) -> (Tensor, Tensor)", namespaces=_L, method=False)
def cholesky_ex(A: Any, upper: bool, check_errors: bool) -> Any:
    """cholesky() with an error code instead of an error: (L, info); of a matrix that is not positive definite, what LAPACK has done by then.

    >>> linalg.cholesky_ex(tensor([[-1., 0.], [0., 1.]])).info
    tensor(1, dtype=torch.int32)
    """
    return _checked(_cholesky_ex(A, upper), check_errors, lambda: _renamed(lambda: cholesky(A.detach(), upper=upper), "cholesky"))


@composite("inv_ex(Tensor A, *, bool check_errors=False) -> (Tensor, Tensor)", namespaces=_L, method=False)
def inv_ex(A: Any, check_errors: bool) -> Any:
    """inv() with an error code instead of an error: (inverse, info); a singular matrix gives inf and nan.

    >>> linalg.inv_ex(tensor([[1., 2.], [2., 4.]])).info
    tensor(2, dtype=torch.int32)
    """
    return _checked(_inv_ex(A), check_errors, lambda: _renamed(lambda: inv(A.detach()), "inv"))


@composite("solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False) -> (Tensor, Tensor)", namespaces=_L, method=False)
def solve_ex(A: Any, B: Any, left: bool, check_errors: bool) -> Any:
    """solve() with an error code instead of an error: (result, info); a singular matrix gives inf and nan.

    >>> linalg.solve_ex(tensor([[1., 2.], [2., 4.]]), tensor([1., 1.])).info
    tensor(2, dtype=torch.int32)
    """
    return _checked(_solve_ex(A, B, left), check_errors, lambda: _renamed(lambda: solve.kernel(A.detach(), B.detach(), left), "solve"))


def _renamed(f: Any, name: str) -> Any:
    try:
        return f()
    except _LinAlgError as e:
        e.args = (str(e).replace(f"linalg.{name}:", f"linalg.{name}_ex:"),)
        raise


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
    if not 0 <= len(A.shape) - len(B.shape) <= 1:
        raise RuntimeError("torch.linalg.lstsq: input.dim() must be greater or equal to other.dim() and (input.dim() - other.dim()) <= 1")
    vector = _one_column(A, B)
    if vector:
        if B.shape[-1] != m:
            raise RuntimeError("torch.linalg.lstsq: input.size(-2) should match other.size(-1)")
        return [_solution_layout(batch, A, B, True), *_by_driver(driver, m, n, batch, batch)]
    if B.shape[-2] != m:
        raise RuntimeError("torch.linalg.lstsq: input.size(-2) should match other.size(-2)")
    batch = door.broadcast_shapes([batch, tuple(B.shape[:-2])])
    return [_solution_layout(batch, A, B, False), *_by_driver(driver, m, n, tuple(A.shape[:-2]), (*batch, B.shape[-1]))]


def _by_driver(driver: str, m: int, n: int, batch: Any, residuals: Any) -> list[Any]:
    """Shapes of residuals (there where the matrix has more rows than columns and full rank, which is taken for granted), rank and singular values."""
    return [
        residuals if m > n and driver != "gelsy" else (0,),
        batch if driver != "gels" else (0,),
        (*batch, min(m, n)) if driver in ("gelsd", "gelss") else (0,),
    ]


def _one_column(A: Any, B: Any) -> bool:
    return len(B.shape) == 1 or (len(A.shape) - 1 == len(B.shape) and tuple(B.shape) == tuple(A.shape[:-1]))


def _solution_layout(batch: Any, A: Any, B: Any, vector: bool) -> Any:
    """LAPACK leaves the solution in the memory of the right-hand side: columns as long as the longer side of A."""
    long, n = max(*A.shape[-2:], 1), A.shape[-1]
    shape, inner = ((*batch, n), [1]) if vector else ((*batch, n, B.shape[-1]), [1, long])
    step = long if vector else long * max(B.shape[-1], 1)
    outer: list[int] = []
    for size in reversed(batch):
        outer.insert(0, step)
        step *= max(size, 1)
    return door.Laid(shape, (*outer, *inner))


@op("_lstsq(Tensor A, Tensor B, float? rcond, str driver) -> (Tensor solution, Tensor residuals, Tensor rank, Tensor singular_values)",
    namespaces=("internal",), method=False, public="linalg_lstsq", title="linalg.lstsq", label="lstsq", dtype=_dtypes("", "r", "l", "r"),
    nondiff="rank singular_values", node="LinalgLstsqBackward0",
    spec=_lstsq_spec, wirtinger=True)  # fmt: skip
def _lstsq(xp: Any, A: Any, B: Any, rcond: Any, driver: str) -> Any:
    """What makes |A @ X - B| least; of several, the shortest."""
    xp, a = on_host(A)
    b = on_host(B)[1]
    m, n = a.shape[-2:]
    vector = _one_column(a, b)
    y = b[..., None] if vector else b
    if driver == "gels" and a.size and y.shape[-1]:
        solution, info = _full_rank(xp, a, y)
        if info:
            fail(_LinAlgError, "torch.linalg.lstsq: The least squares solution could not be computed because the input matrix does not have full rank "
                 f"(error code: {info}).", kind="singular", op="linalg.lstsq", hints=["driver='gelsd' takes any matrix."])  # fmt: skip
        residuals = xp.zeros(0, a.real.dtype)
        if m > n:
            residuals = (xp.abs(a @ solution - y) ** 2).sum(-2)
            residuals = residuals[..., 0] if vector else residuals
        return solution[..., 0] if vector else solution, residuals, xp.zeros(0, "int64"), xp.zeros(0, residuals.dtype)
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


def _full_rank(xp: Any, a: Any, y: Any) -> tuple[Any, int]:
    """LAPACK's gels of each matrix, and its first error code that is not 0."""
    f, (m, n) = _lapack("gels", a.dtype), a.shape[-2:]
    batch = xp.broadcast_shapes(a.shape[:-2], y.shape[:-2])
    a, y = xp.broadcast_to(a, (*batch, m, n)), xp.broadcast_to(y, (*batch, *y.shape[-2:]))

    def one(x: Any, b: Any) -> Any:
        _, out, info = f(x, b if m >= n else xp.concatenate([b, xp.zeros((n - m, b.shape[1]), b.dtype)]))
        return out[:n], info

    out, info = _each(xp, one, a, y)
    wrong = xp.flatnonzero(info)
    return out, int(info.reshape(-1)[wrong[0]]) if wrong.size else 0


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


@composite(
    "lstsq(Tensor input, Tensor b, float? rcond=None, *, str? driver=None) -> (Tensor, Tensor, Tensor, Tensor)", namespaces=_L, method=False, public="lstsq"
)
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
        raise RuntimeError(f"torch.linalg.lstsq: Expected input and other to have the same dtype, but got input's dtype {name} and other's dtype {other}")
    if A._dtype.category < dtypes.FLOAT or A._dtype.itemsize == 2:
        raise RuntimeError("This function doesn't handle types other than float and double")
    return _lstsq(A, B, rcond, driver or "gelsy")


# -- reflections ----------------------------------------------------------------------------------------------------------------------


def _geqrf_spec(A: Any) -> Any:
    if len(A.shape) < 2:
        raise RuntimeError("torch.geqrf: input must have at least 2 dimensions.")
    *batch, m, n = A.shape
    return [tuple(A.shape), (*batch, min(m, n))]


@op("geqrf(Tensor input) -> (Tensor a, Tensor tau)", title="geqrf", kind="ordered", layout=as_lapack, dtype=_dtypes("", ""), spec=_geqrf_spec,
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
    """Vector (a column) and factor of each reflection: tensors, for the rules."""
    m = A.shape[-2]
    place = T.arange(m, device=A.device)
    out = []
    for k in range(tau.shape[-1]):
        v = T.where(place > k, A[..., :, k], (place == k).to(A._dtype))
        out.append((v.unsqueeze(-1), tau[..., k].unsqueeze(-1).unsqueeze(-1)))
    return out


def _reflected(xp: Any, A: Any, tau: Any, c: Any, last_first: bool, conj: bool) -> Any:
    """c times reflections 1 - tau * v @ v.mH from the left, in order or from the last one on (arrays)."""
    k = tau.shape[-1]
    for i in reversed(range(k)) if last_first else range(k):
        v = A[..., :, i : i + 1].copy()
        v[..., :i, :] = 0
        v[..., i, :] = 1
        t = tau[..., i, None, None]
        c = c - (xp.conjugate(t) if conj else t) * (v @ (xp.conjugate(xp.swapaxes(v, -1, -2)) @ c))
    return c


def _reflections_rule(g: Any, steps: list[tuple[Any, Any]], c: Any) -> tuple[Any, Any, Any]:
    """From the gradient of S_1 @ ... @ S_k @ c, S = 1 - s * v @ v.mH: those of the vectors, of the factors, and of c.

    With P the product behind a reflection and W the gradient carried through those before it, M = W @ P.mH is the reflection's own gradient, so
    v gets -(conj(s) * M @ v + s * M.mH @ v) and s gets -v.mH @ M @ v (d(v v^H) = dv v^H + v dv^H)."""
    behind = [c]
    for v, s in reversed(steps):
        c = c - s * (v @ (v.mH @ c))
        behind.append(c)
    behind.reverse()
    vectors, factors = [], []
    for (v, s), p in zip(steps, behind[1:], strict=True):
        left, right = g @ (p.mH @ v), p @ (g.mH @ v)
        vectors.append(-(s.conj() * left + s * right))
        factors.append(-(v.mH @ left))
        g = g - s.conj() * (v @ (v.mH @ g))
    return vectors, factors, g


def _below(vectors: list[Any], A: Any) -> Any:
    """The gradient of the matrix whose columns, below the diagonal, are the reflections' vectors."""
    out = T.cat(vectors, -1).tril(-1)
    left = A.shape[-1] - len(vectors)
    return _padded(out, (*A.shape[:-1], left), -1) if left else out


def _householder_spec(A: Any, tau: Any) -> Any:
    title = "torch.linalg.householder_product"
    if len(A.shape) < 2:
        raise RuntimeError(f"{title}: input must have at least 2 dimensions.")
    if not tau.shape:
        raise IndexError("Dimension specified as -1 but tensor has no dimensions")
    m, n = A.shape[-2:]
    if m < n:
        raise RuntimeError(f"{title}: input.shape[-2] must be greater than or equal to input.shape[-1]")
    if n < tau.shape[-1]:
        raise RuntimeError(f"{title}: input.shape[-1] must be greater than or equal to tau.shape[-1]")
    _batch_of(title, "tau", tau, A, 1)
    return tuple(A.shape)


def _batch_of(title: str, name: str, t: Any, A: Any, less: int) -> None:
    """RuntimeError where an operand has not A's batch (less: how many dimensions fewer than A it has)."""
    if len(t.shape) != len(A.shape) - less:
        have = "have one dimension less than input" if less else "have the same number of dimensions as input"
        raise RuntimeError(f"{title}: Expected {name} to {have}, but got {name}.ndim equal to {len(t.shape)} and input.ndim is equal to {len(A.shape)}")
    batch = tuple(t.shape[: len(A.shape) - 2])
    if batch != tuple(A.shape[:-2]):
        raise RuntimeError(f"{title}: Expected batch dimensions of {name} to be equal to input.shape[:-2], but got {list(batch)}")


def _householder_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    _householder_spec(*values)
    A, tau = values
    if A._dtype is not tau._dtype:
        fail(RuntimeError, f"torch.linalg.householder_product: tau dtype {door._cap(tau._dtype)} does not match input dtype {door._cap(A._dtype)}",
             kind="dtype", op="linalg.householder_product")  # fmt: skip
    return _floats(o, dims, zeros, numbers, values)


@op("householder_product(Tensor input, Tensor tau) -> Tensor", title="linalg.householder_product", namespaces=_L, method=False, kind="ordered", layout=_columns,
    dtype=_householder_dtype, spec=_householder_spec, node="LinalgHouseholderProductBackward0", wirtinger=True, flops="4*m*n*k")  # fmt: skip
def householder_product(xp: Any, A: Any, tau: Any) -> Any:
    """The first columns of a product of reflections 1 - tau * v @ v.mH: Q from the results of geqrf().

    >>> linalg.householder_product(*geqrf(tensor([[3.], [4.]])))
    tensor([[-0.6000],
            [-0.8000]])
    """
    xp, a = on_host(A)
    return _reflected(xp, a, on_host(tau)[1], xp.broadcast_to(xp.eye(*a.shape[-2:], dtype=a.dtype), a.shape), True, False)


@householder_product.vjp("input", "tau", rule="reflection by reflection: v: -(conj(s) * M @ v + s * M.mH @ v), tau: -v.mH @ M @ v")
def _(g: Any, input: Any, tau: Any, needs: Any) -> Any:
    m, n = input.shape[-2:]
    if not (input.numel() and tau.numel()):
        return None, None
    vectors, factors, _ = _reflections_rule(g, _reflections(input, tau), T.eye(m, n, dtype=input._dtype, device=input.device).expand(*input.shape))
    return _below(vectors, input), T.cat(factors, -1).squeeze(-2)


@householder_product.samples
def _(make: Any) -> Any:
    yield make([[2.0, 0.5], [0.25, 1.0], [0.5, 0.75]]), make(2)


also_in("torch", "orgqr", "householder_product", "linalg")


@composite("orgqr(Tensor input, Tensor input2) -> Tensor", namespaces=("Tensor",))
def _orgqr(input: Any, input2: Any) -> Any:
    """Q from the results of geqrf(): linalg.householder_product()."""
    return householder_product(input, input2)


def _ormqr_spec(input: Any, tau: Any, other: Any, left: bool, transpose: bool) -> Any:
    for name, t in (("input", input), ("other", other)):
        if len(t.shape) < 2:
            raise RuntimeError(f"torch.ormqr: {name} must have at least 2 dimensions.")
    if not tau.shape:
        raise IndexError("Dimension specified as -1 but tensor has no dimensions")
    side = -2 if left else -1
    if other.shape[side] != input.shape[-2]:
        raise RuntimeError(f"torch.ormqr: other.shape[{side}] must be equal to input.shape[-2]")
    if other.shape[side] < tau.shape[-1]:
        raise RuntimeError(f"torch.ormqr: other.shape[{side}] must be greater than or equal to tau.shape[-1]")
    if tau.shape[-1] != min(other.shape[side], input.shape[-1]):
        raise RuntimeError(f"torch.ormqr: tau.shape[-1] must be equal to min(other.shape[{side}], input.shape[-1])")
    _batch_of("torch.ormqr", "tau", tau, input, 1)
    _batch_of("torch.ormqr", "other", other, input, 0)
    return tuple(other.shape)


def _ormqr_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    _ormqr_spec(*values)
    for name, t in (("tau", values[1]), ("other", values[2])):
        if t._dtype is not values[0]._dtype:
            fail(
                RuntimeError,
                f"torch.ormqr: Expected input and {name} to have the same dtype, but input has dtype{door._cap(values[0]._dtype)} and {name} has dtype "
                f"{door._cap(t._dtype)}",
                kind="dtype",
                op="ormqr",
            )
    return _floats(o, dims, zeros, numbers, values)


@op("ormqr(Tensor input, Tensor input2, Tensor input3, bool left=True, bool transpose=False) -> Tensor", title="ormqr", kind="ordered",
    layout=lambda shape, o, values: _columns(shape, o, values), dtype=_ormqr_dtype, spec=_ormqr_spec, wirtinger=True, flops="4*m*n*k")  # fmt: skip
def ormqr(xp: Any, input: Any, tau: Any, other: Any, left: bool, transpose: bool) -> Any:
    """Q @ other (left=False: other @ Q; transpose=True: with Q.mH), for the whole square Q of the reflections that geqrf() gives.

    >>> ormqr(*geqrf(tensor([[3.], [4.]])), tensor([[5.], [0.]]))
    tensor([[-3.],
            [-4.]])
    """
    xp, a = on_host(input)
    t, c = on_host(tau)[1], on_host(other)[1]
    if left:
        return _reflected(xp, a, t, c, not transpose, transpose)
    out = _reflected(xp, a, t, xp.conjugate(xp.swapaxes(c, -1, -2)), transpose, not transpose)  # (Q.mH @ other.mH).mH
    return xp.conjugate(xp.swapaxes(out, -1, -2))


@ormqr.vjp("input", "input2", "input3", rule="input3: the product with Q.mH; input and input2: reflection by reflection, as in linalg.householder_product")
def _(g: Any, input: Any, input2: Any, input3: Any, left: bool, transpose: bool, needs: Any) -> Any:
    if not g.numel():
        return None, None, g
    if not (needs[0] or needs[1]):
        return None, None, ormqr(input, input2, g, left, not transpose)
    steps = _reflections(input, input2)
    adjoint = left == transpose  # the product from the left is with Q.mH: the last reflection stands first, its factor conjugate
    if adjoint:
        steps = [(v, s.conj()) for v, s in reversed(steps)]
    vectors, factors, g_other = _reflections_rule(g if left else g.mH, steps, input3 if left else input3.mH)
    if adjoint:
        vectors, factors = vectors[::-1], [f.conj() for f in factors[::-1]]
    return _below(vectors, input), T.cat(factors, -1).squeeze(-2), g_other if left else g_other.mH


@ormqr.samples
def _(make: Any) -> Any:
    yield make([[2.0, 0.5], [0.25, 1.0], [0.5, 0.75]]), make(2), make(3, 2)
    yield make([[2.0, 0.5], [0.25, 1.0], [0.5, 0.75]]), make(2), make(2, 3), False, True


# -- LDL ------------------------------------------------------------------------------------------------------------------------------


def _ldl_spec(A: Any, hermitian: bool) -> Any:
    _matrix("torch.linalg.ldl_factor_ex", A, True)
    return [tuple(A.shape), tuple(A.shape[:-1]), tuple(A.shape[:-2])]


@op("_ldl(Tensor A, bool hermitian) -> (Tensor LD, Tensor pivots, Tensor info)", public="linalg_ldl_factor_ex", title="torch.linalg.ldl_factor_ex",
    label="ldl_factor", dtype=_dtypes("", "i", "i"), nondiff="pivots info", spec=_ldl_spec, node="NotImplemented", **_HERE)  # fmt: skip
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


@composite("ldl_factor_ex(Tensor input, *, bool hermitian=False, bool check_errors=False) -> (Tensor, Tensor, Tensor)", namespaces=_L, method=False)
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


@composite("ldl_factor(Tensor input, *, bool hermitian=False) -> (Tensor, Tensor)", namespaces=_L, method=False)
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


def _ldl_solve_spec(LD: Any, pivots: Any, B: Any, hermitian: bool) -> Any:
    title = "torch.linalg.ldl_solve"
    _matrix(title, LD, True)
    if len(B.shape) < 2:
        raise IndexError(f"Dimension out of range (expected to be in range of [-{max(len(B.shape), 1)}, {max(len(B.shape) - 1, 0)}], but got -2)")
    _sizes_for(title, LD, B)
    _pivots_of(title, "LD", LD, pivots)
    if pivots.dtype.category != dtypes.int32.category:
        raise RuntimeError(f"{title}: Expected pivots to be integers. Got {door._cap(pivots.dtype)}")
    return (*door.broadcast_shapes([tuple(LD.shape[:-2]), tuple(B.shape[:-2])]), *B.shape[-2:])


def _ldl_solve_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    LD, _, B, _ = values
    _ldl_solve_spec(*values)
    if LD._dtype.category < dtypes.FLOAT:
        _floats(o, dims, zeros, numbers, values)
    if B._dtype is not LD._dtype:
        fail(RuntimeError, _SAME_BA.format(door._cap(B._dtype), door._cap(LD._dtype)), kind="dtype", op="linalg.ldl_solve")
    return _floats(o, dims, zeros, numbers, values)


@op("_ldl_solve(Tensor LD, Tensor pivots, Tensor B, bool hermitian) -> Tensor", public="linalg_ldl_solve", title="torch.linalg.ldl_solve", label="ldl_solve",
    spec=_ldl_solve_spec, node="NotImplemented", keep_dtype=("pivots",), dtype=_ldl_solve_dtype,
    **_HERE | {"layout": lambda shape, o, values: _columns(shape, o, values)})  # fmt: skip
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


@op("cholesky_solve(Tensor input, Tensor input2, bool upper=False) -> Tensor", method=True, kind="ordered", layout=as_lapack, title="cholesky_solve",
    dtype=same_dtypes("cholesky_solve", _SAME_BA, ("input", "input2")), spec=lambda B, L, upper: _factor_spec(B, L), wirtinger=True,
    flops="2*n**2")  # fmt: skip
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
    _sizes_for("cholesky_solve", L, B)
    return (*door.broadcast_shapes([tuple(B.shape[:-2]), tuple(L.shape[:-2])]), *B.shape[-2:])


def _by_triangles(xp: Any, L: Any, B: Any, upper: bool) -> Any:
    xp, a = on_host(L)
    b = on_host(B)[1]
    if upper:
        a = xp.conjugate(xp.swapaxes(a, -1, -2))
    return substituted(xp, xp.conjugate(xp.swapaxes(a, -1, -2)), substituted(xp, a, b, False, False), True, False)


@cholesky_solve.vjp("input", "input2", rule="input: the same solve of g; input2: -(C + C.mH) @ input2, C = g_B @ out.mH")
def _(g: Any, input2: Any, out: Any, upper: bool, needs: Any) -> Any:
    g_b = cholesky_solve(g, input2, upper)
    if not needs[1]:
        return g_b, None
    c = g_b @ out.mH
    c = c + c.mH
    return g_b, (-(input2 @ c) if upper else -(c @ input2))


@op("cholesky_inverse(Tensor input, bool upper=False) -> Tensor", method=True, kind="ordered", layout=as_lapack, title="cholesky_inverse",
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


@cholesky_inverse.vjp("input", rule="-(C + C.mH) @ input, C = out @ g @ out")
def _(g: Any, input: Any, out: Any, upper: bool) -> Any:
    c = out @ g @ out
    c = c + c.mH
    return -(input @ c) if upper else -(c @ input)


@cholesky_solve.samples
def _(make: Any) -> Any:
    yield make(2, 3), make([[2.0, 0.0], [0.5, 1.5]])
    yield make(2, 1), make([[2.0, 0.5], [0.0, 1.5]]), True


@cholesky_inverse.samples
def _(make: Any) -> Any:
    yield (make([[2.0, 0.0], [0.5, 1.5]]),)


def _old_triangular_spec(input: Any, A: Any, upper: bool, transpose: bool, unitriangular: bool) -> Any:
    for name, t in (("b", input), ("A", A)):
        if len(t.shape) < 2:
            raise RuntimeError(f"torch.triangular_solve: Expected {name} to have at least 2 dimensions, but it has {len(t.shape)} dimensions instead")
    rows = _sizes_for("triangular_solve", A, input)
    batch = door.broadcast_shapes([tuple(input.shape[:-2]), tuple(A.shape[:-2])])
    return [(*batch, *input.shape[-2:]), (*batch, rows, rows)]


def _sizes_for(name: str, A: Any, b: Any) -> int:
    """The size of the square A; RuntimeError where it is none, or b has not as many rows."""
    m, n = A.shape[-2:]
    if m != n:
        raise RuntimeError(f"A must be batches of square matrices, but they are {m} by {n} matrices")
    if b.shape[-2] != n:
        raise RuntimeError(f"Incompatible matrix sizes for {name}: each A matrix is {n} by {n} but each b matrix is {b.shape[-2]} by {b.shape[-1]}")
    return n  # type: ignore[no-any-return]


@op("triangular_solve(Tensor input, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False) "
    "-> (Tensor solution, Tensor cloned_coefficient)", kind="ordered", layout=lambda shape, o, values: _columns(shape, o, values),
    title="triangular_solve", dtype=same_dtypes("triangular_solve", _SAME_BA, ("input", "A")), spec=_old_triangular_spec,
    node="TriangularSolveBackward0", flops="n**2")  # fmt: skip
def triangular_solve(xp: Any, input: Any, A: Any, upper: bool, transpose: bool, unitriangular: bool) -> Any:
    """X with A @ X = input for a triangle A, and A: (solution, cloned_coefficient); linalg.solve_triangular() is its successor.

    >>> triangular_solve(tensor([[2.], [4.]]), tensor([[2., 9.], [0., 4.]])).solution
    tensor([[-3.5000],
            [ 1.0000]])
    """
    warn("torch.triangular_solve is deprecated in favor of torch.linalg.solve_triangular and will be removed in a future PyTorch release.",
         once="triangular_solve")  # fmt: skip
    xp, a = on_host(A)
    b = on_host(input)[1]
    t = xp.swapaxes(a, -1, -2) if transpose else a
    batch = xp.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return substituted(xp, t, b, upper != transpose, unitriangular), xp.broadcast_to(a, (*batch, *a.shape[-2:])).copy()


@triangular_solve.vjp("input", "A", rule="input: solve with A.mT; A: the triangle of -g_input @ solution.mT, transposed where A was, and g of the copy")
def _(g_solution: Any, g_cloned_coefficient: Any, A: Any, solution: Any, upper: bool, transpose: bool, unitriangular: bool, needs: Any) -> Any:
    g_b = g_a = None
    if g_solution is not None:
        g_b = triangular_solve(g_solution, A, upper, not transpose, unitriangular)[0]
        if needs[1]:
            g_a = triangle(-(solution @ g_b.mT if transpose else g_b @ solution.mT), upper, unitriangular)
    if needs[1] and g_cloned_coefficient is not None:
        g_a = g_cloned_coefficient if g_a is None else g_a + g_cloned_coefficient
    return g_b, g_a


@triangular_solve.samples
def _(make: Any) -> Any:
    yield make(2, 3), make([[2.0, 0.5], [0.25, 1.5]])
    yield make(2, 1), make([[2.0, 0.5], [0.25, 1.5]]), False, True


# -- tensors as matrices --------------------------------------------------------------------------------------------------------------


@composite("tensorinv(Tensor input, int ind=2) -> Tensor", namespaces=_L, method=False)
def tensorinv(A: Any, ind: int) -> Any:
    """The inverse of a tensor as a map from its last dimensions to the first ``ind``.

    >>> linalg.tensorinv(eye(4).reshape(2, 2, 4)).shape
    torch.Size([4, 2, 2])
    """
    if ind < 1:
        raise RuntimeError(f"Expected a strictly positive integer for 'ind', but got {ind}")
    if ind > A.ndim:
        raise RuntimeError(f"ArrayRef: invalid slice, N = {ind}; size = {A.ndim}")
    first, last = tuple(A.shape[:ind]), tuple(A.shape[ind:])
    n, m = math.prod(first), math.prod(last)
    if n != m:
        raise RuntimeError(f"Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got {m} != {n}")
    return inv(A.reshape(n, n)).reshape(*last, *first)


@composite("tensorsolve(Tensor input, Tensor other, int[]? dims=None) -> Tensor", namespaces=_L, method=False)
def tensorsolve(A: Any, B: Any, dims: Any) -> Any:
    """X with tensordot(A, X, X.ndim) = B; dims of A are moved to the end first.

    >>> linalg.tensorsolve(eye(4).reshape(2, 2, 4) * 2, ones(2, 2))
    tensor([0.5000, 0.5000, 0.5000, 0.5000])
    """
    if dims is not None:
        moved = [wrap_dim(d, A.ndim) for d in dims]
        A = A.permute([k for k in range(A.ndim) if k not in moved] + moved)
    if B.ndim > A.ndim:
        raise RuntimeError(f"ArrayRef: invalid slice, N = {B.ndim}; size = {A.ndim}")
    rest = tuple(A.shape[B.ndim :])
    n, m = B.numel(), math.prod(rest)
    if n != m or A.numel() != n * m:
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
    if x._dtype is dtypes.bool_ or x._dtype.itemsize == 2 and x._dtype.is_floating_point:
        raise RuntimeError(f"linalg.vander supports floating point, complex, and integer tensors, but got {door._cap(x._dtype)}")
    n = (x.shape[-1] if x.ndim else 1) if N is None else N
    if n <= 1:
        raise RuntimeError("N must be greater than 1.")
    x = x if x.ndim else x.unsqueeze(0)
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
