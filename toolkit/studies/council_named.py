"""The one way a protocol names a council: by its name or its ONS code, and nothing that is larger or smaller."""

from __future__ import annotations

import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.intake.published.areas import area_codes, is_authority, is_listed, la_codes


def codes_of_council(asked: str) -> tuple[str, ...]:
    """Return every ONS code of a council, the latest first.

    Parameters
    ----------
    asked
        Its name or a code of it.

    Raises
    ------
    ValueError
        When no council is meant: England, a region, or no area at all, naming the closest.
    """
    try:
        codes = area_codes(asked)
    except InputError:
        near = did_you_mean(asked, la_codes()["name"])
        raise ValueError(
            f"There is no such council. Give its name or its nine-character code. {near}".rstrip()
        ) from None
    if not bool(is_authority(pd.Series(codes)).any()):
        raise ValueError("That is the country or a region, and no council. Give a council's name or its code")
    return codes


def code_of_council(asked: str) -> str:
    """Return the ONS code of a council named or coded: the latest, or the one given where it is listed itself.

    Raises
    ------
    ValueError
        As `codes_of_council`.
    """
    given = asked.strip().upper()
    codes = codes_of_council(asked)
    return given if is_listed(given) else codes[0]


def known_council(asked: str) -> str:
    """Return the name or code as it was given, once it is known to be a council's.

    Raises
    ------
    ValueError
        As `codes_of_council`.
    """
    codes_of_council(asked)
    return asked
