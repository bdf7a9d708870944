import torch
torch.manual_seed(3)
Wh = (torch.randn(4, 4) * 0.3).requires_grad_()
Wx = (torch.randn(2, 4) * 0.3).requires_grad_()
xs = torch.randn(5, 1, 2)
h = torch.zeros(1, 4)
losses = []
for x in xs:
    h = torch.tanh(x @ Wx + h @ Wh)
    losses.append(h.pow(2).sum())
loss = torch.stack(losses).mean()
loss.backward()
print(loss, Wh.grad.shape, Wx.grad.shape)
print(Wh.grad)
print(Wx.grad)
eps = 1e-3
def run(W):
    h = torch.zeros(1, 4)
    total = 0
    for x in xs:
        h = torch.tanh(x @ Wx.detach() + h @ W)
        total = total + h.pow(2).sum() / 5
    return total
W = Wh.detach().clone()
W[1, 2] += eps
up = run(W)
W[1, 2] -= 2 * eps
print(abs((up - run(W)).item() / (2 * eps) - Wh.grad[1, 2].item()) < 1e-2)
