"""The commands of a lead: open an answer, show it to scrutiny members, and take one back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli import console
from toolkit.cli.options import JsonOption, StoreOption
from toolkit.cli.records import ByOption
from toolkit.cli.results import QuestionArgument, ResultOption, result_named
from toolkit.errors import StoreError

if TYPE_CHECKING:
    from toolkit.records import Store
    from toolkit.records.publications import Publication

SeenOption = Annotated[
    int | None,
    typer.Option("--seen", help="The version you saw published (0 for none): refused where another stands by now."),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("open")(open_answer)
    for command in (publish, withdraw):
        app.command()(command)


def open_answer(
    question: QuestionArgument,
    store: StoreOption,
    by: ByOption,
    result: ResultOption = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask after the design.")] = False,
    json_: JsonOption = False,
) -> None:
    """Show a result's design, then open its answer, for everyone who works with results; the audit has who did."""
    from toolkit.publish.bundle.bundle import read_bundle
    from toolkit.publish.sealed import course
    from toolkit.publish.sealed.words import design_in_words
    from toolkit.records import Store

    opened = Store.open(store)
    folder = result_named(opened, question, result)
    bundle = read_bundle(folder)
    if bundle.design is not None and not json_:
        for sentence in design_in_words(bundle.design):
            console.say(sentence)
    if not course.course_of(opened, folder, bundle).is_open and not yes:
        typer.confirm("Open the answer?", abort=True)
    about = course.open_answer(opened, folder, by=by)
    if json_:
        console.as_json(bundle.to_json())
        return
    console.say(about.summary())
    console.say(bundle.verdict.summary())


def publish(
    question: QuestionArgument,
    store: StoreOption,
    by: ByOption,
    why: Annotated[str, typer.Option(help="Why; members read it. Asked from the second version on.")] = "",
    result: ResultOption = "",
    analyses: Annotated[Path | None, typer.Option(help="The protocols' folder with their register.")] = None,
    seen: SeenOption = None,
    json_: JsonOption = False,
) -> None:
    """Show a result to scrutiny members as the answer to its question, as a new version."""
    from toolkit.publish.members.release import publish_result
    from toolkit.records import Store

    opened = Store.open(store)
    folder = result_named(opened, question, result)
    state = _state(opened, question, seen)
    publish_result(opened, question, folder, by=by, why=why, seen=state, analyses=analyses or _analyses(question))
    made = opened.record(question)[-1]
    if json_:
        console.as_json(_as_json(made))
        return
    console.say(f"Members see the result {folder.name} as the answer to {question}: version {made.version}.")
    if made.replaces is not None:
        console.say(f"It took the place of version {made.replaces}, because: {made.why}")


def withdraw(
    question: QuestionArgument,
    store: StoreOption,
    by: ByOption,
    why: Annotated[str, typer.Option(help="Why; members read it.")] = "",
    seen: SeenOption = None,
    json_: JsonOption = False,
) -> None:
    """Take back the answer that members see to a question; they read that it was withdrawn, when and why."""
    from toolkit.publish.members.release import withdraw_answer
    from toolkit.records import Store

    opened = Store.open(store)
    made = withdraw_answer(opened, question, by=by, why=why, seen=_state(opened, question, seen))
    if json_:
        console.as_json(_as_json(made))
    else:
        console.say(
            f"Version {made.version} of {question} is withdrawn. Members read why, and see its figures no more."
        )


def _state(store: Store, question: str, seen: int | None) -> int:
    """Return the newest row of a question's record, where the version that stands is the one that was seen.

    Raises
    ------
    StoreError
        When it is not, saying what stands.
    """
    from toolkit.records.publications import standing

    record = store.record(question)
    stood = standing(record)
    version = 0 if stood is None else stood.version
    if seen is not None and seen != version:
        now = f"version {version}, by {stood.by}" if stood is not None else "none"
        raise StoreError(
            f"You saw version {seen} of {question}, and what stands now is {now}. Nothing was changed. Look at it "
            "first, then give its number with --seen."
        )
    return record[-1].publication_id if record else 0


def _analyses(question: str) -> Path:
    """Return the folder of a question's protocol: ``analyses`` here, or else the toolkit's own."""
    from toolkit.project_files import ANALYSES

    here = Path("analyses")
    return here if (here / f"{question}.toml").is_file() else ANALYSES


def _as_json(made: Publication) -> dict[str, object]:
    return {
        "question": made.question,
        "what": made.what,
        "version": made.version,
        "replaces": made.replaces,
        "result": made.result,
        "by": made.by,
        "at": made.at.isoformat(timespec="seconds"),
        "why": made.why,
    }
