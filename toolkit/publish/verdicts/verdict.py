"""From a result to words, for whoever reads them: every count they quote is one of the book's, as it may be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from toolkit.publish.bundle.bundle import bundle_of
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Book, Policy, Release, load_policy
from toolkit.publish.figures.shown import Shown
from toolkit.publish.figures.tables import book_of
from toolkit.publish.verdicts import (
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
    sentences,
    synthetic_county,
    trust,
)
from toolkit.publish.verdicts.rule import Verdict
from toolkit.studies.result import StudyResult

WORDS: Mapping[str, Callable[[Bundle, Shown], Verdict]] = MappingProxyType(
    {
        "matched_cohort": matched_cohort.verdict,
        "progress_change": progress_change.verdict,
        "progress_missing": progress_missing.verdict,
        "progress_centres": progress_centres.verdict,
        "progress_meaning": progress_meaning.verdict,
        "progress_rollout": progress_rollout.verdict,
        "progress_decision": progress_decision.verdict,
        "interrupted_series": interrupted_series.verdict,
        "reach_areas": reach_areas.verdict,
        "area_panel": area_panel.verdict,
        "synthetic_county": synthetic_county.verdict,
        "reach": reach.verdict,
        "trust": trust.verdict,
    }
)
"""What words a result of each kind."""


def verdict_for(result: StudyResult, policy: Policy | None = None) -> Verdict:
    """Return the verdict on a study's result as leads and analysts read it: see `verdict_for_staff`."""
    return verdict_for_staff(bundle_of(result), policy)


def verdict_for_staff(bundle: Bundle, policy: Policy | None = None) -> Verdict:
    """Return the verdict on a result as leads and analysts read it.

    Parameters
    ----------
    bundle
        The result.
    policy
        The rules of disclosure; the house's, or the council's own, when not given. Small counts are not quoted even
        to staff, who may pass a sentence on; shares are exact.
    """
    policy = policy or load_policy()
    return _verdict(bundle, Shown.to_staff(book_of(bundle, policy), policy))


def verdict_for_members(bundle: Bundle, book: Book, release: Release, policy: Policy) -> Verdict:
    """Return the verdict on a result as members read it: its counts as they are released beside the tables."""
    return _verdict(bundle, Shown.to_members(book, release, policy))


def _verdict(bundle: Bundle, shown: Shown) -> Verdict:
    said = WORDS[bundle.kind](bundle, shown)
    return replace(said, cannot_show=(*said.cannot_show, sentences.SIMULATED)) if bundle.simulated else said
