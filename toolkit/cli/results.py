"""The result of a store that a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.errors import StoreError, did_you_mean

if TYPE_CHECKING:
    from toolkit.records import Store

QuestionArgument = Annotated[str, typer.Argument(help="The question, by the name of its protocol.")]
ResultOption = Annotated[str, typer.Option(help="The result's folder by name; the newest when left out.")]


def result_named(store: Store, question: str, named: str) -> Path:
    """Return the folder of a question's result: the one named, or the newest.

    Raises
    ------
    StoreError
        When there is none, with the nearest names.
    """
    from toolkit.runs.answer import latest

    newest = latest(store.folder)
    if question not in newest:
        raise StoreError(f"The store has no result of {question}. {did_you_mean(question, newest)}".rstrip())
    folder = newest[question].parent / named if named else newest[question]
    if not (folder / "result.json").is_file():
        there = sorted(file.parent.name for file in folder.parent.glob("*/result.json"))
        raise StoreError(f"{question} has no result {named}. {did_you_mean(named, there)}".rstrip())
    return folder
