"""`tcalc ops --missing`: the names of PyTorch's tensor library that are not here, each with the reason where it is out of scope.

names.txt holds PyTorch's names (written by tests/oracle/make_names.py); what is here is asked of the engine itself.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import exits

if TYPE_CHECKING:
    from ..render.style import Screen
    from .options import Settings

NAMES = Path(__file__).with_name("names.txt")
PYTHON = {"nn.functional": "torch.nn.functional", "Tensor": "torch.Tensor"}

# What is out of scope: the reason, and what the names look like. The first that fits counts.
REASONS = (
    ("quantized tensors", r".*(quant|qscheme|q_scale|q_zero|q_per|int_repr|per_(channel|tensor)_(affine|symm)|fbgemm|qint|quint|scaled_(grouped_)?mm).*"),
    (
        "sparse and nested tensors",
        r".*(sparse|padded_tensor|hspmm|hsmm|saddmm|dsmm).*|((ccol|crow|col|row)_)?indices_copy|values_copy|spmm|smm|sspaddmm|grouped_mm",
    ),
    ("layouts other than strided", r"to_mkldnn"),
    ("kernels of other libraries", r"(cudnn|miopen|mkldnn)_.*|batch_norm_(back|elemt|gather|stats|update).*"),
    ("autocast on devices that are not here, and its bookkeeping", r".*autocast_((ipu|xla)_.*|(de|in)crement_nesting)"),
    ("devices other than CPU and CUDA", r"ipu|mtia|xpu|get_device_module|Stream|Event"),
    (
        "TorchScript and the compiler",
        r"[A-Z][A-Za-z0-9]*(Type|Module|Function|Dict|List|Iterator|Object|Argument|Spec|Key|KeySet|Guard|Context|Reader|Writer|Config|Stats|Exception|State"
        r"|Info|Error|Report|Logger)|AliasDb|Block|CallStack|Capsule|Code|CompilationUnit|DeepCopyMemoTable|DisableTorch.*|ExecutionPlan|FileCheck|Future"
        r"|Graph|Gradient|Node|IODescriptor|Script.*|Argument|.*Builder|FunctionSchema|ThroughputBenchmark|Type|Use|Value|(merge|parse|unify)_.*",
    ),
    ("compiling and tracing", r"fork|wait|sym_.*|Sym.*|import_ir.*|Tag|slice_inverse"),
    ("processes and memory pinning", r"share_memory_|pin_memory|record_stream|thread_safe_generator|from_file"),
    ("dtypes narrower than a byte or without arithmetic", r"(u?int[1-7]|bits.*|bit|float[48]_.*|complex32|chalf)"),
    ("typed storages", r".*Storage|storage_type"),
    ("first-class dimensions", r"index"),
    (
        "parts of PyTorch's own implementation",
        r"native_.*|norm_except_dim|segment_reduce|choose_.*|(rnn_(relu|tanh)|lstm|gru)(_cell)?|embedding_renorm_|module_load|as_subclass|AVG|SUM|init_num_threads"
        r"|name",
    ),
    ("deprecated: torch.linalg has them", r"(frobenius|nuclear)_norm"),
    ("deprecated: always False", r"volatile"),
)


def reason(space: str, name: str) -> str:
    """Why a name is out of scope; "" for one that is simply not here yet."""
    if space in ("linalg", "special", "fft"):
        return ""
    for why, pattern in REASONS:
        if re.fullmatch(pattern, name):
            return why
    return ""


def listed() -> dict[str, list[str]]:
    """PyTorch's names by namespace."""
    lines = NAMES.read_text(encoding="utf-8").splitlines()
    return {space: names.split() for space, _, names in (line.partition(":") for line in lines if not line.startswith("#"))}


def missing() -> dict[str, dict[str, str]]:
    """Namespace -> name -> reason ("" where there is none) of what is not here."""
    from ..engine import registry

    package = sys.modules[__name__.partition(".")[0]]  # what `import tcalc as torch` gives

    out: dict[str, dict[str, str]] = {}
    for space, names in listed().items():
        table: Any = registry.METHODS if space == "Tensor" else registry.NAMESPACES[space]
        at: Any = package
        for part in () if space == "torch" else space.split("."):
            at = getattr(at, part, None)
        out[space] = {n: reason(space, n) for n in names if n not in table and not has(at, n)}
    return out


def has(at: Any, name: str) -> bool:
    """Whether a module or class has a name. A property of the class counts; nothing is computed."""
    try:
        return hasattr(at, name)
    except (RuntimeError, TypeError):
        return True


def list_missing(settings: Settings) -> int:
    """What is not here: first what may come, then what will not, by reason."""
    from .reference import detect

    found = missing()
    if settings.json:
        from ..render.jsontext import dumps

        rows = [{"namespace": s, "name": n, "reason": why or None} for s, names in found.items() for n, why in names.items()]
        print(dumps({"schema": "tcalc.ops/1", "missing": rows, "total": sum(map(len, listed().values()))}))
        return exits.OK
    screen = detect(settings)
    print("\n".join(lines(found, screen)))
    return exits.OK


def lines(found: dict[str, dict[str, str]], screen: Screen) -> list[str]:
    """The report: a heading a namespace and a reason, its names wrapped below."""
    out: list[str] = []
    for space, names in found.items():
        without = [n for n, why in names.items() if not why]
        if without:
            out.append(screen.paint(f"{PYTHON.get(space, space if space == 'torch' else 'torch.' + space)} ({len(without)})", "bold"))
            out += wrapped(without, screen)
    by_reason: dict[str, list[str]] = {}
    for space, names in found.items():
        for n, why in names.items():
            if why:
                by_reason.setdefault(why, []).append(n if space == "torch" else f"{space}.{n}")
    for why, _ in REASONS:
        if why in by_reason:
            out.append(screen.paint(f"out of scope: {why} ({len(by_reason[why])})", "dim"))
            out += wrapped(by_reason[why], screen)
    total = sum(map(len, listed().values()))
    gone = sum(map(len, found.values()))
    out_of_scope = sum(map(len, by_reason.values()))
    out.append(screen.paint(f"{total - gone} of PyTorch's {total} names are here; {gone - out_of_scope} are missing, {out_of_scope} out of scope.", "dim"))
    return out


def wrapped(names: list[str], screen: Screen) -> list[str]:
    """Names side by side, as wide as the screen (or 100 columns)."""
    from textwrap import wrap

    width = screen.width if screen.tty else 100
    return wrap(" ".join(names), width, initial_indent="  ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
