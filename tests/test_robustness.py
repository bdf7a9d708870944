"""Bad and hostile input: a value or one diagnostic, quickly; never a crash, a hang, an allocation that cannot be, or a half-written file."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from tcalc.engine import limits as memory
from tcalc.lang.diagnostic import Diagnostic, LangError
from tcalc.lang.limits import Limits
from tcalc.lang.run import Session


def refused(text: str, timeout: float = 20.0) -> Diagnostic:
    with pytest.raises(LangError) as caught:
        Session(sink=lambda s: None, limits=Limits(timeout=timeout)).run(text)
    d = caught.value.diagnostic
    assert d.kind != "internal", d
    assert "\n" not in d.sentence
    return d


def value(text: str) -> object:
    return Session(sink=lambda s: None).run(text)[-1].value


EXPANDED = "x = ones(1).expand(10**12)\n"
HUGE = [
    *[f"{f}(10**12)" for f in "zeros ones rand randn empty arange randperm eye hann_window".split()],
    "linspace(0, 1, 10**12)",
    "full((10**6, 10**6), 1.)",
    "randint(0, 2, (10**12,))",
    "zeros(2**62)",
    "zeros(2**40, 2**40)",
    "tensor([0]).repeat(10**12)",
    "zeros(10).tile(10**12)",
    *[
        EXPANDED + e
        for e in ("x.clone()", "x.contiguous()", "x + 1", "x.double()", "cat([x, x])", "x.cumsum(0)", "x.sort()", "x[x > 0]", "x.flip(0)", "x.tolist()")
    ],
    "zeros(10**6, 1) + zeros(1, 10**6)",
    "outer(zeros(10**6), zeros(10**6))",
    "ones(1).expand(10**6, 10**6) @ ones(1).expand(10**6, 10**6)",
    "F.one_hot(tensor([1]), num_classes=10**12)",
    "a, b = meshgrid(arange(10**6), arange(10**6), indexing='ij')\na.clone()",
    "einsum('i,j->ij', zeros(10**6), zeros(10**6))",
    "kron(zeros(10**6), zeros(10**6))",
    "zeros(10)[zeros(1, dtype=int64).expand(10**12)]",
    "repeat_interleave(tensor([10**12]))",
    "bincount(tensor([10**12]))",
    "diag(zeros(10**6))",
    "np.zeros(10**12)",
    "np.outer(np.zeros(10**6), np.zeros(10**6))",
]


@pytest.mark.parametrize("text", HUGE)
def test_huge_tensors_are_refused_at_once(text: str) -> None:
    begun = time.monotonic()
    d = refused(text)
    assert "can't allocate memory" in d.sentence
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    "text", ["x.sum()", "x.max()", "x.mean()", "x.var()", "x.any()", "x.logsumexp(0)", "x.histc()", "x.dot(x)", "x.argmax()", "einsum('i->', x)"]
)
def test_an_expanded_tensor_is_not_walked_through_for_hours(text: str) -> None:
    assert "would read 1000000000000 elements" in refused(EXPANDED + text).sentence


@pytest.mark.parametrize("text", ["list(x)", "x.unbind()", "x.split(1)", "x.chunk(10**11)", "x.tensor_split(10**11)", "a, b = x", "sum(x)", "[a for a in x]"])
def test_views_are_counted_before_they_are_made(text: str) -> None:
    assert "tensors; the limit is" in refused(EXPANDED + text).sentence


def test_geometry_alone_is_free() -> None:
    value(EXPANDED + "print(x); x.reshape(10**6, 10**6)[3, 4]")
    value("y = zeros(10**12, device='meta') + 1; y.sum()")


@pytest.fixture
def a_limit() -> object:
    memory.set_max_memory(64 << 20)
    yield
    memory.set_max_memory(None)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the C library's account")
@pytest.mark.parametrize(
    "text",
    [
        "y = []\nwhile True: y.append(zeros(10**6))",
        "y = []\nwhile True: y.append(zeros(10**5))",
        "x = zeros(10**5, requires_grad=True)\nwhile True: x = x.sin()",
        "y = []\nwhile True: y.append(np.zeros(10**6))",
        "[[0] * 10**5 for _ in range(10**9)]",
        "x = [0] * 10**6\ny = []\nwhile True: y.append(x[:])",
        "x = 'a' * 10**6\ny = []\nwhile True: y.append(x.upper())",
        "x = {}\ni = 0\nwhile True:\n    x[i] = [i]; i += 1",
    ],
)
def test_max_memory_bounds_what_lives_together(text: str, a_limit: None) -> None:
    assert refused(text).kind == "memory"


@pytest.mark.usefixtures("a_limit")
def test_what_is_freed_can_be_taken_again() -> None:
    value("for i in range(100): x = zeros(5 * 10**6)\nx.shape")


DEEP = "x = ()\nfor i in range(200000): x = (x,)\n"


@pytest.mark.parametrize(
    "text",
    ["{x: 1}", "{x}", "x in {}", "{}.get(x)", "set([x])", "dict([(x, 1)])", "d = {}; d[x] = 1", "{}[x]", "{}.setdefault(x, 1)", "dict.fromkeys([x])",
     "set().add(x)", "{k for k in [x]}", "{k: 1 for k in [x]}", "dict.get({}, x)", "set().union([x])", "frozenset([x])", "(1, x) in {1: 2}.items()"],
)  # fmt: skip
def test_deep_keys_do_not_crash_the_host(text: str) -> None:
    assert "cannot be hashed" in refused(DEEP + text).sentence


def test_keys_that_share_their_parts() -> None:
    assert "cannot be hashed" in refused("x = ()\nfor i in range(60): x = (x, x)\n{x: 1}").sentence
    assert value("d = {(1, (2, (3,))): 4}; d[1, (2, (3,))]") == 4


@pytest.mark.parametrize("wrap", ["map(lambda a: a, x)", "enumerate(x)", "filter(None, x)", "zip(x)"])
def test_iterators_inside_each_other(wrap: str) -> None:
    assert "iterators inside each other" in refused(f"x = iter([1])\nfor i in range(100000): x = {wrap}\nlist(x)").sentence


@pytest.mark.parametrize(
    ("text", "expected"), [("1.5 in range(10**12)", False), ("2.0 in range(10**12)", True), ("'a' in range(10**12)", False), ("tensor(2) in range(3)", True)]
)
def test_membership_in_a_range_is_arithmetic(text: str, expected: bool) -> None:
    assert value(text) is expected


def test_methods_taken_from_types_check_their_owner() -> None:
    for text in ("Tensor.is_complex({})", "Tensor.sin([0.])", "str.upper(1)", "list.append(1, 2)", "Tensor.backward(...)"):
        assert refused(text).exception == "TypeError"
    assert value("str.upper('a') + list(map(str.lower, ['B']))[0]") == "Ab"
    assert value("Tensor.sum(ones(3)).item()") == 3


D = 100_000


@pytest.mark.parametrize(
    "text",
    [
        "(" * D + "1" + ")" * D,
        "-" * D + "1",
        "[" * D + "]" * D,
        "sin(" * D + "1" + ")" * D,
        "x" + ".T" * D,
        "not " * D + "1",
        "1" + "**1" * 10_000,
        "lambda:" * 5000 + "1",
    ],
    ids=["parentheses", "minus", "lists", "calls", "attributes", "not", "powers", "lambdas"],
)
def test_nesting(text: str) -> None:
    refused(text)


def test_a_long_sum() -> None:
    try:
        assert value("1" + "+1" * 1000) == 1001
    except LangError as error:
        assert error.diagnostic.kind == "limit"
    Session(sink=lambda s: None)
    refused("1" + "+1" * 400_000)


@pytest.mark.parametrize(
    "text",
    ["9**9**9", "2**10**8", "1 << 10**9", "pow(2, 10**9)", "math.factorial(10**6)", "f'{1:>{10**9}}'", "'%1000000000d' % 1", "[0] * 10**10", "'a' * 10**10"],
)
def test_bounds_of_plain_values(text: str) -> None:
    begun = time.monotonic()
    refused(text)
    assert time.monotonic() - begun < 2


def run(*args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "tcalc", *args], input=stdin, capture_output=True, text=True, timeout=30)


def test_timeout_and_memory_on_the_command_line() -> None:
    done = run("--timeout", "0.5", "-f", "-", stdin="while True: pass")
    assert done.returncode == 124 and done.stderr.count("\n") >= 1
    done = run("--max-memory", "100MB", "-f", "-", stdin="y = []\nwhile True: y.append(zeros(10**6))")
    assert done.returncode == 1 and "the limit is 95.4 MiB, of which" in done.stderr
