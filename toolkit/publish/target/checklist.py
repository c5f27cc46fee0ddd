"""The TARGET checklist of a matched result: what must be reported, filled from the protocol and the result.

What the toolkit cannot know it does not claim: such an item says that the author must write it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import InputError
from toolkit.publish.bundle.bundle import bundle_of
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.target.design import DESIGN
from toolkit.publish.target.items import ITEMS
from toolkit.publish.target.results import RESULTS
from toolkit.publish.target.source import MUST_SAY, Source
from toolkit.publish.verdicts.sentences import SIMULATED
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import StudyResult

AUTHOR = "the author"
NOT_REPORTED = "Not reported by the toolkit: the author must write this."
FILE = "target.md"


@dataclass(frozen=True, slots=True)
class TargetItem:
    """One item of the checklist.

    Attributes
    ----------
    number
        ``"1a"`` to ``"21"``; the statement's 21 items have 39 parts.
    section
        Of the report.
    item_in_our_words
        What a reader must be told.
    reported_where
        ``the kind of study``, ``the protocol``, ``the result``, ``the protocol and the result`` or ``the author``;
        ``, in part`` is added where the author must add something.
    text
        What is reported.
    """

    number: str
    section: str
    item_in_our_words: str
    reported_where: str
    text: str

    @property
    def is_reported(self) -> bool:
        """Whether the toolkit fills it, wholly or in part."""
        return self.reported_where != AUTHOR


def target_checklist(result: StudyResult | Bundle, protocol: Protocol) -> tuple[TargetItem, ...]:
    """Return the checklist of a matched cohort, in the statement's order.

    Parameters
    ----------
    result
        A result, or its bundle.
    protocol
        The protocol it was made with.

    Raises
    ------
    InputError
        When the result is of another kind, or of another protocol.
    """
    bundle = bundle_of(result, verdict_for(result)) if isinstance(result, StudyResult) else result
    spec = protocol.spec
    if bundle.kind != "matched_cohort" or not isinstance(spec, MatchedCohort):
        raise InputError(
            f'TARGET is for studies that stand in for a trial (kind "matched_cohort"). {bundle.question} is of kind '
            f'"{bundle.kind}".'
        )
    if bundle.protocol_hash != protocol.hash:
        raise InputError(
            f"The result was made with another protocol (hash {bundle.protocol_hash[:16]}) than the one given "
            f"(hash {protocol.hash[:16]}). Give the protocol as it was, or run it again."
        )
    source = Source(bundle, spec, spec.design())
    return tuple(_item(source, *item) for item in ITEMS)


def write_target(result: StudyResult | Bundle, protocol: Protocol, folder: Path | str) -> Path:
    """Write the checklist as ``target.md`` and return the file.

    It holds exact counts: it is for leads and analysts, and says so. Of simulated data it says that as well.

    Raises
    ------
    InputError
        As `target_checklist`.
    """
    items = target_checklist(result, protocol)
    file = Path(folder) / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_markdown(items, protocol, is_simulated=result.simulated), encoding="utf-8")
    return file


def _item(source: Source, number: str, section: str, words: str) -> TargetItem:
    where, make = {**DESIGN, **RESULTS}.get(number, (AUTHOR, None))
    text = make(source).strip() if make else ""
    if not text:
        return TargetItem(number, section, words, AUTHOR, NOT_REPORTED)
    return TargetItem(number, section, words, f"{where}, in part" if MUST_SAY in text else where, text)


def _markdown(items: tuple[TargetItem, ...], protocol: Protocol, *, is_simulated: bool) -> str:
    left = [item.number for item in items if not item.is_reported]
    part = [item.number for item in items if item.reported_where.endswith("in part")]
    lines = [f"# TARGET checklist: {protocol.title}", ""]
    if is_simulated:
        lines += [f"**{SIMULATED}**", ""]
    lines += [
        "For leads and analysts: it holds exact counts. Items follow the TARGET statement (2025, JAMA 334, 1084-1093, "
        "and BMJ 390, e087179), in other words than its own. For a journal fill in the official form.",
        "",
        f"The author must write items {', '.join(left)} and add to items {', '.join(part)}.",
    ]
    section = ""
    for item in items:
        if item.section != section:
            section = item.section
            lines += ["", f"## {section}"]
        lines += ["", f"**{item.number}. {item.item_in_our_words}** ({item.reported_where})", "", item.text]
    return "\n".join(lines) + "\n"
