"""The returns of social care's system: the census, the safeguarding dataset and Annex A, each as of a day."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from toolkit.tables.referrals import SOURCES

_SIX_MONTHS = timedelta(days=183)
_PLACED_AGAIN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Episode:
    """An enquiry, a plan or a time in care, and the referral that led to it, if the records hold it."""

    number: str
    child: str
    kind: str
    start: date
    end: date | None
    referral: str


@dataclass(slots=True)
class Case:
    """A referral and what followed."""

    number: str
    child: str
    received: date
    source: str
    outcome: str
    closed: date | None
    reason: str
    episodes: list[Episode] = field(default_factory=list)

    @property
    def plan_from(self) -> date | None:
        """The day a child in need plan began, where there was one."""
        if self.outcome != "in_need":
            return None
        return min(self.received + timedelta(days=3), self.closed or date(2012, 3, 31), date(2012, 3, 31))


@dataclass(frozen=True, slots=True)
class Cases:
    """Everything social care's system holds."""

    cases: tuple[Case, ...]
    episodes: tuple[Episode, ...]
    births: Mapping[str, date]

    @classmethod
    def of(cls, tables: Mapping[str, pd.DataFrame]) -> Cases:
        """Return the cases of a county; an episode is of its child's last referral that can have led to it."""
        cases = [
            Case(row.referral_id, row.child_id, row.received_on.date(), row.source, row.outcome, _day(row.closed_on),
                 "" if pd.isna(row.closure_reason) else row.closure_reason)
            for row in tables["referrals"].itertuples()
        ]  # fmt: skip
        of_child: dict[str, list[Case]] = {}
        for case in sorted(cases, key=lambda one: (one.received, one.number)):
            of_child.setdefault(case.child, []).append(case)
        episodes = []
        for at, row in enumerate(tables["episodes"].itertuples()):
            start = row.started_on.date()
            led = [one for one in of_child.get(row.child_id, []) if one.received <= start and one.outcome == "in_need"]
            number = led[-1].number if led else "before"
            episode = Episode(f"E{at}", row.child_id, row.kind, start, _day(row.ended_on), number)
            episodes.append(episode)
            if led:
                led[-1].episodes.append(episode)
        children = tables["children"]
        births = dict(zip(children["child_id"], (day.date() for day in children["birth_month"]), strict=True))
        return cls(tuple(cases), tuple(episodes), births)

    def begun(self, kind: str, day: date) -> list[Episode]:
        """Return the episodes of a kind that began by a day."""
        return [one for one in self.episodes if one.kind == kind and one.start <= day]


def _day(moment: Any) -> date | None:
    return None if pd.isna(moment) else moment.date()


def _by(day: date | None, end: date) -> date | None:
    """Return a day, if it has come by the day of the return."""
    return day if day is not None and day <= end else None


def write_census(cases: Cases, path: Path, year: int) -> None:
    """Write the census of the year to 31 March, laid out with a line an element."""
    end, before = date(year, 3, 31), date(year - 1, 3, 31)
    of_child: dict[str, list[Case]] = {}
    for case in cases.cases:
        if case.received <= end and (case.closed is None or case.closed > before):
            of_child.setdefault(case.child, []).append(case)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>', "<Message>", "  <Header>", "    <CollectionDetails>",
        f"      <Collection>CIN</Collection>\n      <Year>{year}</Year>\n      <ReferenceDate>{end}</ReferenceDate>",
        f"    </CollectionDetails>\n    <Source>\n      <DateTime>{end}T12:00:00</DateTime>\n    </Source>",
        "  </Header>\n  <Children>",
    ]  # fmt: skip
    for child, its in of_child.items():
        lines.append(f"    <Child>\n      <ChildIdentifiers>\n        <LAchildID>{child}</LAchildID>")
        lines.append(f"        <PersonBirthDate>{cases.births[child]}</PersonBirthDate>\n      </ChildIdentifiers>")
        for case in its:
            lines += _census_case(case, end)
        lines.append("    </Child>")
    path.write_text("\n".join([*lines, "  </Children>", "</Message>", ""]), encoding="utf-8")


def _census_case(case: Case, end: date) -> Iterable[str]:
    closed, plan = _by(case.closed, end), _by(case.plan_from, end)
    yield "      <CINdetails>"
    yield f"        <CINreferralDate>{case.received}</CINreferralDate>"
    yield f"        <ReferralSource>{case.source}</ReferralSource>"
    if closed:
        yield f"        <CINclosureDate>{closed}</CINclosureDate>"
        if case.reason:
            yield f"        <ReasonForClosure>{case.reason}</ReasonForClosure>"
    yield f"        <ReferralNFA>{int(case.outcome == 'nfa')}</ReferralNFA>"
    if plan:
        yield f"        <CINPlanDates>\n          <CINPlanStartDate>{plan}</CINPlanStartDate>\n        </CINPlanDates>"
    for one in case.episodes:
        if one.kind == "section_47" and one.start <= end:
            yield f"        <Section47>\n          <S47ActualStartDate>{one.start}</S47ActualStartDate>"
            yield "        </Section47>"
        if one.kind == "protection_plan" and one.start <= end:
            ended = _by(one.end, end)
            yield f"        <ChildProtectionPlans>\n          <CPPstartDate>{one.start}</CPPstartDate>"
            yield f"          <CPPendDate>{ended}</CPPendDate>" if ended else "          <CPPendDate/>"
            yield "        </ChildProtectionPlans>"
    yield "      </CINdetails>"


def write_dataset(cases: Cases, folder: Path, end: date) -> None:
    """Write a folder of the safeguarding dataset: everything up to a day, an empty value as SQL Server writes it."""
    folder.mkdir()
    referrals, plans = [], []
    for case in (case for case in cases.cases if case.received <= end):
        closed, plan = _by(case.closed, end), _by(case.plan_from, end)
        nfa = "Y" if case.outcome == "nfa" else "N"
        reason = case.reason if closed else ""
        referrals.append((case.number, case.child, case.received, case.source, nfa, closed, reason))
        if plan:
            plans.append((f"P{case.number}", case.number, case.child, plan, None))
    _rows(folder, "ssd_cin_episodes", "cine_referral_id cine_person_id cine_referral_date cine_referral_source_code "
          "cine_referral_nfa cine_close_date cine_close_reason", referrals)  # fmt: skip
    _rows(folder, "ssd_cin_plans", "cinp_cin_plan_id cinp_referral_id cinp_person_id cinp_cin_plan_start_date "
          "cinp_cin_plan_end_date", plans)  # fmt: skip
    for name, kind, columns in (
        ("ssd_s47_enquiry", "section_47", "s47e_referral_id s47e_person_id s47e_s47_start_date s47e_s47_end_date"),
        ("ssd_cp_plans", "protection_plan", "cppl_referral_id cppl_person_id cppl_cp_plan_start_date "
         "cppl_cp_plan_end_date"),
    ):  # fmt: skip
        rows = [(one.referral, one.child, one.start, _by(one.end, end)) for one in cases.begun(kind, end)]
        _rows(folder, name, columns, rows)
    care = [row for one in cases.begun("looked_after", end) for row in _placements(one, end)]
    _rows(folder, "ssd_cla_episodes", "clae_cla_id clae_person_id clae_entered_care_date "
          "clae_cla_episode_start_date clae_cla_episode_start_reason clae_cla_episode_ceased_date "
          "clae_cla_episode_ceased_reason", care)  # fmt: skip
    people = sorted({case.child for case in cases.cases if case.received <= end})
    _rows(folder, "ssd_person", "pers_person_id pers_dob", [(child, cases.births[child]) for child in people])


def _placements(one: Episode, end: date) -> Iterable[tuple[Any, ...]]:
    """Yield a time in care as the dataset has it: another episode when the child is placed again."""
    moved, left = one.start + _PLACED_AGAIN, _by(one.end, end)
    if moved <= end and (left is None or left > moved):
        yield one.number, one.child, one.start, one.start, "S", moved, "X1"
        yield one.number, one.child, one.start, moved, "P", left, "E4A" if left else ""
    else:
        yield one.number, one.child, one.start, one.start, "S", left, "E4A" if left else ""


def _rows(folder: Path, name: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns.split())
        writer.writerows([["NULL" if value in (None, "") else value for value in row] for row in rows])


def write_annex_a(cases: Cases, path: Path, end: date) -> None:
    """Write an Annex A workbook: referrals and enquiries of six months, plans and care that went on within them."""
    since = end - _SIX_MONTHS
    referrals = [
        (case.child, case.received, f"{case.source}: {SOURCES[case.source]}", "Yes" if case.outcome == "nfa" else "No")
        for case in cases.cases
        if since < case.received <= end
    ]
    enquiries = [(one.child, one.start) for one in cases.begun("section_47", end) if one.start > since]
    going_on = {
        kind: [
            (one.child, one.start, _by(one.end, end))
            for one in cases.begun(kind, end)
            if one.end is None or one.end > since
        ]
        for kind in ("protection_plan", "looked_after")
    }
    lists: tuple[tuple[str, tuple[str, ...], list[tuple[Any, ...]]], ...] = (
        ("List 3", ("Date of Referral", "Referral Source", "Referral NFA?"), referrals),
        ("List 5", ("Strategy discussion initiating Section 47 Enquiry Start Date",), enquiries),
        ("List 7", ("Child Protection Plan Start Date", "Child Protection Plan End Date"), going_on["protection_plan"]),
        ("List 8", ("Date Started to be Looked After", "Date Ceased to be Looked After"), going_on["looked_after"]),
    )
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        book.add_worksheet("Guidance").write(0, 0, "Child-level data")
        for name, headings, rows in lists:
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ("Child Unique ID", *headings))
            for at, (child, *values) in enumerate(rows, start=1):
                sheet.write_row(at, 0, (int(child), *(value for value in values)))
