"""What the audit tells of a store beside its rows: whether it is simulated, who brought what, who may come in as whom.

Each is compared with what the database says now. What a store's lines do not tell, being of before it was written
down, cannot be compared; an upgrade tells all of it as it finds it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from toolkit.records.database.account_tables import ACCOUNTS
from toolkit.records.database.schema import AUDIT, FACTS, PUBLICATIONS, UPLOAD_TABLES, UPLOADS, VERSIONS

_OF_ACCOUNTS = ("made", "changed", "shut", "opened again")


@dataclass(slots=True)
class _Told:
    """What the lines tell, the newest of each."""

    simulated: bool | None = None
    brought: dict[int, dict[str, Any]] = field(default_factory=dict)
    withdrawn: dict[int, int] = field(default_factory=dict)
    versions: dict[int, str] = field(default_factory=dict)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)


def as_it_is(connection: sa.Connection) -> dict[str, Any]:
    """Return all of it as the database says now, for the line of an upgrade."""
    uploads = {
        str(row.upload_id): {"by": row.by, "withdrawn_in": row.withdrawn_in}
        for row in connection.execute(sa.select(UPLOADS.c.upload_id, UPLOADS.c.by, UPLOADS.c.withdrawn_in))
    }
    newest = connection.execute(sa.select(sa.func.max(PUBLICATIONS.c.publication_id))).scalar() or 0
    about = {"simulated": _is_simulated(connection), "uploads": uploads, "accounts": _accounts(connection)}
    return {**about, "publications": newest}


def untrue(connection: sa.Connection) -> Iterator[str]:
    """Yield, as sentences, what the database says otherwise than the audit."""
    told = _told(connection)
    if told.simulated is not None and _is_simulated(connection) != told.simulated:
        was, now = ("simulated", "real") if told.simulated else ("real", "simulated")
        yield f"The store was made for {was} records and now says that they are {now}: it was changed in the database."
    yield from _uploads(connection, told)
    by = {int(version): str(name) for version, name in connection.execute(sa.select(VERSIONS.c.version, VERSIONS.c.by))}
    for version, who in sorted(told.versions.items()):
        if version in by and by[version] != who:
            yield f"Version {version} was made by {who}, and the database now names {by[version]}."
    yield from _wrong_accounts(told.accounts, _accounts(connection))


def _uploads(connection: sa.Connection, told: _Told) -> Iterator[str]:
    rows: dict[int, dict[str, int]] = {}
    for upload, table, count in connection.execute(
        sa.select(UPLOAD_TABLES.c.upload_id, UPLOAD_TABLES.c.table, UPLOAD_TABLES.c.rows)
    ):
        rows.setdefault(upload, {})[table] = count
    for one in connection.execute(sa.select(UPLOADS).order_by(UPLOADS.c.upload_id)).mappings():
        upload = int(one["upload_id"])
        about = told.brought.get(upload)
        found = {**one, "rows": rows.get(upload, {})}
        for name, was in (about or {}).items():
            if was != found[name]:
                now = found[name] or "none"
                yield f"Upload {upload}: {_OF_UPLOADS[name]} {was or 'none'} by the audit, and {now} in the database."
        withdrawn = told.withdrawn.get(upload)
        if (about is not None or withdrawn is not None) and one["withdrawn_in"] != withdrawn:
            was = f"withdrawn in version {withdrawn}" if withdrawn else "never withdrawn"
            yield f"Upload {upload} was {was} by the audit, and the database says otherwise."


_OF_UPLOADS: Mapping[str, str] = {
    "by": "it was brought by",
    "version": "its version is",
    "content_hash": "its file's hash is",
    "rows": "its rows are",
}


def _wrong_accounts(told: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name in sorted({*told, *now}):
        was, found = told.get(name), now.get(name)
        if was is None or found is None:
            yield f'The account "{name}" ' + (
                "has no line in the audit: it was put in the database."
                if was is None
                else "is missing in the database."
            )
            continue
        for key, words in (("role", "its role was"), ("centres", "its centres were"), ("shut", "it was shut:")):
            if key in was and was[key] != found[key]:
                yield f'The account "{name}": {words} {_plain(was[key])} by the audit, and is {_plain(found[key])} now.'


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (", ".join(map(str, value)) or "none") if isinstance(value, list) else str(value)


def _told(connection: sa.Connection) -> _Told:
    told = _Told()
    about = ("store", "upload", "account", "family", "child", "retention", "pseudonyms")
    query = sa.select(AUDIT.c.who, AUDIT.c.action, AUDIT.c.what, AUDIT.c.detail)
    for who, action, what, text in connection.execute(query.where(AUDIT.c.what.in_(about)).order_by(AUDIT.c.line)):
        detail: dict[str, Any] = json.loads(text)
        if what == "store":
            _take_store(told, detail)
        elif what == "account":
            _take_account(told, action, detail)
        elif isinstance(detail.get("version"), int):
            told.versions[detail["version"]] = who
            _take_upload(told, who, action, detail)
    return told


def _take_store(told: _Told, detail: Mapping[str, Any]) -> None:
    if "simulated" in detail:
        told.simulated = bool(detail["simulated"])
    for upload, about in detail.get("uploads", {}).items():
        told.brought[int(upload)] = {**told.brought.get(int(upload), {}), "by": about["by"]}
        if about["withdrawn_in"] is not None:
            told.withdrawn[int(upload)] = about["withdrawn_in"]
    for name, about in detail.get("accounts", {}).items():
        told.accounts[name] = dict(about)


def _take_account(told: _Told, action: str, detail: Mapping[str, Any]) -> None:
    if action not in _OF_ACCOUNTS or "account" not in detail:
        return
    its = told.accounts.setdefault(detail["account"], {})
    its |= {name: detail[name] for name in ("role", "centres") if name in detail}
    if action in ("made", "shut", "opened again"):
        its["shut"] = action == "shut"


def _take_upload(told: _Told, who: str, action: str, detail: Mapping[str, Any]) -> None:
    upload = detail.get("upload_id")
    if not isinstance(upload, int):
        return
    if action == "withdrew":
        told.withdrawn[upload] = detail["version"]
    elif "sha256" in detail:
        content_hash, rows = detail.get("content_hash", ""), detail.get("rows", {})
        told.brought[upload] = {"by": who, "version": detail["version"], "content_hash": content_hash, "rows": rows}


def _is_simulated(connection: sa.Connection) -> bool:
    return connection.execute(sa.select(FACTS.c.value).where(FACTS.c.name == "simulated")).scalar() == "yes"


def _accounts(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    return {
        row.name: {"role": row.role, "centres": json.loads(row.centre_ids), "shut": bool(row.disabled)}
        for row in connection.execute(sa.select(ACCOUNTS))
    }
