"""The form of a personal token, and the digest kept of it: pure text, no database.

``geo_`` + 8 characters that are shown for ever to recognise it + ``_`` + 43 characters that are shown once: 32 bytes
of the operating system's randomness in base64url. What is stored is the SHA-256 of the whole. A slow, salted hash
protects passwords because people choose guessable ones; among 2^256 equally likely tokens there is nothing to guess, a
table of precomputed digests is impossible, and a fast digest lets each request be checked by one indexed read.
"""

from __future__ import annotations

import hashlib
import re
import secrets

MARK = "geo_"
PREFIX_LENGTH = len(MARK) + 8
# Also what logs are cleaned of, see gisportal.accounts.redaction.
TOKEN = re.compile(r"geo_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", re.ASCII)


def new_token() -> str:
    """Return a token nobody ever had."""
    return f"{MARK}{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"


def is_token(text: str) -> bool:
    """Whether a text has the form of a token; a password that had it would be read as one."""
    return TOKEN.fullmatch(text) is not None


def prefix_of(token: str) -> str:
    """Return the part of a token that may be shown."""
    return token[:PREFIX_LENGTH]


def digest_of(token: str) -> str:
    """Return the SHA-256 of a token, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()
