"""The largest body of each address, and who may send one that is not small: a table, read before a body is.

Addresses are matched in order; one that no row matches has small bodies. Only POST, PUT and PATCH have a body to read
(RFC 9110, 9.3): with other methods it is small everywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache

from django.conf import settings

KIBIBYTE, MEBIBYTE = 1024, 1024 * 1024
# Where no row says more: a form of some fields.
SMALL_BODY_BYTES = 64 * KIBIBYTE
# Up to this size anybody may send what the address reads, and it stays in memory.
UNCHECKED_BYTES = 512 * KIBIBYTE
# Longer than any path of the portal: what follows matches nothing.
_LONGEST_PATH = 2_048
_METHODS = frozenset({"POST", "PUT", "PATCH"})


class Sender(Enum):
    """Who may send a body above ``UNCHECKED_BYTES``: anybody, who may write, who feeds datasets or makes them."""

    ANYBODY = "anybody"
    ACCOUNT = "account"
    LOADER = "loader"


@dataclass(frozen=True, slots=True)
class BodyBound:
    """A row: ``path`` is a regular expression of whole paths, ``largest`` is in bytes."""

    path: str
    largest: int
    sender: Sender = Sender.ANYBODY


_SMALL = BodyBound(".*", SMALL_BODY_BYTES)


@cache
def body_bounds() -> tuple[BodyBound, ...]:
    """Return the table."""
    file, photos = settings.UPLOAD_BODY_MAX_BYTES, settings.BODY_MAX_BYTES
    # What Django reads of a form without its files: 8,000 inputs, a style, a document.
    form = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return (
        # The files of the import wizard.
        BodyBound(r"/jeux/(nouveau|[^/]+/import)/", file, Sender.LOADER),
        BodyBound(r"/jeux/.*", form, Sender.LOADER),
        # Photos, rasters, tables that are filled.
        BodyBound(r"/administration/.*", photos, Sender.ACCOUNT),
        BodyBound(r"/rasters/[^/]+/", photos, Sender.ACCOUNT),
        BodyBound(r"/catalogue/[^/]+/saisie/importer/", photos, Sender.ACCOUNT),
        # Long forms and documents.
        BodyBound(r"/catalogue/[^/]+/(.+/)?(saisie|style)/.*", form, Sender.ACCOUNT),
        BodyBound(r"/rasters/.*", form, Sender.ACCOUNT),
        BodyBound(r"/tableaux-de-bord/.*", form, Sender.ACCOUNT),
        # The address of a map, drawn area included, written as a field of a form.
        BodyBound(r"/carte/vues/.*", MEBIBYTE, Sender.ACCOUNT),
        # Protocols: a feature; a question or a transaction.
        BodyBound(r"/api/collections/[^/]+/items(/.*)?", MEBIBYTE, Sender.ACCOUNT),
        BodyBound(r"/wfs(/.*)?", form),
    )


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], BodyBound], ...]:
    return tuple((re.compile(bound.path, re.DOTALL), bound) for bound in body_bounds())


def body_bound(path: str, method: str) -> BodyBound:
    """Return the bound of the bodies that are sent by this method to this path, percent-decoded."""
    if method not in _METHODS or len(path) > _LONGEST_PATH:
        return _SMALL
    return next((bound for pattern, bound in _compiled() if pattern.fullmatch(path)), _SMALL)
