"""Gates: the conditions a matched result must meet before its figure may be put into words, one function each.

The sentences are for anyone, so they never give a small exact number of families.
"""

from __future__ import annotations

from toolkit.studies.result import Gate, Status


def enough_families(treated: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` supported families in the comparison."""
    found = f"{treated:,} families" if treated >= minimum else f"Fewer than {minimum} families"
    return Gate(
        "enough_families",
        _passes(treated >= minimum),
        float(treated),
        float(minimum),
        f"{found} that joined could be compared. At least {minimum} are needed.",
    )


def balance(largest_smd: float | None, covariate: str, maximum: float) -> Gate:
    """Pass when the largest standardised difference between the matched groups is below ``maximum``."""
    if largest_smd is None:
        return Gate("balance", "fail", None, maximum, "Nothing was matched, so the groups cannot be shown to be alike.")
    if largest_smd < maximum:
        sentence = "The two groups are alike on everything that was recorded."
    else:
        sentence = f"The two groups are not alike enough: they still differ most on {covariate}."
    return Gate("balance", _passes(largest_smd < maximum), largest_smd, maximum, sentence)


def overlap(share_matched: float, minimum: float) -> Gate:
    """Pass when at least ``minimum`` of the supported families found a match; warn below 95%."""
    status: Status = "fail" if share_matched < minimum else ("warn" if share_matched < 0.95 else "pass")
    sentence = f"{_percent(share_matched)} of the families that joined found a similar family to compare with."
    if status == "fail":
        sentence = f"Only {sentence} At least {_percent(minimum)} is needed."
    elif status == "warn":
        sentence += " The answer is about these."
    return Gate("overlap", status, share_matched, minimum, sentence)


def follow_up(share_joined: float, share_not_joined: float, minimum: float) -> Gate:
    """Pass when in both arms at least ``minimum`` were followed for the whole time; warn when the arms differ by 5%."""
    lower = min(share_joined, share_not_joined)
    apart = abs(share_joined - share_not_joined)
    status: Status = "fail" if lower < minimum else ("warn" if apart > 0.05 else "pass")
    sentence = (
        f"{_percent(share_joined)} of the families that joined, and {_percent(share_not_joined)} of the others, "
        "were followed for the whole year."
    )
    if status == "fail":
        sentence += f" At least {_percent(minimum)} is needed."
    return Gate("follow_up", status, lower, minimum, sentence)


def clusters(count: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` reach areas; warn below 30, where intervals lean on a small-sample correction."""
    status: Status = "fail" if count < minimum else ("warn" if count < 30 else "pass")
    sentence = f"The families live in the reach areas of {count} centres. At least {minimum} are needed."
    return Gate("clusters", status, float(count), float(minimum), sentence)


def _passes(is_met: bool) -> Status:
    return "pass" if is_met else "fail"


def _percent(share: float) -> str:
    # Down, never up: 79.6% of 80% needed must not read as enough.
    return f"{int(100 * share + 1e-9)}%"
