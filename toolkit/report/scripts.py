"""Languages of translations: which way they run, and fonts that have their letters, the first one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import typst

LATIN = ("Noto Sans", "Source Sans 3", "DejaVu Sans", "Libertinus Serif")
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_ARABIC = ("Noto Sans Arabic", "Noto Naskh Arabic", "DejaVu Sans")
_NASTALIQ = ("Noto Nastaliq Urdu", *_ARABIC)
FONTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **{tag: _ARABIC for tag in ("ar", "ckb", "fa", "ps", "sd", "ug")},
        **{tag: _NASTALIQ for tag in ("ur", "pa-Arab")},
        "he": ("Noto Sans Hebrew", "DejaVu Sans"),
        "bn": ("Noto Sans Bengali", "Noto Serif Bengali"),
        "pa": ("Noto Sans Gurmukhi", "Noto Serif Gurmukhi"),
        "gu": ("Noto Sans Gujarati", "Noto Serif Gujarati"),
        "hi": ("Noto Sans Devanagari", "Noto Serif Devanagari"),
        "ne": ("Noto Sans Devanagari", "Noto Serif Devanagari"),
        "ta": ("Noto Sans Tamil", "Noto Serif Tamil"),
        "zh": ("Noto Sans CJK SC", "Noto Serif CJK SC"),
        "zh-Hant": ("Noto Sans CJK TC", "Noto Serif CJK TC"),
    }
)
"""By language, as BCP 47 names it, with its script where it has more than one; others are sought among `LATIN`."""


def is_right_to_left(tag: str) -> bool:
    """Whether a language is written from the right: by its script where the tag names one, or by its own.

    >>> is_right_to_left("ur"), is_right_to_left("pa"), is_right_to_left("pa-Arab"), is_right_to_left("bn-BD")
    (True, False, True, False)
    """
    parts = tag.split("-")
    return parts[0] in RIGHT_TO_LEFT or "Arab" in parts[1:]


def fonts_for(tag: str) -> tuple[str, ...]:
    """Return the fonts of this computer for a language, the best first."""
    parts = tag.split("-")
    named = FONTS.get("-".join(parts[:2])) or FONTS.get(parts[0], ())
    there = set(families())
    return tuple(font for font in (*named, *LATIN) if font in there)


@lru_cache(maxsize=1)
def all_fonts() -> typst.Fonts:
    """Return every font of this computer: looked for once."""
    return typst.Fonts()


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """Return the names of the fonts of this computer."""
    return tuple(all_fonts().families())
