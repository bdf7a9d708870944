"""What a report is made of: an expression that waits, the names bound for it, and the options of its form.

A form, a subcommand and a prompt command all make one Subject and hand it to ``make(subject)`` of the report's module.
"""

from __future__ import annotations

from ..engine.errors import fail
from ..lang.forms import Bound, _constant, _evaluate, make_leaf
from ..lang.values import state, type_name
from .graph import recording
from .walk import is_tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Subject:
    """An expression with its surroundings.

    form: the name of the form (``explain``). expr: the expression (lang.functions.Expr), unevaluated: ``expr.text``, ``expr.names``,
    ``expr.node``, ``expr.evaluate(bindings)``. given: the names bound by keyword, as given. wrt: the names to differentiate by, or None.
    options: the form's own options by name, None or False where not given. leaves: what ``recorded`` put in the place of names.
    """

    __slots__ = ("expr", "form", "given", "leaves", "options", "session", "wrt")

    def __init__(
        self, form: str, expr: Any, session: Any, given: dict[str, Any] | None = None, wrt: tuple[str, ...] | None = None, options: dict[str, Any] | None = None
    ) -> None:
        self.form = form
        self.expr = expr
        self.session = session
        self.given = given or {}
        self.wrt = wrt
        self.options = options or {}
        self.leaves: dict[str, Any] = {}

    @property
    def text(self) -> str:
        """The expression as the user wrote it; "" where the form was called with a value."""
        return str(self.expr.text).strip()

    @property
    def bound(self) -> dict[str, Any]:
        """The names bound by keyword as the expression sees them when nothing is differentiated: a list is a tensor."""
        return {name: _constant(v) for name, v in self.given.items()}

    def variables(self) -> dict[str, Any]:
        """Every name that means something to the user here: the session's, those around the expression, the bound ones."""
        return {**self.session.variables, **self.expr.variables(), **self.given, **self.leaves}

    def value(self) -> Any:
        """The expression's value on the bound names as they were given; constants are kept for inner nodes where anything is recorded."""
        with recording():
            return self.expr.evaluate(self.bound)

    def recorded(self, check: bool = True) -> Any:
        """The expression's value, a tensor with its graph.

        Names bound by keyword become leaves (those of ``wrt``, else every floating one). Without any, where nothing requires grad, every
        floating variable of the expression does. TypeError where the value is no tensor, RuntimeError where nothing was recorded, unless
        ``check`` is False.
        """
        expr = self.expr
        with recording():
            if self.given:
                bound = Bound(self.form, self.given, self.wrt, state.depth > 0)
                self.leaves = bound.seen
                value = _evaluate(self.form, expr, bound)
            else:
                value = expr.evaluate({})
                if not is_recorded(value):
                    for name, v in expr.variables().items():
                        leaf = None if type(v) is int else make_leaf(v, False)
                        if leaf is not None:
                            self.leaves[name] = leaf
                    value = expr.evaluate(self.leaves) if self.leaves else value
        if check:
            check_recorded(self.form, value, self.text)
        return value


def is_recorded(value: Any) -> bool:
    """Whether a value has a graph."""
    if isinstance(value, (list, tuple)):
        return any(is_recorded(v) for v in value)
    return bool(getattr(value, "requires_grad", False))


def check_recorded(form: str, value: Any, text: str) -> None:
    """Fail in the user's words unless ``value`` is a tensor with a graph."""
    if not is_tensor(value):
        fail(TypeError, f"{form}() works on the graph of a tensor, and {text or 'this'} is of type {type_name(value)}", kind="type", op=form)
    if not is_recorded(value):
        fail(
            RuntimeError,
            "element 0 of tensors does not require grad and does not have a grad_fn",
            kind="untracked",
            op=form,
            explain=[f"{text or 'This tensor'} was not recorded: none of its names requires grad, or it was computed under no_grad."],
            hints=[f"bind a floating value: {form}(w*x + b, w=3., x=2., b=1.)"],
        )
