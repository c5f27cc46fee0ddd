"""The commands that open the app: on a store, or on a simulated county made for it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli import console
from toolkit.cli.options import JsonOption, StoreOption
from toolkit.tables import TABLES


class Scale(StrEnum):
    """How big the simulated county is."""

    COUNTY = "county"
    TENTH = "tenth"


class Size(StrEnum):
    """What is simulated: a county, a tenth of one, or many authorities."""

    COUNTY = "county"
    TENTH = "tenth"
    ENGLAND = "england"


class Effect(StrEnum):
    """What the simulated centres do: nothing, prevent referrals, notice more, or both."""

    NONE = "none"
    PREVENT = "prevent"
    DETECT = "detect"
    BOTH = "both"


ScaleOption = Annotated[Scale, typer.Option(help="A whole county of 123,000 children, or a tenth of one.")]
EffectOption = Annotated[Effect, typer.Option(help="What the simulated centres do to referrals.")]
PortOption = Annotated[int, typer.Option(min=1, max=65535, help="The port the app listens on.")]
HeadlessOption = Annotated[bool, typer.Option("--headless", help="Do not open a browser.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(demo)
    app.command("app")(open_app)
    app.command()(simulate)


def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo county is made.")] = Path("demo-county"),
    scale: ScaleOption = Scale.COUNTY,
    effect: EffectOption = Effect.PREVENT,
    seed: Annotated[int, typer.Option(help="Another seed is another county.")] = 1,
    port: PortOption = 8501,
    headless: HeadlessOption = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Make the county again even if it is there.")] = False,
    serve: Annotated[bool, typer.Option(help="Open the app when the county is ready.")] = True,
) -> None:
    """Simulate a county, run every analysis on it, and open the app."""
    from toolkit.demo import is_current, make_demo, remove_demo
    from toolkit.simulate import CountyOptions

    options = CountyOptions(seed=seed, scale=scale.value, effect=effect.value)
    if fresh or not is_current(folder, options):
        remove_demo(folder)
        with console.bar() as progress:
            make_demo(folder, options, progress=progress)
        console.say(f"A simulated county is ready in {folder}: no real families are in it.")
    else:
        console.say(f"Using the simulated county in {folder}, made earlier (--fresh makes it again).")
    if serve:
        _serve(folder, port=port, headless=headless, only_warnings=True)


def open_app(
    store: StoreOption,
    port: PortOption = 8501,
    headless: HeadlessOption = False,
    log: Annotated[Path | None, typer.Option(help="A file for the log; standard output when not given.")] = None,
) -> None:
    """Open the app on a store."""
    from toolkit.records import Store

    Store.open(store)  # a missing store is said here, before a browser opens
    _serve(store, port=port, headless=headless, log=log)


def simulate(
    out: Annotated[str, typer.Option(help="A new folder for the store; of england, for the lake: or s3://….")],
    seed: Annotated[int, typer.Option(help="Another seed is another county.")] = 1,
    scale: Annotated[
        Size, typer.Option(help="A county of 123,000 children, a tenth of one, or england: many counties.")
    ] = Size.COUNTY,
    authorities: Annotated[int, typer.Option(min=1, help="Of england: how many authorities.")] = 150,
    each: Annotated[
        Size, typer.Option(help="Of england: how big each authority is; england: as unlike as England's.")
    ] = Size.ENGLAND,
    effect: EffectOption = Effect.PREVENT,
    confounding: Annotated[
        float, typer.Option(min=0, help="How much needier families join; 1 is as calibrated.")
    ] = 1.0,
    hidden: Annotated[
        float, typer.Option(min=0, help="How strongly something unrecorded drives joining and referral.")
    ] = 0.0,
    moving: Annotated[
        float, typer.Option(min=0, max=1, help="How often a referral makes a family that has not joined move away.")
    ] = 0.0,
    json_: JsonOption = False,
) -> None:
    """Make a simulated county with a known true effect (in truth.json)."""
    if scale == Size.ENGLAND:
        _simulate_england(out, seed, authorities, each.value, json_)
        return
    from toolkit.errors import InputError
    from toolkit.progress import part
    from toolkit.records.snapshots.bucket import place_of
    from toolkit.simulate import CountyOptions, simulate_county, write_county

    folder = place_of(out)
    if not isinstance(folder, Path):
        raise InputError(f"--out is {out}. A county's store is a folder; an address is for --scale england.")
    options = CountyOptions(
        seed=seed, scale=scale.value, effect=effect.value, confounding=confounding, hidden=hidden, moving=moving
    )
    with console.bar() as progress:
        county = simulate_county(options, progress=part(progress, 0, 0.7))
        progress("Storing the records", 0.7)
        store = write_county(county, folder)
    rows = {name: len(frame) for name, frame in county.tables.items()}
    if json_:
        console.as_json({"store": str(store.folder), "simulated": True, "rows": rows, "truth": county.truth})
        return
    console.say(f"Simulated data: no real families. The store is in {out}.")
    for name, count in rows.items():
        console.say(f"  {TABLES[name].title}: {count:,}")


def _simulate_england(out: str, seed: int, authorities: int, each: str, json_: bool) -> None:
    """Make a lake of authorities that differ in what their centres do; other options are those of a county."""
    from toolkit.records.snapshots.bucket import place_of
    from toolkit.simulate.england import EnglandOptions, write_england

    with console.bar() as progress:
        write_england(EnglandOptions(seed, authorities, each), place_of(out), progress)
    if json_:
        console.as_json({"lake": out, "simulated": True, "authorities": authorities})
        return
    console.say(f"Simulated data: no real families. The lake of {authorities} authorities is in {out}.")
    console.say("What joining truly does in each, and in all, is in truth.json there.")


def _serve(
    store: Path, *, port: int, headless: bool, log: Path | None = None, only_warnings: bool = False
) -> None:  # fmt: skip
    from toolkit.web.server import serve

    serve(store, port=port, headless=headless, open_browser=not headless, log=log, only_warnings=only_warnings)
