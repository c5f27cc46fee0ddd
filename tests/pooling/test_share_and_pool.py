"""A council's file from a real store, what is refused, and several councils put together by the command line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from councils_pooled import NAMES, QUESTION, a_council, a_result
from toolkit.errors import InputError, StoreError
from toolkit.pooling.keys import check_signature, known_keys, new_key
from toolkit.pooling.report import pool_files, report_of
from toolkit.pooling.share import share, shared_result
from toolkit.pooling.shared_file import SharedFile
from toolkit.publish.disclosure import HOUSE_POLICY
from toolkit.records import Store
from toolkit.studies.preregistration import register
from toolkit.studies.result import Gate


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store", simulated=True)


def handed_on(store: Store, folder: Path, plan: Path):
    return shared_result(store, folder, HOUSE_POLICY, plan.parent)


def test_councils_hand_on_and_are_put_together(tmp_path: Path, plan: Path, command) -> None:
    counts = {"E08000027": (21, 30, 300), "E10000034": (35, 41, 510), "E08000028": (12, 24, 180)}
    files = [a_council(tmp_path, plan, code, *of)[0] for code, of in counts.items()]
    out = tmp_path / "out"
    done = command("pool", *files, "--key", tmp_path / "known", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "SIMULATED DATA" in done.stdout and "What the next council should expect" in done.stdout
    found = json.loads((out / QUESTION / "pooled.json").read_text())
    assert [one["council"] for one in found["councils"]] == ["Dudley", "Sandwell", "Worcestershire"]
    together = found["outcomes"][0]["together"]
    assert together["prediction"][0] < together["interval"][0] < together["mean"] < 0
    told = (out / QUESTION / "pooled.md").read_text()
    for name in (*(NAMES[code] for code in counts), "All together", "The next council"):
        assert name in told and name in (out / QUESTION / "forest.svg").read_text()
    assert "<desc" in (out / QUESTION / "funnel.svg").read_text()


def test_two_councils_are_too_few(tmp_path: Path, plan: Path) -> None:
    files = [a_council(tmp_path, plan, code, 20, 60, 500)[0] for code in ("E08000027", "E10000034")]
    (pooled,) = pool_files(files, tmp_path / "known")
    assert pooled.code == "cannot_say" and "with fewer than 3 nobody can tell" in report_of(pooled)


def test_the_file_holds_rounded_figures_and_nothing_of_anyone(tmp_path: Path, plan: Path) -> None:
    out, file = a_council(tmp_path, plan, "E08000027", 21, 33, 302)
    text = out.read_text()
    for never in ("family_id", "F1", "p_value", "snapshot", "with_outcome", "0.0397", str(21 / 302)[:7]):
        assert never not in text
    (result,) = file.content.results
    assert result.flow == {"joined": 310, "matched": 300, "unmatched": 10, "compared_with_joined_later": 60}
    assert result.balance[0].before == 0.3 and result.balance[0].after == 0.0
    assert result.estimates[0].families == 300 and result.estimates[0].degrees_of_freedom == 30
    assert abs(result.estimates[0].estimate - -12 / 302) <= 2.5 / 300
    check_signature(SharedFile.read(out), known_keys(tmp_path / "known"), out.name)
    line = Store.open(tmp_path / "E08000027" / "store").audit_lines(last=1).iloc[0]
    assert (line["action"], line["what"]) == ("shared", "results")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda file: file["content"]["results"][0]["estimates"][0].update(estimate=-0.05), "was changed after Dudley"),
        (lambda file: file["content"].update(council="Walsall"), "was changed after Walsall signed it"),
        (lambda file: file["content"].update(code="E08000030"), r"signed with the key of Dudley \(E08000027\)"),
        (lambda file: file.update(key="0" * 64), "a key that is not known"),
        (lambda file: file["content"].update(rows=[1]), r"content\.rows: Extra inputs are not permitted"),
        (lambda file: file.update(format="other"), "not a shared file of this format"),
        (lambda file: file["content"]["results"][0]["estimates"][0].update(se=float("nan")), "NaN is no number"),
    ],
)
def test_a_file_that_was_changed_is_refused_by_name(tmp_path: Path, plan: Path, change, said: str) -> None:
    out, _ = a_council(tmp_path, plan, "E08000027", 21, 33, 302)
    content = json.loads(out.read_text())
    change(content)
    out.write_text(json.dumps(content))
    with pytest.raises(InputError, match=said) as refused:
        pool_files([out], tmp_path / "known")
    assert out.name in str(refused.value)


def test_a_council_with_another_plan_or_another_definition_is_refused_by_name(
    tmp_path: Path, plan: Path, monkeypatch
) -> None:
    files = [a_council(tmp_path, plan, code, 20, 30, 300)[0] for code in ("E08000027", "E10000034")]
    other = tmp_path / "other" / plan.name
    other.parent.mkdir()
    other.write_text(plan.read_text().replace("caliper = 0.2", "caliper = 0.1"))
    register(other, on=date(2026, 11, 23))
    files.append(a_council(tmp_path, other, "E08000028", 20, 30, 300)[0])
    with pytest.raises(InputError, match=r"Sandwell: another protocol of rec11_referrals.*caliper"):
        pool_files(files, tmp_path / "known")
    from dataclasses import replace

    from toolkit.pooling import definitions

    changed = replace(definitions.OUTCOMES["any_referral_12m"], window_days=400)
    monkeypatch.setattr(definitions, "OUTCOMES", {**definitions.OUTCOMES, "any_referral_12m": changed})
    files[-1] = a_council(tmp_path, plan, "E08000030", 20, 30, 300)[0]
    with pytest.raises(InputError, match="Walsall: the outcome any_referral_12m means another thing there") as refused:
        pool_files(files, tmp_path / "known")
    assert "Dudley:" not in str(refused.value)


def test_a_figure_that_does_not_mean_what_was_asked_is_not_handed_on(store: Store, plan: Path, tmp_path: Path) -> None:
    small = Gate("enough_families", "fail", 50.0, 60.0, "Too few families.")
    unlike = Gate("balance", "fail", 0.3, 0.1, "The families compared are not alike.")
    assert handed_on(store, a_result(plan, store, 20, 30, 300, gates=(small,)), plan).verdict == "cannot_say"
    with pytest.raises(StoreError, match=r"does not mean what the question asks.*not alike"):
        handed_on(store, a_result(plan, store, 21, 30, 300, gates=(small, unlike)), plan)
    with pytest.raises(StoreError, match="Fewer than 50 families"):
        handed_on(store, a_result(plan, store, 5, 6, 45), plan)
    with pytest.raises(StoreError, match="does not stand in the register"):
        handed_on(store, a_result(plan, store, 22, 30, 300, protocol_hash="c" * 64), plan)
    plan.write_text(plan.read_text().replace('"detection", "time_course"]', '"detection"]'))
    register(plan, on=date(2026, 11, 28), why="shorter")
    with pytest.raises(StoreError, match=r"The plan was made weaker.*asks less than"):
        handed_on(store, a_result(plan, store, 23, 30, 300), plan)
    private, _ = new_key(tmp_path / "key", code="E08000027", council="Dudley")
    with pytest.raises(StoreError, match="made weaker"):
        share(
            store,
            [store.folder / "results" / QUESTION / "23-30-300"],
            private,
            tmp_path / "no.json",
            code="E08000027",
            council="Dudley",
            by="Ann",
            on=date(2026, 11, 29),
            analyses=plan.parent,
        )
    assert store.audit_lines(last=1)["action"].tolist() == ["refused"] and not (tmp_path / "no.json").exists()


def test_a_new_key_is_made_once_for_a_council_that_there_is(tmp_path: Path, command) -> None:
    done = command("share", "--new-key", tmp_path / "key", "--council", "Dudley")
    assert done.returncode == 0, done.stderr
    private = tmp_path / "key" / "E08000027.private.pem"
    assert private.stat().st_mode & 0o077 == 0
    assert known_keys(tmp_path / "key").popitem()[1].council == "Dudley"
    again = command("share", "--new-key", tmp_path / "key", "--council", "Dudley")
    assert again.returncode == 2 and "is already there" in again.stderr
    none = command("share", "--new-key", tmp_path / "key", "--council", "Dudleigh")
    assert none.returncode == 2 and "There is no such council" in none.stderr
