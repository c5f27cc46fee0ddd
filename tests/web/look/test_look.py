"""One visual language: colours that can be read and told apart in either theme, charts as files, years one way."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageDraw, ImageFilter

import pictures
from toolkit.charts.files import as_png, as_svg
from toolkit.charts.forest_plot import forest_chart
from toolkit.charts.score_centres import OUTSIDE, centres_in_funnel
from toolkit.charts.theme import BENEATH, BY_NIGHT, GROUND, IN_ORDER, VARIABLES, following_the_page, from_where
from toolkit.charts.time_series import series_chart
from toolkit.project_files import APP_SETTINGS
from toolkit.web.door.sign_in_html import refused_page, second_step_page
from toolkit.web.parts.banner import SIMULATED_BANNER
from toolkit.web.parts.chart_files import ChartFiles
from toolkit.web.parts.palette import COLOURS, variables
from toolkit.wording.sources import MADE_UP
from toolkit.wording.years import financial_year

ROWS = pd.DataFrame(
    {"label": ["=A way"], "words": ["0.6 more"], "estimate": [0.6], "low": [-1.6], "high": [2.9]},
)


def rgb(colour: str) -> np.ndarray:
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""
    light, dark = sorted((float(rgb(each) @ [0.2126, 0.7152, 0.0722]) for each in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# Machado, Oliveira and Fernandes (2009), severity 1: what those see who lack a cone.
BLINDNESS = {
    "none": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def lab(linear: np.ndarray) -> np.ndarray:
    """CIE L*a*b* under D65."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(np.maximum(to_xyz @ np.clip(linear, 0, 1) / [0.9505, 1.0, 1.089], 1e-4))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_words_can_be_read_on_every_ground_and_marks_seen_on_the_page(theme: int) -> None:
    at = {name: pair[theme] for name, pair in COLOURS.items()}
    for words, ground in [
        *((words, ground) for words in ("ink", "quiet", "first", "wrong") for ground in ("ground", "raised")),
        ("ink", "notice"),
        ("on-first", "first"),
        ("on-first", "first-pressed"),
    ]:
        assert contrast(at[words], at[ground]) >= 4.5, (words, ground)
    for mark in ("first", "second", "third", "ink", "edge"):
        assert contrast(at[mark], at["ground"]) >= 3, mark


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_first_colours_differ_for_whoever_lacks_a_cone(theme: str, blindness: str) -> None:
    used = [colour if theme == "light" else BY_NIGHT[colour] for colour in IN_ORDER[:3]]
    seen = [lab(np.array(BLINDNESS[blindness]) @ rgb(colour)) for colour in used]
    assert min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2)) > 20


def test_streamlits_own_theme_and_the_sign_in_pages_have_the_palettes_colours() -> None:
    theme = tomllib.loads(APP_SETTINGS.read_text(encoding="utf-8"))["theme"]
    assert "base" not in theme  # the device says which
    settings = {
        "primaryColor": "first", "backgroundColor": "ground", "secondaryBackgroundColor": "raised",
        "textColor": "ink", "linkColor": "first", "borderColor": "line",
    }  # fmt: skip
    for place, name in enumerate(("light", "dark")):
        assert {one: theme[name][one] for one in settings} == {
            one: COLOURS[is_][place] for one, is_ in settings.items()
        }
    page = second_step_page()
    assert variables(follow_device=True) in page and "color-scheme: light dark" in page
    assert 'font-family: "Source Sans"; src: url("/static/media/' in page  # the app's own typeface
    assert "There is no such page" in refused_page(page="nowhere", person=None, is_missing=True)


def test_a_chart_on_a_page_takes_every_colour_of_the_theme_from_it_and_a_file_none() -> None:
    plain = forest_chart(ROWS, "Of every 100 families").to_dict()
    on_page = json.dumps(following_the_page(plain))
    for colour, name in VARIABLES.items():
        assert on_page.count(f"var(--{name}, {colour})") == on_page.count(colour) == json.dumps(plain).count(colour)
    assert f"var(--ground, {GROUND})" in on_page


def files(*, is_simulated: bool) -> ChartFiles:
    chart = forest_chart(ROWS, "Of every 100 families")
    labels = {"label": "What", "words": "In every 100"}
    return ChartFiles(
        "Is it <fewer> & why?", chart, "One range.", ROWS[["label", "words"]], labels, MADE_UP, is_simulated
    )


@pytest.mark.parametrize("is_simulated", [True, False])
def test_a_charts_files_hold_its_table_and_its_picture_and_say_whether_they_are_simulated(is_simulated: bool) -> None:
    made = files(is_simulated=is_simulated)
    table, picture = made.csv().decode("utf-8-sig").splitlines(), made.svg().decode()
    assert table[-2:] == ["What,In every 100", "'=A way,0.6 more"]  # and no formula
    assert table[0] == "# Is it <fewer> & why?" and f"# Source: {MADE_UP}" in table[:3]
    for said in ("\n".join(table), picture):
        assert (SIMULATED_BANNER in said) is is_simulated
    assert made.name.startswith("simulated-") is is_simulated
    assert "<svg" in picture and 'role="img"' in picture and "One range." in picture and "var(--" not in picture
    assert "Is it &lt;fewer&gt; &amp; why?" in picture
    assert made.png().startswith(b"\x89PNG")


def test_a_pictures_notes_are_drawn_in_it_and_make_it_taller() -> None:
    chart = forest_chart(ROWS, "Of every 100 families")
    bare, noted = (
        as_svg(chart, "Which", "", notes) for notes in (["One."], ["Simulated data: no real families.", "One."])
    )
    assert "Simulated data: no real families." in noted.split("</desc>")[1]
    heights = [float(one.split('height="')[1].split('"')[0]) for one in (bare, noted)]
    assert heights[1] > heights[0] + 10
    assert len(as_png(chart, "Which", [])) > 1000


def test_years_are_written_one_way_by_words_and_by_axes() -> None:
    import vl_convert

    from toolkit.charts.money.panel import course_chart

    course = pd.DataFrame({"year": [1999, 2000, 2001], "council": [1, 2, 3], "england": [2, 3, 4]})
    drawn = vl_convert.vegalite_to_svg({**course_chart(course, "Here", []).to_dict(), "width": 500, "autosize": "pad"})
    for year in course["year"]:
        assert f">{financial_year(int(year))}</text>" in drawn


@pytest.mark.parametrize(
    ("lowest", "highest", "starts"), [(737, 855, 650), (20, 855, 0), (0, 0, 0), (5000, 5001, 4999), (0.9, 1.0, 0)]
)
def test_an_axis_that_does_not_begin_at_nought_says_so_and_holds_every_count(
    lowest: float, highest: float, starts: float
) -> None:
    begins, said = from_where(lowest, highest)
    assert begins == starts and begins <= lowest
    assert (f"{begins:,}" in said) if begins else said == ""


def numbers_at(events: Sequence[str]) -> list[tuple[int, list[str]]]:
    quarters = pd.date_range("2008-04-01", periods=12, freq="QS")
    rows = pd.DataFrame({"starts_on": quarters, "referrals": range(700, 712)})
    on = pd.DataFrame({"on": pd.to_datetime(list(events)), "number": range(1, len(events) + 1)})
    spec = series_chart(rows, on, None, expected=None).to_dict()
    lanes: dict[int, list[str]] = {}
    for layer in spec["layer"]:
        if layer["mark"].get("type") == "text" and "stroke" not in layer["mark"]:
            days = [row["on"] for row in spec["datasets"][layer["data"]["name"]]]
            lanes.setdefault(layer["mark"]["dy"], []).extend(days)
    return sorted(lanes.items())


def test_the_numbers_of_events_close_to_each_other_stand_on_lines_of_their_own() -> None:
    close = numbers_at(["2009-05-01", "2009-05-20", "2009-06-10", "2010-06-01"])
    assert [len(days) for _, days in close] == [2, 1, 1]
    for _, days in close:
        on = pd.to_datetime(sorted(days))
        assert all(later - day >= pd.Timedelta(days=80) for day, later in pairwise(on))
    assert len(numbers_at(["2008-05-01", "2009-06-10"])) == 1


def test_a_line_at_no_difference_stands_beside_its_range_and_strikes_no_word_out() -> None:
    spec = forest_chart(pd.concat([ROWS, ROWS]), "Of every 100 families").to_dict()
    rows = [row for data in spec["datasets"].values() for row in data]
    lines = [(row["at"], row["until"]) for row in rows if "until" in row]
    words = [row["at"] for row in rows if "text" in row]
    assert len(lines) == 2 and words
    assert not [word for word in words for top, end in lines if top - 6 < word < end + 6]


def test_a_centre_worth_a_conversation_is_named_on_its_point_and_no_other_is() -> None:
    shares = {name: [0.5, 0.5] for name in ("target", "low_95", "high_95", "low_99_8", "high_99_8")}
    rows = pd.DataFrame(
        {"centre_id": ["C1", "C2"], "families": [9, 8], "share": [0.4, 0.9], "outside": [0, 2], **shares}
    )
    spec = centres_in_funnel(rows).to_dict()
    named = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    assert named
    for layer in named:
        assert [row["centre_id"] for row in spec["datasets"][layer["data"]["name"]]] == ["C2"]
    assert OUTSIDE == "Worth a conversation" and 0.75 < BENEATH < 1


def page(*, tall: int = 300, blur: float = 0.0) -> Image.Image:
    """A page of words as it is kept: drawn three times as large, smoothed as a machine may, and shrunk."""
    drawn = Image.new("L", (1260, 3 * tall), 255)
    ink = ImageDraw.Draw(drawn)
    for line in range(60, 3 * tall - 60, 60):
        ink.text((60, line), f"What we found {line}: of every 100 families, so many", fill=11, font_size=26)
    drawn = drawn.filter(ImageFilter.GaussianBlur(blur))
    return drawn.resize((420, tall), Image.Resampling.BOX)


def test_a_page_that_moved_or_lost_something_differs_from_its_picture_and_one_smoothed_otherwise_does_not() -> None:
    kept = page()
    assert pictures.told(kept, kept) == ""
    assert pictures.told(kept, page(blur=1.2)) == ""
    moved = Image.new("L", kept.size, 255)
    moved.paste(kept, (0, 8))
    assert "tiles" in pictures.told(kept, moved)
    gone = kept.copy()
    gone.paste(255, (15, 100, 300, 140))
    assert "tiles" in pictures.told(kept, gone)
    assert "tall" in pictures.told(kept, page(tall=330))
    assert pictures.side_by_side(kept, gone).getcolors(1 << 16) is not None
