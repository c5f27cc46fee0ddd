"""What happened before time zero, in windows: covariates for differences in differences and for negative controls.

A name is ``<base>_<a>m_to_<b>m_before`` (over ``b`` to ``a`` months before) or ``<base>_last_<b>m``: for example
``referred_12m_to_24m_before``, ``referral_days_last_12m`` or ``section_47_or_plan_3m_to_12m_before``. The bases are
those of `toolkit.cohort.outcome_definitions`, with ``referred`` for ``any_referral``; the months are
`toolkit.cohort.windows.BEFORE`.
A window takes in its nearer end and not its further: the last 12 months are the days (time zero - 365, time zero].

Where the unit is a child these count that child's own records, as outcomes do, so that before and after can be
compared. The covariates of `toolkit.cohort.covariates` tell of the family under either unit.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.cohort.covariate import Covariate
from toolkit.cohort.outcome_definitions import BASES, Base
from toolkit.cohort.windows import BEFORE, days_of


def before_name(base: str, nearer: int, further: int) -> str:
    """Return the name of a base's window from ``further`` to ``nearer`` months before time zero.

    >>> before_name("any_referral", 12, 24), before_name("referral_days", 0, 12)
    ('referred_12m_to_24m_before', 'referral_days_last_12m')
    """
    stem = base.replace("any_referral", "referred", 1)
    return f"{stem}_{nearer}m_to_{further}m_before" if nearer else f"{stem}_last_{further}m"


def history_covariates() -> Iterator[Covariate]:
    """Return every yes or no and every number of days over every window before time zero."""
    for base in BASES.values():
        if base.measure not in ("any", "days"):
            continue  # `referrals_last_3m` counts days, for the family
        for place, nearer in enumerate(BEFORE):
            for further in BEFORE[place + 1 :]:
                yield _window(base, nearer, further)


def _window(base: Base, nearer: int, further: int) -> Covariate:
    said = f"{nearer} to {further} months before" if nearer else f"last {further} month{'s' * (further > 1)}"
    after = f"ago >= {days_of(nearer)} AND " if nearer else ""
    return Covariate(
        before_name(base.name, nearer, further),
        f"{base.label}, {said}",
        f"{base.description} In the {days_of(further)} days up to time zero"
        + (f", without the last {days_of(nearer)}." if nearer else "."),
        "own_referrals" if base.records == "referrals" else "own_episodes",
        base.over(f"{after}ago < {days_of(further)}"),
        "int8" if base.is_binary else "int16",
        days_of(further),
    )
