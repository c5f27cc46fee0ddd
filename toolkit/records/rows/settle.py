"""From one child's rows as they should stand to what must be stored and ended, and what that changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from toolkit.records.database.schema import SAID
from toolkit.records.rows.changes import Altered, Changes, Row, Rows, TableChanges
from toolkit.records.rows.folding import Folded, without_superseded
from toolkit.records.rows.statements import NEW, Brought, Standing, Statement, under
from toolkit.tables import TABLES

_DAY = 2  # where the day stands in the values of both tables


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to be stored: its values, what it speaks of, whether it stands, and the upload it belongs to."""

    values: tuple[Any, ...]
    speaks_of: str
    stands: bool
    upload_id: int = NEW


@dataclass(slots=True)
class Tally:
    """The changes of one table while they are gathered; see `TableChanges`."""

    table: str
    added: list[tuple[Any, ...]] = field(default_factory=list)
    altered: list[Altered] = field(default_factory=list)
    taken_out: list[tuple[Any, ...]] = field(default_factory=list)
    no_longer: list[tuple[Any, ...]] = field(default_factory=list)
    outdated: list[Altered] = field(default_factory=list)
    superseded: int = 0
    kept: int = 0
    unchanged: int = 0

    def changes(self) -> TableChanges:
        """Return what was gathered."""
        return TableChanges(
            Rows(self.table, tuple(self.added)), tuple(self.altered), Rows(self.table, tuple(self.taken_out)),
            Rows(self.table, tuple(self.no_longer)), tuple(self.outdated), self.superseded, self.kept, self.unchanged,
        )  # fmt: skip


@dataclass(slots=True)
class Plan:
    """What storing a file needs, by table: rows to store and rows (by their place) to end; and what that changes."""

    rows: dict[str, list[NewRow]] = field(default_factory=lambda: {name: [] for name in SAID})
    ended: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in SAID})
    tallies: dict[str, Tally] = field(default_factory=lambda: {name: Tally(name) for name in SAID})
    changes: Changes = field(default_factory=lambda: Changes({}))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not any(self.rows.values()) and not any(self.ended.values())

    def settle(
        self,
        folded: Sequence[Folded],
        standing: Sequence[Standing],
        mine: Sequence[Statement],
        said: Sequence[Statement],
        uploads: Mapping[int, Brought],
    ) -> set[int]:
        """Take in one child: its rows as they should stand, as they do, what the file adds, and all that was said.

        Returns which of ``folded`` change, by place.
        """
        there = _pairs(folded, standing)
        used: set[int] = set()
        changed: set[int] = set()
        for at, (row, stood) in enumerate(zip(folded, there, strict=True)):
            if stood is not None and stood.values == row.values and stood.upload_id in uploads:
                continue
            if stood is not None:
                self.ended[row.table].append(stood.row_id)
            own = next((n for n, one in enumerate(mine) if _is_whole_word(one, row)), None)
            if own is not None:
                used.add(own)
                self.rows[row.table].append(NewRow(row.values, mine[own].speaks_of or "", True))
            else:
                under = NEW if NEW in uploads else row.said[0].upload_id
                self.rows[row.table].append(NewRow(row.values, "", True, under))
            if self._note(row, stood):
                changed.add(at)
        placed = {(one.table, one.row_id) for one in there if one is not None}
        ending = (one for one in standing if (one.table, one.row_id) not in placed)
        for gone in (one for one in ending if not _outlives(one, said, uploads)):
            self.ended[gone.table].append(gone.row_id)
            self.tallies[gone.table].taken_out.append(gone.values)
        for n, one in enumerate(mine):
            if n not in used:
                self.rows[one.table].append(NewRow(one.as_said, one.speaks_of or "", False))
        return changed

    def move(self, child: str, standing: Sequence[Standing]) -> None:
        """Let rows that stand under a number that was changed, and are not settled otherwise, stand under its own."""
        for one in standing:
            if one.child != child and one.row_id not in self.ended[one.table]:
                self.ended[one.table].append(one.row_id)
                self.rows[one.table].append(NewRow(under(one.table, one.values, child), "", True, one.upload_id))

    def _note(self, row: Folded, stood: Standing | None) -> bool:
        tally = self.tallies[row.table]
        if stood is None:
            tally.added.append(row.values)
            return True
        pairs = zip(TABLES[row.table].names, stood.values, row.values, strict=True)
        columns = {name: (old, new) for name, old, new in pairs if old != new and name != "referral_id"}
        if columns:
            tally.altered.append(Altered(_key_of(row.table, stood.values), MappingProxyType(columns)))
        return bool(columns)

    def compare(self, new: Sequence[Statement], folded: Sequence[Folded], changed: set[int]) -> None:
        """Count where the file's own words are not what stands: older, silent, or taken back by the return itself."""
        row_of = {(one.table, one.values, one.speaks_of): at for at, row in enumerate(folded) for one in row.said}
        for one in new:
            tally, at = self.tallies[one.table], row_of.get((one.table, one.values, one.speaks_of))
            if at is None:
                tally.superseded += 1
                continue
            names, stands = TABLES[one.table].names, folded[at].values
            three = list(zip(names, stands, one.values, strict=True))
            own = {
                name: (now, said)
                for name, now, said in three
                if now != said and (one.says(name) or name == "received_on")
            }
            tally.kept += any(now is not None and said is None and not one.says(name) for name, now, said in three)
            if own:
                tally.outdated.append(Altered(_key_of(one.table, stands), MappingProxyType(own)))
            elif at not in changed:
                tally.unchanged += 1

    def miss(self, said: Sequence[Statement], sent_again: set[int], uploads: Mapping[int, Brought]) -> None:
        """Count what an earlier form of the same return has of a child that this one has not at all."""
        covers = uploads[NEW].origin.covers
        counting = without_superseded(said, uploads)
        missed = [one for one in counting if one.upload_id in sent_again and one.part in covers]
        for (table, values), _ in {(one.table, one.values): one for one in missed}.items():
            self.tallies[table].no_longer.append(values)


def _is_whole_word(one: Statement, row: Folded) -> bool:
    """Return whether what a file said is, as it said it, the row that stands."""
    return one.table == row.table and one.values == row.values and one.said_of is None


def _pairs(folded: Sequence[Folded], standing: Sequence[Standing]) -> list[Standing | None]:
    """Return, for each row as it should stand, the one that does: by its key, a number it had before, or its day."""
    at_key = {(one.table, *_key(one.table, one.values)): one for one in standing}
    found = [at_key.pop((row.table, *_key(row.table, row.values)), None) for row in folded]
    for at, row in enumerate(folded):
        if found[at] is None and row.table == "referrals":
            earlier = [("referrals", one.values[0]) for one in row.said]
            found[at] = next((at_key.pop(key) for key in earlier if key in at_key), None)
    left = [one for one in at_key.values() if one.table == "referrals"]
    new = [at for at, row in enumerate(folded) if found[at] is None and row.table == "referrals"]
    for at in new:  # put right in the return itself: the source, where the day is the same, or the day of the only one
        same = [one for one in left if one.values[_DAY] == folded[at].values[_DAY]]
        if same or len(left) == len(new) == 1:
            found[at] = (same or left)[0]
            left = [one for one in left if one is not found[at]]
    return found


def _outlives(row: Standing, said: Sequence[Statement], uploads: Mapping[int, Brought]) -> bool:
    """Return whether a row was made of words that are no longer kept: it then stands as it is."""
    return (
        row.is_made
        and row.upload_id in uploads
        and not any(
            one.table == row.table
            and (one.values[_DAY] == row.values[_DAY] or one.values[0] == row.values[0] != one.child)
            for one in said
        )
    )


def _key(table: str, values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(values[TABLES[table].names.index(name)] for name in TABLES[table].key)


def _key_of(table: str, values: Sequence[Any]) -> Row:
    return MappingProxyType(dict(zip(TABLES[table].key, _key(table, values), strict=True)))
