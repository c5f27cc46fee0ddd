"""The list of all answers, and that whatever stands in it can be read, published and withdrawn."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from counties import Counties
from toolkit.project_files import ANALYSES
from toolkit.records import Store
from toolkit.runs.answer import answer
from toolkit.studies.preregistration import register
from toolkit.studies.protocol_file import list_protocols, load_protocol

pytestmark = pytest.mark.usefixtures("drawn_by_hand")
SURE = "I have read the answer and what it cannot show."


def page(name: str, folder: str, role: str) -> None:
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.navigation import SHOW

    SHOW[name](Store.open(Path(folder)), Person(Role(role)))


def drawn(store: Store, name: str, role: str = "lead", **asked: str) -> AppTest:
    kwargs = {"name": name, "folder": str(store.folder), "role": role}
    app = AppTest.from_function(page, default_timeout=90, kwargs=kwargs)
    for key, value in asked.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def html_of(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


@pytest.mark.parametrize("role", ["lead", "analyst"])
def test_where_nothing_was_run_the_list_says_what_to_do_and_what_can_be_asked(role: str, tmp_path: Path) -> None:
    app = drawn(Store.create(tmp_path / "store", simulated=True), "answers-list", role)
    assert "Start a run; its answer then stands here." in app.info[0].value
    assert '<a href="/runs" target="_self">Start a run</a>' in html_of(app)
    asked = app.markdown[-1].value
    assert asked.count("\n- ") + 1 == len(list_protocols(ANALYSES)) and "Recommendation 11." in asked


@pytest.fixture
def plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of protocols, with one of the council's own."""
    folder = shutil.copytree(ANALYSES, tmp_path / "analyses")
    monkeypatch.setenv("TOOLKIT_ANALYSES", str(folder))
    shutil.copy(folder / "para73_change.toml", folder / "own_scores.toml")
    register(folder / "own_scores.toml", on=date(2026, 11, 20))
    return folder


def test_a_councils_own_question_and_one_without_a_page_are_published_and_withdrawn(
    counties: Counties, tmp_path: Path, plans: Path
) -> None:
    store = counties.answered(tmp_path / "county")
    own = load_protocol(plans / "own_scores.toml")
    answer(own, store.snapshot(), store_folder=store.folder)
    for question, title in ((own.question, own.title), ("rec16_trust", "Do referrals made by centres lead to action")):
        rows = html_of(drawn(store, "answers-list"))
        assert (
            f'<a href="/reach-and-trust?question={question}" target="_self">{title}' in rows and "Not published" in rows
        )
        app = drawn(store, "reach-and-trust", question=question)
        assert any(heading.value.startswith(title) for heading in app.header)
        next(box for box in app.checkbox if box.label == SURE).check().run()
        press(app, "Publish to scrutiny members")
        assert not app.error and "by Early intervention lead</td>" in html_of(drawn(store, "answers-list"))
        app = drawn(store, "reach-and-trust", question=question)
        reason = next(one for one in app.text_input if one.label == "Why it is withdrawn")
        reason.set_value("the wrong records").run()
        press(app, "Withdraw")
        assert [one.is_withdrawal for one in store.record(question)] == [False, True]
        assert "Withdrawn on" in html_of(drawn(store, "answers-list"))
