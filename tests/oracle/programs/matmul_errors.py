# lang: no
import torch
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0])
err(lambda: torch.ones(3, 4) @ torch.ones(5, 6))
err(lambda: torch.ones(3, 4) @ torch.ones(5))
err(lambda: torch.ones(3) @ torch.ones(4, 5))
err(lambda: torch.ones(3) @ torch.ones(4))
err(lambda: torch.ones(2, 3, 4) @ torch.ones(2, 5, 6))
err(lambda: torch.ones(2, 3, 4) @ torch.ones(3, 4, 6))
err(lambda: torch.tensor(1.0) @ torch.ones(2))
err(lambda: torch.mm(torch.ones(2), torch.ones(2)))
err(lambda: torch.mm(torch.ones(2, 3), torch.ones(2, 3)))
err(lambda: torch.mv(torch.ones(2, 3), torch.ones(2)))
err(lambda: torch.dot(torch.ones(2), torch.ones(3)))
err(lambda: torch.dot(torch.ones(2, 2), torch.ones(2)))
err(lambda: torch.bmm(torch.ones(2, 3, 4), torch.ones(3, 4, 5)))
err(lambda: torch.bmm(torch.ones(2, 3), torch.ones(3, 4, 5)))
err(lambda: torch.ones(2, 2) @ torch.ones(2, 2, dtype=torch.float64))
err(lambda: torch.ones(2, 2) @ torch.ones(2, 2, dtype=torch.int64))
err(lambda: torch.mm(torch.ones(2, 2, dtype=torch.int64), torch.ones(2, 2)))
err(lambda: torch.dot(torch.ones(2), torch.ones(2, dtype=torch.float64)))
err(lambda: torch.addmm(torch.ones(3), torch.ones(2, 2), torch.ones(2, 2)))
err(lambda: torch.einsum("ij,jk->ik", torch.ones(2, 3), torch.ones(4, 5)))
err(lambda: torch.outer(torch.ones(2, 2), torch.ones(2)))
err(lambda: torch.ones(2, 2) @ [1, 2])
