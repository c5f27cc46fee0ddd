"""The right-hand side of a formula: names, powers, products and a few functions, as columns of a frame.

``age + race + I(age**2) + log(income) + age:married`` and ``age * married`` are understood; nothing is evaluated that
is not arithmetic on columns.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean

FUNCTIONS = {"log": np.log, "log1p": np.log1p, "sqrt": np.sqrt, "exp": np.exp, "abs": np.abs}
ARITHMETIC = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}


def covariate_names(
    covariates: Sequence[str] | str, frame: pd.DataFrame, treatment: str
) -> tuple[list[str], pd.DataFrame]:
    """Return the covariates' names and a frame they are columns of (the caller's, or a copy with columns added).

    Raises
    ------
    InputError
        When nothing is named, or a term of a formula cannot be read.
    """
    if not isinstance(covariates, str):
        names = list(covariates)
    elif isinstance(frame, pd.DataFrame) and covariates in frame.columns:
        names = [covariates]
    else:
        return _from_formula(covariates, frame, treatment)
    if not names:
        raise InputError("No covariates are named. Name at least one column to balance.")
    return names, frame


def _from_formula(formula: str, frame: pd.DataFrame, treatment: str) -> tuple[list[str], pd.DataFrame]:
    left, _, right = formula.rpartition("~")
    if left.strip() and left.strip() != treatment:
        raise InputError(f'The formula explains "{left.strip()}", but the treatment is "{treatment}".')
    names: list[str] = []
    added: dict[str, pd.Series] = {}
    for text in _split(right):
        for name, column in _term(text, frame):
            if name not in names:
                names.append(name)
            if column is not None:
                added[name] = column
    if not names:
        raise InputError("The formula names no covariates. Name at least one column to balance.")
    return names, frame.assign(**added) if added else frame


def _split(text: str) -> list[str]:
    """Split at each + that is not inside brackets."""
    parts, depth, begin = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == "+" and depth == 0:
            parts.append(text[begin:place])
            begin = place + 1
    return [part.strip() for part in (*parts, text[begin:]) if part.strip()]


def _term(text: str, frame: pd.DataFrame) -> list[tuple[str, pd.Series | None]]:
    if text in frame.columns or text.isidentifier():
        return [(text, None)]
    for sign in ("*", ":"):
        factors = [part.strip() for part in text.split(sign)]
        if len(factors) == 2 and all(part.isidentifier() for part in factors):
            own: list[tuple[str, pd.Series | None]] = [(part, None) for part in factors] if sign == "*" else []
            return [*own, (f"{factors[0]}:{factors[1]}", _number(factors[0], frame) * _number(factors[1], frame))]
    inside = text[2:-1] if text.startswith("I(") and text.endswith(")") else text
    try:
        tree = ast.parse(inside, mode="eval").body
    except SyntaxError as problem:
        raise InputError(f'The term "{text}" of the formula cannot be read. Make a column of it first.') from problem
    return [(text, pd.Series(_value(tree, frame, text), index=frame.index))]


def _value(node: ast.expr, frame: pd.DataFrame, text: str) -> Any:
    if isinstance(node, ast.Name):
        return _number(node.id, frame)
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
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


def _number(name: str, frame: pd.DataFrame) -> pd.Series:
    if name not in frame.columns:
        raise InputError(f'"{name}" is not a column. {did_you_mean(name, map(str, frame.columns))}'.strip())
    column = frame[name]
    if not pd.api.types.is_numeric_dtype(column.dtype):
        raise InputError(f'"{name}" is not numeric, so it cannot be part of a product or function in a formula.')
    return column.astype(np.float64)
