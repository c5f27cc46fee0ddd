"""What linking hands on: pseudonyms, referral numbers, probabilities, and the thresholds to choose from; no names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.errors import InputError
from toolkit.intake.cells import neutralised
from toolkit.intake.outgoing.safe_cells import csv_text
from toolkit.intake.pseudonyms import Key
from toolkit.link.preprocessing import Rows
from toolkit.link.sensitivity import error_rates
from toolkit.link.threshold import THRESHOLDS, likeliest, picture, threshold_table
from toolkit.link.threshold_chart import threshold_svg

_STORE_MARKS = ("store.sqlite", "database.json")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes
    ----------
    folder
        Holds ``thresholds.csv``, its picture (``.svg``, and ``.vl.json`` to change it), ``report.json``, and
        ``links.csv`` at a chosen threshold.
    links
        How many links; None while no threshold is chosen.
    table
        What each threshold would give.
    """

    folder: Path
    links: int | None
    table: pd.DataFrame


def links_at(pairs: pd.DataFrame, threshold: float, key: Key) -> pd.DataFrame:
    """Return the links from a threshold on, under pseudonyms.

    Parameters
    ----------
    pairs
        As `toolkit.link.model.score` returns them.
    threshold
        The least probability of a link, above 0 and at most 1.
    key
        Makes the pseudonyms.

    Returns
    -------
    pandas.DataFrame
        ``family_id``, ``child_id`` (where there), ``referral_id``, ``probability``; one row a referral, sorted by it.

    Raises
    ------
    InputError
        When the threshold is out of range.
    """
    if not 0 < threshold <= 1:
        raise InputError(f"The threshold is {threshold}. It is a probability: above 0, at most 1.")
    best = likeliest(pairs)
    links = best[best["probability"] >= threshold].reset_index(drop=True)
    for name, kind in (("family_id", "family"), ("child_id", "child")):
        if name in links.columns:
            links[name] = [key.pseudonym(kind, number) for number in links[name]]
    links["referral_id"] = links["referral_id"].map(neutralised)
    return links


def write_links(
    pairs: pd.DataFrame,
    families: Rows,
    referrals: Rows,
    key: Key,
    out: Path,
    *,
    threshold: float | None = None,
    looked_at: pd.DataFrame | None = None,
) -> Written:
    """Write the result to a new folder.

    Parameters
    ----------
    pairs
        As `toolkit.link.model.score` returns them.
    families, referrals
        What was linked: only how many rows, and how many values are missing, is written of them.
    key
        Makes the pseudonyms.
    out
        A folder that is not there, or is empty, and is in no store.
    threshold
        The least probability of a link; without one, no links are written, only what to choose by.
    looked_at
        As in `toolkit.link.threshold.threshold_table`.

    Raises
    ------
    InputError
        When the folder is in use or in a store, or the threshold out of range.
    """
    refuse_folder(out)
    at = THRESHOLDS if threshold is None else tuple(sorted({*THRESHOLDS, threshold}))
    table = threshold_table(pairs, looked_at=looked_at, thresholds=at)
    links = None if threshold is None else links_at(pairs, threshold, key)
    out.mkdir(parents=True, exist_ok=True)
    (out / "thresholds.csv").write_text(_as_csv(table), encoding="utf-8")
    spec = json.dumps(picture(table, chosen=threshold), indent=1, sort_keys=True)
    (out / "thresholds.vl.json").write_text(spec + "\n", encoding="utf-8")
    (out / "thresholds.svg").write_text(threshold_svg(table, chosen=threshold), encoding="utf-8")
    report = {
        "families": {"rows": len(families.frame), "missing": families.missing},
        "referrals": {"rows": len(referrals.frame), "missing": referrals.missing},
        "key_mark": key.mark,
        "threshold": threshold,
        "links": None if links is None else len(links),
        "expected": None if threshold is None else expected_at(pairs, threshold),
        "chances_of_a_family": None if threshold is None else chances_at(pairs, families, threshold),
    }
    (out / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if links is not None:
        (out / "links.csv").write_text(_as_csv(links), encoding="utf-8")
    return Written(out, None if links is None else len(links), table)


def _as_csv(frame: pd.DataFrame) -> str:
    """Return a frame as csv text, fractions to 6 places, with cells that look like formulas made harmless."""
    rows = frame.astype(object).where(frame.notna(), None).itertuples(index=False)
    return csv_text(
        [list(frame.columns), *([str(round(one, 6)) if isinstance(one, float) else one for one in row] for row in rows)]
    )


def expected_at(pairs: pd.DataFrame, threshold: float) -> dict[str, float]:
    """Return the precision and recall that the model expects at one threshold, rounded to 4 places."""
    row = threshold_table(pairs, thresholds=(threshold,)).iloc[0]
    return {"precision": round(float(row["precision"]), 4), "recall": round(float(row["recall"]), 4)}


def chances_at(pairs: pd.DataFrame, families: Rows, threshold: float) -> dict[str, float]:
    """Return a family's chances of a missed and of a false link at one threshold, by the model, for ``link-range``."""
    best = likeliest(pairs)
    linked = int(best.loc[best["probability"] >= threshold, "family_id"].nunique())
    expected = expected_at(pairs, threshold)
    everyone = int(families.frame["family_id"].nunique())
    missed, false = error_rates(linked, expected["precision"], expected["recall"], everyone)
    return {"missed": round(missed, 4), "false": round(false, 6)}


def refuse_folder(out: Path) -> None:
    """Refuse a folder that is in use, or in a store: who links never works where the analysts do.

    Raises
    ------
    InputError
        For either.
    """
    whole = out.resolve()
    for folder in (whole, *whole.parents):
        if any((folder / mark).exists() for mark in _STORE_MARKS):
            raise InputError(
                f"{out} is in the store {folder}. Links are made apart from the store; name another folder."
            )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out} is already there. Name a new folder.")
