"""Builders of workbooks that attack the reader: with far cells, entities, locks, lies about their parts, cut short."""

from __future__ import annotations

import posixpath
import re
import struct
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_BZIP2, ZipFile

from corpus_case import (
    Xml,
    cell_xml,
    old_builders,
    parts,
    rows_xml,
    table,
    xlsx,
    zipped,
)

SAVE = "Open it in Excel; if it opens, save it under a new name and upload that."
DAMAGED = f'"x.xlsx" is damaged: it cannot be read as a workbook. {SAVE}'
FAR = (
    "Something may have been typed or pasted far below or far to the right of the table. Copy only the table into a "
    "new workbook and upload that."
)
ENTITIES = (
    '"x.xlsx" declares XML entities, which no spreadsheet needs, and was not opened. Copy the table into a new '
    "workbook and upload that."
)
ERRORS = (
    '"x.xlsx" has cells that show an error, such as #N/A, and what they stand for is not known. Put their formulas '
    "right, or type the values, and upload it again."
)
LOCKED = (
    '"{}" is locked with a password. Open it in Excel, take the password off (File, Info, Protect Workbook, Encrypt '
    "with Password, leave it empty), save it and upload it again."
)
MACROS = "The workbook holds macros. They were not run."
WHOLE = parts([("Scores", rows_xml(table()))])
LOL = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
XML_PARTS = tuple(WHOLE)


def with_parts(**changed: str | bytes) -> Callable[[], bytes]:
    """Return a builder of the good workbook with parts changed or added; ``__`` stands for ``/``, ``_xml`` for .xml."""
    named = {
        name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): made for name, made in changed.items()
    }
    return lambda: zipped(WHOLE | named)


def declared(part: str, declaration: str) -> Callable[[], bytes]:
    def build() -> bytes:
        head, body = str(WHOLE[part]).split("\n", 1)
        return zipped(WHOLE | {part: f"{head}\n{declaration}{body}"})

    return build


def in_utf16(part: str) -> Callable[[], bytes]:
    def build() -> bytes:
        body = str(WHOLE[part]).split("\n", 1)[1]
        text = f'<?xml version="1.0" encoding="UTF-16"?>{LOL}{body}'
        return zipped(WHOLE | {part: text.encode("utf-16")})

    return build


def far(cell: str, row: int) -> Callable[[], bytes]:
    body = rows_xml(table()).replace("</sheetData>", f'<row r="{row}">{cell}</row></sheetData>')
    return lambda: zipped(parts([("Scores", body)]))


def cut(make: Callable[[], bytes], share: float) -> Callable[[], bytes]:
    def build() -> bytes:
        data = make()
        return data[: max(5, int(len(data) * share))]

    return build


def locked_entry() -> bytes:
    data = bytearray(zipped(WHOLE))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := data.find(sign, start)) >= 0:
            data[start + at] |= 1
            start += 4
    return bytes(data)


def lying_sizes() -> bytes:
    body = rows_xml(table()).replace("</sheetData>", "<row/>" * 200_000 + "</sheetData>")
    made = parts([("Scores", body)])
    size = len(str(made["xl/worksheets/sheet1.xml"]).encode())
    return zipped(made).replace(struct.pack("<I", size), struct.pack("<I", 900))


def directory_out_of_place(by: int) -> Callable[[], bytes]:
    """Return a builder of an archive whose end says that its directory is elsewhere."""

    def build() -> bytes:
        data = bytearray(zipped(WHOLE))
        at = data.rfind(b"PK\x05\x06") + 16
        data[at : at + 4] = struct.pack("<I", (struct.unpack_from("<I", data, at)[0] + by) % 2**32)
        return bytes(data)

    return build


def packed_otherwise() -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_BZIP2) as archive:
        for name, content in WHOLE.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def bad_checksum() -> bytes:
    data = bytearray(zipped(WHOLE))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 16] ^= 0xFF
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def twice_the_same_part() -> bytes:
    other = {"xl/worksheets/sheet2.xml": str(WHOLE["xl/worksheets/sheet1.xml"]).replace("F000001", "F000002")}
    return zipped(WHOLE | other).replace(b"xl/worksheets/sheet2.xml", b"xl/worksheets/sheet1.xml")


def blank_rows(count: int) -> bytes:
    rows = "".join(f'<row r="{n}"/>' for n in range(3, count))
    return zipped(parts([("Scores", rows_xml(table()).replace("</sheetData>", f"{rows}</sheetData>"))]))


def wide() -> bytes:
    headings = [*table()[0], *(f"Column {n}" for n in range(16_379))]
    return xlsx([headings, table()[1]])


def deep() -> bytes:
    return zipped(WHOLE | {"xl/worksheets/sheet1.xml": "<worksheet>" + "<a>" * 400_000 + "</a>" * 400_000})


def formula_in_every_cell() -> bytes:
    cell = Xml('<c r="{at}"><f>1+1</f></c>')
    return xlsx([table()[0], [cell] * 5])


def repeated(cells: int, rows: int) -> Callable[[], bytes]:
    def build() -> bytes:
        made = old_builders().ods(table())
        with ZipFile(BytesIO(made)) as archive:
            held: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
        cell = f'<table:table-cell table:number-columns-repeated="{cells}" office:value-type="float" office:value="1"/>'
        row = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'
        held["content.xml"] = bytes(held["content.xml"]).replace(
            b"<table:table-row>", row.encode() + b"<table:table-row>", 1
        )
        return zipped(held)

    return build


SHEET = "xl/worksheets/sheet1.xml"
UNFINISHED = "is a formula that was never worked out. Open the workbook in Excel, save it and upload it again."
NOT_WORKED_OUT = f"E2: Score {UNFINISHED}"


def body(cell: str) -> str:
    return str(WHOLE[SHEET]).replace(cell_xml("2", "E2"), cell)


def one_cell(cell: str) -> Callable[[], bytes]:
    return lambda: zipped(WHOLE | {SHEET: body(cell)})


def moved(target: str) -> Callable[[], bytes]:
    """Return a builder of a workbook whose sheet, with a formula never worked out, is kept in an odd place."""

    def build() -> bytes:
        made = {name: part for name, part in WHOLE.items() if name != SHEET}
        relations = str(made["xl/_rels/workbook.xml.rels"]).replace("worksheets/sheet1.xml", target)
        place = target.lstrip("/") if target.startswith("/") else f"xl/{posixpath.normpath(target)}"
        return zipped(made | {"xl/_rels/workbook.xml.rels": relations, place: body('<c r="E2"><f>1+2</f></c>')})

    return build


def left_to_excel() -> bytes:
    book = str(WHOLE["xl/workbook.xml"]).replace("</workbook>", '<calcPr fullCalcOnLoad="1"/></workbook>')
    return zipped(WHOLE | {"xl/workbook.xml": book, SHEET: body('<c r="E2"><f>1+2</f><v>0</v></c>')})


def prefixed() -> bytes:
    book = str(WHOLE["xl/workbook.xml"]).replace("xmlns:r=", "xmlns:rel=").replace("r:id=", "rel:id=")
    return zipped(WHOLE | {"xl/workbook.xml": book, SHEET: body('<c r="E2"><f>1+2</f></c>')})


def with_prefix() -> bytes:
    xml = re.sub(r"<(/?)(\w)", r"<\1x:\2", body('<c r="E2"><f>1+2</f></c>'))
    return zipped(WHOLE | {SHEET: xml.replace("xmlns=", "xmlns:x=")})


def backwards() -> bytes:
    cells = [cell_xml(value, f"{at}2") for at, value in zip("ABCDE", table()[1], strict=True)]
    return zipped(WHOLE | {SHEET: str(WHOLE[SHEET]).replace("".join(cells), "".join(reversed(cells)))})


def row_twice() -> bytes:
    row = '<row r="2"><c r="E2"><v>5</v></c></row>'
    return zipped(WHOLE | {SHEET: str(WHOLE[SHEET]).replace("</sheetData>", f"{row}</sheetData>")})
