"""The single figures of a change in scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from toolkit.studies.facts import Facts, plain_fields

_ALWAYS = {"code": "cannot_say", "maryland_level": 1}
"""What files hold as ``verdict_hint``, for readers of before the verdict's rule stood with the others."""


@dataclass(frozen=True, slots=True)
class ProgressChangeFacts(Facts):
    """How the readings were made and what became of the families.

    Attributes
    ----------
    families
        Families first scored long enough ago to have been scored again.
    families_scored_twice, no_second_score
        Of them, those that were and were not.
    improved, same, worse
        Of those scored twice, by their last score beside their first.
    started_at_bottom, started_at_top
        Families whose first score was the lowest or the highest there is.
    readings, readings_higher_is_worse
        Scores read, and those declared the other way up and turned round.
    direction
        The same in a sentence.
    share_of_joiners_scored
        Of families that joined a centre after it began to score, from 0 to 1; ``None`` where none did.
    families_scorer_known, share_same_scorer
        Families whose two scorers are known, and the share of them that one person scored twice (``None`` where none
        is known).
    median_days_between
        Days from first to last score; ``None`` where nobody was scored twice.
    centres, centres_scoring, centres_not_scoring, centres_with_scores
        Centres on record; those that score families, and do not; those with a family in this study.
    test_retest
        The protocol's correlation of two scores of a family that has not changed.
    floor_and_ceiling
        Which starting scores can move one way only, in words.
    """

    families: int
    families_scored_twice: int
    no_second_score: int
    improved: int
    same: int
    worse: int
    started_at_bottom: int
    started_at_top: int
    readings: int
    readings_higher_is_worse: int
    direction: str
    share_of_joiners_scored: float | None
    families_scorer_known: int
    share_same_scorer: float | None
    median_days_between: float | None
    centres: int
    centres_scoring: int
    centres_not_scoring: int
    centres_with_scores: int
    test_retest: float
    floor_and_ceiling: str

    def to_json(self) -> dict[str, Any]:
        """Return the facts by the keys a bundle's file has for them."""
        return plain_fields(self) | {"verdict_hint": dict(_ALWAYS)}
