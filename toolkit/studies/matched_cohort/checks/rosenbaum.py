"""Rosenbaum's bounds: how uneven the lot between two families alike could be before the answer falls."""

from __future__ import annotations

from toolkit.cohort.censoring import weight_name
from toolkit.cohort.outcomes import outcomes_named
from toolkit.errors import InputError
from toolkit.stats.sensitivity.rosenbaum_binary import mantel_haenszel_bounds
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check

LABEL = "How uneven the lot could be"
_WEAK = 1.1
_GAMMAS = (1.0, 1.1, 1.2, 1.3, 1.5, 2.0)


def check(evidence: Evidence) -> Check:
    """Warn when an answer would fall though of two families alike one was at most a tenth likelier to be the joiner.

    The test counts sets as independent, so its variance is widened by what clustering does to the estimate's. It needs
    a yes or no of everyone in a set: sets with a family lost before its outcome was known are left out.
    """
    primary = evidence.primary
    outcome = outcomes_named([primary.outcome])[0]
    if not outcome.is_binary or primary.low is None or primary.high is None:
        return Check(
            name="rosenbaum",
            label=LABEL,
            status="pass",
            figure=None,
            threshold=_WEAK,
            sentence="These bounds are for a yes or no.",
        )
    if primary.low <= 0 <= primary.high:
        sentence = "The data already fit no difference, so there is no answer for an uneven lot to overturn."
        return Check(name="rosenbaum", label=LABEL, status="pass", figure=1.0, threshold=_WEAK, sentence=sentence)
    inside = evidence.comparison.inside
    is_known = (inside[weight_name(primary.outcome)] > 0).groupby(inside["set"]).transform("all")
    inside = inside[is_known.to_numpy()]
    try:
        found = mantel_haenszel_bounds(
            inside[primary.outcome].to_numpy(),
            (inside["role"] == "joined").to_numpy().astype(int),
            inside["set"].to_numpy(),
            _GAMMAS,
            side="less" if primary.high < 0 else "greater",
        )
    except InputError:
        return Check(
            name="rosenbaum",
            label=LABEL,
            status="warn",
            figure=None,
            threshold=_WEAK,
            sentence="The matched sets say nothing either way.",
        )
    table = found.tidy()
    sentence = (
        f"Of two families alike, one could be up to {found.limit:.2f} times as likely to be the one that joins, "
        "for a reason that also decides who is referred, before this answer falls."
    )
    return Check(
        name="rosenbaum",
        label=LABEL,
        status="pass" if found.limit > _WEAK else "warn",
        figure=found.limit,
        threshold=_WEAK,
        sentence=sentence,
        table=table,
    )
