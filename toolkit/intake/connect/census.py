"""The children in need census as XML (schemas of 2017 to 2026): its referrals, enquiries and protection plans."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType

from toolkit.errors import InputError
from toolkit.intake.connect.builder import Gather
from toolkit.intake.connect.columns import Columns
from toolkit.intake.connect.meanings import NO_WORDS, Words
from toolkit.intake.connect.result import Found
from toolkit.intake.connect.xml_stream import XmlStream
from toolkit.intake.origin import Origin, census_day
from toolkit.intake.pseudonyms import Key
from toolkit.progress import Progress, silent

_CASE = Columns(
    child="LAchildID", received="CINreferralDate", source="ReferralSource", nfa="ReferralNFA", closed="CINclosureDate",
    reason="ReasonForClosure",
)  # fmt: skip
_NAMES = frozenset(_CASE.named().values()) - {_CASE.child}
_PLAN = "CINPlanDates"
# Blocks that make a child one in need once they have begun, with the episode each is kept as, if any.
_BLOCKS: Mapping[str, tuple[str, Columns]] = MappingProxyType(
    {
        _PLAN: ("", Columns(child="", started="CINPlanStartDate", ended="CINPlanEndDate")),
        "Section47": ("section_47", Columns(child="", started="S47ActualStartDate", ended="S47ActualEndDate")),
        "ChildProtectionPlans": ("protection_plan", Columns(child="", started="CPPstartDate", ended="CPPendDate")),
    }
)
_USED = frozenset(
    {*_NAMES, *_BLOCKS, _CASE.child, "CINdetails", "ChildIdentifiers", "ChildCharacteristics", "Assessments"}
)
_COUNTED_IN = frozenset({"Child", "ChildIdentifiers", "ChildCharacteristics", "CINdetails"})
_FAMILIES = "A census names no families: its referrals join the families you store whose children have the same number."


@dataclass(slots=True)
class _Case:
    """A case as it goes by: its line, its fields and its blocks."""

    line: int
    fields: dict[str, str] = field(default_factory=dict)
    blocks: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)


def read_census(
    source: Path | bytes,
    key: Key,
    *,
    name: str = "",
    today: date | None = None,
    as_of: date | None = None,
    words: Words = NO_WORDS,
    progress: Progress = silent,
) -> Found:
    """Read a census file of any of those years; memory grows with its referrals, not with its size.

    Parts that are not used (needs, factors, reviews, new blocks of later years) are counted by name. The number of a
    referral is made of the child's, its day and how many the child had that day, since a census gives none; so the same
    referral in two years' censuses is one.

    Parameters
    ----------
    source
        The file, or its bytes.
    key
        For the pseudonyms of children and referrals.
    name
        The file's name, for messages; that of the file when not given.
    today
        The last day anything can have happened.
    as_of
        The day it speaks of, where it does not say so itself.
    words
        What the council's own words mean.
    progress
        Told how far it is.

    Raises
    ------
    InputError
        When the file is not a census, not whole, or hostile.
    """
    called = name or (source.name if isinstance(source, Path) else "census.xml")
    gather = Gather(key, today or date.today(), words, covers={"referrals", "section_47", "protection_plan"})
    census = _Census(gather)
    stream = XmlStream(called, start=census.start, end=census.end)
    census.line = lambda: stream.line
    try:
        size = max(len(source) if isinstance(source, bytes) else source.stat().st_size, 1)
        with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
            content_hash = stream.read(file, read_so_far=lambda count: progress(f"Reading {called}", count / size))
    except OSError as error:
        raise InputError(f'"{called}" cannot be read: {error.strerror or error}.') from error
    if not census.is_census:
        raise InputError(f'"{called}" is XML but no children in need census: it has no CIN collection or no children.')
    year = f"It is the census of {census.year}. " if census.year else ""
    gather.origin = Origin("census", census_day(census.reference_day, census.year), made_at=census.made_at)
    return gather.found(called, content_hash, (year + _FAMILIES,), as_of=as_of)


class _Census:
    """What is known while the file goes by: the child, the case and the part of it being read."""

    def __init__(self, gather: Gather) -> None:
        self.gather = gather
        self.line: Callable[[], int] = lambda: 0
        self.year = ""
        self.reference_day = ""
        self.made_at = ""
        self._is_cin = False
        self._path: list[str] = []
        self._numbers: list[str] = []
        self._cases: list[_Case] = []
        self._child_line = 0

    @property
    def is_census(self) -> bool:
        """Whether the file says that it is a census and has children."""
        return self._is_cin and self.gather.counts["children"] > 0

    def start(self, name: str) -> None:
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if name == "Child":
            self._numbers, self._cases, self._child_line = [], [], self.line()
        elif name == "CINdetails":
            self._cases.append(_Case(self.line()))
        elif parent in _COUNTED_IN and name not in _USED and "Child" in self._path:
            self.gather.passed_over[name] += 1
        elif parent == "CINdetails" and name in _BLOCKS and self._cases:
            self._cases[-1].blocks.append((name, {}))

    def end(self, name: str, text: str) -> None:
        self._path.pop()
        above = self._path[-1] if self._path else ""
        if name == "Collection":
            self._is_cin = text.upper() == "CIN"
        elif name == "Year" and above == "CollectionDetails":
            self.year = text
        elif name == "ReferenceDate" and above == "CollectionDetails":
            self.reference_day = text
        elif name == "DateTime" and above == "Source":
            self.made_at = text
        elif name == "Child" and above == "Children":
            self._take()
        elif above == "ChildIdentifiers" and name == _CASE.child and text:
            self._numbers.append(text)
        elif above == "CINdetails" and self._cases and name in _NAMES and text:
            case = self._cases[-1]
            if case.fields.setdefault(name, text) != text:
                case.twice.append(name)
        elif above in _BLOCKS and self._cases and self._cases[-1].blocks and text:
            self._cases[-1].blocks[-1][1][name] = text

    def _take(self) -> None:
        gather = self.gather
        cases = [case for case in self._cases if case.fields or case.blocks]
        if len(self._cases) > len(cases):
            gather.passed_over["CINdetails, empty"] += len(self._cases) - len(cases)
        if not cases and not self._numbers:
            gather.passed_over["Child, empty"] += 1
            return
        gather.counts["children"] += 1
        where = f"child {gather.counts['children']} (line {self._child_line})"
        number = self._numbers[0] if self._numbers else None
        child = gather.child(where, number, field_name=_CASE.child)
        if child is not None and len(set(self._numbers)) > 1:
            self._twice(where, _CASE.child)
            child = None
        for case in cases:
            if child is None:
                gather.counts["referrals"] += 1
            else:
                self._take_case(f"child {gather.counts['children']} (line {case.line})", child, case)

    def _take_case(self, where: str, child: str, case: _Case) -> None:
        gather = self.gather
        for name in case.twice:
            self._twice(where, name)
        was_in_need = False
        for name, block in case.blocks:
            kind, columns = _BLOCKS[name]
            if not block.get(columns.started) and (name != "ChildProtectionPlans" or not block):
                gather.passed_over[f"{name} without a start"] += 1  # an empty block, or a conference without an enquiry
                continue
            was_in_need = True
            if kind:
                gather.episode(where, child, kind, block, columns, speaks_of_end=name != "Section47")
            elif gather.fields.day(where, columns.started, block[columns.started]) is None:
                gather.in_part.add(child)
        number = None if case.twice else ""
        node = str(gather.counts["children"])
        gather.referral(where, child, case.fields, _CASE, was_in_need=was_in_need, number=number, node=node)

    def _twice(self, where: str, name: str) -> None:
        todo = "Keep one of them."
        self.gather.fields.note(where, name, "it stands there twice, and says two things", "not the same", todo)
