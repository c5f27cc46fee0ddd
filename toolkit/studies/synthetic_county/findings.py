"""All that the study finds of a council and the others, and the single figures of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from toolkit.stats.arrays.types import Floats
from toolkit.stats.inference.t_estimate import TEstimate
from toolkit.stats.synthetic.augmented import AugmentedControl, augmented_control
from toolkit.stats.synthetic.did import SyntheticDid, synthetic_did
from toolkit.stats.synthetic.difference import FEWEST, Chosen, Difference, difference, rise_before
from toolkit.stats.synthetic.placebos import Fit, SpacePlacebos, space_placebos, time_placebos
from toolkit.studies.synthetic_county.facts import SyntheticCountyFacts, Told
from toolkit.studies.synthetic_county.panel import CountyPanel
from toolkit.studies.synthetic_county.spec import SyntheticCountySpec

MOST_STARTS = 5
COUNCIL = 0
"""The column of the council in its panel."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The panel and what was found of it.

    Attributes
    ----------
    control
        The council's mixture.
    placebos
        The council's gaps among those of the others, on the logarithm of the rate.
    main
        Its difference, corrected for how it was chosen.
    plain
        The same without the correction.
    sparse, mean
        By the mixture that is nearest, however few it holds, and by the mean of all others.
    did
        By synthetic difference-in-differences, which weighs the years before too; not corrected for how the council was
        chosen.
    moved
        By the year in which nothing was done yet: its difference there.
    """

    panel: CountyPanel
    control: AugmentedControl
    placebos: SpacePlacebos
    main: Difference
    plain: Difference
    sparse: Difference
    mean: Difference
    did: SyntheticDid
    moved: tuple[tuple[int, Difference], ...]


@dataclass(frozen=True, slots=True)
class _Gaps:
    gaps: Floats


def findings_of(panel: CountyPanel, spec: SyntheticCountySpec, seed: int = 0) -> Findings | None:
    """Return all that the study finds; ``None`` with too few others for any range."""
    if len(panel.areas) - 1 < FEWEST:
        return None
    logs, before, chosen = np.log(panel.rates), panel.before, spec.chosen_for_rise
    fit: Fit = partial(augmented_control, augmented=spec.augmented)
    placebos = space_placebos(logs, COUNCIL, before, fit=fit)
    moved = time_placebos(logs, COUNCIL, before, fit, after=len(logs) - before, most=MOST_STARTS)
    return Findings(
        panel=panel,
        control=augmented_control(logs, COUNCIL, before, augmented=spec.augmented),
        placebos=placebos,
        main=_held(placebos, logs, before, chosen),
        plain=_held(placebos, logs, before, "no"),
        sparse=_held(space_placebos(logs, COUNCIL, before, shift=True), logs, before, chosen),
        mean=_held(space_placebos(logs, COUNCIL, before, fit=_beside_the_mean), logs, before, chosen),
        did=synthetic_did(logs, COUNCIL, before, seed=seed),
        moved=tuple((panel.years[start], _held(one, logs, start, "no")) for start, one in moved),
    )


def told(one: Difference | TEstimate | None) -> Told | None:
    """Return a difference as a part of what was to be expected, with its ends; ``None`` where one is without end."""
    if one is None or not np.isfinite(one.interval()).all():
        return None
    found = tuple(float(np.expm1(min(value, 20.0))) for value in (one.estimate, *one.interval()))
    return found[0], found[1], found[2]


def facts_of(
    found: Findings | None,
    panel: CountyPanel | None,
    spec: SyntheticCountySpec,
    name: str,
) -> SyntheticCountyFacts:
    """Return the single figures that words and pages need."""
    first = panel.years[0] if panel is not None else spec.first_year or spec.treated_year - 2
    return SyntheticCountyFacts(
        council=name,
        is_there=panel is not None,
        first_year=first,
        treated_year=spec.treated_year,
        last_year=spec.last,
        years_before=0 if panel is None else panel.before,
        donors=0 if panel is None else len(panel.areas) - 1,
        left_out=0 if panel is None else len(panel.left_out),
        neighbours_only=bool(spec.donors),
        chosen=spec.chosen_for_rise,
        effect=told(None if found is None else found.main),
        uncorrected=told(None if found is None else found.plain),
        smallest_visible=None if found is None else smallest_fall(found.main),
        by_chance=None if found is None else _by_chance(found),
        loss=None if found is None else found.control.before_rmse,
        usual_loss=None if found is None else float(np.median(found.placebos.before_rmse)),
        rests_on=None if found is None else found.control.rests_on,
        is_augmented=found is not None and found.control.is_augmented,
        moved_starts=0 if found is None else len(found.moved),
        moved_beyond=0 if found is None else sum(is_beyond(one) for _, one in found.moved),
        margin=spec.margin,
        largest_believed=spec.largest_believed,
    )


def smallest_fall(one: Difference) -> float | None:
    """Return the smallest fall that would be told from none in four cases of five, as a part; ``None`` without one."""
    smallest = one.smallest_visible()
    return float(-np.expm1(-smallest)) if np.isfinite(smallest) else None


def is_beyond(one: Difference, level: float = 0.95) -> bool:
    """Whether a difference is shown not to be nought."""
    return abs(one.estimate) > one.reach(level)


def _held(placebos: SpacePlacebos, logs: Floats, before: int, chosen: Chosen) -> Difference:
    rises = rise_before(logs, before)
    return difference(
        placebos.difference,
        placebos.differences,
        chosen=chosen,
        rise=float(rises[COUNCIL]),
        rises=np.delete(rises, COUNCIL),
    )


def _beside_the_mean(outcomes: Floats, treated: int, before: int) -> _Gaps:
    """Return how far a unit parts from the mean of the others: a plain before and after beside them."""
    gaps = outcomes[:, treated] - np.delete(outcomes, treated, axis=1).mean(axis=1)
    return _Gaps(np.asarray(gaps - gaps[:before].mean(), dtype=np.float64))


def _by_chance(found: Findings) -> tuple[float, float] | None:
    reach = found.plain.reach()
    return (float(np.expm1(-reach)), float(np.expm1(reach))) if np.isfinite(reach) else None
