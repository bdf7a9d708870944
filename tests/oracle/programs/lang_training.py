"""A program as courses write it: a Dataset, a loader, a model, training and evaluation in functions, checkpoints, `if __name__`."""

import math
import random

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader, Dataset, TensorDataset, random_split

SEED = 1


def set_seed(seed=SEED):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


class Moons(Dataset):
    """Two half circles."""

    def __init__(self, n, transform=None):
        t = torch.linspace(0, math.pi, n)
        upper = torch.stack([torch.cos(t), torch.sin(t)], dim=1)
        lower = torch.stack([1 - torch.cos(t), 0.5 - torch.sin(t)], dim=1)
        self.x = torch.cat([upper, lower]) + 0.05 * torch.randn(2 * n, 2)
        self.y = torch.cat([torch.zeros(n), torch.ones(n)]).long()
        self.transform = transform

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        x = self.x[i]
        if self.transform:
            x = self.transform(x)
        return x, self.y[i]


class Scale:
    def __init__(self, k):
        self.k = k

    def __call__(self, x):
        return x * self.k

    def __repr__(self):
        return f"{self.__class__.__name__}({self.k})"


class Classifier(nn.Module):
    def __init__(self, sizes=(2, 16, 2), p=0.0):
        super().__init__()
        layers = []
        for a, b in zip(sizes[:-1], sizes[1:]):
            layers += [nn.Linear(a, b), nn.ReLU()]
        self.body = nn.Sequential(*layers[:-1])
        self.drop = nn.Dropout(p)

    def forward(self, x):
        return self.drop(self.body(x))


class Meter:
    def __init__(self):
        self.reset()

    def reset(self):
        self.total, self.n = 0.0, 0

    def update(self, value, n=1):
        self.total += value * n
        self.n += n

    @property
    def mean(self):
        return self.total / max(self.n, 1)


def accuracy(logits, y):
    return (logits.argmax(dim=1) == y).float().mean().item()


def train_epoch(model, loader, criterion, optimizer):
    model.train()
    loss_meter, acc_meter = Meter(), Meter()
    for xb, yb in loader:
        optimizer.zero_grad()
        out = model(xb)
        loss = criterion(out, yb)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        loss_meter.update(loss.item(), len(xb))
        acc_meter.update(accuracy(out, yb), len(xb))
    return loss_meter.mean, acc_meter.mean


@torch.no_grad()
def evaluate(model, loader, criterion):
    model.eval()
    losses = [criterion(model(xb), yb).item() for xb, yb in loader]
    return sum(losses) / len(losses)


class EarlyStopping:
    def __init__(self, patience=2):
        self.patience, self.best, self.bad = patience, None, 0

    def __call__(self, value):
        if self.best is None or value < self.best - 1e-4:
            self.best, self.bad = value, 0
            return False
        self.bad += 1
        return self.bad >= self.patience


def main():
    set_seed()
    data = Moons(40, transform=Scale(1.5))
    print(len(data), data[0], data[-1][1], data.transform)
    train, valid = random_split(data, [60, 20], generator=torch.Generator().manual_seed(3))
    loader = DataLoader(train, batch_size=16, shuffle=True, drop_last=False)
    valid_loader = DataLoader(valid, batch_size=20)
    print(len(loader), [tuple(xb.shape) for xb, _ in loader])
    model = Classifier()
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=0.02)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=3, gamma=0.5)
    stop = EarlyStopping()
    history = {"train": [], "valid": []}
    best = None
    for epoch in range(1, 7):
        loss, acc = train_epoch(model, loader, criterion, optimizer)
        valid_loss = evaluate(model, valid_loader, criterion)
        scheduler.step()
        history["train"].append(loss)
        history["valid"].append(valid_loss)
        if best is None or valid_loss < best["loss"]:
            best = {"loss": valid_loss, "epoch": epoch, "state": {k: v.clone() for k, v in model.state_dict().items()}}
        print(f"epoch {epoch:>2}/6 | loss {loss:.3f} | acc {acc:6.1%} | valid {valid_loss:.3f} | lr {scheduler.get_last_lr()[0]:.4f}")
        if stop(valid_loss):
            break
    fresh = Classifier()
    print(fresh.load_state_dict(best["state"]), f"{evaluate(fresh, valid_loader, criterion):.3f}", best["epoch"])
    print(min(history["train"]) < 0.6, len(history["valid"]))

    def collate(batch):
        xs, ys = zip(*batch)
        return torch.stack(xs), torch.tensor([int(y) for y in ys])

    xb, yb = next(iter(DataLoader(data, batch_size=4, collate_fn=collate)))
    print(xb.shape, yb)
    pairs = TensorDataset(torch.arange(4.0), torch.arange(4) * 10)
    for i, (a, b) in enumerate(DataLoader(pairs, batch_size=3)):
        print(i, a, b)


if __name__ == "__main__":
    main()
