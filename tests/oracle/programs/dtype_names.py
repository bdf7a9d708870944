import torch
for d in [torch.float16, torch.float32, torch.float64, torch.bool, torch.bfloat16, torch.int64, torch.long, torch.int, torch.half, torch.double, torch.uint8, torch.int8, torch.short]:
    print(d, torch.zeros(1, dtype=d).element_size(), d.is_floating_point)
print(torch.long == torch.int64, torch.float is torch.float32, torch.half == torch.float)
x = torch.tensor([1, 2, 3])
print(x.float().dtype, x.half().dtype, x.bfloat16().dtype, x.double().dtype, x.bool().dtype, x.int().dtype, x.long().dtype)
print(x.to(torch.float16))
print(x.to(torch.float64), x.to(torch.int32), x.to(torch.bfloat16), x.byte(), x.char(), x.short())
print(x.type(torch.float32), x.type_as(torch.zeros(1)))
print(torch.tensor([1.7, -1.7]).int(), torch.tensor([0.0, 0.5]).bool(), torch.tensor([300.0]).to(torch.int16))
print(torch.tensor([1.0, 2.0]) > 1, (torch.tensor([1.0]) > 0).dtype)
print(torch.tensor([1, 2]) / torch.tensor([4, 5]), torch.tensor([1, 2, 3]) / torch.tensor([4, 5, 6]))
print(x.type(), x.float().type())
print(x.is_floating_point(), x.float().is_floating_point(), torch.is_tensor(x), torch.is_floating_point(x.half()))
