"""What a provider's claims are read as, and how its settings are judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.accounts.provider_claims import Provider, provider, read_provider
from toolkit.accounts.roles import Person, Role
from toolkit.errors import InputError, NotPermitted

CENTRES = frozenset({"C01", "C02"})
SETTINGS = """
server_metadata_url = "https://login.example.gov.uk/.well-known/openid-configuration"
client_id = "toolkit"
client_secret = "not a real one"
[roles]
"cc-managers" = "manager"
"cc-leads" = "lead"
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Provider:
    (tmp_path / "sign-in.toml").write_text(SETTINGS)
    monkeypatch.setenv("TOOLKIT_SIGN_IN", str(tmp_path / "sign-in.toml"))
    found = provider()
    assert found is not None
    return found


@pytest.mark.parametrize("groups", [["cc-leads"], "cc-leads", ["other", "cc-leads", "centre:C01"]])
def test_a_group_gives_a_role(settings: Provider, groups) -> None:
    person = settings.person_of({"groups": groups, "email": "ann@example.gov.uk"}, centre_ids=CENTRES)
    assert person == Person(Role.LEAD, user="ann@example.gov.uk")


def test_a_manager_has_the_centres_of_the_store_that_are_named(settings: Provider) -> None:
    groups = ["cc-managers", "centre:C02", "centre:C99", "centre:C01", "centre:C02"]
    person = settings.person_of({"groups": groups, "sub": "7"}, centre_ids=CENTRES)
    assert person == Person(Role.MANAGER, "C02", user="7", centre_ids=("C02", "C01"))


@pytest.mark.parametrize(
    ("claims", "user"),
    [
        ({"email": "ann@x.uk", "email_verified": True, "sub": "7"}, "ann@x.uk"),
        ({"email": "ann@x.uk", "email_verified": False, "sub": "7"}, "ann@x.uk [7]"),
        ({"email": "ann@x.uk", "email_verified": "true", "sub": "7"}, "ann@x.uk [7]"),
        ({"email": "ann@x.uk", "sub": "7"}, "ann@x.uk [7]"),
        ({"sub": "7", "email_verified": True}, "7"),
    ],
)
def test_an_address_nobody_vouches_for_is_not_all_the_audit_has_of_a_person(settings: Provider, claims, user) -> None:
    assert settings.person_of({"groups": "cc-leads", **claims}, centre_ids=CENTRES).user == user


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ([], "no role"),
        (None, "no role"),
        (["CC-LEADS"], "no role"),
        (["cc-leads", "cc-managers", "centre:C01"], "more than one role"),
        (["cc-managers"], "no centre of this county"),
        (["cc-managers", "centre:C99"], "no centre of this county"),
    ],
)
def test_whoever_has_no_one_role_is_refused(settings: Provider, groups, said: str) -> None:
    with pytest.raises(NotPermitted, match=said):
        settings.person_of({"groups": groups}, centre_ids=CENTRES)


def test_everything_wrong_with_the_settings_is_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "sign-in.toml"
    file.write_text('client_ids = "x"\nname = 3\n[roles]\n"a" = "maneger"\n')
    with pytest.raises(InputError) as error:
        read_provider(file)
    said = str(error.value)
    for part in (
        '"server_metadata_url" is missing',
        '"client_id" is missing',
        '"client_ids" is not a setting. Did you mean "client_id"',
        '"name" must be text',
        "TOOLKIT_OIDC_CLIENT_SECRET",
        'Group "a": "maneger" is not a role. Did you mean "manager"',
    ):
        assert part in said


def test_the_secret_may_come_from_outside_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sign-in.toml").write_text(SETTINGS.replace("client_secret", "# client_secret"))
    monkeypatch.setenv("TOOLKIT_OIDC_CLIENT_SECRET", "from outside")
    assert read_provider(tmp_path / "sign-in.toml").client_secret == "from outside"


def test_without_settings_there_is_no_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOOLKIT_SIGN_IN", raising=False)
    assert provider() is None
