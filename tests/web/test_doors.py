from __future__ import annotations

from importlib import import_module

import pytest

from toolkit.accounts.roles import PAGES, ROLE_NAMES, Person, Role, check, may_open
from toolkit.errors import NotPermitted
from toolkit.records import Store
from toolkit.web.navigation import TITLES

EVERY_PAGE = sorted({page for pages in PAGES.values() for page in pages})
# Written out again on purpose: a page that opens to another role must be changed in two places.
OPEN = {
    ("manager", "upload"), ("manager", "my-centre"), ("manager", "about"),
    ("lead", "referrals"), ("lead", "progress"), ("lead", "money"), ("lead", "runs"), ("lead", "about"),
    ("member", "overview"), ("member", "answers"), ("member", "explore"), ("member", "about"),
    ("analyst", "runs"), ("analyst", "referrals"), ("analyst", "progress"), ("analyst", "money"), ("analyst", "about"),
    ("administrator", "accounts"),
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
    show = import_module(f"toolkit.web.pages.{page.replace('-', '_')}").show
    with pytest.raises(NotPermitted):
        show(Unread(), None if role is None else Person(role))


def test_nobody_opens_anything_unsigned() -> None:
    assert not any(may_open(None, page) for page in EVERY_PAGE)


def test_every_page_has_a_title_and_every_role_a_name() -> None:
    assert set(TITLES) == set(EVERY_PAGE)
    assert set(ROLE_NAMES) == set(PAGES) == set(Role)


def test_a_manager_is_named_with_the_centre() -> None:
    assert Person(Role.MANAGER, "C01", "Amberfold").name == "Centre manager, Amberfold"
    assert Person(Role.LEAD).name == "Early intervention lead"
