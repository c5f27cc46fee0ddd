"""The command that says once what a council's own words for source, outcome and closure mean."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli import console
from toolkit.cli.options import JsonOption, StoreOption
from toolkit.cli.records import ByOption


def map_words(
    store: StoreOption,
    by: ByOption,
    file: Annotated[Path | None, typer.Argument(help="A csv file or workbook with What, Word and Code.")] = None,
    json_: JsonOption = False,
) -> None:
    """Say once what your own words for source, outcome and closure mean; without a file, show what was said."""
    import pandas as pd

    from toolkit.intake.connect import read_words, recall_words, remember_words
    from toolkit.records import Store

    opened = Store.open(store)
    before = recall_words(store)
    if file is None:
        if json_:
            console.as_json(before.codes)
            return
        rows = [(what, word, code) for what, codes in before.codes.items() for word, code in sorted(codes.items())]
        console.table(pd.DataFrame(rows, columns=["What", "Word", "Code"]), title="What your words mean")
        return
    read, uncoded = read_words(file)
    kept = remember_words(store, read)
    said = [(what, word) for what, words in read.codes.items() for word in words]
    changed = sum(kept.codes[what][word] != before.codes.get(what, {}).get(word) for what, word in said)
    opened.audit(who=by, action="mapped", what="words", detail={"words": len(said), "new or changed": changed})
    if json_:
        console.as_json({"words": len(said), "changed": changed, "without_code": uncoded})
        return
    console.say(f"{len(said):,} words have a code; {changed:,} of them are new or changed.")
    if uncoded:
        console.say(f"{uncoded:,} words have no code yet. Fill in the column Code and map them too.")
