"""What the files of a report hold, read back from each of them: its numbers, its structure, its languages."""

from __future__ import annotations

import io
import json
import math
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import docx
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from toolkit.errors import InputError
from toolkit.publish.members.published import Published
from toolkit.publish.verdicts.sentences import SIMULATED
from toolkit.report.content import report
from toolkit.report.drawn import NARROW, WIDE, svg
from toolkit.report.make import FORMS, report_files
from toolkit.report.model import Picture
from toolkit.report.pdf import NOT_DRAWN, not_drawn
from toolkit.report.scripts import families
from toolkit.report.translations import summaries
from toolkit.wording.glossary import TERMS
from toolkit.wording.numbers import uk_date, uk_time

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
FONT_OF = {
    "ur": "Noto Nastaliq Urdu",
    "bn": "Noto Sans Bengali",
    "pa": "Noto Sans Gurmukhi",
    "zh": "Noto Sans CJK SC",
}
PAGES = re.compile(r"Page \d+ of \d+|(?:\.\s*){4,}\d+")
"""A page's number at its foot, or in the contents."""
NAMES = {
    "html": "simulated-report.html",
    "pdf": "simulated-report.pdf",
    "word": "simulated-report.docx",
    "large-html": "simulated-report-large-print.html",
    "large-pdf": "simulated-report-large-print.pdf",
}


@pytest.fixture(scope="session")
def files(answers: list[Published], translations: Path) -> dict[str, bytes]:
    views = [answer.view for answer in answers]
    made = report_files(answers, summaries=summaries(views, translations))
    return {form: made[name] for form, name in NAMES.items()}


def text_of_html(content: bytes) -> str:
    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.said: list[str] = []
            self.is_style = False

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.is_style = tag == "style"
            given = dict(attrs)
            self.said += [value for name in ("alt", "aria-label", "content") if (value := given.get(name))]

        def handle_data(self, data: str) -> None:
            if not self.is_style:
                self.said.append(data)

    reader = Reader()
    reader.feed(content.decode().replace('content="width=device-width, initial-scale=1"', ""))
    return " ".join(reader.said)


def text_of_pdf(content: bytes) -> str:
    pages = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_bounded() for page in pages)


def text_of_word(content: bytes) -> str:
    opened = docx.Document(io.BytesIO(content))
    told = [paragraph.text for paragraph in opened.paragraphs]
    told += [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    told += [shape._inline.docPr.get("descr") for shape in opened.inline_shapes]
    told += [paragraph.text for section in opened.sections for paragraph in section.header.paragraphs]
    return "\n".join(told)


READERS: dict[str, Callable[[bytes], str]] = {
    "html": text_of_html,
    "pdf": text_of_pdf,
    "word": text_of_word,
    "large-html": text_of_html,
    "large-pdf": text_of_pdf,
}


def numbers_of(text: str) -> set[str]:
    return {number.rstrip(",").replace(",", "") for number in NUMBER.findall(text)}


def numbers_told(answers: list[Published]) -> set[str]:
    """Every number that a member's view, its record or its dates hold, as the view itself writes or words it."""
    told: list[str] = []
    for answer in answers:
        view = answer.view
        told += [json.dumps(view.to_json(), ensure_ascii=False), uk_date(view.as_of.first_day)]
        told.append(uk_date(view.as_of.last_day))
        told += [f"{uk_date(one.at)} {uk_time(one.at)} {one.version} {one.view_hash[:8]}" for one in answer.record]
        for row in view.tables.get("decision_criteria", ()):  # shares are told of every 100
            told += [
                f"{100 * row[name]:.0f} {row[name]}" for name in ("figure", "low", "high", "threshold") if row[name]
            ]
    return numbers_of(" ".join(told))


@pytest.fixture(scope="session")
def on_axes(answers: list[Published]) -> set[str]:
    """What stands along the axes of the charts: a scale, and no figure of the answer."""
    found: set[str] = set()
    for part in report(answers).parts:
        for picture in (block for block in part.blocks if isinstance(block, Picture)):
            for width in (WIDE, NARROW):
                axes = re.findall(
                    r'class="mark-text role-axis-(?:label|title)".*?</g>', svg(picture.chart, width), re.DOTALL
                )
                found |= numbers_of(" ".join(re.findall(r">([^<>]*\d[^<>]*)</text>", " ".join(axes))))
    return found


COUNTED_IN_LISTS = {"1", "2", "3"}
"""A list's own numbers, and how many of a decision's criteria are met."""


@pytest.mark.parametrize("form", NAMES)
def test_every_number_is_in_what_members_may_see(
    form: str, files: dict[str, bytes], answers: list[Published], on_axes: set[str]
) -> None:
    text = PAGES.sub("", READERS[form](files[form]))
    met = {"0"} | {"7", "100"}  # "0 of the 2 things"; "of every 100 families", a share's base
    names = {"256"} | numbers_of(" ".join(term.meaning for term in TERMS))  # SHA-256; acts and years in the glossary
    assert (
        numbers_of(text)
        - numbers_told(answers)
        - (on_axes if "pdf" in form else set())
        - COUNTED_IN_LISTS
        - met
        - names
        == set()
    )
    for figure in ("1,000", "31", "52", "11", "805", "1,610", "340", "737", "855"):
        assert figure in text, figure


def test_a_number_that_is_not_in_the_view_would_be_found(answers: list[Published]) -> None:
    wrong = [replace(answers[0], view=replace(answers[0].view, title="Of 7,777 families"))]
    text = text_of_html(report_files(wrong, forms=["html"])["simulated-report.html"])
    assert "7777" in numbers_of(text) - numbers_told(answers)


@pytest.mark.parametrize("form", ["pdf", "word"])
def test_the_same_answers_give_the_same_bytes(
    form: str, files: dict[str, bytes], answers: list[Published], translations: Path
) -> None:
    views = [answer.view for answer in answers]
    assert report_files(answers, forms=[form], summaries=summaries(views, translations)) == {NAMES[form]: files[form]}


@pytest.mark.parametrize("form", ["pdf", "large-pdf"])
def test_the_pdf_is_tagged_titled_and_spoken(form: str, files: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(files[form])) as opened:
        root = opened.Root
        assert bool(root.MarkInfo.Marked) and str(root.Lang) == "en-GB" and bool(root.ViewerPreferences.DisplayDocTitle)
        with opened.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"
            assert "simulated data" in str(about["dc:title"]) and "SIMULATED" in str(about["dc:description"])
        kinds: list[str] = []
        pictures, languages = [], set()
        for element in elements(root.StructTreeRoot.K):
            kinds.append(str(element.S))
            if element.S == "/Figure":
                pictures.append(str(element.get("/Alt", "")))
            if "/Lang" in element:
                languages.add(str(element.Lang))
        assert len(pictures) == 3 and all(len(alt) > 40 for alt in pictures)
        assert {"/H1", "/H2", "/L", "/LI", "/Table", "/P"} <= set(kinds) and ("/TH" in kinds)
        if form == "large-pdf":
            assert min(sizes_of_body(files[form])) >= 18
        there = {tag for tag, font in FONT_OF.items() if font in families()}
        assert there <= languages
        if there != set(FONT_OF):
            missing = "No font here has all four scripts. On Debian: apt-get install fonts-noto-core fonts-noto-cjk"
            if os.environ.get("CI"):
                pytest.fail(missing)
            pytest.skip(missing)


def elements(node: pikepdf.Object) -> list[pikepdf.Object]:
    if isinstance(node, pikepdf.Array):
        return [one for kid in node for one in elements(kid)]
    if not isinstance(node, pikepdf.Dictionary) or "/S" not in node:
        return []
    return [node, *elements(node.get("/K", pikepdf.Array()))]


def sizes_of_body(content: bytes) -> list[float]:
    """The sizes of letters on pages, but for the page's number and the line at its head."""
    found = []
    for page in pypdfium2.PdfDocument(content):
        height = page.get_height()
        for thing in page.get_objects(filter=[1]):
            _, bottom, _, top = thing.get_bounds()
            if height - top > 52 and bottom > 42:
                found.append(round(thing.get_font_size() * math.hypot(*thing.get_matrix().get()[2:4]), 1))
    assert found
    return found


def test_the_word_file_has_headings_words_for_pictures_and_languages(files: dict[str, bytes]) -> None:
    opened = docx.Document(io.BytesIO(files["word"]))
    levels = [one.style.name for one in opened.paragraphs if one.style.name.startswith(("Heading", "Title"))]
    assert levels[:3] == ["Title", "Heading 1", "Heading 2"] and levels.count("Heading 1") == 4
    assert all(len(shape._inline.docPr.get("descr")) > 40 for shape in opened.inline_shapes)
    assert len(opened.inline_shapes) == 3
    for shape in opened.inline_shapes:  # a picture without its letters is a line or two of dots
        inside = opened.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed].blob
        drawn = Image.open(io.BytesIO(inside)).convert("L")
        assert sum(drawn.histogram()[:60]) > 4000
    for table in opened.tables:
        assert "w:tblHeader" in table.rows[0]._tr.xml
    about = opened.core_properties
    assert "some simulated data" in about.title and about.language == "en-GB" and "SIMULATED" in about.comments
    heads = [section.header.paragraphs[0].text for section in opened.sections]
    assert [bool(head) for head in heads] == [True, True, False, True]  # the third answer is about real figures
    xml = zipfile.ZipFile(io.BytesIO(files["word"])).read("word/document.xml").decode()
    assert 'w:bidi="ur"' in xml and "<w:rtl/>" in xml and 'w:val="bn"' in xml and 'w:eastAsia="zh-CN"' in xml
    styles = zipfile.ZipFile(io.BytesIO(files["word"])).read("word/styles.xml").decode()
    assert 'w:val="en-GB"' in styles


@pytest.mark.verify
def test_libreoffice_opens_the_word_file_with_its_headings(files: dict[str, bytes], tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed. On Debian: apt-get install libreoffice-writer-nogui")
    file = tmp_path / "report.docx"
    file.write_bytes(files["word"])
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    call = [office, home, "--headless", "--convert-to", "fodt", "--outdir", str(tmp_path), str(file)]
    subprocess.run(call, check=True, capture_output=True, timeout=300)
    opened = (tmp_path / "report.fodt").read_text(encoding="utf-8")
    assert opened.count("<text:h ") >= 4 and opened.count("<svg:desc>") >= 3


def test_html_has_landmarks_one_title_and_headed_tables(files: dict[str, bytes]) -> None:
    page = files["html"].decode()
    assert page.startswith("<!DOCTYPE html>") and '<html lang="en-GB"' in page and page.count("<h1") == 1
    for landmark in ("<header", "<main", "<nav", "<footer", 'class="skip" href="#report"'):
        assert landmark in page, landmark
    assert page.count("<caption>") == page.count("<table>") and 'scope="col"' in page and 'scope="row"' in page
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert 'lang="ur" dir="rtl"' in page and 'lang="zh-Hans" dir="ltr"' in page
    assert "http" not in re.sub(r"base64,[^\"]+", "", page)  # nothing is fetched from anywhere


def test_real_figures_stand_under_no_notice_of_simulated_ones(answers: list[Published]) -> None:
    made = report_files(answers[2:])
    assert set(made) == {form.name for form in FORMS.values()}
    for form, its in FORMS.items():
        assert SIMULATED not in " ".join(READERS[form](made[its.name]).split())
    with pikepdf.open(io.BytesIO(made["report.pdf"])) as opened, opened.open_metadata() as about:
        assert "simulated" not in str(about["dc:title"])


def test_letters_that_no_font_has_are_told_and_not_drawn_as_boxes(
    answers: list[Published], translations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typst

    from toolkit.report import pdf, scripts

    plain = typst.Fonts(include_system_fonts=False)
    for module in (pdf, scripts):
        monkeypatch.setattr(module, "all_fonts", lambda: plain)
    monkeypatch.setattr(scripts, "families", lambda: tuple(plain.families()))
    translated = summaries([answers[0].view], translations)
    said = not_drawn(report(answers[:1], translated))
    assert said == [NOT_DRAWN.format(name=name) for name in ("বাংলা", "ਪੰਜਾਬੀ", "اردو", "简体中文")]


def test_odd_letters_in_a_reason_are_told(answers: list[Published]) -> None:
    odd = replace(answers[0].record[-1], why="Because \U0001fae8\U000f0000")
    with pytest.raises(InputError, match="The PDF cannot be made"):
        report_files([replace(answers[0], record=(answers[0].record[0], odd))], forms=["pdf"])
