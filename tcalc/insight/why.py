"""Why a gradient is None or zero, or why a tensor does not require grad, in words: ``why x.grad``, ``why y.requires_grad``.

Three witnesses are asked: the tensor itself (dtype, the reason code and line that detach(), .data, no_grad and the factories leave), the
graphs of the variables that are still there (which of them reach it, whether they were freed), and the program's own text (where a name
was assigned, where backward() was called, where gradients were cleared). What none of them knows is not claimed.
"""

from __future__ import annotations

from ..engine.errors import fail
from ..lang.formatting import type_name
from .report import Record, Report, brief, exact, spec
from .walk import array_of, is_freed, is_node, is_tensor, leaf_requires_grad, node_of, op_name, slot_name, uses_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_NO_HISTORY = {  # methods and functions whose results have no history, and why
    "detach": ".detach() cuts it off", "detach_": ".detach_() cuts it off", "item": ".item() makes it a Python number", "tolist": ".tolist() makes it a list",
    "numpy": ".numpy() leaves autograd", "data": ".data leaves autograd", "argmax": "argmax gives indices, which have no gradient",
    "argmin": "argmin gives indices, which have no gradient", "argsort": "argsort gives indices, which have no gradient",
    "long": ".long() makes integers", "int": ".int() makes integers", "bool": ".bool() makes truth values", "short": ".short() makes integers",
    "nonzero": "nonzero gives indices, which have no gradient", "bincount": "bincount gives counts, which have no gradient",
    "zeros_like": "zeros_like takes the shape, not the values", "ones_like": "ones_like takes the shape, not the values",
    "rand_like": "rand_like takes the shape, not the values", "randn_like": "randn_like takes the shape, not the values",
    "tensor": "tensor(...) copies numbers into a new leaf", "float": "float(...) makes it a Python number",
}  # fmt: skip
_FACTORIES = frozenset("tensor ones zeros rand randn full arange linspace eye randint empty load meta logspace randperm".split())
# What lets nothing through for some inputs; said where the input itself is not known any more (outside `tcalc why` inner values are not kept).
_LIKELY = {
    "relu": "relu passes nothing where its input is <= 0",
    "clamp": "clamp passes nothing outside its bounds",
    "where": "where passes nothing to the branch that it does not pick",
    "hardtanh": "hardtanh passes nothing outside its bounds",
    "tanh": "tanh passes next to nothing where its input is large",
    "sigmoid": "sigmoid passes next to nothing where its input is large",
}
_FLAT = {"sign": "sign", "floor": "floor", "ceil": "ceil", "round": "round", "trunc": "trunc", "heaviside": "heaviside"}


class Link(Record):
    """A step of the explanation: ``line`` of the program (None where unknown), its ``text``, what it ``says``."""

    __slots__ = ("line", "text", "says")


class WhyReport(Report):
    """The answer. ``question``: grad or requires_grad; ``name`` of the tensor; ``answer``: one sentence; ``reason``: a short machine name
    (leaf, computed, present, integer, detached, data, no_grad, constant, not_leaf, not_run, unused, taken, cleared, freed, hook, zero); ``links``: how
    it came to that; ``hints``: what would change it."""

    __slots__ = ("expression", "question", "name", "answer", "reason", "value", "links", "hints")
    schema = "tcalc.why/1"


def make(subject: Any) -> WhyReport:
    """Answer ``x.grad``, ``y.requires_grad`` or ``x`` (then its grad)."""
    expr = subject.expr
    node = expr.node
    question = "grad"
    if type(node).__name__ == "Attribute" and node.attr in ("grad", "requires_grad"):
        question = node.attr
        expr = expr.part(node.value)
    t = expr.value if expr.given else expr.evaluate(subject.bound)
    name = " ".join(str(expr.text).split()) or "it"
    if not is_tensor(t):
        fail(
            TypeError,
            f"why() takes x.grad or y.requires_grad of a tensor, and {name} is of type {type_name(t)}",
            kind="type",
            op="why",
            hints=["why(x.grad)", "why(loss.requires_grad)"],
        )
    return _Inquiry(subject, t, name, question).answer()


class _Told:
    """An assignment, a backward() or a clearing of gradients in the program's text."""

    __slots__ = ("kind", "line", "name", "node", "order", "quiet", "source")

    def __init__(self, kind: str, name: str, node: Any, source: Any, order: int, quiet: int | None) -> None:
        self.kind = kind  # "assign", "backward", "grad", "clear"
        self.name = name
        self.node = node
        self.source = source
        self.order = order
        self.line = source.span(node).start_line
        self.quiet = quiet  # the line of the no_grad block around it

    @property
    def text(self) -> str:
        return " ".join(self.source.segment(self.source.span(self.node)).split())


def story(sources: list[Any]) -> list[_Told]:
    """What the programs say, in order; the bodies of functions are left out."""
    out: list[_Told] = []

    def visit(node: Any, source: Any, quiet: int | None) -> None:
        kind = type(node).__name__
        if kind in ("FunctionDef", "ClassDef", "Lambda"):
            return
        if kind == "With" and any("no_grad" in source.segment(source.span(i.context_expr)) for i in node.items):
            quiet = source.span(node).start_line
        if kind in ("Assign", "AnnAssign", "AugAssign"):
            for target in node.targets if kind == "Assign" else [node.target]:
                for name in target.elts if type(target).__name__ in ("Tuple", "List") else [target]:
                    if type(name).__name__ == "Name" and node.value is not None:
                        out.append(_Told("assign", name.id, node, source, len(out), quiet))
                    elif type(name).__name__ == "Attribute" and name.attr == "grad":
                        out.append(_Told("clear", source.segment(source.span(name.value)), node, source, len(out), quiet))
        if kind == "Call" and type(node.func).__name__ == "Attribute":
            owner = source.segment(source.span(node.func.value))
            if node.func.attr == "backward":
                out.append(_Told("backward", owner, node, source, len(out), quiet))
            elif node.func.attr in ("zero_grad", "zero_") and (node.func.attr == "zero_grad" or owner.endswith(".grad")):
                out.append(_Told("clear", owner.removesuffix(".grad"), node, source, len(out), quiet))
            elif node.func.attr == "grad":
                out.append(_Told("grad", owner, node, source, len(out), quiet))
        elif kind == "Call" and getattr(node.func, "id", "") == "grad":
            out.append(_Told("grad", "", node, source, len(out), quiet))
        for child in _children(node):
            visit(child, source, quiet)

    for source in sources:
        visit(source.parse(), source, None)
    return out


def _children(node: Any) -> Iterator[Any]:
    for field in getattr(node, "_fields", ()):
        value = getattr(node, field, None)
        for v in value if isinstance(value, list) else (value,):
            if hasattr(v, "_fields"):
                yield v


def _walk(node: Any) -> Iterator[Any]:
    stack = [node]
    while stack:
        n = stack.pop()
        yield n
        stack.extend(reversed(list(_children(n))))


class _Inquiry:
    """One question: the witnesses, and what they say."""

    def __init__(self, subject: Any, t: Any, name: str, question: str) -> None:
        self.subject = subject
        self.t = t
        self.name = name
        self.question = question
        self.variables = {k: v for k, v in subject.variables().items() if is_tensor(v) and k not in ("_", "ans")}
        self.story = story(subject.session.sources)
        self.links: list[Link] = []
        self.hints: list[str] = []

    def say(self, reason: str, answer: str) -> WhyReport:
        return WhyReport(
            expression=self.subject.text,
            question=self.question,
            name=self.name,
            answer=answer,
            reason=reason,
            value=self.value(),
            links=tuple(self.links),
            hints=tuple(dict.fromkeys(self.hints)),
        )

    def value(self) -> str:
        if self.question == "requires_grad":
            return str(bool(self.t.requires_grad))
        g = self.grad()
        return "None" if g is None else spec(g._dtype.short, g.shape)

    def grad(self) -> Any:
        return None if self.t._ext is None else self.t._ext.grad

    def link(self, line: int | None, text: str, says: str) -> None:
        found = Link(line=line, text=text, says=says)
        if found not in self.links:
            self.links.append(found)

    def answer(self) -> WhyReport:
        t, name = self.t, self.name
        tracked = leaf_requires_grad(t)
        if self.question == "requires_grad":
            if not tracked:
                reason, says = self.untracked(name, t, 0)
                return self.say(reason, f"{name}.requires_grad is False: {says}")
            return self.tracked()
        g = self.grad()
        if not tracked and g is None:
            reason, says = self.untracked(name, t, 0)
            return self.say(reason, f"{name}.grad is None: {name} does not require grad: {says}")
        if g is not None:
            return self.there(g)
        return self.missing()

    # -- requires_grad --------------------------------------------------------------------------------------------------------------

    def tracked(self) -> WhyReport:
        n = node_of(self.t)
        if not is_node(n):
            told = self.assigned(self.name)
            if told is not None:
                self.link(told.line, told.text, "here it was made")
            return self.say("leaf", f"{self.name}.requires_grad is True: it is a leaf that was made so, with requires_grad=True or requires_grad_()")
        leaves = [self.variable_of(u.parent) for u in self.reach(n)[1]]
        named = [x for x in dict.fromkeys(leaves) if x]
        line = getattr(n.where, "line", None)
        self.link(line, self.line_text(n), f"{op_name(n)} made it")
        from_ = f", computed from {_listed(named)}, which require{'s' if len(named) == 1 else ''} grad" if named else ""
        return self.say("computed", f"{self.name}.requires_grad is True: it was made by {op_name(n)}{from_}")

    def untracked(self, name: str, t: Any, depth: int) -> tuple[str, str]:
        """(reason, words) for a tensor that does not require grad; adds the links."""
        told = self.assigned(name)
        line, text = (None, "") if told is None else (told.line, told.text)
        d = t._dtype
        if not (d.is_floating_point or d.is_complex):
            cut = self.cut_in(told)
            self.link(line, text, f"{name} is {d.name}" + (f": {cut}" if cut else ""))
            self.hints.append(f"{name}.float() is a floating tensor" if told is None or not text.startswith(name) else "write 1. for 1, or dtype=torch.float32")
            return "integer", f"it is {d.name}, and only floating (or complex) tensors have gradients"
        ext = t._ext
        why = "" if ext is None else ext.why
        place = None if ext is None or ext.where is None else getattr(ext.where, "line", None)
        if why in ("detached", "data"):
            what = "detach()" if why == "detached" else ".data"
            self.link(place or line, self.place_text(ext.where) or text, f"{what} cuts {name} off from its history")
            self.hints.append(f"leave out {what}, or call {name}.requires_grad_() to make it a leaf of its own")
            return why, f"{what} cut it off" + (f" in line {place}" if place else "")
        if why == "no_grad" or (told is not None and told.quiet is not None):
            at = place or line
            self.link(
                at,
                self.place_text(None if ext is None else ext.where) or text,
                f"computed under torch.no_grad(): nothing is recorded, so {name} has no history",
            )
            self.hints.append("compute it outside of the no_grad block")
            return "no_grad", "it was computed under torch.no_grad()" + (f" in line {at}" if at else "")
        if told is None:
            self.hints.append(f"{name}.requires_grad_() makes it a leaf that does")
            return "constant", "none of the tensors it was made from requires grad"
        cut = self.cut_in(told)
        names = [n.id for n in _walk(told.node.value) if type(n).__name__ == "Name" and n.id in self.variables and n.id != name]
        names = list(dict.fromkeys(names))
        if cut is not None and any(leaf_requires_grad(self.variables[n]) for n in names):
            self.link(line, text, cut)
            self.hints.append(f"leave that out, and {name} has a history")
            return "detached", f"{cut}, in line {line}"
        if not names:
            self.link(line, text, "made here, without requires_grad=True")
            self.hints.append(f"make it with requires_grad=True, or call {name}.requires_grad_()")
            return "constant", "it was made without requires_grad=True"
        self.link(
            line,
            text,
            f"made from {_listed(names)}, and {'it does' if len(names) == 1 else 'none of them'} {'not require' if len(names) == 1 else 'requires'} grad",
        )
        reason = "constant"
        if depth < 8:
            for n in names:
                if not leaf_requires_grad(self.variables[n]):
                    reason, _ = self.untracked(n, self.variables[n], depth + 1)
        return reason, f"nothing that it was made from ({_listed(names)}) requires grad"

    def cut_in(self, told: _Told | None) -> str | None:
        """What in an assignment's text takes the history away."""
        if told is None or told.node.value is None:
            return None
        for n in _walk(told.node.value):
            kind = type(n).__name__
            if kind == "Call":
                f = n.func
                called = f.attr if type(f).__name__ == "Attribute" else getattr(f, "id", "")
                method = type(f).__name__ == "Attribute"
                if called in _NO_HISTORY and (called not in ("tensor", "float") or (n.args and not method) or called == "tensor"):
                    if called in ("float",) and method:
                        continue
                    if called == "tensor" and not any(type(x).__name__ == "Name" and x.id in self.variables for a in n.args for x in _walk(a)):
                        continue
                    return _NO_HISTORY[called]
            elif kind == "Attribute" and n.attr == "data":
                return _NO_HISTORY["data"]
            elif kind == "Compare":
                return "a comparison gives truth values, which have no gradient"
        return None

    # -- grad -----------------------------------------------------------------------------------------------------------------------

    def missing(self) -> WhyReport:
        """A tensor that requires grad and has no .grad."""
        t, name = self.t, self.name
        n = node_of(t)
        if is_node(n) and not self.retains(n):
            self.link(getattr(n.where, "line", None), self.line_text(n), f"{op_name(n)} made it, so it is no leaf")
            self.hints.append(f"{name}.retain_grad() before backward() keeps it")
            return self.say(
                "not_leaf", f"{name}.grad is None: {name} is not a leaf but the result of {op_name(n)}, and backward() keeps gradients of leaves only"
            )
        backward = [s for s in self.story if s.kind == "backward"]
        roots, freed = self.roots()
        if roots and not freed and not backward:
            self.hints.append(f"{roots[0]}.backward()")
            return self.say("not_run", f"{name}.grad is None: no backward() has run. {roots[0]} was computed from {name}, and its graph is still whole")
        cleared = [s for s in self.story if s.kind == "clear" and (not backward or s.order > backward[-1].order)]
        if freed or (roots and backward):
            if cleared:
                self.link(cleared[-1].line, cleared[-1].text, "gradients were cleared here, after the last backward()")
                return self.say("cleared", f"{name}.grad is None: it was cleared after the last backward()")
            if not backward and any(s.kind == "grad" for s in self.story):
                return self.unused(backward)
            others = [r for r in roots if r not in [s.name for s in backward]]
            if others and backward:
                return self.unused(backward)
            return self.say("freed", f"{name}.grad is None: the graph of {_listed(roots)} was used and freed, and .grad was not kept")
        return self.unused(backward)

    def unused(self, backward: list[_Told]) -> WhyReport:
        name = self.name
        asked = [s for s in self.story if s.kind == "grad"]
        if asked and not backward:
            self.link(asked[-1].line, asked[-1].text, "grad() gives the gradients back and leaves .grad alone")
            self.hints.append("y.backward() fills .grad")
            return self.say("taken", f"{name}.grad is None: gradients were taken with grad(), which returns them and stores none")
        if not backward:
            self.derived({name}, None)
            self.hints.append(f"compute something from {name}, and call backward() on it")
            return self.say("unused", f"{name}.grad is None: nothing that is still there was computed from {name}, and no backward() has run")
        last = backward[-1]
        self.derived({name}, last)
        cuts = bool(self.links)
        self.link(last.line, last.text, f"backward() went from {last.name} to {_listed(self.leaves_of(last.name)) or 'no leaf'}, not to {name}")
        how = "is cut off on the way" if cuts else "does not depend on it"
        if not cuts:
            self.hints.append(f"{last.name} has to be computed from {name}")
        return self.say("unused", f"{name}.grad is None: {last.name}.backward() did not reach {name}: {last.name} {how}")

    def derived(self, names: set[str], last: _Told | None) -> None:
        """Links for the assignments that use a name and lose its history."""
        known = set(names)
        for told in self.story:
            if told.kind != "assign" or (last is not None and told.order > last.order):
                continue
            used = {n.id for n in _walk(told.node.value) if type(n).__name__ == "Name"}
            if not used & known:
                continue
            known.add(told.name)
            value = self.variables.get(told.name)
            if value is not None and not leaf_requires_grad(value):
                cut = self.cut_in(told)
                if told.quiet is not None:
                    self.link(told.line, told.text, f"under torch.no_grad(): {told.name} has no history")
                    self.hints.append("compute it outside of the no_grad block")
                elif cut is not None:
                    self.link(told.line, told.text, cut)
                    self.hints.append(f"leave that out, and {told.name} has a history")

    def there(self, g: Any) -> WhyReport:
        """A gradient that exists: zero, or not."""
        name = self.name
        if str(g.device) == "meta":
            return self.say("present", f"{name}.grad is there, on meta: a shape without values")
        a = array_of(g)
        flat = a.reshape(-1) if hasattr(a, "reshape") else None
        zero = bool((flat == 0).all()) if flat is not None else a == 0
        if zero:
            return self.zero()
        bad = bool((flat != flat).any()) if flat is not None else a != a
        hooks = None if self.t._ext is None else self.t._ext.hooks
        if hooks:
            self.link(None, "", f"{len(hooks)} hook{'' if len(hooks) == 1 else 's'} on {name} may have changed it")
        if bad:
            self.hints.append("nans EXPR says where a NaN was born")
        size = exact(a, g._dtype) if flat is None else f"norm {brief(float((flat.astype('float64') ** 2).sum() ** 0.5))}"
        return self.say("present", f"{name}.grad is there: {spec(g._dtype.short, g.shape)}, {size}{', with NaN' if bad else ''}")

    def zero(self) -> WhyReport:
        """A gradient of zeros: which step on the way lets nothing through."""
        t, name = self.t, self.name
        hooks = None if t._ext is None else t._ext.hooks
        likely: list[tuple[Any, str]] = []
        for node, use in self.consumers():
            found = blocks(node, use)
            if found:
                self.link(getattr(node.where, "line", None), self.line_text(node), found)
            elif use.tensor is None and op_name(node) in _LIKELY:
                likely.append((node, _LIKELY[op_name(node)]))
        if hooks:
            self.link(None, "", f"a hook on {name} may have set it to zero")
        cleared = [s for s in self.story if s.kind == "clear"]
        backward = [s for s in self.story if s.kind == "backward"]
        if not self.links and cleared and (not backward or cleared[-1].order > backward[-1].order):
            self.link(cleared[-1].line, cleared[-1].text, "gradients were set to zero here, after the last backward()")
            return self.say("cleared", f"{name}.grad is zero: it was cleared after the last backward()")
        if self.links:
            first = self.links[0]
            if first.line is None and hooks:
                return self.say("hook", f"{name}.grad is zero: a hook is registered on it")
            what = first.says.partition(", and")[0]
            return self.say("zero", f"{name}.grad is zero: {what}")
        if likely:
            for node, says in likely:
                self.link(getattr(node.where, "line", None), self.line_text(node), f"{says}; its input was not kept, so this is only likely")
            return self.say("zero", f"{name}.grad is zero, most likely since {likely[0][1]}")
        self.hints.append("backprop EXPR shows the pass row by row")
        return self.say("zero", f"{name}.grad is zero: the contributions that reached it are zero or cancel")

    # -- witnesses ------------------------------------------------------------------------------------------------------------------

    def assigned(self, name: str) -> _Told | None:
        """The last assignment of a name."""
        found = [s for s in self.story if s.kind == "assign" and s.name == name]
        return found[-1] if found else None

    def retains(self, n: Any) -> bool:
        return n.ext is not None and bool(n.ext.retains)

    def line_text(self, n: Any) -> str:
        return self.place_text(n.where)

    def place_text(self, where: Any) -> str:
        return " ".join(str(getattr(where, "text", "")).split())

    def variable_of(self, t: Any) -> str | None:
        return next((k for k, v in self.variables.items() if v is t), None)

    def reach(self, n: Any) -> tuple[list[Any], list[Any]]:
        """(nodes, uses of leaves) below a node."""
        seen, stack, nodes, leaves = {id(n)}, [n], [], []
        while stack:
            node = stack.pop()
            nodes.append(node)
            for u in uses_of(node):
                if is_node(u.parent):
                    if id(u.parent) not in seen:
                        seen.add(id(u.parent))
                        stack.append(u.parent)
                elif u.parent is not None:
                    leaves.append(u)
        return nodes, leaves

    def results(self) -> Iterator[tuple[str, Any]]:
        """Variables with a history, newest first."""
        found = [(k, node_of(v)) for k, v in self.variables.items()]
        yield from sorted([(k, n) for k, n in found if is_node(n)], key=lambda kn: -kn[1].seq)

    def roots(self) -> tuple[list[str], bool]:
        """(variables computed from the tensor, whether a graph on the way was freed)"""
        mine = node_of(self.t)
        out, freed = [], False
        for k, n in self.results():
            if n is mine:
                continue
            nodes, leaves = self.reach(n)
            if any(u.parent is self.t for u in leaves) or any(x is mine for x in nodes):
                out.append(k)
                freed = freed or any(is_freed(x) for x in nodes)
        return out, freed

    def leaves_of(self, name: str) -> list[str]:
        """Names of the leaves that a variable was computed from."""
        v = self.variables.get(name)
        n = None if v is None else node_of(v)
        if not is_node(n):
            return []
        return [x or "a leaf without a name" for x in dict.fromkeys(self.variable_of(u.parent) for u in self.reach(n)[1])]

    def consumers(self) -> list[tuple[Any, Any]]:
        """(node, use) for every op on the way from the tensor to the results, in creation order."""
        below = {id(self.t)}
        mine = node_of(self.t)
        if is_node(mine):
            below.add(id(mine))
        every: dict[int, Any] = {}
        for _, n in self.results():
            for node in self.reach(n)[0]:
                every[id(node)] = node
        out = []
        for node in sorted(every.values(), key=lambda n: n.seq):
            for u in uses_of(node):
                if id(u.parent) in below:
                    below.add(id(node))
                    out.append((node, u))
        return out


def blocks(node: Any, use: Any) -> str | None:
    """Why an op lets nothing through for one of its inputs, as far as its kind and its recorded inputs tell; None where it does not."""
    name = op_name(node)
    if name in _FLAT:
        return f"{name} is flat between its steps: its derivative is 0 everywhere"
    given = {u.slot: u.tensor for u in uses_of(node) if u.tensor is not None}
    value = given.get(use.slot)
    a = None if value is None or str(value.device) == "meta" else array_of(value)

    def every(test: Any) -> bool:
        if a is None:
            return False
        found = test(a)
        return bool(found.all()) if hasattr(found, "all") else bool(found)

    args = node.args or {}
    if name == "relu" and every(lambda v: v <= 0):
        return f"relu passes nothing where its input is <= 0, and {_all(a)} (dead relu)"
    if name == "clamp":
        low, high = args.get("min"), args.get("max")
        if isinstance(low, (int, float)) and every(lambda v: v < low):
            return f"clamp passes nothing outside its bounds, and {_all(a)} below {low}"
        if isinstance(high, (int, float)) and every(lambda v: v > high):
            return f"clamp passes nothing outside its bounds, and {_all(a)} above {high}"
    if name in ("mul", "matmul"):
        for slot, other in given.items():
            if slot != use.slot and str(other.device) != "meta":
                b = array_of(other)
                if bool((b == 0).all() if hasattr(b, "all") else b == 0):
                    return f"{name}: the other factor ({slot_name(slot)}) is all zero"
        number = args.get("other")
        if name == "mul" and isinstance(number, (int, float)) and number == 0:
            return "mul: the other factor is 0"
    if name == "pow" and args.get("exponent") == 0:
        return "pow 0 is constant: its derivative is 0"
    if name == "pow" and isinstance(args.get("exponent"), (int, float)) and args["exponent"] > 1 and every(lambda v: v == 0):
        return f"pow {args['exponent']}: the derivative is 0 where its input is 0, and {_all(a)} 0"
    if name in ("tanh", "sigmoid") and every(lambda v: abs(v) > (20 if name == "tanh" else 100)):
        return f"{name} is saturated: its input is so large that its slope rounds to 0"
    if name == "where":
        cond = given.get("condition")
        if cond is not None and str(cond.device) != "meta":
            c = array_of(cond)
            picked = c if use.slot == "input" else ~c if hasattr(c, "all") else not c
            if not bool(picked.any() if hasattr(picked, "any") else picked):
                return "where picks the other branch everywhere"
    if name in ("softmax", "log_softmax"):
        return None
    return None


def _all(a: Any) -> str:
    n = getattr(a, "size", 1)
    return "its only element is" if n == 1 else f"all {n} elements are"


def _listed(names: list[str]) -> str:
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"


__all__ = ["Link", "WhyReport", "blocks", "make", "story"]
