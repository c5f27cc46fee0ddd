"""Which edition of the indices of deprivation families' tenths are of: tenths of two editions are never compared.

The indices of 2025 are of the neighbourhoods of the census of 2021 and were made anew: the Department says they cannot
be compared with those of 2019. A tenth of one and a tenth of the other are two things.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from toolkit.errors import InputError
from toolkit.tables.families import EDITIONS

OF_TENTHS = ("idaci_decile", "most_deprived_fifth", "deprivation_fifth")
"""Covariates and groups that are made of families' tenths."""


def check_one_edition(families: pd.DataFrame, names: Iterable[str]) -> str:
    """Return the edition of the families' tenths, having checked that there is one; empty where none is said.

    Parameters
    ----------
    families
        The families.
    names
        The covariates and groups that families are compared by.

    Raises
    ------
    InputError
        When one of them is made of tenths and families' are of different editions, or of some it is not said.
    """
    used = [name for name in dict.fromkeys(names) if name in OF_TENTHS]
    if not used:
        return ""
    stored = families["deprivation_edition"]
    found = [edition for edition in EDITIONS if (stored == edition).any()]
    unsaid = bool(stored.isna().any())
    if len(found) + (unsaid and bool(found)) > 1:
        editions = ", ".join([*(EDITIONS[one] for one in found), *(["no edition said"] if unsaid else [])])
        raise InputError(
            f"The families' tenths of deprivation are not of one edition ({editions}), and families would be compared "
            f"by {', '.join(used)}. Import the families with tenths of one edition and say which in "
            '"deprivation_edition", or leave deprivation out of the protocol.'
        )
    return found[0] if found else ""
