"""What the 2011 scrutiny report printed, recomputed, and set against the Department's published series."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.intake.published.areas import area_code, area_codes, area_name
from toolkit.project_files import read_data_table
from toolkit.publish.report_2011.files import figure_values, read_claims, read_report_tables
from toolkit.wording.years import financial_year

__all__ = [
    "area_code",
    "area_codes",
    "area_name",
    "dfe_figures",
    "recompute_claims",
    "referrals_compared",
    "report_tables",
]

WORCESTERSHIRE = "E10000034"
DFE = "dfe:"
CANNOT = "Cannot be recomputed from the report's own figures."
CLAIM_COLUMNS = ("claim", "where", "printed", "recomputed", "differs", "note")
COMPARED_COLUMNS = ("year", "period", "report", "dfe", "difference", "note")
FIRST_DFE_YEAR = 2010
"""The census of children in need gives referrals by council from the year ending 31 March 2010."""


def report_tables(folder: Path | None = None) -> dict[str, pd.DataFrame]:
    """Return the report's tables: referrals, looked_after_starts, aftercare, looked_after, other_figures, events.

    Each has ``figure`` (an identifier), ``table`` and ``paragraph`` (empty where not known) and ``note``; counts are in
    ``count`` (children or referrals) or ``value`` (in ``unit``).
    """
    return read_report_tables(folder)


def dfe_figures(folder: Path | None = None) -> pd.DataFrame:
    """Return the Department's few figures the project keeps: what the report's claims and Table 3 are held against.

    Columns ``area, period, measure, count`` of `area_counts`. They serve where no release has been imported.
    """
    figures = read_data_table("dfe_figures.csv", folder)
    return figures.astype({"count": float})


def recompute_claims(area_counts: pd.DataFrame | None = None, *, folder: Path | None = None) -> pd.DataFrame:
    """Recompute every percentage the report prints.

    Parameters
    ----------
    area_counts
        Published counts (`toolkit import dfe`), for the claims whose figures are the Department's and not the report's;
        the project's own few (`dfe_figures`) when not given.
    folder
        Another folder than the project's `data/`.

    Returns
    -------
    DataFrame
        ``claim`` (the sentence), ``where`` (table or paragraph, empty where not known), ``printed`` and ``recomputed``
        (per cent, one decimal), ``differs`` (True beyond rounding, False, or None where it cannot be recomputed) and
        ``note``.
    """
    claims = read_claims(folder)
    area_counts = dfe_figures(folder) if area_counts is None else area_counts
    values = figure_values(report_tables(folder)) | _dfe_values(claims, area_counts)
    _check_references(claims, values)
    rows = [_recomputed(claim, values) for claim in _records(claims)]
    frame = pd.DataFrame(rows, columns=list(CLAIM_COLUMNS))
    return frame.astype({"printed": float, "recomputed": float, "differs": object})


def _recomputed(claim: Mapping[str, str], values: Mapping[str, float]) -> dict[str, object]:
    first, second = values.get(claim["first"]), values.get(claim["second"])
    row: dict[str, object] = {
        "claim": claim["text"],
        "where": claim["table"] or (f"paragraph {claim['paragraph']}" if claim["paragraph"] else ""),
        "printed": float(claim["printed"]),
        "recomputed": None,
        "differs": None,
        "note": f"{CANNOT} {claim['note']}".strip(),
    }
    if first is None or second is None:
        return row
    percent = growth(first, second) if claim["kind"] == "growth" else share(first, second)
    row["recomputed"] = round(percent, 1)
    row["differs"] = is_beyond_rounding(percent, claim["printed"])
    row["note"] = claim["note"]
    return row


def _records(claims: pd.DataFrame) -> list[dict[str, str]]:
    return [dict(zip(claims.columns, row, strict=True)) for row in claims.to_numpy().tolist()]


def growth(first: float, second: float) -> float:
    """Return the change from the first figure to the second, in per cent of the first."""
    return 100.0 * (second - first) / first


def share(part: float, whole: float) -> float:
    """Return a part in per cent of the whole."""
    return 100.0 * part / whole


def is_beyond_rounding(percent: float, printed: str) -> bool:
    """Return whether a percentage cannot be what was printed, however it was rounded to the decimals printed.

    >>> is_beyond_rounding(14.2857, "12.5"), is_beyond_rounding(14.2857, "14.3"), is_beyond_rounding(14.2857, "14")
    (True, False, False)
    """
    decimals = len(printed.partition(".")[2])
    return bool(abs(percent - float(printed)) > 0.5 * 10.0**-decimals + 1e-9)


def _dfe_values(claims: pd.DataFrame, area_counts: pd.DataFrame) -> dict[str, float]:
    """Return the Department's figures the claims refer to, where the counts hold them."""
    asked = {reference for column in ("first", "second") for reference in claims[column] if reference.startswith(DFE)}
    values: dict[str, float] = {}
    for reference in sorted(asked):
        area, period, measure = reference.removeprefix(DFE).split("/")
        at = (area_counts["area"] == area) & (area_counts["period"] == period) & (area_counts["measure"] == measure)
        counts = area_counts.loc[at, "count"].dropna()
        if len(counts):
            values[reference] = float(counts.iloc[0])
    return values


def _check_references(claims: pd.DataFrame, values: Mapping[str, float]) -> None:
    for row, claim in enumerate(_records(claims), start=2):
        for column in ("first", "second"):
            reference = claim[column]
            if reference and not reference.startswith(DFE) and reference not in values:
                raise InputError(
                    f'report_claims.csv, row {row}, column "{column}": there is no figure "{reference}" in '
                    f"the report's tables. {did_you_mean(reference, values)}".rstrip()
                )


def referrals_compared(area_counts: pd.DataFrame | None = None, *, area: str = WORCESTERSHIRE) -> pd.DataFrame:
    """Set the report's Table 3 beside the Department's count of referrals.

    Parameters
    ----------
    area_counts
        Published counts; rows of the measure ``referrals`` are used. The project's own few when not given.
    area
        The council's ONS code; Worcestershire's when not given.

    Returns
    -------
    DataFrame
        A row a year: ``year`` ("2009/10"), ``period`` ("2010"), ``report`` and ``dfe`` (referrals, empty where not
        published), ``difference`` (Department less report), ``note``.
    """
    area_counts = dfe_figures() if area_counts is None else area_counts
    report, first_half = _report_referrals()
    at = (area_counts["area"] == area) & (area_counts["measure"] == "referrals")
    rows = area_counts[at].dropna(subset=["count"])
    dfe = {str(period): int(count) for period, count in zip(rows["period"], rows["count"], strict=True)}
    compared = [
        {
            "year": financial_year(int(period)),
            "period": period,
            "report": report.get(period),
            "dfe": dfe.get(period),
            "difference": dfe[period] - report[period] if period in dfe and period in report else None,
            "note": _compared_note(period, report, dfe, first_half),
        }
        for period in sorted({*report, *dfe})
    ]
    frame = pd.DataFrame(compared, columns=list(COMPARED_COLUMNS))
    return frame.astype(dict.fromkeys(("report", "dfe", "difference"), "Int64"))


def _report_referrals() -> tuple[dict[str, int], int]:
    """Return the report's referrals by year ending, and those of April to September 2010."""
    table = report_tables()["referrals"]
    yearly = table[table["period"].str.fullmatch(r"\d{4}/\d\d")]
    by_year = {
        str(int(year[:4]) + 1): int(count) for year, count in zip(yearly["period"], yearly["count"], strict=True)
    }
    return by_year, int(figure_values({"referrals": table})["referrals_2010_11_h1"])


def _compared_note(period: str, report: Mapping[str, int], dfe: Mapping[str, int], first_half: int) -> str:
    if period in report and period in dfe:
        return (
            "One count under two definitions: the report counts requests that meet the council's criteria for a "
            "service, the Department the council's return."
        )
    if period in report:
        same = period == "2009" and report["2009"] == report.get("2010")
        doubt = " The report gives the same number for the next year, and nothing else confirms it." if same else ""
        begins = "The Department's counts by council begin in 2009/10." if int(period) < FIRST_DFE_YEAR else ""
        return f"{begins}{doubt}".strip()
    if period == "2011":
        return f"The report gives only April to September 2010: {first_half:,}."
    return ""
