"""A report as a Word file: real headings, lists and table heads, words for every picture, a language for every run.

The file is packed with the publication's day in place of the clock's, so that the same report gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from docx import Document as new_document
from docx.enum.section import WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from toolkit.report.drawn import png
from toolkit.report.model import Block, Document, Heading, Paragraph, Part, Picture, Points, Table, Words, spoken

_FONT = "Arial"
_WIDTH = Cm(16)
_TOGETHER = 8
"""Rows of a table that stay on one page with its caption."""
_INK = RGBColor(0x0B, 0x0C, 0x0C)


def docx(document: Document, *, size: int = 12) -> bytes:
    """Return the report as a Word file.

    Parameters
    ----------
    document
        The report.
    size
        Of its letters, in points.
    """
    made = new_document()
    _styles(made, size)
    _properties(made, document)
    made.add_paragraph(document.title, style="Title")
    for place, part in enumerate(document.parts):
        section = made.add_section(WD_SECTION.NEW_PAGE) if place else made.sections[0]
        _page(section, part.notice)
        _part(made, part)
    content = io.BytesIO()
    made.save(content)
    return _packed_alike(content.getvalue(), document)


def _styles(made: Any, size: int) -> None:
    for name, points in (("Normal", size), ("Title", size + 10), ("Heading 1", size + 6), ("Heading 2", size + 2)):
        style = made.styles[name]
        style.font.name, style.font.size = _FONT, Pt(points)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(kind), None)
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3", "Caption"):
        made.styles[name].font.color.rgb = _INK
    answer = made.styles["Intense Quote"].font
    answer.color.rgb, answer.italic, answer.bold, answer.size = _INK, False, True, Pt(size + 2)
    made.styles["Heading 3"].font.size = made.styles["Caption"].font.size = Pt(size)
    defaults = made.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    _say_language(defaults, "en-GB")


def _properties(made: Any, document: Document) -> None:
    about, day = made.core_properties, document.made_of.astimezone(UTC).replace(tzinfo=None)
    about.title, about.language, about.author, about.comments = document.named, "en-GB", "", document.notice
    about.keywords = "simulated data" if document.notice else ""
    about.created = about.modified = day
    about.last_modified_by = ""
    settings = made.settings.element
    found = settings.find(qn("w:themeFontLang"))
    if found is not None:
        found.set(qn("w:val"), "en-GB")


def _page(section: Any, notice: str) -> None:
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
    section.header.paragraphs[0].text = notice
    foot = section.footer.paragraphs[0]
    foot.add_run("Page ")
    _field(foot, "PAGE")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES")


def _field(paragraph: Any, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)


def _part(made: Any, part: Part) -> None:
    _say(made.add_paragraph(style="Heading 1"), part.title)
    if part.notice:
        made.add_paragraph().add_run(part.notice).bold = True
    for block in part.blocks:
        _block(made, block)


def _block(made: Any, block: Block) -> None:
    if isinstance(block, Heading):
        _say(made.add_paragraph(style=f"Heading {block.level}"), block.runs)
    elif isinstance(block, Paragraph):
        _say(made.add_paragraph(style="Intense Quote" if block.is_answer else "Normal"), block.runs)
    elif isinstance(block, Points):
        numbering = _restarted(made) if block.is_numbered else None
        for item in block.items:
            paragraph = made.add_paragraph(style="List Number" if block.is_numbered else "List Bullet")
            if numbering is not None:
                _numbered_by(paragraph, numbering)
            _say(paragraph, item)
    elif isinstance(block, Table):
        _table(made, block)
    else:
        _picture(made, block)


def _say(paragraph: Any, runs: Words) -> None:
    """Write runs, each marked with its language; a paragraph of a language from the right begins there."""
    if spoken(runs).is_right_to_left:
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    for run in runs:
        written = paragraph.add_run(run.text)
        if run.is_strong:
            written.bold = True
        marks = written._r.get_or_add_rPr()
        if run.language.is_right_to_left:
            marks.append(OxmlElement("w:rtl"))
        if run.language.tag != "en-GB":
            _say_language(marks, run.language.tag, is_complex=run.language.is_right_to_left)


def _say_language(marks: Any, tag: str, *, is_complex: bool = False) -> None:
    for old in marks.findall(qn("w:lang")):
        marks.remove(old)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), tag)
    if is_complex:
        language.set(qn("w:bidi"), tag)
    if tag.startswith("zh"):
        language.set(qn("w:eastAsia"), "zh-TW" if "Hant" in tag else "zh-CN")
    marks.append(language)


def _restarted(made: Any) -> int:
    """Return the number of a new list that counts from 1 in the way of the style's own."""
    numbering = made.part.numbering_part.element
    of_style = made.styles["List Number"].element.pPr.numPr.numId.val
    abstract = next(one for one in numbering.num_lst if one.numId == of_style).abstractNumId.val
    number = numbering.add_num(abstract)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(number.numId)


def _numbered_by(paragraph: Any, number: int) -> None:
    of_list = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    of_list.get_or_add_ilvl().val = 0
    of_list.get_or_add_numId().val = number


def _table(made: Any, table: Table) -> None:
    caption = made.add_paragraph(table.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    drawn = made.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    _described(drawn, table.caption)
    _row(drawn.rows[0].cells, table.columns, is_head=True)
    for row in table.rows:
        _row(drawn.add_row().cells, row)
    for place, row in enumerate(drawn.rows):
        about = row._tr.get_or_add_trPr()
        about.append(OxmlElement("w:cantSplit"))
        if not place:
            about.append(OxmlElement("w:tblHeader"))
        if place < min(len(drawn.rows) - 1, _TOGETHER):
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
    made.add_paragraph()


def _described(drawn: Any, caption: str) -> None:
    """Say what a table is, and that its first row and column are heads, for whoever hears it."""
    about = drawn._tbl.tblPr
    look = about.find(qn("w:tblLook"))
    if look is not None:
        look.set(qn("w:firstRow"), "1")
        look.set(qn("w:firstColumn"), "1")
    title = OxmlElement("w:tblCaption")
    title.set(qn("w:val"), caption)
    about.append(title)


def _row(cells: Sequence[Any], texts: Sequence[str], *, is_head: bool = False) -> None:
    for cell, text in zip(cells, texts, strict=True):
        run = cell.paragraphs[0].add_run(text)
        run.bold = is_head or None


def _picture(made: Any, picture: Picture) -> None:
    caption = made.add_paragraph(picture.headline, style="Caption")
    caption.paragraph_format.keep_with_next = True
    made.add_picture(io.BytesIO(png(picture.chart)), width=_WIDTH)
    about = made.inline_shapes[-1]._inline.docPr
    about.set("descr", picture.alternative)
    about.set("title", picture.headline)
    made.paragraphs[-1].paragraph_format.keep_with_next = True
    for said in (f"Source: {picture.source}", *picture.notes):
        made.add_paragraph(said)
    if picture.table is not None:
        _table(made, picture.table)


def _packed_alike(content: bytes, document: Document) -> bytes:
    day = document.made_of.astimezone(UTC)
    stamp = (day.year, day.month, day.day, day.hour, day.minute, day.second)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return packed.getvalue()
