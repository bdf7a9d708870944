import torch
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0])
err(lambda: torch.ones(2, 3) + torch.ones(2))
err(lambda: torch.ones(2, 3) * torch.ones(4, 3))
err(lambda: torch.ones(2, 3, 4) - torch.ones(5, 4))
err(lambda: torch.ones(0) + torch.ones(2))
err(lambda: torch.broadcast_to(torch.ones(2), (3,)))
err(lambda: torch.where(torch.tensor([True, False]), torch.ones(3), torch.ones(2)))
err(lambda: torch.maximum(torch.ones(2), torch.ones(3)))
err(lambda: torch.ones(2) == torch.ones(3))
err(lambda: torch.add(torch.ones(2, 3), torch.ones(2)))
err(lambda: torch.pow(torch.ones(2, 3), torch.ones(2)))
err(lambda: torch.lerp(torch.ones(2), torch.ones(3), 0.5))
err(lambda: torch.ones(2, 3).clamp(torch.ones(2)))
err(lambda: torch.allclose(torch.ones(2), torch.ones(3)))
