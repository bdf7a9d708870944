"""Bounds on a running program: steps, wall time, depth. Memory is the engine's (engine/limits.py), sizes of values are values.py's."""

from __future__ import annotations

import sys
from time import monotonic

from ..engine.limits import grown
from .diagnostic import StepLimit, TimeLimit

# Frames of the host that a program may stack up. The closures call each other without using the C stack; what does use it (a sort
# key that sorts, the repr of a nested list) takes at most 400 bytes a frame, so that this many fit beside what stands below.
MAX_FRAMES = 15_000 if sys.platform != "win32" or sys.version_info >= (3, 12) else 4_000
MAX_REENTRY = 250  # times the host may call back into the program inside each other (sort keys, hooks, generators)
MAX_OUTPUT = 1 << 28  # characters that one run may print
QUANTUM = 10_000  # steps between two looks at the clock
STEP_BYTES = 200  # what a step may leave behind, for the look at the memory


class Limits:
    """What a session allows: `steps` (loop iterations and calls of one run) and `timeout` (seconds of one run); None is no bound."""

    __slots__ = ("frames", "steps", "timeout")

    def __init__(self, steps: int | None = None, timeout: float | None = None, frames: int = MAX_FRAMES) -> None:
        self.steps = steps
        self.timeout = timeout
        self.frames = frames


class Meter:
    """Counts the steps of a run. Loops and calls subtract from `left`; when it goes below zero, `refill` looks at the bounds."""

    __slots__ = ("deadline", "depth", "granted", "left", "limit", "taken", "timeout", "written")

    def __init__(self) -> None:
        self.written = 0
        self.left = 0
        self.granted = 0
        self.taken = 0
        self.limit: int | None = None
        self.timeout: float | None = None
        self.deadline: float | None = None
        self.depth = 0

    def start(self, limits: Limits) -> None:
        """Begin a run."""
        self.taken = self.written = 0
        self.limit = limits.steps
        self.timeout = limits.timeout
        self.deadline = None if limits.timeout is None else monotonic() + limits.timeout
        self.depth = 0
        self._grant()

    def _grant(self) -> None:
        self.granted = QUANTUM if self.limit is None else max(0, min(QUANTUM, self.limit - self.taken))
        self.left = self.granted

    @property
    def steps(self) -> int:
        """Steps taken so far in this run."""
        return self.taken + self.granted - self.left

    def refill(self) -> None:
        """Look at the bounds and grant the next steps, or StepLimit, TimeLimit."""
        self.taken = self.steps
        if self.limit is not None and self.taken > self.limit:
            self.granted = self.left = 0
            raise StepLimit(f"the program took more than {self.limit:,} steps")
        if self.deadline is not None and monotonic() > self.deadline:
            self.granted = self.left = 0
            raise TimeLimit(f"the program ran longer than {self.timeout:g} s")
        grown(QUANTUM * STEP_BYTES)
        self._grant()

    def wrote(self, n: int) -> None:
        """Count n characters printed; StepLimit beyond what a run may print."""
        self.written += n
        if self.written > MAX_OUTPUT:
            raise StepLimit(f"the program printed more than {MAX_OUTPUT:,} characters")

    def tick(self, n: int) -> None:
        """Count n steps."""
        self.left -= n
        if self.left < 0:
            self.refill()
