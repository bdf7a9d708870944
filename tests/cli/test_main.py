"""`tcalc EXPR`: results, programs from pipes and files, exit codes, broken pipes, time and memory limits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support import ROOT, environment, fails, out, tcalc

# ---- results ----


def test_a_gradient() -> None:
    assert float(out("grad(sin(x**2), x=pi)")) == pytest.approx(-5.671739, abs=1e-6)


def test_one_gradient_a_name() -> None:
    expression = "grad((w*x1 + v*x2 + b - 10)**2, w=3., v=-2., b=1., x1=4., x2=5.)"
    lines = dict(line.split() for line in out(expression).splitlines())
    assert {k: float(v) for k, v in lines.items()} == {"w": -56, "v": -70, "b": -14, "x1": -42, "x2": 28}
    assert float(out(expression[:-1] + ", wrt=w)").split()[-1]) == -56


def test_statements_and_a_result() -> None:
    assert out("x = arange(6.).reshape(2,3); (x @ x.T).softmax(dim=-1)") == "tensor([[1.2339e-04, 9.9988e-01],\n        [2.3195e-16, 1.0000e+00]])\n"


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("-2**2 + 1", "-3"),
        ("1+1", "2"),
        ("0.1+0.2", "0.30000000000000004"),
        ("x = 2", ""),
        ("None", ""),
        ("'a'", "a"),
        ("print('a')", "a"),
        ("tensor([1., 2.])", "tensor([1., 2.])"),
        ("(1, 2)", "(1, 2)"),
        ("ones(2, 3).shape", "torch.Size([2, 3])"),
        ("'→ ∂ π'", "→ ∂ π"),
        ("1; 2", "1\n2"),
        ("print(1); 2; print(3)", "1\n2\n3"),
    ],
)
def test_what_is_printed(expression: str, text: str) -> None:
    assert out(expression) == (text + "\n" if text else "")


def test_a_program_on_stdin() -> None:
    assert out(stdin="zeros(2,3).T") == "tensor([[0., 0.],\n        [0., 0.],\n        [0., 0.]])\n"
    assert out(stdin="x = 2\nx * 3\nprint(x)\n") == "6\n2\n"
    assert out("-", stdin="1+1") == "2\n"
    assert out("-f", "-", stdin="1+1") == "2\n"


def test_a_program_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("# a remark\nx = 'it''s'\nx\n", encoding="utf-8")
    assert out("-f", str(tmp_path / "p.txt")) == "its\n"
    (tmp_path / "f.txt").write_text("f(x) = x**2 + 1\n", encoding="utf-8")
    assert out("-f", str(tmp_path / "f.txt"), "-e", "f(2)", "f(3)") == "5\n10\n"
    assert "no such file" in fails("-f", str(tmp_path / "nope.txt"))


def test_utf8_whatever_the_locale() -> None:
    assert out("'π'", env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}) == "π\n"


def test_dash_expression_with_a_binding() -> None:
    assert out("-x+1", "-v", "x=2") == "-1\n"


def test_underscore_is_the_last_result() -> None:
    assert out("-e", "2+3", "_ * 2") == "5\n10\n"


# ---- options ----


def test_json() -> None:
    report = json.loads(out("--json", "ones(2,3).T"))
    value = report["results"][0]
    assert report["error"] is None
    assert (value["shape"], value["dtype"], value["data"]) == ([3, 2], "float32", [[1.0, 1.0]] * 3)


def test_json_of_a_failure() -> None:
    done = tcalc("--json", "ones(2, 3) @ ones(2, 3)")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["error"]["sentence"] == "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"


def test_json_is_one_object_whatever_is_printed() -> None:
    report = json.loads(out("--json", "print('hello'); 1 + 1; float('nan'); 2**60"))
    assert report["output"] == "hello\n"
    assert len(report["results"]) == 3
    assert '"nan"' in json.dumps(report["results"][1]) and f'"{2**60}"' in json.dumps(report["results"][2])


def test_seed_dtype_digits() -> None:
    assert out("--seed", "42", "randn(3, 3)[0]") == "tensor([0.3367, 0.1288, 0.2345])\n"
    assert out("--dtype", "float64", "ones(2).dtype") == "torch.float64\n"
    assert out("--digits", "2", "tensor([1/3])") == "tensor([0.33])\n"


def test_device_meta() -> None:
    assert out("--device", "meta", "(ones(1000000, 1000000) @ ones(1000000, 5)).shape") == "torch.Size([1000000, 5])\n"


def test_device_cuda_without_a_gpu() -> None:
    done = tcalc("--device", "cuda", "ones(2)")
    if done.returncode:
        assert "CUDA" in done.stderr or "cuda" in done.stderr
        assert "Traceback" not in done.stderr


def test_version_and_help() -> None:
    from tcalc import _version

    assert out("--version") == f"tcalc {_version.__version__}\n"
    text = out("--help")
    assert text.index("tcalc 'grad(") < text.index("Usage:") < text.index("--max-memory")
    assert text == out("-h")


# ---- exit codes ----


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("ones(3,4) @ ones(5,6)", "mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)"),
        ("snh(2)", "snh"),
        ("1 +", "SyntaxError"),
        ("zeros(10**12)", "allocate"),
        ("1/0", "ZeroDivisionError"),
        ("import os", "os"),
        ("open('/etc/passwd')", "open"),
        ("().__class__.__bases__", "__bases__"),
        ("ones(2).foo", "foo"),
        ("tensor([1.], dtype=float33)", "float33"),
    ],
)
def test_a_failing_program_is_exit_1(expression: str, sentence: str) -> None:
    text = fails(expression)
    assert sentence in text
    assert "^" in text


def test_the_span_is_underlined() -> None:
    lines = fails("x = 1; y = ones(3,4) @ ones(5,6)").splitlines()
    at = next(i for i, line in enumerate(lines) if "^" in line)
    assert lines[at - 1][lines[at].index("^") :].startswith("ones(3,4) @ ones(5,6)")


def test_nothing_goes_to_stdout_when_it_fails() -> None:
    assert tcalc("1/0").stdout == ""
    done = tcalc("print('before'); 1/0")
    assert (done.stdout, done.returncode) == ("before\n", 1)


@pytest.mark.parametrize(
    "argv", [("--jsno", "1"), ("--seed",), ("--dtype", "int33", "1"), ("1", "2"), ("graph", "--wrng", "x"), ("run",), ("-v", "x", "x"), ("--x",)]
)
def test_usage_errors_are_exit_2(argv: tuple[str, ...]) -> None:
    text = fails(*argv, code=2)
    assert text.startswith("tcalc: ")


def test_a_suggestion_for_a_mistyped_option() -> None:
    assert "Did you mean --json?" in fails("--jsno", "1", code=2)


def test_no_program_at_all() -> None:
    done = tcalc()  # standard input is empty
    assert done.returncode == 0 and done.stdout == ""
    assert "expression" in fails("-v", "x=-", stdin="1\n", code=2)


def test_timeout_is_exit_124() -> None:
    start = time.perf_counter()
    text = fails("--timeout", "0.5", "while True: pass", code=124)
    assert time.perf_counter() - start < 20
    assert "0.5 s" in text
    assert out("--timeout", "100", "1+1") == "2\n"


def test_timeout_inside_a_numpy_call() -> None:
    fails("--timeout", "0.2", "a = ones(5000, 5000)\nfor i in range(100000): a = a @ a", code=124)


def test_max_memory() -> None:
    assert "MiB" in fails("--max-memory", "10MB", "zeros(10_000_000)")
    assert out("--max-memory", "100MB", "zeros(1_000_000).numel()") == "1000000\n"


def test_memory_is_checked_at_once() -> None:
    start = time.perf_counter()
    fails("zeros(10**12)")
    assert time.perf_counter() - start < 10


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_is_exit_130() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tcalc", "print('on', end='\\n')\nwhile True: pass"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=environment(),
        cwd=ROOT,
    )
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in errors


# ---- pipes ----


def shell(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command.replace("tcalc", f"'{sys.executable}' -m tcalc")],
        capture_output=True,
        text=True,
        env=environment(),
        cwd=ROOT,
        check=False,
    )


@pytest.mark.skipif(os.name == "nt", reason="bash")
@pytest.mark.parametrize("expression", ["arange(100000)", "for i in range(100000): print(i)", "list(range(100000))"])
def test_a_closed_pipe_ends_quietly(expression: str) -> None:
    done = shell(f"tcalc '{expression}' | head -1")
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
def test_a_full_disk_is_exit_1_with_one_line() -> None:
    done = shell("tcalc '1+1' > /dev/full")
    assert done.returncode == 1
    assert done.stderr.startswith("tcalc: cannot write to standard output") and done.stderr.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="bash")
def test_closed_streams() -> None:
    assert shell("tcalc '1+1' >&-").returncode == 0
    assert shell("tcalc '1/0' 2>&-").returncode == 1
    assert shell("tcalc '1+1' <&-").stdout == "2\n"


def test_no_colour_off_a_terminal() -> None:
    assert "\x1b" not in out("grad(sin(x**2), x=pi)") + fails("1/0")
    assert "\x1b" not in fails("1/0", "--no-color", env={"FORCE_COLOR": "1"})


def test_debug_adds_a_traceback() -> None:
    done = tcalc("--debug", "1/0")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr and "Traceback" in done.stderr


# ---- subcommands ----


def test_ops() -> None:
    text = out("ops")
    assert "pointwise" in text and "tanh" in text
    assert "g * (1 - " in out("ops", "tanh")
    assert {o["name"] for o in json.loads(out("ops", "--json"))["ops"]} >= {"tanh", "matmul"}
    assert "Did you mean" in fails("ops", "tahn")


def test_doctor() -> None:
    text = out("doctor")
    assert "numpy" in text and "graph images" in text
    report = json.loads(out("doctor", "--json"))
    assert {c["name"]: c["status"] for c in report["checks"]}["engine"] == "ok"


def test_every_subcommand_has_help() -> None:
    from tcalc.cli import options

    for name in options.COMMANDS:
        text = out(name, "--help")
        assert text.startswith("Usage: tcalc " + name)
        assert "--max-memory" in text


def test_every_declared_subcommand_exists() -> None:
    from tcalc.cli import app, options

    assert set(app.OWN) == set(options.COMMANDS)
