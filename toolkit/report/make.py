"""Every file of a report: the same document written in each form that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from toolkit.publish.members.published import Published
from toolkit.publish.officers import OfficersView
from toolkit.report.annex import annex
from toolkit.report.content import report
from toolkit.report.html import html
from toolkit.report.large import POINTS, for_large_print
from toolkit.report.model import Block, Document
from toolkit.report.pdf import pdf

_HTML, _PDF = "text/html", "application/pdf"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _word(document: Document) -> bytes:
    from toolkit.report.docx import docx  # a third of a second that no page waits for

    return docx(document)


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a report: its file's name and kind, and what writes it."""

    name: str
    mime: str
    write: Callable[[Document], bytes]


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "html": Form("report.html", _HTML, html),
        "pdf": Form("report.pdf", _PDF, pdf),
        "word": Form("report.docx", _WORD, _word),
        "large-html": Form("report-large-print.html", _HTML, lambda one: html(for_large_print(one), size=POINTS)),
        "large-pdf": Form("report-large-print.pdf", _PDF, lambda one: pdf(for_large_print(one), size=POINTS)),
    }
)
"""Every form of a report."""


def report_files(
    answers: Sequence[Published],
    *,
    forms: Sequence[str] = tuple(FORMS),
    summaries: Mapping[str, Sequence[Block]] | None = None,
) -> dict[str, bytes]:
    """Return the report on some answers as files by name.

    Parameters
    ----------
    answers
        What members may see, in the order they are to stand; nothing else goes in.
    forms
        Which of `FORMS`.
    summaries
        By question, its summaries in other languages.
    """
    document = report(answers, summaries)
    return {file_name(answers, form): FORMS[form].write(document) for form in forms}


def annex_files(
    views: Sequence[OfficersView], made_of: datetime, *, forms: Sequence[str] = tuple(FORMS)
) -> dict[str, bytes]:
    """Return the annex for officers as files by name; it holds exact counts, and is for no member.

    Parameters
    ----------
    views
        What officers read of each result.
    made_of
        The day of the newest of them.
    forms
        Which of `FORMS`.
    """
    document = annex(views, made_of)
    begin = "simulated-" if document.notice else ""
    return {f"{begin}officers-{FORMS[form].name}": FORMS[form].write(document) for form in forms}


def file_name(answers: Sequence[Published], form: str) -> str:
    """Return the name of a report's file, which says where figures in it are simulated."""
    return ("simulated-" if any(answer.view.simulated for answer in answers) else "") + FORMS[form].name
