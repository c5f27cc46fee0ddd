"""Impact evaluation on any pandas frame or array: ``from toolkit.stats import match``.

- *Matching and weighting*: `match`, `weight`, `balance_table`; what they return (`Matched`, `Weighted`) gives effects,
  restricted mean times and hazard ratios among them, by ``.effect(outcome, measure)``.
- *What a reader must know*: every result that can go wrong bears notes; each is a `Note`, a sentence with a code.
- *Effects without matching*: `estimate_effect`, `estimate_effects`; in groups, `subgroup_effects`; over imputed sets,
  `pool_effects`.
- *Time*: `km_difference` (cumulative incidence), `segmented_poisson` (interrupted series).
- *Panels of areas*: `staggered_effects` (starts at different times), `honest_bounds` and `pre_trend_equivalence` of
  what it returns; `synthetic_did`; `two_way_fixed_effects`, `dose_response`, `dose_change`, `largest_steps`.
- *Scores*: `ordinal_change`, `change_beyond_regression`, `regression_to_the_mean`, `expected_from_noise`,
  `expected_retest`, `expected_next_counts`, `reliable_change`, `reliable_change_index`, `superiority`,
  `paired_superiority`; models of them, `cumulative_link` and `cumulative_link_mixed`.
- *Scorers*: `cohen_kappa`, `krippendorff_alpha`, `reliability`, `polychoric`, `internal_consistency`, `scorer_drift`.
- *Shares and rates*: `wilson`, `clopper_pearson`, `garwood`, `clustered_mean`, `intraclass_correlation`,
  `design_effect`.
- *Comparing providers*: `binomial_funnel`, `poisson_funnel`, `mean_funnel`; as published methods have them,
  `transformed_funnel`, `shmi_funnel`, `cqc_funnel`; `case_mix`; `shrink_shares`, `shrink_ratios`, `shrink_means`, and
  `rank_uncertainty` of what they return.
- *Several comparisons*: `holm`, `benjamini_hochberg`, `adjusted_p_values`, `interaction_test`,
  `independent_interaction_test`.
- *Hidden causes*: `e_value`, `e_value_of_difference`, `bounding_factor`, `observed_strength`; `omitted_variable`,
  `benchmarks`, `against_benchmarks`, `times_to_undo`, `strength_like`, `least_squares_effect`, `equal_arm_weights`;
  `mcnemar_bounds`, `mantel_haenszel_bounds`, `signed_rank_bounds`, `hodges_lehmann_bounds`, `amplify`.
- *Negative controls*: `systematic_error`, `systematic_error_beyond_chance`, and `calibrate` by what they find.
- *Power*: `Design`, `design_from_rows`, `detectable_from_error`, `power_within_margin`; of two plain groups,
  `power_of_proportions`, `n_for_proportions`, `detectable_share`, `power_of_means`, `n_for_means`.

The names in ``__all__``, their parameters and what their results' docstrings list are public: they change only with a
note in the changelog. Everything else, the folders and modules below this one too, is private by its place and may
move. Names are loaded when first used, so that importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from toolkit.stats.homes import HOMES

if TYPE_CHECKING:
    from toolkit.stats.agreement.coefficient import Coefficient
    from toolkit.stats.agreement.consistency import Consistency, internal_consistency
    from toolkit.stats.agreement.drift import ScorerDrift, scorer_drift
    from toolkit.stats.agreement.kappa import Kappa, cohen_kappa
    from toolkit.stats.agreement.krippendorff import KrippendorffAlpha, krippendorff_alpha
    from toolkit.stats.agreement.polychoric import Polychoric, polychoric
    from toolkit.stats.agreement.reliability import Reliability, reliability
    from toolkit.stats.agreement.reliable_change import ReliableChange, reliable_change, reliable_change_index
    from toolkit.stats.balance.table import balance_table
    from toolkit.stats.calibration.calibrate import Calibrated, calibrate
    from toolkit.stats.calibration.systematic_error import (
        SystematicError,
        systematic_error,
        systematic_error_beyond_chance,
    )
    from toolkit.stats.doubly_robust.estimate import estimate_effect
    from toolkit.stats.doubly_robust.many_outcomes import estimate_effects
    from toolkit.stats.effects.effect import Effect, Effects
    from toolkit.stats.effects.pooling import PooledEffect, pool_effects
    from toolkit.stats.effects.subgroups import SubgroupEffects, subgroup_effects
    from toolkit.stats.event_study.averages import AverageEffect
    from toolkit.stats.event_study.effects import EventStudy, StaggeredEffects, staggered_effects
    from toolkit.stats.event_study.honest import Breakdown, HonestBounds, honest_bounds
    from toolkit.stats.event_study.pre_trend import PreTrendEquivalence, pre_trend_equivalence
    from toolkit.stats.inference.interaction import Interaction, independent_interaction_test, interaction_test
    from toolkit.stats.inference.intervals import clopper_pearson, garwood, wilson
    from toolkit.stats.inference.multiplicity import adjusted_p_values, benjamini_hochberg, holm
    from toolkit.stats.inference.t_estimate import TEstimate
    from toolkit.stats.matching.match import match
    from toolkit.stats.matching.matched import Matched
    from toolkit.stats.notes.note import Note
    from toolkit.stats.ordinal.beyond import ChangeBeyond
    from toolkit.stats.ordinal.beyond_regression import change_beyond_regression
    from toolkit.stats.ordinal.change import OrdinalChange, ordinal_change
    from toolkit.stats.ordinal.cumulative_link import CumulativeLink, cumulative_link
    from toolkit.stats.ordinal.cumulative_link_mixed import CumulativeLinkMixed, cumulative_link_mixed
    from toolkit.stats.ordinal.expected_retest import expected_retest
    from toolkit.stats.ordinal.paired_superiority import PairedSuperiority, paired_superiority
    from toolkit.stats.ordinal.regression_to_the_mean import (
        FallBack,
        expected_from_noise,
        expected_next_counts,
        regression_to_the_mean,
    )
    from toolkit.stats.ordinal.shift import CategoryShift
    from toolkit.stats.ordinal.superiority import Superiority, superiority
    from toolkit.stats.panel.dose_change import DoseChange, dose_change
    from toolkit.stats.panel.dose_response import DoseEffect, DoseResponse, dose_response
    from toolkit.stats.panel.fixed_effects import FixedEffects, two_way_fixed_effects
    from toolkit.stats.panel.steps import Step, largest_steps
    from toolkit.stats.power.from_rows import design_from_rows
    from toolkit.stats.power.matched import Design
    from toolkit.stats.power.two_groups import (
        detectable_from_error,
        detectable_share,
        n_for_means,
        n_for_proportions,
        power_of_means,
        power_of_proportions,
        power_within_margin,
    )
    from toolkit.stats.providers.case_mix import CaseMix, case_mix
    from toolkit.stats.providers.counts import binomial_funnel, poisson_funnel
    from toolkit.stats.providers.dispersion import Dispersion
    from toolkit.stats.providers.funnel import Funnel
    from toolkit.stats.providers.means import mean_funnel
    from toolkit.stats.providers.ranks import RankUncertainty, rank_uncertainty
    from toolkit.stats.providers.shrinkage import Shrunken, shrink_means, shrink_ratios, shrink_shares
    from toolkit.stats.providers.transformed import cqc_funnel, shmi_funnel, transformed_funnel
    from toolkit.stats.sensitivity.benchmarks import (
        Benchmark,
        ModelFit,
        against_benchmarks,
        benchmarks,
        equal_arm_weights,
        least_squares_effect,
        times_to_undo,
    )
    from toolkit.stats.sensitivity.evalue import (
        EValue,
        Strength,
        bounding_factor,
        e_value,
        e_value_of_difference,
        observed_strength,
    )
    from toolkit.stats.sensitivity.hodges_lehmann import EffectBounds, hodges_lehmann_bounds
    from toolkit.stats.sensitivity.omitted import AdjustedEstimate, OmittedVariable, omitted_variable, strength_like
    from toolkit.stats.sensitivity.rosenbaum import RosenbaumBounds, amplify, signed_rank_bounds
    from toolkit.stats.sensitivity.rosenbaum_binary import mantel_haenszel_bounds, mcnemar_bounds
    from toolkit.stats.series.segmented import RateRatio, SegmentedPoisson, segmented_poisson
    from toolkit.stats.survival.cumulative_incidence import CurveDifference, km_difference
    from toolkit.stats.synthetic.did import SyntheticDid, synthetic_did
    from toolkit.stats.variance.clustered_mean import ClusteredMean, clustered_mean
    from toolkit.stats.variance.intraclass import design_effect, intraclass_correlation
    from toolkit.stats.weighting.weight import weight
    from toolkit.stats.weighting.weighted import Weighted

__all__ = [
    "AdjustedEstimate",
    "AverageEffect",
    "Benchmark",
    "Breakdown",
    "Calibrated",
    "CaseMix",
    "CategoryShift",
    "ChangeBeyond",
    "ClusteredMean",
    "Coefficient",
    "Consistency",
    "CumulativeLink",
    "CumulativeLinkMixed",
    "CurveDifference",
    "Design",
    "Dispersion",
    "DoseChange",
    "DoseEffect",
    "DoseResponse",
    "EValue",
    "Effect",
    "EffectBounds",
    "Effects",
    "EventStudy",
    "FallBack",
    "FixedEffects",
    "Funnel",
    "HonestBounds",
    "Interaction",
    "Kappa",
    "KrippendorffAlpha",
    "Matched",
    "ModelFit",
    "Note",
    "OmittedVariable",
    "OrdinalChange",
    "PairedSuperiority",
    "Polychoric",
    "PooledEffect",
    "PreTrendEquivalence",
    "RankUncertainty",
    "RateRatio",
    "Reliability",
    "ReliableChange",
    "RosenbaumBounds",
    "ScorerDrift",
    "SegmentedPoisson",
    "Shrunken",
    "StaggeredEffects",
    "Step",
    "Strength",
    "SubgroupEffects",
    "Superiority",
    "SyntheticDid",
    "SystematicError",
    "TEstimate",
    "Weighted",
    "adjusted_p_values",
    "against_benchmarks",
    "amplify",
    "balance_table",
    "benchmarks",
    "benjamini_hochberg",
    "binomial_funnel",
    "bounding_factor",
    "calibrate",
    "case_mix",
    "change_beyond_regression",
    "clopper_pearson",
    "clustered_mean",
    "cohen_kappa",
    "cqc_funnel",
    "cumulative_link",
    "cumulative_link_mixed",
    "design_effect",
    "design_from_rows",
    "detectable_from_error",
    "detectable_share",
    "dose_change",
    "dose_response",
    "e_value",
    "e_value_of_difference",
    "equal_arm_weights",
    "estimate_effect",
    "estimate_effects",
    "expected_from_noise",
    "expected_next_counts",
    "expected_retest",
    "garwood",
    "hodges_lehmann_bounds",
    "holm",
    "honest_bounds",
    "independent_interaction_test",
    "interaction_test",
    "internal_consistency",
    "intraclass_correlation",
    "km_difference",
    "krippendorff_alpha",
    "largest_steps",
    "least_squares_effect",
    "mantel_haenszel_bounds",
    "match",
    "mcnemar_bounds",
    "mean_funnel",
    "n_for_means",
    "n_for_proportions",
    "observed_strength",
    "omitted_variable",
    "ordinal_change",
    "paired_superiority",
    "poisson_funnel",
    "polychoric",
    "pool_effects",
    "power_of_means",
    "power_of_proportions",
    "power_within_margin",
    "pre_trend_equivalence",
    "rank_uncertainty",
    "regression_to_the_mean",
    "reliability",
    "reliable_change",
    "reliable_change_index",
    "scorer_drift",
    "segmented_poisson",
    "shmi_funnel",
    "shrink_means",
    "shrink_ratios",
    "shrink_shares",
    "signed_rank_bounds",
    "staggered_effects",
    "strength_like",
    "subgroup_effects",
    "superiority",
    "synthetic_did",
    "systematic_error",
    "systematic_error_beyond_chance",
    "times_to_undo",
    "transformed_funnel",
    "two_way_fixed_effects",
    "weight",
    "wilson",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
