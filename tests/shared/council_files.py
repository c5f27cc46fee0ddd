"""A county's tables as the files a council has: lists by year, workbooks of scores, and three returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from council_returns import Cases, write_annex_a, write_census, write_dataset
from toolkit.intake.pseudonyms import Key
from toolkit.tables import TABLES, Column, Kind

YEARS = (2008, 2009, 2010, 2011, 2012)
"""Each ends on 31 March."""
_CHILD = {"family_id": "family", "child_id": "child"}
_FRONT_DOOR = ("referral_id", "child_id", "received_on", "source", "outcome", "referred_back")
"""What only the front door's own list says: how a case still open ended, and what was sent back to its centre."""

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class CouncilFile:
    """A file and the command that takes it: ``toolkit import`` and these, then the store and the key."""

    path: Path
    year: int
    command: tuple[str, ...]


def with_council_numbers(tables: Tables, families: int | None = None) -> dict[str, pd.DataFrame]:
    """Return the tables with children numbered as a system does, of so many families or of all."""
    chosen = {name: frame.copy() for name, frame in tables.items()}
    if families is not None:
        _cut(chosen, families)
    for frame in chosen.values():
        if "child_id" in frame:
            frame["child_id"] = [f"5{number[1:]}" for number in frame["child_id"]]
    return chosen


def keyed(tables: Tables, key: Key) -> dict[str, pd.DataFrame]:
    """Return the tables as a store with a key should hold them."""
    made = {name: frame.copy() for name, frame in tables.items()}
    for frame in made.values():
        for column, kind in _CHILD.items():
            if column in frame:
                frame[column] = [key.pseudonym(kind, number) for number in frame[column]]
    return made


def write_council_files(tables: Tables, out: Path) -> list[CouncilFile]:
    """Write everything, in the order in which it would be taken."""
    out.mkdir(parents=True)
    files: list[CouncilFile] = []
    for year in YEARS:
        files += _lists(tables, out, year)
    files += _scores(tables["progress_scores"], out)
    cases = Cases.of(tables)
    for year in YEARS:
        files.append(_front_door(tables["referrals"], out, year))
        for place, months in enumerate(((year - 1, 6, 30), (year - 1, 9, 30), (year - 1, 12, 31), (year, 3, 31)), 1):
            day, path = date(*months), out / f"Annex A {year}-q{place}.xlsx"
            write_annex_a(cases, path, day)
            files.append(CouncilFile(path, year, ("annex-a", str(path), "--as-of", day.isoformat())))
        folder = out / f"ssd-{year}"
        write_dataset(cases, folder, _end(year))
        files.append(CouncilFile(folder, year, ("ssd", str(folder), "--as-of", _end(year).isoformat())))
        path = out / f"census-{year}.xml"
        write_census(cases, path, year)
        files.append(CouncilFile(path, year, ("census", str(path))))
    return files


def _end(year: int) -> date:
    return date(year, 3, 31)


def _cut(tables: dict[str, pd.DataFrame], families: int) -> None:
    """Keep so many families: those that joined or were referred first, since the others are in fewer files."""
    scored, joined = (set(tables[name]["family_id"]) for name in ("progress_scores", "registrations"))
    children = tables["children"]
    referred = set(children.loc[children["child_id"].isin(tables["referrals"]["child_id"]), "family_id"])
    often = tables["referrals"].merge(children, on="child_id")["family_id"].value_counts()
    wanted = sorted(
        tables["families"]["family_id"],
        key=lambda one: (-((one in scored) + (one in joined) + (one in referred)), -often.get(one, 0), one),
    )
    kept = set(wanted[:families])
    for name, frame in tables.items():
        if "family_id" in frame:
            tables[name] = frame[frame["family_id"].isin(kept)].reset_index(drop=True)
    kept_children = set(tables["children"]["child_id"])
    for name in ("referrals", "episodes"):
        frame = tables[name]
        tables[name] = frame[frame["child_id"].isin(kept_children)].reset_index(drop=True)


def _lists(tables: Tables, out: Path, year: int) -> Iterator[CouncilFile]:
    """Yield a year's own lists: what was known on its last day, what was known before included."""
    end = pd.Timestamp(_end(year))
    first, before = year == YEARS[0], pd.Timestamp(_end(year - 1))
    families = tables["families"]
    families = families[families["known_from"] <= end]
    families = families.assign(known_to=families["known_to"].where(families["known_to"] <= end))
    children = tables["children"]
    joined = tables["registrations"]
    joined = joined[joined["registered_on"] <= end]
    money, events = tables["investments"], tables["events"]
    frames = {
        "centres": tables["centres"] if first else None,
        "families": families,
        "children": children[children["family_id"].isin(families["family_id"])],
        "registrations": joined.assign(left_on=joined["left_on"].where(joined["left_on"] <= end)),
        "investments": money[(money["starts_on"] <= end) & ((money["starts_on"] > before) | first)],
        "events": events[(events["on"] <= end) & ((events["on"] > before) | first)],
        "area_counts": tables["area_counts"] if year == YEARS[-1] else None,
    }
    for name, frame in frames.items():
        if frame is not None and len(frame):
            path = out / f"{name}-{year}.{'xlsx' if name == 'registrations' else 'csv'}"
            _write(name, frame, path)
            yield CouncilFile(path, year, ("table", name, str(path)))


def _scores(scores: pd.DataFrame, out: Path) -> Iterator[CouncilFile]:
    """Yield a workbook a centre, to the last year but one, and one of the last year."""
    last = pd.Timestamp(_end(YEARS[-2]))
    for centre, of_centre in scores.groupby("centre_id"):
        for year, frame in (
            (YEARS[-2], of_centre[of_centre["scored_on"] <= last]),
            (YEARS[-1], of_centre[of_centre["scored_on"] > last]),
        ):
            if len(frame):
                path = out / f"scores-{centre}-{year}.xlsx"
                names = tuple(name for name in frame if name not in ("higher_is", "dimension"))
                _write("progress_scores", frame[list(names)], path)
                yield CouncilFile(path, year, ("table", "progress_scores", str(path), "--higher-is", "better"))


def _front_door(referrals: pd.DataFrame, out: Path, year: int) -> CouncilFile:
    days, path = referrals["received_on"], out / f"front-door-{year}.csv"
    of_year = referrals[(days <= pd.Timestamp(_end(year))) & (days > pd.Timestamp(_end(year - 1)))]
    _write("referrals", of_year[list(_FRONT_DOOR)], path)
    return CouncilFile(path, year, ("table", "referrals", str(path), "--as-of", _end(year).isoformat()))


def _write(table: str, frame: pd.DataFrame, path: Path) -> None:
    columns = [TABLES[table].column(name) for name in frame]
    rows = [
        [_written(value, column) for value, column in zip(row, columns, strict=True)]
        for row in frame.itertuples(index=False)
    ]
    labels = [column.label for column in columns]
    if path.suffix == ".csv":
        pd.DataFrame(rows, columns=labels).to_csv(path, index=False)
        return
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet(TABLES[table].title)
        for at, row in enumerate([labels, *rows]):
            sheet.write_row(at, 0, row)


def _written(value: Any, column: Column) -> Any:
    """Return a value as a person types it."""
    if value is None or pd.isna(value):
        return ""
    match column.kind:
        case Kind.DATE:
            return f"{value:%d/%m/%Y}"
        case Kind.MONTH:
            return f"{value:%B %Y}"
        case Kind.YES_NO:
            return "yes" if value else "no"
        case Kind.CODE if column.name in ("route", "stage"):
            return column.codes[value]
    return value
