"""The template of scores with the families due a second one filled in: date, stage and score are left to write."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.intake.outgoing.template import template_bytes
from toolkit.intake.outgoing.template_instruments import has_others
from toolkit.intake.outgoing.template_notes import ADVICE
from toolkit.tables.instrument_scale import ONLY_BUILT_IN, Instrument
from toolkit.tables.progress_scores import PROGRESS_SCORES

SIMULATED = "Simulated data: no real families."

_ADVICE = (
    "Each row from row 3 is one score to be given, the longest waiting family first. Write its date, stage and score.",
    "A row without date, stage and score is not read, and is no mistake: leave it, or delete it.",
    *ADVICE,
)


def second_scores_bytes(
    rows: pd.DataFrame, *, simulated: bool, instruments: Mapping[str, Instrument] = ONLY_BUILT_IN
) -> bytes:
    """Return a workbook of scores to be given, which is read like any template; the same rows are the same bytes.

    Parameters
    ----------
    rows
        As `toolkit.studies.progress_change.second_scores.SecondScores.to_score` has them.
    simulated
        Whether the families are of no real place: the sheet's name, the notes and every printed page then say so.
    instruments
        Those that scores may name. Where there are any beside the built-in, each row names its own, the built-in too:
        a file that is declared to be of another is then refused, and not read as of that.
    """
    rows = rows if has_others(instruments) else rows.drop(columns="instrument")
    banner = SIMULATED if simulated else ""
    advice = (SIMULATED, *_ADVICE) if simulated else _ADVICE
    return template_bytes(PROGRESS_SCORES, instruments=instruments, rows=rows, advice=advice, banner=banner)
