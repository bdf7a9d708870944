import torch
a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
c = a * b + a
print(c.grad_fn)
print(c.grad_fn.name(), len(c.grad_fn.next_functions), [f[0].name() for f in c.grad_fn.next_functions])
print(c.grad_fn.next_functions[1][0].name(), c.grad_fn.next_functions[0][0].next_functions[0][0].name())
print((a * 2).grad_fn.next_functions[1], (a ** 2).grad_fn.name(), a.exp().grad_fn._saved_result)
print((a * b).grad_fn._saved_self, (a * b).grad_fn._saved_other)
v = torch.ones(2, requires_grad=True)
print(v.expand(2, 2).grad_fn.name(), v[0].grad_fn.name(), v[0:1].grad_fn.name(), v.sum().grad_fn.name(), v.view(2, 1).grad_fn.name())
v2 = v * 2
v2.mul_(3)
v2[0] = 1
print(v2.grad_fn.name(), v2[0].grad_fn.name())
