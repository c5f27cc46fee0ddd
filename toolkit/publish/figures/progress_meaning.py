"""The figures of what scores mean: families referred by score and by change, the matched ones, and double scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Book, Policy, Release, share_of_shown
from toolkit.publish.figures.protector import Tables

BY_SCORE, BY_CHANGE = "meaning/score", "meaning/change"
ALL, LOW, HIGH = f"{BY_SCORE}/all", f"{BY_SCORE}/low", f"{BY_SCORE}/high"
NOT_ROSE = f"{BY_CHANGE}/not risen"
SAME, APART = "meaning/double/same", "meaning/double/apart"
_WHICH = ("with", "without")


def pair(name: str) -> tuple[str, str]:
    """Return the names of the families of a figure to which it happened, and of those to which it did not."""
    return f"{name}/with", f"{name}/without"


def matched_name(*, rose: bool) -> str:
    """Return the name of a matched arm's figures."""
    return f"meaning/matched/{'rose' if rose else 'others'}"


def enter(bundle: Bundle, book: Book, policy: Policy) -> None:
    """Enter the matched families, which are part of those by change, and the double scores that agree and differ.

    What is left over of a part is entered too, never to be shown, so that neither gives the other away.
    """
    by_change = bundle.table("meaning_by_change")
    if by_change:
        enter_by_change(bundle.tables, book, policy)
    for row in bundle.table("meaning_rose"):
        rose = bool(row["treated"])
        parts = _enter(book, matched_name(rose=rose), row)
        whole = pair(f"{BY_CHANGE}/rose" if rose else NOT_ROSE)
        for part, total in zip(parts, whole, strict=True):
            left = book.figure(f"{part}/left over", book[total] - book[part], inner=True)
            book.total(total, [part, left])
    doubles = bundle.table("meaning_double_scores")
    if doubles:
        same = sum(int(row["families"]) for row in doubles if row["first"] == row["second"])
        book.figure(SAME, same)
        book.figure(APART, sum(int(row["families"]) for row in doubles) - same)


def enter_by_score(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter, by first score, the families to which it happened and the others, those scored low and high together."""
    rows = tables["meaning_by_score"]
    for row in rows:
        _enter(book, f"{BY_SCORE}/{row['band']}", row)
    for end in ("low", "high"):
        _together(book, f"{BY_SCORE}/{end}", [f"{BY_SCORE}/{row['band']}" for row in rows if row["end"] == end])
    _together(book, ALL, [f"{BY_SCORE}/{row['band']}" for row in rows])


def by_score(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return, by first score, families and to how many it happened."""
    return [
        {"band": row["band"], **_shown(f"{BY_SCORE}/{row['band']}", release, policy)}
        for row in tables["meaning_by_score"]
    ]


def enter_by_change(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter, by whether the score rose, stayed or fell, the families to which it happened and the others."""
    names = []
    for row in tables["meaning_by_change"]:
        names.append(f"{BY_CHANGE}/{row['change']}")
        _enter(book, names[-1], row)
    _together(book, NOT_ROSE, [name for name in names if name != f"{BY_CHANGE}/rose"])
    _together(book, f"{BY_CHANGE}/all", names)


def by_change(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return, by whether the score rose, stayed or fell, families and to how many it happened."""
    return [
        {"change": row["change"], **_shown(f"{BY_CHANGE}/{row['change']}", release, policy)}
        for row in tables["meaning_by_change"]
    ]


def _enter(book: Book, name: str, row: Mapping[str, Any]) -> tuple[str, str]:
    happened, families = int(row["happened"]), int(row["families"])
    having, lacking = pair(name)
    book.figure(having, happened)
    book.figure(lacking, families - happened)
    book.total(f"{name}/families", [having, lacking])
    return having, lacking


def _together(book: Book, name: str, parts: list[str]) -> None:
    if parts:
        for which in (*_WHICH, "families"):
            book.total(f"{name}/{which}", [f"{part}/{which}" for part in parts])
        book.total(f"{name}/families", pair(name))


def _shown(name: str, release: Release, policy: Policy) -> dict[str, int | None]:
    happened, families = release[pair(name)[0]], release[f"{name}/families"]
    share = None if release[pair(name)[1]] is None else share_of_shown(happened, families, policy)
    return {"families": families, "happened": happened, "in_100": share}
