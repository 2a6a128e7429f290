"""Identifiers of parcels, cadastral references and coordinates in what people type.

The identifier of the cadastre has fourteen characters (Etalab, IGN ``idu``): INSEE code, prefix of a former commune,
section on two characters (``0C`` for C), number on four.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_IDENTIFIER = re.compile(r"(\d[\dAB]\d{3})(\d{3})(0[A-Z]|[A-Z]{1,2}|\d[A-Z])(\d{4})")
_REFERENCE = re.compile(
    r"(?:parcelle\s+)?(?:(?!\d{3}\s)(?P<before>.+?)[\s,]+)?(?:(?P<prefix>\d{3})\s+)?(?:section\s+)?(?P<section>[A-Z]{1,2})\s*"
    r"(?:n[°o]?\s*)?(?P<number>\d{1,4})(?:[\s,(]+(?P<after>[^\d,()][^,()]*)\)?)?",
    re.IGNORECASE,
)
_NUMBER = r"[-+]?\d{1,3}(?:[.,]\d+)?"
_COORDINATES = re.compile(
    rf"(?P<first>{_NUMBER})\s*°?\s*[NE]?(?:\s*[;/]\s*|,\s+|\s+|,)(?P<second>{_NUMBER})\s*°?\s*[NEOW]?"
)
# Mainland France: a longitude is never between these latitudes, so that the order of two numbers is known.
_LATITUDES = (41.0, 51.5)


@dataclass(frozen=True, slots=True)
class ParcelReference:
    """A cadastral reference: section, number, the prefix of a former commune, and a commune by name or INSEE code."""

    section: str
    number: str
    prefix: str = ""
    commune: str = ""


def parcel_identifier(text: str) -> str:
    """Return the identifier of fourteen characters that a text is, whatever its spaces; empty for another text."""
    joined = re.sub(r"[\s\-_.]", "", text).upper()
    match = _IDENTIFIER.fullmatch(joined)
    if match is None:
        return ""
    code, prefix, section, number = match.groups()
    return f"{code}{prefix}{section.rjust(2, '0')}{number}"


def parcel_reference(text: str) -> ParcelReference | None:
    """Return the reference that a text is: « AB 123 Sèvres », « Sèvres AB123 », « 000 C 439 »; None for another."""
    match = _REFERENCE.fullmatch(" ".join(text.split()))
    if match is None:
        return None
    before, after = (match["before"] or "").strip(" ,"), (match["after"] or "").strip(" ,")
    if before and after:
        return None
    return ParcelReference(
        match["section"].upper(), match["number"].lstrip("0") or "0", match["prefix"] or "", before or after
    )


def coordinates(text: str) -> tuple[float, float] | None:
    """Return longitude and latitude (EPSG:4326, degrees), in whichever order they are written; None for another text.

    « 48.81, 2.23 », « 2.23 48.81 », « 48,81 ; 2,23 ».
    """
    match = _COORDINATES.fullmatch(text.strip())
    if match is None:
        return None
    first, second = (float(match[name].replace(",", ".")) for name in ("first", "second"))
    if _LATITUDES[0] <= first <= _LATITUDES[1] and not _LATITUDES[0] <= second <= _LATITUDES[1]:
        first, second = second, first
    return (first, second) if abs(first) <= 180 and abs(second) <= 90 else None
