"""A council's other scales from file to file: instrument, scores, snapshot, template, and the upload page's reading."""

from __future__ import annotations

import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

from in_process import COMMAND
from toolkit.accounts.roles import Person, Role
from toolkit.errors import ToolkitError
from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.review.review import ReviewContext, review
from toolkit.records import Store
from toolkit.tables import TABLES
from toolkit.web.access import ManagerStore

SCORES = TABLES["progress_scores"]
INSTRUMENTS = """Instrument number,Title,Edition,Lowest score,Highest score,Step,A higher score is,Dimensions
star,Family Star Plus,2017,1,10,Whole points,Better for the family,Physical health;Boundaries
form,Early help form,,1,5,Half points,Better for the family,
need,Level of need,,1,4,Whole points,Worse for the family,
"""
ANCHORS = "Instrument number,Value,Meaning\nstar,1,Stuck\nstar,9,Effective parenting\n"
HEAD = "Family number,Centre number,Date of score,Stage,Score,What was scored,Who scored,Second scoring\n"
FILES = {
    "star": "F1,C01,04/03/2010,start,3,Boundaries,together,\nF1,C01,04/03/2010,start,4,Boundaries,worker only,yes\n"
    "F1,C01,04/09/2010,end,10,physical health,family,\n",
    "form": "F1,C01,04/03/2010,start,2½,,self,\nF1,C01,04/09/2010,end,3.50,,joint,\n",
    "need": "F1,C01,04/03/2010,start,4,,practitioner,\nF1,C01,04/09/2010,end,1,,retrospective,\n",
}


@pytest.fixture
def run(tmp_path: Path):
    store = Store.create(tmp_path / "store", simulated=True)
    centre = {
        "centre_id": "C01", "name": "One", "district": "Northvale", "area_team": "south", "provider": "county",
        "opened_on": date(2006, 4, 1),
    }  # fmt: skip
    flags = ("lone_parent", "young_parent", "english_additional_language", "disability", "kinship_care")
    family = {
        "family_id": "F1", "reach_centre_id": "C01", "district": "Northvale", "idaci_decile": 3, "children": 1,
        "known_from": date(2007, 5, 1), **dict.fromkeys(flags, False),
    }  # fmt: skip
    rows = {"centres": centre, "families": family}
    store.add(
        {name: pd.DataFrame([row], columns=list(TABLES[name].names)) for name, row in rows.items()},
        by="t", source_name="t",
    )  # fmt: skip

    def command(*arguments: object, text: str = "", name: str = "file.csv"):
        if text:
            (tmp_path / name).write_text(text, encoding="utf-8")
            arguments = (*arguments, tmp_path / name)
        said = StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            try:
                asked = [str(one) for one in (*arguments, "--store", store.folder)]
                code = COMMAND.main(asked, prog_name="toolkit", standalone_mode=False)
            except ToolkitError as error:
                return 2, f"{said.getvalue()}\n{error}"
        return code or 0, said.getvalue()

    command.store = store
    return command


def test_stars_half_points_and_a_scale_where_1_is_best_load_and_come_back_and_never_mix(run, tmp_path: Path) -> None:
    first = run("import", "table", "progress_scores", "--instrument", "star", text=HEAD + FILES["star"])
    assert first[0] == 2 and 'No instrument "star" is stored.' in first[1]
    in_file = run(
        "check", text=HEAD.replace("Stage", "Instrument,Stage") + FILES["form"].replace("start", "form,start")
    )
    assert in_file[0] == 2 and "Import it first, into the table instruments" in in_file[1]
    assert run("import", "table", "instruments", text=INSTRUMENTS)[0] == 0
    assert run("import", "table", "instrument_anchors", text=ANCHORS)[0] == 0
    for number, rows in FILES.items():
        code, said = run("check", "--instrument", number, text=HEAD + rows)
        assert code == 0, said
        code, said = run("import", "table", "progress_scores", "--instrument", number, text=HEAD + rows)
        assert code == 0, said
        on_ours = run("check", "--higher-is", "better", text=HEAD + rows)
        assert on_ours[0] == (0 if number == "need" else 2)  # 4 and 1 are scores from 1 to 5 too: a notice says so
        assert number != "need" or "read on the built-in scale from 1 to 5" in on_ours[1].replace("\n", " ")
        turned = run(
            "check", "--instrument", number, "--higher-is", "better" if number == "need" else "worse", text=HEAD + rows
        )
        assert turned[0] == 2 and "a higher score is" in turned[1]
    stored = run.store.read("progress_scores")
    assert sorted(stored["score"]) == [1.0, 2.5, 3.0, 3.5, 4.0, 4.0, 10.0]
    pd.testing.assert_frame_equal(run.store.snapshot().read("progress_scores"), stored)

    assert "- 9: Effective parenting" in run("dictionary")[1]
    filled = tmp_path / "filled.xlsx"
    assert run("template", "progress_scores", "--out", filled, "--with-rows", "--centre", "C01")[0] == 0
    found = ManagerStore(run.store, Person(Role("manager"), "C01", "One"))
    read = review(read_sheet(filled, filled.name), SCORES, found.context({}))
    assert (read.problems, len(read.already_stored), len(read.rows)) == ((), 7, 0)
    fresh = review(read_sheet(filled, filled.name), SCORES, _without_stored(found))
    back = fresh.rows.sort_values(["instrument", "scored_on", "second_scoring"], ignore_index=True)
    as_stored = stored.sort_values(["instrument", "scored_on", "second_scoring"], ignore_index=True)
    assert back.drop(columns="scored_on").equals(as_stored.drop(columns="scored_on"))

    corrected = run(
        "correct", "instruments", "--key", "instrument_id=star", "--set", "highest=9", "--why", "x", "--by", "t"
    )
    assert corrected[0] == 2 and "family F1 at C01 on 04/09/2010: score is 10" in corrected[1].replace("\n", " ")
    key = [f"{name}={value}" for name, value in {
        "family_id": "F1", "centre_id": "C01", "scored_on": "04/09/2010", "stage": "end", "instrument": "star",
        "dimension": "Physical health",
    }.items()]  # fmt: skip
    keyed = [part for one in key for part in ("--key", one)]
    mended = run("correct", "progress_scores", *keyed, "--set", "score=9", "--why", "x", "--by", "t", "--json")
    assert mended[0] == 0, mended[1]
    assert json.loads(mended[1])["changes"]
    assert run("correct", "progress_scores", *keyed, "--set", "score=9.5", "--why", "x", "--by", "t")[0] == 2


def _without_stored(of: ManagerStore) -> ReviewContext:
    return replace(of.context({}), existing=None)
