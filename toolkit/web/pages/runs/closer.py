"""One result of the store, looked at closely: what names it, its plan, every estimate, and its files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person, Role
from toolkit.publish.bundle.again import again_zip
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.web.access import ResultsStore
from toolkit.web.pages import before_the_answer
from toolkit.web.parts.layout import table
from toolkit.web.session import exported

_ESTIMATE_LABELS = {
    "outcome": "Outcome",
    "estimator": "How",
    "measure": "Measure",
    "estimate": "Estimate",
    "se": "Standard error",
    "low": "Low",
    "high": "High",
    "n_treated": "Joined",
    "n_control": "Others",
    "clusters": "Clusters",
}


def draw(store: ResultsStore, person: Person, folder: Path, bundle: Bundle) -> None:
    """Draw a result: its sentence, what names it, its plan and its figures, and the files that a reader may have."""
    st.write(bundle.verdict.sentence)
    table(
        pd.DataFrame(
            [
                ("Plan (protocol)", bundle.protocol_hash),
                ("Data (snapshot)", bundle.snapshot_hash),
                ("Toolkit version", bundle.version),
                ("Seed", str(bundle.seed)),
            ],
            columns=["what", "value"],
        ),
        "These four name the result",
        {"what": "What", "value": "Value"},
    )
    before_the_answer.draw_course(store, folder, bundle)
    if bundle.protocol_text:
        with st.expander("The plan as it was run"):
            st.code(bundle.protocol_text, language=None, wrap_lines=True)
    if not (bundle.may.figures or person.role is Role.ANALYST):
        st.write(
            "These data cannot answer the question, so no estimate is shown and the result's file is not given out "
            "here. An analyst can read it."
        )
        return
    _estimates(bundle)
    if bundle.protocol_text:
        st.download_button(
            "Download all that makes it again",
            lambda: again_zip(folder, bundle),
            file_name=f"{folder.parent.name}-again.zip",
            mime="application/zip",
            help="The plan, the hashes, the result and the command. No row of the records is in it.",
            on_click=exported,
            args=(store, person, Action.DOWNLOAD_RESULT),
            kwargs={"result": f"{folder.parent.name}/{folder.name}", "file": "again.zip"},
        )
    st.download_button(
        "Download result.json",
        (folder / "result.json").read_bytes(),
        file_name=f"{folder.parent.name}.json",
        mime="application/json",
        on_click=exported,
        args=(store, person, Action.DOWNLOAD_RESULT),
        kwargs={"result": f"{folder.parent.name}/{folder.name}", "file": "result.json"},
    )


def _estimates(bundle: Bundle) -> None:
    rows = [asdict(estimate) for estimate in bundle.estimates]
    estimates = pd.DataFrame(rows).reindex(columns=list(_ESTIMATE_LABELS))
    for name in ("estimate", "se", "low", "high"):
        estimates[name] = ["" if pd.isna(value) else f"{value:.4f}" for value in estimates[name]]
    for name in ("n_treated", "n_control", "clusters"):
        estimates[name] = estimates[name].astype("Int64")
    with st.expander(f"Every estimate ({len(estimates)})"):
        if bundle.estimates and not (bundle.may.effect or bundle.may.describes):
            st.write(f"{NOT_A_FINDING}.")
        table(estimates, "Estimates", _ESTIMATE_LABELS)
