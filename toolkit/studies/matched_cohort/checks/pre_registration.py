"""Whether the question was written down before the answer was seen, and has not changed since."""

from __future__ import annotations

from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check

LABEL = "When the plan was written down"


def check(evidence: Evidence) -> Check:
    """Pass when this very protocol stands in the register; warn when it does not, or another version of it does."""
    registered = evidence.protocol.registered
    here = evidence.protocol.hash
    table = registered.table() if registered is not None else None
    if registered is None or not registered.entries:
        sentence = "This protocol was not registered before it was run, so it could have been fitted to the answer."
        return Check(
            name="pre_registration",
            label=LABEL,
            status="warn",
            figure=None,
            threshold=None,
            sentence=sentence,
            table=table,
        )
    first = registered.entries[0]
    for entry in registered.entries:
        if entry.hash == here:
            sentence = f"The question and the method were written down on {_day(entry.on)}, and not changed since."
            if entry is not first:
                sentence = (
                    f"The method was first written down on {_day(first.on)} and changed; this version stands since "
                    f"{_day(entry.on)}. The change is on record."
                )
            return Check(
                name="pre_registration",
                label=LABEL,
                status="pass" if entry is first else "warn",
                figure=None,
                threshold=None,
                sentence=sentence,
                table=table,
            )
    sentence = f"The method was written down on {_day(first.on)}, but has been changed since without a record."
    return Check(
        name="pre_registration", label=LABEL, status="warn", figure=None, threshold=None, sentence=sentence, table=table
    )


def _day(on: object) -> str:
    return f"{on:%-d %B %Y}"
