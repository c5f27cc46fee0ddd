"""The flow: how many families and rows each step keeps or leaves out, so that nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from toolkit.cohort.censoring import Weighting
from toolkit.cohort.design import ADULT_MONTHS, SLACK, Calendar, TrialDesign, month_name
from toolkit.cohort.trial_queries import FAMILY_MONTH_COUNTS
from toolkit.cohort.windows import under_years
from toolkit.engine import Asker, row_of
from toolkit.wording.numbers import uk_month


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One line of the flow.

    Attributes
    ----------
    step
        A short fixed name (``control_candidates``); names that begin ``out_`` say how many were left out or lost on the
        way.
    families
        Different families, where they can be counted.
    rows
        Rows: a row is one family (or, once children are counted, one child) in one monthly trial.
    sentence
        The same in words.
    """

    step: str
    families: int | None
    rows: int
    sentence: str


_FAMILY_MONTHS = {
    "family_months": "{families} families in {trials} months ({months}): {rows} family-months.",
    "known": "{families} families were known and living here in a month: {rows} family-months.",
    "young_child": "{families} families had a child under {years}: {rows} family-months.",
    "not_joined": "{families} families had not joined a centre before the month: {rows} family-months.",
}


def flow_of(ask: Asker, design: TrialDesign, calendar: Calendar) -> tuple[FlowStep, ...]:
    """Return the flow from all family-months to both arms, by how their follow-up ended.

    Reads the tables that `toolkit.cohort.trial_queries` makes.
    """
    names = {
        "trials": str(calendar.trials),
        "months": f"{uk_month(month_name(calendar.first))} to {uk_month(month_name(calendar.last))}",
        "years": under_years(design.child_under_months, design.send_under_months),
    }
    all_months = row_of(ask(FAMILY_MONTH_COUNTS))
    counted = zip(_FAMILY_MONTHS.items(), all_months[::2], all_months[1::2], strict=True)
    steps = [_step(step, families, rows, said, names) for (step, said), families, rows in counted]
    for step, table, said in (*_steps_of(design), *_short_history(design, calendar)):
        families, rows = row_of(ask(f"SELECT count(DISTINCT family) AS families, count(*) AS counted FROM {table}"))
        if rows or step not in _ONLY_IF_ANY:
            steps.append(_step(step, families, rows, said, names))
    return tuple(steps)


def _step(step: str, families: int, rows: int, said: str, names: dict[str, str]) -> FlowStep:
    return FlowStep(step, int(families), int(rows), said.format(families=f"{families:,}", rows=f"{rows:,}", **names))


def _steps_of(design: TrialDesign) -> list[tuple[str, str, str]]:
    """Return the steps after the family-months: name, the rows they count, and the sentence."""
    is_placebo = design.placebo_days > 0
    on_day = f" {design.placebo_days} days before" if is_placebo else ""
    steps = [
        (
            "out_joined_unknown",
            "joiner WHERE left_out = 1",
            "{rows} families joined on a day they were not yet, or no longer, known here."
            if not is_placebo
            else "{rows} families that joined were not known here all the time from" + on_day + ".",
        ),
        (
            "out_joined_no_young_child",
            "joiner WHERE left_out = 2",
            "{rows} families that joined had no child under {years} on the day" + on_day + ".",
        ),
        ("joined", "joiner WHERE is_in", "{families} families joined a centre for the first time."),
        (
            "out_no_joiner",
            "control WHERE left_out = 1",
            "{rows} family-months had no other family joining in that month and district.",
        ),
        (
            "out_joined_first",
            "control WHERE left_out = 2",
            "{rows} family-months: the family joined on or before the day drawn for it.",
        ),
        (
            "out_unknown_on_day",
            "control WHERE left_out = 3",
            "{rows} family-months: the family was not known here on the day drawn for it."
            if not is_placebo
            else "{rows} family-months: the family was not known here all the time from"
            + on_day
            + " the day drawn for it.",
        ),
        (
            "out_no_young_child_on_day",
            "control WHERE left_out = 4",
            "{rows} family-months: the family had no child under {years} on the day"
            + on_day
            + " the day drawn for it.",
        ),
        (
            "not_yet_joined",
            "control WHERE left_out = 0",
            "{families} families had not joined on the day drawn: {rows} family-months to compare with.",
        ),
    ]
    placebo_only = ("out_joined_no_young_child", "out_no_young_child_on_day")
    steps = [step for step in steps if is_placebo or step[0] not in placebo_only]
    return [*steps, *(_children_steps() if design.unit == "child" else ()), *_ends_of(design)]


def _children_steps() -> list[tuple[str, str, str]]:
    said = "{rows} {what} of {families} families were under {years} then: a row is a child from here on."
    return [
        (f"children_{arm}", f"trial_row WHERE treated = {treated}", said.replace("{what}", what))
        for arm, treated, what in (("joined", 1, "children"), ("not_joined", 0, "child-months"))
    ]


_ONLY_IF_ANY = ("short_history",)


def _short_history(design: TrialDesign, calendar: Calendar) -> list[tuple[str, str, str]]:
    """Return the step of rows that look back past the records, which only a first trial named too early has."""
    earliest = calendar.first_day - SLACK
    said = (
        "{rows} rows of {families} families look back past the first day of the records, so their history is cut short."
    )
    return [("short_history", f"trial_row WHERE time_zero - {design.look_back_days} < DATE '{earliest}'", said)]


def _ends_of(design: TrialDesign) -> list[tuple[str, str, str]]:
    """Return how follow-up ended in each arm, the complete last."""
    is_year = design.follow_up_days == 365
    within = "within the year" if is_year else f"within {design.follow_up_days} days"
    whole = "the whole year" if is_year else f"all {design.follow_up_days} days"
    is_child = design.unit == "child"
    adult = under_years(ADULT_MONTHS, design.send_adult_months)
    joined = "{rows} children of families that joined" if is_child else "{rows} families that joined"
    others = "{rows} child-months to compare with" if is_child else "{rows} family-months to compare with"
    moved = f"moved away {within}, followed until the move."
    ends = [
        ("out_records_end", 1, True, f"{joined}: the records end {within}.", f"{others}: the records end {within}."),
        ("out_moved", 2, True, f"{joined} {moved}", f"{others}: the family {moved}"),
        (
            "out_aged_out",
            3,
            design.can_age_out,
            f"{joined}: the youngest child turned {adult} {within}.",
            f"{others}: the youngest child turned {adult} {within}.",
        ),
        (
            "out_left",
            4,
            design.strategy == "joined_and_stayed",
            f"{joined} left sooner than {design.stay_days} days, followed until then.",
            "",
        ),
        (
            "out_joined",
            5,
            design.later_joining == "censor_with_weights",
            "",
            f"{others}: the family joined {within}, followed until then.",
        ),
        ("followed", 0, True, f"{joined} were followed for {whole}.", f"{others} were followed for {whole}."),
    ]
    steps = []
    for treated, arm in ((1, "joined"), (0, "not_joined")):
        for step, code, is_possible, of_joined, of_others in ends:
            said = of_joined if treated else of_others
            if is_possible and said:
                steps.append((f"{step}_{arm}", f"trial_row WHERE treated = {treated} AND follow_up = {code}", said))
        of_both = joined if treated else others.replace("to compare with", "of those that had not joined")
        rows = f"trial_row WHERE treated = {treated} AND follow_up NOT IN (1, 3)"
        steps.append((f"compared_{arm}", rows, f"{of_both} are compared, for as long as each was followed."))
    return steps


def weight_steps(frame: pd.DataFrame, weightings: Sequence[Weighting]) -> tuple[FlowStep, ...]:
    """Return a line for each arm and way of being lost, and one for the weights of each arm that were cut."""
    steps, last = [], {one.treated: one for one in weightings}
    for one in weightings:
        arm, who = ("joined", "that joined") if one.treated else ("not_joined", "to compare with")
        how = "by what was known of them" if one.terms else "by the share that did in each month, too few for a model"
        said = f"{one.followed:,} rows {who} stand for the {one.departed:,} that {_LOST[one.ending]}, weighted {how}"
        mine = frame[(frame["treated"] == one.treated) & (frame["censoring_weight"] > 0)]
        families = int(mine["family_id"].cat.codes.nunique())
        step = f"weighted_moved_{arm}" if one.ending == "moved" else f"weighted_{arm}"
        steps.append(FlowStep(step, families, one.followed, f"{said}."))
        if one is last[one.treated]:
            said = f"They weigh {one.mean:.2f} each on average. {one.cut:,} of these weights were cut to "
            said += f"{one.cut_to:.2f}; the largest was {one.largest:.2f}."
            steps.append(FlowStep(f"weights_cut_{arm}", None, one.cut, said))
    return tuple(steps)


_LOST = {"moved": "moved away", "left": "left", "joined": "joined"}
