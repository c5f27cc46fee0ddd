"""The flow: how many families and rows each step keeps or leaves out, so that nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from toolkit.cohort.censoring import Weighting
from toolkit.cohort.design import SLACK, Calendar, TrialDesign, month_name
from toolkit.cohort.trial_queries import FAMILY_MONTH_COUNTS


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One line of the flow.

    Attributes
    ----------
    step
        A short fixed name (``control_candidates``); names that begin ``out_`` say how many were left out.
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


def flow_of(connection: duckdb.DuckDBPyConnection, design: TrialDesign, calendar: Calendar) -> tuple[FlowStep, ...]:
    """Return the flow from all family-months to both arms with complete follow-up.

    Reads the temporary tables that `toolkit.cohort.trial_queries` makes.
    """
    names = {
        "trials": str(calendar.trials),
        "months": f"{month_name(calendar.first)} to {month_name(calendar.last)}",
        "years": f"{design.child_under_months / 12:g}",
    }
    all_months = connection.execute(FAMILY_MONTH_COUNTS).fetchall()[0]
    counted = zip(_FAMILY_MONTHS.items(), all_months[::2], all_months[1::2], strict=True)
    steps = [_step(step, families, rows, said, names) for (step, said), families, rows in counted]
    for step, table, said in (*_steps_of(design), *_short_history(design, calendar)):
        families, rows = connection.execute(f"SELECT count(DISTINCT family), count(*) FROM {table}").fetchall()[0]
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
            else "{rows} families that joined were not yet, or no longer, known here" + on_day + ".",
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
            "{rows} family-months: the family was not known here" + (on_day or " on") + " the day drawn for it.",
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
    joined = "{rows} children of families that joined" if is_child else "{rows} families that joined"
    others = "{rows} child-months to compare with" if is_child else "{rows} family-months to compare with"
    ends = [
        ("out_records_end", 1, True, f"{joined}: the records end {within}.", f"{others}: the records end {within}."),
        ("out_moved", 2, True, f"{joined} moved away {within}.", f"{others}: the family moved away {within}."),
        (
            "out_aged_out",
            3,
            design.can_age_out,
            f"{joined}: the youngest child turned 18 {within}.",
            f"{others}: the youngest child turned 18 {within}.",
        ),
        (
            "out_left",
            4,
            design.strategy == "joined_and_stayed",
            f"{joined} left sooner than {design.stay_days} days.",
            "",
        ),
        ("out_joined", 5, design.later_joining == "censor_with_weights", "", f"{others}: the family joined {within}."),
        ("followed", 0, True, f"{joined} were followed for {whole}.", f"{others} were followed for {whole}."),
    ]
    steps = []
    for treated, arm in ((1, "joined"), (0, "not_joined")):
        for step, code, is_possible, of_joined, of_others in ends:
            said = of_joined if treated else of_others
            if is_possible and said:
                steps.append((f"{step}_{arm}", f"trial_row WHERE treated = {treated} AND follow_up = {code}", said))
    return steps


def weight_steps(frame: pd.DataFrame, weightings: Sequence[Weighting]) -> tuple[FlowStep, ...]:
    """Return a line for each weighted arm and one for the weights that were cut."""
    steps = []
    for one in weightings:
        arm, who = ("joined", "that stayed") if one.treated else ("not_joined", "that did not join")
        mine = frame[(frame["treated"] == one.treated) & (frame["censoring_weight"] > 0)]
        families = int(mine["family_id"].cat.codes.nunique())
        how = "by what was known of them" if one.terms else "by the share that did in each month, too few for a model"
        said = f"{one.followed:,} rows {who} stand for the {one.departed:,} that {one.ending}, weighted {how}"
        steps.append(FlowStep(f"weighted_{arm}", families, one.followed, f"{said}: {one.mean:.2f} each on average."))
        said = f"{one.cut:,} of these weights were cut to {one.cut_to:.2f}; the largest was {one.largest:.2f}."
        steps.append(FlowStep(f"weights_cut_{arm}", None, one.cut, said))
    return tuple(steps)
