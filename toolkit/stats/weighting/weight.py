"""`weight`: inverse probability, overlap and entropy balancing weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.moments import is_binary
from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.notes.note import Note
from toolkit.stats.propensity.links import MODELS
from toolkit.stats.propensity.model import fit_propensity
from toolkit.stats.propensity.trimming import check_trim, trimmed
from toolkit.stats.sample.covariates import Covariate, Term, model_terms
from toolkit.stats.sample.formula import covariate_names
from toolkit.stats.sample.sample import Missing, Sample, read_sample
from toolkit.stats.weighting.entropy import entropy_weights
from toolkit.stats.weighting.extreme import extreme_weight_notes
from toolkit.stats.weighting.weighted import Weighted

METHODS = ("ipw", "overlap", "entropy")


def weight(
    frame: pd.DataFrame,
    treatment: str,
    covariates: Sequence[str] | str,
    *,
    method: str = "entropy",
    estimand: str = "ATT",
    moments: int = 1,
    model: str = "logit",
    weights: str | None = None,
    trim: float = 0.0,
    missing: Missing = "error",
) -> Weighted:
    """Weight the arms so that they are alike on the covariates.

    Parameters
    ----------
    frame : DataFrame
        One row a unit; never written to.
    treatment : str
        A column of 0 and 1.
    covariates : sequence of str, or str
        Columns to balance, or the right-hand side of a formula.
    method : {"entropy", "ipw", "overlap"}
        ``entropy``: exact balance of means with weights as even as can be (Hainmueller, 2012); ``ipw``: inverse
        probability of treatment; ``overlap``: each row by its probability of being in the other arm (Li, Morgan and
        Zaslavsky, 2018), whose effect is for those who might have been in either arm.
    estimand : {"ATT", "ATC", "ATE"}
        For whom; overlap weights are for the overlap ("ATO") whatever is asked.
    moments : int
        For entropy balancing: 2 balances squares of numbers too, 3 cubes.
    model : {"logit", "probit", "cloglog"}
        The propensity model.
    weights : str, optional
        A column of sampling weights to start from.
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
    problems = [
        f'{option} is "{value}". {did_you_mean(str(value), known)}'
        for option, value, known in (
            ("method", method, METHODS),
            ("estimand", estimand, ("ATT", "ATC", "ATE")),
            ("model", model, MODELS),
        )
        if value not in known
    ]
    problems += check_trim(trim)
    if trim and method != "ipw":
        problems.append(f'trim is for method="ipw"; "{method}" weights need none. Leave it out.')
    if moments not in (1, 2, 3):
        problems.append(f"moments is {moments}. Use 1, 2 or 3.")
    if problems:
        raise InputError(" ".join(problems))
    names, frame = covariate_names(covariates, frame, treatment)
    sample = read_sample(frame, treatment, names, [weights] if weights else [], missing)
    base = np.ones(sample.rows) if weights is None else sample.frame[weights].to_numpy(dtype=np.float64)
    if (base < 0).any():
        raise InputError(f'The weights in "{weights}" are below 0 in {int((base < 0).sum()):,} rows. Mend them first.')
    if method == "entropy":
        return _entropy(sample, base, estimand, moments)
    kept, trimming = _trimmed(sample, base, estimand, model, trim)
    if not kept.all():
        sample = replace(
            read_sample(sample.frame.loc[kept], treatment, names, [weights] if weights else [], missing),
            whole=frame.index,
        )
        base = base[kept]
    return _from_propensity(sample, base, estimand, method, model, trimming)


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


def _from_propensity(
    sample: Sample, base: Floats, estimand: str, method: str, model: str, trimming: tuple[Note, ...]
) -> Weighted:
    fit = fit_propensity(model_terms(sample.covariates), sample.treated, model, base)
    notes = (*sample.notes, *trimming, *fit.notes)
    p, treated = fit.probability, sample.treated
    if method == "overlap":
        result = base * np.where(treated, 1 - p, p)
        return Weighted(
            sample=sample,
            method="overlap weights",
            estimand="ATO",
            row_weights=result,
            target=base * p * (1 - p),
            propensity=fit,
            link=model,
            base=base,
            noted=notes,
        )
    factor = {
        "ATT": np.where(treated, 1.0, p / (1 - p)),
        "ATC": np.where(treated, (1 - p) / p, 1.0),
        "ATE": np.where(treated, 1 / p, 1 / (1 - p)),
    }[estimand]
    result = base * factor
    target = target_of(treated, base, estimand)
    return Weighted(
        sample=sample,
        method="inverse probability weights",
        estimand=estimand,
        row_weights=result,
        target=target,
        propensity=fit,
        link=model,
        base=base,
        noted=(*notes, *extreme_weight_notes(result, treated)),
    )


def _trimmed(sample: Sample, base: Floats, estimand: str, model: str, trim: float) -> tuple[Booleans, tuple[Note, ...]]:
    """Return which rows are kept by the option ``trim``, and what to say of the others."""
    if not trim:
        return np.ones(sample.rows, dtype=bool), ()
    fit = fit_propensity(model_terms(sample.covariates), sample.treated, model, base)
    return trimmed(fit.probability, sample.treated, estimand, trim)


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
