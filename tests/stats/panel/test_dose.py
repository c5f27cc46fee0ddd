"""Areas' counts against a dose: the same figures as regressions with every level written out, and what bars them."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from toolkit.errors import InputError
from toolkit.stats.panel.dose_change import dose_change, expected_spread
from toolkit.stats.panel.dose_response import dose_response
from toolkit.stats.panel.steps import largest_steps

AREAS, QUARTERS, BEFORE = 12, 10, 6


def areas(seed: int, *, effect: float = -0.3, wander: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts, exposure and a dose that begins after `BEFORE` quarters, shape (areas, quarters)."""
    rng = np.random.default_rng(seed)
    exposure = rng.uniform(150, 350, (AREAS, 1)) * rng.uniform(0.9, 1.1, (AREAS, QUARTERS))
    dose = rng.uniform(0.4, 2.0, (AREAS, 1)) * (np.arange(QUARTERS) >= BEFORE)
    level = rng.normal(-2.5, 0.3, (AREAS, 1)) + rng.normal(0, 0.2, QUARTERS) + effect * dose
    level = level + wander * rng.normal(0, 1, (AREAS, 1)) * (np.arange(QUARTERS) >= BEFORE)
    return rng.poisson(np.exp(level) * exposure) * 1.0, exposure, dose


def written_out(dose: np.ndarray) -> np.ndarray:
    """The dose, every area's level and every quarter's but the first, a row an area and quarter."""
    area, quarter = (place.ravel() for place in np.indices(dose.shape))
    return np.column_stack(
        [dose.ravel(), area[:, None] == np.arange(AREAS), quarter[:, None] == np.arange(1, QUARTERS)]
    )


def by_hand_cr2(design: np.ndarray, mean: np.ndarray, left: np.ndarray, cluster: np.ndarray) -> tuple[float, float]:
    """The first coefficient's CR2 standard error and Satterthwaite's freedom, with matrices of all rows."""
    root = np.sqrt(mean)
    x, e = design * root[:, None], left / root
    bread = np.linalg.pinv(x.T @ x)
    hat = np.eye(len(x)) - x @ bread @ x.T
    parts, total = [], 0.0
    for one in np.unique(cluster):
        rows = cluster == one
        values, vectors = np.linalg.eigh(hat[np.ix_(rows, rows)])
        half = (vectors * np.where(values > 1e-9, 1 / np.sqrt(np.maximum(values, 1e-9)), 0)) @ vectors.T
        load = half @ x[rows] @ bread[:, 0]
        total += float(load @ e[rows]) ** 2
        parts.append(hat[:, rows] @ load)
    cross = np.array(parts) @ np.array(parts).T
    return float(np.sqrt(total)), float(np.trace(cross) ** 2 / (cross**2).sum())


def test_every_level_taken_out_gives_what_every_level_written_out_gives() -> None:
    counts, exposure, dose = areas(1)
    found = dose_response(counts, exposure, [dose])
    design = written_out(dose)
    full = sm.GLM(counts.ravel(), design, family=sm.families.Poisson(), offset=np.log(exposure.ravel())).fit(tol=1e-12)
    assert found.effect.estimate == pytest.approx(full.params[0], abs=1e-8)
    assert found.mean.ravel() == pytest.approx(full.fittedvalues, rel=1e-7)
    se, freedom = by_hand_cr2(
        design, full.fittedvalues, counts.ravel() - full.fittedvalues, np.indices(dose.shape)[0].ravel()
    )
    assert found.effect.se == pytest.approx(se, rel=1e-6)
    assert found.effect.degrees_of_freedom == pytest.approx(freedom, rel=1e-5)
    assert found.share.sum() == pytest.approx(1) and found.effect.areas == AREAS


def test_an_area_without_a_count_and_a_cell_without_exposure_take_no_part() -> None:
    counts, exposure, dose = areas(2)
    counts[3], exposure[5, :2] = 0, 0
    counts[5, :2] = 0
    found = dose_response(counts, exposure, [dose])
    rest = np.delete(np.arange(AREAS), 3)
    again = dose_response(counts[rest], exposure[rest], [dose[rest]])
    assert found.effect.estimate == pytest.approx(again.effect.estimate, abs=1e-9)
    assert found.effect.areas == AREAS - 1 and (found.mean[3] == 0).all() and (found.mean[5, :2] == 0).all()


def test_a_dose_alike_everywhere_and_a_quarter_of_silence_are_named() -> None:
    counts, exposure, dose = areas(3)
    with pytest.raises(InputError, match="changed alike everywhere"):
        dose_response(counts, exposure, [np.ones_like(dose) * dose[:1]])
    with pytest.raises(InputError, match="no count in period 3"):
        dose_response(counts * (np.arange(QUARTERS) != 2), exposure, [dose])
    with pytest.raises(InputError, match="a count and no exposure"):
        dose_response(counts + 1, exposure * (np.arange(QUARTERS) != 2), [dose])
    with pytest.raises(InputError, match=r"shapes"):
        dose_response(counts, exposure[:, :4], [dose])


def sides(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return counts[:, :BEFORE].sum(axis=1), counts[:, BEFORE:].sum(axis=1)


def test_where_areas_do_not_wander_it_is_a_binomial_regression_and_a_poisson_one_of_both_sides() -> None:
    seed = next(s for s in range(50) if _change(s).spread == 0)
    counts, exposure, dose = areas(seed)
    before, after = sides(counts)
    found = _change(seed)
    offset = np.log(sides(exposure)[1] / sides(exposure)[0])
    design = np.column_stack([dose[:, -1], np.ones(AREAS)])
    known = sm.GLM(np.column_stack([after, before]), design, family=sm.families.Binomial(), offset=offset).fit()
    assert found.coefficients == pytest.approx(known.params, abs=1e-7)
    assert found.effect.se == pytest.approx(known.bse[0], rel=1e-6)
    two = dose_response(np.column_stack([before, after]), np.column_stack(sides(exposure)), [dose[:, [0, -1]]])
    assert two.effect.estimate == pytest.approx(found.effect.estimate, abs=1e-8)


def test_what_areas_wander_is_taken_so_that_they_vary_as_much_as_they_should() -> None:
    """Williams (1982): at his estimate, the weighted Pearson statistic is the degrees of freedom."""
    found = _change(1, wander=0.3)
    assert found.spread > 0
    counts, exposure, _ = areas(1, wander=0.3)
    before, after = sides(counts)
    total = before + after
    weight = 1 / (1 + found.spread * (total - 1))
    odds = np.exp(found.fitted) * sides(exposure)[1] / sides(exposure)[0]
    chance = odds / (1 + odds)
    pearson = (weight * (after - total * chance) ** 2 / (total * chance * (1 - chance))).sum()
    assert pearson == pytest.approx(AREAS - 2, rel=1e-6)
    assert found.effect.se > _change(1).effect.se
    assert found.effect.degrees_of_freedom == AREAS - 2


def _change(seed: int, wander: float = 0.0):
    counts, exposure, dose = areas(seed, wander=wander)
    return dose_change(*sides(counts), *sides(exposure), [dose[:, -1]])


def test_more_time_shows_a_smaller_fall_and_as_much_time_what_is_seen_now() -> None:
    counts, _, dose = areas(4, wander=0.2)
    found = _change(4, wander=0.2)
    now, freedom = expected_spread(*sides(counts), [dose[:, -1]], found.spread, 1.0)
    longer, _ = expected_spread(*sides(counts), [dose[:, -1]], found.spread, 4.0)
    assert now == pytest.approx(found.effect.se, rel=0.15) and freedom == AREAS - 2
    assert longer < now
    assert found.effect.smallest_visible() == pytest.approx((2.2281 + 0.8791) * found.effect.se, rel=1e-3)


def test_too_few_areas_and_doses_alike_are_named() -> None:
    ones = np.ones(AREAS)
    with pytest.raises(InputError, match="do not differ in their dose"):
        dose_change(ones * 9, ones * 9, ones, ones, [ones])
    with pytest.raises(InputError, match="3 areas have a count"):
        dose_change(ones[:3] * 9, ones[:3] * 9, ones[:3], ones[:3], [np.arange(3.0)])
    with pytest.raises(InputError, match="every exposure above 0"):
        dose_change(ones, ones, ones * 0, ones, [np.arange(12.0)])


@pytest.mark.parametrize("ratio", [0.5, 1.6])
def test_a_step_in_one_place_is_found_at_its_quarter_and_one_everywhere_is_none(ratio: float) -> None:
    rng = np.random.default_rng(5)
    exposure = np.full((6, 20), 1_500.0)
    shock = np.exp(rng.normal(0, 0.2, 20) + 0.7 * (np.arange(20) >= 9))
    plain = rng.poisson(0.035 * exposure * shock)
    everywhere = largest_steps(plain * 1.0, exposure)
    assert min(one.p_value for one in everywhere) > 0.05
    stepped = exposure * 0.035 * shock
    stepped[2, 12:] *= ratio
    found = largest_steps(rng.poisson(stepped) * 1.0, exposure)
    largest = min(found, key=lambda one: one.p_value)
    assert (largest.group, largest.p_value < 1e-4) == (2, True)
    assert abs(largest.period - 12) <= 1 and largest.ratio == pytest.approx(ratio, rel=0.2)
    assert largest_steps(plain[:, :5] * 1.0, exposure[:, :5]) == ()


def test_areas_that_stand_together_are_one_cluster() -> None:
    counts, exposure, dose = areas(6)
    pairs = np.arange(AREAS) // 2
    found = dose_response(counts, exposure, [dose], cluster=pairs)
    alone = dose_response(counts, exposure, [dose])
    design = written_out(dose)
    mean = alone.mean.ravel()
    se, freedom = by_hand_cr2(design, mean, counts.ravel() - mean, np.repeat(pairs, QUARTERS))
    assert found.effect.estimate == pytest.approx(alone.effect.estimate, abs=1e-12)
    assert found.effect.se == pytest.approx(se, rel=1e-6)
    assert found.effect.degrees_of_freedom == pytest.approx(freedom, rel=1e-5)
    assert found.effect.areas == AREAS // 2
