# ruff: noqa: E501 - sentences are kept whole, so that they can be searched for
"""Csv files as systems write them: encodings, separators, quotation marks, line ends; and text that would run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from corpus_case import GOOD, GOOD_ROW, HEADINGS, Case, csv_bytes, table

SAVE = 'Open it in Excel and save it as an Excel Workbook (.xlsx) or as "CSV UTF-8".'
TWO_WAYS = f'"x.csv" writes accented letters in two different ways, so that some would come out wrong. {SAVE}'
NOT_TEXT = f'"x.csv" is not a workbook and not text, so it cannot be read as a table. {SAVE}'
UNREADABLE = f'"x.csv" holds characters that cannot be read. {SAVE}'
NO_HEADINGS = (
    "No row of headings was found. The first row should name the columns: Family number, Centre number, Date of "
    "score, Stage, Score. The template has them ready."
)
WITH_WORKER = (*HEADINGS, "Scored by")
ZOE = [WITH_WORKER, (*GOOD, "Zoë")]
ZOE_ROW = (*GOOD_ROW[:-1], "Zoë")
LINES = "\n".join(",".join(row) for row in ZOE) + "\n"
PLAIN = b"Family number,Centre number,Date of score,Stage,Score\nF000001,C01,01/05/2012,start,2\n"
UTF16 = "The file was read as UTF-16 text."
CP1252 = "The file was read as Windows (cp1252) text."


def worker(value: str, encoding: str = "utf-8", **options: Any) -> bytes:
    return csv_bytes([WITH_WORKER, (*GOOD, value)], encoding, **options)


def by(value: str | None) -> tuple[tuple[Any, ...], ...]:
    return ((*GOOD_ROW[:-1], value),)


def open_mark(line: int) -> str:
    return (
        f'"x.csv", line {line}: a quotation mark (") is out of place or never closed, so the rows after it cannot be '
        f"told apart. {SAVE}"
    )


def separated(name: str) -> tuple[str, ...]:
    return (f"The file's cells are separated by {name}, and were read so.",)


ENCODINGS: tuple[tuple[str, bytes, tuple[str, ...]], ...] = (
    ("utf8", LINES.encode(), ()),
    ("utf8-mark", LINES.encode("utf-8-sig"), ()),
    ("utf16-mark", LINES.encode("utf-16"), (UTF16,)),
    ("utf16-le-mark", b"\xff\xfe" + LINES.encode("utf-16-le"), (UTF16,)),
    ("utf16-be-mark", b"\xfe\xff" + LINES.encode("utf-16-be"), (UTF16,)),
    ("utf16-le", LINES.encode("utf-16-le"), (UTF16,)),
    ("utf16-be", LINES.encode("utf-16-be"), (UTF16,)),
    ("cp1252", LINES.encode("cp1252"), (CP1252,)),
)
REFUSED: tuple[tuple[str, bytes, str], ...] = (
    ("mixed-in-one-file", LINES.encode() + "F000002,C01,02/05/2012,start,2,Zoë\n".encode("cp1252"), TWO_WAYS),
    ("mixed-in-one-line", PLAIN + b"\xc3\xab \xeb\n", TWO_WAYS),
    ("not-cp1252", PLAIN + b"\x81\x8d\n", UNREADABLE),
    ("utf16-odd-length", LINES.encode("utf-16-le") + b"x", UNREADABLE),
    ("utf16-half-a-pair", b"\xff\xfea\x00\x00\xd8", UNREADABLE),
    ("utf32", LINES.encode("utf-32"), NOT_TEXT),
    ("utf7-nul", PLAIN + b"a\x00b\n", NOT_TEXT),
    ("nul-at-the-end", PLAIN + b"\x00", NOT_TEXT),
    (
        "control-signs",
        PLAIN + b"\x1b[31m,\x08\n",
        f'"x.csv" is not a workbook and not text, so it cannot be read as a table. {SAVE}',
    ),
    ("ebcdic", LINES.encode("cp037"), TWO_WAYS),
    ("mark-open", PLAIN + b'F000002,"C01,02/05/2012,start,2\nF000003,C01,02/05/2012,start,2\n', open_mark(3)),
    ("mark-open-in-headings", b'"Family number,Score\n1,2\n', open_mark(1)),
    ("mark-in-the-middle", PLAIN + b'"F00"0002,C01,02/05/2012,start,2\n', open_mark(3)),
    ("mark-after-text", PLAIN + b'F000002,C01,"02/05/2012" x,start,2\n', open_mark(3)),
    (
        "very-long-cell",
        PLAIN + b"x" * 40_000 + b",C01\n",
        f'"x.csv", row 3: a cell has more than 32,767 characters. {SAVE}',
    ),
    ("10-mb-line", b"x" * 10_000_000, f'"x.csv", row 1: a cell has more than 32,767 characters. {SAVE}'),
    (
        "10-mb-line-quoted",
        b'"' + b"x\n" * 5_000_000 + b'"',
        f'"x.csv", row 1: a cell has more than 32,767 characters. {SAVE}',
    ),
    ("a-million-cells-wide", b"1," * 1_000_000 + b"1\n", f'"x.csv", row 1: there are more than 16,384 cells. {SAVE}'),
    (
        "more-rows-than-excel",
        b"a,b\n" * 1_048_577,
        '"x.csv" has more rows than Excel holds. Split it into parts, a period each.',
    ),
)
SEPARATED: tuple[tuple[str, bytes, tuple[str, ...]], ...] = (
    ("semicolon", csv_bytes(table(), delimiter=";"), separated("semicolons")),
    ("tab", csv_bytes(table(), delimiter="\t"), separated("tabs")),
    ("bar", csv_bytes(table(), delimiter="|"), separated("upright bars")),
    ("sep-line", b"sep=;\r\n" + csv_bytes(table(), delimiter=";"), separated("semicolons")),
    ("sep-line-comma", b"SEP=,\r\n" + csv_bytes(table()), ()),
    ("sep-line-wrong", b"sep=;\r\n" + csv_bytes(table()), ()),
    ("quoted-all", csv_bytes(table(), quoting=1), ()),
    ("crlf", csv_bytes(table(), lineterminator="\r\n"), ()),
    ("cr-only", csv_bytes(table(), lineterminator="\r"), ()),
    ("mixed-line-ends", PLAIN.replace(b"\n", b"\r\n", 1), ()),
    ("no-last-line-end", PLAIN.rstrip(), ()),
    ("spaces-after-separators", PLAIN.replace(b",", b", "), ()),
    ("blank-lines", PLAIN.replace(b"\n", b"\n\n\n"), ()),
    ("commas-at-the-end", PLAIN.replace(b"\n", b",,,\n"), ()),
    ("form-feed", PLAIN + b"\x0c\n", ()),
    ("end-of-file-sign", PLAIN + b"\x1a", ()),
    ("title-above", b"Scores of the spring\n\n" + PLAIN, ("Row 1 is above the headings and was not read.",)),
)
WORKERS: tuple[tuple[str, str, str | None], ...] = (
    ("right-to-left", "عاملة", "عاملة"),
    ("emoji", "👍🏽", "👍🏽"),
    ("quotation-marks", 'the "new" worker', 'the "new" worker'),
    ("separators", "a, b; c | d", "a, b; c | d"),
    ("line-break", "one\ntwo", "one\ntwo"),
    ("formula", "=1+1", "=1+1"),
    ("formula-command", "=cmd|'/C calc'!A0", "=cmd|'/C calc'!A0"),
    ("formula-plus", "+1+1", "+1+1"),
    ("formula-minus", "-2+3", "-2+3"),
    ("formula-at", "@SUM(1)", "@SUM(1)"),
    ("formula-neutralised", "'=1+1", "=1+1"),
    ("apostrophe-only", "'", "'"),
    ("backslashes", "a\\,b\\n", "a\\,b\\n"),
    ("null", "NULL", "NULL"),
    ("number", "007", "007"),
    ("scientific", "1E5", "1E5"),
    ("truth", "TRUE", "TRUE"),
    ("day-like", "1-2", "1-2"),
    ("accents-apart", "Zoe\u0308", "Zoe\u0308"),
    ("accents-together", "Zoë", "Zoë"),
    ("replacement-sign", "Zo\ufffd", None),
)
REPLACED = 'F2: Scored by is "Zo\ufffd". A letter was lost in it before it came here: ask for the file again, saved as "CSV UTF-8".'

Build = Callable[[], bytes]


def always(data: bytes) -> Build:
    return lambda: data


def problems_of(value: str | None) -> tuple[tuple[tuple[Any, ...], ...], tuple[str, ...]]:
    return ((), (REPLACED,)) if value is None else (by(value), ())


def wide(rows: Sequence[bytes]) -> bytes:
    return PLAIN + b"\n".join(rows) + b"\n"


CASES = (
    *(Case(f"text-{name}", "x.csv", always(data), rows=(ZOE_ROW,), notices=said) for name, data, said in ENCODINGS),
    *(Case(f"text-{name}", "x.csv", always(data), refused) for name, data, refused in REFUSED),
    *(Case(f"text-{name}", "x.csv", always(data), rows=(GOOD_ROW,), notices=said) for name, data, said in SEPARATED),
    *(Case(f"text-of-{name}", "x.csv", always(worker(value)), "", *problems_of(read)) for name, value, read in WORKERS),
    Case(
        "text-a-separator-within-a-value",
        "x.csv",
        lambda: wide([b"F000002,C01,02/05/2012,start,3,5"]),
        rows=(GOOD_ROW,),
        problems=(
            "Row 3: The row has 6 cells and there are 5 headings. A separator within a value has cut it in two: put that value in quotation marks, or save the file as an Excel Workbook (.xlsx).",
        ),
    ),
    Case(
        "text-too-few-cells",
        "x.csv",
        lambda: wide([b"F000002,C01,02/05/2012"]),
        rows=(GOOD_ROW,),
        problems=(
            'D3: Stage is blank. Choose "At the start of support", "At a review" or "At the end of support".',
            "E3: Score is blank. Enter a whole number from 1 to 5.",
        ),
    ),
    Case("text-no-separator", "x.csv", lambda: PLAIN.replace(b",", b"  "), problems=(NO_HEADINGS,)),
    Case(
        "text-headings-alone",
        "x.csv",
        lambda: PLAIN.split(b"\n")[0],
        notices=("There are no rows of data under the headings.",),
    ),
    Case(
        "text-10-mb-of-separators",
        "x.csv",
        lambda: b"," * 10_000_000,
        problems=("The file has no filled cells. Choose the file again.",),
    ),
    Case("text-one-long-word", "x.csv", lambda: b"x" * 30_000, problems=(NO_HEADINGS,)),
    Case("text-prose", "x.csv", lambda: b"Dear all,\nplease find the scores below.\n", problems=(NO_HEADINGS,)),
    Case("text-100000-blank-lines", "x.csv", lambda: PLAIN + b"\n" * 100_000, rows=(GOOD_ROW,)),
    Case(
        "text-a-row-far-below",
        "x.csv",
        lambda: PLAIN + b"\n" * 100_000 + b"F000002,C01,02/05/2012,start,3\n",
        rows=(GOOD_ROW, ("F000002", "C01", date(2012, 5, 2), "start", "overall", 3, "better", None)),
        notices=("Rows 3 to 100002 are blank and were skipped.",),
    ),
)
