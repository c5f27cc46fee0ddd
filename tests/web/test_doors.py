from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from toolkit.accounts.roles import PAGES, ROLE_NAMES, Action, Person, Role, check, may_do, may_open
from toolkit.errors import NotPermitted
from toolkit.records import Store
from toolkit.web.access import ManagerStore, StoreView
from toolkit.web.navigation import SHOW
from toolkit.web.session import act
from toolkit.web.titles import TITLES


@pytest.fixture
def made_scores():
    """Make a centre's scores."""

    def make(centre: str, month: int = 1) -> pd.DataFrame:
        row = {
            "family_id": "F1", "centre_id": centre, "scored_on": date(2010, month, 1), "stage": "start",
            "dimension": None, "score": 2, "higher_is": "better", "scored_by": None,
        }  # fmt: skip
        return pd.DataFrame([row])

    return make


EVERY_PAGE = sorted({page for pages in PAGES.values() for page in pages})
# Written out again on purpose: a page that opens to another role must be changed in two places.
OPEN = {
    ("manager", "due"), ("manager", "upload"), ("manager", "my-centre"), ("manager", "about"),
    ("manager", "correct"), ("manager", "scales"),
    ("lead", "answers-list"), ("lead", "referrals"), ("lead", "reach-and-trust"),
    ("lead", "progress"), ("lead", "money"), ("lead", "money-published"),
    ("lead", "publish"),
    ("lead", "runs"), ("lead", "about"),
    ("member", "findings"), ("member", "overview"), ("member", "answers"), ("member", "explore"), ("member", "about"),
    ("member", "trends"), ("member", "reach"), ("member", "ledger"),
    ("analyst", "runs"), ("analyst", "answers-list"), ("analyst", "referrals"), ("analyst", "reach-and-trust"),
    ("analyst", "progress"), ("analyst", "money"),
    ("analyst", "money-published"), ("analyst", "about"),
    ("administrator", "accounts"), ("administrator", "settings"), ("administrator", "audit"),
    ("administrator", "retention"), ("administrator", "system"),
    *((role.value, "search") for role in Role),
}  # fmt: skip


@pytest.mark.parametrize("page", [*EVERY_PAGE, "no-such-page"])
@pytest.mark.parametrize("role", list(Role))
def test_a_door_is_open_only_where_the_table_says(role: Role, page: str) -> None:
    person = Person(role)
    assert may_open(person, page) is ((role.value, page) in OPEN)
    if (role.value, page) not in OPEN:
        with pytest.raises(NotPermitted):
            check(person, page)


@pytest.mark.parametrize("page", EVERY_PAGE)
@pytest.mark.parametrize("role", [*Role, None])
def test_every_page_asks_at_its_own_door_before_it_reads_anything(role: Role | None, page: str) -> None:
    class Unread(Store):
        def __init__(self) -> None:
            pass

        def read(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise AssertionError(f"{page} read the store before it asked who is there")

    if role is not None and (role.value, page) in OPEN:
        return
    with pytest.raises(NotPermitted):
        SHOW[page](Unread(), None if role is None else Person(role))


def test_nobody_opens_anything_unsigned() -> None:
    assert not any(may_open(None, page) for page in EVERY_PAGE)


def test_every_page_has_a_title_and_every_role_a_name() -> None:
    assert set(TITLES) == set(EVERY_PAGE)
    assert set(ROLE_NAMES) == set(PAGES) == set(Role)


def test_a_manager_is_named_with_the_centre() -> None:
    assert Person(Role.MANAGER, "C01", "Amberfold").name == "Centre manager, Amberfold"
    assert Person(Role.LEAD).name == "Early intervention lead"


# As for pages: what another role may do must be changed in two places.
MAY = {
    ("manager", "upload"), ("manager", "withdraw"), ("manager", "download left-out rows"),
    ("manager", "download template"), ("manager", "download data dictionary"), ("manager", "download families due"),
    ("manager", "correct a score"), ("manager", "add an instrument"), ("manager", "download receipt"),
    ("lead", "open answer"), ("lead", "publish"), ("lead", "run"), ("lead", "download result"),
    ("lead", "download data dictionary"), ("lead", "download report"),
    ("lead", "add a translation"), ("lead", "download sentences to translate"),
    ("member", "download data dictionary"), ("member", "download explored figures"), ("member", "download report"),
    ("analyst", "run"), ("analyst", "change plan"), ("analyst", "download result"),
    ("analyst", "download data dictionary"),
    ("administrator", "manage accounts"), ("administrator", "download audit"),
}  # fmt: skip


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", [*Role, None])
def test_a_thing_is_done_only_by_whom_the_table_says_and_a_refusal_is_written(role, action, tmp_path) -> None:
    person = None if role is None else Person(role, *(("C01", "Amberfold") if role is Role.MANAGER else ()))
    allowed = role is not None and (role.value, action.value) in MAY
    assert may_do(person, action) is allowed
    if person is None or allowed:
        return
    store = Store.create(tmp_path / "store")
    with pytest.raises(NotPermitted):
        act(StoreView(store, person), person, action)
    (line,) = store.audit_lines(last=1).itertuples()
    assert (line.who, line.action, line.what) == (person.name, "refused", action.value)


@pytest.mark.parametrize("action", [Action.UPLOAD, Action.WITHDRAW])
def test_a_manager_touches_the_rows_of_their_own_centres_and_no_others(action) -> None:
    manager = Person(Role.MANAGER, "C01", "Amberfold", centre_ids=("C01", "C02"))
    assert may_do(manager, action, centre_id="C01") and may_do(manager, action, centre_id="C02")
    assert not may_do(manager, action, centre_id="C03")
    assert not may_do(Person(Role.LEAD, "C01"), action, centre_id="C01")


def test_another_centres_upload_cannot_be_withdrawn_by_its_number(tmp_path, made_scores) -> None:
    store = Store.create(tmp_path / "store")

    def stored(*scores: pd.DataFrame) -> int:
        return store.add({"progress_scores": pd.concat(scores)}, by="x", source_name="x").upload_id

    ours, theirs = stored(made_scores("C01")), stored(made_scores("C02"))
    both = stored(made_scores("C01", 2), made_scores("C02", 2))
    manager = Person(Role.MANAGER, "C01", "Amberfold")
    view = ManagerStore(store, manager)
    assert view.uploads()["upload_id"].tolist() == [ours]
    for other in (theirs, both, 99):
        with pytest.raises(NotPermitted, match="not one of your centre's"):
            view.withdraw(other, reason="")
        assert store.audit_lines(last=1)["action"].tolist() == ["refused"]
    assert store.uploads()["withdrawn_in"].isna().all()
    view.withdraw(ours, reason="")
    assert store.uploads()["withdrawn_in"].notna().sum() == 1


def test_a_manager_sees_what_the_centres_own_uploads_changed_and_of_no_others(tmp_path, made_scores) -> None:
    store = Store.create(tmp_path / "store")
    ours = store.add({"progress_scores": made_scores("C01")}, by="x", source_name="x")
    theirs = store.add({"progress_scores": made_scores("C02")}, by="x", source_name="x")
    event = pd.DataFrame({"area": ["county"], "on": [date(2010, 1, 1)], "what": ["something"]})
    more = store.add({"progress_scores": made_scores("C01", 2), "events": event}, by="county", source_name="x")
    view = ManagerStore(store, Person(Role.MANAGER, "C01", "Amberfold"))
    (said,) = view.what_changed(ours.upload_id)
    assert said.startswith("Progress scores: 1 added:")
    assert "Centre number C01, Date of score " in said and "_" not in said
    for other in (theirs, more):  # the second has scores of the centre alone, and other rows beside them
        with pytest.raises(NotPermitted, match="not one of your centre's"):
            view.what_changed(other.upload_id)
        with pytest.raises(NotPermitted, match="not one of your centre's"):
            view.withdraw(other.upload_id, reason="")


def test_scores_of_another_centre_cannot_be_stored_by_a_manager(tmp_path, made_scores) -> None:
    store = Store.create(tmp_path / "store")
    view = ManagerStore(store, Person(Role.MANAGER, "C01", "Amberfold"))
    about = {"source_name": "x", "content_hash": "", "note": ""}
    with pytest.raises(NotPermitted, match="not all of your own centre"):
        view.add_scores(pd.concat([made_scores("C01"), made_scores("C02")]), **about)
    assert store.audit_lines(last=1)["action"].tolist() == ["refused"] and store.version == 0
    assert view.add_scores(made_scores("C01"), **about).rows == {"progress_scores": 1}
