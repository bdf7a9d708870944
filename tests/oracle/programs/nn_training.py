import torch
import torch.nn as nn
import torch.optim as optim
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset, TensorDataset, random_split

torch.manual_seed(42)
class MLP(nn.Module):
    """A small net."""
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__()
        self.fc1 = nn.Linear(d_in, d_hidden)
        self.drop = nn.Dropout(0.2)
        self.fc2 = nn.Linear(d_hidden, d_out)
        self.scale = nn.Parameter(torch.ones(1))
        self.register_buffer("calls", torch.zeros(1))

    def forward(self, x):
        self.calls += 1
        h = F.relu(self.fc1(x))
        return self.fc2(self.drop(h)) * self.scale

model = MLP(2, 8, 1)
print(model)
print(sum(p.numel() for p in model.parameters()))
for name, p in model.named_parameters():
    print(name, tuple(p.shape), p.requires_grad)
class Circle(Dataset):
    def __init__(self, n):
        self.x = torch.randn(n, 2)
        self.y = (self.x.pow(2).sum(1, keepdim=True) < 1).float()
    def __len__(self):
        return len(self.x)
    def __getitem__(self, i):
        return self.x[i], self.y[i]
ds = Circle(50)
train, test = random_split(ds, [40, 10])
loader = DataLoader(train, batch_size=16, shuffle=True)
criterion = nn.BCEWithLogitsLoss()
opt = optim.Adam(model.parameters(), lr=0.01)
sched = optim.lr_scheduler.StepLR(opt, step_size=2, gamma=0.5)
for epoch in range(4):
    model.train()
    total = 0.0
    for xb, yb in loader:
        opt.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        total += loss.item() * len(xb)
    sched.step()
    model.eval()
    with torch.no_grad():
        correct = 0
        for xb, yb in DataLoader(test, batch_size=4):
            pred = (torch.sigmoid(model(xb)) > 0.5).float()
            correct += (pred == yb).sum().item()
    print(f"epoch {epoch} loss {total / len(train):.4f} acc {correct / len(test):.2f} lr {sched.get_last_lr()[0]:.4f}")
print(model.calls, model.training)
print(model.state_dict()["fc2.bias"])
print(opt)
print(model.fc1.weight[:2], model.fc1.in_features)
print(list(model.children()))
sd = model.state_dict()
other = MLP(2, 8, 1)
print(other.load_state_dict(sd))
with torch.no_grad():
    other.eval()
    print(torch.equal(other(ds.x[:3]), model(ds.x[:3])))
seq = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
print(seq[0], len(seq))
for layer in seq:
    print(layer)
w = nn.Parameter(torch.tensor([1., 2.]))
(w * w).sum().backward()
print(w.grad, w)
def init(m):
    if isinstance(m, nn.Linear):
        nn.init.xavier_uniform_(m.weight)
        m.bias.data.fill_(0.01)
seq.apply(init)
print(seq[0].weight, seq[0].bias)
opt.param_groups[0]["lr"] = 0.5
print([g["lr"] for g in opt.param_groups])
