"""The figures of a result that members may see, each with the way it is protected; a table not listed is never shown.

Every table, and every count that a sentence quotes, first enters the result's one book of figures, so that figures of
the same families are protected together; then rows and sentences are made of what the book shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Book, Policy, Release
from toolkit.publish.figures import (
    area_panel,
    interrupted_series,
    matched_cohort,
    progress_centres,
    progress_change,
    progress_decision,
    progress_meaning,
    progress_missing,
    progress_rollout,
    reach,
    reach_areas,
    synthetic_county,
    trust,
)
from toolkit.publish.figures.protector import KindFigures, Protector, Tables, leave_to_tables, none_compared

PROTECTORS: Mapping[str, Protector] = MappingProxyType(
    {
        "events_matched": Protector(matched_cohort.enter_events_matched, matched_cohort.events_matched),
        "by_start": Protector(progress_change.enter_by_start, progress_change.by_start),
        "funnel": Protector(progress_change.enter_funnel, progress_change.funnel),
        "missing_by_group": Protector(progress_missing.enter_groups, progress_missing.groups),
        "centres_funnel": Protector(progress_centres.enter_funnel, progress_centres.funnel),
        "meaning_by_score": Protector(progress_meaning.enter_by_score, progress_meaning.by_score),
        "meaning_by_change": Protector(progress_meaning.enter_by_change, progress_meaning.by_change),
        "rollout_visible": Protector(progress_rollout.enter_no_count, progress_rollout.rollout_visible),
        "rollout_groups": Protector(progress_rollout.enter_rollout_groups, progress_rollout.rollout_groups),
        "rollout_half_years": Protector(progress_rollout.enter_no_count, progress_rollout.rollout_half_years),
        "decision_criteria": Protector(progress_decision.enter_criteria, progress_decision.decision_criteria),
        "series": Protector(interrupted_series.enter_series, interrupted_series.series),
        "money_groups": Protector(reach_areas.enter_money_groups, reach_areas.money_groups),
        "money_visible": Protector(reach_areas.enter_no_count, reach_areas.money_visible),
        "money_course": Protector(reach_areas.enter_no_count, reach_areas.money_course),
        "panel_years": Protector(area_panel.enter_panel_years, area_panel.panel_years),
        "panel_course": Protector(reach_areas.enter_no_count, area_panel.panel_course),
        "synthetic_visible": Protector(synthetic_county.enter_no_count, synthetic_county.synthetic_visible),
        "synthetic_path": Protector(synthetic_county.enter_no_count, synthetic_county.synthetic_path),
        "reach_groups": Protector(reach.enter_reach_groups, reach.reach_groups),
        "reach_areas": Protector(reach.enter_reach_areas, reach.reach_areas),
        "reach_by_year": Protector(reach.enter_reach_by_year, reach.reach_by_year),
        "trust_by_source": Protector(trust.enter_trust_by_source, trust.trust_by_source),
    }
)
"""The tables members may see, by name."""

KINDS: Mapping[str, KindFigures] = MappingProxyType(
    {
        "matched_cohort": KindFigures(matched_cohort.enter, matched_cohort.compared),
        "progress_change": KindFigures(leave_to_tables, none_compared),
        "progress_missing": KindFigures(progress_missing.enter, none_compared),
        "progress_centres": KindFigures(leave_to_tables, none_compared),
        "progress_meaning": KindFigures(progress_meaning.enter, none_compared),
        "progress_rollout": KindFigures(leave_to_tables, none_compared),
        "progress_decision": KindFigures(leave_to_tables, none_compared),
        "interrupted_series": KindFigures(interrupted_series.enter, none_compared),
        "reach_areas": KindFigures(leave_to_tables, none_compared),
        "area_panel": KindFigures(leave_to_tables, none_compared),
        "synthetic_county": KindFigures(leave_to_tables, none_compared),
        "reach": KindFigures(reach.enter, none_compared),
        "trust": KindFigures(trust.enter, none_compared),
    }
)
"""What each kind of study has beside its tables."""


def book_of(bundle: Bundle, policy: Policy) -> Book:
    """Return every count of a result that members may see or a sentence quotes, with what adds up to what."""
    book = Book()
    KINDS[bundle.kind].enter(bundle, book, policy)
    enter_tables(bundle.tables, book, policy)
    return book


def enter_tables(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter the counts of every listed table of a result in its book."""
    for name, protector in PROTECTORS.items():
        if tables.get(name):
            protector.enter(tables, book, policy)


def member_tables(tables: Tables, release: Release, policy: Policy) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of a result that members may see; a suppressed figure is ``None``."""
    return {
        name: protector.rows(tables, release, policy) if tables[name] else []
        for name, protector in PROTECTORS.items()
        if name in tables
    }
