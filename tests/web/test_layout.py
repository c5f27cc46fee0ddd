from __future__ import annotations

import pandas as pd
import pytest

from toolkit.web.front import mended
from toolkit.web.layout import in_words, per_cent, table_html, uk_date


def test_a_table_escapes_what_it_shows_and_says_what_it_is() -> None:
    html = table_html(pd.DataFrame({"a": ["<script>"], "b": [1234]}), "A & B", {"a": "First"})
    assert "<script>" not in html and "&lt;script&gt;" in html
    assert "<caption>A &amp; B</caption>" in html
    assert '<th scope="col">First</th>' in html and '<th scope="row">' in html
    assert '<td class="number">1,234</td>' in html


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1234, "1,234"),
        (0.05, "0.1"),
        (2.0, "2"),
        (None, ""),
        (float("nan"), ""),
        (True, "yes"),
        (pd.NaT, ""),
        ("x", "x"),
    ],
)
def test_a_value_is_written_as_people_write_it(value: object, shown: str) -> None:
    assert in_words(value) == shown


def test_days_and_shares_are_british() -> None:
    assert uk_date("2010-03-04") == "4 March 2010"
    assert uk_date(None) == ""
    assert per_cent(0.456) == "46%"


def test_the_page_says_its_language_and_blocks_one_letter_shortcuts() -> None:
    page = mended(b'<html lang="en"><head><title>Streamlit</title></head><body></body></html>').decode()
    assert '<html lang="en-GB">' in page
    assert "<title>Streamlit</title>" not in page
    assert "stopImmediatePropagation" in page and "focus-visible" in page
