"""The only door to a member's page: what a scrutiny member may see of a result, and nothing else.

A bundle holds exact counts and reasons that name small numbers; a page for members is given `member_view` of it.
Tables are shown only if they are listed in `toolkit.publish.member_tables`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.publish.amounts import amounts_of, more_or_fewer
from toolkit.publish.disclosure import Policy, protect_count
from toolkit.publish.member_tables import events_by_outcome, member_tables
from toolkit.publish.sentences import TOO_FEW

HOUSE_POLICY = Policy()
VERDICT = ("code", "sentence", "detail", "cannot_show", "maryland_level", "evidence", "hidden", "concerns")
"""What members read of a verdict; anything a later version adds stays inside until it is listed here."""


def member_view(bundle: Mapping[str, Any], policy: Policy = HOUSE_POLICY) -> dict[str, Any]:
    """Return what a member may see of a result.

    Parameters
    ----------
    bundle
        The content of a bundle's ``result.json``.
    policy
        The rules of disclosure.

    Returns
    -------
    dict
        ``question``, ``title``, ``recommendation``, ``simulated``, ``notice`` (where simulated), ``as_of`` (first and
        last day), ``verdict`` (its words), ``estimates`` (rounded, in words), ``families`` (compared, rounded),
        ``tables`` (protected; a suppressed figure is ``None``) and ``key`` to them. No balance, no matched sets, no
        flow, no centre below the policy's minimum of families.
    """
    view: dict[str, Any] = {name: bundle[name] for name in ("question", "title", "recommendation", "simulated")}
    if bundle.get("notice"):
        view["notice"] = bundle["notice"]
    view["as_of"] = {name: bundle["as_of"].get(name) for name in ("first_day", "last_day")}
    view["verdict"] = {name: bundle["verdict"][name] for name in VERDICT if name in bundle["verdict"]}
    view["estimates"] = _estimates(bundle, policy)
    view["families"] = _families(bundle, policy)
    view["tables"] = member_tables(bundle["tables"], policy)
    view["key"] = TOO_FEW
    return view


def _estimates(bundle: Mapping[str, Any], policy: Policy) -> list[dict[str, Any]]:
    """Return the matched differences of a result that may be put into words, in whole families of a round number."""
    if bundle["verdict"]["code"] == "cannot_say":
        return []
    shown = []
    events = events_by_outcome(bundle["tables"].get("events_matched", ()))
    for estimate in bundle["estimates"]:
        values = [estimate[name] for name in ("estimate", "low", "high")]
        if estimate["estimator"] != "matched" or estimate["measure"] != "difference" or None in values:
            continue
        outcome = OUTCOMES.get(estimate["outcome"])
        if outcome is None or not outcome.is_binary or not _may_show(events.get(outcome.name, ()), policy):
            continue
        amounts = amounts_of(*values)
        shown.append(
            {
                "outcome": outcome.name,
                "label": outcome.label,
                "per": amounts.base,
                "estimate": amounts.estimate,
                "low": amounts.low,
                "high": amounts.high,
                "words": f"{more_or_fewer(amounts.estimate, exactly=values[0])} in every {amounts.base:,} families, "
                f"from {more_or_fewer(amounts.low, exactly=values[1])} to "
                f"{more_or_fewer(amounts.high, exactly=values[2])}",
            }
        )
    return shown


def _families(bundle: Mapping[str, Any], policy: Policy) -> dict[str, int | None]:
    if bundle["kind"] != "matched_cohort":  # elsewhere the arms are not joiners and families like them
        return {}
    primary = bundle["estimates"][0]
    return {
        name: protect_count(int(primary[key]), policy)
        for name, key in (("joined", "n_treated"), ("compared_with", "n_control"))
        if primary.get(key) is not None
    }


def _may_show(events: Sequence[int], policy: Policy) -> bool:
    # An average over arms with one to five such families tells of those families.
    return bool(events) and all(count > policy.threshold or count == 0 for count in events)
