"""No credential in a log: whatever wrote a line, tokens and Authorization values leave it before it is written.

The first line of defence is elsewhere: the access logs name paths without queries, and a token in an address is taken
off the request before anything can quote it. This is the last one, for servers' own messages and for tracebacks. It
imports nothing of Django, since it is loaded with the log.
"""

from __future__ import annotations

import logging
import re

from gisportal.accounts.tokens import TOKEN

HIDDEN = "[…]"
# C0, DEL, C1, and what some readers of logs take for the end of a line.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PATTERNS = (
    (TOKEN, HIDDEN),
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
        """Return the line of a record: what somebody sent begins no line of its own, and moves no terminal."""
        return _CONTROL.sub(lambda found: repr(found[0])[1:-1], super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return redacted(super().format(record))
