"""The analyst's runs: every result in the store with what names it, to read or download."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.publish.bundle import read_bundle
from toolkit.records import Store
from toolkit.web.doors import Person
from toolkit.web.layout import header, page_head, table


def show(store: Store, person: Person) -> None:
    """Draw the page."""
    page_head("Runs", simulated=store.is_simulated)
    folders = sorted((store.folder / "results").glob("*/*/result.json"), key=lambda file: -file.stat().st_mtime_ns)
    if not folders:
        st.info("Nothing has been run yet. Run a protocol with: toolkit run PROTOCOL --store DIR")
        return
    bundles = {file.parent: read_bundle(file.parent) for file in folders}
    rows = pd.DataFrame(
        [
            {
                "question": bundle["question"],
                "verdict": bundle["verdict"]["code"],
                "plan": bundle["protocol_hash"][:12],
                "data": bundle["snapshot_hash"][:12],
                "version": bundle["version"],
                "seed": str(bundle["seed"]),
            }
            for bundle in bundles.values()
        ]
    )
    table(
        rows,
        "Newest first",
        {
            "question": "Question",
            "verdict": "Verdict",
            "plan": "Plan",
            "data": "Data",
            "version": "Toolkit",
            "seed": "Seed",
        },
    )
    header("Look closer")
    chosen = st.selectbox(
        "Result", list(bundles), format_func=lambda folder: f"{folder.parent.name} / {folder.name}", index=0
    )
    bundle = bundles[chosen]
    estimates = pd.DataFrame(bundle["estimates"]).drop(columns=["p_value"])
    table(estimates.round(5).astype(object).where(estimates.notna(), None), "Estimates")
    st.download_button(
        "Download result.json",
        (chosen / "result.json").read_bytes(),
        file_name=f"{chosen.parent.name}.json",
        mime="application/json",
    )
