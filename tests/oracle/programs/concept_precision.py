import torch
import numpy as np
print(torch.tensor([1.0, 2.0]).dtype, np.array([1.0, 2.0]).dtype)
print(torch.tensor([1, 2]).dtype, np.array([1, 2]).dtype)
print(torch.from_numpy(np.array([1.0, 2.0])).dtype)
x = torch.tensor(0.1)
print(x.item(), x.double().item(), torch.tensor(0.1, dtype=torch.float64).item())
print(torch.tensor(16777217).float().item())
print((torch.tensor(0.1) + torch.tensor(0.2)).item())
print(0.1 + torch.tensor(0.2, dtype=torch.float64))
