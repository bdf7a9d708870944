"""The reports, each declared once: from a declaration come the form (``explain(EXPR)``), the subcommand (``tcalc explain EXPR``) and the
prompt's command (``:explain EXPR``), with the same words in help. How to add one: docs/architecture.md, "Adding a report".

The line of help stands in options.REPORTS, since `tcalc --help` and the parser of the command line read it without this module.
"""

from __future__ import annotations

from . import options
from .options import Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Kind:
    """The declaration of a report.

    name: of form, subcommand and prompt command. module: where ``make(subject) -> Report`` is, under tcalc.insight (by default the name).
    doc: what help says behind the line of options.REPORTS; its last line is an example. options: the report's own (in the language they
    are keywords). unevaluated: those of them that take an expression as it stands (``claim=2*x``). leaves: the floating -v bindings
    require grad, and --wrt says which; without, names keep the values that they were given. example: a full command line, for the case
    where no expression came. act: "module.function" under tcalc.cli that shows the report in its own way:
    ``function(report, console, options) -> bool``, False where the ordinary text should come. pair: the option that a second expression
    on the command line or in the call goes to. plain: a function of torch.autograd that a call with several arguments is meant for.
    """

    __slots__ = ("act", "doc", "example", "leaves", "module", "name", "options", "pair", "plain", "unevaluated")

    def __init__(
        self,
        name: str,
        doc: str,
        example: str,
        *own: Option,
        module: str = "",
        leaves: bool = True,
        unevaluated: tuple[str, ...] = (),
        act: str = "",
        pair: str = "",
        plain: str = "",
    ) -> None:
        self.name = name
        self.module = module or name
        self.doc = doc
        self.example = example
        self.options = own
        self.leaves = leaves
        self.unevaluated = unevaluated
        self.act = act
        self.pair = pair
        self.plain = plain

    @property
    def line(self) -> str:
        """The line of help."""
        return options.REPORTS[self.name]

    @property
    def help(self) -> str:
        """The help of the form: its call, what it shows, how."""
        own = "".join(f", {o.name}={o.metavar.lower() or 'True'}" for o in self.options)
        return f"{self.name.replace('-', '_')}(EXPR{own}): {self.line}\n\n{self.doc}\n\n{self.example}"

    def make(self, subject: Any) -> Any:
        """The report of a subject."""
        from importlib import import_module

        return import_module(f"tcalc.insight.{self.module}").make(subject)

    def command_options(self) -> tuple[Option, ...]:
        """The options of the subcommand beside the common ones."""
        wrt = (WRT,) if self.leaves else ()
        return (OUT, *wrt, *self.options, ENGINE, *options.PROGRAM)


OUT = Option("out", "-o --output", "FILE", "Write it to a file: .svg .png .txt .json by its suffix (a graph also .dot .mmd).", options.text)
WRT = Option("wrt", "--wrt", "NAMES", "Differentiate by these names only, separated by commas; they are the parameters.", options.text, many=True)
ENGINE = Option("engine", "--engine", "ENGINE", "Graphviz program for pictures: the bundled one, or `dot` for the system's.", options.text)

KINDS: dict[str, Kind] = {
    k.name: k
    for k in (
        Kind(
            "cost",
            "Counted from shapes alone, so -v q='meta(32,16,4096,128)' costs what would not fit. Moved: bytes read and written. Saved: kept for\n"
            "backward. Peak: what lives at once. Floating bindings require grad, or only those that --wrt names.",
            "tcalc cost '(q @ k.mT).softmax(-1)' -v q='meta(32,16,4096,128)' -v k='meta(32,16,4096,128)'",
            Option("measure", "--measure", "", "Run it as well, and put the measured time beside the counts.", None),
        ),
        Kind(
            "layout",
            "The storage cell by cell with the indices that lie in it, the views that led there, the live variables over the same memory, why it\n"
            "is not contiguous and what contiguous() would copy. The picture (-o) shows storage and shape; pointing at one lights the other.",
            "tcalc layout 'base = arange(12).view(3,4); v = base.t()[1:3]; v' -o layout.svg",
            leaves=False,
        ),
        Kind(
            "why",
            "EXPR is x.grad or y.requires_grad, of a tensor that the statements before it have made. The answer names the lines that led to it.",
            "tcalc why 'x = tensor(2., requires_grad=True); y = x.detach()*3; y.requires_grad'",
            leaves=False,
        ),
        Kind(
            "explain",
            "Every sub-expression with shape, dtype, strides and memory; then the broadcast tables with the sums that follow in backward, the dims\n"
            "that met, dtype promotion in words, what was copied and why. On meta (--device meta, or -v x='meta(2,3)') nothing is computed.",
            "tcalc explain 'x @ W + b' -v x='randn(2,3)' -v W='randn(3,4)' -v b='randn(4)'",
            Option("strict_broadcast", "--strict-broadcast", "", "A broadcast result larger than every operand is an error.", None),
            leaves=False,
        ),
        Kind(
            "graph",
            "Every floating -v binding requires grad, or only those that --wrt names. Nodes carry values and gradients.",
            "tcalc graph '(w*x + b - 10)**2' -v w=3. -v x=4. -v b=1. -o loss.svg",
        ),
        Kind(
            "graph-diff",
            "Ops are matched in order, leaves by name; = is the same, ~ changed, - only in A, + only in B. In the language: graph_diff(A, B).",
            "tcalc graph-diff '(x@W).tanh().sum()' '(x@W).relu().sum()' -v 'x=ones(2,3)' -v 'W=ones(3,2)'",
            Option("other", "--with", "EXPR", "The second expression, where it does not stand behind the first.", options.text),
            module="graphdiff",
            unevaluated=("other",),
            pair="other",
        ),
        Kind(
            "backprop",
            "Each step: what reaches a node (|g|, a norm), the local rule, what it sends to each input. --node shows the tensors of one "
            "step, --step goes through all.",
            "tcalc backprop '((x@W + b).tanh() - t).pow(2).mean()' -v 'x=ones(2,3)' -v 'W=ones(3,2)/4' -v 'b=zeros(2)' -v 't=ones(2,2)' --wrt W,b",
            Option("node", "--node", "NODE", "Show one step's tensors in full: n4, or a name of yours.", options.text),
            Option("step", "--step", "", "Go through the pass step by step, Enter for the next (q leaves).", None),
            act="backprop.step",
        ),
        Kind(
            "gradcheck",
            "The worst entries come first. A claim is a derivative written by hand: it is checked, and said how it is wrong. PASS, FAIL, or "
            "KINK where no derivative exists.",
            "tcalc gradcheck 'x**3' -v x=2. --claim '2*x**2'",
            Option("order", "--order", "N", "1: the gradient (the default). 2: the gradient of the gradient.", options.integer),
            Option("claim", "--claim", "EXPR", "Your own derivative; for several inputs a tuple or a dict.", options.text),
            Option("eps", "--eps", "STEP", "The step of the differences (1e-6).", options.real),
            Option("atol", "--atol", "TOL", "Absolute tolerance (1e-5).", options.real),
            Option("rtol", "--rtol", "TOL", "Relative tolerance (1e-3).", options.real),
            unevaluated=("claim",),
            plain="gradcheck",
        ),
        Kind(
            "nans",
            "Element by element, with what was computed there, what carried it on, what hid it, and the fix for the known patterns.",
            "tcalc nans 'where(x > 0, sqrt(x), 0.).sum()' -v 'x=tensor([-1., 0., 4.])'",
        ),
        Kind(
            "precision",
            "The same program in each dtype, compared with float64. ! marks where half of the digits are gone; the first such node is explained.",
            "tcalc precision 'log(softmax(x, dim=0))' -v 'x=tensor([0., 100., 1.])'",
        ),
        Kind(
            "plot",
            "A formula runs over the name that has a range, x=(-3, 3), or that has no value. A 1-d tensor is drawn over its index, a matrix column by\n"
            "column, a function from -5 to 5. In the language also plot_xy(xs, ys).",
            "tcalc plot 'exp(-x**2)*cos(8*x)' -v 'x=(-3, 3)' -o curve.svg",
            Option("points", "--points", "N", "How many points of a formula are computed (240).", options.integer),
            leaves=False,
        ),
    )
}


def form_of(kind: Kind) -> Callable[..., Any]:
    """The form as forms.py keeps it: ``form(forms, session, call)``."""

    def form(forms: Any, session: Any, call: Any) -> Any:
        from .forms import ReportValue

        if kind.plain and len(call.args) > 1:
            from ..lang import tables, values

            named = {name: e.evaluate({}) for name, e in call.kwargs.items()}
            return values.call(tables.autograd.get(kind.plain), tuple([a.evaluate({}) for a in call.args]), named)
        return ReportValue(kind.make(subject_of(kind, session, call)), forms.folders)

    form.__doc__ = kind.help
    form.__name__ = kind.name
    return form


def subject_of(kind: Kind, session: Any, call: Any) -> Any:
    """The Subject of a call in the language: ``explain(x @ W, W=..., measure=True)``."""
    from ..engine.errors import fail
    from ..insight.subject import Subject
    from ..lang.forms import _bindings
    from ..lang.functions import FormCall

    if kind.pair and len(call.args) == 2:
        call = FormCall(call.name, call.args[:1], {**call.kwargs, kind.pair: call.args[1]}, call.where)
    if len(call.args) != 1:
        fail(TypeError, f"{kind.name}() takes one expression, not {len(call.args)}", kind="signature", op=kind.name, hints=[f"{kind.name}(w*x + b)"])
    own = {o.name: o for o in kind.options}
    said = {o: option_value(kind, own[o], e, session) for o, e in call.kwargs.items() if o in own}
    rest = FormCall(call.name, call.args, {k: e for k, e in call.kwargs.items() if k not in own}, call.where)
    if "order" in rest.kwargs:
        fail(TypeError, f"{kind.name}() takes no order=", kind="signature", op=kind.name, hints=["a name that is really called order: bind={'order': 2.}"])
    given, wrt, _ = _bindings(kind.name, rest)
    return Subject(kind.name, call.args[0], session, given, wrt, {**dict.fromkeys(own), **said})


def option_value(kind: Kind, option: Option, expr: Any, session: Any) -> Any:
    """An option given by keyword, as the command line would have it."""
    from ..engine.errors import fail
    from ..lang.formatting import type_name
    from .exits import UsageError

    if option.name in kind.unevaluated:
        value = expr.evaluate({}) if expr.given or expr.kind == "Constant" else None
        return session.expression(value, f"{option.name}=") if type(value) is str else expr
    value = expr.evaluate({})
    if option.parse is None:
        if type(value) is not bool:
            fail(TypeError, f"{kind.name}(): {option.name}= takes True or False, not a value of type {type_name(value)}", kind="type", op=kind.name)
        return value
    if type(value) not in (str, int, float):
        fail(TypeError, f"{kind.name}(): {option.name}= takes {option.metavar}, not a value of type {type_name(value)}", kind="type", op=kind.name)
    try:
        return option.parse(str(value), f"{option.name}=")
    except UsageError as exc:
        fail(ValueError, f"{kind.name}(): {exc.sentence}", kind="value", op=kind.name, hints=[exc.hint] if exc.hint else [])
