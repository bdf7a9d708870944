"""--timeout: a watchdog thread that interrupts the run, and ends it a second later where it does not listen (inside a NumPy call).

`_thread` alone, so that it works on every platform and costs no import.
"""

from __future__ import annotations

import _thread
import os
import sys

from .exits import TIMEOUT

GRACE = 1.0


class Watchdog:
    """Interrupts the main thread after ``seconds``; ``expired`` tells a Ctrl-C from a time-out."""

    __slots__ = ("expired", "lock", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.expired = False
        self.lock = _thread.allocate_lock()
        self.lock.acquire()
        _thread.start_new_thread(self.watch, ())

    def watch(self) -> None:
        if self.lock.acquire(True, min(self.seconds, _thread.TIMEOUT_MAX)):
            return
        self.expired = True
        _thread.interrupt_main()
        if self.lock.acquire(True, GRACE):
            return
        try:
            sys.stdout.flush()  # what the program printed so far
        except (OSError, ValueError, AttributeError):
            pass
        os.write(2, f"tcalc: {self.message()}\n".encode())
        os._exit(TIMEOUT)

    def stop(self) -> None:
        """The run is over: do not interrupt any more."""
        if self.lock.locked():
            self.lock.release()

    def message(self) -> str:
        return f"stopped after {self.seconds:g} s (--timeout)"
