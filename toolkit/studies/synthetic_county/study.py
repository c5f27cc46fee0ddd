"""A council beside a mixture of others that moved as it did before: how far it parted once something was done."""

from __future__ import annotations

from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.cohort.flow import FlowStep
from toolkit.progress import Progress
from toolkit.stats.inference.t_estimate import TEstimate
from toolkit.stats.synthetic.difference import Difference
from toolkit.studies.estimates import NONE_ON_RECORD, no_figure
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import Estimate, StudyResult
from toolkit.studies.synthetic_county import tables
from toolkit.studies.synthetic_county.findings import Findings, facts_of, findings_of, told
from toolkit.studies.synthetic_county.gates import gates_of
from toolkit.studies.synthetic_county.panel import LEFT_OUT, CountyPanel, NotThere, county_panel
from toolkit.studies.synthetic_county.spec import SyntheticCountySpec
from toolkit.wording.numbers import counted

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

MEASURE = "difference"
"""Of what was to be expected of the council, as a share: -0.1 is ten fewer in every hundred referrals."""


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Compare a council with its mixture; records without its counts give a gate that says what to import.

    Of the snapshot only councils' published counts are used, so the result is not simulated even beside a simulated
    store. Nothing is drawn at random: the seed changes nothing.

    Raises
    ------
    InputError
        When a name in the protocol is no council's.
    """
    spec = protocol.spec_as(SyntheticCountySpec)
    began = perf_counter()
    progress("Reading councils' published counts", 0.0)
    read = county_panel(snapshot.read("area_counts"), spec)
    panel = None if isinstance(read, NotThere) else read
    progress("Mixing councils, and each other council as if it were the one", 0.3)
    found = None if panel is None else findings_of(panel, spec, seed)
    gates = gates_of(read, found, spec)
    result = StudyResult.of(
        protocol,
        snapshot,
        seed,
        simulated=False,
        first_day=None if panel is None else date(panel.years[0] - 1, 4, 1),
        last_day=None if panel is None else date(panel.years[-1], 3, 31),
        estimates=_estimates(found, spec),
        gates=gates,
        flow=_flow(panel),
        tables=_tables(found, panel),
        facts=facts_of(found, panel, spec, read.name),
        timings={"study": round(perf_counter() - began, 3)},
    )
    progress("Study done", 1.0)
    return result


def _estimates(found: Findings | None, spec: SyntheticCountySpec) -> tuple[Estimate, ...]:
    """Return the main answer first, then the ways around it."""
    ways: dict[str, Difference | TEstimate | None] = {
        "synthetic_control": None if found is None else found.main,
        "not_corrected_for_choice": None if found is None else found.plain,
        "nearest_mixture_however_few": None if found is None else found.sparse,
        "mean_of_the_others": None if found is None else found.mean,
        "synthetic_did": None if found is None else found.did.effect,
    }
    return tuple(_estimate(spec.outcome, estimator, one, found) for estimator, one in ways.items())


def _estimate(outcome: str, estimator: str, one: Difference | TEstimate | None, found: Findings | None) -> Estimate:
    figures = told(one)
    if one is None or figures is None or found is None:
        return no_figure(outcome, estimator=estimator, measure=MEASURE)
    change, low, high = figures
    return Estimate(outcome, estimator, MEASURE, change, None, low, high, one.p_value, clusters=len(found.panel.areas))


def _flow(panel: CountyPanel | None) -> tuple[FlowStep, ...]:
    if panel is None:
        return NONE_ON_RECORD
    kept, left = len(panel.areas) - 1, len(panel.left_out)
    return (
        FlowStep(
            "councils", None, kept + left, f"{counted(kept + left, 'other council')} {_were(kept + left)} looked at."
        ),
        FlowStep("out_councils", None, left, f"{left} of them {_were(left)} left out; the reason of each is listed."),
        FlowStep("mixed_from", None, kept, f"{counted(kept, 'council')} {'is' if kept == 1 else 'are'} mixed from."),
    )


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _tables(found: Findings | None, panel: CountyPanel | None) -> dict[str, pd.DataFrame]:
    left_out = pd.DataFrame(columns=LEFT_OUT) if panel is None else panel.left_out
    if found is None:
        empty = {
            "synthetic_path": tables.PATH,
            "synthetic_visible": tables.VISIBLE,
            "synthetic_donors": tables.DONORS,
            "synthetic_gaps": tables.GAPS,
            "synthetic_starts": tables.STARTS,
        }
        made = {name: pd.DataFrame(columns=columns) for name, columns in empty.items()}
    else:
        made = {
            "synthetic_path": tables.path_table(found),
            "synthetic_visible": tables.visible_table(found),
            "synthetic_donors": tables.donors_table(found),
            "synthetic_gaps": tables.gaps_table(found),
            "synthetic_starts": tables.starts_table(found),
        }
    return {**made, "synthetic_left_out": left_out}
