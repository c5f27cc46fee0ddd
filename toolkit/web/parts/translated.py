"""A published answer's summary in other languages, each in its own direction and named by what its readers call it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

import streamlit as st

from toolkit.report.model import Block, Heading, Language, Paragraph, Points, first_runs, plain, spoken


def in_other_languages(blocks: Iterable[Block]) -> None:
    """Draw translated summaries, folded away under each language's own name; nothing where there are none."""
    for language, of_it in groupby(blocks, key=_language):
        with st.expander(language.name):
            body = "".join(_html(block) for block in list(of_it)[1:])  # the first is the language's name
            st.html(f'<div lang="{escape(language.tag, quote=True)}" dir="{language.direction}">{body}</div>')


def _language(block: Block) -> Language:
    return spoken(first_runs(block))


def _html(block: Block) -> str:
    return "".join(_lines(block))


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"<p><strong>{escape(plain(block.runs))}</strong></p>"
    elif isinstance(block, Paragraph):
        said = escape(plain(block.runs))
        yield f'<p class="verdict">{said}</p>' if block.is_answer else f"<p>{said}</p>"
    elif isinstance(block, Points):
        kind = "ol" if block.is_numbered else "ul"
        yield f"<{kind}>{''.join(f'<li>{escape(plain(item))}</li>' for item in block.items)}</{kind}>"
