"""What every page shares: the head with the banner of simulated data, headings, tables, charts with their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from urllib.parse import quote, urlencode

import pandas as pd
import streamlit as st

from toolkit.charts.theme import AnyChart
from toolkit.web.parts.banner import SIMULATED_BANNER, SIMULATED_MORE
from toolkit.web.parts.tables import table_html

STYLE = """<style>
[data-testid="stMainBlockContainer"] { padding-top: 3.25rem; padding-bottom: 4rem; }
[data-testid="stMainBlockContainer"] h2 { margin-top: 1.25rem; }
.scrolls { overflow-x: auto; }
table.plain { border-collapse: collapse; width: 100%; font-size: 1rem; }
table.plain caption { text-align: left; font-weight: 600; padding: 0.25rem 0 0.5rem; }
table.plain th, table.plain td { text-align: left; padding: 0.4rem 0.75rem 0.4rem 0; vertical-align: top;
  border-bottom: 1px solid #b1b9be; }
table.plain thead th { border-bottom: 2px solid #0b0c0c; }
table.plain th[scope="row"] { font-weight: 400; }
table.plain .number { text-align: right; font-variant-numeric: tabular-nums; }
table.plain th:last-child, table.plain td:last-child { padding-right: 0.25rem; }
table.plain .code { overflow-wrap: anywhere; font-family: monospace; }
@media (max-width: 600px) {
  table.stacks, table.stacks caption, table.stacks tbody, table.stacks tr, table.stacks th, table.stacks td {
    display: block; text-align: left !important; border: none; padding: 0.1rem 0; }
  table.stacks thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.stacks tr { border-bottom: 1px solid #b1b9be; padding: 0.6rem 0; }
  table.stacks th[scope="row"] { font-weight: 600; }
  table.stacks td:empty { display: none; }
  table.stacks td::before { content: attr(data-label) ": "; color: #4b5358; font-family: "Source Sans", sans-serif; }
}
.own-account a, .link a, table.plain a { color: #1d4f76; }
button.sign-out { font: inherit; background: #fff; color: #0b0c0c; border: 1px solid #767f85; border-radius: 0.5rem;
  padding: 0.3rem 0.9rem; cursor: pointer; }
button.sign-out:hover { border-color: #1d4f76; color: #1d4f76; }
/* Every chart has its numbers in a table beneath it: the grid behind these buttons cannot be read without a mouse. */
[data-testid="stElementToolbar"] { display: none; }
[data-testid^="stAlertContent"], [data-testid^="stAlertContent"] p { color: #0b0c0c; }
.simulated { background: #fff3c4; border-left: 8px solid #b35c00; color: #0b0c0c; padding: 0.6rem 0.9rem; margin: 0; }
.simulated strong { display: block; }
.verdict { border-left: 8px solid #1d4f76; padding: 0.35rem 0 0.35rem 1rem; font-size: 1.45rem; line-height: 1.4;
  font-weight: 600; margin: 0; }
@media (max-width: 600px) { .verdict { font-size: 1.2rem; } }
</style>"""


WIDE = """<style>
[data-testid="stMainBlockContainer"] { max-width: 62rem; }
[data-testid="stMainBlockContainer"] h2 { margin-top: 0; padding-top: 0.25rem; }
</style>"""
"""For a page of two columns: as wide as both, with less room above its headings."""


def page_head(title: str, *, simulated: bool) -> None:
    """Draw the title, and under it the banner when the store is simulated."""
    st.title(as_it_is(title), anchor=False)
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
    drawn: AnyChart,
    alt_text: str,
    numbers: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    is_wide: bool = True,
) -> None:
    """Draw a chart under its headline, with a text alternative, and beneath it the table of its numbers.

    Parameters
    ----------
    headline
        What the chart shows, as a sentence.
    drawn
        The chart.
    alt_text
        What a person who cannot see it needs to know; the numbers follow in the table.
    numbers, labels
        The rows the chart is made of, and their headings.
    is_wide
        Whether the chart is as wide as the page; otherwise as wide as it was made.
    """
    st.subheader(as_it_is(headline), anchor=False)
    st.altair_chart(drawn, width="stretch" if is_wide else "content", theme=None, alt=alt_text)
    with st.expander("The numbers in this chart"):
        table(numbers, headline, labels)
