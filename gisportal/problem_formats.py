"""The forms of a refusal: problem+json (RFC 9457) or a report of WFS for machines, a French page for people.

QGIS shows the person who edits nothing of a refusal but what a report of WFS says: of the API whatever the status, of
WFS in a 200.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from harvesting.csw.formats import exceptions as csw_exceptions
from interface.http.clients import is_written_by_qgis
from interface.http.media_types import JSON_PROBLEM
from layers.errors import LayersError
from wfs.errors import code_of
from wfs.formats.exceptions import MEDIA_TYPE as EXCEPTION_REPORT
from wfs.formats.exceptions import exception_report
from wfs.versions import V2_0_0, Version
from wfs.views import version_of


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal: ``title`` is its kind, ``detail`` what happened, ``parameter`` the culprit when there is one.

    ``kind`` is the fault of the kernel that it comes from, if any: a protocol may have a code for it.
    """

    status: HTTPStatus
    title: str
    detail: str = ""
    parameter: str = ""
    kind: type[LayersError] = LayersError


Renderer = Callable[[HttpRequest, Problem], HttpResponse]
# Statuses whose page has its own words.
_PAGES = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
}
# What a person who edits can mend: not who they are, nor how busy the portal is.
_EDITORS_FAULTS = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
# What programs written for the Explore API compare.
_EXPLORE_CODES = {
    HTTPStatus.BAD_REQUEST: "InvalidRESTParameterError",
    HTTPStatus.UNAUTHORIZED: "AuthenticationRequired",
    HTTPStatus.FORBIDDEN: "ForbiddenAccess",
    HTTPStatus.NOT_FOUND: "NotFoundResource",
    HTTPStatus.TOO_MANY_REQUESTS: "TooManyRequests",
}
# Whose page is the same everywhere: there is nothing to mend in the address.
_OVERLOADED = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.INSUFFICIENT_STORAGE,
}


def problem_json(_request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a refusal as ``application/problem+json``, with ``parameter`` added to the members of RFC 9457, 3.1."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status.value,
        "detail": problem.detail,
    }
    if problem.parameter:
        document["parameter"] = problem.parameter
    body = json.dumps(document, ensure_ascii=False)
    return HttpResponse(body, content_type=JSON_PROBLEM, status=problem.status)


def problem_of_api(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a refusal of the API: as a report of WFS 2.0 where QGIS writes, else as ``problem_json``."""
    if is_written_by_qgis(request):
        return HttpResponse(_report(V2_0_0, problem), content_type=EXCEPTION_REPORT, status=problem.status)
    return problem_json(request, problem)


def problem_of_csw(_request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a refusal as an exception report of CSW 2.0.2."""
    body = csw_exceptions.exception_report(
        problem.kind,
        locator=problem.parameter,
        text=problem.detail or problem.title,
        language=get_language() or "",
    )
    return HttpResponse(body, content_type=csw_exceptions.MEDIA_TYPE, status=problem.status)


def problem_of_explore(_request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a refusal as the Explore API 2.1 writes it; the message names the culprit."""
    code = _EXPLORE_CODES.get(problem.status, "InternalError" if problem.status >= 500 else "BadRequest")
    document = {"error_code": code, "message": str(problem.detail or problem.title)}
    body = json.dumps(document, ensure_ascii=False)
    return HttpResponse(body, content_type="application/json; charset=utf-8", status=problem.status)


def problem_of_scim(_request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a refusal of SCIM as an error of RFC 7644 §3.12; ``detail`` names the culprit."""
    document = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": str(problem.status.value),
        "detail": str(problem.detail or problem.title),
    }
    return HttpResponse(json.dumps(document), content_type="application/scim+json", status=problem.status)


def problem_report(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a refusal as an exception report, in the form of the requested version of WFS."""
    is_read = is_written_by_qgis(request) and problem.status in _EDITORS_FAULTS
    status = HTTPStatus.OK if is_read else problem.status
    body = _report(version_of(request), problem)
    return HttpResponse(body, content_type=EXCEPTION_REPORT, status=status)


def _report(version: Version, problem: Problem) -> bytes:
    return exception_report(
        version,
        code=code_of(problem.kind),
        locator=problem.parameter,
        text=problem.detail or problem.title,
        language=get_language() or "",
    )


def problem_page(request: HttpRequest, problem: Problem, *, is_machine: bool = False) -> HttpResponse:
    """Return a refusal as a page; that of a machine protocol leads back to what its address is about."""
    context = {
        "title": problem.title,
        "detail": problem.detail,
        "status": problem.status.value,
        "parameter": problem.parameter,
        "ways": recovery_links(request, problem.parameter),
    }
    return render(request, _template(problem.status, is_machine=is_machine), context, status=problem.status)


def _template(status: HTTPStatus, *, is_machine: bool) -> str:
    if is_machine and status not in _OVERLOADED:
        return "problem_of_api.html"
    return f"{status.value}.html" if status in _PAGES else "problem.html"


@dataclass(frozen=True, slots=True)
class RecoveryLinks:
    """Addresses of this portal, empty when they lead nowhere: ``without`` the culprit, ``without_query`` of every
    question.

    ``collection`` is the page of the layer that the address names, whether or not there is such a layer.
    """

    without: str
    without_query: str
    collection: str


def question_of(request: HttpRequest) -> QueryDict:
    """Return the query of a request; nothing when Django refuses it for its number of parameters."""
    try:
        return request.GET
    except TooManyFieldsSent:
        return QueryDict()


def recovery_links(request: HttpRequest, parameter: str) -> RecoveryLinks:
    """Return the links of the page of a refusal whose culprit is ``parameter``, without a query."""
    query = question_of(request).copy()
    form = query.get("f")
    culprits = query.pop(parameter, None)
    remaining = [name for name in query if name != "f"]
    without_query = f"{request.path}?f=html" if form == "html" else request.path
    return RecoveryLinks(
        without=f"{request.path}?{query.urlencode()}".removesuffix("?") if culprits else "",
        without_query=without_query if remaining else "",
        collection=_collection(request, parameter),
    )


def _collection(request: HttpRequest, parameter: str) -> str:
    """Return the page of the collection; none when the layer is the culprit, or when several come in one tile."""
    match = request.resolver_match
    layer = match.kwargs.get("layer", "") if match else ""
    if not layer or parameter == "layer" or "," in layer:
        return ""
    return reverse("ogc:collection", args=[layer]) + "?f=html"
