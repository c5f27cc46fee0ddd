"""Names, columns and tables as people have them: taken where there is one meaning, refused by name where not."""

from __future__ import annotations

import datetime
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import toolkit.stats as stats
from toolkit.errors import InputError
from toolkit.stats import balance_table, estimate_effect, estimate_effects, match, weight

ROWS = 200


@pytest.fixture
def frame() -> pd.DataFrame:
    draw = np.random.default_rng(0)
    made = pd.DataFrame({"t": np.repeat([1, 0], ROWS // 2), "e": draw.normal(size=ROWS), "g": draw.normal(size=ROWS)})
    made["y"] = made.e + draw.normal(size=ROWS)
    made["happened"], made["time"] = draw.integers(0, 2, ROWS), draw.uniform(1, 9, ROWS)
    made["area"], made["kind"] = draw.integers(0, 20, ROWS), draw.choice(list("abc"), ROWS)
    return made


# Names


def test_one_name_is_a_name_and_never_letters(frame):
    with pytest.raises(InputError, match='"eg" is not a column'):
        balance_table(frame, treatment="t", covariates="eg")
    assert balance_table(frame, treatment="t", covariates="e").index.tolist() == ["e"]
    for option in ("exact", "anti_exact", "mahalanobis_on"):
        with pytest.raises(InputError, match='"eg" is not a column'):
            match(frame, "t", ["e"], **{option: "eg"})
    assert match(frame, "t", ["e", "g"], mahalanobis_on="e", caliper=1.0).pairs.shape[0] > 50
    assert match(frame, "t", ["e"]).effect("y", adjust="e") == match(frame, "t", ["e"]).effect("y", adjust=["e"])
    assert [effect.outcome for effect in estimate_effects(frame, "y", "t", "e")] == ["y"]
    with pytest.raises(InputError, match='"eg" is not a column'):
        estimate_effect(frame, "y", "t", ["e"], outcome_covariates="eg")
    with pytest.raises(InputError, match="set"):
        match(frame, "t", {"e", "g"})
    with pytest.raises(InputError, match="treatment is of the kind Series"):
        match(frame, frame["t"], ["e"])


def test_whole_numbers_are_names_wherever_text_is(frame):
    order = ["t", "e", "g", "y", "happened", "time", "area", "kind"]
    numbered = frame[order].set_axis(range(len(order)), axis=1)
    at = {name: place for place, name in enumerate(order)}
    by_name, by_number = match(frame, "t", ["e", "g"]), match(numbered, at["t"], [at["e"], at["g"]])
    assert by_number.balance().to_numpy().tolist() == by_name.balance().to_numpy().tolist()
    assert by_number.balance().index.tolist() == ["score", "1", "2"]
    options = {"cluster": "area", "by": "kind", "adjust": ["e"]}
    as_numbers = {"cluster": at["area"], "by": at["kind"], "adjust": [at["e"]]}
    one, other = by_name.effect("y", **options).tidy(), by_number.effect(at["y"], **as_numbers).tidy()
    assert other.drop(columns="outcome").equals(one.drop(columns="outcome"))
    hazard = by_number.effect(at["happened"], "hazard_ratio", duration=at["time"])
    assert hazard.estimate == by_name.effect("happened", "hazard_ratio", duration="time").estimate
    aipw = estimate_effect(numbered, at["y"], at["t"], [at["e"]], cluster=at["area"])
    assert aipw.se == estimate_effect(frame, "y", "t", ["e"], cluster="area").se
    exact = match(numbered, 0, [1], exact=[7], anti_exact=6, unit=6, covariate_calipers={1: 2.0})
    assert exact.pairs.equals(
        match(frame, "t", ["e"], exact="kind", anti_exact="area", unit="area", covariate_calipers={"e": 2.0}).pairs
    )
    assert weight(numbered, 0, 1).weights.equals(weight(frame, "t", "e").weights)
    with pytest.raises(InputError, match='"99" is not a column'):
        match(numbered, 0, [1]).effect(99)


@pytest.mark.parametrize("option", ["cluster", "by", "duration"])
def test_a_name_that_two_columns_bear_is_refused(frame, option):
    double = pd.concat([frame, frame[["e", "area"]]], axis=1)
    measure = {"duration": "hazard_ratio"}.get(option, "difference")
    with pytest.raises(InputError, match=r'Several columns .* "e" \(2\)'):
        match(double, "t", ["e"])
    with pytest.raises(InputError, match=r'Several columns .* "area" \(2\)'):
        match(double, "t", ["g"]).effect("happened", measure, **{option: "area"})
    assert match(double, "t", ["g"]).effect("y").estimate == match(frame, "t", ["g"]).effect("y").estimate


def test_columns_on_two_levels_are_refused(frame):
    with pytest.raises(InputError, match="2 levels"):
        match(pd.concat({"a": frame}, axis=1), "t", ["e"])


def test_terms_that_would_have_the_same_name_are_refused_and_the_score_gives_way(frame):
    with pytest.raises(InputError, match=r'both be called "kind\[a\]"'):
        match(frame.assign(**{"kind[a]": frame.g}), "t", ["kind", "kind[a]"])
    own = frame.assign(score=frame.g)
    for made in (match(own, "t", ["score", "e"]), weight(own, "t", ["score", "e"], method="ipw")):
        assert made.balance().index.tolist() == ["fitted score", "score", "e"]


# What columns hold


def numbers_as(kind: str, values: pd.Series) -> pd.Series:
    made = {
        "Decimal": [Decimal(str(value)) for value in values],
        "Fraction": [Fraction(str(value)) for value in values],
        "objects": list(values),
    }
    if kind in made:
        return pd.Series(made[kind], index=values.index, dtype=object)
    return values.astype(kind)


@pytest.mark.parametrize("kind", ["Decimal", "Fraction", "objects", "Float64", "float64[pyarrow]"])
def test_numbers_are_numbers_whatever_holds_them(frame, kind):
    plain = frame.assign(e=frame.e.round(3), time=frame.time.round(3), y=frame.y.round(3))
    other = plain.assign(**{name: numbers_as(kind, plain[name]) for name in ("e", "time", "y")})
    one, two = match(plain, "t", ["e", "g"]), match(other, "t", ["e", "g"])
    assert two.pairs.equals(one.pairs)
    assert two.effect("y").estimate == pytest.approx(one.effect("y").estimate, rel=1e-12)
    assert two.effect("happened", "rmst", duration="time") == one.effect("happened", "rmst", duration="time")
    assert (
        weight(other, "t", ["e"], weights="time").weights.tolist()
        == weight(plain, "t", ["e"], weights="time").weights.tolist()
    )
    gaps = {
        name: made.e.astype(object).where(plain.g > -1, None) for name, made in (("plain", plain), ("other", other))
    }
    tables = [
        balance_table(
            plain.assign(e=column.astype(float) if name == "plain" else column),
            treatment="t",
            covariates=["e"],
            missing="indicator",
        )
        for name, column in gaps.items()
        if kind != "float64[pyarrow]" or name == "plain"
    ]
    assert all(table.index.tolist() == ["e", "e(missing)"] for table in tables)
    assert all(np.allclose(table["smd_before"], tables[0]["smd_before"]) for table in tables)


def test_nullable_kinds_count_what_is_missing(frame):
    spoilt = frame.assign(
        whole=frame.area.astype("Int64").mask(frame.g > 1), yes=(frame.g > 0).astype("boolean").mask(frame.e > 1)
    )
    gaps = int((frame.g > 1).sum()), int((frame.e > 1).sum())
    with pytest.raises(InputError, match=f'"whole" {gaps[0]}, "yes" {gaps[1]}'):
        match(spoilt, "t", ["whole", "yes"])
    marked = balance_table(spoilt, treatment="t", covariates=["whole", "yes"], missing="indicator")
    assert marked.index.tolist() == ["whole", "whole(missing)", "yes[False]", "yes[True]", "yes[(missing)]"]


DATES = pd.Series(pd.date_range("2024-01-01", periods=ROWS))


@pytest.mark.parametrize(
    "column",
    [
        DATES,
        DATES.dt.tz_localize("UTC"),
        DATES - DATES[0],
        DATES.dt.to_period("D"),
        pd.Series([moment.date() for moment in DATES], dtype=object),
        pd.Series([datetime.timedelta(days=n) for n in range(ROWS)], dtype=object),
        DATES.astype("timestamp[ns][pyarrow]"),
        DATES.astype("date32[pyarrow]"),
        DATES.dt.strftime("%Y-%m-%d"),
        pd.Series([str(n) for n in range(1, ROWS + 1)]),
    ],
    ids=["date", "zone", "length", "period", "day", "timedelta", "arrow time", "arrow day", "text date", "digits"],
)
def test_dates_and_text_are_no_numbers(frame, column):
    spoilt = frame.assign(when=column)
    made = match(spoilt, "t", ["g"])
    unit = "time as a number of days"
    asked = [
        (lambda: made.effect("happened", "hazard_ratio", duration="when"), f'duration "when".*{unit}'),
        (lambda: made.effect("happened", "rmst", duration=spoilt.when), f'duration "when".*{unit}'),
        (lambda: made.effect("happened", "rate_ratio", exposure="when"), f'exposure "when".*{unit}'),
        (lambda: made.effect("when"), 'outcome "when"'),
        (lambda: made.effect("y", adjust=["when"]), '"when"'),
        (lambda: match(spoilt, "t", ["when"], distance="mahalanobis"), '"when"'),
        (lambda: match(spoilt, "t", ["g"], distance=spoilt.when), "distance"),
        (lambda: match(spoilt, "t", ["g"], covariate_calipers={"when": 1}), 'calipers: "when"'),
        (lambda: weight(spoilt, "t", ["g"], weights="when"), 'weights "when"'),
        (lambda: weight(spoilt, "t", ["g"], method="ipw", score="when"), "score"),
        (lambda: estimate_effect(spoilt, "when", "t", ["g"]), 'outcome "when"'),
        (lambda: stats.km_difference(spoilt.when, frame.happened, frame.t, times=[3]), "durations"),
        (lambda: stats.clustered_mean(spoilt.when, frame.area), "values"),
        (lambda: stats.subgroup_effects(spoilt.when, frame.t, frame.kind, frame.area), "outcome"),
    ]
    for ask, words in asked:
        with pytest.raises(InputError, match=words):
            ask()


def test_text_that_reads_as_numbers_is_no_category_until_it_is_said_to_be(frame):
    amounts = frame.assign(pounds=[f"£{1000 + n:,}" for n in range(ROWS)], decile=(frame.area % 10 + 1).astype(str))
    with pytest.raises(InputError, match="200 of its 200 values read as numbers"):
        match(amounts, "t", ["pounds"], distance="mahalanobis")
    assert len(balance_table(amounts, treatment="t", covariates=["decile"])) == 10
    codes = amounts.assign(pounds=(frame.area + 100).astype(str))
    with pytest.raises(InputError, match="20 of its 20"):
        balance_table(codes, treatment="t", covariates=["pounds"])
    said = codes.assign(pounds=codes.pounds.astype("category"))
    assert len(balance_table(said, treatment="t", covariates=["pounds"])) == 20


@pytest.mark.parametrize("values", [[1, "x"] * 100, [[1]] * 200, [{}] * 200, [b"1", 2] * 100], ids=str)
def test_a_column_of_several_kinds_is_refused(frame, values):
    with pytest.raises(InputError, match='"odd"'):
        match(frame.assign(odd=pd.Series(values, dtype=object)), "t", ["odd"])


@pytest.mark.parametrize("kind", [np.uint64, object])
def test_large_whole_numbers_tell_families_apart(frame, kind):
    family = pd.Series([2**63 + n // 2 for n in range(ROWS)]).astype(kind)
    told = frame.assign(family=family, small=np.arange(ROWS) // 2)
    far = family.where(family.index > 0, 1)
    for column in (told.family, far):
        made = match(told.assign(family=column), "t", ["e"], unit="family", ratio=1)
        assert (
            made.effect("y").se
            == match(
                told.assign(small=told.small.where(told.index > 0, -1) if column is far else told.small),
                "t",
                ["e"],
                unit="small",
            )
            .effect("y")
            .se
        )
    assert stats.clustered_mean(frame.happened, told.family) == stats.clustered_mean(frame.happened, told.small)
    assert (
        match(told, "t", ["e"]).effect("y", cluster="family").se
        == match(told, "t", ["e"]).effect("y", cluster="small").se
    )


# Groups

LEVELS = ["low", "mid", "high", "none"]


@pytest.mark.parametrize(
    ("groups", "order"),
    [
        (pd.Categorical(["low", "mid", "high", "mid"], LEVELS, ordered=True), LEVELS[:3]),
        ([10, 9, 2, 10], ["2", "9", "10"]),
        ([10.5, 9.0, -2.0, 9.0], ["-2.0", "9.0", "10.5"]),
        ([True, False, True, False], ["False", "True"]),
        (pd.array([True, False, True, False], dtype="boolean"), ["False", "True"]),
        (np.array([True, False, True, False], dtype=object), ["False", "True"]),
        (["b", "a", "b", "a"], ["a", "b"]),
        (np.array([10, 9, 2, 9], dtype=object), ["2", "9", "10"]),
    ],
)  # fmt: skip
def test_groups_stand_in_their_order_and_are_found_by_text_or_value(frame, groups, order):
    by = pd.Series(groups).loc[np.arange(ROWS) % 4].reset_index(drop=True)
    grouped = frame.assign(part=by)
    found = match(grouped, "t", ["e"]).effect("y", by="part")
    assert [effect.group for effect in found] == order
    for value, name in zip(found.groups, order, strict=True):
        assert found[value] is found[name]
    table = stats.subgroup_effects(frame.y, frame.t, by, frame.area).table
    assert table["group"].tolist() == order
    assert pickle.loads(pickle.dumps(found)) == found


def test_groups_without_an_order_or_a_value_are_refused(frame):
    mixed, gaps = pd.Series([1, "x"] * 100, dtype=object), frame.kind.where(frame.g < 1)
    for by, words in ((mixed, "no order among them"), (gaps, "missing in")):
        with pytest.raises(InputError, match=words):
            match(frame.assign(part=by), "t", ["e"]).effect("y", by="part")
        with pytest.raises(InputError, match=words):
            stats.subgroup_effects(frame.y, frame.t, by, frame.area)


# Messages


def test_messages_name_the_cause_and_the_remedy(frame):
    made = match(frame, "t", ["e"])
    gaps = frame.kind.where(frame.g < 1)
    spoilt = frame.assign(y=frame.y.where(frame.index > 2, np.inf), empty=np.nan, none=None)
    asked = [
        (lambda: match(spoilt, "t", ["e"], distance="mahalanobis", replace=True).effect("y"), '"y" is infinite in 3'),
        (lambda: estimate_effect(spoilt, "y", "t", ["e"]), '"y" is infinite in 3'),
        (lambda: match(spoilt, "t", ["e", "empty"], missing="indicator"), 'Missing in every row: "empty"'),
        (lambda: match(spoilt, "t", ["e", "none"], missing="indicator"), 'Missing in every row: "none"'),
        (lambda: match(spoilt, "t", ["e", "empty"], missing="drop"), 'No row is left .*"empty" 200'),
        (lambda: made.effect("y", clusters="area"), 'no option "clusters". Did you mean "cluster"'),
        (lambda: stats.km_difference(frame.time, frame.happened, frame.t, times=[2], cluster=gaps), "missing in"),
        (lambda: stats.clustered_mean(frame.happened, frame.kind.where(frame.g < 1)), "cluster is missing in"),
        (lambda: stats.ordinal_change([1, 2, 3], [2, 2, 3], cluster=["a", None, "b"]), "cluster is missing in 1 of 3"),
        (lambda: stats.design_from_rows(frame.t, frame.kind.where(frame.g < 1), frame.happened), "cluster is missing"),
    ]  # fmt: skip
    for ask, words in asked:
        with pytest.raises(InputError, match=words):
            ask()


def test_weights_of_a_balance_table_may_be_a_column(frame):
    by_name = balance_table(frame, treatment="t", covariates=["e"], weights="time")
    assert by_name.equals(balance_table(frame, treatment="t", covariates=["e"], weights=frame.time))


# Tables of other libraries


def test_a_pyarrow_table_gives_what_the_pandas_frame_gives(frame):
    import pyarrow

    told = frame.assign(kind=frame.kind.astype(str))
    table = pyarrow.Table.from_pandas(told, preserve_index=False)
    _same_answers(told, table)


def test_a_polars_frame_gives_what_the_pandas_frame_gives(frame):
    polars = pytest.importorskip("polars", reason="polars is not among the locked packages")
    _same_answers(frame, polars.from_pandas(frame))


def _same_answers(frame: pd.DataFrame, table: object) -> None:
    one, other = match(frame, "t", ["e", "kind"], exact="kind"), match(table, "t", ["e", "kind"], exact="kind")
    assert other.pairs.equals(one.pairs)
    assert other.weights.index.equals(pd.RangeIndex(len(frame)))
    outcome = table["y"]  # type: ignore[index]
    assert other.effect(outcome).estimate == one.effect("y").estimate
    assert other.effect("y", cluster="area", by="kind") == one.effect("y", cluster="area", by="kind")
    assert weight(table, "t", "e + g").weights.equals(weight(frame, "t", "e + g").weights)
    assert estimate_effect(table, "y", "t", "e * g") == estimate_effect(frame, "y", "t", "e * g")
    assert estimate_effects(table, ["y"], "t", ["e"]) == estimate_effects(frame, ["y"], "t", ["e"])
    covariates = {"treatment": "t", "covariates": ["e", "kind"], "weights": "time"}
    assert balance_table(table, **covariates).equals(balance_table(frame, **covariates))


def test_numbers_of_families_with_gaps_stay_whole_and_what_is_no_table_is_refused():
    import pyarrow

    from toolkit.stats.sample.frames import as_frame

    table = pyarrow.table({"family": pyarrow.array([2**60, 2**60 + 1, None])})
    assert as_frame(table)["family"].tolist()[:2] == [2**60, 2**60 + 1]
    for wrong in ({"t": [1, 0]}, [[1, 2]], "frame", None, np.zeros((2, 2))):
        with pytest.raises(InputError, match="table was expected, not"):
            match(wrong, "t", ["e"])


# Adjusting for what was not matched on


def test_columns_not_matched_on_can_be_adjusted_for(frame):
    made = match(frame, "t", ["e"], caliper=0.5)
    assert made.effect("y", adjust=["e", "g"]) != made.effect("y", adjust=["e"])
    both = match(frame, "t", ["e", "g"], distance=made.score, caliper=0.5)
    assert both.pairs.equals(made.pairs)
    assert made.effect("y", adjust=["e", "g"]).estimate == both.effect("y", adjust=True).estimate
    assert made.effect("y", adjust="kind").method.startswith("Linear regression")
    weighted = weight(frame, "t", ["e"], method="ipw")
    assert weighted.effect("y", adjust=["g"]).se != weighted.effect("y", adjust=False).se
    outside = frame.assign(late=frame.g.where(made.weights > 0))
    assert outside.late.isna().any()
    assert (
        match(outside, "t", ["e"], caliper=0.5).effect("y", adjust=["late"]).estimate
        == made.effect("y", adjust=["g"]).estimate
    )
    for wrong, words in ((["t"], "is the treatment"), (["y"], "is the outcome"), (["gg"], 'Did you mean "g"')):
        with pytest.raises(InputError, match=words):
            made.effect("y", adjust=wrong)
    with pytest.raises(InputError, match='"late" is missing in'):
        weight(outside, "t", ["e"]).effect("y", adjust=["late"])
