"""What tensors and named results print: the bridge from Tensor to the formatter in printing."""

from __future__ import annotations

from . import dtypes, printing
from .backends import backend_of
from .graph import LEAF, Node, node_of
from .tensors import CELLS, Tensor, elements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


around: Any = None  # while a transform of func runs: the text of a tensor with what the transforms put around it, or None


def tensor_text(t: Tensor, prefix: str = "tensor(", options: Any = None) -> str:
    """PyTorch's text of a tensor, to the character."""
    text = around(t) if around is not None else None
    return plain_text(t, prefix, options) if text is None else str(text)


def plain_text(t: Tensor, prefix: str = "tensor(", options: Any = None, more: tuple[str, ...] = ()) -> str:
    """The same without what transforms put around a tensor; ``more`` stands behind the other suffixes."""
    d = elements(t)
    shape = tuple(t.shape)
    meta = t.is_meta
    n = node_of(t)
    suffixes = printing.suffixes_for(
        shape,
        t.numel(),
        t._dtype.name,
        dtypes.get_default_dtype().name,
        "cpu" if t.device.type == "cpu" else str(t.device),
        requires_grad=n is LEAF,
        grad_fn_name=n.kind if type(n) is Node else None,
        is_meta=meta,
        **({"options": options} if options is not None else {}),
    )
    data: Any = None
    if not meta:
        data = d if type(d) in CELLS else backend_of(d).to_host(d)
        if type(d) not in CELLS and not shape:
            data = t._dtype.python_type(data[()])
    return printing.tensor_str(data, shape, t._dtype.name, suffixes=[*suffixes, *more], prefix=prefix, options=options)


class ReturnType(tuple):  # type: ignore[type-arg]
    """A tuple of results with names: torch.return_types.<name>."""

    __slots__ = ()
    _name = ""
    _fields: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return printing.return_type_str(self._name, [(f, repr(v)) for f, v in zip(self._fields, self, strict=True)])


def make_return_type(name: str, fields: tuple[str, ...]) -> type:
    """The class of an op's named results."""

    def field(k: int) -> property:
        return property(lambda self: tuple.__getitem__(self, k))

    body: dict[str, Any] = {f: field(k) for k, f in enumerate(fields)}
    body.update(__slots__=(), _name=name, _fields=fields, __module__="torch.return_types")
    return type(name, (ReturnType,), body)
