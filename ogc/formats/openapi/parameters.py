"""What paths of the OpenAPI document refer to: schemas of answers, and parameters with their bounds.

Schemas are from the standard's own documents (17-069r4); parameters are those of every layer, and those of the fields
of one.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from layers.access import Scope
from layers.crs import SERVED
from layers.definitions import Field, FieldType
from layers.parsing.cql2 import LANGUAGES, bounds
from layers.parsing.geometry import MAX_CHARACTERS
from layers.parsing.properties import MAX_NUMBER, MAX_VALUE, property_names
from layers.parsing.query import (
    DEFAULT_LIMIT,
    MAX_IDS,
    MAX_LIMIT,
    MAX_RADIUS_M,
    MAX_TEXT,
    MAX_TOUCHING,
    REPEATABLE,
)
from layers.visitor import PLAN_DATE_PARAMETER
from ogc.formats.functions import TYPES
from ogc.formats.schemas import property_schema, sortable

Document = dict[str, Any]


def _object(required: list[str], **properties: Document) -> Document:
    return {"type": "object", "properties": properties} | ({"required": required} if required else {})


def _list(items: Document, **bounds: int) -> Document:
    return {"type": "array", "items": items, **bounds}


def named(name: str) -> Document:
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


_TEXT: Document = {"type": "string"}
_ADDRESS: Document = {"type": "string", "format": "uri"}
_COUNT: Document = {"type": "integer", "minimum": 0}
_BOUNDS = _list(_list({"type": "number"}, minItems=4, maxItems=6), minItems=1)
_INTERVAL = _list(_TEXT | {"format": "date-time", "nullable": True}, minItems=2, maxItems=2)
_LINKS = _list(named("link"))
_FUNCTION_TYPE = _TEXT | {"enum": list(TYPES)}
_FEATURE: Document = {
    "type": {"type": "string", "enum": ["Feature"]},
    "id": {"type": "integer"},
    "geometry": named("geometry"),
    "properties": {"type": "object"},
    "links": _LINKS,
}
_PLACED: Document = {
    "conformsTo": _list(_ADDRESS),
    "featureType": _TEXT,
    "featureSchema": _ADDRESS,
    "coordRefSys": _ADDRESS,
    "geometryDimension": {"type": "integer", "minimum": 0, "maximum": 2},
}
_TIMED: Document = {
    "place": named("geometry"),
    "time": {"type": "object", "nullable": True, "properties": {"date": _TEXT, "timestamp": _TEXT}},
}
_PAGE: Document = {
    "type": {"type": "string", "enum": ["FeatureCollection"]},
    "numberMatched": _COUNT,
    "numberReturned": _COUNT,
    "timeStamp": {"type": "string", "format": "date-time"},
    "links": _LINKS,
}
_OF_A_PAGE = ["type", "features", "links", "numberMatched", "numberReturned", "timeStamp"]
_OF_A_FEATURE = ["type", "id", "geometry", "properties"]

SCHEMAS: dict[str, Document] = {
    "link": _object(["href", "rel", "type"], href=_ADDRESS, rel=_TEXT, type=_TEXT, title=_TEXT),
    "landing": _object(["links"], title=_TEXT, description=_TEXT, links=_LINKS),
    "conformance": _object(["conformsTo"], conformsTo=_list(_ADDRESS), links=_LINKS),
    "functions": _object(["functions"], functions=_list(named("function")), links=_LINKS),
    "function": _object(
        ["name", "returns"],
        name=_TEXT,
        description=_TEXT,
        arguments=_list(
            _object(["type"], title=_TEXT, description=_TEXT, type=_list(_FUNCTION_TYPE, minItems=1))
        ),
        returns=_list(_FUNCTION_TYPE, minItems=1),
    ),
    "collections": _object(
        ["links", "collections"], links=_LINKS, crs=_list(_ADDRESS), collections=_list(named("collection"))
    ),
    "collection": _object(
        ["id", "title", "links", "itemType"],
        id=_TEXT,
        title=_TEXT,
        description=_TEXT,
        keywords=_list(_TEXT),
        itemType={"type": "string", "enum": ["feature", "record"]},
        crs=_list(_ADDRESS),
        storageCrs=_ADDRESS,
        extent=_object(
            [],
            spatial=_object(["bbox", "crs"], bbox=_BOUNDS, crs=_ADDRESS),
            temporal=_object(["interval", "trs"], interval=_list(_INTERVAL, minItems=1), trs=_ADDRESS),
        ),
        links=_LINKS,
    ),
    "geometry": _object(
        ["type"],
        type={
            "type": "string",
            "enum": ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"],
        },
        coordinates=_list({}),
    )
    | {"nullable": True},
    "featureGeoJSON": _object(_OF_A_FEATURE, **_FEATURE, related={"type": "object"}),
    "featureCollectionGeoJSON": _object(_OF_A_PAGE, **_PAGE, features=_list(named("featureGeoJSON"))),
    "featureJSONFG": _object(
        [*_OF_A_FEATURE, "place", "time"], **_FEATURE, **_PLACED, **_TIMED, related={"type": "object"}
    ),
    "featureCollectionJSONFG": _object(
        [*_OF_A_PAGE, "conformsTo"], **_PAGE, **_PLACED, features=_list(named("featureJSONFG"))
    ),
    "jsonSchema": _object(
        ["$schema", "$id", "type", "properties"],
        **{"$schema": _ADDRESS, "$id": _ADDRESS},
        type=_TEXT,
        title=_TEXT,
        properties={"type": "object"},
    ),
    "problem": _object(
        ["type", "title", "status", "detail"],
        type=_TEXT,
        title=_TEXT,
        status={"type": "integer", "minimum": 400, "maximum": 599},
        detail=_TEXT,
        parameter=_TEXT | {"description": "Le paramètre en cause, s’il y en a un."},
    ),
}


# Parameters of ``items``. The standard wants ``bbox``, ``datetime`` and ``crs`` for every collection (17-069r4, 7.15;
# 18-058r1, 6.2); the others of places are not for tables.
SELECTING = (
    "ids",
    "commune",
    "q",
    "filter",
    "filter-lang",
    "filter-crs",
    "datetime",
    "records",
    "top",
    "bbox",
    "bbox-crs",
)
SPATIAL = ("within", "near", "radius", "touching", "disjoint")
MATCHING = ("matched",)
SHAPING = ("limit", "cursor", "crs")
# The longest texts a page token may be: base64 of a few sort values.
MAX_CURSOR = 8_192

_CRS: Document = {"type": "string", "format": "uri", "enum": [crs.uri for crs in SERVED]}
# The widest of the systems served; each one has bounds of its own, in which its coordinates are.
_FURTHEST = max(abs(bound) for crs in SERVED for bound in crs.bounds)
_COORDINATE: Document = {"type": "number", "minimum": -_FURTHEST, "maximum": _FURTHEST}
_DEGREES: Document = {"type": "number", "minimum": -180, "maximum": 180}
_NUMBER: Document = {"minimum": -float(MAX_NUMBER), "maximum": float(MAX_NUMBER)}
_INTEGER: Document = {"minimum": -(10**18) + 1, "maximum": 10**18 - 1}
# Communes are asked once each, and a name that is none is refused: more than the territory has is never an answer.
_MAX_COMMUNES = 1_000


def shared() -> dict[str, Document]:
    """Return the parameters that mean the same for every layer, by name."""
    return {each["name"]: each for each in (*_of_selection(), *_of_geometries(), *_of_page())}


def plan_date() -> dict[str, Document]:
    """Return the day at which plans are read, by its name: for who reads some layer that has versions in time."""
    description = _(
        "Jour auquel lire les plans, AAAA-MM-JJ : leurs couches sont celles de la version en vigueur ce jour-là, les "
        "autres n’en dépendent pas. Sans lui, ce qui est en ligne. « planDates » de la collection liste les jours."
    )
    day = {"type": "string", "format": "date"}
    return {PLAN_DATE_PARAMETER: parameter(PLAN_DATE_PARAMETER, day, description)}


def forms(*names: str) -> Document:
    """Return the parameter ``f`` of a resource served in these forms."""
    description = _("Forme de la réponse ; sinon l’en-tête Accept décide.")
    return parameter("f", {"type": "string", "enum": list(names)}, description)


def of_items(scope: Scope) -> list[Document]:
    """Return the parameters of ``items`` of one layer: references to the shared ones, and its own."""
    spatial = (*SPATIAL, *MATCHING) if scope.definition.geometry.is_located else ()
    shared_names = (*SELECTING, *spatial, *SHAPING)
    return [
        *(reference(name) for name in shared_names),
        _properties(scope),
        _sortby(scope),
        *(_equality(field) for field in equalities(scope)),
        forms("json", "geojson", "jsonfg", "geojsonseq", "html"),
    ]


def of_schema(scope: Scope) -> list[Document]:
    """Return the parameters of ``items`` on which the schema of an answer depends."""
    names = ("touching", *MATCHING) if scope.definition.geometry.is_located else ()
    return [reference(name) for name in names]


def equalities(scope: Scope) -> list[Field]:
    """Return the fields that are parameters under their own names, in the order of the layer."""
    names = property_names(scope.filterable, allowed=("f",))
    return [field for name, field in scope.filterable.items() if name in names]


def reference(name: str) -> Document:
    """Return a reference to a shared parameter."""
    return {"$ref": f"#/components/parameters/{name}"}


def parameter(name: str, schema: Document, description: str = "", *, location: str = "query") -> Document:
    """Return one parameter; lists are written with commas, and declared so (17-069r4, 7.15)."""
    described: Document = {"name": name, "in": location, "required": location == "path", "schema": schema}
    if location == "query":
        described |= {"style": "form", "explode": name in REPEATABLE}
    return described | ({"description": description} if description else {})


def identifier() -> Document:
    """Return the path parameter that names a feature."""
    return parameter(
        "id", {"type": "integer", "format": "int64", "minimum": 0, "maximum": 2**63 - 1}, location="path"
    )


def _of_selection() -> tuple[Document, ...]:
    languages = {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]}
    identifier = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
    record = {"type": "string", "minLength": 1, "maxLength": bounds.MAX_CHARACTERS}
    records = {"type": "array", "items": record, "minItems": 1, "maxItems": MAX_TOUCHING}
    ids = {"type": "array", "items": identifier, "minItems": 1, "maxItems": MAX_IDS}
    period = _(
        "Date, instant ou intervalle RFC 3339 : début/fin, .. pour une borne ouverte. "
        "Les objets sans date répondent aussi, donc tous ceux d’une couche sans date."
    )
    return (
        parameter("ids", ids, _("Identifiants d’objets.")),
        parameter(
            "commune",
            _texts("^[0-9AB]{5}$", _MAX_COMMUNES),
            _(
                "Codes INSEE des communes du territoire. Une ligne ou une surface répond à chaque commune où elle "
                "entre : les nombres par commune peuvent dépasser le total."
            ),
        ),
        parameter("q", {"type": "string", "maxLength": MAX_TEXT}, _("Mots cherchés dans les textes.")),
        parameter("filter", {"type": "string", "maxLength": bounds.MAX_CHARACTERS}, _("Expression CQL2.")),
        parameter(
            "filter-lang",
            languages,
            _("Langage du filtre ; cql-text est le nom provisoire de cql2-text, que GDAL emploie."),
        ),
        parameter("datetime", {"type": "string", "minLength": 1, "maxLength": 80}, period),
        parameter(
            "records",
            records,
            _(
                "Objets qui ont des fiches liées : relation, relation:de..à?filtre ; couche/relation… pour ceux "
                "d’une autre couche, que touching ou disjoint nomme."
            ),
        ),
        parameter(
            "top",
            {"type": "string", "pattern": r"^-?\w{1,63}:\d{1,4}$"},
            _("Les premiers seulement : -hauteur:3."),
        ),
    )


def _of_geometries() -> tuple[Document, ...]:
    geometry = _(
        "Objets qui touchent (intersects) cette géométrie en WKT ou en GeoJSON, longitude, latitude ; "
        "ceux qui y sont en entier : filter=S_WITHIN(geom, …)."
    )
    radius = {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": MAX_RADIUS_M}
    other = {"type": "string", "minLength": 1, "maxLength": bounds.MAX_CHARACTERS}
    touching = {"type": "array", "items": other, "minItems": 1, "maxItems": MAX_TOUCHING}
    relation = _(
        "Objets qui recoupent ceux d’une autre couche, ou en sont à tant de mètres (@0 : une limite commune suffit) : "
        "couche, couche/objet, couche@mètres?filtre."
    )
    apart = _("Objets qui n’en recoupent aucun d’une autre couche, ou en sont plus loin, écrit de même.")
    corners = [{"minItems": count, "maxItems": count} for count in (4, 6)]
    box = _(
        "Emprise : quatre nombres, dans l’ordre des axes de bbox-crs. Toutes les lignes d’un tableau y répondent."
    )
    return (
        parameter("bbox", _numbers(_COORDINATE, 4, 6) | {"oneOf": corners}, box),
        parameter("bbox-crs", _CRS, _("Système de coordonnées de bbox ; CRS84 sinon.")),
        parameter("filter-crs", _CRS, _("Système de coordonnées des géométries du filtre ; CRS84 sinon.")),
        parameter("within", {"type": "string", "minLength": 1, "maxLength": MAX_CHARACTERS}, geometry),
        parameter("near", _numbers(_DEGREES, 2, 2), _("Longitude, latitude ; avec radius.")),
        parameter("radius", radius, _("Mètres autour de near.")),
        parameter("touching", touching, relation),
        parameter("disjoint", touching, apart),
    )


def _of_page() -> tuple[Document, ...]:
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    following = _("Jeton de la page suivante, donné par le lien next.")
    matched = _(
        "Ajoute à chaque objet, pour chaque touching, l’objet voisin le plus proche et sa distance : "
        "couche_voisin, couche_distance (m) et couche_voisin_id, que décrit schema pour les mêmes paramètres."
    )
    return (
        parameter("matched", {"type": "boolean", "default": False}, matched),
        parameter("limit", limit, _("Nombre d’objets par page ; au-delà du maximum, le maximum.")),
        parameter("cursor", {"type": "string", "minLength": 1, "maxLength": MAX_CURSOR}, following),
        parameter("crs", _CRS, _("Système de coordonnées de la réponse ; CRS84 sinon.")),
    )


def _properties(scope: Scope) -> Document:
    names = {"type": "string", "enum": list(scope.filterable)}
    schema = {"type": "array", "items": names, "uniqueItems": True, "maxItems": len(scope.filterable)}
    described = parameter("properties", schema, _("Propriétés à donner ; vide : aucune."))
    return described | {"allowEmptyValue": True}


def _sortby(scope: Scope) -> Document:
    order = _("Noms de propriétés, précédés de - pour un tri décroissant.")
    fields = sortable(scope)
    names = {"type": "string", "enum": [f"{sign}{name}" for name in fields for sign in ("", "-")]}
    schema = {"type": "array", "items": names, "uniqueItems": True, "minItems": 1, "maxItems": len(fields)}
    return parameter("sortby", schema, order)


def _equality(field: Field) -> Document:
    """Describe a field as a parameter: the rows that have this value."""
    schema = property_schema(field)
    title = str(schema.pop("title"))
    schema = schema["items"] if field.type is FieldType.TEXTS else schema
    schema.pop("description", None)
    schema.pop("x-ogc-unit", None)
    if field.type in {FieldType.TEXT, FieldType.TEXTS} and not field.choices:
        schema["maxLength"] = MAX_VALUE
    if field.type is FieldType.INTEGER and not field.choices:
        schema |= _INTEGER
    if field.type is FieldType.NUMBER and not field.choices:
        schema |= _NUMBER
    return parameter(field.name, schema, title)


def _numbers(each: Document, least: int, most: int) -> Document:
    return {"type": "array", "items": each, "minItems": least, "maxItems": most}


def _texts(pattern: str, most: int) -> Document:
    items = {"type": "string", "pattern": pattern}
    return {"type": "array", "items": items, "uniqueItems": True, "minItems": 1, "maxItems": most}
