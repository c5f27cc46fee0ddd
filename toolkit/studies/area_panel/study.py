"""Councils by year: whether referrals were fewer where a council spent more the year before."""

from __future__ import annotations

from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.progress import Progress
from toolkit.studies.area_panel import tables
from toolkit.studies.area_panel.answer import estimates_of, facts_of, gates_of
from toolkit.studies.area_panel.councils import Councils, councils_of
from toolkit.studies.area_panel.findings import Findings, findings_of
from toolkit.studies.area_panel.missing import missing
from toolkit.studies.area_panel.spec import AreaPanelSpec
from toolkit.studies.definition_breaks import breaks_of
from toolkit.studies.estimates import NONE_ON_RECORD
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import StudyResult

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Compare councils' published counts by their money; records without them give a gate that says what to import.

    Councils are told by their ONS codes, which no simulated county has: their figures are real, and the result is not
    simulated, even in a store whose families are.
    """
    spec = protocol.spec_as(AreaPanelSpec)
    began = perf_counter()
    progress("Putting councils' published counts together", 0.0)
    counts = snapshot.read("area_counts")
    councils = councils_of(counts, spec)
    progress("Comparing councils by their money", 0.5)
    found = Findings() if councils is None else findings_of(councils)
    limits = protocol.gates
    facts = facts_of(councils, found, spec)
    result = StudyResult.of(
        protocol,
        snapshot,
        seed,
        simulated=False,
        first_day=date(facts.first_year - 1, 4, 1) if facts.years else None,
        last_day=date(facts.last_year, 3, 31) if facts.years else None,
        estimates=estimates_of(found, spec),
        gates=gates_of(
            councils,
            found,
            spec,
            breaks_of(snapshot),
            min_councils=limits.min_clusters,
            min_referrals=limits.min_treated,
            missing=missing(counts, spec) if councils is None else "",
        ),
        flow=NONE_ON_RECORD if councils is None else councils.flow,
        tables=_tables(councils, spec),
        facts=facts,
        timings={"study": round(perf_counter() - began, 3)},
    )
    progress("Study done", 1.0)
    return result


def _tables(councils: Councils | None, spec: AreaPanelSpec) -> dict[str, pd.DataFrame]:
    if councils is None:
        empty = {
            "panel_years": tables.YEARS,
            "panel_course": tables.COURSE,
            "panel_breaks": tables.BREAKS,
            "panel_relabelled": tables.RELABELLED,
            "panel_sources": tables.SOURCES,
        }
        return {name: pd.DataFrame(columns=columns) for name, columns in empty.items()}
    return {
        "panel_years": tables.years_table(councils),
        "panel_course": tables.course_table(councils, spec.council, spec.outcome, spec.neighbours),
        "panel_breaks": tables.breaks_table(councils, spec.second_outcome),
        "panel_relabelled": tables.relabelled_table(councils),
        "panel_sources": tables.sources_table(
            tables.who_referred(councils, spec.council, spec.first_year, spec.last_year)
        ),
    }
