"""Making, opening, filling and reading a store."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.errors import InputError, StoreError
from toolkit.records import NOTICE, Store
from toolkit.records.database.connect import engine_for, reading, store_url
from toolkit.tables import TABLES, Kind, Table

HOW = "Make an empty one with: toolkit create-store --out DIR"
NULLABLE = {Kind.WHOLE: "Int64", Kind.YES_NO: "boolean"}
DTYPES = {Kind.WHOLE: "int64", Kind.DECIMAL: "float64", Kind.YES_NO: "bool"}


def test_a_new_store_is_empty_and_says_what_it_is(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "a" / "b", simulated=True, note="for a test")
    assert store.version == 0
    assert store.is_simulated
    facts = store.facts()
    assert facts["format"] == 5 and facts["simulated"] is True and facts["note"] == "for a test"
    assert abs((datetime.now(UTC) - datetime.fromisoformat(facts["created_at"])).total_seconds()) < 60
    assert (store.folder / "SIMULATED.txt").read_text(encoding="utf-8") == NOTICE + "\n"
    assert all(store.read(name).empty for name in TABLES)
    assert store.uploads().empty and store.publications().empty
    assert store.versions()["what"].tolist() == ["created"]
    assert Store.open(store.folder).facts() == facts


def test_a_real_store_does_not_say_it_is_simulated(store: Store) -> None:
    assert not store.is_simulated
    assert not (store.folder / "SIMULATED.txt").exists()


def test_every_table_reads_with_documented_types_also_when_empty(store: Store) -> None:
    for name, table in TABLES.items():
        dtypes = store.read(name).dtypes
        assert tuple(dtypes.index) == table.names
        for column in table.columns:
            kinds = DTYPES if column.is_required else {**DTYPES, **NULLABLE}
            expected = "datetime64[s]" if column.kind in (Kind.DATE, Kind.MONTH) else kinds.get(column.kind, "str")
            assert dtypes[column.name] == expected, f"{name}.{column.name}"


def test_opening_nothing_says_how_to_make_a_store(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(StoreError) as refused:
            Store.open(folder)
        assert str(refused.value) == f"There is no store in {folder}. {HOW}"


def test_an_empty_or_foreign_database_is_not_taken_for_a_store(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite").touch()
    with pytest.raises(StoreError, match="its database is empty"):
        Store.open(tmp_path)
    (tmp_path / "store.sqlite").write_bytes(b"a picture of a cat" * 100)
    with pytest.raises(StoreError, match="damaged or is not a store"):
        Store.open(tmp_path)


def test_a_store_is_never_made_over_another(store: Store, county: dict[str, pd.DataFrame]) -> None:
    store.add(county, by="t", source_name="t")
    with pytest.raises(StoreError, match="holds a store already"):
        Store.create(store.folder, simulated=True)
    assert not Store.open(store.folder).is_simulated
    assert len(store.read("families")) == 6


def test_a_store_of_a_newer_format_is_refused(store: Store) -> None:
    with sqlite3.connect(store.folder / "store.sqlite") as connection:
        connection.execute("update facts set value = '6' where name = 'format'")
    with pytest.raises(StoreError, match=r"has format 6, made by a newer version.*reads up to format 5"):
        Store.open(store.folder)


def test_a_store_with_other_columns_is_refused_by_name(store: Store) -> None:
    with sqlite3.connect(store.folder / "store.sqlite") as connection:
        connection.execute("update facts set value = replace(value, 'received_on', 'got_on') where name = 'columns'")
    with pytest.raises(StoreError, match="its columns differ in referrals"):
        Store.open(store.folder)


def test_the_database_is_kept_safe(store: Store) -> None:
    with reading(engine_for(store_url(store.folder))) as connection:
        kept = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert kept == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


def test_rows_of_several_tables_come_in_as_one_upload_and_one_version(store: Store, county) -> None:
    receipt = store.add(county, by="Ann", source_name="county.xlsx", content_hash="ab12", note="first")
    assert (receipt.upload_id, receipt.version, store.version) == (1, 1, 1)
    assert dict(receipt.rows) == {name: len(frame) for name, frame in county.items()}
    assert receipt.at.utcoffset().total_seconds() == 0
    assert "upload 1" in receipt.summary()
    uploads = store.uploads().set_index("table")
    assert uploads["rows"].to_dict() == dict(receipt.rows)
    assert uploads["withdrawn_in"].isna().all()
    row = uploads.loc["families"]
    assert (row["by"], row["source_name"], row["content_hash"], row["note"]) == ("Ann", "county.xlsx", "ab12", "first")
    assert row["at"] == receipt.at


def test_what_is_read_is_what_was_added_sorted_by_key(store: Store, county) -> None:
    shuffled = {name: frame.sample(frac=1, random_state=1)[frame.columns[::-1]] for name, frame in county.items()}
    store.add(shuffled, by="t", source_name="t")
    for name, frame in county.items():
        read = store.read(name)
        assert as_plain(read, TABLES[name]) == by_key(as_plain(frame, TABLES[name]), TABLES[name])


def test_only_some_columns_are_read_in_the_order_asked(store: Store, county) -> None:
    store.add(county, by="t", source_name="t")
    read = store.read("referrals", columns=["received_on", "child_id"])
    pd.testing.assert_frame_equal(read, store.read("referrals")[["received_on", "child_id"]])
    with pytest.raises(InputError, match=r'has no column "recieved_on"\. Did you mean "received_on"'):
        store.read("referrals", columns=["recieved_on"])
    with pytest.raises(InputError, match="Did you mean"):
        store.read("referal")


def test_nothing_to_store_or_an_unknown_table_is_said(store: Store, county) -> None:
    for frames in ({}, {"families": county["families"].iloc[:0]}):
        with pytest.raises(InputError, match=r"There are no rows to store from empty\.csv"):
            store.add(frames, by="t", source_name="empty.csv")
    with pytest.raises(InputError, match='no table "famlies"'):
        store.add({"famlies": county["families"]}, by="t", source_name="t")
    assert store.version == 0


def test_a_key_twice_within_the_rows_is_refused_with_its_rows(store: Store, made) -> None:
    rows = made.frame("progress_scores", made.score(1), made.score(2), made.score(1, value=4))
    with pytest.raises(StoreError) as refused:
        store.add({"progress_scores": rows}, by="t", source_name="t")
    said = str(refused.value)
    assert "Table progress_scores: 1 key is there more than once" in said
    assert "family_id F001, centre_id C01, scored_on 2010-03-04, stage start, dimension (empty)" in said
    assert "scored_by (empty), instrument (empty), second_scoring (empty): rows 1, 3" in said


def test_a_key_stored_already_is_refused_with_what_is_stored_and_nothing_else_is_added(
    store: Store, county, made
) -> None:
    store.add(county, by="t", source_name="first.xlsx")
    again = made.frame("progress_scores", made.score(9), made.score(1, value=5))
    with pytest.raises(StoreError) as refused:
        store.add(
            {"families": made.frame("families", made.family(9)), "progress_scores": again}, by="t", source_name="t"
        )
    said = str(refused.value)
    assert "Table progress_scores: 1 row is stored already, so nothing was added" in said
    today = f"{datetime.now(UTC).day} {datetime.now(UTC):%B %Y}"
    assert (
        "family_id F001" in said
        and f"stored by upload 1 (first.xlsx) on {today} by t; score is 2 there, 5 here" in said
    )
    assert store.version == 1
    assert len(store.read("families")) == 6 and len(store.uploads()["upload_id"].unique()) == 1


def test_clashes_in_every_table_are_said_at_once(store: Store, county, made) -> None:
    store.add(county, by="t", source_name="t")
    moved = county["children"].assign(family_id="F001")
    with pytest.raises(StoreError) as refused:
        store.add({"children": moved, "referrals": county["referrals"]}, by="t", source_name="t")
    said = str(refused.value)
    assert "Table children: 6 rows are stored already" in said and "Table referrals: 6 rows are stored already" in said
    assert "1 has the same values as stored" in said and "6 have the same values as stored" in said
    assert "5 differ from what is stored" in said and "family_id is F006 there, F001 here" in said


def test_rows_that_are_all_there_just_as_they_are_are_recognised(store: Store, county) -> None:
    store.add(county, by="t", source_name="first.xlsx")
    with pytest.raises(StoreError, match=r"Every row is stored already with the same values \(upload 1\)"):
        store.add({name: county[name] for name in ("children", "referrals")}, by="t", source_name="renamed.xlsx")
    assert store.version == 1


FILL_THE_DISK = """
import resource, signal, sys
from pathlib import Path
import pandas as pd
from toolkit.errors import StoreError
from toolkit.records import Store

store = Store.open(Path(sys.argv[1]))
rows = pd.DataFrame({"area": [f"area {i}" for i in range(20_000)], "on": pd.Timestamp("2010-03-04"), "what": "x"})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, resource.RLIM_INFINITY))
try:
    store.add({"events": rows}, by="t", source_name="t")
except StoreError as error:
    print(error)
"""


def test_when_no_more_can_be_written_the_store_says_so_and_stays_as_it_was(store: Store, county) -> None:
    store.add(county, by="t", source_name="t")
    done = subprocess.run(
        [sys.executable, "-c", FILL_THE_DISK, str(store.folder)], capture_output=True, text=True, timeout=60, check=True
    )
    assert "so nothing was changed" in done.stdout
    assert store.version == 1
    assert store.read("events").empty and len(store.read("families")) == 6


def test_an_earlier_version_still_reads_as_it_was(store: Store, county, made, contents_of, assert_same) -> None:
    states = [contents_of(store)]
    store.add(county, by="t", source_name="t")
    states.append(contents_of(store))
    changed = made.frame("progress_scores", made.score(1, value=5), made.score(9))
    store.add({"progress_scores": changed}, by="t", source_name="t", replaces=True)
    states.append(contents_of(store))
    store.withdraw(2, by="t")
    states.append(contents_of(store))
    for version, state in enumerate(states):
        assert_same(contents_of(store, version), state)
    assert states[2]["progress_scores"]["score"].tolist() == [5, 2, 2, 2, 2, 2, 2]
    with pytest.raises(StoreError, match=r"no version 4\. It has versions 0 to 3"):
        store.read("families", version=4)
    with pytest.raises(StoreError, match="no version -1"):
        store.read("families", version=-1)


def test_a_centre_reads_its_own_families_and_those_that_joined_it(store: Store, county) -> None:
    store.add(county, by="t", source_name="t")
    assert store.read("families", centre_ids=["C01"])["family_id"].tolist() == ["F001", "F002", "F003", "F004"]
    assert store.read("children", centre_ids={"C01"})["child_id"].tolist() == ["K001", "K002", "K003", "K004"]
    for table in ("referrals", "episodes"):
        assert store.read(table, centre_ids=["C01"])["child_id"].tolist() == ["K001", "K002", "K003", "K004"]
    assert store.read("registrations", centre_ids=["C01"])["family_id"].tolist() == ["F004"]
    assert store.read("progress_scores", centre_ids=["C02"])["family_id"].tolist() == ["F004", "F005", "F006"]
    assert len(store.read("investments", centre_ids=["C01"])) == 1
    assert len(store.read("families", centre_ids=["C01", "C02"])) == 6
    assert len(store.read("families", centre_ids=["C01"], columns=["district"])) == 4
    for table in ("families", "children", "registrations", "progress_scores", "referrals", "episodes"):
        assert store.read(table, centre_ids=[]).empty
        assert store.read(table, centre_ids=["C99"]).empty


def test_a_centre_sees_as_of_a_version_what_was_its_own_then(store: Store, county) -> None:
    joined = county.pop("registrations")
    store.add(county, by="t", source_name="t")
    store.add({"registrations": joined}, by="t", source_name="t")
    assert len(store.read("referrals", centre_ids=["C01"], version=1)) == 3
    assert len(store.read("referrals", centre_ids=["C01"], version=2)) == 4


def test_the_same_file_is_found_until_it_is_withdrawn(store: Store, county) -> None:
    assert store.find_upload("ab12") is None
    receipt = store.add(county, by="t", source_name="t", content_hash="ab12")
    assert store.find_upload("ab12") == receipt
    assert store.find_upload("") is None
    store.withdraw(receipt.upload_id, by="t")
    assert store.find_upload("ab12") is None


def test_an_upload_without_a_hash_is_never_found(store: Store, county) -> None:
    store.add(county, by="t", source_name="t")
    assert store.find_upload("") is None


def as_plain(frame: pd.DataFrame, table: Table) -> list[tuple[object, ...]]:
    """Return the rows as comparable Python values, in the frame's order."""
    columns = [
        [None if pd.isna(value) else value.date() if isinstance(value, datetime) else value for value in frame[name]]
        for name in table.names
    ]
    return list(zip(*columns, strict=True))


def by_key(rows: list[tuple[object, ...]], table: Table) -> list[tuple[object, ...]]:
    """Return rows in the key's order, an empty part last."""
    at = [table.names.index(name) for name in table.key]
    return sorted(rows, key=lambda row: [(row[i] is None, str(row[i])) for i in at])


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)
VALUES = {
    Kind.TEXT: TEXTS,
    Kind.IDENTIFIER: TEXTS | st.integers(0, 10**30).map(str),
    Kind.WHOLE: st.integers(-(2**63) + 1, 2**63 - 1),
    Kind.DECIMAL: st.floats(allow_nan=False, allow_infinity=False),
    Kind.DATE: st.dates(),
    Kind.MONTH: st.dates().map(lambda day: day.replace(day=1)),
    Kind.YES_NO: st.booleans(),
}


def rows_of(table: Table) -> st.SearchStrategy[dict[str, object]]:
    columns = {}
    for column in table.columns:
        values = st.sampled_from(sorted(column.codes)) if column.codes else VALUES[column.kind]
        if column.minimum is not None or column.maximum is not None:
            low, high = column.minimum or 0, column.maximum or 2**63 - 1
            values = st.integers(int(low), int(high)) if column.kind is Kind.WHOLE else st.floats(low, float(high))
        if column.is_on_instrument or (table.name, column.name) == ("instrument_anchors", "value"):
            values = st.integers(1, 5).map(float)  # others are refused where their instrument is not stored
        if column.refers_to == "instruments.instrument_id":
            values = st.just("one_to_five") if column.is_required else st.none()
        if column.empty_value is False:
            values = st.just(True)
        columns[column.name] = values if column.is_required else st.none() | values
    return st.fixed_dictionaries(columns)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_kind_of_value_comes_back_from_the_store_and_the_snapshot(table: Table, tmp_path_factory, data) -> None:
    rows = data.draw(
        st.lists(rows_of(table), min_size=1, max_size=8, unique_by=lambda row: [row[k] for k in table.key].__repr__())
    )
    given_frame = pd.DataFrame(rows, columns=list(table.names), dtype=object)
    store = Store.create(tmp_path_factory.mktemp("round") / "store")
    store.add({table.name: given_frame}, by="t", source_name="t")
    read = store.read(table.name)
    assert as_plain(read, table) == by_key(as_plain(given_frame, table), table)
    pd.testing.assert_frame_equal(store.snapshot().read(table.name), read)
    again = Store.create(tmp_path_factory.mktemp("round") / "again")
    again.add({table.name: read}, by="t", source_name="t")
    pd.testing.assert_frame_equal(again.read(table.name), read)


def test_the_same_code_speaks_to_postgresql() -> None:
    from sqlalchemy.dialects import postgresql

    from toolkit.records.database.schema import METADATA, ROWS

    dialect = postgresql.dialect()
    made = {table.name: str(sa.schema.CreateTable(table).compile(dialect=dialect)) for table in METADATA.sorted_tables}
    assert "row_id BIGSERIAL" in made["referrals"] and "received_on DATE NOT NULL" in made["referrals"]
    assert "amount_gbp DOUBLE PRECISION NOT NULL" in made["investments"]
    index = next(index for index in ROWS["progress_scores"].indexes if index.unique)
    assert str(sa.schema.CreateIndex(index).compile(dialect=dialect)).endswith(
        "(family_id, centre_id, scored_on, stage, coalesce(dimension, ''), coalesce(scored_by, ''), "
        "coalesce(instrument, ''), coalesce(second_scoring, false)) WHERE v_to IS NULL"
    )
