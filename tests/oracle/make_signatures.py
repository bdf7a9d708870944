"""Writes tcalc/engine/signatures.txt, what PyTorch's argument parser knows of each public function: run it with an interpreter that has PyTorch and PyYAML.

    python tests/oracle/make_signatures.py

A line a function, fields parted by tabs: its name here (``linalg.det``, ``nn.functional.relu``, ``Tensor.add``), the name that error texts print, and

* the signatures of a compiled function, in the order in which they are tried; ``-`` alone for a method that takes no arguments at all,
* ``def`` and the parameters of a function that is written in Python, then the calls of compiled functions and methods that it hands parameters to
  (``?`` is an argument that is no parameter),
* ``if NAME`` and the names of two functions, the second for a true argument NAME, of a function that only chooses.

The generated ones come from torchgen, which makes PyTorch's own parsers from the same files; those that PyTorch wrote by hand from the library's strings.
"""

from __future__ import annotations

import ast
import inspect
import pathlib
import re
import textwrap
import types

import torch
import torchgen
from torchgen.gen import parse_native_yaml
from torchgen.packaged.autograd import gen_python_functions as gen

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TARGET = ROOT / "tcalc" / "engine" / "signatures.txt"
NAMES = ROOT / "tcalc" / "cli" / "names.txt"
PACKAGED = pathlib.Path(torchgen.__file__).parent / "packaged"
LIBRARY = pathlib.Path(torch.__file__).parent / "lib" / "libtorch_python.so"

SPACES = {"torch": torch, "Tensor": torch.Tensor, "nn.functional": torch.nn.functional, "linalg": torch.linalg, "special": torch.special, "fft": torch.fft}
COMPILED = {  # where a compiled function lives -> which of the yaml's functions are there
    "torch": gen.is_py_torch_function, "Tensor": gen.is_py_variable_method, "nn": gen.is_py_nn_function, "linalg": gen.is_py_linalg_function,
    "special": gen.is_py_special_function, "fft": gen.is_py_fft_function,
}  # fmt: skip
MODULES = {"torch": torch._C._VariableFunctions, "nn": torch._C._nn, "linalg": torch._C._linalg, "special": torch._C._special, "fft": torch._C._fft}
OPTIONS = "ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False, bool? requires_grad=False"
TYPES = {"SymIntArrayRef": "int[]", "IntArrayRef": "int[]", "SymInt": "int", "int64_t": "int", "TensorList": "Tensor[]", "ScalarList": "Scalar[]",
         "double": "float", "c10::string_view": "str", "std::string_view": "str", "PyObject*": "object", "ArrayRef<double>": "float[]",
         "c10::List<::std::optional<Tensor>>": "Tensor[]"}  # fmt: skip
ALSO = {"torch": ["lu", "unique", "absolute_"], "nn.functional": ["hardtanh_", "elu_", "selu_", "celu_", "leaky_relu_"]}  # exported, and not in that list
# How Python functions write the place of what they call; VF is the compiled function where torch has a Python one of the same name.
CALLED = {"torch": "torch", "_VF": "VF", "torch._VF": "VF", "torch._C._VariableFunctions": "VF", "torch._C._nn": "nn", "torch.special": "special",
          "torch.linalg": "linalg"}  # fmt: skip
# Functions that call one or another and find out which by more than the arguments' types; norm is all but always the one named.
BRANCHING: dict[str, list[str]] = {"interpolate": [], "upsample": [], "upsample_nearest": [], "upsample_bilinear": [],
                                   "norm": ["linalg.vector_norm(input, p, dim, keepdim, dtype=dtype)"]}  # fmt: skip
# Methods whose parser the library's strings have once for several, or in another place: written by hand in PyTorch, and here.
BY_HAND = {
    "torch.device": ["(Device device)", "(str type, int? index=-1)"],
    "torch.Generator": ["(Device device=None)"],
    "torch.finfo": ["(ScalarType type)", "()"],
    "torch.iinfo": ["(ScalarType type)"],
    "Tensor.type": ["(object dtype=None, bool non_blocking=False, *, MemoryFormat? memory_format=None)",
                    "(object dtype=None, bool async=False, *, MemoryFormat? memory_format=None)|deprecated"],
    "Tensor.new_tensor": ["(object data, *, ScalarType dtype=None, Device? device=None, bool requires_grad=False)"],
    "torch.numel": ["(Tensor input)"],
    "torch.nonzero": ["(Tensor input, *, bool as_tuple=False, Tensor out=None)"],
    "torch.get_device": ["(Tensor input)"],
    "torch.tensor": ["(object data, *, ScalarType dtype=None, Device? device=None, bool pin_memory=False, bool requires_grad=False)"],
    "torch.as_tensor": ["(object data, *, ScalarType dtype=None, Device? device=None)"],
    "torch.asarray": ["(object obj, *, ScalarType? dtype=None, Device? device=None, bool? copy=None, bool? requires_grad=None)"],
    "torch.frombuffer": ["(object buffer, *, ScalarType dtype, int count=-1, int offset=0, bool requires_grad=False)"],
    "torch.range": ["(Scalar start, Scalar end, Scalar step=1, *, Tensor out=None, "
                    "ScalarType dtype=None, Layout layout=torch.strided, Device device=None, bool requires_grad=False)"],
}  # fmt: skip


def public() -> dict[str, list[str]]:
    """The names of each namespace that the package lists."""
    rows = (line.partition(": ") for line in NAMES.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {space: names.split() + ALSO.get(space, []) for space, _, names in rows}


def shorter(params: str) -> str:
    """A parenthesis of parameters with the types' short names."""
    params = params.replace(OPTIONS, "%O")
    return re.sub(r"(?<=[(, ])([\w:]+(?:<[\w:<>]+>|\*)?)(\[\d+\])?(\??) (?=\w)", lambda m: spelled(*m.groups()) + " ", params)


def spelled(kind: str, size: str | None, optional: str) -> str:
    kind = TYPES.get(kind, kind)
    if size:
        kind = kind.removesuffix("[]") + size
    return kind + optional


def generated() -> dict[str, tuple[str, list[str]]]:
    """Name -> printed name and signatures, of every generated function."""
    native = PACKAGED / "ATen" / "native"
    functions = parse_native_yaml(str(native / "native_functions.yaml"), str(native / "tags.yaml")).native_functions
    functions = list(filter(gen.should_generate_py_binding, functions))
    out = {}
    for space, test in COMPILED.items():
        method = space == "Tensor"
        pairs = gen.load_signatures(functions, str(PACKAGED / "autograd" / "deprecated.yaml"), method=method)
        for base, overloads in gen.group_filter_overloads(pairs, test).items():
            texts = ["-"] if method and gen.is_noarg(overloads) else [g.signature.signature_str() for g in gen.group_overloads(overloads)]
            name = texts[0].partition("(")[0]
            key = str(base).removeprefix(f"{space}_") if space in ("linalg", "special", "fft") else str(base)
            out[f"{space}.{key}"] = (str(base) if texts == ["-"] else name, [t if t == "-" else shorter(t.removeprefix(name)) for t in texts])
    return out


def template_methods() -> dict[str, tuple[str, list[str]]]:
    """The methods of Tensor that PyTorch wrote by hand: its parsers, and those without arguments, from the template of the generated file."""
    text = (PACKAGED / "autograd" / "templates" / "python_variable_methods.cpp").read_text(encoding="utf-8")
    out = {}
    for body in re.findall(r"PythonArgParser parser\(\{(.*?)\}\)", text, re.S):
        texts = re.findall(r'"(\w+\(.*?\)(?:\|\w+)?)"', body)
        name = texts[0].partition("(")[0]
        out[f"Tensor.{name}"] = (name, [shorter(t.removeprefix(name)) for t in texts])
    for name in re.findall(r'\{"(\w+)", THPVariable_\w+, METH_NOARGS', text):
        out[f"Tensor.{name}"] = (name, ["-"])
    return out


def by_strings(key: str) -> list[str] | None:
    """Signatures of a function that only the library itself has."""
    name = key.rpartition(".")[2]
    if key in BY_HAND:
        return BY_HAND[key]
    found = re.findall(rb"\x00(" + re.escape(name).encode() + rb"\([^\x00]*\)(?:\|\w+)?)(?=\x00)", strings())
    texts = [shorter(t.decode().removeprefix(name)) for t in found]
    return texts or None


def strings(cache: list[bytes] = []) -> bytes:  # noqa: B006 - read once
    if not cache:
        cache.append(LIBRARY.read_bytes())
    return cache[0]


def parameters(fn: types.FunctionType) -> str:
    """A Python function's parameters: names, ``=`` for those with a default, the marks of positional-only and keyword-only ones."""
    out, star = [], False
    for p in inspect.signature(fn, follow_wrapped=False).parameters.values():
        if p.kind is p.VAR_POSITIONAL:
            out.append("*" + p.name)
            star = True
        elif p.kind is p.VAR_KEYWORD:
            out.append("**" + p.name)
        else:
            if p.kind is p.KEYWORD_ONLY and not star:
                out.append("*")
                star = True
            out.append(p.name + ("=" if p.default is not p.empty else ""))
    return f"({', '.join(out)})"


def handed_on(own: str, fn: types.FunctionType, known: dict) -> list[str]:
    """The calls of compiled functions in a Python function to which it hands its own parameters, in the order of the text."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(fn))).body[0]
    except (OSError, TypeError, SyntaxError):
        return []
    names = set(inspect.signature(fn, follow_wrapped=False).parameters)
    changed = {t.id for n in assigned(tree) for t in ast.walk(n) if isinstance(t, ast.Name)} & names
    out = []

    def plain(e: ast.expr) -> str:
        if isinstance(e, ast.Name) and e.id in names:
            return "?" if e.id in changed else e.id
        if isinstance(e, ast.Constant) and not isinstance(e.value, str):
            return repr(e.value)
        if ast.unparse(e).startswith("_Reduction.get_enum") or ast.unparse(e) == "reduction_enum":
            return "1"
        return "?"

    for call in sorted((n for n in ast.walk(tree) if isinstance(n, ast.Call)), key=lambda n: (n.end_lineno, n.end_col_offset)):  # as they are run
        where = ast.unparse(call.func)
        if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords) or where == own:
            continue
        space, _, name = where.rpartition(".")
        args = [plain(a) for a in call.args]
        key = CALLED.get(space)
        if key == "VF" and isinstance(getattr(torch, name, None), types.BuiltinFunctionType):
            key = "torch"
        if key is None and isinstance(call.func, ast.Attribute):
            key, name = "Tensor", call.func.attr
            args.insert(0, plain(call.func.value))
            if space in fn.__globals__ or space == "":
                continue
        if key is None or known.get(f"{key}.{name}", (None, ["-"]))[1] == ["-"]:
            continue
        args += [f"{k.arg}={plain(k.value)}" for k in call.keywords]
        text = f"{key}.{name}({', '.join(args)})"
        if any(a.rpartition("=")[2] in names for a in args[key == "Tensor" :]) and text not in out:
            out.append(text)
    return out


def assigned(tree: ast.AST) -> list[ast.expr]:
    """What a function assigns to, but for parameters that are only given a value where they are None."""
    out: list[ast.expr] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith(" is None"):
            continue
        out += node.targets if isinstance(node, ast.Assign) else []
        out += assigned(node)
    return out


def rows() -> list[str]:
    """The lines of the file."""
    known = {**generated(), **template_methods()}
    known |= {f"VF.{k[6:]}": v for k, v in known.items() if k.startswith("torch.")}
    for space, table in SPACES.items():
        known |= {f"{space}.{n}": ("", []) for n in dir(table) if isinstance(getattr(table, n), types.FunctionType)}
    homes = {id(getattr(module, n)): f"{space}.{n}" for space, module in MODULES.items() for n in dir(module)}
    out: dict[str, str] = {}
    missing = []

    def compiled(key: str, at: str) -> None:
        entry = known.get(at)
        if entry is None:
            texts = by_strings(at)
            if texts is None:
                missing.append(key)
                return
            entry = known[at] = (at.rpartition(".")[2], texts)
        out[key] = "\t".join((key, entry[0], *entry[1]))

    def python(key: str, fn: types.FunctionType) -> None:
        chooses = inspect.getclosurevars(fn).nonlocals if fn.__qualname__.startswith("boolean_dispatch") else {}
        if chooses:
            for part in ("if_false", "if_true"):
                python(f"{key}.{part}", chooses[part])
            out[key] = "\t".join((key, "if", chooses["arg_name"], str(chooses["arg_index"])))
            return
        calls = BRANCHING[fn.__name__].copy() if fn.__name__ in BRANCHING else handed_on(key, fn, known)
        for c in calls:
            at = c.partition("(")[0]
            if at not in out and known[at][1]:
                compiled(at, at)
        out[key] = "\t".join((key, "def", fn.__qualname__, parameters(fn), *calls))

    for space, names in public().items():
        for name in names:
            found = getattr(SPACES[space], name, None)
            key = f"{space}.{name}"
            if isinstance(found, types.FunctionType):
                python(key, found)
            elif isinstance(found, types.BuiltinFunctionType):
                compiled(key, homes.get(id(found), f"torch.{found.__name__}"))
            elif isinstance(found, types.MethodDescriptorType):
                compiled(key, f"Tensor.{found.__name__}")
    for key in ("torch.device", "torch.Generator", "torch.finfo", "torch.iinfo"):  # classes
        compiled(key, key)
    print("no signature found:", *missing)
    return [out[k] for k in sorted(out)]


if __name__ == "__main__":
    head = f"# PyTorch {torch.__version__.partition('+')[0]}; written by tests/oracle/make_signatures.py. %O is {OPTIONS}\n"
    TARGET.write_text(head + "".join(line + "\n" for line in rows()), encoding="utf-8")
    print(TARGET.stat().st_size, "bytes")
