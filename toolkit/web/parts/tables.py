"""Tables that a screen reader can read: a caption, column and row headers, every value escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from toolkit.wording.numbers import in_words

_NUMBER = re.compile(r"[+\u2212-]?£?[\d,]+(\.\d+)?%?|c|not published")
"""A number written out, or what stands for one that is not shown."""
_PHONE = 55
"""Letters that fit side by side on a phone."""
_LONG = 30
"""Letters from which a word is a hash, that may be broken anywhere."""


def table_html(
    rows: pd.DataFrame, caption: str, labels: Mapping[str, str] | None = None, *, links: Sequence[str] = ()
) -> str:
    """Return an accessible table as HTML, in a region that scrolls sideways by itself where it is too wide.

    The roles are written out because a phone draws wide tables as blocks, and browsers then forget that it is a table.


    Parameters
    ----------
    rows
        Columns in order; the first names the row.
    caption
        What the table is.
    labels
        Headings for the columns; those not named keep their name.
    links
        Where the name of each row leads, one a row; none where they lead nowhere.
    """
    headings = {str(name): (labels or {}).get(str(name), str(name)) for name in rows.columns}
    columns = {str(name): list(column) for name, column in rows.items()}
    words = {name: [in_words(value) for value in values] for name, values in columns.items()}
    numeric = {
        str(name)
        for place, (name, column) in enumerate(rows.items())
        if _holds_numbers(column.dtype, columns[str(name)], is_first=not place)
    }
    heads = "".join(
        f'<th scope="col" role="columnheader"{_class(name, numeric)}>{escape(heading)}</th>'
        for name, heading in headings.items()
    )
    ways = links or [""] * len(rows)
    every = zip(zip(*words.values(), strict=True), ways, strict=True)
    body = "".join(_row_html(headings, values, numeric, link) for values, link in every)
    kind = "plain stacks" if _is_wide(headings, words) else "plain"
    return (
        f'<div class="scrolls" tabindex="0" role="group" aria-label="{escape(caption, quote=True)}">'
        f'<table class="{kind}" role="table"><caption>{escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody role="rowgroup">{body}</tbody></table></div>'
    )


def _holds_numbers(kind: Any, values: Sequence[Any], *, is_first: bool) -> bool:
    if pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind):
        return True
    written = [str(value) for value in values if value is not None and str(value)]
    return not is_first and bool(written) and all(_NUMBER.fullmatch(value) for value in written)


def _is_wide(headings: Mapping[str, str], words: Mapping[str, Sequence[str]]) -> bool:
    # What does not fit a phone is drawn there as blocks, a row each.
    longest = [max(map(len, (heading, *words[name]))) for name, heading in headings.items()]
    return len(headings) > 3 and sum(longest) > _PHONE


def _row_html(headings: Mapping[str, str], words: Sequence[str], numeric: set[str], link: str = "") -> str:
    cells = ""
    for place, (name, heading, said) in enumerate(zip(headings, headings.values(), words, strict=True)):
        written = escape(said)
        if place == 0:
            led = f'<a href="{escape(link, quote=True)}" target="_self">{written}</a>' if link else written
            cells += f'<th scope="row" role="rowheader"{_class(name, numeric, written)}>{led}</th>'
        else:
            label = f' data-label="{escape(heading, quote=True)}"'
            cells += f'<td role="cell"{label}{_class(name, numeric, written)}>{written}</td>'
    return f'<tr role="row">{cells}</tr>'


def _class(name: str, numeric: set[str], written: str = "") -> str:
    if name in numeric:
        return ' class="number"'
    return ' class="code"' if len(written) > _LONG and " " not in written else ""
