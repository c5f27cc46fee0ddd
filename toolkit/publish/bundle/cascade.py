"""From being noticed to entering care: the matched differences of each step, and what they show in a sentence."""

from __future__ import annotations

import pandas as pd

from toolkit.publish.bundle.estimates import label_of, matched

NOTICED = ("centre_referral", "any_referral", "assessed_referral", "assessed_not_in_need", "re_referral")
HARMED = ("section_47_or_plan", "care_entry")
_NOTICED, _HARMED = "Noticed: referrals", "Nearer to harm: protection and care"


def cascade(rows: pd.DataFrame, *, without_centre: bool, ages: str, months: int = 12) -> pd.DataFrame:
    """Return the matched differences in order, of referrals with or without the centre's own and of some ages.

    Parameters
    ----------
    rows
        As `toolkit.publish.bundle.estimates.differences` returns them.
    without_centre
        Leave out the centre's own referrals. What follows a referral, protection and care, has no such variant: it is
        shown as it is.
    ages
        How outcomes of these ages end, as ``_ages_0_4``; empty for children of all ages.
    months
        Within which they happened.
    """
    found = []
    for heading, steps in ((_NOTICED, NOTICED), (_HARMED, HARMED)):
        for step in steps:
            if without_centre and step == "centre_referral":
                continue
            own = "_excluding_centre" if without_centre and step in NOTICED else ""
            row = matched(rows, f"{step}_{months}m{own}{ages}")
            if row is not None:
                kind = "main" if heading == _NOTICED else "apart"
                found.append({**row.to_dict(), "label": step_label(step), "heading": heading, "kind": kind})
    return pd.DataFrame(found, columns=[*rows.columns, "heading", "kind"])


def said(shown: pd.DataFrame) -> str:
    """Return what the picture shows, in a sentence that claims only what the ranges do."""
    noticed, harmed = _clear(shown, _NOTICED), _clear(shown, _HARMED)
    if noticed["more"] and harmed["fewer"] and not harmed["more"]:
        return "More were noticed, and fewer came near to harm"
    if not any(noticed.values()) and not any(harmed.values()):
        return "No step is clearly higher or lower: every range crosses no difference"
    parts = [
        f"clearly {way}: {', '.join(label.lower() for label in noticed[way] + harmed[way])}"
        for way in ("more", "fewer")
        if noticed[way] + harmed[way]
    ]
    sentence = "; ".join(parts)
    return sentence[0].upper() + sentence[1:]


def _clear(shown: pd.DataFrame, heading: str) -> dict[str, list[str]]:
    of_it = shown[shown["heading"] == heading]
    return {"more": list(of_it[of_it["low"] > 0]["label"]), "fewer": list(of_it[of_it["high"] < 0]["label"])}


def step_label(step: str) -> str:
    """Return what a step of the cascade is called."""
    return label_of(f"{step}_12m") or step.replace("_", " ").capitalize()
