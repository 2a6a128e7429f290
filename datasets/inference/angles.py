"""Two positions in one text: "48.82, 2.23", "48,82 ; 2,23", "48°49'17"N 2°14'04"E".

One table of patterns for the guess (Python) and the cast (SQL), as in ``datasets.inference.values``.
"""

from __future__ import annotations

import re

_S = r"[\s\u00a0\u202f]*"
_NUMBER = r"[+-]?[0-9]{1,8}(?:[.,][0-9]{0,30})?"

PAIR = rf"^[\[(\s]*({_NUMBER})(?:{_S}[,;/|]{_S}|[\s\u00a0\u202f]+)({_NUMBER})[\])\s]*$"
"""Two numbers and what is between them: comma, semicolon, slash, bar or blanks; a comma may be decimal too."""

_PART = r"([0-9]{1,2}(?:[.,][0-9]{0,12})?)"
_ANGLE = (
    rf"([NSEOW]?){_S}([+-]?[0-9]{{1,3}}(?:[.,][0-9]{{0,12}})?){_S}[°º]{_S}"
    rf"(?:{_PART}{_S}['’′´]{_S})?(?:{_PART}{_S}(?:[\"”″]|''|’’|′′){_S})?([NSEOW]?)"
)
ANGLE = rf"^{_S}{_ANGLE}{_S}$"
"""One angle: letter, degrees, minutes, seconds, letter; all but the degrees may be absent."""

ANGLES = rf"^{_S}{_ANGLE}{_S}[,;/|]?{_S}{_ANGLE}{_S}$"
"""Two angles, ten groups. A letter between them belongs to the second one when the first had its own."""

_PAIR = re.compile(PAIR)
_ONE = re.compile(ANGLE, re.IGNORECASE)
_TWO = re.compile(ANGLES, re.IGNORECASE)


def pair_of(text: str) -> tuple[float, float] | None:
    """Return the two numbers of a text, in its order; None when it does not hold two."""
    match = _PAIR.match(text)
    return (_number(match[1]), _number(match[2])) if match else None


def has_two_decimals(text: str) -> bool:
    """Say whether both numbers of a pair have decimals: "48,82" alone is one number, not two."""
    match = _PAIR.match(text)
    return bool(match and {",", "."} & set(match[1]) and {",", "."} & set(match[2]))


def axis_of(text: str) -> str:
    """Return ``x`` for an angle of longitude, ``y`` for one of latitude, ``?`` without letter, empty for no angle."""
    match = _ONE.match(text)
    if not match:
        return ""
    letter = (match[1] or match[5]).upper()
    return {"": "?", "N": "y", "S": "y"}.get(letter, "x")


def position_of(text: str) -> tuple[float, float] | None:
    """Return longitude and latitude of two angles; without letters latitude is first; None when there are not two."""
    match = _TWO.match(text.upper())
    if not match:
        return None
    parts = [part or "" for part in match.groups()]
    first_letter = parts[0] or parts[4]
    second_letter = parts[5] or parts[9] or (parts[4] if parts[0] else "")
    first, second = _degrees(parts[1:4], first_letter), _degrees(parts[6:9], second_letter)
    return (first, second) if first_letter in {"E", "O", "W"} else (second, first)


def _degrees(parts: list[str], letter: str) -> float:
    degrees, minutes, seconds = (_number(part or "0") for part in parts)
    size = abs(degrees) + minutes / 60 + seconds / 3600
    return -size if parts[0].startswith("-") or letter in {"S", "O", "W"} else size


def _number(text: str) -> float:
    return float(text.replace(",", "."))
