"""Connectors against the published samples, with the counts each holds, and against broken and hostile files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.intake.connect import Columns, read_annex_a, read_census, read_referral_list, read_ssd
from toolkit.intake.connect.codes import closure_of, outcome_of, source_of, yes_or_no
from toolkit.intake.connect.ssd import EPISODES, REFERRALS
from toolkit.intake.pseudonyms import Key, write_key
from toolkit.records import Store

KEY = Key(b"k" * 32)
TODAY = date(2026, 11, 23)
CHILD = """<Child><ChildIdentifiers><LAchildID>{number}</LAchildID></ChildIdentifiers><CINdetails>
<CINreferralDate>{received}</CINreferralDate><ReferralSource>3D</ReferralSource><CINclosureDate>{closed}</CINclosureDate>
<ReasonForClosure>RC8</ReasonForClosure><ReferralNFA>{nfa}</ReferralNFA></CINdetails></Child>"""
GOOD = CHILD.format(number="C1", received="2020-01-02", closed="2020-02-03", nfa="false")


def census(*children: str, head: str = "", body: str = "") -> bytes:
    header = "<Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year></CollectionDetails></Header>"
    return f"{head}<Message>{header}<Children>{''.join(children)}{body}</Children></Message>".encode()


@pytest.fixture
def samples(shared_data: Path) -> Path:
    return shared_data / "samples"


# The published samples, with the counts they hold.


def test_the_fake_census_has_332_children_and_402_referrals_all_without_further_action(samples: Path) -> None:
    file = samples / "fake_CIN_data_332_children.xml"
    found = read_census(file, KEY, today=date(2031, 12, 31))
    assert found.counts == {"children": 332, "referrals": 402, "no further action": 402}
    assert found.is_clean and len(found.tables["referrals"]) == 402 and "episodes" not in found.tables
    assert set(found.tables["referrals"]["outcome"]) == {"nfa"}
    assert found.tables["referrals"]["referral_id"].is_unique
    assert found.passed_over["PrimaryNeedCode"] == 402


def test_days_that_are_still_to_come_are_named_one_by_one(samples: Path) -> None:
    found = read_census(samples / "fake_CIN_data_332_children.xml", KEY, today=TODAY)
    assert found.counts["referrals"] == 402 and len(found.tables["referrals"]) == 399
    assert found.sentences()[0] == (
        "Child 169 (line 3683): CINclosureDate is 11/02/2028: it is still to come. Put the day right."
    )
    assert len(found.sentences()) == 4


@pytest.mark.parametrize(
    ("name", "children", "referrals", "outcomes"),
    [
        ("CIN_Census_2021_sample.xml", 1, 1, ["in_need"]),
        ("cin-2022_sample.xml", 1, 1, ["in_need"]),
        ("CIN_Census_2026_sample.xml", 2, 2, ["in_need", "assessed_not_in_need"]),
    ],
)
def test_the_departments_own_samples_of_three_schemas(samples, name, children, referrals, outcomes) -> None:
    found = read_census(samples / name, KEY, today=TODAY)
    assert found.is_clean, found.sentences()
    assert (found.counts["children"], found.counts["referrals"]) == (children, referrals)
    assert (found.counts["section_47"], found.counts["protection_plan"]) == (1, 1)
    assert found.tables["referrals"]["outcome"].tolist() == outcomes
    assert sorted(found.tables["episodes"]["kind"]) == ["protection_plan", "section_47"]
    if "2026" in name:
        assert found.passed_over["PreProceedingsandFGDM"] == 1


def test_the_impossible_date_file_is_refused_with_reasons_grouped(samples: Path) -> None:
    """20,000 made-up rows of which 10,008 close before they were referred."""
    columns = Columns("id_hcn", "date_referred", "", closed="date_closed")
    found = read_referral_list(samples / "ni_surestart_dummy_soscare_referrals.csv", KEY, columns, today=TODAY)
    assert found.counts["referrals"] == 20_000
    assert len(found.wrong) == 10_008 and len(found.tables["referrals"]) == 9_992
    (sentence,) = found.sentences()
    assert sentence.startswith("10,008 records: date_closed: closed before it was received. Put date_referred or ")
    assert re.search(r"The first are row \d+, row \d+, row \d+, row \d+ and row \d+\.$", sentence)
    assert found.wrong[0].sentence.startswith("Row 3: date_closed is 05/02/2016: closed before it was received.")


def test_annex_a(samples: Path) -> None:
    found = read_annex_a(samples / "Annex_A_sample.xlsx", KEY, today=TODAY)
    assert found.is_clean, found.sentences()
    assert found.counts == {
        "children": 6, "referrals": 6, "no further action": 0, "section_47": 5, "protection_plan": 7, "looked_after": 5,
    }  # fmt: skip
    assert set(found.passed_over) == {f"List {number}" for number in (1, 2, 4, 6, 9, 10, 11)}
    assert found.tables["referrals"]["source"].tolist()[:3] == ["8", "3D", "6"]


def test_the_safeguarding_datasets_columns_are_those_of_its_specification(samples: Path) -> None:
    for name, columns in {"ssd_cin_episodes": REFERRALS, **{n: c for n, (_, c) in EPISODES.items()}}.items():
        text = (samples / "ssd_objects" / f"{name}.yml").read_text(encoding="utf-8")
        there = set(re.findall(r"- name: (\w+)", text))
        asked = {getattr(columns, field) for field in columns.__slots__} - {""}
        assert asked <= there, (name, asked - there)


def test_a_folder_of_the_safeguarding_dataset(tmp_path: Path) -> None:
    (tmp_path / "ssd_cin_episodes.csv").write_text(
        "cine_referral_id,cine_person_id,cine_referral_date,cine_referral_source_code,cine_referral_nfa,"
        "cine_close_reason,cine_close_date\n"
        "R1,P1,2020-01-02 00:00:00,6,N,RC7,2020-06-01\nR2,P2,2020-01-02,1A,Y,,\nR3,P2,2021-01-02,1A,N,RC8,2021-02-01\n"
    )
    (tmp_path / "ssd_s47_enquiry.csv").write_text(
        "s47e_person_id,s47e_s47_start_date,s47e_s47_end_date,s47e_referral_id\nP1,2020-01-10,,R1\n"
    )
    (tmp_path / "ssd_family.csv").write_text("fami_family_id\nF1\nF2\n")
    found = read_ssd(tmp_path, KEY, today=TODAY)
    assert found.is_clean, found.sentences()
    assert found.tables["referrals"]["outcome"].tolist() == ["in_need", "nfa", "assessed_not_in_need"]
    assert found.counts == {"section_47": 1, "referrals": 3, "no further action": 1, "children": 2}
    assert found.passed_over == {"ssd_family": 2}
    assert "P1" not in str(found.tables) and "R1" not in str(found.tables)
    (tmp_path / "ssd_cin_episodes.csv").write_text("cine_person,cine_referral_date\n")
    with pytest.raises(InputError, match=r'no column "cine_person_id". Did you mean "cine_person"'):
        read_ssd(tmp_path, KEY)
    with pytest.raises(InputError, match=r"has no ssd_cin_episodes.csv"):
        read_ssd(tmp_path / "nowhere", KEY)


# What is wrong in a census.


def case(**parts: str) -> str:
    return CHILD.format(**{"number": "C", "received": "2020-01-02", "closed": "", "nfa": "0", **parts})


@pytest.mark.parametrize(
    ("child", "said"),
    [
        (case(number=""), "LAchildID is blank: it is missing"),
        (case(received=""), "CINreferralDate is blank: it is missing"),
        (case(received="2020-02-30"), "CINreferralDate is 2020-02-30: it is not a day"),
        (case(received="1066-02-03"), "CINreferralDate is 03/02/1066: it is before 1970. Put the day right."),
        (case(closed="2019-01-02"), "closed before it was received"),
        (case(nfa="maybe"), "ReferralNFA is maybe: it is neither"),
        (case().replace("3D", "9Z"), "ReferralSource is 9Z: it is not a source of the census"),
        (case().replace("RC8", "RC0"), "ReasonForClosure is RC0: it is not a reason of the census"),
    ],
)
def test_what_is_wrong_is_said_with_its_child_and_line(child: str, said: str) -> None:
    found = read_census(census(GOOD, child), KEY, today=TODAY)
    assert len(found.wrong) == 1
    assert found.sentences()[0].startswith("Child 2 (line ") and said in found.sentences()[0]
    assert len(found.tables["referrals"]) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_a_census_in_any_encoding_it_names(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    text = census(GOOD.replace("C1", "É1"), head=f'<?xml version="1.0" encoding="{name}"?>').decode()
    found = read_census(text.encode(encoding), KEY, today=TODAY)
    assert found.tables["referrals"]["child_id"].tolist() == [KEY.pseudonym("child", "É1")]


def test_prefixes_strange_blocks_and_text_between_are_passed_over_and_counted() -> None:
    odd = GOOD.replace("<CINdetails>", "PersonBirthDate<CINdetails><Future><Deep>1</Deep></Future>").replace(
        "<ReferralNFA>", "stray<ReferralNFA>"
    )
    text = census(odd).decode()
    text = re.sub(r"<(/?)(\w)", r"<\1cin:\2", text).replace("<cin:Message>", '<cin:Message xmlns:cin="urn:x">', 1)
    found = read_census(text.encode(), KEY, today=TODAY)
    assert len(found.tables["referrals"]) == 1 and found.passed_over == {"Future": 1}


LAUGHS = "".join(f'<!ENTITY l{n} "&l{n - 1};&l{n - 1};">' for n in range(1, 30))


HOSTILE = {
    "laughs": (
        census(GOOD, head=f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]>', body="&l29;"),
        "declares a document type",
    ),
    "outside entity": (
        census(GOOD, head='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', body="&x;"),
        "declares a document type",
    ),
    "outside dtd": (census(GOOD, head='<!DOCTYPE a SYSTEM "http://192.0.2.1/x.dtd">'), "declares a document type"),
    "cut": (census(GOOD)[:-40], "breaks off or is not XML at line"),
    "empty": (b"", "breaks off or is not XML"),
    "zip": (b"PK\x03\x04 not xml", "breaks off or is not XML"),
    "deep": (b"<a>" * 100, "nested deeper than 40"),
    "long": (census(GOOD.replace("C1", "x" * 30_000)), "longer than 20,000 letters"),
    "encoding": (
        census(GOOD, head='<?xml version="1.0" encoding="klingon"?>'),
        "breaks off or is not XML|cannot be read",
    ),
    "bytes": (census(GOOD).replace(b"C1", b"\xff\xfe"), "breaks off or is not XML"),
    "no census": (b"<Message><Children/></Message>", "is XML but no children in need census"),
    "other return": (census(GOOD).replace(b">CIN<", b">SSDA903<"), "is XML but no children in need census"),
    "attributes": (b"<a " + b" ".join(b'a%d="1"' % n for n in range(600_000)) + b"/>", "tags is larger than 4 MB"),
    "entity": (census(body="&unknown;"), "breaks off or is not XML"),
}


@pytest.mark.parametrize(("data", "said"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_and_broken_xml_ends_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        read_census(data, KEY, name="census.xml")
    assert str(refused.value).startswith('"census.xml"')


@given(st.binary(max_size=200), st.integers(0, 600))
def test_any_bytes_end_in_rows_or_in_a_sentence(noise: bytes, at: int) -> None:
    whole = census(GOOD)
    try:
        found = read_census(whole[:at] + noise + whole[at:], KEY, today=TODAY)
    except InputError:
        return
    rows = found.tables.get("referrals")
    assert rows is None or (
        rows["child_id"].str.fullmatch("C[A-Z2-7]{20}").all() and rows["received_on"].le(TODAY).all()
    )
    assert found.counts["referrals"] == (0 if rows is None else len(rows)) + len({one.where for one in found.wrong})


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process's own memory without its parent's")
def test_a_large_census_is_read_in_little_memory(tmp_path: Path) -> None:
    """60 MB of two referrals and much that is not used: memory stays far below the file's size."""
    filler = "<ChildCharacteristics>" + "<Ethnicity>WBRI</Ethnicity>" * 40_000 + "</ChildCharacteristics>"
    with (tmp_path / "large.xml").open("wb") as file:
        head, tail = census("@").split(b"@")
        file.write(head + GOOD.encode())
        for _ in range(55):
            file.write(
                b"<Child><ChildIdentifiers><LAchildID>N</LAchildID></ChildIdentifiers>" + filler.encode() + b"</Child>"
            )
        file.write(tail)
    code = (
        "import sys; from pathlib import Path\n"
        "from toolkit.intake.connect import read_census; from toolkit.intake.pseudonyms import Key\n"
        "def peak():\n"
        "    status = Path('/proc/self/status').read_text().split()\n"
        "    return int(status[status.index('VmHWM:') + 1])\n"
        "before = peak()\n"
        "found = read_census(Path(sys.argv[1]), Key(b'k' * 32))\n"
        "print(found.counts['children'], peak() - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "large.xml"], capture_output=True, text=True, check=True
    )
    children, kilobytes = map(int, done.stdout.split())
    assert (tmp_path / "large.xml").stat().st_size > 50e6 and children == 56
    assert kilobytes < 20_000


# Codes, pseudonyms, and storing.


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3D", "3D"),
        ("j) 3D: Health services", "3D"),
        ("s) 8: Other", "8"),
        ("10", "10"),
        ("Police", None),
        ("", None),
    ],
)
def test_sources_as_systems_write_them(text: str, code: str | None) -> None:
    assert source_of(text) == code


def test_how_a_referral_ended_is_said_only_where_the_record_says_it() -> None:
    assert outcome_of(nfa=True, closure="RC8", was_in_need=True) == "nfa"
    assert outcome_of(nfa=False, closure="RC8", was_in_need=True) == "in_need"
    assert outcome_of(nfa=False, closure="RC9", was_in_need=False) == "assessed_not_in_need"
    assert outcome_of(nfa=None, closure="RC7", was_in_need=False) is None
    assert [yes_or_no(text) for text in ("true", "0", "b) No", "Y", "perhaps")] == [True, False, False, True, None]
    assert closure_of("RC9 - early help") == "RC9" and closure_of("RC10") is None


def test_the_same_referral_in_two_years_censuses_is_one_and_learns_how_it_ended(tmp_path: Path, command) -> None:
    store = Store.create(tmp_path / "store")
    write_key(tmp_path / "key")
    first, second = tmp_path / "2024.xml", tmp_path / "2025.xml"
    first.write_bytes(census(CHILD.format(number="C1", received="2024-01-02", closed="", nfa="0").replace("RC8", "")))
    second.write_bytes(census(CHILD.format(number="C1", received="2024-01-02", closed="2024-06-01", nfa="0")))
    for file, said in ((first, "Stored 1 row"), (first, "Nothing changed"), (second, "Stored 1 row")):
        done = command("import", "census", file, "--store", store.folder, "--key", tmp_path / "key")
        assert done.returncode == 0 and said in done.stdout, done.stdout + done.stderr
    (row,) = store.read("referrals").itertuples()
    assert (row.outcome, row.closure_reason) == ("assessed_not_in_need", "RC8")
    assert "C1" not in (store.folder / "store.sqlite").read_bytes().decode("latin-1").replace("C10", "")


def test_a_bad_census_leaves_the_store_as_it_was(tmp_path: Path, command) -> None:
    store = Store.create(tmp_path / "store")
    write_key(tmp_path / "key")
    (tmp_path / "bad.xml").write_bytes(census(GOOD, GOOD.replace("2020-02-03", "2019-02-03").replace("C1", "C2")))
    asked = ("import", "census", tmp_path / "bad.xml", "--store", store.folder, "--key", tmp_path / "key")
    done = command(*asked)
    assert done.returncode == 2 and "closed before it was received" in done.stdout
    assert "Nothing was stored: 1 thing is wrong" in done.stderr and store.version == 0
    assert json.loads(command(*asked, "--dry-run", "--json").stdout)["counts"]["referrals"] == 2
    assert command(*asked, "--good-only").returncode == 0
    assert len(store.read("referrals")) == 1


def test_a_key_in_the_store_is_refused(tmp_path: Path, command) -> None:
    store = Store.create(tmp_path / "store")
    write_key(store.folder / "key")
    (tmp_path / "good.xml").write_bytes(census(GOOD))
    done = command("import", "census", tmp_path / "good.xml", "--store", store.folder, "--key", store.folder / "key")
    assert done.returncode == 2 and "lies in the store it protects" in done.stderr


def test_a_changed_key_replaces_every_pseudonym_in_every_version_and_imports_go_on(tmp_path: Path, command) -> None:
    store = Store.create(tmp_path / "store")
    old, new = tmp_path / "old", tmp_path / "new"
    write_key(old)
    file = tmp_path / "census.xml"
    file.write_bytes(census(GOOD))
    options = ("--store", store.folder, "--key")
    assert command("import", "census", file, *options, old).returncode == 0
    snapshot = store.snapshot()
    before = store.read("referrals")
    done = command("rotate-key", *options, old, "--new", new)
    assert done.returncode == 0, done.stderr
    after = store.read("referrals", version=1)
    for column in ("child_id", "referral_id"):
        number = before[column].iloc[0]
        assert after[column].iloc[0] != number
        for path in store.folder.rglob("*"):
            assert path.is_dir() or number.encode() not in path.read_bytes(), path
    assert after.drop(columns=["child_id", "referral_id"]).equals(before.drop(columns=["child_id", "referral_id"]))
    assert not snapshot.folder.exists() or snapshot.folder.name != store.snapshot().folder.name
    assert store.check().is_whole, store.check().summary()
    assert "Nothing changed" in command("import", "census", file, *options, new).stdout
    assert len(store.read("referrals")) == 1
