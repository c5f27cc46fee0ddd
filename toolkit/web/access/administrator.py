"""An administrator's view of the store: accounts, and no data of any family or centre's work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from toolkit.accounts import directory
from toolkit.accounts.directory import Account
from toolkit.accounts.roles import Role
from toolkit.web import lookups
from toolkit.web.access.view import StoreView


class AdminStore(StoreView):
    """An administrator's: the accounts, and the names of the centres they are for."""

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
