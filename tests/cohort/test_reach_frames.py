from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from toolkit.cohort.reach import reach_frames
from toolkit.errors import InputError
from toolkit.records import Store
from toolkit.tables import TABLES


def family(number, **known):
    return {
        "family_id": f"F{number}",
        "reach_centre_id": "C1",
        "district": "North",
        "idaci_decile": 4,
        "children": 1,
        "lone_parent": False,
        "young_parent": False,
        "english_additional_language": False,
        "disability": False,
        "kinship_care": False,
        "known_from": date(2005, 6, 15),
    } | known


def child(number, family_number, born):
    return {"child_id": f"K{number}", "family_id": f"F{family_number}", "birth_month": born}


def joined(number, on):
    return {"family_id": f"F{number}", "centre_id": "C1", "registered_on": on}


@pytest.fixture
def frames(tmp_path):
    """Return a maker of reach frames from rows; F0 joins first and last so that records run from 2006 to 2012."""
    made = 0

    def make(families, children, registrations, **options):
        nonlocal made
        made += 1
        rows = {
            "families": [family(0), *families],
            "children": [child(0, 0, date(1990, 1, 1)), *children],
            "registrations": [joined(0, date(2006, 1, 1)), joined(0, date(2012, 3, 31)), *registrations],
        }
        store = Store.create(tmp_path / str(made))
        store.add(
            {name: pd.DataFrame(some, columns=list(TABLES[name].names)) for name, some in rows.items()},
            by="test",
            source_name="rows made by hand",
        )
        given = {"under_months": 60, "within_months": 12, "day": None} | options
        return reach_frames(store.snapshot(), **given)

    return make


def test_a_family_counts_from_the_day_it_is_known_and_has_a_young_child(frames):
    found = frames([family(1)], [child(1, 1, date(2009, 2, 1))], [])
    (row,) = found.on_the_day.to_dict("records")
    assert row["starts_on"] == pd.Timestamp(2009, 2, 1)
    assert (row["months_eligible"], row["missed"]) == (37, 1)
    known_later = frames([family(1, known_from=date(2010, 5, 20))], [child(1, 1, date(2009, 2, 1))], [])
    assert known_later.on_the_day.loc[0, "starts_on"] == pd.Timestamp(2010, 5, 20)


@pytest.mark.parametrize(
    ("born", "known", "is_eligible"),
    [
        (date(2007, 4, 1), {}, True),  # five in April 2012
        (date(2007, 3, 1), {}, False),  # five in March 2012, the month of the day
        (date(2012, 4, 1), {}, False),  # not yet born
        (date(2009, 1, 1), {"known_to": date(2012, 3, 31)}, False),
        (date(2009, 1, 1), {"known_to": date(2012, 4, 1)}, True),
    ],
)
def test_who_is_eligible_on_the_day(frames, born, known, is_eligible):
    found = frames([family(1, **known)], [child(1, 1, born)], [])
    assert len(found.on_the_day) == int(is_eligible)


def test_a_family_is_not_missed_before_it_has_had_the_months_allowed(frames):
    found = frames([family(1)], [child(1, 1, date(2011, 6, 1))], [])
    assert len(found.on_the_day) == 0
    assert {step.step: step.rows for step in found.flow}["out_new"] == 1
    assert len(frames([family(1)], [child(1, 1, date(2011, 6, 1))], [], within_months=6).on_the_day) == 1


def test_a_registration_on_the_day_counts_and_one_the_day_after_does_not(frames):
    families, children = [family(1)], [child(1, 1, date(2009, 2, 1))]
    day = date(2011, 6, 15)
    on = frames(families, children, [joined(1, day)], day=day)
    after = frames(families, children, [joined(1, date(2011, 6, 16))], day=day)
    assert (on.on_the_day.loc[0, "missed"], after.on_the_day.loc[0, "missed"]) == (0, 1)


def test_joining_in_time_is_within_the_months_from_the_first_day(frames):
    families, children = [family(1)], [child(1, 1, date(2008, 2, 1))]
    in_time = frames(families, children, [joined(1, date(2009, 2, 1))]).as_they_began
    late = frames(families, children, [joined(1, date(2009, 2, 2))]).as_they_began
    assert (in_time.loc[0, "missed"], late.loc[0, "missed"]) == (0, 1)
    assert in_time.loc[0, "year"] == 2008


def test_a_new_baby_years_later_begins_a_new_spell_and_one_in_between_does_not(frames):
    apart = frames([family(1)], [child(1, 1, date(2005, 7, 1)), child(2, 1, date(2010, 8, 1))], [])
    assert apart.on_the_day.loc[0, "starts_on"] == pd.Timestamp(2010, 8, 1)
    touching = frames([family(1)], [child(1, 1, date(2005, 7, 1)), child(2, 1, date(2010, 7, 1))], [])
    assert touching.on_the_day.loc[0, "starts_on"] == pd.Timestamp(2005, 7, 1)
    # The spell that began before the records is not followed; the later one is, in the year to March 2011.
    assert apart.as_they_began["year"].tolist() == [2011]


def test_spells_that_end_before_the_months_are_up_are_counted_out(frames):
    found = frames([family(1, known_to=date(2009, 1, 15))], [child(1, 1, date(2008, 6, 1))], [])
    assert (len(found.as_they_began), found.began) == (0, 1)
    assert {step.step: step.rows for step in found.flow}["out_ended"] == 1


def test_families_eligible_before_registrations_were_kept_are_counted(frames):
    families = [family(1), family(2, known_from=date(2006, 3, 1))]
    children = [child(1, 1, date(2005, 8, 1)), child(2, 2, date(2005, 8, 1))]
    found = frames(families, children, [], day=date(2009, 1, 1))
    assert (len(found.on_the_day), found.began_before) == (2, 1)


def test_no_pseudonym_is_in_the_frames(frames):
    found = frames([family(1)], [child(1, 1, date(2009, 2, 1))], [])
    for frame in (found.on_the_day, found.as_they_began):
        assert "family_id" not in frame
        assert "F1" not in frame.astype(str).to_numpy()


def test_a_day_outside_the_records_and_no_registrations_are_refused(frames, tmp_path):
    with pytest.raises(InputError, match="day is 2013-01-01"):
        frames([], [], [], day=date(2013, 1, 1))
    with pytest.raises(InputError, match="registrations table is empty"):
        reach_frames(Store.create(tmp_path / "empty").snapshot(), under_months=60, within_months=12, day=None)
