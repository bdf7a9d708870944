"""The forms and file functions that need more than the engine: the reports (graph(EXPR) and the others that reports.py declares), load(path),
save(value, path). console.py puts them in the session's table, and imports this module when one of them is called.

What they take:

    graph(loss)                     the graph of a recorded tensor; prints as a tree
    graph((w*x + b)**2, w=3., x=2., b=1.)     of an expression; names bind as in grad, wrt=w makes the others constants
    graph(loss).save('loss.svg')    .svg .png .dot .mmd .json .txt; save(graph(loss), 'loss.svg') is the same
    load('data.csv')                what -v NAME=@data.csv binds; load('data.csv', 'species') one column
    save(x, 'x.npy')                .npy .csv .txt .json; a dict of tensors: .npz .safetensors .json
"""

from __future__ import annotations

from ..engine.errors import fail
from ..insight.report import jsonable
from ..lang.values import Builtin, Value, no_attribute, type_name
from .exits import DataError
from .files import Folders
from .reports import KINDS, form_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


class Forms:
    """The forms of one session; ``folders`` says which files they may touch."""

    __slots__ = ("folders",)

    def __init__(self, folders: Folders) -> None:
        self.folders = folders

    def load(self, session: Any, call: Any) -> Any:
        """load(path, column=None): a tensor from .npy .npz .csv .tsv .txt .safetensors .json .png, or one column of a table."""
        from . import data

        path, column = arguments(call, "load", ("path", "column"), 1)
        if type(path) is not str or not (column is None or type(column) in (str, int)):
            fail(
                TypeError,
                f"load() takes a path and a column, not {type_name(path)} and {type_name(column)}",
                kind="type",
                op="load",
                hints=["load('data.csv', 'species')"],
            )
        try:
            path, select = data.split_selection(path)
            return data.load(self.folders.to_read(path), str(column) if column is not None else select)
        except DataError as exc:
            raised(exc)

    def save(self, session: Any, call: Any) -> None:
        """save(value, path): write a tensor, a dict of tensors or a graph; the suffix of the path says the format."""
        value, path = arguments(call, "save", ("value", "path"), 2)
        if type(path) is not str:
            if type(value) is str:
                value, path = path, value  # save('x.npy', x)
            else:
                fail(TypeError, f"save() takes a value and a path, not a path of type {type_name(path)}", kind="type", op="save", hints=["save(x, 'x.npy')"])
        save_value(value, path, self.folders)


def plot_xy(forms: Forms, session: Any, call: Any) -> ReportValue:
    """plot_xy(xs, ys, ...): ys over xs as a line plot, a curve each; shown in a batch file, too. save(plot_xy(xs, ys), 'p.svg') draws it."""
    from ..insight.plot import xy

    if len(call.args) < 2 or call.kwargs:
        fail(TypeError, "plot_xy() takes xs and ys", kind="signature", op="plot_xy", hints=["plot_xy(xs, ys)", "plot(sin(x), x=(-3, 3))"])
    return ReportValue(xy([e.text or f"[{i}]" for i, e in enumerate(call.args)], [e.evaluate({}) for e in call.args]), forms.folders)


class ReportValue(Value):
    """A report as a value of the language: prints as text, saves as a picture; its facts are attributes, as JSON has them.

    True, unless it is a check that did not hold: `assert gradcheck(f(x), x=2.)`.
    """

    __slots__ = ("folders", "report")

    def __init__(self, report: Any, folders: Folders) -> None:
        self.report = report
        self.folders = folders

    @property
    def type_name(self) -> str:  # type: ignore[override]
        """``Graph``, ``Explain`` ...: what the report is of."""
        return str(self.report.schema.partition("/")[0].removeprefix("tcalc.").capitalize())

    def __repr__(self) -> str:
        from ..render.plain import lines, plain
        from ..render.style import detect

        return plain(lines(self.report, detect()))

    def attr(self, name: str) -> Any:
        if name == "save":
            return Builtin("save", lambda path: save_value(self, path, self.folders), "save(path): write it as .svg .png .json or .txt; a graph also .dot .mmd")
        if name in ("schema", "holds", *self.report.__slots__):
            return jsonable(getattr(self.report, name))
        no_attribute(self, name, self.attr_names())

    def attr_names(self) -> Iterable[str]:
        return ("save", "schema", "holds", *self.report.__slots__)

    def truth(self) -> bool:
        return bool(self.report.holds)


def arguments(call: Any, form: str, names: tuple[str, ...], required: int) -> list[Any]:
    """The evaluated arguments of a form that is called like a function."""
    values: dict[str, Any] = {}
    for name, expr in [*zip(names, call.args), *call.kwargs.items()]:
        if name not in names or name in values:
            fail(TypeError, f"{form}() got an unexpected argument '{name}'", kind="signature", op=form)
        values[name] = expr.evaluate({})
    if len(call.args) > len(names) or any(n not in values for n in names[:required]):
        fail(TypeError, f"{form}() takes {', '.join(names)}", kind="signature", op=form)
    return [values.get(n) for n in names]


def save_value(value: Any, path: str, folders: Folders) -> None:
    """Write ``value`` to ``path``, whole or not at all."""
    from . import saving

    if type(path) is not str:
        fail(TypeError, f"save() takes a path, not a {type_name(path)}", kind="type", op="save", hints=["save(x, 'x.npy')"])
    try:
        saving.save(value.report if isinstance(value, ReportValue) else value, folders.to_write(path))
    except DataError as exc:
        raised(exc)


def raised(exc: DataError) -> Any:
    """A DataError as the exception that Python would raise, with its hint."""
    cls = FileNotFoundError if exc.sentence.startswith("no such file") else ValueError
    fail(cls, exc.sentence, kind="file", hints=[exc.hint] if exc.hint else [])


FORMS: dict[str, Callable[..., Any]] = {
    **{name.replace("-", "_"): form_of(kind) for name, kind in KINDS.items()},
    "load": Forms.load,
    "save": Forms.save,
    "plot_xy": plot_xy,
}


def documented() -> dict[str, Callable[..., Any]]:
    """Every form by name, for help and completion."""
    from ..lang.forms import FORMS as own

    return {**own, **FORMS}
