# Linear regression by hand: autograd for the gradient, a plain loop for the rest.
import torch

torch.manual_seed(42)

# 100 points of y = 3x + 2 with noise
X = torch.rand(100, 1) * 10
y = 3 * X + 2 + torch.randn(100, 1) * 0.5
print("X:", X.shape, X.dtype)
print("first points:\n", torch.cat([X[:3], y[:3]], dim=1))

w = torch.randn(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
print("start:", w, b)

learning_rate = 0.01
for epoch in range(500):
    prediction = X * w + b
    loss = ((prediction - y) ** 2).mean()
    loss.backward()
    if epoch == 0:
        print("grad:", w.grad, b.grad, loss.grad_fn.name())

    with torch.no_grad():
        w -= learning_rate * w.grad
        b -= learning_rate * b.grad
    w.grad.zero_()
    b.grad.zero_()

    if (epoch + 1) % 100 == 0:
        print(f"epoch {epoch + 1:>3}  loss {loss.item():.4f}  w {w.item():.3f}  b {b.item():.3f}")

print("learned:", w, b)
print("leaf:", w.is_leaf, "| recorded:", prediction.requires_grad, "| detached:", prediction.detach().requires_grad)

with torch.no_grad():
    print("at x = 4:", torch.tensor([4.0]) * w + b)
