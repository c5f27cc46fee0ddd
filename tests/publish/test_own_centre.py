"""What a manager is handed of the comparison of centres: the own centre's place in words, and nothing of another's."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from centres_compared import ABOVE, BELOW, ELSEWHERE, FEW, QUESTION, SMALL, WITHIN, comparison, kept_in
from toolkit.publish.bundle.bundle import bundle_of
from toolkit.publish.members.own_centre import NOT_PUBLISHED, NOT_READ, OwnCentre, Place, own_centre, placed
from toolkit.publish.members.view import member_view
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.records import Store

EVERY = [f"C{number:02d}" for number in range(1, 11)]


@pytest.fixture(scope="module")
def found() -> dict[str, OwnCentre]:
    result = comparison()
    bundle = bundle_of(result, verdict_for(result))
    view = member_view(bundle)
    return {centre: placed(view, bundle, centre) for centre in (*EVERY, SMALL, ELSEWHERE, "", "centre")}


@pytest.mark.parametrize(
    ("centre", "place"),
    [(WITHIN, "within"), (ABOVE, "beyond"), (BELOW, "beyond"), ("C05", "within"), (FEW, "few"), (SMALL, "few"),
     (ELSEWHERE, "not_in_it"), ("", "not_in_it"), ("centre", "not_in_it")],
)  # fmt: skip
def test_each_centre_has_the_place_that_can_be_told(found, centre: str, place: str) -> None:
    one = found[centre]
    assert one.place == place and one.sentence
    told = place in ("within", "beyond")
    assert (one.families is not None, one.improved_in_100 is not None, bool(one.share)) == (told, told, told)


def test_the_words_are_of_the_centre_and_say_no_direction(found) -> None:
    assert found[WITHIN].sentence == (
        "Your centre lies within what chance gives for about 120 families, once whom it helps is allowed for."
    )
    words = {re.sub(r"\d+", "N", found[centre].sentence) for centre in (ABOVE, BELOW)}
    assert len(words) == 1 and "Ask first whether families differ or scoring does" in words.pop()
    for one in found.values():
        said = f"{one.sentence} {one.share}"
        assert not re.search(r"\b(above|below|higher|lower|worse|best|rank|place of|than other)\b", said)
        assert "better" not in one.sentence


def test_nothing_of_another_centre_is_in_what_is_handed_over(found) -> None:
    rows = comparison().tables["centres_funnel"].to_dict("records")
    for centre, one in found.items():
        said = str(asdict(one))
        assert not re.search(r"\bC\d\d\b", said)  # not even the own one's number
        assert not re.search(r"\d\.\d", said)  # no limit and no expected share
        for row in rows:
            about = str(5 * round(row["families"] / 5))
            if row["centre_id"] != centre and about != str(one.families):
                assert not re.search(rf"\b({row['families']}|{row['improved']}|{about})\b", said)
    assert {one.county for one in found.values()} == {found[WITHIN].county}


def test_the_middle_half_is_of_what_members_see_and_neither_end_is_a_centres(found) -> None:
    result = comparison()
    rows = member_view(bundle_of(result, verdict_for(result))).tables["centres_funnel"]
    shown = [row["improved_in_100"] for row in rows if row["improved_in_100"] is not None]
    low, high = found[WITHIN].middle_half or (0, 0)
    assert low % 5 == high % 5 == 0 and 0 < low < high
    assert sum(low <= share <= high for share in shown) >= len(shown) / 2
    assert {one.middle_half for one in found.values()} == {(low, high)}
    bundle = bundle_of(comparison(failed=True), verdict_for(comparison(failed=True)))
    assert placed(member_view(bundle), bundle, WITHIN).middle_half is None


def test_the_countys_average_is_the_one_that_members_read(found) -> None:
    result = comparison()
    verdict = member_view(bundle_of(result, verdict_for(result))).verdict
    assert found[WITHIN].county == f"{verdict.sentence} {verdict.detail}"
    assert re.search(r"Of every 100 of their families scored twice, \d\d scored better", found[WITHIN].county)


def test_a_comparison_that_cannot_say_says_so_here_too_and_places_nobody() -> None:
    result = comparison(failed=True)
    bundle = bundle_of(result, verdict_for(result))
    view = member_view(bundle)
    for centre in (*EVERY, SMALL):
        one = placed(view, bundle, centre)
        assert (one.place, one.sentence, one.county) == (Place.CANNOT_SAY, view.verdict.sentence, "")
        assert one.families is None and not one.share and "cannot answer" in one.sentence


def test_what_the_limits_allow_for_is_said_as_it_was_done() -> None:
    result = comparison(limits_allow_for_differences=True, covariates_used=())
    bundle = bundle_of(result, verdict_for(result))
    assert placed(member_view(bundle), bundle, WITHIN).sentence == (
        "Your centre lies within what chance and the usual differences between centres give for about 120 families."
    )


def test_only_what_members_see_now_is_handed_over(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    assert own_centre(store, QUESTION, WITHIN) == OwnCentre(Place.NOT_PUBLISHED, NOT_PUBLISHED)
    first = kept_in(store)
    assert own_centre(store, QUESTION, WITHIN).place is Place.NOT_PUBLISHED  # run, and not published
    store.publish(QUESTION, first, by="lead", why="")
    assert own_centre(store, QUESTION, WITHIN).place is Place.WITHIN
    kept_in(store, comparison(failed=True), name="two")  # newer, and not published
    assert own_centre(store, QUESTION, WITHIN).place is Place.WITHIN
    store.withdraw_publication(QUESTION, by="lead", why="A mistake.")
    assert own_centre(store, QUESTION, WITHIN) == OwnCentre(Place.NOT_PUBLISHED, NOT_PUBLISHED)


def test_one_that_cannot_be_read_tells_nothing_of_what_is_in_it(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    folder = kept_in(store)
    store.publish(QUESTION, folder, by="lead", why="")
    (folder / "result.json").write_text("{", encoding="utf-8")
    assert own_centre(store, QUESTION, WITHIN) == OwnCentre(Place.NOT_READ, NOT_READ)
