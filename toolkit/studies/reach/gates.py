"""Gates of reach: enough families and areas, few lost, and records that go back far enough."""

from __future__ import annotations

from toolkit.studies.result import Gate, Status


def enough_families(families: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` families that could have joined."""
    found = f"{families:,} families" if families >= minimum else f"Fewer than {minimum} families"
    status: Status = "pass" if families >= minimum else "fail"
    sentence = f"{found} could have joined a centre. At least {minimum} are needed."
    return Gate("enough_families", status, float(families), float(minimum), sentence)


def followed(families: int, began: int, minimum: float) -> Gate:
    """Warn when fewer than ``minimum`` of the families that began were followed for the whole time.

    The families on the day do not depend on it, so it never fails.
    """
    if not began:
        return Gate("follow_up", "warn", None, minimum, "No family could be followed from when it could first join.")
    share = families / began
    sentence = f"{int(100 * share + 1e-9)}% of families could be followed from when they could first join."
    return Gate("follow_up", "pass" if share >= minimum else "warn", share, minimum, sentence)


def in_the_records(began_before: int, families: int) -> Gate:
    """Warn when a tenth or more could first join before the registrations were kept: they may have joined unseen."""
    share = began_before / families if families else 0.0
    sentence = f"{int(100 * share + 1e-9)}% of families could first join before joining was written down."
    if share >= 0.1:
        sentence += " Some of them may have joined unseen."
    return Gate("records_go_back", "pass" if share < 0.1 else "warn", share, 0.1, sentence)


def areas(count: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` reach areas; warn below 30."""
    status: Status = "fail" if count < minimum else ("warn" if count < 30 else "pass")
    sentence = f"The families live in the reach areas of {count} centres. At least {minimum} are needed."
    return Gate("clusters", status, float(count), float(minimum), sentence)
