"""Every query of a cohort stays within the SQL that DuckDB and Spark share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
import sqlglot
from sqlglot import expressions as exp

from toolkit.cohort import trials
from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.days import given
from toolkit.cohort.design import TrialDesign
from toolkit.cohort.outcomes import OUTCOMES
from toolkit.cohort.reach import reach_frames
from toolkit.cohort.referrals import referral_frame
from toolkit.engine import Embedded
from toolkit.engine.query import filled, whole_months
from toolkit.engine.translate import to_spark
from toolkit.errors import InputError


@dataclass
class _Heard:
    """An engine that notes what it is asked."""

    engine: Any
    queries: list[str] = field(default_factory=list)

    def view(self, name: str, sql: str) -> None:
        self.queries.append(sql)
        self.engine.view(name, sql)

    def make(self, name: str, sql: str) -> None:
        self.queries.append(sql)
        self.engine.make(name, sql)

    def ask(self, sql: str) -> pa.Table:
        self.queries.append(sql)
        return self.engine.ask(sql)

    @contextmanager
    def apart(self) -> Iterator[_Heard]:
        with self.engine.apart() as own:
            yield _Heard(own, self.queries)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    queries: list[str] = []

    @contextmanager
    def opened() -> Iterator[_Heard]:
        with Embedded() as engine:
            yield _Heard(engine, queries)

    for module in ("trials", "days.given", "reach", "referrals"):
        monkeypatch.setattr(f"toolkit.cohort.{module}.opened", opened)
    return queries


def _outside(queries: Sequence[str]) -> list[str]:
    """Return what in queries is outside the subset."""
    found = []
    for query in dict.fromkeys(queries):
        (read,) = sqlglot.parse(to_spark(query), read="spark")
        assert read is not None
        found += [f"USING in {query}" for join in read.find_all(exp.Join) if join.args.get("using")]
        found += [f"FILTER of a window in {query}" for one in read.find_all(exp.Window) if one.find(exp.Filter)]
        found += [f"subquery in CASE in {query}" for one in read.find_all(exp.Case) if one.find(exp.Select)]
        found += [f"{one.sql()} in {query}" for one in read.find_all(exp.Explode, exp.Anonymous, exp.Star) if _odd(one)]
    return found


def _odd(node: exp.Expression) -> bool:
    if isinstance(node, exp.Star):
        return bool(node.args.get("except"))
    return node.name.lower() not in ("conv", "make_date")  # Spark's own that the parser has no word for


def test_every_query_can_be_asked_of_both(hamlet_snapshot: Any, heard: list[str]) -> None:
    plain = TrialDesign(
        covariates=("idaci_decile", "months_known", "months_of_records", "youngest_months", "referrals_last_3m"),
        outcomes=("any_referral_12m", "re_referral_12m", "days_looked_after_12m", "section_47_or_plan_12m"),
        time_to=("any_referral",),
    )
    for design in (
        plain,
        replace(plain, unit="child"),
        replace(plain, placebo_days=365),
        replace(plain, strategy="joined_and_stayed", later_joining="censor_with_weights"),
        replace(plain, child_under_months=216, send_under_months=300, referrals_while_open="leave_out"),
    ):
        trials.build_cohort(hamlet_snapshot, design, seed=1)
    days = pd.DataFrame({"family_id": ["F001", "F002"], "day": [date(2009, 5, 1)] * 2})
    given.families_on_days(
        hamlet_snapshot, days, covariates=("idaci_decile",), outcomes=("any_referral_12m",), follow_up_days=365
    )
    reach_frames(hamlet_snapshot, under_months=60, within_months=6, day=None)
    referral_frame(hamlet_snapshot, centre_sources=["8"], child_under_months=216)
    assert len(set(heard)) > 50
    assert not _outside(heard)


def test_every_covariate_and_outcome_can_be_asked_of_both() -> None:
    pieces = [one.sql for one in COVARIATES.values() if "_before" not in one.name or "12m_to_24m" in one.name]
    pieces += [one.sql for one in OUTCOMES.values() if one.window_days == 365]
    parameters = {"first_day": date(2007, 4, 1), "centre_sources": ["8", "5D"]}
    assert not _outside([filled(f"SELECT {piece} AS found FROM facts", parameters) for piece in pieces])


@pytest.mark.parametrize("query", ["SELECT a FROM x JOIN y USING (a)", "SELECT unnest([1, 2]) AS a"])
def test_what_is_outside_the_subset_is_found(query: str) -> None:
    assert _outside([query])


def test_what_spark_cannot_say_is_refused() -> None:
    with pytest.raises(InputError, match="cannot be asked of Spark"):
        to_spark("SELECT FROM WHERE")


def test_whole_months_are_those_between_the_days() -> None:
    first = date(2008, 1, 1)
    days = pa.table({"day": [first + timedelta(days=n) for n in range(450)]})
    with Embedded() as engine:
        engine.hand_in("days", days)
        differing = engine.ask(
            f"SELECT count(*) AS pairs FROM days a, days b "
            f"WHERE {whole_months('a.day', 'b.day')} <> date_sub('month', a.day, b.day)"
        )
    assert differing["pairs"].to_pylist() == [0]
