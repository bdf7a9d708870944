"""Running the command line in tests: in a process of its own, against this checkout, with an environment that no shell of ours leaks into."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TIMEOUT = 120


def environment(**more: str) -> dict[str, str]:
    """A plain environment: the checkout importable, compiled files kept in one place, no colours, 80 columns."""
    drop = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "TCALC_HISTORY", "COLORTERM", "PYTHONUNBUFFERED")
    env = {k: v for k, v in os.environ.items() if k not in drop}
    env["PYTHONPATH"] = str(ROOT)
    env["PYTHONPYCACHEPREFIX"] = os.path.join(tempfile.gettempdir(), f"tcalc-pycache-{os.getuid() if hasattr(os, 'getuid') else 0}")
    env.update(more)
    return env


def tcalc(
    *args: str, stdin: str | bytes | None = None, cwd: Path | str | None = None, env: dict[str, str] | None = None, timeout: float = TIMEOUT
) -> subprocess.CompletedProcess[str]:
    """Run `tcalc ARGS`; stdout and stderr as text. Without ``stdin`` it has none (so it is no program)."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [sys.executable, "-m", "tcalc", *args],
        input=data,
        stdin=None if data is not None else subprocess.DEVNULL,
        capture_output=True,
        cwd=cwd or ROOT,
        env=environment(**(env or {})),
        timeout=timeout,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def out(*args: str, **options: object) -> str:
    """stdout of a run that must succeed, with nothing on stderr."""
    done = tcalc(*args, **options)  # type: ignore[arg-type]
    assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert done.stderr == "", done.stderr
    return done.stdout


def fails(*args: str, code: int = 1, **options: object) -> str:
    """stderr of a run that must fail with ``code``, one diagnostic and no traceback."""
    done = tcalc(*args, **options)  # type: ignore[arg-type]
    assert done.returncode == code, f"exit {done.returncode}, not {code}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr, done.stderr
    assert done.stderr.strip(), "it failed without a word"
    return done.stderr


def in_terminal(command: str, cwd: Path | str = ROOT, columns: int = 100) -> tuple[str, int]:
    """A shell command whose stdout and stderr are a terminal without colours: (what it shows, exit code)."""
    import fcntl
    import pty
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(
        ["bash", "-c", f'tcalc() {{ "{sys.executable}" -m tcalc "$@"; }}; {command}'],
        stdin=subprocess.DEVNULL,
        stdout=slave,
        stderr=slave,
        cwd=cwd,
        env=environment(TERM="dumb", NO_COLOR="1"),
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    os.close(master)
    code = process.wait(timeout=TIMEOUT)
    return shown.decode().replace("\r\n", "\n"), code
