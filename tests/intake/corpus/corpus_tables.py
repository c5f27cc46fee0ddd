# ruff: noqa: E501 - sentences are kept whole, so that they can be searched for
"""Tables laid out as people lay them out: headings wrong, doubled, merged, hidden; rows repeated, turned, totalled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from corpus_case import GOOD, GOOD_ROW, HEADINGS, Case, csv_bytes, parts, rows_xml, table, xlsx, zipped

NO_HEADINGS = (
    "No row of headings was found. The first row should name the columns: Family number, Centre number, Date of "
    "score, Stage, Score. The template has them ready."
)
OTHER = ("F000002", "C01", "02/05/2012", "start", "3")
OTHER_ROW = ("F000002", "C01", date(2012, 5, 2), "start", "overall", 3, "better", None)
SEPARATELY = '"{}" has these headings too: upload what is there separately.'


def headed(*headings: str, rows: Sequence[Sequence[Any]] = (GOOD,)) -> bytes:
    return csv_bytes([headings, *rows])


def sheets(*named: tuple[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = (), very: bool = False) -> bytes:
    made = parts([(name, rows_xml(rows)) for name, rows in named], hidden=hidden)
    if very:
        made["xl/workbook.xml"] = str(made["xl/workbook.xml"]).replace('"hidden"', '"veryHidden"')
    return zipped(made)


def merged(rows: Sequence[Sequence[Any]], *ranges: str) -> bytes:
    cells = "".join(f'<mergeCell ref="{one}"/>' for one in ranges)
    return xlsx(rows, after=f'<mergeCells count="{len(ranges)}">{cells}</mergeCells>')


def missing(label: str) -> str:
    return f'There is no column "{label}". Add it; the template has it ready.'


def renamed(label: str, at: str, text: str) -> str:
    return (
        f'There is no column "{label}". Column {at} is headed "{text}": if it is that, change its heading to "{label}".'
    )


def unused(at: str, text: str, near: str = "") -> str:
    return f'Column {at}, "{text}", is not used. {near}'.rstrip()


FAM, CEN, DAY, STG, SCO = HEADINGS
HIDDEN_SHEET = (
    'The table is on the hidden sheet "Scores", and hidden sheets are not read. Show it in Excel (right-click a '
    "sheet's tab, Unhide), check it, save and upload it again."
)
HEADING_CASES = (
    Case("headings-missing", "x.csv", lambda: csv_bytes([GOOD, OTHER]), problems=(NO_HEADINGS,)),
    Case(
        "headings-one-missing", "x.csv", lambda: headed(FAM, CEN, DAY, STG, rows=(GOOD[:4],)), problems=(missing(SCO),)
    ),
    Case("headings-four-missing", "x.csv", lambda: headed(FAM, rows=(GOOD[:1],)), problems=(NO_HEADINGS,)),
    Case(
        "headings-renamed",
        "x.csv",
        lambda: headed("Client", CEN, DAY, STG, SCO),
        problems=(missing(FAM),),
        notices=(unused("A", "Client"),),
    ),
    Case(
        "headings-misspelt",
        "x.csv",
        lambda: headed("Famly number", CEN, DAY, STG, SCO),
        problems=(renamed(FAM, "A", "Famly number"),),
        notices=(unused("A", "Famly number", 'Did you mean "Family number"?'),),
    ),
    Case(
        "headings-doubled",
        "x.csv",
        lambda: headed(FAM, CEN, DAY, STG, SCO, SCO, rows=((*GOOD, "5"),)),
        problems=('F1: Columns E ("Score") and F ("Score") both mean "Score". Keep one of them.',),
    ),
    Case(
        "headings-doubled-by-a-synonym",
        "x.csv",
        lambda: headed(FAM, CEN, DAY, STG, SCO, "Rating", rows=((*GOOD, "5"),)),
        problems=('F1: Columns E ("Score") and F ("Rating") both mean "Score". Keep one of them.',),
    ),
    Case("headings-in-capitals", "x.csv", lambda: headed(*(text.upper() for text in HEADINGS)), rows=(GOOD_ROW,)),
    Case(
        "headings-with-signs",
        "x.csv",
        lambda: headed("Family  number*", "centre_number", "Date of score:", " Stage ", "Score (1 to 5)"),
        rows=(GOOD_ROW,),
    ),
    Case(
        "headings-with-line-breaks",
        "x.csv",
        lambda: headed("Family\nnumber", CEN, "Date of\r\nscore", STG, SCO),
        rows=(GOOD_ROW,),
    ),
    Case(
        "headings-with-zero-width-signs",
        "x.csv",
        lambda: headed("\u200bFamily number", CEN, DAY, STG, "Sco\u200bre"),
        rows=(GOOD_ROW,),
    ),
    Case(
        "headings-with-look-alike-letters",
        "x.csv",
        lambda: headed("Fаmily number", CEN, DAY, STG, SCO),
        problems=(renamed(FAM, "A", "Fаmily number"),),
    ),
    Case(
        "headings-right-to-left",
        "x.csv",
        lambda: headed("رقم العائلة", CEN, DAY, STG, SCO),
        problems=(missing(FAM),),
        notices=(unused("A", "رقم العائلة"),),
    ),
    Case(
        "headings-emoji",
        "x.csv",
        lambda: headed(*HEADINGS, "😀", rows=((*GOOD, "x"),)),
        rows=(GOOD_ROW,),
        notices=(unused("F", "😀"),),
    ),
    Case(
        "headings-formula",
        "x.csv",
        lambda: headed(*HEADINGS, "=1+1", rows=((*GOOD, "x"),)),
        rows=(GOOD_ROW,),
        notices=(unused("F", "=1+1"),),
    ),
    Case(
        "headings-of-another-table",
        "x.csv",
        lambda: headed("Referral number", "Child number", "Received on", "Source"),
        problems=(NO_HEADINGS,),
    ),
    Case(
        "headings-in-another-order", "x.csv", lambda: headed(*reversed(HEADINGS), rows=(GOOD[::-1],)), rows=(GOOD_ROW,)
    ),
    Case(
        "headings-in-row-30",
        "x.csv",
        lambda: csv_bytes([["note"]] * 29 + table()),
        rows=(GOOD_ROW,),
        notices=("Rows 1 to 29 are above the headings and were not read.",),
    ),
    Case("headings-in-row-60", "x.csv", lambda: csv_bytes([["note"]] * 59 + table()), problems=(NO_HEADINGS,)),
    Case(
        "headings-twice",
        "x.csv",
        lambda: csv_bytes([HEADINGS, GOOD, HEADINGS, OTHER]),
        rows=(GOOD_ROW, OTHER_ROW),
        notices=("Row 3 repeats the headings and was left out.",),
    ),
    Case(
        "headings-in-two-rows",
        "x.xlsx",
        lambda: xlsx([["", "", "Reading", "", ""], *table()]),
        rows=(GOOD_ROW,),
        notices=("Row 1 is above the headings and was not read.",),
    ),
    Case(
        "headings-merged-down",
        "x.xlsx",
        lambda: merged(
            [[FAM, CEN, "The score", None, None], [None, None, DAY, STG, SCO], GOOD], "A1:A2", "B1:B2", "C1:E1"
        ),
        rows=(GOOD_ROW,),
    ),
    Case(
        "headings-turned-sideways",
        "x.csv",
        lambda: csv_bytes(list(zip(HEADINGS, GOOD, strict=True))),
        problems=(NO_HEADINGS,),
    ),
    Case(
        "headings-blank-between",
        "x.csv",
        lambda: headed(FAM, "", CEN, DAY, STG, SCO, rows=((GOOD[0], "secret", *GOOD[1:]),)),
        rows=(GOOD_ROW,),
        notices=("Column B has no heading and is not used (row 2).",),
    ),
    Case(
        "headings-direction-not-agreed",
        "x.csv",
        lambda: headed(*HEADINGS, "A higher score is", rows=((*GOOD, "worse"),)),
        problems=(
            'F2: A higher score is worse. You declared "Better for the family" for the upload. Put one of the two right.',
        ),
    ),
)
SHEET_CASES = (
    Case(
        "sheet-hidden",
        "x.xlsx",
        lambda: sheets(("Front", [["Hello"]]), ("Scores", table()), hidden=("Scores",)),
        problems=(HIDDEN_SHEET,),
    ),
    Case(
        "sheet-very-hidden",
        "x.xlsx",
        lambda: sheets(("Front", [["Hello"]]), ("Scores", table()), hidden=("Scores",), very=True),
        problems=(HIDDEN_SHEET,),
    ),
    Case(
        "sheet-hidden-beside-a-visible",
        "x.xlsx",
        lambda: sheets(("Old", table(OTHER)), ("Scores", table()), hidden=("Old",)),
        rows=(GOOD_ROW,),
        notices=(f'Only the sheet "Scores" was read, not "Old". {SEPARATELY.format("Old")}',),
    ),
    Case(
        "sheet-two-visible",
        "x.xlsx",
        lambda: sheets(("Spring", table()), ("Summer", table(OTHER))),
        rows=(GOOD_ROW,),
        notices=(f'Only the sheet "Spring" was read, not "Summer". {SEPARATELY.format("Summer")}',),
    ),
    Case(
        "sheet-second-has-the-table",
        "x.xlsx",
        lambda: sheets(("Front", [["Hello"]]), ("Scores", table())),
        rows=(GOOD_ROW,),
        notices=('Only the sheet "Scores" was read, not "Front".',),
    ),
    Case(
        "sheet-names-alike",
        "x.xlsx",
        lambda: sheets(("Scores", table()), ("SCORES", table(OTHER))),
        rows=(GOOD_ROW,),
        notices=(f'Only the sheet "Scores" was read, not "SCORES". {SEPARATELY.format("SCORES")}',),
    ),
    Case(
        "sheet-names-the-same",
        "x.xlsx",
        lambda: sheets(("Scores", table()), ("Scores", table(OTHER))),
        rows=(GOOD_ROW,),
    ),
    Case("sheet-name-hostile", "x.xlsx", lambda: sheets(("=cmd|' /C calc'!A0", table())), rows=(GOOD_ROW,)),
    Case("sheet-name-right-to-left", "x.xlsx", lambda: sheets(("درجات", table())), rows=(GOOD_ROW,)),
    Case(
        "sheets-empty",
        "x.xlsx",
        lambda: sheets(("A", []), ("B", [])),
        problems=("The file has no filled cells. Choose the file again.",),
    ),
    Case(
        "sheets-300",
        "x.xlsx",
        lambda: sheets(*((f"S{n}", [["x"]]) for n in range(299)), ("Scores", table())),
        rows=(GOOD_ROW,),
    ),
)
ROW_CASES = (
    Case(
        "rows-a-total",
        "x.csv",
        lambda: csv_bytes(table(OTHER, ("Total", "", "", "", "5"))),
        rows=(GOOD_ROW, OTHER_ROW),
        notices=("Row 4 looks like a total (Total) and was left out.",),
    ),
    Case(
        "rows-a-note",
        "x.csv",
        lambda: csv_bytes(table(("Scores to be checked by Ann",))),
        rows=(GOOD_ROW,),
        notices=('Row 3 looks like a note ("Scores to be checked by Ann") and was left out.',),
    ),
    Case(
        "rows-twice",
        "x.csv",
        lambda: csv_bytes(table(GOOD)),
        rows=(GOOD_ROW,),
        problems=("A3: Family number is F000001. This row repeats row 2. Delete one of them.",),
    ),
    Case(
        "rows-that-contradict",
        "x.csv",
        lambda: csv_bytes(table((*GOOD[:4], "5"))),
        problems=(
            "E2: Score is 2. Row 3 has 5 for the same family number, centre number, date of score and stage. Keep the right row, delete the other.",
            "E3: Score is 5. Row 2 has 2 for the same family number, centre number, date of score and stage. Keep the right row, delete the other.",
        ),
    ),
    Case(
        "rows-end-before-start",
        "x.csv",
        lambda: csv_bytes(table(("F000001", "C01", "01/04/2012", "end", "3"))),
        rows=(GOOD_ROW,),
        problems=(
            "C3: Date of score is 01/04/2012. The family's first score, at the start of support, is later: 01/05/2012. Put the wrong date or stage right.",
        ),
    ),
    Case(
        "rows-merged",
        "x.xlsx",
        lambda: merged(table(("", "C01", "02/05/2012", "start", "3")), "A2:A3"),
        rows=(GOOD_ROW,),
        problems=(
            "A3: Family number is blank. It is part of a merged cell: unmerge it and fill in every row. Enter the family number, such as F000123.",
        ),
    ),
    Case(
        "rows-merged-everything",
        "x.xlsx",
        lambda: merged([["Family number"], [], []], "A1:E3"),
        problems=(NO_HEADINGS,),
    ),
    Case(
        "rows-hidden-by-a-filter",
        "x.xlsx",
        lambda: zipped(parts([("Scores", rows_xml(table(OTHER)).replace('<row r="3">', '<row r="3" hidden="1">'))])),
        rows=(GOOD_ROW, OTHER_ROW),
    ),
    Case(
        "rows-the-examples",
        "x.csv",
        lambda: csv_bytes([HEADINGS, ("F000123", "C01", "04/03/2010", "start", "2"), GOOD]),
        rows=(GOOD_ROW,),
        problems=("A2: Family number is F000123. No such family is stored. Check the family number.",),
    ),
    Case("rows-spaces-only", "x.csv", lambda: csv_bytes(table(("  ", " ", "\t", " ", " "))), rows=(GOOD_ROW,)),
    Case(
        "rows-with-many-faults",
        "x.csv",
        lambda: csv_bytes([HEADINGS, ("", "C09", "31/04/2012", "sart", "9")]),
        problems=(
            "A2: Family number is blank. Enter the family number, such as F000123.",
            "B2: Centre number is C09. No such centre is stored. …",
            "C2: Date of score is 31/04/2012. April 2012 has only 30 days. Enter a date as day/month/year, such as 04/03/2010.",
            'D2: Stage is sart. Did you mean "start"? Choose "At the start of support", "At a review" or "At the end of support".',
            "E2: Score is 9. Enter a whole number from 1 to 5.",
        ),
    ),
)


def referrals(source: Any) -> bytes:
    headings = ("Referral number", "Child number", "Received on", "Source")
    return xlsx([headings, ("R0001", "K000456", "04/03/2010", source)])


REFERRED = ("R0001", "K000456", date(2010, 3, 4), "10", None, None, None, None)
CODE_CASES = (
    *(
        Case(
            f"code-{value!r}",
            "x.xlsx",
            lambda value=value: referrals(value),
            problems=(f"D2: Source is {value}. …",),
            table="referrals",
        )
        for value in ("1.0", "1,0", "-4", "4.5", "0", "010")
    ),
    *(
        Case(
            f"code-{value!r}-is-10", "x.xlsx", lambda value=value: referrals(value), rows=(REFERRED,), table="referrals"
        )
        for value in (10, 10.0, "10", "10.0", " 10 ", "unknown")
    ),
)
CASES = (*HEADING_CASES, *SHEET_CASES, *ROW_CASES, *CODE_CASES)
