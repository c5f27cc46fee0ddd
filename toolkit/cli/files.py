"""The commands of spreadsheets: a template, a check of every cell, storing its rows, the data dictionary."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli import console
from toolkit.cli.options import JsonOption, StoreOption
from toolkit.errors import InputError
from toolkit.tables import TABLES
from toolkit.tables import table as table_named

if TYPE_CHECKING:
    from toolkit.intake.files.raw_sheet import RawSheet
    from toolkit.intake.review.review import Review
    from toolkit.records import Store


def add_to(app: typer.Typer, importing: typer.Typer) -> None:
    """Add the commands to the command line."""
    importing.command("table")(import_table)
    for command in (check, template, dictionary, neighbourhoods):
        app.command()(command)


def import_table(
    name: Annotated[str, typer.Argument(help="The table the file holds: " + ", ".join(TABLES))],
    file: Annotated[Path, typer.Argument(help="A workbook or csv file.")],
    store: StoreOption,
    higher_is: Annotated[str, typer.Option(help="For scores: is a higher score better or worse?")] = "",
    good_rows_only: Annotated[
        bool, typer.Option("--good-rows-only", help="Store the good rows, list the rest.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who imports it, for the record.")] = "command line",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would change.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Take families and children in again that were erased here.")
    ] = False,
    json_: JsonOption = False,
) -> None:
    """Read a spreadsheet of one of our own tables; nothing is stored while a row has a problem."""
    from toolkit.records import Store

    opened = Store.open(store)
    review = _review(table_named(name).name, file, higher_is, opened, again=again)
    if not review.is_clean and not good_rows_only:
        _show_review(review, json_)
        raise InputError("Nothing was stored. Put the file right, or use --good-rows-only to leave those rows out.")
    if not len(review.rows) and review.already_stored:
        _say_nothing_new(review, json_)
        return
    done = opened.fill_in(
        {name: review.rows}, by=by, source_name=file.name, content_hash=review.content_hash, dry_run=dry_run,
        again=again,
    )  # fmt: skip
    receipt = done.receipt
    if json_:
        about = {} if receipt is None else {"upload": receipt.upload_id, "version": receipt.version}
        rows = {} if receipt is None else dict(receipt.rows)
        console.as_json({**about, "rows": rows, "changes": done.changes.counts(), "left_out": review.left_out})
        return
    for sentence in done.changes.sentences():
        console.say(sentence)
    added, altered = done.changes.count("added"), done.changes.count("altered")
    under = f" as upload {receipt.upload_id}" if receipt is not None else ""
    later = f" ({added:,} new, {altered:,} with what came later)" if altered else ""
    console.say(f"{'Would store' if dry_run else 'Stored'} {added + altered:,} rows{under}{later}.")
    if len(review.left_out):
        console.table(review.left_out, title="Left out")


def _say_nothing_new(review: Review, json_: bool) -> None:
    if json_:
        console.as_json({"rows": {}, "left_out": review.left_out})
        return
    console.say(f"Every row was stored already ({len(review.already_stored):,}). Nothing changed.")


def neighbourhoods(
    store: StoreOption,
    by: Annotated[str, typer.Option(help="Who does it, for the record.")] = "command line",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would change.")] = False,
    json_: JsonOption = False,
) -> None:
    """Give families the neighbourhood of 2021 that the imported table of neighbourhoods leads to, where it is one."""
    from toolkit.records import Store
    from toolkit.records.neighbourhoods import fill_neighbourhoods

    opened = Store.open(store)
    if opened.read("neighbourhoods").empty:
        raise InputError(
            "The store has no table of neighbourhoods. Import the council's with: toolkit import table neighbourhoods "
            "FILE --store DIR"
        )
    led = fill_neighbourhoods(opened, by=by, dry_run=dry_run)
    if json_:
        counts = {name: getattr(led, name) for name in ("uncertain", "unlisted", "differing")}
        console.as_json({"filled": len(led.rows), **counts, "stored": bool(len(led.rows)) and not dry_run})
        return
    console.say(f"{'Would fill' if dry_run else 'Filled'} the neighbourhood of 2021 of {len(led.rows):,} families.")
    console.say(f"Left empty, since it was split or changed: {led.uncertain:,}. Not in the table: {led.unlisted:,}.")
    if led.differing:
        console.say(f"Another than the table leads to, and kept: {led.differing:,}.")


def check(
    file: Annotated[Path, typer.Argument(help="A workbook or csv file.")],
    table: Annotated[str, typer.Option(help="The table it holds.")] = "progress_scores",
    higher_is: Annotated[str, typer.Option(help="For scores: is a higher score better or worse?")] = "",
    store: Annotated[Path | None, typer.Option(help="Check against what this store holds.")] = None,
    json_: JsonOption = False,
) -> None:
    """Check a file and list every problem by its cell. Nothing is stored."""
    from toolkit.records import Store

    review = _review(table_named(table).name, file, higher_is, Store.open(store) if store else None)
    _show_review(review, json_)
    if not review.is_clean:
        raise typer.Exit(2)


def template(
    table: Annotated[str, typer.Argument(help="The table: " + ", ".join(TABLES))],
    out: Annotated[Path, typer.Option("--out", help="The workbook to write.")],
    centre: Annotated[str, typer.Option(help="A centre number to fill in.")] = "",
) -> None:
    """Write an Excel template with drop-downs, an example row and notes."""
    from toolkit.intake.outgoing.template import write_template

    write_template(table_named(table), out, centre_id=centre or None)
    console.say(f"Wrote {out}.")


def dictionary(
    out: Annotated[
        Path | None, typer.Option("--out", help="A Markdown file to write; otherwise it is printed.")
    ] = None,
) -> None:
    """Print the data dictionary: every table, column, unit and code."""
    from toolkit.intake.outgoing.data_dictionary import dictionary_markdown

    text = dictionary_markdown()
    if out is None:
        console.say(text)
    else:
        out.write_text(text, encoding="utf-8")
        console.say(f"Wrote {out}.")


def _review(table: str, file: Path, higher_is: str, store: Store | None, *, again: bool = False) -> Review:
    from toolkit.intake.files.spreadsheet import read_sheet
    from toolkit.intake.review.review import ReviewContext, review

    if higher_is not in {"", "better", "worse"}:
        raise InputError(f'--higher-is is "{higher_is}". Write better or worse.')
    if not file.is_file():
        raise InputError(f"There is no file {file}.")
    declared = {"higher_is": higher_is} if higher_is else {}
    context = ReviewContext(declared=declared)
    raw = read_sheet(file, file.name)
    if store is not None:
        context = ReviewContext(
            centre_ids=frozenset(store.read("centres")["centre_id"]),
            family_ids=_known_families(store, raw, again),
            existing=store.read(table),
            registrations=store.read("registrations"),
            declared=declared,
            takes_later=True,
        )
    return review(raw, table_named(table), context)


def _known_families(store: Store, raw: RawSheet, again: bool) -> frozenset[str]:
    """Return the numbers a file may name: those stored, earlier ones of theirs, and those erased, to be left out."""
    from toolkit.intake.cells import as_text

    stored = store.renames().all_of("family", store.read("families")["family_id"])
    if again or not store.erased_people():
        return frozenset(stored)
    texts = {as_text(cell) for sheet in raw.sheets for _, cells in sheet.rows for cell in cells if cell is not None}
    return frozenset(stored | store.erased_among("family", texts))


def _show_review(review: Review, json_: bool) -> None:
    if json_:
        console.as_json(
            {
                "file": review.source_name,
                "rows_read": review.rows_read,
                "good_rows": len(review.rows),
                "problems": [problem.sentence for problem in review.problems],
                "notices": [notice.sentence for notice in review.notices],
            }
        )
        return
    for sentence in review.problem_sentences():
        console.say(sentence)
    for notice in review.notices:
        console.say(f"Note: {notice.sentence}")
    console.say(review.summary().sentence)
