"""Text of tensors in PyTorch's format: columns, precision, scientific notation, summaries, suffixes, print options.

Tensors, devices and graphs are not known here: callers hand in plain data (a number or an array) and ready-made facts.
"""

from __future__ import annotations

from math import inf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any


class PrintOptions:
    """What torch.set_printoptions sets."""

    __slots__ = ("edgeitems", "linewidth", "precision", "sci_mode", "threshold")

    def __init__(
        self,
        precision: int = 4,
        threshold: float = 1000,
        edgeitems: int = 3,
        linewidth: int = 80,
        sci_mode: bool | None = None,
    ) -> None:
        self.precision = precision
        self.threshold = threshold
        self.edgeitems = edgeitems
        self.linewidth = linewidth
        self.sci_mode = sci_mode

    def __repr__(self) -> str:
        return f"PrintOptions({', '.join(f'{k}={v!r}' for k, v in self.as_dict().items())})"

    def as_dict(self) -> dict[str, Any]:
        """The options by name, in PyTorch's order."""
        return {name: getattr(self, name) for name in ("precision", "threshold", "edgeitems", "linewidth", "sci_mode")}

    def copy(self) -> PrintOptions:
        """Options of the same values that can be changed on their own."""
        return PrintOptions(**self.as_dict())

    def set(
        self,
        precision: int | None = None,
        threshold: float | None = None,
        edgeitems: int | None = None,
        linewidth: int | None = None,
        profile: str | None = None,
        sci_mode: bool | None = None,
    ) -> None:
        """Change the options that are given. ``sci_mode`` goes back to None when it is not, as in PyTorch."""
        preset = _PROFILES.get(profile) if profile is not None else None
        if preset is not None:
            self.precision, self.threshold, self.edgeitems, self.linewidth = preset
        if precision is not None:
            self.precision = precision
        if threshold is not None:
            self.threshold = threshold
        if edgeitems is not None:
            self.edgeitems = edgeitems
        if linewidth is not None:
            self.linewidth = linewidth
        self.sci_mode = sci_mode


# name: (precision, threshold, edgeitems, linewidth)
_PROFILES: dict[str, tuple[int, float, int, int]] = {
    "default": (4, 1000, 3, 80),
    "short": (2, 1000, 2, 80),
    "full": (4, inf, 3, 80),
}

options = PrintOptions()


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Change how tensors print: digits, when and how to summarise, line width, scientific notation; or a whole profile.

    >>> set_printoptions(precision=2)
    >>> tensor_str(1.23456, (), "float32")
    'tensor(1.23)'
    >>> set_printoptions(profile="default")
    """
    options.set(precision, threshold, edgeitems, linewidth, profile, sci_mode)


def get_printoptions() -> dict[str, Any]:
    """The options in force, as keyword arguments for ``set_printoptions``."""
    return options.as_dict()


def _column(values: Iterable[Any], floating: bool, opts: PrintOptions) -> tuple[int, Callable[[Any], str]]:
    """The width that all values share and the function that formats one of them, unpadded."""
    if not floating:
        return max(map(len, map(str, values)), default=1), str
    # Zeros, infinities and nans have no say in the layout; where they are longer than the rest they stick out.
    telling = [v for v in values if v and v - v == 0.0]
    whole, scientific = True, False
    if telling:
        sizes = list(map(abs, telling))
        least, greatest = min(sizes), max(sizes)
        whole = all(v.is_integer() for v in telling)
        if opts.sci_mode is None:
            scientific = greatest / least > 1000.0 or greatest > 1.0e8 or least < 1.0e-4
        else:
            scientific = opts.sci_mode
    if whole and not scientific:

        def form(value: Any) -> str:
            return f"{value:.0f}." if value - value == 0.0 else f"{value:.0f}"
    else:
        spec = f".{opts.precision}{'e' if scientific else 'f'}"

        def form(value: Any) -> str:
            return format(value, spec)

    return max(map(len, map(form, telling)), default=1), form


def _floats(values: Any) -> Any:
    """Nested lists of numbers that know how to be a float (bfloat16's scalars) as nested lists of floats."""
    return [_floats(v) for v in values] if isinstance(values, list) else float(values)


def _edges(data: Any, shape: tuple[int, ...], key: tuple[Any, ...], edge: int) -> Any:
    """What a summary shows of ``data[key]``, as nested lists: of a long dimension the first and last ``edge`` items."""
    depth = len(key)
    rest = shape[depth:]
    if all(size <= 2 * edge for size in rest):
        return data[key].tolist()
    size = rest[0]
    if len(rest) == 1:
        left, right = data[(*key, slice(0, edge))], data[(*key, slice(size - edge, size))]
        return left.tolist() + right.tolist()
    rows: Iterable[int] = range(size)
    if size > 2 * edge:
        rows = (*range(edge), *range(size - edge, size))
    return [_edges(data, shape, (*key, i), edge) for i in rows]


def _flat(values: Any, depth: int) -> list[Any]:
    """The numbers in lists nested ``depth`` deep."""
    if depth == 0:
        return [values]
    for _ in range(depth - 1):
        values = [item for part in values for item in part]
    return values  # type: ignore[no-any-return]


def _contents(data: Any, shape: tuple[int, ...], dtype_name: str, indent: int, opts: PrintOptions) -> str:
    """The part within the parentheses."""
    numel = 1
    for size in shape:
        numel *= size
    if numel == 0:
        return "[]"
    edge = opts.edgeitems
    summarise = numel > opts.threshold and len(shape) > 0
    if summarise and not edge:
        return "[...]"
    if not hasattr(data, "tolist"):
        values = data
    else:
        values = _edges(data, shape, (), edge) if summarise else data.tolist()
    is_complex = dtype_name.startswith("complex")
    floating = is_complex or dtype_name.startswith(("float", "bfloat"))
    dims = len(shape)
    numbers = _flat(values, dims)
    if floating and not is_complex and not isinstance(numbers[0], float):
        values = _floats(values)
        numbers = _flat(values, dims)

    if is_complex:
        real_width, real = _column([v.real for v in numbers], True, opts)
        width, imaginary = _column([v.imag for v in numbers], True, opts)

        def text(value: Any) -> str:
            first, second = real(value.real).rjust(real_width), imaginary(value.imag)
            return f"{first}{second}j" if second[0] in "+-" else f"{first}+{second}j"

        length = real_width + width + 3
    else:
        width, form = _column(numbers, floating, opts)

        def text(value: Any) -> str:
            return form(value).rjust(width)

        length = width + 2

    if not shape:
        return text(values)

    def block(part: Any, depth: int) -> str:
        left = dims - depth
        cut = summarise and shape[depth] > 2 * edge
        inner = indent + depth + 1
        if left > 1:
            items = [block(item, depth + 1) for item in part]
            if cut:
                items.insert(edge, "...")
            return "[" + ("," + "\n" * (left - 1) + " " * inner).join(items) + "]"
        items = [text(item) for item in part]
        if cut:
            items.insert(edge, " ...")
        per_line = max(1, (opts.linewidth - inner + 1) // length)
        lines = [", ".join(items[i : i + per_line]) for i in range(0, len(items), per_line)]
        return "[" + (",\n" + " " * inner).join(lines) + "]"

    return block(values, 0)


def tensor_str(
    data: Any,
    shape: tuple[int, ...],
    dtype_name: str,
    *,
    suffixes: Sequence[str] = (),
    prefix: str = "tensor(",
    options: PrintOptions | None = None,
) -> str:
    """A tensor as PyTorch prints it.

    ``data`` is a Python number (0-d), an array that can be indexed by tuples and has ``tolist``, or None where there is
    nothing to read (meta). Of a tensor long enough to be summarised only the edges are touched.

    >>> tensor_str(2.5, (), "float32", suffixes=["requires_grad=True"])
    'tensor(2.5000, requires_grad=True)'
    """
    opts = _current() if options is None else options
    indent = len(prefix)
    text = prefix + ("..." if data is None else _contents(data, shape, dtype_name, indent, opts))
    if not suffixes:
        return text + ")"
    # Two more than the last line's length: PyTorch counts so, and a suffix must wrap where its own does.
    length = len(text) - text.rfind("\n") + 1
    parts = [text]
    for suffix in suffixes:
        if length + len(suffix) + 2 > opts.linewidth:
            parts.append(",\n" + " " * indent + suffix)
            length = indent + len(suffix)
        else:
            parts.append(", " + suffix)
            length += len(suffix) + 2
    parts.append(")")
    return "".join(parts)


def _current() -> PrintOptions:
    return options


def suffixes_for(
    shape: tuple[int, ...],
    numel: int,
    dtype_name: str,
    default_dtype_name: str = "float32",
    device_str: str = "cpu",
    requires_grad: bool = False,
    grad_fn_name: str | None = None,
    is_meta: bool = False,
    options: PrintOptions | None = None,
) -> list[str]:
    """What stands behind the numbers, in PyTorch's order: device, size, dtype, and grad_fn or requires_grad.

    >>> suffixes_for((0, 3), 0, "float64", requires_grad=True)
    ['size=(0, 3)', 'dtype=torch.float64', 'requires_grad=True']
    """
    opts = _current() if options is None else options
    out = []
    if device_str != "cpu":
        out.append(f"device='{device_str}'")
    if is_meta or numel == 0:
        # Without numbers to read it from, the dtype shows even where it is int64 or bool; a size of (0,) need not.
        if is_meta or len(shape) != 1:
            out.append(f"size={tuple(shape)}")
        plain = dtype_name == default_dtype_name
    else:
        if not opts.edgeitems:
            out.append(f"size={tuple(shape)}")
        plain = dtype_name in (
            default_dtype_name,
            "complex128" if default_dtype_name == "float64" else "complex64",
            "int64",
            "bool",
        )
    if not plain:
        out.append(f"dtype=torch.{dtype_name}")
    if grad_fn_name is not None:
        out.append(f"grad_fn=<{grad_fn_name}>")
    elif requires_grad:
        out.append("requires_grad=True")
    return out


def number_str(value: Any, dtype_name: str) -> str:
    """What ``f"{t}"`` gives for a 0-d tensor: the text of its Python number.

    >>> number_str(3.140000104904175, "float32")
    '3.140000104904175'
    """
    if dtype_name.startswith(("float", "bfloat")):
        return str(float(value))
    if dtype_name.startswith("complex"):
        return str(complex(value))
    return str(bool(value)) if dtype_name == "bool" else str(int(value))


def size_str(shape: Iterable[int]) -> str:
    """A shape as torch.Size prints: ``torch.Size([2, 3])``."""
    return f"torch.Size([{', '.join(map(str, shape))}])"


def return_type_str(name: str, fields: Iterable[tuple[str, str]]) -> str:
    """A result of several tensors, as torch.return_types prints: a field a line, each ``name=text``."""
    return f"torch.return_types.{name}(\n" + ",\n".join(f"{key}={text}" for key, text in fields) + ")"
