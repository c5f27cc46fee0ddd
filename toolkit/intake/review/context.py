"""What a review may compare a file with: who uploads, what is known, what is stored, what was declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import pandas as pd

from toolkit.tables.instrument_scale import Instrument

CENTRE = "centre_id"
"""The column that says which centre a row is of."""
NOTHING_DECLARED: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class OneCentre:
    """The centre that every row of a file without a column of centres is of: its number, and its name where known."""

    centre_id: str
    name: str = ""

    @property
    def called(self) -> str:
        """What it is called in a sentence: "Amberfold (C03)"."""
        return f"{self.name} ({self.centre_id})" if self.name else self.centre_id


@dataclass(frozen=True, slots=True)
class ReviewContext:
    """What a review compares a file with. What is None is not checked.

    Parameters
    ----------
    centre_ids
        The centres that are known.
    permitted_centre_ids
        The centres the person may upload for.
    family_ids
        The families that are known.
    existing
        The rows already stored in the table, in any of the table's columns.
    declared
        What the person said of the whole upload, by column name: ``{"higher_is": "better"}``.
    today
        Days after this are in the future.
    child_ids
        The children that are known.
    takes_later
        Whether a row may fill what is empty in the stored one: a day of leaving, an outcome.
    registrations
        Which families joined which centre, when: ``family_id``, ``centre_id``, ``registered_on``.
    own_family_ids
        The families that a person who may not read of every family is reminded of: only one of these is suggested for
        a number that is written otherwise. Those known where not given.
    stored_number
        What the store holds in place of a person's number: called with what it is of ("family", "child") and the
        number. Numbers are stored as they came where not given.
    instruments
        The instruments that are known, the built-in among them, by number. Where not given, scores that name one are
        not held against it.
    all_of
        The centre that every row is of, where the file has no column that says it. A file that has one is read as it
        says, its blank cells among them.
    """

    centre_ids: frozenset[str] | None = None
    permitted_centre_ids: frozenset[str] | None = None
    family_ids: frozenset[str] | None = None
    existing: pd.DataFrame | None = None
    declared: Mapping[str, str] = field(default_factory=lambda: NOTHING_DECLARED)
    today: date = field(default_factory=date.today)
    child_ids: frozenset[str] | None = None
    takes_later: bool = False
    stored_number: Callable[[str, str], str] | None = None
    registrations: pd.DataFrame | None = None
    own_family_ids: frozenset[str] | None = None
    instruments: Mapping[str, Instrument] | None = None
    all_of: OneCentre | None = None

    @property
    def said_of_file(self) -> Mapping[str, str]:
        """What need stand in no column, as it was said of the whole file: what was declared, and the one centre."""
        return self.declared if self.all_of is None else {**self.declared, CENTRE: self.all_of.centre_id}

    def known(self, refers_to: str | None) -> frozenset[str] | None:
        """Return the values known of what a column refers to ("families.family_id"), None when that is not checked."""
        known = {
            "centres.centre_id": self.centre_ids,
            "families.family_id": self.family_ids,
            "children.child_id": self.child_ids,
            "instruments.instrument_id": None if self.instruments is None else frozenset(self.instruments),
        }
        return known.get(refers_to or "")

    def suggested(self, refers_to: str | None) -> frozenset[str]:
        """Return the values that may be suggested for one that is not known."""
        if refers_to == "families.family_id" and self.own_family_ids is not None:
            return self.own_family_ids
        if refers_to == "centres.centre_id" and self.permitted_centre_ids is not None:
            return self.permitted_centre_ids
        return self.known(refers_to) or frozenset()
