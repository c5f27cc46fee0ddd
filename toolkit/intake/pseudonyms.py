"""Numbers made into pseudonyms with a key that is kept elsewhere: the same number and key give the same pseudonym.

HMAC-SHA-256 (RFC 2104), cut to 100 bits: two of ten million numbers share a pseudonym with a chance under 1 in 10^15.
Without the key nobody can try numbers out; with it anybody can, so it is kept apart from the records.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.errors import InputError

LEAST_BYTES = 32
_LETTERS = 20  # of 5 bits each
_BYTES = 15  # of the digest, which these letters are made of
_LINES = re.compile(rb"[0-9a-f]{64}(\n[0-9a-f]{64})*")  # one key a line, the newest last


@dataclass(frozen=True, slots=True)
class Key:
    """A key, which is never shown; ``mark`` tells one key from another without giving it away.

    Attributes
    ----------
    secret
        What pseudonyms are made with.
    before
        The keys before it, the oldest first: a pseudonym is made with each in turn, so that records made under them
        are still met after the key was changed.
    """

    secret: bytes = field(repr=False)
    before: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def mark(self) -> str:
        """Eight letters and digits that change with the key."""
        return hmac.new(self.secret, b"mark of this key", hashlib.sha256).hexdigest()[:8]

    def pseudonym(self, kind: str, number: str) -> str:
        """Return the pseudonym of a number.

        Parameters
        ----------
        kind
            What the number is of: ``family``, ``child`` or ``referral``. The same number of another kind has another
            pseudonym.
        number
            As in the source system; spaces around it and small letters make no difference.

        >>> Key(b"k" * 32).pseudonym("family", " a12 ") == Key(b"k" * 32).pseudonym("family", "A12")
        True
        """
        for secret in (*self.before, self.secret):
            number = _made(secret, kind, number)
        return number

    def of_oldest(self, kind: str, number: str) -> str:
        """Return what the oldest key makes of a number: it stays the same however often the key is changed."""
        return _made((*self.before, self.secret)[0], kind, number)

    def of_newest(self, kind: str, pseudonym: str) -> str:
        """Return what the newest key makes of a pseudonym made with those before it."""
        return _made(self.secret, kind, pseudonym)


def _made(secret: bytes, kind: str, number: str) -> str:
    digest = hmac.new(secret, f"{kind}:{number.strip().upper()}".encode(), hashlib.sha256).digest()
    return kind[0].upper() + base64.b32encode(digest[:_BYTES]).decode()[:_LETTERS]


def read_key(path: Path) -> Key:
    """Read a key file.

    Raises
    ------
    InputError
        When there is none, when it is shorter than 32 bytes, or when others than its owner may read it.
    """
    try:
        secret = path.read_bytes().strip()
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise InputError(f"There is no key file {path}. Make one with: toolkit link-key {path}") from None
    secrets_of = secret.split(b"\n") if _LINES.fullmatch(secret) else [secret]
    if min(map(len, secrets_of)) < LEAST_BYTES:
        raise InputError(f"The key in {path} has {len(secret)} bytes; at least {LEAST_BYTES} are needed.")
    if os.name == "posix" and mode & 0o077:  # elsewhere the bits say nothing
        raise InputError(f"Others on this machine may read the key {path}. Shut it first: chmod 600 {path}")
    return Key(secrets_of[-1], tuple(secrets_of[:-1]))


def write_key(path: Path, *, after: Key | None = None) -> Key:
    """Make a key file that only its owner may read, with the keys before the new one where there are any.

    Raises
    ------
    InputError
        When the file is already there: a key that is lost cannot be made again.
    """
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise InputError(f"{path} is already there. A key is never overwritten; name another file.") from None
    before = () if after is None else (*after.before, after.secret)
    lines = [*(secret.decode("ascii") for secret in before), secrets.token_hex(LEAST_BYTES)]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return read_key(path)
