"""GetFeature and GetPropertyValue: features of one or several types, their number, or one property of them.

Names of XML become names of fields, for this visitor alone; the addresses of the other pages are the request again,
from another row on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from export_formats.registry import FORMATS
from layers import queries
from layers.access import Scope
from layers.crs import CRS84, LAMBERT_93, Crs
from layers.definitions import ID, Field
from layers.errors import HiddenLayer, InvalidParameter, UnknownFeature, UnknownLayer, UnknownProperty
from layers.formats.xml_names import xml_name
from layers.parsing import FeatureQuery, SortKey
from layers.parsing.srs_names import SrsName
from layers.queries import Selection
from wfs.formats.gml import hits, single_feature, value_collection
from wfs.formats.output import write_features
from wfs.formats.paging import Paging
from wfs.names import GEOMETRY
from wfs.operations.service import XML, DeferredResponse, Response, Service
from wfs.parsing.fes import rename_properties
from wfs.requests import ANCHOR, GetFeature, GetPropertyValue, TypeQuery, default_srs
from wfs.versions import GML_FORMATS, GmlVersion, OutputKind

# The id of no row: what is asked when resources are named and none is of ours.
_NOBODY = -1
# Servers and proxies read no longer line.
_LONGEST = 8_000
# What the address of another page says itself; that of the page behind a number asks for features.
_TURNING = frozenset({"STARTINDEX", ANCHOR, "RESULTTYPE"})


def get_feature(service: Service, request: GetFeature) -> DeferredResponse:
    """Return the requested features.

    Raises:
        HiddenLayer: a type is hidden, and the visitor gave no credentials.
        BadRequest: its subclasses name the culprit.
    """
    selections = selections_of(service, request)
    fresh = service.fresh(
        [selection.scope for selection in selections],
        *(f"{name}={value}" for name, value in service.parameters),
    )
    if request.is_single:
        return DeferredResponse(fresh, partial(_single, service, request, selections[0]))
    if request.is_hits:
        return DeferredResponse(fresh, partial(_hits, service, request, selections))
    return DeferredResponse(fresh, partial(_features, service, request, selections))


def selections_of(service: Service, request: GetFeature) -> list[Selection]:
    """Return the rows that answer each query, in their order.

    Raises:
        HiddenLayer, BadRequest: as ``get_feature``.
        UnknownFeature: the feature of an identifier is of a type that the visitor does not see.
    """
    selections = []
    for query in request.queries:
        try:
            scope = service.scope(query.name, parameter=request.version.types)
        except (InvalidParameter, UnknownLayer) as error:
            if request.is_single and not isinstance(error, HiddenLayer):
                raise _missing(request) from None
            raise
        selections.append(selection_of(scope, query, request))
    return selections


def _hits(service: Service, request: GetFeature, selections: list[Selection]) -> Response:
    body = hits(selections, request=request, paging=paging_of(service, request))
    gml = GML_FORMATS[request.output.gml or request.version.gml]
    return Response(body, gml.media_type)


def _features(service: Service, request: GetFeature, selections: list[Selection]) -> Response:
    srs = [srs_of(query, request) for query in request.queries]
    answer = write_features(selections, request=request, srs=srs, paging=paging_of(service, request))
    return Response(answer.body, answer.media_type, answer.size, answer.file_name)


def _single(service: Service, request: GetFeature, selection: Selection) -> Response:
    if request.output.kind is not OutputKind.GML:
        if selection.count() == 0:
            raise _missing(request)
        return _features(service, replace(request, count=1), [selection])
    srs = srs_of(request.queries[0], request)
    body = single_feature(selection, request=request, srs=srs, endpoint=service.endpoint)
    if body is None:
        raise _missing(request)
    return Response(body, request.output.media_type)


def _missing(request: GetFeature) -> UnknownFeature:
    identifier = dict(request.queries[0].fingerprint).get("RESOURCEID", "")
    return UnknownFeature(_("Aucun objet ne s’appelle « %s ».") % identifier[:80], parameter="id")


def get_property_value(service: Service, request: GetPropertyValue) -> DeferredResponse:
    """Return the requested values of the features of every named type.

    Raises:
        UnknownProperty: the visitor has no such property.
        HiddenLayer, BadRequest: as ``get_feature``.
    """
    features = replace(request.features, output=GML_FORMATS[request.version.gml])
    fields = [
        _value_field(service.scope(query.name, parameter=request.version.types), request)
        for query in features.queries
    ]
    narrowed = tuple(replace(query, properties=(request.name,)) for query in features.queries)
    request = replace(request, features=replace(features, queries=narrowed))
    selections = selections_of(service, request.features)
    fresh = service.fresh(
        [selection.scope for selection in selections],
        *(f"{name}={value}" for name, value in service.parameters),
    )

    def write() -> Response:
        paging = paging_of(service, request.features, REQUEST="GetPropertyValue", VALUEREFERENCE=request.name)
        srs = [srs_of(query, request.features) for query in narrowed]
        values = value_collection(selections, request=request, fields=fields, srs=srs, paging=paging)
        return Response(values, XML, values.size)

    return DeferredResponse(fresh, write)


def _value_field(scope: Scope, request: GetPropertyValue) -> Field | None:
    """Return the requested field, None for the geometry.

    Raises:
        UnknownProperty: the visitor has no such property.
    """
    if request.name == GEOMETRY and scope.definition.geometry.is_located:
        return None
    if request.name == ID.name:
        return ID
    field = fields_by_name(scope).get(request.name)
    if field is None:
        raise UnknownProperty(request.value_reference[:63], parameter="valueReference")
    return field


def selection_of(scope: Scope, query: TypeQuery, request: GetFeature) -> Selection:
    """Return the rows that answer.

    Raises:
        UnknownProperty: a name that the visitor does not have, wherever it is.
        BadRequest: as ``layers.queries.select``.
    """
    names = {name: field.name for name, field in fields_by_name(scope).items() if name != field.name}
    feature_query = FeatureQuery(
        ids=() if query.ids is None else (query.ids or (_NOBODY,)),
        bbox=query.bbox,
        filter=None if query.filter is None else rename_properties(query.filter, names),
        properties=_properties(scope, query),
        sort=tuple(SortKey(_field(scope, key.name, "SORTBY"), key.is_descending) for key in query.sort),
        limit=request.limit,
        crs=srs_of(query, request).crs,
        fingerprint=query.fingerprint,
    )
    return queries.select(scope, feature_query)


def fields_by_name(scope: Scope) -> dict[str, Field]:
    """Return the fields that a visitor reads by what they are called in XML."""
    return {xml_name(field.name): field for field in scope.fields}


def srs_of(query: TypeQuery, request: GetFeature) -> SrsName:
    """Return the CRS of an answer, and its name.

    GeoJSON and files are x, y by their own standards. GeoJSON is in degrees where the request does not say, as RFC
    7946 has it, and so are the files that know no other system.
    """
    if request.output.kind is OutputKind.GML:
        srs = query.srs or default_srs(request.version)
        if request.output.gml is not GmlVersion.V2_1_2:
            return srs
        # GML 2 has x, y, and the short name.
        return SrsName(replace(srs.crs, is_yx=False), f"EPSG:{srs.crs.srid}")
    srs = query.srs or SrsName(_default_crs(request), "")
    return SrsName(replace(srs.crs, is_yx=False), srs.text)


def _default_crs(request: GetFeature) -> Crs:
    is_degrees = request.output.kind is OutputKind.GEOJSON or not FORMATS[request.output.export].holds(
        LAMBERT_93
    )
    return CRS84 if is_degrees else LAMBERT_93


def _properties(scope: Scope, query: TypeQuery) -> tuple[str, ...] | None:
    if query.properties is None:
        return None
    always = {ID.name, GEOMETRY} if scope.definition.geometry.is_located else {ID.name}
    return tuple(_field(scope, name, "PROPERTYNAME") for name in query.properties if name not in always)


def _field(scope: Scope, name: str, parameter: str) -> str:
    """Return the name of the field that a name of XML stands for; every feature has an identifier."""
    if name == ID.name:
        return name
    field = fields_by_name(scope).get(name)
    if field is None:
        raise UnknownProperty(name[:63], parameter=parameter)
    return field.name


def paging_of(service: Service, request: GetFeature, **more: str) -> Paging:
    """Return the pages of a request: an address begins at a row, with its anchor; empty when it is too long.

    A body of XML is rewritten as an address, with ``more`` added to the parameters.
    """
    parameters = [(name, value) for name, value in service.parameters if name.upper() not in _TURNING]
    parameters = parameters or list(_written(request, more).items())

    def address(start: int, anchor: str) -> str:
        turned = [*parameters, ("STARTINDEX", str(start)), *([(ANCHOR, anchor)] if anchor else [])]
        text = service.endpoint + urlencode(turned)
        return text if len(text) <= _LONGEST else ""

    return Paging(service.endpoint, address)


def _written(request: GetFeature, more: dict[str, str]) -> dict[str, str]:
    version, each = request.version, request.queries
    written = {
        "SERVICE": "WFS",
        "VERSION": str(version),
        "REQUEST": "GetFeature",
        version.types: "".join(f"({query.name})" for query in each),
        "OUTPUTFORMAT": request.output.names[0],
        version.count: "" if request.count is None else str(request.count),
        "SRSNAME": _systems(each),
        "ALIASES": _lists(each, lambda query: query.alias),
        "PROPERTYNAME": _lists(each, lambda query: ",".join(query.properties or ("*",))),
        "SORTBY": _lists(each, _order),
        "FILTER": _lists(each, lambda query: dict(query.fingerprint).get("Filter", "")),
    }
    return {name: value for name, value in (written | more).items() if value}


def _lists(each: tuple[TypeQuery, ...], write: Callable[[TypeQuery], str]) -> str:
    """Return a list of lists, empty when there is nothing to say of any type."""
    texts = [write(query) for query in each]
    return "".join(f"({text})" for text in texts) if any(text not in {"", "*"} for text in texts) else ""


def _systems(each: tuple[TypeQuery, ...]) -> str:
    """Return the system of all queries, or a list where each has its own, empty for the default of the version."""
    texts = [query.srs.text if query.srs else "" for query in each]
    return texts[0] if len(set(texts)) == 1 else "".join(f"({text})" for text in texts)


def _order(query: TypeQuery) -> str:
    return ",".join(f"{key.name} {'DESC' if key.is_descending else 'ASC'}" for key in query.sort)
