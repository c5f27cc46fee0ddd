"""Small files made to take hours: each would hold up the whole server if a pattern or comparison ran on over it."""

from __future__ import annotations

import struct
from collections.abc import Callable

from corpus_case import GOOD_ROW, HEADINGS, Case, csv_bytes, old_builders, table, zipped
from corpus_workbooks import DAMAGED, SHEET, WHOLE

BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
NO_HEADINGS = (
    "No row of headings was found. The first row should name the columns: Family number, Centre number, Date of "
    "score, Stage, Score. The template has them ready."
)


def sheet(text: str) -> Callable[[], bytes]:
    return lambda: zipped(WHOLE | {SHEET: text})


def after(part: str, text: str) -> Callable[[], bytes]:
    return lambda: zipped(WHOLE | {part: str(WHOLE[part]) + text})


def row_with(text: str) -> Callable[[], bytes]:
    return lambda: csv_bytes(table((text, "C01", "", "?", "")))


WORKBOOKS = (
    ("cells-without-end", sheet("<c " * 330_000)),
    ("cell-of-places", sheet("<c " + 'r="A1" ' * 140_000)),
    ("cells-of-places", sheet(("<c " + 'r="A1" ' * 55) * 2_000)),
    ("comments-without-end", sheet("<x>" + "<!--" * 250_000)),
    ("comments-within-comments", sheet("<x>" + '<!-- <c r="A1"> -' * 60_000)),
    ("sections-without-end", sheet('<c r="A1"><f><![CDATA[' * 45_000)),
    ("formulas-without-end", sheet('<c r="A1"><f>' * 75_000)),
    ("tags-without-end", sheet("<" * 900_000)),
    ("declarations-without-end", sheet("<!" * 500_000)),
    ("long-words", sheet("<" + "c" * 900_000)),
)
COMMENTS = b"<!---->" * 580


def sheets_in_one_place() -> bytes:
    """Return an old workbook of 20,000 sheets, each of them the same long run of records."""
    start = struct.pack("<HHHHII", 0x0809, 12, 0x0600, 0x0005, 0, 0)
    named = struct.pack("<HHIBBBB", 0x0085, 9, 0, 0, 0, 1, 0) + b"S"
    return bytes(old_builders().compound_file("Workbook", start + named * 4_000 + b"\x01\x00\x00\x00" * 2_000))


def no_root() -> bytes:
    """Return an old workbook whose folder has no root, and whose stream is small."""
    data = bytearray(old_builders().xls(table()))
    data[1_024 : 1_024 + 22] = b"\x00" * 22
    data[1_024 + 128 + 120 : 1_024 + 128 + 124] = (100).to_bytes(4, "little")
    return bytes(data)


CASES = (
    Case(
        "slow-too-many-rows",
        "x.csv",
        lambda: csv_bytes([HEADINGS]) + b"a,b,c,d,e\n" * 150_000,
        problems=("The file has 150,001 rows; at most 150,000 are taken at once. Split it into parts, a period each.",),
    ),
    Case("slow-too-many-rows-without-headings", "x.csv", lambda: b"a,b,c,d\n" * 900_000, problems=(NO_HEADINGS,)),
    Case("slow-sheets-in-one-place", "x.xls", sheets_in_one_place, DAMAGED.replace("xlsx", "xls")),
    Case("xls-without-a-root", "x.xls", no_root, DAMAGED.replace("xlsx", "xls")),
    *(Case(f"slow-{name}", "x.xlsx", build, DAMAGED) for name, build in WORKBOOKS),
    Case("slow-sheets-without-end", "x.xlsx", after(BOOK, "<sheet a:id=" * 80_000), rows=(GOOD_ROW,)),
    Case("slow-relations-without-end", "x.xlsx", after(RELATIONS, "<Relationship " * 70_000), rows=(GOOD_ROW,)),
    Case(
        "slow-spaces-after-a-formula",
        "x.xlsx",
        sheet('<c r="A1"><f>1</f>' + " " * 900_000),
        problems=("The file has no filled cells. Choose the file again.",),
    ),
    Case("slow-comments-before-a-web-page", "x.xls", lambda: COMMENTS, problems=(NO_HEADINGS,)),
    Case(
        "slow-grand-and-spaces", "x.csv", row_with("grand" + " " * 30_000 + "x"), rows=(GOOD_ROW,), problems=("…",) * 4
    ),
    Case(
        "slow-brackets",
        "x.csv",
        lambda: csv_bytes([["(" * 32_000, "[" * 32_000], *table()]),
        rows=(GOOD_ROW,),
    ),
    Case(
        "slow-commas-and-digits",
        "x.csv",
        lambda: csv_bytes(table((*["1," * 16_000] * 5,))),
        rows=(GOOD_ROW,),
        problems=("…",) * 5,
    ),
    Case(
        "slow-spaced-days",
        "x.csv",
        lambda: csv_bytes(table(("F000002", "C01", "1 " * 16_000, "start", "3"))),
        rows=(GOOD_ROW,),
        problems=("…",),
    ),
    Case("slow-long-headings", "x.csv", lambda: csv_bytes([["a" * 30_000] * 40, ["1"]]), problems=(NO_HEADINGS,)),
    Case(
        "slow-headings-in-every-row",
        "x.csv",
        lambda: csv_bytes([HEADINGS] * 20_000),
        notices=("There are no rows of data under the headings.",),
    ),
)
