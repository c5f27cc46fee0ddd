"""The command line: bad input ends with exit code 2 and a plain sentence, and `--json` is for machines."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit import __version__
from toolkit.cli import accounts as cli_accounts
from toolkit.cli import connect as cli_connect
from toolkit.cli import console
from toolkit.cli import link as cli_link
from toolkit.cli import records as cli_records
from toolkit.cli import studies as cli_studies
from toolkit.cli.options import JsonOption, StoreOption
from toolkit.errors import InputError, StoreError, ToolkitError, did_you_mean
from toolkit.tables import TABLES
from toolkit.tables import table as table_named

if TYPE_CHECKING:
    from toolkit.intake.review.review import Review
    from toolkit.records import Store

app = typer.Typer(
    name="toolkit",
    help="Do Children's Centres help? Matched comparisons, progress scores and plain verdicts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
importing = typer.Typer(name="import", help="Read files into a store.", no_args_is_help=True)
app.add_typer(importing)
app.add_typer(cli_records.app)
app.add_typer(cli_accounts.accounts)
cli_connect.add_to(importing)
app.command("rotate-key")(cli_connect.rotate_key)
app.add_typer(cli_link.app)
cli_studies.add_to(app)


class Scale(StrEnum):
    """How big the simulated county is."""

    COUNTY = "county"
    TENTH = "tenth"


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


@app.command()
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
        _serve(folder, port=port, headless=headless)


@app.command("app")
def app_command(store: StoreOption, port: PortOption = 8501, headless: HeadlessOption = False) -> None:
    """Open the app on a store."""
    from toolkit.records import Store

    Store.open(store)  # a missing store is said here, before a browser opens
    _serve(store, port=port, headless=headless)


@app.command()
def simulate(
    out: Annotated[Path, typer.Option("--out", help="A new folder for the store.")],
    seed: Annotated[int, typer.Option(help="Another seed is another county.")] = 1,
    scale: ScaleOption = Scale.COUNTY,
    effect: EffectOption = Effect.PREVENT,
    confounding: Annotated[
        float, typer.Option(min=0, help="How much needier families join; 1 is as calibrated.")
    ] = 1.0,
    hidden: Annotated[
        float, typer.Option(min=0, help="How strongly something unrecorded drives joining and referral.")
    ] = 0.0,
    json_: JsonOption = False,
) -> None:
    """Make a simulated county with a known true effect (in truth.json)."""
    from toolkit.progress import part
    from toolkit.simulate import CountyOptions, simulate_county, write_county

    options = CountyOptions(seed=seed, scale=scale.value, effect=effect.value, confounding=confounding, hidden=hidden)
    with console.bar() as progress:
        county = simulate_county(options, progress=part(progress, 0, 0.7))
        progress("Storing the records", 0.7)
        store = write_county(county, out)
    rows = {name: len(frame) for name, frame in county.tables.items()}
    if json_:
        console.as_json({"store": str(store.folder), "simulated": True, "rows": rows, "truth": county.truth})
        return
    console.say(f"Simulated data: no real families. The store is in {out}.")
    for name, count in rows.items():
        console.say(f"  {TABLES[name].title}: {count:,}")


@importing.command("dfe")
def import_dfe(
    files: Annotated[list[Path], typer.Argument(help="The Department's files as downloaded.")],
    store: StoreOption = Path("store"),
    json_: JsonOption = False,
) -> None:
    """Read the Department for Education's published children in need and looked-after files."""
    from toolkit.intake.published.dfe import read_dfe

    _import_published(read_dfe, files, store, json_)


@importing.command("s251")
def import_s251(
    files: Annotated[list[Path], typer.Argument(help="Section 251 outturn files.")],
    store: StoreOption = Path("store"),
    json_: JsonOption = False,
) -> None:
    """Read Section 251 outturn (what councils spent)."""
    from toolkit.intake.published.s251 import read_s251

    _import_published(read_s251, files, store, json_)


@importing.command("table")
def import_table(
    name: Annotated[str, typer.Argument(help="The table the file holds: " + ", ".join(TABLES))],
    file: Annotated[Path, typer.Argument(help="A workbook or csv file.")],
    store: StoreOption,
    higher_is: Annotated[str, typer.Option(help="For scores: is a higher score better or worse?")] = "",
    good_rows_only: Annotated[
        bool, typer.Option("--good-rows-only", help="Store the good rows, list the rest.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who imports it, for the record.")] = "command line",
    json_: JsonOption = False,
) -> None:
    """Read a spreadsheet of one of our own tables; nothing is stored while a row has a problem."""
    from toolkit.records import Store

    opened = Store.open(store)
    review = _review(table_named(name).name, file, higher_is, opened)
    if not review.is_clean and not good_rows_only:
        _show_review(review, json_)
        raise InputError("Nothing was stored. Put the file right, or use --good-rows-only to leave those rows out.")
    receipt = opened.add({name: review.rows}, by=by, source_name=file.name, content_hash=review.content_hash)
    if json_:
        console.as_json(
            {"upload": receipt.upload_id, "version": receipt.version, "rows": receipt.rows, "left_out": review.left_out}
        )
        return
    console.say(f"Stored {len(review.rows):,} rows as upload {receipt.upload_id}.")
    if len(review.left_out):
        console.table(review.left_out, title="Left out")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A workbook or csv file.")],
    table: Annotated[str, typer.Option(help="The table it holds.")] = "progress_scores",
    higher_is: Annotated[str, typer.Option(help="For scores: is a higher score better or worse?")] = "",
    store: Annotated[Path | None, typer.Option(help="Check against what this store holds.")] = None,
    json_: JsonOption = False,
) -> None:
    """Check a file and list every problem by its cell. Nothing is stored."""
    from toolkit.records import Store

    review = _review(table_named(table).name, file, higher_is, Store.open(store) if store else None)
    _show_review(review, json_)
    if not review.is_clean:
        raise typer.Exit(2)


@app.command()
def template(
    table: Annotated[str, typer.Argument(help="The table: " + ", ".join(TABLES))],
    out: Annotated[Path, typer.Option("--out", help="The workbook to write.")],
    centre: Annotated[str, typer.Option(help="A centre number to fill in.")] = "",
) -> None:
    """Write an Excel template with drop-downs, an example row and notes."""
    from toolkit.intake.outgoing.template import write_template

    write_template(table_named(table), out, centre_id=centre or None)
    console.say(f"Wrote {out}.")


@app.command()
def dictionary(
    out: Annotated[
        Path | None, typer.Option("--out", help="A Markdown file to write; otherwise it is printed.")
    ] = None,
) -> None:
    """Print the data dictionary: every table, column, unit and code."""
    from toolkit.intake.outgoing.data_dictionary import dictionary_markdown

    text = dictionary_markdown()
    if out is None:
        console.say(text)
    else:
        out.write_text(text, encoding="utf-8")
        console.say(f"Wrote {out}.")


@app.command()
def snapshot(
    store: StoreOption,
    out: Annotated[Path | None, typer.Option("--out", help="The folder to write; by default within the store.")] = None,
    json_: JsonOption = False,
) -> None:
    """Write the store's tables as an immutable, hashed folder of Parquet files."""
    from toolkit.records import Store

    taken = Store.open(store).snapshot(out)
    if json_:
        console.as_json(
            {
                "folder": str(taken.folder),
                "hash": taken.hash,
                "simulated": taken.is_simulated,
                "store_version": taken.store_version,
                "rows": taken.rows,
            }
        )
    else:
        console.say(f"Snapshot {taken.hash[:16]} of version {taken.store_version} is in {taken.folder}.")


@app.command()
def published(json_: JsonOption = False) -> None:
    """Recompute every percentage the 2011 scrutiny report prints, and mark those that differ."""
    from toolkit.publish.report_2011.claims import recompute_claims

    claims = recompute_claims()
    if json_:
        console.as_json(claims)
    else:
        console.table(claims, title="What the scrutiny report prints, and what its own figures give")


@app.command()
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


@app.command()
def version() -> None:
    """Print the version."""
    console.say(__version__)


def _serve(store: Path, *, port: int, headless: bool) -> None:
    from toolkit.web.server import serve

    serve(store, port=port, headless=headless, open_browser=not headless)


def _review(table: str, file: Path, higher_is: str, store: Store | None) -> Review:
    from toolkit.intake.files.spreadsheet import read_sheet
    from toolkit.intake.review.review import ReviewContext, review

    if higher_is not in {"", "better", "worse"}:
        raise InputError(f'--higher-is is "{higher_is}". Write better or worse.')
    if not file.is_file():
        raise InputError(f"There is no file {file}.")
    declared = {"higher_is": higher_is} if higher_is else {}
    context = ReviewContext(declared=declared)
    if store is not None:
        context = ReviewContext(
            centre_ids=frozenset(store.read("centres")["centre_id"]),
            family_ids=frozenset(store.read("families")["family_id"]),
            existing=store.read(table),
            declared=declared,
        )
    return review(read_sheet(file, file.name), table_named(table), context)


def _show_review(review: Review, json_: bool) -> None:
    if json_:
        console.as_json(
            {
                "file": review.source_name,
                "rows_read": review.rows_read,
                "good_rows": len(review.rows),
                "problems": [problem.sentence for problem in review.problems],
                "notices": [notice.sentence for notice in review.notices],
            }
        )
        return
    for sentence in review.problem_sentences():
        console.say(sentence)
    for notice in review.notices:
        console.say(f"Note: {notice.sentence}")
    console.say(review.summary().sentence)


def _import_published(read: object, files: list[Path], folder: Path, json_: bool) -> None:
    from toolkit.records import Store

    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        raise InputError("There is no file " + ", ".join(missing) + ".")
    imported = read(files)  # type: ignore[operator]
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
                "files": [vars_of(file) for file in imported.files],
                "notes": imported.notes,
            }
        )
        return
    for note in imported.notes:
        console.say(note)
    console.say(f"Stored {len(imported.area_counts):,} published counts in {folder} as upload {receipt.upload_id}.")


def vars_of(item: object) -> dict[str, object]:
    """Return a slotted dataclass's fields as a dict."""
    return {name: getattr(item, name) for name in item.__dataclass_fields__}  # type: ignore[attr-defined]


def main() -> None:
    """Run the command line; a `ToolkitError` becomes its sentence and exit code 2."""
    try:
        app()
    except ToolkitError as error:
        console.complain(str(error))
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader went away, as `| head` does
        sys.exit(0)


if __name__ == "__main__":
    main()
