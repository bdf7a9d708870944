import torch
torch.manual_seed(1)
n = 64
x = torch.rand(n) * 4 - 2
t = (x > 0.5).float()
w = torch.tensor(0.0, requires_grad=True)
b = torch.tensor(0.0, requires_grad=True)
history = []
for step in range(100):
    p = torch.sigmoid(w * x + b)
    loss = -(t * torch.log(p + 1e-9) + (1 - t) * torch.log(1 - p + 1e-9)).mean()
    gw, gb = torch.autograd.grad(loss, [w, b])
    with torch.no_grad():
        w -= gw
        b -= gb
    history.append(round(loss.item(), 4))
print(history[:3], history[-1], len(history))
print(f"boundary {(-b / w).item():.3f}", ((p > 0.5) == (t > 0.5)).all())
