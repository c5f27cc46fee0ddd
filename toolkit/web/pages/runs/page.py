"""Runs: start one, watch it, and every result in the store with what names it, to read, compare or download."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person, Role, check
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.web.access import ResultsStore
from toolkit.web.pages import before_the_answer
from toolkit.web.pages.about import data_dictionary
from toolkit.web.pages.runs import compare as run_compare
from toolkit.web.pages.runs import start as run_start
from toolkit.web.parts.layout import as_it_is, header, page_head, table
from toolkit.web.results import Waiting
from toolkit.web.session import exported, filtered

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


_CODES = {
    "fewer": "Answered: fewer",
    "more": "Answered: more",
    "little_or_no_difference": "Answered: little or no difference",
    "decided": "Decided",
    "inconclusive": "Cannot tell",
    "cannot_say": "Cannot say",
}


def show(store: ResultsStore, person: Person) -> None:
    """Draw the page."""
    check(person, "runs")
    page_head("Runs", simulated=store.is_simulated)
    run_start.draw(store, person)
    bundles, sealed = store.every_result()
    header("Results")
    for sentence in store.damaged():
        st.warning(as_it_is(sentence))
    if bundles or sealed:
        _listed(store, bundles, sealed)
    else:
        st.info("Nothing has been run yet. Start a run above, or with: toolkit run PROTOCOL --store DIR")
    if bundles:
        run_compare.draw(bundles, person)
        header("Look closer")
        chosen = st.selectbox(
            "Result", list(bundles), format_func=lambda folder: f"{folder.parent.name} / {folder.name}"
        )
        filtered("result", f"{chosen.parent.name}/{chosen.name}")
        _closer(store, person, chosen, bundles[chosen])
    header("Data dictionary")
    data_dictionary(store, person)


def _listed(store: ResultsStore, bundles: dict[Path, Bundle], sealed: list[Waiting]) -> None:
    rows = pd.DataFrame(
        [
            *(_sealed(one) for one in sealed),
            *(
                {
                    "question": bundle.question,
                    "verdict": _CODES.get(bundle.verdict.code, bundle.verdict.code),
                    "published": "yes" if store.is_published(folder) else "no",
                    "plan": bundle.protocol_hash[:8],
                    "data": bundle.snapshot_hash[:8],
                    "version": bundle.version,
                    "seed": str(bundle.seed),
                }
                for folder, bundle in bundles.items()
            ),
        ]
    )
    labels = {
        "question": "Question",
        "verdict": "Verdict",
        "published": "Published",
        "plan": "Plan",
        "data": "Data",
        "version": "Toolkit",
        "seed": "Seed",
    }
    table(
        rows,
        "Those still sealed, then the newest first; plan and data by the first 8 characters of their hashes",
        labels,
    )


def _sealed(waiting: Waiting) -> dict[str, str]:
    """Return the row of a result that nobody has opened: nothing of its answer is in it."""
    row = {"question": waiting.folder.parent.name, "verdict": "Sealed: a lead opens it", "published": "no"}
    design = waiting.design
    if design is None:
        return {**row, "plan": "", "data": "", "version": "", "seed": ""}
    plan, data = design.protocol_hash[:8], design.snapshot_hash[:8]
    return {**row, "plan": plan, "data": data, "version": design.version, "seed": str(design.seed)}


def _closer(store: ResultsStore, person: Person, folder: Path, bundle: Bundle) -> None:
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
