"""The command of a council that hands its results on: a signed file of protected figures, and the key it signs with."""

from __future__ import annotations

import getpass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli import console
from toolkit.cli.options import JsonOption
from toolkit.cli.results import result_named
from toolkit.errors import InputError


def share(
    results: Annotated[
        list[str] | None,
        typer.Argument(
            help="Questions by the names of their protocols, the newest result of each; or QUESTION/RESULT."
        ),
    ] = None,
    store: Annotated[Path | None, typer.Option("--store", envvar="TOOLKIT_STORE", help="The store's folder.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="The file to write.")] = None,
    council: Annotated[str, typer.Option(help="Your council, by its name or ONS code.")] = "",
    key: Annotated[Path | None, typer.Option("--key", help="Your signing key: the file CODE.private.pem.")] = None,
    new_key: Annotated[
        Path | None, typer.Option("--new-key", help="Make your council's keys in this folder, and nothing else.")
    ] = None,
    analyses: Annotated[Path | None, typer.Option(help="The protocols' folder with their register.")] = None,
    json_: JsonOption = False,
) -> None:
    """Write a signed file of your results' protected figures, for whoever puts councils together; no row is in it."""
    from toolkit.pooling.keys import new_key as made_new
    from toolkit.pooling.share import share as hand_on
    from toolkit.records import Store

    code, name = _council(council)
    if new_key is not None:
        private, public = made_new(new_key, code=code, council=name)
        console.say(f"Keep {private} to yourself. Give {public} to whoever puts councils together, in person.")
        return
    needed = {"--store": store, "--out": out, "--key": key, "a result": results}
    missing = [option for option, given in needed.items() if not given]
    if store is None or out is None or key is None or not results:
        raise InputError(f"To hand results on, name {', '.join(missing)} as well. See: toolkit share --help")
    opened = Store.open(store)
    folders = [result_named(opened, *_parts(one)) for one in results]
    signed = hand_on(
        opened, folders, key, out, code=code, council=name, by=getpass.getuser(), on=date.today(), analyses=analyses
    )
    if json_:
        console.as_json(signed.model_dump(mode="json"))
        return
    if signed.content.simulated:
        console.say("SIMULATED DATA: no real families.")
    for result in signed.content.results:
        withheld = f" Withheld: {', '.join(result.withheld)}." if result.withheld else ""
        console.say(f"{result.question}: {len(result.estimates)} estimates.{withheld}")
    console.say(f"{out} is signed as {name}'s. It holds no row, no pseudonym and no small count.")


def _council(asked: str) -> tuple[str, str]:
    """Return a council's ONS code and name."""
    from toolkit.intake.published.areas import la_codes
    from toolkit.studies.council_named import code_of_council

    if not asked.strip():
        raise InputError("Name your council: --council NAME.")
    try:
        code = code_of_council(asked)
    except ValueError as error:
        raise InputError(f'--council is "{asked}". {error}.') from None
    listed = la_codes()
    return code, str(listed.loc[listed["area"] == code, "name"].iloc[-1])


def _parts(named: str) -> tuple[str, str]:
    question, _, result = named.partition("/")
    return question, result
