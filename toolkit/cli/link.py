"""Commands of the linker, who alone handles names: make a key, link families to referrals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli import console
from toolkit.cli.options import JsonOption

app = typer.Typer()

FamiliesOption = Annotated[
    Path, typer.Option("--families", help="CSV: family_id, forename, surname, birth_date, postcode; a row a child.")
]
ReferralsOption = Annotated[
    Path, typer.Option("--referrals", help="CSV: referral_id, forename, surname, birth_date, postcode.")
]
KeyOption = Annotated[Path, typer.Option("--key", help="The key file of the pseudonyms.")]
ThresholdOption = Annotated[
    float | None, typer.Option("--threshold", help="The least probability of a link. Look at the table first.")
]
LookedAtOption = Annotated[
    Path | None,
    typer.Option("--looked-at", help="CSV of referrals looked at by hand: referral_id, family_id or empty."),
]


@app.command("link-key")
def link_key(path: Annotated[Path, typer.Argument(help="The file to write, away from the records.")]) -> None:
    """Make a key for pseudonyms."""
    from toolkit.intake.pseudonyms import write_key

    made = write_key(path)
    console.say(
        f"A new key is in {path} (mark {made.mark}). Keep a copy in the council's key store; never beside records."
    )


@app.command()
def link(
    families: FamiliesOption,
    referrals: ReferralsOption,
    key: KeyOption,
    out: Annotated[Path, typer.Option("--out", help="A new folder, in no store.")],
    threshold: ThresholdOption = None,
    looked_at: LookedAtOption = None,
    seed: Annotated[int, typer.Option(help="For the random pairs the model learns from.")] = 1,
    json_: JsonOption = False,
) -> None:
    """Link families to referrals by names, days of birth and postcodes; only pseudonyms are written."""
    from toolkit.intake.pseudonyms import read_key
    from toolkit.link.model import score
    from toolkit.link.preprocessing import FAMILY_COLUMNS, REFERRAL_COLUMNS, read_looked_at, read_rows
    from toolkit.link.result import refuse_folder, write_links

    refuse_folder(out)
    used = read_key(key)
    left, right = read_rows(families, FAMILY_COLUMNS), read_rows(referrals, REFERRAL_COLUMNS)
    sample = None if looked_at is None else read_looked_at(looked_at)
    pairs = score(left, right, seed=seed)
    written = write_links(pairs, left, right, used, out, threshold=threshold, looked_at=sample)
    if json_:
        console.as_json({"out": str(out), "links": written.links, "thresholds": written.table.to_dict("records")})
        return
    console.say(f"Families: {left.summary}")
    console.say(f"Referrals: {right.summary}")
    console.table(written.table.round(4))
    if written.links is None:
        console.say(f"No links are written yet. Choose a threshold by the table and {out / 'thresholds.svg'}.")
    else:
        console.say(f"{written.links:,} links are in {out / 'links.csv'}. Now destroy the two files with names.")


@app.command("link-range")
def link_range(
    answer: Annotated[Path, typer.Argument(help="The folder of a result, as toolkit run writes it.")],
    missed: Annotated[
        tuple[float, float], typer.Option("--missed", help="Least and greatest chance of a missed link.")
    ],
    false: Annotated[tuple[float, float], typer.Option("--false", help="Least and greatest chance of a false link.")],
    json_: JsonOption = False,
) -> None:
    """Say how far missed and false links can have moved a study's answer."""
    from toolkit.publish.bundle.bundle import read_bundle
    from toolkit.publish.bundle.wrong_links import with_wrong_links

    found = with_wrong_links(read_bundle(answer), missed=missed, false=false)
    if json_:
        console.as_json(found.tidy())
    else:
        console.say(found.sentence)
