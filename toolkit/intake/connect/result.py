"""What a connector found in a file: rows for the store, what is wrong with others, and what was passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from toolkit.intake.origin import NO_FILE, Origin
from toolkit.intake.problems import GROUP_FROM

_NAMED = 5
_ALL_MAPPED: Mapping[str, Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Wrong:
    """One record that cannot be taken as it is.

    Attributes
    ----------
    where
        The record, as a person finds it in the file: "row 12" or "child 3 (line 88)".
    field
        What is wrong in it.
    why
        What is wrong with it: "closed before it was received".
    value
        What it holds.
    todo
        What to do.
    """

    where: str
    field: str
    why: str
    value: str
    todo: str

    @property
    def sentence(self) -> str:
        """The whole sentence."""
        return f"{self.where[0].upper()}{self.where[1:]}: {self.field} is {self.value}: {self.why}. {self.todo}"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Attributes
    ----------
    source_name, content_hash
        The file.
    tables
        The store's tables by name, with their columns.
    wrong
        The records that cannot be taken.
    counts
        How many children, referrals, and so on the file holds.
    passed_over
        How often each part of the file was met that is not used.
    notices
        What a person should know about how it was read.
    unmapped
        Words without a code, by what they are of (source, outcome, closure), with how often each was met.
    speaks_of
        By table, what each row speaks of (see `toolkit.records.rows.statements`).
    origin
        What the file is and as of what day it speaks.
    """

    source_name: str
    content_hash: str
    tables: Mapping[str, pd.DataFrame]
    wrong: tuple[Wrong, ...]
    counts: Mapping[str, int]
    passed_over: Mapping[str, int]
    notices: tuple[str, ...] = ()
    unmapped: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: _ALL_MAPPED)
    speaks_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    origin: Origin = NO_FILE

    @property
    def is_clean(self) -> bool:
        """Whether every record can be taken."""
        return not self.wrong

    def sentences(self) -> tuple[str, ...]:
        """Return what is wrong in sentences; from 16 of a kind on as one, with the first few places and how many."""
        kinds = Counter((one.field, one.why, one.todo) for one in self.wrong)
        said, sentences = set(), []
        for one in self.wrong:
            kind = (one.field, one.why, one.todo)
            if kinds[kind] < GROUP_FROM:
                sentences.append(one.sentence)
            elif kind not in said:
                said.add(kind)
                places = [other.where for other in self.wrong if (other.field, other.why, other.todo) == kind][:_NAMED]
                sentences.append(
                    f"{kinds[kind]:,} records: {one.field}: {one.why}. {one.todo} The first are "
                    f"{', '.join(places[:-1])} and {places[-1]}."
                )
        return tuple(sentences)
