"""What every page shares: the head with the banner of simulated data, headings, tables, charts with their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from urllib.parse import quote, urlencode

import pandas as pd
import streamlit as st

from toolkit.charts.theme import Drawn
from toolkit.web.parts.banner import SIMULATED_BANNER, SIMULATED_MORE
from toolkit.web.parts.chart_files import ChartFiles, downloads
from toolkit.web.parts.style import STYLE as STYLE
from toolkit.web.parts.style import WIDE as WIDE
from toolkit.web.parts.tables import table_html
from toolkit.wording.sources import MADE_UP, OWN_RECORDS

_IS_SIMULATED = "the page's figures are simulated"


def page_head(title: str, *, simulated: bool) -> None:
    """Draw the title, and under it the banner when the store is simulated."""
    st.title(as_it_is(title), anchor=False)
    st.session_state[_IS_SIMULATED] = simulated
    if simulated:
        st.html(
            f'<p class="simulated" role="note"><strong>{escape(SIMULATED_BANNER)}</strong> {escape(SIMULATED_MORE)}</p>'
        )


def header(text: str) -> None:
    """Draw a section's heading."""
    st.header(as_it_is(text), anchor=False)


def verdict(sentence: str) -> None:
    """Draw the answer, large."""
    st.html(f'<p class="verdict">{escape(sentence)}</p>')


def sentence(text: str) -> None:
    """Draw a sentence as it is, whatever signs it holds."""
    st.markdown(as_it_is(text))


def link(page: str, words: str, **chosen: str) -> None:
    """Draw a link to a page of the app, with what it is to show in the address; a role's first page has no name."""
    asked = f"?{urlencode(chosen)}" if chosen else ""
    st.html(f'<p class="link"><a href="/{quote(page)}{escape(asked)}" target="_self">{escape(words)}</a></p>')


def points(sentences: Iterable[str]) -> None:
    """Draw sentences as a list; nothing where there are none."""
    listed = [f"- {as_it_is(sentence)}" for sentence in sentences]
    if listed:
        st.markdown("\n".join(listed))


def steps(sentences: Iterable[str]) -> None:
    """Draw sentences as a list with numbers, so that people can speak of one by its number."""
    st.markdown("\n".join(f"{number}. {as_it_is(sentence)}" for number, sentence in enumerate(sentences, start=1)))


def command(text: str) -> None:
    """Draw a command to be typed: on a narrow page it scrolls by itself, by keyboard too."""
    st.html(f'<pre class="command" tabindex="0" role="group" aria-label="A command"><code>{escape(text)}</code></pre>')


def as_it_is(sentence: str) -> str:
    """Return a sentence with the signs that Markdown reads as its own escaped: it may quote what is in the records."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]<>#|~$:" else sign for sign in sentence)


def table(
    rows: pd.DataFrame, caption: str, labels: Mapping[str, str] | None = None, *, links: Sequence[str] = ()
) -> None:
    """Draw a table with a caption and headed rows; empty cells say nothing. See `tables.table_html`."""
    st.html(table_html(rows, caption, labels, links=links))


def chart(
    headline: str,
    drawn: Drawn,
    alt_text: str,
    numbers: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    is_wide: bool = True,
    source: str = "",
    simulated: bool | None = None,
) -> None:
    """Draw a chart under its headline, with a text alternative, its source, its table, and both as files.

    Parameters
    ----------
    headline
        What the chart shows, as a sentence.
    drawn
        The chart.
    alt_text
        What a person who cannot see it needs to know; the numbers follow in the table.
    numbers, labels
        The rows the chart is made of, and their headings: nothing else is in the files.
    is_wide
        Whether the chart is as wide as the page; otherwise as wide as it was made.
    source
        Where its figures are from, as a sentence; the records of this store where nothing is said.
    simulated
        Whether they are made up; as the head of the page has it where nothing is said.
    """
    if simulated is None:
        simulated = bool(st.session_state.get(_IS_SIMULATED, True))  # where no head was drawn, it may be
    source = source or (MADE_UP if simulated else OWN_RECORDS)
    st.subheader(as_it_is(headline), anchor=False)
    st.vega_lite_chart(drawn.on_page(), width="stretch" if is_wide else "content", theme=None, alt=alt_text)
    st.html(f'<p class="source">Source: {escape(source)}</p>')
    with st.expander(f"The numbers in this chart: {as_it_is(headline)}"):
        table(numbers, headline, labels)
        downloads(ChartFiles(headline, drawn, alt_text, numbers, labels, source, is_simulated=simulated))
