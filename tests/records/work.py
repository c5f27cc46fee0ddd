"""What a child process does to a store until it is killed: uploads, corrections and withdrawals, each acknowledged.

Run as: python work.py FOLDER NAME SEED STEPS. Every line printed is an acknowledgement, whole or not there.
"""

from __future__ import annotations

import random
import sys
from datetime import date
from pathlib import Path

import pandas as pd

from toolkit.records import Store

ROWS = 100


def frames(name: str, what: str) -> dict[str, pd.DataFrame]:
    """Two tables of one upload, so that half of one would be seen."""
    ids = [f"{name}-{row}" for row in range(ROWS)]
    events = pd.DataFrame({"area": ids, "on": date(2009, 3, 1), "what": name})
    scores = pd.DataFrame(
        {
            "programme": name,
            "area": ids,
            "starts_on": date(2009, 3, 1),
            "ends_on": date(2009, 4, 1),
            "amount_gbp": float(what),
            "price_year": None,
        }
    )
    return {"events": events, "investments": scores}


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(folder: str, who: str, seed: str, steps: str) -> None:
    chosen = random.Random(int(seed))
    store = Store.open(Path(folder))
    say("ready")
    sys.stdin.readline()
    done: list[tuple[int, str]] = []
    for step in range(int(steps)):
        kind = chosen.choice(["add", "add", "correct", "withdraw"]) if done else "add"
        if kind == "add":
            name = f"{who}-{step}"
            receipt = store.add(frames(name, "1"), by=who, source_name=name)
            done.append((receipt.upload_id, name))
            say("added", receipt.upload_id, receipt.version, name)
        elif kind == "correct":
            upload, name = done[-1]
            values = {"investments": frames(name, str(step + 2))["investments"]}
            receipt = store.correct(values, by=who, source_name=f"{name} corrected")
            say("corrected", receipt.upload_id, receipt.version, name, step + 2)
            done.pop()  # what was corrected can be withdrawn only after its correction
            if chosen.random() < 0.3:
                say("withdrew", receipt.upload_id, store.withdraw(receipt.upload_id, by=who), f"{name} corrected")
                done.append((upload, name))
        else:
            upload, name = done.pop()
            version = store.withdraw(upload, by=who)
            say("withdrew", upload, version, name)


if __name__ == "__main__":
    main(*sys.argv[1:])
