# ruff: noqa: E501
"""Classes of the engine in the language: what `expose` lets through of a small host class, and hostile programs over modules, optimizers and Functions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tcalc.engine import tensor
from tcalc.lang.diagnostic import LangError
from tcalc.lang.hosts import HOSTS, HostClass, expose, is_value
from tcalc.lang.limits import Limits
from tcalc.lang.run import Session
from tcalc.lang.values import INFO


class Shop:
    """A host class as the engine's are."""

    open_hours = 8

    def __init__(self, name: str = "shop", *goods: object) -> None:
        self.name = name
        self.goods = list(goods)
        self._till = [1, 2]
        self.helper = len  # a host function that lies in an object
        self.kind = type(self)

    def __len__(self) -> int:
        return len(self.goods)

    def __getitem__(self, i: int) -> object:
        return self.goods[i]

    def __call__(self, x: object) -> object:
        return self.serve(x)

    def serve(self, x: object) -> object:
        """What a subclass overrides."""
        raise NotImplementedError(f"{type(self).__name__} serves nothing")

    def twice(self, x: object) -> object:
        """Calls the overridden method."""
        return [self.serve(x), self.serve(x)]

    def broken(self, x: str) -> str:
        """Fails as host code does on a misfit argument."""
        return x.upper()

    @classmethod
    def make(cls, n: int) -> Shop:
        """An object of the class it is called on."""
        return cls(f"number {n}")

    def hidden(self) -> str:
        """Not listed."""
        return "hidden"


class Corner(Shop):
    """Inherits the names of Shop."""


@pytest.fixture
def session() -> Iterator[Session]:
    before = dict(HOSTS)
    s = Session()
    s.bind(
        "Shop",
        expose(
            Shop,
            "shops.Shop",
            attributes="_till",
            methods="twice broken",
            classmethods="make",
            protocol="len getitem call",
            overrides="serve",
            reserved="_till",
            open=True,
            subclass=True,
        ),
    )
    s.bind("Corner", expose(Corner, "shops.Corner", subclass=True))
    yield s
    for kind in set(HOSTS) - set(before):
        del HOSTS[kind]
        INFO.pop(kind, None)


def value(session: Session, text: str) -> object:
    return session.run(text)[-1].value


def test_what_is_listed_is_there(session: Session) -> None:
    assert value(session, "s = Shop('a', 1, 2)\n(s.name, s.goods, len(s), s[1], s._till, isinstance(s, Shop), type(s) is Shop, Shop.make(3).name, str(Shop))") == (
        "a", [1, 2], 2, 2, [1, 2], True, True, "number 3", "<class 'shops.Shop'>",
    )  # fmt: skip
    assert value(session, "s.colour = 'red'\n[s.colour, callable(s), [x for x in dir(s) if x[0] != '_']]") == [
        "red",
        True,
        ["broken", "colour", "goods", "name", "twice"],
    ]


@pytest.mark.parametrize(
    "text",
    "s.hidden\ns.hidden()\ns.helper\ns.kind\ns.open_hours\ns.make.__func__\ns.twice.host\ns.twice.owner\nShop.hidden\nShop.host\nShop.methods\nShop.build\nShop.__dict__\n"
    "Shop.__init__.__globals__\ns.__dict__\ns._till = 3\ns.__class__ = 3\ndel s._till\ndel s.nothing\ns.broken(3)\nShop.twice(3)\nShop.make(3).hidden()\n"
    "s + 1\ns[0] = 1\ndel s[0]\nwith s: pass\ns()\ns(1)\ns.serve(1)\nShop(1, x=2)".split("\n"),
)
def test_what_is_not_listed_is_not(session: Session, text: str) -> None:
    session.run("s = Shop('a', 1)")
    with pytest.raises(LangError) as caught:
        session.run(text)
    assert caught.value.diagnostic.kind != "internal"


def test_subclasses_inherit_and_override(session: Session) -> None:
    session.run(
        """
class Mine(Corner):
    count = 0
    def __init__(self, *goods):
        super().__init__("mine", *goods)
        self.helper = 5
    def serve(self, x):
        self.count += 1
        return f"{self.name} serves {x}"
    def __len__(self):
        return 10 + super().__len__()
m = Mine(1, 2)
"""
    )
    assert value(session, "[m.twice('tea'), m('milk'), m.count, len(m), m[0], m.helper, isinstance(m, Shop), issubclass(Mine, Corner), Mine.make(4).goods]") == [
        ["mine serves tea"] * 2, "mine serves milk", 3, 12, 1, 5, True, True, ["number 4"],
    ]  # fmt: skip
    host = session.variables["m"]
    assert isinstance(host, Corner)  # to the engine it is one of its own
    assert host.twice("x") == ["mine serves x"] * 2
    assert len(host) == 12
    with pytest.raises(LangError):
        session.run("m.hidden()")


def test_a_listed_name_that_is_not_there() -> None:
    class Odd:
        pass

    with pytest.raises(AttributeError):
        expose(Odd, "odd.Odd", methods="nothing")
    assert Odd not in HOSTS


def test_values_and_what_is_none() -> None:
    assert all(is_value(v) for v in (1, "a", None, [1], {}, tensor([1.0]), slice(1)))
    assert not any(is_value(v) for v in (len, lambda: 0, int, type, pytest, open, object()))


def test_the_registered_classes_give_no_host_function() -> None:
    """Whatever can be read of an object of the engine's classes is a value."""
    s = Session()
    s.run(
        "import torch\nfrom torch.utils.data import DataLoader, TensorDataset\nnet = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Dropout())\nopt = torch.optim.Adam(net.parameters())"
    )
    s.run("data = TensorDataset(torch.ones(4, 2))\nloader = DataLoader(data, batch_size=2)\nsched = torch.optim.lr_scheduler.StepLR(opt, 1)")
    from tcalc.lang.values import attribute_names, get_attribute

    seen = 0
    for name in ("net", "opt", "data", "loader", "sched"):
        v = s.variables[name]
        for attribute in attribute_names(v):
            try:
                found = get_attribute(v, attribute)
            except (AttributeError, TypeError, RuntimeError, NotImplementedError):
                continue
            seen += 1
            assert is_value(found) or type(found).__name__ in ("OrderedDict", "generator", "defaultdict"), (name, attribute, found)
    assert seen > 60


NET = """
import torch
import torch.nn as nn
class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)
    def forward(self, x): return self.fc(x)
n = N()
class F1(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x * 2
    @staticmethod
    def backward(ctx, g): return "x"
x = torch.ones(1, requires_grad=True)
"""
HOSTILE = r"""
n.me = n\nprint(n)
n.me = n\nn.train()
n.me = n\nn.state_dict()
n.me = n\nn.to(torch.float64)
n.forward = lambda x: n(x)\nn(torch.ones(1, 2))
n._modules = 5
n._forward_hooks
n._forward_hooks = 3
n.__dict__
n.__class__ = 5
n.fc.__class__.__mro__
n.fc.forward.host
n.fc.forward.owner
n.fc.forward.__self__
n.forward.__func__
n.fc.__dict__
n.fc.weight._data
n.fc.reset_parameters.__globals__
nn.Linear.__init__.__globals__
nn.Linear.host
nn.Module.__subclasses__()
nn.Module.forward(3)
nn.Module.__call__(3)
nn.Module._apply
n._apply(print)
n.apply(3)
n.apply(lambda m: 1 / 0)
n.register_forward_hook(3)\nn(torch.ones(1, 2))
n.add_module('x', 3)
n.add_module(3, nn.ReLU())
n.register_buffer('x', 3)
n.fc.weight = 3
del n.nothing
n[0]
len(n)
n + n
nn.Linear('a', 'b')
nn.Linear(10**9, 10**9)
nn.Linear(2, 2, 3, 4, 5)
nn.Linear(n, n)
nn.Linear(2, 2)('x')
nn.Linear(2, 2)(n)
nn.Sequential(3)
nn.Sequential(nn.Linear(2, 2))['x']
nn.Sequential(nn.Linear(2, 2))[5]
nn.Parameter('x')
class P(nn.Parameter): pass
class P(nn.Linear):\n    def __init__(self): pass\nP()(torch.ones(2))
class P(nn.Module):\n    def forward(self): return 1\nP()(1, 2)
class P(nn.Module):\n    def parameters(self): return 5\ntorch.optim.SGD(P().parameters(), lr=1)
class P(nn.Module):\n    def train(self, mode): return 1 / 0\nP().eval()
class P(nn.Module):\n    def extra_repr(self): return 5\nprint(P())
class P(nn.Module):\n    _get_name = 5\nprint(P())
class P(nn.Module):\n    def __repr__(self): return repr(self)\nprint(nn.Sequential(P()))
class P(nn.Module):\n    def forward(self, x): return self(x)\nP()(1)
torch.optim.SGD(3, lr=1)
torch.optim.SGD([], lr=1)
torch.optim.SGD(n.parameters(), lr='x')
o = torch.optim.SGD(n.parameters(), lr=0.1)\no.param_groups = 5\no.step()
n.load_state_dict(5)
n.load_state_dict({'x': 1})
n.to(5)
n.to('x')
torch.autograd.Function.apply(3)
F1.apply(x).sum().backward()
class F2(torch.autograd.Function): pass\nF2.apply(torch.ones(1))
class F2(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x): ctx._to_save = 5\nF2.apply(x)
class F2(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x): ctx._kept\nF2.apply(x)
class F2(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x): ctx.__class__.__mro__\nF2.apply(x)
class F2(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x): ctx.save_for_backward(3)\nF2.apply(x)
F1.apply.__func__
F1.apply.owner
F1._plans
F1._backward_cls
F1.forward.__globals__
n.children().gi_frame
n.parameters().send(None)
torch.nn.Linear.__name__ = 3
nn.Linear = 5
nn.Module.foo = 5
n.fc.attr('x')
torch.tensor(n)
torch.ones(2) + n
n.parameters()[0]
for p in n: pass
""".strip().split("\n")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_programs_over_the_engines_classes(text: str) -> None:
    with pytest.raises(LangError) as caught:
        Session(sink=lambda s: None, limits=Limits(timeout=10)).run(NET + text.replace("\\n", "\n"))
    d = caught.value.diagnostic
    assert d.kind != "internal", (d, caught.value.__cause__)


def test_odd_but_allowed() -> None:
    """What PyTorch lets a program do to a module works and stays inside it."""
    out: list[str] = []
    text = "n.attr = nn.Linear(1, 1)\nn.invoke = 5\nn.x = print\nprint(n.attr, n.invoke, n(torch.ones(1, 2)).shape, n.x, n._modules.pop('fc'))\nprint(n.fc)\nn.y = 3\ndel n.y\nprint(hasattr(n, 'y'))"
    Session(sink=out.append).run(NET + text)
    assert "".join(out).split("\n") == [
        "Linear(in_features=1, out_features=1, bias=True) 5 torch.Size([1, 2]) <built-in function print> Linear(in_features=2, out_features=2, bias=True)",
        "Linear(in_features=2, out_features=2, bias=True)",  # _modules is a copy
        "False",
        "",
    ]


def test_host_class_is_a_type() -> None:
    s = Session()
    s.run("import torch.nn as nn")
    assert isinstance(s.run("nn.Linear")[0].value, HostClass)
    assert s.run("isinstance(nn.Linear, type), callable(nn.Linear), nn.Linear.__name__, str(nn.Linear)")[0].value == (
        True, True, "Linear", "<class 'torch.nn.modules.linear.Linear'>",
    )  # fmt: skip
