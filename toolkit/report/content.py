"""What a report says of each answer, in the order a tired reader needs it: made of what members may see, no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from toolkit.publish.members.findings import what_was_asked
from toolkit.publish.members.model import MemberView
from toolkit.publish.members.published import Published, Record, replaced_words
from toolkit.publish.members.questions import questions_to_ask
from toolkit.publish.verdicts.sentences import SIMULATED
from toolkit.report.model import Block, Document, Heading, Paragraph, Part, Points, Run, Table, Words, together, words
from toolkit.report.pictures import picture_of
from toolkit.wording.glossary import TERMS, Term
from toolkit.wording.numbers import uk_date, uk_time

REPORT = "What we found"
ORIGIN = "Made of what is published to scrutiny members, and of nothing else."
LIMITS, ASK, FROM = "What this cannot show", "Questions to ask officers", "Where this comes from"
_HASH_SHOWN = 8


def report(answers: Sequence[Published], summaries: Mapping[str, Sequence[Block]] | None = None) -> Document:
    """Return the report on some answers: two pages or so on each, then what officers need and what the words mean.

    Parameters
    ----------
    answers
        What members may see, in the order they are to stand.
    summaries
        By question, its plain-language summaries in other languages (`toolkit.report.translations`).
    """
    parts = [_of_one(answer, (summaries or {}).get(answer.view.question, ())) for answer in answers]
    title = f"{REPORT}: {answers[0].view.recommendation}" if len(answers) == 1 else REPORT
    newest = max(answer.record[-1].at for answer in answers)
    return Document(title, newest, (*parts, _annex(answers)), ORIGIN)


def notice_of(view: MemberView) -> str:
    """Return what simulated figures say of themselves; empty for real ones."""
    return (view.notice or SIMULATED) if view.simulated else ""


def limits_of(view: MemberView) -> list[str]:
    """Return what an answer cannot show; that it is simulated stands above it."""
    hidden = [view.verdict.hidden] if view.verdict.hidden else []
    return [*hidden, *(one for one in view.verdict.cannot_show if one != SIMULATED)]


def answer_of(view: MemberView) -> tuple[str, str]:
    """Return the answer in short, and what else its sentence says."""
    said, short = view.verdict.sentence, view.verdict.in_short
    return short, " ".join(said.replace(short, "", 1).split())


def _of_one(answer: Published, summaries: Sequence[Block]) -> Part:
    view = answer.view
    return Part(view.question, words(view.title), notice_of(view), (*_blocks(answer), *summaries))


def _blocks(answer: Published) -> Iterator[Block]:
    view = answer.view
    short, more = answer_of(view)
    asked = what_was_asked(view.question)
    yield Paragraph(
        (Run(f"{view.recommendation}. ", is_strong=True), Run(f"The councillors asked: {asked}" if asked else ""))
    )
    yield Heading(words("The answer"))
    yield Paragraph(words(short, strong=True), is_answer=True)
    for said in (more, replaced_words(answer.record), view.verdict.detail):
        if said:
            yield Paragraph(words(said))
    picture = picture_of(view)
    if picture is not None:
        yield picture
    limits = limits_of(view)
    if limits or view.verdict.evidence:
        yield Heading(words(LIMITS))
    if limits:
        yield _points(limits)
    if view.verdict.evidence:
        yield Paragraph(words(view.verdict.evidence))
    if view.verdict.concerns:
        yield Heading(words("What else was found, to keep in mind"))
        yield _points(view.verdict.concerns)
    yield Heading(words(ASK))
    yield _points(questions_to_ask(view), is_numbered=True)
    yield Heading(words(FROM))
    yield _points(_sources(answer))


def _points(sentences: Sequence[str], *, is_numbered: bool = False) -> Points:
    return Points(tuple(words(one) for one in sentences), is_numbered)


def _sources(answer: Published) -> list[str]:
    view, last = answer.view, answer.record[-1]
    found = [f"Published on {uk_date(last.at)}. The plan is {view.question}; officers can show it to you."]
    if view.as_of.first_day:
        found.append(f"Records from {uk_date(view.as_of.first_day)} to {uk_date(view.as_of.last_day)}.")
    found.append("Small numbers are hidden or rounded to protect families.")
    return [*found, answer.erased] if answer.erased else found


def _annex(answers: Sequence[Published]) -> Part:
    """Return what names each answer for whoever must find it again, every version of it, and the glossary."""
    rows = [
        (
            answer.view.title,
            answer.view.question,
            answer.view.plan or "not kept",
            str(answer.record[-1].version),
            answer.record[-1].view_hash[:_HASH_SHOWN] or "not kept",
        )
        for answer in answers
    ]
    columns = ("Question", "Plan", "Its hash begins", "Version", "The published file's SHA-256 begins")
    blocks: list[Block] = [
        Heading(words("Where to find each answer again")),
        Table("What names each answer", columns, tuple(rows)),
    ]
    for answer in answers:
        if len(answer.record) > 1:
            blocks.append(_versions(answer.view.title, answer.record))
    blocks.append(Heading(words("What the words mean")))
    blocks.append(Points(tuple(_explained(term) for term in TERMS)))
    notice = together(notice_of(answer.view) for answer in answers)
    return Part("annex", words("Annex: for officers, and what the words mean"), notice, tuple(blocks))


def _explained(term: Term) -> Words:
    return (Run(term.name[:1].upper() + term.name[1:], is_strong=True), Run(f": {term.meaning}"))


def _versions(title: str, record: Record) -> Table:
    rows = tuple(
        (
            f"Version {one.version}",
            "Withdrawn" if one.is_withdrawal else "Published",
            uk_time(one.at),
            one.by,
            one.why or ("The first answer" if one.version == 1 else "Not on record"),
        )
        for one in reversed(record)
    )
    return Table(f"Every version of the answer to: {title}", ("Version", "What was done", "When", "By", "Why"), rows)
