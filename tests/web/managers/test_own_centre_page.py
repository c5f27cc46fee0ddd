"""A manager's own centre over time and beside the county: by page, by role, and by requests made up by hand."""

from __future__ import annotations

import inspect
import re
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from centres_compared import ABOVE, FEW, QUESTION, WITHIN, kept_in
from toolkit.accounts.roles import Person, Role
from toolkit.errors import NotPermitted
from toolkit.publish.members.own_centre import FEW as TOO_FEW
from toolkit.publish.members.own_centre import NOT_PUBLISHED, Place
from toolkit.records import Store
from toolkit.tables import table
from toolkit.web.access import ManagerStore
from toolkit.web.access.by_role import VIEWS, view_for
from toolkit.web.navigation import SHOW
from toolkit.web.session import CENTRE_CHOSEN

NAMES = {WITHIN: "Amberfold", ABOVE: "Brackwell", FEW: "Cinderby"}


def frame(of: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows).reindex(columns=list(table(of).names))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store of three centres of 23 families each, 9 or 12 of them scored twice, and a published comparison."""
    made = Store.create(tmp_path / "store")
    places = [
        {"centre_id": centre, "name": name, "district": "Ember", "area_team": "south", "provider": "county",
         "opened_on": date(2007, 4, 1), "tracks_progress_from": date(2008, 4, 1)}
        for centre, name in NAMES.items()
    ]  # fmt: skip
    scores: list[dict[str, object]] = []
    for centre in NAMES:
        for n in range(24):
            first = date(2011, 12, 1) if n == 23 else date(2009, 1, 1) + timedelta(days=20 * n)
            row = {"family_id": f"{centre}-{n:02d}", "centre_id": centre, "stage": "start", "dimension": "overall",
                   "score": 2, "higher_is": "better", "scored_on": first}  # fmt: skip
            scores.append(row)
            if n < (12 if centre == ABOVE else 9):
                scores.append(row | {"scored_on": first + timedelta(days=100), "stage": "review", "score": 3})
    tables = {"centres": frame("centres", places), "progress_scores": frame("progress_scores", scores)}
    made.add(tables, by="t", source_name="t")
    made.publish(QUESTION, kept_in(made), by="lead", why="")
    return made


def page(folder: str, centre: str, own: tuple[str, ...]) -> None:
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.navigation import SHOW
    from toolkit.web.session import with_centre

    store = Store.open(Path(folder))
    SHOW["my-centre"](store, with_centre(store, Person(Role.MANAGER, centre, centre_ids=own)))


def drawn(store: Store, *own: str, asks: str = "", for_centre: str = "") -> str:
    """Return every word of the page, drawn for a manager of some centres who may ask for one by hand."""
    given = {"folder": str(store.folder), "centre": own[0], "own": own}
    app = AppTest.from_function(page, default_timeout=60, kwargs=given)
    if asks:
        app.session_state[asks] = for_centre
        app.query_params[asks] = for_centre
    app.run()
    assert not app.exception
    words = [element.proto.body for element in app.get("html")]
    words += [text.value for text in [*app.title, *app.header, *app.subheader, *app.markdown, *app.info, *app.warning]]
    return " ".join(words).replace("\\", "")


def test_a_manager_sees_the_own_centres_place_and_half_years_and_no_claim(store: Store) -> None:
    words = drawn(store, WITHIN)
    assert "Your centre lies within what chance gives for about 120 families" in words
    assert re.search(r"Of every 100 of your families scored twice, about \d\d scored better", words)
    assert "Jan to Jun 2009" in words and "9 families were scored again. Of so few an average would say" in words
    assert "The average change is not what support did" in words
    assert not re.search(r"\bC\d\d\b|Brackwell|Cinderby|league|better than|worse than|\b(1st|2nd|3rd)\b", words)


def test_a_centre_of_few_families_is_told_so_in_place_of_a_place(store: Store) -> None:
    words = drawn(store, FEW)
    assert TOO_FEW in words and "about 60 families" not in words


def test_before_a_comparison_is_published_and_after_it_is_withdrawn_there_is_none(store: Store) -> None:
    store.withdraw_publication(QUESTION, by="lead", why="A mistake.")
    words = drawn(store, WITHIN)
    assert NOT_PUBLISHED in words and "Once who they help" not in words


@pytest.mark.parametrize("name", [CENTRE_CHOSEN, "centre", "centre_id"])
def test_whoever_asks_for_another_centre_by_hand_is_given_their_own(store: Store, name: str) -> None:
    assert drawn(store, WITHIN, asks=name, for_centre=ABOVE) == drawn(store, WITHIN)


def test_a_manager_of_two_centres_is_given_the_one_they_are_at_work_for(store: Store) -> None:
    words = drawn(store, WITHIN, ABOVE, asks=CENTRE_CHOSEN, for_centre=ABOVE)
    assert "Progress at Brackwell" in words and "12 scored higher" in words
    assert "further from the county's average" in words and "What to ask first" in words
    assert "Amberfold" not in words and "about 120 families" not in words


def test_there_is_no_other_centre_to_ask_for(store: Store) -> None:
    assert list(inspect.signature(ManagerStore.own_centre).parameters) == ["self"]
    assert list(inspect.signature(ManagerStore.half_years).parameters) == ["self"]
    both = Person(Role.MANAGER, WITHIN, centre_ids=(WITHIN, FEW))
    assert ManagerStore(store, both).own_centre().place is Place.WITHIN  # the one they are at work for now
    nobody = ManagerStore(store, Person(Role.MANAGER)).own_centre()
    assert (nobody.place, nobody.families, nobody.share) == (Place.NOT_IN_IT, None, "")


@pytest.mark.parametrize("role", list(Role))
def test_no_other_role_is_drawn_the_page_or_given_the_own_centre(role: Role, store: Store) -> None:
    person = Person(role, *((WITHIN, NAMES[WITHIN]) if role is Role.MANAGER else ()))
    assert hasattr(VIEWS[role], "own_centre") == (role is Role.MANAGER)
    if role is Role.MANAGER:
        assert view_for(store, person, ManagerStore).own_centre().place is Place.WITHIN
        return
    with pytest.raises(NotPermitted):
        SHOW["my-centre"](store, person)


@pytest.mark.parametrize("shut", ["newest", "every_result", "published", "open_answer", "preview"])
def test_a_manager_has_no_door_to_results(store: Store, shut: str) -> None:
    assert not hasattr(ManagerStore(store, Person(Role.MANAGER, WITHIN)), shut)


@pytest.mark.browser
def test_in_a_browser_the_page_is_of_the_own_centre_alone(signed_in, county, artefacts: Path) -> None:
    centres = county.read("centres")
    scoring = centres[centres["tracks_progress_from"].notna()]
    name = str(scoring["name"].iloc[0])
    person = signed_in("Centre manager", name)
    person.open("My centre's progress", f"Progress at {name}")
    for heading in ("Half year by half year", "Your centre and the county"):
        expect(person.page.get_by_role("heading", level=2, name=heading)).to_be_visible()
    person.unfold()
    words = person.page.get_by_test_id("stMain").inner_text()
    for other in centres.loc[centres["name"] != name, ["name", "centre_id"]].itertuples(index=False):
        assert not re.search(rf"\b({re.escape(other.name)}|{re.escape(other.centre_id)})\b", words)
    for width in (1280, 390):
        person.widen_to(width)
        person.shoot(artefacts / f"own-centre-{width}.png")
        assert person.widest() <= width and person.headings_in_order()
    chart = person.page.get_by_test_id("stVegaLiteChart").last
    expect(chart.locator("svg").first).to_be_visible()
    person.check()
