import torch

gradcheck, gradgradcheck, Function = (
    torch.autograd.gradcheck,
    torch.autograd.gradgradcheck,
    torch.autograd.Function,
)


def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, "|", str(e)[:700])


x = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64, requires_grad=True)
y = torch.tensor([[1.0, 0.5, 2.0]], dtype=torch.float64, requires_grad=True)


class Bad(Function):
    @staticmethod
    def forward(ctx, i):
        ctx.save_for_backward(i)
        return i**2

    @staticmethod
    def backward(ctx, g):
        return g * 3 * ctx.saved_tensors[0]


class Bad2(Function):
    @staticmethod
    def forward(ctx, i):
        return i**2

    @staticmethod
    def backward(ctx, g):
        return torch.ones(3, dtype=torch.float64)


for fast in (False, True):
    t(lambda: gradcheck(torch.sin, (x,), fast_mode=fast))
    t(lambda: gradcheck(lambda a, b: (a * b, a.sum()), (x, y), fast_mode=fast))
    t(lambda: gradgradcheck(lambda a, b: (a * b).exp(), (x, y), fast_mode=fast))
    t(lambda: gradcheck(Bad.apply, (x,), raise_exception=False, fast_mode=fast))
    t(lambda: gradcheck(Bad.apply, x) if not fast else None)
t(lambda: gradcheck(Bad2.apply, x))
t(lambda: gradcheck(torch.sin, x.detach()))
t(lambda: gradcheck(torch.sin, torch.ones(2, requires_grad=True)))
t(lambda: gradcheck(torch.sin, x, check_backward_ad=False))
t(lambda: gradcheck(torch.sin, x, check_forward_ad=True))
t(lambda: gradcheck(torch.sin, x, check_batched_grad=True))
t(lambda: gradcheck(lambda x: x.detach(), x))
t(lambda: gradcheck(torch.sin, x.expand(2, 3)))
t(lambda: gradgradcheck(Bad.apply, x))
t(
    lambda: gradcheck(
        lambda x: x.prod(),
        torch.tensor(
            [[2.0, 0.0], [3.0, 4.0]], dtype=torch.float64, requires_grad=True
        ).t(),
    )
)
t(
    lambda: gradcheck(
        torch.sin, torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    )
)
z = torch.tensor([1 + 2j, 3 - 1j], dtype=torch.complex128, requires_grad=True)
t(lambda: gradcheck(lambda z: z * z, z))
t(lambda: gradcheck(lambda z: z.abs(), z))
t(lambda: gradgradcheck(lambda z: z * z, z))
