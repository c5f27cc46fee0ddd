"""Reading what social care's own systems export: the children in need census, the safeguarding dataset, Annex A.

Only referrals and episodes are taken, under pseudonyms made with a key that is kept elsewhere; names, birth days and
addresses are never read out of the files.
"""

from toolkit.intake.connect.annex_a import read_annex_a
from toolkit.intake.connect.census import read_census
from toolkit.intake.connect.columns import Columns
from toolkit.intake.connect.meanings import NO_WORDS, Words
from toolkit.intake.connect.referral_list import read_referral_list
from toolkit.intake.connect.result import Found
from toolkit.intake.connect.ssd import read_ssd
from toolkit.intake.connect.words import read_words, recall_words, remember_words, write_unmapped

__all__ = [
    "NO_WORDS",
    "Columns",
    "Found",
    "Words",
    "read_annex_a",
    "read_census",
    "read_referral_list",
    "read_ssd",
    "read_words",
    "recall_words",
    "remember_words",
    "write_unmapped",
]
