"""The tables of trust: what came of referrals by arm and by who made them, and the figures words need."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.cohort.flow import FlowStep
from toolkit.cohort.referrals import HAPPENED, KNOWN
from toolkit.stats import Matched
from toolkit.stats.variance.clustered_mean import clustered_mean
from toolkit.studies.trust.facts import TrustFacts
from toolkit.studies.trust.spec import TrustSpec
from toolkit.tables.referrals import SOURCE_GROUPS

CENTRES = "Children's Centres"
CLUSTER = "reach_centre_id"
ENDED = ("nfa", "assessed_not_in_need", "in_need")


def happened_by_arm(frame: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """Return, by outcome and arm, how many referrals had it: ``with_outcome`` of ``rows``, and its interval.

    Matched sets of up to several referrals by others weigh each referral once here; the estimates weigh by set.
    """
    rows = []
    for outcome in outcomes:
        for treated in (1, 0):
            some = frame[frame["treated"] == treated]
            count, total = int(some[outcome].sum()), len(some)
            low, high = _interval(some, outcome)
            rows.append(
                {
                    "outcome": outcome,
                    "label": HAPPENED[outcome],
                    "treated": treated,
                    "rows": total,
                    "with_outcome": count,
                    "share": count / total if total else None,
                    "low": low,
                    "high": high,
                }
            )
    return pd.DataFrame(rows)


def by_source(frame: pd.DataFrame, centre_sources: Collection[str]) -> pd.DataFrame:
    """Return one row a group of those who refer: referrals, how they ended, sent back and repeated, with shares."""
    code = frame["source"].astype(str)
    group = code.map(SOURCE_GROUPS).where(~code.isin(list(centre_sources)), CENTRES)
    order = [CENTRES, *dict.fromkeys(SOURCE_GROUPS.values())]
    rows = []
    for name in order:
        some = frame[(group == name).to_numpy()]
        if not len(some):
            continue
        cells: dict[str, Any] = {"group": name, "referrals": len(some)}
        cells |= {ended: int((some["ended"] == ended).sum()) for ended in ENDED}
        cells |= {name_: int(some[name_].sum()) for name_ in ("re_referral_12m", "referred_back")}
        for outcome in ("nfa", "re_referral_12m"):
            low, high = _interval(some, outcome)
            cells |= {f"share_{outcome}": cells[outcome] / len(some), f"low_{outcome}": low, f"high_{outcome}": high}
        rows.append(cells)
    return pd.DataFrame(rows)


def _interval(some: pd.DataFrame, outcome: str) -> tuple[float, float]:
    """Return the interval of a share; only what the study's estimates are clustered by is taken as independent."""
    mean = clustered_mean(some[outcome].to_numpy(dtype=np.float64), some[CLUSTER].to_numpy(dtype=str))
    return mean.low, mean.high


def usable_names(frame: pd.DataFrame, names: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the covariates a score can be fitted on, and why the others cannot be.

    One that is the same for every referral says nothing; one with all its values above nought in one arm would
    separate the arms.
    """
    left_out: dict[str, str] = {}
    treated = frame["treated"].to_numpy() == 1
    for name in names:
        values = frame[name].to_numpy()
        if values.min() == values.max():
            left_out[name] = "the same for every referral"
        elif min(len(np.unique(values[treated])), len(np.unique(values[~treated]))) < 2:
            left_out[name] = "the same for every referral of one side"
    return tuple(name for name in names if name not in left_out), left_out


def labelled(balance: pd.DataFrame) -> pd.DataFrame:
    """Return the balance table with a column ``label``: each term as a page says it."""
    table = balance.copy()
    labels = [
        KNOWN.get(str(term), "How likely a centre was to refer" if term == "score" else term) for term in table.index
    ]
    table.insert(0, "label", labels)
    return table


def matched_flow(matched: Matched) -> tuple[FlowStep, ...]:
    """Return the flow's last steps: referrals by centres with and without a match, and those by others used."""
    by_centres, by_others = matched.counts["treated"], matched.counts["control"]
    steps = (
        ("out_unmatched", int(by_centres["unmatched"]), "referrals by centres had none alike made by others."),
        ("matched_centres", int(by_centres["matched"]), "referrals by centres were matched."),
        ("matched_others", int(by_others["matched"]), "referrals by others are compared with."),
    )
    return tuple(FlowStep(step, None, n, f"{n:,} {what}") for step, n, what in steps)


def facts_of(
    frame: pd.DataFrame,
    spec: TrustSpec,
    matched: Matched,
    means: Mapping[str, tuple[float, float]],
    left_out: Mapping[str, str],
) -> TrustFacts:
    """Return the single figures that words need."""
    by_centre = frame[frame["treated"] == 1]
    inside = frame[(matched.weights > 0).to_numpy()]
    recorded = by_centre["back_recorded"].astype(bool)
    return TrustFacts(
        outcome=spec.outcomes[0],
        outcome_label=HAPPENED[spec.outcomes[0]],
        referrals=len(frame),
        by_centres=len(by_centre),
        matched=int((inside["treated"] == 1).sum()),
        back_recorded=int(recorded.sum()),
        sent_back=int(by_centre.loc[recorded, "referred_back"].sum()),
        sent_back_of_others=int(frame.loc[frame["treated"] == 0, "referred_back"].sum()),
        smallest_cell={outcome: _smallest_cell(inside, outcome) for outcome in spec.outcomes},
        means=means,
        margin=spec.margin,
        ratio=spec.ratio,
        centre_sources=tuple(spec.centre_sources),
        covariates_left_out=left_out,
    )


def _smallest_cell(inside: pd.DataFrame, outcome: str) -> int:
    arms = (inside.loc[inside["treated"] == arm, outcome] for arm in (1, 0))
    return min(min(int(arm.sum()), int((1 - arm).sum())) for arm in arms)
