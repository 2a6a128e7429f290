"""GetPropertyValue: one property of the features that answer, and nothing else of them."""

from __future__ import annotations

import re
from dataclasses import replace

from layers.access import Scope
from layers.definitions import ID, Field
from layers.errors import UnknownProperty
from wfs.formats.gml import value_collection
from wfs.names import GEOMETRY
from wfs.operations.answers import XML, Answer, Plan
from wfs.operations.get_feature import selections_of
from wfs.operations.page_links import page_links
from wfs.operations.resolution import fields_by_name, srs_of
from wfs.operations.service import Service
from wfs.requests import GetPropertyValue

_VALUE_OF = re.compile(r"(?:wfs:|fes:)?valueOf\((?P<path>[^()]*)\)")


def get_property_value(service: Service, request: GetPropertyValue) -> Plan:
    """Return the values asked, of the features of every type that is named.

    Raises:
        UnknownProperty: the visitor has no such property.
        HiddenLayer, BadRequest: as ``get_feature``.
    """
    asked = request.features
    fields = [
        _field(service.scope(query.name, parameter=request.version.types), request.value_reference)
        for query in asked.queries
    ]
    narrowed = tuple(
        replace(query, properties=(GEOMETRY if field is None else _name_of(request.value_reference),))
        for query, field in zip(asked.queries, fields, strict=True)
    )
    request = replace(request, features=replace(asked, queries=narrowed))
    selections = selections_of(service, request.features)
    fresh = service.fresh(
        [selection.scope for selection in selections], *(f"{name}={value}" for name, value in service.asked)
    )

    def write() -> Answer:
        links = page_links(
            service, request.features, REQUEST="GetPropertyValue", VALUEREFERENCE=request.value_reference
        )
        srs = [srs_of(query, request.version) for query in narrowed]
        found = value_collection(selections, request=request, fields=fields, srs=srs, links=links)
        return Answer(found.body, XML, found.size)

    return Plan(fresh, write)


def _name_of(reference: str) -> str:
    """Return the last step of a path: ``portail:nom``, ``portail:aires/portail:nom``, ``valueOf(nom)``, ``@gml:id``."""
    match = _VALUE_OF.fullmatch(reference.strip())
    text = match["path"] if match else reference
    return text.strip().rpartition("/")[2].removeprefix("@").rpartition(":")[2]


def _field(scope: Scope, reference: str) -> Field | None:
    """Return the field of a path, None for the geometry."""
    name = _name_of(reference)
    if name == GEOMETRY and scope.definition.geometry.is_located:
        return None
    if name in {"id", "fid"}:
        return ID
    field = fields_by_name(scope).get(name)
    if field is None:
        raise UnknownProperty(reference[:63], parameter="valueReference")
    return field
