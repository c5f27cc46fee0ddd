"""Answers about the same families say the same share of them, on whichever page a member reads it."""

from __future__ import annotations

import re

from toolkit.publish.members.published import Published, published
from toolkit.records import Store


def test_every_answer_on_paragraph_73_says_the_same_share_scored_again(county: Store) -> None:
    said = {one.view.question: one.view.verdict.sentence for one in published(county) if isinstance(one, Published)}
    change = re.search(
        r"(\d+) scored better at the end.*Of every 100 scored at the start, (\d+) were", said["para73_change"]
    )
    missing = re.search(r"scored again, (\d+) were not\. .* (\d+) scored better at the end", said["para73_missing"])
    assert change is not None and missing is not None
    assert (change[2], change[1]) == (missing[1], missing[2])
    (decision,) = [
        one for one in published(county) if isinstance(one, Published) and one.view.question == "para73_decision"
    ]
    (complete,) = [row for row in decision.view.tables["decision_criteria"] if row["name"] == "complete"]
    assert round(100 * complete["figure"]) == 100 - int(change[2])
