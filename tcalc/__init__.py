"""tcalc: looking into tensors and gradients. ``import tcalc as torch`` runs a PyTorch script: the engine's names are here, loaded on first use."""

from __future__ import annotations

import sys

from ._version import __version__ as tcalc_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FOLDERS = ("engine", "lang", "insight", "render", "cli")


def _engine() -> Any:
    __import__("tcalc.engine")
    return sys.modules["tcalc.engine"]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return _engine().__version__
    if name in _FOLDERS or name.startswith("_"):  # a folder or module that is being imported is no name of torch
        raise AttributeError(f"module 'tcalc' has no attribute '{name}'")
    try:
        engine = _engine()
        return engine.EXPORTS[name] if name in engine.EXPORTS else getattr(engine, name)  # torch.random is the space, not the module
    except AttributeError:
        raise AttributeError(f"module 'torch' has no attribute '{name}'") from None


def __dir__() -> list[str]:
    return sorted({*dir(_engine()), "tcalc_version"})


__all__ = ["tcalc_version"]
