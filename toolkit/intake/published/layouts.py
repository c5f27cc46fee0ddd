"""The layouts of the Department's files, recognised by their columns and never by a file's name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from toolkit.intake.published.measures import FACTORS, PRIMARY_NEEDS, SOURCES

MONTHS = (
    *("april", "may", "june", "july", "august", "september"),
    *("october", "november", "december", "january", "february", "march"),
)
EXPLORE_COLUMNS = frozenset({"time_period", "geographic_level", "old_la_code", "new_la_code"})
CENSUS, LOOKED_AFTER, EXPLORE = "census", "looked_after", "explore"


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout of published file.

    Attributes
    ----------
    name
        What to call it to a person.
    family
        `CENSUS` and `LOOKED_AFTER` have one row an area and the year in the names of columns; `EXPLORE` (Explore
        Education Statistics) has one row an area and year.
    needed
        Columns, lower case, that must all be there for the file to be this.
    columns
        Column (lower case) → measure, for those that are counts.
    split_by
        A column whose text says which measure a row is, or None.
    split
        That text → the measure of `split_column`.
    split_column
        The column of counts of a layout with `split_by`.
    """

    name: str
    family: str
    needed: frozenset[str]
    columns: Mapping[str, str] = field(default_factory=dict)
    split_by: str | None = None
    split: Mapping[str, str] = field(default_factory=dict)
    split_column: str = ""

    @property
    def required(self) -> frozenset[str]:
        """Every column a file must have to be of this layout."""
        return self.needed | EXPLORE_COLUMNS if self.family == EXPLORE else self.needed

    def is_like(self, columns: Collection[str]) -> bool:
        """Return whether a file with these columns (lower case) is of this layout."""
        here = set(columns)
        carries_year = {CENSUS: "referrals", LOOKED_AFTER: "cla_mar", EXPLORE: ""}[self.family]
        return here >= self.required and any(column.startswith(carries_year) for column in here)


# The order is the rank: of two releases of the same year, the figure of the earlier layout in this list is kept.
LAYOUTS: tuple[Layout, ...] = (
    Layout(
        "referrals and re-referrals (Explore Education Statistics c1)",
        EXPLORE,
        frozenset({"referral_count", "rereferral_count"}),
        {
            "referral_count": "referrals",
            "rereferral_count": "re_referrals_12m",
            "no_further_action_count": "referrals_nfa",
            "not_in_need_count": "referrals_assessed_not_in_need",
            "referral_child_count": "children_referred",
            "rereferral_child_count": "re_referred_children",
        },
    ),
    Layout(
        "referrals and re-referrals (Explore Education Statistics c1, releases to 2024)",
        EXPLORE,
        frozenset({"referrals", "re_referrals"}),
        {
            "referrals": "referrals",
            "re_referrals": "re_referrals_12m",
            "no_further_action": "referrals_nfa",
            "not_in_need": "referrals_assessed_not_in_need",
            "referrals_child": "children_referred",
            "re_referrals_child": "re_referred_children",
        },
    ),
    Layout(
        "children in need (Explore Education Statistics b1)",
        EXPLORE,
        frozenset({"at31_episodes", "anypoint_episodes"}),
        {
            "anypoint_episodes": "need_episodes_any_point",
            "anypoint_child": "children_in_need_any_point",
            "started_episodes": "need_episodes_started",
            "started_child": "children_in_need_started",
            "ended_episodes": "need_episodes_ended",
            "ended_child": "children_in_need_ended",
            "at31_episodes": "children_in_need_31_march",
            "awaiting_assessment": "awaiting_assessment_31_march",
        },
    ),
    Layout(
        "referrals by source (Explore Education Statistics c5)",
        EXPLORE,
        frozenset({"referrals", "individual", "police"}),
        {"referrals": "referrals", **{source: f"referrals_source_{source}" for source in SOURCES}},
    ),
    Layout(
        "referrals by month (Explore Education Statistics c6)",
        EXPLORE,
        frozenset({"referrals", "april", "march"}),
        {"referrals": "referrals", **dict.fromkeys(MONTHS, "referrals_month")},
    ),
    Layout(
        "section 47 enquiries and conferences (Explore Education Statistics c4)",
        EXPLORE,
        frozenset({"section47", "icpc"}),
        {
            "section47": "section_47_enquiries",
            "section47_child": "section_47_children",
            "icpc": "initial_conferences",
            "icpc_child": "initial_conference_children",
        },
    ),
    Layout(
        "child protection plans (Explore Education Statistics d1)",
        EXPLORE,
        frozenset({"cpp_start", "cpp_at31"}),
        {
            "cpp_start": "protection_plans_started",
            "cpp_child_start": "protection_plan_children_started",
            "cpp_end": "protection_plans_ended",
            "cpp_child_end": "protection_plan_children_ended",
            "cpp_anypoint": "protection_plans_any_point",
            "cpp_child_anypoint": "protection_plan_children_any_point",
            "cpp_at31": "protection_plans_31_march",
        },
    ),
    Layout(
        "primary need (Explore Education Statistics b3)",
        EXPLORE,
        frozenset({"n1_abuse_or_neglect"}),
        {
            "at31_episodes": "children_in_need_31_march",
            **{f"n{(place + 1) % 10}_{need}": f"need_{need}" for place, need in enumerate(PRIMARY_NEEDS)},
        },
    ),
    Layout(
        "factors at the end of assessment (Explore Education Statistics c3)",
        EXPLORE,
        frozenset({"episodes_with_assessment_factor"}),
        {
            "episodes_with_assessment_factor": "assessments_with_factor",
            **{column.lower(): f"factor_{column.lower()}" for column in FACTORS},
        },
    ),
    Layout(
        "mid-year population (Explore Education Statistics, ONS estimates)",
        EXPLORE,
        frozenset({"population_estimate", "age_group"}),
        split_by="age_group",
        split={"children aged 0 to 17 years": "population_0_17"},
        split_column="population_estimate",
    ),
    Layout(
        "children looked after (Explore Education Statistics)",
        EXPLORE,
        frozenset({"population_type", "children_count"}),
        split_by="population_type",
        split={
            "children looked after on 31 march each year": "looked_after_31_march",
            "children starting to be looked after each year": "started_looked_after",
            "children ceasing to be looked after each year": "ceased_looked_after",
        },
        split_column="children_count",
    ),
    Layout(
        "children in need census, one row an area (2010 to 2017)",
        CENSUS,
        frozenset({"geog_l", "geog_c", "geog_n"}),
    ),
    Layout(
        "children looked after, one row an area (2011 to 2019)",
        LOOKED_AFTER,
        frozenset({"new_geog_code", "geog_l", "geog_c", "geog_n"}),
    ),
)
