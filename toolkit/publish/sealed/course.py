"""What the audit proves of a result: that its design was sealed before it was answered, opened and published.

A result is open once a line of the audit says who opened this very file. Results that sealed no design, of other kinds
and of before designs were sealed, count as open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from toolkit.errors import StoreError
from toolkit.publish.bundle.bundle import read_bundle
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.sealed.lines import (
    ANSWER,
    ANSWERED,
    DESIGN,
    OPENED,
    PUBLISHED,
    RESULT,
    SEALED,
    Line,
    hash_of_result,
    lines_of,
    place_of,
)
from toolkit.records import Store
from toolkit.wording.numbers import uk_date, uk_time

_STEPS = ((SEALED, "design sealed"), (ANSWERED, ANSWERED), (OPENED, OPENED), (PUBLISHED, PUBLISHED))
_WAS = {word: "its design was sealed" if step == SEALED else f"it was {word}" for step, word in _STEPS}


@dataclass(frozen=True, slots=True)
class Course:
    """What happened to one result, and in which order.

    Attributes
    ----------
    result
        Its folder relative to the store's.
    has_design
        Whether a design is kept with it.
    sealed, answered, opened, published
        The first line of each that is about this very result; ``None`` where there is none.
    seen_before
        Lines by which somebody had seen an answer to the question before the design was sealed: by another plan, on
        other records, or at a first look.
    problems
        What keeps the order from being proven, as sentences.
    """

    result: str
    has_design: bool
    sealed: Line | None
    answered: Line | None
    opened: Line | None
    published: Line | None
    seen_before: tuple[Line, ...]
    problems: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether the answer may be shown."""
        return self.opened is not None or not (self.has_design or self.answered)

    @property
    def steps(self) -> tuple[tuple[str, Line], ...]:
        """The lines there are, each with what it says, in the order in which they are to stand."""
        lines = {SEALED: self.sealed, ANSWERED: self.answered, OPENED: self.opened, PUBLISHED: self.published}
        return tuple((word, line) for step, word in _STEPS if (line := lines[step]) is not None)

    def summary(self) -> str:
        """Return what the audit says, for a person: when each step was, by whom, in which line."""
        if not self.has_design and self.answered is None:
            return "No design was sealed for this result: it is of before that was done, or of a kind that seals none."
        said = [f"{word} on {uk_time(line.at)} by {line.who} (line {line.number})" for word, line in self.steps]
        whole = ", ".join(said)
        sentences = [f"{whole[:1].upper()}{whole[1:]}."] if said else []
        if self.seen_before:
            last = self.seen_before[-1]
            sentences.append(
                f"Before this design was sealed an answer to the question had been seen, last on {uk_date(last.at)} "
                f"(line {last.number})."
            )
        return " ".join([*sentences, *self.problems])


def course_of(store: Store, folder: Path, bundle: Bundle | None = None) -> Course:
    """Return what the audit says of a result of a store.

    Parameters
    ----------
    store, folder
        The store, and the result's folder in it.
    bundle
        The result, where it has been read already.
    """
    read = read_bundle(folder) if bundle is None else bundle
    return course_by(lines_of(store, read.question), place_of(store, folder), read, hash_of_result(folder))


def course_by(lines: tuple[Line, ...], result: str, bundle: Bundle, digest: str) -> Course:
    """Return what lines of the audit say of a result.

    Parameters
    ----------
    lines
        Those of its question, the oldest first.
    result, bundle, digest
        Its folder relative to the store's, its content, and the SHA-256 of its file.
    """
    its = [line for line in lines if line.detail.get(RESULT) == result]
    same = [line for line in its if line.detail.get("sha256") == digest]
    answered = _first(same, ANSWERED) or _first(its, ANSWERED)
    design = "" if bundle.design is None else bundle.design.hash
    of_it = [line for line in lines if line.action == SEALED and line.detail.get(DESIGN) == design]
    before = [line for line in of_it if answered is not None and line.number < answered.number]
    sealed = before[-1] if before else _first(of_it, SEALED)
    opened = next((line for line in same if (line.action, line.what) == (OPENED, ANSWER)), None)
    published = _first([line for line in its if answered is None or line.number > answered.number], PUBLISHED)
    course = Course(
        result=result,
        has_design=bundle.design is not None,
        sealed=sealed if design else None,
        answered=answered,
        opened=opened,
        published=published,
        seen_before=tuple(line for line in lines if _shows_before(line, sealed)),
        problems=(),
    )
    if not (course.has_design or answered):
        return course
    return replace(course, problems=tuple(_problems(course, design, digest, is_its_own=_names_the_same(bundle))))


def check_open(store: Store, folder: Path, bundle: Bundle) -> None:
    """Refuse to go on with a result that nobody has opened.

    Raises
    ------
    StoreError
        When it has a sealed design and no line of the audit says that somebody opened it, saying what to do.
    """
    if not course_of(store, folder, bundle).is_open:
        raise StoreError(
            f"Nobody has opened the answer {folder.name} to {bundle.question} yet, so it cannot be published. Look at "
            f"its design first and open it: on the page Publish, or with: toolkit open {bundle.question} --store DIR"
        )


def open_answer(store: Store, folder: Path, *, by: str) -> Course:
    """Open the answer of a result whose design was sealed: from here on every lead and analyst is shown it.

    An answer that is open stays as it is, and nothing more is written.

    Raises
    ------
    StoreError
        When the audit does not say that this very file was answered after its design was sealed.
    """
    bundle = read_bundle(folder)
    course = course_of(store, folder, bundle)
    if course.is_open:
        return course
    if course.problems:
        raise StoreError(f"The answer cannot be opened. {' '.join(course.problems)} Run the protocol again.")
    design = "" if bundle.design is None else bundle.design.hash
    detail = {"question": bundle.question, DESIGN: design, RESULT: course.result, "sha256": hash_of_result(folder)}
    store.audit(who=by, action=OPENED, what=ANSWER, detail=detail)
    return course_of(store, folder, bundle)


def _names_the_same(bundle: Bundle) -> bool:
    """Whether a result's design is of the same question, plan, records, version and seed as the result."""
    names = ("question", "protocol_hash", "snapshot_hash", "version", "seed")
    return all(getattr(bundle, name) == getattr(bundle.design, name, None) for name in names)


def _first(lines: list[Line], action: str) -> Line | None:
    return next((line for line in lines if line.action == action), None)


def _shows_before(line: Line, sealed: Line | None) -> bool:
    """Whether a line says that somebody saw an answer to the question before its design was sealed."""
    return sealed is not None and line.action in (OPENED, PUBLISHED) and line.number < sealed.number


def _problems(course: Course, design: str, digest: str, *, is_its_own: bool) -> Iterator[str]:
    if not course.has_design:
        yield "The design that was sealed is no longer kept with the result: its file was changed."
    elif course.sealed is None:
        yield "No line of the audit says that the design kept with this result was sealed."
    if design and not is_its_own:
        yield "The design kept with this result is of another plan, other records or another seed."
    if course.answered is None:
        yield "No line of the audit says that this result was answered."
    elif course.answered.detail.get("sha256") != digest:
        yield "The result's file is not the one that was answered: it was changed since."
    elif course.has_design and course.answered.detail.get(DESIGN) != design:
        yield "The result was answered by another design than the one kept with it."
    for (word, line), (then, later) in pairwise(course.steps):
        if later.number < line.number:
            yield f"{_WAS[then].capitalize()} (line {later.number}) before {_WAS[word]} (line {line.number})."
    if course.published is not None and course.opened is None:
        yield f"It was published (line {course.published.number}), and no line says that anybody opened it."
