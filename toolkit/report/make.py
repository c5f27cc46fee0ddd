"""Every file of a report: the same document written in each form that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from toolkit.publish.members.published import Published
from toolkit.report.content import report
from toolkit.report.docx import docx
from toolkit.report.html import html
from toolkit.report.large import POINTS, for_large_print
from toolkit.report.model import Block, Document
from toolkit.report.pdf import pdf

FORMS: Mapping[str, tuple[str, Callable[[Document], bytes]]] = MappingProxyType(
    {
        "html": ("report.html", html),
        "pdf": ("report.pdf", pdf),
        "word": ("report.docx", docx),
        "large-html": ("report-large-print.html", lambda one: html(for_large_print(one), size=POINTS)),
        "large-pdf": ("report-large-print.pdf", lambda one: pdf(for_large_print(one), size=POINTS)),
    }
)
"""By form: the file's name, and what writes it."""


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
    begin = "simulated-" if document.notice else ""
    return {begin + FORMS[form][0]: FORMS[form][1](document) for form in forms}
