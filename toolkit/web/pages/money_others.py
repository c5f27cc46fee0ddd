"""What other studies found, folded beside our answer: drawn with ours where its verdict lets it be told."""

from __future__ import annotations

import streamlit as st

from toolkit.charts.money.published_effects import published_effects_chart, published_effects_in_words
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.published_effects.beside import beside
from toolkit.publish.published_effects.effects import published_effects
from toolkit.publish.published_effects.ours import ours_of
from toolkit.publish.published_effects.words import NOT_MIXED, beside_in_words, found_in_words, rows_to_draw
from toolkit.web.parts.layout import chart, points

_LABELS = {"label": "Whose", "words": "Per cent, for every 1% more spent"}


def draw(bundle: Bundle) -> None:
    """Draw the published effects; how each lies to ours is said of an answer alone."""
    effects, ours = published_effects(), ours_of(bundle)
    with st.expander("What others found"):
        st.write(NOT_MIXED)
        if ours is None or not bundle.may.effect:
            points(found_in_words(one) for one in effects)
            return
        found = beside(ours, effects)
        points(f"{found_in_words(one.published)} {beside_in_words(one)}" for one in found)
        rows = rows_to_draw(ours, found)
        chart(
            "Our answer beside what others found",
            published_effects_chart(rows, "for every 1% more spent"),
            published_effects_in_words(rows),
            rows[["label", "words"]],
            _LABELS,
            source="our own answer, and the studies named.",
        )
