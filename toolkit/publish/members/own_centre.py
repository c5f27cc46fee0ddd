"""What a centre's manager may see of the published comparison of centres: the own centre's row in words, and no other.

A manager has no door to results. What is handed over comes from the file that members read, so that it gives no figure
that is not published; of the exact result it takes whether this one centre lies within its outer limits, and nothing
else. Limits, expected shares and every other centre's row stay where they are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np

from toolkit.errors import StoreError
from toolkit.publish.bundle.bundle import read_bundle
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.members.model import MemberView
from toolkit.publish.members.release import published_view
from toolkit.records import Store
from toolkit.records.erasure.erased_files import erasure_mark
from toolkit.records.publications import standing
from toolkit.studies.progress_centres.facts import ProgressCentresFacts

KIND, TABLE = "progress_centres", "centres_funnel"
FEWEST_IN_RANGE = 8
"""With fewer centres the middle half would be two or three of them."""
_ROUNDED_TO = 5
OUTER = 2
"""A centre beyond so many limits is worth a conversation."""

NOT_PUBLISHED = "No comparison of the county's centres is published. Your own centre's figures are on this page."
NOT_READ = "The county's comparison of centres cannot be read now. Tell the early intervention lead."
NOT_IN_IT = "The published comparison has no family of your centre that was scored twice."
FEW = (
    "Too few of your families were scored twice to say where your centre lies. Of so few, chance alone moves a share "
    "too far. To score families again is what helps."
)
HELD_BACK = "Your centre's figures are held back in what is published, so no place of your centre is told."
WITHIN = "Your centre lies within what {chance} for about {families} families{allowed}."
BEYOND = (
    "Your centre lies further from the county's average than {chance} for about {families} families{allowed}. Ask "
    "first whether families differ or scoring does: it is no proof that a centre does well or badly."
)
SHARE = "Of every 100 of your families scored twice, about {share} scored better at the end."
_CHANCE = {WITHIN: "chance gives", BEYOND: "chance alone usually gives"}
_AND_DIFFERENCES = {
    WITHIN: "chance and the usual differences between centres give",
    BEYOND: "chance and the usual differences between centres give",
}


class Place(StrEnum):
    """What can be said of where a centre lies."""

    NOT_PUBLISHED = "not_published"
    NOT_READ = "not_read"
    CANNOT_SAY = "cannot_say"
    NOT_IN_IT = "not_in_it"
    FEW = "few"
    HELD_BACK = "held_back"
    WITHIN = "within"
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True)
class OwnCentre:
    """One centre in the published comparison.

    Attributes
    ----------
    place
        What can be said.
    sentence
        It in words.
    families
        The centre's families scored twice, rounded as members see them; ``None`` where no place is told.
    improved_in_100
        Of every 100 of them those that scored better at the end, as members see it; ``None`` where it is hidden.
    share
        That in words; empty where it is hidden.
    county
        What members read of all centres together, the county's average in it; empty where nothing was found.
    notes
        What limits it: that somebody was erased since, and what scores cannot show.
    published_on
        The day it was published; ``None`` where it was not.
    middle_half
        Between which shares in 100 the middle half of the county's centres lie, of what members see of them, rounded
        outwards so that neither end is a centre's; ``None`` where members see fewer than `FEWEST_IN_RANGE`.
    """

    place: Place
    sentence: str
    families: int | None = None
    improved_in_100: int | None = None
    share: str = ""
    county: str = ""
    notes: tuple[str, ...] = ()
    published_on: date | None = None
    middle_half: tuple[int, int] | None = None


def own_centre(store: Store, question: str, centre_id: str) -> OwnCentre:
    """Return where one centre lies in the comparison that members see now.

    A result that is not published, or whose answer was taken back, is not shown: a manager sees no result before
    members do. One that cannot be read is said to be so, in no words of its own, since these may name what is in it.

    Parameters
    ----------
    store
        The store of the result.
    question
        The comparison's.
    centre_id
        The centre of whoever asks, by their session.
    """
    stood = standing(store.record(question))
    if stood is None:
        return OwnCentre(Place.NOT_PUBLISHED, NOT_PUBLISHED)
    folder = store.folder / stood.result
    try:
        view, bundle = published_view(store.folder, stood), read_bundle(folder)
    except StoreError:
        return OwnCentre(Place.NOT_READ, NOT_READ)
    if bundle.kind != KIND:
        return OwnCentre(Place.NOT_PUBLISHED, NOT_PUBLISHED)
    mark = erasure_mark(folder)
    return placed(view, bundle, centre_id, erased=mark["sentence"] if mark else "", on=stood.at.date())


def placed(view: MemberView, bundle: Bundle, centre_id: str, *, erased: str = "", on: date | None = None) -> OwnCentre:
    """Return where one centre lies in a comparison, given what members see of it.

    Parameters
    ----------
    view
        What members see.
    bundle
        The result itself.
    centre_id
        The one centre.
    erased
        That somebody in the result was erased since, in a sentence.
    on
        The day it was published.
    """
    notes = tuple(filter(None, (erased, *view.verdict.cannot_show)))
    found = view.verdict
    # Without a detail members read the reason why centres cannot be compared, and nothing else.
    if bundle.failed_gates or not found.detail:
        return OwnCentre(Place.CANNOT_SAY, found.sentence, notes=notes, published_on=on)
    place = _place(_row(view.tables.get(TABLE, ()), centre_id), _row(bundle.table(TABLE), centre_id), bundle, centre_id)
    county, middle = f"{found.sentence} {found.detail}", _middle_half(view.tables.get(TABLE, ()))
    if place not in (Place.WITHIN, Place.BEYOND):
        return OwnCentre(place, _NO_PLACE[place], county=county, notes=notes, published_on=on, middle_half=middle)
    shown = _row(view.tables[TABLE], centre_id) or {}
    share = shown["improved_in_100"]
    return OwnCentre(
        place,
        _sentence(WITHIN if place is Place.WITHIN else BEYOND, int(shown["families"]), bundle),
        families=int(shown["families"]),
        improved_in_100=None if share is None else int(share),
        share="" if share is None else SHARE.format(share=int(share)),
        county=county,
        notes=notes,
        published_on=on,
        middle_half=middle,
    )


_NO_PLACE = {Place.FEW: FEW, Place.HELD_BACK: HELD_BACK, Place.NOT_IN_IT: NOT_IN_IT}


def _middle_half(rows: Any) -> tuple[int, int] | None:
    """Return the middle half of what members see of centres, outwards to a multiple of five."""
    shown = [float(row["improved_in_100"]) for row in rows if row["improved_in_100"] is not None]
    if len(shown) < FEWEST_IN_RANGE:
        return None
    low, high = np.quantile(shown, [0.25, 0.75])
    return _ROUNDED_TO * math.floor(low / _ROUNDED_TO), _ROUNDED_TO * math.ceil(high / _ROUNDED_TO)


def _row(rows: Any, centre_id: str) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = next((row for row in rows if str(row["centre_id"]) == centre_id), None)
    return found


def _place(shown: Mapping[str, Any] | None, exact: Mapping[str, Any] | None, bundle: Bundle, centre_id: str) -> Place:
    if exact is None:
        return Place.FEW if _row(bundle.tables.get("centres_too_small", ()), centre_id) else Place.NOT_IN_IT
    if shown is None:
        return Place.FEW
    if shown["families"] is None:
        return Place.HELD_BACK
    return Place.BEYOND if abs(int(exact["outside"])) >= OUTER else Place.WITHIN


def _sentence(said: str, families: int, bundle: Bundle) -> str:
    facts = bundle.facts_as(ProgressCentresFacts)
    chance = (_AND_DIFFERENCES if facts.limits_allow_for_differences else _CHANCE)[said]
    allowed = ", once whom it helps is allowed for" if facts.covariates_used else ""
    return said.format(chance=chance, families=f"{families:,}", allowed=allowed)
