"""Linear algebra and Fourier beyond the recorded samples: second gradients, layouts and nodes, searches that start at random, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

import tcalc as torch

L = torch.linalg
A = torch.tensor([[2.0, 0.5, 0.25], [0.75, 1.5, -0.5], [0.1, 0.3, -1.25]], dtype=torch.float64)
B = torch.tensor([[1.0, -0.5], [0.25, 2.0], [0.5, 0.75]], dtype=torch.float64)
S = A @ A.mT + torch.eye(3, dtype=torch.float64)
TAU = torch.tensor([0.4, -0.7, 0.2], dtype=torch.float64)
PIVOTS = torch.tensor([2, 3, 3], dtype=torch.int32)


def leaf(x):
    """A fresh leaf of the same values."""
    return x.clone().requires_grad_()


TWICE = {
    "solve": (lambda a, b: L.solve(a, b), A, B),
    "solve from the right": (lambda a, b: L.solve(a, b.mT, left=False), A, B),
    "solve a vector": (lambda a, b: L.solve(a, b[:, 0]), A, B),
    "solve_triangular": (lambda a, b: L.solve_triangular(a, b, upper=True), A, B),
    "solve_triangular from the right": (lambda a, b: L.solve_triangular(a, b.mT, upper=False, left=False, unitriangular=True), A, B),
    "triangular_solve": (lambda a, b: torch.triangular_solve(b, a, False, True), A, B),
    "cholesky": (lambda a: torch.cholesky((a + a.mT) / 2, True), S),
    "cholesky_ex": (lambda a: L.cholesky_ex((a + a.mT) / 2).L, S),
    "inv_ex": (lambda a: L.inv_ex(a).inverse, A),
    "solve_ex": (lambda a, b: L.solve_ex(a, b).result, A, B),
    "householder_product": (lambda a, t: L.householder_product(a, t), A[:, :2], TAU[:2]),
    "fewer factors than columns": (lambda a, t: L.householder_product(a, t), A, TAU[:2]),
    "ormqr": (lambda a, t, c: torch.ormqr(a, t, c), A, TAU, B),
    "ormqr transposed": (lambda a, t, c: torch.ormqr(a, t, c, True, True), A, TAU, B),
    "ormqr from the right": (lambda a, t, c: torch.ormqr(a, t, c.mT, False, False), A, TAU, B),
    "ormqr from the right, transposed": (lambda a, t, c: torch.ormqr(a, t, c.mT, False, True), A, TAU, B),
    "lu_unpack of a tall matrix": (lambda a: torch.lu_unpack(a[:, :2], PIVOTS[:2])[1:], A),
    "lu_unpack of a wide matrix": (lambda a: torch.lu_unpack(a[:2], torch.full((2,), 2, dtype=torch.int32))[1:], A),
    "lu_solve from the right": (lambda a, b: L.lu_solve(a, PIVOTS, b.mT, left=False), A, B),
    "lu_solve with the adjoint": (lambda a, b: L.lu_solve(a, PIVOTS, b.mT, left=False, adjoint=True), A, B),
    "eig": (lambda a: (L.eig(a).eigenvectors.abs(), L.eig(a).eigenvalues.abs()), A),
    "svd of a tall matrix, whole": (lambda b: (L.svd(b).U[:, :2].abs(), L.svd(b).S), B),
    "det of one element": (lambda a: L.det(a[:1, :1]) * a[0, 0], A),
    "cond": (lambda a: (L.cond(a), L.cond(a, 1), L.cond(a, "fro"), L.cond(a, "nuc")), A),
    "lobpcg": (lambda a: (lambda e, x: (e, x.abs()))(*torch.lobpcg(a, 1, X=torch.ones(3, 1, dtype=torch.float64), tol=1e-15, niter=60)), S),
    "tensordot of one against several": (lambda a, b: torch.tensordot(a[:, :1], b, ([1], [0])), A, B),
}


@pytest.mark.filterwarnings("ignore:torch.triangular_solve")
@pytest.mark.parametrize("name", TWICE)
def test_both_gradients(name):
    """First and second gradients are what differences say."""
    f, *values = TWICE[name]
    leaves = tuple(leaf(v) for v in values)
    assert torch.autograd.gradcheck(f, leaves)
    assert torch.autograd.gradgradcheck(f, leaves)


X = torch.ones(4, 3).requires_grad_()
SQUARE = (torch.eye(3) * 2).requires_grad_()
ROWS = torch.tensor([1, 2, 3], dtype=torch.int32)


@pytest.mark.filterwarnings("ignore:torch.(triangular_solve|lu) is deprecated")
@pytest.mark.parametrize(
    ("make", "stride", "node"),
    [
        (lambda: L.solve(SQUARE, X, left=False), (3, 1), "LinalgSolveExBackward0"),
        (lambda: L.solve(SQUARE.expand(2, 3, 3), X[:2]), (1, 2), "LinalgSolveExBackward0"),
        (lambda: L.solve_triangular(SQUARE, X, upper=True, left=False), (1, 4), "LinalgSolveTriangularBackward0"),
        (lambda: torch.triangular_solve(X.mT, SQUARE)[1], (1, 3), "TriangularSolveBackward0"),
        (lambda: torch.cholesky(SQUARE), (1, 3), "CholeskyBackward0"),
        (lambda: L.householder_product(X, torch.ones(3)), (1, 4), "LinalgHouseholderProductBackward0"),
        (lambda: L.householder_product(X, torch.ones(0)), (1, 4), "LinalgHouseholderProductBackward0"),
        (lambda: torch.ormqr(X, torch.ones(3), torch.ones(4, 2)), (1, 4), "OrmqrBackward0"),
        (lambda: torch.lu_unpack(SQUARE, ROWS).L, (3, 1), "LuUnpackBackward0"),
        (lambda: torch.lu_unpack(SQUARE, ROWS, unpack_data=False).U, (1,), "LuUnpackBackward0"),
        (lambda: torch.lu(SQUARE)[0], (1, 3), "LinalgLuFactorExBackward0"),
        (lambda: L.lu_solve(SQUARE, ROWS, X, left=False), (3, 1), "LinalgLuSolveBackward0"),
        (lambda: L.lstsq(X + torch.eye(4, 3), torch.ones(4, 2)).solution, (1, 4), "LinalgLstsqBackward0"),
        (lambda: L.matrix_power(SQUARE, 0), (3, 1), "torch::autograd::CopyBackwards"),
        (lambda: L.matrix_power(SQUARE, -1), (1, 3), "LinalgInvExBackward0"),
        (lambda: L.matrix_norm(X, "nuc", keepdim=True), (1, 1), "PermuteBackward0"),
        (lambda: L.cond(SQUARE), (), "SqueezeBackward1"),
        (lambda: L.vecdot(X[0], X[1]), (), "VdotBackward0"),
        (lambda: torch.stft(X.flatten(), 4, return_complex=True), (1, 3), "SqueezeBackward4"),
        (lambda: torch.stft(X, 2, 1, center=False, return_complex=True), (4, 1, 2), "TransposeBackward1"),
        (lambda: torch.fft.fftn(X, s=()), (3, 1), "FftC2CBackward0"),
    ],
)
def test_layout_and_node(make, stride, node):
    """Strides and the backward node's name, as PyTorch has them."""
    out = make()
    assert (out.stride(), out.grad_fn.name()) == (stride, node)


def test_what_lapack_leaves():
    """The functions with an error code give what was computed until then."""
    assert L.cholesky_ex(torch.tensor([[1.0, 2.0], [2.0, 3.0]])).L.tolist() == [[1.0, 0.0], [2.0, -1.0]]
    assert L.cholesky_ex(torch.tensor([[1.0, 2.0], [2.0, 3.0]]), upper=True).L.tolist() == [[1.0, 2.0], [0.0, -1.0]]
    assert L.inv_ex(torch.ones(2, 2)).inverse.tolist() == [[math.inf, -math.inf], [-math.inf, math.inf]]
    assert L.cond(torch.zeros(2, 2), 1).item() == math.inf


def test_substitution_in_blocks():
    """Large triangles, where blocks are solved by products, and a zero on the diagonal."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 70, 70)) + 9 * np.eye(70), rng.normal(size=(70, 3))
    for upper in (True, False):
        x = L.solve_triangular(torch.from_numpy(a), torch.from_numpy(b), upper=upper).numpy()
        assert np.allclose((np.triu(a) if upper else np.tril(a)) @ x, b, atol=1e-12)
    assert L.solve_triangular(torch.zeros(1, 1), torch.ones(1, 1), upper=True).tolist() == [[math.inf]]


def test_low_rank():
    """Singular values of a matrix of low rank, less a mean where asked; seeded."""
    rng = np.random.default_rng(1)
    a = rng.normal(size=(3, 9, 2)) @ rng.normal(size=(3, 2, 6)) + 5.0
    exact = np.linalg.svd(a, compute_uv=False)
    torch.manual_seed(0)
    u, s, v = torch.svd_lowrank(torch.from_numpy(a), q=4)
    assert (tuple(u.shape), tuple(s.shape), tuple(v.shape)) == ((3, 9, 4), (3, 4), (3, 6, 4))
    assert np.allclose(s.numpy(), exact[:, :4], atol=1e-8)
    assert np.allclose((u @ torch.diag_embed(s) @ v.mT).numpy(), a, atol=1e-8)
    same = torch.svd_lowrank(torch.from_numpy(a) - 5, q=2)[1]
    assert torch.allclose(torch.svd_lowrank(torch.from_numpy(a), q=2, M=torch.tensor(5.0, dtype=torch.float64))[1], same)
    centered = a - a.mean(1, keepdims=True)
    assert np.allclose(torch.pca_lowrank(torch.from_numpy(a), q=2)[1].numpy(), np.linalg.svd(centered, compute_uv=False)[:, :2], atol=1e-8)
    assert torch.pca_lowrank(torch.ones(2, 3))[1].shape == (2,)


def test_lobpcg():
    """The largest and smallest eigenpairs, of a generalised problem, too."""
    rng = np.random.default_rng(2)
    a = rng.normal(size=(20, 20))
    a = a @ a.T + np.eye(20)
    b = np.diag(np.arange(1.0, 21))
    exact = np.linalg.eigvalsh(a)
    torch.manual_seed(0)
    for k, largest, want in ((3, True, exact[:-4:-1]), (2, False, exact[:2])):
        e, x = torch.lobpcg(torch.from_numpy(a), k, largest=largest, tol=1e-10)
        assert np.allclose(e.numpy(), want)
        assert np.allclose(a @ x.numpy(), x.numpy() * e.numpy(), atol=1e-6)
    e, x = torch.lobpcg(torch.from_numpy(a), 2, torch.from_numpy(b), tol=1e-10)
    assert np.allclose(e.numpy(), np.sort(np.linalg.eigvals(np.linalg.solve(b, a)).real)[:-3:-1])
    assert np.allclose((x.mT @ torch.from_numpy(b) @ x).numpy(), np.eye(2), atol=1e-8)
    assert torch.lobpcg(torch.from_numpy(np.stack([a, b])), 1)[0].shape == (2, 1)


def test_gradient_follows_the_start():
    """A loss that depends on the phase of complex eigenvectors is refused; what the phase leaves alone is not."""
    a = leaf(A)
    with pytest.raises(RuntimeError, match=r"^linalg_eig_backward: The eigenvectors in the complex case are specified up to multiplication by e\^\{i phi\}"):
        (L.eig(a).eigenvectors * (1 + 2j)).real.sum().backward()


F = torch.float16
I2 = torch.ones(2, 2, dtype=torch.int64)
H2 = torch.ones(2, 2, dtype=F)
E2 = torch.eye(2)
P2 = torch.tensor([1, 2], dtype=torch.int32)


@pytest.mark.filterwarnings("ignore:torch.(triangular_solve|lu) is deprecated")
@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: L.solve(E2, I2), RuntimeError, "linalg.solve: Expected A and B to have the same dtype, but found A of type Float and B of type Long instead"),
        (lambda: L.solve(E2, torch.ones(3, 3), left=False), RuntimeError, "linalg.solve: Incompatible shapes of A and B for the equation XA = B (2x2 and 3x3)"),
        (lambda: L.solve_triangular(I2, I2, upper=True), NotImplementedError, "\"triangular_solve_cpu\" not implemented for 'Long'"),
        (lambda: L.solve_triangular(E2, torch.ones(2), upper=True), RuntimeError, "linalg.solve_triangular: The input tensor B must have at least 2 dimension"),
        (lambda: torch.triangular_solve(torch.ones(3, 2), E2), RuntimeError, "Incompatible matrix sizes for triangular_solve: each A matrix is 2 by 2 but eac"),
        (lambda: torch.cholesky(I2), NotImplementedError, "\"cholesky_cpu\" not implemented for 'Long'"),
        (lambda: torch.cholesky(torch.zeros(2, 2)), RuntimeError, "cholesky: The factorization could not be completed because the input is not positive-defin"),
        (lambda: L.cholesky_ex(I2), RuntimeError, "linalg.cholesky: Expected a floating point or complex tensor as input. Got Long"),
        (lambda: L.inv_ex(H2), RuntimeError, "linalg.inv: Low precision dtypes not supported. Got Half"),
        (lambda: L.eig(I2), RuntimeError, "Unknown Complex ScalarType for Long"),
        (lambda: L.eigvals(E2 * math.nan), RuntimeError, "torch.linalg.eigvals: input tensor should not contain infs or NaNs."),
        (lambda: L.eigvals(torch.ones(2, 3)), RuntimeError, "linalg.eigvals: A must be batches of square matrices, but they are 2 by 3 matrices"),
        (lambda: L.eigh(E2, "X"), RuntimeError, "Expected UPLO argument to be 'L' or 'U', but got X"),
        (lambda: L.pinv(I2), RuntimeError, "linalg.pinv(Long{[2, 2]}): expected a tensor with 2 or more dimensions of float, double, cfloat or cdouble types"),
        (lambda: L.matrix_rank(I2), RuntimeError, "This function doesn't handle types other than float and double"),
        (lambda: L.cond(torch.ones(2)), RuntimeError, "linalg.cond: The input tensor must have at least 2 dimensions."),
        (lambda: L.cond(E2, 3), RuntimeError, "linalg.cond got an invalid norm type: 3"),
        (lambda: L.norm(torch.ones(2, 2, 2), 2, (0, 1, 2)), RuntimeError, "linalg.norm: If dim is specified, it must be of length 1 or 2. Got [0, 1, 2]"),
        (lambda: L.matrix_norm(H2, "nuc"), RuntimeError, "linalg.matrix_norm: Low precision dtypes not supported. Got Half"),
        (lambda: torch.logdet(I2), RuntimeError, "logdet: Expected a floating point or complex tensor as input. Got Long"),
        (lambda: L.vander(torch.ones(2, dtype=F)), RuntimeError, "linalg.vander supports floating point, complex, and integer tensors, but got Half"),
        (lambda: L.vander(torch.ones(0)), RuntimeError, "N must be greater than 1."),
        (lambda: L.vecdot(I2, I2), RuntimeError, "linalg.vecdot: Expected a floating point or complex tensor as input. Got Long"),
        (lambda: L.multi_dot([torch.ones(2, 3), E2]), RuntimeError, "multi_dot(): tensors 0 and 1 with shapes [2, 3] and [2, 2] cannot be multiplied"),
        (lambda: torch.chain_matmul(torch.ones(2), E2), RuntimeError, "Tensor dimension is 1, expected 2 instead."),
        (lambda: L.householder_product(E2, torch.ones(3)), RuntimeError, "torch.linalg.householder_product: input.shape[-1] must be greater than or equal to "),
        (lambda: torch.ormqr(E2, torch.ones(1), E2), RuntimeError, "torch.ormqr: tau.shape[-1] must be equal to min(other.shape[-2], input.shape[-1])"),
        (lambda: torch.lu_unpack(E2, torch.tensor([1, 9], dtype=torch.int32)), RuntimeError, "pivots passed to lu_unpack must be between 1 and LU.size(-2) in"),
        (lambda: torch.lu_unpack(torch.ones(3), P2), RuntimeError, "torch.lu_unpack: Expected tensor with 2 or more dimensions. Got size: [3] instead"),
        (lambda: L.lu_solve(E2, P2[:1], E2), RuntimeError, "linalg.lu_solve: Number of pivots per batch should be same as the dimension of the matrix"),
        (lambda: L.lu_factor(torch.zeros(3, 2, 2)), RuntimeError, "torch.linalg.lu_factor: (Batch element 0): U[1,1] is zero and using it on lu_solve would"),
        (lambda: L.lstsq(torch.ones(3, 4), torch.ones(3, 2), driver="gels"), RuntimeError, "torch.linalg.lstsq: The least squares solution could not be compu"),
        (lambda: L.ldl_solve(E2, P2, torch.ones(3, 2)), RuntimeError, "Incompatible matrix sizes for torch.linalg.ldl_solve: each A matrix is 2 by 2 but each"),
        (lambda: torch.cholesky_solve(E2, I2), RuntimeError, "Expected b and A to have the same dtype, but found b of type Float and A of type Long instead."),
        (lambda: torch.geqrf(I2), NotImplementedError, "\"geqrf_cpu\" not implemented for 'Long'"),
        (lambda: torch.cross(torch.ones(3), torch.ones(3, dtype=F)), RuntimeError, "expected scalar type Float but found Half"),
        (lambda: torch.tensordot(E2, I2), RuntimeError, "both inputs should have same dtype"),
        (lambda: torch.tensordot(E2, E2, 3), RuntimeError, "tensordot expects dims < ndim_a or ndim_b, but got dims=3"),
        (lambda: torch.addmm(E2, E2, H2), RuntimeError, "self and mat2 must have the same dtype, but got Float and Half"),
        (lambda: torch.addmm(E2, H2, E2), RuntimeError, "mat1 and mat2 must have the same dtype, but got Half and Float"),
        (lambda: torch.addmv(P2, E2, torch.ones(2)), RuntimeError, "addmv input tensors must have the same dtype, but got Int, Float, and Float"),
        (lambda: torch.addmv(torch.ones(4), E2, torch.ones(2)), RuntimeError, "size mismatch, got input (4), mat (2x2), vec (2)"),
        (lambda: torch.baddbmm(E2, H2[None], E2[None]), RuntimeError, "Input dtypes must be the same, got: input float, batch1: c10::Half, batch2: float"),
        (lambda: torch.addmm(E2, E2, E2, alpha=1j), RuntimeError, "value cannot be converted to type float without overflow"),
        (lambda: torch.mv(E2, P2), RuntimeError, "addmv input tensors must have the same dtype, but got Int, Float, and Int"),
        (lambda: torch.vdot(torch.ones(2), P2), RuntimeError, "dot : expected both vectors to have same dtype, but found Float and Int"),
        (lambda: torch.ones(5, 3, 2) @ torch.ones(3), RuntimeError, "size mismatch, got input (15), mat (15x2), vec (3)"),
        (lambda: torch.fft.fft2(torch.tensor(1.0)), IndexError, "Dimension specified as -2 but tensor has no dimensions"),
        (lambda: torch.fft.rfft2(E2, dim=()), RuntimeError, "rfftn must transform at least one axis"),
        (lambda: torch.fft.fftfreq(4, dtype=torch.int64), RuntimeError, "fftfreq requires a floating point or complex dtype"),
        (
            lambda: torch.stft(torch.ones(20), 4, hop_length=0, return_complex=True),
            RuntimeError,
            "stft(torch.FloatTensor[24], n_fft=4, hop_length=0, win_length=4, window=None, normalized=0, onesided=None, return_complex=1, "
            "align_to_window=None) : expected hop_length > 0, but got hop_length=0",
        ),
        (
            lambda: torch.istft(torch.ones(3, 5, dtype=torch.complex64), 4, window=torch.ones(3)),
            RuntimeError,
            "istft(CPUComplexFloatType[3, 5], n_fft=4, hop_length=1, win_length=4, window=torch.FloatTensor{[3]}, center=1, normalized=0, onesided=None, "
            "length=None, return_complex=0) : Invalid window shape.",
        ),
        (lambda: torch.pca_lowrank(E2, q=3), ValueError, "q(=3) must be non-negative integer and not greater than min(m, n)=2"),
        (lambda: torch.lobpcg(E2), ValueError, "LOBPCG algorithm is not applicable when the number of A rows (=2) is smaller than 3 x the number"),
    ],
)
def test_refused(call, error, words):
    """The class and the first words of PyTorch's errors."""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value).startswith(words)


def test_argument_names():
    """PyTorch's own: some functions call the matrix A, most input."""
    assert L.cholesky(input=E2).equal(E2)
    assert L.lstsq(input=E2, b=E2).solution.equal(E2)
    assert torch.ormqr(input=E2, input2=torch.zeros(2), input3=E2).equal(E2)
    assert L.pinv(E2, atol=0.5).equal(E2)
    with pytest.raises(TypeError, match=r'^linalg_cholesky\(\) missing 1 required positional arguments: "input"'):
        L.cholesky(A=E2)


def test_aligned_windows():
    """align_to_window: the window starts at 0, not the points around it."""
    x = torch.arange(20.0)
    frames = torch.stft(x, 6, 2, 4, center=False, return_complex=True, align_to_window=True)
    assert frames.shape == (4, 9)
    assert frames[0].real.tolist() == [sum(range(k, k + 4)) for k in range(0, 18, 2)]
    assert torch.stft(x, 6, 2, 4, center=False, return_complex=True).shape == (4, 8)
