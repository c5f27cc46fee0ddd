"""How trends' parting is said: each case its own sentence, and no jargon."""

from __future__ import annotations

import doctest

from readability import READABLE_AT, reading_grade
from toolkit.wording import trends
from toolkit.wording.trends import alike_in_words, breakdown_in_words


def test_the_examples_give_what_they_say() -> None:
    found = doctest.testmod(trends)
    assert found.attempted >= 3 and found.failed == 0


def test_each_case_is_said_in_words_anyone_can_read() -> None:
    said = [
        breakdown_in_words("relative", 1.5, is_none_needed=False, per_period="3 in every 100", period="year"),
        breakdown_in_words("smooth", 1.5, is_none_needed=False, per_period="3 in every 100", period="quarter"),
        breakdown_in_words("relative", float("inf"), is_none_needed=False, per_period="", period="year"),
        breakdown_in_words("relative", 0.0, is_none_needed=True, per_period="", period="year"),
        alike_in_words(is_alike=True, margin="5 in every 100", smallest_margin="4 in every 100"),
        alike_in_words(is_alike=False, margin="5 in every 100", smallest_margin="9 in every 100"),
    ]
    assert len(set(said)) == len(said)
    assert "1.5 times the most" in said[0] and "each quarter" in said[1] and "side by side" in said[3]
    assert reading_grade(" ".join(said)) <= READABLE_AT
