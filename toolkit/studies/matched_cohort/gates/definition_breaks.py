"""Whether the answer is the same under both definitions, where what is counted came to mean another thing.

Joiners and the families beside them are followed over the same days, so a new definition touches both. But one figure
over both periods is the effect on neither of the two things counted. So the effect is worked out among sets whose
follow-up ends before the day, and among those whose follow-up begins on it or after: sets followed across it belong to
neither. Where the two differ by more than chance there is no one answer.

It is a gate of every study, not a check that protocols list: whether a council changed what it counts is a fact of its
records, which nobody can leave out of a plan. Without a confirmed break that follow-up crosses it passes and changes
nothing; a break that no council has confirmed is not looked for.

Measured on 1,000 simulated comparisons each of 700 to 2,000 sets in 10 to 60 areas: with one effect before and after it
barred 7 to 20, 12 at the middle; with 10 fewer in every 100 before and as many more after, 48% to 99%; with 10 fewer
before and no difference after, 16% to 64%. So it finds an answer that turns round, and often misses one that fades.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.cohort.outcomes import OUTCOMES, Outcome
from toolkit.errors import InputError
from toolkit.stats import subgroup_effects
from toolkit.studies.definition_breaks import Break, base_of, breaks_of, looks_back, said, touches
from toolkit.studies.matched_cohort.comparison import Comparison
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check, Status
from toolkit.wording.amounts import in_100

LABEL = "What is counted, and since when"
ALPHA = 0.01
"""Of all breaks of an outcome together: so often it bars an answer whose effect is the same before and after."""
FEWEST = 60
"""Families that joined, and as many others, that each side must have; the same as the house's gate."""
BEFORE, AFTER = "before", "from then on"


@dataclass(frozen=True, slots=True)
class Sides:
    """An outcome's effect before and after the breaks of one day in one place.

    Attributes
    ----------
    outcome
        The outcome.
    breaks
        What changed that day.
    before, after
        The effect among sets followed wholly before, and from then on; ``None`` where too few are.
    p_value
        Of both being the same; ``None`` where one is missing.
    level
        A p-value at most this is a difference.
    """

    outcome: Outcome
    breaks: tuple[Break, ...]
    before: float | None = None
    after: float | None = None
    p_value: float | None = None
    level: float = ALPHA

    @property
    def differs(self) -> bool:
        """Whether the effects differ by more than chance."""
        return self.p_value is not None and self.p_value <= self.level


def check(evidence: Evidence) -> Check:
    """Fail when the primary outcome's effect differs before and after a break; warn when that cannot be seen.

    The protocol's other outcomes are looked at too: one that differs is named with a warning.
    """
    breaks, spec, comparison = breaks_of(evidence.snapshot), evidence.spec, evidence.comparison
    primary = evidence.primary.outcome
    names = [name for name in spec.outcomes if name in comparison.followed]
    crossed = {
        name: [
            (own, side)
            for own in _of_a_day(breaks, OUTCOMES[name], spec.centre_sources)
            if (side := sides_of(comparison, OUTCOMES[name], own)) is not None
        ]
        for name in names
    }
    found = {
        name: [
            _compared(comparison, OUTCOMES[name], own, side, spec.cluster, ALPHA / len(pairs)) for own, side in pairs
        ]
        for name, pairs in crossed.items()
    }
    return judge(found.get(primary, []), [one for name in names if name != primary for one in found[name]])


def judge(primary: Sequence[Sides], others: Sequence[Sides]) -> Check:
    """Judge the breaks that the primary outcome and the others cross."""
    against = [one for one in primary if one.differs]
    unseen = [one for one in primary if one.p_value is None]
    apart = list(dict.fromkeys(one.outcome.label for one in others if one.differs))
    status: Status = "fail" if against else ("warn" if unseen or apart else "pass")
    if against:
        sentence = (
            f"What is counted changed in follow-up ({_said(against)}), and the answer is not the same before and "
            f"after: {'; '.join(_both(one) for one in against)}. Ask it of one definition alone."
        )
    elif unseen:
        sentence = (
            f"What is counted changed in follow-up ({_said(unseen)}). Too few families were followed wholly before or "
            "wholly after to see whether the answer is the same."
        )
    elif primary:
        sentence = (
            f"What is counted changed in follow-up ({_said(primary)}). Before and after, the answers do not differ by "
            f"more than chance: {'; '.join(_both(one) for one in primary)}."
        )
    else:
        sentence = "The council has confirmed no change, in the time of follow-up, of what this counts."
    if apart:
        sentence += f" Other outcomes that are not the same before and after a change: {', '.join(apart)}."
    smallest = [one.p_value for one in primary if one.p_value is not None]
    return Check(
        name="definition_breaks",
        label=LABEL,
        status=status,
        figure=min(smallest) if smallest else None,
        threshold=min(one.level for one in primary) if primary else None,
        sentence=sentence,
        table=_table([*primary, *others]),
    )


def sides_of(comparison: Comparison, outcome: Outcome, breaks: Sequence[Break]) -> NDArray[np.str_] | None:
    """Return on which side of a day each row of the matched sets lies: before, from then on, or "" across or elsewhere.

    A set has one side, or none. ``None`` where every set that the breaks reach lies on one: the outcome does not
    cross them.
    """
    inside, day = comparison.inside, breaks[0].starts_on
    reached = _is_in(inside, breaks[0].area)
    zero = pd.to_datetime(inside["time_zero"])
    ends_before = (zero + timedelta(days=outcome.window_days) < pd.Timestamp(day)).to_numpy()
    begins_after = (zero + timedelta(days=1 - looks_back(base_of(outcome))) >= pd.Timestamp(day)).to_numpy()
    sets = inside["set"]
    wholly = [
        pd.Series(rows & reached, index=inside.index).groupby(sets.to_numpy()).transform("all").to_numpy()
        for rows in (ends_before, begins_after)
    ]
    if not reached.any() or ends_before[reached].all() or begins_after[reached].all():
        return None
    return np.select(wholly, [BEFORE, AFTER], "")


def _of_a_day(breaks: Sequence[Break], outcome: Outcome, centre_sources: Sequence[str]) -> Iterator[tuple[Break, ...]]:
    """Yield the breaks that touch an outcome, those of one day and area together."""
    of_day: dict[tuple[date, str], list[Break]] = {}
    for one in breaks:
        if touches(one, outcome, centre_sources):
            of_day.setdefault((one.starts_on, one.area.strip().casefold()), []).append(one)
    yield from map(tuple, of_day.values())


def _is_in(rows: pd.DataFrame, area: str) -> NDArray[np.bool_]:
    """Return which rows live in an area; in one that is no district and no reach area, all do."""
    wanted = area.strip().casefold()
    for column in ("district", "reach_centre_id"):
        mine = (rows[column].astype(str).str.strip().str.casefold() == wanted).to_numpy()
        if mine.any():
            return np.asarray(mine, dtype=np.bool_)
    return np.ones(len(rows), dtype=np.bool_)


def _compared(
    comparison: Comparison,
    outcome: Outcome,
    breaks: tuple[Break, ...],
    side: NDArray[np.str_],
    cluster: str,
    level: float,
) -> Sides:
    inside = comparison.inside
    try:
        found = subgroup_effects(
            comparison.values_inside(outcome.name),
            (inside["role"] == "joined").to_numpy().astype(int),
            side,
            [inside[cluster].cat.codes.to_numpy(), inside["set"].to_numpy()],
            weights=np.where(side == "", 0.0, comparison.set_weights),
            covariates=inside[list(comparison.ready.covariates)].to_numpy(dtype=float),
            fewest=FEWEST,
        )
    except InputError:
        return Sides(outcome, breaks, level=level)
    effects: Mapping[str, float] = dict(zip(found.table["group"], found.table["estimate"], strict=True))
    return Sides(outcome, breaks, effects[BEFORE], effects[AFTER], found.interaction.p_value, level)


def _said(sides: Sequence[Sides]) -> str:
    return said([one for side in sides for one in side.breaks])


def _both(one: Sides) -> str:
    before, after = one.before or 0.0, one.after or 0.0
    return f"{in_100(before)} in every 100 before, {in_100(after)} from then on"


def _table(sides: Sequence[Sides]) -> pd.DataFrame | None:
    """Return one row a break and outcome: label, changed, before, after, differs."""
    if not sides:
        return None
    rows = [
        {
            "label": one.outcome.label,
            "changed": said(one.breaks),
            "before": one.before,
            "after": one.after,
            "differs": one.differs,
        }
        for one in sides
    ]
    return pd.DataFrame(rows)
