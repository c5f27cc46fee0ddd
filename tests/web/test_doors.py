from __future__ import annotations

import pytest

from toolkit.errors import NotPermitted
from toolkit.web.doors import PAGES, Person, Role, check, may_open
from toolkit.web.navigation import TITLES

EVERY_PAGE = sorted({page for pages in PAGES.values() for page in pages})
# Written out again on purpose: a page that opens to another role must be changed in two places.
OPEN = {
    ("manager", "upload"), ("manager", "my-centre"), ("manager", "about"),
    ("lead", "referrals"), ("lead", "progress"), ("lead", "money"), ("lead", "about"),
    ("member", "overview"), ("member", "answers"), ("member", "about"),
    ("analyst", "runs"), ("analyst", "referrals"), ("analyst", "progress"), ("analyst", "money"), ("analyst", "about"),
}  # fmt: skip


@pytest.mark.parametrize("page", [*EVERY_PAGE, "no-such-page"])
@pytest.mark.parametrize("role", list(Role))
def test_a_door_is_open_only_where_the_table_says(role: Role, page: str) -> None:
    person = Person(role)
    assert may_open(person, page) is ((role.value, page) in OPEN)
    if (role.value, page) not in OPEN:
        with pytest.raises(NotPermitted):
            check(person, page)


def test_nobody_opens_anything_unsigned() -> None:
    assert not any(may_open(None, page) for page in EVERY_PAGE)


def test_every_page_has_a_title() -> None:
    assert set(TITLES) == set(EVERY_PAGE)
