"""The 21 items of the TARGET statement, in our own words: number, section and what a reader must be told.

TARGET is a guideline for reporting observational studies that set out to do what a trial would have done: Cashin and
others (2025), Transparent Reporting of Observational Studies Emulating a Target Trial, JAMA 334, 1084-1093, doi
10.1001/jama.2025.13350, and BMJ 390, e087179. Items 6 and 7 go in pairs: the trial one would run, and how these data
stand in for it. For a journal fill in the official form, at target-guideline.org.
"""

from __future__ import annotations

SUMMARY, WHY = "Title and summary", "Introduction"
METHODS, TRIAL, DATA = "Methods", "Methods: the trial one would run", "Methods: how these data stand in for it"
RESULTS, MEANING, OTHER = "Results", "Discussion", "Other information"

ITEMS: tuple[tuple[str, str, str], ...] = (
    ("1a", SUMMARY, "Say that records stand in for a trial, what the aim is, and in brief what that trial would be."),
    ("1b", SUMMARY, "Name the records used."),
    ("1c", SUMMARY, "Sum up what was assumed, how it was worked out, what was found and what follows."),
    ("2", WHY, "What is known already, and what is not."),
    ("3", WHY, "The question of cause and effect, in short."),
    ("4", WHY, "Why these records are used in place of a trial; trials the design was taken from."),
    (
        "5",
        METHODS,
        "Where the records come from: why they were kept, what kind, place, years, how they were joined.",
    ),
    ("6a", TRIAL, "Who could take part."),
    ("6b", TRIAL, "What would be compared, in enough detail to do it."),
    ("6c", TRIAL, "That chance would decide who gets what, and that people may know which they got."),
    ("6d", TRIAL, "That follow-up starts on the day chance decides, and when it ends."),
    ("6e", TRIAL, "What would be measured, how and when."),
    ("6f", TRIAL, "Which effect is wanted, in whom, and on what scale."),
    ("6g", TRIAL, "What must be true for the trial's figure to be that effect, and what would be recorded for it."),
    ("6h", TRIAL, "How each effect would be worked out, and what would be done about gaps in the data."),
    ("7a", DATA, "How those who could take part were found in the records."),
    ("7b", DATA, "How what is compared was found in the records."),
    ("7c", DATA, "What takes the place of chance."),
    ("7d", DATA, "That follow-up starts when a family enters its arm, and how its end was found."),
    ("7e", DATA, "How what is measured was found in the records."),
    ("7f", DATA, "Which effect the records can give, and on what scale."),
    ("7g(i)", DATA, "What must be true for the figure to be that effect, above all of differences at the start."),
    ("7g(ii)", DATA, "What was recorded that these assumptions lean on, and how."),
    ("7h(i)", DATA, "How each effect was worked out, with its models, and what was done about gaps in the data."),
    ("7h(ii)", DATA, "What else was done to see if the figure hangs on these choices."),
    ("8", RESULTS, "How many were looked at, could take part, and entered each arm; a flow chart is best."),
    ("9", RESULTS, "What each arm was like at the start."),
    ("10", RESULTS, "How long each arm was followed, and why follow-up ended."),
    ("11", RESULTS, "How much is missing of what was recorded, in each arm."),
    ("12", RESULTS, "How often each outcome happened in each arm."),
    (
        "13",
        RESULTS,
        "Each effect and how sure one can be of it, as a difference and as a ratio where both can be had.",
    ),
    ("14", RESULTS, "What came of everything done under 7h(ii)."),
    ("15", MEANING, "What the findings mean for the question."),
    ("16", MEANING, "Where the records fall short of the trial, and how far the assumptions can be believed."),
    ("17", OTHER, "Who looked at the ethics."),
    ("18", OTHER, "Whether, when and where the plan was registered."),
    ("19", OTHER, "Whether and where data, code and materials can be had."),
    ("20", OTHER, "Who paid, and what part they had in it."),
    ("21", OTHER, "Interests of the authors that pull one way."),
)
