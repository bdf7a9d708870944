import torch


def err(f):
    try:
        print(f())
    except (RuntimeError, TypeError) as e:
        print(type(e).__name__, str(e).split("\n")[0])


x = torch.arange(120.0).reshape(2, 3, 4, 5)
cl = x.to(memory_format=torch.channels_last)
v = torch.zeros(2, 3, 2, 2, 2).to(memory_format=torch.channels_last_3d)
print(torch.channels_last, torch.channels_last_3d, torch.contiguous_format, torch.preserve_format)
print(cl.stride(), v.stride(), torch.equal(x, cl), cl.is_contiguous(), cl.is_contiguous(memory_format=torch.channels_last))
print(cl.to(memory_format=torch.channels_last) is cl, cl.contiguous(memory_format=torch.channels_last) is cl, x.to(memory_format=torch.preserve_format) is x)
print(cl.contiguous().stride(), cl.clone().stride(), cl.clone(memory_format=torch.contiguous_format).stride(), cl.double().stride())
print(x.double(memory_format=torch.channels_last).stride(), x.to(torch.int64, memory_format=torch.channels_last).stride())
print(torch.empty(2, 3, 4, 5, memory_format=torch.channels_last).stride(), torch.empty_like(cl).stride(), torch.zeros_like(x, memory_format=torch.channels_last).stride())
print(torch.ones_like(cl, memory_format=torch.contiguous_format).stride(), torch.full_like(cl, 2).stride(), torch.rand_like(cl).stride())
print(cl.to("meta").stride(), cl[:, :2].to("meta").stride(), x.to("meta", memory_format=torch.channels_last).stride())
for t in (torch.cat([cl, cl]), torch.cat([cl, cl], 1), torch.cat([cl, x]), torch.cat([cl, torch.zeros(0)]), torch.cat([v, v], 2), torch.cat([cl[:, :, :2]])):
    print(t.stride(), end=" ")
print()
for k in range(-5, 5):
    print(torch.stack([cl, cl], k).stride(), end=" ")
print(torch.stack([cl, x], 1).stride(), torch.stack([cl[:1], cl[:1]], 1).stride(), torch.stack([v, v], 1).stride())
print(torch.hstack([cl, cl]).stride(), torch.dstack([cl, cl]).stride(), (cl * 2).stride(), (cl + x).stride(), torch.relu(cl).stride(), cl.flip(1).stride())
print(cl.sum(1).stride(), cl.cumsum(1).stride(), cl.roll(1).stride(), cl.tril().stride(), torch.where(cl > 3, cl, x).stride())
err(lambda: torch.zeros(2, 3).to(memory_format=torch.channels_last))
err(lambda: torch.zeros(2, 3, 4, 5).contiguous(memory_format=torch.channels_last_3d))
err(lambda: torch.empty(2, 3, memory_format=torch.channels_last))
err(lambda: torch.empty(2, 3, memory_format=torch.preserve_format))
err(lambda: cl.view(-1))
g = torch.randn(1, 3, 2, 2, requires_grad=True)
(d,) = torch.autograd.grad((g.to(memory_format=torch.channels_last) ** 2).sum(), g)
print(torch.equal(d, 2 * g), d.shape)
m = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 2), torch.nn.Flatten(), torch.nn.Linear(4, 2)).to(memory_format=torch.channels_last)
print([p.stride() for p in m.parameters()], m(torch.ones(1, 3, 2, 2).to(memory_format=torch.channels_last)).shape)
