import torch
e = torch.zeros(0)
print(e.sum(), e.prod(), e.mean(), e.std(), torch.logsumexp(e, 0), e.any(), e.all(), e.cumsum(0), e.norm())
z = torch.zeros(0, 3)
print(z.sum(dim=0), z.sum(dim=1), z.mean(dim=0), z.prod(0), z.amax(dim=1), z.argmax(dim=1), z.max(dim=1))
print(torch.tensor([5.0]).std(), torch.tensor([5.0]).var(), torch.tensor([5.0]).std(unbiased=False), torch.tensor(3.0).sum(), torch.tensor(3.0).max(), torch.tensor(3.0).mean(dim=0))
print(torch.tensor([1.0, float("nan"), 3.0]).max(), torch.tensor([1.0, float("nan")]).argmax(), torch.tensor([1.0, float("nan")]).sum(), torch.tensor([2.0, float("nan")]).min(0))
print(torch.tensor([3, 3, 1]).argmax(), torch.tensor([[3.0, 3.0]]).max(dim=1).indices, torch.tensor([0.0, -0.0]).argmin())
