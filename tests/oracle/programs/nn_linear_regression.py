import torch
import torch.nn as nn
import numpy as np

# the usual first program: y = 2x + 1 with noise
np.random.seed(0)
torch.manual_seed(42)
X = torch.linspace(0, 10, 50).unsqueeze(1)
y = 2 * X + 1 + torch.randn(X.size()) * 0.5

class LinearRegression(nn.Module):
    def __init__(self, input_dim, output_dim):
        super(LinearRegression, self).__init__()
        self.linear = nn.Linear(input_dim, output_dim)

    def forward(self, x):
        return self.linear(x)

model = LinearRegression(1, 1)
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
losses = []
for epoch in range(100):
    outputs = model(X)
    loss = criterion(outputs, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    if (epoch + 1) % 20 == 0:
        print("Epoch [{}/{}], Loss: {:.4f}".format(epoch + 1, 100, loss.item()))
predicted = model(X).detach().numpy()
print(predicted[:3].round(3), predicted.shape)
for name, param in model.named_parameters():
    if param.requires_grad:
        print(name, param.data)
w, b = model.linear.weight.item(), model.linear.bias.item()
print(f"w = {w:.3f}, b = {b:.3f}, final loss %.4f" % losses[-1])
