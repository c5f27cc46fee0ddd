"""Tables of what the registered protocol answered where the truth is known: of worlds, of estimators, of checks.

A column of the first is an entry of `COLUMNS`: a function from a world's lines (as `answers` writes them) to a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from counties_report import is_right

Lines = Sequence[Mapping[str, Any]]
CALIBRATED = "calibrated"
_NOUGHT = 1e-9


def primary(lines: Lines, *, of: str = "primary") -> np.ndarray:
    """Return estimate, standard error, low and high, shape (lines, 4), NaN where there is none."""
    found = [line["primary"] if of == "primary" else line["estimates"].get(of) for line in lines]
    return np.array([[np.nan if x is None else x for x in four or [None] * 4] for four in found], dtype=float)


def plain(lines: Lines) -> np.ndarray:
    """Return the registered estimate before any calibration: the primary's own, or the matched one's."""
    return np.array(
        [
            primary([line], of="primary" if line.get("primary_estimator") != CALIBRATED else "matched")[0]
            for line in lines
        ]
    )


def shown(lines: Lines) -> np.ndarray:
    """Return the estimate whose interval a reader is shown first: the calibrated one where there is one."""
    calibrated = primary(lines, of=CALIBRATED)
    return np.where(np.isnan(calibrated), primary(lines), calibrated)


def truth(lines: Lines) -> np.ndarray:
    return np.array([line["truth"] for line in lines], dtype=float)


def verdicts(lines: Lines) -> np.ndarray:
    return np.array([line["verdict"] for line in lines])


def wrong_signed(lines: Lines) -> np.ndarray:
    """Return which verdicts say more where the truth is nought or fewer, or fewer where it is nought or more."""
    said, true = verdicts(lines), truth(lines)
    return (said == "more") & (true <= _NOUGHT) | (said == "fewer") & (true >= -_NOUGHT)


def _covered(four: np.ndarray, true: np.ndarray) -> str:
    known = ~np.isnan(four[:, 2])
    return _share((four[known, 2] <= true[known]) & (true[known] <= four[known, 3]))


def _share(which: np.ndarray) -> str:
    return f"{100 * which.mean():.1f}" if len(which) else ""


def _false_positives(lines: Lines) -> str:
    """Share of intervals shown that leave out nought where it is the truth, whatever the verdict."""
    null = np.abs(truth(lines)) < _NOUGHT
    four = shown(lines)[null]
    four = four[~np.isnan(four[:, 2])]
    return _share((four[:, 2] > 0) | (four[:, 3] < 0))


def _bias(lines: Lines) -> str:
    z = (plain(lines)[:, 0] - truth(lines)) / plain(lines)[:, 1]
    return f"{np.nanmean(z):+.2f} ± {np.nanstd(z) / np.sqrt(max(np.isfinite(z).sum(), 1)):.2f}"


def _width(lines: Lines) -> str:
    calibrated, own = primary(lines, of=CALIBRATED), plain(lines)
    ratio = (calibrated[:, 3] - calibrated[:, 2]) / (own[:, 3] - own[:, 2])
    return f"{np.nanmean(ratio):.2f}" if np.isfinite(ratio).any() else ""


def _said(code: str) -> Callable[[Lines], str]:
    return lambda lines: _share(verdicts(lines) == code)


def _mean(*path: str, digits: int) -> Callable[[Lines], str]:
    def cell(lines: Lines) -> str:
        values = []
        for line in lines:
            value: Any = line
            for step in path:
                value = None if value is None else value.get(step)
            values.append(np.nan if value is None else float(value))
        return f"{np.nanmean(values):.{digits}f}" if np.isfinite(values).any() else ""

    return cell


COLUMNS: Mapping[str, Callable[[Lines], str]] = MappingProxyType(
    {
        "number": lambda lines: str(len(lines)),
        "matched": _mean("sizes", "matched", digits=0),
        "truth": lambda lines: f"{100 * truth(lines).mean():+.2f}",
        "SE": lambda lines: f"{100 * np.nanmean(plain(lines)[:, 1]):.2f}",
        "bias / SE": _bias,
        "plain coverage %": lambda lines: _covered(plain(lines), truth(lines)),
        "coverage %": lambda lines: _covered(shown(lines), truth(lines)),
        "false positives %": _false_positives,
        "verdict right %": lambda lines: _share(np.array([is_right(line["verdict"], line["truth"]) for line in lines])),
        "cannot say %": _said("cannot_say"),
        "no study at all %": lambda lines: _share(np.array(["problem" in line for line in lines])),
        "wrong sign %": lambda lines: _share(wrong_signed(lines)),
        "fewer %": _said("fewer"),
        "more %": _said("more"),
        "little %": _said("little_or_no_difference"),
        "inconclusive %": _said("inconclusive"),
        "fewer, no gates %": lambda lines: _share(np.array([line.get("ungated") == "fewer" for line in lines])),
        "width ratio": _width,
        "seconds": _mean("seconds", digits=1),
    }
)


def world_table(lines: Lines) -> list[dict[str, str]]:
    """Return one row a world, and one each for all clean and all hidden worlds of each simulator."""
    groups = {}
    for line in lines:
        groups.setdefault(line["world"]["name"], []).append(line)
    for source in ("small", "tenth"):
        for word, is_clean in (("clean", True), ("hidden", False)):
            part = _part(lines, source, is_clean=is_clean)
            if part:
                groups[f"{source}: all {word}"] = part
    return [
        {"world": name, **{column: cell(rows) for column, cell in COLUMNS.items()}} for name, rows in groups.items()
    ]


def estimator_table(lines: Lines) -> list[dict[str, str]]:
    """Return one row an estimator of the primary outcome: bias, error and coverage in clean and in hidden worlds."""
    names = list(dict.fromkeys(name for line in lines for name in line["estimates"]))
    table = []
    for name in names:
        row = {"estimator": name}
        for word, is_clean in (("clean", True), ("hidden", False)):
            for source in ("small", "tenth"):
                part = _part(lines, source, is_clean=is_clean)
                if part and np.isfinite(found := primary(part, of=name)).any():
                    z = (found[:, 0] - truth(part)) / found[:, 1]
                    row[f"{source}, {word}: bias / SE"] = f"{np.nanmean(z):+.2f}"
                    row[f"{source}, {word}: SE"] = f"{100 * np.nanmean(found[:, 1]):.2f}"
                    row[f"{source}, {word}: coverage %"] = _covered(found, truth(part))
        table.append(row)
    return table


def check_table(lines: Lines) -> list[dict[str, str]]:
    """Return one row a check: how often it does not pass (and fails) in clean worlds and in each kind of hidden one."""
    groups = {
        "clean, small": _part(lines, "small", is_clean=True),
        "clean, tenth": _part(lines, "tenth", is_clean=True),
        "hidden, small": _part(lines, "small", is_clean=False),
        "hidden, tenth": _part(lines, "tenth", is_clean=False),
    }
    for line in lines:
        if line["world"]["hidden"]:
            groups.setdefault(line["world"]["name"], []).append(line)
    groups = {name: rows for name, rows in groups.items() if rows}
    names = list(dict.fromkeys(name for line in lines for name in line.get("checks", {})))
    table = []
    for name in names:
        row = {"check": name}
        for group, rows in groups.items():
            said = np.array([line["checks"][name][0] for line in rows if name in line.get("checks", {})])
            row[group] = (
                f"{100 * (said != 'pass').mean():.0f} ({100 * (said == 'fail').mean():.0f})" if len(said) else ""
            )
        for source in ("small", "tenth"):
            row[f"apart, {source}"] = _apart(row.get(f"clean, {source}", ""), row.get(f"hidden, {source}", ""))
        table.append(row)
    return [*table, _any_row(groups)]


def _any_row(groups: Mapping[str, Lines]) -> dict[str, str]:
    """Return the row of runs in which any check that is no gate does not pass."""
    row = {"check": "any that is no gate"}
    for group, rows in groups.items():
        any_warns = [any(s != "pass" and not gate for s, _, gate in line.get("checks", {}).values()) for line in rows]
        row[group] = f"{100 * np.mean(any_warns):.0f}"
    return row


def _apart(clean: str, hidden: str) -> str:
    return f"{float(hidden.split()[0]) - float(clean.split()[0]):+.0f}" if clean and hidden else ""


def _part(lines: Lines, source: str, *, is_clean: bool) -> list[Mapping[str, Any]]:
    return [line for line in lines if line["world"]["source"] == source and (not line["world"]["hidden"]) == is_clean]


def as_markdown(rows: Sequence[Mapping[str, str]]) -> str:
    """Return rows as a table, columns in the order they are first met."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    head = [f"| {' | '.join(columns)} |", "| --- |" + " ---: |" * (len(columns) - 1)]
    return "\n".join([*head, *(f"| {' | '.join(row.get(name, '') for name in columns)} |" for row in rows)])


def report(lines: Lines) -> str:
    """Return the three tables, with what their figures mean."""
    return "\n".join(
        [
            "Figures are families in every 100; bias is that of the plain estimate, in its standard errors.",
            "",
            as_markdown(world_table(lines)),
            "",
            as_markdown(estimator_table(lines)),
            "",
            "Runs in 100 in which a check does not pass (in brackets: fails), and how far hidden and clean are apart.",
            "",
            as_markdown(check_table(lines)),
        ]
    )
