"""The Standard Safeguarding Dataset: a folder of csv files, one an object, of which four are used.

Data to Insight, Standard Safeguarding Dataset: objects ssd_cin_episodes, ssd_s47_enquiry, ssd_cp_plans and
ssd_cla_episodes, with the columns of its specification.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from toolkit.errors import InputError
from toolkit.intake.connect.builder import Gather
from toolkit.intake.connect.lists import Columns, Record, check_columns, take_episodes, take_referrals
from toolkit.intake.connect.result import Found
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
    }
)  # fmt: skip
_FIRST = "ssd_cin_episodes"


def read_ssd(folder: Path, key: Key, *, today: date | None = None, as_of: date | None = None) -> Found:
    """Read a folder of the dataset's csv files; those not used are counted by their rows.

    A referral counts as of a child in need when an enquiry or a protection plan names it.

    Raises
    ------
    InputError
        When the folder has no ssd_cin_episodes.csv, or a file lacks a column it needs (all named).
    """
    files = {path.stem.lower(): path for path in sorted(folder.glob("*.csv"))} if folder.is_dir() else {}
    if _FIRST not in files:
        raise InputError(f"{folder} has no {_FIRST}.csv. Name the folder that holds the dataset's csv files.")
    gather = Gather(key, today or date.today(), origin=Origin("ssd"))
    digest = hashlib.sha256()
    followed: set[str] = set()
    for name, path in files.items():
        digest.update(path.read_bytes())
        if name in EPISODES:
            kind, columns = EPISODES[name]
            take_episodes(gather, _rows(path, columns), kind, columns)
            if kind != "looked_after":
                followed |= {str(row.get(columns.number) or "") for _, row in _rows(path, columns)}
        elif name != _FIRST:
            gather.passed_over[name] += sum(1 for _ in _rows(path, None))
    number = REFERRALS.number
    take_referrals(
        gather, _rows(files[_FIRST], REFERRALS), REFERRALS, in_need=lambda row: str(row.get(number) or "?") in followed
    )
    gather.counts["children"] = len({row.get(REFERRALS.child) for _, row in _rows(files[_FIRST], REFERRALS)})
    return gather.found(folder.name, digest.hexdigest(), as_of=as_of)


def _rows(path: Path, columns: Columns | None) -> Iterator[tuple[str, Record]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if columns is not None:
                check_columns(columns, reader.fieldnames or (), path.name)
            for row in reader:
                yield f"{path.name}, row {reader.line_num}", row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f'"{path.name}" cannot be read as csv text in UTF-8: {error}. Export it again.') from error
