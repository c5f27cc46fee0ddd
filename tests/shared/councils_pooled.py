"""Simulated councils' results, made by hand, in real stores: what tests of sharing and pooling hand on."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from made_by_hand import FACTS, matched_result
from toolkit.pooling.keys import new_key
from toolkit.pooling.share import share
from toolkit.pooling.shared_file import SharedFile
from toolkit.publish.bundle.bundle import write_bundle
from toolkit.publish.plans.standing import note_run
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.records import Store
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.result import Check, Estimate

QUESTION = "rec11_referrals"
NAMES = {"E08000027": "Dudley", "E10000034": "Worcestershire", "E08000028": "Sandwell", "E08000030": "Walsall"}


def plain(joined: int, others: int, families: int) -> tuple[float, float]:
    """Return the plain difference of two shares of as many families, and its error."""
    a, b = joined / families, others / families
    return a - b, math.sqrt((a * (1 - a) + b * (1 - b)) / families)


def a_result(plan: Path, store: Store, joined: int, others: int, families: int, **parts: Any) -> Path:
    """Write a result of so many families in each arm, of which so many had the outcome, and return its folder."""
    asked = load_protocol(plan)
    note_run(store, asked, by="Ann")
    estimate, se = plain(joined, others, families)
    events = [
        {"outcome": "any_referral_12m", "treated": arm, "rows": families, "with_outcome": count, "total": count}
        for arm, count in ((1, joined), (0, others))
    ]
    reach = 2.04 * se  # as with 30 degrees of freedom
    figures = (estimate, se, estimate - reach, estimate + reach, 0.5, families, families, 34)
    given: dict[str, Any] = {
        "protocol_hash": asked.hash,
        "protocol_text": asked.text,
        "registered": asked.registered.entries,
        "seed": asked.seed,
        "snapshot_hash": store.snapshot().hash,
        "estimates": (Estimate("any_referral_12m", "matched", "difference", *figures),),
        "tables": {"events_matched": pd.DataFrame(events)},
        "facts": replace(
            FACTS, joined=families + 9, matched=families, unmatched=9, controls=families, joined_later=families // 5
        ),
        "balance": pd.DataFrame({"smd": [0.013], "smd_before": [0.31]}, index=pd.Index(["lone_parent"], name="term")),
        "checks": (Check("detection", "Others referred more", "pass", None, None, "It stood."),),
    }
    found = matched_result(**{**given, **parts})
    folder = store.folder / "results" / QUESTION / f"{joined}-{others}-{families}"
    return write_bundle(found, verdict_for(found), folder)


def a_council(
    root: Path, plan: Path, code: str, joined: int, others: int, families: int, **parts: Any
) -> tuple[Path, SharedFile]:
    """Make a council's store, key and shared file, and return the file."""
    store = Store.create(root / code / "store", simulated=True)
    folder = a_result(plan, store, joined, others, families, **parts)
    private, public = new_key(root / code / "key", code=code, council=NAMES[code])
    keys = root / "known"
    keys.mkdir(exist_ok=True)
    (keys / public.name).write_bytes(public.read_bytes())
    out = root / f"{code}.json"
    how = {"code": code, "council": NAMES[code], "by": "Ann", "on": date(2026, 11, 29), "analyses": plan.parent}
    return out, share(store, [folder], private, out, **how)
