"""Reading the fields of a record one at a time: each is judged, and what is wrong with it is noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from toolkit.intake.cells import Cell, shown
from toolkit.intake.connect.cells import child_in, day_in, number_in, words_in
from toolkit.intake.connect.codes import closure_of, source_of, yes_or_no
from toolkit.intake.connect.meanings import BLANK, NOTHING, Words
from toolkit.intake.connect.result import Wrong
from toolkit.intake.review.dates import EARLIEST
from toolkit.intake.review.reading import SAID, How, Reading

_KNOWN = 20_000
"""How many texts are kept with what they were read as."""
MAP_IT = "or say once what the word means: toolkit map-words."


@dataclass(slots=True)
class Fields:
    """Reads fields.

    Attributes
    ----------
    today
        No day after it can have been.
    words
        What the council's own words mean.
    counts_from_1904
        Whether the workbook at hand counts days from 1904.
    wrong
        What was wrong so far.
    unmapped
        Words without a code, by what they are of, with how often each was met.
    """

    today: date
    words: Words
    counts_from_1904: bool = False
    wrong: list[Wrong] = field(default_factory=list)
    unmapped: dict[str, Counter[str]] = field(default_factory=dict)
    _hows: Counter[tuple[How, str]] = field(default_factory=Counter)
    # A file has few distinct days and words, so each text is read once.
    _days: dict[str, Reading] = field(default_factory=dict)
    _texts: dict[str, Reading] = field(default_factory=dict)

    def note(self, where: str, name: str, why: str, value: str, todo: str) -> None:
        """Note that a field is wrong."""
        self.wrong.append(Wrong(where, name, why, value[:60], todo))

    def child(self, where: str, name: str, cell: Cell) -> str | None:
        """Return a child's number, or note that there is none that can be trusted."""
        read = child_in(cell)
        if read == Reading():
            self.note(where, name, "it is missing", "blank", "Give the child's own number of your system.")
        elif read.value is None:
            self.note(where, name, "it is no number of a child", read.hidden or shown(cell), read.refusal)
        return str(read.value) if read.value is not None else None

    def number(self, where: str, name: str, cell: Cell) -> str | None:
        """Return another number; "" where there is none, ``None`` where one was noted that cannot be trusted."""
        read = number_in(cell)
        if read.refusal:
            self.note(where, name, "it is no number of a record", read.hidden or shown(cell), read.refusal)
            return None
        return read.value or ""

    def day(self, where: str, name: str, cell: Cell, *, required: bool = False) -> date | None:
        """Return a day between 1970 and today, or note what is wrong with it."""
        read = self._read(cell, self._days, self._day_in)
        day: date | None = read.value or read.unlikely
        if day is not None and not EARLIEST <= day <= self.today:
            why = "it is still to come" if day > self.today else f"it is before {EARLIEST.year}"
            self.note(where, name, why, f"{day:%d/%m}/{day.year:04d}", "Put the day right.")
        elif read.refusal:
            todo = read.refusal if not isinstance(cell, str) else "Give it as yyyy-mm-dd or dd/mm/yyyy."
            self.note(where, name, "it is not a day", shown(cell), todo)
        elif day is None and required:
            self.note(where, name, "it is missing", "blank", "Give the day.")
        elif day is not None:
            if read.how is not None:
                self._hows[read.how, name] += 1
            return day
        return None

    def source(self, where: str, name: str, cell: Cell) -> str | None:
        """Return the code of who referred, or note that there is none."""
        why, todo = "it is not a source of the census", "Give the census code of who referred, 1A to 10"
        return self._code(where, name, cell, "source", source_of, why, todo)

    def closure(self, where: str, name: str, cell: Cell) -> str | None:
        """Return the code of why a case was closed; ``None`` where the cell is blank, or was noted."""
        why, todo = "it is not a reason of the census", "Give RC1 to RC9"
        return self._code(where, name, cell, "closure", closure_of, why, todo, may_be_blank=True)

    def no_action(self, where: str, name: str, cell: Cell) -> str | None:
        """Return the outcome that a yes or no to "no further action" tells, or a word the council mapped."""
        why, todo = "it is neither yes nor no", "Give true or false, 1 or 0, Y or N"
        return self._code(where, name, cell, "outcome", _of_yes_or_no, why, todo, may_be_blank=True)

    def outcome(self, where: str, name: str, cell: Cell) -> str | None:
        """Return the outcome a word tells; ``None`` where the cell is blank, says nothing of it, or was noted."""
        why, todo = "it is not an outcome", "Give nfa, assessed_not_in_need or in_need"
        return self._code(where, name, cell, "outcome", _of_code, why, todo, may_be_blank=True)

    def notices(self) -> tuple[str, ...]:
        """Return what days needed to be understood, in sentences."""
        said = []
        for (how, name), times in sorted(self._hows.items()):
            one, several = SAID[how]
            said.append(f"{one if times == 1 else f'{times:,} {several}'} ({name}).")
        return tuple(said)

    def _day_in(self, cell: Cell) -> Reading:
        return day_in(cell, counts_from_1904=self.counts_from_1904)

    @staticmethod
    def _read(cell: Cell, known: dict[str, Reading], reader: Callable[[Cell], Reading]) -> Reading:
        if not isinstance(cell, str):
            return reader(cell)
        read = known.get(cell)
        if read is None:
            read = reader(cell)
            if len(known) < _KNOWN:
                known[cell] = read
        return read

    def _code(
        self, where: str, name: str, cell: Cell, what: str, says: Callable[[str], str | None], why: str, todo: str,
        *, may_be_blank: bool = False,
    ) -> str | None:  # fmt: skip
        read = self._read(cell, self._texts, words_in)
        if read.refusal:
            self.note(where, name, why, shown(cell), read.refusal)
            return None
        text = read.value or ""
        code = (says(text) if text else None) or self.words.code(what, text)
        if code is not None or (may_be_blank and not text):
            return None if code == NOTHING else code
        self.note(where, name, why, text or "blank", f"{todo}, {MAP_IT}")
        self.unmapped.setdefault(what, Counter())[text or BLANK] += 1
        return None


def _of_yes_or_no(text: str) -> str | None:
    said = yes_or_no(text)
    return None if said is None else "nfa" if said else NOTHING


def _of_code(text: str) -> str | None:
    return text.lower() if text.lower() in ("nfa", "assessed_not_in_need", "in_need") else None
