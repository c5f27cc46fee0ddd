"""What each attempt to prove an answer wrong looked at, and what it found, in words that hold no figure.

A check is called by what it looked at, never by what passing it would mean: of a list of checks that were not passed,
"no difference before joining" reads as an assurance. What was found is a sentence for each way it can come out. It
quotes no figure: members read it, and a share of counts that are hidden would be told with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from toolkit.studies.matched_cohort.checks.pre_registration import CHANGED, CHANGED_UNSAID, NOT_WRITTEN
from toolkit.studies.result import Status


class Found(Protocol):
    """A check or a gate, as a result or a bundle has it."""

    @property
    def name(self) -> str:
        """Its name in protocols and files."""

    @property
    def label(self) -> str:
        """Its name on a page, as the result has it."""

    @property
    def status(self) -> Status:
        """How the result stood it."""

    @property
    def sentence(self) -> str:
        """What it found, with its figures."""

    @property
    def is_gate(self) -> bool:
        """Whether a failure bars an answer."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A check in words.

    Attributes
    ----------
    at
        What it looked at.
    passed, warned, failed
        What was found, by how the answer stood it; ``failed`` is empty where it never fails.
    is_of_effect
        Whether its figures are of the effect itself, and so wait for an answer. One that is not known is taken so.
    """

    at: str
    passed: str
    warned: str
    failed: str = ""
    is_of_effect: bool = True

    def found(self, status: Status) -> str:
        """Return what was found, given how the answer stood it."""
        return {"pass": self.passed, "warn": self.warned, "fail": self.failed}[status]


LOOKED: Mapping[str, Looked] = MappingProxyType(
    {
        "enough_families": Looked(
            "How many families were compared",
            "There were enough families to compare.",
            "There were few families to compare.",
            "There were too few families to compare.",
            is_of_effect=False,
        ),
        "balance": Looked(
            "How alike the groups were when they joined",
            "The two groups were alike on what was recorded.",
            "The two groups were not quite alike on what was recorded.",
            "The two groups were not alike on what was recorded.",
            is_of_effect=False,
        ),
        "overlap": Looked(
            "Who found a family like them",
            "Nearly all the families that joined found one like them.",
            "Some families that joined found none like them, and are not in the answer.",
            "Too few of the families that joined found one like them.",
            is_of_effect=False,
        ),
        "follow_up": Looked(
            "How long families were followed",
            "Nearly all families were followed for the whole time.",
            "We lost sight of more families in one group than in the other.",
            "Too few families were followed for the whole time.",
            is_of_effect=False,
        ),
        "lost_families": Looked(
            "Families that moved away",
            "Those that moved away were referred about as often as those like them.",
            "Those that moved away were not referred as often as those like them. It matters little.",
            "Families that moved away were not like those still here. Too much of what became of them is not known.",
            is_of_effect=False,
        ),
        "clusters": Looked(
            "How many places the families live in",
            "The families live in enough places.",
            "The families live in few places, so the range is less sure.",
            "The families live in too few places.",
            is_of_effect=False,
        ),
        "definition_breaks": Looked(
            "What is counted, and since when",
            "No change of what is counted gave another answer.",
            "What is counted changed, and it could not be seen whether all answers are the same before and after.",
            "What is counted changed, and the answer is not the same before and after.",
        ),
        "own_notes": Looked(
            "What the estimate says of itself",
            "The estimate has nothing to warn of.",
            "The estimate warns of itself: see how the groups were compared.",
            is_of_effect=False,
        ),
        "pre_registration": Looked(
            "When the plan was written down",
            "The plan was written down before the answer was seen.",
            "The plan was changed after it was first written down, or was not written down first.",
            is_of_effect=False,
        ),
        "time_zero": Looked(
            "The day the count starts",
            "Each family is counted from the day it joined.",
            "Some families may not be counted from the day they joined.",
            "Some families are not counted from the day they joined.",
        ),
        "negative_control_outcome": Looked(
            "The years before joining",
            "The two groups did the same in the years before they joined.",
            "The two groups did not do quite the same before they joined, or it could not be seen.",
            "The two groups did not do the same before they joined. They may differ in ways that no one wrote down.",
            is_of_effect=False,
        ),
        "negative_control_exposure": Looked(
            "Families that joined much later",
            "Families that joined much later did the same as the rest until then.",
            "Families that joined much later did not do the same as the rest even before. Those who join may not be "
            "like the rest in ways that no one wrote down.",
            is_of_effect=False,
        ),
        "too_soon": Looked(
            "The first two months",
            "The two groups were not apart in the first two months, too soon for help to work.",
            "The two groups were apart within two months, too soon for help to work. Families may have joined in a "
            "trouble that no one wrote down.",
            is_of_effect=False,
        ),
        "time_course": Looked(
            "When the difference came",
            "The two groups did not come apart all at once when families joined.",
            "The two groups came apart as soon as families joined, or only then. A trouble that no one wrote down "
            "would look like that.",
        ),
        "placebo_time_zero": Looked(
            "A made-up joining day",
            "The two groups did the same after a made-up day long before they joined.",
            "The two groups were a little apart after a made-up day long before they joined, or it could not be tried.",
            "The two groups were apart after a made-up day long before they joined. They may be on two paths.",
            is_of_effect=False,
        ),
        "estimator_agreement": Looked(
            "Other ways of comparing",
            "Other fair ways to compare say the same.",
            "Other fair ways to compare do not give the same by more than luck, or none was tried.",
            "One more fair way to compare points the other way.",
        ),
        "leave_one_centre_out": Looked(
            "Leaving out one centre at a time",
            "The answer is the same without any one centre.",
            "With one of the centres left out, we would not say the same.",
            "With one of the centres left out, the answer turns round.",
        ),
        "window": Looked(
            "Following families for less or longer",
            "The answer is the same after less or more time.",
            "After less or more time the answer leans the other way, or the records are too short to see.",
            "After less or more time the answer turns round.",
        ),
        "regression_to_the_mean": Looked(
            "Getting better anyway",
            "Both groups were referred alike in the year before.",
            "The two groups were not referred alike in the year before.",
        ),
        "detection": Looked(
            "Referrals that centres make",
            "Who refers the families that join is much as for the rest.",
            "Who refers the families that join is not as for the rest. To notice is not to harm.",
        ),
        "spill_over": Looked(
            "Families that live near joiners",
            "Families that did not join did the same whether many or few near them had.",
            "Families that did not join did not do the same where many near them had. The answer may miss that.",
        ),
        "hidden_difference": Looked(
            "Something nobody recorded",
            "To undo the answer, a hidden cause would have to be stronger than all we know of.",
            "A hidden cause no stronger than those we know of could undo the answer.",
        ),
        "e_value": Looked(
            "How big a hidden cause must be",
            "No weak hidden cause could explain the answer away.",
            "A weak hidden cause could explain the answer away.",
        ),
        "rosenbaum": Looked(
            "How uneven the lot could be",
            "If one of two families alike was a little more likely to join, the answer would still stand.",
            "If one of two families alike was only a little more likely to join, the answer could fall.",
        ),
    }
)
"""Every check and gate of a matched cohort, by its name."""

OF_PLANS: Mapping[str, str] = MappingProxyType(
    {
        NOT_WRITTEN: "The plan was not written down before the answer was seen.",
        CHANGED: "The plan was changed after it was first written down. The change is on record.",
        CHANGED_UNSAID: "The plan was changed after it was written down, and the change is not on record.",
    }
)
"""Which of the things that can be wrong with a plan's register it was, by the check's own sentence."""

_NAMED_BEFORE: Mapping[str, str] = MappingProxyType(
    {
        "Enough families": "enough_families",
        "Alike on what was recorded": "balance",
        "Families with a match": "overlap",
        "Followed for the whole year": "follow_up",
        "Those that moved away": "lost_families",
        "Enough places": "clusters",
        "Written down before the answer": "pre_registration",
        "The clock starts on the joining day": "time_zero",
        "No difference before joining": "negative_control_outcome",
        "Joining later changes nothing now": "negative_control_exposure",
        "No difference too soon": "too_soon",
        "Nothing happens at a made-up joining day": "placebo_time_zero",
        "Other methods agree": "estimator_agreement",
        "No single centre decides it": "leave_one_centre_out",
        "Followed for less or longer": "window",
        "Noticing more, or harming more": "detection",
        "Effects on neighbours": "spill_over",
    }
)
"""What files of version 0.2.0 and before call a check that was not passed; the others are called as they are now."""


def looked_at(found: Found) -> str:
    """Return what a check looked at, as a page calls it."""
    known = LOOKED.get(found.name)
    return found.label if known is None else known.at


def finding_of(found: Found) -> str:
    """Return what a check found, without figures; of one that is not known only how the answer stood it."""
    known = LOOKED.get(found.name)
    said = "" if known is None else known.found(found.status)
    if found.name == "pre_registration" and found.status == "warn":
        its = (words for sentence, words in OF_PLANS.items() if found.sentence.startswith(sentence.split("{")[0]))
        said = next(its, said)
    return (
        said
        or {
            "pass": f"{found.label}: the answer stood it.",
            "warn": f"{found.label}: this asks for care.",
            "fail": f"{found.label}: the answer did not stand it.",
        }[found.status]
    )


def as_finding(concern: str) -> str:
    """Return a concern as a finding: files of version 0.2.0 and before name the check by what passing it would mean."""
    name = _NAMED_BEFORE.get(concern) or next((name for name, one in LOOKED.items() if one.at == concern), "")
    return LOOKED[name].warned if name else concern


def tells_effect(name: str) -> bool:
    """Whether a check's figures are of the effect itself; so is taken one that is not known here."""
    known = LOOKED.get(name)
    return known is None or known.is_of_effect
