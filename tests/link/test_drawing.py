from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd

from toolkit.link.threshold import threshold_table
from toolkit.link.threshold_chart import HEIGHT, WIDTH, threshold_svg

SVG = "{http://www.w3.org/2000/svg}"
PAIRS = pd.DataFrame(
    {
        "family_id": [f"F{n}" for n in range(60)],
        "referral_id": [f"R{n}" for n in range(60)],
        "probability": np.linspace(0.03, 0.998, 60),
    }
)
SEEN = pd.DataFrame({"referral_id": [f"R{n}" for n in range(20, 60)], "family_id": [f"F{n}" for n in range(20, 60)]})


def drawn(**options) -> ET.Element:
    table = threshold_table(PAIRS, looked_at=options.pop("looked_at", None))
    return ET.fromstring(threshold_svg(table, **options))


def test_two_lines_are_told_apart_without_colour_and_stay_within_the_picture() -> None:
    lines = drawn().findall(f"{SVG}polyline")
    assert len(lines) == 2
    assert [line.get("stroke-dasharray") is not None for line in lines] == [False, True]
    points = [tuple(map(float, point.split(","))) for line in lines for point in line.get("points").split()]
    assert len(points) == 29, "nothing is a link from 0.999 on, so how many are right cannot be said there"
    assert all(60 <= x <= WIDTH and 56 <= y <= HEIGHT - 60 for x, y in points)


def test_more_links_found_is_drawn_higher() -> None:
    recall = drawn().findall(f"{SVG}polyline")[1].get("points").split()
    heights = [float(point.split(",")[1]) for point in recall]
    assert heights == sorted(heights), "the share found falls as the threshold rises; down is a greater number in SVG"


def test_what_is_drawn_is_said_in_words() -> None:
    told = drawn().find(f"{SVG}desc").text
    assert told.startswith("From 0.05: 58 links, ")
    assert "From 0.999: 0 links." in told


def test_the_choice_is_marked_and_a_sample_gives_its_ranges() -> None:
    plain, chosen, seen = drawn(), drawn(chosen=0.9), drawn(looked_at=SEEN)
    lines = [len(picture.findall(f"{SVG}line")) for picture in (plain, chosen, seen)]
    assert lines == [8, 9, 8 + 30]
    assert "Bars: the sample looked at by hand" in [text.text for text in seen.findall(f"{SVG}text")]
    assert "chosen" in [text.text for text in chosen.findall(f"{SVG}text")]
