"""Where ops are declared: ``@op`` and ``@composite``, schema strings, and the tables that the language, the help and the tests read.

A primitive is one decorated kernel with its rules beside it. Declaring is cheap (strings are kept); a schema is parsed at the op's first call.
Calling goes through ``apply``; nothing here computes.
"""

from __future__ import annotations

from _operator import mul  # operator adds Python twins of it, a third of a millisecond of start-up

from . import dtypes
from .dtypes import dtype
from .errors import describe, fail
from .late import NAMES, SHARED
from .tensors import CELLS, CPU, Size, Spec, Tensor, device, own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, NoReturn


class Table(dict):  # type: ignore[type-arg]
    """A table of names. Asking for one that a module left out at start-up declares (late.py lists them) loads that module; asking for all, all."""

    __slots__ = ()

    def __missing__(self, key: Any) -> Any:
        if load_for(key) and dict.__contains__(self, key):
            return dict.__getitem__(self, key)
        raise KeyError(key)

    def __contains__(self, key: Any) -> bool:
        return dict.__contains__(self, key) or (load_for(key) and dict.__contains__(self, key))

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a name, or the default."""
        return self[key] if key in self else default

    def __iter__(self) -> Any:
        load_all()
        return dict.__iter__(self)

    def __len__(self) -> int:
        load_all()
        return dict.__len__(self)

    def keys(self) -> Any:
        """All names."""
        load_all()
        return dict.keys(self)

    def values(self) -> Any:
        """All values."""
        load_all()
        return dict.values(self)

    def items(self) -> Any:
        """All pairs."""
        load_all()
        return dict.items(self)


pending = dict(NAMES)  # module of engine/ops -> the names that it declares, for those that are not loaded


def load_for(name: str) -> bool:
    """Register the ops of the modules that declare a name; False where none is left to load."""
    wanted = f" {name} "
    modules = [m for m, names in pending.items() if wanted in names]
    if modules:
        load(modules)
    return bool(modules)


def load_all() -> None:
    """Register every op, in an order that does not depend on what was asked for before."""
    if pending:
        load(list(pending))


def load(modules: Iterable[str]) -> None:
    """Import modules of engine/ops by name, and give what they bring its fast path."""
    for name in modules:
        pending.pop(name, None)
    for name in modules:
        __import__("tcalc.engine.ops." + name)
    from .ops.operators import speed_up

    speed_up()


OPS: dict[str, Op] = Table()  # "max.dim" -> Op
FAMILIES: dict[str, Family] = Table()  # "torch.max" -> its overloads
NAMESPACES: dict[str, dict[str, Any]] = {"torch": Table(), "nn.functional": Table(), "linalg": Table(), "special": Table(), "fft": Table(), "internal": Table()}
METHODS: dict[str, Any] = Table()
ATTRIBUTES: dict[str, Any] = {}
SETTERS: dict[str, Any] = {}

door: Any = None  # tcalc.engine.apply, which imports this module and puts itself here

_MISSING: Any = object()


class Param:
    """One parameter of a schema: name, type, default, whether keyword-only, whether the op writes to it or returns a view of it."""

    __slots__ = ("accept", "alias", "default", "kwonly", "name", "optional", "type", "written")

    def __init__(self, name: str, type: str, default: Any, kwonly: bool, alias: bool, written: bool) -> None:
        self.optional = type.endswith("?")
        self.type = type.rstrip("?")
        self.name = name
        self.default = default
        self.kwonly = kwonly
        self.alias = alias
        self.written = written
        self.accept = _ACCEPT.get(self.type)
        if self.accept is None:
            raise ValueError(f"schema: unknown type {self.type!r} of parameter {name!r}")

    @property
    def is_tensor(self) -> bool:
        """Whether it takes a tensor (or a tensor or number)."""
        return self.type in ("Tensor", "Tensor|Scalar")

    def __repr__(self) -> str:
        return f"{self.type}{'?' * self.optional} {self.name}"


class Schema:
    """A parsed schema string: ``name(Tensor input, int dim=-1, *, bool keepdim=False) -> Tensor``."""

    __slots__ = ("by_name", "carriers", "lists", "maxpos", "name", "numbers", "params", "required", "returns", "text", "tpos", "varargs")

    def __init__(self, text: str) -> None:
        head, _, rest = text.partition("(")
        body, _, returns = rest.rpartition(") -> ") if not rest.endswith("))") or ") -> (" not in rest else _split_tuple(rest)
        self.text = text
        self.name = head.strip()
        self.params: list[Param] = []
        kwonly = False
        for piece in _split(body):
            if piece == "*":
                kwonly = True
                continue
            kind, _, name = piece.partition(" ")
            name, eq, default = name.strip().partition("=")
            alias = written = False
            if "(a" in kind:
                kind, _, tail = kind.partition("(")
                mark, _, tail = tail.partition(")")
                alias, written, kind = True, "!" in mark, kind + tail
            self.params.append(Param(name.strip(), kind, _literal(default.strip()) if eq else _MISSING, kwonly, alias, written))
        self.returns: tuple[str, ...] = _returns(returns)
        self.by_name = {p.name: i for i, p in enumerate(self.params)}
        self.maxpos = sum(not p.kwonly for p in self.params)
        self.required = sum(p.default is _MISSING for p in self.params)
        self.tpos = tuple([i for i, p in enumerate(self.params) if p.is_tensor])
        self.lists = tuple([i for i, p in enumerate(self.params) if p.type == "Tensor[]"])
        self.numbers = tuple([i for i, p in enumerate(self.params) if p.type == "Tensor|Scalar"])
        self.carriers = tuple([i for i, p in enumerate(self.params) if p.is_tensor or p.type in ("Tensor[]", "Tensor?[]", "Any")])  # may hold tensors
        # zeros(2, 3) and x.view(2, 3): the only positional parameter besides the tensor may be spread out.
        rest_params = [p for p in self.params if not p.kwonly and not (p.name == "input" and p.is_tensor)]
        self.varargs = (
            self.params.index(rest_params[0])
            if rest_params and rest_params[0].type in ("int[]",) and (len(rest_params) == 1 or head.strip() in _SPREAD)
            else -1
        )

    def signature(self) -> str:
        """The parameters as PyTorch's error texts print them."""
        out = []
        star = False
        for p in self.params:
            if p.kwonly and not star:
                out.append("*")
                star = True
            kind = _SHOWN.get(p.type, p.type)
            out.append(f"{kind} {p.name}" + ("" if p.default is _MISSING else f" = {p.default}"))
        return f"({', '.join(out)})"


_SPREAD = frozenset(("rand", "randn", "zeros", "ones", "empty", "flip", "tile"))
_SHOWN = {"Tensor|Scalar": "Tensor", "Scalar": "Number", "int[]": "tuple of ints", "Tensor[]": "tuple of Tensors", "Tensor?[]": "tuple of Tensors",
          "ScalarType": "torch.dtype", "Device": "torch.device", "Generator": "torch.Generator", "int[1]": "tuple of ints"}  # fmt: skip


def _split_tuple(rest: str) -> tuple[str, str, str]:
    body, sep, returns = rest.partition(") -> (")
    return body, sep, "(" + returns


def _split(body: str) -> list[str]:
    out, depth, start = [], 0, 0
    for i, c in enumerate(body):
        if c in "([":
            depth += 1
        elif c in ")]":
            depth -= 1
        elif c == "," and depth == 0:
            out.append(body[start:i].strip())
            start = i + 1
    tail = body[start:].strip()
    if tail:
        out.append(tail)
    return out


def _returns(text: str) -> tuple[str, ...]:
    text = text.strip()
    if not text.startswith("("):
        return ("out",)
    names: list[str] = []
    for piece in _split(text[1:-1]):
        names.append(piece.split(" ")[1] if " " in piece else f"out{len(names)}")
    return tuple(names)


def _literal(text: str) -> Any:
    if text in ("None", "True", "False"):
        return {"None": None, "True": True, "False": False}[text]
    if text.startswith(("'", '"')):
        return text[1:-1]
    if text.startswith(("[", "(")):
        return tuple(_literal(t) for t in _split(text[1:-1]))
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


# -- what a parameter accepts: a function value -> (0 no, 1 exact, 2 weak; converted value) ----------------------------------------


def _index(v: Any) -> int | None:
    """v as an int where Python or PyTorch takes it for one (0-d integer tensors, NumPy integers), else None."""
    if type(v) is int:
        return v
    if isinstance(v, Tensor):
        return int(v.item()) if v._dtype.category == dtypes.INT and v.numel() == 1 and not v.is_meta else None
    if isinstance(v, (bool, float, str, type)) or not hasattr(v, "__index__"):
        return None
    return int(v.__index__())


def _accept_tensor(v: Any) -> tuple[int, Any]:
    return (1, v) if isinstance(v, Tensor) else (0, None)


_NUMPY_KINDS = ("float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool", "bool_", "complex64", "complex128")


def _number(v: Any) -> Any:
    """v as a Python number, or None: int, float, bool, complex, their subclasses and NumPy scalars."""
    k = type(v)
    if k in CELLS:
        return v
    if isinstance(v, (bool, int)):
        return int(v)
    if isinstance(v, float):
        return float(v)
    if k.__module__ == "numpy" and k.__name__ in _NUMPY_KINDS:
        return v.item()
    return None


def _accept_tensor_scalar(v: Any) -> tuple[int, Any]:
    if isinstance(v, Tensor):
        return 1, v
    n = _number(v)
    return (0, None) if n is None else (1, n)


def _accept_int(v: Any) -> tuple[int, Any]:
    n = _index(v)
    if n is None:
        return 0, None
    return (1 if type(v) is int else 2), n


def _accept_float(v: Any) -> tuple[int, Any]:
    n = _number(v)
    if n is not None and type(n) is not complex:
        return (1 if type(v) is float else 2), n
    if isinstance(v, Tensor) and v.ndim == 0 and not v.requires_grad:
        return 2, v.item()
    return 0, None


def _accept_scalar(v: Any) -> tuple[int, Any]:
    n = _number(v)
    if n is not None:
        return 1, n
    if isinstance(v, Tensor) and v.ndim == 0 and not v.requires_grad:
        return 2, v.item()
    return 0, None


def _accept_bool(v: Any) -> tuple[int, Any]:
    if type(v) is bool:
        return 1, v
    if isinstance(v, Tensor) and v._dtype is dtypes.bool_ and v.ndim == 0:
        return 2, bool(v.item())
    return (2, bool(v)) if type(v).__name__ in ("bool", "bool_") and type(v).__module__ == "numpy" else (0, None)


def _accept_ints(v: Any) -> tuple[int, Any]:
    if type(v) is Size:
        return 1, tuple(v)
    if isinstance(v, (tuple, list)):
        out = []
        for x in v:
            n = _index(x)
            if n is None:
                return 0, None
            out.append(n)
        return 1, tuple(out)
    return 0, None


def _accept_ints1(v: Any) -> tuple[int, Any]:
    n = _index(v) if not isinstance(v, (tuple, list)) else None
    if n is not None:
        return 1, (n,)
    return _accept_ints(v)


def _accept_numbers(v: Any) -> tuple[int, Any]:
    if isinstance(v, (tuple, list)):
        out = [_number(x) for x in v]
        return (0, None) if any(x is None for x in out) else (1, tuple(out))
    return 0, None


def _accept_tensors(v: Any) -> tuple[int, Any]:
    if isinstance(v, (tuple, list)):
        for x in v:
            if not isinstance(x, Tensor):
                return 0, None
        return 1, tuple(v)
    return 0, None


def _accept_indices(v: Any) -> tuple[int, Any]:
    return (1, tuple(v)) if isinstance(v, (tuple, list)) and all(x is None or isinstance(x, Tensor) for x in v) else (0, None)


def _accept_str(v: Any) -> tuple[int, Any]:
    return (1, v) if isinstance(v, str) else (0, None)


def _accept_dtype(v: Any) -> tuple[int, Any]:
    if isinstance(v, dtype):
        return 1, v
    if v is float:
        return 1, dtypes.float64
    if v is int:
        return 1, dtypes.int64
    if v is bool:
        return 1, dtypes.bool_
    if v is complex:
        return 1, dtypes.complex128
    return 0, None


def _accept_device(v: Any) -> tuple[int, Any]:
    if isinstance(v, device):
        return 1, v
    if isinstance(v, str) or type(v) is int:
        return 1, device(v)
    return 0, None


def _accept_generator(v: Any) -> tuple[int, Any]:
    return (1, v) if type(v).__name__ == "Generator" else (0, None)


def _accept_any(v: Any) -> tuple[int, Any]:
    return 1, v


_ACCEPT: dict[str, Callable[[Any], tuple[int, Any]]] = {
    "Tensor": _accept_tensor,
    "Tensor|Scalar": _accept_tensor_scalar,
    "Tensor[]": _accept_tensors,
    "Tensor?[]": _accept_indices,
    "int": _accept_int,
    "int[]": _accept_ints,
    "int[1]": _accept_ints1,
    "float": _accept_float,
    "float[]": _accept_numbers,
    "Scalar": _accept_scalar,
    "bool": _accept_bool,
    "str": _accept_str,
    "ScalarType": _accept_dtype,
    "Device": _accept_device,
    "Generator": _accept_generator,
    "Any": _accept_any,
}

# Spellings that NumPy users type.
_SPELLINGS = {"axis": "dim", "keepdims": "keepdim", "self": "input", "x": "input", "a": "input", "x1": "input", "x2": "other", "axes": "dims"}


def _kind(v: Any) -> str:
    """The name of a value's type as PyTorch's errors print it."""
    kind = type(v)
    return f"{kind.__module__}.{kind.__name__}" if kind.__module__ in ("numpy", "torch", "torch._C") and kind is not Tensor else kind.__name__


class BindError(Exception):
    """Why arguments do not fit one overload; ``weight`` counts how far binding came."""

    def __init__(self, text: str, weight: int, kind: type[Exception] = TypeError) -> None:
        self.text = text
        self.weight = weight


def bind(schema: Schema, args: tuple[Any, ...], kwargs: dict[str, Any], method: bool = False, suffix: str = "") -> tuple[list[Any], int]:
    """Values in schema order, and how exact the match is (0 exact); BindError where they do not fit."""
    params = schema.params
    name = schema.name.partition(".")[0] + suffix
    n = len(args)
    weak = 0
    va = schema.varargs
    if (va == 0 or (method and va > 0)) and n > va:  # torch.flip(x, 0) is an error, x.flip(0) not
        first = args[va]
        if not isinstance(first, (tuple, list)) and _index(first) is not None:
            spread: list[int] = []
            for x in args[va:]:
                i = _index(x)
                if i is None:
                    if n > schema.maxpos:
                        p, k = params[va], len(spread) + 1
                        kind = f'"type must be tuple of ints,but got {type(x).__name__}"'
                        raise BindError(f"{name}(): argument '{p.name}' failed to unpack the object at pos {k} with error {kind}", va + k)
                    break
                spread.append(i)
            else:
                args = (*args[:va], tuple(spread))
                n = va + 1
    if n > schema.maxpos:
        shown = schema.maxpos - method
        if method and shown == 0:
            raise BindError(f"TensorBase.{name}() takes no arguments ({n - 1} given)", 0)
        least = sum(p.default is _MISSING for p in params[: schema.maxpos]) - method
        counted = f"{shown} positional argument{'s' * (shown != 1)}" if least == shown else f"from {least} to {shown} positional arguments"
        raise BindError(f"{name}() takes {counted} but {n - method} {'were' if n - method != 1 else 'was'} given", 0)
    values = list(args)
    values.extend([_MISSING] * (len(params) - n))
    for key, value in kwargs.items():
        i = schema.by_name.get(key, -1)
        if i < 0:
            i = schema.by_name.get(_SPELLINGS.get(key, key), -1)
            if i < 0:
                if method and len(params) == 1:
                    raise BindError(f"TensorBase.{name}() takes no keyword arguments", 0)
                raise BindError(f"{name}() got an unexpected keyword argument '{key}'", n)
        if values[i] is not _MISSING:
            raise BindError(f"{name}() got multiple values for argument '{key}'", n)
        values[i] = value
    for i, p in enumerate(params):
        value = values[i]
        if value is _MISSING:
            if p.default is _MISSING:
                missing = [q.name for q, v in zip(params, values, strict=True) if v is _MISSING and q.default is _MISSING]
                listed = " ".join(f'"{m}"' for m in missing).replace('" "', '", "')
                raise BindError(f"{name}() missing {len(missing)} required positional argument{'s' * (len(missing) == 1)}: {listed}", i)  # PyTorch's own plural
            values[i] = p.default
            continue
        if value is None and (p.optional or p.default is None):
            continue
        exact, converted = p.accept(value)  # type: ignore[misc]
        if not exact:
            if p.type == "Tensor[]" and isinstance(value, (tuple, list)):
                k = next(k for k, v in enumerate(value) if not isinstance(v, Tensor))
                raise BindError(f"expected Tensor as element {k} in argument {i - method}, but got {type(value[k]).__name__}", i + 1)
            place = f" (position {i + 1 - method})" if i < n else ""
            raise BindError(f"{name}(): argument '{p.name}'{place} must be {_SHOWN.get(p.type, p.type)}, not {_kind(value)}", i + 1)
        weak += exact - 1
        values[i] = converted
    return values, weak


# -- ops ----------------------------------------------------------------------------------------------------------------------------


def _pass(g: Any) -> Any:
    return g


def _times(g: Any, other: Any) -> Any:
    return g * other


def _direct(fn: Any) -> Any:
    """The rule without a Python frame where its code is just ``return g`` (None: hand g on) or ``return g * other``; else itself."""
    code = fn.__code__
    if not code.co_freevars:
        if code.co_code == _pass.__code__.co_code and code.co_argcount == 1:
            return None
        if code.co_code == _times.__code__.co_code and code.co_argcount == 2 and code.co_varnames[0] == "g":
            return mul
    return fn


class Vjp:
    """One gradient rule: the parameters it serves, its function, its text, and where its arguments come from."""

    __slots__ = ("fn", "names", "params", "rule")

    def __init__(self, params: tuple[str, ...], fn: Any, rule: str) -> None:
        self.params = params
        self.fn = fn
        self.rule = rule
        code = fn.__code__
        self.names: tuple[str, ...] = code.co_varnames[: code.co_argcount]


COMPLEX = 1 << 24  # in a plan's mask: the result is complex


class Plan:
    """For one choice of inputs that need gradients: what to save, and which rules run on it."""

    __slots__ = ("conj", "grad_args", "mask", "names", "op", "outs", "raw", "rules", "saves", "tensor_places")

    def __init__(self, op: Op, mask: int) -> None:
        self.op = op
        self.mask = mask
        names: list[str] = []
        chosen: list[tuple[int, Vjp]] = []
        for i, p in enumerate(op.diff_params()):
            if mask >> i & 1:
                v = op.vjps.get(p)
                if v is not None:
                    chosen.append((i, v))
        for _, v in chosen:
            for n in v.names:
                if n not in names and n != "xp" and n != "needs" and not op.is_grad_name(n):
                    names.append(n)
        self.names = tuple(names)
        returns = op.schema.returns
        self.outs = tuple([n for n in names if n in returns and n not in op.schema.by_name])
        tensors = {p.name for p in op.schema.params if p.is_tensor or p.type == "Tensor[]"}
        self.tensor_places = tuple([i for i, n in enumerate(names) if n in tensors or n in self.outs or n in op.aux])
        self.saves = bool(self.tensor_places)
        rules = []
        # Rules are those of real numbers. Of a complex derivative PyTorch's gradient is the conjugate: g goes in and the results come out conjugated.
        self.conj = mask >= COMPLEX and not op.options.get("wirtinger")
        self.raw = op.kind == "map" and len(returns) == 1 and mask < COMPLEX
        for i, v in chosen:
            rest = [n for n in v.names if n != "xp" and n != "needs" and not op.is_grad_name(n)]
            places = tuple([names.index(n) for n in rest])
            rules.append((i, _direct(v.fn), places or (), v.names[0] == "xp"))
            if len(v.params) > 1 or "needs" in v.names:
                self.raw = False
        self.rules = tuple(rules)

    def inputs_of(self, node: Any) -> tuple[str, ...]:
        """Parameter names of the node's parents (a list's elements as tensors[0], ...)."""
        out: list[str] = []
        lists = {p.name for p in self.op.schema.params if p.type == "Tensor[]"}
        for name in self.op.diff_params():
            if name in lists:
                rest = len(node.parents) - (len(self.op.diff_params()) - 1)
                out.extend(f"{name}[{k}]" for k in range(rest))
            else:
                out.append(name)
        return tuple(out)

    def saved_value(self, node: Any, name: str) -> Any:
        """``grad_fn._saved_NAME``: what the node keeps under a parameter's or result's name (``self`` and ``result`` as PyTorch names them)."""
        from . import apply, graph

        name = {"self": "input", "result": "out"}.get(name, name)
        if name in self.names:
            if node.saved is None:
                graph._fail_freed(node)
            i = self.names.index(name)
            return apply.saved_tensors(node)[i] if i in self.tensor_places else node.saved[i]
        if node.args and name in node.args:
            return node.args[name]
        raise AttributeError(f"'{node.name()}' object has no attribute '_saved_{name}'")


class Samples(list):  # type: ignore[type-arg]
    """Sample arguments of an op: a list of functions ``fn(make)`` that yield them; calling it (``@tanh.samples``) adds one."""

    def __call__(self, fn: Any) -> Any:
        self.append(fn)
        return fn


_NO_NAMES: frozenset[str] = frozenset()


class Op:
    """One primitive overload: kernel, schema, promotion, shape rule, gradient rules, samples, texts, costs."""

    __slots__ = (
        "_plans", "_schema", "aux", "base", "c", "cells", "doc", "dtype", "flops", "inplace", "kernel", "kind", "label",
        "name", "namespaces", "node", "nondiff", "options", "plain", "public", "samples", "single", "spec", "text", "vjps", "wants_xp",
    )  # fmt: skip

    def __init__(self, text: str, kernel: Any, kind: str, options: dict[str, Any]) -> None:
        self.text = text
        self.kernel = kernel
        self.kind = kind
        self._schema: Schema | None = None
        self.name = text[: text.index("(")].strip()
        self.base, _, _ = self.name.partition(".")
        take = options.pop
        self.public = take("public", self.base)
        self.dtype = take("dtype", None)
        self.spec = take("spec", None)
        self.flops = take("flops", 1)
        self.c = take("c", None)
        self.plain = take("plain", None)  # the function of xp that the kernel is, with its further parameters at their defaults
        self.single = take("single", None)  # on float32 cells instead of the kernel, where PyTorch rounds between its steps
        self.label = take("label", self.base.rstrip("_") if self.base != "_" else self.base)
        self.node = take("node", None)
        nondiff = take("nondiff", None)
        self.nondiff = _NO_NAMES if nondiff is None else frozenset(nondiff.replace(",", " ").split())
        self.inplace = take("inplace", False)
        self.namespaces = take("namespaces", ("torch",))
        aux = take("aux", None)
        self.aux: tuple[str, ...] = () if aux is None else tuple(aux.replace(",", " ").split())
        self.cells = take("cells", kind == "map")  # whether the kernel runs on Python numbers
        self.options = options
        self.doc = take("doc", None) or kernel.__doc__ or ""
        code = kernel.__code__
        self.wants_xp = code.co_argcount > 0 and code.co_varnames[0] == "xp"
        self.vjps: dict[str, Vjp] = {}
        self.samples = Samples()
        self._plans: dict[int, Plan] = {}

    @property
    def schema(self) -> Schema:
        """The parsed schema string."""
        s = self._schema
        if s is None:
            s = self._schema = Schema(self.text)
        return s

    def vjp(self, *params: str, rule: str = "") -> Callable[[Any], Any]:
        """Declare the gradient rule of one parameter (or of several jointly): its arguments' names say what is saved."""

        def declare(fn: Any) -> Any:
            v = Vjp(params, fn, rule)
            for p in params:
                self.vjps[p] = v
            return fn

        return declare

    def rule(self, param: str) -> str:
        """The gradient rule of a parameter as text, for graphs and traces."""
        v = self.vjps.get(param.partition("[")[0])
        return v.rule if v is not None else ""

    def diff_params(self) -> tuple[str, ...]:
        """Tensor parameters that have a gradient rule, in schema order."""
        found = self.options.get("_diff")
        if found is None:
            found = self.options["_diff"] = tuple([p.name for p in self.schema.params if p.name in self.vjps])
        return found

    def is_grad_name(self, name: str) -> bool:
        """Whether a rule's argument is an incoming gradient: g, or g_<result>."""
        return name == "g" or (name.startswith("g_") and name[2:] in self.schema.returns)

    def plan_for(self, mask: int) -> Plan:
        """The saving plan for a set of inputs that need gradients."""
        p = self._plans.get(mask)
        if p is None:
            p = self._plans[mask] = Plan(self, mask)
        return p

    def node_name(self, node: Any) -> str:
        """PyTorch's name of the backward node."""
        n = self.node
        if n is None:
            return self.base.rstrip("_").title().replace("_", "") + "Backward0"
        return n if isinstance(n, str) else str(n(node))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            values, _ = bind(self.schema, args, kwargs)
        except BindError as e:
            raise TypeError(e.text) from None
        return door.apply(self, values)

    def __repr__(self) -> str:
        return f"<op {self.text}>"


class Composite(Op):
    """A function written in terms of ops: same tables and samples, no kernel run by apply and no rules."""

    __slots__ = ()


_loaded: set[str] = set()  # of the names that several modules declare, those whose modules are all there


class Family:
    """All overloads of one public name; calls resolve among them: exact types first, then weak."""

    __slots__ = ("called", "function", "name", "namespace", "overloads", "place")

    def __init__(self, name: str, namespace: str, called: str = "", place: str = "") -> None:
        self.name = name
        self.namespace = namespace
        self.called = called or name  # what an alias says where arguments do not fit, and the namespace that it says it in
        self.place = place
        self.overloads: list[Op] = []
        self.function: Any = None

    def resolve(self, args: tuple[Any, ...], kwargs: dict[str, Any], method: bool = False) -> tuple[Op, list[Any]]:
        """The overload that fits best and its bound values; TypeError in PyTorch's words where none does."""
        if self.name in SHARED and self.name not in _loaded:
            load_for(self.name)
            _loaded.add(self.name)
        failures: list[BindError] = []
        best: tuple[int, Op, list[Any]] | None = None
        for o in self.overloads:
            try:
                values, weak = bind(o.schema, args, kwargs, method, "_" if self.name == o.base + "_" else "")
            except BindError as e:
                failures.append(e.with_traceback(None))  # whose frames would keep the caller's tensors alive
                continue
            if weak == 0:
                return o, values
            if best is None or weak < best[0]:
                best = (weak, o, values)
        if best is not None:
            return best[1], best[2]
        from .arguments import truths

        again = truths(self.space(method), self.called, self.overloads, args, kwargs)
        if again is not None:
            return self.resolve(*again, method)
        self.refuse(args, kwargs, failures, method)

    def space(self, method: bool) -> str:
        """The namespace that error texts speak of."""
        return self.place or ("Tensor" if method else self.namespace)

    def refuse(self, args: tuple[Any, ...], kwargs: dict[str, Any], failures: list[BindError], method: bool) -> NoReturn:
        """TypeError with what PyTorch says of the arguments; where it would take them, with the reason why they do not fit here."""
        from .arguments import descriptor, refusal

        found = refusal(self.space(method), self.called, args, kwargs)
        text = None if found is None else str(found)
        if text is None and self.space(method) == "Tensor":
            text = descriptor(self.called, args)
        if text is None:
            count = len(args) + len(kwargs)
            near = [f for o, f in zip(self.overloads, failures, strict=False) if o.schema.required <= count <= len(o.schema.params)]
            text = max(near or failures, key=lambda f: f.weight).text
            if self.namespace in ("linalg", "special", "fft") and text.startswith(self.name + "()"):
                text = f"{self.namespace}_{text}"
        cls = TypeError if found is None else found.kind
        fail(cls, text, kind="signature", op=self.called, explain=[f"{self.called}{o.schema.signature()}" for o in self.overloads])

    def call(self, args: tuple[Any, ...], kwargs: dict[str, Any], method: bool = False) -> Any:
        """Resolve and run."""
        if kwargs and "out" in kwargs and not method:
            from . import outputs

            return outputs.call(self, args, kwargs)
        o, values = self.resolve(args, kwargs, method)
        if type(o) is Composite:
            return o.kernel(*values) if door.batching is None else door.batching.compose(o, values)
        return door.apply(o, values)

    def renamed(self, called: str, place: str = "") -> Family:
        """The same overloads under another name, or in another namespace, which error texts say."""
        named = Family(self.name, self.namespace, called, place)
        named.overloads = self.overloads
        return named

    @property
    def __signature__(self) -> Any:
        """For inspect.signature and editors; built on demand from the first overload."""
        import inspect

        out = []
        for p in self.overloads[0].schema.params:
            kind = inspect.Parameter.KEYWORD_ONLY if p.kwonly else inspect.Parameter.POSITIONAL_OR_KEYWORD
            default = inspect.Parameter.empty if p.default is _MISSING else p.default
            out.append(inspect.Parameter(p.name, kind, default=default))
        return inspect.Signature(out)


def _make_function(family: Family, doc: str | None = None) -> Any:
    def function(*args: Any, **kwargs: Any) -> Any:
        return family.call(args, kwargs)

    function.__name__ = function.__qualname__ = family.called
    function.__doc__ = doc
    function.__wrapped__ = family  # type: ignore[attr-defined]  # inspect finds the signature there
    function.__module__ = "tcalc.engine"
    return function


def _make_method(family: Family) -> Any:
    def method(*args: Any, **kwargs: Any) -> Any:
        return family.call(args, kwargs, True)

    method.__name__ = family.called
    method.__qualname__ = "Tensor." + family.called
    method.__wrapped__ = family  # type: ignore[attr-defined]
    return method


def _register(o: Op) -> None:
    if o.namespaces and o.namespaces[0] not in ("torch", "Tensor"):
        o.name = f"{o.namespaces[0]}.{o.name}"
    if dict.__contains__(OPS, o.name):
        raise ValueError(f"op {o.name!r} is declared twice")
    OPS[o.name] = o
    first = o.text[o.text.index("(") + 1 :]
    is_method = o.options.pop("method", None)
    if is_method is None:
        is_method = first.startswith(("Tensor input", "Tensor(a) input", "Tensor(a!) input", "Tensor|Scalar input"))
    spaces = o.namespaces
    if o.public.endswith("_") and is_method and "namespaces" not in o.options and spaces == ("torch",):
        spaces = ()  # fill_, copy_ ... are methods; torch.relu_ and its like name their namespace
    for space in spaces or ("Tensor",):
        key = f"{space}.{o.public}"
        family = dict.get(FAMILIES, key)  # as it stands: a table's own look-up might load modules that import this one
        if family is None:
            family = FAMILIES[key] = Family(o.public, space)
            family.function = _make_function(family)
            family.function.__doc__ = o.doc
            if space in NAMESPACES or space != "Tensor":
                NAMESPACES.setdefault(space, Table())[o.public] = family.function
        family.overloads.append(o)
        if is_method and space in ("torch", "Tensor") and not dict.__contains__(METHODS, o.public):
            m = _make_method(family)
            m.__doc__ = o.doc
            METHODS[o.public] = m
            setattr(Tensor, o.public, m)
    if o.inplace:
        from .apply import make_twin

        make_twin(o)


def op(text: str, *, kind: str = "general", **options: Any) -> Callable[[Any], Op]:
    """Declare a primitive: ``text`` is its schema; the decorated function its kernel.

    kind: "map" (pointwise, broadcast), "view" (the kernel maps geometry), "reduce", "write" (in place only), "general".
    dtype: a promotion policy of apply. spec: result shapes. vjp rules, samples and documentation hang on the returned Op.
    """

    def declare(kernel: Any) -> Op:
        o = Op(text, kernel, kind, options)
        _register(o)
        return o

    return declare


def composite(text: str, **options: Any) -> Callable[[Any], Composite]:
    """Declare a function made of ops: ``text`` its schema; it takes the bound values and returns tensors."""

    def declare(fn: Any) -> Composite:
        o = Composite(text, fn, "composite", options)
        _register(o)
        return o

    return declare


def alias(new: str, old: str, space: str = "torch") -> None:
    """Another name of a public function (and of its method)."""
    family = FAMILIES[f"{space}.{new}"] = FAMILIES[f"{space}.{old}"]
    named = family.renamed(new)
    NAMESPACES[space][new] = _make_function(named, family.function.__doc__)
    if old in METHODS and space == "torch":
        METHODS[new] = m = _make_method(named)
        m.__doc__ = METHODS[old].__doc__
        setattr(Tensor, new, m)


def also_in(space: str, name: str, old: str = "", source: str = "torch") -> None:
    """A function of torch (or of another namespace) under a name of another one."""
    function = NAMESPACES[source][old or name]
    family = getattr(function, "__wrapped__", None)
    NAMESPACES[space][name] = function if type(family) is not Family else _make_function(family.renamed(name, space), function.__doc__)


def in_place_function(name: str) -> None:
    """The in-place method as a function of torch: torch.exp_(x)."""
    method = METHODS[name]
    twin = getattr(method, "family", None)
    family = twin or getattr(method, "__wrapped__", None)
    if type(family) is not Family:
        NAMESPACES["torch"][name] = method
        return
    named = family.renamed(name, "torch")
    NAMESPACES["torch"][name] = function = _make_method(named) if twin is None else door.twin_method(named, None)
    function.__doc__ = method.__doc__
    function.__qualname__ = name


def attach(name: str, method: Any) -> None:
    """A method of Tensor that is no op (item, backward, ...): into the table and onto the class."""
    if hasattr(method, "__qualname__"):
        method.__name__ = method.__qualname__ = name  # Python's own words about wrong arguments then name it as PyTorch does
    METHODS[name] = method
    setattr(Tensor, name, method)


__all__ = ["ATTRIBUTES", "CPU", "METHODS", "NAMESPACES", "OPS", "SETTERS", "Op", "Spec", "alias", "attach", "composite", "describe", "op", "own"]
