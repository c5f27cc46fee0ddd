"""Commands that show what was stored and take it back: uploads, the history of one row, what a file would change."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from toolkit.cli import connect, console, files, keys
from toolkit.cli.options import JsonOption, StoreOption
from toolkit.cli.records import ByOption
from toolkit.errors import InputError, did_you_mean
from toolkit.tables import TABLES
from toolkit.tables import table as table_named

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.intake.cells import Cell
    from toolkit.records import Store
    from toolkit.records.rows.changes import Changes

uploads = typer.Typer(
    name="uploads", help="What was stored: list uploads, show one in full, take one out again.", no_args_is_help=True
)
UploadArgument = Annotated[int, typer.Argument(help="The upload's number; toolkit uploads list has them.")]
TableArgument = Annotated[str, typer.Argument(help="The table: " + ", ".join(TABLES))]
KeyPartsOption = Annotated[
    list[str] | None, typer.Option("--key", help="column=value, once for each column of the row's key.")
]
KeyFileOption = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        envvar=keys.KEY_VARIABLE,
        help="The key file of the pseudonyms, where you name people by the council's own numbers.",
    ),
]
WhyOption = Annotated[str, typer.Option("--why", help="Why, without names or numbers of people.")]
TryOption = Annotated[bool, typer.Option("--dry-run", help="Only say what it would change.")]
RowsOption = Annotated[bool, typer.Option("--rows", help="List every row that changes, not the first ones.")]


class Kind(StrEnum):
    """What a file is."""

    CENSUS = "census"
    SSD = "ssd"
    ANNEX_A = "annex-a"


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(uploads)
    app.command()(history)
    app.command()(compare)


@uploads.command("list")
def list_(
    store: StoreOption,
    last: Annotated[int, typer.Option(min=1, help="How many uploads, the newest first.")] = 30,
    json_: JsonOption = False,
) -> None:
    """List the uploads, the newest first: who stored what when, as of which day, and whether it stands."""
    from toolkit.records import Store

    found = Store.open(store).uploads()
    numbers = list(dict.fromkeys(found["upload_id"]))
    chosen = found[found["upload_id"].isin(numbers[:last])]
    if json_:
        console.as_json(chosen)
        return
    console.table(_one_line_each(chosen))
    if len(numbers) > last:
        console.say(f"And {len(numbers) - last:,} more: --last {len(numbers)}")


@uploads.command("show")
def show(upload: UploadArgument, store: StoreOption, rows: RowsOption = False, json_: JsonOption = False) -> None:
    """Show one upload in full: who, when, which file, as of when, and what it added, altered and took out."""
    from toolkit.records import Store

    found = Store.open(store).upload(upload)
    receipt, gone = found.receipt, found.withdrawn
    if json_:
        withdrawn = None if gone is None else {"version": gone.version, "at": gone.at, "by": gone.by, "why": gone.why}
        console.as_json({
            "upload": receipt.upload_id, "version": receipt.version, "at": receipt.at, "by": receipt.by,
            "file": receipt.source_name, "sha256": receipt.content_hash, "kind": found.origin.kind,
            "as_of": found.origin.as_of, "note": found.note, "withdrawn": withdrawn, "rows": receipt.rows,
            "changes": found.changes.counts(), "told": found.told,
            "renumbered": [{"what": one.kind, "old": one.old, "new": one.new} for one in found.renames],
            "changed": found.changes.tidy(),
        })  # fmt: skip
        return
    for sentence in found.sentences():
        console.say(sentence)
    say_changed(found.changes, rows)


@uploads.command("withdraw")
def withdraw(
    upload: UploadArgument,
    store: StoreOption,
    by: ByOption,
    why: WhyOption = "",
    dry_run: TryOption = False,
    json_: JsonOption = False,
) -> None:
    """Take an upload out again: the store reads as if it had never come; earlier versions still read with it."""
    from toolkit.records import Store

    opened = Store.open(store)
    if dry_run:
        _say_withdrawn(opened.withdrawal_changes(upload), f"Would withdraw upload {upload}.", json_)
        return
    if not why.strip():
        raise InputError(
            f"Say why upload {upload} is withdrawn: --why. Look at it first: toolkit uploads show {upload}"
        )
    version = opened.withdraw(upload, by=by, reason=why)
    _say_withdrawn(opened.changes_in(version), f"Upload {upload} is withdrawn (version {version}).", json_, version)


def history(
    table: TableArgument,
    store: StoreOption,
    key: KeyPartsOption = None,
    key_file: KeyFileOption = None,
    json_: JsonOption = False,
) -> None:
    """Show every version of one row: what it said from when until when, and which upload said so."""
    from toolkit.records import Store

    asked = table_named(table)
    opened = Store.open(store)
    of = stored_numbers(opened, key_file)
    parts = {name: of(name, part) for name, part in read_key(asked.name, parts_of(key, "--key")).items()}
    found = opened.row_history(asked.name, parts)
    if found.empty:
        named = ", ".join(f"{name} {part}" for name, part in parts.items())
        raise InputError(f"No version of the store has a row of {asked.title.lower()} with {named}. Check its key.")
    if json_:
        console.as_json(found)
        return
    console.table(found.assign(at=found["at"].astype(str).str[:16]))
    for kind, column in (("family", "family_id"), ("child", "child_id")):
        number = parts.get(column)
        if number is not None and (now := opened.renames().now(kind, number)) != number:
            console.say(f"{kind.capitalize()} {number} became {now}: ask for its history too.")


def compare(
    file: Annotated[Path, typer.Argument(help="The file, or the folder of a safeguarding dataset.")],
    store: StoreOption,
    by: ByOption,
    kind: Annotated[
        str, typer.Option("--kind", help="What it is: census, ssd, annex-a, or one of our own tables.")
    ] = "",
    key: Annotated[
        Path | None, typer.Option("--key", envvar=keys.KEY_VARIABLE, help="The key file of the pseudonyms.")
    ] = None,
    as_of: connect.AsOfOption = None,
    higher_is: Annotated[str, typer.Option(help="For scores: is a higher score better or worse?")] = "",
    json_: JsonOption = False,
) -> None:
    """Say what importing a file would add, alter and no longer hold; nothing is stored (as --dry-run of imports)."""
    what = kind or _guessed(file)
    if what in TABLES:
        files.import_table(what, file, store, higher_is=higher_is, by=by, dry_run=True, json_=json_)
        return
    if what not in list(Kind):
        raise InputError(f'--kind is "{what}". {did_you_mean(what, [*Kind, *TABLES])}'.rstrip())
    if key is None:
        raise InputError(f"A {what} file bears children's own numbers: name the key of the pseudonyms with --key.")
    commands: dict[str, Any] = {
        Kind.CENSUS: connect.census, Kind.SSD: connect.safeguarding, Kind.ANNEX_A: connect.annex_a
    }  # fmt: skip
    commands[what](file, store, key, by, as_of=as_of, dry_run=True, json_=json_)


def parts_of(given: list[str] | None, option: str) -> dict[str, Cell]:
    """Return what options of the form column=value say.

    Raises
    ------
    InputError
        Naming each that has no equals sign or a column that is there twice.
    """
    found: dict[str, Cell] = {}
    problems = []
    for one in given or []:
        name, equals, value = one.partition("=")
        name = name.strip()
        if not equals or not name:
            problems.append(f'{option} {one}: write column=value, as in {option} "child_id=..."')
        elif name in found:
            problems.append(f"{option} {name} is there twice.")
        found[name] = value.strip()
    if problems:
        raise InputError("\n".join(problems))
    return found


def read_key(table: str, parts: dict[str, Cell]) -> dict[str, Any]:
    """Return a row's key as it is stored, given as it is written.

    Raises
    ------
    InputError
        Naming each part that cannot be read.
    """
    from datetime import date

    from toolkit.intake.review.cell_readers import reader_for

    asked = table_named(table)
    found: dict[str, Any] = {}
    problems = []
    for name, cell in parts.items():
        if name not in asked.key:
            problems.append(f"--key {name}: the key of {asked.name} is {', '.join(asked.key)}.")
            continue
        reading = reader_for(asked.column(name), today=date.max)(cell) if cell != "" else None
        if reading is not None and reading.refusal:
            problems.append(f"--key {name}: {reading.refusal}")
        found[name] = None if reading is None else reading.value
    if problems:
        raise InputError("\n".join(problems))
    return found


def stored_numbers(opened: Store, key_file: Path | None) -> Callable[[str, Any], Any]:
    """Return what tells the store's number of a family or child from the council's, given the column and the number."""

    def of(column: str, number: Any) -> Any:
        if key_file is None or number is None:
            return number
        match column:
            case "family_id":
                return keys.stored_number(opened, "family", number, key_file)
            case "child_id":
                return keys.stored_number(opened, "child", number, key_file)
            case _:
                return number

    return of


def say_changed(changes: Changes, every_row: bool) -> None:
    """Print what was changed: in sentences, or row by row."""
    if every_row:
        console.table(changes.tidy())
        return
    from toolkit.records.rows.listed import listed

    for sentence in listed(changes):
        console.say(sentence)


def _say_withdrawn(changes: Changes, sentence: str, json_: bool, version: int | None = None) -> None:
    if json_:
        console.as_json({"version": version, "changes": changes.counts(), "changed": changes.tidy()})
        return
    console.say(sentence)
    say_changed(changes, every_row=False)


def _one_line_each(found: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    lines = []
    for number, rows in found.groupby("upload_id", sort=False):
        first = rows.iloc[0]
        gone = first["withdrawn_in"]
        lines.append({
            "upload": str(number), "when": str(first["at"])[:10], "by": first["by"], "file": first["source_name"],
            "as of": first["as_of"], "rows": ", ".join(f"{one.rows:,} {one.table}" for one in rows.itertuples()),
            "now": "stands" if pd.isna(gone) else f"withdrawn in {gone}",
        })  # fmt: skip
    return pd.DataFrame(lines, columns=["upload", "when", "by", "file", "as of", "rows", "now"])


def _guessed(file: Path) -> str:
    if file.is_dir():
        return Kind.SSD
    if file.suffix.lower() == ".xml":
        return Kind.CENSUS
    raise InputError(
        f"Say what {file.name} is with --kind: annex-a, or one of our own tables ({', '.join(TABLES)}). A list of "
        "referrals is compared with: toolkit import referrals ... --dry-run"
    )
