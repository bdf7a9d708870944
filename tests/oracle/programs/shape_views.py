import torch
x = torch.arange(24).reshape(2, 3, 4)
for name, v in [("view", x.view(6, 4)), ("T", x[0].T), ("permute", x.permute(2, 0, 1)), ("slice", x[:, 1:, ::2]), ("select", x[1]), ("expand", x[:, :1].expand(2, 3, 4)), ("unsqueeze", x.unsqueeze(1)), ("diagonal", x.diagonal(0, 1, 2)), ("narrow", x.narrow(2, 1, 2)), ("flatten", x.flatten()), ("unfold", x.unfold(2, 2, 2)), ("squeeze", x.squeeze()), ("detach", x.detach()), ("real reshape", x.transpose(0, 1).reshape(3, 8)), ("as_strided", x.as_strided((2, 2), (1, 4), 3))]:
    print(name, v.shape, v.stride(), v.storage_offset(), v.is_contiguous(), v._base is x)
a, b = x.split(2, dim=1)
print(a.shape, b.shape, b.storage_offset(), [t.shape for t in x.chunk(2, dim=2)], [t.tolist() for t in x[0].unbind(0)])
print([t.shape for t in torch.split(torch.arange(7), 3)], [t.tolist() for t in torch.split(torch.arange(7), [2, 5])], [t.tolist() for t in torch.tensor_split(torch.arange(7), 3)], [t.tolist() for t in torch.chunk(torch.arange(7), 3)])
print(x.transpose(0, 2).view(4, 3, 2).stride() if x.transpose(0, 2).is_contiguous() else "not contiguous")
print(x.transpose(1, 2).view(2, 2, 2, 3).stride(), x[:, :, ::2].stride(), x[..., 1].stride(), x.mT.stride())
