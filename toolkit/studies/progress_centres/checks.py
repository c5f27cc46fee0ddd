"""What to look at first at a centre, before anything is made of where it stands: recording, case mix, scorers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.stats.agreement.drift import scorer_drift
from toolkit.stats.providers.case_mix import UNLIKE
from toolkit.studies.progress_centres.compared import Compared

CHECKS = ("recording", "case_mix", "scorers")
"""What may be looked at, in this order."""
OTHER_MIX = 0.05
"""A share expected of a centre's families that differs by so much from all centres' is a case mix of its own."""
FEW_SCORERS = 2
ONE_SIDED = 0.8
"""A centre where one side gives so many of the last scores scores in a way of its own, where others do not."""
FEWEST_ENDS = 20
YEAR = 365.25
_ALONE = ("worker", "worker_only")


def checks_of(frame: pd.DataFrame, compared: Compared, least_followed: float) -> pd.DataFrame:
    """Return, for each centre compared, what its own records show of recording, case mix and scorers.

    Parameters
    ----------
    frame
        The families that had time to be scored again, of which `compared` has those that were.
    compared
        The centres.
    least_followed
        The share that ought to have been scored again.

    Returns
    -------
    DataFrame
        A row a centre in order of its number. ``outside``: as the funnel has it. Recording: ``in_time``, ``lost``,
        ``share_lost``, and the share that scored better had none (``if_none``) or all (``if_all``) of those lost.
        Case mix: ``expected``, the share expected of its families; ``unlike``, how many have no like elsewhere.
        Scorers: ``scorers`` who gave last scores and ``most_by_one``, the share by one of them; ``by_worker`` and
        ``by_family``, the shares given by one side alone; ``same_scorer``, the share with one scorer for both scores;
        ``drifting``, scorers whose last scores move over the years. Shares are empty where nobody says.
        ``check_first``: the names of `CHECKS` that stand out, with commas between.
    """
    twice = frame[frame["last"].notna()]
    drifting = _drifting(twice)
    county = _scorers(twice)
    rows = []
    for place, centre in enumerate(compared.centres):
        mine = frame[frame["centre_id"] == centre]
        own = mine[mine["last"].notna()]
        row: dict[str, Any] = {"centre_id": centre, "outside": 0}
        if compared.shares is not None:
            row["outside"] = int(compared.shares.outside[place])
        row |= _recording(mine, own)
        row |= {"expected": float(compared.expected[place] / compared.families[place])}
        row |= {"unlike": int(compared.unlike[place]), **_scorers(own), "drifting": drifting.get(centre, 0)}
        rows.append(row | {"check_first": ",".join(_first(row, compared, county, least_followed))})
    return pd.DataFrame(rows, columns=_COLUMNS)


_RECORDING = ("in_time", "lost", "share_lost", "if_none", "if_all")
_SCORERS = ("scorers", "most_by_one", "by_worker", "by_family", "same_scorer")
_COLUMNS = ["centre_id", "outside", *_RECORDING, "expected", "unlike", *_SCORERS, "drifting", "check_first"]


def _recording(mine: pd.DataFrame, own: pd.DataFrame) -> dict[str, Any]:
    lost, better = len(mine) - len(own), int((own["last"] > own["first"]).sum())
    # Of those lost, whoever began at the top could not have scored better.
    could = int((mine["last"].isna() & (mine["first"] < mine["highest"])).sum())
    return {
        "in_time": len(mine),
        "lost": lost,
        "share_lost": lost / len(mine),
        "if_none": better / len(mine),
        "if_all": (better + could) / len(mine),
    }


def _scorers(own: pd.DataFrame) -> dict[str, Any]:
    by, who = own["last_by"].dropna(), own["last_who"].dropna()
    both = own[own["first_by"].notna() & own["last_by"].notna()]
    said = len(who) > 0
    return {
        "scorers": int((own["centre_id"][by.index] + " " + by.astype(str)).nunique()),
        "most_by_one": float(by.value_counts().iloc[0] / len(by)) if len(by) else None,
        "by_worker": float(who.isin(_ALONE).mean()) if said else None,
        "by_family": float(who.eq("family").mean()) if said else None,
        "same_scorer": float((both["first_by"] == both["last_by"]).mean()) if len(both) else None,
    }


def _drifting(twice: pd.DataFrame) -> dict[str, int]:
    """Return how many of each centre's scorers give last scores that move over the years, for like starters."""
    known = twice[twice["last_by"].notna()].reset_index(drop=True)
    if len(known) < FEWEST_ENDS:
        return {}
    # Initials are a centre's own: two centres may have a worker of the same ones.
    pairs = known["centre_id"] + " " + known["last_by"].astype(str)
    centre = dict(zip(pairs, known["centre_id"], strict=True))
    years = (known["last_on"] - known["last_on"].min()).dt.days / YEAR
    found = scorer_drift(known["last"], known["first"], years, pairs)
    moved = pd.Series([centre[one.scorer] for one in found.by_scorer if one.drifts], dtype=object)
    return {str(name): int(count) for name, count in moved.value_counts().items()}


def _first(row: dict[str, Any], compared: Compared, county: dict[str, Any], least_followed: float) -> list[str]:
    found = []
    if row["share_lost"] > 1 - least_followed:
        found.append("recording")
    target = np.nan if compared.shares is None else compared.shares.target
    if row["unlike"] > UNLIKE * (row["in_time"] - row["lost"]) or abs(row["expected"] - target) >= OTHER_MIX:
        found.append("case_mix")
    few = 0 < row["scorers"] <= FEW_SCORERS
    sides = ("by_worker", "by_family")
    one_sided = any((row[side] or 0) >= ONE_SIDED and (county[side] or 0) < ONE_SIDED for side in sides)
    if few or one_sided or row["drifting"]:
        found.append("scorers")
    return found
