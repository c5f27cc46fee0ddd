"""What a role's pages can reach: the view they are handed, and nothing behind it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from toolkit.accounts import sessions, signing_in
from toolkit.accounts.roles import Action, Person, Role
from toolkit.accounts.sessions import token_hash
from toolkit.errors import InputError, NotPermitted
from toolkit.intake.pseudonyms import write_key
from toolkit.intake.review.review import Review, review
from toolkit.records import Store
from toolkit.tables import table
from toolkit.web import session
from toolkit.web.access import (
    AdminStore,
    AnalystStore,
    LeadStore,
    ManagerStore,
    MemberStore,
    ResultsStore,
    StoreView,
    one_centre,
)
from toolkit.web.access.by_role import VIEWS, view_for

WEB = Path(__file__).parents[2] / "toolkit" / "web"
ALL = {"is_simulated", "version", "audit", "is_of_session"}
RESULTS = {
    "damaged", "questions", "every_question", "titles", "newest_of_each",
    "newest", "waiting", "course", "every_result", "has_been_run", "is_published", "record", "records", "investments",
    "centre_names", "jobs", "start_job", "power_of", "planted_of", "cancel",
}  # fmt: skip
# Written out again on purpose: what a role's pages may do more must be said in two places.
REACHES = {
    StoreView: ALL,
    MemberStore: ALL
    | {"published", "published_counts", "explorer", "explored", "all_explored"}
    | {"council", "counts_there", "trend", "decisions", "translated", "whom_to_ask"},
    ManagerStore: ALL
    | {"progress", "half_years", "own_centre"}
    | {"second_scores", "scores_to_check", "has_pseudonyms", "known_as", "instruments"}
    | {"read_file", "context", "recall", "remember", "last_declared"}
    | {"find_upload", "add_scores", "uploads", "what_changed", "withdraw", "write_checked", "not_of_centre"}
    | {"scores_of", "checked_row", "correct", "history_of", "registered", "scored_families"}
    | {"checked_instrument", "add_instrument"},
    ResultsStore: ALL | RESULTS,
    AnalystStore: ALL | RESULTS | {"save_plan", "register_plan"},
    LeadStore: ALL
    | RESULTS
    | {"open_answer", "about_plan", "preview", "publish", "withdraw", "explorer", "publish_explorer"}
    | {
        "decisions",
        "decide",
        "published",
        "translated",
        "add_translation",
    },  # what members see: the report is made of it
    AdminStore: ALL
    | {"accounts", "centre_names", "add_account", "reset_password", "shut", "open_again", "change_role"}
    | {"let_all_try", "end_sessions", "roles_with_a_step", "ask_a_step_of", "settings", "settle"}
    | {"audit_found", "audit_csv", "audit_actions", "retention", "condition"},
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.create(tmp_path / "store")
    for centre in ("C01", "C02"):
        row = {
            "family_id": f"F-{centre}", "centre_id": centre, "scored_on": date(2010, 1, 1), "stage": "start",
            "dimension": None, "score": 2, "higher_is": "better", "scored_by": None,
        }  # fmt: skip
        later = row | {"family_id": f"G-{centre}", "scored_on": date(2011, 1, 1)}
        made.add({"progress_scores": pd.DataFrame([row, later])}, by="x", source_name="x")
    return made


@pytest.mark.parametrize("kind", list(REACHES), ids=lambda kind: kind.__name__)
def test_a_view_does_what_its_pages_need_and_nothing_else(kind: type[StoreView], store: Store) -> None:
    view = kind(store, Person(Role.MEMBER))
    assert {name for name in dir(view) if not name.startswith("_")} == REACHES[kind]
    assert not isinstance(view, Store) and not hasattr(view, "__dict__")
    assert not any(getattr(view, name) is store for name in REACHES[kind])


def test_only_its_own_role_is_given_a_view(store: Store) -> None:
    assert set(VIEWS) == set(Role)
    for role in Role:
        person = Person(role, *(("C01", "Amberfold") if role is Role.MANAGER else ()))
        assert type(view_for(store, person, StoreView)) is VIEWS[role]
        for other in set(VIEWS.values()) - {VIEWS[role]}:
            with pytest.raises(NotPermitted):
                view_for(store, person, other)
    with pytest.raises(NotPermitted):
        view_for(store, None, StoreView)


def test_a_view_writes_in_the_name_of_its_person(store: Store) -> None:
    MemberStore(store, Person(Role.MEMBER, user="ann")).audit(action="viewed", what="page answers")
    assert store.audit_lines(last=1)["who"].tolist() == ["ann (Scrutiny member)"]


def test_a_manager_is_given_the_scores_of_their_own_centre(store: Store) -> None:
    view = ManagerStore(store, Person(Role.MANAGER, "C01", "Amberfold"))
    assert view.context({"higher_is": "better"}).existing["centre_id"].tolist() == ["C01", "C01"]
    assert view.progress().families == 1  # the other was scored too lately to be counted
    assert view.uploads()["upload_id"].tolist() == [1]


def test_a_managers_file_has_the_numbers_of_the_centre_where_the_app_was_started_with_the_stores_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, store = write_key(tmp_path / "key"), Store.create(tmp_path / "store")
    no = ("lone_parent", "young_parent", "english_additional_language", "disability", "kinship_care")
    family = {
        "family_id": key.pseudonym("family", "A1"), "reach_centre_id": "C01", "district": "Ember", "idaci_decile": 3,
        "children": 1, "known_from": date(2007, 5, 12), **dict.fromkeys(no, False),
    }  # fmt: skip
    rows = pd.DataFrame([family]).reindex(columns=list(table("families").names))
    store.fill_in({"families": rows}, by="t", source_name="t", key_mark=key.mark)
    centre = {"centre_id": "C01", "name": "One", "district": "Ember", "area_team": "south", "provider": "county"}
    centres = pd.DataFrame([centre | {"opened_on": date(2007, 4, 1)}]).reindex(columns=list(table("centres").names))
    store.add({"centres": centres}, by="t", source_name="t")
    view = ManagerStore(store, Person(Role.MANAGER, "C01", "One"))
    file = view.read_file(b"family_id,centre_id,scored_on,stage,score\na1,C01,01/02/2011,start,2\n", "scores.csv")

    def reviewed() -> Review:
        return review(file, table("progress_scores"), view.context({"higher_is": "better"}))

    assert not reviewed().is_clean
    monkeypatch.setenv("TOOLKIT_PSEUDONYM_KEY_FILE", str(tmp_path / "key"))
    assert reviewed().rows["family_id"].tolist() == [family["family_id"]]
    write_key(tmp_path / "other")
    monkeypatch.setenv("TOOLKIT_PSEUDONYM_KEY_FILE", str(tmp_path / "other"))
    with pytest.raises(InputError, match="of the mark"):
        reviewed()


def test_a_person_is_still_there_by_an_open_session_of_their_own_alone(store: Store) -> None:
    ann, bob = Person(Role.ANALYST, user="ann"), Person(Role.ANALYST, user="bob")
    view = AnalystStore(store, ann)
    hers, his = (signing_in.let_in(store, one, how="provider") for one in (ann, bob))
    assert view.is_of_session(token_hash(hers.token))
    assert not view.is_of_session(token_hash(his.token)) and not view.is_of_session("")
    found = sessions.find(store, hers.token)
    assert found is not None
    signing_in.sign_out(store, found)
    assert not view.is_of_session(token_hash(hers.token))


def test_what_a_page_does_is_refused_once_another_session_asks_for_it(store: Store, monkeypatch) -> None:
    person = Person(Role.ANALYST, user="ann")
    hers = signing_in.let_in(store, person, how="provider")
    his = signing_in.let_in(store, Person(Role.MEMBER, user="bob"), how="provider")
    monkeypatch.setattr(session, "known_by", lambda: token_hash(hers.token))
    session.act(AnalystStore(store, person), person, Action.RUN)
    monkeypatch.setattr(session, "known_by", lambda: token_hash(his.token))
    with pytest.raises(NotPermitted):
        session.act(AnalystStore(store, person), person, Action.RUN)
    assert store.audit_lines(last=1)[["action", "what"]].iloc[0].tolist() == ["refused", "run"]


def test_a_manager_is_reminded_of_own_families_alone_and_asks_about_few_others(tmp_path: Path) -> None:
    made = Store.create(tmp_path / "county")
    centres = {"centre_id": ["C01", "C02"], "name": ["Centre 1", "Centre 2"], "opened_on": date(2007, 4, 1)}
    centres |= {"district": "Ember", "area_team": "south", "provider": "county"}
    ids = [f"F{n:06d}" for n in range(400)]
    families = {"family_id": ids, "reach_centre_id": ["C01", "C02"] * 200, "district": "Ember", "idaci_decile": 3}
    no = ("lone_parent", "young_parent", "english_additional_language", "disability", "kinship_care")
    families |= {"children": 1, "known_from": date(2007, 5, 12), **dict.fromkeys(no, False)}
    frames = {
        name: pd.DataFrame(values).reindex(columns=[column.name for column in table(name).columns])
        for name, values in (("centres", centres), ("families", families))
    }
    made.add(frames, by="t", source_name="t")
    view = ManagerStore(made, Person(Role.MANAGER, "C01", "Centre 1", user="ann"))

    def checked(*families: str):
        text = "".join(f"{family},C01,01/02/2011,start,2\n" for family in families)
        file = view.read_file(f"family_id,centre_id,scored_on,stage,score\n{text}".encode(), "scores.csv")
        found = review(file, table("progress_scores"), view.context({"higher_is": "better"}))
        view.write_checked(found)
        return found

    own, others = ids[::2], ids[1::2]
    assert '"F000004"' in checked("f4").problems[0].message
    assert "mean" not in checked("f5").problems[0].message  # there is one, and it is another centre's
    before = len(made.audit_lines())
    assert checked(*own).is_clean and len(made.audit_lines()) == before
    assert checked(*others).is_clean
    last = made.audit_lines(last=1).iloc[0]
    assert last["action"] == "checked" and json.loads(last["detail"])["not of the centre"] == 200
    assert "F0" not in last["detail"]
    checked(*others)  # the very same again is no more than it was
    with pytest.raises(InputError, match="names 150 families that are not of your centre"):
        checked(*[f"X{n}" for n in range(150)])
    assert made.audit_lines(last=1).iloc[0]["action"] == "refused"
    assert view.not_of_centre(["F000000", "F000001"]) == {"F000001"}


def nodes(folder: Path) -> Iterator[tuple[str, ast.AST]]:
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            yield file.relative_to(WEB).as_posix(), node


def test_no_page_takes_a_private_attribute_of_anything() -> None:
    taken = [
        f"{file}:{node.lineno} {ast.unparse(node)}"
        for file, node in nodes(WEB / "pages")
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and node.attr != "__getitem__"
    ]
    assert taken == []


def test_a_members_view_takes_published_figures_from_the_store_and_no_rows() -> None:
    tree = ast.parse((WEB / "access" / "member.py").read_text(encoding="utf-8"))
    taken = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Call)}
    of_the_store = {one for one in taken if one.startswith(("self._store.", "results."))}
    assert of_the_store == {
        "self._store.read",
        "self._store.read('area_counts', measures=['referrals', 'initial_assessments'])",
        "self._store.folder",
        "self._store.decisions",
        "self._store.decisions()",
        "results.published",
        "results.published(self._store)",
    }


def test_web_asks_no_database_and_knows_no_sql() -> None:
    files = sorted(WEB.rglob("*.py"))
    assert len(files) > 40
    text = {file.name: file.read_text(encoding="utf-8") for file in files}
    assert [name for name, said in text.items() if "sqlalchemy" in said or ".engine" in said] == []


def test_what_is_kept_of_a_centre_is_its_own_and_goes_with_the_next_version(store: Store) -> None:
    one, other = (ManagerStore(store, Person(Role.MANAGER, centre, centre)) for centre in ("C01", "C02"))
    assert one.second_scores(WEB) is one.second_scores(WEB), "worked out once"
    assert set(one.second_scores(WEB).frame["family_id"]) == {"F-C01", "G-C01"}
    assert set(other.second_scores(WEB).frame["family_id"]) == {"F-C02", "G-C02"}
    shown = one.scores_to_check()
    shown["more"] = 1
    assert "more" not in one.scores_to_check(), "a page that changes what it is given changes nothing for another"
    store.erase_family("F-C01", by="x", reason="asked")
    assert set(one.second_scores(WEB).frame["family_id"]) == {"G-C01"} and one.progress().families == 0
    assert {kept.cache_info().currsize for kept in (one_centre._second_scores, one_centre._progress)} == {1}
    assert one_centre._half_years.cache_info().currsize == 0, "nothing of whom was erased stays in memory"
