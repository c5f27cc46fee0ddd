"""Every chart of every page of every role: its headline, what it tells whoever cannot see it, and its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import toolkit.web
from toolkit.accounts.roles import PAGES, Role
from toolkit.publish.members.missed import WAYS
from toolkit.records import Store
from toolkit.runs.answer import latest
from toolkit.web.pages import money
from toolkit.web.pages.questions import others
from toolkit.web.pages.questions.frame import LABELS
from toolkit.web.pages.scores.county import STUDIES

pytestmark = pytest.mark.usefixtures("drawn_by_hand")
FOLD = "The numbers in this chart: "
OF_LEADS = {
    "progress": STUDIES,
    "reach-and-trust": others.STUDIES,
    "money": money.STUDIES,
    "money-published": money.PUBLISHED,
}


def page(name: str, folder: str, role: str, centre: str) -> None:
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.navigation import SHOW

    SHOW[name](Store.open(Path(folder)), Person(Role(role), *((centre, "Its name") if centre else ())))


def charts_of(app: AppTest) -> int:
    """Return how many charts a page has, once each is found to have its words and its numbers."""
    charts = app.get("vega_lite_chart")
    folds = [fold for fold in app.expander if fold.label.startswith(FOLD)]
    headlines = [one.value for one in app.subheader]
    assert len(folds) == len(charts)
    for chart, fold in zip(charts, folds, strict=True):
        assert len(chart.proto.alt.split()) >= 5, fold.label
        assert fold.label.removeprefix(FOLD) in headlines
        (table,) = (one.proto.body for one in fold.get("html"))
        assert re.search(r"<tbody[^>]*><tr", table), f"{fold.label}: an empty table"
    return len(charts)


def test_a_chart_is_drawn_in_one_place_alone_with_its_table() -> None:
    web = Path(toolkit.web.__file__).parent
    draws = re.compile(r"st\.(\w*chart|image|pyplot|pydeck\w*|map|graphviz\w*)\(")
    drawn = {(file.name, which) for file in web.rglob("*.py") for which in draws.findall(file.read_text("utf-8"))}
    assert drawn == {("layout.py", "vega_lite_chart")}


def asked_of(role: Role, county: Store) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield every page of a role with every choice that its address can make of a chart."""
    for name in PAGES[role]:
        yield name, {}
        if name == "referrals":
            yield from ((name, {"tab": tab}) for tab in LABELS[1:])
        for study in OF_LEADS.get(name, ()):
            yield from ((name, {"question": study.question, "tab": tab}) for tab in LABELS)
        if name == "answers":
            yield from ((name, {"question": question}) for question in latest(county.folder))
        if name == "reach":
            yield from ((name, {"by": way}) for way in WAYS.values())


@pytest.mark.verify
@pytest.mark.parametrize(("role", "least"), [(Role.MANAGER, 1), (Role.LEAD, 15), (Role.MEMBER, 8)])
def test_every_chart_of_a_role_has_its_numbers_and_words(role: Role, least: int, county: Store) -> None:
    centres = county.read("centres")
    centre = str(centres.loc[centres["tracks_progress_from"].notna(), "centre_id"].iloc[0])
    kwargs = {"folder": str(county.folder), "role": role.value, "centre": centre if role is Role.MANAGER else ""}
    found: dict[str, int] = {}
    for name, asked in asked_of(role, county):
        app = AppTest.from_function(page, default_timeout=120, kwargs={"name": name, **kwargs})
        for key, value in asked.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception, (name, asked)
        found[f"{name} {dict(asked)}"] = charts_of(app)
    assert sum(found.values()) >= least, found
