"""From what is asked of a feature type to a selection: names of XML become names of fields, for this visitor alone."""

from __future__ import annotations

from dataclasses import replace

from export_formats import FORMATS
from layers import queries
from layers.access import Scope
from layers.crs import CRS84, LAMBERT_93, Crs
from layers.definitions import ID, Field
from layers.errors import UnknownProperty
from layers.formats.xml_names import xml_name
from layers.parsing import FeatureQuery, SortKey
from layers.queries import Selection
from wfs.names import GEOMETRY
from wfs.parsing.fes import renamed
from wfs.requests import GetFeature, SrsName, TypeQuery, default_srs
from wfs.versions import GmlVersion, OutputKind

# The id of no row: what is asked when resources are named and none is of ours.
_NOBODY = -1


def fields_by_name(scope: Scope) -> dict[str, Field]:
    """Return the fields that a visitor reads by what they are called in XML."""
    return {xml_name(field.name): field for field in scope.fields}


def srs_of(query: TypeQuery, request: GetFeature) -> SrsName:
    """Return the system of the coordinates of an answer, and what it is called.

    GeoJSON and files are x, y by their own standards. GeoJSON is in degrees where the request does not say, as RFC 7946
    has it, and so are the files that know no other system.
    """
    if request.output.kind is OutputKind.GML:
        found = query.srs or default_srs(request.version)
        return _of_gml_2(found) if request.output.gml is GmlVersion.V2_1_2 else found
    asked = query.srs or SrsName(_usual(request), "")
    return SrsName(replace(asked.crs, is_yx=False), asked.text)


def _of_gml_2(srs: SrsName) -> SrsName:
    """Return a system as GML 2 says it, where coordinates are x, y: by its short name."""
    return SrsName(replace(srs.crs, is_yx=False), f"EPSG:{srs.crs.srid}")


def _usual(request: GetFeature) -> Crs:
    is_degrees = request.output.kind is OutputKind.GEOJSON or not FORMATS[request.output.export].holds(
        LAMBERT_93
    )
    return CRS84 if is_degrees else LAMBERT_93


def selection_of(scope: Scope, query: TypeQuery, request: GetFeature) -> Selection:
    """Return the rows that answer.

    Raises:
        UnknownProperty: a name that the visitor does not have, wherever it is.
        BadRequest: as ``layers.queries.select``.
    """
    names = {name: field.name for name, field in fields_by_name(scope).items() if name != field.name}
    asked = FeatureQuery(
        ids=() if query.ids is None else (query.ids or (_NOBODY,)),
        bbox=query.bbox,
        filter=None if query.filter is None else renamed(query.filter, names),
        properties=_properties(scope, query),
        sort=tuple(SortKey(_field(scope, key.name, "SORTBY"), key.is_descending) for key in query.sort),
        limit=request.limit,
        crs=srs_of(query, request).crs,
        fingerprint=query.fingerprint,
    )
    return queries.select(scope, asked)


def _properties(scope: Scope, query: TypeQuery) -> tuple[str, ...] | None:
    if query.properties is None:
        return None
    asked = [name for name in query.properties if name != ID.name and not _is_geometry(scope, name)]
    return tuple(_field(scope, name, "PROPERTYNAME") for name in asked)


def _is_geometry(scope: Scope, name: str) -> bool:
    return name == GEOMETRY and scope.definition.geometry.is_located


def _field(scope: Scope, name: str, parameter: str) -> str:
    """Return the name of the field that a name of XML stands for; every feature has an identifier."""
    if name == ID.name:
        return name
    field = fields_by_name(scope).get(name)
    if field is None:
        raise UnknownProperty(name[:63], parameter=parameter)
    return field.name
