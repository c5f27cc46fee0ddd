"""The command that puts stored rows right, one by its key or many from a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli import console
from toolkit.cli.options import JsonOption, StoreOption
from toolkit.cli.records import ByOption
from toolkit.cli.uploads import (
    KeyFileOption,
    KeyPartsOption,
    TableArgument,
    TryOption,
    WhyOption,
    parts_of,
    say_changed,
    stored_numbers,
)
from toolkit.errors import InputError
from toolkit.tables import table as table_named
from toolkit.wording.numbers import counted

if TYPE_CHECKING:
    from toolkit.intake.review.correcting import Asked
    from toolkit.records import Store
    from toolkit.tables import Table

_SHOWN = 30


def correct(
    table: TableArgument,
    store: StoreOption,
    by: ByOption,
    key: KeyPartsOption = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help='column=value to stand from now on; "column=" empties it.')
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="A workbook or csv file: the key's columns, and those to correct.")
    ] = None,
    why: WhyOption = "",
    key_file: KeyFileOption = None,
    dry_run: TryOption = False,
    json_: JsonOption = False,
) -> None:
    """Put stored rows right: the row as it was stays readable (toolkit history), and it can be withdrawn."""
    from toolkit.intake.review.correcting import corrected
    from toolkit.records import Store

    asked = table_named(table)
    if (file is None) == (key is None and set_ is None):
        raise InputError("Say which row with --key and what with --set, or give a file of corrections with --file.")
    if not why.strip() and not dry_run:
        raise InputError("Say why with --why, without names or numbers of people.")
    opened = Store.open(store)
    asks, content_hash = _asks(asked, key, set_, file)
    found = corrected(
        asks, asked, opened.read(asked.name), known=_known(opened), today=date.today(),
        stored_number=stored_numbers(opened, key_file), instruments=opened.instruments(),
    )  # fmt: skip
    if found.problems:
        first = found.problems[:_SHOWN]
        more = f"\n  and {len(found.problems) - _SHOWN:,} more" if len(found.problems) > _SHOWN else ""
        raise InputError("Nothing was corrected:\n  " + "\n  ".join(first) + more)
    frames = {asked.name: found.rows}
    if dry_run:
        changes, upload, version = opened.correction_changes(frames), None, None
    else:
        name = "correct" if file is None else file.name
        receipt = opened.correct(frames, by=by, source_name=name, content_hash=content_hash, reason=why)
        changes, upload, version = opened.changes_in(receipt.version), receipt.upload_id, receipt.version
    if json_:
        about = {"upload": upload, "version": version}
        console.as_json({**about, "changes": changes.counts(), "changed": changes.tidy()})
        return
    say_changed(changes, every_row=False)
    rows = changes.count("altered")
    many = counted(rows, "row")
    console.say(f"Would correct {many}." if dry_run else f"Corrected {many} as upload {upload}.")


def _asks(table: Table, key: list[str] | None, set_: list[str] | None, file: Path | None) -> tuple[list[Asked], str]:
    from toolkit.intake.files.spreadsheet import read_sheet
    from toolkit.intake.review.correcting import Asked, asked_in_file

    if file is None:
        return [Asked("", parts_of(key, "--key"), parts_of(set_, "--set"))], ""
    if not file.is_file():
        raise InputError(f"There is no file {file}.")
    raw = read_sheet(file, file.name)
    asks, problems = asked_in_file(raw, table)
    if problems:
        raise InputError(f"Nothing was corrected from {file.name}:\n  " + "\n  ".join(problems))
    return asks, raw.content_hash


def _known(opened: Store) -> dict[str, frozenset[str]]:
    return {
        f"{name}.{column}": frozenset(opened.read(name, columns=[column])[column])
        for name, column in (("centres", "centre_id"), ("families", "family_id"), ("children", "child_id"))
    }
