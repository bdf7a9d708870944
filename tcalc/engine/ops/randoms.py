"""Random tensors: factories, in-place fillings, sampling. The numbers come from engine/random.py, PyTorch's own streams on the CPU."""

from __future__ import annotations

import math

from .. import dtypes, limits, random
from ..apply import FIRST, _cap, broadcast_shapes, default_device, layout_of_result, move
from ..apply import TENSORS as T
from ..backends import backend_of, by_name
from ..errors import fail
from ..registry import composite, op
from ..tensors import CELLS, Spec, Tensor, contiguous_format, make
from .copying import kept_strides
from .factory import _FACTORY, _check_sizes, check_scalar, finish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_GEN = "Generator? generator=None, "


def _generator(g: Any) -> Any:
    return random.default_generator if g is None else g


def _numel(shape: Any) -> int:
    n = 1
    for s in shape:
        n *= s
    return n


def _nothing(g: Any) -> Any:
    return T.zeros_like(g)


def _placed(b: Any, data: Any, d: Any) -> Any:
    """Numbers drawn in host memory, on the backend that asked for them."""
    return data if b.name == "cpu" else b.from_host(data, None)


def _draw(shape: Any, d: Any, where: Any, one: Any, many: Any, name: str) -> Tensor:
    """A fresh tensor of random numbers: ``one()`` gives a single one (no NumPy needed), ``many(n)`` an array."""
    _check_sizes(shape)
    limits.check(shape, d, name)
    where = where or default_device()
    if where.type == "meta":
        return make(by_name("meta").empty(tuple(shape), d), d)
    if not shape and where.type == "cpu" and not d.is_complex:
        return make(one(), d)
    data = many(_numel(shape)).reshape(shape)
    if 0 in data.shape:
        from ..backends import cpu

        data = cpu.canonical(data)
    return make(data if where.type == "cpu" else move(data, d, where), d)


def _float(name: str, d: Any) -> Any:
    d = d or dtypes.get_default_dtype()
    if not (d.is_floating_point or d.is_complex):
        _needs_float("normal_kernel_cpu" if name.startswith("randn") else "check_uniform_bounds", d, name)
    return d


def _memory_order(shape: Any, stride: Any) -> list[int]:
    """The dims from the outermost in memory to the innermost: PyTorch draws in that order, not in the indices'."""
    steps = None if 0 in shape else layout_of_result(tuple(shape), [(tuple(shape), tuple(stride))])
    return list(range(len(shape))) if steps is None else sorted(range(len(shape)), key=lambda k: (-steps[k], k))


def _placed_in_order(flat: Any, shape: Any, stride: Any) -> Any:
    """Numbers in the order they were drawn, as an array of this shape."""
    order = _memory_order(shape, stride)
    return flat.reshape([shape[k] for k in order]).transpose([order.index(k) for k in range(len(shape))])


def _draw_like(t: Tensor, d: Any, where: Any, memory_format: Any, one: Any, many: Any, name: str) -> Tensor:
    """Fresh random numbers in another tensor's shape and order of dims."""
    where = where or t.device
    shape = tuple(t.shape)
    if d.is_complex and name == "randint_like":
        _no_integers(d)
    named = memory_format is not None and memory_format is not contiguous_format
    if not named and (not shape or memory_format is contiguous_format or t.is_contiguous()):
        return _draw(shape, d, where, one, many, name)
    if named:
        from ..formats import strides_for

        stride = strides_for(memory_format, t)
    else:
        stride = kept_strides(t)
    limits.check(shape, d, name)
    if where.type == "meta":
        return make(by_name("meta").strided(None, d, shape, stride, 0), d)
    if name == "randn":  # of 16 and more it makes blocks where the memory is row-major, else one by one

        def many(n: int) -> Any:
            from ..backends import cpu

            return cpu.np.array([one() for _ in range(n)], cpu.np_dtype(d))

    b = by_name("cpu")
    data = b.laid_out(_placed_in_order(many(_numel(shape)), shape, stride), d, stride)
    return make(data if where.type == "cpu" else move(data, d, where), d)


def _pair(name: str, doc: str, one: Any, many: Any) -> None:
    @composite(f"{name}(int[] size, *, {_GEN}{_FACTORY[3:]}) -> Tensor", method=False, doc=doc)
    def make_it(size: Any, generator: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool, memory_format: Any) -> Tensor:
        d = _float(name, dtype)
        g = _generator(generator)
        return finish(_draw(size, d, device, lambda: one(g, d), lambda n: many(g, n, d), name), requires_grad)

    @composite(
        f"{name}_like(Tensor input, *, ScalarType? dtype=None, Any layout=None, Device? device=None, bool requires_grad=False, bool pin_memory=False, "
        "Any memory_format=None, Generator? generator=None) -> Tensor",
        method=False,
        doc=f"{doc.splitlines()[0].rstrip('.')}, with the shape, dtype and device of input.\n\n>>> {name}_like(tensor([1., 2.])).shape\ntorch.Size([2])\n",
    )
    def make_like(input: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool, memory_format: Any, generator: Any) -> Tensor:
        d = _float(name, dtype or input._dtype)
        g = _generator(generator)
        out = _draw_like(input, d, device, memory_format, lambda: one(g, d), lambda n: many(g, n, d), name)
        return finish(out, requires_grad)


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


def _no_integers(d: Any) -> None:
    sentence = "check_random_bounds handles only integral, floating-point and boolean types"
    fail(RuntimeError, sentence, kind="dtype", op="randint", explain=[f"{d.name} has no order to draw between two bounds."])


def _randint(low: int, high: int, size: Any, generator: Any, dtype: Any, device: Any, requires_grad: bool) -> Tensor:
    for v in (low, high):
        if not -(1 << 63) <= v < 1 << 63:
            raise ValueError("Overflow when unpacking long long")
    d = dtype or dtypes.int64
    if d.is_complex:
        _no_integers(d)
    g = _generator(generator)
    _check_sizes(size)
    t = _draw(size, d, device, lambda: g.randint_one(low, high, d.name), lambda n: g.randint(n, low, high, d.name), "randint")
    return finish(t, requires_grad)


@composite(f"randint(int high, int[] size, *, {_GEN}{_FACTORY[3:]}) -> Tensor", method=False)
def randint(high: int, size: Any, generator: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool, memory_format: Any) -> Tensor:
    """Random integers from low (0) up to but without high: int64.

    >>> randint(0, 10, (2, 4)).shape
    torch.Size([2, 4])
    """
    return _randint(0, high, size, generator, dtype, device, requires_grad)


@composite(f"randint.low(int low, int high, int[] size, *, {_GEN}{_FACTORY[3:]}) -> Tensor", method=False)
def randint_low(
    low: int, high: int, size: Any, generator: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool, memory_format: Any
) -> Tensor:
    """Random integers from low up to but without high."""
    return _randint(low, high, size, generator, dtype, device, requires_grad)


_LIKE = "*, ScalarType? dtype=None, Any layout=None, Device? device=None, bool requires_grad=False, bool pin_memory=False, Any memory_format=None"


@composite(f"randint_like(Tensor input, int high, {_LIKE}) -> Tensor", method=False)
def randint_like(input: Any, high: int, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool, memory_format: Any) -> Tensor:
    """Random integers from low (0) up to but without high, with the shape, dtype and device of input.

    >>> randint_like(tensor([1, 2]), 10).shape
    torch.Size([2])
    """
    return _randint_like(input, 0, high, dtype, device, requires_grad, memory_format)


@composite(f"randint_like.low(Tensor input, int low, int high, {_LIKE}) -> Tensor", method=False)
def randint_like_low(
    input: Any, low: int, high: int, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool, memory_format: Any
) -> Tensor:
    """Random integers from low, with the shape, dtype and device of input."""
    return _randint_like(input, low, high, dtype, device, requires_grad, memory_format)


def _randint_like(input: Tensor, low: int, high: int, dtype: Any, device: Any, requires_grad: bool, memory_format: Any) -> Tensor:
    d = dtype or input._dtype
    g = random.default_generator
    out = _draw_like(input, d, device, memory_format, lambda: g.randint_one(low, high, d.name), lambda n: g.randint(n, low, high, d.name), "randint_like")
    return finish(out, requires_grad)


@composite(f"randperm(int n, *, {_GEN}{_FACTORY[3:]}) -> Tensor", method=False)
def randperm(n: int, generator: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool, memory_format: Any) -> Tensor:
    """0 to n-1 in random order.

    >>> randperm(4).sort().values
    tensor([0, 1, 2, 3])
    """
    d = dtype or dtypes.int64
    _check_sizes((n,))
    if d is dtypes.bool_ or d.is_complex:
        _not_for("randperm", d)
    if n > _EXACT.get(d.name, n):
        sentence = f"n cannot be greater than {_EXACT[d.name]} for {_cap(d)} type."
        fail(RuntimeError, sentence, kind="overflow", op="randperm", explain=[f"{d.name} does not hold every integer above {_EXACT[d.name] - 1}."])
    check_scalar(max(n - 1, 0), d)
    limits.check((n,), d, "randperm")
    where = device or default_device()
    if where.type == "meta":
        return make(by_name("meta").empty((n,), d), d)
    from ..backends import cpu

    data = _generator(generator).randperm(n).astype(cpu.np_dtype(d))
    return finish(make(data if where.type == "cpu" else move(data, d, where), d), requires_grad)


_EXACT = {"float16": (1 << 11) + 1, "float32": (1 << 24) + 1, "float64": (1 << 53) + 1}


# -- one number for each element ------------------------------------------------------------------------------------------------------


def _host(xp: Any, a: Any) -> tuple[Any, Any]:
    """(the array's backend, the array flat in host memory)."""
    b = backend_of(a)
    return b, b.to_host(a).reshape(-1)


def _name_of(a: Any) -> str:
    return str(a.dtype.name)


def _same_shape(input: Any, *rest: Any) -> Any:
    return tuple(input.shape)


def _check_std(std: float) -> None:
    if std < 0 or std != std:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")


def _deviates(b: Any, shape: Any, d_name: str, generator: Any) -> Any:
    data = _generator(generator).normal(_numel(shape), d_name).reshape(shape)
    return data if b.name == "cpu" else b.from_host(data, None)


@op(
    "normal(Tensor mean, float std=1.0, *, Generator? generator=None) -> Tensor",
    method=False,
    dtype=FIRST,
    node="NormalBackward1",
    spec=lambda mean, std, generator: _normal_spec(mean, std),
)
def normal(xp: Any, mean: Any, std: float, generator: Any) -> Any:
    """Normal random numbers, one for each element of mean and std.

    >>> normal(zeros(3), 1.).shape
    torch.Size([3])
    """
    b = backend_of(mean)
    data = _generator(generator).normal(_numel(mean.shape), _name_of(mean), 0.0, std).reshape(mean.shape)
    return (data if b.name == "cpu" else b.from_host(data, None)) + mean


def _normal_spec(mean: Any, std: Any) -> Any:
    first = mean if isinstance(mean, Spec) else std
    _needs_float("normal_kernel_cpu", first.dtype, "normal")
    if not isinstance(std, Spec):
        _check_std(std)
    elif std.dtype.is_complex:
        raise RuntimeError("normal expects standard deviation to be non-complex")
    return broadcast_shapes([tuple(v.shape) for v in (mean, std) if isinstance(v, Spec)])


@op(
    "normal.std(float mean, Tensor std, *, Generator? generator=None) -> Tensor",
    method=False,
    dtype=FIRST,
    node="NormalBackward2",
    spec=lambda mean, std, generator: _normal_spec(mean, std),
)
def normal_std(xp: Any, mean: float, std: Any, generator: Any) -> Any:
    """Normal random numbers, one for each standard deviation."""
    if (std < 0).any():
        raise RuntimeError("normal expects all elements of std >= 0.0")
    return _deviates(backend_of(std), std.shape, _name_of(std), generator) * std + xp.asarray(mean, dtype=std.dtype)


@op(
    "normal.both(Tensor mean, Tensor std, *, Generator? generator=None) -> Tensor",
    method=False,
    dtype=FIRST,
    node="NormalBackward3",
    spec=lambda mean, std, generator: _normal_spec(mean, std),
)
def normal_both(xp: Any, mean: Any, std: Any, generator: Any) -> Any:
    """Normal random numbers, one for each element of mean and std."""
    if (std < 0).any():
        raise RuntimeError("normal expects all elements of std >= 0.0")
    shape = xp.broadcast_shapes(mean.shape, std.shape) if hasattr(xp, "broadcast_shapes") else broadcast_shapes([mean.shape, std.shape])
    return _deviates(backend_of(mean), shape, _name_of(mean), generator) * std + mean


normal.vjp("mean", rule="0")(_nothing)
normal_std.vjp("std", rule="0")(_nothing)
normal_both.vjp("mean", rule="0")(_nothing)
normal_both.vjp("std", rule="0")(_nothing)


@composite(f"normal.size(float mean, float std, int[] size, *, {_GEN}{_FACTORY[3:]}) -> Tensor", method=False)
def normal_size(
    mean: float, std: float, size: Any, generator: Any, dtype: Any, layout: Any, device: Any, requires_grad: bool, pin_memory: bool, memory_format: Any
) -> Tensor:
    """Normal random numbers of one mean and standard deviation."""
    d = _float("randn", dtype)
    _check_std(std)
    g = _generator(generator)
    mean, std = float(mean), float(std)
    return finish(_draw(size, d, device, lambda: g.normal_one(d.name, mean, std), lambda n: g.normal(n, d.name, mean, std), "normal"), requires_grad)


@op("bernoulli(Tensor input, *, Generator? generator=None) -> Tensor", dtype=FIRST, spec=lambda input, generator: _probabilities(input))
def bernoulli(xp: Any, input: Any, generator: Any) -> Any:
    """1 with each element's probability, else 0.

    >>> bernoulli(tensor([0., 1.]))
    tensor([0., 1.])
    """
    b, flat = _host(xp, input)
    return _placed(b, _generator(generator).bernoulli(flat, flat.size, _name_of(flat)).reshape(input.shape), None)


def _probabilities(input: Any) -> Any:
    if 0 not in input.shape:
        _needs_float("bernoulli_tensor_cpu_p_", input.dtype, "bernoulli")
        if input.dtype.is_complex:
            _not_for("bernoulli_tensor_cpu_self_", input.dtype)
    return tuple(input.shape)


bernoulli.vjp("input", rule="0")(_nothing)


def _one_probability(input: Any, p: float, generator: Any) -> Any:
    if input.dtype.is_complex:
        _not_for("bernoulli_scalar_cpu_", input.dtype)
    return tuple(input.shape)


@op("bernoulli.p(Tensor input, float p, *, Generator? generator=None) -> Tensor", dtype=FIRST, spec=_one_probability, node="NotImplemented")
def bernoulli_p(xp: Any, input: Any, p: float, generator: Any) -> Any:
    """1 with probability p, else 0, one for each element of input."""
    b, flat = _host(xp, input)
    return _placed(b, _generator(generator).bernoulli(float(p), flat.size, _name_of(flat)).reshape(input.shape), None)


@bernoulli_p.vjp("input", rule="none: raises")
def _(g: Any) -> Any:
    fail(
        RuntimeError,
        "derivative for aten::bernoulli is not implemented",
        kind="derivative",
        op="bernoulli",
        hints=["bernoulli() of a tensor of probabilities has one: 0."],
    )


@op(
    "multinomial(Tensor input, int num_samples, bool replacement=False, *, Generator? generator=None) -> Tensor",
    dtype=lambda o, d, z, n, v: (None, dtypes.int64), spec=lambda input, num_samples, replacement, generator: _choices(input, num_samples, replacement),
)  # fmt: skip
def multinomial(xp: Any, input: Any, num_samples: int, replacement: bool, generator: Any) -> Any:
    """Indices drawn in proportion to the weights in each row.

    >>> multinomial(tensor([0., 1.]), 1)
    tensor([1])
    """
    b = backend_of(input)
    return _placed(b, _generator(generator).multinomial(b.to_host(input), num_samples, replacement), None)


def _choices(input: Any, n: int, replacement: bool) -> Any:
    shape = tuple(input.shape)
    if len(shape) not in (1, 2):
        raise RuntimeError("prob_dist must be 1 or 2 dim")
    if not input.dtype.is_floating_point:
        raise RuntimeError(f"multinomial only supports floating-point dtypes for input, got: {_cap(input.dtype)}")
    if n <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and n > shape[-1]:
        fail(
            RuntimeError,
            "cannot sample n_sample > prob_dist.size(-1) samples without replacement",
            kind="shape",
            op="multinomial",
            explain=[f"{n} different indices are asked for; there are {shape[-1]}."],
            hints=["replacement=True draws each anew."],
        )
    return (*shape[:-1], n)


@op("poisson(Tensor input, *, Generator? generator=None) -> Tensor", method=False, dtype=FIRST, spec=lambda input, generator: _rates(input))
def poisson(xp: Any, input: Any, generator: Any) -> Any:
    """Poisson counts of the given rates.

    >>> poisson(zeros(2))
    tensor([0., 0.])
    """
    b, flat = _host(xp, input)
    return _placed(b, _generator(generator).poisson(flat, _name_of(flat)).reshape(input.shape), None)


def _rates(input: Any) -> Any:
    _needs_float("poisson_cpu", input.dtype, "poisson")
    if input.dtype.is_complex:
        _not_for("poisson_cpu", input.dtype)
    return tuple(input.shape)


poisson.vjp("input", rule="0")(_nothing)


def _inversion(unit: Any, count: float, prob: float) -> float:
    """Binomial counts by geometric steps: for few expected ones."""
    total = found = 0.0
    slope = math.log1p(-prob)
    while True:
        u = unit()
        total += math.ceil(math.log(u) / slope) if u > 0 else math.inf
        if total > count:
            return found
        found += 1


def _tail(k: float) -> float:
    """What Stirling's formula misses of log k!."""
    if k <= 9:
        return _TAILS[int(k)]
    square = (k + 1) * (k + 1)
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1)


_TAILS = (0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211, 0.0138761288230707, 0.0118967099458917,
          0.0104112652619720, 0.00925546218271273, 0.00833056343336287)  # fmt: skip


def _rejection(unit: Any, count: float, prob: float) -> float:
    """Binomial counts by transformed rejection with squeeze (W. Hormann, The generation of binomial random variates, 1993, algorithm BTRS)."""
    spread = math.sqrt(count * prob * (1 - prob))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * prob
    c = count * prob + 0.5
    v_r = 0.92 - 4.2 / b
    odds = prob / (1 - prob)
    alpha = (2.83 + 5.1 / b) * spread
    m = math.floor((count + 1) * prob)
    while True:
        u, v = unit() - 0.5, unit()
        us = 0.5 - abs(u)
        k = math.floor((2 * a / us + b) * u + c) if us else -1
        if k < 0 or k > count:
            continue
        if us >= 0.07 and v <= v_r:
            return k
        v = math.log(v * alpha / (a / (us * us) + b)) if v else -math.inf
        bound = (
            (m + 0.5) * math.log((m + 1) / (odds * (count - m + 1)))
            + (count + 1) * math.log((count - m + 1) / (count - k + 1))
            + (k + 0.5) * math.log(odds * (count - k + 1) / (k + 1))
            + _tail(m)
            + _tail(count - m)
            - _tail(k)
            - _tail(count - k)
        )
        if v <= bound:
            return k


def _one_count(unit: Any, count: float, prob: float, kind: Any) -> float:
    if not (count > 0 and prob > 0):
        return math.nan if count != count or prob != prob else 0.0
    if prob >= 1:
        return count
    if prob <= 0.5:
        return (_rejection if kind(count) * kind(prob) >= 10 else _inversion)(unit, count, prob)  # PyTorch decides in the tensor's own precision
    rest = float(kind(1) - kind(prob))
    return count - (_rejection if kind(count) * kind(rest) >= 10 else _inversion)(unit, count, rest)


def _binomial_shape(count: Any, prob: Any, generator: Any) -> Any:
    if count.dtype is not prob.dtype:
        raise RuntimeError(f"Found dtype {_cap(prob.dtype)} but expected {_cap(count.dtype)}")
    if not count.dtype.is_floating_point:
        raise ValueError("binomial only supports floating-point dtypes for count, got: " + count.dtype.name)
    return broadcast_shapes([tuple(count.shape), tuple(prob.shape)])


@op("binomial(Tensor count, Tensor prob, *, Generator? generator=None) -> Tensor", method=False, dtype=FIRST, spec=_binomial_shape)
def binomial(xp: Any, count: Any, prob: Any, generator: Any) -> Any:
    """Binomial counts: how many of ``count`` trials succeed, each with probability ``prob``.

    >>> binomial(tensor([10., 5.]), tensor([0., 1.]))
    tensor([0., 5.])
    """
    b, n = _host(xp, count)
    _, p = _host(xp, prob)
    from ..backends.cpu import np

    n, p = np.broadcast_arrays(n.reshape(count.shape), p.reshape(prob.shape))
    unit = _generator(generator)._unit
    drawn = [_one_count(unit, float(c), float(q), n.dtype.type) for c, q in zip(n.reshape(-1), p.reshape(-1), strict=True)]
    return _placed(b, np.array(drawn, "float64").reshape(n.shape).astype(n.dtype), None)


binomial.vjp("count", rule="0")(lambda g, count_spec: g.new_zeros(count_spec.shape))
binomial.vjp("prob", rule="0")(lambda g, prob_spec: g.new_zeros(prob_spec.shape))


def dropout_mask(t: Tensor, p: float) -> Tensor:
    """0 with probability p, else 1/(1-p), in t's shape and dtype."""
    shape = tuple(t.shape)
    limits.check(shape, t._dtype, "dropout")
    if t.is_meta:
        return T.empty_like(t)  # type: ignore[no-any-return]
    flat = random.default_generator.dropout_mask(t.numel() if shape else 1, p, t._dtype.name)
    if not shape:
        return make(float(flat[0]), t._dtype)
    stride = kept_strides(t)
    data = by_name("cpu").laid_out(_placed_in_order(flat, shape, stride), t._dtype, stride)
    return make(data if t.device.type == "cpu" else move(data, t._dtype, t.device), t._dtype)


# -- in place -----------------------------------------------------------------------------------------------------------------------


def _not_for(kernel: str, d: Any) -> None:
    fail(NotImplementedError, f"\"{kernel}\" not implemented for '{_cap(d)}'", kind="dtype", op=kernel.partition("_")[0])


def _continuous(d: Any) -> None:
    """Refuse to fill what holds no floats with Cauchy numbers."""
    if not d.is_floating_point:
        from .indexing import _C_TYPES

        fail(
            RuntimeError,
            f"Cauchy distribution is a continuous probability distribution. dtype must be a floating point but you specified {_C_TYPES.get(d.name, d.name)}",
            kind="dtype",
            op="cauchy_",
            hints=["x.float() first."],
        )


def _discrete(kernel: str, d: Any) -> None:
    """Refuse to fill complex numbers (and with a count: bools)."""
    if d.is_complex or d is dtypes.bool_ and kernel == "geometric_cpu":
        _not_for(kernel, d)


def _needs_float(kernel: str, d: Any, name: str = "") -> None:
    if not (d.is_floating_point or d.is_complex):
        fail(NotImplementedError, f"\"{kernel}\" not implemented for '{_cap(d)}'", kind="dtype", op=name or kernel, hints=["x.float() first."])


def _filler(text: str, doc: str, draw: Any, node: str, kernel: str = "", check: Any = None) -> None:
    """An in-place filling: ``draw(generator, n, dtype name, *arguments)`` gives the numbers; ``check(kernel, dtype)`` refuses a dtype."""
    name = text[: text.index("(")]
    public = name.partition(".")[0]

    @op(text, kind="write", node=node, label=public.rstrip("_"), doc=doc, wants_tensor=True)
    def fill(input: Any, *rest: Any) -> Any:
        *given, generator = rest
        d = input._dtype
        if kernel:
            (check or _needs_float)(kernel, d)
        n = input.numel()
        if input.is_meta:
            return 0
        g = _generator(generator)
        if public == "normal_" and n >= 16 and not input.is_contiguous():  # blocks of 16 only where the memory is row-major
            from ..backends import cpu

            flat = cpu.np.array([g.normal_one(d.name, *map(float, given)) for _ in range(n)], cpu.np_dtype(d))
        elif given and hasattr(given[0], "shape") and given[0].shape:  # one probability an element
            p = backend_of(given[0]).to_host(given[0])
            if p.dtype.kind in "biu":
                from ..backends.cpu import from_np_dtype

                _needs_float("bernoulli_tensor_cpu_p_", from_np_dtype(p.dtype))
            T.empty(p.shape, device="meta").expand(tuple(input.shape))  # says why not
            p = by_name("cpu").xp.broadcast_to(p, tuple(input.shape)).transpose(_memory_order(input.shape, input.stride()))
            flat = draw(g, n, d.name, p.reshape(-1))
        else:
            flat = draw(g, n, d.name, *given)
        data = _placed_in_order(flat, input.shape, input.stride())
        return d.python_type(data[()]) if not data.shape and type(input._data) in CELLS else _placed(backend_of(input._data), data, d)

    fill.vjp("input", rule="0")(_nothing)


def _given_probabilities(g: Any, n: int, d: str, p: Any) -> Any:
    return g.bernoulli(p if getattr(p, "shape", ()) else float(p), n, d)


_filler(
    "uniform_(Tensor(a!) input, float from=0.0, float to=1.0, *, Generator? generator=None) -> Tensor(a!)",
    "Fill with uniform numbers from ``from`` up to ``to``.\n\n>>> zeros(2).uniform_().shape\ntorch.Size([2])\n",
    lambda g, n, d, low, high: g.uniform(n, d, float(low), float(high)), "UniformBackward0", "check_uniform_bounds",
)  # fmt: skip
_filler(
    "normal_(Tensor(a!) input, float mean=0.0, float std=1.0, *, Generator? generator=None) -> Tensor(a!)",
    "Fill with normal numbers of a mean and standard deviation.\n\n>>> zeros(2).normal_().shape\ntorch.Size([2])\n",
    lambda g, n, d, mean, std: g.normal(n, d, float(mean), float(std)), "NormalBackward0", "normal_kernel_cpu",
)  # fmt: skip
_filler(
    "random_(Tensor(a!) input, *, Generator? generator=None) -> Tensor(a!)",
    "Fill with random integers: over the dtype's range, from 0 up to but without ``to``, or from ``from`` on.\n\n>>> zeros(2).random_(1)\ntensor([0., 0.])\n",
    lambda g, n, d: g.random_(n, d), "RandomBackward2", "random_kernel_cpu", _discrete,
)  # fmt: skip
_filler(
    "random_.to(Tensor(a!) input, int to, *, Generator? generator=None) -> Tensor(a!)",
    "Fill with random integers from 0 up to but without ``to``.",
    lambda g, n, d, high: g.random_(n, d, 0, high), "RandomBackward1", "random_from_to", _discrete,
)  # fmt: skip
_filler(
    "random_.from(Tensor(a!) input, int from, int? to, *, Generator? generator=None) -> Tensor(a!)",
    "Fill with random integers from ``from`` up to but without ``to`` (None: the largest of the dtype).",
    lambda g, n, d, low, high: g.random_(n, d, low, high), "RandomBackward0", "random_from_to", _discrete,
)  # fmt: skip
_filler(
    "bernoulli_(Tensor(a!) input, float p=0.5, *, Generator? generator=None) -> Tensor(a!)",
    "Fill with 1 at probability p, else 0.\n\n>>> zeros(2).bernoulli_(1.)\ntensor([1., 1.])\n",
    lambda g, n, d, p: g.bernoulli(float(p), n, d), "BernoulliBackward2", "bernoulli_scalar_cpu_", _discrete,
)  # fmt: skip
_filler(
    "bernoulli_.Tensor(Tensor(a!) input, Tensor p, *, Generator? generator=None) -> Tensor(a!)",
    "Fill with 1 at each element's probability, else 0.",
    _given_probabilities, "BernoulliBackward1",
)  # fmt: skip
_filler(
    "exponential_(Tensor(a!) input, float lambd=1.0, *, Generator? generator=None) -> Tensor(a!)",
    "Fill with exponential numbers of rate lambd.\n\n>>> zeros(2).exponential_().shape\ntorch.Size([2])\n",
    lambda g, n, d, lambd: g.exponential(n, d, float(lambd)), "ExponentialBackward0",
)  # fmt: skip
_filler(
    "cauchy_(Tensor(a!) input, float median=0.0, float sigma=1.0, *, Generator? generator=None) -> Tensor(a!)",
    "Fill with Cauchy numbers.\n\n>>> zeros(2).cauchy_().shape\ntorch.Size([2])\n",
    lambda g, n, d, median, sigma: g.cauchy(n, d, float(median), float(sigma)), "CauchyBackward0", "cauchy_cpu", lambda kernel, d: _continuous(d),
)  # fmt: skip
_filler(
    "log_normal_(Tensor(a!) input, float mean=1.0, float std=2.0, *, Generator? generator=None) -> Tensor(a!)",
    "Fill with log-normal numbers.\n\n>>> zeros(2).log_normal_().shape\ntorch.Size([2])\n",
    lambda g, n, d, mean, std: g.log_normal(n, d, float(mean), float(std)), "LogNormalBackward0",
)  # fmt: skip
_filler(
    "geometric_(Tensor(a!) input, float p, *, Generator? generator=None) -> Tensor(a!)",
    "Fill with geometric numbers of probability p.\n\n>>> zeros(2).geometric_(0.5).shape\ntorch.Size([2])\n",
    lambda g, n, d, p: g.geometric(n, d, float(p)), "GeometricBackward0", "geometric_cpu", _discrete,
)  # fmt: skip
