"""The commands of an analyst: register a protocol, ask what the records could show, run it."""

from __future__ import annotations

import getpass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli import console
from toolkit.cli.options import JsonOption, ProtocolArgument, StoreOption
from toolkit.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from toolkit.studies.design_record import DesignRecord


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (register, power, planted, run, protocol_keys):
        app.command()(command)


def register(
    protocol: ProtocolArgument,
    why: Annotated[str, typer.Option(help="Why the protocol changed since it was last registered.")] = "",
) -> None:
    """Write down a protocol's hash and today's date, before its result is seen."""
    from toolkit.studies import preregistration as registering

    path = protocol_path(protocol)
    entry = registering.register(path, on=date.today(), why=why)
    console.say(f"{path.name} is registered as it was on {entry.on}: {entry.hash[:16]}.")


def power(protocol: ProtocolArgument, store: StoreOption, json_: JsonOption = False) -> None:
    """Say how small an effect these records could show, without looking at what became of the joiners."""
    from toolkit.records import open_source
    from toolkit.studies.matched_cohort.power import plan_power
    from toolkit.studies.protocol_file import load_protocol

    asked = load_protocol(protocol_path(protocol))
    with console.bar() as progress:
        source = open_source(store)
        plan = plan_power(asked, source, progress=progress)
    if json_:
        console.as_json(
            {
                "simulated": source.is_simulated,
                "baseline": plan.baseline,
                "joiners": plan.joiners,
                "clusters": plan.clusters,
                "smallest": plan.smallest,
                "curve": plan.curve.to_dict("records"),
                "options": plan.options.to_dict("records"),
                "facts": plan.facts,
            }
        )
        return
    if source.is_simulated:
        console.say("SIMULATED DATA: no real families.")
    console.say(plan.summary())
    console.table(
        plan.curve.assign(effect_in_100=plan.curve["effect_in_100"].round(2), power=plan.curve["power"].round(2)),
        title="The chance of showing an effect",
        labels={"effect_in_100": "Fewer in every 100", "power": "Chance of showing it"},
    )


def planted(
    protocol: ProtocolArgument,
    store: StoreOption,
    effect: Annotated[
        float | None,
        typer.Option(help="The share of families spared: 0.02 is 2 in 100; by default 0.02, or less if that is much."),
    ] = None,
    runs: Annotated[int, typer.Option(min=2, help="How often the plan is tried: half with no effect.")] = 200,
    json_: JsonOption = False,
) -> None:
    """Try a plan on its own records with effects planted in them: how often it is right, and finds them."""
    from dataclasses import asdict

    from toolkit.records import open_source
    from toolkit.runs.planted import keep, try_out
    from toolkit.studies.protocol_file import load_protocol

    asked = load_protocol(protocol_path(protocol))
    with console.bar() as progress:
        progress("Taking a snapshot", 0.0)
        source = open_source(store)
        found = try_out(asked, source, runs=runs, effect=effect, progress=progress)
        folder = keep(found, asked, source, store, by=getpass.getuser())
    if json_:
        console.as_json({"simulated": source.is_simulated, **asdict(found)})
        return
    if source.is_simulated:
        console.say("SIMULATED DATA: no real families.")
    console.say(found.summary())
    console.say(found.explained())
    console.say(f"This is kept in {folder}.")


def run(
    protocol: ProtocolArgument,
    store: StoreOption,
    out: Annotated[Path | None, typer.Option("--out", help="The result's folder; by default within the store.")] = None,
    seed: Annotated[int | None, typer.Option(help="Use another seed than the protocol's.")] = None,
    primary: Annotated[
        bool, typer.Option("--primary", help="A first look: the primary result only, not kept in the store.")
    ] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the answer at once, with a line in the audit.")] = False,
    json_: JsonOption = False,
) -> None:
    """Run a protocol on a store (or a snapshot) and write the result bundle.

    An answer that is kept in the store stays sealed until somebody opens it, where the protocol's kind seals a design.
    """
    from toolkit.publish.bundle.bundle import bundle_of
    from toolkit.publish.plans.standing import note_run
    from toolkit.publish.sealed.course import course_of, open_answer
    from toolkit.publish.sealed.lines import OUTSIDE, note_seen
    from toolkit.records import Store, open_source
    from toolkit.records.database.location import has_store
    from toolkit.runs.answer import answer, first_look
    from toolkit.studies.protocol_file import load_protocol

    asked = load_protocol(protocol_path(protocol))
    if primary and out is not None:
        raise InputError("A first look is not written, so --primary and --out do not go together. Leave one out.")
    by = getpass.getuser()
    with console.bar() as progress:
        progress("Taking a snapshot", 0.0)
        source = open_source(store)
        kept = Store.open(store) if has_store(store) else None
        if kept is not None:
            note_run(kept, asked, by=by)
        if primary:
            look = first_look(asked, source, store_folder=store, seed=seed, by=by, progress=progress)
        else:
            done = answer(asked, source, out, store_folder=store, seed=seed, by=by, progress=progress)
    result, verdict = (look.result, look.verdict) if primary else (done.result, done.verdict)
    if kept is not None and not primary and result.design is not None:
        if out is not None:
            note_seen(kept, result.design, what=OUTSIDE, by=by)
        elif open_:
            open_answer(kept, done.folder, by=by)
        elif not course_of(kept, done.folder).is_open:
            _sealed(result.design, done.folder, simulated=result.simulated, as_json=json_)
            return
    if json_:
        console.as_json(bundle_of(result, verdict).to_json())
        return
    if result.simulated:
        console.say("SIMULATED DATA: no real families.")
    console.say(verdict.summary())
    if not primary:
        console.say(f"The result is in {done.folder}.")


def _sealed(design: DesignRecord, folder: Path, *, simulated: bool, as_json: bool) -> None:
    """Say what stands of a result that nobody has opened, and how to open it."""
    from toolkit.publish.sealed.words import design_in_words

    if as_json:
        console.as_json({"simulated": simulated, "sealed": True, "folder": str(folder), "design": design.to_json()})
        return
    if simulated:
        console.say("SIMULATED DATA: no real families.")
    console.say("Before the answer:")
    for sentence in design_in_words(design):
        console.say(f"  {sentence}")
    console.say(f"The answer is in {folder}, sealed. Open it with: toolkit open {design.question} --store DIR")


def protocol_keys(
    out: Annotated[
        Path | None, typer.Option("--out", help="A Markdown file to write; otherwise it is printed.")
    ] = None,
) -> None:
    """Print every key a protocol may have: its type, default, limits and meaning."""
    from toolkit.studies.protocol_reference import protocol_markdown

    text = protocol_markdown()
    if out is None:
        console.say(text)
    else:
        out.write_text(text, encoding="utf-8")
        console.say(f"Wrote {out}.")


def protocol_path(given: Path) -> Path:
    """Return a protocol's file from its path or its name: one in ``analyses`` here, or else one of the toolkit's own.

    Raises
    ------
    InputError
        When there is none, with the nearest name.
    """
    from toolkit.project_files import ANALYSES
    from toolkit.studies.protocol_file import list_protocols

    if given.exists():
        return given
    known = {path.stem: path for folder in (ANALYSES, Path("analyses")) for path in list_protocols(folder)}
    if given.stem in known and given.parent == Path():
        return known[given.stem]
    raise InputError(f"There is no protocol {given}. {did_you_mean(given.stem, known)}".rstrip())
