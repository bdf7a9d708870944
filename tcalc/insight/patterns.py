"""Known troubles of floating arithmetic and what is written instead: matched on the recorded graph, told in the user's names.

``alternatives`` finds expressions that have a stable form (log of softmax, exp minus 1); ``fixes_for`` says what helps where a NaN or Inf was
born. Each is a Fix: what stands there, what to write, why.
"""

from __future__ import annotations

from ..engine.dtypes import finfo
from .report import Record, brief
from .walk import is_node, op_name, outputs_of, params_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


class Fix(Record):
    """``node``: where it stands; ``found``: the pattern, ``write``: what to write instead, in the user's names; ``why``: one sentence."""

    __slots__ = ("node", "found", "write", "why")


class View:
    """A graph as patterns look at it: an op's inputs by slot, its name, what a value is called."""

    __slots__ = ("b", "readers")

    def __init__(self, b: Any) -> None:
        self.b = b
        self.readers: dict[int, list[int]] = {}
        for j, uses in enumerate(b.uses):
            for u in uses:
                if is_node(u.parent):
                    self.readers.setdefault(b.index[id(u.parent)], []).append(j)

    def op(self, i: int | None) -> str:
        """The name of op ``i``; "" for a leaf."""
        return "" if i is None else op_name(self.b.ops[i])

    def inputs(self, i: int) -> list[tuple[int | None, str]]:
        """(position of the op that made it or None, what it is called) of each tensor input."""
        out = []
        for u in self.b.uses[i]:
            called = self.b.called(u.parent, u.tensor)
            if called is not None:
                out.append((self.b.index[id(u.parent)] if is_node(u.parent) else None, called))
        return out

    def arg(self, i: int, k: int = 0) -> tuple[int | None, str]:
        """The k-th tensor input, (None, "x") where there is none."""
        found = self.inputs(i)
        return found[k] if k < len(found) else (None, "x")

    def number(self, i: int) -> float | None:
        """The plain number among the arguments of a two-operand op, or the value of a one-element constant."""
        for name, v in params_of(self.b.ops[i]).items():
            if name in ("input", "self", "other", "exponent") and isinstance(v, (int, float)) and not isinstance(v, bool):
                return float(v)
        for u in self.b.uses[i]:
            if not is_node(u.parent) and u.tensor is not None and u.tensor.numel() == 1 and str(u.tensor.device) != "meta" and not u.tensor.requires_grad:
                return float(u.tensor.item())
        return None

    def dim(self, i: int) -> str:
        """``dim=1`` of a reduction; ``dim=..`` where it is over everything."""
        d = (self.b.ops[i].args or {}).get("dim")
        if isinstance(d, (tuple, list)) and len(d) == 1:
            d = d[0]
        return "" if d is None or d == () else f"dim={d}"


def _join(*words: str) -> str:
    return ", ".join(w for w in words if w)


# -- stable forms -----------------------------------------------------------------------------------------------------------------
# Each takes the graph and the position of its last op, and gives (found, write, why) or None.


def _log(v: View, i: int) -> Any:
    j, _ = v.arg(i)
    inner = v.op(j)
    if inner == "softmax":
        return f"log(softmax({v.arg(j)[1]}))", f"log_softmax({_join(v.arg(j)[1], v.dim(j))})", "softmax underflows to 0 before the log is taken"
    if inner == "sigmoid":
        return f"log(sigmoid({v.arg(j)[1]}))", f"F.logsigmoid({v.arg(j)[1]})", "sigmoid underflows to 0 before the log is taken"
    if inner == "sum" and v.op(k := v.arg(j)[0]) == "exp":
        x = v.arg(k)[1]
        return f"log(sum(exp({x})))", f"logsumexp({_join(x, v.dim(j) or 'dim=0')})", "exp overflows; logsumexp takes the largest out first"
    if inner == "add":
        if v.number(j) == 1.0:
            k, x = v.arg(j) if v.arg(j)[0] is not None or len(v.inputs(j)) == 1 else v.arg(j, 1)
            if v.op(k) == "exp":
                return f"log(1 + exp({v.arg(k)[1]}))", f"F.softplus({v.arg(k)[1]})", "exp overflows for large inputs and is lost beside 1 for small ones"
            return f"log(1 + {x})", f"log1p({x})", f"1 + {x} rounds a small {x} away"
        (p, _), (q, _) = v.arg(j), v.arg(j, 1)
        if v.op(p) == v.op(q) == "exp":
            return "log(exp(a) + exp(b))", f"logaddexp({v.arg(p)[1]}, {v.arg(q)[1]})", "exp overflows; logaddexp takes the larger out first"
    if inner in ("sub", "rsub") and v.number(j) == 1.0 and (inner == "rsub" or "input" in params_of(v.b.ops[j]) or v.arg(j)[0] is None):
        k, x = v.arg(j, len(v.inputs(j)) - 1)
        if v.op(k) == "sigmoid":
            return f"log(1 - sigmoid({v.arg(k)[1]}))", f"F.logsigmoid(-{v.arg(k)[1]})", "1 - sigmoid loses every digit where sigmoid is near 1"
        return f"log(1 - {x})", f"log1p(-{x})", f"1 - {x} rounds a small {x} away"
    return None


def _minus_one(v: View, i: int) -> Any:
    j, _ = v.arg(i)
    if v.op(j) == "exp" and v.number(i) == 1.0:
        x = v.arg(j)[1]
        return f"exp({x}) - 1", f"expm1({x})", "exp of a small number is nearly 1: the difference keeps few of its digits"
    k, _ = v.arg(i, 1)
    if v.op(j) == "mean" and v.op(k) in ("pow", "square") and v.op(v.arg(k)[0]) == "mean":
        return "mean(x**2) - mean(x)**2", "x.var(correction=0)", "two large numbers cancel"
    return None


def _one_minus(v: View, i: int) -> Any:
    k, x = v.arg(i, len(v.inputs(i)) - 1)
    if v.number(i) != 1.0:
        return None
    if v.op(k) == "exp":
        return f"1 - exp({v.arg(k)[1]})", f"-expm1({v.arg(k)[1]})", "exp of a small number is nearly 1: the difference keeps few of its digits"
    if v.op(k) == "cos":
        a = v.arg(k)[1]
        return f"1 - cos({a})", f"2*sin({a}/2)**2", "cos of a small number is nearly 1: the difference keeps few of its digits"
    if v.op(k) == "sigmoid":
        return f"1 - sigmoid({v.arg(k)[1]})", f"sigmoid(-{v.arg(k)[1]})", "sigmoid near 1 leaves no digits for the difference"
    if v.op(k) == "erf":
        return f"1 - erf({v.arg(k)[1]})", f"erfc({v.arg(k)[1]})", "erf near 1 leaves no digits for the difference"
    del x
    return None


def _sub(v: View, i: int) -> Any:
    first_is_number = "input" in params_of(v.b.ops[i]) or (v.arg(i)[0] is None and len(v.inputs(i)) > 1 and v.arg(i, 1)[0] is not None)
    return _one_minus(v, i) if first_is_number else _minus_one(v, i)


def _div(v: View, i: int) -> Any:
    j, top = v.arg(i)
    k, below = v.arg(i, 1)
    if v.op(j) == "exp" and v.op(k) == "sum" and v.arg(k)[0] == j:
        x = v.arg(j)[1]
        return f"exp({x}) / sum(exp({x}))", f"softmax({_join(x, v.dim(k) or 'dim=0')})", "exp overflows; softmax takes the largest out first"
    if v.op(k) == "add" and v.number(k) == 1.0 and v.op(m := v.arg(k)[0] if v.arg(k)[0] is not None else v.arg(k, 1)[0]) == "exp":
        return (
            "1 / (1 + exp(-x))",
            f"sigmoid({v.arg(m)[1].lstrip('-')})" if v.op(v.arg(m)[0]) != "neg" else f"sigmoid({v.arg(v.arg(m)[0])[1]})",
            "exp overflows",
        )
    del top, below
    return None


def _sqrt(v: View, i: int) -> Any:
    j, _ = v.arg(i)
    squares = ("pow", "square")
    if v.op(j) == "sum":
        k, _ = v.arg(j)
        if v.op(k) in squares and (v.op(k) == "square" or v.number(k) == 2.0) or (v.op(k) == "mul" and len({n for _, n in v.inputs(k)}) == 1):
            x = v.arg(k)[1]
            return f"sqrt(sum({x}**2))", f"linalg.vector_norm({_join(x, v.dim(j))})", "its gradient at 0 is 0 instead of 0 times Inf"
    if v.op(j) == "add" and len(v.inputs(j)) == 2 and all(v.op(v.arg(j, k)[0]) in squares for k in (0, 1)):
        a, b = v.arg(v.arg(j, 0)[0] or 0)[1], v.arg(v.arg(j, 1)[0] or 0)[1]
        return f"sqrt({a}**2 + {b}**2)", f"hypot({a}, {b})", "the squares overflow and underflow long before the result does"
    return None


def _mul(v: View, i: int) -> Any:
    for k in (0, 1):
        j, _ = v.arg(i, k)
        x = v.arg(i, 1 - k)[1] if len(v.inputs(i)) > 1 else None
        if v.op(j) == "log" and x is not None and v.arg(j)[1] == x:
            return f"{x} * log({x})", f"xlogy({x}, {x})", f"0 * log(0) is NaN; xlogy takes it as 0 (its gradient at {x} = 0 is still -Inf)"
    return None


_STABLE: dict[str, Callable[[View, int], Any]] = {
    "log": _log,
    "sub": _sub,
    "rsub": _one_minus,
    "add": lambda v, i: None,
    "div": _div,
    "sqrt": _sqrt,
    "mul": _mul,
}


def alternatives(b: Any) -> list[tuple[int, Fix]]:
    """(position of the last op, Fix) for every known unstable expression in a collected graph."""
    v = View(b)
    out = []
    for i, n in enumerate(b.ops):
        rule = _STABLE.get(op_name(n))
        if op_name(n) == "add" and v.number(i) == -1.0 and v.op(v.arg(i)[0]) == "exp":
            rule = _minus_minus
        found = rule(v, i) if rule is not None and v.inputs(i) else None
        if found is not None:
            out.append((i, Fix(node=f"n{i + 1}", found=found[0], write=found[1], why=found[2])))
    return _pairs(out)


def _pairs(found: list[tuple[int, Fix]]) -> list[tuple[int, Fix]]:
    """log(p) and log(1 - p) of one p = sigmoid(x) are a cross entropy: one form for both."""
    ends = {fix.found: i for i, fix in found}
    out: list[tuple[int, Fix]] = []
    for i, fix in found:
        x = fix.found.removeprefix("log(sigmoid(").removeprefix("log(1 - sigmoid(").removesuffix("))")
        both = (f"log(sigmoid({x}))", f"log(1 - sigmoid({x}))")
        if fix.found in both and all(b in ends for b in both):
            fix = Fix(
                node=fix.node,
                found=" and ".join(both),
                write=f"F.binary_cross_entropy_with_logits({x}, y)",
                why="sigmoid rounds to 0 or 1 before the log is taken",
            )
            fix = next((f for _, f in out if f.found == fix.found), fix)
        out.append((i, fix))
    return [(i, fix) for i, fix in out if not any(fix.found != other.found and fix.found in other.found for _, other in out)]


def _minus_minus(v: View, i: int) -> Any:
    x = v.arg(v.arg(i)[0] or 0)[1]
    return f"exp({x}) - 1", f"expm1({x})", "exp of a small number is nearly 1: the difference keeps few of its digits"


# -- NaN and Inf ------------------------------------------------------------------------------------------------------------------

_AT_ZERO = {"sqrt": "sqrt({x}.clamp(min=1e-12))", "log": "log({x}.clamp(min=1e-12))", "log2": "log2({x}.clamp(min=1e-12))",
            "log10": "log10({x}.clamp(min=1e-12))", "rsqrt": "rsqrt({x} + 1e-12)"}  # fmt: skip
_DOMAIN = {"sqrt": "{x} > 0", "log": "{x} > 0", "log2": "{x} > 0", "log10": "{x} > 0", "rsqrt": "{x} > 0", "log1p": "{x} > -1", "pow": "{x} > 0",
           "asin": "abs({x}) < 1", "acos": "abs({x}) < 1", "reciprocal": "{x} != 0", "atanh": "abs({x}) < 1"}  # fmt: skip
_HARMLESS = {"asin": "0", "acos": "0", "log1p": "0", "atanh": "0"}


def fixes_for(b: Any, causes: Iterable[tuple[int, str, Any]]) -> list[Fix]:
    """What helps against births at ops: (position, phase, what was found there)."""
    causes = list(causes)
    if not causes:
        return []
    v = View(b)
    stable = alternatives(b)
    out: list[Fix] = []
    for i, phase, found in causes:
        fix = _fix(v, i, phase, found, stable)
        if fix is not None and fix not in out:
            out.append(fix)
    return out


def _fix(v: View, i: int, phase: str, found: Any, stable: list[tuple[int, Fix]]) -> Fix | None:
    name = v.op(i)
    x = v.arg(i)[1]
    y = v.b.node_name(v.b.ops[i]) or f"n{i + 1}"
    near = {i, *v.readers.get(i, ())}
    near |= {k for j in list(near) for k in v.readers.get(j, ())}
    for j, fix in stable:
        if j in near:
            return fix
    guard = next((j for j in sorted(near - {i}) if v.op(j) == "where"), None)
    if guard is not None and name in (*_DOMAIN, "div"):
        arg = x if name != "div" else v.arg(i, 1)[1]
        test = _DOMAIN.get(name, "{x} != 0").format(x=arg)
        call = f"{x} / where({test}, {arg}, 1)" if name == "div" else f"{name}(where({test}, {arg}, {_HARMLESS.get(name, '1')}))"
        if name == "pow":
            call = f"where({test}, {arg}, 1) ** {v.b.ops[i].args.get('exponent', 'p') if v.b.ops[i].args else 'p'}"
        return Fix(
            node=f"n{i + 1}",
            found=f"where() around {name}",
            write=f"y = {call}; where({test}, y, 0)",
            why=f"where() hides {y} in forward only: backward still multiplies its 0 by {name}'s slope; keep bad inputs out of {name} itself",
        )
    half = _half(v, i, found, phase)
    if half is not None:
        return half
    if name in _AT_ZERO:
        return Fix(
            node=f"n{i + 1}",
            found=f"{name} at 0 or below",
            write=_AT_ZERO[name].format(x=x),
            why=f"{name} has no finite {'value' if phase == 'forward' else 'slope'} there",
        )
    if name == "div" and len(v.inputs(i)) == 1 and v.number(i) == 0.0:
        return Fix(node=f"n{i + 1}", found="division by the number 0", write=f"{x} / 1e-12, or another divisor", why="x / 0 is Inf and 0 / 0 is NaN")
    if name == "div":
        below = v.arg(i, 1)[1] if len(v.inputs(i)) > 1 else x
        j = v.arg(i, 1)[0] if len(v.inputs(i)) > 1 else None
        if v.op(j) in ("norm", "linalg_vector_norm", "vector_norm", "sqrt"):
            return Fix(
                node=f"n{i + 1}",
                found=f"{x} / norm",
                write=f"F.normalize({v.arg(j)[1]}, dim=..)   or   {x} / ({below} + 1e-12)",
                why="a zero vector has norm 0, and 0 / 0 is NaN",
            )
        return Fix(
            node=f"n{i + 1}",
            found="division by 0",
            write=f"{x} / where({below} != 0, {below}, 1)   or   {x} / ({below} + 1e-12)",
            why="x / 0 is Inf and 0 / 0 is NaN",
        )
    if name in ("softmax", "log_softmax", "logsumexp"):
        return Fix(
            node=f"n{i + 1}",
            found=f"Inf - Inf in {name}",
            write=f"mask with a large finite number: {x}.masked_fill(mask, -1e9)",
            why="a row of -Inf (or with +Inf) has no largest finite element to take out",
        )
    if name in ("asin", "acos", "atanh"):
        return Fix(
            node=f"n{i + 1}",
            found=f"{name} at or beyond 1",
            write=f"{name}({x}.clamp(-1 + 1e-7, 1 - 1e-7))",
            why="its slope is infinite at -1 and 1, and beyond there is no value",
        )
    if name == "pow":
        return Fix(
            node=f"n{i + 1}",
            found="pow outside its domain",
            write=f"{x}.clamp(min=1e-12) ** p   or   sign({x}) * abs({x}) ** p",
            why="a negative number has no real fractional power, and at 0 the slope is infinite",
        )
    if name in ("exp", "exp2", "sinh", "cosh", "expm1"):
        return Fix(
            node=f"n{i + 1}",
            found=f"{name} overflows",
            write=f"{name}({x} - {x}.max())   or   {x}.clamp(max={_exp_limit(v, i)})",
            why="the result has no place in this dtype",
        )
    if name in ("std", "var", "norm", "linalg_vector_norm"):
        return Fix(
            node=f"n{i + 1}",
            found=f"{name} of too few elements" if phase == "forward" else f"{name} at 0",
            write=f"{name}(.., correction=0)" if phase == "forward" else f"sqrt(({x}**2).sum() + 1e-12)",
            why="n - correction is 0" if phase == "forward" else "its slope there is 0 / 0",
        )
    if name in ("mean",):
        return Fix(node=f"n{i + 1}", found="mean of nothing", write=f"{x}.sum() / max({x}.numel(), 1)", why="0 elements: 0 / 0")
    if phase == "forward" and found.out is not None and not any(value != value for value in found.out.ravel().tolist()):
        d = outputs_of(v.b.ops[i])[0][1]
        return Fix(
            node=f"n{i + 1}",
            found=f"{name} overflows {d.name}",
            write=f"scale {x} down, or add logarithms instead of multiplying",
            why=f"{d.name} ends at {brief(finfo(d).max, 3)}",
        )
    if name in ("sub", "add", "rsub", "mul") and phase == "forward":
        return Fix(
            node=f"n{i + 1}",
            found=f"{name} of infinities",
            write="keep both operands finite: clamp them, or take logarithms",
            why="Inf - Inf and 0 * Inf are NaN",
        )
    return None


def _exp_limit(v: View, i: int) -> str:
    from math import log

    d = outputs_of(v.b.ops[i])[0][1]
    return brief(int(log(finfo(d).max) * 100) / 100, 4) if d.is_floating_point else "88"


def _half(v: View, i: int, found: Any, phase: str) -> Fix | None:
    """Overflow of a 16-bit dtype that float32 would have had room for."""
    n = v.b.ops[i]
    d = outputs_of(n)[0][1]
    if d.name != "float16" or phase != "forward" or found.out is None:
        return None
    if not any(value == value and value - value != 0 for value in found.out.ravel().tolist()):
        return None
    x = v.arg(i)[1]
    if v.op(i) in ("exp", "exp2", "sinh", "cosh", "expm1"):
        return Fix(
            node=f"n{i + 1}", found=f"{v.op(i)} overflows float16", write=f"{v.op(i)}({x}.float())   or   {v.op(i)}({x}.clamp(max={_exp_limit(v, i)}))",
            why="float16 ends at 65504: there is room up to the exponent in the clamp; float32 and bfloat16 end near 3.4e38",
        )  # fmt: skip
    return Fix(
        node=f"n{i + 1}", found=f"{v.op(i)} overflows float16", write=f"{x}.float() for this step   or   scale: ({x} / s), and the result by s",
        why="float16 ends at 65504; float32 and bfloat16 end near 3.4e38",
    )  # fmt: skip
