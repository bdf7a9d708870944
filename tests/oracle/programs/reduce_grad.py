import torch
def g(f, data):
    x = torch.tensor(data, requires_grad=True)
    f(x).backward()
    return x.grad
a = [[1.0, 5.0, 2.0], [7.0, 3.0, 7.0]]
print(g(lambda x: x.sum(), a), g(lambda x: x.mean(), a))
print(g(lambda x: x.max(), a), g(lambda x: x.min(), a), g(lambda x: x.amax(dim=1).sum(), a), g(lambda x: x.max(dim=1).values.sum(), a))
print(g(lambda x: x.std(), a), g(lambda x: x.var(dim=0).sum(), a), g(lambda x: x.prod(), a), g(lambda x: x.prod(dim=1)[0], a))
print(g(lambda x: x.norm(), a), g(lambda x: x.cumsum(1).pow(2).sum(), a), g(lambda x: x.cumprod(0).sum(), a))
print(g(lambda x: x.logsumexp(dim=1).sum(), a), g(lambda x: x.softmax(dim=1)[:, 0].sum(), a), g(lambda x: x.log_softmax(1)[0, 1], a))
print(g(lambda x: x.median(), a), g(lambda x: x.mean(dim=0, keepdim=True).pow(2).sum(), a), g(lambda x: x.sum(dim=1).max(), a))
print(g(lambda x: (x - x.mean(dim=1, keepdim=True)).pow(2).mean(), a))
print(g(lambda x: x.norm(), [0.0, 0.0]), g(lambda x: x.std(), [2.0, 2.0]), g(lambda x: x.prod(), [0.0, 2.0, 3.0]), g(lambda x: x.prod(), [0.0, 0.0, 3.0]), g(lambda x: x.cumprod(0).sum(), [2.0, 0.0, 3.0]))
