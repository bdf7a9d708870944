# lang: no
import torch
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0])
x = torch.ones(2, 3)
err(lambda: torch.tensor([1, 2]).mean())
err(lambda: torch.tensor([True]).mean())
err(lambda: x.sum(dim=2))
err(lambda: x.sum(dim=-3))
err(lambda: x.sum(dim=(0, 0)))
err(lambda: x.max(dim=5))
err(lambda: torch.zeros(0).max())
err(lambda: torch.zeros(0).argmax())
err(lambda: torch.zeros(0, 3).max(dim=0))
err(lambda: torch.zeros(0, 3).amax(dim=0))
err(lambda: torch.zeros(0).median())
err(lambda: x.softmax())
err(lambda: x.softmax(5))
err(lambda: torch.tensor([1, 2]).softmax(0))
err(lambda: x.sum("a"))
err(lambda: x.sum(axis=0))
err(lambda: torch.tensor([1, 2]).std())
err(lambda: x.cumsum())
err(lambda: x.cumsum(7))
err(lambda: x.max(0, 1, 2))
err(lambda: x.norm(dim=9))
