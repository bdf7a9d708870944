# needs: index_fill_ fill_diagonal_ index_fill index_copy gcd __lshift__ is_inference
import torch
t = torch.tensor([[10, 20, 30], [40, 50, 60], [70, 80, 90]])
print(torch.zeros(3).index_fill_(0, torch.tensor([1]), 2), torch.zeros(2, 2).fill_diagonal_(1))
print(t.index_fill(0, torch.tensor([0]), -1), t.index_copy(0, torch.tensor([0]), torch.zeros(1, 3, dtype=torch.int64)))
print(torch.gcd(torch.tensor([12]), torch.tensor([18])), torch.tensor([1, 2]) << 2, torch.tensor([8, 9]) >> 1)
with torch.inference_mode():
    z = torch.ones(2) * 3
print(z.is_inference())
