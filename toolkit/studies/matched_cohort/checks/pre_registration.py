"""Whether the question was written down before the answer was seen, and has not changed since."""

from __future__ import annotations

from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check

LABEL = "When the plan was written down"
NOT_WRITTEN = "This plan was not written down before it was run, so it could have been fitted to the answer."
CHANGED = (
    "The plan was first written down on {first} and changed; this version stands since {here}. The change is on record."
)
CHANGED_UNSAID = "The plan was written down on {first}, but has been changed since without a record."
AS_WRITTEN = "The question and the plan were written down on {first}, and not changed since."


def check(evidence: Evidence) -> Check:
    """Pass when this very protocol stands in the register; warn when it does not, or another version of it does."""
    registered = evidence.protocol.registered
    here = evidence.protocol.hash
    table = registered.table() if registered is not None else None
    if registered is None or not registered.entries:
        return Check(
            name="pre_registration",
            label=LABEL,
            status="warn",
            figure=None,
            threshold=None,
            sentence=NOT_WRITTEN,
            table=table,
        )
    first = registered.entries[0]
    for entry in registered.entries:
        if entry.hash == here:
            said = AS_WRITTEN if entry is first else CHANGED
            return Check(
                name="pre_registration",
                label=LABEL,
                status="pass" if entry is first else "warn",
                figure=None,
                threshold=None,
                sentence=said.format(first=_day(first.on), here=_day(entry.on)),
                table=table,
            )
    sentence = CHANGED_UNSAID.format(first=_day(first.on))
    return Check(
        name="pre_registration", label=LABEL, status="warn", figure=None, threshold=None, sentence=sentence, table=table
    )


def _day(on: object) -> str:
    return f"{on:%-d %B %Y}"
