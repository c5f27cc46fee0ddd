"""Small phrases that agree with what they are of: possessives, lists, years."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.wording.years import financial_year


def possessive(name: str) -> str:
    """Return a name as an owner's: an apostrophe alone after a plural, as councils' names in -s are written.

    >>> possessive("Kent"), possessive("West Midlands")
    ("Kent's", "West Midlands'")
    """
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def listed(parts: Iterable[object]) -> str:
    """Return parts one after the other with "and" before the last.

    >>> listed([2015]), listed([2015, 2017]), listed([2015, 2017, 2019])
    ('2015', '2015 and 2017', '2015, 2017 and 2019')
    """
    *before, last = [str(part) for part in parts] or [""]
    return f"{', '.join(before)} and {last}" if before else last


def years(ending: Iterable[int]) -> str:
    """Return the financial years that end in March of those given, in order and each once.

    >>> years([2019, 2017]), years([2017])
    ('2016/17 and 2018/19', '2016/17')
    """
    return listed(financial_year(year) for year in sorted(set(ending)))
