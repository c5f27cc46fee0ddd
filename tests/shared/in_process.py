"""Commands run in this process, where a process of their own each would cost a second."""

from __future__ import annotations

import os
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from functools import partial
from importlib import import_module
from io import StringIO
from pathlib import Path
from subprocess import CompletedProcess
from unittest.mock import patch

from typer.main import get_command

from toolkit.cli import console
from toolkit.cli.main import app
from toolkit.errors import ToolkitError

COMMAND = get_command(app)  # made once: typer would make it again for every command
MAIN = import_module("toolkit.cli.main")


def run(*arguments: object) -> tuple[int, str]:
    """Run a command; return 2 where it refused, and all it said."""
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            COMMAND.main([str(one) for one in arguments], prog_name="toolkit", standalone_mode=False)
        except ToolkitError as error:
            return 2, f"{said.getvalue()}\n{error}"
    return 0, said.getvalue()


def command(*arguments: object, cwd: Path | None = None, columns: int = 200) -> CompletedProcess[str]:
    """Run ``toolkit …`` through its own ``main``, as the program does, and return how it ended and what it said.

    Nobody answers what it asks. A fault is raised here, where the program would print its traceback.
    """
    typed = [str(one) for one in arguments]
    out, err = StringIO(), StringIO()
    called = partial(COMMAND.main, typed, prog_name="toolkit")
    with (
        chdir(cwd or Path.cwd()),
        environment(columns),
        patch.object(console.out, "_width", columns),  # else as wide as was said when they were made
        patch.object(console.err, "_width", columns),
        patch.object(MAIN, "app", called),
        patch.object(sys, "stdin", StringIO()),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            MAIN.main()
            ended: object = 0
        except SystemExit as end:
            ended = end.code or 0
    assert isinstance(ended, int), ended
    return CompletedProcess(typed, ended, out.getvalue(), err.getvalue())


def environment(columns: int = 200) -> patch.dict:
    """What a command is told of its surroundings: no store's name of whoever runs the tests, wide lines, no colour."""
    told = {name: value for name, value in os.environ.items() if name != "TOOLKIT_STORE"}
    return patch.dict(os.environ, told | {"COLUMNS": str(columns), "NO_COLOR": "1"}, clear=True)
