"""Documents of the catalogue of records: the collection, a record, a page of them, and their schemas.

OGC API – Records, part 1 (20-004r1): record-core, record-collection, searchable-catalog and json. ``origin`` is the
scheme and host of the portal that answers: identifiers are its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from harvesting.addresses import attachment_path
from harvesting.public_catalogue import public_catalogue
from harvesting.records.parsing import SORTABLES
from harvesting.records.queries import DATASET, RecordPage, external_ids
from interface.http.links import Link, RequestAddress, link, representations
from interface.http.media_types import GEOJSON, HTML, JSON, SCHEMA
from layers.crs import CRS84
from layers.parsing.datetimes import Moment
from layers.queries.territory import Bounds
from layers.visitor import Visitor
from layers.vocabulary import Licence
from metadata.records import Record
from metadata.uris import INSPIRE_CODES, INSPIRE_THEMES, language_tag, licence_uri
from metadata.vocabulary import AccessReason

Document = dict[str, Any]
Reverse = Callable[..., str]
COLLECTION_ID = "catalogue"
CATALOGUE_REL = "http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog"
OFFERED = (GEOJSON, HTML)
_CORE = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"
_QUERYABLES_REL = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
_SORTABLES_REL = "http://www.opengis.net/def/rel/ogc/1.0/sortables"
_SCHEMA_REL = "http://www.opengis.net/def/rel/ogc/1.0/schema"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
# Licences whose code is that of SPDX; the others are "other", with a link (20-004r1, table 8).
_SPDX = {
    Licence.ETALAB_2: "etalab-2.0", Licence.ODBL_1: "ODbL-1.0", Licence.CC_BY: "CC-BY-4.0",
    Licence.CC_BY_SA: "CC-BY-SA-4.0", Licence.CC_ZERO: "CC0-1.0", Licence.ODC_BY: "ODC-By-1.0",
    Licence.ODC_PDDL: "PDDL-1.0",
}  # fmt: skip


def catalogue(address: RequestAddress, reverse: Reverse, records: Sequence[Record]) -> Document:
    """Return the collection that is the catalogue (20-004r1, record-collection and searchable-catalog)."""
    items = RequestAddress(reverse("records:items"), {})
    document: Document = {
        "id": COLLECTION_ID,
        "type": "Collection",
        "itemType": "record",
        "title": _("Catalogue des données"),
        "description": _("Une fiche pour chaque jeu de données que tout le monde peut consulter."),
        "conformsTo": [_CORE],
        "crs": [CRS84.uri],
        "storageCrs": CRS84.uri,
        "links": [
            *representations(address, JSON),
            link("items", items.with_query(), GEOJSON, _("Fiches en GeoJSON")),
            link("items", items.with_query(f="html"), HTML, _("Fiches en page")),
            link(_QUERYABLES_REL, reverse("records:queryables"), SCHEMA, _("Propriétés filtrables")),
            link(_SORTABLES_REL, reverse("records:sortables"), SCHEMA, _("Propriétés de tri")),
            link(_SCHEMA_REL, reverse("records:schema"), SCHEMA, _("Schéma des fiches")),
        ],
    }
    extent = _extent(records)
    return document | ({"extent": extent} if extent else {})


def collection_entry(visitor: Visitor, reverse: Reverse) -> Document:
    """Return the collection among the others of the API, for the setting ``API_COLLECTIONS``."""
    address = RequestAddress(reverse("records:collection"), {})
    return catalogue(address, reverse, public_catalogue(visitor).records())


def records_page(address: RequestAddress, reverse: Reverse, page: RecordPage, *, origin: str) -> Document:
    """Return a page of records (20-004r1, records-api; OGC 17-069r4, 7.15)."""
    following = [link("next", address.with_query(cursor=page.next), GEOJSON)] if page.next else []
    return {
        "type": "FeatureCollection",
        "numberMatched": page.matched,
        "numberReturned": len(page.records),
        "links": [
            *representations(address, GEOJSON, OFFERED),
            *following,
            link("collection", reverse("records:collection"), JSON),
        ],
        "features": [record_document(record, reverse, origin=origin) for record in page.records],
    }


def record_document(record: Record, reverse: Reverse, *, origin: str) -> Document:
    """Return a record (20-004r1, record-core): a GeoJSON feature whose geometry is the extent of the data."""
    address = RequestAddress(reverse("records:item", record.dataset_id), {})
    return {
        "type": "Feature",
        "id": record.dataset_id,
        "conformsTo": [_CORE],
        "time": {"interval": list(map(_moment, record.period))} if record.period else None,
        "geometry": _geometry(record.bounds) if record.bounds else None,
        "properties": _without_empty(_properties(record, origin)),
        "links": [
            *representations(address, GEOJSON, OFFERED),
            link("collection", reverse("records:collection"), JSON),
            link("about", f"{origin}{record.path}", HTML, _("Page du jeu de données")),
            *_resources(record, origin),
        ],
    }


def _properties(record: Record, origin: str) -> Document:
    is_english = get_language() == "en"
    title, abstract = (record.title_en, record.abstract_en) if is_english else ("", "")
    keywords = (is_english and record.keywords_en) or record.keywords
    return {
        "type": DATASET,
        "title": title or record.title,
        "description": abstract or record.abstract,
        "created": _instant(record.created),
        "updated": _instant(record.modified or record.created),
        "keywords": list(keywords),
        "themes": _themes(record),
        "language": {"code": (get_language() or "fr")[:2]},
        "resourceLanguages": [{"code": language_tag(record.language)}],
        "externalIds": [{"value": value} for value in external_ids(record, origin)],
        "formats": [
            {"name": str(file.title), "mediaType": file.media_type}
            for file in record.distributions
            if not file.is_service
        ],
        "contacts": _contacts(record),
        "license": _SPDX.get(Licence(record.licence), "other"),
        "rights": str(AccessReason(record.access_reason).label) if record.access_reason else "",
    }


def _themes(record: Record) -> list[Document]:
    """Return the theme of the portal, then those of ISO 19115 and INSPIRE where they are filled in."""
    listed = [(record.theme, "")]
    listed += [(record.topic_category, f"{INSPIRE_CODES}/TopicCategory")] if record.topic_category else []
    listed += [(record.inspire_theme, INSPIRE_THEMES)] if record.inspire_theme else []
    return [
        {"concepts": [{"id": code} | ({} if scheme else {"title": record.theme_title})]}
        | ({"scheme": scheme} if scheme else {})
        for code, scheme in listed
    ]


def _contacts(record: Record) -> list[Document]:
    """Return who produces, publishes, and answers: services, never a person."""
    contact = {
        "name": record.contact_name,
        "organization": "" if record.contact_name else record.producer,
        "emails": [{"value": record.contact_email}] if record.contact_email else [],
        "links": [link("about", record.contact_url, HTML)] if record.contact_url else [],
        "roles": ["pointOfContact"],
    }
    is_reachable = bool(record.contact_email or record.contact_url)
    named = (("producer", record.producer), ("publisher", record.publisher))
    contacts = [{"organization": name, "roles": [role]} for role, name in named if name]
    return [*contacts, *([_without_empty(contact)] if is_reachable else [])]


def _resources(record: Record, origin: str) -> Iterable[Link]:
    for resource in record.distributions:
        relation = "service" if resource.is_service else "enclosure"
        yield link(relation, f"{origin}{resource.path}", resource.media_type, str(resource.title))
    for attachment in record.attachments:
        yield link(
            "related",
            f"{origin}{attachment_path(record, attachment)}",
            attachment.media_type,
            attachment.title,
        )
    if licence := licence_uri(record.licence):
        yield link("license", licence, HTML)
    if record.schema_url:
        yield link("describedby", record.schema_url, JSON, _("Schéma"))


def _extent(records: Sequence[Record]) -> Document:
    """Return the extent of all records in space and time; empty when none has one."""
    boxes = [record.bounds for record in records if record.bounds]
    periods = [record.period for record in records if record.period]
    extent: Document = {}
    if boxes:
        west, south = (min(box[index] for box in boxes) for index in (0, 1))
        east, north = (max(box[index] for box in boxes) for index in (2, 3))
        extent["spatial"] = {"bbox": [[west, south, east, north]], "crs": CRS84.uri}
    if periods:
        ends = [min(_day(first) for first, _last in periods), max(_day(last) for _first, last in periods)]
        interval = [f"{ends[0]}T00:00:00Z", f"{ends[1]}T23:59:59Z"]
        extent["temporal"] = {"interval": [interval], "trs": _GREGORIAN}
    return extent


def _geometry(bounds: Bounds) -> Document:
    """Return a box as a polygon, or a point where it has no size."""
    west, south, east, north = bounds
    if west == east and south == north:
        return {"type": "Point", "coordinates": [west, south]}
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _day(moment: Moment) -> str:
    day = timezone.localdate(moment) if isinstance(moment, dt.datetime) else moment
    return day.isoformat()


def _moment(moment: Moment) -> str:
    """Return an end of ``time``: a date, or an instant in UTC."""
    return _instant(moment) if isinstance(moment, dt.datetime) else moment.isoformat()


def _instant(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _without_empty(document: Document) -> Document:
    return {name: value for name, value in document.items() if value not in ("", [], None)}


_TEXT: Document = {"type": "string"}
_INSTANT: Document = {"type": "string", "format": "date-time"}
_PROPERTIES: dict[str, Document] = {
    "id": _TEXT,
    "type": {"type": "string", "enum": [DATASET]},
    "title": _TEXT,
    "created": _INSTANT,
    "updated": _INSTANT,
}


def queryables(address: str) -> Document:
    """Return the properties that a parameter of their name filters (OGC 19-079r2, 6.2)."""
    return _schema(address, {"type": _PROPERTIES["type"]})


def sortables(address: str) -> Document:
    """Return the properties that ``sortby`` names (20-004r1, sorting)."""
    return _schema(address, {name: _PROPERTIES[name] for name in SORTABLES})


def record_schema(address: str) -> Document:
    """Return the properties of a record (OGC 23-058r2)."""
    texts: Document = {"type": "array", "items": _TEXT}
    objects: Document = {"type": "array", "items": {"type": "object"}}
    named = _PROPERTIES | {"description": _TEXT, "keywords": texts, "license": _TEXT, "rights": _TEXT}
    named |= dict.fromkeys(("themes", "resourceLanguages", "externalIds", "formats", "contacts"), objects)
    named["language"] = {"type": "object"}
    named["geometry"] = {"format": "geometry-any", "x-ogc-role": "primary-geometry"}
    return _schema(address, named) | {"required": ["id"]}


def _schema(address: str, properties: Document) -> Document:
    return {
        "$schema": _DIALECT,
        "$id": address,
        "type": "object",
        "title": _("Catalogue des données"),
        "properties": properties,
        "additionalProperties": False,
    }


DESCRIPTIONS: dict[str, Callable[[str], Document]] = {
    "queryables": queryables,
    "sortables": sortables,
    "schema": record_schema,
}
