import torch
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0])
w = torch.tensor([1.0, 2.0], requires_grad=True)
err(lambda: w.add_(1))
err(lambda: w[0:1].add_(1))
err(lambda: w.view(2, 1).mul_(2))
def setit():
    w[0] = 5.0
err(setit)
err(lambda: torch.tensor([1]).add_(1.5))
err(lambda: torch.ones(2, dtype=torch.float16).add_(torch.ones(2, dtype=torch.float64)))
err(lambda: torch.ones(2).add_(torch.ones(3)))
err(lambda: torch.ones(2).add_(torch.ones(2, 2)))
err(lambda: torch.ones(1, 2).expand(2, 2).add_(1))
err(lambda: torch.tensor([True]).add_(1))
err(lambda: torch.tensor([1, 2]).div_(2))
err(lambda: torch.tensor([1, 2]).sqrt_())
def setshape():
    x = torch.zeros(3)
    x[0:2] = torch.ones(3)
err(setshape)
def setmask():
    x = torch.zeros(3)
    x[torch.tensor([True, False])] = 1
err(setmask)
def setindex():
    x = torch.zeros(3)
    x[5] = 1
err(setindex)
def setexpanded():
    x = torch.zeros(1).expand(3)
    x[0] = 1
    return x
err(setexpanded)
def version():
    y = w.exp()
    y.add_(1)
    y.sum().backward()
err(version)
def fine():
    y = w + 1
    y.add_(1)
    y.sum().backward()
    return w.grad
err(fine)
print(w, w._version)
