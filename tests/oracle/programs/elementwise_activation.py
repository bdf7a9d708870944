import torch
import torch.nn.functional as F
x = torch.tensor([-2.0, -0.5, 0.0, 0.5, 2.0])
print(torch.relu(x), torch.sigmoid(x), torch.tanh(x))
print(F.relu(x), F.gelu(x), F.gelu(x, approximate="tanh"), F.leaky_relu(x), F.elu(x), F.softplus(x), F.silu(x))
print(F.softmax(x, dim=0), F.log_softmax(x, dim=0), torch.softmax(x, 0), x.softmax(dim=-1))
logits = torch.tensor([[2.0, 1.0, 0.1], [1.0, 3.0, 0.2]])
print(F.softmax(logits, dim=-1), F.softmax(logits, dim=-1).sum(dim=-1))
print(F.cross_entropy(logits, torch.tensor([0, 1])), F.nll_loss(F.log_softmax(logits, 1), torch.tensor([0, 1])))
print(F.mse_loss(x, torch.zeros(5)), F.l1_loss(x, torch.zeros(5)), F.binary_cross_entropy_with_logits(x, torch.ones(5)))
print(F.log_softmax(torch.tensor([1000.0, 0.0]), dim=0), F.cross_entropy(torch.tensor([[1e4, -1e4]]), torch.tensor([1])))
print(F.one_hot(torch.tensor([0, 2]), 3), F.linear(torch.ones(1, 2), torch.eye(2), torch.ones(2)))
naive = torch.log(torch.exp(torch.tensor([1000.0, 0.0])) / torch.exp(torch.tensor([1000.0, 0.0])).sum())
print(naive)
