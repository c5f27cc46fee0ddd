"""The pages in front of the app, as plain HTML that needs no script: signing in, a new password, the second step."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from toolkit.accounts.roles import ROLE_NAMES, Person, Role, whose
from toolkit.web.door.page_head import ICON
from toolkit.web.parts.banner import SIMULATED_BANNER, SIMULATED_MORE
from toolkit.web.parts.palette import FONT, typeface, variables
from toolkit.web.titles import TITLES

_WHAT = {
    Role.MANAGER: "Upload scores and see your own centre's progress.",
    Role.LEAD: "Read the answers, with how sure we can be, and publish them.",
    Role.MEMBER: "See the published answers to the scrutiny report's questions.",
    Role.ANALYST: "See every run, with its data, version and seed.",
    Role.ADMINISTRATOR: "See to accounts, settings, the audit and the server. See no data of families.",
}


def sign_in_page(
    *,
    simulated: bool,
    centres: Mapping[str, str],
    has_accounts: bool,
    provider: str,
    next_page: str,
    wrong: str = "",
    name: str = "",
    is_ended: bool = False,
) -> str:
    """Return the page to sign in.

    Parameters
    ----------
    simulated
        Whether anyone may choose who they are, the records being of no real family.
    centres
        Number → name of the centres a manager can be of, in the demonstration.
    has_accounts
        Whether there are accounts to sign in with.
    provider
        What the council's own sign-in is called; empty for none.
    next_page
        Where to go then.
    wrong, name
        What went wrong before, and the name that was typed.
    is_ended
        Whether somebody was in, and is not any more.
    """
    roles = [(role.value, ROLE_NAMES[role], _WHAT[role]) for role in Role if role is not Role.MANAGER or centres]
    return _page(
        "sign_in",
        "Sign in",
        heading="Do Children's Centres help?",
        simulated=simulated,
        wrong=wrong,
        roles=roles,
        centres=centres,
        has_accounts=has_accounts,
        provider=provider,
        next_page=next_page,
        name=name,
        is_ended=is_ended,
    )


def second_step_page(*, next_page: str = "", wrong: str = "") -> str:
    """Return the page that asks for the code of an authenticator app."""
    return _page("second_step", "Enter your code", wrong=wrong, next_page=next_page)


def password_page(*, must: bool, next_page: str = "", wrong: str = "") -> str:
    """Return the page to choose a new password."""
    return _page("password", "Choose a new password", wrong=wrong, must=must, next_page=next_page)


def set_second_step_page(
    *, picture: str, secret: str, has_one: bool, must: bool = False, next_page: str = "", wrong: str = ""
) -> str:
    """Return the page to set up an authenticator app: its picture, its secret in letters, and a first code.

    Parameters
    ----------
    picture
        SVG of our own making, the only thing that is put into a page as it is.
    secret
        What the picture says.
    has_one
        Whether there is a second step already, whose code is then asked too.
    must
        Whether the role is asked for one, so that there is no way on without it.
    next_page
        Where to go then.
    wrong
        What went wrong before.
    """
    return _page(
        "set_second_step",
        "Set up a second step",
        wrong=wrong,
        picture=Markup(picture),
        secret=secret,
        has_one=has_one,
        must=must,
        next_page=next_page,
    )


def refused_page(*, page: str, person: Person | None, is_missing: bool) -> str:
    """Return the page for an address that is not there, or not open to whoever asked.

    Parameters
    ----------
    page
        What was asked for.
    person
        Who asked, if anyone is signed in.
    is_missing
        Whether there is no such page at all.
    """
    if is_missing:
        return _page("message", "There is no such page", text="Check the address.", has_way_back=True)
    if person is None or page not in TITLES:
        text = "It was not given to the session you are signed in with."
        return _page("message", "This is not open to you", text=text, has_way_back=True)
    return _page("message", f"“{TITLES[page]}” is not open to you", text=whose(page, person), has_way_back=True)


def cannot_start_page(why: str) -> str:
    """Return the page shown when the store cannot be used."""
    return _page("message", "The toolkit cannot start", text=why, has_way_back=False)


def signed_out_page(*, provider: str, address: str) -> str:
    """Return the page after signing out here, with the way to sign out of the council's account too."""
    return _page("signed_out", "You are signed out of the toolkit", provider=provider, address=address)


def open_page(template: str, title: str, shown: Mapping[str, object]) -> str:
    """Return one of the pages that everyone may read."""
    return _page(template, title, heading="", simulated=False, wrong="", **shown)


def _page(
    template: str, title: str, *, heading: str = "", simulated: bool = False, wrong: str = "", **shown: object
) -> str:
    return (
        _templates()
        .get_template(f"{template}.html")
        .render(
            title=title,
            heading=heading,
            simulated=simulated,
            wrong=wrong,
            icon=ICON,
            banner=SIMULATED_BANNER,
            banner_more=SIMULATED_MORE,
            **shown,
        )
    )


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("toolkit.web.door"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals.update(look=Markup(f"{typeface()}\n{variables(follow_device=True)}"), font=Markup(FONT))
    return templates
