"""How strong an omitted variable would have to be to change a regression's answer, on the scale of partial R².

Cinelli and Hazlett (2020), Journal of the Royal Statistical Society B 82, 39-67: the robustness value, adjusted
estimates and standard errors, formal benchmarks. The bias comes from the least-squares fit
itself, the interval from whatever standard error is given, so clustered errors of a matched, weighted fit can be used.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class AdjustedEstimate(Shown):
    """An estimate as it would be with one more cause allowed for.

    Attributes
    ----------
    with_treatment, with_outcome : float
        The cause's partial R² with treatment, and with the outcome given treatment.
    bias : float
        By how much the estimate would change.
    estimate, se, t, low, high : float
        What it would be, its standard error, their ratio and the interval.
    """

    with_treatment: float
    with_outcome: float
    bias: float
    estimate: float
    se: float
    t: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OmittedVariable(Shown):
    """How an estimate stands up to a cause that was left out.

    Attributes
    ----------
    estimate, se, degrees_of_freedom : float
        The effect, its standard error (clustered or not) and degrees of freedom for its interval.
    model_se, model_degrees_of_freedom : float
        Those of the least-squares fit as if rows were independent: they give the scale of the bias.
    partial_r2 : float
        Of treatment with the outcome: a cause that explains all that is left of the outcome would have to explain this
        much of treatment to bring the estimate to nothing.
    robustness : float
        The part of what is left of treatment and of outcome both that a cause would have to explain to change the
        estimate by the share `q`.
    robustness_at_alpha : float
        The same, for the interval to reach that far.
    q, alpha : float
        The share of the estimate to explain away, and 1 less the interval's level.
    """

    estimate: float
    se: float
    degrees_of_freedom: float
    model_se: float
    model_degrees_of_freedom: float
    partial_r2: float
    robustness: float
    robustness_at_alpha: float
    q: float
    alpha: float

    def adjusted(self, with_treatment: float, with_outcome: float) -> AdjustedEstimate:
        """Return the estimate as a cause of such partial R² would leave it, moved towards nothing.

        Raises
        ------
        InputError
            When a partial R² is not from 0 to 1 (with treatment: below 1).
        """
        if not (0 <= with_treatment < 1 and 0 <= with_outcome <= 1):
            raise InputError(
                f"Partial R² are {with_treatment:g} (treatment) and {with_outcome:g} (outcome). Give shares from 0 "
                "to 1, the first below 1."
            )
        root = math.sqrt(self.model_degrees_of_freedom)
        bias = self.model_se * root * math.sqrt(with_outcome * with_treatment / (1 - with_treatment))
        estimate = self.estimate - math.copysign(bias, self.estimate)
        rows = self.model_degrees_of_freedom
        se = self.se * math.sqrt((1 - with_outcome) / (1 - with_treatment) * rows / (rows - 1))
        reach = _critical(self.alpha, self.degrees_of_freedom, rows) * se
        t = estimate / se if se > 0 else math.copysign(math.inf, estimate)
        return AdjustedEstimate(
            with_treatment=with_treatment,
            with_outcome=with_outcome,
            bias=bias,
            estimate=estimate,
            se=se,
            t=t,
            low=estimate - reach,
            high=estimate + reach,
        )

    def contour(self, with_treatment: Sequence[float], with_outcome: Sequence[float]) -> pd.DataFrame:
        """Return one row for each pair of strengths: partial R², adjusted estimate, se, t and interval."""
        rows = [self.adjusted(first, second) for first in with_treatment for second in with_outcome]
        names = AdjustedEstimate.__slots__
        return pd.DataFrame([{name: getattr(row, name) for name in names} for row in rows], columns=list(names))

    def summary(self) -> str:
        """Return what it means, in plain words."""
        share = "the whole effect" if self.q == 1 else f"{self.q:.0%} of the effect"
        lines = [
            f"A cause that was not recorded could explain {share} only if it explained more than "
            f"{self.robustness:.1%} of what is left unexplained of treatment and of the outcome both."
        ]
        if self.robustness_at_alpha > 0:
            lines.append(f"With more than {self.robustness_at_alpha:.1%} of both, the interval would hold no effect.")
        else:
            lines.append("The interval already holds no effect.")
        return " ".join(lines)


def omitted_variable(
    estimate: float,
    se: float,
    degrees_of_freedom: float,
    *,
    model_se: float | None = None,
    model_degrees_of_freedom: float | None = None,
    q: float = 1.0,
    alpha: float = 0.05,
) -> OmittedVariable:
    """Return how an estimate by (weighted) least squares stands up to an omitted variable.

    Parameters
    ----------
    estimate, se, degrees_of_freedom : float
        The effect of treatment, its standard error and degrees of freedom; clustered ones as they are.
    model_se, model_degrees_of_freedom : float, optional
        Those of the fit as if rows were independent. The first three are taken where not given, as is right for
        errors that are not clustered.
    q : float
        The share of the estimate to explain away: 1 is all of it.
    alpha : float
        1 less the level of the interval.

    Returns
    -------
    OmittedVariable
        Its robustness values; `adjusted` and `contour` say what a cause of given strength would leave.

    Raises
    ------
    InputError
        When a standard error is not above 0, or degrees of freedom are not above 1.
    """
    own_se = se if model_se is None else model_se
    own_freedom = degrees_of_freedom if model_degrees_of_freedom is None else model_degrees_of_freedom
    if not (min(se, own_se) > 0 and min(degrees_of_freedom, own_freedom) > 1):
        raise InputError(
            f"The standard error is {min(se, own_se):g} on {min(degrees_of_freedom, own_freedom):g} degrees of "
            "freedom. It must be above 0, on more than 1."
        )
    strength = abs(estimate / own_se) / math.sqrt(own_freedom)
    # A cause as strong with both leaves the given error as it is, but for one degree of freedom.
    error = se * math.sqrt(own_freedom / (own_freedom - 1)) / (own_se * math.sqrt(own_freedom))
    needed = _critical(alpha, degrees_of_freedom, own_freedom) * error
    return OmittedVariable(
        estimate=float(estimate),
        se=float(se),
        degrees_of_freedom=float(degrees_of_freedom),
        model_se=float(own_se),
        model_degrees_of_freedom=float(own_freedom),
        partial_r2=strength * strength / (1 + strength * strength),
        robustness=_robustness(q * strength),
        robustness_at_alpha=_robustness_of_interval(q * strength, needed),
        q=q,
        alpha=alpha,
    )


def strength_like(treatment_r2: float, outcome_r2: float, times: float = 1.0) -> tuple[float, float]:
    """Return the largest partial R² of a cause so many times as strong as an observed covariate.

    Parameters
    ----------
    treatment_r2 : float
        The covariate's partial R² with treatment, given the other covariates.
    outcome_r2 : float
        Its partial R² with the outcome, given treatment and the other covariates.
    times : float
        How many times as strong, with treatment and with the outcome.

    Returns
    -------
    tuple of float
        The cause's partial R² with treatment, and with the outcome.

    Raises
    ------
    InputError
        When a cause so strong is not possible: it would explain all of treatment.
    """
    if not (0 <= treatment_r2 < 1 and 0 <= outcome_r2 < 1 and times > 0):
        raise InputError(
            f"Partial R² are {treatment_r2:g} and {outcome_r2:g}, {times:g} times. Give shares below 1, times above 0."
        )
    with_treatment = times * treatment_r2 / (1 - treatment_r2)
    if with_treatment >= 1 or times * treatment_r2 >= 1:
        raise InputError(
            f"No cause can be {times:g} times as strong: the covariate explains {treatment_r2:.0%} of treatment."
        )
    overlap = times * treatment_r2**2 / ((1 - times * treatment_r2) * (1 - treatment_r2))
    if overlap >= 1:
        raise InputError(f"No cause can be {times:g} times as strong as so strong a covariate. Ask for fewer times.")
    ratio = (math.sqrt(times) + math.sqrt(overlap)) / math.sqrt(1 - overlap)
    return with_treatment, min(1.0, ratio * ratio * outcome_r2 / (1 - outcome_r2))


def _robustness(strength: float) -> float:
    square = strength * strength
    return (math.sqrt(square * square + 4 * square) - square) / 2


def _robustness_of_interval(strength: float, needed: float) -> float:
    """Return the robustness value of the interval's end (Cinelli and Hazlett, 2020, with the later correction).

    Where the strength is beyond 1 / needed the worst cause explains all of the outcome, not as much of both.
    """
    if strength <= needed:
        return 0.0
    if needed > 0 and strength > 1 / needed:
        return (strength * strength - needed * needed) / (1 + strength * strength)
    return _robustness(strength - needed)


def _critical(alpha: float, freedom: float, rows: float) -> float:
    """Return the t quantile; one more covariate costs a degree of freedom of rows, none of clusters."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom - 1 if freedom == rows else freedom, 1 - alpha / 2))
