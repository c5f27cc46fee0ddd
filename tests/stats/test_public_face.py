"""What `toolkit.stats` offers: every name is there, documented, and asks for its options by name."""

from __future__ import annotations

import ast
import dataclasses
import doctest
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import toolkit.stats

FUNCTIONS = [name for name in toolkit.stats.__all__ if inspect.isfunction(getattr(toolkit.stats, name))]
CLASSES = [name for name in toolkit.stats.__all__ if inspect.isclass(getattr(toolkit.stats, name))]
MOST_BY_PLACE = 2
"""More optional parameters than these are given by name: a reader could not tell which is which."""


def the_imports_for_type_checkers() -> set[str]:
    tree = ast.parse(Path(toolkit.stats.__file__).read_text(encoding="utf-8"))
    return {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("toolkit.stats.")
        for alias in node.names
    }


def test_every_public_name_is_a_documented_function_or_class_of_the_module_it_is_said_to_be_of():
    assert len(FUNCTIONS) + len(CLASSES) == len(toolkit.stats.__all__) == len(set(toolkit.stats.__all__))
    homes = {f"{getattr(toolkit.stats, name).__module__}.{name}" for name in toolkit.stats.__all__}
    assert homes == the_imports_for_type_checkers() - {"toolkit.stats.homes.HOMES"}


def test_the_names_of_the_first_version_stay():
    first = {"Effect", "Effects", "Matched", "Weighted", "balance_table", "estimate_effect", "estimate_effects"}
    assert first | {"match", "weight"} <= set(toolkit.stats.__all__)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_what_it_takes_returns_and_refuses(name: str):
    function = getattr(toolkit.stats, name)
    text = inspect.getdoc(function) or ""
    for section in ("Parameters", "Returns"):
        assert f"\n{section}\n{'-' * len(section)}\n" in text
    described = re.split(r"\n(?:Returns)\n", text.split("Parameters\n")[1])[0]
    missing = [parameter for parameter in inspect.signature(function).parameters if parameter not in described]
    assert not missing
    if "raise InputError" in inspect.getsource(function):
        assert "\nRaises\n------\n" in text


@pytest.mark.parametrize("name", CLASSES)
def test_a_result_says_what_it_holds_and_each_method_what_it_does(name: str):
    kind = getattr(toolkit.stats, name)
    text = inspect.getdoc(kind) or ""
    fields = [f.name for f in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else list(kind.__slots__)
    assert all(field in text for field in fields) or len(fields) <= 3
    methods = [method for key, method in vars(kind).items() if not key.startswith("_") and callable(method)]
    assert all(inspect.getdoc(method) for method in methods)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_many_options_are_given_by_name(name: str):
    parameters = inspect.signature(getattr(toolkit.stats, name)).parameters.values()
    by_place = [p.name for p in parameters if p.default is not p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    assert len(by_place) <= MOST_BY_PLACE


@pytest.mark.parametrize("name", ["match", "weight", "estimate_effect", "estimate_effects"])
def test_all_options_of_the_four_large_ones_are_given_by_name(name: str):
    parameters = list(inspect.signature(getattr(toolkit.stats, name)).parameters.values())
    place = [parameter.name for parameter in parameters].index("covariates")
    assert {parameter.kind for parameter in parameters[place + 1 :]} == {inspect.Parameter.KEYWORD_ONLY}


def test_the_examples_give_what_they_say():
    finder, runner = doctest.DocTestFinder(recurse=False), doctest.DocTestRunner()
    names = {name: getattr(toolkit.stats, name) for name in FUNCTIONS}
    for name in FUNCTIONS:
        for example in finder.find(names[name], name, globs=dict(names)):
            runner.run(example)
    assert runner.tries >= 10
    assert runner.failures == 0


def test_a_name_that_is_not_there_is_an_attribute_error_and_the_others_are_listed():
    with pytest.raises(AttributeError, match=r"'toolkit\.stats' has no attribute 'macth'"):
        toolkit.stats.macth  # noqa: B018
    assert set(toolkit.stats.__all__) <= set(dir(toolkit.stats))


def test_importing_the_package_loads_nothing_of_it_but_where_its_names_live():
    code = "import sys, toolkit.stats; print([name for name in sys.modules if name.startswith('toolkit.stats.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['toolkit.stats.homes']"
