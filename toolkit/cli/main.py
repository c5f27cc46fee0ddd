"""The command line: bad input ends with exit code 2 and a plain sentence, and `--json` is for machines."""

from __future__ import annotations

import os
import sys

import typer

from toolkit import __version__
from toolkit.cli import (
    accounts,
    connect,
    console,
    correct,
    files,
    link,
    over_time,
    own_tables,
    publication,
    published,
    records,
    reports,
    studies,
    uploads,
    value,
    words,
)
from toolkit.cli import app as opening
from toolkit.cli.councils import council, lake, pool, share
from toolkit.errors import ToolkitError

app = typer.Typer(
    name="toolkit",
    help="Do Children's Centres help? Matched comparisons, progress scores and plain verdicts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
importing = typer.Typer(name="import", help="Read files into a store.", no_args_is_help=True)
opening.add_to(app)
app.add_typer(importing)
published.add_to(app, importing)
files.add_to(app)
importing.command("table")(own_tables.import_table)
app.add_typer(records.app)
app.add_typer(accounts.accounts)
connect.add_to(importing)
uploads.add_to(app)
app.command()(correct.correct)
over_time.add_to(app)
app.command("rotate-key")(connect.rotate_key)
app.command("map-words")(words.map_words)
app.command()(council.council)
app.add_typer(link.app)
studies.add_to(app)
lake.add_to(app)
publication.add_to(app)
app.command()(value.value)
app.command()(reports.report)
app.command()(share.share)
app.command()(pool.pool)


@app.command()
def version() -> None:
    """Print the version."""
    console.say(__version__)


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
