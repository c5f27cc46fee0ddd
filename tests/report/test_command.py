"""`toolkit report` on a real store: what it writes, what it refuses, and what the annex for officers says of itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from toolkit.publish.looked_at import OUTCOMES
from toolkit.publish.members.kept import published_files, write_kept
from toolkit.publish.members.published import Published
from toolkit.publish.officers import CheckTold, OfficersView
from toolkit.publish.target.checklist import TargetItem
from toolkit.records import Store
from toolkit.report.annex import NOT_FOR_MEMBERS
from toolkit.report.content import ORIGIN
from toolkit.report.make import annex_files

Command = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, answers: list[Published]) -> Path:
    """A store with two answers, one of them withdrawn."""
    made = Store.create(tmp_path_factory.mktemp("report") / "store", simulated=True)
    for view in (answers[0].view, replace(answers[1].view, question="para73_change")):
        folder = made.folder / "results" / view.question / "made-up"
        folder.mkdir(parents=True)
        content = json.dumps({"view": view.to_json(), "said": {}}).encode()

        def keep(version: int, question: str = view.question, content: bytes = content) -> object:
            return write_kept(made.folder, question, version, content, since=published_files(made.folder))

        made.publish(view.question, folder, by="Lead", keep=keep)
    made.withdraw_publication("para73_change", by="Lead", why="the years were wrong")
    return made.folder


def test_what_is_published_becomes_files_and_all_of_it_when_none_is_named(
    command: Command, store: Path, tmp_path: Path, translations: Path
) -> None:
    options = ("--store", store, "--out", tmp_path, "--forms", "html", "--translations", translations, "--json")
    said = command("report", *options)
    assert said.returncode == 0, said.stderr
    assert [Path(file).name for file in json.loads(said.stdout)["files"]] == ["simulated-report.html"]
    page = (tmp_path / "simulated-report.html").read_text(encoding="utf-8")
    assert "about 31 fewer were referred" in page and 'lang="bn"' in page and "1 to 5 scores" not in page


@pytest.mark.parametrize(
    ("asked", "because"),
    [
        (["rec11_referral"], 'No answer to rec11_referral is published. Did you mean "rec11_referrals"?'),
        (["para73_change"], "The answer to para73_change was withdrawn"),
        (["rec11_referrals", "--forms", "pfd"], 'There is no form "pfd". Did you mean "pdf"?'),
    ],
)
def test_what_cannot_be_reported_is_refused(
    command: Command, store: Path, tmp_path: Path, asked: list[str], because: str
) -> None:
    said = command("report", *asked, "--store", store, "--out", tmp_path)
    assert said.returncode == 2 and because in " ".join(said.stderr.split())


def test_the_annex_for_officers_says_whom_it_is_for(answers: list[Published]) -> None:
    view = OfficersView(
        question="rec11_referrals",
        title="Do Children's Centres reduce referrals to social care?",
        recommendation="Recommendation 11",
        notice=answers[0].view.notice or "",
        sentence="About 31 fewer.",
        checks=(CheckTold("How long families were followed (must hold)", OUTCOMES["fail"], "Too few were."),),
        steps=("810 families joined.",),
        named=(("Seed", "11"),),
        target=(TargetItem("1a", "Title and summary", "Say what it is.", "the protocol", "It stands in for a trial."),),
    )
    made = annex_files([view], answers[0].record[-1].at, forms=["html"])
    page = unescape(made["simulated-officers-report.html"].decode())
    assert (
        ORIGIN not in page
        and NOT_FOR_MEMBERS in page
        and "810 families joined." in page
        and "How it came out" in page
        and "Against it" in page
        and "1a. Say what it is." in page
    )
