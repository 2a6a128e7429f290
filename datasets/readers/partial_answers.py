"""Detect a partial answer of a service: it declares more objects, or another page.

Files are often saved from an address, and services cut long answers: a page of one is no whole file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from datasets.readers.source import Source

_ENDS = 64 * 1024
"""Bytes of the beginning and of the end of a file where an answer speaks of itself."""

_TOTALS = ("numberMatched", "totalFeatures", "total_count", "nhits")
"""OGC API and WFS 2.0, GeoServer, Opendatasoft 2 and 1."""

_MORE = "exceededTransferLimit"
"""ArcGIS."""

_TOTAL = re.compile(rb'"(?:' + "|".join(_TOTALS).encode() + rb')"\s*:\s*([0-9]{1,12})\b')
_CUT = re.compile(rb'"' + _MORE.encode() + rb'"\s*:\s*(true)\b')
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ROOT_TOTAL = re.compile(
    rb"""<(?:[\w.-]+:)?FeatureCollection\b[^>]*\bnumberMatched\s*=\s*["']([0-9]{1,12})["']"""
)


def note_partial(source: Source, count: int, total: int | None, *, is_cut: bool = False) -> None:
    """Report that a file is a part of an answer: ``count`` of ``total`` objects, or declared so."""
    if total is not None and total > count:
        reason = _(
            "Le service annonçait %(total)d objets, ce fichier en contient %(count)d : il n’est pas entier."
        )
        source.note("partial_answer", reason % {"total": total, "count": count})
    elif is_cut:
        source.note(
            "partial_answer", _("Le service dit que sa réponse est coupée : ce fichier n’est pas entier.")
        )


def json_total(document: Mapping[str, Any]) -> int | None:
    """Return the number of objects declared by a JSON answer."""
    totals = (document.get(name) for name in _TOTALS)
    return next((total for total in totals if isinstance(total, int) and not isinstance(total, bool)), None)


def geojson_totals(path: Path) -> tuple[int | None, bool]:
    """Return the number of objects declared by a GeoJSON answer, and whether it declares to be cut."""
    totals = _of_the_document(path, _TOTAL)
    return (int(totals[0]) if totals else None), bool(_of_the_document(path, _CUT))


def gml_total(path: Path) -> int | None:
    """Return the number of objects declared by an answer of WFS."""
    with path.open("rb") as file:
        match = _ROOT_TOTAL.search(file.read(_ENDS))
    return int(match[1]) if match else None


def _of_the_document(path: Path, pattern: re.Pattern[bytes]) -> list[bytes]:
    """Return the values at the first level of a JSON document, near its beginning or its end."""
    with path.open("rb") as file:
        head = file.read(_ENDS)
        file.seek(max(path.stat().st_size - _ENDS, 0))
        tail = file.read()
    values = [match[1] for match in pattern.finditer(head) if _depth(head[: match.start()]) == (1, 0)]
    return values + [match[1] for match in pattern.finditer(tail) if _depth(tail[match.end() :]) == (-1, 0)]


def _depth(text: bytes) -> tuple[int, int]:
    """Return how many braces and brackets a piece of JSON opens and leaves open."""
    unquoted = _STRING.sub(b"", text)
    return unquoted.count(b"{") - unquoted.count(b"}"), unquoted.count(b"[") - unquoted.count(b"]")
