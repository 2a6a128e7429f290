"""From the title of a column to the name clients see and to the column of the table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MAX_BYTES = 63
"""PostgreSQL's limit on identifiers, used for published names too."""

_COLUMN_CHARACTERS = 59
"""Leaves room for what the database adds to a column's name in those of its indexes and constraints."""

RESERVED_NAMES = frozenset({"id", "commune", "geom", "geometry"})
"""Names that every layer has already, computed by the portal: a column of that title is published as ``…_source``."""

_SPELT = str.maketrans(
    {
        "œ": "oe",
        "Œ": "OE",
        "æ": "ae",
        "Æ": "AE",
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "&": " et ",
        "°": " ",
    }
)
_NOT_WORD = re.compile(r"[\W_]+")
_HUMP = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")


def field_name(title: str, used: Iterable[str] = ()) -> str:
    """Return ``title`` in lower case without accents, letters and digits joined by ``_``, not among ``used``.

    ``Capacité de la station`` → ``capacite_de_la_station``, ``2024`` → ``colonne_2024``, ``commune`` →
    ``commune_source``; letters of other scripts stay; never empty, at most 63 bytes of UTF-8.
    """
    name = _NOT_WORD.sub("_", _unaccented(title).lower()).strip("_") or "colonne"
    if name[0].isdigit():
        name = f"colonne_{name}"
    elif name in RESERVED_NAMES:
        name = f"{name}_source"
    other_names = set(used)
    candidate, number = _cut(name, MAX_BYTES), 2
    while candidate in other_names:
        suffix = f"_{number}"
        candidate = _cut(name, MAX_BYTES - len(suffix)) + suffix
        number += 1
    return candidate


def readable_title(title: str) -> str:
    """Return a title that software wrote in one word as people read it: ``dernier_signalement``."""
    return title if " " in title else title.replace("_", " ").strip() or title


def column_name(position: int, title: str) -> str:
    """Return ``f3_capacite_de_la_station``: plain ASCII, whatever the producer wrote; ``position`` is 1-based."""
    return f"f{position}_{slug(title)}"[:_COLUMN_CHARACTERS].rstrip("_")


def slug(title: str) -> str:
    """Return ``title`` without accents, in lower case ASCII words joined by ``_``; empty when nothing is left."""
    plain = _unaccented(title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")


def words(title: str) -> tuple[str, ...]:
    """Return the words of a title without accents: ``codePostal`` and ``CODE POSTAL`` are the same."""
    return tuple(filter(None, slug(_HUMP.sub(" ", title)).split("_")))


def _unaccented(title: str) -> str:
    """Return ``title`` in plain letters: ``Été`` → ``Ete``, ``œ`` → ``oe``, ``&`` → ``et``, ``m²`` → ``m2``."""
    letters = unicodedata.normalize("NFKD", title.translate(_SPELT))
    return unicodedata.normalize(
        "NFC", "".join(letter for letter in letters if not unicodedata.combining(letter))
    )


def _cut(name: str, size: int) -> str:
    return name.encode()[:size].decode(errors="ignore").rstrip("_")
