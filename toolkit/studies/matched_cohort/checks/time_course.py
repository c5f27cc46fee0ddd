"""Whether the difference came when an effect of joining would: a hidden cause that comes and goes has its own course.

Families join at their worst. A trouble that nobody recorded makes them join and be referred; the chance of it is
highest in the first weeks and fades. Joining cannot do harm that soon, and what it prevents it goes on preventing. So
the first two months are looked at for more referrals by others than centres (a centre notices from the first day), and
the months from the fourth on are asked whether they tell the same as the whole year.
"""

from __future__ import annotations

from toolkit.cohort.censoring import weight_name
from toolkit.stats import Effect
from toolkit.studies.matched_cohort.checks.words import warns
from toolkit.studies.matched_cohort.evidence import Evidence, rows_of
from toolkit.studies.result import Check
from toolkit.wording.amounts import in_100

LABEL = "When the difference came"
TIME_TO = ("any_referral", "any_referral_excluding_centre")
SOON, LATER = 61, 91
"""Days: too soon for a centre to do harm; and from when on the rest of the year is looked at by itself."""
SURE = 1.2816
"""Nine in ten, one way: this check is there to be cautious."""


def check(evidence: Evidence) -> Check:
    """Speak against *more* where more were referred at once, and against a sign that the later months do not have."""
    soon = _between(evidence, TIME_TO[1], 0, SOON)
    later = _between(evidence, TIME_TO[0], LATER, 365)
    sign = sign_of(evidence)
    against, sentences = [], []
    if soon is not None and soon.estimate > SURE * soon.se:
        against.append("more")
        sentences.append(
            f"Within two months, too soon for a centre to do harm, {in_100(soon.estimate)} in every 100 that joined "
            "were referred by others. Families may have joined in a trouble that nobody recorded."
        )
    if later is not None and ((sign == "more" and later.estimate <= 0) or (sign == "fewer" and later.estimate >= 0)):
        against.append(sign)
        sentences.append(
            f"The difference came in the first three months. From the fourth month on it was {in_100(later.estimate)} "
            "in every 100."
        )
    if not against:
        sentences.append("The difference, if there is one, did not come all at once when families joined.")
    known = [(label, one) for label, one in _labelled(soon, later) if one is not None]
    return Check(
        name="time_course",
        label=LABEL,
        status=warns(not against),
        figure=None if soon is None else soon.estimate,
        threshold=0.0,
        sentence=" ".join(sentences),
        table=rows_of(known) if known else None,
        against=tuple(dict.fromkeys(against)),
    )


def sign_of(evidence: Evidence) -> str:
    """Return the sign that the answer's interval has: ``fewer``, ``more``, or nothing."""
    figures = evidence.estimates[0].with_interval
    if figures is None:
        return ""
    return "fewer" if figures[2] < 0 else ("more" if figures[1] > 0 else "")


def _between(evidence: Evidence, event: str, after: int, until: int) -> Effect | None:
    followed = evidence.comparison.followed
    days = followed[f"days_to_{event}"]
    happened = (followed[f"event_{event}"] == 1) & (days > after) & (days <= until)
    return evidence.effect_on((happened * followed[weight_name(event)]).rename(f"{event}_{after}_{until}"))


def _labelled(soon: Effect | None, later: Effect | None) -> list[tuple[str, Effect | None]]:
    return [("Referred by others, first two months", soon), ("First referred from the fourth month on", later)]
