"""The colours of every page, by day and by night, as custom properties of a style sheet: one table for app and sign-in.

A property takes the colour of the theme that its element is drawn in: Streamlit says which (``color-scheme``), and the
sign-in pages follow the device.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from toolkit.charts.theme import BY_NIGHT, VARIABLES

COLOURS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **{name: (colour, BY_NIGHT[colour]) for colour, name in VARIABLES.items()},
        "quiet": ("#4b5358", "#b9c3c9"),
        "line": ("#b1b9be", "#56636d"),
        "edge": ("#767f85", "#8b979f"),
        "raised": ("#f2f5f7", "#1d262d"),
        "notice": ("#fff3c4", "#33290d"),
        "wrong": ("#b10e1e", "#ff9c94"),
        "on-first": ("#ffffff", "#12181d"),
        "first-pressed": ("#153b59", "#a9d4f6"),
    }
)
"""Every colour by its name: on a light page and on a dark one."""

FONT = '"Source Sans", "Source Sans 3", "Source Sans Pro", sans-serif'
"""The typeface of the app and of the pages in front of it."""


def variables(*, follow_device: bool = False) -> str:
    """Return the colours as custom properties of the page; a browser that knows no themes has those of the day.

    Parameters
    ----------
    follow_device
        Whether the page is light or dark as the device is; otherwise each element is as it says itself.
    """
    by_day = " ".join(f"--{name}: {day};" for name, (day, _) in COLOURS.items())
    either = " ".join(f"--{name}: light-dark({day}, {night});" for name, (day, night) in COLOURS.items())
    scheme = "color-scheme: light dark; " if follow_device else ""
    return (
        f":root {{ {scheme}{by_day} }}\n"
        f"@supports (color: light-dark(#000, #fff)) {{ :root {{ {either} }} }}\n"
        f"@media print {{ :root {{ {by_day} }} }}"
    )


@cache
def typeface() -> str:
    """Return the style that loads the app's own typeface from where Streamlit serves it; empty where it has moved."""
    import streamlit

    media = Path(streamlit.__file__).parent / "static" / "static" / "media"
    found = sorted(media.glob("SourceSansVF-Upright*.woff2"))
    if not found:
        return ""
    address = f"/static/media/{found[0].name}"
    return (
        f'@font-face {{ font-family: "Source Sans"; src: url("{address}") format("woff2"); font-weight: 200 900; '
        "font-display: swap; }"
    )
