"""From what was found of councils to gates, facts and estimates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from toolkit.areas.measure_words import COUNTED
from toolkit.intake.published.areas import area_name
from toolkit.studies.area_panel import gates, tables
from toolkit.studies.area_panel.councils import LAG, Councils
from toolkit.studies.area_panel.facts import AreaPanelFacts, Told
from toolkit.studies.area_panel.findings import MORE_POUNDS, Effect, Findings
from toolkit.studies.area_panel.spec import AreaPanelSpec
from toolkit.studies.definition_breaks import Break
from toolkit.studies.estimates import no_figure
from toolkit.studies.result import Estimate, Gate

MEASURE = "difference"
"""Of referrals as they were, as a share: -0.1 is ten fewer in every hundred."""
TWICE = float(np.log(2))
"""The effects by the logarithm of spending are told for twice the money for each child."""


def told(effect: Effect | None, scale: float = TWICE) -> Told | None:
    """Return an effect as a part of referrals, with its ends; ``None`` where one is not to be had."""
    if effect is None:
        return None
    found = tuple(float(np.expm1(min(scale * x, 20.0))) for x in (effect.estimate, *effect.interval()))
    return (found[0], found[1], found[2]) if np.isfinite(found).all() else None


def gates_of(
    councils: Councils | None,
    found: Findings,
    spec: AreaPanelSpec,
    breaks: Sequence[Break] = (),
    *,
    min_councils: int,
    min_referrals: int,
    missing: str = "",
) -> tuple[Gate, ...]:
    """Return every gate; where the records hold no councils, that they do not and nothing else."""
    if councils is None:
        return (gates.councils(0, min_councils, missing),)
    rows, broken = councils.rows, councils.broken
    main = found.main
    name = area_name(spec.council) if spec.council else None
    own = councils.split[(councils.split["area"] == spec.council) & (councils.split["why"] == "relabelled")]
    renamed = sorted(int(year) - LAG for year in own["year"])
    compared = 0 if main is None else main.councils
    kept = rows[rows["log_rate"].notna() & rows[f"log_spend_{LAG}"].notna()]
    others = councils.split.loc[councils.split["why"] == "relabelled", "area"].nunique()
    at_once = int(broken.groupby("year")["area"].nunique().max()) if len(broken) else 0
    return (
        gates.councils(compared, min_councils),
        gates.years(int(kept["year"].nunique()), spec.min_years),
        gates.enough_referrals(int(kept["count"].sum()), min_referrals, COUNTED[spec.outcome]),
        gates.estimable(main, found.trended),
        gates.asked(name, councils.asked, spec.council in set(kept["area"])),
        gates.many(broken["area"].nunique(), at_once, compared, spec.most_broken, spec.most_broken_at_once),
        gates.relabelled(name, renamed, others, councils.relabelled is not None),
        gates.ahead(found.ahead),
        *(
            [gates.who_refers(name, tables.who_referred(councils, spec.council, spec.first_year, spec.last_year))]
            if spec.outcome == "referrals"
            else []
        ),
        gates.ways_agree(_signs(found)),
        gates.errors(found.note),
        gates.definitions(breaks, spec.council is not None, spec.first_year, spec.last_year),
    )


def _signs(found: Findings) -> tuple[int, ...]:
    ends = [effect.interval() for effect in (found.main, found.pounds) if effect is not None]
    return tuple(int(low > 0) - int(high < 0) for low, high in ends)


def facts_of(councils: Councils | None, found: Findings, spec: AreaPanelSpec) -> AreaPanelFacts:
    """Return the single figures that words and pages need."""
    main, signs = found.main, _signs(found)
    rows = None if councils is None else councils.rows
    kept = None if rows is None else rows[rows["log_rate"].notna() & rows[f"log_spend_{LAG}"].notna()]
    split = None if councils is None else councils.split
    wobble = float("nan") if councils is None else councils.breaks.wobble
    renamed = set() if split is None else set(split.loc[split["why"] == "relabelled", "area"])
    is_there = kept is not None and spec.council in set(kept["area"])
    return AreaPanelFacts(
        councils=0 if main is None else main.councils,
        council_years=0 if kept is None else len(kept),
        years=0 if kept is None else int(kept["year"].nunique()),
        first_year=spec.first_year if kept is None or kept.empty else int(kept["year"].min()),
        last_year=spec.last_year if kept is None or kept.empty else int(kept["year"].max()),
        outcome=spec.outcome,
        second_outcome=spec.second_outcome,
        spending=spec.spending,
        council=area_name(spec.council) if spec.council and is_there else "",
        referrals=0 if kept is None else int(kept["count"].sum()),
        median_spending=None if kept is None or kept.empty else float(kept[f"spend_{LAG}"].median()),
        effect=told(main),
        smallest_visible=None if main is None else float(-np.expm1(-TWICE * main.smallest_visible)),
        plain=told(found.plain),
        unbroken=told(found.unbroken),
        regional=told(found.regional),
        trended=told(found.trended),
        within=told(found.within),
        between=told(found.between),
        second=told(found.second),
        ahead=told(found.ahead),
        pounds=told(found.pounds, 1.0),
        more_pounds=MORE_POUNDS,
        ways_agree=len(set(signs)) == 1 if len(signs) > 1 else None,
        margin=spec.margin,
        breaks=0 if councils is None else len(councils.broken),
        councils_broken=0 if councils is None else int(councils.broken["area"].nunique()),
        breaks_ever=0 if councils is None else len(councils.breaks.fired),
        years_looked_at=0 if councils is None else councils.breaks.looked_at,
        relabelled=len(renamed),
        relabelled_asked=spec.council in renamed,
        one_council=_one_council(wobble),
        note=found.note,
    )


def _one_council(wobble: float) -> float | None:
    """Return the smallest fall from one year to the next told from none in four samples of five, of one council."""
    if not np.isfinite(wobble) or wobble <= 0:
        return None
    return float(-np.expm1(-(stats.norm.isf(0.025) + stats.norm.ppf(0.8)) * wobble))


def estimates_of(found: Findings, spec: AreaPanelSpec) -> tuple[Estimate, ...]:
    """Return the main answer first, then the ways around it."""
    return (
        _estimate(spec.outcome, "two_way_fixed_effects", found.main),
        _estimate(spec.outcome, "breaks_not_allowed_for", found.plain),
        _estimate(spec.outcome, "councils_without_breaks", found.unbroken),
        _estimate(spec.outcome, "within_regions", found.regional),
        _estimate(spec.outcome, "own_paths_allowed_for", found.trended),
        _estimate(spec.outcome, "poisson_by_pounds", found.pounds, 1.0),
        _estimate(spec.outcome, "within_councils", found.within),
        _estimate(spec.outcome, "between_councils", found.between),
        _estimate(spec.outcome, "money_of_the_year_after", found.ahead),
        _estimate(spec.second_outcome, "second_outcome", found.second),
    )


def _estimate(outcome: str, estimator: str, effect: Effect | None, scale: float = TWICE) -> Estimate:
    figures = told(effect, scale)
    if effect is None or figures is None:
        return no_figure(outcome, estimator=estimator, measure=MEASURE)
    estimate, low, high = figures
    se = scale * effect.se * (1 + estimate)  # by the delta method; the ends are those of the logarithm
    return Estimate(outcome, estimator, MEASURE, estimate, se, low, high, effect.p_value, clusters=effect.councils)
