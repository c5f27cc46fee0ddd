"""Signing in through a real OpenID provider (npm's oidc-provider, certified), with roles from its claims, and out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from toolkit.records import Store

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HERE = Path(__file__).with_name("provider")
SETTINGS = """
name = "your Ember account"
server_metadata_url = "http://localhost:{provider}/.well-known/openid-configuration"
client_id = "toolkit"
address = "http://localhost:{app}"
[roles]
"cc-managers" = "manager"
"cc-leads" = "lead"
"cc-members" = "member"
"""


def npm() -> str:
    """Where npm is. Missing, it is a failure in CI and elsewhere a skip that says what to install."""
    found = shutil.which("npm")
    if found is None or shutil.which("node") is None:
        missing = "Node.js is not installed. On Debian: apt-get install nodejs npm"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@pytest.fixture(scope="module")
def provided(county: Store, tmp_path_factory: pytest.TempPathFactory, ports, serve) -> Iterator[tuple[Store, str]]:
    """The county's app with a provider beside it: the store and the app's address."""
    folder = tmp_path_factory.mktemp("provider")
    shutil.copytree(HERE, folder, dirs_exist_ok=True)
    command = [npm(), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(command, cwd=folder, check=True, timeout=240, capture_output=True)
    provider, app = ports(), ports()
    (folder / "sign-in.toml").write_text(SETTINGS.format(provider=provider, app=app))
    arguments = ["node", "provider.mjs", str(provider), f"http://localhost:{app}"]
    with (folder / "log.txt").open("w") as log:
        node = subprocess.Popen(arguments, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for(f"http://localhost:{provider}/.well-known/openid-configuration", folder / "log.txt")
            environment = {
                "TOOLKIT_SIGN_IN": str(folder / "sign-in.toml"),
                "TOOLKIT_OIDC_CLIENT_SECRET": "only-for-tests",
            }
            with serve(county.folder, folder / "app.txt", port=app, **environment) as address:
                yield county, address
        finally:
            node.terminate()
            node.wait(timeout=20)


def wait_for(address: str, log: Path) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError(log.read_text())


def come_in(page: Page, address: str, groups: str, *, at: str = "") -> None:
    """Sign in at the provider as someone in these groups."""
    page.goto(f"{address}/{at}")
    page.get_by_role("link", name="Sign in with your Ember account").click()
    page.get_by_placeholder("Enter any login").fill(groups)
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def audit(store: Store, action: str) -> tuple[str, dict]:
    line = next(line for line in store.audit_lines(last=30).itertuples() if line.action == action)
    return line.who, json.loads(line.detail)


def test_a_manager_comes_in_with_the_centre_of_the_claims_and_goes_out(provided, visitor, artefacts: Path) -> None:
    store, address = provided
    centre = store.read("centres").dropna(subset=["tracks_progress_from"]).iloc[0]
    person = visitor(address=address)
    come_in(person.page, address, f"cc-managers+centre:{centre['centre_id']}", at="my-centre?from=a%2Fb&x=1")
    expect(person.page.get_by_role("heading", level=1)).to_have_text(f"Progress at {centre['name']}")
    assert person.page.url == f"{address}/my-centre?from=a%2Fb&x=1"  # the whole of what was asked for
    assert audit(store, "signed in") == (
        "cc-managers@example.gov.uk (Centre manager)",
        {"how": "provider"},
    )
    cookie = next(one for one in person.page.context.cookies() if one["name"] == "toolkit-session")
    person.page.get_by_role("button", name="Sign out").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("You are signed out of the toolkit")
    person.page.screenshot(path=artefacts / "provider-signed-out.png")
    thief = visitor(address=address)  # with a copy of the cookie
    thief.page.context.add_cookies([cookie])
    thief.page.goto(f"{address}/my-centre")
    thief.page.get_by_role("link", name="Sign in with your Ember account").wait_for()

    person.page.get_by_role("link", name="Sign out of your Ember account").click()
    person.page.get_by_role("button", name="Yes, sign me out").click()
    expect(person.page).to_have_url(f"{address}/sign-in")
    person.page.get_by_role("link", name="Sign in with your Ember account").click()
    person.page.get_by_placeholder("Enter any login").wait_for()  # the provider asks again too


@pytest.mark.parametrize(
    ("groups", "said"),
    [("somebody", "Your account has no role here"), ("cc-managers+centre:C99", "names no centre of this county")],
)
def test_whoever_the_provider_gives_no_role_is_refused_in_words(provided, visitor, groups: str, said: str) -> None:
    store, address = provided
    page = visitor(address=address).page
    come_in(page, address, groups)
    expect(page.get_by_role("alert")).to_contain_text(said)
    assert page.context.cookies(address) == [] or all(
        one["name"] != "toolkit-session" for one in page.context.cookies(address)
    )
    assert audit(store, "refused")[1] == {"how": "provider", "why": "no role from the provider's groups"}


def test_an_answer_nobody_asked_for_is_not_taken(provided, visitor) -> None:
    store, address = provided
    page = visitor(address=address).page
    page.goto(f"{address}/sign-in/callback?code=stolen&state=made-up")
    expect(page.get_by_role("alert")).to_contain_text("did not answer as it should")
    assert audit(store, "refused")[1]["times"]["the provider's answer was not taken"] == 1
