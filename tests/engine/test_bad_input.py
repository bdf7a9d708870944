"""Wrong arguments for every public function: PyTorch's kinds of errors come out, never one that happened inside.

A fuzzer with a fixed seed: for each function a few calls with wrong types, shapes, dims, dtypes, counts and keywords. A call may succeed or raise one
of PyTorch's exception classes; it must not fail inside tcalc (AttributeError, KeyError, a TypeError in Python's own words, ...).

    python tests/engine/test_bad_input.py 200      # more calls a function
    python tests/engine/test_bad_input.py 200 torch.einsum
"""

from __future__ import annotations

import json
import random
import re
import sys
import warnings
from pathlib import Path

import pytest

import tcalc as torch
from tcalc.engine import registry

SPACES = ("torch", "nn.functional", "linalg", "special", "fft", "Tensor")
SKIP = frozenset(
    "set_default_device set_default_dtype set_default_tensor_type set_printoptions set_grad_enabled set_rng_state manual_seed seed inference_mode "
    "no_grad enable_grad save load set_num_threads set_num_interop_threads set_warn_always compile get_rng_state vmap autocast device backward "
    "register_hook register_post_accumulate_grad_hook retain_grad requires_grad_ __getstate__".split()
)
ALLOWED = (TypeError, ValueError, RuntimeError, IndexError, NotImplementedError, OverflowError, ZeroDivisionError, BufferError, StopIteration)
INTERNAL = re.compile(
    r"object has no attribute|has no len\(\)|object is not (subscriptable|callable)|object is not an iterator|object does not support item|cannot unpack|"
    r"values to unpack|unsupported operand type|not supported between instances|must be real number|NoneType' object|list index out of range|"
    r"tuple index out of range|string index out of range|pop from|referenced before assignment|not associated with a value|is not in (list|tuple)|"
    r"math domain error|unhashable type|argument of type|_new\(\)|<lambda>|<locals>|^_\w+\(\)|"
    r"unexpected keyword argument '\w+'\. Did|zip\(\) argument|could not broadcast|operands could not be|setting an array element|invalid literal for int|"
    r"cannot convert float|int too (large|big)|ufunc |numpy\.|axis \d+ is out of bounds|cannot reshape array|descriptor '|can only concatenate|"
    r"slice indices must|cannot be interpreted as an integer|integer argument expected"
)
# Texts of the list above that PyTorch itself has.
PYTORCHS = re.compile(
    r"^('\w+' object cannot be interpreted as an integer|can't convert np\.ndarray|expected np\.ndarray|from_numpy|len\(\) of a 0-d|iteration over a 0-d|"
    r"'\w+' object is not iterable|_set_deterministic_algorithms|'>' not supported between instances of '\w+' and '\w+'|"
    r"_lu_\w+\(\)[ :]|_LinAlgError\(\) takes no keyword|descriptor '\w+' for 'torch\._C\.TensorBase' objects doesn't apply|"
    r".*argument '.*must be .* not numpy\.|can't assign a numpy)"
)


PYTORCHS_OF = re.compile(r"^(adaptive_max_pool\w+: object of type '\w+' has no len\(\)|apply_: '\w+' object is not callable)")
# Functions of PyTorch written in Python whose names begin with an underscore: they speak for themselves.
THEIRS = frozenset(re.findall(r"\tdef\t(_\w+)\t", (Path(registry.__file__).parent / "signatures.txt").read_text(encoding="utf-8")))


def functions() -> list[tuple[str, str]]:
    """(namespace, name) of every public function."""
    registry.load_all()
    out = []
    for space in SPACES:
        table = registry.METHODS if space == "Tensor" else registry.NAMESPACES.get(space, {})
        out += [(space, name) for name in table if not name.startswith("_")]
    from tcalc.engine.torchlike import EXPORTS

    for name, value in EXPORTS.items():
        if callable(value) and not isinstance(value, type) and not name[0].isupper():
            out.append(("torch", name))
    return sorted({f for f in out if f[1] not in SKIP and not f[1].startswith("set_autocast")})


def found(space: str, name: str):
    """The function itself."""
    if space == "Tensor":
        return registry.METHODS[name]
    root = torch
    for part in space.split(".") if space != "torch" else ():
        root = getattr(root, part)
    return getattr(root, name)


def values(r: random.Random) -> object:
    """One argument: often a tensor, sometimes anything."""
    make = (
        lambda: torch.ones(2, 3),
        lambda: torch.ones(3),
        lambda: torch.ones(2, 2),
        lambda: torch.tensor(2.0),
        lambda: torch.tensor([1, 2, 0]),
        lambda: torch.zeros(0),
        lambda: torch.zeros(0, 3),
        lambda: torch.tensor([True, False, True]),
        lambda: torch.ones(2, 3, 4),
        lambda: torch.ones(2, dtype=torch.float16),
        lambda: torch.ones(1, 2, 3, 4),
        lambda: torch.tensor([1 + 2j]),
        lambda: torch.ones(2, 3, requires_grad=True),
        lambda: 1,
        lambda: 0,
        lambda: -1,
        lambda: 3,
        lambda: -7,
        lambda: 1 << 40,
        lambda: 1.5,
        lambda: float("nan"),
        lambda: float("inf"),
        lambda: True,
        lambda: None,
        lambda: "a",
        lambda: "mean",
        lambda: "",
        list,
        lambda: (),
        dict,
        lambda: [1, 2],
        lambda: (0, 1),
        lambda: [-1],
        lambda: [torch.ones(2), torch.ones(3)],
        lambda: [torch.ones(2)],
        lambda: [1.5],
        lambda: ["a"],
        lambda: [None],
        lambda: [[1, 2], [3]],
        lambda: torch.float32,
        lambda: torch.int64,
        lambda: object(),
        lambda: 2j,
        lambda: b"x",
        lambda: slice(0, 1),
        lambda: range(2),
        lambda: {1, 2},
        lambda: int,
        lambda: len,
    )
    return r.choice(make)()


KEYWORDS = ("dim", "keepdim", "dtype", "p", "size", "other", "input", "n", "reduction", "weight", "foo", "axis", "out", "device", "dims", "mode", "eps")


def calls(space: str, name: str, count: int):
    """Argument lists for one function, the same each time."""
    r = random.Random(f"{space}.{name}")
    for _ in range(count):
        n = r.choice((0, 1, 1, 1, 2, 2, 2, 3, 3, 4))
        args = [values(r) for _ in range(n)]
        if space == "Tensor":
            args.insert(0, r.choice((torch.ones(2, 3), torch.ones(3), torch.tensor(2), torch.zeros(0), torch.tensor([True]))))
        elif args and r.random() < 0.6:
            args[0] = torch.ones(r.choice(((2, 3), (3,), (2, 2), (1, 2, 4, 4), ())))
        kwargs = {r.choice(KEYWORDS): values(r)} if r.random() < 0.25 else {}
        yield args, kwargs


def shown(space: str, name: str, args: list, kwargs: dict) -> str:
    """The call as text."""
    inner = ", ".join([repr(a) for a in args] + [f"{k}={v!r}" for k, v in kwargs.items()])
    return re.sub(r"\s+", " ", f"{space}.{name}({inner})")


def trouble(space: str, name: str, count: int) -> list[str]:
    """The calls that failed inside."""
    bad = []
    function = found(space, name)
    for args, kwargs in calls(space, name, count):
        text = shown(space, name, args, kwargs)
        try:
            function(*args, **kwargs)
        except ALLOWED as e:
            said = str(e).split("\n")[0]
            theirs = PYTORCHS.search(said) or PYTORCHS_OF.search(f"{name}: {said}") or said.partition("(")[0] in THEIRS
            if not isinstance(e, KeyError) and INTERNAL.search(said) and not theirs or not said and type(e) is not NotImplementedError:
                bad.append(f"{text}\n    {type(e).__name__}: {said}")
        except MemoryError:
            pass
        except AssertionError as e:
            if "CUDA" not in str(e) and name != "lobpcg":  # PyTorch asserts, too
                bad.append(f"{text}\n    AssertionError: {e}")
        except Exception as e:
            bad.append(f"{text}\n    {type(e).__name__}: {e}")
    return bad


@pytest.fixture(autouse=True)
def _state():
    yield
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)
    torch.set_printoptions(profile="default")


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.filterwarnings("ignore")
def test_wrong_arguments_never_fail_inside(space: str) -> None:
    bad = [b for s, name in functions() if s == space for b in trouble(s, name, 12)]
    assert not bad, f"{len(bad)} calls:\n" + "\n".join(bad[:20])


SAID = [
    (
        lambda: torch.einsum(1),
        ValueError,
        "einsum(): must specify the equation string and at least one operand, or at least one operand and its subscripts list",
    ),
    (lambda: torch.einsum("i", 3), TypeError, "expected Tensor as element 0 in argument 1, but got int"),
    (lambda: torch.meshgrid("a"), TypeError, "expected Tensor as element 0 in argument 0, but got str"),
    (lambda: torch.meshgrid(), RuntimeError, "meshgrid expects a non-empty TensorList"),
    (lambda: torch.atleast_1d(None), TypeError, "atleast_1d() received an invalid combination of arguments - got (NoneType), but expected one of:"),
    (lambda: torch.atleast_1d([3]), TypeError, "expected Tensor as element 0 in argument 0, but got int"),
    (lambda: torch.broadcast_tensors([]), TypeError, "expected Tensor as element 0 in argument 0, but got list"),
    (lambda: torch.broadcast_tensors(torch.ones(2), 1), TypeError, "expected Tensor as element 1 in argument 0, but got int"),
    (lambda: torch.cartesian_prod({}), TypeError, "expected Tensor as element 0 in argument 0, but got dict"),
    (lambda: torch.isin(-1, 1), TypeError, "isin() received an invalid combination of arguments - got (int, int), but expected one of:"),
    (lambda: torch.chain_matmul(), RuntimeError, "chain_matmul(): Expected one or more matrices"),
    (lambda: torch.chain_matmul(torch.ones(2, 2), 3), TypeError, "expected Tensor as element 1 in argument 0, but got int"),
    (lambda: torch.detach("a"), TypeError, "detach(): argument 'input' (position 1) must be Tensor, not str"),
    (lambda: torch.numel(object()), TypeError, "numel(): argument 'input' (position 1) must be Tensor, not object"),
    (lambda: torch.ones(2).size("a"), TypeError, "size(): argument 'dim' (position 1) must be int, not str"),
    (lambda: torch.ones(2).stride([1]), TypeError, "stride(): argument 'dim' (position 1) must be int, not list"),
    (lambda: torch.ones(2).numel(3), TypeError, "TensorBase.numel() takes"),
    (lambda: torch.ones(2).float(foo=1), TypeError, "float() got an unexpected keyword argument 'foo'"),
    (lambda: torch.ones(2).requires_grad_("a"), TypeError, "requires_grad_(): argument 'requires_grad' (position 1) must be bool, not str"),
    (lambda: torch.ones(2).resize_(float("nan")), TypeError, "resize_(): argument 'size' (position 1) must be tuple of ints, not float"),
    (lambda: torch.nn.functional.dropout(3), TypeError, "dropout(): argument 'input' (position 1) must be Tensor, not int"),
    (lambda: torch.nn.functional.dropout(torch.tensor([0, 1])), RuntimeError, "result type Float can't be cast to the desired output type Long"),
    (lambda: torch.nn.functional.cross_entropy(torch.tensor(1.0), torch.ones(3)), IndexError, "Dimension out of range (expected to be in range of [-1, 0]"),
    (lambda: torch.linalg.solve(torch.ones(2, 2), torch.tensor(2.0)), RuntimeError, "linalg.solve: The input tensor B must have at least 2 dimensions."),
    (lambda: torch.slice_scatter(torch.tensor(1.0), torch.ones(2)), IndexError, "slice() cannot be applied to a 0-dim tensor."),
    (lambda: torch.dropout(torch.ones(3), [None], False), TypeError, "dropout(): argument 'p' (position 2) must be float, not list"),
    (lambda: torch.tensordot(torch.ones(2, 2), torch.ones(2, 2), [[1, 2], [3]]), RuntimeError, "both dimension lists should have same length"),
    (lambda: torch.is_floating_point(3), TypeError, "is_floating_point(): argument 'input' (position 1) must be Tensor, not int"),
    (lambda: torch.promote_types(3, torch.int32), TypeError, "promote_types(): argument 'type1' (position 1) must be torch.dtype, not int"),
    (lambda: torch.result_type("a", torch.ones(2)), TypeError, "result_type() received an invalid combination of arguments - got (str, Tensor), but expected"),
    (lambda: torch.finfo("float32"), TypeError, "finfo(): argument 'type' (position 1) must be torch.dtype, not str"),
    (lambda: torch.iinfo(torch.bool), TypeError, "torch.bool is not supported by torch.iinfo"),
    (lambda: torch.set_num_threads(0), RuntimeError, "set_num_threads expects a positive integer"),
    (lambda: torch.device(""), RuntimeError, "Device string must not be empty"),
    (lambda: torch.set_grad_enabled("a"), TypeError, "set_grad_enabled(): argument 'enabled' (position 1) must be bool, not str"),
]


@pytest.mark.parametrize(("call", "kind", "sentence"), SAID, ids=[s for _, _, s in SAID])
def test_what_it_says(call, kind: type, sentence: str) -> None:
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind
    assert str(caught.value).startswith(sentence), str(caught.value)


ORACLE = Path(__file__).resolve().parent.parent / "oracle"


def refused() -> list[tuple[str, str, str]]:
    """The calls of the oracle: text, class, first line."""
    rows = json.loads((ORACLE / "arguments.json").read_text(encoding="utf-8"))
    return [(text, kind, said) for text, (kind, said) in rows.items()]


def test_wrong_arguments_are_refused_in_the_same_words() -> None:
    """Thousands of calls with wrong types, counts and keywords, against PyTorch's class and first line."""
    sys.path.insert(0, str(ORACLE))
    try:
        import arguments
    finally:
        sys.path.remove(str(ORACLE))
    from tcalc.engine.ops.operators import _FAST_UNARY as fast  # Python itself counts their arguments, and says so in its own words

    bad = []
    rows = refused()
    for text, kind, said in rows:
        got = arguments.call(torch, text)
        if got != (kind, said) and not (text.partition("(")[0].removeprefix("torch.Tensor.") in fast and got is not None and got[0] == kind):
            bad.append(f"{text}\n    {kind}: {said}\n    {got}")
    assert len(rows) > 2000
    assert not bad, f"{len(bad)} of {len(rows)} calls:\n" + "\n".join(bad[:20])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    only = sys.argv[2:]
    total = 0
    for s, f in functions():
        if not only or f"{s}.{f}" in only or s in only:
            for line in trouble(s, f, n):
                total += 1
                print(line)
    print(total, "calls failed inside")
