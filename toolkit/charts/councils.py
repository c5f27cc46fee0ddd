"""Councils' effects under one another, and against their errors, as SVG files that any browser opens alone.

Each picture has a title and a description that say in words what is drawn, and shapes that differ beside colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from toolkit.charts.theme import DARK, GREY, INK, PALE, WARM

_WIDTH, _ROW, _TOP, _FOOT = 760, 40, 30, 60
_LEFT, _RIGHT = 20, 20
_NAMES = 250
_FUNNEL = 430


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a forest picture: in families of the base, below nought is fewer.

    Attributes
    ----------
    label, words
        What it is, and its figures in words.
    estimate, low, high
        The figure and its range.
    se
        Its standard error, for the funnel.
    kind
        ``council``, ``mean`` or ``next``.
    weight
        What it counts for, 0 to 1.
    """

    label: str
    words: str
    estimate: float
    low: float
    high: float
    se: float = 0.0
    kind: str = "council"
    weight: float = 0.0


def forest_svg(rows: Sequence[Row], *, title: str, base: int, notice: str = "") -> str:
    """Return each council's figure and range under its name, then the mean and what the next may expect.

    Parameters
    ----------
    rows
        Councils first, then those of kind ``mean`` and ``next``.
    title
        What it is about.
    base
        The families that figures are counted in.
    notice
        A line above all, such as that the data are simulated.
    """
    ends = _ends([end for row in rows for end in (row.low, row.high)])
    height = _TOP + (20 if notice else 0) + _ROW * len(rows) + _FOOT
    top = _TOP + (20 if notice else 0)
    parts = [_text(_LEFT, 20, notice, weight="bold")] if notice else []
    foot = height - _FOOT + 6
    parts += _axis(ends, _NAMES, foot, top - 10, f"Families of every {base:,}: fewer to the left, more to the right")
    for number, row in enumerate(rows):
        parts += _of_row(row, top + _ROW * number + _ROW / 2, ends)
    return _document(parts, height, title, forest_in_words(rows, base))


def funnel_svg(rows: Sequence[Row], *, title: str, base: int, notice: str = "") -> str:
    """Return each council's figure against its standard error, with where chance alone would scatter them.

    Parameters are those of `forest_svg`.
    """
    councils = [row for row in rows if row.kind == "council"]
    mean = next((row.estimate for row in rows if row.kind == "mean"), 0.0)
    worst = max((row.se for row in councils), default=1.0) * 1.1
    ends = _ends([*(row.estimate for row in councils), mean - 1.96 * worst, mean + 1.96 * worst])
    top, foot = 50, _FUNNEL - _FOOT

    def down(se: float) -> float:
        return top + (foot - top) * se / worst

    left, middle, right = (_across(x, ends, 60) for x in (mean - 1.96 * worst, mean, mean + 1.96 * worst))
    parts = [_text(_LEFT, 20, notice, weight="bold")] if notice else []
    parts += [
        f'<polygon points="{middle:.1f},{top} {left:.1f},{foot} {right:.1f},{foot}" fill="{PALE}" opacity="0.45"/>',
        f'<line x1="{middle:.1f}" x2="{middle:.1f}" y1="{top}" y2="{foot}" stroke="{DARK}" stroke-dasharray="2 3"/>',
        *_axis(ends, 60, foot + 6, top, f"Families of every {base:,}: fewer to the left, more to the right"),
        f'<text x="16" y="{(top + foot) / 2:.0f}" transform="rotate(-90 16 {(top + foot) / 2:.0f})" '
        'text-anchor="middle">Larger councils above</text>',
    ]
    for row in councils:
        x, y = _across(row.estimate, ends, 60), down(row.se)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{DARK}"><title>{escape(row.label)}: {escape(row.words)}'
            "</title></circle>"
        )
    return _document(parts, _FUNNEL, title, funnel_in_words(rows, base))


def forest_in_words(rows: Sequence[Row], base: int) -> str:
    """Return what the forest picture shows for a person who cannot see it."""
    return f"Of every {base:,} families. " + " ".join(f"{row.label}: {row.words}." for row in rows)


def funnel_in_words(rows: Sequence[Row], base: int) -> str:
    """Return what the funnel shows for a person who cannot see it."""
    councils = [row for row in rows if row.kind == "council"]
    mean = next((row.estimate for row in rows if row.kind == "mean"), 0.0)
    outside = [row.label for row in councils if abs(row.estimate - mean) > 1.96 * row.se]
    said = f"Each of {len(councils)} councils by its figure, of every {base:,} families, and how exact it is. "
    if not outside:
        return f"{said}All lie where chance alone could put them about the mean."
    return f"{said}Outside of where chance alone would put 95 of 100 about the mean: {', '.join(outside)}."


def _of_row(row: Row, y: float, ends: tuple[float, float]) -> list[str]:
    low, at, high = (_across(x, ends, _NAMES) for x in (row.low, row.estimate, row.high))
    colour = {"council": GREY, "mean": DARK, "next": WARM}[row.kind]
    weight = "normal" if row.kind == "council" else "bold"
    parts = [_text(_LEFT, y - 3, row.label, weight=weight), _text(_LEFT, y + 13, row.words, size=12)]
    dashes = ' stroke-dasharray="6 4"' if row.kind == "next" else ""
    parts.append(
        f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}" stroke-width="4"{dashes}/>'
    )
    if row.kind == "mean":
        parts.append(
            f'<polygon points="{low:.1f},{y:.1f} {at:.1f},{y - 9:.1f} {high:.1f},{y:.1f} {at:.1f},{y + 9:.1f}" '
            f'fill="{colour}"/>'
        )
    elif row.kind == "council":
        half = 4 + 9 * min(1.0, row.weight) ** 0.5
        side = f"{2 * half:.1f}"
        parts.append(f'<rect x="{at - half:.1f}" y="{y - half:.1f}" width="{side}" height="{side}" fill="{colour}"/>')
    return parts


def _axis(ends: tuple[float, float], left: int, foot: float, top: float, title: str) -> list[str]:
    nought = _across(0.0, ends, left)
    parts = [
        f'<line x1="{nought:.1f}" x2="{nought:.1f}" y1="{top}" y2="{foot}" stroke="{INK}" stroke-dasharray="5 4"/>',
        f'<line x1="{left}" x2="{_WIDTH - _RIGHT}" y1="{foot}" y2="{foot}" stroke="{GREY}"/>',
    ]
    step = _step(ends[1] - ends[0])
    first = int(-(-ends[0] // step))
    for number in range(first, int(ends[1] // step) + 1):
        x = _across(number * step, ends, left)
        parts.append(f'<text x="{x:.1f}" y="{foot + 18}" text-anchor="middle">{number * step:+g}</text>')
    middle = (left + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{middle:.0f}" y="{foot + 40}" text-anchor="middle">{escape(title)}</text>')
    return [part.replace(">+0<", ">0<") for part in parts]


def _across(x: float, ends: tuple[float, float], left: int) -> float:
    return left + (x - ends[0]) / (ends[1] - ends[0]) * (_WIDTH - _RIGHT - left)


def _ends(values: Sequence[float]) -> tuple[float, float]:
    low, high = min([0.0, *values]), max([0.0, *values])
    room = 0.04 * (high - low) or 1.0
    return low - room, high + room


def _step(width: float) -> float:
    size = 10.0 ** len(str(int(width))) / 10 if width >= 1 else 0.1
    return float(next(size * part for part in (0.1, 0.2, 0.5, 1, 2, 5, 10) if width / (size * part) <= 7))


def _text(x: float, y: float, words: str, *, weight: str = "normal", size: int = 14) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" font-weight="{weight}" font-size="{size}">{escape(words)}</text>'


def _document(parts: Sequence[str], height: float, title: str, told: str) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" role="img" '
        f'font-family="sans-serif" font-size="14" fill="{INK}" aria-labelledby="title told">\n'
        f'<title id="title">{escape(title)}</title>\n'
        f'<desc id="told">{escape(told)}</desc>\n<rect width="{_WIDTH}" height="{height:.0f}" fill="#ffffff"/>\n'
        f"{body}\n</svg>\n"
    )
