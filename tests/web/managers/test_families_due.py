"""The page a manager starts from: a centre of 23 families, 9 of them scored twice, and the list that comes back."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from toolkit.accounts.roles import Person, Role
from toolkit.intake.outgoing.second_scores import SIMULATED, second_scores_bytes
from toolkit.intake.pseudonyms import write_key
from toolkit.intake.review.review import Review, review
from toolkit.project_files import ANALYSES
from toolkit.records import Store
from toolkit.studies.progress_change.second_scores import SecondScores, Standing
from toolkit.tables import table
from toolkit.web.access import ManagerStore
from toolkit.web.pages.scores.family_tables import LISTED

TODAY = date.today()
NO = ("lone_parent", "young_parent", "english_additional_language", "disability", "kinship_care")
MANAGER = Person(Role.MANAGER, "C01", "Amberfold")


def frame(of: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows).reindex(columns=list(table(of).names))


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def fill(store: Store, named: Callable[[int], str], *, centre: str = "C01") -> None:
    """Put 23 families in: 9 scored twice, 5 late, 2 due soon, 3 not yet, 1 that left, 1 moved, 2 without a score."""
    first = {n: 400 for n in range(9)} | {n: 300 + n for n in range(9, 14)} | {14: 180, 15: 170}
    first |= {n: 60 for n in range(16, 19)} | {19: 380, 20: 390}
    scores = [(n, days, "start") for n, days in first.items()] + [(n, 200, "review") for n in range(9)]
    families = [
        {"family_id": named(n), "reach_centre_id": centre, "district": "Ember", "idaci_decile": 3, "children": 1,
         "known_from": date(2007, 5, 12), "known_to": ago(30) if n == 20 else None, **dict.fromkeys(NO, False)}
        for n in range(23)
    ]  # fmt: skip
    joined = [
        {"family_id": named(n), "centre_id": centre, "registered_on": ago(450), "left_on": ago(50) if n == 19 else None}
        for n in range(23)
    ]
    given = [
        {"family_id": named(n), "centre_id": centre, "scored_on": ago(days), "stage": stage, "dimension": "overall",
         "score": 2, "higher_is": "better"}
        for n, days, stage in scores
    ]  # fmt: skip
    place = {"centre_id": centre, "name": f"Centre {centre}", "district": "Ember", "area_team": "south"}
    place |= {"provider": "county", "opened_on": date(2007, 4, 1), "tracks_progress_from": date(2008, 4, 1)}
    tables = {"centres": [place], "families": families, "registrations": joined, "progress_scores": given}
    store.add({name: frame(name, rows) for name, rows in tables.items()}, by="t", source_name="t")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.create(tmp_path / "store")
    fill(made, lambda n: f"F{n:03d}")
    fill(made, lambda n: f"X{n:03d}", centre="C02")
    return made


def due_in(store: Store, analyses: Path = ANALYSES) -> SecondScores:
    return ManagerStore(store, MANAGER).second_scores(analyses)


def counts(found: SecondScores) -> dict[str, int]:
    return {str(place): len(found.of(place)) for place in Standing}


def reviewed(store: Store, content: bytes, **declared: str) -> Review:
    view = ManagerStore(store, MANAGER)
    context = view.context(declared or {"higher_is": "better"})
    return review(view.read_file(content, "list.xlsx"), table("progress_scores"), context)


def with_scores(content: bytes, rows: dict[int, int]) -> bytes:
    """Return a list in which a review of today was written: the score of each row of the sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[1]}
    for row, score in rows.items():
        for heading, value in (("Date of score", TODAY), ("Stage", "At a review"), ("Score", score)):
            sheet.cell(row, at[heading]).value = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_manager_is_given_the_families_of_the_own_centre_alone(store: Store) -> None:
    found = due_in(store)
    assert counts(found) == {"late": 5, "soon": 2, "not_yet": 3, "done": 9, "cannot": 4}
    assert found.frame["family_id"].str.startswith("F").all() and len(found.frame) == 23
    assert found.of(Standing.LATE)["family_id"].tolist() == ["F013", "F012", "F011", "F010", "F009"]
    assert found.to_score["family_id"].tolist() == ["F013", "F012", "F011", "F010", "F009", "F014", "F015"]


def test_the_waiting_time_is_the_protocols(store: Store, tmp_path: Path) -> None:
    text = (ANALYSES / "para73_change.toml").read_text(encoding="utf-8")
    (tmp_path / "para73_change.toml").write_text(text.replace("wait_days = 183", "wait_days = 365"), encoding="utf-8")
    assert due_in(store).wait_days == 183 and due_in(store, tmp_path).wait_days == 365
    assert counts(due_in(store, tmp_path))["late"] == 0
    assert due_in(store, tmp_path / "nowhere").wait_days == 183  # the toolkit's own


def test_in_a_simulated_store_today_is_the_last_day_of_the_records(tmp_path: Path) -> None:
    made = Store.create(tmp_path / "made-up", simulated=True)
    fill(made, lambda n: f"F{n:03d}")
    assert due_in(made).as_of == ago(60)  # when the last family was scored


def test_a_family_that_was_erased_or_has_another_number_leaves_the_list_as_it_was(store: Store) -> None:
    store.erase_family("F013", by="t", reason="asked")
    store.renumber("family", "F012", "F999", by="t", why="a new system")
    found = due_in(store)
    assert not {"F012", "F013"} & set(found.frame["family_id"])
    assert found.to_score["family_id"].tolist()[:2] == ["F999", "F011"]
    assert counts(found) == {"late": 4, "soon": 2, "not_yet": 3, "done": 9, "cannot": 4}


def test_the_list_comes_back_as_it_went_and_with_what_was_written_in_it(store: Store) -> None:
    found = due_in(store)
    content = second_scores_bytes(found.to_score, simulated=False)
    assert content == second_scores_bytes(found.to_score, simulated=False)
    untouched = reviewed(store, content)
    assert untouched.is_clean and untouched.rows_read == 1 and len(untouched.left_out) == 1  # the example
    (notice,) = [one.sentence for one in untouched.notices if "not filled in" in one.sentence]
    assert notice.startswith("Rows 3 to 9 name a family and give no date, stage or score")
    filled = reviewed(store, with_scores(content, {3: 4, 6: 4, 7: 9}))
    assert filled.rows["family_id"].tolist() == ["F013", "F010"]
    assert {problem.row for problem in filled.problems} == {7}  # of 9 points of 5
    view = ManagerStore(store, MANAGER)
    view.add_scores(filled.rows, source_name="list.xlsx", content_hash=filled.content_hash, note="1 row left out")
    assert counts(due_in(store)) == {"late": 3, "soon": 2, "not_yet": 3, "done": 11, "cannot": 4}


def test_a_score_on_a_list_is_never_read_as_of_another_instrument(store: Store) -> None:
    star = {
        "instrument_id": "star",
        "title": "Star",
        "lowest": 1,
        "highest": 10,
        "step": "whole",
        "higher_is": "better",
    }
    on_star = {"family_id": "F013", "centre_id": "C01", "scored_on": ago(320), "stage": "start", "score": 8}
    on_star |= {"dimension": "overall", "higher_is": "better", "instrument": "star"}
    tables = {"instruments": frame("instruments", [star]), "progress_scores": frame("progress_scores", [on_star])}
    store.add(tables, by="t", source_name="t")
    rows = due_in(store).to_score
    assert rows["instrument"].tolist() == ["star", *["one_to_five"] * 6]  # as the family was scored the first time
    content = second_scores_bytes(rows, simulated=False, instruments=store.instruments())
    assert reviewed(store, content).is_clean and reviewed(store, content, instrument="star").is_clean
    written = with_scores(content, {3: 4, 4: 4})
    for declared, taken, refused in (("star", "F013", 4), ("one_to_five", "F012", 3)):
        found = reviewed(store, written, instrument=declared, higher_is="better")
        assert found.rows["family_id"].tolist() == [taken]
        assert {problem.row for problem in found.problems} == {refused}


def test_a_list_of_simulated_families_says_so_wherever_it_is_looked_at(store: Store) -> None:
    rows = due_in(store).to_score
    for simulated in (True, False):
        book = openpyxl.load_workbook(io.BytesIO(second_scores_bytes(rows, simulated=simulated)))
        sheet = book.worksheets[0]
        notes = [cell.value for row in book["Notes"].iter_rows() for cell in row]
        said = [sheet.title == "Simulated progress scores", SIMULATED in (sheet.oddHeader.center.text or "")]
        assert [*said, SIMULATED in notes] == [simulated] * 3
    assert reviewed(store, second_scores_bytes(rows, simulated=True)).is_clean


def test_a_manager_of_a_store_of_pseudonyms_may_see_the_own_numbers_in_their_place(tmp_path: Path, monkeypatch) -> None:
    key, made = write_key(tmp_path / "key"), Store.create(tmp_path / "store")
    fill(made, lambda n: key.pseudonym("family", f"A{n}"))
    fill(made, lambda n: key.pseudonym("family", f"B{n}"), centre="C02")
    row = frame("families", [{"family_id": key.pseudonym("family", "Z"), "reach_centre_id": "C02", "district": "Ember",
        "idaci_decile": 3, "children": 1, "known_from": date(2007, 5, 12), **dict.fromkeys(NO, False)}])  # fmt: skip
    made.fill_in({"families": row}, by="t", source_name="t", key_mark=key.mark)
    view = ManagerStore(made, MANAGER)
    assert view.has_pseudonyms and view.known_as(["A13"]) == {}
    monkeypatch.setenv("TOOLKIT_PSEUDONYM_KEY_FILE", str(tmp_path / "key"))
    assert view.known_as(["a13", "B13", "other"]) == {key.pseudonym("family", "A13"): "a13"}
    rows = due_in(made).to_score
    own = {key.pseudonym("family", f"A{n}"): f"A{n}" for n in range(23)}
    assert reviewed(made, second_scores_bytes(rows, simulated=False)).is_clean
    rows = rows.assign(family_id=rows["family_id"].map(own))
    assert reviewed(made, second_scores_bytes(rows, simulated=False)).is_clean


def page(folder: str) -> None:
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.navigation import SHOW

    SHOW["due"](Store.open(Path(folder)), Person(Role.MANAGER, "C01", "Amberfold"))


def test_the_page_says_who_is_due_and_claims_nothing(store: Store) -> None:
    view = ManagerStore(store, MANAGER)
    odd = frame("progress_scores", [{"family_id": "F016", "centre_id": "C01", "scored_on": ago(500), "stage": "start",
        "dimension": "overall", "score": 2, "higher_is": "better"}])  # fmt: skip
    view.add_scores(odd, source_name="may.xlsx", content_hash="", note="4 rows left out")
    drawn = AppTest.from_function(page, default_timeout=60, kwargs={"folder": str(store.folder)}).run()
    assert not drawn.exception
    html = " ".join(element.proto.body for element in drawn.get("html"))
    assert "7 families are due a review by" in html and "5 of them are late." in html
    words = " ".join([html, *(text.value for text in [*drawn.markdown, *drawn.caption, *drawn.header])])
    for family in [*(f"F{n:03d}" for n in range(9, 23))]:
        assert family in words
    assert not re.search(r"\bX\d{3}\b|%|improve|better|on average|effect|rank", words)
    assert "All your 23 families" in words and ">9<" in html  # scored twice
    assert "may.xlsx, receipt 3" in words.replace("\\", "") and "4 rows left out" in words
    assert "The family joined later" in html


def late_at(county: Store, centre: str) -> list[str]:
    found = ManagerStore(county, Person(Role.MANAGER, centre, "")).second_scores(ANALYSES)
    return list(found.of(Standing.LATE)["family_id"])


@pytest.mark.browser
def test_a_manager_finds_the_families_due_at_once_and_sends_the_list_back(signed_in, county, tmp_path: Path) -> None:
    centre = next(row for _, row in county.read("centres").iterrows() if len(late_at(county, row["centre_id"])))
    person = signed_in("Centre manager", centre["name"])
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Families due a second score")  # without a click
    late = person.page.get_by_role("table", name="The longest waiting first").get_by_role("rowheader")
    assert late.all_inner_texts() == late_at(county, centre["centre_id"])[:LISTED]
    with person.page.expect_download() as download:
        person.page.get_by_role("button", name=re.compile("^Download the list of")).click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == f"simulated-second-scores-{centre['centre_id']}.xlsx"
    rows = list(openpyxl.load_workbook(file).worksheets[0].iter_rows(min_row=3, values_only=True))
    person.settle()
    line = county.audit_lines(last=1).iloc[0]
    assert (line["action"], line["what"]) == ("exported", "families due")
    assert json.loads(line["detail"]) == {"rows": len([row for row in rows if row[0]])}
    person.open("Upload scores", "Upload scores")
    person.page.locator("input[type=file]").set_input_files(file)
    expect(person.page.get_by_text("There is nothing to store.")).to_be_visible()
    person.check()
