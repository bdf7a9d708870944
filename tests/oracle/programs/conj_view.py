import copy

import torch


def err(f):
    try:
        print(f())
    except (RuntimeError, TypeError) as e:
        print(type(e).__name__, str(e).split("\n")[0][:90])


x = torch.tensor([[1 + 2j, 3 - 1j], [0.5j, -2 + 1j]], requires_grad=True)
z = x.detach()
print(
    x.conj(),
    x.conj().is_conj(),
    x.conj()._is_view(),
    x.is_conj(),
    x.conj().conj().is_conj(),
    x.conj().conj(),
)
print(
    x.conj().real, x.conj().real.is_neg(), x.conj().imag, x.conj().imag.is_neg(), x.imag
)
print(
    z.conj().imag.resolve_neg(),
    z.conj().imag.resolve_neg().is_neg(),
    torch.is_conj(z.conj()),
    torch.is_neg(z.conj().imag),
)
err(lambda: torch.view_as_real(z.conj()))
err(lambda: z.conj().view(torch.float32))
err(lambda: z.conj().numpy())
err(lambda: z.conj().imag.numpy())
print(z.conj().numpy(force=True).tolist(), z.conj().tolist(), z.conj()[0, 0].item())
print(
    x.conj()[0],
    x.conj()[0].is_conj(),
    x.conj().T.is_conj(),
    x.conj().T,
    x.conj()[:, None].shape,
)
print(x.mH, x.mH.is_conj(), x.H.is_conj(), x.adjoint().is_conj(), x.mH.stride())
print(
    x.conj().resolve_conj(),
    x.resolve_conj() is x,
    x.conj().clone().is_conj(),
    x.conj().contiguous().is_conj(),
)
print(
    x.conj().conj_physical(),
    x.conj_physical(),
    x.conj() + x,
    x.conj() * x.conj(),
    x.conj() @ x,
)
print(
    z.conj()._base is z,
    z.conj().T._base is z,
    z.conj().data_ptr() == z.data_ptr(),
    z.conj().imag.data_ptr() - z.data_ptr(),
)

y = z.clone()
c = y.conj()
c[0, 0] = 5 + 7j
c.mul_(2)
c[1].zero_()
c.add_(1j)
print(y, c, y._version)
y = z.clone()
c = y.conj()
i = c.imag
i.fill_(3.0)
i[0] += 1
print(y, c, i)
y = z.clone()
c = y.conj()
y.mul_(2j)
c.copy_(y.conj())
print(y, c)
y = z.clone()
y.add_(z.conj())
y[0] = z.conj()[1]
y.conj().scatter_(0, torch.zeros(1, 2).long(), 1j)
y.conj().fill_diagonal_(1 + 1j)
print(y)
w = torch.ones(2, 2)
w.sub_(z.conj().imag)
print(w, w.copy_(z.conj().imag))

x = torch.tensor([1 + 2j, 3 - 1j], requires_grad=True)
(x.conj() * x).real.sum().backward()
print(x.grad, x.grad.is_conj())
x = torch.tensor([1 + 2j, 3 - 1j], requires_grad=True)
x.conj().backward(torch.tensor([1 + 1j, 2 + 1j]))
print(x.grad)
x = torch.tensor([1 + 2j, 3 - 1j], requires_grad=True)
y = x * 1
c = y.conj()
c.mul_(torch.tensor([2 + 1j, 1.0]))
(y * torch.tensor([1 + 1j, 2.0 + 3j])).sum().abs().backward()
print(x.grad, y, c.grad_fn, y.grad_fn, c)
x = torch.tensor([1 + 2j, 3 - 1j], requires_grad=True)
(g,) = torch.autograd.grad((x.conj() * x * x).sum().abs(), x, create_graph=True)
(h,) = torch.autograd.grad(g.abs().sum(), x)
print(g, h)
x = torch.tensor([1 + 2j, 3 - 1j]).conj().requires_grad_()
(x * x).sum().abs().backward()
print(x, x.is_conj(), x.grad, x.is_leaf)

print(
    z.conj().detach().is_conj(),
    z.conj().data.is_conj(),
    copy.deepcopy(z.conj()).is_conj(),
    copy.deepcopy(z.conj()),
)
print(
    torch.cat([z.conj(), z]).is_conj(),
    torch.stack([z.conj(), z]),
    z.conj().sum(),
    z.conj().imag.sum(),
    z.conj().imag + 1,
    z.conj().abs(),
    z.conj().angle(),
)
print(
    z.conj().to(torch.complex128),
    z.conj().to(torch.complex128).is_conj(),
    z.conj().to(torch.complex64).is_conj(),
    torch.ones(2).conj()._is_view(),
)
print(
    z.conj() == z,
    torch.equal(z.conj(), z.conj()),
    torch.allclose(z.conj().imag, -z.imag),
)
print(
    z.conj().reshape(-1).is_conj(),
    z.conj().T.reshape(-1),
    z.conj().T.reshape(-1).is_conj(),
)
s = torch.tensor(1 + 2j).conj()
print(s, s.item(), s.is_conj(), complex(s))
print(
    -z.conj(),
    (-z.conj()).is_conj(),
    z.conj().imag.neg(),
    z.conj().imag.clone().is_neg(),
    z.conj().imag.T.is_neg(),
)
print(
    z.conj()[z.real > 0],
    z.conj().masked_fill(z.real > 0, 0),
    torch.where(z.real > 0, z.conj(), z),
)
print(
    [t.is_conj() for t in z.conj().unbind(0)],
    [t.is_conj() for t in z.conj().split(1)],
    torch.fft.ifft(torch.tensor([1.0, 2.0, 4.0])).is_conj(),
)
print(
    z.mH @ z,
    z @ z.H,
    torch.vdot(z[0].conj(), z[1]),
    torch.einsum("ij,kj->ik", z.conj(), z),
)
print(
    torch.vmap(lambda a: (a.conj() * a).sum())(z),
    torch.vmap(torch.conj)(z).is_conj(),
    torch.func.grad(lambda a: (a.conj() * a).real.sum())(z),
)
print(
    z.conj().cumsum(0),
    z.conj().imag.sort(),
    z.conj().imag > 0,
    z.conj().imag.bool(),
    z.conj().imag.int(),
    float(z.conj().imag[0, 0]),
)
print(
    z.conj().gather(0, torch.zeros(1, 2).long()),
    z.conj().index_select(0, torch.tensor([1])),
    z.conj().take(torch.tensor([3])),
)
