"""Transcripts in documents: a fenced `console` block holds `$ command` lines, each followed by what a terminal shows.

python -m tests.docs.transcripts README.md      runs the commands and writes what they show now
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.support import ROOT, environment, in_terminal

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text: str, language: str) -> list[str]:
    return [m.group(2) for m in BLOCK.finditer(text) if m.group(1) == language]


def commands(block: str) -> Iterator[tuple[str, str]]:
    """(command, expected) pairs of one block. `> ` goes on with a command, as a shell's second prompt; `# ` lines are remarks."""
    command: list[str] = []
    expected: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield "\n".join(command), "\n".join(expected).strip("\n")
            command, expected = [line[2:]], []
        elif line.startswith("> ") and command and not expected:
            command.append(line[2:])
        elif not line.startswith("# "):
            expected.append(line)
    if command:
        yield "\n".join(command), "\n".join(expected).strip("\n")


def rewrite(block: str, show: Callable[[str], str]) -> str:
    """The block with what ``show(command)`` says now."""
    out: list[str] = []
    for part in re.split(r"(?m)^(?=\$ )", block):
        pairs = list(commands(part))
        if not pairs:
            out.append(part)
            continue
        remarks = [line for line in part.splitlines() if line.startswith("# ")]
        command = pairs[0][0]
        out.append("$ " + command.replace("\n", "\n> ") + "\n" + (show(command) + "\n").lstrip("\n") + "\n" + "".join(f"{r}\n\n" for r in remarks))
    return "".join(out)


def folder() -> Path:
    """A working folder like a checkout's, in which commands may leave files."""
    work = Path(tempfile.mkdtemp(prefix="tcalc-docs-"))
    shutil.copytree(ROOT / "examples", work / "examples")
    return work


def run(command: str, cwd: Path) -> str:
    """What a terminal shows."""
    shown, _ = in_terminal(command, cwd)
    return tidy(shown)


def run_piped(command: str, cwd: Path) -> str:
    """What comes through pipes, stdout and stderr together."""
    shell = f'tcalc() {{ "{sys.executable}" -m tcalc "$@"; }}; {command}'
    done = subprocess.run(
        ["bash", "-c", shell], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, env=environment(), cwd=cwd, check=False
    )
    return tidy(done.stdout)


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def update(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    cwd = folder()
    if path.suffix == ".txt":
        path.write_text(rewrite(text, lambda c: run_piped(c, cwd / "examples")).rstrip("\n") + "\n", encoding="utf-8")
        return

    def again(m: re.Match[str]) -> str:
        if m.group(1) != "console":
            return m.group(0)
        return f"```console\n{rewrite(m.group(2), lambda c: run(c, cwd)).rstrip()}\n```"

    path.write_text(BLOCK.sub(again, text), encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        update(Path(name))
