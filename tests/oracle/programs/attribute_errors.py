import torch
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0])
x = torch.arange(6.0).reshape(2, 3)
err(lambda: x.foo)
err(lambda: torch.foo)
err(lambda: x.size(5))
err(lambda: x.stride(5))
err(lambda: bool(x))
err(lambda: float(x))
err(lambda: int(x))
err(lambda: len(torch.tensor(1)))
err(lambda: [a for a in torch.tensor(1)])
err(lambda: x.item())
err(lambda: bool(torch.tensor([])))
err(lambda: x[0, 0].size(0))
