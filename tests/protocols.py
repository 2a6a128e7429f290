"""The ways into the portal, each asked the same question: what do you show of this layer to this person?"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import mapbox_vector_tile
from django.http import HttpResponseBase
from django.test import Client

from tests.export_files import readable
from tests.factories import MEUDON, MIDDLES
from tests.people import Person

TILE_ZOOM = 9


@dataclass(frozen=True)
class Answer:
    """What came back; tiles are given as the JSON of what they carry."""

    status: int
    headers: dict[str, str]
    body: str

    def shows(self, words: Iterable[str]) -> frozenset[str]:
        """Return the words that the body holds."""
        return frozenset(word for word in words if word in self.body)

    @property
    def document(self) -> Any:
        """The body as JSON; NaN and Infinity are not JSON."""
        return json.loads(self.body, parse_constant=_refuse)


@dataclass(frozen=True)
class Protocol:
    """A way in. ``address`` holds {slug}, {pk}, {photo}, {tile} (z/x/y) or {row_tile} (z/y/x).

    Machines are asked for credentials, people are not.
    """

    name: str
    address: str
    is_machine: bool = True

    def __str__(self) -> str:
        return self.name

    def ask(self, person: Person, *, host: str = "localhost", **place: Any) -> Answer:
        """Ask as a person: machines by HTTP Basic, pages in a session."""
        tile = tile_of(*MIDDLES[MEUDON])
        zoom, column, row = tile.split("/")
        path = self.address.format(**{"tile": tile, "row_tile": f"{zoom}/{row}/{column}"} | place)
        return get(path, person, host=host, by_basic=self.is_machine)


def get(
    path: str, person: Person | None = None, *, host: str = "localhost", by_basic: bool = True, **headers: str
) -> Answer:
    """Send a GET, as nobody, with HTTP Basic, or in a session."""
    client = Client(headers={"host": host} | headers)
    if person is not None and not person.is_anonymous:
        account = person.account()
        if by_basic:
            client.defaults["HTTP_AUTHORIZATION"] = person.basic()
        else:
            client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return read(client.get(path))


def ask(
    path: str, parameters: Mapping[str, str] | None = None, person: Person | None = None, **headers: str
) -> Answer:
    """Send a GET whose parameters are still to be encoded."""
    return get(f"{path}?{urlencode(parameters)}" if parameters else path, person, **headers)


def items(
    slug: str, parameters: Mapping[str, str] | None = None, person: Person | None = None, **headers: str
) -> Answer:
    """Ask for the features of a layer."""
    return ask(f"/api/collections/{slug}/items", parameters, person, **headers)


def values(answer: Answer, name: str) -> list[Any]:
    """Return one property of the features of a page, in order."""
    return [feature["properties"][name] for feature in answer.document["features"]]


def read(response: HttpResponseBase) -> Answer:
    """Return the answer of a response, streamed or not. Reading a streamed response to its end closes it."""
    content = response.getvalue()  # type: ignore[attr-defined]  # both kinds of response have it
    kind = response.headers.get("Content-Type", "")
    if kind == "application/vnd.mapbox-vector-tile":
        body = json.dumps(mapbox_vector_tile.decode(content) if content else {}, ensure_ascii=False)
    else:
        body = "" if kind.startswith("image/") else readable(content, kind)
    return Answer(response.status_code, dict(response.headers.items()), body)


def tile_of(longitude: float, latitude: float, zoom: int = TILE_ZOOM) -> str:
    """Return ``z/x/y`` of the tile that holds a position."""
    side = 2**zoom
    x = int((longitude + 180) / 360 * side)
    y = int((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * side)
    return f"{zoom}/{x}/{y}"


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


_ITEMS = "/api/collections/{slug}/items"

PAGE = Protocol("page", "/catalogue/{slug}/", is_machine=False)
SHEET = Protocol("sheet", "/catalogue/{slug}/{pk}/", is_machine=False)
COLLECTION = Protocol("collection", "/api/collections/{slug}")
QUERYABLES = Protocol("queryables", "/api/collections/{slug}/queryables")
ITEMS = Protocol("items", _ITEMS)
ITEMS_PAGE = Protocol("items-html", _ITEMS + "?f=html")
ITEM = Protocol("item", _ITEMS + "/{pk}")
ITEM_PAGE = Protocol("item-html", _ITEMS + "/{pk}?f=html")
FILTER = Protocol("filter", _ITEMS + "?filter=id>0")
SORT = Protocol("sort", _ITEMS + "?sortby=-id")
COUNT = Protocol("count", _ITEMS + "?limit=1&properties=")
AGGREGATE = Protocol("aggregate", "/api/collections/{slug}/aggregate?group_by=id&measures=count,max:id")
AGGREGATE_PAGE = Protocol("aggregate-html", "/api/collections/{slug}/aggregate?group_by=id&f=html")
TILE = Protocol("tile", "/tiles/{slug}/{tile}.mvt")
TILEJSON = Protocol("tilejson", "/tiles/{slug}.json")
OGC_TILE = Protocol("ogc-tile", "/api/collections/{slug}/tiles/WebMercatorQuad/{row_tile}")
TILESET = Protocol("tileset", "/api/collections/{slug}/tiles/WebMercatorQuad")
TILESETS = Protocol("tilesets", "/api/tiles/WebMercatorQuad")
STYLES = Protocol("styles", "/api/collections/{slug}/styles")
STYLE = Protocol("style", "/api/collections/{slug}/styles/portail?f=qml")
LEGEND = Protocol("legend", "/api/collections/{slug}/styles/portail/legend?f=svg")
PHOTO = Protocol("photo", "/photos/{slug}/{pk}/photos/{photo}/thumbnail.jpg", is_machine=False)

# One export of each way of writing: CSV and GeoJSON by the database, the rest from Arrow.
EXPORT_CSV, EXPORT_GEOJSON, EXPORT_GPKG = (
    Protocol(f"export-{extension}", f"/export/{{slug}}.{extension}")
    for extension in ("csv", "geojson", "gpkg")
)
EXPORTS = (EXPORT_CSV, EXPORT_GEOJSON, EXPORT_GPKG)

# One of each operation of WFS, at the address of one layer.
_WFS = "SERVICE=WFS&VERSION=2.0.0&REQUEST="
_OF_TYPE = "&TYPENAMES=portail:{slug}"
WFS_PAGE = Protocol("wfs-page", "/wfs/{slug}")
WFS_CAPABILITIES = Protocol("wfs-capabilities", f"/wfs/{{slug}}?{_WFS}GetCapabilities")
WFS_SCHEMA = Protocol("wfs-schema", f"/wfs/{{slug}}?{_WFS}DescribeFeatureType{_OF_TYPE}")
WFS_FEATURES = Protocol("wfs-features", f"/wfs/{{slug}}?{_WFS}GetFeature{_OF_TYPE}")
WFS_VALUES = Protocol("wfs-values", f"/wfs/{{slug}}?{_WFS}GetPropertyValue{_OF_TYPE}&VALUEREFERENCE=id")
WFS_BY_ID = Protocol(
    "wfs-by-id",
    f"/wfs/{{slug}}?{_WFS}GetFeature&STOREDQUERY_ID=urn:ogc:def:query:OGC-WFS::GetFeatureById&ID={{slug}}.{{pk}}",
)
WFS_RECORD = Protocol("wfs-record", "/wfs/{slug}/iso19139.xml")
OF_WFS = (WFS_PAGE, WFS_CAPABILITIES, WFS_SCHEMA, WFS_FEATURES, WFS_VALUES, WFS_BY_ID, WFS_RECORD)

CATALOGUE = Protocol("catalogue", "/catalogue/", is_machine=False)
MAP = Protocol("map", "/carte/", is_machine=False)
HOME = Protocol("home", "/", is_machine=False)
COLLECTIONS = Protocol("collections", "/api/collections")
OPENAPI = Protocol("openapi", "/api/openapi.json")
WFS_LISTS = tuple(
    Protocol(f"wfs-{version}-{operation}", f"/wfs?SERVICE=WFS&VERSION={version}&REQUEST={operation}")
    for version, operation in (
        ("2.0.0", "GetCapabilities"),
        ("1.1.0", "GetCapabilities"),
        ("1.0.0", "GetCapabilities"),
        ("2.0.0", "DescribeFeatureType"),
        ("2.0.0", "ListStoredQueries"),
    )
)

# What leaves the portal: what everybody sees, and nothing else, whoever asks.
_CSW = "/csw?service=CSW&version=2.0.2&request=GetRecords&typenames=csw:Record&resulttype=results&elementsetname="
OF_EVERYBODY = tuple(
    Protocol(name, address)
    for name, address in (
        ("dcat-rdf", "/catalog.rdf"),
        ("dcat-turtle", "/catalog.ttl"),
        ("dcat-json", "/catalog.jsonld"),
        ("explore", "/api/explore/v2.1/catalog/exports/dcat/"),
        ("csw", f"{_CSW}full&maxrecords=50"),
        ("records", "/api/collections/catalogue/items"),
        ("scdl", "/catalogue.csv"),
        ("atom", "/catalogue.atom"),
        ("rss", "/catalogue.rss"),
        ("sitemap", "/sitemap.xml"),
    )
)

_ADMIN = "/administration/"
ADMINISTRATION = tuple(
    Protocol(f"admin:{path}", _ADMIN + path, is_machine=False)
    for path in (
        "",
        "layers/layer/",
        "amenities/playground/",
        "amenities/playground/{pk}/change/",
        "accounts/user/",
    )
)

# Those that answer about one layer, those that list layers, those that list the features of a layer.
OF_A_LAYER = (
    PAGE, SHEET, COLLECTION, QUERYABLES, ITEMS, ITEMS_PAGE, ITEM, ITEM_PAGE, FILTER, SORT, COUNT, TILE, TILEJSON,
    OGC_TILE, TILESET, AGGREGATE, AGGREGATE_PAGE, STYLES, STYLE, LEGEND,
    *EXPORTS, *OF_WFS,
)  # fmt: skip
OF_THE_CATALOGUE = (CATALOGUE, MAP, COLLECTIONS, OPENAPI, TILESETS, *WFS_LISTS)
OF_FEATURES = (PAGE, ITEMS, ITEMS_PAGE, FILTER, SORT, TILE, OGC_TILE, *EXPORTS, WFS_FEATURES)


def matched(answer: Answer) -> int:
    """Return how many features a GeoJSON page says it is part of."""
    found: Callable[[str], Any] = answer.document.__getitem__
    return int(found("numberMatched"))
