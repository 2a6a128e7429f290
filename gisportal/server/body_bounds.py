"""What the server knows of the bodies of an address before it reads one: how large they are, and of whom.

The list is ``gisportal.bounds``; it is given to the server, which is loaded before any application.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

# A body that no row of the list lets be larger: a form of some fields.
SMALL_BODY_BYTES = 64 * 1024
# Up to this size anybody may send what the address reads, and it stays in memory.
UNCHECKED_BYTES = 512 * 1024


class Sender(Enum):
    """Who may send a body above ``UNCHECKED_BYTES``: anybody, who may write, who feeds datasets or makes them."""

    ANYBODY = "anybody"
    ACCOUNT = "account"
    LOADER = "loader"


@dataclass(frozen=True, slots=True)
class BodyBound:
    """The largest body of an address, in bytes, and who may send one that is not small."""

    largest: int = SMALL_BODY_BYTES
    sender: Sender = Sender.ANYBODY


# The bound of the bodies that are sent to a path, percent-decoded, by a method.
BoundOf = Callable[[str, str], BodyBound]


def small_everywhere(_path: str, _method: str) -> BodyBound:
    """Let every address read small bodies alone."""
    return BodyBound()
