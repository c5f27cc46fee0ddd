"""Look for secrets in every tracked file (``python .ci/secrets.py``); end with 1, and a line for each, where any is.

What is looked for: private keys, the tokens of well-known services, addresses with a password in them, passwords and
keys written as literals, long random strings, and files that hold secrets by their nature (``.env``, ``secrets.toml``,
key files). What is known to be harmless is listed in ``.ci/secrets-allowed.txt`` with the reason. What is found is
never printed whole: a build log is read by more people than the file.
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = ROOT / ".ci" / "secrets-allowed.txt"

PATTERNS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----|\bAGE-SECRET-KEY-1[0-9A-Z]{20,}"),
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})"),
    "a GitLab token": re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}"),
    "a Slack token or hook": re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/T\w+"),
    "a Google key": re.compile(r"\bAIza[0-9A-Za-z_-]{35}|\bGOCSPX-[0-9A-Za-z_-]{20,}"),
    "an Azure storage key": re.compile(r"AccountKey=[A-Za-z0-9+/=]{40,}"),
    "a package registry's token": re.compile(r"\bpypi-AgE[A-Za-z0-9_-]{20,}|\bnpm_[A-Za-z0-9]{36}\b"),
    "a payment or model service's key": re.compile(r"\bsk[-_](?:live|test|ant|proj)[-_][A-Za-z0-9_-]{16,}"),
    "a signed web token": re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    "an address with a password in it": re.compile(
        r"\b[a-z][a-z0-9+.-]{2,}://[^\s/:@'\"{}<>]+:(?P<secret>[^\s/@'\"{}<>$]+)@"
    ),
}
ASSIGNED = re.compile(
    r"""(?ix) \b[\w.-]* (?:password|passwd|passphrase|secret|api_?key|private_?key|access_?key|token|cookie_?secret)
        ["']? \s* (?: : \s* str \s* )? [:=]{1,2} \s* [rbf]* (?P<quote>["']) (?P<secret>[^"'\s{}<>$]{8,}) (?P=quote)"""
)
RANDOM = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{32,}={0,2}(?![A-Za-z0-9+/_-])")
# As locks of Python and JavaScript write them; only there, so that a key cannot pass as one elsewhere.
HASH_OF_A_PACKAGE = re.compile(r"--hash=sha256:[0-9a-f]{64}|\"integrity\": \"sha512-[A-Za-z0-9+/]{86}==\"")
NAMES = re.compile(
    r"(?i)^(?:\.env(?:\..+)?|secrets\.(?:toml|ya?ml|json)|\.netrc|\.pypirc|\.pgpass|id_(?:rsa|dsa|ecdsa|ed25519)"
    r"|.*\.(?:pem|p12|pfx|jks|keystore|kdbx|key))$"
)
NAMED_EXAMPLES = re.compile(r"(?i)\.(?:example|sample|template)$")
LEAST_BITS = {"hex": 3.3, "other": 4.3}  # bits a character; English words joined up stay under 4


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that looks like a secret: where, what kind, and enough of it to find it again."""

    file: str
    line: int
    kind: str
    text: str

    @property
    def sentence(self) -> str:
        """Where it is and what it looks like, without the secret itself."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        shown = f" ({self.text[:4]}…, {len(self.text)} characters)" if self.text else ""
        return f"{place}: this looks like {self.kind}{shown}."


def bits(text: str) -> float:
    """Return Shannon's entropy of a text in bits a character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def looks_random(text: str) -> bool:
    """Say whether a long text is letters and digits in no order: a key, not a name or a path."""
    if re.fullmatch(r"[0-9a-f]+|[0-9A-F]+", text):
        return not text.isdigit() and bits(text) >= LEAST_BITS["hex"]
    kinds = sum(bool(re.search(kind, text)) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    return kinds == 3 and bits(text) >= LEAST_BITS["other"]


def in_line(line: str) -> Iterator[tuple[str, str]]:
    """Yield ``(kind, text)`` of each thing in a line that looks like a secret."""
    line = HASH_OF_A_PACKAGE.sub("", line)
    for kind, pattern in PATTERNS.items():
        for hit in pattern.finditer(line):
            yield kind, hit.groupdict().get("secret") or hit.group()
    for hit in ASSIGNED.finditer(line):
        yield "a password or key written into the text", hit["secret"]
    for hit in RANDOM.finditer(line):
        if looks_random(hit.group().rstrip("=")):
            yield "a long random string", hit.group()


def in_file(root: Path, name: str) -> Iterator[Found]:
    """Yield what looks like a secret in one file or its name; what is not text is judged by name only."""
    base = PurePosixPath(name).name
    if NAMES.match(base) and not NAMED_EXAMPLES.search(base):
        yield Found(name, 0, "a file that holds secrets", "")
    data = (root / name).read_bytes()
    if b"\0" in data[:8000]:
        return
    for number, line in enumerate(data.decode("utf-8", errors="replace").splitlines(), start=1):
        seen: set[str] = set()
        for kind, text in in_line(line):
            if text not in seen:  # one thing, one sentence: the first kind is the closest
                seen.add(text)
                yield Found(name, number, kind, text)


def tracked(root: Path) -> list[str]:
    """Return the files git tracks under a folder, those just added included; links and submodules are left out."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True).stdout.decode()
    return [name for name in listed.split("\0") if name and (root / name).is_file() and not (root / name).is_symlink()]


def read_allowed(path: Path) -> list[tuple[str, str]]:
    """Return ``(file, text)`` of each allowed thing; a line without a reason is refused.

    Raises
    ------
    SystemExit
        When a line does not read ``file | text | reason``.
    """
    allowed = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            parts = [part.strip() for part in line.split(" | ")]
            if len(parts) != 3 or not all(parts):
                raise SystemExit(f"{path.name}, line {number}: write it as: file | text | why it is harmless.")
            allowed.append((parts[0], parts[1]))
    return allowed


def is_allowed(thing: Found, entry: tuple[str, str]) -> bool:
    """Say whether an allowance covers a thing: the same file and text, or any SHA-256 where the text is ``sha256``."""
    file, text = entry
    same = text == thing.text or (text == "sha256" and re.fullmatch("[0-9a-f]{64}", thing.text) is not None)
    return file == thing.file and same


def scan(root: Path, allowed: list[tuple[str, str]]) -> tuple[list[Found], list[tuple[str, str]], int]:
    """Return what was found and is not allowed, the allowances nothing needed, and how many files were read."""
    names = tracked(root)
    found = [thing for name in names for thing in in_file(root, name)]
    kept = [thing for thing in found if not any(is_allowed(thing, entry) for entry in allowed)]
    unneeded = [entry for entry in allowed if not any(is_allowed(thing, entry) for thing in found)]
    return kept, unneeded, len(names)


def main() -> int:
    """Scan the project; return 1 when anything is found, or when an allowance is no longer needed."""
    found, unneeded, files = scan(ROOT, read_allowed(ALLOWED))
    for thing in found:
        print(thing.sentence)
    for file, _ in unneeded:
        print(f"{ALLOWED.name} allows something in {file} that is no longer there: take the line out.")
    if found:
        print("Take each one out, and change it wherever it is used: it has been seen.")
        print(f"If it is harmless, say why in {ALLOWED.name}.")
    if not files:
        print("No tracked file was found: nothing was checked.")
    print(f"Secrets: {files} tracked files read, {len(found)} found.")
    return int(bool(found or unneeded or not files))


if __name__ == "__main__":
    sys.exit(main())
