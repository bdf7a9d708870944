"""The primitives, a module a family; importing this package registers arithmetic and gives Tensor its operators.

Each other module comes when one of its names is asked for (late.py knows which declares what), or when somebody looks at all names: start-up is
what a one-shot expression pays.
"""

from __future__ import annotations

from . import arithmetic  # noqa: F401
from .operators import install

install()
