"""The pages drawn by Streamlit's own test runner: on an empty store, and signing in on real and simulated records."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from toolkit.records import Store
from toolkit.web.doors import PAGES, Role

APP = Path(__file__).resolve().parents[2] / "app.py"


def page(name: str, folder: str, role: str) -> None:
    from importlib import import_module
    from pathlib import Path

    from toolkit.records import Store
    from toolkit.web.doors import Person, Role

    person = Person(Role(role), *(("C01", "Amberfold") if role == "manager" else ()))
    import_module(f"toolkit.web.pages.{name.replace('-', '_')}").show(Store.open(Path(folder)), person)


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch):
    """Run the whole app on a store."""
    monkeypatch.delenv("TOOLKIT_DEMO_SIGN_IN", raising=False)

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
    assert ("Simulated data: no real families." in html) is simulated


def test_nobody_signs_in_to_real_records(app, tmp_path: Path) -> None:
    drawn = app(Store.create(tmp_path / "store").folder)
    assert "accounts come with a later release" in drawn.error[0].value
    assert not drawn.radio and not drawn.button


def test_the_demonstrations_way_in_to_real_records_is_switched_on_by_name_and_warns(
    app, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not app(Store.create(tmp_path / "store").folder).radio
    monkeypatch.setenv("TOOLKIT_DEMO_SIGN_IN", "yes")
    assert not AppTest.from_file(str(APP), default_timeout=60).run().radio  # only "1" is meant
    monkeypatch.setenv("TOOLKIT_DEMO_SIGN_IN", "1")
    drawn = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not drawn.exception
    assert "no password" in drawn.warning[0].value
    assert len(drawn.radio[0].options) == len(Role)


def test_without_a_choice_there_is_no_way_in(app, tmp_path: Path) -> None:
    drawn = app(Store.create(tmp_path / "store", simulated=True).folder)
    assert drawn.button[0].disabled
    assert drawn.radio[0].value is None


def test_a_member_signs_in_sees_who_they_are_and_signs_out(app, tmp_path: Path) -> None:
    drawn = app(Store.create(tmp_path / "store", simulated=True).folder)
    drawn.radio[0].set_value(Role.MEMBER).run()
    drawn.button[0].click().run()
    assert not drawn.exception
    assert "Scrutiny member" in " ".join(text.value for text in drawn.sidebar.markdown)
    drawn.sidebar.button[0].click().run()
    assert "person" not in drawn.session_state
    assert drawn.radio[0].value is None


@pytest.mark.parametrize("named", [False, True])
def test_a_store_that_is_not_there_is_said_and_nothing_else(app, named: bool, tmp_path: Path) -> None:
    drawn = app(tmp_path / "nowhere" if named else None)
    assert ("There is no store" if named else "No store was named") in drawn.error[0].value
    assert not drawn.radio
