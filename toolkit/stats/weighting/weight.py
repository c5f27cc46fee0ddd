"""`weight`: inverse probability, overlap and entropy balancing weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.moments import is_binary
from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.notes.note import Note
from toolkit.stats.propensity.given import classifier_probability, scores_beside
from toolkit.stats.propensity.links import MODELS
from toolkit.stats.propensity.model import fit_propensity
from toolkit.stats.propensity.trimming import check_trim, trimmed
from toolkit.stats.sample.covariates import Covariate, Term, model_terms
from toolkit.stats.sample.formula import covariate_names
from toolkit.stats.sample.names import Name, Names, column_of
from toolkit.stats.sample.numbers import numbers_of
from toolkit.stats.sample.sample import Missing, Sample, read_sample, read_weights
from toolkit.stats.weighting.entropy import entropy_weights
from toolkit.stats.weighting.extreme import extreme_weight_notes
from toolkit.stats.weighting.weighted import Weighted

METHODS = ("ipw", "overlap", "entropy")
IN_WORDS = {"ipw": "inverse probability weights", "overlap": "overlap weights"}
SCORES_KNOWN = Note(
    "scores_taken_as_known",
    "The weights come from scores that were not estimated here, and the standard error takes them as known. Where they "
    "were estimated from these rows, it is mostly too wide, for the ATT now and then too narrow.",
)


def weight(
    frame: Any,
    treatment: Name,
    covariates: Names,
    *,
    method: str = "entropy",
    estimand: str = "ATT",
    moments: int = 1,
    model: Any = "logit",
    score: Name | pd.Series | Floats | None = None,
    weights: Name | pd.Series | Floats | None = None,
    trim: float = 0.0,
    missing: Missing = "error",
) -> Weighted:
    """Weight the arms so that they are alike on the covariates.

    Parameters
    ----------
    frame : DataFrame
        One row a unit; never written to. Tables of polars, pyarrow and the like are taken too, as in `match`.
    treatment : str
        A column of 0 and 1.
    covariates : sequence of str, or str
        Columns to balance: names, or the right-hand side of a formula as in `match`.
    method : {"entropy", "ipw", "overlap"}
        ``entropy``: exact balance of means with weights as even as can be (Hainmueller, 2012); ``ipw``: inverse
        probability of treatment; ``overlap``: each row by its probability of being in the other arm (Li, Morgan and
        Zaslavsky, 2018), whose effect is for those who might have been in either arm.
    estimand : {"ATT", "ATC", "ATE"}
        For whom; overlap weights are for the overlap ("ATO") whatever is asked.
    moments : int
        For entropy balancing: 2 balances squares of numbers too, 3 cubes.
    model : {"logit", "probit", "cloglog"} or scikit-learn classifier
        The propensity model, for ``ipw`` and ``overlap``. Scores of a classifier are taken as known.
    score : str, Series or ndarray, optional
        Each row's probability of treatment from elsewhere, in place of a model: a column's name, a series by its
        index, or an array by position. Standard errors take it as known, and a note says so.
    weights : str, Series or ndarray, optional
        Sampling weights to start from.
    trim : float
        For ``ipw``: rows whose weights would be without limit are left out, and the rest weighted anew. For ATT those
        whose probability of treatment is above 1 - trim, for ATC below trim, for ATE both. 0.1 is Crump's rule of thumb
        (2009); `Weighted.notes` says who was left out, and the effect is for the others.
    missing : {"error", "drop", "indicator"}
        What to do with missing values.

    Returns
    -------
    Weighted
        Weights (the focal arm's are its base weights), balance and effects.

    Raises
    ------
    InputError
        As `match`; for entropy balancing also when no positive weights can balance the means.
    """
    _check(method, estimand, moments, model, score, trim)
    names, frame = covariate_names(covariates, frame, treatment)
    also = [given for given in (weights, score) if isinstance(given, str | int)]
    sample = read_sample(frame, treatment, names, also, missing)
    base = np.ones(sample.rows) if weights is None else read_weights(sample, weights)
    if method == "entropy":
        return _entropy(sample, base, estimand, moments)
    by_model = score is None and isinstance(model, str)
    known = None if by_model else _known_scores(sample, score, model, None if weights is None else base)
    kept, trimming = _trimmed(sample, base, estimand, model, trim, known)
    if not kept.all():
        sample = replace(read_sample(sample.frame.loc[kept], treatment, names, also, missing), whole=frame.index)
        base, known = base[kept], None if known is None else known[kept]
    return _from_scores(sample, base, estimand, method, known, model, trimming)


def _check(method: str, estimand: str, moments: int, model: Any, score: Any, trim: float) -> None:
    """Raise one error with every option that is wrong or would not be used."""
    asked: list[tuple[str, Any, Sequence[str]]] = [
        ("method", method, METHODS),
        ("estimand", estimand, ("ATT", "ATC", "ATE")),
    ]
    if isinstance(model, str):
        asked.append(("model", model, list(MODELS)))
    problems = [
        f'{option} is "{value}". {did_you_mean(str(value), known)}'
        for option, value, known in asked
        if value not in known
    ]
    problems += check_trim(trim)
    if trim and method != "ipw":
        problems.append(f'trim is for method="ipw"; "{method}" weights need none. Leave it out.')
    is_plain = isinstance(model, str) and model == "logit"
    if moments not in (1, 2, 3):
        problems.append(f"moments is {moments}. Use 1, 2 or 3.")
    if method == "entropy" and (score is not None or not is_plain):
        problems.append(
            'Entropy balancing uses no score and no model. Leave them out, or use method="ipw" or "overlap".'
        )
    if method in ("ipw", "overlap") and moments != 1:
        problems.append(f'moments is for method="entropy". Leave it out with "{method}".')
    if score is not None and not is_plain:
        problems.append("score is given, so no model is fitted. Leave one of score and model out.")
    if problems:
        raise InputError(" ".join(problems))


def _entropy(sample: Sample, base: Floats, estimand: str, moments: int) -> Weighted:
    terms = _with_powers(model_terms(sample.covariates), moments)
    features = np.column_stack([term.numbers() for term in terms])
    target_rows = target_of(sample.treated, base, estimand)
    target = (target_rows @ features) / target_rows.sum()
    labels = [term.label for term in terms]
    result = base.copy()
    for arm in (sample.treated, ~sample.treated):
        if (target_rows[arm] > 0).any() and (target_rows[~arm] == 0).all():
            continue  # the focal arm keeps its weights
        found = entropy_weights(features[arm], target, base[arm], labels)
        result[arm] = found * target_rows.sum()
    return Weighted(
        sample=sample,
        method="entropy balancing",
        estimand=estimand,
        row_weights=result,
        target=target_rows,
        propensity=None,
        link="",
        base=base,
        noted=(*sample.notes, *extreme_weight_notes(result, sample.treated)),
    )


def _from_scores(
    sample: Sample,
    base: Floats,
    estimand: str,
    method: str,
    known: Floats | None,
    model: Any,
    trimming: tuple[Note, ...],
) -> Weighted:
    """Weigh by each row's probability of treatment: those known, or by a model fitted here."""
    if known is None:
        fit = fit_propensity(model_terms(sample.covariates), sample.treated, model, base)
        chance, link, of_scores = fit.probability, str(model), fit.notes
    else:
        fit, chance, link, of_scores = None, known, "", (SCORES_KNOWN,)
    made, target, whom = _weights_of(chance, sample.treated, base, estimand, method)
    extreme = extreme_weight_notes(made, sample.treated) if method == "ipw" else ()
    return Weighted(
        sample=sample,
        method=IN_WORDS[method],
        estimand=whom,
        row_weights=made,
        target=target,
        propensity=fit,
        link=link,
        base=base,
        noted=(*sample.notes, *trimming, *of_scores, *extreme),
        known_score=known,
    )


def _trimmed(
    sample: Sample, base: Floats, estimand: str, model: Any, trim: float, known: Floats | None
) -> tuple[Booleans, tuple[Note, ...]]:
    """Return which rows are kept by the option ``trim``, and what to say of the others."""
    if not trim:
        return np.ones(sample.rows, dtype=bool), ()
    chance = known
    if chance is None:
        chance = fit_propensity(model_terms(sample.covariates), sample.treated, model, base).probability
    return trimmed(chance, sample.treated, estimand, trim)


def _known_scores(sample: Sample, score: Any, model: Any, weights: Floats | None) -> Floats:
    """Return the probabilities of treatment that are not fitted here.

    Raises
    ------
    InputError
        When one is not above 0 and below 1: its weight would be infinite, or for nobody.
    """
    if score is None:
        given, what = classifier_probability(sample, model, weights), "The classifier's probabilities"
    else:
        by_name = isinstance(score, str | int)
        values = column_of(sample.frame, score, "score").to_numpy() if by_name else score
        given = scores_beside(sample, values, "score") if not by_name else numbers_of(values, "score")
        what = "score: the probabilities"
    wrong = int((~((given > 0) & (given < 1))).sum())
    if wrong:
        raise InputError(
            f"{what} of treatment are not above 0 and below 1 in {wrong:,} rows. Leave out rows that could be in one "
            "arm only, or give probabilities rather than logits."
        )
    return given


def _weights_of(p: Floats, treated: Booleans, base: Floats, estimand: str, method: str) -> tuple[Floats, Floats, str]:
    """Return each row's weight by its probability of treatment, the rows the effect is for, and whom."""
    if method == "overlap":
        return base * np.where(treated, 1 - p, p), base * p * (1 - p), "ATO"
    factor = {
        "ATT": np.where(treated, 1.0, p / (1 - p)),
        "ATC": np.where(treated, (1 - p) / p, 1.0),
        "ATE": np.where(treated, 1 / p, 1 / (1 - p)),
    }[estimand]
    return base * factor, target_of(treated, base, estimand), estimand


def target_of(treated: Booleans, base: Floats, estimand: str) -> Floats:
    """Return the weights of the rows whose mean an effect is for."""
    if estimand == "ATT":
        return np.where(treated, base, 0.0)
    if estimand == "ATC":
        return np.where(treated, 0.0, base)
    return base


def _with_powers(terms: Sequence[Term], moments: int) -> list[Term]:
    wanted = list(terms)
    for term in terms:
        values = term.numbers()
        if term.level is not None or is_binary(values):
            continue
        centred = values - values.mean()
        for power in range(2, moments + 1):
            label = f"{term.label}^{power}"
            wanted.append(Term(label, Covariate(label, centred**power)))
    return wanted
