# needs: autograd.functional.jacobian autograd.gradcheck func.grad
import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
j = torch.autograd.functional.jacobian(lambda v: v ** 2, x)
print(j)
print(torch.autograd.functional.hessian(lambda v: (v ** 3).sum(), x))
print(torch.func.grad(lambda v: (v ** 2).sum())(torch.tensor([1.0, 2.0])))
print(torch.autograd.gradcheck(lambda v: v * v, torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)))
