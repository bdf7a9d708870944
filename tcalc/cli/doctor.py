"""`tcalc doctor`: what works on this machine, and for what does not, what would make it work."""

from __future__ import annotations

import os
import platform
import sys
from typing import TYPE_CHECKING, Any

from .. import _version
from . import exits

if TYPE_CHECKING:
    from .options import Settings

OK, MISSING, BROKEN = "ok", "--", "BAD"


def examine(settings: Settings) -> int:
    """Print every check; exit 1 where one that the main job needs is broken."""
    checks = [engine(), numpy(), half_precision(), graph_images(), cuda(), images(), terminal(), prompt()]
    if settings.json:
        from ..render.jsontext import dumps

        print(
            dumps({"schema": "tcalc.doctor/1", "version": _version.__version__, "checks": [dict(zip(("name", "status", "detail", "hint"), c)) for c in checks]})
        )
    else:
        from .reference import detect

        screen = detect(settings)
        print(f"tcalc {_version.__version__}  Python {platform.python_version()}  {platform.system()} {platform.machine()}")
        styles = {OK: "hint", MISSING: "dim", BROKEN: "error"}
        for name, status, detail, hint in checks:
            print(f"  {screen.paint(f'{status:<3}', styles[status])} {name:<14} {detail}")
            if hint:
                print(f"      {'':<14} {screen.paint(hint, 'dim')}")
    return exits.FAILED if any(c[1] == BROKEN for c in checks) else exits.OK


Check = tuple[str, str, str, str]


def engine() -> Check:
    """A gradient, through the language, on Python floats."""
    try:
        from ..lang.run import Session

        value = Session().run("x = tensor(3., requires_grad=True); (x*x).backward(); x.grad.item()", "<doctor>")[-1].value
        from ..engine.registry import OPS
    except Exception as exc:
        return ("engine", BROKEN, f"{type(exc).__name__}: {exc}", "")
    return ("engine", OK if value == 6.0 else BROKEN, f"{len(OPS)} operations; d(x*x)/dx at 3 = {value:g}", "")


def numpy() -> Check:
    try:
        import numpy as np

        good = bool((np.ones((3, 4)) @ np.ones((4, 2)) == 4).all())
        config: Any = np.show_config(mode="dicts")
        blas = config["Build Dependencies"]["blas"]
        detail = f"{np.__version__}, {blas.get('name', 'no BLAS')} {blas.get('version', '')}".rstrip()
    except Exception as exc:
        return ("numpy", BROKEN, f"{type(exc).__name__}: {exc}", "pip install 'numpy>=2'")
    return ("numpy", OK if good else BROKEN, detail, "")


def half_precision() -> Check:
    try:
        import ml_dtypes
    except Exception as exc:
        return ("bfloat16", BROKEN, f"{type(exc).__name__}: {exc}", "pip install ml_dtypes")
    return ("bfloat16", OK, f"ml_dtypes {ml_dtypes.__version__}", "")


def graph_images() -> Check:
    """Draw one edge as SVG with the engine that `tcalc graph -o` uses."""
    try:
        from ..render import image

        program = image.find_program()
        svg = image.layout("digraph { a -> b }", "svg")
        good = b"<svg" in svg
    except Exception as exc:
        return (
            "graph images",
            BROKEN,
            str(exc).splitlines()[0] if str(exc) else type(exc).__name__,
            "pip install graphviz-pure, or install Graphviz so that `dot` is on PATH",
        )
    return ("graph images", OK if good else BROKEN, f"SVG and PNG by {program}", "")


def cuda() -> Check:
    try:
        import cupy

        count = cupy.cuda.runtime.getDeviceCount()
        name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode() if count else ""
    except ImportError:
        return ("cuda", MISSING, "CuPy is not installed: tensors live on the CPU", "with an NVIDIA GPU: pip install 'tensorcalc[cuda13]' (or cuda12)")
    except Exception as exc:
        return ("cuda", MISSING, f"CuPy is installed and finds no GPU: {str(exc).splitlines()[0]}", "")
    return ("cuda", OK, f"CuPy {cupy.__version__}, {count} x {name}", "")


def images() -> Check:
    try:
        import PIL
    except ImportError:
        return ("image files", MISSING, "Pillow is not installed: @file.png cannot be read", "pip install 'tensorcalc[image]'")
    return ("image files", OK, f"Pillow {PIL.__version__}", "")


def terminal() -> Check:
    out = sys.stdout
    from ..render.style import detect

    screen = detect(out)
    colours = {0: "no colours", 16: "16 colours", 256: "256 colours"}.get(screen.color, "24-bit colours")
    kind = f"{screen.width} columns, {colours}" if screen.tty else "not a terminal"
    return ("stdout", OK, f"{kind}, {getattr(out, 'encoding', None) or 'no encoding'}{', ASCII drawing' if screen.ascii else ''}", "")


def prompt() -> Check:
    try:
        import prompt_toolkit

        from .repl import history_path
    except Exception as exc:
        return ("prompt", BROKEN, f"{type(exc).__name__}: {exc}", "pip install prompt-toolkit")
    path = history_path()
    home = os.path.expanduser("~")
    shown = path.replace(home, "~", 1) if path.startswith(home) and len(home) > 1 else path
    return ("prompt", OK, f"prompt-toolkit {prompt_toolkit.__version__}, history in {shown or 'memory'}", "")
