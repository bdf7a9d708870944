"""`tcalc test`: transcripts as tests, in text and Markdown files; tolerances, wildcards, diffs, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import fails, out, tcalc

GOOD = """# A page
>>> this is no example: it stands outside a block

```pycon
>>> import torch
>>> x = torch.tensor([1., 2., 3.])
>>> x * 2
tensor([2., 4., 6.])
>>> for i in range(2):
...     print(i)
...
0
1
>>> 'a'
'a'
>>> torch.arange(2000)
tensor([   0,    1,    2,  ..., 1997, 1998, 1999])
>>> torch.ones(2, 3) @ torch.ones(2, 3)
RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)
>>> 1/0
Traceback (most recent call last):
  File "<stdin>", line 1, in <module>
ZeroDivisionError: division by zero
>>> x.requires_grad_().sum().grad_fn
<SumBackward0 object at 0x7fffffff>
>>> print('a'); print(); print('b')
a
<BLANKLINE>
b
>>> 1 + 1  # doctest: +SKIP
3
```

~~~
tcalc> grad(sin(x**2), x=pi)
-5.6717394031039605
d/dx sin(x**2) · f = -0.430301 · at x = 3.14159
tcalc> def f(a):
   ...     return a + 1
   ...
tcalc> f(2)
3
tcalc> zeros(2,3).T
tensor([[0., 0.],
        [0., 0.],
        [0., 0.]])
float32 · shape (3, 2) · stride (1, 3) · not contiguous · cpu · 24 B · view
~~~
"""


def page(folder: Path, text: str, name: str = "page.md") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def check(folder: Path, example: str, *options: str) -> int:
    return tcalc("test", page(folder, example, "t.txt"), *options).returncode


def test_a_page_that_holds(tmp_path: Path) -> None:
    assert out("test", page(tmp_path, GOOD)) == "15 examples in 1 file: all passed\n"


def test_what_differs_is_shown_as_a_diff_and_the_code_is_3(tmp_path: Path) -> None:
    path = page(tmp_path, ">>> x = [1, 2]\n>>> for v in x:\n...     print(v)\n1\n3\n\n>>> 5\n5\n", "t.txt")
    done = tcalc("test", path)
    assert done.returncode == 3 and done.stderr == ""
    assert done.stdout == (
        f"{path}:2: this example shows something else\n    >>> for v in x:\n    ...     print(v)\n  --- expected\n  +++ got\n  @@ -1,2 +1,2 @@\n"
        f"   1\n  -3\n  +2\n"
        f"3 examples in 1 file: 1 failed ({path})\n"
    )


def test_json(tmp_path: Path) -> None:
    path = page(tmp_path, ">>> 1 + 1\n3\n>>> 2\n2\n", "t.txt")
    done = tcalc("test", "--json", path)
    assert done.returncode == 3
    report = json.loads(done.stdout)
    assert (report["schema"], report["examples"], report["failed"]) == ("tcalc.test/1", 2, 1)
    assert report["files"][0]["failures"] == [{"line": 1, "source": "1 + 1", "expected": "3", "got": "2"}]


@pytest.mark.parametrize(
    ("example", "options", "code"),
    [
        (">>> 1/3\n0.33333333\n", (), 0),
        (">>> 1/3\n0.333\n", (), 3),
        (">>> 1/3\n0.333\n", ("--rtol", "1e-2"), 0),
        (">>> 1/3\n0.334\n", ("--atol", "0.01"), 0),
        (">>> 1/3\n0.33333333\n", ("--exact",), 3),
        (">>> 3\n4\n", ("--rtol", "1"), 3),  # whole numbers are exact
        (">>> torch.ones(2, 3).shape\ntorch.Size([2, 4])\n", ("--rtol", "1"), 3),
        (">>> tensor([1., 2.])\ntensor([ 1.0000,  2.0000])\n", (), 0),  # blanks loosely
        (">>> float('nan')\nnan\n", (), 0),
        (">>> [1.5, 'x1']\n[1.5, 'x2']\n", ("--rtol", "1"), 3),
        (">>> print('a b c')\na ... c\n", (), 0),
        (">>> print('a b c')\na ... d\n", (), 3),
        (">>> for i in range(5): print(i)\n0\n...\n4\n", (), 0),
        (">>> for i in range(5): print(i)\n0\n1\n ...\n4\n", (), 0),
        (">>> 5\n", (), 3),  # it shows 5, and nothing was expected
        (">>> x = 5\n5\n", (), 3),
        (">>> undefined\nNameError: name 'undefined' is not defined\n", (), 0),
        (">>> undefined\nNameError: name 'other' is not defined\n", (), 3),
        (">>> undefined\nNameError: ...\n", (), 0),
        (">>> None\n>>> 1\n1\n", (), 0),
    ],
)
def test_comparison(tmp_path: Path, example: str, options: tuple[str, ...], code: int) -> None:
    assert check(tmp_path, example, *options) == code


def test_names_live_through_a_file_and_not_into_the_next(tmp_path: Path) -> None:
    a = page(tmp_path, ">>> x = 1\n\ntext\n\n>>> x\n1\n", "a.txt")
    b = page(tmp_path, ">>> x\n1\n", "b.txt")
    assert out("test", a) == "2 examples in 1 file: all passed\n"
    done = tcalc("test", a, b)
    assert done.returncode == 3 and f"3 examples in 2 files: 1 failed ({b})" in done.stdout
    assert out("test", b, "-v", "x=1") == "1 example in 1 file: all passed\n"


def test_a_file_without_examples_is_no_success(tmp_path: Path) -> None:
    assert "has no examples" in fails("test", page(tmp_path, "nothing\n"), code=3)
    assert "no such file" in fails("test", str(tmp_path / "none.md"), code=1)
    assert "needs a value" in fails("test", "x", "--rtol", code=2)
    assert "takes a tolerance" in fails("test", "x", "--rtol", "-1", code=2)


def test_update_writes_what_is_shown_now(tmp_path: Path) -> None:
    path = page(tmp_path, "head\n\n```\n>>> 1 + 1\n3\n>>> print(1); print(2)\n>>> 7\n7\n```\ntail\n")
    done = tcalc("test", "--update", path)
    assert done.returncode == 0
    assert Path(path).read_text() == "head\n\n```\n>>> 1 + 1\n2\n>>> print(1); print(2)\n1\n2\n>>> 7\n7\n```\ntail\n"
    assert out("test", path) == "3 examples in 1 file: all passed\n"


def test_options_apply(tmp_path: Path) -> None:
    assert out("test", "--seed", "0", page(tmp_path, ">>> rand(1)\ntensor([0.4963])\n", "t.txt")) == "1 example in 1 file: all passed\n"
    assert check(tmp_path, ">>> while True: pass\n", "--timeout", "0.5") != 0
