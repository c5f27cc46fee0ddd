"""Workbooks that attack the reader: bombs, far cells, entities, locks, lies about their parts, and cut short."""

from __future__ import annotations

import re

from corpus_case import GOOD_ROW, Case, cell_xml, old_builders, table, zipped
from corpus_workbooks import (
    DAMAGED,
    ENTITIES,
    ERRORS,
    EXTERNAL,
    FAR,
    LOCKED,
    LOL,
    MACROS,
    NOT_WORKED_OUT,
    SHEET,
    UNFINISHED,
    WHOLE,
    XML_PARTS,
    backwards,
    bad_checksum,
    blank_rows,
    cut,
    declared,
    deep,
    directory_out_of_place,
    far,
    formula_in_every_cell,
    in_utf16,
    left_to_excel,
    locked_entry,
    lying_sizes,
    moved,
    one_cell,
    packed_otherwise,
    prefixed,
    repeated,
    row_twice,
    twice_the_same_part,
    wide,
    with_parts,
    with_prefix,
)

ENTITY_CASES = [
    Case(f"entities-{kind}-in-{part.replace('/', '-')}", "x.xlsx", declared(part, declaration), ENTITIES)
    for kind, declaration in (("laughs", LOL), ("external", EXTERNAL), ("doctype-only", "<!DOCTYPE x>"))
    for part in XML_PARTS
]
UTF16_CASES = [
    Case(f"entities-in-utf16-{part.replace('/', '-')}", "x.xlsx", in_utf16(part), DAMAGED) for part in XML_PARTS
]

FAR_CASES = [
    Case(
        f"far-cell-{at}",
        "x.xlsx",
        far(cell_xml(1, at), row),
        f'"x.xlsx" is too large to read: its filled cells reach out to {shown}. {FAR}',
    )
    for at, row, shown in (
        ("XFD1048576", 1_048_576, "XFD1048576"),
        ("E1048576", 1_048_576, "E1048576"),
        ("ZZZ9999999", 9_999_999, "ZZZ9999999"),
        ("AAA900000", 900_000, "AAA900000"),
    )
]

CASES = (
    *ENTITY_CASES,
    *UTF16_CASES,
    *FAR_CASES,
    Case("far-cell-within-limits", "x.xlsx", far(cell_xml(None, "E9"), 9), rows=(GOOD_ROW,)),
    Case(
        "bomb-one-part",
        "x.xlsx",
        lambda: zipped(WHOLE | {"xl/media/a.bin": b" " * 60_000_000}),
        f'"x.xlsx" is too large to read: it unpacks to 60 million bytes. {FAR}',
    ),
    Case(
        "bomb-in-the-sheet",
        "x.xlsx",
        lambda: zipped(WHOLE | {"xl/worksheets/sheet1.xml": b" " * 60_000_000}),
        f'"x.xlsx" is too large to read: it unpacks to 60 million bytes. {FAR}',
    ),
    Case(
        "bomb-nested",
        "x.xlsx",
        lambda: zipped({"a.zip": zipped({"b.zip": zipped({"c.xml": b" " * 1_000_000})})}),
        '"x.xlsx" is a zip archive without a workbook in it. Take the file out and upload that.',
    ),
    Case("bomb-that-lies", "x.xlsx", lying_sizes, DAMAGED),
    Case(
        "bomb-of-parts",
        "x.xlsx",
        lambda: zipped(WHOLE | {f"xl/{n}.xml": "" for n in range(2_100)}),
        f'"x.xlsx" is too large to read: it unpacks to 0 million bytes. {FAR}',
    ),
    Case("locked-entry", "x.xlsx", locked_entry, LOCKED.format("x.xlsx")),
    Case(
        "locked-container",
        "x.xlsx",
        lambda: old_builders().compound_file("EncryptedPackage", b"\x01" * 900),
        LOCKED.format("x.xlsx"),
    ),
    Case(
        "locked-container-named-xls",
        "x.xls",
        lambda: old_builders().compound_file("EncryptedPackage", b"\x01" * 900),
        LOCKED.format("x.xls"),
    ),
    Case(
        "locked-ods",
        "x.ods",
        lambda: old_builders().ods(table(), manifest="<manifest:encryption-data/>"),
        LOCKED.format("x.ods"),
    ),
    *(
        Case(f"directory-out-of-place-by-{by}", "x.xlsx", directory_out_of_place(by), DAMAGED)
        for by in (-1, 1, 193, 100_000, 2**31)
    ),
    Case("packed-as-no-workbook-is", "x.xlsx", packed_otherwise, DAMAGED),
    Case("bad-checksums", "x.xlsx", bad_checksum, DAMAGED),
    Case("one-part-twice", "x.xlsx", twice_the_same_part, DAMAGED),
    Case(
        "macros-in-xlsx",
        "x.xlsx",
        with_parts(xl__vbaProject_bin=b"\xd0\xcf\x11\xe0"),
        rows=(GOOD_ROW,),
        notices=(MACROS,),
    ),
    Case(
        "macros-in-xlsm",
        "x.xlsm",
        with_parts(xl__vbaProject_bin=b"\xd0\xcf\x11\xe0"),
        rows=(GOOD_ROW,),
        notices=(MACROS,),
    ),
    Case(
        "macros-in-capitals",
        "x.xlsm",
        lambda: zipped(WHOLE | {"xl/VBAPROJECT.BIN": b"x"}),
        rows=(GOOD_ROW,),
        notices=(MACROS,),
    ),
    Case(
        "old-macro-sheet",
        "x.xlsx",
        lambda: zipped(WHOLE | {"xl/macrosheets/sheet1.xml": "<x/>"}),
        rows=(GOOD_ROW,),
        notices=(MACROS,),
    ),
    Case(
        "external-link",
        "x.xlsx",
        lambda: zipped(WHOLE | {"xl/externalLinks/externalLink1.xml": "<externalLink/>"}),
        rows=(GOOD_ROW,),
        notices=("The workbook refers to other files. They were not opened.",),
    ),
    Case(
        "connections",
        "x.xlsx",
        lambda: zipped(WHOLE | {"xl/connections.xml": "<connections/>"}),
        rows=(GOOD_ROW,),
        notices=("The workbook refers to other files. They were not opened.",),
    ),
    Case("path-out-of-the-archive", "x.xlsx", lambda: zipped(WHOLE | {"../../evil.xml": "<x/>"}), rows=(GOOD_ROW,)),
    Case("no-sheet-part", "x.xlsx", lambda: zipped({n: c for n, c in WHOLE.items() if "sheet1" not in n}), DAMAGED),
    Case(
        "no-workbook-part",
        "x.xlsx",
        lambda: zipped({n: c for n, c in WHOLE.items() if n != "xl/workbook.xml"}),
        '"x.xlsx" is a zip archive without a workbook in it. Take the file out and upload that.',
    ),
    Case(
        "no-relations", "x.xlsx", lambda: zipped({n: c for n, c in WHOLE.items() if not n.endswith(".rels")}), DAMAGED
    ),
    Case(
        "no-styles",
        "x.xlsx",
        lambda: zipped({n: c for n, c in WHOLE.items() if n != "xl/styles.xml"}),
        rows=(GOOD_ROW,),
    ),
    Case("empty-workbook-part", "x.xlsx", lambda: zipped(WHOLE | {"xl/workbook.xml": ""}), DAMAGED),
    Case("empty-sheet-part", "x.xlsx", lambda: zipped(WHOLE | {"xl/worksheets/sheet1.xml": ""}), DAMAGED),
    Case(
        "sheet-cut-short",
        "x.xlsx",
        lambda: zipped(WHOLE | {"xl/worksheets/sheet1.xml": str(WHOLE["xl/worksheets/sheet1.xml"])[:-60]}),
        DAMAGED,
    ),
    Case("sheet-not-xml", "x.xlsx", lambda: zipped(WHOLE | {"xl/worksheets/sheet1.xml": b"\x00\xff" * 500}), DAMAGED),
    Case(
        "sheet-with-unclosed-cell",
        "x.xlsx",
        lambda: zipped(
            WHOLE | {"xl/worksheets/sheet1.xml": str(WHOLE["xl/worksheets/sheet1.xml"]).replace("</c>", "", 1)}
        ),
        DAMAGED,
    ),
    Case("sheet-nested-deeply", "x.xlsx", deep, problems=("The file has no filled cells. Choose the file again.",)),
    Case("two-parts-by-two-readers", "x.xlsx", moved("data/s.xml"), problems=(NOT_WORKED_OUT,)),
    Case("sheet-with-another-ending", "x.xlsx", moved("worksheets/s.dat"), problems=(NOT_WORKED_OUT,)),
    Case("sheet-by-an-absolute-name", "x.xlsx", moved("/xl/here/s.xml"), problems=(NOT_WORKED_OUT,)),
    Case("sheet-by-a-winding-name", "x.xlsx", moved("./here/../s.xml"), DAMAGED),
    Case("sheets-relation-by-another-prefix", "x.xlsx", prefixed, problems=(NOT_WORKED_OUT,)),
    Case("cell-with-spaces-round-the-sign", "x.xlsx", one_cell('<c r = "E2" t="e"><v>#N/A</v></c>'), DAMAGED),
    Case("cell-with-escaped-type", "x.xlsx", one_cell('<c r="E2" t="&#101;"><v>#N/A</v></c>'), DAMAGED),
    Case("cell-with-a-tab", "x.xlsx", one_cell('<c\tr="E2" t="e"><v>#N/A</v></c>'), DAMAGED),
    Case(
        "formula-behind-a-comment",
        "x.xlsx",
        one_cell('<c r="E2"><!-- <v>3</v> --><f>1+2</f></c>'),
        problems=(NOT_WORKED_OUT,),
    ),
    Case("formula-in-cdata", "x.xlsx", one_cell('<c r="E2"><f><![CDATA[1<2]]></f></c>'), problems=(NOT_WORKED_OUT,)),
    Case(
        "formula-shared", "x.xlsx", one_cell('<c r="E2"><f t="shared" si="0"/><v></v></c>'), problems=(NOT_WORKED_OUT,)
    ),
    Case("formula-with-a-prefix", "x.xlsx", with_prefix, problems=(NOT_WORKED_OUT,)),
    Case(
        "formula-and-number-behind-a-comment",
        "x.xlsx",
        one_cell('<c r="E2"><f>1+1</f><!-- 3 --><v>2</v></c>'),
        rows=(GOOD_ROW,),
    ),
    Case("formula-left-to-excel", "x.xlsx", left_to_excel, problems=(NOT_WORKED_OUT,)),
    Case("error-without-a-place", "x.xlsx", one_cell('<c t="e"><v>#N/A</v></c>'), ERRORS),
    Case("cells-in-no-order", "x.xlsx", backwards, rows=(GOOD_ROW,)),
    Case(
        "cell-given-twice-in-another-spelling",
        "x.xlsx",
        one_cell('<c r="E2"><v>3</v></c><c r="e2"><v>2</v></c>'),
        DAMAGED,
    ),
    Case(
        "cell-given-twice-with-a-leading-nought",
        "x.xlsx",
        one_cell('<c r="E2"><v>3</v></c><c r="E02"><v>2</v></c>'),
        DAMAGED,
    ),
    Case("cell-given-twice", "x.xlsx", one_cell('<c r="E2"><v>3</v></c><c r="E2"><v>2</v></c>'), DAMAGED),
    Case("row-given-twice", "x.xlsx", row_twice, DAMAGED),
    Case(
        "cells-without-places",
        "x.xlsx",
        lambda: zipped(WHOLE | {SHEET: re.sub(r' r="[A-Z]*[0-9]+"', "", str(WHOLE[SHEET]))}),
        rows=(GOOD_ROW,),
    ),
    Case("million-blank-rows", "x.xlsx", lambda: blank_rows(1_000_000), rows=(GOOD_ROW,)),
    Case(
        "formulas-never-worked-out",
        "x.xlsx",
        formula_in_every_cell,
        problems=tuple(f"{at}2: {label} {UNFINISHED}" for at, label in zip("ABCDE", table()[0], strict=True)),
    ),
    Case("16384-columns", "x.xlsx", wide, rows=(GOOD_ROW,), notices=("And 16,349 more columns are not used.",)),
    Case("ods-repeated-without-end", "x.ods", repeated(16_384, 1_048_000), DAMAGED.replace("xlsx", "ods")),
    Case(
        "ods-repeated-columns",
        "x.ods",
        repeated(2_000_000_000, 1),
        rows=(GOOD_ROW,),
        notices=("Row 1 is above the headings and was not read.",),
    ),
    Case("ods-repeated-rows", "x.ods", repeated(1, 2_000_000_000), f'"x.ods" is too large to read. {FAR}'),
    Case(
        "ods-error",
        "x.ods",
        lambda: old_builders().ods(table(), error_at_end=True),
        ERRORS.replace("xlsx", "ods"),
    ),
    *(
        Case(f"xlsx-cut-at-{share:.0%}", "x.xlsx", cut(lambda: zipped(WHOLE), share), DAMAGED)
        for share in (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999)
    ),
    *(
        Case(
            f"ods-cut-at-{share:.0%}",
            "x.ods",
            cut(lambda: old_builders().ods(table()), share),
            DAMAGED.replace("xlsx", "ods"),
        )
        for share in (0.1, 0.5, 0.9, 0.99)
    ),
)
