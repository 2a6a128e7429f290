"""What the API reads of a request beside what the kernel reads: the representation, and questions about one layer."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from layers.crs import CRS84, Crs, parse_crs
from layers.definitions import Field
from layers.errors import InvalidParameter, UnknownParameter
from layers.parsing import FeatureQuery
from layers.parsing.aggregates import AggregateQuery, parse_aggregate
from layers.parsing.properties import parse_query_of, property_names
from layers.parsing.query import KNOWN, Parameters, single_values

JSON = "application/json"
GEOJSON = "application/geo+json"
HTML = "text/html"
JSONFG = "application/vnd.ogc.fg+json"
GEOJSON_SEQ = "application/geo+json-seq"
MERGE_PATCH = "application/merge-patch+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"

# Short names of the ``f`` parameter, in the order offered.
SHORT_NAMES = {"json": JSON, "geojson": GEOJSON, "jsonfg": JSONFG, "geojsonseq": GEOJSON_SEQ, "html": HTML}
# Parameters that say in which system coordinates are: a table has none.
OF_PLACES = ("crs", "bbox-crs", "filter-crs")
# Parameters of a page.
OF_PAGES = ("limit", "cursor")
# The parameter of an export that asks for the page of prepared files, whatever the estimate, or refuses it.
ASKING = "preparer"
_OF_FILES = (*(name for name in KNOWN if name not in OF_PAGES), ASKING)


def parse_form(text: str | None, *, offered: tuple[str, ...]) -> str | None:
    """Return the media type that ``f`` names among those offered, or None when it is not given.

    ``f=json`` stands for GeoJSON where features are served, and for JSON Schema where properties are described.

    Raises:
        InvalidParameter: another name.
    """
    if text is None:
        return None
    wanted = SHORT_NAMES.get(text)
    if wanted == JSON and JSON not in offered:
        wanted = offered[0]
    if wanted in offered:
        return wanted
    names = [name for name, media_type in SHORT_NAMES.items() if media_type in (JSON, *offered)]
    raise InvalidParameter(
        _("f attend %(names)s ; reçu « %(value)s ».") % {"names": ", ".join(names), "value": text[:40]},
        parameter="f",
    )


def parse_items(parameters: Parameters, fields: Mapping[str, Field], *, is_located: bool) -> FeatureQuery:
    """Read the parameters of ``items``; ``fields`` are those the visitor may filter on.

    Raises:
        BadRequest: as ``parse_query_of``, or a coordinate system asked of a table.
    """
    if not is_located:
        _check_placeless(parameters)
    return parse_query_of(parameters, fields, allowed=("f",))


def parse_groups(
    parameters: Parameters, fields: Mapping[str, Field], *, is_located: bool
) -> tuple[FeatureQuery, AggregateQuery]:
    """Read the parameters of ``aggregate``; ``fields`` are those the visitor may filter on.

    Raises:
        BadRequest: as ``parse_aggregate``, or a coordinate system asked of a table.
    """
    if not is_located:
        _check_placeless(parameters)
    return parse_aggregate(parameters, fields, allowed=("f",))


def parse_export(parameters: Parameters, fields: Mapping[str, Field], *, is_located: bool) -> FeatureQuery:
    """Read the parameters of an export: those of ``items`` but for the page, since a file is whole.

    Raises:
        BadRequest: as ``parse_items``.
    """
    for name in OF_PAGES:
        if name in parameters:
            raise UnknownParameter(
                _("Un export contient tous les objets demandés : « %s » n’existe pas ici.") % name,
                parameter=name,
            )
    fielded = property_names(fields)
    single_values(
        {name: values for name, values in parameters.items() if name not in fielded}, known=_OF_FILES
    )
    if not is_located:
        _check_placeless(parameters)
    return parse_query_of(parameters, fields)


def parse_output_crs(parameters: Parameters, *, is_located: bool) -> Crs:
    """Read ``crs`` alone, CRS84 when it is not given.

    Raises:
        InvalidParameter: not served, or asked of a table.
    """
    if not is_located:
        _check_placeless(parameters)
    return parse_crs(parameters["crs"][0], parameter="crs") if "crs" in parameters else CRS84


def _check_placeless(parameters: Parameters) -> None:
    for name in OF_PLACES:
        if name in parameters:
            raise InvalidParameter(
                _("Cette couche n’a pas de géométrie : « %s » ne s’y applique pas.") % name, parameter=name
            )
