"""Whatever the engine, a cohort's rows are the same, in the same order: a hash computed otherwise shows here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pandas as pd
import pytest

from counties import ROOT, Counties
from spark_cluster import Cluster
from toolkit.cohort.trials import Cohort, cohorts_of
from toolkit.engine.setting import SETTING
from toolkit.records import Snapshot
from toolkit.studies.matched_cohort.comparison import match_cohort
from toolkit.studies.matched_cohort.draws import primary_effect
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.protocol_file import load_protocol

SEEDS = (1, 2, 3)


@contextmanager
def _on(engine: str) -> Iterator[None]:
    before = os.environ.get(SETTING)
    os.environ[SETTING] = engine
    try:
        yield
    finally:
        del os.environ[SETTING]
        if before is not None:
            os.environ[SETTING] = before


def _cohorts(snapshot: Snapshot, engine: str, spec: MatchedCohort) -> list[Cohort]:
    design = replace(spec.design(), outcomes=spec.outcomes[:1], time_to=(), child_days=False)
    with _on(engine), cohorts_of(snapshot, design) as draw:
        return [draw(seed) for seed in SEEDS]


def _compare(snapshot: Snapshot, engine: str) -> None:
    spec = load_protocol(ROOT / "analyses/rec11_referrals.toml").spec_as(MatchedCohort)
    embedded, other = (_cohorts(snapshot, where, spec) for where in ("embedded", engine))
    for ours, theirs in zip(embedded, other, strict=True):
        pd.testing.assert_frame_equal(ours.frame, theirs.frame, check_exact=True)
        assert ours.flow == theirs.flow
    assert not embedded[0].frame["time_zero"].equals(embedded[1].frame["time_zero"])  # seeds do draw other days
    ours, theirs = (match_cohort(cohorts[0], spec) for cohorts in (embedded, other))
    assert ours.sets.equals(theirs.sets)
    effects = [primary_effect(comparison, spec) for comparison in (ours, theirs)]
    assert effects[0] is not None and effects[1] is not None
    assert effects[0].estimate == pytest.approx(effects[1].estimate, rel=1e-9)
    assert effects[0].se == pytest.approx(effects[1].se, rel=1e-9)


@pytest.mark.filterwarnings("ignore:PySpark does not yet")
def test_sail_gives_the_rows_that_duckdb_gives(counties: Counties, sail: str) -> None:
    _compare(counties.snapshot(), sail)


@pytest.mark.verify
@pytest.mark.timeout(3600)
@pytest.mark.filterwarnings("ignore:PySpark does not yet")
def test_spark_with_two_workers_gives_the_rows_that_duckdb_gives(counties: Counties, spark: Cluster) -> None:
    _compare(counties.snapshot(), spark.address)
