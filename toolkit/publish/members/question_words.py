"""What each finding and each limit gives members to ask officers, by the very sentence that says it.

A question holds no figure, and asks of nothing but what members have read: whoever knows the question knows no more
than whoever knows the sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from toolkit.publish.decision import words as decision
from toolkit.publish.verdicts import (
    area_panel,
    interrupted_series,
    progress_centres,
    progress_change,
    progress_meaning,
    progress_missing,
    progress_rollout,
    reach,
    reach_areas,
    sentences,
    synthetic_county,
    trust,
)
from toolkit.publish.verdicts.findings import LOOKED, OF_PLANS
from toolkit.publish.verdicts.reasons import AGAINST as SPEAKS_AGAINST
from toolkit.publish.verdicts.reasons import OF_SHARES
from toolkit.studies.matched_cohort.checks.pre_registration import CHANGED, CHANGED_UNSAID, NOT_WRITTEN

_OF_CHECKS: Mapping[str, str] = {
    "enough_families": "Which years or areas could be added, so that there are enough families to compare?",
    "balance": "What set the two groups apart when families joined, and could that be all there is?",
    "overlap": "Who are the families that no one like them was found for, and how do they fare?",
    "follow_up": "Why did we lose sight of some families, and can we find out how they did?",
    "lost_families": "Where did the families go that moved away, and how do they fare there?",
    "clusters": "Could families of more places be added, so that the answer does not rest on a few?",
    "definition_breaks": "When did we change what we count, and what do the years before and after say alone?",
    "own_notes": "What does the estimate warn of, and how much does that matter?",
    "pre_registration": "Why was the plan changed, or not written down before the answer was seen?",
    "time_zero": "Why are some families not counted from the day they joined?",
    "negative_control_outcome": "How did the two groups differ in the years before any of them joined?",
    "negative_control_exposure": "Why are families that join a centre not like the rest, even before they join?",
    "too_soon": "What went on in families' lives just before they joined a centre?",
    "time_course": "What happened to families in the very months when they joined?",
    "placebo_time_zero": "Were the two groups on two paths long before any of them joined?",
    "estimator_agreement": "Why do other fair ways to compare not say the same?",
    "leave_one_centre_out": "What is so special about the one centre that the answer hangs on?",
    "window": "What becomes of these families after the first year?",
    "regression_to_the_mean": "Did families join at their worst time, and would most have done better with no help?",
    "detection": "Who refers the families that join, and do they see more because they look more?",
    "spill_over": "Do centres also help families that live near by and never join?",
    "hidden_difference": "What do workers know of these families that no one writes down?",
    "e_value": "What might move both who joins and who is referred, that we have no record of?",
    "rosenbaum": "What makes one family join, and another just like it stay away?",
}
"""By the name of the check."""

_PLAN = "Why is the plan not the one first written down, and what would the first one have said?"
_LOST_SIGHT = _OF_CHECKS["follow_up"]
_ON_A_PATH = "Were these places on their way there before the money came, and why?"
_OTHER_WAYS = "Why do other ways to work it out not say the same?"
_ALIKE_BEFORE = "How could we show that the two kinds of place were alike before?"

AGAINST: Mapping[str, str] = MappingProxyType(
    {
        **{LOOKED[name].failed: asked for name, asked in _OF_CHECKS.items() if LOOKED[name].failed},
        OF_SHARES["trust", "overlap"]: "What is so unlike others about the referrals that centres make?",
        OF_SHARES["trust", "follow_up"]: "Why is it not on record how so many referrals ended?",
        OF_SHARES["progress_meaning", "follow_up"]: _LOST_SIGHT,
        OF_SHARES["progress_rollout", "follow_up"]: _LOST_SIGHT,
        **{said: _OF_CHECKS[name] for (name, _), said in SPEAKS_AGAINST.items()},
        reach_areas.GOING_ALREADY: _ON_A_PATH,
        area_panel.GOING_ALREADY: _ON_A_PATH,
        interrupted_series.DISAGREE: "Why does the county by itself say the opposite?",
        "This plan asks ": _PLAN,
        "This plan was registered ": _PLAN,
        sentences.FIRST_LOOK: "When will this answer be put to the test?",
        reach_areas.WAYS_DISAGREE: _OTHER_WAYS,
        area_panel.WAYS_DISAGREE: _OTHER_WAYS,
        progress_rollout.WAYS_DISAGREE: _OTHER_WAYS,
        reach_areas.TRENDS_NOT_SHOWN: _ALIKE_BEFORE,
        progress_rollout.TRENDS_NOT_SHOWN: _ALIKE_BEFORE,
        synthetic_county.NOT_SHOWN_ALIKE: "How could we show that the other councils move as ours does?",
        interrupted_series.CHANGED_ALONE: "What else came at the same time as the money?",
        progress_meaning.NOT_BY_OTHERS: "Does a low score go with referrals only because centres make them?",
        progress_meaning.CREEPS: "Why do end scores go up year by year: better help, or kinder scores?",
        progress_meaning.RISES: "Why do end scores go up year by year: better help, or kinder scores?",
        progress_meaning.AGREE_UNKNOWN: "When will two workers score the same families, so that we see if they agree?",
        progress_centres.RECORDING: "Which families does each centre score again, and which does it lose?",
        OF_PLANS[NOT_WRITTEN]: "Why was the plan not written down before the answer was seen?",
        OF_PLANS[CHANGED]: "Why was the plan changed, and what would the first one have said?",
        OF_PLANS[CHANGED_UNSAID]: "Who changed the plan, why, and why is it not on record?",
        **{LOOKED[name].warned: asked for name, asked in _OF_CHECKS.items()},
    }
)
"""Questions on what was found against an answer, or bars one, by the sentence that says so: the gravest first."""

_WHERE_LOST = "What became of the families that were not scored again?"

LIMITS: Mapping[str, str] = MappingProxyType(
    {
        sentences.HIDDEN_DIFFERENCES: _OF_CHECKS["hidden_difference"],
        sentences.DETECTION: "How many of these referrals did centres make because they saw a child at risk?",
        sentences.JOINED_LATER: "What is the answer if we leave out the families that joined later?",
        sentences.ONE_COUNTY: "What have other councils found when they asked the same?",
        sentences.NOT_ONE_FAMILY: "Which kinds of family does this hold for, and which not?",
        progress_change.NO_COMPARISON: "Who could we compare with, when only families at centres are scored?",
        progress_change.SELF_SCORED: "Could someone who does not help the family give the score?",
        progress_change.AT_THEIR_WORST: "How many of these families would have done better with no help at all?",
        progress_change.LOST: _WHERE_LOST,
        progress_change.NO_CAUSE: "What else, beside scores, could show if centres help?",
        decision.NOT_TALK: "Do the scores help workers and families to talk, and who has asked them?",
        decision.NO_HARM_SHOWN: "Could scoring put some families off, and how would we notice?",
        decision.CHANGE_UNKNOWN: "What does it tell us when a score goes up or down?",
        decision.NO_COST: "How much of workers' time does scoring take, and what does that cost?",
        decision.COST_FROM: "Is scoring worth the workers' time that it takes?",
        progress_missing.UNSEEN: _WHERE_LOST,
        progress_missing.RECORDED: "What makes a family leave before it is scored again?",
        progress_missing.NOT_BLAME: "How many of the lost families had moved, or needed no more help?",
        progress_centres.NO_CAUSE: "Why might a centre stand out, if not for how well it does?",
        progress_centres.SCORING: "Do all centres score in the same way, and who checks that they do?",
        progress_centres.NOT_RECORDED: "How do families differ from centre to centre in ways no one writes down?",
        progress_centres.INSIDE: "How would we notice if something went wrong at a small centre?",
        progress_meaning.NOT_HELP: "Where else should we look to see if centres help?",
        progress_meaning.SIGN: "When a score goes up, what else has got better for the family?",
        progress_meaning.ACTED_ON: "What do workers do when a score is low, and could that bring a referral about?",
        progress_meaning.ONE_OUTCOME: "What else, beside referrals, should a score tell us of?",
        progress_rollout.NOT_SEEN: "How small an effect would still matter, and could we see it?",
        progress_rollout.NOT_BY_LOT: "What else changed at the centres that chose to score?",
        progress_rollout.ONLY_IF_SCORED: "What do the scores themselves tell us?",
        progress_rollout.LEAVING: "Do all centres write down with the same care who stops coming?",
        reach.NOT_WHY: "Why do these families not come: too far, full, shut, or not what they want?",
        reach.NO_WANT: "Has anyone asked the families that do not come if they want to?",
        reach.ONLY_JOINED: "How many of those who joined never came back?",
        reach.UNKNOWN: "Which families does the council not know of, and who does know them?",
        trust.NOT_WRONG: "When social care takes no action, does it tell the centre why?",
        trust.SOURCE_CODE: "Can referrals by centres be given a code of their own?",
        trust.NOT_WRITTEN: "How do the cases that centres refer differ from those of others?",
        trust.TIP_OFF: "Does social care act in other ways when a centre knows the family?",
        trust.FIRST_TALK: "How many calls by centres never become a referral?",
        reach_areas.NOT_BY_LOT: "What else changed in the poor areas when the money came?",
        reach_areas.ALIKE_POUNDS: "What was the money spent on, and did each pound do as much?",
        reach_areas.NEXT_DOOR: "How many families use a centre outside their own area?",
        area_panel.NOT_BY_LOT: "Why did some councils spend more, and could that have moved their referrals?",
        area_panel.RECORDING: "Has the way we write down referrals changed in these years?",
        area_panel.ONE_COUNCIL: "What does an average of many councils tell us of our own?",
        area_panel.AVERAGE: "What does an average of many councils tell us of our own?",
        area_panel.LATER: "What good might the money do years later, and how would we see it?",
        area_panel.NAMES: "What do we book under another name, and is it counted here?",
        interrupted_series.ASSUMES["alone"]: "What else came at the same time as the money?",
        interrupted_series.ASSUMES["older_children"]: "Did families of older children gain from the money too?",
        interrupted_series.ASSUMES["neighbours"]: "What else changed next door at the same time?",
        interrupted_series.NO_PROOF: "What, beside counts, could show what the money did?",
        interrupted_series.RELABELLED: "How much of the money was new, and how much was old under a new name?",
        interrupted_series.OTHER_THINGS: "Which news, inspections or new rules fell in the same years?",
        synthetic_county.CHOSEN["no"]: "Why do we look at this county and this year, and at no others?",
        synthetic_county.CHOSEN["before"]: "Do counts that have just gone up not come down by themselves?",
        synthetic_county.CHOSEN["across"]: "Was this county picked because its counts went up just then?",
        synthetic_county.RECORDED: "Did we, or those who tell us, begin to record in another way?",
        synthetic_county.ALONE: "What else changed here at that time, and nowhere else?",
    }
)
"""Questions on what an answer cannot show, by the sentence that says so."""
