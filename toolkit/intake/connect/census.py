"""The children in need census as XML (schemas of 2017 to 2026): its referrals, enquiries and protection plans."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

from toolkit.errors import InputError
from toolkit.intake.connect.builder import Gather
from toolkit.intake.connect.result import Found
from toolkit.intake.connect.xml_stream import XmlStream
from toolkit.intake.origin import Origin, census_day
from toolkit.intake.pseudonyms import Key
from toolkit.progress import Progress, silent

_NAMES = ("CINreferralDate", "ReferralSource", "ReferralNFA", "CINclosureDate", "ReasonForClosure")
_ENQUIRY, _PLAN = ("S47ActualStartDate", "S47ActualEndDate"), ("CPPstartDate", "CPPendDate")
_IN_NEED = frozenset({"CINPlanDates", "Section47", "ChildProtectionPlans"})
_USED = frozenset({*_NAMES, *_IN_NEED, "CINdetails", "ChildIdentifiers", "LAchildID", "Assessments"})
_PARTS = frozenset({"Section47", "ChildProtectionPlans"})
_FAMILIES = "A census names no families: its referrals join the families you store whose children have the same number."


def read_census(
    source: Path | bytes, key: Key, *, name: str = "", today: date | None = None, as_of: date | None = None,
    progress: Progress = silent,
) -> Found:  # fmt: skip
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
    progress
        Told how far it is.

    Raises
    ------
    InputError
        When the file is not a census, not whole, or hostile.
    """
    called = name or (source.name if isinstance(source, Path) else "census.xml")
    gather = Gather(key, today or date.today(), covers={"referrals", "section_47", "protection_plan"})
    census = _Census(gather)
    stream = XmlStream(called, start=census.start, end=census.end)
    census.line = lambda: stream.line
    progress(f"Reading {called}", 0.0)
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
            content_hash = stream.read(file)
    except OSError as error:
        raise InputError(f'"{called}" cannot be read: {error.strerror or error}.') from error
    if not census.is_census:
        raise InputError(f'"{called}" is XML but no children in need census: it has no CIN collection or no children.')
    progress(f"Reading {called}", 1.0)
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
        self._child: dict[str, str] = {}
        self._cases: list[tuple[int, dict[str, str], set[str], list[tuple[str, dict[str, str]]]]] = []
        self._child_line = 0

    @property
    def is_census(self) -> bool:
        """Whether the file says that it is a census and has children."""
        return self._is_cin and self.gather.counts["children"] > 0

    def start(self, name: str) -> None:
        self._path.append(name)
        if name == "Child":
            self._child, self._cases, self._child_line = {}, [], self.line()
        elif name == "CINdetails":
            self._cases.append((self.line(), {}, set(), []))
        elif self._parent in ("Child", "ChildCharacteristics", "CINdetails") and self._cases_or_child(name):
            self.gather.passed_over[name] += 1
        if self._cases and self._parent == "CINdetails":
            _, _, blocks, parts = self._cases[-1]
            if name in _IN_NEED:
                blocks.add(name)
            if name in _PARTS:
                parts.append((name, {}))

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
        elif above == "ChildIdentifiers" and name == "LAchildID":
            self._child["number"] = text
        elif above == "CINdetails" and self._cases and name in _NAMES:
            self._cases[-1][1][name] = text
        elif above in _PARTS and self._cases and self._cases[-1][3] and name in (*_ENQUIRY, *_PLAN):
            self._cases[-1][3][-1][1][name] = text

    @property
    def _parent(self) -> str:
        return self._path[-2] if len(self._path) > 1 else ""

    def _cases_or_child(self, name: str) -> bool:
        return "Child" in self._path and name not in _USED and name != "ChildCharacteristics"

    def _take(self) -> None:
        gather = self.gather
        gather.counts["children"] += 1
        where = f"child {gather.counts['children']} (line {self._child_line})"
        child = gather.child(where, self._child.get("number"), field_name="LAchildID")
        for line, fields, blocks, parts in self._cases:
            where = f"child {gather.counts['children']} (line {line})"
            if child is None:
                gather.counts["referrals"] += 1
                continue
            received, source, nfa, closed, reason = (fields.get(name) for name in _NAMES)
            gather.referral(
                where, child, received=received, source=source, nfa=nfa, closed=closed, reason=reason,
                was_in_need=bool(blocks), names=_NAMES, node=str(gather.counts["children"]),
            )  # fmt: skip
            for kind, part in parts:
                self._episode(where, child, kind, part)

    def _episode(self, where: str, child: str, kind: str, part: dict[str, str]) -> None:
        names = _ENQUIRY if kind == "Section47" else _PLAN
        if kind == "Section47" and names[0] not in part:
            self.gather.passed_over["Section47 without a start"] += 1  # a conference without its own enquiry
            return
        kept = "section_47" if kind == "Section47" else "protection_plan"
        self.gather.episode(
            where, child, kept, started=part.get(names[0]), ended=part.get(names[1]), names=names,
            speaks_of_end=kind != "Section47",
        )  # fmt: skip
