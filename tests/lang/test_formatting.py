"""Our formatter against Python's own, and what it refuses."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcalc.engine import Size, float32
from tcalc.lang import formatting as fm
from tcalc.lang.values import tensor

NUMBERS = st.one_of(st.integers(-(10**30), 10**30), st.floats(allow_nan=True), st.booleans())
TEXT = st.text(alphabet="ab%{}é→ ", max_size=5)
PLAIN = st.recursive(
    st.one_of(NUMBERS, TEXT, st.none(), st.complex_numbers()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(TEXT, inner, max_size=3),
        st.sets(st.integers(), max_size=3),
    ),
    max_leaves=8,
)
SPECS = st.builds(
    lambda fill, align, sign, alt, zero, width, comma, precision, kind: f"{fill if align else ''}{align}{sign}{alt}{zero}{width}{comma}{precision}{kind}",
    st.sampled_from("*0 x"),
    st.sampled_from(["", "<", ">", "^", "="]),
    st.sampled_from(["", "+", "-", " "]),
    st.sampled_from(["", "#"]),
    st.sampled_from(["", "0"]),
    st.sampled_from(["", "1", "10", "37"]),
    st.sampled_from(["", ",", "_"]),
    st.sampled_from(["", ".0", ".3", ".12"]),
    st.sampled_from(["", "d", "f", "e", "g", "G", "%", "x", "b", "s", "n", "c"]),
)


def outcome(f, *args, **kwargs):
    try:
        return f(*args, **kwargs)
    except Exception as exc:
        return type(exc), str(exc)


@given(PLAIN)
def test_repr_and_str_are_pythons(value):
    assert fm.repr_value(value) == repr(value)
    assert fm.str_value(value) == str(value)


@given(st.one_of(NUMBERS, TEXT, st.complex_numbers()), SPECS)
@settings(max_examples=500)
def test_format_spec_is_pythons(value, spec):
    assert outcome(fm.format_spec, value, spec) == outcome(format, value, spec)


@given(
    st.lists(
        st.sampled_from(["a", "{{", "}}", "{}", "{:>6}", "{0}", "{1!r}", "{x}", "{x:>{w}}", "{:{}}", "{", "}", "{0!z}", "{x!s:^9}", "{9}", "{y}"]),
        max_size=5,
    ),
    st.lists(st.one_of(st.integers(0, 20), TEXT), max_size=4),
)
@settings(max_examples=500)
def test_templates_are_pythons(parts, args):
    template = "".join(parts)
    kwargs = {"x": "ü", "w": 7}
    assert outcome(fm.format_template, template, tuple(args), kwargs) == outcome(template.format, *args, **kwargs)


@given(
    st.lists(
        st.sampled_from(
            ["a", "%%", "%d", "%5d", "%-5d|", "%05.1f", "%+.2e", "%s", "%r", "%10s", "%.2s", "%x", "%#x", "%c", "%g", "%i", "%u", "%ld", "%*d", "%.*f", "%a"]
        ),
        max_size=4,
    ),
    st.lists(st.one_of(st.integers(-100, 100), st.floats(-1e6, 1e6), TEXT, st.none(), st.booleans()), max_size=4),
)
@settings(max_examples=800)
def test_percent_is_pythons(parts, args):
    template, values = "".join(parts), tuple(args)
    assert outcome(fm.percent, template, values) == outcome(template.__mod__, values)


@pytest.mark.parametrize("template", ["%", "%y", "%(a", "%s %s", "%(a)s", "%5", "abc", "%é"])
@pytest.mark.parametrize("value", [1, "x", (1,), (), {}, {"a": 2}, [1], None])
def test_percent_errors_are_pythons(template, value):
    if template == "%(a)s" and value == [1]:
        pytest.skip("Python speaks of list indices; we say that a mapping is needed")
    assert outcome(fm.percent, template, value) == outcome(template.__mod__, value)


def test_zero_dim_tensors_format_their_number():
    assert fm.format_value(tensor(32), "", "") == "32"
    assert fm.format_value(tensor(3.14), "", "") == "3.140000104904175"
    assert fm.format_value(tensor(3.14), "", ".2f") == "3.14"
    assert fm.format_value(tensor(3.14, requires_grad=True), "", ">8.2f") == "    3.14"
    assert fm.format_value(tensor(True), "", "") == "True"
    assert fm.format_value(tensor([2.0], requires_grad=True), "", "") == "tensor([2.], requires_grad=True)"
    assert fm.format_value(tensor(3.14), "s", "") == "tensor(3.1400)"
    assert fm.format_template("{} {:.1f}", (tensor(2), tensor(2.25)), {}) == "2 2.2"
    assert fm.percent("%d %.2f %s", (tensor(3.9), tensor(3.14), tensor(1))) == "3 3.14 tensor(1)"
    assert fm.percent("%.2f", tensor([1.0])) == "1.00"


def test_a_tensor_with_dimensions_takes_no_spec():
    with pytest.raises(TypeError, match="unsupported format string passed to Tensor.__format__"):
        fm.format_value(tensor([1.0, 2.0]), "", ".2f")
    with pytest.raises(TypeError, match="unsupported format string passed to list.__format__"):
        fm.format_value([1.0], "", ".2f")


def test_containers_show_tensors_and_types():
    assert fm.repr_value([tensor([1, 2]), (Size((2, 3)), float32), {"x": tensor(1.5)}]) == (
        "[tensor([1, 2]), (torch.Size([2, 3]), torch.float32), {'x': tensor(1.5000)}]"
    )


def test_a_field_reaches_into_nothing():
    for template in ("{0.real}", "{0[0]}", "{x.__class__}", "{x[a].b}", "{.real}", "{[0]}", "{:{0.real}}"):
        with pytest.raises(ValueError, match="may only name an argument"):
            fm.format_template(template, (1.0,), {"x": 1.0})


@pytest.mark.parametrize("spec", ["1000000000", ">1000000000", ".99999999f", "0999999999999", "x<99999", "9" * 5000])
def test_widths_and_precisions_are_bounded(spec):
    with pytest.raises(ValueError):
        fm.format_spec(1.5, spec)
    with pytest.raises(ValueError):
        fm.format_template("{:" + spec + "}", (1.5,), {})


def test_percent_is_bounded():
    for template, v in (("%999999999d", 1), ("%.999999999f", 1.0), ("%*d", (10**9, 1)), ("%0*d", (10**30, 1))):
        with pytest.raises(ValueError, match="too big"):
            fm.percent(template, v)


def test_repr_is_bounded():
    loop: list = []
    loop.append(loop)
    assert fm.repr_value(loop) == "[[...]]"
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(RecursionError):
        fm.repr_value(deep)
    wide = [list(range(1000))] * 1000
    wide = [wide] * 1000
    with pytest.raises(MemoryError):
        fm.repr_value(wide)


def test_long_integers_print():
    n = 3**20_000
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        text = str(n)
    finally:
        sys.set_int_max_str_digits(limit)
    assert fm.str_value(n) == text
    assert fm.repr_value([-n]) == f"[-{text}]"
