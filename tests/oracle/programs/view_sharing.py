import torch
x = torch.arange(6)
v = x.view(2, 3)
v[0, 0] = 999
print(x, x[0], v)
t = v.T
t[2, 1] = -5
print(x, t.is_contiguous(), v.stride(), t.stride(), x._version, v._version, t._version)
s = x[1:4]
s.zero_()
print(x, s._base is x, v._base is x, t._base is x, x._base)
c = x.clone()
c[0] = 0
print(x[0], c[0])
r = x.reshape(3, 2)
r += 1
print(x)
r2 = t.reshape(-1)
r2[0] = 12345
print(x, x.data_ptr() == v.data_ptr(), s.data_ptr() - x.data_ptr())
e = torch.tensor([[1], [2]]).expand(2, 3)
print(e.stride(), e.is_contiguous(), e.contiguous().stride(), e.data_ptr() == e[:, 1].data_ptr())
big = torch.zeros(1).expand(1000000000)
print(big.shape, big.reshape(1000, 1000000).stride(), big.view(1000, 1000000).shape)
d = x.detach()
d.add_(1)
print(x, d._version, x._version, x.data._version)
rows = list(v.unbind(0))
rows[0].fill_(7)
a, b = x.split(3)
b.mul_(0)
print(x, v)
z = torch.tensor([1.0, 2.0, 3.0])
for row in z:
    row.mul_(10)
print(z)
q = z[1]
q += 1
print(z, q)
