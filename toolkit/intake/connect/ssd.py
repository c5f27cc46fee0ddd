"""The Standard Safeguarding Dataset: a folder of csv files, one an object, of which six are used.

Data to Insight, Standard Safeguarding Dataset 1.4: objects ssd_cin_episodes, ssd_cin_plans, ssd_s47_enquiry,
ssd_cp_plans, ssd_cla_episodes and ssd_early_help_episodes, with the columns of its specification.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from toolkit.errors import InputError
from toolkit.intake.cells import is_blank
from toolkit.intake.connect.builder import Gather
from toolkit.intake.connect.care import CareColumns, take_care
from toolkit.intake.connect.cells import child_in, number_in
from toolkit.intake.connect.columns import Columns, Record
from toolkit.intake.connect.lists import take_episodes, take_referrals
from toolkit.intake.connect.meanings import NO_WORDS, Words
from toolkit.intake.connect.result import Found
from toolkit.intake.connect.ssd_files import add_to_hash, count_rows, files_of, headings_of, rows_of
from toolkit.intake.origin import Origin
from toolkit.intake.pseudonyms import Key

REFERRALS = Columns(
    child="cine_person_id",
    received="cine_referral_date",
    source="cine_referral_source_code",
    nfa="cine_referral_nfa",
    closed="cine_close_date",
    reason="cine_close_reason",
    number="cine_referral_id",
)
PLANS = Columns(
    child="cinp_person_id",
    started="cinp_cin_plan_start_date",
    ended="cinp_cin_plan_end_date",
    number="cinp_referral_id",
)
EPISODES: Mapping[str, tuple[str, Columns]] = MappingProxyType(
    {
        "ssd_s47_enquiry": (
            "section_47",
            Columns(
                child="s47e_person_id", started="s47e_s47_start_date", ended="s47e_s47_end_date",
                number="s47e_referral_id",
            ),
        ),
        "ssd_cp_plans": (
            "protection_plan",
            Columns(
                child="cppl_person_id", started="cppl_cp_plan_start_date", ended="cppl_cp_plan_end_date",
                number="cppl_referral_id",
            ),
        ),
        "ssd_cla_episodes": (
            "looked_after",
            Columns(
                child="clae_person_id", started="clae_cla_episode_start_date", ended="clae_cla_episode_ceased_date",
                number="clae_referral_id",
            ),
        ),
        "ssd_early_help_episodes": (
            "early_help",
            Columns(child="earl_person_id", started="earl_episode_start_date", ended="earl_episode_end_date"),
        ),
    }
)  # fmt: skip
CARE = CareColumns(
    entered="clae_entered_care_date",
    period="clae_cla_id",
    start_reason="clae_cla_episode_start_reason",
    end_reason="clae_cla_episode_ceased_reason",
)
_FIRST, _PLANS, _CARE = "ssd_cin_episodes", "ssd_cin_plans", "ssd_cla_episodes"
_EARLY_HELP = "ssd_early_help_episodes"
_MAKES_IN_NEED = ("ssd_s47_enquiry", "ssd_cp_plans")
_WHY_NOT_USED: Mapping[str, str] = MappingProxyType(
    {
        "ssd_contacts": "a contact is no referral until it becomes one in ssd_cin_episodes",
        "ssd_cin_assessments": "what came of an assessment is read from the closure of the referral, as in the census",
        "ssd_family": "its numbers are the social care system's own, and need not be those of your centres' families",
        "ssd_linked_identifiers": "no UPN, NHS or other number of a person is kept",
    }
)


def read_ssd(
    folder: Path, key: Key, *, today: date | None = None, as_of: date | None = None, words: Words = NO_WORDS
) -> Found:
    """Read a folder of the dataset's csv files; those not used are counted by their rows, and said why.

    A referral counts as of a child in need when an enquiry, a child in need plan or a protection plan that began names
    it for the same child.

    Raises
    ------
    InputError
        When the folder has no ssd_cin_episodes.csv, or a file lacks a column it needs (all named).
    """
    files = files_of(folder)
    if _FIRST not in files:
        raise InputError(f"{folder} has no {_FIRST}.csv. Name the folder that holds the dataset's csv files.")
    gather = Gather(key, today or date.today(), words, origin=Origin("ssd"))
    notices: list[str] = []
    digest = hashlib.sha256()
    for name, path in files.items():
        add_to_hash(path, digest)
        if name in (_FIRST, _PLANS, *EPISODES):
            notices += _not_there(name, path)
        else:
            gather.passed_over[name] += count_rows(path)
    followed = _followed(gather, files)
    referrals: set[tuple[str, str]] = set()

    def in_need(child: str, number: str) -> bool:
        referrals.add((child, number.upper()))
        return bool(number) and (child, number.upper()) in followed

    take_referrals(gather, _rows(files[_FIRST], REFERRALS), REFERRALS, in_need=in_need)
    gather.counts["children"] = len({child for child, _ in referrals})
    for name in (name for name in (*_MAKES_IN_NEED, _EARLY_HELP) if name in files):
        take_episodes(gather, _rows(files[name], EPISODES[name][1]), *EPISODES[name])
    if _CARE in files:
        columns = EPISODES[_CARE][1]
        more = (CARE.entered, CARE.period, CARE.start_reason, CARE.end_reason)
        notices += take_care(gather, _rows(files[_CARE], columns, more), columns, CARE)
    alone = sum(times for named, times in followed.items() if not named[1] or named not in referrals)
    if alone:
        notices.append(
            f"{alone:,} plans and enquiries name no referral of the same child in {_FIRST}: they make none one in need."
        )
    notices += [f"{name} is not used: {why}." for name, why in _WHY_NOT_USED.items() if name in files]
    return gather.found(folder.name, digest.hexdigest(), tuple(notices), as_of=as_of)


def _followed(gather: Gather, files: Mapping[str, Path]) -> Counter[tuple[str, str]]:
    """Return how many plans and enquiries that began name each referral, by the child's pseudonym and its number."""
    followed: Counter[tuple[str, str]] = Counter()
    for name in (name for name in (_PLANS, *_MAKES_IN_NEED) if name in files):
        columns = PLANS if name == _PLANS else EPISODES[name][1]
        for where, record in _rows(files[name], columns):
            if is_blank(record.get(columns.started)):
                if name == _PLANS:
                    gather.passed_over[f"{_PLANS} without a start"] += 1
                continue
            number = number_in(record.get(columns.number)).value or ""
            if name == _PLANS:  # the others are judged when their episodes are taken
                child = gather.child(where, record.get(columns.child), field_name=columns.child)
                day = gather.fields.day(where, columns.started, record.get(columns.started))
                gather.in_part.update(filter(None, [child if day is None else None]))
            else:
                read = child_in(record.get(columns.child)).value
                child = None if read is None else gather.key.pseudonym("child", read)
            if child is not None:
                followed[child, number.upper()] += 1
    return followed


def _rows(path: Path, columns: Columns, more: tuple[str, ...] = ()) -> Iterator[tuple[str, Record]]:
    named = columns.named()
    return rows_of(path, (*named.values(), *more), [name for part, name in named.items() if part != "number"])


def _not_there(name: str, path: Path) -> Iterator[str]:
    """Yield what a person should know of columns that one can do without."""
    there = set(headings_of(path))
    number = {_FIRST: REFERRALS, _PLANS: PLANS, **{each: columns for each, (_, columns) in EPISODES.items()}}[
        name
    ].number
    if number and number not in there and name != _CARE:
        yield f'{path.name} has no column "{number}": what it holds cannot be told to belong to a referral.'
    if name == _CARE and not {CARE.entered, CARE.period} & there:
        yield (
            f'{path.name} has neither "{CARE.entered}" nor "{CARE.period}": episodes that follow one another within a '
            "day are taken for one period of care."
        )
