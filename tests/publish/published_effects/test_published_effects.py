"""What others published: the file's facts, how far our data move each, and that our answer stays as it is."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from toolkit.charts.money.published_effects import published_effects_chart, published_effects_in_words
from toolkit.errors import InputError
from toolkit.project_files import data_file
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.published_effects.beside import Ours, beside
from toolkit.publish.published_effects.effects import FILE, PublishedEffect, published_effects
from toolkit.publish.published_effects.ours import ours_of
from toolkit.publish.published_effects.words import beside_in_words, found_in_words, rows_to_draw
from toolkit.stats.inference.combine import combine_normal
from toolkit.studies.area_panel.facts import AreaPanelFacts

OURS = Ours(-0.03, -0.08, 0.02, "referrals", "one_per_cent_more_spending")


def named() -> dict[str, PublishedEffect]:
    return {one.effect: one for one in published_effects()}


def test_the_file_has_what_the_studies_say_and_no_interval_that_they_do_not_give() -> None:
    effects = named()
    assert (effects["webb_2021_smaller"].estimate, effects["webb_2021_larger"].estimate) == (-0.07, -0.157)
    assert effects["webb_2021_later"].found == "none_shown"
    assert effects["ifs_2024_care"].estimate == -13 and effects["ifs_2024_contacts"].estimate is None
    assert effects["doncaster_development"].estimate == 6 and effects["doncaster_phonics"].estimate == 2
    assert effects["northern_ireland_2025"].found == "fewer" and effects["northern_ireland_2025"].estimate is None
    assert not any(one.has_interval for one in effects.values())
    assert all("none" in one.interval and one.source for one in effects.values())


def test_only_what_is_of_our_dose_and_near_our_outcome_is_compared() -> None:
    found = {one.published.effect: one for one in beside(OURS, published_effects())}
    assert {name for name, one in found.items() if one.likeness != "other"} == {
        "webb_2021_smaller",
        "webb_2021_larger",
        "webb_2021_later",
    }
    assert found["webb_2021_smaller"].is_within and not found["webb_2021_larger"].is_within
    assert found["webb_2021_later"].is_within is None
    assert all(one.combined is None for one in found.values())
    assert "do not speak against it" in beside_in_words(found["webb_2021_smaller"])
    assert "outside our range" in beside_in_words(found["webb_2021_larger"])
    assert "something else" in beside_in_words(found["ifs_2024_care"])
    assert "no figure" in beside_in_words(found["webb_2021_later"])


def test_an_effect_with_an_interval_moves_by_what_our_data_weigh() -> None:
    earlier = replace(named()["webb_2021_smaller"], outcome="referrals", estimate=-0.13, low=-0.18, high=-0.08)
    (found,) = beside(OURS, [earlier])
    # Both intervals are as wide, so it goes half the way.
    assert found.combined is not None and found.combined.moved == pytest.approx(0.5)
    assert found.combined.estimate == pytest.approx(-0.08)
    assert "50% of the way" in beside_in_words(found)
    (wider,) = beside(replace(OURS, low=-1.0, high=0.94), [earlier])
    assert wider.combined is not None and wider.combined.moved < 0.01
    (near,) = beside(OURS, [replace(earlier, outcome="children_in_need")])
    assert near.combined is None and near.likeness == "near"


def test_two_estimates_together_are_the_regression_of_both() -> None:
    rng = np.random.default_rng(0)
    for earlier, earlier_se, new, new_se in rng.uniform(0.1, 2, (20, 4)):
        weight = np.array([earlier_se**-2, new_se**-2])
        found = combine_normal(earlier, earlier_se, new, new_se)
        assert found.estimate == pytest.approx(weight @ [earlier, new] / weight.sum())
        assert found.se == pytest.approx(weight.sum() ** -0.5)
    with pytest.raises(InputError, match="above 0"):
        combine_normal(1, 0, 2, 1)


def test_ours_stays_as_it_is_and_is_not_drawn_where_it_may_not_be_told() -> None:
    effects = beside(OURS, published_effects())
    drawn = rows_to_draw(OURS, effects)
    assert list(drawn["kind"]) == ["main", "other", "other"]
    assert tuple(drawn.loc[0, ["estimate", "low", "high"]]) == (OURS.estimate, OURS.low, OURS.high)
    alone = rows_to_draw(None, effects)
    assert "Our answer" not in set(alone["label"]) and len(alone) == 2
    assert "−0.157%" in published_effects_in_words(drawn)
    chart = published_effects_chart(drawn, "for every 1% more spent").to_dict()
    assert "for every 1% more spent" in str(chart)
    assert published_effects_in_words(drawn.head(0)) == "No figure is drawn."


def test_each_finding_is_a_plain_sentence() -> None:
    said = [found_in_words(one) for one in published_effects()]
    assert said[0].startswith(
        "Webb (2021), England (2010/11 to 2014/15): for every 1% more spent, children in need 0.07% lower"
    )
    assert all(sentence.endswith(".") and "None" not in sentence for sentence in said)
    assert "no change of contacts" in said[3]


def test_a_wrong_file_is_refused_cell_by_cell(tmp_path: Path) -> None:
    text = data_file(FILE).read_text(encoding="utf-8")
    broken = text.replace(",-0.07,,", ",little,-1,", 1).replace("per cent,-13", "times,-13", 1)
    (tmp_path / FILE).write_text(broken.replace("a_family_hub", "a_hub", 1), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        published_effects(tmp_path)
    for said in ('row 2, column "estimate": "little"', 'column "low"', 'row 6, column "unit"', 'row 7, column "dose"'):
        assert said in str(raised.value)
    (tmp_path / FILE).write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="stands twice"):
        published_effects(tmp_path)
    with pytest.raises(InputError, match="between its ends"):
        beside(replace(OURS, low=0.0), [])


def test_our_answer_for_twice_the_money_is_told_for_one_per_cent_more() -> None:
    facts = AreaPanelFacts(**{field.name: 0 for field in fields(AreaPanelFacts)} | {"outcome": "referrals"})
    asked = cast(Bundle, SimpleNamespace(kind="area_panel", facts_as=lambda _: replace(facts, effect=(1.0, -0.5, 3.0))))
    ours = ours_of(asked)
    assert ours is not None and (ours.estimate, ours.low, ours.high) == pytest.approx((1.0, -0.990, 2.01), abs=0.001)
    assert ours_of(cast(Bundle, SimpleNamespace(kind="trust"))) is None
