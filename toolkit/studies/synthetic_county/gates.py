"""Gates of a synthetic county: counts and councils enough, no break of recording, a fit, nothing found too early."""

from __future__ import annotations

import math

from toolkit.studies.figures import Gate, Status, gate_of
from toolkit.studies.synthetic_county.findings import Findings, is_beyond
from toolkit.studies.synthetic_county.panel import CountyPanel, NotThere
from toolkit.studies.synthetic_county.spec import SyntheticCountySpec
from toolkit.wording.numbers import counted
from toolkit.wording.phrases import possessive, years

FEW_YEARS = 5
"""With fewer years before, it cannot be shown that the mixture moves as the council does."""
SURE = 0.99
"""At this level a change found too early bars an answer: at 95%, with five starts, one clean council in four would."""


def gates_of(panel: CountyPanel | NotThere, found: Findings | None, spec: SyntheticCountySpec) -> tuple[Gate, ...]:
    """Return every gate, those of the records first: they were looked at before any estimate."""
    if isinstance(panel, NotThere):
        return (gate_of("published_counts", "fail", None, None, panel.sentence),)
    first, last = panel.years[0], panel.years[-1]
    there = f"{possessive(panel.name)} published counts are there for every year from {first} to {last}."
    return (
        gate_of("published_counts", "pass", len(panel.years), None, there),
        years_before(panel.before, spec.min_years_before),
        donors(len(panel.areas) - 1, spec.min_donors),
        recording(panel.name, panel.broke),
        relabelled(panel.name, panel.relabelled),
        *(() if found is None else _of_estimate(found, spec)),
    )


def years_before(found: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` years before; warn below five."""
    status: Status = "fail" if found < minimum else ("warn" if found < FEW_YEARS else "pass")
    are = "is" if found == 1 else "are"
    sentence = f"There {are} {counted(found, 'year')} of counts before. At least {minimum} are needed."
    if status == "warn":
        sentence += " With so few, it cannot be shown that the mixture moves as the council does."
    return gate_of("years_before", status, found, minimum, sentence)


def donors(found: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` councils to mix from."""
    are = "is" if found == 1 else "are"
    sentence = f"There {are} {counted(found, 'council')} to mix from. At least {minimum} are needed."
    return gate_of("donors", "pass" if found >= minimum else "fail", found, minimum, sentence)


def recording(name: str, broke: tuple[int, ...]) -> Gate:
    """Fail where the council's own counts stepped as only a change of recording makes them."""
    sentence = f"{possessive(name)} counts took no step in these years that its other years could not explain."
    if broke:
        when = years(broke)
        sentence = (
            f"{possessive(name)} counts stepped in {when} further than its other years can explain. It may "
            "be how they were recorded, and not need."
        )
    return gate_of("recording", "fail" if broke else "pass", len(broke), 0, sentence)


def relabelled(name: str, fired: tuple[int, ...] | None) -> Gate:
    """Warn where money on centres may have gone on under another name: then what was done is not known."""
    if fired is None:
        sentence = f"No spending of {name} by line is on record, so what it did cannot be seen in its accounts."
        return gate_of("relabelled_spend", "warn", None, None, sentence)
    sentence = f"Money on {possessive(name)} centres did not change its name in these years."
    if fired:
        when = years(fired)
        sentence = f"Money on {possessive(name)} centres may have gone on under another name in {when}."
    return gate_of("relabelled_spend", "warn" if fired else "pass", len(fired), 0, sentence)


def _of_estimate(found: Findings, spec: SyntheticCountySpec) -> tuple[Gate, ...]:
    return fit(found, spec.worst_fit), too_early(found), believable(found, spec.largest_believed)


def fit(found: Findings, worst: float) -> Gate:
    """Fail where the council lies further from its mixture before than nearly all others from theirs."""
    own, others = found.control.before_rmse, found.placebos.before_rmse
    better = float((others >= own).mean())
    sentence = f"Before, {found.panel.name} moved as its mixture did about as closely as other councils as theirs."
    failed = better < 1 - worst
    if failed:
        sentence = f"No mixture of other councils moved as {found.panel.name} did before."
    return gate_of("fit", "fail" if failed else "pass", better, 1 - worst, sentence)


def too_early(found: Findings) -> Gate:
    """Fail where the same sum finds a change at an earlier start for sure; warn where it may, or none can be tried."""
    if not found.moved:
        sentence = "There is no earlier start to try the sum on: it cannot be shown to find nothing where nothing was."
        return gate_of("placebos_in_time", "warn", None, None, sentence)
    sure = [year for year, one in found.moved if is_beyond(one, SURE)]
    maybe = [year for year, one in found.moved if is_beyond(one)]
    status: Status = "fail" if sure else ("warn" if maybe else "pass")
    sentence = "Moved to earlier years, when nothing was done yet, the same sum finds no change."
    if maybe:
        when = years(maybe)
        sentence = f"The same sum finds a change in {when}, when nothing was done yet."
    return gate_of("placebos_in_time", status, len(maybe), 0, sentence)


def believable(found: Findings, largest: float) -> Gate:
    """Fail where the change is larger than any service is known to have made."""
    sentence = "The counts did not part by more than a service could have made them."
    failed = change_of(found) > largest
    if failed:
        sentence = (
            "The counts parted by more than any service is known to have made them. It may be how referrals were "
            "recorded, or something else."
        )
    # Its figure would be one of the effect, which gates do not tell.
    return gate_of("believable", "fail" if failed else "pass", None, largest, sentence)


def change_of(found: Findings) -> float:
    """Return the change as a part of the larger of the two counts, either way: a half and a doubling are alike."""
    return 1 - math.exp(-abs(found.plain.estimate))
