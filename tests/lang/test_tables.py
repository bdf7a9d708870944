"""Names, namespaces, imports, help and completion."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest

from tcalc.engine import float32, float64, int64
from tcalc.engine.registry import NAMESPACES
from tcalc.lang import tables
from tcalc.lang import values as v
from tcalc.lang.values import tensor


def test_every_engine_function_works_bare_and_with_its_prefix():
    torch = tables.import_module("torch")
    F = tables.import_module("torch.nn.functional")
    for name in NAMESPACES["torch"]:
        if not name.startswith("_"):
            assert isinstance(torch.attr(name), v.Value), name
            assert tables.lookup(name) is not tables.MISSING, name
    for name in NAMESPACES["nn.functional"]:
        assert isinstance(F.attr(name), v.Value), name
    assert tables.lookup("sin") is torch.attr("sin")


def test_constants_and_dtypes():
    assert tables.lookup("pi") == math.pi and tables.lookup("e") == math.e and math.isnan(tables.lookup("nan"))
    torch = tables.lookup("torch")
    assert torch.attr("float32") is float32 and torch.attr("long") is int64 and tables.lookup("float32") is float32
    assert torch.attr("float") is float32 and tables.lookup("float") is not float32
    assert torch.attr("__version__").startswith("2.13.0+tcalc") and torch.attr("version").attr("cuda") is None or True
    assert torch.attr("pi") == math.pi


def test_pythons_names_stay_pythons():
    for name in ("sum", "min", "max", "abs", "round", "all", "any", "pow", "range", "float", "int", "bool", "type", "print"):
        assert tables.lookup(name) is not tables.lookup("torch").get(name)


def test_the_list_of_pythons_names_is_complete():
    from tcalc.lang import builtins

    assert tables._PYTHON == {*builtins.FUNCTIONS, *builtins.CLASSES}


def test_what_is_not_here():
    for name in ("eval", "exec", "getattr", "setattr", "input", "globals", "__import__", "compile", "vars", "memoryview", "breakpoint"):
        if name != "compile":
            assert tables.lookup(name) is tables.MISSING, name
        assert tables.refusal(name)
    for name in ("os", "__builtins__", "__name__", "nonsense", ""):
        assert tables.lookup(name) is tables.MISSING


def test_namespaces_cannot_be_changed():
    torch = tables.lookup("torch")
    for name in ("sin", "pi", "new"):
        with pytest.raises(AttributeError):
            v.set_attribute(torch, name, 1)


@pytest.mark.parametrize("dotted", tables.importable())
def test_everything_importable_can_be_imported(dotted):
    module = tables.import_module(dotted)
    assert isinstance(module, v.Namespace)
    for name in module.attr_names():
        assert tables.import_from(dotted, name) is module.get(name)


def test_imports_that_fail_say_what_can_be_imported():
    for dotted in ("os", "sys.path", "torch.distributed", "numpy.ctypeslib", "matplotlib.pyplot"):
        with pytest.raises(ModuleNotFoundError) as caught:
            tables.import_module(dotted)
        assert "what can be imported" in caught.value.facts.hints[-1]
    with pytest.raises(ImportError) as caught:
        tables.import_from("torch", "tensr")
    assert "tensor" in caught.value.facts.hints[0]
    with pytest.raises(ModuleNotFoundError) as caught:
        tables.import_module("tourch")
    assert "torch" in caught.value.facts.hints[0]
    assert tables.import_from("torch", "nn") is tables.import_module("torch.nn")
    assert tables.import_from("torch.nn", "functional") is tables.lookup("F")
    assert tables.import_from("__future__", "print_function") is None


def test_a_wrong_name_says_where_it_is():
    with pytest.raises(AttributeError) as caught:
        tables.lookup("torch").attr("backward")
    assert "x.backward" in caught.value.facts.hints[0]


def test_math():
    m = tables.lookup("math")
    for name in dir(math):
        if not name.startswith("_"):
            assert m.get(name) is not None
    assert v.call(m.attr("sqrt"), (2,), {}) == math.sqrt(2) and v.call(m.attr("cos"), (tensor(0.0),), {}) == 1.0
    assert v.call(m.attr("factorial"), (20,), {}) == math.factorial(20) and v.call(m.attr("comb"), (10, 3), {}) == 120
    assert v.call(m.attr("prod"), ([2, 3],), {}) == 6 and v.call(m.attr("fsum"), ([0.1] * 10,), {}) == 1.0
    for f, args in (("factorial", (10**9,)), ("comb", (10**9, 10**8)), ("perm", (10**9, 10**8)), ("factorial", (10**30,)), ("perm", (10**9,))):
        with pytest.raises(OverflowError):
            v.call(m.attr(f), args, {})


def test_time():
    t = tables.lookup("time")
    start = v.call(t.attr("perf_counter"), (), {})
    v.call(t.attr("sleep"), (0.01,), {})
    assert v.call(t.attr("perf_counter"), (), {}) - start >= 0.01 and v.call(t.attr("time"), (), {}) > 1.7e9
    with pytest.raises(ValueError):
        v.call(t.attr("sleep"), (1e9,), {})


def test_cuda_without_a_gpu():
    cuda = tables.import_module("torch.cuda")
    available = v.call(cuda.attr("is_available"), (), {})
    assert isinstance(available, bool) and isinstance(v.call(cuda.attr("device_count"), (), {}), int)
    if not available:
        assert v.call(cuda.attr("memory_allocated"), (), {}) == 0 and v.call(cuda.attr("memory_reserved"), (0,), {}) == 0
        v.call(cuda.attr("empty_cache"), (), {})
        v.call(cuda.attr("manual_seed"), (0,), {})
        for f in ("get_device_name", "get_device_properties"):
            with pytest.raises((RuntimeError, AssertionError), match="CUDA"):
                v.call(cuda.attr(f), (0,), {})


def test_numbers_and_types_in_keywords():
    torch = tables.lookup("torch")
    assert v.call(torch.attr("zeros"), (2,), {"dtype": tables.lookup("float")}).dtype is float64
    assert v.call(torch.attr("zeros"), (2,), {"dtype": tables.lookup("int")}).dtype is int64
    assert v.call(torch.attr("LongTensor"), ([1, 2],), {}).dtype is int64
    assert v.call(torch.attr("FloatTensor"), (2, 3), {}).shape == (2, 3)
    assert v.call(torch.attr("Tensor"), ([1, 2],), {}).dtype is float32


def test_help_and_completion():
    text = tables.help_for("sin")
    assert text.startswith("torch.sin(Tensor input)") and "radians" in text
    assert tables.help_for("torch.nn.functional").startswith("module torch.nn.functional")
    assert tables.help_for("nonsense") is None and tables.help_for("torch.nonsense") is None and tables.help_for("") is None
    assert "Python's" in tables.help_for("sum") and "derivative" in tables.help_for("grad") and tables.help_for("pi")
    names = {n: (kind, doc) for n, kind, doc in tables.completions()}
    assert names["sin"][0] == "function" and names["torch"][0] == "module" and names["pi"][0] == "constant" and names["float32"][0] == "dtype"
    assert names["sin"][1] == "Sine of an angle in radians." and len(names) > 150
    assert "relu" in {n for n, _, _ in tables.completions("F")} and "is_available" in {n for n, _, _ in tables.completions("torch.cuda")}
    attributes = {n: kind for n, kind, _ in tables.completions(value=tensor([1.0]))}
    assert attributes["shape"] == "attribute" and attributes["sum"] == "method" and not any(n.startswith("_") for n in attributes)
    assert "append" in {n for n, _, _ in tables.completions(value=[])}


def test_every_name_has_a_description():
    missing = [name for name in tables.names() if isinstance(tables.lookup(name), v.Builtin) and not tables.doc_of(tables.lookup(name))]
    assert not missing


def test_importing_costs_little():
    code = (
        "import sys; before = set(sys.modules); import tcalc.lang.tables, tcalc.lang.forms\n"
        "slow = set('numpy re typing dataclasses inspect enum contextlib functools json collections traceback ast'.split())\n"
        "print(*sorted(slow & (set(sys.modules) - before)))"
    )
    out = subprocess.run([sys.executable, "-S", "-I", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{code}"], capture_output=True, text=True, check=True)
    assert out.stdout.split() == []
