import torch
x = torch.tensor([1.0, 2.0, 3.0])
y = x
r = x.add_(10)
print(x, y, r is x, x.mul_(2))
print(x.clamp_(min=23, max=25), y)
n = torch.tensor([1, 2, 3])
n.add_(5)
print(n)
z = torch.tensor([1.0, 2.0, 3.0])
new = z.add(10)
print(z, new)
z.add_(x)
z.add_(1.0).mul_(0.5)
print(z)
print(torch.tensor([-1.0, 2.0]).relu_(), torch.tensor([1.0, 2.0]).zero_(), torch.tensor([1.0]).fill_(7))
z += 1
z -= x
z *= 2
z /= 4
print(z)
p = z.data_ptr()
z.exp_().sub_(1).neg_().abs_().sqrt_()
print(z.data_ptr() == p, z._version)
print(torch.tensor([4.0, 9.0]).sqrt_(), torch.tensor([1.0]).copy_(torch.tensor([5])), torch.tensor([5, 7]).floor_divide_(2))
n //= 2
n **= 2
n %= 7
print(n)
b = torch.tensor([True, False])
b |= torch.tensor([True, True])
print(b, torch.tensor([1.0, 2.0]).pow_(2), torch.zeros(3).masked_fill_(torch.tensor([True, False, True]), 5))
print(torch.tensor([3.0, 4.0]).div_(2))
print(torch.zeros(3).index_add_(0, torch.tensor([0, 0, 2]), torch.ones(3)), torch.zeros(3).scatter_(0, torch.tensor([2, 0]), torch.tensor([1.0, 2.0])))
