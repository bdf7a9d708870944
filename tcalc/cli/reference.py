"""Help from the op tables: `tcalc ops`, `tcalc ops NAME`, and the prompt's ?name. The op's own declaration is the only source."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from . import exits, options

if TYPE_CHECKING:
    from ..engine.registry import Op
    from ..render.style import Screen
    from .options import Settings

MISSING: Any = object()


def list_ops(settings: Settings) -> int:
    """Every public function by kind, one line each."""
    groups = grouped()
    if settings.json:
        from ..render.jsontext import dumps

        print(dumps({"schema": "tcalc.ops/1", "ops": [facts(o) for _, ops in groups for o in ops]}))
        return exits.OK
    screen = detect(settings)
    count = 0
    for kind, ops in groups:
        print(screen.paint(f"{kind} ({len(ops)})", "bold"))
        for o in ops:
            count += 1
            name = o.name if o.namespaces == ("torch",) or not o.namespaces else f"{o.namespaces[0]}.{o.name.removeprefix(o.namespaces[0] + '.')}"
            line = f"  {name:<26} {summary(o.doc)}"
            print(line if not screen.tty else line[: screen.width])
    print(screen.paint(f"{count} operations. tcalc ops NAME shows one.", "dim"))
    return exits.OK


def show_op(settings: Settings, name: str) -> int:
    """The help of one operation; exit 1 where there is none of that name."""
    screen = detect(settings)
    found = ops_named(name)
    if settings.json and found:
        from ..render.jsontext import dumps

        print(dumps({"schema": "tcalc.ops/1", "ops": [facts(o) for o in found]}))
        return exits.OK
    lines = help_lines(name, None, screen)
    if not lines:
        exits.complain(f"no operation is called {name}" + options.did_you_mean(name, all_names()), "tcalc ops lists them")
        return exits.FAILED
    print("\n".join(lines))
    return exits.OK


def detect(settings: Settings) -> Screen:
    from ..render.style import detect as detect_screen

    return detect_screen(color=False if settings.no_color else None, ascii=settings.ascii, digits=settings.digits, json=settings.json)


def registry() -> Any:
    """The registry with every op in it."""
    from .. import engine  # noqa: F401 - fills the tables
    from ..engine import registry as r

    return r


def grouped() -> list[tuple[str, list[Op]]]:
    """Ops by kind, in the order: map, reduce, view, general, write, composite."""
    by_kind: dict[str, list[Op]] = {}
    for o in registry().OPS.values():
        by_kind.setdefault(o.kind, []).append(o)
    order = ("map", "reduce", "view", "general", "write", "composite")
    titles = {"map": "pointwise", "reduce": "reductions", "view": "views", "general": "general", "write": "in place", "composite": "composites"}
    kinds = sorted(by_kind, key=lambda k: (order.index(k) if k in order else 99, k))
    return [(titles.get(k, k), sorted(by_kind[k], key=lambda o: o.name)) for k in kinds]


def facts(o: Op) -> dict[str, Any]:
    return {
        "name": o.name,
        "kind": o.kind,
        "schema": o.text,
        "summary": summary(o.doc),
        "namespaces": list(o.namespaces),
        "gradients": {p: o.rule(p) for p in o.vjps},
    }


def summary(doc: str) -> str:
    return (doc or "").strip().split("\n", 1)[0]


def all_names() -> list[str]:
    r = registry()
    return [*{name for table in r.NAMESPACES.values() for name in table}, *r.METHODS, *r.ATTRIBUTES, *options.COMMANDS]


def ops_named(name: str) -> list[Op]:
    """The overloads behind `tanh`, `torch.tanh`, `F.softmax`, `max.dim`, `linalg.norm`, `Tensor.add_`."""
    r = registry()
    if "." in name and name in r.OPS:  # one overload
        return [r.OPS[name]]
    space, _, last = name.rpartition(".")
    space = space.removeprefix("torch.") or "torch"
    wanted = {"F": "nn.functional", "nn.functional": "nn.functional"}.get(space, space)
    for key in (f"{wanted}.{last}", f"torch.{last}", f"nn.functional.{last}", f"Tensor.{last}", *(f"{s}.{last}" for s in r.NAMESPACES)):
        family = r.FAMILIES.get(key)
        if family is not None:
            return list(family.overloads)
    return [r.OPS[name]] if name in r.OPS else []


def help_lines(name: str, session: Any, screen: Screen) -> list[str]:
    """What ?name prints: a variable's value in brief, or the schemas, the text and the gradient rules. Nothing for an unknown name."""
    from ..lang import tables

    head = name.split(".")[0]
    if session is not None and head in session.variables:
        value = resolve(name, session)
        if value is not MISSING:
            return variable_lines(name, value, screen)
    ops = ops_named(name)
    if ops:
        doc = next((o.doc for o in ops if o.doc), "")
        rules = dict.fromkeys((p, o.rule(p)) for o in ops for p in o.vjps if o.rule(p))
        lines = [screen.paint(o.text, "bold") for o in ops]
        lines += ["", *inspect.cleandoc(doc).splitlines()] if doc else []
        lines += ["", "gradient (g arrives from above):", *(f"  {p:<8} {screen.paint(rule, 'backward')}" for p, rule in rules)] if rules else []
        return lines
    text = form_help(name) or tables.help_for(name) or tables.help_for(f"Tensor.{name}") or options.COMMANDS.get(name, "")
    return text.splitlines()


def form_help(name: str) -> str:
    from .forms import documented

    form = documented().get(name)
    return inspect.cleandoc(form.__doc__ or "") if form is not None else ""


def variable_lines(name: str, value: Any, screen: Screen) -> list[str]:
    """A variable: a tensor's card, a function's head and text, any other value in brief."""
    from ..lang.values import Function
    from ..render.result import is_tensor

    if is_tensor(value):
        from ..insight.tensor import tensor_report
        from ..render.result import report_text

        return report_text(tensor_report(value, name), screen).splitlines()
    if isinstance(value, Function):
        return [f"{value.name}({', '.join(value.parameters)})", *inspect.cleandoc(value.doc or "").splitlines()]
    from .console import brief

    return [f"{name} = {brief(value)}"]


def resolve(path: str, session: Any) -> Any:
    """The value of a dotted name, through variables and namespaces only: nothing runs. MISSING where it leads nowhere."""
    from ..lang import tables
    from ..lang.values import Namespace

    head, *rest = path.split(".")
    if session is None or head not in session.variables:
        value = tables.resolve(path)
        return MISSING if value is tables.MISSING else value
    value = session.variables[head]
    for part in rest:
        value = value.get(part, MISSING) if isinstance(value, Namespace) else MISSING
    return value
