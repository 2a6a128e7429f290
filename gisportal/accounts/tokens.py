"""The form of a personal token, and its stored digest: pure text, no database.

``geo_`` + 8 visible characters to recognise it + ``_`` + 43 characters that are shown once: 32 bytes of the operating
system's randomness in base64url. What is stored is the SHA-256 of the whole. A slow, salted hash protects passwords
because people choose guessable ones; among 2^256 equally likely tokens there is nothing to guess, a table of
precomputed digests is impossible, and a fast digest lets each request be checked by one indexed read.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets

MARK = "geo_"
PREFIX_LENGTH = len(MARK) + 8
# Also what logs are cleaned of, see gisportal.accounts.tokens.
TOKEN = re.compile(r"geo_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", re.ASCII)

# The token of a directory has another mark: neither kind is ever read as the other.
DIRECTORY_MARK = "scim_"
DIRECTORY_PREFIX_LENGTH = len(DIRECTORY_MARK) + 8
DIRECTORY_TOKEN = re.compile(r"scim_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", re.ASCII)


def new_token(mark: str = MARK) -> str:
    """Return a new random token, of a person or of a directory by its mark."""
    return f"{mark}{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"


def is_token(text: str) -> bool:
    """Whether a text has the form of a token; a password that had it would be read as one."""
    return TOKEN.fullmatch(text) is not None


def prefix_of(token: str) -> str:
    """Return the part of a token that may be shown."""
    return token[:PREFIX_LENGTH]


def digest_of(token: str) -> str:
    """Return the SHA-256 of a token, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


HIDDEN = "[…]"
# C0, DEL, C1, and what some readers of logs take for the end of a line.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PATTERNS = (
    (TOKEN, HIDDEN),
    (re.compile(r"(/compte/lien/)[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])"), rf"\g<1>{HIDDEN}"),
    (DIRECTORY_TOKEN, HIDDEN),
    (re.compile(r"(?i)([?&]token=)[^&\s\"'#]*"), rf"\g<1>{HIDDEN}"),
    (re.compile(r"(?i)\b(basic|bearer)\s+[A-Za-z0-9+/=._~-]{8,}"), rf"\g<1> {HIDDEN}"),
)


def redacted(text: str) -> str:
    """Return a text without the tokens and credentials it quotes."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


class RedactingFormatter(logging.Formatter):
    """Writes records, tracebacks included, without credentials; times say their offset, a message is one line."""

    default_time_format = "%Y-%m-%dT%H:%M:%S%z"
    default_msec_format = ""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (the name that logging calls)
        """Return the line of a record: quoted input neither begins a line nor controls a terminal."""
        return _CONTROL.sub(lambda match: repr(match[0])[1:-1], super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return redacted(super().format(record))
