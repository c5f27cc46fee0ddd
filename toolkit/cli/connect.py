"""Commands that read what social care's systems export: census, safeguarding dataset, Annex A, lists of referrals."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from toolkit.cli import console
from toolkit.cli.keys import KeyOption, key_of
from toolkit.cli.options import JsonOption, StoreOption
from toolkit.cli.records import ByOption
from toolkit.errors import InputError
from toolkit.wording.numbers import counted

if TYPE_CHECKING:
    from toolkit.intake.connect import Found
    from toolkit.records import Store
    from toolkit.records.rows.changes import Changes

_LISTED = 40
FileArgument = Annotated[Path, typer.Argument(help="The file, as exported.")]
AsOfOption = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", formats=["%Y-%m-%d"], help="The day it speaks of, if it does not say so; nothing in it is later."
    ),
]
GoodOption = Annotated[bool, typer.Option("--good-only", help="Store the good records and list the rest.")]
DryOption = Annotated[bool, typer.Option("--dry-run", help="Only say what is in the file, and what it would change.")]
ToMapOption = Annotated[
    Path | None,
    typer.Option("--words-to-map", help="Write the words that no code is known for here, to be filled in (csv)."),
]
AgainOption = Annotated[
    bool, typer.Option("--again", help="Take families and children in again that were erased here.")
]
WholeOption = Annotated[
    bool, typer.Option("--whole", help="Take out children that an earlier file of the same day has and this has not.")
]


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
    good_only: GoodOption = False, whole: WholeOption = False, dry_run: DryOption = False, to_map: ToMapOption = None,
    json_: JsonOption = False, again: AgainOption = False,
) -> None:  # fmt: skip
    """Read a children in need census (XML, 2017 to 2026): referrals, enquiries and protection plans."""
    from toolkit.intake.connect import read_census, recall_words

    words, day = recall_words(store), _day(as_of)
    with console.bar() as progress:
        found = read_census(file, key_of(key, store), today=day, as_of=day, words=words, progress=progress)
    _take(found, store, by, good_only, dry_run, json_, to_map, whole, again)


def safeguarding(
    folder: Annotated[Path, typer.Argument(help="The folder of the dataset's csv files.")],
    store: StoreOption, key: KeyOption, by: ByOption, as_of: AsOfOption = None,
    good_only: GoodOption = False, whole: WholeOption = False, dry_run: DryOption = False, to_map: ToMapOption = None,
    json_: JsonOption = False, again: AgainOption = False,
) -> None:  # fmt: skip
    """Read a folder of the Standard Safeguarding Dataset."""
    from toolkit.intake.connect import read_ssd, recall_words

    day = _day(as_of)
    found = read_ssd(folder, key_of(key, store), today=day, as_of=day, words=recall_words(store))
    _take(found, store, by, good_only, dry_run, json_, to_map, whole, again)


def annex_a(
    file: FileArgument, store: StoreOption, key: KeyOption, by: ByOption, as_of: AsOfOption = None,
    good_only: GoodOption = False, whole: WholeOption = False, dry_run: DryOption = False, to_map: ToMapOption = None,
    json_: JsonOption = False, again: AgainOption = False,
) -> None:  # fmt: skip
    """Read an Annex A workbook: lists 3, 5, 7 and 8."""
    from toolkit.intake.connect import read_annex_a, recall_words

    day = _day(as_of)
    found = read_annex_a(file, key_of(key, store), today=day, as_of=day, words=recall_words(store))
    _take(found, store, by, good_only, dry_run, json_, to_map, whole, again)


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
    json_: JsonOption = False, again: AgainOption = False,
) -> None:  # fmt: skip
    """Read a list of referrals of any system, whose columns you name."""
    from toolkit.intake.connect import Columns, read_referral_list, recall_words

    columns, day = Columns(child, received, source, nfa, closed, reason, number, outcome=outcome), _day(as_of)
    found = read_referral_list(file, key_of(key, store), columns, today=day, as_of=day, words=recall_words(store))
    _take(found, store, by, good_only, dry_run, json_, to_map, again=again)


def rotate_key(
    store: StoreOption,
    key: KeyOption,
    new: Annotated[Path, typer.Option("--new", help="The new key file to write, away from the store.")],
    by: ByOption,
) -> None:
    """Change the key: every pseudonym in the store is replaced, in every version; imports go on with the new file."""
    from toolkit.intake.pseudonyms import write_key
    from toolkit.records import Store

    old = key_of(key, store)
    if Path(os.path.realpath(new)).is_relative_to(os.path.realpath(store)):
        raise InputError(f"The new key {new} would lie in the store it protects. Name another place.")
    opened = Store.open(store)
    made = write_key(new, after=old)
    remembered = opened.erased_people()
    version = opened.change_key(made.of_newest, by=by, key_mark=made.mark)
    console.say(
        f"Every pseudonym was replaced (version {version}). From now on use {new} (mark {made.mark}), which holds the "
        f"keys before it too. Destroy {key} and its copies once you have checked an import."
    )
    if remembered:
        console.say(
            f"{remembered:,} families and children that were erased were remembered by their old pseudonyms, and are "
            "not known again under the new key: look out for them when you import."
        )


def _day(as_of: datetime | None) -> date | None:
    return None if as_of is None else as_of.date()


def _take(
    found: Found, store: Path, by: str, good_only: bool, dry_run: bool, json_: bool, to_map: Path | None,
    whole: bool = False, again: bool = False,
) -> None:  # fmt: skip
    from toolkit.records import Store

    opened = Store.open(store)
    if whole and not found.is_clean:
        raise InputError(
            "--whole is for a file without problems: what is left out of it would be taken out of the store."
        )
    told: dict[str, Any] = {
        "file": found.source_name, "counts": dict(found.counts), "passed_over": dict(found.passed_over),
        "wrong": list(found.sentences()), "words_to_map": found.unmapped, "notices": list(found.notices), "stored": {},
        "changes": {},
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
            f"Nothing was stored: {counted(len(found.wrong), 'thing is', 'things are')} wrong. Put the file "
            "right, or use --good-only to leave those records out."
        )
    if found.tables:
        changes = _merge(opened, found, by, dry_run, whole, again)
        told["changes"] = changes.counts()
        told["said"] = list(changes.sentences())
        told["stored"] = {} if dry_run else {name: one.stored for name, one in changes.tables.items() if one.stored}
        told["children"] = {
            "in_file": changes.children, "stored": changes.in_families, "with_records": changes.known_children
        }  # fmt: skip
        if not json_:
            say_changes(changes, dry_run)
    if json_:
        console.as_json(told)


def _merge(opened: Store, found: Found, by: str, dry_run: bool, whole: bool, again: bool) -> Changes:
    origin = replace(found.origin, is_whole=whole)
    about: dict[str, Any] = {
        "speaks_of": found.speaks_of, "origin": origin, "source_name": found.source_name,
        "content_hash": found.content_hash, "key_mark": found.key_mark, "again": again,
    }  # fmt: skip
    if dry_run:
        return opened.changes_of(found.tables, **about)
    return opened.merge(found.tables, by=by, **about).changes


def say_changes(changes: Changes, dry_run: bool) -> None:
    """Say what storing a file changes or would change, and how many of its children are known."""
    for sentence in changes.sentences():
        console.say(sentence)
    added, altered, out = (changes.count(what) for what in ("added", "altered", "taken_out"))
    console.say(changes.of_children)
    if changes.is_nothing:
        console.say("Every record was stored already as it is. Nothing changed." if changes.is_as_stored else
                    "Nothing that stands changed.")  # fmt: skip
        return
    would = "Would store" if dry_run else "Stored"
    console.say(
        f"{would} {counted(added + altered, 'row')} ({added:,} new, {altered:,} changed; {changes.unchanged:,} "
        f"stored already as they are{f'; {out:,} taken out' if out else ''})."
    )


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
