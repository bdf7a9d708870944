import torch
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0])
x = torch.tensor([1.0, 2.0], requires_grad=True)
p = torch.tensor([1.0, 2.0])
err(lambda: (p * 2).sum().backward())
err(lambda: p.sum().backward())
err(lambda: (x * 2).backward())
err(lambda: (x * 2).backward(torch.ones(3)))
err(lambda: (x * 2).backward(torch.ones(2, 1)))
err(lambda: torch.autograd.grad(x * 2, x))
err(lambda: torch.autograd.grad(x.sum(), p))
err(lambda: torch.autograd.grad((x * 2).sum(), torch.ones(2, requires_grad=True)))
err(lambda: torch.autograd.grad(p.sum(), x))
def twice():
    y = (x * x).sum()
    y.backward()
    y.backward()
err(twice)
def twice_plain():
    y = (x + x).sum()
    y.backward()
    y.backward()
    return "fine"
err(twice_plain)
err(lambda: torch.tensor([1]).requires_grad_())
err(lambda: torch.ones(2, dtype=torch.int64, requires_grad=True))
def setflag():
    (x * 2).requires_grad = False
err(setflag)
def setflag_int():
    torch.tensor([1]).requires_grad = True
err(setflag_int)
def setgrad():
    x.grad = torch.ones(3)
err(setgrad)
def setgrad_dtype():
    x.grad = torch.ones(2, dtype=torch.float64)
err(setgrad_dtype)
def setgrad_type():
    x.grad = 3
err(setgrad_type)
err(lambda: p.retain_grad())
err(lambda: p.register_hook(lambda g: g))
err(lambda: x.numpy())
err(lambda: (x * 2).numpy())
err(lambda: x.argmax().backward())
err(lambda: (x > 1).sum().backward())
err(lambda: (x.detach() * 2).sum().backward())
def nograd():
    with torch.no_grad():
        y = x.sum()
    y.backward()
err(nograd)
err(lambda: torch.autograd.grad([x.sum()], []))
