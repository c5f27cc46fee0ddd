"""People's numbers in our own tables: under the store's key or as they came, never the one beside the other unsaid."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from in_process import run
from toolkit.intake.pseudonyms import Numbers, read_key, write_key
from toolkit.records import Store

HOUSE = "yes,no,no,no,no,01/01/2019,"
LISTS = {
    "centres": "Centre number,Centre name,District,Area team,Run by,Opened on\nC1,Oak,North,South,School,01/04/2006\n",
    "families": "Family number,Reach area,District,Deprivation tenth (IDACI),Children,Lone parent,Young parent,English "
    "as an additional language,Disability,Kinship care,Known from,Known to\n"
    f"A1,C1,North,1,2,{HOUSE}\nA2,C1,North,2,1,{HOUSE}\n",
    "children": "Child number,Family number,Birth month\n11,A1,March 2019\n12,A1,2016-01\n13,A2,2020-02\n",
    "registrations": "Family number,Centre number,Registered on\nA1,C1,05/05/2020\n",
    "progress_scores": "Family number,Centre number,Date of score,Stage,Score,A higher score is\n"
    "A1,C1,06/05/2020,start,2,better\n",
}  # fmt: skip
CENSUS = """<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2023</Year>
<ReferenceDate>2023-03-31</ReferenceDate></CollectionDetails></Header><Children>
<Child><ChildIdentifiers><LAchildID>11</LAchildID></ChildIdentifiers><CINdetails>
<CINreferralDate>2023-02-01</CINreferralDate><ReferralSource>3B</ReferralSource><ReferralNFA>0</ReferralNFA>
</CINdetails></Child>
<Child><ChildIdentifiers><LAchildID>99</LAchildID></ChildIdentifiers><CINdetails>
<CINreferralDate>2023-02-02</CINreferralDate><ReferralSource>6</ReferralSource><ReferralNFA>1</ReferralNFA>
</CINdetails></Child></Children></Message>"""
FRONT_DOOR = "Referral number,Child number,Received on,Source,Outcome,Sent back to the centre\n"


class Desk:
    """A folder with the files, a key, and a store."""

    def __init__(self, folder: Path, key: Path, store: Path | None = None) -> None:
        self.folder, self.key, self.store = folder, key, folder / "store"
        folder.mkdir(exist_ok=True)
        if store is None:
            Store.create(self.store)
        else:
            shutil.copytree(store, self.store)

    def list(self, name: str, text: str = "", *more: object, key: Path | None = None) -> tuple[int, str]:
        file = self.folder / f"{name}.csv"
        file.write_text(text or LISTS[name], encoding="utf-8")
        return run("import", "table", name, file, "--store", self.store, *(["--key", key] if key else []), *more)

    def lists(self, key: Path | None = None) -> Desk:
        for name in LISTS:
            code, said = self.list(name, key=key)
            assert code == 0, said
        return self

    def census(self, key: Path | None = None) -> tuple[int, str]:
        file = self.folder / "census.xml"
        file.write_text(CENSUS, encoding="utf-8")
        return run("import", "census", file, "--store", self.store, "--key", key or self.key)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Desk]:
    """The lists stored with the key, and without it: to be copied."""
    folder = tmp_path_factory.mktemp("desks")
    write_key(folder / "key")
    return {
        with_key: Desk(folder / str(with_key), folder / "key").lists(folder / "key" if with_key else None)
        for with_key in (True, False)
    }


@pytest.fixture
def desk(made: dict[bool, Desk], tmp_path: Path) -> Desk:
    """A store with the lists, under the key."""
    return Desk(tmp_path / "desk", made[True].key, made[True].store)


@pytest.fixture
def plain(made: dict[bool, Desk], tmp_path: Path) -> Desk:
    """A store with the lists, their numbers as they came."""
    return Desk(tmp_path / "plain", made[False].key, made[False].store)


def test_with_the_key_a_census_joins_the_families_and_an_erased_family_takes_its_referrals_along(desk: Desk) -> None:
    code, said = desk.census()
    assert code == 0 and "1 of 2 children are stored" in said, said
    opened = Store.open(desk.store)
    for name in (*LISTS, "referrals"):
        numbers = opened.read(name).filter(["family_id", "child_id"])
        assert numbers.map(len).eq(21).all(axis=None), name
    assert set(opened.read("referrals")["child_id"]) & set(opened.read("children")["child_id"])
    code, said = run("erase", "--family", "a1", "--store", desk.store, "--key", desk.key, "--reason", "asked", "--yes")
    assert code == 0, said
    assert len(opened.read("referrals")) == 1 and len(opened.read("children")) == 1
    assert len(opened.read("progress_scores")) == 0


def test_a_list_of_children_after_the_census_says_how_many_of_its_children_it_joins(made, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk", made[True].key)
    assert "0 of 2 children are stored" in desk.census()[1]
    for name in ("centres", "families"):
        assert desk.list(name, key=desk.key)[0] == 0
    code, said = desk.list("children", key=desk.key)
    assert code == 0 and "Of the file's 3 children, 0 were stored before and 3 are new." in said
    assert "Of the 2 children with referrals or episodes here, 1 are stored in a family." in said


def test_without_the_key_the_census_says_that_it_knows_none(plain: Desk) -> None:
    code, said = plain.census()
    assert code == 0 and "0 of 2 children are stored" in said


def test_numbers_as_they_came_and_pseudonyms_do_not_come_beside_each_other(
    desk: Desk, plain: Desk, tmp_path: Path
) -> None:
    version = Store.open(desk.store).version
    other = tmp_path / "other"
    write_key(other)
    for key, word in ((None, "Name the key with --key"), (other, "made with the key of the mark")):
        for name in set(LISTS) - {"centres"}:
            code, said = desk.list(name, key=key)
            assert code == 2 and word in said, (name, said)
    assert desk.census(other)[0] == 2
    assert desk.list("centres")[0] == 0, "it bears nobody's number"
    code, said = plain.list("children", key=plain.key)
    assert code == 2 and "holds numbers as they came" in said
    assert Store.open(desk.store).version == version


def test_after_the_key_is_changed_imports_go_on_with_the_new_one_alone(desk: Desk, tmp_path: Path) -> None:
    new = tmp_path / "new"
    assert run("rotate-key", "--store", desk.store, "--key", desk.key, "--new", new)[0] == 0
    assert desk.list("children", key=desk.key)[0] == 2
    code, said = desk.list("children", key=new)
    assert code == 0 and "Nothing changed" in said


@pytest.mark.parametrize("with_key", [True, False])
def test_a_referral_or_episode_of_a_child_that_is_not_stored_is_refused(with_key, made, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk", made[with_key].key, made[with_key].store)
    key = desk.key if with_key else None
    for name, text in (
        ("referrals", f"{FRONT_DOOR}R1,77,01/05/2019,3B,,\n"),
        ("episodes", "Child number,Kind,Started on\n77,section_47,01/02/2020\n"),
    ):
        code, said = desk.list(name, text, key=key)
        assert code == 2 and "No such child is stored" in said


@pytest.mark.parametrize("first", ["census", "list"])
def test_our_own_list_of_referrals_adds_to_a_census_what_it_does_not_say(desk: Desk, first: str) -> None:
    text = f"{FRONT_DOOR}R1,11,01/02/2023,3B,assessed_not_in_need,yes\n"

    def take_list() -> None:
        code, said = desk.list("referrals", text, "--as-of", "2023-03-31", key=desk.key)
        assert code == 0 and "1 of 1 children are stored" in said, said

    if first == "list":
        take_list()
    assert desk.census()[0] == 0
    take_list()
    opened = Store.open(desk.store)
    version, rows = opened.version, opened.read("referrals").set_index("source")
    assert len(rows) == 2 and rows.loc["3B", "outcome"] == "assessed_not_in_need" and rows.loc["3B", "referred_back"]
    take_list()
    assert opened.version == version


def test_a_pseudonym_stays_and_a_number_is_known_again_however_it_is_written(tmp_path: Path) -> None:
    numbers = Numbers(write_key(tmp_path / "key"))
    made = numbers.stored("family", " a12 ")
    assert made == numbers.stored("family", "A12") == numbers.stored("family", made)
    assert made == read_key(tmp_path / "key").pseudonym("family", "A12")
    assert numbers.referral("R1", numbers.stored("child", "1")) != numbers.referral("R1", numbers.stored("child", "2"))
