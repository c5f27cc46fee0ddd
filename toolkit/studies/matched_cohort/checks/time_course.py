"""Whether the difference came when an effect of joining would: a hidden cause that comes and goes has its own course.

Families join at their worst. A trouble that nobody recorded makes them join and be referred; the chance of it is
highest in the first weeks and fades. Joining cannot do harm that soon, and what it prevents it goes on preventing. So
the first two months are looked at for more referrals by others than centres (a centre notices from the first day), and
the months from the fourth on are asked whether they tell the same as the whole year.
"""

from __future__ import annotations

from toolkit.stats import Effect
from toolkit.studies.matched_cohort.checks import too_soon
from toolkit.studies.matched_cohort.checks.words import SURE_ONE_WAY, warns
from toolkit.studies.matched_cohort.evidence import Evidence, rows_of
from toolkit.studies.result import Check
from toolkit.wording.amounts import in_100

LABEL = "When the difference came"
TIME_TO = ("any_referral", "any_referral_excluding_centre")
SOON, LATER = too_soon.DAYS, 91
"""Days: too soon for a centre to do harm; and from when on the rest of the year is looked at by itself."""


def check(evidence: Evidence) -> Check:
    """Speak against *more* where more were referred at once, and against a sign that the later months do not have."""
    soon = evidence.effect_between(TIME_TO[1], 0, SOON)
    later = evidence.effect_between(TIME_TO[0], LATER, evidence.spec.design().follow_up_days)
    sign = sign_of(evidence)
    against, sentences = [], []
    if soon is not None and soon.estimate > SURE_ONE_WAY * soon.se:
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


def _labelled(soon: Effect | None, later: Effect | None) -> list[tuple[str, Effect | None]]:
    return [("Referred by others, first two months", soon), ("First referred from the fourth month on", later)]
