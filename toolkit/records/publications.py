"""Publications: which result is shown as the answer to a question, who decided so, when and why; none is overwritten.

Each answer published is a version of its question, and each withdrawal of one is a row of its own. What stands is what
the newest row says: the answer it published, or, where it withdrew one, none.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from toolkit.errors import InputError, StoreError
from toolkit.records.audit.lines import withheld
from toolkit.records.database.schema import AUDIT, PUBLICATIONS
from toolkit.wording.numbers import uk_time

PUBLISHED, WITHDRAWN = "published", "withdrawn"
EXPLORER = "explorer"
"""What members may explore, in the audit: it has no question and no result."""
FOLDER = "published"
"""The store's folder of what members read."""
LONGEST_REASON = 500
"""Letters of a reason: it is read on a page."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The file that members read: its path relative to the store's ``published``, and the SHA-256 of its bytes."""

    view: str
    view_hash: str


Keep = Callable[[int], Kept]
"""Writes the file that members read of a version; called once the version's number is known, before it is kept."""


@dataclass(frozen=True, slots=True)
class Publication:
    """An answer that was published, or one that was withdrawn again.

    Attributes
    ----------
    publication_id
        Counts on over all questions; the newest of a question is the state somebody has seen.
    question, result
        The question, and the result's folder relative to the store's.
    by, at
        Who did it, and when (UTC).
    what
        ``published`` or ``withdrawn``.
    version
        The number of the answer among those published to the question, from 1; a withdrawal has the number of what it
        withdrew.
    why
        The reason; may be empty for version 1.
    view, view_hash
        The file that members read, as `Kept` has it; empty for what was published before format 4.
    replaces
        The version that stood until this one was published; ``None`` where none did, and for a withdrawal.
    """

    publication_id: int
    question: str
    result: str
    by: str
    at: datetime
    what: str
    version: int
    why: str
    view: str = ""
    view_hash: str = ""
    replaces: int | None = None

    @property
    def is_withdrawal(self) -> bool:
        """Whether it takes an answer back."""
        return self.what == WITHDRAWN


def folder_in_store(result_folder: Path, store_folder: Path) -> str:
    """Return a result's folder relative to the store's, with forward slashes on every system.

    Raises
    ------
    StoreError
        When there is no such folder, or it is not in the store: members are shown nothing from elsewhere.
    """
    if not result_folder.is_dir():
        raise StoreError(f"There is no result in {result_folder}. Run the protocol first: toolkit run")
    inside = store_folder.resolve() / "results"
    if not result_folder.resolve().is_relative_to(inside):
        raise StoreError(
            f"The result in {result_folder} is not in the store, so it cannot be published. "
            "Run the protocol on the store without --out."
        )
    return result_folder.resolve().relative_to(store_folder.resolve()).as_posix()


def write_publication(
    connection: sa.Connection, question: str, result: str, *, by: str, why: str, seen: int | None, keep: Keep | None
) -> Publication:
    """Write down that a result is published as the answer to a question; other writers must be waiting.

    Raises
    ------
    InputError
        When a reason is missing or cannot be shown.
    StoreError
        When somebody published or withdrew an answer to the question since it was ``seen``.
    """
    before = record_of(connection, question)
    check_seen(question, before, seen)
    earlier = [one.version for one in before if not one.is_withdrawal]
    reason = _reason(connection, why)
    if earlier and not reason:
        raise InputError(
            f"An answer to {question} was published before (version {max(earlier)}). Say why this one takes its place: "
            "members read the reason."
        )
    version = max(earlier, default=0) + 1
    stood = standing(before)
    kept = Kept("", "") if keep is None else keep(version)
    return _write(
        connection,
        question=question,
        result=result,
        by=by,
        what=PUBLISHED,
        version=version,
        why=reason,
        replaces=None if stood is None else stood.version,
        **asdict(kept),
    )


def write_withdrawal(connection: sa.Connection, question: str, *, by: str, why: str, seen: int | None) -> Publication:
    """Write down that the answer to a question is withdrawn; other writers must be waiting.

    Raises
    ------
    InputError
        When a reason is missing or cannot be shown.
    StoreError
        When no answer stands, or somebody published or withdrew one since it was ``seen``.
    """
    before = record_of(connection, question)
    check_seen(question, before, seen)
    stood = standing(before)
    if stood is None:
        raise StoreError(f"No answer to {question} is published, so there is none to withdraw.")
    reason = _reason(connection, why)
    if not reason:
        raise InputError("Say why the answer is withdrawn: members read the reason.")
    names = ("question", "result", "version", "view", "view_hash")
    of_it = {name: value for name, value in asdict(stood).items() if name in names}
    return _write(connection, **of_it, by=by, what=WITHDRAWN, why=reason, replaces=None)


def record_of(connection: sa.Connection, question: str | None = None) -> tuple[Publication, ...]:
    """Return what was published and withdrawn of a question, or of all, the oldest first."""
    query = sa.select(*(PUBLICATIONS.c[field.name] for field in fields(Publication)))
    if question is not None:
        query = query.where(PUBLICATIONS.c.question == question)
    found = connection.execute(query.order_by(PUBLICATIONS.c.publication_id)).mappings()
    return tuple(Publication(**row) for row in found)


def standing(record: tuple[Publication, ...]) -> Publication | None:
    """Return the answer that members see, by the record of one question; ``None`` where none is published."""
    return None if not record or record[-1].is_withdrawal else record[-1]


def check_seen(question: str, record: tuple[Publication, ...], seen: int | None) -> None:
    """Refuse to go on from a state of a question's record that somebody has not seen.

    Parameters
    ----------
    question, record
        The question and its record.
    seen
        The ``publication_id`` of the newest row seen, 0 where there was none; ``None`` to take whatever stands.

    Raises
    ------
    StoreError
        When the newest row is another one, saying who did what, when and why.
    """
    if seen is None or (record[-1].publication_id if record else 0) == seen:
        return
    if not record:
        raise StoreError(f"No answer to {question} was ever published in this store. Open the page again.")
    last = record[-1]
    did = "withdrew the answer" if last.is_withdrawal else "published another answer"
    because = f" ({last.why})" if last.why else ""
    raise StoreError(
        f"Somebody {did} since you opened this page: {last.by}, on {uk_time(last.at)}, version "
        f"{last.version} of {question}{because}. Nothing was changed. Look at what stands now, then decide again."
    )


def list_publications(connection: sa.Connection) -> pd.DataFrame:
    """Return every row of the record, the newest first: the fields of `Publication`, and is_latest of its question."""
    rows = [asdict(one) for one in reversed(record_of(connection))]
    frame = pd.DataFrame(rows, columns=[field.name for field in fields(Publication)])
    frame["replaces"] = frame["replaces"].astype("Int64")
    frame["is_latest"] = ~frame["question"].duplicated()
    return frame


def figures_kept(connection: sa.Connection, what: str) -> tuple[Kept, ...]:
    """Return the files of figures that members may look up, by the audit's lines, the oldest first."""
    lines = sa.select(AUDIT.c.detail).where(AUDIT.c.action == PUBLISHED, AUDIT.c.what == what).order_by(AUDIT.c.line)
    details = [json.loads(text) for text in connection.execute(lines).scalars()]
    return tuple(Kept(one["file"], one["sha256"]) for one in details if "file" in one)


def _write(connection: sa.Connection, **row: object) -> Publication:
    row["at"] = datetime.now(UTC)
    number = connection.execute(sa.insert(PUBLICATIONS).returning(PUBLICATIONS.c.publication_id), row).scalar_one()
    return Publication(publication_id=int(number), **row)  # type: ignore[arg-type]


def _reason(connection: sa.Connection, why: str) -> str:
    reason = " ".join(why.split())
    if len(reason) > LONGEST_REASON:
        raise InputError(f"The reason has {len(reason)} letters. Members read it: keep it to {LONGEST_REASON}.")
    if withheld(connection, reason) != reason:
        raise InputError(
            "The reason names a family, child or referral by its number. Leave it out: members read the reason."
        )
    return reason
