"""torch.optim: optimizers, and schedules of the learning rate in lr_scheduler."""

from __future__ import annotations

from . import lr_scheduler
from .optimizer import Optimizer, required
from .rules import ASGD, SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, NAdam, RAdam, RMSprop, Rprop

__all__ = [
    "ASGD", "SGD", "Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "NAdam", "Optimizer", "RAdam", "RMSprop", "Rprop", "lr_scheduler", "required",
]  # fmt: skip
