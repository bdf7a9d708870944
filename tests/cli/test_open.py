"""open(path) in a program: text, for reading, and only where the rules for files allow it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
with open('d.txt') as f:
    header = f.readline().strip().split(',')
    rows = [list(map(float, line.split(','))) for line in f]
print(header, rows, f.closed)
g = open('d.txt', encoding='utf-8')
print(repr(g.read(3)), len(g.read()), g.seek(0), g.readlines()[-1:])
for bad in (lambda: f.read(), lambda: open('none.txt'), lambda: open('d.txt', 'w'), lambda: g.write('x'), lambda: open('.')):
    try:
        bad()
    except (OSError, ValueError) as e:
        print(type(e).__name__, e)
"""


def tcalc(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "tcalc", *args], capture_output=True, text=True, cwd=folder, stdin=subprocess.DEVNULL, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inner = tmp_path / "work"
    inner.mkdir()
    (inner / "d.txt").write_bytes(b"a,b\r\n1,2\n3,4\n")
    (inner / "p.py").write_text(PROGRAM)
    (tmp_path / "secret.txt").write_text("secret\n")
    return inner


def test_a_program_reads_text(folder: Path) -> None:
    got = tcalc(folder, "run", "p.py")
    assert got.stderr == ""
    assert got.stdout.splitlines() == [
        "['a', 'b'] [[1.0, 2.0], [3.0, 4.0]] True",
        "'a,b' 9 0 ['3,4\\n']",
        "ValueError I/O operation on closed file.",
        "FileNotFoundError [Errno 2] No such file or directory: 'none.txt'",
        "PermissionError open(): files are opened for reading text (mode 'r'), not 'w'",
        "PermissionError files are open for reading only",
        "PermissionError open(): . is no plain file",
    ]
    assert (folder / "d.txt").read_bytes() == b"a,b\r\n1,2\n3,4\n"


@pytest.mark.parametrize("path", ["../secret.txt", "link.txt", "/etc/hostname"])
def test_other_files_are_refused_typed_or_not(folder: Path, path: str) -> None:
    if path == "link.txt":
        os.symlink(folder.parent / "secret.txt", folder / "link.txt")
    (folder / "q.py").write_text(f"print(open({path!r}).read())\n")
    for args in (("run", "q.py"), (f"open({path!r}).read()",)):
        got = tcalc(folder, *args)
        assert got.returncode == 1 and got.stdout == "" and "a program reads files below the working folder" in got.stderr and "--allow-read" in got.stderr


def test_allow_read_names_a_folder(folder: Path) -> None:
    above = str(folder.parent)
    assert tcalc(folder, "--allow-read", above, "print(open('../secret.txt').read())").stdout == "secret\n\n"
    (folder / "q.py").write_text("print(open('../secret.txt').read())\n")
    assert tcalc(folder, "run", "--allow-read", above, "q.py").stdout == "secret\n\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_no_plain_file(folder: Path) -> None:
    os.mkfifo(folder / "fifo")
    assert "no plain file" in tcalc(folder, "open('fifo')").stderr


def test_nothing_of_the_host_shows(folder: Path) -> None:
    for text in ("open('d.txt').buffer", "open('d.txt').__class__.__mro__", "open('d.txt').text", "open.__self__", "open('d.txt').read.host"):
        got = tcalc(folder, text)
        assert got.returncode == 1 and got.stdout == "" and "Traceback" not in got.stderr, text
