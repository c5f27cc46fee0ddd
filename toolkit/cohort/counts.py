"""Counts of a cohort: its person-time, its events and its repeat referrals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.cohort.censoring import weight_name
from toolkit.cohort.outcomes import Outcome
from toolkit.errors import InputError


def person_time_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return follow-up by arm: rows, families, how it ended, days followed and later joining, one row an arm.

    Also the days children were followed, where the frame has them.
    """
    rows = []
    for treated in (1, 0):
        arm = frame[frame["treated"] == treated]
        ended = arm["follow_up"].value_counts()
        rows.append(
            {
                "treated": treated,
                "rows": len(arm),
                "families": int(arm["family_id"].cat.codes.nunique()),
                **{how: int(ended.get(how, 0)) for how in frame["follow_up"].cat.categories},
                "days_followed": int(arm["days_followed"].to_numpy().sum(dtype="int64")),
                "joins_later": int(arm["joins_later"].to_numpy().sum(dtype="int64")),
                **({"child_days": int(arm["child_days"].sum())} if "child_days" in arm else {}),
            }
        )
    return pd.DataFrame(rows)


def tally_events(frame: pd.DataFrame, outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Return, by outcome and arm over rows with complete follow-up, how often it happened.

    Columns: ``outcome``, ``treated``, ``rows``, ``with_outcome`` (rows where it is above 0), ``total`` and
    ``per_100`` (the mean times 100), and in a weighted design ``per_100_weighted``.
    """
    followed = frame.loc[frame["follow_up"] == "complete", ["treated", *(outcome.name for outcome in outcomes)]]
    rows = []
    for outcome in outcomes:
        for treated in (1, 0):
            values = followed.loc[followed["treated"] == treated, outcome.name].to_numpy()
            total = int(values.sum(dtype="int64"))
            rows.append(
                {
                    "outcome": outcome.name,
                    "treated": treated,
                    "rows": len(values),
                    "with_outcome": int((values > 0).sum()),
                    "total": total,
                    "per_100": 100 * total / len(values) if len(values) else None,
                    **_weighted(frame, outcome.name, treated),
                }
            )
    return pd.DataFrame(rows)


def re_referral_shares(frame: pd.DataFrame, months: int = 12) -> pd.DataFrame:
    """Return both published measures of re-referral by arm, over rows with complete follow-up.

    They describe an arm's referrals; see `toolkit.cohort.outcome_definitions` for why they do not estimate an effect.

    Parameters
    ----------
    frame
        A cohort's frame with the outcomes ``referrals``, ``re_referrals``, ``children_referred`` and
        ``children_re_referred`` of that window.
    months
        The window: 6, 12 or 24.

    Returns
    -------
    DataFrame
        One row an arm: ``treated``, the four counts, ``share_of_referrals`` and ``share_of_children`` (``None`` where
        nobody was referred). A family in several trials counts in each.

    Raises
    ------
    InputError
        Naming the outcomes the frame lacks.
    """
    names = ("referrals", "re_referrals", "children_referred", "children_re_referred")
    lacking = [f"{name}_{months}m" for name in names if f"{name}_{months}m" not in frame]
    if lacking:
        raise InputError(f"Repeat referrals cannot be counted without the outcomes {', '.join(lacking)}.")
    followed = frame[frame["follow_up"] == "complete"]
    rows = []
    for treated in (1, 0):
        arm = followed[followed["treated"] == treated]
        counts = {name: int(arm[f"{name}_{months}m"].sum()) for name in names}
        rows.append(
            {
                "treated": treated,
                **counts,
                "share_of_referrals": _share(counts["re_referrals"], counts["referrals"]),
                "share_of_children": _share(counts["children_re_referred"], counts["children_referred"]),
            }
        )
    return pd.DataFrame(rows)


def _weighted(frame: pd.DataFrame, outcome: str, treated: int) -> dict[str, float | None]:
    """Return an outcome's mean times 100 over all rows that its own weights count, in a weighted design."""
    if weight_name(outcome) not in frame:
        return {}
    arm = frame.loc[frame["treated"] == treated, [outcome, weight_name(outcome)]].to_numpy(dtype=np.float64)
    total = arm[:, 1].sum()
    return {"per_100_weighted": 100 * float(arm[:, 0] @ arm[:, 1] / total) if total > 0 else None}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
