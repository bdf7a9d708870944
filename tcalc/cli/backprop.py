"""`tcalc backprop --step`: the pass gone through step by step, on a terminal one Enter each."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .console import Console


def step(report: Any, console: Console, options: dict[str, Any]) -> bool:
    """Show each step with its tensors; where stdin and stdout are terminals, wait for Enter in between. False without --step."""
    if not report.walk or report.node is not None:
        return False
    from ..render.backprop import detail, fan_in
    from ..render.plain import painted

    asks = console.screen.tty and sys.stdin is not None and sys.stdin.isatty()
    last = len(report.steps) - 1
    done: set[str] = set()
    for k, s in enumerate(report.steps):
        console.write(painted(detail(report, s, console.screen), console.screen) + "\n")
        for f in report.fan_in:
            if f.to not in done and f.parts[-1].source.partition(".")[0] == s.node:
                done.add(f.to)
                console.write(painted(fan_in(f, console.screen), console.screen) + "\n")
        if report.hidden and s.step == report.hidden_from - 1:
            console.write(f"steps {report.hidden_from}..{report.hidden_to} not shown\n")
        if k == last:
            break
        if not asks:
            console.write("\n")
            continue
        console.write(console.screen.paint("Enter: next step, q: leave ", "dim"))
        try:
            said = sys.stdin.readline()
        except KeyboardInterrupt:
            said = "q"
        if not said or said.strip().lower() in ("q", "quit", "exit"):
            break
    return True
