"""Gates of centres beside each other: enough families and centres, and what may make a centre stand out by itself."""

from __future__ import annotations

from toolkit.studies.figures import enough_said
from toolkit.studies.result import Gate, Status


def scored_twice(families: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` families scored twice."""
    status: Status = "pass" if families >= minimum else "fail"
    sentence = enough_said(families, minimum, "families", "were scored twice")
    return Gate("scored_twice", status, float(families), float(minimum), sentence)


def centres(compared: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` centres to compare: fewer do not show what is ordinary."""
    status: Status = "pass" if compared >= minimum else "fail"
    sentence = f"{compared} centres have enough families to be compared. At least {minimum} are needed."
    return Gate("centres", status, float(compared), float(minimum), sentence)


def differ_at_all(is_compared: bool) -> Gate:
    """Fail where no centre can be held against the others, as all families fared alike or nobody was scored twice."""
    sentence = "Some families scored better and some did not, so centres can be held against each other."
    if not is_compared:
        sentence = "All families fared alike, or too few were scored twice, so there is nothing to compare."
    return Gate("comparable", "pass" if is_compared else "fail", None, None, sentence)


def scored_again(share_lost: float | None, minimum: float) -> Gate:
    """Warn when fewer than ``minimum`` were scored again: who is lost may make a centre stand out."""
    if share_lost is None:
        return Gate("scored_again", "warn", None, minimum, "No family was scored.")
    share = 1 - share_lost
    percent, needed = int(100 * share + 1e-9), round(100 * minimum)
    sentence = f"{percent}% of families scored at the start were scored again."
    if share < minimum:
        sentence += f" Below {needed}%, a centre may stand out only for whom it scores again."
    return Gate("scored_again", "pass" if share >= minimum else "warn", share, minimum, sentence)


def case_mix(used: tuple[str, ...], left_out: tuple[str, ...], centres_unlike: int) -> Gate:
    """Warn where the families could not be allowed for as the protocol says, or some centre's have no like."""
    count = float(len(used))
    if not used:
        sentence = "Too little is recorded to allow for whom centres help."
        return Gate("case_mix", "warn", count, 1.0, sentence)
    sentence = "What centres' families differ by is allowed for, as far as it is recorded."
    if left_out:
        sentence = "Part of what centres' families may differ by is not recorded, or too seldom to be allowed for."
    if centres_unlike:
        has = "1 centre has" if centres_unlike == 1 else f"{centres_unlike} centres have"
        sentence += f" {has} families unlike any elsewhere."
    return Gate("case_mix", "warn" if left_out or centres_unlike else "pass", count, 1.0, sentence)


def scorers(share_same: float | None) -> Gate:
    """Warn when most families were scored both times by the same worker, or when nobody knows."""
    if share_same is None:
        return Gate("single_rater", "warn", None, 0.5, "It is not recorded who gave both scores.")
    sentence = f"In {round(100 * share_same)}% of families the same worker gave both scores."
    if share_same > 0.5:
        sentence += " Centres may differ in how they score, not in how families fare."
    return Gate("single_rater", "warn" if share_same > 0.5 else "pass", share_same, 0.5, sentence)
