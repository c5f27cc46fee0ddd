"""A file of the corpus, what must be said of it, and small builders of workbooks that no writer would make."""

from __future__ import annotations

import csv
import importlib.util
import io
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.sax.saxutils import escape

HEADINGS = ("Family number", "Centre number", "Date of score", "Stage", "Score")
GOOD = ("F000001", "C01", "01/05/2012", "start", "2")
GOOD_ROW = ("F000001", "C01", date(2012, 5, 1), "start", "overall", 2, "better", None)
TODAY = date(2012, 12, 31)
FAMILIES = frozenset({"F000001", "F000002", "F000003", "00123", "123", "7", "12000000000"})


@dataclass(frozen=True)
class Case:
    """One file, and what must come of it.

    ``refused`` is the whole sentence (or, where it ends in "…", its beginning) of a file that is not read at all.
    Of a file that is read: ``rows`` are exactly the good rows, in the table's columns; ``problems`` exactly the
    sentences of what is wrong ("…" as above); ``notices`` are among the sentences of how it was read.
    """

    name: str
    file: str
    build: Callable[[], bytes]
    refused: str = ""
    rows: tuple[tuple[Any, ...], ...] = ()
    problems: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    table: str = "progress_scores"


@dataclass(frozen=True)
class Wrong:
    """The cell is refused; ``says`` is the rest of the sentence after the column's label."""

    says: str


@dataclass(frozen=True)
class Xml:
    """A cell as raw XML; ``{at}`` stands for where it is."""

    text: str


def old_builders() -> ModuleType:
    """Return the builders of ods and xls files."""
    if "intake_workbooks" not in sys.modules:
        spec = importlib.util.spec_from_file_location("intake_workbooks", Path(__file__).parents[1] / "workbooks.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["intake_workbooks"] = module
        spec.loader.exec_module(module)
    return sys.modules["intake_workbooks"]


def csv_bytes(rows: Sequence[Sequence[Any]], encoding: str = "utf-8", **options: Any) -> bytes:
    """Return rows as a csv file."""
    text = io.StringIO()
    csv.writer(text, **options).writerows(rows)
    return text.getvalue().encode(encoding)


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HIDDEN = ' state="hidden"'
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
    '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/>'
    '<xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def parts(sheets: Sequence[tuple[str, str]], *, book: str = "", hidden: Sequence[str] = ()) -> dict[str, str | bytes]:
    """Return the parts of an xlsx workbook with these sheets: name and the XML of its rows (and what follows them)."""
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-officedocument'
        '.spreadsheetml.worksheet+xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"{_HIDDEN if name in hidden else ""}/>'
        for n, (name, _) in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType='
        f'"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}">{book}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'{relations}<Relationship Id="rIdStyles" Type="{_REL}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
    }
    for n, (_, body) in enumerate(sheets, 1):
        made[f"xl/worksheets/sheet{n}.xml"] = f'{_HEAD}<worksheet xmlns="{_MAIN}">{body}</worksheet>'
    return made


def zipped(made: dict[str, str | bytes]) -> bytes:
    """Return parts as an archive; the same parts are always the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in made.items():
            archive.writestr(zipfile.ZipInfo(name, (2012, 5, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def letters(position: int) -> str:
    """Return a column's letters."""
    return (letters(position // 26 - 1) if position >= 26 else "") + chr(65 + position % 26)


def cell_xml(value: Any, at: str) -> str:
    """Return a cell's XML: text in line, days as a number with a day's format."""
    if value is None:
        return ""
    if isinstance(value, Xml):
        return value.text.replace("{at}", at)
    if isinstance(value, bool):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        past = value - datetime(1899, 12, 30)
        return f'<c r="{at}" s="2"><v>{past.days + past.seconds / 86400!r}</v></c>'
    if isinstance(value, date):
        return f'<c r="{at}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value!r}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def rows_xml(rows: Sequence[Sequence[Any]], first: int = 1) -> str:
    """Return the XML of a sheet's rows."""
    made = "".join(
        f'<row r="{n}">{"".join(cell_xml(value, f"{letters(at)}{n}") for at, value in enumerate(row))}</row>'
        for n, row in enumerate(rows, first)
    )
    return f"<sheetData>{made}</sheetData>"


def xlsx(rows: Sequence[Sequence[Any]], *, book: str = "", after: str = "") -> bytes:
    """Return a workbook of one sheet of these rows, with more XML for the workbook or after the rows."""
    return zipped(parts([("Scores", rows_xml(rows) + after)], book=book))


def table(*rows: Sequence[Any], headings: Sequence[Any] = HEADINGS) -> list[Sequence[Any]]:
    """Return the headings, the good row, and these rows."""
    return [headings, GOOD, *rows]


COLUMN = {"family_id": 0, "centre_id": 1, "scored_on": 2, "stage": 3, "score": 4}
_PLACE = {"family_id": 0, "centre_id": 1, "scored_on": 2, "stage": 3, "score": 5}
_PLAIN = ("F000002", "C01", "02/05/2012", "start", "3")
_PLAIN_ROW = ("F000002", "C01", date(2012, 5, 2), "start", "overall", 3, "better", None)


def cell_cases(
    group: str, column: str, cells: Sequence[tuple[Any, ...]], kinds: Sequence[str] = ("csv", "xlsx"), book: str = ""
) -> list[Case]:
    """Return cases of one odd cell in a third row: (name, cell, what is read or Wrong, notices …).

    A cell of text is tried as csv and as a workbook; any other only as a workbook.
    """
    cases = []
    at = COLUMN[column]
    for name, cell, becomes, *notices in cells:
        for kind in kinds if isinstance(cell, str) else ("xlsx",):
            row = (*_PLAIN[:at], cell, *_PLAIN[at + 1 :])
            rows: tuple[tuple[Any, ...], ...] = (GOOD_ROW,)
            problems: tuple[str, ...] = ()
            if isinstance(becomes, Wrong):
                problems = (f"{letters(at)}3: {HEADINGS[at]} {becomes.says}",)
            else:
                place = _PLACE[column]
                rows = (GOOD_ROW, (*_PLAIN_ROW[:place], becomes, *_PLAIN_ROW[place + 1 :]))
            build = _builder(kind, row, book)
            cases.append(Case(f"{group}-{name}-{kind}", f"x.{kind}", build, "", rows, problems, tuple(notices)))
    return cases


def _builder(kind: str, row: Sequence[Any], book: str) -> Callable[[], bytes]:
    def build() -> bytes:
        match kind:
            case "csv":
                return csv_bytes(table(row))
            case "xlsx":
                return xlsx(table(row), book=book)
        made: bytes = getattr(old_builders(), kind)(table(row))
        return made

    return build


CASES: tuple[Case, ...] = (
    Case("the-good-row-csv", "x.csv", lambda: csv_bytes(table()), rows=(GOOD_ROW,)),
    Case("the-good-row-xlsx", "x.xlsx", lambda: xlsx(table()), rows=(GOOD_ROW,)),
    Case("the-good-row-ods", "x.ods", lambda: old_builders().ods(table()), rows=(GOOD_ROW,)),
    Case("the-good-row-xls", "x.xls", lambda: old_builders().xls(table()), rows=(GOOD_ROW,)),
)
