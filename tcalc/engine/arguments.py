"""What PyTorch says of arguments that do not fit a function: its argument parser once more, over its own signatures, for the error's text alone.

Imported when a call has failed to bind, so it costs a call that works nothing. ``signatures.txt`` beside it says what PyTorch declares: a compiled
function has signatures that are tried in turn, and speaks of the one that could be meant or lists them all; a function written in Python refuses
first as Python does, then as the compiled functions do that it hands its arguments to. Binding itself is the registry's.
"""

from __future__ import annotations

import os

from . import dtypes
from .dtypes import dtype
from .tensors import Layout, MemoryFormat, Size, Tensor, device

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


class Refusal(Exception):
    """An error text that was found, and the class that it belongs to; the registry raises it with its facts."""

    def __init__(self, text: str, kind: type[Exception] = TypeError) -> None:
        super().__init__(text)
        self.kind = kind


class Unknown(Exception):
    """What is wrong lists an argument whose value is not known."""


class _Wild:
    """In place of an argument that a Python function computes: fits any parameter."""


_WILD: Any = _Wild()
_NAMED = {Tensor: "Tensor", dtype: "torch.dtype", device: "torch.device", Size: "torch.Size", Layout: "torch.layout", MemoryFormat: "torch.memory_format"}
_SHOWN = {"Scalar": "Number", "Tensor[]": "tuple of Tensors", "Tensor?[]": "tuple of Tensors", "int[]": "tuple of ints", "float[]": "tuple of floats",
          "Scalar[]": "tuple of Scalars", "ScalarType": "torch.dtype", "Device": "torch.device", "Generator": "torch.Generator", "Layout": "torch.layout",
          "MemoryFormat": "torch.memory_format", "Storage": "torch.Storage", "Stream": "Stream"}  # fmt: skip
# NumPy's names of parameters, which the compiled functions know.
_NUMPY = {"dim": ("axis",), "keepdim": ("keepdims",), "input": ("x", "a", "x1"), "other": ("x2",)}
# Compiled functions that take a number where a tensor stands in the signature.
_NUMBERS = frozenset("add div divide floor_divide mul multiply sub subtract true_divide to copy copy_".split())


def type_name(v: Any) -> str:
    """The name of a value's type as PyTorch's errors print it: the whole name of a compiled class, the last part of a Python one."""
    kind = type(v)
    named = _NAMED.get(kind)
    if named is not None:
        return named
    if kind.__module__ == "numpy":
        return f"numpy.{kind.__name__}"
    return "torch._C.Generator" if kind.__name__ == "Generator" else kind.__name__


# -- PyTorch's signatures -----------------------------------------------------------------------------------------------------------

_file: list[str] = []


def row(key: str) -> list[str] | None:
    """The fields of a function's line, without its key; None for a function that PyTorch's parser does not serve."""
    if not _file:
        with open(os.path.join(os.path.dirname(__file__), "signatures.txt"), encoding="utf-8") as f:
            _file.append(f.read())
        head = _file[0][: _file[0].index("\n")]
        _file.append(head[head.index("%O is ") + 6 :])
    text = _file[0]
    at = text.find(f"\n{key}\t")
    if at < 0:
        return None
    return text[at + len(key) + 2 : text.index("\n", at + 1)].split("\t")


class Slot:
    """One parameter of a compiled signature."""

    __slots__ = ("default", "kind", "kwonly", "name", "none", "size")

    def __init__(self, text: str, kwonly: bool) -> None:
        text, eq, default = text.partition("=")
        kind, _, self.name = text.partition(" ")
        self.none = kind.endswith("?")
        kind = kind.removesuffix("?")
        base, bracket, size = kind.partition("[")
        size = size.rstrip("]")
        self.size = int(size) if size else 0
        self.kind = f"{base}[]" if bracket else kind
        self.default = default if eq else None
        self.none = self.none or default == "None"
        self.kwonly = kwonly

    def shown(self) -> str:
        """Its type as the texts print it."""
        return _SHOWN.get(self.kind, self.kind)

    def __str__(self) -> str:
        return f"{self.shown()} {self.name}" + (f" = {self.default}" if self.default is not None else "")


class Compiled:
    """One signature of a compiled function."""

    __slots__ = ("deprecated", "hidden", "least", "name", "places", "slots")

    def __init__(self, name: str, text: str) -> None:
        text, _, mark = text.partition("|")
        self.name = name
        self.hidden, self.deprecated = bool(mark), mark == "deprecated"
        self.slots: list[Slot] = []
        kwonly = False
        for piece in text.replace("%O", _file[1])[1:-1].split(", "):
            if piece == "*":
                kwonly = True
            elif piece:
                self.slots.append(Slot(piece, kwonly))
        self.least = sum(s.default is None for s in self.slots)
        self.places = sum(not s.kwonly for s in self.slots)

    def __str__(self) -> str:
        out: list[str] = []
        for s in self.slots:
            if s.kwonly and "*" not in out:
                out.append("*")
            out.append(str(s))
        return f"({', '.join(out)})"


# -- one signature ------------------------------------------------------------------------------------------------------------------


def _whole(v: Any) -> bool:
    """Whether a list of ints takes it as an element."""
    if isinstance(v, Tensor):
        return v.numel() == 1 and v._dtype.category <= dtypes.INT
    return not isinstance(v, (bool, type)) and hasattr(type(v), "__index__")


def _number(v: Any) -> bool:
    return isinstance(v, (bool, int, float, complex)) or type(v).__module__ == "numpy" and hasattr(v, "item") and getattr(v, "ndim", 1) == 0


def _cell(v: Any) -> bool:
    return isinstance(v, Tensor) and v.ndim == 0 and not v.requires_grad


def _listed(v: Any, slot: Slot, one: Any) -> tuple[bool, int]:
    """Whether a list's first element fits (the parser looks no further), and which element does not."""
    if isinstance(v, (tuple, list)):
        return (True, -1) if not v or v[0] is _WILD or one(v[0]) else (False, 0)
    return slot.size > 0 and one(v), -1


def _fits(slot: Slot, v: Any, name: str, argument: int) -> tuple[bool, int]:
    """Whether a value fits a parameter, and the element of a list that does not (-1: none in particular)."""
    kind = slot.kind
    if v is _WILD or kind == "object":
        return True, -1
    if kind == "Tensor":
        return isinstance(v, Tensor) or name.rstrip("_") in _NUMBERS and _number(v), -1
    if kind == "Tensor[]":
        if not isinstance(v, (tuple, list)):
            return False, -1
        for k, x in enumerate(v):
            if not isinstance(x, Tensor) and x is not _WILD:
                raise Refusal(f"expected Tensor as element {k} in argument {argument}, but got {type_name(x)}")
        return True, -1
    if kind == "Scalar":
        return _number(v) or _cell(v), -1
    if kind == "float":
        return _number(v) and not isinstance(v, complex) or _cell(v), -1
    if kind == "int":
        return _whole(v) and not (isinstance(v, Tensor) and v._dtype is dtypes.bool_ and not slot.size), -1
    if kind == "int[]":
        return _listed(v, slot, _whole)
    if kind in ("float[]", "Scalar[]"):
        return _listed(v, slot, _number)
    if kind == "bool":
        return type(v) is bool or type(v).__module__ == "numpy" and type(v).__name__ in ("bool", "bool_") or _cell(v) and v._dtype is dtypes.bool_, -1
    if kind == "str":
        return isinstance(v, str), -1
    if kind == "ScalarType":
        return isinstance(v, dtype) or v in (float, int, bool, complex), -1
    if kind == "Device":
        return isinstance(v, (device, str)) or isinstance(v, int) and not isinstance(v, bool), -1
    if kind == "Generator":
        return type(v).__name__ == "Generator", -1
    if kind == "Layout":
        return isinstance(v, Layout), -1
    if kind == "MemoryFormat":
        return isinstance(v, MemoryFormat), -1
    return (isinstance(v, (tuple, list)), -1) if kind == "Tensor?[]" else (False, -1)


def _parse(sig: Compiled, args: tuple[Any, ...], kwargs: dict[str, Any], say: bool) -> list[Any] | None:
    """The arguments by parameter (None: not given), or None where they do not fit; where asked, Refusal with the reason."""
    name, n, left = sig.name, len(args), len(kwargs)
    spread = sig.places == 1 and sig.slots[0].kind == "int[]" and n > 0 and _whole(args[0])  # view(2, 3) for view((2, 3))
    if n > sig.places and not spread:
        return _too_many(sig, n) if say else None
    out: list[Any] = []
    at = 0
    for i, slot in enumerate(sig.slots):
        v: Any = None
        given = by_name = False
        if at < n:
            if slot.kwonly:
                return _too_many(sig, n) if say else None
            v, given = args[at], True
        else:
            by_name = True
            for key in (slot.name, *_NUMPY.get(slot.name, ())):
                if key in kwargs:
                    v, given = kwargs[key], True
                    break
        if given and not (v is None and slot.none):
            fits, bad = _fits(slot, v, name, i)
            if not fits and spread and at == 0 and not by_name:
                v, at, fits = args, n, True
            if not fits:
                if say:
                    place = "" if by_name else f" (position {at + 1})"
                    found = f"not {type_name(v)}" if bad < 0 or by_name else f"but found element of type {type_name(v[bad])} at pos {bad}"
                    raise Refusal(f"{name}(): argument '{slot.name}'{place} must be {slot.shown()}, {found}")
                return None
            out.append(v)
        elif not given and slot.default is None:
            if say:
                missing = [s.name for s in sig.slots[i:] if s.default is None]
                listed = ", ".join(f'"{m}"' for m in missing)
                raise Refusal(f"{name}() missing {len(missing)} required positional argument{'s' * (len(missing) == 1)}: {listed}")  # PyTorch's own plural
            return None
        else:
            out.append(None)
        if not by_name:
            at += at < n
        elif given:
            left -= 1
    if left > 0:
        if say:
            _extra(sig, kwargs, n)
        return None
    return out


def _too_many(sig: Compiled, n: int) -> NoReturn:
    if sig.least != sig.places:
        raise Refusal(f"{sig.name}() takes from {sig.least} to {sig.places} positional arguments but {n} were given")
    raise Refusal(f"{sig.name}() takes {sig.places} positional argument{'s' * (sig.places != 1)} but {n} {'was' if n == 1 else 'were'} given")


def _extra(sig: Compiled, kwargs: dict[str, Any], n: int) -> NoReturn:
    names = [s.name for s in sig.slots]
    for key in kwargs:
        if key not in names:
            raise Refusal(f"{sig.name}() got an unexpected keyword argument '{key}'")
        if names.index(key) < n:
            raise Refusal(f"{sig.name}() got multiple values for argument '{key}'")
    raise Refusal("invalid keyword arguments")


def _unpack(sig: Compiled, values: list[Any]) -> None:
    """The later elements of lists, which are read when a signature has been chosen."""
    for slot, v in zip(sig.slots, values, strict=True):
        if slot.kind == "int[]" and isinstance(v, (tuple, list)):
            for k, x in enumerate(v):
                if x is not _WILD and not _whole(x) and type(x) is not bool:
                    why = f'"type must be tuple of ints,but got {type_name(x)}"'
                    raise Refusal(f"{sig.name}(): argument '{slot.name}' failed to unpack the object at pos {k + 1} with error {why}")


# -- all signatures of a compiled function ------------------------------------------------------------------------------------------


def _compiled(name: str, texts: list[str], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Refusal where no signature takes the arguments; args without the tensor of a method."""
    signatures = [Compiled(name, t) for t in texts]
    signatures.sort(key=lambda s: s.deprecated)
    if len(signatures) == 1:
        found = _parse(signatures[0], args, kwargs, True)
        return _unpack(signatures[0], found or [None] * len(signatures[0].slots))
    for s in signatures:
        values = _parse(s, args, kwargs, False)
        if values is not None:
            return _unpack(s, values)
    count = len(args) + len(kwargs)
    near = [s for s in signatures if s.least <= count <= len(s.slots) and not s.hidden]
    if len(near) == 1:
        _parse(near[0], args, kwargs, True)
    raise Refusal(combination(name, [str(s) for s in signatures if not s.hidden], args, kwargs))


def combination(name: str, options: list[str], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """The text that lists what was given and what could have been."""
    named = list(reversed(kwargs.items()))  # the order of a hash table that new entries are put in front of
    given = "".join(f"{type_name(a)}, " for a in args) + "".join(f"{k}={type_name(v)}, " for k, v in named)
    given = f"({given[:-2] if args else given})"
    if any(v is _WILD for v in (*args, *kwargs.values())):
        raise Unknown
    head = f"{name}() received an invalid combination of arguments - got "
    if len(options) == 1:
        unknown, marked = _compared(options[0], args, kwargs)
        if unknown:
            return f"{head}unrecognized keyword arguments: {', '.join(unknown)}"
        return f"{head}{marked or given}, but expected {options[0]}"
    text = f"{head}{given}, but expected one of:\n"
    for option in options:
        text += f" * {option}\n"
        unknown, marked = _compared(option, args, kwargs)
        if marked:
            why = "keywords were incorrect: " + ", ".join(unknown) if unknown else f"arguments have invalid types: {marked}"
            text += f"      didn't match because some of the {why}\n"
    return text


def _compared(option: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[list[str], str]:
    """The keywords that an option does not have, and the arguments' types with marks: "" where it has another number of arguments."""
    pieces = option[1:-1].split(", ") if option != "()" else []
    kinds = [p.rpartition(" ") for p in pieces]  # of a parameter with a default this is no name, in PyTorch neither
    names = [k[2] for k in kinds[max(len(pieces) - len(kwargs), 0) :]]
    unknown = [k for k in reversed(kwargs) if k not in names]
    if len(pieces) != len(args) + len(kwargs):
        return unknown, ""
    marked = "".join(_marked(kinds[i][0], a, "") + ", " for i, a in enumerate(args))
    for kind in kinds[len(args) :]:
        if kind[2] in kwargs:
            marked += _marked(kind[0], kwargs[kind[2]], f"{kind[2]}=") + ", "
    return unknown, f"({marked[:-2] if args else marked})"


def _marked(kind: str, v: Any, label: str) -> str:
    """An argument's type, between marks where it is not a parameter's."""
    name = type_name(v)
    fits = name == kind or kind == "float" and name == "int" or kind == "object"
    if isinstance(v, (tuple, list)):
        inner = ", ".join(map(type_name, v))
        if isinstance(v, tuple):
            name += f" of ({inner}{',' * (len(v) == 1)})"
        else:
            name += f" of [{inner}]"
    return label + name if fits else f"!{label}{name}!"


# -- functions written in Python ----------------------------------------------------------------------------------------------------


def _python(name: str, text: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments by name; Refusal in Python's words where they do not fit."""
    places: list[str] = []
    only: list[str] = []
    needed: list[str] = []
    target = places
    rest = more = False
    for piece in text[1:-1].split(", ") if text != "()" else ():
        if piece.startswith("**"):
            more = True
        elif piece.startswith("*"):
            rest, target = rest or len(piece) > 1, only
        else:
            key = piece.removesuffix("=")
            target.append(key)
            if key == piece:
                needed.append(key)
    bound = dict(zip(places, args))
    for key, v in kwargs.items():
        if key not in places and key not in only:
            if more:
                continue
            raise Refusal(f"{name}() got an unexpected keyword argument '{key}'")
        if key in bound:
            raise Refusal(f"{name}() got multiple values for argument '{key}'")
        bound[key] = v
    if len(args) > len(places) and not rest:
        least = sum(p in needed for p in places)
        counted = f"from {least} to {len(places)}" if least != len(places) else str(len(places))
        plural = "s" * (len(places) != 1 or least != len(places))
        kwonly = sum(k in only for k in kwargs)
        also = f" positional argument{'s' * (len(args) != 1)} (and {kwonly} keyword-only argument{'s' * (kwonly != 1)})" if kwonly else ""
        verb = "was" if len(args) == 1 and not kwonly else "were"
        raise Refusal(f"{name}() takes {counted} positional argument{plural} but {len(args)}{also} {verb} given")
    for kind, names in (("positional", places), ("keyword-only", only)):
        missing = [f"'{p}'" for p in names if p in needed and p not in bound]
        if missing:
            listed = missing[0] if len(missing) == 1 else " and ".join(missing) if len(missing) == 2 else ", ".join(missing[:-1]) + f", and {missing[-1]}"
            raise Refusal(f"{name}() missing {len(missing)} required {kind} argument{'s' * (len(missing) != 1)}: {listed}")
    return bound


def _handed_on(call: str, bound: dict[str, Any]) -> None:
    """One call that a Python function makes: Refusal where the compiled function does not take what it is handed."""
    key, _, inner = call.partition("(")
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for piece in inner[:-1].split(", "):
        label, eq, what = piece.rpartition("=")
        v = bound[what] if what in bound else _LITERALS.get(what, _WILD)
        if eq:
            kwargs[label] = v
        else:
            args.append(v)
    if not key.startswith("Tensor.") or isinstance(args[0], Tensor) or args[0] is _WILD:
        space, _, name = key.rpartition(".")
        check(space, name, tuple(args), kwargs)


_LITERALS = {"None": None, "True": True, "False": False, "0": 0, "1": 1, "-1": -1}


def _true(v: Any) -> bool:
    """Whether a flag is set; one that is not known is not."""
    return v is not _WILD and not isinstance(v, Tensor) and bool(v)


# -- a call -------------------------------------------------------------------------------------------------------------------------


def check(space: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Refusal where PyTorch's own function would not take the arguments; nothing where it would, or where it has no such function."""
    key = f"{space}.{name}"
    found = row(key)
    if found is None:
        return
    while found[0] == "if":
        chosen = kwargs.get(found[1], args[int(found[2])] if len(args) > int(found[2]) else False)
        key += ".if_true" if _true(chosen) else ".if_false"
        found = row(key)
        if found is None:
            return
    if found[0] == "def":
        bound = _python(found[1], found[2], args, kwargs)
        reduction = bound.get("reduction", "mean")
        if not isinstance(reduction, str) and not (bound.get("reduce") or bound.get("size_average")):
            raise Refusal(f"{reduction} is not a valid value for reduction", ValueError)
        in_place = _true(bound.get("inplace"))
        calls = [c for c in found[3:] if c.partition("(")[0].endswith("_") == in_place] or found[3:]
        for call in calls:
            try:
                _handed_on(call, bound)
            except Unknown:
                pass
        return
    if space == "Tensor":
        text = descriptor(name, args)
        if text is not None:
            raise Refusal(text)
        args = args[1:]
        if found[1] == "-":
            if kwargs:
                raise Refusal(f"TensorBase.{name}() takes no keyword arguments")
            if args:
                raise Refusal(f"TensorBase.{name}() takes no arguments ({len(args)} given)")
            return
    _compiled(found[0], found[1:], args, kwargs)


def descriptor(name: str, args: tuple[Any, ...]) -> str | None:
    """What Python says of a compiled method that is called on the class with no tensor in front."""
    if not args:
        return f"unbound method TensorBase.{name}() needs an argument"
    if not isinstance(args[0], Tensor) and args[0] is not _WILD:
        return f"descriptor '{name}' for 'torch._C.TensorBase' objects doesn't apply to a '{type_name(args[0])}' object"
    return None


def refusal(space: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Refusal | None:
    """What PyTorch says of a call that it would not take; None where it would.

    >>> refusal("torch", "add", (1,), {})
    Refusal('add() missing 1 required positional arguments: "other"')
    """
    try:
        check(space, name, args, kwargs)
    except Refusal as found:
        return found.with_traceback(None)
    except Unknown:
        pass
    return None


def sentence(space: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
    """Its text alone."""
    found = refusal(space, name, args, kwargs)
    return None if found is None else str(found)


def of_method(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
    """The same for a method, of its arguments without the tensor."""
    found = row(f"Tensor.{name}")
    try:
        if found is not None:
            _compiled(found[0], found[1:], args, kwargs)
    except Refusal as refusal:
        return str(refusal)
    return None


_ASKED = frozenset("inplace return_indices training full log_input recompute_scale_factor".split())


def truths(space: str, name: str, overloads: list[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """The arguments of a function written in Python with True or False for what it only asks the truth of; None where that is not what is wrong."""
    found = row(f"{space}.{name}")
    params = overloads[0].schema.params
    if found is None or found[0] not in ("def", "if") or len(args) > len(params) or sentence(space, name, args, kwargs):
        return None
    flags = {p.name for p in params if p.type == "bool" and p.name in _ASKED}
    changed = tuple([bool(v) if p.name in flags else v for p, v in zip(params, args, strict=False)])
    named = {k: bool(v) if k in flags else v for k, v in kwargs.items()}
    if all(a is b for a, b in zip((*args, *kwargs.values()), (*changed, *named.values()), strict=True)):
        return None
    return changed, named
