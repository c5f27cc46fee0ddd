"""Commands run in this process, where a process of their own each would cost a second."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

from typer.main import get_command

from toolkit.cli.main import app
from toolkit.errors import ToolkitError

COMMAND = get_command(app)  # made once: typer would make it again for every command


def run(*arguments: object) -> tuple[int, str]:
    """Run a command; return 2 where it refused, and all it said."""
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            COMMAND.main([str(one) for one in arguments], prog_name="toolkit", standalone_mode=False)
        except ToolkitError as error:
            return 2, f"{said.getvalue()}\n{error}"
    return 0, said.getvalue()
