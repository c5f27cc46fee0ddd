"""Leaving out rows that hardly anyone of the other arm is like, by their probability of treatment."""

from __future__ import annotations

from typing import Any

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.notes.note import Note
from toolkit.stats.sample.asked import shown, within

WHOM = {"ATT": "treated rows", "ATC": "comparison rows", "ATE": "rows"}


def check_trim(trim: Any) -> list[str]:
    """Return what is wrong with the option, if anything."""
    if within(trim, 0, 0.5):
        return []
    return [f"trim is {shown(trim)}. Give a probability from 0 (none) to below 0.5, such as 0.1."]


def trimmed(probability: Floats, treated: Booleans, estimand: str, trim: float) -> tuple[Booleans, tuple[Note, ...]]:
    """Return which rows are kept, and what to say of the others.

    Parameters
    ----------
    probability : ndarray, shape (n,)
        Of treatment.
    treated : ndarray of bool, shape (n,)
        The arm.
    estimand : {"ATT", "ATC", "ATE"}
        Rows are left out only at the end where weights grow without limit: for the treated (ATT) probabilities above
        1 - trim, for the others (ATC) below trim, for everyone (ATE) both.
    trim : float
        The probability.

    Raises
    ------
    InputError
        When an arm would have fewer than two rows.

    Notes
    -----
    Crump, Hotz, Imbens and Mitnik (2009), Biometrika 96, 187-199, for whom 0.1 is a good rule of thumb.
    """
    if trim == 0:
        return np.ones(len(treated), dtype=bool), ()
    low, high = (0.0 if estimand == "ATT" else trim), (1.0 if estimand == "ATC" else 1 - trim)
    kept = (probability >= low) & (probability <= high)
    gone = [int((~kept & arm).sum()) for arm in (treated, ~treated)]
    left = [int((kept & arm).sum()) for arm in (treated, ~treated)]
    if min(left) < 2:
        raise InputError(
            f"trim={trim:g} leaves {left[0]:,} treated and {left[1]:,} comparison rows: the arms hardly overlap. Give "
            "a smaller one, or compare other groups."
        )
    if not sum(gone):
        return kept, ()
    words = (
        f"Left out, as their probability of treatment is not between {low:g} and {high:g}: {gone[0]:,} treated and "
        f"{gone[1]:,} comparison rows. The effect is for the {WHOM[estimand]} that are left: {left[0]:,} treated and "
        f"{left[1]:,} comparison rows."
    )
    figures = {"treated_left_out": gone[0], "control_left_out": gone[1], "low": low, "high": high}
    return kept, (Note("trimmed", words, figures),)
