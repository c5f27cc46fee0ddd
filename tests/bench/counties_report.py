"""The page in ``docs/`` on Recommendation 11's analysis, judged on simulated counties: tables and a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

DOCS = Path(__file__).parents[2] / "docs"
OUTCOME, CENTRE, OTHERS = "any_referral_12m", "centre_referral_12m", "any_referral_12m_excluding_centre"
SENSITIVITY = (
    "negative_control_outcome",
    "negative_control_exposure",
    "too_soon",
    "placebo_time_zero",
    "estimator_agreement",
    "leave_one_centre_out",
    "window",
    "hidden_difference",
    "e_value",
    "rosenbaum",
)
_MARGIN = 0.01
_WAYS = {
    "ours": "Ours: matched on the joining day",
    "joiners_rest": "Naive: joiners against all others",
    "before_after": "Naive: joiners before and after",
    "second_score": "Naive: clock starts at the second score",
}


def write_report(plain: pd.DataFrame, hidden: pd.DataFrame, docs: Path = DOCS) -> Path:
    """Write ``rec11-check.md`` and its picture, and return the page.

    Parameters
    ----------
    plain, hidden
        One row a county, as `tests/bench/counties.py` writes them: without and with a cause nobody recorded.
    """
    _picture(plain).save(str(docs / "rec11-check.svg"))
    page = docs / "rec11-check.md"
    page.write_text(_page(plain, hidden), encoding="utf-8")
    return page


def cell_table(plain: pd.DataFrame) -> pd.DataFrame:
    """Return one row an effect and strength of confounding, and one for all: bias, coverage and verdicts."""
    parts = [(f"{effect}, {_strength(c)}", rows) for (effect, c), rows in plain.groupby(["effect", "confounding"])]
    return pd.DataFrame([_cell(name, rows) for name, rows in [*parts, ("all", plain)]])


def _cell(name: str, rows: pd.DataFrame) -> dict[str, Any]:
    ours, truth = _numbers(rows, f"matched:{OUTCOME}"), rows[f"truth:{OUTCOME}"].to_numpy(dtype=float)
    error = ours["estimate"] - truth
    null = rows["effect"].to_numpy() == "none"
    clear = (ours["low"] > 0) | (ours["high"] < 0)
    right = [is_right(code, t) for code, t in zip(rows["verdict"], truth, strict=True)]
    return {
        "counties": name,
        "number": len(rows),
        "truth": f"{100 * truth.mean():+.2f}",
        "ours": f"{100 * ours['estimate'].mean():+.2f}",
        "bias / SE": f"{error.mean() / ours['se'].mean():+.2f}",
        "coverage %": f"{100 * np.mean((ours['low'] <= truth) & (truth <= ours['high'])):.1f}",
        "false positives %": f"{100 * clear[null].mean():.1f}" if null.any() else "",
        "verdict right %": f"{100 * np.mean(right):.1f}",
        "joiners against all others": f"{100 * _numbers(rows, f'unadjusted:{OUTCOME}')['estimate'].mean():+.2f}",
        "before and after": f"{100 * rows['before_after'].astype(float).mean():+.2f}",
        "second score": f"{100 * _second(rows).mean():+.2f}",
    }


def is_right(code: str, truth: float) -> bool:
    """Whether a verdict does not contradict the truth."""
    if code == "fewer":
        return truth < 0
    if code == "more":
        return truth > 0
    return code != "little_or_no_difference" or abs(truth) < _MARGIN


def hidden_table(plain: pd.DataFrame, hidden: pd.DataFrame) -> pd.DataFrame:
    """Return how often a sensitivity check warns: with no hidden cause, with one, and where the sign is wrong."""
    wrong = hidden[is_wrong_way(hidden)]
    return pd.DataFrame(
        [
            {
                "runs": name,
                "number": len(rows),
                "at least one check warns %": f"{100 * _warned(rows, SENSITIVITY).mean():.0f}" if len(rows) else "",
                **{check: f"{100 * _warned(rows, (check,)).mean():.0f}" if len(rows) else "" for check in SENSITIVITY},
            }
            for name, rows in (("no hidden cause", plain), ("a hidden cause", hidden), ("and the sign is wrong", wrong))
        ]
    )


def is_wrong_way(rows: pd.DataFrame) -> np.ndarray:
    """Return which runs say more where the truth is fewer or nothing, or fewer where it is more or nothing."""
    ours, truth = _numbers(rows, f"matched:{OUTCOME}")["estimate"], rows[f"truth:{OUTCOME}"].to_numpy(dtype=float)
    return np.asarray((truth <= 0) & (ours > 0) | (truth > 0) & (ours < 0))


def detection_table(plain: pd.DataFrame) -> pd.DataFrame:
    """Return what the cascade says of centres' own referrals, by what centres do."""
    rows = []
    for effect, part in plain.groupby("effect"):
        own, others = _numbers(part, f"matched:{CENTRE}"), _numbers(part, f"matched:{OTHERS}")
        rows.append(
            {
                "centres": effect,
                "number": len(part),
                "true rise in their own": f"{100 * part[f'truth:{CENTRE}'].mean():+.2f}",
                "estimated": f"{100 * np.nanmean(own['estimate']):+.2f}",
                "clear rise %": f"{100 * np.mean(own['low'] > 0):.0f}",
                "true change, by others": f"{100 * part[f'truth:{OTHERS}'].mean():+.2f}",
                "estimated by others": f"{100 * np.nanmean(others['estimate']):+.2f}",
                "check says noticing %": f"{100 * _warned(part, ('detection',)).mean():.0f}",
            }
        )
    return pd.DataFrame(rows)


def _warned(rows: pd.DataFrame, checks: tuple[str, ...]) -> np.ndarray:
    return np.array([any(found.get(check, "pass") != "pass" for check in checks) for found in rows["checks"]])


def _numbers(rows: pd.DataFrame, name: str) -> dict[str, np.ndarray]:
    values = np.array([[np.nan if x is None else x for x in four] for four in rows[name]], dtype=float)
    return dict(zip(("estimate", "se", "low", "high"), values.T, strict=True))


def _second(rows: pd.DataFrame) -> np.ndarray:
    return np.array([pair[0] for pair in rows["second_score"] if isinstance(pair, list)], dtype=float)


def _strength(confounding: float) -> str:
    return "weak" if confounding <= 1 else "strong"


def _picture(plain: pd.DataFrame) -> alt.LayerChart:
    """Return every county's error by way of comparing: how far each figure is from that county's truth."""
    truth = plain[f"truth:{OUTCOME}"].to_numpy(dtype=float)
    second = [pair[0] if isinstance(pair, list) else np.nan for pair in plain["second_score"]]
    ways = {
        "ours": _numbers(plain, f"matched:{OUTCOME}")["estimate"],
        "joiners_rest": _numbers(plain, f"unadjusted:{OUTCOME}")["estimate"],
        "before_after": plain["before_after"].to_numpy(dtype=float),
        "second_score": np.array(second, dtype=float),
    }
    rows = pd.concat(
        [pd.DataFrame({"way": _WAYS[name], "error": 100 * (values - truth)}) for name, values in ways.items()]
    ).dropna()
    order = list(_WAYS.values())
    y = alt.Y("way:N", sort=order, title=None, axis=alt.Axis(labelLimit=320))
    dots = (
        alt.Chart(rows)
        .mark_tick(thickness=1.5, opacity=0.5, color="#1d4f76")
        .encode(x=alt.X("error:Q", title="Figure less the truth, in families of every 100"), y=y)
    )
    means = alt.Chart(rows).mark_point(size=120, filled=True, color="#b35c00").encode(x="mean(error):Q", y=y)
    nought = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(strokeDash=[5, 4]).encode(x="x:Q")
    title = alt.TitleParams("SIMULATED counties: how far each way of comparing is from the truth", anchor="start")
    return alt.layer(nought, dots, means).properties(width=620, height=200, title=title)


_ABOUT = """# Recommendation 11's analysis, judged where the truth is known

Simulated data: no real families. `make verify` makes this page again. Each county is a tenth of a whole one (about
12,000 children, 34 reach areas, some 800 families that join in three years); joining prevents referrals, makes
centres notice more, both, or nothing, and families join for reasons on record that are weak or strong. The protocol
is `analyses/rec11_referrals.toml` as it stands, without the entropy and doubly robust estimates, on which no verdict
rests. Figures are families in every 100; SE is the standard error.
"""
_VERDICTS = """A verdict is right unless it says *fewer* where the truth is none or more, *more* where it is none or
fewer, or *little or no difference* where the truth is one in a hundred or more. Before-and-after, joiners against all
others, and a clock that starts at the second score are what reports usually show.

![How far each way of comparing is from the truth](rec11-check.svg)

## Noticing is not harm
"""
_HIDDEN = """## A cause that nobody recorded

Here distress that no table holds makes families join and be referred (strength 1). The share of runs in which at least
one sensitivity check warns, and each check's share. A check that warns where there is no hidden cause is not always
mistaken: a small or uncertain figure really could be undone by little, which is what `hidden_difference` says.
"""


def _page(plain: pd.DataFrame, hidden: pd.DataFrame) -> str:
    wrong = hidden_table(plain, hidden).set_index("runs").T.rename_axis("of 100 runs").reset_index()
    parts = [_ABOUT, _markdown(cell_table(plain)), "", _VERDICTS, _markdown(detection_table(plain)), "", _HIDDEN]
    return "\n".join([*parts, _markdown(wrong), ""])


def _markdown(table: pd.DataFrame) -> str:
    heads = [str(name) for name in table.columns]
    lines = ["| " + " | ".join(heads) + " |", "| " + " | ".join(["---", *["---:"] * (len(heads) - 1)]) + " |"]
    lines += ["| " + " | ".join(str(value) for value in row) + " |" for row in table.itertuples(index=False)]
    return "\n".join(lines)
