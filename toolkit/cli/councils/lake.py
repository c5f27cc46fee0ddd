"""The commands for many authorities: what a run will take, and the run itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli import console
from toolkit.cli.options import JsonOption, ProtocolArgument
from toolkit.cli.studies import protocol_path
from toolkit.errors import InputError

if TYPE_CHECKING:
    from toolkit.runs.strata.cost import Cost

LakeOption = Annotated[
    str, typer.Option("--lake", help="A folder, or s3://BUCKET/FOLDER, with a snapshot in each authority=<code>.")
]
ProcessesOption = Annotated[int, typer.Option(min=1, help="How many authorities at a time.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (plan, nation):
        app.command()(command)


def plan(
    protocol: ProtocolArgument,
    store: Annotated[Path | None, typer.Option("--store", help="The folder of a store, or of a snapshot.")] = None,
    lake: Annotated[
        str | None, typer.Option("--lake", help="Or of a lake: a snapshot in each authority; s3://… too.")
    ] = None,
    processes: ProcessesOption = 2,
    json_: JsonOption = False,
) -> None:
    """Say before a run how many rows it looks at, how long it takes and how much memory, on each engine."""
    from toolkit.records import open_source
    from toolkit.records.snapshots.bucket_lake import open_lake
    from toolkit.runs.strata.cost import MEASURED_ON
    from toolkit.runs.strata.run import plan_lake, plan_snapshot

    path = protocol_path(protocol)
    if lake is not None and store is None:
        costs = plan_lake(path, open_lake(lake))
    elif store is not None and lake is None:
        costs = [("store", plan_snapshot(path, open_source(store)))]
    else:
        raise InputError("Name one of --store and --lake.")
    found = _together(costs, min(processes, len(costs)), in_lake=lake is not None)
    if json_:
        console.as_json(found)
        return
    console.say(
        f"{found['strata']:,} strata, {found['families']:,} families, {found['family_months']:,} family-months; "
        f"the largest is {found['largest']} with {found['largest_family_months']:,}."
    )
    console.say(
        f"Embedded: about {found['minutes']:.1f} minutes with {found['processes']} at a time, and "
        f"{found['memory_mb']:,.0f} MB; {found['spared_mb']:,.0f} MB at the least, one draw at a time."
    )
    console.say(f"On Sail, on the same machine: {found['spark_minutes']:.1f} minutes at most.")
    console.say(f"By processor time measured on {MEASURED_ON}, where nothing else runs; the primary comparison alone.")


def _together(costs: list[tuple[str, Cost]], processes: int, *, in_lake: bool) -> dict[str, object]:
    largest, biggest = max(costs, key=lambda one: one[1].family_months)
    from toolkit.runs.strata.cost import BEGINNING_MEGABYTES, BEGINNING_SECONDS, STARTING_SECONDS

    def at_work(name: str) -> float:
        return float(sum(sorted((getattr(cost, name) for _, cost in costs), reverse=True)[:processes]))

    # A lake's authorities are run by processes that another one begins.
    begin, beside = (BEGINNING_SECONDS, BEGINNING_MEGABYTES) if in_lake else (0.0, 0.0)
    begin += STARTING_SECONDS * processes
    return {
        "strata": len(costs),
        "families": sum(cost.families for _, cost in costs),
        "family_months": sum(cost.family_months for _, cost in costs),
        "largest": largest,
        "largest_family_months": biggest.family_months,
        "processes": processes,
        "processor_seconds": begin + sum(cost.seconds for _, cost in costs),
        "minutes": (begin + sum(cost.seconds for _, cost in costs)) / processes / 60,
        "spark_minutes": (begin + sum(cost.spark_seconds for _, cost in costs)) / processes / 60,
        "memory_mb": beside + at_work("memory_mb"),
        "spared_mb": beside + at_work("spared_mb"),
    }


def nation(
    protocol: ProtocolArgument,
    lake: LakeOption,
    out: Annotated[str, typer.Option(help="A folder where what is done is kept; run again, it goes on from there.")],
    processes: ProcessesOption = 2,
    memory: Annotated[
        int | None, typer.Option("--memory-mb", min=512, help="What all of them together may take, in megabytes.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Use another seed than the protocol's.")] = None,
    json_: JsonOption = False,
) -> None:
    """Run a protocol's primary comparison on every authority of a lake, and put them together."""
    from toolkit.pooling.nation import figures_of_nation, nation_in_words, national, write_national
    from toolkit.records.snapshots.bucket import place_of
    from toolkit.records.snapshots.bucket_lake import open_lake
    from toolkit.runs.strata.run import run_lake
    from toolkit.studies.protocol_file import load_protocol

    path, folder = protocol_path(protocol), place_of(out)
    if not isinstance(folder, Path):
        raise InputError(
            f"--out is {out}. What is done is kept in a folder of this computer; a lake may lie elsewhere."
        )
    with console.bar() as progress:
        nation = run_lake(
            path,
            open_lake(lake),
            folder,
            processes=processes,
            memory_mb=memory,
            seed=seed,
            progress=progress,
        )
    found = national(nation, load_protocol(path).title)
    write_national(found, folder)
    if json_:
        console.as_json(figures_of_nation(found))
        return
    for sentence in nation_in_words(found):
        console.say(sentence)
    console.say(f"Figures and pictures are in {out}.")
