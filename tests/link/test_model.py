from __future__ import annotations

import builtins

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.link.model import INSTALL, score
from toolkit.link.preprocessing import FAMILY_COLUMNS, REFERRAL_COLUMNS, Rows, alike


def best(scored: pd.DataFrame) -> pd.DataFrame:
    return scored.drop_duplicates("referral_id")


def test_known_links_are_found_through_typing_errors_and_missing_postcodes(scored, county) -> None:
    links = best(scored[scored["probability"] >= 0.9]).merge(county.truth, on="referral_id", suffixes=("", "_true"))
    right = int((links["family_id"] == links["family_id_true"]).sum())
    assert right / len(links) >= 0.99
    assert right / (county.truth["family_id"] != "").sum() >= 0.95


def test_children_of_families_that_are_not_there_are_hardly_linked(scored, county) -> None:
    strangers = set(county.truth.loc[county.truth["family_id"] == "", "referral_id"])
    linked = best(scored[scored["probability"] >= 0.9])["referral_id"].isin(strangers).sum()
    assert len(strangers) >= 200
    assert linked <= 2


def test_twins_are_one_family_and_each_row_names_the_likelier_child(scored, county) -> None:
    key = ["family_id", "birth_date"]
    twins = county.families[county.families.duplicated(key, keep=False)]
    assert len(twins) > 40
    truth = county.truth[county.truth["family_id"].isin(twins["family_id"])]
    found = best(scored[scored["probability"] >= 0.9]).merge(truth, on="referral_id", suffixes=("", "_true"))
    assert len(found) >= 10
    assert (found["family_id"] == found["family_id_true"]).mean() >= 0.95


def test_no_name_day_or_postcode_is_in_what_comes_out(scored) -> None:
    assert list(scored.columns) == ["family_id", "child_id", "referral_id", "probability"]


def test_a_family_and_a_referral_are_one_pair_and_the_likeliest_comes_first(scored) -> None:
    assert not scored.duplicated(["referral_id", "family_id"]).any()
    assert scored.groupby("referral_id")["probability"].is_monotonic_decreasing.all()


def test_files_too_small_to_learn_from_are_refused_with_what_to_look_at(county) -> None:
    pytest.importorskip("splink", reason=INSTALL)
    with pytest.raises(InputError, match=r"too few rows that agree for the model to learn from.*\d+; at least 30"):
        score(*sides(county.families.head(400), county.referrals.head(400)))


@pytest.mark.parametrize("field", ["forename", "birth_date", "postcode"])
def test_a_field_that_one_file_has_not_is_done_without(field: str, county) -> None:
    pytest.importorskip("splink", reason=INSTALL)
    links = best(score(*sides(county.families, county.referrals.assign(**{field: ""}))))
    links = links[links["probability"] >= 0.9].merge(county.truth, on="referral_id", suffixes=("", "_true"))
    assert len(links) >= 500
    assert (links["family_id"] == links["family_id_true"]).mean() >= 0.99


def test_two_fields_are_not_enough(county) -> None:
    pytest.importorskip("splink", reason=INSTALL)
    with pytest.raises(InputError, match="Too few have: birth_date, postcode"):
        score(*sides(county.families, county.referrals.assign(birth_date="", postcode="")))


def sides(families: pd.DataFrame, referrals: pd.DataFrame) -> tuple[Rows, Rows]:
    return alike(families, FAMILY_COLUMNS, name="families"), alike(referrals, REFERRAL_COLUMNS, name="referrals")


def test_without_splink_the_message_says_what_to_install(county, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args, **kwargs):
        if name.split(".")[0] == "splink":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"pip install .childrens-centre-toolkit\[link\]"):
        score(*sides(county.families, county.referrals))
