"""Secrets of second factors, encrypted in the database: a copy of it opens no account.

The key comes from ``SECRET_KEY``; those of ``SECRET_KEY_FALLBACKS`` still read what they wrote.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

__all__ = ["InvalidToken", "decrypt", "encrypt"]

# Every stored secret is encrypted with a key derived from this text: it stays, wherever this module moves.
_SALT = "gisportal.accounts.second_factors.secrets"


def encrypt(text: str) -> str:
    """Return a text that only this portal reads."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Return the text that was encrypted.

    Raises:
        InvalidToken: it was with a key that the settings do not hold any more.
    """
    return _cipher().decrypt(encrypted.encode()).decode()


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (salted_hmac(_SALT, "second factors", secret=key, algorithm="sha256").digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
