"""The messy spreadsheet a centre sends on deadline day, as a workbook and as a cp1252 csv, and the same put right.

Load it by path from any test:

    spec = importlib.util.spec_from_file_location("messy", ROOT / "tests" / "intake" / "messy.py")

`write_messy(folder, centre_id=…, families=…)` takes the numbers of a centre and seven families that are known to the
store the file is uploaded to. No column says whether a higher score is better: it must be declared.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

FAMILIES = tuple(f"F00012{digit}" for digit in range(1, 8))
HEADINGS = ("Family number", "Centre", "Date", "Score", "Stage", "Scored by")
SERIAL = (date(2012, 5, 5) - date(1899, 12, 30)).days


@dataclass(frozen=True)
class MessyFiles:
    """The four files, and what a review must say of the messy ones."""

    xlsx: Path
    csv: Path
    fixed_xlsx: Path
    fixed_csv: Path
    sentences: tuple[str, ...]
    cells: tuple[str, ...]
    good_rows: int
    fixed_rows: int


def rows(centre_id: str, families: Sequence[str], *, fixed: bool) -> list[tuple[Any, ...]]:
    """Return the cells under the headings; row 2 is the first."""
    one, two, three, four, five, six, seven = families
    first = (one, centre_id, datetime(2012, 5, 1), 2, "start", "W07")
    return [
        first,
        (two, centre_id, "02/05/2012", 4 if fixed else 7, "Start", "W07"),
        (three, centre_id, "3 May 2012", 3, "At the start of support", "Zoë B"),
        (seven if fixed else None, centre_id, "04.05.12", 2, "start", "W07"),
        (four, centre_id, SERIAL, 4, "START", "W08"),
        (five, centre_id, "25/05/2012" if fixed else "05/25/2012", 1, "start", "W08"),
        *([] if fixed else [first]),
        (six, centre_id, "2012-05-08", "5", "start", None),
        ("Total", None, None, 21, None, None),
    ]


def write_messy(folder: Path, *, centre_id: str = "C01", families: Sequence[str] = FAMILIES) -> MessyFiles:
    """Write the messy spreadsheet and its mended version to a folder."""
    made = {
        (fixed, ending): folder / f"scores{'-fixed' if fixed else ''}.{ending}"
        for fixed in (False, True)
        for ending in ("xlsx", "csv")
    }
    for fixed in (False, True):
        cells = rows(centre_id, families, fixed=fixed)
        _write_xlsx(made[fixed, "xlsx"], cells)
        _write_csv(made[fixed, "csv"], cells)
    sentences = (
        "D3: Score is 7. Enter a whole number from 1 to 5.",
        "A5: Family number is blank. Enter the family number, such as F000123.",
        "C7: Date of score is 05/25/2012. The second number, 25, cannot be a month. Put the day first: 25/05/2012.",
        f"A8: Family number is {families[0]}. This row repeats row 2. Delete one of them.",
    )
    cells_named = tuple(sentence.split(":")[0] for sentence in sentences)
    return MessyFiles(
        made[False, "xlsx"],
        made[False, "csv"],
        made[True, "xlsx"],
        made[True, "csv"],
        sentences,
        cells_named,
        good_rows=4,
        fixed_rows=7,
    )


def _write_xlsx(path: Path, cells: list[tuple[Any, ...]]) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Spring"
    sheet.append(HEADINGS)
    for row in cells:
        sheet.append(row)
    for row_number in range(2, len(cells) + 2):
        if isinstance(sheet.cell(row_number, 3).value, datetime):
            sheet.cell(row_number, 3).number_format = "dd/mm/yyyy"
    workbook.save(path)


def _write_csv(path: Path, cells: list[tuple[Any, ...]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for row in cells:
        writer.writerow([f"{cell:%d/%m/%Y}" if isinstance(cell, datetime) else cell for cell in row])
    path.write_bytes(text.getvalue().encode("cp1252"))
