"""A result as a file that makes it again: the plan, the register as it stood, every hash, and the command."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

from toolkit.publish.bundle.model import Bundle
from toolkit.studies.preregistration import FILE as REGISTER
from toolkit.studies.preregistration import register_csv

README, HASHES = "README.txt", "hashes.txt"
_DAY = (1980, 1, 1, 0, 0, 0)  # of every file: the same result gives the same bytes


def again_zip(folder: Path, bundle: Bundle) -> bytes:
    """Return a zip from which a result can be made again, wherever its records are.

    No row of the records is in it. It holds the protocol as it was run, what the register said of it then, the
    result, its hashes, and how to run it.

    Parameters
    ----------
    folder, bundle
        The result's folder and what is in it.
    """
    result = (folder / "result.json").read_bytes()
    plan = f"{bundle.question}.toml"
    files = {
        README: _readme(bundle).encode(),
        plan: bundle.protocol_text.encode(),
        "result.json": result,
        HASHES: _hashes(bundle, result).encode(),
    }
    if bundle.registered:
        files[REGISTER] = register_csv(bundle.question, bundle.registered).encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY), content, compress_type=zipfile.ZIP_DEFLATED)
    return made.getvalue()


def command(bundle: Bundle) -> str:
    """Return the command that makes a result again, run beside its plan; STORE is the folder of the records."""
    records = f"STORE/snapshots/{bundle.snapshot_hash[:16]}"
    return f"toolkit run {bundle.question}.toml --store {records} --seed {bundle.seed} --out again"


def _readme(bundle: Bundle) -> str:
    return (
        f"{bundle.title}\n\n"
        f"To make this result again, install version {bundle.version} of the toolkit, open this folder in a terminal "
        "and give the command below, with the folder of the records in place of STORE. It reads the records as they "
        "were for this result, whatever came in since.\n\n"
        f"    {command(bundle)}\n\n"
        f"again/result.json is then the same as result.json, to the last byte. {HASHES} has the hashes of all that "
        "decides it. No row of the records is in this file.\n"
        f"{f'{chr(10)}{bundle.notice}{chr(10)}' if bundle.notice else ''}"
    )


def _hashes(bundle: Bundle, result: bytes) -> str:
    rows = [
        ("result.json (SHA-256)", hashlib.sha256(result).hexdigest()),
        ("plan (SHA-256)", bundle.protocol_hash),
        ("records (snapshot)", bundle.snapshot_hash),
        ("toolkit", bundle.version),
        ("seed", str(bundle.seed)),
    ]
    return "".join(f"{what}: {value}\n" for what, value in rows)
