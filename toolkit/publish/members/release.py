"""Publishing a result to scrutiny members: protected against everything published before, audited, and kept as shown.

What members see is made once, when a lead publishes, and written under the store's ``published``; their pages read
that file and nothing else. It holds what each figure was said to be, so that the next publication is protected
together with it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from toolkit.errors import InputError, StoreError
from toolkit.publish.bundle.bundle import read_bundle
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Book, Policy, Statement, load_policy, protect
from toolkit.publish.figures.tables import book_of
from toolkit.publish.members.model import MemberView
from toolkit.publish.members.view import view_of
from toolkit.records import Store

FOLDER = "published"
_RENAMED = {"Individuals": "Family, friends, self", "Council services": "Council"}  # until version 0.1.0
_FAR = 1e7


def publish_result(store: Store, question: str, folder: Path, *, by: str, policy: Policy | None = None) -> Path:
    """Show a result to scrutiny members in place of any before it; return the file they read.

    Parameters
    ----------
    store
        The store of the result.
    question
        Its question.
    folder
        The result's folder.
    by
        Who publishes it.
    policy
        The rules of disclosure; the house's, or the council's own, when not given.

    Raises
    ------
    CannotProtect
        When a small count would follow from it and what was published before, whatever is hidden now.
    StoreError
        When the folder is not a result of this store.
    """
    policy = policy or load_policy()
    view, said = _made(store.folder, read_bundle(folder), policy)
    store.publish(question, folder, by=by)
    file = view_file(store.folder, question, folder.name)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    content = json.dumps({"view": view.to_json(), "said": said}, sort_keys=True, indent=1, allow_nan=False)
    part.write_text(content, encoding="utf-8")
    os.replace(part, file)
    detail = {"question": question, "sha256": hashlib.sha256(content.encode()).hexdigest()}
    store.audit(who=by, action="exported", what="member view", detail=detail)
    return file


def published_view(store_folder: Path, question: str, result: Path) -> MemberView:
    """Return what members see of a published result.

    Parameters
    ----------
    store_folder
        The store's.
    question
        The result's question.
    result
        Its folder. A result published by an older version of the toolkit is protected now.

    Raises
    ------
    StoreError
        When the file members read is not whole.
    """
    file = view_file(store_folder, question, result.name)
    if file.is_file():
        try:
            return MemberView.from_json(json.loads(file.read_text(encoding="utf-8"))["view"])
        except InputError as error:
            raise StoreError(f"{file} is not what members can read. {error} Publish the result again.") from error
    return _made(store_folder, read_bundle(result), load_policy())[0]


def view_file(store_folder: Path, question: str, result: str) -> Path:
    """Return where what members see of a result is kept."""
    return store_folder / FOLDER / question / f"{result}.json"


def said_before(store_folder: Path, book: Book) -> dict[str, Statement]:
    """Return what earlier publications said of a book's figures, where it can still be true of them.

    Two publications may have hidden different figures of the same records; whoever has kept both knows what either
    showed. Where a figure has changed since, what was said of it is taken to say nothing of what it is now: somebody
    who knows exactly by how much it changed is not reckoned with (SECURITY.md).
    """
    found: dict[str, Statement] = {}
    for said in _every_publication(store_folder):
        for named, (least, most) in said.items():
            name = _as_named_now(named)
            if name in book and least <= book[name] <= most:
                known = found.get(name, Statement(0, _FAR))
                found[name] = Statement(max(known.least, least), min(known.most, most))
    return found


def _as_named_now(name: str) -> str:
    """Return a figure's name with the groups of those who refer called as they are now."""
    for before, now in _RENAMED.items():
        name = name.replace(f"/{before}/", f"/{now}/")
    return name


def _every_publication(store_folder: Path) -> Iterator[Mapping[str, tuple[float, float]]]:
    for file in sorted((store_folder / FOLDER).glob("*/*.json")):
        yield json.loads(file.read_text(encoding="utf-8"))["said"]


def _made(store_folder: Path, bundle: Bundle, policy: Policy) -> tuple[MemberView, dict[str, tuple[float, float]]]:
    book = book_of(bundle, policy)
    release = protect(book, policy, before=said_before(store_folder, book))
    said = {name: (one.least, one.most) for name, one in release.said.items() if one.least > 0 or one.most < _FAR}
    return view_of(bundle, book, release, policy), said
