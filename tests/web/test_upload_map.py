"""The upload page with another system's export: the proposal, the person's word, what was said last, the direction."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from toolkit.records import Store

EXPORT = (
    b"Client,Site,Day,Kind,Mark\nF000001,C01,01/05/2012,start,2\nF000002,C01,02/05/2012,end,9\n"
    b"F000001,C01,03/05/2012,review,3\nF000001,C01,04/05/2012,end,4\n"
)


def page(folder: str, content: bytes, direction: str) -> None:
    from datetime import date
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.intake.files.spreadsheet import read_sheet
    from toolkit.intake.review.context import ReviewContext
    from toolkit.intake.review.review import review
    from toolkit.records import Store
    from toolkit.web.access import ManagerStore
    from toolkit.web.pages.upload import found as upload_found
    from toolkit.web.pages.upload import mapping as upload_map
    from toolkit.web.pages.upload.work import File

    person = Person(Role("manager"), "C01", "Amberfold")
    store = ManagerStore(Store.open(Path(folder)), person)
    context = ReviewContext(
        centre_ids=frozenset({"C01"}),
        family_ids=frozenset({"F000001", "F000002"}),
        declared={"higher_is": direction},
        today=date(2012, 12, 31),
    )
    named = upload_map.named(store, person, read_sheet(content, "export.csv"), context)
    if named is not None:
        found = review(named.raw, upload_found.SCORES, context)
        upload_found.show(store, person, found, named.raw, File("export.csv", content, context.declared))


@pytest.fixture
def visit(tmp_path: Path):
    folder = Store.create(tmp_path / "store", simulated=True).folder

    def draw(content: bytes = EXPORT, direction: str = "better") -> AppTest:
        kwargs = {"folder": str(folder), "content": content, "direction": direction}
        drawn = AppTest.from_function(page, default_timeout=60, kwargs=kwargs).run()
        assert not drawn.exception
        return drawn

    return draw


def shown(drawn: AppTest) -> str:
    parts = [element.proto.body for element in drawn.get("html")]
    return " ".join(
        [
            *parts,
            *(one.value for kind in ("markdown", "error", "info", "warning", "success") for one in drawn.get(kind)),
        ]
    )


def chosen(drawn: AppTest) -> dict[str, str]:
    return {box.label.split(" (")[0].split(",")[0]: box.value for box in drawn.selectbox}


def confirm(drawn: AppTest) -> AppTest:
    done = next(button for button in drawn.button if button.label == "Read the file so").click().run()
    assert not done.exception
    return done


def test_nothing_is_read_until_the_columns_are_confirmed_and_then_the_problems_name_the_files_cells(visit) -> None:
    drawn = visit()
    assert "E3" not in shown(drawn)
    assert chosen(drawn) == {
        "Family number": 0, "Centre number": 1, "Date of score": 2, "Stage": 3, "What was scored": -1, "Score": 4,
        "Scored by": -1, "Who scored": -1, "Second scoring": -1,
    }  # fmt: skip
    drawn = confirm(drawn)
    assert "E3: Score is 9. Enter a whole number from 1 to 5." in shown(drawn)
    assert "Read the file so" not in [button.label for button in drawn.button]


def test_the_centre_is_asked_once_for_each_kind_of_file_and_may_say_it_anew(visit) -> None:
    confirm(visit())
    again = visit(EXPORT.replace(b"F000001", b"F000002"))
    assert "as your centre said last time" in shown(again)
    assert "Read the file so" not in [button.label for button in again.button]
    anew = next(button for button in again.button if button.label == "Say anew which column is which").click().run()
    assert chosen(anew)["Score"] == 4
    other = visit(EXPORT.replace(b"Mark", b"Rating given"))
    assert other.selectbox


def test_another_direction_than_last_time_is_warned_of(visit) -> None:
    confirm(visit(direction="worse"))
    assert "Check which is right before you store anything." not in shown(visit(direction="worse"))
    assert 'your centre said "Worse for the family". Check which is right' in shown(visit(direction="better"))


def test_a_needed_column_that_nobody_names_and_one_named_twice_are_said(visit) -> None:
    drawn = visit()
    boxes = {box.label.split(" (")[0].split(",")[0]: box for box in drawn.selectbox}
    boxes["Score"].set_value(-1)
    drawn = confirm(drawn)
    assert "Say which column is: Score. Each row of the file must have it." in shown(drawn)
    boxes = {box.label.split(" (")[0].split(",")[0]: box for box in drawn.selectbox}
    boxes["Score"].set_value(0)
    drawn = confirm(drawn)
    assert 'Column A was chosen for "Family number" and "Score". Choose it for one of them.' in shown(drawn)


def test_the_templates_headings_ask_nothing(visit) -> None:
    drawn = visit(b"Family number,Centre,Date,Stage,Score\nF000001,C01,01/05/2012,start,2\n")
    assert not drawn.selectbox
    assert "1 row read: 1 good." in shown(drawn)


def whole_page(folder: str) -> None:
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.navigation import SHOW

    SHOW["upload"](Store.open(Path(folder)), Person(Role("manager"), "C01", "Amberfold"))


def test_a_file_is_asked_about_its_direction_then_its_columns_then_it_is_checked_and_put_right(tmp_path) -> None:
    folder = Store.create(tmp_path / "store", simulated=True).folder
    drawn = AppTest.from_function(whole_page, default_timeout=60, kwargs={"folder": str(folder)}).run()
    drawn.file_uploader[0].upload("export.csv", EXPORT)
    drawn.run()
    assert "export.csv does not say it in each row." in shown(drawn).replace("\\", "")
    drawn.radio[0].set_value("better").run()
    assert not drawn.exception
    assert "Nothing is read until you say so" in shown(drawn)
    drawn.selectbox[0].set_value(0)  # nothing is stored yet, so nothing tells a family's number or a centre's
    drawn.selectbox[1].set_value(1)
    drawn = confirm(drawn)
    assert "E3: Score is 9. Enter a whole number from 1 to 5." in shown(drawn)
    next(box for box in drawn.text_input if box.label.startswith("Score, row 3")).set_value("4")
    next(button for button in drawn.button if button.label == "Check again").click().run()
    assert not drawn.exception
    assert "E3: Score is 9" not in shown(drawn)
    drawn.file_uploader[0].upload("other.csv", EXPORT.replace(b"F000001", b"F000002"))
    drawn.run()
    drawn.radio[0].set_value("worse").run()
    assert 'your centre said "Better for the family". Check which is right' in shown(drawn)
