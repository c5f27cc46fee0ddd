"""A full disk, a file that may not grow, a folder that may not be written: a plain sentence, and nothing lost."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pandas as pd
import pytest

from toolkit.errors import StoreError
from toolkit.records import Store
from toolkit.records.backup import write_backup

ADD = """
import sys
from pathlib import Path
import pandas as pd
from toolkit.errors import StoreError
from toolkit.records import Store

store = Store.open(Path(sys.argv[1]))
rows = int(sys.argv[2])
for number in range(200):
    ids = [f"{number} {i}" + "x" * 200 for i in range(rows)]
    frame = pd.DataFrame({"area": ids, "on": pd.Timestamp("2010-03-04"), "what": str(number)})
    try:
        receipt = store.add({"events": frame}, by="t", source_name=str(number))
    except StoreError as error:
        print("refused", str(error).split("(")[0], flush=True)
        sys.exit(3)
    print("added", receipt.upload_id, flush=True)
"""


def add_until_refused(folder: Path, rows: int = 500, **options: object) -> tuple[list[str], str]:
    done = subprocess.run(
        [sys.executable, "-c", ADD, str(folder), str(rows)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **options,
    )
    assert done.returncode == 3, done.stderr
    *added, refused = done.stdout.splitlines()
    return added, refused


@pytest.fixture
def small_disk(tmp_path: Path):
    """A disk of 6 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("A small disk can only be made as root, with leave to mount.")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_said_and_everything_acknowledged_stays(small_disk: Path, tmp_path: Path) -> None:
    store = Store.create(small_disk / "store")
    added, refused = add_until_refused(store.folder)
    assert refused.startswith("refused The disk is full, so nothing was changed. Make room and try again.")
    assert len(added) > 1
    moved = shutil.copytree(store.folder, tmp_path / "moved")
    again = Store.open(moved)
    assert len(again.read("events")) == 500 * len(added) and again.version == len(added)
    assert again.check().is_whole, again.check().summary()


def test_a_full_disk_can_be_gone_on_with_after_room_was_made(small_disk: Path, made) -> None:
    store = Store.create(small_disk / "store")
    (small_disk / "other").write_bytes(b"x" * 2_000_000)
    added, _ = add_until_refused(store.folder, 200)
    (small_disk / "other").unlink()
    store.add({"families": made.frame("families", made.family(1))}, by="t", source_name="t")
    assert store.version == len(added) + 1 and store.check().is_whole


def test_a_backup_to_a_full_disk_is_said_and_leaves_nothing(small_disk: Path, tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    (small_disk / "other").write_bytes(b"x" * 6_200_000)
    with pytest.raises(StoreError, match="could not be written"):
        write_backup(store, small_disk / "x.backup", by="t")
    assert [path.name for path in small_disk.iterdir()] == ["other"]


def as_somebody_else(folder: Path, frames: dict[str, object], said: Connection) -> None:
    """Try to add to a store and to read it, as a user who may only read: root may write anywhere."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
    try:
        Store.open(folder).add(frames, by="t", source_name="t")
    except StoreError as error:
        said.send(str(error))
    else:
        said.send("added")


def test_a_folder_that_may_not_be_written_is_said_and_nothing_is_lost(county) -> None:
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        store = Store.create(Path(place) / "store")
        store.add(county, by="t", source_name="t")
        paths = [store.folder, *store.folder.iterdir()]
        for path in paths:
            path.chmod(0o555 if path.is_dir() else 0o444)
        here, there = Pipe()
        child = get_context("fork").Process(
            target=as_somebody_else, args=(store.folder, {"events": made_events()}, there)
        )
        child.start()
        said = here.recv()
        child.join(30)
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)
        assert "cannot be written to. Check who may write" in said or "cannot be opened. Check that" in said
        assert store.version == 1 and store.check().is_whole


def made_events() -> pd.DataFrame:
    return pd.DataFrame({"area": ["C01"], "on": pd.Timestamp("2010-03-04"), "what": "x"})


def test_a_database_that_may_only_be_read_is_said(postgresql, tmp_path: Path, county) -> None:
    url = postgresql()
    store = Store.create(tmp_path / "s", database=url)
    store.add(county, by="t", source_name="t")
    with store.engine.connect() as connection:
        name = connection.exec_driver_sql("select current_database()").scalar_one()
        connection.exec_driver_sql(f"alter database {name} set default_transaction_read_only = on")
        connection.commit()
    with pytest.raises(StoreError, match="cannot be written to"):
        Store.open(store.folder).add({"families": county["families"]}, by="t", source_name="t")
    assert len(Store.open(store.folder).read("families")) == 6
