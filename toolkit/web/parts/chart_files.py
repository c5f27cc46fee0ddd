"""What a chart gives to take away: its table as csv, its picture as SVG and PNG; nothing that is not on the page.

A file leaves its page, so each says of itself where its figures are from, and that they are simulated where they are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st
from streamlit.errors import StreamlitDuplicateElementKey

from toolkit.charts.files import as_png, as_svg
from toolkit.charts.theme import Drawn
from toolkit.intake.outgoing.safe_cells import csv_text
from toolkit.web.parts.banner import SIMULATED_BANNER, SIMULATED_MORE
from toolkit.wording.numbers import in_words

_LONGEST = 60
"""Letters of a file's name."""


@dataclass(frozen=True)
class ChartFiles:
    """A chart with all that its files hold.

    Attributes
    ----------
    headline, told
        What it shows, and what a person who cannot see it needs to know.
    drawn
        The chart.
    numbers, labels
        The rows of its table, and their headings.
    source
        Where its figures are from.
    is_simulated
        Whether they are made up.
    """

    headline: str
    drawn: Drawn
    told: str
    numbers: pd.DataFrame
    labels: Mapping[str, str]
    source: str
    is_simulated: bool

    @property
    def notes(self) -> list[str]:
        """What every file says of itself."""
        made_up = [f"{SIMULATED_BANNER} {SIMULATED_MORE}"] if self.is_simulated else []
        return [*made_up, f"Source: {self.source}"]

    @property
    def name(self) -> str:
        """What its files are called, without their kind; whether it is simulated is in the name too."""
        words = re.sub(r"[^a-z0-9]+", "-", self.headline.lower()).strip("-")[:_LONGEST].strip("-") or "chart"
        return f"simulated-{words}" if self.is_simulated else words

    def csv(self) -> bytes:
        """Return the table as the page writes it, under its headline and notes, each a line that begins with #."""
        headings = [self.labels.get(str(name), str(name)) for name in self.numbers.columns]
        rows = ([in_words(value) for value in row] for row in self.numbers.itertuples(index=False, name=None))
        above = [[f"# {line}"] for line in (self.headline, *self.notes)]
        return ("\ufeff" + csv_text([*above, headings, *rows])).encode()  # a spreadsheet program then reads £ as £

    def svg(self) -> bytes:
        """Return the picture as SVG with its text alternative."""
        return as_svg(self.drawn, self.headline, self.told, self.notes).encode()

    def png(self) -> bytes:
        """Return the picture as PNG."""
        return as_png(self.drawn, self.headline, self.notes)


def downloads(files: ChartFiles) -> None:
    """Draw the buttons that give a chart's files; each file is made when it is asked for."""
    which = hashlib.sha256(f"{files.headline}\n{files.told}\n{files.source}".encode()).hexdigest()[:12]
    kinds = (("Numbers (csv)", "csv", files.csv, "text/csv"), ("Picture (svg)", "svg", files.svg, "image/svg+xml"),
             ("Picture (png)", "png", files.png, "image/png"))  # fmt: skip
    with st.container(horizontal=True):
        for label, kind, make, mime in kinds:
            try:
                st.download_button(label, make, f"{files.name}.{kind}", mime, key=f"{which}.{kind}", on_click="ignore")
            except StreamlitDuplicateElementKey:
                return  # the same chart stands on the page already, with the same files
