"""Writes golden/state.pt: what torch.save makes of a model's and an optimizer's state. Run it with an interpreter that has PyTorch."""

from __future__ import annotations

from pathlib import Path

import torch

TARGET = Path(__file__).parent / "golden" / "state.pt"


def main() -> None:
    """Train a small model for one step and save everything that programs save."""
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [1, 2])
    model(torch.arange(12.0).reshape(4, 3)).pow(3).sum().backward()
    optimizer.step()
    x = torch.arange(6.0).reshape(2, 3)
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "schedule": schedule.state_dict(), "epoch": 3, "loss": 0.25, "name": "héllo"}
    state |= {"x": x, "xt": x.T, "row": x[1], "half": x.half(), "bf": x.bfloat16(), "n": torch.tensor(3), "p": torch.nn.Parameter(x), "size": x.shape}
    state |= {"none": torch.empty(0, 3), "flags": torch.tensor([True, False]), "dtype": torch.int64, "where": torch.device("cpu"), "deep": [(1, [2, None])]}
    torch.save(state, TARGET)
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
