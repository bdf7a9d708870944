"""Calls of pointwise functions and of factories that golden/pointwise.json records; this file writes it under PyTorch, tests/engine/test_pointwise.py compares.

    python tests/oracle/pointwise.py

A line is an expression over ``torch`` and the tensors of INPUTS that it names. The registry's samples and cases.py have the ordinary calls: here are 16-bit
steps, numbers that a dtype cannot hold, refusals, memory formats and windows.
"""

from __future__ import annotations

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import cases

INPUTS = {
    "u": "make([1, 2, 250], dtype='uint8', grad=False)",
    "v": "make([7], dtype='uint8', grad=False)[0]",
    "i": "make([1, 3, -2], dtype='int64', grad=False)",
    "m": "make([True, False, True], dtype='bool', grad=False)",
    "f": "make([0.5, 1.5, 0.0], dtype='float32')",
    "h": "make([0.3, 1.7, -0.45, 2.9], dtype='float16')",
    "b": "make([0.3, 1.7, -0.45, 2.9], dtype='bfloat16')",
    "d": "make([0.5, 1.5, -1.0], dtype='float64')",
    "c": "make([1.0, 2.0, 0.0], dtype='complex64') * 1j",
    "w": "make([2.0, -1.5, 0.5], dtype='complex128') + 0.5j",
    "z": "make([0.0, 1.0, -0.0, -2.0], dtype='float64')",
    "y": "make([0.0, 0.0, -0.0, 1.0], dtype='float64')",
    "x": "make(2, 3, 4, 5, dtype='float32')",
    "s": "make(2, 3, dtype='float32')",
    "t": "make(3, 2, dtype='float64').T",
}

CALLS = r"""
torch.add(u, u, alpha=-3)
torch.add(u, v, alpha=100)
torch.add(v, v, alpha=-3)
torch.sub(u, v, alpha=-3)
torch.rsub(u, 2, alpha=-2)
u.clone().sub_(u, alpha=-3)
torch.add(u, u, alpha=300)
torch.add(f, f, alpha=1j)
torch.sub(i, i, alpha=1j)
torch.rsub(f, f)
torch.rsub(f, 2)
torch.rsub(t, s.double())
torch.rsub(t, 2, alpha=3)
1 - f
torch.addcmul(u, u, u, value=-1)
torch.addcmul(u, u, v, value=-3)
torch.addcmul(u, u, u, value=300)
torch.addcmul(f, f, f, value=1j)
torch.addcdiv(f, f, f + 1, value=1j)
torch.clamp(u, -1, 300)
torch.clamp(u, -1)
torch.clamp(f, 0, 1e39)
torch.clamp(f, 1j)
torch.clamp(c, 0, 1)
torch.clamp_min(c, f)
torch.clamp_max(i, 2**40)
torch.lerp(h, f[0], 0.5)
torch.lerp(f, d, 0.5)
torch.lerp(f, f, 1j)
h + 0.42
h - 0.3
0.3 - h
h * 0.3
h / 0.3
h ** 1.7
2.5 ** h
h % 0.3
h // 0.3
torch.fmod(h, 0.3)
torch.div(h, 0.3, rounding_mode='trunc')
torch.div(h * 40, h, rounding_mode='trunc')
torch.atan2(h, torch.tensor(0.3))
torch.hypot(h, torch.tensor(0.3))
torch.lerp(h, h * 2, 0.3)
torch.xlogy(h.abs(), 0.3)
torch.xlogy(0.3, h.abs())
b + 0.42
b * 0.3
b % 0.3
torch.special.xlog1py(b, 1.7)
torch.logit(h.abs() / 4)
torch.nextafter(h, h + 1)
torch.nextafter(torch.full((2,), float('inf'), dtype=torch.float16), torch.zeros(2, dtype=torch.float16))
torch.tensor([0.1, 1e-3, 65519.99], dtype=torch.float64).half()
torch.tensor([1.00048828125000001, 3.0009765624], dtype=torch.float16)
torch.round(f)
torch.round(f, decimals=0)
torch.round(f, decimals=2)
torch.round(i)
torch.round(i, decimals=1)
torch.special.round(f)
torch.special.round(i)
torch.round(c, decimals=1)
5.5 % d
torch.fmod(d, 0.7)
torch.atan2(z, y)
torch.polar(z, y)
torch.polar(h, h)
torch.polar(i, i)
torch.complex(f, d)
torch.complex(i, i)
torch.acosh(w)
torch.logaddexp(w, 3 * w)
torch.logaddexp(w, w)
torch.lgamma(torch.tensor(-3))
torch.lgamma(torch.tensor([0, -1, 5]))
torch.conj_physical(f)
torch.conj_physical(w)
(f * 1).conj_physical_()
(w * 1).conj_physical_()
(f * 1).abs_()
(w * 1).abs_()
torch.frexp(t)
torch.mvlgamma(t + 4, 2)
torch.special.gammainc(torch.tensor([float('nan'), float('nan'), float('inf')]), torch.tensor([0., float('inf'), float('nan')]))
torch.special.gammaincc(torch.tensor([float('nan'), float('nan'), float('inf')]), torch.tensor([0., float('inf'), float('nan')]))
torch.special.chebyshev_polynomial_t(f.detach(), torch.tensor([1e20, float('nan'), float('inf')]))
torch.heaviside(c, f)
torch.ldexp(f, m)
torch.ldexp(h, h)
torch.isclose(f, f, rtol=-0.4)
torch.isclose(f, f, atol=-0.4)
torch.isclose(f, d)
~c
torch.gcd(f, torch.ones(2))
torch.bitwise_and(f, i)
torch.lt(c, c)
torch.erf(c)
torch.polygamma(1, c)
torch.special.zeta(c, c)
torch.special.hermite_polynomial_h(c, c)
(f[:1].as_strided((1,), (2,)) + f[0]).stride()
(x.permute(0, 2, 3, 1) * 2).stride()
x.to(memory_format=torch.channels_last)
x.to(torch.float64, memory_format=torch.channels_last).stride()
x.to(memory_format=torch.channels_last).double().stride()
x.to(memory_format=torch.channels_last).to(torch.float64, memory_format=torch.contiguous_format).stride()
x.to(memory_format=torch.contiguous_format) is x
x.permute(0, 3, 1, 2).to(memory_format=torch.contiguous_format).stride()
x.contiguous(memory_format=torch.channels_last).is_contiguous(memory_format=torch.channels_last)
x.contiguous(memory_format=torch.channels_last).is_contiguous()
x.permute(0, 2, 1, 3).contiguous(memory_format=torch.preserve_format)
x.contiguous(memory_format=torch.channels_last_3d)
s.to(memory_format=torch.channels_last)
s.clone(memory_format=torch.channels_last)
s.bool(memory_format=torch.channels_last)
x.bool(memory_format=torch.channels_last).stride()
x.cfloat(memory_format=torch.channels_last).stride()
x.cpu(memory_format=torch.channels_last).stride()
x.type(torch.int8, memory_format=torch.channels_last).stride()
torch.empty(2, 3, 4, 5, memory_format=torch.channels_last).stride()
torch.empty(2, 3, memory_format=torch.channels_last)
torch.empty(2, 3, memory_format=torch.preserve_format)
torch.zeros_like(x, memory_format=torch.channels_last).stride()
torch.full_like(s, 1., memory_format=torch.channels_last)
torch.rand_like(x, memory_format=torch.channels_last).stride()
torch.zeros(2, 3).resize_(2, 3, 2, 2, memory_format=torch.channels_last).stride()
torch.zeros(2, 3).resize_(2, 3, memory_format=torch.preserve_format)
torch.zeros(2, 3).resize_as_(x.detach().to(memory_format=torch.channels_last), memory_format=torch.preserve_format).stride()
torch.zeros(2, 3, 1, 1).to(memory_format=torch.channels_last).stride()
torch.zeros(0, 3, 2, 2).contiguous(memory_format=torch.channels_last).stride()
s.to(torch.ones(2, dtype=torch.float64), True, True).dtype
s.to('cpu', torch.float64, True, True).dtype
s.to(tensor=d).dtype
torch.linspace(torch.tensor(0), 3, 4)
torch.linspace(torch.ones(2), 3, 4)
torch.linspace(0, torch.ones(1, 1), 4)
torch.logspace(torch.tensor(0), torch.tensor(2), 3)
torch.logspace(torch.ones(2), torch.ones(2), 3)
torch.logspace(4.3, 4, 4, 5.0, dtype=torch.int64)
torch.logspace(1, 1.2, 2, dtype=torch.int64)
torch.logspace(0.5, 2, 1, dtype=torch.int64)
torch.logspace(0, 2, 3, dtype=torch.bool)
torch.arange(3, dtype=torch.complex64)
torch.empty_permuted((2,), (0, 1))
torch.empty_permuted((2,), (3,))
torch.empty_permuted((2, 3), (0, 0))
torch.empty_strided((2, 3), (-1, 2))
torch.tril_indices(-1, 2)
torch.tensor(['x'], dtype=torch.float32)
torch.tensor([1, 'x'], dtype=torch.float32)
torch.tensor([1, 'x'], dtype=torch.int64)
torch.tensor([1, 'x'])
s.type(3)
torch.hann_window(-1)
torch.hann_window(4, dtype=torch.int64)
torch.hann_window(4, dtype=torch.float16)
torch.hann_window(5, False)
torch.hamming_window(6, True, 0.6, 0.4)
torch.blackman_window(5)
torch.bartlett_window(6)
torch.kaiser_window(5, False, 3.0)
torch.signal.windows.bartlett(5)
torch.signal.windows.blackman(6, sym=False)
torch.signal.windows.cosine(4)
torch.signal.windows.exponential(5, tau=2.0)
torch.signal.windows.exponential(5, center=1, sym=False)
torch.signal.windows.exponential(3, center=1)
torch.signal.windows.exponential(3, tau=0)
torch.signal.windows.gaussian(4, std=0.7, dtype=torch.float64)
torch.signal.windows.gaussian(4, std=0)
torch.signal.windows.general_cosine(5, a=[0.5, 0.3, 0.2])
torch.signal.windows.general_cosine(5, a=[])
torch.signal.windows.general_cosine(5, a=1)
torch.signal.windows.general_hamming(4, alpha=0.7, sym=False)
torch.signal.windows.hamming(-1)
torch.signal.windows.hamming(5)
torch.signal.windows.hann(1)
torch.signal.windows.hann(0)
torch.signal.windows.hann(5, requires_grad=True)
torch.signal.windows.hann(5, dtype=torch.float16)
torch.signal.windows.kaiser(5, beta=3.0)
torch.signal.windows.kaiser(5, beta=-1)
torch.signal.windows.nuttall(6)
"""


def table() -> list:
    """The calls as cases."""
    out = []
    for expr in CALLS.strip().splitlines():
        names = sorted(set(re.findall(r"(?<![\w.'])([a-z])\b(?![('])", expr)) & set(INPUTS))
        out.append(cases.Case("pointwise", expr, {n: INPUTS[n] for n in names}, "float32"))
    return out


def main() -> None:
    """Record what PyTorch does."""
    import warnings

    import make
    import torch

    warnings.simplefilter("ignore")
    make.write("pointwise.json", {"torch": torch.__version__}, {c.key: cases.observe(torch, c) for c in table()})


if __name__ == "__main__":
    main()
