"""Referrals on last year's Sure Start money, on the real files."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas.spend_dose import fit_spend_dose, spend_dose
from toolkit.errors import InputError

HAVERING_AND_NEWHAM = {"E09000016": 51_000.0, "E09000025": 78_100.0}
"""Children at mid-2011 as the census file of 2012 prints them (its column Mid2011Pop0-17, which is not imported)."""


def test_the_real_files_give_the_known_answer_but_for_two_councils_without_a_rate(real_counts: pd.DataFrame) -> None:
    # Known: -0.030 (-0.080 to 0.020) on 1,166 rows. In 2012 Havering and Newham published no count and no rate to work
    # a population back from, so their year 2013 lacks last year's money per child.
    fit = fit_spend_dose(spend_dose(real_counts))
    assert (fit.rows, fit.units) == (1164, 150)
    assert [round(float(x[0]), 3) for x in (fit.coefficients, fit.low, fit.high)] == [-0.030, -0.079, 0.020]


def test_with_those_two_populations_it_is_the_known_answer_to_the_third_decimal(real_counts: pd.DataFrame) -> None:
    is_theirs = real_counts["area"].isin(HAVERING_AND_NEWHAM) & (real_counts["period"] == "2012")
    children = real_counts["area"].map(HAVERING_AND_NEWHAM)
    given = real_counts.assign(population=real_counts["population"].mask(is_theirs, children))
    fit = fit_spend_dose(spend_dose(given))
    assert (fit.rows, fit.units) == (1166, 150)
    assert [round(float(x[0]), 3) for x in (fit.coefficients, fit.low, fit.high)] == [-0.030, -0.080, 0.020]


def test_another_window_and_more_lags_are_the_callers(real_counts: pd.DataFrame) -> None:
    fit = fit_spend_dose(spend_dose(real_counts, first=2014, last=2020, lags=(1, 2)))
    assert fit.names == ("log_spend_1", "log_spend_2") and fit.periods == 7
    with pytest.raises(InputError, match="lags"):
        spend_dose(real_counts, lags=(-1,))
