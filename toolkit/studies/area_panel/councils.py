"""Councils by year with their money, ready to be compared: from which year each has a level of its own, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.areas.panel import SOURCE_MEASURES, AreaPanel, area_panel
from toolkit.areas.recording_breaks import RecordingBreaks, recording_breaks
from toolkit.areas.relabelled_spend import CENTRES, TARGETED, RelabelledSpend, relabelled_spend
from toolkit.areas.spend_dose import dose_rows
from toolkit.cohort.flow import FlowStep
from toolkit.intake.published.areas import is_authority, is_listed
from toolkit.studies.area_panel.spec import AreaPanelSpec
from toolkit.wording.numbers import counted as counted_as

LAG, FURTHER, AHEAD = 1, 2, -1


@dataclass(frozen=True, slots=True)
class Councils:
    """What is compared.

    Attributes
    ----------
    rows
        One row a council and year of the window: those of `toolkit.areas.spend_dose.dose_rows`, ``region`` (ONS code),
        ``log_second`` (the log rate of the second outcome) and ``stretch`` (the council's code, and how many breaks
        came before).
    whole
        The panel of every year on record, councils as they were published.
    breaks
        Of all those years.
    relabelled
        ``None`` where the lines of spending that would tell are not on record.
    asked
        Years of the window at which the records of the council asked about break. One council is looked at in place of
        all, so that a smaller step fires.
    split
        Councils of the window with a level of its own from some year on: area, year and why (``recording`` or
        ``relabelled``).
    flow
        What came of the council-years.
    """

    rows: pd.DataFrame
    whole: AreaPanel
    breaks: RecordingBreaks
    relabelled: RelabelledSpend | None
    asked: tuple[int, ...]
    split: pd.DataFrame
    flow: tuple[FlowStep, ...]

    @property
    def broken(self) -> pd.DataFrame:
        """The breaks of recording that fall in the window, of councils in it."""
        return self.split[self.split["why"] == "recording"]


def councils_of(counts: pd.DataFrame, spec: AreaPanelSpec) -> Councils | None:
    """Return the councils of published counts; ``None`` where the records hold none with count, children and spending.

    Parameters
    ----------
    counts
        The table `area_counts`.
    spec
        The protocol's.
    """
    listed = [area for area in counts["area"].unique() if is_listed(area)]
    of_councils = counts[is_authority(counts["area"]) & counts["area"].isin(listed)]
    there = set(of_councils["measure"])
    if not {spec.outcome, "referrals", spec.spending} <= there:
        return None
    panel = area_panel(
        of_councils,
        measures=[name for name in (spec.outcome, spec.spending, spec.second_outcome) if name in there],
        first=spec.first_year - LAG,
        last=spec.last_year,
        populations="one_source_a_year",
        leave_out=spec.leave_out,
    )
    rows = _rows(panel, spec)
    if not (rows["log_rate"].notna() & rows[f"log_spend_{LAG}"].notna()).any():
        return None
    whole = _whole(of_councils, panel, spec, there)
    rated = _rated(whole, spec.outcome)
    breaks = recording_breaks(rated, false_alarms=spec.false_alarms)
    relabelled = relabelled_spend(whole) if {*CENTRES, TARGETED} <= set(whole.measures) else None
    split = _split(rows, breaks, relabelled, spec)
    rows = rows.assign(stretch=_stretches(rows, split))
    return Councils(rows, whole, breaks, relabelled, _asked(rated, spec), split, _flow(rows, split))


def _rows(panel: AreaPanel, spec: AreaPanelSpec) -> pd.DataFrame:
    def of(outcome: str, lags: tuple[int, ...]) -> pd.DataFrame:
        return dose_rows(
            panel, first=spec.first_year, last=spec.last_year, lags=lags, line=spec.spending, outcome=outcome
        )

    regions = panel.frame.drop_duplicates("area").set_index("area")["region"]
    rows = of(spec.outcome, (LAG, FURTHER, AHEAD))
    rows = rows.assign(region=rows["area"].map(regions))
    if spec.second_outcome not in panel.measures:
        return rows.assign(log_second=np.nan)
    second = of(spec.second_outcome, ())[["area", "year", "log_rate"]]
    return rows.merge(second.rename(columns={"log_rate": "log_second"}), how="left")


def _whole(counts: pd.DataFrame, panel: AreaPanel, spec: AreaPanelSpec, there: set[str]) -> AreaPanel:
    """Return every year on record, councils as published but for those that the window puts together."""
    wanted = (spec.outcome, spec.second_outcome, spec.spending, *SOURCE_MEASURES, *CENTRES, TARGETED)
    whole = area_panel(
        counts,
        measures=[name for name in wanted if name in there],
        reorganisations="as_published",
        leave_out=spec.leave_out,
    )
    joined = set(panel.changed["area"])
    if not joined:
        return whole
    frame = pd.concat(
        [whole.frame[~whole.frame["area"].isin(joined)], panel.frame[panel.frame["area"].isin(joined)]],
        ignore_index=True,
    ).sort_values(["area", "year"], ignore_index=True)
    return AreaPanel(frame, whole.measures, panel.changed)


def _rated(panel: AreaPanel, outcome: str) -> AreaPanel:
    return AreaPanel(panel.frame.assign(rate=panel.rate_of(outcome)), panel.measures, panel.changed)


def _asked(rated: AreaPanel, spec: AreaPanelSpec) -> tuple[int, ...]:
    if spec.council is None:
        return ()
    of_all = spec.asked_false_alarm * rated.frame["area"].nunique()
    fired = recording_breaks(rated, false_alarms=of_all).fired
    own = fired.loc[fired["area"] == spec.council, "year"]
    return tuple(sorted(int(year) for year in own if spec.first_year < year <= spec.last_year))


def _split(
    rows: pd.DataFrame, breaks: RecordingBreaks, relabelled: RelabelledSpend | None, spec: AreaPanelSpec
) -> pd.DataFrame:
    """Return from which year of the window a council has a level of its own, and why.

    Money that changed its name in a year stands beside the counts of the year after.
    """
    found = [breaks.fired[["area", "year"]].assign(why="recording")]
    if relabelled is not None:
        fired = relabelled.fired[["area", "year"]]
        found.append(fired.assign(year=fired["year"] + LAG, why="relabelled"))
    split = pd.concat(found, ignore_index=True)
    inside = split["year"].between(spec.first_year + 1, spec.last_year) & split["area"].isin(rows["area"])
    return split[inside].sort_values(["area", "year", "why"], ignore_index=True)


def _stretches(rows: pd.DataFrame, split: pd.DataFrame) -> pd.Series:
    passed = pd.Series(0, index=rows.index)
    once = split.drop_duplicates(["area", "year"])
    for area, year in zip(once["area"], once["year"], strict=True):
        passed += (rows["area"] == area) & (rows["year"] >= year)
    return rows["area"] + " " + passed.astype(str)


def _flow(rows: pd.DataFrame, split: pd.DataFrame) -> tuple[FlowStep, ...]:
    counted = rows["log_rate"].notna()
    paid = counted & rows[f"log_spend_{LAG}"].notna()
    kept = rows[paid]
    alone = int((kept.groupby("stretch")["year"].transform("size") == 1).sum())
    own = {why: int((split["why"] == why).sum()) for why in ("recording", "relabelled")}
    have, times = ("of them has", "of them have"), ("time", "times")
    steps = (
        ("council_years", len(rows), "council-year is", "council-years are", "on record."),
        ("out_no_count", int((~counted).sum()), *have, "no published count, or no number of children."),
        ("out_no_spending", int((counted & ~paid).sum()), *have, "no spending of the year before."),
        ("compared", len(kept), "is", "are", "compared."),
        ("level_recording", own["recording"], *times, "a council's records broke: it has another level from then on."),
        ("level_relabelled", own["relabelled"], *times, "money may have changed its name: another level as well."),
        (
            "alone",
            alone,
            "council-year stands",
            "council-years stand",
            "alone between breaks, which tells nothing.",
        ),
    )
    return tuple(
        FlowStep(step, None, count, f"{counted_as(count, one, several)} {what}")
        for step, count, one, several, what in steps
    )
