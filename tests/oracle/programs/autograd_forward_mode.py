"""Dual tensors: what they print, their tangents, and what is refused."""
import torch
import torch.autograd.forward_ad as fwAD
import torch.nn.functional as F


def t(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, "|", str(e)[:250])


x = torch.arange(6.0).view(2, 3) + 1
t(fwAD.make_dual, x, x)
with fwAD.dual_level():
    d = fwAD.make_dual(x, torch.ones(2, 3))
    print(d, d.sin() * 2, fwAD.unpack_dual(d))
    p, tangent = fwAD.unpack_dual(d.exp())
    print(p, tangent, fwAD.unpack_dual(x), fwAD.unpack_dual(d)._fields)
    for f in (
        lambda d: d[0],
        lambda d: d.sum(0),
        lambda d: d @ torch.ones(3),
        lambda d: d.detach(),
        lambda d: torch.cat([d, x]),
        lambda d: d.max(1)[0],
        lambda d: d > 2,
        lambda d: F.softmax(d, 1),
        lambda d: torch.where(d > 2, d, x),
        lambda d: torch.linalg.norm(d),
        lambda d: d.topk(2)[0],
        lambda d: d.std(),
    ):
        print(fwAD.unpack_dual(f(d)).tangent)
    z = x.clone()
    z.add_(d)
    print(fwAD.unpack_dual(z).tangent)
    t(fwAD.make_dual, d, x)
    t(fwAD.make_dual, x, torch.ones(2))
    t(fwAD.make_dual, x.long(), x)
    t(fwAD.make_dual, x, x.long())
    t(fwAD.enter_dual_level)
    t(fwAD.unpack_dual, 3)
t(fwAD.exit_dual_level)
w = torch.tensor(3.0, requires_grad=True)
with fwAD.dual_level():
    y = fwAD.make_dual(torch.tensor(2.0), torch.tensor(1.0)) * w
    fwAD.unpack_dual(y).tangent.backward()
    print(w.grad)
