"""The command of whoever puts councils together: files in, one answer out, and what the next council should expect."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli import console
from toolkit.cli.options import JsonOption


def pool(
    files: Annotated[list[Path], typer.Argument(help="Councils' shared files, one a council.")],
    keys: Annotated[Path, typer.Option("--key", help="The folder of councils' public keys: CODE.public.json.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write to, one within it for each question.")],
    json_: JsonOption = False,
) -> None:
    """Put councils' results together: check who signed them, and say what they answer as one."""
    from toolkit.pooling.report import figures_of, pool_files, write_pooled
    from toolkit.pooling.words import one_left_out_in_words, verdict_in_words

    found = pool_files(files, keys)
    folders = [write_pooled(one, out) for one in found]
    if json_:
        console.as_json([figures_of(one) for one in found])
        return
    for one, folder in zip(found, folders, strict=True):
        console.say(one.title)
        for sentence in (*verdict_in_words(one), *one_left_out_in_words(one)):
            console.say(f"  {sentence}")
        console.say(f"Pictures, figures and all in words are in {folder}.")
