"""Families whose score rose beside matched families whose score did not: an association, and never a cause.

A family that is doing better may be scored higher because of it. So the difference says whether a rise is a *sign* of
something, and nothing of what made it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats import Matched, match
from toolkit.studies.estimates import estimate_of, no_figure
from toolkit.studies.progress_meaning.known import Scored
from toolkit.studies.progress_meaning.spec import ProgressMeaningSpec
from toolkit.studies.result import Estimate

ESTIMATOR = "rose_matched"
FEWEST = 20
"""Fewer families whose score rose, or did not, than this: nothing is matched."""
FEWEST_OF_A_VALUE = 5


@dataclass(frozen=True, slots=True)
class Rose:
    """The matched comparison.

    Attributes
    ----------
    estimate
        The difference of shares, those whose score rose less those like them; without figures where none could be had.
    arms
        One row an arm that was matched: ``treated``, ``families``, ``happened``.
    rose, matched
        Families whose score rose, and those of them that found one alike.
    largest
        What the matched groups differ most on, and by how many standard deviations; ``None`` where nothing was matched.
    balance
        One row a term, before and after matching; ``None`` where nothing was matched.
    """

    estimate: Estimate
    arms: pd.DataFrame
    rose: int
    matched: int
    largest: tuple[str, float] | None
    balance: pd.DataFrame | None


def compare_rose(scored: Scored, spec: ProgressMeaningSpec) -> Rose:
    """Return families whose score rose beside those like them, in the year after their next score.

    Families are alike in their first score exactly, and in what was known of them on the day of their next score. One
    that began at the top cannot rise and is in neither group.
    """
    rows = scored.counted
    rows = rows.assign(treated=(rows["next"] > rows["first"]).astype(np.int8), start=rows["first"].astype(str))
    can_rise = rows.groupby("start")["treated"].transform("max") > 0
    rows = rows[can_rise].reset_index(drop=True)
    rose = int(rows["treated"].sum())
    names = _usable(rows, spec.covariates)
    matched = _matched(rows, names, spec)
    if matched is None:
        none = no_figure(spec.outcome, estimator=ESTIMATOR, measure="difference", n_treated=rose)
        return Rose(none, _arms(rows.iloc[:0]), rose, 0, None, None)
    inside = rows[(matched.weights > 0).to_numpy()]
    balance = matched.balance()
    return Rose(
        estimate=_estimate(matched, rows, inside, spec.outcome),
        arms=_arms(inside),
        rose=rose,
        matched=int((inside["treated"] == 1).sum()),
        largest=_largest(balance, names),
        balance=balance,
    )


def _usable(rows: pd.DataFrame, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the covariates of which each group has more than a handful off its commonest value.

    Another would all but tell the groups apart, or say nothing.
    """
    arms = [rows[rows["treated"] == arm] for arm in (1, 0)]
    return tuple(name for name in names if min(_off_its_commonest(arm[name]) for arm in arms) >= FEWEST_OF_A_VALUE)


def _off_its_commonest(values: pd.Series) -> int:
    return len(values) - int(values.value_counts().max()) if len(values) else 0


def _matched(rows: pd.DataFrame, names: tuple[str, ...], spec: ProgressMeaningSpec) -> Matched | None:
    """Return the matched families; ``None`` where they are too few, or what was known tells the groups apart."""
    smaller = rows["treated"].value_counts().reindex([1, 0], fill_value=0).min()
    if smaller < FEWEST or not names or rows["centre_id"].nunique() < 2:
        return None
    try:
        return match(
            rows,
            treatment="treated",
            covariates=list(names),
            scale="logit",
            ratio=spec.ratio,
            replace=True,
            caliper=spec.caliper,
            exact=("start", *spec.exact),
        )
    except InputError:  # a score of who rises does not settle
        return None


def _estimate(matched: Matched, rows: pd.DataFrame, inside: pd.DataFrame, outcome: str) -> Estimate:
    arms, centres = inside["treated"].nunique(), inside["centre_id"].nunique()
    if inside["happened"].nunique() < 2 or arms < 2 or centres < 2:
        return no_figure(outcome, estimator=ESTIMATOR, measure="difference", n_treated=len(inside))
    weighed = matched.reweighted(rows["weight"])
    return estimate_of(weighed.effect("happened", measure="difference", cluster="centre_id"), outcome, ESTIMATOR)


def _arms(inside: pd.DataFrame) -> pd.DataFrame:
    arms = ((arm, inside[inside["treated"] == arm]) for arm in (1, 0)) if len(inside) else ()
    return pd.DataFrame(
        [{"treated": arm, "families": len(some), "happened": int(some["happened"].sum())} for arm, some in arms],
        columns=["treated", "families", "happened"],
    )


def _largest(balance: pd.DataFrame, names: tuple[str, ...]) -> tuple[str, float] | None:
    found = {str(term): abs(float(smd)) for term, smd in balance["smd"].items() if term in names}
    worst = max(found, key=found.__getitem__, default="")
    return (worst, found[worst]) if worst else None
