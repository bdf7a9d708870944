"""torch.testing: assert_close, which names what differs, where, and by how much against what is allowed. Imported on use."""

from __future__ import annotations

from .dtypes import dtype
from .errors import fail
from .tensors import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

# dtype -> (rtol, atol), as torch.testing has them; all others compare exactly.
TOLERANCES = {
    "float16": (1e-3, 1e-5),
    "bfloat16": (1.6e-2, 1e-5),
    "float32": (1.3e-6, 1e-5),
    "float64": (1e-7, 1e-7),
    "complex64": (1.3e-6, 1e-5),
    "complex128": (1e-7, 1e-7),
}
_NUMBERS = frozenset({int, float, complex})


class _Options:
    """What one call of assert_close asks for."""

    __slots__ = ("atol", "device", "dtype", "equal_nan", "msg", "rtol", "stride")

    def __init__(self, rtol: Any, atol: Any, equal_nan: bool, device: bool, dtype: bool, stride: bool, msg: Any) -> None:
        self.rtol = rtol
        self.atol = atol
        self.equal_nan = equal_nan
        self.device = device
        self.dtype = dtype
        self.stride = stride
        self.msg = msg

    def tolerances(self, *names: str) -> tuple[float, float]:
        """(rtol, atol): the given ones, or the largest of these dtypes' defaults."""
        if self.rtol is not None:
            return self.rtol, self.atol
        found = [TOLERANCES.get(name, (0.0, 0.0)) for name in names]
        return max(r for r, _ in found), max(a for _, a in found)


def assert_close(
    actual: Any,
    expected: Any,
    *,
    allow_subclasses: bool = True,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_device: bool = True,
    check_dtype: bool = True,
    check_layout: bool = True,
    check_stride: bool = False,
    msg: Any = None,
) -> None:
    """AssertionError unless |actual - expected| <= atol + rtol * |expected| everywhere, and shapes, dtypes and devices agree.

    actual, expected: tensors, arrays or numbers, or lists, tuples and dicts of those. Without rtol and atol the dtype says them: 1.3e-6 and
    1e-5 for float32, 1e-7 and 1e-7 for float64, exact for integers. msg replaces the text, or is a function of it.
    Raises AssertionError (with the first differing index, both values and the tolerance beside PyTorch's text), TypeError, ValueError.

    >>> assert_close(tensor([1., 2.]), tensor([1., 2.000001]))
    """
    for given, name in ((rtol, "rtol"), (atol, "atol")):
        if given is None and (rtol is not None or atol is not None):
            fail(ValueError, f"Both 'rtol' and 'atol' must be either specified or omitted, but got no {name}.", kind="value", op="assert_close")
    options = _Options(rtol, atol, equal_nan, check_device, check_dtype, check_stride, msg)
    _compare(actual, expected, options, ())


def _compare(a: Any, e: Any, options: _Options, path: tuple[Any, ...]) -> None:
    if len(path) > 500:
        fail(RecursionError, "the values are nested too deeply", kind="recursion", op="assert_close")
    if isinstance(a, dict) and isinstance(e, dict):
        missing, additional = [k for k in e if k not in a], [k for k in a if k not in e]
        if missing or additional:
            text = "The keys of the mappings do not match:\n"
            text += f"Missing keys in the actual mapping: {sorted(missing)}\nAdditional keys in the actual mapping: {sorted(additional)}"
            _differ(text, options, path)
        for key in sorted(a) if all(type(k) is str for k in a) else a:
            _compare(a[key], e[key], options, (*path, key))
    elif _sequence(a) and _sequence(e):
        if len(a) != len(e):
            _differ(f"The length of the sequences mismatch: {len(a)} != {len(e)}", options, path)
        for i, (x, y) in enumerate(zip(a, e)):
            _compare(x, y, options, (*path, i))
    elif a is None or e is None:
        if a is not e:
            _differ(f"None mismatch: {a} is not {e}", options, path)
    elif isinstance(a, bool) and isinstance(e, bool):
        if a is not e:
            _differ(f"Booleans mismatch: {a} is not {e}", options, path)
    elif type(a) in _NUMBERS and type(e) in _NUMBERS:
        _compare_numbers(a, e, options, path)
    else:
        left, right = _tensor(a, e), _tensor(e, a)
        if left is None or right is None:
            fail(
                TypeError,
                f"No comparison pair was able to handle inputs of type {_kind(a)} and {_kind(e)}.",
                kind="type",
                op="assert_close",
                explain=["It compares tensors, arrays and numbers, and lists, tuples and dicts of those."],
            )
        _compare_tensors(left, right, options, path)


def _sequence(v: Any) -> bool:
    return isinstance(v, (list, tuple))


def _kind(v: Any) -> str:
    return "<class 'torch.Tensor'>" if isinstance(v, Tensor) else f"<class '{getattr(type(v), 'type_name', type(v).__name__)}'>"


def _tensor(v: Any, other: Any) -> Tensor | None:
    """A tensor of a tensor or array; of a list or number where the other side is a tensor."""
    if isinstance(v, Tensor):
        return v.detach()
    if type(v).__module__ == "numpy":
        import numpy as np

        from . import from_numpy

        shared: Tensor = from_numpy(np.asarray(v))
        return shared
    if isinstance(other, Tensor) and (_sequence(v) or type(v) in _NUMBERS):
        from .registry import NAMESPACES

        return NAMESPACES["torch"]["tensor"](v, dtype=other.dtype)  # type: ignore[no-any-return]
    return None


def _compare_numbers(a: Any, e: Any, options: _Options, path: tuple[Any, ...]) -> None:
    if options.dtype and type(a) is not type(e):
        _differ(f"The (d)types do not match: {type(a)} != {type(e)}.", options, path)
    named = {int: "int64", float: "float64", complex: "complex128"}
    rtol, atol = options.tolerances(named[type(a)], named[type(e)])
    if a == e or (options.equal_nan and a != a and e != e):
        return
    difference = abs(a - e)
    if difference <= atol + rtol * abs(e) and difference != float("inf"):
        return
    relative = difference / abs(e) if e else float("inf")
    _differ(_scalars(a, e, difference, relative, rtol, atol), options, path, _allowed(a, e, difference, rtol, atol, ""))


def _scalars(a: Any, e: Any, difference: Any, relative: Any, rtol: float, atol: float) -> str:
    exact = not rtol and not atol
    text = f"Scalars are not {'equal' if exact else 'close'}!\n\nExpected {e} but got {a}.\n"
    text += f"Absolute difference: {difference}" + ("" if exact else f" (up to {atol} allowed)")
    return text + f"\nRelative difference: {relative}" + ("" if exact else f" (up to {rtol} allowed)")


def _allowed(a: Any, e: Any, difference: Any, rtol: float, atol: float, where: str) -> list[str]:
    """Our own line: the first difference, both values, and what the tolerance allows there."""
    if not isinstance(difference, (int, float)) or difference != difference or not isinstance(e, (int, float)):
        return [f"First difference{where}: {a} against {e}."]
    if not rtol and not atol:
        return [f"First difference{where}: {a} against {e}, and they must be equal."]
    allowed = atol + rtol * abs(e)
    return [
        f"First difference{where}: {a} against {e}. They differ by {difference:.3g}; atol + rtol*|expected| = {atol:g} + {rtol:g}*{abs(e):.4g} = {allowed:.3g}."
    ]


def _compare_tensors(a: Tensor, e: Tensor, options: _Options, path: tuple[Any, ...]) -> None:
    for name, left, right, wanted in (
        ("shape", a.shape, e.shape, True),
        ("device", a.device, e.device, options.device),
        ("dtype", a.dtype, e.dtype, options.dtype),
        ("stride()", a.stride(), e.stride(), options.stride),
    ):
        if wanted and left != right:
            _differ(f"The values for attribute '{name}' do not match: {left} != {right}.", options, path, _advice(name, a, e))
    rtol, atol = options.tolerances(_short(a.dtype), _short(e.dtype))
    if a.numel() == 0:
        return
    a, e = a.cpu(), e.cpu()
    if a.dtype != e.dtype or not (a.dtype.is_floating_point or a.dtype.is_complex):
        common = _common(a, e)
        a, e = a.to(common), e.to(common)
    bad = ~a.isclose(e, rtol=rtol, atol=atol, equal_nan=options.equal_nan)
    count = int(bad.sum().item())
    if not count:
        return
    differences = (a - e).abs()
    relatives = differences / e.abs()
    flat = bad.reshape(-1)
    first = int(flat.int().argmax().item())
    if a.dim() == 0:
        difference, relative = differences.item(), relatives.item()
        _differ(_scalars(a.item(), e.item(), difference, relative, rtol, atol), options, path, _allowed(a.item(), e.item(), difference, rtol, atol, ""))
    index = unravel(first, a.shape)
    exact = not rtol and not atol
    text = f"Tensor-likes are not {'equal' if exact else 'close'}!\n\nMismatched elements: {count} / {a.numel()} ({count / a.numel():.1%})\n"
    rows = []
    for name, values, most in (("absolute", differences, atol), ("relative", relatives, rtol)):
        masked = values.masked_fill(~bad, 0).reshape(-1)
        at = int(masked.argmax().item())
        rows.append(f"Greatest {name} difference: {masked[at].item()} at index {unravel(at, a.shape)}" + ("" if exact else f" (up to {most} allowed)"))
    x, y = a.reshape(-1)[first].item(), e.reshape(-1)[first].item()
    where = f" at [{', '.join(map(str, index))}]"
    _differ(text + "\n".join(rows), options, path, _allowed(x, y, differences.reshape(-1)[first].item(), rtol, atol, where))


def first_difference(a: Any, e: Any, rtol: float = 0.0, atol: float = 0.0) -> list[str]:
    """One line about where two tensors or arrays differ first; none where they do not, or are no tensors."""
    if not isinstance(a, Tensor) and not isinstance(e, Tensor) and type(a).__module__ != "numpy":
        return []
    left, right = _tensor(a, e), _tensor(e, a)
    if left is None or right is None:
        return []
    if left.shape != right.shape:
        return [f"The shapes differ: {list(left.shape)} against {list(right.shape)}."]
    left, right = left.cpu(), right.cpu()
    if left.dtype != right.dtype or not (left.dtype.is_floating_point or left.dtype.is_complex):
        common = _common(left, right)
        left, right = left.to(common), right.to(common)
    bad = ~left.isclose(right, rtol=rtol, atol=atol)
    count = int(bad.sum().item())
    if not count:
        return []
    first = int(bad.reshape(-1).int().argmax().item())
    x, y = left.reshape(-1)[first].item(), right.reshape(-1)[first].item()
    index = ", ".join(map(str, unravel(first, left.shape)))
    rows = _allowed(x, y, abs(x - y), rtol, atol, f" at [{index}]" if index else "")
    return [*rows, f"{count} of {left.numel()} elements differ."]


def _short(d: dtype) -> str:
    return str(d).removeprefix("torch.")


def _common(a: Tensor, e: Tensor) -> Any:
    from .dtypes import BY_NAME, promote_types

    common = promote_types(a.dtype, e.dtype)
    return common if common.is_floating_point or common.is_complex else BY_NAME["int64"]


def _advice(name: str, a: Tensor, e: Tensor) -> list[str]:
    if name == "dtype":
        return ["check_dtype=False compares the values alone."]
    if name == "shape":
        return [f"actual has {a.numel()} elements, expected {e.numel()}."]
    return []


def unravel(i: int, shape: Any) -> tuple[int, ...]:
    """The index of the i-th element in row-major order."""
    out: list[int] = []
    for size in reversed(tuple(shape)):
        i, rest = divmod(i, size)
        out.append(rest)
    return tuple(reversed(out))


def _differ(text: str, options: _Options, path: tuple[Any, ...], explain: list[str] | None = None) -> NoReturn:
    if path:
        text += f"\n\nThe failure occurred for item {''.join(f'[{key!r}]' for key in path)}"
    if isinstance(options.msg, str):
        text = options.msg
    elif callable(options.msg):
        made: Callable[[str], Any] = options.msg
        text = str(made(text))
    fail(AssertionError, text, kind="assert", op="assert_close", explain=explain or [])
