"""What was found in a file: a summary at the top, a form for what is wrong, and the rows as read."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Person
from toolkit.intake.outgoing.left_out import rows_to_mend
from toolkit.intake.review.amending import RowToMend, rows_to_amend
from toolkit.intake.review.review import Review
from toolkit.web.access import ManagerStore, RawSheet
from toolkit.web.pages.upload import put_right, storing
from toolkit.web.pages.upload.work import SCORES, File, the_work
from toolkit.web.parts.layout import header, points, table
from toolkit.web.parts.messages import Said, done, problems
from toolkit.wording.numbers import counted

PREVIEWED = 20
LISTED = 1_000
SUMMED_UP = 8
"""Problems named in the summary at the top: as many as a small window holds."""


def show(store: ManagerStore, person: Person, found: Review, raw: RawSheet, file: File) -> None:
    """Draw what a review found in a file, the form that puts it right, and the buttons that store it."""
    rows = rows_to_amend(raw, found)
    if found.is_clean:
        done(_ready(found), turn=the_work().named("checked"), lines=_lines(store, found))
        storing.store_button(store, person, found, file)
    else:
        _summary(store, found, rows, file)
        put_right.show(rows, file, store.instruments())
        _many(found)
        storing.without_them(store, person, found, file)
    if found.notices:
        header("How the file was read")
        points(notice.sentence for notice in found.notices)
    if len(found.rows):
        with st.expander(f"The rows as they were read (the first {min(PREVIEWED, len(found.rows))})"):
            table(_preview(found), "As read", {"row": "Row", **{c.name: c.label for c in SCORES.columns}})


def _ready(found: Review) -> str:
    if not len(found.rows):
        return "There is nothing to store."
    return f"{counted(len(found.rows), 'row is', 'rows are')} good. Nothing is stored yet."


def _lines(store: ManagerStore, found: Review) -> list[str]:
    same = store.find_upload(found.content_hash)
    known = [] if same is None else [f"This very file was stored already, as receipt number {same.upload_id}."]
    if found.is_clean:
        return [found.summary().sentence, *known]
    good, mend = len(found.rows), len(rows_to_mend(found))
    told = f"{counted(good, 'row is', 'rows are')} good, {mend:,} to put right. Nothing is stored yet."
    return [told, *known]


def _summary(store: ManagerStore, found: Review, rows: tuple[RowToMend, ...], file: File) -> None:
    """Draw the summary of errors: each problem in a line that leads to its field, grouped where there are very many."""
    fields = {cell.name: put_right.key_of(file, cell) for row in rows[: put_right.MOST] for cell in row.wrong}
    cells = {problem.cell: problem for problem in found.problems}
    if len(found.problems) <= SUMMED_UP:
        lines = [Said(problem.sentence, fields.get(problem.cell, "")) for problem in found.problems]
        more = ""
    else:
        sentences = found.problem_sentences()
        lines = [Said(one, fields.get(one.split(":")[0], "")) for one in sentences[:SUMMED_UP]]
        left = len(sentences) - len(lines)
        more = f"And {left:,} more, listed below." if left > 0 else ""
    where = counted(len(cells), "cell") if all(problem.cell for problem in found.problems) else "the file"
    before = " ".join(_lines(store, found))
    problems(f"There is a problem: {where}", lines, turn=the_work().named("checked"), before=before, after=more)


def _many(found: Review) -> None:
    if len(found.problems) <= SUMMED_UP:
        return
    with st.expander(f"All {counted(len(found.problems), 'problem')}, one by one"):
        sentences = [problem.sentence for problem in found.problems[:LISTED]]
        rows = pd.DataFrame({"number": [f"{n}." for n in range(1, len(sentences) + 1)], "problem": sentences})
        table(rows, "Every problem", {"number": "No.", "problem": "What to put right"})
        if len(found.problems) > LISTED:
            st.write(f"And {len(found.problems) - LISTED:,} more: the workbook to mend below says them all by row.")


def _preview(found: Review) -> pd.DataFrame:
    shown = found.rows.head(PREVIEWED).copy()
    shown.insert(0, "row", [str(number) for number in found.row_numbers[:PREVIEWED]])
    shown["scored_on"] = [f"{day:%d/%m/%Y}" for day in pd.to_datetime(shown["scored_on"])]
    shown["score"] = [f"{score:g}" for score in shown["score"]]
    return shown
