"""What members may see of every question: the answer that stands with its record, or that it was taken back.

The one door to it for every page and file that members read, so that a report can be made where no app is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.publish.members.model import MemberView
from toolkit.publish.members.release import published_view
from toolkit.records import Store
from toolkit.records.erasure.erased_files import erasure_mark
from toolkit.records.publications import Publication
from toolkit.wording.numbers import uk_date

REFERRALS = "rec11_referrals"
DECISION = "para73_decision"
CHANGE = "para73_change"
LOST = "para73_missing"
CENTRES = "para73_centres"
MEANING = "para73_meaning"
ROLLOUT = "para73_rollout"
REACH = "rec12_reach"
TRUST = "rec16_trust"
MONEY_REAL = "rec10_worcestershire_series"
MONEY_COUNTY = "rec10_county_series"
MONEY_AREAS = "rec10_reach_areas"
MONEY_PANEL = "rec10_panel_spend"
MONEY_SYNTHETIC = "rec10_synthetic_county"
_ORDER = (
    *(REFERRALS, REACH, TRUST, DECISION, CHANGE, LOST, CENTRES, MEANING, ROLLOUT),
    *(MONEY_AREAS, MONEY_COUNTY, MONEY_SYNTHETIC, MONEY_PANEL, MONEY_REAL),
)


Record = tuple[Publication, ...]
"""What was published and withdrawn of a question, the oldest first."""


@dataclass(frozen=True, slots=True)
class Published:
    """An answer that members see.

    Attributes
    ----------
    view
        What members may see of it.
    record
        What was published and withdrawn of its question, the oldest first; this answer is the last.
    erased
        That somebody in it was erased since, in a sentence; empty where nobody was.
    """

    view: MemberView
    record: tuple[Publication, ...]
    erased: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A question whose answer was taken back.

    Attributes
    ----------
    question, title, recommendation
        What was asked.
    record
        What was published and withdrawn of it, the oldest first; the withdrawal is the last.
    """

    question: str
    title: str
    recommendation: str
    record: tuple[Publication, ...]


def published(store: Store) -> list[Published | Withdrawn]:
    """Return what members may see of every question: the answer that stands, or that it was taken back."""
    found = records(store)
    return [_shown(store, found[question]) for question in in_order(found)]


def records(store: Store) -> dict[str, Record]:
    """Return what was published and withdrawn, by question."""
    found: dict[str, Record] = {}
    for one in store.record():
        found[one.question] = (*found.get(one.question, ()), one)
    return found


def in_order(questions: Iterable[str]) -> tuple[str, ...]:
    """Return questions in the order of members' answers; those of a council's own come last, by name."""
    place = {question: number for number, question in enumerate(_ORDER)}
    return tuple(sorted(questions, key=lambda name: (place.get(name, len(place)), name)))


def erased_since(folder: Path) -> str:
    """Return the sentence that somebody in a result was erased since it was made; empty where nobody was."""
    mark = erasure_mark(folder)
    return mark["sentence"] if mark else ""


def replaced_words(record: Sequence[Publication]) -> str:
    """Return which answer the newest of a record took the place of, and why; empty for a question's first."""
    now, before = record[-1], list(record[:-1])
    if not before:
        return ""
    because = f", because: {stopped(now.why)}" if now.why else ". No reason is on record."
    last = before[-1]
    if not last.is_withdrawal:
        return f"This answer replaced the one of {uk_date(last.at)}{because}"
    again = f"This one was published because: {stopped(now.why)}" if now.why else ""
    return f"The answer before it was withdrawn on {uk_date(last.at)}, because: {stopped(last.why)} {again}".rstrip()


def stopped(reason: str) -> str:
    """Return a reason that ends as a sentence does."""
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."


def _shown(store: Store, record: Record) -> Published | Withdrawn:
    view = published_view(store.folder, record[-1])
    if record[-1].is_withdrawal:
        return Withdrawn(view.question, view.title, view.recommendation, record)
    return Published(view=view, record=record, erased=erased_since(store.folder / record[-1].result))
