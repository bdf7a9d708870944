import torch
x = torch.arange(9.0) * 12345.678
print(x)
print(x.reshape(3, 3))
print(torch.arange(30.0).reshape(2, 15))
print(torch.linspace(0, 1, 20, dtype=torch.float64))
print((torch.arange(12.0) * 1.1).requires_grad_())
print(torch.arange(7.0, requires_grad=True) * 1000 + 0.5)
print(torch.arange(24, dtype=torch.int32))
print(torch.ones(3, 30, dtype=torch.bool))
print(torch.tensor([[1e-8, 1.0, 12.0, 1e3, 1e5, 1e7, 1e2]]))
print(torch.tensor([[1.0, 2.0]] * 2, dtype=torch.float64, requires_grad=True).sum(dim=0, keepdim=True))
