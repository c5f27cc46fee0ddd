"""Whether a result's plan may stand behind an answer that members read, and what they must be told of it first.

What proves that a plan was written down before its result was seen is the result itself: it carries the plan's text,
the hash of it, and what the register said when it was run; and the audit, which has a line for each run of a plan on
the store. A plan that was registered later may be published, since an answer withheld for good helps nobody, but its
first sentence says so.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from toolkit.errors import ProtocolError, StoreError
from toolkit.publish.bundle.bundle import read_bundle
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.plans.moved import Change
from toolkit.publish.plans.weakened import changes, sentence
from toolkit.records import Store
from toolkit.records.erasure.erased_files import read_object
from toolkit.records.publications import Publication
from toolkit.studies.preregistration import (
    COPIES,
    NOT_REGISTERED,
    Entry,
    Registered,
    read_register,
    registered_text,
)
from toolkit.studies.protocol import Protocol
from toolkit.studies.protocol_file import protocol_of
from toolkit.wording.numbers import uk_date

RAN, PLAN = "ran", "plan"
"""The action and subject of an audit line of a run."""


def note_run(store: Store, protocol: Protocol, *, by: str) -> None:
    """Write in the audit that a plan is run on a store, and whether it stands in the register, before it is run."""
    is_registered = protocol.registered.entry_of(protocol.hash) is not None
    detail = {"question": protocol.question, "plan": protocol.hash, "registered": is_registered}
    store.audit(who=by, action=RAN, what=PLAN, detail=detail)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a result's plan stands.

    Attributes
    ----------
    registered
        When this version was registered.
    sentence
        What is told of it before the answer; empty where there is nothing to say.
    is_weakened
        Whether it asks less than the first one registered, or than the one of the answer published last.
    """

    registered: Entry
    sentence: str
    is_weakened: bool


def about_plan(store: Store, bundle: Bundle, analyses: Path) -> str:
    """Return what members are told of a result's plan before its answer: see `standing_of`."""
    return standing_of(store, bundle, analyses).sentence


def standing_of(store: Store, bundle: Bundle, analyses: Path) -> Standing:
    """Return how a result's plan stands.

    Parameters
    ----------
    store, bundle
        The store, and the result in it.
    analyses
        The folder of protocols and their register.

    Raises
    ------
    StoreError
        When the plan is not registered, the result was run otherwise than the plan says, or what the plan was held to
        before is not known: it cannot be published, and the message says what to do.
    """
    plans = _Plans(store, bundle.question, analyses)
    known = _Known(bundle, read_register(analyses, bundle.question))
    own = known.everything.entry_of(bundle.protocol_hash)
    if own is None:
        raise StoreError(
            f"The plan of this result (its hash begins {bundle.protocol_hash[:8]}) does not stand in the register, so "
            f"it cannot be published. Register it with: toolkit register {bundle.question} --why REASON, and run it "
            "again. Members are then told that it was registered after a result of it was seen."
        )
    if bundle.protocol_text and hashlib.sha256(bundle.protocol_text.encode()).hexdigest() != bundle.protocol_hash:
        raise StoreError(
            f"The plan kept with this result is not the one that its hash names ({bundle.protocol_hash[:8]}), so it "
            "cannot be published: its file was changed. Run the protocol again."
        )
    plan = plans.behind(bundle)
    if plan is not None and plan.seed != bundle.seed:
        raise StoreError(
            f"This result was run with the seed {bundle.seed}, and its plan says {plan.seed}, so it cannot be "
            "published. Run it again without --seed."
        )
    first = known.everything.entries[0]
    against = _against_the_first(plans, bundle, plan, first)
    beside = _late(store, bundle, own, known)
    last = plans.published_last()
    if last is not None and plan is not None and last[1].protocol_hash not in (first.hash, bundle.protocol_hash):
        named, before = f"the one of the answer published on {uk_date(last[0].at)}", plans.behind(last[1])
        if before is None:
            beside.append(f"it cannot be held against {named}, whose text is not on record")
        else:
            against[named] = changes(before, plan)
    is_weakened = any(change.is_less for found in against.values() for change in found)
    return Standing(own, sentence(against, beside=beside), is_weakened)


def _against_the_first(
    plans: _Plans, bundle: Bundle, plan: Protocol | None, first: Entry
) -> dict[str, tuple[Change, ...]]:
    if first.hash == bundle.protocol_hash:
        return {}
    named, before = f"the one registered on {uk_date(first.on)}", plans.of(first.hash)
    if plan is not None and before is not None:
        return {named: changes(before, plan)}
    missing, lost = ("its own plan", bundle.protocol_hash) if plan is None else (named, first.hash)
    raise StoreError(
        f"Whether the plan of this result asks less than the first one cannot be told, so it cannot be published: the "
        f"text of {missing} is not known, or not one that this version of the toolkit reads. Put that file, as it was, "
        f"beside the register as {COPIES}/{bundle.question}-{lost[:16]}.toml."
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known to be registered: when the result was run, and now."""

    bundle: Bundle
    now: Registered

    @property
    def then(self) -> Registered | None:
        """What the register said when the result was run; ``None`` where no one knows."""
        if self.bundle.registered is not None:
            return Registered(self.bundle.registered)
        tables = [check.table for check in self.bundle.checks if check.name == "pre_registration"]
        try:  # results of before version 0.2 have it in the table of a check
            rows = [(row["hash"], date.fromisoformat(row["registered_on"]), row["why"]) for row in tables[0] or ()]
        except (IndexError, KeyError, ValueError):
            return None
        return Registered(tuple(Entry(*row) for row in rows))

    @property
    def everything(self) -> Registered:
        """Both, the first first: an entry that was taken out of the register since still counts."""
        then = self.then or NOT_REGISTERED
        both = dict.fromkeys([*then.entries, *self.now.entries])
        return Registered(tuple(sorted(both, key=lambda entry: entry.on)))


@dataclass(frozen=True, slots=True)
class _Plans:
    """Where the text of a plan may be found by its hash: beside the register, or in a result of the store."""

    store: Store
    question: str
    analyses: Path

    def of(self, protocol_hash: str) -> Protocol | None:
        """Return a plan; ``None`` where its text is not known or this version of the toolkit cannot read it."""
        found = registered_text(self.analyses, self.question, protocol_hash) or self._in_a_result(protocol_hash)
        return self._read(found)

    def behind(self, bundle: Bundle) -> Protocol | None:
        """Return the plan of a result; ``None`` where it holds none and there is no other copy."""
        if hashlib.sha256(bundle.protocol_text.encode()).hexdigest() == bundle.protocol_hash:
            return self._read(bundle.protocol_text)
        return self.of(bundle.protocol_hash)

    def _read(self, text: str) -> Protocol | None:
        try:
            return protocol_of(text.encode(), f"{self.question}.toml") if text else None
        except ProtocolError:
            return None

    def published_last(self) -> tuple[Publication, Bundle] | None:
        """Return the answer published last, standing or withdrawn, with its result; ``None`` where there is none."""
        shown = [one for one in self.store.record(self.question) if not one.is_withdrawal]
        try:
            return (shown[-1], read_bundle(self.store.folder / shown[-1].result)) if shown else None
        except StoreError:  # it is no longer there, or was written by a version that this one cannot read
            return None

    def _in_a_result(self, protocol_hash: str) -> str:
        for file in sorted((self.store.folder / "results" / self.question).glob("*/result.json")):
            content = read_object(file) or {}
            text = str(content.get("protocol_text", ""))
            if content.get("protocol_hash") == protocol_hash == hashlib.sha256(text.encode()).hexdigest():
                return text
        return ""


def _late(store: Store, bundle: Bundle, own: Entry, known: _Known) -> list[str]:
    """Return that a plan was registered after a result of it was seen, where it was or may have been."""
    then, day = known.then, uk_date(own.on)
    if then is None:
        return [f"it was registered on {day}, and no record says if that was before its result was seen"]
    if then.entry_of(bundle.protocol_hash) is None or _ran_unregistered(store, bundle.protocol_hash):
        return [f"it was registered on {day}, after a result of it was seen"]
    return []


def _ran_unregistered(store: Store, protocol_hash: str) -> bool:
    details = map(json.loads, store.audit_lines(action=RAN)["detail"])
    return any(one.get("plan") == protocol_hash and one.get("registered") is False for one in details)
