"""Tensor, its storage and its geometry.

A Tensor is data with strides (a Python number for a 0-d value, else a backend's array), a dtype and autograd fields. Its methods come from
the registry (tcalc.engine.registry attaches them); the few that are not ops (item, backward, grad, ...) stand here.
"""

from __future__ import annotations

from . import dtypes
from .dtypes import dtype
from .errors import describe, fail
from .late import METHODS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from ._methods import Methods
else:
    Methods = object

_new = object.__new__


class _Leaf:
    """What ``_node`` of a leaf that requires grad holds."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "LEAF"


LEAF: Any = _Leaf()
CELLS = frozenset((float, int, bool, complex))  # the Python types that hold a 0-d CPU value


_NOT_GIVEN: Any = object()
_entered: list[Any] = []  # default devices to go back to


class device:
    """Where a tensor lives: ``cpu``, ``cuda:0``, ``meta``.

    >>> device('cuda', 1).index, str(device('cpu'))
    (1, 'cpu')
    """

    __slots__ = ("index", "type")
    __module__ = "torch"  # what print(type(d)) shows
    type: str
    index: int | None

    def __init__(self, type: Any = _NOT_GIVEN, index: int | None = None, *more: Any, **named: Any) -> None:
        if type is _NOT_GIVEN and index is None and "device" in named:
            type = named.pop("device")
        if more or named or index is not None and index.__class__ is not int:
            _refuse_device(type, index, more, named)
        if isinstance(type, device) and index is None:
            self.type, self.index = type.type, type.index
            return
        if type.__class__ is int and index is None:
            from .cuda import is_available

            if not is_available():
                raise RuntimeError("Cannot access accelerator device when none is available.")
            if type < 0:
                raise RuntimeError("Device index must not be negative")
            self.type, self.index = "cuda", type
            return
        if not isinstance(type, str):
            _refuse_device(type, index, more, named)
        if not type:
            fail(RuntimeError, "Device string must not be empty", kind="device", hints=["The devices here are cpu, cuda and meta."])
        if index is not None and index < 0:
            raise RuntimeError("Device index must not be negative")
        kind, colon, number = type.partition(":")
        if kind not in ("cpu", "cuda", "meta"):
            if kind in ("mps", "xpu", "hip", "xla", "ipu", "mkldnn", "vulkan", "hpu", "mtia", "privateuseone"):
                fail(
                    RuntimeError,
                    f"PyTorch is not linked with support for {kind} devices",
                    kind="device",
                    hints=["The devices here are cpu, cuda and meta."],
                )
            fail(
                RuntimeError,
                "Expected one of cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, lazy, vulkan, mps, meta, "
                f"hpu, mtia, privateuseone device type at start of device string: {type}",
                kind="device",
                hints=["The devices here are cpu, cuda and meta."],
            )
        if colon and not number.isdigit():
            fail(RuntimeError, f"Invalid device string: '{type}'", kind="device", hints=["A device reads cpu, cuda, cuda:1 or meta."])
        if colon and index is not None:
            raise RuntimeError(f"type (string) must not include an index because index was passed explicitly: {type}")
        self.type = kind
        self.index = int(number) if colon else index

    def __repr__(self) -> str:
        index = "" if self.index is None else f", index={self.index}"
        return f"device(type='{self.type}'{index})"

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and self.type == other.type and self.index == other.index

    def __hash__(self) -> int:
        return hash((self.type, self.index))

    def __reduce__(self) -> tuple[Any, ...]:
        return _device, (self.type, self.index)

    def __enter__(self) -> device:
        """Make factories put their tensors here until the end of the block."""
        from . import apply

        _entered.append(apply._default_device[0])
        apply._default_device[0] = self
        return self

    def __exit__(self, *failure: Any) -> None:
        from . import apply

        apply._default_device[0] = _entered.pop()


CPU = device("cpu")
META = device("meta")


def _refuse_device(type: Any, index: Any, more: tuple[Any, ...], named: dict[str, Any]) -> NoReturn:
    from .arguments import combination, sentence

    args = () if type is _NOT_GIVEN else (type,) if index is None and not more else (type, index, *more)
    text = sentence("torch", "device", args, named)
    raise TypeError(text or combination("device", ["(torch.device device)", "(str type, int index = -1)"], args, named))


_shape: Any = tuple.__new__  # Size(...) without the look at its elements


class Size(tuple):  # type: ignore[type-arg]  # a plain tuple subclass, as torch.Size is
    """A shape: a tuple that prints as ``torch.Size([2, 3])``."""

    __slots__ = ()
    __module__ = "torch"

    def __new__(cls, sizes: Any = ()) -> Size:
        """A shape from an iterable of ints; TypeError for anything else in it."""
        found = []
        for k, n in enumerate(sizes):
            if type(n) is not int:
                if isinstance(n, float) or not hasattr(type(n), "__index__"):
                    raise TypeError(f"torch.Size() takes an iterable of 'int' (item {k} is '{type(n).__name__}')")
                n = n.__index__()
            found.append(n)
        return _shape(cls, found)  # type: ignore[no-any-return]

    def __reduce__(self) -> tuple[Any, ...]:
        return _size, (tuple(self),)

    def numel(self) -> int:
        """How many elements a tensor of this shape has."""
        n = 1
        for size in self:
            n *= size
        return n

    def __repr__(self) -> str:
        from .printing import size_str

        return size_str(self)

    def __getitem__(self, index: Any) -> Any:
        found = tuple.__getitem__(self, index)
        return _shape(Size, found) if type(index) is slice else found

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, tuple):
            raise TypeError(f"can only concatenate tuple (not {type(other).__name__}) to torch.Size")
        return Size(tuple.__add__(self, other))

    def __radd__(self, other: Any) -> Any:
        return Size(tuple(other) + tuple(self))

    def __mul__(self, n: Any) -> Any:
        return Size(tuple.__mul__(self, n))

    __rmul__ = __mul__


def _size(sizes: tuple[int, ...]) -> Size:
    """Unpickle; the class itself says it lives in torch."""
    return Size(sizes)


def _device(type: str, index: int | None) -> device:
    return device(type, index)


class Storage:
    """Memory that tensors share: its version counter, its last writers, its buffer (flat bytes, once an alias needs one)."""

    __slots__ = ("buffer", "nbytes", "version", "writers")

    def __init__(self) -> None:
        self.version = 0
        self.writers: list[tuple[int, str, Any]] = []
        self.buffer: Any = None
        self.nbytes = 0

    def wrote(self, op: str, where: Any) -> None:
        """Count one write and remember who did it (the last eight)."""
        self.version += 1
        self.writers.append((self.version, op, where))
        if len(self.writers) > 8:
            del self.writers[0]


class View:
    """How a tensor is a view: ``base``, the ops from base to here, and the storage version its node belongs to."""

    __slots__ = ("base", "chain", "creation", "version")

    def __init__(self, base: Tensor, chain: tuple[Any, ...], version: int, creation: str) -> None:
        self.base = base
        self.chain = chain
        self.version = version
        self.creation = creation  # "", "no_grad", "multi" (an output of split, unbind, chunk), "inference"


class Extras:
    """What most tensors never need: storage, offset, view, grad, hooks, retained grad, name, reason code, origin."""

    __slots__ = ("bits", "grad", "grad_dtype", "hooks", "name", "offset", "out", "retains", "storage", "view", "where", "why")

    def __init__(self) -> None:
        self.storage: Storage | None = None
        self.offset = 0
        self.bits = 0  # 1: the elements are the conjugates of what the memory holds, 2: the negatives (tcalc.engine.pending)
        self.out = 0
        self.view: View | None = None
        self.grad: Tensor | None = None
        self.hooks: dict[int, Any] | None = None
        self.retains = False
        self.name: str | None = None
        self.why: str = ""
        self.where: Any = None

    grad_dtype: Any  # there once it was set


class Spec:
    """Shape, dtype, device and strides of a tensor without its data."""

    __slots__ = ("_steps", "device", "dtype", "offset", "shape")

    def __init__(self, shape: tuple[int, ...], dtype: dtype, device: device, steps: tuple[int, ...] = (), offset: int = 0) -> None:
        self.shape = shape
        self.dtype = dtype
        self.device = device
        self._steps = steps  # in bytes, as arrays have them
        self.offset = offset

    @staticmethod
    def of(t: Tensor) -> Spec:
        """The spec of a tensor."""
        d = t._data
        if type(d) in CELLS:
            return Spec((), t._dtype, CPU)
        b = backend_of(d)
        e = t._ext
        return Spec(tuple(d.shape), t._dtype, CPU if b.name == "cpu" else b.device_of(d), d.strides, 0 if e is None else e.offset)

    @property
    def stride(self) -> tuple[int, ...]:
        """Strides in elements."""
        return element_strides(self.shape, self._steps, self.dtype.itemsize)

    def __repr__(self) -> str:
        return f"Spec({self.dtype.short}[{','.join(map(str, self.shape))}] {self.device})"


def element_strides(shape: tuple[int, ...], steps: tuple[int, ...], itemsize: int) -> tuple[int, ...]:
    """Strides in elements from strides in bytes; NumPy's zeros for fresh empty arrays become PyTorch's."""
    if 0 in shape and not any(steps):
        return row_major(shape)
    return tuple([s // itemsize for s in steps])


class LateMethod:
    """Stands on Tensor for a method whose module start-up leaves out; loading the module puts the method in its place.

    (A ``__getattr__`` on the class would do as well, and make every look-up of every field five times as slow.)
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, obj: Any, owner: Any) -> Any:
        from .registry import load_for

        if not load_for(self.name) and Tensor.__dict__[self.name] is self:
            raise AttributeError(f"'{owner.__name__}' object has no attribute '{self.name}'")
        return getattr(owner if obj is None else obj, self.name)


class Tensor(Methods):
    """An n-dimensional array of one dtype that remembers how it was made.

    >>> x = tensor([1., 2.], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """

    __slots__ = ("__weakref__", "_data", "_dtype", "_ext", "_node")
    __module__ = "torch"

    _data: Any
    _dtype: dtype
    _ext: Extras | None
    _node: Any

    if TYPE_CHECKING:  # the operators and the methods of ops come from the registry (ops/operators.py)

        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __rsub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __rtruediv__(self, other: Any) -> Tensor: ...
        def __pow__(self, other: Any) -> Tensor: ...
        def __matmul__(self, other: Any) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def __invert__(self) -> Tensor: ...
        def __lt__(self, other: Any) -> Tensor: ...
        def __gt__(self, other: Any) -> Tensor: ...
        def __le__(self, other: Any) -> Tensor: ...
        def __ge__(self, other: Any) -> Tensor: ...
        def __getitem__(self, index: Any) -> Tensor: ...
        def __setitem__(self, index: Any, value: Any) -> None: ...

    locals().update({name: LateMethod(name) for name in METHODS})

    # NumPy hands binary operators over to us instead of looping over elements.
    __array_priority__ = 1000

    def __new__(cls, data: Any = None, *args: Any, **kwargs: Any) -> Tensor:
        """torch.Tensor(2, 3) is uninitialised float32 of that shape; torch.Tensor([..]) holds those values as float32."""
        from .ops import factory

        return factory.legacy_tensor(data, args, kwargs)

    @property
    def _out(self) -> int:
        """Which output of its node it is (kept in the extras, since it is nearly always 0)."""
        e = self._ext
        return 0 if e is None else e.out

    @_out.setter
    def _out(self, value: int) -> None:
        if value or self._ext is not None:
            extras(self).out = value

    # -- geometry -----------------------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> Size:
        """Sizes of the dimensions."""
        d = self._data
        return _SCALAR if type(d) in CELLS else _shape(Size, d.shape)

    @property
    def ndim(self) -> int:
        """How many dimensions it has."""
        d = self._data
        return 0 if type(d) in CELLS else len(d.shape)

    @property
    def dtype(self) -> dtype:
        """Type of the elements."""
        return self._dtype

    @property
    def device(self) -> device:
        """Where the data is."""
        d = self._data
        return CPU if type(d) in CELLS else backend_of(d).device_of(d)

    def stride(self, dim: int | None = None) -> Any:
        """Steps in elements from one index to the next, one a dimension (or of ``dim`` alone)."""
        d = self._data
        steps = () if type(d) in CELLS else element_strides(d.shape, d.strides, self._dtype.itemsize)
        if dim is None:
            return steps
        return steps[wrap_dim(_dim("stride", dim), len(steps), False)]

    def storage_offset(self) -> int:
        """First element's place in the storage, in elements."""
        return self._ext.offset if self._ext is not None else 0

    def data_ptr(self) -> int:
        """Address of the first element."""
        d = own(self)._data
        return int(backend_of(d).pointer(d))

    def numel(self) -> int:
        """How many elements it has.

        >>> zeros(2, 3).numel()
        6
        """
        n = 1
        for size in self.shape:
            n *= size
        return n

    def element_size(self) -> int:
        """Bytes of one element."""
        return self._dtype.itemsize

    def is_contiguous(self, memory_format: Any = None) -> bool:
        """Whether the elements lie in row-major order (or a memory format's) without gaps."""
        if memory_format is not None and memory_format is not contiguous_format:
            from .formats import is_in

            return is_in(memory_format, self)
        d = self._data
        if type(d) in CELLS:
            return True
        return contiguous(d.shape, self.stride())

    @property
    def nbytes(self) -> int:
        """Bytes of its elements (not of the storage behind a view)."""
        return self.numel() * self._dtype.itemsize

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return self._dtype.itemsize

    @property
    def is_cpu(self) -> bool:
        """Whether it lives in host memory."""
        return self.device.type == "cpu"

    @property
    def is_cuda(self) -> bool:
        """Whether it lives on a CUDA device."""
        return self.device.type == "cuda"

    @property
    def is_meta(self) -> bool:
        """Whether it has no data."""
        return self.device.type == "meta"

    @property
    def layout(self) -> Any:
        """torch.strided, always."""
        return strided

    @property
    def _version(self) -> int:
        e = self._ext
        if e is not None and e.why == "inference":
            raise RuntimeError("Inference tensors do not track version counter.")
        return 0 if e is None or e.storage is None else e.storage.version

    @property
    def _base(self) -> Tensor | None:
        e = self._ext
        return None if e is None or e.view is None else e.view.base

    def _is_view(self) -> bool:
        return self._base is not None

    # -- values out ---------------------------------------------------------------------------------------------------------------

    def item(self) -> Any:
        """The one element as a Python number; RuntimeError unless there is exactly one."""
        d = self._data
        if type(d) in CELLS:
            return d
        if self.numel() != 1:
            fail(
                RuntimeError,
                f"a Tensor with {self.numel()} elements cannot be converted to Scalar",
                kind="item",
                op="item",
                operands=[(None, describe(self))],
                explain=[f"item() takes one element out; {describe(self)} has {self.numel()}."],
                hints=["tolist() gives them all; x[0].item() one; x.sum().item() their sum."],
            )
        b = backend_of(d)
        b.refuse_data("item", self)
        return self._dtype.python_type(b.to_host(elements(self)).reshape(())[()])

    def tolist(self) -> Any:
        """Nested lists of Python numbers (of a 0-d tensor: the number)."""
        d = self._data
        if type(d) in CELLS:
            return d
        b = backend_of(d)
        b.refuse_data("tolist", self)
        from . import limits

        limits.check((*d.shape, 4), dtypes.float64, "tolist")  # a list takes about that much an element
        return b.tolist(elements(self), self._dtype)

    def numpy(self, *, force: bool = False) -> Any:
        """The data as a NumPy array that shares memory (CPU); RuntimeError for a tensor that requires grad, TypeError off the CPU."""
        if force:
            return self.detach().cpu().resolve_conj().resolve_neg().numpy()
        if self.requires_grad:
            fail(
                RuntimeError,
                "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
                kind="numpy",
                op="numpy",
                explain=["A NumPy array cannot carry a gradient: writing to it would go unseen."],
                hints=["x.detach().numpy()"],
            )
        if self.device.type != "cpu":
            fail(
                TypeError,
                f"can't convert {self.device} device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first.",
                kind="device",
                op="numpy",
                hints=["x.cpu().numpy()"],
            )
        if self._ext is not None and self._ext.bits:
            bit, name = ("conjugate", "resolve_conj") if self._ext.bits & 1 else ("negative", "resolve_neg")
            fail(
                RuntimeError,
                f"Can't call numpy() on Tensor that has {bit} bit set. Use tensor.{name}().numpy() instead.",
                kind="numpy",
                op="numpy",
                explain=[f"The memory holds the {'conjugates' if bit == 'conjugate' else 'negatives'} of its elements: NumPy would see those."],
                hints=[f"x.{name}().numpy(), or x.numpy(force=True)"],
            )
        if self._dtype is dtypes.bfloat16:
            fail(
                TypeError,
                "Got unsupported ScalarType BFloat16",
                kind="dtype",
                op="numpy",
                explain=["NumPy has no bfloat16."],
                hints=["x.float().numpy() holds the same values."],
            )
        return own(self)._data

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = self.numpy()
        if dtype is not None and dtype != array.dtype:
            if copy is False:
                raise ValueError("Unable to avoid copy while creating an array as requested.")
            return array.astype(dtype)
        return array.copy() if copy else array

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        from .exchange import array_wrap

        return array_wrap(array)

    def __dlpack__(self, *, stream: Any = None, max_version: Any = None, dl_device: Any = None, copy: bool | None = None) -> Any:
        from .exchange import dlpack

        return dlpack(self, stream=stream, max_version=max_version, dl_device=dl_device, copy=copy)

    def __dlpack_device__(self) -> tuple[Any, int]:
        from .exchange import dlpack_device

        return dlpack_device(self)

    def __bool__(self) -> bool:
        d = self._data
        if type(d) in CELLS:
            return bool(d)
        n = self.numel()
        if n != 1:
            many = "more than one value" if n else "no values"
            fail(
                RuntimeError,
                f"Boolean value of Tensor with {many} is ambiguous",
                kind="bool",
                operands=[(None, describe(self))],
                explain=[f"{describe(self)} has {n} elements: which of them decides?"],
                hints=["x.any(), x.all(), or an index."],
            )
        return bool(self.item())

    def __float__(self) -> float:
        return float(_one(self))

    def __int__(self) -> int:
        return int(_one(self))

    def __complex__(self) -> complex:
        return complex(_one(self))

    def __index__(self) -> int:
        if self._dtype.category > 1 or self.numel() != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def __len__(self) -> int:
        d = self._data
        if type(d) in CELLS or not d.shape:
            raise TypeError("len() of a 0-d tensor")
        return int(d.shape[0])

    def __iter__(self) -> Any:
        d = self._data
        if type(d) in CELLS or not d.shape:
            raise TypeError("iteration over a 0-d tensor")
        return iter(self.unbind(0))

    def __contains__(self, element: Any) -> bool:
        if not isinstance(element, (Tensor, int, float, complex)):
            fail(
                RuntimeError,
                f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}.",
                kind="contains",
                hints=["(x == y).all(-1).any() asks for a row."],
            )
        return bool((self == element).any().item())  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        from .show import tensor_text

        return tensor_text(self)

    def __format__(self, spec: str) -> str:
        if self.ndim == 0 and not self.is_meta:
            return self.item().__format__(spec)  # type: ignore[no-any-return]
        return object.__format__(self, spec)

    def __deepcopy__(self, memo: Any) -> Tensor:
        from .exchange import deepcopy

        return deepcopy(self, memo)

    def __copy__(self) -> Tensor:
        from .exchange import shallow_copy

        return shallow_copy(self)

    def __reduce_ex__(self, protocol: Any) -> Any:
        from .exchange import reduce

        return reduce(self)

    # -- autograd -----------------------------------------------------------------------------------------------------------------

    @property
    def requires_grad(self) -> bool:
        """Whether gradients are recorded for it."""
        return graph.node_of(self) is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        graph.set_requires_grad(self, value)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Start (or stop) recording gradients for this leaf, in place."""
        if type(requires_grad) is not bool:
            raise TypeError(f"requires_grad_(): argument 'requires_grad' (position 1) must be bool, not {type(requires_grad).__name__}")
        graph.set_requires_grad(self, requires_grad, method=True)
        return self

    @property
    def is_leaf(self) -> bool:
        """Made by the user, or not tracked: the tensors that backward() fills ``.grad`` of."""
        n = graph.node_of(self)
        return n is None or n is LEAF

    @property
    def grad_fn(self) -> Any:
        """The node that made it; None for leaves."""
        n = graph.node_of(self)
        return None if n is LEAF else n

    @property
    def grad(self) -> Tensor | None:
        """The gradient that backward() has summed up; None before the first."""
        e = self._ext
        g = None if e is None else e.grad
        if g is None and not self.is_leaf and not (e is not None and e.retains):
            graph.warn_non_leaf_grad()
        return g

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        graph.set_grad(self, value)

    @grad.deleter
    def grad(self) -> None:
        graph.set_grad(self, None)

    @property
    def grad_dtype(self) -> Any:
        """The dtype of ``.grad``: this tensor's own unless it was set to another, or to None for whatever arrives."""
        return graph.grad_dtype(self)

    @grad_dtype.setter
    def grad_dtype(self, value: Any) -> None:
        graph.set_grad_dtype(self, value)

    @property
    def data(self) -> Tensor:
        """An alias outside autograd: shares memory, not the version counter, so writes through it go unseen."""
        return graph.data_alias(self)

    @data.setter
    def data(self, value: Tensor) -> None:
        graph.set_data(self, value)

    @property
    def output_nr(self) -> int:
        """Which output of its grad_fn it is."""
        return self._out

    @property
    def retains_grad(self) -> bool:
        """Whether a non-leaf keeps its ``.grad`` after backward."""
        return self._ext is not None and self._ext.retains

    def backward(self, gradient: Any = None, retain_graph: bool | None = None, create_graph: bool = False, inputs: Any = None) -> None:
        """Add d(self)/d(leaf) to ``.grad`` of every leaf it was made from (or of ``inputs`` alone).

        gradient: the vector of the vector-Jacobian product, in self's shape; needed unless self has one element.
        Raises RuntimeError where nothing requires grad, or the graph was already freed.
        """
        graph.backward([self], None if gradient is None else [gradient], retain_graph, create_graph, inputs)

    def retain_grad(self) -> None:
        """Keep ``.grad`` of this non-leaf when backward reaches it."""
        graph.retain_grad(self)

    def register_hook(self, hook: Any) -> Any:
        """Call ``hook(grad)`` when the gradient of this tensor is known; what it returns (unless None) replaces it."""
        return graph.register_hook(self, hook)

    def register_post_accumulate_grad_hook(self, hook: Any) -> Any:
        """Call ``hook(tensor)`` after backward has added to this leaf's ``.grad``."""
        return graph.register_post_hook(self, hook)

    def detach(self) -> Tensor:
        """The same memory outside the graph; the version counter is shared.

        >>> tensor([1.], requires_grad=True).detach()
        tensor([1.])
        """
        return graph.detach(self)

    def detach_(self) -> Tensor:
        """Cut this tensor from its graph, in place.

        >>> tensor([1.]).detach_()
        tensor([1.])
        """
        return graph.detach_(self)

    @property
    def T(self) -> Tensor:
        """Dimensions in reverse order, a view."""
        return self.permute(tuple(range(self.ndim))[::-1])

    @property
    def mT(self) -> Tensor:
        """The last two dimensions exchanged, a view."""
        if self.ndim < 2:
            if not self.ndim:
                return self
            raise RuntimeError(f"tensor.mT is only supported on matrices or batches of matrices. Got {self.ndim}-D tensor.")
        return self.transpose(-2, -1)

    @property
    def H(self) -> Tensor:
        """Conjugate transpose of a matrix."""
        if self.ndim not in (0, 2):
            more = " For batches of matrices, consider using tensor.mH" if self.ndim > 2 else ""
            fail(RuntimeError, f"tensor.H is only supported on matrices (2-D tensors). Got {self.ndim}-D tensor.{more}", kind="dim", op="H")
        return (self.transpose(0, 1) if self.ndim else self).conj()

    @property
    def mH(self) -> Tensor:
        """The last two dimensions exchanged and conjugated, a view."""
        if self.ndim < 2:
            if not self.ndim:
                return self.conj()
            fail(RuntimeError, f"tensor.mH is only supported on matrices or batches of matrices. Got {self.ndim}-D tensor.", kind="dim", op="mH")
        return self.transpose(-2, -1).conj()

    @property
    def real(self) -> Tensor:
        """The real part, a view (of a real tensor: itself)."""
        return self._part("real")

    @real.setter
    def real(self, value: Any) -> None:
        self._part("real").copy_(value)

    @property
    def imag(self) -> Tensor:
        """The imaginary part, a view; RuntimeError for a real tensor."""
        return self._part("imag")

    @imag.setter
    def imag(self, value: Any) -> None:
        self._part("imag").copy_(value)

    def _part(self, name: str) -> Tensor:
        if name == "real" and not self._dtype.is_complex:
            return self
        from .registry import NAMESPACES

        return NAMESPACES["torch"][name](self)  # type: ignore[no-any-return]

    def dim(self) -> int:
        """How many dimensions it has."""
        return self.ndim

    def ndimension(self) -> int:
        """How many dimensions it has."""
        return self.ndim

    def nelement(self) -> int:
        """How many elements it has."""
        return self.numel()

    def size(self, dim: int | None = None) -> Any:
        """The shape, or the size of one dimension."""
        return self.shape if dim is None else self.shape[wrap_dim(_dim("size", dim), self.ndim, False)]

    def get_device(self) -> int:
        """Number of its CUDA device; -1 on the CPU.

        >>> tensor([1.]).get_device()
        -1
        """
        return self.device.index if self.device.type == "cuda" and self.device.index is not None else -1

    def is_floating_point(self) -> bool:
        """Whether the dtype is a floating one.

        >>> tensor([1]).is_floating_point()
        False
        """
        return self._dtype.is_floating_point

    def is_complex(self) -> bool:
        """Whether the dtype is complex.

        >>> tensor([1.]).is_complex()
        False
        """
        return self._dtype.is_complex

    def is_signed(self) -> bool:
        """Whether the dtype has negative numbers.

        >>> tensor([True]).is_signed()
        False
        """
        return self._dtype.is_signed

    def is_inference(self) -> bool:
        """Whether it was made in inference mode: such a tensor can never be part of a graph.

        >>> with inference_mode():
        ...     x = ones(2)
        >>> x.is_inference()
        True
        """
        return self._ext is not None and self._ext.why == "inference"

    def is_same_size(self, other: Tensor) -> bool:
        """Whether it has the other's shape.

        >>> zeros(2, 3).is_same_size(ones(2, 3))
        True
        """
        if not isinstance(other, Tensor):
            raise TypeError(f"is_same_size(): argument 'other' (position 1) must be Tensor, not {type(other).__name__}")
        return tuple(self.shape) == tuple(other.shape)

    def dim_order(self, *, ambiguity_check: Any = False) -> tuple[int, ...]:
        """The dimensions from the one with the largest step in memory to the one with the smallest.

        ambiguity_check: RuntimeError where the strides fit more than one order; memory formats in a list settle it where just one of them fits.

        >>> zeros(2, 3).t().dim_order()
        (1, 0)
        """
        from .formats import dim_order

        return dim_order(self, ambiguity_check)

    def is_set_to(self, tensor: Tensor) -> bool:
        """Whether both have the same storage, offset, sizes and strides."""
        return (
            self._ext is not None
            and tensor._ext is not None
            and self._ext.storage is not None
            and self._ext.storage is tensor._ext.storage
            and (self.storage_offset(), self.shape, self.stride()) == (tensor.storage_offset(), tensor.shape, tensor.stride())
        )

    def untyped_storage(self) -> StorageView:
        """The memory behind it, as bytes."""
        return StorageView(own(self), dtypes.uint8)

    def storage(self) -> StorageView:
        """The memory behind it, as elements."""
        return StorageView(own(self), self._dtype)


# What a tensor of another layout or device would say.
NEVER = ("is_sparse is_sparse_csr is_quantized is_nested is_mkldnn is_xla is_mps is_xpu is_ipu is_maia is_mtia is_vulkan").split()
for _name in NEVER:
    setattr(Tensor, _name, property(lambda self: False))


class StorageView:
    """A look at a storage: data_ptr(), nbytes(), size(), tolist()."""

    __slots__ = ("_dtype", "_tensor")

    def __init__(self, tensor: Tensor, dtype: dtype) -> None:
        self._tensor = tensor
        self._dtype = dtype

    def data_ptr(self) -> int:
        """Address of the first byte."""
        t = self._tensor
        return t.data_ptr() - t.storage_offset() * t._dtype.itemsize

    def nbytes(self) -> int:
        """Bytes it owns."""
        return storage_of(self._tensor).nbytes

    def size(self) -> int:
        """Elements it owns."""
        return self.nbytes() // self._dtype.itemsize

    __len__ = size

    def tolist(self) -> list[Any]:
        """All elements in memory order."""
        s = storage_of(self._tensor)
        b = backend_of(self._tensor._data)
        return b.tolist(b.view_flat(s.buffer, self._dtype), self._dtype)  # type: ignore[no-any-return]


class Layout:
    """torch.strided: the one layout there is."""

    __slots__ = ()
    __module__ = "torch"
    __qualname__ = "layout"

    def __repr__(self) -> str:
        return "torch.strided"


class MemoryFormat:
    """torch.contiguous_format, torch.preserve_format, torch.channels_last, torch.channels_last_3d: formats.py says what they mean."""

    __slots__ = ("name",)
    __module__ = "torch"
    __qualname__ = "memory_format"

    name: str

    def __new__(cls, *args: Any) -> MemoryFormat:
        """There are the four below."""
        raise TypeError("cannot create 'torch.memory_format' instances")

    def __repr__(self) -> str:
        return "torch." + self.name

    def __reduce__(self) -> tuple[Any, ...]:
        return _memory_format, (self.name,)


def _memory_format(name: str) -> MemoryFormat:
    found = _FORMATS.get(name)
    if found is None:
        found = _FORMATS[name] = _new(MemoryFormat)
        found.name = name
    return found


_FORMATS: dict[str, MemoryFormat] = {}
strided = Layout()
contiguous_format = _memory_format("contiguous_format")
preserve_format = _memory_format("preserve_format")
channels_last = _memory_format("channels_last")
channels_last_3d = _memory_format("channels_last_3d")
_SCALAR = Size()


def make(data: Any, d: dtype, node: Any = None, out: int = 0) -> Tensor:
    """A Tensor around backend data; no copy, no check."""
    t = _new(Tensor)
    t._data = data
    t._dtype = d
    t._node = node
    t._ext = None
    if out:
        extras(t).out = out
    return t


def elements(t: Tensor) -> Any:
    """Its data as its elements are: what the memory holds, or the conjugates or negatives of that."""
    e = t._ext
    if e is None or not e.bits:
        return t._data
    from .pending import value_of

    return value_of(t)


def extras(t: Tensor) -> Extras:
    """Its Extras, made when missing."""
    e = t._ext
    if e is None:
        e = t._ext = Extras()
    return e


def storage_of(t: Tensor) -> Storage:
    """Its Storage, made when missing. The node that saved this tensor as its output learns of it, to see later writes."""
    e = extras(t)
    s = e.storage
    if s is None:
        s = e.storage = Storage()
        s.nbytes = t.numel() * t._dtype.itemsize
        graph.link_storage(t, s)
    return s


def own(t: Tensor) -> Tensor:
    """Make t's memory shareable: a Python cell becomes a 0-d array, the storage gets its buffer. Returns t."""
    s = storage_of(t)
    if s.buffer is None:
        d = t._data
        if type(d) in CELLS:
            from .backends import cpu

            d = t._data = cpu.cell_array(d, t._dtype)
        b = backend_of(d)
        s.buffer = b.flat(d)
        s.nbytes = b.buffer_bytes(s.buffer)
    return t


def _dim(function: str, dim: Any) -> int:
    """A dim argument as an int."""
    if type(dim) is int:
        return dim
    if isinstance(dim, (float, str, type)) or isinstance(dim, bool) or not hasattr(dim, "__index__"):
        raise TypeError(f"{function}(): argument 'dim' (position 1) must be int, not {type(dim).__name__}")
    return int(dim.__index__())


def wrap_dim(dim: int, ndim: int, scalar: bool = True) -> int:
    """A dimension counted from the front; IndexError with the allowed range (a 0-d tensor has one, 0 or -1, unless not ``scalar``)."""
    n = ndim or 1
    if not ndim and not scalar:
        fail(
            IndexError,
            f"Dimension specified as {dim} but tensor has no dimensions",
            kind="dim",
            explain=["A 0-d tensor is one number: it has no dimension to ask about."],
            hints=["x.unsqueeze(0) has one."],
        )
    if not -n <= dim < n:
        fail(
            IndexError,
            f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})",
            kind="dim",
            explain=[f"A tensor of {ndim} dimensions has dims {-n} to {n - 1}; dim={dim} does not exist, the last is {n - 1}."],
        )
    return dim + n if dim < 0 else dim


def contiguous(shape: Any, stride: tuple[int, ...]) -> bool:
    """Whether strides (in elements) are row-major for the shape; size-1 dims do not matter, an empty tensor is contiguous."""
    expected = 1
    for size, step in zip(reversed(shape), reversed(stride), strict=True):
        if size == 0:
            return True
        if size != 1:
            if step != expected:
                return 0 in shape
            expected *= size
    return True


def sums_to(shape: Any, target: Any) -> bool:
    """Whether summing broadcast dimensions of ``shape`` gives ``target``."""
    extra = len(shape) - len(target)
    return extra >= 0 and all(t in (1, s) for t, s in zip(target, shape[extra:], strict=True))


def row_major(shape: Any) -> tuple[int, ...]:
    """Strides in elements of a fresh tensor of this shape, as PyTorch counts them (a size of 0 counts as 1)."""
    steps = []
    step = 1
    for size in reversed(shape):
        steps.append(step)
        step *= size if size > 1 else 1
    return tuple(reversed(steps))


def _one(t: Tensor) -> Any:
    if t.numel() != 1:
        fail(
            ValueError,
            "only one element tensors can be converted to Python scalars",
            kind="item",
            operands=[(None, describe(t))],
            explain=[f"{describe(t)} has {t.numel()} elements."],
            hints=["x.tolist() gives them all; x.sum().item() their sum."],
        )
    return t.item()


from . import graph  # noqa: E402 - graph needs Tensor
from .backends import backend_of  # noqa: E402
