"""Broken, foreign and hostile files end in a sentence: never a traceback, never a dead process, never much memory."""

from __future__ import annotations

import io
import os
import random
import struct
import subprocess
import sys
import time
import zipfile

import openpyxl
import pytest

from toolkit.errors import InputError
from toolkit.intake.files import reader_process, workbook
from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.files.zip_parts import Parts, look_over

FAR = "Something may have been typed or pasted far below or far to the right of the table."


def refused(data: bytes, name: str = "x.xlsx") -> str:
    with pytest.raises(InputError) as caught:
        read_sheet(data, name)
    return str(caught.value)


def far_corner(files, cell: str = '<c r="XFD1048576"><v>1</v></c>') -> bytes:
    return files.xlsx_of_sheet_xml(
        files.sheet_xml(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">{cell}</row>')
    )


def test_one_cell_in_the_last_corner_is_refused_before_it_is_opened(files) -> None:
    data = far_corner(files)
    assert len(data) < 6_000
    started = time.perf_counter()
    assert refused(data) == (
        '"x.xlsx" is too large to read: its filled cells reach out to XFD1048576. '
        f"{FAR} Copy only the table into a new workbook and upload that."
    )
    assert time.perf_counter() - started < 0.5


def test_the_last_corner_only_ends_the_reader_when_it_gets_past_the_look_over(files) -> None:
    data = far_corner(files)
    parts = Parts("xlsx")  # as if it had been found sound
    with pytest.raises(InputError, match="is too large to read"):
        workbook.read_workbook(data, "x.xlsx", parts)
    assert read_sheet(files.xlsx([["a", "b"]]), "y.xlsx").sheets[0].rows == ((1, ("a", "b")),)


def test_a_formatted_but_empty_far_cell_is_no_reason_to_refuse(files) -> None:
    raw = read_sheet(far_corner(files, '<c r="XFD1048576" s="0"/>'), "x.xlsx")
    assert raw.sheets[0].rows == ((1, (1.0,)),)


def test_a_zip_bomb_is_refused_by_its_sizes(files) -> None:
    data = files.xlsx_of_sheet_xml(b" " * 60_000_000)
    assert len(data) < 100_000
    started = time.perf_counter()
    assert refused(data).startswith('"x.xlsx" is too large to read: it unpacks to 60 million bytes.')
    assert time.perf_counter() - started < 0.5


def test_a_bomb_that_lies_about_its_size_ends_the_reader_and_nothing_else(files) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 400_000))
    data = bytearray(files.xlsx_of_sheet_xml(files.sheet_xml(rows)))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lie = struct.pack("<I", 1_000)
    data = data.replace(struct.pack("<I", size), lie)
    assert refused(bytes(data)).startswith('"x.xlsx" is damaged: it cannot be read as a workbook.')


@pytest.mark.parametrize("rows", [1, 600_000])
def test_entities_are_refused_wherever_they_are_declared(files, rows) -> None:
    lol = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    sheet = "<?xml version='1.0'?>" + " " * rows + lol + files.sheet_xml("").split("?>")[1]
    assert refused(files.xlsx_of_sheet_xml(sheet)) == (
        '"x.xlsx" declares XML entities, which no spreadsheet needs, and was not opened. '
        "Copy the table into a new workbook and upload that."
    )


@pytest.mark.parametrize("name", ["EncryptedPackage", "EncryptionInfo_EncryptedPackage"])
def test_a_locked_workbook_says_how_to_unlock_it(files, name) -> None:
    assert refused(files.compound_file(name[:31], b"\x01" * 100)).startswith(
        '"x.xlsx" is locked with a password. Open it in Excel, take the password off'
    )


def test_a_locked_ods_and_a_locked_zip_say_so(files) -> None:
    manifest = "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    assert "is locked with a password" in refused(files.ods([["a"]], manifest=manifest), "x.ods")
    data = bytearray(files.xlsx([["a"]]))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := data.find(sign, start)) >= 0:
            data[start + at] |= 1
            start += 4
    assert "is locked with a password" in refused(bytes(data))


def test_an_ods_with_errors_is_refused_for_they_would_read_as_blank(files) -> None:
    assert "has cells that show an error, such as #N/A" in refused(files.ods([["a"]], error_at_end=True), "x.ods")


def test_macros_are_said_and_not_run(files) -> None:
    data = files.xlsx_of_sheet_xml(
        files.sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>'), **{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}
    )
    raw = read_sheet(data, "x.xlsm")
    assert "The workbook holds macros. They were not run." in [notice.sentence for notice in raw.notices]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty. Choose the file again."),
        (b"\x00\r\n ", "is empty. Choose the file again."),
        (b"%PDF-1.7 ...", "is a PDF, not a spreadsheet."),
        (b"\x89PNG\r\n\x1a\n", "is a picture, not a spreadsheet."),
        (b"\xff\xd8\xff\xe0", "is a picture, not a spreadsheet."),
        (b"\x1f\x8b\x08", "is a compressed archive."),
        (b"MZ\x90\x00", "is a program, not a spreadsheet."),
        (b"SQLite format 3\x00", "is a database, not a spreadsheet."),
        (b"{\\rtf1 x}", "is a text document, not a spreadsheet."),
        (b"<html><table><tr><td>1</td></tr></table></html>", "is a web page saved under a spreadsheet's name."),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html>", "is a web page saved under a spreadsheet's name."),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas">', "is a workbook in an old XML form"),
        (b'<?xml version="1.0"?><Message/>', "is an XML file, not a spreadsheet."),
        (b"PK\x05\x06" + b"\0" * 18, "is an empty archive."),
        (b"PK\x03\x04 and nothing more", "is damaged: it cannot be read as a workbook."),
        (b"a,b\n\x01\x02\x03", "is not a workbook and not text"),
        (bytes(range(256)) * 4, "holds characters that cannot be read."),
        (b"a,b\n\x81\x8d", "holds characters that cannot be read."),
        ("Zoë,é\n".encode() + "Zoë\n".encode("cp1252"), "writes accented letters in two different ways"),
        (b"\xff\xfea\x00\x00\xd8", "holds characters that cannot be read."),
        (b'a,b\n1,2\n3,"4\n5,6\n', 'line 3: a quotation mark (") is out of place or never closed'),
        (b'a,b\n"x"y,2\n', 'line 2: a quotation mark (") is out of place or never closed'),
        (b"a,b\n" + b"x" * 40_000 + b",1\n", "row 2: a cell has more than 32,767 characters."),
    ],
    ids=range(23),
)
def test_foreign_and_broken_files_are_named_and_what_to_do_is_said(data, says) -> None:
    sentence = refused(data, "x.csv")
    assert says in sentence
    assert sentence.startswith('"x.csv"')
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"word/document.xml": "<x/>"}, "is a Word document, not a spreadsheet."),
        ({"xl/workbook.bin": "x"}, "is a binary workbook (.xlsb), which is not read here."),
        ({"Index/Document.iwa": "x"}, "is a Numbers document, which is not read here."),
        ({"scores.csv": "a,b"}, "is a zip archive without a workbook in it."),
        ({"xl/workbook.xml": "<workbook/>"}, "is damaged: it cannot be read as a workbook."),
        ({f"xl/{n}.xml": "" for n in range(2_100)} | {"xl/workbook.xml": "<x/>"}, "is too large to read"),
    ],
    ids=range(6),
)
def test_archives_that_are_no_workbook_are_named(files, parts, says) -> None:
    assert says in refused(files.zipped(parts))


def test_an_old_word_document_is_not_taken_for_an_old_workbook(files) -> None:
    assert "is an old Office document, but not an Excel workbook." in refused(
        files.compound_file("WordDocument", b"x"), "x.xls"
    )


def test_a_file_over_the_limit_is_refused_by_its_size(tmp_path) -> None:
    big = tmp_path / "big.csv"
    with big.open("wb") as file:
        file.truncate(60_000_000)
        file.write(b"a,b\n")
    with pytest.raises(InputError, match=r"at most 50 million are read\. Split it into parts"):
        read_sheet(big, "big.csv")


def test_a_workbook_cut_short_or_scrambled_anywhere_never_raises_anything_but_a_sentence(files) -> None:
    rng = random.Random(5)
    for whole, name in (
        (files.xlsx([["Family number", "Score"], ["F1", 3]]), "x.xlsx"),
        (files.xls([["Family number", "Score"], ["F1", 3]]), "x.xls"),
        (files.ods([["Family number", "Score"], ["F1", 3]]), "x.ods"),
    ):
        for _ in range(12):
            data = bytearray(whole)
            if rng.random() < 0.5:
                del data[rng.randrange(len(data)) :]
            for _ in range(rng.randrange(1, 20)):
                if data:
                    data[rng.randrange(len(data))] = rng.randrange(256)
            try:
                raw = read_sheet(bytes(data), name)
            except InputError as error:
                assert str(error).endswith(".")
            else:
                assert raw.content_hash


def test_a_million_blank_rows_cost_little(files) -> None:
    rows = "".join(f'<row r="{n}"/>' for n in range(2, 1_000_000))
    data = files.xlsx_of_sheet_xml(files.sheet_xml(f'<row r="1"><c r="A1"><v>1</v></c></row>{rows}'))
    started = time.perf_counter()
    try:
        assert read_sheet(data, "x.xlsx").sheets[0].rows == ((1, (1.0,)),)
    except InputError as error:  # by its ratio it may count as a bomb
        assert "is too large to read" in str(error)
    assert time.perf_counter() - started < 5


def test_a_repeated_cell_of_an_ods_cannot_take_the_memory(files) -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    row = f'<table:table-row table:number-rows-repeated="1048000">{cell}</table:table-row>'
    data = files.ods([["a"]])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["content.xml"] = parts["content.xml"].replace(b"<table:table-row>", row.encode() + b"<table:table-row>", 1)
    started = time.perf_counter()
    sentence = refused(files.zipped(parts), "x.ods")  # the reader has a limit of its own and calls the file damaged
    assert "is too large to read" in sentence or "is damaged" in sentence
    assert time.perf_counter() - started < 20


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are not available on Windows")
def test_the_reader_process_is_limited_in_memory_and_time(files) -> None:
    code = (
        "import sys, resource; sys.argv = ['x']; sys.path.insert(0, sys.argv[0]);"
        "import runpy; m = runpy.run_path(sys.stdin.readline().strip());"
        "m['_limit_resources']();"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=reader_process.__file__ + "\n", capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(reader_process.MEMORY), str(reader_process.CPU_SECONDS)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells nothing of a child's memory so")
def test_reading_2_million_cells_takes_the_reader_less_than_a_gigabyte(files, tmp_path) -> None:
    row = "".join(f'<c r="{letter}{{0}}"><v>1</v></c>' for letter in "ABCDEFGHIJ")
    rows = "".join(f'<row r="{n}">{row.format(n)}</row>' for n in range(1, 200_000))
    data = files.xlsx_of_sheet_xml(files.sheet_xml(rows))
    look_over(data, "x.xlsx")  # it is let through: its ratio is that of a plain table
    book = tmp_path / "x.xlsx"
    book.write_bytes(data)
    # Started by a small process: a child's peak counts the memory of the one that started it, and tests grow large.
    start = (
        "import resource, subprocess, sys\n"
        "with open(sys.argv[2], 'rb') as book:\n"
        "    done = subprocess.run([sys.executable, '-I', sys.argv[1]], stdin=book, stdout=subprocess.DEVNULL)\n"
        "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    told = subprocess.run(
        [sys.executable, "-c", start, reader_process.__file__, book], capture_output=True, text=True, check=True
    )
    code, kilobytes = map(int, told.stdout.split())
    assert code == 0
    assert kilobytes < 1_000_000


def test_a_reader_that_does_not_end_is_ended(files, monkeypatch) -> None:
    monkeypatch.setattr(workbook, "SECONDS", 0.01)
    assert "is too large to read" in refused(files.xlsx([["a"]]))


def test_formulas_links_and_foreign_letters_are_plain_cells(files) -> None:
    book = openpyxl.Workbook()
    book.active.append(["مرحبا", '=HYPERLINK("http://x","y")', "😀", "=cmd|' /C calc'!A0"])
    raw = read_sheet(files.saved(book), "x.xlsx")
    cells = raw.sheets[0].rows[0][1]
    assert (cells[0], cells[2]) == ("مرحبا", "😀")
    assert not isinstance(cells[1], str)
    assert not isinstance(cells[3], str)


def test_the_reader_sees_nothing_of_the_servers_environment(files, tmp_path, monkeypatch) -> None:
    (tmp_path / "json.py").write_text("raise RuntimeError('a module of the current folder was imported')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert read_sheet(files.xlsx([["a", "b"]]), "x.xlsx").sheets[0].rows == ((1, ("a", "b")),)
    assert os.getcwd() == str(tmp_path)
