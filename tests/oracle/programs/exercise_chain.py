import torch
torch.manual_seed(42)
x = torch.randn(3, 4)
y = (x ** 2).sum(dim=1)
z = torch.exp(-y / 4)
print(x)
print(y)
print(z, z.argmax(), z.max())
torch.manual_seed(42)
X = torch.randn(100, 1)
Y = 3 * X + 2 + torch.randn(100, 1) * 0.5
w = torch.randn(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
learning_rate = 0.01
for epoch in range(100):
    loss = ((X * w + b - Y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= learning_rate * w.grad
        b -= learning_rate * b.grad
    w.grad.zero_()
    b.grad.zero_()
    if (epoch + 1) % 20 == 0:
        print(f"Epoch {epoch + 1:>3}: loss={loss.item():.4f} w={w.item():.4f} b={b.item():.4f}")
