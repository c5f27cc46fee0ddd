"""A stored score put right by its own manager: by the same checks, with its history, taken back, and no other."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from toolkit.accounts.roles import Person, Role
from toolkit.errors import InputError, NotPermitted, StoreError
from toolkit.records import Store
from toolkit.tables import table
from toolkit.web.access import ManagerStore
from toolkit.web.access.checked_rows import key_of

OWN, OTHER = Person(Role.MANAGER, "C01", "Amberfold"), Person(Role.MANAGER, "C02", "Bramley")
NO = ("lone_parent", "young_parent", "english_additional_language", "disability", "kinship_care")
SCORES = table("progress_scores")


def frame(of: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows).reindex(columns=list(table(of).names))


def score(family: str, centre: str, day: date, stage: str = "start", value: int = 2) -> dict[str, object]:
    return {"family_id": family, "centre_id": centre, "scored_on": day, "stage": stage, "dimension": "overall",
            "score": value, "higher_is": "better"}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.create(tmp_path / "store", simulated=True)
    centres = [
        {"centre_id": one, "name": one, "district": "Ember", "area_team": "south", "provider": "county",
         "opened_on": date(2007, 4, 1)}
        for one in ("C01", "C02")
    ]  # fmt: skip
    families = [
        {"family_id": one, "reach_centre_id": centre, "district": "Ember", "idaci_decile": 3, "children": 1,
         "known_from": date(2007, 5, 12), **dict.fromkeys(NO, False)}
        for one, centre in (("F1", "C01"), ("F2", "C01"), ("F9", "C02"))
    ]  # fmt: skip
    scores = [
        score("F1", "C01", date(2010, 3, 4)), score("F1", "C01", date(2010, 9, 4), "review", 4),
        score("F1", "C02", date(2011, 1, 1), "end", 5), score("F9", "C02", date(2010, 3, 4)),
    ]  # fmt: skip
    tables = {"centres": centres, "families": families, "progress_scores": scores}
    made.add({name: frame(name, rows) for name, rows in tables.items()}, by="Ann", source_name="first.xlsx")
    return made


def written(row: pd.Series, **other: str) -> dict[str, str]:
    as_they_are = {
        "family_id": row["family_id"], "scored_on": f"{row['scored_on']:%d/%m/%Y}", "stage": row["stage"],
        "dimension": row["dimension"], "score": f"{row['score']:g}", "higher_is": row["higher_is"],
    }  # fmt: skip
    return as_they_are | other


def correct(store: Store, who: Person, row: pd.Series, **other: str):
    view, key = ManagerStore(store, who), key_of(row)
    found = view.checked_row(key, written(row, **other))
    assert found.problems == ()
    return view.correct(key, found.rows, why="It was typed wrongly")


def test_a_score_and_its_day_are_put_right_with_a_history_and_taken_back(store: Store) -> None:
    before = store.read("progress_scores")
    view = ManagerStore(store, OWN)
    row = view.scores_of("F1").iloc[0]
    correct(store, OWN, row, score="3")
    given = correct(store, OWN, view.scores_of("F1").iloc[0], scored_on="05/03/2010", stage="At a review")
    now = view.scores_of("F1").iloc[0]
    assert (now["score"], now["scored_on"].date(), now["stage"]) == (3, date(2010, 3, 5), "review")
    assert view.history_of(key_of(row))[["score", "by"]].values.tolist() == [[2, "Ann"], [3, OWN.name]]
    line = store.audit_lines(action="corrected").iloc[0]
    assert line["who"] == OWN.name and json.loads(line["detail"])["upload_id"] == given.upload_id
    assert "F1" not in line["detail"]
    mine = view.uploads()
    assert mine["upload_id"].tolist() == [3, 2] and set(mine["note"]) == {"It was typed wrongly"}
    assert store.check().is_whole, store.check().summary()
    view.withdraw(3, reason="x")
    view.withdraw(2, reason="x")
    pd.testing.assert_frame_equal(store.read("progress_scores"), before)
    assert store.check().is_whole


REFUSED = (
    ({"score": "9"}, "Score is 9. Enter a whole number from 1 to 5."),
    ({"score": ""}, "Score is blank."),
    ({"scored_on": "31/02/2010"}, "February 2010 has only 28 days."),
    ({"scored_on": "01/01/2999"}, "2999 is not a likely year."),
    ({"family_id": "F404"}, "No such family is stored."),
    ({"stage": "middle"}, "Stage is middle."),
    ({"scored_on": "04/09/2010", "stage": "review", "score": "3"}, "The store already holds 4"),
    ({"instrument": "star"}, "No such instrument is stored."),
    ({"score": "=1+1"}, "Score is"),
)


def test_what_no_file_may_say_no_form_may_and_the_store_stays_as_it_was(store: Store) -> None:
    before, version = store.read("progress_scores"), store.version
    view = ManagerStore(store, OWN)
    row = view.scores_of("F1").iloc[0]
    for other, said in REFUSED:
        found = view.checked_row(key_of(row), written(row, **other))
        assert not len(found.rows)
        assert any(said in problem.message for problem in found.problems), found.problems
    assert store.version == version
    pd.testing.assert_frame_equal(store.read("progress_scores"), before)


def test_a_row_that_says_nothing_new_and_one_that_changed_meanwhile_are_refused(store: Store) -> None:
    view = ManagerStore(store, OWN)
    row = view.scores_of("F1").iloc[0]
    with pytest.raises(InputError, match="nothing to correct"):
        correct(store, OWN, row)
    correct(store, OWN, row, scored_on="05/03/2010")
    with pytest.raises(StoreError, match="somebody changed it"):
        correct(store, OWN, row, scored_on="06/03/2010")
    assert store.version == 2


def _foreign_key(view: ManagerStore, store: Store) -> None:
    """Name another centre's stored row, and a row of the own centre to stand in its place."""
    theirs = ManagerStore(store, OTHER).scores_of("F9").iloc[0]
    mine = view.scores_of("F1").iloc[0]
    view.correct(key_of(theirs), view.checked_row(key_of(mine), written(mine, score="3")).rows, why="x")


def _foreign_row(view: ManagerStore, store: Store) -> None:
    """Name a row of the own centre, and one of another's to stand in its place."""
    mine = view.scores_of("F1").iloc[0]
    found = view.checked_row(key_of(mine), written(mine, score="3"))
    view.correct(key_of(mine), found.rows.assign(centre_id="C02"), why="x")


def _foreign_history(view: ManagerStore, store: Store) -> None:
    view.history_of(key_of(ManagerStore(store, OTHER).scores_of("F9").iloc[0]))


def test_another_centres_rows_are_never_reached(store: Store) -> None:
    before, view = store.read("progress_scores"), ManagerStore(store, OWN)
    for attack in (_foreign_key, _foreign_row, _foreign_history):
        with pytest.raises(NotPermitted):
            attack(view, store)
    refused = store.audit_lines(action="refused")
    assert set(refused["what"]) == {"correct a score"} and set(refused["who"]) == {OWN.name}
    pd.testing.assert_frame_equal(store.read("progress_scores"), before)


def test_the_centre_that_a_form_says_is_not_believed_and_others_scores_are_not_found(store: Store) -> None:
    view = ManagerStore(store, OWN)
    assert view.scores_of("F9").empty and view.scores_of("").empty and view.scores_of("%").empty
    assert set(view.scores_of("F1")["centre_id"]) == {"C01"}  # C02 scored the family too
    row = view.scores_of("F1").iloc[0]
    found = view.checked_row(key_of(row), written(row, score="3", centre_id="C02"))
    assert set(found.rows["centre_id"]) == {"C01"}


def page(folder: str) -> None:
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.navigation import SHOW

    SHOW["correct"](Store.open(Path(folder)), Person(Role.MANAGER, "C01", "Amberfold"))


def press(drawn: AppTest, label: str) -> AppTest:
    next(button for button in drawn.button if button.label == label).click().run()
    assert not drawn.exception
    return drawn


def words(drawn: AppTest) -> str:
    return " ".join(element.proto.body for element in drawn.get("html"))


def test_on_the_page_a_score_is_found_refused_and_corrected(store: Store, drawn_by_hand) -> None:
    drawn = AppTest.from_function(page, default_timeout=60, kwargs={"folder": str(store.folder)}).run()
    drawn.text_input[0].set_value("F9")
    assert "no score of a family with this number" in words(press(drawn, "Find its scores"))
    drawn.text_input[0].set_value("F1")
    press(drawn, "Find its scores")
    assert len(drawn.radio[0].options) == 2  # and not the score that C02 gave
    field = next(one for one in drawn.text_input if one.label.startswith("Score ("))
    field.set_value("9")
    assert "Score is 9. Enter a whole number from 1 to 5." in words(press(drawn, "Store the correction"))
    assert store.version == 1
    next(one for one in drawn.text_input if one.label.startswith("Score (")).set_value("3")
    assert "Corrected. Receipt number 2" in words(press(drawn, "Store the correction"))
    assert ManagerStore(store, OWN).scores_of("F1").iloc[0]["score"] == 3


def scales(folder: str) -> None:
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.navigation import SHOW

    SHOW["scales"](Store.open(Path(folder)), Person(Role.MANAGER, "C01", "Amberfold"))


def test_on_the_page_a_scale_is_added_once_with_what_its_values_mean(store: Store, drawn_by_hand) -> None:
    drawn = AppTest.from_function(scales, default_timeout=60, kwargs={"folder": str(store.folder)}).run()
    said = {"Instrument number": "star", "Title": "Family Star", "Lowest": "1", "Highest": "ten"}

    def fill() -> None:
        for label, value in said.items():
            next(one for one in drawn.text_input if one.label.startswith(label)).set_value(value)
        for label, value in (("Step", "Whole points"), ("A higher score is", "Better for the family")):
            next(one for one in drawn.selectbox if one.label.startswith(label)).set_value(value)

    fill()
    assert "Highest score is ten." in words(press(drawn, "Add the scale"))
    said["Highest"] = "10"
    fill()
    drawn.text_area[0].set_value("1: stuck\nno value")
    assert "Line 2 of what the values mean is not read." in words(press(drawn, "Add the scale"))
    drawn.text_area[0].set_value("1: stuck\n11: beyond")
    assert "Nothing was added" in words(press(drawn, "Add the scale"))
    assert set(store.instruments()) == {"one_to_five"}
    drawn.text_area[0].set_value("1: stuck\n10: thriving")
    assert "Added: Family Star" in words(press(drawn, "Add the scale"))
    assert store.instruments()["star"].anchors == ((1.0, "stuck"), (10.0, "thriving"))
    fill()
    assert "stored already" in words(press(drawn, "Add the scale"))
