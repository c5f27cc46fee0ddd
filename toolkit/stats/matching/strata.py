"""The designs that make sets without pairing: exact, coarsened, subclasses, full and cardinality."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.moments import is_binary, standardising_deviation
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.matching.calipers import Limits
from toolkit.stats.matching.cardinality import largest_balanced
from toolkit.stats.matching.coarsened import coarsened_strata
from toolkit.stats.matching.matched import Matched
from toolkit.stats.matching.nearest.distances import distance_terms, place_rows
from toolkit.stats.matching.nearest.nearest import match_nearest
from toolkit.stats.matching.nearest.ties import tie_width
from toolkit.stats.matching.optimal import match_full
from toolkit.stats.matching.options import Options
from toolkit.stats.matching.pairs import build_problem
from toolkit.stats.matching.problem import Pairs, Problem
from toolkit.stats.matching.scores import Scored, score_sample
from toolkit.stats.matching.sets import Memberships, memberships_of_pairs, memberships_of_strata
from toolkit.stats.matching.subclasses import score_subclasses
from toolkit.stats.matching.unmatched import DISCARDED, NO_STRATUM, NONE_ALLOWED, require_some
from toolkit.stats.notes.note import Note
from toolkit.stats.sample.codes import combination_codes
from toolkit.stats.sample.covariates import model_terms
from toolkit.stats.sample.sample import Sample

NOT_CHOSEN = "not in the largest balanced subset"
OUT_OF_TIME = Note("solver_out_of_time", "The solver ran out of time: a larger balanced subset may exist.")


def match_strata(sample: Sample, options: Options) -> Matched:
    """Match by a method that makes sets."""
    if options.method in ("exact", "cem"):
        return _by_values(sample, options)
    if options.method == "cardinality":
        return _by_cardinality(sample, options)
    scored = score_sample(sample, options)
    if options.method == "full":
        return _by_full(sample, options, scored)
    if scored.score is None:
        raise InputError('method="subclass" needs a score: use distance="propensity" or an array of scores.')
    focal = {"ATT": sample.treated, "ATC": ~sample.treated, "ATE": np.ones(sample.rows, dtype=bool)}[options.estimand]
    strata = score_subclasses(scored.score, focal, ~scored.discarded, sample.treated, options.subclasses, scored.tie)
    strata = _crossed(strata, combination_codes(sample.frame, options.exact))
    return _of_strata(sample, options, strata, scored, NO_STRATUM)


def _by_values(sample: Sample, options: Options) -> Matched:
    exact = combination_codes(sample.frame, options.exact)
    if options.method == "exact":
        columns = pd.DataFrame({covariate.name: covariate.values for covariate in sample.covariates})
        strata = _crossed(exact, combination_codes(columns, list(columns.columns)))
    else:
        strata = coarsened_strata(sample.covariates, exact, options.cutpoints, options.groupings)
    scored = Scored.nothing(sample, sample.notes)
    if options.k2k:
        return _one_to_one(sample, options, strata, scored)
    return _of_strata(sample, options, strata, scored, NO_STRATUM)


def _by_full(sample: Sample, options: Options, scored: Scored) -> Matched:
    strata, _ = match_full(build_problem(sample, options, scored))
    return _of_strata(sample, options, strata, scored, NONE_ALLOWED, sets_are_clusters=True)


def _by_cardinality(sample: Sample, options: Options) -> Matched:
    terms = model_terms(sample.covariates)
    deviations = []
    for term in terms:
        values = term.numbers()
        inside, outside = values[sample.treated], values[~sample.treated]
        deviations.append(standardising_deviation(inside, outside, options.estimand, is_binary(values))[0])
    exact = combination_codes(sample.frame, options.exact)
    chosen, is_proved = largest_balanced(
        terms, sample.treated, exact, np.array(deviations), options.tolerance, options.ratio
    )
    rows = np.flatnonzero(chosen)
    treated = sample.treated[rows]
    weights = np.where(treated, 1.0, 1.0 / options.ratio)
    members = Memberships(rows, np.ones(len(rows), dtype=np.intp), weights)
    notes = sample.notes if is_proved else (*sample.notes, OUT_OF_TIME)
    scored = Scored.nothing(sample, notes)
    return _matched(sample, options, members, scored, _left_out(sample, options, chosen, scored, NOT_CHOSEN), False)


def _one_to_one(sample: Sample, options: Options, strata: Integers, scored: Scored) -> Matched:
    """Keep equal numbers of both arms in each set: the nearest by Mahalanobis distance."""
    points = place_rows("mahalanobis", distance_terms(sample.covariates), sample.treated)
    focal_arm = sample.treated if options.estimand != "ATC" else ~sample.treated
    focal = np.flatnonzero(focal_arm)
    problem = Problem(
        focal=focal,
        candidates=np.flatnonzero(~focal_arm),
        score=None,
        points=points,
        stratum=strata,
        limits=Limits(),
        caliper=float("inf"),
        quota=np.ones(len(focal), dtype=np.intp),
        capacity=1,
        closest_first=True,
        tie=tie_width(points),
    )
    found = match_nearest(problem)
    order = np.argsort(found.focal, kind="stable")
    pairs = Pairs(found.focal[order], found.other[order], found.distance[order])
    members, sets = memberships_of_pairs(pairs)
    used = members.weight_by_row(sample.rows) > 0
    unmatched = _left_out(sample, options, used, scored, NO_STRATUM)
    return _matched(sample, options, members, scored, unmatched, True, pairs, sets)


def _crossed(first: Integers, second: Integers) -> Integers:
    """Return codes of the combinations of two codes; -1 where either is."""
    codes = first * (int(second.max(initial=0)) + 1) + second
    return np.where((first < 0) | (second < 0), -1, codes).astype(np.intp)


def _of_strata(
    sample: Sample,
    options: Options,
    strata: Integers,
    scored: Scored,
    reason: str,
    sets_are_clusters: bool = False,
) -> Matched:
    """Keep the strata that hold both arms and return the match."""
    inside = strata >= 0
    codes = np.unique(strata[inside], return_inverse=True)[1].reshape(-1)
    both = (np.bincount(codes, weights=sample.treated[inside]) > 0) & (
        np.bincount(codes, weights=~sample.treated[inside]) > 0
    )
    kept = strata.copy()
    kept[np.flatnonzero(inside)[~both[codes]]] = -1
    members = memberships_of_strata(kept, sample.treated, options.estimand)
    unmatched = _left_out(sample, options, kept >= 0, scored, reason)
    return _matched(sample, options, members, scored, unmatched, sets_are_clusters)


def _left_out(sample: Sample, options: Options, used: Booleans, scored: Scored, reason: str) -> pd.DataFrame:
    focal = {"ATT": sample.treated, "ATC": ~sample.treated, "ATE": np.ones(sample.rows, dtype=bool)}[options.estimand]
    rows = np.flatnonzero(focal & ~used)
    reasons = np.where(scored.discarded[rows], DISCARDED, reason)
    return pd.DataFrame({"row": sample.frame.index[rows], "reason": reasons})


def _matched(
    sample: Sample,
    options: Options,
    members: Memberships,
    scored: Scored,
    unmatched: pd.DataFrame,
    sets_are_clusters: bool,
    pairs: Pairs | None = None,
    pair_sets: Integers | None = None,
) -> Matched:
    require_some(members, unmatched)
    return Matched(
        sample=sample,
        method=options.method,
        distance_name=_distance_name(options, scored.score),
        estimand=options.estimand,
        memberships=members,
        row_pairs=pairs,
        pair_sets=pair_sets,
        row_scores=scored.exact_score,
        unmatched=unmatched,
        discarded=scored.discarded,
        propensity=scored.fit,
        caliper=scored.caliper if np.isfinite(scored.caliper) else None,
        cluster_units=None,
        sets_are_clusters=sets_are_clusters,
        noted=scored.notes,
    )


def _distance_name(options: Options, score: Floats | None) -> str:
    if options.method in ("exact", "cem", "cardinality"):
        return "covariates"
    return options.distance if isinstance(options.distance, str) else "own scores"
