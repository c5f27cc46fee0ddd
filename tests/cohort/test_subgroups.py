from __future__ import annotations

from datetime import date

import pytest

from toolkit.cohort.design import TrialDesign
from toolkit.cohort.subgroups import SUBGROUPS, subgroup_columns, subgroup_of
from toolkit.cohort.trials import build_cohort
from toolkit.errors import InputError


def test_every_subgroup_puts_every_row_in_one_group(write_snapshot, village):
    village["families"][2] |= {"idaci_decile": 4, "kinship_care": True}
    village["referrals"].append(
        {"referral_id": "R", "child_id": "K03", "received_on": date(2009, 6, 1), "source": "6", "outcome": "nfa"}
    )
    design = TrialDesign(subgroup_columns(tuple(SUBGROUPS)), ())
    frame = build_cohort(write_snapshot(village), design, seed=1).frame
    groups = {name: subgroup_of(frame, name) for name in SUBGROUPS}
    assert all(group.notna().all() and group.index.equals(frame.index) for group in groups.values())
    mine = frame.index[(frame["family_id"] == "F03") & (frame["treated"] == 1)]
    assert {name: group[mine].item() for name, group in groups.items()} == {
        "deprivation_fifth": "Second",
        "prior_referral": "Yes",
        "kinship_care": "Yes",
        "youngest_age_band": "One or two",
        "district": "Northvale",
    }
    assert list(groups["prior_referral"].cat.categories) == ["No", "Yes"]


def test_a_subgroup_says_which_covariate_it_needs(write_snapshot, village):
    frame = build_cohort(write_snapshot(village), TrialDesign((), ()), seed=1).frame
    with pytest.raises(InputError, match='needs the covariate "referred_last_year"'):
        subgroup_of(frame, "prior_referral")
    with pytest.raises(InputError, match=r'no subgroup "deprivation_fith"\. Did you mean "deprivation_fifth"'):
        subgroup_of(frame, "deprivation_fith")
    with pytest.raises(InputError, match="no group of"):
        subgroup_of(frame.assign(kinship_care=2), "kinship_care")
