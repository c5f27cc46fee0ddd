"""The commands of published figures: the Department's files read, looked up, and the 2011 report recomputed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli import console
from toolkit.cli.options import JsonOption, StoreOption
from toolkit.errors import InputError, StoreError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.intake.published.imported import Imported
    from toolkit.intake.published.revise import Revision
    from toolkit.records import Store

PublishedOption = Annotated[
    datetime | None,
    typer.Option("--published", formats=["%Y-%m-%d", "%d/%m/%Y"], help="The day these files were published."),
]


def add_to(app: typer.Typer, importing: typer.Typer) -> None:
    """Add the commands to the command line."""
    importing.command("dfe")(import_dfe)
    importing.command("s251")(import_s251)
    for command in (published, counts, neighbours):
        app.command()(command)


def import_dfe(
    files: Annotated[list[Path], typer.Argument(help="The Department's files as downloaded, a folder or a zip.")],
    store: StoreOption = Path("store"),
    published_on: PublishedOption = None,
    json_: JsonOption = False,
) -> None:
    """Read the Department for Education's published children in need and looked-after files."""
    from toolkit.intake.published.dfe import read_dfe

    _import_published(read_dfe, files, store, published_on, json_)


def import_s251(
    files: Annotated[list[Path], typer.Argument(help="Section 251 outturn files, a folder or a zip.")],
    store: StoreOption = Path("store"),
    published_on: PublishedOption = None,
    json_: JsonOption = False,
) -> None:
    """Read Section 251 outturn (what councils spent)."""
    from toolkit.intake.published.s251 import read_s251

    _import_published(read_s251, files, store, published_on, json_)


def published(json_: JsonOption = False) -> None:
    """Recompute every percentage the 2011 scrutiny report prints, and mark those that differ."""
    from toolkit.publish.report_2011.claims import recompute_claims

    claims = recompute_claims()
    if json_:
        console.as_json(claims)
    else:
        console.table(claims, title="What the scrutiny report prints, and what its own figures give")


def counts(
    store: StoreOption = Path("store"),
    area: Annotated[str, typer.Option(help="An area's ONS code, or a council's name.")] = "",
    measure: Annotated[str, typer.Option(help="The measure.")] = "referrals",
    period: Annotated[str, typer.Option(help="The year ending, such as 2010.")] = "",
    json_: JsonOption = False,
) -> None:
    """Look up published counts in a store."""
    from toolkit.records import Store

    rows = Store.open(store).read("area_counts")
    measures = sorted(rows["measure"].unique())
    if measure not in measures:
        raise InputError(f'The store has no measure "{measure}". {did_you_mean(measure, measures)}'.rstrip())
    rows = rows[rows["measure"] == measure]
    if area:
        rows = rows[_is_of(rows["area"], area)]
    if period:
        rows = rows[rows["period"] == period]
    if rows.empty:
        raise InputError("The store has no such count. Leave out --area or --period to see what there is.")
    if json_:
        console.as_json(rows)
    else:
        console.table(rows)


def _is_of(areas: pd.Series, asked: str) -> pd.Series:
    """Return which codes are of the area asked for, under whichever of its codes it is stored or asked for.

    Raises
    ------
    InputError
        When there is no such area.
    """
    from toolkit.intake.published.areas import current_code
    from toolkit.publish.report_2011.claims import area_codes

    is_itself = areas == asked.strip().upper()  # a new council's code may be in the store and in no list yet
    return is_itself if is_itself.any() else areas.map(current_code).isin(area_codes(asked))


def _import_published(
    read: Callable[..., Imported], files: list[Path], folder: Path, published_on: datetime | None, json_: bool
) -> None:
    from toolkit.intake.published.revise import revise

    missing = [str(file) for file in files if not file.exists()]
    if missing:
        raise InputError("There is no file " + ", ".join(missing) + ".")
    imported = read(files, published=published_on.date() if published_on else None)
    if imported.problems:
        raise InputError("Nothing was stored:\n" + "\n".join(imported.problems))
    if imported.area_counts.empty:
        raise InputError("Nothing was stored: the files hold no counts.")
    store = _opened(folder)
    revision = revise(store.read("area_counts"), imported)
    upload = None
    if len(revision.rows):
        name = ", ".join(file.name for file in files)
        receipt = store.add({"area_counts": revision.rows}, by="command line", source_name=name, replaces=True)
        upload = receipt.upload_id
    notes = (*imported.notes, *revision.notes)
    if json_:
        console.as_json(
            {
                "store": str(folder),
                "upload": upload,
                "rows": len(imported.area_counts),
                **{name: getattr(revision, name) for name in ("new", "changed", "kept")},
                "files": [asdict(file) for file in imported.files],
                "notes": notes,
            }
        )
        return
    for note in notes:
        console.say(note)
    console.say(_told(revision, len(imported.area_counts), folder, upload))


def _opened(folder: Path) -> Store:
    """Return the store in a folder, made where there is nothing yet: published counts are about nobody."""
    from toolkit.records import Store

    try:
        return Store.open(folder)
    except StoreError:
        if folder.exists() and any(folder.iterdir()):
            raise
        return Store.create(folder)


def _told(revision: Revision, read: int, folder: Path, upload: int | None) -> str:
    if upload is None:
        return f"Read {read:,} published counts; {folder} has every one of them, and nothing was stored."
    said = f"{read:,} read, {revision.new:,} new, {revision.changed:,} changed, {revision.kept:,} kept as they were"
    return f"Stored {len(revision.rows):,} published counts in {folder} as upload {upload}: {said}."


def neighbours(
    file: Annotated[Path, typer.Argument(help="The Department's list of statistical neighbours, of 2021 or 2025.")],
    council: Annotated[str, typer.Argument(help="The council: its name, ONS code or three-digit code.")],
    json_: JsonOption = False,
) -> None:
    """List a council's statistical neighbours, with the line a protocol needs to draw or mix them."""
    from toolkit.intake.published.neighbours import read_neighbours

    found = read_neighbours(file, council)
    if json_:
        console.as_json({"model": found.model, "area": found.area, "rows": found.rows.to_dict("records")})
        return
    console.table(found.rows, title=f"Statistical neighbours of {found.name}, model of {found.model}")
    codes = ", ".join(f'"{area}"' for area in found.rows["area"])
    console.say(f"For a protocol: neighbours = [{codes}]")
