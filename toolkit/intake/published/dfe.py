"""The Department for Education's published files, as downloaded, into the table of published counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from toolkit.intake.published.areas import is_listed, learn_codes
from toolkit.intake.published.cells import AUTHORITY, Sheet, counts_of
from toolkit.intake.published.combine import add_population, implied_population, keep_latest
from toolkit.intake.published.editions import edition_of
from toolkit.intake.published.files import TextTable, read_text_table
from toolkit.intake.published.imported import FileRead, Imported, Unread
from toolkit.intake.published.layouts import EXPLORE, LAYOUTS, Layout
from toolkit.intake.published.long import read_long
from toolkit.intake.published.recognition import nearest, recognise
from toolkit.intake.published.sources import Source, gather
from toolkit.intake.published.successors import with_old_series
from toolkit.intake.published.table_tool import as_release
from toolkit.intake.published.wide import read_wide
from toolkit.progress import Progress, silent
from toolkit.tables import table

__all__ = ["FileRead", "Imported", "read_dfe"]


def read_dfe(paths: Iterable[Path | str], *, published: date | None = None, progress: Progress = silent) -> Imported:
    """Read children in need, looked-after and population files of the Department for Education.

    Parameters
    ----------
    paths
        Files as downloaded, in any order, whole folders of them or zip archives; each file is recognised by its
        columns. Descriptions in text files beside them are skipped and noted.
    published
        The day these files were published, where none says it itself.

    Returns
    -------
    Imported
        ``area_counts`` is keyed by area, period and measure (`toolkit.intake.published.measures` lists the measures).
        Where two releases give the same key the later is kept, and how they differ is in ``notes``. ``population`` is
        the preceding mid-year estimate where a population file is among the files, else what the published referral
        rate implies. Files that cannot be used are in ``problems``; beside files that can, one of another kind is only
        listed in ``notes``.
    """
    notes: list[str] = []
    problems: list[str] = []
    unread = Unread()
    read: list[tuple[Sheet, Layout, int]] = []
    ordered = gather(paths)
    for place, source in enumerate(ordered):
        progress(f"Reading {source.name}", place / (len(ordered) + 1))
        text = as_release(read_text_table(source))
        layout = recognise(text.columns)
        if layout is None or text.table is None:
            unread.add(source, text, nearest(text.columns), is_known=layout is not None)
            continue
        sheet = _sheet(text, layout, source, published)
        notes.extend(sheet.notes)
        problems.extend(sheet.problems)
        read.append((sheet, layout, len(text.table)))
    unread.say(notes, problems, others_read=bool(read))
    if unread.descriptions:
        notes.insert(0, f"Skipped, because they describe other files: {', '.join(unread.descriptions)}.")
    progress("Putting releases together", len(ordered) / (len(ordered) + 1))
    return _combined(read, notes, problems)


def _sheet(text: TextTable, layout: Layout, source: Source, published: date | None) -> Sheet:
    """Return a file's cells, with the day it was published where that is known."""
    reader = read_long if layout.family == EXPLORE else read_wide
    sheet = reader(text, layout, LAYOUTS.index(layout))
    return replace(sheet, edition=edition_of(sheet.name, sheet.release, source.published or published))


def _combined(read: list[tuple[Sheet, Layout, int]], notes: list[str], problems: list[str]) -> Imported:
    learnt = learn_codes(_code_pairs(sheet) for sheet, _, _ in read)
    frames: list[pd.DataFrame] = []
    implied: list[pd.DataFrame] = []
    files: list[FileRead] = []
    for sheet, layout, rows in read:
        counts = counts_of(sheet, learnt)
        problems.extend(counts.problems)
        frame = counts.frame.assign(source=sheet.name, rank=sheet.rank)
        frame["edition"] = pd.Series([sheet.edition] * len(frame), index=frame.index, dtype=object)
        frames.append(frame)
        notes.extend(_unlisted(sheet, frame))
        worked_back, apart = implied_population(sheet, frame)
        implied.append(worked_back)
        notes.extend(apart)
        files.append(_file_read(sheet, layout, rows, frame))
    if not frames or not sum(len(frame) for frame in frames):
        return Imported(_in_table(pd.DataFrame()), tuple(notes), tuple(problems), tuple(files))
    kept, differences, undecided = keep_latest(frames)
    problems.extend(undecided)
    kept, added = with_old_series(kept, _names(sheet for sheet, _, _ in read))
    notes.extend(added)
    counted = add_population(kept, implied)
    notes.extend(differences)
    notes.extend(_population_note(counted))
    return Imported(_in_table(counted), tuple(notes), tuple(problems), tuple(files))


def _code_pairs(sheet: Sheet) -> pd.DataFrame:
    councils = sheet.cells[sheet.cells["level"] == AUTHORITY]
    return councils[["la_code", "own_area"]].rename(columns={"own_area": "area"})


def _unlisted(sheet: Sheet, frame: pd.DataFrame) -> list[str]:
    """Return a note on councils that are in no list, kept under the code the file gives them."""
    councils = frame[(frame["level"] == AUTHORITY) & ~frame["area"].map(is_listed)]
    names = sheet.cells.drop_duplicates("row").set_index("row")["name"]
    new = sorted({(area, str(names[row])) for area, row in zip(councils["area"], councils["row"], strict=True)})
    if not new:
        return []
    said = ", ".join(f"{name} ({area})" for area, name in new)
    return [f"{sheet.name}: not in the list of council codes, and kept as areas of their own: {said}."]


def _names(sheets: Iterable[Sheet]) -> dict[str, str]:
    """Return what files call councils that are in no list, by the code they give them."""
    councils = pd.concat([sheet.cells.loc[sheet.cells["level"] == AUTHORITY, ["own_area", "name"]] for sheet in sheets])
    councils = councils.drop_duplicates()
    codes = councils["own_area"].str.strip().str.upper()
    return dict(zip(codes[~codes.map(is_listed)], councils.loc[~codes.map(is_listed), "name"], strict=True))


def _file_read(sheet: Sheet, layout: Layout, rows: int, frame: pd.DataFrame) -> FileRead:
    periods = sorted(frame["period"].unique())
    return FileRead(
        name=sheet.name,
        layout=layout.name,
        rows=rows,
        measures=tuple(dict.fromkeys(frame["measure"])),
        first_period=periods[0] if periods else "",
        last_period=periods[-1] if periods else "",
        release=sheet.edition.release,
        published=sheet.edition.published,
    )


def _population_note(counted: pd.DataFrame) -> list[str]:
    rated = counted[counted["population"].notna() & counted["is_worked_back"].eq(True)]
    if rated.empty:
        return []
    years = sorted(rated["year"].unique())
    span = str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"
    areas = len(rated[["area", "year"]].drop_duplicates())
    return [
        f"Where the files hold no population estimate ({span}; areas times years: {areas:,}) it is worked back from "
        "the published referral rate, right to about one child in 5,000, or as a census file prints it, in hundreds."
    ]


def _in_table(counted: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of `area_counts` in order, sorted by key."""
    columns = [column.name for column in table("area_counts").columns]
    if counted.empty:
        kinds = {"count": float, "population": float}
        return pd.DataFrame({column: pd.Series(dtype=kinds.get(column, str)) for column in columns})
    ordered = counted.sort_values(["area", "period", "measure"], kind="stable")[columns].reset_index(drop=True)
    text = [column for column in columns if column not in ("count", "population")]
    return ordered.astype(dict.fromkeys(text, str) | {"count": float, "population": float})
