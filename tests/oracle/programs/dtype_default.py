import torch
torch.set_default_dtype(torch.float64)
print(torch.tensor([1.0, 2.0]), torch.zeros(2).dtype, torch.tensor([1.0], dtype=torch.float32))
print((torch.tensor([1]) + 1.5).dtype, torch.tensor([1, 2]) / 2)
torch.set_default_dtype(torch.float32)
print(torch.tensor([1.0, 2.0]).dtype, torch.tensor([1.0], dtype=torch.float64))
