"""The commands of spreadsheets: a template, a check of every cell, the data dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from toolkit.cli import console
from toolkit.cli.keys import OwnKeyOption, key_of
from toolkit.cli.options import InstrumentOption, JsonOption, StoreOption
from toolkit.errors import InputError
from toolkit.tables import TABLES
from toolkit.tables import table as table_named
from toolkit.tables.instrument_scale import ONLY_BUILT_IN

if TYPE_CHECKING:
    from toolkit.intake.files.raw_sheet import RawSheet
    from toolkit.intake.pseudonyms import Numbers
    from toolkit.intake.review.review import Review
    from toolkit.records import Store


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (check, template, dictionary, neighbourhoods):
        app.command()(command)


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
    instrument: InstrumentOption = "",
    store: Annotated[Path | None, typer.Option(help="Check against what this store holds.")] = None,
    key: OwnKeyOption = None,
    json_: JsonOption = False,
) -> None:
    """Check a file and list every problem by its cell. Nothing is stored."""
    from toolkit.intake.pseudonyms import Numbers
    from toolkit.records import Store

    opened = Store.open(store) if store else None
    numbers = Numbers(key_of(key, store)) if key and store else None
    review = review_of(table_named(table).name, file, declared_of(higher_is, instrument), opened, numbers)
    show_review(review, json_)
    if not review.is_clean:
        raise typer.Exit(2)


def template(
    table: Annotated[str, typer.Argument(help="The table: " + ", ".join(TABLES))],
    out: Annotated[Path, typer.Option("--out", help="The workbook to write.")],
    centre: Annotated[str, typer.Option(help="A centre number to fill in.")] = "",
    store: Annotated[
        Path | None, typer.Option("--store", help="Of scores: offer the instruments that this store holds.")
    ] = None,
    with_rows: Annotated[
        bool, typer.Option("--with-rows", help="Fill in the rows that the store holds; of --centre's only, if named.")
    ] = False,
) -> None:
    """Write an Excel template with drop-downs, an example row and notes."""
    from toolkit.intake.outgoing.template import write_template
    from toolkit.records import Store

    asked, rows, instruments = table_named(table), None, ONLY_BUILT_IN
    if with_rows and store is None:
        raise InputError("Say with --store whose rows are to be filled in.")
    if store is not None:
        opened = Store.open(store)
        instruments = opened.instruments()
        rows = opened.read(asked.name, centre_ids=[centre] if centre else None) if with_rows else None
    write_template(asked, out, centre_id=centre or None, instruments=instruments, rows=rows)
    filled = "" if rows is None else f" Rows filled in: {len(rows):,}."
    console.say(f"Wrote {out}.{filled}")


def dictionary(
    out: Annotated[
        Path | None, typer.Option("--out", help="A Markdown file to write; otherwise it is printed.")
    ] = None,
    store: Annotated[
        Path | None, typer.Option("--store", help="Add the instruments this store holds, and what their values mean.")
    ] = None,
) -> None:
    """Print the data dictionary: every table, column, unit and code."""
    from toolkit.intake.outgoing.data_dictionary import dictionary_markdown, instruments_markdown
    from toolkit.records import Store

    text = dictionary_markdown()
    if store is not None:
        text += "\n" + instruments_markdown(Store.open(store).instruments())
    if out is None:
        console.say(text)
    else:
        out.write_text(text, encoding="utf-8")
        console.say(f"Wrote {out}.")


def declared_of(higher_is: str, instrument: str) -> dict[str, str]:
    """Return what is said of a whole file of scores: which way the scale runs, and what they were scored with.

    Raises
    ------
    InputError
        When the direction is no word for one.
    """
    if higher_is not in {"", "better", "worse"}:
        raise InputError(f'--higher-is is "{higher_is}". Write better or worse.')
    return {name: said for name, said in (("higher_is", higher_is), ("instrument", instrument)) if said}


def review_of(
    table: str,
    file: Path,
    declared: Mapping[str, str],
    store: Store | None,
    numbers: Numbers | None = None,
    *,
    again: bool = False,
) -> Review:
    """Return the review of a file for a table, against what a store holds where one is named.

    Raises
    ------
    InputError
        When there is no such file, or what is declared is nothing the table asks for.
    """
    from toolkit.intake.files.spreadsheet import read_sheet
    from toolkit.intake.review.review import ReviewContext, review

    if not file.is_file():
        raise InputError(f"There is no file {file}.")
    context = ReviewContext(
        declared=declared,
        stored_number=None if numbers is None else numbers.stored,
    )
    raw = read_sheet(file, file.name)
    if store is not None:
        is_merged = table in ("referrals", "episodes")  # what is stored of them may be another file's word
        context = replace(
            context,
            centre_ids=frozenset(store.read("centres")["centre_id"]),
            family_ids=_known(store, raw, "family", numbers, again=again),
            child_ids=_known(store, raw, "child", numbers, again=again),
            existing=None if is_merged else store.read(table),
            registrations=store.read("registrations"),
            instruments=store.instruments(),
            takes_later=True,
        )
    return review(raw, table_named(table), context)


def _known(
    store: Store, raw: RawSheet, what: Literal["family", "child"], numbers: Numbers | None, *, again: bool
) -> frozenset[str]:
    """Return the numbers a file may name: those stored, earlier ones of theirs, and those erased, to be left out."""
    from toolkit.intake.cells import as_text

    table, column = {"family": ("families", "family_id"), "child": ("children", "child_id")}[what]
    stored = store.renames().all_of(what, store.read(table)[column])
    if again or not store.erased_people():
        return frozenset(stored)
    texts = {as_text(cell) for sheet in raw.sheets for _, cells in sheet.rows for cell in cells if cell is not None}
    if numbers is not None:
        texts = {numbers.stored(what, text) for text in texts}
    return frozenset(stored | store.erased_among(what, texts))


def show_review(review: Review, json_: bool) -> None:
    """Say every problem of a file, and what else a person should know."""
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
