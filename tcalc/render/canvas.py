"""Pictures that are placed by hand: boxes, text and curves at given points, as SVG (light and dark by prefers-color-scheme) and as PNG.

The SVG is written here; the PNG goes through Graphviz as a picture with fixed places (``neato -n2``), so no drawing library is needed. Points
are in pixels, y grows downwards, and all text is monospaced: a character of size s is 0.6 s wide. ``text_picture(report)`` is what a report
without a picture of its own gets: its lines of text in the palette's colours.
"""

from __future__ import annotations

from html import escape

from .plain import cells, lines, safe
from .style import PALETTE, Screen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SIZE = 13.0  # of text
_MARGIN = 14.0
_LINE = 1.45  # line height, in sizes
# name -> (fill, line) on a light page, (fill, line) on a dark one. The hues of a strip of cells repeat after eight.
FILLS = {
    "plain": ("#FFFFFF", "#9AA7B2", "#14181C", "#5C6670"),
    "unused": ("#F2F4F5", "#C3CBD2", "#1D2226", "#3C454D"),
    "data": ("#CFE8F7", "#0072B2", "#12364A", "#56B4E9"),
    "param": ("#C9EBDF", "#007A5A", "#0F3B2F", "#2FBF94"),
    "output": ("#F9DCC4", "#B34E00", "#4A2A12", "#F28C4B"),
    "saved": ("#FBEBC8", "#8A5F00", "#3B2E0C", "#F0B93A"),
    "op": ("#E4E7EA", "#5C6670", "#23292E", "#9AA7B2"),
    "hue0": ("#CFE8F7", "#0072B2", "#12364A", "#56B4E9"),
    "hue1": ("#F9DCC4", "#B34E00", "#4A2A12", "#F28C4B"),
    "hue2": ("#C9EBDF", "#007A5A", "#0F3B2F", "#2FBF94"),
    "hue3": ("#F3D9E6", "#A0527C", "#42243A", "#E39CC5"),
    "hue4": ("#FBEBC8", "#8A5F00", "#3B2E0C", "#F0B93A"),
    "hue5": ("#DDDCF5", "#5B54B8", "#2A2850", "#A7A2F0"),
    "hue6": ("#D9EDF0", "#2C7A85", "#16383D", "#6CC3CF"),
    "hue7": ("#ECE3D4", "#7A5C34", "#352A1B", "#C9A878"),
}
INK = ("#1B2126", "#E6EBEF")  # of text without a style
PAPER = ("#FFFFFF", "#14181C")
_DIM = ("#5C6670", "#9AA7B2")


def ink(style: str | None) -> tuple[str, str]:
    """The text colours (light page, dark page) of a style name of the reports."""
    if style in (None, "bold", "name"):
        return INK
    if style == "dim":
        return _DIM
    light, dark = PALETTE[style]  # type: ignore[index]
    return light.split()[0], dark.split()[0]


def is_bold(style: str | None) -> bool:
    """Whether a style is written in bold."""
    return style is not None and "bold" in PALETTE[style][0]


class Canvas:
    """A picture in the making. ``title`` is read by screen readers; ``alt`` is its text."""

    __slots__ = ("alt", "height", "items", "key", "title", "width")

    def __init__(self, title: str, alt: str = "") -> None:
        self.title = title
        self.alt = alt
        self.width = 0.0
        self.height = 0.0
        self.items: list[tuple[Any, ...]] = []
        self.key: tuple[str, str] | None = None  # (name, tooltip): boxes of one name light up together

    def reach(self, x: float, y: float) -> None:
        """The picture is at least so large."""
        self.width = max(self.width, x)
        self.height = max(self.height, y)

    def box(self, x: float, y: float, w: float, h: float, fill: str, dashed: bool = False, thick: bool = False) -> None:
        """A rectangle with its upper left corner at x, y."""
        self.items.append(("box", self.key, x, y, w, h, fill, dashed, thick))
        self.reach(x + w, y + h)

    def text(self, x: float, y: float, text: str, style: str | None = None, size: float = SIZE, anchor: str = "start") -> None:
        """A line of text; y is its base line, x its start, middle or end as ``anchor`` says."""
        if not text.strip():
            return
        text = safe(text)
        self.items.append(("text", self.key, x, y, text, style, size, anchor))
        wide = cells(text) * 0.6 * size
        self.reach(x + {"start": wide, "middle": wide / 2, "end": 0.0}[anchor], y + 0.3 * size)

    def curve(self, points: list[tuple[float, float]], fill: str, arrow: bool = False, dashed: bool = False) -> None:
        """A Bezier curve through points[0], controls, points[3] ..., in the line colour of a fill."""
        self.items.append(("curve", self.key, points, fill, arrow, dashed))
        for x, y in points:
            self.reach(x, y)

    # -- SVG ----------------------------------------------------------------------------------------------------------------------

    def svg(self) -> str:
        """One self-contained SVG file: no scripts, no fonts, one style sheet."""
        w, h = self.width + 2 * _MARGIN, self.height + 2 * _MARGIN
        names = sorted({i[6] for i in self.items if i[0] == "box"} | {i[3] for i in self.items if i[0] == "curve"})
        styles = sorted({i[5] for i in self.items if i[0] == "text" and i[5] is not None})
        keys = sorted({i[1][0] for i in self.items if i[1] is not None})
        light = "".join(f".b-{n}{{fill:{FILLS[n][0]};stroke:{FILLS[n][1]}}}.c-{n}{{stroke:{FILLS[n][1]};fill:none}}.m-{n}{{fill:{FILLS[n][1]}}}" for n in names)
        dark = "".join(f".b-{n}{{fill:{FILLS[n][2]};stroke:{FILLS[n][3]}}}.c-{n}{{stroke:{FILLS[n][3]}}}.m-{n}{{fill:{FILLS[n][3]}}}" for n in names)
        light += "".join(f".t-{s}{{fill:{ink(s)[0]}{';font-weight:bold' if is_bold(s) else ''}}}" for s in styles)
        dark += "".join(f".t-{s}{{fill:{ink(s)[1]}}}" for s in styles)
        # A box that is pointed at lights every box of its name: the cell its indices, an index its cell.
        hover = "".join(f"svg:has(.k-{k}:hover) .k-{k} rect" + ("{" if i == len(keys) - 1 else ",") for i, k in enumerate(keys))
        css = (
            ":root{color-scheme:light dark}text{font-family:Courier,'Courier New','Liberation Mono',Cousine,monospace;white-space:pre;"
            f"fill:{INK[0]}}}.paper{{fill:{PAPER[0]}}}{light}"
            + (f"{hover}stroke-width:3.5}}" if hover else "")
            + f"@media (prefers-color-scheme:dark){{text{{fill:{INK[1]}}}.paper{{fill:{PAPER[1]}}}{dark}}}"
        )
        out = [
            '<?xml version="1.0" encoding="UTF-8" standalone="no"?>',
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(w)}" height="{_n(h)}" viewBox="0 0 {_n(w)} {_n(h)}" role="img">',
            f"<title>{_xml(self.title)}</title>",
        ]
        if self.alt:
            out.append(f"<desc>{_xml(self.alt)}</desc>")
        out += [f"<style>{css}</style>", f'<rect class="paper" width="{_n(w)}" height="{_n(h)}"/>', f'<g transform="translate({_n(_MARGIN)} {_n(_MARGIN)})">']
        tips = sorted({i[3] for i in self.items if i[0] == "curve" and i[4]})
        if tips:  # one a colour: not every viewer knows context-stroke
            out.append("<defs>")
            out += [
                f'<marker id="tip-{n}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">'
                f'<path class="m-{n}" d="M0,0L8,4L0,8z"/></marker>'
                for n in tips
            ]
            out.append("</defs>")
        key: Any = None
        for item in self.items:
            if item[1] != key:
                if key is not None:
                    out.append("</g>")
                key = item[1]
                if key is not None:
                    out.append(f'<g class="k-{key[0]}"><title>{_xml(key[1])}</title>')
            out.append(_SVG[item[0]](item))
        if key is not None:
            out.append("</g>")
        return "\n".join([*out, "</g>", "</svg>", ""])

    # -- PNG ----------------------------------------------------------------------------------------------------------------------

    def dot(self) -> str:
        """The same picture as a graph whose nodes have fixed places: what Graphviz makes the PNG of. Light colours."""
        out = [
            "digraph {",
            f"graph [bgcolor=white pad={_n(_MARGIN / 72)} splines=true outputorder=nodesfirst]",
            'node [fontname=Courier fixedsize=true label="" margin=0]',
            'edge [arrowhead=none arrowsize=0.6]',
        ]  # fmt: skip
        count = 0
        for item in self.items:
            count += 1
            if item[0] == "box":
                _, _, x, y, w, h, fill, dashed, thick = item
                out.append(
                    f'n{count} [shape=box pos="{_n(x + w / 2)},{_n(-y - h / 2)}" width={_n(w / 72)} height={_n(h / 72)} '
                    f'style="filled{",dashed" if dashed else ""}" fillcolor="{FILLS[fill][0]}" color="{FILLS[fill][1]}" penwidth={2.5 if thick else 1}]'
                )
            elif item[0] == "text":
                _, _, x, y, text, style, size, anchor = item
                wide = cells(text) * 0.6 * size
                at = x + {"start": wide / 2, "middle": 0.0, "end": -wide / 2}[anchor]
                font = ' fontname="Courier-Bold"' if is_bold(style) else ""
                out.append(
                    f'n{count} [shape=plaintext pos="{_n(at)},{_n(-y + 0.3 * size)}" width={_n(wide / 72)} height={_n(size / 72)} '
                    f'fontsize={_n(size)} fontcolor="{ink(style)[0]}"{font} label={_quoted(text)}]'
                )
            else:
                _, _, points, fill, arrow, dashed = item
                flat = [f"{_n(x)},{_n(-y)}" for x, y in points]
                ends = (points[0], points[-1])
                for e, (x, y) in enumerate(ends):
                    out.append(f'n{count}_{e} [shape=point width=0.001 pos="{_n(x)},{_n(-y)}" style=invis]')
                tip = ""
                if arrow:
                    tip = f"e,{flat[-1]} "
                    (x1, y1), (x0, y0) = points[-1], points[-2]
                    far = max(1e-6, ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)
                    flat[-1] = f"{_n(x1 - 6 * (x1 - x0) / far)},{_n(-(y1 - 6 * (y1 - y0) / far))}"
                out.append(
                    f'n{count}_0 -> n{count}_1 [pos="{tip}{" ".join(flat)}" color="{FILLS[fill][1]}"'
                    f"{' arrowhead=normal' if arrow else ''}{' style=dashed' if dashed else ''}]"
                )
        return "\n".join([*out, "}", ""])

    def png(self, engine: str | None = None) -> bytes:
        """The picture as a PNG; RenderError where no Graphviz is found."""
        from .image import layout

        return layout(self.dot(), "png", engine, placed=True)


def _box(item: tuple[Any, ...]) -> str:
    _, _, x, y, w, h, fill, dashed, thick = item
    more = (' stroke-dasharray="4 3"' if dashed else "") + (' stroke-width="2.5"' if thick else "")
    return f'<rect class="b-{fill}" x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}" rx="2"{more}/>'


def _text(item: tuple[Any, ...]) -> str:
    _, _, x, y, text, style, size, anchor = item
    more = (f' class="t-{style}"' if style else "") + (f' text-anchor="{anchor}"' if anchor != "start" else "")
    # textLength keeps columns in place whatever monospaced font the viewer has
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" textLength="{_n(cells(text) * 0.6 * size)}" lengthAdjust="spacingAndGlyphs"{more}>'
        f"{_xml(text)}</text>"
    )


def _curve(item: tuple[Any, ...]) -> str:
    _, _, points, fill, arrow, dashed = item
    path = f"M{_n(points[0][0])},{_n(points[0][1])}C" + " ".join(f"{_n(x)},{_n(y)}" for x, y in points[1:])
    more = (f' marker-end="url(#tip-{fill})"' if arrow else "") + (' stroke-dasharray="4 3"' if dashed else "")
    return f'<path class="c-{fill}" d="{path}"{more}/>'


_SVG = {"box": _box, "text": _text, "curve": _curve}


def _n(x: float) -> str:
    """A coordinate: two decimals at most."""
    text = f"{x:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _xml(text: str) -> str:
    return escape("\n".join(safe(row) for row in text.split("\n")), quote=False)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def text_picture(report: Any, width: int = 100) -> Canvas:
    """The report's own lines of text as a picture."""
    screen = Screen(width=width)
    rows = lines(report, screen)
    canvas = Canvas(f"{report.schema.partition('/')[0].removeprefix('tcalc.')} {getattr(report, 'expression', None) or ''}".strip())
    draw_lines(canvas, rows, 0.0, 0.0)
    return canvas


def draw_lines(canvas: Canvas, rows: Any, x: float, y: float, size: float = SIZE) -> float:
    """Lines of spans from the upper left corner x, y; the y below them."""
    for row in rows:
        y += _LINE * size
        at = x
        for text, style in row:
            lead = len(text) - len(text.lstrip(" "))
            canvas.text(at + lead * 0.6 * size, y, text.strip(" "), style, size)
            at += cells(text) * 0.6 * size
    return y
