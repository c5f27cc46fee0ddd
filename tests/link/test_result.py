from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.intake.pseudonyms import Key, read_key, write_key
from toolkit.link.result import links_at, refuse_folder
from toolkit.records import Store

KEY = Key(b"0123456789abcdef" * 2)
PAIRS = pd.DataFrame(
    {
        "family_id": ["4711", "4712", "4711"],
        "child_id": ["1", "2", "1"],
        "referral_id": ["R1", "R2", "R3"],
        "probability": [0.9, 0.5, 0.8],
    }
)


def test_links_are_under_pseudonyms_and_one_family_keeps_one() -> None:
    links = links_at(PAIRS, 0.6, KEY)
    assert links["referral_id"].tolist() == ["R1", "R3"]
    assert links["family_id"].nunique() == 1
    assert "4711" not in links.to_csv()
    assert links.loc[0, "family_id"] == KEY.pseudonym("family", "4711") != KEY.pseudonym("child", "4711")


def test_a_referral_number_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    links = links_at(PAIRS.assign(referral_id="=HYPERLINK(1)").head(1), 0.5, KEY)
    assert links.loc[0, "referral_id"] == "'=HYPERLINK(1)"


def test_a_file_without_numbers_of_children_is_linked_by_family() -> None:
    links = links_at(PAIRS.drop(columns="child_id"), 0.6, KEY)
    assert list(links.columns) == ["family_id", "referral_id", "probability"]


@pytest.mark.parametrize("threshold", [0.0, -1.0, 1.5])
def test_a_threshold_that_is_no_probability_is_refused(threshold: float) -> None:
    with pytest.raises(InputError, match="It is a probability"):
        links_at(PAIRS, threshold, KEY)


def test_another_key_gives_other_pseudonyms_and_neither_is_shown() -> None:
    other = Key(b"f" * 32)
    assert other.pseudonym("family", "4711") != KEY.pseudonym("family", "4711")
    assert other.mark != KEY.mark
    assert "ffff" not in repr(other)


def test_a_new_key_is_the_owners_alone_and_is_never_overwritten(tmp_path: Path) -> None:
    made = write_key(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert read_key(tmp_path / "key") == made
    with pytest.raises(InputError, match="never overwritten"):
        write_key(tmp_path / "key")


def test_a_key_that_is_short_or_open_to_others_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with pytest.raises(InputError, match="There is no key file"):
        read_key(path)
    path.write_text("short", encoding="ascii")
    with pytest.raises(InputError, match="has 5 bytes; at least 32"):
        read_key(path)
    path.write_text("k" * 40, encoding="ascii")
    path.chmod(0o644)
    with pytest.raises(InputError, match="chmod 600"):
        read_key(path)


def test_nothing_is_linked_into_a_store_or_over_something(tmp_path: Path) -> None:
    Store.create(tmp_path / "county")
    with pytest.raises(InputError, match="Links are made apart from the store"):
        refuse_folder(tmp_path / "county" / "links")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").touch()
    with pytest.raises(InputError, match="already there"):
        refuse_folder(tmp_path / "full")


def test_the_commands_link_two_files_and_no_name_day_or_postcode_leaves(
    scored, county, tmp_path: Path, command
) -> None:
    county.families.to_csv(tmp_path / "families.csv", index=False)
    county.referrals.to_csv(tmp_path / "referrals.csv", index=False)
    county.truth.head(60).to_csv(tmp_path / "seen.csv", index=False)
    assert command("link-key", str(tmp_path / "key")).returncode == 0
    files = [f"--{name}={tmp_path / name}.csv" for name in ("families", "referrals")]
    rest = [f"--key={tmp_path / 'key'}", f"--out={tmp_path / 'out'}", f"--looked-at={tmp_path / 'seen.csv'}"]
    ran = command("link", *files, *rest, "--threshold=0.9")
    assert ran.returncode == 0, ran.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "links.csv",
        "report.json",
        "thresholds.csv",
        "thresholds.svg",
        "thresholds.vl.json",
    ]
    links = pd.read_csv(tmp_path / "out" / "links.csv")
    assert list(links.columns) == ["family_id", "child_id", "referral_id", "probability"]
    same = links_at(scored, 0.9, read_key(tmp_path / "key"))
    pd.testing.assert_frame_equal(links, same, obj="the same files and seed give the same links in another process")
    assert len(links) > 650 and f"{len(links):,} links are in" in ran.stdout
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["links"] == len(links) and report["expected"]["precision"] > 0.99
    assert 0 < report["chances_of_a_family"]["missed"] < 0.05 and 0 < report["chances_of_a_family"]["false"] < 0.002
    told = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir()) + ran.stdout + ran.stderr
    words = set(told.replace('"', " ").replace(",", " ").lower().split())
    for column in ("family_id", "child_id", "surname", "birth_date", "postcode"):
        assert not {value.lower() for value in county.families[column]} & words, column
    assert not any(value in told for value in county.families["postcode"].unique())


def test_without_a_threshold_no_links_are_written_only_what_to_choose_by(scored, county, tmp_path: Path) -> None:
    from toolkit.link.preprocessing import FAMILY_COLUMNS, REFERRAL_COLUMNS, alike
    from toolkit.link.result import write_links

    sides = (alike(county.families, FAMILY_COLUMNS, name="f"), alike(county.referrals, REFERRAL_COLUMNS, name="r"))
    written = write_links(scored, *sides, KEY, tmp_path / "out")
    assert written.links is None
    assert sorted(path.name for path in written.folder.iterdir()) == [
        "report.json",
        "thresholds.csv",
        "thresholds.svg",
        "thresholds.vl.json",
    ]
    assert written.table["links"].is_monotonic_decreasing


def test_the_commands_say_plainly_what_is_wrong(tmp_path: Path, command) -> None:
    key = write_key(tmp_path / "key")
    assert len(key.mark) == 8
    ran = command(
        "link", "--families=no.csv", "--referrals=no.csv", f"--key={tmp_path / 'key'}", f"--out={tmp_path / 'out'}"
    )
    assert ran.returncode == 2
    assert "There is no file no.csv." in ran.stderr
    assert "Traceback" not in ran.stderr
