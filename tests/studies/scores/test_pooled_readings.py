"""Scores of two instruments are never added up: a study pools those of one, and says what it left out."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.project_files import ANALYSES
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.studies.progress_change.one_centre import centre_progress
from toolkit.studies.progress_change.pooled import pooled_readings
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.run import run_study

PROTOCOL = load_protocol(ANALYSES / "para73_change.toml")
START = date(2009, 1, 5)
HELD = {
    "star": (1, 10, "whole", "better"), "halves": (1, 5, "half", "better"), "need": (1, 10, "whole", "worse"),
}  # fmt: skip
SAME_MOVES = {None: (2, 4), "star": (3, 7), "halves": (1.5, 3.0), "need": (8, 4)}
"""A start and an end on each instrument; on ``need`` 1 is best."""


def instrument(number: str) -> dict[str, object]:
    lowest, highest, step, higher_is = HELD[number]
    return {
        "instrument_id": number, "title": number.title(), "lowest": lowest, "highest": highest, "step": step,
        "higher_is": higher_is,
    }  # fmt: skip


def readings(number: str | None, families: int) -> list[dict[str, object]]:
    """Two of three families move from start to end, the third from end to start; a second scoring of each start."""
    rows = []
    for at in range(families):
        pair = SAME_MOVES[number] if at % 3 else SAME_MOVES[number][::-1]
        about = {
            "family_id": f"{number or 'own'}{at:03d}", "centre_id": f"C{at % 12:02d}", "dimension": "overall",
            "higher_is": HELD[number][3] if number else "better", "instrument": number,
        }  # fmt: skip
        rows += [
            about | {"scored_on": START, "stage": "start", "score": pair[0], "scored_by": "W1"},
            about | {"scored_on": START + timedelta(days=200), "stage": "end", "score": pair[1], "scored_by": "W1"},
        ]
        if at == 0:  # a second opinion of the last day, which must not become the last score
            rows.append(rows[-1] | {"score": pair[0], "scored_by": "W2", "second_scoring": True})
    last = rows[0] | {"family_id": f"{number or 'own'}-late", "scored_on": START + timedelta(days=500)}
    return [*rows, last]


def held(make_snapshot, *numbers: str | None, families: int = 90):
    rows = [row for number in numbers for row in readings(number, families)]
    centres = [
        {
            "centre_id": f"C{at:02d}", "name": f"Centre {at}", "district": "Northvale", "area_team": "south",
            "provider": "county", "opened_on": date(2006, 4, 1), "tracks_progress_from": date(2008, 4, 1),
        }
        for at in range(12)
    ]  # fmt: skip
    joined = {(row["family_id"], row["centre_id"]) for row in rows}
    registrations = [
        {"family_id": family, "centre_id": centre, "registered_on": START, "route": "self"}
        for family, centre in sorted(joined)
    ]
    tables = {"progress_scores": rows, "centres": centres, "registrations": registrations}
    return make_snapshot(tables | {"instruments": [instrument(number) for number in numbers if number]})


def on(number: str):
    return PROTOCOL.model_copy(update={"spec": PROTOCOL.spec.model_copy(update={"instrument": number})})


def test_each_instrument_alone_gives_the_same_shares_and_its_own_points(make_snapshot) -> None:
    snapshot = held(make_snapshot, None, "star", "halves", "need")
    points = {"one_to_five": 2.0, "star": 4.0, "halves": 1.5, "need": 4.0}
    for number, each in points.items():
        result = run_study(on(number), snapshot)
        found = {(one.outcome, one.measure): one.estimate for one in result.estimates}
        assert found["progress", "share_improved"] == pytest.approx(60 / 90), number
        assert found["progress", "mean_change"] == pytest.approx((60 - 30) / 90 * each), number
        steps = {step.step: step for step in result.flow}
        others = {f"out_instrument_{other}" for other in points if other != number}
        assert {name for name in steps if name.startswith("out_instrument")} == others
        assert all(steps[name].rows == 2 * 90 + 2 for name in others)
        assert (steps["out_second_scoring"].rows, steps["scored_twice"].rows) == (1, 90)
        by_start = result.tables["by_start"].set_index("start")
        low = min(SAME_MOVES[None if number == "one_to_five" else number])
        assert by_start.loc[low if number != "need" else 11 - 8, "improved"] == 60
        assert verdict_for(result).code == "cannot_say"
    halves = run_study(on("halves"), snapshot).tables["by_start"]
    assert list(halves["start"]) == [1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0]
    assert halves.set_index("start").loc[1.5, "mean_change"] == pytest.approx(1.5)
    assert run_study(PROTOCOL, snapshot).tables["by_start"]["start"].dtype == "int64"


def test_an_instrument_that_is_not_there_or_bears_no_score_is_refused_by_name(make_snapshot) -> None:
    snapshot = held(make_snapshot, "star", families=3)
    with pytest.raises(InputError, match=r'no score on the instrument "one_to_five".*it has scores on "star"'):
        run_study(PROTOCOL, snapshot)
    with pytest.raises(InputError, match=r'no instrument "stars", which the protocol names\. Did you mean "star"'):
        run_study(on("stars"), snapshot)


class _Records:
    def __init__(self, tables: dict[str, pd.DataFrame]) -> None:
        self._tables = tables

    def read(self, name: str) -> pd.DataFrame:
        return self._tables[name]


@pytest.mark.parametrize(
    ("change", "said"),
    [({"score": 11.0}, 'holds 11 on the instrument "star"'), ({"higher_is": "worse"}, 'says "Worse for the family"')],
)
def test_readings_that_are_not_of_one_scale_and_direction_are_refused_even_where_a_store_let_them_by(
    make_snapshot, change, said
) -> None:
    snapshot = held(make_snapshot, "star", families=3)
    tables = {name: snapshot.read(name) for name in ("progress_scores", "instruments", "instrument_anchors")}
    assert len(pooled_readings(snapshot, "star").readings) == 7
    tables["progress_scores"] = tables["progress_scores"].copy()
    for name, value in change.items():
        tables["progress_scores"].loc[0, name] = value
    with pytest.raises(InputError, match=said):
        pooled_readings(_Records(tables), "star")


def test_a_centre_that_scores_on_another_instrument_is_shown_its_own(make_snapshot) -> None:
    snapshot = held(make_snapshot, "halves", families=6)
    found = centre_progress(snapshot)
    assert (found.scored_twice, found.improved, found.worse) == (6, 4, 2)
    assert found.sentence.endswith("These are the scores on Halves; scores on another scale are not added to them.")
