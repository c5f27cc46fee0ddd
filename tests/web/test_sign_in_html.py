"""The pages in front of the app: what anyone typed or named is shown as text, and each form says where it goes."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from toolkit.web.door.sign_in_html import (
    cannot_start_page,
    password_page,
    second_step_page,
    set_second_step_page,
    sign_in_page,
    signed_out_page,
)

EVIL = "<img src=x onerror=alert(1)> \"'&"
SIGN_IN = {"simulated": True, "centres": {EVIL: EVIL}, "has_accounts": True, "provider": EVIL, "next_page": EVIL}


class Reader(HTMLParser):
    """Everything a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize(
    "page",
    [
        sign_in_page(**SIGN_IN, wrong=EVIL, name=EVIL),
        second_step_page(wrong=EVIL),
        password_page(must=True, wrong=EVIL),
        set_second_step_page(picture="<svg></svg>", secret=EVIL, has_one=True, wrong=EVIL),
        cannot_start_page(EVIL),
        signed_out_page(provider=EVIL, address=f"https://council.example/?{EVIL}"),
    ],
)
def test_what_was_typed_is_text_and_nothing_else(page: str) -> None:
    read = Reader(page)
    assert not [tag for tag, held in read.tags if tag in ("img", "script") or "onerror" in held]
    assert EVIL.split(" ", 1)[0] in "".join(read.text)


@pytest.mark.parametrize(
    ("page", "action", "names"),
    [
        (sign_in_page(**SIGN_IN | {"simulated": False}), "/sign-in", {"name", "password", "next"}),
        (sign_in_page(**SIGN_IN | {"has_accounts": False}), "/sign-in", {"role", "next"}),
        (second_step_page(), "/second-step", {"code", "next"}),
        (password_page(must=False), "/password", {"old", "new", "again", "next"}),
        (
            set_second_step_page(picture="", secret="ABCD", has_one=False),
            "/set-second-step",
            {"present", "code", "next"},
        ),
        (
            set_second_step_page(picture="", secret="ABCD", has_one=True),
            "/set-second-step",
            {"present", "present-code", "code", "next"},
        ),
    ],
)
def test_each_form_says_where_it_goes_and_what_it_sends(page: str, action: str, names: set[str]) -> None:
    tags = Reader(page).tags
    forms = [held["action"] for tag, held in tags if tag == "form" and held["action"] != "/sign-out"]
    assert forms == [action]
    assert {held["name"] for tag, held in tags if tag == "input"} == names


def test_the_secret_is_shown_in_fours_to_be_typed() -> None:
    assert "AAAA BBBB CC" in Reader(set_second_step_page(picture="", secret="AAAABBBBCC", has_one=False)).text


def test_a_manager_is_offered_only_where_a_centre_tracks_progress() -> None:
    with_centres, without = (
        {held.get("value") for tag, held in Reader(sign_in_page(**SIGN_IN | {"centres": centres})).tags}
        for centres in ({"C01": "Amberfold"}, {})
    )
    assert "manager" in with_centres and "manager" not in without
