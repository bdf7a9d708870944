"""Models, optimizers, data sets and files in the language: what programs reach of them, and what they do not."""

from __future__ import annotations

import random
import warnings
from pathlib import Path

import pytest

from tcalc.lang import modules
from tcalc.lang.diagnostic import LangError
from tcalc.lang.limits import Limits
from tcalc.lang.run import Session
from tcalc.lang.values import attribute_names

HEAD = """
import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader, Dataset, TensorDataset
w = torch.ones(2, requires_grad=True)
x = torch.ones(2, 3)
lin = nn.Linear(3, 2)
net = nn.Sequential(lin, nn.ReLU())
ds = TensorDataset(x, x)
loader = DataLoader(ds)
opt = optim.SGD(net.parameters(), lr=0.1)
"""


def session() -> Session:
    s = Session(sink=lambda text: None, limits=Limits(timeout=20))
    s.run(HEAD)
    return s


def value(text: str) -> object:
    return session().run(text)[-1].value


def failure(text: str) -> str:
    with pytest.raises(LangError) as e:
        session().run(text)
    assert e.value.diagnostic.kind != "internal", e.value
    return str(e.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("str(type(lin))", "<class 'torch.nn.modules.linear.Linear'>"),
        ("str(type(lin.weight))", "<class 'torch.nn.parameter.Parameter'>"),
        ("str(type(opt))", "<class 'torch.optim.sgd.SGD'>"),
        ("str(type(loader))", "<class 'torch.utils.data.dataloader.DataLoader'>"),
        ("str(optim.lr_scheduler.StepLR)", "<class 'torch.optim.lr_scheduler.StepLR'>"),
        ("isinstance(lin.weight, nn.Parameter) and isinstance(lin.weight, torch.Tensor) and not isinstance(w, nn.Parameter)", True),
        ("isinstance(lin, (nn.Linear, nn.Conv2d)) and issubclass(nn.Linear, nn.Module)", True),
        ("lin.in_features + net[0].out_features + len(net)", 7),
        ("lin.weight.shape[0] + lin.bias.numel()", 4),
        ("opt.param_groups[0]['lr']", 0.1),
        ("loader.batch_size + len(loader.dataset)", 3),
        ("net.training", True),
        ("lin.training = False; lin.training", False),
        ("lin.note = 'mine'; lin.note", "mine"),
        ("nn.init.calculate_gain('tanh')", 5 / 3),
        ("net._modules['x'] = 3; len(net)", 2),
        ("nn.Linear(3, 2)(x).shape == (2, 2)", True),
        ("torch.nn.Module is nn.Module and torch.nn.functional.relu is not None", True),
        ("from torch.nn import Linear, Module; Linear(1, 1).in_features", 1),
        ("from torch.optim.lr_scheduler import StepLR; StepLR(opt, 2).step_size", 2),
        ("from torch.nn.utils import clip_grad_norm_; clip_grad_norm_([w], 1.0).item()", 0.0),
        ("type(torch.utils.data.get_worker_info())", type(None)),
    ],
)
def test_values(text: str, expected: object) -> None:
    found = value(text)
    assert found == expected or repr(found) == "<class 'NoneType'>"


@pytest.mark.parametrize(
    "text",
    [
        "lin.__dict__", "lin.__class__.__mro__", "lin.__class__.__init__.__globals__", "lin._forward_hooks",
        "lin.__setattr__('x', 1)",
        "lin.__getattr__('weight')", "lin.__reduce__()", "lin._apply(print)", "nn.Linear.__subclasses__()",
        "nn.Linear.__init__.__globals__",
        "lin._parameters = {}", "lin._forward_hooks = {}", "lin.__class__ = nn.ReLU",
        "lin.__dict__ = {}", "opt._stepped = 3", "opt.__dict__", "opt._hooks_before",
        "loader.collate_fn", "loader._order", "loader._fetch",
        "loader._iterable = 5", "ds.tensors.__class__.__base__", "nn.__dict__", "optim.sys", "nn.os", "nn.init.math",
        "nn.functional.T", "torch.utils.data.itertools", "torch.utils.checkpoint.random", "lin.weight._ext", "lin.weight._data", "lin.weight.__class__.__mro__",
        "lin.forward.__func__", "lin.forward.__self__", "nn.Parameter.__new__", "torch.save.__globals__", "lin.register_forward_hook(print).hooks",
        "optim.lr_scheduler.LambdaLR(opt, lambda e: 1).lr_lambdas[0].__code__",
    ],
)  # fmt: skip
def test_what_is_out_of_reach(text: str) -> None:
    try:
        found = value(text)
    except LangError as e:
        assert e.diagnostic.kind != "internal", e
    else:
        assert found is None or isinstance(found, (int, str, tuple)), found


def test_errors_say_what_would_work() -> None:
    assert "'Linear' object has no attribute 'weigth'" in failure("lin.weigth")
    assert "cannot assign module before Module.__init__() call" in failure(
        "class M(nn.Module):\n    def __init__(self):\n        self.a = nn.Linear(1, 1)\nM()"
    )
    assert "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x2)" in failure("nn.Linear(2, 2)(x)")
    assert "optimizer got an empty parameter list" in failure("optim.Adam([])")
    assert "module 'torch.nn' has no attribute 'Lineer'" in failure("nn.Lineer")


def test_a_data_set_of_ones_own() -> None:
    text = """
class Squares(Dataset):
    def __init__(self, n):
        self.n = n
    def __len__(self):
        return self.n
    def __getitem__(self, i):
        if i >= self.n:
            raise IndexError(i)
        return torch.tensor(float(i)), i * i
[(a.tolist(), b.tolist()) for a, b in DataLoader(Squares(5), batch_size=2, num_workers=2)]
"""
    assert value(text) == [([0.0, 1.0], [0, 1]), ([2.0, 3.0], [4, 9]), ([4.0], [16])]


def test_a_sampler_and_a_schedule_of_ones_own() -> None:
    text = """
from torch.utils.data import Sampler
class Backwards(Sampler):
    def __init__(self, n):
        self.n = n
    def __iter__(self):
        return iter(list(range(self.n))[::-1])
    def __len__(self):
        return self.n
class Halving(optim.lr_scheduler.LRScheduler):
    def get_lr(self):
        return [base * 0.5 ** self.last_epoch for base in self.base_lrs]
s = Halving(opt)
opt.step(); s.step()
(torch.cat(list(DataLoader(range(4), sampler=Backwards(4)))).tolist(), s.get_last_lr())
"""
    assert value(text) == ([3, 2, 1, 0], [0.05])


class Folder:
    """The rules for files of a test: everything below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def to_read(self, path: str) -> str:
        if ".." in path:
            raise ValueError("outside")
        return str(self.root / path)

    to_write = to_read


def test_files_are_touched_only_where_the_session_says(tmp_path: Path) -> None:
    assert "programs touch no files here" in failure("torch.save(lin.state_dict(), 'a.pt')")
    assert "programs touch no files here" in failure("torch.load('a.pt')")
    s = session()
    s.files = Folder(tmp_path)
    s.run("torch.save({'m': net.state_dict(), 'o': opt.state_dict(), 'e': 3}, 'a.pt')")
    assert s.run("c = torch.load('a.pt', map_location='cpu', weights_only=True)\nc['e'], net.load_state_dict(c['m'])")[-1].value[0] == 3
    for text, words in (
        ("torch.save([1], '../a.pt')", "outside"),
        ("torch.load('b.pt')", "No such file"),
        ("torch.save(net, 'b.pt')", "cannot pickle 'Sequential' object"),
        ("torch.save(print, 'b.pt')", "cannot pickle"),
        ("torch.save([1], 5)", "a path is expected"),
    ):
        with pytest.raises(LangError, match=words) as e:
            s.run(text)
        assert e.value.diagnostic.kind != "internal"
    assert [p.name for p in tmp_path.iterdir()] == ["a.pt"]


def test_huge_requests_are_refused_before_memory_is_taken() -> None:
    for text in ("nn.Linear(10**7, 10**7)", "net * 10**12", "list(DataLoader(range(10**14), shuffle=True))", "nn.Embedding(10**12, 10)"):
        assert "internal" not in failure(text).lower()


def test_autocast_and_scaler() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert value("with torch.autocast('cpu'):\n    y = lin(x)\nstr(y.dtype)") == "torch.bfloat16"
        text = "from torch.cuda.amp import autocast, GradScaler\ns = GradScaler()\nwith autocast():\n    l = net(x).sum()\n"
        text += "s.scale(l).backward(); s.step(opt); s.update()\ns"
        assert repr(value(text + ".is_enabled()")) in ("True", "False")
        assert value("@torch.autocast('cpu')\ndef f(v):\n    return v @ v.T\nstr(f(x).dtype)") == "torch.bfloat16"


def test_help_and_completion_know_them() -> None:
    from tcalc.lang.tables import completions, help_for

    assert "Linear" in {n for n, _, _ in completions("nn")} and "SGD" in {n for n, _, _ in completions("torch.optim")}
    assert "y = x @ weight.T + bias" in (help_for("nn.Linear") or "")
    names = {n for n, _, _ in completions(value=session().run("lin")[-1].value)}
    assert {"weight", "bias", "forward", "state_dict"} <= names and not {n for n in names if n.startswith("_")}


JUNK = (
    "1 0 -1 2.5 'a' None [] [1,2] (2,3) {} w x lin net net.parameters() ds opt loader True torch.float32 range(3) [w] print nn.Linear 1e9 torch.ones(0) {1}"
).split()


@pytest.mark.parametrize("seed", range(2))
def test_misuse_is_a_value_or_an_error_of_the_language(seed: int) -> None:
    rnd = random.Random(seed)
    s = session()
    objects = {n: s.run(n)[-1].value for n in ("lin", "net", "opt", "loader", "ds", "nn.ModuleList([lin])", "nn.LSTM(3, 2)", "nn.Embedding(3, 2)")}
    kinds = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for k in range(250):
            args = ", ".join(rnd.choice(JUNK) for _ in range(rnd.randrange(4)))
            name = rnd.choice(sorted(objects))
            text = (
                f"v = nn.{rnd.choice(modules.nn_names())}({args})\nprint(v)\nv(x)",
                f"v = {name}\nprint(v.{rnd.choice(attribute_names(objects[name]))}({args}))\nprint(v)",
                f"v = {name}\nv.{rnd.choice([*attribute_names(objects[name]), 'zz', '_q'])} = {rnd.choice(JUNK)}\nprint(v)\nv(x)",
                f"v = {name}\nv[{rnd.choice(JUNK)}]",
                f"for b in DataLoader({args}): print(b)",
            )[k % 5]
            try:
                s.run(text)
            except LangError as e:
                kinds.add(e.diagnostic.kind)
                assert e.diagnostic.kind != "internal", text
            if k % 20 == 0:
                s = session()
    assert len(kinds) > 5
