"""Every question that a council has asked, or could ask by a protocol it has, and how each stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from toolkit.errors import ProtocolError
from toolkit.publish.bundle.model import Bundle
from toolkit.records import Store
from toolkit.records.publications import Publication
from toolkit.studies.protocol_file import list_protocols, load_protocol
from toolkit.web import results
from toolkit.wording.numbers import uk_date

NOT_RUN, SEALED, NOT_THERE = "Not run yet", "Before the answer: not opened yet", "No longer in the store"
DESCRIBES = "Describes, and names no cause"
STATES: Mapping[str, str] = MappingProxyType(
    {"answered": "Answered", "cannot_tell": "Cannot tell", "cannot_say": "Cannot say"}
)
"""What a verdict's state is called in the list."""


@dataclass(frozen=True, slots=True)
class Question:
    """How one question stands.

    Attributes
    ----------
    question, title, recommendation
        What was asked, as its protocol's file is called, in words, and by which part of the report.
    state
        One of `STATES`, or why there is none.
    records_to
        The last day of the records it was answered on; ``None`` where it was not.
    run_on
        The day it was run; ``None`` where it was not.
    members
        What members see of it.
    """

    question: str
    title: str
    recommendation: str
    state: str
    records_to: date | None
    run_on: date | None
    members: str


def every_question(store: Store, analyses: Path) -> list[Question]:
    """Return how every question stands: those of the report in its order, then a council's own."""
    newest, asked = results.newest_of_each(store), _asked(analyses)
    records = results.records(store)
    known = results.in_order({*newest, *asked, *records})
    return [
        _question(store, name, newest.get(name, (None, None)), asked.get(name), records.get(name, ())) for name in known
    ]


def _question(
    store: Store,
    name: str,
    newest: tuple[results.Waiting | None, tuple[Path, Bundle] | None],
    asked: tuple[str, str] | None,
    record: tuple[Publication, ...],
) -> Question:
    sealed, found = newest
    title, recommendation = asked or (name, "")
    state, records_to, run_on = (NOT_THERE if record else NOT_RUN), None, None
    if found is not None:
        folder, bundle = found
        title, recommendation = bundle.title, bundle.recommendation
        state = state_in_words(bundle)
        records_to = date.fromisoformat(bundle.as_of.last_day) if bundle.as_of.last_day else None
        run_on = results.run_at(folder).date()
    if sealed is not None:
        title, recommendation, state, run_on = (
            sealed.title,
            sealed.recommendation,
            SEALED,
            results.run_at(sealed.folder).date(),
        )
    members = _members(record, is_this=found is not None and results.is_published(store, found[0], record))
    return Question(name, title, recommendation, state, records_to, run_on, members)


def state_in_words(bundle: Bundle) -> str:
    """Return what a result's state is called, wherever results are listed."""
    return DESCRIBES if bundle.may.describes else STATES[bundle.may.state]


def _members(record: tuple[Publication, ...], *, is_this: bool) -> str:
    if not record:
        return "Not published"
    last = record[-1]
    if last.is_withdrawal:
        return f"Withdrawn on {uk_date(last.at)} by {last.by}"
    return f"{'Published' if is_this else 'An older answer, published'} on {uk_date(last.at)} by {last.by}"


def titles(analyses: Path) -> dict[str, str]:
    """Return the title of every protocol that can be read, by its question."""
    return {question: title for question, (title, _) in _asked(analyses).items()}


def _asked(analyses: Path) -> dict[str, tuple[str, str]]:
    """Return the title and the part of the report of every protocol that can be read, by its question."""
    found = {}
    for file in list_protocols(analyses):
        try:
            protocol = load_protocol(file)
        except ProtocolError:  # the page of runs says what is wrong with it
            continue
        found[protocol.question] = (protocol.title, protocol.recommendation)
    return found
