"""The single figures of a change in scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from toolkit.studies.facts import Facts, plain_fields

_ALWAYS = {"code": "cannot_say", "maryland_level": 1}
"""What files hold as ``verdict_hint``, for readers of before the verdict's rule stood with the others."""


Counted = tuple[float, float, float, int] | None
"""A figure, the ends of its 95% interval, and how many second scorings it rests on; where it could be had."""


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
    floor_and_ceiling
        Which starting scores can move one way only, in words.
    ended_at_bottom, ended_at_top
        Families scored twice whose last score was the lowest or the highest there is.
    beyond
        Mean change in points, less what scoring the same families again would show by itself, the ends of its interval,
        and the second scorings that this rests on; ``None`` where they are too few (`beyond_unknown` says so).
    beyond_unknown
        Why it is not known; empty where it is.
    beyond_bounds
        What is left of the change whatever chance makes of scores: certain, and wide.
    expected_by_chance
        What the scores would move by if the families were only scored again, with its interval.
    by_others
        The change as second scorers gave both ends, the ends of its interval, and the ends so scored.
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
    floor_and_ceiling: str
    ended_at_bottom: int = 0
    ended_at_top: int = 0
    beyond: Counted = None
    beyond_unknown: str = ""
    beyond_bounds: tuple[float, float] | None = None
    expected_by_chance: tuple[float, float, float] | None = None
    by_others: Counted = None

    def to_json(self) -> dict[str, Any]:
        """Return the facts by the keys a bundle's file has for them."""
        return plain_fields(self) | {"verdict_hint": dict(_ALWAYS)}
