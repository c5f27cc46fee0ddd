"""Why these data cannot answer: the gates that failed, as what was found, in words that quote no count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from toolkit.publish.bundle.model import KeptCheck
from toolkit.publish.verdicts.findings import LOOKED
from toolkit.studies.result import Gate

OF_SHARES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("trust", "overlap"): "Too few of centres' referrals found one alike.",
        ("trust", "follow_up"): "How it ended is on record for too few referrals.",
        ("progress_meaning", "follow_up"): "Too few of the families scored were followed for the year.",
        ("progress_rollout", "follow_up"): "Too few families were followed for the whole year.",
        **{
            ("matched_cohort", name): looked.failed
            for name, looked in LOOKED.items()
            if looked.failed and name not in ("enough_families", "balance", "clusters")
        },
    }
)
"""Gates whose own sentence tells a share or a difference found: that of hidden counts would be told with it."""


AGAINST: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("detection", "more"): "Others than centres referred more of those that joined too. A trouble that nobody "
        "recorded, in which families join, would look just like that.",
        (
            "time_course",
            "more",
        ): "More of them were referred as soon as they joined, or only then. That is too soon for "
        "a centre to do harm. A trouble that nobody recorded would look just like that.",
        ("time_course", "fewer"): "All of the difference came in the first months, and none after.",
    }
)
"""What speaks against an answer with a sign, by check and sign, in words that quote no count of the records."""


def against(sign: str, checks: Iterable[KeptCheck]) -> list[str]:
    """Return a sentence for each check that speaks against an answer with that sign (``fewer``, ``more``)."""
    return [AGAINST.get((check.name, sign), check.label) for check in checks if sign in check.against]


def reasons_of(kind: str, failed: Iterable[Gate]) -> list[str]:
    """Return a sentence for each gate that failed.

    What the records' counts are is said by figures that went through disclosure control; leads read the shares beside
    the gates themselves.
    """
    return [OF_SHARES.get((kind, gate.name), gate.sentence) for gate in failed]
