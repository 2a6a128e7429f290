"""A public record as schema.org ``Dataset``, for search engines, which read it in the page of the layer.

It is a data block (HTML, 4.12.1): no browser executes it, so that the content security policy leaves it alone. What
Google reads: name and description (50 to 5 000 characters), url, identifier, license, creator, dates, keywords,
``spatialCoverage`` as « south west north east », ``temporalCoverage`` as an ISO interval, distributions.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import get_language

from layers.queries.territory import Period
from metadata.records import Bounds, Record
from metadata.uris import language_tag, licence_uri

_MAX_DESCRIPTION = 5_000
# What would end the block, or begin a comment in it, as JSON writes it.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
Absolute = Callable[[str], str]


class JsonText:
    """JSON that may stand in a ``script`` element: ``format_html`` takes it as it is."""

    def __init__(self, document: Any) -> None:
        self._text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)

    def __html__(self) -> str:
        """Return the text, in which nothing closes the element."""
        return self._text


def dataset(record: Record, *, absolute: Absolute, catalogue: str) -> dict[str, Any]:
    """Return a record as a ``Dataset``; ``absolute`` makes addresses of paths, ``catalogue`` names the portal."""
    is_english = (get_language() or "").startswith("en") and bool(record.title_en)
    title, abstract = (
        (record.title_en, record.abstract_en or record.abstract)
        if is_english
        else (record.title, record.abstract)
    )
    document: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": absolute(record.path),
        "identifier": absolute(record.path),
        "url": absolute(record.page),
        "name": title,
        "alternateName": record.title if is_english else record.title_en,
        "description": _description(title, abstract),
        "inLanguage": language_tag(record.language),
        "keywords": list(dict.fromkeys([*record.keywords, *record.keywords_en, record.theme_title])),
        "license": licence_uri(record.licence),
        "isAccessibleForFree": True,
        "creator": _organisation(record.producer or record.publisher),
        "publisher": _organisation(record.publisher or record.producer) | _contact(record),
        "datePublished": _day(record.issued),
        "dateModified": _day(record.modified) if record.modified else "",
        "temporalCoverage": _interval(record.period) if record.period else "",
        "spatialCoverage": _place(record.bounds) if record.bounds else {},
        "includedInDataCatalog": {"@type": "DataCatalog", "name": catalogue, "url": absolute("/")},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": str(each.title),
                "encodingFormat": each.media_type.partition(";")[0],
                "contentUrl": absolute(each.path),
            }
            for each in record.distributions
            if not each.is_service
        ],
    }
    return {name: value for name, value in document.items() if value not in ("", [], {}, None)}


def _description(title: str, abstract: str) -> str:
    """Return the abstract within the bounds of search engines; a short one comes after the title."""
    text = abstract.strip() or title
    return Truncator(text).chars(_MAX_DESCRIPTION)


def _organisation(name: str) -> dict[str, Any]:
    return {"@type": "Organization", "name": name} if name else {}


def _contact(record: Record) -> dict[str, Any]:
    point = {
        "@type": "ContactPoint",
        "contactType": "customer support",
        "name": record.contact_name,
        "email": record.contact_email,
        "url": record.contact_url,
    }
    if not (record.contact_email or record.contact_url):
        return {}
    return {"contactPoint": {name: value for name, value in point.items() if value}}


def _place(bounds: Bounds) -> dict[str, Any]:
    west, south, east, north = bounds
    return {
        "@type": "Place",
        "geo": {"@type": "GeoShape", "box": f"{south:.5f} {west:.5f} {north:.5f} {east:.5f}"},
    }


def _interval(period: Period) -> str:
    return "/".join(_day(moment) for moment in period)


def _day(moment: dt.date | dt.datetime) -> str:
    day = timezone.localdate(moment) if isinstance(moment, dt.datetime) else moment
    return day.isoformat()
