"""Complex numbers: every op's samples in complex64 against PyTorch (refusals included), gradients by its convention, parts and views."""

from __future__ import annotations

import json
import math
import warnings

import pytest

import tcalc as torch
from tests.engine.test_golden import GOLDEN as _PLACE  # noqa: F401 - puts tests/oracle on the path
from tests.engine.test_golden import ORACLE, known, verdict

import samples  # isort: skip

RECORDED = json.loads((ORACLE / "golden" / "complex.json").read_text(encoding="utf-8"))["rows"]
# Op -> why its outcome differs.
KNOWN = {
    "clamp_max": "PyTorch names another kernel for bounds that are tensors",
    "clamp_min": "the same",
    "linalg.cholesky": "signs of imaginary zeros",
    "cholesky": "the same",
    "mean": "PyTorch's mean of nothing has two nans",
    "nn.functional.layer_norm": "PyTorch has no complex kernel; ours is made of ops that have",
    "nn.functional.rms_norm": "ours is one op, of real numbers",
    "linalg.eigvals": "the order of complex eigenvalues is LAPACK's choice",
    "cholesky_inverse": "the sample is no factor: its diagonal is not real, and LAPACK does not look at the rest",
    "nn.functional.kl_div": "made of ops, which refuse by their own names",
    "nn.functional.mse_loss": "PyTorch's weighted form is made of ops that take complex numbers",
    "renorm": "PyTorch's gradient at inf norms has nan",
    "nn.functional.embedding_bag": "says less about it",
    "std_mean": "a sum that cancels: its last place is noise",
    "var_mean": "the same",
}
# PyTorch computes these and refuses their gradient; here they have one.
MORE = ("does not support automatic differentiation", "scatter_gather_tensor_cpu_reduce")


def expected(name: str, want: dict) -> bool:
    """Whether a difference is meant."""
    return name in KNOWN or any(m in want.get("message", "") for m in MORE)


@pytest.mark.parametrize("name", sorted({k.partition("#")[0] for k in RECORDED}))
def test_samples(name: str) -> None:
    """An op takes the complex numbers that PyTorch's takes, with its results and gradients, and refuses the others as it does."""
    op = next((o for o in samples.ops() if o.name == name), None)
    assert op is not None, "recorded, but gone: run tests/oracle/make.py"
    failed = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for key, got in samples.runs(torch, op, ("complex64",)):
            want = RECORDED.get(key)
            if want is not None and not known(key) and not expected(name, want):
                failed += [f"{key}: {line}" for line in verdict(want, got)]
    assert not failed, "\n".join(failed)


def grad(f, x):
    """The gradient of a real function at a complex point."""
    x = x.clone().requires_grad_()
    return torch.autograd.grad(f(x), x)[0]


def differences(f, x, step=1e-6):
    """dL/dx + i dL/dy by central differences, element by element."""
    flat = x.reshape(-1).tolist()
    out = []
    for k in range(len(flat)):
        slope = 0j
        for unit in (1, 1j):
            ends = [
                f(torch.tensor([v + s * unit * (i == k) for i, v in enumerate(flat)], dtype=torch.complex128).reshape(x.shape)).item() for s in (step, -step)
            ]
            slope += unit * (ends[0] - ends[1]) / (2 * step)
        out.append(slope)
    return torch.tensor(out, dtype=torch.complex128).reshape(x.shape)


POINT = torch.tensor([[1 + 2j, -0.5 + 0.25j], [0.75 - 1j, 2 + 0.5j]], dtype=torch.complex128)
FUNCTIONS = {
    "abs": lambda z: z.abs().sum(),
    "product": lambda z: (z * z * (1 + 2j)).real.sum(),
    "exp": lambda z: z.exp().imag.sum(),
    "log": lambda z: z.log().real.sum(),
    "quotient": lambda z: (1 / z).imag.sum(),
    "matmul": lambda z: (z @ z).abs().sum(),
    "angle": lambda z: z.angle().sum(),
    "sgn": lambda z: (z.sgn() * (2 - 1j)).real.sum(),
    "conj": lambda z: (z.conj() * z * z).imag.sum(),
    "pow": lambda z: (z**2.5).real.sum(),
    "norm": lambda z: z.norm(),
    "var": lambda z: z.var(),
    "inverse": lambda z: torch.linalg.inv(z).real.sum(),
    "det": lambda z: torch.linalg.det(z).abs(),
    "logabsdet": lambda z: torch.linalg.slogdet(z).logabsdet,
    "sign of det": lambda z: (torch.linalg.slogdet(z).sign * (1 - 2j)).real,
    "svdvals": lambda z: torch.linalg.svdvals(z).sum(),
    "eigvalsh": lambda z: (torch.linalg.eigvalsh(z @ z.mH) ** 2).sum(),
    "qr": lambda z: torch.linalg.qr(z).R.abs().sum(),
    "solve": lambda z: torch.linalg.solve(z, z * z).abs().sum(),
    "solve from the right": lambda z: torch.linalg.solve(z, z * z, left=False).abs().sum(),
    "solve_triangular": lambda z: (
        torch.linalg.solve_triangular(z, z * z, upper=True).abs().sum()
        + torch.linalg.solve_triangular(z, z * z, upper=False, left=False, unitriangular=True).abs().sum()
    ),
    "triangular_solve": lambda z: (lambda out: out[0].abs().sum() + out[1].abs().sum())(torch.triangular_solve(z * z, z, False, True)),
    "cholesky": lambda z: torch.cholesky(z @ z.mH, True).abs().sum() + torch.linalg.cholesky_ex(z @ z.mH).L.abs().sum(),
    "cholesky_solve": lambda z: torch.cholesky_solve(z * z, torch.linalg.cholesky(z @ z.mH)).abs().sum(),
    "eig": lambda z: (torch.linalg.eig(z).eigenvectors.abs() * (1 + torch.arange(4).reshape(2, 2))).sum() + torch.linalg.eig(z).eigenvalues.abs().sum(),
    "householder_product": lambda z: torch.linalg.householder_product(z, z[0] * 0.5).abs().sum(),
    "ormqr": lambda z: (torch.ormqr(z, z[0] * 0.5, z * z, True, True).abs() + torch.ormqr(z, z[0] * 0.5, z * z, False).abs() ** 2).sum(),
    "lu_solve": lambda z: (lambda f: (torch.linalg.lu_solve(*f, z * z, left=False, adjoint=True).abs() + torch.linalg.lu_solve(*f, z).abs()).sum())(
        torch.linalg.lu_factor(z * z)
    ),
    "lu_unpack": lambda z: (lambda f: f.L.abs().sum() + f.U.abs().sum())(torch.lu_unpack(*torch.linalg.lu_factor(z))),
    "solve_ex": lambda z: torch.linalg.solve_ex(z, z * z).result.abs().sum() + torch.linalg.inv_ex(z).inverse.abs().sum(),
    "cond": lambda z: torch.linalg.cond(z) + torch.linalg.cond(z, 1) + torch.linalg.cond(z, "nuc"),
    "pinv": lambda z: torch.linalg.pinv(z).abs().sum(),
    "matrix_exp": lambda z: torch.matrix_exp(z).real.sum(),
    "vdot": lambda z: torch.vdot(z[0], z[1]).imag,
    "real by complex": lambda z: (z.real * z).abs().sum(),
    "polar": lambda z: torch.polar(z.abs(), z.angle() * 2).real.sum(),
    "indexing": lambda z: z[[0, 0, 1]].abs().sum() + z[0].imag.sum(),
    "write": lambda z: z.clone().index_put((torch.tensor([0]),), z[1] * 2).abs().sum(),
    "real part written": lambda z: _written(z),
    "cumprod": lambda z: z.cumprod(1).real.sum(),
    "rfft": lambda z: torch.fft.rfft(z.real, 3).abs().sum() + torch.fft.rfftn(z.imag, norm="ortho").imag.square().sum(),
    "irfft": lambda z: (torch.fft.irfft(z, 5) ** 3).sum() + (torch.fft.irfft2(z, (3, 4)) ** 3).sum(),
    "hfft": lambda z: (torch.fft.hfft(z) ** 3).sum() + torch.fft.ihfftn(z.imag).abs().sum() + (torch.fft.hfft2(z) ** 3).sum(),
    "ifftn": lambda z: (torch.fft.ifftn(z, (3, 2)) * z.sum()).abs().sum(),
    "fft": lambda z: torch.fft.fft(z).abs().sum(),
}


def _written(z):
    w = z * 1
    w.real.mul_(z.imag)
    return (w * w).real.sum()


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_gradient_is_that_of_the_two_parts(name: str) -> None:
    """The gradient is dL/dx + i dL/dy, also of its own square sum (second order)."""
    f = FUNCTIONS[name]
    found, wanted = grad(f, POINT), differences(f, POINT)
    assert (found - wanted).abs().max() < 1e-7, f"{found} against {wanted}"

    def slope(z):
        z = z if z.requires_grad else z.clone().requires_grad_()
        (g,) = torch.autograd.grad(f(z), z, create_graph=True)
        return g.abs().square().sum()

    found, wanted = grad(slope, POINT), differences(lambda z: slope(z).detach(), POINT)
    assert (found - wanted).abs().max() < 1e-6 * (1 + wanted.abs().max()), f"{found} against {wanted}"


def test_a_real_input_has_a_real_gradient() -> None:
    """What is real keeps a real gradient through complex arithmetic."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    ((x * (1 + 2j)) ** 2).imag.sum().backward()
    assert x.grad.dtype is torch.float32
    assert x.grad.tolist() == [8.0, 16.0]
    t = torch.tensor(3.0, requires_grad=True)
    (t * 1j).imag.backward()
    assert t.grad.item() == 1.0


def test_parts_are_views() -> None:
    """Writing to a part writes to the number, and back."""
    z = torch.tensor([1 + 2j, 3 - 1j])
    z.real[0] = 7
    z.imag = torch.tensor([5.0, 6.0])
    assert z.tolist() == [7 + 5j, 3 + 6j]
    pairs = torch.view_as_real(z)
    pairs[1, 0] = 0
    assert z[1].item() == 6j
    assert torch.view_as_complex(pairs).data_ptr() == z.data_ptr()
    assert pairs.stride() == (2, 1)
    assert z.real.stride() == (2,)
    assert z.real._base is z


def test_a_complex_loss_needs_a_direction() -> None:
    """backward() of a complex number raises; with a gradient it runs."""
    z = torch.tensor(1 + 2j, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"grad can be implicitly created only for real scalar outputs but got torch\.complex64"):
        (z * z).backward()
    (z * z).backward(torch.tensor(1 + 0j))
    assert z.grad.item() == (2 * (1 + 2j)).conjugate()


def test_casting_to_real_warns_and_keeps_the_real_part() -> None:
    """As PyTorch: a warning, and the gradient goes back to the real part."""
    z = torch.tensor([1 + 2j], requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        x = z.to(torch.float32)
    x.sum().backward()
    assert x.tolist() == [1.0]
    assert z.grad.tolist() == [1 + 0j]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([1 + 2j, 3 - 1j], "tensor([1.+2.j, 3.-1.j])"),
        ([0.5 + 2j, -3.25 - 1j], "tensor([ 0.5000+2.j, -3.2500-1.j])"),
        ([1e-8 + 1j, complex(math.nan, math.inf)], "tensor([1.0000e-08+1.j,        nan+infj])"),
    ],
)
def test_printing(values, text) -> None:
    """Real and imaginary parts have columns of their own."""
    assert repr(torch.tensor(values)) == text


def test_zero_dimensional() -> None:
    """0-d complex values compute with IEEE's infinities, where Python's raise."""
    zero = torch.tensor(0j)
    assert str((1 / zero).abs().item()) == "nan" or math.isinf((1 / zero).abs().item())
    assert torch.exp(torch.tensor(1j * math.pi, dtype=torch.complex128)).real.item() == -1.0
    assert torch.tensor(3 + 4j).abs().item() == 5.0
