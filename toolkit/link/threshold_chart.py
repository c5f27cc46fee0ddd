"""The thresholds' picture as an SVG file that any browser opens, on a machine with nothing else on it."""

from __future__ import annotations

import math
from html import escape

import pandas as pd

WIDTH, HEIGHT = 760, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 20, 56, 60
_LINES = (
    ("precision", "Links that are right", "#1d4f76", ""),
    ("recall", "Right links that are found", "#b4501e", "6 4"),
)


def threshold_svg(table: pd.DataFrame, *, chosen: float | None = None) -> str:
    """Return precision and recall by threshold as an SVG picture.

    Parameters
    ----------
    table
        From `toolkit.link.threshold.threshold_table`; its thresholds stand side by side, evenly.
    chosen
        A threshold of the table to mark.

    Returns
    -------
    str
        A whole SVG document: two lines told apart by dashes as well as colour; where a sample was looked at by hand,
        its ranges as upright bars. The title and description say in words what is drawn.
    """
    lowest = _lowest(table)
    across = [
        _LEFT + 20 + index * (WIDTH - _LEFT - _RIGHT - 40) / max(len(table) - 1, 1) for index in range(len(table))
    ]
    parts = [*_frame(table, across, lowest)]
    for number, (name, label, colour, dashes) in enumerate(_LINES):
        parts += _bars(table, name, across, lowest, colour, shift=8 * number - 4)
        parts += _line(table[name], across, lowest, colour, dashes)
        parts += _legend(label, colour, dashes, _LEFT + 20 + 240 * number)
    if "precision_low" in table.columns:
        parts.append(f'<text x="{_LEFT + 500}" y="26">Bars: the sample looked at by hand</text>')
    if chosen is not None and chosen in set(table["threshold"]):
        at = across[list(table["threshold"]).index(chosen)]
        parts.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP}" y2="{HEIGHT - _BOTTOM}" stroke="#0b0c0c"/>')
        parts.append(f'<text x="{at:.1f}" y="{_TOP - 6}" text-anchor="middle">chosen</text>')
    return _document(parts, _told(table))


def _lowest(table: pd.DataFrame) -> float:
    names = [name for name in ("precision", "recall", "precision_low", "recall_low") if name in table.columns]
    least = float(table[names].min(skipna=True).min(skipna=True))
    return 0.0 if math.isnan(least) else max(0.0, math.floor(least * 10) / 10 - (0.1 if least >= 0.9 else 0.0))


def _height(share: float, lowest: float) -> float:
    return HEIGHT - _BOTTOM - (share - lowest) / (1 - lowest) * (HEIGHT - _TOP - _BOTTOM)


def _frame(table: pd.DataFrame, across: list[float], lowest: float) -> list[str]:
    parts = []
    for step in range(6):
        share = lowest + (1 - lowest) * step / 5
        at = _height(share, lowest)
        parts.append(f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#d0d5d8"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{100 * share:.0f}%</text>')
    for at, threshold in zip(across, table["threshold"], strict=True):
        parts.append(f'<text x="{at:.1f}" y="{HEIGHT - _BOTTOM + 20}" text-anchor="middle">{threshold:g}</text>')
    middle = (_LEFT + WIDTH - _RIGHT) / 2
    parts.append(
        f'<text x="{middle}" y="{HEIGHT - 16}" text-anchor="middle">Threshold: the least probability of a link</text>'
    )
    return parts


def _line(shares: pd.Series, across: list[float], lowest: float, colour: str, dashes: str) -> list[str]:
    points = [(x, _height(float(y), lowest)) for x, y in zip(across, shares, strict=True) if not math.isnan(float(y))]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{_dashed(dashes)}/>', *dots]


def _bars(table: pd.DataFrame, name: str, across: list[float], lowest: float, colour: str, *, shift: int) -> list[str]:
    if f"{name}_low" not in table.columns:
        return []
    lows, highs = ([_height(end, lowest) for end in table[f"{name}_{side}"]] for side in ("low", "high"))
    return [
        f'<line x1="{x + shift:.1f}" x2="{x + shift:.1f}" y1="{low:.1f}" y2="{high:.1f}" '
        f'stroke="{colour}" stroke-width="3" stroke-opacity="0.45"/>'
        for x, low, high in zip(across, lows, highs, strict=True)
    ]


def _legend(label: str, colour: str, dashes: str, left: int) -> list[str]:
    return [
        f'<line x1="{left}" x2="{left + 34}" y1="22" y2="22" stroke="{colour}" stroke-width="2"{_dashed(dashes)}/>',
        f'<text x="{left + 42}" y="26">{escape(label)}</text>',
    ]


def _dashed(dashes: str) -> str:
    return f' stroke-dasharray="{dashes}"' if dashes else ""


def _told(table: pd.DataFrame) -> str:
    rows = zip(table["threshold"], table["links"], table["precision"], table["recall"], strict=True)
    return " ".join(
        f"From {threshold:g}: {links} links"
        + ("." if math.isnan(right) else f", {100 * right:.1f}% right, {100 * found:.1f}% of the right ones found.")
        for threshold, links, right, found in rows
    )


def _document(parts: list[str], told: str) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="13" fill="#0b0c0c" aria-labelledby="title told">\n'
        f'<title id="title">What each threshold would find, and get wrong</title>\n'
        f'<desc id="told">{escape(told)}</desc>\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n{body}\n</svg>\n'
    )
