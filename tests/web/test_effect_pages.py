"""The parts of the answer's page, from bundles made by hand: new ones, old ones, and ones with holes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from made_up import FOUND
from toolkit import __version__
from toolkit.publish.bundle.cascade import cascade as steps_of
from toolkit.publish.bundle.cascade import said as said_of
from toolkit.publish.bundle.check_figures import figures
from toolkit.publish.bundle.estimates import differences, span
from toolkit.publish.bundle.model import Bundle
from toolkit.records import Store
from toolkit.studies.protocol_file import load_protocol
from toolkit.web.pages.questions import frame
from toolkit.web.pages.referrals import cascade as effect_cascade
from toolkit.web.pages.referrals import curve as effect_curve
from toolkit.web.pages.referrals import groups as effect_groups
from toolkit.web.pages.referrals import methods as effect_methods
from toolkit.web.pages.referrals.planted import START

pytestmark = pytest.mark.usefixtures("drawn_by_hand")

ANALYSES = Path(__file__).resolve().parents[2] / "analyses"
STEPS = ("any_referral", "assessed_referral", "assessed_not_in_need", "re_referral")
LATE = ("section_47_or_plan", "care_entry")


def estimate(outcome: str, estimator: str = "matched", middle: float | None = 0.0, half: float = 0.01) -> dict:
    values = (None,) * 4 if middle is None else (middle, half / 2, middle - half, middle + half)
    named = dict(zip(("estimate", "se", "low", "high"), values, strict=True))
    counts = {"n_treated": 803, "n_control": 803, "clusters": 34, "p_value": 0.2}
    return {"outcome": outcome, "estimator": estimator, "measure": "difference", **named, **counts}


def check(name: str, status: str, *, is_gate: bool = False, table: list | None = None) -> dict:
    return {
        "name": name,
        "label": name.replace("_", " ").capitalize(),
        "status": status,
        "figure": 0.045,
        "threshold": 0.1,
        "sentence": f"What was found of {name}: 2 * 3 = 6.",
        "is_gate": is_gate,
        "table": table,
    }


@pytest.fixture
def bundle() -> dict[str, Any]:
    """The content of a result.json as this version writes it."""
    estimates = [estimate("any_referral_12m", middle=0.006, half=0.02)]
    for ages in ("", "_ages_0_4", "_ages_5_9"):
        for step in STEPS:
            for own in ("", "_excluding_centre"):
                if (step, own, ages) != ("any_referral", "", ""):
                    estimates.append(estimate(f"{step}_12m{own}{ages}", middle=0.001))
        estimates += [estimate(f"{step}_12m{ages}", middle=-0.001) for step in LATE]
        estimates.append(estimate(f"centre_referral_12m{ages}", middle=None if ages == "_ages_5_9" else 0.002))
        estimates.append(estimate(f"referral_days_12m{ages}", middle=-0.004, half=0.05))
    estimates += [
        estimate("any_referral_12m", "matched_3", 0.008),
        estimate("any_referral_12m", "entropy", 0.002),
        estimate("any_referral_12m", "difference_in_differences", None),
        estimate("any_referral_12m", "unadjusted", 0.027),
    ]
    subgroups = [
        {"subgroup": "under_one", "label": "Child under one", "group": "no", "joiners": 400, **_figures(0.01)},
        {"subgroup": "under_one", "label": "Child under one", "group": "yes", "joiners": 403, **_figures(-0.02)},
        {"subgroup": "district", "label": "District", "group": "Ashmere", "joiners": 700, **_figures(0.0)},
        {"subgroup": "district", "label": "District", "group": "Carrowby", "joiners": 82, **_figures(0.02)},
        {"subgroup": "district", "label": "District", "group": "Holtwick", "joiners": 21, **_figures(None)},
        {"subgroup": "kinship_care", "label": "Kinship care", "group": "no", "joiners": 790, **_figures(None)},
        {"subgroup": "kinship_care", "label": "Kinship care", "group": "yes", "joiners": 13, **_figures(None)},
    ]
    tests = [
        {"subgroup": "under_one", "label": "Child under one", "groups": 2, "p_value_holm": 0.01, "differs": True},
        {"subgroup": "district", "label": "District", "groups": 2, "p_value_holm": 0.9, "differs": False},
    ]
    curve = [
        {"day": d, "joined": d / 7300, "not_joined": d / 8000, "difference": d / 80000, "low": -0.01, "high": 0.02}
        for d in range(7, 366, 7)
    ]
    checks = [
        check("balance", "pass", is_gate=True, table=[{"label": "Lone parent", "smd": 0.03}]),
        check("placebo", "fail", table=[{"label": "18 months before", "estimate": -0.03, "low": -0.05, "high": -0.01}]),
        check("window", "warn"),
    ]
    return {
        "format": 1,
        "question": "rec11_referrals",
        "title": "Do Children's Centres reduce referrals?",
        "kind": "matched_cohort",
        "recommendation": "Recommendation 11",
        "simulated": True,
        "protocol_hash": "a" * 64,
        "snapshot_hash": "b" * 64,
        "version": "0.1.0",
        "seed": 11,
        "as_of": {"store_version": 1, "first_day": "2007-04-01", "last_day": "2012-03-31"},
        "estimates": estimates,
        "balance": [{"term": "lone_parent", "label": "Lone parent", "smd_before": 0.3, "smd": 0.03}],
        "gates": [{k: v for k, v in checks[0].items() if k not in ("label", "table", "is_gate")}],
        "checks": checks,
        "flow": [{"step": "joined", "families": 816, "rows": 816, "sentence": "816 families joined."}],
        "tables": {"events_matched": [], "curve": curve, "subgroups": subgroups, "subgroup_tests": tests},
        "facts": {
            "outcome": "any_referral_12m",
            "outcome_label": "Referred within a year",
            "happened": "were referred",
            "within": "within a year",
            "joined": 816,
            "matched": 803,
            "unmatched": 13,
            "share_matched": 803 / 816,
            "share_joined_later": 0.2,
            "caliper": 0.2,
            "ratio": 1,
            "margin": 0.01,
            "first_trial": "2008-04",
            "last_trial": "2011-03",
            "trials": 36,
            "rows": 58_000,
            "covariates_left_out": {},
            "mean_treated": 0.05,
            "mean_control": 0.044,
            "caliper_on_logit": 0.13,
            "notes": [],
        },
        "verdict": {
            "code": "little_or_no_difference",
            "sentence": "We see little or no difference.",
            "detail": "We compared about 805 families.",
            "cannot_show": ["It is an average."],
            "maryland_level": 2,
            "evidence": "Strength of evidence: level 2 of 5.",
            "hidden": "Something nobody recorded could undo this figure.",
            "concerns": ["It was not stood."],
        },
    }


def _figures(middle: float | None) -> dict[str, float | None]:
    if middle is None:
        return dict.fromkeys(("estimate", "se", "low", "high"))
    return {"estimate": middle, "se": 0.01, "low": middle - 0.02, "high": middle + 0.02}


@pytest.fixture
def old_bundle(bundle: dict[str, Any]) -> dict[str, Any]:
    """As the version before wrote it: no checks, curve or subgroups, two estimators, a shorter verdict."""
    old = {name: value for name, value in bundle.items() if name != "checks"}
    old["tables"] = {"events_matched": []}
    old["verdict"] = {name: value for name, value in bundle["verdict"].items() if name not in ("hidden", "concerns")}
    kept = ("any_referral_12m", "any_referral_12m_excluding_centre", "care_entry_12m")
    old["estimates"] = [
        e for e in bundle["estimates"] if e["outcome"] in kept and e["estimator"] in ("matched", "unadjusted")
    ]
    return old


def drawn_page(name: str, folder: str, role: str) -> None:
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.navigation import SHOW

    SHOW[name](Store.open(Path(folder)), Person(Role(role)))


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[..., AppTest]:
    """Draw a page on a store that holds bundles, published or not."""

    def draw(
        name: str,
        *bundles: dict[str, Any],
        role: str = "lead",
        publish: bool = False,
        planted: str = "",
        question: str = "",
        tab: str = "Answer",
    ) -> AppTest:
        store = Store.create(tmp_path / "store", simulated=True)
        for number, one in enumerate(bundles):
            folder = store.folder / "results" / one["question"] / f"{number:016d}"
            folder.mkdir(parents=True)
            (folder / "result.json").write_text(json.dumps(one))
            if planted:
                (folder / "planted.json").write_text(planted)
            if publish:
                store.publish(one["question"], folder, by="Early intervention lead")
        kwargs = {"name": name, "folder": str(store.folder), "role": role}
        return opened_at(tab, kwargs, question)

    return draw


@pytest.fixture
def every_tab(drawn, tmp_path: Path) -> Callable[..., str]:
    """Return what stands in the four tabs of a question."""

    def read(name: str, *bundles: dict[str, Any]) -> str:
        said = [text_of(drawn(name, *bundles))]
        kwargs = {"name": name, "folder": str(tmp_path / "store"), "role": "lead"}
        return "\n".join([*said, *(text_of(opened_at(tab, kwargs)) for tab in frame.LABELS[1:])])

    return read


def opened_at(tab: str, kwargs: dict[str, str], question: str = "") -> AppTest:
    app = AppTest.from_function(drawn_page, default_timeout=60, kwargs=kwargs)
    app.session_state[frame.TAB] = tab
    if question:
        app.query_params["question"] = question
    app.run()
    assert not app.exception
    return app


def text_of(app: AppTest) -> str:
    said = [element.value for kind in ("markdown", "subheader", "header", "warning") for element in app.get(kind)]
    return "\n".join([*said, *(element.proto.body for element in app.get("html"))])


def test_the_page_shows_everything_the_bundle_has(every_tab, bundle) -> None:
    text = every_tab("referrals", bundle)
    for said in (
        "Read it with care. What was found:",
        "- What was found of placebo\\: 2 \\* 3 = 6.",
        "Something nobody recorded could undo this figure.",
        "More noticed, or more harmed?",
        "Through the year",
        "Does it differ between families?",
        "We looked at 3 things that could prove it wrong. 1 speaks against it, and 1 asks for care.",
        ">Against it</td>",
        ">Take care</td>",
        ">Nothing against it</td>",
        "All joiners against all others, as they come",
        "These records were too few for: change since the year before last",
    ):
        assert said in text, said


def test_the_band_is_in_standard_deviations_whatever_the_gate_is_held_against(drawn, bundle) -> None:
    """The gate on what differences do to the answer has a limit in standard errors: 0.5 is no width of the band."""
    bundle["gates"][0]["threshold"] = 0.5
    bundle["balance"].append({"term": "disability", "label": "Disability", "smd_before": 0.5, "smd": 0.3})
    text = text_of(drawn("referrals", bundle, tab="Method"))
    assert "It ends at 0.1 of a standard deviation" in text
    assert "The groups still differ on 1 of 2 things" in text


def test_the_target_checklist_is_offered_where_the_run_wrote_it(drawn, bundle, tmp_path: Path) -> None:
    app = drawn("referrals", bundle, tab="Method")
    assert not offered(app)
    (next((tmp_path / "store" / "results").glob("*/*")) / "target.md").write_text("# TARGET")
    assert offered(app.run()) == ["Download the TARGET checklist"]


def offered(app: AppTest) -> list[str]:
    """What a page offers to download, beside its charts."""
    labels = [button.proto.label for button in app.get("download_button")]
    return [label for label in labels if not label.startswith(("Numbers (", "Picture ("))]


def test_an_old_result_is_shown_with_what_it_has(every_tab, old_bundle) -> None:
    text = every_tab("referrals", old_bundle)
    assert "What speaks against the answer is first" in text
    for missing in ("Through the year", "Does it differ", "Read it with care", ">Against it<", "None was", "nan"):
        assert missing not in text, missing


def test_a_result_without_any_figure_still_draws(drawn, bundle) -> None:
    empty = {**bundle, "estimates": [], "balance": None, "tables": {"events_matched": []}}
    assert "No figure could be worked out." in [info.value for info in drawn("referrals", empty, tab="How sure").info]


def test_no_page_shows_a_p_value(every_tab, bundle) -> None:
    bundle["checks"][0]["table"] = [{"label": "Lone parent", "p_value": 0.0123, "gamma": 1.5}]
    text = every_tab("referrals", bundle)
    assert "0.0123" not in text and "p_value" not in text and "1.50" in text


def test_a_member_reads_the_concerns_and_what_is_hidden_but_no_check_and_no_exact_figure(drawn, bundle) -> None:
    undone = check("hidden_difference", "pass") | {"sentence": "Something nobody recorded could undo this figure."}
    bundle["checks"].append(undone)
    bundle["facts"]["margin"] = 0.05  # the range lies within it, so that little or no difference is the answer
    bundle["tables"]["events_matched"] = [
        {
            "outcome": "any_referral_12m",
            "treated": arm,
            "rows": 803,
            "with_outcome": count,
            "total": count,
            "per_100": 5.0,
        }
        for arm, count in ((1, 41), (0, 36))
    ]
    text = text_of(drawn("answers", bundle, role="member", publish=True, question="rec11_referrals"))
    assert "Placebo: the answer did not stand it." in text
    assert "After less or more time" not in text  # what "window" found tells nothing apart
    assert "Something nobody recorded could undo this figure." in text
    assert "What was found of" not in text and "803" not in text and "Ashmere" not in text


def test_a_members_rounded_counts_are_of_families_and_hide_small_ones(drawn, bundle) -> None:
    bundle["facts"]["margin"] = 0.05  # so that little or no difference is the answer
    counts = {"any_referral_12m": (41, 36), "care_entry_12m": (2, 12), "referral_days_12m": (41, 36)}
    bundle["tables"]["events_matched"] = [
        {"outcome": outcome, "treated": arm, "rows": 803, "with_outcome": number, "total": 2 * number, "per_100": 5.0}
        for outcome, both in counts.items()
        for arm, number in zip((1, 0), both, strict=True)
    ]
    text = text_of(drawn("answers", bundle, role="member", publish=True, question="rec11_referrals"))
    table = next(part for part in text.split("<table") if "<caption>Families. To the nearest 5." in part)
    cells = re.findall(r'data-label="With it"[^>]*>([^<]*)<', table)
    assert cells == ["40", "35", "c", "10"]  # 41, 36, 2 and 12; of the referrals there is no row
    assert "c stands for a number that we hide" in table and "Number of referrals" not in table


def test_an_older_answer_still_shows_to_a_member(drawn, old_bundle) -> None:
    text = text_of(drawn("answers", old_bundle, role="member", publish=True, question="rec11_referrals"))
    assert "It is an average." in text and "Keep in mind" not in text


def test_the_answer_is_first_and_the_unfair_comparison_last_and_apart(bundle) -> None:
    made = Bundle.from_json(bundle)
    rows = effect_methods.methods(made)
    assert list(rows["estimator"]) == ["matched", "matched_3", "entropy", "unadjusted"]
    assert list(rows["kind"]) == ["main", "other", "other", "apart"]
    assert rows["heading"].iloc[-1].startswith("Not fair") and rows["heading"].iloc[0] == "Like with like"
    assert effect_methods.not_worked_out(made) == ["Change since the year before last, joiners against their matches"]


def test_a_calibrated_answer_is_the_one_figure_of_its_outcome_everywhere(bundle) -> None:
    answer = estimate("any_referral_12m", "calibrated", middle=-0.021, half=0.005)
    made = Bundle.from_json(
        {**bundle, "estimates": [answer, *bundle["estimates"]], "facts": {**bundle["facts"], "ratio": 5}}
    )
    rows = effect_methods.methods(made)
    assert list(rows["estimator"])[:2] == ["calibrated", "matched"] and list(rows["kind"])[:2] == ["main", "other"]
    assert rows["label"].iloc[1] == "Each joiner with up to 5 families alike"
    steps = steps_of(differences(made), without_centre=False, ages="")
    (shown,) = steps.loc[steps["outcome"] == "any_referral_12m", "estimate_words"]
    assert shown == rows["estimate_words"].iloc[0] == "21 fewer"


def test_the_cascade_runs_from_being_noticed_to_care(bundle) -> None:
    rows = differences(Bundle.from_json(bundle))
    everything = steps_of(rows, without_centre=False, ages="")
    assert list(everything["outcome"]) == [
        "centre_referral_12m",
        *(f"{step}_12m" for step in STEPS),
        *(f"{step}_12m" for step in LATE),
    ]
    without = steps_of(rows, without_centre=True, ages="_ages_0_4")
    assert list(without["outcome"]) == [
        *(f"{step}_12m_excluding_centre_ages_0_4" for step in STEPS),
        *(f"{step}_12m_ages_0_4" for step in LATE),
    ]
    assert not without["label"].str.contains("centre").any()


@pytest.mark.parametrize(
    ("noticed", "harmed", "said"),
    [
        (0.03, -0.03, "More were noticed, and fewer came near to harm"),
        (0.0, 0.0, "No step is clearly higher or lower: every range crosses no difference"),
        (0.0, -0.03, "Clearly fewer: entry into care"),
        (0.03, 0.03, "Clearly more: referred within a year, entry into care"),
        (-0.03, 0.03, "Clearly more: entry into care; clearly fewer: referred within a year"),
    ],
)
def test_the_cascades_headline_claims_only_what_the_ranges_do(bundle, noticed: float, harmed: float, said: str) -> None:
    estimates = [
        estimate("any_referral_12m", middle=noticed),
        estimate("assessed_referral_12m"),
        estimate("care_entry_12m", middle=harmed),
    ]
    made = Bundle.from_json({**bundle, "estimates": estimates})
    shown = steps_of(differences(made), without_centre=False, ages="")
    assert said_of(shown) == said


def test_the_switches_change_the_picture_and_say_what_is_too_rare(drawn, bundle) -> None:
    app = drawn("referrals", bundle, tab="For whom")
    whose, ages = app.radio
    assert "for every 100 families, or anything from" in text_of(app)
    ages.set_value("_ages_5_9").run()
    assert "Too few to say: referred by a centre." in text_of(app)
    app.radio[0].set_value("_excluding_centre").run()
    assert not app.exception
    assert "Protection and care are shown whoever made the referral." in text_of(app)
    assert "Too few to say" not in text_of(app)  # left out on purpose, which is not the same
    assert whose.options == list(effect_cascade.WHOSE.values())


def test_the_curve_begins_at_the_joining_day_with_nobody_referred(bundle) -> None:
    rows = effect_curve.in_every(bundle["tables"]["curve"])
    assert rows.iloc[0].tolist() == [0, 0, 0, 0, 0, 0]
    assert rows["joined"].iloc[-1] == pytest.approx(100 * bundle["tables"]["curve"][-1]["joined"])
    few = effect_curve.monthly(rows)
    assert len(few) <= 14 and few["day"].iloc[-1] == rows["day"].iloc[-1]
    assert effect_curve.in_every([]).empty


def test_kinds_of_family_get_one_sentence_a_question_and_none_names_a_group_that_it_works_for(bundle) -> None:
    rows = effect_groups.groups(bundle["tables"]["subgroups"])
    tests = pd.DataFrame(bundle["tables"]["subgroup_tests"])
    assert effect_groups.sentences(rows, tests) == [
        "Child under one: the figures differ more than chance would explain. This says that they differ, not why.",
        "District: no sign that it differs. Too few joined to show by themselves: Holtwick.",
        "Kinship care: too few families of one kind to compare them.",
    ]
    assert effect_groups.headline(tests) == "The figures differ between kinds of family: child under one"
    assert effect_groups.headline(tests[~tests["differs"]]) == "No sign that it differs between kinds of family"


def test_a_kind_of_family_without_a_range_is_named_with_the_reason(bundle) -> None:
    records = bundle["tables"]["subgroups"]
    carrowby = next(row for row in records if row["group"] == "Carrowby")
    carrowby.update(low=None, high=None, se=None)
    rows = effect_groups.groups(records)
    said = effect_groups.sentences(rows, pd.DataFrame(bundle["tables"]["subgroup_tests"]))
    assert said[1] == (
        "District: no sign that it differs. Too few joined to show by themselves: Holtwick. Not drawn, as these "
        "families live near too few centres to give a range: Carrowby."
    )
    assert "Not drawn" not in said[0] + said[2]


def test_every_chart_of_the_page_counts_in_as_many_families_as_the_answers_sentence(every_tab, bundle) -> None:
    bundle["estimates"][0].update(estimate=-0.0168, low=-0.024, high=-0.009)
    bundle["facts"].update(mean_treated=0.0506, mean_control=0.0674)
    bundle["verdict"].update(code="fewer", sentence="Of every 1,000 families supported, about 17 fewer were referred.")
    text = every_tab("referrals", bundle)
    assert "Of every 1,000 families: 17 fewer, or anything from 24 to 9 fewer" in text
    assert "The gap by the end" not in text and "in 100 that joined" not in text
    tables = re.findall(r">(In every [\d,]+)</th>", text)
    assert len(tables) >= 4 and tables.count("In every 1,000") >= len(tables) - 1  # a check's own table is in hundreds


def test_a_checks_figures_are_shown_in_every_hundred_with_what_names_the_row_first() -> None:
    given = {"estimate": -0.0163, "p_value": 0.4, "se": 0.01, "e_value": 2.0, "label": "18 months before"}
    rows = figures([{**given, "times": 1.0}, {**given, "times": 2.0}])
    assert list(rows.columns) == ["label", "estimate", "e_value"]
    assert rows.to_numpy().tolist() == [["18 months before", "−1.6", "2"]]
    assert figures([]).empty


def test_a_range_on_one_side_says_its_side_once() -> None:
    assert span("3.0 fewer", "1.0 fewer") == "3.0 to 1.0 fewer"
    assert span("no difference", "no difference") == "no difference to no difference"


def kept_with(bundle: dict[str, Any], **other: object) -> str:
    of = {name: bundle[name] for name in ("protocol_hash", "snapshot_hash", "version", "seed")}
    return json.dumps({"of": of | other, "found": asdict(FOUND)})


@pytest.mark.parametrize("role", ["lead", "analyst"])
def test_how_the_plan_did_on_planted_effects_is_one_sentence_with_the_counts_folded(drawn, bundle, role: str) -> None:
    app = drawn("referrals", bundle, role=role, planted=kept_with(bundle), tab="How sure")
    assert FOUND.summary() in [text.value for text in app.markdown]
    fold = next(one for one in app.expander if one.label == "How this was tried, and every count")
    inside = "\n".join([*(text.value for text in fold.markdown), *(one.proto.body for one in fold.get("html"))])
    for said in ("The clock starts on the joining day", "81 (72 to 87)", "An effect of 2 in 100", "Could not answer"):
        assert said in inside
    assert START not in [button.label for button in app.button]


def test_what_was_found_of_another_snapshot_is_not_shown_and_a_changed_plan_is_run_first(drawn, bundle) -> None:
    app = drawn("referrals", bundle, planted=kept_with(bundle, snapshot_hash="c" * 64), tab="How sure")
    text = text_of(app)
    assert FOUND.summary() not in text
    assert "Since this answer, the plan, the records and the toolkit changed: run the plan again first." in text
    assert START not in [button.label for button in app.button]


@pytest.mark.parametrize("role", ["lead", "analyst"])
def test_a_lead_and_an_analyst_may_start_trying_the_plan(drawn, bundle, role: str, monkeypatch) -> None:
    started = []
    monkeypatch.setattr("toolkit.runs.jobs.start_job", lambda *of, **how: started.append((*of, how)))
    protocol = load_protocol(ANALYSES / "rec11_referrals.toml")
    same = bundle | {"protocol_hash": protocol.hash, "version": __version__, "as_of": {"store_version": 0}}
    app = drawn("referrals", same, role=role, tab="How sure")
    next(button for button in app.button if button.label == START).click().run()
    assert not app.exception
    ((_, file, how),) = started
    assert file == ANALYSES / "rec11_referrals.toml" and how["asked_for"] == "planted"
