"""Why these data cannot answer: the gates that failed, in words that quote no count of the records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from toolkit.studies.result import Gate

_OF_SHARES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("matched_cohort", "overlap"): "Fewer than {needed} in every 100 families that joined found a similar family.",
        ("matched_cohort", "follow_up"): "Fewer than {needed} in every 100 families were followed for the whole time.",
        ("trust", "overlap"): "Fewer than {needed} in every 100 of centres' referrals found one alike.",
        ("trust", "follow_up"): "How it ended is on record for fewer than {needed} in every 100 referrals.",
    }
)
"""Gates whose own sentence tells the share found: a share of hidden counts would be told with it."""


def reasons_of(kind: str, failed: Iterable[Gate]) -> list[str]:
    """Return a sentence for each gate that failed.

    What the records' counts are is said by figures that went through disclosure control; a reason says what was
    needed.
    """
    told = []
    for gate in failed:
        template = _OF_SHARES.get((kind, gate.name))
        told.append(
            gate.sentence
            if template is None or gate.threshold is None
            else template.format(needed=round(100 * gate.threshold))
        )
    return told
