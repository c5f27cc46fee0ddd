"""The level of an interval: refused in the same words wherever it is asked for."""

from __future__ import annotations

from toolkit.errors import InputError


def level_problems(level: float) -> list[str]:
    """Return what is wrong with a level, if anything."""
    return [] if 0 < level < 1 else [f"level is {level}. Give a number between 0 and 1, such as 0.95."]


def require_level(level: float) -> None:
    """Refuse a level that is not between 0 and 1.

    Raises
    ------
    InputError
        Naming it.
    """
    problems = level_problems(level)
    if problems:
        raise InputError(problems[0])
