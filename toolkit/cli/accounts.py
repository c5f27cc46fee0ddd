"""Commands for accounts: the first administrator's is made here, the others here or on the administrator's page."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit.accounts.roles import Role
from toolkit.cli import console
from toolkit.cli.options import JsonOption, StoreOption
from toolkit.cli.records import ByOption

accounts = typer.Typer(name="account", help="Who can sign in to the app on a store.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="The name to sign in with, such as an e-mail address.")]
CentresOption = Annotated[list[str] | None, typer.Option("--centre", help="A manager's centre, once for each.")]
RoleOption = Annotated[Role, typer.Option(help="What the person is here as.")]


@accounts.command("list")
def list_accounts(store: StoreOption, json_: JsonOption = False) -> None:
    """List every account."""
    import pandas as pd

    from toolkit.accounts import directory as book
    from toolkit.records import Store

    rows = pd.DataFrame(
        [
            {
                "name": one.name,
                "role": one.role.value,
                "centres": ", ".join(one.centre_ids),
                "second_step": one.has_second_step,
                "first_password": one.must_change,
                "shut": one.is_shut,
                "signed_in_at": None if one.signed_in_at is None else one.signed_in_at.isoformat(timespec="minutes"),
            }
            for one in book.accounts(Store.open(store))
        ]
    )
    if json_:
        console.as_json(rows)
    elif rows.empty:
        console.say("There are no accounts yet. Make one with: toolkit account add NAME --role administrator")
    else:
        console.table(rows)


@accounts.command("add")
def add(name: NameArgument, role: RoleOption, store: StoreOption, by: ByOption, centre: CentresOption = None) -> None:
    """Make an account and print its first password, which lasts a week and is changed at the first sign-in."""
    from toolkit.accounts import directory as book
    from toolkit.records import Store

    _say_password(name, book.add_account(Store.open(store), name, role, by=by, centre_ids=centre or ()))


@accounts.command("reset")
def reset(name: NameArgument, store: StoreOption, by: ByOption) -> None:
    """Give an account a new first password and no second step, and end its sessions."""
    from toolkit.accounts import directory as book
    from toolkit.records import Store

    _say_password(name, book.reset_password(Store.open(store), name, by=by))


@accounts.command("change")
def change(
    name: NameArgument, role: RoleOption, store: StoreOption, by: ByOption, centre: CentresOption = None
) -> None:
    """Give an account another role or other centres, and end its sessions."""
    from toolkit.accounts import directory as book
    from toolkit.records import Store

    book.change_role(Store.open(store), name, role, by=by, centre_ids=centre or ())
    console.say(f"{name} has the role {role.value} now.")


@accounts.command("shut")
def shut(name: NameArgument, store: StoreOption, by: ByOption) -> None:
    """Let nobody sign in with an account any more, and end its sessions."""
    from toolkit.accounts import directory as book
    from toolkit.records import Store

    book.shut(Store.open(store), name, by=by)
    console.say(f"{name} is shut.")


@accounts.command("open")
def open_again(name: NameArgument, store: StoreOption, by: ByOption) -> None:
    """Let an account sign in again that was shut, or must wait after failed tries."""
    from toolkit.accounts import directory as book
    from toolkit.records import Store

    book.open_again(Store.open(store), name, by=by)
    console.say(f"{name} can sign in again.")


@accounts.command("let-all-try")
def let_all_try(store: StoreOption, by: ByOption) -> None:
    """Let everyone try to sign in again who must wait after failed tries, theirs or others' at their address."""
    from toolkit.accounts import directory as book
    from toolkit.records import Store

    book.let_all_try(Store.open(store), by=by)
    console.say("Everyone can try to sign in again.")


@accounts.command("end-sessions")
def end_sessions(name: NameArgument, store: StoreOption, by: ByOption) -> None:
    """End every open session of a name, also of one that came through the council's own sign-in."""
    from toolkit.accounts import directory as book
    from toolkit.records import Store

    ended = book.end_sessions(Store.open(store), name, by=by)
    console.say(f"{ended:,} {'session' if ended == 1 else 'sessions'} of {name} ended.")


def _say_password(name: str, password: str) -> None:
    console.say(f"The first password of {name} is {password}")
    console.say("It is shown this once and is good for a week. They choose their own when they first sign in.")
