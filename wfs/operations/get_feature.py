"""GetFeature: features of one or several types, their number alone, or the one of an identifier."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from django.utils.translation import gettext as _

from layers.errors import HiddenLayer, InvalidParameter, UnknownFeature, UnknownLayer
from layers.queries import Selection
from wfs.formats.gml import hits, single_feature
from wfs.formats.output import write_features
from wfs.operations.answers import Answer, AnswerPlan
from wfs.operations.page_links import paging_of
from wfs.operations.resolution import selection_of, srs_of
from wfs.operations.service import Service
from wfs.requests import GetFeature
from wfs.versions import GML_FORMATS, OutputKind


def get_feature(service: Service, request: GetFeature) -> AnswerPlan:
    """Return the features asked.

    Raises:
        HiddenLayer: a type is hidden, and the visitor gave no credentials.
        BadRequest: its subclasses name the culprit.
    """
    selections = selections_of(service, request)
    fresh = service.fresh(
        [selection.scope for selection in selections], *(f"{name}={value}" for name, value in service.asked)
    )
    if request.is_single:
        return AnswerPlan(fresh, partial(_single, service, request, selections[0]))
    if request.is_hits:
        return AnswerPlan(fresh, partial(_hits, service, request, selections))
    return AnswerPlan(fresh, partial(_features, service, request, selections))


def selections_of(service: Service, request: GetFeature) -> list[Selection]:
    """Return the rows that answer each query, in their order.

    Raises:
        HiddenLayer, BadRequest: as ``get_feature``.
        UnknownFeature: the feature of an identifier is of a type that the visitor does not see.
    """
    found = []
    for query in request.queries:
        try:
            scope = service.scope(query.name, parameter=request.version.types)
        except (InvalidParameter, UnknownLayer) as error:
            if request.is_single and not isinstance(error, HiddenLayer):
                raise _missing(request) from None
            raise
        found.append(selection_of(scope, query, request))
    return found


def _hits(service: Service, request: GetFeature, selections: list[Selection]) -> Answer:
    body = hits(selections, request=request, paging=paging_of(service, request))
    gml = GML_FORMATS[request.output.gml or request.version.gml]
    return Answer(body, gml.media_type)


def _features(service: Service, request: GetFeature, selections: list[Selection]) -> Answer:
    srs = [srs_of(query, request) for query in request.queries]
    found = write_features(selections, request=request, srs=srs, paging=paging_of(service, request))
    return Answer(found.body, found.media_type, found.size, found.file_name)


def _single(service: Service, request: GetFeature, selection: Selection) -> Answer:
    if request.output.kind is not OutputKind.GML:
        if selection.count() == 0:
            raise _missing(request)
        return _features(service, replace(request, count=1), [selection])
    srs = srs_of(request.queries[0], request)
    body = single_feature(selection, request=request, srs=srs, endpoint=service.endpoint)
    if body is None:
        raise _missing(request)
    return Answer(body, request.output.media_type)


def _missing(request: GetFeature) -> UnknownFeature:
    told = dict(request.queries[0].fingerprint).get("RESOURCEID", "")
    return UnknownFeature(_("Aucun objet ne s’appelle « %s ».") % told[:80], parameter="id")
