"""Lists of referrals and Annex A, read with the care our own templates are read with."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from toolkit.errors import InputError
from toolkit.intake.connect import Columns, Found, Words, read_annex_a, read_referral_list
from toolkit.intake.connect.cells import child_in
from toolkit.intake.connect.codes import closure_of, source_of
from toolkit.intake.pseudonyms import Key
from toolkit.tables.referrals import SOURCE_GROUPS, SOURCES

KEY, TODAY = Key(b"k" * 32), date(2026, 11, 23)
COLUMNS = Columns("Child ID", "Referral Date", "Source")
HEADINGS = ("Child ID", "Referral Date", "Source")
DAY = date(2024, 2, 1)
Sheets = Mapping[str, Sequence[Sequence[object]]]


def workbook(sheets: Sheets, *, hidden: str = "", from_1904: bool = False) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    if from_1904:
        book.epoch = CALENDAR_MAC_1904
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name == hidden else "visible"
        for row in rows:
            sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def listed(rows: Sequence[Sequence[object]], columns: Columns = COLUMNS, **options: object) -> Found:
    return read_referral_list(workbook({"List": rows}, **options), KEY, columns, name="list.xlsx", today=TODAY)


def in_csv(text: str, columns: Columns = COLUMNS, words: Words | None = None) -> Found:
    return read_referral_list(text.encode(), KEY, columns, name="list.csv", today=TODAY, words=words or Words())


# A list whose columns are named.


def test_numbers_that_excel_changed_and_errors_are_no_child(tmp_path: Path) -> None:
    numbers = (9434765919123456, True, date(2024, 2, 1), 12345.5, "1.2E+10", "=NA()", "#N/A", "Jo Smith", 12345, "A12")
    found = listed([HEADINGS, *((number, DAY, "6") for number in numbers)])
    assert [one.where for one in found.wrong] == [f"row {row}" for row in range(2, 10)]
    assert {one.field for one in found.wrong} == {"Child ID"}
    assert not any("CellFault" in sentence for sentence in found.sentences())
    assert "Jo Smith" not in " ".join(found.sentences())
    children = found.tables["referrals"]["child_id"].tolist()
    assert children == [KEY.pseudonym("child", "12345"), KEY.pseudonym("child", "A12")]


@given(st.floats(1e15, 1e25) | st.floats(0, 1e9).filter(lambda number: number != int(number)) | st.booleans())
def test_no_number_that_names_nothing_is_ever_a_child(number: float | bool) -> None:
    assert child_in(number).value is None


def test_an_error_in_any_column_is_named_an_error() -> None:
    columns = Columns(*HEADINGS, nfa="NFA", closed="Closed", reason="Reason", number="Number")
    errors = ("C1", "#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!")
    found = listed([(*HEADINGS, "NFA", "Closed", "Reason", "Number"), errors], columns)
    assert {one.field for one in found.wrong} == {"Referral Date", "Source", "NFA", "Closed", "Reason", "Number"}
    assert {one.value for one in found.wrong} == {"an error"} and "referrals" not in found.tables


def test_a_bare_number_is_no_day_in_a_workbook_that_counts_from_1904() -> None:
    found = listed([HEADINGS, ("C1", 43931, "6"), ("C2", date(2024, 4, 11), "6")], from_1904=True)
    assert [one.where for one in found.wrong] == ["row 2"] and "counts days from 1904" in found.sentences()[0]
    assert found.tables["referrals"]["received_on"].tolist() == [date(2024, 4, 11)]


def test_hidden_sheets_notes_titles_and_totals_are_left_out_and_said() -> None:
    rows = [("Referrals of 2024",), (), HEADINGS, ("C1", DAY, "6"), ("Total", 1), ("Produced by the team", None, None)]
    sheets = {"Notes": [("Notes",), ("Nothing here",)], "List": rows, "Old": [HEADINGS, ("C2", DAY, "6")]}
    found = read_referral_list(workbook(sheets, hidden="Old"), KEY, COLUMNS, name="list.xlsx", today=TODAY)
    assert found.is_clean, found.sentences()
    assert found.tables["referrals"]["child_id"].tolist() == [KEY.pseudonym("child", "C1")]
    said = " ".join(found.notices)
    for part in ('not "Notes", "Old"', "above the headings", "looks like a total (Total)", "looks like a note"):
        assert part in said, part


def test_a_table_on_a_hidden_sheet_alone_is_not_read() -> None:
    sheets = {"Notes": [("Notes",), ("Nothing here",)], "List": [HEADINGS, ("C1", DAY, "6")]}
    with pytest.raises(InputError, match='on the hidden sheet "List"'):
        read_referral_list(workbook(sheets, hidden="List"), KEY, COLUMNS, name="list.xlsx", today=TODAY)


def test_columns_found_on_no_sheet_are_named_with_the_nearest_of_the_widest() -> None:
    sheets = {"Notes": [("Notes",)], "List": [("Child", "Referral date", "Sources"), ("C1", DAY, "6")], "Old": [("x",)]}
    with pytest.raises(
        InputError, match=r'no column "Child ID".*no column "Referral Date". Did you mean "Referral date"'
    ):
        read_referral_list(workbook(sheets, hidden="Old"), KEY, COLUMNS, name="list.xlsx", today=TODAY)
    with pytest.raises(InputError, match="has no filled cells"):
        in_csv("\n\n;\n")


@pytest.mark.parametrize("part", ["source", "nfa", "closed", "reason", "number", "outcome", "received", "child"])
def test_a_column_that_is_named_and_not_there_is_refused(part: str) -> None:
    named = {"child": "Child ID", "received": "Referral Date", "source": "Source"} | {part: "NFA?"}
    with pytest.raises(InputError, match=r'has no column "NFA\?". Did you mean "NFA"\?.*Nothing was stored'):
        in_csv("Child ID,Referral Date,Source,NFA\nC1,01/02/2024,6,N\n", Columns(**named))


def test_every_column_that_is_missing_or_doubled_is_named_at_once() -> None:
    with pytest.raises(InputError, match=r'"Referral Date" more than once \(B and D\).*no column "Close"'):
        in_csv("Child ID,Referral Date,Source,Referral Date\nC1,1/2/24,6,2/2/24\n", Columns(*HEADINGS, closed="Close"))
    with pytest.raises(InputError, match='"Referral Date" is named for two things'):
        in_csv("Child ID,Referral Date,Source\nC1,1/2/24,6\n", Columns(*HEADINGS, closed="Referral Date"))


def test_a_row_that_a_separator_cut_in_two_is_refused() -> None:
    with pytest.raises(InputError, match="row 3, has 4 cells and there are 3 headings"):
        in_csv("Child ID,Referral Date,Source\nC1,01/02/2024,6\nC2,01/02/2024,6,Police\n")


def test_how_days_were_read_is_said() -> None:
    found = in_csv("Child ID,Referral Date,Source\nC1,01/02/24,6\nC2,2024-05-31T23:00:00Z,6\n")
    assert found.tables["referrals"]["received_on"].tolist() == [DAY, date(2024, 6, 1)]
    assert sum("(Referral Date)" in notice for notice in found.notices) == 2


# Annex A.

LIST_3 = ("Child Unique ID", "Date of Referral", "Referral Source", "Referral NFA?")
LIST_7 = ("Child Unique ID", "Child Protection Plan Start Date", "Child Protection Plan End Date")
LIST_8 = ("Child Unique ID", "Date Started to be Looked After", "Date Ceased to be Looked After")


def annex(list_3: Sequence[object] = LIST_3, list_7: Sequence[object] = LIST_7, list_8: Sequence[object] = LIST_8,
          hidden: str = "", **more: Sequence[Sequence[object]]) -> Found:  # fmt: skip
    started, ended = date(2024, 2, 28), date(2024, 4, 18)
    sheets = {
        "List_3": [("Our council",), list_3, ("C1", DAY, "6: Police", "a) Yes")],
        "List 7": [list_7, ("C1", started, ended)],
        "list 8": [list_8, ("C1", started, ended), ("Total", 1)],
    }
    return read_annex_a(workbook(sheets | more, hidden=hidden), KEY, name="annex.xlsx", today=TODAY)


def test_headings_of_annex_a_may_vary_in_case_signs_and_brackets() -> None:
    found = annex(
        ("CHILD UNIQUE ID", "Date of referral", "Referral source", "Referral NFA"),
        ("Child unique ID", "Child Protection Plan start  date", "Child Protection Plan end date"),
        ("Child Unique ID", "Date started to be looked after", "Date Ceased to be Looked After (if applicable)"),
    )
    assert found.is_clean and found.tables["referrals"]["outcome"].tolist() == ["nfa"]
    assert found.tables["episodes"]["ended_on"].tolist() == [date(2024, 4, 18)] * 2
    assert any("List_3: Row 1 is above the headings" in notice for notice in found.notices)
    assert any("looks like a total" in notice for notice in found.notices)
    assert any('no sheet "List 5": no section 47 enquiries' in notice for notice in found.notices)


def test_a_column_of_annex_a_that_is_missing_or_doubled_is_refused_with_all_others() -> None:
    with pytest.raises(InputError) as refused:
        annex(
            (*LIST_3[:3], "Outcome?"),
            ("Child Unique ID", "Child Protection Plan Start Date", "Ends"),
            (*LIST_8, LIST_8[1]),
        )
    for part in (
        '"Referral NFA?"',
        '"Child Protection Plan End Date"',
        '"Date Started to be Looked After" more than once',
    ):
        assert part in str(refused.value), part


def test_hidden_lists_of_annex_a_are_left_out_and_said_and_a_list_may_stand_on_one_sheet_only() -> None:
    found = annex(hidden="List 7")
    assert set(found.tables["episodes"]["kind"]) == {"looked_after"}
    assert any('Hidden sheets are not read: "List 7"' in notice for notice in found.notices)
    with pytest.raises(InputError, match='has List 3 twice, on the sheets "List_3" and "List 3'):
        annex(**{"List 3 (2)": [LIST_3]})


# Words.


@pytest.mark.parametrize(
    "text",
    [
        "School Year 6", "Health - GP 4 Elms Surgery", "10) Housing (e.g. Housing Dept)", "7 - Police", "Police",
        "8 - Other legal agency", "4: Health", "9 Police", "1A Road Surgery", "Ward 3B", "3A - Health visitor", "6/7",
        "Year 6", "",
    ],
)  # fmt: skip
def test_no_code_of_a_source_is_guessed_from_words(text: str) -> None:
    assert source_of(text) is None


@given(st.sampled_from(sorted(SOURCES)), st.sampled_from(["{}", " {} ", "{}: {m}", "{} - {m}", "q) {}: {m}"]))
def test_a_code_is_read_alone_and_beside_its_own_meaning(code: str, form: str) -> None:
    assert source_of(form.format(code, m=SOURCES[code])) == code
    assert source_of(form.format(code.lower(), m=SOURCES[code].upper())) == code


@pytest.mark.parametrize("form", ["{}: {m}", "a) {} - {m}"])
def test_a_code_beside_the_meaning_of_another_group_is_no_code(form: str) -> None:
    for code in SOURCES:
        for other in SOURCES:
            if SOURCE_GROUPS[code] != SOURCE_GROUPS[other]:
                assert source_of(form.format(code, m=SOURCES[other])) is None, (code, other)


@pytest.mark.parametrize("text", ["not RC8", "RC8 or RC9", "School RC8", "RC10", "Closed", "RC 8"])
def test_no_reason_is_guessed_from_words(text: str) -> None:
    assert closure_of(text) is None


def test_words_the_council_mapped_are_read_and_others_are_listed_with_how_often() -> None:
    words = Words({"source": {"school": "2A", "(blank)": "10"}, "outcome": {"signposted": "nfa", "ongoing": "none"}})
    columns = Columns(*HEADINGS, outcome="Outcome", reason="Reason")
    text = (
        "Child ID,Referral Date,Source,Outcome,Reason\nC1,01/02/2024, SCHOOL ,Signposted,\nC2,01/02/2024,,ongoing,RC7\n"
        "C3,01/02/2024,Neighbour,in_need,\nC4,01/02/2024,Neighbour,Assess,Moved\n"
    )
    found = in_csv(text, columns, words)
    assert found.tables["referrals"]["source"].tolist() == ["2A", "10"]
    assert found.tables["referrals"]["outcome"].fillna("").tolist() == ["nfa", ""]
    assert found.unmapped == {"source": {"Neighbour": 2}, "outcome": {"Assess": 1}, "closure": {"Moved": 1}}
    assert "toolkit map-words" in found.sentences()[0]
