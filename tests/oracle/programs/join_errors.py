# lang: no
import torch
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0])
a, b = torch.ones(2, 3), torch.ones(3, 2)
err(lambda: torch.cat([a, b]))
err(lambda: torch.cat([a, b], dim=1))
err(lambda: torch.cat([a, torch.ones(2)]))
err(lambda: torch.cat([]))
err(lambda: torch.cat(a))
err(lambda: torch.cat([a, 1]))
err(lambda: torch.cat([a, a], dim=5))
err(lambda: torch.cat([torch.tensor(1), torch.tensor(2)]))
err(lambda: torch.stack([a, b]))
err(lambda: torch.stack([]))
err(lambda: torch.stack([a, a], dim=4))
err(lambda: torch.stack([a, "x"]))
err(lambda: torch.hstack([a, b]))
