"""The second step of signing in: six digits of an authenticator app (TOTP, RFC 6238), each taken once."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pyotp
import segno

ISSUER = "Children's Centre toolkit"
STEP = 30


def new_secret() -> str:
    """Return a new secret for an app: 160 bits, in base 32."""
    return pyotp.random_base32()


def is_secret(secret: str) -> bool:
    """Whether a text is a secret as `new_secret` makes them."""
    return re.fullmatch(r"[A-Z2-7]{32}", secret) is not None


def address_of(secret: str, name: str) -> str:
    """Return the ``otpauth://`` address an app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def picture_of(address: str) -> str:
    """Return the address as a QR code: an SVG picture as text."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", scale=5, border=4, xmldecl=False, light="#fff", title="QR code"
    )
    return out.getvalue().decode()


def step_of_code(secret: str, code: str, *, at: datetime, after: int) -> int | None:
    """Return which half minute a code is of, or ``None`` when it is wrong or was taken already.

    Parameters
    ----------
    secret
        The account's.
    code
        As typed; spaces are left out.
    at
        Now. The half minute before and after count too, for clocks that differ.
    after
        The last half minute a code was taken for: only later ones count.
    """
    digits = re.sub(r"\s", "", code)
    if not secret or not re.fullmatch(r"[0-9]{6}", digits):
        return None
    now = int(at.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    for step in (now - 1, now, now + 1):
        if step > after and pyotp.utils.strings_equal(totp.at(step * STEP), digits):
            return step
    return None
