"""Counts of a cohort: its person-time, its events and its repeat referrals."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toolkit.cohort.censoring import FOLLOWED, weight_name, weighted_outcome
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


def shares_followed(person_time: pd.DataFrame) -> tuple[float, float]:
    """Return the shares of joiners' and of the others' rows followed for the whole time, from `person_time_of`.

    Rows that left their strategy are stood for by weights: they are not lost.
    """
    (of_joined, of_others), (joined, others) = rows_followed(person_time)
    return joined / of_joined, others / of_others


def rows_followed(person_time: pd.DataFrame) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the rows of joiners and of the others, and how many of each were followed for the whole time."""
    arms = {int(arm["treated"]): arm for arm in person_time.to_dict("records")}
    kept = {arm: sum(int(row.get(how, 0)) for how in ("complete", "left", "joined")) for arm, row in arms.items()}
    return (int(arms[1]["rows"]), int(arms[0]["rows"])), (kept[1], kept[0])


def tally_events(frame: pd.DataFrame, outcomes: Sequence[Outcome], weights: pd.Series | None = None) -> pd.DataFrame:
    """Return, by outcome and arm over rows that could be followed, how often it happened.

    Columns: ``outcome``, ``treated``, ``rows``, ``with_outcome`` (rows known to have it while they were followed),
    ``total`` (of a count: over rows followed to the end) and ``per_100``, the mean times 100 with those lost to
    follow-up stood for by the rest (`toolkit.cohort.censoring`).

    ``weights``, on the frame's index, are what each row stands for; counts are then of what the rows stand for, to the
    nearest whole: where five families are compared with one, they count as one.
    """
    is_followed, treated_rows = frame["follow_up"].isin(FOLLOWED), frame["treated"]
    stands_for = pd.Series(1.0, index=frame.index) if weights is None else weights.loc[frame.index]
    needed = [name for outcome in outcomes for name in (outcome.name, weight_name(outcome.name))]
    arms = {treated: frame.loc[is_followed & (treated_rows == treated), needed] for treated in (1, 0)}
    rows = []
    for outcome in outcomes:
        for treated, arm in arms.items():
            each = stands_for.loc[arm.index].to_numpy()
            values = arm[outcome.name].to_numpy() * (arm[weight_name(outcome.name)] > 0)
            whole = float(each.sum())
            rows.append(
                {
                    "outcome": outcome.name,
                    "treated": treated,
                    "rows": round(whole),
                    "with_outcome": round(float(each @ (values > 0))),
                    "total": round(float(each @ values)),
                    "per_100": 100 * float(each @ weighted_outcome(arm, outcome.name)) / whole if whole else None,
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


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
