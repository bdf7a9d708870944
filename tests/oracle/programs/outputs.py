# lang: no
"""out=: dtypes that are refused, shapes that are kept or resized, in-place writes that do not fit."""
import warnings

import torch


def t(f, *args, **kwargs):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            got = f(*args, **kwargs)
            print(tuple(got.shape), got.dtype, [round(v, 3) for v in got.reshape(-1)[:4].tolist()], *[str(w.message)[:90] for w in seen])
        except Exception as e:
            print(type(e).__name__, "|", str(e)[:200])


x = torch.tensor([[1.0, -2.0], [3.0, 4.0]])
long, wide = torch.zeros(2, 2, dtype=torch.int64), torch.zeros(2, 2, dtype=torch.float64)
for name, args in {
    "abs": (x,), "sin": (x,), "add": (x, x), "mm": (x, x), "matmul": (x, x), "addmm": (x, x, x), "cumsum": (x, 0), "cummax": (x, 0), "tril": (x,),
    "nan_to_num": (x,), "index_select": (x, 0, torch.tensor([1, 0])), "where": (x > 0, x, x), "heaviside": (x, x), "softmax": (x, 0), "logsumexp": (x, 0),
    "mean": (x, 0), "amax": (x, 0), "take": (x, torch.tensor([[0, 1], [2, 3]])), "tensordot": (x, x, 1), "float_power": (x, 2), "eq": (x, x),
    "isin": (x, x), "isposinf": (x,), "all": (x, 0), "argmax": (x, 0), "polar": (x, x), "diff": (x,), "gather": (x, 0, torch.zeros(2, 2).long()),
    "ldexp": (x, x), "mv": (x, x[0]), "dot": (x[0], x[0]), "view_copy": (x, (2, 2)),
}.items():  # fmt: skip
    for out in (long, wide):
        target = out.clone()
        if name == "cummax":
            target = (target, torch.zeros(2, 2, dtype=torch.int64))
        elif name in ("logsumexp", "mean", "amax", "all", "argmax", "mv"):
            target = target[0].clone()
        elif name == "dot":
            target = target[0, 0].clone()
        elif name == "diff":
            target = target[:, :1].clone()
        print(name, out.dtype, end=" ")
        if name == "cummax":
            t(lambda: torch.cummax(x, 0, out=target)[0])
        else:
            t(getattr(torch, name), *args, out=target)
for name in ("cholesky", "inv", "matrix_power", "pinv", "eigvals", "solve", "det", "norm", "cond", "multi_dot"):
    args = {"matrix_power": (2,), "solve": (x,)}.get(name, ())
    spd = x @ x.T
    print(name, end=" ")
    small = name in ("det", "norm", "cond")
    out = torch.tensor(0) if small else torch.zeros(2, dtype=torch.int64) if name == "eigvals" else long.clone()
    t(getattr(torch.linalg, name), [x, x] if name == "multi_dot" else spd, *args, out=out)
for name in ("fft", "ifft2", "rfft", "irfft", "hfft2"):
    print(name, end=" ")
    t(getattr(torch.fft, name), x + 0j if name[0] in "ih" else x, out=long.clone())
t(torch.arange, 4, out=torch.zeros(2, 2))
t(torch.arange, 3, out=torch.zeros(2, 2))
t(torch.arange, 3, dtype=torch.float32, out=torch.zeros(3, dtype=torch.int64))
t(torch.linspace, 0, 1, 4, out=torch.zeros(2, 2))
t(torch.linspace, 0, 1, 3, out=torch.zeros(2, 2))
t(torch.ones, 3, out=torch.zeros(2, 2))
t(torch.add, x, x, out=torch.zeros(3))
t(torch.add, x, x, out=torch.zeros(2, 2, device="meta"))
t(torch.ones(1).addmm_, x, x)
t(torch.ones(1).addmv_, x, x[0])
t(torch.ones(1, 1, dtype=torch.int64).div_, x)
