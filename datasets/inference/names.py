"""From the title of a column to the name clients see and to the column of the table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MAX_BYTES = 63
"""PostgreSQL's limit on identifiers, kept for published names too."""

_COLUMN_CHARACTERS = 59
"""Room is kept for what the database adds to a column's name in those of its indexes and constraints."""

RESERVED_NAMES = frozenset({"id", "commune", "geom", "geometry"})
"""Names that every layer has already, computed by the portal: a column of that title is published as ``…_source``."""

_NOT_WORD = re.compile(r"[\W_]+")
_HUMP = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")


def field_name(title: str, taken: Iterable[str] = ()) -> str:
    """Return ``title`` in lower case, letters of any language and digits joined by ``_``, not among ``taken``.

    ``Capacité de la station`` → ``capacité_de_la_station``, ``2024`` → ``colonne_2024``, ``commune`` →
    ``commune_source``; never empty, at most 63 bytes of UTF-8.
    """
    name = _NOT_WORD.sub("_", unicodedata.normalize("NFC", title).lower()).strip("_") or "colonne"
    if name[0].isdigit():
        name = f"colonne_{name}"
    elif name in RESERVED_NAMES:
        name = f"{name}_source"
    others = set(taken)
    candidate, number = _cut(name, MAX_BYTES), 2
    while candidate in others:
        suffix = f"_{number}"
        candidate = _cut(name, MAX_BYTES - len(suffix)) + suffix
        number += 1
    return candidate


def column_name(position: int, title: str) -> str:
    """Return ``f3_capacite_de_la_station``: plain ASCII, whatever the producer wrote; ``position`` is 1-based."""
    return f"f{position}_{slug(title)}"[:_COLUMN_CHARACTERS].rstrip("_")


def slug(title: str) -> str:
    """Return ``title`` without accents, in lower case ASCII words joined by ``_``; empty when nothing is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")


def words(title: str) -> tuple[str, ...]:
    """Return the words of a title without accents: ``codePostal`` and ``CODE POSTAL`` are the same."""
    return tuple(filter(None, slug(_HUMP.sub(" ", title)).split("_")))


def _cut(name: str, size: int) -> str:
    return name.encode()[:size].decode(errors="ignore").rstrip("_")
