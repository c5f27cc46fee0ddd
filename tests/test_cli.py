"""The command line: what each command prints, and that bad input ends with code 2 and a sentence, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from toolkit.cli.studies import protocol_path
from toolkit.project_files import ANALYSES

EXACT = {"2010": 3160, "2011": 2855, "2014": 3451, "2019": 4929, "2025": 4805}


def test_the_departments_files_are_read_as_downloaded(shared_data, tmp_path, command) -> None:
    read = ("osr28", "osr26", "SFR45-2013", "SFR43-2014", "c1_")  # all are in tests/intake/published
    files = sorted(file for file in (shared_data / "dfe_original").iterdir() if file.stem.startswith(read))
    done = command("import", "dfe", *files, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = command("counts", "--area", "Worcestershire", "--measure", "referrals", "--json", cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    by_year = {row["period"]: row["count"] for row in json.loads(found.stdout)}
    assert {year: by_year[year] for year in EXACT} == EXACT
    again = command("import", "dfe", *(file for file in files if file.stem.startswith(("osr28", "c1_"))), cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    same = command("counts", "--area", "E10000034", "--period", "2010", "--json", cwd=tmp_path)
    assert len(json.loads(same.stdout)) == 1


@pytest.mark.parametrize("arguments", [["snapshot", "--store", "nowhere"], ["published"], ["counts", "--area"]])
def test_a_command_in_this_process_ends_and_speaks_as_in_one_of_its_own(
    arguments, tmp_path, command, command_alone
) -> None:
    here, alone = command(*arguments, cwd=tmp_path), command_alone(*arguments, cwd=tmp_path)
    assert here.returncode == alone.returncode
    assert (here.stdout, here.stderr) == (alone.stdout, alone.stderr)
    assert alone.stdout + alone.stderr


def test_published_marks_the_percentage_the_report_got_wrong(command) -> None:
    claims = pd.DataFrame(json.loads(command("published", "--json").stdout))
    wrong = claims[claims["differs"] == True]  # noqa: E712 - the column also holds nulls
    assert any(abs(value - 14.3) < 0.05 for value in wrong["recomputed"])


def test_a_template_passes_its_own_check(tmp_path, command) -> None:
    file = tmp_path / "scores.xlsx"
    assert command("template", "progress_scores", "--out", file).returncode == 0
    checked = command("check", file, "--higher-is", "better", "--json")
    assert checked.returncode == 0, checked.stdout
    assert json.loads(checked.stdout)["problems"] == []


def test_check_names_each_problem_by_its_cell(tmp_path, command) -> None:
    file = tmp_path / "scores.csv"
    file.write_text(
        "Family number,Centre number,Date of score,Stage,Score\nF1,C01,04/03/2010,start,7\n,C01,05/03/2010,end,2\n"
    )
    done = command("check", file, "--higher-is", "better")
    assert done.returncode == 2
    assert "E2: Score is 7. Enter a whole number from 1 to 5." in done.stdout
    assert "A3" in done.stdout


def test_a_protocol_by_its_name_is_ones_own_before_the_toolkits(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    shipped = protocol_path(Path("rec11_referrals"))
    assert shipped == ANALYSES / "rec11_referrals.toml"
    (tmp_path / "analyses").mkdir()
    for name in ("rec11_referrals", "mine"):
        (tmp_path / "analyses" / f"{name}.toml").touch()
        assert protocol_path(Path(name)) == Path("analyses") / f"{name}.toml"
    assert protocol_path(Path("rec12_reach")) == ANALYSES / "rec12_reach.toml"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "rec11_referals", "--store", "x"], 'Did you mean "rec11_referrals"'),
        (["run", "rec11_referrals", "--store", "nowhere"], "nowhere"),
        (["snapshot", "--store", "nowhere"], "nowhere"),
        (["app", "--store", "nowhere"], "nowhere"),
        (["template", "progress_score", "--out", "x.xlsx"], 'Did you mean "progress_scores"'),
        (["check", "absent.xlsx"], "absent.xlsx"),
        (["import", "dfe", "absent.csv"], "absent.csv"),
        (["import", "s251", "absent.csv"], "absent.csv"),
        (["counts", "--store", "nowhere"], "nowhere"),
        (["simulate", "--out", "x", "--scale", "half"], "half"),
        (["demo", "--folder", ".", "--no-serve"], "not a demo county"),
    ],
)
def test_bad_input_ends_with_code_2_and_a_sentence(arguments, says, tmp_path, command) -> None:
    (tmp_path / "mine.txt").write_text("not to be removed")
    done = command(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "mine.txt").exists()
