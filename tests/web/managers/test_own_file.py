"""A centre's own file, with no column for the centre and its own words for the stage: stored, and it is said how."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from toolkit.records import Store
from toolkit.tables import table

NO = ("lone_parent", "young_parent", "english_additional_language", "disability", "kinship_care")
SAID = "All rows are taken as being of Amberfold (C03), your centre."
KEPT = "All rows taken as being of Amberfold (C03): the file has no column for the centre"


def page(folder: str, others: tuple[str, ...]) -> None:
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.navigation import SHOW

    SHOW["upload"](Store.open(Path(folder)), Person(Role("manager"), "C03", "Amberfold", centre_ids=others))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.create(tmp_path / "store", simulated=True)
    centres = [
        {"centre_id": number, "name": name, "district": "Ember", "area_team": "south", "provider": "county",
         "opened_on": date(2007, 4, 1)}
        for number, name in (("C03", "Amberfold"), ("C05", "Bramley"))
    ]  # fmt: skip
    families = [
        {"family_id": one, "reach_centre_id": "C03", "district": "Ember", "idaci_decile": 3, "children": 1,
         "known_from": date(2007, 5, 12), **dict.fromkeys(NO, False)}
        for one in ("F1", "F2")
    ]  # fmt: skip
    rows = {"centres": centres, "families": families}
    frames = {name: pd.DataFrame(one).reindex(columns=list(table(name).names)) for name, one in rows.items()}
    made.add(frames, by="Ann", source_name="first.xlsx")
    return made


def own_file(more: tuple[str, str] = ("Remarks", "well")) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Family no", "Date seen", "Score (1-5)", "When", "Worker", more[0]])
    for family, month, score, when in (("F1", 5, 2, "before"), ("F1", 9, 4, "after"), ("F2", 5, 3, "before")):
        book.active.append([family, datetime(2010, month, 1), score, when, "W07", more[1]])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def shown(drawn: AppTest) -> str:
    kinds = ("markdown", "error", "info", "warning", "success")
    words = [*(one.proto.body for one in drawn.get("html")), *(one.value for kind in kinds for one in drawn.get(kind))]
    return " ".join(words).replace("\\", "")


def press(drawn: AppTest, label: str) -> AppTest:
    done = next(button for button in drawn.button if button.label == label).click().run()
    assert not done.exception
    return done


def upload(store: Store, content: bytes, others: tuple[str, ...] = ()) -> AppTest:
    kwargs = {"folder": str(store.folder), "others": others}
    drawn = AppTest.from_function(page, default_timeout=60, kwargs=kwargs).run()
    drawn.file_uploader[0].upload("own.xlsx", content)
    drawn.run()
    drawn.radio[0].set_value("better").run()
    assert not drawn.exception
    return drawn


def test_who_has_one_centre_is_told_it_is_taken_and_the_receipt_and_the_record_say_it(
    store: Store, drawn_by_hand
) -> None:
    drawn = upload(store, own_file())
    boxes = {box.label.split(" (")[0].split(",")[0]: box for box in drawn.selectbox}
    assert {label: box.value for label, box in boxes.items() if box.value != -1} == {
        "Family number": 0, "Date of score": 1, "Score": 2, "Stage": 3, "Scored by": 4,
    }  # fmt: skip
    assert "No column: all rows are of Amberfold (C03), your centre" in boxes["Centre number"].options
    assert SAID not in shown(drawn)
    drawn = press(drawn, "Read the file so")
    said = shown(drawn)
    assert SAID in said
    assert 'All rows were taken as being of Amberfold (C03): the file has no column "Centre number".' in said
    assert 'Stage "before" was read as "At the start of support" (rows 2 and 4).' in said
    drawn = press(drawn, "Store 3 rows")
    assert KEPT in shown(drawn)
    stored = store.read("progress_scores")
    assert set(stored["centre_id"]) == {"C03"} and sorted(stored["stage"]) == ["end", "start", "start"]
    assert store.uploads().iloc[0]["note"] == KEPT


def test_who_has_several_centres_says_it_and_until_then_nothing_is_read(store: Store, drawn_by_hand) -> None:
    drawn = press(upload(store, own_file(), ("C03", "C05")), "Read the file so")
    assert "taken as being" not in shown(drawn)
    assert "The file has no column for the centre." in shown(drawn)
    assert not any(button.label.startswith("Store") for button in drawn.button)
    sure = next(box for box in drawn.checkbox if "All rows of this file are of Amberfold" in box.label)
    assert not sure.value
    drawn = sure.check().run()
    assert not drawn.exception
    assert KEPT in shown(press(drawn, "Store 3 rows"))


def test_a_column_that_holds_other_centres_is_asked_for_and_read_as_it_says(store: Store) -> None:
    drawn = upload(store, own_file(("Where", "C05")))
    centre = next(box for box in drawn.selectbox if box.label.startswith("Centre number"))
    assert centre.value == 5
    centre.set_value(-1)
    drawn = press(drawn, "Read the file so")
    assert 'It seems that column F ("Where") says which centre a row is of.' in shown(drawn)
    next(box for box in drawn.selectbox if box.label.startswith("Centre number")).set_value(5)
    drawn = press(drawn, "Read the file so")
    assert "taken as being" not in shown(drawn)
    assert "F2: Centre number is C05. You upload for C03 only." in shown(drawn)
