"""The dataset's csv files, read a row at a time: an empty cell is blank, and so is SQL Server's NULL."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from toolkit.errors import InputError
from toolkit.intake.connect.columns import Record
from toolkit.intake.connect.lists import missing_columns
from toolkit.intake.files.delimited import SEPARATORS

_NULL = "NULL"
_PIECE = 1024 * 1024
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def files_of(folder: Path) -> dict[str, Path]:
    """Return the csv files of a folder by the dataset's names for them, whatever schema stands before the name.

    Raises
    ------
    InputError
        When two files are of one name.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv") if folder.is_dir() else []
    names = Counter(_name(path) for path in paths)
    twice = [name for name, times in names.items() if times > 1]
    if twice:
        held = " and ".join(f'"{path.name}"' for path in paths if _name(path) == twice[0])
        raise InputError(f"{folder} has {held}, which are both {twice[0]}. Keep one of them. Nothing was stored.")
    return {_name(path): path for path in paths}


def add_to_hash(path: Path, digest: hashlib._Hash) -> None:
    """Add a file's bytes to a hash, a piece at a time."""
    with _reading(path), path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)


def count_rows(path: Path) -> int:
    """Return how many rows a file has under its headings, whatever is in them and however long they are."""
    rows, quotes = 0, 0
    with _reading(path), path.open(encoding=_encoding(path), errors="replace") as file:
        for line in file:
            quotes += line.count('"')
            rows += quotes % 2 == 0 and not line.isspace()
    return max(rows - 1, 0)


def rows_of(path: Path, wanted: Iterable[str], needed: Iterable[str]) -> Iterator[tuple[str, Record]]:
    """Yield the place and the wanted columns of each row; a column that is wanted and not there is blank.

    Raises
    ------
    InputError
        When the file cannot be read, lacks a needed column, has a wanted one twice, or a row has too many cells.
    """
    with _reading(path), path.open(encoding=_encoding(path), newline="") as file:
        first = file.readline()
        file.seek(0)
        separator = max(SEPARATORS, key=first.count)
        reader = csv.reader(file, delimiter=separator, strict=True)
        headings = [" ".join(heading.split()).lower() for heading in next(reader, [])]
        _check(headings, wanted, needed, path.name)
        places = {name: headings.index(name) for name in wanted if name in headings}
        for cells in reader:
            if len(cells) > len(headings):
                raise InputError(
                    f"{path.name}, row {reader.line_num}, has {len(cells)} cells and there are {len(headings)} "
                    "headings: a separator within a value has cut it in two. Export it again with quotation marks "
                    "round text."
                )
            if any(cells):
                record = {name: _cell(cells[at]) if at < len(cells) else None for name, at in places.items()}
                yield f"{path.name}, row {reader.line_num}", record


def headings_of(path: Path) -> list[str]:
    """Return a file's headings in small letters."""
    with _reading(path), path.open(encoding=_encoding(path), newline="") as file:
        first = file.readline()
        row = next(csv.reader([first], delimiter=max(SEPARATORS, key=first.count)), [])
        return [" ".join(heading.split()).lower() for heading in row]


def _name(path: Path) -> str:
    return path.stem.lower().rpartition(".")[2]


def _cell(text: str) -> str | None:
    text = text.strip()
    return None if not text or text.upper() == _NULL else text


def _check(headings: list[str], wanted: Iterable[str], needed: Iterable[str], name: str) -> None:
    problems = missing_columns(needed, [heading for heading in headings if heading], name)
    problems += [
        f'{name} has the column "{column}" more than once. Keep one of them.'
        for column in wanted
        if headings.count(column) > 1
    ]
    if problems:
        raise InputError(f"{' '.join(problems)} Nothing was stored.")


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        return "utf-16" if file.read(2) in _WIDE else "utf-8-sig"


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f'"{path.name}" cannot be read as csv text in UTF-8 or UTF-16: {error}. Export it again.'
        ) from error
