"""The primitives, a module a family; importing this package registers them all and gives Tensor its operators."""

from __future__ import annotations

from . import activations, copying, decompose, factory, indexing, linalg, logic, losses, neural, pointwise, randoms, reduce, scan, sorting, special, views  # noqa: F401
from .operators import install

install()
