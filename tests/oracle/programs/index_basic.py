import torch
t = torch.tensor([[10, 20, 30], [40, 50, 60], [70, 80, 90]])
print(t[0], t[:, 1], t[0:2, 1:3], t[-1], t[1, 2], t[1][2], t[::2], t[:, ::2], t[1:], t[:-1, -1])
x = torch.arange(24).reshape(2, 3, 4)
print(x[0].shape, x[0, 1], x[0, 1, 2], x[:, :2, :].shape, x[..., -1], x[..., -1].shape, x[0, ..., 0], x[None].shape, x[:, None, 0].shape)
scores = torch.tensor([85.0, 92.0, 67.0, 78.0, 95.0])
passed = scores > 80
print(scores[passed], scores[[0, 2, 4]], scores[torch.tensor([1, 1, 0])], scores[~passed], scores[-2:], scores[10:], scores[1:1])
print(torch.where(passed, scores, torch.tensor(0.0)), torch.where(passed, scores, 0), torch.where(passed), torch.where(passed, 1, 0))
i = scores.argmax()
print(scores[i], i, scores[int(i)], scores[i].item(), t[torch.tensor(1)], t[torch.tensor(1), 0])
print(t[[0, 1], [1, 2]], t[[0, 2]], t[:, [0, 2]], t[[[0, 1], [1, 0]]].shape, t[torch.tensor([[0, 1], [1, 0]])].shape, t[torch.tensor([0, 1]), 1:], x[:, [0, 1], [2, 3]], x[[0, 1], :, [2, 3]])
print(t[t > 40], t[t > 1000], (t > 40).nonzero(), torch.nonzero(torch.tensor([0, 1, 1])), torch.nonzero(t > 80, as_tuple=True), t[torch.tensor([True, False, True])], t[:, torch.tensor([True, False, True])], t[[True, False, True]])
print(t[True].shape, t[False].shape, torch.tensor(5)[None], torch.tensor(5)[...], torch.tensor(5)[()], t[()].shape, t[...].shape)
print(torch.gather(t, 1, torch.tensor([[0], [2], [1]])), torch.index_select(t, 0, torch.tensor([2, 0])), torch.take(t, torch.tensor([0, 8])), torch.masked_select(t, t > 50), t.take_along_dim(t.argmax(1, keepdim=True), 1))
print(torch.zeros(2, 3, dtype=torch.int64).scatter(1, torch.tensor([[0, 2], [1, 0]]), torch.tensor([[1, 2], [3, 4]])), torch.zeros(3).scatter_add(0, torch.tensor([0, 0, 2]), torch.tensor([1.0, 2.0, 3.0])), t.masked_fill(t > 50, 0), torch.zeros(3).index_add(0, torch.tensor([1, 1]), torch.ones(2)))
print(torch.sort(scores), torch.sort(scores, descending=True).indices, scores.argsort(), torch.topk(scores, 2), scores.topk(2, largest=False), torch.sort(t, dim=0, descending=True).values, torch.argsort(t, dim=1, descending=True))
print(torch.unique(torch.tensor([3, 1, 3, 2])), torch.unique(torch.tensor([3, 1, 3]), return_counts=True), torch.bincount(torch.tensor([0, 2, 2])))
print(x[0, :, 1:3].stride(), x[:, 0].storage_offset(), x[[0]].stride(), x[0, [0, 2]].shape, 50 in t, 51 in t)
for row in t:
    print(row, row.sum())
a, b, c = t
print(a, c)
