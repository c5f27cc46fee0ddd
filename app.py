"""The app: `toolkit app --store DIR` or `toolkit demo` serves it; `streamlit run app.py` works with TOOLKIT_STORE set."""

from __future__ import annotations

import streamlit as st

from toolkit.web.navigation import run

st.set_page_config(page_title="Children's Centre impact toolkit", layout="centered")
run()
