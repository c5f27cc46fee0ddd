"""Referrals on last year's Sure Start money, on the real files."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas.spend_dose import fit_spend_dose, spend_dose
from toolkit.errors import InputError


def test_the_real_files_give_the_known_answer_to_the_third_decimal(real_counts: pd.DataFrame) -> None:
    # In 2012 Havering and Newham published no count and no rate to work children back from: the file prints how many.
    fit = fit_spend_dose(spend_dose(real_counts))
    assert (fit.rows, fit.units) == (1166, 150)
    assert [round(float(x[0]), 3) for x in (fit.coefficients, fit.low, fit.high)] == [-0.030, -0.080, 0.020]


def test_another_window_and_more_lags_are_the_callers(real_counts: pd.DataFrame) -> None:
    fit = fit_spend_dose(spend_dose(real_counts, first=2014, last=2020, lags=(1, 2)))
    assert fit.names == ("log_spend_1", "log_spend_2") and fit.periods == 7
    with pytest.raises(InputError, match="lags"):
        spend_dose(real_counts, lags=(-1,))
