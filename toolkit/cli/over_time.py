"""Commands for what changes over the years: numbers, families that split or are one, centres."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from toolkit.cli import console
from toolkit.cli.keys import NumbersKeyOption, stored_number
from toolkit.cli.options import JsonOption, StoreOption
from toolkit.cli.records import ByOption
from toolkit.cli.uploads import TryOption, WhyOption, say_changed

if TYPE_CHECKING:
    from toolkit.records.store_changing import Changed

OldArgument = Annotated[str, typer.Argument(help="The number as it is now.")]
NewArgument = Annotated[str, typer.Argument(help="The number from now on; nobody may have it.")]
IntoArgument = Annotated[str, typer.Argument(help="The number that stands for both from now on.")]
OnOption = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The day it happened.")]
What = Literal["family", "child"]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (
        renumber_child, renumber_family, merge_children, merge_families, split_family,
        open_centre, close_centre, merge_centres,
    ):  # fmt: skip
        app.command(command.__name__.replace("_", "-"))(command)


def renumber_child(
    old: OldArgument, new: NewArgument, store: StoreOption, by: ByOption, why: WhyOption = "",
    key: NumbersKeyOption = None, dry_run: TryOption = False, json_: JsonOption = False,
) -> None:  # fmt: skip
    """Give a child another number; files that still bear the old one count under the new."""
    _renumber("child", old, new, store, by, why, key, dry_run, json_)


def renumber_family(
    old: OldArgument, new: NewArgument, store: StoreOption, by: ByOption, why: WhyOption = "",
    key: NumbersKeyOption = None, dry_run: TryOption = False, json_: JsonOption = False,
) -> None:  # fmt: skip
    """Give a family another number; files that still bear the old one count under the new."""
    _renumber("family", old, new, store, by, why, key, dry_run, json_)


def merge_children(
    old: OldArgument, into: IntoArgument, store: StoreOption, by: ByOption, why: WhyOption = "",
    key: NumbersKeyOption = None, dry_run: TryOption = False, json_: JsonOption = False,
) -> None:  # fmt: skip
    """Say that two numbers are of one child: its referrals and episodes stand under the second, each once."""
    _join("child", old, into, store, by, why, key, dry_run, json_)


def merge_families(
    old: OldArgument, into: IntoArgument, store: StoreOption, by: ByOption, why: WhyOption = "",
    key: NumbersKeyOption = None, dry_run: TryOption = False, json_: JsonOption = False,
) -> None:  # fmt: skip
    """Say that two numbers are of one family: children, registrations and scores stand under the second."""
    _join("family", old, into, store, by, why, key, dry_run, json_)


def split_family(
    family: Annotated[str, typer.Argument(help="The family's number.")],
    new: NewArgument, store: StoreOption, by: ByOption, on: OnOption,
    child: Annotated[list[str], typer.Option("--child", help="A child that goes to the new family; once for each.")],
    why: WhyOption = "", key: NumbersKeyOption = None, dry_run: TryOption = False, json_: JsonOption = False,
) -> None:  # fmt: skip
    """Put some children of a family in a family of their own from a day on."""
    from toolkit.records import Store

    opened = Store.open(store)
    old, made = (stored_number(opened, "family", one, key) for one in (family, new))
    children = [stored_number(opened, "child", one, key) for one in child]
    done = opened.split_family(old, children, made, on=on.date(), by=by, why=why, dry_run=dry_run)
    _say(done, json_)


def open_centre(
    centre: Annotated[str, typer.Argument(help="The new centre's number.")],
    store: StoreOption, by: ByOption, on: OnOption,
    name: Annotated[str, typer.Option(help="Its name, as families know it.")],
    district: Annotated[str, typer.Option(help="The district it stands in.")],
    area_team: Annotated[str, typer.Option(help="north_east, north_west or south.")],
    provider: Annotated[str, typer.Option(help="county, school or voluntary.")],
    scores_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day it begins to score families.")
    ] = None,
    why: WhyOption = "", json_: JsonOption = False,
) -> None:  # fmt: skip
    """Open a centre: it is stored, and the events say so."""
    import pandas as pd

    from toolkit.records import Store
    from toolkit.records.store_changing import Changed
    from toolkit.tables import TABLES

    opened = Store.open(store)
    row = {
        "centre_id": centre, "name": name, "district": district, "area_team": area_team, "provider": provider,
        "opened_on": on.date(), "tracks_progress_from": None if scores_from is None else scores_from.date(),
    }  # fmt: skip
    event = {"area": district, "on": on.date(), "what": f"{name} ({centre}) opened"}
    frames = {
        table: pd.DataFrame([one], columns=list(TABLES[table].names), dtype=object)
        for table, one in (("centres", row), ("events", event))
    }
    receipt = opened.add(frames, by=by, source_name="open-centre", note=why)
    _say(Changed(receipt, opened.changes_in(receipt.version)), json_)


def close_centre(
    centre: Annotated[str, typer.Argument(help="The centre's number.")],
    store: StoreOption, by: ByOption, on: OnOption, why: WhyOption = "", dry_run: TryOption = False,
    json_: JsonOption = False,
) -> None:  # fmt: skip
    """Close a centre: who is registered there leaves that day, and the events say so."""
    from toolkit.records import Store

    _say(Store.open(store).close_centre(centre, on=on.date(), by=by, why=why, dry_run=dry_run), json_)


def merge_centres(
    centre: Annotated[str, typer.Argument(help="The centre that becomes part of another.")],
    into: Annotated[str, typer.Argument(help="The centre that goes on.")],
    store: StoreOption, by: ByOption, on: OnOption, why: WhyOption = "", dry_run: TryOption = False,
    json_: JsonOption = False,
) -> None:  # fmt: skip
    """Make a centre part of another: who is registered at the one goes on at the other from that day."""
    from toolkit.records import Store

    _say(Store.open(store).join_centres(centre, into, on=on.date(), by=by, why=why, dry_run=dry_run), json_)


def _renumber(
    what: What, old: str, new: str, store: Path, by: str, why: str, key: Path | None, dry_run: bool, json_: bool
) -> None:
    from toolkit.records import Store

    opened = Store.open(store)
    first, second = (stored_number(opened, what, one, key) for one in (old, new))
    _say(opened.renumber(what, first, second, by=by, why=why, dry_run=dry_run), json_)


def _join(
    what: What, old: str, into: str, store: Path, by: str, why: str, key: Path | None, dry_run: bool, json_: bool
) -> None:
    from toolkit.records import Store

    opened = Store.open(store)
    first, second = (stored_number(opened, what, one, key) for one in (old, into))
    _say(opened.join(what, first, second, by=by, why=why, dry_run=dry_run), json_)


def _say(done: Changed, json_: bool) -> None:
    receipt = done.receipt
    if json_:
        about = {} if receipt is None else {"upload": receipt.upload_id, "version": receipt.version}
        console.as_json({
            **about, "changes": done.changes.counts(), "changed": done.changes.tidy(), "notices": done.notices
        })  # fmt: skip
        return
    say_changed(done.changes, every_row=False)
    for notice in done.notices:
        console.say(notice)
    if receipt is None:
        console.say("Nothing was changed yet: leave out --dry-run.")
    else:
        console.say(
            f"Stored as upload {receipt.upload_id} (version {receipt.version}). To take it back: toolkit uploads "
            f"withdraw {receipt.upload_id}"
        )
