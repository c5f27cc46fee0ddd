"""Runs: start one, watch it, and every result in the store with what names it, to read, compare or download."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.publish.bundle.model import Bundle
from toolkit.web.access import ResultsStore
from toolkit.web.every_question import state_in_words
from toolkit.web.pages.runs import closer
from toolkit.web.pages.runs import compare as run_compare
from toolkit.web.pages.runs import start as run_start
from toolkit.web.parts.layout import as_it_is, header, link, page_head, table
from toolkit.web.results import Waiting, run_at
from toolkit.web.session import filtered
from toolkit.wording.numbers import uk_time

_ANSWERS = {
    "fewer": ": fewer",
    "more": ": more",
    "little_or_no_difference": ": little or no difference",
    "decided": ": a decision",
}
"""What was answered, by the verdict's code, behind the word for its state."""


def show(store: ResultsStore, person: Person) -> None:
    """Draw the page."""
    check(person, "runs")
    page_head("Runs", simulated=store.is_simulated)
    bundles, sealed = store.every_result()
    run_start.draw(store, person)
    has_ended = run_compare.land(store, bundles)
    if has_ended:
        run_compare.draw(bundles, person)
    header("Results")
    for sentence in store.damaged():
        st.warning(as_it_is(sentence))
    if bundles or sealed:
        _listed(store, bundles, sealed)
    else:
        st.info("Nothing has been run yet. Start a run above, or with: toolkit run PROTOCOL --store DIR")
    if bundles:
        if not has_ended:
            run_compare.draw(bundles, person)
        header("Look closer")
        chosen = st.selectbox("Result", list(bundles), format_func=lambda folder: named(folder, bundles[folder]))
        filtered("result", f"{chosen.parent.name}/{chosen.name}")
        closer.draw(store, person, chosen, bundles[chosen])
    link("about", "Every table and column of these data")


def named(folder: Path, bundle: Bundle) -> str:
    """Return what a chooser calls a result: what was asked, when it was run, and by which plan."""
    return f"{bundle.title} Run on {uk_time(run_at(folder))}, plan {bundle.protocol_hash[:8]}"


def _listed(store: ResultsStore, bundles: dict[Path, Bundle], sealed: list[Waiting]) -> None:
    records = store.records()
    rows = [
        *(_sealed(one) for one in sealed),
        *(
            {
                "question": bundle.title,
                "run": uk_time(run_at(folder)),
                "verdict": f"{state_in_words(bundle)}{_ANSWERS.get(bundle.verdict.code, '')}",
                "published": "yes" if store.is_published(folder, records.get(bundle.question, ())) else "no",
                "plan": bundle.protocol_hash[:8],
                "data": bundle.snapshot_hash[:8],
            }
            for folder, bundle in bundles.items()
        ),
    ]
    labels = {
        "question": "Question",
        "run": "Run on",
        "verdict": "Verdict",
        "published": "Published",
        "plan": "Plan",
        "data": "Data",
    }
    table(
        pd.DataFrame(rows),
        "Those still sealed, then the newest first. Plan and data go by the first 8 letters of their fingerprints",
        labels,
    )


def _sealed(waiting: Waiting) -> dict[str, str]:
    """Return the row of a result that nobody has opened: nothing of its answer is in it."""
    row = {"question": waiting.title, "run": uk_time(run_at(waiting.folder)), "verdict": "Sealed: a lead opens it"}
    design = waiting.design
    plan, data = ("", "") if design is None else (design.protocol_hash[:8], design.snapshot_hash[:8])
    return {**row, "published": "no", "plan": plan, "data": data}
