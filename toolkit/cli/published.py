"""The commands of published figures: the Department's files read, looked up, and the 2011 report recomputed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli import console
from toolkit.cli.options import JsonOption, StoreOption
from toolkit.errors import InputError, StoreError, did_you_mean

if TYPE_CHECKING:
    from toolkit.intake.published.imported import Imported


def add_to(app: typer.Typer, importing: typer.Typer) -> None:
    """Add the commands to the command line."""
    importing.command("dfe")(import_dfe)
    importing.command("s251")(import_s251)
    for command in (published, counts):
        app.command()(command)


def import_dfe(
    files: Annotated[list[Path], typer.Argument(help="The Department's files as downloaded.")],
    store: StoreOption = Path("store"),
    json_: JsonOption = False,
) -> None:
    """Read the Department for Education's published children in need and looked-after files."""
    from toolkit.intake.published.dfe import read_dfe

    _import_published(read_dfe, files, store, json_)


def import_s251(
    files: Annotated[list[Path], typer.Argument(help="Section 251 outturn files.")],
    store: StoreOption = Path("store"),
    json_: JsonOption = False,
) -> None:
    """Read Section 251 outturn (what councils spent)."""
    from toolkit.intake.published.s251 import read_s251

    _import_published(read_s251, files, store, json_)


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
    from toolkit.publish.report_2011.claims import area_codes
    from toolkit.records import Store

    rows = Store.open(store).read("area_counts")
    measures = sorted(rows["measure"].unique())
    if measure not in measures:
        raise InputError(f'The store has no measure "{measure}". {did_you_mean(measure, measures)}'.rstrip())
    rows = rows[rows["measure"] == measure]
    if area:
        rows = rows[rows["area"].isin(area_codes(area))]
    if period:
        rows = rows[rows["period"] == period]
    if rows.empty:
        raise InputError("The store has no such count. Leave out --area or --period to see what there is.")
    if json_:
        console.as_json(rows)
    else:
        console.table(rows)


def _import_published(read: Callable[[list[Path]], Imported], files: list[Path], folder: Path, json_: bool) -> None:
    from toolkit.records import Store

    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        raise InputError("There is no file " + ", ".join(missing) + ".")
    imported = read(files)
    if imported.problems:
        raise InputError("Nothing was stored:\n" + "\n".join(imported.problems))
    try:
        store = Store.open(folder)
    except StoreError:
        if folder.exists() and any(folder.iterdir()):
            raise
        store = Store.create(folder)
    receipt = store.add(
        {"area_counts": imported.area_counts},
        by="command line",
        source_name=", ".join(file.name for file in files),
        replaces=True,
    )
    if json_:
        console.as_json(
            {
                "store": str(folder),
                "upload": receipt.upload_id,
                "rows": len(imported.area_counts),
                "files": [asdict(file) for file in imported.files],
                "notes": imported.notes,
            }
        )
        return
    for note in imported.notes:
        console.say(note)
    console.say(f"Stored {len(imported.area_counts):,} published counts in {folder} as upload {receipt.upload_id}.")
