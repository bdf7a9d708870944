import torch
from torch import nn, optim

torch.manual_seed(2)
X = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
Y = torch.tensor([[0.], [1.], [1.], [0.]])

class XOR(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(2, 4),
            nn.Tanh(),
            nn.Linear(4, 1),
            nn.Sigmoid(),
        )

    def forward(self, x):
        return self.net(x)

def weights_init(m):
    classname = m.__class__.__name__
    if classname.find("Linear") != -1:
        m.weight.data.normal_(0, 1)
        m.bias.data.zero_()

model = XOR()
model.apply(weights_init)
loss_fn = nn.BCELoss()
optimizer = optim.Adam(model.parameters(), lr=0.05)
for i in range(201):
    optimizer.zero_grad()
    y_hat = model(X)
    loss = loss_fn(y_hat, Y)
    loss.backward()
    optimizer.step()
    if i % 50 == 0:
        print(f"step {i:>3} loss {loss.item():.3f}")
print(model)
with torch.no_grad():
    print((model(X) > 0.5).int().view(-1).tolist())
params = list(model.parameters())
print(len(params), params[0].size())
