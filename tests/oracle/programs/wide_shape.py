# needs: atleast_2d block_diag cartesian_prod tril_indices kron layer_norm
import torch
import torch.nn.functional as F
v = torch.tensor([1, 2, 3])
A = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
print(torch.atleast_2d(v).shape, torch.tril_indices(3, 3), torch.kron(torch.eye(2), A))
print(torch.block_diag(A, A), torch.cartesian_prod(torch.tensor([1, 2]), torch.tensor([3, 4])))
print(F.layer_norm(A, (2,)))
