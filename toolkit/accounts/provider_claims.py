"""What a council's identity provider says of a person, read as a role; settings of that provider."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from toolkit.accounts.roles import Person, Role
from toolkit.errors import InputError, NotPermitted, did_you_mean

SETTINGS_VARIABLE = "TOOLKIT_SIGN_IN"
SECRET_VARIABLE = "TOOLKIT_OIDC_CLIENT_SECRET"
_REQUIRED = ("server_metadata_url", "client_id", "roles")
_KNOWN = (*_REQUIRED, "client_secret", "name", "groups_claim", "centre_prefix", "user_claim", "address")


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID provider and how its claims are read.

    Attributes
    ----------
    server_metadata_url, client_id, client_secret
        As the provider's administrator gives them.
    name
        What people call it, for the button.
    groups_claim
        The claim that lists a person's groups.
    roles
        Group → role. A person with groups of several roles, or of none, is refused.
    centre_prefix
        Groups that name a manager's centres begin with this; the rest is the centre's number.
    user_claim
        The claim written in the audit as who it was, with the provider's own number unless it is a verified e-mail.
    address
        Where people find the app ("https://centres.example.gov.uk"), to come back to; empty for where they are.
    """

    server_metadata_url: str
    client_id: str
    client_secret: str
    roles: Mapping[str, Role]
    name: str = "your council account"
    groups_claim: str = "groups"
    centre_prefix: str = "centre:"
    user_claim: str = "email"
    address: str = ""

    def person_of(self, claims: Mapping[str, Any], *, centre_ids: frozenset[str]) -> Person:
        """Return who a provider's claims say is there.

        Parameters
        ----------
        claims
            Of the ID token.
        centre_ids
            The centres of the store.

        Raises
        ------
        NotPermitted
            When they give no role, more than one, or a manager no centre of the store.
        """
        given = claims.get(self.groups_claim, ())
        groups = [given] if isinstance(given, str) else [str(group) for group in given or ()]
        roles = {self.roles[group] for group in groups if group in self.roles}
        user = self._name_in(claims)
        if len(roles) != 1:
            what = "no role" if not roles else "more than one role"
            raise NotPermitted(f"Your account has {what} here. Ask your administrator to put you in one group.")
        role = roles.pop()
        if role is not Role.MANAGER:
            return Person(role, user=user)
        prefix = self.centre_prefix
        mine = tuple(group.removeprefix(prefix) for group in groups if group.startswith(prefix))
        known = tuple(number for number in dict.fromkeys(mine) if number in centre_ids)
        if not known:
            raise NotPermitted("Your account names no centre of this county. Ask your administrator to add yours.")
        return Person(role, known[0], user=user, centre_ids=known)

    def _name_in(self, claims: Mapping[str, Any]) -> str:
        """Return what the audit calls the person: with the provider's own number, unless it vouches for the name.

        Whoever may choose their e-mail address or name at the provider could else act here in another's name (OpenID
        Connect Core 1.0, section 5.7: only the subject is unique and never given again).
        """
        subject, user = str(claims.get("sub") or ""), str(claims.get(self.user_claim) or "")
        is_vouched_for = self.user_claim == "email" and claims.get("email_verified") is True
        if not user or user == subject:
            return subject
        return user if is_vouched_for or not subject else f"{user} [{subject}]"


def provider() -> Provider | None:
    """Return the provider that the file named by ``TOOLKIT_SIGN_IN`` describes; ``None`` when none is named.

    Raises
    ------
    InputError
        When the file cannot be read or is not complete (all problems at once).
    """
    named = os.environ.get(SETTINGS_VARIABLE, "")
    return read_provider(Path(named)) if named else None


def read_provider(file: Path) -> Provider:
    """Return the provider a settings file describes; its secret may come from ``TOOLKIT_OIDC_CLIENT_SECRET``."""
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"The sign-in settings {file} cannot be read: {error}.") from error
    problems = [f'"{name}" is missing.' for name in _REQUIRED if name not in given]
    problems += [f'"{name}" is not a setting. {did_you_mean(name, _KNOWN)}' for name in given if name not in _KNOWN]
    texts = [name for name in _KNOWN if name != "roles" and not isinstance(given.get(name, ""), str)]
    problems += [f'"{name}" must be text in quotes.' for name in texts]
    secret = os.environ.get(SECRET_VARIABLE) or given.get("client_secret", "")
    if not secret:
        problems.append(f'Give "client_secret", or set {SECRET_VARIABLE}.')
    roles = given.get("roles", {})
    if not isinstance(roles, dict):
        problems.append('"roles" must be a table of groups: [roles] "group" = "manager".')
        roles = {}
    wrong = {group: role for group, role in roles.items() if role not in list(Role)}
    problems += [
        f'Group "{group}": "{role}" is not a role. {did_you_mean(str(role), list(Role))}'
        for group, role in wrong.items()
    ]
    if problems:
        raise InputError(f"The sign-in settings {file} cannot be used. " + " ".join(problems))
    read = {str(group): Role(role) for group, role in roles.items()}
    return Provider(**{**given, "roles": MappingProxyType(read), "client_secret": secret})
