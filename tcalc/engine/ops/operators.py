"""Python's operators on Tensor, each a call of an op, and the methods that are no ops put into the registry's tables."""

from __future__ import annotations

import sys

from ..fast import fast_binary, fast_unary
from ..registry import ATTRIBUTES, METHODS, NAMESPACES, OPS, SETTERS, load
from ..tensors import NEVER, Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# method of Python -> op
_BINARY = {
    "add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "floordiv": "floor_divide", "mod": "remainder", "pow": "pow",
    "matmul": "matmul", "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor", "eq": "eq", "ne": "ne", "lt": "lt", "le": "le",
    "gt": "gt", "ge": "ge", "lshift": "bitwise_left_shift", "rshift": "bitwise_right_shift",
}  # fmt: skip
_REFLECTED = {"radd": "add", "rmul": "mul", "rtruediv": "div", "rfloordiv": "floor_divide", "rmod": "remainder", "rpow": "pow",
              "rmatmul": "matmul", "rand": "bitwise_and", "ror": "bitwise_or", "rxor": "bitwise_xor", "rlshift": "bitwise_left_shift",
              "rrshift": "bitwise_right_shift"}  # fmt: skip
_FAST_UNARY = ("exp", "log", "sin", "cos", "tan", "tanh", "sigmoid", "relu", "sqrt", "neg", "abs", "exp2", "expm1", "log1p", "sinh", "cosh",
               "atan", "reciprocal", "rsqrt", "square", "log2", "log10", "erf", "asinh")  # fmt: skip
_PLAIN = ("item", "tolist", "numpy", "stride", "storage_offset", "data_ptr", "numel", "element_size", "is_contiguous", "_is_view", "backward", "retain_grad",
          "register_hook", "register_post_accumulate_grad_hook", "detach", "detach_", "requires_grad_", "dim", "ndimension", "nelement", "size",
          "get_device", "is_inference", "is_floating_point", "is_complex", "is_signed", "is_set_to", "is_same_size",
          "dim_order", "storage", "untyped_storage")  # fmt: skip
_FIELDS = ("shape", "ndim", "dtype", "device", "requires_grad", "is_leaf", "grad_fn", "grad", "grad_dtype", "data", "output_nr", "retains_grad", "T", "mT",
           "H", "mH", "real", "imag", "nbytes", "itemsize", "is_cpu", "is_cuda", "is_meta", "layout", "_version", "_base", *NEVER)  # fmt: skip


def _operand(value: Any) -> bool:
    from ..registry import _number

    return isinstance(value, Tensor) or _number(value) is not None


def _binary(name: str, reflected: bool = False) -> Any:
    function: Any = None  # looked up at the first call, since its module may not be there yet
    compares = name in ("eq", "ne", "lt", "le", "gt", "ge")

    def operator(self: Any, other: Any) -> Any:
        nonlocal function
        if not _operand(other):
            if not compares or type(other).__module__ != "numpy" or not hasattr(other, "strides"):
                return NotImplemented
            other = NAMESPACES["torch"]["from_numpy"](other)  # NumPy leaves comparisons with a tensor to the tensor
        if function is None:
            function = NAMESPACES["torch"][name] if reflected else METHODS[name]
        return function(other, self) if reflected else function(self, other)

    operator.__name__ = "r" + name if reflected else name
    return operator


def _inplace(name: str) -> Any:
    method: Any = None

    def operator(self: Any, other: Any) -> Any:
        nonlocal method
        if method is None:
            method = METHODS[name + "_"]
        return method(self, other)

    return operator


def _on_demand(python: str, module: str, name: str) -> Any:
    """An operator whose module start-up leaves out: the first call loads it and puts it into this one's place."""

    def operator(self: Any, *args: Any) -> Any:
        load((module,))
        found = getattr(sys.modules["tcalc.engine.ops." + module], name)
        setattr(Tensor, python, found)
        return found(self, *args)

    return operator


# operators with a fast path: method of Python -> (op, values of its further parameters)
_FAST = {"add": ("add", {"alpha": 1}), "sub": ("sub", {"alpha": 1}), "mul": ("mul", {}), "truediv": ("div", {}), "pow": ("pow", {})}
_INPLACE = {"iadd": "add", "isub": "sub", "imul": "mul", "itruediv": "div", "ipow": "pow", "imod": "remainder", "ifloordiv": "floor_divide",
            "iand": "bitwise_and", "ior": "bitwise_or", "ixor": "bitwise_xor", "ilshift": "bitwise_left_shift",
            "irshift": "bitwise_right_shift"}  # fmt: skip


_ELSEWHERE = {"invert": ("logic", "invert"), "getitem": ("indexing", "getitem"), "setitem": ("indexing", "setitem")}


def _matmul(self: Any, other: Any) -> Any:
    # a number is no matrix: Python's own TypeError says so
    return METHODS["matmul"](self, other) if isinstance(other, Tensor) else NotImplemented


def _rmatmul(self: Any, other: Any) -> Any:
    return METHODS["matmul"](other, self) if isinstance(other, Tensor) else NotImplemented


def _rsub(self: Any, other: Any) -> Any:
    return METHODS["rsub"](self, other) if _operand(other) else NotImplemented


def _rtruediv(self: Any, other: Any) -> Any:
    if not _operand(other) and type(other).__name__ != "ndarray":
        return NotImplemented
    return METHODS["reciprocal"](self) * other if not isinstance(other, Tensor) else METHODS["div"](other, self)


def install() -> None:
    """Give Tensor its operators and fill the method and attribute tables."""
    found: dict[str, Any] = {python: _binary(name) for python, name in _BINARY.items()}
    found.update({python: _binary(name, True) for python, name in _REFLECTED.items()})
    found.update({python: fast_binary(OPS[name], _binary(name), fill) for python, (name, fill) in _FAST.items()})
    # 2 + x and x + 2 are one op with x first, as in PyTorch
    found.update({f"r{bits}": _swapped(found[bits]) for bits in ("and", "or", "xor")})
    found.update(radd=_swapped(found["add"]), rmul=_swapped(found["mul"]), rsub=_rsub, rtruediv=_rtruediv, matmul=_matmul, rmatmul=_rmatmul)
    found.update({python: _inplace(name) for python, name in _INPLACE.items()})
    speed_up()
    found.update(neg=METHODS["neg"], pos=METHODS["positive"], abs=METHODS["abs"])
    for python, (module, name) in _ELSEWHERE.items():
        found[python] = _on_demand(f"__{python}__", module, name)
    for python, operator in found.items():
        if not hasattr(operator, "__wrapped__"):
            operator.__qualname__ = f"TensorBase.__{python}__"
        setattr(Tensor, f"__{python}__", operator)
    for name in _PLAIN:
        METHODS[name] = method = getattr(Tensor, name)
        method.__qualname__ = "TensorBase." + name  # what Python's words about too many arguments begin with, here as in PyTorch
    for name in _FIELDS:
        ATTRIBUTES[name] = getattr(Tensor, name).fget
    for name in ("grad", "grad_dtype", "requires_grad", "data", "real", "imag"):
        SETTERS[name] = getattr(Tensor, name).fset
    for name in ("is_floating_point", "is_complex", "numel", "is_signed", "detach", "detach_", "get_device", "is_same_size"):
        NAMESPACES["torch"][name] = _asked(name, METHODS[name])


def _asked(name: str, method: Any) -> Any:
    """A method as a function of torch, which takes a tensor and nothing else."""

    def function(input: Any) -> Any:
        if not isinstance(input, Tensor):
            from ..arguments import type_name

            raise TypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {type_name(input)}")
        return method(input)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = method.__doc__
    function.__module__ = "tcalc.engine"
    return function


def speed_up() -> None:
    """Give the methods of one operand their fast path, once each, as far as their ops are registered."""
    for name in _FAST_UNARY:
        if dict.__contains__(OPS, name) and name not in _quick:
            _quick.add(name)
            _speed_up(name)


_quick: set[str] = set()


def _swapped(fast: Any) -> Any:
    def operator(self: Any, other: Any) -> Any:
        return fast(self, other) if _operand(other) else NotImplemented

    return operator


def _speed_up(name: str) -> None:
    slow = METHODS[name]
    o = OPS[name]
    quick = fast_unary(o, slow)
    quick.__name__ = name
    quick.__qualname__ = "Tensor." + name
    quick.__doc__ = slow.__doc__
    quick.__wrapped__ = slow.__wrapped__  # type: ignore[attr-defined]
    METHODS[name] = quick
    setattr(Tensor, name, quick)
    old = NAMESPACES["torch"][name]

    def function(*args: Any, **kwargs: Any) -> Any:
        if not kwargs and len(args) == 1 and type(args[0]) is Tensor:
            return quick(args[0])
        return old(*args, **kwargs)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = old.__doc__
    function.__wrapped__ = old.__wrapped__  # type: ignore[attr-defined]
    function.__module__ = "tcalc.engine"
    for space in NAMESPACES.values():
        if dict.get(space, name) is old:
            space[name] = function
