import torch
x = torch.zeros(1000, 1000, 1000, device="meta")
print(x.shape, x.device, x.is_meta, (x + 1).shape, x.sum(0).shape, x.stride())
print((torch.empty(3, 4, device="meta") @ torch.empty(4, 5, device="meta")).shape)
print(torch.ones(2, device="meta"))
