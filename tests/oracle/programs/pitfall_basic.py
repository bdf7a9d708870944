import torch
import torch.nn.functional as F
logits = torch.tensor([[1000.0, 0.0, -1000.0]])
naive = torch.log(torch.exp(logits) / torch.exp(logits).sum(dim=-1, keepdim=True))
print(naive, F.log_softmax(logits, dim=-1))
a = torch.zeros(4, 1)
b = torch.arange(4.0)
print((a - b).shape, ((a - b) ** 2).mean())
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x.detach() * 2
print(y.requires_grad)
total = 0
for i in range(3):
    loss = (x * i).sum()
    total = total + loss.item()
print(total)
z = torch.tensor([0.0, 4.0], requires_grad=True)
z.sqrt().sum().backward()
print(z.grad)
z.grad = None
(z * 0).sqrt().sum().backward()
print(z.grad)
w = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
torch.where(w > 0, torch.log(w), torch.zeros(3)).sum().backward()
print(w.grad)
w.grad = None
(w.abs() + w.relu()).sum().backward()
print(w.grad)
p = torch.tensor([0.0, 2.0], requires_grad=True)
(p ** 0).sum().backward()
print(p.grad)
print(0.1 + 0.2 == 0.3, torch.tensor(0.1) + 0.2 == 0.3, torch.isclose(torch.tensor(0.1) + 0.2, torch.tensor(0.3)))
v = torch.tensor([1.0, 1.0, 0.5], requires_grad=True)
v.max().backward()
print(v.grad)
v.grad = None
torch.maximum(v, torch.ones(3)).sum().backward()
print(v.grad)
v.grad = None
v.clamp(max=1).sum().backward()
print(v.grad)
