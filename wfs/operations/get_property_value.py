"""GetPropertyValue: one property of the features that answer, and nothing else of them."""

from __future__ import annotations

from dataclasses import replace

from layers.access import Scope
from layers.definitions import ID, Field
from layers.errors import UnknownProperty
from wfs.formats.gml import value_collection
from wfs.names import GEOMETRY
from wfs.operations.answers import XML, Answer, AnswerPlan
from wfs.operations.get_feature import selections_of
from wfs.operations.page_links import paging_of
from wfs.operations.resolution import fields_by_name, srs_of
from wfs.operations.service import Service
from wfs.requests import GetPropertyValue
from wfs.versions import GML_FORMATS


def get_property_value(service: Service, request: GetPropertyValue) -> AnswerPlan:
    """Return the values asked, of the features of every type that is named.

    Raises:
        UnknownProperty: the visitor has no such property.
        HiddenLayer, BadRequest: as ``get_feature``.
    """
    asked = replace(request.features, output=GML_FORMATS[request.version.gml])
    fields = [
        _field(service.scope(query.name, parameter=request.version.types), request) for query in asked.queries
    ]
    narrowed = tuple(replace(query, properties=(request.name,)) for query in asked.queries)
    request = replace(request, features=replace(asked, queries=narrowed))
    selections = selections_of(service, request.features)
    fresh = service.fresh(
        [selection.scope for selection in selections], *(f"{name}={value}" for name, value in service.asked)
    )

    def write() -> Answer:
        paging = paging_of(service, request.features, REQUEST="GetPropertyValue", VALUEREFERENCE=request.name)
        srs = [srs_of(query, request.features) for query in narrowed]
        found = value_collection(selections, request=request, fields=fields, srs=srs, paging=paging)
        return Answer(found, XML, found.size)

    return AnswerPlan(fresh, write)


def _field(scope: Scope, request: GetPropertyValue) -> Field | None:
    """Return the field asked, None for the geometry.

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
