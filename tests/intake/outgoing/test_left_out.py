"""The rows left out, as a workbook to mend and upload again."""

from __future__ import annotations

import io

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.outgoing.left_out import left_out_bytes, rows_to_mend, write_left_out
from toolkit.intake.review.review import ReviewContext, review
from toolkit.tables import TABLES

SCORES = TABLES["progress_scores"]
CONTEXT = ReviewContext(declared={"higher_is": "better"})
CSV = (
    "Family number,Centre,Date,Stage,Score,Scored by,Extra\n"
    "000123,C01,04/03/2010,start,7,=cmd(),@x\n"
    "F2,C01,04/03/2010,start,3,W1,\n"
    ",C01,05/03/2010,end,2,-5,+44\n"
    "Total,,,,12,,\n"
)


def reviewed(data: bytes, name: str = "x.csv"):
    return review(read_sheet(data, name), SCORES, CONTEXT)


def cells(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data)).active


def test_only_rows_to_mend_are_written_with_what_to_put_right(tmp_path) -> None:
    found = reviewed(CSV.encode())
    assert write_left_out(found, tmp_path / "mend.xlsx") == 2
    sheet = cells((tmp_path / "mend.xlsx").read_bytes())
    assert [cell.value for cell in sheet[1]] == [
        "Family number", "Centre", "Date", "Stage", "Score", "Scored by", "Extra", "What to put right",
    ]  # fmt: skip
    assert sheet.max_row == 3
    assert sheet["H2"].value == "E2: Score is 7. Enter a whole number from 1 to 5."
    assert sheet["A2"].value == "000123"
    assert sheet["E2"].fill.fgColor.rgb.endswith("FFDD99")
    assert not sheet["D2"].fill.fgColor.rgb.endswith("FFDD99")


def test_nothing_written_can_run_as_a_formula() -> None:
    sheet = cells(left_out_bytes(reviewed(CSV.encode())))
    assert [sheet["F2"].value, sheet["G2"].value, sheet["F3"].value] == ["'=cmd()", "'@x", "-5"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert not any(str(cell.value).startswith(("=", "@")) for row in sheet.iter_rows() for cell in row)


def test_the_mended_workbook_reads_as_the_first_file_did() -> None:
    book = openpyxl.load_workbook(io.BytesIO(left_out_bytes(reviewed(CSV.encode()))))
    book.active["E2"], book.active["A3"] = "4", "F3"
    buffer = io.BytesIO()
    book.save(buffer)
    found = reviewed(buffer.getvalue(), "mended.xlsx")
    assert found.is_clean
    assert list(found.rows["family_id"]) == ["000123", "F3"]
    assert list(found.rows["scored_by"]) == ["=cmd()", "-5"]


def test_mending_twice_does_not_pile_up_columns() -> None:
    once = reviewed(left_out_bytes(reviewed(CSV.encode())), "mended.xlsx")
    headings = [cell.value for cell in cells(left_out_bytes(once))[1]]
    assert headings.count("What to put right") == 1


def test_a_fault_of_the_whole_file_leaves_every_row_to_mend() -> None:
    found = reviewed(b"Family,Date,Stage,Score\nF1,04/03/2010,start,3\nF2,04/03/2010,start,3\n")
    assert len(rows_to_mend(found)) == 2


def test_headings_that_clash_with_ours_are_kept_apart() -> None:
    found = reviewed(b"Row,reason,Family,Centre,Date,Stage,Score,row,\n1,x,F1,C01,04/03/2010,start,9,2,y\n")
    assert list(found.left_out.columns) == [
        "row", "Row", "reason (B)", "Family", "Centre", "Date", "Stage", "Score", "row (H)", "Column I", "reason",
    ]  # fmt: skip
    assert list(found.left_out.iloc[0])[:4] == [2, "1", "x", "F1"]


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30))
def test_any_text_comes_back_from_the_workbook_as_it_was(text) -> None:
    quoted = text.replace('"', '""')
    found = reviewed(f'Family,Centre,Date,Stage,Score,Scored by\nF1,C01,04/03/2010,start,9,"{quoted}"\n'.encode())
    again = reviewed(left_out_bytes(found), "mended.xlsx")
    first, second = (one.left_out["Scored by"].iloc[0].strip() for one in (found, again))
    assert second.removeprefix("'") == first.removeprefix("'")
