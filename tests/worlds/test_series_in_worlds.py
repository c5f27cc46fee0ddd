"""A county's own series where the truth is known: what is said, how often it is right, and what keeps it silent."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from series_worlds import SOURCES, SeriesWorld, Truth, series_world

from toolkit.project_files import ANALYSES
from toolkit.publish.verdicts.rule import Interval, decide
from toolkit.studies.interrupted_series.counts import Counts
from toolkit.studies.interrupted_series.facts import Told
from toolkit.studies.interrupted_series.findings import findings_of
from toolkit.studies.interrupted_series.judged import gates_of, told
from toolkit.studies.interrupted_series.periods import days_in, periods_from
from toolkit.studies.interrupted_series.spec import SeriesSpec
from toolkit.studies.protocol_file import load_protocol

PROTOCOL = load_protocol(ANALYSES / "rec10_county_series.toml")
SPEC = PROTOCOL.spec_as(SeriesSpec)
ALONE = SPEC.model_copy(update={"compare_with": ()})
MONTHS = SPEC.model_copy(update={"by": "month"})
NOTHING = pd.DataFrame(columns=["on", "until", "as_printed", "area", "what"])


def counts_of(world: SeriesWorld) -> Counts:
    """The series that a council's records would give, without writing them."""
    money = pd.Period(SPEC.money_from, freq="Q-MAR" if world.truth.per_year == 4 else "M")
    by = "quarter" if world.truth.per_year == 4 else "month"
    frame = periods_from(pd.period_range(money - world.truth.before, periods=len(world.older)), by)
    frame = frame.assign(referrals=world.young.sum(axis=1), exposure=days_in(frame))
    frame = frame.assign(older_children=world.older, older_children_exposure=days_in(frame))
    return Counts(by, frame, "days", None, NOTHING, (), (), pd.DataFrame(world.young, columns=list(SOURCES)))


def said_of(world: SeriesWorld, spec: SeriesSpec = SPEC) -> tuple[str, list[str], Told | None]:
    """The verdict's code, the gates that failed, and the change found."""
    if world.truth.per_year == 12:
        spec = spec.model_copy(update={"by": "month"})
    found = findings_of(counts_of(world), spec)
    failed = [g.name for g in gates_of(found, spec, min_referrals=PROTOCOL.gates.min_treated) if g.status == "fail"]
    effect = told(found.main.effect)
    interval = None if effect is None else Interval(*effect)
    return decide(interval, margin=spec.margin, may_say=not failed), failed, effect


def rates(truth: Truth, counties: int, spec: SeriesSpec = SPEC, first: int = 1_000) -> dict[str, float]:
    """Of so many counties, how often each is said, and how often the range holds the truth."""
    found = [said_of(series_world(first + seed, truth), spec) for seed in range(counties)]
    said = Counter(code for code, _, _ in found)
    ranges = [effect for _, _, effect in found if effect is not None]
    covered = np.mean([low <= truth.effect - 1 <= high for _, low, high in ranges])
    return {code: number / counties for code, number in said.items()} | {"covered": float(covered)}
