"""What is quoted from the records in a heading is drawn as it is: no link, colour, formula or image comes of it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

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
