"""Gates of reach: enough families and areas, few lost, and records that go back far enough."""

from __future__ import annotations

from toolkit.studies.figures import enough_said
from toolkit.studies.result import Gate, Status


def enough_families(families: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` families that could have joined."""
    status: Status = "pass" if families >= minimum else "fail"
    sentence = enough_said(families, minimum, "families", "could have joined a centre")
    return Gate(
        name="enough_families", status=status, figure=float(families), threshold=float(minimum), sentence=sentence
    )


def followed(families: int, began: int, minimum: float) -> Gate:
    """Warn when fewer than ``minimum`` of the families that began were followed for the whole time.

    The families on the day do not depend on it, so it never fails.
    """
    if not began:
        return Gate(
            name="follow_up",
            status="warn",
            figure=None,
            threshold=minimum,
            sentence="No family could be followed from when it could first join.",
        )
    share = families / began
    sentence = f"{int(100 * share + 1e-9)}% of families could be followed from when they could first join."
    return Gate(
        name="follow_up",
        status="pass" if share >= minimum else "warn",
        figure=share,
        threshold=minimum,
        sentence=sentence,
    )


def in_the_records(began_before: int, families: int) -> Gate:
    """Warn when a tenth or more could first join before the registrations were kept: they may have joined unseen."""
    share = began_before / families if families else 0.0
    sentence = f"{int(100 * share + 1e-9)}% of families could first join before joining was written down."
    if share >= 0.1:
        sentence += " Some of them may have joined unseen."
    return Gate(
        name="records_go_back", status="pass" if share < 0.1 else "warn", figure=share, threshold=0.1, sentence=sentence
    )


def areas(count: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` reach areas; warn below 30."""
    status: Status = "fail" if count < minimum else ("warn" if count < 30 else "pass")
    sentence = f"The families live in the reach areas of {count} centres. At least {minimum} are needed."
    if status == "warn":
        sentence += " With fewer than 30 the range is less sure."
    return Gate(name="clusters", status=status, figure=float(count), threshold=float(minimum), sentence=sentence)
