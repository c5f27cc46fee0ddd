"""Several processes at once, and processes killed in the middle: nothing lost, nothing half."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from toolkit.errors import StoreError
from toolkit.records import Store

ROWS = 200
WRITER = f"""
import sys
from datetime import date
from pathlib import Path
import pandas as pd
from toolkit.records import Store

folder, who, uploads = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
store = Store.open(folder)
print("ready", flush=True)
sys.stdin.readline()
for upload in range(uploads):
    ids = [f"{{who}}-{{upload}}-{{row}}" for row in range({ROWS})]
    children = pd.DataFrame({{"child_id": ids, "family_id": who, "birth_month": date(2009, 3, 1)}})
    events = pd.DataFrame({{"area": ids, "on": date(2009, 3, 1), "what": who}})
    receipt = store.add({{"children": children, "events": events}}, by=who, source_name=f"{{who}}-{{upload}}")
    print(receipt.upload_id, f"{{who}}-{{upload}}", flush=True)
    if upload % 5 == 4:
        store.withdraw(receipt.upload_id, by=who)
        print("withdrawn", receipt.upload_id, flush=True)
"""


def start_writer(folder: Path, who: str, uploads: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), who, str(uploads)]
    writer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
    return writer


def check_whole(store: Store) -> pd.DataFrame:
    """Every upload stands whole or is withdrawn whole, in both tables; return the uploads."""
    uploads = store.uploads().drop_duplicates("upload_id").set_index("upload_id")
    standing = uploads[uploads["withdrawn_in"].isna()]
    for table, column in (("children", "child_id"), ("events", "area")):
        prefixes = store.read(table)[column].str.rsplit("-", n=1).str[0]
        assert prefixes.value_counts().to_dict() == dict.fromkeys(standing["source_name"], ROWS)
    versions = store.versions()["version"].tolist()
    assert versions == list(range(len(versions)))[::-1]
    assert len(versions) == 1 + len(uploads) + uploads["withdrawn_in"].notna().sum()
    return uploads


def test_four_processes_adding_at_once_lose_and_mix_nothing(store: Store) -> None:
    writers = [start_writer(store.folder, f"w{number}", 5) for number in range(4)]
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    uploads = check_whole(store)
    assert set(uploads["source_name"]) == {f"w{number}-{upload}" for number in range(4) for upload in range(5)}
    assert uploads["withdrawn_in"].notna().sum() == 4
    assert store.version == 24


def test_a_killed_process_leaves_each_upload_whole_or_absent_and_none_acknowledged_is_lost(store: Store) -> None:
    moments = random.Random(1)
    for kill in range(6):
        writer = start_writer(store.folder, f"k{kill}", 500)
        writer.stdin.write("go\n")
        writer.stdin.flush()
        time.sleep(moments.uniform(0.02, 0.4))
        writer.send_signal(signal.SIGKILL)
        said, _ = writer.communicate(timeout=60)
        uploads = check_whole(Store.open(store.folder))
        for line in (line for line in said.splitlines(keepends=True) if line.endswith("\n")):
            first, second = line.split()
            if first == "withdrawn":
                assert pd.notna(uploads.loc[int(second), "withdrawn_in"])
            else:
                assert uploads.loc[int(first), "source_name"] == second
    assert store.version > 6


def test_readers_see_a_whole_version_while_others_write(store: Store) -> None:
    writer = start_writer(store.folder, "w", 20)
    writer.stdin.write("go\n")
    writer.stdin.flush()
    seen = set()
    while writer.poll() is None:
        snapshot = store.snapshot()
        assert snapshot.rows["children"] == snapshot.rows["events"]
        assert snapshot.rows["children"] % ROWS == 0
        seen.add(snapshot.rows["children"])
    assert writer.returncode == 0
    assert len(seen) > 1


def test_only_one_of_several_creators_makes_the_store(tmp_path: Path) -> None:
    def create(note: str) -> str:
        try:
            return Store.create(tmp_path / "store", note=note).facts()["note"]
        except StoreError as error:
            return str(error)

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(create, "abcdef"))
    made = [one for one in said if len(one) == 1]
    assert len(made) == 1 and Store.open(tmp_path / "store").facts()["note"] == made[0]
    assert all("holds a store already" in one for one in said if len(one) > 1)


def test_threads_of_one_process_share_a_store(store: Store, made) -> None:
    def add(number: int) -> int:
        return store.add({"families": made.frame("families", made.family(number))}, by="t", source_name="t").version

    with ThreadPoolExecutor(8) as pool:
        versions = sorted(pool.map(add, range(24)))
    assert versions == list(range(1, 25))
    assert len(store.read("families")) == 24


def test_two_adding_the_same_rows_at_once_store_them_once(store: Store, county) -> None:
    def add(_: int) -> bool:
        try:
            store.add(county, by="t", source_name="t")
        except StoreError as error:
            assert "stored already" in str(error)
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(add, range(4))) == [False, False, False, True]
    assert len(store.read("families")) == 6


@pytest.mark.parametrize("columns", [["child_id"], None])
def test_reading_leaves_nothing_open(store: Store, county, columns) -> None:
    store.add(county, by="t", source_name="t")
    store.read("children", columns=columns)
    open_files = [link.readlink() for link in Path("/proc/self/fd").iterdir() if link.exists()]
    assert not [path for path in open_files if path.name.startswith("store.sqlite")]
