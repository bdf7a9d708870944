"""Random streams equal to those of PyTorch's CPU generator: MT19937 and the draws PyTorch makes from it.

Here live ``Generator``, the default generator and a method for each distribution, which returns a 1-D array, or with
``_one`` in its name a Python number and without NumPy. Tensors, shapes and gradients do not live here. Left out:
binomial, gamma, Dirichlet, permutations of more than 2^27. Not promised: the order in which ``multinomial`` without
replacement lists categories whose scores tie (16-bit weights, weights of zero).
"""

from __future__ import annotations

import math
import sys
from _random import Random
from os import urandom
from struct import Struct

from tcalc.engine.dtypes import round_bf16, round_f16, round_f32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_DEFAULT_SEED = 67280421310721  # what PyTorch gives to a Generator() nobody seeded
_2PI = 2.0 * math.pi
_MASK24, _SCALE24 = (1 << 24) - 1, 2.0**-24
_MASK53, _SCALE53 = (1 << 53) - 1, 2.0**-53
# PyTorch's own state: seed, left, seeded, next, 624 words, (normal_x, cached normal, normal_rho, has it), and the same
# for float32, which nothing on the CPU uses.
_STATE = Struct("<QiiQ624Qdddi4xfB3x")
# Integer dtypes: (smallest, greatest). Floating ones: digits of the significand.
_INTEGER = {
    "bool": (0, 1),
    "uint8": (0, 255),
    "uint16": (0, 2**16 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
    "int8": (-128, 127),
    "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}
_DIGITS = {"float16": 11, "bfloat16": 8, "float32": 24, "float64": 53}
_LARGEST = {
    "float16": 65504.0,
    "bfloat16": float.fromhex("0x1.fep127"),
    "float32": float.fromhex("0x1.fffffep127"),
    "float64": sys.float_info.max,
}
# The two ways in which PyTorch spells a dtype inside a message.
_SCALAR_TYPE = {
    "bool": "Bool",
    "uint8": "Byte",
    "uint16": "UInt16",
    "uint32": "UInt32",
    "uint64": "UInt64",
    "int8": "Char",
    "int16": "Short",
    "int32": "Int",
    "int64": "Long",
    "float16": "Half",
    "bfloat16": "BFloat16",
    "float32": "Float",
    "float64": "Double",
    "complex64": "ComplexFloat",
    "complex128": "ComplexDouble",
}
_C_TYPE = {
    "bool": "bool",
    "uint8": "unsigned char",
    "uint16": "uint16_t",
    "uint32": "uint32_t",
    "uint64": "uint64_t",
    "int8": "signed char",
    "int16": "short",
    "int32": "int",
    "int64": "long",
    "float16": "c10::Half",
    "bfloat16": "c10::BFloat16",
    "float32": "float",
    "float64": "double",
}
_BULK = 1 << 21  # words from which on importing numpy.random pays for itself
_CHUNK = 1 << 13  # elements a pass of the normal transform, so that its temporaries stay in the cache


def _round_half(value: float) -> float:
    # By way of float32, as PyTorch's conversion from double goes.
    return round_f16(round_f32(value))


_ROUND: dict[str, Any] = {"float64": float, "float32": round_f32, "float16": _round_half, "bfloat16": round_bf16}


def _numpy_dtype(name: str) -> Any:
    import numpy as np

    if name == "bfloat16":
        import ml_dtypes

        return np.dtype(ml_dtypes.bfloat16)
    return np.dtype(name)


def _cast(values: Any, name: str) -> Any:
    """An array as ``name``; to 16 bits by way of float32, as PyTorch's conversions go."""
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):  # an infinity is the answer there
        if name in ("float16", "bfloat16"):
            values = values.astype(np.float32, copy=False)
        return values.astype(_numpy_dtype(name), copy=False)


def _number(value: float, name: str) -> Any:
    """A Python number rounded to ``name``."""
    if name in _ROUND:
        return _ROUND[name](value)
    return bool(value) if name == "bool" else int(value)


def _floating(kernel: str, name: str) -> None:
    if name not in _DIGITS:
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{_SCALAR_TYPE.get(name, name)}'")


def _fma(a: Any, b: Any, c: Any) -> Any:
    """``a * b + c`` rounded once, as PyTorch's kernels are compiled; for floats and float64 arrays.

    Dekker's product and Knuth's sum.
    """
    p = a * b
    s = p + c
    x = a * 134217729.0
    a1 = x - (x - a)
    y = b * 134217729.0
    b1 = y - (y - b)
    a2, b2 = a - a1, b - b1
    e = ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2
    v = s - p
    t = (p - (s - v)) + (c - v)
    return s + (t + e)


def _scale(values: Any, scale: float, shift: float) -> Any:
    """``values * scale + shift`` with one rounding, for floats and float64 arrays."""
    if scale == 1.0 or shift == 0.0:  # one of the two roundings is none
        return values * scale + shift
    if not (1e-140 < abs(scale) < 1e140 and abs(shift) < 1e280):  # _fma's error terms would overflow or vanish
        return values * scale + shift
    return _fma(values, scale, shift)


def _log(value: float) -> float:
    return math.log(value) if value > 0.0 else -math.inf


def _exp(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


def _map(function: Any, values: Any) -> Any:
    """``function`` of each element of a float64 array; the C library gives PyTorch's bits, NumPy's own loops do not."""
    import numpy as np

    return np.fromiter(map(function, values.tolist()), np.float64, len(values))


def _fma32(a: Any, b: Any, c: Any) -> Any:
    """``a * b + c`` of float32 arrays rounded once: the product is exact in float64."""
    import numpy as np

    product = np.multiply(a, b, dtype=np.float64)
    product += c
    return product.astype(np.float32)


def _log32(x: Any) -> Any:
    """Cephes' single-precision logarithm on (0, 1], evaluated in the order of PyTorch's vector kernel."""
    import numpy as np

    f32 = np.float32
    mantissa, exponent = np.frexp(x)
    below = mantissa < f32(0.707106781186547524)
    e = (exponent - below).astype(np.float32)
    x = mantissa - f32(1.0)
    x += np.where(below, mantissa, f32(0.0))
    z = x * x
    y: Any = f32(7.0376836292e-2)
    for c in (
        -1.1514610310e-1,
        1.1676998740e-1,
        -1.2420140846e-1,
        1.4249322787e-1,
        -1.6668057665e-1,
        2.0000714765e-1,
        -2.4999993993e-1,
        3.3333331174e-1,
    ):
        y = _fma32(y, x, f32(c))
    y = _fma32(y * x, z, e * f32(-2.12194440e-4))
    y -= z * f32(0.5)
    x += y
    x += e * f32(0.693359375)
    return x


def _sincos32(x: Any) -> tuple[Any, Any]:
    """Cephes' single-precision sine and cosine on [0, 2 pi], evaluated in the order of PyTorch's vector kernel."""
    import numpy as np

    f32 = np.float32
    octant = (x * f32(1.27323954473516)).astype(np.int32)
    octant += 1
    octant &= ~1
    y = octant.astype(np.float32)
    for c in (-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8):
        x = _fma32(y, f32(c), x)
    z = x * x
    cosine = _fma32(f32(2.443315711809948e-5), z, f32(-1.388731625493765e-3))
    cosine = _fma32(cosine, z, f32(4.166664568298827e-2))
    cosine = _fma32(cosine * z, z, z * f32(-0.5))
    cosine += f32(1.0)
    sine = _fma32(f32(-1.9515295891e-4), z, f32(8.3321608736e-3))
    sine = _fma32(sine, z, f32(-1.6666654611e-1))
    sine = _fma32(sine * z, x, x)
    swap = (octant & 2) != 0
    sines, cosines = np.where(swap, cosine, sine), np.where(swap, sine, cosine)
    np.negative(sines, out=sines, where=(octant & 4) != 0)
    np.negative(cosines, out=cosines, where=((octant + 2) & 4) != 0)
    return sines, cosines


def _box_muller32(blocks: Any, mean: float, std: float) -> Any:
    """Float32 uniforms, 16 a row, to normals: eight radii and eight angles give eight cosines and eight sines."""
    import numpy as np

    f32 = np.float32
    u1 = f32(1.0) - blocks[:, :8]
    radius = np.sqrt(f32(-2.0) * _log32(u1))
    s, c = _sincos32(f32(_2PI) * blocks[:, 8:])
    out = np.concatenate((radius * c, radius * s), axis=1)
    if mean == 0.0 and std == 1.0:
        out += f32(0.0)  # what the multiply-add does to a negative zero
        return out
    return _fma32(out, f32(std), f32(mean))


def _box_muller64(blocks: Any, mean: float, std: float) -> Any:
    """The same for float64."""
    import numpy as np

    rows = blocks.shape[0]
    radius = np.sqrt(-2.0 * _map(math.log, (1.0 - blocks[:, :8]).ravel()))
    theta = _2PI * blocks[:, 8:].ravel()
    c, s = radius * _map(math.cos, theta), radius * _map(math.sin, theta)
    return _scale(np.concatenate((c.reshape(rows, 8), s.reshape(rows, 8)), axis=1), std, mean)


def _fill(uniforms: Any, mean: float, std: float) -> Any:
    """Normals from uniforms, whose number is a multiple of 16."""
    import numpy as np

    transform = _box_muller32 if uniforms.dtype == np.float32 else _box_muller64
    out = np.empty_like(uniforms)
    for start in range(0, len(uniforms), _CHUNK):
        part = uniforms[start : start + _CHUNK]
        out[start : start + _CHUNK] = transform(part.reshape(-1, 16), mean, std).ravel()
    return out


def _wrap_seed(seed: int) -> int:
    if not -(1 << 63) <= seed < 1 << 64:
        raise ValueError("Overflow when unpacking long long")
    return seed & ((1 << 64) - 1)


def _check_uniform(name: str, low: float, high: float) -> None:
    _floating("check_uniform_bounds", name)
    largest = _LARGEST[name]
    for value, what in ((low, "from"), (high, "to")):
        if not -largest <= value <= largest:
            raise RuntimeError(f"{what} is out of bounds for {_C_TYPE[name]}")
    if not low <= high:
        raise RuntimeError(f"uniform_ expects to return a [from, to) range, but found from={low:g} > to={high:g}")
    if not high - low <= largest:
        raise RuntimeError(
            f"uniform_ expects to-from <= std::numeric_limits<{_SCALAR_TYPE[name]}>::max(), "
            f"but found to={high:g} and from={low:g} which result in to-from to exceed the limit"
        )


def _check_std(std: float) -> None:
    if not std >= 0.0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")


def _check_exponential(name: str, lambd: float) -> None:
    if not lambd > 0.0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd:g}")
    if name not in _DIGITS:
        raise RuntimeError(
            "Exponential distribution is a continuous probability distribution. "
            "dtype must be a floating point but you specified " + _SCALAR_TYPE.get(name, name)
        )


def _range(name: str, low: int, high: int | None) -> tuple[int, int]:
    """Bounds of ``Tensor.random_(low, high)`` as (base, number of values), moved to numbers the dtype has."""
    floating = name in _DIGITS

    def nearest(value: int) -> int:
        number = _ROUND[name](float(value))
        return int(number) if abs(number) < 2.0**63 else -(1 << 63)  # what an overflowing conversion gives

    def step(value: int) -> int:
        # Distance of the dtype's numbers just below |value|.
        return 1 << max((abs(value).bit_length() - 1) - _DIGITS[name] + 1, 0)

    if floating:
        after = nearest(low + 1)
        if after < low:
            low = after + step(low + 1)
    if high is not None:
        if not low < high:
            raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
        if floating:
            before = nearest(high - 1)
            if before >= high:
                high = before - step(high - 1)
            if not low < high:
                raise RuntimeError(f"random_ expects 'from' casted to dtype to be less than 'to' casted to dtype, but got from={low} >= to={high}")
        last = high - 1
    elif floating:
        last = min(1 << _DIGITS[name], (1 << 63) - 1)
        if not low < last:
            raise RuntimeError(
                f"random_ expects 'from' casted to dtype to be less than or equal to 'to_inc' casted to dtype, but got from={low} > to_inc={last}"
            )
    else:
        last = _INTEGER[name][1]
    lowest, greatest = (-_LARGEST[name], _LARGEST[name]) if floating else _INTEGER[name]
    for value, what in ((low, "from"), (last, "to - 1")):
        if not lowest <= value <= greatest:
            raise RuntimeError(f"{what} is out of bounds for {_C_TYPE[name]}")
    return low, (last - low + 1) & ((1 << 64) - 1)


class Generator:
    """A stream of random numbers, the same as that of ``torch.Generator(device='cpu')`` with the same seed.

    >>> Generator().manual_seed(42).uniform_one("float32")
    0.8822692632675171
    """

    __slots__ = ("_cached", "_random", "_seed", "device")

    def __init__(self, device: str = "cpu") -> None:
        self.device = device
        self._seed: int | None = _DEFAULT_SEED
        # Made at the first draw: to build its 624 words takes a quarter of a millisecond.
        self._random: Random | None = None
        self._cached: float | None = None  # the second normal of a pair drawn one by one

    # ---- seeds and state

    def manual_seed(self, seed: int) -> Generator:
        """Start the stream over at ``seed``; a negative one wraps around 2^64."""
        if type(seed) is not int:
            raise RuntimeError(f"manual_seed expected a long, but got {type(seed).__name__}")
        self._seed, self._random, self._cached = _wrap_seed(seed), None, None
        return self

    def seed(self) -> int:
        """Start the stream over at a seed from the operating system, and return it."""
        seed = int.from_bytes(urandom(8), "little")
        self._seed, self._random, self._cached = seed, None, None
        return seed

    def initial_seed(self) -> int:
        """The seed at which the stream was started."""
        return self.seed() if self._seed is None else self._seed

    def _source(self) -> Random:
        source = self._random
        if source is None:
            word = self.initial_seed() & 0xFFFFFFFF  # PyTorch, too, seeds the 624 words with the low half alone
            words = [word]
            append = words.append
            for j in range(1, 624):
                word = (1812433253 * (word ^ (word >> 30)) + j) & 0xFFFFFFFF
                append(word)
            source = self._random = Random(0)
            source.setstate((*words, 624))
        return source

    def get_state(self) -> bytes:
        """The whole state, byte for byte what ``torch.Generator.get_state()`` holds."""
        fresh = self._random is None
        *words, position = self._source().getstate()
        left, position = (1, 0) if fresh else (625 - position, position)
        has = self._cached is not None
        normal = (0.0, self._cached or 0.0, 0.0, has)
        return _STATE.pack(self.initial_seed(), left, 1, position, *words, *normal, 0.0, 0)

    def set_state(self, state: bytes) -> Generator:
        """Go on from a state that ``get_state`` (or PyTorch) gave."""
        if len(state) != _STATE.size:
            raise RuntimeError(f"Expected a CPUGeneratorImplState of size {_STATE.size} but found the input RNG state size to be {len(state)}")
        seed, left, seeded, position, *rest = _STATE.unpack(state)
        if not (seeded == 1 and 1 <= left <= 624 and position <= 624):
            raise RuntimeError("Invalid mt19937 state")
        source = Random(0)
        # left == 1 means that the words are used up, whatever the position says.
        source.setstate((*rest[:624], 625 - left))
        self._seed, self._random = seed, source
        self._cached = rest[625] if rest[627] else None
        return self

    def clone_state(self) -> Generator:
        """A second generator that goes on from where this one is."""
        other = Generator(self.device)
        return other.set_state(self.get_state())

    # ---- words

    def _words(self, n: int) -> Any:
        """The next ``n`` outputs, as a uint32 array."""
        import numpy as np

        source = self._source()
        if n >= _BULK or (n >= 1 << 15 and "numpy.random" in sys.modules):
            from numpy.random import MT19937, RandomState

            *key, position = source.getstate()
            engine: Any = MT19937(0)
            engine.state = {"bit_generator": "MT19937", "state": {"key": np.array(key, np.uint32), "pos": position}}
            words = RandomState(engine).randint(0, 1 << 32, n, dtype=np.uint32)
            after = engine.state["state"]
            source.setstate((*after["key"].tolist(), int(after["pos"])))
            return words
        if n <= 0:
            return np.empty(0, np.uint32)
        # The first output is the lowest word.
        return np.frombuffer(source.getrandbits(32 * n).to_bytes(4 * n, "little"), "<u4")

    def _words64(self, n: int) -> Any:
        """The next ``n`` pairs of outputs as a uint64 array, the first of a pair on top."""
        import numpy as np

        words = self._words(2 * n)
        out = words[::2].astype(np.uint64)
        out <<= np.uint64(32)
        out |= words[1::2]
        return out

    def _word64(self) -> int:
        word: int = self._source().getrandbits(64)
        return (word & 0xFFFFFFFF) << 32 | word >> 32

    def _unit32(self, n: int) -> Any:
        """``n`` float32 uniforms of [0, 1)."""
        import numpy as np

        out = (self._words(n) & np.uint32(_MASK24)).astype(np.float32)
        out *= np.float32(_SCALE24)
        return out

    def _unit64(self, n: int) -> Any:
        """``n`` float64 uniforms of [0, 1)."""
        import numpy as np

        out = (self._words64(n) & np.uint64(_MASK53)).astype(np.float64)
        out *= _SCALE53
        return out

    def _unit(self) -> float:
        """One float64 uniform of [0, 1)."""
        word: int = self._source().getrandbits(64)
        return ((word & 0x1FFFFF) << 32 | word >> 32) * _SCALE53

    # ---- uniform

    def uniform(self, n: int, dtype_name: str = "float32", low: float = 0.0, high: float = 1.0) -> Any:
        """``n`` values of ``Tensor.uniform_(low, high)``; torch.rand with the defaults.

        Complex dtypes draw real, imaginary, real, ...
        """
        if dtype_name in ("complex64", "complex128"):
            real = "float32" if dtype_name == "complex64" else "float64"
            return self.uniform(2 * n, real, low, high).view(dtype_name)
        _check_uniform(dtype_name, low, high)
        if dtype_name == "float64":
            out = self._unit64(n)
            if low == 0.0 and high == 1.0:
                return out
            out = _scale(out, high - low, low)
            out[out == high] = low
            return out
        out = self._unit32(n)
        low32, high32 = round_f32(low), round_f32(high)
        if not (low32 == 0.0 and high32 == 1.0):
            import numpy as np

            out = _fma32(out, np.float32(round_f32(high32 - low32)), np.float32(low32))
        elif dtype_name == "float32":
            return out
        out = _cast(out, dtype_name)
        rounded = _ROUND[dtype_name]
        # A value that rounding put on the open end goes to the other one.
        out[out == out.dtype.type(rounded(high))] = rounded(low)
        return out

    def uniform_one(self, dtype_name: str = "float32", low: float = 0.0, high: float = 1.0) -> float:
        """The same for one value, as a Python float."""
        _check_uniform(dtype_name, low, high)
        if dtype_name == "float64":
            value: float = _scale(self._unit(), high - low, low)
            return low if value == high else value
        value = (self._source().getrandbits(32) & _MASK24) * _SCALE24
        low32, high32 = round_f32(low), round_f32(high)
        rounded = _ROUND[dtype_name]
        value = rounded(round_f32(value * round_f32(high32 - low32) + low32))
        return rounded(low) if value == rounded(high) else value

    # ---- normal

    def _normal(self, mean: float, std: float) -> float:
        """One normal in float64; the second of each pair is kept for the next call, whatever its dtype."""
        value = self._cached
        if value is None:
            u1, u2 = self._unit(), self._unit()
            radius = math.sqrt(-2.0 * math.log1p(-u2))
            theta = _2PI * u1
            self._cached = radius * math.sin(theta)
            value = radius * math.cos(theta)
        else:
            self._cached = None
        return _scale(value, std, mean)  # type: ignore[no-any-return]

    def normal(self, n: int, dtype_name: str = "float32", mean: float = 0.0, std: float = 1.0) -> Any:
        """``n`` values of ``Tensor.normal_(mean, std)``; torch.randn with the defaults.

        torch.normal with a tensor of means and a number adds it to ``normal(n, std=std)``; with a tensor of deviations
        it takes ``normal(n) * std + mean`` in two operations.
        """
        import numpy as np

        _check_std(std)
        if dtype_name in ("complex64", "complex128"):
            real = "float32" if dtype_name == "complex64" else "float64"
            return self.normal(2 * n, real, mean, std / math.sqrt(2.0)).view(dtype_name)
        if n == 0:
            return np.empty(0, _numpy_dtype(dtype_name))
        _floating("normal_kernel_cpu", dtype_name)
        if n < 16:
            return _cast(np.array([self._normal(mean, std) for _ in range(n)], np.float64), dtype_name)
        whole = n - n % 16
        if dtype_name == "float64":
            draw = self._unit64
        else:
            draw = self._unit32
            mean, std = round_f32(mean), round_f32(std)
        # The 16-bit dtypes go block by block through a buffer, so they draw nothing for the ragged end, redrawn below.
        out = draw(n) if dtype_name in ("float32", "float64") else np.empty(n, np.float32)
        out[:whole] = _fill(out[:whole] if dtype_name in ("float32", "float64") else draw(whole), mean, std)
        if whole < n:
            out[n - 16 :] = _fill(draw(16), mean, std)
        return _cast(out, dtype_name)

    def normal_one(self, dtype_name: str = "float32", mean: float = 0.0, std: float = 1.0) -> float:
        """The same for one value, as a Python float."""
        _check_std(std)
        _floating("normal_kernel_cpu", dtype_name)
        return _ROUND[dtype_name](self._normal(mean, std))  # type: ignore[no-any-return]

    def log_normal(self, n: int, dtype_name: str = "float32", mean: float = 1.0, std: float = 2.0) -> Any:
        """``n`` values of ``Tensor.log_normal_(mean, std)``."""
        import numpy as np

        if not std > 0.0:
            raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std:g}")
        _floating("log_normal_cpu", dtype_name)
        return _cast(np.array([_exp(self._normal(mean, std)) for _ in range(n)], np.float64), dtype_name)

    def log_normal_one(self, dtype_name: str = "float32", mean: float = 1.0, std: float = 2.0) -> float:
        """The same for one value, as a Python float."""
        if not std > 0.0:
            raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std:g}")
        _floating("log_normal_cpu", dtype_name)
        return _ROUND[dtype_name](_exp(self._normal(mean, std)))  # type: ignore[no-any-return]

    # ---- integers

    def _integers(self, n: int, base: int, size: int, dtype_name: str) -> Any:
        import numpy as np

        if size == 0:  # all of 2^64
            return self._words64(n).view(np.int64).astype(_numpy_dtype(dtype_name))
        if size >= 1 << 28:  # beyond this, the remainder of one word would be skewed
            values = (self._words64(n) % np.uint64(size)).view(np.int64)
            values += np.int64(base)
        else:
            values = (self._words(n) % np.uint32(size)).astype(np.int64)
            values += base
        return _cast(values, dtype_name)

    def _integer(self, base: int, size: int) -> int:
        if size == 0:
            word = self._word64()
            return word - (1 << 64) if word >> 63 else word
        value = self._word64() % size if size >= 1 << 28 else self._source().getrandbits(32) % size
        return int(value) + base

    def randint(self, n: int, low: int, high: int, dtype_name: str = "int64") -> Any:
        """``n`` values of torch.randint(low, high)."""
        return self._integers(n, *_range(dtype_name, low, high), dtype_name)

    def randint_one(self, low: int, high: int, dtype_name: str = "int64") -> Any:
        """The same for one value, as a Python number."""
        return _number(self._integer(*_range(dtype_name, low, high)), dtype_name)

    def random_(self, n: int, dtype_name: str, low: int | None = None, high: int | None = None) -> Any:
        """``n`` values of ``Tensor.random_()``, ``random_(low, high)`` or ``random_(low, None)``.

        ``random_(high)`` is ``low=0``.
        """
        if low is None:
            import numpy as np

            size = self._full(dtype_name)
            if dtype_name in ("int64", "float64"):
                return _cast(self._words64(n) % np.uint64(size), dtype_name)
            return _cast(self._words(n) % np.uint32(size), dtype_name)
        if high is None and low == -(1 << 63):
            return self._integers(n, 0, 0, dtype_name)
        return self._integers(n, *_range(dtype_name, low, high), dtype_name)

    def random_one(self, dtype_name: str, low: int | None = None, high: int | None = None) -> Any:
        """The same for one value, as a Python number."""
        if low is None:
            word = self._word64() if dtype_name in ("int64", "float64") else self._source().getrandbits(32)
            return _number(word % self._full(dtype_name), dtype_name)
        if high is None and low == -(1 << 63):
            return _number(self._integer(0, 0), dtype_name)
        return _number(self._integer(*_range(dtype_name, low, high)), dtype_name)

    @staticmethod
    def _full(name: str) -> int:
        """The range of ``random_()``: all integers from 0 that the dtype has without a gap."""
        return (1 << _DIGITS[name]) + 1 if name in _DIGITS else _INTEGER[name][1] + 1

    def randperm(self, n: int) -> Any:
        """The permutation of torch.randperm(n), int64."""
        import numpy as np

        if n < 0:
            raise RuntimeError(f"Trying to create tensor with negative dimension {n}: [{n}]")
        order = list(range(n))
        if n > 1:
            steps = np.arange(n, 1, -1, dtype=np.uint32)
            for i, offset in enumerate((self._words(n - 1) % steps).tolist()):
                j = i + offset
                order[i], order[j] = order[j], order[i]
        return np.array(order, np.int64)

    # ---- Bernoulli and what is made of it

    def bernoulli(self, p: Any, n: int, dtype_name: str = "float32") -> Any:
        """``n`` values of ``Tensor.bernoulli_(p)``; for an array of ``n`` probabilities those of torch.bernoulli(p)."""
        import numpy as np

        if isinstance(p, (float, int)):
            if not 0.0 <= p <= 1.0:
                raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p:g}")
            return (self._unit64(n) < p).astype(_numpy_dtype(dtype_name))
        p = np.asarray(p)
        if p.dtype != np.float64:
            p = p.astype(np.float32, copy=False)
        if not ((p >= 0) & (p <= 1)).all():
            raise RuntimeError(
                "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  "
                "(Could this error message be improved?  If so, please report an enhancement request to PyTorch.)"
            )
        uniforms = self._unit64(n) if p.dtype == np.float64 else self._unit32(n)
        return (uniforms < p).astype(_numpy_dtype(dtype_name))

    def bernoulli_one(self, p: float, dtype_name: str = "float32", p_dtype_name: str | None = None) -> Any:
        """The same for one value, as a Python number; ``p_dtype_name`` is given where ``p`` comes from a 0-d tensor."""
        if p_dtype_name is None or p_dtype_name == "float64":
            if not 0.0 <= p <= 1.0:
                if p_dtype_name is None:
                    raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p:g}")
                return self.bernoulli([p], 1)  # the tensor form's message
            return _number(self._unit() < p, dtype_name)
        if not 0.0 <= p <= 1.0:
            return self.bernoulli([p], 1)
        return _number((self._source().getrandbits(32) & _MASK24) * _SCALE24 < p, dtype_name)

    def dropout_mask(self, n: int, p: float, dtype_name: str = "float32") -> Any:
        """What torch.nn.functional.dropout multiplies by: 0 or 1 / (1 - p). p = 0 and p = 1 draw nothing."""
        import numpy as np

        if not 0.0 <= p <= 1.0:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        if p == 0.0 or p == 1.0:
            return np.full(n, 1.0 - p, _numpy_dtype(dtype_name))
        keep = 1.0 - p
        kept = _ROUND[dtype_name](1.0 / (keep if dtype_name == "float64" else round_f32(keep)))
        return self.bernoulli(keep, n, dtype_name) * _numpy_dtype(dtype_name).type(kept)

    def dropout_mask_one(self, p: float, dtype_name: str = "float32") -> float:
        """The same for one value, as a Python float."""
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        if p == 0.0 or p == 1.0:
            return 1.0 - p
        keep = 1.0 - p
        kept = self._unit() < keep
        scale: float = _ROUND[dtype_name](1.0 / (keep if dtype_name == "float64" else round_f32(keep)))
        return scale if kept else 0.0

    # ---- the others

    def exponential(self, n: int, dtype_name: str = "float32", lambd: float = 1.0) -> Any:
        """``n`` values of ``Tensor.exponential_(lambd)``."""
        _check_exponential(dtype_name, lambd)
        return _cast(-1.0 / lambd * _map(math.log1p, -self._unit64(n)), dtype_name)

    def exponential_one(self, dtype_name: str = "float32", lambd: float = 1.0) -> float:
        """The same for one value, as a Python float."""
        _check_exponential(dtype_name, lambd)
        return _ROUND[dtype_name](-1.0 / lambd * math.log1p(-self._unit()))  # type: ignore[no-any-return]

    def geometric(self, n: int, dtype_name: str, p: float) -> Any:
        """``n`` values of ``Tensor.geometric_(p)``."""
        import numpy as np

        if not 0.0 < p < 1.0:
            raise RuntimeError(f"geometric_ expects p to be in (0, 1), but got p={p:g}")
        return _cast(np.ceil(_map(_log, self._unit64(n)) / math.log1p(-p)), dtype_name)

    def geometric_one(self, dtype_name: str, p: float) -> Any:
        """The same for one value, as a Python number."""
        if not 0.0 < p < 1.0:
            raise RuntimeError(f"geometric_ expects p to be in (0, 1), but got p={p:g}")
        value = _log(self._unit()) / math.log1p(-p)
        return _number(math.ceil(value) if value < math.inf else value, dtype_name)

    def cauchy(self, n: int, dtype_name: str = "float32", median: float = 0.0, sigma: float = 1.0) -> Any:
        """``n`` values of ``Tensor.cauchy_(median, sigma)``."""
        if not sigma > 0.0:
            raise RuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma:g}")
        _floating("cauchy_cpu", dtype_name)
        return _cast(_scale(_map(math.tan, math.pi * (self._unit64(n) - 0.5)), sigma, median), dtype_name)

    def cauchy_one(self, dtype_name: str = "float32", median: float = 0.0, sigma: float = 1.0) -> float:
        """The same for one value, as a Python float."""
        if not sigma > 0.0:
            raise RuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma:g}")
        _floating("cauchy_cpu", dtype_name)
        value = _scale(math.tan(math.pi * (self._unit() - 0.5)), sigma, median)
        return _ROUND[dtype_name](value)  # type: ignore[no-any-return]

    def _poisson(self, rate: float) -> int:
        if not rate >= 0.0:
            raise RuntimeError("invalid Poisson rate, expected rate to be non-negative")
        unit = self._unit
        if rate == 0.0:
            return 0
        if rate < 10.0:  # products of uniforms until they fall below exp(-rate)
            bound, product, count = math.exp(-rate), 1.0, 0
            while True:
                product *= unit()
                if product <= bound:
                    return count
                count += 1
        # Hoermann's transformed rejection (1993).
        log_rate = math.log(rate)
        b = 0.931 + 2.53 * math.sqrt(rate)
        a = -0.059 + 0.02483 * b
        inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
        v_r = 0.9277 - 3.6224 / (b - 2.0)
        while True:
            u = unit() - 0.5
            v = unit()
            us = 0.5 - abs(u)
            if us == 0.0:  # u was exactly -0.5: the candidate is minus infinity, and rejected
                continue
            candidate = (2.0 * a / us + b) * u + rate + 0.43
            # An overflowing conversion gives the smallest integer, as the hardware has it.
            k = math.floor(candidate) if abs(candidate) < 2.0**63 else -(1 << 63)
            if us >= 0.07 and v <= v_r:
                return k
            if k < 0 or (us < 0.013 and v > us):
                continue
            bound = -rate + k * log_rate - math.lgamma(k + 1.0)
            if _log(v) + math.log(inverse_alpha) - math.log(a / (us * us) + b) <= bound:
                return k

    def poisson(self, rates: Any, dtype_name: str = "float32") -> Any:
        """torch.poisson of a 1-D array of rates."""
        import numpy as np

        return _cast(np.array([self._poisson(float(rate)) for rate in rates], np.float64), dtype_name)

    def poisson_one(self, rate: float, dtype_name: str = "float32") -> float:
        """The same for one value, as a Python float."""
        return _ROUND[dtype_name](float(self._poisson(rate)))  # type: ignore[no-any-return]

    def multinomial(self, weights: Any, num_samples: int, replacement: bool = False) -> Any:
        """torch.multinomial of weights, 1-D or with a distribution a row; int64 of shape ([rows,] num_samples)."""
        import numpy as np

        if weights.ndim not in (1, 2):
            raise RuntimeError("prob_dist must be 1 or 2 dim")
        name = str(weights.dtype)
        if name not in _DIGITS:
            raise RuntimeError(f"multinomial only supports floating-point dtypes for input, got: {_SCALAR_TYPE.get(name, name)}")
        if num_samples <= 0:
            raise RuntimeError("cannot sample n_sample <= 0 samples")
        categories = weights.shape[-1]
        if not replacement and num_samples > categories:
            raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
        if categories > 1 << 24:
            raise RuntimeError("number of categories cannot exceed 2^24")
        shape = (*weights.shape[:-1], num_samples)
        if 0 in shape:
            return np.empty(shape, np.int64)
        rows = weights.reshape(-1, categories)
        # 16-bit weights are added up in float32.
        wide = rows if name in ("float32", "float64") else rows.astype(np.float32)
        if not replacement or num_samples == 1:
            if not ((wide >= 0) & (wide < np.inf)).all():
                raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
            if (wide.sum(axis=1) == 0).any():
                raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
            # The greatest of weight / exponential is a draw; the greatest k are k draws without replacement.
            race = self.exponential(rows.size, name).reshape(rows.shape)
            with np.errstate(divide="ignore", invalid="ignore"):
                race = wide / race if wide is rows else _cast(wide / race.astype(np.float32), name).astype(np.float32)
            if num_samples == 1:
                return race.argmax(axis=1).reshape(shape)
            return np.argsort(-race, axis=1, kind="stable")[:, :num_samples].reshape(shape)
        out = np.empty((len(rows), num_samples), np.int64)
        for row, result in zip(wide, out):
            if (row < 0).any() or (row != row).any():
                raise RuntimeError("invalid multinomial distribution (encountering probability entry < 0)")
            if (row == np.inf).any():
                raise RuntimeError("invalid multinomial distribution (encountering probability entry = infinity or NaN)")
            cumulative = np.add.accumulate(row)
            if not cumulative[-1] > 0:
                raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
            cumulative /= cumulative[-1]
            cumulative[-1] = 1
            result[:] = np.searchsorted(cumulative.astype(np.float64), self._unit64(num_samples))
        return out.reshape(shape)


default_generator = Generator()
default_generator._seed = None  # nobody seeded it: the first draw takes a seed from the operating system


def manual_seed(seed: Any) -> Generator:
    """Start the default generator over at ``seed``, and return it."""
    return default_generator.manual_seed(int(seed))


def seed() -> int:
    """Start the default generator over at a seed from the operating system, and return it."""
    return default_generator.seed()


def initial_seed() -> int:
    """The seed at which the default generator was started."""
    return default_generator.initial_seed()
