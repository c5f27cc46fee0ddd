"""A lake in a bucket that speaks S3 (an emulator of it): the same result, and each way it fails is said in words."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from moto.server import ThreadedMotoServer
from pyarrow import fs
from typer.testing import CliRunner

from counties import Counties
from small_lake import LIMITS
from toolkit.cli.main import app
from toolkit.errors import InputError, StoreError
from toolkit.pooling.nation import national, write_national
from toolkit.records.snapshots import lake as folder_lake
from toolkit.records.snapshots.bucket import Bucket
from toolkit.records.snapshots.bucket_lake import BucketLake, open_lake, send_snapshot
from toolkit.records.snapshots.lake import Lake, folder_name
from toolkit.runs.strata import run as strata_run
from toolkit.runs.strata.run import LOG, run_lake
from toolkit.simulate import england
from toolkit.simulate.england import EnglandOptions, write_england
from toolkit.studies.matched_cohort.strata.nation import nation_of
from toolkit.studies.matched_cohort.strata.sums import StratumSums


@dataclass
class Service:
    """The emulator, which can be stopped and begun again where it was, with what was put in it."""

    server: ThreadedMotoServer
    port: int

    def stop(self) -> None:
        self.server.stop()

    def go_on(self) -> None:
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port)
        self.server.start()

    def let_in(self, how_many: str) -> None:
        """From the next request on, ask as many requests' keys as given no question, and those after them one."""
        url, plain = f"http://127.0.0.1:{self.port}/moto-api/reset-auth", {"Content-Type": "text/plain"}
        urlopen(Request(url, how_many.encode(), plain), timeout=10).close()


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    found = Service(server, server.get_host_and_port()[1])
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{found.port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "council")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "a secret of tests")
        fs.S3FileSystem(
            endpoint_override=f"http://127.0.0.1:{found.port}", region="us-east-1", allow_bucket_creation=True
        ).create_dir("councils")
        yield found
    found.stop()


@pytest.fixture(scope="module")
def bucket(service: Service, lake: Lake) -> BucketLake:
    for authority in lake.authorities:
        send_snapshot(lake.part(authority), Bucket("s3://councils/lake") / folder_name(authority))
    Bucket("s3://councils/lake/authority=A777").send("families.parquet", b"its manifest was not sent")
    found = open_lake("s3://councils/lake/")
    assert isinstance(found, BucketLake)
    return found


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.usefixtures("in_this_process")
def test_a_bucket_and_a_folder_give_the_same_bytes(
    bucket: BucketLake, lake: Lake, protocol: Path, strata: list[StratumSums], scratch: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert bucket.authorities == lake.authorities
    there: list[int] = []
    ask = strata_run.stratum_sums

    def noted(*given: object, **options: object) -> StratumSums:
        there.append(len(list(scratch.glob("toolkit-lake-*/*"))))
        return ask(*given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(strata_run, "stratum_sums", noted)
    write_national(national(run_lake(protocol, bucket, tmp_path / "s3"), "Do they help?"), tmp_path / "s3")
    write_national(national(nation_of(strata, LIMITS), "Do they help?"), tmp_path / "folder")
    for name in ("result.json", "nation.md", "forest.svg"):
        assert (tmp_path / "s3" / name).read_bytes() == (tmp_path / "folder" / name).read_bytes()
    assert there == [1, 1, 1]  # one authority's rows at a time
    assert not list(scratch.glob("toolkit-lake-*"))
    assert not any(path.suffix == ".parquet" for path in (tmp_path / "s3").rglob("*"))


def test_a_plan_brings_no_more_than_it_looks_into(
    bucket: BucketLake, lake: Lake, protocol: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought: list[str] = []
    bring = Bucket.bring
    monkeypatch.setattr(Bucket, "bring", lambda self, name, to: (brought.append(name), bring(self, name, to)))
    plans = [
        CliRunner().invoke(app, ["plan", str(protocol), "--lake", where, "--json"]).output
        for where in (bucket.bucket.url, str(lake.folder), lake.folder.as_uri())
    ]
    assert json.loads(plans[0])["strata"] == 3 and plans[0] == plans[1] == plans[2]
    assert brought == ["manifest.json", "referrals.parquet"] * 3


@pytest.mark.usefixtures("in_this_process")
def test_a_network_that_goes_is_named_and_what_is_done_stays_done(
    bucket: BucketLake, service: Service, protocol: Path, strata: list[StratumSums], scratch: Path, tmp_path: Path
) -> None:
    two = BucketLake(bucket.bucket, bucket.authorities[:2])

    def cut(step: str, _: float) -> None:
        if step.startswith("A001"):
            service.stop()

    try:
        found = run_lake(protocol, two, tmp_path, progress=cut)
    finally:
        service.go_on()
    assert list(found.by_authority["authority"]) == ["A001"]
    assert (
        found.failed["A002"].startswith("tried 2 times: ")
        and "did not give s3://councils/lake/authority=A002" in (found.failed["A002"])
    )
    log = (tmp_path / LOG).read_text()
    assert "A001 done, 1 of 2" in log and "A002 did not end, to be tried again" in log and "A002 failed, 2 of 2" in log
    assert not list(scratch.glob("toolkit-lake-*"))
    said: list[str] = []
    again = run_lake(protocol, two, tmp_path, progress=lambda step, _: said.append(step))
    assert [step.split()[0] for step in said if step.endswith("of 2")] == ["A002"]
    assert again.by_authority.equals(nation_of(strata[:2], LIMITS).by_authority)


@pytest.mark.usefixtures("in_this_process")
def test_what_was_changed_or_cut_short_is_named_by_its_address(
    bucket: BucketLake, lake: Lake, protocol: Path, tmp_path: Path
) -> None:
    other = Bucket("s3://councils/damaged")
    for code, to in (("A001", "A001"), ("A001", "A002"), ("A001", "A003")):
        send_snapshot(lake.part(code), other / folder_name(to))
    cut, whole = other / folder_name("A001"), lake.part("A001")
    cut.send("families.parquet", whole.path("families").read_bytes()[:-100])
    manifest = json.loads((other / folder_name("A002")).read("manifest.json"))
    manifest["tables"]["families"]["sha256"] = "0" * 64
    (other / folder_name("A002")).send("manifest.json", json.dumps(manifest).encode())
    gone = fs.S3FileSystem(endpoint_override=os.environ["AWS_ENDPOINT_URL"], region="us-east-1")
    gone.delete_file("councils/damaged/authority=A003/children.parquet")
    with pytest.raises(InputError) as raised:
        run_lake(protocol, open_lake(other.url), tmp_path)
    said = str(raised.value)
    assert f"A001: The snapshot's file {cut.url}/families.parquet (table families) was changed" in said
    assert f"A002: The snapshot's file {other.url}/authority=A002/manifest.json was changed" in said
    assert f"A003: {other.url}/authority=A003/children.parquet is not there" in said
    send_snapshot(whole, cut)  # the same snapshot again mends it
    with open_lake(other.url).brought("A001", tmp_path) as mended:
        assert mended.hash == whole.hash
    with pytest.raises(StoreError, match="holds something else already"):
        send_snapshot(lake.part("A002"), cut)


def test_what_cannot_be_opened_says_why(
    bucket: BucketLake, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreError, match=r"There is no bucket elsewhere at http://127"):
        open_lake("s3://elsewhere/lake")
    with pytest.raises(StoreError, match=r"s3://councils/nothing is no lake"):
        open_lake("s3://councils/nothing")
    with pytest.raises(StoreError, match='no authority "A01"'):
        bucket.hash_of("A01")
    for wrong in ("gs://bucket/lake", "s3://key:secret@bucket/lake", "s3://", "file://host/lake"):
        with pytest.raises(InputError, match="cannot be read here"):
            open_lake(wrong)
    service.let_in("0")
    try:
        with pytest.raises(StoreError, match=r"does not let us at s3://councils/lake.*AWS_ACCESS_KEY_ID"):
            open_lake("s3://councils/lake")
        said = CliRunner().invoke(app, ["plan", "rec11_referrals", "--lake", "s3://councils/lake"])
        assert isinstance(said.exception, StoreError) and "secret of tests" not in str(said.exception)
    finally:
        service.let_in("inf")
    with bucket.brought("A001", tmp_path, ()) as found:  # no table at all
        (found.folder / "note").write_text("")
    with pytest.raises(StoreError, match="cannot be put in"), bucket.brought("A001", tmp_path / "gone"):
        pass
    nation = CliRunner().invoke(app, ["nation", "rec11_referrals", "--lake", "lake", "--out", "s3://councils/out"])
    assert isinstance(nation.exception, InputError) and "a folder of this computer" in str(nation.exception)
    county = CliRunner().invoke(app, ["simulate", "--scale", "tenth", "--out", "s3://councils/store"])
    assert isinstance(county.exception, InputError) and "A county's store is a folder" in str(county.exception)


@pytest.mark.usefixtures("service")
def test_a_store_and_a_simulation_are_written_to_a_bucket(
    counties: Counties, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = counties.store()
    to = "s3://councils/taken/authority=E10000034"
    words = ["snapshot", "--store", str(store.folder), "--out", to, "--json"]
    said = CliRunner().invoke(app, words)
    assert said.exit_code == 0, said.output
    taken = json.loads(said.output)
    assert taken["folder"] == to and open_lake("s3://councils/taken").hash_of("E10000034") == taken["hash"]
    made: list[int] = []
    county = counties.county()
    small = {name: frame.head(50) for name, frame in county.tables.items()}
    monkeypatch.setattr(england, "simulate_county", lambda *_: (made.append(1), replace(county, tables=small))[1])
    for authorities in (1, 2):
        write_england(EnglandOptions(authorities=authorities), Bucket("s3://councils/england"))
    assert len(made) == 2
    lake = open_lake("s3://councils/england")
    assert lake.authorities == ("A001", "A002") and lake.hash_of("A001") == lake.hash_of("A002")
    assert list(json.loads(Bucket("s3://councils/england").read("truth.json"))["authorities"]) == ["A001", "A002"]
    assert not list(scratch.iterdir())


@pytest.mark.verify
def test_processes_of_their_own_bring_the_same(bucket: BucketLake, lake: Lake, protocol: Path, tmp_path: Path) -> None:
    for where in (bucket.bucket.url, str(lake.folder)):
        out = tmp_path / where.partition(":")[0].strip("/").replace("/", "-")
        words = ["nation", str(protocol), "--lake", where, "--out", str(out), "--processes", "2"]
        subprocess.run([sys.executable, "-m", "toolkit.cli", *words], check=True, stdout=subprocess.DEVNULL)
    ours, theirs = (path.read_bytes() for path in sorted(tmp_path.glob("*/result.json")))
    assert ours == theirs


@pytest.mark.verify
def test_rows_that_were_brought_are_removed_when_the_run_is_killed(
    bucket: BucketLake, protocol: Path, scratch: Path, tmp_path: Path
) -> None:
    words = ["nation", str(protocol), "--lake", bucket.bucket.url, "--out", str(tmp_path / "out"), "--processes", "1"]
    running = subprocess.Popen(
        [sys.executable, "-m", "toolkit.cli", *words],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(scratch)},
    )
    _until(lambda: any(scratch.glob("toolkit-lake-*/A00*/families.parquet")))
    running.kill()
    running.wait()
    _until(lambda: not any(scratch.glob("toolkit-lake-*")))


def _until(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 300
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_lake_of_folders_brings_nothing(lake: Lake, tmp_path: Path) -> None:
    with lake.brought("A001", tmp_path) as found:
        assert found.folder == folder_lake.part_folder(lake.folder, "A001")
    assert not list(tmp_path.iterdir())
