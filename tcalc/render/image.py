"""Graphs into files: SVG and PNG through Graphviz (the installed ``graphviz-pure``, or a system ``dot``), and the text formats.

A file is written beside its place and renamed, so a failure leaves what was there.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FORMATS = {".svg": "svg", ".png": "png", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".json": "json", ".txt": "text"}
GRAPH_ONLY = ("dot", "mermaid")
# Schema -> "module.function" under tcalc.render that gives the Canvas of a report.
PICTURES: dict[str, str] = {
    "tcalc.explain": "explain.picture",
    "tcalc.layout": "layout.picture",
    "tcalc.plot": "plot.picture",
}
_PNG_DPI = 144
_TIME = 120  # seconds for a layout
_MOST_BYTES = 4 << 20  # of DOT text: what a layout in reasonable time can come from


class RenderError(RuntimeError):
    """A picture that could not be made; ``facts`` as the engine's errors carry them."""

    def __init__(self, sentence: str, explain: tuple[str, ...] = (), hints: tuple[str, ...] = ()) -> None:
        from ..engine.errors import Facts

        super().__init__(sentence)
        self.facts = Facts("render", explain=explain, hints=hints)


def save_graph(report: Any, path: str, engine: str | None = None) -> None:
    """Write a GraphReport to ``path``; its suffix says how: .svg .png .dot .mmd .json .txt. RenderError for any other."""
    write_file(path, graph_bytes(report, format_of(path), engine))


def format_of(path: str, schema: str = "tcalc.graph/1") -> str:
    """The format that a file name asks for; a report that is no graph has no .dot and .mmd."""
    suffix = os.path.splitext(path)[1].lower()
    found = FORMATS.get(suffix)
    kind = schema.partition("/")[0].removeprefix("tcalc.")
    known = tuple(s for s, f in FORMATS.items() if s != ".gv" and (kind == "graph" or f not in GRAPH_ONLY))
    if found is None or (found in GRAPH_ONLY and kind != "graph"):
        said = f"{suffix!r} is no format for a {kind}" if suffix else f"{path!r} has no suffix that says a format"
        raise RenderError(said, hints=(f"Name the file {', '.join(known[:-1])} or {known[-1]}.",))
    return found


def report_bytes(report: Any, fmt: str, engine: str | None = None) -> bytes:
    """Any report in a format: svg, png, json, text; a graph also in dot, mermaid.

    PICTURES names the function that draws a report; one without gets its lines of text as a picture.
    """
    kind = report.schema.partition("/")[0]
    if kind == "tcalc.graph" or fmt in ("json", "text"):
        return graph_bytes(report, fmt, engine)
    from importlib import import_module

    module, _, function = PICTURES.get(kind, "canvas.text_picture").rpartition(".")
    canvas = getattr(import_module(f"tcalc.render.{module}"), function)(report)
    if fmt == "svg":
        return bytes(canvas.svg().encode())
    return bytes(canvas.png(engine))


def graph_bytes(report: Any, fmt: str, engine: str | None = None) -> bytes:
    """A GraphReport in a format: svg, png, dot, mermaid, json, text."""
    if fmt == "mermaid":
        from .mermaid import mermaid

        return mermaid(report).encode()
    if fmt == "json":
        from .jsontext import dumps

        return (dumps(report.to_json(), 2) + "\n").encode()
    if fmt == "text":
        from .plain import lines, plain
        from .style import Screen

        return (plain(lines(report, Screen(width=100))) + "\n").encode()
    from .dot import dot

    text = dot(report)
    if fmt == "dot":
        return text.encode()
    if fmt == "png":
        return layout(text, "png", engine)
    if fmt == "svg":
        from .svg import finish

        return finish(layout(text, "svg", engine).decode("utf-8"), report).encode("utf-8")
    raise RenderError(f"{fmt!r} is no format for a graph", hints=("svg, png, dot, mermaid, json, text",))


def find_program(engine: str | None = None) -> str:
    """The Graphviz program: ``graphviz-pure`` from this installation, else ``dot``; ``engine`` ("dot", "graphviz-pure", a path) picks one."""
    import shutil
    import sys
    import sysconfig

    if engine and os.sep in engine:
        if os.access(engine, os.X_OK):
            return engine
        raise RenderError(f"no program at {engine!r}")
    if engine not in (None, "", "dot", "graphviz-pure"):
        raise RenderError(f"{engine!r} is no engine for graphs", hints=("graphviz-pure, dot, or a path to one of them",))
    if engine != "dot":
        folders = [os.path.dirname(sys.executable), sysconfig.get_path("scripts")]
        try:
            folders.append(sysconfig.get_path("scripts", f"{os.name}_user"))
        except KeyError:
            pass
        for folder in folders:
            found = shutil.which("graphviz-pure", path=folder) if folder else None
            if found:
                return found
        found = _from_metadata() or shutil.which("graphviz-pure")
        if found:
            return found
        if engine == "graphviz-pure":
            raise RenderError("graphviz-pure is not installed", hints=("pip install graphviz-pure", "--engine dot uses a system Graphviz."))
    found = shutil.which("dot")
    if found:
        return found
    raise RenderError(
        "no Graphviz program found",
        explain=("SVG and PNG are laid out by Graphviz; neither graphviz-pure nor dot is installed.",),
        hints=("pip install graphviz-pure, or a system Graphviz; .dot, .mmd, .json and .txt need none.",),
    )


def _from_metadata() -> str | None:
    """The program as the wheel's own record lists it (a --target install has no scripts folder of its own)."""
    from importlib import metadata

    try:
        files = metadata.distribution("graphviz-pure").files or []
    except metadata.PackageNotFoundError:
        return None
    for f in files:
        if f.name in ("graphviz-pure", "graphviz-pure.exe"):
            path = str(f.locate())
            if os.access(path, os.X_OK):
                return path
    return None


def layout(text: str, fmt: str, engine: str | None = None, placed: bool = False) -> bytes:
    """DOT text laid out and drawn, by the ``graphviz`` package with the program that find_program found; ``placed``: it has its places."""
    data = text.encode()
    if len(data) > _MOST_BYTES:
        raise RenderError(
            f"the graph is too large to draw ({len(data) // 1000} kB of DOT text)",
            hints=("Draw it folded (the default), or save .dot and run a layout of your choice.",),
        )
    program = find_program(engine)
    import pathlib
    import subprocess

    from graphviz.backend import dot_command  # type: ignore[import-untyped]

    # The package names its program in one module variable; its own command line is then the right one.
    before = dot_command.DOT_BINARY
    dot_command.DOT_BINARY = pathlib.Path(program)
    try:
        command = [os.fspath(part) for part in dot_command.command("neato" if placed else "dot", fmt, neato_no_op=2 if placed else None)]
    finally:
        dot_command.DOT_BINARY = before
    if fmt == "png":
        command.append(f"-Gdpi={_PNG_DPI}")
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_TIME, check=False)
    except subprocess.TimeoutExpired:
        raise RenderError(f"the layout took longer than {_TIME} s", hints=("Save .dot, or fold the graph (--limit).",)) from None
    except OSError as exc:
        raise RenderError(f"{os.path.basename(program)} does not start: {exc.strerror or exc}") from None
    if done.returncode or not done.stdout:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")[0]
        raise RenderError(f"{os.path.basename(program)} failed: {said or f'exit status {done.returncode}'}")
    return done.stdout


def write_file(path: str, data: bytes) -> None:
    """Write a file whole or not at all: to a new name in the same folder, then renamed over ``path``."""
    if os.path.isdir(path):
        raise IsADirectoryError(21, "Is a directory", path)
    target = os.path.realpath(path)  # a symlink stays one: what it points to is replaced
    if os.path.exists(target) and not os.path.isfile(target):  # /dev/stdout, a pipe: nothing to rename over
        with open(target, "wb") as stream:
            stream.write(data)
        return
    folder, name = os.path.split(target)
    mode = 0o666
    try:
        mode = os.stat(target).st_mode & 0o777
        keep = True
    except FileNotFoundError:
        keep = False
    temporary = os.path.join(folder, f".{name}.{os.getpid()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(temporary, flags, mode)
    except OSError as exc:
        raise type(exc)(exc.errno, exc.strerror, path) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        if keep:
            os.chmod(temporary, mode)
        os.replace(temporary, target)
    except BaseException:
        try:
            os.unlink(temporary)
        except OSError:
            pass
        raise
