"""Is the gradient right? Analytic against central differences, in float64, entry by entry, and in what way it is wrong where it is.

Every floating input is made float64 (so are the program's other floating variables, and new tensors), random numbers are the same at each
run. With ``order=2`` the gradient itself is checked as the function. A ``claim`` is a derivative written by hand: it is checked against the
differences, and so is the engine's.

A difference that does not settle as the step shrinks is a kink (the slopes differ), a jump, or the edge of where the function is defined:
there is no derivative to compare with, and the entry has the status KINK.
"""

from __future__ import annotations

from ..engine import graph as _graph
from ..engine.dtypes import float64
from ..engine.errors import describe, fail
from ..engine.registry import METHODS
from ..engine.tensors import Tensor
from ..lang.values import tick, type_name
from .report import Record, Report
from .trial import Trial, array64, tensor_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

EPS, ATOL, RTOL = 1e-6, 1e-5, 1e-3  # PyTorch's own
WORST = 10  # entries listed
MOST_OUTPUTS, MOST_INPUTS, MOST_PARAMETERS = 400, 1000, 100  # of each, so many are checked: evenly spaced, and the report says so
PASS, FAIL, KINK = "PASS", "FAIL", "KINK"


class Entry(Record):
    """One number of the derivative: of output element ``out`` by element ``at`` of ``input``. ``claimed``: the hand-written one, where it
    is what was checked; ``analytic``: the engine's. ``left`` and ``right``: the one-sided slopes. ``ratio``: checked over numeric."""

    __slots__ = ("input", "out", "at", "claimed", "analytic", "numeric", "abs_error", "rel_error", "ratio", "left", "right", "status", "reason")


class Checked(Record):
    """What was found for one input: how many entries were compared, failed, were kinks; the worst absolute error."""

    __slots__ = ("name", "shape", "entries", "failed", "kinks", "worst", "status")


class GradcheckReport(Report):
    """``status`` is PASS, FAIL or KINK. ``target``: what was checked, analytic or claim; ``engine``: status of the engine's own gradient where
    a claim was checked. ``listed``: the entries that failed, kinks, or the worst that passed, worst first. ``hints``: in what way it is wrong."""

    __slots__ = (
        "expression", "claim", "target", "status", "engine", "order", "eps", "atol", "rtol", "entries", "failed", "kinks", "inputs", "listed",
        "hints", "notes",
    )  # fmt: skip
    schema = "tcalc.gradcheck/1"

    @property
    def holds(self) -> bool:
        """Whether the check passed."""
        return bool(self.status == PASS)


def make(subject: Any) -> GradcheckReport:
    """The report of a Subject; its options: ``order``, ``claim`` (an expression), ``eps``, ``atol``, ``rtol``."""
    from .trial import trial_of

    o = subject.options
    return gradcheck_report(
        trial_of(subject),
        order=o.get("order") or 1,
        claim=o.get("claim"),
        eps=o.get("eps") or EPS,
        atol=ATOL if o.get("atol") is None else o["atol"],
        rtol=RTOL if o.get("rtol") is None else o["rtol"],
    )


def gradcheck_report(trial: Trial, order: int = 1, claim: Any = None, eps: float = EPS, atol: float = ATOL, rtol: float = RTOL) -> GradcheckReport:
    """Check the derivative of a Trial's expression.

    order: 1 the gradient, 2 the gradient of the gradient (contracted with fixed weights). claim: an Expr or a function of bindings, whose
    value has an input's shape (then it is the gradient of the sum of the outputs) or output + input shape; of several inputs a tuple or a
    dict. TypeError, RuntimeError in the user's words where there is nothing to differentiate.
    """
    with trial.cast_modules(float64):
        return _Check(trial, order, claim, eps, atol, rtol).report()


class _Check:
    """One check in the making: evaluate, differentiate both ways, compare, say why."""

    def __init__(self, trial: Trial, order: int, claim: Any, eps: float, atol: float, rtol: float) -> None:
        if not trial.names and not trial.params:
            trial.run()  # an undefined name is said first
            fail(
                TypeError,
                "gradcheck: no floating input to differentiate by",
                kind="wrt",
                op="gradcheck",
                hints=[f"gradcheck({trial.text or 'f(x)'}, x=2.)", "x.double()"],
            )
        if order not in (1, 2):
            fail(ValueError, f"gradcheck: order= takes 1 or 2, not {order}", kind="order", op="gradcheck")
        if order == 2 and claim is not None:
            fail(ValueError, "gradcheck: a claim is checked at order 1", kind="order", op="gradcheck")
        self.trial, self.order, self.claim = trial, order, claim
        self.eps, self.atol, self.rtol = eps, atol, rtol
        self.notes: list[str] = []
        self.shapes = trial.shapes()

    # -- the function ---------------------------------------------------------------------------------------------------------------

    def forward(self, values: dict[str, Any] | None, grad: bool) -> tuple[Any, dict[str, Any]]:
        """(outputs as one flat tensor, leaves) at ``values``."""
        tick(1)
        y, leaves = self.trial.run(float64, values, grad=grad or self.order == 2)
        if isinstance(y, (tuple, list)) and y and all(isinstance(t, Tensor) for t in y):
            parts = [METHODS["reshape"](t, (-1,)) for t in y if t.dtype.is_floating_point]
            y = _cat(parts)
        if not isinstance(y, Tensor):
            fail(
                TypeError,
                f"gradcheck differentiates a tensor, and {self.trial.text} is of type {type_name(y)}",
                kind="type",
                op="gradcheck",
                hints=["keep the computation in tensors: no .item(), no float()"],
            )
        if not y.dtype.is_floating_point:
            fail(RuntimeError, f"gradcheck: {self.trial.text} is {describe(y)}: only floating values have a derivative", kind="dtype", op="gradcheck")
        self.out_shape = tuple(y.shape)
        if y.dtype is not float64:
            self.say(f"the result is {y.dtype.name} although every input is float64: something in the expression casts down")
        if self.order == 2:
            y = self.gradient_of(y, leaves)
        return METHODS["reshape"](y, (-1,)), leaves

    def gradient_of(self, y: Any, leaves: dict[str, Any]) -> Any:
        """All first derivatives of the outputs' weighted sum, recorded, as one flat tensor: what order 2 checks."""
        if not y.requires_grad:
            return make_zeros(sum(t.numel() for t in leaves.values()), y.device)
        if self.weights is None:
            import numpy as np

            n = y.numel()
            self.weights = np.cos(1.0 + np.arange(n)).reshape(tuple(y.shape)) if y.dim() else np.array(1.0)
        found = _graph.grad([y], list(leaves.values()), [tensor_of(self.weights, y.dtype, y.device)], create_graph=True, allow_unused=True)
        return _cat([make_zeros(t.numel(), y.device) if g is None else METHODS["reshape"](g, (-1,)) for t, g in zip(leaves.values(), found, strict=True)])

    weights: Any = None

    def say(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    # -- both derivatives -----------------------------------------------------------------------------------------------------------

    def report(self) -> GradcheckReport:
        import numpy as np

        y, leaves = self.forward(None, True)
        again, _ = self.forward(None, False)
        base = array64(y)
        self.base_shape = self.out_shape
        if not np.array_equal(base, array64(again), equal_nan=True):
            self.say("two runs at the same point differ: the expression is not a function of its inputs")
        if not np.isfinite(base).all():
            self.say(f"{int((~np.isfinite(base)).sum())} of {base.size} outputs are not finite at this point")
        values = {n: array64(t) for n, t in leaves.items()}
        outs = spaced(base.size, MOST_OUTPUTS)
        if len(outs) < base.size:
            self.say(f"checked {len(outs)} of {base.size} outputs, evenly spaced")
        analytic = self.analytic(y, leaves, outs)
        claimed = None if self.claim is None else self.claimed(values)
        if claimed is not None:
            for name, c in claimed.items():
                self.hand[name] = c
        entries: list[Entry] = []
        own: list[Entry] = []
        matrices: dict[str, Any] = {}
        inputs: list[Checked] = []
        for name in (*self.trial.names, *self.trial.params):
            if claimed is not None and name not in claimed:
                continue
            cells = spaced(values[name].size, MOST_INPUTS if name in self.trial.names else MOST_PARAMETERS)
            if len(cells) < values[name].size:
                self.say(f"checked {len(cells)} of {values[name].size} elements of {name}, evenly spaced")
            numeric, left, right, broken = self.numeric(values, name, cells, base, outs)
            exact = analytic[name][:, cells]
            target = exact
            shown_outs: Any = outs
            if claimed is not None:
                target, numeric, left, right, broken, exact, shown_outs = self.meet(name, claimed[name], numeric, left, right, broken, exact, cells, outs)
                own += list(self.compare(name, exact, None, numeric, left, right, broken, cells, shown_outs))
            made = list(self.compare(name, target, exact if claimed is not None else None, numeric, left, right, broken, cells, shown_outs))
            entries += made
            failed = [e for e in made if e.status == FAIL]
            kinks = [e for e in made if e.status == KINK]
            matrices[name] = (target, numeric, broken, cells, values[name])
            worst = max((e.abs_error for e in made if e.status != KINK and e.abs_error == e.abs_error), default=0.0)
            inputs.append(
                Checked(
                    name=name, shape=self.shapes[name], entries=len(made), failed=len(failed), kinks=len(kinks), worst=worst,
                    status=FAIL if failed else KINK if kinks else PASS,
                )
            )  # fmt: skip
        failed = sorted((e for e in entries if e.status == FAIL), key=lambda e: -badness(e))
        kinks = [e for e in entries if e.status == KINK]
        hints: list[str] = []
        for name, (target, numeric, broken, cells, x) in matrices.items():
            if any(e.input == name for e in failed):
                hints += self.hints(name, target, numeric, broken, cells, x)
        if kinks:
            hints += sorted({f"{e.input}{list(e.at)}: {e.reason}" for e in kinks})[:4]
        passed = sorted((e for e in entries if e.status == PASS), key=lambda e: -e.abs_error)
        listed = (failed + kinks)[:WORST] if failed or kinks else passed[:3]
        engine = None if self.claim is None else FAIL if any(e.status == FAIL for e in own) else KINK if any(e.status == KINK for e in own) else PASS
        if engine == FAIL:
            self.say("the engine's own gradient differs from the differences, too")
        return GradcheckReport(
            expression=self.trial.text,
            claim=None if self.claim is None else getattr(self.claim, "text", None) or "claim",
            target="analytic" if self.claim is None else "claim",
            status=FAIL if failed else KINK if kinks else PASS,
            engine=engine,
            order=self.order,
            eps=self.eps,
            atol=self.atol,
            rtol=self.rtol,
            entries=len(entries),
            failed=len(failed),
            kinks=len(kinks),
            inputs=tuple(inputs),
            listed=tuple(listed),
            hints=tuple(dict.fromkeys(hints)),
            notes=tuple(self.notes),
        )

    def analytic(self, y: Any, leaves: dict[str, Any], outs: list[int]) -> dict[str, Any]:
        """The engine's Jacobian, one row an output, for each input."""
        import numpy as np

        rows = {n: np.zeros((len(outs), t.numel())) for n, t in leaves.items()}
        if not y.requires_grad:
            self.say(f"the result does not depend on {', '.join(leaves)} through recorded operations: the analytic gradient is 0")
            return rows
        unused = set(leaves)
        for k, o in enumerate(outs):
            tick(1)
            seed = np.zeros(y.numel())
            seed[o] = 1.0
            found = _graph.grad([y], list(leaves.values()), [tensor_of(seed, y.dtype, y.device)], retain_graph=True, allow_unused=True)
            for (n, _), g in zip(leaves.items(), found, strict=True):
                if g is not None:
                    unused.discard(n)
                    rows[n][k] = array64(g).ravel()
        for n in sorted(unused):
            self.say(f"no gradient reaches {n}: it is not used, or was detached on the way")
        return rows

    def numeric(self, values: dict[str, Any], name: str, cells: list[int], base: Any, outs: list[int]) -> tuple[Any, Any, Any, Any]:
        """(central, left, right differences, why an entry is no derivative) of the outputs by the elements ``cells`` of one input."""
        import numpy as np

        x = values[name]
        shape = (len(outs), len(cells))
        central, left, right = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        broken = np.zeros(shape, dtype=object)
        with np.errstate(all="ignore"):
            for c, cell in enumerate(cells):
                lo, mid, hi, step = *self.around(values, name, cell, self.eps, base, outs), self.eps
                central[:, c], left[:, c], right[:, c] = (hi - lo) / (2 * step), (mid - lo) / step, (hi - mid) / step
                gap = np.abs(right[:, c] - left[:, c])
                size = np.maximum(np.abs(left[:, c]), np.abs(right[:, c]))
                edge = np.isfinite(mid) & (np.isfinite(lo) != np.isfinite(hi))
                suspect = edge | (np.isfinite(gap) & (gap > 1e-4 + 1e-3 * size))
                if suspect.any():
                    lo2, mid2, hi2 = self.around(values, name, cell, self.eps / 16, base, outs)
                    gap2 = np.abs((hi2 - mid2) - (mid2 - lo2)) / (self.eps / 16)
                    for o in np.flatnonzero(suspect):
                        if edge[o]:
                            broken[o, c] = "edge"
                        elif gap2[o] > 4 * gap[o]:
                            broken[o, c] = "jump" if gap2[o] > 8 * gap[o] else "cusp"
                        elif gap2[o] > 0.5 * gap[o]:
                            broken[o, c] = "kink"
        del x
        return central, left, right, broken

    def around(self, values: dict[str, Any], name: str, cell: int, step: float, base: Any, outs: list[int]) -> tuple[Any, Any, Any]:
        """The outputs a step below, at, and a step above one element."""
        found = []
        for sign in (-1.0, 1.0):
            x = values[name].copy()
            x.reshape(-1)[cell] += sign * step
            y, _ = self.forward({**values, name: x}, False)
            out = array64(y).ravel()
            if out.size != base.size:
                fail(RuntimeError, "gradcheck: the number of outputs depends on the values: there is no derivative to check", kind="shape", op="gradcheck")
            found.append(out[outs])
        return found[0], base.ravel()[outs], found[1]

    # -- the claim ------------------------------------------------------------------------------------------------------------------

    def claimed(self, values: dict[str, Any]) -> dict[str, Any]:
        """The hand-written derivative by input name."""
        trial = self.trial
        evaluate = self.claim.evaluate if hasattr(self.claim, "evaluate") else self.claim
        found, _ = Trial(evaluate, trial.given, "the claim", trial.names, trial.variables).run(float64, values, grad=False)
        names = trial.names
        if isinstance(found, dict):
            wrong = [str(k) for k in found if k not in names]
            if wrong:
                fail(TypeError, f"gradcheck: the claim names {wrong[0]}, which is no input", kind="claim", op="gradcheck", hints=[", ".join(names)])
            pairs = dict(found)
        elif isinstance(found, (tuple, list)) and (len(names) > 1 or any(isinstance(v, Tensor) for v in found)) and len(found) == len(names):
            pairs = dict(zip(names, found, strict=True))
        elif len(names) == 1:
            pairs = {names[0]: found}
        else:
            fail(
                TypeError,
                f"gradcheck: the inputs are {', '.join(names)}: which one is the claim for?",
                kind="claim",
                op="gradcheck",
                hints=["wrt=x", f"claim=({', '.join('d' + n for n in names)})"],
            )
        import numpy as np

        out: dict[str, Any] = {}
        for name, value in pairs.items():
            if isinstance(value, Tensor):
                out[name] = array64(value)
                continue
            try:
                out[name] = np.array(value, dtype=np.float64)
            except (TypeError, ValueError):
                fail(TypeError, f"gradcheck: the claim for {name} is of type {type_name(value)}, not a tensor", kind="claim", op="gradcheck")
        return out

    def meet(self, name: str, claim: Any, numeric: Any, left: Any, right: Any, broken: Any, exact: Any, cells: list[int], outs: list[int]) -> Any:
        """The claim and the differences in one shape: rows of outputs, columns of the input's elements."""
        import numpy as np

        shape, full = self.shapes[name], (*self.base_shape, *self.shapes[name])
        if claim.shape == full and self.base_shape:
            return claim.reshape(-1, max(1, int(np.prod(shape, dtype=int))))[outs][:, cells], numeric, left, right, broken, exact, outs
        # One number an element: the gradient of the sum of the outputs.
        worst = np.array([[next((b for b in broken[:, c] if b), 0) for c in range(numeric.shape[1])]], dtype=object)
        with np.errstate(all="ignore"):
            sums = [m.sum(axis=0, keepdims=True) for m in (numeric, left, right)]
            total = exact.sum(axis=0, keepdims=True)
        if len(outs) > 1:
            self.say("the claim has one number an element: it is compared with the gradient of the sum of the outputs")
        fitted, note = fit_claim(claim, shape, sums[0], cells)
        if fitted is None:
            fail(
                RuntimeError,
                f"gradcheck: the claim for {name} has shape {list(claim.shape)}, and {name} has {list(shape)}",
                kind="claim",
                op="gradcheck",
                explain=["A gradient has the shape of what it is the gradient of.", *([note] if note else [])],
                hints=[f"or all derivatives, of shape {list(full)}"] if self.base_shape else [],
            )
        if note:
            self.say(note)
        return fitted.reshape(1, -1)[:, cells], sums[0], sums[1], sums[2], worst, total, [None]

    @property
    def hand(self) -> dict[str, Any]:
        found = self.__dict__.get("_hand")
        if found is None:
            found = self.__dict__["_hand"] = {}
        return found

    # -- verdicts -------------------------------------------------------------------------------------------------------------------

    def compare(self, name: str, target: Any, engine: Any, numeric: Any, left: Any, right: Any, broken: Any, cells: list[int], outs: Any) -> Iterator[Entry]:
        """One Entry a number."""
        import numpy as np

        shape = self.shapes[name]
        out_shape = (numeric.shape[0],) if self.order == 2 else self.base_shape
        for k in range(numeric.shape[0]):
            for c, cell in enumerate(cells):
                a, n = float(target[k, c]), float(numeric[k, c])
                lo, hi = float(left[k, c]), float(right[k, c])
                why = broken[k, c]
                error = abs(a - n)
                bound = self.atol + self.rtol * abs(n)
                status, reason = PASS, None
                if why:
                    status, reason = KINK, kink_text(why, lo, hi, a)
                elif a != a or n != n:
                    same = a != a and n != n
                    status, reason = (PASS, None) if same else (FAIL, "analytic is NaN" if a != a else "the difference is NaN")
                elif not error <= bound and a != n:
                    status, reason = FAIL, "> atol + rtol*|numeric|"
                yield Entry(
                    input=name,
                    out=None if outs[k] is None else tuple(int(v) for v in np.unravel_index(outs[k], out_shape)) if out_shape else (),
                    at=tuple(int(v) for v in np.unravel_index(cell, shape)) if shape else (),
                    claimed=None if engine is None else a,
                    analytic=a if engine is None else float(engine[k, c]),
                    numeric=n,
                    abs_error=error,
                    rel_error=error / abs(n) if n else None,
                    ratio=a / n if n else None,
                    left=lo,
                    right=hi,
                    status=status,
                    reason=reason,
                )

    # -- in what way ----------------------------------------------------------------------------------------------------------------

    def hints(self, name: str, target: Any, numeric: Any, broken: Any, cells: list[int], x: Any) -> list[str]:
        """Sentences about how the checked derivative relates to the right one."""
        import numpy as np

        low = next((n.split(" ")[3] for n in self.notes if "casts down" in n), None)
        if low is not None:
            return [f"{name}: a step of {self.eps:g} is lost in {low}: a check needs float64 all the way."]
        ok = (broken == 0) & np.isfinite(target) & np.isfinite(numeric)
        a, n = np.where(ok, target, 0.0), np.where(ok, numeric, 0.0)
        what = "the claim" if self.claim is not None else "the gradient"
        big = ok & (np.abs(n) > 1e-4 * max(1e-12, float(np.abs(n).max())))
        if (ok & ~np.isfinite(target)).any() or not ok.any():
            return []
        if not big.any():
            return [f"{name}: the function does not change, and {what} is not 0."] if np.abs(a).max() > self.atol else []
        if np.abs(a).max() <= self.atol:
            return [f"{name}: {what} is 0 everywhere: detach(), no_grad, rounding or an integer on the way?"]
        zero = ok & ~big
        clean = bool((np.abs(a[zero]) <= self.atol + self.rtol * np.abs(n).max()).all())
        ratio = a[big] / n[big]
        spread = float(np.abs(ratio - ratio.mean()).max())
        if clean and spread <= 2e-3 * max(1.0, abs(float(ratio.mean()))) and big.sum() >= 1:
            r = float(ratio.mean())
            if abs(r + 1) < 2e-3:
                return [f"{name}: ratio -1: the sign is wrong."]
            if abs(r - 1) < 2e-3:
                return []
            sizes = [s for s in (*self.shapes[name], *self.base_shape) if s > 1]
            count = next((s for s in [*sizes, int(np.prod(self.base_shape or (1,)))] if s > 1 and abs(r * s - 1) < 2e-3), None)
            constant = "ratio constant" if big.sum() > 1 else "ratio"
            text = f"{name}: {constant} ({fraction(r)}): a wrong constant factor"
            if r < 0:
                text += ", and the wrong sign"
            if count:
                return [text + f"; 1/{count} is a dim's size: a missing sum, or mean for sum?"]
            if any(s > 1 and abs(r / s - 1) < 2e-3 for s in sizes):
                return [text + f"; {round(r)} is a dim's size: a sum too many, or sum for mean?"]
            return [text + "."]
        found: list[str] = []
        transposed = self.transposed(name, a, n, cells)
        if transposed:
            found.append(transposed)
        missing = self.missing_factor(name, a, n, big, clean, cells, x)
        if missing:
            found.append(missing)
        if not found and float(np.abs((a - n)[ok] - (a - n)[ok].mean()).max()) <= 1e-3 * max(1e-3, abs(float((a - n)[ok].mean()))):
            found.append(f"{name}: {what} is off by the constant {(a - n)[ok].mean():.4g}: a term too many, or one missing.")
        if not found:
            flipped = big & (np.abs(a + n) <= self.atol + self.rtol * np.abs(n)) & (np.abs(n) > self.atol)
            wrong = big & ~(np.abs(a - n) <= self.atol + self.rtol * np.abs(n))
            lost = wrong & (np.abs(a) <= self.atol)
            if flipped.any() and (flipped == wrong).all():
                found.append(f"{name}: {int(flipped.sum())} of {int(big.sum())} entries have the wrong sign.")
            elif wrong.any() and (lost == wrong).all():
                found.append(
                    f"{name}: {int(lost.sum())} of {int(big.sum())} entries are 0 and should not be: a use whose contribution is missing (a missing sum)?"
                )
            elif not clean:
                found.append(f"{name}: {what} is not 0 where the function does not change: the wrong element, or a sum too many?")
        return found

    def transposed(self, name: str, a: Any, n: Any, cells: list[int]) -> str | None:
        import numpy as np

        shape = self.shapes[name]
        size = int(np.prod(shape, dtype=int)) if shape else 1
        if len(shape) < 2 or len(cells) != size or shape[-1] != shape[-2]:
            return None
        m = np.swapaxes(a.reshape(-1, *shape), -1, -2).reshape(a.shape)
        if np.allclose(m, n, rtol=1e-3, atol=1e-6 + 1e-3 * float(np.abs(n).max())):
            return f"{name}: transposed: entry [i,j] holds what belongs at [j,i]. Swap the factors, or add .T."
        return None

    def missing_factor(self, name: str, a: Any, n: Any, big: Any, clean: bool, cells: list[int], x: Any) -> str | None:
        """``numeric / analytic`` follows a power of the input itself."""
        import numpy as np

        at = np.broadcast_to(x.ravel()[cells], a.shape)
        use = big & (np.abs(a) > 0) & (np.abs(at) > 1e-9)
        if not clean or use.sum() < 2 or np.unique(np.abs(at[use])).size < 2:
            return None
        r = n[use] / a[use]
        for power in (1, 2, -1, -2):
            k = r / at[use] ** power
            if float(np.abs(k - k.mean()).max()) <= 2e-3 * abs(float(k.mean())):
                c = float(k.mean())
                front = "" if abs(c - 1) < 2e-3 else f"{fraction(c)} * "
                factor = name if power == 1 else f"{name}**{power}" if power > 0 else f"1/{name}" + ("**2" if power == -2 else "")
                return f"{name}: every entry lacks the factor {front}{factor}."
        return None


def fit_claim(claim: Any, shape: tuple[int, ...], numeric: Any, cells: list[int]) -> tuple[Any, str]:
    """(the claim in the input's shape or None, what was wrong with its shape)."""
    import numpy as np

    if claim.shape == shape:
        return claim, ""
    if claim.size == 1:
        return np.broadcast_to(claim.reshape(()), shape), "the claim is one number: it stands for every element" if shape else ""
    right = numeric.ravel()
    near = lambda m: m.size == int(np.prod(shape, dtype=int)) and np.allclose(m.ravel()[cells], right, rtol=1e-3, atol=1e-5)
    if claim.ndim == 2 and claim.shape[::-1] == shape:
        return None, "Transposed, it would be right." if near(claim.T) else "It has the transposed shape."
    extra = claim.ndim - len(shape)
    dims = tuple(range(extra)) + tuple(d + extra for d, s in enumerate(shape) if s == 1 and claim.shape[d + extra] != 1) if extra >= 0 else ()
    if dims and claim.sum(axis=dims, keepdims=True).size == int(np.prod(shape, dtype=int)):
        which = f"dim {dims[0]}" if len(dims) == 1 else f"dims {', '.join(map(str, dims))}"
        fits = near(claim.sum(axis=dims, keepdims=True))
        return None, f"A missing sum: the input is broadcast, so its gradient is summed over {which}" + (" - then it is right." if fits else ".")
    return None, ""


def kink_text(why: str, left: float, right: float, checked: float) -> str:
    """Why there is no derivative here."""
    if why == "edge":
        return f"edge of where the function is defined: {'left' if left != left or abs(left) == float('inf') else 'right'} of it there is no value"
    if why == "jump":
        return "a jump: the function is not continuous here"
    if why == "cusp":
        return "the slope is not bounded here"
    return f"a kink: left slope {left:.4g}, right slope {right:.4g}; the rule says {checked:.4g}"


def badness(e: Entry) -> float:
    """What failing entries are ordered by."""
    return float("inf") if e.abs_error != e.abs_error else float(e.abs_error)


def fraction(r: float) -> str:
    """A ratio as people write it: ``2/3``, ``-2``, ``0.318``."""
    for q in range(1, 13):
        p = round(r * q)
        if p and abs(r - p / q) < 5e-4 * abs(r):
            return str(p) if q == 1 else f"{p}/{q}"
    return f"{r:.4g}"


def spaced(n: int, most: int) -> list[int]:
    """All of 0..n-1, or ``most`` of them evenly spaced, ends included."""
    return list(range(n)) if n <= most else [round(k * (n - 1) / (most - 1)) for k in range(most)]


def make_zeros(n: int, device: Any = None) -> Any:
    import numpy as np

    return tensor_of(np.zeros(n), float64, device)


def _cat(parts: list[Any]) -> Any:
    from ..lang.tables import engine_function

    return parts[0] if len(parts) == 1 else engine_function("cat")(parts)
