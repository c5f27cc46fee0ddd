"""Commands that look after a store: audit, backup, restore, verify, correct, erase, retention, snapshot."""

from __future__ import annotations

import getpass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli import console
from toolkit.cli.keys import NumbersKeyOption, stored_number
from toolkit.cli.options import JsonOption, StoreOption
from toolkit.cli.results import QuestionArgument, ResultOption, result_named
from toolkit.errors import InputError

app = typer.Typer()
auditing = typer.Typer(
    name="audit", help="Who did what: show the audit, or check that no line was changed.", no_args_is_help=True
)
app.add_typer(auditing)

ByOption = Annotated[str, typer.Option("--by", help="Who does it, for the audit.", default_factory=getpass.getuser)]
DatabaseOption = Annotated[str, typer.Option(help="An empty PostgreSQL database: postgresql://user@host/name.")]


@auditing.command("verify")
def audit_verify(store: StoreOption, json_: JsonOption = False) -> None:
    """Check that no line of the audit was changed, moved or removed; exit code 1 when one was."""
    from toolkit.records import Store

    found = Store.open(store).check_audit()
    if json_:
        head = None if found.head is None else {"line": found.head.line, "hash": found.head.hash}
        console.as_json({"whole": found.is_whole, "lines": found.lines, "head": head, "problems": list(found.problems)})
    else:
        console.say(found.summary())
    if not found.is_whole:
        raise typer.Exit(1)


@auditing.command("show")
def audit_show(
    store: StoreOption,
    last: Annotated[int, typer.Option(min=1, help="How many lines, the newest first.")] = 20,
    json_: JsonOption = False,
) -> None:
    """Show the newest lines of the audit."""
    from toolkit.records import Store

    lines = Store.open(store).audit_lines(last=last)
    if json_:
        console.as_json(lines)
    else:
        console.table(lines.assign(hash=lines["hash"].str[:16]))


@auditing.command("result")
def audit_result(
    question: QuestionArgument,
    store: StoreOption,
    result: ResultOption = "",
    json_: JsonOption = False,
) -> None:
    """Say when a result's design was sealed, when it was answered, opened and published; exit code 1 when not so.

    The whole audit is checked first: the order of its lines proves nothing where one of them was changed.
    """
    from toolkit.publish.sealed.course import course_of
    from toolkit.records import Store

    opened = Store.open(store)
    audit = opened.check_audit()
    about = course_of(opened, result_named(opened, question, result))
    problems = [*audit.problems, *about.problems]
    if json_:
        lines = [
            {"line": line.number, "at": line.at.isoformat(), "who": line.who, "what": word, "detail": dict(line.detail)}
            for word, line in about.steps
        ]
        seen = [line.number for line in about.seen_before]
        console.as_json({"result": about.result, "lines": lines, "seen_before": seen, "problems": problems})
    else:
        console.say(about.summary())
        for problem in audit.problems:
            console.say(problem)
    if problems:
        raise typer.Exit(1)


@app.command("create-store")
def create_store(
    out: Annotated[Path, typer.Option("--out", help="A new folder for the store.")],
    database: DatabaseOption = "",
    note: Annotated[str, typer.Option(help="Anything worth remembering.")] = "",
) -> None:
    """Make an empty store, on SQLite in its folder or on PostgreSQL."""
    from toolkit.records import Store

    made = Store.create(out, note=note, database=database or None)
    console.say(f"An empty store is in {made.folder}.")


@app.command()
def backup(
    store: StoreOption,
    out: Annotated[Path, typer.Option("--out", help="The file to write, outside the store's folder.")],
    by: ByOption,
    json_: JsonOption = False,
) -> None:
    """Write a store to one file."""
    from toolkit.records import Store
    from toolkit.records.backup import write_backup

    made = write_backup(Store.open(store), out, by=by)
    if json_:
        console.as_json({"file": str(made.file), "sha256": made.sha256, "version": made.version, "files": made.files})
    else:
        console.say(made.summary())


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that toolkit backup wrote.")],
    out: Annotated[Path, typer.Option("--out", help="A new folder for the store.")],
    by: ByOption,
    database: DatabaseOption = "",
) -> None:
    """Make a store again from a backup, and check it; exit code 1 when it is not whole."""
    from toolkit.records.backup import restore_backup

    store = restore_backup(file, out, by=by, database=database or None)
    found = store.check()
    console.say(f"Restored to {out}. {found.summary()}")
    console.say(
        "Families and children erased after this backup was made are in it again: see which erasures there were in "
        "the store it replaces (toolkit audit show), and do them again here."
    )
    if not found.is_whole:
        raise typer.Exit(1)


@app.command("verify-store")
def verify_store(store: StoreOption, json_: JsonOption = False) -> None:
    """Check that a store is whole: database, versions, uploads, audit, snapshots, results; exit code 1 when not."""
    from toolkit.records import Store

    found = Store.open(store).check()
    if json_:
        problems = [*found.problems, *found.audit.problems]
        about = {"version": found.version, "uploads": found.uploads, "rows": found.rows, "snapshots": found.snapshots}
        console.as_json({"whole": found.is_whole, **about, "problems": problems})
    else:
        console.say(found.summary())
    if not found.is_whole:
        raise typer.Exit(1)


@app.command()
def erase(
    store: StoreOption,
    by: ByOption,
    family: Annotated[str, typer.Option(help="The family's number; asked for when left out.")] = "",
    child: Annotated[str, typer.Option(help="A child's number instead, in whatever family or in none.")] = "",
    key: NumbersKeyOption = None,
    reason: Annotated[str, typer.Option(help="Why, without names or numbers of people.")] = "",
    finish: Annotated[bool, typer.Option("--finish", help="Finish an erasure that was interrupted.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: it cannot be undone.")] = False,
) -> None:
    """Remove a family, or one child, for good, from every version, snapshot and row-level result.

    No file brings them back: what an import has of them is left out, unless you say --again.
    """
    from toolkit.records import Store

    opened = Store.open(store)
    if finish:
        opened.finish_erasures()
        console.say("No erasure is unfinished.")
        return
    if family and child:
        raise InputError("Name a family or a child, not both: a family's children go with it.")
    if not child:
        family = family or typer.prompt("The family's number")  # typed here it stays out of the shell's history
    if not yes:
        typer.confirm(f"This removes the {'child' if child else 'family'} for good. Go on?", abort=True)
    if child:
        erased = opened.erase_child(stored_number(opened, "child", child, key), by=by, reason=reason)
    else:
        erased = opened.erase_family(stored_number(opened, "family", family, key), by=by, reason=reason)
    console.say(erased.summary())


@app.command()
def retention(
    store: StoreOption,
    by: ByOption,
    dry_run: Annotated[bool, typer.Option("--dry-run/--apply", help="Show what is due, or remove it for good.")] = True,
    policy: Annotated[Path | None, typer.Option(help="The rules; by default the store's own retention.toml.")] = None,
    today: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As of another day.")] = None,
    json_: JsonOption = False,
) -> None:
    """Show or remove what the retention rules no longer keep."""
    from toolkit.records import Store
    from toolkit.records.erasure.retention import load_policy

    opened = Store.open(store)
    rules = load_policy(store, policy)
    day: date = (today or datetime.now(UTC)).date()
    if not dry_run:
        erased = opened.apply_retention(rules, today=day, by=by)
        console.say("Nothing is due." if erased is None else erased.summary())
        return
    found = opened.retention_due(rules, today=day)
    if json_:
        console.as_json(found)
    else:
        console.table(found, title=f"What is no longer to be kept on {day.isoformat()}, by {rules.source}")


@app.command()
def snapshot(
    store: StoreOption,
    out: Annotated[
        str | None, typer.Option(help="The folder to write, or s3://BUCKET/FOLDER; by default within the store.")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Write the store's tables as an immutable, hashed folder of Parquet files."""
    from toolkit.records import Store
    from toolkit.records.snapshots.bucket import place_of
    from toolkit.records.snapshots.bucket_lake import take_to

    opened = Store.open(store)
    taken = opened.snapshot() if out is None else take_to(opened, place_of(out))
    folder = str(taken.folder) if out is None else out
    if json_:
        console.as_json(
            {
                "folder": folder,
                "hash": taken.hash,
                "simulated": taken.is_simulated,
                "store_version": taken.store_version,
                "rows": taken.rows,
            }
        )
    else:
        console.say(f"Snapshot {taken.hash[:16]} of version {taken.store_version} is in {folder}.")
