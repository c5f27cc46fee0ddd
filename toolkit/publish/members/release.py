"""Publishing a result to scrutiny members: protected against everything published before, audited, and kept as shown.

What members see is made once, when a lead publishes, and written under the store's ``published``; their pages read
that file and nothing else. It holds what each figure was said to be, so that the next publication is protected
together with it. No file is overwritten: each version has its own, and one that was withdrawn still counts as said.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from toolkit.errors import InputError, StoreError, ToolkitError
from toolkit.project_files import ANALYSES
from toolkit.publish.bundle.bundle import read_bundle
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Policy, load_policy, protect
from toolkit.publish.figures.tables import book_of
from toolkit.publish.members.kept import published_files, said_before, until_nobody_overtakes, write_kept
from toolkit.publish.members.model import MemberView
from toolkit.publish.members.reasons import checked_reason
from toolkit.publish.members.view import view_of
from toolkit.publish.plans.standing import about_plan
from toolkit.publish.sealed.course import check_open
from toolkit.records import Store
from toolkit.records.erasure.erased_files import read_object
from toolkit.records.publications import FOLDER, Kept, Publication, folder_in_store

_FAR = 1e7


def preview(
    store: Store, question: str, folder: Path, *, policy: Policy | None = None, analyses: Path | None = None
) -> MemberView:
    """Return what members would see of a result if it were published now; nothing is published.

    Parameters and errors are those of `publish_result`.
    """
    return _prepared(store, question, folder, policy or load_policy(), analyses or ANALYSES)[0]


def publish_result(
    store: Store,
    question: str,
    folder: Path,
    *,
    by: str,
    why: str = "",
    seen: int | None = None,
    policy: Policy | None = None,
    analyses: Path | None = None,
) -> Path:
    """Show a result to scrutiny members as the next version of its answer; return the file they read.

    Parameters
    ----------
    store
        The store of the result.
    question
        Its question.
    folder
        The result's folder.
    by, why, seen
        Who publishes it, why, and the newest row of the record they have seen, as `Store.publish` has them.
    policy
        The rules of disclosure; the house's, or the council's own, when not given.
    analyses
        The folder of protocols with their register; the toolkit's own when not given.

    Raises
    ------
    CannotProtect
        When a small count would follow from it and what was published before, whatever is hidden now.
    StoreError
        When the folder is not a result of this store and question, nobody has opened it
        (`toolkit.publish.sealed.course.check_open`), it looked at no records, its plan may not be published
        (`toolkit.publish.plans.standing.about_plan`), or somebody published or withdrew one since.
    InputError
        When a reason is missing or cannot be shown.
    """
    try:
        rules, plans = policy or load_policy(), analyses or ANALYSES
        return until_nobody_overtakes(lambda: _publish(store, question, folder, by, why, seen, rules, plans))
    except ToolkitError as error:
        about = {"question": question, "result": folder.name, "because": str(error)}
        store.audit(who=by, action="refused", what="publication", detail=about)
        raise


def withdraw_answer(store: Store, question: str, *, by: str, why: str, seen: int | None = None) -> Publication:
    """Take back the answer that members see; its page then says that it was withdrawn, when and why.

    Parameters
    ----------
    store, question
        The store and the question.
    by, why, seen
        As for `publish_result`; a reason is always asked.

    Raises
    ------
    StoreError
        When no answer stands, or somebody published or withdrew one since.
    InputError
        When the reason is missing or cannot be shown.
    """
    try:
        return store.withdraw_publication(question, by=by, why=checked_reason(why), seen=seen)
    except ToolkitError as error:
        about = {"question": question, "because": str(error)}
        store.audit(who=by, action="refused", what="withdrawal", detail=about)
        raise


def _publish(
    store: Store, question: str, folder: Path, by: str, why: str, seen: int | None, policy: Policy, analyses: Path
) -> Path:
    before = published_files(store.folder)
    view, said = _prepared(store, question, folder, policy, analyses)
    content = json.dumps({"view": view.to_json(), "said": said}, sort_keys=True, indent=1, allow_nan=False).encode()

    def keep(version: int) -> Kept:
        return write_kept(store.folder, question, version, content, since=before)

    made = store.publish(question, folder, by=by, why=checked_reason(why), seen=seen, keep=keep)
    return store.folder / FOLDER / made.view


def _prepared(
    store: Store, question: str, folder: Path, policy: Policy, analyses: Path
) -> tuple[MemberView, dict[str, tuple[float, float]]]:
    folder_in_store(folder, store.folder)
    bundle = read_bundle(folder)
    if bundle.question != question:
        raise StoreError(f"The result in {folder} answers {bundle.question}, not {question}. Name the other question.")
    check_open(store, folder, bundle)
    check_has_records(bundle)
    plan = about_plan(store, bundle, analyses)
    view, said = _made(store.folder, bundle, policy)
    first = f"{plan} {view.verdict.sentence}" if plan else view.verdict.sentence
    return replace(view, verdict=replace(view.verdict, sentence=first)), said


def has_records(bundle: Bundle) -> bool:
    """Whether a result looked at any records: of none at all there is no answer, and nothing to publish."""
    return bundle.as_of.first_day is not None or bundle.verdict.state != "cannot_say"


def check_has_records(bundle: Bundle) -> None:
    """Check that a result looked at any records.

    Raises
    ------
    StoreError
        When none that its question is about had been imported, naming what was missing.
    """
    if not has_records(bundle):
        why = " ".join(gate.sentence for gate in bundle.failed_gates)
        raise StoreError(
            f"“{bundle.title}” was asked of no records, so there is no answer to publish. {why}".rstrip()
            + " Then run the question again."
        )


def published_view(store_folder: Path, publication: Publication) -> MemberView:
    """Return what members see of an answer that was published.

    Parameters
    ----------
    store_folder
        The store's.
    publication
        The row of the record. A result published by an older version of the toolkit, which kept no file, is protected
        now.

    Raises
    ------
    StoreError
        When the file members read is not whole.
    """
    file, result = view_file(store_folder, publication), store_folder / publication.result
    if file.is_file():
        named = file.relative_to(store_folder).as_posix()
        content = read_object(file)
        if content is None or not isinstance(content.get("view"), dict):
            raise StoreError(f"{named} is damaged: members cannot read this answer. Put back a copy of it.")
        try:
            return MemberView.from_json(content["view"])
        except InputError as error:
            raise StoreError(f"{named} is not what members can read. {error} Publish the result again.") from error
    if publication.view:
        raise StoreError(f"{file} is missing: members cannot read this answer. Put back a copy, or publish it again.")
    return _made(store_folder, read_bundle(result), load_policy())[0]


def view_file(store_folder: Path, publication: Publication) -> Path:
    """Return where what members see of an answer is kept; before format 4 that was one file a result."""
    old = f"{publication.question}/{Path(publication.result).name}.json"
    return store_folder / FOLDER / (publication.view or old)


def _made(store_folder: Path, bundle: Bundle, policy: Policy) -> tuple[MemberView, dict[str, tuple[float, float]]]:
    book = book_of(bundle, policy)
    release = protect(book, policy, before=said_before(store_folder, book))
    said = {name: (one.least, one.most) for name, one in release.said.items() if one.least > 0 or one.most < _FAR}
    return view_of(bundle, book, release, policy), said
