"""The calls that the golden files record, and how a call's outcome is written down: shared by make.py (under PyTorch) and the tests (under tcalc).

A case is an expression over ``torch`` and named inputs, each input an expression over ``make``. ``make`` gives small exact values (multiples of
1/8), so inputs are not stored: both sides build the same ones. Every case runs in its own choice of dtypes: each dtype on the op's first
sample, each sample in the op's first dtype (a pairwise choice).
"""

from __future__ import annotations

import math
import re

F32, FLOATS = ("float32",), ("float32", "float64", "float16", "bfloat16")
INTS = ("int64", "int32", "uint8")
ALL = (*FLOATS, *INTS, "bool")
NUM = (*FLOATS, *INTS)


class Case:
    """One recorded call: ``op`` groups cases, ``expr`` is the call, ``inputs`` the tensors in it, ``dtype`` what make() gives."""

    __slots__ = ("dtype", "expr", "grad", "inputs", "key", "op")

    def __init__(self, op, expr, inputs, dtype, grad=True):
        self.op, self.expr, self.inputs, self.dtype, self.grad = op, expr, inputs, dtype, grad
        given = ", ".join(f"{n}={s}" for n, s in inputs.items())
        self.key = f"{expr} | {given} | {dtype}"


_cases: list[Case] = []


def add(op, exprs, *samples, dtypes=F32, grad=True):
    """Cases of one op: every expression on every sample in the first dtype, the first sample in the other dtypes."""
    for expr in [exprs] if isinstance(exprs, str) else exprs:
        for i, s in enumerate(samples or ({},)):
            inputs = {"x": s} if isinstance(s, str) else s
            for d in dtypes if i == 0 else dtypes[:1]:
                _cases.append(Case(op, expr, inputs, d, grad))


def xy(x, y):
    """Two inputs."""
    return {"x": x, "y": y}


# -- pointwise -----------------------------------------------------------------------------------------------------------------------

EXTREME = "make([0., -0., 1., -1., inf, -inf, nan, 1e-30, 1e30, 88., -104., 1000.])"
for name in (
    "neg abs exp exp2 expm1 sin cos tan sinh cosh tanh asinh atan sigmoid relu square sign floor ceil round trunc frac erf erfc "
    "sgn sinc nan_to_num positive deg2rad rad2deg"
).split():
    add(name, f"torch.{name}(x)", "make(2, 3)", "make(3, 4).T", "make()", "make(0, 3)", "make(1, 2).expand(3, 2)", EXTREME, dtypes=ALL)
for name in "sqrt rsqrt reciprocal log log2 log10 log1p lgamma digamma".split():
    add(name, f"torch.{name}(x)", "make(2, 3, pos=True)", "make(2, 4, pos=True)[:, ::2]", EXTREME, dtypes=ALL)
for name in "asin acos atanh erfinv logit".split():
    add(name, f"torch.{name}(x)", "make(2, 3, unit=True)", "make([-1., 0., 1.])", dtypes=FLOATS + ("int64",))
add("acosh", "torch.acosh(x)", "make([1., 1.5, 2., 0.5])", dtypes=FLOATS)
for name in "isnan isinf isfinite signbit logical_not".split():
    add(name, f"torch.{name}(x)", EXTREME, "make(2, 3)", dtypes=FLOATS, grad=False)
    add(name, f"torch.{name}(x)", "make(2, 3)", dtypes=("int64", "bool"), grad=False)
add("bitwise_not", "torch.bitwise_not(x)", "make(2, 3)", dtypes=(*INTS, "bool", "float32"))
for name in "gelu silu softplus elu leaky_relu logsigmoid hardtanh relu6 selu hardswish mish softsign celu".split():
    add(name, f"torch.nn.functional.{name}(x)", "make(2, 3)", "make([-8., -1., 0., 1., 8.])", "make(3, 2).T", dtypes=FLOATS)
add("gelu", "torch.nn.functional.gelu(x, approximate='tanh')", "make(2, 3)", dtypes=FLOATS)
add("round", ["torch.round(x, decimals=1)"], "make([1.25, 2.345, -0.05])")
add("clamp", ["torch.clamp(x, -1, 1)", "x.clamp(min=0)", "x.clamp(max=0.5)", "torch.clamp(x, min=2, max=1)"], "make(2, 3)", EXTREME, dtypes=NUM)
add("clamp", "torch.clamp(x, y, y + 1)", xy("make(2, 3)", "make(3)"), dtypes=FLOATS)
add("clamp_min", ["torch.clamp_min(x, 0)", "torch.clamp_max(x, 0)"], "make(2, 3)")

BINARY = (
    xy("make(2, 3)", "make(2, 3)"),
    xy("make(2, 3)", "make(3)"),
    xy("make(2, 1)", "make(1, 3)"),
    xy("make(3, 2).T", "make()"),
    xy("make()", "make()"),
    xy("make(0, 3)", "make(1, 3)"),
    xy("make(2, 3)", "make(4)"),
    xy("make(3, 2).T", "make(3, 2).T"),
    xy("make(2, 3)", "make(2, 3, dtype='float64')"),
    xy("make(2, 3, dtype='float16')", "make(2, 3, dtype='bfloat16')"),
    xy("make(2, 3, dtype='int32')", "make(2, 3)"),
    xy("make(2, 3, dtype='uint8')", "make(2, 3, dtype='int8')"),
    xy("make(2, 3, dtype='bool')", "make(2, 3, dtype='int64')"),
    xy("make(2, dtype='float16')", "make(dtype='float64')"),
    xy("make(2, dtype='int64')", "make(dtype='float64')"),
    xy("make(2, dtype='int64')", "make(dtype='bool')"),
)
for name in "add sub mul maximum minimum atan2 hypot copysign fmax fmin logaddexp logaddexp2 nextafter".split():
    add(name, f"torch.{name}(x, y)", *BINARY, dtypes=ALL)
for name in "eq ne lt le gt ge logical_and logical_or logical_xor".split():
    add(name, f"torch.{name}(x, y)", *BINARY, dtypes=ALL, grad=False)
for name in "bitwise_and bitwise_or bitwise_xor gcd lcm".split():
    add(name, f"torch.{name}(x, y)", xy("make(2, 3)", "make(3)"), dtypes=("int64", "int32", "uint8", "bool", "float32"))
for name in "__lshift__ __rshift__".split():
    add(name, f"x.{name}(y)", xy("make(2, 3)", "make(3, low=0, high=4)"), dtypes=("int64", "int32", "uint8"))
for name in "div true_divide floor_divide remainder fmod".split():
    add(name, f"torch.{name}(x, y)", xy("make(2, 3)", "make(3, nonzero=True)"), *BINARY[2:4], BINARY[8], dtypes=ALL)
    add(name, f"torch.{name}(x, y)", xy("make([1., -1., 0., 7., -7., inf, nan])", "make([0., 0., 0., 3., 3., 2., 2.])"))
    add(name, [f"torch.{name}(x, 3)", f"torch.{name}(x, -1.5)"], "make(2, 3)", dtypes=("float32", "int64"))
add("div", ["torch.div(x, y, rounding_mode='floor')", "torch.div(x, y, rounding_mode='trunc')"], xy("make(2, 3)", "make(3, nonzero=True)"), dtypes=NUM)
add("pow", ["torch.pow(x, 2)", "x ** 3", "x ** 0", "x ** 1", "x ** 0.5", "x ** -1", "2 ** x", "2.5 ** x"], "make(2, 3)", dtypes=NUM)
add("pow", "torch.pow(x, y)", xy("make(2, 3, pos=True)", "make(3)"), xy("make([0., 0., 0., -2., 2.])", "make([0., 1., -1., 2., 0.5])"), dtypes=NUM)
add("float_power", "torch.float_power(x, 2)", "make(2, 3)", dtypes=("float32", "int64"))
OPERATORS = ["x + 1", "1 + x", "x - 1", "1 - x", "x * 2", "2 * x", "x / 2", "2 / x", "x + 1.5", "x * 1.5", "1.5 - x", "x // 2", "x % 3", "-x", "+x", "abs(x)"]
add("operators", OPERATORS, "make(3, nonzero=True)", dtypes=ALL)
add("operators", ["x > 0", "x <= 1", "x == 1", "x != 1.5", "1 > x"], "make(3)", dtypes=ALL, grad=False)
add(
    "operators", ["x & y", "x | y", "x ^ y", "~x", "x & 1", "x | 2", "x << 1", "x >> 1"], xy("make(3)", "make(3)"), dtypes=("int64", "uint8", "bool", "float32")
)
add(
    "add",
    ["torch.add(x, y, alpha=2)", "torch.sub(x, y, alpha=3)", "torch.add(x, y, alpha=0.5)"],
    xy("make(2, 3)", "make(3)"),
    dtypes=("float32", "int64", "float16"),
)
add("rsub", "torch.rsub(x, 3)", "make(2)", dtypes=NUM)
add("lerp", ["torch.lerp(x, y, 0.25)", "torch.lerp(x, y, 0.75)"], xy("make(2, 3)", "make(3)"), dtypes=FLOATS)
add("lerp", "torch.lerp(x, y, w)", {"x": "make(2, 3)", "y": "make(3)", "w": "make(2, 1)"})
add("addcmul", ["torch.addcmul(x, y, z)", "torch.addcmul(x, y, z, value=0.5)"], {"x": "make(3)", "y": "make(2, 3)", "z": "make(2, 1)"}, dtypes=FLOATS)
add("addcdiv", "torch.addcdiv(x, y, z, value=2)", {"x": "make(3)", "y": "make(2, 3)", "z": "make(2, 1, pos=True)"}, dtypes=FLOATS)
add("xlogy", "torch.xlogy(x, y)", xy("make([0., 0., 1., 2.])", "make([0., 1., 2., 0.])"), dtypes=FLOATS)
add("heaviside", "torch.heaviside(x, y)", xy("make([-1., 0., 1., nan])", "make([0.5, 0.5, 0.5, 0.5])"), grad=False)
add("where", ["torch.where(x > 0, x, y)", "torch.where(x > 0, x, 0)", "torch.where(x > 0, 1.5, x)"], xy("make(2, 3)", "make(3)"), dtypes=NUM)
add("where", ["torch.where(x > 0)", "torch.where(x > 0, 1, 2)", "torch.where(x > 0, 1., 2.)"], "make(2, 3)", grad=False)
add(
    "isclose",
    ["torch.isclose(x, y)", "torch.allclose(x, y)", "torch.equal(x, x)", "torch.equal(x, y)"],
    xy("make(2, 3)", "make(3)"),
    dtypes=("float32", "int64"),
    grad=False,
)
add("lerp", "x.lerp(y, 0.5)", xy("make(2)", "make(2, dtype='float64')"))
add("masked_fill", ["x.masked_fill(x > 0, 5)", "x.masked_fill(x > 0, -0.5)", "torch.masked_fill(x, y > 0, 1)"], xy("make(2, 3)", "make(3)"), dtypes=NUM)

# -- in place ------------------------------------------------------------------------------------------------------------------------

for call in (
    "add_(y) sub_(y) mul_(y) div_(z) add_(2) sub_(1.5) mul_(0.5) div_(2) pow_(2) neg_() abs_() exp_() sin_() tanh_() sigmoid_() relu_() sqrt_() "
    "zero_() fill_(3) fill_(1.5) clamp_(min=0) clamp_(-1,1) copy_(y) floor_() round_() square_() reciprocal_() t_() unsqueeze_(0) "
    "masked_fill_(y>0,2) add_(y,alpha=3) addcmul_(y,y) lerp_(y,0.5) transpose_(0,1) squeeze_() cos_() log1p_() floor_divide_(2) remainder_(2) "
    "fmod_(2) logical_not_() eq_(0) gt_(0) tril_() cumsum_(1) maximum(y) fill_diagonal_(7) bernoulli_(1.0) "
).split():
    add("inplace", f"(x * 1).{call}", {"x": "make(2, 3)", "y": "make(3)", "z": "make(3, nonzero=True)"}, dtypes=("float32", "int64", "float16", "bool"))
add("inplace", ["x.add_(1)", "x.view(-1).add_(1)", "x[0].mul_(2)"], "make(2, 3)")
add(
    "inplace",
    ["(x * 1).add_(y)", "(x * 1).copy_(y)", "(x * 1).mul_(y)"],
    xy("make(2, 3)", "make(2, 3, dtype='float64')"),
    xy("make(2, 3)", "make(4)"),
    xy("make(3)", "make(2, 3)"),
)

# -- reductions ----------------------------------------------------------------------------------------------------------------------

REDUCED = (
    "make(2, 3)",
    "make(3, 2).T",
    "make()",
    "make(0, 3)",
    "make(2, 3, 2).permute(2, 0, 1)",
    "make([[1., nan, 2.], [inf, -inf, 0.]])",
    "make([[1., 1., 0.], [2., 2., 2.]])",
)
for name in "sum mean prod std var".split():
    add(name, f"torch.{name}(x)", *REDUCED, dtypes=ALL)
    add(
        name,
        [f"torch.{name}(x, dim=0)", f"x.{name}(-1, keepdim=True)"],
        "make(2, 3)",
        "make(2, 3, 2).permute(2, 0, 1)",
        "make(2, 0)",
        dtypes=("float32", "int64"),
    )
    if name != "prod":
        add(name, [f"x.{name}(dim=(0, 1))", f"x.{name}(dim=(0, -1), keepdim=True)"], "make(2, 3, 2)")
add("sum", ["x.sum(dtype=torch.float64)", "x.sum(dim=[])", "torch.sum(x, (1, 0))", "x.sum(3)"], "make(2, 3)", dtypes=("float32", "int64"))
add(
    "var",
    [
        "x.var(dim=1, correction=0)",
        "x.var(unbiased=False)",
        "torch.var(x, 1, True, True)",
        "torch.std(x, dim=0, correction=2)",
        "torch.var_mean(x, dim=1)",
        "torch.std_mean(x)",
    ],
    "make(2, 3)",
    dtypes=FLOATS,
)
for name in "amax amin".split():
    add(name, [f"torch.{name}(x)", f"x.{name}(dim=1)", f"x.{name}(dim=(0, 1), keepdim=True)"], "make(2, 3)", "make([[1., 1., 0.], [2., 2., 2.]])", dtypes=ALL)
for name in "max min".split():
    add(name, f"torch.{name}(x)", *REDUCED, dtypes=ALL)
    add(
        name,
        [f"torch.{name}(x, 1)", f"x.{name}(dim=0, keepdim=True)"],
        "make(2, 3, distinct=True)",
        "make([[1., 1., 0.], [2., 2., 2.]])",
        "make([[nan, 1.], [2., nan]])",
        "make(2, 0)",
        dtypes=ALL,
    )
    add(name, f"torch.{name}(x, y)", xy("make(2, 3)", "make(3)"))
for name in "argmax argmin".split():
    add(
        name,
        [f"torch.{name}(x)", f"x.{name}(dim=1)", f"x.{name}(0, keepdim=True)"],
        "make(2, 3, distinct=True)",
        "make([[1., 1., 0.], [2., 2., nan]])",
        dtypes=ALL,
        grad=False,
    )
for name in "all any count_nonzero".split():
    add(name, [f"torch.{name}(x)", f"torch.{name}(x, dim=1)"], "make(2, 3)", "make(0, 2)", dtypes=ALL, grad=False)
add("all", ["x.all(1, keepdim=True)", "x.any(dim=(0, 1))"], "make(2, 3)", grad=False)
for name in "cumsum cumprod logcumsumexp cummax cummin".split():
    add(
        name,
        [f"torch.{name}(x, 0)", f"x.{name}(dim=-1)"],
        "make(2, 3)",
        "make(3, 2).T",
        "make()",
        "make(0, 2)",
        "make([[2., 0., 3.], [0., 0., 1.]])",
        dtypes=(*FLOATS, "int64", "bool"),
    )
add("aminmax", ["torch.aminmax(x)", "torch.aminmax(x, dim=1)"], "make(2, 3)")
add(
    "median",
    ["torch.median(x)", "x.median(dim=1)", "x.median(0, keepdim=True)"],
    "make(2, 3, distinct=True)",
    "make(3, 4, distinct=True)",
    dtypes=("float32", "int64"),
)
add("mode", "torch.mode(x, 1)", "make([[1., 1., 0.], [2., 3., 3.]])", dtypes=("float32", "int64"))
add(
    "logsumexp",
    ["torch.logsumexp(x, 1)", "x.logsumexp((0, 1))", "x.logsumexp(0, keepdim=True)"],
    "make(2, 3)",
    "make([[1000., 1000.], [-inf, -inf]])",
    dtypes=FLOATS,
)
for name in "softmax log_softmax".split():
    add(
        name,
        [f"torch.{name}(x, 1)", f"x.{name}(dim=0)", f"torch.nn.functional.{name}(x, dim=-1)"],
        "make(2, 3)",
        "make([[1000., 0.], [-inf, 0.]])",
        "make(3, 2).T",
        "make(2, 3, 2)",
        dtypes=FLOATS,
    )
    add(name, f"torch.{name}(x, 0, dtype=torch.float64)", "make(3)", dtypes=("float32", "int64"))
add(
    "norm",
    [
        "x.norm()",
        "x.norm(1)",
        "x.norm(p=3)",
        "torch.norm(x, dim=1)",
        "x.norm(p=inf, dim=0)",
        "torch.norm(x, p='fro')",
        "torch.linalg.norm(x)",
        "torch.linalg.vector_norm(x, ord=0, dim=1)",
        "torch.linalg.vector_norm(x, dim=(0, 1), keepdim=True)",
    ],
    "make(2, 3)",
    "make([[0., 0.], [3., 4.]])",
    dtypes=("float32", "float64"),
)
add(
    "quantile",
    ["torch.quantile(x, 0.25)", "x.quantile(0.5, dim=1)", "torch.quantile(x, torch.tensor([0.1, 0.9]), dim=0, keepdim=True)"],
    "make(2, 3, distinct=True)",
    grad=False,
)
add("nansum", ["torch.nansum(x)", "torch.nansum(x, dim=1)", "torch.nanmean(x)"], "make([[1., nan, 2.], [3., 4., 0.]])")
add("diff", ["torch.diff(x)", "x.diff(dim=0)", "x.diff(n=2)"], "make(3, 4)", dtypes=("float32", "int64"))
add("trace", "torch.trace(x)", "make(3, 3)", "make(2, 3)", dtypes=("float32", "int64"))

# -- matmul --------------------------------------------------------------------------------------------------------------------------

for a, b in (
    ("2, 3", "3, 4"),
    ("3", "3"),
    ("2, 3", "3"),
    ("3", "3, 2"),
    ("2, 2, 3", "2, 3, 2"),
    ("2, 2, 3", "3, 2"),
    ("2, 3", "2, 3, 2"),
    ("2, 2, 3", "3"),
    ("3", "2, 3, 2"),
    ("2, 1, 2, 3", "2, 3, 2"),
    ("2, 0", "0, 3"),
    ("2, 3", "4, 2"),
    ("2", "3"),
    ("2, 2, 3", "3, 3, 2"),
    ("", "2"),
):
    add(
        "matmul",
        ["torch.matmul(x, y)"] + (["x @ y"] if a == "2, 3" else []),
        xy(f"make({a})", f"make({b})"),
        dtypes=("float32", "float64", "float16", "bfloat16", "int64", "bool") if a == "2, 3" and b == "3, 4" else F32,
    )
add("matmul", "x @ y", xy("make(3, 2).T", "make(4, 3).T"), xy("make(2, 3)", "make(3, 4, dtype='float64')"))
add("mm", "torch.mm(x, y)", xy("make(2, 3)", "make(3, 2)"), xy("make(2)", "make(2)"), dtypes=("float32", "int64"))
add("mv", "torch.mv(x, y)", xy("make(2, 3)", "make(3)"), xy("make(2, 3)", "make(2)"))
add("dot", ["torch.dot(x, y)", "torch.inner(x, y)"], xy("make(3)", "make(3)"), xy("make(3)", "make(2)"), dtypes=("float32", "int64"))
add("bmm", "torch.bmm(x, y)", xy("make(2, 2, 3)", "make(2, 3, 2)"), xy("make(2, 3)", "make(2, 3)"), dtypes=("float32", "int64"))
add("outer", "torch.outer(x, y)", xy("make(2)", "make(3)"), dtypes=("float32", "int64"))
add(
    "addmm",
    ["torch.addmm(b, x, y)", "torch.addmm(b, x, y, beta=2, alpha=0.5)"],
    {"b": "make(2)", "x": "make(2, 3)", "y": "make(3, 2)"},
    dtypes=("float32", "int64"),
)
add("addmv", "torch.addmv(b, x, y)", {"b": "make(2)", "x": "make(2, 3)", "y": "make(3)"})
add("baddbmm", "torch.baddbmm(b, x, y)", {"b": "make(2, 2, 2)", "x": "make(2, 2, 3)", "y": "make(2, 3, 2)"})
add(
    "einsum",
    ["torch.einsum('ij,jk->ik', x, y)", "torch.einsum('ij,jk', x, y)", "torch.einsum('ij,jk->', x, y)", "torch.einsum('ij,kl->ijkl', x, y)"],
    xy("make(2, 3)", "make(3, 2)"),
    dtypes=("float32", "int64"),
)
add(
    "einsum",
    ["torch.einsum('ii', x)", "torch.einsum('ii->i', x)", "torch.einsum('ij->ji', x)", "torch.einsum('...i->...', x)", "torch.einsum('ij->j', x)"],
    "make(3, 3)",
)
add(
    "einsum",
    [
        "torch.einsum('bn,anm,bm->ba', x, w, y)",
        "torch.einsum('bn,anm,bm->nm', x, w, y)",
        "torch.einsum('bn,anm,bm', x, w, y)",
        "torch.einsum('bn,anm,bk->', x, w, y)",
    ],
    {"x": "make(2, 5)", "w": "make(3, 5, 4)", "y": "make(2, 4)"},
    {"x": "make(2, 1)", "w": "make(3, 5, 1)", "y": "make(1, 4)"},
    {"x": "make(2, 0)", "w": "make(3, 0, 4)", "y": "make(2, 4)"},
)
add(
    "einsum",
    ["torch.einsum('bij,bjk->bik', x, y)", "torch.einsum('...ij,...jk->ik', x, y)", "torch.einsum('bij,bjk->kib', x, y)", "torch.einsum('aij,bjk->kbia', x, y)",
     "torch.einsum('...ij,...jk', x, y)", "torch.einsum(x, [0, 1, 2], y, [0, 2, 3], [3, 0])", "torch.einsum('bii,bkk->ik', x[..., :1], y)"],
    xy("make(2, 3, 4)", "make(2, 4, 5)"),
    xy("make(2, 3, 1)", "make(1, 4, 5)"),
    xy("make(2, 3, 0)", "make(2, 0, 5)"),
)  # fmt: skip
add(
    "linear",
    ["torch.nn.functional.linear(x, w, b)", "torch.nn.functional.linear(x, w)"],
    {"x": "make(2, 3)", "w": "make(4, 3)", "b": "make(4)"},
    {"x": "make(3)", "w": "make(4, 3)", "b": "make(4)"},
    {"x": "make(2, 2, 3)", "w": "make(4, 3)", "b": "make(4)"},
)
add("tensordot", "torch.tensordot(x, y, dims=1)", xy("make(2, 3)", "make(3, 2)"))
add("kron", "torch.kron(x, y)", xy("make(2, 2)", "make(1, 2)"))

# -- shapes and views ------------------------------------------------------------------------------------------------------------------

SHAPED = ("make(2, 3, 4)", "make(4, 3, 2).permute(2, 1, 0)")
add("view", ["x.view(6, 4)", "x.view(-1)", "x.view(2, -1)", "x.view((3, 8))", "x.view(5, 5)", "x.view(2, 1, 12)"], *SHAPED, dtypes=("float32", "int64"))
add("reshape", ["x.reshape(6, 4)", "x.reshape(-1)", "torch.reshape(x, (2, -1))", "x.reshape(5)"], *SHAPED, dtypes=("float32", "int64"))
add("flatten", ["x.flatten()", "x.flatten(1)", "torch.flatten(x, 0, 1)", "x.ravel()"], *SHAPED, "make()")
add(
    "transpose",
    [
        "x.transpose(0, 1)",
        "x.transpose(-1, 0)",
        "x.swapaxes(0, 2)",
        "x.mT",
        "x.permute(2, 0, 1)",
        "torch.permute(x, (1, 0, 2))",
        "torch.movedim(x, 0, -1)",
        "x.transpose(0, 3)",
    ],
    *SHAPED,
)
add("t", ["x.T", "x.t()", "torch.t(x)", "torch.adjoint(x)"], "make(2, 3)", "make(3)")
add("squeeze", ["x.squeeze()", "x.squeeze(0)", "x.squeeze(1)", "x.squeeze((0, 2))", "x.squeeze(-1)"], "make(1, 3, 1, 2)")
add("unsqueeze", ["x.unsqueeze(0)", "x.unsqueeze(-1)", "x.unsqueeze(1)", "x[None]", "x[:, None]", "x.unsqueeze(5)"], "make(2, 3)", "make(3, 2).T")
add(
    "expand",
    ["x.expand(2, 3)", "x.expand(-1, 3)", "x.expand(4, 2, 3)", "x.broadcast_to((2, 3))", "x.expand_as(torch.zeros(2, 3))"],
    "make(2, 1)",
    "make(3)",
    dtypes=("float32", "int64"),
)
add(
    "repeat",
    [
        "x.repeat(2, 1)",
        "x.repeat(2, 2, 2)",
        "x.tile((2,))",
        "torch.tile(x, (2, 1, 1))",
        "x.repeat_interleave(2)",
        "x.repeat_interleave(2, dim=0)",
        "torch.repeat_interleave(x, torch.tensor([1, 2]), dim=0)",
    ],
    "make(2, 3)",
    dtypes=("float32", "int64"),
)
add(
    "contiguous",
    ["x.contiguous()", "x.clone()", "x * 1", "torch.empty_like(x).stride()", "x.double()", "x.to(torch.float32)", "x.is_contiguous()", "x.stride()"],
    "make(2, 3)",
    "make(3, 2).T",
    "make(2, 1).expand(2, 3)",
    "make(2, 6)[:, ::2]",
    "make(2, 3, 4).permute(1, 2, 0)",
)
add("narrow", ["x.narrow(0, 1, 1)", "x.narrow(1, 0, 2)", "x.select(1, 1)", "x.narrow(0, 1, 5)", "x.select(0, 9)"], "make(2, 3)", "make(3, 2).T")
add(
    "split",
    [
        "x.split(2)",
        "x.split([1, 2])",
        "torch.split(x, 2, dim=1)",
        "x.chunk(2)",
        "torch.chunk(x, 3, dim=1)",
        "x.unbind(0)",
        "torch.tensor_split(x, 2)",
        "x.tensor_split((1,), dim=1)",
        "x.split(5)",
    ],
    "make(3, 4)",
)
add(
    "flip",
    [
        "x.flip(0)",
        "torch.flip(x, (0, 1))",
        "torch.roll(x, 1, 0)",
        "torch.roll(x, 2)",
        "torch.roll(x, (1, 1), (0, 1))",
        "torch.rot90(x)",
        "x.fliplr()",
        "x.flipud()",
    ],
    "make(2, 3)",
    dtypes=("float32", "int64"),
)
add(
    "diagonal",
    ["x.diagonal()", "x.diagonal(1)", "x.diagonal(-1)", "torch.diag(x)", "torch.diagonal(x, 0, 1, 0)", "torch.tril(x)", "x.triu(1)", "x.tril(-1)"],
    "make(3, 3)",
    "make(2, 3)",
    dtypes=("float32", "int64"),
)
add("diag", ["torch.diag(x)", "torch.diag_embed(x)", "torch.diag(x, 1)"], "make(2)")
add("unfold", ["x.unfold(0, 2, 1)", "x.unfold(1, 2, 2)"], "make(3, 4)")
add("as_strided", ["x.as_strided((2, 2), (1, 2))", "x.as_strided((2, 2), (1, 1), 1)"], "make(2, 3)")
add("unflatten", ["x.unflatten(1, (2, 2))", "x.unflatten(1, (2, -1))"], "make(3, 4)")
add(
    "size",
    [
        "x.shape",
        "x.size()",
        "x.size(1)",
        "x.dim()",
        "x.numel()",
        "x.ndim",
        "x.nbytes",
        "x.element_size()",
        "x.storage_offset()",
        "x.is_contiguous()",
        "len(x)",
        "x.tolist()",
    ],
    "make(2, 3)",
    "make(3, 4)[1:, ::2]",
    dtypes=ALL,
    grad=False,
)
add("meshgrid", ["torch.meshgrid(x, y, indexing='ij')", "torch.meshgrid(x, y, indexing='xy')"], xy("make(2)", "make(3)"))
add("broadcast", ["torch.broadcast_tensors(x, y)", "torch.broadcast_shapes((2, 1), (3,))"], xy("make(2, 1)", "make(3)"))

# -- indexing --------------------------------------------------------------------------------------------------------------------------

INDEX = (
    "x[0]",
    "x[-1]",
    "x[1, 2]",
    "x[:, 1]",
    "x[0:2, 1:3]",
    "x[::2]",
    "x[..., -1]",
    "x[None, 0]",
    "x[:, None, 1]",
    "x[[0, 1]]",
    "x[[0, 0, 1]]",
    "x[[0, 1], [1, 2]]",
    "x[:, [2, 0]]",
    "x[x > 0]",
    "x[torch.tensor([True, False, True])]",
    "x[:, torch.tensor([True, False, True, False])]",
    "x[torch.tensor([[0, 1], [2, 0]])]",
    "x[torch.tensor([0, 2]), 1:3]",
    "x[torch.tensor(1)]",
    "x[True]",
    "x[False]",
    "x[...]",
    "x[()]",
    "x[5]",
    "x[0, 0, 0]",
    "x[0, 9]",
    "x[[7]]",
    "x[1.5]",
    "x[::-1]",
    "x[10:]",
    "x[2:1]",
    "x[-2:]",
    "x[torch.tensor([0.5])]",
    "x[[True, False, True]]",
    "x[torch.tensor([0, 1], dtype=torch.int32)]",
    "x[[-1, -3]]",
    "x[:, [0, 1], None]",
    "x[None, [0, 1], :, None]",
)
add("index", INDEX, "make(3, 4)", dtypes=("float32", "int64"))
add(
    "index",
    ["x[0, :, [1, 2]]", "x[:, 0, [1, 2]]", "x[[0, 1], :, [1, 2]]", "x[..., 1:, 0]", "x[:, [0, 1], [1, 2]]", "x[1, ..., 2]"],
    "make(2, 3, 4)",
    "make(4, 3, 2).permute(2, 1, 0)",
)
add("index", ["x[0]", "x[None]", "x[...]", "x[()]", "x[:]"], "make()")
SET = (
    "x[0] = 5",
    "x[:, 1] = y[:3]",
    "x[x > 0] = 0",
    "x[[0, 2]] = 1.5",
    "x[1, 2] = y[0]",
    "x[::2] = y",
    "x[torch.tensor([0, 0])] = y",
    "x[:, [0, 1]] = 7",
    "x[...] = 2",
    "x[0:2, 1:3] += 1",
    "x[x > 0] *= 2",
    "x[None, 0] = y",
    "x[torch.tensor([True, False, True])] = y",
    "x[0] = torch.ones(3)",
    "x[7] = 1",
    "x[[0, 1], [1, 2]] = y[:2]",
    "x[1] = True",
    "x[x > 0] = y[0]",
)
for s in SET:
    add("setitem", f"run('x = x * 1\\n{s}', x=x, y=y)", xy("make(3, 4)", "make(4)"), dtypes=("float32", "int64"))
IDX = "make(2, 3, ints=True, high=3)"
add("gather", ["torch.gather(x, 0, i)", "torch.take_along_dim(x, i, dim=0)"], {"x": "make(3, 3)", "i": IDX}, dtypes=("float32", "int64"))
add(
    "scatter",
    ["x.scatter(0, i, y)", "x.scatter_add(0, i, y)", "x.scatter(0, i, 5)", "x.scatter_reduce(0, i, y, reduce='sum')"],
    {"x": "make(3, 3)", "i": "make([[0, 1, 2], [1, 2, 0]], dtype='int64')", "y": "make(2, 3)"},
    dtypes=("float32", "int64"),
)
add(
    "index_select",
    ["torch.index_select(x, 0, i)", "x.index_select(1, i)", "x.index_add(0, i, y)", "x.index_copy(0, i, y)", "x.index_fill(1, i, 4)", "x.take(i)"],
    {"x": "make(3, 3)", "i": "make([2, 0], dtype='int64')", "y": "make(2, 3)"},
    dtypes=("float32", "int64"),
)
add("masked_select", ["torch.masked_select(x, x > 0)", "x.masked_scatter(x > 0, y)"], xy("make(2, 3)", "make(6)"), dtypes=("float32", "int64"))
add("nonzero", ["torch.nonzero(x)", "x.nonzero(as_tuple=True)", "torch.argwhere(x)"], "make(2, 3)", "make()", dtypes=("float32", "int64", "bool"), grad=False)
add(
    "sort",
    ["torch.sort(x)", "x.sort(dim=0)", "x.sort(descending=True)", "x.argsort()", "torch.argsort(x, dim=0, descending=True)", "x.msort()"],
    "make(3, 4, distinct=True)",
    "make([[2., nan, 1.], [0., inf, -inf]])",
    dtypes=("float32", "int64"),
)
add("sort", ["torch.sort(x, stable=True)"], "make([1., 0., 1., 0.])", dtypes=("float32", "bool"))
add(
    "topk",
    ["torch.topk(x, 2)", "x.topk(1, dim=0)", "x.topk(2, largest=False)", "x.kthvalue(2)", "x.topk(9)"],
    "make(3, 4, distinct=True)",
    dtypes=("float32", "int64"),
)
add(
    "unique",
    ["torch.unique(x)", "torch.unique(x, return_inverse=True)", "torch.unique(x, return_counts=True)", "torch.unique_consecutive(x)"],
    "make([3., 1., 3., 3., 2.])",
    dtypes=("float32", "int64"),
    grad=False,
)
add("bincount", ["torch.bincount(i)", "torch.bincount(i, minlength=6)"], {"i": "make([0, 2, 2, 1], dtype='int64')"})
add(
    "searchsorted",
    ["torch.searchsorted(x, y)", "torch.searchsorted(x, y, right=True)", "torch.bucketize(y, x)"],
    xy("make([1., 2., 3.])", "make([0.5, 2., 9.])"),
    grad=False,
)
add("one_hot", ["torch.nn.functional.one_hot(i)", "torch.nn.functional.one_hot(i, 5)"], {"i": "make([0, 2, 1], dtype='int64')"})

# -- joining ---------------------------------------------------------------------------------------------------------------------------

add(
    "cat",
    ["torch.cat([x, y])", "torch.cat((x, y), dim=-2)", "torch.cat([x, y], 1)", "torch.vstack([x, y])"],
    xy("make(2, 3)", "make(1, 3)"),
    xy("make(2, 3)", "make(2, 3, dtype='float64')"),
    xy("make(3, 2).T", "make(3, 1).T"),
    dtypes=("float32", "int64", "bool"),
)
add(
    "stack",
    [
        "torch.stack([x, y])",
        "torch.stack((x, y), dim=1)",
        "torch.stack([x, y], -1)",
        "torch.hstack([x, y])",
        "torch.dstack([x, y])",
        "torch.column_stack([x, y])",
    ],
    xy("make(2, 3)", "make(2, 3)"),
    xy("make(3)", "make(3)"),
    dtypes=("float32", "int64"),
)
add("stack", "torch.stack([x, y])", xy("make(2, 3)", "make(3, 2)"))
add("block_diag", ["torch.block_diag(x, y)", "torch.cartesian_prod(x[0], y[0])"], xy("make(2, 2)", "make(1, 2)"))

# -- factories -------------------------------------------------------------------------------------------------------------------------

add(
    "factory",
    [
        "torch.zeros(2, 3)",
        "torch.ones((2, 3))",
        "torch.full((2, 2), 7.0)",
        "torch.full((2,), 7)",
        "torch.full((2,), True)",
        "torch.eye(3)",
        "torch.eye(2, 3)",
        "torch.arange(5)",
        "torch.arange(1, 10, 3)",
        "torch.arange(0., 1., 0.25)",
        "torch.arange(5, 0, -2)",
        "torch.linspace(0, 1, 5)",
        "torch.linspace(-1, 1, 4, dtype=torch.float64)",
        "torch.logspace(0, 2, 3)",
        "torch.tensor([1, 2.5])",
        "torch.tensor([[1, 2], [3, 4]])",
        "torch.tensor(True)",
        "torch.tensor([])",
        "torch.zeros(0)",
        "torch.zeros(())",
        "torch.zeros(2, dtype=torch.bool)",
        "torch.ones(2, dtype=torch.int8)",
        "torch.zeros(-1)",
        "torch.arange(0, 1, 0)",
        "torch.tensor([[1], [2, 3]])",
        "torch.tril_indices(2, 3)",
        "torch.triu_indices(3, 3)",
        "torch.scalar_tensor(3)",
        "torch.zeros(2, 3, requires_grad=True)",
        "torch.tensor([1.0], requires_grad=True)",
        "torch.ones(2, device='cpu')",
        "torch.vander(torch.tensor([1, 2, 3]))",
        "torch.hann_window(4)",
        "torch.complex128 is not None",
        "torch.asarray([1, 2])",
        "torch.as_tensor([1.5])",
        "torch.empty(2, 0)",
    ],
)
add(
    "like",
    [
        "torch.zeros_like(x)",
        "torch.ones_like(x)",
        "torch.full_like(x, 3)",
        "torch.zeros_like(x, dtype=torch.int32)",
        "x.new_zeros(2)",
        "x.new_full((2,), 1)",
        "x.new_ones((2, 2))",
        "x.new_tensor([1, 2])",
    ],
    "make(2, 3)",
    "make(3, 2).T",
    "make(2, 1).expand(2, 3)",
    dtypes=ALL,
)
add(
    "cast",
    [
        "x.float()",
        "x.double()",
        "x.half()",
        "x.bfloat16()",
        "x.int()",
        "x.long()",
        "x.bool()",
        "x.to(torch.uint8)",
        "x.to(torch.int16)",
        "x.type(torch.float32)",
        "x.to('cpu', torch.float64)",
        "x.char()",
        "x.byte()",
    ],
    "make(2, 3, low=0)",
    "make(3, 2, low=0).T",
    dtypes=ALL,
)
for fn in ("rand", "randn"):
    add(
        "random",
        [
            f"run('torch.manual_seed(0)\\nx = torch.{fn}({n}, dtype=torch.{d})')"
            for n in ("3", "2, 3", "16", "20", "4, 8", "100")
            for d in ("float32", "float64")
        ],
        grad=False,
    )
add(
    "random",
    [
        "run('torch.manual_seed(0)\\nx = torch.randint(0, 10, (2, 4))')",
        "run('torch.manual_seed(0)\\nx = torch.randperm(10)')",
        "run('torch.manual_seed(0)\\ntorch.randn(3)\\nx = torch.rand(2)')",
        "run('torch.manual_seed(0)\\ntorch.randn(3)\\nx = torch.randn(2)')",
        "run('torch.manual_seed(0)\\nx = torch.bernoulli(torch.full((8,), 0.5))')",
        "run('torch.manual_seed(0)\\nx = torch.empty(5).uniform_(-1, 1)')",
        "run('torch.manual_seed(0)\\nx = torch.empty(20).normal_(1, 2)')",
        "run('torch.manual_seed(0)\\nx = torch.multinomial(torch.tensor([0.2, 0.3, 0.5]), 2)')",
        "run('torch.manual_seed(0)\\nx = torch.empty(4).exponential_()')",
        "run('torch.manual_seed(0)\\nx = torch.nn.functional.dropout(torch.ones(10), 0.5)')",
    ],
    grad=False,
)

# -- losses and friends ----------------------------------------------------------------------------------------------------------------

for name in "mse_loss l1_loss smooth_l1_loss huber_loss".split():
    add(
        name,
        [f"torch.nn.functional.{name}(x, y)", f"torch.nn.functional.{name}(x, y, reduction='sum')", f"torch.nn.functional.{name}(x, y, reduction='none')"],
        xy("make(2, 3)", "make(2, 3)"),
        dtypes=("float32", "float64"),
    )
add(
    "cross_entropy",
    [
        "torch.nn.functional.cross_entropy(x, i)",
        "torch.nn.functional.cross_entropy(x, i, reduction='sum')",
        "torch.nn.functional.cross_entropy(x, i, reduction='none')",
        "torch.nn.functional.cross_entropy(x, i, label_smoothing=0.1)",
        "torch.nn.functional.nll_loss(x, i)",
    ],
    {"x": "make(2, 3)", "i": "make([0, 2], dtype='int64')"},
    {"x": "make([[1e4, -1e4, 0.], [0., 0., 0.]])", "i": "make([1, 2], dtype='int64')"},
    dtypes=("float32", "float64"),
)
add(
    "bce",
    ["torch.nn.functional.binary_cross_entropy_with_logits(x, y)", "torch.nn.functional.binary_cross_entropy(torch.sigmoid(x), y)"],
    xy("make(3)", "make([0., 1., 0.5], grad=False)"),
    dtypes=("float32", "float64"),
)
add(
    "layer_norm",
    ["torch.nn.functional.layer_norm(x, (3,))", "torch.nn.functional.layer_norm(x, (3,), w, b)"],
    {"x": "make(2, 3)", "w": "make(3)", "b": "make(3)"},
)
add("normalize", ["torch.nn.functional.normalize(x)", "torch.nn.functional.cosine_similarity(x, x + 1)"], "make(2, 3, pos=True)")
add(
    "autograd",
    [
        "run('y = x * x\\ng = torch.autograd.grad(y.sum(), x, create_graph=True)[0]\\nx = torch.autograd.grad(g.sum(), x)[0]', x=x)",
        "run('y = x.detach()\\nx = y', x=x)",
        "x.requires_grad",
        "x.is_leaf",
        "(x * 2).is_leaf",
        "x.detach().requires_grad",
    ],
    "make(3)",
)


def cases() -> list[Case]:
    """Every case of the table, in order, without doubles."""
    seen: set[str] = set()
    return [c for c in _cases if not (c.key in seen or seen.add(c.key))]


# -- inputs ----------------------------------------------------------------------------------------------------------------------------

# -- out= and complex numbers ---------------------------------------------------------------------------------------------------------

add(
    "out",
    [
        "torch.add(x, y, out=torch.empty(0))",
        "torch.add(x, y, out=torch.zeros(3))",
        "torch.mul(x, 2, out=torch.zeros(2, 3, dtype=torch.float64))",
        "torch.eq(x, y, out=torch.zeros(2, 3))",
        "torch.mm(x, x.t(), out=torch.empty(0))",
        "torch.sum(x, 0, out=torch.empty(0))",
        "torch.max(x, 1, out=(torch.empty(0), torch.empty(0, dtype=torch.int64)))",
        "torch.cat([x, x], out=torch.empty(0))",
        "torch.add(x, y, out=torch.zeros(2, 3, dtype=torch.int64))",
        "torch.add(x, y, out=torch.zeros(1, 1).expand(2, 3))",
        "torch.relu(x, out=torch.empty(0))",
        "torch.arange(3, out=torch.empty(0))",
        "torch.linalg.inv(torch.eye(2), out=torch.empty(0))",
    ],
    xy("make(2, 3)", "make(3)"),
    grad=False,
)
add("out", ["torch.add(x, y, out=torch.empty(0))", "torch.exp(x, out=torch.empty(0))"], xy("make(2, 3)", "make(3)"))
add(
    "complex",
    [
        "x * y",
        "x @ y.T",
        "x.conj() * y",
        "x.abs()",
        "x.angle()",
        "x.real",
        "x.imag",
        "x ** 2",
        "x / y",
        "1 / x",
        "x + 1j",
        "2j * x",
        "x.mH",
        "x.sum()",
        "x.mean(0)",
    ],
    xy("make(2, 3)", "make(2, 3)"),
    dtypes=("complex64", "complex128"),
)
add(
    "complex",
    ["x * y", "x + y", "x @ y.T", "torch.where(x == 0, x, y)"],
    xy("make(2, 3)", "make(2, 3, dtype='complex64')"),
    xy("make(2, 3, dtype='float64')", "make(2, 3, dtype='complex64')"),
)
add(
    "complex",
    ["x < y", "x.max()", "x.sort()", "x.floor()", "x.clamp(0)", "x % 2", "x // 2", "x.relu()", "x.to(torch.float32)", "x.argmax()"],
    xy("make(2, 3)", "make(2, 3)"),
    dtypes=("complex64",),
)
add(
    "complex",
    ["torch.fft.fft(x)", "torch.fft.rfft(x)", "torch.fft.irfft(x)", "torch.fft.fft2(x, norm='ortho')", "torch.fft.hfft(x, 5)", "torch.fft.fftn(x, (3, 2))"],
    "make(2, 4)",
    dtypes=("float32", "float64", "int64"),
)
add("complex", ["torch.linspace(0, 1j, 3)", "torch.logspace(0, 1j, 3)", "torch.arange(1j, 1)", "torch.linspace(0, 1j, 3, dtype=torch.float32)"], grad=False)

# -- what was found wrong once ----------------------------------------------------------------------------------------------------------

add("integer result", ["x.sum(dtype=torch.int64)", "x.sum(0, dtype=torch.int64)", "x.prod(dtype=torch.int64)", "x.cumsum(0, dtype=torch.int32)"], "make(2, 3)")
add(
    "ties",
    ["torch.kthvalue(x, 3, 1)", "torch.kthvalue(x, 9, 1)", "torch.mode(x, 1)", "torch.median(x, 1)", "torch.nanmedian(x, 1)"],
    "make(4, 30, low=0, high=1)",
    "make(3, 7, low=0, high=1)",
    dtypes=("float32", "int64", "bfloat16"),
    grad=False,
)
add(
    "unsigned",
    ["x.float()", "x.sum()", "torch.cat([x, x])", "x.sort()", "x + x.int()", "x + 1.5", "x == x", "x.tolist()"],
    "make(3, pos=True)",
    dtypes=("uint16", "uint32"),
    grad=False,
)
add("bernoulli node", ["torch.bernoulli(x, 0.0)", "torch.bernoulli(x)"], "make([0., 1.])")
add("uniques", ["torch.unique(x)", "torch.unique(x, dim=0)", "torch.unique_consecutive(x)"], "make([1., 1., 2.])")
add("root", "x ** 0.5", "make([0.1, 0.3, 0.7, 1.7, 2.3])", "make([0.7])[0]", dtypes=("float32", "float64"))


class Make:
    """Builds a case's tensors on either library: small exact values in a fixed order, or the ones given in a list."""

    def __init__(self, torch, dtype="float32"):
        self.torch, self.dtype, self.state = torch, dtype, 12345

    def _next(self) -> int:
        self.state = (self.state * 1103515245 + 12345) % (1 << 31)
        return self.state >> 16

    def __call__(self, *shape, dtype=None, low=-2, high=2, pos=False, unit=False, distinct=False, nonzero=False, ints=False, grad=True):
        torch = self.torch
        name = "int64" if ints else dtype or self.dtype
        d = getattr(torch, name)
        if name.startswith("complex"):
            options = {"low": low, "high": high, "pos": pos, "unit": unit, "distinct": distinct, "nonzero": nonzero}
            return self._complex(shape, name, options)
        floating = name.startswith(("float", "bfloat"))
        if shape and isinstance(shape[0], list):
            values = _map(shape[0], lambda v: v if floating else 0 if v != v or v in (math.inf, -math.inf) else _fit(v, name))
            t = torch.tensor(values, dtype=d)
        else:
            shape = tuple(shape[0]) if shape and isinstance(shape[0], tuple) else shape
            n = math.prod(shape)
            if distinct:
                values = [v - n // 2 for v in sorted(range(n), key=lambda _: self._next())]
                values = [v / 4 if floating else _fit(v, name) for v in values]
            elif floating:
                if unit:
                    values = [(self._next() % 15 - 7) / 8 for _ in range(n)]
                else:
                    values = [(self._next() % (8 * (high - low) + 1)) / 8 + low for _ in range(n)]
                if pos:
                    values = [abs(v) + 0.125 for v in values]
                if nonzero:
                    values = [v or 0.625 for v in values]
            else:
                first = 0 if ints else 2 * low
                values = [first + self._next() % ((high if ints else 2 * high + 1) - first) for _ in range(n)]
                if pos or unit:
                    values = [abs(v) for v in values]
                if nonzero:
                    values = [v or 3 for v in values]
                values = [_fit(v, name) for v in values]
            t = torch.tensor(values, dtype=d).reshape(shape)
        return t

    def _complex(self, shape, name, options):
        """A real and an imaginary part, each as floats are made; given numbers get small imaginary parts."""
        part = "float64" if name == "complex128" else "float32"
        real = self(*shape, dtype=part, **options)
        imag = real.detach() * 0.25 + 0.5 if shape and isinstance(shape[0], list) else self(*shape, dtype=part, **options)
        return self.torch.complex(real.detach(), imag.detach())

    def complex(self, *shape, **options):
        """A complex tensor of the precision that make() gives, whatever the dtype of the rest."""
        return self._complex(shape, "complex128" if self.dtype in ("float64", "complex128") else "complex64", options)

    def mask(self, *shape):
        """A boolean tensor."""
        return self(*shape, dtype="bool")

    def ints(self, *shape, low=0, high=5):
        """Integers, such as indices."""
        if isinstance(shape[0], list):
            return self.torch.tensor(shape[0])
        n = math.prod(shape)
        return self.torch.tensor([low + self._next() % (high - low) for _ in range(n)], dtype=self.torch.int64).reshape(shape)


def _fit(v, name):
    if name == "bool":
        return bool(int(v) % 2)
    return int(v) % 256 if name == "uint8" else int(max(min(v, 100), -100))


def _map(v, f):
    return [_map(x, f) for x in v] if isinstance(v, list) else f(v)


# -- one case run ----------------------------------------------------------------------------------------------------------------------

NAMES = {"inf": math.inf, "nan": math.nan}


def _runner(torch):
    def run(source, **names):
        scope = {"torch": torch, **names}
        exec(source, scope)
        return scope["x"]

    return run


def observe(torch, case: Case) -> dict:
    """What the library does on one case, as JSON values."""
    try:
        make = Make(torch, case.dtype)
        values = {n: eval(s, {"make": make, **NAMES}) for n, s in case.inputs.items()}
        leaves = {}
        for n, v in values.items():
            v = v.detach()
            if case.grad and (v.is_floating_point() or v.is_complex()) and "grad=False" not in case.inputs[n]:
                v.requires_grad_()
                leaves[n] = v
            values[n] = v
        scope = {"torch": torch, "run": _runner(torch), "abs": abs, "len": len, **NAMES, **values}
    except Exception as e:
        return {"setup": f"{type(e).__name__}: {e}"}
    return outcome(torch, lambda: eval(case.expr, scope), leaves)


def outcome(torch, call, leaves: dict) -> dict:
    """What a call gives: its results, their text, and the gradients of the leaves; or its error."""
    tensor = torch.Tensor
    try:
        out = call()
    except Exception as e:
        return {"error": type(e).__name__, "message": str(e).split("\n")[0]}
    found = {"out": describe(torch, out), "text": normal(repr(out))}
    flat = [t for t in _flat(out) if isinstance(t, tensor) and t.requires_grad and (t.dtype.is_floating_point or t.dtype.is_complex)]
    if flat and leaves:
        cot = Make(torch, "float64")
        cot.state = 777  # other numbers than the inputs'
        weights = [cot(tuple(t.shape), dtype=str(t.dtype).replace("torch.", "")) for t in flat]
        try:
            grads = torch.autograd.grad(flat, list(leaves.values()), weights, allow_unused=True)
            found["grads"] = {n: None if g is None else describe(torch, g, short=True) for n, g in zip(leaves, grads)}
        except Exception as e:
            found["grads"] = {"error": type(e).__name__, "message": str(e).split("\n")[0]}
    return found


def _flat(out):
    if isinstance(out, (tuple, list)):
        return [x for o in out for x in _flat(o)]
    return [out]


def normal(text: str) -> str:
    """Text without addresses."""
    return re.sub(r"0x[0-9a-fA-F]+", "0x...", text)


def describe(torch, v, short=False):
    """A result as JSON: a tensor as dtype, shape, stride, values, grad_fn's name, whether it is a view."""
    if isinstance(v, torch.Tensor):
        d = str(v.dtype).replace("torch.", "")
        plain = v.detach().clone()  # some zero gradients of PyTorch's have no memory of their own
        if d in ("float16", "bfloat16"):
            plain = plain.double()
        if short and not isinstance(v, bool) and getattr(v, "_is_zerotensor", lambda: False)():
            plain = plain + 0  # PyTorch's gradient without storage
        data = [number(x, d) for v in plain.reshape(-1).tolist() for x in ((v.real, v.imag) if isinstance(v, complex) else (v,))]
        found = {"dtype": d, "shape": list(v.shape), "values": data}
        if not short:
            found["stride"] = list(v.stride())
            found["node"] = None if v.grad_fn is None else v.grad_fn.name()
            found["view"] = v._base is not None
        return found
    if isinstance(v, torch.Size):
        return {"Size": list(v)}
    if isinstance(v, (list, tuple)):
        return [describe(torch, x, short) for x in v]
    if isinstance(v, float):
        return number(v, "float64")
    return v if isinstance(v, (bool, int, str, type(None))) else normal(repr(v))


DIGITS = {"float32": 9, "complex64": 9, "float64": 17, "float16": 5, "bfloat16": 4}


def number(v, d):
    """A number for JSON: short floats, NaN and infinities as text."""
    if isinstance(v, float):
        if v != v or v in (math.inf, -math.inf):
            return repr(v)
        if v == 0:
            return "-0" if math.copysign(1, v) < 0 else 0
        v = float(f"%.{DIGITS.get(d, 17)}g" % v)
        return int(v) if v == int(v) and abs(v) < 1e6 else v
    return v
