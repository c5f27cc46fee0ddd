"""The command that says which council a store is of, which are like it, and where its districts or wards lie."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli import console
from toolkit.cli.options import JsonOption, StoreOption
from toolkit.cli.records import ByOption


def council(
    name: Annotated[str, typer.Argument(help="The council: its name or ONS code.")],
    store: StoreOption,
    by: ByOption,
    neighbours: Annotated[
        list[Path] | None,
        typer.Option(help="The Department's list of statistical neighbours, of 2021 or 2025; may be given twice."),
    ] = None,
    boundaries: Annotated[Path | None, typer.Option(help="A GeoJSON file of its districts or wards.")] = None,
    label: Annotated[str, typer.Option(help="The property of that file which names each, such as LAD_NAME.")] = "",
    json_: JsonOption = False,
) -> None:
    """Say which council a store is of, so that members see it beside others and on a map."""
    from toolkit.areas.council import describe_council, keep_council
    from toolkit.records import Store

    opened = Store.open(store)
    said = describe_council(name, neighbours=tuple(neighbours or ()), boundaries=boundaries, label=label)
    kept = keep_council(opened.folder, said)
    about = {"area": kept.area, "neighbours of": [*kept.neighbours], "on the map": len(kept.tiles)}
    opened.audit(who=by, action="described", what="council", detail=about)
    if json_:
        console.as_json(asdict(kept))
        return
    models = ", ".join(f"{len(codes)} of the model of {year}" for year, codes in kept.neighbours.items())
    console.say(f"{kept.name} ({kept.area}). Statistical neighbours: {models or 'none given'}.")
    console.say(f"On the map: {len(kept.tiles)} districts or wards." if kept.tiles else "No boundary file was given.")
