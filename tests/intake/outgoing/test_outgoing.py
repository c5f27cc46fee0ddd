"""What leaves as a workbook or csv file: no text runs, and it reads back as it was."""

from __future__ import annotations

import ast
import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toolkit
from toolkit.intake.cells import neutralised, restored
from toolkit.intake.outgoing.safe_cells import csv_text, new_workbook, write_text, write_texts
from toolkit.intake.outgoing.template import template_bytes
from toolkit.tables import TABLES

SOURCE = Path(toolkit.__file__).parent
SAFE = SOURCE / "intake" / "outgoing" / "safe_cells.py"
WORD = SOURCE / "report" / "docx.py"  # a Word file's tables hold text that nothing works out
WRITERS = {
    "to_csv", "to_excel", "ExcelWriter", "DictWriter", "write_string", "write_formula", "write_array_formula",
    "write_dynamic_array_formula", "write_rich_string", "write_url", "add_table",
    "write_comment", "insert_textbox", "data_editor", "dataframe",
}  # fmt: skip
SHEETS = {f"{sheet}.{how}" for sheet in ("sheet", "worksheet") for how in ("write", "write_row", "write_column")}
MODULES = {"openpyxl", "xlwt", "odf", "pyexcel", "unicodecsv"}
STARTS = "=+-@\t\r\n＝＋－＠"
CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
HOSTILE = st.builds(
    str.__add__, st.sampled_from(["", "=", "+", "-", "@", "\t", "\r", "\n", "＝", "'", "'=", ";=", " ="]), CELLS
)


def writers_used(source: str) -> list[str]:
    """Return what a module uses to write cells by itself, by line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import) and any(name.name.split(".")[0] in MODULES for name in node.names):
            found.append(f"{node.lineno}: import")
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in MODULES:
            found.append(f"{node.lineno}: import")
        if isinstance(node, ast.ImportFrom) and node.module in {"csv", "xlsxwriter"}:
            found.append(f"{node.lineno}: from {node.module}")
        if isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            named = f"{owner}.{node.attr}"
            if node.attr in WRITERS or named in {"csv.writer", "xlsxwriter.Workbook", *SHEETS}:
                found.append(f"{node.lineno}: {named}")
    return found


def uses(path: Path) -> list[str]:
    # xlsxwriter's class is named for its type in the template; only making one is writing.
    tree = ast.parse(path.read_text(encoding="utf-8"))
    made = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_workbook(node.func)}
    lines = writers_used(path.read_text(encoding="utf-8"))
    return [line for line in lines if "xlsxwriter.Workbook" not in line or int(line.split(":")[0]) in made]


def _is_workbook(func: ast.expr) -> bool:
    return isinstance(func, ast.Attribute) and func.attr == "Workbook"


def test_only_one_module_writes_cells() -> None:
    found = {
        path.relative_to(SOURCE).as_posix(): uses(path) for path in SOURCE.rglob("*.py") if path not in (SAFE, WORD)
    }
    assert {name: lines for name, lines in found.items() if lines} == {}
    assert uses(SAFE)


@pytest.mark.parametrize(
    "source",
    ["frame.to_csv(x)", "import csv\ncsv.writer(f)", "import openpyxl", "sheet.write(0, 0, x)", "s.write_url(0, 0, u)",
     "from csv import writer", "st.dataframe(x)", "st.data_editor(x)"],
)  # fmt: skip
def test_another_writer_would_be_found(source) -> None:
    assert writers_used(source)


@settings(deadline=None)  # other work may share the machine
@given(HOSTILE)
def test_what_is_neutralised_runs_nowhere_and_reads_the_same(text) -> None:
    safe = neutralised(text)
    assert restored(safe) == restored(text)
    if not text.startswith("'"):
        assert restored(safe) == text
    if safe[:1] in STARTS and safe:
        assert safe.strip("+-").replace(",", "").replace(".", "").isdecimal()


@settings(deadline=None)  # other work may share the machine
@given(st.lists(st.lists(st.none() | HOSTILE, min_size=1, max_size=5), max_size=5))
def test_csv_text_reads_back_cell_by_cell(rows) -> None:
    text = csv_text(rows)
    back = [[restored(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    expected = [[restored(cell or "") for cell in row] for row in rows]
    assert back == [[] if row == [""] else row for row in expected]


@settings(deadline=None)  # other work may share the machine
@given(st.lists(HOSTILE, min_size=1, max_size=8))
def test_a_workbook_holds_text_and_no_formula_or_link(cells) -> None:
    buffer = io.BytesIO()
    with new_workbook(buffer) as book:
        sheet = book.add_worksheet()
        write_texts(sheet, 0, 0, cells)
        write_text(sheet, 1, 0, "https://example.org")
    read = openpyxl.load_workbook(buffer).active
    assert {cell.data_type for row in read.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert not any(cell.hyperlink for row in read.iter_rows() for cell in row)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_templates_hold_no_formula(name) -> None:
    with zipfile.ZipFile(io.BytesIO(template_bytes(TABLES[name], centre_id="=1+1"))) as archive:
        sheets = [archive.read(part) for part in archive.namelist() if part.startswith("xl/worksheets/sheet")]
    assert sheets
    assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)
