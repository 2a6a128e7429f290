"""Other words for a layer, its fields and its values, as an editor writes them: a line each.

``: vélib, vlib`` is about the layer, ``capacite : taille`` about a field, ``mode=tramway : tram`` about a value of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

LAYER = ""
MOST_LINES, MOST_WORDS, LONGEST = 500, 30, 60


def parse_synonyms(text: str, fields: Collection[str]) -> dict[str, list[str]]:
    """Read lines into words by key: ``""``, a field, or ``field=value``.

    Raises:
        ValueError: a line without words, of a field that is not among these, or too much of anything; it says which.
    """
    lines = [line.strip() for line in text.replace("\u00a0", " ").splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise ValueError(_("Au plus %d lignes.") % MOST_LINES)
    groups: dict[str, list[str]] = {}
    for line in lines:
        key, words = _line(line)
        if key and key.partition("=")[0] not in fields:
            raise ValueError(_("« %s » : la couche n’a pas ce champ.") % key.partition("=")[0][:60])
        groups.setdefault(key, []).extend(word for word in words if word not in groups.get(key, ()))
    return groups


def _line(line: str) -> tuple[str, list[str]]:
    key, colon, rest = line.rpartition(" :") if " :" in line else line.partition(":")
    if line.startswith(":"):
        key, colon, rest = "", ":", line[1:]
    words = [" ".join(word.split()) for word in rest.split(",")]
    words = list(dict.fromkeys(filter(None, words)))
    if not colon or not words:
        raise ValueError(
            _("« %s » : écrivez un champ, deux-points, puis des mots séparés par des virgules.") % line[:60]
        )
    if len(words) > MOST_WORDS or any(len(word) > LONGEST or "\x00" in word for word in words):
        raise ValueError(
            _("« %(line)s » : au plus %(words)d mots de %(length)d caractères.")
            % {"line": line[:60], "words": MOST_WORDS, "length": LONGEST}
        )
    return "=".join(part.strip() for part in key.split("=", 1)), words


def synonyms_text(synonyms: Mapping[str, list[str]]) -> str:
    """Write synonyms as an editor reads them."""
    return "\n".join(f"{key} : {', '.join(words)}".strip() for key, words in synonyms.items())
