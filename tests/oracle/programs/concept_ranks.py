import torch
scalar = torch.tensor(42)
vector = torch.tensor([1.0, 2.0, 3.0])
matrix = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
cube = torch.arange(12).reshape(2, 2, 3) + 1
batch = torch.zeros(2, 3, 4, 5)
for t in [scalar, vector, matrix, cube, batch]:
    print(t.ndim, t.shape, t.numel(), t.dtype, t.dim())
print(scalar)
print(vector)
print(matrix)
print("cube:")
print(cube)
print("cube:\n", cube)
print(batch.stride(), batch.is_contiguous(), len(batch))
