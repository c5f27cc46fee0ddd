"""Gates of the decision: enough families scored, of enough centres. What else is not known is a reason, and no bar."""

from __future__ import annotations

from toolkit.studies.figures import enough_said
from toolkit.studies.result import Gate, Status


def enough_scored(families: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` families that had time to be scored again."""
    sentence = enough_said(families, minimum, "families", "were scored in time to be scored again", is_counted=False)
    return _gate("enough_families", families, minimum, sentence)


def centres(count: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` centres."""
    return _gate("clusters", count, minimum, f"The scores come from {count} centres. At least {minimum} are needed.")


def _gate(name: str, figure: int, threshold: int, sentence: str) -> Gate:
    status: Status = "pass" if figure >= threshold else "fail"
    return Gate(name=name, status=status, figure=float(figure), threshold=float(threshold), sentence=sentence)
