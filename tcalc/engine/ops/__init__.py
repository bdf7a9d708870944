"""The primitives, a module a family; importing this package registers them all and gives Tensor its operators."""

from __future__ import annotations

from . import copying, factory, indexing, linalg, logic, neural, pointwise, randoms, reduce, scan, sorting, special, views  # noqa: F401
from .operators import install

install()
