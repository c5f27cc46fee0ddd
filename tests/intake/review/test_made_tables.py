"""Any table that openpyxl, XlsxWriter or csv writes is read back as the same values, or the cell is named."""

from __future__ import annotations

import csv
import io
import math
from datetime import date, datetime, time

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.intake.cells import CellFault, restored
from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.review.context import ReviewContext
from toolkit.intake.review.review import review
from toolkit.tables import table

SCORES = table("progress_scores")
HEADINGS = ("Family number", "Centre number", "Date of score", "Stage", "Score", "Scored by")
CONTEXT = ReviewContext(declared={"higher_is": "better"}, today=date(2030, 1, 1))
FEW = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(deadline=None, max_examples=100)

# "_x0041_" stands for a sign in a workbook, and openpyxl writes it as it is: Excel too shows another text then.
WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufffe\uffff"), max_size=12
).filter(lambda text: "_x" not in text)
ODD = st.sampled_from(
    ["=1+1", "#N/A", "#REF!", " x ", "'=1", "0012", "1E+5", "31/04/2012", "4/5", "TRUE",
     "é", "\u202ex", "😀", "a\nb", "&amp;", "<b>"]
)  # fmt: skip
NUMBERS = st.integers(-(10**17), 10**17) | st.floats(-1e300, 1e300)
DAYS = st.dates(date(1900, 3, 1), date(2199, 12, 31))
MOMENTS = st.datetimes(datetime(1900, 3, 1), datetime(2199, 12, 31)).map(lambda one: one.replace(microsecond=0))
CELLS = st.none() | WORDS | ODD | NUMBERS | DAYS | MOMENTS | st.booleans()
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=6)

FAMILY = st.sampled_from(["F1", "F2", "F3"]) | st.integers(1, 9) | CELLS
LIKELY = st.tuples(
    FAMILY,
    st.just("C01") | CELLS,
    st.dates(date(2010, 1, 1), date(2012, 12, 31)) | st.sampled_from(["4/3/2010", "2010-03-04", 40241]) | CELLS,
    st.sampled_from(["start", "review", "end"]) | CELLS,
    st.integers(1, 5) | st.integers(1, 5).map(float) | st.integers(1, 5).map(str) | CELLS,
    st.none() | CELLS,
)


def by_openpyxl(rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def by_xlsxwriter(rows) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    ) as book:
        sheet = book.add_worksheet()
        styles = {date: book.add_format({"num_format": "dd/mm/yyyy"}), datetime: book.add_format({"num_format": 22})}
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(at, column, value)
                elif value is not None:
                    sheet.write(at, column, value, *([styles[type(value)]] if type(value) in styles else []))
    return buffer.getvalue()


def cells_of(raw) -> dict[tuple[int, int], object]:
    return {
        (number, at): cell
        for number, cells in raw.sheets[0].rows
        for at, cell in enumerate(cells)
        if cell not in (None, "")
    }


def same(read: object, written: object) -> bool:
    """Return whether a cell holds what was written, or says that it holds nothing that can be trusted."""
    if isinstance(read, CellFault):
        return isinstance(written, str) and written[:1] in {"=", "#"}
    if isinstance(written, bool) or isinstance(read, bool):
        return read is written
    if isinstance(written, datetime):
        if type(read) is date:
            return datetime.combine(read, time.min) == written
        return isinstance(read, datetime) and abs((read - written).total_seconds()) < 1
    if isinstance(written, date):
        return (read.date() if isinstance(read, datetime) else read) == written
    if isinstance(written, int | float):
        return isinstance(read, int | float) and math.isclose(read, written, rel_tol=1e-14)
    return read == written


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter])
@FEW
@given(rows=ROWS)
def test_every_cell_of_any_workbook_is_read_back(write, rows) -> None:
    raw = read_sheet(write(rows), "x.xlsx")
    written = {
        (number, at): value
        for number, row in enumerate(rows, 1)
        for at, value in enumerate(row)
        if value not in (None, "")
    }
    read = cells_of(raw)
    assert read.keys() == written.keys()
    assert all(same(read[place], value) for place, value in written.items()), (read, written)


@MANY
@given(rows=st.lists(st.lists(WORDS | ODD, min_size=2, max_size=5), min_size=1, max_size=8), data=st.data())
def test_every_cell_of_any_csv_file_is_read_back(rows, data) -> None:
    separator = data.draw(st.sampled_from(",;\t|"))
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    width = max(map(len, rows))
    rows = [[*row, *["x"] * (width - len(row))] for row in rows]
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(rows)
    try:
        raw = read_sheet(text.getvalue().encode(encoding), "x.csv")
    except InputError:
        return
    assume(
        any(f"separated by {word}" in notice.sentence for notice in raw.notices for word in ("semi", "tab", "upright"))
        or separator == ","
    )
    written = {(n, at): cell for n, row in enumerate(rows, 1) for at, cell in enumerate(row) if cell.strip()}
    read = {place: cell for place, cell in cells_of(raw).items() if str(cell).strip()}
    assert read == written


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter, "csv"])
@FEW
@given(rows=st.lists(LIKELY, min_size=1, max_size=6))
def test_a_row_is_stored_as_it_was_written_or_has_its_problem(write, rows) -> None:
    table_of = [HEADINGS, *rows]
    if write == "csv":
        text = io.StringIO()
        csv.writer(text).writerows([[_typed(value) for value in row] for row in table_of])
        raw = read_sheet(text.getvalue().encode(), "x.csv")
    else:
        raw = read_sheet(write(table_of), "x.xlsx")
    found = review(raw, SCORES, CONTEXT)
    if any(problem.row is None for problem in found.problems):
        return
    good = dict(zip(found.row_numbers, found.rows.to_dict("records"), strict=True))
    told = {problem.row for problem in found.problems} | set(found.left_out["row"])
    if write == "csv":
        rows = [tuple(map(_typed, row)) for row in rows]
    for number, row in enumerate(rows, 2):
        if number not in good:
            assert number in told or all(_typed(value).strip() == "" for value in row)
            continue
        family, centre, day, stage, score, by = row
        stored = good[number]
        assert stored["family_id"] == _as_words(family)
        assert stored["centre_id"] == _as_words(centre)
        assert stored["scored_on"] == _as_day(day)
        assert str(stage).strip().casefold() in {stored["stage"], "end", "start", "review"}
        assert stored["score"] == float(score)
        kept = stored["scored_by"]
        assert (kept if isinstance(kept, str) else "") == _as_words(by).replace("\xa0", " ")


def _typed(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%d/%m/}{value.year:04} {value:%H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d/%m/}{value.year:04}"
    return str(value)


def _as_words(value: object) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return restored(_typed(value).strip())


def _as_day(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if str(value) in {"4/3/2010", "2010-03-04"}:
        return date(2010, 3, 4)
    if str(value)[2:3] == "/":  # a day as `_typed` writes it
        return datetime.strptime(str(value)[:10], "%d/%m/%Y").date()
    return date.fromordinal(date(1899, 12, 30).toordinal() + int(float(str(value))))


def test_a_time_alone_is_read_as_a_time() -> None:
    assert cells_of(read_sheet(by_openpyxl([[time(12, 30)]]), "x.xlsx")) == {(1, 0): time(12, 30)}
