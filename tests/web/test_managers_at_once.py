"""Deadline day: 34 managers, each in a session of their own, upload a different workbook of 500 rows within 5 seconds.

A session is what a browser has: a sign-in, a page drawn over the websocket, a file put where the page says, buttons
pressed. (34 Chromium windows would measure Chromium on two cores, not the app.) `make test` has 12 of them come, as
close upon one another; `make verify` all 34.
"""

from __future__ import annotations

import io
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from toolkit.accounts import signing_in
from toolkit.accounts.roles import Person, Role
from toolkit.records import Store
from toolkit.tables import table

pytestmark = pytest.mark.timeout(600)

MOST, ROWS, WITHIN = 34, 500, 5.0


def frame(of: str, /, **columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns).reindex(columns=[column.name for column in table(of).columns])


def centre(who: int) -> str:
    return f"C{who:02d}"


def families(who: int) -> list[str]:
    return [f"F{who:02d}{row:04d}" for row in range(ROWS)]


def fill(store: Store) -> None:
    """Put 34 centres in a store, with 500 families in each one's area."""
    ids = [centre(who) for who in range(MOST)]
    centres = frame(
        "centres", centre_id=ids, name=[f"Centre {one}" for one in ids], district="Ember", area_team="south",
        provider="county", opened_on=date(2007, 4, 1),
    )  # fmt: skip
    all_families = [one for who in range(MOST) for one in families(who)]
    known = frame(
        "families", family_id=all_families, reach_centre_id=[f"C{one[1:3]}" for one in all_families], district="Ember",
        idaci_decile=3, children=1, lone_parent=False, young_parent=False, english_additional_language=False,
        disability=False, kinship_care=False, known_from=date(2007, 5, 12),
    )  # fmt: skip
    store.add({"centres": centres, "families": known}, by="t", source_name="t")


def workbook(who: int) -> bytes:
    """Return one manager's scores as Excel would save them."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Family number", "Centre number", "Date of score", "Stage", "Score"])
    for row, one in enumerate(families(who)):
        sheet.append([one, centre(who), date(2010, 1, 1 + row % 28), "start", 1 + (who + row) % 5])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("database", "managers"),
    [
        ("sqlite", 12),
        *(pytest.param(database, MOST, marks=pytest.mark.verify) for database in ("sqlite", "postgresql")),
    ],
)
def test_managers_upload_500_rows_each_at_once(
    database: str, managers: int, over_http, serve, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgresql")() if database == "postgresql" else None
    store = Store.create(tmp_path / "store", simulated=True, database=url)
    fill(store)
    books = [workbook(who) for who in range(managers)]
    start = np.random.default_rng(5).permutation(np.linspace(0, WITHIN * managers / MOST, managers))

    with serve(store.folder, tmp_path / "app.txt") as address:
        host = address.removeprefix("http://")

        def arrive(who: int):
            token = signing_in.let_in(store, Person(Role.MANAGER, centre(who)), how="demonstration").token
            return over_http.PageByHand(over_http.Client(host, {"toolkit-session": token}), "upload")

        def upload(who: int) -> float:
            time.sleep(max(0.0, start[who] - (time.monotonic() - begun)))
            since = time.monotonic()
            pages[who].upload("Your scores .*", f"scores-{who}.xlsx", books[who])
            pages[who].choose("On your scale, a higher score is", "Better for the family")
            pages[who].press(f"Store {ROWS} rows")
            assert "Stored. Receipt number" in pages[who].text()
            return time.monotonic() - since

        with ThreadPoolExecutor(managers) as pool:
            pages = list(pool.map(arrive, range(managers)))
            begun = time.monotonic()
            waited = list(pool.map(upload, range(managers)))
        for page in pages:
            page.socket.close()

    stored = store.read("progress_scores")
    assert len(stored) == managers * ROWS == stored["family_id"].nunique()
    score = {one: 1 + (who + row) % 5 for who in range(managers) for row, one in enumerate(families(who))}
    assert dict(zip(stored["family_id"], stored["score"], strict=True)) == score
    by = store.uploads().query("table == 'progress_scores'")["by"]
    assert sorted(by) == sorted(f"Centre manager, Centre {centre(who)}" for who in range(managers))
    assert store.check().is_whole
    median, p95 = np.quantile(waited, [0.5, 0.95])
    sys.stdout.write(
        f"{database}: {managers} sessions: median {median:.1f} s, p95 {p95:.1f} s, most {max(waited):.1f} s\n"
    )
