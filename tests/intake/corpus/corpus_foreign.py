# ruff: noqa: E501 - sentences are kept whole, so that they can be searched for
"""Files of another kind under a spreadsheet's name, and files with next to nothing in them."""

from __future__ import annotations

from collections.abc import Callable

from corpus_case import GOOD_ROW, Case, csv_bytes, old_builders, table, xlsx, zipped

XLSX = "Save the table as an Excel Workbook (.xlsx) and upload that."
SAVE_AS = "Open it in Excel, choose Save As, Excel Workbook (.xlsx), and upload that."
NOT_TEXT = (
    "is not a workbook and not text, so it cannot be read as a table. "
    'Open it in Excel and save it as an Excel Workbook (.xlsx) or as "CSV UTF-8".'
)
PICTURE = "is a picture, not a spreadsheet. Upload the workbook or csv file the picture was made from."
ARCHIVE = "is a compressed archive. Take the workbook or csv file out of it and upload that."
NO_WORKBOOK = "is a zip archive without a workbook in it. Take the file out and upload that."
EMPTY = "is empty. Choose the file again."
OLD = "is an old Office document, but not an Excel workbook. Upload a workbook or csv file."
WEB = f"is a web page saved under a spreadsheet's name. {SAVE_AS}"
UNREADABLE = (
    'holds characters that cannot be read. Open it in Excel and save it as an Excel Workbook (.xlsx) or as "CSV UTF-8".'
)
DAMAGED = (
    "is damaged: it cannot be read as a workbook. Open it in Excel; if it opens, save it under a new name and upload "
    "that."
)
TEXT_DOCUMENT = "is a text document, not a spreadsheet. Copy its table into an Excel workbook and upload that."

REFUSED: tuple[tuple[str, str, bytes, str], ...] = (
    ("no-bytes", "x.xlsx", b"", EMPTY),
    ("no-bytes-csv", "x.csv", b"", EMPTY),
    ("one-nul", "x.xlsx", b"\x00", EMPTY),
    ("one-space", "x.csv", b" ", EMPTY),
    ("line-ends", "x.csv", b"\r\n\r\n", EMPTY),
    ("mark-alone", "x.csv", b"\xef\xbb\xbf", EMPTY),
    ("mark-alone-utf16", "x.csv", b"\xff\xfe", EMPTY),
    ("nuls", "x.xls", b"\x00" * 5_000, EMPTY),
    (
        "pdf",
        "x.xlsx",
        b"%PDF-1.7\n1 0 obj",
        "is a PDF, not a spreadsheet. Ask for the table as an Excel workbook or csv file.",
    ),
    (
        "pdf-after-a-blank-line",
        "x.csv",
        b"\n%PDF-1.7\n\x00",
        "is a PDF, not a spreadsheet. Ask for the table as an Excel workbook or csv file.",
    ),
    ("png", "x.xlsx", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", PICTURE),
    ("jpeg", "x.xls", b"\xff\xd8\xff\xe0\x00\x10JFIF", PICTURE),
    ("gif", "x.csv", b"GIF89a\x01\x00", PICTURE),
    ("tiff", "x.csv", b"II*\x00\x08\x00", PICTURE),
    ("bmp", "x.csv", b"BM6\x00\x0c\x00\x00\x00\x00\x006", PICTURE),
    ("webp", "x.csv", b"RIFF\x24\x00\x00\x00WEBPVP8 ", PICTURE),
    ("svg", "x.csv", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "is an XML file, not a spreadsheet."),
    ("gzip", "x.xlsx", b"\x1f\x8b\x08\x00\x00", ARCHIVE),
    ("7z", "x.xlsx", b"7z\xbc\xaf\x27\x1c\x00\x04", ARCHIVE),
    ("rar", "x.xlsx", b"Rar!\x1a\x07\x00", ARCHIVE),
    ("bzip2", "x.csv", b"BZh91AY", ARCHIVE),
    ("xz", "x.csv", b"\xfd7zXZ\x00\x00", ARCHIVE),
    ("tar", "x.csv", b"scores.csv".ljust(257, b"\x00") + b"ustar\x0000" + b"\x00" * 300, ARCHIVE),
    ("exe", "x.xlsx", b"MZ\x90\x00\x03\x00\x00\x00", "is a program, not a spreadsheet."),
    ("elf", "x.csv", b"\x7fELF\x02\x01\x01", "is a program, not a spreadsheet."),
    ("script", "x.csv", b"#!/bin/sh\nrm -rf /\n", "is a program, not a spreadsheet."),
    (
        "sqlite",
        "x.xlsx",
        b"SQLite format 3\x00\x10\x00",
        "is a database, not a spreadsheet. Export the table as a csv file.",
    ),
    (
        "access",
        "x.xlsx",
        b"\x00\x01\x00\x00Standard Jet DB\x00",
        "is a database, not a spreadsheet. Export the table as a csv file.",
    ),
    (
        "access-2007",
        "x.xlsx",
        b"\x00\x01\x00\x00Standard ACE DB\x00",
        "is a database, not a spreadsheet. Export the table as a csv file.",
    ),
    ("parquet", "x.csv", b"PAR1\x15\x04\x15\x00", "is a database, not a spreadsheet. Export the table as a csv file."),
    ("rtf", "x.xls", b"{\\rtf1\\ansi x}", TEXT_DOCUMENT),
    ("html-as-xls", "x.xls", b"<html><body><table><tr><td>Family number</td></tr></table></body></html>", WEB),
    ("html-with-mark", "x.xls", b"\xef\xbb\xbf<!DOCTYPE html><html></html>", WEB),
    ("html-utf16", "x.xls", "<html><table></table></html>".encode("utf-16"), WEB),
    ("html-behind-a-comment", "x.xls", b"<!-- saved --><html><table></table></html>", WEB),
    ("mhtml", "x.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", WEB),
    (
        "xml-2003",
        "x.xls",
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        f"is a workbook in an old XML form that is not read here. {SAVE_AS}",
    ),
    ("xml", "x.csv", b'<?xml version="1.0"?><Message/>', "is an XML file, not a spreadsheet."),
    (
        "json",
        "x.csv",
        b'{"family": "F000001", "score": 3}',
        "is a JSON file, not a spreadsheet. Export the table as a csv file.",
    ),
    (
        "json-list",
        "x.csv",
        b'[{"family": "F000001"}]',
        "is a JSON file, not a spreadsheet. Export the table as a csv file.",
    ),
    ("email", "x.csv", b"Received: from x\r\nSubject: scores\r\n\r\n\x00", NOT_TEXT),
    ("odd-bytes", "x.csv", b"\x01\x02\x03\x04", NOT_TEXT),
    ("all-bytes", "x.csv", bytes(range(256)) * 4, UNREADABLE),
    ("zip-sign-alone", "x.xlsx", b"PK\x03\x04", DAMAGED),
    ("zip-empty", "x.xlsx", b"PK\x05\x06" + b"\x00" * 18, "is an empty archive. Choose the file again."),
    ("ole-sign-alone", "x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD),
    ("ole-cut-short", "x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), DAMAGED),
    (
        "excel-95-or-older",
        "x.xls",
        b"\x09\x08\x08\x00\x00\x05\x05\x00",
        f"is a workbook in an old form that is not read here. {SAVE_AS}",
    ),
    (
        "excel-4",
        "x.xls",
        b"\x09\x04\x06\x00\x00\x00\x10\x00\x00\x00",
        f"is a workbook in an old form that is not read here. {SAVE_AS}",
    ),
    ("lotus", "x.xls", b"\x00\x00\x02\x00\x06\x04\x06\x00\x08\x00", NOT_TEXT),
)

BUILT: tuple[tuple[str, str, Callable[[], bytes], str], ...] = (
    ("docx", "x.xlsx", lambda: zipped({"word/document.xml": "<x/>"}), f"is a Word document, not a spreadsheet. {XLSX}"),
    ("pptx", "x.xlsx", lambda: zipped({"ppt/presentation.xml": "<x/>"}), f"is a presentation, not a spreadsheet. {XLSX}"),
    ("xlsb", "x.xlsx", lambda: zipped({"xl/workbook.bin": "x"}), f"is a binary workbook (.xlsb), which is not read here. {XLSX}"),
    ("numbers", "x.xlsx", lambda: zipped({"Index/Document.iwa": "x"}), f"is a Numbers document, which is not read here. {XLSX}"),
    ("odt", "x.ods", lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}), NO_WORKBOOK),
    ("jar", "x.xlsx", lambda: zipped({"META-INF/MANIFEST.MF": "x", "A.class": "x"}), NO_WORKBOOK),
    ("csv-in-a-zip", "x.csv", lambda: zipped({"scores.csv": "a,b"}), NO_WORKBOOK),
    ("doc", "x.xls", lambda: old_builders().compound_file("WordDocument", b"x"), OLD),
    ("msg", "x.xls", lambda: old_builders().compound_file("__properties_version1.0", b"x"), OLD),
    ("xls-of-rubbish", "x.xls", lambda: old_builders().compound_file("Workbook", b"\xff" * 900), DAMAGED),
    ("xls-of-nothing", "x.xls", lambda: old_builders().compound_file("Workbook", b""), DAMAGED),
    ("too-many-bytes", "x.csv", lambda: b"a,b\n" * 12_500_001, "has 50 million bytes; at most 50 million are read. Split it into parts, a period each."),
    *((f"xls-cut-at-{at}", "x.xls", lambda at=at: old_builders().xls(table())[:at], OLD if at < 1_100 else DAMAGED) for at in (512, 1_030, 1_300, 1_600, 3_000)),
)  # fmt: skip

MISNAMED = (
    (
        "xlsx-named-csv",
        "x.csv",
        lambda: xlsx(table()),
        '"x.csv" is named like csv text but is an Excel workbook; it was read as that.',
    ),
    (
        "xlsx-named-xls",
        "x.xls",
        lambda: xlsx(table()),
        '"x.xls" is named like an old Excel workbook but is an Excel workbook; it was read as that.',
    ),
    (
        "csv-named-xlsx",
        "x.xlsx",
        lambda: csv_bytes(table()),
        '"x.xlsx" is named like an Excel workbook but is csv text; it was read as that.',
    ),
    (
        "csv-named-xls",
        "x.xls",
        lambda: csv_bytes(table(), delimiter="\t"),
        '"x.xls" is named like an old Excel workbook but is csv text; it was read as that.',
    ),
    (
        "ods-named-xlsx",
        "x.xlsx",
        lambda: old_builders().ods(table()),
        '"x.xlsx" is named like an Excel workbook but is an OpenDocument sheet; it was read as that.',
    ),
    (
        "xls-named-xlsx",
        "x.xlsx",
        lambda: old_builders().xls(table()),
        '"x.xlsx" is named like an Excel workbook but is an old Excel workbook; it was read as that.',
    ),
)

OLD_ERROR = "is an error. Put right the formula in the cell, or type the value."


def xls_with(cell: str, at: int) -> bytes:
    row = list(table()[1])
    row[at] = getattr(old_builders(), cell)
    return bytes(old_builders().xls([table()[0], row]))


def xls_chained(place: int, number: int) -> bytes:
    """Return an old workbook with one number of its header or table changed."""
    data = bytearray(old_builders().xls(table()))
    data[place : place + 4] = number.to_bytes(4, "little")
    return bytes(data)


CASES = (
    Case("xls-an-error", "x.xls", lambda: xls_with("XLS_ERROR", 4), problems=(f"E2: Score {OLD_ERROR}",)),
    Case(
        "xls-a-formula-with-an-error",
        "x.xls",
        lambda: xls_with("XLS_FORMULA_ERROR", 0),
        problems=(f"A2: Family number {OLD_ERROR}",),
    ),
    Case(
        "xls-error-in-a-column-that-may-be-blank",
        "x.xls",
        lambda: old_builders().xls([(*table()[0], "Scored by"), (*table()[1], old_builders().XLS_ERROR)]),
        problems=(f"F2: Scored by {OLD_ERROR}",),
    ),
    *(
        Case(
            f"xls-chain-broken-at-{place}",
            "x.xls",
            lambda place=place, number=number: xls_chained(place, number),
            f'"x.xls" {DAMAGED}',
        )
        for place, number in (
            (30, 0),
            (48, 99_999),
            (76, 5_000),
            (520, 2),
            (524, 2),
            (1_024 + 128 + 116, 60_000),
        )
    ),
    *(Case(f"foreign-{name}", file, lambda data=data: data, f'"{file}" {says}') for name, file, data, says in REFUSED),
    *(Case(f"foreign-{name}", file, build, f'"{file}" {says}') for name, file, build, says in BUILT),
    *(Case(f"misnamed-{name}", file, build, rows=(GOOD_ROW,), notices=(says,)) for name, file, build, says in MISNAMED),
    Case("a-name-with-no-ending", "scores", lambda: xlsx(table()), rows=(GOOD_ROW,)),
    Case(
        "one-byte",
        "x.csv",
        lambda: b"a",
        problems=(
            "No row of headings was found. The first row should name the columns: Family number, Centre number, Date of score, Stage, Score. The template has them ready.",
        ),
    ),
)
