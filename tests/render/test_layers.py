"""What the one-shot path of insight and render imports: nothing heavy."""

from __future__ import annotations

import subprocess
import sys

HEAVY = "re ast json typing dataclasses inspect enum contextlib functools collections rich numpy graphviz logging pathlib traceback".split()


def test_the_one_shot_path_is_light() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "import tcalc.render.result, tcalc.render.errors, tcalc.render.plain, tcalc.render.style, tcalc.render.jsontext\n"
        "import tcalc.insight.report, tcalc.insight.tensor, tcalc.insight.grad\n"
        "from tcalc.render.result import result_text, results_json\n"
        "from tcalc.render.style import detect\n"
        "screen = detect(); result_text(1.5, screen); result_text([1, 'a'], screen); results_json([(None, 1.5)])\n"
        f"print(sorted((set(sys.modules) - before) & set({HEAVY!r})))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stdout + done.stderr
