"""The pages in front of the app, as plain HTML that needs no script: signing in, a new password, the second step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from toolkit.accounts.roles import ROLE_NAMES, Role
from toolkit.web.door.page_head import ICON
from toolkit.web.parts.banner import SIMULATED_BANNER, SIMULATED_MORE

_WHAT = {
    Role.MANAGER: "Upload scores and see your own centre's progress.",
    Role.LEAD: "Read the answers, with how sure we can be, and publish them.",
    Role.MEMBER: "See the published answers to the scrutiny report's questions.",
    Role.ANALYST: "See every run, with its data, version and seed.",
    Role.ADMINISTRATOR: "Make and shut accounts. See no data.",
}

_STYLE = """
* { box-sizing: border-box; }
body { margin: 0; font: 1.0625rem/1.5 "Source Sans", "Source Sans 3", system-ui, sans-serif; color: #0b0c0c;
  background: #fff; }
main { max-width: 40rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 2.1rem; line-height: 1.2; margin: 0 0 1rem; } h2 { font-size: 1.35rem; margin: 2rem 0 .5rem; }
.simulated { background: #fff3c4; border-left: 8px solid #b35c00; padding: .6rem .9rem; margin: 0 0 1.25rem; }
.simulated strong { display: block; }
.wrong { border: 4px solid #b10e1e; padding: .6rem .9rem; margin: 0 0 1.25rem; }
.wrong h2 { margin: 0; font-size: 1.15rem; } .wrong p { margin: .25rem 0 0; }
label, legend { font-weight: 600; } legend { padding: 0; font-size: 1.15rem; }
fieldset { border: 0; padding: 0; margin: 0 0 1rem; }
.field { margin: 0 0 1.1rem; } .hint { color: #4b5358; display: block; font-weight: 400; }
input[type=text], input[type=password], select { display: block; width: 100%; max-width: 26rem; font: inherit;
  padding: .45rem .6rem; margin-top: .25rem; border: 2px solid #0b0c0c; border-radius: 4px; background: #fff;
  color: inherit; }
.choice { display: grid; grid-template-columns: 1.9rem 1fr; padding: .35rem 0; align-items: start; }
.choice input { width: 1.35rem; height: 1.35rem; margin: .1rem 0 0; accent-color: #1d4f76; }
.choice label { cursor: pointer; }
.of-manager { display: none; } form:has([value=manager]:checked) .of-manager { display: block; }
button, .button { font: inherit; font-weight: 600; background: #1d4f76; color: #fff; border: 0; border-radius: 4px;
  padding: .6rem 1.4rem; cursor: pointer; text-decoration: none; display: inline-block; }
button:hover, .button:hover { background: #153b59; }
button.quiet { background: none; color: #1d4f76; text-decoration: underline; padding: .6rem 0; }
a { color: #1d4f76; }
:focus-visible { outline: 3px solid #0b0c0c; outline-offset: 2px; }
code { overflow-wrap: anywhere; background: #f1f3f4; padding: .1rem .3rem; }
"""


def _page(title: str, body: str, *, heading: str = "", simulated: bool = False, wrong: str = "") -> str:
    banner = (
        f'<p class="simulated" role="note"><strong>{escape(SIMULATED_BANNER)}</strong> {escape(SIMULATED_MORE)}</p>'
        if simulated
        else ""
    )
    error = f'<div class="wrong" role="alert"><h2>There is a problem</h2><p>{escape(wrong)}</p></div>' if wrong else ""
    shown = f"{'Error: ' if wrong else ''}{title}"
    return (
        '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(shown)}</title><link rel="icon" href="{ICON}"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(heading or title)}</h1>{banner}{error}{body}</main></body></html>"
    )


def sign_in_page(
    *,
    simulated: bool,
    centres: Mapping[str, str],
    has_accounts: bool,
    provider: str,
    next_page: str,
    wrong: str = "",
    name: str = "",
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
    wrong
        What went wrong before, and the name that was typed.
    """
    body = ""
    onwards = f'<input type="hidden" name="next" value="{escape(next_page)}">'
    if simulated:
        body += _chooser(centres, onwards)
    if provider:
        query = f"?next={escape(next_page)}" if next_page else ""
        body += f'<p><a class="button" href="/sign-in/provider{query}">Sign in with {escape(provider)}</a></p>'
    if has_accounts:
        body += ("<h2>Sign in with an account</h2>" if simulated or provider else "") + _with_password(onwards, name)
    if not body:
        body = (
            "<p>Nobody can sign in yet: there are no accounts. On the server, make the first administrator's with</p>"
            "<p><code>toolkit account add NAME --role administrator --store DIR</code></p>"
        )
    return _page("Sign in", body, heading="Do Children's Centres help?", simulated=simulated, wrong=wrong)


def second_step_page(*, wrong: str = "") -> str:
    """Return the page that asks for the code of an authenticator app."""
    field = _field("code", "Code", "The six digits your authenticator app shows.", 'inputmode="numeric" maxlength="10"')
    return _page("Enter your code", _form("/second-step", field, "Go on") + _LEAVE, wrong=wrong)


def password_page(*, must: bool, wrong: str = "") -> str:
    """Return the page to choose a new password."""
    why = (
        "<p>The password you were given is only for this first time. Choose one that only you know.</p>" if must else ""
    )
    hint = "At least 12 characters. Three random words make a good password."
    fields = (
        _secret("old", "Present password", "", "current-password")
        + _secret("new", "New password", hint, "new-password")
        + _secret("again", "New password again", "", "new-password")
    )
    back = _LEAVE if must else _BACK
    return _page("Choose a new password", why + _form("/password", fields, "Change the password") + back, wrong=wrong)


def set_second_step_page(*, picture: str, secret: str, wrong: str = "") -> str:
    """Return the page to set up an authenticator app: its picture, its secret in letters, and a first code."""
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    body = (
        "<p>After this, signing in asks for your password and for a code from an app on your phone. Scan the picture "
        "with an authenticator app, or type the letters under it.</p>"
        f"{picture}<p><code>{escape(spaced)}</code></p>"
    )
    fields = f'<input type="hidden" name="secret" value="{escape(secret)}">' + _field(
        "code", "Code", "The six digits the app shows now.", 'inputmode="numeric" maxlength="10"'
    )
    return _page("Set up a second step", body + _form("/set-second-step", fields, "Turn it on") + _BACK, wrong=wrong)


def refused_page(*, is_missing: bool) -> str:
    """Return the page for an address that is not there, or not open to whoever asked."""
    if is_missing:
        return _page("There is no such page", f"<p>Check the address.</p>{_BACK}")
    return _page("This is not open to you", f"<p>The role you are signed in as does not reach it.</p>{_BACK}")


def cannot_start_page(why: str) -> str:
    """Return the page shown when the store cannot be used."""
    return _page("The toolkit cannot start", f"<p>{escape(why)}</p>")


def signed_out_page(*, provider: str, address: str) -> str:
    """Return the page after signing out here, with the way to sign out of the council's account too."""
    body = (
        "<p>On a shared computer, sign out of that account too.</p>"
        f'<p><a class="button" href="{escape(address)}">Sign out of {escape(provider)}</a></p>'
        '<p><a href="/sign-in">Sign in again</a></p>'
    )
    return _page("You are signed out of the toolkit", body)


_BACK = '<p><a href="/">Back to the toolkit</a></p>'
_LEAVE = '<form method="post" action="/sign-out"><button class="quiet">Sign out</button></form>'


def _chooser(centres: Mapping[str, str], onwards: str) -> str:
    roles: Sequence[Role] = [role for role in Role if role is not Role.MANAGER or centres]
    choices = "".join(
        f'<div class="choice"><input type="radio" name="role" id="{role}" value="{role}" required'
        f' aria-describedby="{role}-is">'
        f'<div><label for="{role}">{escape(ROLE_NAMES[role])}</label>'
        f'<span class="hint" id="{role}-is">{escape(_WHAT[role])}</span></div></div>'
        for role in roles
    )
    options = "".join(
        f'<option value="{escape(number)}">{escape(centre)} ({escape(number)})</option>'
        for number, centre in centres.items()
    )
    of_manager = (
        '<div class="field of-manager"><label for="centre">Your centre</label>'
        f'<select name="centre" id="centre">{options}</select></div>'
    )
    fields = f"<fieldset><legend>I am a</legend>{choices}</fieldset>{of_manager}{onwards}"
    return "<p>This is a demonstration. Choose who you are; the pages follow.</p>" + _form(
        "/sign-in", fields, "Sign in"
    )


def _with_password(onwards: str, name: str) -> str:
    fields = _field("name", "Name", "", 'autocomplete="username" autocapitalize="none" spellcheck="false"', value=name)
    return _form("/sign-in", fields + _secret("password", "Password", "", "current-password") + onwards, "Sign in")


def _form(action: str, fields: str, button: str) -> str:
    return f'<form method="post" action="{action}">{fields}<button>{escape(button)}</button></form>'


def _field(name: str, label: str, hint: str, more: str, *, value: str = "", kind: str = "text") -> str:
    shown = f'<span class="hint" id="{name}-hint">{escape(hint)}</span>' if hint else ""
    more += f' aria-describedby="{name}-hint"' if hint else ""
    return (
        f'<div class="field"><label for="{name}">{escape(label)}</label>{shown}'
        f'<input type="{kind}" name="{name}" id="{name}" value="{escape(value)}" required {more}></div>'
    )


def _secret(name: str, label: str, hint: str, autocomplete: str) -> str:
    return _field(name, label, hint, f'autocomplete="{autocomplete}"', kind="password")
