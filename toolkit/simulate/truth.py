"""The true effects of joining, from both potential outcomes of the same families."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.progress import Progress, part, silent
from toolkit.simulate.calendar import RECORDS_FROM, RECORDS_TO, TRIALS_FROM, TRIALS_TO
from toolkit.simulate.county_life import Story
from toolkit.simulate.episodes import KINDS, aftermath
from toolkit.simulate.families import Families
from toolkit.simulate.futures import FOLLOW_UP, WAYS, Future, Joiners, joiners_of, live_again, past_of, setting_of
from toolkit.simulate.hazards import DETECTION, DETECTION_DAYS, YEAR
from toolkit.simulate.options import CountyOptions
from toolkit.simulate.referrals import NFA, NOT_IN_NEED, ChildReferrals, Draws, child_referrals, make_draws
from toolkit.simulate.world import World

Means = dict[str, NDArray[np.float64]]

REPEATS = {"county": 24, "tenth": 60}
CHILD_YEAR = "referrals_per_child_year"
NEVER_JOIN = "any_referral_12m_never_join"
DESCRIPTIONS = {
    "any_referral_12m": "Any child of the family referred.",
    "any_referral_12m_excluding_centre": "Any child referred under a source code other than 8 and 5D.",
    "centre_referral_12m": "Any child referred under source code 8 or 5D.",
    "assessed_referral_12m": "Any referral that led to an assessment.",
    "assessed_not_in_need_12m": "Any referral assessed, the child then found not in need.",
    "re_referral_12m": "Any child referred within 12 months of the start of that child's own earlier referral.",
    "section_47_or_plan_12m": "A section 47 enquiry or a protection plan began for any child.",
    "care_entry_12m": "Any child began to be looked after.",
    "referral_days_12m": "Number of different days on which a child of the family was referred.",
    CHILD_YEAR: "Child referrals for each child-year, over children under 18 on the joining day.",
}
_NEVER_DESCRIPTION = "Any child of the family referred, against never joining rather than not joining on that day."


def true_effects(
    world: World,
    story: Story,
    draws: Draws,
    seeds: np.random.SeedSequence,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Return the content of ``truth.json``: for each outcome the effect on those who joined, and what it means.

    Parameters
    ----------
    world, story
        The county and how it was lived.
    draws
        The draws of the story's family referrals.
    seeds
        Decides the futures.
    """
    joiners = joiners_of(world.families, story)
    about = _about(world.options, joiners)
    if not len(joiners):
        return {"_about": about}
    past, repeats = past_of(story, joiners), REPEATS[world.options.scale]
    setting = setting_of(world, story, joiners, past)
    lived = [
        live_again(setting, world.options, way, seeds, repeats, part(progress, i / 3, (i + 1) / 3))
        for i, way in enumerate(WAYS)
    ]
    means = _means(world.families, story, joiners, past, lived, draws, seeds, repeats)
    return {"_about": about | {"repeats": repeats}, **_contrasts(dict(zip(WAYS, means, strict=True)), len(joiners))}


def _contrasts(means: dict[str, Means], n: int) -> dict[str, Any]:
    joined, not_joined = means["joined"], means["not_joined"]
    found = {name: _contrast(joined[name], not_joined[name], n, text) for name, text in DESCRIPTIONS.items()}
    never = means["never_joined"]["any_referral_12m"]
    return {**found, NEVER_JOIN: _contrast(joined["any_referral_12m"], never, n, _NEVER_DESCRIPTION)}


def _contrast(
    joined: NDArray[np.float64], other: NDArray[np.float64], n: int, description: str
) -> dict[str, float | int | str | None]:
    """Return difference and ratio of the means over repeats, and the difference's simulation error."""
    one, none = float(joined.mean()), float(other.mean())
    error = float((joined - other).std(ddof=1) / np.sqrt(len(joined)))
    return {
        "att_difference": round(one - none, 8),
        "att_ratio": round(one / none, 8) if none > 0 else None,
        "risk_joined": round(one, 8),
        "risk_not_joined": round(none, 8),
        "n": n,
        "simulation_error": round(error, 8),
        "description": description,
    }


def _means(
    families: Families,
    story: Story,
    joiners: Joiners,
    past: NDArray[np.int64],
    lived: list[Future],
    draws: Draws,
    seeds: np.random.SeedSequence,
    repeats: int,
) -> list[Means]:
    """Return, for each way, each outcome's mean over joiners in each repeat."""
    place = np.searchsorted(joiners.family, story.referred[past])
    past_unit = (place + len(joiners) * np.arange(repeats)[:, None]).ravel()
    past_rows = np.tile(past, repeats)
    found = []
    for future, own in zip(lived, _shared_draws(lived, seeds), strict=True):
        unit = np.concatenate([past_unit, future.unit])
        joiner = unit % len(joiners)
        day = np.concatenate([story.referred_on[past_rows], joiners.day[future.unit % len(joiners)] + future.day])
        is_extra = np.concatenate([story.by_centre[past_rows], future.is_extra])
        both = draws.take(past_rows).followed_by(own)
        rows = child_referrals(families, unit, joiners.family[joiner], day, is_extra, both)
        found.append(_outcomes(families, rows, both, future, joiners, repeats))
    return found


def _shared_draws(lived: list[Future], seeds: np.random.SeedSequence) -> list[Draws]:
    """Return draws for the referrals of each way: the same unit's first, second, … referral has the same in all."""
    keys = [_nth(future) for future in lived]
    known, place = np.unique(np.concatenate(keys), return_inverse=True)
    rng = np.random.default_rng(np.random.SeedSequence(seeds.entropy, spawn_key=(*seeds.spawn_key, 9)))
    drawn = make_draws(rng, len(known))
    return [drawn.take(rows) for rows in np.split(place, np.cumsum([len(key) for key in keys])[:-1])]


def _nth(future: Future) -> NDArray[np.int64]:
    """Return a number for each referral made of its unit, its kind and which of them it is."""
    group = future.unit * 2 + future.is_extra
    order = np.lexsort((future.day, group))
    ordered = group[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    count = np.arange(len(ordered)) - np.repeat(starts, np.diff(np.append(starts, len(ordered))))
    nth = np.empty(len(ordered), dtype=np.int64)
    nth[order] = count
    return group * (YEAR + 1) + nth


def _outcomes(
    families: Families, rows: ChildReferrals, draws: Draws, future: Future, joiners: Joiners, repeats: int
) -> Means:
    began = joiners.day[rows.unit % len(joiners)]
    followed = (rows.day > began) & (rows.day <= began + FOLLOW_UP)
    after = aftermath(families, rows, draws, ignore_moves=True)
    within = (after.starts > began[:, None]) & (after.starts <= began[:, None] + FOLLOW_UP)
    kinds = dict(zip(KINDS, within.T, strict=True))
    by_centre = rows.by_centre_source
    happened = {
        "any_referral_12m": followed,
        "any_referral_12m_excluding_centre": followed & ~by_centre,
        "centre_referral_12m": followed & by_centre,
        "assessed_referral_12m": followed & (rows.outcome != NFA),
        "assessed_not_in_need_12m": followed & (rows.outcome == NOT_IN_NEED),
        "re_referral_12m": followed & (rows.day - rows.previous <= YEAR),
        "section_47_or_plan_12m": kinds["section_47"] | kinds["protection_plan"],
        "care_entry_12m": kinds["looked_after"],
    }
    size = len(joiners) * repeats

    def by_repeat(values: NDArray[Any]) -> NDArray[np.float64]:
        return np.asarray(values.reshape(repeats, len(joiners)).mean(axis=1), dtype=float)

    means = {name: by_repeat(np.bincount(rows.unit[yes], minlength=size) > 0) for name, yes in happened.items()}
    means["referral_days_12m"] = by_repeat(np.bincount(future.unit, minlength=size).astype(float))
    per_family = by_repeat(np.bincount(rows.unit[followed], minlength=size).astype(float))
    means[CHILD_YEAR] = per_family / (joiners.children.mean() * FOLLOW_UP / 365.25)
    return means


def _moving(options: CountyOptions) -> str:
    if not options.moving:
        return "moving is at random"
    return f"a referral makes {options.moving:g} of families that have not joined move away within three months"


def _about(options: CountyOptions, joiners: Joiners) -> dict[str, Any]:
    prevents = f"the hazard of referral times {options.prevention} from the day after joining, for good"
    detects = (
        f"centre-made referrals (source 8 or 5D) in addition, at {DETECTION} times the family's hazard, "
        f"for {DETECTION_DAYS} days from the day after joining"
    )
    scored = (
        f"where the centre of the reach area scores families, the hazard of referral times "
        f"{np.exp(options.scores.tracking_referrals):.4g} from the month after joining"
    )
    ways = (
        (prevents, options.prevents),
        (detects, options.detects),
        (scored, bool(options.scores.tracking_referrals)),
    )
    does = [text for text, holds in ways if holds]
    return {
        "simulated": True,
        "note": "Simulated data: no real families are in it.",
        "options": options.as_dict(),
        "records_from": RECORDS_FROM.isoformat(),
        "records_to": RECORDS_TO.isoformat(),
        "trials_from": TRIALS_FROM.isoformat(),
        "trials_to": TRIALS_TO.isoformat(),
        "joining_does": "; ".join(does) or "nothing",
        "joiners": len(joiners),
        "population": "Families with a child born and under five on the day they first joined a centre, in the trial "
        "months, whether or not they later moved away.",
        "follow_up": f"Days 1 to {FOLLOW_UP} after the joining day, as if nobody moved away ({_moving(options)}).",
        "comparison": "The same families, had they not joined on that day; they may join later at their own hazard.",
        "risk": "The mean over joiners of the share of their simulated futures in which it happened; for "
        "referral_days_12m and referrals_per_child_year a mean count.",
        "simulation_error": "Standard error of att_difference from the number of futures simulated.",
        "money": "Early-intervention money has no effect on any outcome.",
    }
