"""Where a store's database is: SQLite in the store's folder, or PostgreSQL at the URL that the folder names."""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa

from toolkit.errors import StoreError

DATABASE = "store.sqlite"
ELSEWHERE = "database.json"


def has_store(folder: Path) -> bool:
    """Whether a folder says where a store's database is."""
    return (folder / DATABASE).is_file() or (folder / ELSEWHERE).is_file()


def store_url(folder: Path) -> sa.URL:
    """Return the database URL of the store in a folder.

    Raises
    ------
    StoreError
        When the file that names another database cannot be read.
    """
    file = folder / ELSEWHERE
    if not file.is_file():
        return sa.URL.create("sqlite", database=str(folder / DATABASE))
    try:
        return checked_url(json.loads(file.read_text(encoding="utf-8"))["url"])
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f'The file {file} does not name a database. It should be {{"url": "postgresql://…"}}.'
        ) from error


def name_database(folder: Path, url: sa.URL) -> None:
    """Write down in a store's folder that its database is elsewhere."""
    text = json.dumps({"url": url.render_as_string(hide_password=False)}, indent=1)
    (folder / ELSEWHERE).write_text(text + "\n", encoding="utf-8")


def checked_url(given: str) -> sa.URL:
    """Return the URL of a PostgreSQL database, with the driver that the toolkit uses.

    Raises
    ------
    StoreError
        When it is not one, or holds a password: the folder is copied and backed up, so no password is kept in it.
    """
    try:
        url = sa.make_url(given)
    except sa.exc.ArgumentError as error:
        raise StoreError("The database's URL cannot be read. Write postgresql://user@host/name.") from error
    if url.get_backend_name() != "postgresql":
        raise StoreError(
            f"The database is {url.get_backend_name()}. Name a PostgreSQL one: postgresql://user@host/name."
        )
    if url.password is not None:
        raise StoreError(
            "The database's URL holds a password, which would be kept in the store's folder. Leave it out of the URL "
            "and put it in ~/.pgpass or in PGPASSWORD."
        )
    return url.set(drivername="postgresql+psycopg")
