"""What the money was worth, for a lead: costs come as a file, figures only where the verdict lets them be told."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.money.tornado import tornado_chart, tornado_in_words
from toolkit.errors import ToolkitError
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.money_value.avoided import worth_by
from toolkit.publish.money_value.words import figures_table, quantities_table, quantities_title, worth_in_words
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.value.costs import costs_of
from toolkit.value.worth import Worth
from toolkit.web.parts.layout import as_it_is, chart, sentence, table

_SWINGS = {"name": "What is not exactly known", "at_low": "At its low end", "at_high": "At its high end"}
_AXIS = "Worth at average cost beside the money"


def draw(bundle: Bundle) -> None:
    """Ask for the costs and draw what the money was worth; nothing where the verdict lets no figure be told."""
    if not bundle.may.figures:
        return
    with st.expander("What the money was worth"):
        file = st.file_uploader(
            "Your costs, as a TOML file: the money, what follows a referral, and what each costs", type=["toml"]
        )
        if file is None:
            return
        try:
            worth = worth_by(bundle, costs_of(file.getvalue().decode("utf-8", "replace"), file.name))
        except ToolkitError as error:
            st.error(as_it_is(str(error)))
            return
        shown(bundle, worth)


def shown(bundle: Bundle, worth: Worth | None) -> None:
    """Draw a worth as far as the verdict's state lets it be told."""
    if worth is None:
        st.info("This result says of no number of referrals avoided, so no value is put on it.")
    elif bundle.may.effect:
        for line in worth_in_words(worth):
            sentence(line)
        table(quantities_table(worth), quantities_title(worth))
        swings = pd.DataFrame([(one.name, one.at_low, one.at_high) for one in worth.swings], columns=list(_SWINGS))
        middle = worth.average.central - worth.costs.money.central
        chart(
            "What moves the result most",
            tornado_chart(swings, middle, _AXIS),
            tornado_in_words(swings),
            swings.round(0),
            _SWINGS,
        )
    elif bundle.may.only_as_figures:
        st.write(NOT_A_FINDING)
        table(figures_table(worth), "What was looked at")
