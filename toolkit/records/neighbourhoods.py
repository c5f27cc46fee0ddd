"""Families' neighbourhoods of 2021, where the council's table leads to one from that of 2011 and to no other.

A neighbourhood that was split may have become any of several: of its families none is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from toolkit.records.store import Store

CERTAIN = ("U", "M")
"""Unchanged, or wholly part of a larger one."""


@dataclass(frozen=True, slots=True)
class Led:
    """What a table of neighbourhoods says of families.

    Attributes
    ----------
    rows
        The families whose neighbourhood of 2021 it says and was empty, with it.
    uncertain
        Families whose neighbourhood was split or changed in another way, or may have become several.
    unlisted
        Families whose neighbourhood of 2011 the table has not.
    differing
        Families that have another neighbourhood of 2021 than the table leads to; they keep theirs.
    """

    rows: pd.DataFrame
    uncertain: int
    unlisted: int
    differing: int


def lead(families: pd.DataFrame, neighbourhoods: pd.DataFrame) -> Led:
    """Return the neighbourhoods of 2021 that a table leads families to.

    Parameters
    ----------
    families, neighbourhoods
        Frames of these tables.
    """
    of_2011 = neighbourhoods.groupby("lsoa11")
    one = of_2011["lsoa21"].transform("nunique") == 1
    certain = neighbourhoods[one & neighbourhoods["change"].isin(CERTAIN)].drop_duplicates("lsoa11")
    known = families[families["lsoa11"].notna()]
    led = known["lsoa11"].map(certain.set_index("lsoa11")["lsoa21"])
    listed = known["lsoa11"].isin(neighbourhoods["lsoa11"])
    is_empty = known["lsoa21"].isna()
    rows = known[led.notna() & is_empty].assign(lsoa21=led[led.notna() & is_empty])
    return Led(
        rows=rows.astype({"lsoa21": families["lsoa21"].dtype}),
        uncertain=int((led.isna() & listed & is_empty).sum()),
        unlisted=int((~listed & is_empty).sum()),
        differing=int((led.notna() & ~is_empty & (led != known["lsoa21"])).sum()),
    )


def fill_neighbourhoods(store: Store, *, by: str, dry_run: bool = False) -> Led:
    """Give families the neighbourhood of 2021 that the store's table leads to, as one upload; see `lead`.

    Parameters
    ----------
    store
        With the tables.
    by
        Who does it, for the record.
    dry_run
        Whether nothing is stored.
    """
    led = lead(store.read("families"), store.read("neighbourhoods"))
    if len(led.rows) and not dry_run:
        store.fill_in({"families": led.rows}, by=by, source_name="the table of neighbourhoods")
    return led
