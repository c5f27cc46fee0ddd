"""What must hold between the cells of a row, and between the rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from toolkit.tables.break_checks import only_referrals_have_a_source
from toolkit.tables.episodes import EPISODES
from toolkit.tables.families import FAMILIES
from toolkit.tables.findings import Finding
from toolkit.tables.instrument_checks import lowest_is_below_highest, not_the_built_in
from toolkit.tables.investments import INVESTMENTS
from toolkit.tables.referrals import REFERRALS
from toolkit.tables.registrations import REGISTRATIONS
from toolkit.tables.schema import Table
from toolkit.tables.score_checks import one_direction, starts_before_it_ends

__all__ = ["CHECKS", "Finding", "RowCheck", "not_before"]

Find = Callable[[pd.DataFrame, pd.DataFrame], list[Finding]]


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A rule that one cell alone cannot break.

    Parameters
    ----------
    name
        Its short name.
    description
        The rule, in one plain sentence, for the data dictionary.
    find
        Called with the rows of a file (a frame of the table's columns whose index is the row number in the file;
        a cell that could not be read is empty) and the rows already stored (the same columns). Returns a finding
        for each row that breaks the rule.
    """

    name: str
    description: str
    find: Find


def not_before(table: Table, earlier: str, later: str) -> RowCheck:
    """Return the check that the day in column ``later`` is not before the day in column ``earlier`` of the same row."""
    earlier_label, later_label = table.column(earlier).label, table.column(later).label

    def find(rows: pd.DataFrame, stored: pd.DataFrame) -> list[Finding]:
        days = zip(rows.index, rows[earlier], rows[later], strict=True)
        return [
            Finding(
                int(row),
                later,
                f'"{earlier_label}" in the same row is {first:%d/%m/%Y}, which is later. Put the wrong one right.',
            )
            for row, first, last in days
            if not pd.isna(first) and not pd.isna(last) and last < first
        ]

    description = f'"{later_label}" is not before "{earlier_label}" in the same row.'
    return RowCheck(f"{later}_not_before_{earlier}", description, find)


CHECKS: Mapping[str, tuple[RowCheck, ...]] = MappingProxyType(
    {
        "centres": (),
        "families": (not_before(FAMILIES, "known_from", "known_to"),),
        "children": (),
        "registrations": (not_before(REGISTRATIONS, "registered_on", "left_on"),),
        "instruments": (
            RowCheck("lowest_is_below_highest", "The lowest score is below the highest one.", lowest_is_below_highest),
            RowCheck("not_the_built_in", "The built-in scale, one_to_five, has no row.", not_the_built_in),
        ),
        "instrument_anchors": (),
        "progress_scores": (
            RowCheck(
                "starts_before_it_ends",
                "A family's review and end scores are not before its first start score at that centre, on the same "
                "instrument.",
                starts_before_it_ends,
            ),
            RowCheck(
                "one_direction",
                "One file says the same of a higher score in every row of the same centre, instrument and thing "
                "scored.",
                one_direction,
            ),
        ),
        "referrals": (not_before(REFERRALS, "received_on", "closed_on"),),
        "episodes": (not_before(EPISODES, "started_on", "ended_on"),),
        "investments": (not_before(INVESTMENTS, "starts_on", "ends_on"),),
        "events": (),
        "definition_breaks": (
            RowCheck(
                "only_referrals_have_a_source",
                "A referral source is given only where the change touches referrals or what comes of them.",
                only_referrals_have_a_source,
            ),
        ),
        "neighbourhoods": (),
        "area_counts": (),
    }
)
"""The checks of each table, by the table's name."""
