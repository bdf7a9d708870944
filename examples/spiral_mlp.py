"""Three spiral arms told apart by a small network: modules, a data set, a loader, Adam, a schedule.

    tcalc run examples/spiral_mlp.py

The same file runs under PyTorch and prints the same text.
"""

import math

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset, random_split

torch.manual_seed(0)


class Spirals(Dataset):
    """Points on noisy arms; the label is the arm."""

    def __init__(self, per_arm, arms=3, noise=0.15):
        radius = torch.linspace(0.1, 1, per_arm)
        points, labels = [], []
        for arm in range(arms):
            angle = 4 * radius + 2 * math.pi * arm / arms + noise * torch.randn(per_arm)
            points.append(torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1))
            labels += [arm] * per_arm
        self.points, self.labels = torch.cat(points), torch.tensor(labels)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.points[index], self.labels[index]


class MLP(nn.Module):
    def __init__(self, hidden=32, classes=3):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU())
        self.head = nn.Linear(hidden, classes)

    def forward(self, x):
        return self.head(self.layers(x))


@torch.no_grad()
def accuracy(model, loader):
    model.eval()
    right = sum((model(x).argmax(dim=1) == y).sum().item() for x, y in loader)
    model.train()
    return right / len(loader.dataset)


data = Spirals(80)
train, test = random_split(data, [0.8, 0.2])
train_loader = DataLoader(train, batch_size=32, shuffle=True)
test_loader = DataLoader(test, batch_size=64)

model = MLP()
print(model)
print(f"{sum(p.numel() for p in model.parameters())} parameters, {len(train)} examples, {len(train_loader)} batches")

optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=5, gamma=0.5)
loss_fn = nn.CrossEntropyLoss()
for epoch in range(1, 16):
    total = 0.0
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    schedule.step()
    if epoch % 3 == 0:
        print(f"epoch {epoch:>2}  loss {total / len(train):.3f}  lr {schedule.get_last_lr()[0]:.4f}")
print(f"test accuracy {accuracy(model, test_loader):.3f}")
