import torch
import math
torch.manual_seed(5)
B, T, C = 2, 4, 8
q, k, v = [torch.randn(B, T, C, requires_grad=True) for _ in range(3)]
scores = q @ k.transpose(-2, -1) / math.sqrt(C)
mask = torch.tril(torch.ones(T, T)) == 0
scores = scores.masked_fill(mask, float("-inf"))
att = torch.softmax(scores, dim=-1)
out = att @ v
print(att[0])
print(out.shape, att.sum(-1)[0], att[:, 0, 1:].abs().sum())
out.mean().backward()
print(v.grad[0, :, 0], q.grad.shape, torch.isnan(q.grad).any())
heads = out.view(B, T, 2, C // 2).transpose(1, 2)
print(heads.shape, heads.stride(), heads.is_contiguous(), heads.reshape(B, 2, -1).shape)
