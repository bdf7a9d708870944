"""tcalc beside PyTorch on the samples of PyTorch's own op database, which nobody here chose: where do they differ?

    python tests/oracle/opinfo.py                                   # every op, several dtypes
    python tests/oracle/opinfo.py =add linalg. -d float64,bfloat16  # `=name` exactly, else a part of the name
    python tests/oracle/opinfo.py conv --reference                  # the more extreme inputs
    python tests/oracle/opinfo.py sort --wrong 30                   # 30 wrong calls made of right ones: class and first words of the error

Needs PyTorch and `expecttest`. A tool to look with, no test: what it finds becomes a sample of an op, or a row of cases.py. PyTorch may crash on a wrong
call; take another --seed then.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import pathlib
import random
import re
import signal
import sys
import types
import warnings
import zlib
from collections import Counter

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent))
import tcalc

TOLERANCE = {"complex128": 1e-11, "complex64": 1e-4, "float64": 1e-10, "float32": 2e-5, "float16": 4e-3, "bfloat16": 3e-2}
LEFT_OUT = ("masked.", "_refs", "sparse", "torch.ops", "ops.", "jiterator")
SECONDS = 90


class TooLong(BaseException):
    """An op took more than its time."""


def alarm(*_: object) -> None:
    """What the clock calls."""
    raise TooLong


# -- from one library to the other ------------------------------------------------------------------------------------------------------


def mapped(value, f):
    """The value with every tensor in it replaced."""
    if isinstance(value, torch.Tensor):
        return f(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*[mapped(v, f) for v in value])
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        return type(value)(mapped(v, f) for v in value)
    if isinstance(value, dict):
        return {k: mapped(v, f) for k, v in value.items()}
    return value


def memory(x):
    """A copy of a tensor's whole storage as one dimension."""
    return torch.as_strided(x, (x.untyped_storage().nbytes() // x.element_size(),), (1,), 0).clone()


def again(x):
    """The same tensor over a copy of its memory, a leaf."""
    if x.layout != torch.strided or x.device.type == "meta":
        return x
    plain = x.detach()
    conj = plain.is_conj()
    plain = plain.conj() if conj else plain
    out = memory(plain).as_strided(tuple(plain.shape), plain.stride(), plain.storage_offset()).detach()
    out = out.conj() if conj else out
    return out.requires_grad_() if x.requires_grad else out


def tensor_here(x):
    """tcalc's tensor with the values, strides, bits and requires_grad of PyTorch's."""
    if type(x) not in (torch.Tensor, torch.nn.Parameter) or x.layout != torch.strided:
        raise NotImplementedError("a tensor of another kind")
    plain = x.detach()
    conj = plain.is_conj()
    plain = (plain.conj() if conj else plain).resolve_neg()
    dtype = str(x.dtype).removeprefix("torch.")
    if x.device.type == "meta":
        out = tcalc.empty_strided(tuple(plain.shape), plain.stride(), dtype=getattr(tcalc, dtype), device="meta")
    else:
        cells = memory(plain)
        flat = tcalc.from_numpy(cells.view(torch.int16).numpy()).view(tcalc.bfloat16) if x.dtype == torch.bfloat16 else tcalc.from_numpy(cells.numpy())
        out = flat.as_strided(tuple(plain.shape), plain.stride(), plain.storage_offset()).detach()
    out = out.conj() if conj else out
    return out.requires_grad_() if x.requires_grad else out


def here(value):
    """A value of PyTorch as tcalc's."""
    if isinstance(value, torch.Tensor):
        return tensor_here(value)
    if isinstance(value, (torch.dtype, torch.memory_format, torch.layout)):
        return getattr(tcalc, str(value).split(".")[-1])
    if isinstance(value, torch.device):
        return tcalc.device(str(value))
    if isinstance(value, torch.Size):
        return tcalc.Size(value)
    if isinstance(value, torch.Generator):
        return tcalc.Generator().manual_seed(value.initial_seed())
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(here, value))
    if isinstance(value, (list, tuple)):
        return type(value)(map(here, value))
    return {k: here(v) for k, v in value.items()} if isinstance(value, dict) else value


def seeded(op, *args, **kwargs):
    """What the database wraps random functions in."""
    tcalc.manual_seed(42)
    return op(*args, **kwargs)


def translated(function, name: str):
    """The function of the database on tcalc: by its name, or a wrapper's own code with tcalc as its torch."""
    if isinstance(function, functools.partial):
        return functools.partial(translated(function.func, name), *function.args, **function.keywords)
    module = getattr(function, "__module__", None) or ""
    if isinstance(function, types.FunctionType) and module.startswith("torch.testing"):
        names = {**function.__globals__, "torch": tcalc, "F": tcalc.nn.functional, "wrapper_set_seed": seeded, "freeze_rng_state": contextlib.nullcontext}
        names["set_rng_seed"] = lambda seed=None: tcalc.manual_seed(42 if seed is None else seed)
        cells = function.__closure__ and tuple(
            types.CellType(translated(c.cell_contents, name)) if callable(c.cell_contents) and not isinstance(c.cell_contents, type) else c
            for c in function.__closure__
        )
        out = types.FunctionType(function.__code__, names, function.__name__, function.__defaults__, cells)
        out.__kwdefaults__ = function.__kwdefaults__
        return out
    if module == "_operator":
        return function
    own = getattr(function, "__name__", "")
    for path in (name, *(prefix + own for prefix in ("", "nn.functional.", "linalg.", "special.", "fft.", "Tensor.")), "Tensor." + name):
        at = tcalc
        try:
            for part in path.split("."):
                at = getattr(at, part)
        except AttributeError:
            continue
        return at
    raise AttributeError(name)


# -- comparing --------------------------------------------------------------------------------------------------------------------------

NUMBER = (bool, int, float, complex)


def is_tensor(value) -> bool:
    """Whether it is a tensor of either library."""
    return isinstance(value, (torch.Tensor, tcalc.Tensor))


def flat(value) -> list:
    """The tensors and numbers in a result, in order."""
    if is_tensor(value) or isinstance(value, NUMBER):
        return [value]
    if isinstance(value, dict):
        return [x for v in value.values() for x in flat(v)]
    return [x for v in value for x in flat(v)] if isinstance(value, (list, tuple)) else []


def dtype_of(t) -> str:
    """Its name."""
    return str(t.dtype).removeprefix("torch.")


def numbers(t):
    """A tensor's values as a NumPy array."""
    t = t.detach()
    if isinstance(t, torch.Tensor) and t._is_zerotensor():
        return np.zeros(tuple(t.shape), dtype_of(t))
    t = t.resolve_conj().resolve_neg()
    return (t.float() if dtype_of(t) == "bfloat16" else t).numpy()


def close(a, b, scale: float = 1) -> bool:
    """Whether two tensors have the same values, up to a few places."""
    tol = TOLERANCE.get(dtype_of(a), 0) * scale
    x, y = numbers(a), numbers(b)
    if x.shape != y.shape or not tol:
        return np.array_equal(x, y)
    finite = np.isfinite(x)
    if x.dtype.kind != "c":
        largest = float(np.abs(x[finite]).max(initial=0))
        return bool(np.allclose(y, x, rtol=tol, atol=tol * max(1, 0.05 * largest), equal_nan=True))
    if not np.array_equal(finite, np.isfinite(y)):
        return False
    x, y = np.where(finite, x, 0), np.where(finite, y, 0)
    return bool(np.all(np.abs(x - y) <= tol * (1 + np.abs(x)) + tol * 0.1 * np.abs(x).max(initial=0)))


def short(value) -> str:
    """An argument in a few characters."""
    if is_tensor(value):
        stride = "" if value.is_contiguous() else f" stride {tuple(value.stride())}"
        return f"{dtype_of(value)}{list(value.shape)}{stride}{' grad' if value.requires_grad else ''}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(short, value)) + "]"
    return "{" + ", ".join(f"{k}={short(v)}" for k, v in value.items()) + "}" if isinstance(value, dict) else repr(value)[:60]


def leaves(value) -> list:
    """The tensors to differentiate by."""
    return [t for t in flat(value) if is_tensor(t) and t.requires_grad and t.is_leaf]


def gradients(library, outs: list, by: list, create: bool):
    """Of the outputs, weighed with fixed numbers; None where nothing can be differentiated."""
    outs = [o for o in outs if is_tensor(o) and o.requires_grad]
    if not outs or not by:
        return None
    weights = [library.from_numpy(np.cos(np.arange(o.numel()) + 1.0).reshape(tuple(o.shape))).to(o.dtype) for o in outs]
    return library.autograd.grad(outs, by, weights, allow_unused=True, create_graph=create)


def attempt(f):
    """(result, None) or (None, the exception)."""
    try:
        return f(), None
    except TooLong:
        raise
    except Exception as e:
        return None, e


def call(library, function, args):
    """One call, with the random stream at its beginning."""
    library.manual_seed(0)
    return function(args[0], *args[1], **args[2])


class Findings:
    """What differs, by kind: counts, and a few examples of each."""

    def __init__(self, examples: int) -> None:
        self.examples = examples
        self.kinds: dict[str, list[str]] = {}
        self.counts: Counter[str] = Counter()

    def note(self, kind: str, label: str, text: str) -> None:
        """One more."""
        self.counts[kind] += 1
        kept = self.kinds.setdefault(kind, [])
        if len(kept) < self.examples:
            kept.append(f"{label} :: {text}"[:400].replace("\n", " "))


def compare(op, function, sample, found: Findings) -> None:
    """One sample: values, dtype, shape, stride, view or not, node, text, gradients of first and second order."""
    args = (sample.input, tuple(sample.args), dict(sample.kwargs))
    label = f"{short(args[0])} {short(args[1])} {short(args[2])}"
    mine, odd = attempt(lambda: here(args))
    theirs = mapped(args, again)
    want, refused = attempt(lambda: call(torch, op.op, theirs))
    if odd is not None or refused is not None:
        return
    got, wrong = attempt(lambda: call(tcalc, function, mine))
    if wrong is not None:
        found.note("REFUSED", label, f"{type(wrong).__name__}: {wrong}")
        return
    outs, ours = flat(want), flat(got)
    if len(outs) != len(ours):
        found.note("COUNT", label, f"{len(outs)} and {len(ours)} results")
        return
    if not all(results_agree(a, b, op.name, label, found) for a, b in zip(outs, ours, strict=True)):
        return
    by, by_mine = leaves(theirs), leaves(mine)
    second = bool(by) and op.supports_gradgrad and all(dtype_of(t) in ("float64", "complex128") for t in by)
    want, refused = attempt(lambda: gradients(torch, outs, by, second))
    got, wrong = attempt(lambda: gradients(tcalc, ours, by_mine, second))
    if refused is not None or wrong is not None:
        if (refused is None) != (wrong is None):
            found.note("GRADREFUSED" if wrong else "GRADACCEPTED", label, f"PyTorch {refused or 'gives one'} | tcalc {wrong or 'gives one'}")
        return
    if not same_gradients("GRAD", want, got, label, found, 4) or not second or want is None:
        return
    want, refused = attempt(lambda: gradients(torch, [g for g in want if g is not None], by, False))
    got, wrong = attempt(lambda: gradients(tcalc, [g for g in got if g is not None], by_mine, False))
    if refused is None and wrong is not None:
        found.note("GRADGRADREFUSED", label, f"{type(wrong).__name__}: {wrong}")
    elif refused is None:
        same_gradients("GRADGRAD", want, got, label, found, 100)


def results_agree(a, b, name: str, label: str, found: Findings) -> bool:
    """One output of both; False where looking at gradients makes no sense any more."""
    if isinstance(a, NUMBER):
        if type(a) is not type(b) or not (a == b or abs(a - b) < 1e-5 * (1 + abs(a))):
            found.note("NUMBER", label, f"PyTorch {a!r} | tcalc {b!r}")
        return True
    if not isinstance(b, tcalc.Tensor) or dtype_of(a) != dtype_of(b) or tuple(a.shape) != tuple(b.shape):
        found.note("META", label, f"PyTorch {short(a)} | tcalc {short(b)}")
        return False
    if a.device.type == "meta":
        return True
    if a.numel() and a.stride() != tuple(b.stride()):
        found.note("STRIDE", label, f"PyTorch {a.stride()} | tcalc {b.stride()}")
    if "empty" not in name and not close(a, b):
        found.note("VALUE", label, f"PyTorch {numbers(a).tolist()!r:.150} | tcalc {numbers(b).tolist()!r:.150}")
        return False
    if a._is_view() != (b._base is not None):
        found.note("VIEW", label, f"PyTorch {a._is_view()} | tcalc {b._base is not None}")
    if a.requires_grad != b.requires_grad:
        found.note("REQUIRES_GRAD", label, f"PyTorch {a.requires_grad} | tcalc {b.requires_grad}")
        return False
    node, mine = (t.grad_fn.name() if t.grad_fn is not None else None for t in (a, b))
    if node != mine:
        found.note("NODE", label, f"PyTorch {node} | tcalc {mine}")
    elif "empty" not in name and np.array_equal(numbers(a), numbers(b)) and re.sub(r"0x\w+", "", repr(a)) != re.sub(r"0x\w+", "", repr(b)):
        found.note("TEXT", label, f"PyTorch {a!r:.150} | tcalc {b!r:.150}")
    return True


def same_gradients(kind: str, want, got, label: str, found: Findings, scale: float) -> bool:
    """Whether they agree; a gradient of zeros and none at all are the same at second order."""
    pairs = list(zip(want or (), got or (), strict=False))
    if (want is None) != (got is None) and any(g is not None and numbers(g).any() for g in want or got or ()):
        found.note(kind, label, "one has none")
        return False
    for k, (a, b) in enumerate(pairs):
        if a is None or b is None:
            if (a is None) != (b is None) and (kind == "GRAD" or numbers(b if a is None else a).any()):
                found.note(kind, label, f"input {k}: PyTorch {'none' if a is None else 'one'} | tcalc {'none' if b is None else 'one'}")
                return False
        elif dtype_of(a) != dtype_of(b) or not close(a, b, scale):
            found.note(kind, label, f"input {k}: PyTorch {numbers(a).tolist()!r:.150} | tcalc {numbers(b).tolist()!r:.150}")
            return False
    return True


def first_words(text: str) -> str:
    """What of PyTorch's sentence ours must begin with."""
    return re.split(r"(?<=[.:;]) | but |, got", text)[0][:60]


def refusals(function, theirs, args, found: Findings) -> None:
    """One wrong call on both: whether it is refused, the class and the first words."""
    label = f"{short(args[0])} {short(args[1])} {short(args[2])}"
    mine, odd = attempt(lambda: here(args))
    if odd is not None:
        return
    _, want = attempt(lambda: call(torch, theirs, mapped(args, again)))
    _, got = attempt(lambda: call(tcalc, function, mine))
    a, b = (" ".join(f"{type(e).__name__}: {e}".split())[:170] if e is not None else "" for e in (want, got))
    if want is None or got is None:
        if a or b:
            found.note("ACCEPTED" if a else "REFUSED", label, a or b)
    elif type(want).__name__ != type(got).__name__:
        found.note("CLASS", label, f"PyTorch {a} | tcalc {b}")
    elif not " ".join(str(got).split()).startswith(first_words(" ".join(str(want).split()))):
        found.note("WORDS", label, f"PyTorch {a} | tcalc {b}")
    else:
        found.counts["right"] += 1


VALUES = ("x", None, 1.5, [1, 2], (1.5,), True, {}, 3, torch.ones(2), [torch.ones(2)], [None], -1, 1 + 2j, torch.float32)
SHAPES = ((), (0,), (3,), (7, 2), (2, 3, 4), (1, 1, 1, 1, 1, 1), (2, 0), (5, 5))
DTYPES = (torch.int64, torch.bool, torch.float64, torch.complex64, torch.float16, torch.uint8, torch.int32)
KEYWORDS = ("dim", "foo", "out_", "dtype", "axis", "keepdim", "input", "reduction", "p")


def spoiled(r: random.Random, sample):
    """The arguments of a sample with one thing wrong: a type, number, shape, dtype, device, keyword, or how many there are."""
    values = [sample.input, *sample.args]
    kwargs = dict(sample.kwargs)
    tensors = [k for k, v in enumerate(values) if isinstance(v, torch.Tensor)]
    what = r.choice(("type", "type", "number", "dtype", "dtype", "shape", "shape", "more", "fewer", "keyword", "device"))
    if what == "type":
        values[r.randrange(len(values))] = r.choice(VALUES)
    elif what == "number":
        ints = [k for k, v in enumerate(values) if isinstance(v, int)]
        if ints:
            values[r.choice(ints)] = r.choice((7, -9, 100, -1, 0))
        else:
            values.append(r.choice((7, -9, 100)))
    elif what in ("dtype", "shape") and tensors:
        k = r.choice(tensors)
        t = values[k].detach()
        values[k] = t.to(r.choice(DTYPES)) if what == "dtype" else torch.ones(r.choice(SHAPES)).to(t.dtype)
    elif what == "more":
        values += [r.choice((1, "x", torch.ones(2), None, 1.5))] * r.choice((1, 1, 5))
    elif what == "fewer" and len(values) > 1:
        values.pop()
    elif what == "device":
        kwargs["device"] = r.choice(("nope", "cuda:77", 3.5))
    else:
        kwargs[r.choice(KEYWORDS)] = r.choice((1, "x", None, 9, torch.ones(2), 1.5))
    return values[0], tuple(values[1:]), kwargs


# -- the run ----------------------------------------------------------------------------------------------------------------------------


def look(op, options, found: Findings) -> None:
    """Everything asked for about one op."""
    function = translated(op.op, op.name)
    supported = op.supported_dtypes("cpu")
    if options.wrong:
        dtype = torch.float32 if torch.float32 in supported else min(supported, key=str)
        torch.manual_seed(1)
        samples = [s for s in op.sample_inputs("cpu", dtype) if all(t.numel() < 2000 for t in flat((s.input, s.args)) if is_tensor(t))][:20]
        r = random.Random(zlib.crc32(op.name.encode()) + options.seed)
        for _ in range(options.wrong if samples else 0):
            refusals(function, op.op, spoiled(r, r.choice(samples)), found)
        return
    if op.error_inputs_func is not None:
        for e in op.error_inputs("cpu"):
            s = e.sample_input
            refusals(function, op.op, (s.input, tuple(s.args), dict(s.kwargs)), found)
    for name in options.dtypes.split(","):
        dtype = getattr(torch, name)
        if dtype not in supported:
            continue
        torch.manual_seed(1)
        made = op.reference_inputs if options.reference else op.sample_inputs
        samples = list(made("cpu", dtype, requires_grad=op.supports_autograd and (dtype.is_floating_point or dtype.is_complex)))
        for s in samples[:: max(1, len(samples) // options.number)]:
            found.counts["samples"] += 1
            compare(op, function, s, found)


def main() -> None:
    """Go through the database and print what differs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("-d", "--dtypes", default="float32,float64,complex64,int64,bool,bfloat16,float16,uint8")
    parser.add_argument("-n", "--number", type=int, default=12, help="samples an op and dtype")
    parser.add_argument("-v", "--examples", type=int, default=3)
    parser.add_argument("--reference", action="store_true")
    parser.add_argument("--wrong", type=int, default=0, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    from torch.testing._internal.common_methods_invocations import op_db

    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    signal.signal(signal.SIGALRM, alarm)
    total: Counter[str] = Counter()
    for op in op_db:
        full = op.name + ("." + op.variant_test_name if op.variant_test_name else "")
        if op.name.startswith(LEFT_OUT) or (options.names and not any(n[1:] in (full, op.name) if n[0] == "=" else n in full for n in options.names)):
            continue
        found = Findings(options.examples)
        signal.alarm(SECONDS)
        try:
            look(op, options, found)
        except TooLong:
            found.note("TIME", full, f"more than {SECONDS} s")
        except AttributeError as e:
            found.note("MISSING", full, str(e))
        finally:
            signal.alarm(0)
        total.update(found.counts)
        total["ops"] += 1
        if found.kinds:
            print("##", full, dict(found.counts), flush=True)
            for kind, rows in found.kinds.items():
                print(*[f"   {kind} {row}" for row in rows], sep="\n")
    print(dict(total))


if __name__ == "__main__":
    main()
