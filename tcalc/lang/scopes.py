"""Whose variable a name is: the scopes of a program, found before it is compiled."""

from __future__ import annotations

from .arith import UNSET
from .check import refuse
from .source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Var:
    """A variable of a function: its slot, whether an inner function uses it (then it lives in a cell), whether it may be unset."""

    __slots__ = ("captured", "fixed", "name", "slot")

    def __init__(self, name: str, slot: int, fixed: bool) -> None:
        self.name = name
        self.slot = slot
        self.captured = False
        self.fixed = fixed  # a parameter that is never deleted: always has a value


class Scope:
    """The names of the module, of a function, of a class's body, of a comprehension, or of a form's expression with its bindings."""

    __slots__ = ("first", "form_uses", "free", "globals", "inner", "kind", "loops", "nonlocals", "params", "parent", "path", "qualname", "uses", "vars")

    def __init__(self, kind: str, parent: Scope | None, name: str = "") -> None:
        self.kind = kind  # "module", "function", "class", "comprehension", "form"
        self.parent = parent
        self.path: str = name if parent is None or not parent.path else f"{parent.path}.{name}" if name else parent.path
        self.vars: dict[str, Var] = {}
        self.uses: dict[str, Any] = {}
        self.free: dict[str, int] = {}
        self.globals: set[str] = set()
        self.nonlocals: dict[str, Any] = {}
        self.form_uses: set[str] = set()
        self.inner: list[Scope] = []
        self.loops = 0
        self.params = 0  # how many of the variables are parameters: the first ones
        self.first = ""  # the name of a function's first parameter
        self.qualname = name if parent is None else parent.inner_name(name)
        if parent is not None:
            parent.inner.append(self)

    def inner_name(self, name: str) -> str:
        """What Python calls a function or class that is defined here: Net.forward, f.<locals>.g."""
        scope = self
        while scope.kind in ("comprehension", "form") and scope.parent is not None:
            scope = scope.parent
        if scope.kind == "module":
            return name
        return f"{scope.qualname}.<locals>.{name}" if scope.kind == "function" else f"{scope.qualname}.{name}"

    def bind(self, name: str, fixed: bool = False) -> None:
        """The scope gives the name a value somewhere."""
        if self.kind == "module":
            return
        if name in self.globals or name in self.nonlocals:
            self.uses.setdefault(name, None)
        elif name not in self.vars:
            self.vars[name] = Var(name, len(self.vars) + 1, fixed)

    def visible(self) -> list[str]:
        """The names of this scope and of the functions around it."""
        names: list[str] = []
        scope: Scope | None = self
        while scope is not None:
            names += scope.vars
            scope = scope.parent
        return names

    def target(self) -> Scope:
        """Where an assignment expression binds: the function around the comprehensions."""
        scope = self
        while scope.kind in ("comprehension", "form") and scope.parent is not None:
            scope = scope.parent
        return scope

    def finish(self) -> None:
        """Once all names are known: mark what is captured, and number the cells that come from outside."""
        names = dict(self.uses)
        names.update(dict.fromkeys(self.form_uses))
        for name in names:
            self.resolve(name)
        if self.kind == "class":
            for name in names:
                if name in self.vars:
                    self.through(name)  # what it is as long as the class has not bound it
        else:
            for name in self.form_uses:
                var = self.vars.get(name)
                if var is not None:
                    var.captured = True
        for scope in self.inner:
            scope.finish()

    def resolve(self, name: str) -> Var | int | None:
        """A variable of this scope, the slot of a cell from outside, or None for a global."""
        if self.kind == "module" or name in self.globals:
            return None
        var = self.vars.get(name)
        if var is not None:
            return var
        return self.outside(name)

    def through(self, name: str) -> Var | int | None:
        """What a name is for a scope inside this one: not a variable of a class's body, but __class__."""
        if self.kind == "class" and name != "__class__":
            return self.outside(name)
        return self.resolve(name)

    def outside(self, name: str) -> int | None:
        """The slot of a cell from outside, or None for a global."""
        slot = self.free.get(name)
        if slot is not None:
            return slot
        if self.parent is None or self.kind == "module" or name in self.globals:
            return None
        outer = self.parent.through(name)
        if outer is None:
            return None
        if isinstance(outer, Var):
            outer.captured = True
        slot = len(self.vars) + len(self.free) + 1
        self.free[name] = slot
        return slot

    def cells(self) -> list[tuple[int, int]]:
        """(slot here, slot in the parent's frame) of every cell from outside."""
        found: list[tuple[int, int]] = []
        for name, slot in self.free.items():
            outer = self.parent.through(name) if self.parent is not None else None
            assert outer is not None
            found.append((slot, outer.slot if isinstance(outer, Var) else outer))
        return found

    def template(self) -> list[Any]:
        """A fresh frame without its cells."""
        return [None] + [UNSET] * (len(self.vars) + len(self.free))


class Analysis:
    """Finds the names of every scope. Nodes that open one get it as their attribute `scope_`."""

    def __init__(self, source: Source, forms: Any) -> None:
        self.source = source
        self.forms = forms

    def walk(self, node: Any, scope: Scope) -> None:
        """One node and everything in it."""
        special = getattr(self, "on_" + type(node).__name__, None)
        if special is not None:
            special(node, scope)
        else:
            self.children(node, scope)

    def children(self, node: Any, scope: Scope) -> None:
        for field in node._fields:
            child = getattr(node, field, None)
            if child.__class__ is list:
                for item in child:
                    if hasattr(item, "_fields"):
                        self.walk(item, scope)
            elif hasattr(child, "_fields"):
                self.walk(child, scope)

    def on_Constant(self, node: Any, scope: Scope) -> None:
        pass

    def on_Name(self, node: Any, scope: Scope) -> None:
        if type(node.ctx).__name__ == "Load":
            scope.uses.setdefault(node.id, node)
        else:
            scope.bind(node.id)
            if type(node.ctx).__name__ == "Del":
                scope.uses.setdefault(node.id, node)
                var = scope.vars.get(node.id)
                if var is not None:
                    var.fixed = False

    def on_NamedExpr(self, node: Any, scope: Scope) -> None:
        self.walk(node.value, scope)
        name = node.target.id
        around = scope
        while around.kind == "comprehension":
            if name in around.vars:
                refuse(self.source, node, f"assignment expression cannot rebind comprehension iteration variable '{name}'", kind="syntax")
            around = around.parent  # type: ignore[assignment]
        if around.kind == "class" and around is not scope:
            refuse(self.source, node, "assignment expression within a comprehension cannot be used in a class body", kind="syntax")
        target = scope.target()
        target.bind(name)
        if target is not scope:
            scope.uses.setdefault(name, node.target)

    def on_AnnAssign(self, node: Any, scope: Scope) -> None:  # annotations are never evaluated
        self.walk(node.target, scope)
        if node.value is not None:
            self.walk(node.value, scope)

    def on_Global(self, node: Any, scope: Scope) -> None:
        for name in node.names:
            if name in scope.vars or name in scope.uses:
                what = "is parameter and global" if scope.vars.get(name) and scope.vars[name].fixed else "is used prior to global declaration"
                refuse(self.source, node, f"name '{name}' {what}", kind="syntax")
            scope.globals.add(name)

    def on_Nonlocal(self, node: Any, scope: Scope) -> None:
        for name in node.names:
            if scope.kind == "module":
                refuse(self.source, node, "nonlocal declaration not allowed at module level", kind="syntax")
            if name in scope.vars or name in scope.uses:
                what = "is parameter and nonlocal" if scope.vars.get(name) and scope.vars[name].fixed else "is used prior to nonlocal declaration"
                refuse(self.source, node, f"name '{name}' {what}", kind="syntax")
            scope.nonlocals[name] = node

    def on_Import(self, node: Any, scope: Scope) -> None:
        for alias in node.names:
            scope.bind(alias.asname or alias.name.partition(".")[0])

    def on_ImportFrom(self, node: Any, scope: Scope) -> None:
        for alias in node.names:
            scope.bind(alias.asname or alias.name)

    def on_ClassDef(self, node: Any, scope: Scope) -> None:
        for part in [*node.decorator_list, *node.bases]:
            self.walk(part, scope)
        scope.bind(node.name)
        inner = node.scope_ = Scope("class", scope, node.name)
        inner.bind("__class__")
        inner.vars["__class__"].captured = True
        for statement in node.body:
            self.walk(statement, inner)

    def on_Try(self, node: Any, scope: Scope) -> None:
        for handler in node.handlers:
            if handler.name is not None:
                scope.bind(handler.name)
                var = scope.vars.get(handler.name)
                if var is not None:
                    var.fixed = False
        self.children(node, scope)

    def on_FunctionDef(self, node: Any, scope: Scope) -> None:
        for decorator in node.decorator_list:
            self.walk(decorator, scope)
        scope.bind(node.name)
        self.function(node, scope, node.name, node.body)

    def on_Lambda(self, node: Any, scope: Scope) -> None:
        self.function(node, scope, "<lambda>", [node.body])

    def function(self, node: Any, scope: Scope, name: str, body: list[Any]) -> None:
        args = node.args
        for default in [*args.defaults, *args.kw_defaults]:
            if default is not None:
                self.walk(default, scope)
        inner = node.scope_ = Scope("function", scope, name)
        inner.first = next((a.arg for a in [*args.posonlyargs, *args.args]), "")
        for arg in [*args.posonlyargs, *args.args, *args.kwonlyargs]:
            inner.bind(arg.arg, True)
        for arg in (args.vararg, args.kwarg):
            if arg is not None:
                inner.bind(arg.arg, True)
        inner.params = len(inner.vars)
        for statement in body:
            self.walk(statement, inner)
        for name in inner.nonlocals:
            around = scope
            while around.kind != "module" and name not in around.vars and around.parent is not None:
                around = around.parent
            if around.kind == "module":
                # an enclosing function may still bind it further down: resolved once it is complete
                inner.uses.setdefault(name, None)

    def comprehension(self, node: Any, scope: Scope, elements: list[Any]) -> None:
        generators = node.generators
        self.walk(generators[0].iter, scope)
        inner = node.scope_ = Scope("comprehension", scope)
        for i, generator in enumerate(generators):
            if i:
                self.walk(generator.iter, inner)
            self.walk(generator.target, inner)
            for condition in generator.ifs:
                self.walk(condition, inner)
        for element in elements:
            self.walk(element, inner)

    def on_ListComp(self, node: Any, scope: Scope) -> None:
        self.comprehension(node, scope, [node.elt])

    on_SetComp = on_GeneratorExp = on_ListComp

    def on_DictComp(self, node: Any, scope: Scope) -> None:
        self.comprehension(node, scope, [node.key, node.value])

    def on_Call(self, node: Any, scope: Scope) -> None:
        self.children(node, scope)
        func = node.func
        name = func.id if type(func).__name__ == "Name" else getattr(func, "attr", None)
        if name == "super" and not node.args and type(func).__name__ == "Name":
            method = scope.target()
            if method.first and method.parent is not None:
                scope.uses.setdefault("__class__", node)
                scope.uses.setdefault(method.first, node)
        if name in self.forms and scope.kind != "module":
            for part in [*node.args, *node.keywords]:
                scope.form_uses.update(names_in(part))


def names_in(node: Any) -> dict[str, None]:
    """Every name that stands in a tree, in order."""
    found: dict[str, None] = {}
    stack = [node]
    while stack:
        node = stack.pop()
        if type(node).__name__ == "Name":
            found[node.id] = None
            continue
        for field in reversed(node._fields):
            child = getattr(node, field, None)
            if child.__class__ is list:
                stack.extend(item for item in reversed(child) if hasattr(item, "_fields"))
            elif hasattr(child, "_fields"):
                stack.append(child)
    return found


def free_names(node: Any) -> list[str]:
    """The names that a tree takes from around it, in order: not the variables of its own lambdas and comprehensions."""
    module = Scope("module", None)
    scope = Scope("form", module)
    Analysis(Source("", ""), ()).walk(node, scope)
    outer: set[str] = set()
    stack = [scope]
    while stack:
        s = stack.pop()
        around: Scope | None
        for name in s.uses:
            around = s
            while around is not None and name not in around.vars:
                around = around.parent
            if around is None:
                outer.add(name)
        stack.extend(s.inner)
    return [name for name in names_in(node) if name in outer]
