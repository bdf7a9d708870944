"""Operators, attributes, calls, items: Python's meaning where Python has one, the tensor's where Python would refuse."""

from __future__ import annotations

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcalc.engine import Size, Tensor, float64, int64
from tcalc.lang import tables
from tcalc.lang import values as v
from tcalc.lang.values import tensor


@pytest.fixture(autouse=True)
def fresh_state():
    out: list[str] = []
    v.state.sink = out.append
    v.state.hints.clear()
    v.state.tick = None
    yield out
    v.state.sink = None
    v.state.hints.clear()


def name(n):
    return tables.lookup(n)


def call(n, *args, **kwargs):
    return v.call(name(n) if isinstance(n, str) else n, args, kwargs)


def same(a, b):
    if isinstance(b, Tensor):
        assert isinstance(a, Tensor), a
        return a.dtype is b.dtype and a.shape == b.shape and a.tolist() == b.tolist()
    return type(a) is type(b) and a == b


def outcome(f, *args):
    try:
        return f(*args)
    except Exception as exc:
        return type(exc), str(exc)


# -- operators


HOST = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
}
PLAIN = st.one_of(st.integers(-1000, 1000), st.floats(-1e6, 1e6), st.booleans(), st.sampled_from(["a", "%d", ""]), st.just((1, 2)), st.just({3}))


@given(st.sampled_from(sorted(HOST)), PLAIN, PLAIN)
def test_plain_values_are_pythons(op, a, b):
    if any(isinstance(x, tuple) for x in (a, b)) and not all(isinstance(x, (tuple, str)) for x in (a, b)):
        return  # a tuple with a number is lifted where Python refuses
    if isinstance(a, tuple) and isinstance(b, tuple) and op != "add":
        return
    got, wanted = outcome(v.BINARY[op], a, b), outcome(HOST[op], a, b)
    assert got == wanted and type(got) is type(wanted)


@given(st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"]), PLAIN, PLAIN)
def test_plain_comparisons_are_pythons(op, a, b):
    if any(isinstance(x, tuple) for x in (a, b)):
        return
    assert outcome(v.COMPARE[op], a, b) == outcome(getattr(operator, op), a, b)


@pytest.mark.parametrize(
    ("op", "a", "b", "expected"),
    [
        ("add", [1, 2], [3, 4], [1, 2, 3, 4]),
        ("mul", [1, 2], 2, [1, 2, 1, 2]),
        ("mul", 2, (1,), (1, 1)),
        ("mul", "-", 5, "-----"),
        ("sub", [1, 2], 1, tensor([0, 1])),
        ("sub", 1, [1, 2], tensor([0, -1])),
        ("div", [1, 2], 2, tensor([0.5, 1.0])),
        ("mul", [1, 2], 2.0, tensor([2.0, 4.0])),
        ("mul", [1, 2], [3, 4], tensor([3, 8])),
        ("add", [1, 2], 1, tensor([2, 3])),
        ("matmul", [1, 2], [3, 4], tensor(11)),
        ("pow", [1, 2, 3], 2, tensor([1, 4, 9])),
        ("add", tensor([1, 2]), [3, 4], tensor([4, 6])),
        ("add", [3, 4], tensor([1, 2]), tensor([4, 6])),
        ("mul", [3, 4], tensor(2), tensor([6, 8])),
        ("mod", "%d%%", 3, "3%"),
        ("add", Size((1,)), (2,), Size((1, 2))),
    ],
)
def test_lists_are_pythons_or_lifted(op, a, b, expected):
    assert same(v.binary(op, a, b), expected)


def test_unary_and_comparisons_lift():
    assert same(v.unary("neg", [1, 2]), tensor([-1, -2]))
    assert same(v.compare("lt", [1, 5], 3), tensor([True, False]))
    assert same(v.compare("ge", tensor([1, 5]), [3, 3]), tensor([False, True]))
    assert v.compare("lt", [1, 2], [1, 3]) is True
    assert v.compare("eq", tensor([1, 2]), [1, 2]) is False and v.state.hints
    assert v.unary("not", []) is True
    assert v.compare("in", 3, [1, 3]) is True and v.compare("notin", 3, tensor([1, 3])) is False


def test_lists_that_join_leave_a_hint():
    v.add([1.0], [2.0])
    assert any("joins lists" in h for h in v.state.hints)
    v.state.hints.clear()
    v.add(["a"], ["b"])
    assert not v.state.hints


def test_lifting_is_decided_by_types_not_values():
    for a in ([], [0], [1, 2, 3]):
        assert isinstance(v.sub(a, 1), Tensor)
        assert isinstance(v.add(a, a), list)


def test_a_list_of_tensors_keeps_its_graph():
    x = tensor(2.0, requires_grad=True)
    y = v.mul([x, x], 3.0)
    assert y.requires_grad and y.tolist() == [6.0, 6.0]


def test_augmented_assignment():
    a = [1]
    assert v.inplace("add", a, (2, 3)) is a and a == [1, 2, 3]
    assert v.inplace("mul", a, 2) is a and len(a) == 6
    t = tensor([1.0, 2.0])
    assert v.inplace("add", t, [1, 1]) is t and t.tolist() == [2.0, 3.0]
    assert v.inplace("sub", 5, 2) == 3
    s = {1}
    assert v.inplace("or", s, {2}) is s and s == {1, 2}


@pytest.mark.parametrize(
    ("op", "a", "b", "sentence"),
    [
        ("add", "a", 1, 'can only concatenate str (not "int") to str'),
        ("add", 1, "a", "unsupported operand type(s) for +: 'int' and 'str'"),
        ("sub", None, 1, "unsupported operand type(s) for -: 'NoneType' and 'int'"),
        ("mul", {}, 2, "unsupported operand type(s) for *: 'dict' and 'int'"),
        ("sub", ["a"], 1, "unsupported operand type(s) for -: 'list' and 'int'"),
        ("add", tensor([1.0]), None, "unsupported operand type(s) for +: 'Tensor' and 'NoneType'"),
    ],
)
def test_refusals_are_pythons(op, a, b, sentence):
    with pytest.raises(TypeError) as caught:
        v.binary(op, a, b)
    assert str(caught.value) == sentence


def test_refusals_say_what_would_work():
    with pytest.raises(TypeError) as caught:
        v.add(name("sin"), 1)
    assert "call it" in caught.value.facts.hints[0]
    with pytest.raises(TypeError) as caught:
        v.binary("xor", 2, 0.5)
    assert "**" in caught.value.facts.hints[0]
    with pytest.raises(TypeError) as caught:
        v.call(2, (1,), {})
    assert "2*(x + 1)" in caught.value.facts.hints[0]
    with pytest.raises(TypeError) as caught:
        v.get_item(None, 0)
    assert ".grad is None" in caught.value.facts.hints[0]


def test_division_by_zero_is_pythons():
    for op in ("div", "floordiv", "mod"):
        for a in (1, 1.0):
            assert outcome(v.BINARY[op], a, 0) == outcome(HOST[op], a, 0)


# -- bounds


def test_integers_are_bounded():
    for op, a, b in (("pow", 9, 9**7), ("pow", 10**4000, 10**6), ("lshift", 1, 10**18), ("mul", 1 << 60_000, 1 << 60_000)):
        with pytest.raises(OverflowError, match="bits"):
            v.binary(op, a, b)


def test_small_integer_powers_work():
    assert v.pow_(2, 1000) == 2**1000
    assert v.pow_(-1, 10**30) == 1 and v.pow_(1, 10**30) == 1 and v.pow_(0, 5) == 0
    assert v.pow_(2, -1) == 0.5
    assert v.binary("lshift", 0, 10**30) == 0


@pytest.mark.parametrize(
    "f",
    [
        lambda: v.mul("ab", 10**9),
        lambda: v.mul(10**9, [1]),
        lambda: v.mul([1], 10**30),
        lambda: v.call_method("a", "ljust", (10**9,), {}),
        lambda: v.call_method("a", "center", (10**9,), {}),
        lambda: v.call_method("a" * 10_000, "replace", ("a", "b" * 10_000), {}),
        lambda: v.call_method("x" * 10_000, "join", (["y"] * 10_000,), {}),
        lambda: v.call_method("\t", "expandtabs", (10**9,), {}),
        lambda: call("list", range(10**12)),
        lambda: call("tuple", range(10**30)),
        lambda: call("sorted", range(10**12)),
        lambda: v.inplace("mul", [1, 2], 10**9),
    ],
)
def test_collections_are_bounded(f):
    with pytest.raises(MemoryError):
        f()


def test_loops_in_builtins_count_steps():
    class Enough(Exception):
        pass

    seen = [0]

    def tick(n):
        seen[0] += n
        if seen[0] > 100_000:
            raise Enough

    v.state.tick = tick
    for f in (
        lambda: call("sum", range(10**15)),
        lambda: call("max", range(10**15)),
        lambda: call("any", (False for _ in range(10**15))),
        lambda: call("list", zip(range(10**7), range(10**7))),
    ):
        seen[0] = 0
        with pytest.raises(Enough):
            f()


def test_three_argument_pow_is_bounded():
    assert call("pow", 3, 100, 7) == pow(3, 100, 7)
    with pytest.raises(OverflowError):
        call("pow", 3, 1 << 50_000, (1 << 50_000) - 1)


# -- sum, min, max and the others


def test_shared_builtins_on_plain_values():
    assert call("sum", [1, 2, 3]) == 6 and call("sum", [[1], [2]], []) == [1, 2]
    assert call("sum", range(10**6)) == sum(range(10**6))
    assert call("sum", [0.1] * 10) == sum([0.1] * 10)
    assert call("max", 1, 5, 3) == 5 and call("min", [2, 1]) == 1 and call("max", ["a", "bb"], key=name("len")) == "bb"
    assert call("max", [], default=None) is None
    assert call("abs", -2) == 2 and call("round", 2.567, 2) == 2.57 and call("round", 2.5) == 2
    assert call("all", [1, 0]) is False and call("any", [0, 1]) is True and call("all", []) is True
    assert call("pow", 2, 3) == 8


def test_shared_builtins_on_tensors():
    a = tensor([[1.0, 2.0], [3.0, 4.0]])
    assert same(call("sum", a), tensor([4.0, 6.0]))
    assert any("A.sum()" in h for h in v.state.hints)
    assert same(call("sum", a, dim=1), tensor([3.0, 7.0]))
    assert same(call("max", a), tensor(4.0)) and same(call("max", tensor(3.0)), tensor(3.0))
    assert same(call("max", tensor([1, 3]), tensor([2, 2])), tensor([2, 3]))
    assert same(call("max", a, 1)[1], tensor([1, 1]))
    assert same(call("max", tensor([1, 3, 2])), tensor(3))
    assert same(call("abs", [-1, 2]), tensor([1, 2]))
    assert same(call("round", tensor([1.6, -0.4])), tensor([2.0, -0.0]))
    assert same(call("all", a), tensor(True)) and call("all", tensor([True, False])) is False
    assert same(call("sum", tensor(2.0)), tensor(2.0))


def test_math_functions_take_numbers():
    import math

    for f, x in (("sin", 2.0), ("sin", 2), ("exp", 1), ("sqrt", 2), ("log", 10), ("sigmoid", 0)):
        got = call(f, x)
        assert type(got) is float
        assert math.isclose(got, 0.5 if f == "sigmoid" else getattr(math, f)(x), rel_tol=1e-15)
    assert math.isnan(call("sqrt", -1)) and call("log", 0) == -math.inf and call("exp", 1000) == math.inf
    assert call("relu", -2) == 0 and type(call("relu", -2)) is int
    assert call("maximum", 2, 3.5) == 3.5


def test_math_functions_take_lists():
    assert same(call("sin", [0, 0]), tensor([0.0, 0.0]))
    assert same(call("softmax", [1.0, 1.0], dim=0), tensor([0.5, 0.5]))
    assert same(call("maximum", tensor([1.0, 3.0]), 2), tensor([2.0, 3.0]))
    assert same(call("cat", [[1, 2], [3]]), tensor([1, 2, 3]))
    assert same(v.call_method(tensor([1, 2]), "matmul", ([3, 4],), {}), tensor(11))
    assert same(call("zeros", [2]), tensor([0.0, 0.0]))


# -- attributes and calls


def test_attributes_come_from_tables():
    x = tensor([[1.0, 2.0]])
    assert v.get_attribute(x, "shape") == (1, 2) and v.get_attribute(x, "T").shape == (2, 1)
    assert same(v.call(v.get_attribute(x, "sum"), (), {}), tensor(3.0))
    assert v.call_method("a,b", "split", (",",), {}) == ["a", "b"]
    assert v.get_attribute(v.get_attribute(x, "__class__"), "__name__") == "Tensor"
    assert v.get_attribute(name("float32"), "itemsize") == 4
    assert v.get_attribute(3 + 4j, "imag") == 4.0


@pytest.mark.parametrize(
    "attribute",
    ["__dict__", "__class__.__bases__", "__init__", "__reduce__", "_data", "_node", "__array__", "host", "owner", "gi_frame", "f_globals", "__self__"],
)
def test_nothing_else_is_reachable(attribute):
    host_iterator = call("map", name("str"), [1])
    generator = (x for x in [1])
    for value in (tensor([1.0]), "a", [1], (1,), {}, 1, 1.0, name("sin"), name("print"), name("torch"), name("int"), host_iterator, generator, None):
        with pytest.raises(AttributeError):
            first, _, rest = attribute.partition(".")
            found = v.get_attribute(value, first)
            v.get_attribute(found, rest)
            raise AssertionError(f"{attribute} of {value!r} is {found!r}")


def test_near_attributes():
    for value, attribute, near in ((tensor(1.0), "shap", "shape"), ([], "apend", "append"), ("", "uper", "upper"), (name("torch"), "sine", "torch.sin")):
        with pytest.raises(AttributeError) as caught:
            v.get_attribute(value, attribute)
        assert near in caught.value.facts.hints[0]


def test_setting_attributes():
    x = tensor([1.0])
    v.set_attribute(x, "requires_grad", True)
    assert x.requires_grad
    for value, attribute in ((x, "shape"), (x, "new"), (name("torch"), "sin"), ([], "append"), (name("sin"), "name")):
        with pytest.raises(AttributeError):
            v.set_attribute(value, attribute, 1)
    v.set_attribute(v.get_attribute(v.get_attribute(name("torch"), "backends"), "cudnn"), "deterministic", True)


def test_types():
    assert repr(call("type", tensor(1.0))) == "<class 'torch.Tensor'>" and repr(call("type", 1)) == "<class 'int'>"
    assert call("type", 1) is name("int") and call("type", name("sin")) is call("type", name("cos"))
    assert call("isinstance", True, name("int")) and not call("isinstance", 1.0, name("int"))
    assert call("isinstance", 1.0, (name("int"), name("float")))
    assert call("isinstance", 1.0, v.binary("or", name("int"), name("float")))
    torch = name("torch")
    assert call("isinstance", tensor(1.0), torch.attr("Tensor")) and call("isinstance", tensor(1), torch.attr("LongTensor"))
    assert not call("isinstance", tensor(1), torch.attr("FloatTensor"))
    with pytest.raises(TypeError):
        call("isinstance", 1, 2)


def test_conversions():
    assert call("int", tensor(3.9)) == 3 and call("float", tensor(2)) == 2.0 and call("int", "ff", 16) == 255
    assert call("list", tensor([1, 2])) == [tensor(1), tensor(2)] or len(call("list", tensor([1, 2]))) == 2
    assert call("str", [tensor(1)]) == "[tensor(1)]" and call("bool", tensor(0.0)) is False
    assert call("dict", [("a", 1)], b=2) == {"a": 1, "b": 2} and call("set", [1, 1]) == {1}
    assert call("tuple", "ab") == ("a", "b")
    with pytest.raises(TypeError, match="int\\(\\) argument must be"):
        call("int", [])


def test_print(fresh_state):
    x = tensor([1.0])
    call("print", "a", x, [x, 2], None, sep="|", end="!\n")
    call("print")
    call("print", name("int"), name("sin"), Size((2,)), name("float32"))
    call("print", "Full:\n", tensor([[1, 2], [3, 4]]))
    assert "".join(fresh_state) == (
        "a|tensor([1.])|[tensor([1.]), 2]|None!\n\n<class 'int'> <built-in function sin> torch.Size([2]) torch.float32\n"
        "Full:\n tensor([[1, 2],\n        [3, 4]])\n"
    )
    with pytest.raises(TypeError):
        call("print", 1, sep=2)


class Plus(v.Function):
    __slots__ = ()

    def invoke(self, args, kwargs):
        return v.add(args[0], args[1] if len(args) > 1 else kwargs.get("y", 1))


def test_functions_as_arguments():
    f = Plus("f", ("x", "y"))
    assert list(call("map", f, [1, 2])) == [2, 3] and list(call("map", f, [1, 2], (10, 20))) == [11, 22]
    assert call("sorted", [1, 2, 3], key=Plus("g"), reverse=True) == [3, 2, 1]
    assert list(call("filter", None, [0, 1])) == [1]
    assert repr(f).startswith("<function f at 0x") and v.type_name(f) == "function"
    seen = []

    class Hook(v.Function):
        __slots__ = ()

        def invoke(self, args, kwargs):
            seen.append(args[0].item())

    x = tensor(2.0, requires_grad=True)
    v.call_method(x, "register_hook", (Hook("hook"),), {})
    (x * 3.0).backward()
    assert seen == [3.0]


def test_context_managers():
    torch = name("torch")
    x = tensor(1.0, requires_grad=True)
    manager = v.call(torch.attr("no_grad"), (), {})
    v.enter(manager)
    assert not (x * 2.0).requires_grad
    v.enter(manager)
    v.leave(manager, False)
    assert not (x * 2.0).requires_grad
    v.leave(manager, True)
    assert (x * 2.0).requires_grad
    f = v.call(v.call(torch.attr("no_grad"), (), {}), (Plus("f", ("x", "y")),), {})
    assert not v.call(f, (x, 1.0), {}).requires_grad and f.name == "f"
    g = v.call(torch.attr("no_grad"), (Plus("g"),), {})
    assert not v.call(g, (x,), {}).requires_grad
    v.call(torch.attr("set_grad_enabled"), (False,), {})
    assert not (x * 2.0).requires_grad
    v.call(torch.attr("set_grad_enabled"), (True,), {})
    manager = v.call(torch.attr("set_grad_enabled"), (False,), {})
    v.enter(manager)
    assert not (x * 2.0).requires_grad
    v.leave(manager, False)
    assert (x * 2.0).requires_grad
    with pytest.raises(TypeError, match="context manager"):
        v.enter(1)


# -- items and iteration


def test_items():
    x = tensor([[1, 2], [3, 4]])
    assert same(v.get_item(x, (0, 1)), tensor(2)) and same(v.get_item(x, [0, 0]), tensor([[1, 2], [1, 2]]))
    assert v.get_item([1, 2], tensor(1)) == 2 and v.get_item("abc", slice(1, None)) == "bc"
    v.set_item(x, 0, [9, 9])
    assert x.tolist() == [[9, 9], [3, 4]]
    a = [1, 2, 3]
    v.set_item(a, slice(0, 2), (7,))
    v.del_item(a, 0)
    assert a == [3]
    with pytest.raises(TypeError, match="does not support item assignment"):
        v.set_item((1,), 0, 2)
    with pytest.raises(TypeError, match="does not support item deletion"):
        v.del_item(x, 0)
    with pytest.raises(KeyError):
        v.get_item({}, "a")


def test_iteration():
    assert [t.item() for t in v.iterate(tensor([1, 2]))] == [1, 2]
    assert list(v.iterate(call("enumerate", ["a"]))) == [(0, "a")]
    assert list(v.iterate(call("reversed", [1, 2]))) == [2, 1] and same(call("reversed", tensor([1, 2])), tensor([2, 1]))
    assert call("next", call("iter", [5])) == 5 and call("next", call("iter", []), None) is None
    for bad in (1, 1.0, None, name("sin"), name("torch"), ...):
        with pytest.raises(TypeError, match="is not iterable"):
            v.iterate(bad)


def test_truth():
    assert v.truth(name("sin")) and v.truth(name("torch")) and not v.truth([]) and v.truth(tensor(1.0))
    with pytest.raises(RuntimeError, match="ambiguous"):
        v.truth(tensor([1, 2]))


# -- arrays


def test_arrays():
    np = name("np")
    a = np.attr("array").invoke(([1.0, 2.0],), {})
    assert v.repr_value(a) == "array([1., 2.])" and v.str_value(a) == "[1. 2.]"
    assert v.str_value(v.add(a, 1)) == "[2. 3.]" and v.str_value(v.mul([1, 2], a)) == "[1. 4.]"
    t = name("torch").attr("from_numpy").invoke((a,), {})
    v.set_item(a, 0, 999.0)
    assert t.tolist() == [999.0, 2.0] and t.dtype is float64
    assert repr(call("type", a)) == "<class 'numpy.ndarray'>" and v.get_attribute(a, "shape") == (2,)
    assert same(v.add(tensor([1.0, 1.0], dtype=float64), a), tensor([1000.0, 3.0], dtype=float64))
    assert v.call_method(tensor([1, 2]), "numpy", (), {}).tolist() == [1, 2]
    assert v.call_method(a, "copy", (), {}) is not a
    assert call("sin", a).dtype is float64
    assert v.format_value(v.get_item(a, 1), "", ".1f") == "2.0"
    rng = np.attr("random").attr("default_rng").invoke((0,), {})
    assert v.call_method(rng, "normal", (), {"size": 3}).shape == (3,)


@pytest.mark.parametrize("attribute", ["ctypes", "tofile", "data", "base", "dump", "dumps", "tobytes", "view", "setflags", "__array_interface__"])
def test_arrays_keep_their_memory_to_themselves(attribute):
    a = name("np").attr("array").invoke(([1.0, 2.0],), {})
    with pytest.raises(AttributeError):
        v.get_attribute(a, attribute)


def test_arrays_hold_numbers_and_fit():
    np = name("np")
    for f in (
        lambda: np.attr("array").invoke(([None],), {}),
        lambda: np.attr("array").invoke(([name("sin")],), {}),
        lambda: np.attr("zeros").invoke((3,), {"dtype": "O"}),
        lambda: np.attr("sin").invoke((name("sin"),), {}),
    ):
        with pytest.raises(TypeError):
            f()
    for f in (
        lambda: np.attr("zeros").invoke((10**13,), {}),
        lambda: np.attr("arange").invoke((1e14,), {}),
        lambda: np.attr("eye").invoke((10**7,), {}),
        lambda: np.attr("linspace").invoke((0, 1, 10**14), {}),
        lambda: np.attr("random").attr("randn").invoke((10**7, 10**7), {}),
    ):
        with pytest.raises(RuntimeError, match="can't allocate"):
            f()
    for private in ("load", "save", "fromfile", "frombuffer", "memmap", "ctypeslib", "f2py", "frompyfunc", "genfromtxt"):
        assert np.get(private) is None


def test_suggest():
    assert v.suggest("sofmax", ["softmax", "softmin", "max"])[0] == "softmax"
    assert v.suggest("grda", ["grad", "graph"]) == ["grad"]
    assert v.suggest("zzzz", ["a", "softmax"]) == []
    assert v.suggest("x" * 1000, ["x" * 999]) == []
    assert int64 is not None
