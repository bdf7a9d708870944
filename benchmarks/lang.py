"""Speed of the language: programs of numbers, calls, classes and containers against CPython on the same text, as ratios.

    python benchmarks/lang.py [--repeat 5]

Both run in turn in one process, each `--repeat` times; the ratio is that of the medians. A program marked with a bound (8 times
CPython's own time) fails the run when it takes longer; the others are for information.
"""

from __future__ import annotations

import argparse
import sys
from statistics import median
from time import perf_counter

from tcalc.lang.run import Session

# name -> (program, bound on the ratio or None)
PROGRAMS: dict[str, tuple[str, float | None]] = {
    "loop, 1,000,000 times": (
        """
s = 0.0
for i in range(1000000):
    s = s + i * 0.5 - 3
""",
        8.0,
    ),
    "loop in a function": (
        """
def run(n):
    s = 0.0
    for i in range(n):
        s += i * 0.5 - 3
    return s
run(1000000)
""",
        8.0,
    ),
    "while in a function": (
        """
def run(n):
    s = i = 0
    while i < n:
        s += i % 7
        i += 1
    return s
run(300000)
""",
        None,
    ),
    "calls of a function": (
        """
def f(x, y):
    return x * y + 1
s = 0.0
for i in range(200000):
    s = f(i, 2.0)
""",
        8.0,
    ),
    "recursion": (
        """
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
fib(20)
""",
        None,
    ),
    "calls of a method": (
        """
class Counter:
    def __init__(self):
        self.n = 0
    def add(self, k):
        self.n += k
c = Counter()
for i in range(100000):
    c.add(i)
""",
        None,
    ),
    "instances": (
        """
class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y
for i in range(50000):
    p = Point(i, 2)
""",
        None,
    ),
    "branches": (
        """
def run(n):
    a = 0
    for i in range(n):
        if i % 2 == 0 and i > 5:
            a += 1
        else:
            a -= 1
    return a
run(200000)
""",
        None,
    ),
    "try in a loop": (
        """
for i in range(100000):
    try:
        x = i + 1
    except ValueError:
        pass
""",
        None,
    ),
    "lists and comprehensions": (
        """
a = []
for i in range(200000):
    a.append(i * 2)
t = 0
for v in a:
    t += v
b = [x + 1 for x in a if x % 3]
d = {str(x): x for x in range(20000)}
""",
        None,
    ),
}


def measure(text: str, repeat: int) -> tuple[float, float]:
    """(median seconds under CPython, under the language)"""
    host = compile(text, "<benchmark>", "exec")
    session = Session(sink=lambda s: None)
    program = session.compile(text)
    python: list[float] = []
    ours: list[float] = []
    for _ in range(repeat):
        variables: dict[str, object] = {"__name__": "__main__"}
        start = perf_counter()
        exec(host, variables)
        python.append(perf_counter() - start)
        start = perf_counter()
        session.execute(program)
        ours.append(perf_counter() - start)
    return median(python), median(ours)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args(argv)
    failed = False
    print(f"{'program':<28}{'CPython':>12}{'language':>12}{'ratio':>8}  bound")
    for name, (text, bound) in PROGRAMS.items():
        python, ours = measure(text, options.repeat)
        ratio = ours / python
        late = bound is not None and ratio > bound
        failed = failed or late
        held = "" if bound is None else f"{bound:g}x" + (" EXCEEDED" if late else "")
        print(f"{name:<28}{python * 1e3:>9.1f} ms{ours * 1e3:>9.1f} ms{ratio:>7.1f}x  {held}".rstrip())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
