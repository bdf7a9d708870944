"""nn.Module and the layers, as a library: what the golden programs do not show."""

from __future__ import annotations

import copy
import doctest
import importlib
import subprocess
import sys

import pytest

import tcalc as torch
from tests.support import environment

nn = torch.nn
MODULES = (
    "nn.module nn.containers nn.layers nn.activations nn.losses nn.convolution nn.pooling nn.recurrent nn.attention "
    "nn.init nn.utils optim.optimizer optim.rules "
    "optim.lr_scheduler data amp checkpoint serialization"
).split()


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_docstrings(name: str) -> None:
    module = importlib.import_module(f"tcalc.engine.{name}")
    names = {n: getattr(torch, n) for n in "nn optim utils amp tensor zeros ones arange".split()}
    torch.manual_seed(0)
    failed, _ = doctest.testmod(module, extraglobs=names)
    assert not failed


def test_every_public_class_and_function_is_documented() -> None:
    for name in MODULES:
        module = importlib.import_module(f"tcalc.engine.{name}")
        for n, v in vars(module).items():
            if not n.startswith("_") and getattr(v, "__module__", None) == module.__name__:
                assert v.__doc__, f"{name}.{n}"


def test_every_class_has_its_place_in_torch() -> None:
    from tcalc.engine.nn import CLASSES, HOMES

    assert set(CLASSES) - set(HOMES) == {"Parameter", "Buffer"}
    for name in CLASSES:
        assert getattr(nn, name).__name__ == name


def test_nothing_of_it_is_imported_before_it_is_used() -> None:
    code = "import sys, tcalc.engine as e; e.tensor(2.).sin(); print([m for m in sys.modules if m.startswith(('tcalc.engine.nn', 'tcalc.engine.optim', "
    code += "'tcalc.engine.data', 'tcalc.engine.amp', 'tcalc.engine.serialization', 'tcalc.engine.checkpoint'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    assert done.stdout.strip() == "[]"


def test_a_parameter_is_a_tensor_that_shares_memory() -> None:
    x = torch.ones(2)
    p = nn.Parameter(x)
    x[0] = 5
    assert p.tolist() == [5, 1] and p.requires_grad and p.is_leaf
    assert isinstance(p, torch.Tensor) and type(p * 1) is torch.Tensor and type(p.detach()) is torch.Tensor
    y = torch.tensor([2.0, 3.0], requires_grad=True) * p
    y.sum().backward()
    assert p.grad.tolist() == [2, 3]
    assert (y.grad_fn.next_functions[1][0].variable is p) and y.grad_fn.args is None
    with torch.no_grad():
        p -= 0.5 * p.grad
    assert type(p) is nn.Parameter and p.tolist() == [4, -0.5]
    assert repr(nn.Parameter(torch.ones(1), requires_grad=False)) == "Parameter containing:\ntensor([1.])"
    with pytest.raises(TypeError):
        nn.Parameter([1.0])


def test_a_plain_tensor_is_no_parameter_and_a_buffer_is_saved() -> None:
    class M(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.w = torch.ones(2, requires_grad=True)
            self.p = nn.Parameter(torch.ones(1))
            self.register_buffer("b", torch.zeros(3))
            self.register_buffer("t", torch.zeros(3), persistent=False)
            self.n = nn.Buffer(torch.ones(1))

    m = M()
    assert [n for n, _ in m.named_parameters()] == ["p"]
    assert [n for n, _ in m.named_buffers()] == ["b", "t", "n"]
    assert list(m.state_dict()) == ["p", "b", "n"]
    m.b = torch.ones(3)
    assert m.state_dict()["b"].tolist() == [1, 1, 1]
    m.to(torch.float64)
    assert m.b.dtype is torch.float64 and m.w.dtype is torch.float32
    m.p = None
    assert list(m.parameters()) == []
    del m.b
    assert not hasattr(m, "b")


def test_shared_parameters_count_once() -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a = nn.Linear(2, 2, bias=False)
            self.b = nn.Linear(2, 2, bias=False)
            self.b.weight = self.a.weight

    m = Tied()
    assert len(list(m.parameters())) == 1 and len(m.state_dict()) == 2
    twin = copy.deepcopy(m)
    assert twin.a.weight is twin.b.weight and twin.a.weight is not m.a.weight
    assert [n for n, _ in m.named_parameters(remove_duplicate=False)] == ["a.weight", "b.weight"]


@pytest.mark.parametrize(
    ("do", "cls", "text"),
    [
        (lambda m: m.register_parameter("a.b", None), KeyError, 'parameter name can\'t contain "."'),
        (lambda m: m.register_parameter("", None), KeyError, "can't be empty string"),
        (lambda m: m.register_buffer("weight", None), KeyError, "attribute 'weight' already exists"),
        (lambda m: m.register_buffer("b", 3), TypeError, "cannot assign 'int' object to buffer 'b'"),
        (lambda m: m.register_parameter("q", torch.ones(1)), TypeError, "cannot assign 'torch.FloatTensor' object to parameter 'q'"),
        (lambda m: m.add_module("x", 3), TypeError, "int is not a Module subclass"),
        (lambda m: setattr(m, "weight", nn.ReLU()), TypeError, "cannot assign 'torch.nn.modules.activation.ReLU' as parameter 'weight'"),
        (lambda m: m.train(3), ValueError, "training mode is expected to be boolean"),
        (lambda m: m.nosuch, AttributeError, "'Linear' object has no attribute 'nosuch'"),
        (lambda m: m.get_parameter("x"), AttributeError, "Linear has no attribute `x`"),
        (lambda m: nn.Linear(2, 3, 4, 5, 6, 7), TypeError, "positional arguments"),
        (lambda m: nn.Embedding(3, 2)(torch.tensor([3])), IndexError, "index out of range in self"),
        (lambda m: m(torch.ones(2, 5)), RuntimeError, "mat1 and mat2 shapes cannot be multiplied"),
    ],
)
def test_errors(do, cls: type, text: str) -> None:
    with pytest.raises(cls) as e:
        do(nn.Linear(3, 2))
    assert text in str(e.value.args[0])


def test_hooks_replace_and_are_removed() -> None:
    m = nn.Linear(2, 2, bias=False)
    m.weight.data.copy_(torch.eye(2))
    x = torch.ones(1, 2, requires_grad=True)
    seen = []
    handles = [
        m.register_forward_pre_hook(lambda mod, args: (args[0] * 2,)),
        m.register_forward_hook(lambda mod, args, out: out + 1),
        m.register_full_backward_pre_hook(lambda mod, go: (go[0] * 10,)),
        m.register_full_backward_hook(lambda mod, gi, go: (seen.append((gi[0].tolist(), go[0].tolist())), (gi[0] * 0,))[1]),
    ]
    y = m(x)
    assert y.tolist() == [[3, 3]]
    y.sum().backward()
    assert seen == [([[10, 10]], [[10, 10]])]
    assert x.grad.tolist() == [[0, 0]]
    for h in handles:
        h.remove()
    assert m(x).tolist() == [[1, 1]]


def test_load_state_dict_with_assign_and_other_dtypes() -> None:
    m = nn.Linear(2, 1)
    given = {"weight": torch.ones(1, 2, dtype=torch.float64), "bias": torch.zeros(1)}
    m.load_state_dict(given)
    assert m.weight.dtype is torch.float32 and m.weight.tolist() == [[1, 1]]
    m.load_state_dict(given, assign=True)
    assert m.weight.dtype is torch.float64 and type(m.weight) is nn.Parameter
    out = m.load_state_dict({"bias": torch.ones(1), "x": torch.ones(1)}, strict=False)
    assert out.missing_keys == ["weight"] and out.unexpected_keys == ["x"]
    with pytest.raises(TypeError, match="Expected state_dict to be dict-like"):
        m.load_state_dict(3)


def test_meta_and_moves() -> None:
    m = nn.Linear(1000, 1000, device="meta")
    assert m.weight.is_meta and m(torch.empty(3, 1000, device="meta")).shape == (3, 1000)
    assert nn.Linear(2, 2).to("cpu", torch.float64).weight.dtype is torch.float64
    w = nn.Linear(2, 2)
    p = w.weight
    w.double()
    assert w.weight is p and p.dtype is torch.float64


def test_containers_as_lists() -> None:
    s = nn.Sequential(nn.Linear(1, 2), nn.ReLU())
    s.append(nn.Tanh()).insert(1, nn.Identity())
    assert [type(m).__name__ for m in s] == ["Linear", "Identity", "ReLU", "Tanh"]
    del s[1]
    assert [n for n, _ in s.named_children()] == ["0", "1", "2"] and len(s[1:]) == 2 and type(s[-1]) is nn.Tanh
    assert len(s + nn.Sequential(nn.ReLU())) == 4
    ml = nn.ModuleList([nn.ReLU()])
    ml.extend([nn.Tanh()])
    ml += [nn.ReLU()]
    assert len(ml) == 3 and type(ml[-2]) is nn.Tanh and type(ml[:2]) is nn.ModuleList
    with pytest.raises(IndexError, match="out of range"):
        ml[3]
    d = nn.ModuleDict({"a": nn.ReLU()})
    d["b"] = nn.Tanh()
    assert list(d) == ["a", "b"] and "a" in d and type(d.pop("b")) is nn.Tanh and len(d) == 1
    with pytest.raises(NotImplementedError, match='missing the required "forward"'):
        ml(1)


def test_parameters_to_vector_and_back() -> None:
    m = nn.Linear(2, 1)
    v = torch.arange(3.0)
    nn.utils.vector_to_parameters(v, m.parameters())
    assert m.weight.tolist() == [[0, 1]] and m.bias.tolist() == [2]
    assert nn.utils.parameters_to_vector(m.parameters()).tolist() == [0, 1, 2]


def test_clipping() -> None:
    w = torch.tensor([3.0, 4.0], requires_grad=True)
    (w * w / 2).sum().backward()
    assert nn.utils.clip_grad_norm_([w], 1.0).item() == 5
    assert torch.allclose(w.grad, torch.tensor([0.6, 0.8]), atol=1e-5)
    w.grad = torch.tensor([float("nan"), 1.0])
    with pytest.raises(RuntimeError, match="is non-finite"):
        nn.utils.clip_grad_norm_([w], 1.0, error_if_nonfinite=True)


def test_checkpoint_keeps_nothing_and_gives_the_same_gradients() -> None:
    torch.manual_seed(0)
    m = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Dropout(0.5), nn.Linear(4, 1))
    x = torch.randn(8, 4)
    grads = []
    for run in (m, lambda v: torch.utils.checkpoint.checkpoint(m, v, use_reentrant=False)):
        torch.manual_seed(1)
        m.zero_grad()
        y = run(x).sum()
        after = torch.rand(1).item()
        y.backward()
        grads.append([p.grad.clone() for p in m.parameters()] + [torch.tensor(after), torch.rand(1)])
    for a, b in zip(*grads, strict=True):
        assert torch.equal(a, b)
    w = torch.autograd.grad(torch.utils.checkpoint.checkpoint(m, x, use_reentrant=False).sum(), list(m.parameters()))
    assert len(w) == 4
    with pytest.warns(UserWarning, match="use_reentrant"):
        torch.utils.checkpoint.checkpoint(torch.sin, x)
