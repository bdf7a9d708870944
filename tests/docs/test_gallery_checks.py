"""examples/gallery: the graphs and checks print now what their texts say. (Large ones, and errors of 1e-11, are left to their own tests.)"""

from __future__ import annotations

import pytest

from tests.docs.test_gallery import ENTRIES, GALLERY
from tests.support import tcalc

LEFT = ("graph-folded", "gradcheck-module")
COMMANDS = ("graph", "graph-diff", "backprop", "gradcheck", "nans", "precision")


@pytest.mark.parametrize("name", [n for n, (command, _) in ENTRIES.items() if command in COMMANDS and n not in LEFT])
def test_the_text_is_what_the_command_prints(name: str) -> None:
    command, arguments = ENTRIES[name]
    done = tcalc(command, *arguments)
    assert (GALLERY / f"{name}.txt").read_text(encoding="utf-8").endswith("\n\n" + done.stdout)
    assert done.returncode == (3 if name.startswith("gradcheck") else 1 if name.endswith("-failed") else 0)
    assert max(map(len, done.stdout.split("\n"))) <= 80
