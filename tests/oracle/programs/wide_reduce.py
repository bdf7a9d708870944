# needs: quantile mode nansum nanmean kthvalue searchsorted
import torch
x = torch.arange(12.0).reshape(3, 4)
print(x.quantile(0.5), x.mode(dim=1).values, torch.nansum(torch.tensor([1.0, float("nan")])), torch.nanmean(torch.tensor([1.0, float("nan")])))
print(torch.tensor([3.0, 1.0, 2.0]).kthvalue(2), torch.searchsorted(torch.tensor([1, 3, 5]), torch.tensor([2, 5])))
