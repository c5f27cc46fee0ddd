"""What large print changes of a report: a table too wide for its letters becomes a list a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from toolkit.report.model import Block, Document, Heading, Paragraph, Picture, Points, Run, Table, words

POINTS = 18
"""The size of its letters."""
_COLUMNS = 3


def for_large_print(document: Document) -> Document:
    """Return the report with no table wider than large letters let it be; nothing is left out."""
    parts = (replace(part, blocks=tuple(_of(part.blocks))) for part in document.parts)
    return replace(document, parts=tuple(parts))


def _of(blocks: tuple[Block, ...]) -> Iterator[Block]:
    level = 2
    for block in blocks:
        if isinstance(block, Heading):
            level = block.level
        if isinstance(block, Table) and len(block.columns) > _COLUMNS:
            yield from _as_lists(block, level + 1)
        elif isinstance(block, Picture) and block.table is not None and len(block.table.columns) > _COLUMNS:
            yield replace(block, table=None)
            yield from _as_lists(block.table, level + 1)
        else:
            yield block


def _as_lists(table: Table, level: int) -> Iterator[Block]:
    yield Heading(words(table.caption), level)
    for row in table.rows:
        yield Paragraph(words(f"{table.columns[0]}: {row[0]}", strong=True))
        named = zip(table.columns[1:], row[1:], strict=True)
        yield Points(tuple((Run(f"{column}: {value}"),) for column, value in named))
