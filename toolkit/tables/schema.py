"""What a table is: its columns with their kinds, units, codes and ranges, and the key that names a row.

Everything that must agree about a table is made from these objects: the Excel template, the data
dictionary, the row checks of intake, the store's columns and the snapshot's Parquet schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

import pyarrow as pa

from toolkit.errors import InputError, did_you_mean

NO_CODES: Mapping[str, str] = MappingProxyType({})


class Kind(StrEnum):
    """How a column's values are written, checked and stored."""

    TEXT = "text"  # any words; stored as text
    IDENTIFIER = "identifier"  # a pseudonym or number that names something; stored as text, compared exactly
    CODE = "code"  # one of the column's codes; stored as the code
    WHOLE = "whole"  # a whole number
    DECIMAL = "decimal"  # a number that may have a fraction
    DATE = "date"  # a day
    MONTH = "month"  # a month, stored as its first day
    YES_NO = "yes_no"  # stored as true or false


ARROW_TYPES: Mapping[Kind, pa.DataType] = MappingProxyType(
    {
        Kind.TEXT: pa.string(),
        Kind.IDENTIFIER: pa.string(),
        Kind.CODE: pa.string(),
        Kind.WHOLE: pa.int64(),
        Kind.DECIMAL: pa.float64(),
        Kind.DATE: pa.date32(),
        Kind.MONTH: pa.date32(),
        Kind.YES_NO: pa.bool_(),
    }
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name
        Its name in code, in the store and in snapshots.
    label
        Its heading in templates and on pages, in plain words.
    kind
        How values are written, checked and stored.
    description
        One plain sentence for the template's notes sheet and the data dictionary.
    is_required
        Whether a row without it is a problem. Columns that are not required may be empty.
    unit
        The unit of a number ("years", "pounds"), empty where there is none.
    minimum, maximum
        The inclusive range of a number.
    codes
        The allowed codes of a `Kind.CODE` column with what each means.
    synonyms
        Other headings that mean this column, compared without case, spaces or punctuation.
    refers_to
        ``"table.column"`` when every value must be found there.
    example
        A value for the template's example row, written as a person would type it.
    default
        The value of a cell that is blank, or of every row when the file has no such column.
    is_declared
        Whether the value may be said once for a whole upload instead of in every row. It is never assumed.
    is_pseudonym
        Whether the column names a family or child, so that a value that looks like a person's name is refused.
    months_ahead
        How many months after today a day or month may lie: planned money, a child expected. 0 for what has happened.
    came_later
        Whether the table had rows in stores before it had this column: rows without it are read, with nothing in it,
        and what the audit says of rows that were stored without it still holds. It is never required.
    same_as_empty
        What says the same as an empty cell ("no", the built-in scale), and is stored as one: so that two rows that say
        the same are the same row. The column is then not one that a row may leave unsaid.
    words
        Other words for the codes of a `Kind.CODE` column or the yes and no of a `Kind.YES_NO` one, as councils write
        them: the code by the word, compared without case, spaces or punctuation.
    said_by
        Another column whose value may say it for the row, so that a file with that one need not have this one.
    is_on_instrument
        Whether the number is one of the instrument that its row names (`toolkit.tables.instrument_scale`). The range
        is that of the built-in scale, on which it is whole. It held whole numbers only before there were instruments.
    perhaps
        Headings that often stand over this column and often over another ("When"): weighed with the values when an
        export's columns are proposed, never read by themselves.
    in_words
        What is to be entered, as it stands within a sentence: "who gave the score". "the" and the label where empty.
    """

    name: str
    label: str
    kind: Kind
    description: str
    is_required: bool = True
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    codes: Mapping[str, str] = field(default_factory=lambda: NO_CODES)
    synonyms: tuple[str, ...] = ()
    refers_to: str | None = None
    example: str = ""
    default: str = ""
    is_declared: bool = False
    is_pseudonym: bool = False
    months_ahead: int = 0
    came_later: bool = False
    same_as_empty: str = ""
    words: Mapping[str, str] = field(default_factory=lambda: NO_CODES)
    said_by: str = ""
    perhaps: tuple[str, ...] = ()
    is_on_instrument: bool = False
    in_words: str = ""

    @property
    def empty_value(self) -> str | bool | None:
        """The stored value that says the same as an empty one; None where there is none."""
        if not self.same_as_empty:
            return None
        return self.same_as_empty == "yes" if self.kind is Kind.YES_NO else self.same_as_empty


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what one row is, its columns in order, and the columns that together name a row."""

    name: str
    title: str
    one_row_is: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def arrow_schema(self) -> pa.Schema:
        """The Parquet schema of this table in a snapshot."""
        return pa.schema([pa.field(c.name, ARROW_TYPES[c.kind], nullable=not c.is_required) for c in self.columns])

    def column(self, name: str) -> Column:
        """Return the column of that name.

        Raises
        ------
        InputError
            When there is none, naming the closest.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise InputError(f'Table {self.name} has no column "{name}". {did_you_mean(name, self.names)}'.rstrip())
