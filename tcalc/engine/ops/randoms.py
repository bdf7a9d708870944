"""Random tensors: factories, in-place fillings, sampling. The numbers come from engine/random.py, PyTorch's own streams on the CPU."""

from __future__ import annotations

from .. import dtypes, limits, random
from ..apply import default_device, move
from ..backends import by_name
from ..errors import fail
from ..registry import attach, composite
from ..tensors import CELLS, Tensor, make
from .factory import _FACTORY, _check_sizes, finish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_GEN = "Generator? generator=None, "


def _generator(g: Any) -> Any:
    return random.default_generator if g is None else getattr(g, "_stream", g)


def _numel(shape: Any) -> int:
    n = 1
    for s in shape:
        n *= s
    return n


def _draw(shape: Any, d: Any, where: Any, one: Any, many: Any, name: str) -> Tensor:
    """A fresh tensor of random numbers: ``one()`` gives a single one (no NumPy needed), ``many(n)`` an array."""
    _check_sizes(shape)
    limits.check(shape, d, name)
    where = where or default_device()
    if where.type == "meta":
        return make(by_name("meta").empty(tuple(shape), d), d)
    if not shape and where.type == "cpu":
        return make(one(), d)
    data = many(_numel(shape)).reshape(shape)
    return make(data if where.type == "cpu" else move(data, d, where), d)


def _float(name: str, d: Any) -> Any:
    d = d or dtypes.get_default_dtype()
    if not d.is_floating_point:
        from ..apply import _cap

        kernel = "uniform_" if name.startswith("rand_") or name == "rand" else "normal_"
        if name.startswith("randn"):
            raise NotImplementedError(f"\"normal_kernel_cpu\" not implemented for '{_cap(d)}'")
        raise NotImplementedError(f"\"check_{kernel}bounds\" not implemented for '{_cap(d)}'")
    return d


def _pair(name: str, doc: str, one: Any, many: Any) -> None:
    @composite(f"{name}(int[] size, *, {_GEN}{_FACTORY[3:]}) -> Tensor", method=False, doc=doc)
    def make_it(size: Any, generator: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
        d = _float(name, dtype)
        g = _generator(generator)
        return finish(_draw(size, d, device, lambda: one(g, d), lambda n: many(g, n, d), name), requires_grad)

    @composite(
        f"{name}_like(Tensor input, *, ScalarType? dtype=None, Any layout=None, Device? device=None, bool requires_grad=False, Any memory_format=None, Generator? generator=None) -> Tensor",
        method=False,
        doc=doc.splitlines()[0].rstrip(".") + ", with the shape, dtype and device of input.",
    )
    def make_like(input: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, memory_format: Any, generator: Any) -> Tensor:
        d = _float(name, dtype or input._dtype)
        g = _generator(generator)
        return finish(_draw(tuple(input.shape), d, device or input.device, lambda: one(g, d), lambda n: many(g, n, d), name), requires_grad)


_pair(
    "rand",
    "Uniform random numbers from 0 up to but without 1.\n\n>>> rand(2).shape\ntorch.Size([2])\n",
    lambda g, d: g.uniform_one(d.name),
    lambda g, n, d: g.uniform(n, d.name),
)
_pair(
    "randn",
    "Random numbers of the normal distribution with mean 0 and standard deviation 1.\n\n>>> randn(2).shape\ntorch.Size([2])\n",
    lambda g, d: g.normal_one(d.name),
    lambda g, n, d: g.normal(n, d.name),
)


def _randint(low: int, high: int, size: Any, generator: Any, dtype: Any, device: Any, requires_grad: bool) -> Tensor:
    if high <= low:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    d = dtype or dtypes.int64
    g = _generator(generator)
    t = _draw(
        size, d, device,
        lambda: d.round(g.randint_one(low, high)),
        lambda n: g.randint(n, low, high, d.name),
        "randint",
    )  # fmt: skip
    return finish(t, requires_grad)


@composite(f"randint(int high, int[] size, *, {_GEN}{_FACTORY[3:]}) -> Tensor", method=False)
def randint(high: int, size: Any, generator: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """Random integers from low (0) up to but without high: int64.

    >>> randint(0, 10, (2, 4)).shape
    torch.Size([2, 4])
    """
    return _randint(0, high, size, generator, dtype, device, requires_grad)


@composite(f"randint.low(int low, int high, int[] size, *, {_GEN}{_FACTORY[3:]}) -> Tensor", method=False)
def randint_low(low: int, high: int, size: Any, generator: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """Random integers from low up to but without high."""
    return _randint(low, high, size, generator, dtype, device, requires_grad)


@composite("randint_like(Tensor input, int low, int high, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor", method=False)
def randint_like(input: Any, low: int, high: int, dtype: Any, device: Any, requires_grad: bool) -> Tensor:
    """Random integers with the shape, dtype and device of input."""
    return _randint(low, high, tuple(input.shape), None, dtype or input._dtype, device or input.device, requires_grad)


@composite("randint_like.high(Tensor input, int high, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor", method=False)
def randint_like_high(input: Any, high: int, dtype: Any, device: Any, requires_grad: bool) -> Tensor:
    """Random integers from 0 with the shape, dtype and device of input."""
    return _randint(0, high, tuple(input.shape), None, dtype or input._dtype, device or input.device, requires_grad)


@composite(f"randperm(int n, *, {_GEN}{_FACTORY[3:]}) -> Tensor", method=False)
def randperm(n: int, generator: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """0 to n-1 in random order.

    >>> randperm(4).sort().values
    tensor([0, 1, 2, 3])
    """
    if n < 0:
        raise RuntimeError(f"n must be non-negative, got{n}")
    d = dtype or dtypes.int64
    limits.check((n,), d, "randperm")
    where = device or default_device()
    from ..backends import cpu

    data = _generator(generator).randperm(n).astype(cpu.np_dtype(d))
    return finish(make(data if where.type == "cpu" else move(data, d, where), d), requires_grad)


@composite("normal(Tensor|Scalar mean, Tensor|Scalar std=1.0, *, Generator? generator=None) -> Tensor", method=False)
def normal(mean: Any, std: Any, generator: Any) -> Tensor:
    """Normal random numbers, one for each element of mean and std.

    >>> normal(zeros(3), 1.).shape
    torch.Size([3])
    """
    from ..apply import TENSORS as T
    from ..apply import broadcast_shapes

    if not isinstance(mean, Tensor) and not isinstance(std, Tensor):
        raise TypeError(
            "normal() received an invalid combination of arguments - got (float, float), but expected one of:\n * (Tensor mean, Tensor std, *, "
            "torch.Generator generator = None, Tensor out = None)\n * (Tensor mean, float std = 1, *, torch.Generator generator = None, Tensor out = None)\n"
            " * (float mean, Tensor std, *, torch.Generator generator = None, Tensor out = None)\n * (float mean, float std, tuple of ints size, *, "
            "torch.Generator generator = None, Tensor out = None, torch.dtype dtype = None, torch.layout layout = None, torch.device device = None, "
            "bool pin_memory = None, bool requires_grad = None)\n"
        )
    shape = broadcast_shapes([tuple(v.shape) for v in (mean, std) if isinstance(v, Tensor)])
    like = mean if isinstance(mean, Tensor) else std
    if isinstance(std, Tensor) and std.numel() and bool((std < 0).any()) or (not isinstance(std, Tensor) and std < 0):
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std if not isinstance(std, Tensor) else float(std.min())}")  # type: ignore[attr-defined]
    return T.randn(list(shape), dtype=like._dtype, device=like.device, generator=generator) * std + mean  # type: ignore[no-any-return]


@composite(f"normal.size(float mean, float std, int[] size, *, {_GEN}{_FACTORY[3:]}) -> Tensor", method=False)
def normal_size(mean: float, std: float, size: Any, generator: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool) -> Tensor:
    """Normal random numbers of one mean and standard deviation."""
    d = _float("randn", dtype)
    g = _generator(generator)
    return finish(_draw(size, d, device, lambda: g.normal_one(d.name, mean, std), lambda n: g.normal(n, d.name, mean, std), "normal"), requires_grad)


@composite("bernoulli(Tensor input, *, Generator? generator=None) -> Tensor", method=True)
def bernoulli(input: Any, generator: Any) -> Tensor:
    """1 with each element's probability, else 0.

    >>> bernoulli(tensor([0., 1.]))
    tensor([0., 1.])
    """
    g = _generator(generator)
    d = input._data
    if type(d) in CELLS:
        return make(g.bernoulli_one(d, input._dtype.name, input._dtype.name), input._dtype)
    data = g.bernoulli(input.detach().cpu().contiguous()._data.reshape(-1), input.numel(), input._dtype.name).reshape(tuple(input.shape))
    return make(data if input.device.type == "cpu" else move(data, input._dtype, input.device), input._dtype)


@composite("multinomial(Tensor input, int num_samples, bool replacement=False, *, Generator? generator=None) -> Tensor")
def multinomial(input: Any, num_samples: int, replacement: bool, generator: Any) -> Tensor:
    """Indices drawn in proportion to the weights in each row.

    >>> multinomial(tensor([0., 1.]), 1)
    tensor([1])
    """
    data = _generator(generator).multinomial(input.detach().cpu().contiguous()._data, num_samples, replacement)
    return make(data if input.device.type == "cpu" else move(data, dtypes.int64, input.device), dtypes.int64)


@composite("poisson(Tensor input, *, Generator? generator=None) -> Tensor", method=False)
def poisson(input: Any, generator: Any) -> Tensor:
    """Poisson counts of the given rates."""
    from ..tensors import own

    flat = own(input.detach().cpu().contiguous())._data.reshape(-1)
    data = _generator(generator).poisson(flat, input._dtype.name).reshape(tuple(input.shape))
    return make(data if data.shape else float(data), input._dtype)


def dropout_mask(t: Tensor, p: float) -> Tensor:
    """0 with probability p, else 1/(1-p), in t's shape and dtype."""
    g = random.default_generator
    data: Any = g.dropout_mask(max(t.numel(), 1), p, t._dtype.name)
    data = data.reshape(tuple(t.shape))
    if not t.shape:
        return make(float(data), t._dtype)
    return make(data if t.device.type == "cpu" else move(data, t._dtype, t.device), t._dtype)


# -- in place -----------------------------------------------------------------------------------------------------------------------


def _filler(name: str, doc: str, draw: Any, defaults: dict[str, Any]) -> None:
    names = list(defaults)

    def method(self: Tensor, *args: Any, generator: Any = None, **kwargs: Any) -> Tensor:
        if len(args) > len(names):
            raise TypeError(f"{name}() takes {len(names)} positional arguments but {len(args)} were given")
        chosen = dict(defaults)
        for key, v in [*zip(names, args, strict=False), *kwargs.items()]:
            if key not in chosen:
                raise TypeError(f"{name}() got an unexpected keyword argument '{key}'")
            chosen[key] = v.item() if isinstance(v, Tensor) and v.ndim == 0 and name != "bernoulli_" else v
        from ..registry import METHODS

        n = self.numel()
        if n == 0:
            return self
        data = draw(_generator(generator), n, self._dtype, chosen)
        if not self.shape:
            value = data.reshape(())[()]
            return METHODS["fill_"](self, self._dtype.python_type(value))  # type: ignore[no-any-return]
        fresh = make(data.reshape(tuple(self.shape)), self._dtype)
        if self.device.type != "cpu":
            fresh = make(move(fresh._data, self._dtype, self.device), self._dtype)
        return METHODS["copy_"](self, fresh)  # type: ignore[no-any-return]

    method.__name__ = name
    method.__qualname__ = "Tensor." + name
    method.__doc__ = doc
    attach(name, method)


def _needs_float(name: str, d: Any) -> None:
    if not d.is_floating_point:
        from ..apply import _cap

        fail(NotImplementedError, f"\"{name}\" not implemented for '{_cap(d)}'", kind="dtype", op=name, hints=["x.float() first."])


def _uniform(g: Any, n: int, d: Any, c: Any) -> Any:
    _needs_float("check_uniform_bounds", d)
    return g.uniform(n, d.name, c["from"], c["to"])


def _normal(g: Any, n: int, d: Any, c: Any) -> Any:
    _needs_float("normal_kernel_cpu", d)
    return g.normal(n, d.name, c["mean"], c["std"])


def _random(g: Any, n: int, d: Any, c: Any) -> Any:
    low, high = c["from"], c["to"]
    if low is not None and high is None:
        low, high = 0, low
    return g.random_(n, d.name, low, high)


def _bernoulli(g: Any, n: int, d: Any, c: Any) -> Any:
    p = c["p"]
    return g.bernoulli(p.detach()._data.reshape(-1) if isinstance(p, Tensor) and p.ndim else float(p), n, d.name)


_filler("uniform_", "Fill with uniform numbers from ``from`` up to ``to``.", _uniform, {"from": 0.0, "to": 1.0})
_filler("normal_", "Fill with normal numbers of a mean and standard deviation.", _normal, {"mean": 0.0, "std": 1.0})
_filler("random_", "Fill with random integers: from ``from`` up to but without ``to``, or over the dtype's range.", _random, {"from": None, "to": None})
_filler("bernoulli_", "Fill with 1 at probability p, else 0.", _bernoulli, {"p": 0.5})
_filler("exponential_", "Fill with exponential numbers of rate lambd.", lambda g, n, d, c: g.exponential(n, d.name, c["lambd"]), {"lambd": 1.0})
_filler("cauchy_", "Fill with Cauchy numbers.", lambda g, n, d, c: g.cauchy(n, d.name, c["median"], c["sigma"]), {"median": 0.0, "sigma": 1.0})
_filler("log_normal_", "Fill with log-normal numbers.", lambda g, n, d, c: g.log_normal(n, d.name, c["mean"], c["std"]), {"mean": 1.0, "std": 2.0})
_filler("geometric_", "Fill with geometric numbers of probability p.", lambda g, n, d, c: g.geometric(n, d.name, c["p"]), {"p": 0.5})
