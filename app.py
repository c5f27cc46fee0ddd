"""The app, served by `toolkit app --store DIR` or `toolkit demo`; TOOLKIT_STORE names the store."""

from __future__ import annotations

import streamlit as st

from toolkit.web.navigation import run

st.set_page_config(layout="centered")  # each page has a title of its own
run()
