"""A few singular values or eigenvalues of a matrix, by algorithms that only multiply with it: svd_lowrank, pca_lowrank, lobpcg.

The random starts come from the default generator, drawn as PyTorch draws them. The decompositions themselves are decompose.py's.
"""

from __future__ import annotations

from .. import dtypes
from ..apply import TENSORS as T
from ..errors import describe, fail
from ..registry import composite, op
from .decompose import _solve, qr, svd
from .linalg import C_NAMES, matmul
from .scan import on_host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# -- singular values ------------------------------------------------------------------------------------------------------------------


def _times(A: Any, M: Any, x: Any) -> Any:
    """(A - M) @ x, without the difference, which may be dense where A is not."""
    out = matmul.kernel(A, x)
    return out if M is None else out - matmul.kernel(M, x)


def _range(A: Any, M: Any, q: int, niter: int) -> Any:
    """Orthonormal columns whose span is close to the range of A - M: Halko, Martinsson and Tropp, Finding structure with randomness, algorithm 4.4."""
    out = qr.kernel(_times(A, M, T.randn(A.shape[-1], q, dtype=A._dtype, device=A.device)), "reduced")[0]
    back, m_back = A.mH, None if M is None else M.mH
    for _ in range(niter):
        out = qr.kernel(_times(back, m_back, out), "reduced")[0]
        out = qr.kernel(_times(A, M, out), "reduced")[0]
    return out


def _floating(A: Any, name: str) -> None:
    if A._dtype.category < dtypes.FLOAT:
        left, right = C_NAMES[A._dtype.name], C_NAMES[dtypes.float32.name]
        fail(RuntimeError, f"expected m1 and m2 to have the same dtype, but got: {left} != {right}", kind="dtype", op=name,
             operands=[("A", describe(A))], hints=["A.float() first."])  # fmt: skip


def _low_svd(A: Any, q: Any, niter: Any, M: Any) -> Any:
    q = 6 if q is None else q
    niter = 2 if niter is None else niter
    m, n = A.shape[-2:]
    if M is not None:
        M = M.broadcast_to(A.shape)
    if m < n:  # the algorithm is for tall matrices
        A, M = A.mH, None if M is None else M.mH
    basis = _range(A, M, q, niter)
    small = matmul.kernel(basis.mH, A)
    if M is not None:
        small = small - matmul.kernel(basis.mH, M)
    u, s, vh = svd.kernel(small, False, None)
    v, u = vh.mH, matmul.kernel(basis, u)
    return (v, s, u) if m < n else (u, s, v)


@composite("svd_lowrank(Tensor A, int? q=6, int? niter=2, Tensor? M=None) -> (Tensor, Tensor, Tensor)", method=False)
def svd_lowrank(A: Any, q: Any, niter: Any, M: Any) -> Any:
    """The largest q singular values, about, and their vectors: (U, S, V) with A - M close to U @ diag(S) @ V.mH.

    A random projection, sharpened by niter power iterations: Halko, Martinsson and Tropp, Finding structure with randomness, SIAM Review 53(2), 2011,
    algorithm 5.1. A [..., m, n] gives U [..., m, q], S [..., q] and V [..., n, q].

    >>> svd_lowrank(tensor([[3., 0.], [0., 4.]]), q=2)[1]
    tensor([4., 3.])
    """
    if A.ndim < 2:
        raise ValueError(f"svd_lowrank: A must have at least 2 dimensions, but it has {A.ndim}")
    _floating(A, "svd_lowrank")
    return _low_svd(A, q, niter, M)


@composite("pca_lowrank(Tensor A, int? q=None, bool center=True, int niter=2) -> (Tensor, Tensor, Tensor)", method=False)
def pca_lowrank(A: Any, q: Any, center: bool, niter: int) -> Any:
    """Principal components of rows: svd_lowrank() of A less its columns' means (center=False: of A), with q=min(6, m, n) values unless given.

    The columns of V are the principal directions; A @ V[:, :k] projects on the first k; S**2 / (m - 1) are the variances.

    >>> pca_lowrank(tensor([[1., 1.], [3., 3.]]), q=1)[1]
    tensor([2.])
    """
    if A.ndim < 2:
        raise ValueError(f"pca_lowrank: A must have at least 2 dimensions, but it has {A.ndim}")
    m, n = A.shape[-2:]
    if q is None:
        q = min(6, m, n)
    elif not 0 <= q <= min(m, n):
        raise ValueError(f"q(={q}) must be non-negative integer and not greater than min(m, n)={min(m, n)}")
    if niter < 0:
        raise ValueError(f"niter(={niter}) must be non-negative integer")
    if center:
        _floating_mean(A)
        A = A - A.mean((-2,), True)
    _floating(A, "pca_lowrank")
    return _low_svd(A, q, niter, None)


def _floating_mean(A: Any) -> None:
    if A._dtype.category < dtypes.FLOAT:
        A.mean((-2,), True)  # says why not


# -- eigenvalues ----------------------------------------------------------------------------------------------------------------------


def _orthonormal(xp: Any, s: Any, b: Any) -> Any:
    """An orthonormal basis of the columns (with respect to b), dependent ones dropped: Stathopoulos and Wu's SVQB, twice."""
    for _ in range(2):
        gram = s.T @ (s if b is None else b @ s)
        size = xp.sqrt(xp.maximum(xp.diagonal(gram), 0))
        keep = size > size.max(initial=0.0) * 1e-14
        s, gram, size = s[:, keep], gram[xp.ix_(keep, keep)], size[keep]
        w, v = xp.linalg.eigh(gram / xp.outer(size, size))
        good = w > w.max(initial=0.0) * 1e-14
        s = (s / size) @ (v[:, good] / xp.sqrt(w[good]))
    return s


def _search(xp: Any, a: Any, b: Any, x: Any, ik: Any, k: int, niter: int, tol: float, largest: bool) -> Any:
    """LOBPCG: at each step the best vectors in the span of the present ones, their (preconditioned) residuals and the last step's directions.

    Knyazev, Toward the optimal preconditioned eigensolver, SIAM J. Sci. Comput. 23(2), 2001; the span is kept orthonormal as in Duersch et al.,
    A robust and efficient implementation of LOBPCG, 2018."""
    n, start = x.shape[1], x
    scale = xp.linalg.norm(x)
    a_size = xp.linalg.norm(a @ x) / scale
    b_size = 1.0 if b is None else xp.linalg.norm(b @ x) / scale
    span = x
    while True:
        span = _orthonormal(xp, span, b)
        w, z = xp.linalg.eigh(span.T @ (a @ span))
        chosen = xp.argsort(-w if largest else w, kind="stable")[:n]
        last, x, e = x, span @ z[:, chosen], w[chosen]
        bx = x if b is None else b @ x
        rest = a @ x - bx * e
        error = xp.linalg.norm(rest, axis=0) / (xp.linalg.norm(x, axis=0) * (a_size + xp.abs(e) * b_size))
        converged = int(xp.argmin(error < tol)) if not (error < tol).all() else x.shape[1]
        niter -= 1
        if converged >= k or niter == 0:
            return e[:k], x[:, :k] * xp.where((x * start).sum(0) < 0, -1.0, 1.0)[:k]  # of both signs the one near the start
        directions = x - last @ xp.linalg.lstsq(last, x, rcond=None)[0]
        rest = rest[:, converged:]
        span = xp.concatenate([x, rest if ik is None else ik @ rest, directions], axis=1)


def _lobpcg_spec(A: Any, B: Any, X: Any, iK: Any, k: int, niter: int, tol: float, largest: bool) -> Any:
    return [(*A.shape[:-2], k), (*A.shape[:-1], k)]


@op("_lobpcg(Tensor A, Tensor? B, Tensor X, Tensor? iK, int k, int niter, float tol, bool largest) -> (Tensor eigenvalues, Tensor eigenvectors)",
    namespaces=("internal",), method=False, public="lobpcg", label="lobpcg", spec=_lobpcg_spec, node="LOBPCGAutogradFunctionBackward",
    dtype=lambda o, dims, zeros, numbers, values: (dtypes.float64, (values[0]._dtype,) * 2))  # fmt: skip
def _lobpcg(xp: Any, A: Any, B: Any, X: Any, iK: Any, k: int, niter: int, tol: float, largest: bool) -> Any:
    """The first eigenvalues and eigenvectors of each symmetric matrix."""
    xp, a = on_host(A)
    x: Any = on_host(X)[1]
    b, ik = (None if t is None else on_host(t)[1] for t in (B, iK))
    batch, m = a.shape[:-2], a.shape[-1]
    values, vectors = xp.zeros((*batch, k), a.dtype), xp.zeros((*batch, m, k), a.dtype)
    for at in xp.ndindex(batch):
        values[at], vectors[at] = _search(xp, a[at], None if b is None else b[at], x[at], ik, k, niter, tol, largest)
    return values, vectors


@_lobpcg.vjp("A", rule="U @ (diag(g_E) + (U.mT @ g_U) / D) @ U.mT, and for the other eigenvectors W: W @ ((W.mT @ g_U) / (E - w)) @ U.mT")
def _(g_eigenvalues: Any, g_eigenvectors: Any, A: Any, B: Any, eigenvalues: Any, eigenvectors: Any) -> Any:
    if B is not None:
        raise ValueError("lobpcg.backward does not support backward with B != I yet.")
    u, e = eigenvectors, eigenvalues
    ut = u.mT
    apart = e.unsqueeze(-2) - e.unsqueeze(-1)
    same = T.eye(e.shape[-1], dtype=dtypes.bool_, device=e.device)
    inner = T.where(same, 0.0, (ut @ g_eigenvectors) / T.where(same, 1.0, apart)) + T.diag_embed(g_eigenvalues)
    # What g_U has outside of the span of U moves U by the inverse of (e_i - A) there: those eigenvectors, since the span's own part is done.
    outside = g_eigenvectors - u @ (ut @ g_eigenvectors)
    eye = T.eye(A.shape[-1], dtype=A._dtype, device=A.device)
    rest = (eye - u @ ut) @ A @ (eye - u @ ut)
    columns = [_solve(e[..., i, None, None] * eye - rest + (u @ ut) * (1.0 + e[..., i, None, None].abs()), outside[..., i : i + 1]) for i in range(e.shape[-1])]
    moved = T.cat(columns, -1)
    return (u @ inner + moved - u @ (ut @ moved)) @ ut


_PARAMETERS = "Tensor? B=None, Tensor? X=None, int? n=None, Tensor? iK=None, int? niter=None, float? tol=None, bool? largest=None, str? method=None"


@composite(f"lobpcg(Tensor A, int? k=None, {_PARAMETERS}, Any tracker=None, Any ortho_iparams=None, Any ortho_fparams=None, Any ortho_bparams=None) "
           "-> (Tensor, Tensor)", method=False)  # fmt: skip
def lobpcg(A: Any, k: Any, B: Any, X: Any, n: Any, iK: Any, niter: Any, tol: Any, largest: Any, method: Any, tracker: Any, ortho_iparams: Any,
           ortho_fparams: Any, ortho_bparams: Any) -> Any:  # fmt: skip
    """The k largest (largest=False: smallest) eigenvalues of symmetric positive definite matrices and their vectors: (E, X) with A @ X = B @ X @ diag(E).

    A [..., m, m] gives E [..., k] and X [..., m, k]; at least 3 rows are needed for an eigenpair. X is where to start (random unless given), iK a
    preconditioner, niter (1000) and tol end the search. A gradient is of (A + A.mT) / 2, and there is none with B. The search is Knyazev's locally
    optimal block preconditioned conjugate gradient method (2001); ``method`` chooses among PyTorch's two variants and changes nothing here.

    >>> lobpcg(diag(tensor([1., 5., 2., 4.])), k=1)[0]
    tensor([5.])
    """
    for name, v in (("tracker", tracker), ("ortho_iparams", ortho_iparams), ("ortho_fparams", ortho_fparams), ("ortho_bparams", ortho_bparams)):
        if v is not None:
            fail(NotImplementedError, f"lobpcg: {name} belongs to PyTorch's own steps and is not supported", kind="missing", op="lobpcg")
    if A.ndim < 2 or A.shape[-1] != A.shape[-2]:
        raise AssertionError(f"A must be square, got shape {A.shape}")
    if B is not None and A.shape != B.shape:
        raise AssertionError(f"A and B must have same shape, got {A.shape} vs {B.shape}")
    if A._dtype not in (dtypes.float32, dtypes.float64):
        left = C_NAMES.get(A._dtype.name, A._dtype.name)
        fail(RuntimeError, f"expected m1 and m2 to have the same dtype, but got: {left} != float", kind="dtype", op="lobpcg", operands=[("A", describe(A))],
             explain=["The search is for real matrices of float32 or float64."])  # fmt: skip
    m = A.shape[-1]
    k = (1 if X is None else X.shape[-1]) if k is None else k
    n = X.shape[-1] if X is not None else k if n is None else n
    if m < 3 * n:
        raise ValueError(f"LOBPCG algorithm is not applicable when the number of A rows (={m}) is smaller than 3 x the number of requested eigenpairs (={n})")
    if not 0 < k <= n:
        fail(ValueError, f"lobpcg: {k} eigenpairs are asked for, and the search has {n} vectors", kind="value", op="lobpcg")
    batch = tuple(A.shape[:-2])
    if X is None:
        X = T.randn(*batch, m, n, dtype=A._dtype, device=A.device)
    elif tuple(X.shape) != (*batch, m, n):
        raise AssertionError(f"X shape mismatch: got {X.shape}, expected {(*batch, m, n)}")
    if tol is None:
        tol = (1.2e-07 if A._dtype is dtypes.float32 else 2.23e-16) ** 0.5
    if A.requires_grad or B is not None and B.requires_grad:
        A, B = (A + A.mT) / 2, None if B is None else (B + B.mT) / 2
    out = _lobpcg(A, B, X.detach(), iK, k, 1000 if niter is None else niter, tol, True if largest is None else largest)
    return tuple(out)


@svd_lowrank.samples
def _(make: Any) -> Any:
    yield make([[2.0, 0.5], [0.25, 1.0], [0.0, 1.0]], grad=False), 2


@pca_lowrank.samples
def _(make: Any) -> Any:
    yield make([[2.0, 0.5], [0.25, 1.0], [0.0, 1.0]], grad=False), 2


@lobpcg.samples
def _(make: Any) -> Any:
    start = {"X": make([[1.0], [0.5], [0.25]], grad=False), "niter": 40, "tol": 1e-14}
    yield make([[4.0, 0.5, 0.0], [0.5, 2.0, 0.25], [0.0, 0.25, 1.0]]), 1, start
