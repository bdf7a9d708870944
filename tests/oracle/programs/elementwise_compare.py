import torch
scores = torch.tensor([85.0, 92.0, 67.0, 78.0, 95.0])
passed = scores > 80
print(passed, passed.dtype)
print(scores == 92, scores != 92, scores >= 85, scores <= 85, scores < 80)
print(torch.eq(scores, scores), torch.gt(scores, 80), scores.le(78), scores.ne(67))
print(passed & (scores < 90), passed | (scores < 70), ~passed, passed ^ passed, passed.logical_not())
print(torch.logical_and(passed, scores > 90), torch.logical_or(passed, passed), torch.logical_xor(passed, ~passed))
print(torch.tensor([1, 2, 3]) & 2, torch.tensor([1, 2, 3]) | 4, torch.tensor([1, 2]) ^ 3, ~torch.tensor([0, 5]))
n = torch.tensor([1.0, float("nan"), float("inf"), -float("inf")])
print(torch.isnan(n), torch.isinf(n), torch.isfinite(n), n == n, n > 0)
print(passed.any(), passed.all(), passed.sum(), torch.tensor([1, 0]).any(), (scores > 0).all().item())
print(torch.isclose(torch.tensor([1.0, 2.0]), torch.tensor([1.0 + 1e-9, 2.1])), torch.equal(torch.tensor([1]), torch.tensor([1.0])))
print(torch.tensor([1, 2]) == torch.tensor([1.0, 3.0]), torch.tensor([1]) > 0.5, 1 < torch.tensor([1, 2]))
