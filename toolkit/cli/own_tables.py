"""The command that stores a spreadsheet of one of our own tables: families, children, scores and the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from toolkit.cli import console
from toolkit.cli.connect import AsOfOption, say_changes
from toolkit.cli.files import declared_of, review_of, show_review
from toolkit.cli.keys import OwnKeyOption, key_of
from toolkit.cli.options import InstrumentOption, JsonOption, StoreOption
from toolkit.errors import InputError
from toolkit.tables import TABLES
from toolkit.tables import table as table_named
from toolkit.wording.numbers import counted

if TYPE_CHECKING:
    from toolkit.intake.pseudonyms import Numbers
    from toolkit.intake.review.review import Review
    from toolkit.records import Store
    from toolkit.records.rows.changes import Changes

_PEOPLE = {"families": ("family_id", "families"), "children": ("child_id", "children")}
_LISTED = 40
_CASES = ("referrals", "episodes")


@dataclass(frozen=True, slots=True)
class _How:
    """How a file is to be stored."""

    by: str
    numbers: Numbers | None
    as_of: datetime | None
    dry_run: bool
    again: bool

    @property
    def key_mark(self) -> str:
        return "" if self.numbers is None else self.numbers.key.mark


def import_table(
    name: Annotated[str, typer.Argument(help="The table the file holds: " + ", ".join(TABLES))],
    file: Annotated[Path, typer.Argument(help="A workbook or csv file.")],
    store: StoreOption,
    key: OwnKeyOption = None,
    as_of: AsOfOption = None,
    higher_is: Annotated[str, typer.Option(help="For scores: is a higher score better or worse?")] = "",
    instrument: InstrumentOption = "",
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
    from toolkit.intake.pseudonyms import Numbers
    from toolkit.records import Store

    table, opened = table_named(name), Store.open(store)
    if as_of is not None and table.name not in _CASES:
        raise InputError("--as-of is for referrals and episodes: of other tables a later row fills in an earlier one.")
    bears_numbers = any(column.is_pseudonym for column in table.columns)
    how = _How(by, Numbers(key_of(key, store)) if key and bears_numbers else None, as_of, dry_run, again)
    opened.check_numbers(table.name, how.key_mark)
    review = review_of(table.name, file, declared_of(higher_is, instrument), opened, how.numbers, again=again)
    if not review.is_clean and not good_rows_only:
        show_review(review, json_)
        raise InputError("Nothing was stored. Put the file right, or use --good-rows-only to leave those rows out.")
    if not json_:
        for notice in review.notices:
            console.say(f"Note: {notice.sentence}")
    if table.name in _CASES and len(review.rows):
        _take_cases(opened, review, how, json_)
    elif not len(review.rows) and review.already_stored:
        _say_nothing_new(review, json_)
    else:
        _take_rows(opened, review, how, json_)
    if not json_:
        _say_left_out(review)


def _take_rows(opened: Store, review: Review, how: _How, json_: bool) -> None:
    """Store rows of a table of our own: new ones, and what came later of those stored."""
    name = review.table.name
    done = opened.fill_in(
        {name: review.rows}, by=how.by, source_name=review.source_name, content_hash=review.content_hash,
        key_mark=how.key_mark, dry_run=how.dry_run, again=how.again,
    )  # fmt: skip
    receipt, added, altered = done.receipt, done.changes.count("added"), done.changes.count("altered")
    known = altered + done.changes.unchanged + len(review.already_stored)
    people = {"known": known, "new": added} if name in _PEOPLE else {}
    if json_:
        about = {} if receipt is None else {"upload": receipt.upload_id, "version": receipt.version}
        rows = {} if receipt is None else dict(receipt.rows)
        more = {name: people} if people else {}
        _as_json(review, done.changes, {**about, "rows": rows, **more})
        return
    for sentence in done.changes.sentences():
        console.say(sentence)
    under = f" as upload {receipt.upload_id}" if receipt is not None else ""
    later = f" ({added:,} new, {altered:,} with what came later)" if altered else ""
    console.say(f"{'Would store' if how.dry_run else 'Stored'} {counted(added + altered, 'row')}{under}{later}.")
    if people:
        console.say(f"Of the file's {known + added:,} {name}, {known:,} were stored before and {added:,} are new.")
    if name == "children":
        joined, all_of_them = opened.joined_children()
        if all_of_them:
            would = " before this file" if how.dry_run else ""
            console.say(
                f"Of the {all_of_them:,} children with referrals or episodes here, {joined:,} are stored in a family"
                f"{would}."
            )


def _take_cases(opened: Store, review: Review, how: _How, json_: bool) -> None:
    """Store referrals or episodes beside what other files said of them: one row each, as from any list."""
    from toolkit.intake.review.said import origin_of, speaks_of, with_own_numbers

    table = review.table
    as_of = None if how.as_of is None else how.as_of.date()
    frames = {table.name: with_own_numbers(review.rows, table, how.numbers)}
    about: dict[str, Any] = {
        "speaks_of": {table.name: speaks_of(review.rows, table)}, "origin": origin_of(review.rows, table, as_of),
        "source_name": review.source_name, "content_hash": review.content_hash, "key_mark": how.key_mark,
        "again": how.again,
    }  # fmt: skip
    receipt = None
    if how.dry_run:
        changes = opened.changes_of(frames, **about)
    else:
        done = opened.merge(frames, by=how.by, **about)
        changes, receipt = done.changes, done.receipt
    if json_:
        about_it = {} if receipt is None else {"upload": receipt.upload_id, "version": receipt.version}
        stored = {} if how.dry_run else {name: one.stored for name, one in changes.tables.items()}
        _as_json(review, changes, {**about_it, "rows": stored})
        return
    if sentence := about["origin"].sentence:
        console.say(sentence)
    say_changes(changes, how.dry_run)


def _say_left_out(review: Review) -> None:
    """Show the rows that were left out for another reason than that they were stored already."""
    left = review.left_out[~review.left_out["row"].astype(int).isin(review.already_stored)]
    if len(left):
        more = f" (the first {_LISTED} of {len(left):,}; --json has all)" if len(left) > _LISTED else ""
        console.table(left.head(_LISTED), title=f"Left out{more}")


def _as_json(review: Review, changes: Changes, about: dict[str, Any]) -> None:
    notices = [notice.sentence for notice in review.notices]
    console.as_json({**about, "changes": changes.counts(), "notices": notices, "left_out": review.left_out})


def _say_nothing_new(review: Review, json_: bool) -> None:
    if json_:
        console.as_json({"rows": {}, "left_out": review.left_out})
        return
    console.say(f"Every row was stored already ({len(review.already_stored):,}). Nothing changed.")
