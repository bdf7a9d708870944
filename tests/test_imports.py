"""What each path through the command line imports: start-up time is import time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT, environment

# Never on the path of an expression (docs/architecture.md).
FORBIDDEN = frozenset(
    "typer rich prompt_toolkit graphviz scipy cupy asyncio inspect dataclasses typing re ast json enum contextlib functools collections traceback "
    "pathlib logging".split()
)
ARRAYS = frozenset(("numpy", "ml_dtypes"))

# Runs the command line as the console script does, and reports sys.modules just before it would leave.
PROBE = """
import sys, os
start = set(sys.modules)
real = os._exit
def leave(code):
    names = sorted(set(sys.modules) - start)
    import json
    os.write(2, ("\\x1e" + json.dumps([code, names])).encode())
    real(code)
os._exit = leave
from tcalc.cli.main import main
main(sys.argv[1:])
"""


def modules(*args: str, stdin: str | None = None) -> set[str]:
    """Top-level names of the modules that `tcalc ARGS` imports beyond what Python itself starts with (-S: no site, no .pth files)."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", PROBE, *args],
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(PYTHONPATH=site_path()),
        check=False,
    )
    errors, mark, report = done.stderr.partition("\x1e")
    assert mark, done.stderr
    code, names = json.loads(report)
    assert code == 0, f"exit {code}: {errors}"
    return {name.split(".")[0] for name in names}


def site_path() -> str:
    import numpy

    return f"{ROOT}:{Path(numpy.__file__).parent.parent}" if sys.platform != "win32" else f"{ROOT};{Path(numpy.__file__).parent.parent}"


SCALARS = [
    "1+1",
    "grad(sin(x**2), x=pi)",
    "grad((w*x + b)**2, w=3., x=4., b=1.)",
    "-2**2 + 1",
    "sin(2.0)",
    "f(x) = x**2\nf(3)",
    "sum([1, 2, 3])",
    "x = 2.; x.real if False else x",
]


@pytest.mark.parametrize("expression", SCALARS)
def test_a_scalar_expression_imports_nothing_heavy(expression: str) -> None:
    found = modules(expression)
    assert not found & (FORBIDDEN | ARRAYS), sorted(found & (FORBIDDEN | ARRAYS))


def test_a_scalar_tensor_needs_no_numpy() -> None:
    found = modules("x = tensor(2., requires_grad=True); y = x**2 + 3*x; y.backward(); x.grad")
    assert not found & (FORBIDDEN | ARRAYS), sorted(found & (FORBIDDEN | ARRAYS))


@pytest.mark.parametrize(
    "args", [("--json", "1+1"), ("-v", "x=2", "x+1"), ("--digits", "3", "--seed", "1", "--dtype", "float64", "2*pi"), ("-e", "x=1", "-e", "x")]
)
def test_options_import_nothing_heavy(args: tuple[str, ...]) -> None:
    found = modules(*args)
    assert not found & (FORBIDDEN | ARRAYS), sorted(found & (FORBIDDEN | ARRAYS))


def test_a_pipe_imports_nothing_heavy() -> None:
    assert not modules(stdin="1+1\n") & (FORBIDDEN | ARRAYS)


# NumPy brings re, functools and others along; what it does not bring stays away.
BESIDE_NUMPY = FORBIDDEN & frozenset("typer rich prompt_toolkit graphviz scipy cupy asyncio".split())


@pytest.mark.parametrize(
    "args", [("x = arange(6.).reshape(2,3); (x @ x.T).softmax(dim=-1)",), ("-v", "A=@examples/data/iris.csv", "A.mean(dim=0)"), ("--json", "ones(2, 3).T")]
)
def test_arrays_import_numpy_and_little_else(args: tuple[str, ...]) -> None:
    found = modules(*args)
    assert "numpy" in found
    assert not found & (BESIDE_NUMPY | {"ml_dtypes", "csv", "pandas"}), sorted(found & BESIDE_NUMPY)


def test_numpy_random_and_testing_are_never_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, "manual_seed(0); randn(3, 3).sum()"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    names = json.loads(done.stderr.partition("\x1e")[2])[1]
    assert not [n for n in names if ".".join(n.split(".")[:2]) in ("numpy.random", "numpy.testing", "numpy.ma")]


def test_the_package_itself_is_lazy() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-S",
            "-c",
            "import sys; a = set(sys.modules); import tcalc; print(len([m for m in set(sys.modules) - a if not m.startswith('tcalc') and m != '__future__']))",
        ],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    assert done.stdout.strip() == "0"


def test_help_and_version_do_not_import_the_engine() -> None:
    for flag in ("--help", "--version"):
        done = subprocess.run(
            [sys.executable, "-c", PROBE, flag], capture_output=True, text=True, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, check=False
        )
        names = json.loads(done.stderr.partition("\x1e")[2])[1]
        assert not [n for n in names if n.startswith(("numpy", "tcalc.engine", "tcalc.lang"))]
