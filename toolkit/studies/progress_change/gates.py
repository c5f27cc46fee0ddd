"""Gates of the change in scores: enough families and centres, few lost, who scored, and anyone to compare with."""

from __future__ import annotations

from toolkit.stats.ordinal.change import Share
from toolkit.studies.figures import enough_said
from toolkit.studies.progress_change.facts import Counted
from toolkit.studies.result import Gate, Status


def scored_twice(families: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` families scored twice."""
    status: Status = "pass" if families >= minimum else "fail"
    sentence = enough_said(families, minimum, "families", "were scored twice")
    return Gate(name="scored_twice", status=status, figure=float(families), threshold=float(minimum), sentence=sentence)


def scored_again(without_second: Share, minimum: float) -> Gate:
    """Pass when at least ``minimum`` of the families scored at the start were scored again."""
    if without_second.of == 0:
        return Gate(
            name="scored_again", status="fail", figure=None, threshold=minimum, sentence="No family was scored."
        )
    share = 1 - without_second.share
    percent, needed = int(100 * share + 1e-9), round(100 * minimum)
    sentence = f"{percent}% of families scored at the start were scored again. At least {needed}% is needed."
    if share < minimum:
        sentence += " Those who were lost may have done worse."
    return Gate(
        name="scored_again",
        status="pass" if share >= minimum else "fail",
        figure=share,
        threshold=minimum,
        sentence=sentence,
    )


def centres(count: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` centres; below 30 intervals lean on a small-sample correction: warn."""
    status: Status = "fail" if count < minimum else ("warn" if count < 30 else "pass")
    sentence = f"The scores come from {count} centres. At least {minimum} are needed."
    if status == "warn":
        sentence += " With fewer than 30 the ranges are less sure."
    return Gate(name="centres", status=status, figure=float(count), threshold=float(minimum), sentence=sentence)


def scorers(share_same: float | None) -> Gate:
    """Warn when most families were scored both times by the same worker, or when nobody knows."""
    if share_same is None:
        return Gate(
            name="single_rater",
            status="warn",
            figure=None,
            threshold=0.5,
            sentence="It is not recorded who gave both scores.",
        )
    sentence = f"In {round(100 * share_same)}% of families the same worker gave both scores."
    if share_same > 0.5:
        sentence += " Workers mark their own work."
    return Gate(
        name="single_rater",
        status="warn" if share_same > 0.5 else "pass",
        figure=share_same,
        threshold=0.5,
        sentence=sentence,
    )


def chance(beyond: Counted, by_others: Counted) -> Gate:
    """Warn where the change may be chance alone, or is not there as others scored it, or nobody knows; it bars nothing.

    Parameters
    ----------
    beyond
        The change beyond what scoring again shows.
    by_others
        The change as second scorers gave both ends; ``None`` where they are too few.
    """
    if beyond is None:
        sentence = "How much of the change is chance is not known: too few families were scored by two workers."
        return Gate(name="chance", status="warn", figure=None, threshold=0.0, sentence=sentence)
    status: Status = "warn"
    if not _is_clear(beyond):
        sentence = "Scoring the same families again, with nothing changed, could move scores by as much."
    elif by_others is not None and not _is_clear(by_others):
        sentence = "As second workers scored both ends, scores may not have moved: ends may be scored too kindly."
    else:
        status, sentence = "pass", "Scores moved by more than scoring the same families again would move them."
    return Gate(name="chance", status=status, figure=beyond[0], threshold=0.0, sentence=sentence)


def _is_clear(found: tuple[float, float, float, int]) -> bool:
    return found[1] > 0 or found[2] < 0


def comparison() -> Gate:
    """Fail, always: families outside the centres are not scored, so the scores alone cannot show a cause."""
    return Gate(
        name="comparison",
        status="fail",
        figure=None,
        threshold=None,
        sentence="Families that no centre supports are not scored. There is no one to compare.",
    )
