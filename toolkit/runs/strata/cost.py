"""What a run will take, from how many family-months a snapshot has: figures measured, and kept here with their day.

The model is a straight line in family-months near what was measured of authorities from a tenth of a county to two, of
one to 150 of them (docs/scale.md), and what processes take to begin. On another machine the line has another slope.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow.compute as pc
import pyarrow.parquet as pq

from toolkit.cohort.design import calendar_for
from toolkit.errors import InputError
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.protocol import Protocol

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

MEASURED_ON = date(2026, 11, 29)
"""When the figures below were measured (docs/scale.md)."""
SECONDS_FIXED, SECONDS_A_MILLION = 0.40, 1.58
"""Processor seconds of one draw of days on the embedded engine: at any size, and for each million family-months."""
MEGABYTES_FIXED, MEGABYTES_A_MILLION = 465.0, 220.0
"""At its peak, with as many draws at a time as there are processors."""
SPARED_FIXED, SPARED_A_MILLION = 415.0, 195.0
"""The same, one draw at a time and none kept."""
BEGINNING_SECONDS, BEGINNING_MEGABYTES = 2.6, 285.0
"""What the process takes that begins the others and adds up, beside those at work."""
STARTING_SECONDS = 1.9
"""Of a processor, for each process at work to begin, and for what is slower in it the first time."""
SPARK_FACTOR = 2.2
"""The slowest of five designs on Sail, as a multiple of the embedded engine's seconds on the same machine."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one authority, or one county, will take.

    Attributes
    ----------
    families, months, family_months
        Families on record, trial months, and one times the other: the rows that are looked at.
    draws
        How often days are drawn.
    seconds, spark_seconds
        Of a processor, on the embedded engine, and on Sail at most.
    memory_mb, spared_mb
        At the peak: as a rule, and at the least, one draw at a time.
    """

    families: int
    months: int
    family_months: int
    draws: int
    seconds: float
    spark_seconds: float
    memory_mb: float
    spared_mb: float


NEEDED = ("referrals",)
"""The tables that `cost_of` looks into."""


def cost_of(protocol: Protocol, snapshot: Snapshot) -> Cost:
    """Return what the primary comparison of a protocol will take on a snapshot; no row but the days is read.

    Raises
    ------
    ProtocolError
        When the protocol is of another kind than a matched cohort.
    InputError
        When the records are too short, or empty.
    """
    spec = protocol.spec_as(MatchedCohort)
    days = pc.min_max(pq.read_table(snapshot.path("referrals"), columns=["received_on"])["received_on"]).as_py()
    if days["min"] is None:
        raise InputError("The referrals table is empty, so there is nothing to follow. Import referrals first.")
    months = calendar_for(spec.design(), days["min"], days["max"]).trials
    families = snapshot.rows["families"]
    millions = families * months / 1e6
    seconds = spec.draws * (SECONDS_FIXED + SECONDS_A_MILLION * millions)
    return Cost(
        families=families,
        months=months,
        family_months=families * months,
        draws=spec.draws,
        seconds=seconds,
        spark_seconds=SPARK_FACTOR * seconds,
        memory_mb=MEGABYTES_FIXED + MEGABYTES_A_MILLION * millions,
        spared_mb=SPARED_FIXED + SPARED_A_MILLION * millions,
    )


def must_spare(authority: str, cost: Cost, memory_mb: int) -> bool:
    """Return whether an authority fits only one draw at a time; refuse one that does not fit even so.

    Raises
    ------
    InputError
        Naming it, its size and what it needs.
    """
    if min(cost.spared_mb, cost.memory_mb) > memory_mb:
        raise InputError(
            f"{authority} has {cost.family_months:,} family-months and needs about {cost.spared_mb:,.0f} MB, one draw "
            f"at a time; it may take {memory_mb:,}. Give more memory, or run fewer authorities at a time."
        )
    return cost.memory_mb > memory_mb
