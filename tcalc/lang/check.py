"""The closed list: which syntax and which names a program may use. Checked in one pass, before anything runs.

Everything that is not listed is refused with a sentence and a span. The walk keeps its own stack, so that a deep tree is
a diagnostic and not a recursion.
"""

from __future__ import annotations

from ..engine.errors import Facts
from .diagnostic import Diagnostic, LangError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from .source import Source

MAX_DEPTH = 1500  # nodes inside each other
MAX_INT_BITS = 1 << 16  # as values.MAX_BITS

# The syntax of the language.
_NODES = frozenset(
    # statements
    "Module Expr Assign AugAssign AnnAssign For While If With FunctionDef ClassDef Return Delete Assert Import ImportFrom Global Nonlocal "
    "Try ExceptHandler Raise Pass Break Continue "
    # expressions
    "BoolOp NamedExpr BinOp UnaryOp Lambda IfExp Dict Set ListComp SetComp DictComp GeneratorExp Compare Call FormattedValue "
    "JoinedStr Constant Attribute Subscript Starred Name List Tuple Slice "
    # parts
    "comprehension arguments arg keyword withitem alias Load Store Del And Or Add Sub Mult MatMult Div Mod Pow LShift RShift "
    "BitOr BitXor BitAnd FloorDiv Invert Not UAdd USub Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn".split()
)
_LEAVES = frozenset(
    "Pass Break Continue Load Store Del And Or Add Sub Mult MatMult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv "
    "Invert Not UAdd USub Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn".split()
)

_FUNCTIONS = ("FunctionDef", "Lambda")

# What is refused: (sentence, what would work)
_REFUSED = {
    "TryStar": ("`except*` is not in the language", ""),
    "Yield": ("`yield` is not in the language", "build a list, or write a generator expression (f(x) for x in xs)"),
    "YieldFrom": ("`yield` is not in the language", "build a list, or write a generator expression (f(x) for x in xs)"),
    "Await": ("`await` is not in the language", "nothing here is asynchronous: call the function"),
    "AsyncFunctionDef": ("`async` is not in the language", "write def"),
    "AsyncFor": ("`async` is not in the language", "write for"),
    "AsyncWith": ("`async` is not in the language", "write with"),
    "Match": ("`match` is not in the language", "if / elif / else"),
    "TypeAlias": ("`type` statements are not in the language", "leave the types out"),
    "TemplateStr": ("template strings are not in the language", 'f"..."'),
}

# Names and attributes with two leading underscores that mean something here. Everything else with them is refused.
DUNDER_NAMES = frozenset(("__name__", "__doc__", "__file__"))
DUNDER_ATTRIBUTES = frozenset(
    "__name__ __version__ __doc__ __class__ __init__ __len__ __getitem__ __setitem__ __delitem__ __contains__ __call__ __iter__ "
    "__next__ __repr__ __str__ __enter__ __exit__ __add__ __radd__ __iadd__ __sub__ __rsub__ __isub__ __mul__ __rmul__ __imul__ "
    "__truediv__ __rtruediv__ __itruediv__ __floordiv__ __rfloordiv__ __mod__ __rmod__ __pow__ __rpow__ __matmul__ __rmatmul__ "
    "__neg__ __pos__ __abs__ __invert__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __and__ __or__ __xor__ __bool__ __float__ __int__ "
    "__hash__ __qualname__ __index__ __rand__ __ror__ __rxor__ __ipow__ __imatmul__ __ifloordiv__ __imod__ __lshift__ __rshift__ __reversed__ "
    "__round__".split()
)
# What the body of a class may define.
METHOD_NAMES = DUNDER_ATTRIBUTES - {"__name__", "__version__", "__doc__", "__class__", "__qualname__"} | {"__slots__", "__post_init__"}


def check(tree: Any, source: Source, tables: Any = None) -> None:
    """Refuse what is not in the language: LangError with the span of the first such place (in reading order of the walk).

    `tables` (tables.py) says which modules can be imported: import_module(dotted) and import_from(dotted, name) raise what is wrong.
    """
    # (node, depth, whether it stands in the body of a class, whether in a try: there an import that fails is the program's own matter)
    stack: list[tuple[Any, int, bool, bool]] = [(tree, 0, False, False)]
    push = stack.append
    while stack:
        node, depth, in_class, tried = stack.pop()
        kind = type(node).__name__
        if kind in _LEAVES:
            continue
        if kind not in _NODES:
            sentence, hint = _REFUSED.get(kind, (f"{kind} is not in the language", ""))
            refuse(source, node, sentence, hints=[hint] if hint else None)
        if depth > MAX_DEPTH:
            refuse(source, node, "the program is nested too deeply", kind="limit", hints=["break a very long expression into steps"])
        if kind == "Name":
            if not in_class or node.id not in METHOD_NAMES:
                name(source, node, node.id)
            continue
        if kind == "Constant":
            _constant(source, node)
            continue
        if kind == "FunctionDef":
            if not in_class or node.name not in METHOD_NAMES:
                name(source, node, node.name)
            _type_parameters(source, node)
        special = _SPECIAL.get(kind)
        if special is not None:
            special(source, node, None if tried else tables)
        depth += 1
        tried = tried or kind == "Try"
        inside = kind == "ClassDef" or (in_class and kind not in _FUNCTIONS)
        for field in reversed(node._fields):
            child = getattr(node, field, None)
            if child.__class__ is list:
                for item in reversed(child):
                    if item is not None and item.__class__ is not str:
                        push((item, depth, inside, tried))
            elif child is not None and hasattr(child, "_fields"):
                push((child, depth, inside, tried))


def refuse(
    source: Source,
    node: Any,
    sentence: str,
    kind: str = "language",
    exception: str = "SyntaxError",
    hints: list[str] | None = None,
    explain: list[str] | None = None,
) -> NoReturn:
    """Raise the diagnostic for a node of the parsed tree."""
    span = source.span(node) if hasattr(node, "lineno") else None
    raise LangError(Diagnostic(kind, sentence, exception, span, source, Facts(kind, hints=hints or (), explain=explain or ())))


def name(source: Source, node: Any, text: str) -> None:
    """A name that the program uses or binds."""
    if text[:2] == "__" and text not in DUNDER_NAMES:
        refuse(source, node, f"names that begin with two underscores are not in the language: {text}", kind="closed")


def _constant(source: Source, node: Any) -> None:
    value = node.value
    t = type(value)
    if t is int:
        if value.bit_length() > MAX_INT_BITS:
            refuse(source, node, f"the number is too long: integers have at most {MAX_INT_BITS:,} bits", kind="limit", exception="OverflowError")
    elif t is bytes:
        refuse(source, node, "bytes are not in the language", hints=["leave the b before the quote away"])


def _attribute(source: Source, node: Any, tables: Any) -> None:
    if node.attr[:2] == "__" and node.attr not in DUNDER_ATTRIBUTES:
        refuse(source, node, f"attributes that begin with two underscores are not in the language: {node.attr}", kind="closed")


def _class(source: Source, node: Any, tables: Any) -> None:
    name(source, node, node.name)
    _type_parameters(source, node)
    for keyword in node.keywords:
        what = "metaclasses are" if keyword.arg == "metaclass" else "keywords of a class statement are"
        refuse(source, keyword, f"{what} not in the language", hints=["leave it away"])


def _handler(source: Source, node: Any, tables: Any) -> None:
    if node.name is not None:
        name(source, node, node.name)


def _type_parameters(source: Source, node: Any) -> None:
    if getattr(node, "type_params", None):
        refuse(source, node, "type parameters are not in the language", hints=["leave the types out"])


def _arguments(source: Source, node: Any, tables: Any) -> None:
    seen = set()
    for arg in [*node.posonlyargs, *node.args, node.vararg, *node.kwonlyargs, node.kwarg]:
        if arg is None:
            continue
        if arg.arg in seen:
            refuse(source, arg, f"duplicate argument '{arg.arg}' in function definition", kind="syntax")
        seen.add(arg.arg)
        name(source, arg, arg.arg)


def _call(source: Source, node: Any, tables: Any) -> None:
    seen = set()
    for keyword in node.keywords:
        if keyword.arg is None:
            continue
        if keyword.arg in seen:
            refuse(source, keyword, f"keyword argument repeated: {keyword.arg}", kind="syntax")
        seen.add(keyword.arg)
        name(source, keyword, keyword.arg)
    func = node.func
    if type(func).__name__ == "Constant" and type(func.value) in (int, float):
        product = f"{source.segment(source.span(func))}*{source.segment(source.span(node))[len(source.segment(source.span(func))) :]}"
        refuse(
            source,
            node,
            f"'{type(func.value).__name__}' object is not callable",
            kind="type",
            exception="TypeError",
            hints=[f"there is no implied product: write {product}" if len(product) <= 60 else "there is no implied product: write *"],
        )


def _import(source: Source, node: Any, tables: Any) -> None:
    for alias in node.names:
        _dotted(source, alias, alias.name)
        if alias.asname is not None:
            name(source, alias, alias.asname)
        if tables is not None:
            _try_import(source, alias, tables.import_module, alias.name)


def _import_from(source: Source, node: Any, tables: Any) -> None:
    if node.level:
        refuse(source, node, "relative imports are not in the language: a program is one file", kind="import", exception="ImportError")
    if node.module == "__future__":
        return
    _dotted(source, node, node.module)
    if tables is not None:
        _try_import(source, node, tables.import_module, node.module)
    for alias in node.names:
        if alias.name == "*":
            continue
        name(source, alias, alias.name)
        if alias.asname is not None:
            name(source, alias, alias.asname)
        if tables is not None:
            _try_import(source, alias, tables.import_from, node.module, alias.name)


def _dotted(source: Source, node: Any, dotted: str) -> None:
    for part in dotted.split("."):
        name(source, node, part)


def _try_import(source: Source, node: Any, find: Any, *args: str) -> None:
    try:
        find(*args)
    except Exception as error:
        facts = error.__dict__.get("facts")
        diagnostic = Diagnostic("import", str(error.args[0] if error.args else error), type(error).__name__, source.span(node), source, facts)
        raise LangError(diagnostic) from None


def _global(source: Source, node: Any, tables: Any) -> None:
    for text in node.names:
        name(source, node, text)


def _formatted(source: Source, node: Any, tables: Any) -> None:
    if node.conversion not in (-1, 115, 114, 97):
        refuse(source, node, "a conversion is !s, !r or !a", kind="syntax")


def _comprehension(source: Source, node: Any, tables: Any) -> None:
    if node.is_async:
        refuse(source, node.target, "`async` is not in the language", hints=["write for"])


_SPECIAL = {
    "Attribute": _attribute,
    "ClassDef": _class,
    "ExceptHandler": _handler,
    "arguments": _arguments,
    "Call": _call,
    "Import": _import,
    "ImportFrom": _import_from,
    "Global": _global,
    "Nonlocal": _global,
    "FormattedValue": _formatted,
    "comprehension": _comprehension,
}
