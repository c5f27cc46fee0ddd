"""Numbers made into pseudonyms with a key that is kept elsewhere: the same number and key give the same pseudonym.

HMAC-SHA-256 (RFC 2104), cut to 100 bits: two of ten million numbers share a pseudonym with a chance under 1 in 10^15.
Without the key nobody can try numbers out; with it anybody can, so it is kept apart from the records.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.errors import InputError

LEAST_BYTES = 32
_LETTERS = 20  # of 5 bits each


@dataclass(frozen=True, slots=True)
class Key:
    """A key, which is never shown; ``mark`` tells one key from another without giving it away."""

    secret: bytes = field(repr=False)

    @property
    def mark(self) -> str:
        """Eight letters and digits that change with the key."""
        return hmac.new(self.secret, b"mark of this key", hashlib.sha256).hexdigest()[:8]

    def pseudonym(self, kind: str, number: str) -> str:
        """Return the pseudonym of a number.

        Parameters
        ----------
        kind
            What the number is of: ``family`` or ``child``. The same number of another kind has another pseudonym.
        number
            As in the source system; spaces around it and small letters make no difference.

        >>> Key(b"k" * 32).pseudonym("family", " a12 ") == Key(b"k" * 32).pseudonym("family", "A12")
        True
        """
        text = f"{kind}:{number.strip().upper()}".encode()
        digest = hmac.new(self.secret, text, hashlib.sha256).digest()
        return kind[0].upper() + base64.b32encode(digest).decode()[:_LETTERS]


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
    if len(secret) < LEAST_BYTES:
        raise InputError(f"The key in {path} has {len(secret)} bytes; at least {LEAST_BYTES} are needed.")
    if os.name == "posix" and mode & 0o077:  # elsewhere the bits say nothing
        raise InputError(f"Others on this machine may read the key {path}. Shut it first: chmod 600 {path}")
    return Key(secret)


def write_key(path: Path) -> Key:
    """Make a key file that only its owner may read.

    Raises
    ------
    InputError
        When the file is already there: a key that is lost cannot be made again.
    """
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise InputError(f"{path} is already there. A key is never overwritten; name another file.") from None
    path.write_text(secrets.token_hex(LEAST_BYTES) + "\n", encoding="ascii")
    return read_key(path)
