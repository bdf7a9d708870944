"""The primitives, a module a family; importing this package registers the common ones and gives Tensor its operators.

The rest (a third of all names) come when one of them is asked for, or when somebody looks at all names: start-up is what a one-shot expression pays.
"""

from __future__ import annotations

from ..registry import _late

# isort: off
from . import pointwise  # noqa: F401 - first, so that help shows its `where` before the one of indices

# isort: on
from . import copying, factory, indexing, linalg, logic, randoms, reduce, views  # noqa: F401
from .operators import install, speed_up


def _load_late() -> None:
    from . import activations, decompose, losses, neural, sorting, special  # noqa: F401

    speed_up()


install()
_late.append(_load_late)
