import math
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import TensorDataset, DataLoader

torch.manual_seed(0)
N, D, C = 40, 2, 3
X = torch.zeros(N * C, D)
y = torch.zeros(N * C, dtype=torch.long)
for c in range(C):
    t = torch.linspace(0, 1, N)
    inner = torch.linspace(2 * math.pi / C * c, 2 * math.pi / C * (2 + c), N) + torch.randn(N) * 0.2
    for ix in range(N * c, N * (c + 1)):
        k = ix % N
        X[ix] = t[k] * torch.FloatTensor((math.sin(inner[k]), math.cos(inner[k])))
        y[ix] = c
print("SHAPES:", X.size(), y.size())
device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
model = nn.Sequential(nn.Linear(D, 32), nn.ReLU(), nn.Linear(32, C))
model.to(device)
criterion = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-5)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10)
loader = DataLoader(TensorDataset(X, y), batch_size=30, shuffle=True)
for epoch in range(10):
    running, correct = 0.0, 0
    for xb, yb in loader:
        xb, yb = xb.to(device), yb.to(device)
        out = model(xb)
        loss = criterion(out, yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        running += loss.item()
        score, predicted = torch.max(out, 1)
        correct += (yb == predicted).sum().float()
    scheduler.step()
    if epoch % 3 == 0:
        print("[EPOCH]: %i, [LOSS]: %.3f, [ACCURACY]: %.2f, [LR] %.4f" % (epoch, running / len(loader), correct / len(X), optimizer.param_groups[0]["lr"]))
model.eval()
with torch.inference_mode():
    p = F.softmax(model(X[:2]), dim=1)
print(p.sum(dim=1), p.requires_grad)
total = sum(p.numel() for p in model.parameters() if p.requires_grad)
print(f"{total:,} parameters")
