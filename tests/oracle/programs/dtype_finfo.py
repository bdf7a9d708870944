import torch
for d in [torch.float16, torch.bfloat16, torch.float32, torch.float64]:
    f = torch.finfo(d)
    print(f.bits, f.eps, f.max, f.min, f.tiny)
for d in [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]:
    i = torch.iinfo(d)
    print(i.bits, i.max, i.min)
print(torch.finfo(torch.float32))
print(torch.iinfo(torch.int32))
print(torch.get_default_dtype())
