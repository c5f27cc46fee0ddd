"""A cohort as a study's design may see it: what became of the families that joined cannot be read from it.

Rubin (2007, *Statistics in Medicine* 26, 20-36): who is compared with whom is settled before any outcome is looked at,
so that nobody can choose the comparison by its answer. Here what became of the families that did *not* join may be
read (how many are referred, how well that can be foretold); a family that joins later stood among them until it did,
and what became of it in those months is theirs. How long a row was followed is no outcome, and may be read of all.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from toolkit.cohort.censoring import weight_name
from toolkit.cohort.design import TrialDesign
from toolkit.cohort.trials import Cohort

_WHO = ("trial", "family_id", "child_id", "district", "reach_centre_id", "treated", "time_zero")
_HOW_LONG = ("follow_up", "days_followed")


def without_joiners_outcomes(cohort: Cohort, design: TrialDesign, outcome: str) -> Cohort:
    """Return a cohort of which only what was known at time zero, and how long a row was followed, is left.

    Of what happened afterwards one outcome is left, with its weights, for the rows that did not join: in those of
    joiners both are missing. Counts of events are empty, and so are the steps of the flow, some of which tell of
    weights that rest on events.

    Parameters
    ----------
    cohort, design
        The cohort, and the design it was built by.
    outcome
        The outcome to leave.
    """
    known = [name for name in (*_WHO, *_HOW_LONG, *design.covariates) if name in cohort.frame]
    frame = cohort.frame[list(dict.fromkeys(known))]
    joined = cohort.frame["treated"].to_numpy() == 1
    hidden = {
        name: np.where(joined, np.nan, cohort.frame[name].to_numpy(dtype=np.float64))
        for name in (outcome, weight_name(outcome))
    }
    return replace(cohort, frame=frame.assign(**hidden), flow=(), events=cohort.events.iloc[:0], weightings=())
