"""The annex for officers: what was looked at, the TARGET checklist, and what names each result; it is for no member."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from toolkit.publish.looked_at import MUST_HOLD
from toolkit.publish.officers import OfficersView
from toolkit.report.model import Block, Document, Heading, Paragraph, Part, Points, Table, words

TITLE = "Annex for officers"
NOT_FOR_MEMBERS = "For officers only: it holds exact counts, which members' reports round or hide."


def annex(views: Sequence[OfficersView], made_of: datetime) -> Document:
    """Return the annex on some results.

    Parameters
    ----------
    views
        What officers read of each.
    made_of
        The day of the newest of them.
    """
    parts = (Part(view.question, words(view.title), view.notice, tuple(_blocks(view))) for view in views)
    return Document(TITLE, made_of, tuple(parts), NOT_FOR_MEMBERS)


def _blocks(view: OfficersView) -> Iterator[Block]:
    yield Paragraph(words(NOT_FOR_MEMBERS, strong=True))
    yield Paragraph(words(f"{view.recommendation}."))
    yield Paragraph(words(view.sentence), is_answer=True)
    if view.checks:
        yield Heading(words("What was looked at, and what was found"))
        rows = tuple((check.looked_at, check.stood, check.found) for check in view.checks)
        yield Table(MUST_HOLD, ("What was looked at", "How it came out", "What was found"), rows)
    if view.steps:
        yield Heading(words("From all that is on record to what was compared"))
        yield Points(tuple(words(step) for step in view.steps), is_numbered=True)
    yield Heading(words("What names this result"))
    yield Table("The same plan, data, version and seed give the same figures", ("What", "Value"), view.named)
    if view.target:
        yield Heading(words("TARGET: what must be reported of a study that stands in for a trial"))
        for item in view.target:
            yield Heading(words(f"{item.number}. {item.item_in_our_words}"), level=3)
            yield Paragraph(words(item.text))
