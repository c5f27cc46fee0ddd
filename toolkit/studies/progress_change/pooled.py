"""Which readings a study pools: those of one instrument and direction, once a day; what is left out is counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.studies.result import FlowStep
from toolkit.tables.instrument_scale import Instrument, instruments_of
from toolkit.tables.progress_scores import BUILT_IN, DIRECTIONS

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Pooled:
    """Readings that may be set beside each other.

    Attributes
    ----------
    readings
        Rows of progress_scores, all of one instrument, none a second scoring.
    instrument
        The instrument.
    left_out
        How many readings of which other instruments, and how many second scorings, were left out; nothing where none.
    """

    readings: pd.DataFrame
    instrument: Instrument
    left_out: tuple[FlowStep, ...]


def pooled_readings(snapshot: Snapshot, instrument: str = BUILT_IN) -> Pooled:
    """Return the readings of one instrument, as they are stored: neither turned nor in any order of theirs.

    Parameters
    ----------
    snapshot
        With tables progress_scores, instruments and instrument_anchors.
    instrument
        Its number; ``one_to_five`` is the built-in, of every score that names none.

    Raises
    ------
    InputError
        When there is no such instrument; when there are scores and none of it, naming those there are; when one of its
        scores is not one that it allows, or runs the other way.
    """
    scores = snapshot.read("progress_scores")
    known = instruments_of(snapshot.read("instruments"), snapshot.read("instrument_anchors"))
    if instrument not in known:
        raise InputError(
            f'The records hold no instrument "{instrument}", which the protocol names. '
            f"{did_you_mean(instrument, list(known))}".rstrip()
        )
    of = scores["instrument"].fillna(BUILT_IN).astype(str)
    is_pooled = of == instrument
    if len(scores) and not is_pooled.any():
        held = ", ".join(f'"{number}"' for number in sorted(of.unique()))
        raise InputError(
            f'Table progress_scores has no score on the instrument "{instrument}", which the protocol names; it has '
            f"scores on {held}. Name one of them as the protocol's instrument."
        )
    is_second = scores["second_scoring"].fillna(False).astype(bool)
    readings = scores[is_pooled & ~is_second].reset_index(drop=True)
    _check(readings, known[instrument])
    others = scores[~is_pooled].assign(instrument=of[~is_pooled])
    left_out = (*_of_others(others), *_of_second(scores[is_pooled & is_second]))
    return Pooled(readings, known[instrument], left_out)


def _check(readings: pd.DataFrame, instrument: Instrument) -> None:
    """Check that every reading is one of its instrument's; the store's door was shut to others already."""
    pairs = readings[["score", "higher_is"]].drop_duplicates().itertuples(index=False, name=None)
    for score, higher_is in pairs:
        if not instrument.allows(float(score)):
            raise InputError(f"Table progress_scores holds {score:g} on {_named(instrument)}. {instrument.expected}")
        if instrument.higher_is and higher_is != instrument.higher_is:
            raise InputError(
                f'Table progress_scores has a score on {_named(instrument)} that says "{DIRECTIONS[higher_is]}" of a '
                f"higher one. {instrument.other_direction()}"
            )


def _named(instrument: Instrument) -> str:
    return f'the instrument "{instrument.instrument_id}"'


def _of_others(others: pd.DataFrame) -> Iterator[FlowStep]:
    for number, rows in others.groupby("instrument", sort=True):
        readings = len(rows)
        yield FlowStep(
            f"out_instrument_{number}",
            int(rows["family_id"].nunique()),
            readings,
            f'{readings:,} readings on the instrument "{number}" are not pooled: scores of two instruments are never '
            "added up.",
        )


def _of_second(second: pd.DataFrame) -> Iterator[FlowStep]:
    if len(second):
        yield FlowStep(
            "out_second_scoring",
            int(second["family_id"].nunique()),
            len(second),
            f"{len(second):,} readings are second scorings of a day: they show how scorers agree, not how families "
            "changed.",
        )
