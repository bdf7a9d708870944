"""docs/reports.md: every command shown is run, and shows what stands there."""

from __future__ import annotations

import os

import pytest

from tests.docs.transcripts import blocks, commands, folder, run
from tests.support import ROOT

PAGE = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs bash and a pseudo-terminal")


@pytest.mark.parametrize("block", blocks(PAGE, "console"), ids=lambda b: b.splitlines()[0][:40])
def test_commands_show_what_the_page_says(block: str) -> None:
    work = folder()
    for command, expected in commands(block):
        assert run(command, work) == expected, f"$ {command}"
