"""The command that writes a report for a committee, of answers that are published."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli import console
from toolkit.cli.options import JsonOption, StoreOption
from toolkit.errors import InputError, StoreError, did_you_mean

if TYPE_CHECKING:
    from toolkit.publish.members.published import Published
    from toolkit.publish.officers import OfficersView
    from toolkit.records import Store

_FORMS = "html, pdf, word, large-html, large-pdf"


def report(
    store: StoreOption,
    out: Annotated[Path, typer.Option("--out", help="The folder the files go to.")],
    questions: Annotated[
        list[str] | None, typer.Argument(metavar="[QUESTION]...", help="By the protocols' names; all when left out.")
    ] = None,
    forms: Annotated[str, typer.Option("--forms", help=f"Some of: {_FORMS}.")] = _FORMS,
    translations: Annotated[
        Path | None, typer.Option(help="A folder of translated summaries; the store's own, translations, if left out.")
    ] = None,
    translation_slots: Annotated[
        bool, typer.Option("--translation-slots", help="Write the sentences to be translated, and no report.")
    ] = False,
    officers: Annotated[
        bool, typer.Option("--officers", help="The annex for officers too: checks, TARGET, hashes, exact counts.")
    ] = False,
    json_: JsonOption = False,
) -> None:
    """Write a report on published answers for a committee: HTML, PDF, Word and large print."""
    from toolkit.records import Store
    from toolkit.report.content import report as document_of
    from toolkit.report.make import annex_files, report_files
    from toolkit.report.pdf import not_drawn
    from toolkit.report.translations import FOLDER, summaries, write_slots

    opened = Store.open(store)
    answers = _answers(opened, questions or [])
    views = [answer.view for answer in answers]
    if translation_slots:
        written, left_out = [write_slots(view, out) for view in views], []
    else:
        asked = _asked(forms)
        kept = translations or opened.folder / FOLDER
        translated = summaries(views, kept) if translations or kept.is_dir() else {}
        out.mkdir(parents=True, exist_ok=True)
        made = report_files(answers, forms=asked, summaries=translated)
        if officers:
            newest = max(answer.record[-1].at for answer in answers)
            made |= annex_files(_for_officers(opened, answers), newest, forms=asked)
        for name, content in made.items():
            (out / name).write_bytes(content)
        written = [out / name for name in made]
        is_drawn = any("pdf" in form for form in asked)
        left_out = not_drawn(document_of(answers, translated)) if translated and is_drawn else []
    if json_:
        console.as_json({"files": [file.as_posix() for file in written], "left_out": left_out})
        return
    if any(view.simulated for view in views):
        console.say("Simulated data: no real families. Every page and file says so.")
    for file in written:
        console.say(f"Written: {file}")
    for sentence in left_out:
        console.complain(f"PDF: {sentence}")


def _answers(store: Store, questions: Sequence[str]) -> list[Published]:
    """Return the answers that stand, of the questions named or of all, in the order of members' answers.

    Raises
    ------
    StoreError
        Naming a question of which none stands.
    """
    from toolkit.publish.members.published import Published, Withdrawn, published

    found = published(store)
    standing = {one.view.question: one for one in found if isinstance(one, Published)}
    withdrawn = {one.question for one in found if isinstance(one, Withdrawn)}
    for question in questions:
        if question in withdrawn:
            raise StoreError(f"The answer to {question} was withdrawn: no report can be made of it.")
        if question not in standing:
            raise StoreError(f"No answer to {question} is published. {did_you_mean(question, standing)}".rstrip())
    if not standing:
        raise StoreError("No answer is published yet. A lead publishes each in the app, or with: toolkit publish")
    return [one for name, one in standing.items() if not questions or name in questions]


def _for_officers(store: Store, answers: Sequence[Published]) -> list[OfficersView]:
    from toolkit.publish.bundle.bundle import read_bundle
    from toolkit.publish.officers import officers_view

    return [officers_view(read_bundle(store.folder / answer.record[-1].result)) for answer in answers]


def _asked(forms: str) -> list[str]:
    from toolkit.report.make import FORMS

    asked = list(dict.fromkeys(form.strip() for form in forms.split(",") if form.strip()))
    for form in asked:
        if form not in FORMS:
            raise InputError(f'There is no form "{form}". {did_you_mean(form, FORMS)}'.rstrip())
    if not asked:
        raise InputError(f"--forms is empty. Write some of: {_FORMS}.")
    return asked
