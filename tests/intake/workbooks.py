"""Workbooks made by hand, for what no writer makes: ods, xls (BIFF8 in a compound file), and hostile files."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date

import openpyxl

_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
    'office:version="1.2"><office:body><office:spreadsheet><table:table table:name="Scores">'
)
_ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
_MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'


XLS_ERROR = object()
XLS_FORMULA_ERROR = object()


def ods(rows: Sequence[Sequence[object]], *, error_at_end: bool = False, manifest: str = _MANIFEST) -> bytes:
    """Return an ods workbook of one sheet; like LibreOffice, it repeats empty rows to the sheet's end."""
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    if error_at_end:
        body += (
            '<table:table-row><table:table-cell office:value-type="string" office:string-value="" '
            'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell></table:table-row>'
        )
    body += (
        f'<table:table-row table:number-rows-repeated="{1_048_576 - len(rows)}">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": _ODS_HEAD + body + _ODS_TAIL,
            "META-INF/manifest.xml": manifest,
        }
    )


def _ods_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, date):
        about = f'office:value-type="date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, int | float):
        about = f'office:value-type="float" office:value="{value}"'
    else:
        about = 'office:value-type="string"'
    return f"<table:table-cell {about}><text:p>{value}</text:p></table:table-cell>"


def xls(rows: Sequence[Sequence[object]]) -> bytes:
    """Return an xls workbook of one sheet with text and numbers: BIFF8 records, as MS-XLS writes them.

    ``XLS_ERROR`` is written as a cell that shows an error, ``XLS_FORMULA_ERROR`` as a formula whose result is one.
    """

    def record(number: int, body: bytes) -> bytes:
        return struct.pack("<HH", number, len(body)) + body

    name = b"Scores"
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0x0600))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell is XLS_ERROR:
                sheet += record(0x0205, struct.pack("<HHHBB", row, column, 0, 0x2A, 1))
            elif cell is XLS_FORMULA_ERROR:
                result = bytes([2, 0, 0x2A, 0, 0, 0, 0xFF, 0xFF])
                sheet += record(0x0006, struct.pack("<HHH", row, column, 0) + result + bytes(8))
            elif isinstance(cell, int | float):
                sheet += record(0x0203, struct.pack("<HHHd", row, column, 0, float(cell)))
            elif cell is not None:
                text = str(cell).encode("utf-16-le")
                sheet += record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text) // 2, 1) + text)
    sheet += record(0x000A, b"")
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0x0600))
    start += record(0x0042, struct.pack("<H", 1200))
    about_sheet = 4 + 8 + len(name)
    offset = len(start) + about_sheet + 4
    start += record(0x0085, struct.pack("<IBBBB", offset, 0, 0, len(name), 0) + name) + record(0x000A, b"")
    return compound_file("Workbook", start + sheet)


def compound_file(stream_name: str, content: bytes) -> bytes:
    """Return a compound file (MS-CFB, 512-byte sectors) with one stream."""
    content = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
    sectors = len(content) // 512
    assert sectors < 120, "one sector of the allocation table is enough for a test"
    end, free, of_table = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    table = [of_table, end, *range(3, sectors + 2), end]
    table += [free] * (128 - len(table))
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, 1, 1, 0, 4096, end, 0, end, 0,
    )  # fmt: skip
    header += struct.pack("<109I", 0, *[free] * 108)

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        encoded = name.encode("utf-16-le") + b"\0\0"
        return struct.pack(
            "<64sHBBIII16sIQQIQ", encoded, len(encoded), kind, 1, free, free, child, b"", 0, 0, 0, start, size
        )

    directory = entry("Root Entry", 5, 1, end, 0) + entry(stream_name, 2, free, 2, len(content))
    directory += struct.pack("<64sHBBIII16sIQQIQ", b"", 0, 0, 0, free, free, free, b"", 0, 0, 0, 0, 0) * 2
    return header + struct.pack("<128I", *table) + directory + content


def zipped(parts: dict[str, str | bytes], *, level: int = 9) -> bytes:
    """Return a zip archive of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def xlsx(rows: Sequence[Sequence[object]], title: str = "Scores") -> bytes:
    """Return an xlsx workbook of one sheet."""
    workbook = openpyxl.Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(list(row))
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> bytes:
    """Return a workbook's bytes."""
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def xlsx_of_sheet_xml(sheet_xml: str | bytes, **other_parts: str | bytes) -> bytes:
    """Return a workbook whose only sheet is the given XML."""
    parts: dict[str, str | bytes] = {}
    with zipfile.ZipFile(io.BytesIO(xlsx([["x"]]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = sheet_xml
    return zipped(parts | other_parts)


def sheet_xml(rows: str) -> str:
    """Return a sheet's XML around its rows."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><worksheet '
        f'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    )
