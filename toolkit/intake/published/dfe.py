"""The Department for Education's published files, as downloaded, into the table of published counts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from toolkit.intake.published.areas import learn_codes
from toolkit.intake.published.cells import AUTHORITY, Sheet, counts_of
from toolkit.intake.published.combine import add_population, implied_population, keep_latest
from toolkit.intake.published.files import TextTable, read_text_table
from toolkit.intake.published.imported import FileRead, Imported
from toolkit.intake.published.layouts import EXPLORE, LAYOUTS, Layout, nearest, recognise
from toolkit.intake.published.long import read_long
from toolkit.intake.published.wide import read_wide
from toolkit.progress import Progress, silent
from toolkit.tables import table

__all__ = ["FileRead", "Imported", "read_dfe"]


def read_dfe(paths: Iterable[Path | str], *, progress: Progress = silent) -> Imported:
    """Read children in need, looked-after and population files of the Department for Education.

    Parameters
    ----------
    paths
        Files as downloaded, in any order; each is recognised by its columns. Descriptions in text files beside them
        are skipped and noted.

    Returns
    -------
    Imported
        ``area_counts`` is keyed by area, period and measure (`toolkit.intake.published.measures` lists the measures).
        Where two releases give the same key the later is kept, and how they differ is in ``notes``. ``population`` is
        the preceding mid-year estimate where a population file is among the files, else what the published referral
        rate implies. Files that cannot be used are in ``problems``.
    """
    notes: list[str] = []
    skipped: list[str] = []
    problems: list[str] = []
    read: list[tuple[Sheet, Layout, int]] = []
    ordered = sorted({Path(path) for path in paths}, key=lambda path: (path.name, str(path)))
    for place, path in enumerate(ordered):
        progress(f"Reading {path.name}", place / (len(ordered) + 1))
        text = read_text_table(path)
        layout = recognise(text.columns) if text.table is not None else None
        if layout is None or text.table is None:
            _say_unread(path, text, skipped, problems)
            continue
        sheet = _sheet(text, layout)
        notes.extend(sheet.notes)
        problems.extend(sheet.problems)
        read.append((sheet, layout, len(text.table)))
    if skipped:
        notes.insert(0, f"Skipped, because they describe other files: {', '.join(skipped)}.")
    progress("Putting releases together", len(ordered) / (len(ordered) + 1))
    return _combined(read, notes, problems)


def _sheet(text: TextTable, layout: Layout) -> Sheet:
    reader = read_long if layout.family == EXPLORE else read_wide
    return reader(text, layout, LAYOUTS.index(layout))


def _say_unread(path: Path, text: TextTable, skipped: list[str], problems: list[str]) -> None:
    if path.suffix.lower() == ".txt":
        skipped.append(text.name)
    elif text.trouble:
        problems.append(text.trouble)
    else:
        problems.append(f"{text.name} is not a file the toolkit knows. {nearest(text.columns)}")


def _combined(read: list[tuple[Sheet, Layout, int]], notes: list[str], problems: list[str]) -> Imported:
    learnt = learn_codes(_code_pairs(sheet) for sheet, _, _ in read)
    frames: list[pd.DataFrame] = []
    implied: list[pd.DataFrame] = []
    files: list[FileRead] = []
    for sheet, layout, rows in read:
        counts = counts_of(sheet, learnt)
        problems.extend(counts.problems)
        frame = counts.frame.assign(source=sheet.name, release=sheet.release, rank=sheet.rank)
        frames.append(frame)
        worked_back, apart = implied_population(sheet, frame)
        implied.append(worked_back)
        notes.extend(apart)
        files.append(_file_read(sheet, layout, rows, frame))
    if not frames or not sum(len(frame) for frame in frames):
        return Imported(_in_table(pd.DataFrame()), tuple(notes), tuple(problems), tuple(files))
    kept, differences = keep_latest(frames)
    counted = add_population(kept, implied)
    notes.extend(differences)
    notes.extend(_population_note(counted))
    return Imported(_in_table(counted), tuple(notes), tuple(problems), tuple(files))


def _code_pairs(sheet: Sheet) -> pd.DataFrame:
    councils = sheet.cells[sheet.cells["level"] == AUTHORITY]
    return councils[["la_code", "own_area"]].rename(columns={"own_area": "area"})


def _file_read(sheet: Sheet, layout: Layout, rows: int, frame: pd.DataFrame) -> FileRead:
    periods = sorted(frame["period"].unique())
    return FileRead(
        name=sheet.name,
        layout=layout.name,
        rows=rows,
        measures=tuple(dict.fromkeys(frame["measure"])),
        first_period=periods[0] if periods else "",
        last_period=periods[-1] if periods else "",
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
        "the published referral rate, right to about one child in 5,000."
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
