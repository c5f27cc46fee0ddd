"""A report as PDF/UA-1, by typst: it refuses a picture without words, and letters that no font of this computer has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import typst

from toolkit.errors import InputError
from toolkit.report.drawn import NARROW, WIDE, svg
from toolkit.report.large import POINTS as LARGE
from toolkit.report.model import (
    ENGLISH,
    Block,
    Document,
    Heading,
    Language,
    Paragraph,
    Picture,
    Points,
    Table,
    Words,
    spoken,
    words,
)
from toolkit.report.scripts import all_fonts, fonts_for

_NO_LETTERS = "could not be displayed"
NOT_DRAWN = (
    "The summary in {name} is not in this file: no font of the computer that made it has the letters. The HTML file "
    "has it. To have it here, install a font for it, such as one of Google's Noto family, and make the report again."
)
_PAGE = (210, 297)
_SIZES = re.compile(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"')
_ONE_ANSWER = 2
"""Parts of a report on one answer, the annex among them: it needs no contents."""
_ON_ONE_PAGE = 12
"""Rows of a table that stays with its caption on one page."""
_TALL = "#set par(leading: 1.4em, spacing: 1.7em)\n#set list(spacing: 1.6em)\n#set enum(spacing: 1.6em)"
"""Room between lines of Nastaliq, whose words hang."""
_LOOK = """
#set page(paper: "a4", footer: context align(right, text(size: 0.8em,
  [Page #counter(page).display() of #counter(page).final().first()])))
#set par(leading: 0.7em, spacing: 1em)
#set heading(numbering: none)
#show title: set text(size: 1.7em)
#show heading.where(level: 1): set text(size: 1.4em)
#show heading.where(level: 2): set text(size: 1.12em)
#show heading.where(level: 3): set text(size: 1em)
#show heading: set block(above: 1.5em, below: 0.75em, sticky: true)
#set list(indent: 0.3em, spacing: 0.75em)
#set enum(indent: 0.3em, spacing: 0.75em)
#set figure(numbering: none, supplement: none, gap: 0.6em)
#show figure: set block(breakable: true)
#show figure: set align(start)
#show figure.where(kind: table): set figure.caption(position: top)
#show figure.where(kind: image): set figure.caption(position: top)
#show figure.caption: it => block(sticky: true, strong(it.body))
#set table(stroke: (x, y) => (bottom: if y == 0 { 1pt + luma(10) } else { 0.5pt + luma(110) }), inset: (x: 0.4em,
  y: 0.45em), align: start + top)
#show table: set par(leading: 0.5em)
#show table.cell.where(y: 0): strong
"""

_FOLLOWS = "#context if here().position().y > page.height / 2 { pagebreak(weak: true) } else { v(2em) }"
"""After one answer: what follows begins a page of its own only where half of the page is taken, so none stays empty."""


def pdf(document: Document, *, size: int = 11) -> bytes:
    """Return the report as PDF/UA-1; the same report gives the same bytes.

    Parameters
    ----------
    document
        The report.
    size
        Of its letters, in points.

    Raises
    ------
    InputError
        Where its English has a letter that no font of this computer has.
    """
    missing = [one for one in document.languages if one != ENGLISH and not _can_draw(document, one)]
    shown = _without(document, missing)
    try:
        return _compiled(_source(shown, size), document)
    except typst.TypstError as error:
        if _NO_LETTERS not in error.message:
            raise
        said = error.message.split(":", 1)[-1].strip().replace("`", "")
        raise InputError(
            f"The PDF cannot be made, because {said} or any other font here. Install a font that has these letters, or "
            "take the HTML or Word file."
        ) from error


def not_drawn(document: Document) -> list[str]:
    """Return, as sentences, which languages of a report its PDF has to leave out, for want of letters."""
    left_out = [one for one in document.languages if one != ENGLISH and not _can_draw(document, one)]
    return [NOT_DRAWN.format(name=one.name) for one in left_out]


def _compiled(source: str, document: Document) -> bytes:
    made = typst.Compiler(font_paths=all_fonts()).compile(
        source.encode(), format="pdf", pdf_standards="ua-1", timestamp=int(document.made_of.timestamp())
    )
    return bytes(made) if isinstance(made, bytes) else b"".join(made or ())


def _can_draw(document: Document, language: Language) -> bool:
    texts = [
        run.text
        for part in document.parts
        for block in part.blocks
        for run in _runs_of(block)
        if run.language == language
    ]
    source = f'#set document(title: "x")\n{_spoken_in(language)}\n' + "\n".join(f"#{_text(text)}\n" for text in texts)
    try:
        _compiled(source, document)
    except typst.TypstError as error:
        if _NO_LETTERS not in error.message:
            raise
        return False
    return True


def _runs_of(block: Block) -> Words:
    if isinstance(block, Heading | Paragraph):
        return block.runs
    return tuple(run for item in block.items for run in item) if isinstance(block, Points) else ()


def _without(document: Document, languages: Sequence[Language]) -> Document:
    """Return the report with a loud sentence in place of what cannot be drawn."""
    if not languages:
        return document
    parts = []
    for part in document.parts:
        blocks: list[Block] = []
        said: set[Language] = set()
        for block in part.blocks:
            found = next((run.language for run in _runs_of(block) if run.language in languages), None)
            if found is None:
                blocks.append(block)
            elif found not in said:
                said.add(found)
                blocks.append(Paragraph(words(NOT_DRAWN.format(name=found.name), strong=True)))
        parts.append(replace(part, blocks=tuple(blocks)))
    return replace(document, parts=tuple(parts))


def _source(document: Document, size: int) -> str:
    day, (side, top, bottom) = document.made_of, _margins(size)
    moment = f"year: {day.year}, month: {day.month}, day: {day.day}, hour: {day.hour}, minute: {day.minute}, "
    moment += f"second: {day.second}"
    about = _text(document.notice) if document.notice else "none"
    keywords = '("simulated data",)' if document.notice else "()"
    lines = [
        f"#set document(title: {_text(document.named)}, description: {about}, keywords: {keywords}, "
        f"date: datetime({moment}))",
        f"{_spoken_in(ENGLISH)}\n#set text(size: {size}pt)",
        f"#set page(margin: (x: {side}mm, top: {top}mm, bottom: {bottom}mm))",
        _LOOK,
    ]
    for place, part in enumerate(document.parts):
        if not place:
            first = document.notice if len(document.parts) > _ONE_ANSWER else part.notice
            lines.append(f"#set page(header: {_header(first)})\n#title[#{_text(document.title)}]")
            if len(document.parts) > _ONE_ANSWER:
                lines.append("#outline(title: [Contents], depth: 1)")
        if place and len(document.parts) <= _ONE_ANSWER and part.notice == document.parts[0].notice:
            lines.append(_FOLLOWS)
        elif place or len(document.parts) > _ONE_ANSWER:  # a new header begins a new page
            lines.append(f"#pagebreak(weak: true)\n#set page(header: {_header(part.notice)})")
        lines.append(f"#heading(level: 1)[{_runs(part.title)}]")
        if part.notice:
            lines.append(
                f'#block(stroke: (left: 4pt + rgb("#b35c00")), inset: (left: 0.8em, y: 0.4em))'
                f"[#strong[#{_text(part.notice)}]]"
            )
        lines += [_block(block, size) for block in part.blocks]
    return "\n".join(lines)


def _margins(size: int) -> tuple[int, int, int]:
    """Return the room at the sides, top and bottom in millimetres: large letters need the page."""
    return (15, 18, 15) if size >= LARGE else (20, 24, 20)


def _fit(drawn: str, size: int) -> str:
    """Return how large a picture is drawn: as wide as the text, but no taller than a page with its headline."""
    side, top, bottom = _margins(size)
    across, down = (float(of) for of in _SIZES.findall(drawn)[0])
    room = _PAGE[1] - top - bottom - 20 - (20 if size >= LARGE else 8)  # its headline and its source
    return f"height: {room}mm" if down / across * (_PAGE[0] - 2 * side) > room else "width: 100%"


def _header(notice: str) -> str:
    return f"[#text(size: 0.8em, weight: 600)[#{_text(notice)}]]" if notice else "none"


def _block(block: Block, size: int) -> str:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Picture):
        drawn = svg(block.chart, NARROW if size >= LARGE else WIDE)
        image = f'image(bytes({_text(drawn)}), format: "svg", {_fit(drawn, size)}, alt: {_text(block.alternative)})'
        figure = f"#figure({image}, caption: [#{_text(block.headline)}], kind: image)"
        source = f"#par[#{_text(f'Source: {block.source}')}]"
        drawn_whole = f"#block(breakable: false)[{figure}{source}]"
        notes = [f"#par[#{_text(note)}]" for note in block.notes]
        return "\n".join([drawn_whole, *notes, *([] if block.table is None else [_table(block.table)])])
    return _in_its_language(block)


def _in_its_language(block: Heading | Paragraph | Points) -> str:
    if isinstance(block, Points):
        kind = "enum" if block.is_numbered else "list"
        body = f"#{kind}({', '.join(f'[{_runs(item)}]' for item in block.items)})"
        language = spoken(block.items[0])
    else:
        language = spoken(block.runs)
        body = f"#par[{_runs(block.runs)}]"
        if isinstance(block, Heading):
            body = f"#heading(level: {block.level})[{_runs(block.runs)}]"
        elif block.is_answer:
            side = "right" if language.is_right_to_left else "left"
            body = (
                f'#block(stroke: ({side}: 4pt + rgb("#1d4f76")), inset: ({side}: 0.8em, y: 0.5em))'
                f"[#text(size: 1.2em)[{_runs(block.runs)}]]"
            )
    return body if language == ENGLISH else f"#[\n{_spoken_in(language)}\n{body}\n]"


def _table(table: Table) -> str:
    heads = ", ".join(f"[#{_text(column)}]" for column in table.columns)
    cells = ", ".join(f"[#{_text(_breakable(cell))}]" for row in table.rows for cell in row)
    inner = f"table(columns: {len(table.columns)}, table.header({heads}), {cells})"
    figure = f"#figure({inner}, caption: [#{_text(table.caption)}], kind: table)"
    return figure if len(table.rows) > _ON_ONE_PAGE else f"#block(breakable: false)[{figure}]"


def _breakable(cell: str) -> str:
    """Return a cell whose long names may break after an underline."""
    return cell.replace("_", "_\u200b")


def _spoken_in(language: Language) -> str:
    primary, *others = language.tag.split("-")
    region = next((_text(one) for one in others if len(one) == len("GB")), "none")
    fonts = "".join(f"{_text(font)}, " for font in fonts_for(language.tag))
    spaced = _TALL if language.is_right_to_left else ""
    return f"#set text(lang: {_text(primary)}, region: {region}, dir: {language.direction}, font: ({fonts}))\n{spaced}"


def _runs(runs: Words) -> str:
    return "".join(f"#strong[#{_text(run.text)}]" if run.is_strong else f"#{_text(run.text)};" for run in runs)


def _text(text: str) -> str:
    """Return a text as typst writes one: nothing in it is read as an order."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "") + '"'
