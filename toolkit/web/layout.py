"""What every page shares: the banner of simulated data, tables a screen reader can read, charts with their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

SIMULATED_BANNER = (
    "**Simulated data: no real families.** A computer made up every family, score and referral here. "
    "Do not quote any figure as a finding about a real place."
)


def page_head(title: str, *, simulated: bool) -> None:
    """Draw the title, and under it the banner when the store is simulated."""
    st.title(title, anchor=False)
    if simulated:
        st.warning(SIMULATED_BANNER)


def header(text: str) -> None:
    """Draw a section's heading."""
    st.header(text, anchor=False)


def table(rows: pd.DataFrame, caption: str, labels: Mapping[str, str] | None = None) -> None:
    """Draw a table with a caption and headed rows; empty cells say nothing.

    Parameters
    ----------
    rows
        Columns in order; the first names the row.
    caption
        What the table is.
    labels
        Headings for the columns; those not named keep their name.
    """
    st.html(table_html(rows, caption, labels))


def table_html(rows: pd.DataFrame, caption: str, labels: Mapping[str, str] | None = None) -> str:
    """Return an accessible table: caption, column and row headers, every value escaped."""
    names = labels or {}
    numeric = {str(name) for name in rows.columns if pd.api.types.is_numeric_dtype(rows[name])}
    heads = "".join(
        f'<th scope="col"{_right(str(name), numeric)}>{escape(names.get(str(name), str(name)))}</th>'
        for name in rows.columns
    )
    body = "".join(_row_html(list(rows.columns), values, numeric) for values in rows.itertuples(index=False, name=None))
    return (
        '<div style="overflow-x:auto" tabindex="0" role="region" '
        f'aria-label="{escape(caption, quote=True)}"><table class="plain"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row_html(columns: Sequence[Any], values: Sequence[Any], numeric: set[str]) -> str:
    first, *rest = values
    cells = f'<th scope="row"{_right(str(columns[0]), numeric)}>{escape(in_words(first))}</th>'
    for name, value in zip(columns[1:], rest, strict=True):
        cells += f"<td{_right(str(name), numeric)}>{escape(in_words(value))}</td>"
    return f"<tr>{cells}</tr>"


def _right(name: str, numeric: set[str]) -> str:
    return ' class="number"' if name in numeric else ""


def in_words(value: Any) -> str:
    """Return a value as a page writes it: 1,234; 12.3; yes; nothing for an empty one.

    >>> in_words(1234), in_words(0.5), in_words(None), in_words(True)
    ('1,234', '0.5', '', 'yes')
    """
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 or value.is_integer() else f"{value:,.1f}"
    if isinstance(value, pd.Timestamp):
        return uk_date(value)
    return str(value)


def uk_date(day: Any) -> str:
    """Return a day as people write it: 4 March 2010; empty for none."""
    moment = pd.to_datetime(day, errors="coerce")
    return "" if pd.isna(moment) else f"{moment.day} {moment:%B %Y}"


def per_cent(share: float | None) -> str:
    """Return a share as a whole per cent; empty for none."""
    return "" if share is None or pd.isna(share) else f"{100 * share:.0f}%"


def chart(drawn: alt.Chart | alt.LayerChart, alt_text: str, numbers: pd.DataFrame, caption: str, **labels: str) -> None:
    """Draw a chart with a text alternative, and beneath it, folded away, the numbers it is made of."""
    st.altair_chart(drawn, width="stretch", alt=alt_text)
    with st.expander(f"The numbers: {caption}"):
        table(numbers, caption, labels)


STYLE = """<style>
table.plain { border-collapse: collapse; width: 100%; font-size: 1rem; }
table.plain caption { text-align: left; font-weight: 600; padding: 0.25rem 0 0.5rem; }
table.plain th, table.plain td { text-align: left; padding: 0.35rem 0.75rem 0.35rem 0; vertical-align: top;
  border-bottom: 1px solid #b1b4b6; }
table.plain th[scope="row"] { font-weight: 400; }
table.plain .number { text-align: right; font-variant-numeric: tabular-nums; }
.verdict { border-left: 8px solid #1d4f76; padding: 0.5rem 0 0.5rem 1rem; font-size: 1.45rem; line-height: 1.4;
  font-weight: 600; margin: 0 0 0.75rem; max-width: 48rem; }
@media (max-width: 600px) { .verdict { font-size: 1.2rem; } }
</style>"""


def verdict(sentence: str) -> None:
    """Draw the answer, large."""
    st.html(f'<p class="verdict">{escape(sentence)}</p>')
