"""Commands that read what social care's systems export: census, safeguarding dataset, Annex A, lists of referrals."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from toolkit.cli import console
from toolkit.cli.options import JsonOption, StoreOption
from toolkit.cli.records import ByOption
from toolkit.errors import InputError

if TYPE_CHECKING:
    from toolkit.intake.connect import Found
    from toolkit.intake.pseudonyms import Key

_LISTED = 40
KEY_VARIABLE = "TOOLKIT_PSEUDONYM_KEY_FILE"
KeyOption = Annotated[
    Path, typer.Option("--key", envvar=KEY_VARIABLE, help="The key file of the pseudonyms, away from the store.")
]
FileArgument = Annotated[Path, typer.Argument(help="The file, as exported.")]
AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The last day anything can have happened; today."),
]
GoodOption = Annotated[bool, typer.Option("--good-only", help="Store the good records and list the rest.")]
ToMapOption = Annotated[
    Path | None,
    typer.Option("--words-to-map", help="Write the words that no code is known for here, to be filled in (csv)."),
]

DryOption = Annotated[bool, typer.Option("--dry-run", help="Only say what is in the file.")]


def add_to(importing: typer.Typer) -> None:
    """Add the commands to ``toolkit import``."""
    for name, command in (
        ("census", census),
        ("ssd", safeguarding),
        ("annex-a", annex_a),
        ("referrals", referrals),
    ):
        importing.command(name)(command)


def census(
    file: FileArgument, store: StoreOption, key: KeyOption, by: ByOption, as_of: AsOfOption = None,
    good_only: GoodOption = False, dry_run: DryOption = False, to_map: ToMapOption = None, json_: JsonOption = False,
) -> None:  # fmt: skip
    """Read a children in need census (XML, 2017 to 2026): referrals, enquiries and protection plans."""
    from toolkit.intake.connect import read_census, recall_words

    words = recall_words(store)
    with console.bar() as progress:
        found = read_census(file, _key(key, store), today=_day(as_of), words=words, progress=progress)
    _take(found, store, by, good_only, dry_run, to_map, json_)


def safeguarding(
    folder: Annotated[Path, typer.Argument(help="The folder of the dataset's csv files.")],
    store: StoreOption, key: KeyOption, by: ByOption, as_of: AsOfOption = None,
    good_only: GoodOption = False, dry_run: DryOption = False, to_map: ToMapOption = None, json_: JsonOption = False,
) -> None:  # fmt: skip
    """Read a folder of the Standard Safeguarding Dataset."""
    from toolkit.intake.connect import read_ssd, recall_words

    found = read_ssd(folder, _key(key, store), today=_day(as_of), words=recall_words(store))
    _take(found, store, by, good_only, dry_run, to_map, json_)


def annex_a(
    file: FileArgument, store: StoreOption, key: KeyOption, by: ByOption, as_of: AsOfOption = None,
    good_only: GoodOption = False, dry_run: DryOption = False, to_map: ToMapOption = None, json_: JsonOption = False,
) -> None:  # fmt: skip
    """Read an Annex A workbook: lists 3, 5, 7 and 8."""
    from toolkit.intake.connect import read_annex_a, recall_words

    found = read_annex_a(file, _key(key, store), today=_day(as_of), words=recall_words(store))
    _take(found, store, by, good_only, dry_run, to_map, json_)


def referrals(
    file: FileArgument, store: StoreOption, key: KeyOption, by: ByOption,
    child: Annotated[str, typer.Option(help="The column of the child's number.")],
    received: Annotated[str, typer.Option(help="The column of the day it was received.")],
    source: Annotated[str, typer.Option(help="The column of who referred (census codes); unknown without it.")] = "",
    closed: Annotated[str, typer.Option(help="The column of the day it was closed.")] = "",
    reason: Annotated[str, typer.Option(help="The column of why it was closed (RC1 to RC9).")] = "",
    nfa: Annotated[str, typer.Option(help="The column that says there was no further action.")] = "",
    number: Annotated[str, typer.Option(help="The column of the referral's own number.")] = "",
    outcome: Annotated[str, typer.Option(help="The column of how it ended: a code, or words you mapped.")] = "",
    as_of: AsOfOption = None, good_only: GoodOption = False, dry_run: DryOption = False, to_map: ToMapOption = None,
    json_: JsonOption = False,
) -> None:  # fmt: skip
    """Read a list of referrals of any system, whose columns you name."""
    from toolkit.intake.connect import Columns, read_referral_list, recall_words

    columns = Columns(child, received, source, nfa, closed, reason, number, outcome=outcome)
    found = read_referral_list(file, _key(key, store), columns, today=_day(as_of), words=recall_words(store))
    _take(found, store, by, good_only, dry_run, to_map, json_)


def rotate_key(
    store: StoreOption,
    key: KeyOption,
    new: Annotated[Path, typer.Option("--new", help="The new key file to write, away from the store.")],
    by: ByOption,
) -> None:
    """Change the key: every pseudonym in the store is replaced, in every version; imports go on with the new file."""
    from toolkit.intake.pseudonyms import write_key
    from toolkit.records import Store

    old = _key(key, store)
    if Path(os.path.realpath(new)).is_relative_to(os.path.realpath(store)):
        raise InputError(f"The new key {new} would lie in the store it protects. Name another place.")
    opened = Store.open(store)
    made = write_key(new, after=old)
    version = opened.change_key(made.of_newest, by=by)
    console.say(
        f"Every pseudonym was replaced (version {version}). From now on use {new} (mark {made.mark}), which holds the "
        f"keys before it too. Destroy {key} and its copies once you have checked an import."
    )


def _key(path: Path, store: Path) -> Key:
    from toolkit.intake.pseudonyms import read_key

    if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(store)):
        raise InputError(f"The key {path} lies in the store it protects. Keep it elsewhere, best on another machine.")
    return read_key(path)


def _day(as_of: datetime | None) -> date | None:
    return None if as_of is None else as_of.date()


def _take(found: Found, store: Path, by: str, good_only: bool, dry_run: bool, to_map: Path | None, json_: bool) -> None:
    from toolkit.records import Store

    opened = Store.open(store)
    told: dict[str, Any] = {
        "file": found.source_name, "counts": dict(found.counts), "passed_over": dict(found.passed_over),
        "wrong": list(found.sentences()), "words_to_map": found.unmapped, "notices": list(found.notices), "stored": {},
    }  # fmt: skip
    if not json_:
        _say(found)
    if to_map is not None:
        from toolkit.intake.connect import write_unmapped

        write_unmapped(to_map, found.unmapped)
    if not found.is_clean and not good_only and not dry_run:
        if json_:
            console.as_json(told)
        raise InputError(
            f"Nothing was stored: {len(found.wrong):,} things are wrong. Put the file right, or use --good-only to "
            "leave those records out."
        )
    if not dry_run and found.tables:
        met = opened.compare(found.tables)
        changed = {conflict.table for conflict in met.conflicts}
        if any(len(rows) for rows in met.new.values()) or changed:
            receipt = opened.add(
                found.tables, by=by, source_name=found.source_name, content_hash=found.content_hash, replaces=True
            )
            told["stored"] = dict(receipt.rows)
        if not json_:
            same = sum(len(rows) for rows in met.same.values())
            console.say(
                f"Stored {sum(told['stored'].values()):,} rows ({same:,} were stored already as they are)."
                if told["stored"]
                else "Every record was stored already as it is. Nothing changed."
            )
    if json_:
        console.as_json(told)


def _say(found: Found) -> None:
    counts = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in found.counts.items())
    console.say(f"{found.source_name}: {counts}.")
    if found.passed_over:
        over = ", ".join(f"{name} ({times:,})" for name, times in found.passed_over.items())
        console.say(f"Not used: {over}.")
    for sentence in (*found.notices, *found.sentences()):
        console.say(sentence)
    for what, words in found.unmapped.items():
        listed = ", ".join(f'"{word}" ({times:,})' for word, times in list(words.items())[:_LISTED])
        more = f" and {len(words) - _LISTED:,} more" if len(words) > _LISTED else ""
        console.say(f"Words of {what} that no code is known for: {listed}{more}.")
    if found.unmapped:
        console.say(
            "Say once what they mean: --words-to-map words.csv writes them down, fill in the column Code, then: "
            "toolkit map-words words.csv"
        )
