"""Covariates by name or by the right-hand side of a formula, as columns of a frame.

``age + race + I(age**2) + log(income) + age:married`` and ``(age + educ) * married`` are understood as R understands
them (`formula_terms`); within ``I(…)`` and functions signs are arithmetic. Nothing is evaluated that is not arithmetic
on columns.
"""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.sample.formula_terms import formula_terms
from toolkit.stats.sample.frames import as_frame
from toolkit.stats.sample.names import Name, Names, absent_names, column_of, names_of, quoted
from toolkit.stats.sample.numbers import is_time, numbers_of, plain

FUNCTIONS = {"log": np.log, "log1p": np.log1p, "sqrt": np.sqrt, "exp": np.exp, "abs": np.abs}
ARITHMETIC = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}


def covariate_names(covariates: Names, frame: Any, treatment: Name) -> tuple[list[Name], pd.DataFrame]:
    """Return the covariates' names and a frame they are columns of (the caller's, or a copy with columns added).

    Raises
    ------
    InputError
        When nothing is named, or a term of a formula cannot be read.
    """
    frame = as_frame(frame)
    if isinstance(covariates, str) and covariates not in frame.columns:
        return _from_formula(covariates, frame, treatment)
    names = list(covariates) if isinstance(covariates, list | tuple) else list(names_of(covariates, "covariates"))
    if not names:
        raise InputError("No covariates are named. Name at least one column to balance.")
    return names, frame


def _from_formula(formula: str, frame: pd.DataFrame, treatment: Name) -> tuple[list[Name], pd.DataFrame]:
    left, _, right = formula.rpartition("~")
    if left.strip() and left.strip() != str(treatment):
        raise InputError(f'The formula explains "{left.strip()}", but the treatment is "{treatment}".')
    terms = formula_terms(right, [name for name in frame.columns if isinstance(name, str)])
    if not terms:
        raise InputError("The formula names no covariates. Name at least one column to balance.")
    taken = [":".join(term) for term in terms if len(term) > 1 and ":".join(term) in frame.columns]
    if taken:
        raise InputError(f"The frame has a column with the name of a product: {quoted(taken)}. Rename it.")
    names: list[Name] = []
    added: dict[str, pd.Series] = {}
    for term in terms:
        label = ":".join(term)
        names.append(label)
        if label not in frame.columns and not (len(term) == 1 and label.isidentifier()):
            added[label] = _product(term, frame)
    return names, frame.assign(**added) if added else frame


def _product(term: tuple[str, ...], frame: pd.DataFrame) -> pd.Series:
    """Return a term as a column: the product of its factors."""
    values = np.ones(len(frame))
    for factor in term:
        values = values * _factor(factor, frame)
    return pd.Series(values, index=frame.index)


def _factor(text: str, frame: pd.DataFrame) -> Any:
    if text in frame.columns or text.isidentifier():
        return _number(text, frame)
    inside = (text[2:-1] if text.startswith("I(") else text).replace("^", "**")  # R's sign for a power
    try:
        tree = ast.parse(inside.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError) as problem:
        raise InputError(f'The term "{text}" of the formula cannot be read. Make a column of it first.') from problem
    used = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in frame.columns]
    with np.errstate(all="ignore"):
        values = np.asarray(_value(tree, frame, text), dtype=np.float64)
    whole = frame[list(dict.fromkeys(used))].notna().all(axis=1).to_numpy() if used else np.ones(len(frame), dtype=bool)
    wrong = int((whole & ~np.isfinite(values)).sum())
    if wrong:
        raise InputError(
            f'The term "{text}" of the formula is not a finite number in {wrong:,} rows (a logarithm or root of 0 or '
            "less, or a division by 0). Leave these rows out, or use another term."
        )
    return values


def _value(node: ast.expr, frame: pd.DataFrame, text: str) -> Any:
    if isinstance(node, ast.Name):
        return _number(node.id, frame)
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and abs(node.value) < 1e300:
        return float(node.value)
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        return ARITHMETIC[type(node.op)](_value(node.left, frame, text), _value(node.right, frame, text))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, frame, text)
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in FUNCTIONS:
            return FUNCTIONS[name](_value(node.args[0], frame, text))
    known = ", ".join(FUNCTIONS)
    raise InputError(
        f'The term "{text}" of the formula is not one of: names, + - * / **, {known}. Make a column of it.'
    )


def _number(name: str, frame: pd.DataFrame) -> Any:
    if name not in frame.columns:
        raise InputError(absent_names(frame, [name]))
    column = plain(column_of(frame, name, "formula"), f'Column "{name}"')
    if not pd.api.types.is_numeric_dtype(column.dtype) or is_time(column):
        raise InputError(
            f'"{name}" is not numeric, so it cannot be part of a product or function in a formula. Match exactly on '
            "it, or make a 0/1 column of each of its values."
        )
    return numbers_of(column, f'Column "{name}"')
