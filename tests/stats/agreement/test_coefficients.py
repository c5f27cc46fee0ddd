"""What coefficients of agreement do on data made to show it: traps, limits, intervals that hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.stats.agreement.consistency import internal_consistency
from toolkit.stats.agreement.kappa import cohen_kappa
from toolkit.stats.agreement.krippendorff import krippendorff_alpha
from toolkit.stats.agreement.polychoric import polychoric
from toolkit.stats.agreement.reliability import reliability

CUTS = np.array([-1.2, -0.4, 0.4, 1.2])
pairs = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=4, max_size=40)


def scored_twice(rng, count, *, alike=0.6, centres=19, between=0.3):
    """Scores of 1 to 5 in centres; what lies behind two of them is alike by `alike`."""
    centre = np.arange(count) % centres
    level = (rng.normal(size=count) + between * rng.normal(size=centres)[centre]) / np.sqrt(1 + between**2)
    both = [
        1 + np.searchsorted(CUTS, np.sqrt(alike) * level + np.sqrt(1 - alike) * rng.normal(size=count)) for _ in "ab"
    ]
    return np.column_stack(both).astype(float), centre


def codes_of(result):
    return [note.code for note in result.notes]


@settings(max_examples=60, deadline=None)
@given(pairs)
def test_quadratic_kappa_is_lins_concordance_and_kappa_never_passes_what_margins_allow(rows):
    one, two = np.array(rows, dtype=float).T
    found = cohen_kappa(one, two)
    bottom = one.var() + two.var() + (one.mean() - two.mean()) ** 2
    if bottom > 0:
        assert found.kappa.estimate == pytest.approx(2 * np.cov(one, two, bias=True)[0, 1] / bottom)
    for weights in ("none", "linear", "quadratic"):
        got = cohen_kappa(one, two, weights=weights)
        turned = cohen_kappa(6 - two, 6 - one, weights=weights)
        assert turned.kappa.estimate == pytest.approx(got.kappa.estimate, nan_ok=True)
        if np.isfinite(got.kappa.estimate):
            assert got.kappa.estimate <= got.highest + 1e-9
        assert cohen_kappa(one, two, weights=weights, categories=range(11)).kappa.estimate == pytest.approx(
            got.kappa.estimate, nan_ok=True
        )


@settings(max_examples=40, deadline=None)
@given(pairs, st.randoms(use_true_random=False))
def test_alpha_does_not_mind_the_order_of_things_or_scorers(rows, random):
    table = np.array(rows, dtype=float)
    order = list(range(len(table)))
    random.shuffle(order)
    for metric in ("nominal", "ordinal", "interval"):
        one = krippendorff_alpha(table, metric=metric, draws=0).alpha.estimate
        other = krippendorff_alpha(table[order][:, ::-1], metric=metric, draws=0).alpha.estimate
        assert one == pytest.approx(other, nan_ok=True)


def test_a_common_score_makes_kappa_low_and_the_note_says_so():
    # 90 of 100 agree both times; the first is evenly spread, in the second nearly all are a 3.
    even = cohen_kappa([2] * 45 + [3] * 45 + [2] * 5 + [3] * 5, [2] * 45 + [3] * 45 + [3] * 5 + [2] * 5, weights="none")
    trap = cohen_kappa([3] * 90 + [2] * 5 + [3] * 5, [3] * 90 + [3] * 5 + [2] * 5, weights="none")
    assert even.same == trap.same == 0.9
    assert even.kappa.estimate == pytest.approx(0.8)
    assert trap.kappa.estimate < 0
    assert codes_of(even) == [] and codes_of(trap) == ["common_score"]
    assert trap.notes[0].figures["share"] == pytest.approx(0.95)


def test_few_pairs_perfect_agreement_and_one_category_are_said_and_have_no_interval():
    few = cohen_kappa([1, 2, 3, 4], [1, 2, 3, 3])
    assert codes_of(few) == ["few_pairs"]
    perfect = cohen_kappa([1, 2, 3, 4, 5] * 6, [1, 2, 3, 4, 5] * 6)
    assert perfect.kappa.estimate == 1 and np.isnan(perfect.kappa.low)
    assert "perfect_agreement" in codes_of(perfect)
    assert perfect.notes[0].figures["could_differ"] == pytest.approx(0.1157, abs=1e-4)
    flat = np.full((30, 2), 3.0)
    for found in (cohen_kappa(*flat.T), krippendorff_alpha(flat), reliability(flat)):
        assert "one_category" in codes_of(found)
    assert np.isnan(cohen_kappa(*flat.T).kappa.estimate) and np.isnan(krippendorff_alpha(flat).alpha.estimate)
    assert np.isnan(reliability(flat).one_way.estimate)
    assert "one_category" in codes_of(polychoric(*flat.T))
    gap = np.full((30, 2), np.nan)
    for nothing in (cohen_kappa(*gap.T), krippendorff_alpha(gap), reliability(gap)):
        assert "no_pairs" in codes_of(nothing) and "few_pairs" in codes_of(nothing)


def test_a_stricter_scorer_is_said_and_counts_as_error_but_not_among_the_same_scorers():
    rng = np.random.default_rng(1)
    table = rng.normal(size=(60, 1)) + 0.4 * rng.normal(size=(60, 2)) - [0.0, 0.8]
    found = reliability(table)
    assert codes_of(found) == ["scorings_differ"]
    assert found.notes[0].figures["points"] == pytest.approx(0.8, abs=0.2)
    assert found.one_way.estimate < found.two_way.estimate + 0.05 < found.same_scorers.estimate
    assert cohen_kappa(*np.round(table.T)).highest < 1


def test_scores_by_one_scorer_only_are_left_out_and_counted():
    table = np.array([[1.0, 2], [np.nan, 3], [4, 4], [np.nan, np.nan], [2, np.nan]] * 5)
    assert (cohen_kappa(*table.T).pairs, cohen_kappa(*table.T).left_out) == (10, 10)
    assert (krippendorff_alpha(table).units, krippendorff_alpha(table).left_out) == (10, 10)
    assert (reliability(table).units, reliability(table).left_out) == (10, 10)


@pytest.mark.parametrize("count", [20, 60])
def test_intervals_hold_at_the_sizes_of_double_scoring(count):
    truth = reliability(scored_twice(np.random.default_rng(0), 200_000)[0]).one_way.estimate
    held = {"plain": 0, "centres": 0, "kappa": 0, "alpha": 0}
    runs = 80
    for seed in range(runs):
        table, centre = scored_twice(np.random.default_rng(seed + 1), count)
        found = {
            "plain": reliability(table).one_way,
            "centres": reliability(table, cluster=centre).one_way,
            "kappa": cohen_kappa(*table.T, cluster=centre).kappa,
            "alpha": krippendorff_alpha(table, metric="interval", draws=200).alpha,
        }
        for name, one in found.items():
            held[name] += one.low <= truth <= one.high
    assert min(held.values()) >= 0.9 * runs


@pytest.mark.verify
@pytest.mark.slow
@pytest.mark.parametrize("between", [0.3, 1.0])
@pytest.mark.parametrize("alike", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("count", [20, 40, 60, 150])
def test_intervals_of_reliability_hold_over_2000_councils(count, alike, between):
    made = {"alike": alike, "between": between}
    truth = np.mean(
        [
            reliability(scored_twice(np.random.default_rng(s), 20_000, centres=2000, **made)[0]).one_way.estimate
            for s in range(9)
        ]
    )
    inside = 0
    for seed in range(2000):
        table, centre = scored_twice(np.random.default_rng(seed + 1), count, **made)
        one = reliability(table, cluster=centre).one_way
        inside += one.low <= truth <= one.high
    assert inside >= 0.93 * 2000


def test_clusters_beside_a_frame_go_by_their_labels_and_columns_of_any_kind_are_numbers():
    table, centre = scored_twice(np.random.default_rng(3), 76)
    frame = pd.DataFrame(table, columns=["own", "other"]).astype("Int64")
    frame.iloc[0, 1] = pd.NA
    table[0, 1] = np.nan
    beside = pd.Series(centre).sample(frac=1, random_state=1)
    assert reliability(frame, cluster=beside).one_way == reliability(table, cluster=centre).one_way
    assert krippendorff_alpha(frame, cluster=beside).alpha == krippendorff_alpha(table, cluster=centre).alpha
    assert internal_consistency(frame, cluster=beside).ordinal == internal_consistency(table, cluster=centre).ordinal


def test_a_cluster_with_all_the_disagreement_leaves_a_wide_interval_and_not_none():
    table = np.column_stack([np.tile([1.0, 2, 3, 4, 5], 8), np.tile([1.0, 2, 3, 4, 5], 8)])
    table[:3, 1] = [2, 1, 4]
    found = cohen_kappa(*table.T, cluster=np.repeat(np.arange(8), 5)).kappa
    assert found.low < 0.7 and found.high < 1


def test_clusters_that_score_alike_make_intervals_wider():
    rng = np.random.default_rng(4)
    centre = np.repeat(np.arange(10), 12)
    good = np.where(centre < 5, 0.2, 1.5)[:, None]
    table = rng.normal(size=(120, 1)) + good * rng.normal(size=(120, 2))
    plain, grouped = reliability(table).one_way, reliability(table, cluster=centre).one_way
    assert grouped.estimate == plain.estimate and grouped.degrees_of_freedom == 9
    assert grouped.high - grouped.low > 1.2 * (plain.high - plain.low)
    scores = np.round(table)
    assert np.ptp([cohen_kappa(*scores.T, cluster=centre).kappa.low, cohen_kappa(*scores.T).kappa.low]) > 0.02


@pytest.mark.parametrize("method", ["two_step", "ml"])
def test_the_polychoric_correlation_is_found_again_and_its_interval_holds(method):
    rng = np.random.default_rng(5)
    errors, inside = [], 0
    for _ in range(60):
        level = rng.normal(size=300)
        one = np.searchsorted(CUTS, level)
        two = np.searchsorted([-1.5, 0.5, 1.0], 0.6 * level + 0.8 * rng.normal(size=300))
        got = polychoric(one, two, method=method).correlation
        errors.append((got.estimate - 0.6) / got.se)
        inside += got.low <= 0.6 <= got.high
    assert abs(np.mean(errors)) < 0.4 and 0.75 < np.std(errors) < 1.3
    assert inside >= 53


def test_both_polychoric_methods_are_close_and_ml_is_the_likelier():
    rng = np.random.default_rng(6)
    table, _ = scored_twice(rng, 400)
    two_step, ml = (polychoric(*table.T, method=method) for method in ("two_step", "ml"))
    assert ml.correlation.estimate == pytest.approx(two_step.correlation.estimate, abs=0.01)
    assert ml.misfit >= two_step.misfit - 1e-9
    assert ml.cuts_of_first == pytest.approx(CUTS, abs=0.25)


def test_scores_in_perfect_order_and_scales_that_are_not_normal_are_said():
    order = polychoric([1, 2, 3] * 20, [2, 3, 4] * 20)
    assert order.correlation.estimate > 0.99 and np.isnan(order.correlation.low)
    assert "perfect_order" in codes_of(order)
    rng = np.random.default_rng(7)
    level = rng.normal(size=3000)
    bent = polychoric(np.searchsorted(CUTS, level), np.searchsorted([0.2, 0.8, 1.5], np.abs(level)))
    assert "not_normal" in codes_of(bent)


def test_dimensions_that_run_the_other_way_or_never_differ_are_named():
    rng = np.random.default_rng(8)
    level = rng.normal(size=(200, 1))
    items = 1 + np.searchsorted(CUTS, level + rng.normal(size=(200, 4))).astype(float)
    plain = internal_consistency(items)
    assert plain.notes == () and plain.alpha.estimate < plain.ordinal.estimate
    assert plain.ordinal.estimate == pytest.approx(0.8, abs=0.06)  # four scales correlated at .5
    items[:, 2] = 6 - items[:, 2]
    assert internal_consistency(items).notes[0].figures["column"] == 3
    items[:, 1] = 4
    fixed = internal_consistency(items)
    assert "Dimension number 2" in fixed.notes[0] and np.isnan(fixed.alpha.estimate)
    assert codes_of(internal_consistency(items[:1])) == ["no_rows"]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: cohen_kappa([1], [1], weights="squared"), 'no weights "squared"'),
        (lambda: cohen_kappa([1, 2], [1, 2], weights=[[0, 1, 2]] * 3), r"shape \(3, 3\) and there are 2 scores"),
        (lambda: cohen_kappa([1, 2], [1, 2], weights=[[1, 0], [0, 1]]), "0 for the same score"),
        (lambda: cohen_kappa([1, 7], [1, 2], categories=range(1, 6)), "not among the categories, the first 7"),
        (lambda: cohen_kappa([1, 2], [1]), "first has 2 values, second has 1"),
        (lambda: krippendorff_alpha([[1, 2]], metric="ordered"), 'no metric "ordered"'),
        (lambda: krippendorff_alpha([1, 2]), "has the shape"),
        (lambda: reliability([[1], [2]]), "has the shape"),
        (lambda: reliability([[1, 2]], cluster=[1, 2]), "1 rows of ratings and 2 clusters"),
        (lambda: polychoric([1, 2], [np.nan, np.nan]), "No row has both"),
        (lambda: polychoric([1, 2], [1, 2], method="mle"), 'no method "mle"'),
        (lambda: internal_consistency(np.arange(40.0).reshape(20, 2)), "20 different scores"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, says):
    with pytest.raises(InputError, match=says):
        call()
