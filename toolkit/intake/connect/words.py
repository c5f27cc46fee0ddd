"""Words of a council and their codes: said once in a file, and kept beside the store, where a person can check them.

A word is met whatever its case and spaces. What already says a code of the census is never given another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from toolkit.errors import InputError, did_you_mean
from toolkit.intake.cells import Cell, is_blank, shown
from toolkit.intake.connect.cells import words_in
from toolkit.intake.connect.codes import closure_of, source_of, yes_or_no
from toolkit.intake.connect.columns import Columns, Record
from toolkit.intake.connect.meanings import BLANK, CODES, Words, plain
from toolkit.intake.connect.sheet_lists import read_list
from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.mapping.saved import FOLDER, write_whole
from toolkit.intake.outgoing.safe_cells import csv_text

LONGEST = 200
_FILE = "words.json"
_HEADINGS = ("What", "Word", "Code")


def read_words(source: Path | bytes, name: str = "") -> tuple[Words, int]:
    """Read a workbook or csv file with the columns What, Word and Code; also how many words have no code yet.

    Raises
    ------
    InputError
        Naming every row that says nothing that can be kept.
    """
    called = name or (source.name if isinstance(source, Path) else "words.csv")
    raw = read_sheet(source, called)
    held = read_list(raw, called, Columns(_HEADINGS[0], source=_HEADINGS[1], reason=_HEADINGS[2]))
    codes: dict[str, dict[str, str]] = {}
    problems: list[str] = []
    uncoded = 0
    for where, record in held.records:
        what, word, code = (_text(record, heading) for heading in _HEADINGS)
        if what.lower() in CODES and word and not code:
            uncoded += 1
            continue
        problem = _problem(what.lower(), word, code, codes)
        if problem:
            problems.append(f"{where[0].upper()}{where[1:]}: {problem}")
        else:
            codes.setdefault(what.lower(), {})[plain(word)] = _written(what.lower(), code)
    if problems:
        raise InputError(f'"{called}" cannot be kept. Nothing was.\n  ' + "\n  ".join(problems))
    return Words(codes), uncoded


def _text(record: Record, heading: str) -> str:
    cell: Cell = record.get(heading)
    read = words_in(cell)
    return "" if is_blank(cell) else read.value if isinstance(read.value, str) else shown(cell)


def _written(what: str, code: str) -> str:
    return code.lower() if code.lower() in CODES[what] else code.upper()


def _problem(what: str, word: str, code: str, codes: Mapping[str, Mapping[str, str]]) -> str:
    if what not in CODES:
        return f'What is "{what}". Write source, outcome or closure.'
    if not word or len(word) > LONGEST:
        return f'Word is {"blank" if not word else "too long"}. Write the word as the file has it, "{BLANK}" for none.'
    if _written(what, code) not in CODES[what]:
        return f'Code is "{code}", which is none of {what}. {did_you_mean(code, CODES[what])}'.rstrip()
    says = {"source": source_of, "closure": closure_of}.get(what)
    already = says(word) if says is not None else None
    if already not in (None, _written(what, code)):
        return f'"{word}" already says the code {already}.'
    if what == "outcome" and yes_or_no(word) is not None:
        return f'"{word}" says yes or no, which is read as it stands.'
    known = codes.get(what, {}).get(plain(word))
    return f'"{word}" is given two codes, {known} and {code}.' if known not in (None, _written(what, code)) else ""


def remember_words(store_folder: Path, words: Words) -> Words:
    """Keep words beside the store, whole or not at all; what was said before of the same words is replaced.

    Raises
    ------
    InputError
        When they cannot be written.
    """
    known = recall_words(store_folder).codes
    codes = {what: {**known.get(what, {}), **words.codes.get(what, {})} for what in CODES}
    try:
        write_whole(store_folder / FOLDER / _FILE, {"format": 1, "words": codes})
    except OSError as error:
        raise InputError(f"The words cannot be kept: {error.strerror or error}.") from error
    return Words(codes)


def recall_words(store_folder: Path) -> Words:
    """Return the words kept beside a store.

    Raises
    ------
    InputError
        When the file is spoilt: words that were said must not go unheard.
    """
    path = store_folder / FOLDER / _FILE
    try:
        codes = json.loads(path.read_text(encoding="utf-8"))["words"]
        kept = {what: {str(w): str(c) for w, c in codes[what].items() if c in CODES[what]} for what in codes}
    except FileNotFoundError:
        return Words()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} cannot be read. Put it right, or delete it and map the words again.") from error
    return Words(kept)


def write_unmapped(path: Path, unmapped: Mapping[str, Mapping[str, int]]) -> None:
    """Write the words no code is known for as a csv file whose last column is to be filled in.

    Raises
    ------
    InputError
        When it cannot be written.
    """
    rows = [(what, word, None) for what, words in sorted(unmapped.items()) for word in sorted(words)]
    try:
        path.write_text(csv_text([_HEADINGS, *rows]), encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"The words cannot be written to {path}: {error.strerror or error}.") from error
