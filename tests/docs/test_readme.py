"""README: every command shown is run, and shows what stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.docs.transcripts import BLOCK, blocks, commands, folder, run
from tests.support import ROOT, environment

README = (ROOT / "README.md").read_text(encoding="utf-8")
# Shown and not run here: they install things. `make` targets must exist.
INSTALL = re.compile(r"^(make \w[\w-]*( |$)|pipx install |uvx --from |pip install |python -m pip |git clone |cd |$|#)")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs bash and a pseudo-terminal")


@pytest.mark.parametrize("block", blocks(README, "console"), ids=lambda b: b.splitlines()[0][:40])
def test_commands_show_what_the_readme_says(block: str) -> None:
    work = folder()
    for command, expected in commands(block):
        assert run(command, work) == expected, f"$ {command}"


def test_other_blocks_only_install() -> None:
    for m in BLOCK.finditer(README):
        if m.group(1) in ("sh", "bash", "shell"):
            for line in m.group(2).splitlines():
                assert INSTALL.match(line), f"this command is run by no test: {line}"
        else:
            assert m.group(1) in ("console", "python", "text"), f"a block of kind {m.group(1)!r} is tested by nothing"


@pytest.mark.parametrize("block", blocks(README, "python"))
def test_python_blocks_print_what_their_comments_say(block: str) -> None:
    expected = re.findall(r"^print\(.*\)  # (.*)$", block, re.MULTILINE)
    assert expected
    done = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, env=environment(), check=False)
    assert (done.stdout.splitlines(), done.stderr) == (expected, "")


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"^make ([a-z-]+)", "\n".join(blocks(README, "sh")), re.MULTILINE)) <= targets


def test_the_first_screen_shows_results() -> None:
    head = "\n".join(README.splitlines()[:40])
    assert head.count("$ tcalc") >= 3


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target
