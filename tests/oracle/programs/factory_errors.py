# lang: no
import torch
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0])
err(lambda: torch.tensor([[1, 2], [3]]))
err(lambda: torch.tensor([1, [2]]))
err(lambda: torch.tensor("abc"))
err(lambda: torch.tensor(["a"]))
err(lambda: torch.tensor(None))
err(lambda: torch.zeros(-1))
err(lambda: torch.zeros(2.5))
err(lambda: torch.arange(0, 10, 0))
err(lambda: torch.arange(0, 10, -1))
err(lambda: torch.tensor([1, 2], requires_grad=True))
err(lambda: torch.eye(-1))
err(lambda: torch.linspace(0, 1, -1))
err(lambda: torch.full((2,), "a"))
err(lambda: torch.tensor(2**63))
err(lambda: torch.tensor(300, dtype=torch.uint8))
err(lambda: torch.tensor([1]).item())
err(lambda: torch.tensor([1, 2]).item())
err(lambda: torch.randint(5, 5, (2,)))
err(lambda: torch.ones(3, dtype=3))
err(lambda: torch.device("foo"))
