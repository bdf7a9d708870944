"""`tcalc run`: batch files, several of them, failures with file, line and column, and the files a program may touch."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import environment, fails, in_terminal, out, tcalc


def program(folder: Path, text: str, name: str = "p.py") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_expression_statements_are_silent_unless_echoed(tmp_path: Path) -> None:
    path = program(tmp_path, "import torch\nx = torch.ones(2)\nx.sum()\n...\nprint(x)\n")
    assert out("run", path) == "tensor([1., 1.])\n"
    assert out("run", "--echo", path).splitlines()[:2] == ["tensor(2.)", "Ellipsis"]


def test_bindings_and_seed(tmp_path: Path) -> None:
    path = program(tmp_path, "print(n * 2, torch.rand(1).shape)\n")
    assert out("run", path, "-v", "n=21", "--seed", "1") == "42 torch.Size([1])\n"
    assert out("-v", "n=21", "run", path) == "42 torch.Size([1])\n"


def test_a_failing_file_names_the_place(tmp_path: Path) -> None:
    path = program(tmp_path, "import torch\nA = torch.ones(3, 4)\nB = torch.ones(5, 6)\nprint('so far')\nC = A @ B\n")
    done = tcalc("run", path)
    assert (done.returncode, done.stdout) == (1, "so far\n")
    assert f"{path}:5:5" in done.stderr
    assert "C = A @ B\n" in done.stderr and "^^^^^" in done.stderr
    assert "mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_syntax_error_runs_nothing(tmp_path: Path) -> None:
    done = tcalc("run", program(tmp_path, "print(1)\nprint(2\n"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "p.py:2:" in done.stderr


def test_several_files(tmp_path: Path) -> None:
    good = program(tmp_path, "print('good')\n", "a.py")
    bad = program(tmp_path, "1/0\n", "b.py")
    done = tcalc("run", bad, good)
    assert (done.returncode, done.stdout) == (1, "")
    assert "1 file not run" in done.stderr
    done = tcalc("run", "--keep-going", bad, good)
    assert (done.returncode, done.stdout) == (1, "good\n")
    assert "1 of 2 files failed" in done.stderr
    assert out("run", good, good) == "good\ngood\n"


def test_sessions_are_apart(tmp_path: Path) -> None:
    a = program(tmp_path, "x = 1\n", "a.py")
    b = program(tmp_path, "print(x)\n", "b.py")
    assert "'x' is not defined" in fails("run", a, b)


def test_json(tmp_path: Path) -> None:
    report = json.loads(out("run", "--json", "--echo", program(tmp_path, "print('a')\n1 + 1\n")))
    assert (report["output"], report["error"], len(report["results"])) == ("a\n", None, 1)
    done = tcalc("run", "--json", program(tmp_path, "1/0\n"))
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["exception"] == "ZeroDivisionError"


def test_a_missing_file_and_one_that_is_no_text(tmp_path: Path) -> None:
    assert "no such file" in fails("run", str(tmp_path / "nope.py"))
    (tmp_path / "x.py").write_bytes(b"\xff\xfe\x00\xd8")
    assert "text" in fails("run", str(tmp_path / "x.py"))
    assert "is a folder" in fails("run", str(tmp_path))


def test_utf16_from_powershell(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_bytes("print('π')\n".encode("utf-16"))
    assert out("run", str(tmp_path / "x.py")) == "π\n"


def test_stdin() -> None:
    assert out("run", "-", stdin="print(1)\n2\n") == "1\n"


def test_the_users_own_calls_are_named(tmp_path: Path) -> None:
    path = program(tmp_path, "def g(x):\n    return x @ ones(3)\n\ndef f(x):\n    return g(x)\n\nf(ones(2))\n")
    text = fails("run", path)
    assert f"{path}:2:12" in text and f"in g, called at {path}:5:12" in text and f"in f, called at {path}:7:1" in text


def test_the_summary_says_which_failed_and_why(tmp_path: Path) -> None:
    good = program(tmp_path, "print(1)\n", "a.py")
    bad = program(tmp_path, "x = 1\nx.foo\n", "b.py")
    text = fails("run", "-k", bad, good, bad)
    assert "tcalc: 2 of 3 files failed" in text
    assert f"{bad}:2:1  AttributeError: 'int' object has no attribute 'foo'" in text


def test_a_time_limit_ends_one_file_alone(tmp_path: Path) -> None:
    slow = program(tmp_path, "while True: pass\n", "a.py")
    good = program(tmp_path, "print('good')\n", "b.py")
    done = tcalc("run", "-k", "--timeout", "1", slow, good)
    assert (done.returncode, done.stdout) == (124, "good\n")
    assert tcalc("run", "--timeout", "1", slow, good).stdout == ""


def test_what_a_file_sets_for_the_process_ends_with_it(tmp_path: Path) -> None:
    a = program(
        tmp_path, "import numpy as np\ntorch.set_default_dtype(torch.float64)\ntorch.set_printoptions(precision=2)\nnp.set_printoptions(precision=1)\n", "a.py"
    )
    b = program(tmp_path, "import numpy as np\nprint(torch.tensor([1/3]), np.array([1/3]))\n", "b.py")
    assert out("run", a, b) == "tensor([0.3333]) [0.33333333]\n"


def test_json_of_several_files(tmp_path: Path) -> None:
    good = program(tmp_path, "print('a')\n", "a.py")
    bad = program(tmp_path, "1/0\n", "b.py")
    done = tcalc("run", "--json", "-k", good, bad, good)
    report = json.loads(done.stdout)
    assert done.returncode == 1 and report["schema"] == "tcalc.run/1"
    assert [f["exit"] for f in report["files"]] == [0, 1, 0] and report["failed"] == [bad] and report["not_run"] == []
    assert report["files"][0]["output"] == "a\n" and report["files"][1]["error"]["exception"] == "ZeroDivisionError"
    assert json.loads(tcalc("run", "--json", bad, good).stdout)["not_run"] == [good]


def test_watch_runs_again_when_the_file_changes(tmp_path: Path) -> None:
    path = program(tmp_path, "print('one')\n")
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "tcalc", "run", "--watch", path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment(),
    )
    try:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == "one\n"
        assert "run 1 done; watching" in process.stderr.readline()
        program(tmp_path, "print('two')\n1/0\n")
        assert process.stdout.readline() == "two\n"
        assert "ZeroDivisionError" in process.stderr.readline()
        while "run 2 ended with exit code 1" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 1
    finally:
        process.kill()
        process.communicate()
    assert "standard input" in fails("run", "--watch", "-", stdin="1\n", code=2)


def test_a_progress_bar_comes_after_a_second_and_only_on_a_terminal(tmp_path: Path) -> None:
    slow = program(tmp_path, "import time\nprint('begun')\ntime.sleep(1.6)\nprint('done')\n", "slow.py")
    shown, code = in_terminal(f"tcalc run {slow} {program(tmp_path, 'print(2)', 'quick.py')}")
    assert code == 0 and "0/2  slow.py" in shown
    plain = re.sub(r"\r\x1b\[K(\[[#.]+\][^\r\n]*)?", "", shown)
    assert plain.split() == ["begun", "done", "2"]
    quick, _ = in_terminal(f"tcalc run {tmp_path / 'quick.py'} {tmp_path / 'quick.py'}")
    assert quick == "2\n2\n"
    assert tcalc("run", slow, str(tmp_path / "quick.py")).stderr == ""


def test_plots_show_in_a_silent_file(tmp_path: Path) -> None:
    text = "xs = linspace(0, 1, 5)\nxs.sum()\nplot_xy(xs, xs**2)\nsave(plot_xy(xs, xs), 'p.svg')\n"
    shown = out("run", "--ascii", program(tmp_path, text), cwd=tmp_path)
    assert shown.startswith("xs**2 over xs\n") and "*" in shown
    assert "<svg" in (tmp_path / "p.svg").read_text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "a = tensor([1., 2., 3.]); b = tensor([1., 2., 4.])\nassert torch.allclose(a, b)",
            "First difference at [2]: 3.0 against 4.0. They differ by 1; atol + rtol*|expected| = 1e-08 + 1e-05*4 = 4e-05.",
        ),
        ("a = tensor([1, 2]); b = tensor([3, 2])\nassert (a == b).all()", "First difference at [0]: 1 against 3, and they must be equal."),
        ("a = ones(2, 3); b = ones(3, 2)\nassert torch.equal(a, b)", "The shapes differ: [2, 3] against [3, 2]."),
        ("assert_close(ones(2, 2), ones(2, 2) * tensor([1., 1.1]))", "First difference at [0, 1]: 1.0 against 1.100000023841858."),
        ("n = 3; m = 4\nassert n == m", "n is 3"),
    ],
)
def test_a_failed_assert_names_the_first_difference(tmp_path: Path, text: str, said: str) -> None:
    failure = fails("run", program(tmp_path, text + "\n"))
    assert failure.startswith("AssertionError") and said in failure


# ---- files ----


def test_load_looks_in_the_working_folder_then_beside_the_file(tmp_path: Path) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir()
    here.mkdir()
    (there / "d.csv").write_text("1\n2\n")
    path = program(there, "print(load('d.csv').tolist())\n")
    assert out("run", path, cwd=here) == "[1.0, 2.0]\n"
    (here / "d.csv").write_text("3\n")
    assert out("run", path, cwd=here) == "[3.0]\n"


def test_load_reads_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("1\n")
    work = tmp_path / "work"
    work.mkdir()
    for path in ("../secret.csv", str(tmp_path / "secret.csv")):
        text = fails("run", program(work, f"x = load({path!r})\n"), cwd=work)
        assert "reads files below the working folder" in text and "p.py:1:5" in text
    os.symlink(tmp_path / "secret.csv", work / "link.csv")
    assert "reads files below" in fails("run", program(work, "load('link.csv')\n"), cwd=work)


def test_what_a_person_types_reads_anywhere(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("1\n2\n")
    path = str(tmp_path / "x.csv")
    assert out(f"load({path!r}).tolist()") == "[1.0, 2.0]\n"
    assert "reads files below" in fails(stdin=f"load({path!r})")
    assert out("-v", f"x=@{path}", stdin=f"(load({path!r}) == x).all().item()") == "True\n"


def test_load_failures_are_diagnostics(tmp_path: Path) -> None:
    text = fails("run", program(tmp_path, "x = load('nope.csv')\n"), cwd=tmp_path)
    assert "FileNotFoundError: no such file: nope.csv" in text and "p.py:1:5" in text


@pytest.mark.parametrize("name", ["x.npy", "x.csv", "x.txt", "x.json", "x.npz", "x.safetensors"])
def test_what_is_saved_loads_again(tmp_path: Path, name: str) -> None:
    value = "{'a': x, 'b': ones(2)}" if name in ("x.npz", "x.safetensors") else "x"
    back = f"load({name!r})" + ("['a']" if value != "x" else "")
    path = program(tmp_path, f"x = tensor([[1.5, -2.], [1/3, 4.]])\nsave({value}, {name!r})\nprint((tensor({back}.tolist()) == x).all().item())\n")
    assert out("run", path, cwd=tmp_path) == "True\n"
    assert sorted(os.listdir(tmp_path)) == ["p.py", name]


def test_save_writes_nowhere_else(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    for target in ("../x.npy", str(tmp_path / "x.npy")):
        assert "writes files below the working folder" in fails("run", program(work, f"save(ones(2), {target!r})\n"), cwd=work)
    for target in ("x.py", ".bashrc", "x"):
        assert "suffix" in fails("run", program(work, f"save(ones(2), {target!r})\n"), cwd=work)
    assert os.listdir(work) == ["p.py"]


def test_save_a_graph(tmp_path: Path) -> None:
    text = "x = tensor([1., 2.], requires_grad=True)\nloss = (x**2).sum()\nsave(graph(loss), 'a.svg')\ngraph(loss).save('b.dot')\nprint(graph(loss))\n"
    shown = out("run", program(tmp_path, text), cwd=tmp_path)
    assert "sum" in shown and "pow" in shown
    assert "<svg" in (tmp_path / "a.svg").read_text() and "digraph" in (tmp_path / "b.dot").read_text()


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "x.svg").write_text("before")
    fails("run", program(tmp_path, "save(graph(1 + 1), 'x.svg')\n"), cwd=tmp_path)
    fails("run", program(tmp_path, "save(ones(2), 'x.svg')\n"), cwd=tmp_path)
    assert (tmp_path / "x.svg").read_text() == "before"
    assert sorted(os.listdir(tmp_path)) == ["p.py", "x.svg"]


def test_a_warning_names_the_program_and_nothing_of_ours(tmp_path: Path) -> None:
    text = "import torch\nx = torch.ones(2, requires_grad=True)\ny = x * 2\nprint(y.grad)\nfor i in range(3):\n    z = torch.tensor(torch.ones(2))\n"
    done = tcalc("run", program(tmp_path, text), cwd=tmp_path)
    assert done.returncode == 0 and done.stdout == "None\n"
    rows = done.stderr.splitlines()
    assert rows[0].startswith(f"{tmp_path / 'p.py'}:4: UserWarning: The .grad attribute of a Tensor that is not a leaf") and rows[1] == "  print(y.grad)"
    assert rows[2].startswith(f"{tmp_path / 'p.py'}:6: UserWarning: To copy construct from a tensor") and len(rows) == 4  # once a place
    assert "engine" not in done.stderr


def test_views_show_that_they_share_a_storage(tmp_path: Path) -> None:
    text = "x = torch.arange(6).view(2, 3)\nprint(x.storage().data_ptr() == x[1].storage().data_ptr(), x.untyped_storage().nbytes(), x[1].storage().tolist())\n"
    assert out("run", program(tmp_path, text), cwd=tmp_path) == "True 48 [0, 1, 2, 3, 4, 5]\n"
