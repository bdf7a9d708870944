"""`tcalc bench`: how fast this machine is: a table of common operations on the CPU and, where there is one, the GPU; or the time of one expression."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from . import exits
from .console import Console
from .exits import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .options import Settings

SCHEMA = "tcalc.bench/1"
SIZES = (256, 1024, 2048)
BUDGET = 1.0  # seconds for the runs of one cell
MOST_RUNS = 10
ELEMENTS = 1_000_000


def bench(settings: Settings, text: str, sizes: list[int]) -> int:
    """The time of an expression, or the table."""
    return bench_expression(settings, text) if text else bench_machine(settings, sizes or list(SIZES))


def bench_expression(settings: Settings, text: str) -> int:
    """timeit(EXPR) with the options applied; statements may stand before it."""
    from ..lang.numeric import timeit

    found: list[Any] = []
    console = Console(settings)
    with console:
        session = console.open()
        if session is None:
            return console.finish(exits.FAILED)
        try:
            session.execute(session.compile(text, "<expr>", lambda s, call: found.append(timeit(s, call))))
        except Exception as exc:
            return console.finish(console.fail(exc))
    if not found:
        raise UsageError("there is no expression to measure", "tcalc bench 'x @ x' -v 'x=randn(1000, 1000)'")
    t = found[0]
    if settings.json:
        from ..render.jsontext import dumps

        print(dumps({"schema": SCHEMA, "expression": text, "best": t.best, "mean": t.mean, "std": t.std, "loops": t.loops, "runs": t.runs}))
    else:
        print(repr(t) if not settings.ascii else repr(t).replace("µ", "u").replace("±", "+-"))
    return exits.OK


def bench_machine(settings: Settings, sizes: list[int]) -> int:
    """The table: each operation on the CPU and the GPU, the median of a few runs after one that is not counted."""
    from .. import engine

    devices = ["cpu", *(["cuda"] if engine.cuda.is_available() else [])]
    records = []
    for name, make, work in cases(sizes):
        row: dict[str, Any] = {"name": name}
        for device in devices:
            row[device] = measure(make(device), device)
        row["rate"] = {device: work / row[device] / 1e9 for device in devices} if work else None
        records.append(row)
        if not settings.json:
            if len(records) == 1:
                print(head(devices))
            print(line(row, devices))
    if settings.json:
        from ..render.jsontext import dumps

        print(dumps({"schema": SCHEMA, "devices": devices, "device_name": gpu_name(), "rows": records}))
        return exits.OK
    print(f"median of up to {MOST_RUNS} runs after one that is not counted; float32" + (f"; GPU: {gpu_name()}" if gpu_name() else "; no GPU found"))
    return exits.OK


def gpu_name() -> str | None:
    from .. import engine

    return str(engine.cuda.get_device_name(0)) if engine.cuda.is_available() else None


def cases(sizes: list[int]) -> list[tuple[str, Callable[[str], Callable[[], Any]], float]]:
    """(name, device -> what is measured, floating point operations)"""
    from .. import engine

    t: Any = engine

    def product(n: int) -> Callable[[str], Callable[[], Any]]:
        def make(device: str) -> Callable[[], Any]:
            a, b = t.rand(n, n, device=device), t.rand(n, n, device=device)
            return lambda: a @ b

        return make

    def elementwise(device: str) -> Callable[[], Any]:
        x = t.rand(ELEMENTS, device=device)
        return lambda: t.tanh(x * 2 + 1)

    def reduction(device: str) -> Callable[[], Any]:
        x = t.rand(ELEMENTS, device=device)
        return lambda: x.sum()

    def training(device: str) -> Callable[[], Any]:
        x, w, b = t.rand(256, 784, device=device), t.rand(784, 128, device=device), t.zeros(128, device=device)
        w.requires_grad_()
        b.requires_grad_()

        def step() -> None:
            loss = (x @ w + b).relu().pow(2).mean()
            loss.backward()
            w.grad = b.grad = None

        return step

    def scalar(device: str) -> Callable[[], Any]:
        x = t.tensor(2.0, requires_grad=True, device=device)

        def step() -> None:
            (x * x + x.sin()).backward()
            x.grad = None

        return step

    return [
        *[(f"matmul {n}x{n}", product(n), 2.0 * n**3) for n in sizes],
        (f"tanh(2x+1) of {ELEMENTS:,}", elementwise, 0.0),
        (f"sum of {ELEMENTS:,}", reduction, 0.0),
        ("layer 784-128, batch 256: forward and backward", training, 0.0),
        ("x*x + sin(x): forward and backward", scalar, 0.0),
    ]


def measure(run: Callable[[], Any], device: str) -> float:
    """Seconds of one run."""
    from .. import engine

    wait: Callable[[], Any] = engine.cuda.synchronize if device == "cuda" else (lambda: None)

    def once(loops: int) -> float:
        start = time.perf_counter()
        for _ in range(loops):
            run()
        wait()
        return (time.perf_counter() - start) / loops

    first = once(1)
    loops = max(1, min(1000, math.ceil(1e-3 / max(first, 1e-9))))  # a run of at least a millisecond
    seconds = [once(loops)]
    while len(seconds) < MOST_RUNS and sum(seconds) * loops < BUDGET:
        seconds.append(once(loops))
    return sorted(seconds)[len(seconds) // 2]


def head(devices: list[str]) -> str:
    columns = f"{'':<48} {'CPU ms':>10}"
    return columns + (f" {'GPU ms':>10} {'speedup':>8}" if "cuda" in devices else "") + f" {'GFLOP/s':>9}"


def line(row: dict[str, Any], devices: list[str]) -> str:
    text = f"{row['name']:<48} {row['cpu'] * 1e3:>10.3f}"
    if "cuda" in devices:
        text += f" {row['cuda'] * 1e3:>10.3f} {row['cpu'] / row['cuda']:>7.1f}x"
    rate = row["rate"]
    return text + (f" {rate[devices[-1]]:>9.1f}" if rate else f" {'':>9}")


def sizes(value: str, flag: str) -> list[int]:
    """'256,1024' as numbers."""
    try:
        found = [int(part) for part in value.split(",") if part.strip()]
    except ValueError:
        found = []
    if not found or not all(1 <= n <= 16384 for n in found):
        raise UsageError(f"{flag} takes sizes such as 256,1024, not {value!r}")
    return found
