"""Python's library in the language: programs give what Python gives; imports outside the list are refused; nothing is reached that is not a value."""

from __future__ import annotations

import random

import pytest

from tcalc.lang.diagnostic import LangError
from tcalc.lang.run import Session
from tests.lang.beside import failure, language, programs, python, value


@pytest.mark.parametrize("program", programs("stdlib.txt"))
def test_programs_print_what_python_prints(program: str) -> None:
    assert language(program) == python(program)


@pytest.mark.parametrize("name", ["os", "matplotlib", "matplotlib.pyplot", "json", "subprocess", "re", "pandas", "torchvision", "tqdm.contrib", "random.x"])
def test_other_imports_list_what_there_is(name: str) -> None:
    with pytest.raises(LangError) as caught:
        Session().run(f"import {name}")
    d = caught.value.diagnostic
    assert d.headline == f"ModuleNotFoundError: No module named '{name}'"
    said = " ".join(d.hints)
    assert all(word in said for word in ("numpy", "math", "random", "itertools", "collections", "torch"))


def test_random_is_cpythons_stream_and_the_programs_own() -> None:
    random.seed(1)
    before = random.getstate()
    mine = random.Random(7)
    assert value("import random\nrandom.seed(7)\n[random.random(), random.gauss(0, 1), random.randint(1, 6)]") == [
        mine.random(),
        mine.gauss(0, 1),
        mine.randint(1, 6),
    ]
    assert random.getstate() == before


def test_shuffles_of_tensors_and_arrays() -> None:
    order = list(range(6))
    random.Random(3).shuffle(order)
    assert value("import random\nimport numpy as np\na = np.arange(6); random.seed(3); random.shuffle(a); a.tolist()") == order
    assert sorted(value("import random\nt = torch.arange(4); random.seed(3); random.choice(t).item()").__index__() for _ in range(1)) <= [3]  # type: ignore[attr-defined]


def test_tensors_in_containers() -> None:
    text = """
from collections import namedtuple, OrderedDict, deque
import torch
T = namedtuple('Transition', ('state', 'action'))
b = T(*zip(*[T(torch.ones(2), 1), T(torch.zeros(2), 0)]))
print(torch.stack(b.state), b.action, T(torch.ones(1), 2))
memory = deque([], maxlen=2)
for i in range(3):
    memory.append(T(torch.tensor(i), i))
print(len(memory), memory[0].action)
print(OrderedDict(a=torch.ones(1))['a'])
"""
    assert language(text) == ("tensor([[1., 1.],\n        [0., 0.]]) (1, 0) Transition(state=tensor([1.]), action=2)\n2 1\ntensor([1.])\n")


def test_copies() -> None:
    text = """
import copy
import torch
import torch.nn as nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(2, 1)
        self.f = lambda v: v
    def forward(self, x):
        return self.f(self.l(x))
a = Net(); b = copy.deepcopy(a)
with torch.no_grad():
    a.l.weight.zero_()
print(b.l.weight is a.l.weight, bool((b.l.weight != 0).all()), b(torch.ones(1, 2)).shape)
x = torch.ones(2, requires_grad=True)
print(copy.deepcopy(x).requires_grad, copy.deepcopy([x, {'k': [1]}])[1])
"""
    assert language(text) == "False True torch.Size([1, 1])\nTrue {'k': [1]}\n"
    assert failure("import copy\nimport torch\ncopy.deepcopy(torch.ones(1, requires_grad=True) * 2)").startswith(
        "RuntimeError: Only Tensors created explicitly"
    )


CLOSED = [
    "import operator\noperator.attrgetter('__globals__')(lambda: 0)",
    "import operator\noperator.attrgetter('__class__.__base__')(3)",
    "import operator\noperator.methodcaller('__reduce__')(3)",
    "from functools import partial\npartial(print).function",
    "from functools import partial\npartial(print).host",
    "import functools\nfunctools.sys",
    "import random\nrandom._os",
    "import random\nrandom.Random().host",
    "import random\nrandom.SystemRandom()",
    "import random\nrandom.seed(print)",
    "import random\nrandom.setstate((3, (1, 2), None))",
    "import collections\ncollections.abc",
    "import collections\ncollections._sys",
    "from collections import namedtuple\nnamedtuple('A', 'x; import os')",
    "from collections import namedtuple\nnamedtuple('A', '__class__ y')",
    "from collections import namedtuple\nnamedtuple('A', 'x')(1).__reduce__()",
    "from collections import defaultdict\ndefaultdict(list).__missing__('a')",
    "from collections import defaultdict\ndefaultdict(3)",
    "from collections import deque\ndeque().host",
    "import copy\ncopy._deepcopy_dispatch",
    "import typing\ntyping.sys",
    "import statistics\nstatistics.Fraction",
    "import statistics\nstatistics.mean([print])",
    "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\nA.__dataclass_fields__",
    "import heapq\nheapq.heappush((1,), 2)",
    "import string\nstring.Formatter()",
    "import timeit\ntimeit.timeit('import os')",
    "import sys\nsys.modules",
    "import itertools\nitertools.chain([1]).gi_frame",
]


@pytest.mark.parametrize("text", CLOSED)
def test_nothing_gets_out(text: str) -> None:
    assert failure(text)


BOUNDED = [
    "import itertools\ng = iter([1])\nfor i in range(50000): g = itertools.chain(g, [1])\nnext(g)",
    "from collections import deque\nd = deque()\nfor i in range(50000): d = deque([d])\nprint(d)",
    "from collections import OrderedDict\nd = OrderedDict()\nfor i in range(60): d = OrderedDict(a=d, b=d)\nprint(d)",
    "import copy\nd = []\nfor i in range(50000): d = [d]\ncopy.deepcopy(d)",
    "from collections import namedtuple\nP = namedtuple('P', 'x')\np = P(1)\nfor i in range(50000): p = P(p)\n{p: 1}",
    "from functools import partial\nf = print\nfor i in range(50000): f = partial(f)\nf()",
    "from functools import lru_cache\np = ()\nfor i in range(50000): p = (p,)\nlru_cache(len)(p)",
    "import itertools\nlist(itertools.product(range(10), repeat=10**9))",
    "import itertools\nsum(1 for _ in itertools.count())",
    "import itertools\nlist(itertools.islice(itertools.count(), 10**12, None))",
    "import itertools\nfor x in itertools.dropwhile(lambda v: True, itertools.count()): pass",
    "import itertools\nlist(itertools.filterfalse(None, itertools.repeat(1)))",
    "import random\nrandom.choices([1], k=10**12)",
    "import random\nrandom.sample(range(10**12), 10**11)",
    "import random\nrandom.getrandbits(10**12)",
    "import operator\noperator.mul('a', 10**12)",
    "import operator\noperator.pow(9, 10**9)",
    "import operator\noperator.lshift(1, 10**12)",
]


@pytest.mark.parametrize("text", BOUNDED)
def test_bounds_hold(text: str) -> None:
    assert failure(text, timeout=1).startswith(
        ("RecursionError", "MemoryError", "TimeoutError", "OverflowError", "TypeError", "RuntimeError: more than 200 iterators")
    )


def test_typing_means_nothing() -> None:
    head = "from typing import List, Dict, Optional, Union, Callable\nV = Dict[str, List[int]]\nW = Optional[V] | Union[int, None]\n"
    assert value(head + "def f(x: V, y: W = None) -> V: return 1\nf(2)") == 1


def test_progress_bars_are_their_values() -> None:
    assert value("from tqdm import tqdm, trange\n[x for x in tqdm([1, 2], desc='a')] + [i for i in trange(2)]") == [1, 2, 0, 1]


def test_dataclass_mistakes() -> None:
    head = "from dataclasses import dataclass, field\n@dataclass\nclass A:\n    x: int\n    y: list = field(default_factory=list)\n"
    assert failure(head + "A()") == "TypeError: A.__init__() missing 1 required positional argument: 'x'"
    assert failure(head + "A(1, z=2)") == "TypeError: A.__init__() got an unexpected keyword argument 'z'"
    assert failure("from dataclasses import dataclass\n@dataclass\nclass A:\n    x: list = []\n").startswith(
        "ValueError: mutable default <class 'list'> for field x"
    )


@pytest.mark.parametrize("step", ["(x for x in g)", "(x for x in map(str, g))", "itertools.chain(g)", "itertools.islice(g, 5)", "zip((x for x in g))"])
def test_iterators_inside_each_other_are_bounded(step):
    """100,000 of them would overflow the host's stack where they end."""
    with pytest.raises(LangError, match="more than 200 iterators inside each other"):
        Session().run(f"import itertools\ng = iter([1])\nfor i in range(100000):\n    g = {step}\n")
