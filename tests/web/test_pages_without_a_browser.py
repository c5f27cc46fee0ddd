"""The pages drawn by Streamlit's own test runner: on an empty store, and with and without a session."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from toolkit.accounts import sessions, signing_in
from toolkit.accounts.roles import PAGES, Person, Role
from toolkit.records import Store
from toolkit.web import session
from toolkit.web.pages import money
from toolkit.web.pages.questions import others
from toolkit.web.pages.questions.chooser import ASKED, Study
from toolkit.web.pages.scores.county import STUDIES

APP = Path(__file__).resolve().parents[2] / "app.py"


def page(name: str, folder: str, role: str) -> None:
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.navigation import SHOW

    person = Person(Role(role), *(("C01", "Amberfold") if role == "manager" else ()))
    SHOW[name](Store.open(Path(folder)), person)


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch):
    """Run the whole app on a store."""

    def run(folder: Path | None) -> AppTest:
        if folder is None:
            monkeypatch.delenv("TOOLKIT_STORE", raising=False)
        else:
            monkeypatch.setenv("TOOLKIT_STORE", str(folder))
        drawn = AppTest.from_file(str(APP), default_timeout=60).run()
        assert not drawn.exception
        return drawn

    return run


@pytest.mark.parametrize(("role", "name"), [(role, name) for role in Role for name in PAGES[role]])
@pytest.mark.parametrize("simulated", [True, False])
def test_every_page_draws_on_an_empty_store(simulated: bool, role: Role, name: str, tmp_path: Path) -> None:
    Store.create(tmp_path / "store", simulated=simulated)
    kwargs = {"name": name, "folder": str(tmp_path / "store"), "role": role.value}
    drawn = AppTest.from_function(page, default_timeout=60, kwargs=kwargs).run()
    assert not drawn.exception
    assert len(drawn.title) == 1
    html = " ".join(element.proto.body for element in drawn.get("html"))
    # What was published is real, whatever records the store holds: it never stands under the banner.
    assert ("Simulated data: no real families." in html) is (
        simulated and name not in ("money-published", "overview", "trends")
    )


TABS = [
    *(("progress", study) for study in STUDIES),
    *(("reach-and-trust", study) for study in others.STUDIES),
    *(("money", study) for study in money.STUDIES),
    *(("money-published", study) for study in money.PUBLISHED),
]


@pytest.mark.parametrize(("name", "study"), TABS, ids=[study.question for _, study in TABS])
def test_a_study_that_was_not_run_says_how_to_run_it(name: str, study: Study, tmp_path: Path) -> None:
    Store.create(tmp_path / "store", simulated=False)
    kwargs = {"name": name, "folder": str(tmp_path / "store"), "role": "lead"}
    drawn = AppTest.from_function(page, default_timeout=60, kwargs=kwargs)
    drawn.query_params[ASKED] = study.question
    drawn.run()
    assert not drawn.exception
    assert [f"toolkit run {study.question} --store DIR" in info.value for info in drawn.info] == [True]


@pytest.mark.parametrize("simulated", [True, False])
def test_a_page_reached_without_a_session_says_so_and_nothing_else(app, simulated: bool, tmp_path: Path) -> None:
    drawn = app(Store.create(tmp_path / "store", simulated=simulated).folder)
    assert [title.value for title in drawn.title] == ["You are signed out"]
    assert not drawn.button and not drawn.selectbox and not drawn.sidebar.markdown


def test_a_session_opens_the_pages_of_its_role_until_it_ends(app, tmp_path: Path, monkeypatch) -> None:
    store = Store.create(tmp_path / "store", simulated=True)
    opened = signing_in.let_in(store, Person(Role.MEMBER), how="demonstration")
    monkeypatch.setattr(session, "known_by", lambda: sessions.token_hash(opened.token))
    drawn = app(store.folder)
    assert "Scrutiny member" in " ".join(text.value for text in drawn.sidebar.markdown)
    views = store.audit_lines(last=1)
    assert views[["who", "action", "what"]].iloc[0].tolist() == ["Scrutiny member", "viewed", "page findings"]
    drawn.run()
    assert len(store.audit_lines(last=9)) == 3  # created, signed in, viewed: a redraw is not another view
    found = sessions.find(store, opened.token)
    assert found is not None
    signing_in.sign_out(store, found)
    drawn.run()
    assert [title.value for title in drawn.title] == ["You are signed out"]


@pytest.mark.parametrize("named", [False, True])
def test_a_store_that_is_not_there_is_said_and_nothing_else(app, named: bool, tmp_path: Path) -> None:
    drawn = app(tmp_path / "nowhere" if named else None)
    assert ("There is no store" if named else "No store was named") in drawn.error[0].value
    assert not drawn.sidebar.markdown
