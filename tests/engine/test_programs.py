"""Short PyTorch programs print, under tcalc, what they printed under PyTorch: character for character, as Python and as the language."""

from __future__ import annotations

import difflib
import io
import json
import pathlib
import re
from contextlib import redirect_stdout

import pytest

ORACLE = pathlib.Path(__file__).parent.parent / "oracle"
PROGRAMS = sorted((ORACLE / "programs").glob("*.py"))
GOLDEN = json.loads((ORACLE / "golden" / "programs.json").read_text(encoding="utf-8"))["rows"]


def names(language: bool = False) -> list[str]:
    """The programs' names; those the language cannot run (class, try) say so in their first line."""
    return [p.stem for p in PROGRAMS if not (language and p.read_text(encoding="utf-8").startswith("# lang: no"))]


def source(name: str) -> str:
    """A program's text."""
    return (ORACLE / "programs" / f"{name}.py").read_text(encoding="utf-8")


def as_python(text: str) -> str:
    """The program with tcalc in torch's place; torch's parts are attributes of it."""

    def names_of(m: re.Match[str]) -> str:
        pairs = [n.strip().partition(" as ") for n in m[2].split(",")]
        return "; ".join(f"{new or old} = torch{m[1]}.{old}" for old, _, new in pairs)

    text = re.sub(r"^(from torch[\w.]* import )\(\s*([\w\s,]+?),?\s*\)$", lambda m: m[1] + " ".join(m[2].split()), text, flags=re.M)
    text = re.sub(r"^import torch$", "import tcalc as torch", text, flags=re.M)
    text = re.sub(r"^import torch\.([\w.]+) as (\w+)$", r"\2 = torch.\1", text, flags=re.M)
    return re.sub(r"^from torch([\w.]*) import ([\w, ]+)$", names_of, text, flags=re.M)


def needs(name: str) -> None:
    """Skip a program whose `# needs:` line names what the engine does not have yet."""
    import tcalc

    first = source(name).partition("\n")[0]
    for path in first[8:].split() if first.startswith("# needs:") else ():
        for root in (tcalc, tcalc.Tensor, tcalc.nn.functional):
            for part in path.split("."):
                root = getattr(root, part, None)
            if root is not None:
                break
        else:
            pytest.skip(f"{path} is not here yet")


def compare(name: str, printed: str, failed: BaseException | None) -> None:
    """Fail with a diff, or with the exception that ended the program early."""
    printed = re.sub(r"0x[0-9a-fA-F]+", "0x...", printed)
    expected = GOLDEN[name]
    if failed is None and printed == expected:
        return
    diff = list(difflib.unified_diff(expected.splitlines(), printed.splitlines(), "PyTorch", "tcalc", lineterm="", n=0))
    shown = "\n".join(diff[2:42])
    ended = "" if failed is None else f"\nended by {type(failed).__name__}: {str(failed).splitlines()[0] if str(failed) else ''}"
    pytest.fail(f"{name}:\n{shown}{ended}", pytrace=False)


@pytest.fixture(autouse=True)
def _global_state():
    """Grad mode, default dtype and print options as a new process has them."""
    yield
    import tcalc

    tcalc.set_grad_enabled(True)
    tcalc.set_default_dtype(tcalc.float32)
    tcalc.set_printoptions(profile="default")


def test_golden_is_complete() -> None:
    """Every program has its golden output, and nothing else has."""
    assert sorted(GOLDEN) == names()


@pytest.mark.parametrize("name", names())
@pytest.mark.filterwarnings("ignore")
def test_as_python(name: str) -> None:
    """With `import tcalc as torch`."""
    needs(name)
    text = as_python(source(name))
    out, failed = io.StringIO(), None
    with redirect_stdout(out):
        try:
            exec(compile(text, f"{name}.py", "exec"), {"__name__": "__main__"})
        except Exception as e:
            failed = e
    compare(name, out.getvalue(), failed)


@pytest.mark.parametrize("name", names(language=True))
@pytest.mark.filterwarnings("ignore")
def test_as_language(name: str) -> None:
    """The same text, unchanged, in the language."""
    from tcalc.lang.run import Session

    needs(name)
    out: list[str] = []
    failed = None
    try:
        Session(sink=out.append).run(source(name), name=f"{name}.py")
    except Exception as e:
        failed = e
    compare(name, "".join(out), failed)
