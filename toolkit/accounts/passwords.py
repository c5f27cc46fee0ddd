"""Passwords: kept only as argon2id hashes, long rather than odd, and never one that everybody tries first.

The rules follow the National Cyber Security Centre's advice (Password administration for system owners, 2018): a
minimum length, a list of what is too common, no forced symbols and no expiry.
"""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST, MOST = 12, 200
_HASHER = PasswordHasher()  # RFC 9106's second choice: argon2id, 64 MiB, 3 passes
_TURNS = BoundedSemaphore(2)  # each check takes 64 MiB: a rush of sign-ins waits instead of filling the memory
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another

# What people reach for when twelve characters are asked, alone or one after another, with digits and signs anywhere.
_COMMON = frozenset((Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").split())
_AS_LETTERS = tuple(map(str.maketrans, ("", "431057", "@4310$5!7"), ("", "aeiost", "aaeiossit")))
_RUNS = ("qwertyuiopasdfghjklzxcvbnm", "abcdefghijklmnopqrstuvwxyz", "qazwsxedcrfvtgbyhnujmikolp")
_FEW_LETTERS = 4


def problems_of(password: str, *, name: str) -> list[str]:
    """Return what is wrong with a new password, in sentences; empty when nothing is.

    Parameters
    ----------
    password
        As typed.
    name
        The account's sign-in name, which it must not hold.
    """
    found = []
    if len(password) < LEAST:
        found.append(f"Use at least {LEAST} characters. Three random words make a good password.")
    if len(password) > MOST:
        found.append(f"Use at most {MOST} characters.")
    plain = password.casefold()
    if _is_common(plain) or len(set(plain)) < 5:
        found.append("This is among the first passwords anyone tries. Choose another.")
    if len(name) >= 3 and name.casefold() in plain:
        found.append("The password holds the sign-in name. Choose another.")
    return found


def _is_common(plain: str) -> bool:
    """Whether a password is made of nothing but the commonest words and runs of keys, whatever stands among them.

    Digits and signs are left out, or read as the letters they stand for. One of hardly any letters is a number.
    """
    if sum(sign.isalpha() for sign in plain) < _FEW_LETTERS:
        return sum(sign.isdigit() for sign in plain) >= len(plain) - _FEW_LETTERS
    core = plain.strip("0123456789!?.,-_*#@£$&+ ")
    written = ("".join(filter(str.isalpha, core.translate(table))) for table in _AS_LETTERS)
    return any(map(_is_of_common_words, written))


def _is_of_common_words(letters: str) -> bool:
    """Whether letters can be cut into common words and runs of keys alone."""
    ends = {0}  # the places to which they can be cut so far
    for end in range(1, len(letters) + 1):
        if any(letters[start:end] in _COMMON or _is_run(letters[start:end]) for start in ends):
            ends.add(end)
    return len(letters) in ends


def _is_run(letters: str) -> bool:
    forwards, backwards = any(letters in run for run in _RUNS), any(letters[::-1] in run for run in _RUNS)
    return len(letters) >= _FEW_LETTERS and (forwards or backwards)


def hashed(password: str) -> str:
    """Return the argon2id hash of a password, with its salt and settings."""
    with _TURNS:
        return _HASHER.hash(password)


def is_right(password: str, stored: str) -> bool:
    """Whether a password is the one that was hashed; without a hash it is wrong after as long a time."""
    with _TURNS:
        try:
            return _HASHER.verify(stored or _nobodys(), password[: MOST + 1]) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(stored)


def temporary() -> str:
    """Return a random password to hand over, to be changed at the first sign-in; 78 bits, easy to read out."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_hex())
