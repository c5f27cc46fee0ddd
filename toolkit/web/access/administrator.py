"""An administrator's view of the store: accounts, settings, the audit, and no data of any family or centre's work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from toolkit.accounts import directory, required_steps
from toolkit.accounts.directory import Account
from toolkit.accounts.roles import Role
from toolkit.intake.outgoing.safe_cells import csv_text
from toolkit.records.audit.search import Wanted, actions_of, lines_found
from toolkit.records.erasure.retention import RetentionPolicy, load_policy
from toolkit.records.settings import settings_of, settle
from toolkit.runs.condition import Condition, condition_of
from toolkit.web import lookups
from toolkit.web.access.view import StoreView

__all__ = ["AdminStore", "Condition", "RetentionPolicy", "Wanted"]


class AdminStore(StoreView):
    """An administrator's: accounts and settings, what the audit says, what is due to go, how the server is."""

    __slots__ = ()

    def accounts(self) -> tuple[Account, ...]:
        """Return every account, by name."""
        return directory.accounts(self._store)

    def centre_names(self) -> Mapping[str, str]:
        """Return every centre's name by its number."""
        return lookups.centre_names(self._store)

    def add_account(self, name: str, role: Role, *, centre_ids: Iterable[str] = ()) -> str:
        """Make an account and return its first password."""
        return directory.add_account(self._store, name, role, by=self._person.name, centre_ids=centre_ids)

    def reset_password(self, name: str) -> str:
        """Give an account a new first password and return it."""
        return directory.reset_password(self._store, name, by=self._person.name)

    def shut(self, name: str) -> None:
        """Let nobody sign in with an account any more."""
        directory.shut(self._store, name, by=self._person.name)

    def open_again(self, name: str) -> None:
        """Let an account that was shut, or must wait, sign in again."""
        directory.open_again(self._store, name, by=self._person.name)

    def let_all_try(self) -> None:
        """Let everyone try to sign in again who must wait after failed tries, theirs or others' at their address."""
        directory.let_all_try(self._store, by=self._person.name)

    def end_sessions(self, name: str) -> int:
        """End every open session of a name, also of one that came through the council's own sign-in."""
        return directory.end_sessions(self._store, name, by=self._person.name)

    def change_role(self, name: str, role: Role, *, centre_ids: Iterable[str] = ()) -> None:
        """Give an account another role or other centres."""
        directory.change_role(self._store, name, role, by=self._person.name, centre_ids=centre_ids)

    def roles_with_a_step(self) -> frozenset[Role]:
        """Return the roles of which a second step is asked."""
        return required_steps.roles_with_a_step(self._store)

    def ask_a_step_of(self, roles: Iterable[Role]) -> int:
        """Ask a second step of these roles and no other; return how many sessions ended with that."""
        return required_steps.ask_of(self._store, roles, by=self._person.name)

    def settings(self) -> Mapping[str, str]:
        """Return what the council settled, by the settings' names."""
        return settings_of(self._store)

    def settle(self, settings: Mapping[str, str]) -> None:
        """Settle what differs from what is settled now."""
        settle(self._store, settings, by=self._person.name)

    def audit_found(self, wanted: Wanted, *, start: int, most: int) -> tuple[pd.DataFrame, int]:
        """Return so many lines of the audit that are wanted, the newest first, and how many there are in all."""
        return lines_found(self._store, wanted, start=start, most=most)

    def audit_csv(self, wanted: Wanted) -> str:
        """Return every line that is wanted as csv text, in which nothing runs as a formula."""
        found, _ = lines_found(self._store, wanted)
        return csv_text([tuple(found.columns), *found.itertuples(index=False, name=None)])

    def audit_actions(self) -> tuple[str, ...]:
        """Return everything that the audit says was done, each once."""
        return actions_of(self._store)

    def retention(self, today: date) -> tuple[RetentionPolicy, pd.DataFrame]:
        """Return how long rows are kept, and what is past that today: counts alone."""
        policy = load_policy(self._store.folder)
        return policy, lookups.retention_due(self._store, policy, today)

    def condition(self) -> Condition:
        """Return how the store and its server are."""
        return condition_of(self._store)
