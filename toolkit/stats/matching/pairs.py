"""The designs that make pairs: nearest and optimal."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.matching.calipers import Caliper, Limits
from toolkit.stats.matching.matched import Matched
from toolkit.stats.matching.nearest.distances import distance_from_centre, distance_terms, place_rows
from toolkit.stats.matching.nearest.kd_tree import gap_to_nearest_point
from toolkit.stats.matching.nearest.nearest import match_nearest
from toolkit.stats.matching.nearest.ties import tie_width
from toolkit.stats.matching.optimal import match_optimal
from toolkit.stats.matching.options import Options
from toolkit.stats.matching.order import choosing_order, gap_to_nearest, variable_quota
from toolkit.stats.matching.problem import Pairs, Problem
from toolkit.stats.matching.scores import Scored, score_sample
from toolkit.stats.matching.sets import memberships_of_pairs
from toolkit.stats.matching.unmatched import require_some, unmatched_reasons
from toolkit.stats.propensity.model import PropensityFit
from toolkit.stats.sample.codes import combination_codes, value_codes
from toolkit.stats.sample.covariates import read_covariate
from toolkit.stats.sample.names import Name
from toolkit.stats.sample.numbers import finite_numbers
from toolkit.stats.sample.sample import Sample


def match_pairs(sample: Sample, options: Options) -> Matched:
    """Match by a method that makes pairs."""
    scored = score_sample(sample, options)
    problem = build_problem(sample, options, scored)
    discarded = scored.discarded
    pairs = _by_set(_solve(problem, options))
    members, sets = memberships_of_pairs(pairs)
    focal_arm = sample.treated if options.estimand != "ATC" else ~sample.treated
    labels = sample.frame.index
    unmatched = unmatched_reasons(problem, pairs, np.flatnonzero(discarded & focal_arm), labels)
    require_some(members, unmatched)
    return Matched(
        sample=sample,
        method=options.method,
        distance_name=options.distance if isinstance(options.distance, str) else "own scores",
        estimand=options.estimand,
        memberships=members,
        row_pairs=pairs,
        pair_sets=sets,
        row_scores=scored.exact_score,
        unmatched=unmatched,
        discarded=discarded,
        propensity=scored.fit,
        caliper=scored.caliper if np.isfinite(scored.caliper) else None,
        cluster_units=problem.unit,
        sets_are_clusters=True,
        noted=scored.notes,
    )


def _solve(problem: Problem, options: Options) -> Pairs:
    if options.method == "optimal":
        return match_optimal(problem, options.ratio)
    if options.seed is None:
        return match_nearest(problem)
    moved, old = problem.shuffled(np.random.default_rng(options.seed))
    found = match_nearest(moved)
    return Pairs(old[found.focal], old[found.other], found.distance)


def _by_set(pairs: Pairs) -> Pairs:
    """Return the pairs with those of a focal row together, in the order they were made."""
    order = np.argsort(pairs.focal, kind="stable")
    return Pairs(pairs.focal[order], pairs.other[order], pairs.distance[order])


def build_problem(sample: Sample, options: Options, scored: Scored) -> Problem:
    """Return the matching problem as arrays, with the focal rows in the order they choose."""
    score, discarded = scored.score, scored.discarded
    focal_arm = sample.treated if options.estimand != "ATC" else ~sample.treated
    frame = sample.frame
    unit = None if options.unit is None else value_codes(frame[options.unit])[0]
    calipers = tuple(_caliper(frame, name, float(width)) for name, width in options.covariate_calipers.items())
    apart = tuple(value_codes(frame[name])[0] for name in options.anti_exact)
    focal = np.flatnonzero(focal_arm & ~discarded)
    candidates = np.flatnonzero(~focal_arm & ~discarded)
    stratum = combination_codes(frame, options.exact)
    points = _points(sample, options)
    tie = scored.tie if points is None else tie_width(points)
    hardness = _hardness(options.order, focal, candidates, stratum, score, points, sample.treated, tie)
    caliper = scored.caliper + tie
    if options.mahalanobis_on and score is not None and np.isfinite(caliper):
        calipers, caliper = (*calipers, Caliper("score", score, scored.caliper, scored.tie)), float("inf")
    focal = choosing_order(options.order, focal, hardness, options.seed, tie)
    return Problem(
        focal=focal,
        candidates=candidates,
        score=score,
        points=points,
        stratum=stratum,
        limits=Limits(calipers, apart, unit),
        caliper=caliper,
        quota=_quota(options, focal, focal_arm, scored.fit),
        capacity=options.capacity,
        closest_first=options.order == "closest",
        tie=tie,
    )


def _caliper(frame: pd.DataFrame, name: Name, width: float) -> Caliper:
    values = finite_numbers(
        frame[name], f'covariate_calipers: "{name}"', "a number (of dates: days since one you choose)"
    )
    return Caliper(str(name), values, width, tie_width(values))


def _points(sample: Sample, options: Options) -> Floats | None:
    """Return the rows' places where the distance is not one number's difference."""
    if options.mahalanobis_on:
        known = {covariate.name: covariate for covariate in sample.covariates}
        chosen = [
            known[str(name)] if str(name) in known else read_covariate(str(name), sample.frame[name])
            for name in options.mahalanobis_on
        ]
        return place_rows("mahalanobis", distance_terms(chosen), sample.treated)
    if not isinstance(options.distance, str) or options.distance == "propensity":
        return None
    return place_rows(options.distance, distance_terms(sample.covariates), sample.treated)


def _hardness(
    order: str,
    focal: Integers,
    candidates: Integers,
    stratum: Integers,
    score: Floats | None,
    points: Floats | None,
    treated: Booleans,
    tie: float,
) -> Floats | None:
    """Return what the choosing order goes by: the score, the distance from the controls' mean, or to the nearest."""
    if order == "farthest":
        if points is not None:
            return gap_to_nearest_point(points, focal, candidates, stratum)
        return None if score is None else gap_to_nearest(score, focal, candidates, stratum, tie)
    if score is not None:
        return score[focal]
    return None if points is None else distance_from_centre(points, treated)[focal]


def _quota(options: Options, focal: Integers, focal_arm: Booleans, fit: PropensityFit | None) -> Integers:
    if options.min_ratio is None and options.max_ratio is None:
        return np.full(len(focal), options.ratio)
    if fit is None:
        raise InputError('min_ratio and max_ratio need a fitted propensity: use distance="propensity".')
    probability = fit.probability[focal]
    in_arm = probability if options.estimand != "ATC" else 1.0 - probability
    most = options.max_ratio or max(options.ratio, int((~focal_arm).sum() // max(len(focal), 1)))
    return variable_quota(in_arm, options.ratio, options.min_ratio or 1, most)
