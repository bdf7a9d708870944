import torch
import torch.nn.functional as F
torch.manual_seed(0)
X = torch.cat([torch.randn(20, 2) + torch.tensor([2.0, 0.0]), torch.randn(20, 2) + torch.tensor([-2.0, 0.0]), torch.randn(20, 2) + torch.tensor([0.0, 3.0])])
y = torch.arange(3).repeat_interleave(20)
W = torch.zeros(2, 3, requires_grad=True)
b = torch.zeros(3, requires_grad=True)
for epoch in range(50):
    logits = X @ W + b
    loss = F.cross_entropy(logits, y)
    W.grad = b.grad = None
    loss.backward()
    with torch.no_grad():
        W -= 0.5 * W.grad
        b -= 0.5 * b.grad
    if epoch % 10 == 0:
        print(f"{epoch:>3} {loss.item():.4f}")
predicted = (X @ W + b).argmax(dim=1)
print((predicted == y).float().mean(), (predicted == y).sum().item(), predicted[:5], loss)
print(W.grad.norm() < 0.1, F.softmax(X[:1] @ W + b, dim=-1).sum(dim=-1).item() > 0.999)
