"""What the words of the councillors' report and of our answers mean, in our own words: short, and without figures."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

GLOSSARY: Mapping[str, str] = MappingProxyType(
    {
        "Children's Centre": "A place where families with young children find health visitors, play, advice and help.",
        "Reach area": "The area whose families a centre is there for.",
        "Referral": "A request to children's social care for help for a child with no open case.",
        "Repeat referral": "A referral within a year of an earlier one about the same child.",
        "No further action": "Social care looked at a referral and did nothing more about it.",
        "Child in need": "A child who would not do well without help from the council.",
        "Child protection plan": "What agencies agree to do to keep a child safe from harm.",
        "Looked after": "In the council's care, at home with foster carers or elsewhere.",
        "Early intervention": "Help that comes before a problem has grown.",
        "Deprivation tenth": "Neighbourhoods in ten groups of one size; the first has most children in poor families.",
        "Progress score": "What a worker gives a family when help begins and when it ends; more is better.",
        "Matched comparison": "Families that joined a centre beside families much like them that had not joined.",
        "Range": "What the data fit. The answer may lie anywhere in it.",
        "Strength of evidence": "How far a study can show a cause, in five steps. A trial is the highest.",
        "Cannot tell": "The data fit both more and fewer. That is an answer too.",
        "Simulated": "Made up by a computer, so that the tool can be tried. No family in it is real.",
        "Plan": "What was to be compared, and how, written down before the answer was known.",
        "Hash": "Letters and digits worked out from a text. Change one letter of the text, and they change.",
    }
)
"""In the order of the report, then of the answers."""
