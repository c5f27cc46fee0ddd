"""Processes killed at any moment (kill -9), on both databases: nothing acknowledged is lost, nothing is half there.

`TOOLKIT_KILLS=200` kills as often as the acceptance of the project asks; by default the moments are fewer.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from toolkit.errors import StoreError
from toolkit.records import Store

KILLS = int(os.environ.get("TOOLKIT_KILLS", "8"))
AT_ONCE = 2
ROWS = 100
WRITER = "to-be-killed"
WORK = Path(__file__).with_name("work.py")


def start(store: Store, who: str, seed: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(WORK), str(store.folder), who, str(seed), "10000"]
    environment = {**os.environ, "PGAPPNAME": WRITER}  # by which PostgreSQL tells its connections from ours
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def acknowledged(said: str) -> list[list[str]]:
    return [line.split() for line in said.splitlines(keepends=True) if line.endswith("\n")]


def check_acknowledged(store: Store, lines: list[list[str]]) -> None:
    """Everything a process was told is done is in the store, in the version it was told."""
    uploads = store.uploads().drop_duplicates("upload_id").set_index("upload_id")
    versions = store.versions().set_index("version")
    for what, upload, version, name, *more in lines:
        is_correction = what == "corrected" or more == ["corrected"]
        done = versions.loc[int(version)]
        expected = {"added": "added", "corrected": "corrected", "withdrew": "withdrawn"}[what]
        assert (done["what"], done["upload_id"]) == (expected, int(upload))
        assert uploads.loc[int(upload), "source_name"] == (f"{name} corrected" if is_correction else name)
        if what == "withdrew":
            assert uploads.loc[int(upload), "withdrawn_in"] == int(version)


def check_whole(store: Store) -> None:
    """Each upload stands with all its rows in both tables, or not at all; and each correction wholly or not."""
    uploads = store.uploads().drop_duplicates("upload_id")
    standing = uploads[uploads["withdrawn_in"].isna() & ~uploads["source_name"].str.endswith("corrected")][
        "source_name"
    ]
    events, money = store.read("events"), store.read("investments")
    assert events["what"].value_counts().to_dict() == dict.fromkeys(standing, ROWS)
    assert money["programme"].value_counts().to_dict() == dict.fromkeys(standing, ROWS)
    assert money.groupby("programme")["amount_gbp"].nunique().eq(1).all()
    found = store.check()
    assert found.is_whole, found.summary()


def test_killed_at_random_moments_nothing_acknowledged_is_lost_and_nothing_is_half_there(new_store) -> None:
    store, moments, kills, told = new_store(), random.Random(7), 0, 0
    while kills < KILLS:
        writers = [start(store, f"k{kills}-{one}", kills * AT_ONCE + one) for one in range(AT_ONCE)]
        for writer in writers:
            assert writer.stdout.readline() == "ready\n"
        for writer in writers:
            writer.stdin.write("go\n")
            writer.stdin.flush()
        said = []
        for writer in writers:
            time.sleep(moments.uniform(0.0, 0.5))
            writer.send_signal(signal.SIGKILL)
            kills += 1
        for writer in writers:
            said += acknowledged(writer.communicate(timeout=60)[0])
        told += len(said)
        wait_until_rolled_back(store)
        again = Store.open(store.folder)
        check_acknowledged(again, said)
        check_whole(again)
    assert told >= KILLS / 2
    sys.stdout.write(
        f"{store.engine.dialect.name}: {kills} kills, {told} acknowledged, 0 lost, version {store.version}\n"
    )


def wait_until_rolled_back(store: Store) -> None:
    """PostgreSQL notices that a client is gone when it next speaks to it."""
    if store.engine.dialect.name == "postgresql":
        busy = f"select count(*) from pg_stat_activity where application_name = '{WRITER}'"
        until = time.monotonic() + 30
        with store.engine.connect() as connection:
            while connection.exec_driver_sql(busy).scalar_one():
                connection.rollback()  # what it sees is kept for as long as a transaction lasts
                assert time.monotonic() < until, "a killed process's connection still stands"
                time.sleep(0.05)


def test_a_server_killed_under_its_clients_keeps_what_it_acknowledged(postgresql, tmp_path) -> None:
    store = Store.create(tmp_path / "s", database=postgresql())
    writer = start(store, "s", 1)
    assert writer.stdout.readline() == "ready\n"
    writer.stdin.write("go\n")
    writer.stdin.flush()
    time.sleep(1)
    # One backend killed with -9 makes the whole server go through recovery; between uploads the writer has none.
    with store.engine.connect() as connection:
        others = "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        while not kill_one(connection.exec_driver_sql(others).scalars().first()):
            connection.rollback()
        connection.invalidate()  # the server ends this one too, and is not to be told that it is over
    said, _ = writer.communicate(timeout=120)
    again = open_after_recovery(store.folder)
    check_acknowledged(again, acknowledged(said))
    check_whole(again)


def kill_one(pid: int | None) -> bool:
    """Kill a backend; it may have gone by itself."""
    if pid is None:
        return False
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def open_after_recovery(folder: Path) -> Store:
    until = time.monotonic() + 60
    while True:
        try:
            return Store.open(folder)
        except StoreError as error:
            assert "cannot be reached" in str(error) and time.monotonic() < until
            time.sleep(0.2)


@pytest.mark.parametrize("step", ["before", "after"])
def test_the_audit_is_whole_when_its_note_beside_the_store_was_not_written(store: Store, county, step: str) -> None:
    from toolkit.records.audit.heads import HEADS

    store.add(county, by="t", source_name="t")
    if step == "before":  # killed between keeping the line and noting it
        text = (store.folder / HEADS).read_text().rstrip().rsplit("\n", 1)[0]
        (store.folder / HEADS).write_text(text)
    assert store.check_audit().is_whole
    assert isinstance(store.audit_lines(), pd.DataFrame)
