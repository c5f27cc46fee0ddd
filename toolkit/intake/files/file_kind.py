"""What kind of file this is, by its bytes and not by its name, and what to do when it is none we read."""

from __future__ import annotations

import re

from toolkit.errors import InputError

LARGEST_FILE = 50_000_000
"""Bytes. A year of a county's scores is under 5 million."""

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")
_XLS_STREAMS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_SAVE_AS = "Open it in Excel, choose Save As, Excel Workbook (.xlsx), and upload that."

_OTHERS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\s*%PDF-"), "is a PDF, not a spreadsheet. Ask for the table as an Excel workbook or csv file."),
    (
        re.compile(rb"\{\\rtf"),
        "is a text document, not a spreadsheet. Copy its table into an Excel workbook and upload that.",
    ),
    (
        re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\x00|MM\x00\*|BM.{4}\x00\x00\x00\x00|RIFF.{4}WEBP", re.DOTALL),
        "is a picture, not a spreadsheet. Upload the workbook or csv file the picture was made from.",
    ),
    (
        re.compile(rb"\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!|BZh[1-9]|\xfd7zXZ|.{257}ustar", re.DOTALL),
        "is a compressed archive. Take the workbook or csv file out of it and upload that.",
    ),
    (re.compile(rb"MZ[^A-Za-z,;\t ]|\x7fELF|#!/"), "is a program, not a spreadsheet."),
    (
        re.compile(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08\x10]\x00"),  # Excel 2 to 5: no container round the records
        f"is a workbook in an old form that is not read here. {_SAVE_AS}",
    ),
    (
        re.compile(rb"SQLite format 3\x00|\x00\x01\x00\x00Standard (Jet|ACE) DB|PAR1"),
        "is a database, not a spreadsheet. Export the table as a csv file.",
    ),
)
_START_OF_TEXT: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (
        re.compile(
            rb"\s*(<!--((?!-->).)*-->\s*)*(<!DOCTYPE\s+html|<html|<head|<body|<table|<meta)|MIME-Version:\s",
            re.IGNORECASE | re.DOTALL,
        ),
        f"is a web page saved under a spreadsheet's name. {_SAVE_AS}",
    ),
    (
        re.compile(rb"\s*<\?xml[^>]*>\s*(<\?mso[^>]*>\s*)?<(\w+:)?Workbook\b"),
        f"is a workbook in an old XML form that is not read here. {_SAVE_AS}",
    ),
    (re.compile(rb"\s*<(\?xml|!DOCTYPE|\w+[ >])"), "is an XML file, not a spreadsheet."),
    (
        re.compile(rb"\s*(\{\s*\"[^\"\r\n]*\"\s*:|\[\s*[\[{])"),
        "is a JSON file, not a spreadsheet. Export the table as a csv file.",
    ),
)


def kind_of(data: bytes, name: str) -> str:
    """Return "zip", "xls" or "text", after refusing what is certainly no spreadsheet.

    Parameters
    ----------
    data
        The file's bytes.
    name
        The file's name, for messages.

    Raises
    ------
    InputError
        When the file is empty, too large, locked with a password, or of a kind that is not read, with what to do.
    """
    if not _without_mark(data).strip(b"\x00 \t\r\n"):
        raise InputError(f'"{name}" is empty. Choose the file again.')
    if len(data) > LARGEST_FILE:
        raise InputError(
            f'"{name}" has {len(data) / 1e6:,.0f} million bytes; at most {LARGEST_FILE / 1e6:,.0f} million are read. '
            "Split it into parts, a period each."
        )
    if data.startswith(_ZIP):
        return "zip"
    if data.startswith(_EMPTY_ZIP):
        raise InputError(f'"{name}" is an empty archive. Choose the file again.')
    if data.startswith(_OLE):
        return _old_office(data, name)
    _refuse(data, name, _OTHERS)
    # Without every other byte the signs are found in UTF-16 too.
    _refuse(_without_mark(data[:4096]).replace(b"\x00", b""), name, _START_OF_TEXT)
    return "text"


def _without_mark(data: bytes) -> bytes:
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        if data.startswith(mark):
            return data[len(mark) :]
    return data


def _old_office(data: bytes, name: str) -> str:
    if _ENCRYPTED_PART in data:
        raise InputError(locked(name))
    if not any(stream in data for stream in _XLS_STREAMS):
        raise InputError(
            f'"{name}" is an old Office document, but not an Excel workbook. Upload a workbook or csv file.'
        )
    return "xls"


def _refuse(data: bytes, name: str, signs: tuple[tuple[re.Pattern[bytes], str], ...]) -> None:
    for pattern, what_to_do in signs:
        if pattern.match(data):
            raise InputError(f'"{name}" {what_to_do}')


def locked(name: str) -> str:
    """Return the sentence for a workbook locked with a password."""
    return (
        f'"{name}" is locked with a password. Open it in Excel, take the password off (File, Info, Protect Workbook, '
        "Encrypt with Password, leave it empty), save it and upload it again."
    )
