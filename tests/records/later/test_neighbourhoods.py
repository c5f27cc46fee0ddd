"""From the neighbourhoods of 2011 to those of 2021, by the council's own table and never by a guess."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from toolkit.cli.main import app
from toolkit.records.neighbourhoods import fill_neighbourhoods, lead
from toolkit.studies.definition_breaks import breaks_of

TABLE = [("A", "a", "U"), ("B", "b1", "S"), ("B", "b2", "S"), ("C", "c", "M"), ("D", "c", "M"), ("E", "e", "X")]


def lookup(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["lsoa11", "lsoa21", "change"], dtype="str")


def families(*homes: tuple[str | None, str | None]) -> pd.DataFrame:
    return pd.DataFrame(homes, columns=["lsoa11", "lsoa21"], dtype="str").assign(family_id=range(len(homes)))


def test_only_a_neighbourhood_that_became_one_leads_on() -> None:
    homes = [(old, None) for old in "ABCEQ"]
    led = lead(families(*homes, ("D", "z"), (None, None)), lookup(TABLE))
    assert dict(zip(led.rows["lsoa11"], led.rows["lsoa21"], strict=True)) == {"A": "a", "C": "c"}
    assert (led.uncertain, led.unlisted, led.differing) == (2, 1, 1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(*map(st.sampled_from, ("ABC", "xyz", "USMX"))), max_size=8),
    st.lists(st.tuples(st.sampled_from([*"ABCD", None]), st.sampled_from([*"xyz", None])), max_size=8),
)
def test_nothing_is_guessed_changed_or_lost(rows, homes) -> None:
    table = lookup(rows).drop_duplicates(["lsoa11", "lsoa21"])
    given_ = families(*homes)
    led = lead(given_, table)
    became = table.groupby("lsoa11")["lsoa21"].agg(set).to_dict()
    assert all(became[old] == {new} for old, new in zip(led.rows["lsoa11"], led.rows["lsoa21"], strict=True))
    assert given_.loc[led.rows.index, "lsoa21"].isna().all()
    empty = given_["lsoa11"].notna() & given_["lsoa21"].isna()
    assert len(led.rows) + led.uncertain + led.unlisted == empty.sum()


def test_a_council_imports_its_table_and_fills_with_commands_alone(store, made, tmp_path) -> None:
    rows = [made.family(number) | {"lsoa11": old} for number, old in enumerate("ABQ", start=1)]
    store.add({"families": made.frame("families", *rows)}, by="t", source_name="t")
    run = CliRunner().invoke
    assert run(app, ["neighbourhoods", "--store", str(store.folder)]).exit_code != 0
    file = tmp_path / "lookup.csv"
    file.write_text("LSOA11CD,LSOA21CD,CHGIND\nA,a,U\nB,b1,S\nB,b2,S\n", encoding="utf-8")
    done = run(app, ["import", "table", "neighbourhoods", str(file), "--store", str(store.folder)])
    assert done.exit_code == 0, done.output
    version = store.version
    assert run(app, ["neighbourhoods", "--store", str(store.folder), "--dry-run"]).exit_code == 0
    assert store.version == version
    assert run(app, ["neighbourhoods", "--store", str(store.folder)]).exit_code == 0
    assert store.read("families").set_index("family_id")["lsoa21"].fillna("").to_dict() == {
        "F001": "a",
        "F002": "",
        "F003": "",
    }
    assert len(fill_neighbourhoods(store, by="t").rows) == 0
    assert store.check().is_whole, store.check().summary()


def test_a_register_of_breaks_is_imported_from_a_file_and_stands_in_the_snapshot(store, tmp_path) -> None:
    columns = "Area,From,Kind,What it touches,What changed,Confirmed by,Confirmed on"
    file = tmp_path / "breaks.csv"
    row = "county,01/07/2026,family_help,referrals,Early help moved in,Head of performance,01/06/2026"
    file.write_text(f"{columns}\n{row}\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["import", "table", "definition_breaks", str(file), "--store", str(store.folder)])
    assert done.exit_code == 0, done.output
    (found,) = breaks_of(store.snapshot())
    assert (found.kind, found.touches, found.source, found.starts_on.isoformat()) == (
        "family_help",
        "referrals",
        "",
        "2026-07-01",
    )
    again = CliRunner().invoke(app, ["import", "table", "definition_breaks", str(file), "--store", str(store.folder)])
    assert again.exit_code == 0 and len(store.read("definition_breaks")) == 1
