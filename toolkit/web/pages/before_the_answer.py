"""What is drawn of an answer that nobody has opened: its design, and for a lead the button that opens it.

Once it is open the design stays on the page as it stood, with what the audit says: when it was sealed, answered and
opened, and by whom.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person, may_do
from toolkit.errors import ToolkitError
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.sealed.course import Course
from toolkit.publish.sealed.words import design_in_words, figures_of_design
from toolkit.studies.design_record import DesignRecord
from toolkit.web.access import LeadStore, ResultsStore
from toolkit.web.parts.layout import as_it_is, header, points, sentence, table
from toolkit.web.results import Waiting
from toolkit.web.session import act
from toolkit.wording.numbers import uk_time

OPEN = "Open the answer"


def draw(store: ResultsStore, person: Person, waiting: Waiting) -> None:
    """Draw the design of an answer that nobody has opened, and let a lead open it."""
    header("Before the answer")
    if waiting.design is None or waiting.course.problems:
        st.error(as_it_is(f"This answer cannot be opened. {waiting.course.summary()} Run the protocol again."))
        return
    st.write(
        "A new answer is there, and nobody has looked at it. What stands here was settled before anything was read of "
        "what became of the families that joined. Judge first whether it is a fair comparison, then open the answer."
    )
    points(design_in_words(waiting.design))
    with st.expander("Every figure of the design"):
        _figures(waiting.design)
    sentence(waiting.course.summary())
    if isinstance(store, LeadStore) and may_do(person, Action.OPEN):
        key = f"open-{waiting.folder.name}"
        st.button(OPEN, type="primary", key=key, on_click=_open, args=(store, person, waiting.folder))
        refused = st.session_state.pop(_refused(waiting.folder), "")
        if refused:
            st.error(as_it_is(refused))
    else:
        st.info("An early intervention lead opens it. From then on everyone who works with results sees it.")


def draw_course(store: ResultsStore, folder: Path, bundle: Bundle) -> None:
    """Draw, folded away, the design as it stood before the answer, and the lines of the audit that prove the order."""
    course = store.course(folder, bundle)
    if bundle.design is None and not course.answered:
        return
    with st.expander("Before the answer: what was known, and when it was opened"):
        (st.error if course.problems else st.write)(as_it_is(course.summary()))
        if bundle.design is not None:
            points(design_in_words(bundle.design))
            _figures(bundle.design)
        _lines(course)


def _figures(record: DesignRecord) -> None:
    rows = figures_of_design(record)
    labels = {name: name.replace("_", " ").capitalize() for name in rows[0]}
    table(pd.DataFrame(rows), "The design, a column for each draw", labels)
    st.write("Hash of the design (SHA-256), as the audit has it:")
    st.code(record.hash, language=None, wrap_lines=True)


def _lines(course: Course) -> None:
    rows = [
        {"line": str(line.number), "at": uk_time(line.at), "what": word.capitalize(), "who": line.who}
        for word, line in course.steps
    ]
    labels = {"line": "Line", "at": "When", "what": "What", "who": "By"}
    table(pd.DataFrame(rows, columns=list(labels)), "Lines of the audit, in their order", labels)


def _open(store: LeadStore, person: Person, folder: Path) -> None:
    try:
        act(store, person, Action.OPEN)
        store.open_answer(folder)
    except ToolkitError as error:
        st.session_state[_refused(folder)] = str(error)


def _refused(folder: Path) -> str:
    return f"open-refused-{folder.name}"
