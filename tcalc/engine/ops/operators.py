"""Python's operators on Tensor, each a call of an op, and the methods that are no ops put into the registry's tables."""

from __future__ import annotations

from ..fast import fast_binary, fast_unary
from ..registry import ATTRIBUTES, METHODS, NAMESPACES, OPS, SETTERS
from ..tensors import Tensor
from . import indexing, logic

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
_PLAIN = ("item", "tolist", "numpy", "stride", "storage_offset", "data_ptr", "numel", "element_size", "is_contiguous", "backward", "retain_grad",
          "register_hook", "register_post_accumulate_grad_hook", "detach", "detach_", "requires_grad_", "dim", "ndimension", "nelement", "size",
          "get_device", "is_floating_point", "is_complex", "is_signed", "is_set_to")  # fmt: skip
_FIELDS = ("shape", "ndim", "dtype", "device", "requires_grad", "is_leaf", "grad_fn", "grad", "data", "output_nr", "retains_grad", "T", "mT", "H", "mH",
           "real", "nbytes", "itemsize", "is_cuda", "is_meta", "layout", "_version", "_base")  # fmt: skip


def _operand(value: Any) -> bool:
    from ..registry import _number

    return isinstance(value, Tensor) or _number(value) is not None


def _binary(name: str) -> Any:
    function = METHODS[name]

    def operator(self: Any, other: Any) -> Any:
        if not _operand(other):
            return NotImplemented
        return function(self, other)

    operator.__name__ = name
    return operator


def _reflected(name: str) -> Any:
    function = NAMESPACES["torch"][name]

    def operator(self: Any, other: Any) -> Any:
        if not _operand(other):
            return NotImplemented
        return function(other, self)

    operator.__name__ = "r" + name
    return operator


def _comparison(name: str) -> Any:
    function = METHODS[name]

    def operator(self: Any, other: Any) -> Any:
        if not _operand(other):
            return NotImplemented
        return function(self, other)

    return operator


def _inplace(name: str) -> Any:
    method = METHODS[name + "_"]

    def operator(self: Any, other: Any) -> Any:
        return method(self, other)

    return operator


def install() -> None:
    """Give Tensor its operators and fill the method and attribute tables."""
    for python, name in _BINARY.items():
        setattr(Tensor, f"__{python}__", _binary(name))
    for python, name in _REFLECTED.items():
        setattr(Tensor, f"__{python}__", _reflected(name))

    def matmul(self: Any, other: Any) -> Any:
        return METHODS["matmul"](self, other) if isinstance(other, Tensor) else NotImplemented

    setattr(Tensor, "__matmul__", matmul)  # a number is no matrix: Python's own TypeError says so
    setattr(Tensor, "__rmatmul__", lambda self, other: NotImplemented)
    rsub = METHODS["rsub"]
    for name, op_name, fill in (("add", "add", {"alpha": 1}), ("mul", "mul", {}), ("truediv", "div", {})):
        slow = getattr(Tensor, f"__{name}__")
        setattr(Tensor, f"__{name}__", fast_binary(OPS[op_name], slow, fill))
    slow_radd, slow_rmul = Tensor.__radd__, Tensor.__rmul__  # type: ignore[attr-defined]
    # a + x and x + a are one op with x first, as in PyTorch (no RaddBackward)
    setattr(Tensor, "__radd__", _first(METHODS["add"], slow_radd, fast_binary(OPS["add"], _binary("add"), {"alpha": 1})))
    setattr(Tensor, "__rmul__", _first(METHODS["mul"], slow_rmul, fast_binary(OPS["mul"], _binary("mul"))))
    setattr(Tensor, "__sub__", fast_binary(OPS["sub"], _binary("sub"), {"alpha": 1}))
    setattr(Tensor, "__pow__", fast_binary(OPS["pow"], _binary("pow")))

    def __rsub__(self: Any, other: Any) -> Any:
        return rsub(self, other) if _operand(other) else NotImplemented

    def __rtruediv__(self: Any, other: Any) -> Any:
        if not _operand(other):
            return NotImplemented
        return METHODS["reciprocal"](self) * other if not isinstance(other, Tensor) else METHODS["div"](other, self)

    setattr(Tensor, "__rsub__", __rsub__)
    setattr(Tensor, "__rtruediv__", __rtruediv__)
    setattr(Tensor, "__neg__", METHODS["neg"])
    setattr(Tensor, "__pos__", METHODS["positive"])
    setattr(Tensor, "__abs__", METHODS["abs"])
    setattr(Tensor, "__invert__", logic.invert)
    for python, name in (("iadd", "add"), ("isub", "sub"), ("imul", "mul"), ("itruediv", "div"), ("ipow", "pow"), ("imod", "remainder"),
                         ("ifloordiv", "floor_divide"), ("iand", "bitwise_and"), ("ior", "bitwise_or"), ("ixor", "bitwise_xor"),
                         ("ilshift", "bitwise_left_shift"), ("irshift", "bitwise_right_shift")):  # fmt: skip
        setattr(Tensor, f"__{python}__", _inplace(name))
    setattr(Tensor, "__getitem__", indexing.getitem)
    setattr(Tensor, "__setitem__", indexing.setitem)
    for name in _FAST_UNARY:
        _speed_up(name)
    for name in ("neg", "abs"):
        setattr(Tensor, f"__{name}__", METHODS[name])
    for name in _PLAIN:
        METHODS[name] = getattr(Tensor, name)
    for name in _FIELDS:
        descriptor = getattr(Tensor, name)
        ATTRIBUTES[name] = descriptor.fget
    for name in ("grad", "requires_grad"):
        SETTERS[name] = getattr(Tensor, name).fset
    SETTERS["data"] = Tensor.data.fset  # type: ignore[attr-defined]
    for name in ("is_floating_point", "is_complex", "numel", "is_signed", "detach"):
        NAMESPACES["torch"][name] = METHODS[name]


def _first(method: Any, slow: Any, fast: Any) -> Any:
    def operator(self: Any, other: Any) -> Any:
        if not _operand(other):
            return NotImplemented
        return fast(self, other)

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
        if len(args) == 1 and not kwargs and type(args[0]) is Tensor:
            return quick(args[0])
        return old(*args, **kwargs)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = old.__doc__
    function.__wrapped__ = old.__wrapped__  # type: ignore[attr-defined]
    function.__module__ = "tcalc.engine"
    for space in NAMESPACES.values():
        if space.get(name) is old:
            space[name] = function
