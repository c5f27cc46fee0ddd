"""What a role's pages can reach: the view they are handed, and nothing behind it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from toolkit.accounts.roles import Person, Role
from toolkit.errors import NotPermitted
from toolkit.records import Store
from toolkit.web.access import AdminStore, AnalystStore, LeadStore, ManagerStore, MemberStore, ResultsStore, StoreView
from toolkit.web.access.by_role import VIEWS, view_for

WEB = Path(__file__).parents[2] / "toolkit" / "web"
ALL = {"is_simulated", "version", "audit"}
RESULTS = {
    "damaged",
    "newest", "waiting", "course", "every_result", "has_been_run", "is_published", "record", "investments",
    "centre_names", "jobs", "start_job", "power_of", "planted_of", "cancel",
}  # fmt: skip
# Written out again on purpose: what a role's pages may do more must be said in two places.
REACHES = {
    StoreView: ALL,
    MemberStore: ALL | {"published", "published_counts", "explorer"},
    ManagerStore: ALL
    | {"progress", "read_file", "context", "recall", "remember", "last_declared"}
    | {"find_upload", "add_scores", "uploads", "withdraw"},
    ResultsStore: ALL | RESULTS,
    AnalystStore: ALL | RESULTS,
    LeadStore: ALL
    | RESULTS
    | {"open_answer", "questions", "about_plan", "preview", "publish", "withdraw", "explorer", "publish_explorer"},
    AdminStore: ALL
    | {"accounts", "centre_names", "add_account", "reset_password", "shut", "open_again", "change_role"},
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
        "self._store.read('area_counts')",
        "self._store.folder",
        "results.published",
        "results.published(self._store)",
    }


def test_web_asks_no_database_and_knows_no_sql() -> None:
    files = sorted(WEB.rglob("*.py"))
    assert len(files) > 40
    text = {file.name: file.read_text(encoding="utf-8") for file in files}
    assert [name for name, said in text.items() if "sqlalchemy" in said or ".engine" in said] == []
