import torch
f16, f32, f64, bf = torch.float16, torch.float32, torch.float64, torch.bfloat16
i64 = torch.tensor([1, 2])
print((torch.ones(2, dtype=f16) + torch.tensor(1.0, dtype=f64)).dtype)
print((i64 + torch.tensor(1.0, dtype=f64)).dtype)
print((i64 + 1.5).dtype, (i64 + 1).dtype, (i64 * True).dtype)
print((torch.ones(2, dtype=torch.int32) + torch.ones(2)).dtype)
print((torch.ones(2, dtype=torch.uint8) + torch.ones(2, dtype=torch.int8)).dtype)
print((torch.ones(2, dtype=f16) + torch.ones(2, dtype=bf)).dtype)
print((torch.ones(2, dtype=f16) + torch.ones(2)).dtype, (torch.ones(2, dtype=f16) * 2.5).dtype)
print((torch.tensor(1) + torch.tensor(1.0, dtype=f16)).dtype, (torch.tensor([True]) + torch.tensor([True])).dtype)
print((torch.tensor([True]) + 1).dtype, (torch.tensor([True]) * 1.5).dtype, (torch.tensor([1], dtype=torch.int8) + torch.tensor(200)).dtype)
names = [torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, f16, bf, f32, f64]
for a in names:
    print(a, [str(torch.promote_types(a, b)) for b in names])
print(torch.result_type(i64, 1.5), torch.result_type(torch.ones(1, dtype=f16), torch.tensor(1.0, dtype=f64)))
print(torch.can_cast(torch.float32, torch.int64), torch.can_cast(torch.int64, torch.float16))
print(torch.sin(torch.tensor([1], dtype=torch.int8)).dtype, torch.sqrt(torch.tensor([4])).dtype, torch.exp(torch.tensor([True])))
print((torch.tensor([1], dtype=torch.uint8) + 300), torch.tensor([200], dtype=torch.uint8) * 2, -torch.tensor([1], dtype=torch.uint8))
