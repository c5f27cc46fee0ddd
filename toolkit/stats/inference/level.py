"""The level of an interval: refused in the same words wherever it is asked for."""

from __future__ import annotations

from typing import Any

from toolkit.errors import InputError
from toolkit.stats.sample.asked import shown, within


def level_problems(level: Any) -> list[str]:
    """Return what is wrong with a level, if anything."""
    if within(level, 0, 1, is_open=True):
        return []
    return [f"level is {shown(level)}. Give a number between 0 and 1, such as 0.95."]


def require_level(level: Any) -> None:
    """Refuse a level that is not between 0 and 1.

    Raises
    ------
    InputError
        Naming it.
    """
    problems = level_problems(level)
    if problems:
        raise InputError(problems[0])
