"""The prompt, through a pseudo-terminal: what is typed, what is shown, what Ctrl-C and Ctrl-D do."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support import ROOT, environment, out, tcalc

pty = pytest.importorskip("pty")
pyte = pytest.importorskip("pyte")

PROMPT = "tcalc>"
WAIT = 60.0


class Terminal:
    """tcalc in a pseudo-terminal; pyte plays the screen (100 x 40) and keeps what scrolled off it."""

    def __init__(self, tmp_path: Path, *args: str, **env: str) -> None:
        import fcntl
        import struct
        import termios

        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self.master = master
        self.screen = pyte.HistoryScreen(100, 40, history=5000, ratio=0.01)
        self.stream = pyte.ByteStream(self.screen)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tcalc", *args],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env=environment(TERM="xterm-256color", PROMPT_TOOLKIT_NO_CPR="1", TCALC_HISTORY=str(tmp_path / "history"), **env),
        )
        os.close(slave)

    def lines(self) -> list[str]:
        """Everything shown so far, a toolbar at the bottom included."""
        gone = ["".join(row[x].data for x in range(100)).rstrip() for row in self.screen.history.top]
        return gone + [line.rstrip() for line in self.screen.display]

    def text(self) -> str:
        return "\n".join(self.lines())

    def prompts(self) -> list[int]:
        return [i for i, line in enumerate(self.lines()) if line.startswith(PROMPT)]

    def at_empty_prompt(self) -> bool:
        return self.screen.display[self.screen.cursor.y].rstrip() == PROMPT

    def read(self, seconds: float) -> bool:
        """Take in what comes within so long; False where nothing did."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            time.sleep(seconds)
            return False
        self.stream.feed(data)
        return bool(data)

    def until(self, condition, what: str, seconds: float = WAIT) -> None:  # type: ignore[no-untyped-def]
        end = time.monotonic() + seconds
        while True:
            quiet = not self.read(0.1)
            if quiet and condition():
                return
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {what}:\n{self.text().strip()}")

    def ready(self, prompts: int = 1) -> None:
        self.until(lambda: self.at_empty_prompt() and len(self.prompts()) >= prompts, f"prompt {prompts}")

    def shows(self, text: str) -> None:
        self.until(lambda: text in self.text(), repr(text))

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def enter(self, line: str) -> str:
        """Type a line, wait for the next prompt; what came between the two."""
        before = len(self.prompts())
        self.type(line + "\r")
        self.ready(before + 1)
        at = self.prompts()
        return "\n".join(self.lines()[at[before - 1] + 1 : at[before]])

    def ends(self) -> int:
        self.until(lambda: self.process.poll() is not None, "the end")
        return self.process.returncode

    def leave(self) -> int:
        self.type("\x04")
        return self.ends()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=30)
        os.close(self.master)


@pytest.fixture
def terminal(tmp_path: Path):  # type: ignore[no-untyped-def]
    t = Terminal(tmp_path)
    try:
        t.ready()
        yield t
    finally:
        t.close()


def test_values_variables_and_the_last_result(terminal: Terminal) -> None:
    assert "6" in terminal.enter("2 * 3")
    assert "7" in terminal.enter("_ + 1")
    assert "tensor(" not in terminal.enter("x = ones(2, 3)")
    shown = terminal.enter("x.sum(dim=0)")
    assert "tensor([2., 2., 2.])" in shown
    assert "float32 · shape (3,)" in shown  # the dim line under a result
    terminal.enter("f(x) = x**2 + 1")
    assert "10" in terminal.enter("f(3)")
    assert terminal.leave() == 0


def test_a_definition_over_several_lines(terminal: Terminal) -> None:
    terminal.type("for i in range(3):\r")
    terminal.shows("   ...")
    terminal.type("print(i * 11)\r")
    terminal.type("\x7f\x7f\x7f\x7f\r")  # out of the indentation, then Enter on the empty line
    terminal.ready(2)
    assert "0\n11\n22" in terminal.text()


def test_errors_leave_the_names(terminal: Terminal) -> None:
    terminal.enter("a = 5")
    shown = terminal.enter("ones(3,4) @ ones(5,6)")
    assert "mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)" in shown
    assert "^^^" in shown
    assert "5" in terminal.enter("a")


def test_ctrl_c_stops_the_computation_and_keeps_the_names(terminal: Terminal) -> None:
    terminal.enter("kept = 42")
    terminal.type("while True: pass\r\r")
    time.sleep(1.5)
    terminal.type("\x03")
    terminal.ready(3)
    assert "Every name keeps its value" in terminal.text()
    assert "42" in terminal.enter("kept")


def test_ctrl_c_clears_the_line(terminal: Terminal) -> None:
    terminal.type("1 +")
    terminal.shows("1 +")
    terminal.type("\x03")
    terminal.ready(2)
    assert "2" in terminal.enter("1+1")


def test_commands_and_help(terminal: Terminal) -> None:
    terminal.enter("w = 3.5")
    assert re.search(r"w\s+3\.5", terminal.enter(":vars"))
    assert "Hyperbolic tangent" in terminal.enter("?tanh")
    assert "Hyperbolic tangent" in terminal.enter("tanh?")
    assert "no such command" in terminal.enter(":vasr")
    terminal.enter(":reset")
    assert "no names yet" in terminal.enter(":vars")
    terminal.type(":quit\r")
    assert terminal.ends() == 0


def test_completion_from_the_tables(terminal: Terminal) -> None:
    terminal.enter("long_name = ones(3)")
    terminal.type("1 * long_n\t")  # not as the line before began: that would be suggested, completed or not
    terminal.shows(f"{PROMPT} 1 * long_name")
    terminal.type(".cumsu\t")
    terminal.shows(f"{PROMPT} 1 * long_name.cumsum")
    assert "tensor([1., 2., 3.])" in terminal.enter("(0)")


def test_history_is_kept_and_appended(tmp_path: Path) -> None:
    for line in ("1 + 41", "2 + 5"):
        t = Terminal(tmp_path)
        try:
            t.ready()
            t.enter(line)
            assert t.leave() == 0
        finally:
            t.close()
    lines = (tmp_path / "history").read_text()
    assert "+1 + 41" in lines and "+2 + 5" in lines
    assert (tmp_path / "history").stat().st_mode & 0o077 == 0


def test_bindings_and_options_reach_the_prompt(tmp_path: Path) -> None:
    t = Terminal(tmp_path, "repl", "-v", "x=2", "--no-history")
    try:
        t.ready()
        assert "6" in t.enter("x * 3")
        assert t.leave() == 0
        assert not (tmp_path / "history").exists()
    finally:
        t.close()


def test_a_gradient_shows_the_function_and_the_binding(terminal: Terminal) -> None:
    shown = terminal.enter("grad(sin(x**2), x=pi)")
    assert "-5.67" in shown and "x = 3.14159" in shown and "sin(x**2)" in shown


def test_a_pipe_is_a_plain_program() -> None:
    assert out("repl", stdin="x = 2\nx * 3\n") == "6\n"
    assert tcalc("repl", stdin="1/0").returncode == 1


def test_reports_are_commands_too(terminal: Terminal, tmp_path: Path) -> None:
    terminal.enter("x = ones(2, 3); w = ones(3)")
    shown = terminal.enter(":explain x * w")
    assert "e1 x * w" in shown and "dim 0 added" in shown
    assert "tcalc.layout/1" in terminal.enter(":layout x.t() --json")
    assert "x.t()" in terminal.enter(":layout --ascii x.t()")
    assert "Error" not in terminal.enter(f":cost x @ x.t() -o {tmp_path / 'c.svg'}") and (tmp_path / "c.svg").exists()  # the echo of a long path may wrap
    assert "made without requires_grad=True" in terminal.enter(":why x.requires_grad")
    assert "takes an expression" in terminal.enter(":explain")
    assert "must match the size" in terminal.enter(":explain x + ones(2)")
    assert ":explain EXPR" in terminal.enter(":help")
    assert "Why each sub-expression" in terminal.enter("?explain")
