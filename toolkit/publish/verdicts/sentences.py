"""The sentences that kinds of study share; those of one kind stand in its own module.

They are for anyone: short, plain, no p-values, readable at age 12.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

SIMULATED = "SIMULATED DATA. A computer made up these families. No figure here is about real ones."

FEWER = (
    "Of every {base} families supported, about {estimate} {happened} {within}. "
    "The data fit anything from {low} to {high}."
)
MORE = FEWER
LITTLE = (
    "We see little or no difference. Of every {base} families supported, the data fit anything from {low} to {high} "
    "who {happened} {within}."
)
INCONCLUSIVE = (
    "We cannot tell if joining a centre helps. Of every {base} families supported, the data fit anything from {low} to "
    "{high} who {happened} {within}."
)
SPOKEN_AGAINST = "We cannot tell if joining a centre helps. {reason}"
CONTROLS_TOO_FEW = "Their records hold too few referrals from earlier years to see if both were alike then."
CONTROLS_ALIKE = "In earlier years, when joining could not matter, both were referred about as often."
CONTROLS_DIFFERED = (
    "In earlier years, when joining could not matter, {more} of those that joined were referred. The answer allows for "
    "that."
)
CANNOT_SAY = "These data cannot answer the question. {reason}"
NO_ESTIMATE = "No figure could be worked out."
TOO_FEW_HAD_IT = "Too few families had it happen, or too few did not, to give figures."
WITHOUT_FIGURES: Mapping[str, str] = MappingProxyType(
    {
        "fewer": "Fewer of the families supported {happened} {within}. The figures are too small to show.",
        "more": "More of the families supported {happened} {within}. The figures are too small to show.",
        "little_or_no_difference": "We see little or no difference. The figures are too small to show.",
        "inconclusive": "We cannot tell if joining a centre helps. The figures are too small to show.",
        "cannot_say": "These data cannot answer the question. The figures are too small to show.",
    }
)

COMPARED = (
    "We compared {families} families who joined a centre with {controls} families much like them. Nearly all of the "
    "others lived in the same district. They had not joined by the same day. We then looked at the next 12 months for "
    "both."
)
WITHOUT_AND_WITH = "Of every {base} of the others, {control} {happened}. Of every {base} that joined, {treated} did."

REFERRALS_WITHOUT_FIGURES: Mapping[str, str] = MappingProxyType(
    {
        "fewer": "Fewer of centres' referrals {ended} than of others like them. The figures are too small to show.",
        "more": "More of centres' referrals {ended} than of others like them. The figures are too small to show.",
        "little_or_no_difference": "We see little or no difference. The figures are too small to show.",
        "inconclusive": "We cannot tell if centres' referrals end in other ways. The figures are too small to show.",
        "cannot_say": "These data cannot answer the question. The figures are too small to show.",
    }
)

HIDDEN_DIFFERENCES = (
    "The families may differ in ways that no one wrote down. Then the figure is not all the centres' doing."
)
DETECTION = "A referral is not always bad news. Centres also spot children at risk. The figure counts those too."
JOINED_LATER = (
    "Some of the other families joined a centre later in the year: about {share} in every 100. "
    "That can make a real difference look smaller."
)
ONE_COUNTY = "It is about one county and those years. Other places may not be the same."
NOT_ONE_FAMILY = "It is an average. It tells us nothing of any one family or any one centre."

FIRST_LOOK = "This is a first look. The answer has not been put to the test yet."
CONCERNS = "Keep in mind: {concerns}"

MARYLAND: Mapping[int, str] = MappingProxyType(
    {
        1: "Strength of evidence: level 1 of 5. It looks at one group only, with nobody to compare it with.",
        2: "Strength of evidence: level 2 of 5. It compares similar families, but it is not a trial.",
        3: "Strength of evidence: level 3 of 5. It compares similar groups before and after.",
    }
)
TOO_FEW = "c stands for a number that we hide: it is small, or a small one could be worked out from it."


def first_of(text: str) -> str:
    """Return the first sentence of a text.

    >>> first_of("We cannot tell. Of every 1,000 families, the data fit 2.5 more.")
    'We cannot tell.'
    """
    end = re.search(r"(?<=[.!?])\s", text)
    return text if end is None else text[: end.start()]
