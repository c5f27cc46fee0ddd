"""`toolkit import dfe` and `toolkit counts`: a release whole, and a revised one, as a person would give them."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from toolkit.cli.main import app

HEADER = "time_period,geographic_level,old_la_code,new_la_code,la_name,referral_count,rereferral_count\n"


def run(*arguments: object) -> dict:
    done = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_release_and_its_revision_are_stored_by_command_and_found_by_either_code(tmp_path: Path) -> None:
    folder, store = tmp_path / "release", tmp_path / "store"
    folder.mkdir()
    first, revised = folder / "c1.csv", tmp_path / "c1_revised.csv"
    first.write_text(HEADER + "2024,Local authority,370,E08000016,Barnsley,3114,5331\n")
    (folder / "about.pdf").write_text("%PDF")
    revised.write_text(HEADER + "2024,Local authority,,E08000038,Barnsley,9999,c\n")
    said = run("import", "dfe", folder, "--store", store)
    assert (said["new"], said["changed"]) == (2, 0) and any("about.pdf" in note for note in said["notes"])
    assert run("import", "dfe", revised, "--store", store)["changed"] == 2
    again = run("import", "dfe", first, "--store", store, "--published", "2024-10-31")
    assert (again["upload"], again["kept"]) == (None, 2) and "suppressed by the publisher: 1" in again["notes"][-1]
    for code in ("E08000038", "E08000016", "Barnsley"):
        (row,) = run("counts", "--store", store, "--area", code)
        assert (row["area"], row["count"]) == ("E08000016", 9999)
