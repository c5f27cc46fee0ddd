"""Every measure read from published files, with its meaning and unit: the one list of names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from toolkit.errors import InputError, did_you_mean

YEAR = "year ending 31 March"
DAY = "31 March of the year"
MONTH = "month"
MID_YEAR = "30 June of the year"


@dataclass(frozen=True, slots=True)
class Measure:
    """What was counted.

    Attributes
    ----------
    name
        The name in `area_counts.measure`.
    meaning
        One sentence.
    unit
        What one is: referrals, children, episodes, assessments, pounds.
    period
        What the period names.
    """

    name: str
    meaning: str
    unit: str
    period: str = YEAR


def _of_referrals() -> list[Measure]:
    return [
        Measure("referrals", "Requests for a service by children's social care.", "referrals"),
        Measure("re_referrals_12m", "Referrals within 12 months of an earlier one of the same child.", "referrals"),
        Measure("referrals_nfa", "Referrals that ended with no further action, before any assessment.", "referrals"),
        Measure("referrals_assessed_not_in_need", "Referrals assessed, the child then found not in need.", "referrals"),
        Measure("children_referred", "Children with at least one referral in the year.", "children"),
        Measure("re_referred_children", "Children referred within 12 months of an earlier referral.", "children"),
        Measure(
            "children_referred_more_than_once",
            "Children referred more than once within the year (2010 only; not the same as re-referral).",
            "children",
        ),
        Measure("referrals_month", "Referrals received in the month.", "referrals", MONTH),
        *[
            Measure(f"referrals_source_{name}", f"Referrals from {words}.", "referrals")
            for name, words in SOURCES.items()
        ],
    ]


def _of_need() -> list[Measure]:
    return [
        Measure("initial_assessments", "Initial assessments completed in the year.", "assessments"),
        Measure("initial_assessments_7_days", "Initial assessments completed within 7 working days.", "assessments"),
        Measure("initial_assessments_10_days", "Initial assessments completed within 10 working days.", "assessments"),
        Measure("children_in_need_31_march", "Episodes of need open on 31 March.", "episodes", DAY),
        Measure("need_episodes_any_point", "Episodes of need open at any point in the year.", "episodes"),
        Measure("children_in_need_any_point", "Children in need at any point in the year.", "children"),
        Measure("need_episodes_started", "Episodes of need that started.", "episodes"),
        Measure("children_in_need_started", "Children with an episode of need that started.", "children"),
        Measure("need_episodes_ended", "Episodes of need that ended.", "episodes"),
        Measure("children_in_need_ended", "Children with an episode of need that ended.", "children"),
        Measure("awaiting_assessment_31_march", "Children in need still to be assessed on 31 March.", "episodes", DAY),
    ]


def _of_protection_and_care() -> list[Measure]:
    return [
        Measure(
            "section_47_enquiries",
            "Section 47 enquiries started (releases to 2016 word it as children with an enquiry).",
            "enquiries",
        ),
        Measure("section_47_children", "Children with a section 47 enquiry.", "children"),
        Measure("initial_conferences", "Initial child protection conferences.", "conferences"),
        Measure("initial_conference_children", "Children with an initial child protection conference.", "children"),
        Measure("protection_plans_started", "Child protection plans that started.", "plans"),
        Measure("protection_plan_children_started", "Children whose protection plan started.", "children"),
        Measure("protection_plans_ended", "Child protection plans that ended.", "plans"),
        Measure("protection_plan_children_ended", "Children whose protection plan ended.", "children"),
        Measure("protection_plans_any_point", "Child protection plans in force at any point.", "plans"),
        Measure("protection_plan_children_any_point", "Children with a plan at any point.", "children"),
        Measure("protection_plans_31_march", "Child protection plans in force on 31 March.", "plans", DAY),
        Measure("looked_after_31_march", "Children looked after on 31 March.", "children", DAY),
        Measure("looked_after_any_point", "Children looked after at any point in the year.", "children"),
        Measure(
            "looked_after_short_breaks_only",
            "Children looked after in the year only in a series of short breaks.",
            "children",
        ),
        Measure("started_looked_after", "Children who started to be looked after.", "children"),
        Measure("ceased_looked_after", "Children who ceased to be looked after.", "children"),
    ]


def _of_population_and_causes() -> list[Measure]:
    return [
        Measure(
            "population_0_17",
            "Children aged 0 to 17, mid-year estimate. It serves the year ending the next 31 March.",
            "children",
            MID_YEAR,
        ),
        *[
            Measure(f"need_{name}", f"Children in need on 31 March by primary need: {words}.", "episodes", DAY)
            for name, words in PRIMARY_NEEDS.items()
        ],
        Measure("assessments_with_factor", "Episodes with an assessment that recorded any factor.", "episodes"),
        *[
            Measure(f"factor_{column.lower()}", f"Assessments that found: {_words(column)}.", "episodes")
            for column in FACTORS
        ],
    ]


SOURCES: Mapping[str, str] = {
    "individual": "an individual (family, friend, neighbour, the child)",
    "schools": "schools",
    "education_services": "education services other than schools",
    "health_services": "health services",
    "housing": "housing",
    "la_services": "the council's own services",
    "police": "the police",
    "other_legal_agency": "courts, probation and other legal agencies",
    "other": "another source (Children's Centres among them)",
    "anonymous": "someone who gave no name",
    "unknown": "a source not known",
}
"""Groups of referral source in the Department's published tables."""

PRIMARY_NEEDS: Mapping[str, str] = {
    "abuse_or_neglect": "abuse or neglect",
    "childs_disability_or_illness": "the child's disability or illness",
    "parents_disability_or_illness": "a parent's disability or illness",
    "family_in_acute_stress": "family in acute stress",
    "family_dysfunction": "family dysfunction",
    "socially_unacceptable_behaviour": "socially unacceptable behaviour",
    "low_income": "low income",
    "absent_parenting": "absent parenting",
    "cases_other_than_cin": "cases other than children in need",
    "not_stated": "not stated",
}
"""The Department's ten codes N1 to N0."""

FACTORS: tuple[str, ...] = (
    *("Alcohol_Misuse_child", "Alcohol_Misuse_parent", "Alcohol_Misuse_person"),
    *("Drug_Misuse_child", "Drug_Misuse_parent", "Drug_Misuse_person"),
    *("Domestic_Abuse_child", "Domestic_Abuse_parent", "Domestic_Abuse_person"),
    *("Mental_Health_child", "Mental_Health_parent", "Mental_Health_person"),
    *("Learning_Disability_child", "Learning_Disability_parent", "Learning_Disability_person"),
    *("Physical_Disability_child", "Physical_Disability_parent", "Physical_Disability_person"),
    *("Young_Carer", "Privately_fostered", "Unaccompanied_asylum_seeker", "Going_missing"),
    *("Child_sexual_exploitation", "Trafficking", "Gangs", "Socially_unacceptable_behaviour", "Self_harm"),
    *("Neglect", "Emotional_Abuse"),
    *("Physical_Abuse_unknown", "Physical_Abuse_child_on_child", "Physical_Abuse_adult_on_child"),
    *("Sexual_Abuse_unknown", "Sexual_Abuse_child_on_child", "Sexual_Abuse_adult_on_child"),
    *("Female_Genital_Mutilation", "Faith_linked_abuse", "Child_criminal_exploitation", "Other"),
)
"""Columns of the file of factors at the end of assessment."""


def _words(column: str) -> str:
    return column.replace("_", " ").lower()


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        measure.name: measure
        for measure in (*_of_referrals(), *_of_need(), *_of_protection_and_care(), *_of_population_and_causes())
    }
)
"""Name → measure of the Department's children in need, looked-after and population files."""


def measure(name: str) -> Measure:
    """Return the measure of that name.

    Raises
    ------
    InputError
        When there is none, naming the closest.
    """
    if name not in MEASURES:
        raise InputError(f'There is no published measure "{name}". {did_you_mean(name, MEASURES)}'.rstrip())
    return MEASURES[name]
