import torch
x = torch.arange(6.0).reshape(2, 3)
c = x.clone()
c[0, 0] = 100
print(x[0, 0], c[0, 0], c.stride(), x.T.clone().stride(), x.T.contiguous().stride(), x.T.clone(memory_format=torch.contiguous_format).stride())
y = torch.zeros(2, 3, dtype=torch.int64)
y.copy_(x)
print(y, torch.zeros(2, 3).copy_(torch.tensor([1.0, 2.0, 3.0])))
print(x.to(torch.float32) is x, x.to("cpu") is x, x.float() is x, x.double() is x, x.contiguous() is x, x.cpu() is x, x.to(torch.float32, copy=True) is x)
w = torch.ones(2, requires_grad=True)
k = w.clone()
(k * 2).sum().backward()
print(w.grad, k)
t = x.T
print((t + 1).stride(), t.exp().stride(), (t * x.T).stride(), (t + torch.ones(3, 2)).stride(), torch.zeros_like(t).stride(), t.double().stride(), (x.expand(2, 2, 3) + 1).stride())
print(x[:, ::2].clone().stride(), (x[:, ::2] * 2).stride(), torch.ones(2, 3, 4).permute(2, 0, 1).exp().stride(), torch.ones(2, 3, 4).permute(2, 0, 1).sum(0).stride(), t.sum(0, keepdim=True).stride())
