"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

StoreOption = Annotated[Path, typer.Option("--store", envvar="TOOLKIT_STORE", help="The folder of the store.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]
InstrumentOption = Annotated[
    str, typer.Option("--instrument", help="For scores: the instrument they were all given on, by its number.")
]
ProtocolArgument = Annotated[Path, typer.Argument(help="A protocol in analyses/, by path or by name.")]
