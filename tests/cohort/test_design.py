from __future__ import annotations

from datetime import date

import pytest

from toolkit.cohort.design import TrialDesign, calendar_for, month_name, month_number, month_start
from toolkit.errors import InputError

OPEN = TrialDesign(covariates=(), outcomes=())


@pytest.mark.parametrize(
    ("first_day", "last_day", "first", "last"),
    [
        (date(2007, 4, 1), date(2012, 3, 31), "2008-04", "2011-03"),
        (date(2007, 4, 5), date(2012, 3, 26), "2008-04", "2011-03"),  # a quiet week at either end
        (date(2007, 4, 20), date(2012, 3, 10), "2008-05", "2011-02"),
        (date(2015, 1, 1), date(2017, 12, 31), "2016-01", "2016-12"),
    ],
)
def test_trial_months_have_a_year_of_records_before_and_after(first_day, last_day, first, last):
    calendar = calendar_for(OPEN, first_day, last_day)
    assert (month_name(calendar.first), month_name(calendar.last)) == (first, last)


def test_months_a_protocol_names_are_kept():
    design = TrialDesign((), (), first_trial=date(2009, 1, 1), last_trial=date(2009, 3, 1))
    calendar = calendar_for(design, date(2007, 4, 1), date(2012, 3, 31))
    assert (month_start(calendar.first), calendar.trials) == (date(2009, 1, 1), 3)


def test_records_too_short_for_any_trial_are_an_error_that_says_what_is_needed():
    with pytest.raises(InputError, match="365 days before it and 365 days after"):
        calendar_for(OPEN, date(2010, 1, 1), date(2011, 6, 30))


def test_month_numbers_cross_years():
    assert month_number(date(2010, 1, 31)) - month_number(date(2009, 12, 1)) == 1
