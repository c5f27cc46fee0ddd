"""Councils' keys: made once, the private half kept by the council, the public half known to whoever pools.

Ed25519 (RFC 8032), by the library cryptography. A public key's file says which council it is of; whoever pools takes it
from that council in person or from a page of the council's own, and a file signed with any other key is refused.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from toolkit.errors import InputError
from toolkit.pooling.shared_file import FORMAT, SharedContent, SharedFile

PRIVATE, PUBLIC = ".private.pem", ".public.json"


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A council's public key: its ONS code, its name, and the key in hexadecimal."""

    code: str
    council: str
    key: str


def new_key(folder: Path, *, code: str, council: str) -> tuple[Path, Path]:
    """Make a council's key and return its two files: the private one, which only its owner may read, and the public.

    Raises
    ------
    InputError
        When there is one already: a key that is lost cannot be made again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    private, public = folder / f"{code}{PRIVATE}", folder / f"{code}{PUBLIC}"
    made = Ed25519PrivateKey.generate()
    try:
        private.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise InputError(f"{private} is already there. A key is never overwritten; name another folder.") from None
    private.write_bytes(
        made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    about = {"council": council, "code": code, "key": _hex_of(made.public_key())}
    public.write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return private, public


def sign(content: SharedContent, private: Path) -> SharedFile:
    """Return content signed with a council's private key.

    Raises
    ------
    InputError
        When the key cannot be read, is another kind of key, or others may read it.
    """
    key = _private_key(private)
    return SharedFile(
        format=FORMAT, content=content, key=_hex_of(key.public_key()), signature=key.sign(content.signed_bytes()).hex()
    )


def known_keys(folder: Path) -> Mapping[str, KnownKey]:
    """Return the public keys in a folder, by key.

    Raises
    ------
    InputError
        When there is none, or a file is not one, or two councils' files hold one key.
    """
    files = sorted(folder.glob(f"*{PUBLIC}")) if folder.is_dir() else []
    if not files:
        raise InputError(f"There is no public key in {folder}. Put each council's file in it: CODE{PUBLIC}.")
    found: dict[str, KnownKey] = {}
    for file in files:
        one = _public_key(file)
        if one.key in found and found[one.key].code != one.code:
            raise InputError(f"{file.name} holds the same key as {found[one.key].council}'s. Ask both councils.")
        found[one.key] = one
    return found


def check_signature(file: SharedFile, known: Mapping[str, KnownKey], name: str) -> None:
    """Check that a file was signed by the council that it names, with a key that is known.

    Raises
    ------
    InputError
        Naming the file and the council, where the key is not known, is another council's, or the content was changed.
    """
    council = file.content.council
    owner = known.get(file.key)
    if owner is None:
        raise InputError(
            f"{name} says it is {council}'s, and is signed with a key that is not known ({file.key[:16]}…). Ask "
            f"{council} for its public key's file and put it beside the others, or leave this file out."
        )
    if owner.code != file.content.code:
        raise InputError(
            f"{name} says it is {council}'s ({file.content.code}), and is signed with the key of {owner.council} "
            f"({owner.code}). Ask both; leave this file out until then."
        )
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(file.key)).verify(
            bytes.fromhex(file.signature), file.content.signed_bytes()
        )
    except (InvalidSignature, ValueError):
        raise InputError(
            f"{name} was changed after {council} signed it: its signature is of other content. Ask {council} for "
            "it again."
        ) from None


def _private_key(path: Path) -> Ed25519PrivateKey:
    try:
        found, mode = path.read_bytes(), path.stat().st_mode
    except OSError as error:
        raise InputError(
            f"The key {path} cannot be read: {error.strerror}. Make one with: toolkit share --new-key DIR --council "
            "NAME"
        ) from None
    if os.name == "posix" and mode & 0o077:  # elsewhere the bits say nothing
        raise InputError(f"Others on this machine may read the key {path}. Shut it first: chmod 600 {path}")
    try:
        key = serialization.load_pem_private_key(found, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError(f"{path} is not a council's signing key. Expected a file that ends {PRIVATE}.")
    return key


def _public_key(file: Path) -> KnownKey:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        one = KnownKey(str(found["code"]), str(found["council"]), str(found["key"]))
    except (OSError, ValueError, KeyError, TypeError):
        one = KnownKey("", "", "")
    if not (re.fullmatch(r"[A-Z]\d{8}", one.code) and one.council and re.fullmatch(r"[0-9a-f]{64}", one.key)):
        raise InputError(f'{file.name} is not a council\'s public key. Expected "council", "code" and "key".')
    return one


def _hex_of(key: Ed25519PublicKey) -> str:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()
