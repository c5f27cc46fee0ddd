"""The two files to be linked, made alike: names in plain letters, days as days, postcodes in one form.

What cannot be used (a placeholder for a name, a day that is none) becomes missing, and is counted: a wrong value is
evidence against a link, a missing one is no evidence at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.errors import InputError, did_you_mean

NAMED = ("forename", "surname", "birth_date", "postcode")
FAMILY_COLUMNS = ("family_id", *NAMED)
REFERRAL_COLUMNS = ("referral_id", *NAMED)
"""What each file must have: one row a child of a family, and one row a child's referral."""

# What systems hold in place of a first name that is not known yet.
NO_NAMES = frozenset(
    {"baby", "unborn", "unknown", "not known", "notknown", "child", "infant", "male", "female", "twin", "na", "none"}
)
# Days that systems put in for "not known", and 1 January of every year: where only the year is known it is written so,
# and two such days agree by custom, not by birth. A child born on one loses a little evidence, no more.
NO_DAYS = frozenset({"9999-12-31"})
NEW_YEAR = "-01-01"
# Postcodes that stand for no fixed abode, abroad or not known (ZZ99 3VZ and its like): there is no area ZZ.
NO_AREA = "ZZ"
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
# Letters that are one piece with their stroke: taking accents off does not make them plain.
_WHOLE_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"}
)
_TITLES = re.compile(r"^(?:mr|mrs|ms|miss|master|dr)\s+")


@dataclass(frozen=True, slots=True)
class Rows:
    """One file, made alike.

    Attributes
    ----------
    frame
        ``id`` (its own row, from 0), the file's numbers, and ``forename``, ``surname``, ``birth_date`` (ISO text) and
        ``postcode``; missing is None.
    missing
        For each of the four, how many rows have no usable value.
    """

    frame: pd.DataFrame
    missing: dict[str, int]

    @property
    def summary(self) -> str:
        """One sentence of what is missing."""
        of = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in self.missing.items())
        return f"{len(self.frame):,} rows; without a usable value: {of}."


def read_rows(path: Path, columns: Sequence[str]) -> Rows:
    """Read one CSV file as text and make it alike.

    Parameters
    ----------
    path
        A CSV file in UTF-8.
    columns
        `FAMILY_COLUMNS` or `REFERRAL_COLUMNS`.

    Raises
    ------
    InputError
        When the file is not there or not text, or for what `alike` refuses.
    """
    return alike(_text(path), columns, name=path.name)


def read_looked_at(path: Path) -> pd.DataFrame:
    """Read the sample of referrals looked at by hand: a CSV file of ``referral_id`` and ``family_id``.

    Raises
    ------
    InputError
        When the file is not there or not text.
    """
    return _text(path)


def _text(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.") from None
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(f"{path.name} cannot be read as CSV in UTF-8. Save it again as that.") from error


def alike(frame: pd.DataFrame, columns: Sequence[str], *, name: str) -> Rows:
    """Make one file's rows alike.

    Parameters
    ----------
    frame
        Text in every column.
    columns
        The columns it must have; of others only ``child_id`` is kept.
    name
        How the file is named to a person.

    Returns
    -------
    Rows
        One row each, in the file's order.

    Raises
    ------
    InputError
        When a column is missing, or a number (the first column) is missing or, for referrals, twice.
    """
    _refuse(frame, columns, name)
    number = columns[0]
    kept = [number, *(["child_id"] if "child_id" in frame.columns and number == "family_id" else [])]
    rows = frame[kept].reset_index(drop=True).apply(lambda column: column.str.strip())
    rows.insert(0, "id", pd.RangeIndex(len(rows)))
    for column, clean in (("forename", plain_name), ("surname", plain_name), ("postcode", postcode)):
        rows[column] = pd.Series([clean(value) for value in frame[column]], index=rows.index, dtype=object)
    rows["birth_date"] = pd.Series([day(value) for value in frame["birth_date"]], index=rows.index, dtype=object)
    return Rows(rows, {column: int(rows[column].isna().sum()) for column in NAMED})


def _refuse(frame: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    problems = [
        f'{name} has no column "{column}". {did_you_mean(column, frame.columns)}'.strip()
        for column in columns
        if column not in frame.columns
    ]
    number = columns[0]
    if number in frame.columns:
        values = frame[number].str.strip()
        empty = [row + 2 for row in range(len(values)) if not values.iloc[row]]
        if empty:
            problems.append(
                f"{name}, row {empty[0]}: {number} is empty ({len(empty)} such rows). Give each row its number."
            )
        twice = values[values.duplicated() & (values != "")]
        if number == "referral_id" and len(twice):
            problems.append(
                f'{name}: referral_id "{twice.iloc[0]}" is there twice ({len(twice)} such rows). Keep one row each.'
            )
    if problems:
        raise InputError("\n".join(problems))
    if frame.empty:
        raise InputError(f"{name} has no rows. There is nothing to link.")


def plain_name(text: str) -> str | None:
    """Return a name in small plain letters, or None for a placeholder.

    >>> plain_name("Miss  Zoë O'Brien-Smith")
    'zoe obrien smith'
    """
    whole = text.lower().translate(_WHOLE_LETTERS)
    letters = unicodedata.normalize("NFKD", whole).encode("ascii", "ignore").decode().replace("'", "")
    plain = _TITLES.sub("", " ".join(re.sub(r"[^a-z]+", " ", letters).split()))
    return None if plain in NO_NAMES or len(plain) < 2 else plain


def postcode(text: str) -> str | None:
    """Return a whole postcode with its one space, or None for a part of one and for a placeholder.

    >>> postcode("wr12ab")
    'WR1 2AB'
    """
    plain = re.sub(r"\s+", "", text).upper()
    is_place = _POSTCODE.fullmatch(plain) is not None and not plain.startswith(NO_AREA)
    return f"{plain[:-3]} {plain[-3:]}" if is_place else None


def day(text: str) -> str | None:
    """Return a day as ``YYYY-MM-DD``, from that or from ``DD/MM/YYYY``; None for what is no day or a placeholder.

    >>> day("3/4/2009")
    '2009-04-03'
    """
    plain = text.strip()[:10].replace(".", "/")
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        at = pd.to_datetime(plain, format=form, errors="coerce")
        if not pd.isna(at):
            iso = at.strftime("%Y-%m-%d")
            return None if iso in NO_DAYS or iso.endswith(NEW_YEAR) else iso
    return None
