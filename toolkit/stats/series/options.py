"""What a segmented series is asked, checked together before any work is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.inference.level import level_problems
from toolkit.stats.sample.asked import shown, whole_problems, within


def require_series_options(**asked: Any) -> None:
    """Refuse options that are none, all of them at once; they are those of `segmented_poisson`, by name.

    Raises
    ------
    InputError
        Naming each.
    """
    problems: list[str] = []
    for name in ("observations", "change_at", "after"):
        if name in asked:  # one outside the series is said by what is missing of it
            problems.extend(whole_problems(name, asked[name]))
    for name, least in (("period", 1), ("harmonics", 1), ("lags", 0), ("most", 0)):
        if asked.get(name) is not None:
            problems.extend(whole_problems(name, asked[name], least))
    problems.extend(_step_problems(asked.get("steps")))
    if "careful" in asked and not within(asked["careful"], 0, np.inf):
        problems.append(f"careful is {shown(asked['careful'])}. Give a number of standard errors from 0, such as 1.5.")
    if "least_memory" in asked and not within(asked["least_memory"], 0, 1):
        problems.append(f"least_memory is {shown(asked['least_memory'])}. Give a share from 0 to below 1.")
    if "level" in asked:
        problems.extend(level_problems(asked["level"]))
    if problems:
        raise InputError(" ".join(problems))


def _step_problems(steps: Any) -> list[str]:
    if steps is None:
        return []
    if not isinstance(steps, Mapping):
        return [
            f"steps is {shown(steps)}. Give names, each with the position of the first observation after it, such as "
            '{"law": 7}.'
        ]
    problems = [f"steps names {shown(name)}. Give a name in text." for name in steps if not isinstance(name, str)]
    for name, at in steps.items():
        problems.extend(whole_problems(f'The step "{name}"', at))
    return problems
