from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from toolkit.web.parts.tables import table_html


def test_a_table_escapes_what_it_shows_and_says_what_it_is() -> None:
    html = table_html(pd.DataFrame({"a": ["<script>"], "b": [1234]}), "A & B", {"a": "First"})
    assert "<script>" not in html and "&lt;script&gt;" in html
    assert "<caption>A &amp; B</caption>" in html
    assert '<th scope="col" role="columnheader">First</th>' in html
    assert '<th scope="row" role="rowheader">' in html
    assert 'data-label="b" class="number">1,234</td>' in html


def test_numbers_written_out_stand_to_the_right_and_words_to_the_left() -> None:
    rows = pd.DataFrame({"start": ["1", "2"], "share": ["59%", ""], "words": ["2.0 fewer", "no difference"]})
    html = table_html(rows, "Shares")
    assert 'class="number">59%' in html
    assert 'data-label="words">2.0 fewer' in html
    assert '<th scope="row" role="rowheader">1</th>' in html


def test_only_a_table_too_wide_for_a_phone_is_drawn_there_as_blocks() -> None:
    long = "A sentence that is far too long for a quarter of a phone's width."
    wide = pd.DataFrame({"a": ["x"], "b": [long], "c": ["y"], "d": ["z"]})
    assert 'class="plain stacks"' in table_html(wide, "Wide")
    assert 'class="plain"' in table_html(wide[["a", "b", "c"]], "Narrow")
    assert 'class="plain"' in table_html(pd.DataFrame({name: [12] for name in "abcdefg"}), "Numbers")


def test_a_hash_may_break_anywhere() -> None:
    assert 'class="code">' in table_html(pd.DataFrame({"what": ["Plan"], "value": ["a" * 64]}), "Names")


def test_an_empty_cell_says_nothing() -> None:
    html = table_html(pd.DataFrame({"a": ["x", "y"], "b": [1.5, None]}), "Gaps")
    assert ">1.5</td>" in html and "nan" not in html.lower()


QUOTED = (
    "[click](https://example.org) ![x](https://example.org/y.png) **b** :red[c] $x^2$ :material/delete: <b> `d` ~e~ #f"
)


def headings(quoted: str) -> None:
    from toolkit.web.parts.layout import header, page_head

    page_head(f"Progress at {quoted}", simulated=False)
    header(quoted)


@pytest.mark.parametrize("kind", ["title", "header"])
def test_a_centres_name_in_a_heading_is_no_markup(kind: str) -> None:
    app = AppTest.from_function(headings, kwargs={"quoted": QUOTED}).run()
    (drawn,) = getattr(app, kind)
    bare = [
        sign
        for place, sign in enumerate(drawn.value)
        if sign in r"`*[]<>$~:#" and (place == 0 or drawn.value[place - 1] != "\\")
    ]
    assert bare == [] and drawn.value.replace("\\", "").endswith(QUOTED)
